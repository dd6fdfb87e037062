#include "cli/run.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/secret.h"
#include "daemon/harden.h"

#define COMMAND_LINE 8192u

void tf_running_wipe(tf_running *r)
{
	if (r->fd > 0)
		(void)close(r->fd);
	*r = (tf_running){ 0 };
}

void tf_run_pause(long ms)
{
	const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

long tf_run_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- is it ours? */

/* A small file of /proc or of ours, as text; "" if it cannot be read. */
static size_t slurp(char *out, size_t cap, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	size_t len = 0;
	ssize_t n = 0;

	while (fd >= 0 && len < cap - 1 && (n = read(fd, out + len, cap - 1 - len)) > 0)
		len += (size_t)n;
	if (fd >= 0)
		(void)close(fd);
	out[len] = '\0';
	return len;
}

static pid_t read_pid(const tf_deploy *d, const tf_program *p, const char *ending)
{
	char path[TF_CLI_PATH], text[32], *end;
	long pid;

	if (tf_deploy_path(path, sizeof(path), d, "run/%s.%s", p->name, ending) != TF_OK ||
	    slurp(text, sizeof(text), path) == 0)
		return 0;
	pid = strtol(text, &end, 10);
	return pid > 1 && pid < 1 << 30 && (*end == '\n' || *end == '\0') ? (pid_t)pid : 0;
}

/* Started as: .../trefoil-ra --config DIR/ra/config.json */
static bool has_our_command_line(pid_t pid, const tf_deploy *d, const tf_program *p)
{
	char path[64], line[COMMAND_LINE], config[TF_CLI_PATH];
	const char *name, *option, *value;
	size_t len;

	if (tf_path_print(path, sizeof(path), "/proc/%d/cmdline", (int)pid) != TF_OK ||
	    tf_deploy_path(config, sizeof(config), d, "%s/config.json", p->name) != TF_OK)
		return false;
	len = slurp(line, sizeof(line), path);
	name = line;
	option = name + strlen(name) + 1;
	if (option >= line + len || strcmp(option, "--config") != 0)
		return false;
	value = option + strlen(option) + 1;
	if (value >= line + len || strcmp(value, config) != 0)
		return false;
	return strcmp(strrchr(name, '/') ? strrchr(name, '/') + 1 : name,
	              tf_program_file(p->kind)) == 0;
}

static bool has_our_user(pid_t pid)
{
	char path[64], text[4096], *uid, *end;
	unsigned long effective;

	if (tf_path_print(path, sizeof(path), "/proc/%d/status", (int)pid) != TF_OK ||
	    slurp(text, sizeof(text), path) == 0)
		return false;
	uid = strstr(text, "\nUid:\t");
	if (!uid)
		return false;
	(void)strtoul(uid + 6, &end, 10);
	effective = strtoul(end, NULL, 10);
	/* a program that was started as root by hand has dropped, too, or is about to */
	return effective == (geteuid() == 0 ? TF_DAEMON_ID : geteuid()) ||
	       (geteuid() == 0 && effective == 0);
}

tf_err tf_run_find(tf_running *out, const tf_deploy *d, const tf_program *p)
{
	pid_t pid = read_pid(d, p, "pid");

	*out = (tf_running){ 0 };
	if (pid == 0)
		return TF_E_NOT_FOUND;
	out->pid = pid;
	out->fd = pidfd_open(pid, 0);
	if (out->fd >= 0 && tf_run_is_alive(out) && has_our_command_line(pid, d, p) &&
	    has_our_user(pid))
		return TF_OK;
	tf_running_wipe(out);
	return TF_E_NOT_FOUND;
}

bool tf_run_wait(const tf_running *r, int ms)
{
	struct pollfd p = { .fd = r->fd, .events = POLLIN };
	int n;

	do
		n = poll(&p, 1, ms);
	while (n < 0 && errno == EINTR);
	return n != 0;
}

bool tf_run_is_alive(const tf_running *r)
{
	return r->fd > 0 && !tf_run_wait(r, 0);
}

bool tf_run_is_ready(const tf_running *r, const tf_deploy *d, const tf_program *p)
{
	return read_pid(d, p, "ready") == r->pid;
}

tf_err tf_run_signal(const tf_running *r, int signum)
{
	return pidfd_send_signal(r->fd, signum, NULL, 0) == 0 || errno == ESRCH ? TF_OK : TF_E_IO;
}

/* ---- starting */

/* Beside this program, or where the build tree has it. */
static int open_program(const tf_program *p)
{
	static const char *const rooms[] = { ".", "../ra", "../cosigner", "../coordinator" };
	char self[TF_CLI_PATH], path[TF_CLI_PATH + 128];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (n <= 0)
		return -1;
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return -1;
	*slash = '\0';
	for (size_t i = 0; i < TF_ARRAY_LEN(rooms); i++) {
		int fd;

		if (tf_path_print(path, sizeof(path), "%s/%s/%s", self, rooms[i],
		                  tf_program_file(p->kind)) != TF_OK)
			continue;
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			return fd;
	}
	return -1;
}

/* What a program needs of our environment, and what would make it start anew (tf_harden_bind);
 * nothing else is its business. */
static char **clean_environment(void)
{
	static const char *const keep[] = { "PATH=", "TZ=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=",
		                            "LSAN_OPTIONS=" };
	static char bind[] = "LD_BIND_NOW=1";
	static char *out[TF_ARRAY_LEN(keep) + 2];
	size_t n = 0;

	for (char **e = environ; *e; e++)
		for (size_t i = 0; i < TF_ARRAY_LEN(keep); i++)
			if (strncmp(*e, keep[i], strlen(keep[i])) == 0 && n < TF_ARRAY_LEN(keep))
				out[n++] = *e;
	out[n++] = bind;
	out[n] = NULL;
	return out;
}

/* In the child; does not return. fexecve: the file is found as whom we are, and run as whom the
 * program is to be, who may have no way to where it lies. */
__attribute__((noreturn)) static void become(int program, int log, char *const argv[])
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	char **env = clean_environment();

	if (null < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 || setsid() < 0)
		_exit(TF_EXIT_BUG);
	if (chdir("/") != 0 ||
	    (geteuid() == 0 && (setgroups(0, NULL) != 0 ||
	                        setresgid(TF_DAEMON_ID, TF_DAEMON_ID, TF_DAEMON_ID) != 0 ||
	                        setresuid(TF_DAEMON_ID, TF_DAEMON_ID, TF_DAEMON_ID) != 0))) {
		perror("giving up root");
		_exit(TF_EXIT_PERMISSION);
	}
	(void)signal(SIGPIPE, SIG_DFL);
	(void)fexecve(program, argv, env);
	perror(argv[0]);
	_exit(TF_EXIT_UNAVAILABLE);
}

static tf_err open_log(int *log, const tf_deploy *d, const tf_program *p)
{
	char path[TF_CLI_PATH];

	TRY(tf_deploy_path(path, sizeof(path), d, "%s/log/stderr.log", p->name));
	*log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*log < 0)
		return TF_E_IO;
	return tf_owner_set(path, TF_OWNER_DAEMON);
}

static tf_err spawn(tf_running *out, const tf_deploy *d, const tf_program *p, int program)
{
	char config[TF_CLI_PATH], ready[TF_CLI_PATH], name[64];
	char option[] = "--config";
	char *argv[] = { name, option, config, NULL };
	int log = -1;
	tf_err e;

	TRY(tf_path_print(name, sizeof(name), "%s", tf_program_file(p->kind)));
	TRY(tf_deploy_path(config, sizeof(config), d, "%s/config.json", p->name));
	TRY(tf_deploy_path(ready, sizeof(ready), d, "run/%s.ready", p->name));
	(void)unlink(ready); /* of one that was killed */
	e = open_log(&log, d, p);
	if (e == TF_OK) {
		out->pid = fork();
		if (out->pid == 0)
			become(program, log, argv);
		out->fd = out->pid > 0 ? pidfd_open(out->pid, 0) : 0;
		if (out->fd <= 0)
			e = TF_E_RESOURCE;
	}
	if (log >= 0)
		(void)close(log);
	return e;
}

tf_err tf_run_start(tf_running *out, const tf_deploy *d, const tf_program *p, char *why, size_t cap)
{
	int program = open_program(p);
	tf_err e;

	*out = (tf_running){ 0 };
	if (program < 0) {
		snprintf(why, cap, "there is no %s beside this program",
		         tf_program_file(p->kind));
		return TF_E_NOT_FOUND;
	}
	e = spawn(out, d, p, program);
	(void)close(program);
	if (e != TF_OK)
		snprintf(why, cap, "%s cannot be started: %s", p->name, strerror(errno));
	return e;
}

void tf_run_last_words(char *out, size_t cap, const tf_deploy *d, const tf_program *p)
{
	TF_AUTO(tf_text) text = { 0 };
	char path[TF_CLI_PATH], *line;

	out[0] = '\0';
	if (tf_deploy_path(path, sizeof(path), d, "%s/log/stderr.log", p->name) != TF_OK ||
	    tf_file_read(&text, path) != TF_OK || text.len == 0)
		return;
	if (text.p[text.len - 1] == '\n')
		text.p[--text.len] = '\0';
	line = strrchr(text.p, '\n');
	snprintf(out, cap, "%s", line ? line + 1 : text.p);
}
