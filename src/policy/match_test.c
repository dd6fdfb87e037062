#include "policy/match.h"

#include "harness/harness.h"
#include "policy/sample_test.h"
#include "policy/transfer.h"

/* What a dishonest coordinator may change: the payload's fields and the path. */
struct intent {
	tf_evm_tx tx;
	tf_path path;
};

static struct intent honest(const tf_request *request, const tf_chain_rule *rule)
{
	struct intent in;

	CHECK_OK(tf_transfer_build(&in.tx, &in.path, NULL, request, rule, 3));
	return in;
}

static const uint8_t entry[] = {
	0xd6, 0x94, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 0xc0,
};

static void set_type_1(struct intent *in)
{
	in->tx.type = TF_EVM_ACCESS_LIST;
	in->tx.gas_price = in->tx.max_fee;
	in->tx.max_fee = in->tx.priority_fee = tf_u256_from_u64(0);
}

static void set_type_0(struct intent *in)
{
	set_type_1(in);
	in->tx.type = TF_EVM_LEGACY;
}

static void set_chain(struct intent *in) { in->tx.chain_id = 1; }
static void set_chain_next(struct intent *in) { in->tx.chain_id++; }
static void set_purpose(struct intent *in) { in->path.index[0] = 45; }
static void set_coin(struct intent *in) { in->path.index[1] = 60; }
static void set_account(struct intent *in) { in->path.index[2] = 8; }
static void set_change(struct intent *in) { in->path.index[3] = 1; }
static void set_index(struct intent *in) { in->path.index[4] = 1; }
static void set_shorter(struct intent *in) { in->path.len = 4; }
static void set_longer(struct intent *in) { in->path.len = 6; }
static void set_rootward(struct intent *in) { in->path = (tf_path){ .len = 0 }; }

static void set_creates(struct intent *in)
{
	in->tx.creates = true;
	memset(in->tx.to, 0, sizeof(in->tx.to));
}

static void set_to_first(struct intent *in) { in->tx.to[0] ^= 1; }
static void set_to_last(struct intent *in) { in->tx.to[19] ^= 0x80; }
static void set_value_more(struct intent *in) { in->tx.value.w[0]++; }
static void set_value_less(struct intent *in) { in->tx.value.w[0]--; }
static void set_value_high(struct intent *in) { in->tx.value.w[3] = 1; }

static void set_data(struct intent *in)
{
	in->tx.data = (const uint8_t *)"";
	in->tx.data_len = 1;
}

static void set_access(struct intent *in)
{
	in->tx.access = entry;
	in->tx.access_len = sizeof(entry);
	in->tx.access_addresses = 1;
}

static void set_gas_more(struct intent *in) { in->tx.gas_limit++; }
static void set_gas_less(struct intent *in) { in->tx.gas_limit--; }
static void set_max_fee_more(struct intent *in) { in->tx.max_fee.w[0]++; }
static void set_max_fee_less(struct intent *in) { in->tx.max_fee.w[0]--; }
static void set_max_fee_high(struct intent *in) { in->tx.max_fee.w[1] = 1; }
static void set_priority_more(struct intent *in) { in->tx.priority_fee.w[0]++; }
static void set_priority_less(struct intent *in) { in->tx.priority_fee.w[0]--; }
static void set_priority_high(struct intent *in) { in->tx.priority_fee.w[2] = 1; }
static void set_gas_none(struct intent *in) { in->tx.gas_limit = 0; }
static void set_max_fee_none(struct intent *in)
{
	in->tx.max_fee = in->tx.priority_fee = tf_u256_from_u64(0);
}
static void set_nonce_more(struct intent *in) { in->tx.nonce++; }
static void set_nonce_less(struct intent *in) { in->tx.nonce--; }

struct mutation {
	void (*apply)(struct intent *in);
	tf_check check;
	tf_err err;
};

/* Everything that differs when the client has named everything. */
static const struct mutation mutations[] = {
	{ set_type_0, TF_CK_TX_TYPE, TF_E_MISMATCH },
	{ set_type_1, TF_CK_TX_TYPE, TF_E_MISMATCH },
	{ set_chain, TF_CK_TX_CHAIN, TF_E_MISMATCH },
	{ set_chain_next, TF_CK_TX_CHAIN, TF_E_MISMATCH },
	{ set_account, TF_CK_TX_ACCOUNT, TF_E_MISMATCH },
	{ set_rootward, TF_CK_TX_ACCOUNT, TF_E_MISMATCH },
	{ set_purpose, TF_CK_TX_PATH, TF_E_MISMATCH },
	{ set_coin, TF_CK_TX_PATH, TF_E_MISMATCH },
	{ set_change, TF_CK_TX_PATH, TF_E_MISMATCH },
	{ set_index, TF_CK_TX_PATH, TF_E_MISMATCH },
	{ set_shorter, TF_CK_TX_PATH, TF_E_MISMATCH },
	{ set_longer, TF_CK_TX_PATH, TF_E_MISMATCH },
	{ set_creates, TF_CK_TX_CREATES, TF_E_MISMATCH },
	{ set_to_first, TF_CK_TX_TO, TF_E_MISMATCH },
	{ set_to_last, TF_CK_TX_TO, TF_E_MISMATCH },
	{ set_value_more, TF_CK_TX_VALUE, TF_E_MISMATCH },
	{ set_value_less, TF_CK_TX_VALUE, TF_E_MISMATCH },
	{ set_value_high, TF_CK_TX_VALUE, TF_E_MISMATCH },
	{ set_data, TF_CK_TX_DATA, TF_E_MISMATCH },
	{ set_access, TF_CK_TX_ACCESS, TF_E_MISMATCH },
	{ set_gas_more, TF_CK_TX_GAS_NAMED, TF_E_MISMATCH },
	{ set_gas_less, TF_CK_TX_GAS_NAMED, TF_E_MISMATCH },
	{ set_max_fee_more, TF_CK_TX_MAX_FEE_NAMED, TF_E_MISMATCH },
	{ set_max_fee_less, TF_CK_TX_MAX_FEE_NAMED, TF_E_MISMATCH },
	{ set_max_fee_high, TF_CK_TX_MAX_FEE_NAMED, TF_E_MISMATCH },
	{ set_priority_more, TF_CK_TX_PRIORITY_NAMED, TF_E_MISMATCH },
	{ set_priority_less, TF_CK_TX_PRIORITY_NAMED, TF_E_MISMATCH },
	{ set_priority_high, TF_CK_TX_PRIORITY_NAMED, TF_E_MISMATCH },
	{ set_nonce_more, TF_CK_TX_NONCE_NAMED, TF_E_MISMATCH },
	{ set_nonce_less, TF_CK_TX_NONCE_NAMED, TF_E_MISMATCH },
};

/* The same where the client has left gas, fees and nonce open: anything but the
 * entry's defaults is refused, less of it, too. */
static const struct mutation open_mutations[] = {
	{ set_gas_more, TF_CK_TX_GAS_DEFAULT, TF_E_POLICY },
	{ set_gas_less, TF_CK_TX_GAS_DEFAULT, TF_E_POLICY },
	{ set_gas_none, TF_CK_TX_GAS_DEFAULT, TF_E_POLICY },
	{ set_max_fee_more, TF_CK_TX_MAX_FEE_DEFAULT, TF_E_POLICY },
	{ set_max_fee_less, TF_CK_TX_MAX_FEE_DEFAULT, TF_E_POLICY },
	{ set_max_fee_none, TF_CK_TX_MAX_FEE_DEFAULT, TF_E_POLICY },
	{ set_max_fee_high, TF_CK_TX_FEE_CAP, TF_E_POLICY },
	{ set_priority_more, TF_CK_TX_PRIORITY_DEFAULT, TF_E_POLICY },
	{ set_priority_less, TF_CK_TX_PRIORITY_DEFAULT, TF_E_POLICY },
	{ set_priority_high, TF_CK_TX_PRIORITY_DEFAULT, TF_E_POLICY },
};

/* And what is open: binding a nonce, whichever, takes no other from the account. */
static void (*const harmless[])(struct intent *in) = { set_nonce_more, set_nonce_less };

static void check_mutations(const tf_request *request, const struct mutation *m, size_t n)
{
	tf_chain_rule rule = sample_rule();

	for (size_t i = 0; i < n; i++) {
		struct intent in = honest(request, &rule);
		tf_fault fault;

		tf_fault_at(&fault, TF_PARTY_NONE, 0);
		CHECK_OK(tf_match_transfer(&fault, request, &rule, &in.tx, &in.path));
		CHECK(fault.check == TF_CK_NONE);
		m[i].apply(&in);
		CHECK_ERR(tf_match_transfer(&fault, request, &rule, &in.tx, &in.path), m[i].err);
		if (fault.check != m[i].check)
			tf_test_fail(__FILE__, __LINE__, "mutation %zu: %s, expected %s", i,
			             tf_check_name(fault.check), tf_check_name(m[i].check));
		CHECK_ERR(tf_match_transfer(NULL, request, &rule, &in.tx, &in.path), m[i].err);
	}
}

TEST(match_refuses_every_change_of_what_was_named)
{
	tf_request r;

	CHECK_OK(sample_request(&r, SAMPLE_NAMED));
	check_mutations(&r, mutations, TF_ARRAY_LEN(mutations));
}

TEST(match_refuses_other_than_the_defaults)
{
	const size_t sender_and_effect = 20; /* those before gas */
	tf_request r;

	CHECK_OK(sample_request(&r, ""));
	check_mutations(&r, open_mutations, TF_ARRAY_LEN(open_mutations));
	check_mutations(&r, mutations, sender_and_effect);
	CHECK(mutations[sender_and_effect].apply == set_gas_more);
}

TEST(match_allows_any_nonce_that_was_left_open)
{
	tf_chain_rule rule = sample_rule();
	tf_request r;

	CHECK_OK(sample_request(&r, ",\"feeLevel\":\"HIGH\""));
	for (size_t i = 0; i < TF_ARRAY_LEN(harmless); i++) {
		struct intent in = honest(&r, &rule);

		harmless[i](&in);
		CHECK_OK(tf_match_transfer(NULL, &r, &rule, &in.tx, &in.path));
	}
}

/* A default priority fee above the max fee that the client names is lowered to it, no further. */
TEST(match_lowers_the_default_priority_fee_with_the_max_fee)
{
	tf_chain_rule rule = sample_rule();
	tf_fault fault;
	struct intent in;
	tf_request r;

	CHECK_OK(sample_request(&r, ",\"maxFee\":\"1\""));
	in = honest(&r, &rule);
	CHECK(tf_u256_cmp(&in.tx.priority_fee, &in.tx.max_fee) == 0);
	CHECK_OK(tf_match_transfer(NULL, &r, &rule, &in.tx, &in.path));
	in.tx.priority_fee.w[0]--;
	tf_fault_at(&fault, TF_PARTY_NONE, 0);
	CHECK_ERR(tf_match_transfer(&fault, &r, &rule, &in.tx, &in.path), TF_E_POLICY);
	CHECK(fault.check == TF_CK_TX_PRIORITY_DEFAULT);
}

/* Whoever names the gas limit: one below a plain transfer's can never be used. */
TEST(match_wants_gas_enough_for_a_transfer)
{
	tf_chain_rule rule = sample_rule();
	tf_fault fault;
	struct intent in;
	tf_request r;

	CHECK_OK(sample_request(&r, SAMPLE_NAMED));
	in = honest(&r, &rule);
	CHECK(in.tx.gas_limit == TF_EVM_TRANSFER_GAS);
	CHECK_OK(tf_match_transfer(NULL, &r, &rule, &in.tx, &in.path));
	r.gas_limit = in.tx.gas_limit = TF_EVM_TRANSFER_GAS - 1;
	tf_fault_at(&fault, TF_PARTY_NONE, 0);
	CHECK_ERR(tf_match_transfer(&fault, &r, &rule, &in.tx, &in.path), TF_E_POLICY);
	CHECK(fault.check == TF_CK_TX_GAS_LEAST);
}

/* The zero address is a recipient like any other, and no licence to create a contract. */
TEST(match_creation_is_not_a_transfer_to_zero)
{
	tf_chain_rule rule = sample_rule();
	struct intent in;
	tf_fault fault;
	tf_request r;

	CHECK_OK(sample_request(&r, SAMPLE_NAMED));
	strcpy(r.address, "0x0000000000000000000000000000000000000000");
	in = honest(&r, &rule);
	CHECK_OK(tf_match_transfer(NULL, &r, &rule, &in.tx, &in.path));
	in.tx.creates = true;
	tf_fault_at(&fault, TF_PARTY_NONE, 0);
	CHECK_ERR(tf_match_transfer(&fault, &r, &rule, &in.tx, &in.path), TF_E_MISMATCH);
	CHECK(fault.check == TF_CK_TX_CREATES);
}

/* What the client names does not lift the workspace's limits. */
TEST(match_limits_hold_for_named_fees)
{
	tf_chain_rule rule = sample_rule();
	struct intent in;
	tf_fault fault;
	tf_request r;

	CHECK_OK(sample_request(&r, SAMPLE_NAMED));
	in = honest(&r, &rule);
	strcpy(rule.max_fee_per_gas_default, "29999999999");
	strcpy(rule.max_fee_per_gas_cap, "30000000000");
	CHECK_OK(tf_match_transfer(NULL, &r, &rule, &in.tx, &in.path));
	strcpy(rule.max_fee_per_gas_cap, "29999999999");
	tf_fault_at(&fault, TF_PARTY_NONE, 0);
	CHECK_ERR(tf_match_transfer(&fault, &r, &rule, &in.tx, &in.path), TF_E_POLICY);
	CHECK(fault.check == TF_CK_TX_FEE_CAP);
	rule = sample_rule();
	r.priority_fee = tf_u256_from_u64(30000000001);
	in.tx.priority_fee = r.priority_fee;
	CHECK_ERR(tf_match_transfer(&fault, &r, &rule, &in.tx, &in.path), TF_E_POLICY);
	CHECK(fault.check == TF_CK_TX_PRIORITY_MAX);
	in.tx.priority_fee = r.priority_fee = tf_u256_from_u64(30000000000);
	CHECK_OK(tf_match_transfer(&fault, &r, &rule, &in.tx, &in.path));
}

TEST(match_needs_a_request_with_a_meaning)
{
	tf_chain_rule rule = sample_rule();
	struct intent in;
	tf_request r, changed;

	CHECK_OK(sample_request(&r, SAMPLE_NAMED));
	in = honest(&r, &rule);
	changed = r;
	strcpy(changed.amount, "1e-2");
	CHECK_ERR(tf_match_transfer(NULL, &changed, &rule, &in.tx, &in.path), TF_E_ENCODING);
	changed = r;
	changed.address[5] ^= 0x20;
	CHECK_ERR(tf_match_transfer(NULL, &changed, &rule, &in.tx, &in.path), TF_E_ENCODING);
	changed = r;
	strcpy(changed.asset_id, "ETH");
	CHECK_ERR(tf_match_transfer(NULL, &changed, &rule, &in.tx, &in.path), TF_E_NOT_FOUND);
	rule.decimals = 17;
	CHECK_ERR(tf_match_transfer(NULL, &r, &rule, &in.tx, &in.path), TF_E_MISMATCH);
	rule = sample_rule();
	strcpy(rule.max_fee_per_gas_cap, "");
	CHECK_ERR(tf_match_transfer(NULL, &r, &rule, &in.tx, &in.path), TF_E_ENCODING);
}

static size_t encode(uint8_t *out, size_t cap, const tf_evm_tx *tx)
{
	size_t len = 0;

	CHECK_OK(tf_evm_encode(out, cap, &len, tx));
	return len;
}

TEST(match_payload_hashes_what_it_judged)
{
	tf_chain_rule rules[2] = { sample_rule(), sample_rule() };
	uint8_t payload[512], digest[32], want[32];
	struct intent in;
	tf_evm_tx tx;
	tf_request r;
	size_t len;

	strcpy(rules[0].asset_id, "ETH");
	rules[0].chain_id = 1;
	CHECK_OK(sample_request(&r, SAMPLE_NAMED));
	in = honest(&r, &rules[1]);
	len = encode(payload, sizeof(payload), &in.tx);
	CHECK_OK(tf_match_payload(digest, &tx, NULL, &r, rules, 2, payload, len, &in.path));
	tf_evm_digest(want, payload, len);
	CHECK(memcmp(digest, want, 32) == 0 && tx.nonce == 3 && tx.chain_id == 11155111);
}

TEST(match_payload_hashes_nothing_else)
{
	tf_chain_rule rule = sample_rule();
	uint8_t payload[512], digest[32] = { 0xaa };
	tf_evm_tx tx = { .nonce = 77 };
	struct intent in;
	tf_fault fault;
	tf_request r;
	size_t len;

	CHECK_OK(sample_request(&r, SAMPLE_NAMED));
	tf_fault_at(&fault, TF_PARTY_NONE, 0);
	for (size_t i = 0; i < TF_ARRAY_LEN(mutations); i++) {
		in = honest(&r, &rule);
		mutations[i].apply(&in);
		len = encode(payload, sizeof(payload), &in.tx);
		CHECK_ERR(tf_match_payload(digest, &tx, &fault, &r, &rule, 1, payload, len, &in.path),
		          mutations[i].err);
		CHECK(fault.check == mutations[i].check);
	}
	in = honest(&r, &rule);
	len = encode(payload, sizeof(payload), &in.tx);
	CHECK_ERR(tf_match_payload(digest, &tx, &fault, &r, &rule, 1, payload, len - 1, &in.path),
	          TF_E_TRUNCATED);
	CHECK_ERR(tf_match_payload(digest, &tx, &fault, &r, &rule, 1, payload, len + 1, &in.path),
	          TF_E_TRAILING);
	CHECK_ERR(tf_match_payload(digest, &tx, &fault, &r, &rule, 0, payload, len, &in.path),
	          TF_E_POLICY);
	CHECK(fault.check == TF_CK_TX_ASSET);
	CHECK(digest[0] == 0xaa && tx.nonce == 77);
}

/* Every single bit of an honest payload, turned: refused, whatever it makes of it. */
TEST(match_refuses_every_flipped_bit)
{
	tf_chain_rule rule = sample_rule();
	uint8_t payload[512], digest[32];
	struct intent in;
	tf_evm_tx tx;
	tf_request r;
	size_t len;

	CHECK_OK(sample_request(&r, SAMPLE_NAMED));
	in = honest(&r, &rule);
	len = encode(payload, sizeof(payload), &in.tx);
	for (size_t bit = 0; bit < 8 * len; bit++) {
		payload[bit / 8] ^= (uint8_t)(1u << bit % 8);
		CHECK(tf_match_payload(digest, &tx, NULL, &r, &rule, 1, payload, len, &in.path) != TF_OK);
		payload[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	CHECK_OK(tf_match_payload(digest, &tx, NULL, &r, &rule, 1, payload, len, &in.path));
}
