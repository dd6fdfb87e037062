#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "net/http_server_state.h"

void tf_http_trouble(tf_http_server *server, const char *peer, const char *id, const char *reason)
{
	if (server->options.trouble)
		server->options.trouble(server->options.ctx, peer, id, reason);
}

void tf_http_session_close(session *s)
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
	if (s->phase != PHASE_CLOSING && text && tf_http_send(s, &r) != TF_OK)
		tf_conn_abort(s->conn, TF_E_IO, "cannot answer");
	free(text);
	json_decref(o);
	tf_http_session_close(s);
}

static void refuse(session *s, int status, const char *reason)
{
	char id[TF_REQUEST_ID_LEN + 1];

	if (tf_http_make_id(id) != TF_OK) {
		tf_conn_abort(s->conn, TF_E_ENTROPY, "no randomness");
		return;
	}
	tf_http_trouble(s->server, tf_conn_peer_addr(s->conn), id, reason);
	answer_and_close(s, status, id, reason);
}

static void begin_call(session *s)
{
	tf_http_call *c;

	s->last = !tf_http_reader_request(s->reader)->keep_alive || s->server->draining;
	c = tf_http_call_new(s);
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

/* ---- connections ---------------------------------------------------------------------------- */

/* Too slow: a request that does not become whole, or a handler that does not answer. */
static void late(void *ctx)
{
	session *s = ctx;
	char id[TF_REQUEST_ID_LEN + 1];

	switch (s->phase) {
	case PHASE_HEAD:
		if (!s->reader || tf_http_reader_idle(s->reader))
			tf_http_session_close(s);
		else
			refuse(s, 408, "request head took too long");
		return;
	case PHASE_BODY:
		refuse(s, 408, "request body took too long");
		return;
	case PHASE_HANDLING:
		snprintf(id, sizeof(id), "%s", s->call->id);
		tf_http_call_detach(s->call);
		tf_http_trouble(s->server, tf_conn_peer_addr(s->conn), id, "no answer in time");
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
		tf_http_call_detach(s->call);
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
		tf_http_trouble(server, tf_conn_peer_addr(conn), s->call ? s->call->id : "", reason);
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
	tf_http_trouble(ctx, peer, "", reason);
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
			tf_http_session_close(i);
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
