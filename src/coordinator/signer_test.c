/* What the coordinator takes for a signature: whatever a co-signer sends, until one is. */
#include "coordinator/signer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain/evm.h"
#include "coordinator/engine_stage_test.h"
#include "curve/bip32.h"
#include "curve/ecdsa.h"
#include "harness/harness.h"

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const char raw_body[] =
	"{\"operation\":\"RAW\",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"0\"},"
	"\"extraParameters\":{\"rawMessageData\":{\"algorithm\":\"MPC_ECDSA_SECP256K1\","
	"\"messages\":[{\"content\":\"" HASH "\",\"derivationPath\":[44,1,0,0,0]}]}}}";

static tf_chain_rule rule = {
	.asset_id = "ETH_TEST5", .type = TF_CHAIN_EVM, .chain_id = 11155111, .coin_type = 1,
	.testnet = true, .symbol = "ETH", .decimals = 18, .gas_limit_default = "21000",
	.max_fee_per_gas_default = "30000000000", .max_priority_fee_per_gas_default = "2000000000",
	.max_fee_per_gas_cap = "100000000000",
};

static tf_sc_sec child; /* of account 0 */

static void begin(void)
{
	static const tf_path path = { .index = { 44, 1, 0, 0, 0 }, .len = 5 };
	static engine_paper p;
	tf_sharing f;
	tf_sc tweak;
	tf_pt Y;

	engine_begin();
	stage.w.chains = &rule;
	stage.w.n_chains = 1;
	f = engine_asked();
	child = engine_deal(&f);
	engine_certify(&p, &f, ENGINE_HOLDERS);
	CHECK_OK(engine_show_all(&p));
	CHECK_OK(tf_bip32_derive(stage.c.secp256k1, &tweak, &Y, NULL, &f.Y, f.cc, &path));
	tf_sc_add(stage.c.secp256k1, &child.s, &child.s, &tweak);
}

/* What the run's parties should send. */
static tf_ctl_result sign(const uint8_t digest[static 32])
{
	const tf_group *g = stage.c.secp256k1;
	tf_ctl_result m = { .kind = TF_RUN_SIGN };
	tf_ecdsa_sig sig;
	tf_sc_sec k;
	tf_sc e, k_inv;
	tf_pt R;

	CHECK_OK(tf_sc_random(g, &k, &stage.rng));
	CHECK_OK(tf_pt_mul_base(g, &R, &k));
	CHECK_OK(tf_ecdsa_set_nonce(g, &sig, &R));
	CHECK_OK(tf_ecdsa_digest(g, &e, digest));
	tf_sc_mul(g, &sig.s, &sig.r, &child.s);
	tf_sc_add(g, &sig.s, &sig.s, &e);
	tf_sc_inv(g, &k_inv, &k.s);
	tf_sc_mul(g, &sig.s, &sig.s, &k_inv);
	tf_ecdsa_low_s(g, &sig);
	tf_sc_encode(m.r, &sig.r);
	tf_sc_encode(m.s, &sig.s);
	m.recid = sig.recid;
	return m;
}

static tf_txn transfer(void)
{
	static uint8_t payload[256];
	tf_evm_tx tx = { .type = TF_EVM_FEE_MARKET, .chain_id = 11155111, .gas_limit = 21000,
	                 .value = tf_u256_from_u64(5), .max_fee = tf_u256_from_u64(30000000000) };
	tf_txn t = { .id = "t1", .user = "u", .status = TF_TXN_SUBMITTED, .asset = "ETH_TEST5",
	             .operation = TF_TXN_TRANSFER, .sender = "0xabc", .chain_id = 11155111,
	             .messages = 1, .token = "t", .target = "/", .body = { payload, 0 },
	             .payload = { payload, 0 }, .summary = "{}", .created = 1 };

	tx.to[0] = 1;
	CHECK_OK(tf_evm_encode(payload, sizeof(payload), &t.payload.len, &tx));
	tf_evm_digest(t.digest, payload, t.payload.len);
	return t;
}

static tf_txn raw_request(void)
{
	return (tf_txn){ .id = "r1", .user = "u", .status = TF_TXN_SUBMITTED, .created = 1,
	                 .operation = TF_TXN_RAW, .algorithm = TF_RAW_ECDSA_SECP256K1,
	                 .messages = 1, .token = "t", .target = "/", .summary = "{}",
	                 .body = { (uint8_t *)(uintptr_t)raw_body, strlen(raw_body) },
	                 .payload = { (uint8_t *)(uintptr_t)raw_body, 0 } };
}

static unsigned asked;

static tf_err first(void *ctx, tf_run *run, const tf_device *from)
{
	(void)ctx;
	CHECK(from == run->spec.party[asked]);
	asked++;
	return tf_signer_complete(&stage.c, run);
}

static tf_txn_status status(const char *id)
{
	tf_txn t = { 0 };
	tf_txn_status now;

	CHECK_OK(tf_txn_get(stage.c.book, id, &t));
	now = t.status;
	CHECK((now == TF_TXN_COMPLETED) == (t.raw.len > 0));
	tf_txn_wipe(&t);
	return now;
}

/* The first device sends everything true but one bit of the recovery id, the second another bit, or
 * no recovery id that there is; the third is honest, and then nobody is asked any more. */
static void lie_about_recid(tf_txn *t, const uint8_t digest[static 32])
{
	static const uint8_t lies[][2] = { { 1, 2 }, { 3, 4 }, { 2, 0x80 } };

	CHECK_OK(tf_txn_add(stage.c.book, t));
	for (size_t k = 0; k < TF_ARRAY_LEN(lies); k++) {
		static tf_run run;
		tf_ctl_result m = sign(digest);

		run = (tf_run){ .spec = { .kind = TF_RUN_SIGN, .curve = TF_CURVE_SECP256K1, .n = 3 } };
		snprintf(run.spec.tx, sizeof(run.spec.tx), "%s", t->id);
		for (unsigned i = 0; i < 3; i++)
			run.spec.party[i] = &stage.e->fleet.device[i];
		asked = 0;
		for (unsigned i = 0; i < 2; i++) {
			m.recid ^= lies[k][i];
			tf_run_take(&run, i, &m, first, NULL);
			m.recid ^= lies[k][i];
			CHECK(asked == i + 1 && run.have[i] && !run.taken);
			CHECK(status(t->id) == TF_TXN_SUBMITTED);
		}
		if (k + 1 < TF_ARRAY_LEN(lies))
			continue;
		tf_run_take(&run, 2, &m, first, NULL);
		CHECK(asked == 3 && run.taken && status(t->id) == TF_TXN_COMPLETED);
		tf_run_take(&run, 0, &m, first, NULL);
		CHECK(asked == 3);
	}
}

/* Only what a device sends is held against it: the books end otherwise. */
TEST(an_error_of_the_books_is_not_a_mismatch)
{
	static tf_run run;
	tf_ctl_result m;
	tf_txn t;

	begin();
	t = transfer();
	CHECK_OK(tf_txn_add(stage.c.book, &t));
	m = sign(t.digest);
	run = (tf_run){ .spec = { .kind = TF_RUN_SIGN, .curve = TF_CURVE_SECP256K1, .tx = "t1" },
	                .recid = m.recid };
	memset(run.r, 0xff, sizeof(run.r)); /* above the order */
	memcpy(run.s, m.s, sizeof(run.s));
	CHECK_ERR(tf_signer_complete(&stage.c, &run), TF_E_MISMATCH);
	memcpy(run.r, m.r, sizeof(run.r));
	CHECK_OK(tf_txn_set_status(stage.c.book, "t1", TF_TXN_FAILED, "TIMEOUT", 2));
	CHECK_ERR(tf_signer_complete(&stage.c, &run), TF_E_STATE);
	CHECK(stage.c.failed == TF_OK);
	engine_end();
}

TEST(a_wrong_recovery_id_completes_no_transfer)
{
	tf_txn t;

	begin();
	t = transfer();
	lie_about_recid(&t, t.digest);
	engine_end();
}

TEST(a_wrong_recovery_id_completes_no_raw_request)
{
	uint8_t digest[32];
	tf_txn t = raw_request();

	for (unsigned i = 0; i < 32; i++)
		digest[i] = (uint8_t)(17 * (i % 16));
	begin();
	lie_about_recid(&t, digest);
	engine_end();
}
