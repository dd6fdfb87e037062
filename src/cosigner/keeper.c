#include "cosigner/keeper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seal/guard.h"
#include "wire_records.h"

#define RECORD_MAX (64u * 1024u)
#define SCRATCH (1u << 20)
#define ROW_MAX (2u * 64u + 1u)

typedef struct peer {
	char device[TF_DEVICE_MAX + 1];
	tf_aux aux;
} peer;

/* On guarded pages. */
typedef struct held_key {
	tf_key key;
	uint8_t *certificate; /* public, malloc'ed */
	size_t certificate_len;
} held_key;

struct tf_keeper {
	tf_store *store;
	const tf_profile *pr;
	const tf_group *g, *frost;
	tf_moduli *moduli;
	peer *peers[TF_KEEPER_PEERS_MAX];
	size_t n_peers;
	held_key *keys[TF_KEEPER_KEYS_MAX];
	size_t n_keys;
	tf_sharing *pending[TF_KEEPER_PENDING_MAX]; /* oldest first */
	size_t n_pending;
	tf_arena scratch;
	void *scratch_mem; /* guarded, like all that follows */
	uint8_t *buf;      /* RECORD_MAX bytes; wiped after each use */
	uint8_t *record;   /* the same, for tf_keeper_complete */
};

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

static void drop_key(held_key *h)
{
	free(h->certificate);
	tf_guard_release(h);
}

static held_key *find_key(const tf_keeper *k, const uint8_t key_id[static 32])
{
	for (size_t i = 0; i < k->n_keys; i++)
		if (memcmp(k->keys[i]->key.sharing.key_id, key_id, 32) == 0)
			return k->keys[i];
	return NULL;
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
static tf_err take_committed(tf_keeper *k, held_key *h, const tf_blob *certificate)
{
	if (find_key(k, h->key.sharing.key_id))
		return TF_E_CONFLICT;
	if (k->n_keys == TF_KEEPER_KEYS_MAX)
		return TF_E_RESOURCE;
	h->certificate = malloc(certificate->len ? certificate->len : 1);
	if (!h->certificate)
		return TF_E_RESOURCE;
	memcpy(h->certificate, certificate->p, certificate->len);
	h->certificate_len = certificate->len;
	k->keys[k->n_keys++] = h;
	forget_sharing(k, h->key.sharing.sharing);
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

/* Only a committed share is a key; of a pending one it is enough to know the sharing. */
static tf_err take_key(tf_keeper *k, const uint8_t *record, size_t len)
{
	held_key *h = tf_guard_alloc(sizeof(*h));
	tf_blob certificate = { 0 };
	tf_err e;

	if (!h)
		return TF_E_RESOURCE;
	e = decode_key(&h->key, &certificate, k, record, len, &k->scratch);
	if (e == TF_OK && h->key.state == TF_SHARE_COMMITTED) {
		e = take_committed(k, h, &certificate);
		if (e == TF_OK)
			return TF_OK;
	} else if (e == TF_OK) {
		e = take_pending(k, &h->key.sharing);
	}
	drop_key(h);
	return e;
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

static const char *table_of(uint16_t type)
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

		TRY(tf_store_list(k->store, table_of(types[i]), NULL, visit_record, &v));
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
	*out = (tf_place){ table_of(type), row, "record" };
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
	k->scratch_mem = tf_guard_alloc(SCRATCH);
	k->buf = tf_guard_alloc(RECORD_MAX);
	k->record = tf_guard_alloc(RECORD_MAX);
	if (!k->scratch_mem || !k->buf || !k->record) {
		tf_keeper_free(k);
		return TF_E_RESOURCE;
	}
	tf_arena_init(&k->scratch, k->scratch_mem, SCRATCH);
	e = read_all(k);
	for (size_t i = 0; e == TF_OK && i < k->n_keys; i++)
		e = remove_stale(k, &k->keys[i]->key.sharing);
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
	for (size_t i = 0; i < k->n_keys; i++)
		drop_key(k->keys[i]);
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

/* ---- moduli and their primes ---- */

static tf_place prime_place(unsigned index)
{
	static const char *const rows[4] = { "p", "q", "p_hat", "q_hat" };

	return (tf_place){ "prime", rows[index], "value" };
}

tf_err tf_keeper_prime_put(tf_keeper *k, unsigned index, const tf_bn *prime)
{
	size_t len = (k->pr->prime_bits + 7) / 8;
	tf_place place;
	tf_err e;

	if (index >= 4 || len > RECORD_MAX)
		return TF_E_USAGE;
	place = prime_place(index);
	tf_bn_to_bytes(k->buf, len, prime);
	e = tf_store_put(k->store, &place, k->buf, len);
	tf_wipe(k->buf, len);
	return e;
}

tf_err tf_keeper_primes(tf_keeper *k, tf_bn primes[static 4], unsigned *n)
{
	size_t len;
	tf_err e;

	for (*n = 0; *n < 4; ++*n) {
		tf_place place = prime_place(*n);

		e = tf_store_get(k->store, &place, k->buf, RECORD_MAX, &len);
		if (e == TF_E_NOT_FOUND)
			return TF_OK;
		TRY(e);
		e = tf_bn_from_bytes(&primes[*n], k->buf, len);
		tf_wipe(k->buf, len);
		TRY(e);
	}
	return TF_OK;
}

static tf_err store_moduli(tf_keeper *k, const tf_moduli *m)
{
	tf_record records[5];
	size_t len;
	tf_err e;

	TRY(tf_moduli_encode(k->buf, RECORD_MAX, &len, m, k->pr, &k->scratch));
	records[0] = (tf_record){ { table_of(TF_REC_OWN_MODULI), "own", "record" }, k->buf, len };
	for (unsigned i = 0; i < 4; i++)
		records[1 + i] = (tf_record){ .place = prime_place(i) };
	e = tf_store_put_all(k->store, records, TF_ARRAY_LEN(records));
	tf_wipe(k->buf, len);
	return e;
}

tf_err tf_keeper_moduli_make(tf_keeper *k, const tf_bn primes[static 4], uint64_t now_s,
                             const tf_rng *rng)
{
	tf_moduli *m;
	tf_err e;

	if (k->moduli)
		return TF_E_STATE;
	m = tf_guard_alloc(sizeof(*m));
	if (!m)
		return TF_E_RESOURCE;
	e = tf_moduli_make(m, k->pr, &primes[0], &primes[1], &primes[2], &primes[3], rng,
	                   &k->scratch);
	if (e == TF_OK) {
		m->generation = 1;
		m->created = now_s;
		e = store_moduli(k, m);
	}
	if (e != TF_OK) {
		tf_guard_release(m);
		return e;
	}
	k->moduli = m;
	return TF_OK;
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

const tf_key *tf_keeper_key(const tf_keeper *k, const uint8_t key_id[static 32])
{
	const held_key *h = find_key(k, key_id);

	return h ? &h->key : NULL;
}

const tf_key *tf_keeper_key_at(const tf_keeper *k, size_t i)
{
	return i < k->n_keys ? &k->keys[i]->key : NULL;
}

size_t tf_keeper_keys(const tf_keeper *k)
{
	return k->n_keys;
}

tf_err tf_keeper_certificate(const tf_keeper *k, const uint8_t key_id[static 32],
                             const uint8_t **p, size_t *len)
{
	const held_key *h = find_key(k, key_id);

	if (!h)
		return TF_E_NOT_FOUND;
	*p = h->certificate;
	*len = h->certificate_len;
	return TF_OK;
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
	size_t n = k->n_keys;

	if (!table_of(type) || type == TF_REC_OWN_MODULI)
		return TF_E_UNSUPPORTED;
	TRY(place_of(&place, row, type, key, key_len));
	TRY(tf_store_put(k->store, &place, record, len));
	TRY(take(k, type, record, len));
	return k->n_keys > n ? remove_stale(k, &k->keys[n]->key.sharing) : TF_OK;
}

/* ---- completing a pending share ---- */

/* A pending record that was read into k->record becomes a committed one in k->buf. */
static tf_err turn(tf_keeper *k, size_t *len, const tf_sharing *s, tf_blob certificate,
                   size_t record_len, tf_fault *fault)
{
	const tf_key *held = tf_keeper_key(k, s->key_id);

	if (held)
		return memcmp(held->sharing.sharing, s->sharing, 32) == 0 ? TF_E_DUPLICATE
		                                                          : TF_E_CONFLICT;
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
