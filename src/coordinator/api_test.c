/* What clients are told is what the books say. */
#include "coordinator/api_stage_test.h"
#include "harness/harness.h"

#define KEY "Idempotency-Key: k\r\n"

static void expect_no_trace(void)
{
	CHECK(stage.c.failed != TF_OK && door.ends == 1);
	CHECK(api_count("transactions") == 0);
	CHECK(api_count("idempotency") == 0);
}

/* Nothing that cannot be audited is there; the client hears so, again and again. */
static void break_while_creating(bool only_sync)
{
	api_begin();
	api_break_audit(only_sync);
	CHECK(api_transfer(KEY, "") == 503);
	expect_no_trace();
	CHECK(api_transfer(KEY, "") == 503);
	CHECK(api_raw("") == 503);
	CHECK(api_ask("GET", "/v1/transactions", "", "") == 503);
	expect_no_trace();
	api_end();
}

TEST(a_transaction_that_cannot_be_audited_is_not_there)
{
	break_while_creating(false);
}

TEST(a_transaction_whose_row_is_not_on_disk_is_not_there)
{
	break_while_creating(true);
}

TEST(a_transaction_is_there_when_its_client_is_told)
{
	api_begin();
	CHECK(api_transfer(KEY, "") == 200);
	CHECK(api_transfer(KEY, "") == 200);
	CHECK(api_count("transactions") == 1 && api_count("idempotency") == 1);
	CHECK(engine_rows("transaction_submitted", "") == 1);
	CHECK(api_transfer("", "") == 200);
	CHECK(api_raw("") == 200);
	CHECK(api_count("transactions") == 3 && door.ends == 0 && stage.c.failed == TF_OK);
	api_end();
}

/* What was written in the same turn before goes, too: somebody else's request. */
TEST(an_account_or_wallet_that_cannot_be_audited_is_not_there)
{
	api_begin();
	CHECK(api_ask("POST", "/v1/vault/accounts", "", "{}") == 200);
	CHECK(api_count("accounts") == 2);
	CHECK_OK(tf_book_account_rename(stage.c.book, 0, "lost with the rest"));
	api_break_audit(false);
	CHECK(api_ask("POST", "/v1/vault/accounts/1/ETH_TEST5", KEY, "{}") == 503);
	CHECK(api_count("wallets") == 1);
	CHECK(api_count("accounts where name = ''") == 2);
	CHECK(api_ask("POST", "/v1/vault/accounts", KEY, "{}") == 503);
	CHECK(api_count("accounts") == 2);
	expect_no_trace();
	api_end();
}

TEST(a_cancellation_that_cannot_be_audited_has_not_happened)
{
	tf_txn t = { 0 };
	char path[128];

	api_begin();
	CHECK(api_transfer("", ",\"externalTxId\":\"x\"") == 200);
	CHECK_OK(tf_txn_get_external(stage.c.book, "x", &t));
	snprintf(path, sizeof(path), "/v1/transactions/%s/cancel", t.id);
	tf_txn_wipe(&t);
	api_break_audit(false);
	CHECK(api_ask("POST", path, "", "{}") == 503);
	CHECK(api_count("transactions where status = 1") == 1 && door.ends == 1);
	api_end();
}
