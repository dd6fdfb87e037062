#include "cosigner/keeper_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seal/guard.h"
#include "wire_records.h"

#define ROW_MAX (2u * 64u + 1u)

static void hex(char *out, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		snprintf(out + 2 * i, 3, "%02x", p[i]);
}

/* ---- taking records into memory ---- */

static tf_err take_moduli(tf_keeper *k, const uint8_t *record, size_t len)
{
	tf_moduli *m = tf_guard_alloc(sizeof(*m));
	tf_err e;

	if (!m)
		return TF_E_RESOURCE;
	e = tf_moduli_decode(m, k->pr, record, len, &k->scratch);
	if (e != TF_OK || k->moduli) {
		tf_guard_release(m);
		return e != TF_OK ? e : TF_E_CONFLICT;
	}
	k->moduli = m;
	return TF_OK;
}

static peer *find_peer(const tf_keeper *k, const char *device)
{
	for (size_t i = 0; i < k->n_peers; i++)
		if (strcmp(k->peers[i]->device, device) == 0)
			return k->peers[i];
	return NULL;
}

static tf_err take_aux(tf_keeper *k, const uint8_t *record, size_t len)
{
	peer *p = calloc(1, sizeof(*p));
	peer *old;
	tf_err e;

	if (!p)
		return TF_E_RESOURCE;
	e = tf_aux_decode(&p->aux, p->device, k->pr, record, len, &k->scratch);
	old = e == TF_OK ? find_peer(k, p->device) : NULL;
	if (e == TF_OK && !old && k->n_peers == TF_KEEPER_PEERS_MAX)
		e = TF_E_RESOURCE;
	if (e != TF_OK) {
		free(p);
		return e;
	}
	/* Introduced again: runs that use the old ones hold copies of their own. */
	if (old) {
		*old = *p;
		free(p);
	} else {
		k->peers[k->n_peers++] = p;
	}
	return TF_OK;
}

/* ---- pending shares ---- */

static void forget_pending(tf_keeper *k, size_t i)
{
	free(k->pending[i]);
	k->n_pending--;
	for (; i < k->n_pending; i++)
		k->pending[i] = k->pending[i + 1];
}

static void forget_sharing(tf_keeper *k, const uint8_t sharing[static 32])
{
	for (size_t i = k->n_pending; i-- > 0;)
		if (memcmp(k->pending[i]->sharing, sharing, 32) == 0)
			forget_pending(k, i);
}

static tf_err take_pending(tf_keeper *k, const tf_sharing *s)
{
	tf_sharing *copy = malloc(sizeof(*copy));

	if (!copy)
		return TF_E_RESOURCE;
	forget_sharing(k, s->sharing);
	if (k->n_pending == TF_KEEPER_PENDING_MAX)
		forget_pending(k, 0);
	*copy = *s;
	k->pending[k->n_pending++] = copy;
	return TF_OK;
}

/* ---- committed ones ---- */

/* The sharing is committed now: in memory it is no longer pending. */
static tf_err take_committed(tf_keeper *k, const tf_rec_key_share *rec)
{
	tf_keyring_entry entry = { .epoch = rec->epoch };

	memcpy(entry.key_id, rec->key_id, sizeof(entry.key_id));
	memcpy(entry.sharing, rec->sharing, sizeof(entry.sharing));
	TRY(tf_keyring_add(k->keys, &entry));
	forget_sharing(k, rec->sharing);
	return TF_OK;
}

/* A record says by its own encoding which curve it is of: points of one are none of the other. */
static tf_err decode_key(tf_key *out, tf_blob *certificate, const tf_keeper *k,
                         const uint8_t *record, size_t len, tf_arena *mem)
{
	tf_err e = tf_key_decode(out, certificate, k->g, record, len, mem);

	if (k->frost && tf_err_get_kind(e) == TF_KIND_ENCODING &&
	    tf_key_decode(out, certificate, k->frost, record, len, mem) == TF_OK)
		return TF_OK;
	return e;
}

static const tf_group *group_of(const tf_keeper *k, const tf_sharing *s)
{
	return k->frost && s->curve == (uint32_t)tf_group_id(k->frost) ? k->frost : k->g;
}

static tf_err open_sharing(tf_sharing *out, tf_keeper *k, const uint8_t *certificate, size_t len,
                           tf_identity_find find, void *ctx)
{
	tf_err e = tf_sharing_open(out, k->g, certificate, len, find, ctx, &k->scratch);

	if (k->frost && tf_err_get_kind(e) == TF_KIND_ENCODING &&
	    tf_sharing_open(out, k->frost, certificate, len, find, ctx, &k->scratch) == TF_OK)
		return TF_OK;
	return e;
}

static tf_err take_pending_key(tf_keeper *k, const uint8_t *record, size_t len)
{
	tf_key *key = tf_guard_alloc(sizeof(*key));
	tf_err e;

	if (!key)
		return TF_E_RESOURCE;
	e = decode_key(key, NULL, k, record, len, &k->scratch);
	if (e == TF_OK)
		e = take_pending(k, &key->sharing);
	tf_guard_release(key);
	return e;
}

/* What the record says of itself; what it must prove is checked when the whole key is needed. */
static tf_err read_record(tf_rec_key_share *rec, tf_keeper *k, const uint8_t *record, size_t len)
{
	tf_wire_env env = { .g = k->g, .n = TF_PARTIES_MAX };
	tf_err e = tf_wire_decode_framed(&tf_rec_key_share_wire, rec, &env, &k->scratch, record,
	                                 len);

	if (k->frost && tf_err_get_kind(e) == TF_KIND_ENCODING) {
		env.g = k->frost;
		e = tf_wire_decode_framed(&tf_rec_key_share_wire, rec, &env, &k->scratch, record,
		                          len);
	}
	return e;
}

/* Only a committed share is a key; of a pending one it is enough to know the sharing. */
static tf_err take_key(tf_keeper *k, const uint8_t *record, size_t len)
{
	TF_AUTO(tf_rec_key_share) rec;

	TRY(read_record(&rec, k, record, len));
	return rec.state == TF_SHARE_COMMITTED ? take_committed(k, &rec)
	                                       : take_pending_key(k, record, len);
}

static tf_err take(tf_keeper *k, uint16_t type, const uint8_t *record, size_t len)
{
	size_t mark = tf_arena_mark(&k->scratch);
	tf_err e = TF_E_UNSUPPORTED;

	if (type == TF_REC_OWN_MODULI)
		e = take_moduli(k, record, len);
	else if (type == TF_REC_PEER_AUX)
		e = take_aux(k, record, len);
	else if (type == TF_REC_KEY_SHARE)
		e = take_key(k, record, len);
	tf_arena_release(&k->scratch, mark);
	return e;
}

/* ---- the store ---- */

const char *tf_keeper_table(uint16_t type)
{
	switch (type) {
	case TF_REC_OWN_MODULI: return "moduli";
	case TF_REC_PEER_AUX: return "aux";
	case TF_REC_KEY_SHARE: return "key";
	}
	return NULL;
}

struct visit {
	tf_keeper *k;
	uint16_t type;
};

static tf_err visit_record(void *ctx, const tf_place *place, const uint8_t *value, size_t len)
{
	struct visit *v = ctx;

	(void)place;
	return take(v->k, v->type, value, len);
}

static tf_err read_all(tf_keeper *k)
{
	static const uint16_t types[] = { TF_REC_OWN_MODULI, TF_REC_PEER_AUX, TF_REC_KEY_SHARE };

	for (size_t i = 0; i < TF_ARRAY_LEN(types); i++) {
		struct visit v = { k, types[i] };

		TRY(tf_store_list(k->store, tf_keeper_table(types[i]), NULL, visit_record, &v));
	}
	return TF_OK;
}

/* Where a record lies: the row is its key in hex. */
static tf_err place_of(tf_place *out, char row[static ROW_MAX], uint16_t type, const uint8_t *key,
                       size_t key_len)
{
	if (2 * key_len >= ROW_MAX)
		return TF_E_USAGE;
	hex(row, key, key_len);
	*out = (tf_place){ tf_keeper_table(type), row, "record" };
	return TF_OK;
}

tf_err tf_keeper_delete_peers(tf_keeper *k)
{
	for (size_t i = 0; i < k->n_peers; i++) {
		const char *device = k->peers[i]->device;
		char row[ROW_MAX];
		tf_place place;

		TRY(place_of(&place, row, TF_REC_PEER_AUX, (const uint8_t *)device,
		             strlen(device)));
		TRY(tf_store_delete(k->store, &place));
	}
	return TF_OK;
}

static bool has_seat(const tf_sharing *s, const char *device)
{
	for (unsigned i = 0; i < s->n; i++)
		if (strcmp(s->seat[i].device, device) == 0)
			return true;
	return false;
}

static bool is_generated(const tf_sharing *s)
{
	static const uint8_t none[32];

	return memcmp(s->previous, none, sizeof(none)) == 0;
}

/* Does the committed sharing make the pending one good for nothing? All of the pending one's
 * receivers took part in the committed one's run, so none of them had committed, and none will:
 * who has committed a key takes part in no other run for it (KEYGEN_ONCE, KEYGEN_ALONE). This is
 * about key generation alone. */
static bool is_stale(const tf_sharing *pending, const tf_sharing *committed)
{
	if (memcmp(pending->key_id, committed->key_id, 32) != 0 ||
	    memcmp(pending->sharing, committed->sharing, 32) == 0 || !is_generated(pending) ||
	    !is_generated(committed))
		return false;
	for (unsigned i = 0; i < pending->n; i++)
		if (!has_seat(committed, pending->seat[i].device))
			return false;
	return true;
}

static tf_err remove_stale(tf_keeper *k, const tf_sharing *committed)
{
	for (size_t i = k->n_pending; i-- > 0;) {
		char row[ROW_MAX];
		tf_place place;

		if (!is_stale(k->pending[i], committed))
			continue;
		TRY(place_of(&place, row, TF_REC_KEY_SHARE, k->pending[i]->sharing, 32));
		TRY(tf_store_delete(k->store, &place));
		forget_pending(k, i);
	}
	return TF_OK;
}

/* For the keyring. */
static tf_err read_key(void *ctx, tf_key *out, const tf_keyring_entry *entry)
{
	tf_keeper *k = ctx;
	size_t mark = tf_arena_mark(&k->scratch), len = 0;
	char row[ROW_MAX];
	tf_place place;
	tf_err e;

	TRY(place_of(&place, row, TF_REC_KEY_SHARE, entry->sharing, 32));
	e = tf_store_get(k->store, &place, k->record, RECORD_MAX, &len);
	if (e == TF_OK)
		e = decode_key(out, NULL, k, k->record, len, &k->scratch);
	tf_wipe(k->record, RECORD_MAX);
	tf_arena_release(&k->scratch, mark);
	return e == TF_E_NOT_FOUND ? TF_E_IO : e;
}

static tf_err remove_stale_of(tf_keeper *k, const uint8_t key_id[static 32])
{
	const tf_key *key;
	tf_err e = tf_keyring_lend(k->keys, &key, key_id);

	if (e == TF_OK)
		e = remove_stale(k, &key->sharing);
	tf_keyring_return(k->keys, key);
	return e == TF_E_NOT_FOUND ? TF_OK : e;
}

static tf_err remove_all_stale(tf_keeper *k)
{
	for (size_t i = k->n_pending; i-- > 0;) {
		uint8_t key_id[32];

		if (i >= k->n_pending) /* others went with the one before */
			continue;
		memcpy(key_id, k->pending[i]->key_id, sizeof(key_id));
		TRY(remove_stale_of(k, key_id));
	}
	return TF_OK;
}

static tf_err start(tf_keeper *k)
{
	k->scratch_mem = tf_guard_alloc(SCRATCH);
	k->buf = tf_guard_alloc(RECORD_MAX);
	k->record = tf_guard_alloc(RECORD_MAX);
	if (!k->scratch_mem || !k->buf || !k->record)
		return TF_E_RESOURCE;
	tf_arena_init(&k->scratch, k->scratch_mem, SCRATCH);
	TRY(tf_keyring_new(&k->keys, read_key, k));
	TRY(read_all(k));
	TRY(tf_keeper_read_since(k));
	return remove_all_stale(k);
}

tf_err tf_keeper_new(tf_keeper **out, tf_store *store, const tf_profile *pr, const tf_group *g,
                     const tf_group *frost)
{
	tf_keeper *k = calloc(1, sizeof(*k));
	tf_err e;

	if (!k)
		return TF_E_RESOURCE;
	k->store = store;
	k->pr = pr;
	k->g = g;
	k->frost = frost;
	e = start(k);
	if (e != TF_OK) {
		tf_keeper_free(k);
		return e;
	}
	*out = k;
	return TF_OK;
}

void tf_keeper_free(tf_keeper *k)
{
	if (!k)
		return;
	tf_guard_release(k->moduli);
	for (size_t i = 0; i < k->n_peers; i++)
		free(k->peers[i]);
	tf_keyring_free(k->keys);
	while (k->n_pending > 0)
		forget_pending(k, k->n_pending - 1);
	tf_guard_release(k->scratch_mem);
	tf_guard_release(k->buf);
	tf_guard_release(k->record);
	free(k);
}

const tf_moduli *tf_keeper_moduli(const tf_keeper *k)
{
	return k->moduli;
}

/* ---- what others ask for ---- */

const tf_aux *tf_keeper_aux(const tf_keeper *k, const char *device)
{
	const peer *p = find_peer(k, device);

	return p ? &p->aux : NULL;
}

size_t tf_keeper_introduced(const tf_keeper *k, const char *out[static TF_KEEPER_PEERS_MAX])
{
	for (size_t i = 0; i < k->n_peers; i++)
		out[i] = k->peers[i]->device;
	return k->n_peers;
}

size_t tf_keeper_room_for_peers(const tf_keeper *k)
{
	return TF_KEEPER_PEERS_MAX - k->n_peers;
}

size_t tf_keeper_room_for_keys(const tf_keeper *k)
{
	size_t used = tf_keeper_keys(k) + k->n_pending;

	return used < TF_KEYRING_KEYS_MAX ? TF_KEYRING_KEYS_MAX - used : 0;
}

tf_err tf_keeper_lend(tf_keeper *k, const tf_key **out, const uint8_t key_id[static 32])
{
	return tf_keyring_lend(k->keys, out, key_id);
}

tf_key_memo *tf_keeper_memo(const tf_keeper *k, const tf_key *key)
{
	return tf_keyring_memo(k->keys, key);
}

void tf_keeper_return(tf_keeper *k, const tf_key *key)
{
	tf_keyring_return(k->keys, key);
}

const tf_keyring_entry *tf_keeper_key_at(const tf_keeper *k, size_t i)
{
	return tf_keyring_at(k->keys, i);
}

size_t tf_keeper_keys(const tf_keeper *k)
{
	return tf_keyring_count(k->keys);
}

static tf_err copy_certificate(uint8_t *out, size_t cap, size_t *out_len, tf_keeper *k, size_t len)
{
	TF_AUTO(tf_rec_key_share) rec;

	TRY(read_record(&rec, k, k->record, len));
	if (rec.certificate.len > cap)
		return TF_E_CAPACITY;
	memcpy(out, rec.certificate.p, rec.certificate.len);
	*out_len = rec.certificate.len;
	return TF_OK;
}

tf_err tf_keeper_certificate(tf_keeper *k, uint8_t *out, size_t cap, size_t *len, size_t i)
{
	const tf_keyring_entry *entry = tf_keyring_at(k->keys, i);
	size_t mark = tf_arena_mark(&k->scratch), record_len = 0;
	char row[ROW_MAX];
	tf_place place;
	tf_err e;

	if (!entry)
		return TF_E_NOT_FOUND;
	TRY(place_of(&place, row, TF_REC_KEY_SHARE, entry->sharing, 32));
	e = tf_store_get(k->store, &place, k->record, RECORD_MAX, &record_len);
	if (e == TF_OK)
		e = copy_certificate(out, cap, len, k, record_len);
	tf_wipe(k->record, RECORD_MAX);
	tf_arena_release(&k->scratch, mark);
	return e;
}

const tf_sharing *tf_keeper_pending_at(const tf_keeper *k, size_t i)
{
	return i < k->n_pending ? k->pending[i] : NULL;
}

bool tf_keeper_is_pending(const tf_keeper *k, const uint8_t sharing[static 32])
{
	for (size_t i = 0; i < k->n_pending; i++)
		if (memcmp(k->pending[i]->sharing, sharing, 32) == 0)
			return true;
	return false;
}

tf_err tf_keeper_persist(tf_keeper *k, uint16_t type, const uint8_t *key, size_t key_len,
                         const uint8_t *record, size_t len)
{
	char row[ROW_MAX];
	tf_place place;
	size_t n = tf_keeper_keys(k);

	if (!tf_keeper_table(type) || type == TF_REC_OWN_MODULI)
		return TF_E_UNSUPPORTED;
	TRY(place_of(&place, row, type, key, key_len));
	TRY(tf_store_put(k->store, &place, record, len));
	TRY(take(k, type, record, len));
	return tf_keeper_keys(k) > n ? remove_stale_of(k, tf_keeper_key_at(k, n)->key_id) : TF_OK;
}

/* ---- completing a pending share ---- */

/* A pending record that was read into k->record becomes a committed one in k->buf. */
static tf_err turn(tf_keeper *k, size_t *len, const tf_sharing *s, tf_blob certificate,
                   size_t record_len, tf_fault *fault)
{
	const tf_keyring_entry *held = tf_keyring_find(k->keys, s->key_id);

	if (held)
		return memcmp(held->sharing, s->sharing, 32) == 0 ? TF_E_DUPLICATE : TF_E_CONFLICT;
	return tf_key_complete(k->buf, RECORD_MAX, len, s, certificate,
	                       (tf_blob){ k->record, record_len }, group_of(k, s), &k->scratch,
	                       fault);
}

static tf_err commit(tf_keeper *k, const tf_sharing *s, size_t len)
{
	tf_err e;

	TRY(tf_store_begin(k->store));
	e = tf_keeper_persist(k, TF_REC_KEY_SHARE, s->sharing, sizeof(s->sharing), k->buf, len);
	if (e == TF_OK)
		return tf_store_commit(k->store);
	tf_store_abort(k->store);
	return e;
}

static tf_err complete(tf_keeper *k, const tf_sharing *s, const uint8_t *certificate, size_t len,
                       tf_fault *fault)
{
	char row[ROW_MAX];
	tf_place place;
	size_t record_len = 0, out_len = 0;
	tf_err e;

	TRY(place_of(&place, row, TF_REC_KEY_SHARE, s->sharing, sizeof(s->sharing)));
	e = tf_store_get(k->store, &place, k->record, RECORD_MAX, &record_len);
	if (!tf_holds(fault, TF_CK_SHARING_PENDING, e != TF_E_NOT_FOUND))
		return TF_E_NOT_FOUND;
	TRY(e);
	e = turn(k, &out_len, s, (tf_blob){ certificate, len }, record_len, fault);
	tf_wipe(k->record, record_len);
	if (e == TF_OK)
		e = commit(k, s, out_len);
	tf_wipe(k->buf, out_len);
	return e;
}

tf_err tf_keeper_complete(tf_keeper *k, const uint8_t *certificate, size_t len,
                          tf_identity_find find, void *ctx, tf_fault *fault)
{
	size_t mark = tf_arena_mark(&k->scratch);
	tf_sharing *s = tf_arena_alloc(&k->scratch, sizeof(*s));
	tf_err e;

	tf_fault_at(fault, TF_PARTY_NONE, 0);
	if (!s)
		return TF_E_CAPACITY;
	e = open_sharing(s, k, certificate, len, find, ctx);
	if (tf_holds(fault, TF_CK_SHARING_CERTIFICATE, e == TF_OK))
		e = complete(k, s, certificate, len, fault);
	tf_arena_release(&k->scratch, mark);
	return e;
}
