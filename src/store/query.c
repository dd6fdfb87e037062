#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "store/db_impl.h"

/* ---- statements, which take longer to prepare than to run ---- */

static tf_err take_statement(sqlite3_stmt **out, tf_db *db, const char *sql)
{
	const char *rest = NULL;
	int rc;

	for (size_t i = 0; i < TF_DB_STATEMENTS; i++) {
		tf_db_statement *k = &db->kept[i];

		if (!k->stmt || strcmp(sqlite3_sql(k->stmt), sql) != 0)
			continue;
		*out = k->stmt;
		k->stmt = NULL;
		return TF_OK;
	}
	rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, out, &rest);
	if (rc == SQLITE_OK && (!*out || *rest)) {
		(void)sqlite3_finalize(*out);
		*out = NULL;
		rc = SQLITE_MISUSE;
	}
	return tf_db_error(rc);
}

/* Kept for the next one who says the same, instead of the one that was not used for longest. What
 * was bound to it is forgotten. */
static void give_statement(tf_db *db, sqlite3_stmt *stmt)
{
	tf_db_statement *at = &db->kept[0];

	if (!stmt)
		return;
	(void)sqlite3_reset(stmt); /* the error was reported by the step */
	(void)sqlite3_clear_bindings(stmt);
	for (size_t i = 1; i < TF_DB_STATEMENTS && at->stmt; i++)
		if (!db->kept[i].stmt || db->kept[i].used < at->used)
			at = &db->kept[i];
	(void)sqlite3_finalize(at->stmt);
	*at = (tf_db_statement){ stmt, ++db->clock };
}

void tf_db_forget_statements(tf_db *db)
{
	for (size_t i = 0; i < TF_DB_STATEMENTS; i++) {
		(void)sqlite3_finalize(db->kept[i].stmt);
		db->kept[i].stmt = NULL;
	}
}

tf_err tf_db_word(tf_db *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

	TRY(take_statement(&stmt, db, sql));
	rc = sqlite3_step(stmt);
	give_statement(db, stmt);
	return tf_db_error(rc);
}

/* SQLite may take back a whole transaction by itself (disk full, I/O error). Whatever is asked
 * then would run, and commit, on its own. */
static bool is_lost(const tf_db *db)
{
	return db->depth > 0 && sqlite3_get_autocommit(db->handle);
}

/* The group begins with the first that joins it. */
static tf_err join(tf_db *db)
{
	if (!db->deferring || db->depth > 0)
		return TF_OK;
	db->before = sqlite3_total_changes64(db->handle);
	TRY(tf_db_word(db, "begin immediate"));
	db->depth = 1;
	db->grouped = true;
	return TF_OK;
}

static tf_err end_group(tf_db *db)
{
	tf_err e = is_lost(db) ? TF_E_STATE : tf_db_word(db, "commit");

	if (e != TF_OK && !sqlite3_get_autocommit(db->handle))
		(void)sqlite3_exec(db->handle, "rollback", NULL, NULL, NULL);
	db->grouped = false;
	db->depth = 0;
	return e;
}

/* Something outside of any transaction, or the outermost of it, has ended: durable on return,
 * unless it is deferred. If that fails, others have lost what they had deferred, and will ask. */
static tf_err end_alone(tf_db *db)
{
	tf_err e = TF_OK;

	if (db->grouped && db->depth == 1 && !db->deferring)
		e = end_group(db);
	db->lost |= e != TF_OK;
	return e;
}

void tf_db_defer(tf_db *db, bool on)
{
	db->deferring = on;
}

int64_t tf_db_deferred(const tf_db *db)
{
	int64_t n = db->grouped ? sqlite3_total_changes64(db->handle) - db->before : 0;

	return n + db->lost;
}

tf_err tf_db_settle(tf_db *db)
{
	tf_err e = TF_OK;

	if (db->grouped && db->depth != 1)
		return TF_E_USAGE;
	if (db->grouped)
		e = end_group(db);
	if (db->lost)
		e = TF_E_STATE;
	db->lost = false;
	return e;
}

void tf_db_abandon(tf_db *db)
{
	if (db->grouped && !sqlite3_get_autocommit(db->handle))
		(void)sqlite3_exec(db->handle, "rollback", NULL, NULL, NULL);
	if (db->grouped && db->depth > 1)
		return; /* is_lost, until whoever is in there has ended */
	if (db->grouped)
		db->depth = 0;
	db->grouped = false;
	db->lost = false;
}

static int bind_one(sqlite3_stmt *stmt, int at, const tf_arg *a)
{
	switch (a->type) {
	case TF_ARG_NULL:
		return sqlite3_bind_null(stmt, at);
	case TF_ARG_INT:
		return sqlite3_bind_int64(stmt, at, a->i);
	case TF_ARG_TEXT:
		return sqlite3_bind_text64(stmt, at, a->p, a->len, SQLITE_TRANSIENT, SQLITE_UTF8);
	case TF_ARG_BLOB:
		if (a->len == 0)
			return sqlite3_bind_zeroblob(stmt, at, 0);
		return sqlite3_bind_blob64(stmt, at, a->p, a->len, SQLITE_TRANSIENT);
	}
	return SQLITE_MISUSE;
}

tf_err tf_query_start(tf_query *q, tf_db *db, const char *sql, const tf_arg args[], size_t n_args)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

	if (is_lost(db))
		return TF_E_STATE;
	TRY(join(db));
	TRY(take_statement(&stmt, db, sql));
	rc = (size_t)sqlite3_bind_parameter_count(stmt) == n_args ? SQLITE_OK : SQLITE_MISUSE;
	for (size_t i = 0; i < n_args && rc == SQLITE_OK; i++)
		rc = bind_one(stmt, (int)i + 1, &args[i]);
	if (rc != SQLITE_OK) {
		give_statement(db, stmt);
		return tf_db_error(rc);
	}
	q->db = db;
	q->stmt = stmt;
	return TF_OK;
}

tf_err tf_query_next(tf_query *q)
{
	int rc = sqlite3_step(q->stmt);

	if (rc == SQLITE_ROW)
		return TF_OK;
	return rc == SQLITE_DONE ? TF_E_NOT_FOUND : tf_db_error(rc);
}

void tf_query_wipe(tf_query *q)
{
	if (q->db)
		give_statement(q->db, q->stmt);
	q->stmt = NULL;
	q->db = NULL;
}

int64_t tf_query_int(const tf_query *q, int column)
{
	return sqlite3_column_int64(q->stmt, column);
}

const char *tf_query_text(const tf_query *q, int column)
{
	return (const char *)sqlite3_column_text(q->stmt, column);
}

const uint8_t *tf_query_blob(const tf_query *q, int column, size_t *len)
{
	const void *p = sqlite3_column_blob(q->stmt, column);

	*len = (size_t)sqlite3_column_bytes(q->stmt, column);
	return p;
}

bool tf_query_is_null(const tf_query *q, int column)
{
	return sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

tf_err tf_query_fixed(const tf_query *q, int column, void *out, size_t len)
{
	size_t have;
	const uint8_t *p = tf_query_blob(q, column, &have);

	if (have != len || (len && !p))
		return TF_E_ENCODING;
	if (len)
		memcpy(out, p, len);
	return TF_OK;
}

tf_err tf_db_run(tf_db *db, const char *sql, const tf_arg args[], size_t n_args)
{
	TF_AUTO(tf_query) q = { 0 };
	tf_err e;

	TRY(tf_query_start(&q, db, sql, args, n_args));
	e = tf_query_next(&q);
	if (e == TF_OK)
		return TF_E_USAGE; /* rows where none were expected */
	if (e != TF_E_NOT_FOUND)
		return e;
	tf_query_wipe(&q);
	return end_alone(db);
}

tf_err tf_db_int(tf_db *db, int64_t *out, const char *sql, const tf_arg args[], size_t n_args)
{
	TF_AUTO(tf_query) q = { 0 };

	TRY(tf_query_start(&q, db, sql, args, n_args));
	TRY(tf_query_next(&q));
	*out = tf_query_int(&q, 0);
	return TF_OK;
}

int64_t tf_db_changes(const tf_db *db)
{
	return sqlite3_changes64(db->handle);
}

int64_t tf_db_last_id(const tf_db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

tf_err tf_tx_begin(tf_tx *tx, tf_db *db)
{
	char sql[40];

	if (tx->db || db->depth == UINT_MAX)
		return TF_E_USAGE;
	if (is_lost(db))
		return TF_E_STATE;
	TRY(join(db));
	if (db->depth == 0)
		snprintf(sql, sizeof(sql), "begin immediate");
	else
		snprintf(sql, sizeof(sql), "savepoint s%u", db->depth);
	TRY(tf_db_word(db, sql));
	db->depth++;
	tx->db = db;
	tx->depth = db->depth;
	return TF_OK;
}

tf_err tf_tx_commit(tf_tx *tx)
{
	tf_db *db = tx->db;
	char sql[40];

	if (!db || tx->depth != db->depth)
		return TF_E_USAGE;
	if (is_lost(db))
		return TF_E_STATE;
	if (tx->depth == 1)
		snprintf(sql, sizeof(sql), "commit");
	else
		snprintf(sql, sizeof(sql), "release s%u", tx->depth - 1);
	TRY(tf_db_word(db, sql));
	db->depth--;
	tx->db = NULL;
	return end_alone(db);
}

void tf_tx_wipe(tf_tx *tx)
{
	tf_db *db = tx->db;
	char sql[64];

	if (!db)
		return;
	/* Inner ones that were left open go with it. */
	if (tx->depth == 1)
		snprintf(sql, sizeof(sql), "rollback");
	else
		snprintf(sql, sizeof(sql), "rollback to s%u; release s%u", tx->depth - 1,
		         tx->depth - 1);
	if (!sqlite3_get_autocommit(db->handle))
		(void)sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
	db->depth = tx->depth - 1;
	tx->db = NULL;
}
