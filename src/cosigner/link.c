/* The control connection: dialled, kept, and spoken over. */
#include <stdlib.h>
#include <string.h>

#include "cosigner/node.h"
#include "daemon/log.h"

#define QUEUE_MAX (4u << 20)
#define BEAT_MS 2000u
#define SOON_MS 20u
#define KEYS_AT_ONCE 32u
#define BACKOFF_FIRST_MS 200u
#define BACKOFF_MOST_MS 10000u

struct tf_link {
	tf_node *node;
	tf_hub *hub;
	tf_chan *chan;
	tf_timer *beat;
	tf_timer *redial;
	bool soon; /* a beat is due within SOON_MS */
	size_t listed, told; /* keys that the coordinator knows of: up to the last beat, and with it */
	uint64_t backoff_ms;
	uint8_t *buf; /* TF_CTL_FRAME_MAX */
};

static const tf_wire_env control_env = { .n = TF_PARTIES_MAX };

void tf_link_send(tf_link *l, const uint8_t *p, size_t len)
{
	tf_err e;

	if (!l->chan || !tf_chan_is_up(l->chan))
		return;
	e = tf_chan_send(l->chan, p, len);
	if (e != TF_OK)
		tf_chan_close(l->chan, "the coordinator does not take messages");
}

void tf_link_send_message(tf_link *l, const tf_wire_type *type, const void *m)
{
	size_t len;
	tf_err e = tf_wire_encode_framed(type, l->buf, TF_CTL_FRAME_MAX, &len, &control_env, m);

	if (e != TF_OK) {
		tf_log(TF_LOG_ERROR, "message_not_made", "error", tf_err_name(e), NULL);
		return;
	}
	tf_link_send(l, l->buf, len);
}

/* ---- who and how we are ---- */

static void say_hello(tf_link *l)
{
	tf_node *n = l->node;
	char address[TF_CTL_ADDRESS_MAX + 1];
	tf_ctl_hello m = {
		.device = n->device,
		.role = (uint8_t)n->role,
		.set = n->set,
		.instance = n->self.instance,
		.software = TF_VERSION_STRING,
		.kernel = tf_kernel_name(n->self.kernel),
		.profile = n->pr->name,
		.address = address,
	};

	snprintf(address, sizeof(address), "%s:%u", n->channel_host, n->channel_port);
	memcpy(m.boot, n->self.boot, sizeof(m.boot));
	tf_link_send_message(l, &tf_ctl_hello_wire, &m);
}

/* Keys that the coordinator may have missed: their certificates, as results without a request. A
 * few, for there may be thousands; the next heartbeat lists them, and others follow it. */
static void tell_keys(tf_link *l)
{
	uint8_t *buf = malloc(TF_CERTIFICATE_MAX);
	const tf_keyring_entry *key;

	l->listed = l->told;
	while (buf && l->chan && l->told - l->listed < KEYS_AT_ONCE &&
	       tf_chan_queued(l->chan) < QUEUE_MAX / 4 &&
	       (key = tf_keeper_key_at(l->node->keeper, l->told))) {
		tf_ctl_result m = { .kind = TF_PROTOCOL_KEYGEN, .certificate.p = buf };
		tf_err e = tf_keeper_certificate(l->node->keeper, buf, TF_CERTIFICATE_MAX,
		                                 &m.certificate.len, l->told);

		memcpy(m.sid, key->sharing, sizeof(m.sid));
		if (e == TF_OK)
			tf_link_send_message(l, &tf_ctl_result_wire, &m);
		else
			tf_log(TF_LOG_ERROR, "certificate_not_read", "error", tf_err_name(e), NULL);
		l->told++;
	}
	free(buf);
}

struct beat {
	tf_device_ref introduced[TF_CTL_DEVICES_MAX];
	tf_device_ref reachable[TF_CTL_DEVICES_MAX];
	tf_key_state keys[KEYS_AT_ONCE + TF_KEEPER_PENDING_MAX];
	tf_pool_state pools[TF_NODE_POOL + TF_NODE_NONCES];
	tf_presig_ref ids[TF_NODE_POOL + TF_NODE_NONCES];
};

static void add_key(tf_ctl_heartbeat *m, const uint8_t key_id[static 32],
                    const uint8_t sharing[static 32], uint32_t epoch, tf_share_state state)
{
	tf_key_state *k = &m->keys[m->keys_n++];

	memcpy(k->key_id, key_id, 32);
	memcpy(k->sharing, sharing, 32);
	k->epoch = epoch;
	k->state = (uint8_t)state;
}

static bool is_of(const tf_pool_state *p, const tf_pool_owner *o)
{
	return p->epoch == o->epoch && memcmp(p->sharing, o->sharing, 32) == 0 &&
	       memcmp(p->clique, o->clique, 32) == 0;
}

/* One entry for those that follow each other and are of one clique: the coordinator counts ids. */
static void add_pool(struct beat *b, tf_ctl_heartbeat *m, const tf_pool *pool)
{
	const tf_pool_entry *entry[TF_NODE_POOL + TF_NODE_NONCES];
	size_t n = tf_pool_list(pool, entry, TF_ARRAY_LEN(entry)), used = 0;

	for (uint32_t k = 0; k < m->pools_n; k++) /* by the pools before this one */
		used += b->pools[k].ids_n;
	for (size_t i = 0; i < n; i++) {
		const tf_pool_owner *owner = &entry[i]->owner;
		tf_pool_state *p = &b->pools[m->pools_n];
		bool fits = m->pools_n && is_of(p - 1, owner) && p[-1].ids_n < TF_CTL_DEVICES_MAX;

		if (used + i == TF_ARRAY_LEN(b->ids) || m->pools_n == TF_CTL_DEVICES_MAX)
			return;
		if (fits) {
			p--;
		} else {
			m->pools_n++;
			*p = (tf_pool_state){ .epoch = owner->epoch, .ids = &b->ids[used + i] };
			memcpy(p->sharing, owner->sharing, 32);
			memcpy(p->clique, owner->clique, 32);
		}
		memcpy(p->ids[p->ids_n++].id, entry[i]->id, 32);
	}
}

/* Committed ones that have not been listed on this connection, and all pending ones. */
static void add_keys(const tf_link *l, tf_ctl_heartbeat *m)
{
	const tf_keeper *keeper = l->node->keeper;
	const tf_sharing *s;

	for (size_t i = l->listed; i < l->told; i++) {
		const tf_keyring_entry *key = tf_keeper_key_at(keeper, i);

		add_key(m, key->key_id, key->sharing, key->epoch, TF_SHARE_COMMITTED);
	}
	for (size_t i = 0; (s = tf_keeper_pending_at(keeper, i)); i++)
		add_key(m, s->key_id, s->sharing, s->epoch, TF_SHARE_PENDING);
}

static void fill_lists(const tf_link *l, struct beat *b, tf_ctl_heartbeat *m)
{
	const tf_node *n = l->node;
	const char *names[TF_CTL_DEVICES_MAX];

	m->introduced = b->introduced;
	m->introduced_n = (uint32_t)tf_keeper_introduced(n->keeper, names);
	for (uint32_t i = 0; i < m->introduced_n; i++)
		b->introduced[i].device = names[i];
	m->reachable = b->reachable;
	m->reachable_n = n->peers ? (uint32_t)tf_peers_reachable(n->peers, names, TF_CTL_DEVICES_MAX)
	                          : 0;
	for (uint32_t i = 0; i < m->reachable_n; i++)
		b->reachable[i].device = names[i];
	m->keys = b->keys;
	add_keys(l, m);
	m->pools = b->pools;
	add_pool(b, m, &n->sessions.pool);
	add_pool(b, m, &n->sessions.nonces);
}

static void send_beat(tf_link *l)
{
	tf_node *n = l->node;
	const tf_workspace *w = tf_member_workspace(n->member);
	const tf_cert *cert = tf_member_cert(n->member, NULL, NULL);
	struct beat *b = calloc(1, sizeof(*b));
	tf_ctl_heartbeat m = {
		.workspace = w ? w->version : 0,
		.crl = tf_trust_crl_number(tf_member_trust(n->member), NULL),
		.not_after = cert ? (uint64_t)cert->not_after : 0,
		.evidence = cert ? (uint8_t)cert->id.evidence : 0,
		.runs = tf_work_running(n),
	};

	if (!b)
		return;
	m.moduli = tf_primes_state(n->primes);
	m.primes = (uint8_t)tf_primes_found(n->primes);
	m.candidates = tf_primes_candidates(n->primes);
	tell_keys(l);
	fill_lists(l, b, &m);
	tf_link_send_message(l, &tf_ctl_heartbeat_wire, &m);
	free(b);
	if (l->told < tf_keeper_keys(n->keeper))
		tf_link_beat(l);
}

static void on_beat(void *ctx)
{
	tf_link *l = ctx;

	l->soon = false;
	tf_timer_start(l->beat, BEAT_MS, 0); /* what follows may want it sooner */
	if (l->chan && tf_chan_is_up(l->chan))
		send_beat(l);
	tf_work_tick(l->node);
}

void tf_link_beat(tf_link *l)
{
	if (l->soon) /* under load there is always something new: that must put no beat off */
		return;
	l->soon = true;
	tf_timer_start(l->beat, SOON_MS, 0);
}

/* ---- the connection ---- */

static void on_redial(void *ctx)
{
	tf_link *l = ctx;
	const tf_cert_want want = { 1u << TF_ROLE_COORDINATOR, TF_ANY_SET, NULL };
	tf_err e;

	if (l->chan || l->node->draining)
		return;
	e = tf_hub_dial(&l->chan, l->hub, l->node->coordinator_host, l->node->coordinator_port,
	                &want);
	if (e != TF_OK) {
		l->chan = NULL;
		tf_timer_start(l->redial, l->backoff_ms, 0);
	}
}

static void on_up(void *ctx, tf_chan *c)
{
	tf_link *l = ctx;

	(void)c;
	l->backoff_ms = BACKOFF_FIRST_MS;
	l->told = 0;
	say_hello(l);
	send_beat(l);
}

static void on_down(void *ctx, tf_chan *c, const char *reason)
{
	tf_link *l = ctx;
	uint8_t jitter = 0;

	(void)reason;
	if (l->chan != c)
		return;
	l->chan = NULL;
	/* The runs were the coordinator's; it will open new ones. */
	tf_work_cancel_all(l->node, NULL, TF_E_CANCELLED);
	tf_desk_forget();
	if (tf_rng_bytes(&l->node->rng, &jitter, 1) != TF_OK)
		jitter = 128;
	tf_timer_start(l->redial, l->backoff_ms / 2 + l->backoff_ms * jitter / 256, 0);
	l->backoff_ms = l->backoff_ms * 2 > BACKOFF_MOST_MS ? BACKOFF_MOST_MS : l->backoff_ms * 2;
}

static void on_frame(void *ctx, tf_chan *c, const uint8_t *p, size_t len)
{
	tf_link *l = ctx;
	tf_node *n = l->node;

	if (tf_wire_peek(p, len) == TF_CTL_RAW) {
		tf_desk_intent(n, p, len);
		return;
	}
	switch ((tf_wire_control_type)tf_wire_peek(p, len)) {
	case TF_CTL_OPEN:
		tf_desk_open(n, p, len);
		return;
	case TF_CTL_INTENT:
		tf_desk_intent(n, p, len);
		return;
	case TF_CTL_START:
		tf_desk_start(n, p, len);
		return;
	case TF_CTL_ABORT:
		tf_desk_abort(n, p, len);
		return;
	case TF_CTL_NOTICE:
		tf_member_hurry(n->member);
		return;
	case TF_CTL_CERTIFICATE:
		tf_mend_certificate(n, p, len);
		return;
	case TF_CTL_FORSAKE:
		tf_mend_forsake(n, p, len);
		return;
	case TF_CTL_HELLO:
	case TF_CTL_HEARTBEAT:
	case TF_CTL_READY:
	case TF_CTL_RESULT:
	case TF_CTL_FAILED:
	case TF_CTL_REFUSAL:
		break; /* only we send these */
	}
	tf_chan_close(c, "unknown control message");
}

static tf_err judge(void *ctx, tf_cert *out, X509 *x, const tf_cert_want *want, char *why,
                    size_t cap)
{
	tf_node *n = ctx;
	tf_fault fault = { 0 };

	return tf_member_judge(out, n->member, x, tf_node_now_s(), want, &fault, why, cap);
}

tf_err tf_link_new(tf_link **out, tf_node *n)
{
	tf_link *l = calloc(1, sizeof(*l));
	tf_hub_options o = {
		.name = "control",
		.loop = n->loop,
		.tls = n->tls,
		.judge = judge,
		.judge_ctx = n,
		.frame_max = TF_CTL_FRAME_MAX,
		.queue_max = QUEUE_MAX,
		.idle_ms = UINT64_MAX,
		.up = on_up,
		.frame = on_frame,
		.down = on_down,
		.ctx = l,
	};
	tf_err e = TF_E_RESOURCE;

	if (!l)
		return TF_E_RESOURCE;
	l->node = n;
	l->backoff_ms = BACKOFF_FIRST_MS;
	l->buf = malloc(TF_CTL_FRAME_MAX);
	if (l->buf)
		e = tf_hub_new(&l->hub, &o);
	if (e == TF_OK)
		e = tf_timer_new(&l->beat, n->loop, on_beat, l);
	if (e == TF_OK)
		e = tf_timer_new(&l->redial, n->loop, on_redial, l);
	if (e != TF_OK) {
		tf_link_free(l);
		return e;
	}
	tf_timer_start(l->beat, BEAT_MS, 0);
	tf_timer_start(l->redial, 0, 0);
	*out = l;
	return TF_OK;
}

void tf_link_rejudge(tf_link *l)
{
	tf_hub_rejudge(l->hub);
}

void tf_link_free(tf_link *l)
{
	if (!l)
		return;
	tf_timer_free(l->beat);
	tf_timer_free(l->redial);
	tf_hub_free(l->hub);
	free(l->buf);
	free(l);
}
