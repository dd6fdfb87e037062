#include "daemon/harden.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/harden_filter.h"

static tf_err report_step(tf_harden_report *r, const char *name, tf_harden_state state,
                          const char *note)
{
	tf_harden_step *s;

	if (r->n < TF_ARRAY_LEN(r->step)) {
		s = &r->step[r->n++];
		s->name = name;
		s->state = state;
		snprintf(s->note, sizeof(s->note), "%s", note);
	}
	return state == TF_STEP_FAILED ? TF_E_RESOURCE : TF_OK;
}

/* 0 or -1 with errno, as system calls say it. */
static tf_err report_call(tf_harden_report *r, const char *name, int ret)
{
	if (ret == 0)
		return report_step(r, name, TF_STEP_DONE, "");
	return report_step(r, name, TF_STEP_FAILED, strerror(errno));
}

static tf_err skip(tf_harden_report *r, const char *name)
{
	return report_step(r, name, TF_STEP_SKIPPED, "enclave: the LibOS has no such call");
}

tf_err tf_harden_bind(char *const *argv)
{
	const char *now = getenv("LD_BIND_NOW");
	char self[PATH_MAX];
	ssize_t len;

	if (now && *now)
		return TF_OK;
	len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (len <= 0 || setenv("LD_BIND_NOW", "1", 1) != 0)
		return TF_E_RESOURCE;
	self[len] = '\0';
	(void)execv(self, argv);
	/* as whom we run may have no way to where the program lies; ps then calls it "exe" */
	(void)execv("/proc/self/exe", argv);
	return TF_E_RESOURCE;
}

static bool is_kept(unsigned fd, const int *keep, size_t keep_n)
{
	for (size_t i = 0; i < keep_n; i++)
		if (keep[i] >= 0 && (unsigned)keep[i] == fd)
			return true;
	return false;
}

/* Everything from 3 on in the gaps between what is kept. */
static int close_inherited(const int *keep, size_t keep_n)
{
	unsigned from = 3, highest = 2;

	for (size_t i = 0; i < keep_n; i++)
		if (keep[i] > (int)highest)
			highest = (unsigned)keep[i];
	for (unsigned fd = 3; fd <= highest; fd++) {
		if (!is_kept(fd, keep, keep_n))
			continue;
		if (fd > from && syscall(SYS_close_range, from, fd - 1, 0) != 0)
			return -1;
		from = fd + 1;
	}
	return (int)syscall(SYS_close_range, from, UINT_MAX, 0);
}

/* A file of ours must never become descriptor 0, 1 or 2. */
static int fill_standard(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (open("/dev/null", O_RDWR) != fd)
			return -1;
	}
	return 0;
}

tf_err tf_harden_early(tf_harden_report *report, tf_harden_where where, const int *keep,
                       size_t keep_n)
{
	const struct rlimit none = { 0, 0 };

	umask(077);
	TRY(report_step(report, "umask", TF_STEP_DONE, ""));
	TRY(report_call(report, "core_limit", setrlimit(RLIMIT_CORE, &none)));
	if (where == TF_WHERE_ENCLAVE) {
		TRY(skip(report, "dumpable"));
		return skip(report, "fds");
	}
	TRY(report_call(report, "dumpable", prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)));
	TRY(report_call(report, "standard_fds", fill_standard()));
	return report_call(report, "fds", close_inherited(keep, keep_n));
}

static int become_daemon_user(void)
{
	if (setgroups(0, NULL) != 0 || setresgid(TF_DAEMON_ID, TF_DAEMON_ID, TF_DAEMON_ID) != 0 ||
	    setresuid(TF_DAEMON_ID, TF_DAEMON_ID, TF_DAEMON_ID) != 0)
		return -1;
	if (setresuid(0, 0, 0) == 0 || setresgid(0, 0, 0) == 0 || geteuid() != TF_DAEMON_ID ||
	    getegid() != TF_DAEMON_ID) {
		errno = EPERM;
		return -1;
	}
	return 0;
}

tf_err tf_harden_drop(tf_harden_report *report, tf_harden_where where)
{
	char note[64];

	if (where == TF_WHERE_ENCLAVE)
		return skip(report, "uid");
	if (geteuid() == 0 || getuid() == 0) {
		TRY(report_call(report, "uid", become_daemon_user()));
	} else {
		snprintf(note, sizeof(note), "already user %ld", (long)geteuid());
		TRY(report_step(report, "uid", TF_STEP_DONE, note));
	}
	return report_call(report, "dumpable", prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}

tf_err tf_harden_sandbox(tf_harden_report *report, tf_harden_where where, tf_harden_role role)
{
	char note[80] = "";

	if (where == TF_WHERE_ENCLAVE) {
		TRY(skip(report, "no_new_privs"));
		return skip(report, "filter");
	}
	TRY(report_call(report, "no_new_privs", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)));
	if (tf_filter_is_off())
		return report_step(report, "filter", TF_STEP_SKIPPED, "sanitizer build");
	if (tf_filter_load(role, note, sizeof(note)) != TF_OK)
		return report_step(report, "filter", TF_STEP_FAILED, note);
	return report_step(report, "filter", TF_STEP_DONE, "");
}

static tf_err chown_entries(int folder)
{
	DIR *d = fdopendir(folder);
	struct dirent *e;
	bool fine = true;

	if (!d) {
		close(folder);
		return TF_E_IO;
	}
	while ((e = readdir(d))) {
		if (strcmp(e->d_name, "..") == 0)
			continue;
		fine = fchownat(dirfd(d), e->d_name, TF_DAEMON_ID, TF_DAEMON_ID,
		                AT_SYMLINK_NOFOLLOW) == 0 && fine;
	}
	closedir(d);
	return fine ? TF_OK : TF_E_IO;
}

tf_err tf_harden_chown(const char *path)
{
	struct stat st;
	int fd;

	if (geteuid() != 0)
		return TF_OK;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return TF_E_IO;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return chown_entries(fd);
	if (fchown(fd, TF_DAEMON_ID, TF_DAEMON_ID) != 0) {
		close(fd);
		return TF_E_IO;
	}
	close(fd);
	return TF_OK;
}

tf_err tf_harden_secret_fd(int fd, const char *path, char *why, size_t cap)
{
	struct stat st;

	if (fstat(fd, &st) != 0) {
		snprintf(why, cap, "%s: %s", path, strerror(errno));
		return TF_E_IO;
	}
	if (!S_ISREG(st.st_mode)) {
		snprintf(why, cap, "%s: expected a regular file", path);
		return TF_E_TRUST;
	}
	if (st.st_uid != geteuid() && st.st_uid != 0) {
		snprintf(why, cap, "%s: belongs to user %ld, expected %ld", path, (long)st.st_uid,
		         (long)geteuid());
		return TF_E_TRUST;
	}
	if (st.st_mode & 077) {
		snprintf(why, cap, "%s: mode %03o lets others in, expected 600 or 400", path,
		         (unsigned)st.st_mode & 0777);
		return TF_E_TRUST;
	}
	return TF_OK;
}

tf_err tf_harden_secret_file(const char *path, char *why, size_t cap)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	tf_err err;

	if (fd < 0) {
		snprintf(why, cap, "%s: %s", path, strerror(errno));
		return TF_E_IO;
	}
	err = tf_harden_secret_fd(fd, path, why, cap);
	close(fd);
	return err;
}
