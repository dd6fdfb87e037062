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
 */
#include "num/mont.h"
#include "num/power.h"

/* One half of an own modulus. */
typedef struct half {
	const tf_mod *m;     /* modulo p or p^2 */
	const tf_mod *prime; /* modulo p */
	const tf_bn *order;  /* of the units modulo m */
	const tf_bn *p, *p_minus_1, *other; /* p, p - 1, q */
} half;

/* Memory of one half: natural powers, and factors that are multiplied in at the end. */
typedef struct work {
	tf_nat_power power[TF_POWERS_MAX];
	tf_bn base[TF_POWERS_MAX], exp[TF_POWERS_MAX];
	size_t powers;
	tf_bn factor[TF_POWERS_MAX];
	size_t factors;
} work;

/* r^N mod p^2 as a factor. */
static tf_err add_nth_power(work *w, const half *h, const tf_power *p, tf_arena *mem)
{
	TF_AUTO(tf_bn) x;
	TF_AUTO(tf_bn) e;
	size_t mark = tf_arena_mark(mem);
	tf_err err;

	TRY(tf_bn_mod(&x, p->base, h->p));
	TRY(tf_bn_mod(&e, h->other, h->p_minus_1));
	err = tf_power_secret(&x, h->prime, &(tf_nat_power){ &x, &e, h->prime->bits }, 1, mem);
	tf_arena_release(mem, mark);
	TRY(err);
	err = tf_power_secret(&w->factor[w->factors++], h->m,
	                      &(tf_nat_power){ &x, h->p, h->prime->bits }, 1, mem);
	tf_arena_release(mem, mark);
	return err;
}

/* The base divisible by p, as told in the chapter above; e is the exponent before its reduction. */
static tf_err split_off_nonunit(work *w, const half *h, tf_bn *base, const tf_bn *e)
{
	TF_AUTO(tf_bn) rest;
	tf_bn *factor = &w->factor[w->factors++];
	tf_bn zero, one;
	tf_ct nonunit;

	tf_bn_set_u64(&zero, 0);
	tf_bn_set_u64(&one, 1);
	TRY(tf_bn_mod(&rest, base, h->p));
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

static tf_err add_power(work *w, const half *h, const tf_power *p)
{
	tf_bn *base = &w->base[w->powers], *reduced = &w->exp[w->powers];
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
		TRY(split_off_nonunit(w, h, base, p->nat));
		TRY(tf_bn_mod(reduced, p->nat, h->order));
	}
	w->power[w->powers++] = (tf_nat_power){ base, exp, bits };
	return TF_OK;
}

static tf_err half_power(tf_bn *out, const half *h, const tf_power *p, const bool *nth, size_t n,
                         tf_arena *mem)
{
	work *w = tf_arena_alloc(mem, sizeof(*w));

	if (!w)
		return TF_E_CAPACITY;
	for (size_t i = 0; i < n; i++) {
		if (nth[i])
			TRY(add_nth_power(w, h, &p[i], mem));
		else
			TRY(add_power(w, h, &p[i]));
	}
	if (w->powers)
		TRY(tf_power_secret(out, h->m, w->power, w->powers, mem));
	else
		*out = w->factor[--w->factors];
	for (size_t i = 0; i < w->factors; i++)
		TRY(tf_mod_mul(out, out, &w->factor[i], h->m));
	return TF_OK;
}

/* Whether the exponent is N itself. That is no secret: encryption consists of N-th powers. */
static bool is_nth(const tf_mod *m, const tf_power *p)
{
	return m->kind == TF_MOD_OWN_SQUARE && p->nat && tf_ct_reveal(tf_bn_eq(p->nat, &m->root));
}

tf_err tf_power_own(tf_bn *out, const tf_mod *m, const tf_power *p, size_t n, tf_arena *mem)
{
	const tf_mod_factors *f = m->factors;
	bool square = m->kind == TF_MOD_OWN_SQUARE;
	half hp = { square ? &f->p2 : &f->p1, &f->p1, square ? &f->p2_order : &f->p_minus_1,
	            &f->p, &f->p_minus_1, &f->q };
	half hq = { square ? &f->q2 : &f->q1, &f->q1, square ? &f->q2_order : &f->q_minus_1,
	            &f->q, &f->q_minus_1, &f->p };
	size_t mark = tf_arena_mark(mem);
	bool nth[TF_POWERS_MAX];
	TF_AUTO(tf_bn) xp;
	TF_AUTO(tf_bn) xq;
	tf_err err;

	for (size_t i = 0; i < n; i++)
		nth[i] = is_nth(m, &p[i]);
	err = half_power(&xp, &hp, p, nth, n, mem);
	tf_arena_release(mem, mark);
	TRY(err);
	TRY(half_power(&xq, &hq, p, nth, n, mem));
	return tf_mod_crt(out, m, &xp, &xq);
}
