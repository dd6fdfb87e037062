#include "daemon/idmap.h"

#include <stdlib.h>
#include <string.h>

#define FIRST 16u

/* Where it is, or where it would be. Half of the slots are free at least. */
static uint32_t *find(const tf_idmap *m, const uint8_t id[static 32])
{
	uint64_t at;

	memcpy(&at, id, sizeof(at));
	for (;; at++) {
		uint32_t *s = &m->slot[at & (m->slots - 1)];

		if (*s == 0 || memcmp(m->id[*s - 1], id, 32) == 0)
			return s;
	}
}

static tf_err grow(tf_idmap *m)
{
	size_t cap = m->cap ? 2 * m->cap : FIRST;
	uint8_t (*id)[32] = calloc(cap, sizeof(*id));
	uint32_t *slot = calloc(2 * cap, sizeof(*slot));

	if (!id || !slot) {
		free(id);
		free(slot);
		return TF_E_RESOURCE;
	}
	if (m->n)
		memcpy(id, m->id, m->n * sizeof(*id));
	free(m->id);
	free(m->slot);
	m->id = id;
	m->slot = slot;
	m->slots = 2 * cap;
	m->cap = cap;
	for (size_t i = 0; i < m->n; i++)
		*find(m, m->id[i]) = (uint32_t)(i + 1);
	return TF_OK;
}

tf_err tf_idmap_add(tf_idmap *m, const uint8_t id[static 32], size_t max)
{
	if (tf_idmap_find(m, id) < m->n)
		return TF_E_DUPLICATE;
	if (m->n >= max || m->n >= UINT32_MAX / 4)
		return TF_E_CAPACITY;
	if (m->n == m->cap)
		TRY(grow(m));
	memcpy(m->id[m->n++], id, 32);
	*find(m, id) = (uint32_t)m->n;
	return TF_OK;
}

size_t tf_idmap_find(const tf_idmap *m, const uint8_t id[static 32])
{
	uint32_t at = m->slots ? *find(m, id) : 0;

	return at ? at - 1 : m->n;
}

void tf_idmap_clear(tf_idmap *m)
{
	if (m->slot)
		memset(m->slot, 0, m->slots * sizeof(*m->slot));
	m->n = 0;
}

void tf_idmap_wipe(tf_idmap *m)
{
	free(m->id);
	free(m->slot);
	memset(m, 0, sizeof(*m));
}
