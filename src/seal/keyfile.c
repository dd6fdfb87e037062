#include "seal/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_CAP 4096u
#define KEY_TEXT 64u

/* systemd hands credentials to a service user through an ACL, which shows as group read. */
#define OTHERS_OF_A_FILE 0077
#define OTHERS_OF_A_CREDENTIAL 0037

typedef struct key_text {
	uint8_t b[KEY_TEXT + 2]; /* one more than a key and its newline would need: too long shows */
} key_text;

static void key_text_wipe(key_text *t)
{
	tf_wipe(t, sizeof(*t));
}

/* Path of a source, and which rights of others are too many. */
static tf_err resolve(char *path, size_t cap, mode_t *forbidden, const char *source)
{
	const char *dir, *name;
	int n;

	if (strncmp(source, "file:", 5) == 0) {
		*forbidden = OTHERS_OF_A_FILE;
		n = snprintf(path, cap, "%s", source + 5);
	} else if (strncmp(source, "credential:", 11) == 0) {
		*forbidden = OTHERS_OF_A_CREDENTIAL;
		name = source + 11;
		dir = secure_getenv("CREDENTIALS_DIRECTORY");
		if (!*name || strchr(name, '/') || strcmp(name, "..") == 0)
			return TF_E_ENCODING;
		if (!dir)
			return TF_E_IO;
		n = snprintf(path, cap, "%s/%s", dir, name);
	} else {
		return TF_E_ENCODING;
	}
	if (n < 0 || (size_t)n >= cap || path[0] != '/')
		return TF_E_ENCODING;
	return TF_OK;
}

/* The daemons' user: what belongs to it, root may read on its behalf before it becomes it. */
#define DAEMON_UID 2000

static bool is_trusted_owner(uid_t owner)
{
	return owner == 0 || owner == geteuid() || (geteuid() == 0 && owner == DAEMON_UID);
}

static tf_err check_file(int fd, mode_t forbidden)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return TF_E_IO;
	if (!S_ISREG(st.st_mode) || !is_trusted_owner(st.st_uid) || (st.st_mode & forbidden) != 0)
		return TF_E_TRUST;
	return TF_OK;
}

/* Everything up to cap bytes; TF_E_TOO_LARGE if there is more. */
static tf_err read_all(uint8_t *out, size_t cap, size_t *len, int fd)
{
	uint8_t beyond;
	size_t used = 0;
	ssize_t got;

	do {
		if (used < cap)
			got = read(fd, out + used, cap - used);
		else
			got = read(fd, &beyond, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return TF_E_IO;
		if (got > 0 && used == cap)
			return TF_E_TOO_LARGE;
		used += (size_t)got;
	} while (got != 0);
	*len = used;
	return TF_OK;
}

tf_err tf_keyfile_read(uint8_t *out, size_t cap, size_t *len, const char *source)
{
	char path[PATH_CAP];
	mode_t forbidden;
	size_t used = 0;
	tf_err e;
	int fd;

	TRY(resolve(path, sizeof(path), &forbidden, source));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return errno == ELOOP ? TF_E_TRUST : TF_E_IO;
	e = check_file(fd, forbidden);
	if (e == TF_OK)
		e = read_all(out, cap, &used, fd);
	(void)close(fd);
	if (e == TF_OK && used > 0 && out[used - 1] == '\n')
		used--;
	if (e == TF_OK && used == 0)
		e = TF_E_TRUNCATED;
	if (e != TF_OK) {
		tf_wipe(out, cap);
		return e;
	}
	*len = used;
	return TF_OK;
}

tf_err tf_keyfile_read_key(tf_secret *out, const char *source)
{
	TF_AUTO(key_text) text = { 0 };
	size_t len, bin = 0;
	tf_err e = tf_keyfile_read(text.b, sizeof(text.b), &len, source);

	if (e == TF_E_TOO_LARGE || e == TF_E_TRUNCATED)
		return TF_E_ENCODING;
	if (e != TF_OK)
		return e;
	if (len != KEY_TEXT || sodium_hex2bin(out->b, sizeof(out->b), (const char *)text.b, len,
	                                      NULL, &bin, NULL) != 0 || bin != sizeof(out->b)) {
		tf_secret_wipe(out);
		return TF_E_ENCODING;
	}
	return TF_OK;
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

/* The name is on the disk only when its directory is. */
static tf_err sync_directory(const char *path)
{
	char dir[PATH_CAP];
	char *slash;
	int fd, bad;

	if ((size_t)snprintf(dir, sizeof(dir), "%s", path) >= sizeof(dir))
		return TF_E_ENCODING;
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

tf_err tf_keyfile_create(const char *path, const tf_rng *rng)
{
	TF_AUTO(tf_secret) key = { 0 };
	TF_AUTO(key_text) text = { 0 };
	bool ok;
	int fd;

	TRY(tf_rng_bytes(rng, key.b, sizeof(key.b)));
	sodium_bin2hex((char *)text.b, sizeof(text.b), key.b, sizeof(key.b));
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return errno == EEXIST ? TF_E_CONFLICT : TF_E_IO;
	text.b[KEY_TEXT] = '\n';
	ok = write_all(fd, (const char *)text.b, KEY_TEXT + 1) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	if (!ok) {
		(void)unlink(path);
		return TF_E_IO;
	}
	return sync_directory(path);
}
