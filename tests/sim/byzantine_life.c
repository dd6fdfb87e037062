#include "sim/byzantine_life.h"

#include <stdlib.h>
#include <string.h>

life *lf;
life_flaw life_is;

static bool (*deeds)(cast *c, cast_mail *mail);

bool life_driven(unsigned i)
{
	return byz_it.evil >> i & 1;
}

/* ---- disks ---- */

life_file *life_find(unsigned i, uint16_t type, const uint8_t *key, size_t key_len)
{
	for (unsigned k = 0; k < LIFE_FILES; k++) {
		life_file *f = &lf->disk[i][k];

		if (f->bytes && f->type == type && f->key_len == key_len &&
		    memcmp(f->key, key, key_len) == 0)
			return f;
	}
	return NULL;
}

void life_erase(life_file *f)
{
	free(f->bytes);
	memset(f, 0, sizeof(*f));
}

void life_put(unsigned i, uint16_t type, const uint8_t *key, size_t key_len, const uint8_t *bytes,
              size_t len)
{
	life_file *f = life_find(i, type, key, key_len);
	unsigned k = 0;

	if (f)
		life_erase(f);
	while (k < LIFE_FILES && lf->disk[i][k].bytes)
		k++;
	CHECK(k < LIFE_FILES && key_len <= sizeof(f->key) && len > 0);
	f = &lf->disk[i][k];
	*f = (life_file){ .type = type, .key_len = key_len, .len = len, .bytes = malloc(len) };
	CHECK(f->bytes != NULL);
	memcpy(f->bytes, bytes, len);
	memcpy(f->key, key, key_len);
}

/* What the cast has written down. */
static void drain(void)
{
	cast *c = &lf->x.c;

	for (size_t k = 0; k < c->records; k++) {
		cast_record *r = &c->record[k];
		life_file *f = life_find(r->by - 1, r->type, r->key, r->key_len);

		if (r->len)
			life_put(r->by - 1, r->type, r->key, r->key_len, r->bytes, r->len);
		else if (f)
			life_erase(f);
		free(r->bytes);
	}
	c->records = c->burns = 0;
}

bool life_key(tf_key *out, tf_blob *certificate, unsigned i, const uint8_t *sharing)
{
	const life_file *f = life_find(i, TF_REC_KEY_SHARE, sharing, 32);

	if (!f)
		return false;
	CHECK_OK(tf_key_decode(out, certificate, lf->x.c.g, f->bytes, f->len, recast_scratch()));
	return out->state == TF_SHARE_COMMITTED;
}

/* NULL: none that is committed. */
static const life_file *committed(unsigned i, const uint8_t *sharing)
{
	life_file *f = life_find(i, TF_REC_KEY_SHARE, sharing, 32);
	tf_key k;

	if (f && !f->read && life_key(&k, NULL, i, sharing)) {
		CHECK_OK(tf_sharing_encode(NULL, NULL, f->hash, &k.sharing, lf->x.c.g,
		                           recast_scratch()));
		f->epoch = k.sharing.epoch;
		f->read = true;
	}
	return f && f->read ? f : NULL;
}

uint32_t life_epoch(unsigned i, const uint8_t *sharing)
{
	const life_file *f = committed(i, sharing);

	return f ? f->epoch : 0;
}

const uint8_t *life_hash(unsigned i, const uint8_t *sharing)
{
	const life_file *f = committed(i, sharing);

	return f ? f->hash : NULL;
}

const life_file *life_pending_file(unsigned i, const tf_attempt *a)
{
	uint8_t key[TF_ATTEMPT_SHARE_KEY];

	tf_attempt_share_key(key, a);
	return life_find(i, TF_REC_KEY_SHARE, key, sizeof(key));
}

bool life_pending(tf_key *out, unsigned i, const tf_attempt *a)
{
	const life_file *f = life_pending_file(i, a);

	if (!f)
		return false;
	CHECK_OK(tf_key_decode(out, NULL, lf->x.c.g, f->bytes, f->len, recast_scratch()));
	CHECK(out->state == TF_SHARE_PENDING);
	return true;
}

bool life_attempt(tf_attempt *out, unsigned i, const uint8_t hash[static 32])
{
	const life_file *f = life_find(i, TF_REC_ATTEMPT, hash, 32);

	if (!f)
		return false;
	CHECK_OK(tf_attempt_decode(out, lf->x.c.g, f->bytes, f->len, recast_scratch()));
	return true;
}

unsigned life_device(const char *name)
{
	for (unsigned i = 0; i < lf->n; i++)
		if (strcmp(lf->x.c.env[0].party[i].device, name) == 0)
			return i;
	tf_test_fail(__FILE__, __LINE__, "no device %s", name);
}

/* ---- what honest parties say of attempts ---- */

void life_says(unsigned i, const uint8_t hash[static 32], bool no)
{
	if (life_driven(i))
		return;
	for (size_t k = 0; k < lf->said_n; k++) {
		if (lf->said[k].by != i || memcmp(lf->said[k].hash, hash, 32) != 0)
			continue;
		if (lf->said[k].no != no)
			tf_test_fail(__FILE__, __LINE__, "party %u says yes and no", i + 1);
		return;
	}
	CHECK(lf->said_n < TF_ARRAY_LEN(lf->said));
	lf->said[lf->said_n].by = i;
	lf->said[lf->said_n].no = no;
	memcpy(lf->said[lf->said_n++].hash, hash, 32);
}

static void hear_acknowledgement(unsigned i, const tf_envelope *e)
{
	uint8_t room[256];
	tf_msg_reshare_ack m;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_wire_decode(&tf_msg_reshare_ack_wire, &m, &lf->x.c.run[i]->wire, &mem,
	                        e->payload.p, e->payload.len));
	life_says(i, m.certificate, false);
}

/* ---- sessions ---- */

void life_init(tf_curve_id curve, unsigned n)
{
	lf = tf_test_alloc(sizeof(*lf));
	lf->n = n;
	recast_init(&lf->x, n, curve);
	byz_cast(&lf->x.c);
	deeds = lf->x.c.rewrite;
}

void life_crowd(unsigned n)
{
	CHECK(n >= 2 && n <= lf->n);
	lf->x.c.n = n;
	for (unsigned i = 0; i < n; i++)
		lf->x.c.env[i].n = (uint16_t)n;
}

static bool is_acknowledgement(const cast_mail *mail)
{
	tf_envelope e;

	if (!cast_is(mail, TF_MSG_RESHARE_ACK, &e))
		return false;
	hear_acknowledgement(mail->from - 1, &e);
	return true;
}

static bool calm_sea(cast *c, cast_mail *mail)
{
	(void)c;
	(void)is_acknowledgement(mail);
	return true;
}

/* The deeds, and mail that comes never: acknowledgements of the honest, and more of those of the
 * driven, to some of the others. */
static bool weather(cast *c, cast_mail *mail)
{
	bool driven = life_driven(mail->from - 1), ack = is_acknowledgement(mail);

	if (ack && !driven && lf->lose && byz_below(&byz_it, lf->lose) == 0)
		return false;
	if (driven && lf->late && (!ack || byz_below(&byz_it, 3) == 0))
		return !ack;
	return deeds(c, mail);
}

/* What is sent is sent; nothing is written down. */
static void send_only(tf_outbox *out)
{
	size_t n = 0;

	for (size_t k = 0; k < out->count; k++)
		if (out->effect[k].kind == TF_EFFECT_SEND)
			out->effect[n++] = out->effect[k];
	out->count = n;
}

/* After its last step a party does some of what it was to do, and no more. */
static tf_err step(cast *c, unsigned i, const uint8_t *bytes, size_t len, tf_fault *fault)
{
	tf_err err = tf_rounds_step(c->run[i], bytes, len, &c->out[i], fault);

	if (lf->dies == i + 1 && lf->dies_in-- == 0) {
		if (life_is == LIFE_HASTY)
			send_only(&c->out[i]);
		else
			c->out[i].count = byz_below(&byz_it, c->out[i].count + 1);
		c->silent[i] = true;
	}
	return err;
}

void life_open(tf_run_sizes sizes)
{
	cast *c = &lf->x.c;

	lf->sessions++;
	c->delivered = c->posted; /* what is under way belongs to no session any more */
	c->retires = 0;
	cast_rooms(c, sizes);
	memset(c->fault, 0, sizeof(c->fault));
	for (unsigned i = 0; i < c->n; i++) {
		memset(c->env[i].sid, 0x51, sizeof(c->env[i].sid));
		c->env[i].sid[0] = (uint8_t)lf->sessions;
	}
	byz_session(&byz_it);
	c->step = step;
	lf->dies = lf->lose = 0;
	lf->late = false;
}

void life_sail(bool calm)
{
	cast *c = &lf->x.c;

	c->rewrite = calm ? calm_sea : weather;
	if (calm)
		cast_run(c);
	else
		byz_sail(&byz_it);
	drain();
}

/* ---- keys ---- */

static bool dealt(const tf_sharing *s)
{
	return s->sharing[0] == 0x77 && s->epoch == 4; /* by recast_deal, which signs nothing */
}

void life_right_key(unsigned i, const uint8_t *sharing)
{
	const cast *c = &lf->x.c;
	tf_sharing opened;
	tf_blob cert;
	tf_key k;
	tf_pt W;

	CHECK(life_key(&k, &cert, i, sharing));
	CHECK(tf_sharing_seat(&k.sharing, k.index) != NULL);
	CHECK(life_device(tf_sharing_seat(&k.sharing, k.index)->device) == i);
	CHECK_OK(tf_pt_mul_base(c->g, &W, &k.x));
	CHECK(tf_pt_eq(c->g, &W, &tf_sharing_seat(&k.sharing, k.index)->W));
	CHECK_OK(tf_sharing_check(&k.sharing, c->g, recast_scratch()));
	if (!dealt(&k.sharing))
		CHECK_OK(tf_sharing_open(&opened, c->g, cert.p, cert.len, recast_find, &lf->x,
		                         recast_scratch()));
}

void life_same_keys(const uint8_t *sharing)
{
	const uint8_t *first = NULL;

	for (unsigned i = 0; i < lf->n; i++) {
		const uint8_t *hash = life_driven(i) ? NULL : life_hash(i, sharing);

		if (first && hash && memcmp(first, hash, 32) != 0)
			tf_test_fail(__FILE__, __LINE__, "party %u has another key", i + 1);
		first = hash ? hash : first;
	}
}

bool life_everybody_has(const uint8_t *sharing)
{
	const uint8_t *first = life_hash(0, sharing);

	for (unsigned i = 0; i < lf->x.c.n; i++) {
		const uint8_t *hash = life_hash(i, sharing);

		if (!first || !hash || memcmp(first, hash, 32) != 0)
			return false;
	}
	return true;
}
