#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log.h"
#include "harness/harness.h"

static char path[] = "/tmp/trefoil-log-XXXXXX";

static void open_log(tf_log_level level)
{
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	close(fd);
	CHECK_OK(tf_log_open(path, level));
}

/* All of the log; the file is removed. */
static char *take_log(void)
{
	char *text = tf_test_read_file(path, NULL);

	unlink(path);
	return text;
}

/* "2026-01-02T03:04:05.678Z " */
static void expect_line(const char *line, const char *rest)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd.dddZ ";

	CHECK(strlen(line) >= 25);
	for (size_t i = 0; i < 25; i++)
		CHECK(shape[i] == 'd' ? line[i] >= '0' && line[i] <= '9' : line[i] == shape[i]);
	if (strcmp(line + 25, rest) != 0)
		tf_test_fail(__FILE__, __LINE__, "got:\n%sexpected:\n%s", line + 25, rest);
}

TEST(an_event_is_one_line_of_fields)
{
	tf_log_line l;
	char *text;

	open_log(TF_LOG_INFO);
	tf_log_begin(&l, TF_LOG_WARN, "peer_refused");
	tf_log_str(&l, "peer", "127.0.0.1:4711");
	tf_log_str(&l, "reason", "certificate expired");
	tf_log_str(&l, "nothing", NULL);
	tf_log_str(&l, "empty", "");
	tf_log_i64(&l, "i", INT64_MIN);
	tf_log_u64(&l, "u", UINT64_MAX);
	tf_log_err(&l, "err", TF_E_TRUST);
	tf_log_hex(&l, "id", "\x00\xff\x10", 3);
	tf_log_end(&l);
	text = take_log();
	expect_line(text, "warn peer_refused peer=127.0.0.1:4711 reason=\"certificate expired\" "
	            "empty=\"\" i=-9223372036854775808 u=18446744073709551615 err=TRUST id=00ff10\n");
	free(text);
}

TEST(no_value_forges_a_line_or_a_field)
{
	char *text, raw[300];
	int lines = 0;

	open_log(TF_LOG_INFO);
	tf_log(TF_LOG_INFO, "event", "a", "x\n2026-01-01T00:00:00.000Z alert forged a=1", "b",
	       "q\" c=\"2", "c", "back\\slash", "d", "tab\tcr\r", "e", "\x1b[31m\x7f\xc3\xa9", NULL);
	text = take_log();
	expect_line(text, "info event a=\"x\\n2026-01-01T00:00:00.000Z alert forged a=1\" "
	            "b=\"q\\\" c=\\\"2\" c=\"back\\\\slash\" d=\"tab\\tcr\\r\" "
	            "e=\"\\x1b[31m\\x7f\\xc3\\xa9\"\n");
	free(text);
	memcpy(path, "/tmp/trefoil-log-XXXXXX", sizeof(path));
	open_log(TF_LOG_INFO);
	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = (char)i;
	for (size_t i = 0; i < 256; i++) {
		tf_log_line l;

		tf_log_begin(&l, TF_LOG_INFO, "event");
		tf_log_text(&l, "v", raw + i, 1);
		tf_log_end(&l);
	}
	text = take_log();
	for (const char *p = text; *p; p++) {
		lines += *p == '\n';
		CHECK(*p == '\n' || (*p >= 0x20 && *p < 0x7f));
	}
	CHECK(lines == 256);
	free(text);
}

TEST(names_of_events_and_keys_are_words)
{
	char *text;

	open_log(TF_LOG_INFO);
	tf_log(TF_LOG_INFO, "bad event\n", "k=\"", "v", NULL);
	text = take_log();
	expect_line(text, "info bad_event_ k__=v\n");
	free(text);
}

TEST(nothing_below_the_level_is_written)
{
	char *text;

	open_log(TF_LOG_WARN);
	tf_log(TF_LOG_DEBUG, "no", NULL);
	tf_log(TF_LOG_INFO, "no", "k", "v", NULL);
	tf_log(TF_LOG_ALERT, "yes", NULL);
	text = take_log();
	expect_line(text, "alert yes\n");
	free(text);
}

TEST(a_line_too_long_says_so_and_stays_a_line)
{
	static char big[2 * TF_LOG_LINE];
	tf_log_line l;
	char *text;

	memset(big, 'x', sizeof(big));
	open_log(TF_LOG_INFO);
	tf_log_begin(&l, TF_LOG_INFO, "event");
	tf_log_str(&l, "first", "kept");
	tf_log_text(&l, "big", big, sizeof(big));
	tf_log_str(&l, "after", "lost");
	tf_log_hex(&l, "hex", big, 3000);
	tf_log_end(&l);
	for (size_t n = TF_LOG_LINE - 100; n < TF_LOG_LINE; n++) {
		tf_log_begin(&l, TF_LOG_INFO, "event");
		tf_log_text(&l, "v", big, n);
		tf_log_end(&l);
		CHECK(l.len <= TF_LOG_LINE);
	}
	text = take_log();
	*strchr(text, '\n') = 0;
	expect_line(text, "info event first=kept cut=1");
	free(text);
}

TEST(a_rotated_log_is_opened_again)
{
	char old[64], *text;
	struct stat st;

	open_log(TF_LOG_INFO);
	tf_log(TF_LOG_INFO, "one", NULL);
	snprintf(old, sizeof(old), "%s.1", path);
	CHECK(rename(path, old) == 0);
	CHECK_OK(tf_log_reopen());
	tf_log(TF_LOG_INFO, "two", NULL);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 077) == 0);
	text = take_log();
	expect_line(text, "info two\n");
	free(text);
	unlink(old);
	CHECK(mkdir(path, 0700) == 0);
	CHECK_ERR(tf_log_reopen(), TF_E_IO);
	CHECK(rmdir(path) == 0);
	CHECK_ERR(tf_log_open("/nonexistent/log", TF_LOG_INFO), TF_E_IO);
}

static void *writer(void *ctx)
{
	for (int i = 0; i < 500; i++)
		tf_log(TF_LOG_INFO, "event", "who", ctx, "text", "some words to make it longer", NULL);
	return NULL;
}

TEST(lines_of_threads_do_not_mix)
{
	static char names[4][2] = { "a", "b", "c", "d" };
	pthread_t t[4];
	char *text, *line;
	int n = 0;

	open_log(TF_LOG_INFO);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&t[i], NULL, writer, names[i]) == 0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	text = take_log();
	for (line = text; *line; line = strchr(line, '\n') + 1, n++) {
		CHECK(strncmp(line + 25, "info event who=", 15) == 0);
		CHECK(strncmp(line + 41, " text=\"some words to make it longer\"\n", 37) == 0);
	}
	CHECK(n == 2000);
	free(text);
}
