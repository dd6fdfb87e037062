#include "daemon/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Room that a line always keeps for " cut=1" and the newline. */
#define TAIL 8

static const char *const level_names[] = { "debug", "info", "warn", "error", "alert" };

/* The one log of the process. */
static struct {
	pthread_mutex_t lock;
	int fd;
	char *path;
	_Atomic tf_log_level level; /* read without the lock, by any thread */
} sink = { PTHREAD_MUTEX_INITIALIZER, STDERR_FILENO, NULL, TF_LOG_INFO };

static int open_file(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* Takes over fd and path. */
static void use(int fd, char *path)
{
	if (sink.fd != STDERR_FILENO && sink.fd != fd)
		close(sink.fd);
	if (sink.path != path)
		free(sink.path);
	sink.fd = fd;
	sink.path = path;
}

tf_err tf_log_open(const char *path, tf_log_level level)
{
	char *copy = path ? strdup(path) : NULL;
	int fd = path ? open_file(path) : STDERR_FILENO;

	if (fd < 0 || (path && !copy)) {
		if (path && fd >= 0)
			close(fd);
		free(copy);
		return TF_E_IO;
	}
	pthread_mutex_lock(&sink.lock);
	use(fd, copy);
	sink.level = level;
	pthread_mutex_unlock(&sink.lock);
	return TF_OK;
}

tf_err tf_log_reopen(void)
{
	tf_err err = TF_OK;
	int fd;

	pthread_mutex_lock(&sink.lock);
	if (sink.path) {
		fd = open_file(sink.path);
		if (fd < 0)
			err = TF_E_IO;
		else
			use(fd, sink.path);
	}
	pthread_mutex_unlock(&sink.lock);
	return err;
}

static void put(tf_log_line *l, const char *p, size_t len)
{
	if (l->off || l->cut)
		return;
	if (len > sizeof(l->buf) - TAIL - l->len) {
		l->cut = 1;
		return;
	}
	memcpy(l->buf + l->len, p, len);
	l->len += len;
}

static int is_plain(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c && strchr("-_.:/+@", c));
}

static void put_word(tf_log_line *l, const char *word)
{
	for (; *word; word++) {
		int fine = (*word >= 'a' && *word <= 'z') || (*word >= '0' && *word <= '9') ||
		           *word == '_';

		put(l, fine ? word : "_", 1);
	}
}

static void put_key(tf_log_line *l, const char *key)
{
	put(l, " ", 1);
	put_word(l, key);
	put(l, "=", 1);
}

static void put_escaped(tf_log_line *l, unsigned char c)
{
	char text[5];

	if (c == '\n')
		put(l, "\\n", 2);
	else if (c == '\r')
		put(l, "\\r", 2);
	else if (c == '\t')
		put(l, "\\t", 2);
	else if (c == '"' || c == '\\')
		put(l, (char[2]){ '\\', (char)c }, 2);
	else if (c >= 0x20 && c < 0x7f)
		put(l, (char *)&c, 1);
	else
		put(l, text, (size_t)snprintf(text, sizeof(text), "\\x%02x", c));
}

void tf_log_text(tf_log_line *l, const char *key, const void *value, size_t len)
{
	const unsigned char *p = value;
	size_t plain = 0, start = l->len;

	while (plain < len && is_plain(p[plain]))
		plain++;
	put_key(l, key);
	if (len > 0 && plain == len && len < 256) {
		put(l, value, len);
	} else {
		put(l, "\"", 1);
		for (size_t i = 0; i < len && !l->cut; i++)
			put_escaped(l, p[i]);
		put(l, "\"", 1);
	}
	/* a field that does not fit is left out as a whole: no open quote, no half value */
	if (l->cut)
		l->len = start < l->len ? start : l->len;
}

void tf_log_str(tf_log_line *l, const char *key, const char *value)
{
	if (value)
		tf_log_text(l, key, value, strlen(value));
}

void tf_log_i64(tf_log_line *l, const char *key, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	tf_log_str(l, key, text);
}

void tf_log_u64(tf_log_line *l, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	tf_log_str(l, key, text);
}

void tf_log_err(tf_log_line *l, const char *key, tf_err value)
{
	tf_log_str(l, key, tf_err_name(value));
}

void tf_log_hex(tf_log_line *l, const char *key, const void *value, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *p = value;
	size_t start = l->len;

	put_key(l, key);
	for (size_t i = 0; i < len; i++)
		put(l, (char[2]){ digits[p[i] >> 4], digits[p[i] & 15] }, 2);
	if (l->cut)
		l->len = start < l->len ? start : l->len;
}

void tf_log_begin(tf_log_line *l, tf_log_level level, const char *event)
{
	struct timespec now;
	char stamp[40];
	struct tm tm;
	size_t n;

	l->len = 0;
	l->cut = 0;
	l->off = level < sink.level;
	if (l->off)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	n = strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
	n += (size_t)snprintf(stamp + n, sizeof(stamp) - n, ".%03ldZ ", now.tv_nsec / 1000000);
	put(l, stamp, n);
	put(l, level_names[level], strlen(level_names[level]));
	put(l, " ", 1);
	put_word(l, event);
}

void tf_log_end(tf_log_line *l)
{
	size_t done = 0;

	if (l->off)
		return;
	if (l->cut) {
		memcpy(l->buf + l->len, " cut=1", 6);
		l->len += 6;
	}
	l->buf[l->len++] = '\n';
	pthread_mutex_lock(&sink.lock);
	while (done < l->len) {
		ssize_t n = write(sink.fd, l->buf + done, l->len - done);

		/* a log that cannot be written must not stop the daemon */
		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	pthread_mutex_unlock(&sink.lock);
}

void tf_log(tf_log_level level, const char *event, ...)
{
	tf_log_line l;
	const char *key;
	va_list ap;

	tf_log_begin(&l, level, event);
	va_start(ap, event);
	while ((key = va_arg(ap, const char *)))
		tf_log_str(&l, key, va_arg(ap, const char *));
	va_end(ap);
	tf_log_end(&l);
}
