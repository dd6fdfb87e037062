#include "policy/match.h"

#include "base/ct.h"
#include "policy/transfer.h"

static bool within(const tf_u256 *v, const tf_u256 *limit)
{
	return tf_u256_cmp(v, limit) <= 0;
}

static bool equal(const tf_u256 *a, const tf_u256 *b)
{
	return tf_u256_cmp(a, b) == 0;
}

/* Whose money: the chain, and the key on it. */
static tf_err match_sender(tf_fault *fault, const tf_chain_rule *rule, const tf_transfer *want,
                           const tf_evm_tx *tx, const tf_path *path)
{
	const uint32_t account = 2; /* its level in the path */

	if (!tf_holds(fault, TF_CK_TX_TYPE, tx->type == TF_EVM_FEE_MARKET))
		return TF_E_MISMATCH;
	if (!tf_holds(fault, TF_CK_TX_CHAIN, tx->chain_id == rule->chain_id))
		return TF_E_MISMATCH;
	if (!tf_holds(fault, TF_CK_TX_ACCOUNT, path->index[account] == want->path.index[account]))
		return TF_E_MISMATCH;
	if (!tf_holds(fault, TF_CK_TX_PATH, tf_path_eq(path, &want->path)))
		return TF_E_MISMATCH;
	return TF_OK;
}

/* What moves, and where to. */
static tf_err match_effect(tf_fault *fault, const tf_transfer *want, const tf_evm_tx *tx)
{
	if (!tf_holds(fault, TF_CK_TX_CREATES, !tx->creates))
		return TF_E_MISMATCH;
	if (!tf_holds(fault, TF_CK_TX_TO,
	              tf_ct_reveal(tf_ct_bytes_eq(tx->to, want->to, sizeof(want->to)))))
		return TF_E_MISMATCH;
	if (!tf_holds(fault, TF_CK_TX_VALUE, equal(&tx->value, &want->value)))
		return TF_E_MISMATCH;
	if (!tf_holds(fault, TF_CK_TX_DATA, tx->data_len == 0))
		return TF_E_MISMATCH;
	if (!tf_holds(fault, TF_CK_TX_ACCESS, tx->access_len == 0))
		return TF_E_MISMATCH;
	return TF_OK;
}

/* What the client named. */
static tf_err match_named(tf_fault *fault, const tf_request *request, const tf_evm_tx *tx)
{
	if (request->has_gas_limit
	    && !tf_holds(fault, TF_CK_TX_GAS_NAMED, tx->gas_limit == request->gas_limit))
		return TF_E_MISMATCH;
	if (request->has_max_fee
	    && !tf_holds(fault, TF_CK_TX_MAX_FEE_NAMED, equal(&tx->max_fee, &request->max_fee)))
		return TF_E_MISMATCH;
	if (request->has_priority_fee
	    && !tf_holds(fault, TF_CK_TX_PRIORITY_NAMED,
	                 equal(&tx->priority_fee, &request->priority_fee)))
		return TF_E_MISMATCH;
	if (request->has_nonce
	    && !tf_holds(fault, TF_CK_TX_NONCE_NAMED, tx->nonce == request->nonce))
		return TF_E_MISMATCH;
	return TF_OK;
}

/* What the workspace says: of what the client left open, and of gas and fees in any case. */
static tf_err match_limits(tf_fault *fault, const tf_request *request,
                           const tf_chain_limits *limits, const tf_evm_tx *tx)
{
	tf_evm_tx due = { .gas_limit = 0 };

	tf_transfer_fees(&due, request, limits);
	if (!tf_holds(fault, TF_CK_TX_FEE_CAP, within(&tx->max_fee, &limits->fee_cap)))
		return TF_E_POLICY;
	if (!request->has_gas_limit
	    && !tf_holds(fault, TF_CK_TX_GAS_DEFAULT, tx->gas_limit == due.gas_limit))
		return TF_E_POLICY;
	if (!tf_holds(fault, TF_CK_TX_GAS_LEAST, tx->gas_limit >= TF_EVM_TRANSFER_GAS))
		return TF_E_POLICY;
	if (!request->has_max_fee
	    && !tf_holds(fault, TF_CK_TX_MAX_FEE_DEFAULT, equal(&tx->max_fee, &due.max_fee)))
		return TF_E_POLICY;
	if (!request->has_priority_fee
	    && !tf_holds(fault, TF_CK_TX_PRIORITY_DEFAULT,
	                 equal(&tx->priority_fee, &due.priority_fee)))
		return TF_E_POLICY;
	if (!tf_holds(fault, TF_CK_TX_PRIORITY_MAX, within(&tx->priority_fee, &tx->max_fee)))
		return TF_E_POLICY;
	return TF_OK;
}

tf_err tf_match_transfer(tf_fault *fault, const tf_request *request, const tf_chain_rule *rule,
                         const tf_evm_tx *tx, const tf_path *path)
{
	tf_chain_limits limits;
	tf_transfer want;

	TRY(tf_chain_rule_limits(&limits, NULL, rule));
	TRY(tf_transfer_resolve(&want, NULL, request, rule));
	TRY(match_sender(fault, rule, &want, tx, path));
	TRY(match_effect(fault, &want, tx));
	TRY(match_named(fault, request, tx));
	return match_limits(fault, request, &limits, tx);
}

tf_err tf_match_payload(uint8_t digest[static 32], tf_evm_tx *tx, tf_fault *fault,
                        const tf_request *request, const tf_chain_rule *rules, size_t n,
                        const uint8_t *payload, size_t len, const tf_path *path)
{
	const tf_chain_rule *rule = tf_chain_rule_find(rules, n, request->asset_id);
	tf_evm_tx parsed;

	if (!tf_holds(fault, TF_CK_TX_ASSET, rule != NULL) || !rule)
		return TF_E_POLICY;
	TRY(tf_evm_parse(&parsed, payload, len));
	TRY(tf_match_transfer(fault, request, rule, &parsed, path));
	tf_evm_digest(digest, payload, len);
	*tx = parsed;
	return TF_OK;
}
