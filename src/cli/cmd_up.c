/* up: start, enrol, pin, wait. Each step looks at what is there and does what is missing, so up can
 * be called at any time. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attest/cert.h"
#include "base/secret.h"
#include "cli/progress.h"
#include "cli/publish.h"
#include "cli/roster.h"
#include "cli/run.h"

#define START_MS 90000
#define TICKET_SECONDS 3600
#define HINT_MS 8000

typedef struct upping {
	tf_deploy d;
	tf_calls *calls;
	tf_running running[TF_DEPLOY_PROGRAMS];
	tf_progress progress;
	long timeout_ms;
	bool wait;
} upping;

static void upping_wipe(upping *u)
{
	for (size_t i = 0; i < u->d.n; i++)
		tf_running_wipe(&u->running[i]);
	tf_calls_free(u->calls);
}

/* ---- processes */

static int say_dead(const upping *u, size_t i)
{
	const tf_program *p = &u->d.program[i];
	char words[200];

	tf_run_last_words(words, sizeof(words), &u->d, p);
	return tf_cli_fail(TF_EXIT_UNAVAILABLE, "%s has ended: %s; see: trefoil logs %s --dir %s",
	                   p->name, *words ? words : "it said nothing", p->name, u->d.dir);
}

static int start(upping *u, size_t i)
{
	const tf_program *p = &u->d.program[i];
	char why[256];
	tf_err e = tf_run_find(&u->running[i], &u->d, p);

	if (e == TF_OK)
		e = tf_run_signal(&u->running[i], SIGCONT); /* a backup that was killed */
	else
		e = tf_run_start(&u->running[i], &u->d, p, why, sizeof(why));
	return e == TF_OK ? TF_EXIT_FINE : tf_cli_fail(tf_exit_of(e), "%s", why);
}

static int wait_ready(upping *u, size_t i)
{
	const tf_program *p = &u->d.program[i];
	const long until = tf_run_now() + START_MS;

	while (!tf_run_is_ready(&u->running[i], &u->d, p)) {
		if (!tf_run_is_alive(&u->running[i]))
			return say_dead(u, i);
		if (tf_run_now() > until)
			return tf_cli_fail(TF_EXIT_UNAVAILABLE,
			                   "%s is not ready after %d s; see: trefoil logs %s --dir %s",
			                   p->name, START_MS / 1000, p->name, u->d.dir);
		tf_run_pause(50);
	}
	tf_progress_say(&u->progress, "started %-12s %s, pid %d", p->name, p->host,
	                (int)u->running[i].pid);
	return TF_EXIT_FINE;
}

static int all_alive(const upping *u)
{
	for (size_t i = 0; i < u->d.n; i++)
		if (!tf_run_is_alive(&u->running[i]))
			return say_dead(u, i);
	return TF_EXIT_FINE;
}

/* ---- enrolment */

static int call_failed(tf_err e, const char *what, const tf_reply *r)
{
	return tf_cli_fail(tf_calls_exit(e), "%s: %s", what, *r->why ? r->why : tf_err_name(e));
}

/* Has the device a certificate that it can use, and renew itself? */
static bool is_enrolled(const json_t *devices, const char *name)
{
	const json_int_t now = (json_int_t)time(NULL);
	size_t i, k;
	const json_t *d, *c;

	json_array_foreach(devices, i, d) {
		const char *is = json_string_value(json_object_get(d, "device"));

		if (!is || strcmp(is, name) != 0)
			continue;
		json_array_foreach(json_object_get(d, "certificates"), k, c)
			if (json_integer_value(json_object_get(c, "notAfter")) > now + 60 &&
			    !json_is_true(json_object_get(c, "revoked")))
				return true;
	}
	return false;
}

static int make_ticket(upping *u, const tf_program *p)
{
	TF_AUTO(tf_reply) r = { 0 };
	char path[TF_CLI_PATH], *body;
	const char *ticket;
	json_t *names = json_array(), *j;
	tf_err e;

	if (p->role == TF_ROLE_COORDINATOR)
		json_array_append_new(names, json_sprintf("ip:%s", p->host));
	j = json_pack("{s:s, s:s, s:i, s:o, s:i}", "device", p->name, "role", tf_role_name(p->role),
	              "set", (int)p->set, "names", names, "seconds", TICKET_SECONDS);
	body = j ? json_dumps(j, JSON_COMPACT) : NULL;
	json_decref(j);
	e = body ? tf_calls_admin(&r, u->calls, "POST", "/v1/admin/tickets", body) : TF_E_RESOURCE;
	free(body);
	if (e != TF_OK)
		return call_failed(e, "an enrolment ticket", &r);
	ticket = json_string_value(json_object_get(r.body, "ticket"));
	if (!ticket)
		return tf_cli_fail(TF_EXIT_BUG, "the RA server's answer holds no ticket");
	e = tf_deploy_path(path, sizeof(path), &u->d, "%s/ticket", p->name);
	if (e == TF_OK)
		e = tf_file_write(path, ticket, strlen(ticket), TF_OWNER_DAEMON);
	return e == TF_OK ? TF_EXIT_FINE
	                  : tf_cli_fail(tf_exit_of(e), "%s: %s", path, tf_err_name(e));
}

static int get_devices(upping *u, tf_reply *r)
{
	tf_err e = tf_calls_admin(r, u->calls, "GET", "/v1/admin/devices", NULL);

	return e == TF_OK ? TF_EXIT_FINE : call_failed(e, "the list of devices", r);
}

/* A ticket for everybody who has no certificate and does not run. */
static int make_tickets(upping *u)
{
	TF_AUTO(tf_reply) r = { 0 };
	int code = get_devices(u, &r);

	for (size_t i = 0; code == TF_EXIT_FINE && i < u->d.n; i++) {
		const tf_program *p = &u->d.program[i];
		TF_AUTO(tf_running) runs = { 0 };

		if (p->kind != TF_PROGRAM_RA && tf_run_find(&runs, &u->d, p) != TF_OK &&
		    !is_enrolled(json_object_get(r.body, "devices"), p->name))
			code = make_ticket(u, p);
	}
	return code;
}

/* Used up by now. */
static void remove_tickets(const upping *u)
{
	char path[TF_CLI_PATH];

	for (size_t i = 0; i < u->d.n; i++)
		if (tf_deploy_path(path, sizeof(path), &u->d, "%s/ticket", u->d.program[i].name) ==
		    TF_OK)
			(void)unlink(path);
}

/* Who enrolled with our tickets is who belongs: a new version of the workspace file says so. */
static int pin(upping *u)
{
	TF_AUTO(tf_reply) r = { 0 };
	json_t *payload = NULL;
	char why[256] = "";
	size_t changed = 0;
	int code = get_devices(u, &r);
	tf_err e = TF_OK;

	if (code != TF_EXIT_FINE)
		return code;
	e = tf_roster_load(&payload, &u->d);
	if (e == TF_OK)
		e = tf_roster_pin(payload, json_object_get(r.body, "devices"), &changed, why,
		                  sizeof(why));
	if (e == TF_OK && changed > 0)
		e = tf_roster_store(&u->d, payload, why, sizeof(why));
	json_decref(payload);
	if (e != TF_OK)
		return tf_cli_fail(tf_exit_of(e), "pinning: %s", *why ? why : tf_err_name(e));
	if (changed == 0)
		return TF_EXIT_FINE;
	fflush(stdout);
	code = tf_publish(&u->d, u->calls);
	return code == TF_EXIT_FINE ? tf_publish_hurry(&u->d) : code;
}

/* ---- waiting for key and pool */

static long number(const json_t *j, const char *key)
{
	return (long)json_integer_value(json_object_get(j, key));
}

static void add_line(tf_progress_line *l, const char *label, long done, long total)
{
	*l = (tf_progress_line){ .done = done < total ? done : total, .total = total };
	snprintf(l->label, sizeof(l->label), "%s", label);
}

/* Lines for what GET /v1/trefoil/status says; returns how many. *ready: it can sign. */
static size_t read_status(tf_progress_line line[static TF_PROGRESS_LINES], const json_t *status,
                          long depth, bool *ready)
{
	const json_t *list = json_object_get(status, "cosigners"), *c;
	const json_t *key = json_array_get(json_object_get(status, "keys"), 0);
	const char *state = json_string_value(json_object_get(key, "state"));
	long n = (long)json_array_size(list), met = 0, pool = number(key, "presignatures");
	size_t i, lines = 0;
	bool has_key = state && strcmp(state, "READY") == 0;

	json_array_foreach(list, i, c) {
		const char *name = json_string_value(json_object_get(c, "device"));
		const char *moduli = json_string_value(json_object_get(c, "moduli"));
		bool made = moduli && (strcmp(moduli, "ready") == 0 ||
		                       strcmp(moduli, "renewing") == 0);
		char label[48];

		met += (long)json_array_size(json_object_get(c, "introduced"));
		if (lines >= TF_PROGRESS_LINES - 3)
			continue;
		snprintf(label, sizeof(label), "safe primes %s", name ? name : "?");
		add_line(&line[lines], label, made ? 4 : number(c, "primes"), 4);
		snprintf(line[lines].note, sizeof(line[lines].note), "%ld candidates%s",
		         number(c, "candidates"),
		         json_is_true(json_object_get(c, "connected")) ? "" : ", not connected");
		lines++;
	}
	add_line(&line[lines++], "introductions", met / 2, n * (n - 1) / 2);
	add_line(&line[lines++], "key", has_key, 1);
	add_line(&line[lines++], "presignatures", has_key ? pool : 0, depth);
	*ready = has_key && pool >= depth;
	return lines;
}

static void hint(upping *u, const char *missing, long *since, char last[static 256])
{
	if (!missing || !*missing) {
		*since = tf_run_now();
		last[0] = '\0';
		return;
	}
	if (tf_run_now() - *since < HINT_MS || strncmp(missing, last, 255) == 0)
		return;
	snprintf(last, 256, "%s", missing);
	tf_progress_say(&u->progress, "waiting: %s (start what does not run with: trefoil up --dir "
	                "%s; see why with: trefoil logs NAME)", missing, u->d.dir);
}

static int wait_for_pool(upping *u)
{
	const long until = tf_run_now() + u->timeout_ms;
	tf_progress_line line[TF_PROGRESS_LINES];
	char last[256] = "";
	long since = tf_run_now();
	bool ready = false;
	int code;

	while (!ready) {
		TF_AUTO(tf_reply) r = { 0 };
		tf_err e = tf_calls_rest(&r, u->calls, "GET", "/v1/trefoil/status", NULL);

		code = all_alive(u);
		if (code != TF_EXIT_FINE)
			return code;
		if (e != TF_OK && e != TF_E_IO)
			return call_failed(e, "the coordinator", &r);
		if (e == TF_OK) {
			size_t n = read_status(line, r.body, u->d.presignatures, &ready);

			tf_progress_show(&u->progress, line, n);
			hint(u, json_string_value(json_object_get(r.body, "missing")), &since, last);
		}
		if (tf_run_now() > until)
			return tf_cli_fail(TF_EXIT_UNAVAILABLE, "not ready after %ld s%s%s",
			                   u->timeout_ms / 1000, *last ? ": " : "", last);
		if (!ready)
			tf_run_pause(u->progress.terminal ? 250 : 500);
	}
	tf_progress_end(&u->progress);
	return TF_EXIT_FINE;
}

/* ---- */

static int run(upping *u)
{
	int code = tf_calls_open(&u->calls, &u->d);

	/* The RA server is the first in the list and needs nobody. */
	if (code == TF_EXIT_FINE)
		code = start(u, 0);
	if (code == TF_EXIT_FINE)
		code = wait_ready(u, 0);
	if (code == TF_EXIT_FINE)
		code = tf_publish(&u->d, u->calls);
	if (code == TF_EXIT_FINE)
		code = make_tickets(u);
	for (size_t i = 1; code == TF_EXIT_FINE && i < u->d.n; i++)
		code = start(u, i);
	for (size_t i = 1; code == TF_EXIT_FINE && i < u->d.n; i++)
		code = wait_ready(u, i);
	if (code == TF_EXIT_FINE) {
		remove_tickets(u);
		code = pin(u);
	}
	if (code == TF_EXIT_FINE && u->wait)
		code = wait_for_pool(u);
	return code;
}

int tf_cmd_up(const tf_cli *cli, int argc, char **argv)
{
	static const struct option known[] = {
		{ "no-wait", no_argument, NULL, 'n' },
		{ "timeout", required_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	TF_AUTO(upping) u = { .wait = true };
	long seconds = 3600;
	int c, code;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == 'n')
			u.wait = false;
		else if (c != 't' || !tf_cli_number(&seconds, "--timeout", optarg, 1, 7 * 86400))
			return tf_cli_fail(TF_EXIT_USAGE, "see trefoil up --help");
	}
	if (optind < argc)
		return tf_cli_fail(TF_EXIT_USAGE, "see trefoil up --help");
	u.timeout_ms = seconds * 1000;
	tf_progress_init(&u.progress);
	code = tf_deploy_open(&u.d, cli);
	if (code != TF_EXIT_FINE)
		return code;
	if (u.d.program[0].kind != TF_PROGRAM_RA)
		return tf_cli_fail(TF_EXIT_CONFIG, "%s/trefoil.json: expected the RA server first",
		                   u.d.dir);
	code = run(&u);
	if (code == TF_EXIT_FINE && u.wait)
		printf("ready to sign: REST at https://%s, CA %s/ca.crt\n", u.d.rest, u.d.dir);
	return code;
}
