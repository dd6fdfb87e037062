/* Arithmetic modulo an odd number below 2^256, four limbs, least significant first: what scalars
 * and the coordinates of P-256 and STARK are computed with.
 *
 * Products are Montgomery's (a b / 2^256), operands and results reduced except where said. All of
 * it is constant time. Not for other modules.
 */
#ifndef TF_CURVE_FIELD_H
#define TF_CURVE_FIELD_H

#include <stdint.h>

#include "base/ct.h"
#include "base/err.h"

#if defined(__x86_64__) && !defined(TF_CT_MSAN)
#include <immintrin.h>
#endif

typedef unsigned __int128 tf_wide;

typedef struct tf_field {
	uint64_t p[4];
	uint64_t p_minus_2[4];
	uint64_t p_inv;  /* -p^-1 mod 2^64 */
	uint64_t r2[4];  /* 2^512 mod p */
	uint64_t one[4]; /* 2^256 mod p */
} tf_field;

/* Everything that follows from an odd p above 1. */
void tf_field_init(tf_field *f, const uint64_t p[static 4]);

/* out = a^e for a public exponent, a and out in Montgomery form. */
void tf_field_pow(const tf_field *f, uint64_t out[static 4], const uint64_t a[static 4],
                  const uint64_t e[static 4]);

/* out = a square root of a, if there is one; for an odd prime p, a and out in Montgomery form. The
 * time it takes depends on a. */
bool tf_field_sqrt_vt(const tf_field *f, uint64_t out[static 4], const uint64_t a[static 4]);

/* 1/a modulo m, for public a below m. TF_E_USAGE if there is none. */
TF_MUST_USE tf_err tf_field_limbs_invert_vt(uint64_t out[static 4], const uint64_t a[static 4],
                                            const uint64_t m[static 4]);

/* Four limbs from and to 32 bytes big-endian. */
void tf_field_load(uint64_t out[static 4], const uint8_t in[static 32]);
void tf_field_store(uint8_t out[static 32], const uint64_t a[static 4]);

/* a + b + *carry, a - b - *borrow; 0 or 1 goes in and comes out. gcc 12 does not see the carry in
 * the portable form; MemorySanitizer does not know the instructions. */
#if defined(__x86_64__) && !defined(TF_CT_MSAN)
static inline uint64_t tf_field_adc(uint64_t a, uint64_t b, unsigned char *carry)
{
	unsigned long long t = 0; /* for analysers, which do not know the intrinsic */

	*carry = _addcarry_u64(*carry, a, b, &t);
	return t;
}

static inline uint64_t tf_field_sbb(uint64_t a, uint64_t b, unsigned char *borrow)
{
	unsigned long long t = 0; /* for analysers, which do not know the intrinsic */

	*borrow = _subborrow_u64(*borrow, a, b, &t);
	return t;
}
#else
static inline uint64_t tf_field_adc(uint64_t a, uint64_t b, unsigned char *carry)
{
	tf_wide t = (tf_wide)a + b + *carry;

	*carry = (unsigned char)(t >> 64);
	return (uint64_t)t;
}

static inline uint64_t tf_field_sbb(uint64_t a, uint64_t b, unsigned char *borrow)
{
	tf_wide t = (tf_wide)a - b - *borrow;

	*borrow = (unsigned char)((t >> 64) & 1);
	return (uint64_t)t;
}
#endif

/* out = a - b; returns the borrow. */
static inline uint64_t tf_field_limbs_sub(uint64_t out[static 4], const uint64_t a[static 4],
                                          const uint64_t b[static 4])
{
	unsigned char borrow = 0;

	for (unsigned i = 0; i < 4; i++)
		out[i] = tf_field_sbb(a[i], b[i], &borrow);
	return borrow;
}

/* out = a + b; returns the carry. */
static inline uint64_t tf_field_limbs_add(uint64_t out[static 4], const uint64_t a[static 4],
                                          const uint64_t b[static 4])
{
	unsigned char carry = 0;

	for (unsigned i = 0; i < 4; i++)
		out[i] = tf_field_adc(a[i], b[i], &carry);
	return carry;
}

/* The loops over limbs are written out from here on: compilers make vectors of them otherwise, and
 * wait for the limbs to come back from memory. */

/* out = (carry, t) mod p for a value below 2p. */
static inline void tf_field_reduce_once(const tf_field *f, uint64_t out[static 4], uint64_t t0,
                                        uint64_t t1, uint64_t t2, uint64_t t3, uint64_t carry)
{
	unsigned char borrow = 0;
	uint64_t r0 = tf_field_sbb(t0, f->p[0], &borrow);
	uint64_t r1 = tf_field_sbb(t1, f->p[1], &borrow);
	uint64_t r2 = tf_field_sbb(t2, f->p[2], &borrow);
	uint64_t r3 = tf_field_sbb(t3, f->p[3], &borrow);
	tf_ct keep = tf_ct_mask(borrow & (carry ^ 1u));

	out[0] = tf_ct_select(keep, t0, r0);
	out[1] = tf_ct_select(keep, t1, r1);
	out[2] = tf_ct_select(keep, t2, r2);
	out[3] = tf_ct_select(keep, t3, r3);
}

static inline void tf_field_add(const tf_field *f, uint64_t out[static 4],
                                const uint64_t a[static 4], const uint64_t b[static 4])
{
	unsigned char carry = 0;
	uint64_t t0 = tf_field_adc(a[0], b[0], &carry);
	uint64_t t1 = tf_field_adc(a[1], b[1], &carry);
	uint64_t t2 = tf_field_adc(a[2], b[2], &carry);
	uint64_t t3 = tf_field_adc(a[3], b[3], &carry);

	tf_field_reduce_once(f, out, t0, t1, t2, t3, carry);
}

static inline void tf_field_sub(const tf_field *f, uint64_t out[static 4],
                                const uint64_t a[static 4], const uint64_t b[static 4])
{
	unsigned char borrow = 0, carry = 0;
	uint64_t t0 = tf_field_sbb(a[0], b[0], &borrow);
	uint64_t t1 = tf_field_sbb(a[1], b[1], &borrow);
	uint64_t t2 = tf_field_sbb(a[2], b[2], &borrow);
	uint64_t t3 = tf_field_sbb(a[3], b[3], &borrow);
	tf_ct below = tf_ct_mask(borrow);

	out[0] = tf_field_adc(t0, f->p[0] & below, &carry);
	out[1] = tf_field_adc(t1, f->p[1] & below, &carry);
	out[2] = tf_field_adc(t2, f->p[2] & below, &carry);
	out[3] = tf_field_adc(t3, f->p[3] & below, &carry);
}

static inline tf_ct tf_field_eq(const uint64_t a[static 4], const uint64_t b[static 4])
{
	uint64_t diff = 0;

	for (unsigned i = 0; i < 4; i++)
		diff |= a[i] ^ b[i];
	return tf_ct_is_zero(tf_ct_barrier(diff));
}

/* acc + a b + *carry; the upper half becomes the carry. */
static inline uint64_t tf_field_mac(uint64_t acc, uint64_t a, uint64_t b, uint64_t *carry)
{
	tf_wide t = (tf_wide)a * b + acc + *carry;

	*carry = (uint64_t)(t >> 64);
	return (uint64_t)t;
}

/* out = a b / 2^256 mod p for any a and b < p (Montgomery's CIOS). Looks at p and p_inv only, so
 * that a constant field gives shorter code. */
static inline __attribute__((always_inline))
void tf_field_mul(const tf_field *f, uint64_t out[static 4], const uint64_t a[static 4],
                  const uint64_t b[static 4])
{
	uint64_t t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0;

	for (unsigned i = 0; i < 4; i++) {
		uint64_t c = 0;
		tf_wide top;
		uint64_t m;

		t0 = tf_field_mac(t0, a[i], b[0], &c);
		t1 = tf_field_mac(t1, a[i], b[1], &c);
		t2 = tf_field_mac(t2, a[i], b[2], &c);
		t3 = tf_field_mac(t3, a[i], b[3], &c);
		top = (tf_wide)t4 + c;
		m = t0 * f->p_inv;
		c = 0;
		if (f->p[0] == UINT64_MAX)
			c = t0; /* m is t0, and the sum m 2^64 */
		else
			(void)tf_field_mac(t0, m, f->p[0], &c);
		t0 = tf_field_mac(t1, m, f->p[1], &c);
		t1 = tf_field_mac(t2, m, f->p[2], &c);
		t2 = tf_field_mac(t3, m, f->p[3], &c);
		top += c;
		t3 = (uint64_t)top;
		t4 = (uint64_t)(top >> 64);
	}
	tf_field_reduce_once(f, out, t0, t1, t2, t3, t4);
}

/* Into and out of Montgomery form. Any four limbs go in. */
static inline void tf_field_enter(const tf_field *f, uint64_t out[static 4],
                                  const uint64_t a[static 4])
{
	tf_field_mul(f, out, a, f->r2);
}

static inline void tf_field_leave(const tf_field *f, uint64_t out[static 4],
                                  const uint64_t a[static 4])
{
	static const uint64_t unit[4] = { 1, 0, 0, 0 };

	tf_field_mul(f, out, a, unit);
}

#endif
