/* Modulus objects and single operations modulo them. */
#include "num/mont.h"
#include "num/power.h"

tf_err tf_mod_init(tf_mod *out, const tf_bn *m)
{
	uint32_t bits = tf_limbs_bits(m->d, m->n), n = tf_bn_limbs(bits);
	TF_AUTO(tf_wide) square;

	if (bits < 2 || !tf_ct_reveal(tf_bn_is_odd(m)))
		return TF_E_USAGE;
	if (!tf_limbs_supported(n))
		return TF_E_CAPACITY;
	out->m = *m;
	out->m.n = n;
	out->kind = TF_MOD_PLAIN;
	out->bits = bits;
	tf_bn_set_u64(&out->root, 0);
	out->m_inv = tf_limb_negative_inverse(m->d[0]);
	out->factors = NULL;

	memset(square.d, 0, 2 * n * sizeof(mp_limb_t));
	square.d[2 * n] = 1;
	tf_limbs_divmod(NULL, out->r2.d, square.d, 2 * (size_t)n + 1, out->m.d, n, bits);
	tf_bn_width(&out->r2, n);
	return TF_OK;
}

tf_err tf_mod_init_square(tf_mod *out, const tf_bn *n)
{
	TF_AUTO(tf_bn) root = *n;
	TF_AUTO(tf_bn) square;

	root.n = tf_bn_limbs(tf_limbs_bits(n->d, n->n));
	TRY(tf_bn_mul(&square, &root, &root));
	TRY(tf_mod_init(out, &square));
	out->kind = TF_MOD_SQUARE;
	out->root = root;
	return TF_OK;
}

static tf_err factors_fill(tf_mod_factors *f, const tf_bn *p, const tf_bn *q)
{
	TF_AUTO(tf_bn) one;

	TRY(tf_mod_init(&f->p1, p));
	TRY(tf_mod_init(&f->q1, q));
	if (f->p1.bits != f->q1.bits || tf_ct_reveal(tf_bn_eq(p, q)))
		return TF_E_USAGE;
	TRY(tf_mod_init_square(&f->p2, p));
	TRY(tf_mod_init_square(&f->q2, q));
	f->p = f->p1.m;
	f->q = f->q1.m;
	tf_bn_set_u64(&one, 1);
	(void)tf_bn_sub(&f->p_minus_1, &f->p, &one);
	(void)tf_bn_sub(&f->q_minus_1, &f->q, &one);
	TRY(tf_bn_mul(&f->p2_order, &f->p, &f->p_minus_1));
	TRY(tf_bn_mul(&f->q2_order, &f->q, &f->q_minus_1));
	TRY(tf_mod_inv(&f->q_inv_p, &f->q, &f->p1));
	return tf_mod_inv(&f->q2_inv_p2, &f->q2.m, &f->p2);
}

tf_err tf_mod_factors_init(tf_mod_factors *out, const tf_bn *p, const tf_bn *q)
{
	tf_err err = factors_fill(out, p, q);

	if (err != TF_OK)
		tf_mod_factors_wipe(out);
	return err;
}

void tf_mod_factors_wipe(tf_mod_factors *f)
{
	tf_wipe(f, sizeof(*f));
}

/* N = pq, and what is made of it, is published. */
static tf_err publish_product(tf_bn *n, const tf_mod_factors *f)
{
	TRY(tf_bn_mul(n, &f->p, &f->q));
	tf_ct_declassify(n, sizeof(*n));
	return TF_OK;
}

tf_err tf_mod_init_own(tf_mod *out, const tf_mod_factors *f)
{
	tf_bn n;

	TRY(publish_product(&n, f));
	TRY(tf_mod_init(out, &n));
	out->kind = TF_MOD_OWN;
	out->factors = f;
	return TF_OK;
}

tf_err tf_mod_init_own_square(tf_mod *out, const tf_mod_factors *f)
{
	tf_bn n;

	TRY(publish_product(&n, f));
	TRY(tf_mod_init_square(out, &n));
	out->kind = TF_MOD_OWN_SQUARE;
	out->factors = f;
	return TF_OK;
}

tf_err tf_mod_mul(tf_bn *out, const tf_bn *a, const tf_bn *b, const tf_mod *m)
{
	size_t n = m->m.n;
	TF_AUTO(tf_wide) t;
	TF_AUTO(tf_bn) x;

	if (!tf_limbs_supported(n))
		return TF_E_CAPACITY;
	tf_mont_mul(x.d, a->d, b->d, m, t.d);
	tf_mont_in(x.d, x.d, m, t.d);
	tf_limbs_reduce(out->d, 0, x.d, m->m.d, t.d, n);
	tf_bn_width(out, m->m.n);
	return TF_OK;
}

/* out = a - b mod m for a, b in [0, m). */
static void sub_mod(tf_bn *out, const tf_bn *a, const tf_bn *b, const tf_mod *m)
{
	mp_limb_t borrow;

	tf_bn_width(out, m->m.n);
	borrow = mpn_sub_n(out->d, a->d, b->d, (mp_size_t)m->m.n);
	(void)mpn_cnd_add_n(borrow, out->d, out->d, m->m.d, (mp_size_t)m->m.n);
}

/* From x = a^-1 mod N to x (2 - a x) = a^-1 mod N^2. */
static tf_err lift_inverse(tf_bn *out, const tf_bn *a, const tf_bn *x, const tf_mod *m)
{
	TF_AUTO(tf_bn) y;
	tf_bn two;

	tf_bn_set_u64(&two, 2);
	TRY(tf_mod_mul(&y, a, x, m));
	sub_mod(&y, &two, &y, m);
	return tf_mod_mul(out, &y, x, m);
}

tf_err tf_mod_inv(tf_bn *out, const tf_bn *a, const tf_mod *m)
{
	TF_AUTO(tf_bn) x;

	switch (m->kind) {
	case TF_MOD_PLAIN:
	case TF_MOD_OWN:
		return tf_bn_invert(out, a, &m->m);
	case TF_MOD_SQUARE:
	case TF_MOD_OWN_SQUARE:
		TRY(tf_bn_invert(&x, a, &m->root));
		return lift_inverse(out, a, &x, m);
	}
	return TF_E_USAGE;
}

tf_err tf_mod_inv_vt(tf_bn *out, const tf_bn *a, const tf_mod *m)
{
	tf_bn x;

	if (m->kind == TF_MOD_PLAIN || m->kind == TF_MOD_OWN)
		return tf_bn_invert_vt(out, a, &m->m);
	TRY(tf_bn_invert_vt(&x, a, &m->root));
	return lift_inverse(out, a, &x, m);
}

/* t = a, 2 n limbs; false if it has more. */
static bool spread(mp_limb_t *t, const tf_bn *a, size_t n)
{
	for (size_t i = 2 * n; i < a->n; i++)
		if (a->d[i])
			return false;
	for (size_t i = 0; i < 2 * n; i++)
		t[i] = i < a->n ? a->d[i] : 0;
	return true;
}

/* What Montgomery's reduction divides by is a unit. */
bool tf_mod_units_vt(const tf_bn *const *a, size_t n, const tf_mod *m)
{
	size_t len = m->m.n;
	tf_bn product, x;
	tf_wide t;

	tf_bn_set_u64(&product, 1);
	for (size_t i = 0; i < n; i++) {
		if (!spread(t.d, a[i], len))
			return false;
		tf_mont_redc(x.d, t.d, m);
		tf_mont_mul_vt(product.d, product.d, x.d, m, t.d);
	}
	tf_bn_width(&product, m->m.n);
	return tf_bn_coprime_vt(&product, &m->m);
}

/* 1, or a random unit. */
static tf_err first_factor(tf_bn *out, const tf_mod *m, const tf_rng *rng)
{
	if (rng)
		return tf_bn_random_unit(out, &m->m, rng);
	tf_bn_set_u64(out, 1);
	tf_bn_resize(out, m->m.n);
	return TF_OK;
}

/* A product with a uniform factor is uniform. */
static tf_err invert_product(tf_bn *product, const tf_mod *m, const tf_rng *rng)
{
	if (!rng)
		return tf_mod_inv(product, product, m);
	tf_ct_declassify(product, sizeof(*product));
	return tf_mod_inv_vt(product, product, m);
}

/* Montgomery's: out[i] is first the product of all before i. */
tf_err tf_mod_inv_many(tf_bn *out, const tf_bn *const *a, size_t n, const tf_mod *m,
                       const tf_rng *rng)
{
	TF_AUTO(tf_bn) product;

	if (n == 0)
		return TF_OK;
	TRY(first_factor(&product, m, rng));
	for (size_t i = 0; i < n; i++) {
		out[i] = product;
		TRY(tf_mod_mul(&product, &product, a[i], m));
	}
	TRY(invert_product(&product, m, rng));
	for (size_t i = n; i-- > 0;) {
		TRY(tf_mod_mul(&out[i], &out[i], &product, m));
		TRY(tf_mod_mul(&product, &product, a[i], m));
	}
	return TF_OK;
}

/* xq + Q ((xp - xq) Q^-1 mod P) for the coprime halves P, Q of m. */
static tf_err combine(tf_bn *out, const tf_mod *m, const tf_bn *xp, const tf_bn *xq,
                      const tf_mod *P, const tf_mod *Q, const tf_bn *q_inv)
{
	TF_AUTO(tf_bn) h;

	TRY(tf_bn_mod(&h, xq, &P->m));
	sub_mod(&h, xp, &h, P);
	TRY(tf_mod_mul(&h, &h, q_inv, P));
	TRY(tf_bn_mul(&h, &h, &Q->m));
	TRY(tf_bn_add(&h, &h, xq));
	tf_bn_resize(&h, m->m.n);
	*out = h;
	return TF_OK;
}

tf_err tf_mod_crt(tf_bn *out, const tf_mod *m, const tf_bn *xp, const tf_bn *xq)
{
	const tf_mod_factors *f = m->factors;

	switch (m->kind) {
	case TF_MOD_OWN:
		return combine(out, m, xp, xq, &f->p1, &f->q1, &f->q_inv_p);
	case TF_MOD_OWN_SQUARE:
		return combine(out, m, xp, xq, &f->p2, &f->q2, &f->q2_inv_p2);
	case TF_MOD_PLAIN:
	case TF_MOD_SQUARE:
		break;
	}
	return TF_E_USAGE;
}
