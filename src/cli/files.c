#include "cli/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "daemon/harden.h"

void tf_text_wipe(tf_text *t)
{
	if (t->p)
		tf_wipe(t->p, t->len);
	free(t->p);
	*t = (tf_text){ 0 };
}

tf_err tf_path_print(char *out, size_t cap, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(out, cap, format, args);
	va_end(args);
	return n >= 0 && (size_t)n < cap ? TF_OK : TF_E_TOO_LARGE;
}

static tf_err read_all(tf_text *out, int fd, size_t size)
{
	out->p = malloc(size + 1);
	if (!out->p)
		return TF_E_RESOURCE;
	while (out->len < size) {
		ssize_t n = read(fd, out->p + out->len, size - out->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return TF_E_IO;
		if (n == 0)
			break;
		out->len += (size_t)n;
	}
	out->p[out->len] = '\0';
	return TF_OK;
}

tf_err tf_file_read_most(tf_text *out, const char *path, size_t most)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	tf_err e = TF_E_IO;

	*out = (tf_text){ 0 };
	if (fd < 0)
		return errno == ENOENT ? TF_E_NOT_FOUND : TF_E_IO;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		e = (size_t)st.st_size > most ? TF_E_TOO_LARGE
		                              : read_all(out, fd, (size_t)st.st_size);
	(void)close(fd);
	if (e != TF_OK)
		tf_text_wipe(out);
	return e;
}

tf_err tf_file_read(tf_text *out, const char *path)
{
	return tf_file_read_most(out, path, TF_CLI_FILE_MAX);
}

static tf_err write_all(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return TF_E_IO;
		p += n;
		len -= (size_t)n;
	}
	return fsync(fd) == 0 ? TF_OK : TF_E_IO;
}

/* So that the new name survives a power cut, too. */
static tf_err sync_folder_of(const char *path)
{
	char folder[TF_CLI_PATH];
	char *slash;
	int fd, r;

	TRY(tf_path_print(folder, sizeof(folder), "%s", path));
	slash = strrchr(folder, '/');
	if (!slash)
		return TF_E_USAGE;
	slash[slash == folder] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return TF_E_IO;
	r = fsync(fd);
	(void)close(fd);
	return r == 0 ? TF_OK : TF_E_IO;
}

tf_err tf_file_write(const char *path, const void *content, size_t len, tf_owner owner)
{
	char whole[TF_CLI_PATH], part[TF_CLI_PATH + 8];
	tf_err e;
	int fd;

	/* a bare name lies in the current folder */
	TRY(tf_path_print(whole, sizeof(whole), "%s%s", strchr(path, '/') ? "" : "./", path));
	TRY(tf_path_print(part, sizeof(part), "%s.XXXXXX", whole));
	fd = mkostemp(part, O_CLOEXEC);
	if (fd < 0)
		return TF_E_IO;
	e = write_all(fd, content, len);
	if (close(fd) != 0 && e == TF_OK)
		e = TF_E_IO;
	if (e == TF_OK)
		e = tf_owner_set(part, owner);
	if (e == TF_OK && rename(part, whole) != 0)
		e = TF_E_IO;
	if (e != TF_OK) {
		(void)unlink(part);
		return e;
	}
	return sync_folder_of(whole);
}

tf_err tf_file_write_json(const char *path, const json_t *value, tf_owner owner)
{
	char *text = value ? json_dumps(value, JSON_INDENT(2)) : NULL;
	size_t len = text ? strlen(text) : 0;
	tf_err e;

	if (!text)
		return TF_E_RESOURCE;
	text[len] = '\n'; /* in place of the NUL: written by length */
	e = tf_file_write(path, text, len + 1, owner);
	free(text);
	return e;
}

tf_err tf_file_read_json(json_t **out, const char *path)
{
	TF_AUTO(tf_text) text = { 0 };

	*out = NULL;
	TRY(tf_file_read(&text, path));
	*out = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(*out))
		return TF_OK;
	json_decref(*out);
	*out = NULL;
	return TF_E_ENCODING;
}

tf_err tf_owner_set(const char *path, tf_owner owner)
{
	if (geteuid() != 0 || owner != TF_OWNER_DAEMON)
		return TF_OK;
	return lchown(path, TF_DAEMON_ID, TF_DAEMON_ID) == 0 ? TF_OK : TF_E_IO;
}

tf_err tf_folder_make(const char *path, mode_t mode, tf_owner owner)
{
	struct stat st;

	if (mkdir(path, mode) == 0) {
		if (chmod(path, mode) != 0)
			return TF_E_IO;
		return tf_owner_set(path, owner);
	}
	if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return TF_OK;
	return TF_E_IO;
}

bool tf_folder_is_reachable(const char *path)
{
	char part[TF_CLI_PATH];
	struct stat st;

	if (geteuid() != 0)
		return true;
	if (strlen(path) >= sizeof(part) || path[0] != '/')
		return false;
	for (size_t i = 1; i <= strlen(path); i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (stat(part, &st) != 0)
			return false;
		if (st.st_uid == TF_DAEMON_ID ? !(st.st_mode & S_IXUSR) :
		    st.st_gid == TF_DAEMON_ID ? !(st.st_mode & S_IXGRP) : !(st.st_mode & S_IXOTH))
			return false;
	}
	return true;
}
