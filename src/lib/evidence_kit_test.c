#include "lib/evidence_kit_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

stage s;

/* ---- runs of three ---- */

void kit_begin_keygen(tf_algorithm alg)
{
	static const tf_keygen_params p = { .t = 2, .workspace = "acme", .key_id = { 0x4b } };
	size_t room = tf_keygen_room(STAGE_SMALL, alg, 3);

	stage_init(&s, 3, alg);
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(tf_keygen_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
}

void kit_begin_change(tf_change what, tf_algorithm alg)
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

static const uint8_t words[] = "transfer 5 from savings to checking";

const kit_suite kit_suites[KIT_SUITES] = {
	{ TF_ALG_SCHNORR_ED25519, TF_FROST_RFC9591, TF_SPEND_KEY, true },
	{ TF_ALG_SCHNORR_ED25519, TF_FROST_RFC9591, TF_SPEND_KEY, false },
	{ TF_ALG_SCHNORR_BIP340, TF_FROST_RFC9591, TF_SPEND_KEY_PATH, true },
	{ TF_ALG_SCHNORR_BIP340, TF_FROST_BIP445_DRAFT, TF_SPEND_SCRIPT_TREE, false },
};

void kit_begin_prepare(const kit_suite *of)
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
void kit_begin_sign(const kit_suite *of)
{
	size_t room = tf_frost_sign_room(of->alg, 3, sizeof(words));
	tf_frost_nonces nonces[3];

	kit_begin_prepare(of);
	stage_run(&s);
	stage_check_done(&s);
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(tf_frost_prepare_move(&nonces[i], s.m[i], 1));
	for (unsigned i = 0; i < 3; i++) {
		tf_frost_sign_params p = { .key = stage_key(&s, i), .nonces = &nonces[i],
		                           .spend = of->spend, .root = { 0x77 },
		                           .message = { words, sizeof(words) } };

		CHECK_OK(tf_derivation_parse(&p.path, "m/1/7"));
		CHECK_OK(tf_frost_sign_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
	}
}

/* ---- what device 2 does ---- */

static const tf_wire_type *target; /* NULL: it is honest */
static void (*alter)(void *m, const tf_group *g);
static unsigned only_to; /* device; ALL: to everybody alike */

void kit_sign_again(stage_mail *mail, tf_envelope *e)
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
	kit_sign_again(mail, e);
	tf_envelope_signed(text, e);
	if (e->to == 0 && only_to == ALL) /* who lies to everybody alike believes it */
		tf_shake256_hash(r->slots[((e->round - 1u) * r->env->n + 2) * 2].digest, text,
		                 sizeof(text));
	free(value);
	free(payload);
	free(memory);
}

void kit_open_mail(tf_envelope *e, const stage_mail *mail)
{
	static uint8_t none[64] __attribute__((aligned(64)));
	tf_arena mem;

	tf_arena_init(&mem, none, sizeof(none));
	CHECK_OK(tf_envelope_decode(e, NULL, &mem, mail->bytes, mail->len));
}

void kit_cheat(stage *of, stage_mail *mail)
{
	tf_envelope e;

	(void)of;
	if (!target || mail->from != 2 || (only_to != ALL && mail->to != only_to))
		return;
	kit_open_mail(&e, mail);
	if (e.type == target->type)
		change(mail, &e);
}

void kit_lie(const tf_wire_type *type, void (*fn)(void *m, const tf_group *g), unsigned to)
{
	target = type;
	alter = fn;
	only_to = to;
	s.meddle = kit_cheat;
}

void kit_add_one(const tf_group *g, tf_sc *k)
{
	tf_sc one;

	tf_sc_set_u64(g, &one, 1);
	tf_sc_add(g, k, k, &one);
}

/* ---- what the others write ---- */

kit_file kit_written[STAGE_DEVICES];

static kit_file write_file(unsigned i)
{
	size_t size = tf_blame_size(s.m[i]);
	tf_memory scratch = { malloc(size + 1), size };
	kit_file f = { malloc(size + 1), 0 };

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

tf_err kit_judge(tf_blame *b, const uint8_t *bytes, size_t len)
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

bool kit_is_cheat(const tf_blame *b)
{
	unsigned party = strcmp(b->protocol, "settle") == 0 ? 1 : 3;

	return b->verdict.party == party && b->parties == 1u << (party - 1) &&
	       memcmp(b->identity, s.identity[2], 32) == 0;
}

void kit_check_files(const char *protocol, tf_check check, unsigned round, unsigned writers)
{
	static const uint8_t none[32];

	for (unsigned i = 0; i < 2; i++) {
		tf_blame b;

		kit_written[i] = write_file(i);
		CHECK((kit_written[i].bytes != NULL) == (writers >> i & 1));
		if (!kit_written[i].bytes)
			continue;
		CHECK_OK(kit_judge(&b, kit_written[i].bytes, kit_written[i].len));
		if (!b.convicts || b.verdict.check != check || b.verdict.round != round)
			tf_test_fail(__FILE__, __LINE__, "%s by %u: party %u, round %u, %s",
			             protocol, i, b.verdict.party, b.verdict.round,
			             tf_verdict_check(&b.verdict));
		CHECK(kit_is_cheat(&b) && strcmp(b.protocol, protocol) == 0);
		CHECK(strcmp(b.device, s.name[2]) == 0 && strcmp(b.accuser, s.name[i]) == 0);
		CHECK(memcmp(b.session, s.clique[0].session, 32) == 0);
		CHECK(memcmp(b.trust, none, 32) == 0);
	}
}

/* ---- what is done to a file ---- */

/* The record decoded, changed by fn, and encoded again: does it convict? */
bool kit_convicts_changed(const kit_file *f, void (*fn)(tf_rec_testimony *m))
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
	(void)kit_judge(&b, bytes, len);
	free(room);
	free(bytes);
	return b.convicts;
}

void kit_same(tf_rec_testimony *m) { (void)m; }
static void other_party(tf_rec_testimony *m) { m->party = 2; }
static void nobody(tf_rec_testimony *m) { m->party = 0; }
static void other_round(tf_rec_testimony *m) { m->round++; }
void kit_other_check(tf_rec_testimony *m) { m->check = TF_CK_KEYGEN_DEGREE; }
static void no_check(tf_rec_testimony *m) { m->check = 0; }
static void no_messages(tf_rec_testimony *m) { m->messages_n = 0; }
void kit_last_missing(tf_rec_testimony *m) { m->messages_n--; }
void kit_other_session(tf_rec_testimony *m) { m->session[0] ^= 1; }
void kit_other_t(tf_rec_testimony *m) { m->t++; }
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

void kit_parties_exchanged(tf_rec_testimony *m)
{
	tf_testimony_party p = m->parties[2];

	m->parties[2] = m->parties[1];
	m->parties[1] = p;
}

static void check_changes(const kit_file *f)
{
	static void (*const all[])(tf_rec_testimony *m) = {
		other_party, nobody, other_round, kit_other_check, no_check, no_messages, kit_last_missing,
		kit_other_session, kit_other_t, other_stage, no_stage, other_batch, one_party,
		shorter_context, other_curve, other_key, kit_parties_exchanged,
	};

	CHECK(kit_convicts_changed(f, kit_same));
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++)
		if (kit_convicts_changed(f, all[k]))
			tf_test_fail(__FILE__, __LINE__, "change %u convicts", k);
}

void kit_check_damage(const kit_file *f)
{
	tf_blame was, b;
	uint64_t dice = 1;
	unsigned refused = 0;

	CHECK_OK(kit_judge(&was, f->bytes, f->len));
	for (unsigned k = 0; k < 100; k++) {
		size_t at;

		dice = dice * 6364136223846793005u + 1442695040888963407u;
		at = (dice >> 33) % f->len;
		f->bytes[at] ^= (uint8_t)(1u << (dice >> 60 & 7));
		(void)kit_judge(&b, f->bytes, f->len);
		refused += !b.convicts;
		if (b.convicts) /* names that nobody has signed, or another's words, still true */
			CHECK(kit_is_cheat(&b) && b.verdict.check == was.verdict.check &&
			      b.verdict.round == was.verdict.round);
		f->bytes[at] ^= (uint8_t)(1u << (dice >> 60 & 7));
	}
	CHECK(refused > 50);
	for (size_t len = 0; len < f->len; len += f->len / 20 + 1)
		CHECK(kit_judge(&b, f->bytes, len) != TF_OK);
	CHECK(kit_judge(&b, f->bytes, f->len) == TF_OK && b.convicts);
}

/* TREFOIL_WRITE_SAMPLES=1 test_lib evidence_of: writes those of a new version. */
void kit_keep(const char *name)
{
	char path[128];
	FILE *f;

	if (!getenv("TREFOIL_WRITE_SAMPLES"))
		return;
	snprintf(path, sizeof(path), "tests/vectors/evidence/%s", name);
	f = fopen(tf_test_path(path), "wb");
	CHECK(f && fwrite(kit_written[1].bytes, 1, kit_written[1].len, f) == kit_written[1].len);
	CHECK(fclose(f) == 0);
}

void kit_forget(void)
{
	for (unsigned i = 0; i < STAGE_DEVICES; i++) {
		free(kit_written[i].bytes);
		kit_written[i] = (kit_file){ NULL, 0 };
	}
}

void kit_end(void)
{
	for (unsigned i = 0; i < STAGE_DEVICES; i++)
		if (kit_written[i].bytes) {
			check_changes(&kit_written[i]);
			kit_check_damage(&kit_written[i]);
		}
	kit_forget();
	target = NULL;
	stage_free(&s);
}

void kit_honest(void)
{
	for (unsigned i = 0; i < s.n; i++)
		CHECK(tf_blame_size(s.m[i]) == 0 && !write_file(i).bytes);
}
