#include "coordinator/api.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"


typedef struct operation {
	tf_http_method method;
	const char *pattern;
	void (*handle)(tf_api_req *r);
	bool writes; /* needs a role that may change something */
} operation;

/* Longest literal first where two patterns could match. */
static const operation routes[] = {
	{ TF_HTTP_GET, "/v1/vault/accounts_paged", tf_api_accounts_paged, false },
	{ TF_HTTP_GET, "/v1/vault/accounts", tf_api_accounts_list, false },
	{ TF_HTTP_POST, "/v1/vault/accounts", tf_api_account_create, true },
	{ TF_HTTP_GET, "/v1/vault/public_key_info", tf_api_public_key, false },
	{ TF_HTTP_GET, "/v1/vault/accounts/{}", tf_api_account_get, false },
	{ TF_HTTP_PUT, "/v1/vault/accounts/{}", tf_api_account_rename, true },
	{ TF_HTTP_POST, "/v1/vault/accounts/{}/hide", tf_api_account_hide, true },
	{ TF_HTTP_POST, "/v1/vault/accounts/{}/unhide", tf_api_account_unhide, true },
	{ TF_HTTP_POST, "/v1/vault/accounts/{}/set_customer_ref_id", tf_api_account_set_ref, true },
	{ TF_HTTP_POST, "/v1/vault/accounts/{}/set_auto_fuel", tf_api_account_set_fuel, true },
	{ TF_HTTP_GET, "/v1/vault/accounts/{}/{}/addresses", tf_api_addresses, false },
	{ TF_HTTP_GET, "/v1/vault/accounts/{}/{}/addresses_paginated", tf_api_addresses_paged,
	  false },
	{ TF_HTTP_GET, "/v1/vault/accounts/{}/{}/{}/{}/public_key_info", tf_api_public_key_of,
	  false },
	{ TF_HTTP_POST, "/v1/vault/accounts/{}/{}/balance", tf_api_wallet_get, false },
	{ TF_HTTP_POST, "/v1/vault/accounts/{}/{}", tf_api_wallet_create, true },
	{ TF_HTTP_GET, "/v1/vault/accounts/{}/{}", tf_api_wallet_get, false },
	{ TF_HTTP_GET, "/v1/supported_assets", tf_api_supported_assets, false },
	{ TF_HTTP_GET, "/v1/users", tf_api_users, false },
	{ TF_HTTP_GET, "/v1/workspace", tf_api_workspace, false },
	{ TF_HTTP_POST, "/v1/transactions", tf_api_tx_create, true },
	{ TF_HTTP_GET, "/v1/transactions", tf_api_tx_list, false },
	{ TF_HTTP_GET, "/v1/transactions/external_tx_id/{}", tf_api_tx_get_external, false },
	{ TF_HTTP_GET, "/v1/transactions/{}", tf_api_tx_get, false },
	{ TF_HTTP_POST, "/v1/transactions/{}/cancel", tf_api_tx_cancel, true },
	{ TF_HTTP_GET, "/v1/trefoil/status", tf_api_trefoil_status, false },
	{ TF_HTTP_GET, "/v1/trefoil/transactions/{}", tf_api_trefoil_tx, false },
	{ TF_HTTP_GET, "/v1/trefoil/audit", tf_api_trefoil_audit, false },
};

/* ---- answers ---- */

struct tf_held_reply {
	tf_held_reply *next;
	tf_http_call *call;
	int status;
	json_t *body;
};

static void reply_unavailable(tf_http_call *call)
{
	tf_http_call_error(call, 503, 0, "Temporarily unavailable, try again");
}

static bool must_wait(const tf_coordinator *c)
{
	return tf_book_has_deferred(c->book, true) || tf_audit_unsynced(c->audit);
}

static void reply(tf_api *a, tf_http_call *call, int status, json_t *body)
{
	tf_held_reply *h;

	if (!must_wait(a->c)) {
		tf_http_call_json(call, status, body);
		return;
	}
	h = malloc(sizeof(*h));
	if (!h) {
		json_decref(body);
		reply_unavailable(call);
		return;
	}
	*h = (tf_held_reply){ .call = call, .status = status, .body = body };
	*a->held_last = h;
	a->held_last = &h->next;
}

void tf_api_settled(tf_api *a, tf_err error)
{
	tf_held_reply *h = a->held, *next;

	a->held = NULL;
	a->held_last = &a->held;
	for (; h; h = next) {
		next = h->next;
		if (error == TF_OK) {
			tf_http_call_json(h->call, h->status, h->body);
		} else {
			json_decref(h->body);
			reply_unavailable(h->call);
		}
		free(h);
	}
}

void tf_api_json(tf_api_req *r, int status, json_t *body)
{
	char *text;
	tf_err e;

	if (r->c->failed != TF_OK) {
		json_decref(body);
		reply_unavailable(r->call);
		return;
	}
	if (r->idempotency_key && body && status < 500) {
		text = json_dumps(body, JSON_COMPACT);
		e = text ? tf_book_idempotent_put(r->c->book, r->user->id, r->idempotency_key, r->now,
		                                  status, text)
		         : TF_E_RESOURCE;
		free(text);
		if (e != TF_OK)
			tf_log(TF_LOG_ERROR, "idempotency_lost", "error", tf_err_name(e), NULL);
	}
	reply(r->api, r->call, status, body);
}

void tf_api_error(tf_api_req *r, int status, int code, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	tf_api_json(r, status, json_pack("{s:s%, s:i}", "message", text, strlen(text), "code", code));
}

void tf_api_failed(tf_api_req *r, tf_err e)
{
	switch (tf_err_get_kind(e)) {
	case TF_KIND_ENCODING:
		tf_api_error(r, 400, TF_API_CODE_NONE, "Bad request");
		return;
	case TF_KIND_STATE:
		tf_api_error(r, e == TF_E_NOT_FOUND ? 404 : 409, TF_API_CODE_NONE,
		             e == TF_E_NOT_FOUND ? "Not found" : "Conflict");
		return;
	case TF_KIND_RESOURCE:
		tf_log(TF_LOG_ERROR, "api_unavailable", "error", tf_err_name(e), NULL);
		tf_api_error(r, 503, TF_API_CODE_NONE, "Temporarily unavailable, try again");
		return;
	case TF_KIND_POLICY:
		tf_api_error(r, 403, TF_API_CODE_NONE, "Refused by policy");
		return;
	case TF_KIND_NONE:
	case TF_KIND_USAGE:
	case TF_KIND_PROOF:
	case TF_KIND_TRUST:
		break;
	}
	tf_log(TF_LOG_ERROR, "api_failed", "error", tf_err_name(e), NULL);
	tf_api_error(r, 500, TF_API_CODE_NONE, "Internal error");
}

json_t *tf_api_body(tf_api_req *r)
{
	json_t *j;

	if (r->http->body_len == 0)
		return json_object();
	j = json_loadb((const char *)r->http->body, r->http->body_len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(j)) {
		json_decref(j);
		tf_api_error(r, 400, TF_API_CODE_NONE, "The body must be one JSON object");
		return NULL;
	}
	return j;
}

bool tf_api_string(tf_api_req *r, const json_t *body, const char *name, size_t max,
                   const char **out)
{
	const json_t *v = json_object_get(body, name);

	if (!v || json_is_null(v))
		return true;
	if (!json_is_string(v) || json_string_length(v) > max ||
	    strlen(json_string_value(v)) != json_string_length(v)) {
		tf_api_error(r, 400, TF_API_CODE_NONE, "%s must be a string of at most %zu bytes", name,
		             max);
		return false;
	}
	*out = json_string_value(v);
	return true;
}

bool tf_api_flag(tf_api_req *r, const json_t *body, const char *name, bool *out)
{
	const json_t *v = json_object_get(body, name);

	if (!v || json_is_null(v))
		return true;
	if (!json_is_boolean(v)) {
		tf_api_error(r, 400, TF_API_CODE_NONE, "%s must be true or false", name);
		return false;
	}
	*out = json_is_true(v);
	return true;
}

/* A decimal number without sign or leading zeros. */
static bool parse_decimal(const char *s, int64_t max, int64_t *out)
{
	int64_t v = 0;

	if (!*s || (s[0] == '0' && s[1]))
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9' || v > (max - (*s - '0')) / 10)
			return false;
		v = v * 10 + (*s - '0');
	}
	*out = v;
	return true;
}

bool tf_api_account(tf_api_req *r, size_t index, tf_account_row *row)
{
	char text[32];
	int64_t id;
	tf_err e;

	if (tf_http_segment_get(r->http, index, text, sizeof(text)) == TF_OK &&
	    parse_decimal(text, INT32_MAX, &id)) {
		e = tf_book_account_get(r->c->book, id, row);
		if (e == TF_OK)
			return true;
		if (e != TF_E_NOT_FOUND) {
			tf_api_failed(r, e);
			return false;
		}
	}
	tf_api_error(r, 404, TF_API_CODE_ACCOUNT_UNKNOWN,
	             "The Provided Vault Account ID is invalid");
	return false;
}

const tf_chain_rule *tf_api_asset(tf_api_req *r, size_t index)
{
	char text[TF_ASSET_TEXT];
	const tf_chain_rule *chain = NULL;

	if (tf_http_segment_get(r->http, index, text, sizeof(text)) == TF_OK)
		chain = tf_chain_find(r->c->workspace, text);
	if (!chain)
		tf_api_error(r, 404, TF_API_CODE_ASSET_UNKNOWN, "The Provided Asset ID is invalid");
	return chain;
}

bool tf_api_query_int(tf_api_req *r, const char *name, int64_t min, int64_t max, int64_t def,
                      int64_t *out)
{
	char text[32];
	tf_err e = tf_http_query_get(r->http, name, 0, text, sizeof(text));

	*out = def;
	if (e == TF_E_NOT_FOUND || (e == TF_OK && !text[0]))
		return true;
	if (e == TF_OK && parse_decimal(text, max, out) && *out >= min)
		return true;
	tf_api_error(r, 400, TF_API_CODE_NONE, "%s must be a number from %lld to %lld", name,
	             (long long)min, (long long)max);
	return false;
}

static void refuse(tf_api_req *r, tf_jwt_why why)
{
	tf_metric_add(r->api->refused, 1);
	tf_http_call_error(r->call, 401, (int)why, tf_jwt_text(why));
}

/* Who asks, and is it their request? Order and codes: docs/api.md 1.2. */
static tf_err authenticate(tf_api_req *r, tf_jwt_why *why)
{
	char subject[64];
	const tf_jwt_key *key;
	tf_jwt_claims claims;
	static const tf_jwt_window window = { .life_max = 60, .skew = 5 };
	tf_jwt_request request = {
		.api_key = tf_http_header_get(r->http, "x-api-key", NULL),
		.target = r->http->target.p,
		.body = r->http->body,
		.body_len = r->http->body_len,
	};

	TRY(tf_jwt_bearer(&r->token, &r->token_len, why,
	                  tf_http_header_get(r->http, "authorization", NULL)));
	TRY(tf_jwt_peek_subject(subject, sizeof(subject), why, r->token, r->token_len));
	*why = TF_JWT_WRONG_USER;
	r->user = tf_api_user_find(r->c->workspace, subject);
	if (!r->user || !request.api_key)
		return TF_E_AUTH;
	*why = TF_JWT_REFUSED;
	TRY(tf_jwt_keys_get(&key, r->api->keys, r->user->public_key, strlen(r->user->public_key)));
	TRY(tf_jwt_check(&claims, why, NULL, key, r->token, r->token_len, &request, r->now / 1000,
	                 &window));
	*why = TF_JWT_REFUSED;
	TRY(tf_book_nonce_use(r->c->book, r->user->id, claims.nonce, claims.exp + window.skew,
	                      r->now / 1000));
	*why = TF_JWT_FINE;
	return TF_OK;
}

/* True if this idempotency key was answered before; then it is answered the same again. A key that
 * is not understood is no request without one: 400. */
static bool answered_before(tf_api_req *r)
{
	enum { BODY_MAX = 1 << 20 };
	size_t count = 0;
	const char *key = tf_http_header_get(r->http, "idempotency-key", &count);
	char *body;
	int status = 0;
	tf_err e;

	if (count == 0)
		return false;
	if (!key || !*key || strlen(key) > TF_API_IDEMPOTENCY_MAX) {
		tf_api_error(r, 400, TF_API_CODE_NONE,
		             "There must be one Idempotency-Key at most, of 1 to %u bytes",
		             TF_API_IDEMPOTENCY_MAX);
		return true;
	}
	body = malloc(BODY_MAX);
	if (!body) {
		tf_api_failed(r, TF_E_RESOURCE);
		return true;
	}
	e = tf_book_idempotent_get(r->c->book, r->user->id, key, r->now, &status, body, BODY_MAX);
	if (e == TF_OK && tf_turn_settle(r->c->turn) != TF_OK)
		reply_unavailable(r->call);
	else if (e == TF_OK)
		tf_http_call_reply(r->call, status, "application/json", body, strlen(body));
	else if (e == TF_E_NOT_FOUND)
		r->idempotency_key = key;
	else
		tf_api_failed(r, e);
	free(body);
	return e != TF_E_NOT_FOUND;
}

/* Does the path match the pattern, in which {} is one segment that is not empty? */
static bool path_matches(const char *pattern, const char *path, size_t len)
{
	const char *end = path + len;

	while (*pattern) {
		if (strncmp(pattern, "{}", 2) == 0) {
			const char *start = path;

			while (path < end && *path != '/')
				path++;
			if (path == start)
				return false;
			pattern += 2;
		} else {
			if (path == end || *path != *pattern)
				return false;
			path++;
			pattern++;
		}
	}
	return path == end;
}

static const operation *find_route(const tf_http_req *http, bool *known_path)
{
	tf_http_method method = http->method == TF_HTTP_HEAD ? TF_HTTP_GET : http->method;

	*known_path = false;
	for (size_t i = 0; i < TF_ARRAY_LEN(routes); i++) {
		if (!path_matches(routes[i].pattern, http->path.p, http->path.len))
			continue;
		*known_path = true;
		if (routes[i].method == method)
			return &routes[i];
	}
	return NULL;
}

void tf_api_serve(tf_api_req *r)
{
	bool known_path;
	const operation *route = find_route(r->http, &known_path);

	if (!route) {
		tf_http_call_error(r->call, known_path ? 405 : 404, 0,
		                   known_path ? "Method not allowed" : "No such operation");
		return;
	}
	if (route->writes && !tf_api_user_asks(r->user)) {
		refuse(r, TF_JWT_FORBIDDEN);
		return;
	}
	if (route->method != TF_HTTP_GET && answered_before(r))
		return;
	route->handle(r);
}

static void handle(void *ctx, tf_http_call *call)
{
	tf_api *api = ctx;
	tf_api_req r = {
		.api = api, .c = api->c, .call = call, .http = tf_http_call_request(call),
		.now = tf_coordinator_now(),
	};
	tf_jwt_why why = TF_JWT_REFUSED;
	tf_err e;

	tf_metric_add(api->requests, 1);
	e = authenticate(&r, &why);
	if (tf_err_get_kind(e) == TF_KIND_RESOURCE) {
		reply_unavailable(call);
		return;
	}
	if (e != TF_OK) {
		refuse(&r, why);
		return;
	}
	tf_api_serve(&r);
}

static void on_trouble(void *ctx, const char *peer, const char *request_id, const char *reason)
{
	(void)ctx;
	tf_log(TF_LOG_WARN, "api_trouble", "peer", peer, "request", request_id, "reason", reason,
	       NULL);
}

static void on_answered(void *ctx, const tf_http_call *call, int status, size_t body_len)
{
	const tf_http_req *http = tf_http_call_request(call);
	tf_log_line l;

	(void)ctx;
	tf_log_begin(&l, TF_LOG_INFO, "api");
	tf_log_str(&l, "request", tf_http_call_id(call));
	tf_log_str(&l, "method", tf_http_method_name(http->method));
	tf_log_text(&l, "path", http->path.p, http->path.len);
	tf_log_i64(&l, "status", status);
	tf_log_u64(&l, "bytes", body_len);
	tf_log_end(&l);
}

tf_err tf_api_start(tf_api **out, tf_coordinator *c, const tf_listen_options *listen, char *why,
                    size_t cap)
{
	tf_api *a = calloc(1, sizeof(*a));
	tf_http_server_options o = {
		.listen = *listen,
		.handle = handle,
		.trouble = on_trouble,
		.answered = on_answered,
		.ctx = a,
	};
	tf_err e;

	if (!a)
		return TF_E_RESOURCE;
	/* A transaction request is small, and co-signers read no more of it (base/json.h). */
	o.limits.body_max = 1u << 18;
	a->c = c;
	a->held_last = &a->held;
	a->requests = tf_counter(c->status, "trefoil_api_requests_total",
	                         "requests that reached the API", NULL, NULL);
	a->refused = tf_counter(c->status, "trefoil_api_refused_total",
	                        "requests that were not authenticated", NULL, NULL);
	e = tf_jwt_keys_new(&a->keys);
	if (e == TF_OK)
		e = tf_http_server_new(&a->server, c->loop, &o, why, cap);
	if (e != TF_OK) {
		tf_jwt_keys_free(a->keys);
		free(a);
		return e;
	}
	*out = a;
	return TF_OK;
}

void tf_api_drain(tf_api *a, tf_loop_fn done, void *ctx)
{
	tf_http_server_drain(a->server, done, ctx);
}

void tf_api_free(tf_api *a)
{
	if (!a)
		return;
	tf_api_settled(a, TF_E_CANCELLED);
	tf_http_server_free(a->server);
	tf_jwt_keys_free(a->keys);
	free(a);
}
