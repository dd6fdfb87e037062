/* A server and a client, each under the filter of its role, speak HTTPS with each other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/harden.h"
#include "daemon/harden_filter.h"
#include "daemon/log.h"
#include "harness/harness.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "net/test_pki.h"

typedef struct post {
	tf_loop *loop;
	tf_http_server *server;
	pki_ca ca;
	pki_id id;
	tf_tls *tls;
} post;

static void enter(tf_harden_role role)
{
	tf_harden_report r = { 0 };

	CHECK_OK(tf_harden_drop(&r, TF_WHERE_HOST));
	CHECK_OK(tf_harden_sandbox(&r, TF_WHERE_HOST, role));
}

static void stop(void *ctx)
{
	tf_loop_stop(((post *)ctx)->loop);
}

static void answer(void *ctx, tf_http_call *call)
{
	post *p = ctx;

	CHECK(tf_http_call_peer(call));
	tf_http_call_json(call, 200, json_pack("{s:s}", "hello", "sandbox"));
	tf_http_server_drain(p->server, stop, p);
}

static void post_init(post *p)
{
	tf_http_server_options o = { .listen = { .host = "127.0.0.1",
	                             .client_auth = TF_CLIENT_REQUIRED }, .handle = answer, .ctx = p };
	char why[160];

	memset(p, 0, sizeof(*p));
	pki_ca_init(&p->ca, "test CA");
	pki_issue(&p->id, &p->ca, "both", "DNS:localhost,IP:127.0.0.1", NULL, PKI_DAY);
	p->tls = pki_tls(&p->ca, &p->id, NULL, NULL);
	CHECK_OK(tf_loop_new(&p->loop));
	o.listen.tls = p->tls;
	CHECK_OK(tf_http_server_new(&p->server, p->loop, &o, why, sizeof(why)));
}

static void post_wipe(post *p)
{
	tf_http_server_free(p->server);
	tf_loop_free(p->loop);
	tf_tls_free(p->tls);
	pki_id_wipe(&p->id);
	pki_ca_wipe(&p->ca);
}

/* What a job of the client does; the name is looked up under the filter. */
typedef struct errand {
	tf_loop *loop;
	tf_fetch fetch;
	tf_fetch_result result;
	tf_err err;
} errand;

static void run(void *ctx)
{
	errand *e = ctx;

	e->err = tf_fetch_run(&e->result, &e->fetch);
}

static void done(void *ctx, bool ran)
{
	CHECK(ran);
	tf_loop_stop(((errand *)ctx)->loop);
}

static void fetch_once(const post *p, uint16_t port)
{
	char url[80];
	errand e = { .fetch = {
		.method = "GET", .url = url, .ca_pem = p->ca.pem, .ca_len = strlen(p->ca.pem),
		.cert_pem = p->id.cert_pem, .cert_len = strlen(p->id.cert_pem),
		.key_pem = p->id.key_pem, .key_len = strlen(p->id.key_pem), .timeout_ms = 20000,
	} };

	snprintf(url, sizeof(url), "https://localhost:%u/", port);
	CHECK_OK(tf_loop_new(&e.loop));
	CHECK_OK(tf_loop_job(e.loop, run, done, &e));
	tf_loop_run(e.loop);
	if (e.err != TF_OK)
		tf_test_fail(__FILE__, __LINE__, "%s: %s", tf_err_name(e.err), e.result.reason);
	CHECK(e.result.status == 200 && strstr(e.result.body, "sandbox"));
	tf_log(TF_LOG_INFO, "fetched", "body", e.result.body, NULL);
	tf_fetch_result_wipe(&e.result);
	tf_loop_free(e.loop);
}

static void serve_under(tf_harden_role server, tf_harden_role client)
{
	uint16_t port;
	pid_t pid;
	post p;

	if (tf_filter_is_off())
		tf_test_skip("sanitizer build");
	post_init(&p);
	port = tf_http_server_port(p.server);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		CHECK(uv_loop_fork(tf_loop_uv(p.loop)) == 0);
		enter(server);
		tf_loop_run(p.loop);
		post_wipe(&p);
		_exit(0);
	}
	enter(client);
	fetch_once(&p, port);
}

TEST(a_coordinator_serves_a_cosigner)
{
	serve_under(TF_HARDEN_COORDINATOR, TF_HARDEN_COSIGNER);
}

TEST(an_ra_server_serves_a_coordinator)
{
	serve_under(TF_HARDEN_RA, TF_HARDEN_COORDINATOR);
}
