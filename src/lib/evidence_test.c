/* Files of who broke a protocol, written by machines and judged by programs that know the public
 * headers only. Device 2, party 3, is the cheat. */
#include <stdlib.h>
#include <string.h>

#include "lib/impl.h"
#include "lib/stage_test.h"
#include "wire_testimony.h"

static stage s;

/* ---- what device 2 does ---- */

#define ALL STAGE_DEVICES

static const tf_wire_type *target; /* NULL: it is honest */
static void (*alter)(void *m, const tf_group *g);
static unsigned only_to; /* device; ALL: to everybody alike */

static void sign_again(stage_mail *mail, tf_envelope *e)
{
	size_t len = TF_ENVELOPE_OVERHEAD + e->payload.len;
	uint8_t *bytes = malloc(len);

	CHECK(bytes != NULL);
	CHECK_OK(tf_envelope_sign(e, &s.m[2]->signer));
	CHECK_OK(tf_envelope_encode(bytes, len, &mail->len, NULL, e));
	free(mail->bytes);
	mail->bytes = bytes;
}

static void change(stage_mail *mail, tf_envelope *e)
{
	const tf_rounds *r = s.m[2]->r;
	size_t most = target->length(&r->wire, TF_WIRE_MOST), room = 4u << 20;
	uint8_t *memory = aligned_alloc(64, room), *payload = malloc(most);
	uint8_t text[TF_ENVELOPE_SIGNED];
	void *value = calloc(1, target->size);
	tf_arena mem;

	CHECK(memory && payload && value);
	tf_arena_init(&mem, memory, room);
	CHECK_OK(tf_wire_decode(target, value, &r->wire, &mem, e->payload.p, e->payload.len));
	alter(value, s.m[2]->g);
	CHECK_OK(tf_wire_encode(target, payload, most, &e->payload.len, &r->wire, value));
	e->payload.p = payload;
	sign_again(mail, e);
	tf_envelope_signed(text, e);
	if (e->to == 0 && only_to == ALL) /* who lies to everybody alike believes it */
		tf_shake256_hash(r->slots[((e->round - 1u) * r->env->n + 2) * 2].digest, text,
		                 sizeof(text));
	free(value);
	free(payload);
	free(memory);
}

static void open_mail(tf_envelope *e, const stage_mail *mail)
{
	static uint8_t none[64] __attribute__((aligned(64)));
	tf_arena mem;

	tf_arena_init(&mem, none, sizeof(none));
	CHECK_OK(tf_envelope_decode(e, NULL, &mem, mail->bytes, mail->len));
}

static void cheat(stage *of, stage_mail *mail)
{
	tf_envelope e;

	(void)of;
	if (!target || mail->from != 2 || (only_to != ALL && mail->to != only_to))
		return;
	open_mail(&e, mail);
	if (e.type == target->type)
		change(mail, &e);
}

static void lie(const tf_wire_type *type, void (*fn)(void *m, const tf_group *g), unsigned to)
{
	target = type;
	alter = fn;
	only_to = to;
	s.meddle = cheat;
}

static void add_one(const tf_group *g, tf_sc *k)
{
	tf_sc one;

	tf_sc_set_u64(g, &one, 1);
	tf_sc_add(g, k, k, &one);
}

/* ---- what the others write ---- */

typedef struct file {
	uint8_t *bytes;
	size_t len;
} file;

static file written[STAGE_DEVICES];

static file write_file(unsigned i)
{
	size_t size = tf_blame_size(s.m[i]);
	tf_memory scratch = { malloc(size + 1), size };
	file f = { malloc(size + 1), 0 };

	CHECK(f.bytes && scratch.p);
	if (size == 0) {
		CHECK_ERR(tf_blame_write(f.bytes, 0, &f.len, s.m[i], scratch), TF_E_STATE);
		free(f.bytes);
		f.bytes = NULL;
	} else {
		CHECK_OK(tf_blame_write(f.bytes, size, &f.len, s.m[i], scratch));
	}
	free(scratch.p);
	return f;
}

static tf_err judge(tf_blame *b, const uint8_t *bytes, size_t len)
{
	tf_bytes in = { bytes, len };
	tf_memory mem = { NULL, tf_blame_room(in) };
	tf_err err;

	memset(b, 0, sizeof(*b));
	if (mem.len == 0)
		return TF_E_ENCODING;
	mem.p = malloc(mem.len);
	CHECK(mem.p != NULL);
	err = tf_blame_verify(b, in, mem);
	free(mem.p);
	CHECK(err == TF_OK || err == TF_E_UNSUPPORTED || tf_err_get_kind(err) == TF_KIND_ENCODING);
	CHECK(err == TF_OK || !b->convicts);
	return err;
}

static bool is_the_cheat(const tf_blame *b)
{
	return b->verdict.party == 3 && b->parties == 1u << 2 &&
	       memcmp(b->identity, s.identity[2], 32) == 0;
}

/* Whoever of the honest is to write (bits of devices) has a file that convicts the cheat of this. */
static void check_files(const char *protocol, tf_check check, unsigned round, unsigned writers)
{
	static const uint8_t none[32];

	for (unsigned i = 0; i < 2; i++) {
		tf_blame b;

		written[i] = write_file(i);
		CHECK((written[i].bytes != NULL) == (writers >> i & 1));
		if (!written[i].bytes)
			continue;
		CHECK_OK(judge(&b, written[i].bytes, written[i].len));
		if (!b.convicts || b.verdict.check != check || b.verdict.round != round)
			tf_test_fail(__FILE__, __LINE__, "%s by %u: party %u, round %u, %s",
			             protocol, i, b.verdict.party, b.verdict.round,
			             tf_verdict_check(&b.verdict));
		CHECK(is_the_cheat(&b) && strcmp(b.protocol, protocol) == 0);
		CHECK(strcmp(b.device, s.name[2]) == 0 && strcmp(b.accuser, s.name[i]) == 0);
		CHECK(memcmp(b.session, s.clique[0].session, 32) == 0);
		CHECK(memcmp(b.trust, none, 32) == 0);
	}
}

/* ---- what is done to a file ---- */

/* The record decoded, changed by fn, and encoded again: does it convict? */
static bool convicts_changed(const file *f, void (*fn)(tf_rec_testimony *m))
{
	size_t cap = f->len + 4096, len = 0, room_len = 1u << 16;
	uint8_t *bytes = malloc(cap), *room = aligned_alloc(64, room_len);
	tf_rec_testimony m;
	tf_arena mem;
	tf_blame b;

	CHECK(bytes && room);
	tf_arena_init(&mem, room, room_len);
	CHECK_OK(tf_wire_decode_framed(&tf_rec_testimony_wire, &m, NULL, &mem, f->bytes, f->len));
	fn(&m);
	CHECK_OK(tf_wire_encode_framed(&tf_rec_testimony_wire, bytes, cap, &len, NULL, &m));
	(void)judge(&b, bytes, len);
	free(room);
	free(bytes);
	return b.convicts;
}

static void same(tf_rec_testimony *m) { (void)m; }
static void other_party(tf_rec_testimony *m) { m->party = 2; }
static void nobody(tf_rec_testimony *m) { m->party = 0; }
static void other_round(tf_rec_testimony *m) { m->round++; }
static void other_check(tf_rec_testimony *m) { m->check = TF_CK_KEYGEN_DEGREE; }
static void no_check(tf_rec_testimony *m) { m->check = 0; }
static void no_messages(tf_rec_testimony *m) { m->messages_n = 0; }
static void last_missing(tf_rec_testimony *m) { m->messages_n--; }
static void other_session(tf_rec_testimony *m) { m->session[0] ^= 1; }
static void other_t(tf_rec_testimony *m) { m->t++; }
static void other_stage(tf_rec_testimony *m) { m->stage = m->stage % TF_TESTIMONY_FROST_SIGN + 1; }
static void no_stage(tf_rec_testimony *m) { m->stage = TF_TESTIMONY_FROST_SIGN + 1; }
static void other_batch(tf_rec_testimony *m) { m->batch++; }
static void one_party(tf_rec_testimony *m) { m->parties_n = 1; }
static void shorter_context(tf_rec_testimony *m) { m->context.len--; }

static void other_curve(tf_rec_testimony *m)
{
	m->curve = m->curve == TF_CURVE_P256 ? TF_CURVE_STARK : TF_CURVE_P256;
}

static void other_key(tf_rec_testimony *m)
{
	memcpy(m->parties[2].identity, s.identity[1], 32);
}

static void parties_exchanged(tf_rec_testimony *m)
{
	tf_testimony_party p = m->parties[2];

	m->parties[2] = m->parties[1];
	m->parties[1] = p;
}

static void check_changes(const file *f)
{
	static void (*const all[])(tf_rec_testimony *m) = {
		other_party, nobody, other_round, other_check, no_check, no_messages, last_missing,
		other_session, other_t, other_stage, no_stage, other_batch, one_party,
		shorter_context, other_curve, other_key, parties_exchanged,
	};

	CHECK(convicts_changed(f, same));
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++)
		if (convicts_changed(f, all[k]))
			tf_test_fail(__FILE__, __LINE__, "change %u convicts", k);
}

/* A bit changed, or an end missing: it convicts nobody else of nothing else. */
static void check_damage(const file *f)
{
	tf_blame was, b;
	uint64_t dice = 1;
	unsigned refused = 0;

	CHECK_OK(judge(&was, f->bytes, f->len));
	for (unsigned k = 0; k < 150; k++) {
		size_t at;

		dice = dice * 6364136223846793005u + 1442695040888963407u;
		at = (dice >> 33) % f->len;
		f->bytes[at] ^= (uint8_t)(1u << (dice >> 60 & 7));
		(void)judge(&b, f->bytes, f->len);
		refused += !b.convicts;
		if (b.convicts) /* names that nobody has signed, or another's words, still true */
			CHECK(is_the_cheat(&b) && b.verdict.check == was.verdict.check &&
			      b.verdict.round == was.verdict.round);
		f->bytes[at] ^= (uint8_t)(1u << (dice >> 60 & 7));
	}
	CHECK(refused > 75);
	for (size_t len = 0; len < f->len; len += f->len / 20 + 1)
		CHECK(judge(&b, f->bytes, len) != TF_OK);
	CHECK(judge(&b, f->bytes, f->len) == TF_OK && b.convicts);
}

static void end_of_the_story(void)
{
	for (unsigned i = 0; i < STAGE_DEVICES; i++) {
		if (written[i].bytes) {
			check_changes(&written[i]);
			check_damage(&written[i]);
		}
		free(written[i].bytes);
		written[i] = (file){ NULL, 0 };
	}
	target = NULL;
	stage_free(&s);
}

static void honest(void)
{
	for (unsigned i = 0; i < s.n; i++)
		CHECK(tf_blame_size(s.m[i]) == 0 && !write_file(i).bytes);
}

/* ---- key generation ---- */

static void begin_keygen(tf_algorithm alg)
{
	static const tf_keygen_params p = { .t = 2, .workspace = "acme", .key_id = { 0x4b } };

	stage_init(&s, 3, alg);
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(tf_keygen_begin(&s.m[i], stage_lend(&s, i, tf_keygen_room(STAGE_SMALL, alg, 3)),
		                         &s.clique[i], &p));
}

static void wrong_share(void *m, const tf_group *g) { add_one(g, &((tf_msg_keygen_share *)m)->f.s); }
static void wrong_proof(void *m, const tf_group *g) { add_one(g, &((tf_msg_keygen_r3 *)m)->psi.z); }

static void no_constant(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_keygen_r2 *)m)->F[0] = (tf_pt){ .identity = 1 };
}

TEST(evidence_of_a_bad_share_of_a_key)
{
	static const tf_algorithm algs[] = { TF_ALG_SCHNORR_ED25519, TF_ALG_SCHNORR_BIP340,
	                                     TF_ALG_ECDSA_SECP256K1 };

	for (unsigned k = 0; k < TF_ARRAY_LEN(algs); k++) {
		lie(&tf_msg_keygen_share_wire, wrong_share, 0);
		begin_keygen(algs[k]);
		s.meddle = cheat;
		stage_run(&s);
		/* one has seen it, and the other heard of it */
		check_files("keygen", TF_CK_KEYGEN_SHARE, 2, 3);
		end_of_the_story();
		begin_keygen(algs[k]);
		stage_run(&s);
		stage_check_done(&s);
		honest();
		end_of_the_story();
	}
}

TEST(evidence_of_false_words_about_a_key)
{
	begin_keygen(TF_ALG_SCHNORR_ED25519);
	lie(&tf_msg_keygen_r3_wire, wrong_proof, ALL);
	stage_run(&s);
	check_files("keygen", TF_CK_SCH_EQUATION, 3, 3);
	end_of_the_story();
	begin_keygen(TF_ALG_SCHNORR_BIP340);
	lie(&tf_msg_keygen_r2_wire, no_constant, ALL);
	stage_run(&s);
	check_files("keygen", TF_CK_KEYGEN_COMMITMENT, 2, 3);
	end_of_the_story();
}

/* ---- resharing and refresh ---- */

static void begin_change(tf_change what, tf_algorithm alg)
{
	size_t room = tf_reshare_room(STAGE_SMALL, alg, 3);

	stage_init(&s, 3, alg);
	stage_keygen(&s, 2);
	for (unsigned i = 0; i < 3; i++) {
		tf_reshare_params p = { .change = what, .key = stage_key(&s, i),
		                        .form = TF_FORM_THRESHOLD, .t = 2,
		                        .epoch = what == TF_CHANGE_REFRESH ? 2 : 1 };

		for (uint16_t j = 0; j < 3; j++) /* a resharing: other seats */
			p.seat[j] = (tf_seat_change){ (uint16_t)(j + 1),
			                              (uint16_t)(what == TF_CHANGE_REFRESH ? j + 1
			                                                                   : 9 - j) };
		CHECK_OK(tf_reshare_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
	}
}

static void wrong_part(void *m, const tf_group *g) { add_one(g, &((tf_msg_reshare_share *)m)->f.s); }

static void wrong_r3(void *m, const tf_group *g)
{
	add_one(g, &((tf_msg_reshare_r3 *)m)->psi[0].z);
}

static void other_certificate(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_reshare_ack *)m)->certificate[0] ^= 1;
}

static void other_V(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_reshare_r1 *)m)->V[0] ^= 1;
}

TEST(evidence_of_a_bad_share_of_a_resharing_and_a_refresh)
{
	for (tf_change what = TF_CHANGE_RESHARE; what <= TF_CHANGE_REFRESH; what++) {
		begin_change(what, TF_ALG_SCHNORR_BIP340);
		lie(&tf_msg_reshare_share_wire, wrong_part, 1);
		stage_run(&s);
		check_files("reshare", TF_CK_RESHARE_SHARE, 2, 3);
		end_of_the_story();
		begin_change(what, TF_ALG_SCHNORR_BIP340);
		stage_run(&s);
		stage_check_done(&s);
		honest();
		end_of_the_story();
	}
}

TEST(evidence_of_false_words_in_a_resharing_and_a_refresh)
{
	for (tf_change what = TF_CHANGE_RESHARE; what <= TF_CHANGE_REFRESH; what++) {
		begin_change(what, TF_ALG_ECDSA_SECP256K1);
		lie(&tf_msg_reshare_r3_wire, wrong_r3, ALL);
		stage_run(&s);
		check_files("reshare", TF_CK_SCH_EQUATION, 3, 3);
		end_of_the_story();
		begin_change(what, TF_ALG_ECDSA_SECP256K1);
		lie(&tf_msg_reshare_r1_wire, other_V, ALL);
		stage_run(&s);
		check_files("reshare", TF_CK_RESHARE_COMMITMENT, 2, 3);
		end_of_the_story();
		begin_change(what, TF_ALG_ECDSA_SECP256K1);
		lie(&tf_msg_reshare_ack_wire, other_certificate, ALL);
		stage_run(&s);
		check_files("reshare", TF_CK_RESHARE_RESULT, 4, 3);
		end_of_the_story();
	}
}

TEST(evidence_of_two_faces_in_a_refresh)
{
	begin_change(TF_CHANGE_REFRESH, TF_ALG_SCHNORR_ED25519);
	lie(&tf_msg_reshare_r1_wire, other_V, 1);
	stage_run(&s);
	check_files("reshare", TF_CK_EQUIVOCATION, 1, 3);
	end_of_the_story();
}

/* ---- false accusations ---- */

/* The cheat complains of device 0's share, which is good, instead of proving. */
static void complain(stage *of, stage_mail *mail)
{
	static uint8_t payload[1 << 14], kept[2][1 << 12];
	static size_t kept_len[2];
	tf_msg_complaint m = { .accused = 1 };
	tf_envelope e;
	size_t len = 0;

	(void)of;
	open_mail(&e, mail);
	if (mail->from == 0 && mail->to == 2 && e.round == 2) {
		unsigned one = e.to != 0;

		CHECK(mail->len <= sizeof(kept[one]));
		memcpy(kept[one], mail->bytes, mail->len);
		kept_len[one] = mail->len;
	}
	if (mail->from != 2 || (e.type != TF_MSG_KEYGEN_R3 && e.type != TF_MSG_RESHARE_R3))
		return;
	m.broadcast = (tf_blob){ kept[0], kept_len[0] };
	m.direct = (tf_blob){ kept[1], kept_len[1] };
	CHECK_OK(tf_msg_complaint_encode(payload, sizeof(payload), &len, NULL, &m));
	e.type = TF_MSG_COMPLAINT;
	e.round = 2;
	memset(e.echo, 0, sizeof(e.echo));
	e.payload = (tf_blob){ payload, len };
	sign_again(mail, &e);
}

TEST(evidence_of_a_false_complaint_convicts_its_author)
{
	for (unsigned k = 0; k < 3; k++) {
		if (k == 0)
			begin_keygen(TF_ALG_SCHNORR_ED25519);
		else
			begin_change(k == 1 ? TF_CHANGE_RESHARE : TF_CHANGE_REFRESH,
			             TF_ALG_SCHNORR_ED25519);
		s.meddle = complain;
		stage_run(&s);
		check_files(k ? "reshare" : "keygen", TF_CK_COMPLAINT_FALSE, 2, 3);
		end_of_the_story();
	}
}

/* ---- FROST ---- */

static const uint8_t text[] = "transfer 5 from savings to checking";

typedef struct suite {
	tf_algorithm alg;
	tf_frost_variant variant;
	tf_frost_spend spend;
	bool confirm;
} suite;

static const suite suites[] = {
	{ TF_ALG_SCHNORR_ED25519, TF_FROST_RFC9591, TF_SPEND_KEY, true },
	{ TF_ALG_SCHNORR_ED25519, TF_FROST_RFC9591, TF_SPEND_KEY, false },
	{ TF_ALG_SCHNORR_BIP340, TF_FROST_RFC9591, TF_SPEND_KEY_PATH, true },
	{ TF_ALG_SCHNORR_BIP340, TF_FROST_BIP445_DRAFT, TF_SPEND_SCRIPT_TREE, false },
};

static void begin_prepare(const suite *of)
{
	uint32_t batch = of->confirm ? 2 : TF_FROST_MOST;
	size_t room = tf_frost_prepare_room(of->alg, 3, batch);

	stage_init(&s, 3, of->alg);
	stage_keygen(&s, 3);
	for (unsigned i = 0; i < 3; i++) {
		tf_frost_prepare_params p = { .key = stage_key(&s, i), .variant = of->variant,
		                              .batch = batch, .confirm = of->confirm };

		CHECK_OK(tf_frost_prepare_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
	}
}

/* The second pair of a preparation signs for a child of the key. */
static void begin_sign(const suite *of)
{
	size_t room = tf_frost_sign_room(of->alg, 3, sizeof(text));
	tf_frost_nonces nonces[3];

	begin_prepare(of);
	stage_run(&s);
	stage_check_done(&s);
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(tf_frost_prepare_move(&nonces[i], s.m[i], 1));
	for (unsigned i = 0; i < 3; i++) {
		tf_frost_sign_params p = { .key = stage_key(&s, i), .nonces = &nonces[i],
		                           .spend = of->spend, .root = { 0x77 },
		                           .message = { text, sizeof(text) } };

		CHECK_OK(tf_derivation_parse(&p.path, "m/1/7"));
		CHECK_OK(tf_frost_sign_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
	}
}

static void no_D(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_frost_commit *)m)->items[1].D = (tf_pt){ .identity = 1 };
}

static void no_E(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_frost_commit *)m)->items[0].E = (tf_pt){ .identity = 1 };
}

static void too_few(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_frost_commit *)m)->items_n = 1;
}

static void other_id(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_frost_confirm *)m)->items[1].id[31] ^= 1;
}

static void wrong_z(void *m, const tf_group *g) { add_one(g, &((tf_msg_frost_share *)m)->z); }

TEST(evidence_of_bad_commitments_of_frost)
{
	static const struct {
		void (*fn)(void *m, const tf_group *g);
		tf_check check;
	} lies[] = { { no_D, TF_CK_FROST_D }, { no_E, TF_CK_FROST_E },
		     { too_few, TF_CK_FROST_BATCH } };

	for (unsigned k = 0; k < TF_ARRAY_LEN(suites); k++)
		for (unsigned l = 0; l < TF_ARRAY_LEN(lies); l++) {
			if (k != l && k != 3) /* each lie with each algorithm, no more */
				continue;
			begin_prepare(&suites[k]);
			lie(&tf_msg_frost_commit_wire, lies[l].fn, ALL);
			stage_run(&s);
			check_files("frost-prepare", lies[l].check, 1, 3);
			end_of_the_story();
		}
	begin_prepare(&suites[0]);
	lie(&tf_msg_frost_confirm_wire, other_id, ALL);
	stage_run(&s);
	check_files("frost-prepare", TF_CK_FROST_CONFIRM, 2, 3);
	end_of_the_story();
	begin_prepare(&suites[0]);
	stage_run(&s);
	stage_check_done(&s);
	honest();
	end_of_the_story();
}

TEST(evidence_of_a_bad_signature_share_of_frost)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(suites); k++) {
		begin_sign(&suites[k]);
		lie(&tf_msg_frost_share_wire, wrong_z, ALL);
		s.meddle = cheat;
		stage_run(&s);
		check_files("frost-sign", TF_CK_FROST_SHARE, 1, 3);
		end_of_the_story();
		begin_sign(&suites[k]);
		stage_run(&s);
		stage_check_done(&s);
		honest();
		end_of_the_story();
	}
}
