/* The server over real sockets: what clients get, good and bad ones. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"
#include "net/http_server.h"
#include "net/test_pki.h"

#define CLIENTS 4

/* A raw client: collects what comes. */
typedef struct raw {
	tf_conn *conn;
	bool ready, closed;
	char got[1 << 16];
	size_t len;
} raw;

typedef struct scene {
	tf_loop *loop;
	tf_timer *pulse;
	tf_http_server *server;
	raw client[CLIENTS];
	tf_http_call *held; /* by /hold */
	int troubles, answered, drained;
	char trouble[160];
	char trouble_id[64];
	char cn[64];        /* of the last client certificate */
} scene;

static void nothing(void *ctx)
{
	(void)ctx;
}

static void raw_ready(void *ctx, tf_conn *c)
{
	(void)c;
	((raw *)ctx)->ready = true;
}

static void raw_data(void *ctx, tf_conn *c, const uint8_t *p, size_t len)
{
	raw *r = ctx;

	(void)c;
	CHECK(len < sizeof(r->got) - r->len);
	memcpy(r->got + r->len, p, len);
	r->len += len;
	r->got[r->len] = 0;
}

static void raw_closed(void *ctx, tf_conn *c, tf_err err, const char *reason)
{
	raw *r = ctx;

	(void)c;
	(void)err;
	(void)reason;
	r->closed = true;
	r->conn = NULL;
}

static void echo(void *ctx, tf_http_call *call)
{
	const tf_http_req *req = tf_http_call_request(call);
	scene *s = ctx;

	CHECK_OK(tf_http_call_header(call, "X-Target", req->target.p));
	if (tf_http_call_peer(call))
		X509_NAME_get_text_by_NID(X509_get_subject_name(tf_http_call_peer(call)), NID_commonName,
		                          s->cn, sizeof(s->cn));
	tf_http_call_reply(call, 200, "text/plain", req->body, req->body_len);
}

static void hold(void *ctx, tf_http_call *call)
{
	((scene *)ctx)->held = call;
}

static void no_content(void *ctx, tf_http_call *call)
{
	(void)ctx;
	tf_http_call_reply(call, 204, NULL, NULL, 0);
}

static void huge(void *ctx, tf_http_call *call)
{
	static char body[9 << 20];

	(void)ctx;
	tf_http_call_reply(call, 200, "text/plain", body, sizeof(body));
}

static void handle(void *ctx, tf_http_call *call)
{
	static const tf_http_route routes[] = {
		{ TF_HTTP_GET, "/echo", echo },
		{ TF_HTTP_POST, "/echo", echo },
		{ TF_HTTP_GET, "/items/{}/parts/{}", echo },
		{ TF_HTTP_GET, "/hold", hold },
		{ TF_HTTP_DELETE, "/empty", no_content },
		{ TF_HTTP_GET, "/huge", huge },
	};

	tf_http_dispatch(routes, TF_ARRAY_LEN(routes), ctx, call);
}

static void trouble(void *ctx, const char *peer, const char *id, const char *reason)
{
	scene *s = ctx;

	CHECK(strncmp(peer, "127.0.0.1", 9) == 0);
	s->troubles++;
	snprintf(s->trouble, sizeof(s->trouble), "%s", reason);
	snprintf(s->trouble_id, sizeof(s->trouble_id), "%s", id);
}

static void answered(void *ctx, const tf_http_call *call, int status, size_t len)
{
	(void)call;
	(void)status;
	(void)len;
	((scene *)ctx)->answered++;
}

static void scene_init(scene *s, tf_http_server_options o)
{
	char why[160] = "";

	memset(s, 0, sizeof(*s));
	CHECK_OK(tf_loop_new(&s->loop));
	CHECK_OK(tf_timer_new(&s->pulse, s->loop, nothing, NULL));
	tf_timer_start(s->pulse, 10, 10);
	o.listen.host = "127.0.0.1";
	o.handle = handle;
	o.trouble = trouble;
	o.answered = answered;
	o.ctx = s;
	CHECK_OK(tf_http_server_new(&s->server, s->loop, &o, why, sizeof(why)));
}

static void scene_end(scene *s)
{
	tf_http_server_free(s->server);
	tf_timer_free(s->pulse);
	tf_loop_free(s->loop);
}

#define UNTIL(s, cond) \
	do { \
		while (!(cond)) \
			tf_loop_once((s)->loop); \
	} while (0)

static raw *connect_tls(scene *s, int i, tf_tls *tls)
{
	static const tf_conn_events events = { raw_ready, raw_data, NULL, raw_closed };
	raw *r = &s->client[i];
	tf_dial_options o = { .host = "127.0.0.1", .port = tf_http_server_port(s->server),
	                      .tls = tls, .check_host = tls ? "127.0.0.1" : NULL,
	                      .events = events, .ctx = r };

	memset(r, 0, sizeof(*r));
	CHECK_OK(tf_dial(&r->conn, s->loop, &o));
	UNTIL(s, r->ready);
	return r;
}

static raw *connect_raw(scene *s, int i)
{
	return connect_tls(s, i, NULL);
}

static void say(raw *r, const char *text)
{
	CHECK_OK(tf_conn_write(r->conn, text, strlen(text)));
}

/* Waits until the client holds a whole response and checks the parts that every response has. */
static void expect(scene *s, raw *r, int status, const char *part)
{
	char line[40];

	UNTIL(s, r->closed || strstr(r->got, part));
	snprintf(line, sizeof(line), "HTTP/1.1 %d ", status);
	if (strncmp(r->got, line, strlen(line)) != 0 || !strstr(r->got, part))
		tf_test_fail(__FILE__, __LINE__, "expected %d with \"%s\", got:\n%s", status, part, r->got);
	CHECK(strstr(r->got, "\r\nX-Request-ID: "));
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

TEST(a_request_is_answered_and_the_connection_lives_on)
{
	raw *r;
	scene s;

	scene_init(&s, (tf_http_server_options){ 0 });
	r = connect_raw(&s, 0);
	for (int i = 0; i < 3; i++) {
		r->len = 0;
		say(r, "POST /echo?n=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
		expect(&s, r, 200, "\r\n\r\nhello");
		CHECK(strstr(r->got, "X-Target: /echo?n=1\r\n"));
		CHECK(strstr(r->got, "Content-Length: 5\r\n"));
		CHECK(strstr(r->got, "Content-Type: text/plain\r\n"));
		CHECK(!strstr(r->got, "Connection: close"));
		memset(r->got, 0, sizeof(r->got));
	}
	CHECK(s.answered == 3 && s.troubles == 0 && tf_http_server_conns(s.server) == 1);
	scene_end(&s);
}

TEST(a_request_may_come_byte_by_byte)
{
	static const char text[] = "POST /echo HTTP/1.1\r\nHost: a\r\n"
	                           "Transfer-Encoding: chunked\r\n\r\n"
	                           "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";
	raw *r;
	scene s;

	scene_init(&s, (tf_http_server_options){ 0 });
	r = connect_raw(&s, 0);
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		CHECK_OK(tf_conn_write(r->conn, text + i, 1));
		UNTIL(&s, tf_conn_queued(r->conn) == 0);
	}
	expect(&s, r, 200, "\r\n\r\nhello");
	scene_end(&s);
}

TEST(pipelined_requests_are_answered_in_order)
{
	raw *r;
	scene s;

	scene_init(&s, (tf_http_server_options){ 0 });
	r = connect_raw(&s, 0);
	say(r, GET("/echo?1") GET("/nowhere") GET("/echo?3") "GET /echo?4 HTTP/1.1\r\nHost: a\r\n"
	       "Connection: close\r\n\r\n" GET("/echo?5"));
	UNTIL(&s, r->closed);
	CHECK(strstr(r->got, "/echo?1") < strstr(r->got, "404 Not Found"));
	CHECK(strstr(r->got, "404 Not Found") < strstr(r->got, "/echo?3"));
	CHECK(strstr(r->got, "/echo?3") < strstr(r->got, "/echo?4"));
	CHECK(strstr(r->got, "Connection: close") > strstr(r->got, "/echo?3"));
	CHECK(!strstr(r->got, "/echo?5") && s.answered == 4);
	scene_end(&s);
}

/* The body of a response, which must be a JSON object with message and this code. */
static void expect_error(raw *r, int code)
{
	const char *body = strstr(r->got, "\r\n\r\n");
	json_t *o = body ? json_loads(body + 4, JSON_REJECT_DUPLICATES, NULL) : NULL;

	CHECK(strstr(r->got, "Content-Type: application/json\r\n"));
	CHECK(json_is_object(o) && json_is_string(json_object_get(o, "message")));
	CHECK(json_integer_value(json_object_get(o, "code")) == code);
	json_decref(o);
}

TEST(errors_are_json_objects_with_an_id)
{
	static const struct {
		const char *request;
		int status;
	} bad[] = {
		{ "GET / HTTP/1.1\r\n\r\n", 400 },
		{ "GET /../x HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n", 413 },
		{ "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501 },
		{ "GET / HTTP/1.0\r\n\r\n", 505 },
		{ "POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", 417 },
	};
	scene s;

	scene_init(&s, (tf_http_server_options){ 0 });
	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++) {
		raw *r = connect_raw(&s, 0);

		say(r, bad[i].request);
		expect(&s, r, bad[i].status, "}");
		expect_error(r, bad[i].status);
		CHECK(strstr(r->got, "Connection: close\r\n"));
		UNTIL(&s, r->closed);
		CHECK(s.troubles == (int)i + 1 && strlen(s.trouble_id) == TF_REQUEST_ID_LEN);
		CHECK(strstr(r->got, s.trouble_id));
	}
	CHECK(s.answered == 0);
	scene_end(&s);
}

TEST(routes_know_methods_and_segments)
{
	raw *r;
	scene s;

	scene_init(&s, (tf_http_server_options){ 0 });
	r = connect_raw(&s, 0);
	say(r, "PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
	expect(&s, r, 405, "}");
	expect_error(r, 405);
	CHECK(strstr(r->got, "Allow: GET, POST\r\n"));
	r = connect_raw(&s, 1);
	say(r, GET("/items/7/parts/9"));
	expect(&s, r, 200, "\r\n\r\n");
	r = connect_raw(&s, 2);
	say(r, GET("/items/7/parts/"));
	expect(&s, r, 404, "}");
	r = connect_raw(&s, 3);
	say(r, GET("/items/7/8/parts/9"));
	expect(&s, r, 404, "}");
	expect_error(r, 404);
	scene_end(&s);
}

TEST(head_has_no_body_and_no_content_has_no_length)
{
	raw *r;
	scene s;

	scene_init(&s, (tf_http_server_options){ 0 });
	r = connect_raw(&s, 0);
	say(r, "HEAD /nowhere HTTP/1.1\r\nHost: a\r\n\r\n" GET("/echo"));
	UNTIL(&s, strstr(r->got, "X-Target: /echo"));
	CHECK(strncmp(r->got, "HTTP/1.1 404 ", 13) == 0);
	CHECK(strstr(r->got, "\r\n\r\nHTTP/1.1 200 "));
	CHECK(!strstr(r->got, "\r\nContent-Length: 0\r\n\r\nHTTP"));
	r = connect_raw(&s, 1);
	say(r, "DELETE /empty HTTP/1.1\r\nHost: a\r\n\r\n");
	expect(&s, r, 204, "\r\n\r\n");
	CHECK(!strstr(r->got, "Content-Length"));
	scene_end(&s);
}

TEST(expect_continue_is_invited)
{
	raw *r;
	scene s;

	scene_init(&s, (tf_http_server_options){ 0 });
	r = connect_raw(&s, 0);
	say(r, "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
	UNTIL(&s, strstr(r->got, "HTTP/1.1 100 Continue\r\n\r\n"));
	say(r, "ok");
	UNTIL(&s, strstr(r->got, "\r\n\r\nok"));
	scene_end(&s);
}

static void expect_timeout(const char *start, const char *reason)
{
	raw *slow, *other;
	scene s;

	scene_init(&s, (tf_http_server_options){ .head_ms = 100, .body_ms = 100 });
	slow = connect_raw(&s, 0);
	say(slow, start);
	UNTIL(&s, slow->closed);
	CHECK(strncmp(slow->got, "HTTP/1.1 408 ", 13) == 0 && strcmp(s.trouble, reason) == 0);
	expect_error(slow, 408);
	other = connect_raw(&s, 1);
	say(other, GET("/echo"));
	expect(&s, other, 200, "\r\n\r\n");
	UNTIL(&s, tf_http_server_conns(s.server) == 1);
	CHECK(s.answered == 1);
	scene_end(&s);
}

TEST(a_head_that_does_not_end_is_cut_off)
{
	expect_timeout("GET / HTTP/1.1\r\nHost: a\r\nX: ", "request head took too long");
}

TEST(a_body_that_does_not_end_is_cut_off)
{
	expect_timeout("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
	               "request body took too long");
}

TEST(a_client_that_says_nothing_is_cut_off)
{
	raw *r;
	scene s;

	scene_init(&s, (tf_http_server_options){ .head_ms = 50 });
	r = connect_raw(&s, 0);
	UNTIL(&s, r->closed);
	CHECK(r->len == 0 && s.troubles == 0);
	scene_end(&s);
}

/* Endless chunks: the limit of the body ends it, and everybody else is served meanwhile. */
TEST(an_endless_body_loses_only_its_own_connection)
{
	static char chunk[16 + 4096];
	raw *endless, *other;
	scene s;
	tf_err err;

	scene_init(&s, (tf_http_server_options){ 0 });
	endless = connect_raw(&s, 0);
	other = connect_raw(&s, 1);
	say(endless, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
	memset(chunk, 'x', sizeof(chunk));
	memcpy(chunk, "1000\r\n", 6);
	memcpy(chunk + 6 + 4096, "\r\n", 2);
	for (int i = 0; i < 100; i++)
		CHECK_OK(tf_conn_write(endless->conn, chunk, 6 + 4096 + 2));
	say(other, GET("/echo"));
	expect(&s, other, 200, "\r\n\r\n");
	while (!endless->closed) {
		err = tf_conn_write(endless->conn, chunk, 6 + 4096 + 2);
		CHECK(err == TF_OK || err == TF_E_BUSY || err == TF_E_STATE);
		tf_loop_once(s.loop);
	}
	CHECK(strncmp(endless->got, "HTTP/1.1 413 ", 13) == 0);
	say(other, GET("/echo"));
	UNTIL(&s, s.answered == 2);
	scene_end(&s);
}

TEST(an_answer_may_come_late_or_after_the_client_has_gone)
{
	raw *r;
	scene s;

	scene_init(&s, (tf_http_server_options){ 0 });
	r = connect_raw(&s, 0);
	say(r, GET("/hold"));
	UNTIL(&s, s.held);
	CHECK(tf_http_call_alive(s.held));
	tf_http_call_error(s.held, 409, 1234, "\"late\"\n");
	expect(&s, r, 409, "}");
	expect_error(r, 1234);
	s.held = NULL;
	say(r, GET("/hold"));
	UNTIL(&s, s.held);
	tf_conn_abort(r->conn, TF_OK, "gone");
	UNTIL(&s, r->closed);
	tf_http_call_reply(s.held, 200, "text/plain", "x", 1);
	UNTIL(&s, tf_http_server_conns(s.server) == 0);
	CHECK(s.answered == 2);
	scene_end(&s);
}

TEST(a_call_outlives_the_server)
{
	raw *r;
	scene s;

	scene_init(&s, (tf_http_server_options){ 0 });
	r = connect_raw(&s, 0);
	say(r, GET("/hold"));
	UNTIL(&s, s.held);
	scene_end(&s);
	CHECK(!tf_http_call_alive(s.held));
	CHECK(strcmp(tf_http_call_request(s.held)->path.p, "/hold") == 0);
	tf_http_call_reply(s.held, 200, "text/plain", "x", 1);
	CHECK(s.answered == 0);
}

TEST(a_handler_that_never_answers_is_answered_for)
{
	raw *r;
	scene s;

	scene_init(&s, (tf_http_server_options){ .reply_ms = 50 });
	r = connect_raw(&s, 0);
	say(r, GET("/hold"));
	UNTIL(&s, r->closed);
	CHECK(strncmp(r->got, "HTTP/1.1 503 ", 13) == 0);
	expect_error(r, 503);
	CHECK(strcmp(s.trouble, "no answer in time") == 0 && strstr(r->got, s.trouble_id));
	CHECK(s.held && !tf_http_call_alive(s.held));
	tf_http_call_reply(s.held, 200, NULL, NULL, 0);
	scene_end(&s);
}

TEST(an_answer_that_is_too_large_ends_the_connection)
{
	raw *r;
	scene s;

	scene_init(&s, (tf_http_server_options){ 0 });
	r = connect_raw(&s, 0);
	say(r, GET("/huge"));
	UNTIL(&s, r->closed);
	CHECK(strcmp(s.trouble, "response cannot be sent") == 0);
	scene_end(&s);
}

static void on_drained(void *ctx)
{
	((scene *)ctx)->drained++;
}

TEST(a_drain_ends_idle_connections_and_waits_for_answers)
{
	raw *idle, *busy;
	scene s;

	scene_init(&s, (tf_http_server_options){ 0 });
	idle = connect_raw(&s, 0);
	say(idle, GET("/echo"));
	expect(&s, idle, 200, "\r\n\r\n");
	busy = connect_raw(&s, 1);
	say(busy, GET("/hold"));
	UNTIL(&s, s.held);
	tf_http_server_drain(s.server, on_drained, &s);
	UNTIL(&s, idle->closed);
	CHECK(s.drained == 0 && !busy->closed);
	tf_http_call_reply(s.held, 200, "text/plain", "done", 4);
	UNTIL(&s, busy->closed && s.drained);
	CHECK(strstr(busy->got, "Connection: close\r\n") && strstr(busy->got, "\r\n\r\ndone"));
	CHECK(s.drained == 1);
	scene_end(&s);
	scene_init(&s, (tf_http_server_options){ 0 });
	tf_http_server_drain(s.server, on_drained, &s);
	UNTIL(&s, s.drained == 1);
	scene_end(&s);
}

TEST(headers_of_the_server_are_not_the_handlers)
{
	raw *r;
	scene s;

	scene_init(&s, (tf_http_server_options){ 0 });
	r = connect_raw(&s, 0);
	say(r, GET("/hold"));
	UNTIL(&s, s.held);
	CHECK_ERR(tf_http_call_header(s.held, "content-LENGTH", "1"), TF_E_USAGE);
	CHECK_ERR(tf_http_call_header(s.held, "Location", "/\r\nX: y"), TF_E_USAGE);
	CHECK_OK(tf_http_call_header(s.held, "Cache-Control", "max-age=60"));
	for (int i = 1; i < 16; i++)
		CHECK_OK(tf_http_call_header(s.held, "X-A", "b"));
	CHECK_ERR(tf_http_call_header(s.held, "X-A", "b"), TF_E_CAPACITY);
	tf_http_call_json(s.held, 200, json_pack("[i]", 1));
	expect(&s, r, 200, "[1]");
	CHECK(strstr(r->got, "Cache-Control: max-age=60\r\n") && !strstr(r->got, "no-store"));
	CHECK(!strstr(r->got, "X: y"));
	scene_end(&s);
}

TEST(the_handler_sees_who_came_over_tls)
{
	tf_tls *server_tls, *client_tls, *anonymous;
	pki_id server, client;
	pki_ca ca;
	raw *r;
	scene s;

	pki_ca_init(&ca, "test CA");
	pki_issue(&server, &ca, "server", "IP:127.0.0.1", NULL, PKI_DAY);
	pki_issue(&client, &ca, "alice", NULL, NULL, PKI_DAY);
	server_tls = pki_tls(&ca, &server, NULL, NULL);
	client_tls = pki_tls(&ca, &client, NULL, NULL);
	anonymous = pki_tls(&ca, NULL, NULL, NULL);
	scene_init(&s, (tf_http_server_options){ .listen = { .tls = server_tls,
	                                         .client_auth = TF_CLIENT_OPTIONAL } });
	r = connect_tls(&s, 0, client_tls);
	say(r, GET("/echo"));
	expect(&s, r, 200, "\r\n\r\n");
	CHECK(strcmp(s.cn, "alice") == 0);
	s.cn[0] = 0;
	r = connect_tls(&s, 1, anonymous);
	say(r, GET("/echo"));
	expect(&s, r, 200, "\r\n\r\n");
	CHECK(s.cn[0] == 0);
	scene_end(&s);
	tf_tls_free(server_tls);
	tf_tls_free(client_tls);
	tf_tls_free(anonymous);
	pki_id_wipe(&server);
	pki_id_wipe(&client);
	pki_ca_wipe(&ca);
}
