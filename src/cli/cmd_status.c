/* status: what runs, and what the coordinator says about it. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/secret.h"
#include "cli/calls.h"
#include "cli/run.h"

static const char *text(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

static long long number(const json_t *j, const char *key)
{
	return json_integer_value(json_object_get(j, key));
}

/* "in 23 h 10 min" for a certificate's end in Unix seconds. */
static const char *ends(char out[static 32], long long not_after)
{
	long long left = not_after - (long long)time(NULL);

	if (not_after == 0)
		snprintf(out, 32, "-");
	else if (left <= 0)
		snprintf(out, 32, "expired");
	else
		snprintf(out, 32, "%lld h %02lld min", left / 3600, left / 60 % 60);
	return out;
}

static json_t *processes(const tf_deploy *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n; i++) {
		TF_AUTO(tf_running) r = { 0 };
		bool runs = tf_run_find(&r, d, &d->program[i]) == TF_OK;

		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:i, s:b}", "name",
		                                      d->program[i].name, "host",
		                                      d->program[i].host, "running", runs, "pid",
		                                      (int)r.pid, "ready",
		                                      runs && tf_run_is_ready(&r, d,
		                                                              &d->program[i])));
	}
	return list;
}

static void print_processes(const json_t *list)
{
	size_t i;
	const json_t *p;

	printf("%-12s %-16s %s\n", "PROGRAM", "ADDRESS", "STATE");
	json_array_foreach(list, i, p) {
		if (json_is_true(json_object_get(p, "running")))
			printf("%-12s %-16s %s, pid %lld\n", text(p, "name"), text(p, "host"),
			       json_is_true(json_object_get(p, "ready")) ? "ready" : "starting",
			       number(p, "pid"));
		else
			printf("%-12s %-16s does not run\n", text(p, "name"), text(p, "host"));
	}
}

static void print_cosigners(const json_t *list)
{
	char left[32];
	size_t i;
	const json_t *c;

	printf("\n%-12s %-8s %3s  %-9s %-6s %-16s %-9s %-9s %-9s %s\n", "CO-SIGNER", "ROLE", "SET",
	       "CONNECTED", "PINNED", "CERTIFICATE", "EVIDENCE", "KERNEL", "MODULI",
	       "INTRODUCED TO");
	json_array_foreach(list, i, c) {
		size_t k;
		const json_t *peer;

		printf("%-12s %-8s %3lld  %-9s %-6s %-16s %-9s %-9s %-9s", text(c, "device"),
		       text(c, "role"), number(c, "set"),
		       json_is_true(json_object_get(c, "connected")) ? "yes" : "no",
		       json_is_true(json_object_get(c, "pinned")) ? "yes" : "no",
		       ends(left, number(c, "certificateNotAfter")),
		       *text(c, "evidence") ? text(c, "evidence") : "-",
		       *text(c, "kernel") ? text(c, "kernel") : "-", text(c, "moduli"));
		json_array_foreach(json_object_get(c, "introduced"), k, peer)
			printf("%s%s", k ? "," : " ", json_string_value(peer));
		putchar('\n');
	}
}

static void print_coordinator(const json_t *s)
{
	const json_t *w = json_object_get(s, "workspace"), *t = json_object_get(s, "transactions");
	size_t i;
	const json_t *k;

	print_cosigners(json_object_get(s, "cosigners"));
	putchar('\n');
	json_array_foreach(json_object_get(s, "keys"), i, k)
		printf("key %s %s, %s, clique %s, %lld presignatures ready\n", text(k, "id"),
		       text(k, "algorithm"), text(k, "state"), text(k, "clique"),
		       number(k, "presignatures"));
	if (json_array_size(json_object_get(s, "keys")) == 0)
		puts("no key yet");
	printf("workspace %s, version %lld, %s profile, security %s\n", text(w, "name"),
	       number(w, "version"), text(w, "profile"), text(s, "profile"));
	printf("transactions: %lld open, %lld completed, %lld failed; %zu runs at work\n",
	       number(t, "open"), number(t, "completed"), number(t, "failed"),
	       json_array_size(json_object_get(s, "runs")));
	if (*text(s, "missing"))
		printf("missing: %s\n", text(s, "missing"));
}

static int show(const tf_deploy *d, bool as_json)
{
	TF_AUTO(tf_reply) r = { 0 };
	tf_calls *calls = NULL;
	json_t *list = processes(d);
	int code = TF_EXIT_FINE;
	tf_err e = tf_calls_new(&calls, d);

	if (e == TF_OK)
		e = tf_calls_rest(&r, calls, "GET", "/v1/trefoil/status", NULL);
	tf_calls_free(calls);
	if (as_json) {
		json_t *all = json_pack("{s:O, s:O?}", "programs", list, "coordinator",
		                        e == TF_OK ? r.body : NULL);

		if (json_dumpf(all, stdout, JSON_INDENT(2)) != 0)
			code = TF_EXIT_BUG;
		putchar('\n');
		json_decref(all);
	} else {
		print_processes(list);
		if (e == TF_OK)
			print_coordinator(r.body);
	}
	json_decref(list);
	if (e != TF_OK)
		code = tf_cli_fail(tf_calls_exit(e), "the coordinator: %s",
		                   *r.why ? r.why : tf_err_name(e));
	return code;
}

int tf_cmd_status(const tf_cli *cli, int argc, char **argv)
{
	static const struct option known[] = {
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	tf_deploy d;
	bool as_json = false;
	int c, code;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c != 'j')
			return tf_cli_fail(TF_EXIT_USAGE, "see trefoil status --help");
		as_json = true;
	}
	if (optind < argc)
		return tf_cli_fail(TF_EXIT_USAGE, "see trefoil status --help");
	code = tf_deploy_open(&d, cli);
	return code == TF_EXIT_FINE ? show(&d, as_json) : code;
}
