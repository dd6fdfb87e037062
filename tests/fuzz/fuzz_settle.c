/* A device settles an attempt to refresh a key, with its disk, and crashes. Three devices have
 * stopped behind their acknowledgements; of the second device there is a refusal, too. In the first
 * world that is a lie, in the second it has not acknowledged, and the third device's refusal lies.
 *
 * The bytes: which world (u8), what has not reached the device's disk (u8: 1 the pending share, 2
 * nor the attempt), then orders, each a byte:
 *
 *     0  show
 *     1  take     a blob (below)
 *     2  agreed
 *     3  commit
 *     4  refuse   u8 where, u8 xor: in name, hash and epoch of the attempt
 *     5  abort    a blob
 *     6  sweep
 *     7  work     all effects reach the disk
 *     8  crash    u8 how many effects have reached it; the device begins again
 *     9  damaged  u8 n, n times (u16 where, u8 xor): it begins with a damaged attempt once, and
 *                 then with that which it has
 *    10  forget
 *
 * A blob: u8 which (two certificates with one signature, one with all there are, two refusals, our
 * own refusal, or what we have shown), u8 n, n times (u16 where, u8 xor).
 *
 * Always: what was refused is never committed, nor the other way round; committed only if all three
 * have acknowledged, and with the share, which nothing has erased before; what was shown was ours
 * to show; who is named has said both things, and the file about it convicts; an error leaves no
 * effect. */
#include <string.h>

#include "fuzz.h"
#include "lib/stage_test.h"

#define CALLS 24u
#define BLOBS 7u
#define DEVICES 3u

typedef struct blob {
	uint8_t b[TF_KEY_RECORD_BYTES];
	size_t len;
} blob;

/* What there is of the attempt before the device begins. */
typedef struct world {
	blob attempt, pending;
	blob said[BLOBS]; /* 0, 1: what the two others show; 2: both; 3, 4: their refusals */
	tf_key_facts facts;
	bool honest[DEVICES + 1]; /* [party]: its refusal is true */
} world;

typedef struct input {
	const uint8_t *p;
	size_t len;
} input;

static stage s;
static world worlds[2];
static uint8_t *room; /* exact, for the sanitizer */

/* The device and its disk. */
static struct {
	const world *w;
	tf_machine *m;
	blob attempt, pending; /* len 0: none */
	bool committed;        /* the new share lies in the old one's place */
	bool refused;          /* the attempt on the disk is */
	blob says;             /* the refusal that waits for the disk */
	blob own, shown;       /* what it has said to others */
	bool trusts;           /* its records are as it wrote them */
	bool commits, refuses, forgets; /* what this machine has done with it */
} d;

static unsigned take(input *in)
{
	if (in->len == 0)
		return 0;
	in->len--;
	return *in->p++;
}

static void damage(uint8_t *p, size_t len, input *in)
{
	for (unsigned n = take(in) % 8; n-- > 0 && len > 0;) {
		size_t at = (take(in) << 8 | take(in)) % len;

		p[at] ^= (uint8_t)take(in);
	}
}

/* ---- worlds ---- */

static tf_settle_params params(unsigned i, tf_bytes attempt, tf_bytes pending, uint32_t committed)
{
	return (tf_settle_params){ .algorithm = s.alg, .device = s.name[i], .seed = s.seed[i],
	                           .roster = stage_roster(&s), .committed = committed,
	                           .attempt = attempt, .pending = pending };
}

static void keep(blob *out, tf_bytes r)
{
	ALWAYS(r.len > 0 && r.len <= sizeof(out->b));
	memcpy(out->b, r.p, r.len);
	out->len = r.len;
}

static tf_machine *settle(unsigned i, bool knows)
{
	tf_bytes none = { NULL, 0 };
	tf_settle_params p = params(i, none, none, 1);
	tf_machine *m = NULL;

	if (knows) {
		p.attempt = stage_record_find(&s, i, TF_RECORD_ATTEMPT, NULL, 0);
		p.pending = stage_key(&s, i);
	}
	ALWAYS(tf_settle_begin(&m, (tf_memory){ room, tf_settle_room() }, &p) == TF_OK);
	return m;
}

static void begin_refresh(void)
{
	size_t most = tf_reshare_room(STAGE_SMALL, s.alg, DEVICES);

	for (unsigned i = 0; i < DEVICES; i++) {
		tf_reshare_params p = { .change = TF_CHANGE_REFRESH, .key = stage_key(&s, i),
		                        .form = TF_FORM_THRESHOLD, .t = 2, .epoch = 2,
		                        .epoch_used = 1 };

		for (uint16_t j = 0; j < DEVICES; j++)
			p.seat[j] = (tf_seat_change){ (uint16_t)(j + 1), (uint16_t)(j + 1) };
		ALWAYS(tf_reshare_begin(&s.m[i], stage_lend(&s, i, most), &s.clique[i], &p) ==
		       TF_OK);
	}
}

static void refuse(blob *out, unsigned i, const tf_key_facts *facts)
{
	tf_machine *m = settle(i, false);

	ALWAYS(tf_settle_refuse(out->b, sizeof(out->b), &out->len, m, facts->sharing, 2,
	                        facts->hash) == TF_OK);
	tf_machine_wipe(m);
}

static void show(blob *out, unsigned i)
{
	tf_machine *m = settle(i, true);

	ALWAYS(tf_settle_show(out->b, sizeof(out->b), &out->len, m) == TF_OK);
	tf_machine_wipe(m);
}

/* silent: the second device has not heard the last proof, and acknowledges nothing. */
static void make_world(world *w, bool silent)
{
	stage_init(&s, DEVICES, TF_ALG_SCHNORR_ED25519);
	stage_keygen(&s, 2);
	begin_refresh();
	for (unsigned i = 0; i < DEVICES; i++) /* two broadcasts a round, and two shares in one */
		s.deaf_after[i] = silent && i == 1 ? 7 : 8;
	stage_run(&s);
	w->facts = stage_facts(&s, 0);
	ALWAYS(w->facts.epoch == 2 && !w->facts.committed);
	keep(&w->attempt, stage_record_find(&s, 0, TF_RECORD_ATTEMPT, NULL, 0));
	keep(&w->pending, stage_key(&s, 0));
	show(&w->said[1], 2);
	w->said[0] = w->said[1];
	w->said[2] = w->said[1];
	if (!silent) {
		tf_machine *m;

		show(&w->said[0], 1);
		m = settle(2, true);
		ALWAYS(tf_settle_take(m, w->said[0].b, w->said[0].len) == TF_OK);
		ALWAYS(tf_settle_show(w->said[2].b, sizeof(w->said[2].b), &w->said[2].len, m) ==
		       TF_OK);
		tf_machine_wipe(m);
	}
	refuse(&w->said[3], 1, &w->facts);
	refuse(&w->said[4], 2, &w->facts);
	w->honest[2] = silent;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	room = malloc(tf_settle_room());
	ALWAYS(room != NULL);
	make_world(&worlds[0], false);
	stage_free(&s);
	make_world(&worlds[1], true); /* names and identities are the same, and stay */
	return 0;
}

/* ---- the disk ---- */

static void persist(const tf_effect *e)
{
	if (e->type == TF_RECORD_ATTEMPT) {
		keep(&d.attempt, (tf_bytes){ e->data, e->len });
		if (d.refuses) {
			d.refused = true;
			d.own = d.says;
		}
		ALWAYS(!d.refused || !d.commits);
		return;
	}
	ALWAYS(e->type == TF_RECORD_KEY && e->key_len == 32 && d.commits && !d.refused);
	ALWAYS(memcmp(e->key, d.w->facts.sharing, 32) == 0);
	d.committed = true;
}

static void reach(const tf_effect *e)
{
	switch (e->kind) {
	case TF_EFFECT_PERSIST: persist(e); return;
	case TF_EFFECT_ERASE:
		ALWAYS(d.committed || d.refused || (d.forgets && e->type == TF_RECORD_KEY));
		(e->type == TF_RECORD_ATTEMPT ? &d.attempt : &d.pending)->len = 0;
		return;
	case TF_EFFECT_RETIRE: ALWAYS(d.committed && e->epoch == 2); return;
	case TF_EFFECT_SEND:
	case TF_EFFECT_BURN:
	case TF_EFFECT_DONE: ALWAYS(e->kind == TF_EFFECT_RETIRE); /* of no settlement */
	}
}

/* The first n of what waits. */
static void work_off(size_t n)
{
	const tf_effect *e;
	size_t all = tf_machine_effects(&e, d.m);

	for (size_t i = 0; i < all && i < n; i++)
		reach(&e[i]);
	tf_machine_clear(d.m);
}

static tf_bytes bytes(const blob *b)
{
	return (tf_bytes){ b->len ? b->b : NULL, b->len };
}

/* Begin from the disk; damaged: an attempt in place of the own one. */
static void begin(const blob *damaged)
{
	tf_settle_params p = params(0, bytes(damaged ? damaged : &d.attempt), bytes(&d.pending),
	                            d.committed ? 2 : 1);
	tf_err err;

	if (d.m)
		tf_machine_wipe(d.m);
	d.m = NULL;
	d.commits = d.refuses = d.forgets = false;
	d.trusts = !damaged;
	err = tf_settle_begin(&d.m, (tf_memory){ room, tf_settle_room() }, &p);
	if (err == TF_OK)
		return;
	ALWAYS(damaged && d.m == NULL);
	ALWAYS(err == TF_E_USAGE || tf_err_get_kind(err) == TF_KIND_ENCODING);
	begin(NULL);
}

/* ---- orders ---- */

static size_t effects(void)
{
	const tf_effect *e;

	return tf_machine_effects(&e, d.m);
}

/* A copy as long as what it holds; to be freed. */
static uint8_t *choose(size_t *len, unsigned *which, bool *whole, input *in)
{
	const blob *b;
	uint8_t *copy;

	*which = take(in) % BLOBS;
	b = *which == 5 ? &d.own : *which == 6 ? &d.shown : &d.w->said[*which];
	copy = malloc(b->len ? b->len : 1);
	ALWAYS(copy != NULL);
	memcpy(copy, b->b, b->len);
	damage(copy, b->len, in);
	*len = b->len;
	*whole = b->len > 0 && memcmp(copy, b->b, b->len) == 0;
	return copy;
}

static void order_show(void)
{
	blob b;
	tf_err err = tf_settle_show(b.b, sizeof(b.b), &b.len, d.m);

	ALWAYS(err == TF_OK || err == TF_E_STATE);
	if (!d.trusts || err != TF_OK)
		return;
	ALWAYS(!d.refuses && !d.refused && (d.pending.len > 0 || d.committed));
	d.shown = b;
}

/* Whoever is convicted has said both, and a file shows it. 0: nobody has said who. */
static void check_named(unsigned party)
{
	size_t size = tf_blame_size(d.m), len = 0, need;
	uint8_t *out = malloc(size), *scratch = malloc(size);
	tf_blame b;

	ALWAYS(size > 0 && out && scratch);
	ALWAYS(tf_blame_write(out, size, &len, d.m, (tf_memory){ scratch, size }) == TF_OK);
	free(scratch);
	need = tf_blame_room((tf_bytes){ out, len });
	scratch = malloc(need);
	ALWAYS(need > 0 && scratch);
	ALWAYS(tf_blame_verify(&b, (tf_bytes){ out, len }, (tf_memory){ scratch, need }) == TF_OK);
	for (unsigned i = 2; party == 0 && i <= DEVICES; i++)
		if (memcmp(b.identity, s.identity[i - 1], 32) == 0)
			party = i;
	ALWAYS(b.convicts && party >= 2 && memcmp(b.identity, s.identity[party - 1], 32) == 0);
	ALWAYS(!d.w->honest[party]);
	free(scratch);
	free(out);
}

static void order_take(input *in)
{
	unsigned which;
	bool whole;
	size_t len;
	uint8_t *p = choose(&len, &which, &whole, in);
	tf_err err = tf_settle_take(d.m, p, len);

	free(p);
	ALWAYS(err == TF_OK || err == TF_E_STATE || err == TF_E_SESSION || err == TF_E_TRUST ||
	       tf_err_get_kind(err) == TF_KIND_ENCODING);
	if (!d.trusts || err != TF_OK)
		return;
	ALWAYS(whole && which != 3 && which != 4 && which != 5);
	if (tf_blame_size(d.m) > 0)
		check_named(0);
}

static void order_commit(void)
{
	size_t before = effects();
	bool agreed = tf_settle_agreed(d.m);
	tf_err err = tf_settle_commit(d.m);

	ALWAYS(err == TF_OK || effects() == before);
	if (!d.trusts)
		return;
	ALWAYS(err == TF_OK || err == TF_E_STATE || err == TF_E_CAPACITY);
	if (err != TF_OK)
		return;
	ALWAYS(agreed && !d.refuses && !d.refused && d.pending.len > 0 && !d.committed);
	ALWAYS(d.w == &worlds[0]); /* in the other one nobody ever agrees */
	d.commits = true;
}

static void order_refuse(input *in)
{
	size_t before = effects(), at = take(in);
	uint8_t text[68], xor = (uint8_t)take(in);
	uint32_t epoch;
	blob b;
	tf_err err;

	memcpy(text, d.w->facts.sharing, 32);
	memcpy(text + 32, d.w->facts.hash, 32);
	memset(text + 64, 0, 4);
	text[67] = 2;
	text[at % sizeof(text)] ^= xor;
	epoch = (uint32_t)text[64] << 24 | (uint32_t)text[65] << 16 | (uint32_t)text[66] << 8 |
	        text[67];
	err = tf_settle_refuse(b.b, TF_ABORT_BYTES, &b.len, d.m, text, epoch, text + 32);
	ALWAYS(err == TF_OK || effects() == before);
	ALWAYS(err == TF_OK || err == TF_E_STATE || err == TF_E_CAPACITY || err == TF_E_USAGE);
	if (!d.trusts || err != TF_OK)
		return;
	ALWAYS(d.pending.len == 0 && d.shown.len == 0);
	if (xor == 0) {
		d.says = b;
		d.refuses = true;
	} else {
		tf_machine_clear(d.m); /* about something else, which this disk does not have */
	}
}

static void order_abort(input *in)
{
	size_t len, before = effects();
	unsigned which;
	bool whole;
	uint8_t *p = choose(&len, &which, &whole, in);
	tf_verdict v;
	tf_err err = tf_settle_abort(d.m, p, len, &v);

	free(p);
	ALWAYS(err == TF_OK || effects() == before);
	ALWAYS((err == TF_E_CONFLICT) == (v.party != TF_PARTY_NONE));
	if (!d.trusts)
		return;
	if (err == TF_E_CONFLICT) {
		ALWAYS(whole && (v.party == 2 || v.party == 3));
		check_named(v.party);
	}
	if (err != TF_OK)
		return;
	ALWAYS(whole && (which == 3 || which == 4) && !d.refuses && !d.commits && !d.committed);
}

static void order_forget(void)
{
	tf_err err = tf_settle_forget(d.m);

	ALWAYS(err == TF_OK || err == TF_E_STATE || err == TF_E_CAPACITY);
	d.forgets = d.forgets || err == TF_OK;
}

static void order_damaged(input *in)
{
	blob b = d.attempt;
	const uint8_t *before = d.attempt.b;

	damage(b.b, b.len, in);
	if (b.len && memcmp(b.b, before, b.len) != 0)
		begin(&b);
}

static void obey(unsigned order, input *in)
{
	switch (order) {
	case 0: order_show(); break;
	case 1: order_take(in); break;
	case 2: ALWAYS(!tf_settle_agreed(d.m) || !d.trusts || d.w == &worlds[0]); break;
	case 3: order_commit(); break;
	case 4: order_refuse(in); break;
	case 5: order_abort(in); break;
	case 6: ALWAYS(tf_settle_sweep(d.m) != TF_E_USAGE); break;
	case 7:
		if (d.trusts)
			work_off(SIZE_MAX);
		break;
	case 8:
		if (d.trusts)
			work_off(take(in) % 8);
		begin(NULL);
		break;
	case 9: order_damaged(in); break;
	case 10: order_forget(); break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	input in = { data, len };
	unsigned lost;

	memset(&d, 0, sizeof(d));
	d.w = &worlds[take(&in) % 2];
	lost = take(&in);
	if (!(lost & 3))
		d.pending = d.w->pending;
	if (!(lost & 2))
		d.attempt = d.w->attempt;
	begin(NULL);
	for (unsigned n = 0; in.len > 0 && n < CALLS; n++)
		obey(take(&in) % 11, &in);
	tf_machine_wipe(d.m);
	return 0;
}
