/* Resharing and refresh: rows 28, 31, 32. Party 3 of three is the cheat, or is cut off. */
#include <string.h>

#include "attacks/attacks.h"
#include "proto/recast_test.h"
#include "proto/settlement.h"

static recast x;
static stage s;

static void plan(void)
{
	recast_init(&x, 3, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 3, TF_SHARE_FELDMAN);
	recast_plan_refresh(&x);
}

/* These three keys presign and sign. */
static void they_sign(const tf_key *const key[static 3])
{
	static const tf_path path = { .index = { 44, 1, 0, 0, 0 }, .len = 5 };
	static const uint8_t digest[32] = { 0x77 };

	stage_init(&s, 3, &tf_profile_small);
	memcpy(s.cc, key[0]->sharing.cc, 32);
	s.Y = key[0]->sharing.Y;
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(tf_key_weigh(&s.weights[i], key[i], &s.c.env[i]));
	stage_presign(&s, 1, true);
	stage_start_sign(&s, 0, &path, digest);
	cast_run(&s.c);
	stage_check_signature(&s, &path, digest);
	stage_free(&s);
}

static void old_shares_sign(void)
{
	const tf_key *old[3] = { &x.source[0], &x.source[1], &x.source[2] };

	they_sign(old);
}

/* What the honest wrote: nothing that takes the place of the old share, nothing erased. */
static void old_epoch_intact(bool acknowledged)
{
	CHECK(x.c.retires == 0 && (acknowledged || x.c.records == 0));
	for (size_t k = 0; k < x.c.records; k++)
		CHECK(x.c.record[k].len > 0 && (x.c.record[k].type != TF_REC_KEY_SHARE ||
		                                x.c.record[k].key_len == TF_ATTEMPT_SHARE_KEY));
}

/* ---- row 28: O ---- */

/* First this coefficient, as tf_sc_random reads it, then the tape. */
typedef struct script {
	tf_rng then;
	uint8_t coefficient;
	bool read;
} script;

static tf_err script_fill(void *ctx, uint8_t *out, size_t len)
{
	script *sc = ctx;

	if (sc->read)
		return sc->then.fill(sc->then.ctx, out, len);
	memset(out, 0, len);
	out[len - 1] = sc->coefficient;
	sc->read = true;
	return TF_OK;
}

ATTACK(28d, "zero-share-of-a-refresh",
       "in a group of 13 elements, where chance allows it: a refresh's polynomials leave the cheat"
       " the share 0",
       "nobody can have meant it, nobody is named: RESHARE_OUTCOME; nothing is kept, the old epoch"
       " stays")
{
	script sc[3] = { { .read = false } };
	tf_rng rng[3];
	unsigned x3, b;

	recast_init(&x, 3, TF_CURVE_TINY13);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	recast_plan_refresh(&x);
	/* x_3 + 3 (b_1 + b_2 + b_3) = 0 for the three slopes; 3 * 9 = 1 */
	x3 = (unsigned)x.source[2].x.s.d[0];
	b = 9 * (13 - x3) % 13;
	for (unsigned b1 = 1; b1 < 13; b1++) {
		unsigned b3 = (b + 26 - b1 - 1) % 13;

		sc[0].coefficient = (uint8_t)b1;
		sc[1].coefficient = 1;
		sc[2].coefficient = (uint8_t)b3;
		if (b3 != 0 && (b1 + 1 + b3) % 13 == b)
			break;
	}
	for (unsigned i = 0; i < 3; i++) {
		sc[i].then = x.c.rng[i];
		rng[i] = (tf_rng){ script_fill, &sc[i] };
		x.c.env[i].rng = &rng[i];
	}
	CHECK((sc[0].coefficient + 1u + sc[2].coefficient) % 13 == b && sc[2].coefficient != 0);
	recast_start_all(&x);
	cast_run(&x.c);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(x.c.err[i] == TF_E_PROOF && x.c.fault[i].check == TF_CK_RESHARE_OUTCOME);
		CHECK(x.c.fault[i].party == TF_PARTY_NONE && x.c.fault[i].round == 2);
		CHECK(tf_rounds_state(x.c.run[i]) == TF_RUN_FAILED && x.c.done[i] == 0);
	}
	old_epoch_intact(false);
	recast_free(&x);
}

/* ---- row B30: seats ---- */

/* In the place of party 3 is a device that has its share; each of the others is asked. */
static void seat_is_refused(void)
{
	unsigned before = tf_check_refusals(TF_CK_SHARING_HOLDER);

	cast_rooms(&x.c, tf_reshare_sizes(&tf_profile_small, (uint16_t)x.c.n));
	for (unsigned i = 0; i < x.c.n; i++) {
		x.c.env[i].party[2].device = "primary-2";
		CHECK_ERR(recast_start(&x, i), TF_E_USAGE);
		CHECK(x.c.out[i].count == 0);
	}
	CHECK(tf_check_refusals(TF_CK_SHARING_HOLDER) == before + x.c.n);
	recast_free(&x);
}

ATTACK(B30b, "seat-of-a-stolen-share",
       "the share of a device comes to another, which sits in its seat in a refresh, to have the"
       " seat and leave its owner with nothing; and in a resharing, to deal itself a new one",
       "nobody begins: TF_E_USAGE, SHARING_HOLDER; a refresh's certificate would not follow")
{
	plan();
	seat_is_refused();
	plan();
	recast_plan_reshare(&x);
	x.args.role[2] = (tf_reshare_role){ 3, 3 };
	x.args.role[1] = (tf_reshare_role){ 2, 2 };
	x.args.role[0] = (tf_reshare_role){ 1, 1 };
	seat_is_refused();
}

/* ---- row 31 ---- */

static bool withhold(cast *c, cast_mail *mail)
{
	(void)c;
	return mail->from != 3 || !cast_is(mail, TF_MSG_RESHARE_ACK, NULL);
}

/* What party 1 has on disk of the attempt, and its pending share. */
static void load_1(tf_attempt *a, tf_key *pending)
{
	for (size_t k = 0; k < x.c.records; k++) {
		const cast_record *r = &x.c.record[k];

		if (r->by != 1)
			continue;
		if (r->type == TF_REC_ATTEMPT)
			CHECK_OK(tf_attempt_decode(a, x.c.g, r->bytes, r->len, recast_scratch()));
		else
			CHECK_OK(tf_key_decode(pending, NULL, x.c.g, r->bytes, r->len,
			                       recast_scratch()));
	}
}

static tf_err commit_1(tf_attempt *a, tf_key *pending, tf_outbox *out)
{
	return tf_attempt_commit(a, pending, x.c.env[0].party[0].device, 4, x.c.g,
	                         recast_scratch(), out);
}

ATTACK(31, "forget-and-forgive-withheld",
       "one party's acknowledgement of a refresh is withheld from all others; then a forged one is"
       " shown to them",
       "nobody deletes anything, TF_E_STATE and TF_E_TRUST; old shares sign; the true word commits")
{
	static uint8_t cert[TF_CERTIFICATE_MAX], true_cert[TF_CERTIFICATE_MAX], room[1 << 18];
	static tf_attempt a;
	static tf_key pending;
	tf_arena mem;
	tf_outbox out;
	size_t len, true_len;

	plan();
	x.c.rewrite = withhold;
	recast_start_all(&x);
	cast_run(&x.c);
	CHECK(x.c.done[0] == 0 && x.c.done[1] == 0);
	load_1(&a, &pending);
	tf_arena_init(&mem, room, sizeof(room));
	tf_outbox_init(&out, &mem);
	CHECK_ERR(commit_1(&a, &pending, &out), TF_E_STATE);
	/* the coordinator makes party 3's word up: signed by 2 in its name */
	CHECK_OK(tf_attempt_certificate(true_cert, sizeof(true_cert), &true_len,
	                                tf_reshare_attempt(&x.run[2]), x.c.g, recast_scratch()));
	{
		tf_attempt forged = *tf_reshare_attempt(&x.run[2]);

		CHECK_OK(tf_sign(forged.voter[2].sig, &x.c.signer[1], TF_SHARING_DOMAIN,
		                 forged.hash, 32));
		CHECK_OK(tf_attempt_certificate(cert, sizeof(cert), &len, &forged, x.c.g,
		                                recast_scratch()));
	}
	CHECK_ERR(tf_attempt_take(&a, cert, len, recast_find, &x, x.c.g, recast_scratch()),
	          TF_E_TRUST);
	CHECK_ERR(commit_1(&a, &pending, &out), TF_E_STATE);
	for (size_t k = 0; k < x.c.records; k++) /* 3 has heard of all, and has committed */
		CHECK(x.c.record[k].by == 3 || x.c.record[k].len > 0);
	CHECK(x.c.retires <= 1);
	old_shares_sign();
	/* whoever relays the true word: party 1 commits, with what it had on disk */
	CHECK_OK(tf_attempt_take(&a, true_cert, true_len, recast_find, &x, x.c.g,
	                         recast_scratch()));
	CHECK_OK(commit_1(&a, &pending, &out));
	recast_check_key(&x, &pending);
	recast_free(&x);
}

static bool two_words(cast *c, cast_mail *mail)
{
	(void)c;
	return mail->from != 3 || mail->to != 1 || !cast_is(mail, TF_MSG_RESHARE_ACK, NULL);
}

/* Party 3's refusal of what it has acknowledged. */
static void refuse_3(uint8_t abort[static TF_ABORT_MAX], size_t *len, const tf_attempt *of,
                     tf_outbox *out)
{
	tf_attempt_query q = { .epoch = of->sharing.epoch, .device = x.c.env[2].party[2].device };

	memcpy(q.sharing, of->sharing.sharing, 32);
	memcpy(q.hash, of->hash, 32);
	CHECK_OK(tf_attempt_refuse(abort, TF_ABORT_MAX, len, &q, &x.c.signer[2], x.c.g,
	                           recast_scratch(), out));
	tf_outbox_reset(out);
}

/* What party 1 holds against party `liar` is judged by somebody who was not there. */
static void check_convicted(const tf_attempt *a, unsigned liar)
{
	static uint8_t file[2 * TF_CERTIFICATE_MAX], room[TF_SETTLEMENT_MEM];
	tf_settlement word = { .attempt = a, .party = (uint16_t)liar, .accuser = "party 1",
	                    .identity = x.c.signer[liar - 1].pk,
	                    .abort = { a->abort, a->abort_len } };
	tf_evidence_verdict v;
	tf_arena mem;
	size_t len;

	CHECK_OK(tf_settlement_write(file, sizeof(file), &len, &word, x.c.g, recast_scratch()));
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_settlement_judge(&v, file, len, &mem));
	CHECK(v.convicts && v.fault.check == TF_CK_ABORT_HONEST);
	CHECK(memcmp(v.identity, x.c.signer[2].pk, 32) == 0);
}

ATTACK(31s, "two-words-about-a-refresh",
       "the last to acknowledge a refresh does so to party 2 alone, which commits, and shows party"
       " 1 an abort: neither has enough shares of one epoch without the cheat",
       "party 1 keeps its pending share, and commits when party 2's certificate turns up; the cheat"
       " is convicted: ABORT_HONEST")
{
	static uint8_t cert[TF_CERTIFICATE_MAX], abort[TF_ABORT_MAX], room[1 << 18];
	static tf_attempt a;
	static tf_key pending;
	tf_fault fault;
	tf_arena mem;
	tf_outbox out;
	size_t len, abort_len;

	plan();
	x.c.rewrite = two_words;
	recast_start_all(&x);
	cast_run(&x.c);
	CHECK(x.c.done[0] == 0 && x.c.done[1] == 1);
	load_1(&a, &pending);
	tf_arena_init(&mem, room, sizeof(room));
	tf_outbox_init(&out, &mem);
	refuse_3(abort, &abort_len, &a, &out);
	CHECK_OK(tf_attempt_abort(&a, (tf_blob){ abort, abort_len }, 4, recast_find, &x, x.c.g,
	                          recast_scratch(), &out, &fault));
	CHECK(out.count == 1 && out.effect[0].kind == TF_EFFECT_PERSIST);
	CHECK_OK(tf_attempt_sweep(&a, 4, true, &out));
	CHECK(out.count == 1);
	CHECK_ERR(commit_1(&a, &pending, &out), TF_E_STATE);
	CHECK_OK(tf_attempt_certificate(cert, sizeof(cert), &len, tf_reshare_attempt(&x.run[1]),
	                                x.c.g, recast_scratch()));
	CHECK_OK(tf_attempt_take(&a, cert, len, recast_find, &x, x.c.g, recast_scratch()));
	CHECK(tf_attempt_liar(&a, recast_scratch()) == 3);
	check_convicted(&a, 3);
	CHECK_OK(commit_1(&a, &pending, &out));
	recast_check_key(&x, &pending);
	recast_free(&x);
}

/* ---- row 32 ---- */

LIE(bad_share, plus_one(k, &((tf_msg_reshare_share *)m)->f.s))

ATTACK(32, "selective-abort-in-refresh",
       "a wrong refresh share for one party only, so that it alone would lose its key"
       " (lather-rinse-repeat)",
       "everybody names the dealer by the complaint of the one: RESHARE_SHARE; the old epoch signs")
{
	static const lie lies[] = { { &tf_msg_reshare_share_wire, bad_share } };

	plan();
	lies_of(&x.c, 3, lies, 1, 1);
	recast_start_all(&x);
	cast_run(&x.c);
	named(&x.c, 3, 2, TF_CK_RESHARE_SHARE);
	old_epoch_intact(false);
	old_shares_sign();
	recast_free(&x);
}

ATTACK(B06, "refresh-that-renews-nothing",
       "after a refresh: are public shares new, does preprocessing work, do old shares still pass?",
       "every W is another one, the new shares presign and sign, an old share is refused with them")
{
	const tf_key *fresh[3];
	tf_weights w;

	plan();
	recast_start_all(&x);
	cast_run(&x.c);
	recast_check(&x);
	for (unsigned i = 0; i < 3; i++) {
		fresh[i] = tf_reshare_key(&x.run[i]);
		CHECK(!tf_pt_eq(x.c.g, &fresh[i]->sharing.seat[i].W, &x.source[i].sharing.seat[i].W));
	}
	they_sign(fresh);
	x.source[0].sharing = fresh[0]->sharing; /* an old share under the new certificate */
	stage_init(&s, 3, &tf_profile_small);
	CHECK_OK(tf_key_weigh(&w, &x.source[0], &s.c.env[0]));
	cast_rooms(&s.c, tf_presign_sizes(&tf_profile_small, 3, 1));
	CHECK_ERR(tf_presign_start(&s.presign[0],
	                           &(tf_presign_args){ .env = &s.c.env[0], .own = &s.own[0],
	                                               .aux = { NULL, &s.aux[1], &s.aux[2] },
	                                               .weights = &w, .batch = 1 },
	                           &s.c.mem[0], &s.c.out[0]), TF_E_USAGE);
	stage_free(&s);
	recast_free(&x);
}
