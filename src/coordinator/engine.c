#include "coordinator/engine_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/signer.h"
#include "daemon/log.h"

#define SCRATCH (2u << 20)
#define TICK_MS 1000u
#define BACKOFF_MOST_MS 30000
#define OPEN_AT_ONCE 64
#define SIGN_AT_ONCE 48u  /* runs; co-signers have room for a few more */
#define BATCH_MOST 32u    /* presignatures of one run: more would keep those who wait waiting */
#define POOL_MOST 128u    /* co-signers keep no more */
#define FRESH_AT_ONCE 2u
#define PRESIGN_AT_ONCE 2u /* two fill the cores while the parties of one wait for each other */
#define BURST 4u           /* signings under way */
#define QUIET_MS 300
#define STALE_MS 5000 /* more than two heartbeats */
#define STALE_AT_ONCE 64u

/* ---- back-off, by kind of run ---- */

bool tf_engine_may_try(const tf_engine *e, tf_run_kind kind)
{
	return (int64_t)tf_loop_now_ms(e->c->loop) >= e->not_before[kind];
}

void tf_engine_note(tf_engine *e, tf_run_kind kind, bool ok)
{
	int64_t wait = e->backoff_ms[kind];

	e->backoff_ms[kind] = ok ? 0 : wait ? 2 * wait : TF_BACKOFF_FIRST_MS;
	if (e->backoff_ms[kind] > BACKOFF_MOST_MS)
		e->backoff_ms[kind] = BACKOFF_MOST_MS;
	e->not_before[kind] = (int64_t)tf_loop_now_ms(e->c->loop) + e->backoff_ms[kind];
}

void tf_engine_start(tf_engine *e, const tf_run_spec *spec)
{
	tf_run_spec numbered = *spec;
	tf_err err;

	numbered.group = tf_turn_number(e->c->turn);
	err = tf_runs_start(e->runs, &numbered, (int64_t)tf_loop_now_ms(e->c->loop));

	if (err != TF_OK) {
		tf_log(TF_LOG_ERROR, "run_not_started", "error", tf_err_name(err), NULL);
		tf_engine_note(e, spec->kind, false);
	}
}

void tf_engine_names(char *out, size_t cap, tf_device *const *d, size_t n)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n && len < cap; i++)
		len += (size_t)snprintf(out + len, cap - len, "%s%s", i ? " " : "", d[i]->name);
}

void tf_engine_set_parties(tf_run_spec *spec, tf_device *const *clique, size_t n)
{
	for (size_t i = 0; i < n; i++)
		spec->party[i] = clique[i];
	spec->n = n;
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
	tf_engine_start(e, &spec);
}

static void look_at_introductions(tf_engine *e)
{
	for (size_t i = 0; i < e->fleet.n; i++) {
		tf_device *a = &e->fleet.device[i];

		if (!tf_device_is_up(a) || !a->pinned || a->moduli != 2)
			continue;
		for (size_t k = i + 1; k < e->fleet.n; k++)
			if (tf_engine_may_try(e, TF_RUN_AUXINFO) &&
			    due_for_introduction(e, a, &e->fleet.device[k]))
				introduce(e, a, &e->fleet.device[k]);
	}
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

/* Presignatures that every member holds and nobody uses yet; their ids into out (NULL: none), at
 * most TF_FLEET_PRESIGS. */
static uint32_t common_presigs(const tf_engine *e, tf_device *const *clique, size_t n,
                               uint8_t out[][32])
{
	uint32_t count = 0;

	for (size_t i = 0; i < clique[0]->n_presigs; i++) {
		const uint8_t *p = clique[0]->presigs[i].id;
		bool all = !tf_runs_has_presig(e->runs, p);

		for (size_t k = 1; all && k < n; k++)
			all = tf_device_has_presig(clique[k], p);
		if (!all)
			continue;
		if (out)
			memcpy(out[count], p, 32);
		count++;
	}
	return count;
}

static tf_run_spec key_spec(const tf_engine *e, tf_run_kind kind, tf_device *const *clique,
                            size_t n)
{
	tf_run_spec spec = {
		.kind = kind,
		.profile = e->o.profile,
		.curve = TF_CURVE_SECP256K1,
		.t = (uint16_t)n,
		.deadline_ms = e->o.run_deadline_ms,
	};

	tf_engine_set_parties(&spec, clique, n);
	memcpy(spec.sharing, e->key.sharing, 32);
	spec.epoch = e->key.epoch;
	return spec;
}

/* May the pool be filled although nobody waits for it? When nobody has signed for a moment; at once
 * if it is down to a quarter, but not in the middle of a burst, which it would slow down. */
static bool may_fill(const tf_engine *e, uint32_t have)
{
	size_t signing = tf_runs_count(e->runs, TF_RUN_SIGN);

	if (signing == 0 && (int64_t)tf_loop_now_ms(e->c->loop) - e->signed_at >= QUIET_MS)
		return true;
	return signing < BURST && 4 * have <= e->o.pool_depth;
}

/* How many to make now: what the pool lacks of its depth, and one for each of those who wait. have
 * are there or being made. */
static uint32_t due_presigs(const tf_engine *e, uint32_t have, uint32_t waiting)
{
	uint32_t due = e->o.pool_depth + waiting;

	if (e->o.pool_depth == 0 || have >= due || (waiting == 0 && !may_fill(e, have)))
		return 0;
	due = due < POOL_MOST ? due - have : POOL_MOST - have;
	return due < BATCH_MOST ? due : BATCH_MOST;
}

static void look_at_pool(tf_engine *e, tf_device *const *clique, size_t n, uint32_t waiting)
{
	tf_run_spec spec = key_spec(e, TF_RUN_PRESIGN, clique, n);
	uint32_t making = tf_runs_making(e->runs);
	size_t most = waiting > making ? PRESIGN_AT_ONCE : 1;

	if (tf_runs_count(e->runs, TF_RUN_PRESIGN) >= most ||
	    !tf_engine_may_try(e, TF_RUN_PRESIGN) ||
	    (waiting == 0 && tf_runs_count(e->runs, TF_RUN_SIGN) >= BURST))
		return;
	spec.batch = due_presigs(e, common_presigs(e, clique, n, NULL) + making, waiting);
	if (spec.batch == 0)
		return;
	tf_engine_key_bytes(spec.key_id, e->key.id);
	tf_engine_start(e, &spec);
}

/* Presignatures that somebody of the clique lacks serve nobody and fill the others' pools: their
 * holders are told to destroy them. */
static void forsake_stale(tf_engine *e, tf_device *const *clique, size_t n, size_t at,
                          const uint8_t hash[static 32])
{
	const uint8_t *stale[STALE_AT_ONCE];
	tf_presig_ref ids[STALE_AT_ONCE];
	tf_ctl_forsake m = { .ids = ids };
	size_t found = tf_fleet_stale(stale, STALE_AT_ONCE, clique[at], clique, n, hash,
	                              tf_coordinator_now(), STALE_MS);

	for (size_t i = 0; i < found; i++)
		if (!tf_runs_has_presig(e->runs, stale[i]))
			memcpy(ids[m.ids_n++].id, stale[i], 32);
	if (m.ids_n == 0)
		return;
	tf_log(TF_LOG_INFO, "presignatures_not_held_by_all", "device", clique[at]->name, NULL);
	if (tf_control_send(clique[at], &tf_ctl_forsake_wire, &m) != TF_OK)
		tf_chan_close(clique[at]->chan, "does not take control messages");
	for (uint32_t i = 0; i < m.ids_n; i++)
		tf_device_forget_presig(clique[at], ids[i].id);
}

static void look_at_stale(tf_engine *e, tf_device *const *clique, size_t n)
{
	int64_t now = (int64_t)tf_loop_now_ms(e->c->loop);
	uint8_t hash[32];

	if (now < e->stale_at)
		return;
	e->stale_at = now + TICK_MS;

	/* What a run has just made is in one member's heartbeat before it is in another's. */
	if (tf_runs_busy(e->runs, TF_RUN_PRESIGN, NULL) ||
	    tf_engine_clique_hash(hash, e, clique, n) != TF_OK)
		return;
	for (size_t i = 0; i < n; i++)
		forsake_stale(e, clique, n, i, hash);
}

/* ---- transactions ---- */

struct signing {
	tf_engine *e;
	tf_device *const *clique;
	size_t n;
	uint32_t waiting;          /* without a presignature */
	tf_txn_brief first;        /* of them, the oldest */
	bool counted;              /* free are those that there are */
	uint8_t free[TF_FLEET_PRESIGS][32];
	uint32_t n_free, next;
};

/* A presignature for the next one; NULL: there is none. */
static const uint8_t *take_presig(struct signing *s)
{
	if (!s->counted)
		s->n_free = common_presigs(s->e, s->clique, s->n, s->free);
	s->counted = true;
	return s->next < s->n_free ? s->free[s->next] : NULL;
}

static void set_trouble(tf_engine *e, const tf_txn_brief *t, const char *words)
{
	if (strcmp(t->trouble, words) != 0 &&
	    tf_txn_set_trouble(e->c->book, t->id, words) != TF_OK)
		tf_log(TF_LOG_ERROR, "book_failed", "transaction", t->id, NULL);
}

static bool timed_out(tf_engine *e, const tf_txn_brief *t)
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

/* presig NULL: the run makes its own. */
static void ask(tf_engine *e, const char *id, tf_device *const *clique, size_t n,
                const uint8_t *presig)
{
	TF_AUTO(tf_txn) t = { 0 };
	tf_run_spec spec = key_spec(e, TF_RUN_SIGN, clique, n);
	char path[TF_PATH_TEXT], names[512];
	tf_ctl_intent intent;

	if (tf_txn_get(e->c->book, id, &t) != TF_OK ||
	    tf_signer_intent(&intent, path, e->c, &t) != TF_OK)
		return;
	tf_engine_key_bytes(spec.key_id, e->key.id);
	tf_engine_names(names, sizeof(names), clique, n);
	/* On disk before it starts: from then on a co-signer may hold a binding of this nonce. */
	if (tf_txn_set_asked(e->c->book, id, names, tf_coordinator_now()) != TF_OK)
		return;
	if (presig)
		memcpy(spec.presig, presig, 32);
	snprintf(spec.tx, sizeof(spec.tx), "%s", id);
	spec.intent = &intent;
	tf_engine_start(e, &spec);
}

static void queue(tf_engine *e, const tf_txn_brief *t, const char *why)
{
	if (t->status == TF_TXN_SUBMITTED &&
	    tf_txn_set_status(e->c->book, t->id, TF_TXN_QUEUED, "", tf_coordinator_now()) != TF_OK)
		tf_log(TF_LOG_ERROR, "book_failed", "transaction", t->id, NULL);
	else
		set_trouble(e, t, why);
}

static tf_err look_at_txn(void *ctx, const tf_txn_brief *t)
{
	struct signing *s = ctx;
	tf_engine *e = s->e;
	const uint8_t *presig;

	if (tf_runs_has_tx(e->runs, t->id) || timed_out(e, t))
		return TF_OK;
	if (!s->clique) {
		queue(e, t, e->missing);
	} else if (!(presig = take_presig(s))) {
		if (s->waiting++ == 0)
			s->first = *t;
		else
			queue(e, t, "waiting for a presignature");
	} else if (tf_engine_may_try(e, TF_RUN_SIGN) &&
	           tf_runs_count(e->runs, TF_RUN_SIGN) < SIGN_AT_ONCE) {
		set_trouble(e, t, "");
		s->next++;
		ask(e, t->id, s->clique, s->n, presig);
	}
	return TF_OK;
}

/* The pool is empty. One transaction that waits alone makes its own presignature, which takes less
 * time than a batch; so do all of them, a few at once, if there is no pool. */
static void look_at_first(struct signing *s)
{
	tf_engine *e = s->e;
	size_t running = tf_runs_count(e->runs, TF_RUN_SIGN);

	if (s->waiting == 0)
		return;
	if (tf_engine_may_try(e, TF_RUN_SIGN) &&
	    (e->o.pool_depth == 0 ? running < FRESH_AT_ONCE : s->waiting == 1 && running == 0)) {
		set_trouble(e, &s->first, "");
		ask(e, s->first.id, s->clique, s->n, NULL);
		s->waiting--;
	} else {
		queue(e, &s->first, "waiting for a presignature");
	}
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
		tf_engine_look_at_key(e, clique, s.n);
	if (e->has_key && e->key.state == TF_KEY_READY && ready)
		ready = tf_engine_clique_has_key(e, clique, s.n);
	if (e->has_key && e->key.state == TF_KEY_READY && ready && !pair_ready(clique, s.n)) {
		snprintf(e->missing, sizeof(e->missing), "co-signers are being introduced");
		ready = false;
	}
	if (e->has_key && e->key.state == TF_KEY_READY) {
		if (!ready)
			s.clique = NULL;
		if (tf_txn_list_open(e->c->book, OPEN_AT_ONCE, look_at_txn, &s) != TF_OK)
			tf_log(TF_LOG_ERROR, "book_failed", NULL);
		if (ready) {
			look_at_first(&s);
			look_at_stale(e, clique, s.n);
			look_at_pool(e, clique, s.n, s.waiting);
		}
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

static void on_done(void *ctx, tf_run *run, bool ok)
{
	tf_engine *e = ctx;

	/* One complete certificate is a key, though others did not get to the end of the run. */
	if (run->spec.kind == TF_RUN_KEYGEN && run->certificate) {
		tf_err err = tf_engine_take_key(e, run->certificate, run->certificate_len);

		ok = err == TF_OK;
		if (!ok)
			tf_log(TF_LOG_ALERT, "key_refused", "error", tf_err_name(err), NULL);
	}
	/* A presignature that a failed signing burnt is no longer in anybody's pool. */
	if (run->spec.kind == TF_RUN_SIGN) {
		e->signed_at = (int64_t)tf_loop_now_ms(e->c->loop);
		tf_signer_forget(&e->fleet, run->spec.presig);
	}
	if (!run->refused)
		tf_engine_note(e, run->spec.kind, ok);
	tf_engine_wake(e);
}

/* ---- life ---- */

static tf_err settle(void *ctx, uint64_t group)
{
	tf_engine *e = ctx;

	return tf_turn_settle_group(e->c->turn, group);
}

void tf_engine_books_failed(tf_engine *e)
{
	tf_engine_refresh_key(e);
	tf_runs_abort_group(e->runs, tf_turn_number(e->c->turn) - 1, "the books cannot be written");
}

json_t *tf_engine_status(tf_engine *e)
{
	tf_device *clique[TF_SETS_MAX + 1];
	json_t *keys = json_array();
	size_t n = tf_fleet_clique(&e->fleet, e->c->workspace, clique, e->missing,
	                           sizeof(e->missing));
	uint32_t pool = n == e->c->workspace->n_sets + 1 ? common_presigs(e, clique, n, NULL) : 0;

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
		err = tf_runs_new(&e->runs, &c->rng, settle, on_first, on_done, e);
	}
	if (err == TF_OK)
		err = tf_timer_new(&e->timer, c->loop, on_timer, e);
	if (err != TF_OK) {
		tf_engine_free(e);
		return err;
	}
	tf_engine_refresh_key(e);
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
	tf_fleet_wipe(&e->fleet);
	free(e->certificate);
	free(e->scratch_mem);
	free(e);
}
