#include "num/elems.h"

#include "num/mont.h"

static void product(mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b, const tf_elems *e)
{
	mp_size_t n = (mp_size_t)e->n;

	if (e->secret)
		mpn_sec_mul(r, a, n, b, n, e->t + 6 * n);
	else
		mpn_mul_n(r, a, b, n);
}

static void square(mp_limb_t *r, const mp_limb_t *a, const tf_elems *e)
{
	if (e->secret)
		mpn_sec_sqr(r, a, (mp_size_t)e->n, e->t + 6 * e->n);
	else
		mpn_sqr(r, a, (mp_size_t)e->n);
}

/* carry : r = (t + q N) / R for the q below R that makes it a whole number. t, 2n limbs, is
 * destroyed. */
static mp_limb_t reduce(mp_limb_t *r, mp_limb_t *q, mp_limb_t *t, const tf_elems *e)
{
	mp_size_t n = (mp_size_t)e->n;

	for (mp_size_t i = 0; i < n; i++) {
		q[i] = t[i] * e->n_inv;
		t[i] = mpn_addmul_1(t + i, e->m->root.d, n, q[i]);
	}
	return mpn_add_n(r, t + n, t, n);
}

/* r = (low + (top : cross) N) / R modulo N^2; low and cross, 2n limbs each, are destroyed, and
 * top : cross <= 2 (R - 1)^2. */
static void reduce_pair(mp_limb_t *r, mp_limb_t *low, mp_limb_t *cross, mp_limb_t top,
                        const tf_elems *e)
{
	mp_size_t n = (mp_size_t)e->n;
	mp_limb_t *r1 = r + n, above;

	above = reduce(r, e->q, low, e);
	(void)mpn_cnd_sub_n(above, r, r, e->m->root.d, n);
	/* C - q = (C + 1 - R) + (R - 1 - q) */
	mpn_com(e->q, e->q, n);
	above += mpn_add_n(e->q, e->q, e->c, n);
	above += mpn_add_n(cross, cross, e->q, n);

	top += reduce(r1, e->q, cross, e);
	top += mpn_sec_add_1(r1, r1, n, above, low);
	top -= mpn_submul_1(r1, e->k, n, top);
	(void)mpn_cnd_sub_n(top, r1, r1, e->k, n);
}

/* r = (a0 + a1 N) / R for the a0 in low and an a1 of n limbs, or 0 where it is NULL. */
static void split(mp_limb_t *r, mp_limb_t *low, const mp_limb_t *a1, const tf_elems *e)
{
	mp_limb_t *cross = low + 2 * e->n;

	memset(cross, 0, 2 * e->n * sizeof(*cross));
	if (a1)
		memcpy(cross, a1, e->n * sizeof(*cross));
	reduce_pair(r, low, cross, 0, e);
}

/* From what is known of N^2: r2 is R^4. */
static void constants(tf_elems *e)
{
	mp_size_t n = (mp_size_t)e->n;
	const mp_limb_t *N = e->m->root.d;

	e->n_inv = e->m->m_inv * N[0]; /* -(N^2)^-1 N */
	e->t[n] = 1;                   /* R */
	tf_limbs_divmod(NULL, e->c, e->t, e->n + 1, N, e->n, (e->m->bits + 1) / 2);
	(void)mpn_sub_n(e->c, N, e->c, n); /* C - R = N - (R mod N) */
	(void)mpn_sub_n(e->k, e->c, N, n);
	(void)mpn_sec_add_1(e->c, e->c, n, 1, e->t);
	memcpy(e->t, e->m->r2.d, e->len * sizeof(*e->t));
	split(e->in, e->t, NULL, e);
}

tf_err tf_elems_init(tf_elems *out, const tf_mod *m, bool secret, tf_arena *mem)
{
	*out = (tf_elems){ .m = m, .secret = secret, .len = m->m.n };
	out->pairs = m->kind == TF_MOD_SQUARE && m->m.n == 2 * m->root.n;
	out->n = out->pairs ? m->root.n : m->m.n;
	out->t = tf_arena_alloc(mem, 4 * out->len * sizeof(mp_limb_t));
	if (!out->t)
		return TF_E_CAPACITY;
	if (!out->pairs)
		return TF_OK;
	out->c = tf_arena_alloc(mem, out->n * sizeof(mp_limb_t));
	out->k = tf_arena_alloc(mem, out->n * sizeof(mp_limb_t));
	out->q = tf_arena_alloc(mem, out->n * sizeof(mp_limb_t));
	out->in = tf_arena_alloc(mem, out->len * sizeof(mp_limb_t));
	if (!out->c || !out->k || !out->q || !out->in)
		return TF_E_CAPACITY;
	constants(out);
	return TF_OK;
}

static void mul_pairs(mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b, const tf_elems *e)
{
	size_t n = e->n;
	mp_limb_t *low = e->t, *cross = e->t + 2 * n, *more = e->t + 4 * n, top;

	product(low, a, b, e);
	product(cross, a, b + n, e);
	product(more, a + n, b, e);
	top = mpn_add_n(cross, cross, more, 2 * (mp_size_t)n);
	reduce_pair(r, low, cross, top, e);
}

static void sqr_pair(mp_limb_t *r, const mp_limb_t *a, const tf_elems *e)
{
	size_t n = e->n;
	mp_limb_t *low = e->t, *cross = e->t + 2 * n, top;

	square(low, a, e);
	product(cross, a, a + n, e);
	top = mpn_lshift(cross, cross, 2 * (mp_size_t)n, 1);
	reduce_pair(r, low, cross, top, e);
}

void tf_elem_mul(mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b, const tf_elems *e)
{
	if (e->pairs)
		mul_pairs(r, a, b, e);
	else if (e->secret)
		tf_mont_mul(r, a, b, e->m, e->t);
	else
		tf_mont_mul_vt(r, a, b, e->m, e->t);
}

void tf_elem_sqr(mp_limb_t *r, const mp_limb_t *a, const tf_elems *e)
{
	if (e->pairs)
		sqr_pair(r, a, e);
	else if (e->secret)
		tf_mont_sqr(r, a, e->m, e->t);
	else
		tf_mont_sqr_vt(r, a, e->m, e->t);
}

void tf_elem_enter(mp_limb_t *r, const tf_bn *a, const tf_elems *e)
{
	if (!e->pairs) {
		tf_elem_mul(r, a->d, e->m->r2.d, e);
		return;
	}
	memcpy(e->t, a->d, e->len * sizeof(*e->t));
	split(r, e->t, NULL, e);
	mul_pairs(r, r, e->in, e);
}

void tf_elem_one(mp_limb_t *r, const tf_elems *e)
{
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	tf_elem_enter(r, &one, e);
}

/* out = low + high N modulo N^2, as the way out ends. */
static void join(tf_bn *out, const mp_limb_t *low, const mp_limb_t *high, const tf_elems *e)
{
	size_t n = e->n;
	mp_limb_t *x = e->t;

	memcpy(x, low, n * sizeof(*x));
	for (size_t i = 0; i < n; i++)
		x[n + i] = mpn_addmul_1(x + i, e->m->root.d, (mp_size_t)n, high[i]);
	tf_limbs_reduce(out->d, 0, x, e->m->m.d, x + 2 * n, 2 * n);
}

void tf_elem_leave(tf_bn *out, const mp_limb_t *a, const tf_elems *e)
{
	size_t n = e->n;
	mp_limb_t *r = e->t + 4 * n;

	if (e->pairs) {
		memcpy(e->t, a, n * sizeof(*a));
		memset(e->t + n, 0, n * sizeof(*a));
		split(r, e->t, a + n, e);
		join(out, r, r + n, e);
	} else {
		tf_mont_out(out->d, a, e->m, e->t);
	}
	tf_bn_width(out, e->m->m.n);
}
