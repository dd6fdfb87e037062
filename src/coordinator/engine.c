#include "coordinator/engine_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "coordinator/signer.h"
#include "daemon/log.h"
#include "proto/frost_prepare.h"
#include "wire/heartbeat.h"

#define SCRATCH (2u << 20)
#define BACKOFF_MOST_MS 30000
#define BATCH_MOST 32u    /* presignatures of one run: more would keep those who wait waiting */
#define POOL_MOST 128u    /* co-signers keep no more */
#define NONCES_MOST 256u   /* the same of FROST */

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
	return a->slot != b->slot && tf_device_is_up(b) && b->pinned && b->moduli == TF_MODULI_READY &&
	       !tf_fleet_introduced(&e->fleet, a, b) && !tf_runs_busy(e->runs, TF_RUN_AUXINFO, a) &&
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

		if (!tf_device_is_up(a) || !a->pinned || a->moduli != TF_MODULI_READY)
			continue;
		for (size_t k = i + 1; k < e->fleet.n; k++)
			if (tf_engine_may_try(e, TF_RUN_AUXINFO) &&
			    due_for_introduction(e, a, &e->fleet.device[k]))
				introduce(e, a, &e->fleet.device[k]);
	}
}

/* Can these make presignatures of ECDSA? Says in e->missing why not. */
static bool all_met(tf_engine *e, tf_device *const *clique, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (clique[i]->moduli == TF_MODULI_RENEWING) {
			snprintf(e->missing, sizeof(e->missing), "%s renews its moduli",
			         clique[i]->name);
			return false;
		}
		for (size_t k = i + 1; k < n; k++)
			if (!tf_fleet_introduced(&e->fleet, clique[i], clique[k])) {
				snprintf(e->missing, sizeof(e->missing),
				         "co-signers are being introduced");
				return false;
			}
	}
	return true;
}

/* ---- the look ---- */

/* Why nobody can sign with this key now; "": somebody can. */
static bool can_sign(tf_engine *e, const tf_engine_key *k, tf_device *const *clique, size_t n)
{
	if (!tf_engine_key_ready(k)) {
		if (!e->missing[0])
			snprintf(e->missing, sizeof(e->missing), "the key is being generated");
		return false;
	}
	return tf_engine_clique_has_key(e, k, clique, n);
}

static void look_at_key(tf_engine *e, tf_engine_signing *s, tf_engine_key *k,
                        tf_device *const *clique, size_t n)
{
	s->key = k;
	s->n = n;
	s->clique = clique && can_sign(e, k, clique, n) ? clique : NULL;
	s->makes = s->clique && (k->fill != TF_RUN_PRESIGN || all_met(e, clique, n));
	snprintf(s->missing, sizeof(s->missing), "%s", e->missing);
}

static void look(tf_engine *e)
{
	tf_device *clique[TF_SETS_MAX + 1];
	const tf_workspace *w = e->c->workspace;
	tf_engine_signing s[TF_ENGINE_KEYS] = { { .waiting = 0 } };
	size_t n;
	bool all;

	if (e->stopping || e->looking || e->c->failed != TF_OK)
		return;
	e->looking = true;
	n = tf_fleet_clique(&e->fleet, w, clique, e->missing, sizeof(e->missing));
	look_at_introductions(e);
	all = n == w->n_sets + 1;
	if (all)
		tf_engine_look_at_keys(e, clique, n);
	for (size_t i = 0; i < TF_ENGINE_KEYS; i++) {
		look_at_key(e, &s[i], &e->keys[i], all ? clique : NULL, n);
		if (all)
			e->missing[0] = '\0';
	}
	if (all)
		snprintf(e->missing, sizeof(e->missing), "%s", s[0].missing);
	tf_engine_look_at_txns(e, s);
	for (size_t i = 0; i < TF_ENGINE_KEYS; i++)
		if (s[i].makes)
			tf_engine_look_at_pool(e, s[i].key, clique, n, s[i].waiting);
	if (all)
		tf_engine_look_at_stale(e, clique, n);
	e->looking = false;
}

static void on_timer(void *ctx)
{
	tf_engine *e = ctx;

	tf_runs_tick(e->runs, (int64_t)tf_loop_now_ms(e->c->loop));
	look(e);
	tf_timer_start(e->timer, TF_ENGINE_TICK_MS, 0);
}

void tf_engine_wake(tf_engine *e)
{
	tf_timer_start(e->timer, 0, 0);
}

/* ---- ends of runs ---- */

static tf_err on_first(void *ctx, tf_run *run, const tf_device *from)
{
	tf_engine *e = ctx;
	tf_err err = tf_signer_complete(e->c, run);

	if (err == TF_E_MISMATCH)
		tf_log(TF_LOG_ALERT, "signature_refused", "transaction", run->spec.tx, "device",
		       from->name, "error", tf_err_name(err), NULL);
	else if (err != TF_OK)
		tf_log(TF_LOG_ERROR, "signature_not_kept", "transaction", run->spec.tx, "error",
		       tf_err_name(err), NULL);
	return err;
}

static void on_done(void *ctx, tf_run *run, bool ok)
{
	tf_engine *e = ctx;

	if (run->spec.kind == TF_RUN_KEYGEN)
		ok = ok && tf_engine_key_ready(tf_engine_key_of(e, &run->spec));
	/* A presignature that a failed signing burnt is no longer in anybody's pool. */
	if (tf_run_signs(run->spec.kind)) {
		tf_engine_key_of(e, &run->spec)->signed_at = (int64_t)tf_loop_now_ms(e->c->loop);
		tf_signer_forget(&e->fleet, run->spec.presig);
	}
	if (run->spec.kind == TF_RUN_AUXINFO && ok)
		tf_fleet_note_introduced(&e->fleet, run->spec.party[0], run->spec.party[1]);
	if (!ok && run->check == TF_CK_READY_AUX) {
		tf_log(TF_LOG_WARN, "moduli_differ", "reason", run->reason, NULL);
		tf_fleet_estrange(&e->fleet, run->spec.party, run->spec.n);
	}
	if (!run->refused || run->started) /* refused before, it is not tried again */
		tf_engine_note(e, run->spec.kind, ok);
	tf_engine_wake(e);
}

/* ---- life ---- */

void tf_engine_books_failed(tf_engine *e)
{
	tf_engine_refresh_keys(e);
	tf_runs_abort_group(e->runs, tf_turn_number(e->c->turn) - 1, "the books cannot be written");
}

static json_t *key_json(const tf_engine_key *k, uint32_t pool)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i}", "id", k->key.id, "algorithm",
	                 tf_raw_algorithm_name(k->algorithm), "state",
	                 k->key.state == TF_KEY_READY ? "READY" : "PENDING", "clique", k->key.clique,
	                 "presignatures", (int)pool);
}

json_t *tf_engine_status(tf_engine *e)
{
	tf_device *clique[TF_SETS_MAX + 1];
	json_t *keys = json_array();
	size_t n = tf_fleet_clique(&e->fleet, e->c->workspace, clique, e->missing,
	                           sizeof(e->missing));
	bool all = n == e->c->workspace->n_sets + 1;

	for (size_t i = 0; i < TF_ENGINE_KEYS; i++) {
		const tf_engine_key *k = &e->keys[i];

		if (k->has_key)
			json_array_append_new(keys, key_json(k, all ? tf_engine_common(e, k, clique, n,
			                                                               NULL) : 0));
	}
	return json_pack("{s:o, s:o, s:o, s:s, s:s}", "cosigners", tf_fleet_json(&e->fleet), "keys",
	                 keys, "runs", tf_runs_json(e->runs), "missing", e->missing, "profile",
	                 e->o.profile);
}

tf_engine_key *tf_engine_key_of(tf_engine *e, const tf_run_spec *spec)
{
	for (size_t i = 0; i + 1 < TF_ENGINE_KEYS; i++)
		if ((uint32_t)e->keys[i].curve == spec->curve)
			return &e->keys[i];
	return &e->keys[TF_ENGINE_KEYS - 1];
}

static void set_keys(tf_engine *e)
{
	e->keys[0] = (tf_engine_key){
		.curve = TF_CURVE_SECP256K1, .algorithm = TF_RAW_ECDSA_SECP256K1,
		.fill = TF_RUN_PRESIGN, .sign = TF_RUN_SIGN, .depth = e->o.pool_depth,
		.batch_most = BATCH_MOST, .pool_most = POOL_MOST,
	};
	e->keys[1] = (tf_engine_key){
		.curve = TF_CURVE_ED25519, .algorithm = TF_RAW_EDDSA_ED25519,
		.fill = TF_RUN_FROST_PREPARE, .sign = TF_RUN_FROST_SIGN, .depth = e->o.nonce_depth,
		.batch_most = TF_FROST_BATCH_MAX, .pool_most = NONCES_MOST,
	};
}

tf_err tf_engine_new(tf_engine **out, tf_coordinator *c, const tf_engine_options *options)
{
	tf_engine *e = calloc(1, sizeof(*e));
	tf_err err = TF_E_RESOURCE;

	if (!e)
		return TF_E_RESOURCE;
	e->c = c;
	e->o = *options;
	set_keys(e);
	e->scratch_mem = malloc(SCRATCH);
	if (e->scratch_mem) {
		tf_arena_init(&e->scratch, e->scratch_mem, SCRATCH);
		err = tf_runs_new(&e->runs, &c->rng, tf_engine_settle_run, on_first, on_done, e);
	}
	if (err == TF_OK)
		err = tf_timer_new(&e->timer, c->loop, on_timer, e);
	if (err != TF_OK) {
		tf_engine_free(e);
		return err;
	}
	tf_engine_refresh_keys(e);
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
	for (size_t i = 0; i < TF_ENGINE_KEYS; i++)
		tf_engine_forget_shown(&e->keys[i]);
	free(e->scratch_mem);
	free(e);
}
