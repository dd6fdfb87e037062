#include "policy/transfer.h"

#include "harness/harness.h"
#include "policy/match.h"
#include "policy/sample_test.h"

TEST(transfer_resolves_words_to_numbers)
{
	tf_chain_rule rule = sample_rule();
	tf_request_why why;
	tf_transfer t;
	tf_request r;
	tf_path want;

	CHECK_OK(sample_request(&r, ""));
	CHECK_OK(tf_transfer_resolve(&t, &why, &r, &rule));
	CHECK_HEX(t.to, 20, "70997970c51812dc3a010c7d01b50e0d17dc79c8");
	CHECK(t.value.w[0] == 10000000000000000 && !t.value.w[1]);
	CHECK_OK(tf_path_bip44(&want, 1, 7));
	CHECK(tf_path_eq(&t.path, &want));
}

TEST(transfer_refuses_what_has_no_meaning)
{
	tf_chain_rule rule = sample_rule();
	tf_request_why why;
	tf_transfer t;
	tf_request r;

	CHECK_OK(sample_request(&r, ""));
	strcpy(r.amount, "0.0000000000000000001");
	CHECK_ERR(tf_transfer_resolve(&t, &why, &r, &rule), TF_E_ENCODING);
	CHECK(strcmp(why.field, "amount") == 0 && why.expected[0]);
	strcpy(r.amount, "1e-7");
	CHECK_ERR(tf_transfer_resolve(&t, &why, &r, &rule), TF_E_ENCODING);
	strcpy(r.amount, "1000000000000000000000000000000000000000000000000000000000000000000");
	CHECK_ERR(tf_transfer_resolve(&t, &why, &r, &rule), TF_E_TOO_LARGE);
	CHECK_OK(sample_request(&r, ""));
	r.address[5] ^= 0x20; /* another capital: the checksum is wrong */
	CHECK_ERR(tf_transfer_resolve(&t, &why, &r, &rule), TF_E_ENCODING);
	CHECK(strcmp(why.field, "destination.oneTimeAddress.address") == 0);
	CHECK_OK(sample_request(&r, ""));
	strcpy(r.asset_id, "ETH_TEST6");
	CHECK_ERR(tf_transfer_resolve(&t, &why, &r, &rule), TF_E_NOT_FOUND);
	CHECK(strcmp(why.field, "assetId") == 0);
	CHECK_OK(sample_request(&r, ""));
	rule.coin_type = TF_PATH_INDEX_LIMIT;
	CHECK_ERR(tf_transfer_resolve(&t, &why, &r, &rule), TF_E_USAGE);
}

TEST(transfer_builds_what_was_named)
{
	tf_chain_rule rule = sample_rule();
	tf_request_why why;
	tf_evm_tx tx;
	tf_request r;
	tf_path path;

	CHECK_OK(sample_request(&r, SAMPLE_NAMED));
	CHECK_OK(tf_transfer_build(&tx, &path, &why, &r, &rule, 99));
	CHECK(tx.type == TF_EVM_FEE_MARKET && tx.chain_id == 11155111 && tx.nonce == 3);
	CHECK(tx.gas_limit == 21000 && tx.max_fee.w[0] == 30000000000);
	CHECK(tx.priority_fee.w[0] == 1500000000 && tx.value.w[0] == 10000000000000000);
	CHECK(!tx.creates && !tx.data && !tx.data_len && !tx.access && !tx.access_len);
	CHECK_OK(tf_match_transfer(NULL, &r, &rule, &tx, &path));
}

TEST(transfer_builds_with_defaults)
{
	tf_chain_rule rule = sample_rule();
	tf_evm_tx tx;
	tf_request r;
	tf_path path;

	CHECK_OK(sample_request(&r, ""));
	CHECK_OK(tf_transfer_build(&tx, &path, NULL, &r, &rule, 99));
	CHECK(tx.nonce == 99 && tx.gas_limit == 50000 && tx.max_fee.w[0] == 40000000000);
	CHECK(tx.priority_fee.w[0] == 2000000000);
	CHECK_OK(tf_match_transfer(NULL, &r, &rule, &tx, &path));
	CHECK_OK(sample_request(&r, ",\"maxFee\":\"1\""));
	CHECK_OK(tf_transfer_build(&tx, &path, NULL, &r, &rule, 0));
	CHECK(tx.max_fee.w[0] == 1000000000 && tx.priority_fee.w[0] == 1000000000);
	CHECK_OK(tf_match_transfer(NULL, &r, &rule, &tx, &path));
}

static void check_unbuildable(const char *more, tf_err want, const char *field)
{
	tf_chain_rule rule = sample_rule();
	tf_request_why why;
	tf_evm_tx tx;
	tf_request r;
	tf_path path;

	CHECK_OK(sample_request(&r, more));
	CHECK_ERR(tf_transfer_build(&tx, &path, &why, &r, &rule, 0), want);
	CHECK(strcmp(why.field, field) == 0);
}

TEST(transfer_builds_nothing_that_nobody_would_sign)
{
	check_unbuildable(",\"maxFee\":\"100.000000001\"", TF_E_POLICY, "maxFee");
	check_unbuildable(",\"priorityFee\":\"41\"", TF_E_POLICY, "priorityFee");
	check_unbuildable(",\"maxFee\":\"1\",\"priorityFee\":\"1.1\"", TF_E_POLICY, "priorityFee");
	check_unbuildable(",\"gasLimit\":20999", TF_E_POLICY, "gasLimit");
	check_unbuildable(",\"extraParameters\":{\"nodeControls\":{\"nonce\":18446744073709551615}}",
	                  TF_E_ENCODING, "extraParameters.nodeControls.nonce");
}

TEST(transfer_costs_stay_below_two_to_the_256)
{
	tf_chain_rule rule = sample_rule();
	tf_request_why why;
	tf_evm_tx tx;
	tf_request r;
	tf_path path;

	CHECK_OK(sample_request(&r, ""));
	strcpy(r.amount, "115792089237316195423570985008687907853269984665640564039457."
	                 "584007913129639935");
	CHECK_ERR(tf_transfer_build(&tx, &path, &why, &r, &rule, 0), TF_E_TOO_LARGE);
	CHECK(strcmp(why.field, "amount") == 0);
}

TEST(chain_rule_limits)
{
	tf_chain_rule rule = sample_rule();
	tf_chain_limits limits;
	const char *what = "?";

	CHECK_OK(tf_chain_rule_limits(&limits, &what, &rule));
	CHECK(what == NULL && limits.gas_limit == 50000);
	CHECK(limits.max_fee.w[0] == 40000000000 && limits.fee_cap.w[0] == 100000000000);
	CHECK(limits.priority_fee.w[0] == 2000000000);
}

TEST(chain_rule_refusals)
{
	const tf_chain_rule fit = sample_rule();
	struct {
		tf_chain_rule rule;
		const char *what;
	} cases[] = {
		{ fit, "asset_id" }, { fit, "asset_id" }, { fit, "asset_id" }, { fit, "type" },
		{ fit, "chain_id" }, { fit, "chain_id" }, { fit, "coin_type" }, { fit, "decimals" },
		{ fit, "gas_limit_default" }, { fit, "gas_limit_default" }, { fit, "gas_limit_default" },
		{ fit, "max_fee_per_gas_cap" }, { fit, "max_fee_per_gas_default" },
		{ fit, "max_fee_per_gas_default" }, { fit, "max_priority_fee_per_gas_default" },
		{ fit, "max_priority_fee_per_gas_default" },
	};

	cases[0].rule.asset_id[0] = '\0';
	strcpy(cases[1].rule.asset_id, "eth");
	memset(cases[2].rule.asset_id, 'A', sizeof(cases[2].rule.asset_id));
	cases[3].rule.type = (tf_chain_type)2;
	cases[4].rule.chain_id = 0;
	cases[5].rule.chain_id = TF_EVM_CHAIN_ID_MAX + 1;
	cases[6].rule.coin_type = TF_PATH_INDEX_LIMIT;
	cases[7].rule.decimals = TF_U256_DECIMALS_MAX + 1;
	strcpy(cases[8].rule.gas_limit_default, "20999");
	strcpy(cases[9].rule.gas_limit_default, "18446744073709551616");
	strcpy(cases[10].rule.gas_limit_default, "21000.0");
	strcpy(cases[11].rule.max_fee_per_gas_cap, "");
	strcpy(cases[12].rule.max_fee_per_gas_default, "100000000001");
	strcpy(cases[13].rule.max_fee_per_gas_default, "0");
	strcpy(cases[14].rule.max_priority_fee_per_gas_default, "40000000001");
	strcpy(cases[15].rule.max_priority_fee_per_gas_default, "x");
	for (size_t i = 0; i < TF_ARRAY_LEN(cases); i++) {
		tf_chain_limits limits = { .gas_limit = 5 };
		const char *what;

		CHECK_ERR(tf_chain_rule_limits(&limits, &what, &cases[i].rule), TF_E_ENCODING);
		CHECK(strcmp(what, cases[i].what) == 0 && limits.gas_limit == 5);
		CHECK_ERR(tf_chain_rule_limits(&limits, NULL, &cases[i].rule), TF_E_ENCODING);
	}
}

TEST(chain_rule_find)
{
	tf_chain_rule rules[2] = { sample_rule(), sample_rule() };

	strcpy(rules[1].asset_id, "ETH_TEST55");
	CHECK(tf_chain_rule_find(rules, 2, "ETH_TEST5") == &rules[0]);
	CHECK(tf_chain_rule_find(rules, 2, "ETH_TEST55") == &rules[1]);
	CHECK(tf_chain_rule_find(rules, 2, "ETH_TEST") == NULL);
	CHECK(tf_chain_rule_find(rules, 2, "ETH") == NULL);
	CHECK(tf_chain_rule_find(rules, 2, "") == NULL);
	CHECK(tf_chain_rule_find(NULL, 0, "ETH_TEST5") == NULL);
}
