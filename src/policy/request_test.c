#include "policy/request.h"

#include <stdio.h>
#include <string.h>

#include "harness/harness.h"

static tf_err parse(tf_request *r, tf_request_why *why, const char *body)
{
	return tf_request_parse(r, why, body, strlen(body));
}

#define SOURCE "\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"7\"}"
#define TO "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
#define DESTINATION \
	"\"destination\":{\"type\":\"ONE_TIME_ADDRESS\",\"oneTimeAddress\":{\"address\":\"" TO "\"}}"
#define BASE "\"assetId\":\"ETH_TEST5\"," SOURCE "," DESTINATION ",\"amount\":\"0.01\""

/* As @fireblocks/ts-sdk 18 serialises what tests/clients/fireblocks-ts.mjs asks for. */
TEST(request_of_the_typescript_client)
{
	static const char body[] =
		"{\"operation\":\"TRANSFER\",\"assetId\":\"ETH_TEST5\",\"source\":{\"type\":"
		"\"VAULT_ACCOUNT\",\"id\":\"7\"},\"destination\":{\"type\":\"ONE_TIME_ADDRESS\","
		"\"oneTimeAddress\":{\"address\":\"" TO "\"}},\"amount\":\"0.01\",\"gasLimit\":\"21000\","
		"\"maxFee\":\"30\",\"priorityFee\":\"1.5\",\"extraParameters\":{\"nodeControls\":"
		"{\"nonce\":\"3\"}},\"note\":\"caf\xc3\xa9\",\"externalTxId\":\"order-17\"}";
	tf_request_why why;
	tf_request r;

	CHECK_OK(parse(&r, &why, body));
	CHECK(strcmp(r.asset_id, "ETH_TEST5") == 0 && r.account == 7);
	CHECK(strcmp(r.address, TO) == 0 && strcmp(r.amount, "0.01") == 0);
	CHECK(r.has_gas_limit && r.gas_limit == 21000);
	CHECK(r.has_max_fee && r.max_fee.w[0] == 30000000000);
	CHECK(r.has_priority_fee && r.priority_fee.w[0] == 1500000000);
	CHECK(r.has_nonce && r.nonce == 3);
	CHECK(strcmp(r.note, "caf\xc3\xa9") == 0 && strcmp(r.external_tx_id, "order-17") == 0);
	CHECK(r.customer_ref_id[0] == '\0' && r.fee_level == TF_FEE_LEVEL_NONE);
	CHECK(why.field[0] == '\0' && why.expected[0] == '\0');
}

TEST(request_with_least_fields)
{
	tf_request r;

	CHECK_OK(parse(&r, NULL, "{" BASE "}"));
	CHECK(!r.has_gas_limit && !r.has_max_fee && !r.has_priority_fee && !r.has_nonce);
}

TEST(request_numbers_may_be_json_numbers)
{
	tf_request r;

	CHECK_OK(parse(&r, NULL, "{\"assetId\":\"ETH_TEST5\"," SOURCE "," DESTINATION
	               ",\"amount\":0.01,\"gasLimit\":21000,\"maxFee\":30,\"priorityFee\":1.5,"
	               "\"extraParameters\":{\"nodeControls\":{\"nonce\":18446744073709551615}}}"));
	CHECK(strcmp(r.amount, "0.01") == 0 && r.gas_limit == 21000);
	CHECK(r.max_fee.w[0] == 30000000000 && r.priority_fee.w[0] == 1500000000);
	CHECK(r.nonce == UINT64_MAX);
}

TEST(request_harmless_fields_are_accepted)
{
	static const char *const more[] = {
		"\"operation\":null", "\"treatAsGrossAmount\":false", "\"forceSweep\":false",
		"\"failOnLowFee\":false", "\"autoStaking\":false", "\"useGasless\":false",
		"\"feeLevel\":\"HIGH\"", "\"note\":\"\"", "\"customerRefId\":\"abc\"",
		"\"destinations\":null", "\"extraParameters\":{}", "\"extraParameters\":null",
		"\"extraParameters\":{\"nodeControls\":{}}", "\"extraParameters\":{\"nodeControls\":null}",
		"\"extraParameters\":{\"contractCallData\":null}",
		"\"extraParameters\":{\"allowBaseAssetAddress\":false}",
	};
	char body[1024];
	tf_request_why why;
	tf_request r;

	for (size_t i = 0; i < TF_ARRAY_LEN(more); i++) {
		snprintf(body, sizeof(body), "{%s,%s}", more[i], BASE);
		CHECK_OK(parse(&r, &why, body));
	}
	CHECK_OK(parse(&r, NULL, "{\"feeLevel\":\"LOW\"," BASE "}"));
	CHECK(r.fee_level == TF_FEE_LEVEL_LOW);
	CHECK_OK(parse(&r, NULL, "{\"feeLevel\":\"MEDIUM\"," BASE "}"));
	CHECK(r.fee_level == TF_FEE_LEVEL_MEDIUM);
}

struct refusal {
	const char *more; /* put before the fields of BASE */
	tf_err err;
	const char *field;
};

static void check_refusals(const struct refusal *cases, size_t n, const char *base)
{
	static const tf_request zero;
	char body[2048];

	for (size_t i = 0; i < n; i++) {
		tf_request_why why;
		tf_request r;

		memset(&r, 1, sizeof(r));
		snprintf(body, sizeof(body), "{%s%s%s}", cases[i].more, *base ? "," : "", base);
		CHECK_ERR(parse(&r, &why, body), cases[i].err);
		if (strcmp(why.field, cases[i].field) != 0)
			tf_test_fail(__FILE__, __LINE__, "%s: blamed %s, expected %s", cases[i].more,
			             why.field, cases[i].field);
		CHECK(why.expected[0] && memcmp(&r, &zero, sizeof(r)) == 0);
		CHECK_ERR(parse(&r, NULL, body), cases[i].err);
	}
}

/* A field that asks for something else than a plain transfer is refused by its name. */
TEST(request_what_is_not_supported_is_said_so)
{
	static const struct refusal cases[] = {
		{ "\"operation\":\"CONTRACT_CALL\"", TF_E_UNSUPPORTED, "operation" },
		{ "\"operation\":\"RAW\"", TF_E_UNSUPPORTED, "operation" },
		{ "\"operation\":\"transfer\"", TF_E_UNSUPPORTED, "operation" },
		{ "\"destinations\":[]", TF_E_UNSUPPORTED, "destinations" },
		{ "\"treatAsGrossAmount\":true", TF_E_UNSUPPORTED, "treatAsGrossAmount" },
		{ "\"forceSweep\":true", TF_E_UNSUPPORTED, "forceSweep" },
		{ "\"failOnLowFee\":true", TF_E_UNSUPPORTED, "failOnLowFee" },
		{ "\"autoStaking\":true", TF_E_UNSUPPORTED, "autoStaking" },
		{ "\"useGasless\":true", TF_E_UNSUPPORTED, "useGasless" },
		{ "\"fee\":\"1\"", TF_E_UNSUPPORTED, "fee" },
		{ "\"maxTotalFee\":\"1\"", TF_E_UNSUPPORTED, "maxTotalFee" },
		{ "\"gasPrice\":\"1\"", TF_E_UNSUPPORTED, "gasPrice" },
		{ "\"networkFee\":\"1\"", TF_E_UNSUPPORTED, "networkFee" },
		{ "\"replaceTxByHash\":\"0x00\"", TF_E_UNSUPPORTED, "replaceTxByHash" },
		{ "\"utxoSelectionParams\":{}", TF_E_UNSUPPORTED, "utxoSelectionParams" },
		{ "\"travelRuleMessage\":{}", TF_E_UNSUPPORTED, "travelRuleMessage" },
		{ "\"travelRuleMessageId\":\"x\"", TF_E_UNSUPPORTED, "travelRuleMessageId" },
		{ "\"networkStaking\":1", TF_E_UNSUPPORTED, "networkStaking" },
		{ "\"cpuStaking\":1", TF_E_UNSUPPORTED, "cpuStaking" },
		{ "\"configurations\":{\"expiresAfterSeconds\":300}", TF_E_UNSUPPORTED,
		  "configurations" },
		{ "\"extraParameters\":{\"contractCallData\":\"0x\"}", TF_E_UNSUPPORTED,
		  "extraParameters.contractCallData" },
		{ "\"extraParameters\":{\"rawMessageData\":{}}", TF_E_UNSUPPORTED,
		  "extraParameters.rawMessageData" },
		{ "\"extraParameters\":{\"programCallData\":\"\"}", TF_E_UNSUPPORTED,
		  "extraParameters.programCallData" },
		{ "\"extraParameters\":{\"inputsSelection\":{}}", TF_E_UNSUPPORTED,
		  "extraParameters.inputsSelection" },
		{ "\"extraParameters\":{\"piiData\":{}}", TF_E_UNSUPPORTED, "extraParameters.piiData" },
		{ "\"extraParameters\":{\"allowBaseAssetAddress\":true}", TF_E_UNSUPPORTED,
		  "extraParameters.allowBaseAssetAddress" },
		{ "\"extraParameters\":{\"nodeControls\":{\"type\":\"0\"}}", TF_E_UNSUPPORTED,
		  "extraParameters.nodeControls.type" },
		{ "\"extraParameters\":{\"nonce\":1}", TF_E_UNSUPPORTED, "extraParameters.nonce" },
	};

	check_refusals(cases, TF_ARRAY_LEN(cases), BASE);
}

TEST(request_strangers_are_refused_by_name)
{
	static const struct refusal cases[] = {
		{ "\"Amount\":\"1\"", TF_E_UNSUPPORTED, "Amount" },
		{ "\"to\":null", TF_E_UNSUPPORTED, "to" },
		{ "\"\":1", TF_E_UNSUPPORTED, "?" },
		{ "\"a\\nb\\\"\\\\\xc3\xa9\":1", TF_E_UNSUPPORTED, "a?b????" },
		{ "\"a\\u0000\":1", TF_E_UNSUPPORTED, "?" },
	};

	check_refusals(cases, TF_ARRAY_LEN(cases), BASE);
}

TEST(request_wrong_values_are_refused)
{
	static const struct refusal cases[] = {
		{ "\"gasLimit\":\"21000.5\"", TF_E_ENCODING, "gasLimit" },
		{ "\"gasLimit\":-1", TF_E_ENCODING, "gasLimit" },
		{ "\"gasLimit\":true", TF_E_ENCODING, "gasLimit" },
		{ "\"gasLimit\":\"0x5208\"", TF_E_ENCODING, "gasLimit" },
		{ "\"gasLimit\":18446744073709551616", TF_E_TOO_LARGE, "gasLimit" },
		{ "\"maxFee\":\"1.0000000001\"", TF_E_ENCODING, "maxFee" },
		{ "\"maxFee\":1e9", TF_E_ENCODING, "maxFee" },
		{ "\"maxFee\":[]", TF_E_ENCODING, "maxFee" },
		{ "\"maxFee\":\"1\\u0000\"", TF_E_ENCODING, "maxFee" },
		{ "\"priorityFee\":\"\"", TF_E_ENCODING, "priorityFee" },
		{ "\"priorityFee\":\"+1\"", TF_E_ENCODING, "priorityFee" },
		{ "\"feeLevel\":\"low\"", TF_E_ENCODING, "feeLevel" },
		{ "\"feeLevel\":1", TF_E_ENCODING, "feeLevel" },
		{ "\"note\":1", TF_E_ENCODING, "note" },
		{ "\"externalTxId\":{}", TF_E_ENCODING, "externalTxId" },
		{ "\"customerRefId\":false", TF_E_ENCODING, "customerRefId" },
		{ "\"operation\":1", TF_E_ENCODING, "operation" },
		{ "\"treatAsGrossAmount\":\"false\"", TF_E_ENCODING, "treatAsGrossAmount" },
		{ "\"extraParameters\":[]", TF_E_ENCODING, "extraParameters" },
		{ "\"extraParameters\":{\"nodeControls\":1}", TF_E_ENCODING,
		  "extraParameters.nodeControls" },
		{ "\"extraParameters\":{\"nodeControls\":{\"nonce\":\"a\"}}", TF_E_ENCODING,
		  "extraParameters.nodeControls.nonce" },
		{ "\"extraParameters\":{\"nodeControls\":{\"nonce\":\"18446744073709551616\"}}",
		  TF_E_TOO_LARGE, "extraParameters.nodeControls.nonce" },
	};

	check_refusals(cases, TF_ARRAY_LEN(cases), BASE);
}

#define REST "\"assetId\":\"ETH_TEST5\",\"amount\":\"1\""

TEST(request_peers_are_judged)
{
	static const struct refusal cases[] = {
		{ DESTINATION ",\"source\":{\"type\":\"INTERNAL_WALLET\",\"id\":\"7\"}",
		  TF_E_UNSUPPORTED, "source.type" },
		{ DESTINATION ",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":7}", TF_E_ENCODING,
		  "source.id" },
		{ DESTINATION ",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"07\"}", TF_E_ENCODING,
		  "source.id" },
		{ DESTINATION ",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"2147483648\"}",
		  TF_E_TOO_LARGE, "source.id" },
		{ DESTINATION ",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"00000000000000001\"}",
		  TF_E_TOO_LARGE, "source.id" },
		{ DESTINATION ",\"source\":{\"type\":\"VAULT_ACCOUNT\"}", TF_E_ENCODING, "source.id" },
		{ DESTINATION ",\"source\":{\"id\":\"7\"}", TF_E_ENCODING, "source.type" },
		{ DESTINATION ",\"source\":{\"type\":null,\"id\":\"7\"}", TF_E_ENCODING, "source.type" },
		{ DESTINATION ",\"source\":\"7\"", TF_E_ENCODING, "source" },
		{ DESTINATION ",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"7\",\"walletId\":\"x\"}",
		  TF_E_UNSUPPORTED, "source.walletId" },
		{ DESTINATION ",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"7\",\"subType\":\"x\"}",
		  TF_E_UNSUPPORTED, "source.subType" },
		{ DESTINATION ",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"7\","
		  "\"isCollateral\":true}", TF_E_UNSUPPORTED, "source.isCollateral" },
		{ DESTINATION ",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"7\",\"x\":0}",
		  TF_E_UNSUPPORTED, "source.x" },
		{ SOURCE ",\"destination\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"1\"}", TF_E_UNSUPPORTED,
		  "destination.type" },
		{ SOURCE ",\"destination\":{\"type\":\"ONE_TIME_ADDRESS\"}", TF_E_ENCODING,
		  "destination.oneTimeAddress" },
		{ SOURCE ",\"destination\":{\"oneTimeAddress\":{\"address\":\"x\"}}", TF_E_ENCODING,
		  "destination.type" },
		{ SOURCE ",\"destination\":{\"type\":\"ONE_TIME_ADDRESS\",\"oneTimeAddress\":{}}",
		  TF_E_ENCODING, "destination.oneTimeAddress.address" },
		{ SOURCE ",\"destination\":{\"type\":\"ONE_TIME_ADDRESS\",\"oneTimeAddress\":\"x\"}",
		  TF_E_ENCODING, "destination.oneTimeAddress" },
		{ SOURCE ",\"destination\":{\"type\":\"ONE_TIME_ADDRESS\",\"oneTimeAddress\":"
		  "{\"address\":\"x\",\"tag\":\"9\"}}", TF_E_UNSUPPORTED,
		  "destination.oneTimeAddress.tag" },
		{ SOURCE ",\"destination\":{\"type\":\"ONE_TIME_ADDRESS\",\"id\":\"1\","
		  "\"oneTimeAddress\":{\"address\":\"x\"}}", TF_E_UNSUPPORTED, "destination.id" },
		{ SOURCE ",\"destination\":{\"type\":\"ONE_TIME_ADDRESS\",\"walletId\":\"1\","
		  "\"oneTimeAddress\":{\"address\":\"x\"}}", TF_E_UNSUPPORTED, "destination.walletId" },
	};
	tf_request r;

	check_refusals(cases, TF_ARRAY_LEN(cases), REST);
	CHECK_OK(parse(&r, NULL, "{" REST ",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":"
	               "\"2147483647\",\"name\":\"Hot\",\"isCollateral\":false},\"destination\":"
	               "{\"type\":\"ONE_TIME_ADDRESS\",\"id\":\"\",\"name\":\"n/a\",\"oneTimeAddress\":"
	               "{\"address\":\"x\",\"tag\":\"\"}}}"));
	CHECK(r.account == 2147483647);
}

TEST(request_required_fields)
{
	static const struct refusal cases[] = {
		{ SOURCE "," DESTINATION ",\"amount\":\"1\"", TF_E_ENCODING, "assetId" },
		{ "\"assetId\":\"A\"," DESTINATION ",\"amount\":\"1\"", TF_E_ENCODING, "source" },
		{ "\"assetId\":\"A\"," SOURCE ",\"amount\":\"1\"", TF_E_ENCODING, "destination" },
		{ "\"assetId\":\"A\"," SOURCE "," DESTINATION, TF_E_ENCODING, "amount" },
		{ "\"assetId\":\"A\"," SOURCE "," DESTINATION ",\"amount\":null", TF_E_ENCODING,
		  "amount" },
		{ "\"assetId\":1," SOURCE "," DESTINATION ",\"amount\":1", TF_E_ENCODING, "assetId" },
		{ "\"assetId\":\"A\"," SOURCE "," DESTINATION ",\"amount\":[1]", TF_E_ENCODING,
		  "amount" },
		{ "", TF_E_ENCODING, "assetId" },
	};

	check_refusals(cases, TF_ARRAY_LEN(cases), "");
}

TEST(request_names_twice_are_refused)
{
	tf_request_why why;
	tf_request r;

	CHECK_ERR(parse(&r, &why, "{" BASE ",\"amount\":\"9\"}"), TF_E_ENCODING);
	CHECK(why.field[0] == '\0' && why.at == strlen("{" BASE ",\"amount\""));
	CHECK_ERR(parse(&r, &why, "{" BASE ",\"\\u0061mount\":\"9\"}"), TF_E_ENCODING);
}

TEST(request_is_one_json_object)
{
	tf_request_why why;
	tf_request r;

	CHECK_ERR(parse(&r, &why, ""), TF_E_TRUNCATED);
	CHECK_ERR(parse(&r, &why, "{" BASE), TF_E_TRUNCATED);
	CHECK_ERR(parse(&r, &why, "{" BASE "}x"), TF_E_TRAILING);
	CHECK_ERR(parse(&r, &why, "[]"), TF_E_ENCODING);
	CHECK(why.field[0] == '\0' && strcmp(why.expected, "an object") == 0);
	CHECK_ERR(parse(&r, &why, "null"), TF_E_ENCODING);
}

TEST(request_lengths_are_bounded)
{
	static char body[TF_REQUEST_BODY_MAX + 2];
	tf_request_why why;
	tf_request r;

	memset(body, ' ', sizeof(body));
	memcpy(body, "{" BASE "}", strlen("{" BASE "}"));
	CHECK_OK(tf_request_parse(&r, &why, body, TF_REQUEST_BODY_MAX));
	CHECK_ERR(tf_request_parse(&r, &why, body, TF_REQUEST_BODY_MAX + 1), TF_E_TOO_LARGE);
	snprintf(body, sizeof(body), "{%s,\"note\":\"%0*d\"}", BASE, (int)TF_REQUEST_NOTE - 1, 0);
	CHECK_OK(parse(&r, &why, body));
	snprintf(body, sizeof(body), "{%s,\"note\":\"%0*d\"}", BASE, (int)TF_REQUEST_NOTE, 0);
	CHECK_ERR(parse(&r, &why, body), TF_E_TOO_LARGE);
	CHECK(strcmp(why.field, "note") == 0);
	snprintf(body, sizeof(body), "{%s,\"externalTxId\":\"%0*d\"}", BASE, (int)TF_REQUEST_ID, 0);
	CHECK_ERR(parse(&r, &why, body), TF_E_TOO_LARGE);
	snprintf(body, sizeof(body), "{%s,\"maxFee\":\"%0*d\"}", BASE, (int)TF_REQUEST_NUMBER, 0);
	CHECK_ERR(parse(&r, &why, body), TF_E_TOO_LARGE);
	snprintf(body, sizeof(body), "{\"%0*d\":1}", 3 * (int)TF_REQUEST_FIELD, 0);
	CHECK_ERR(parse(&r, &why, body), TF_E_UNSUPPORTED);
	CHECK(strcmp(why.field, "?") == 0);
}

TEST(request_blame_is_bounded)
{
	char name[300];
	tf_request_why why;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	CHECK_ERR(tf_request_blame(&why, TF_E_POLICY, name, "less"), TF_E_POLICY);
	CHECK(strlen(why.field) == TF_REQUEST_FIELD - 1 && strcmp(why.expected, "less") == 0);
	CHECK_ERR(tf_request_blame(NULL, TF_E_POLICY, name, "less"), TF_E_POLICY);
}
