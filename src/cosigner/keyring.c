#include "cosigner/keyring.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/idmap.h"
#include "seal/guard.h"

#define FIRST 16u

typedef struct whole {
	tf_key key;
	tf_key_memo memo; /* of its weights alone */
	unsigned lent;
	uint64_t used; /* when */
} whole;

struct tf_keyring {
	tf_keyring_read read;
	void *ctx;
	tf_idmap ids; /* of keys */
	tf_keyring_entry *entry;
	size_t cap;
	whole *whole[TF_KEYRING_WHOLE_MAX]; /* guarded; NULL: none */
	uint64_t clock;
};

tf_err tf_keyring_new(tf_keyring **out, tf_keyring_read read, void *ctx)
{
	tf_keyring *r = calloc(1, sizeof(*r));

	if (!r)
		return TF_E_RESOURCE;
	r->read = read;
	r->ctx = ctx;
	*out = r;
	return TF_OK;
}

void tf_keyring_free(tf_keyring *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < TF_KEYRING_WHOLE_MAX; i++)
		tf_guard_release(r->whole[i]);
	tf_idmap_wipe(&r->ids);
	free(r->entry);
	free(r);
}

tf_err tf_keyring_add(tf_keyring *r, const tf_keyring_entry *entry)
{
	tf_err e;

	if (r->ids.n == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : FIRST;
		tf_keyring_entry *more = calloc(cap, sizeof(*more));

		if (!more)
			return TF_E_RESOURCE;
		if (r->ids.n)
			memcpy(more, r->entry, r->ids.n * sizeof(*more));
		free(r->entry);
		r->entry = more;
		r->cap = cap;
	}
	r->entry[r->ids.n] = *entry;
	e = tf_idmap_add(&r->ids, entry->key_id, TF_KEYRING_KEYS_MAX);
	if (e == TF_E_DUPLICATE)
		return TF_E_CONFLICT;
	return e == TF_E_CAPACITY ? TF_E_RESOURCE : e;
}

const tf_keyring_entry *tf_keyring_at(const tf_keyring *r, size_t i)
{
	return i < r->ids.n ? &r->entry[i] : NULL;
}

const tf_keyring_entry *tf_keyring_find(const tf_keyring *r, const uint8_t key_id[static 32])
{
	return tf_keyring_at(r, tf_idmap_find(&r->ids, key_id));
}

size_t tf_keyring_count(const tf_keyring *r)
{
	return r->ids.n;
}

/* ---- whole ones ---- */

/* The place of this key, or of the one that makes room for it; NULL: all are lent. */
static whole **place_for(tf_keyring *r, const tf_keyring_entry *entry)
{
	whole **room = NULL;

	for (size_t i = 0; i < TF_KEYRING_WHOLE_MAX; i++) {
		whole *w = r->whole[i];

		if (w && memcmp(w->key.sharing.key_id, entry->key_id, 32) == 0)
			return &r->whole[i];
		if (w && w->lent)
			continue;
		if (!room || (*room && (!w || w->used < (*room)->used)))
			room = &r->whole[i];
	}
	return room;
}

static bool is_of(const tf_key *key, const tf_keyring_entry *entry)
{
	return key->state == TF_SHARE_COMMITTED && key->sharing.epoch == entry->epoch &&
	       memcmp(key->sharing.key_id, entry->key_id, 32) == 0 &&
	       memcmp(key->sharing.sharing, entry->sharing, 32) == 0;
}

/* Into a place that is free, or whose key makes room. */
static tf_err fetch(tf_keyring *r, whole **at, const tf_keyring_entry *entry)
{
	whole *w = tf_guard_alloc(sizeof(*w));
	tf_err e;

	if (!w)
		return TF_E_RESOURCE;
	e = r->read(r->ctx, &w->key, entry);
	if (e == TF_OK && !is_of(&w->key, entry))
		e = TF_E_CONFLICT;
	if (e != TF_OK) {
		tf_guard_release(w);
		return e;
	}
	tf_guard_release(*at);
	*at = w;
	return TF_OK;
}

tf_err tf_keyring_lend(tf_keyring *r, const tf_key **out, const uint8_t key_id[static 32])
{
	const tf_keyring_entry *entry = tf_keyring_find(r, key_id);
	whole **at = entry ? place_for(r, entry) : NULL;

	*out = NULL;
	if (!entry)
		return TF_E_NOT_FOUND;
	if (!at)
		return TF_E_BUSY;
	if (!*at || !is_of(&(*at)->key, entry))
		TRY(fetch(r, at, entry));
	(*at)->lent++;
	(*at)->used = ++r->clock;
	*out = &(*at)->key;
	return TF_OK;
}

tf_key_memo *tf_keyring_memo(const tf_keyring *r, const tf_key *key)
{
	for (size_t i = 0; key && i < TF_KEYRING_WHOLE_MAX; i++)
		if (r->whole[i] && &r->whole[i]->key == key)
			return &r->whole[i]->memo;
	return NULL;
}

void tf_keyring_return(tf_keyring *r, const tf_key *key)
{
	for (size_t i = 0; key && i < TF_KEYRING_WHOLE_MAX; i++)
		if (r->whole[i] && &r->whole[i]->key == key)
			r->whole[i]->lent--;
}
