/* The database: SQLite, durable, one process at a time.
 *
 * WAL with synchronous=FULL: when a commit returns, it is on the disk. The connection holds its
 * file exclusively and beside it a lock file, so a second process is refused (TF_E_BUSY) instead
 * of sharing. PRAGMA user_version counts migrations: an older store is migrated step by step when
 * it is opened, a newer one is refused (TF_E_UNSUPPORTED). application_id says whose store it is.
 *
 * Nothing aborts: busy is TF_E_BUSY, memory or disk full TF_E_RESOURCE, unreadable or corrupt
 * TF_E_IO, a broken constraint TF_E_CONFLICT, wrong SQL TF_E_USAGE.
 *
 *     TF_AUTO(tf_tx) tx = { 0 };                 rolled back unless committed
 *     TRY(tf_tx_begin(&tx, db));
 *     TRY(tf_db_run(db, "insert into t(a, b) values (?, ?)",
 *                   (tf_arg[]){ tf_arg_int(1), tf_arg_text("x") }, 2));
 *     return tf_tx_commit(&tx);
 *
 * Transactions nest (an inner one is a savepoint), so several operations can be committed, and
 * fsync'ed, as one group: durable when the outermost commits. One thread at a time.
 *
 * An fsync takes milliseconds, so whoever has much to commit commits together what comes together:
 * between tf_db_defer(db, true) and tf_db_defer(db, false) nothing is durable until tf_db_settle,
 * which commits all of it, or none. Until then nobody may be told. What is committed while nothing
 * is deferred is durable on return, as ever, together with what was deferred before.
 */
#ifndef TF_STORE_DB_H
#define TF_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"

typedef struct tf_db tf_db;

/* What a store must look like. migrations[i] is SQL that leads from version i to version i + 1;
 * the current version is n_migrations. Never change one that was released; append. */
typedef struct tf_db_schema {
	int32_t application_id;
	const char *const *migrations;
	size_t n_migrations;
} tf_db_schema;

/* One line about what went wrong, for logs. */
typedef struct tf_db_reason {
	char text[256];
} tf_db_reason;

/* Open or create (mode 0600). TF_E_BUSY, TF_E_UNSUPPORTED (newer), TF_E_ENCODING (another
 * application's), TF_E_IO, TF_E_RESOURCE. reason may be NULL. */
TF_MUST_USE tf_err tf_db_open(tf_db **out, const char *path, const tf_db_schema *schema,
                              tf_db_reason *reason);

/* Open transactions are rolled back; NULL is fine. */
void tf_db_close(tf_db *db);

/* Text of the last error of this connection, for logs; never NULL. Contains no values. */
const char *tf_db_message(const tf_db *db);

/* A value to bind. Text and blobs are only borrowed until the statement has run. */
typedef enum tf_arg_type { TF_ARG_NULL, TF_ARG_INT, TF_ARG_TEXT, TF_ARG_BLOB } tf_arg_type;

typedef struct tf_arg {
	tf_arg_type type;
	int64_t i;
	const void *p;
	size_t len;
} tf_arg;

static inline tf_arg tf_arg_null(void)
{
	return (tf_arg){ .type = TF_ARG_NULL };
}

static inline tf_arg tf_arg_int(int64_t i)
{
	return (tf_arg){ .type = TF_ARG_INT, .i = i };
}

static inline tf_arg tf_arg_text(const char *s)
{
	return (tf_arg){ .type = s ? TF_ARG_TEXT : TF_ARG_NULL, .p = s, .len = s ? strlen(s) : 0 };
}

static inline tf_arg tf_arg_blob(const void *p, size_t len)
{
	return (tf_arg){ .type = TF_ARG_BLOB, .p = p, .len = len };
}

/* Run one statement that yields no rows. */
TF_MUST_USE tf_err tf_db_run(tf_db *db, const char *sql, const tf_arg args[], size_t n_args);

/* Rows that the last insert, update or delete changed; rowid of the last insert. */
int64_t tf_db_changes(const tf_db *db);
int64_t tf_db_last_id(const tf_db *db);

/* A query:
 *
 *     TF_AUTO(tf_query) q = { 0 };
 *     TRY(tf_query_start(&q, db, "select a from t where b = ?", args, 1));
 *     while ((e = tf_query_next(&q)) == TF_OK)
 *             ... tf_query_int(&q, 0) ...
 *     if (e != TF_E_NOT_FOUND) return e;
 */
typedef struct tf_query {
	tf_db *db;
	void *stmt;
} tf_query;

TF_MUST_USE tf_err tf_query_start(tf_query *q, tf_db *db, const char *sql, const tf_arg args[],
                                  size_t n_args);

/* Next row; TF_E_NOT_FOUND when there is none (any more). */
TF_MUST_USE tf_err tf_query_next(tf_query *q);

/* Column of the current row. Text (NULL for SQL NULL) and blobs are valid until the next call. */
int64_t tf_query_int(const tf_query *q, int column);
const char *tf_query_text(const tf_query *q, int column);
const uint8_t *tf_query_blob(const tf_query *q, int column, size_t *len);
bool tf_query_is_null(const tf_query *q, int column);

/* A blob column of exactly len bytes; TF_E_ENCODING otherwise. */
TF_MUST_USE tf_err tf_query_fixed(const tf_query *q, int column, void *out, size_t len);

void tf_query_wipe(tf_query *q);

/* A single integer, e.g. of "select count(*) ..."; TF_E_NOT_FOUND without a row. */
TF_MUST_USE tf_err tf_db_int(tf_db *db, int64_t *out, const char *sql, const tf_arg args[],
                             size_t n_args);

/* A transaction, or inside one a savepoint. */
typedef struct tf_tx {
	tf_db *db;
	unsigned depth;
} tf_tx;

TF_MUST_USE tf_err tf_tx_begin(tf_tx *tx, tf_db *db);
TF_MUST_USE tf_err tf_tx_commit(tf_tx *tx);
void tf_tx_wipe(tf_tx *tx);

/* From now on statements and commits join a group, or (false) no longer. What is in the group
 * stays there. */
void tf_db_defer(tf_db *db, bool on);

/* Rows that the group has changed, or more; 0 if nothing waits for tf_db_settle. */
int64_t tf_db_deferred(const tf_db *db);

/* Commit the group: on TF_OK everything in it is on the disk, and so is what has been deferred
 * since the last settling, if something undeferred has committed it before. Otherwise something of
 * all this was lost, and never will be there. TF_OK if nothing was deferred. TF_E_USAGE inside a
 * transaction. */
TF_MUST_USE tf_err tf_db_settle(tf_db *db);

/* Throw the group away instead: nothing of it will ever be there. A transaction that is open
 * meanwhile goes with it, and hears TF_E_STATE. */
void tf_db_abandon(tf_db *db);

/* What was deleted or replaced before leaves the files: the log of SQLite, where changed pages lie
 * until they are needed elsewhere, is moved into the main file, over the old pages, and emptied.
 * Costs some fsyncs. TF_E_STATE inside a transaction or while anything is deferred. */
TF_MUST_USE tf_err tf_db_scrub(tf_db *db);

/* Consistent copy into a new file (mode 0600, fsync'ed) while the store is in use; TF_E_CONFLICT if
 * the file exists. Not inside a transaction. */
TF_MUST_USE tf_err tf_db_backup(tf_db *db, const char *path);

/* SQLite's own check of the whole file: TF_E_IO if it finds anything. */
TF_MUST_USE tf_err tf_db_check(tf_db *db);

#endif
