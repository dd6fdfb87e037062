/* libtrefoil as its users call it: machines begun with parameters and records that cannot be, in
 * less memory than they need, given messages and asked everything; and what reads records, keys and
 * signatures.
 *
 * The first byte chooses what is done (a machine of each kind, or reading), the second how many
 * 64ths of the memory are missing (0 to 3; more: none). Then, for a machine, knobs: u8 which, u8
 * value, up to which 255; the rest is a message. For reading: u8 which function, u8 odd: the rest
 * is what is read; even: it damages what is good (u16 how much is cut off, then (u16 where, u8
 * xor)).
 *
 * Always: a call answers with an error of its contract and makes no machine, or makes one; in what
 * was lent, all that was touched is wiped in the end; a presignature is gone after its first use;
 * what was not altered is accepted; no signature but the good one holds. */
#include <string.h>

#include "fuzz.h"
#include "lib/stage_test.h"

#define LENT 0xa5u          /* fills what is lent */
#define ROOM_MAX (8u << 20) /* more is not lent here */
#define RECORD_MAX 0x8000u

typedef struct input {
	const uint8_t *p;
	size_t len;
} input;

typedef struct record {
	uint8_t b[RECORD_MAX];
	size_t len;
} record;

typedef enum machine {
	KEYGEN, AUXINFO, PRESIGN, SIGN, RESHARE, PREPARE, FROST, SETTLE, READING
} machine;

/* A key of three devices each, and what the first of them has. */
static stage ecdsa, schnorr;
static record ecdsa_key, schnorr_key, moduli, peer[2], certificate;
static tf_presignature presignature;
static tf_frost_nonces nonces;
static tf_signature signature;
static uint8_t child[TF_PUBLIC_KEY_BYTES];
static const uint8_t digest[32] = { 0x5d };

/* What a call is made with. */
static struct {
	stage *s;
	tf_clique c;
	tf_participant *party; /* TF_CLIQUE_MAX, exact */
	char name[TF_CLIQUE_MAX][8];
	tf_keygen_params keygen;
	tf_auxinfo_params auxinfo;
	tf_presign_params presign;
	tf_signing_params signing;
	tf_reshare_params reshare;
	tf_frost_prepare_params prepare;
	tf_frost_sign_params frost;
	tf_settle_params settle;
	tf_presignature presignature;
	tf_frost_nonces nonces;
	record key, moduli, peer;
	uint8_t *message;
	unsigned draws; /* until the source fails; 0: never */
	bool altered;
} call;

static unsigned take(input *in)
{
	if (in->len == 0)
		return 0;
	in->len--;
	return *in->p++;
}

static unsigned take16(input *in)
{
	unsigned high = take(in);

	return high << 8 | take(in);
}

/* ---- what is good ---- */

static void keep(record *out, tf_bytes r)
{
	ALWAYS(r.len > 0 && r.len <= sizeof(out->b));
	memcpy(out->b, r.p, r.len);
	out->len = r.len;
}

static void make_ecdsa(void)
{
	tf_key_facts facts;
	tf_bytes cert;

	stage_init(&ecdsa, 3, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&ecdsa, 2);
	stage_introduce(&ecdsa);
	stage_presign(&ecdsa, 2, true);
	facts = stage_facts(&ecdsa, 0);
	stage_begin_sign(&ecdsa, 1, "m/1/2", digest);
	stage_run(&ecdsa);
	ALWAYS(tf_signing_signature(&signature, child, ecdsa.m[0]) == TF_OK);
	presignature = ecdsa.presig[0][0];
	keep(&ecdsa_key, stage_record_find(&ecdsa, 0, TF_RECORD_KEY, facts.sharing, 32));
	keep(&moduli, (tf_bytes){ ecdsa.moduli[0], ecdsa.moduli_len[0] });
	for (unsigned j = 0; j < 2; j++)
		keep(&peer[j], stage_record_find(&ecdsa, 0, TF_RECORD_PEER, ecdsa.name[j + 1],
		                                 strlen(ecdsa.name[j + 1])));
	ALWAYS(tf_key_certificate(&cert, ecdsa.alg, (tf_bytes){ ecdsa_key.b, ecdsa_key.len },
	                          stage_scratch()) == TF_OK);
	keep(&certificate, cert);
}

static void make_schnorr(void)
{
	tf_frost_prepare_params p = { .batch = 1, .confirm = true };
	size_t room;

	stage_init(&schnorr, 3, TF_ALG_SCHNORR_ED25519);
	stage_keygen(&schnorr, 2);
	keep(&schnorr_key, stage_key(&schnorr, 0));
	room = tf_frost_prepare_room(schnorr.alg, 3, 1);
	for (unsigned i = 0; i < 3; i++) {
		p.key = stage_key(&schnorr, i);
		ALWAYS(tf_frost_prepare_begin(&schnorr.m[i], stage_lend(&schnorr, i, room),
		                              &schnorr.clique[i], &p) == TF_OK);
	}
	stage_run(&schnorr);
	ALWAYS(tf_frost_prepare_move(&nonces, schnorr.m[0], 0) == TF_OK);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	make_ecdsa();
	make_schnorr();
	return 0;
}

/* ---- parameters ---- */

static tf_err fill(void *ctx, uint8_t *out, size_t len)
{
	const tf_random *good = ctx;

	if (call.draws && --call.draws == 0) {
		call.draws = 1;
		return TF_E_PROOF; /* whatever its author thought of */
	}
	return good->fill(good->ctx, out, len);
}

static bool schnorr_kind(machine kind)
{
	return kind == RESHARE || kind == PREPARE || kind == FROST || kind == SETTLE;
}

static tf_bytes bytes(const record *r)
{
	return (tf_bytes){ r->b, r->len };
}

static void set_clique(void)
{
	call.c = call.s->clique[0];
	call.party = calloc(TF_CLIQUE_MAX, sizeof(*call.party));
	ALWAYS(call.party != NULL);
	for (unsigned i = 0; i < TF_CLIQUE_MAX; i++) {
		snprintf(call.name[i], sizeof(call.name[i]), "more-%u", i);
		call.party[i] = (tf_participant){ .device = call.name[i], .seat = (uint16_t)(i + 1),
		                                  .identity = { 0x99, (uint8_t)i } };
	}
	memcpy(call.party, call.s->party, 3 * sizeof(*call.party));
	call.c.party = call.party;
	memset(call.c.session, 0x77, sizeof(call.c.session));
	call.c.memo = NULL;
	call.c.random = (tf_random){ fill, &call.s->clique[0].random };
}

static void set_params(machine kind)
{
	bool s = schnorr_kind(kind);

	call.s = s ? &schnorr : &ecdsa;
	call.draws = 0;
	call.altered = false;
	call.key = s ? schnorr_key : ecdsa_key;
	call.moduli = moduli;
	call.peer = peer[0];
	call.presignature = presignature;
	call.nonces = nonces;
	call.message = NULL;
	set_clique();
	call.keygen = (tf_keygen_params){ .t = 2, .workspace = "fuzz" };
	call.auxinfo = (tf_auxinfo_params){ .moduli = bytes(&call.moduli), .now = 1 };
	call.presign = (tf_presign_params){ .key = bytes(&call.key), .moduli = bytes(&call.moduli),
	                                    .batch = 1 };
	call.presign.peer[1] = bytes(&call.peer);
	call.presign.peer[2] = bytes(&peer[1]);
	call.signing = (tf_signing_params){ .key = bytes(&call.key),
	                                    .presignature = &call.presignature };
	memcpy(call.signing.digest, digest, sizeof(digest));
	call.reshare = (tf_reshare_params){ .change = TF_CHANGE_REFRESH, .key = bytes(&call.key),
	                                    .t = 2, .epoch = 2, .epoch_used = 1,
	                                    .roster = stage_roster(call.s) };
	for (uint16_t j = 0; j < 3; j++)
		call.reshare.seat[j] = (tf_seat_change){ (uint16_t)(j + 1), (uint16_t)(j + 1) };
	call.prepare = (tf_frost_prepare_params){ .key = bytes(&call.key), .batch = 1 };
	call.frost = (tf_frost_sign_params){ .key = bytes(&call.key), .nonces = &call.nonces };
	call.settle = (tf_settle_params){ .algorithm = call.s->alg, .device = call.s->name[0],
	                                  .seed = call.s->seed[0], .committed = 1,
	                                  .roster = stage_roster(call.s) };
}

static void knob_record(tf_bytes *of, record *r, unsigned which, unsigned value)
{
	if (which == 0)
		r->len -= value < r->len ? value : r->len;
	else
		r->b[value * 257u % (r->len ? r->len : 1)] ^= (uint8_t)which;
	*of = bytes(r);
}

static void knob_name(unsigned value)
{
	static char too_long[TF_DEVICE_ID_MAX + 2];
	static const char *const all[] = { NULL, "", "a\nb", "\xff", too_long, "device-1", "\xc3\xa9" };

	memset(too_long, 'x', TF_DEVICE_ID_MAX + 1);
	call.party[value % TF_CLIQUE_MAX].device = all[value / TF_CLIQUE_MAX % TF_ARRAY_LEN(all)];
}

static void knob_clique(unsigned which, unsigned value)
{
	static const tf_level levels[] = { TF_LEVEL_P128, TF_LEVEL_P112, STAGE_SMALL, 0, (tf_level)3 };

	switch (which) {
	case 0: call.c.n = (uint16_t)value; break;
	case 1: call.c.self = (uint16_t)value; break;
	case 2: call.c.level = levels[value % TF_ARRAY_LEN(levels)]; break;
	case 3: call.c.algorithm = (tf_algorithm)(value % 8); break;
	case 4: call.c.kernel = (tf_kernel_choice)(value % 5); break;
	case 5: knob_name(value); break;
	case 6: call.party[value % TF_CLIQUE_MAX].seat = (uint16_t)(value / TF_CLIQUE_MAX); break;
	case 7: call.party[value % TF_CLIQUE_MAX].identity[0] ^= (uint8_t)value; break;
	case 8: call.c.seed = value % 2 ? NULL : call.s->seed[1]; break;
	case 9: call.c.random.fill = NULL; break;
	case 10: call.c.party = NULL; break;
	case 11: call.draws = value; break;
	}
}

static void knob_path(tf_derivation *path, unsigned value)
{
	path->len = value % 16;
	path->index[value % TF_PATH_STEPS] = value > 128 ? UINT32_MAX - value : value;
}

static void knob_reshare(unsigned value)
{
	tf_reshare_params *p = &call.reshare;

	switch (value % 8) {
	case 0: p->change = (tf_change)(value / 8 % 3); break;
	case 1: p->form = (tf_key_form)(value / 8 % 3); break;
	case 2: p->epoch = value / 8; break;
	case 3: p->epoch_used = value / 8; break;
	case 4: p->seat[value / 8 % 16].deals ^= 3; break;
	case 5: p->seat[value / 8 % 16].receives ^= 5; break;
	case 6: p->key = (tf_bytes){ NULL, 0 }; break;
	case 7: p->certificate = value & 8 ? bytes(&certificate) : bytes(&call.key); break;
	}
}

static void knob(unsigned which, unsigned value)
{
	call.altered = true;
	switch (which) {
	case 12: call.keygen.t = call.reshare.t = (uint16_t)value; break;
	case 13: call.keygen.workspace = value % 2 ? NULL : call.party[value % 16].device; break;
	case 14: call.presign.batch = call.prepare.batch = value > 250 ? UINT32_MAX : value; break;
	case 15:
	case 16:
		knob_record(&call.presign.key, &call.key, which - 15, value);
		call.reshare.key = call.prepare.key = call.frost.key = call.presign.key;
		call.settle.pending = call.signing.key = call.presign.key;
		break;
	case 17:
	case 18:
		knob_record(&call.presign.moduli, &call.moduli, which - 17, value);
		call.auxinfo.moduli = call.presign.moduli;
		break;
	case 19:
	case 20: knob_record(&call.presign.peer[1], &call.peer, which - 19, value); break;
	case 21: knob_path(&call.signing.path, value); break;
	case 22: knob_path(&call.frost.path, value); break;
	case 23: call.frost.spend = (tf_frost_spend)(value % 5); break;
	case 24: call.prepare.variant = (tf_frost_variant)(value % 4); break;
	case 25: knob_reshare(value); break;
	case 26: call.presign.confirm = call.prepare.confirm = value % 2; break;
	case 27: call.settle.attempt = call.settle.pending = bytes(&call.moduli); break;
	case 28: call.frost.message.len = value * 300u; break;
	default: knob_clique(which % 12, value); break;
	}
}

/* ---- a machine ---- */

static size_t room_of(machine kind)
{
	const tf_clique *c = &call.c;

	switch (kind) {
	case KEYGEN: return tf_keygen_room(c->level, c->algorithm, c->n);
	case AUXINFO: return tf_auxinfo_room(c->level, c->algorithm, c->n);
	case PRESIGN: return tf_presign_room(c->level, c->algorithm, c->n, call.presign.batch);
	case SIGN: return tf_signing_room(c->level, c->algorithm, c->n);
	case RESHARE: return tf_reshare_room(c->level, c->algorithm, c->n);
	case PREPARE: return tf_frost_prepare_room(c->algorithm, c->n, call.prepare.batch);
	case FROST: return tf_frost_sign_room(c->algorithm, c->n, call.frost.message.len);
	case SETTLE: return tf_settle_room();
	case READING: break;
	}
	return 0;
}

static tf_err begin(tf_machine **m, tf_memory mem, machine kind)
{
	switch (kind) {
	case KEYGEN: return tf_keygen_begin(m, mem, &call.c, &call.keygen);
	case AUXINFO: return tf_auxinfo_begin(m, mem, &call.c, &call.auxinfo);
	case PRESIGN: return tf_presign_begin(m, mem, &call.c, &call.presign);
	case SIGN: return tf_signing_begin(m, mem, &call.c, &call.signing);
	case RESHARE: return tf_reshare_begin(m, mem, &call.c, &call.reshare);
	case PREPARE: return tf_frost_prepare_begin(m, mem, &call.c, &call.prepare);
	case FROST: return tf_frost_sign_begin(m, mem, &call.c, &call.frost);
	case SETTLE: return tf_settle_begin(m, mem, &call.settle);
	case READING: break;
	}
	return TF_E_USAGE;
}

/* Does p[0 .. len) hold only bytes a and b? A fuzzer that is told of each comparison here has no
 * time for anything else. */
#ifdef __clang__
__attribute__((no_sanitize("coverage"), noinline))
#endif
static bool only(const void *p, size_t len, uint8_t a, uint8_t b)
{
	const uint8_t *q = p;
	bool other = false;

	for (size_t i = 0; i < len; i++)
		other |= (q[i] != a) & (q[i] != b);
	return !other;
}

static void check_error(tf_err err)
{
	tf_err_kind kind = tf_err_get_kind(err);

	ALWAYS(err != TF_E_FAULT && err != TF_E_PROOF && err != TF_E_CONFLICT && err != TF_E_BUSY);
	ALWAYS(kind == TF_KIND_USAGE || kind == TF_KIND_ENCODING || kind == TF_KIND_STATE ||
	       kind == TF_KIND_TRUST || err == TF_E_ENTROPY);
}

/* Everything that may be asked, whatever it is. */
static void ask(tf_machine *m, machine kind)
{
	uint8_t sig[64], key[TF_PUBLIC_KEY_BYTES], out[64];
	tf_frost_nonces n;
	tf_presignature p;
	tf_signature s;
	tf_bytes evidence[2];
	size_t len;

	for (unsigned party = 0; party <= 17; party++)
		(void)tf_machine_awaits(m, party);
	ALWAYS(tf_machine_round(m) != NULL && tf_machine_evidence(evidence, m) == 0);
	ALWAYS(tf_blame_size(m) == 0);
	ALWAYS(tf_blame_write(out, sizeof(out), &len, m, stage_scratch()) == TF_E_STATE);
	ALWAYS(tf_presign_move(&p, m, 0) == (kind == PRESIGN ? TF_E_STATE : TF_E_USAGE));
	ALWAYS(tf_frost_prepare_move(&n, m, 0) == (kind == PREPARE ? TF_E_STATE : TF_E_USAGE));
	ALWAYS(tf_signing_signature(&s, key, m) == (kind == SIGN ? TF_E_STATE : TF_E_USAGE));
	ALWAYS(tf_frost_sign_signature(sig, key, m) == (kind == FROST ? TF_E_STATE : TF_E_USAGE));
	ALWAYS(!tf_presign_alerted(m) && tf_presign_convicts(m) == 0);
	if (kind != SETTLE)
		ALWAYS(tf_settle_commit(m) == TF_E_USAGE && tf_settle_sweep(m) == TF_E_USAGE);
}

/* Its own first message, and the rest of the input. */
static void feed(tf_machine *m, input *in)
{
	const tf_effect *e;
	size_t n = tf_machine_effects(&e, m);
	uint8_t *copy = malloc(in->len ? in->len : 1);
	tf_verdict v;

	ALWAYS(copy != NULL);
	memcpy(copy, in->p, in->len);
	for (size_t i = 0; i < n; i++)
		if (e[i].kind == TF_EFFECT_SEND)
			ALWAYS(tf_machine_step(m, e[i].data, e[i].len, &v) != TF_OK);
	tf_machine_clear(m);
	ALWAYS(tf_machine_step(m, copy, in->len, &v) != TF_OK && v.party == TF_PARTY_NONE);
	free(copy);
}

static void run_machine(machine kind, unsigned missing, input *in)
{
	size_t room = room_of(kind), less = missing < 4 ? room / 64 * missing : 0;
	tf_memory mem = { NULL, room - less };
	tf_machine *m = NULL;
	tf_err err;

	if (room > ROOM_MAX)
		return;
	call.message = calloc(call.frost.message.len ? call.frost.message.len : 1, 1);
	call.frost.message.p = call.message;
	mem.p = malloc(mem.len ? mem.len : 1);
	ALWAYS(mem.p != NULL && call.message != NULL);
	memset(mem.p, LENT, mem.len);
	err = begin(&m, mem, kind);
	ALWAYS((m != NULL) == (err == TF_OK));
	ALWAYS(err != TF_OK || (room > 0 && less == 0));
	ALWAYS(err == TF_OK || call.altered || kind == SETTLE || less > 0);
	if (err != TF_OK)
		check_error(err);
	if (kind == SIGN)
		ALWAYS(only(&call.presignature, sizeof(call.presignature), 0, 0));
	if (kind == FROST)
		ALWAYS(only(&call.nonces, sizeof(call.nonces), 0, 0));
	if (m) {
		ask(m, kind);
		feed(m, in);
	}
	tf_machine_wipe(m);
	ALWAYS(only(mem.p, mem.len, LENT, 0));
	free(mem.p);
	free(call.message);
}

/* ---- reading ---- */

static void read_record(unsigned which, const uint8_t *p, size_t len, bool same)
{
	tf_bytes r = { p, len }, cert;
	uint8_t out[TF_KEY_RECORD_BYTES];
	tf_key_facts facts;
	tf_verdict v;
	tf_tables *t = NULL;
	tf_err err = TF_E_USAGE;
	size_t n;

	switch (which) {
	case 0: err = tf_key_describe(&facts, ecdsa.alg, r, stage_scratch()); break;
	case 1: err = tf_key_certificate(&cert, ecdsa.alg, r, stage_scratch()); break;
	case 2:
		err = tf_certificate_open(&facts, ecdsa.alg, r, stage_roster(&ecdsa),
		                          stage_scratch());
		ALWAYS(err != TF_OK || same); /* nobody can have signed another one */
		break;
	case 3:
		err = tf_key_confirm(out, sizeof(out), &n, ecdsa.alg, r, bytes(&certificate),
		                     stage_roster(&ecdsa), &v, stage_scratch());
		ALWAYS(v.party == TF_PARTY_NONE);
		if (same)
			ALWAYS(err == TF_E_STATE); /* it is committed */
		return;
	case 4: /* without room: as far as it comes */
		err = tf_tables_make_peer(&t, (tf_memory){ out, sizeof(out) }, STAGE_SMALL, r,
		                          &ecdsa.clique[0].random, TF_USE_PORTABLE, stage_scratch());
		ALWAYS(err != TF_OK && t == NULL);
		return;
	}
	ALWAYS(err == TF_OK || !same);
	if (err != TF_OK)
		check_error(err);
}

/* What is good, damaged. */
static void read_damaged(unsigned which, input *in)
{
	const record *good = which == 2 ? &certificate : which == 4 ? &peer[0] : &ecdsa_key;
	size_t len = good->len - take16(in) % good->len;
	uint8_t *copy = malloc(len);
	bool same;

	ALWAYS(copy != NULL);
	memcpy(copy, good->b, len);
	while (in->len >= 3) {
		size_t at = take16(in) % len;

		copy[at] ^= (uint8_t)take(in);
	}
	same = len == good->len && memcmp(copy, good->b, len) == 0;
	read_record(which, copy, len, same);
	free(copy);
}

static void read_path(input *in)
{
	char text[200];
	size_t n = in->len < sizeof(text) - 1 ? in->len : sizeof(text) - 1;
	uint8_t key[TF_PUBLIC_KEY_BYTES], code[32];
	tf_derivation path;
	tf_err err;

	memcpy(text, in->p, n);
	text[n] = 0;
	if (tf_derivation_parse(&path, text) != TF_OK)
		return;
	ALWAYS(path.len <= TF_PATH_STEPS && text[0] == 'm');
	err = tf_child_derive(key, code, ecdsa.alg, stage_facts(&ecdsa, 0).public_key,
	                      stage_facts(&ecdsa, 0).chain_code, &path, stage_scratch());
	ALWAYS(err == TF_OK || err == TF_E_UNSUPPORTED);
}

/* The good signature with what the input changes, and keys of the input's making. */
static void read_signature(input *in)
{
	tf_signature s = signature;
	uint8_t key[TF_PUBLIC_KEY_BYTES], text[32], sig[64] = { 0 };
	bool valid = true, same = true;
	tf_err err;

	memcpy(key, child, sizeof(key));
	memcpy(text, digest, sizeof(text));
	for (unsigned n = take(in) % 4; n-- > 0;) {
		unsigned at = take(in), xor = take(in);

		(at < 32 ? s.r : at < 64 ? s.s : at < 96 ? text : key)[at % 32] ^= (uint8_t)xor;
	}
	same = memcmp(s.r, signature.r, 32) == 0 && memcmp(s.s, signature.s, 32) == 0 &&
	       memcmp(text, digest, 32) == 0 && memcmp(key, child, sizeof(key)) == 0;
	err = tf_signature_verify(&valid, ecdsa.alg, &s, text, key, stage_scratch());
	ALWAYS(err == TF_OK || (err == TF_E_ENCODING && !valid));
	ALWAYS(valid == same);
	memcpy(sig, s.r, 32);
	err = tf_schnorr_verify(&valid, TF_ALG_SCHNORR_ED25519, sig, (tf_bytes){ text, 32 }, key,
	                        stage_scratch());
	ALWAYS(!valid && (err == TF_OK || err == TF_E_ENCODING));
}

static void read_something(input *in)
{
	unsigned which = take(in) % 7, made_up = take(in) % 2;
	uint8_t *copy;

	if (which == 5) {
		read_path(in);
	} else if (which == 6) {
		read_signature(in);
	} else if (made_up) {
		copy = malloc(in->len ? in->len : 1);
		ALWAYS(copy != NULL);
		memcpy(copy, in->p, in->len);
		read_record(which, copy, in->len, false);
		free(copy);
	} else {
		read_damaged(which, in);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	input in = { data, len };
	machine kind = (machine)(take(&in) % (READING + 1));
	unsigned missing = take(&in);

	if (kind == READING) {
		read_something(&in);
		return 0;
	}
	set_params(kind);
	while (in.len >= 2) {
		unsigned which = take(&in);

		if (which == 255)
			break;
		knob(which % 40, take(&in));
	}
	run_machine(kind, missing, &in);
	free(call.party);
	return 0;
}
