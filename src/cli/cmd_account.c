/* account create, account list. */
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "cli/account.h"

#define PAGE "/v1/vault/accounts_paged?limit=500"

static const char *text(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

/* Calls visit for every account, page by page, until it returns something else than TF_OK. */
static tf_err each_account(tf_reply *r, tf_calls *calls,
                           tf_err (*visit)(void *ctx, const json_t *account), void *ctx)
{
	char target[128] = PAGE, cursor[TF_ACCOUNT_ID];
	size_t i;
	const json_t *a;

	for (;;) {
		TRY(tf_calls_rest(r, calls, "GET", target, NULL));
		json_array_foreach(json_object_get(r->body, "accounts"), i, a)
			TRY(visit(ctx, a));
		TRY(tf_path_print(cursor, sizeof(cursor), "%s",
		                  text(json_object_get(r->body, "paging"), "after")));
		if (!*cursor)
			return TF_OK;
		TRY(tf_path_print(target, sizeof(target), PAGE "&after=%s", cursor));
	}
}

struct search {
	const char *name;
	char by_name[TF_ACCOUNT_ID];
	char by_id[TF_ACCOUNT_ID];
	unsigned named;
};

static tf_err compare(void *ctx, const json_t *a)
{
	struct search *s = ctx;

	if (strcmp(text(a, "name"), s->name) == 0) {
		s->named++;
		TRY(tf_path_print(s->by_name, sizeof(s->by_name), "%s", text(a, "id")));
	}
	if (strcmp(text(a, "id"), s->name) == 0)
		TRY(tf_path_print(s->by_id, sizeof(s->by_id), "%s", text(a, "id")));
	return TF_OK;
}

tf_err tf_account_find(char id[static TF_ACCOUNT_ID], tf_reply *r, tf_calls *calls,
                       const char *name)
{
	struct search s = { .name = name };

	TRY(each_account(r, calls, compare, &s));
	if (s.named > 1)
		return TF_E_CONFLICT;
	if (s.named == 0 && !*s.by_id)
		return TF_E_NOT_FOUND;
	return tf_path_print(id, TF_ACCOUNT_ID, "%s", s.named ? s.by_name : s.by_id);
}

static int failed(tf_err e, const tf_reply *r, const char *what)
{
	return tf_cli_fail(tf_calls_exit(e), "%s: %s", what, *r->why ? r->why : tf_err_name(e));
}

static int make_wallet(tf_calls *calls, const json_t *account, const char *asset, bool as_json)
{
	TF_AUTO(tf_reply) r = { 0 };
	const char *id = text(account, "id");
	char target[128];
	json_t *both;
	tf_err e = tf_path_print(target, sizeof(target), "/v1/vault/accounts/%s/%s", id, asset);

	if (e == TF_OK)
		e = tf_calls_rest(&r, calls, "POST", target, "{}");
	if (e != TF_OK)
		return failed(e, &r, "the wallet");
	if (!as_json) {
		printf("account %s \"%s\"\n%s %s\n", id, text(account, "name"), asset,
		       text(r.body, "address"));
		return TF_EXIT_FINE;
	}
	both = json_pack("{s:s, s:s, s:s, s:s}", "id", id, "name", text(account, "name"), "assetId",
	                 asset, "address", text(r.body, "address"));
	(void)json_dumpf(both, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(both);
	return TF_EXIT_FINE;
}

static int create(tf_calls *calls, const char *name, const char *asset, bool as_json)
{
	TF_AUTO(tf_reply) r = { 0 };
	json_t *j = json_pack("{s:s}", "name", name);
	char *body = j ? json_dumps(j, JSON_COMPACT) : NULL;
	tf_err e = body ? tf_calls_rest(&r, calls, "POST", "/v1/vault/accounts", body)
	                : TF_E_ENCODING;

	json_decref(j);
	free(body);
	if (e != TF_OK)
		return failed(e, &r, "the account");
	return make_wallet(calls, r.body, asset, as_json);
}

static tf_err print_account(void *ctx, const json_t *a)
{
	(void)ctx;
	printf("%-6s %s\n", text(a, "id"), text(a, "name"));
	return TF_OK;
}

static tf_err gather(void *ctx, const json_t *a)
{
	return json_array_append(ctx, (json_t *)(uintptr_t)a) == 0 ? TF_OK : TF_E_RESOURCE;
}

static int list(tf_calls *calls, bool as_json)
{
	TF_AUTO(tf_reply) r = { 0 };
	json_t *all = json_array();
	tf_err e = each_account(&r, calls, as_json ? gather : print_account, all);

	if (e == TF_OK && as_json) {
		(void)json_dumpf(all, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(all);
	return e == TF_OK ? TF_EXIT_FINE : failed(e, &r, "the accounts");
}

static int work(const tf_cli *cli, const char *name, const char *asset, bool as_json)
{
	tf_deploy d;
	tf_calls *calls;
	int code = tf_deploy_open(&d, cli);

	if (code != TF_EXIT_FINE)
		return code;
	code = tf_calls_open(&calls, &d);
	if (code != TF_EXIT_FINE)
		return code;
	code = name ? create(calls, name, asset, as_json) : list(calls, as_json);
	tf_calls_free(calls);
	return code;
}

int tf_cmd_account(const tf_cli *cli, int argc, char **argv)
{
	static const struct option known[] = {
		{ "asset", required_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	const char *asset = "ETH_TEST5";
	bool as_json = false;
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == 'j')
			as_json = true;
		else if (c == 'a' && strspn(optarg, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
		                             strlen(optarg))
			asset = optarg;
		else
			return tf_cli_fail(TF_EXIT_USAGE, "see trefoil account --help");
	}
	if (argc - optind == 2 && strcmp(argv[optind], "create") == 0)
		return work(cli, argv[optind + 1], asset, as_json);
	if (argc - optind == 1 && strcmp(argv[optind], "list") == 0)
		return work(cli, NULL, asset, as_json);
	return tf_cli_fail(TF_EXIT_USAGE, "see trefoil account --help");
}
