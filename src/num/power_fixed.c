/* The portable kernel's products of powers by tables (num/fixed.h). */
#include "num/elems.h"
#include "num/limbs.h"
#include "num/power.h"

tf_err tf_fixed_power(tf_nat_power *out, tf_bn *exp, const tf_fixed *t, const tf_int *x,
                      uint32_t bits)
{
	uint32_t whole = tf_fixed_blocks(t, bits) * t->span;
	tf_bn top, one;

	tf_bn_set_u64(&one, 1);
	TRY(tf_bn_shl(&top, &one, whole));
	(void)tf_bn_sub(exp, &top, &x->mag);
	tf_bn_select(exp, x->neg, exp, &x->mag);
	*out = (tf_nat_power){ .exp = exp, .bits = whole, .fixed = t, .is_signed = true,
	                       .neg = x->neg };
	return TF_OK;
}

/* acc *= what bit `at` of each row of the exponent contributes. */
static void take(mp_limb_t *acc, const tf_elems *e, const tf_nat_power *p, uint32_t at,
                 mp_limb_t *pick)
{
	const tf_fixed *f = p->fixed;

	for (uint32_t j = 0; j < tf_fixed_blocks(f, p->bits); j++) {
		size_t index = tf_fixed_index(p, j, at);

		if (e->secret)
			mpn_sec_tabselect(pick, (const mp_limb_t *)tf_fixed_entry(f, j, 0),
			                  (mp_size_t)e->len, (mp_size_t)1 << f->teeth,
			                  (mp_size_t)index);
		else
			memcpy(pick, tf_fixed_entry(f, j, index), e->len * sizeof(*pick));
		tf_elem_mul(acc, acc, pick, e);
	}
}

/* acc *= the entry that undoes a complement, or 1. */
static void undo(mp_limb_t *acc, const tf_elems *e, const tf_nat_power *p, mp_limb_t *pick)
{
	const tf_fixed *f = p->fixed;

	tf_limbs_select(pick, p->neg,
	                (const mp_limb_t *)tf_fixed_undo(f, tf_fixed_blocks(f, p->bits) - 1),
	                (const mp_limb_t *)tf_fixed_undo(f, f->blocks), e->len);
	tf_elem_mul(acc, acc, pick, e);
}

/* Powers with tables. */
static tf_err by_tables(tf_bn *out, const tf_lane *l, tf_arena *mem)
{
	size_t bytes = l->m->m.n * sizeof(mp_limb_t);
	mp_limb_t *acc = tf_arena_alloc(mem, bytes), *pick = tf_arena_alloc(mem, bytes);
	uint32_t top = 0;
	tf_elems e;

	if (!acc || !pick)
		return TF_E_CAPACITY;
	TRY(tf_elems_init(&e, l->m, l->secret, mem));
	tf_elem_one(acc, &e);
	for (size_t k = 0; k < l->n; k++)
		if (l->p[k].fixed)
			top = tf_max_u32(top, l->p[k].fixed->gap);
	for (uint32_t at = top; at-- > 0;) {
		if (at + 1 < top)
			tf_elem_sqr(acc, acc, &e);
		for (size_t k = 0; k < l->n; k++)
			if (l->p[k].fixed && at < l->p[k].fixed->gap)
				take(acc, &e, &l->p[k], at, pick);
	}
	for (size_t k = 0; k < l->n; k++)
		if (l->p[k].fixed && l->p[k].is_signed)
			undo(acc, &e, &l->p[k], pick);
	tf_elem_leave(out, acc, &e);
	return TF_OK;
}

tf_err tf_power_fixed(const tf_lane *lane, tf_arena *mem)
{
	tf_nat_power rest[TF_POWERS_MAX];
	TF_AUTO(tf_bn) other;
	TF_AUTO(tf_bn) x;
	size_t n = 0;

	for (size_t k = 0; k < lane->n; k++)
		if (!lane->p[k].fixed)
			rest[n++] = lane->p[k];
	TRY(by_tables(&x, lane, mem));
	if (n == 0) {
		*lane->out = x;
		return TF_OK;
	}
	TRY(lane->secret ? tf_power_secret(&other, lane->m, rest, n, mem)
	                 : tf_power_public(&other, lane->m, rest, n, mem));
	return tf_mod_mul(lane->out, &x, &other, lane->m);
}
