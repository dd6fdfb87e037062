/* From a client's request to a transaction: what exactly moves, and the payload that moves it.
 *
 * tf_transfer_resolve turns the request's words into the chain's numbers, without any freedom:
 * recipient, value, path. Coordinator and co-signers use the same function, so they cannot disagree
 * about what was asked for. tf_transfer_build, which only the coordinator needs, adds what the
 * request left open; what it makes passes tf_match_transfer (policy/match.h).
 */
#ifndef TF_POLICY_TRANSFER_H
#define TF_POLICY_TRANSFER_H

#include "base/err.h"
#include "base/path.h"
#include "chain/evm.h"
#include "policy/chain_rule.h"
#include "policy/request.h"

typedef struct tf_transfer {
	tf_path path;               /* m/44/coin/account/0/0 of the sender */
	uint8_t to[TF_EVM_ADDRESS];
	tf_u256 value;              /* in the smallest unit */
} tf_transfer;

/* TF_E_ENCODING: the address is none of this chain, its checksum is wrong, or the amount is no
 * decimal with at most rule->decimals digits after the point; TF_E_TOO_LARGE: an amount of 2^256 or
 * more; TF_E_NOT_FOUND: the rule is another asset's. why (may be NULL) is set on error. */
TF_MUST_USE tf_err tf_transfer_resolve(tf_transfer *out, tf_request_why *why,
                                       const tf_request *request, const tf_chain_rule *rule);

/* Gas limit, max fee and priority fee: each as named, or else the limits' default, the default
 * priority fee lowered to a smaller max fee. Nothing else of tx. */
void tf_transfer_fees(tf_evm_tx *tx, const tf_request *request, const tf_chain_limits *limits);

/* The transaction of a request: EIP-1559, gas and fees by tf_transfer_fees, the nonce as named or
 * else next_nonce. tx holds no pointers. Errors as tf_transfer_resolve; TF_E_POLICY: the max fee is
 * above the rule's cap, the priority fee above the max fee, the gas limit below a plain transfer's;
 * those of tf_chain_rule_limits and of tf_evm_encode for numbers that no transaction can have. */
TF_MUST_USE tf_err tf_transfer_build(tf_evm_tx *tx, tf_path *path, tf_request_why *why,
                                     const tf_request *request, const tf_chain_rule *rule,
                                     uint64_t next_nonce);

#endif
