/* Signed integers against mpz. */
#include "num/mpz_test.h"

static tf_tape tape;
static tf_rng rng;

static void begin(unsigned party)
{
	rng = tf_tape_init(&tape, tf_test_seed(), party);
}

static uint32_t pick(uint32_t below)
{
	uint32_t v;

	CHECK_OK(tf_rng_bytes(&rng, &v, sizeof(v)));
	tf_ct_declassify(&v, sizeof(v));
	return v % below;
}

static void random_int(tf_int *a, uint32_t max_width)
{
	tf_bn mag;

	bn_odd_shape(&mag, 1 + pick(max_width), &rng);
	tf_int_set(a, &mag, tf_ct_mask(pick(2)));
}

TEST(signed_arithmetic_as_mpz_does)
{
	mpz_t x, y, w, z;

	begin(1);
	mpz_inits(x, y, w, z, NULL);
	for (unsigned i = 0; i < 20000; i++) {
		tf_int a, b, c, out;

		random_int(&a, pick(8) ? 5 : 30);
		random_int(&b, pick(8) ? 5 : 30);
		random_int(&c, pick(8) ? 5 : 100);
		if (pick(8) == 0)
			tf_int_neg(&b, &a);
		mpz_from_int(x, &a);
		mpz_from_int(y, &b);
		mpz_from_int(w, &c);
		CHECK_OK(tf_int_add(&out, &a, &b));
		mpz_add(z, x, y);
		CHECK(int_is_mpz(&out, z));
		CHECK_OK(tf_int_sub(&out, &a, &b));
		mpz_sub(z, x, y);
		CHECK(int_is_mpz(&out, z));
		CHECK_OK(tf_int_mul(&out, &a, &b));
		mpz_mul(z, x, y);
		CHECK(int_is_mpz(&out, z));
		CHECK_OK(tf_int_muladd(&out, &a, &b, &c));
		mpz_add(z, z, w);
		CHECK(int_is_mpz(&out, z));
		tf_int_neg(&out, &c);
		mpz_neg(z, w);
		CHECK(int_is_mpz(&out, z));
		CHECK(tf_int_eq(&a, &b) == (mpz_cmp(x, y) == 0 ? ~(tf_ct)0 : 0));
		CHECK(tf_int_eq(&a, &a) == ~(tf_ct)0);
		out = a;
		CHECK_OK(tf_int_muladd(&out, &out, &b, &out));
		mpz_mul(z, x, y);
		mpz_add(z, z, x);
		CHECK(int_is_mpz(&out, z));
	}
	mpz_clears(x, y, w, z, NULL);
}

TEST(reduction_and_centring_as_mpz_does)
{
	mpz_t x, y, z;

	begin(2);
	mpz_inits(x, y, z, NULL);
	for (unsigned i = 0; i < 20000; i++) {
		tf_int a, centred;
		tf_bn m, r;

		random_int(&a, 20);
		bn_odd_shape(&m, 1 + pick(8), &rng);
		m.d[0] |= 1;
		mpz_from_int(x, &a);
		mpz_from_bn(y, &m);
		mpz_mod(z, x, y);
		CHECK_OK(tf_int_mod(&r, &a, &m));
		CHECK(bn_is_mpz(&r, z) && r.n == m.n);
		CHECK_OK(tf_int_centre(&centred, &r, &m));
		mpz_mul_2exp(x, z, 1);
		if (mpz_cmp(x, y) > 0)
			mpz_sub(z, z, y);
		CHECK(int_is_mpz(&centred, z));
	}
	mpz_clears(x, y, z, NULL);
}

TEST(centring_all_residues_of_small_moduli)
{
	for (uint64_t m = 1; m < 40; m += 2)
		for (uint64_t a = 0; a <= m; a++) {
			tf_bn x, y;
			tf_int out = { 0 };
			tf_err err;

			tf_bn_set_u64(&x, a);
			tf_bn_set_u64(&y, m);
			err = tf_int_centre(&out, &x, &y);
			CHECK(err == TF_OK);
			CHECK(out.mag.d[0] == (2 * a > m ? m - a : a));
			CHECK(out.neg == (2 * a > m && a != m ? ~(tf_ct)0 : 0));
		}
}

TEST(centring_what_is_not_reduced_is_refused)
{
	tf_bn x, y;
	tf_int out;

	tf_bn_set_u64(&x, 8);
	tf_bn_set_u64(&y, 7);
	CHECK_ERR(tf_int_centre(&out, &x, &y), TF_E_USAGE);
}

TEST(minus_zero_does_not_exist)
{
	tf_bn zero;
	tf_int a, b;

	tf_bn_set_u64(&zero, 0);
	tf_int_set(&a, &zero, ~(tf_ct)0);
	CHECK(a.neg == 0);
	tf_int_neg(&a, &a);
	CHECK(a.neg == 0);
	tf_bn_set_u64(&zero, 3);
	tf_int_set(&b, &zero, ~(tf_ct)0);
	CHECK_OK(tf_int_mul(&a, &a, &b));
	CHECK(a.neg == 0 && tf_ct_reveal(tf_bn_is_zero(&a.mag)));
}

static bool in_range(const mpz_t v, uint32_t bits, const tf_bn *scale)
{
	tf_int a;

	int_from_mpz(&a, v, TF_BN_LIMBS);
	return tf_ct_reveal(tf_int_in_range(&a, bits, scale));
}

/* The bound itself, of either sign, is in; one more is out. */
TEST(range_is_closed_and_exact)
{
	mpz_t bound, v;

	begin(3);
	mpz_inits(bound, v, NULL);
	for (unsigned i = 0; i < 6000; i++) {
		uint32_t bits = pick(pick(2) ? 200 : 1000);
		tf_bn scale;
		const tf_bn *s = pick(4) ? &scale : NULL;

		do {
			bn_odd_shape(&scale, 1 + pick(pick(4) ? 3 : 90), &rng);
		} while (tf_ct_reveal(tf_bn_is_zero(&scale)));
		if (s)
			mpz_from_bn(bound, s);
		else
			mpz_set_ui(bound, 1);
		mpz_mul_2exp(bound, bound, bits);
		for (int sign = -1; sign <= 1; sign += 2)
			for (int off = -1; off <= 1; off++) {
				mpz_set(v, bound);
				if (off < 0)
					mpz_sub_ui(v, v, 1);
				else
					mpz_add_ui(v, v, (unsigned)off);
				if (sign < 0)
					mpz_neg(v, v);
				CHECK(in_range(v, bits, s) == (off <= 0));
			}
		mpz_fdiv_r_2exp(v, bound, bits + 3);
		CHECK(in_range(v, bits, s) == (mpz_cmp(v, bound) <= 0));
	}
	mpz_clears(bound, v, NULL);
}

TEST(range_beyond_the_capacity)
{
	tf_bn all, zero, one;
	tf_int a;

	memset(&all, 0xff, sizeof(all));
	all.n = TF_BN_LIMBS;
	tf_bn_set_u64(&zero, 0);
	tf_bn_set_u64(&one, 1);
	tf_int_set(&a, &all, ~(tf_ct)0);
	CHECK(tf_ct_reveal(tf_int_in_range(&a, TF_BN_BITS, NULL)));
	CHECK(tf_ct_reveal(tf_int_in_range(&a, UINT32_MAX, NULL)));
	CHECK(tf_ct_reveal(tf_int_in_range(&a, 64, &all)));
	CHECK(tf_ct_reveal(tf_int_in_range(&a, 0, &all)));
	CHECK(!tf_ct_reveal(tf_int_in_range(&a, TF_BN_BITS - 1, NULL)));
	CHECK(!tf_ct_reveal(tf_int_in_range(&a, 3, &zero)));
	CHECK(!tf_ct_reveal(tf_int_in_range(&a, UINT32_MAX, &zero)));
	tf_int_set(&a, &zero, 0);
	CHECK(tf_ct_reveal(tf_int_in_range(&a, 0, &zero)));
}

TEST(signed_arithmetic_out_of_capacity_is_refused)
{
	tf_bn big;
	tf_int a, b;

	tf_bn_set_u64(&big, 1);
	tf_bn_resize(&big, TF_BN_LIMBS);
	tf_int_set(&a, &big, 0);
	b = a;
	CHECK_ERR(tf_int_add(&a, &a, &b), TF_E_CAPACITY);
	CHECK_ERR(tf_int_sub(&a, &a, &b), TF_E_CAPACITY);
	CHECK_ERR(tf_int_mul(&a, &a, &b), TF_E_CAPACITY);
	CHECK_ERR(tf_int_muladd(&a, &a, &b, &b), TF_E_CAPACITY);
	CHECK(memcmp(&a, &b, sizeof(a)) == 0);
	tf_bn_set_u64(&big, 0);
	CHECK_ERR(tf_int_mod(&b.mag, &a, &big), TF_E_USAGE);
}
