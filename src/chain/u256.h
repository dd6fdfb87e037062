/* Amounts: unsigned 256-bit integers, and decimal text that means exactly one of them.
 *
 * A chain counts in its smallest unit (wei). People and clients write decimals of a larger one:
 * "0.5" ETH with 18 decimals, "1.5" gwei with 9. The conversion is exact or refused; nothing is
 * ever rounded, and no arithmetic wraps.
 *
 * Accepted decimal text: digits, or digits '.' digits. That is what JSON's number grammar allows
 * without sign and exponent, and what clients put into strings: "1", "0.01", "1.50". Refused: empty
 * text, signs, exponents, spaces, a leading zero before another digit ("01"), a bare point (".5",
 * "5."), and more digits after the point than the unit has, zeros included. Every refusal is
 * TF_E_ENCODING; a well-formed amount of 2^256 or more is TF_E_TOO_LARGE.
 *
 * Amounts are public; the functions take variable time.
 */
#ifndef TF_CHAIN_U256_H
#define TF_CHAIN_U256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct tf_u256 {
	uint64_t w[4]; /* least significant word first */
} tf_u256;

/* Most decimals that a unit may have: 10^77 is the largest power of ten below 2^256. */
#define TF_U256_DECIMALS_MAX 77u

/* Room for any value in decimal, with a point, a zero before it, and a NUL. */
#define TF_U256_TEXT 81u

#define TF_DECIMALS_GWEI 9u
#define TF_DECIMALS_ETHER 18u

static inline tf_u256 tf_u256_from_u64(uint64_t v)
{
	return (tf_u256){ { v, 0, 0, 0 } };
}

/* Big-endian bytes, at most 32 (TF_E_TOO_LARGE); any leading zeros. */
TF_MUST_USE tf_err tf_u256_from_be(tf_u256 *out, const uint8_t *in, size_t len);
void tf_u256_to_be(uint8_t out[static 32], const tf_u256 *v);

/* TF_E_TOO_LARGE if it does not fit. */
TF_MUST_USE tf_err tf_u256_to_u64(uint64_t *out, const tf_u256 *v);

/* -1, 0, 1. */
int tf_u256_cmp(const tf_u256 *a, const tf_u256 *b);
bool tf_u256_is_zero(const tf_u256 *v);

/* a + b, a - b, a * b; TF_E_TOO_LARGE if the result is not in [0, 2^256). out may be a or b. */
TF_MUST_USE tf_err tf_u256_add(tf_u256 *out, const tf_u256 *a, const tf_u256 *b);
TF_MUST_USE tf_err tf_u256_sub(tf_u256 *out, const tf_u256 *a, const tf_u256 *b);
TF_MUST_USE tf_err tf_u256_mul(tf_u256 *out, const tf_u256 *a, const tf_u256 *b);

/* Decimal text of a unit with that many decimals, as described above, to the value in the smallest
 * unit. decimals 0 reads plain integers and allows no point. TF_E_USAGE above the maximum. */
TF_MUST_USE tf_err tf_u256_from_decimal(tf_u256 *out, const char *text, size_t len,
                                        unsigned decimals);

/* The shortest such text: no zeros at the end of a fraction, no point without one. TF_E_USAGE above
 * the maximum of decimals. */
TF_MUST_USE tf_err tf_u256_to_decimal(char out[static TF_U256_TEXT], const tf_u256 *v,
                                      unsigned decimals);

/* Plain integer text below 2^64: a nonce, a gas limit. */
TF_MUST_USE tf_err tf_u64_from_decimal(uint64_t *out, const char *text, size_t len);

#endif
