/* Powers modulo N or N^2 by the owner of N's factors: each half by itself, then CRT.
 *
 * Modulo a half (p, or p^2) a long exponent is first reduced modulo the order of the half's group
 * of units, p - 1 or p (p - 1). That is right for units only; a base divisible by p is replaced by
 * 1, and its true power (1, itself or 0) is put in afterwards, both by mask. A power with exponent
 * N modulo N^2 goes the short way: x^p mod p^2 depends on x mod p alone, so
 *
 *     r^N mod p^2 = (r^(q mod p-1) mod p)^p mod p^2        (docs/protocol.md 12, technique 1)
 *
 * and no base is an exception, since q mod p-1 is not 0.
 *
 * Both halves of several jobs go through the same steps side by side: reduce, inner powers modulo
 * p, products of powers modulo p or p^2, CRT.
 */
#include "num/limbs.h"
#include "num/power.h"

/* One half of an own modulus. */
typedef struct half {
	const tf_mod *m;     /* modulo p or p^2 */
	const tf_mod *prime; /* modulo p */
	const tf_bn *order;  /* of the units modulo m */
	const tf_bn *p, *p_minus_1, *other; /* p, p - 1, q */
	bool second;                        /* q's */
} half;

/* A half of a job: natural powers, and factors that are multiplied in at the end. */
typedef struct work {
	half h;
	tf_lane lane; /* modulo h.m, result in x */
	tf_bn x;
	tf_bn base[TF_POWERS_MAX], exp[TF_POWERS_MAX];
	bool nth[TF_POWERS_MAX]; /* base is still to be raised to exp modulo p */
	tf_bn inner[TF_POWERS_MAX]; /* to this */
	tf_bn factor[TF_POWERS_MAX];
	size_t factors;
} work;

/* The powers of a job, with inverses modulo N or N^2 of public bases. */
typedef struct given {
	tf_power p[TF_POWERS_MAX];
	tf_bn inv[TF_POWERS_MAX];
} given;

/* r^N mod p^2: the inner power is to come. */
static tf_err add_nth_power(work *w, const tf_power *p, size_t i)
{
	TRY(tf_bn_mod(&w->base[i], p->base, w->h.p));
	TRY(tf_bn_mod(&w->exp[i], w->h.other, w->h.p_minus_1));
	w->nth[i] = true;
	w->lane.p[i] = (tf_nat_power){ .base = &w->inner[i], .exp = w->h.p,
	                               .bits = w->h.prime->bits };
	return TF_OK;
}

/* The base divisible by p, as told in the chapter above; e is the exponent before its reduction. */
static tf_err split_off_nonunit(work *w, tf_bn *base, const tf_bn *e)
{
	TF_AUTO(tf_bn) rest;
	tf_bn *factor = &w->factor[w->factors++];
	tf_bn zero, one;
	tf_ct nonunit;

	tf_bn_set_u64(&zero, 0);
	tf_bn_set_u64(&one, 1);
	TRY(tf_bn_mod(&rest, base, w->h.p));
	nonunit = tf_bn_is_zero(&rest);
	tf_bn_select(factor, tf_bn_eq(e, &one), base, &zero);
	tf_bn_select(factor, ~nonunit | tf_bn_is_zero(e), &one, factor);
	tf_bn_select(base, nonunit, &one, base);
	return TF_OK;
}

/* A short signed exponent: base or inverse by its sign. */
static tf_err choose_base(tf_bn *base, const half *h, const tf_power *p)
{
	TF_AUTO(tf_bn) inverse;

	if (p->sign_public && !tf_ct_reveal(p->sgn->neg))
		return TF_OK;
	if (p->base_inv)
		TRY(tf_bn_mod(&inverse, p->base_inv, &h->m->m));
	else
		TRY(tf_mod_inv(&inverse, base, h->m));
	tf_bn_select(base, p->sgn->neg, &inverse, base);
	return TF_OK;
}

static tf_err refuse_nonunit(const tf_bn *base, const half *h)
{
	TF_AUTO(tf_bn) rest;

	TRY(tf_bn_mod(&rest, base, h->p));
	return tf_ct_reveal(tf_bn_is_zero(&rest)) ? TF_E_USAGE : TF_OK;
}

/* The exponent of the power that uses the same table, or NULL. */
static tf_bn *same_table(work *w, const tf_fixed *t)
{
	for (size_t i = 0; i < w->lane.n; i++)
		if (w->lane.p[i].fixed == t)
			return &w->exp[i];
	return NULL;
}

/* By a table of g modulo the half: g^(log exponent), added to what else is a power of g. */
static tf_err add_fixed(work *w, const tf_power *p)
{
	const tf_fixed *t = w->h.second ? p->fixed->other : p->fixed;
	uint32_t bits = tf_fixed_blocks(t, w->h.prime->bits) * t->span;
	tf_bn *sum = same_table(w, t);
	TF_AUTO(tf_bn) e;
	TF_AUTO(tf_bn) log;

	if (p->sgn)
		TRY(tf_int_mod(&e, p->sgn, w->h.order));
	else
		TRY(tf_bn_mod(&e, p->nat, w->h.order));
	if (p->log) {
		TRY(tf_bn_mod(&log, p->log, w->h.order));
		TRY(tf_bn_mul(&e, &e, &log));
	}
	if (sum)
		TRY(tf_bn_add(&e, &e, sum));
	else
		sum = &w->exp[w->lane.n];
	TRY(tf_bn_mod(sum, &e, w->h.order));
	if (sum == &w->exp[w->lane.n])
		w->lane.p[w->lane.n++] = (tf_nat_power){ .exp = sum, .bits = bits, .fixed = t };
	return TF_OK;
}

static tf_err add_power(work *w, const tf_power *p, size_t i)
{
	tf_bn *base = &w->base[i], *reduced = &w->exp[i];
	const half *h = &w->h;
	const tf_bn *exp = reduced;
	uint32_t bits = p->bits;

	TRY(tf_bn_mod(base, p->base, &h->m->m));
	if (p->sgn)
		TRY(refuse_nonunit(base, h));
	if (bits < h->m->bits) {
		exp = p->sgn ? &p->sgn->mag : p->nat;
		if (p->sgn)
			TRY(choose_base(base, h, p));
	} else if (p->sgn) {
		bits = h->m->bits;
		TRY(tf_int_mod(reduced, p->sgn, h->order));
	} else {
		bits = h->m->bits;
		TRY(split_off_nonunit(w, base, p->nat));
		TRY(tf_bn_mod(reduced, p->nat, h->order));
	}
	w->lane.p[i] = (tf_nat_power){ .base = base, .exp = exp, .bits = bits };
	return TF_OK;
}

/* Whether the exponent is N itself. That is no secret: encryption consists of N-th powers. */
static bool is_nth(const tf_mod *m, const tf_power *p)
{
	return m->kind == TF_MOD_OWN_SQUARE && p->nat && tf_ct_reveal(tf_bn_eq(p->nat, &m->root));
}

/* Both halves' tables must be of use. */
static bool uses_table(const tf_kernel *k, const tf_mod *m, const tf_power *p)
{
	return p->fixed && tf_fixed_fits(p->fixed, k, m->factors->p1.bits, false) &&
	       tf_fixed_fits(p->fixed->other, k, m->factors->q1.bits, false);
}

static tf_err half_begin(work *w, const half *h, const tf_own_job *j, const tf_kernel *k)
{
	w->h = *h;
	w->lane = (tf_lane){ .out = &w->x, .m = h->m, .secret = true };
	for (size_t i = 0; i < j->n; i++) {
		if (uses_table(k, j->m, &j->p[i]))
			TRY(add_fixed(w, &j->p[i]));
		else if (is_nth(j->m, &j->p[i]))
			TRY(add_nth_power(w, &j->p[i], w->lane.n++));
		else
			TRY(add_power(w, &j->p[i], w->lane.n++));
	}
	return TF_OK;
}

/* N is public, so the inverse of a public base is: cheaper than one for each half that must not
 * show p and q. Exponents that are to be reduced need none. */
static tf_err invert_public(given *g, const tf_own_job *j)
{
	const tf_mod_factors *f = j->m->factors;
	uint32_t most = j->m->kind == TF_MOD_OWN ? f->p1.bits : f->p2.bits;

	memcpy(g->p, j->p, j->n * sizeof(*g->p));
	for (size_t i = 0; i < j->n; i++) {
		tf_power *p = &g->p[i];

		if (!p->sgn || p->base_inv || p->bits >= most ||
		    (p->secrecy == TF_SECRET && !p->base_public))
			continue;
		TRY(tf_mod_inv_vt(&g->inv[i], p->base, j->m));
		p->base_inv = &g->inv[i];
	}
	return TF_OK;
}

static tf_err job_begin(work *wp, work *wq, const tf_own_job *j, const tf_kernel *k)
{
	const tf_mod_factors *f = j->m->factors;
	bool square = j->m->kind == TF_MOD_OWN_SQUARE;
	half hp = { square ? &f->p2 : &f->p1, &f->p1, square ? &f->p2_order : &f->p_minus_1,
	            &f->p, &f->p_minus_1, &f->q, false };
	half hq = { square ? &f->q2 : &f->q1, &f->q1, square ? &f->q2_order : &f->q_minus_1,
	            &f->q, &f->q_minus_1, &f->p, true };

	TRY(half_begin(wp, &hp, j, k));
	return half_begin(wq, &hq, j, k);
}

/* The inner powers of the N-th powers in place i. */
static tf_err inner_powers(const tf_kernel *k, work *w, size_t halves, size_t i, tf_arena *mem,
                           tf_lane_count *count)
{
	tf_lane lane[TF_LANES];
	size_t n = 0;

	for (size_t s = 0; s < halves; s++)
		if (w[s].nth[i])
			lane[n++] = (tf_lane){
				.out = &w[s].inner[i], .m = w[s].h.prime, .n = 1, .secret = true,
				.p = { { .base = &w[s].base[i], .exp = &w[s].exp[i],
				         .bits = w[s].h.prime->bits } },
			};
	return n ? tf_lanes_power(k, lane, n, mem, count) : TF_OK;
}

tf_err tf_power_own(const tf_kernel *k, const tf_own_job *job, size_t jobs, tf_arena *mem,
                    tf_lane_count *count)
{
	work *w = tf_arena_alloc(mem, 2 * jobs * sizeof(*w));
	given *g = tf_arena_alloc(mem, jobs * sizeof(*g));
	tf_lane lane[TF_LANES];

	if (!w || !g)
		return TF_E_CAPACITY;
	for (size_t i = 0; i < jobs; i++) {
		const tf_own_job j = { job[i].out, job[i].m, g[i].p, job[i].n };

		TRY(invert_public(&g[i], &job[i]));
		TRY(job_begin(&w[2 * i], &w[2 * i + 1], &j, k));
	}
	for (size_t i = 0; i < TF_POWERS_MAX; i++)
		TRY(inner_powers(k, w, 2 * jobs, i, mem, count));
	for (size_t i = 0; i < 2 * jobs; i++)
		lane[i] = w[i].lane;
	TRY(tf_lanes_power(k, lane, 2 * jobs, mem, count));
	for (size_t i = 0; i < 2 * jobs; i++)
		for (size_t f = 0; f < w[i].factors; f++)
			TRY(tf_mod_mul(&w[i].x, &w[i].x, &w[i].factor[f], w[i].h.m));
	for (size_t i = 0; i < jobs; i++)
		TRY(tf_mod_crt(job[i].out, job[i].m, &w[2 * i].x, &w[2 * i + 1].x));
	return TF_OK;
}
