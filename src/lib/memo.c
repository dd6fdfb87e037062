#include <string.h>

#include "lib/impl.h"

#define ALIGNED(len) (((len) + 63u) & ~(size_t)63u)
#define START 64u /* alignment of what is lent */
#define MOST 65536u

static bool fits(const tf_memo_params *p)
{
	return p->seed && p->random.fill && p->peers <= MOST && p->nodes <= MOST &&
	       p->keys <= MOST;
}

size_t tf_memo_room(const tf_memo_params *p)
{
	if (!p || !fits(p))
		return 0;
	return START + ALIGNED(sizeof(tf_memo)) + ALIGNED(TF_GROUP_ROOM) +
	       ALIGNED(p->peers * sizeof(tf_memo_peer)) + ALIGNED(p->nodes * sizeof(tf_bip32_node)) +
	       ALIGNED(p->keys * sizeof(tf_key_memo));
}

static void *take(tf_arena *a, uint32_t count, size_t size)
{
	void *p = tf_arena_alloc(a, ALIGNED(count * size));

	if (p)
		memset(p, 0, count * size);
	return p;
}

static tf_err furnish(tf_memo *m, tf_arena *a, const tf_memo_params *p)
{
	const tf_rng rng = { p->random.fill, p->random.ctx };
	TF_AUTO(tf_secret) seed;
	tf_bip32_node *nodes;

	memcpy(seed.b, p->seed, sizeof(seed.b));
	tf_ct_classify(seed.b, sizeof(seed.b));
	tf_signer_init(&m->signer, &seed);
	m->peers = p->peers;
	m->keys = p->keys;
	m->peer = take(a, p->peers, sizeof(*m->peer));
	nodes = take(a, p->nodes, sizeof(*nodes));
	m->key = take(a, p->keys, sizeof(*m->key));
	if (!m->peer || !nodes || !m->key)
		return TF_E_CAPACITY;
	tf_bip32_nodes_init(&m->nodes, nodes, p->nodes);
	return tf_group_init(&m->g, (tf_curve_id)p->algorithm, &rng, a);
}

tf_err tf_memo_begin(tf_memo **out, tf_memory mem, const tf_memo_params *p)
{
	tf_memo *m;
	tf_arena a;
	tf_err err;

	if (!out || !p || !fits(p))
		return TF_E_USAGE;
	if (!mem.p || mem.len < tf_memo_room(p))
		return TF_E_CAPACITY;
	tf_arena_init(&a, mem.p, mem.len);
	m = tf_arena_alloc(&a, sizeof(*m));
	if (!m)
		return TF_E_CAPACITY;
	memset(m, 0, sizeof(*m));
	m->lent = a.cap;
	err = furnish(m, &a, p);
	tf_wipe_stack();
	if (err != TF_OK) {
		tf_memo_wipe(m);
		return err;
	}
	*out = m;
	return TF_OK;
}

void tf_memo_wipe(tf_memo *m)
{
	if (m)
		tf_wipe(m, m->lent);
}

/* ---- for machines ---- */

bool tf_memo_fits(const tf_memo *m, const tf_clique *c)
{
	TF_AUTO(tf_secret) seed;

	if (!m || (tf_curve_id)c->algorithm != tf_group_id(m->g))
		return false;
	memcpy(seed.b, c->seed, sizeof(seed.b));
	tf_ct_classify(seed.b, sizeof(seed.b));
	return tf_ct_reveal(tf_ct_bytes_eq(seed.b, m->signer.seed.b, sizeof(seed.b)));
}

const tf_ed_key *tf_memo_peer_key(tf_memo *m, const uint8_t identity[static 32],
                                  const tf_kernel *kernel)
{
	tf_memo_peer *oldest = m->peer;

	for (uint32_t i = 0; i < m->peers; i++) {
		tf_memo_peer *p = &m->peer[i];

		if (p->used && memcmp(p->key.pk, identity, sizeof(p->key.pk)) == 0 &&
		    p->key.kernel == tf_ed_kernel_of(kernel)) {
			p->used = ++m->clock;
			return &p->key;
		}
		if (p->used < oldest->used)
			oldest = p;
	}
	if (m->peers == 0)
		return NULL;
	tf_ed_key_init(&oldest->key, identity, kernel);
	oldest->used = ++m->clock;
	return &oldest->key;
}

tf_key_memo *tf_memo_key(tf_memo *m, const uint8_t record[static 32])
{
	tf_key_memo *oldest = m->key;

	for (uint32_t i = 0; i < m->keys; i++) {
		tf_key_memo *k = &m->key[i];

		if (k->used && memcmp(k->record, record, sizeof(k->record)) == 0) {
			k->used = ++m->clock;
			return k;
		}
		if (k->used < oldest->used)
			oldest = k;
	}
	if (m->keys == 0)
		return NULL;
	memset(oldest, 0, sizeof(*oldest));
	memcpy(oldest->record, record, sizeof(oldest->record));
	oldest->used = ++m->clock;
	return oldest;
}
