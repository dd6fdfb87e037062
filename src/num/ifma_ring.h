/* Internal to the kernel ifma: products modulo one modulus or eight.
 *
 * A number is a row of digits of 52 bits. In eight lanes, a vector holds the digit of the same
 * weight of eight numbers; alone, it holds eight digits of one. Digits of products pile up in
 * 64-bit columns and are carried once, in a Montgomery reduction: a column of the largest product
 * and of its reduction is a sum of at most 480 halves of 104-bit products (4 nl for a plain modulus
 * of 120 digits; 6 nl for two products, where nl is at most 60), of what is added to it, below
 * 2^54, and of a carry: below 2^61 together. Those of a square may be above -2^52 instead: they are
 * signed.
 *
 * Plain moduli. With R = 2^(52 nl) >= 4 m, operands below 2m give results below 2m:
 * a b / R + m < 2m. Nothing is subtracted until the way out, which ends in [0, m].
 *
 * Squares. Modulo N^2 an element is a pair (a0, a1) of numbers, a0 + a1 N, and R is that of N. With
 * q the quotient of the reduction of a0 b0, that is r0 = (a0 b0 + q N) / R,
 *
 *     (a0 + a1 N)(b0 + b1 N) / R  =  r0 + N (a0 b1 + a1 b0 - q) / R   modulo N^2,
 *
 * and r1 is the reduction of a0 b1 + a1 b0 + (C + R) - q, with C + R a multiple of N and C in
 * [0, N]: 7 nl^2 multiply-adds of digits for a square where twice as many digits take 12, 10
 * instead of 16 for a product. r0 need not be the smallest representative; were N subtracted from
 * it, r1 would have to grow by 1. Nothing is subtracted here. With R >= 16 N, numbers below 2N give
 * r0 < 4 N^2 / R + N < 2N and r1 < (8 N^2 + R + N + R N) / R < 2N. The way out, a product with
 * (1, 0), ends in r0 <= N and r1 <= N + 1, below N^2 + 3N together.
 */
#ifndef TF_NUM_IFMA_RING_H
#define TF_NUM_IFMA_RING_H

#include "num/limbs.h"
#include "num/power.h"
#include "num/vectors.h"

#define DIGIT_BITS 52u
#define DIGIT_MASK (((uint64_t)1 << DIGIT_BITS) - 1)
#define BLOCK 5u       /* digits that are multiplied by one another in registers */
#define DIGITS_MAX 120u

typedef __m512i vec;

/* Moduli and what multiplying modulo them needs. */
typedef struct ring {
	size_t lanes; /* 8, or 1 */
	size_t nl;    /* digits of a number */
	size_t width; /* vectors of a number: nl, or tf_one_width(nl) */
	bool square;  /* elements are pairs: vectors of a0, then those of a1 */
	vec k0;       /* -m^-1 mod 2^52 */
	vec *m;       /* width: the moduli, or the N of which they are squares */
	vec *c;       /* squares: width, C */
	vec *wide;    /* 2 width, scratch: a product */
	vec *quot;    /* 4 width, scratch: the quotient of a reduction */
	vec *low;     /* squares: width, scratch: r0 */
} ring;

/* Vectors of an element. */
static inline size_t tf_ring_len(const ring *r)
{
	return r->square ? 2 * r->width : r->width;
}

/* out = a b / R, out = a^2 / R; out may be a or b. */
void tf_ring_mul(vec *out, const vec *a, const vec *b, const ring *r);
void tf_ring_sqr(vec *out, const vec *a, const ring *r);

/* Squares: out = x / R for the x < N^2 whose 2 nl carried digits are in r->wide. */
void tf_ring_split(vec *out, const ring *r);

/* The same for lanes = 1. */
void tf_one_mul(vec *out, const vec *a, const vec *b, const ring *r);
void tf_one_sqr(vec *out, const vec *a, const ring *r);
void tf_one_split(vec *out, const ring *r);

/* Vectors of one number of nl digits; 0 if that is too many. */
size_t tf_one_width(size_t nl);

/* out[0 .. len) = tab[index][0 .. len), in every lane by its own index below `entries`. Every entry
 * is read. */
void tf_pick(vec *out, const vec *tab, size_t entries, size_t len, vec index);

/* Lane `lane` of v = the nl digits of a. */
void tf_lane_put(vec *v, size_t nl, size_t lane, size_t lanes, const tf_bn *a);

/* out[c] = in each of `lanes` (bit i: lane i) the place of column c that the lane's index says, for
 * tables of so many columns of so many places (num/fixed.h). Everything is read. */
void tf_columns_pick(vec *out, const vec *tab, size_t columns, size_t places, vec index,
                     uint8_t lanes);

/* out = the nl digits of eight numbers whose digits stand in rows[0 .. 8), eight a vector. */
void tf_to_lanes(vec *out, size_t nl, const vec *const *rows);

/* Bits [52 i, 52 i + 52) of n limbs. */
static inline uint64_t tf_digit_at(const mp_limb_t *a, size_t n, size_t i)
{
	size_t limb = i * DIGIT_BITS / 64, part = i * DIGIT_BITS % 64;
	uint64_t x = limb < n ? a[limb] >> part : 0;

	if (part > 64 - DIGIT_BITS && limb + 1 < n)
		x |= a[limb + 1] << (64 - part);
	return x & DIGIT_MASK;
}

/* With nl digits for m, or for its root: R^2 is reached from tf_mod's r2 with a factor 2^lift. */
uint32_t tf_ifma_lift(const tf_mod *m, size_t nl, bool square);

/* -m^-1 mod 2^52, or the root's. */
uint64_t tf_ifma_k0(const tf_mod *m, bool square);

/* C for a square whose root has nl digits: N - (R mod N). */
void tf_ifma_c(tf_bn *c, const tf_mod *m, size_t nl);

/* out = low + high N mod N^2 for the ends of the way out: low, n limbs, high, n + 1, for an N of n
 * limbs. */
void tf_ifma_finish(tf_bn *out, const tf_mod *m, const mp_limb_t *low, const mp_limb_t *high);

static inline uint32_t tf_ifma_root_bits(const tf_mod *m)
{
	return (m->bits + 1) / 2;
}

#endif
