/* What was deleted or replaced leaves the files of a store. */
#include "store/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/harness.h"
#include "harness/tape.h"

static char dir[64];
static tf_key_part part = { .source = TF_SOURCE_FILE, .key = { { 1, 2, 3 } } };

static const char *in_dir(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static tf_store *must_open(void)
{
	static tf_tape tape;
	static unsigned times;
	const tf_store_config c = {
		.path = in_dir("db"), .cosigner = "guard-1", .schema = 1, .parts = &part,
		.n_parts = 1, .rng = tf_tape_init(&tape, tf_test_seed(), times++),
	};
	tf_store *s;

	CHECK_OK(tf_store_open(&s, &c, NULL));
	return s;
}

#define OLD 6000 /* spans pages */

/* The sealed bytes of a value; the store is closed for it. */
static size_t sealed_bytes(uint8_t out[static OLD + 100], const char *row)
{
	sqlite3 *db;
	sqlite3_stmt *q;
	size_t len;

	CHECK(sqlite3_open_v2(in_dir("db"), &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
	CHECK(sqlite3_prepare_v2(db, "select value from record where row = ?", -1, &q, NULL) ==
	      SQLITE_OK);
	CHECK(sqlite3_bind_text(q, 1, row, -1, SQLITE_STATIC) == SQLITE_OK);
	CHECK(sqlite3_step(q) == SQLITE_ROW);
	len = (size_t)sqlite3_column_bytes(q, 0);
	CHECK(len > OLD && len <= OLD + 100);
	memcpy(out, sqlite3_column_blob(q, 0), len);
	CHECK(sqlite3_finalize(q) == SQLITE_OK && sqlite3_close(db) == SQLITE_OK);
	return len;
}

/* Is any piece of it in the files? */
static bool lies_there(const uint8_t *sealed, size_t len)
{
	static const char *const names[] = { "db", "db-wal" };
	bool found = false;

	for (size_t i = 0; i < TF_ARRAY_LEN(names); i++) {
		size_t n;
		char *raw = tf_test_read_file(in_dir(names[i]), &n);

		for (size_t at = 0; at + 24 <= len; at += 24)
			found = found || memmem(raw, n, sealed + at, 24) != NULL;
		free(raw);
	}
	return found;
}

TEST(what_was_deleted_or_replaced_leaves_the_files)
{
	static uint8_t value[OLD], sealed[4][OLD + 100];
	static const char *const rows[] = { "r0", "r1", "r2", "r3" };
	size_t len[4];
	tf_store *s;

	strcpy(dir, "/tmp/trefoil-store-XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
	memset(value, 7, sizeof(value));
	s = must_open();
	for (unsigned i = 0; i < 4; i++)
		CHECK_OK(tf_store_put(s, &(tf_place){ "key", rows[i], "w" }, value, OLD));
	tf_store_close(s);
	for (unsigned i = 0; i < 4; i++)
		len[i] = sealed_bytes(sealed[i], rows[i]);
	s = must_open();
	CHECK_OK(tf_store_put(s, &(tf_place){ "key", "r9", "w" }, value, 9));
	for (unsigned i = 0; i < 4; i++)
		CHECK(lies_there(sealed[i], len[i]));

	CHECK_OK(tf_store_delete(s, &(tf_place){ "key", "r0", "w" }));
	CHECK(!lies_there(sealed[0], len[0]));

	CHECK_OK(tf_store_put(s, &(tf_place){ "key", "r1", "w" }, value, OLD));
	CHECK(lies_there(sealed[1], len[1])); /* as long as nobody asks */
	tf_store_scrub(s);
	CHECK(!lies_there(sealed[1], len[1]));

	CHECK_OK(tf_store_begin(s));
	CHECK_OK(tf_store_delete(s, &(tf_place){ "key", "r2", "w" }));
	CHECK(lies_there(sealed[2], len[2])); /* it may be taken back */
	CHECK_OK(tf_store_commit(s));
	CHECK(!lies_there(sealed[2], len[2]));

	tf_store_defer(s, true);
	CHECK_OK(tf_store_delete(s, &(tf_place){ "key", "r3", "w" }));
	tf_store_defer(s, false);
	CHECK(lies_there(sealed[3], len[3]));
	CHECK_OK(tf_store_settle(s));
	CHECK(!lies_there(sealed[3], len[3]));
	tf_store_close(s);
	s = must_open();
	CHECK_OK(tf_store_get(s, &(tf_place){ "key", "r9", "w" }, sealed[0], OLD, len));
	CHECK(len[0] == 9 && memcmp(sealed[0], value, 9) == 0);
	tf_store_close(s);
	CHECK(unlink(in_dir("db")) == 0 && unlink(in_dir("db.lock")) == 0);
	CHECK(rmdir(dir) == 0);
}
