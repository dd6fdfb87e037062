/* Many at once: inverses by one inversion, and coprimality by one greatest common divisor. */
#include "harness/primes.h"
#include "num/modexp.h"
#include "num/mpz_test.h"

#define MOST 7u

typedef struct kinds {
	tf_tape tape;
	tf_rng rng;
	tf_bn p, q;
	tf_mod_factors f;
	tf_mod m[4]; /* of each kind, for N = p q */
} kinds;

static kinds k;

static void begin(unsigned seed)
{
	tf_bn n;

	k.rng = tf_tape_init(&k.tape, tf_test_seed(), seed);
	tf_test_primes(640, 0, &k.p);
	tf_test_primes(640, 1, &k.q);
	CHECK_OK(tf_bn_mul(&n, &k.p, &k.q));
	CHECK_OK(tf_mod_init(&k.m[0], &n));
	CHECK_OK(tf_mod_init_square(&k.m[1], &n));
	CHECK_OK(tf_mod_factors_init(&k.f, &k.p, &k.q));
	CHECK_OK(tf_mod_init_own(&k.m[2], &k.f));
	CHECK_OK(tf_mod_init_own_square(&k.m[3], &k.f));
}

static void check_inverses(const tf_bn *inverse, const tf_bn *a, size_t n, const tf_mod *m)
{
	for (size_t i = 0; i < n; i++) {
		tf_bn one, product;

		tf_bn_set_u64(&one, 1);
		CHECK_OK(tf_mod_mul(&product, &inverse[i], &a[i], m));
		CHECK(tf_ct_reveal(tf_bn_lt(&inverse[i], &m->m)));
		CHECK(tf_ct_reveal(tf_bn_eq(&product, &one)));
	}
}

static void invert(size_t n, const tf_mod *m, const tf_rng *blind)
{
	tf_bn a[MOST], inverse[MOST];
	const tf_bn *at[MOST];

	for (size_t i = 0; i < n; i++) {
		CHECK_OK(tf_bn_random_unit(&a[i], &m->m, &k.rng));
		at[i] = &a[i];
	}
	CHECK_OK(tf_mod_inv_many(inverse, at, n, m, blind));
	check_inverses(inverse, a, n, m);
}

/* Under the tools of the ct presets the numbers are secret. */
TEST(constant_time_inverses_of_many)
{
	begin(1);
	for (size_t kind = 0; kind < TF_ARRAY_LEN(k.m); kind++)
		for (size_t n = 0; n <= MOST; n += 1 + n / 2) {
			invert(n, &k.m[kind], NULL);
			invert(n, &k.m[kind], &k.rng);
		}
}

/* The same number twice is as good as two. */
TEST(inverses_of_equal_numbers_and_of_one)
{
	tf_bn a[2], inverse[2];
	const tf_bn *at[] = { &a[0], &a[0] };

	begin(2);
	CHECK_OK(tf_bn_random_unit(&a[0], &k.m[0].m, &k.rng));
	a[1] = a[0];
	CHECK_OK(tf_mod_inv_many(inverse, at, 2, &k.m[0], &k.rng));
	check_inverses(inverse, a, 2, &k.m[0]);
	tf_bn_set_u64(&a[0], 1);
	CHECK_OK(tf_mod_inv_many(inverse, at, 1, &k.m[0], NULL));
	CHECK(tf_ct_reveal(tf_bn_eq(&inverse[0], &a[0])));
}

TEST(many_of_which_one_is_no_unit_have_no_inverses)
{
	begin(3);
	for (size_t bad = 0; bad < 3; bad++) {
		tf_bn a[3], inverse[3];
		const tf_bn *at[] = { &a[0], &a[1], &a[2] };

		for (size_t i = 0; i < 3; i++)
			CHECK_OK(tf_bn_random_unit(&a[i], &k.m[0].m, &k.rng));
		a[bad] = k.p;
		CHECK_ERR(tf_mod_inv_many(inverse, at, 3, &k.m[0], NULL), TF_E_USAGE);
		CHECK_ERR(tf_mod_inv_many(inverse, at, 3, &k.m[0], &k.rng), TF_E_USAGE);
	}
}

static tf_err broken(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	(void)out;
	(void)len;
	return TF_E_ENTROPY;
}

TEST(inverses_of_many_hand_on_what_the_rng_says)
{
	const tf_rng none = { broken, NULL };
	tf_bn a, inverse;
	const tf_bn *at[] = { &a };

	begin(4);
	tf_bn_set_u64(&a, 3);
	CHECK_ERR(tf_mod_inv_many(&inverse, at, 1, &k.m[0], &none), TF_E_ENTROPY);
}

/* Each number by itself, by GMP's algorithm. */
static bool all_coprime(const tf_bn *const *a, size_t n, const tf_mod *m)
{
	bool all = true;

	for (size_t i = 0; i < n; i++)
		all &= tf_bn_coprime_vt(a[i], &m->m);
	return all;
}

TEST(units_together_are_what_they_are_one_by_one)
{
	begin(5);
	for (unsigned round = 0; round < 200; round++) {
		tf_bn a[MOST];
		const tf_bn *at[MOST];
		const tf_mod *m = &k.m[round % 4];
		size_t n = round % (MOST + 1);

		for (size_t i = 0; i < n; i++) {
			uint32_t most = 2 * m->m.n < TF_BN_LIMBS ? 2 * m->m.n : TF_BN_LIMBS;

			bn_odd_shape(&a[i], most, &k.rng);
			at[i] = &a[i];
		}
		CHECK(tf_mod_units_vt(at, n, m) == all_coprime(at, n, m));
	}
}

TEST(one_that_is_no_unit_is_found_anywhere)
{
	tf_bn bad[5];

	begin(6);
	tf_bn_set_u64(&bad[0], 0);
	bad[1] = k.p;
	bad[2] = k.m[0].m;
	CHECK_OK(tf_bn_mul(&bad[3], &k.q, &k.m[0].m));
	CHECK_OK(tf_bn_shl(&bad[4], &k.q, 64 * k.m[0].m.n)); /* 0 but for the upper half */
	for (size_t b = 0; b < TF_ARRAY_LEN(bad); b++)
		for (size_t place = 0; place < 4; place++) {
			tf_bn a[4];
			const tf_bn *at[] = { &a[0], &a[1], &a[2], &a[3] };

			for (size_t i = 0; i < 4; i++) {
				CHECK_OK(tf_bn_random_unit(&a[i], &k.m[0].m, &k.rng));
				tf_ct_declassify(&a[i], sizeof(a[i]));
			}
			CHECK(tf_mod_units_vt(at, 4, &k.m[0]));
			a[place] = bad[b];
			CHECK(!tf_mod_units_vt(at, 4, &k.m[0]));
		}
}

TEST(units_of_more_than_twice_the_width_are_not_looked_at)
{
	tf_bn a;
	const tf_bn *at[] = { &a };

	begin(7);
	memset(&a, 0, sizeof(a));
	a.n = TF_BN_LIMBS;
	a.d[0] = 1;
	CHECK(tf_mod_units_vt(at, 1, &k.m[0]));
	a.d[2 * k.m[0].m.n] = 1;
	CHECK(!tf_mod_units_vt(at, 1, &k.m[0]));
}
