#include "net/conn.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "net/conn_state.h"

#define PLAIN_CHUNK 16384
#define LINGER_MS 2000
#define TURN_BYTES 4096u
#define DISCARD_MAX (1u << 20)
/* What TLS adds to a record, generously; counted so that the queue's limit is one of memory. */
#define INTERNAL_SLACK 65536

typedef struct outgoing {
	uv_write_t req;
	tf_conn *conn;
	size_t len;
	uint8_t bytes[];
} outgoing;

static void pump(tf_conn *c);

static void take_defaults(tf_conn_limits *l)
{
	l->handshake_ms = l->handshake_ms ? l->handshake_ms : 10000;
	l->idle_ms = l->idle_ms ? l->idle_ms : 300000;
	l->stall_ms = l->stall_ms ? l->stall_ms : 30000;
	l->write_max = l->write_max ? l->write_max : 1u << 20;
}

static tf_conn *of_guest(tf_loop_guest *g)
{
	return (tf_conn *)(void *)((char *)g - offsetof(tf_conn, guest));
}

static tf_conn *of_user(tf_tls_user *u)
{
	return (tf_conn *)(void *)((char *)u - offsetof(tf_conn, tls_user));
}

static void evict(tf_loop_guest *g)
{
	tf_conn_die(of_guest(g), TF_E_CANCELLED, "the loop ends");
}

static void recheck(tf_tls_user *u)
{
	tf_conn *c = of_user(u);

	if (c->state != CONN_READY && c->state != CONN_FLUSHING)
		return;
	if (tf_engine_recheck(&c->engine, c->tls) != TF_OK)
		tf_conn_die(c, TF_E_TRUST, "%s", c->engine.why);
}

/* ---- the end ------------------------------------------------------------------------------ */

static void finish(tf_conn *c)
{
	tf_loop_leave(&c->guest);
	if (c->listener) {
		c->prev->next = c->next;
		c->next->prev = c->prev;
		c->listener->count--;
	}
	if (!c->listener || c->was_ready) {
		if (c->events.closed)
			c->events.closed(c->ctx, c, c->err, c->why);
	} else if (!c->listener->closed && c->listener->options.failed) {
		c->listener->options.failed(c->listener->options.ctx, c->addr, c->err, c->why);
	}
	if (c->listener)
		tf_listener_release(c->listener);
	tf_dial_forget(c);
	tf_engine_wipe(&c->engine);
	if (c->tls)
		tf_tls_leave(c->tls, &c->tls_user);
	free(c);
}

void tf_conn_release(tf_conn *c)
{
	if (--c->handles == 0)
		finish(c);
}

static void handle_gone(uv_handle_t *h)
{
	tf_conn_release(h->data);
}

void tf_conn_die(tf_conn *c, tf_err err, const char *fmt, ...)
{
	va_list ap;

	if (c->state == CONN_DEAD)
		return;
	c->state = CONN_DEAD;
	tf_loop_not_at_last(&c->last);
	if (!c->why[0]) {
		c->err = err;
		va_start(ap, fmt);
		vsnprintf(c->why, sizeof(c->why), fmt, ap);
		va_end(ap);
	}
	if (c->tcp_open) {
		c->tcp_open = false;
		uv_close((uv_handle_t *)&c->tcp, handle_gone);
	}
	uv_close((uv_handle_t *)&c->timer, handle_gone);
}

void tf_conn_abort(tf_conn *c, tf_err err, const char *reason)
{
	tf_conn_die(c, err, "%s", reason);
}

/* ---- time ---------------------------------------------------------------------------------- */

static void earlier(uint64_t *when, uint64_t base, uint64_t span)
{
	if (span != UINT64_MAX && base + span < *when)
		*when = base + span;
}

static bool idle_runs(const tf_conn *c)
{
	return c->state == CONN_READY && !c->paused && c->inflight == 0;
}

static void tick(uv_timer_t *timer)
{
	tf_conn *c = timer->data;
	uint64_t now = tf_loop_now_ms(c->loop);
	size_t queue = uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp);

	if (c->kicked) {
		c->kicked = false;
		pump(c);
	}
	if (c->state == CONN_DEAD)
		return;
	if (c->was_ready)
		tf_conn_note_cert_end(c);
	if (c->inflight > 0 && queue < c->stall_seen) {
		c->stall_seen = queue;
		c->stall_since_ms = now;
	}
	if (c->state <= CONN_HANDSHAKE && now >= c->born_ms + c->limits.handshake_ms)
		tf_conn_die(c, TF_E_IO, c->state == CONN_CONNECTING ? "connect timed out"
		                                                    : "handshake timed out");
	else if (c->state == CONN_LINGERING && now >= c->close_ms + LINGER_MS)
		tf_conn_die(c, TF_OK, "closed");
	else if (c->inflight > 0 && now >= c->stall_since_ms + c->limits.stall_ms)
		tf_conn_die(c, TF_E_IO, "peer does not take what is sent");
	else if (now >= c->cert_end_ms)
		tf_conn_die(c, TF_E_TRUST, "certificate expired");
	else if (idle_runs(c) && c->limits.idle_ms != UINT64_MAX &&
	         now >= c->active_ms + c->limits.idle_ms)
		tf_conn_die(c, TF_E_IO, "idle for too long");
	tf_conn_rearm(c);
}

void tf_conn_rearm(tf_conn *c)
{
	uint64_t now = tf_loop_now_ms(c->loop), when = UINT64_MAX;

	if (c->state == CONN_DEAD)
		return;
	if (c->kicked)
		when = now;
	if (c->state <= CONN_HANDSHAKE)
		earlier(&when, c->born_ms, c->limits.handshake_ms);
	if (c->state == CONN_LINGERING)
		earlier(&when, c->close_ms, LINGER_MS);
	if (c->inflight > 0)
		earlier(&when, c->stall_since_ms, c->limits.stall_ms);
	if (idle_runs(c))
		earlier(&when, c->active_ms, c->limits.idle_ms);
	earlier(&when, 0, c->cert_end_ms);
	if (when == UINT64_MAX) {
		uv_timer_stop(&c->timer);
		return;
	}
	/* long sleeps are cut, so that a machine that was suspended soon finds expired certificates */
	if (when > now + 60000)
		when = now + 60000;
	uv_timer_start(&c->timer, tick, when > now ? when - now : 0, 0);
}

/* ---- out ----------------------------------------------------------------------------------- */

static void say_goodbye(tf_conn *c);

static void written(uv_write_t *req, int status)
{
	outgoing *o = (outgoing *)(void *)req;
	tf_conn *c = o->conn;

	c->inflight -= o->len;
	tf_wipe(o->bytes, o->len);
	free(o);
	if (c->state == CONN_DEAD)
		return;
	if (status != 0) {
		tf_conn_die(c, TF_E_IO, "%s", uv_strerror(status));
		return;
	}
	c->active_ms = c->stall_since_ms = tf_loop_now_ms(c->loop);
	c->stall_seen = uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp);
	if (c->inflight == 0 && c->state == CONN_FLUSHING)
		say_goodbye(c);
	else if (c->inflight == 0 && c->state == CONN_READY && c->events.drained)
		c->events.drained(c->ctx, c);
	tf_conn_rearm(c);
}

static outgoing *new_outgoing(tf_conn *c, size_t len)
{
	outgoing *o = malloc(sizeof(*o) + len);

	if (!o) {
		tf_conn_die(c, TF_E_RESOURCE, "out of memory");
		return NULL;
	}
	o->conn = c;
	o->len = len;
	return o;
}

static void send_off(tf_conn *c, outgoing *o)
{
	uv_buf_t buf = uv_buf_init((char *)o->bytes, (unsigned)o->len);
	bool first = c->inflight == 0;
	int ret;

	c->inflight += o->len;
	ret = uv_write(&o->req, (uv_stream_t *)&c->tcp, &buf, 1, written);
	if (ret != 0) {
		c->inflight -= o->len;
		tf_wipe(o->bytes, o->len);
		free(o);
		tf_conn_die(c, TF_E_IO, "%s", uv_strerror(ret));
		return;
	}
	if (first) {
		c->stall_since_ms = tf_loop_now_ms(c->loop);
		c->stall_seen = uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp);
		tf_conn_rearm(c);
	}
}

/* What the engine has to say goes out. A peer that makes us answer (key updates) without reading
 * the answers is cut off. */
static void flush(tf_conn *c)
{
	size_t len = c->tls && c->state != CONN_DEAD ? tf_engine_pending(&c->engine) : 0;
	outgoing *o;

	if (len == 0)
		return;
	if (c->inflight + len > c->limits.write_max * 2 + INTERNAL_SLACK || len > INT_MAX) {
		tf_conn_die(c, TF_E_IO, "peer does not take what is sent");
		return;
	}
	o = new_outgoing(c, len);
	if (!o)
		return;
	tf_engine_take(&c->engine, o->bytes, len);
	send_off(c, o);
}

static void flush_last(void *ctx)
{
	flush(ctx);
}

/* Together with what else the turn writes, unless that is much already: what a busy turn has to say
 * to one peer is one write, and wakes it once. */
static void flush_soon(tf_conn *c)
{
	if (tf_engine_pending(&c->engine) >= TURN_BYTES)
		flush(c);
	else
		tf_loop_at_last(c->loop, &c->last);
}

tf_err tf_conn_write(tf_conn *c, const void *p, size_t len)
{
	outgoing *o;

	if (c->state != CONN_READY)
		return TF_E_STATE;
	if (len == 0)
		return TF_OK;
	if (len > c->limits.write_max || tf_conn_queued(c) > c->limits.write_max - len)
		return TF_E_BUSY;
	if (c->tls) {
		if (tf_engine_write(&c->engine, p, len) != TF_OK) {
			tf_conn_die(c, TF_E_IO, "%s", c->engine.why);
			return TF_E_STATE;
		}
		flush_soon(c);
		return c->state == CONN_READY ? TF_OK : TF_E_STATE;
	}
	o = new_outgoing(c, len);
	if (!o)
		return TF_E_STATE;
	memcpy(o->bytes, p, len);
	send_off(c, o);
	return c->state == CONN_READY ? TF_OK : TF_E_STATE;
}

size_t tf_conn_queued(const tf_conn *c)
{
	return c->inflight + (c->tls && c->state == CONN_READY ? tf_engine_pending(&c->engine) : 0);
}

/* ---- in ------------------------------------------------------------------------------------ */

static void room(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	tf_conn *c = h->data;

	/* every read is consumed before the next one is offered the buffer */
	(void)suggested;
	*buf = uv_buf_init(tf_loop_scratch(c->loop), TF_LOOP_SCRATCH);
}

static void ended(tf_conn *c, ssize_t n)
{
	c->peer_done = true;
	if (c->state == CONN_LINGERING || c->state == CONN_FLUSHING)
		tf_conn_die(c, TF_OK, "closed");
	else if (n != UV_EOF)
		tf_conn_die(c, TF_E_IO, "%s", uv_strerror((int)n));
	else if (c->state == CONN_HANDSHAKE)
		tf_conn_die(c, TF_E_IO, "closed by peer during the handshake");
	else if (c->tls)
		tf_conn_die(c, TF_E_IO, "connection broken off by peer");
	else {
		snprintf(c->why, sizeof(c->why), "closed by peer");
		tf_conn_close(c);
	}
}

static void deliver(tf_conn *c, const uint8_t *p, size_t len)
{
	if (c->state == CONN_READY && c->events.data)
		c->events.data(c->ctx, c, p, len);
}

static void got(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	tf_conn *c = stream->data;

	if (c->state == CONN_DEAD || n == 0)
		return;
	if (n < 0) {
		ended(c, n);
		return;
	}
	if (c->state == CONN_LINGERING || c->state == CONN_FLUSHING) {
		c->discarded += (size_t)n;
		if (c->discarded > DISCARD_MAX)
			tf_conn_die(c, TF_OK, "closed");
		return;
	}
	c->active_ms = tf_loop_now_ms(c->loop);
	if (!c->tls) {
		deliver(c, (const uint8_t *)buf->base, (size_t)n);
		return;
	}
	if (tf_engine_feed(&c->engine, buf->base, (size_t)n) != TF_OK) {
		tf_conn_die(c, TF_E_RESOURCE, "out of memory");
		return;
	}
	pump(c);
}

static void start_reading(tf_conn *c)
{
	int ret;

	if (c->reading || !c->tcp_open)
		return;
	ret = uv_read_start((uv_stream_t *)&c->tcp, room, got);
	if (ret != 0)
		tf_conn_die(c, TF_E_IO, "%s", uv_strerror(ret));
	else
		c->reading = true;
}

static void stop_reading(tf_conn *c)
{
	if (c->reading && c->tcp_open)
		uv_read_stop((uv_stream_t *)&c->tcp);
	c->reading = false;
}

static void become_ready(tf_conn *c)
{
	c->state = CONN_READY;
	c->was_ready = true;
	c->active_ms = tf_loop_now_ms(c->loop);
	tf_conn_note_cert_end(c);
	tf_conn_rearm(c);
	if (!c->listener) {
		if (c->events.ready)
			c->events.ready(c->ctx, c);
		return;
	}
	c->listener->options.accepted(c->listener->options.ctx, c);
	if (!c->events.closed && c->state == CONN_READY)
		tf_conn_die(c, TF_E_CANCELLED, "nobody took the connection");
}

static void shake(tf_conn *c)
{
	tf_err err = tf_engine_handshake(&c->engine);

	flush(c);
	if (c->state == CONN_DEAD || err == TF_E_BUSY)
		return;
	/* a reload in the middle: the handshake was judged by the old roots and list */
	if (err == TF_OK && tf_engine_is_stale(&c->engine, c->tls))
		err = tf_engine_recheck(&c->engine, c->tls);
	if (err != TF_OK)
		tf_conn_die(c, err, "%s", c->engine.why);
	else
		become_ready(c);
}

static void pump_tls(tf_conn *c)
{
	uint8_t plain[PLAIN_CHUNK];
	size_t len = 0;
	tf_err err = TF_OK;

	if (c->state == CONN_HANDSHAKE)
		shake(c);
	while (c->state == CONN_READY && !c->paused && err == TF_OK) {
		err = tf_engine_read(&c->engine, plain, sizeof(plain), &len);
		if (err == TF_OK)
			deliver(c, plain, len);
	}
	tf_wipe(plain, sizeof(plain));
	flush(c);
	if (c->state != CONN_READY || err == TF_OK || err == TF_E_BUSY)
		return;
	if (err == TF_E_CANCELLED) {
		snprintf(c->why, sizeof(c->why), "closed by peer");
		tf_conn_close(c);
	} else {
		tf_conn_die(c, err, "%s", c->engine.why);
	}
}

/* Move on with what we have; then read more, unless paused. */
static void pump(tf_conn *c)
{
	if (c->tls)
		pump_tls(c);
	if (c->state == CONN_READY && c->paused)
		stop_reading(c);
	else if (c->state != CONN_DEAD)
		start_reading(c);
}

void tf_conn_pause(tf_conn *c)
{
	c->paused = true;
	if (c->state == CONN_READY)
		stop_reading(c);
}

void tf_conn_resume(tf_conn *c)
{
	if (!c->paused)
		return;
	c->paused = false;
	c->active_ms = tf_loop_now_ms(c->loop);
	if (c->state != CONN_READY)
		return;
	c->kicked = true;
	tf_conn_rearm(c);
}

/* ---- closing in peace ---------------------------------------------------------------------- */

static void shut(uv_shutdown_t *req, int status)
{
	(void)status;
	free(req);
}

/* Our side is done. What the peer still sends is read and dropped for a moment: closing a socket
 * with unread data resets it, and the peer would lose our last words. */
static void say_goodbye(tf_conn *c)
{
	uv_shutdown_t *req = c->peer_done ? NULL : malloc(sizeof(*req));

	c->state = CONN_LINGERING;
	c->close_ms = tf_loop_now_ms(c->loop);
	if (!req || uv_shutdown(req, (uv_stream_t *)&c->tcp, shut) != 0) {
		free(req);
		tf_conn_die(c, TF_OK, "closed");
		return;
	}
	start_reading(c);
	tf_conn_rearm(c);
}

void tf_conn_close(tf_conn *c)
{
	if (c->state == CONN_CONNECTING || c->state == CONN_HANDSHAKE) {
		tf_conn_die(c, TF_E_CANCELLED, "closed");
		return;
	}
	if (c->state != CONN_READY)
		return;
	c->state = CONN_FLUSHING;
	if (c->tls) {
		tf_engine_shutdown(&c->engine);
		flush(c);
	}
	if (c->state == CONN_DEAD)
		return;
	if (c->inflight == 0)
		say_goodbye(c);
	else
		start_reading(c);
	tf_conn_rearm(c);
}

/* ---- the beginning --------------------------------------------------------------------------- */

tf_err tf_conn_make(tf_conn **out, tf_loop *l, tf_tls *tls, const tf_conn_limits *limits)
{
	tf_conn *c = calloc(1, sizeof(*c));

	if (!c)
		return TF_E_RESOURCE;
	c->loop = l;
	c->last = (tf_loop_last){ .fn = flush_last, .ctx = c };
	c->limits = *limits;
	take_defaults(&c->limits);
	uv_update_time(tf_loop_uv(l));
	uv_timer_init(tf_loop_uv(l), &c->timer);
	c->timer.data = c;
	c->handles = 1;
	c->born_ms = tf_loop_now_ms(l);
	c->cert_end_ms = UINT64_MAX;
	c->guest.evict = evict;
	tf_loop_join(l, &c->guest);
	c->tls = tls;
	if (tls) {
		c->tls_user.recheck = recheck;
		tf_tls_join(tls, &c->tls_user);
	}
	*out = c;
	return TF_OK;
}

void tf_conn_connected(tf_conn *c, const tf_engine_options *options)
{
	uv_tcp_nodelay(&c->tcp, 1);
	uv_tcp_keepalive(&c->tcp, 1, 60);
	if (!c->tls) {
		become_ready(c);
		pump(c);
		return;
	}
	if (tf_engine_init(&c->engine, c->tls, options) != TF_OK) {
		tf_conn_die(c, TF_E_RESOURCE, "TLS cannot be started");
		return;
	}
	c->state = CONN_HANDSHAKE;
	tf_conn_rearm(c);
	pump(c);
}

void tf_conn_set_events(tf_conn *c, const tf_conn_events *events, void *ctx)
{
	c->events = *events;
	c->ctx = ctx;
}
