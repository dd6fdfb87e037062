/* The channel between co-signers: port 51971, one frame per envelope. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cosigner/node.h"
#include "daemon/log.h"

#define PEERS_MAX 64u
#define QUEUE_MAX (16u << 20)
#define WAITING_MAX (8u << 20) /* bytes for a peer that is being dialled */

typedef struct waiting {
	struct waiting *next;
	size_t len;
	uint8_t msg[];
} waiting;

typedef struct peer {
	char device[TF_DEVICE_MAX + 1];
	tf_chan *chan;    /* newest that is up */
	tf_chan *dialled; /* being dialled */
	waiting *first, **last;
	size_t bytes;
} peer;

struct tf_peers {
	tf_node *node;
	tf_hub *hub;
	peer peer[PEERS_MAX];
	size_t n;
};

static peer *find(tf_peers *p, const char *device)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->peer[i].device, device) == 0)
			return &p->peer[i];
	if (p->n == PEERS_MAX)
		return NULL;
	snprintf(p->peer[p->n].device, sizeof(p->peer[p->n].device), "%s", device);
	p->peer[p->n].last = &p->peer[p->n].first;
	return &p->peer[p->n++];
}

static void drop_waiting(peer *q)
{
	while (q->first) {
		waiting *w = q->first;

		q->first = w->next;
		tf_wipe(w->msg, w->len);
		free(w);
	}
	q->last = &q->first;
	q->bytes = 0;
}

static void note_lost(const peer *q, tf_err e)
{
	tf_log(TF_LOG_WARN, "envelope_lost", "peer", q->device, "error", tf_err_name(e), NULL);
}

static void flush(peer *q)
{
	for (const waiting *w = q->first; w; w = w->next) {
		tf_err e = tf_chan_send(q->chan, w->msg, w->len);

		if (e != TF_OK)
			note_lost(q, e);
	}
	drop_waiting(q);
}

static void on_up(void *ctx, tf_chan *c)
{
	tf_peers *p = ctx;
	const tf_cert *cert = tf_chan_peer(c);
	peer *q = cert ? find(p, cert->id.holder.device) : NULL;

	if (!q || strcmp(q->device, p->node->device) == 0) {
		tf_chan_close(c, q ? "the peer is ourselves" : "too many peers");
		return;
	}
	q->chan = c;
	if (q->dialled == c)
		q->dialled = NULL;
	flush(q);
}

static void on_frame(void *ctx, tf_chan *c, const uint8_t *m, size_t len)
{
	tf_peers *p = ctx;

	if (len < 2 || m[0] != TF_PEER_ENVELOPE) {
		tf_chan_close(c, "unknown kind of frame");
		return;
	}
	tf_work_envelope(p->node, tf_chan_peer(c)->id.holder.device, m + 1, len - 1);
}

/* Nobody sends them again: the runs that they were for cannot end well. */
static void lose_waiting(tf_peers *p, peer *q)
{
	if (!q->first)
		return;
	note_lost(q, TF_E_IO);
	drop_waiting(q);
	tf_work_cancel_all(p->node, q->device, TF_E_IO);
}

static void on_down(void *ctx, tf_chan *c, const char *reason)
{
	tf_peers *p = ctx;

	(void)reason;
	for (size_t i = 0; i < p->n; i++) {
		peer *q = &p->peer[i];

		if (q->dialled == c) {
			q->dialled = NULL;
			if (!q->chan)
				lose_waiting(p, q);
		}
		if (q->chan == c) {
			q->chan = NULL;
			tf_work_cancel_all(p->node, q->device, TF_E_IO);
		}
	}
}

static tf_err judge(void *ctx, tf_cert *out, X509 *x, const tf_cert_want *want, char *why,
                    size_t cap)
{
	tf_node *n = ctx;
	tf_fault fault = { 0 };

	return tf_member_judge(out, n->member, x, tf_node_now_s(), want, &fault, why, cap);
}

tf_err tf_peers_new(tf_peers **out, tf_node *n, char *why, size_t cap)
{
	tf_peers *p = calloc(1, sizeof(*p));
	tf_hub_options o = {
		.name = "peers",
		.loop = n->loop,
		.tls = n->tls,
		.judge = judge,
		.judge_ctx = n,
		.frame_max = TF_NODE_FRAME_MAX,
		.queue_max = QUEUE_MAX,
		.accept = { (1u << TF_ROLE_GUARD) | (1u << TF_ROLE_PRIMARY), TF_ANY_SET, NULL },
		.idle_ms = UINT64_MAX,
		.up = on_up,
		.frame = on_frame,
		.down = on_down,
		.ctx = p,
	};
	tf_err e;

	if (!p)
		return TF_E_RESOURCE;
	p->node = n;
	e = tf_hub_new(&p->hub, &o);
	if (e == TF_OK)
		e = tf_hub_listen(p->hub, n->channel_host, n->channel_port, NULL, why, cap);
	if (e != TF_OK) {
		tf_peers_free(p);
		return e;
	}
	*out = p;
	return TF_OK;
}

void tf_peers_rejudge(tf_peers *p)
{
	tf_hub_rejudge(p->hub);
}

void tf_peers_free(tf_peers *p)
{
	if (!p)
		return;
	tf_hub_free(p->hub);
	for (size_t i = 0; i < p->n; i++)
		drop_waiting(&p->peer[i]);
	free(p);
}

/* The roster says what the device must be; the address is the coordinator's word and proves
 * nothing. */
static tf_err dial(tf_peers *p, peer *q, const char *address)
{
	const tf_workspace *w = tf_member_workspace(p->node->member);
	const tf_roster_entry *r = w ? tf_roster_find(w, q->device) : NULL;
	const char *colon = strrchr(address, ':');
	char host[TF_CTL_ADDRESS_MAX + 1];
	tf_cert_want want;
	unsigned long port;

	if (!r || !colon || colon == address)
		return TF_E_NOT_FOUND;
	want = (tf_cert_want){ 1u << r->role, r->set, q->device };
	port = strtoul(colon + 1, NULL, 10);
	if (port == 0 || port > 65535)
		return TF_E_ENCODING;
	snprintf(host, sizeof(host), "%.*s", (int)(colon - address), address);
	return tf_hub_dial(&q->dialled, p->hub, host, (uint16_t)port, &want);
}

static tf_err wait_for(peer *q, const uint8_t *frame, size_t len)
{
	waiting *w;

	if (q->bytes + len > WAITING_MAX)
		return TF_E_BUSY;
	w = malloc(sizeof(*w) + len);
	if (!w)
		return TF_E_RESOURCE;
	w->next = NULL;
	w->len = len;
	memcpy(w->msg, frame, len);
	*q->last = w;
	q->last = &w->next;
	q->bytes += len;
	return TF_OK;
}

void tf_peers_send(tf_peers *p, const char *device, const char *address, const uint8_t *msg,
                   size_t len)
{
	peer *q = find(p, device);
	uint8_t *frame = q ? malloc(len + 1) : NULL;
	tf_err e = TF_E_RESOURCE;

	if (frame) {
		frame[0] = TF_PEER_ENVELOPE;
		memcpy(frame + 1, msg, len);
		e = TF_OK;
		if (q->chan) {
			e = tf_chan_send(q->chan, frame, len + 1);
		} else {
			if (!q->dialled)
				e = dial(p, q, address);
			if (e == TF_OK)
				e = wait_for(q, frame, len + 1);
		}
	}
	if (frame)
		tf_wipe(frame, len + 1);
	free(frame);
	if (e != TF_OK && q)
		note_lost(q, e);
}

size_t tf_peers_reachable(const tf_peers *p, const char **out, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n && n < cap; i++)
		if (p->peer[i].chan)
			out[n++] = p->peer[i].device;
	return n;
}
