/* down: stop our own processes, the last started first. */
#include <signal.h>
#include <stdio.h>

#include "base/secret.h"
#include "cli/run.h"

#define GRACE_MS 30000

int tf_cmd_down(const tf_cli *cli, int argc, char **argv)
{
	tf_running runs[TF_DEPLOY_PROGRAMS] = { 0 };
	tf_deploy d;
	int code;

	(void)argv;
	if (argc > 1)
		return tf_cli_fail(TF_EXIT_USAGE, "see trefoil down --help");
	code = tf_deploy_open(&d, cli);
	if (code != TF_EXIT_FINE)
		return code;
	for (size_t i = d.n; i-- > 0;)
		if (tf_run_find(&runs[i], &d, &d.program[i]) == TF_OK &&
		    (tf_run_signal(&runs[i], SIGTERM) != TF_OK ||
		     tf_run_signal(&runs[i], SIGCONT) != TF_OK))
			code = tf_cli_fail(TF_EXIT_PERMISSION, "%s, pid %d, cannot be signalled",
			                   d.program[i].name, (int)runs[i].pid);
	for (size_t i = d.n; i-- > 0;) {
		if (runs[i].fd == 0 || code != TF_EXIT_FINE)
			continue;
		if (tf_run_wait(&runs[i], GRACE_MS)) {
			printf("stopped %s\n", d.program[i].name);
		} else if (tf_run_signal(&runs[i], SIGKILL) == TF_OK && tf_run_wait(&runs[i], 5000)) {
			printf("killed  %s, which did not stop within %d s\n", d.program[i].name,
			       GRACE_MS / 1000);
		} else {
			code = tf_cli_fail(TF_EXIT_UNAVAILABLE, "%s, pid %d, does not end",
			                   d.program[i].name, (int)runs[i].pid);
		}
	}
	for (size_t i = 0; i < d.n; i++)
		tf_running_wipe(&runs[i]);
	return code;
}
