/* renew: moduli made before now are good no longer. readmit: a device that was restored, and is
 * suspended or in quarantine, is one of higher instances from now on. */
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

/* What is ordered: a field of the roster's entries, that becomes this at least. */
typedef struct order {
	const char *field;
	json_int_t value;
	json_int_t more; /* than it was before */
	const char *done;
} order;

/* A clock that went back takes no order back. */
static tf_err put(json_t *entry, const order *o)
{
	json_int_t least = json_integer_value(json_object_get(entry, o->field)) + o->more;

	return json_object_set_new(entry, o->field,
	                           json_integer(least > o->value ? least : o->value)) == 0
	               ? TF_OK : TF_E_RESOURCE;
}

static tf_err put_all(const json_t *payload, const order *o)
{
	size_t i;
	json_t *entry;

	json_array_foreach(json_object_get(payload, "roster"), i, entry)
		if (is_cosigner(entry))
			TRY(put(entry, o));
	return TF_OK;
}

/* The next version of the file; an exit code. */
static int change(json_t *payload, const tf_deploy *d, const order *o, int n, char **devices)
{
	json_int_t version = json_integer_value(json_object_get(payload, "version"));
	char why[256] = "";
	tf_err e = n == 0 ? put_all(payload, o) : TF_OK;

	if (json_integer_value(json_object_get(json_object_get(payload, "admins"),
	                                       "threshold")) > 1)
		return tf_cli_fail(TF_EXIT_USAGE, "several admins sign this workspace: have them set "
		                   "%s to %lld", o->field, (long long)o->value);
	for (int i = 0; i < n; i++)
		if (!find(payload, devices[i]))
			return tf_cli_fail(TF_EXIT_USAGE, "the workspace has no co-signer %.64s",
			                   devices[i]);
	for (int i = 0; e == TF_OK && i < n; i++)
		e = put(find(payload, devices[i]), o);
	if (e == TF_OK && json_object_set_new(payload, "version", json_integer(version + 1)) != 0)
		e = TF_E_RESOURCE;
	if (e == TF_OK)
		e = tf_roster_store(d, payload, why, sizeof(why));
	if (e != TF_OK)
		return tf_cli_fail(tf_exit_of(e), "workspace.json: %s", *why ? why : tf_err_name(e));
	return TF_EXIT_FINE;
}

static int give(const tf_deploy *d, tf_calls *calls, const order *o, int n, char **devices)
{
	json_t *payload = NULL;
	tf_err e = tf_roster_load(&payload, d);
	int code;

	if (e != TF_OK)
		code = tf_cli_fail(tf_exit_of(e), "%s/workspace.json: %s", d->dir, tf_err_name(e));
	else
		code = change(payload, d, o, n, devices);
	json_decref(payload);
	if (code == TF_EXIT_FINE)
		code = tf_publish(d, calls);
	if (code == TF_EXIT_FINE)
		code = tf_publish_hurry(d);
	if (code == TF_EXIT_FINE)
		puts(o->done);
	return code;
}

static int give_order(const tf_cli *cli, const order *o, int n, char **devices)
{
	tf_calls *calls = NULL;
	tf_deploy d;
	int code = tf_deploy_open(&d, cli);

	if (code != TF_EXIT_FINE)
		return code;
	code = tf_calls_open(&calls, &d);
	if (code != TF_EXIT_FINE)
		return code;
	code = give(&d, calls, o, n, devices);
	tf_calls_free(calls);
	return code;
}

int tf_cmd_renew(const tf_cli *cli, int argc, char **argv)
{
	static const struct option known[] = {
		{ "all", no_argument, NULL, 'a' },
		{ NULL, 0, NULL, 0 },
	};
	const order o = { .field = "moduliNotBefore", .value = (json_int_t)time(NULL),
	                  .done = "ordered; the log of each says moduli_renewed when it has new ones" };
	bool all = false;
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c != 'a')
			return tf_cli_fail(TF_EXIT_USAGE, "see trefoil renew --help");
		all = true;
	}
	if (all == (optind < argc))
		return tf_cli_fail(TF_EXIT_USAGE, "expected the names of co-signers, or --all");
	return give_order(cli, &o, argc - optind, argv + optind);
}

int tf_cmd_readmit(const tf_cli *cli, int argc, char **argv)
{
	static const struct option none[] = { { NULL, 0, NULL, 0 } };
	/* Minutes: no device starts as often, so that it is above all that a peer has seen. */
	const order o = { .field = "instance", .value = (json_int_t)time(NULL) / 60, .more = 1,
	                  .done = "ordered; it takes part again when all have the new roster" };

	if (getopt_long(argc, argv, "", none, NULL) != -1)
		return tf_cli_fail(TF_EXIT_USAGE, "see trefoil readmit --help");
	if (optind == argc)
		return tf_cli_fail(TF_EXIT_USAGE, "expected the names of co-signers");
	return give_order(cli, &o, argc - optind, argv + optind);
}
