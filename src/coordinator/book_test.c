#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "coordinator/book.h"
#include "coordinator/txn.h"
#include "harness/harness.h"

static char path[64];

static void remove_store(void)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
	char file[96];

	for (size_t i = 0; i < TF_ARRAY_LEN(ends); i++) {
		snprintf(file, sizeof(file), "%s/book%s", path, ends[i]);
		unlink(file);
	}
	rmdir(path);
}

static tf_book *open_book(void)
{
	char file[96];
	tf_db_reason reason = { "" };
	tf_book *b = NULL;

	if (!path[0]) {
		snprintf(path, sizeof(path), "/tmp/trefoil-book-XXXXXX");
		CHECK(mkdtemp(path) != NULL);
		atexit(remove_store);
	}
	snprintf(file, sizeof(file), "%s/book", path);
	CHECK_OK(tf_book_open(&b, file, &reason));
	return b;
}

static tf_txn transaction(const char *id, uint64_t nonce, uint8_t digest)
{
	tf_txn t = { .status = TF_TXN_SUBMITTED, .chain_id = 11155111, .nonce = nonce,
	             .created = 1000 };

	snprintf(t.id, sizeof(t.id), "%s", id);
	snprintf(t.asset, sizeof(t.asset), "ETH_TEST5");
	snprintf(t.sender, sizeof(t.sender), "0xabc");
	memset(t.digest, digest, sizeof(t.digest));
	t.token = strdup("token");
	t.target = strdup("/v1/transactions");
	t.summary = strdup("{}");
	t.body.p = malloc(3);
	t.payload.p = malloc(3);
	CHECK(t.token && t.target && t.summary && t.body.p && t.payload.p);
	memcpy(t.body.p, "b\0d", 3);
	memcpy(t.payload.p, "\2\0\1", 3);
	t.body.len = t.payload.len = 3;
	return t;
}

static tf_err add(tf_book *b, const char *id, uint64_t nonce, uint8_t digest)
{
	TF_AUTO(tf_txn) t = transaction(id, nonce, digest);

	return tf_txn_add(b, &t);
}

static uint64_t next_nonce(tf_book *b)
{
	uint64_t n = 99;

	CHECK_OK(tf_txn_next_nonce(b, "0xabc", 11155111, &n));
	return n;
}

TEST(accounts_count_from_zero_and_survive_reopening)
{
	tf_book *b = open_book();
	tf_account_row row = { .created = 5 };

	snprintf(row.name, sizeof(row.name), "first");
	CHECK_OK(tf_book_account_add(b, &row));
	CHECK(row.id == 0);
	CHECK_OK(tf_book_account_add(b, &row));
	CHECK(row.id == 1);
	CHECK_OK(tf_book_account_rename(b, 1, "second"));
	CHECK_ERR(tf_book_account_rename(b, 2, "x"), TF_E_NOT_FOUND);
	tf_book_close(b);
	b = open_book();
	CHECK_OK(tf_book_account_get(b, 1, &row));
	CHECK(strcmp(row.name, "second") == 0 && row.created == 5);
	CHECK_ERR(tf_book_account_get(b, 7, &row), TF_E_NOT_FOUND);
	tf_book_close(b);
}

static tf_err count_account(void *ctx, const tf_account_row *row)
{
	int64_t *seen = ctx;

	seen[1 + seen[0]++] = row->id;
	return TF_OK;
}

TEST(accounts_are_listed_by_name_asset_and_cursor)
{
	static const char *const names[] = { "alpha-1", "alpha-2", "beta-1", "100%_x" };
	tf_book *b = open_book();
	tf_account_row row = { 0 };
	tf_wallet_row wallet = { .account = 2, .asset = "ETH_TEST5", .address = "0x1" };
	tf_account_filter f = { .after = -1, .before = -1, .limit = 10, .ascending = true };
	int64_t seen[8] = { 0 };

	for (size_t i = 0; i < TF_ARRAY_LEN(names); i++) {
		snprintf(row.name, sizeof(row.name), "%s", names[i]);
		CHECK_OK(tf_book_account_add(b, &row));
	}
	CHECK_OK(tf_book_wallet_add(b, &wallet));
	f.prefix = "alpha";
	CHECK_OK(tf_book_account_list(b, &f, count_account, seen));
	CHECK(seen[0] == 2 && seen[1] == 0 && seen[2] == 1);
	f.prefix = "1%";
	seen[0] = 0;
	CHECK_OK(tf_book_account_list(b, &f, count_account, seen));
	CHECK(seen[0] == 0); /* no wildcards */
	f = (tf_account_filter){ .suffix = "-1", .after = 0, .before = -1, .limit = 10 };
	CHECK_OK(tf_book_account_list(b, &f, count_account, seen));
	CHECK(seen[0] == 1 && seen[1] == 2);
	f = (tf_account_filter){ .asset = "ETH_TEST5", .after = -1, .before = -1, .limit = 10 };
	seen[0] = 0;
	CHECK_OK(tf_book_account_list(b, &f, count_account, seen));
	CHECK(seen[0] == 1 && seen[1] == 2);
	CHECK_ERR(tf_book_wallet_add(b, &wallet), TF_E_CONFLICT);
	tf_book_close(b);
}

TEST(a_token_nonce_is_used_once_until_it_expires)
{
	tf_book *b = open_book();

	CHECK_OK(tf_book_nonce_use(b, "u", "n", 100, 50));
	CHECK_ERR(tf_book_nonce_use(b, "u", "n", 100, 60), TF_E_REPLAY);
	CHECK_OK(tf_book_nonce_use(b, "v", "n", 100, 60));
	CHECK_ERR(tf_book_nonce_use(b, "u", "n", 100, 101), TF_E_REPLAY);
	CHECK_OK(tf_book_nonce_use(b, "u", "n", 300, 161));
	tf_book_close(b);
}

TEST(the_first_answer_of_an_idempotency_key_stays_for_a_day)
{
	const int64_t day = 24 * 3600 * 1000LL;
	tf_book *b = open_book();
	char body[64];
	int status;

	CHECK_ERR(tf_book_idempotent_get(b, "u", "k", 10, &status, body, sizeof(body)),
	          TF_E_NOT_FOUND);
	CHECK_OK(tf_book_idempotent_put(b, "u", "k", 10, 201, "{\"a\":1}"));
	CHECK_OK(tf_book_idempotent_get(b, "u", "k", day, &status, body, sizeof(body)));
	CHECK(status == 201 && strcmp(body, "{\"a\":1}") == 0);
	CHECK_ERR(tf_book_idempotent_get(b, "w", "k", 10, &status, body, sizeof(body)),
	          TF_E_NOT_FOUND);
	CHECK_ERR(tf_book_idempotent_get(b, "u", "k", day + 11, &status, body, sizeof(body)),
	          TF_E_NOT_FOUND);
	CHECK_OK(tf_book_idempotent_put(b, "u", "k", day + 11, 200, "{}"));
	tf_book_close(b);
}

static uint64_t next_nonce_of(tf_book *b, const char *sender, uint64_t chain)
{
	uint64_t n = 99;

	CHECK_OK(tf_txn_next_nonce(b, sender, chain, &n));
	return n;
}

/* More senders than floors are remembered of, and gaps that open and close below a floor. */
TEST(nonces_are_counted_from_where_they_were_found_last)
{
	tf_book *b = open_book();
	char id[16], sender[16];

	for (unsigned i = 0; i < 10; i++) {
		snprintf(id, sizeof(id), "t%u", i);
		CHECK(next_nonce(b) == i);
		CHECK_OK(add(b, id, i, (uint8_t)i));
	}
	CHECK_OK(add(b, "ahead", 11, 11));
	CHECK(next_nonce(b) == 10);
	CHECK_OK(add(b, "t10", 10, 10));
	CHECK(next_nonce(b) == 12);
	CHECK_OK(tf_txn_set_status(b, "t4", TF_TXN_CANCELLED, "CANCELLED_BY_USER_REQUEST", 5));
	CHECK_OK(tf_txn_set_status(b, "t7", TF_TXN_FAILED, "TIMEOUT", 5));
	CHECK(next_nonce(b) == 4);
	CHECK_OK(add(b, "u4", 4, 44));
	CHECK(next_nonce(b) == 7);
	for (unsigned i = 0; i < 2 * TF_NONCE_FLOORS; i++) {
		snprintf(sender, sizeof(sender), "0x%u", i);
		CHECK(next_nonce_of(b, sender, 1) == 0);
	}
	CHECK(next_nonce_of(b, "0xabc", 1) == 0);
	CHECK(next_nonce(b) == 7);
	tf_book_close(b);
}

/* A group that is lost takes its nonces with it. */
TEST(a_lost_group_frees_its_nonces)
{
	tf_book *b = open_book();

	tf_book_defer(b);
	CHECK_OK(add(b, "a", 0, 1));
	CHECK(next_nonce(b) == 1);
	CHECK_OK(tf_db_run(tf_book_db(b), "rollback", NULL, 0)); /* as SQLite does on a full disk */
	CHECK(tf_book_settle(b) != TF_OK);
	CHECK(next_nonce(b) == 0);
	tf_book_close(b);
}

TEST(a_nonce_belongs_to_one_payload)
{
	tf_book *b = open_book();
	bool news;

	CHECK(next_nonce(b) == 0);
	CHECK_OK(add(b, "a", 0, 1));
	CHECK(next_nonce(b) == 1);
	CHECK_ERR(add(b, "b", 0, 2), TF_E_REPLAY);
	CHECK_ERR(add(b, "b", 0, 1), TF_E_REPLAY); /* the same payload, but open */
	CHECK_OK(add(b, "c", 5, 3));
	CHECK(next_nonce(b) == 1);
	/* failed before anybody was asked: free again */
	CHECK_OK(tf_txn_set_status(b, "a", TF_TXN_FAILED, "INTERNAL_ERROR", 2000));
	CHECK(next_nonce(b) == 0);
	CHECK_OK(add(b, "d", 0, 4));
	/* shown to co-signers, who have refused before a START: free again */
	CHECK_OK(tf_txn_begin_attempt(b, "d", "p g1 g2", 2000));
	CHECK_ERR(add(b, "e", 0, 5), TF_E_REPLAY);
	CHECK_OK(tf_txn_set_status(b, "d", TF_TXN_BLOCKED, "BLOCKED_BY_POLICY", 2000));
	CHECK_ERR(tf_txn_set_asked(b, "d", &news, 2000), TF_E_STATE);
	CHECK(next_nonce(b) == 0 && !news);
	CHECK_OK(add(b, "e", 0, 5));
	/* failed after a START: held for ever, but for the same payload */
	CHECK_OK(tf_txn_begin_attempt(b, "e", "p g1 g2", 2000));
	CHECK_OK(tf_txn_set_asked(b, "e", &news, 2000));
	CHECK(news);
	CHECK_OK(tf_txn_set_asked(b, "e", &news, 2000)); /* by another attempt */
	CHECK(!news);
	CHECK_OK(tf_txn_set_status(b, "e", TF_TXN_BLOCKED, "BLOCKED_BY_POLICY", 2000));
	CHECK(next_nonce(b) == 1);
	CHECK_ERR(add(b, "f", 0, 6), TF_E_REPLAY);
	CHECK_OK(add(b, "f", 0, 5));
	tf_book_close(b);
}

TEST(an_ended_transaction_never_changes)
{
	TF_AUTO(tf_txn) t = { 0 };
	tf_book *b = open_book();
	bool news;

	CHECK_OK(add(b, "a", 0, 1));
	CHECK_OK(tf_txn_begin_attempt(b, "a", "p g1 g2", 2000));
	CHECK_OK(tf_txn_set_asked(b, "a", &news, 2000));
	CHECK_OK(tf_txn_complete(b, "a", (const uint8_t *)"raw", 3, "0xhash", 3000));
	CHECK_ERR(tf_txn_complete(b, "a", (const uint8_t *)"new", 3, "0xother", 4000), TF_E_STATE);
	CHECK_ERR(tf_txn_set_status(b, "a", TF_TXN_FAILED, "", 4000), TF_E_STATE);
	CHECK_ERR(tf_txn_begin_attempt(b, "a", "x", 4000), TF_E_STATE);
	CHECK_ERR(tf_txn_set_asked(b, "a", &news, 4000), TF_E_STATE);
	tf_book_close(b);
	b = open_book();
	CHECK_OK(tf_txn_get(b, "a", &t));
	CHECK(t.status == TF_TXN_COMPLETED && t.attempts == 1 && t.updated == 3000);
	CHECK(t.raw.len == 3 && memcmp(t.raw.p, "raw", 3) == 0 && strcmp(t.tx_hash, "0xhash") == 0);
	CHECK(t.body.len == 3 && memcmp(t.body.p, "b\0d", 3) == 0);
	CHECK(strcmp(t.clique, "p g1 g2") == 0 && t.asked);
	tf_book_close(b);
}

TEST(an_external_id_is_unique_and_found)
{
	TF_AUTO(tf_txn) t = transaction("a", 0, 1);
	TF_AUTO(tf_txn) u = transaction("b", 1, 2);
	TF_AUTO(tf_txn) found = { 0 };
	tf_book *b = open_book();

	snprintf(t.external_id, sizeof(t.external_id), "order-1");
	snprintf(u.external_id, sizeof(u.external_id), "order-1");
	CHECK_OK(tf_txn_add(b, &t));
	CHECK_ERR(tf_txn_add(b, &u), TF_E_CONFLICT);
	CHECK_OK(tf_txn_get_external(b, "order-1", &found));
	CHECK(strcmp(found.id, "a") == 0);
	CHECK_OK(add(b, "c", 1, 3)); /* none given: never equal to another */
	CHECK_OK(add(b, "d", 2, 4));
	tf_book_close(b);
}

static tf_err note_refusal(void *ctx, const tf_refusal *r)
{
	unsigned *n = ctx;

	CHECK(r->check_number == 823 && strcmp(r->reason, "recipient") == 0);
	CHECK(r->statement.len == 4 && memcmp(r->statement.p, "sign", 4) == 0);
	(*n)++;
	return TF_OK;
}

TEST(refusals_are_kept_once_per_attempt)
{
	tf_refusal r = { .device = "guard-1", .attempt = 1, .check_number = 823,
	                 .reason = "recipient", .created = 9 };
	tf_book *b = open_book();
	unsigned n = 0;

	r.statement = (tf_bytes){ (uint8_t *)(uintptr_t)"sign", 4 };
	CHECK_OK(tf_txn_refusal_add(b, "a", &r));
	CHECK_OK(tf_txn_refusal_add(b, "a", &r));
	r.attempt = 2;
	CHECK_OK(tf_txn_refusal_add(b, "a", &r));
	CHECK_OK(tf_txn_refusal_list(b, "a", note_refusal, &n));
	CHECK(n == 2);
	tf_book_close(b);
}

TEST(a_key_is_found_while_it_is_made_and_when_it_is_ready)
{
	uint8_t y[33] = { 2 }, cc[32] = { 7 }, sharing[32] = { 9 };
	tf_key_row row = { .id = "k", .curve = 1, .threshold = 3, .clique = "p g1 g2" }, got;
	tf_book *b = open_book();

	CHECK_ERR(tf_book_key_find(b, 1, &got), TF_E_NOT_FOUND);
	CHECK_OK(tf_book_key_begin(b, &row));
	snprintf(row.id, sizeof(row.id), "l");
	CHECK_OK(tf_book_key_begin(b, &row)); /* another attempt */
	CHECK_OK(tf_book_key_find(b, 1, &got));
	CHECK(got.state == TF_KEY_PENDING && got.threshold == 3);
	CHECK_OK(tf_book_key_ready(b, "l", y, cc, sharing, 4));
	CHECK_ERR(tf_book_key_ready(b, "l", y, cc, sharing, 4), TF_E_NOT_FOUND);
	CHECK_OK(tf_book_key_find(b, 1, &got));
	CHECK_ERR(tf_book_key_begin(b, &row), TF_E_CONFLICT);
	CHECK(got.state == TF_KEY_READY && got.public_key[0] == 2 && got.epoch == 4);
	CHECK(got.chain_code[0] == 7 && got.sharing[0] == 9);
	tf_book_close(b);
}

static tf_err count_open(void *ctx, const tf_txn_brief *t)
{
	*(tf_txn_brief *)ctx = *t;
	return TF_OK;
}

/* A raw request has no nonce, and its signatures come one by one. */
TEST(raw_requests_are_kept_message_by_message)
{
	static uint8_t body[] = "{}", all[3 * TF_TXN_RAW_SIGNATURE];
	tf_book *b = open_book();
	tf_txn t = { .id = "r1", .user = "u", .status = TF_TXN_SUBMITTED, .created = 1,
	             .operation = TF_TXN_RAW, .algorithm = TF_RAW_EDDSA_ED25519, .messages = 3,
	             .token = "t", .target = "/", .body = { body, 2 }, .payload = { body, 0 },
	             .summary = "{}" };
	tf_txn got = { 0 };
	tf_txn_brief brief = { .messages = 0 };

	CHECK_OK(tf_txn_add(b, &t));
	snprintf(t.id, sizeof(t.id), "r2");
	CHECK_OK(tf_txn_add(b, &t)); /* the same bytes again: there is no nonce to hold */
	CHECK_OK(tf_txn_set_status(b, "r2", TF_TXN_CANCELLED, "", 2));
	CHECK_OK(tf_txn_list_open(b, 9, count_open, &brief));
	CHECK(strcmp(brief.id, "r1") == 0 && brief.messages == 3 &&
	      brief.algorithm == TF_RAW_EDDSA_ED25519);
	for (uint32_t i = 0; i < 3; i++)
		CHECK(!tf_txn_has(brief.have, i));
	all[TF_TXN_RAW_SIGNATURE] = 1;
	CHECK_OK(tf_txn_keep_raw(b, "r1", all, sizeof(all), 3));
	CHECK_OK(tf_txn_list_open(b, 9, count_open, &brief));
	CHECK(!tf_txn_has(brief.have, 0) && tf_txn_has(brief.have, 1) && !tf_txn_has(brief.have, 2));
	CHECK_ERR(tf_txn_keep_raw(b, "r2", all, sizeof(all), 3), TF_E_STATE);
	all[0] = all[2 * TF_TXN_RAW_SIGNATURE] = 1;
	CHECK_OK(tf_txn_complete(b, "r1", all, sizeof(all), "", 4));
	CHECK_ERR(tf_txn_keep_raw(b, "r1", all, sizeof(all), 5), TF_E_STATE);
	CHECK_OK(tf_txn_get(b, "r1", &got));
	CHECK(got.operation == TF_TXN_RAW && got.algorithm == TF_RAW_EDDSA_ED25519 &&
	      got.messages == 3 && got.raw.len == sizeof(all) && got.tx_hash[0] == '\0');
	CHECK(memcmp(got.raw.p, all, sizeof(all)) == 0);
	tf_txn_wipe(&got);
	tf_book_close(b);
}
