#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "harness/harness.h"

static tf_test *tests;
static tf_test **tail = &tests;

void tf_test_register(tf_test *t)
{
	*tail = t;
	tail = &t->next;
}

static const char *running;

/* Append "test check" for each check that refused something, to the file TREFOIL_CHECK_REPORT. */
static void report_checks(void)
{
	const char *path = getenv("TREFOIL_CHECK_REPORT");
	FILE *f = path ? fopen(path, "a") : NULL;
	unsigned n;
	const tf_check *all = tf_check_list(&n);

	for (unsigned i = 0; f && i < n; i++)
		if (tf_check_refusals(all[i]))
			fprintf(f, "%s %u\n", running, (unsigned)all[i]);
	if (f)
		fclose(f);
}

void tf_test_leave(int code)
{
	fflush(NULL);
	report_checks();
	_exit(code);
}

/* Run one test in a child; its exit status is the verdict. */
static int run_one(const tf_test *t)
{
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return 1;
	if (pid == 0) {
		alarm(getenv("TREFOIL_NO_ALARM") ? 0 : t->seconds);
		running = t->name;
		atexit(report_checks);
		t->run();
		exit(0);
	}
	if (waitpid(pid, &status, 0) != pid)
		return 1;
	if (WIFSIGNALED(status)) {
		fprintf(stderr, "%s: killed by signal %d (%s)\n", t->name, WTERMSIG(status),
		        strsignal(WTERMSIG(status)));
		return 1;
	}
	return WEXITSTATUS(status);
}

static bool left_out(const tf_test *t)
{
	const char *quick = getenv("TREFOIL_QUICK");

	return quick && *quick && t->seconds > TF_TEST_SECONDS;
}

int main(int argc, char **argv)
{
	unsigned passed = 0, failed = 0, skipped = 0, out = 0;
	const char *filter = argc > 1 ? argv[1] : "";

	for (const tf_test *t = tests; t; t = t->next) {
		if (strcmp(filter, "--list") == 0) {
			puts(t->name);
			continue;
		}
		if (!strstr(t->name, filter))
			continue;
		if (left_out(t)) {
			out++;
			continue;
		}
		switch (run_one(t)) {
		case 0:
			passed++;
			break;
		case TF_TEST_SKIPPED:
			skipped++;
			break;
		default:
			failed++;
			fprintf(stderr, "FAILED %s (%s), seed %llu\n", t->name, t->file,
			        (unsigned long long)tf_test_seed());
		}
	}
	if (strcmp(filter, "--list") == 0)
		return 0;
	if (out)
		printf("%u slow tests left out (TREFOIL_QUICK)\n", out);
	printf("%u passed, %u failed", passed, failed);
	if (skipped + out)
		printf(", %u skipped", skipped + out);
	putchar('\n');
	return failed || passed + skipped + out == 0;
}
