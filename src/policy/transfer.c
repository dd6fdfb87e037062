#include "policy/transfer.h"

#include <string.h>

/* A plain transfer has no data and no access list: this is ample. */
#define PLAIN_MAX 256u

tf_err tf_transfer_resolve(tf_transfer *out, tf_request_why *why, const tf_request *request,
                           const tf_chain_rule *rule)
{
	tf_transfer t;
	tf_err err;

	if (tf_chain_rule_find(rule, 1, request->asset_id) == NULL)
		return tf_request_blame(why, TF_E_NOT_FOUND, "assetId",
		                        "an asset that this workspace permits");
	err = tf_evm_address_parse(t.to, request->address, strlen(request->address));
	if (err != TF_OK)
		return tf_request_blame(why, err, "destination.oneTimeAddress.address",
		                        "0x and 40 hex digits, with a correct checksum if mixed case");
	err = tf_u256_from_decimal(&t.value, request->amount, strlen(request->amount),
	                           rule->decimals);
	if (err != TF_OK)
		return tf_request_blame(why, err, "amount",
		                        "decimal digits without exponent, no more after the point than "
		                        "the asset has");
	err = tf_path_bip44(&t.path, rule->coin_type, request->account);
	if (err != TF_OK)
		return tf_request_blame(why, err, "source.id", "a number below 2^31");
	*out = t;
	return TF_OK;
}

void tf_transfer_fees(tf_evm_tx *tx, const tf_request *request, const tf_chain_limits *limits)
{
	tx->gas_limit = request->has_gas_limit ? request->gas_limit : limits->gas_limit;
	tx->max_fee = request->has_max_fee ? request->max_fee : limits->max_fee;
	tx->priority_fee = limits->priority_fee;
	if (request->has_priority_fee)
		tx->priority_fee = request->priority_fee;
	else if (tf_u256_cmp(&tx->priority_fee, &tx->max_fee) > 0)
		tx->priority_fee = tx->max_fee;
}

/* What no co-signer would sign is better refused while the client still listens. */
static tf_err check_numbers(tf_request_why *why, const tf_evm_tx *tx, const tf_chain_limits *limits)
{
	uint8_t payload[PLAIN_MAX];
	size_t len;
	tf_err err;

	if (tx->gas_limit < TF_EVM_TRANSFER_GAS)
		return tf_request_blame(why, TF_E_POLICY, "gasLimit",
		                        "at least 21000, which a plain transfer uses");
	if (tx->nonce == UINT64_MAX)
		return tf_request_blame(why, TF_E_ENCODING, "extraParameters.nodeControls.nonce",
		                        "a nonce below 2^64 - 1");
	if (tf_u256_cmp(&tx->max_fee, &limits->fee_cap) > 0)
		return tf_request_blame(why, TF_E_POLICY, "maxFee",
		                        "no more than the workspace's cap for this chain");
	if (tf_u256_cmp(&tx->priority_fee, &tx->max_fee) > 0)
		return tf_request_blame(why, TF_E_POLICY, "priorityFee",
		                        "no more than the max fee, which may have to be named, too");
	err = tf_evm_encode(payload, sizeof(payload), &len, tx);
	if (err != TF_OK)
		return tf_request_blame(why, err, "amount", "numbers that a transaction can have");
	return TF_OK;
}

tf_err tf_transfer_build(tf_evm_tx *tx, tf_path *path, tf_request_why *why,
                         const tf_request *request, const tf_chain_rule *rule,
                         uint64_t next_nonce)
{
	tf_evm_tx t = { .type = TF_EVM_FEE_MARKET, .chain_id = rule->chain_id };
	tf_chain_limits limits;
	tf_transfer transfer;

	TRY(tf_transfer_resolve(&transfer, why, request, rule));
	TRY(tf_chain_rule_limits(&limits, NULL, rule));
	t.nonce = request->has_nonce ? request->nonce : next_nonce;
	memcpy(t.to, transfer.to, sizeof(t.to));
	t.value = transfer.value;
	tf_transfer_fees(&t, request, &limits);
	TRY(check_numbers(why, &t, &limits));
	*tx = t;
	*path = transfer.path;
	return TF_OK;
}
