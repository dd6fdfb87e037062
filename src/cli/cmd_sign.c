/* sign: one transaction from request to raw bytes. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "cli/account.h"
#include "cli/progress.h"
#include "cli/result.h"
#include "cli/run.h"

typedef struct signing {
	tf_deploy d;
	tf_calls *calls;
	const char *file, *account, *out;
	long timeout_ms;
	char source[TF_ACCOUNT_ID]; /* account id */
	char asset[64];
	char id[64];                /* of the transaction */
	long began, accepted, completed;
	char said[200];
} signing;

static const char *text(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

static int failed(tf_err e, const tf_reply *r, const char *what)
{
	return tf_cli_fail(tf_calls_exit(e), "%s: %s", what, *r->why ? r->why : tf_err_name(e));
}

/* ---- the request */

/* --account names the source; a file without one and without --account is not a request. */
static int set_source(signing *s, json_t *body)
{
	TF_AUTO(tf_reply) r = { 0 };
	json_t *source = json_object_get(body, "source");
	tf_err e;

	if (!s->account) {
		if (*text(source, "id") &&
		    tf_path_print(s->source, sizeof(s->source), "%s", text(source, "id")) == TF_OK)
			return TF_EXIT_FINE;
		return tf_cli_fail(TF_EXIT_INPUT,
		                   "%s: expected source.id, a vault account; or name it with --account",
		                   s->file);
	}
	e = tf_account_find(s->source, &r, s->calls, s->account);
	if (e == TF_E_NOT_FOUND || e == TF_E_CONFLICT)
		return tf_cli_fail(TF_EXIT_INPUT, "%s vault account \"%.64s\"; make one with: trefoil "
		                   "account create NAME", e == TF_E_CONFLICT ? "more than one" : "no",
		                   s->account);
	if (e != TF_OK)
		return failed(e, &r, "the accounts");
	e = json_object_set_new(body, "source", json_pack("{s:s, s:s}", "type", "VAULT_ACCOUNT", "id",
	                                                  s->source)) == 0 ? TF_OK : TF_E_RESOURCE;
	return e == TF_OK ? TF_EXIT_FINE : tf_cli_fail(TF_EXIT_BUG, "no memory");
}

/* The bytes to send: the file's own, unless the source was put in. */
static int read_request(signing *s, tf_text *out)
{
	json_t *body = NULL;
	int code;
	tf_err e = tf_file_read(out, s->file);

	if (e == TF_OK)
		e = tf_file_read_json(&body, s->file);
	if (e != TF_OK)
		return tf_cli_fail(TF_EXIT_INPUT, "%s: expected a JSON object (%s)", s->file,
		                   tf_err_name(e));
	code = set_source(s, body);
	snprintf(s->asset, sizeof(s->asset), "%s", text(body, "assetId"));
	if (code == TF_EXIT_FINE && s->account) {
		tf_text_wipe(out);
		out->p = json_dumps(body, JSON_COMPACT | JSON_REAL_PRECISION(15));
		out->len = out->p ? strlen(out->p) : 0;
		if (!out->p)
			code = tf_cli_fail(TF_EXIT_BUG, "no memory");
	}
	json_decref(body);
	return code;
}

static int submit(signing *s)
{
	TF_AUTO(tf_reply) r = { 0 };
	TF_AUTO(tf_text) body = { 0 };
	int code = read_request(s, &body);
	tf_err e;

	if (code != TF_EXIT_FINE)
		return code;
	s->began = tf_run_now();
	e = tf_calls_rest(&r, s->calls, "POST", "/v1/transactions", body.p);
	if (e != TF_OK)
		return failed(e, &r, "the transaction");
	s->accepted = tf_run_now();
	if (tf_path_print(s->id, sizeof(s->id), "%s", text(r.body, "id")) != TF_OK || !*s->id)
		return tf_cli_fail(TF_EXIT_BUG, "the coordinator's answer holds no id");
	fprintf(stderr, "transaction %s\n", s->id);
	return TF_EXIT_FINE;
}

/* ---- waiting */

/* 0: go on; 1: signed; -1: never will be. */
static int judge(signing *s, tf_progress *p, const json_t *tx)
{
	const char *status = text(tx, "status");
	const char *trouble = text(json_object_get(tx, "systemMessages"), "message");
	char now[200];

	snprintf(now, sizeof(now), "%s%s%.150s", status, *trouble ? ": " : "", trouble);
	if (strcmp(now, s->said) != 0)
		tf_progress_say(p, "%s", now);
	snprintf(s->said, sizeof(s->said), "%s", now);
	if (strcmp(status, "COMPLETED") == 0)
		return 1;
	return strcmp(status, "SUBMITTED") == 0 || strcmp(status, "QUEUED") == 0 ||
	       strcmp(status, "PENDING_SIGNATURE") == 0 ? 0 : -1;
}

static int say_failed(const signing *s, const json_t *tx)
{
	TF_AUTO(tf_reply) r = { 0 };
	char target[128];
	size_t i;
	const json_t *f;

	if (tf_path_print(target, sizeof(target), "/v1/trefoil/transactions/%s", s->id) == TF_OK &&
	    tf_calls_rest(&r, s->calls, "GET", target, NULL) == TF_OK)
		json_array_foreach(json_object_get(r.body, "refusals"), i, f)
			fprintf(stderr, "refused by %s: %s (check %lld, %s)\n", text(f, "device"),
			        text(f, "reason"),
			        (long long)json_integer_value(json_object_get(f, "check")),
			        text(f, "checkName"));
	return tf_cli_fail(TF_EXIT_INPUT, "the transaction is %s %s", text(tx, "status"),
	                   text(tx, "subStatus"));
}

static int wait_signed(signing *s)
{
	const long until = tf_run_now() + s->timeout_ms;
	tf_progress p;
	char target[128];

	tf_progress_init(&p);
	if (tf_path_print(target, sizeof(target), "/v1/transactions/%s", s->id) != TF_OK)
		return tf_cli_fail(TF_EXIT_BUG, "the id is too long");
	while (tf_run_now() < until) {
		TF_AUTO(tf_reply) r = { 0 };
		tf_err e = tf_calls_rest(&r, s->calls, "GET", target, NULL);
		int verdict = e == TF_OK ? judge(s, &p, r.body) : 0;

		/* A coordinator that restarts has not forgotten it. */
		if (e != TF_OK && e != TF_E_IO)
			return failed(e, &r, "the transaction");
		if (verdict < 0)
			return say_failed(s, r.body);
		if (verdict > 0) {
			s->completed = tf_run_now();
			return TF_EXIT_FINE;
		}
		tf_run_pause(100);
	}
	return tf_cli_fail(TF_EXIT_UNAVAILABLE, "not signed after %ld s: %s", s->timeout_ms / 1000,
	                   s->said);
}

/* ---- the result */

/* The transaction is signed; a coordinator that is being restarted will say so again. */
static tf_err ask(tf_reply *r, const signing *s, const char *target)
{
	const long until = tf_run_now() + s->timeout_ms;
	tf_err e;

	while ((e = tf_calls_rest(r, s->calls, "GET", target, NULL)) == TF_E_IO &&
	       tf_run_now() < until)
		tf_run_pause(250);
	return e;
}

static json_t *hex_text(const char *hex)
{
	return json_sprintf("%s%s", strncmp(hex, "0x", 2) == 0 ? "" : "0x", hex);
}

static int get_result(const signing *s, json_t **result)
{
	TF_AUTO(tf_reply) tx = { 0 };
	TF_AUTO(tf_reply) key = { 0 };
	char target[256];
	tf_err e = tf_path_print(target, sizeof(target), "/v1/trefoil/transactions/%s", s->id);

	if (e == TF_OK)
		e = ask(&tx, s, target);
	if (e != TF_OK)
		return failed(e, &tx, "the signed transaction");
	e = tf_path_print(target, sizeof(target),
	                  "/v1/vault/accounts/%s/%s/0/0/public_key_info?compressed=true", s->source,
	                  s->asset);
	if (e == TF_OK)
		e = ask(&key, s, target);
	if (e != TF_OK)
		return failed(e, &key, "the public key");
	*result = json_pack("{s:s, s:o, s:O?, s:o, s:o, s:O?, s:{s:I, s:I}, s:s}", "address",
	                    text(tx.body, "sender"), "publicKey",
	                    hex_text(text(key.body, "publicKey")), "chainId",
	                    json_object_get(tx.body, "chainId"), "rawTransaction",
	                    hex_text(text(tx.body, "signedTransaction")), "txHash",
	                    hex_text(text(tx.body, "txHash")), "clique",
	                    json_object_get(tx.body, "clique"), "timings", "acceptedMs",
	                    (json_int_t)(s->accepted - s->began), "signedMs",
	                    (json_int_t)(s->completed - s->began), "transactionId", s->id);
	return *result ? TF_EXIT_FINE
	               : tf_cli_fail(TF_EXIT_BUG, "the coordinator's answer is incomplete");
}

static int show(const signing *s, const json_t *result)
{
	char words[TF_EVM_WORDS], why[TF_RESULT_WHY];
	tf_err e = tf_result_check(words, why, result);

	if (e != TF_OK)
		return tf_cli_fail(TF_EXIT_INPUT, "what the coordinator calls signed is not: %s", why);
	printf("%s\nraw     %s\nhash    %s\nsender  %s\n", words, text(result, "rawTransaction"),
	       text(result, "txHash"), text(result, "address"));
	if (!s->out)
		return TF_EXIT_FINE;
	e = tf_file_write_json(s->out, result, TF_OWNER_OPERATOR);
	return e == TF_OK ? TF_EXIT_FINE
	                  : tf_cli_fail(TF_EXIT_PERMISSION, "%s cannot be written", s->out);
}

static int work(signing *s)
{
	json_t *result = NULL;
	int code = tf_calls_open(&s->calls, &s->d);

	if (code != TF_EXIT_FINE)
		return code;
	code = submit(s);
	if (code == TF_EXIT_FINE)
		code = wait_signed(s);
	if (code == TF_EXIT_FINE)
		code = get_result(s, &result);
	if (code == TF_EXIT_FINE)
		code = show(s, result);
	json_decref(result);
	tf_calls_free(s->calls);
	return code;
}

int tf_cmd_sign(const tf_cli *cli, int argc, char **argv)
{
	static const struct option known[] = {
		{ "account", required_argument, NULL, 'a' },
		{ "out", required_argument, NULL, 'o' },
		{ "timeout", required_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	signing s = { 0 };
	long seconds = 600;
	int c, code;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == 'a')
			s.account = optarg;
		else if (c == 'o')
			s.out = optarg;
		else if (c != 't' || !tf_cli_number(&seconds, "--timeout", optarg, 1, 7 * 86400))
			return tf_cli_fail(TF_EXIT_USAGE, "see trefoil sign --help");
	}
	if (argc - optind != 1)
		return tf_cli_fail(TF_EXIT_USAGE, "see trefoil sign --help");
	s.file = argv[optind];
	s.timeout_ms = seconds * 1000;
	code = tf_deploy_open(&s.d, cli);
	return code == TF_EXIT_FINE ? work(&s) : code;
}
