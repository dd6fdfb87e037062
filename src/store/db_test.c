#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/harness.h"
#include "store/db.h"

static const char *const v1[] = { "create table t (a integer primary key, b text) strict" };
static const char *const v2[] = {
	"create table t (a integer primary key, b text) strict",
	"alter table t add column c integer not null default 7; create table u (x blob) strict",
};
static const tf_db_schema schema1 = { 4711, v1, 1 };
static const tf_db_schema schema2 = { 4711, v2, 2 };

static char dir[64];

static const char *in_dir(const char *name)
{
	static char path[4][256];
	static unsigned turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

static void make_dir(void)
{
	strcpy(dir, "/tmp/trefoil-db-XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
}

static void remove_dir(void)
{
	static const char *const names[] = { "db", "db-wal", "db-shm", "db.lock", "copy",
	                                     "copy.lock", "copy-wal" };

	for (size_t i = 0; i < TF_ARRAY_LEN(names); i++)
		(void)unlink(in_dir(names[i]));
	CHECK(rmdir(dir) == 0);
}

static tf_db *must_open(const char *name, const tf_db_schema *schema)
{
	tf_db_reason why;
	tf_db *db;

	CHECK_OK(tf_db_open(&db, in_dir(name), schema, &why));
	return db;
}

static int64_t count(tf_db *db)
{
	int64_t n;

	CHECK_OK(tf_db_int(db, &n, "select count(*) from t", NULL, 0));
	return n;
}

static tf_err insert(tf_db *db, int64_t a, const char *b)
{
	return tf_db_run(db, "insert into t (a, b) values (?, ?)",
	                 (tf_arg[]){ tf_arg_int(a), tf_arg_text(b) }, 2);
}

TEST(rows_survive_close_and_open_and_the_file_is_private)
{
	struct stat st;
	tf_db *db;

	make_dir();
	umask(0);
	db = must_open("db", &schema1);
	CHECK_OK(insert(db, 1, "one"));
	CHECK(tf_db_changes(db) == 1 && tf_db_last_id(db) == 1);
	tf_db_close(db);
	CHECK(stat(in_dir("db"), &st) == 0 && (st.st_mode & 0777) == 0600);
	db = must_open("db", &schema1);
	CHECK(count(db) == 1);
	CHECK_OK(tf_db_check(db));
	tf_db_close(db);
	remove_dir();
}

TEST(settings_are_the_durable_ones)
{
	int64_t v;
	tf_db *db;

	make_dir();
	db = must_open("db", &schema1);
	CHECK_OK(tf_db_int(db, &v, "pragma synchronous", NULL, 0));
	CHECK(v == 2);
	CHECK_OK(tf_db_int(db, &v, "select 1 from pragma_journal_mode where journal_mode = 'wal'",
	                   NULL, 0));
	CHECK_OK(tf_db_int(db, &v, "pragma foreign_keys", NULL, 0));
	CHECK(v == 1);
	CHECK_OK(tf_db_int(db, &v, "pragma user_version", NULL, 0));
	CHECK(v == 1);
	tf_db_close(db);
	remove_dir();
}

TEST(older_store_is_migrated_and_newer_one_refused)
{
	tf_db_reason why;
	int64_t c;
	tf_db *db;

	make_dir();
	db = must_open("db", &schema1);
	CHECK_OK(insert(db, 1, "one"));
	tf_db_close(db);
	db = must_open("db", &schema2);
	CHECK_OK(tf_db_int(db, &c, "select c from t where a = 1", NULL, 0));
	CHECK(c == 7);
	tf_db_close(db);
	CHECK_ERR(tf_db_open(&db, in_dir("db"), &schema1, &why), TF_E_UNSUPPORTED);
	CHECK(strstr(why.text, "version 2") != NULL);
	db = must_open("db", &schema2);
	CHECK(count(db) == 1);
	tf_db_close(db);
	remove_dir();
}

TEST(failed_migration_leaves_the_old_store)
{
	static const char *const broken[] = {
		"create table t (a integer primary key, b text) strict",
		"create table u (x blob) strict; create table t (y blob) strict",
	};
	const tf_db_schema bad = { 4711, broken, 2 };
	tf_db_reason why;
	int64_t n;
	tf_db *db;

	make_dir();
	db = must_open("db", &schema1);
	tf_db_close(db);
	CHECK_ERR(tf_db_open(&db, in_dir("db"), &bad, &why), TF_E_USAGE);
	db = must_open("db", &schema1);
	CHECK_OK(tf_db_int(db, &n, "select count(*) from sqlite_schema where name = 'u'", NULL,
	                   0));
	CHECK(n == 0);
	tf_db_close(db);
	remove_dir();
}

TEST(another_programs_store_and_no_store_at_all_are_refused)
{
	const tf_db_schema other = { 4712, v1, 1 };
	tf_db_reason why;
	tf_db *db;
	int fd;

	make_dir();
	db = must_open("db", &schema1);
	tf_db_close(db);
	CHECK_ERR(tf_db_open(&db, in_dir("db"), &other, &why), TF_E_ENCODING);
	CHECK(strstr(why.text, "another program") != NULL);
	fd = open(in_dir("db"), O_WRONLY | O_TRUNC);
	CHECK(fd >= 0);
	for (int i = 0; i < 1000; i++)
		CHECK(write(fd, "garbage ", 8) == 8);
	close(fd);
	CHECK_ERR(tf_db_open(&db, in_dir("db"), &schema1, &why), TF_E_IO);
	CHECK(why.text[0] != '\0');
	CHECK_ERR(tf_db_open(&db, "/nonexistent/db", &schema1, &why), TF_E_IO);
	remove_dir();
}

TEST(second_opener_is_refused_here_and_in_another_process)
{
	tf_db_reason why;
	tf_db *db, *second;
	int status;
	pid_t pid;

	make_dir();
	db = must_open("db", &schema1);
	CHECK_ERR(tf_db_open(&second, in_dir("db"), &schema1, &why), TF_E_BUSY);
	CHECK(strstr(why.text, "another process") != NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		_exit(tf_db_open(&second, in_dir("db"), &schema1, NULL) == TF_E_BUSY ? 0 : 1);
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK_OK(insert(db, 1, "still mine"));
	tf_db_close(db);
	db = must_open("db", &schema1);
	tf_db_close(db);
	remove_dir();
}

/* The lock file alone does not keep out what does not know it: SQLite's own lock does. */
TEST(a_stranger_with_sqlite_is_busy)
{
	sqlite3 *h;
	tf_db *db;

	make_dir();
	db = must_open("db", &schema1);
	CHECK_OK(insert(db, 1, "one"));
	CHECK(sqlite3_open(in_dir("db"), &h) == SQLITE_OK);
	CHECK((sqlite3_exec(h, "select * from t", NULL, NULL, NULL) & 0xff) == SQLITE_BUSY);
	CHECK((sqlite3_exec(h, "delete from t", NULL, NULL, NULL) & 0xff) == SQLITE_BUSY);
	sqlite3_close(h);
	CHECK(count(db) == 1);
	tf_db_close(db);
	remove_dir();
}

static tf_err insert_and_give_up(tf_db *db)
{
	TF_AUTO(tf_tx) tx = { 0 };

	TRY(tf_tx_begin(&tx, db));
	TRY(insert(db, 100, "never"));
	return TF_E_CANCELLED;
}

TEST(transactions_nest_and_roll_back)
{
	TF_AUTO(tf_tx) outer = { 0 };
	TF_AUTO(tf_tx) inner = { 0 };
	tf_db *db;

	make_dir();
	db = must_open("db", &schema1);
	CHECK_ERR(insert_and_give_up(db), TF_E_CANCELLED);
	CHECK(count(db) == 0);
	CHECK_OK(tf_tx_begin(&outer, db));
	CHECK_OK(insert(db, 1, "one"));
	CHECK_ERR(insert_and_give_up(db), TF_E_CANCELLED);
	CHECK_OK(tf_tx_begin(&inner, db));
	CHECK_OK(insert(db, 2, "two"));
	CHECK_ERR(tf_tx_commit(&outer), TF_E_USAGE);
	CHECK_OK(tf_tx_commit(&inner));
	CHECK_ERR(tf_tx_commit(&inner), TF_E_USAGE);
	CHECK_OK(tf_tx_commit(&outer));
	CHECK(count(db) == 2);
	CHECK_OK(tf_tx_begin(&outer, db));
	CHECK_ERR(tf_tx_begin(&outer, db), TF_E_USAGE);
	CHECK_OK(insert(db, 3, "three"));
	tf_tx_wipe(&outer);
	CHECK(count(db) == 2);
	tf_db_close(db);
	remove_dir();
}

TEST(errors_have_their_kinds)
{
	TF_AUTO(tf_query) q = { 0 };
	uint8_t two[2];
	int64_t n;
	tf_db *db;

	make_dir();
	db = must_open("db", &schema1);
	CHECK_OK(insert(db, 1, NULL));
	CHECK_ERR(insert(db, 1, "again"), TF_E_CONFLICT);
	CHECK_ERR(tf_db_run(db, "no sql", NULL, 0), TF_E_USAGE);
	CHECK_ERR(tf_db_run(db, "insert into t values (?, ?)", NULL, 0), TF_E_USAGE);
	CHECK_ERR(tf_db_run(db, "select 1; delete from t", NULL, 0), TF_E_USAGE);
	CHECK_ERR(tf_db_run(db, "select 1", NULL, 0), TF_E_USAGE);
	CHECK_ERR(tf_db_run(db, "", NULL, 0), TF_E_USAGE);
	CHECK_ERR(tf_db_int(db, &n, "select 1 where 1 = 2", NULL, 0), TF_E_NOT_FOUND);
	CHECK_OK(tf_query_start(&q, db, "select b, x'010203' from t", NULL, 0));
	CHECK_OK(tf_query_next(&q));
	CHECK(tf_query_is_null(&q, 0) && tf_query_text(&q, 0) == NULL);
	CHECK_ERR(tf_query_fixed(&q, 1, two, 2), TF_E_ENCODING);
	CHECK_ERR(tf_query_next(&q), TF_E_NOT_FOUND);
	tf_query_wipe(&q);
	CHECK(count(db) == 1);
	tf_db_close(db);
	remove_dir();
}

/* Nothing that a value contains is SQL. */
TEST(values_are_bound_not_pasted)
{
	const char *nasty = "x'); delete from t; --";
	TF_AUTO(tf_query) q = { 0 };
	tf_db *db;

	make_dir();
	db = must_open("db", &schema1);
	CHECK_OK(insert(db, 1, nasty));
	CHECK_OK(tf_query_start(&q, db, "select b from t where b = ?",
	                        (tf_arg[]){ tf_arg_text(nasty) }, 1));
	CHECK_OK(tf_query_next(&q));
	CHECK(strcmp(tf_query_text(&q, 0), nasty) == 0);
	tf_query_wipe(&q);
	tf_db_close(db);
	remove_dir();
}

TEST(a_full_disk_is_an_error_and_takes_back_the_whole_group)
{
	TF_AUTO(tf_tx) tx = { 0 };
	char *big = malloc(200001);
	tf_err e = TF_OK;
	int64_t n;
	tf_db *db;

	CHECK(big);
	memset(big, 'x', 200000);
	big[200000] = '\0';
	make_dir();
	db = must_open("db", &schema1);
	CHECK_OK(tf_db_int(db, &n, "pragma max_page_count = 20", NULL, 0));
	CHECK_OK(tf_tx_begin(&tx, db));
	CHECK_OK(insert(db, 1, "small"));
	e = insert(db, 2, big);
	CHECK(e == TF_E_RESOURCE);
	/* If SQLite took the transaction back by itself, nothing of the rest may slip in. */
	if (insert(db, 3, "late") == TF_OK)
		tf_tx_wipe(&tx);
	else
		CHECK(tf_tx_commit(&tx) != TF_OK);
	tf_tx_wipe(&tx);
	CHECK(count(db) == 0);
	CHECK_OK(insert(db, 4, "works again"));
	tf_db_close(db);
	free(big);
	remove_dir();
}

TEST(a_write_that_the_kernel_refuses_is_an_error)
{
	struct rlimit small = { 60000, 60000 };
	char text[4001];
	tf_err e = TF_OK;
	int64_t n, a = 0;
	tf_db *db;

	memset(text, 'x', 4000);
	text[4000] = '\0';
	signal(SIGXFSZ, SIG_IGN);
	make_dir();
	db = must_open("db", &schema1);
	CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
	while (e == TF_OK && a < 100)
		e = insert(db, a++, text);
	CHECK(e == TF_E_IO || e == TF_E_RESOURCE);
	n = count(db);
	CHECK(n == a - 1);
	tf_db_close(db);
	remove_dir();
}

TEST(backup_is_whole_private_and_never_overwrites)
{
	struct stat st;
	TF_AUTO(tf_tx) tx = { 0 };
	tf_db *db;

	make_dir();
	db = must_open("db", &schema1);
	for (int64_t i = 0; i < 100; i++)
		CHECK_OK(insert(db, i, "row"));
	CHECK_OK(tf_tx_begin(&tx, db));
	CHECK_ERR(tf_db_backup(db, in_dir("copy")), TF_E_STATE);
	CHECK_OK(tf_tx_commit(&tx));
	CHECK_OK(tf_db_backup(db, in_dir("copy")));
	CHECK_ERR(tf_db_backup(db, in_dir("copy")), TF_E_CONFLICT);
	CHECK_ERR(tf_db_backup(db, "/nonexistent/copy"), TF_E_IO);
	CHECK_OK(insert(db, 100, "after"));
	CHECK(stat(in_dir("copy"), &st) == 0 && (st.st_mode & 0777) == 0600);
	tf_db_close(db);
	db = must_open("copy", &schema1);
	CHECK(count(db) == 100);
	CHECK_OK(tf_db_check(db));
	tf_db_close(db);
	remove_dir();
}

TEST(corruption_is_reported_not_crashed_on)
{
	uint8_t noise[2048];
	tf_db *db;
	tf_err e;
	int fd;

	make_dir();
	db = must_open("db", &schema1);
	for (int64_t i = 0; i < 2000; i++)
		CHECK_OK(insert(db, i, "a row that takes some room in a page of the file"));
	tf_db_close(db);
	memset(noise, 0xa5, sizeof(noise));
	fd = open(in_dir("db"), O_RDWR);
	CHECK(fd >= 0);
	for (off_t at = 8192; at < 60000; at += 8192)
		CHECK(pwrite(fd, noise, sizeof(noise), at) == (ssize_t)sizeof(noise));
	close(fd);
	e = tf_db_open(&db, in_dir("db"), &schema1, NULL);
	if (e == TF_OK) {
		e = tf_db_check(db);
		tf_db_close(db);
	}
	CHECK(e == TF_E_IO);
	remove_dir();
}

/* What a crash at this moment would leave: a copy of the files, opened. */
static int64_t rows_after_a_crash(void)
{
	static const char *const ends[] = { "", "-wal" };
	char from[300], to[300], bytes[4096];
	tf_db *db;
	int64_t n;

	for (size_t i = 0; i < TF_ARRAY_LEN(ends); i++) {
		FILE *in, *out;
		size_t len;

		snprintf(from, sizeof(from), "%s%s", in_dir("db"), ends[i]);
		snprintf(to, sizeof(to), "%s%s", in_dir("copy"), ends[i]);
		in = fopen(from, "re");
		out = fopen(to, "we");
		CHECK(in && out);
		while ((len = fread(bytes, 1, sizeof(bytes), in)) > 0)
			CHECK(fwrite(bytes, 1, len, out) == len);
		CHECK(fclose(in) == 0 && fclose(out) == 0);
	}
	db = must_open("copy", &schema1);
	n = count(db);
	tf_db_close(db);
	(void)unlink(in_dir("copy"));
	(void)unlink(in_dir("copy-wal"));
	return n;
}

TEST(what_is_deferred_is_on_disk_when_it_is_settled_and_not_before)
{
	TF_AUTO(tf_tx) tx = { 0 };
	tf_db *db;

	make_dir();
	db = must_open("db", &schema1);
	CHECK_OK(insert(db, 1, "one"));
	CHECK(rows_after_a_crash() == 1 && tf_db_deferred(db) == 0);
	tf_db_defer(db, true);
	CHECK_OK(insert(db, 2, "two"));
	CHECK_OK(tf_tx_begin(&tx, db));
	CHECK_ERR(tf_db_settle(db), TF_E_USAGE);
	CHECK_OK(insert(db, 3, "three"));
	CHECK_ERR(insert(db, 3, "again"), TF_E_CONFLICT);
	CHECK_OK(tf_tx_commit(&tx));
	CHECK(count(db) == 3 && tf_db_deferred(db) == 2 && rows_after_a_crash() == 1);
	CHECK_OK(tf_tx_begin(&tx, db));
	CHECK_OK(insert(db, 4, "four"));
	tf_tx_wipe(&tx); /* takes back its own alone */
	CHECK(count(db) == 3 && rows_after_a_crash() == 1);
	CHECK_OK(tf_db_settle(db));
	CHECK(tf_db_deferred(db) == 0 && rows_after_a_crash() == 3);
	CHECK_OK(tf_db_settle(db)); /* nothing waits */
	tf_db_close(db);
	remove_dir();
}

TEST(what_is_not_deferred_is_durable_on_return_with_what_was_before)
{
	TF_AUTO(tf_tx) tx = { 0 };
	tf_db *db;

	make_dir();
	db = must_open("db", &schema1);
	tf_db_defer(db, true);
	CHECK_OK(insert(db, 1, "one"));
	tf_db_defer(db, false);
	CHECK(tf_db_deferred(db) == 1 && rows_after_a_crash() == 0);
	CHECK_OK(tf_tx_begin(&tx, db));
	CHECK_OK(insert(db, 2, "two"));
	CHECK(rows_after_a_crash() == 0);
	CHECK_OK(tf_tx_commit(&tx));
	CHECK(tf_db_deferred(db) == 0 && rows_after_a_crash() == 2);
	tf_db_defer(db, true);
	CHECK_OK(insert(db, 3, "three"));
	tf_db_defer(db, false);
	CHECK_OK(insert(db, 4, "four"));
	CHECK(rows_after_a_crash() == 4);
	tf_db_close(db);
	remove_dir();
}

TEST(a_group_that_is_lost_says_so_until_it_is_settled)
{
	tf_db *db;

	make_dir();
	db = must_open("db", &schema1);
	tf_db_defer(db, true);
	CHECK_OK(insert(db, 1, "one"));
	/* As SQLite does by itself when the disk is full. */
	CHECK_ERR(tf_db_run(db, "insert or rollback into t (a) values (1)", NULL, 0), TF_E_CONFLICT);
	CHECK_ERR(insert(db, 2, "two"), TF_E_STATE);
	CHECK_ERR(tf_db_settle(db), TF_E_STATE);
	CHECK(tf_db_deferred(db) == 0 && count(db) == 0);
	CHECK_OK(insert(db, 3, "three"));
	tf_db_abandon(db); /* the same on purpose */
	CHECK(tf_db_deferred(db) == 0 && count(db) == 0);
	CHECK_OK(insert(db, 4, "four"));
	CHECK_OK(tf_db_settle(db));
	CHECK(rows_after_a_crash() == 1);
	tf_db_close(db);
	remove_dir();
}

TEST(who_has_deferred_hears_of_a_group_that_another_has_lost)
{
	tf_db *db;

	make_dir();
	db = must_open("db", &schema1);
	CHECK_OK(tf_db_run(db, "create table u (t integer references v (k)"
	                       " deferrable initially deferred)", NULL, 0));
	CHECK_OK(tf_db_run(db, "create table v (k integer primary key)", NULL, 0));
	CHECK(tf_db_deferred(db) == 0);
	tf_db_defer(db, true);
	CHECK_OK(insert(db, 1, "one"));
	tf_db_defer(db, false);
	CHECK_ERR(tf_db_run(db, "insert into u values (9)", NULL, 0), TF_E_CONFLICT);
	CHECK(tf_db_deferred(db) > 0 && count(db) == 0);
	/* What comes after is durable, and does not hide it. */
	CHECK_OK(insert(db, 2, "two"));
	tf_db_defer(db, true);
	CHECK_OK(insert(db, 3, "three"));
	CHECK_ERR(tf_db_settle(db), TF_E_STATE);
	CHECK(tf_db_deferred(db) == 0 && rows_after_a_crash() == 2);
	CHECK_OK(tf_db_settle(db));
	tf_db_close(db);
	remove_dir();
}

/* Statements are kept: the same text twice at once, after the table has changed, and more texts
 * than are kept; what was bound before is forgotten. */
TEST(statements_that_are_kept_say_what_they_said)
{
	static const char all[] = "select a, b from t order by a";
	TF_AUTO(tf_query) outer = { 0 };
	TF_AUTO(tf_query) inner = { 0 };
	char sql[64];
	int64_t n;
	tf_db *db;

	make_dir();
	db = must_open("db", &schema1);
	CHECK_OK(insert(db, 1, "one"));
	CHECK_OK(insert(db, 2, NULL));
	CHECK_OK(insert(db, 3, "three"));
	CHECK_OK(tf_query_start(&outer, db, all, NULL, 0));
	CHECK_OK(tf_query_next(&outer));
	CHECK_OK(tf_query_start(&inner, db, all, NULL, 0));
	for (int64_t i = 1; i <= 3; i++) {
		CHECK_OK(tf_query_next(&inner));
		CHECK(tf_query_int(&inner, 0) == i && tf_query_is_null(&inner, 1) == (i == 2));
	}
	CHECK(tf_query_int(&outer, 0) == 1);
	CHECK_OK(tf_query_next(&outer));
	CHECK(tf_query_int(&outer, 0) == 2);
	tf_query_wipe(&outer);
	tf_query_wipe(&inner);
	CHECK_OK(tf_db_run(db, "alter table t add column d integer not null default 7", NULL, 0));
	CHECK_OK(tf_query_start(&outer, db, all, NULL, 0));
	CHECK_OK(tf_query_next(&outer));
	tf_query_wipe(&outer);
	for (int i = 0; i < 200; i++) {
		snprintf(sql, sizeof(sql), "select d + %d from t where a = ?", i % 100);
		CHECK_OK(tf_db_int(db, &n, sql, (tf_arg[]){ tf_arg_int(1) }, 1));
		CHECK(n == 7 + i % 100);
		CHECK_ERR(tf_db_int(db, &n, sql, NULL, 0), TF_E_USAGE); /* and not by 1 again */
	}
	CHECK_ERR(tf_db_run(db, "select 1; select 2", NULL, 0), TF_E_USAGE);
	CHECK_ERR(tf_db_run(db, "selec", NULL, 0), TF_E_USAGE);
	tf_db_close(db);
	remove_dir();
}
