/* Ethereum transactions: read completely or refused, and signed over their own bytes.
 *
 * A payload is what is hashed for signing:
 *
 *     EIP-1559  02 || rlp[chainId, nonce, priorityFee, maxFee, gas, to, value, data, access]
 *     EIP-2930  01 || rlp[chainId, nonce, gasPrice, gas, to, value, data, access]
 *     EIP-155         rlp[nonce, gasPrice, gas, to, value, data, chainId, 0, 0]   (legacy)
 *
 * and its Keccak-256 is the digest, for all three. A co-signer parses the payload, judges the
 * struct, and hashes the very bytes it parsed. Since there is one encoding of every transaction and
 * the parser accepts no other, encode(parse(p)) == p.
 *
 * Refused as TF_E_UNSUPPORTED: any other type byte, and legacy transactions without chain id (they
 * are valid on every chain). Refused as TF_E_ENCODING or the reader's errors (chain/rlp.h):
 * anything that is not canonical or complete; a chain id outside [1, TF_EVM_CHAIN_ID_MAX]
 * (EIP-2294), the nonce 2^64 - 1 (EIP-2681). TF_E_TOO_LARGE: numbers wider than their field here, a
 * payload above TF_EVM_PAYLOAD_MAX, and a transaction whose greatest cost is 2^256 wei or more.
 *
 * Everything here is public data.
 */
#ifndef TF_CHAIN_EVM_H
#define TF_CHAIN_EVM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "chain/evm_address.h"
#include "chain/u256.h"

#define TF_EVM_PAYLOAD_MAX (128u * 1024u)
#define TF_EVM_CHAIN_ID_MAX (UINT64_MAX / 2 - 36)
#define TF_EVM_TRANSFER_GAS 21000u /* what a plain transfer uses (Yellow Paper, G_transaction) */
#define TF_EVM_WORDS 768u

typedef enum tf_evm_type {
	TF_EVM_LEGACY = 0,
	TF_EVM_ACCESS_LIST = 1,
	TF_EVM_FEE_MARKET = 2,
} tf_evm_type;

typedef struct tf_evm_tx {
	tf_evm_type type;
	uint64_t chain_id;
	uint64_t nonce;
	tf_u256 gas_price;    /* wei per gas; types 0 and 1 */
	tf_u256 max_fee;      /* wei per gas; type 2 */
	tf_u256 priority_fee; /* wei per gas; type 2 */
	uint64_t gas_limit;
	bool creates;         /* a contract: there is no recipient */
	uint8_t to[TF_EVM_ADDRESS];
	tf_u256 value;        /* wei */
	const uint8_t *data;  /* a view into the payload */
	size_t data_len;
	const uint8_t *access; /* the access list's items, encoded: a view into the payload */
	size_t access_len;
	uint32_t access_addresses; /* how many addresses and storage keys it names */
	uint32_t access_keys;
} tf_evm_tx;

typedef struct tf_evm_signature {
	uint8_t r[32];
	uint8_t s[32];
	uint8_t y_odd; /* recovery id: 1 if the nonce point's y is odd */
} tf_evm_signature;

/* An unsigned payload. tx points into it and lives no longer. tx is zeroed on error. */
TF_MUST_USE tf_err tf_evm_parse(tf_evm_tx *tx, const uint8_t *payload, size_t len);

/* The payload of a transaction; the access counters are ignored, the list's bytes are checked. Same
 * refusals as tf_evm_parse, or TF_E_CAPACITY; fields that the type does not have must be zero
 * (TF_E_USAGE). */
TF_MUST_USE tf_err tf_evm_encode(uint8_t *out, size_t cap, size_t *len, const tf_evm_tx *tx);

/* What is signed: Keccak-256 of a payload that tf_evm_parse has accepted. */
void tf_evm_digest(uint8_t out[static 32], const uint8_t *payload, size_t len);

/* The signed transaction, ready to broadcast. TF_E_ENCODING unless 0 < r < n, 0 < s <= n/2 (EIP-2)
 * and y_odd is 0 or 1; otherwise as tf_evm_encode. */
TF_MUST_USE tf_err tf_evm_assemble(uint8_t *out, size_t cap, size_t *len, const tf_evm_tx *tx,
                                   const tf_evm_signature *sig);

/* A signed transaction, as strictly as tf_evm_parse, its signature as canonical as above. The key
 * is not recovered here. */
TF_MUST_USE tf_err tf_evm_parse_signed(tf_evm_tx *tx, tf_evm_signature *sig, const uint8_t *raw,
                                       size_t len);

/* Transaction hash: Keccak-256 of the signed transaction. */
void tf_evm_hash(uint8_t out[static 32], const uint8_t *raw, size_t len);

/* The most that the sender can lose: value + gas limit * (max fee or gas price). TF_E_TOO_LARGE if
 * that is 2^256 or more. */
TF_MUST_USE tf_err tf_evm_max_cost(tf_u256 *out, const tf_evm_tx *tx);

/* One line for people and logs: type, chain, nonce, value, recipient, gas, fees, calldata length
 * and its four-byte selector. unit names the chain's coin ("ETH"); only its letters, digits, '_'
 * and '-' are printed. TF_E_CAPACITY if out is too small; TF_EVM_WORDS suffices for units up to 32
 * bytes. */
TF_MUST_USE tf_err tf_evm_describe(char *out, size_t cap, const tf_evm_tx *tx, const char *unit);

#endif
