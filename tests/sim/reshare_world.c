#include "sim/reshare_world.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

reshare_world *rw;

uint64_t rw_below(uint64_t n)
{
	uint64_t v;

	CHECK_OK(tf_rng_bytes(&rw->dice, &v, sizeof(v)));
	tf_ct_declassify(&v, sizeof(v));
	return v % n;
}

/* ---- disks ---- */

rw_file *rw_find(unsigned i, uint16_t type, const uint8_t *key, size_t key_len)
{
	for (unsigned k = 0; k < RW_FILES; k++) {
		rw_file *f = &rw->p[i].disk[k];

		if (f->bytes && f->type == type && f->key_len == key_len &&
		    memcmp(f->key, key, key_len) == 0)
			return f;
	}
	return NULL;
}

void rw_erase(rw_file *f)
{
	free(f->bytes);
	memset(f, 0, sizeof(*f));
}

void rw_put(unsigned i, uint16_t type, const uint8_t *key, size_t key_len,
                const uint8_t *bytes, size_t len)
{
	rw_file *f = rw_find(i, type, key, key_len);
	unsigned k = 0;

	if (f)
		rw_erase(f);
	while (k < RW_FILES && rw->p[i].disk[k].bytes)
		k++;
	CHECK(k < RW_FILES && key_len <= sizeof(f->key) && len > 0);
	f = &rw->p[i].disk[k];
	*f = (rw_file){ .type = type, .key_len = key_len, .len = len, .bytes = malloc(len) };
	CHECK(f->bytes != NULL);
	memcpy(f->bytes, bytes, len);
	memcpy(f->key, key, key_len);
}

/* The committed share of a sharing; false: none. */
bool rw_load_key(tf_key *out, tf_blob *certificate, unsigned i, const uint8_t *sharing)
{
	const rw_file *f = rw_find(i, TF_REC_KEY_SHARE, sharing, 32);

	if (!f)
		return false;
	CHECK_OK(tf_key_decode(out, certificate, rw->x.c.g, f->bytes, f->len, recast_scratch()));
	CHECK(out->state == TF_SHARE_COMMITTED);
	return true;
}

uint32_t rw_committed(unsigned i, const uint8_t *sharing)
{
	tf_key k;

	return rw_load_key(&k, NULL, i, sharing) ? k.sharing.epoch : 0;
}

bool rw_load_pending(tf_key *out, unsigned i, const tf_attempt *a)
{
	uint8_t key[TF_ATTEMPT_SHARE_KEY];
	const rw_file *f;

	tf_attempt_share_key(key, a);
	f = rw_find(i, TF_REC_KEY_SHARE, key, sizeof(key));
	if (!f)
		return false;
	CHECK_OK(tf_key_decode(out, NULL, rw->x.c.g, f->bytes, f->len, recast_scratch()));
	CHECK(out->state == TF_SHARE_PENDING);
	return true;
}

bool rw_load_attempt(tf_attempt *out, unsigned i, const uint8_t hash[static 32])
{
	const rw_file *f = rw_find(i, TF_REC_ATTEMPT, hash, 32);

	if (!f)
		return false;
	CHECK_OK(tf_attempt_decode(out, rw->x.c.g, f->bytes, f->len, recast_scratch()));
	return true;
}

/* ---- what must hold after every single effect ---- */

/* Does a party hold the share of this seat in exactly this certificate, pending or committed? */
static bool holds(unsigned i, const tf_sharing *s, const uint8_t hash[static 32])
{
	tf_attempt a = { .sharing = *s };
	uint8_t got[32];
	tf_key k;

	memcpy(a.hash, hash, 32);
	if (rw_load_pending(&k, i, &a))
		return true;
	if (!rw_load_key(&k, NULL, i, s->sharing))
		return false;
	CHECK_OK(tf_sharing_encode(NULL, NULL, got, &k.sharing, rw->x.c.g, recast_scratch()));
	return memcmp(got, hash, 32) == 0 || k.sharing.epoch > s->epoch;
}

unsigned rw_device(const char *device)
{
	for (unsigned i = 0; i < rw->n; i++)
		if (strcmp(rw->x.c.env[0].party[i].device, device) == 0)
			return i;
	tf_test_fail(__FILE__, __LINE__, "no device %s", device);
}

/* Somebody has committed this: all receivers have it, and nobody else's word is against it. */
static void check_committed(unsigned by, const tf_key *k)
{
	uint8_t hash[32];

	CHECK_OK(tf_sharing_encode(NULL, NULL, hash, &k->sharing, rw->x.c.g, recast_scratch()));
	for (unsigned s = 0; s < k->sharing.n; s++)
		CHECK(holds(rw_device(k->sharing.seat[s].device), &k->sharing, hash));
	for (unsigned i = 0; i < rw->n; i++) {
		tf_attempt a;

		if (rw_load_attempt(&a, i, hash))
			CHECK(a.state != TF_ATTEMPT_REFUSED && a.state != TF_ATTEMPT_ABORTED);
	}
	if (memcmp(k->sharing.sharing, rw->source, 32) == 0 && !rw->p[by].dead)
		CHECK(rw->p[by].pool == 0 || rw->p[by].pool >= k->sharing.epoch);
}

void rw_check_disks(void)
{
	for (unsigned i = 0; i < rw->n; i++) {
		tf_key k;

		for (unsigned f = 0; f < RW_FILES; f++) {
			const rw_file *at = &rw->p[i].disk[f];

			if (!at->bytes || at->type != TF_REC_KEY_SHARE || at->key_len != 32)
				continue;
			CHECK(rw_load_key(&k, NULL, i, at->key));
			if (k.sharing.epoch > rw->epoch ||
			    memcmp(k.sharing.sharing, rw->source, 32) != 0)
				check_committed(i, &k);
		}
		/* a share is replaced, never lost: whoever had one of the source has one */
		if (rw->x.args.role[i].deals)
			CHECK(rw_committed(i, rw->source) >= rw->epoch);
	}
}

/* ---- effects, one at a time ---- */

static void do_effect(unsigned i, const tf_effect *e)
{
	rw_party *p = &rw->p[i];
	rw_file *f;

	switch (e->kind) {
	case TF_EFFECT_SEND:
		for (unsigned j = 1; j <= rw->n; j++)
			if (j != i + 1 && (e->to == 0 || e->to == j))
				cast_post(&rw->x.c, i + 1, j, e->data, e->len);
		break;
	case TF_EFFECT_PERSIST:
		rw_put(i, e->type, e->key, e->key_len, e->data, e->len);
		break;
	case TF_EFFECT_ERASE:
		f = rw_find(i, e->type, e->key, e->key_len);
		if (f)
			rw_erase(f);
		break;
	case TF_EFFECT_RETIRE:
		if (memcmp(e->key, rw->source, 32) == 0 && p->pool < e->epoch)
			p->pool = 0;
		break;
	case TF_EFFECT_BURN:
		tf_test_fail(__FILE__, __LINE__, "nothing is burnt here");
	case TF_EFFECT_DONE:
		rw->x.c.done[i]++;
		break;
	}
}

static void die(unsigned i)
{
	rw->p[i].dead = true;
	rw->p[i].pool = 0;
	rw->deaths++;
}

/* The list, until it is done or the party dies in it. What it has not retired in memory by then
 * dies with the memory. */
void rw_work_off(unsigned i, tf_outbox *out)
{
	rw_party *p = &rw->p[i];

	for (size_t k = 0; k < out->count && !p->dead; k++) {
		if (p->effects == p->dies_at) {
			die(i);
			break;
		}
		do_effect(i, &out->effect[k]);
		p->effects++;
		/* RETIRE follows PERSIST of the share at once: both are one to the signer */
		if (out->effect[k].kind != TF_EFFECT_PERSIST || k + 1 == out->count ||
		    out->effect[k + 1].kind != TF_EFFECT_RETIRE)
			rw_check_disks();
	}
	tf_outbox_reset(out);
}

/* ---- a run ---- */

void rw_start(unsigned i)
{
	tf_reshare_args a = rw->x.args;
	tf_key k;

	a.env = &rw->x.c.env[i];
	a.share = NULL;
	if (a.role[i].deals) {
		CHECK(rw_load_key(&k, NULL, i, rw->source));
		CHECK(k.sharing.epoch == a.source->epoch);
		a.share = &k.x;
	}
	CHECK_OK(tf_reshare_start(&rw->x.run[i], &a, &rw->x.c.mem[i], &rw->x.c.out[i]));
	rw->x.c.run[i] = &rw->x.run[i].r;
	tf_key_wipe(&k);
	rw_work_off(i, &rw->x.c.out[i]);
}

static void deliver(const cast_mail *m)
{
	unsigned i = m->to - 1;
	tf_fault fault;
	tf_err err;

	if (rw->p[i].dead)
		return;
	err = tf_rounds_step(rw->x.c.run[i], m->bytes, m->len, &rw->x.c.out[i], &fault);
	CHECK(err == TF_OK && fault.party == TF_PARTY_NONE);
	rw_work_off(i, &rw->x.c.out[i]);
}

/* lose: one mail in so many; 0: none. */
void rw_sail(unsigned lose)
{
	cast *c = &rw->x.c;

	while (c->delivered < c->posted) {
		cast_mail *front = &c->mail[c->delivered];
		cast_mail *m = front + rw_below(c->posted - c->delivered), swap = *front;

		*front = *m;
		*m = swap;
		c->delivered++;
		if (lose && rw_below(lose) == 0)
			rw->lost++;
		else
			deliver(front);
	}
}

/* The session is over for everybody, and the dead come back with their disks. */
void rw_restart(void)
{
	cast *c = &rw->x.c;

	for (unsigned i = 0; i < rw->n; i++) {
		tf_reshare_wipe(&rw->x.run[i]);
		rw->p[i].dead = false;
		rw->p[i].effects = 0;
		rw->p[i].dies_at = RW_NEVER;
		c->run[i] = NULL;
	}
	for (size_t k = 0; k < c->posted; k++)
		free(c->mail[k].bytes);
	c->posted = c->delivered = 0;
}

void rw_open(void)
{
	cast_rooms(&rw->x.c, tf_reshare_sizes(&tf_profile_small, (uint16_t)rw->n));
	rw->runs++;
	for (unsigned i = 0; i < rw->n; i++) {
		rw->x.c.env[i].sid[0] = (uint8_t)rw->runs;
		rw->x.c.env[i].sid[1] = (uint8_t)(rw->runs >> 8);
		rw->p[i].pool = rw_committed(i, rw->source); /* whoever can sign has some */
	}
}
