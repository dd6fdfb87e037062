/* The chain entry and the request that the tests of this room start from. */
#ifndef TF_POLICY_SAMPLE_TEST_H
#define TF_POLICY_SAMPLE_TEST_H

#include <stdio.h>
#include <string.h>

#include "policy/request.h"

#define SAMPLE_TO "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
#define SAMPLE_NAMED \
	",\"gasLimit\":\"21000\",\"maxFee\":\"30\",\"priorityFee\":\"1.5\"," \
	"\"extraParameters\":{\"nodeControls\":{\"nonce\":\"3\"}}"

static inline tf_chain_rule sample_rule(void)
{
	return (tf_chain_rule){
		.asset_id = "ETH_TEST5", .type = TF_CHAIN_EVM, .chain_id = 11155111, .coin_type = 1,
		.testnet = true, .symbol = "ETH", .decimals = 18, .gas_limit_default = "50000",
		.max_fee_per_gas_default = "40000000000",
		.max_priority_fee_per_gas_default = "2000000000",
		.max_fee_per_gas_cap = "100000000000",
	};
}

/* A request of 0.01 ETH from account 7 with further fields appended. */
TF_MUST_USE static inline tf_err sample_request(tf_request *request, const char *more)
{
	char body[1024];

	snprintf(body, sizeof(body),
	         "{\"assetId\":\"ETH_TEST5\",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"7\"},"
	         "\"destination\":{\"type\":\"ONE_TIME_ADDRESS\",\"oneTimeAddress\":{\"address\":\""
	         SAMPLE_TO "\"}},\"amount\":\"0.01\"%s}", more);
	return tf_request_parse(request, NULL, body, strlen(body));
}

#endif
