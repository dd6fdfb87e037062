/* What a workspace permits on one chain: an entry of the admin-signed workspace file.
 *
 * A co-signer pins the file at enrolment; an asset without an entry is never signed for. The entry
 * also says what holds where a client's request leaves gas or fees open (policy/match.h), and its
 * cap bounds what a client may name: no payload above it is signed, whoever asks.
 *
 * Today every entry is the native coin of an EVM chain; its fees are counted in 10^-18 coin ("wei")
 * and clients name them in gwei. The file's reader (attest/workspace.h) fills the struct.
 */
#ifndef TF_POLICY_CHAIN_RULE_H
#define TF_POLICY_CHAIN_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "chain/u256.h"

#define TF_AMOUNT_DIGITS 78u /* of any number below 2^256 */
#define TF_ASSET_ID 33u      /* with NUL */
#define TF_CHAIN_SYMBOL 17u

typedef enum tf_chain_type {
	TF_CHAIN_EVM = 1,
} tf_chain_type;

/* One asset on one chain. Amounts are decimal strings in wei (gas limit: gas). */
typedef struct tf_chain_rule {
	char asset_id[TF_ASSET_ID]; /* [A-Z0-9_]{1,32}, e.g. ETH_TEST5 */
	tf_chain_type type;
	uint64_t chain_id;          /* EIP-155; 11155111 is Sepolia */
	uint32_t coin_type;         /* BIP-44 coin type without the hardening bit; testnets: 1 */
	bool testnet;
	char symbol[TF_CHAIN_SYMBOL];
	uint8_t decimals;           /* of the amounts that clients write: 18 */
	char gas_limit_default[TF_AMOUNT_DIGITS + 1]; /* where the client names none */
	char max_fee_per_gas_default[TF_AMOUNT_DIGITS + 1];          /* the same */
	char max_priority_fee_per_gas_default[TF_AMOUNT_DIGITS + 1]; /* the same */
	char max_fee_per_gas_cap[TF_AMOUNT_DIGITS + 1];              /* the most in any case */
} tf_chain_rule;

/* The entry's amounts as numbers. */
typedef struct tf_chain_limits {
	uint64_t gas_limit;
	tf_u256 max_fee;
	tf_u256 priority_fee;
	tf_u256 fee_cap;
} tf_chain_limits;

/* Read the amounts and judge the entry as a whole: type EVM; asset id as above; chain id in
 * [1, TF_EVM_CHAIN_ID_MAX]; coin type below 2^31; decimals at most TF_U256_DECIMALS_MAX; gas limit
 * below 2^64 and at least a plain transfer's 21000; 0 < max fee <= cap; priority fee <= max fee.
 * Otherwise TF_E_ENCODING, and *what (may be NULL) names the member of the struct. */
TF_MUST_USE tf_err tf_chain_rule_limits(tf_chain_limits *out, const char **what,
                                        const tf_chain_rule *rule);

/* The entry of an asset; NULL if the workspace has none. */
const tf_chain_rule *tf_chain_rule_find(const tf_chain_rule *rules, size_t n,
                                        const char *asset_id);

#endif
