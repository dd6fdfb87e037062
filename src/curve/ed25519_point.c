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

void tf_ed_affine(tf_fe *x, tf_fe *y, const tf_ed *p)
{
	tf_fe z;

	tf_fe_invert(&z, &p->Z);
	tf_fe_mul(x, &p->X, &z);
	tf_fe_mul(y, &p->Y, &z);
}

/* ---- decoding ---- */

bool tf_ed_decode_vt(tf_ed *out, const uint8_t in[static 32])
{
	static const tf_fe d = { { 0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029,
		                   0x739c663a03cbb, 0x52036cee2b6ff } };
	static const tf_fe zero;
	tf_fe x, y, n, m;
	uint8_t again[32];

	tf_fe_load(&y, in);
	tf_fe_store(again, &y);
	if (memcmp(again, in, 31) != 0 || again[31] != (in[31] & 0x7f))
		return false;
	tf_fe_square(&n, &y);
	tf_fe_mul(&m, &n, &d);
	tf_fe_add(&m, &m, &tf_fe_one);
	tf_fe_sub(&n, &n, &tf_fe_one);
	if (!tf_fe_sqrt_ratio_vt(&x, &n, &m) || tf_fe_eq_vt(&x, &zero))
		return false;
	tf_fe_store(again, &x);
	if ((again[0] & 1) != in[31] >> 7) {
		tf_fe_sub(&x, &zero, &x);
		tf_fe_mul(&x, &x, &tf_fe_one);
	}
	tf_ed_set_affine(out, &x, &y);
	return true;
}

/* The points form a cyclic group of order 8L (there is one of order 2 only), so P is of the
 * subgroup if and only if P = 8S for some S. In Montgomery's form v^2 = u (u^2 + Au + 1) with
 * A = 486662, u = (1 + y)/(1 - y) and v = cu/x, c^2 = -(A + 2), where (0, 0) is the point of order
 * 2 and (1, a), a^2 = A + 2, one of order 4:
 *
 * - P = 2Q for some Q if and only if u is a square: descent by 2 looks at u and at u - e for the
 *   roots e of u^2 + Au + 1, which lie in the quadratic extension, where an element is a square if
 *   its norm is, which is v^2 / u here (Silverman, The Arithmetic of Elliptic Curves, X.1).
 * - Let u = w^2. The 2-isogeny with kernel (0, 0) and its dual take P back to Q through
 *   X = A + 2u + 2v/w or A + 2u - 2v/w. Their product is A^2 - 4, no square, so just one of them
 *   is a square r^2, and Q = (s, rs) with s = (r^2 - A - 2wr)/2 (Pornin, "Point-halving and
 *   subgroup membership in twisted Edwards curves", eprint 2022/1164). By the signs of w, r and v
 *   it is half of P or of -P, and differs from the other halves by the point of order 2, which is
 *   4 times another one: for the next question it does not matter which is taken.
 * - Q = 4S for some S if and only if its Tate pairing of order 4 with (1, a) is trivial, as 4
 *   divides p - 1 and there are no other points of order 4 (Koshelev, "Subgroup membership testing
 *   on elliptic curves via the Tate pairing", eprint 2022/037): if and only if
 *   (rs - as)^2 / s = s (r - a)^2 is a fourth power. It would be 0 for multiples of (1, a) only,
 *   and 2Q, being O or of order 2, would have x = 0.
 *
 * Fourth powers may be left away, so that x^4 saves the division of X by x. */
bool tf_ed_prime_order_vt(const tf_ed *p)
{
	static const tf_fe A = { { 486662 } };
	static const tf_fe a = { { 0x248ef9c884415, 0xe509526c7d34, 0x7d29bbd8d6847,
		                   0x157e10fd3bd6b, 0x6be4f497f9a9c } };
	static const tf_fe c = { { 0x604aaff457e06, 0x2296fa350598d, 0x7f13dfb16874f,
		                   0x35de93d846e01, 0xf26edf460a00 } };
	static const tf_fe half = { { 0x7fffffffffff7, 0x7ffffffffffff, 0x7ffffffffffff,
		                      0x7ffffffffffff, 0x3ffffffffffff } };
	/* 1 over a square root of i (A^2 - 4) */
	static const tf_fe other = { { 0x558b9a13c7d9a, 0x65ebe78d23f7, 0x2a0c2b38aafb0,
		                       0x3c7c1ee1f32f3, 0x13ba6c414f3d } };
	tf_fe w, r, s, t, up, down;

	tf_fe_add(&up, &tf_fe_one, &p->Y);
	tf_fe_sub(&down, &tf_fe_one, &p->Y);
	if (!tf_fe_sqrt_ratio_vt(&w, &up, &down))
		return false;
	tf_fe_square(&s, &w);
	tf_fe_add(&s, &s, &s);
	tf_fe_add(&s, &s, &A);
	tf_fe_mul(&s, &s, &p->X); /* (A + 2u) x */
	tf_fe_mul(&t, &w, &c);
	tf_fe_add(&t, &t, &t); /* 2vx/w */
	tf_fe_add(&up, &s, &t);
	tf_fe_sub(&down, &s, &t);
	/* rx; where r'^2 = iX for the X that is no square, r = r' (A^2 - 4)/X / root(i (A^2 - 4)) */
	if (tf_fe_sqrt_ratio_vt(&r, &up, &p->X)) {
		tf_fe_mul(&r, &r, &p->X);
	} else {
		tf_fe_mul(&r, &r, &down);
		tf_fe_mul(&r, &r, &other);
	}
	tf_fe_mul(&t, &w, &p->X);
	tf_fe_add(&t, &t, &t);
	tf_fe_sub(&t, &r, &t);
	tf_fe_mul(&t, &t, &r);
	tf_fe_square(&s, &p->X);
	tf_fe_mul(&s, &s, &A);
	tf_fe_sub(&t, &t, &s);
	tf_fe_mul(&t, &t, &half); /* s x^2 */
	tf_fe_mul(&s, &a, &p->X);
	tf_fe_sub(&s, &r, &s);
	tf_fe_square(&s, &s); /* (r - a)^2 x^2 */
	tf_fe_mul(&t, &t, &s);
	tf_fe_pow_58(&s, &t);
	tf_fe_square(&s, &s);
	tf_fe_mul(&s, &s, &t); /* the power (p - 1)/4 */
	return tf_fe_eq_vt(&s, &tf_fe_one);
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
