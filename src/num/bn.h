/* Natural numbers of bounded size.
 *
 * A tf_bn has a public width (`n` limbs) and a value that may be secret. Limbs from n up are
 * always zero, so widening is free. Unless its name ends in _vt, a function's time depends on
 * widths alone; what else a function reveals, its comment says. Capacity covers the largest
 * integer of the protocol, the response v of the no-small-factor proof: |N| + |Nhat| + ell + eps +
 * 2 bits.
 *
 * Limbs are GMP's (64 bits); the work is done with GMP's public mpn functions that have no
 * secret-dependent branch or address: mpn_add_n, mpn_sub_n, mpn_addmul_1, mpn_submul_1, shifts by
 * public counts and mpn_sec_*. Nothing here allocates. Everything that held a value is wiped.
 *
 * An output may be the same object as any input. On an error it is untouched.
 */
#ifndef TF_NUM_BN_H
#define TF_NUM_BN_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ct.h"
#include "base/err.h"
#include "base/rng.h"
#include "base/secret.h"

#define TF_BN_LIMBS 112u
#define TF_BN_BITS (TF_BN_LIMBS * 64u)
#define TF_BN_BYTES (TF_BN_LIMBS * 8u)

/* All zeros is the number zero. */
typedef struct tf_bn {
	uint32_t n; /* public width in limbs, at most TF_BN_LIMBS */
	mp_limb_t d[TF_BN_LIMBS];
} tf_bn;

static inline void tf_bn_wipe(tf_bn *a)
{
	tf_wipe(a, sizeof(*a));
}

/* Limbs that `bits` bits need. */
static inline uint32_t tf_bn_limbs(uint32_t bits)
{
	return (bits + 63) / 64;
}

void tf_bn_set_u64(tf_bn *out, uint64_t v);

/* Change the public width; shrinking must not cut a nonzero limb (the caller's duty, e.g. after a
 * reduction). */
void tf_bn_resize(tf_bn *a, uint32_t limbs);

/* Big-endian bytes; width is what len bytes need (at least 1). TF_E_CAPACITY if len >
 * TF_BN_BYTES. */
TF_MUST_USE tf_err tf_bn_from_bytes(tf_bn *out, const uint8_t *in, size_t len);

/* Exactly len big-endian bytes; the value must fit (upper bytes are cut silently otherwise). */
void tf_bn_to_bytes(uint8_t *out, size_t len, const tf_bn *a);

/* Comparisons as masks; widths may differ. */
tf_ct tf_bn_is_zero(const tf_bn *a);
tf_ct tf_bn_eq(const tf_bn *a, const tf_bn *b);
tf_ct tf_bn_lt(const tf_bn *a, const tf_bn *b);
tf_ct tf_bn_is_odd(const tf_bn *a);

/* out = yes or no; width is the larger one. */
void tf_bn_select(tf_bn *out, tf_ct c, const tf_bn *yes, const tf_bn *no);

/* Bit length of a public value; 0 for zero. */
uint32_t tf_bn_bits_vt(const tf_bn *a);

/* True (mask) if a < 2^bits. */
tf_ct tf_bn_fits(const tf_bn *a, uint32_t bits);

/* out = a + b, width max + 1 limb. TF_E_CAPACITY if that width does not fit. */
TF_MUST_USE tf_err tf_bn_add(tf_bn *out, const tf_bn *a, const tf_bn *b);

/* out = a - b, width of the wider; the returned mask is the borrow (a < b; out is then modulo
 * 2^(64 width)). */
tf_ct tf_bn_sub(tf_bn *out, const tf_bn *a, const tf_bn *b);

/* out = a * b, width sum. TF_E_CAPACITY if the widths' sum exceeds the capacity. */
TF_MUST_USE tf_err tf_bn_mul(tf_bn *out, const tf_bn *a, const tf_bn *b);

/* out = a << bits (public count), width grows by as many bits, rounded up. TF_E_CAPACITY if that
 * width does not fit. */
TF_MUST_USE tf_err tf_bn_shl(tf_bn *out, const tf_bn *a, uint32_t bits);

/* out = a >> bits (public count), width shrinks by bits / 64. */
void tf_bn_shr(tf_bn *out, const tf_bn *a, uint32_t bits);

/* out = a mod m, width of m, any m > 0 (TF_E_USAGE otherwise), which may be secret: its bit length
 * is revealed, nothing else. */
TF_MUST_USE tf_err tf_bn_mod(tf_bn *out, const tf_bn *a, const tf_bn *m);

/* q = floor(a / m), r = a mod m (either may be NULL; they must differ); as tf_bn_mod. */
TF_MUST_USE tf_err tf_bn_divmod(tf_bn *q, tf_bn *r, const tf_bn *a, const tf_bn *m);

/* out = a^-1 mod m, width of m, for odd m > 1 of public bit length. TF_E_USAGE if there is none
 * (revealed), or for another m. */
TF_MUST_USE tf_err tf_bn_invert(tf_bn *out, const tf_bn *a, const tf_bn *m);

/* Public values only. GMP takes some scratch from the stack (less than 32 KiB), none from the
 * heap. */
bool tf_bn_coprime_vt(const tf_bn *a, const tf_bn *b);
/* Jacobi symbol (a | odd): -1, 0 or 1; 0 also if odd is even. */
int tf_bn_jacobi_vt(const tf_bn *a, const tf_bn *odd);
/* Floor of the square root. */
void tf_bn_sqrt_vt(tf_bn *out, const tf_bn *a);
/* As tf_bn_invert for any m > 0, in variable time. */
TF_MUST_USE tf_err tf_bn_invert_vt(tf_bn *out, const tf_bn *a, const tf_bn *m);

/* Uniform in [0, m), width of m, by rejection: the number of tries and m's bit length are revealed.
 * TF_E_USAGE if m is 0; or the rng's error. */
TF_MUST_USE tf_err tf_bn_random_below(tf_bn *out, const tf_bn *m, const tf_rng *rng);

/* Uniform unit modulo the public m > 1: in [1, m) and coprime to m. The coprimality of a candidate
 * is revealed, nothing else about it: the test runs on its product with a second random number. */
TF_MUST_USE tf_err tf_bn_random_unit(tf_bn *out, const tf_bn *m, const tf_rng *rng);

/* Exactly `bits` random bits (top bits not forced), width of that many. TF_E_CAPACITY if bits >
 * TF_BN_BITS; or the rng's error. */
TF_MUST_USE tf_err tf_bn_random_bits(tf_bn *out, uint32_t bits, const tf_rng *rng);

#endif
