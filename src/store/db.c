#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db_impl.h"

#define PATH_CAP 4096u

tf_err tf_db_error(int rc)
{
	if (rc == SQLITE_IOERR_NOMEM)
		return TF_E_RESOURCE;
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return TF_OK;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return TF_E_BUSY;
	case SQLITE_FULL:
	case SQLITE_NOMEM:
		return TF_E_RESOURCE;
	case SQLITE_CONSTRAINT:
		return TF_E_CONFLICT;
	case SQLITE_TOOBIG:
		return TF_E_TOO_LARGE;
	case SQLITE_ERROR:
	case SQLITE_MISUSE:
	case SQLITE_RANGE:
	case SQLITE_MISMATCH:
		return TF_E_USAGE;
	}
	return TF_E_IO; /* unreadable, corrupt, read-only, cannot be opened, no database */
}

__attribute__((format(printf, 2, 3)))
static void explain(tf_db_reason *reason, const char *fmt, ...)
{
	va_list ap;

	if (!reason)
		return;
	va_start(ap, fmt);
	vsnprintf(reason->text, sizeof(reason->text), fmt, ap);
	va_end(ap);
}

/* Held until the store is closed; the kernel releases it when the process dies. */
static tf_err take_lock(tf_db *db, const char *path, tf_db_reason *reason)
{
	char lock[PATH_CAP];
	int n = snprintf(lock, sizeof(lock), "%s.lock", path);

	if (n < 0 || (size_t)n >= sizeof(lock))
		return TF_E_TOO_LARGE;
	db->lock_fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (db->lock_fd < 0) {
		explain(reason, "cannot open %.200s: %m", lock);
		return TF_E_IO;
	}
	/* An enclave's LibOS has no flock; SQLite's own exclusive lock remains. */
	if (flock(db->lock_fd, LOCK_EX | LOCK_NB) == 0 || errno == ENOSYS)
		return TF_OK;
	explain(reason, "%.200s is in use by another process", path);
	return errno == EWOULDBLOCK ? TF_E_BUSY : TF_E_IO;
}

/* SQLite would create the file with whatever the umask leaves. */
static tf_err make_private(const char *path, tf_db_reason *reason)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0) {
		explain(reason, "cannot open %.200s: %m", path);
		return TF_E_IO;
	}
	(void)close(fd);
	return TF_OK;
}

tf_err tf_db_exec(tf_db *db, const char *sql)
{
	return tf_db_error(sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

static tf_err pragma(tf_db *db, int64_t *out, const char *sql)
{
	return tf_db_int(db, out, sql, NULL, 0);
}

/* Whose store is it, and from when? Read before anything is written. */
static tf_err examine(tf_db *db, const tf_db_schema *schema, int64_t *version, const char *path,
                      tf_db_reason *reason)
{
	int64_t id, tables;

	TRY(tf_db_exec(db, "pragma locking_mode=exclusive"));
	TRY(pragma(db, &id, "pragma application_id"));
	TRY(pragma(db, version, "pragma user_version"));
	TRY(pragma(db, &tables, "select count(*) from sqlite_schema"));
	if (id == 0 && *version == 0 && tables == 0)
		return TF_OK;
	if (id != schema->application_id || *version < 1) {
		explain(reason, "%.160s belongs to another program (id %lld)", path,
		        (long long)id);
		return TF_E_ENCODING;
	}
	if (*version > (int64_t)schema->n_migrations) {
		explain(reason, "%.160s has version %lld, this program knows up to %zu", path,
		        (long long)*version, schema->n_migrations);
		return TF_E_UNSUPPORTED;
	}
	return TF_OK;
}

static tf_err configure(tf_db *db)
{
	TF_AUTO(tf_query) q = { 0 };
	const char *mode;

	TRY(tf_query_start(&q, db, "pragma journal_mode=wal", NULL, 0));
	TRY(tf_query_next(&q));
	mode = tf_query_text(&q, 0);
	if (!mode || strcmp(mode, "wal") != 0)
		return TF_E_IO;
	tf_query_wipe(&q);
	return tf_db_exec(db, "pragma synchronous=full; pragma foreign_keys=on;"
	                      "pragma secure_delete=on; pragma trusted_schema=off;"
	                      "pragma cell_size_check=on; pragma temp_store=memory");
}

static tf_err migrate(tf_db *db, const tf_db_schema *schema, int64_t version)
{
	char sql[96];

	for (size_t i = (size_t)version; i < schema->n_migrations; i++) {
		TF_AUTO(tf_tx) tx = { 0 };

		TRY(tf_tx_begin(&tx, db));
		TRY(tf_db_exec(db, schema->migrations[i]));
		snprintf(sql, sizeof(sql), "pragma application_id=%ld; pragma user_version=%zu",
		         (long)schema->application_id, i + 1);
		TRY(tf_db_exec(db, sql));
		TRY(tf_tx_commit(&tx));
	}
	return TF_OK;
}

tf_err tf_db_sync_directory(const char *path)
{
	char dir[PATH_CAP];
	char *slash;
	int fd, bad;

	if ((size_t)snprintf(dir, sizeof(dir), "%s", path) >= sizeof(dir))
		return TF_E_TOO_LARGE;
	slash = strrchr(dir, '/');
	if (slash)
		slash[slash == dir ? 1 : 0] = '\0';
	fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return TF_E_IO;
	bad = fsync(fd);
	(void)close(fd);
	return bad ? TF_E_IO : TF_OK;
}

static tf_err connect_and_migrate(tf_db *db, const char *path, const tf_db_schema *schema,
                                  tf_db_reason *reason)
{
	int64_t version = 0;

	TRY(take_lock(db, path, reason));
	TRY(make_private(path, reason));
	TRY(tf_db_error(sqlite3_open_v2(path, &db->handle, SQLITE_OPEN_READWRITE |
	                                SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_EXRESCODE, NULL)));
	TRY(tf_db_error(sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL)));
	TRY(examine(db, schema, &version, path, reason));
	TRY(configure(db));
	TRY(migrate(db, schema, version));
	return tf_db_sync_directory(path);
}

tf_err tf_db_open(tf_db **out, const char *path, const tf_db_schema *schema,
                  tf_db_reason *reason)
{
	tf_db *db = calloc(1, sizeof(*db));
	tf_err e;

	if (reason)
		reason->text[0] = '\0';
	if (!db)
		return TF_E_RESOURCE;
	db->lock_fd = -1;
	e = connect_and_migrate(db, path, schema, reason);
	if (e != TF_OK) {
		if (reason && !reason->text[0])
			explain(reason, "%.128s: %.100s", path, tf_db_message(db));
		tf_db_close(db);
		return e;
	}
	*out = db;
	return TF_OK;
}

void tf_db_close(tf_db *db)
{
	if (!db)
		return;
	tf_db_forget_statements(db);
	/* Statements that a caller forgot keep a zombie connection, not a crash. */
	(void)sqlite3_close_v2(db->handle);
	if (db->lock_fd >= 0)
		(void)close(db->lock_fd);
	free(db);
}

const char *tf_db_message(const tf_db *db)
{
	return db->handle ? sqlite3_errmsg(db->handle) : "not opened";
}

tf_err tf_db_scrub(tf_db *db)
{
	if (db->depth > 0)
		return TF_E_STATE;
	return tf_db_error(sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE,
	                                             NULL, NULL));
}

static tf_err copy_into(tf_db *db, const char *path)
{
	sqlite3 *to = NULL;
	sqlite3_backup *b;
	int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL);

	if (rc == SQLITE_OK) {
		b = sqlite3_backup_init(to, "main", db->handle, "main");
		if (b) {
			(void)sqlite3_backup_step(b, -1);
			(void)sqlite3_backup_finish(b);
		}
		rc = sqlite3_extended_errcode(to);
	}
	(void)sqlite3_close_v2(to);
	return tf_db_error(rc);
}

/* Into a temporary file beside path, which gets its name only when it is whole and on the disk. */
static tf_err backup_to(tf_db *db, const char *path, const char *tmp)
{
	int fd = open(tmp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	tf_err e;

	if (fd < 0)
		return TF_E_IO;
	e = copy_into(db, tmp);
	if (e == TF_OK && fsync(fd) != 0)
		e = TF_E_IO;
	(void)close(fd);
	if (e == TF_OK && link(tmp, path) != 0)
		e = errno == EEXIST ? TF_E_CONFLICT : TF_E_IO;
	(void)unlink(tmp);
	TRY(e);
	return tf_db_sync_directory(path);
}

tf_err tf_db_backup(tf_db *db, const char *path)
{
	char tmp[PATH_CAP];
	int n = snprintf(tmp, sizeof(tmp), "%s.%ld.tmp", path, (long)getpid());

	if (n < 0 || (size_t)n >= sizeof(tmp))
		return TF_E_TOO_LARGE;
	if (db->depth > 0)
		return TF_E_STATE;
	if (access(path, F_OK) == 0)
		return TF_E_CONFLICT;
	return backup_to(db, path, tmp);
}

tf_err tf_db_check(tf_db *db)
{
	TF_AUTO(tf_query) q = { 0 };
	const char *verdict;

	TRY(tf_query_start(&q, db, "pragma integrity_check(1)", NULL, 0));
	TRY(tf_query_next(&q));
	verdict = tf_query_text(&q, 0);
	return verdict && strcmp(verdict, "ok") == 0 ? TF_OK : TF_E_IO;
}
