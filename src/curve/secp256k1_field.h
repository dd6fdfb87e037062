/* The field of p = 2^256 - 2^32 - 977 elements, five limbs of 52 bits, least significant first: for
 * public points of secp256k1, which libsecp256k1 multiplies one after the other only.
 *
 * An element has a size: its limbs are at most size times (2^52 + 2^46), the topmost one size times
 * 2^48. A product has size 1, a sum the sum of both, a difference with n p added that of the first
 * plus n, where n is above the size of the second. Sizes of factors may come to 64 when multiplied,
 * so that next to nothing is ever carried. Without branches but what ends in _vt. Not for other
 * modules.
 */
#ifndef TF_CURVE_SECP256K1_FIELD_H
#define TF_CURVE_SECP256K1_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

typedef struct tf_kf {
	uint64_t d[5];
} tf_kf;

typedef unsigned __int128 tf_kf_wide;

#define TF_KF_MASK (((uint64_t)1 << 52) - 1)
#define TF_KF_TOP (((uint64_t)1 << 48) - 1)
#define TF_KF_FOLD ((uint64_t)0x1000003d1) /* 2^256 mod p */
#define TF_KF_INLINE static inline __attribute__((always_inline)) void

TF_KF_INLINE tf_kf_add(tf_kf *out, const tf_kf *a, const tf_kf *b)
{
	out->d[0] = a->d[0] + b->d[0];
	out->d[1] = a->d[1] + b->d[1];
	out->d[2] = a->d[2] + b->d[2];
	out->d[3] = a->d[3] + b->d[3];
	out->d[4] = a->d[4] + b->d[4];
}

/* out = a - b + n p; n above the size of b. */
TF_KF_INLINE tf_kf_sub(tf_kf *out, const tf_kf *a, const tf_kf *b, uint64_t n)
{
	out->d[0] = a->d[0] + n * (TF_KF_MASK - (TF_KF_FOLD - 1)) - b->d[0];
	out->d[1] = a->d[1] + n * TF_KF_MASK - b->d[1];
	out->d[2] = a->d[2] + n * TF_KF_MASK - b->d[2];
	out->d[3] = a->d[3] + n * TF_KF_MASK - b->d[3];
	out->d[4] = a->d[4] + n * TF_KF_TOP - b->d[4];
}

/* out = a / 2: of a or a + p, which is even. A size s becomes s / 2 + 1. */
TF_KF_INLINE tf_kf_half(tf_kf *out, const tf_kf *a)
{
	uint64_t odd = 0 - (a->d[0] & 1);
	uint64_t t0 = a->d[0] + (odd & (TF_KF_MASK - (TF_KF_FOLD - 1)));
	uint64_t t1 = a->d[1] + (odd & TF_KF_MASK);
	uint64_t t2 = a->d[2] + (odd & TF_KF_MASK);
	uint64_t t3 = a->d[3] + (odd & TF_KF_MASK);
	uint64_t t4 = a->d[4] + (odd & TF_KF_TOP);

	out->d[0] = (t0 >> 1) + ((t1 & 1) << 51);
	out->d[1] = (t1 >> 1) + ((t2 & 1) << 51);
	out->d[2] = (t2 >> 1) + ((t3 & 1) << 51);
	out->d[3] = (t3 >> 1) + ((t4 & 1) << 51);
	out->d[4] = t4 >> 1;
}

/* Nine columns, each below 5 * 64 * 2^104 and a bit, to a product's limbs. What lies above 2^260
 * comes back times 2^4 2^256. */
TF_KF_INLINE tf_kf_fold(tf_kf *out, tf_kf_wide c[static 9])
{
	tf_kf_wide t;

	c[6] += (uint64_t)(c[5] >> 52);
	c[7] += (uint64_t)(c[6] >> 52);
	c[8] += (uint64_t)(c[7] >> 52);
	c[0] += (tf_kf_wide)(TF_KF_FOLD << 4) * ((uint64_t)c[5] & TF_KF_MASK);
	c[1] += (tf_kf_wide)(TF_KF_FOLD << 4) * ((uint64_t)c[6] & TF_KF_MASK) + (uint64_t)(c[0] >> 52);
	c[2] += (tf_kf_wide)(TF_KF_FOLD << 4) * ((uint64_t)c[7] & TF_KF_MASK) + (uint64_t)(c[1] >> 52);
	c[3] += (tf_kf_wide)(TF_KF_FOLD << 4) * ((uint64_t)c[8] & TF_KF_MASK) + (uint64_t)(c[2] >> 52);
	c[4] += (tf_kf_wide)(TF_KF_FOLD << 4) * (uint64_t)(c[8] >> 52) + (uint64_t)(c[3] >> 52);
	t = (tf_kf_wide)TF_KF_FOLD * (uint64_t)(c[4] >> 48) + ((uint64_t)c[0] & TF_KF_MASK);
	out->d[0] = (uint64_t)t & TF_KF_MASK;
	out->d[1] = ((uint64_t)c[1] & TF_KF_MASK) + (uint64_t)(t >> 52);
	out->d[2] = (uint64_t)c[2] & TF_KF_MASK;
	out->d[3] = (uint64_t)c[3] & TF_KF_MASK;
	out->d[4] = (uint64_t)c[4] & TF_KF_TOP;
}

TF_KF_INLINE tf_kf_mul(tf_kf *out, const tf_kf *a, const tf_kf *b)
{
	uint64_t a0 = a->d[0], a1 = a->d[1], a2 = a->d[2], a3 = a->d[3], a4 = a->d[4];
	uint64_t b0 = b->d[0], b1 = b->d[1], b2 = b->d[2], b3 = b->d[3], b4 = b->d[4];
	tf_kf_wide c[9] = {
		(tf_kf_wide)a0 * b0,
		(tf_kf_wide)a0 * b1 + (tf_kf_wide)a1 * b0,
		(tf_kf_wide)a0 * b2 + (tf_kf_wide)a1 * b1 + (tf_kf_wide)a2 * b0,
		(tf_kf_wide)a0 * b3 + (tf_kf_wide)a1 * b2 + (tf_kf_wide)a2 * b1 + (tf_kf_wide)a3 * b0,
		(tf_kf_wide)a0 * b4 + (tf_kf_wide)a1 * b3 + (tf_kf_wide)a2 * b2 +
		(tf_kf_wide)a3 * b1 + (tf_kf_wide)a4 * b0,
		(tf_kf_wide)a1 * b4 + (tf_kf_wide)a2 * b3 + (tf_kf_wide)a3 * b2 + (tf_kf_wide)a4 * b1,
		(tf_kf_wide)a2 * b4 + (tf_kf_wide)a3 * b3 + (tf_kf_wide)a4 * b2,
		(tf_kf_wide)a3 * b4 + (tf_kf_wide)a4 * b3,
		(tf_kf_wide)a4 * b4,
	};

	tf_kf_fold(out, c);
}

TF_KF_INLINE tf_kf_square(tf_kf *out, const tf_kf *a)
{
	uint64_t a0 = a->d[0], a1 = a->d[1], a2 = a->d[2], a3 = a->d[3], a4 = a->d[4];
	uint64_t b0 = 2 * a0, b1 = 2 * a1, b2 = 2 * a2, b3 = 2 * a3;
	tf_kf_wide c[9] = {
		(tf_kf_wide)a0 * a0,
		(tf_kf_wide)b0 * a1,
		(tf_kf_wide)b0 * a2 + (tf_kf_wide)a1 * a1,
		(tf_kf_wide)b0 * a3 + (tf_kf_wide)b1 * a2,
		(tf_kf_wide)b0 * a4 + (tf_kf_wide)b1 * a3 + (tf_kf_wide)a2 * a2,
		(tf_kf_wide)b1 * a4 + (tf_kf_wide)b2 * a3,
		(tf_kf_wide)b2 * a4 + (tf_kf_wide)a3 * a3,
		(tf_kf_wide)b3 * a4,
		(tf_kf_wide)a4 * a4,
	};

	tf_kf_fold(out, c);
}

/* The one representative below p, of any size below 2048. */
void tf_kf_reduce(tf_kf *out, const tf_kf *a);

/* Is a, of size 63 at most, 0 modulo p? */
bool tf_kf_is_zero_vt(const tf_kf *a);

/* From 32 bytes big-endian below p (false otherwise), and to them, from any size below 2048. */
bool tf_kf_load(tf_kf *out, const uint8_t in[static 32]);
void tf_kf_store(uint8_t out[static 32], const tf_kf *a);

/* 1/a for a that is not 0; TF_E_USAGE. */
TF_MUST_USE tf_err tf_kf_invert_vt(tf_kf *out, const tf_kf *a);

#endif
