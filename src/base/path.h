/* Derivation paths in words: "m/44/1/0/0/0".
 *
 * Trefoil derives non-hardened children only (BIP-32; a hardened child would need the whole private
 * key in one place), so every index is below 2^31. A path names a child of the workspace key:
 * m / 44 / coin / account / change / index (BIP-44's levels, SLIP-44's coin numbers).
 * curve/bip32.h derives along it.
 */
#ifndef TF_BASE_PATH_H
#define TF_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define TF_PATH_MAX 10u
#define TF_PATH_TEXT (1u + TF_PATH_MAX * 11u + 1u)
#define TF_PATH_INDEX_LIMIT 0x80000000u
#define TF_PATH_PURPOSE 44u
#define TF_PATH_COIN_TESTNET 1u  /* SLIP-44: all testnets */
#define TF_PATH_COIN_ETHER 60u

typedef struct tf_path {
	uint32_t index[TF_PATH_MAX]; /* each < 2^31; those from len on are zero */
	uint32_t len;
} tf_path;

/* "m" and at most TF_PATH_MAX times "/" and a decimal index without leading zeros. A hardened step
 * ("44'", "44h", or an index of 2^31 or more) is TF_E_UNSUPPORTED, a longer path TF_E_TOO_LARGE,
 * anything else TF_E_ENCODING. */
TF_MUST_USE tf_err tf_path_parse(tf_path *path, const char *text, size_t len);

/* TF_E_USAGE for a path that tf_path_parse could not have made. */
TF_MUST_USE tf_err tf_path_format(char out[static TF_PATH_TEXT], const tf_path *path);

/* m/44/coin/account/0/0, the address of a vault account on an account-based chain. TF_E_USAGE if
 * coin or account is not below 2^31. */
TF_MUST_USE tf_err tf_path_bip44(tf_path *path, uint32_t coin, uint32_t account);

bool tf_path_eq(const tf_path *a, const tf_path *b);

#endif
