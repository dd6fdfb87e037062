/* Shared by the files of the store room only: the connection behind db.h. */
#ifndef TF_STORE_DB_IMPL_H
#define TF_STORE_DB_IMPL_H

#include <sqlite3.h>

#include "store/db.h"

#define TF_DB_STATEMENTS 48u

/* A statement that was prepared, has no values bound, and waits to be used again. */
typedef struct tf_db_statement {
	sqlite3_stmt *stmt; /* NULL: none */
	uint64_t used;      /* when it came back */
} tf_db_statement;

struct tf_db {
	sqlite3 *handle;
	tf_db_statement kept[TF_DB_STATEMENTS];
	uint64_t clock; /* of kept: how often one came back */
	int lock_fd;
	unsigned depth; /* open transactions: 1, and above it savepoints */
	bool deferring;   /* commits are deferred */
	bool grouped;     /* depth 1 is the group of deferred ones */
	bool lost;        /* such a group was, and nobody has been told yet */
	int64_t before;   /* rows ever changed when it began */
};

/* SQLite's (extended) result code as an error of the house; TF_OK for OK, ROW and DONE. */
TF_MUST_USE tf_err tf_db_error(int rc);

/* Several statements without parameters. */
TF_MUST_USE tf_err tf_db_exec(tf_db *db, const char *sql);

/* A word that begins or ends a transaction or a part of one. */
TF_MUST_USE tf_err tf_db_word(tf_db *db, const char *sql);

/* Finalize what is kept; before the connection is closed. */
void tf_db_forget_statements(tf_db *db);

/* The directory of path is on the disk. */
TF_MUST_USE tf_err tf_db_sync_directory(const char *path);

#endif
