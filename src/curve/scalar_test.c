#include <gmp.h>
#include <string.h>

#include "curve/group.h"
#include "harness/harness.h"
#include "harness/tape.h"

static uint8_t room[1 << 16];

static const tf_group *group(tf_curve_id id)
{
	static tf_arena mem;
	const tf_group *g;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_group_init(&g, id, NULL, &mem));
	return g;
}

static void to_mpz(mpz_t out, const tf_sc *a)
{
	uint8_t b[32];

	tf_sc_encode(b, a);
	mpz_import(out, 32, 1, 1, 1, 0, b);
}

static bool is(const tf_sc *a, const mpz_t want)
{
	mpz_t got;
	bool same;

	mpz_init(got);
	to_mpz(got, a);
	same = mpz_cmp(got, want) == 0;
	mpz_clear(got);
	return same;
}

static void order_of(mpz_t q, const tf_group *g)
{
	mpz_init(q);
	mpz_import(q, 4, -1, 8, 0, 0, tf_group_order(g)->d);
}

/* Every operation on every pair of a tiny group, and its results against plain arithmetic. */
static void all_pairs(tf_curve_id id, unsigned q)
{
	const tf_group *g = group(id);

	CHECK(tf_group_order(g)->d[0] == q);
	for (unsigned i = 0; i < q; i++) {
		tf_sc a, r, want;
		tf_int c;

		tf_sc_set_u64(g, &a, i);
		CHECK(a.d[0] == i && !a.d[1] && !a.d[2] && !a.d[3]);
		CHECK((tf_sc_is_zero(&a) != 0) == (i == 0));
		tf_sc_neg(g, &r, &a);
		CHECK(r.d[0] == (q - i) % q);
		tf_sc_inv(g, &r, &a);
		CHECK(i == 0 ? r.d[0] == 0 : r.d[0] * i % q == 1);
		want = r;
		CHECK_OK(tf_sc_inv_vt(g, &r, &a));
		CHECK(tf_sc_eq(&r, &want) != 0);
		CHECK_OK(tf_sc_centre(g, &c, &a));
		CHECK((c.neg != 0) == (i > (q - 1) / 2));
		CHECK(c.mag.n == 4 && c.mag.d[0] == (i > (q - 1) / 2 ? q - i : i));
		CHECK_OK(tf_sc_from_int(g, &r, &c));
		CHECK(tf_sc_eq(&r, &a) != 0);
		for (unsigned j = 0; j < q; j++) {
			tf_sc b;

			tf_sc_set_u64(g, &b, j);
			CHECK((tf_sc_eq(&a, &b) != 0) == (i == j));
			tf_sc_add(g, &r, &a, &b);
			tf_sc_set_u64(g, &want, i + j);
			CHECK(r.d[0] == (i + j) % q && tf_sc_eq(&r, &want) != 0);
			tf_sc_sub(g, &r, &a, &b);
			CHECK(r.d[0] == (i + q - j) % q);
			tf_sc_mul(g, &r, &a, &b);
			CHECK(r.d[0] == i * j % q);
		}
	}
}

TEST(scalars_of_order_13)
{
	all_pairs(TF_CURVE_TINY13, 13);
}

TEST(scalars_of_order_199)
{
	all_pairs(TF_CURVE_TINY199, 199);
}

/* Values near 0, q, q/2 and 2^256, and random ones, against GMP. */
static void interesting(const tf_group *g, tf_sc *out, unsigned i, const tf_rng *rng)
{
	tf_sc_sec r;

	if (i < 4) {
		tf_sc_set_u64(g, out, i);
	} else if (i < 8) {
		tf_sc_set_u64(g, out, i - 3);
		tf_sc_neg(g, out, out);
	} else if (i == 8 || i == 9) { /* (q - 1) / 2 and the next */
		tf_sc_set_u64(g, out, 2);
		tf_sc_inv(g, out, out);
		if (i == 8) {
			tf_sc one;

			tf_sc_set_u64(g, &one, 1);
			tf_sc_sub(g, out, out, &one);
		}
	} else {
		CHECK_OK(tf_sc_random(g, &r, rng));
		tf_ct_declassify(&r, sizeof(r));
		*out = r.s;
	}
}

TEST(secp256k1_scalars_against_gmp)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 1);
	mpz_t q, a, b, r;

	order_of(q, g);
	mpz_inits(a, b, r, NULL);
	for (unsigned i = 0; i < 40; i++)
		for (unsigned j = 0; j < 40; j++) {
			tf_sc x, y, z;

			interesting(g, &x, i, &rng);
			interesting(g, &y, j, &rng);
			to_mpz(a, &x);
			to_mpz(b, &y);
			tf_sc_add(g, &z, &x, &y);
			mpz_add(r, a, b);
			mpz_mod(r, r, q);
			CHECK(is(&z, r));
			tf_sc_sub(g, &z, &x, &y);
			mpz_sub(r, a, b);
			mpz_mod(r, r, q);
			CHECK(is(&z, r));
			tf_sc_mul(g, &z, &x, &y);
			mpz_mul(r, a, b);
			mpz_mod(r, r, q);
			CHECK(is(&z, r));
			if (i == j || j > 10)
				continue;
			tf_sc_inv(g, &z, &x);
			CHECK(mpz_sgn(a) ? mpz_invert(r, a, q) != 0 : (mpz_set_ui(r, 0), true));
			CHECK(is(&z, r));
			CHECK_OK(tf_sc_inv_vt(g, &z, &x));
			CHECK(is(&z, r));
		}
	mpz_clears(q, a, b, r, NULL);
}

TEST(secp256k1_reductions_against_gmp)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 2);
	uint8_t raw[TF_BN_BYTES];
	mpz_t q, a;

	order_of(q, g);
	mpz_init(a);
	for (unsigned len = 0; len <= 64; len++) {
		tf_sc z;

		CHECK_OK(tf_rng_bytes(&rng, raw, sizeof(raw)));
		tf_ct_declassify(raw, sizeof(raw));
		if (len % 3 == 0)
			memset(raw, 0xff, sizeof(raw));
		mpz_import(a, len, 1, 1, 1, 0, raw);
		mpz_mod(a, a, q);
		CHECK_OK(tf_sc_reduce_bytes(g, &z, raw, len));
		CHECK(is(&z, a));
	}
	for (uint32_t n = 0; n <= TF_BN_LIMBS; n++) {
		tf_bn x = { .n = n };
		tf_int s = { 0 };
		tf_sc z;

		CHECK_OK(tf_rng_bytes(&rng, x.d, 8 * n));
		tf_ct_declassify(&x, sizeof(x));
		if (n % 5 == 0)
			memset(x.d, 0xff, 8 * n);
		mpz_import(a, n, -1, 8, 0, 0, x.d);
		mpz_mod(a, a, q);
		CHECK_OK(tf_sc_from_bn(g, &z, &x));
		CHECK(is(&z, a));
		s.mag = x;
		s.neg = n ? ~(tf_ct)0 : 0;
		mpz_neg(a, a);
		mpz_mod(a, a, q);
		CHECK_OK(tf_sc_from_int(g, &z, &s));
		CHECK(is(&z, a));
	}
	CHECK_ERR(tf_sc_reduce_bytes(g, &(tf_sc){ 0 }, raw, 65), TF_E_USAGE);
	CHECK_ERR(tf_sc_from_bn(g, &(tf_sc){ 0 }, &(tf_bn){ .n = TF_BN_LIMBS + 1 }), TF_E_USAGE);
	mpz_clears(q, a, NULL);
}

TEST(decoding_refuses_q_and_above)
{
	static const tf_curve_id id[] = { TF_CURVE_SECP256K1, TF_CURVE_TINY13, TF_CURVE_TINY199 };

	for (unsigned i = 0; i < TF_ARRAY_LEN(id); i++) {
		const tf_group *g = group(id[i]);
		uint8_t b[32], back[32];
		tf_sc q, s;

		memcpy(q.d, tf_group_order(g)->d, sizeof(q.d));
		tf_sc_encode(b, &q);
		memset(&s, 0x5a, sizeof(s));
		CHECK_ERR(tf_sc_decode(g, &s, b), TF_E_ENCODING);
		CHECK(s.d[0] == 0x5a5a5a5a5a5a5a5a); /* unwritten */
		b[31]++;
		CHECK_ERR(tf_sc_decode(g, &s, b), TF_E_ENCODING);
		b[31] = (uint8_t)(b[31] - 2);
		CHECK_OK(tf_sc_decode(g, &s, b));
		tf_sc_encode(back, &s);
		CHECK(memcmp(b, back, 32) == 0);
		memset(b, 0xff, 32);
		CHECK_ERR(tf_sc_decode(g, &s, b), TF_E_ENCODING);
		memset(b, 0, 32);
		CHECK_OK(tf_sc_decode(g, &s, b));
		CHECK(tf_sc_is_zero(&s) != 0);
	}
}

TEST(random_scalars_reach_everything_but_zero)
{
	const tf_group *g = group(TF_CURVE_TINY13);
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 3);
	unsigned seen[13] = { 0 };

	for (unsigned i = 0; i < 1300; i++) {
		tf_sc_sec s;

		CHECK_OK(tf_sc_random(g, &s, &rng));
		tf_ct_declassify(&s, sizeof(s));
		CHECK(s.s.d[0] < 13 && !s.s.d[1] && !s.s.d[2] && !s.s.d[3]);
		seen[s.s.d[0]]++;
	}
	CHECK(seen[0] == 0);
	for (unsigned i = 1; i < 13; i++)
		CHECK(seen[i] > 50 && seen[i] < 200);
}

static tf_err empty(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	(void)out;
	(void)len;
	return TF_E_ENTROPY;
}

TEST(a_dry_rng_is_reported)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	tf_rng rng = { empty, NULL };
	tf_arena mem;
	tf_sc_sec s;

	CHECK_ERR(tf_sc_random(g, &s, &rng), TF_E_ENTROPY);
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_ERR(tf_group_init(&g, TF_CURVE_SECP256K1, &rng, &mem), TF_E_ENTROPY);
}
