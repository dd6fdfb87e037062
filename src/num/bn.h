/* Natural numbers of bounded size.
 *
 * A tf_bn has a public width (`n` limbs) and a value that may be secret. Limbs from n up are
 * always zero, so widening is free. Unless its name ends in _vt, a function's time depends on
 * widths alone. Capacity covers the largest integer of the protocol, the response v of the
 * no-small-factor proof: |N| + |Nhat| + ell + eps + 2 bits.
 *
 * Limbs are GMP's (64 bits); everything is done with GMP's public mpn functions, mpn_sec_* for
 * secrets. Nothing here allocates.
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

typedef struct tf_bn {
	uint32_t n; /* public width in limbs */
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

/* Big-endian bytes; width is what len bytes need. TF_E_CAPACITY if len > TF_BN_BYTES. */
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

/* Bit length of a public value. */
uint32_t tf_bn_bits_vt(const tf_bn *a);

/* True (mask) if a < 2^bits. */
tf_ct tf_bn_fits(const tf_bn *a, uint32_t bits);

/* out = a + b, width max + 1 limb. TF_E_CAPACITY if that does not fit. */
TF_MUST_USE tf_err tf_bn_add(tf_bn *out, const tf_bn *a, const tf_bn *b);

/* out = a - b, width of the wider; the returned mask is the borrow (a < b; out is then modulo
 * 2^width). */
tf_ct tf_bn_sub(tf_bn *out, const tf_bn *a, const tf_bn *b);

/* out = a * b, width sum. TF_E_CAPACITY if the widths' sum exceeds the capacity. */
TF_MUST_USE tf_err tf_bn_mul(tf_bn *out, const tf_bn *a, const tf_bn *b);

/* out = a << bits (public count), width grows. */
TF_MUST_USE tf_err tf_bn_shl(tf_bn *out, const tf_bn *a, uint32_t bits);

/* out = a mod m, width of m; m public width with top limb nonzero after normalisation. m may be
 * secret in value (its bit length is taken as public). */
TF_MUST_USE tf_err tf_bn_mod(tf_bn *out, const tf_bn *a, const tf_bn *m);

/* q = floor(a / m), r = a mod m (either may be NULL); constant time in both values. */
TF_MUST_USE tf_err tf_bn_divmod(tf_bn *q, tf_bn *r, const tf_bn *a, const tf_bn *m);

/* out = a^-1 mod m, m odd, constant time (mpn_sec_invert). TF_E_USAGE if there is none (revealed). */
TF_MUST_USE tf_err tf_bn_invert(tf_bn *out, const tf_bn *a, const tf_bn *m);

/* Public values only. */
bool tf_bn_coprime_vt(const tf_bn *a, const tf_bn *b);
int tf_bn_jacobi_vt(const tf_bn *a, const tf_bn *odd);
void tf_bn_sqrt_vt(tf_bn *out, const tf_bn *a); /* floor of the square root */

/* Uniform in [0, m), by rejection (the number of tries is public). m > 0. */
TF_MUST_USE tf_err tf_bn_random_below(tf_bn *out, const tf_bn *m, const tf_rng *rng);

/* Uniform unit modulo m: in [1, m) and coprime to m. The coprimality test is constant time in the
 * candidate (a failure is revealed). */
TF_MUST_USE tf_err tf_bn_random_unit(tf_bn *out, const tf_bn *m, const tf_rng *rng);

/* Exactly `bits` random bits (top bits not forced). */
TF_MUST_USE tf_err tf_bn_random_bits(tf_bn *out, uint32_t bits, const tf_rng *rng);

#endif
