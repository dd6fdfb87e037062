/* Internal to num: Montgomery arithmetic on raw limbs modulo a tf_mod, R = 2^(64 n).
 *
 * Values in Montgomery form are below R, not necessarily below m: one subtraction on a carry keeps
 * them there, and only the way out reduces completely. t is scratch of tf_mont_scratch limbs.
 */
#ifndef TF_NUM_MONT_H
#define TF_NUM_MONT_H

#include "num/limbs.h"
#include "num/modexp.h"

/* Limbs of scratch for the functions below: a double-width product, and what GMP wants for it. */
static inline size_t tf_mont_scratch(size_t n)
{
	return 4 * n;
}

/* r = t / R mod m, below R; t: 2n limbs, destroyed. t < R^2. */
static inline void tf_mont_redc(mp_limb_t *r, mp_limb_t *t, const tf_mod *m)
{
	mp_size_t n = (mp_size_t)m->m.n;
	mp_limb_t carry;

	for (mp_size_t i = 0; i < n; i++)
		t[i] = mpn_addmul_1(t + i, m->m.d, n, t[i] * m->m_inv);
	carry = mpn_add_n(r, t + n, t, n);
	(void)mpn_cnd_sub_n(carry, r, r, m->m.d, n);
}

/* r = a b / R mod m; constant time. */
static inline void tf_mont_mul(mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b,
                               const tf_mod *m, mp_limb_t *t)
{
	mp_size_t n = (mp_size_t)m->m.n;

	mpn_sec_mul(t, a, n, b, n, t + 2 * n);
	tf_mont_redc(r, t, m);
}

static inline void tf_mont_sqr(mp_limb_t *r, const mp_limb_t *a, const tf_mod *m, mp_limb_t *t)
{
	mp_size_t n = (mp_size_t)m->m.n;

	mpn_sec_sqr(t, a, n, t + 2 * n);
	tf_mont_redc(r, t, m);
}

/* The same for public values: GMP may multiply by Karatsuba's method. */
static inline void tf_mont_mul_vt(mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b,
                                  const tf_mod *m, mp_limb_t *t)
{
	mpn_mul_n(t, a, b, (mp_size_t)m->m.n);
	tf_mont_redc(r, t, m);
}

static inline void tf_mont_sqr_vt(mp_limb_t *r, const mp_limb_t *a, const tf_mod *m, mp_limb_t *t)
{
	mpn_sqr(t, a, (mp_size_t)m->m.n);
	tf_mont_redc(r, t, m);
}

/* r = a R mod m for a < R. */
static inline void tf_mont_in(mp_limb_t *r, const mp_limb_t *a, const tf_mod *m, mp_limb_t *t)
{
	tf_mont_mul(r, a, m->r2.d, m, t);
}

/* r = a / R mod m, below m. */
static inline void tf_mont_out(mp_limb_t *r, const mp_limb_t *a, const tf_mod *m, mp_limb_t *t)
{
	size_t n = m->m.n;

	memcpy(t, a, n * sizeof(*t));
	memset(t + n, 0, n * sizeof(*t));
	tf_mont_redc(r, t, m);
	tf_limbs_reduce(r, 0, r, m->m.d, t, n);
}

#endif
