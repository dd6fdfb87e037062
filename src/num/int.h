/* Signed integers: a magnitude of public width and a sign mask. Zero is never negative.
 *
 * Responses of range proofs are signed; a negative secret exponent must not be seen. All
 * functions are constant time in value and sign.
 */
#ifndef TF_NUM_INT_H
#define TF_NUM_INT_H

#include "num/bn.h"

typedef struct tf_int {
	tf_ct neg; /* all ones if negative */
	tf_bn mag;
} tf_int;

static inline void tf_int_wipe(tf_int *a)
{
	tf_wipe(a, sizeof(*a));
}

/* From a natural number and a sign mask (normalises minus zero). */
void tf_int_set(tf_int *out, const tf_bn *mag, tf_ct neg);
void tf_int_neg(tf_int *out, const tf_int *a);
TF_MUST_USE tf_err tf_int_add(tf_int *out, const tf_int *a, const tf_int *b);
TF_MUST_USE tf_err tf_int_sub(tf_int *out, const tf_int *a, const tf_int *b);
TF_MUST_USE tf_err tf_int_mul(tf_int *out, const tf_int *a, const tf_int *b);

/* out = c + a * b: the response of every range proof. */
TF_MUST_USE tf_err tf_int_muladd(tf_int *out, const tf_int *a, const tf_int *b, const tf_int *c);

/* out = a mod m in [0, m). */
TF_MUST_USE tf_err tf_int_mod(tf_bn *out, const tf_int *a, const tf_bn *m);

/* Representative of a in (-m/2, m/2] for 0 <= a < m, m odd (protocol.md: sg, and Paillier dec). */
TF_MUST_USE tf_err tf_int_centre(tf_int *out, const tf_bn *a, const tf_bn *m);

/* Equality as a mask. */
tf_ct tf_int_eq(const tf_int *a, const tf_int *b);

/* |a| <= 2^bits * scale; scale NULL means 1. Exactly the closed interval +-2^bits * scale. */
tf_ct tf_int_in_range(const tf_int *a, uint32_t bits, const tf_bn *scale);

/* Uniform in +-2^bits * scale (closed), by rejection; scale NULL means 1. */
TF_MUST_USE tf_err tf_int_random(tf_int *out, uint32_t bits, const tf_bn *scale, const tf_rng *rng);

#endif
