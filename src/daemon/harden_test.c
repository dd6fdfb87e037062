/* What is given up is really gone; what is needed still works. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rng.h"
#include "daemon/harden.h"
#include "daemon/harden_filter.h"
#include "daemon/osrng.h"
#include "harness/harness.h"
#include "net/loop.h"

static tf_harden_state state_of(const tf_harden_report *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->step[i].name, name) == 0)
			return r->step[i].state;
	return 0;
}

/* What the next test starts; by itself it has nothing to say. */
TEST(started_anew_by_another_test)
{
	const char *now = getenv("LD_BIND_NOW");

	CHECK(!getenv("TREFOIL_STARTED_ANEW") || (now && strcmp(now, "1") == 0));
}

TEST(a_program_starts_anew_to_be_bound_at_once)
{
	char *const argv[] = { "test_daemon", "started_anew_by_another_test", NULL };
	int status;
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		setenv("TREFOIL_STARTED_ANEW", "1", 1);
		setenv("LD_BIND_NOW", "", 1); /* to the loader, not set */
		_exit(tf_harden_bind(argv) == TF_OK ? 3 : 4); /* it did not start anew */
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	setenv("LD_BIND_NOW", "1", 1);
	CHECK_OK(tf_harden_bind(argv)); /* once is enough */
}

/* What the next test starts as somebody else. */
TEST(starts_anew_for_another_test)
{
	char *const argv[] = { "test_daemon", "started_anew_by_another_test", NULL };

	if (getenv("TREFOIL_STARTED_ANEW"))
		CHECK_OK(tf_harden_bind(argv));
}

/* In the child: this program out of a folder that only root may enter, run as somebody else. */
static void run_hidden(const char *folder, const char *path)
{
	char *const argv[] = { "test_daemon", "starts_anew_for_another_test", NULL };
	char *const env[] = { "TREFOIL_STARTED_ANEW=1", "LD_BIND_NOW=", NULL };
	int program = open(path, O_RDONLY | O_CLOEXEC);

	if (program < 0 || chmod(folder, 0700) != 0 || chdir("/") != 0 ||
	    setresgid(2000, 2000, 2000) != 0 || setresuid(2000, 2000, 2000) != 0 ||
	    access(path, X_OK) == 0)
		_exit(3);
	fexecve(program, argv, env);
	_exit(4);
}

static void copy_this_program(const char *path)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	struct stat st;
	off_t done = 0;

	CHECK(from >= 0 && to >= 0 && fstat(from, &st) == 0);
	while (done < st.st_size)
		CHECK(sendfile(to, from, &done, (size_t)(st.st_size - done)) > 0);
	CHECK(fchmod(to, 0755) == 0 && close(from) == 0 && close(to) == 0);
}

TEST(a_program_that_its_user_has_no_way_to_starts_anew)
{
	char folder[] = "/tmp/trefoil-hidden-XXXXXX", path[64];
	int status;
	pid_t pid;

	if (geteuid() != 0)
		tf_test_skip("needs root, to be somebody else");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/test", folder);
	copy_this_program(path);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		run_hidden(folder, path);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(unlink(path) == 0 && rmdir(folder) == 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(the_first_steps_are_taken)
{
	int kept = open("/dev/null", O_RDONLY), other = open("/dev/null", O_RDONLY);
	int last = fcntl(kept, F_DUPFD, 200);
	tf_harden_report r = { 0 };
	struct rlimit core;

	CHECK_OK(tf_harden_early(&r, TF_WHERE_HOST, (int[]){ last, kept }, 2));
	CHECK(fcntl(kept, F_GETFD) >= 0 && fcntl(last, F_GETFD) >= 0);
	CHECK(fcntl(other, F_GETFD) < 0 && fcntl(2, F_GETFD) >= 0);
	CHECK(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
	CHECK(getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0);
	CHECK(umask(0) == 077);
	CHECK(r.n == 5 && state_of(&r, "fds") == TF_STEP_DONE);
}

TEST(standard_descriptors_are_never_ours)
{
	tf_harden_report r = { 0 };

	close(0);
	CHECK_OK(tf_harden_early(&r, TF_WHERE_HOST, NULL, 0));
	CHECK(open("/dev/null", O_RDONLY) == 3);
}

TEST(root_becomes_2000_and_cannot_go_back)
{
	tf_harden_report r = { 0 };

	if (geteuid() != 0)
		tf_test_skip("not root");
	CHECK_OK(tf_harden_drop(&r, TF_WHERE_HOST));
	CHECK(getuid() == 2000 && geteuid() == 2000 && getgid() == 2000 && getegid() == 2000);
	CHECK(getgroups(0, NULL) == 0);
	CHECK(setuid(0) != 0 && setgid(0) != 0);
	CHECK(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
	CHECK(state_of(&r, "uid") == TF_STEP_DONE);
	CHECK_OK(tf_harden_drop(&r, TF_WHERE_HOST));
}

TEST(an_enclave_skips_what_its_libos_lacks)
{
	tf_harden_report r = { 0 };

	CHECK_OK(tf_harden_early(&r, TF_WHERE_ENCLAVE, NULL, 0));
	CHECK_OK(tf_harden_drop(&r, TF_WHERE_ENCLAVE));
	CHECK_OK(tf_harden_sandbox(&r, TF_WHERE_ENCLAVE, TF_HARDEN_COSIGNER));
	CHECK(state_of(&r, "uid") == TF_STEP_SKIPPED && state_of(&r, "filter") == TF_STEP_SKIPPED);
	CHECK(state_of(&r, "dumpable") == TF_STEP_SKIPPED && geteuid() == getuid());
	CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
}

static void sandbox(tf_harden_role role)
{
	tf_harden_report r = { 0 };

	if (tf_filter_is_off())
		tf_test_skip("sanitizer build");
	CHECK_OK(tf_harden_sandbox(&r, TF_WHERE_HOST, role));
	CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) < 0 && errno == EPERM);
	CHECK(state_of(&r, "filter") == TF_STEP_DONE);
	CHECK(state_of(&r, "no_new_privs") == TF_STEP_DONE);
}

static void expect_filter_line(void)
{
	char text[4096] = "";
	int fd = open("/proc/self/status", O_RDONLY);

	CHECK(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0);
	CHECK(strstr(text, "\nSeccomp:\t2\n") && strstr(text, "\nNoNewPrivs:\t1\n"));
	close(fd);
}

TEST(the_filter_denies_what_no_daemon_needs)
{
	void *page;

	sandbox(TF_HARDEN_COSIGNER);
	expect_filter_line();
	CHECK(fork() < 0 && errno == EPERM);
	CHECK(socket(AF_NETLINK, SOCK_RAW, 0) < 0 && errno == EPERM);
	CHECK(socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EPERM);
	CHECK(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM);
	CHECK(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
	      MAP_FAILED && errno == EPERM);
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(page != MAP_FAILED);
	CHECK(mprotect(page, 4096, PROT_READ | PROT_EXEC) < 0 && errno == EPERM);
	CHECK(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0 && errno == EPERM);
	CHECK(chmod("/tmp", 01777) < 0 && errno == EPERM);
	CHECK(kill(getppid(), 0) < 0 && errno == EPERM);
}

typedef void (*crime)(void);

static void run_a_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void trace(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void become_root(void)
{
	(void)!setresuid(0, 0, 0);
}

static void break_out(void)
{
	(void)!chroot("/");
}

TEST(the_filter_kills_what_only_an_intruder_calls)
{
	static const crime crimes[] = { run_a_program, trace, become_root, break_out };
	int status;
	pid_t pid;

	if (tf_filter_is_off())
		tf_test_skip("sanitizer build");
	for (size_t i = 0; i < TF_ARRAY_LEN(crimes); i++) {
		pid = fork();
		CHECK(pid >= 0);
		if (pid == 0) {
			sandbox(TF_HARDEN_RA);
			crimes[i]();
			_exit(0);
		}
		CHECK(waitpid(pid, &status, 0) == pid);
		CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	}
}

TEST(who_only_serves_cannot_dial)
{
	sandbox(TF_HARDEN_RA);
	CHECK(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM);
}

static void *thread_body(void *ctx)
{
	*(int *)ctx = socket(AF_PACKET, SOCK_RAW, 0) < 0 ? errno : 0;
	return NULL;
}

static void job(void *ctx)
{
	thread_body(ctx);
}

static void job_done(void *ctx, bool ran)
{
	(void)ctx;
	CHECK(ran);
}

/* The worker pool has threads from before the filter; they are under it, too. */
TEST(the_filter_holds_for_every_thread_and_threads_still_start)
{
	tf_loop *loop;
	pthread_t t;
	int before = -1, after = -1;

	CHECK_OK(tf_loop_new(&loop));
	CHECK_OK(tf_loop_job(loop, job, job_done, &before));
	tf_loop_run(loop);
	CHECK(before != EPERM || geteuid() != 0);
	sandbox(TF_HARDEN_COORDINATOR);
	before = after = -1;
	CHECK_OK(tf_loop_job(loop, job, job_done, &before));
	tf_loop_run(loop);
	CHECK(before == EPERM);
	CHECK(pthread_create(&t, NULL, thread_body, &after) == 0);
	pthread_join(t, NULL);
	CHECK(after == EPERM);
	tf_loop_free(loop);
}

TEST(daemons_still_read_write_and_draw_randomness)
{
	char path[] = "/tmp/trefoil-harden-XXXXXX";
	uint8_t bytes[64];
	tf_rng rng;
	int fd;

	sandbox(TF_HARDEN_COSIGNER);
	fd = mkstemp(path);
	CHECK(fd >= 0 && write(fd, "x", 1) == 1 && fdatasync(fd) == 0 && ftruncate(fd, 0) == 0);
	CHECK(close(fd) == 0 && unlink(path) == 0);
	CHECK_OK(tf_osrng_init(&rng));
	CHECK_OK(tf_rng_bytes(&rng, bytes, sizeof(bytes)));
	CHECK(socket(AF_INET, SOCK_STREAM, 0) >= 0);
}

TEST(files_of_secrets_must_be_ours_alone)
{
	char path[] = "/tmp/trefoil-secret-XXXXXX", why[160];
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	CHECK_OK(tf_harden_secret_file(path, why, sizeof(why)));
	CHECK(fchmod(fd, 0644) == 0);
	CHECK_ERR(tf_harden_secret_file(path, why, sizeof(why)), TF_E_TRUST);
	CHECK(strstr(why, path) && strstr(why, "644"));
	CHECK(fchmod(fd, 0600) == 0);
	if (geteuid() == 0) {
		CHECK(fchown(fd, 12345, 12345) == 0);
		CHECK_ERR(tf_harden_secret_file(path, why, sizeof(why)), TF_E_TRUST);
		CHECK(strstr(why, "12345"));
	}
	CHECK_ERR(tf_harden_secret_file("/tmp", why, sizeof(why)), TF_E_TRUST);
	CHECK_ERR(tf_harden_secret_file("/nonexistent", why, sizeof(why)), TF_E_IO);
	close(fd);
	unlink(path);
}

TEST(state_is_handed_over_without_following_links)
{
	char dir[] = "/tmp/trefoil-state-XXXXXX", file[64], bait[64];
	struct stat st;
	int fd;

	if (geteuid() != 0)
		tf_test_skip("not root");
	CHECK(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/db", dir);
	snprintf(bait, sizeof(bait), "%s/bait", dir);
	fd = open(file, O_CREAT | O_WRONLY, 0600);
	CHECK(fd >= 0 && close(fd) == 0 && symlink("/etc/passwd", bait) == 0);
	CHECK_OK(tf_harden_chown(dir));
	CHECK(stat(dir, &st) == 0 && st.st_uid == 2000);
	CHECK(stat(file, &st) == 0 && st.st_uid == 2000 && st.st_gid == 2000);
	CHECK(stat("/etc/passwd", &st) == 0 && st.st_uid == 0);
	CHECK_ERR(tf_harden_chown(bait), TF_E_IO);
	CHECK_ERR(tf_harden_chown("/nonexistent"), TF_E_IO);
	unlink(bait);
	unlink(file);
	rmdir(dir);
}

TEST(randomness_does_not_repeat_across_calls_or_forks)
{
	uint8_t mine[64], theirs[64], again[1000];
	tf_rng rng;
	int ends[2];
	pid_t pid;

	CHECK_OK(tf_osrng_init(&rng));
	CHECK(pipe(ends) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		CHECK_OK(tf_rng_bytes(&rng, theirs, sizeof(theirs)));
		CHECK(write(ends[1], theirs, sizeof(theirs)) == sizeof(theirs));
		_exit(0);
	}
	CHECK_OK(tf_rng_bytes(&rng, mine, sizeof(mine)));
	CHECK(read(ends[0], theirs, sizeof(theirs)) == sizeof(theirs));
	CHECK(memcmp(mine, theirs, sizeof(mine)) != 0);
	CHECK_OK(tf_rng_bytes(&rng, again, sizeof(again)));
	CHECK(memcmp(mine, again, sizeof(mine)) != 0);
	for (size_t i = 64; i + 32 <= sizeof(again); i += 32)
		CHECK(memcmp(again + i - 32, again + i, 32) != 0);
	CHECK(waitpid(pid, NULL, 0) == pid);
}
