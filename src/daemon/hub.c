#include "daemon/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "daemon/log.h"
#include "net/frame.h"

struct tf_chan {
	tf_hub *hub;
	tf_chan *next;
	tf_conn *conn;
	tf_framer framer;
	tf_cert peer;
	tf_cert_want want;
	char device[TF_NAME_MAX + 1]; /* what want.device points to */
	bool dialled;
	bool up;
	void *data;
};

struct tf_hub {
	tf_hub_options o;
	tf_listener *listener;
	tf_chan *chans;
};

/* ---- who is it ---- */

static tf_err believe(const tf_hub *h, tf_cert *out, X509 *x, const tf_cert_want *want, char *why,
                      size_t cap)
{
	return h->o.judge(h->o.judge_ctx, out, x, want, why, cap);
}

static tf_err check_accepted(void *ctx, X509 *peer, char *why, size_t cap)
{
	tf_hub *h = ctx;
	tf_cert cert;

	return believe(h, &cert, peer, &h->o.accept, why, cap);
}

static tf_err check_dialled(void *ctx, X509 *peer, char *why, size_t cap)
{
	tf_chan *c = ctx;
	tf_cert cert;

	return believe(c->hub, &cert, peer, &c->want, why, cap);
}

/* ---- events of a connection ---- */

static void unlink_chan(tf_chan *c)
{
	for (tf_chan **p = &c->hub->chans; *p; p = &(*p)->next) {
		if (*p == c) {
			*p = c->next;
			return;
		}
	}
}

static void free_chan(tf_chan *c)
{
	tf_framer_wipe(&c->framer);
	free(c);
}

/* Is the peer still who it must be? Else the connection ends; that is heard of later. */
static bool judge_again(tf_chan *c, tf_conn *conn)
{
	X509 *x = tf_conn_peer(conn);
	char why[192] = "";

	if (x && believe(c->hub, &c->peer, x, c->dialled ? &c->want : &c->hub->o.accept, why,
	                 sizeof(why)) == TF_OK)
		return true;
	tf_conn_abort(conn, TF_E_TRUST, why);
	return false;
}

static void on_ready(void *ctx, tf_conn *conn)
{
	tf_chan *c = ctx;

	/* Again, for what it says; and the roster may have changed since the handshake. */
	if (!judge_again(c, conn))
		return;
	c->up = true;
	tf_log(TF_LOG_INFO, "channel_up", "hub", c->hub->o.name, "peer",
	       c->peer.id.holder.device, "address", tf_conn_peer_addr(conn), NULL);
	c->hub->o.up(c->hub->o.ctx, c);
}

static void on_data(void *ctx, tf_conn *conn, const uint8_t *p, size_t len)
{
	tf_chan *c = ctx;
	const uint8_t *body;
	size_t body_len;

	while (len > 0) {
		if (tf_framer_feed(&c->framer, &p, &len, &body, &body_len) != TF_OK) {
			tf_conn_abort(conn, TF_E_ENCODING, "bad frame");
			return;
		}
		if (body)
			c->hub->o.frame(c->hub->o.ctx, c, body, body_len);
	}
}

static void on_closed(void *ctx, tf_conn *conn, tf_err err, const char *reason)
{
	tf_chan *c = ctx;

	(void)conn;
	tf_log(err == TF_OK ? TF_LOG_INFO : TF_LOG_WARN, "channel_down", "hub", c->hub->o.name,
	       "peer", c->up ? c->peer.id.holder.device : c->device, "reason", reason, NULL);
	c->conn = NULL;
	c->up = false;
	unlink_chan(c);
	c->hub->o.down(c->hub->o.ctx, c, reason);
	free_chan(c);
}

static const tf_conn_events events = {
	.ready = on_ready,
	.data = on_data,
	.closed = on_closed,
};

static tf_chan *new_chan(tf_hub *h)
{
	tf_chan *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->hub = h;
	tf_framer_init(&c->framer, h->o.frame_max);
	c->next = h->chans;
	h->chans = c;
	return c;
}

static void on_accepted(void *ctx, tf_conn *conn)
{
	tf_hub *h = ctx;
	tf_chan *c = new_chan(h);

	if (!c) {
		tf_conn_abort(conn, TF_E_RESOURCE, "out of memory");
		return;
	}
	c->conn = conn;
	tf_conn_set_events(conn, &events, c);
	on_ready(c, conn);
}

static void on_refused(void *ctx, const char *peer, tf_err err, const char *reason)
{
	tf_hub *h = ctx;

	tf_log(TF_LOG_WARN, "channel_refused", "hub", h->o.name, "address", peer, "error",
	       tf_err_name(err), "reason", reason, NULL);
}

/* ---- the hub ---- */

tf_err tf_hub_new(tf_hub **out, const tf_hub_options *options)
{
	tf_hub *h = calloc(1, sizeof(*h));

	if (!h)
		return TF_E_RESOURCE;
	h->o = *options;
	*out = h;
	return TF_OK;
}

static tf_conn_limits limits(const tf_hub *h)
{
	return (tf_conn_limits){ .idle_ms = h->o.idle_ms, .write_max = h->o.queue_max };
}

tf_err tf_hub_listen(tf_hub *h, const char *host, uint16_t port, uint16_t *bound, char *why,
                     size_t cap)
{
	const tf_listen_options o = {
		.host = host,
		.port = port,
		.tls = h->o.tls,
		.client_auth = TF_CLIENT_REQUIRED,
		.check = check_accepted,
		.check_ctx = h,
		.limits = limits(h),
		.accepted = on_accepted,
		.failed = on_refused,
		.ctx = h,
	};

	if (h->listener)
		return TF_E_STATE;
	TRY(tf_listen(&h->listener, h->o.loop, &o, why, cap));
	if (bound)
		*bound = tf_listener_port(h->listener);
	return TF_OK;
}

tf_err tf_hub_dial(tf_chan **out, tf_hub *h, const char *host, uint16_t port,
                   const tf_cert_want *want)
{
	tf_chan *c = new_chan(h);
	tf_dial_options o = {
		.host = host,
		.port = port,
		.tls = h->o.tls,
		.check = check_dialled,
		.check_ctx = c,
		.limits = limits(h),
		.events = events,
		.ctx = c,
	};
	tf_err e;

	if (!c)
		return TF_E_RESOURCE;
	c->dialled = true;
	c->want = *want;
	if (want->device) {
		snprintf(c->device, sizeof(c->device), "%s", want->device);
		c->want.device = c->device;
	}
	e = tf_dial(&c->conn, h->o.loop, &o);
	if (e != TF_OK) {
		unlink_chan(c);
		free_chan(c);
		return e;
	}
	*out = c;
	return TF_OK;
}

void tf_hub_free(tf_hub *h)
{
	if (!h)
		return;
	tf_listener_close(h->listener);
	while (h->chans) {
		tf_chan *c = h->chans;

		h->chans = c->next;
		if (c->conn) {
			/* The connection closes on its own; nobody listens to it any more. */
			tf_conn_set_events(c->conn, &(tf_conn_events){ 0 }, NULL);
			tf_conn_abort(c->conn, TF_OK, "program ends");
		}
		free_chan(c);
	}
	free(h);
}

void tf_hub_rejudge(tf_hub *h)
{
	for (tf_chan *c = h ? h->chans : NULL; c; c = c->next)
		if (c->up && c->conn)
			(void)judge_again(c, c->conn);
}

size_t tf_chan_queued(const tf_chan *c)
{
	return tf_conn_queued(c->conn);
}

tf_err tf_chan_send(tf_chan *c, const void *p, size_t len)
{
	uint8_t head[TF_FRAME_HEAD], *frame;
	tf_err e;

	if (!c->up || !c->conn)
		return TF_E_STATE;
	TRY(tf_frame_head(head, len, c->hub->o.frame_max));
	if (tf_conn_queued(c->conn) + len + sizeof(head) > c->hub->o.queue_max)
		return TF_E_BUSY;
	/* head and body in one record, and one segment: the other side wakes up once */
	frame = malloc(sizeof(head) + len);
	if (!frame)
		return TF_E_RESOURCE;
	memcpy(frame, head, sizeof(head));
	memcpy(frame + sizeof(head), p, len);
	e = tf_conn_write(c->conn, frame, sizeof(head) + len);
	tf_wipe(frame, sizeof(head) + len);
	free(frame);
	return e;
}

const tf_cert *tf_chan_peer(const tf_chan *c)
{
	return c->up ? &c->peer : NULL;
}

bool tf_chan_is_up(const tf_chan *c)
{
	return c->up;
}

void tf_chan_close(tf_chan *c, const char *reason)
{
	if (c->conn)
		tf_conn_abort(c->conn, TF_OK, reason);
}

void tf_chan_set_data(tf_chan *c, void *data)
{
	c->data = data;
}

void *tf_chan_data(const tf_chan *c)
{
	return c->data;
}
