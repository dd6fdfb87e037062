#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/secret.h"
#include "net/http_server_state.h"

#define HEAD_CAP (TF_CALL_EXTRA_CAP + 1024)

tf_err tf_http_make_id(char id[static TF_REQUEST_ID_LEN + 1])
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
tf_err tf_http_send(session *s, const response *r)
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

/* ---- calls ---------------------------------------------------------------------------------- */

void tf_http_call_detach(tf_http_call *c)
{
	if (c->session) {
		c->session->call = NULL;
		c->session = NULL;
	}
}

static void call_free(tf_http_call *c)
{
	tf_http_call_detach(c);
	if (c->server) {
		c->prev->next = c->next;
		c->next->prev = c->prev;
	}
	X509_free(c->peer);
	tf_http_reader_free(c->reader);
	free(c);
}

tf_http_call *tf_http_call_new(session *s)
{
	tf_http_server *server = s->server;
	tf_http_call *c = calloc(1, sizeof(*c));

	if (!c || tf_http_make_id(c->id) != TF_OK) {
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
		if (tf_http_send(s, &r) != TF_OK) {
			tf_http_trouble(c->server, c->addr, c->id, "response cannot be sent");
			tf_conn_abort(s->conn, TF_E_IO, "response cannot be sent");
		} else if (s->last) {
			tf_http_session_close(s);
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
	if (c->extra_n == TF_CALL_EXTRA_MAX)
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

