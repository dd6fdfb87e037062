/* The program itself: configuration, start, service, end. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/conf.h"
#include "harness/harness.h"
#include "ra/server_test.h"

static char out[16384];

static void write_file(const fixture *f, const char *name, const char *text, mode_t mode)
{
	char path[160];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	CHECK(fchmod(fd, mode) == 0 && close(fd) == 0);
}

/* A configuration in the folder; more: further members, or "". */
static void write_config(const fixture *f, const char *profile, const char *more)
{
	char keys[3][65], text[4096];

	for (unsigned i = 0; i < 3; i++)
		sodium_bin2hex(keys[i], 65, f->admin_keys[i], 32);
	snprintf(text, sizeof(text), "{\"workspace\":\"acme\",\"profile\":\"%s\",\"listen\":"
	         "\"127.0.0.1:%u\",\"names\":[\"ip:127.0.0.1\"],\"data\":\"%s\","
	         "\"caRoot\":\"%s/ca.pem\","
	         "\"caKey\":\"%s/ca.key\",\"caPassphrase\":\"file:%s/pass\",\"adminKeys\":[\"%s\","
	         "\"%s\",\"%s\"],\"adminThreshold\":2,\"log\":{\"file\":\"%s/log\"},"
	         "\"pidFile\":\"%s/pid\",\"readyFile\":\"%s/ready\"%s}", profile,
	         20000 + (unsigned)getpid() % 20000, f->dir, f->dir, f->dir, f->dir, keys[0],
	         keys[1], keys[2], f->dir, f->dir, f->dir, more);
	write_file(f, "config.json", text, 0600);
	write_file(f, "ca.pem", f->cert_pem, 0644);
	write_file(f, "ca.key", f->key_pem, 0600);
	/* the fixture's passphrase has its NUL inside: spell it in the file the same way */
	{
		char path[160];
		int fd;

		snprintf(path, sizeof(path), "%s/pass", f->dir);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		CHECK(fd >= 0 && write(fd, f->config.passphrase, f->config.passphrase_len) ==
		      (ssize_t)f->config.passphrase_len && close(fd) == 0);
	}
}

static pid_t launch(const fixture *f, const char *option)
{
	char path[160], log[160];
	pid_t pid;

	snprintf(path, sizeof(path), "%s/config.json", f->dir);
	snprintf(log, sizeof(log), "%s/other.db", f->dir); /* removed with the fixture */
	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
			_exit(120);
		execl(TF_RA_PROGRAM, TF_RA_PROGRAM, "--config", path, option, (char *)NULL);
		_exit(121);
	}
	return pid;
}

/* Exit code; what it printed lies in out. */
static int finish(const fixture *f, pid_t pid)
{
	char log[160], *text;
	int status;

	CHECK(waitpid(pid, &status, 0) == pid);
	snprintf(log, sizeof(log), "%s/other.db", f->dir);
	text = tf_test_read_file(log, NULL);
	snprintf(out, sizeof(out), "%s", text);
	free(text);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool exists(const fixture *f, const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	return access(path, F_OK) == 0;
}

static void wait_until_ready(const fixture *f, pid_t pid)
{
	for (unsigned i = 0; i < 600 && !exists(f, "ready"); i++) {
		int status;

		if (waitpid(pid, &status, WNOHANG) == pid)
			tf_test_fail(__FILE__, __LINE__, "ended with %d", status);
		usleep(50000);
	}
	CHECK(exists(f, "ready"));
}

TEST(program_serves_and_ends_with_zero)
{
	static site s;
	static device d;
	char ticket[TF_TICKET_TEXT + 1], path[160];
	uint8_t nonce[TF_NONCE_LEN];
	struct stat st;
	answer a;
	char *body;

	memset(&s, 0, sizeof(s));
	fix_prepare(&s.f);
	write_config(&s.f, "dev", "");
	s.pid = launch(&s.f, NULL);
	wait_until_ready(&s.f, s.pid);
	snprintf(s.url, sizeof(s.url), "https://127.0.0.1:%u", 20000 + (unsigned)getpid() % 20000);
	fix_usual(&s.f);
	site_publish(&s);
	fix_device(&s.f, &d, "guard-1", TF_ROLE_GUARD, 1);
	site_ticket(&s, &d, ticket);
	site_nonce(&s, ticket, nonce);
	fix_request(&d, nonce);
	body = site_body(&d, ticket);
	a = site_ask(&s, "POST", "/v1/enrol", body);
	CHECK(a.status == 200);
	answer_wipe(&a);
	free(body);
	if (geteuid() == 0) {
		snprintf(path, sizeof(path), "%s/ra.db", s.f.dir);
		CHECK(stat(path, &st) == 0 && st.st_uid == 2000 && (st.st_mode & 0777) == 0600);
	}
	CHECK(kill(s.pid, SIGTERM) == 0);
	CHECK(finish(&s.f, s.pid) == 0);
	CHECK(!exists(&s.f, "ready"));
	fix_device_free(&d);
	fix_close(&s.f);
}

TEST(program_says_what_is_wrong_and_which_code)
{
	static fixture f;

	fix_prepare(&f);
	write_config(&f, "dev", "");
	CHECK(finish(&f, launch(&f, "--check-config")) == 0);
	CHECK(strstr(out, "configuration is fine"));
	write_config(&f, "dev", ",\"surprise\":1");
	CHECK(finish(&f, launch(&f, NULL)) == TF_EXIT_CONFIG);
	CHECK(strstr(out, "surprise"));
	write_config(&f, "dev", ",\"crlPeriod\":3600,\"crlSeconds\":3600");
	CHECK(finish(&f, launch(&f, "--check-config")) == TF_EXIT_CONFIG);
	CHECK(strstr(out, "crlSeconds"));
	write_config(&f, "production", "");
	CHECK(finish(&f, launch(&f, NULL)) == (int)tf_exit_of(TF_E_POLICY));
	CHECK(strstr(out, "production profile needs evidence"));
	write_config(&f, "dev", "");
	write_file(&f, "pass", "not the passphrase", 0600);
	CHECK(finish(&f, launch(&f, NULL)) == (int)tf_exit_of(TF_E_SEAL));
	write_file(&f, "pass", "a passphrase for tests only", 0644);
	CHECK(finish(&f, launch(&f, NULL)) == (int)tf_exit_of(TF_E_TRUST));
	CHECK(strstr(out, "pass"));
	fix_close(&f);
}
