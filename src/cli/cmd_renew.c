/* renew: moduli made before now are good no longer. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/secret.h"
#include "cli/publish.h"
#include "cli/roster.h"

static const char *text(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

static bool is_cosigner(const json_t *entry)
{
	return strcmp(text(entry, "role"), "guard") == 0 ||
	       strcmp(text(entry, "role"), "primary") == 0;
}

static json_t *find(const json_t *payload, const char *device)
{
	size_t i;
	json_t *entry;

	json_array_foreach(json_object_get(payload, "roster"), i, entry)
		if (is_cosigner(entry) && strcmp(text(entry, "device"), device) == 0)
			return entry;
	return NULL;
}

/* A clock that went back takes no order back. */
static tf_err date(json_t *entry, json_int_t now)
{
	json_int_t was = json_integer_value(json_object_get(entry, "moduliNotBefore"));

	return json_object_set_new(entry, "moduliNotBefore", json_integer(was > now ? was : now)) == 0
	               ? TF_OK : TF_E_RESOURCE;
}

static tf_err date_all(const json_t *payload, json_int_t now)
{
	size_t i;
	json_t *entry;

	json_array_foreach(json_object_get(payload, "roster"), i, entry)
		if (is_cosigner(entry))
			TRY(date(entry, now));
	return TF_OK;
}

/* The next version of the file; an exit code. */
static int change(json_t *payload, const tf_deploy *d, int n, char **devices)
{
	const json_int_t now = (json_int_t)time(NULL);
	json_int_t version = json_integer_value(json_object_get(payload, "version"));
	char why[256] = "";
	tf_err e = n == 0 ? date_all(payload, now) : TF_OK;

	if (json_integer_value(json_object_get(json_object_get(payload, "admins"),
	                                       "threshold")) > 1)
		return tf_cli_fail(TF_EXIT_USAGE, "several admins sign this workspace: have them set "
		                   "moduliNotBefore to %lld", (long long)now);
	for (int i = 0; i < n; i++)
		if (!find(payload, devices[i]))
			return tf_cli_fail(TF_EXIT_USAGE, "the workspace has no co-signer %.64s",
			                   devices[i]);
	for (int i = 0; e == TF_OK && i < n; i++)
		e = date(find(payload, devices[i]), now);
	if (e == TF_OK && json_object_set_new(payload, "version", json_integer(version + 1)) != 0)
		e = TF_E_RESOURCE;
	if (e == TF_OK)
		e = tf_roster_store(d, payload, why, sizeof(why));
	if (e != TF_OK)
		return tf_cli_fail(tf_exit_of(e), "workspace.json: %s", *why ? why : tf_err_name(e));
	return TF_EXIT_FINE;
}

static int renew(const tf_deploy *d, tf_calls *calls, int n, char **devices)
{
	json_t *payload = NULL;
	tf_err e = tf_roster_load(&payload, d);
	int code;

	if (e != TF_OK)
		code = tf_cli_fail(tf_exit_of(e), "%s/workspace.json: %s", d->dir, tf_err_name(e));
	else
		code = change(payload, d, n, devices);
	json_decref(payload);
	if (code == TF_EXIT_FINE)
		code = tf_publish(d, calls);
	if (code == TF_EXIT_FINE)
		code = tf_publish_hurry(d);
	if (code == TF_EXIT_FINE)
		puts("ordered; the log of each says moduli_renewed when it has new ones");
	return code;
}

int tf_cmd_renew(const tf_cli *cli, int argc, char **argv)
{
	static const struct option known[] = {
		{ "all", no_argument, NULL, 'a' },
		{ NULL, 0, NULL, 0 },
	};
	tf_calls *calls = NULL;
	bool all = false;
	tf_deploy d;
	int c, code;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c != 'a')
			return tf_cli_fail(TF_EXIT_USAGE, "see trefoil renew --help");
		all = true;
	}
	if (all == (optind < argc))
		return tf_cli_fail(TF_EXIT_USAGE, "expected the names of co-signers, or --all");
	code = tf_deploy_open(&d, cli);
	if (code != TF_EXIT_FINE)
		return code;
	code = tf_calls_open(&calls, &d);
	if (code != TF_EXIT_FINE)
		return code;
	code = renew(&d, calls, argc - optind, argv + optind);
	tf_calls_free(calls);
	return code;
}
