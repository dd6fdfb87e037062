#include "coordinator/engine_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/keccak.h"
#include "daemon/log.h"
#include "proto/key.h"

void tf_engine_key_bytes(uint8_t out[static 32], const char *id)
{
	tf_shake256_hash(out, id, strlen(id));
}

static const uint8_t *find_identity(void *ctx, const char *device)
{
	const tf_roster_entry *r = tf_roster_find(ctx, device);

	return r && r->pinned ? r->identity : NULL;
}

/* Is it of the key that the books name, with everybody's signature? */
static tf_err open_key(tf_engine *e, const tf_engine_key *k, tf_sharing *s,
                       const uint8_t *certificate, size_t len)
{
	uint8_t id[32];

	tf_engine_key_bytes(id, k->key.id);
	TRY(tf_sharing_open(s, tf_coordinator_group(e->c, k->curve), certificate, len, find_identity,
	                    (void *)(uintptr_t)e->c->workspace, &e->scratch));
	if (memcmp(s->key_id, id, 32) != 0 || s->curve != (uint32_t)k->curve ||
	    strcmp(s->workspace, e->c->workspace->name) != 0)
		return TF_E_MISMATCH;
	if (k->key.state == TF_KEY_READY && memcmp(s->sharing, k->key.sharing, 32) != 0)
		return TF_E_MISMATCH;
	return TF_OK;
}

static tf_err keep_certificate(tf_engine_key *k, const uint8_t *certificate, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		return TF_E_RESOURCE;
	memcpy(copy, certificate, len);
	free(k->certificate);
	k->certificate = copy;
	k->certificate_len = len;
	return TF_OK;
}

static tf_err write_key(tf_engine *e, tf_engine_key *k, const tf_sharing *s)
{
	uint8_t y[33];

	if (k->key.state == TF_KEY_READY)
		return TF_OK;
	tf_pt_encode(tf_coordinator_group(e->c, k->curve), y, &s->Y);
	TRY(tf_book_key_ready(e->c->book, k->key.id, y, s->cc, s->sharing, s->epoch));
	tf_engine_refresh_keys(e);
	return tf_coordinator_audit(e->c, "key_ready",
	                            json_pack("{s:s, s:s}", "key", k->key.id, "clique",
	                                      k->key.clique));
}

tf_err tf_engine_take_key(tf_engine *e, tf_engine_key *k, const uint8_t *certificate, size_t len)
{
	tf_arena *mem = &e->scratch;
	size_t mark = tf_arena_mark(mem);
	tf_sharing *s = tf_arena_alloc(mem, sizeof(*s));
	tf_err err = s ? TF_OK : TF_E_CAPACITY;

	if (err == TF_OK)
		err = k->has_key ? open_key(e, k, s, certificate, len) : TF_E_MISMATCH;
	if (err == TF_OK)
		err = keep_certificate(k, certificate, len);
	if (err == TF_OK)
		err = write_key(e, k, s);
	tf_arena_release(mem, mark);
	return err;
}

/* Which curve it is of is said by which key it can be read as. */
void tf_engine_hear_of_key(tf_engine *e, const uint8_t *certificate, size_t len)
{
	for (size_t i = 0; i < TF_ENGINE_KEYS; i++) {
		tf_engine_key *k = &e->keys[i];
		tf_err err = k->certificate ? TF_OK : tf_engine_take_key(e, k, certificate, len);

		if (err != TF_OK && err != TF_E_MISMATCH && tf_err_get_kind(err) != TF_KIND_ENCODING)
			tf_log(TF_LOG_ALERT, "key_refused", "error", tf_err_name(err), NULL);
	}
}

static void complete(const tf_engine_key *k, tf_device *d)
{
	tf_ctl_certificate m = { .certificate = { k->certificate, k->certificate_len } };

	if (!k->certificate || !tf_engine_key_ready(k) || !tf_device_has_pending(d, k->key.sharing))
		return;
	tf_log(TF_LOG_INFO, "share_is_pending", "device", d->name, NULL);
	if (tf_control_send(d, &tf_ctl_certificate_wire, &m) != TF_OK)
		tf_chan_close(d->chan, "does not take control messages");
}

void tf_engine_complete(tf_engine *e, tf_device *d)
{
	for (size_t i = 0; i < TF_ENGINE_KEYS; i++)
		complete(&e->keys[i], d);
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
		const uint8_t *identity = find_identity((void *)(uintptr_t)e->c->workspace,
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

/* The row of the key is written before the first attempt and keeps its id for all of them: whatever
 * attempt everybody has signed is the key, and co-signers see to it that it is one. */
static void make_key(tf_engine *e, tf_engine_key *k, tf_device *const *clique, size_t n)
{
	tf_run_spec spec = {
		.kind = TF_RUN_KEYGEN,
		.profile = e->o.profile,
		.curve = k->curve,
		.t = (uint16_t)n,
		.deadline_ms = e->o.setup_deadline_ms,
	};
	tf_key_row row = { .curve = k->curve, .threshold = (uint32_t)n };
	tf_err err = TF_OK;

	row.created = tf_coordinator_now();
	tf_engine_names(row.clique, sizeof(row.clique), clique, n);
	if (k->has_key)
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

/* Somebody who is connected says that it has the key, and we have not seen its certificate: it is
 * shown when a connection begins. */
static bool somebody_has_it(tf_engine *e, const uint8_t id[static 32])
{
	for (size_t i = 0; i < e->fleet.n; i++) {
		tf_device *d = &e->fleet.device[i];

		if (!tf_device_is_up(d) || !tf_device_has_key(d, id))
			continue;
		tf_chan_close(d->chan, "say again what keys you have");
		return true;
	}
	return false;
}

static bool names_device(const char *names, const char *device)
{
	size_t len = strlen(device);

	for (const char *p = names; (p = strstr(p, device)); p += len)
		if ((p == names || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\0'))
			return true;
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

		if (!names_device(k->key.clique, d->name) ||
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
	if (k->has_key) {
		tf_engine_key_bytes(id, k->key.id);
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
