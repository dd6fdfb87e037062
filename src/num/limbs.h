/* Internal to num: constant-time helpers on raw arrays of limbs, least significant limb first.
 *
 * What GMP's public mpn functions do not offer without secret-dependent branches or table look-ups
 * stands here: comparison, selection, bit length and division. (mpn_sec_div_r branches on the
 * divisor's top limb and looks its reciprocal up in a table.)
 */
#ifndef TF_NUM_LIMBS_H
#define TF_NUM_LIMBS_H

#include <string.h>

#include "num/bn.h"

_Static_assert(GMP_NUMB_BITS == 64 && sizeof(mp_limb_t) == 8, "64-bit limbs without nails");

/* Scratch for two products of full capacity. */
typedef struct tf_wide {
	mp_limb_t d[4 * TF_BN_LIMBS];
} tf_wide;

static inline void tf_wide_wipe(tf_wide *w)
{
	tf_wipe(w, sizeof(*w));
}

/* Set the public width, clearing every limb above it. */
static inline void tf_bn_width(tf_bn *a, uint32_t n)
{
	a->n = n;
	memset(a->d + n, 0, (TF_BN_LIMBS - n) * sizeof(mp_limb_t));
}

static inline uint32_t tf_max_u32(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* Borrow (0 or 1) of x - y - borrow. */
static inline uint64_t tf_limb_borrow(uint64_t x, uint64_t y, uint64_t borrow)
{
	return ((~x & y) | (~(x ^ y) & (x - y - borrow))) >> 63;
}

/* -m^-1 mod 2^64 for odd m, by Newton's iteration; each step doubles the correct bits, 5 to begin
 * with. */
static inline mp_limb_t tf_limb_negative_inverse(mp_limb_t m)
{
	mp_limb_t x = (3 * m) ^ 2;

	for (unsigned i = 0; i < 4; i++)
		x *= 2 - m * x;
	return 0 - x;
}

/* Mask: a < b, n limbs each. */
tf_ct tf_limbs_lt(const mp_limb_t *a, const mp_limb_t *b, size_t n);

/* Mask: all n limbs are zero. */
tf_ct tf_limbs_zero(const mp_limb_t *a, size_t n);

/* r = yes or no, n limbs; r may be either. */
void tf_limbs_select(mp_limb_t *r, tf_ct c, const mp_limb_t *yes, const mp_limb_t *no, size_t n);

/* Bit length of n limbs. The result is declared public. */
uint32_t tf_limbs_bits(const mp_limb_t *a, size_t n);

/* r = (top : a) - m if that is not negative, else a; for (top : a) < 2m with top 0 or 1. t: n limbs
 * of scratch. r may be a. */
void tf_limbs_reduce(mp_limb_t *r, mp_limb_t top, const mp_limb_t *a, const mp_limb_t *m,
                     mp_limb_t *t, size_t n);

/* a = q d + r with r < d, constant time in both values. d has exactly `bits` > 0 bits in
 * dn = tf_bn_limbs(bits) limbs, an <= 2 * TF_BN_LIMBS + 1. q (an - dn + 1 limbs if an >= dn, else
 * untouched) may be NULL; r: dn limbs. r and q may overlap a, but not each other or d. */
void tf_limbs_divmod(mp_limb_t *q, mp_limb_t *r, const mp_limb_t *a, size_t an,
                     const mp_limb_t *d, size_t dn, uint32_t bits);

/* True if n is within capacity and mpn_sec_mul and mpn_sec_sqr want at most 2n limbs of scratch for
 * operands of n limbs, which is what everybody leaves behind the product (GMP 6: none). */
bool tf_limbs_supported(size_t n);

/* r[an + bn] = a * b, constant time, with w for scratch; r does not overlap a or b. */
void tf_limbs_mul(mp_limb_t *r, const mp_limb_t *a, size_t an, const mp_limb_t *b, size_t bn,
                  tf_wide *w);

#endif
