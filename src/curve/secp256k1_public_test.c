/* Our public multiples on secp256k1 against libsecp256k1's, and the field they are made of against
 * field.h: values at their edges, random ones, points that meet themselves. TREFOIL_CURVE=all asks
 * twenty times as many. */
#include <secp256k1.h>
#include <stdlib.h>
#include <string.h>

#include "curve/ecdsa.h"
#include "curve/field.h"
#include "curve/kit_test.h"
#include "curve/secp256k1_point.h"

static const uint64_t prime[4] = { 0xfffffffefffffc2f, UINT64_MAX, UINT64_MAX, UINT64_MAX };
static const uint64_t order[4] = { 0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe,
	                           UINT64_MAX };

static unsigned rounds(unsigned n)
{
	const char *how = getenv("TREFOIL_CURVE");

	return how && strcmp(how, "all") == 0 ? 20 * n : n;
}

static secp256k1_context *library(void)
{
	static secp256k1_context *ctx;

	if (!ctx)
		ctx = secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
	return ctx;
}

static void draw(const tf_rng *rng, void *out, size_t len)
{
	CHECK_OK(tf_rng_bytes(rng, out, len));
	tf_ct_declassify(out, len);
}

/* ---- the field ---- */

/* Of this size, with every limb at its edge or random. */
static void element(tf_kf *out, const tf_rng *rng, unsigned size)
{
	static const uint64_t edge[] = { 0, 1, TF_KF_MASK, TF_KF_MASK - (TF_KF_FOLD - 1),
		                         ((uint64_t)1 << 52) + ((uint64_t)1 << 46) };
	uint64_t v[6];

	draw(rng, v, sizeof(v));
	for (unsigned i = 0; i < 5; i++) {
		out->d[i] = v[5] >> (8 * i) & 4 ? v[i] & (i < 4 ? TF_KF_MASK : TF_KF_TOP)
		                                : edge[(v[5] >> (8 * i) & 0xff) % 5];
		if (i == 4 && out->d[i] > TF_KF_TOP)
			out->d[i] = TF_KF_TOP;
		out->d[i] *= size;
	}
}

/* By the other arithmetic, of any value that five limbs make. */
static void reference(const tf_field *f, uint64_t out[static 4], const tf_kf *a)
{
	static const uint64_t shift[4] = { (uint64_t)1 << 52 };

	memset(out, 0, 32);
	for (unsigned i = 5; i-- > 0;) { /* Horner: times 2^52, in Montgomery's form */
		uint64_t limb[4] = { a->d[i] }, t[4];

		tf_field_enter(f, t, shift);
		tf_field_mul(f, out, out, t);
		tf_field_enter(f, t, limb);
		tf_field_add(f, out, out, t);
	}
}

static void same(const tf_field *f, const tf_kf *got, const uint64_t want[static 4])
{
	uint8_t a[32], b[32];
	uint64_t v[4];

	tf_kf_store(a, got);
	tf_field_leave(f, v, want);
	tf_field_store(b, v);
	CHECK(memcmp(a, b, 32) == 0);
}

static void check_size(const tf_kf *a, unsigned size)
{
	for (unsigned i = 0; i < 4; i++)
		CHECK(a->d[i] <= size * (((uint64_t)1 << 52) + ((uint64_t)1 << 46)));
	CHECK(a->d[4] <= (uint64_t)size << 48);
}

static void check_elements(const tf_field *f, const tf_kf *a, unsigned size, const tf_kf *b)
{
	uint64_t x[4], y[4], want[4], two[4] = { 2 };
	tf_kf r, back;
	uint8_t bytes[32];

	reference(f, x, a);
	reference(f, y, b);
	tf_kf_mul(&r, a, b);
	tf_field_mul(f, want, x, y);
	same(f, &r, want);
	check_size(&r, 1);
	tf_kf_square(&r, a);
	tf_field_mul(f, want, x, x);
	same(f, &r, want);
	check_size(&r, 1);
	tf_kf_sub(&r, b, a, size + 1);
	tf_field_sub(f, want, y, x);
	same(f, &r, want);
	check_size(&r, size + 9);
	tf_kf_add(&r, a, b);
	tf_field_add(f, want, x, y);
	same(f, &r, want);
	tf_kf_half(&r, a);
	check_size(&r, size / 2 + 2);
	tf_field_enter(f, two, two);
	reference(f, want, &r);
	tf_field_mul(f, want, want, two);
	CHECK(tf_field_eq(want, x) != 0);
	tf_kf_store(bytes, a);
	CHECK(tf_kf_load(&back, bytes));
	same(f, &back, x);
	tf_field_leave(f, x, x);
	CHECK(tf_kf_is_zero_vt(a) == ((x[0] | x[1] | x[2] | x[3]) == 0));
	if (tf_kf_is_zero_vt(a)) {
		CHECK_ERR(tf_kf_invert_vt(&r, a), TF_E_USAGE);
		return;
	}
	CHECK_OK(tf_kf_invert_vt(&r, a));
	tf_kf_mul(&r, &r, a);
	tf_kf_reduce(&r, &r);
	CHECK(r.d[0] == 1 && !r.d[1] && !r.d[2] && !r.d[3] && !r.d[4]);
}

TEST(secp256k1_field_against_the_other_arithmetic)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 81);
	tf_field f;

	tf_field_init(&f, prime);
	for (unsigned i = 0; i < rounds(3000); i++) {
		tf_kf a, b;

		element(&a, &rng, 1 + i % 8);
		element(&b, &rng, 8);
		check_elements(&f, &a, 1 + i % 8, &b);
	}
}

TEST(secp256k1_field_knows_every_zero)
{
	tf_kf p, a;

	p = (tf_kf){ { TF_KF_MASK - (TF_KF_FOLD - 1), TF_KF_MASK, TF_KF_MASK, TF_KF_MASK,
		       TF_KF_TOP } };
	for (uint64_t n = 0; n <= 63; n++) {
		for (unsigned i = 0; i < 5; i++)
			a.d[i] = n * p.d[i];
		CHECK(tf_kf_is_zero_vt(&a));
		a.d[0]++;
		CHECK(!tf_kf_is_zero_vt(&a));
		a.d[0]--;
		a.d[4]++;
		CHECK(!tf_kf_is_zero_vt(&a));
	}
}

TEST(secp256k1_field_loads_what_is_below_p)
{
	uint8_t in[32];
	tf_kf a;

	tf_field_store(in, prime);
	CHECK(!tf_kf_load(&a, in));
	memset(in, 0xff, sizeof(in));
	CHECK(!tf_kf_load(&a, in));
	tf_field_store(in, prime);
	in[31]--;
	CHECK(tf_kf_load(&a, in));
}

/* ---- scalars ---- */

#define EXTREMES 20u

/* 1, 2, 7, 8, 9, 15, 16; the order less these few; its half; lambda, 1 more, 1 less, its negative;
 * 2^128, 2^128 - 1, 2^255; digits of 8 */
static void extreme(tf_sc *out, const tf_group *g, unsigned i)
{
	static const uint64_t small[] = { 1, 2, 7, 8, 9, 15, 16 };
	static const tf_sc lambda = { { 0xdf02967c1b23bd72, 0x122e22ea20816678, 0xa5261c028812645a,
		                        0x5363ad4cc05c30e0 } };
	static const tf_sc some[] = {
		{ { 0, 0, 1, 0 } }, { { UINT64_MAX, UINT64_MAX, 0, 0 } },
		{ { 0, 0, 0, (uint64_t)1 << 63 } },
		{ { 0x8888888888888888, 0x8888888888888888, 0x8888888888888888,
		    0x8888888888888888 } },
	};
	tf_sc one;

	tf_sc_set_u64(g, &one, 1);
	if (i < 7) {
		tf_sc_set_u64(g, out, small[i]);
	} else if (i < 14) {
		tf_sc_set_u64(g, out, small[i - 7]);
		tf_sc_neg(g, out, out);
	} else if (i < 16) {
		*out = lambda;
		(i & 1 ? tf_sc_add : tf_sc_sub)(g, out, out, &one);
	} else {
		*out = some[i - 16];
	}
}

static void random_scalar(tf_sc *out, const tf_group *g, const tf_rng *rng)
{
	tf_sc_sec k;

	CHECK_OK(tf_sc_random(g, &k, rng));
	tf_ct_declassify(&k, sizeof(k));
	*out = k.s;
}

/* Random, or at the edge. */
static void any_scalar(tf_sc *out, const tf_group *g, const tf_rng *rng)
{
	uint32_t v;

	draw(rng, &v, sizeof(v));
	if (v & 1)
		extreme(out, g, v / 2 % EXTREMES);
	else
		random_scalar(out, g, rng);
}

static void check_split(const tf_group *g, const tf_sc *k)
{
	static const tf_sc lambda = { { 0xdf02967c1b23bd72, 0x122e22ea20816678, 0xa5261c028812645a,
		                        0x5363ad4cc05c30e0 } };
	uint64_t half[2][2];
	bool minus[2];
	tf_sc a, b;

	tf_k_split(half, minus, k->d);
	a = (tf_sc){ { half[0][0], half[0][1] } };
	b = (tf_sc){ { half[1][0], half[1][1] } };
	if (minus[0])
		tf_sc_neg(g, &a, &a);
	if (minus[1])
		tf_sc_neg(g, &b, &b);
	tf_sc_mul(g, &b, &b, &lambda);
	tf_sc_add(g, &a, &a, &b);
	CHECK(tf_sc_eq(&a, k) != 0);
}

TEST(secp256k1_halves_make_their_scalar)
{
	const tf_group *g = curve_open(TF_CURVE_SECP256K1);
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 82);
	tf_sc k;

	for (unsigned i = 0; i < EXTREMES; i++) {
		extreme(&k, g, i);
		check_split(g, &k);
	}
	for (unsigned i = 0; i < rounds(5000); i++) {
		random_scalar(&k, g, &rng);
		check_split(g, &k);
	}
}

/* ---- multiples ---- */

/* Every entry of both tables, by the library. */
static void check_entry(const tf_k_affine *e, const uint8_t k[static 32])
{
	uint8_t xy[64], raw[65];
	size_t len = sizeof(raw);
	secp256k1_pubkey p;

	CHECK(secp256k1_ec_pubkey_create(library(), &p, k));
	CHECK(secp256k1_ec_pubkey_serialize(library(), raw, &len, &p, SECP256K1_EC_UNCOMPRESSED));
	tf_kf_store(xy, &e->x);
	tf_kf_store(xy + 32, &e->y);
	CHECK(memcmp(xy, raw + 1, 64) == 0);
	check_size(&e->x, 1);
	check_size(&e->y, 1);
}

TEST(secp256k1_tables_are_what_they_say)
{
	for (unsigned i = 0; i < TF_K_ODD; i++)
		check_entry(&tf_k_odd[i], (const uint8_t[32]){ [31] = (uint8_t)(2 * i + 1) });
	for (unsigned i = 0; i < TF_K_COMB; i++)
		for (unsigned j = 0; j < TF_K_EIGHT; j++) {
			uint8_t k[32] = { 0 };

			k[31 - 2 * i] = (uint8_t)(j + 1);
			check_entry(&tf_k_comb[i][j], k);
		}
}

/* The library's opinion of k P. */
static void product(tf_pt *out, const tf_group *g, const tf_sc *k, const tf_pt *p)
{
	uint8_t b[32], raw[33];
	secp256k1_pubkey r;
	size_t len = sizeof(raw);

	tf_sc_encode(b, k);
	tf_pt_encode(g, raw, p);
	CHECK(secp256k1_ec_pubkey_parse(library(), &r, raw, sizeof(raw)));
	CHECK(secp256k1_ec_pubkey_tweak_mul(library(), &r, b));
	CHECK(secp256k1_ec_pubkey_serialize(library(), raw, &len, &r, SECP256K1_EC_COMPRESSED));
	CHECK_OK(tf_pt_decode(g, out, raw));
}

static void check_multiples(const tf_group *g, const tf_sc *a, const tf_sc *b, const tf_pt *p)
{
	tf_pt want, base, got;

	product(&base, g, a, tf_group_base(g));
	CHECK_OK(tf_pt_mul_base_vt(g, &got, a));
	CHECK(tf_pt_eq(g, &got, &base));
	product(&want, g, b, p);
	CHECK_OK(tf_pt_mul_vt(g, &got, b, p));
	CHECK(tf_pt_eq(g, &got, &want));
	CHECK_OK(tf_pt_add(g, &want, &want, &base));
	CHECK_OK(tf_pt_mul2_vt(g, &got, a, b, p));
	CHECK(tf_pt_eq(g, &got, &want));
	CHECK_OK(tf_pt_add(g, &want, p, &base));
	CHECK_OK(tf_pt_tweak_vt(g, &got, p, a));
	CHECK(tf_pt_eq(g, &got, &want));
}

TEST(secp256k1_multiples_against_libsecp256k1)
{
	const tf_group *g = curve_open(TF_CURVE_SECP256K1);
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 83);
	tf_sc a, b, k;
	tf_pt p;

	for (unsigned i = 0; i < EXTREMES; i++)
		for (unsigned j = 0; j < EXTREMES; j++) {
			extreme(&a, g, i);
			extreme(&b, g, j);
			check_multiples(g, &a, &b, tf_group_base(g));
		}
	for (unsigned i = 0; i < rounds(1000); i++) {
		any_scalar(&a, g, &rng);
		any_scalar(&b, g, &rng);
		random_scalar(&k, g, &rng);
		CHECK_OK(tf_pt_mul_base_vt(g, &p, &k));
		check_multiples(g, &a, &b, &p);
	}
}

/* Sums of up to eight, of points that occur twice, are each other's multiples, and cancel. */
static void check_combination(const tf_group *g, const tf_rng *rng, unsigned n, bool base)
{
	tf_pt p[TF_K_TERMS], want = { .identity = 1 }, t, got;
	const tf_pt *in[TF_K_TERMS];
	tf_sc a, k[TF_K_TERMS];
	uint8_t kind[TF_K_TERMS];

	draw(rng, kind, sizeof(kind));
	any_scalar(&a, g, rng);
	if (base)
		product(&want, g, &a, tf_group_base(g));
	for (unsigned i = 0; i < n; i++) {
		any_scalar(&k[i], g, rng);
		if (i && kind[i] % 4 == 0) {
			p[i] = p[i - 1];
		} else if (i && kind[i] % 4 == 1) {
			p[i] = p[i - 1];
			tf_sc_neg(g, &k[i], &k[i - 1]);
		} else if (kind[i] % 4 == 2) {
			p[i] = *tf_group_base(g);
		} else {
			random_scalar(&k[i], g, rng);
			CHECK_OK(tf_pt_mul_base_vt(g, &p[i], &k[i]));
			any_scalar(&k[i], g, rng);
		}
		in[i] = &p[i];
		product(&t, g, &k[i], &p[i]);
		CHECK_OK(tf_pt_add(g, &want, &want, &t));
	}
	CHECK_OK(tf_pt_combine_vt(g, &got, base ? &a : NULL, k, in, n));
	CHECK(tf_pt_eq(g, &got, &want));
}

TEST(secp256k1_sums_of_multiples_against_libsecp256k1)
{
	const tf_group *g = curve_open(TF_CURVE_SECP256K1);
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 84);

	for (unsigned i = 0; i < rounds(600); i++)
		check_combination(g, &rng, i % (TF_K_TERMS + 1), i % 2 || i % 9 == 0);
}

/* a G + b P = O, for P a multiple of G that meets the digits of a on its way. */
TEST(secp256k1_sums_that_are_nothing)
{
	const tf_group *g = curve_open(TF_CURVE_SECP256K1);

	for (uint64_t v = 1; v < 200; v++) {
		const tf_pt *in[2];
		tf_sc a, k[2];
		tf_pt p, got;

		tf_sc_set_u64(g, &a, v);
		CHECK_OK(tf_pt_mul_base_vt(g, &p, &a));
		tf_sc_set_u64(g, &k[0], 1);
		tf_sc_neg(g, &k[0], &k[0]);
		in[0] = &p;
		CHECK_OK(tf_pt_combine_vt(g, &got, &a, k, in, 1));
		CHECK(tf_pt_is_identity(&got));
		CHECK_OK(tf_pt_tweak_vt(g, &got, &p, &a)); /* 2P */
		tf_sc_neg(g, &a, &a);
		CHECK_OK(tf_pt_tweak_vt(g, &p, &p, &a));
		CHECK(tf_pt_is_identity(&p));
		tf_sc_set_u64(g, &k[0], 1);
		tf_sc_set_u64(g, &k[1], 2 * v);
		tf_sc_neg(g, &k[1], &k[1]);
		in[0] = &got;
		in[1] = tf_group_base(g);
		CHECK_OK(tf_pt_combine_vt(g, &p, NULL, k, in, 2));
		CHECK(tf_pt_is_identity(&p));
	}
}

/* ---- signatures ---- */

/* Ours, and the library's after it has made s low: both or neither. */
static bool both(const tf_group *g, const tf_ecdsa_sig *sig, const uint8_t digest[static 32],
                 const tf_pt *Y)
{
	uint8_t compact[64], raw[33];
	secp256k1_ecdsa_signature s;
	secp256k1_pubkey key;
	bool valid, want;

	tf_sc_encode(compact, &sig->r);
	tf_sc_encode(compact + 32, &sig->s);
	tf_pt_encode(g, raw, Y);
	CHECK(secp256k1_ec_pubkey_parse(library(), &key, raw, sizeof(raw)));
	CHECK(secp256k1_ecdsa_signature_parse_compact(library(), &s, compact));
	(void)secp256k1_ecdsa_signature_normalize(library(), &s, &s);
	want = secp256k1_ecdsa_verify(library(), &s, digest, &key);
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, sig, digest, Y));
	CHECK(valid == want);
	return valid;
}

TEST(secp256k1_signatures_hold_for_both_or_for_neither)
{
	const tf_group *g = curve_open(TF_CURVE_SECP256K1);
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 85);

	for (unsigned i = 0; i < rounds(300); i++) {
		uint8_t x[32], y[32], digest[32];
		tf_sc k, d, m, one;
		tf_ecdsa_sig sig = { 0 };
		tf_pt R, Y;

		any_scalar(&k, g, &rng);
		any_scalar(&d, g, &rng);
		draw(&rng, digest, sizeof(digest));
		if (i % 8 == 0)
			memset(digest, i % 16 ? 0xff : 0, sizeof(digest));
		CHECK_OK(tf_pt_mul_base_vt(g, &R, &k));
		CHECK_OK(tf_pt_mul_base_vt(g, &Y, &d));
		CHECK_OK(tf_pt_affine(g, x, y, &R));
		CHECK_OK(tf_sc_reduce_bytes(g, &sig.r, x, 32));
		CHECK_OK(tf_sc_reduce_bytes(g, &m, digest, 32));
		tf_sc_mul(g, &sig.s, &sig.r, &d);
		tf_sc_add(g, &sig.s, &sig.s, &m);
		CHECK_OK(tf_sc_inv_vt(g, &k, &k));
		tf_sc_mul(g, &sig.s, &sig.s, &k);
		if (tf_sc_is_zero(&sig.s))
			continue;
		CHECK(both(g, &sig, digest, &Y));
		tf_sc_set_u64(g, &one, 1);
		tf_sc_add(g, &sig.s, &sig.s, &one);
		CHECK(!both(g, &sig, digest, &Y));
		tf_sc_sub(g, &sig.s, &sig.s, &one);
		tf_sc_add(g, &sig.r, &sig.r, &one);
		CHECK(!both(g, &sig, digest, &Y));
		tf_sc_sub(g, &sig.r, &sig.r, &one);
		digest[i % 32] ^= 1;
		CHECK(!both(g, &sig, digest, &Y));
	}
}

/* R with an x between order and p, which nobody meets by chance: r is x - order. Y = (s R - m G)/r
 * makes it a signature. */
TEST(secp256k1_signatures_whose_x_is_not_below_the_order)
{
	const tf_group *g = curve_open(TF_CURVE_SECP256K1);
	unsigned seen = 0;

	for (uint64_t v = 1; seen < 20; v++) {
		uint64_t x[4] = { v }, y[4];
		uint8_t raw[33] = { 2 }, digest[32] = { (uint8_t)v };
		tf_ecdsa_sig sig = { 0 };
		tf_sc m, k, u;
		tf_pt R, Y;

		(void)tf_field_limbs_add(x, x, order);
		tf_field_store(raw + 1, x);
		if (tf_pt_decode(g, &R, raw) != TF_OK)
			continue;
		seen++;
		(void)tf_field_limbs_sub(y, x, order);
		memcpy(sig.r.d, y, sizeof(y));
		tf_sc_set_u64(g, &sig.s, 12345 + v);
		CHECK_OK(tf_sc_reduce_bytes(g, &m, digest, 32));
		CHECK_OK(tf_sc_inv_vt(g, &k, &sig.r));
		tf_sc_mul(g, &u, &k, &m);
		tf_sc_neg(g, &u, &u);
		tf_sc_mul(g, &k, &k, &sig.s);
		CHECK_OK(tf_pt_mul2_vt(g, &Y, &u, &k, &R));
		CHECK(both(g, &sig, digest, &Y));
		digest[31] ^= 1;
		CHECK(!both(g, &sig, digest, &Y));
	}
}
