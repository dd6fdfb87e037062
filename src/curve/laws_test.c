/* The laws of a group, and the ways to a multiple against each other, on every real curve: edge
 * scalars, random ones, O, P + P, P - P. */
#include <string.h>

#include "curve/kit_test.h"

#define EDGES 10u

/* 0, 1, 2, 3, 2^64, 2^128, 2^251, (q-1)/2, q-2, q-1 */
static void edges(const tf_group *g, tf_sc k[static EDGES])
{
	tf_sc two;

	for (unsigned i = 0; i < 4; i++)
		tf_sc_set_u64(g, &k[i], i);
	for (unsigned i = 4; i < 8; i++)
		memset(&k[i], 0, sizeof(k[i]));
	k[4].d[1] = 1;
	k[5].d[2] = 1;
	k[6].d[3] = (uint64_t)1 << 59;
	tf_sc_set_u64(g, &two, 2);
	tf_sc_inv(g, &k[7], &two); /* (q+1)/2 */
	tf_sc_sub(g, &k[7], &k[7], &k[1]);
	tf_sc_neg(g, &k[8], &two);
	tf_sc_neg(g, &k[9], &k[1]);
}

static void multiple(const tf_group *g, tf_pt *out, const tf_sc *k)
{
	CHECK_OK(tf_pt_mul_base_vt(g, out, k));
}

/* a G + b G = (a + b) G; a (b G) = (a b) G, whichever way. */
static void check_pair(const tf_group *g, const tf_sc *a, const tf_sc *b)
{
	tf_sc_sec sa = { *a };
	tf_pt A, B, want, r;
	tf_sc c;

	multiple(g, &A, a);
	multiple(g, &B, b);
	tf_sc_add(g, &c, a, b);
	multiple(g, &want, &c);
	CHECK_OK(tf_pt_add(g, &r, &A, &B));
	CHECK(tf_pt_eq(g, &r, &want));
	CHECK_OK(tf_pt_mul2_vt(g, &r, a, b, tf_group_base(g)));
	CHECK(tf_pt_eq(g, &r, &want));
	CHECK_OK(tf_pt_tweak_vt(g, &r, &A, b));
	CHECK(tf_pt_eq(g, &r, &want));
	CHECK_OK(tf_pt_sub(g, &r, &want, &B));
	CHECK(tf_pt_eq(g, &r, &A));
	tf_sc_mul(g, &c, a, b);
	tf_sc_add(g, &c, &c, a);
	multiple(g, &want, &c);
	CHECK_OK(tf_pt_mul2_vt(g, &r, a, a, &B));
	CHECK(tf_pt_eq(g, &r, &want));
	tf_sc_mul(g, &c, a, b);
	multiple(g, &want, &c);
	CHECK_OK(tf_pt_mul(g, &r, &sa, &B));
	CHECK(tf_pt_eq(g, &r, &want));
	CHECK_OK(tf_pt_mul_vt(g, &r, a, &B));
	CHECK(tf_pt_eq(g, &r, &want));
	CHECK_OK(tf_pt_mul_base(g, &r, &sa));
	CHECK(tf_pt_eq(g, &r, &A));
}

static void all_edges(const tf_group *g)
{
	tf_sc k[EDGES];

	edges(g, k);
	for (unsigned i = 0; i < EDGES; i++)
		for (unsigned j = 0; j < EDGES; j++)
			check_pair(g, &k[i], &k[j]);
}

TEST(laws_on_edge_scalars)
{
	for (unsigned i = 0; i < curve_count; i++)
		all_edges(curve_open(curve_all[i]));
}

static void random_pairs(const tf_group *g, unsigned n)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 31);

	for (unsigned i = 0; i < n; i++) {
		uint8_t enc[TF_PT_BYTES];
		tf_sc_sec a, b;
		tf_pt A, back, minus;

		CHECK_OK(tf_sc_random(g, &a, &rng));
		CHECK_OK(tf_sc_random(g, &b, &rng));
		check_pair(g, &a.s, &b.s);
		multiple(g, &A, &a.s);
		tf_pt_encode(g, enc, &A);
		CHECK_OK(tf_pt_decode(g, &back, enc));
		CHECK(tf_pt_eq(g, &A, &back));
		CHECK_OK(tf_pt_neg(g, &minus, &A));
		CHECK(!tf_pt_eq(g, &A, &minus));
		CHECK_OK(tf_pt_add(g, &back, &A, &minus));
		CHECK(tf_pt_is_identity(&back));
		CHECK_OK(tf_pt_add(g, &back, &A, &A));
		tf_sc_add(g, &b.s, &a.s, &a.s);
		multiple(g, &minus, &b.s);
		CHECK(tf_pt_eq(g, &back, &minus));
	}
}

TEST(laws_on_random_scalars)
{
	for (unsigned i = 0; i < curve_count; i++)
		random_pairs(curve_open(curve_all[i]), 40);
}

static void identity_is_a_value(const tf_group *g)
{
	const tf_pt *base = tf_group_base(g);
	uint8_t b[TF_PT_BYTES] = { 0 }, x[32], y[32];
	tf_sc_sec zero = { { { 0 } } };
	const tf_pt *many[40];
	tf_pt o, r, minus;

	CHECK_OK(tf_pt_decode(g, &o, b));
	CHECK(tf_pt_is_identity(&o) && !tf_pt_eq(g, &o, base));
	CHECK_ERR(tf_pt_affine(g, x, y, &o), TF_E_USAGE);
	CHECK_OK(tf_pt_mul_base(g, &r, &zero));
	CHECK(tf_pt_eq(g, &r, &o));
	CHECK_OK(tf_pt_mul(g, &r, &zero, base));
	CHECK(tf_pt_eq(g, &r, &o));
	CHECK_OK(tf_pt_neg(g, &r, &o));
	CHECK(tf_pt_eq(g, &r, &o));
	CHECK_OK(tf_pt_neg(g, &minus, base));
	CHECK_OK(tf_pt_add(g, &r, &o, &minus));
	CHECK(tf_pt_eq(g, &r, &minus));
	memset(b, 1, sizeof(b));
	tf_pt_encode(g, b, &o);
	for (unsigned i = 0; i < sizeof(b); i++)
		CHECK(b[i] == 0);
	for (unsigned i = 0; i < 40; i++) /* cancels within and across the chunks of a sum */
		many[i] = i % 5 == 0 ? &o : i % 2 ? base : &minus;
	CHECK_OK(tf_pt_sum(g, &r, many, 40));
	CHECK(tf_pt_eq(g, &r, &o));
	CHECK_OK(tf_pt_sum(g, &r, many, 37));
	CHECK(tf_pt_eq(g, &r, &minus));
	CHECK_OK(tf_pt_sum(g, &r, many, 0));
	CHECK(tf_pt_eq(g, &r, &o));
}

TEST(laws_identity_is_a_value)
{
	for (unsigned i = 0; i < curve_count; i++)
		identity_is_a_value(curve_open(curve_all[i]));
}

/* a G + sum of k P, whatever the number of terms; 0, 1, O and terms that cancel among them. */
static void check_combination(const tf_group *g, const tf_rng *rng, size_t n, bool with_base)
{
	tf_pt P[20], want, r;
	const tf_pt *in[20];
	tf_sc k[20], a;

	tf_sc_set_u64(g, &a, n == 1 ? 0 : 12345 * n * n);
	tf_sc_neg(g, &a, &a);
	multiple(g, &want, &a);
	if (!with_base)
		CHECK_OK(tf_pt_decode(g, &want, (const uint8_t[TF_PT_BYTES]){ 0 }));
	for (size_t i = 0; i < n; i++) {
		tf_sc_sec e;

		CHECK_OK(tf_sc_random(g, &e, rng));
		tf_ct_declassify(&e, sizeof(e));
		multiple(g, &P[i], &e.s);
		CHECK_OK(tf_sc_random(g, &e, rng));
		tf_ct_declassify(&e, sizeof(e));
		k[i] = e.s;
		if (i % 4 == 1)
			tf_sc_set_u64(g, &k[i], i % 8 == 1);
		if (i % 7 == 5)
			CHECK_OK(tf_pt_sub(g, &P[i], &P[i], &P[i]));
		if (i % 5 == 3) {
			P[i] = P[i - 1];
			tf_sc_neg(g, &k[i], &k[i - 1]);
		}
		in[i] = &P[i];
		CHECK_OK(tf_pt_mul_vt(g, &r, &k[i], &P[i]));
		CHECK_OK(tf_pt_add(g, &want, &want, &r));
	}
	CHECK_OK(tf_pt_combine_vt(g, &r, with_base ? &a : NULL, k, in, n));
	CHECK(tf_pt_eq(g, &r, &want));
}

TEST(laws_combinations_are_sums_of_multiples)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 33);

	for (unsigned i = 0; i < curve_count; i++)
		for (size_t n = 0; n <= 20; n++)
			check_combination(curve_open(curve_all[i]), &rng, n, n % 3 != 0);
}

/* Coordinates lead back to the encoding, and out may be an operand. */
TEST(laws_outputs_may_be_operands)
{
	for (unsigned i = 0; i < curve_count; i++) {
		const tf_group *g = curve_open(curve_all[i]);
		tf_pt twice, r = *tf_group_base(g);
		tf_sc_sec k;

		tf_sc_set_u64(g, &k.s, 2);
		multiple(g, &twice, &k.s);
		CHECK_OK(tf_pt_add(g, &r, &r, &r));
		CHECK(tf_pt_eq(g, &r, &twice));
		r = *tf_group_base(g);
		CHECK_OK(tf_pt_mul(g, &r, &k, &r));
		CHECK(tf_pt_eq(g, &r, &twice));
		CHECK_OK(tf_pt_neg(g, &r, &r));
		CHECK_OK(tf_pt_add(g, &r, &r, &twice));
		CHECK(tf_pt_is_identity(&r));
	}
}

/* n encodings at once, and one of them spoilt: what decoding it alone says, decides. */
static void check_decodings(const tf_group *g, const tf_rng *rng, size_t n, size_t spoilt)
{
	uint8_t in[20 * TF_PT_BYTES] = { 0 }, *at = in + spoilt * TF_PT_BYTES;
	tf_pt p, all[20];
	tf_sc_sec k;
	bool good;

	for (size_t i = 0; i < n; i++) {
		CHECK_OK(tf_sc_random(g, &k, rng));
		CHECK_OK(tf_pt_mul_base(g, &p, &k));
		if (i % 7 != 6) /* now and then O */
			tf_pt_encode(g, in + i * TF_PT_BYTES, &p);
	}
	if (spoilt < n) {
		CHECK_OK(tf_sc_random(g, &k, rng));
		at[k.s.d[0] % TF_PT_BYTES] ^= (uint8_t)(1u << k.s.d[1] % 8);
	}
	good = spoilt >= n || tf_pt_decode(g, &p, at) == TF_OK;
	CHECK_ERR(tf_pt_decode_each(g, all, in, n), good ? TF_OK : TF_E_ENCODING);
	for (size_t i = 0; good && i < n; i++) {
		CHECK_OK(tf_pt_decode(g, &p, in + i * TF_PT_BYTES));
		CHECK(p.identity == all[i].identity && memcmp(p.b, all[i].b, sizeof(p.b)) == 0);
	}
}

TEST(laws_of_ed25519_and_others_for_points_decoded_together)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 34);

	for (unsigned i = 0; i < curve_count; i++)
		for (size_t n = 0; n <= 20; n++)
			for (unsigned k = 0; k < 3; k++) /* the first time, none */
				check_decodings(curve_open(curve_all[i]), &rng, n,
				                k ? (n * k) % 19 : n);
}

/* Everything that came from the rng is marked secret in ct builds. */
TEST(constant_time_multiplications)
{
	for (unsigned i = 0; i < curve_count; i++) {
		const tf_group *g = curve_open(curve_all[i]);
		tf_tape tape;
		tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 32);
		tf_sc_sec a, b, c;
		tf_pt A, B, AB, want;

		CHECK_OK(tf_sc_random(g, &a, &rng));
		CHECK_OK(tf_sc_random(g, &b, &rng));
		CHECK_OK(tf_pt_mul_base(g, &A, &a));
		CHECK_OK(tf_pt_mul(g, &AB, &b, &A));
		tf_sc_inv(g, &c.s, &a.s);
		CHECK_OK(tf_pt_mul(g, &B, &c, &AB));
		CHECK_OK(tf_pt_mul_base(g, &want, &b));
		CHECK(tf_pt_eq(g, &B, &want));
	}
}
