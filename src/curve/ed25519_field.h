/* The field of 2^255 - 19 elements, five limbs of 51 bits, least significant first.
 *
 * Limbs are loose: a product's are below 2^51 + 2^17, a sum's or a difference's a bit longer, and
 * operands of products may have limbs up to 2^54. So one sum or difference of products can be
 * multiplied at once, and a sum of two such, too; nothing is ever fully reduced but in
 * tf_fe_store. All of it is constant time but what ends in _vt. Not for other modules.
 */
#ifndef TF_CURVE_ED25519_FIELD_H
#define TF_CURVE_ED25519_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ct.h"

typedef struct tf_fe {
	uint64_t d[5];
} tf_fe;

#define TF_FE_MASK (((uint64_t)1 << 51) - 1)
#define TF_FE_INLINE static inline __attribute__((always_inline)) void

typedef unsigned __int128 tf_fe_wide;

extern const tf_fe tf_fe_one, tf_fe_i; /* i^2 = -1: 2^((p - 1) / 4) */

/* out = a + b. Limbs: the longer plus one bit. */
TF_FE_INLINE tf_fe_add(tf_fe *out, const tf_fe *a, const tf_fe *b)
{
	out->d[0] = a->d[0] + b->d[0];
	out->d[1] = a->d[1] + b->d[1];
	out->d[2] = a->d[2] + b->d[2];
	out->d[3] = a->d[3] + b->d[3];
	out->d[4] = a->d[4] + b->d[4];
}

/* out = a - b + 4p for b with limbs up to 2^53 - 76, that is a sum of three products. Below
 * 2^53 + the limbs of a. */
TF_FE_INLINE tf_fe_sub(tf_fe *out, const tf_fe *a, const tf_fe *b)
{
	out->d[0] = a->d[0] + (((uint64_t)1 << 53) - 76) - b->d[0];
	out->d[1] = a->d[1] + (((uint64_t)1 << 53) - 4) - b->d[1];
	out->d[2] = a->d[2] + (((uint64_t)1 << 53) - 4) - b->d[2];
	out->d[3] = a->d[3] + (((uint64_t)1 << 53) - 4) - b->d[3];
	out->d[4] = a->d[4] + (((uint64_t)1 << 53) - 4) - b->d[4];
}

/* Carry five columns, of which the last is below 2^111 and none above 2^115: the shorter way, for
 * products that are computed side by side. */
TF_FE_INLINE tf_fe_carry(tf_fe *out, tf_fe_wide r0, tf_fe_wide r1, tf_fe_wide r2, tf_fe_wide r3,
                         tf_fe_wide r4)
{
	uint64_t low;

	r1 += (uint64_t)(r0 >> 51);
	r2 += (uint64_t)(r1 >> 51);
	r3 += (uint64_t)(r2 >> 51);
	r4 += (uint64_t)(r3 >> 51);
	low = ((uint64_t)r0 & TF_FE_MASK) + 19 * (uint64_t)(r4 >> 51);
	out->d[0] = low & TF_FE_MASK;
	out->d[1] = ((uint64_t)r1 & TF_FE_MASK) + (low >> 51);
	out->d[2] = (uint64_t)r2 & TF_FE_MASK;
	out->d[3] = (uint64_t)r3 & TF_FE_MASK;
	out->d[4] = (uint64_t)r4 & TF_FE_MASK;
}

/* The same, all at once, and what is left of it once more, so that no limb waits for another: for
 * squares of squares. */
TF_FE_INLINE tf_fe_carry_wide(tf_fe *out, tf_fe_wide r0, tf_fe_wide r1, tf_fe_wide r2,
                              tf_fe_wide r3, tf_fe_wide r4)
{
	uint64_t a0 = ((uint64_t)r0 & TF_FE_MASK) + 19 * (uint64_t)(r4 >> 51);
	uint64_t a1 = ((uint64_t)r1 & TF_FE_MASK) + (uint64_t)(r0 >> 51);
	uint64_t a2 = ((uint64_t)r2 & TF_FE_MASK) + (uint64_t)(r1 >> 51);
	uint64_t a3 = ((uint64_t)r3 & TF_FE_MASK) + (uint64_t)(r2 >> 51);
	uint64_t a4 = ((uint64_t)r4 & TF_FE_MASK) + (uint64_t)(r3 >> 51);

	out->d[0] = (a0 & TF_FE_MASK) + 19 * (a4 >> 51);
	out->d[1] = (a1 & TF_FE_MASK) + (a0 >> 51);
	out->d[2] = (a2 & TF_FE_MASK) + (a1 >> 51);
	out->d[3] = (a3 & TF_FE_MASK) + (a2 >> 51);
	out->d[4] = (a4 & TF_FE_MASK) + (a3 >> 51);
}

/* out = a b */
TF_FE_INLINE tf_fe_mul(tf_fe *out, const tf_fe *a, const tf_fe *b)
{
	uint64_t a0 = a->d[0], a1 = a->d[1], a2 = a->d[2], a3 = a->d[3], a4 = a->d[4];
	uint64_t b0 = b->d[0], b1 = b->d[1], b2 = b->d[2], b3 = b->d[3], b4 = b->d[4];
	uint64_t c1 = 19 * b1, c2 = 19 * b2, c3 = 19 * b3, c4 = 19 * b4;
	tf_fe_wide r0, r1, r2, r3, r4;

	r0 = (tf_fe_wide)a0 * b0 + (tf_fe_wide)a1 * c4 + (tf_fe_wide)a2 * c3 +
	     (tf_fe_wide)a3 * c2 + (tf_fe_wide)a4 * c1;
	r1 = (tf_fe_wide)a0 * b1 + (tf_fe_wide)a1 * b0 + (tf_fe_wide)a2 * c4 +
	     (tf_fe_wide)a3 * c3 + (tf_fe_wide)a4 * c2;
	r2 = (tf_fe_wide)a0 * b2 + (tf_fe_wide)a1 * b1 + (tf_fe_wide)a2 * b0 +
	     (tf_fe_wide)a3 * c4 + (tf_fe_wide)a4 * c3;
	r3 = (tf_fe_wide)a0 * b3 + (tf_fe_wide)a1 * b2 + (tf_fe_wide)a2 * b1 +
	     (tf_fe_wide)a3 * b0 + (tf_fe_wide)a4 * c4;
	r4 = (tf_fe_wide)a0 * b4 + (tf_fe_wide)a1 * b3 + (tf_fe_wide)a2 * b2 +
	     (tf_fe_wide)a3 * b1 + (tf_fe_wide)a4 * b0;
	tf_fe_carry(out, r0, r1, r2, r3, r4);
}

/* out = a^2 */
TF_FE_INLINE tf_fe_square(tf_fe *out, const tf_fe *a)
{
	uint64_t a0 = a->d[0], a1 = a->d[1], a2 = a->d[2], a3 = a->d[3], a4 = a->d[4];
	uint64_t twice0 = 2 * a0, twice1 = 2 * a1, twice2 = 2 * a2;
	uint64_t c3 = 19 * a3, c4 = 19 * a4, twice3 = 2 * a3;
	tf_fe_wide r0, r1, r2, r3, r4;

	r0 = (tf_fe_wide)a0 * a0 + (tf_fe_wide)twice1 * c4 + (tf_fe_wide)twice2 * c3;
	r1 = (tf_fe_wide)twice0 * a1 + (tf_fe_wide)twice2 * c4 + (tf_fe_wide)a3 * c3;
	r2 = (tf_fe_wide)twice0 * a2 + (tf_fe_wide)a1 * a1 + (tf_fe_wide)twice3 * c4;
	r3 = (tf_fe_wide)twice0 * a3 + (tf_fe_wide)twice1 * a2 + (tf_fe_wide)a4 * c4;
	r4 = (tf_fe_wide)twice0 * a4 + (tf_fe_wide)twice1 * a3 + (tf_fe_wide)a2 * a2;
	tf_fe_carry_wide(out, r0, r1, r2, r3, r4);
}

/* out = pick ? a : out */
TF_FE_INLINE tf_fe_pick(tf_fe *out, tf_ct pick, const tf_fe *a)
{
	out->d[0] = tf_ct_select(pick, a->d[0], out->d[0]);
	out->d[1] = tf_ct_select(pick, a->d[1], out->d[1]);
	out->d[2] = tf_ct_select(pick, a->d[2], out->d[2]);
	out->d[3] = tf_ct_select(pick, a->d[3], out->d[3]);
	out->d[4] = tf_ct_select(pick, a->d[4], out->d[4]);
}

/* From 32 bytes, least significant first; the topmost bit does not count. */
void tf_fe_load(tf_fe *out, const uint8_t in[static 32]);

/* The one representative below p, likewise. */
void tf_fe_store(uint8_t out[static 32], const tf_fe *a);

/* out = a^(p-2) = 1/a; 0 for 0. */
void tf_fe_invert(tf_fe *out, const tf_fe *a);

/* out = a^((p-5)/8) */
void tf_fe_pow_58(tf_fe *out, const tf_fe *a);

/* The same as tf_fe_invert, of public numbers, in half the time. */
void tf_fe_invert_vt(tf_fe *out, const tf_fe *a);

/* Are they the same element? Public. */
bool tf_fe_eq_vt(const tf_fe *a, const tf_fe *b);

/* The two halves of what follows: the power (p-5)/8 of base, and a root by it. */
void tf_fe_ratio_base(tf_fe *base, const tf_fe *n, const tf_fe *m);
bool tf_fe_ratio_root_vt(tf_fe *out, const tf_fe *n, const tf_fe *m, const tf_fe *power);

/* True and a square root of n/m, or false and one of i n/m, of which there is one if n/m is none
 * (RFC 8032, 5.1.3); true and 0 for n = 0; m is not 0. Public. */
bool tf_fe_sqrt_ratio_vt(tf_fe *out, const tf_fe *n, const tf_fe *m);

#endif
