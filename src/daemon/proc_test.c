#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/conf.h"
#include "daemon/proc.h"
#include "harness/harness.h"

typedef struct life {
	tf_loop *loop;
	tf_proc *proc;
	tf_timer *timer;
	int told; /* descriptor that hears what happens */
	bool slow;
} life;

static void tell(life *f, char what)
{
	CHECK(write(f->told, &what, 1) == 1);
}

static void finish(void *ctx)
{
	life *f = ctx;

	tf_proc_drained(f->proc);
}

static void drain(void *ctx)
{
	life *f = ctx;

	CHECK(tf_proc_draining(f->proc));
	tell(f, 'd');
	if (!f->slow)
		tf_timer_start(f->timer, 10, 0);
}

static void reload(void *ctx)
{
	tell(ctx, 'r');
}

static void selftest(void *ctx)
{
	tell(ctx, 's');
}

/* A daemon in a child process; events come out of *told. */
static pid_t give_birth(int *told, tf_proc_options o, bool slow)
{
	int ends[2];
	pid_t pid;

	CHECK(pipe(ends) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		life f = { .told = ends[1], .slow = slow };
		char why[200] = "";
		int code;

		o.drain = drain;
		o.reload = reload;
		o.selftest = selftest;
		o.ctx = &f;
		CHECK_OK(tf_loop_new(&f.loop));
		CHECK_OK(tf_timer_new(&f.timer, f.loop, finish, &f));
		if (tf_proc_new(&f.proc, f.loop, &o, why, sizeof(why)) != TF_OK) {
			fprintf(stderr, "%s\n", why);
			_exit(TF_EXIT_UNAVAILABLE);
		}
		CHECK_OK(tf_proc_ready(f.proc));
		tell(&f, '+');
		code = tf_proc_run(f.proc);
		tf_loop_free(f.loop);
		tf_timer_free(f.timer);
		tf_proc_free(f.proc);
		_exit(code);
	}
	close(ends[1]);
	*told = ends[0];
	return pid;
}

static void hear(int fd, char want)
{
	char c = 0;

	CHECK(read(fd, &c, 1) == 1);
	if (c != want)
		tf_test_fail(__FILE__, __LINE__, "heard '%c', expected '%c'", c, want);
}

static int exit_code(pid_t pid)
{
	int status;

	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

TEST(a_signal_drains_and_the_end_is_0)
{
	char dir[] = "/tmp/trefoil-proc-XXXXXX", pid_file[64], ready_file[64], text[32];
	tf_proc_options o = { .pid_file = pid_file, .ready_file = ready_file };
	int told, fd;
	pid_t pid;

	CHECK(mkdtemp(dir));
	snprintf(pid_file, sizeof(pid_file), "%s/pid", dir);
	snprintf(ready_file, sizeof(ready_file), "%s/ready", dir);
	pid = give_birth(&told, o, false);
	hear(told, '+');
	fd = open(pid_file, O_RDONLY);
	memset(text, 0, sizeof(text));
	CHECK(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 && atol(text) == (long)pid);
	close(fd);
	CHECK(access(ready_file, F_OK) == 0);
	kill(pid, SIGHUP);
	hear(told, 'r');
	kill(pid, SIGUSR1);
	hear(told, 's');
	kill(pid, SIGTERM);
	hear(told, 'd');
	CHECK(exit_code(pid) == TF_EXIT_FINE);
	CHECK(access(pid_file, F_OK) != 0 && access(ready_file, F_OK) != 0);
	CHECK(rmdir(dir) == 0);
}

TEST(a_second_signal_ends_at_once)
{
	int told;
	pid_t pid = give_birth(&told, (tf_proc_options){ 0 }, true);

	hear(told, '+');
	kill(pid, SIGINT);
	hear(told, 'd');
	kill(pid, SIGTERM);
	CHECK(exit_code(pid) == TF_EXIT_UNAVAILABLE);
}

TEST(a_drain_that_takes_too_long_is_cut_off)
{
	int told;
	pid_t pid = give_birth(&told, (tf_proc_options){ .drain_ms = 50 }, true);

	hear(told, '+');
	kill(pid, SIGTERM);
	hear(told, 'd');
	CHECK(exit_code(pid) == TF_EXIT_UNAVAILABLE);
}

TEST(one_process_per_pid_file)
{
	char path[] = "/tmp/trefoil-pid-XXXXXX";
	int told, told2, fd = mkstemp(path);
	pid_t one, two;

	CHECK(fd >= 0 && close(fd) == 0);
	one = give_birth(&told, (tf_proc_options){ .pid_file = path }, false);
	hear(told, '+');
	two = give_birth(&told2, (tf_proc_options){ .pid_file = path }, false);
	CHECK(exit_code(two) == TF_EXIT_UNAVAILABLE);
	CHECK(access(path, F_OK) == 0);
	kill(one, SIGKILL);
	waitpid(one, NULL, 0);
	one = give_birth(&told, (tf_proc_options){ .pid_file = path }, false);
	hear(told, '+');
	kill(one, SIGTERM);
	CHECK(exit_code(one) == TF_EXIT_FINE);
}

TEST(a_pid_file_that_cannot_be_written_is_named)
{
	tf_proc_options o = { .pid_file = "/nonexistent/pid" };
	char why[200] = "";
	tf_loop *loop;
	tf_proc *p;

	CHECK_OK(tf_loop_new(&loop));
	CHECK_ERR(tf_proc_new(&p, loop, &o, why, sizeof(why)), TF_E_IO);
	CHECK(strstr(why, "/nonexistent/pid"));
	tf_loop_free(loop);
}

TEST(the_service_manager_is_told)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int told, fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char text[64];
	ssize_t n;
	pid_t pid;

	snprintf(sa.sun_path, sizeof(sa.sun_path), "/tmp/trefoil-notify-%ld", (long)getpid());
	CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0);
	setenv("NOTIFY_SOCKET", sa.sun_path, 1);
	pid = give_birth(&told, (tf_proc_options){ 0 }, false);
	n = recv(fd, text, sizeof(text), 0);
	CHECK(n == 7 && memcmp(text, "READY=1", 7) == 0);
	hear(told, '+');
	kill(pid, SIGTERM);
	n = recv(fd, text, sizeof(text), 0);
	CHECK(n == 10 && memcmp(text, "STOPPING=1", 10) == 0);
	CHECK(exit_code(pid) == TF_EXIT_FINE);
	unlink(sa.sun_path);
}

TEST(a_second_start_leaves_the_files_of_the_first)
{
	char dir[] = "/tmp/trefoil-proc-XXXXXX", pid_file[64], ready_file[64];
	tf_proc_options o = { .pid_file = pid_file, .ready_file = ready_file };
	int told, told_two;
	pid_t one, two;
	bool there;

	CHECK(mkdtemp(dir));
	snprintf(pid_file, sizeof(pid_file), "%s/pid", dir);
	snprintf(ready_file, sizeof(ready_file), "%s/ready", dir);
	one = give_birth(&told, o, false);
	hear(told, '+');
	two = give_birth(&told_two, o, false);
	CHECK(exit_code(two) == TF_EXIT_UNAVAILABLE);
	there = access(ready_file, F_OK) == 0 && access(pid_file, F_OK) == 0;
	CHECK(kill(one, SIGTERM) == 0);
	CHECK(exit_code(one) == TF_EXIT_FINE);
	CHECK(there);
	CHECK(access(ready_file, F_OK) != 0 && access(pid_file, F_OK) != 0);
	CHECK(rmdir(dir) == 0);
}

static void must_not_drain(void *ctx)
{
	(void)ctx;
	tf_test_fail(__FILE__, __LINE__, "drained, by a program that has ended");
}

/* As every program ends: what drain works with is gone, the loop goes and then the process. */
TEST(a_signal_at_the_very_end_is_not_heard)
{
	tf_proc_options o = { .drain = must_not_drain };
	char why[100];
	tf_loop *loop;
	tf_proc *p;

	CHECK_OK(tf_loop_new(&loop));
	CHECK_OK(tf_proc_new(&p, loop, &o, why, sizeof(why)));
	CHECK(raise(SIGTERM) == 0);
	tf_loop_free(loop);
	tf_proc_free(p);
}

/* A start that fails leaves nobody in the loop whom a signal would look for. */
TEST(a_start_that_fails_hears_no_signals)
{
	tf_proc_options o = { .pid_file = "/nowhere/at/all/pid", .drain = must_not_drain };
	char why[100];
	tf_loop *loop;
	tf_proc *p;

	CHECK_OK(tf_loop_new(&loop));
	CHECK_ERR(tf_proc_new(&p, loop, &o, why, sizeof(why)), TF_E_IO);
	CHECK(signal(SIGTERM, SIG_IGN) == SIG_DFL); /* what the loop had put there is gone */
	CHECK(raise(SIGTERM) == 0);
	tf_loop_free(loop);
}
