#include "policy/chain_rule.h"

#include <string.h>

#include "base/path.h"
#include "chain/evm.h"

static bool is_asset_id(const char id[static TF_ASSET_ID])
{
	size_t n = strnlen(id, TF_ASSET_ID);

	for (size_t i = 0; i < n; i++)
		if (!(id[i] >= 'A' && id[i] <= 'Z') && !(id[i] >= '0' && id[i] <= '9') && id[i] != '_')
			return false;
	return n > 0 && n < TF_ASSET_ID;
}

static bool read_wei(tf_u256 *out, const char text[static TF_AMOUNT_DIGITS + 1])
{
	return tf_u256_from_decimal(out, text, strnlen(text, TF_AMOUNT_DIGITS + 1), 0) == TF_OK;
}

/* The first member that is unfit, or NULL. */
static const char *read_limits(tf_chain_limits *out, const tf_chain_rule *rule)
{
	tf_u256 gas;

	if (!is_asset_id(rule->asset_id))
		return "asset_id";
	if (rule->type != TF_CHAIN_EVM)
		return "type";
	if (rule->chain_id == 0 || rule->chain_id > TF_EVM_CHAIN_ID_MAX)
		return "chain_id";
	if (rule->coin_type >= TF_PATH_INDEX_LIMIT)
		return "coin_type";
	if (rule->decimals > TF_U256_DECIMALS_MAX)
		return "decimals";
	if (!read_wei(&gas, rule->gas_limit_default)
	    || tf_u256_to_u64(&out->gas_limit, &gas) != TF_OK
	    || out->gas_limit < TF_EVM_TRANSFER_GAS)
		return "gas_limit_default";
	if (!read_wei(&out->fee_cap, rule->max_fee_per_gas_cap))
		return "max_fee_per_gas_cap";
	if (!read_wei(&out->max_fee, rule->max_fee_per_gas_default)
	    || tf_u256_is_zero(&out->max_fee) || tf_u256_cmp(&out->max_fee, &out->fee_cap) > 0)
		return "max_fee_per_gas_default";
	if (!read_wei(&out->priority_fee, rule->max_priority_fee_per_gas_default)
	    || tf_u256_cmp(&out->priority_fee, &out->max_fee) > 0)
		return "max_priority_fee_per_gas_default";
	return NULL;
}

tf_err tf_chain_rule_limits(tf_chain_limits *out, const char **what, const tf_chain_rule *rule)
{
	tf_chain_limits limits = { .gas_limit = 0 };
	const char *unfit = read_limits(&limits, rule);

	if (what)
		*what = unfit;
	if (unfit)
		return TF_E_ENCODING;
	*out = limits;
	return TF_OK;
}

const tf_chain_rule *tf_chain_rule_find(const tf_chain_rule *rules, size_t n,
                                        const char *asset_id)
{
	for (size_t i = 0; i < n; i++)
		if (strncmp(rules[i].asset_id, asset_id, TF_ASSET_ID) == 0)
			return &rules[i];
	return NULL;
}
