#include "paillier/randomiser.h"

/* Bases: enough that no character of small order is likely to be 1 on all of them. */
#define BASES_MIN 162u
/* Bits of all exponents beyond those of the group's order. */
#define SLACK 324u
#define TEETH 6u

/* The exponent of each base as long as goes with enough bases. */
static tf_bases_plan plan_for(uint32_t group_bits, const tf_kernel *kernel)
{
	uint32_t all = group_bits + SLACK, gap = all / BASES_MIN;

	return (tf_bases_plan){ TEETH, (all + TEETH * gap - 1) / (TEETH * gap), gap, kernel };
}

static uint32_t count(const tf_bases_plan *p)
{
	return p->teeth * p->blocks;
}

/* ---- one ---- */

static tf_err draw_plain(tf_randomiser *r, const tf_paillier_pk *pk, const tf_rng *rng, tf_batch *b)
{
	TRY(tf_bn_random_unit(&r->r, &pk->n.m, rng));
	tf_paillier_enc_start(b, &r->rn, pk, &r->r);
	return TF_OK;
}

/* Modulo N and N^2, or modulo a prime and its square: the same exponents. */
static tf_err draw_by(tf_bn *r, tf_bn *rn, tf_bn *x, const tf_randomiser_tables *t, unsigned i,
                      const tf_rng *rng, tf_batch *b)
{
	tf_power p = { .nat = x, .bits = t->bits, .secrecy = TF_SECRET, .fixed = &t->r[i] };

	TRY(tf_bn_random_bits(x, t->bits, rng));
	tf_batch_power(b, r, &t->m[i], &p, 1);
	p.fixed = &t->rn[i];
	tf_batch_power(b, rn, &t->m2[i], &p, 1);
	return TF_OK;
}

tf_err tf_randomiser_start(tf_randomiser *r, const tf_paillier_pk *pk, const tf_rng *rng,
                           tf_batch *b)
{
	const tf_randomiser_tables *t = pk->tables;

	if (!t)
		return draw_plain(r, pk, rng, b);
	TRY(draw_by(&r->r, &r->rn, &r->x[0], t, 0, rng, b));
	return t->own ? draw_by(&r->half[0], &r->half[1], &r->x[1], t, 1, rng, b) : TF_OK;
}

tf_err tf_randomiser_finish(tf_randomiser *r, const tf_paillier_pk *pk)
{
	if (pk->tables && pk->tables->own) {
		TRY(tf_mod_crt(&r->r, &pk->n, &r->r, &r->half[0]));
		TRY(tf_mod_crt(&r->rn, &pk->n2, &r->rn, &r->half[1]));
	}
	tf_wipe(r->x, sizeof(r->x));
	tf_wipe(r->half, sizeof(r->half));
	return TF_OK;
}

/* ---- tables ---- */

static size_t root_bytes(uint32_t bits, const tf_bases_plan *plan)
{
	return tf_bases_bytes_most(bits, plan);
}

static size_t bytes(uint32_t bits)
{
	const tf_bases_plan plan = plan_for(bits, NULL);

	return root_bytes(bits, &plan) + tf_bases_bytes_most(2 * bits, &plan);
}

size_t tf_randomiser_bytes(const tf_profile *pr)
{
	return bytes(2 * pr->prime_bits);
}

size_t tf_randomiser_bytes_own(const tf_profile *pr)
{
	return 2 * bytes(pr->prime_bits);
}

typedef struct bases {
	tf_bn *r, *rn;    /* modulo N, N^2 */
	tf_bn *low, *high; /* own: modulo a prime and its square */
} bases;

static tf_err draw_bases(bases *x, size_t n, const tf_paillier_pk *pk, const tf_kernel *kernel,
                         const tf_rng *rng, tf_arena *mem)
{
	size_t mark;
	tf_batch *b;
	tf_err err;

	x->r = tf_arena_alloc(mem, n * sizeof(*x->r));
	x->rn = tf_arena_alloc(mem, n * sizeof(*x->rn));
	if (!x->r || !x->rn)
		return TF_E_CAPACITY;
	mark = tf_arena_mark(mem);
	TRY(tf_batch_init_on(&b, mem, n, kernel));
	for (size_t i = 0; i < n; i++) {
		TRY(tf_bn_random_unit(&x->r[i], &pk->n.m, rng));
		tf_paillier_enc_start(b, &x->rn[i], pk, &x->r[i]);
	}
	err = tf_batch_run(b);
	tf_arena_release(mem, mark);
	return err;
}

/* Table i of these bases modulo m[i] and m2[i], in room and behind it. */
static tf_err make(tf_randomiser_tables *t, unsigned i, const tf_bn *low, const tf_bn *high,
                   const tf_bases_plan *plan, uint8_t *room, size_t len, tf_arena *mem)
{
	size_t part = root_bytes(t->m[i].bits, plan);

	if (len < part)
		return TF_E_CAPACITY;
	TRY(tf_fixed_init_bases(&t->r[i], &t->m[i], low, plan, room, part, mem));
	return tf_fixed_init_bases(&t->rn[i], &t->m2[i], high, plan, room + part, len - part, mem);
}

static tf_err init_peer(tf_randomiser_tables *out, const tf_paillier_pk *pk,
                        const tf_kernel *kernel, const tf_rng *rng, void *room, size_t len,
                        tf_arena *mem)
{
	const tf_bases_plan plan = plan_for(pk->n.bits, kernel);
	bases x;

	out->m[0] = pk->n;
	out->m2[0] = pk->n2;
	out->bits = count(&plan) * plan.gap;
	TRY(draw_bases(&x, count(&plan), pk, kernel, rng, mem));
	return make(out, 0, x.r, x.rn, &plan, room, len, mem);
}

/* A unit modulo N is one modulo p and one modulo q, independent of each other. */
static tf_err init_own(tf_randomiser_tables *out, const tf_paillier_pk *pk,
                       const tf_kernel *kernel, const tf_rng *rng, uint8_t *room, size_t len,
                       tf_arena *mem)
{
	const tf_mod_factors *f = pk->n.factors;
	const tf_bases_plan plan = plan_for(f->p1.bits, kernel);
	uint32_t n = count(&plan);
	size_t part = len / 2;
	bases x;

	out->own = true;
	out->m[0] = f->p1;
	out->m[1] = f->q1;
	out->m2[0] = f->p2;
	out->m2[1] = f->q2;
	out->bits = n * plan.gap;
	TRY(draw_bases(&x, n, pk, kernel, rng, mem));
	x.low = tf_arena_alloc(mem, n * sizeof(*x.low));
	x.high = tf_arena_alloc(mem, n * sizeof(*x.high));
	if (!x.low || !x.high)
		return TF_E_CAPACITY;
	for (unsigned i = 0; i < 2; i++) {
		for (uint32_t k = 0; k < n; k++) {
			TRY(tf_bn_mod(&x.low[k], &x.r[k], &out->m[i].m));
			TRY(tf_bn_mod(&x.high[k], &x.rn[k], &out->m2[i].m));
		}
		TRY(make(out, i, x.low, x.high, &plan, room + i * part, part, mem));
	}
	return TF_OK;
}

static tf_err init(tf_randomiser_tables *out, const tf_paillier_pk *pk, const tf_kernel *kernel,
                   const tf_rng *rng, void *room, size_t len, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err;

	*out = (tf_randomiser_tables){ 0 };
	err = pk->n.factors ? init_own(out, pk, kernel, rng, room, len, mem)
	                    : init_peer(out, pk, kernel, rng, room, len, mem);
	tf_arena_release(mem, mark);
	if (err != TF_OK) {
		tf_wipe(room, len);
		tf_randomiser_tables_wipe(out);
	}
	return err;
}

tf_err tf_randomiser_tables_init(tf_randomiser_tables *out, const tf_paillier_pk *pk,
                                 const tf_kernel *kernel, const tf_rng *rng, void *room, size_t len,
                                 tf_arena *mem)
{
	return pk->n.factors ? TF_E_USAGE : init(out, pk, kernel, rng, room, len, mem);
}

tf_err tf_randomiser_tables_init_own(tf_randomiser_tables *out, const tf_paillier_pk *pk,
                                     const tf_kernel *kernel, const tf_rng *rng, void *room,
                                     size_t len, tf_arena *mem)
{
	return pk->n.factors ? init(out, pk, kernel, rng, room, len, mem) : TF_E_USAGE;
}
