#include "coordinator/engine_impl.h"

#include <stdio.h>
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

tf_err tf_engine_take_key(tf_engine *e, const uint8_t *certificate, size_t len)
{
	tf_arena *mem = &e->scratch;
	size_t mark = tf_arena_mark(mem);
	tf_sharing *s = tf_arena_alloc(mem, sizeof(*s));
	uint8_t id[32], y[33];
	tf_err err = s ? TF_OK : TF_E_CAPACITY;

	tf_engine_key_bytes(id, e->key.id);
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
		.profile = e->o.profile,
		.curve = TF_CURVE_SECP256K1,
		.t = (uint16_t)n,
		.deadline_ms = e->o.setup_deadline_ms,
	};
	tf_key_row row = { .curve = TF_CURVE_SECP256K1, .threshold = (uint32_t)n };

	row.created = tf_coordinator_now();
	tf_engine_names(row.clique, sizeof(row.clique), clique, n);
	if (tf_uuid_make(row.id, &e->c->rng) != TF_OK ||
	    tf_book_key_begin(e->c->book, &row) != TF_OK) {
		tf_engine_note(e, TF_RUN_KEYGEN, false);
		return;
	}
	tf_engine_key_bytes(spec.key_id, row.id);
	e->key = row;
	e->has_key = true;
	tf_engine_set_parties(&spec, clique, n);
	tf_engine_start(e, &spec);
}

/* A key that was finished while we were not looking: its holders say that they have it. */
static bool key_is_held(const tf_engine *e, tf_device *const *clique, size_t n)
{
	uint8_t id[32];

	if (!e->has_key)
		return false;
	tf_engine_key_bytes(id, e->key.id);
	for (size_t i = 0; i < n; i++)
		if (tf_device_has_key(clique[i], id))
			return true;
	return false;
}

void tf_engine_look_at_key(tf_engine *e, tf_device *const *clique, size_t n)
{
	if (e->has_key && e->key.state == TF_KEY_READY)
		return;
	if (tf_runs_busy(e->runs, TF_RUN_KEYGEN, NULL) || !tf_engine_may_try(e, TF_RUN_KEYGEN))
		return;
	/* Its certificate comes with the holders' hello; give it the time of one back-off. */
	if (key_is_held(e, clique, n) && e->backoff_ms[TF_RUN_KEYGEN] < TF_BACKOFF_FIRST_MS * 8) {
		tf_engine_note(e, TF_RUN_KEYGEN, false);
		return;
	}
	make_key(e, clique, n);
}

void tf_engine_refresh_key(tf_engine *e)
{
	tf_err err = tf_book_key_find(e->c->book, TF_CURVE_SECP256K1, &e->key);

	e->has_key = err == TF_OK;
	if (err != TF_OK && err != TF_E_NOT_FOUND)
		tf_log(TF_LOG_ERROR, "book_failed", "error", tf_err_name(err), NULL);
}
