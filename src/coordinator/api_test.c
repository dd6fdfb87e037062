/* What clients are told is what the books say. */
#include <stdio.h>
#include <string.h>

#include "coordinator/api_stage_test.h"
#include "coordinator/signer.h"
#include "harness/harness.h"
#include "wire/statement.h"

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

TEST(a_role_that_does_not_ask_changes_nothing)
{
	static const char *const look[] = { "VIEWER", "SECURITY_ADMIN", "NCW_SIGNER", "SIGNERS", "" };

	api_begin();
	for (size_t i = 0; i < TF_ARRAY_LEN(look); i++) {
		snprintf(door.user.role, sizeof(door.user.role), "%s", look[i]);
		CHECK(api_transfer("", "") == 401);
		CHECK(api_ask("GET", "/v1/vault/accounts/0", "", "") == 200);
	}
	CHECK(api_count("transactions") == 0);
	snprintf(door.user.role, sizeof(door.user.role), "SIGNER");
	CHECK(api_transfer("", "") == 200);
	api_end();
}

/* Dropped, it would let its client pay twice. */
TEST(an_idempotency_key_that_cannot_be_kept_is_refused)
{
	char line[400];

	api_begin();
	snprintf(line, sizeof(line), "Idempotency-Key: %0*d\r\n", 257, 1);
	CHECK(api_transfer(line, "") == 400);
	CHECK(api_transfer("Idempotency-Key:\r\n", "") == 400);
	CHECK(api_transfer(KEY "Idempotency-Key: k\r\n", "") == 400);
	CHECK(api_count("transactions") == 0 && api_count("idempotency") == 0);
	snprintf(line, sizeof(line), "Idempotency-Key: %0*d\r\n", 256, 1);
	CHECK(api_transfer(line, "") == 200);
	CHECK(api_transfer(line, "") == 200);
	CHECK(api_count("transactions") == 1 && api_count("idempotency") == 1);
	api_end();
}

/* ---- nonces, and who may take one ---- */

TEST(what_no_co_signer_would_sign_is_refused_at_the_door)
{
	api_begin();
	door.user.n_primaries = 0;
	CHECK(api_transfer("", "") == 403);
	CHECK(api_raw("") == 403);
	door.user.n_primaries = 1;
	snprintf(door.user.primaries[0], sizeof(door.user.primaries[0]), "primary-12");
	CHECK(api_transfer("", "") == 403); /* longer than the name, and a part of it */
	snprintf(door.user.primaries[0], sizeof(door.user.primaries[0]), "primary");
	CHECK(api_transfer("", "") == 403);
	CHECK(api_count("transactions") == 0);
	snprintf(door.user.primaries[0], sizeof(door.user.primaries[0]), "primary-1");
	door.user.raw_signing = false;
	CHECK(api_raw("") == 403 && api_count("transactions") == 0);
	CHECK(api_transfer("", "") == 200);
	door.user.raw_signing = true;
	CHECK(api_raw("") == 200 && api_count("transactions") == 2);
	api_end();
}

/* A transaction of nonce 0, of which an attempt has begun; the run of it. */
static tf_run begin_attempt(void)
{
	static tf_run run;
	tf_txn t = { 0 };

	CHECK(api_transfer("", ",\"externalTxId\":\"x\"") == 200);
	CHECK_OK(tf_txn_get_external(stage.c.book, "x", &t));
	run = (tf_run){ .spec = { .kind = TF_RUN_SIGN, .group = tf_turn_number(stage.c.turn) } };
	snprintf(run.spec.tx, sizeof(run.spec.tx), "%s", t.id);
	tf_txn_wipe(&t);
	CHECK_OK(tf_txn_begin_attempt(stage.c.book, run.spec.tx, "primary-1 guard-1 guard-4", 2));
	CHECK_OK(tf_turn_settle(stage.c.turn));
	return run;
}

/* A refusal signed by that device: TF_OK, and what becomes of the transaction. */
static void refuse(unsigned who, const tf_run *live, const tf_run *run)
{
	static uint8_t raw[4] = { 1 };
	const tf_device *d = tf_fleet_find(&stage.e->fleet, stage.roster[who].device);
	tf_ctl_refusal m = { .tx = run->spec.tx, .error = TF_E_POLICY, .reason = "no" };

	CHECK(d != NULL);
	m.device = d->name;
	CHECK_OK(tf_refusal_sign(&m, &stage.signer[who]));
	CHECK_OK(tf_signer_refused(&stage.c, d, live, &m, raw, sizeof(raw)));
	CHECK_OK(tf_turn_settle(stage.c.turn));
}

static uint64_t next_nonce(void)
{
	tf_wallet_row w;
	uint64_t n = 99;

	CHECK_OK(tf_book_wallet_get(stage.c.book, 0, "ETH_TEST5", &w));
	CHECK_OK(tf_txn_next_nonce(stage.c.book, w.address, 11155111, &n));
	return n;
}

#define BLOCKED "transactions where status = 201"
#define ASKED "transactions where asked = 1"

/* Nobody was told to start: no co-signer is bound to it. */
TEST(a_refusal_before_the_start_frees_the_nonce)
{
	tf_run run;

	api_begin();
	run = begin_attempt();
	CHECK(next_nonce() == 1 && api_count(ASKED) == 0);
	refuse(GUARD, &run, &run);
	CHECK(api_count(BLOCKED) == 1 && next_nonce() == 0);
	/* the words of the others come too late to start it, or to end it again */
	CHECK_ERR(tf_engine_settle_run(stage.e, &run), TF_E_STATE);
	refuse(CHEAT, NULL, &run);
	CHECK(api_count("refusals") == 2 && api_count(ASKED) == 0);
	CHECK(engine_rows("transaction_refused", "") == 1);
	api_end();
}

/* On disk before anybody is told, and for ever. */
TEST(a_nonce_is_held_from_the_start_on)
{
	tf_run run;

	api_begin();
	run = begin_attempt();
	CHECK_OK(tf_engine_settle_run(stage.e, &run));
	CHECK(!tf_book_has_deferred(stage.c.book, false) && api_count(ASKED) == 1);
	run.started = true;
	refuse(CHEAT, &run, &run); /* it may have the signature */
	CHECK(api_count("refusals") == 1 && api_count(BLOCKED) == 0);
	run.started = false;       /* another attempt */
	CHECK_OK(tf_engine_settle_run(stage.e, &run));
	refuse(GUARD, &run, &run);
	CHECK(api_count(BLOCKED) == 1 && next_nonce() == 1);
	api_end();
}

/* A cheat's word of a run that is over, or that never was, ends nothing. */
TEST(a_refusal_of_no_live_run_ends_no_transaction)
{
	tf_run run;

	api_begin();
	run = begin_attempt();
	refuse(CHEAT, NULL, &run);
	CHECK(api_count("refusals") == 1 && api_count(BLOCKED) == 0);
	CHECK_OK(tf_engine_settle_run(stage.e, &run));
	api_end();
}

TEST(nobody_is_told_to_start_what_is_cancelled_or_not_on_disk)
{
	char path[128];
	tf_run run;

	api_begin();
	run = begin_attempt();
	snprintf(path, sizeof(path), "/v1/transactions/%s/cancel", run.spec.tx);
	CHECK(api_ask("POST", path, "", "{}") == 200);
	CHECK_ERR(tf_engine_settle_run(stage.e, &run), TF_E_STATE);
	api_end();
	api_begin();
	run = begin_attempt();
	tf_coordinator_fatal(&stage.c, "a test", TF_E_IO);
	CHECK_ERR(tf_engine_settle_run(stage.e, &run), TF_E_IO);
	CHECK(api_count(ASKED) == 0);
	api_end();
}
