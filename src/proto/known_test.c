/* Known answers: the protocols with the randomness of a run of the executable model
 * (tests/vectors/make_proto.py) must come to the same messages and results. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "harness/primes.h"
#include "proto/auxinfo.h"
#include "proto/keygen.h"
#include "proto/stage_test.h"

static stage s;
static char *file;
static uint8_t room[1 << 22];

static tf_arena *scratch(void)
{
	static tf_arena a;

	tf_arena_init(&a, room, sizeof(room));
	return &a;
}

/* ---- the vector file ---- */

static const char *text_of(const char *name)
{
	char line[96];
	int len = snprintf(line, sizeof(line), "\n%s ", name);
	const char *at = strstr(file, line);

	if (!at)
		tf_test_fail(__FILE__, __LINE__, "no value %s", name);
	return at + len;
}

__attribute__((format(printf, 2, 3))) static tf_int value(unsigned *bytes, const char *fmt, ...)
{
	uint8_t raw[TF_BN_BYTES] = { 0 };
	const char *t, *end;
	char name[64];
	size_t digits;
	va_list ap;
	tf_bn mag;
	tf_int out;

	va_start(ap, fmt);
	vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	t = text_of(name);
	memset(&out, 0, sizeof(out));
	out.neg = *t == '-' ? ~(tf_ct)0 : 0;
	t += *t == '-';
	end = strchr(t, '\n');
	digits = (size_t)(end - t);
	for (size_t i = 0; i < digits; i++) {
		char c = end[-1 - (ptrdiff_t)i];
		unsigned v = (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);

		raw[sizeof(raw) - 1 - i / 2] |= (uint8_t)(v << (4 * (i % 2)));
	}
	CHECK_OK(tf_bn_from_bytes(&mag, raw, sizeof(raw)));
	mag.n = tf_bn_limbs(tf_bn_bits_vt(&mag)) + (tf_bn_bits_vt(&mag) == 0);
	out.mag = mag;
	if (bytes)
		*bytes = (unsigned)(digits + 1) / 2;
	return out;
}

#define NAT(...) (value(NULL, __VA_ARGS__).mag)

/* 32 bytes: a scalar, a hash. */
#define BYTES32(out, ...) \
	do { \
		tf_bn bytes_of_ = NAT(__VA_ARGS__); \
		tf_bn_to_bytes((out), 32, &bytes_of_); \
	} while (0)

static bool is_nat(const tf_bn *a, const tf_bn want)
{
	return tf_ct_reveal(tf_bn_eq(a, &want));
}

static bool is_scalar(const tf_sc *a, const tf_bn want)
{
	uint8_t x[32], y[32];

	tf_sc_encode(x, a);
	tf_bn_to_bytes(y, 32, &want);
	return tf_ct_reveal(tf_ct_bytes_eq(x, y, 32));
}

static bool is_point(const tf_pt *a, const tf_bn want)
{
	uint8_t x[33], y[33];

	tf_pt_encode(s.c.g, x, a);
	tf_bn_to_bytes(y, 33, &want);
	return memcmp(x, y, 33) == 0;
}

static bool is_hash(const uint8_t a[static 32], const tf_bn want)
{
	uint8_t y[32];

	tf_bn_to_bytes(y, 32, &want);
	return memcmp(a, y, 32) == 0;
}

static void open_file(const char *name)
{
	char path[96];
	char *contents;

	snprintf(path, sizeof(path), "tests/vectors/proto/%s.txt", name);
	contents = tf_test_read_file(tf_test_path(path), NULL);
	file = malloc(strlen(contents) + 2);
	CHECK(file != NULL);
	file[0] = '\n';
	memcpy(file + 1, contents, strlen(contents) + 1);
	free(contents);
}

/* ---- randomness by script ---- */

typedef enum draw_kind { FROM_TAPE, SCALAR, NATURAL } draw_kind;

typedef struct draw {
	draw_kind kind;
	tf_bn x;
} draw;

/* The given draws first, as tf_sc_random and tf_bn_random_below read them; then the tape. */
typedef struct script {
	tf_rng then;
	unsigned n, at;
	draw draw[256];
} script;

static script scripts[3];
static tf_rng scripted[3];

static tf_err script_fill(void *ctx, uint8_t *out, size_t len)
{
	script *sc = ctx;
	const draw *d = sc->at < sc->n ? &sc->draw[sc->at++] : NULL;

	if (!d || d->kind == FROM_TAPE)
		return sc->then.fill(sc->then.ctx, out, len);
	if (d->kind == SCALAR)
		CHECK(len == 32);
	tf_bn_to_bytes(out, len, &d->x);
	for (size_t i = 0; d->kind == NATURAL && i < len / 2; i++) { /* limbs, little-endian */
		uint8_t swap = out[i];

		out[i] = out[len - 1 - i];
		out[len - 1 - i] = swap;
	}
	return TF_OK;
}

static void script_start(unsigned i)
{
	scripts[i].then = s.c.rng[i];
	scripts[i].n = scripts[i].at = 0;
	scripted[i] = (tf_rng){ script_fill, &scripts[i] };
	s.c.env[i].rng = &scripted[i];
}

static void add(unsigned i, draw_kind kind, const tf_bn x)
{
	script *sc = &scripts[i];

	CHECK(sc->n < TF_ARRAY_LEN(sc->draw));
	sc->draw[sc->n++] = (draw){ kind, x };
}

/* A unit is drawn together with a blinding factor, for which 1 will do. */
static void add_unit(unsigned i, const tf_bn x)
{
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	add(i, NATURAL, x);
	add(i, NATURAL, one);
}

static void script_done(unsigned i)
{
	CHECK(scripts[i].at == scripts[i].n);
}

/* The payload of the first mail of this type between two parties. */
static void payload(void *out, const tf_wire_type *type, unsigned from, unsigned to, tf_arena *mem)
{
	for (size_t k = 0; k < s.c.posted; k++) {
		tf_envelope e;

		if (s.c.mail[k].from != from || s.c.mail[k].to != to ||
		    !cast_is(&s.c.mail[k], type->type, &e))
			continue;
		CHECK_OK(tf_wire_decode(type, out, &s.c.run[from - 1]->wire, mem, e.payload.p,
		                        e.payload.len));
		return;
	}
	tf_test_fail(__FILE__, __LINE__, "no %s from %u to %u", type->name, from, to);
}

static void forget_mail(void)
{
	for (size_t k = 0; k < s.c.posted; k++)
		free(s.c.mail[k].bytes);
	s.c.posted = s.c.delivered = 0;
}

static void use_sid(const char *name)
{
	uint8_t sid[32];

	BYTES32(sid, "%s", name);
	for (unsigned i = 0; i < s.c.n; i++)
		memcpy(s.c.env[i].sid, sid, sizeof(sid));
	forget_mail();
}

/* ---- key generation ---- */

static tf_keygen kg[3];

static void keygen_known(unsigned n, unsigned t)
{
	use_sid("keygen.sid");
	cast_rooms(&s.c, tf_keygen_sizes(s.c.env[0].pr, (uint16_t)n));
	for (unsigned i = 0; i < n; i++) {
		tf_keygen_args args = { .env = &s.c.env[i], .t = (uint16_t)t, .workspace = "w" };

		script_start(i);
		for (unsigned k = 0; k < t; k++)
			add(i, SCALAR, NAT("keygen.%u.f.%u", i + 1, k));
		add(i, SCALAR, NAT("keygen.%u.a", i + 1));
		add(i, SCALAR, NAT("keygen.%u.rid", i + 1));
		add(i, SCALAR, NAT("keygen.%u.cc", i + 1));
		add(i, SCALAR, NAT("keygen.%u.u", i + 1));
		CHECK_OK(tf_keygen_start(&kg[i], &args, &s.c.mem[i], &s.c.out[i]));
		script_done(i);
		s.c.run[i] = &kg[i].r;
	}
	cast_run(&s.c);
	cast_check_done(&s.c);
	for (unsigned i = 1; i <= n; i++) {
		const tf_key *key = tf_keygen_key(&kg[i - 1]);
		tf_msg_keygen_r1 r1;
		tf_msg_keygen_r3 r3;

		payload(&r1, &tf_msg_keygen_r1_wire, i, i % n + 1, scratch());
		payload(&r3, &tf_msg_keygen_r3_wire, i, i % n + 1, scratch());
		CHECK(is_hash(r1.V, NAT("keygen.%u.V", i)));
		CHECK(is_scalar(&r3.psi.z, NAT("keygen.%u.z", i)));
		CHECK(is_scalar(&key->x.s, NAT("keygen.%u.x", i)));
		CHECK(is_point(&key->sharing.Y, NAT("keygen.Y")));
		CHECK(is_hash(key->sharing.cc, NAT("keygen.cc")));
		for (unsigned k = 1; k <= n; k++)
			CHECK(is_point(&key->sharing.seat[k - 1].W, NAT("keygen.%u.X", k)));
	}
	memcpy(s.cc, tf_keygen_key(&kg[0])->sharing.cc, sizeof(s.cc));
	s.Y = tf_keygen_key(&kg[0])->sharing.Y;
}

/* ---- moduli and introductions ---- */

/* The model's own, through the record that a store would hold. */
static void restore_moduli(unsigned i)
{
	const tf_profile *pr = s.c.env[0].pr;
	tf_wire_env env = { .pr = pr };
	tf_rec_own_moduli rec = { .generation = 1, .lambda = NAT("aux.%u.lambda", i + 1),
	                          .t = NAT("aux.%u.t", i + 1) };
	static uint8_t record[4096];
	size_t len;

	tf_test_primes(pr->prime_bits, 4 * i, &rec.p);
	tf_test_primes(pr->prime_bits, 4 * i + 1, &rec.q);
	tf_test_primes(pr->prime_bits, 4 * i + 2, &rec.p_hat);
	tf_test_primes(pr->prime_bits, 4 * i + 3, &rec.q_hat);
	CHECK_OK(tf_wire_encode_framed(&tf_rec_own_moduli_wire, record, sizeof(record), &len, &env,
	                               &rec));
	CHECK_OK(tf_moduli_decode(&s.own[i], pr, record, len, scratch()));
	CHECK(is_nat(&s.own[i].sk.pk.n.m, NAT("aux.%u.N", i + 1)));
	CHECK(is_nat(&s.own[i].rp.pub.n.m, NAT("aux.%u.Nhat", i + 1)));
	CHECK(is_nat(&s.own[i].rp.pub.s, NAT("aux.%u.s", i + 1)));
	CHECK_OK(tf_paillier_pk_init(&s.aux[i].pk, pr, &s.own[i].sk.pk.n.m));
	CHECK_OK(tf_rp_init(&s.aux[i].rp, pr, &s.own[i].rp.pub.n.m, &s.own[i].rp.pub.s,
	                    &s.own[i].rp.pub.t));
}

static tf_auxinfo ax[3];

static void auxinfo_known(void)
{
	use_sid("aux.sid");
	cast_rooms(&s.c, tf_auxinfo_sizes(s.c.env[0].pr, (uint16_t)s.c.n));
	for (unsigned i = 0; i < s.c.n; i++) {
		tf_auxinfo_args args = { .env = &s.c.env[i], .own = &s.own[i] };

		script_start(i);
		for (unsigned k = 0; k < s.c.env[0].pr->m; k++)
			add(i, NATURAL, NAT("aux.%u.prm.%u", i + 1, k));
		add(i, SCALAR, NAT("aux.%u.rho", i + 1));
		add(i, SCALAR, NAT("aux.%u.u", i + 1));
		CHECK_OK(tf_auxinfo_start(&ax[i], &args, &s.c.mem[i], &s.c.out[i]));
		script_done(i);
		s.c.run[i] = &ax[i].r;
	}
	cast_run(&s.c);
	cast_check_done(&s.c);
	for (unsigned i = 1; i <= s.c.n; i++) {
		tf_msg_aux_r1 r1;

		payload(&r1, &tf_msg_aux_r1_wire, i, i % s.c.n + 1, scratch());
		CHECK(is_hash(r1.V, NAT("aux.%u.V", i)));
	}
}

/* ---- presigning ---- */

static void script_round_1(unsigned i)
{
	static const char *const name[5] = { "k", "gamma", "y", "a", "b" };

	script_start(i);
	for (unsigned k = 0; k < 5; k++)
		add(i, SCALAR, NAT("presign.%u.%s", i + 1, name[k]));
	add_unit(i, NAT("presign.%u.rho", i + 1));
	add_unit(i, NAT("presign.%u.nu", i + 1));
}

/* After the coefficients by which the proofs of round 1 are verified, and the two nonces of the
 * proof about Gamma. */
static void script_round_2(unsigned i)
{
	static const char *const hat[2] = { "", "hat" };
	tf_int bound = { .mag = { .n = 1, .d = { 1 } } };

	script_start(i);
	for (unsigned k = 0; k < 3; k++)
		add(i, FROM_TAPE, bound.mag);
	CHECK_OK(tf_bn_shl(&bound.mag, &bound.mag, s.c.env[0].pr->ell_prime));
	for (unsigned j = 1; j <= s.c.n; j++)
		for (unsigned h = 0; j != i + 1 && h < 2; h++) {
			tf_int beta = value(NULL, "presign.%u.%u.beta%s", i + 1, j, hat[h]);
			tf_int shifted;

			CHECK_OK(tf_int_add(&shifted, &beta, &bound)); /* as it is drawn */
			CHECK(!shifted.neg);
			add(i, NATURAL, shifted.mag);
			add_unit(i, NAT("presign.%u.%u.s%s", i + 1, j, hat[h]));
			add_unit(i, NAT("presign.%u.%u.r%s", i + 1, j, hat[h]));
		}
}

static void check_round_1(unsigned i, unsigned to)
{
	tf_msg_presign_r1 m;
	const tf_presign_r1_item *it;

	payload(&m, &tf_msg_presign_r1_wire, i, to, scratch());
	it = m.items;
	CHECK(m.items_n == 1);
	CHECK(is_nat(&it->K, NAT("presign.%u.K", i)) && is_nat(&it->G, NAT("presign.%u.G", i)));
	CHECK(is_point(&it->Y, NAT("presign.%u.Y", i)));
	CHECK(is_point(&it->A1, NAT("presign.%u.A1", i)));
	CHECK(is_point(&it->A2, NAT("presign.%u.A2", i)));
	CHECK(is_point(&it->B1, NAT("presign.%u.B1", i)));
	CHECK(is_point(&it->B2, NAT("presign.%u.B2", i)));
}

static void check_round_2(unsigned i, unsigned to)
{
	tf_arena *mem = scratch();
	tf_msg_presign_r2 m;
	tf_msg_presign_mta d;
	const tf_presign_r2_peer *peer;

	payload(&m, &tf_msg_presign_r2_wire, i, to, mem);
	payload(&d, &tf_msg_presign_mta_wire, i, to, mem);
	peer = &m.items->peers[to < i ? to - 1 : to - 2];
	CHECK(is_point(&m.items->Gamma, NAT("presign.%u.Gamma", i)));
	CHECK(is_nat(&d.items->D, NAT("presign.%u.%u.D", i, to)));
	CHECK(is_nat(&d.items->Dhat, NAT("presign.%u.%u.Dhat", i, to)));
	CHECK(is_nat(&peer->F, NAT("presign.%u.%u.F", i, to)));
	CHECK(is_nat(&peer->Fhat, NAT("presign.%u.%u.Fhat", i, to)));
}

static void check_round_3(unsigned i, unsigned to)
{
	tf_msg_presign_r3 m;

	payload(&m, &tf_msg_presign_r3_wire, i, to, scratch());
	CHECK(is_scalar(&m.items->delta, NAT("presign.%u.delta", i)));
	CHECK(is_point(&m.items->Delta, NAT("presign.%u.Delta", i)));
	CHECK(is_point(&m.items->S, NAT("presign.%u.S", i)));
}

static void presign_known(void)
{
	unsigned n = s.c.n;

	use_sid("presign.sid");
	for (unsigned i = 0; i < n; i++)
		script_round_1(i);
	stage_start_presign(&s, 1, true);
	for (unsigned i = 0; i < n; i++)
		script_round_2(i); /* the rest of round 1 came from the tape */
	cast_run(&s.c);
	cast_check_done(&s.c);
	for (unsigned i = 1; i <= n; i++) {
		tf_presig *p = &s.presig[i - 1][0];

		script_done(i - 1);
		for (unsigned j = 1; j <= n; j++) {
			if (i == j)
				continue;
			check_round_1(i, j);
			check_round_2(i, j);
			check_round_3(i, j);
		}
		CHECK_OK(tf_presign_take(p, &s.presign[i - 1], 0));
		CHECK(is_hash(p->epid, NAT("presign.epid")) && is_hash(p->id, NAT("presign.id")));
		CHECK(is_point(&p->Gamma, NAT("presign.Gamma")));
		CHECK(is_scalar(&p->k.s, NAT("presign.%u.kt", i)));
		CHECK(is_scalar(&p->chi.s, NAT("presign.%u.chit", i)));
	}
}

/* ---- signing ---- */

static void sign_known(void)
{
	static const tf_path path = { .index = { 44, 1, 0, 0, 5 }, .len = 5 };
	uint8_t digest[32];

	forget_mail();
	BYTES32(digest, "sign.m");
	stage_start_sign(&s, 0, &path, digest);
	cast_run(&s.c);
	stage_check_signature(&s, &path, digest);
	for (unsigned i = 1; i <= s.c.n; i++) {
		tf_msg_sign_share m;
		tf_ecdsa_sig sig;
		tf_pt child;

		payload(&m, &tf_msg_sign_share_wire, i, i % s.c.n + 1, scratch());
		CHECK(is_scalar(&m.sigma, NAT("sign.%u.sigma", i)));
		CHECK_OK(tf_signing_result(&sig, &child, &s.signing[i - 1]));
		CHECK(is_point(&child, NAT("sign.child")));
		CHECK(is_scalar(&sig.r, NAT("sign.r")) && is_scalar(&sig.s, NAT("sign.s")));
		CHECK(sig.recid == NAT("sign.v").d[0]);
	}
}

/* n parties make a key of threshold t; the first `signers` of them sign. */
static void known(const char *name, const tf_profile *pr, unsigned n, unsigned t, unsigned signers,
                  bool introduce)
{
	open_file(name);
	cast_init(&s.c, n, pr, TF_CURVE_SECP256K1);
	keygen_known(n, t);
	s.c.n = signers;
	for (unsigned i = 0; i < n; i++)
		s.c.env[i].n = (uint16_t)signers;
	for (unsigned i = 0; i < signers; i++) {
		restore_moduli(i);
		CHECK_OK(tf_key_weigh(&s.weights[i], tf_keygen_key(&kg[i]), &s.c.env[i]));
	}
	if (introduce)
		auxinfo_known();
	presign_known();
	sign_known();
	s.c.n = n;
	stage_free(&s);
	free(file);
}

TEST_SLOW(known_answers_three_of_three, 120)
{
	known("small-3of3", &tf_profile_small, 3, 3, 3, true);
}

TEST_SLOW(known_answers_two_of_three, 120)
{
	known("small-2of3", &tf_profile_small, 3, 2, 2, true);
}

/* Full size: 3072-bit moduli. */
TEST_SLOW(known_answers_full_size, 900)
{
	known("p128-3of3", &tf_profile_p128, 3, 3, 3, false);
}
