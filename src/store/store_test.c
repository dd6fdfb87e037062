#include "store/store.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/harness.h"
#include "harness/tape.h"

static char dir[64];
static tf_tape tape;
static tf_key_part part = { .source = TF_SOURCE_FILE, .key = { { 1, 2, 3 } } };

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
	strcpy(dir, "/tmp/trefoil-store-XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
	tf_tape_init(&tape, tf_test_seed(), 0);
}

static void remove_dir(void)
{
	static const char *const names[] = { "db", "db-wal", "db.lock", "copy", "copy.lock",
	                                     "copy-wal" };

	for (size_t i = 0; i < TF_ARRAY_LEN(names); i++)
		(void)unlink(in_dir(names[i]));
	CHECK(rmdir(dir) == 0);
}

static tf_store_config config(const char *name)
{
	static tf_tape mine;

	return (tf_store_config){ .path = in_dir(name), .cosigner = "guard-1", .schema = 1,
	                          .parts = &part, .n_parts = 1,
	                          .rng = tf_tape_init(&mine, (uint64_t)getpid() << 32 | tape.block++,
	                                              0) };
}

static tf_store *must_open(const char *name)
{
	const tf_store_config c = config(name);
	tf_db_reason why;
	tf_store *s;

	CHECK_OK(tf_store_open(&s, &c, &why));
	return s;
}

static const uint8_t *u(const char *s)
{
	return (const uint8_t *)s;
}

static tf_err put(tf_store *s, const char *t, const char *r, const char *c, const char *v)
{
	return tf_store_put(s, &(tf_place){ t, r, c }, u(v), strlen(v));
}

static bool holds(tf_store *s, const char *t, const char *r, const char *c, const char *v)
{
	uint8_t out[256];
	size_t len;

	return tf_store_get(s, &(tf_place){ t, r, c }, out, sizeof(out), &len) == TF_OK &&
	       len == strlen(v) && memcmp(out, v, len) == 0;
}

TEST(values_survive_and_are_replaced_and_deleted)
{
	const tf_place place = { "key", "k1", "w" };
	uint8_t out[8];
	size_t len = 0;
	tf_store *s;

	make_dir();
	s = must_open("db");
	CHECK_ERR(tf_store_get(s, &place, out, sizeof(out), &len), TF_E_NOT_FOUND);
	CHECK_OK(put(s, "key", "k1", "w", "first"));
	tf_store_close(s);
	s = must_open("db");
	CHECK(holds(s, "key", "k1", "w", "first"));
	CHECK_OK(put(s, "key", "k1", "w", "a longer second value"));
	CHECK(holds(s, "key", "k1", "w", "a longer second value"));
	CHECK_ERR(tf_store_get(s, &place, out, sizeof(out), &len), TF_E_CAPACITY);
	CHECK(len == 21);
	CHECK_OK(tf_store_delete(s, &place));
	CHECK_OK(tf_store_delete(s, &place));
	CHECK_ERR(tf_store_get(s, &place, out, sizeof(out), &len), TF_E_NOT_FOUND);
	CHECK_OK(tf_store_put(s, &place, NULL, 0));
	CHECK(holds(s, "key", "k1", "w", ""));
	tf_store_close(s);
	remove_dir();
}

TEST(nothing_secret_lies_in_the_files)
{
	static const char secret[] = "a-very-recognisable-secret-share";
	static const char *const names[] = { "db", "db-wal" };
	tf_store *s;
	size_t len;
	char *raw;

	make_dir();
	s = must_open("db");
	CHECK_OK(put(s, "key", "public-id", "w", secret));
	CHECK_OK(tf_store_bind(s, &(tf_place){ "bind", "r", "d" }, u(secret), strlen(secret)));
	for (size_t i = 0; i < TF_ARRAY_LEN(names); i++) {
		raw = tf_test_read_file(in_dir(names[i]), &len);
		CHECK(memmem(raw, len, secret, 16) == NULL);
		free(raw);
	}
	tf_store_close(s);
	raw = tf_test_read_file(in_dir("db"), &len);
	CHECK(memmem(raw, len, secret, 16) == NULL);
	CHECK(memmem(raw, len, "public-id", 9) != NULL);
	free(raw);
	remove_dir();
}

TEST(wrong_key_cosigner_or_sources_do_not_open)
{
	tf_key_part other = part;
	tf_store_config c;
	tf_store *s;

	make_dir();
	s = must_open("db");
	CHECK_OK(put(s, "key", "k1", "w", "x"));
	CHECK(tf_store_header(s)->sources == TF_SOURCE_FILE);
	tf_store_close(s);
	other.key.b[5] ^= 1;
	c = config("db");
	c.parts = &other;
	CHECK_ERR(tf_store_open(&s, &c, NULL), TF_E_SEAL);
	c = config("db");
	c.cosigner = "guard-2";
	CHECK_ERR(tf_store_open(&s, &c, NULL), TF_E_SEAL);
	c = config("db");
	c.required_sources = TF_SOURCE_FILE | TF_SOURCE_HSM;
	CHECK_ERR(tf_store_open(&s, &c, NULL), TF_E_SEAL);
	c = config("db");
	c.required_sources = TF_SOURCE_FILE;
	CHECK_OK(tf_store_open(&s, &c, NULL));
	tf_store_close(s);
	remove_dir();
}

static void tamper(const char *sql)
{
	sqlite3 *h;

	CHECK(sqlite3_open(in_dir("db"), &h) == SQLITE_OK);
	CHECK(sqlite3_exec(h, sql, NULL, NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_changes(h) > 0);
	CHECK(sqlite3_close(h) == SQLITE_OK);
}

static tf_err get(tf_store *s, const char *t, const char *r, const char *c)
{
	uint8_t out[64];
	size_t len;

	return tf_store_get(s, &(tf_place){ t, r, c }, out, sizeof(out), &len);
}

static tf_err ignore(void *ctx, const tf_place *place, const uint8_t *value, size_t len)
{
	(void)ctx, (void)place, (void)value, (void)len;
	return TF_OK;
}

TEST(swapped_moved_and_edited_values_are_refused)
{
	static const char *const edits[] = {
		"update record set value = (select value from record where row = 'k2' and tbl = 'key'"
		"  and col = 'w') where row = 'k1' and tbl = 'key' and col = 'w'",
		"update record set value = (select value from record where row = 'k1' and tbl = 'key'"
		"  and col = 'x') where row = 'k1' and tbl = 'key' and col = 'w'",
		"update record set value = (select value from record where row = 'k1' and"
		"  tbl = 'other' and col = 'w') where row = 'k1' and tbl = 'key' and col = 'w'",
		"update record set value = x'' where row = 'k1' and tbl = 'key' and col = 'w'",
		"update record set value = substr(value, 1, 30)"
		"  where row = 'k1' and tbl = 'key' and col = 'w'",
		"update record set value = zeroblob(length(value))"
		"  where row = 'k1' and tbl = 'key' and col = 'w'",
	};
	tf_store *s;

	make_dir();
	for (size_t i = 0; i < TF_ARRAY_LEN(edits); i++) {
		s = must_open("db");
		CHECK_OK(put(s, "key", "k1", "w", "one"));
		CHECK_OK(put(s, "key", "k2", "w", "two"));
		CHECK_OK(put(s, "key", "k1", "x", "six"));
		CHECK_OK(put(s, "other", "k1", "w", "ten"));
		tf_store_close(s);
		tamper(edits[i]);
		s = must_open("db");
		CHECK_ERR(get(s, "key", "k1", "w"), TF_E_SEAL);
		CHECK_ERR(tf_store_list(s, "key", NULL, ignore, NULL), TF_E_SEAL);
		CHECK_ERR(tf_store_bind(s, &(tf_place){ "key", "k1", "w" }, u("one"), 3),
		          TF_E_SEAL);
		CHECK(holds(s, "key", "k2", "w", "two"));
		tf_store_close(s);
	}
	remove_dir();
}

TEST(a_value_of_another_store_is_refused)
{
	tf_store *s;

	make_dir();
	s = must_open("copy");
	CHECK_OK(put(s, "key", "k1", "w", "theirs"));
	tf_store_close(s);
	s = must_open("db");
	CHECK_OK(put(s, "key", "k1", "w", "mine"));
	tf_store_close(s);
	{
		char sql[600];
		sqlite3 *h;

		snprintf(sql, sizeof(sql), "attach '%s' as o; update main.record set value ="
		         " (select value from o.record)", in_dir("copy"));
		CHECK(sqlite3_open(in_dir("db"), &h) == SQLITE_OK);
		CHECK(sqlite3_exec(h, sql, NULL, NULL, NULL) == SQLITE_OK);
		CHECK(sqlite3_close(h) == SQLITE_OK);
	}
	s = must_open("db");
	CHECK_ERR(get(s, "key", "k1", "w"), TF_E_SEAL);
	tf_store_close(s);
	remove_dir();
}

TEST(put_all_is_all_or_nothing)
{
	const tf_record good[] = {
		{ { "key", "k1", "a" }, u("1"), 1 }, { { "key", "k1", "b" }, u("2"), 1 },
	};
	const tf_record bad[] = {
		{ { "key", "k1", "a" }, NULL, 0 }, { { "key", "k2", "a" }, u("3"), 1 },
		{ { "key", "", "a" }, u("4"), 1 },
	};
	const tf_record ours[] = { { { "_sid", "k1", "a" }, u("1"), 1 } };
	tf_store *s;

	make_dir();
	s = must_open("db");
	CHECK_OK(tf_store_put_all(s, good, 2));
	CHECK_ERR(tf_store_put_all(s, bad, 3), TF_E_USAGE);
	CHECK(holds(s, "key", "k1", "a", "1") && holds(s, "key", "k1", "b", "2"));
	CHECK_ERR(get(s, "key", "k2", "a"), TF_E_NOT_FOUND);
	CHECK_OK(tf_store_put_all(s, bad, 2));
	CHECK_ERR(get(s, "key", "k1", "a"), TF_E_NOT_FOUND);
	CHECK(holds(s, "key", "k2", "a", "3"));
	CHECK_ERR(tf_store_put_all(s, ours, 1), TF_E_USAGE);
	CHECK_ERR(tf_store_bind_all(s, ours, 1), TF_E_USAGE);
	CHECK_ERR(get(s, "_sid", "k1", "a"), TF_E_USAGE);
	tf_store_close(s);
	remove_dir();
}

struct seen {
	char text[256];
	unsigned stop_after;
};

static tf_err collect(void *ctx, const tf_place *place, const uint8_t *value, size_t len)
{
	struct seen *seen = ctx;
	size_t used = strlen(seen->text);

	snprintf(seen->text + used, sizeof(seen->text) - used, "%s.%s=%.*s ", place->row,
	         place->column, (int)len, (const char *)value);
	return seen->stop_after && --seen->stop_after == 0 ? TF_E_CANCELLED : TF_OK;
}

TEST(list_is_ordered_and_can_be_stopped)
{
	struct seen all = { 0 }, one = { 0 }, two = { .stop_after = 2 };
	tf_store *s;

	make_dir();
	s = must_open("db");
	CHECK_OK(put(s, "key", "b", "x", "3"));
	CHECK_OK(put(s, "key", "a", "y", "2"));
	CHECK_OK(put(s, "key", "a", "x", "1"));
	CHECK_OK(put(s, "kez", "a", "x", "no"));
	CHECK_OK(tf_store_list(s, "key", NULL, collect, &all));
	CHECK(strcmp(all.text, "a.x=1 a.y=2 b.x=3 ") == 0);
	CHECK_OK(tf_store_list(s, "key", "a", collect, &one));
	CHECK(strcmp(one.text, "a.x=1 a.y=2 ") == 0);
	CHECK_ERR(tf_store_list(s, "key", NULL, collect, &two), TF_E_CANCELLED);
	CHECK(strcmp(two.text, "a.x=1 a.y=2 ") == 0);
	tf_store_close(s);
	remove_dir();
}

TEST(binding_holds_for_ever)
{
	const tf_place request = { "request", "42", "digest" };
	const tf_record both[] = {
		{ { "request", "43", "digest" }, u("new"), 3 },
		{ { "request", "42", "digest" }, u("other"), 5 },
	};
	tf_store *s;

	make_dir();
	s = must_open("db");
	CHECK_OK(tf_store_bind(s, &request, u("digest"), 6));
	CHECK_OK(tf_store_bind(s, &request, u("digest"), 6));
	CHECK_ERR(tf_store_bind(s, &request, u("digesu"), 6), TF_E_CONFLICT);
	CHECK_ERR(tf_store_bind(s, &request, u("digest2"), 7), TF_E_CONFLICT);
	CHECK_ERR(tf_store_bind_all(s, both, 2), TF_E_CONFLICT);
	CHECK_ERR(get(s, "request", "43", "digest"), TF_E_NOT_FOUND);
	tf_store_close(s);
	s = must_open("db");
	CHECK_ERR(tf_store_bind(s, &request, u("digesu"), 6), TF_E_CONFLICT);
	CHECK_OK(tf_store_bind(s, &request, u("digest"), 6));
	tf_store_close(s);
	remove_dir();
}

TEST(a_session_id_is_used_once)
{
	uint8_t sid[32] = { 1 }, other[32] = { 2 };
	tf_store *s;

	make_dir();
	s = must_open("db");
	CHECK_OK(tf_store_use_sid(s, sid, 1000));
	CHECK_ERR(tf_store_use_sid(s, sid, 1001), TF_E_REPLAY);
	tf_store_close(s);
	s = must_open("db");
	CHECK_ERR(tf_store_use_sid(s, sid, 2000), TF_E_REPLAY);
	CHECK_OK(tf_store_use_sid(s, other, 2000));
	tf_store_close(s);
	remove_dir();
}

TEST(a_group_is_committed_or_taken_back_whole)
{
	uint8_t sid[32] = { 7 };
	tf_store *s;

	make_dir();
	s = must_open("db");
	CHECK_OK(tf_store_begin(s));
	CHECK_ERR(tf_store_begin(s), TF_E_USAGE);
	CHECK_OK(put(s, "key", "k1", "w", "1"));
	CHECK_OK(tf_store_use_sid(s, sid, 1));
	tf_store_abort(s);
	CHECK_ERR(get(s, "key", "k1", "w"), TF_E_NOT_FOUND);
	CHECK_OK(tf_store_begin(s));
	CHECK_OK(put(s, "key", "k1", "w", "1"));
	CHECK_OK(tf_store_use_sid(s, sid, 1));
	CHECK_ERR(tf_store_use_sid(s, sid, 1), TF_E_REPLAY);
	CHECK_OK(tf_store_commit(s));
	CHECK_ERR(tf_store_commit(s), TF_E_USAGE);
	tf_store_close(s);
	s = must_open("db");
	CHECK(holds(s, "key", "k1", "w", "1"));
	CHECK_OK(tf_store_begin(s));
	CHECK_OK(put(s, "key", "k1", "w", "2"));
	tf_store_close(s);
	s = must_open("db");
	CHECK(holds(s, "key", "k1", "w", "1"));
	tf_store_close(s);
	remove_dir();
}

static tf_err shout(void *ctx, const tf_place *place, uint32_t from, const uint8_t *value,
                    size_t len, uint8_t *out, size_t cap, size_t *out_len)
{
	(void)place;
	CHECK(from == 1 && cap > len);
	memcpy(out, value, len);
	out[len] = '!';
	*out_len = len + 1;
	return ++*(unsigned *)ctx == 2 && len == 4 ? TF_E_CANCELLED : TF_OK;
}

TEST(values_are_upgraded_once_and_never_back)
{
	uint8_t sid[32] = { 7 };
	unsigned calls = 0;
	tf_store_config c;
	tf_store *s;

	make_dir();
	s = must_open("db");
	CHECK_OK(put(s, "key", "k1", "w", "one"));
	CHECK_OK(put(s, "key", "k2", "w", "four"));
	CHECK_OK(tf_store_use_sid(s, sid, 1));
	tf_store_close(s);
	c = config("db");
	c.schema = 2;
	CHECK_ERR(tf_store_open(&s, &c, NULL), TF_E_UNSUPPORTED);
	c.upgrade = shout;
	c.upgrade_ctx = &calls;
	CHECK_ERR(tf_store_open(&s, &c, NULL), TF_E_CANCELLED);
	s = must_open("db");
	CHECK(holds(s, "key", "k1", "w", "one") && holds(s, "key", "k2", "w", "four"));
	tf_store_close(s);
	CHECK_OK(tf_store_open(&s, &c, NULL));
	CHECK(calls == 4);
	CHECK(holds(s, "key", "k1", "w", "one!") && holds(s, "key", "k2", "w", "four!"));
	CHECK_ERR(tf_store_use_sid(s, sid, 2), TF_E_REPLAY);
	tf_store_close(s);
	CHECK_OK(tf_store_open(&s, &c, NULL));
	CHECK(calls == 4);
	tf_store_close(s);
	c = config("db");
	CHECK_ERR(tf_store_open(&s, &c, NULL), TF_E_UNSUPPORTED);
	remove_dir();
}

TEST(backup_restores_with_the_key_and_not_without)
{
	tf_key_part other = part;
	tf_store_config c;
	tf_store *s;

	make_dir();
	s = must_open("db");
	CHECK_OK(put(s, "key", "k1", "w", "kept"));
	CHECK_OK(tf_store_bind(s, &(tf_place){ "request", "1", "d" }, u("x"), 1));
	CHECK_OK(tf_store_backup(s, in_dir("copy")));
	CHECK_OK(put(s, "key", "k1", "w", "later"));
	tf_store_close(s);
	other.key.b[0] ^= 1;
	c = config("copy");
	c.parts = &other;
	CHECK_ERR(tf_store_open(&s, &c, NULL), TF_E_SEAL);
	s = must_open("copy");
	CHECK(holds(s, "key", "k1", "w", "kept"));
	CHECK_ERR(tf_store_bind(s, &(tf_place){ "request", "1", "d" }, u("y"), 1), TF_E_CONFLICT);
	tf_store_close(s);
	remove_dir();
}

TEST(second_process_is_refused)
{
	tf_store_config c;
	tf_store *s, *t;
	int status;
	pid_t pid;

	make_dir();
	s = must_open("db");
	c = config("db");
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		_exit(tf_store_open(&t, &c, NULL) == TF_E_BUSY ? 0 : 1);
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	tf_store_close(s);
	remove_dir();
}

/* Binds request after request and tells each one that was acknowledged. */
__attribute__((noreturn)) static void bind_for_ever(int out, unsigned first)
{
	tf_store *s = must_open("db");

	for (unsigned i = first;; i++) {
		char row[16], value[16];

		snprintf(row, sizeof(row), "%u", i);
		snprintf(value, sizeof(value), "v%u", i);
		if (tf_store_bind(s, &(tf_place){ "request", row, "d" }, u(value),
		                  strlen(value)) != TF_OK)
			_exit(1);
		if (write(out, &i, sizeof(i)) != (ssize_t)sizeof(i))
			_exit(2);
	}
}

/* Let a child bind until it has told `enough` of them, then kill it wherever it is. Returns the
 * last one that it told. */
static unsigned kill_in_the_middle(unsigned first, unsigned enough)
{
	unsigned last = first - 1, got;
	int fd[2], status;
	pid_t pid;

	CHECK(pipe(fd) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		close(fd[0]);
		bind_for_ever(fd[1], first);
	}
	close(fd[1]);
	while (last < first + enough && read(fd[0], &got, sizeof(got)) == (ssize_t)sizeof(got))
		last = got;
	usleep(200 * (enough % 7));
	CHECK(kill(pid, SIGKILL) == 0);
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	while (read(fd[0], &got, sizeof(got)) == (ssize_t)sizeof(got))
		last = got;
	close(fd[0]);
	return last;
}

TEST(kill_in_the_middle_loses_nothing_that_was_acknowledged)
{
	unsigned last = 0;
	char row[16], value[16];
	tf_store *s;

	make_dir();
	for (unsigned round = 0; round < 12; round++)
		last = kill_in_the_middle(last + 1, 5 + round);
	s = must_open("db");
	for (unsigned i = 1; i <= last; i++) {
		snprintf(row, sizeof(row), "%u", i);
		snprintf(value, sizeof(value), "v%u", i);
		CHECK(holds(s, "request", row, "d", value));
		CHECK_ERR(tf_store_bind(s, &(tf_place){ "request", row, "d" }, u("else"), 4),
		          TF_E_CONFLICT);
	}
	CHECK(last >= 12 * 5);
	tf_store_close(s);
	remove_dir();
}
