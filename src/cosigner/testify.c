/* The evidence of a run that convicted somebody, a file beside the store: STORE.evidence-SID. No
 * two runs have one session id, but the coordinator may choose alike requests.
 *
 * Nobody here reads it again. A file that cannot be written is a line in the log and nothing else:
 * the verdict stands. How many there can be is bounded by the quarantine, which a device is in
 * after a few such runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cosigner/node.h"
#include "daemon/log.h"
#include "session/evidence.h"

static tf_err write_all(int fd, const uint8_t *p, size_t len)
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

static tf_err write_file(const char *path, const uint8_t *p, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	tf_err e;

	if (fd < 0)
		return TF_E_IO;
	e = write_all(fd, p, len);
	if (close(fd) != 0 && e == TF_OK)
		e = TF_E_IO;
	return e;
}

static tf_err make(uint8_t **out, size_t *len, const tf_node *n, const tf_session *s, size_t size)
{
	uint8_t *room = aligned_alloc(64, (size + 63) & ~(size_t)63);
	tf_err e = TF_E_RESOURCE;
	tf_arena mem;

	*out = malloc(size);
	if (*out && room) {
		tf_arena_init(&mem, room, size);
		e = tf_evidence_write(*out, size, len, s, n->self.trust, &mem);
	}
	free(room);
	return e;
}

tf_err tf_testify_path(char path[static TF_TESTIFY_PATH], const char *store_path,
                       const uint8_t sid[static 32])
{
	char name[65];
	int len;

	sodium_bin2hex(name, sizeof(name), sid, 32);
	len = snprintf(path, TF_TESTIFY_PATH, "%s.evidence-%s", store_path, name);
	return len > 0 && len < (int)TF_TESTIFY_PATH ? TF_OK : TF_E_TOO_LARGE;
}

void tf_testify(const tf_node *n, const tf_session *s)
{
	char path[TF_TESTIFY_PATH];
	size_t size = tf_evidence_size(s), len = 0;
	uint8_t *bytes = NULL;
	tf_err e;

	if (size == 0)
		return;
	e = tf_testify_path(path, n->store_path, s->sid);
	if (e == TF_OK)
		e = make(&bytes, &len, n, s, size);
	if (e == TF_OK)
		e = write_file(path, bytes, len);
	free(bytes);
	if (e == TF_OK)
		tf_log(TF_LOG_ALERT, "evidence_written", "file", path, NULL);
	else
		tf_log(TF_LOG_ERROR, "evidence_not_written", "error", tf_err_name(e), NULL);
}
