#include "cli/publish.h"

#include <signal.h>

#include "base/secret.h"
#include "cli/run.h"

int tf_publish(const tf_deploy *d, tf_calls *calls)
{
	TF_AUTO(tf_reply) r = { 0 };
	TF_AUTO(tf_text) file = { 0 };
	char path[TF_CLI_PATH];
	tf_err e = tf_deploy_path(path, sizeof(path), d, "workspace.json");

	if (e == TF_OK)
		e = tf_file_read(&file, path);
	if (e != TF_OK)
		return tf_cli_fail(tf_exit_of(e), "%s: %s", path, tf_err_name(e));
	e = tf_calls_admin(&r, calls, "POST", "/v1/admin/workspace", file.p);
	if (e != TF_OK)
		return tf_cli_fail(tf_calls_exit(e), "publishing the workspace file: %s",
		                   *r.why ? r.why : tf_err_name(e));
	return TF_EXIT_FINE;
}

int tf_publish_hurry(const tf_deploy *d)
{
	for (size_t i = 0; i < d->n; i++) {
		const tf_program *p = &d->program[i];
		TF_AUTO(tf_running) runs = { 0 };

		if (p->kind == TF_PROGRAM_RA || tf_run_find(&runs, d, p) != TF_OK ||
		    !tf_run_is_ready(&runs, d, p)) /* it asks when it starts */
			continue;
		if (tf_run_signal(&runs, SIGHUP) != TF_OK)
			return tf_cli_fail(TF_EXIT_PERMISSION, "%s cannot be signalled", p->name);
	}
	return TF_EXIT_FINE;
}
