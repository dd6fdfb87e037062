/* Pools of presignatures, of ECDSA and of FROST: how many are ready, when more are made, and which
 * are good for nothing. */
#include <string.h>

#include "coordinator/engine_impl.h"
#include "daemon/log.h"

#define FILL_AT_ONCE 2u    /* two fill the cores while the parties of one wait for each other */
#define QUIET_MS 300
#define STALE_MS 5000      /* more than two heartbeats */
#define STALE_AT_ONCE 64u

uint32_t tf_engine_common(const tf_engine *e, const tf_engine_key *k, tf_device *const *clique,
                          size_t n, uint8_t out[][32])
{
	uint32_t count = 0;

	for (size_t i = 0; i < clique[0]->n_presigs; i++) {
		const uint8_t *p = clique[0]->presigs[i].id;
		bool all = memcmp(clique[0]->presigs[i].sharing, k->key.sharing, 32) == 0 &&
		           !tf_runs_has_presig(e->runs, p);

		for (size_t other = 1; all && other < n; other++)
			all = tf_device_has_presig(clique[other], p);
		if (!all)
			continue;
		if (out)
			memcpy(out[count], p, 32);
		count++;
	}
	return count;
}

tf_run_spec tf_engine_key_spec(const tf_engine *e, const tf_engine_key *k, tf_run_kind kind,
                               tf_device *const *clique, size_t n)
{
	tf_run_spec spec = {
		.kind = kind,
		.profile = e->o.profile,
		.curve = k->curve,
		.t = (uint16_t)n,
		.deadline_ms = e->o.run_deadline_ms,
	};

	tf_engine_set_parties(&spec, clique, n);
	memcpy(spec.sharing, k->key.sharing, 32);
	spec.epoch = k->key.epoch;
	tf_engine_key_bytes(spec.key_id, k->key.id);
	return spec;
}

/* May the pool be filled although nobody waits for it? When nobody has signed for a moment; at once
 * if it is down to a quarter, but not in the middle of a burst, which it would slow down. Nonces of
 * FROST cost less than the signatures: their pool is filled at once when half of it is gone. */
static bool may_fill(const tf_engine *e, const tf_engine_key *k, uint32_t have)
{
	size_t signing = tf_runs_count(e->runs, k->sign);

	if (signing == 0 && (int64_t)tf_loop_now_ms(e->c->loop) - k->signed_at >= QUIET_MS)
		return true;
	if (k->fill == TF_RUN_FROST_PREPARE)
		return 2 * have <= k->depth;
	return signing < TF_ENGINE_BURST && 4 * have <= k->depth;
}

/* How many to make now: what the pool lacks of its depth, and one for each of those who wait. have
 * are there or being made. */
static uint32_t due_presigs(const tf_engine *e, const tf_engine_key *k, uint32_t have,
                            uint32_t waiting)
{
	uint32_t due = k->depth + waiting;

	if (k->depth == 0 || have >= due || have >= k->pool_most ||
	    (waiting == 0 && !may_fill(e, k, have)))
		return 0;
	due = due < k->pool_most ? due - have : k->pool_most - have;
	return due < k->batch_most ? due : k->batch_most;
}

void tf_engine_look_at_pool(tf_engine *e, const tf_engine_key *k, tf_device *const *clique,
                            size_t n, uint32_t waiting)
{
	tf_run_spec spec = tf_engine_key_spec(e, k, k->fill, clique, n);
	uint32_t making = tf_runs_making(e->runs, k->fill);
	size_t most = waiting > making ? FILL_AT_ONCE : 1;

	if (tf_runs_count(e->runs, k->fill) >= most || !tf_engine_may_try(e, k->fill) ||
	    (waiting == 0 && k->fill == TF_RUN_PRESIGN &&
	     tf_runs_count(e->runs, k->sign) >= TF_ENGINE_BURST))
		return;
	spec.batch = due_presigs(e, k, tf_engine_common(e, k, clique, n, NULL) + making, waiting);
	if (spec.batch > 0)
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

void tf_engine_look_at_stale(tf_engine *e, tf_device *const *clique, size_t n)
{
	int64_t now = (int64_t)tf_loop_now_ms(e->c->loop);
	uint8_t hash[32];

	if (now < e->stale_at)
		return;
	e->stale_at = now + TF_ENGINE_TICK_MS;

	/* What a run has just made is in one member's heartbeat before it is in another's. */
	if (tf_runs_busy(e->runs, TF_RUN_PRESIGN, NULL) ||
	    tf_runs_busy(e->runs, TF_RUN_FROST_PREPARE, NULL) ||
	    tf_engine_clique_hash(hash, e, clique, n) != TF_OK)
		return;
	for (size_t i = 0; i < n; i++)
		forsake_stale(e, clique, n, i, hash);
}
