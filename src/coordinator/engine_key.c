#include "coordinator/engine_impl.h"

#include <stdio.h>
#include <string.h>

#include "base/keccak.h"
#include "daemon/log.h"
#include "proto/party.h"

void tf_engine_key_bytes(uint8_t out[static 32], const char *id)
{
	tf_shake256_hash(out, id, strlen(id));
}

bool tf_engine_clique_has_key(tf_engine *e, const tf_engine_key *k, tf_device *const *clique,
                              size_t n)
{
	uint8_t id[32];

	tf_engine_key_bytes(id, k->key.id);
	for (size_t i = 0; i < n; i++)
		if (!tf_device_has_key(clique[i], id)) {
			snprintf(e->missing, sizeof(e->missing), "%s has no share of the key yet",
			         clique[i]->name);
			return false;
		}
	return true;
}

tf_err tf_engine_clique_hash(uint8_t out[static 32], const tf_engine *e, tf_device *const *clique,
                             size_t n)
{
	tf_party_env env = { .n = (uint16_t)n };

	for (size_t i = 0; i < n; i++) {
		const uint8_t *identity = tf_engine_identity((void *)(uintptr_t)e->c->workspace,
		                                             clique[i]->name);

		if (!identity || n > TF_PARTIES_MAX)
			return TF_E_NOT_FOUND;
		env.party[i].device = clique[i]->name;
		env.party[i].share_index = clique[i]->slot;
		memcpy(env.party[i].identity, identity, 32);
	}
	return tf_party_env_hash(out, &env);
}

/* ---- making it ---- */

/* Are those who were to hold the key still one for each slot of the workspace? */
static bool clique_stands(const tf_engine *e, const tf_engine_key *k)
{
	const tf_workspace *w = e->c->workspace;
	size_t n = 0;

	for (size_t i = 0; i < w->n_roster; i++)
		n += w->roster[i].pinned && tf_fleet_slot(&w->roster[i]) != 0 &&
		     tf_engine_names_device(k->key.clique, w->roster[i].device);
	return n == w->n_sets + 1 && k->key.threshold == n;
}

/* The row of the key is written before the first attempt and keeps its id for all of them, so that
 * co-signers, who commit one sharing of a key id, make one key. Not so when those who were to hold
 * it are not the workspace's co-signers any more: of a key that never was ready nobody was ever
 * told an address. */
static void make_key(tf_engine *e, tf_engine_key *k, tf_device *const *clique, size_t n)
{
	tf_run_spec spec = {
		.kind = TF_RUN_KEYGEN,
		.profile = e->o.profile,
		.curve = k->curve,
		.t = (uint16_t)n,
		.deadline_ms = e->o.setup_deadline_ms,
	};
	tf_key_row row = { .state = TF_KEY_PENDING, .curve = k->curve,
	                   .threshold = (uint32_t)n };
	tf_err err = TF_OK;

	row.created = tf_coordinator_now();
	tf_engine_names(row.clique, sizeof(row.clique), clique, n);
	if (k->has_key && clique_stands(e, k))
		memcpy(row.id, k->key.id, sizeof(row.id));
	else
		err = tf_uuid_make(row.id, &e->c->rng);
	if (err != TF_OK || tf_book_key_begin(e->c->book, &row) != TF_OK) {
		tf_engine_note(e, TF_RUN_KEYGEN, false);
		return;
	}
	tf_engine_key_bytes(spec.key_id, row.id);
	k->key = row;
	k->has_key = true;
	tf_engine_set_parties(&spec, clique, n);
	tf_engine_start(e, &spec);
}

/* Somebody who is connected says that it has the key, and has not shown us its certificate: it is
 * shown when a connection begins. */
static bool somebody_has_it(tf_engine *e, const uint8_t id[static 32])
{
	for (size_t i = 0; i < e->fleet.n; i++) {
		tf_device *d = &e->fleet.device[i];

		if (!tf_device_is_up(d) || !tf_device_has_key(d, id))
			continue;
		snprintf(e->missing, sizeof(e->missing), "%s has a key that it has not shown",
		         d->name);
		tf_chan_close(d->chan, "say again what keys you have");
		return true;
	}
	return false;
}

/* May the last attempt, made by others than this clique, have come to something? A certificate with
 * everybody's signature needs everybody's share, pending at least; so one of them who is connected
 * and has none proves that there is no such certificate and never will be. */
static bool attempt_may_live(tf_engine *e, const tf_engine_key *k, const uint8_t id[static 32])
{
	const tf_device *away = NULL;

	for (size_t i = 0; i < e->fleet.n; i++) {
		const tf_device *d = &e->fleet.device[i];

		if (!tf_engine_names_device(k->key.clique, d->name) ||
		    !tf_roster_find(e->c->workspace, d->name))
			continue;
		if (!tf_device_is_up(d))
			away = d;
		else if (!tf_device_has_pending_key(d, id))
			return false;
	}
	if (away)
		snprintf(e->missing, sizeof(e->missing), "%s is away and may have the key",
		         away->name);
	return away != NULL;
}

static void look_at_key(tf_engine *e, tf_engine_key *k, tf_device *const *clique, size_t n)
{
	uint8_t id[32];

	if (tf_runs_busy(e->runs, TF_RUN_KEYGEN, NULL) || !tf_engine_may_try(e, TF_RUN_KEYGEN))
		return;
	if (k->has_key && clique_stands(e, k)) {
		tf_engine_key_bytes(id, k->key.id);
		if (tf_engine_settle_key(e, k))
			return; /* those who lack it will have it, or have to say why not */
		if (somebody_has_it(e, id)) {
			tf_engine_note(e, TF_RUN_KEYGEN, false);
			return;
		}
		if (attempt_may_live(e, k, id))
			return;
	}
	make_key(e, k, clique, n);
}

void tf_engine_look_at_keys(tf_engine *e, tf_device *const *clique, size_t n)
{
	for (size_t i = 0; i < TF_ENGINE_KEYS; i++)
		if (!tf_engine_key_ready(&e->keys[i])) {
			look_at_key(e, &e->keys[i], clique, n);
			return;
		}
}

void tf_engine_refresh_keys(tf_engine *e)
{
	for (size_t i = 0; i < TF_ENGINE_KEYS; i++) {
		tf_engine_key *k = &e->keys[i];
		tf_err err = tf_book_key_find(e->c->book, k->curve, &k->key);

		k->has_key = err == TF_OK;
		if (err != TF_OK && err != TF_E_NOT_FOUND)
			tf_log(TF_LOG_ERROR, "book_failed", "error", tf_err_name(err), NULL);
	}
}
