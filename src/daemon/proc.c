#include "daemon/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/conf.h"

struct tf_proc {
	tf_loop *loop;
	tf_proc_options options;
	char *pid_path;
	char *ready_path;
	int pid_fd;
	tf_timer *deadline;
	tf_timer *heartbeat; /* keeps the loop running when nothing else does */
	bool is_ready;       /* and the ready file is ours */
	bool draining;
	bool ended;
	int code;
};

static void end(tf_proc *p, int code)
{
	if (!p->ended)
		p->code = code;
	p->ended = true;
	tf_loop_stop(p->loop);
}

static void nothing(void *ctx)
{
	(void)ctx;
}

static void too_long(void *ctx)
{
	end(ctx, TF_EXIT_UNAVAILABLE);
}

static void notify(const char *text)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (len < 2 || len >= sizeof(sa.sun_path) || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(sa.sun_path, path, len);
	if (path[0] == '@')
		sa.sun_path[0] = 0;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/* nobody listening is systemd's trouble, not ours */
	(void)!sendto(fd, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&sa,
	              (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

static void on_term(void *ctx)
{
	tf_proc *p = ctx;

	if (p->draining) {
		end(p, TF_EXIT_UNAVAILABLE);
		return;
	}
	p->draining = true;
	notify("STOPPING=1");
	if (!p->options.drain) {
		end(p, TF_EXIT_FINE);
		return;
	}
	tf_timer_start(p->deadline, p->options.drain_ms, 0);
	p->options.drain(p->options.ctx);
}

static void on_hup(void *ctx)
{
	tf_proc *p = ctx;

	if (p->options.reload && !p->draining)
		p->options.reload(p->options.ctx);
}

static void on_usr1(void *ctx)
{
	tf_proc *p = ctx;

	if (p->options.selftest)
		p->options.selftest(p->options.ctx);
}

/* Whoever had the lock may have removed the file between our open and our lock. */
static bool is_still_there(const tf_proc *p)
{
	struct stat ours, theirs;

	return fstat(p->pid_fd, &ours) == 0 && lstat(p->pid_path, &theirs) == 0 &&
	       ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

static tf_err take_pid_file(tf_proc *p, char *why, size_t cap)
{
	char text[24] = "";
	ssize_t n;

	p->pid_fd = open(p->pid_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (p->pid_fd < 0) {
		snprintf(why, cap, "%s: %s", p->pid_path, strerror(errno));
		return TF_E_IO;
	}
	if (flock(p->pid_fd, LOCK_EX | LOCK_NB) != 0 || !is_still_there(p)) {
		n = read(p->pid_fd, text, sizeof(text) - 1);
		text[n > 0 ? strspn(text, "0123456789") : 0] = 0;
		snprintf(why, cap, "%s: already running as process %s", p->pid_path, text);
		return TF_E_BUSY;
	}
	n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	if (ftruncate(p->pid_fd, 0) != 0 || pwrite(p->pid_fd, text, (size_t)n, 0) != n) {
		snprintf(why, cap, "%s: %s", p->pid_path, strerror(errno));
		return TF_E_IO;
	}
	return TF_OK;
}

static tf_err prepare(tf_proc *p, char *why, size_t cap)
{
	snprintf(why, cap, "out of memory");
	if (p->options.pid_file && !(p->pid_path = strdup(p->options.pid_file)))
		return TF_E_RESOURCE;
	if (p->options.ready_file && !(p->ready_path = strdup(p->options.ready_file)))
		return TF_E_RESOURCE;
	TRY(tf_timer_new(&p->deadline, p->loop, too_long, p));
	TRY(tf_timer_new(&p->heartbeat, p->loop, nothing, NULL));
	TRY(tf_loop_signal(p->loop, SIGTERM, on_term, p));
	TRY(tf_loop_signal(p->loop, SIGINT, on_term, p));
	TRY(tf_loop_signal(p->loop, SIGHUP, on_hup, p));
	TRY(tf_loop_signal(p->loop, SIGUSR1, on_usr1, p));
	return p->pid_path ? take_pid_file(p, why, cap) : TF_OK;
}

tf_err tf_proc_new(tf_proc **out, tf_loop *l, const tf_proc_options *options, char *why,
                   size_t cap)
{
	tf_proc *p = calloc(1, sizeof(*p));
	tf_err err;

	if (!p)
		return TF_E_RESOURCE;
	p->loop = l;
	p->options = *options;
	p->options.drain_ms = options->drain_ms ? options->drain_ms : 30000;
	p->pid_fd = -1;
	err = prepare(p, why, cap);
	if (err != TF_OK) {
		if (p->pid_fd >= 0)
			close(p->pid_fd);
		p->pid_fd = -1;
		tf_loop_no_signals(l, p);
		tf_proc_free(p);
		return err;
	}
	*out = p;
	return TF_OK;
}

tf_err tf_proc_ready(tf_proc *p)
{
	FILE *f;
	bool written;

	notify("READY=1");
	if (!p->ready_path)
		return TF_OK;
	f = fopen(p->ready_path, "we");
	if (!f)
		return TF_E_IO;
	p->is_ready = true;
	written = fprintf(f, "%ld\n", (long)getpid()) > 0;
	return fclose(f) == 0 && written ? TF_OK : TF_E_IO;
}

int tf_proc_run(tf_proc *p)
{
	tf_timer_start(p->heartbeat, 3600000, 3600000);
	while (!p->ended)
		tf_loop_run(p->loop);
	return p->code;
}

void tf_proc_drained(tf_proc *p)
{
	end(p, TF_EXIT_FINE);
}

void tf_proc_exit(tf_proc *p, int code)
{
	end(p, code);
}

bool tf_proc_draining(const tf_proc *p)
{
	return p->draining;
}

void tf_proc_free(tf_proc *p)
{
	if (!p)
		return;
	if (p->is_ready)
		unlink(p->ready_path);
	if (p->pid_fd >= 0) {
		unlink(p->pid_path);
		close(p->pid_fd);
	}
	tf_timer_free(p->deadline);
	tf_timer_free(p->heartbeat);
	free(p->pid_path);
	free(p->ready_path);
	free(p);
}
