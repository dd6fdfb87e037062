/* Sums of points, for the files that multiply. Not for others. */
#ifndef TF_CURVE_ED25519_SUM_H
#define TF_CURVE_ED25519_SUM_H

#include "curve/ed25519_point.h"

/* A point as it is added: see tf_ed_fixed, all times Z, and 2Z. */
typedef struct cached {
	tf_ed_fixed f;
	tf_fe zz;
} cached;

/* X = ef, Y = gh, Z = fg, T = eh */
typedef struct completed {
	tf_fe e, f, g, h;
} completed;

static const tf_fe tf_ed_two_d = { { 0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052,
	                             0x6738cc7407977, 0x2406d9dc56dff } };

/* ---- sums ---- */

TF_FE_INLINE finish(tf_ed *out, const completed *c)
{
	tf_fe_mul(&out->X, &c->e, &c->f);
	tf_fe_mul(&out->Y, &c->g, &c->h);
	tf_fe_mul(&out->Z, &c->f, &c->g);
	tf_fe_mul(&out->T, &c->e, &c->h);
}

/* Leaves T alone: what is doubled next needs none. */
TF_FE_INLINE finish_short(tf_ed *out, const completed *c)
{
	tf_fe_mul(&out->X, &c->e, &c->f);
	tf_fe_mul(&out->Y, &c->g, &c->h);
	tf_fe_mul(&out->Z, &c->f, &c->g);
}

/* p and q, whose 2 Z Z' is zz. */
TF_FE_INLINE sum_in(tf_ed *out, const tf_ed *p, const tf_ed_fixed *q, const tf_fe *zz)
{
	tf_fe a, b, t;
	completed c;

	tf_fe_sub(&a, &p->Y, &p->X);
	tf_fe_mul(&a, &a, &q->minus);
	tf_fe_add(&b, &p->Y, &p->X);
	tf_fe_mul(&b, &b, &q->plus);
	tf_fe_mul(&t, &p->T, &q->product);
	tf_fe_sub(&c.e, &b, &a);
	tf_fe_sub(&c.f, zz, &t);
	tf_fe_add(&c.g, zz, &t);
	tf_fe_add(&c.h, &b, &a);
	finish(out, &c);
}

static inline void add_fixed(tf_ed *out, const tf_ed *p, const tf_ed_fixed *q)
{
	tf_fe zz;

	tf_fe_add(&zz, &p->Z, &p->Z);
	sum_in(out, p, q, &zz);
}

static inline void add_cached(tf_ed *out, const tf_ed *p, const cached *q)
{
	tf_fe zz;

	tf_fe_mul(&zz, &p->Z, &q->zz);
	sum_in(out, p, &q->f, &zz);
}

/* Does not read T. */
TF_FE_INLINE twice_in(completed *c, const tf_ed *p)
{
	tf_fe xx, yy, zz, s;

	tf_fe_square(&xx, &p->X);
	tf_fe_square(&yy, &p->Y);
	tf_fe_square(&zz, &p->Z);
	tf_fe_add(&zz, &zz, &zz);
	tf_fe_add(&s, &p->X, &p->Y);
	tf_fe_square(&s, &s);
	tf_fe_add(&c->h, &xx, &yy);
	tf_fe_sub(&c->e, &c->h, &s);
	tf_fe_sub(&c->g, &xx, &yy);
	tf_fe_add(&c->f, &zz, &c->g);
}

static inline void twice(tf_ed *out, const tf_ed *p)
{
	completed c;

	twice_in(&c, p);
	finish(out, &c);
}

static inline void twice_short(tf_ed *out, const tf_ed *p)
{
	completed c;

	twice_in(&c, p);
	finish_short(out, &c);
}

static inline void times_sixteen(tf_ed *p)
{
	twice_short(p, p);
	twice_short(p, p);
	twice_short(p, p);
	twice(p, p);
}

static inline void cache(cached *out, const tf_ed *p)
{
	tf_fe_add(&out->f.plus, &p->Y, &p->X);
	tf_fe_sub(&out->f.minus, &p->Y, &p->X);
	tf_fe_mul(&out->f.product, &p->T, &tf_ed_two_d);
	tf_fe_add(&out->zz, &p->Z, &p->Z);
}

/* ---- digits ---- */

#define DIGITS 64u /* of a scalar: sixteenths, -8 .. 7 */

/* k = sum of digit[i] 16^i, for k below 2^253. */
static inline void recode(int8_t digit[static DIGITS], const uint64_t k[static 4])
{
	unsigned carry = 0;

	for (unsigned i = 0; i < DIGITS; i++) {
		unsigned d = (unsigned)(k[i / 16] >> 4 * (i % 16) & 15) + carry;

		carry = (d + 8) >> 4;
		digit[i] = (int8_t)((int)d - (int)(carry << 4));
	}
}

#endif
