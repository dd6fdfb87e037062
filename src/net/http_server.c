#include "net/http_server.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/secret.h"

#define EXTRA_MAX 16
#define EXTRA_CAP 8192
#define HEAD_CAP (EXTRA_CAP + 1024)

typedef enum phase {
	PHASE_HEAD = 0, /* awaiting or reading a head */
	PHASE_BODY,
	PHASE_HANDLING, /* a call is out */
	PHASE_REPLYING, /* the response is on its way */
	PHASE_CLOSING,
} phase;

/* One connection. */
typedef struct session {
	struct session *prev, *next;
	tf_http_server *server;
	tf_conn *conn;
	tf_timer *timer;
	tf_http_reader *reader; /* NULL while a call has it */
	tf_http_call *call;
	phase phase;
	bool last;              /* close after this response */
	uint8_t *rest;          /* what arrived after the current request */
	size_t rest_len;
} session;

struct tf_http_call {
	tf_http_call *prev, *next;
	tf_http_server *server; /* NULL: freed meanwhile */
	session *session;       /* NULL: client gone */
	tf_http_reader *reader;
	X509 *peer;
	char addr[TF_ADDR_MAX];
	char host[TF_ADDR_MAX];
	char id[TF_REQUEST_ID_LEN + 1];
	char extra[EXTRA_CAP]; /* header lines of the handler */
	size_t extra_len;
	unsigned extra_n;
	bool no_store;         /* the handler said nothing about caching */
};

struct tf_http_server {
	tf_loop *loop;
	tf_http_server_options options;
	tf_listener *listener;
	session sessions;    /* ring */
	tf_http_call calls;  /* ring */
	unsigned count;
	bool draining;
	tf_loop_fn drained;
	void *drained_ctx;
	tf_timer *nobody;    /* tells that the drain found nobody */
};

static void serve(session *s, const uint8_t *p, size_t len);

static void trouble(tf_http_server *server, const char *peer, const char *id, const char *reason)
{
	if (server->options.trouble)
		server->options.trouble(server->options.ctx, peer, id, reason);
}

static tf_err make_id(char id[static TF_REQUEST_ID_LEN + 1])
{
	uint8_t b[16];

	if (RAND_bytes(b, sizeof(b)) != 1)
		return TF_E_ENTROPY;
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	snprintf(id, TF_REQUEST_ID_LEN + 1,
	         "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
	         b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
	         b[13], b[14], b[15]);
	return TF_OK;
}

/* ---- writing -------------------------------------------------------------------------------- */

typedef struct response {
	int status;
	const char *type;
	const void *body;
	size_t len;
	const char *id;
	const char *extra; /* lines with CRLF, or "" */
	bool no_store;
	bool head_only;
} response;

static void add_standard_lines(tf_http_head *h, const response *r, bool last)
{
	char date[40];
	time_t now = time(NULL);
	struct tm tm;

	if (gmtime_r(&now, &tm) && strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm) > 0)
		tf_http_head_add(h, "Date", date);
	tf_http_head_add(h, "X-Request-ID", r->id);
	tf_http_head_add(h, "X-Content-Type-Options", "nosniff");
	if (r->no_store)
		tf_http_head_add(h, "Cache-Control", "no-store");
	if (r->type)
		tf_http_head_add(h, "Content-Type", r->type);
	if (last)
		tf_http_head_add(h, "Connection", "close");
}

/* Head, the handler's lines, and body as one write. */
static tf_err send_response(session *s, const response *r)
{
	char head[HEAD_CAP];
	size_t extra_len = strlen(r->extra), body_len = r->head_only ? 0 : r->len, len;
	tf_http_head h;
	uint8_t *whole;
	tf_err err;

	tf_http_head_begin(&h, head, sizeof(head), r->status);
	add_standard_lines(&h, r, s->last);
	if (h.err == TF_OK && extra_len < h.cap - h.len) {
		memcpy(h.buf + h.len, r->extra, extra_len);
		h.len += extra_len;
	}
	TRY(tf_http_head_end(&h, r->status == 204 ? TF_HTTP_NO_LENGTH : r->len, &len));
	whole = malloc(len + body_len);
	if (!whole)
		return TF_E_RESOURCE;
	memcpy(whole, head, len);
	if (body_len > 0)
		memcpy(whole + len, r->body, body_len);
	err = tf_conn_write(s->conn, whole, len + body_len);
	tf_wipe(whole, len + body_len);
	free(whole);
	return err;
}

static void close_session(session *s)
{
	s->phase = PHASE_CLOSING;
	tf_timer_stop(s->timer);
	tf_conn_close(s->conn);
}

/* An answer that no handler gave; the connection ends with it. */
static void answer_and_close(session *s, int status, const char *id, const char *message)
{
	json_t *o = json_pack("{s:s, s:i}", "message", message, "code", status);
	char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
	response r = {
		.status = status, .type = "application/json", .body = text, .id = id, .extra = "",
		.len = text ? strlen(text) : 0, .no_store = true,
	};

	s->last = true;
	if (s->phase != PHASE_CLOSING && text && send_response(s, &r) != TF_OK)
		tf_conn_abort(s->conn, TF_E_IO, "cannot answer");
	free(text);
	json_decref(o);
	close_session(s);
}

static void refuse(session *s, int status, const char *reason)
{
	char id[TF_REQUEST_ID_LEN + 1];

	if (make_id(id) != TF_OK) {
		tf_conn_abort(s->conn, TF_E_ENTROPY, "no randomness");
		return;
	}
	trouble(s->server, tf_conn_peer_addr(s->conn), id, reason);
	answer_and_close(s, status, id, reason);
}

/* ---- calls ---------------------------------------------------------------------------------- */

static void detach(tf_http_call *c)
{
	if (c->session) {
		c->session->call = NULL;
		c->session = NULL;
	}
}

static void call_free(tf_http_call *c)
{
	detach(c);
	if (c->server) {
		c->prev->next = c->next;
		c->next->prev = c->prev;
	}
	X509_free(c->peer);
	tf_http_reader_free(c->reader);
	free(c);
}

static tf_http_call *call_new(session *s)
{
	tf_http_server *server = s->server;
	tf_http_call *c = calloc(1, sizeof(*c));

	if (!c || make_id(c->id) != TF_OK) {
		free(c);
		return NULL;
	}
	c->server = server;
	c->prev = server->calls.prev;
	c->next = &server->calls;
	c->prev->next = c->next->prev = c;
	c->session = s;
	c->reader = s->reader;
	s->reader = NULL;
	s->call = c;
	c->peer = tf_conn_peer(s->conn);
	if (c->peer)
		X509_up_ref(c->peer);
	snprintf(c->addr, sizeof(c->addr), "%s", tf_conn_peer_addr(s->conn));
	snprintf(c->host, sizeof(c->host), "%s", tf_conn_peer_host(s->conn));
	c->no_store = true;
	return c;
}

static void begin_call(session *s)
{
	tf_http_call *c;

	s->last = !tf_http_reader_request(s->reader)->keep_alive || s->server->draining;
	c = call_new(s);
	if (!c) {
		tf_conn_abort(s->conn, TF_E_RESOURCE, "no memory or randomness for a request");
		return;
	}
	s->phase = PHASE_HANDLING;
	tf_conn_pause(s->conn);
	tf_timer_stop(s->timer);
	if (s->server->options.reply_ms != UINT64_MAX)
		tf_timer_start(s->timer, s->server->options.reply_ms, 0);
	s->server->options.handle(s->server->options.ctx, c);
}

void tf_http_call_reply(tf_http_call *c, int status, const char *type, const void *body, size_t len)
{
	session *s = c->session;
	response r = {
		.status = status, .type = type, .body = body, .len = len, .id = c->id,
		.extra = c->extra, .no_store = c->no_store,
		.head_only = tf_http_call_request(c)->method == TF_HTTP_HEAD,
	};

	if (s) {
		tf_timer_stop(s->timer);
		s->phase = PHASE_REPLYING;
		if (send_response(s, &r) != TF_OK) {
			trouble(c->server, c->addr, c->id, "response cannot be sent");
			tf_conn_abort(s->conn, TF_E_IO, "response cannot be sent");
		} else if (s->last) {
			close_session(s);
		}
	}
	if (c->server && c->server->options.answered)
		c->server->options.answered(c->server->options.ctx, c, status, len);
	call_free(c);
}

void tf_http_call_json(tf_http_call *c, int status, json_t *body)
{
	char *text = body ? json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

	json_decref(body);
	if (!text) {
		tf_http_call_reply(c, 500, "application/json",
		                   "{\"message\":\"Internal error\",\"code\":500}", 39);
		return;
	}
	tf_http_call_reply(c, status, "application/json", text, strlen(text));
	tf_wipe(text, strlen(text));
	free(text);
}

void tf_http_call_error(tf_http_call *c, int status, int code, const char *message)
{
	tf_http_call_json(c, status, json_pack("{s:s, s:i}", "message", message, "code", code));
}

void tf_http_call_not_allowed(tf_http_call *c, const char *methods)
{
	if (tf_http_call_header(c, "Allow", methods) != TF_OK) {
		tf_http_call_error(c, 500, 500, "Internal error");
		return;
	}
	tf_http_call_error(c, 405, 405, "Method not allowed");
}

tf_err tf_http_call_header(tf_http_call *c, const char *name, const char *value)
{
	static const char *const own[] = { "content-length", "content-type", "connection",
	                                   "x-request-id", "transfer-encoding" };
	tf_http_head h = { .buf = c->extra, .cap = sizeof(c->extra), .len = c->extra_len };

	for (size_t i = 0; i < TF_ARRAY_LEN(own); i++)
		if (strcasecmp(name, own[i]) == 0)
			return TF_E_USAGE;
	if (c->extra_n == EXTRA_MAX)
		return TF_E_CAPACITY;
	tf_http_head_add(&h, name, value);
	if (h.err != TF_OK) {
		c->extra[c->extra_len] = 0;
		return h.err;
	}
	c->extra_len = h.len;
	c->extra_n++;
	if (strcasecmp(name, "cache-control") == 0)
		c->no_store = false;
	return TF_OK;
}

const tf_http_req *tf_http_call_request(const tf_http_call *c)
{
	return tf_http_reader_request(c->reader);
}

X509 *tf_http_call_peer(const tf_http_call *c)
{
	return c->peer;
}

const char *tf_http_call_peer_addr(const tf_http_call *c)
{
	return c->addr;
}

const char *tf_http_call_peer_host(const tf_http_call *c)
{
	return c->host;
}

const char *tf_http_call_id(const tf_http_call *c)
{
	return c->id;
}

bool tf_http_call_alive(const tf_http_call *c)
{
	return c->session != NULL;
}

/* ---- connections ---------------------------------------------------------------------------- */

/* Too slow: a request that does not become whole, or a handler that does not answer. */
static void late(void *ctx)
{
	session *s = ctx;
	char id[TF_REQUEST_ID_LEN + 1];

	switch (s->phase) {
	case PHASE_HEAD:
		if (s->reader && tf_http_reader_idle(s->reader))
			close_session(s);
		else
			refuse(s, 408, "request head took too long");
		return;
	case PHASE_BODY:
		refuse(s, 408, "request body took too long");
		return;
	case PHASE_HANDLING:
		snprintf(id, sizeof(id), "%s", s->call->id);
		detach(s->call);
		trouble(s->server, tf_conn_peer_addr(s->conn), id, "no answer in time");
		answer_and_close(s, 503, id, "no answer in time");
		return;
	case PHASE_REPLYING:
	case PHASE_CLOSING:
		return;
	}
}

static void session_free(session *s)
{
	s->prev->next = s->next;
	s->next->prev = s->prev;
	s->server->count--;
	if (s->call)
		detach(s->call);
	tf_timer_free(s->timer);
	tf_http_reader_free(s->reader);
	if (s->rest)
		tf_wipe(s->rest, s->rest_len);
	free(s->rest);
	free(s);
}

static void say_drained(void *ctx)
{
	tf_http_server *server = ctx;

	if (server->drained && server->count == 0) {
		tf_loop_fn done = server->drained;

		server->drained = NULL;
		done(server->drained_ctx);
	}
}

static void on_closed(void *ctx, tf_conn *conn, tf_err err, const char *reason)
{
	session *s = ctx;
	tf_http_server *server = s->server;
	bool midway = s->phase == PHASE_BODY || s->phase == PHASE_REPLYING ||
	              (s->phase == PHASE_HEAD && s->reader && !tf_http_reader_idle(s->reader));

	if (midway || (err != TF_OK && tf_err_get_kind(err) != TF_KIND_RESOURCE))
		trouble(server, tf_conn_peer_addr(conn), s->call ? s->call->id : "", reason);
	session_free(s);
	if (server->draining)
		say_drained(server);
}

static void say_continue(session *s)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (tf_conn_write(s->conn, go_on, sizeof(go_on) - 1) != TF_OK)
		tf_conn_abort(s->conn, TF_E_IO, "cannot answer");
}

static bool make_reader(session *s)
{
	if (!s->reader && tf_http_reader_new(&s->reader, &s->server->options.limits) != TF_OK)
		tf_conn_abort(s->conn, TF_E_RESOURCE, "out of memory");
	return s->reader != NULL;
}

/* After each piece: does the request stand elsewhere now? */
static void follow(session *s)
{
	tf_http_state state = tf_http_reader_state(s->reader);

	if (state == TF_HTTP_FAILED) {
		refuse(s, tf_http_reader_status(s->reader), tf_http_reader_reason(s->reader));
	} else if (state == TF_HTTP_DONE) {
		begin_call(s);
	} else if (state == TF_HTTP_BODY && s->phase == PHASE_HEAD) {
		s->phase = PHASE_BODY;
		tf_timer_start(s->timer, s->server->options.body_ms, 0);
		if (tf_http_reader_request(s->reader)->wants_continue)
			say_continue(s);
	}
}

static void keep_rest(session *s, const uint8_t *p, size_t len)
{
	if (len == 0)
		return;
	s->rest = malloc(len);
	if (!s->rest) {
		tf_conn_abort(s->conn, TF_E_RESOURCE, "out of memory");
		return;
	}
	memcpy(s->rest, p, len);
	s->rest_len = len;
}

static void serve(session *s, const uint8_t *p, size_t len)
{
	bool fresh;

	if (s->phase > PHASE_BODY || !make_reader(s))
		return;
	fresh = tf_http_reader_idle(s->reader);
	/* a failure is in the reader's state, which follow() reads */
	(void)!tf_http_reader_feed(s->reader, &p, &len);
	if (fresh)
		tf_timer_start(s->timer, s->server->options.head_ms, 0);
	if (tf_http_reader_state(s->reader) == TF_HTTP_DONE && !s->server->draining)
		keep_rest(s, p, len);
	follow(s);
}

static void on_data(void *ctx, tf_conn *conn, const uint8_t *p, size_t len)
{
	(void)conn;
	serve(ctx, p, len);
}

/* The response is out: on to the next request, which may have arrived already. */
static void on_drained(void *ctx, tf_conn *conn)
{
	session *s = ctx;
	uint8_t *rest = s->rest;
	size_t len = s->rest_len;

	if (s->phase != PHASE_REPLYING)
		return;
	s->phase = PHASE_HEAD;
	s->rest = NULL;
	s->rest_len = 0;
	tf_conn_resume(conn);
	if (rest) {
		serve(s, rest, len);
		tf_wipe(rest, len);
		free(rest);
	}
}

static void on_accepted(void *ctx, tf_conn *conn)
{
	static const tf_conn_events events = { .data = on_data, .drained = on_drained,
	                                       .closed = on_closed };
	tf_http_server *server = ctx;
	session *s = calloc(1, sizeof(*s));

	if (!s || tf_timer_new(&s->timer, server->loop, late, s) != TF_OK) {
		free(s);
		return;
	}
	s->server = server;
	s->conn = conn;
	s->prev = server->sessions.prev;
	s->next = &server->sessions;
	s->prev->next = s->next->prev = s;
	server->count++;
	tf_conn_set_events(conn, &events, s);
	tf_timer_start(s->timer, server->options.head_ms, 0);
}

static void on_failed(void *ctx, const char *peer, tf_err err, const char *reason)
{
	(void)err;
	trouble(ctx, peer, "", reason);
}

/* ---- the server ------------------------------------------------------------------------------ */

tf_err tf_http_server_new(tf_http_server **out, tf_loop *l, const tf_http_server_options *options,
                          char *why, size_t cap)
{
	tf_http_server *s = calloc(1, sizeof(*s));
	tf_http_server_options *o;
	tf_err err;

	if (!s)
		return TF_E_RESOURCE;
	s->loop = l;
	s->options = *options;
	o = &s->options;
	s->sessions.prev = s->sessions.next = &s->sessions;
	s->calls.prev = s->calls.next = &s->calls;
	o->head_ms = o->head_ms ? o->head_ms : 10000;
	o->body_ms = o->body_ms ? o->body_ms : 30000;
	o->reply_ms = o->reply_ms ? o->reply_ms : 120000;
	if (o->listen.limits.idle_ms == 0)
		o->listen.limits.idle_ms = 60000;
	if (o->listen.limits.write_max == 0)
		o->listen.limits.write_max = 8u << 20;
	o->listen.accepted = on_accepted;
	o->listen.failed = on_failed;
	o->listen.ctx = s;
	err = tf_timer_new(&s->nobody, l, say_drained, s);
	if (err == TF_OK)
		err = tf_listen(&s->listener, l, &o->listen, why, cap);
	if (err != TF_OK) {
		tf_timer_free(s->nobody);
		free(s);
		return err;
	}
	*out = s;
	return TF_OK;
}

uint16_t tf_http_server_port(const tf_http_server *s)
{
	return s->listener ? tf_listener_port(s->listener) : 0;
}

unsigned tf_http_server_conns(const tf_http_server *s)
{
	return s->count;
}

void tf_http_server_drain(tf_http_server *s, tf_loop_fn done, void *ctx)
{
	s->draining = true;
	s->drained = done;
	s->drained_ctx = ctx;
	tf_listener_close(s->listener);
	s->listener = NULL;
	for (session *i = s->sessions.next; i != &s->sessions; i = i->next) {
		i->last = true;
		if (i->phase == PHASE_HEAD && (!i->reader || tf_http_reader_idle(i->reader)))
			close_session(i);
	}
	if (s->count == 0)
		tf_timer_start(s->nobody, 0, 0);
}

static void ignore_closed(void *ctx, tf_conn *conn, tf_err err, const char *reason)
{
	(void)ctx;
	(void)conn;
	(void)err;
	(void)reason;
}

void tf_http_server_free(tf_http_server *s)
{
	static const tf_conn_events deaf = { .closed = ignore_closed };

	if (!s)
		return;
	tf_listener_close(s->listener);
	while (s->sessions.next != &s->sessions) {
		session *i = s->sessions.next;

		tf_conn_set_events(i->conn, &deaf, NULL);
		tf_conn_abort(i->conn, TF_E_CANCELLED, "server ends");
		session_free(i);
	}
	for (tf_http_call *c = s->calls.next; c != &s->calls; c = c->next)
		c->server = NULL;
	tf_timer_free(s->nobody);
	free(s);
}
