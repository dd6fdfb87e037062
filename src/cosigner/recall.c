#include "cosigner/recall.h"

#include <stdlib.h>
#include <string.h>

#include "seal/guard.h"

typedef struct table {
	tf_ed_key key;
	unsigned lent;
	uint64_t used; /* when; 0: empty */
} table;

struct tf_recall {
	const tf_kernel *kernel;
	table *table;
	size_t tables;
	uint64_t clock;
	tf_bip32_node *node; /* of both lots, guarded */
	tf_bip32_nodes desk, urgent;
};

tf_err tf_recall_new(tf_recall **out, const tf_kernel *kernel, size_t peers, size_t paths)
{
	tf_recall *r = calloc(1, sizeof(*r));

	if (!r)
		return TF_E_RESOURCE;
	r->table = calloc(peers ? peers : 1, sizeof(*r->table));
	r->node = tf_guard_alloc(2 * paths * sizeof(*r->node));
	if (!r->table || !r->node) {
		tf_recall_free(r);
		return TF_E_RESOURCE;
	}
	r->kernel = kernel;
	r->tables = peers;
	tf_bip32_nodes_init(&r->desk, r->node, paths);
	tf_bip32_nodes_init(&r->urgent, r->node + paths, paths);
	*out = r;
	return TF_OK;
}

void tf_recall_free(tf_recall *r)
{
	if (!r)
		return;
	tf_guard_release(r->node);
	free(r->table);
	free(r);
}

/* The table of this identity, or the one that makes room for it; NULL: all are lent. */
static table *find(tf_recall *r, const uint8_t identity[static 32])
{
	table *oldest = NULL;

	for (size_t i = 0; i < r->tables; i++) {
		table *t = &r->table[i];

		if (t->used && memcmp(t->key.pk, identity, sizeof(t->key.pk)) == 0)
			return t;
		if (!t->lent && (!oldest || t->used < oldest->used))
			oldest = t;
	}
	if (oldest)
		oldest->used = 0;
	return oldest;
}

const tf_ed_key *tf_recall_lend(tf_recall *r, const uint8_t identity[static 32])
{
	table *t = find(r, identity);

	if (!t)
		return NULL;
	if (!t->used)
		tf_ed_key_init(&t->key, identity, r->kernel);
	t->used = ++r->clock;
	if (!t->key.good)
		return NULL;
	t->lent++;
	return &t->key;
}

void tf_recall_return(tf_recall *r, const tf_ed_key *key)
{
	for (size_t i = 0; key && i < r->tables; i++)
		if (&r->table[i].key == key)
			r->table[i].lent--;
}

tf_bip32_nodes *tf_recall_desk(tf_recall *r)
{
	return &r->desk;
}

tf_bip32_nodes *tf_recall_urgent(tf_recall *r)
{
	return &r->urgent;
}
