/* The blocking client in a worker thread against our own server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/harness.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "net/test_pki.h"

typedef struct ground {
	tf_loop *loop;
	tf_http_server *server;
	pki_ca ca;
	pki_id server_id, client_id;
	tf_tls *tls;
	char url[80];
	tf_http_call *held;
	char target[128], type[64], body[64], agent[64];
	bool had_peer, had_type, had_expect;
	tf_fetch fetch;
	tf_fetch_result result;
	tf_err err;
} ground;

static void handle(void *ctx, tf_http_call *call)
{
	const tf_http_req *req = tf_http_call_request(call);
	const char *type = tf_http_header_get(req, "content-type", NULL);
	ground *g = ctx;

	snprintf(g->target, sizeof(g->target), "%s %s", tf_http_method_name(req->method),
	         req->target.p);
	snprintf(g->body, sizeof(g->body), "%.*s", (int)req->body_len, (const char *)req->body);
	snprintf(g->type, sizeof(g->type), "%s", type ? type : "");
	g->had_type = type != NULL;
	g->had_expect = tf_http_header_get(req, "expect", NULL) != NULL;
	g->had_peer = tf_http_call_peer(call) != NULL;
	if (strcmp(req->path.p, "/redirect") == 0) {
		CHECK_OK(tf_http_call_header(call, "Location", "/elsewhere"));
		tf_http_call_reply(call, 302, NULL, NULL, 0);
		return;
	}
	if (strcmp(req->path.p, "/hold") == 0) {
		g->held = call;
		return;
	}
	CHECK_OK(tf_http_call_header(call, "X-Answer", " forty-two "));
	tf_http_call_json(call, 201, json_pack("{s:s}", "hello", "world"));
}

static void run_fetch(void *ctx)
{
	ground *g = ctx;

	g->err = tf_fetch_run(&g->result, &g->fetch);
}

static void fetched(void *ctx, bool ran)
{
	CHECK(ran);
	tf_loop_stop(((ground *)ctx)->loop);
}

static void ground_init(ground *g, bool tls)
{
	tf_http_server_options o = { .listen = { .host = "127.0.0.1",
	                             .client_auth = TF_CLIENT_OPTIONAL }, .handle = handle, .ctx = g };
	char why[160];

	memset(g, 0, sizeof(*g));
	CHECK_OK(tf_loop_new(&g->loop));
	pki_ca_init(&g->ca, "test CA");
	pki_issue(&g->server_id, &g->ca, "server", "IP:127.0.0.1", NULL, PKI_DAY);
	pki_issue(&g->client_id, &g->ca, "client", NULL, NULL, PKI_DAY);
	g->tls = pki_tls(&g->ca, &g->server_id, NULL, NULL);
	o.listen.tls = tls ? g->tls : NULL;
	CHECK_OK(tf_http_server_new(&g->server, g->loop, &o, why, sizeof(why)));
	g->fetch = (tf_fetch){ .method = "GET", .url = g->url, .ca_pem = g->ca.pem,
	                       .ca_len = strlen(g->ca.pem), .timeout_ms = 20000 };
}

static void ground_end(ground *g)
{
	tf_fetch_result_wipe(&g->result);
	tf_http_server_free(g->server);
	tf_loop_free(g->loop);
	tf_tls_free(g->tls);
	pki_id_wipe(&g->server_id);
	pki_id_wipe(&g->client_id);
	pki_ca_wipe(&g->ca);
}

static tf_err fetch(ground *g, const char *scheme, const char *path)
{
	tf_fetch_result_wipe(&g->result);
	snprintf(g->url, sizeof(g->url), "%s://127.0.0.1:%u%s", scheme,
	         tf_http_server_port(g->server), path);
	CHECK_OK(tf_loop_job(g->loop, run_fetch, fetched, g));
	tf_loop_run(g->loop);
	return g->err;
}

TEST(a_get_brings_status_headers_and_body)
{
	char text[40];
	ground g;

	ground_init(&g, true);
	CHECK_OK(fetch(&g, "https", "/v1/x?a=%5B1%5D"));
	CHECK(g.result.status == 201 && strcmp(g.result.body, "{\"hello\":\"world\"}") == 0);
	CHECK(strcmp(g.target, "GET /v1/x?a=%5B1%5D") == 0 && !g.had_peer && !g.had_type);
	CHECK_OK(tf_fetch_header(&g.result, "x-answer", text, sizeof(text)));
	CHECK(strcmp(text, "forty-two") == 0);
	CHECK_ERR(tf_fetch_header(&g.result, "x-none", text, sizeof(text)), TF_E_NOT_FOUND);
	CHECK_ERR(tf_fetch_header(&g.result, "x-answer", text, 5), TF_E_CAPACITY);
	ground_end(&g);
}

TEST(a_post_sends_body_type_headers_and_certificate)
{
	const char *const headers[] = { "X-API-Key: k", NULL };
	ground g;

	ground_init(&g, true);
	g.fetch.method = "POST";
	g.fetch.body = "{}";
	g.fetch.body_len = 2;
	g.fetch.content_type = "application/json";
	g.fetch.headers = headers;
	g.fetch.cert_pem = g.client_id.cert_pem;
	g.fetch.cert_len = strlen(g.client_id.cert_pem);
	g.fetch.key_pem = g.client_id.key_pem;
	g.fetch.key_len = strlen(g.client_id.key_pem);
	CHECK_OK(fetch(&g, "https", "/v1/y"));
	CHECK(strcmp(g.target, "POST /v1/y") == 0 && strcmp(g.body, "{}") == 0 && g.had_peer);
	CHECK(strcmp(g.type, "application/json") == 0 && !g.had_expect);
	g.fetch.content_type = NULL;
	g.fetch.body = NULL;
	CHECK_OK(fetch(&g, "https", "/v1/y"));
	CHECK(!g.had_type && g.body[0] == 0);
	g.fetch.method = "DELETE";
	CHECK_OK(fetch(&g, "https", "/v1/z"));
	CHECK(strcmp(g.target, "DELETE /v1/z") == 0);
	g.fetch.method = "HEAD";
	CHECK_OK(fetch(&g, "https", "/v1/z"));
	CHECK(g.result.status == 201 && g.result.body_len == 0);
	ground_end(&g);
}

TEST(only_the_given_ca_is_trusted)
{
	pki_ca other;
	ground g;

	ground_init(&g, true);
	pki_ca_init(&other, "another CA");
	g.fetch.ca_pem = other.pem;
	g.fetch.ca_len = strlen(other.pem);
	CHECK_ERR(fetch(&g, "https", "/"), TF_E_TRUST);
	CHECK(g.result.status == 0 && *g.result.reason && g.result.body && g.result.headers);
	g.fetch.ca_pem = NULL;
	CHECK_ERR(fetch(&g, "https", "/"), TF_E_USAGE);
	g.fetch.system_roots = true;
	CHECK_ERR(fetch(&g, "https", "/"), TF_E_TRUST);
	pki_ca_wipe(&other);
	ground_end(&g);
}

/* A folder of CAs in libcurl's reach must not widen the trust. */
TEST(the_environment_changes_nothing)
{
	char dir[] = "/tmp/trefoil-net-XXXXXX";
	ground g;

	ground_init(&g, true);
	CHECK(mkdtemp(dir));
	setenv("https_proxy", "http://127.0.0.1:1", 1);
	setenv("HTTPS_PROXY", "http://127.0.0.1:1", 1);
	setenv("all_proxy", "http://127.0.0.1:1", 1);
	setenv("HOME", dir, 1);
	CHECK_OK(fetch(&g, "https", "/"));
	rmdir(dir);
	ground_end(&g);
}

TEST(a_server_with_another_name_is_refused)
{
	tf_fetch f;
	tf_fetch_result r;
	ground g;

	ground_init(&g, true);
	f = g.fetch;
	CHECK_OK(fetch(&g, "https", "/"));
	snprintf(g.url, sizeof(g.url), "https://localhost:%u/", tf_http_server_port(g.server));
	tf_fetch_result_wipe(&g.result);
	CHECK_OK(tf_loop_job(g.loop, run_fetch, fetched, &g));
	tf_loop_run(g.loop);
	CHECK_ERR(g.err, TF_E_TRUST);
	f.url = "https://127.0.0.1:1/";
	CHECK_ERR(tf_fetch_run(&r, &f), TF_E_IO);
	CHECK(*r.reason);
	tf_fetch_result_wipe(&r);
	ground_end(&g);
}

TEST(redirects_are_not_followed)
{
	ground g;

	ground_init(&g, true);
	CHECK_OK(fetch(&g, "https", "/redirect"));
	CHECK(g.result.status == 302 && strcmp(g.target, "GET /redirect") == 0);
	ground_end(&g);
}

TEST(a_response_is_limited_in_size_and_time)
{
	ground g;

	ground_init(&g, true);
	g.fetch.response_max = 10;
	CHECK_ERR(fetch(&g, "https", "/"), TF_E_TOO_LARGE);
	CHECK(g.result.body_len == 0);
	g.fetch.response_max = 0;
	g.fetch.timeout_ms = 100;
	CHECK_ERR(fetch(&g, "https", "/hold"), TF_E_IO);
	tf_http_call_error(g.held, 500, 500, "late");
	ground_end(&g);
}

TEST(plain_http_is_for_loopback_when_asked)
{
	static const char *const bad[] = { "http://example.org/", "http://1.2.3.4/", "ftp://127.0.0.1/",
		"file:///etc/passwd", "http://user:pw@127.0.0.1/", "http://127.0.0.1.example.org/",
		"http://localhost/", "nonsense", "" };
	tf_fetch_result r;
	ground g;

	ground_init(&g, false);
	CHECK_ERR(fetch(&g, "http", "/"), TF_E_USAGE);
	g.fetch.allow_loopback_http = true;
	CHECK_OK(fetch(&g, "http", "/"));
	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++) {
		tf_fetch f = g.fetch;

		f.url = bad[i];
		CHECK_ERR(tf_fetch_run(&r, &f), TF_E_USAGE);
		tf_fetch_result_wipe(&r);
	}
	ground_end(&g);
}

TEST(a_request_header_cannot_be_split)
{
	const char *const split[] = { "X: a\r\nY: b", NULL }, *const none[] = { "no colon", NULL };
	tf_fetch_result r;
	ground g;

	ground_init(&g, true);
	g.fetch.url = "https://127.0.0.1:1/";
	g.fetch.headers = split;
	CHECK_ERR(tf_fetch_run(&r, &g.fetch), TF_E_USAGE);
	tf_fetch_result_wipe(&r);
	g.fetch.headers = none;
	CHECK_ERR(tf_fetch_run(&r, &g.fetch), TF_E_USAGE);
	tf_fetch_result_wipe(&r);
	ground_end(&g);
}
