#include "daemon/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/audit_row.h"

struct tf_audit {
	int fd;
	tf_audit_signer signer;
	bool has_signer;
	bool failed;
	bool unsynced;
	tf_audit_head head;
	char line[TF_AUDIT_LINE_MAX];
};

/* What reading a whole log needs and finds. */
typedef struct scan {
	const uint8_t *public_key;
	tf_err (*seen)(void *ctx, const tf_audit_row *row);
	void *ctx;
	tf_audit_head head;
	off_t good;   /* bytes of whole, valid lines */
	size_t torn;  /* bytes after the last newline */
} scan;

static tf_err scan_line(scan *s, const char *line, size_t len)
{
	tf_audit_row row;
	char *text;
	tf_err err = tf_audit_read(&row, &text, line, len, &s->head, s->public_key);

	if (err == TF_OK && s->seen)
		err = s->seen(s->ctx, &row);
	if (err == TF_OK) {
		s->head.seq = row.seq;
		s->head.time_ms = row.time_ms;
		memcpy(s->head.hash, row.hash, 32);
		s->good += (off_t)len;
	}
	free(text);
	return err;
}

static tf_err scan_lines(scan *s, FILE *f, char *why, size_t cap)
{
	char *line = NULL;
	size_t room = 0;
	tf_err err = TF_OK;
	ssize_t n;

	while (err == TF_OK && (n = getline(&line, &room, f)) > 0) {
		if (line[n - 1] != '\n') {
			s->torn = (size_t)n;
			break;
		}
		err = scan_line(s, line, (size_t)n);
	}
	free(line);
	if (err == TF_OK && ferror(f)) {
		snprintf(why, cap, "cannot be read");
		return TF_E_IO;
	}
	if (err != TF_OK)
		snprintf(why, cap, "the chain is broken at row %" PRIu64 " (%s)", s->head.seq + 1,
		         tf_err_name(err));
	return err == TF_E_ENCODING ? TF_E_TRUST : err;
}

/* Reads the log behind fd from its start; fd stays open. */
static tf_err scan_fd(scan *s, int fd, const char *name, char *why, size_t cap)
{
	int copy = dup(fd);
	FILE *f = copy >= 0 ? fdopen(copy, "r") : NULL;
	tf_err err;

	if (!f) {
		if (copy >= 0)
			close(copy);
		snprintf(why, cap, "%s", strerror(errno));
		return TF_E_IO;
	}
	rewind(f);
	err = tf_audit_origin(s->head.hash, name);
	if (err == TF_OK)
		err = scan_lines(s, f, why, cap);
	fclose(f);
	return err;
}

/* A new file is only there once its folder is on disk. */
static bool sync_folder(const char *path)
{
	char *copy = strdup(path);
	char *slash = copy ? strrchr(copy, '/') : NULL;
	bool done;
	int fd;

	if (!copy)
		return false;
	if (slash)
		slash[slash == copy] = 0;
	fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	done = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	free(copy);
	return done;
}

static bool is_regular(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

static tf_err open_locked(int *out, const char *path, char *why, size_t cap)
{
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

	if (fd < 0) {
		snprintf(why, cap, "%s", strerror(errno));
		return TF_E_IO;
	}
	if (!is_regular(fd)) {
		snprintf(why, cap, "expected a regular file");
		close(fd);
		return TF_E_IO;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		snprintf(why, cap, "another process has it open");
		close(fd);
		return TF_E_BUSY;
	}
	if (!sync_folder(path)) {
		snprintf(why, cap, "its folder cannot be synced");
		close(fd);
		return TF_E_IO;
	}
	*out = fd;
	return TF_OK;
}

static tf_err take_over(tf_audit *a, const char *path, const char *name, const uint8_t *public_key,
                        size_t *torn, char *why, size_t cap)
{
	scan s = { .public_key = public_key };

	TRY(open_locked(&a->fd, path, why, cap));
	TRY(scan_fd(&s, a->fd, name, why, cap));
	if (s.torn > 0 && (ftruncate(a->fd, s.good) != 0 || fdatasync(a->fd) != 0)) {
		snprintf(why, cap, "a torn row cannot be cut off: %s", strerror(errno));
		return TF_E_IO;
	}
	if (torn)
		*torn = s.torn;
	a->head = s.head;
	return TF_OK;
}

tf_err tf_audit_open(tf_audit **out, const char *path, const char *name,
                     const tf_audit_signer *signer, const uint8_t *public_key, size_t *torn,
                     char *why, size_t cap)
{
	tf_audit *a = calloc(1, sizeof(*a));
	char cause[128] = "out of memory";
	tf_err err;

	if (!a)
		return TF_E_RESOURCE;
	a->fd = -1;
	if (signer) {
		a->signer = *signer;
		a->has_signer = true;
	}
	err = take_over(a, path, name, public_key, torn, cause, sizeof(cause));
	if (err != TF_OK) {
		snprintf(why, cap, "%s: %s", path, cause);
		tf_audit_close(a);
		return err;
	}
	*out = a;
	return TF_OK;
}

void tf_audit_close(tf_audit *a)
{
	if (!a)
		return;
	if (a->fd >= 0)
		close(a->fd);
	free(a);
}

static bool write_all(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

tf_err tf_audit_add(tf_audit *a, uint64_t time_ms, const char *text, size_t len)
{
	tf_audit_row row = { .seq = a->head.seq + 1, .text = text, .text_len = len };
	size_t line_len;

	row.time_ms = time_ms > a->head.time_ms ? time_ms : a->head.time_ms;
	if (a->failed)
		return TF_E_STATE;
	if (len > TF_AUDIT_TEXT_MAX)
		return TF_E_TOO_LARGE;
	if (!tf_audit_is_text(text, len))
		return TF_E_ENCODING;
	TRY(tf_audit_hash(row.hash, &row, a->head.hash));
	if (a->has_signer) {
		TRY(a->signer.sign(a->signer.ctx, row.sig, row.hash));
		row.is_signed = true;
	}
	TRY(tf_audit_write(a->line, sizeof(a->line), &line_len, &row, a->head.hash));
	if (!write_all(a->fd, a->line, line_len)) {
		a->failed = true;
		return TF_E_IO;
	}
	a->unsynced = true;
	a->head.seq = row.seq;
	a->head.time_ms = row.time_ms;
	memcpy(a->head.hash, row.hash, 32);
	return TF_OK;
}

bool tf_audit_unsynced(const tf_audit *a)
{
	return a->unsynced;
}

tf_err tf_audit_sync(tf_audit *a)
{
	if (a->failed)
		return TF_E_STATE;
	if (a->unsynced && fdatasync(a->fd) != 0) {
		a->failed = true;
		return TF_E_IO;
	}
	a->unsynced = false;
	return TF_OK;
}

tf_err tf_audit_append(tf_audit *a, uint64_t time_ms, const char *text, size_t len)
{
	TRY(tf_audit_add(a, time_ms, text, len));
	return tf_audit_sync(a);
}

void tf_audit_get_head(const tf_audit *a, tf_audit_head *head)
{
	*head = a->head;
}

tf_err tf_audit_verify(const char *path, const char *name, const uint8_t *public_key,
                       tf_err (*seen)(void *ctx, const tf_audit_row *row), void *ctx,
                       tf_audit_head *head, char *why, size_t cap)
{
	scan s = { .public_key = public_key, .seen = seen, .ctx = ctx };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char cause[128] = "expected a regular file";
	tf_err err;

	if (fd < 0) {
		snprintf(why, cap, "%s: %s", path, strerror(errno));
		return TF_E_IO;
	}
	err = is_regular(fd) ? scan_fd(&s, fd, name, cause, sizeof(cause)) : TF_E_IO;
	close(fd);
	if (err == TF_OK && s.torn > 0) {
		snprintf(cause, sizeof(cause), "ends in the middle of a row");
		err = TF_E_TRUNCATED;
	}
	if (err != TF_OK)
		snprintf(why, cap, "%s: %s", path, cause);
	if (head)
		*head = s.head;
	return err;
}
