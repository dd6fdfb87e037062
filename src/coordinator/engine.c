#include "coordinator/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/keccak.h"
#include "coordinator/signer.h"
#include "daemon/log.h"
#include "proto/key.h"

#define SCRATCH (2u << 20)
#define TICK_MS 1000u
#define BACKOFF_FIRST_MS 500
#define BACKOFF_MOST_MS 30000
#define OPEN_AT_ONCE 16

struct tf_engine {
	tf_coordinator *c;
	tf_engine_options o;
	tf_fleet fleet;
	tf_runs *runs;
	tf_timer *timer;
	tf_arena scratch;
	void *scratch_mem;
	bool has_key;
	tf_key_row key;
	bool stopping;
	bool looking;
	int64_t backoff_ms[5]; /* by kind of run */
	int64_t not_before[5];
	char missing[256];     /* why no clique can be formed; "" if one can */
};

static const tf_wire_env control_env = { .n = TF_PARTIES_MAX };

static void look(tf_engine *e);

/* ---- back-off, by kind of run ---- */

static bool may_try(const tf_engine *e, tf_run_kind kind)
{
	return (int64_t)tf_loop_now_ms(e->c->loop) >= e->not_before[kind];
}

static void note_outcome(tf_engine *e, tf_run_kind kind, bool ok)
{
	int64_t wait = e->backoff_ms[kind];

	e->backoff_ms[kind] = ok ? 0 : wait ? 2 * wait : BACKOFF_FIRST_MS;
	if (e->backoff_ms[kind] > BACKOFF_MOST_MS)
		e->backoff_ms[kind] = BACKOFF_MOST_MS;
	e->not_before[kind] = (int64_t)tf_loop_now_ms(e->c->loop) + e->backoff_ms[kind];
}

static void start(tf_engine *e, const tf_run_spec *spec)
{
	tf_err err = tf_runs_start(e->runs, spec, (int64_t)tf_loop_now_ms(e->c->loop));

	if (err != TF_OK) {
		tf_log(TF_LOG_ERROR, "run_not_started", "error", tf_err_name(err), NULL);
		note_outcome(e, spec->kind, false);
	}
}

/* ---- introductions ---- */

static bool due_for_introduction(const tf_engine *e, const tf_device *a, const tf_device *b)
{
	return a->slot != b->slot && tf_device_is_up(b) && b->pinned && b->moduli == 2 &&
	       !tf_fleet_introduced(a, b) && !tf_runs_busy(e->runs, TF_RUN_AUXINFO, a) &&
	       !tf_runs_busy(e->runs, TF_RUN_AUXINFO, b);
}

static void introduce(tf_engine *e, tf_device *a, tf_device *b)
{
	tf_run_spec spec = {
		.kind = TF_RUN_AUXINFO,
		.n = 2,
		.profile = e->o.profile,
		.curve = TF_CURVE_SECP256K1,
		.t = 2,
		.deadline_ms = e->o.setup_deadline_ms,
	};

	spec.party[0] = a->slot < b->slot ? a : b;
	spec.party[1] = a->slot < b->slot ? b : a;
	start(e, &spec);
}

static void look_at_introductions(tf_engine *e)
{
	for (size_t i = 0; i < e->fleet.n; i++) {
		tf_device *a = &e->fleet.device[i];

		if (!tf_device_is_up(a) || !a->pinned || a->moduli != 2)
			continue;
		for (size_t k = i + 1; k < e->fleet.n; k++)
			if (may_try(e, TF_RUN_AUXINFO) &&
			    due_for_introduction(e, a, &e->fleet.device[k]))
				introduce(e, a, &e->fleet.device[k]);
	}
}

/* ---- the key ---- */

/* The books name a key by a UUID, the protocol by 32 bytes made from it. */
static void key_bytes(uint8_t out[static 32], const char *id)
{
	tf_shake256_hash(out, id, strlen(id));
}

static void join_names(char *out, size_t cap, tf_device *const *d, size_t n)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n && len < cap; i++)
		len += (size_t)snprintf(out + len, cap - len, "%s%s", i ? " " : "", d[i]->name);
}

static const uint8_t *find_identity(void *ctx, const char *device)
{
	const tf_roster_entry *r = tf_roster_find(ctx, device);

	return r && r->pinned ? r->identity : NULL;
}

/* A sharing certificate is a key when every receiver has signed it and it is the key we asked
 * for. */
static tf_err take_key(tf_engine *e, const uint8_t *certificate, size_t len)
{
	tf_arena *mem = &e->scratch;
	size_t mark = tf_arena_mark(mem);
	tf_sharing *s = tf_arena_alloc(mem, sizeof(*s));
	uint8_t id[32], y[33];
	tf_err err = s ? TF_OK : TF_E_CAPACITY;

	key_bytes(id, e->key.id);
	if (err == TF_OK)
		err = tf_sharing_open(s, e->c->secp256k1, certificate, len, find_identity,
		                      (void *)(uintptr_t)e->c->workspace, mem);
	if (err == TF_OK && (memcmp(s->key_id, id, 32) != 0 || s->curve != TF_CURVE_SECP256K1 ||
	                     strcmp(s->workspace, e->c->workspace->name) != 0))
		err = TF_E_MISMATCH;
	if (err == TF_OK) {
		tf_pt_encode(e->c->secp256k1, y, &s->Y);
		err = tf_book_key_ready(e->c->book, e->key.id, y, s->cc, s->sharing, s->epoch);
	}
	if (err == TF_OK)
		err = tf_coordinator_audit(e->c, "key_ready",
		                           json_pack("{s:s, s:s}", "key", e->key.id, "clique",
		                                     e->key.clique));
	if (s)
		tf_wipe(s, sizeof(*s));
	tf_arena_release(mem, mark);
	return err;
}

/* Every attempt is for a new key: shares of one that was not finished are never used. */
static void make_key(tf_engine *e, tf_device *const *clique, size_t n)
{
	tf_run_spec spec = {
		.kind = TF_RUN_KEYGEN,
		.n = n,
		.profile = e->o.profile,
		.curve = TF_CURVE_SECP256K1,
		.t = (uint16_t)n,
		.deadline_ms = e->o.setup_deadline_ms,
	};
	tf_key_row row = { .curve = TF_CURVE_SECP256K1, .threshold = (uint32_t)n };

	row.created = tf_coordinator_now();
	join_names(row.clique, sizeof(row.clique), clique, n);
	if (tf_uuid_make(row.id, &e->c->rng) != TF_OK ||
	    tf_book_key_begin(e->c->book, &row) != TF_OK) {
		note_outcome(e, TF_RUN_KEYGEN, false);
		return;
	}
	key_bytes(spec.key_id, row.id);
	e->key = row;
	e->has_key = true;
	memcpy(spec.party, clique, n * sizeof(*clique));
	start(e, &spec);
}

/* A key that was finished while we were not looking: its holders say that they have it. */
static bool key_is_held(const tf_engine *e, tf_device *const *clique, size_t n)
{
	uint8_t id[32];

	if (!e->has_key)
		return false;
	key_bytes(id, e->key.id);
	for (size_t i = 0; i < n; i++)
		if (tf_device_has_key(clique[i], id))
			return true;
	return false;
}

static void look_at_key(tf_engine *e, tf_device *const *clique, size_t n)
{
	if (e->has_key && e->key.state == TF_KEY_READY)
		return;
	if (tf_runs_busy(e->runs, TF_RUN_KEYGEN, NULL) || !may_try(e, TF_RUN_KEYGEN))
		return;
	/* Its certificate comes with the holders' hello; give it the time of one back-off. */
	if (key_is_held(e, clique, n) && e->backoff_ms[TF_RUN_KEYGEN] < BACKOFF_FIRST_MS * 8) {
		note_outcome(e, TF_RUN_KEYGEN, false);
		return;
	}
	make_key(e, clique, n);
}

/* ---- presignatures ---- */

static bool pair_ready(tf_device *const *clique, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			if (!tf_fleet_introduced(clique[i], clique[k]))
				return false;
	return true;
}

/* Presignatures that every member holds and nobody uses yet; *id is the first of them. */
static uint32_t common_presigs(const tf_engine *e, tf_device *const *clique, size_t n,
                               const uint8_t **id)
{
	uint32_t count = 0;

	*id = NULL;
	for (size_t i = 0; i < clique[0]->n_presigs; i++) {
		const uint8_t *p = clique[0]->presigs[i];
		bool all = !tf_runs_has_presig(e->runs, p);

		for (size_t k = 1; k < n; k++)
			all = all && tf_device_has_presig(clique[k], p);
		if (!all)
			continue;
		if (!*id)
			*id = p;
		count++;
	}
	return count;
}

static tf_run_spec key_spec(const tf_engine *e, tf_run_kind kind, tf_device *const *clique,
                            size_t n)
{
	tf_run_spec spec = {
		.kind = kind,
		.n = n,
		.profile = e->o.profile,
		.curve = TF_CURVE_SECP256K1,
		.t = (uint16_t)n,
		.deadline_ms = e->o.run_deadline_ms,
	};

	memcpy(spec.party, clique, n * sizeof(*clique));
	memcpy(spec.sharing, e->key.sharing, 32);
	spec.epoch = e->key.epoch;
	return spec;
}

static void look_at_pool(tf_engine *e, tf_device *const *clique, size_t n)
{
	const uint8_t *first;
	uint32_t have = common_presigs(e, clique, n, &first);
	tf_run_spec spec = key_spec(e, TF_RUN_PRESIGN, clique, n);

	if (have >= e->o.pool_depth || tf_runs_busy(e->runs, TF_RUN_PRESIGN, NULL) ||
	    !may_try(e, TF_RUN_PRESIGN))
		return;
	key_bytes(spec.key_id, e->key.id);
	spec.batch = 1;
	start(e, &spec);
}

/* ---- transactions ---- */

struct signing {
	tf_engine *e;
	tf_device *const *clique;
	size_t n;
};

static void set_trouble(tf_engine *e, const tf_txn *t, const char *words)
{
	if (strcmp(t->trouble, words) != 0 &&
	    tf_txn_set_trouble(e->c->book, t->id, words) != TF_OK)
		tf_log(TF_LOG_ERROR, "book_failed", "transaction", t->id, NULL);
}

static bool timed_out(tf_engine *e, const tf_txn *t)
{
	int64_t now = tf_coordinator_now();

	if (now - t->created < e->o.signing_timeout_ms)
		return false;
	if (tf_txn_set_status(e->c->book, t->id, TF_TXN_FAILED, "TIMEOUT", now) != TF_OK ||
	    tf_coordinator_audit(e->c, "transaction_failed",
	                         json_pack("{s:s, s:s}", "id", t->id, "why", "TIMEOUT")) != TF_OK)
		tf_log(TF_LOG_ERROR, "book_failed", "transaction", t->id, NULL);
	return true;
}

static void ask(tf_engine *e, const tf_txn *t, tf_device *const *clique, size_t n,
                const uint8_t *presig)
{
	tf_run_spec spec = key_spec(e, TF_RUN_SIGN, clique, n);
	char path[TF_PATH_TEXT], names[512];
	tf_ctl_intent intent;

	if (tf_signer_intent(&intent, path, e->c, t) != TF_OK)
		return;
	key_bytes(spec.key_id, e->key.id);
	join_names(names, sizeof(names), clique, n);
	/* On disk first: from here on a co-signer may hold a binding of this nonce. */
	if (tf_txn_set_asked(e->c->book, t->id, names, tf_coordinator_now()) != TF_OK)
		return;
	memcpy(spec.presig, presig, 32);
	snprintf(spec.tx, sizeof(spec.tx), "%s", t->id);
	spec.intent = &intent;
	start(e, &spec);
}

static tf_err look_at_txn(void *ctx, const tf_txn *t)
{
	struct signing *s = ctx;
	tf_engine *e = s->e;
	const uint8_t *presig;

	if (tf_runs_has_tx(e->runs, t->id) || timed_out(e, t))
		return TF_OK;
	if (t->status == TF_TXN_SUBMITTED &&
	    tf_txn_set_status(e->c->book, t->id, TF_TXN_QUEUED, "", tf_coordinator_now()) != TF_OK)
		return TF_OK;
	if (!s->clique) {
		set_trouble(e, t, e->missing);
		return TF_OK;
	}
	if (common_presigs(e, s->clique, s->n, &presig) == 0) {
		set_trouble(e, t, "waiting for a presignature");
		return TF_OK;
	}
	if (!may_try(e, TF_RUN_SIGN))
		return TF_OK;
	set_trouble(e, t, "");
	ask(e, t, s->clique, s->n, presig);
	return TF_OK;
}

/* ---- the look ---- */

static void look(tf_engine *e)
{
	tf_device *clique[TF_SETS_MAX + 1];
	const tf_workspace *w = e->c->workspace;
	struct signing s = { .e = e, .clique = clique };
	bool ready;

	if (e->stopping || e->looking)
		return;
	e->looking = true;
	s.n = tf_fleet_clique(&e->fleet, w, clique, e->missing, sizeof(e->missing));
	look_at_introductions(e);
	ready = s.n == w->n_sets + 1;
	if (ready)
		look_at_key(e, clique, s.n);
	if (e->has_key && e->key.state == TF_KEY_READY && ready && !pair_ready(clique, s.n)) {
		snprintf(e->missing, sizeof(e->missing), "co-signers are being introduced");
		ready = false;
	}
	if (e->has_key && e->key.state == TF_KEY_READY) {
		if (!ready)
			s.clique = NULL;
		if (tf_txn_list_open(e->c->book, OPEN_AT_ONCE, look_at_txn, &s) != TF_OK)
			tf_log(TF_LOG_ERROR, "book_failed", NULL);
		if (ready)
			look_at_pool(e, clique, s.n);
	}
	e->looking = false;
}

static void on_timer(void *ctx)
{
	tf_engine *e = ctx;

	tf_runs_tick(e->runs, (int64_t)tf_loop_now_ms(e->c->loop));
	look(e);
	tf_timer_start(e->timer, TICK_MS, 0);
}

void tf_engine_wake(tf_engine *e)
{
	tf_timer_start(e->timer, 0, 0);
}

/* ---- ends of runs ---- */

static void on_first(void *ctx, tf_run *run)
{
	tf_engine *e = ctx;
	tf_err err = tf_signer_complete(e->c, run);

	if (err != TF_OK)
		tf_log(TF_LOG_ALERT, "signature_refused", "transaction", run->spec.tx, "error",
		       tf_err_name(err), NULL);
}

static void refresh_key(tf_engine *e)
{
	tf_err err = tf_book_key_find(e->c->book, TF_CURVE_SECP256K1, &e->key);

	e->has_key = err == TF_OK;
	if (err != TF_OK && err != TF_E_NOT_FOUND)
		tf_log(TF_LOG_ERROR, "book_failed", "error", tf_err_name(err), NULL);
}

static void on_done(void *ctx, tf_run *run, bool ok)
{
	tf_engine *e = ctx;

	if (ok && run->spec.kind == TF_RUN_KEYGEN) {
		tf_err err = take_key(e, run->certificate, run->certificate_len);

		ok = err == TF_OK;
		if (!ok)
			tf_log(TF_LOG_ALERT, "key_refused", "error", tf_err_name(err), NULL);
		refresh_key(e);
	}
	/* A presignature that a failed signing burnt is no longer in anybody's pool. */
	if (run->spec.kind == TF_RUN_SIGN)
		tf_signer_forget(&e->fleet, run->spec.presig);
	if (!run->refused)
		note_outcome(e, run->spec.kind, ok);
	tf_engine_wake(e);
}

/* ---- what comes in ---- */

static void on_refusal(tf_engine *e, tf_device *d, const tf_ctl_refusal *m, const uint8_t *raw,
                       size_t len)
{
	tf_run *run = tf_runs_refused(e->runs, d, m);
	tf_err err = tf_signer_refused(e->c, d, m, raw, len);

	tf_log(TF_LOG_ALERT, "refusal", "device", d->name, "transaction", m->tx, "reason", m->reason,
	       NULL);
	if (err != TF_OK)
		tf_log(TF_LOG_ERROR, "book_failed", "error", tf_err_name(err), NULL);
	if (run)
		tf_engine_wake(e);
}

/* Results without a request are what a co-signer has from before: a key that we may have missed. */
static void on_result(tf_engine *e, const tf_device *d, const tf_ctl_result *m)
{
	static const uint8_t zero[32];

	if (m->kind == TF_RUN_KEYGEN && memcmp(m->request, zero, 32) == 0) {
		if (e->has_key && e->key.state == TF_KEY_PENDING &&
		    !tf_runs_busy(e->runs, TF_RUN_KEYGEN, NULL) &&
		    take_key(e, m->certificate.p, m->certificate.len) == TF_OK)
			refresh_key(e);
		return;
	}
	tf_runs_result(e->runs, d, m);
}

static tf_err dispatch(tf_engine *e, tf_device *d, const uint8_t *p, size_t len)
{
	tf_arena *mem = &e->scratch;
	union {
		tf_ctl_hello hello;
		tf_ctl_heartbeat heartbeat;
		tf_ctl_ready ready;
		tf_ctl_result result;
		tf_ctl_failed failed;
		tf_ctl_refusal refusal;
	} m;

	switch ((tf_wire_control_type)tf_wire_peek(p, len)) {
	case TF_CTL_HELLO:
		TRY(tf_wire_decode_framed(&tf_ctl_hello_wire, &m, &control_env, mem, p, len));
		return tf_fleet_hello(d, &m.hello);
	case TF_CTL_HEARTBEAT:
		TRY(tf_wire_decode_framed(&tf_ctl_heartbeat_wire, &m, &control_env, mem, p, len));
		tf_fleet_heartbeat(d, &m.heartbeat, tf_coordinator_now());
		tf_engine_wake(e);
		return TF_OK;
	case TF_CTL_READY:
		TRY(tf_wire_decode_framed(&tf_ctl_ready_wire, &m, &control_env, mem, p, len));
		tf_runs_ready(e->runs, d, &m.ready, p + 4, len - 4);
		return TF_OK;
	case TF_CTL_RESULT:
		TRY(tf_wire_decode_framed(&tf_ctl_result_wire, &m, &control_env, mem, p, len));
		on_result(e, d, &m.result);
		return TF_OK;
	case TF_CTL_FAILED:
		TRY(tf_wire_decode_framed(&tf_ctl_failed_wire, &m, &control_env, mem, p, len));
		tf_runs_failed(e->runs, d, &m.failed);
		return TF_OK;
	case TF_CTL_REFUSAL:
		TRY(tf_wire_decode_framed(&tf_ctl_refusal_wire, &m, &control_env, mem, p, len));
		on_refusal(e, d, &m.refusal, p + 4, len - 4);
		return TF_OK;
	case TF_CTL_OPEN:
	case TF_CTL_INTENT:
	case TF_CTL_START:
	case TF_CTL_ABORT:
	case TF_CTL_NOTICE:
	case TF_CTL_CERTIFICATE:
	case TF_CTL_FORSAKE:
		break; /* only we send these */
	}
	return TF_E_UNSUPPORTED;
}

void tf_engine_frame(tf_engine *e, tf_chan *c, const uint8_t *p, size_t len)
{
	tf_device *d = tf_fleet_by_chan(&e->fleet, c);
	size_t mark = tf_arena_mark(&e->scratch);
	tf_err err;

	if (!d)
		return;
	err = dispatch(e, d, p, len);
	tf_arena_release(&e->scratch, mark);
	if (err != TF_OK) {
		tf_log(TF_LOG_WARN, "bad_control_message", "device", d->name, "error",
		       tf_err_name(err), NULL);
		tf_chan_close(c, "bad control message");
	}
}

void tf_engine_up(tf_engine *e, tf_chan *c)
{
	const tf_cert *cert = tf_chan_peer(c);
	tf_device *d = cert ? tf_fleet_find(&e->fleet, cert->id.holder.device) : NULL;

	if (!d) {
		tf_chan_close(c, "no co-signer of the roster");
		return;
	}
	/* The newer connection of a device stands; the older one is a leftover. */
	if (d->chan) {
		tf_chan *old = d->chan;

		tf_runs_lost(e->runs, d);
		d->chan = NULL;
		tf_chan_close(old, "replaced by a newer connection");
	}
	d->chan = c;
	d->greeted = false;
}

void tf_engine_down(tf_engine *e, tf_chan *c)
{
	tf_device *d = tf_fleet_by_chan(&e->fleet, c);

	if (!d)
		return;
	d->chan = NULL;
	d->greeted = false;
	d->n_presigs = 0;
	tf_runs_lost(e->runs, d);
	tf_engine_wake(e);
}

void tf_engine_roster(tf_engine *e)
{
	const tf_ctl_notice notice = { .workspace = e->c->workspace->version };

	tf_fleet_roster(&e->fleet, e->c->workspace);
	for (size_t i = 0; i < e->fleet.n; i++) {
		tf_device *d = &e->fleet.device[i];

		if (d->chan && tf_control_send(d, &tf_ctl_notice_wire, &notice) != TF_OK)
			tf_chan_close(d->chan, "does not take control messages");
	}
	tf_engine_wake(e);
}

/* ---- life ---- */

json_t *tf_engine_status(tf_engine *e)
{
	tf_device *clique[TF_SETS_MAX + 1];
	json_t *keys = json_array();
	size_t n = tf_fleet_clique(&e->fleet, e->c->workspace, clique, e->missing,
	                           sizeof(e->missing));
	const uint8_t *first;
	uint32_t pool = n == e->c->workspace->n_sets + 1 ? common_presigs(e, clique, n, &first) : 0;

	if (e->has_key)
		json_array_append_new(keys, json_pack("{s:s, s:s, s:s, s:s, s:i}", "id", e->key.id,
		                                      "algorithm", "MPC_ECDSA_SECP256K1", "state",
		                                      e->key.state == TF_KEY_READY ? "READY" : "PENDING",
		                                      "clique", e->key.clique, "presignatures",
		                                      (int)pool));
	return json_pack("{s:o, s:o, s:o, s:s, s:s}", "cosigners", tf_fleet_json(&e->fleet), "keys",
	                 keys, "runs", tf_runs_json(e->runs), "missing", e->missing, "profile",
	                 e->o.profile);
}

tf_err tf_engine_new(tf_engine **out, tf_coordinator *c, const tf_engine_options *options)
{
	tf_engine *e = calloc(1, sizeof(*e));
	tf_err err = TF_E_RESOURCE;

	if (!e)
		return TF_E_RESOURCE;
	e->c = c;
	e->o = *options;
	e->scratch_mem = malloc(SCRATCH);
	if (e->scratch_mem) {
		tf_arena_init(&e->scratch, e->scratch_mem, SCRATCH);
		err = tf_runs_new(&e->runs, &c->rng, on_first, on_done, e);
	}
	if (err == TF_OK)
		err = tf_timer_new(&e->timer, c->loop, on_timer, e);
	if (err != TF_OK) {
		tf_engine_free(e);
		return err;
	}
	refresh_key(e);
	tf_fleet_roster(&e->fleet, c->workspace);
	tf_timer_start(e->timer, 0, 0);
	*out = e;
	return TF_OK;
}

void tf_engine_stop(tf_engine *e)
{
	e->stopping = true;
	tf_runs_abort_all(e->runs, "the coordinator stops");
}

void tf_engine_free(tf_engine *e)
{
	if (!e)
		return;
	tf_timer_free(e->timer);
	tf_runs_free(e->runs);
	free(e->scratch_mem);
	free(e);
}
