/* What an auditor takes for evidence, and what not. That it convicts whom a run convicts is tested
 * with whole sessions (src/session/evidence_test.c). */
#include "proto/audit.h"

#include <string.h>

#include "proto/blame_impl.h"
#include "proto/stage_test.h"

static cast c;
static stage s;
static uint8_t room[1 << 20] __attribute__((aligned(64)));
static tf_arena mem;

static tf_keygen run; /* as somebody judges it who was not there */

static void hold_court(void)
{
	tf_keygen_args args = { .env = &c.env[0], .t = 2, .workspace = "acme" };

	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_keygen_audit(&run, &args, &mem));
}

/* ---- two messages ---- */

/* An envelope of keygen's first round with this payload byte, which fn may change, signed by whom
 * it names if it is one of the three. */
static tf_blob message(uint8_t byte, unsigned from, void (*fn)(tf_envelope *e))
{
	static uint8_t bytes[2][TF_ENVELOPE_OVERHEAD + 1];
	static unsigned turn;
	tf_envelope e = { .type = TF_MSG_KEYGEN_R1, .version = TF_WIRE_PROTOCOL_VERSION,
	                  .from = (uint16_t)from, .round = 1, .payload = { &byte, 1 } };
	size_t len;

	turn ^= 1;
	memcpy(e.sid, c.env[0].sid, sizeof(e.sid));
	memcpy(e.context, run.r.context, sizeof(e.context));
	if (fn)
		fn(&e);
	CHECK_OK(tf_envelope_sign(&e, &c.signer[from >= 1 && from <= 3 ? from - 1 : 0]));
	CHECK_OK(tf_envelope_encode(bytes[turn], sizeof(bytes[turn]), &len, NULL, &e));
	return (tf_blob){ bytes[turn], len };
}

static tf_err judge(tf_blob a, tf_blob b, tf_fault *f)
{
	tf_err err = tf_audit_pair(&run.r, &a, &b, f);

	if (err != TF_E_CONFLICT)
		return err;
	CHECK(f->check == TF_CK_EQUIVOCATION && f->round == 1);
	return err;
}

static void another_round(tf_envelope *e) { e->round = 2; }
static void to_one(tf_envelope *e) { e->to = 1; }
static void another_context(tf_envelope *e) { e->context[31] ^= 1; }
static void a_dispute(tf_envelope *e) { e->type = TF_MSG_DISPUTE; }
static void a_complaint(tf_envelope *e) { e->type = TF_MSG_COMPLAINT; }
static void another_session(tf_envelope *e) { e->sid[0] ^= 1; }

TEST(two_messages_for_one_place_convict_any_party)
{
	tf_fault f;

	hold_court();
	for (unsigned from = 1; from <= 3; from++) {
		CHECK_ERR(judge(message(1, from, NULL), message(2, from, NULL), &f), TF_E_CONFLICT);
		CHECK(f.party == from);
		CHECK_OK(judge(message(1, from, NULL), message(1, from, NULL), &f));
		CHECK(f.party == TF_PARTY_NONE);
	}
}

TEST(two_messages_for_two_places_convict_nobody)
{
	void (*const other[])(tf_envelope *e) = { another_round, to_one, a_dispute,
	                                          a_complaint };
	tf_fault f;

	hold_court();
	for (unsigned k = 0; k < TF_ARRAY_LEN(other); k++) {
		CHECK_OK(judge(message(1, 2, NULL), message(2, 2, other[k]), &f));
		CHECK(f.party == TF_PARTY_NONE && f.check == TF_CK_NONE);
		CHECK_OK(judge(message(1, 2, other[k]), message(2, 2, NULL), &f));
		CHECK(f.party == TF_PARTY_NONE && f.check == TF_CK_NONE);
	}
	for (unsigned from = 1; from <= 3; from++) {
		CHECK_OK(judge(message(1, from, NULL), message(2, from % 3 + 1, NULL), &f));
		CHECK(f.party == TF_PARTY_NONE);
	}
	/* whoever disputes or complains twice has said nothing false yet */
	CHECK_OK(judge(message(1, 2, a_dispute), message(2, 2, a_dispute), &f));
	CHECK_OK(judge(message(1, 2, a_complaint), message(2, 2, a_complaint), &f));
}

TEST(messages_of_nobody_or_of_another_session_are_no_evidence)
{
	tf_blob good, bad;
	tf_fault f;

	hold_court();
	c.env[0].party[3] = c.env[0].party[0]; /* behind the last one */
	for (unsigned k = 0; k < 4; k++) {
		static const unsigned nobody[] = { 0, 4, 5, 0xffff };

		CHECK_ERR(judge(message(1, nobody[k], NULL), message(2, nobody[k], NULL), &f),
		          TF_E_ENCODING);
		CHECK_ERR(judge(message(1, 1, NULL), message(2, nobody[k], NULL), &f), TF_E_ENCODING);
	}
	CHECK_ERR(judge(message(1, 1, another_session), message(2, 1, another_session), &f),
	          TF_E_SESSION);
	CHECK_ERR(judge(message(1, 1, another_context), message(2, 1, another_context), &f),
	          TF_E_SESSION);
	CHECK_ERR(judge(message(1, 1, NULL), message(2, 1, another_context), &f), TF_E_SESSION);
	good = message(1, 1, NULL);
	bad = message(2, 1, NULL);
	((uint8_t *)(uintptr_t)bad.p)[bad.len - 1] ^= 1; /* of the signature */
	CHECK_ERR(judge(good, bad, &f), TF_E_TRUST);
	CHECK_ERR(judge(bad, good, &f), TF_E_TRUST);
	good.len--;
	CHECK(tf_err_get_kind(judge(good, good, &f)) == TF_KIND_ENCODING);
}

/* ---- what was meant for others ---- */

static tf_keygen runs[3];

static void run_keygen(bool (*rewrite)(cast *k, cast_mail *mail))
{
	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
	c.rewrite = rewrite;
	for (unsigned i = 0; i < 3; i++) {
		tf_keygen_args args = { .env = &c.env[i], .t = 2, .workspace = "acme" };

		CHECK_OK(tf_keygen_start(&runs[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &runs[i].r;
	}
	cast_run(&c);
}

static tf_err judge_all(const tf_blob *messages, size_t n, unsigned self, tf_fault *f)
{
	tf_keygen_args args = { .env = &c.env[self - 1], .t = 2, .workspace = "acme" };

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_keygen_audit(&run, &args, &mem));
	return tf_rounds_audit(&run.r, messages, n, f);
}

/* Everything of rounds 1 and 2 that party self has seen; what party 3 has sent it is exchanged for
 * what party 3 has sent to `told`. */
static size_t seen(tf_blob out[static 16], unsigned self, unsigned told)
{
	size_t n = 0;

	for (uint8_t round = 1; round <= 2; round++)
		for (size_t k = 0; k < c.posted; k++) {
			const cast_mail *m = &c.mail[k];
			tf_envelope e;
			bool shown;

			(void)cast_is(m, 0, &e);
			shown = e.to == 0 ? m->to == self || (m->from == self && m->to == self % 3 + 1)
			                  : m->to == (m->from == 3 ? told : self);
			if (e.round == round && shown && n < 16)
				out[n++] = (tf_blob){ m->bytes, m->len };
		}
	return n;
}

TEST(who_shows_what_another_was_sent_for_its_own_convicts_nobody)
{
	tf_blob messages[16];
	tf_fault f;
	size_t n;

	run_keygen(NULL);
	cast_check_done(&c);
	for (unsigned self = 1; self <= 2; self++) {
		n = seen(messages, self, self);
		CHECK(n == 8);
		CHECK_OK(judge_all(messages, n, self, &f));
		n = seen(messages, self, 3 - self); /* party 3's share for the other */
		CHECK(n == 8);
		CHECK_ERR(judge_all(messages, n, self, &f), TF_E_STATE);
		CHECK(f.party == TF_PARTY_NONE);
	}
	cast_free(&c);
}

/* ---- complaints ---- */

static void wrong_share(const cast *k, void *m, void *ctx)
{
	tf_sc *f = &((tf_msg_keygen_share *)m)->f.s;

	(void)ctx;
	tf_sc_add(k->g, f, f, f);
}

static bool cheat_one(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && mail->to == 1 && cast_is(mail, TF_MSG_KEYGEN_SHARE, NULL))
		cast_rewrite(k, mail, &tf_msg_keygen_share_wire, wrong_share, NULL);
	return true;
}

TEST(a_complaint_alone_shows_who_has_dealt_badly_and_never_who_complains)
{
	tf_blob complaint = { NULL, 0 };
	tf_fault f;

	run_keygen(cheat_one);
	cast_check_blame(&c, 3, TF_CK_KEYGEN_SHARE);
	for (size_t k = 0; k < c.posted; k++)
		if (cast_is(&c.mail[k], TF_MSG_COMPLAINT, NULL))
			complaint = (tf_blob){ c.mail[k].bytes, c.mail[k].len };
	CHECK(complaint.p != NULL);
	for (unsigned self = 1; self <= 3; self++) {
		CHECK_ERR(judge_all(&complaint, 1, self, &f), TF_E_PROOF);
		CHECK(f.party == 3 && f.check == TF_CK_KEYGEN_SHARE && f.round == 2);
	}
	/* where nobody may complain, it is no message, and still no crime */
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_keygen_audit(&run, &(tf_keygen_args){ .env = &c.env[0], .t = 2,
	                                                  .workspace = "acme" }, &mem));
	run.r.judge = NULL;
	CHECK_ERR(tf_rounds_audit(&run.r, &complaint, 1, &f), TF_E_STATE);
	CHECK(f.party == TF_PARTY_NONE);
	cast_free(&c);
}

/* ---- what the file says of the run ---- */

static const uint8_t digest[32] = { 0xd1, 0x9e, 0x57 };

TEST(evidence_of_a_signing_has_all_shares_and_a_path_that_can_be)
{
	static const tf_path longest = { .index = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 },
	                                 .len = TF_PATH_MAX };
	static tf_evidence_step path[TF_PATH_MAX + 2];
	static tf_evidence_share shares[4];
	static tf_signing again;
	tf_evidence_sign m;
	tf_arena testimony, audit;

	stage_init(&s, 2, &tf_profile_small);
	stage_presign(&s, 1, true);
	stage_start_sign(&s, 0, &longest, digest);
	cast_run(&s.c);
	tf_arena_init(&testimony, room, sizeof(room) / 2);
	CHECK_OK(tf_signing_testify(&m, &s.signing[0], s.cc, &testimony));
	CHECK(m.path_n == TF_PATH_MAX && m.shares_n == 2);
	memcpy(path, m.path, m.path_n * sizeof(*path));
	memcpy(shares, m.shares, m.shares_n * sizeof(*shares));
	m.path = path;
	m.shares = shares;
	for (unsigned k = 0; k < 5; k++) {
		static const struct {
			uint32_t path_n, shares_n;
			tf_err err;
		} all[] = {
			{ TF_PATH_MAX, 2, TF_OK }, { TF_PATH_MAX + 1, 2, TF_E_ENCODING },
			{ TF_PATH_MAX + 2, 2, TF_E_ENCODING }, { TF_PATH_MAX, 1, TF_E_ENCODING },
			{ TF_PATH_MAX, 3, TF_E_ENCODING },
		};

		m.path_n = all[k].path_n;
		m.shares_n = all[k].shares_n;
		tf_arena_init(&audit, room + sizeof(room) / 2, sizeof(room) / 2);
		CHECK_ERR(tf_signing_audit(&again, &s.c.env[0], &m, &audit), all[k].err);
	}
	stage_free(&s);
}

/* The accuser is a party, and its moduli are there, too. */
TEST(audits_of_presigning_know_whose_they_are)
{
	static tf_presign presign;
	tf_presign_audit_args args;

	for (unsigned k = 0; k < 6; k++) {
		tf_arena audit;

		stage_init(&s, 3, &tf_profile_small);
		cast_rooms(&s.c, tf_presign_sizes(&tf_profile_small, 3, 1));
		args = (tf_presign_audit_args){ .env = &s.c.env[1], .weights = &s.weights[1],
		                                .aux = { &s.aux[0], &s.aux[1], &s.aux[2] },
		                                .batch = 1 };
		switch (k) {
		case 0: break;
		case 1: args.aux[1] = NULL; break;
		case 2: args.aux[2] = NULL; break;
		case 3: s.c.env[1].self = 0; break;
		case 4: s.c.env[1].self = 4; break;
		case 5: s.c.env[1].self = TF_PARTIES_MAX + 1; break;
		}
		tf_arena_init(&audit, tf_test_alloc(8u << 20), 8u << 20);
		CHECK_ERR(tf_presign_audit(&presign, &args, &audit), k ? TF_E_USAGE : TF_OK);
		stage_free(&s);
	}
}

/* A court of party 2 for a run of this kind, with this context. */
static tf_err set_up(tf_stage kind, tf_blob context)
{
	static tf_court court;
	const tf_rec_evidence rec = { .stage = (uint8_t)kind, .parties_n = 3, .batch = 1,
	                              .context = context };
	tf_arena audit;

	tf_arena_init(&audit, tf_test_alloc(8u << 20), 8u << 20);
	court = (tf_court){ .m = &rec, .pr = s.c.env[1].pr, .g = s.c.g, .env = s.c.env[1],
	                    .mem = &audit };
	court.wire = (tf_wire_env){ .pr = court.pr, .g = court.g, .n = 3, .batch = 1 };
	return tf_court_set_up(&court);
}

/* A seat for everybody, and a flag that is one: else two files would say the same of a run. */
TEST(evidence_of_a_presigning_has_everybodys_seat_and_a_flag)
{
	static const struct {
		uint32_t seats_n;
		uint8_t confirm;
		tf_err err;
	} all[] = { { 3, 0, TF_OK }, { 3, 1, TF_OK }, { 3, 2, TF_E_ENCODING },
		    { 3, 0xff, TF_E_ENCODING }, { 2, 1, TF_E_ENCODING }, { 0, 1, TF_E_ENCODING } };
	static uint8_t context[1 << 16];
	tf_evidence_seat seats[3];

	stage_init(&s, 3, &tf_profile_small);
	for (unsigned i = 0; i < 3; i++)
		seats[i] = (tf_evidence_seat){ .W = s.weights[0].W[i], .N = s.aux[i].pk.n.m,
		                               .Nhat = s.aux[i].rp.n.m, .s = s.aux[i].rp.s,
		                               .t = s.aux[i].rp.t };
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		const tf_wire_env wire = { .pr = s.c.env[1].pr, .g = s.c.g, .n = 3, .batch = 1 };
		tf_evidence_presign p = { .Y = s.Y, .confirm = all[k].confirm, .seats = seats,
		                          .seats_n = all[k].seats_n };
		size_t len;

		CHECK_OK(tf_wire_encode(&tf_evidence_presign_wire, context, sizeof(context), &len,
		                        &wire, &p));
		CHECK_ERR(set_up(TF_STAGE_PRESIGN, (tf_blob){ context, len }), all[k].err);
	}
	stage_free(&s);
}

/* All that there is to say of it is in its messages. */
TEST(evidence_of_an_introduction_has_no_context)
{
	const uint8_t byte = 0;

	stage_init(&s, 3, &tf_profile_small);
	CHECK_OK(set_up(TF_STAGE_AUXINFO, (tf_blob){ NULL, 0 }));
	CHECK_ERR(set_up(TF_STAGE_AUXINFO, (tf_blob){ &byte, 1 }), TF_E_TRAILING);
	stage_free(&s);
}
