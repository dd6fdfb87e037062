/* Internal to num: elements modulo one modulus, as the portable kernel has them.
 *
 * An element is as many limbs as the modulus has, n or 2n, in Montgomery form.
 *
 * Plain moduli: numbers below R = 2^(64 n), as in num/mont.h.
 *
 * Squares. Modulo N^2, N of n limbs, an element is a pair (a0, a1) of numbers below R, a0 + a1 N,
 * and R is that of N. With q the quotient of the reduction of a0 b0, that is
 * r0 = (a0 b0 + q N) / R,
 *
 *     (a0 + a1 N)(b0 + b1 N) / R  =  r0 + N (a0 b1 + a1 b0 - q) / R   modulo N^2,
 *
 * and r1 is the reduction of a0 b1 + a1 b0 + C - q, with C a multiple of N between R and R + N:
 * 7n^2 multiply-adds for a square where a number of 2n limbs takes 12n^2, 10n^2 instead of 16n^2
 * for a product.
 *
 *   - r0 < R + N. Where it is R or more, N is subtracted, and r1 grows by 1 for it.
 *   - r1 < (2 (R - 1)^2 + R + N + R N) / R + 1 < 2R + N. As often as R is in it, 0 to 2 times, K is
 *     subtracted, the multiple of N below R, C = K + N; and once more if R is still reached. That
 *     is enough: if N > R/2, then K = N, and 2R + N - 3N < R as well as 2R - 2N < R. If N < R/2,
 *     then R - K < N and K > R/2, and (2R + N - 2K) - K < 3N - K < R as well as 2R - 2K < R.
 *   - The way in: x < N^2 is the product of (x mod R, x div R) and R, so that x / R is what the
 *     same two reductions make of it; then a product with R^3.
 *   - The way out, the reductions of (a0, 0) and a1, ends in r0 <= N and r1 <= N + 1 (where that is
 *     R, r1 = 1): together at most N^2 + 2N, which is below R^2 and below 2 N^2.
 *
 * Squares with an odd number of limbs are plain.
 */
#ifndef TF_NUM_ELEMS_H
#define TF_NUM_ELEMS_H

#include "num/modexp.h"

typedef struct tf_elems {
	const tf_mod *m;
	bool secret;     /* false: products may take a time that depends on values */
	bool pairs;
	size_t len;      /* limbs of an element */
	size_t n;        /* limbs of a number: len, or len / 2 */
	mp_limb_t n_inv; /* -N^-1 mod 2^64 */
	mp_limb_t *c;    /* of pairs: n limbs, C + 1 - R */
	mp_limb_t *k;    /* of pairs: n limbs, K */
	mp_limb_t *in;   /* of pairs: R^3 */
	mp_limb_t *q;    /* of pairs: n limbs, scratch: a quotient */
	mp_limb_t *t;    /* 4 len limbs, scratch */
} tf_elems;

/* For a modulus of a PLAIN or SQUARE kind. Memory comes from mem and is not released. TF_E_CAPACITY
 * if mem is full. Constant time in m; with secret, all functions below in elements, too. */
TF_MUST_USE tf_err tf_elems_init(tf_elems *out, const tf_mod *m, bool secret, tf_arena *mem);

/* r = a b / R, r = a^2 / R; r may be a or b. */
void tf_elem_mul(mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b, const tf_elems *e);
void tf_elem_sqr(mp_limb_t *r, const mp_limb_t *a, const tf_elems *e);

/* r = a R for a in [0, m); r = R. */
void tf_elem_enter(mp_limb_t *r, const tf_bn *a, const tf_elems *e);
void tf_elem_one(mp_limb_t *r, const tf_elems *e);

/* out = a / R in [0, m). */
void tf_elem_leave(tf_bn *out, const mp_limb_t *a, const tf_elems *e);

#endif
