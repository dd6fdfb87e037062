/* The portable kernel's products of powers by tables (num/fixed.h). */
#include "num/mont.h"
#include "num/power.h"

static void product(mp_limb_t *acc, const mp_limb_t *x, const tf_lane *l, mp_limb_t *t)
{
	if (l->secret)
		tf_mont_mul(acc, acc, x, l->m, t);
	else
		tf_mont_mul_vt(acc, acc, x, l->m, t);
}

static void square(mp_limb_t *acc, const tf_lane *l, mp_limb_t *t)
{
	if (l->secret)
		tf_mont_sqr(acc, acc, l->m, t);
	else
		tf_mont_sqr_vt(acc, acc, l->m, t);
}

/* acc *= what bit `at` of each row of the exponent contributes. */
static void take(mp_limb_t *acc, const tf_lane *l, const tf_nat_power *p, uint32_t at,
                 mp_limb_t *pick, mp_limb_t *t)
{
	const tf_fixed *f = p->fixed;
	size_t n = l->m->m.n;

	for (uint32_t j = 0; j < tf_fixed_blocks(f, p->bits); j++) {
		size_t index = tf_fixed_index(p, j, at);

		if (l->secret)
			mpn_sec_tabselect(pick, (const mp_limb_t *)tf_fixed_entry(f, j, 0),
			                  (mp_size_t)n, (mp_size_t)1 << f->teeth,
			                  (mp_size_t)index);
		else
			memcpy(pick, tf_fixed_entry(f, j, index), n * sizeof(*pick));
		product(acc, pick, l, t);
	}
}

/* acc *= the entry that undoes a complement, or 1. */
static void undo(mp_limb_t *acc, const tf_lane *l, const tf_nat_power *p, mp_limb_t *pick,
                 mp_limb_t *t)
{
	const tf_fixed *f = p->fixed;

	tf_limbs_select(pick, p->neg,
	                (const mp_limb_t *)tf_fixed_undo(f, tf_fixed_blocks(f, p->bits) - 1),
	                (const mp_limb_t *)tf_fixed_undo(f, f->blocks), l->m->m.n);
	product(acc, pick, l, t);
}

/* Powers with tables. */
static tf_err by_tables(tf_bn *out, const tf_lane *l, tf_arena *mem)
{
	size_t n = l->m->m.n, bytes = n * sizeof(mp_limb_t);
	mp_limb_t *t = tf_arena_alloc(mem, tf_mont_scratch(n) * sizeof(*t));
	mp_limb_t *acc = tf_arena_alloc(mem, bytes), *pick = tf_arena_alloc(mem, bytes);
	uint32_t top = 0;

	if (!t || !acc || !pick)
		return TF_E_CAPACITY;
	acc[0] = 1;
	tf_mont_in(acc, acc, l->m, t);
	for (size_t k = 0; k < l->n; k++)
		if (l->p[k].fixed)
			top = tf_max_u32(top, l->p[k].fixed->gap);
	for (uint32_t at = top; at-- > 0;) {
		if (at + 1 < top)
			square(acc, l, t);
		for (size_t k = 0; k < l->n; k++)
			if (l->p[k].fixed && at < l->p[k].fixed->gap)
				take(acc, l, &l->p[k], at, pick, t);
	}
	for (size_t k = 0; k < l->n; k++)
		if (l->p[k].fixed && l->p[k].is_signed)
			undo(acc, l, &l->p[k], pick, t);
	tf_mont_out(out->d, acc, l->m, t);
	tf_bn_width(out, l->m->m.n);
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
