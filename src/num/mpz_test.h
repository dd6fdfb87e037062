/* Tests only: a second opinion by GMP's mpz functions. */
#ifndef TF_NUM_MPZ_TEST_H
#define TF_NUM_MPZ_TEST_H

#include <gmp.h>
#include <string.h>

#include "harness/harness.h"
#include "harness/tape.h"
#include "num/int.h"

static inline void mpz_from_bn(mpz_t z, const tf_bn *a)
{
	mpz_import(z, a->n, -1, 8, 0, 0, a->d);
}

static inline void mpz_from_int(mpz_t z, const tf_int *a)
{
	mpz_from_bn(z, &a->mag);
	if (a->neg)
		mpz_neg(z, z);
}

/* The magnitude of z in n limbs. */
static inline void bn_from_mpz(tf_bn *a, const mpz_t z, uint32_t n)
{
	memset(a, 0, sizeof(*a));
	CHECK(mpz_size(z) <= n && n <= TF_BN_LIMBS);
	mpz_export(a->d, NULL, -1, 8, 0, 0, z);
	a->n = n;
}

static inline void int_from_mpz(tf_int *a, const mpz_t z, uint32_t n)
{
	bn_from_mpz(&a->mag, z, n);
	a->neg = mpz_sgn(z) < 0 ? ~(tf_ct)0 : 0;
}

/* a has the value z, and no limb above its width is set. */
static inline bool bn_is_mpz(const tf_bn *a, const mpz_t z)
{
	mpz_t y;
	bool same;

	mpz_init(y);
	mpz_from_bn(y, a);
	same = a->n <= TF_BN_LIMBS && mpz_cmp(y, z) == 0;
	for (uint32_t i = a->n; i < TF_BN_LIMBS; i++)
		same &= a->d[i] == 0;
	mpz_clear(y);
	return same;
}

static inline bool int_is_mpz(const tf_int *a, const mpz_t z)
{
	mpz_t y;
	bool same;

	mpz_init(y);
	mpz_abs(y, z);
	same = bn_is_mpz(&a->mag, y) && a->neg == (mpz_sgn(z) < 0 ? ~(tf_ct)0 : 0);
	mpz_clear(y);
	return same;
}

/* A number of up to n limbs: random, sparse, all ones, tiny or zero, full or short; public. */
static inline void bn_odd_shape(tf_bn *a, uint32_t n, const tf_rng *rng)
{
	uint8_t kind[4];
	uint32_t keep;

	CHECK_OK(tf_bn_random_bits(a, n * 64, rng));
	CHECK_OK(tf_rng_bytes(rng, kind, sizeof(kind)));
	tf_ct_declassify(kind, sizeof(kind));
	keep = kind[1] % 3 == 0 ? kind[2] % (n + 1) : n;
	for (uint32_t i = 0; i < n; i++) {
		if (kind[0] % 8 == 0)
			a->d[i] = ~(mp_limb_t)0;
		else if (kind[0] % 8 == 1)
			a->d[i] = 0;
		else if (kind[0] % 8 == 2)
			a->d[i] &= 1;
		else if (kind[0] % 8 == 3)
			a->d[i] |= ~(mp_limb_t)1;
		if (i >= keep)
			a->d[i] = 0;
	}
	a->d[0] += kind[3] % 4 == 0;
	tf_ct_declassify(a, sizeof(*a));
}

#endif
