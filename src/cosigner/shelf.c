#include "cosigner/shelf.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"
#include "seal/guard.h"

#define PLACES 64u

/* One device's. A place is free without a name; ours is called "". */
typedef struct place {
	bool taken, stale;
	char device[TF_CTL_NAME_MAX + 1];
	const tf_moduli *own;  /* ours: until tf_shelf_forget_own */
	tf_aux *aux;           /* a peer's: a copy, until its tables are there */
	tf_party_tables *t;    /* NULL: there are none yet */
	void *room;
	size_t bytes;
	unsigned lent;         /* to so many runs */
	uint64_t asked;        /* presignatures */
	uint64_t last;         /* when it was asked for last, in turns of the shelf */
} place;

struct tf_shelf {
	tf_shelf_options o;
	place place[PLACES];
	uint64_t turn;
	size_t bytes;
	place *making; /* by a worker */
	tf_party_tables *t;
	void *room;
	size_t len;
	tf_err err;
};

tf_err tf_shelf_new(tf_shelf **out, const tf_shelf_options *o)
{
	tf_shelf *s = calloc(1, sizeof(*s));

	if (!s)
		return TF_E_RESOURCE;
	s->o = *o;
	*out = s;
	return TF_OK;
}

static void clear(tf_shelf *s, place *p)
{
	s->bytes -= p->bytes;
	tf_guard_release(p->room);
	tf_guard_release(p->t);
	free(p->aux);
	*p = (place){ 0 };
}

void tf_shelf_free(tf_shelf *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < PLACES; i++)
		clear(s, &s->place[i]);
	free(s);
}

size_t tf_shelf_bytes(const tf_shelf *s)
{
	return s->bytes;
}

unsigned tf_shelf_count(const tf_shelf *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < PLACES; i++)
		n += s->place[i].t != NULL;
	return n;
}

/* ---- lending ---- */

static place *find(tf_shelf *s, const char *device)
{
	for (unsigned i = 0; i < PLACES; i++)
		if (s->place[i].taken && !s->place[i].stale &&
		    strcmp(s->place[i].device, device) == 0)
			return &s->place[i];
	return NULL;
}

/* Nobody has it: neither a run nor the worker. */
static bool is_loose(const tf_shelf *s, const place *p)
{
	return p->taken && p->lent == 0 && p != s->making;
}

/* The loose one that was asked for longest ago, of those that have tables or of all. */
static place *coldest(tf_shelf *s, bool with_tables)
{
	place *cold = NULL;

	for (unsigned i = 0; i < PLACES; i++) {
		place *p = &s->place[i];

		if (is_loose(s, p) && (!with_tables || p->t) && (!cold || p->last < cold->last))
			cold = p;
	}
	return cold;
}

static place *settle(tf_shelf *s, const char *device)
{
	place *p = NULL;

	for (unsigned i = 0; i < PLACES && !p; i++)
		if (!s->place[i].taken)
			p = &s->place[i];
	if (!p) {
		p = coldest(s, false);
		if (!p)
			return NULL;
		clear(s, p);
	}
	if (tf_name_copy(p->device, sizeof(p->device), device) != TF_OK)
		return NULL;
	p->taken = true;
	return p;
}

static bool fits(const place *p, const tf_shelf *s, const tf_moduli *own, const tf_aux *aux)
{
	const tf_paillier_pk *pk = own ? &own->sk.pk : &aux->pk;
	const tf_rp *rp = own ? &own->rp.pub : &aux->rp;

	if (p->t)
		return tf_party_tables_fit(p->t, pk, rp, s->o.kernel);
	return own ? p->own == own
	           : p->aux && tf_ct_reveal(tf_bn_eq(&p->aux->pk.n.m, &pk->n.m) &
	                                    tf_bn_eq(&p->aux->rp.n.m, &rp->n.m));
}

/* Of other moduli than the device has now: gone, or as soon as it is loose. */
static void retire(tf_shelf *s, place *p)
{
	if (is_loose(s, p))
		clear(s, p);
	else
		p->stale = true;
}

static place *ask(tf_shelf *s, const char *device, const tf_moduli *own, const tf_aux *aux)
{
	place *p = find(s, device);

	if (p && !fits(p, s, own, aux)) {
		retire(s, p);
		p = NULL;
	}
	if (p)
		return p;
	p = settle(s, device);
	if (!p)
		return NULL;
	p->own = own;
	if (aux) {
		p->aux = malloc(sizeof(*p->aux));
		if (!p->aux) {
			clear(s, p);
			return NULL;
		}
		*p->aux = *aux;
	}
	return p;
}

void tf_shelf_lend(tf_shelf *s, const tf_open *open, tf_session_args *args)
{
	s->turn++;
	for (uint16_t i = 0; i < open->n; i++) {
		bool self = i + 1 == open->self;
		place *p = ask(s, self ? "" : open->seat[i].device, self ? args->own : NULL,
		               self ? NULL : args->aux[i]);

		if (!p)
			continue;
		p->last = s->turn;
		p->asked += open->protocol == TF_PRESIGN ? open->batch : 1;
		if (!p->t)
			continue;
		args->tables[i] = p->t;
		p->lent++;
	}
}

void tf_shelf_return(tf_shelf *s, const tf_party_tables *const tables[static TF_PARTIES_MAX])
{
	for (unsigned i = 0; i < PLACES; i++) {
		place *p = &s->place[i];

		for (unsigned k = 0; p->t && k < TF_PARTIES_MAX; k++)
			p->lent -= tables[k] == p->t;
		if (p->stale && is_loose(s, p))
			clear(s, p);
	}
}

bool tf_shelf_forget_own(tf_shelf *s)
{
	for (unsigned i = 0; i < PLACES; i++)
		if (s->place[i].own && !is_loose(s, &s->place[i]))
			return false;
	for (unsigned i = 0; i < PLACES; i++)
		if (s->place[i].own)
			clear(s, &s->place[i]);
	return true;
}

/* ---- making ---- */

static void make(void *ctx)
{
	tf_shelf *s = ctx;
	const place *p = s->making;
	size_t scratch = TF_PARTY_TABLES_SCRATCH + 64;
	void *memory = tf_guard_alloc(scratch);
	tf_arena mem;

	s->err = TF_E_RESOURCE;
	if (!memory)
		return;
	tf_arena_init(&mem, memory, scratch);
	if (p->own)
		s->err = tf_party_tables_init_own(s->t, s->o.pr, p->own, s->o.kernel, s->o.rng,
		                                  s->room, s->len, &mem);
	else
		s->err = tf_party_tables_init(s->t, s->o.pr, p->aux, s->o.kernel, s->o.rng, s->room,
		                              s->len, &mem);
	tf_guard_release(memory);
}

static void drop_made(tf_shelf *s)
{
	tf_guard_release(s->room);
	tf_guard_release(s->t);
	s->room = NULL;
	s->t = NULL;
}

static void log_made(const place *p)
{
	tf_log_line l;

	tf_log_begin(&l, TF_LOG_INFO, "tables_made");
	tf_log_str(&l, "of", p->own ? "own moduli" : p->device);
	tf_log_u64(&l, "bytes", p->bytes);
	tf_log_end(&l);
}

static void made(void *ctx, bool ran)
{
	tf_shelf *s = ctx;
	place *p = s->making;

	s->making = NULL;
	if (!ran || s->err != TF_OK) {
		drop_made(s);
		p->asked = 0; /* again when it has been asked for as often */
		if (ran)
			tf_log(TF_LOG_WARN, "tables_not_made", "error", tf_err_name(s->err), NULL);
	} else {
		p->t = s->t;
		p->room = s->room;
		p->bytes = s->len + sizeof(*s->t);
		s->bytes += p->bytes;
		s->t = NULL;
		s->room = NULL;
		free(p->aux);
		p->aux = NULL;
		log_made(p);
	}
	if (p->stale)
		clear(s, p);
}

/* The hot one without tables that was asked for last. */
static place *wanted(tf_shelf *s)
{
	place *best = NULL;

	for (unsigned i = 0; i < PLACES; i++) {
		place *p = &s->place[i];

		if (p->taken && !p->stale && !p->t && p->asked >= TF_SHELF_HOT &&
		    (!best || p->last > best->last))
			best = p;
	}
	return best;
}

/* Room for so many bytes, by taking it from what is colder than p. */
static bool make_room(tf_shelf *s, const place *p, size_t bytes)
{
	if (bytes > s->o.bytes_max)
		return false;
	while (s->bytes + bytes > s->o.bytes_max) {
		place *cold = coldest(s, true);

		if (!cold || cold->last >= p->last)
			return false;
		clear(s, cold);
	}
	return true;
}

void tf_shelf_tick(tf_shelf *s)
{
	place *p = s->making ? NULL : wanted(s);

	if (!p || !s->o.idle(s->o.ctx))
		return;
	s->len = tf_party_tables_bytes(s->o.pr, p->own ? TF_OURS : TF_PEERS) + 64;
	if (!make_room(s, p, s->len + sizeof(*s->t)))
		return;
	s->room = tf_guard_alloc(s->len);
	s->t = tf_guard_alloc(sizeof(*s->t));
	s->making = p;
	if (!s->room || !s->t || tf_loop_job(s->o.loop, make, made, s) != TF_OK) {
		s->making = NULL;
		drop_made(s);
	}
}
