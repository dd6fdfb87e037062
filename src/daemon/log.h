/* Log: one line per event, key=value.
 *
 *     2026-01-02T03:04:05.678Z warn peer_refused peer="127.0.0.1:4711" reason="certificate expired"
 *
 * Values are always quoted unless they are plain words, and every byte that is not printable ASCII
 * is escaped (\n, \xNN), as are quotes and backslashes: no input can forge a line or a field. One
 * event is one write(2) on a descriptor opened for appending, so lines of threads and processes do
 * not mix. Lines are cut at TF_LOG_LINE bytes (cut=1 says so).
 *
 * There is no function that takes a secret type, and none that prints raw bytes except as the hex
 * of a public value. An audit is not a log: see audit.h.
 */
#ifndef TF_DAEMON_LOG_H
#define TF_DAEMON_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define TF_LOG_LINE 4096

typedef enum tf_log_level {
	TF_LOG_DEBUG = 0,
	TF_LOG_INFO,
	TF_LOG_WARN,
	TF_LOG_ERROR,
	TF_LOG_ALERT, /* somebody cheats, or a safety rule fired */
} tf_log_level;

/* A line being built, on the caller's stack. */
typedef struct tf_log_line {
	char buf[TF_LOG_LINE];
	size_t len;
	int cut;
	int off; /* below the level: everything is a no-op */
} tf_log_line;

/* Log to the file (appended, created 0600) or to stderr (path NULL); nothing below level. Before
 * the first call: stderr, INFO. TF_E_IO. */
TF_MUST_USE tf_err tf_log_open(const char *path, tf_log_level level);

/* Opens the same path again, after rotation. On failure the old file stays. */
TF_MUST_USE tf_err tf_log_reopen(void);

/* event and keys: [a-z0-9_]+, written by us; others are replaced by '_'. Values of NULL are left
 * out. Strings in pairs, ended by NULL: tf_log(TF_LOG_INFO, "started", "version", v, NULL). */
__attribute__((sentinel)) void tf_log(tf_log_level level, const char *event, ...);

/* The same in steps, for numbers. */
void tf_log_begin(tf_log_line *l, tf_log_level level, const char *event);
void tf_log_str(tf_log_line *l, const char *key, const char *value);
void tf_log_text(tf_log_line *l, const char *key, const void *value, size_t len);
void tf_log_i64(tf_log_line *l, const char *key, int64_t value);
void tf_log_u64(tf_log_line *l, const char *key, uint64_t value);
void tf_log_err(tf_log_line *l, const char *key, tf_err value);

/* Lower-case hex of a public value: digest, key id, session. */
void tf_log_hex(tf_log_line *l, const char *key, const void *value, size_t len);
void tf_log_end(tf_log_line *l);

/* Words "debug|info|warn|error|alert", in the order of the enum, for a conf table. */
#define TF_LOG_WORDS "debug|info|warn|error|alert"

#endif
