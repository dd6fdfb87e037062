#include "session/pool.h"

#include <string.h>

void tf_pool_init(tf_pool *p, tf_pool_entry *entries, size_t cap, size_t depth, uint64_t age)
{
	*p = (tf_pool){ .entry = entries, .cap = cap, .depth = depth, .age = age };
	if (cap)
		memset(entries, 0, cap * sizeof(*entries));
}

void tf_pool_wipe(tf_pool *p)
{
	if (p->entry)
		tf_wipe(p->entry, p->cap * sizeof(*p->entry));
}

static bool same_owner(const tf_pool_owner *a, const tf_pool_owner *b)
{
	return a->epoch == b->epoch && memcmp(a->sharing, b->sharing, 32) == 0 &&
	       memcmp(a->clique, b->clique, 32) == 0;
}

static tf_pool_entry *find(const tf_pool *p, const uint8_t id[static 32])
{
	for (size_t i = 0; i < p->cap; i++)
		if (p->entry[i].seq && memcmp(p->entry[i].id, id, 32) == 0)
			return &p->entry[i];
	return NULL;
}

static void empty(tf_pool_entry *e)
{
	tf_wipe(e, sizeof(*e));
}

static tf_pool_entry *room_for(tf_pool *p, const tf_pool_owner *owner)
{
	tf_pool_entry *room = NULL;
	size_t depth = 0;

	for (size_t i = 0; i < p->cap; i++) {
		if (p->entry[i].seq == 0)
			room = room ? room : &p->entry[i];
		else if (same_owner(&p->entry[i].owner, owner))
			depth++;
	}
	return depth < p->depth ? room : NULL;
}

/* A place for one that can be kept; it is filled but for the presignature. */
static tf_err make_entry(tf_pool_entry **out, tf_pool *p, uint64_t now, const tf_pool_owner *owner,
                         const uint8_t id[static 32])
{
	tf_pool_entry *e = room_for(p, owner);

	if (find(p, id))
		return TF_E_USAGE;
	if (!e)
		return TF_E_CAPACITY;
	e->seq = ++p->seq;
	e->made = now;
	e->owner = *owner;
	memcpy(e->id, id, sizeof(e->id));
	*out = e;
	return TF_OK;
}

tf_err tf_pool_put(tf_pool *p, uint64_t now, const tf_pool_owner *owner, tf_presig *presig)
{
	tf_pool_entry *e = NULL;
	tf_err err = TF_E_USAGE;

	if (presig->ready && presig->confirmed && memcmp(presig->clique, owner->clique, 32) == 0 &&
	    presig->n == owner->n)
		err = make_entry(&e, p, now, owner, presig->id);
	if (err == TF_OK)
		e->presig = *presig;
	tf_presig_wipe(presig);
	return err;
}

tf_err tf_pool_put_frost(tf_pool *p, uint64_t now, const tf_pool_owner *owner,
                         tf_frost_presig *nonces)
{
	tf_pool_entry *e = NULL;
	tf_err err = TF_E_USAGE;

	if (nonces->ready && nonces->confirmed && memcmp(nonces->clique, owner->clique, 32) == 0 &&
	    nonces->n == owner->n)
		err = make_entry(&e, p, now, owner, nonces->id);
	if (err == TF_OK) {
		e->frost = true;
		e->nonces = *nonces;
	}
	tf_frost_presig_wipe(nonces);
	return err;
}

const tf_pool_owner *tf_pool_find(const tf_pool *p, const uint8_t id[static 32])
{
	const tf_pool_entry *e = find(p, id);

	return e ? &e->owner : NULL;
}

/* Those of the same clique that are older. */
static void skip_older(tf_pool *p, const tf_pool_entry *e)
{
	for (size_t i = 0; i < p->cap; i++) {
		tf_pool_entry *other = &p->entry[i];

		if (other->seq && other->seq < e->seq && same_owner(&other->owner, &e->owner))
			empty(other);
	}
}

tf_err tf_pool_take(tf_presig *out, tf_pool *p, const uint8_t id[static 32])
{
	tf_pool_entry *e = find(p, id);

	if (!e || e->frost)
		return TF_E_NOT_FOUND;
	skip_older(p, e);
	*out = e->presig;
	empty(e);
	return TF_OK;
}

tf_err tf_pool_take_frost(tf_frost_presig *out, tf_pool *p, const uint8_t id[static 32])
{
	tf_pool_entry *e = find(p, id);

	if (!e || !e->frost)
		return TF_E_NOT_FOUND;
	skip_older(p, e);
	*out = e->nonces;
	empty(e);
	return TF_OK;
}

bool tf_pool_destroy(tf_pool *p, const uint8_t id[static 32])
{
	tf_pool_entry *e = find(p, id);

	if (!e)
		return false;
	empty(e);
	return true;
}

void tf_pool_drop_epoch(tf_pool *p, const uint8_t sharing[static 32], uint32_t below)
{
	for (size_t i = 0; i < p->cap; i++) {
		tf_pool_entry *e = &p->entry[i];

		if (e->seq && e->owner.epoch < below && memcmp(e->owner.sharing, sharing, 32) == 0)
			empty(e);
	}
}

static bool made_with(const tf_pool_owner *o, const char *device, const uint8_t *boot)
{
	for (unsigned i = 0; i < o->n; i++)
		if (strcmp(o->party[i].device, device) == 0)
			return !boot || memcmp(o->party[i].boot, boot, 16) != 0;
	return false;
}

void tf_pool_drop_device(tf_pool *p, const char *device, const uint8_t *boot)
{
	for (size_t i = 0; i < p->cap; i++)
		if (p->entry[i].seq && made_with(&p->entry[i].owner, device, boot))
			empty(&p->entry[i]);
}

void tf_pool_expire(tf_pool *p, uint64_t now)
{
	for (size_t i = 0; i < p->cap; i++)
		if (p->entry[i].seq && now > p->entry[i].made && now - p->entry[i].made > p->age)
			empty(&p->entry[i]);
}

const tf_pool_entry *tf_pool_next(const tf_pool *p, uint64_t *at)
{
	const tf_pool_entry *best = NULL;

	for (size_t i = 0; i < p->cap; i++) {
		const tf_pool_entry *e = &p->entry[i];

		if (e->seq > *at && (!best || e->seq < best->seq))
			best = e;
	}
	*at = best ? best->seq : UINT64_MAX;
	return best;
}

size_t tf_pool_list(const tf_pool *p, const tf_pool_entry *out[], size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < p->cap && n < cap; i++) {
		const tf_pool_entry *e = &p->entry[i];
		size_t at = e->seq ? n++ : 0;

		if (!e->seq)
			continue;
		for (; at > 0 && out[at - 1]->seq > e->seq; at--)
			out[at] = out[at - 1];
		out[at] = e;
	}
	return n;
}
