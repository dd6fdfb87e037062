/* Client requests: whatever is accepted and can be built passes the co-signer's match, and the same
 * payload with another value, recipient or nonce does not. */
#include <string.h>

#include "fuzz.h"
#include "policy/match.h"
#include "policy/transfer.h"

static const tf_chain_rule rule = {
	.asset_id = "ETH_TEST5", .type = TF_CHAIN_EVM, .chain_id = 11155111, .coin_type = 1,
	.testnet = true, .symbol = "ETH", .decimals = 18, .gas_limit_default = "50000",
	.max_fee_per_gas_default = "40000000000", .max_priority_fee_per_gas_default = "2000000000",
	.max_fee_per_gas_cap = "100000000000",
};

static void check_refused(const tf_request *request, const tf_evm_tx *tx, const tf_path *path)
{
	tf_evm_tx changed = *tx;

	changed.value.w[0]++;
	ALWAYS(tf_match_transfer(NULL, request, &rule, &changed, path) == TF_E_MISMATCH);
	changed = *tx;
	changed.to[7] ^= 1;
	ALWAYS(tf_match_transfer(NULL, request, &rule, &changed, path) == TF_E_MISMATCH);
	changed = *tx;
	changed.nonce++;
	ALWAYS((tf_match_transfer(NULL, request, &rule, &changed, path) == TF_OK)
	       == !request->has_nonce);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t payload[256], digest[32];
	tf_request_why why;
	tf_evm_tx tx, judged;
	tf_request request;
	size_t n = 0;
	tf_path path;

	if (tf_request_parse(&request, &why, (const char *)data, len) != TF_OK) {
		ALWAYS(request.asset_id[0] == '\0' && why.expected[0] != '\0');
		return 0;
	}
	if (tf_transfer_build(&tx, &path, &why, &request, &rule, 5) != TF_OK) {
		ALWAYS(why.field[0] != '\0');
		return 0;
	}
	ALWAYS(tf_evm_encode(payload, sizeof(payload), &n, &tx) == TF_OK);
	ALWAYS(tf_match_payload(digest, &judged, NULL, &request, &rule, 1, payload, n, &path)
	       == TF_OK);
	check_refused(&request, &tx, &path);
	return 0;
}
