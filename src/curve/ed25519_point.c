#include "curve/ed25519_point.h"

#include <string.h>

#include "curve/ed25519_sum.h"

typedef struct table {
	cached p[TF_ED_EIGHT];
} table;

static void cached_wipe(cached *c)
{
	tf_wipe(c, sizeof(*c));
}

void tf_ed_set_neutral(tf_ed *out)
{
	memset(out, 0, sizeof(*out));
	out->Y = tf_fe_one;
	out->Z = tf_fe_one;
}

void tf_ed_neg(tf_ed *out, const tf_ed *p)
{
	static const tf_fe zero;

	*out = *p;
	tf_fe_sub(&out->X, &zero, &p->X);
	tf_fe_sub(&out->T, &zero, &p->T);
	tf_fe_mul(&out->X, &out->X, &tf_fe_one); /* short limbs again */
	tf_fe_mul(&out->T, &out->T, &tf_fe_one);
}

void tf_ed_add(tf_ed *out, const tf_ed *p, const tf_ed *q)
{
	cached c;

	cache(&c, q);
	add_cached(out, p, &c);
}

void tf_ed_set_affine(tf_ed *out, const tf_fe *x, const tf_fe *y)
{
	out->X = *x;
	out->Y = *y;
	out->Z = tf_fe_one;
	tf_fe_mul(&out->T, x, y);
}

void tf_ed_affine_vt(tf_fe *x, tf_fe *y, const tf_ed *p)
{
	tf_fe z;

	tf_fe_invert_vt(&z, &p->Z);
	tf_fe_mul(x, &p->X, &z);
	tf_fe_mul(y, &p->Y, &z);
}

void tf_ed_affine(tf_fe *x, tf_fe *y, const tf_ed *p)
{
	tf_fe z;

	tf_fe_invert(&z, &p->Z);
	tf_fe_mul(x, &p->X, &z);
	tf_fe_mul(y, &p->Y, &z);
}

/* ---- secret multiples ---- */

/* Written out: a loop keeps the sum in memory, at twice the time. */
TF_FE_INLINE merge(tf_fe *out, tf_ct here, const tf_fe *a)
{
	out->d[0] |= here & a->d[0];
	out->d[1] |= here & a->d[1];
	out->d[2] |= here & a->d[2];
	out->d[3] |= here & a->d[3];
	out->d[4] |= here & a->d[4];
}

/* The negative where asked for. */
static void turn(tf_ed_fixed *p, tf_ct minus)
{
	static const tf_fe zero;
	tf_fe t = p->plus;

	tf_fe_pick(&p->plus, minus, &p->minus);
	tf_fe_pick(&p->minus, minus, &t);
	tf_fe_sub(&t, &zero, &p->product);
	tf_fe_pick(&p->product, minus, &t);
	tf_wipe(&t, sizeof(t));
}

static tf_ct below_zero(int8_t digit)
{
	return tf_ct_mask((uint64_t)(uint8_t)digit >> 7);
}

static uint64_t size_of(int8_t digit, tf_ct minus)
{
	return ((uint64_t)(int64_t)digit ^ minus) - minus;
}

/* Which of 1 .. 8 it is, if any; returns whether it is none. */
static tf_ct locate(tf_ct here[static TF_ED_EIGHT], uint64_t size)
{
	for (unsigned i = 0; i < TF_ED_EIGHT; i++)
		here[i] = tf_ct_barrier(tf_ct_eq(size, i + 1));
	return tf_ct_barrier(tf_ct_is_zero(size));
}

/* digit times a point, by looking at every entry. */
static void pick_fixed(tf_ed_fixed *out, const tf_ed_fixed t[static TF_ED_EIGHT], int8_t digit)
{
	tf_ct here[TF_ED_EIGHT], minus = below_zero(digit);
	tf_ct none = locate(here, size_of(digit, minus));
	tf_ed_fixed r = { .plus = { { none & 1 } }, .minus = { { none & 1 } } };

	for (unsigned i = 0; i < TF_ED_EIGHT; i++)
		merge(&r.plus, here[i], &t[i].plus);
	for (unsigned i = 0; i < TF_ED_EIGHT; i++)
		merge(&r.minus, here[i], &t[i].minus);
	for (unsigned i = 0; i < TF_ED_EIGHT; i++)
		merge(&r.product, here[i], &t[i].product);
	turn(&r, minus);
	*out = r;
	tf_wipe(&r, sizeof(r));
	tf_wipe(here, sizeof(here));
}

static void pick_cached(cached *out, const table *t, int8_t digit)
{
	tf_ct here[TF_ED_EIGHT], minus = below_zero(digit);
	tf_ct none = locate(here, size_of(digit, minus));
	cached r = { .f = { .plus = { { none & 1 } }, .minus = { { none & 1 } } },
		     .zz = { { none & 2 } } };

	for (unsigned i = 0; i < TF_ED_EIGHT; i++)
		merge(&r.f.plus, here[i], &t->p[i].f.plus);
	for (unsigned i = 0; i < TF_ED_EIGHT; i++)
		merge(&r.f.minus, here[i], &t->p[i].f.minus);
	for (unsigned i = 0; i < TF_ED_EIGHT; i++)
		merge(&r.f.product, here[i], &t->p[i].f.product);
	for (unsigned i = 0; i < TF_ED_EIGHT; i++)
		merge(&r.zz, here[i], &t->p[i].zz);
	turn(&r.f, minus);
	*out = r;
	tf_wipe(&r, sizeof(r));
	tf_wipe(here, sizeof(here));
}

void tf_ed_mul_base(tf_ed *out, const uint64_t k[static 4])
{
	TF_AUTO(tf_ed_fixed) t;
	int8_t digit[DIGITS];

	recode(digit, k);
	tf_ed_set_neutral(out);
	for (unsigned j = 4; j-- > 0;) {
		if (j < 3)
			times_sixteen(out);
		for (unsigned i = 0; i < TF_ED_COMB; i++) {
			pick_fixed(&t, tf_ed_comb[i], digit[4 * i + j]);
			add_fixed(out, out, &t);
		}
	}
	tf_wipe(digit, sizeof(digit));
}

static void table_fill(table *t, const tf_ed *p)
{
	tf_ed q = *p;

	cache(&t->p[0], p);
	for (unsigned i = 1; i < TF_ED_EIGHT; i++) {
		add_cached(&q, &q, &t->p[0]);
		cache(&t->p[i], &q);
	}
}

void tf_ed_mul(tf_ed *out, const uint64_t k[static 4], const tf_ed *p)
{
	TF_AUTO(cached) c;
	int8_t digit[DIGITS];
	table t;

	recode(digit, k);
	table_fill(&t, p);
	tf_ed_set_neutral(out);
	for (unsigned i = DIGITS; i-- > 0;) {
		times_sixteen(out);
		pick_cached(&c, &t, digit[i]);
		add_cached(out, out, &c);
	}
	tf_wipe(digit, sizeof(digit));
}
