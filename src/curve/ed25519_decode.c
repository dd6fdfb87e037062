/* Points out of their encodings, several at once: each takes four powers, one after the other, and
 * a kernel computes those of eight points side by side. */
#include <string.h>

#include "curve/ed25519_kernel.h"

/* A point on its way: a root of n/m is looked for, whose power is in the caller's arrays. */
typedef struct pending {
	tf_fe n, m;
	tf_fe x, y;
	tf_fe w;    /* a root of u */
	tf_fe down; /* (A + 2u - 2v/w) x */
	bool good;  /* so far */
} pending;

/* A step of each: takes the power that the step before has asked for, and asks for one, whose base
 * is out. */
typedef void (*step)(pending *p, tf_fe *out, const tf_fe *power, const uint8_t *in);

static void find_x(pending *p, tf_fe *out, const tf_fe *power, const uint8_t *in)
{
	static const tf_fe d = { { 0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029,
		                   0x739c663a03cbb, 0x52036cee2b6ff } };
	uint8_t again[32];

	(void)power;
	tf_fe_load(&p->y, in);
	tf_fe_store(again, &p->y);
	p->good = memcmp(again, in, 31) == 0 && again[31] == (in[31] & 0x7f);
	tf_fe_square(&p->n, &p->y);
	tf_fe_mul(&p->m, &p->n, &d);
	tf_fe_add(&p->m, &p->m, &tf_fe_one);
	tf_fe_sub(&p->n, &p->n, &tf_fe_one);
	tf_fe_ratio_base(out, &p->n, &p->m);
}

static void take_x(pending *p, const tf_fe *power, const uint8_t *in)
{
	static const tf_fe zero;
	uint8_t b[32];

	if (!tf_fe_ratio_root_vt(&p->x, &p->n, &p->m, power) || tf_fe_eq_vt(&p->x, &zero)) {
		p->good = false;
		return;
	}
	tf_fe_store(b, &p->x);
	if ((b[0] & 1) == in[31] >> 7)
		return;
	tf_fe_sub(&p->x, &zero, &p->x);
	tf_fe_mul(&p->x, &p->x, &tf_fe_one);
}

/* ---- the subgroup ---- */

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
static void ask_u(pending *p, tf_fe *out)
{
	tf_fe_add(&p->n, &tf_fe_one, &p->y);
	tf_fe_sub(&p->m, &tf_fe_one, &p->y);
	tf_fe_ratio_base(out, &p->n, &p->m);
}

static void find_w(pending *p, tf_fe *out, const tf_fe *power, const uint8_t *in)
{
	take_x(p, power, in);
	ask_u(p, out);
}

static void find_r(pending *p, tf_fe *out, const tf_fe *power, const uint8_t *in)
{
	static const tf_fe A = { { 486662 } };
	static const tf_fe c = { { 0x604aaff457e06, 0x2296fa350598d, 0x7f13dfb16874f,
		                   0x35de93d846e01, 0xf26edf460a00 } };
	tf_fe s, t;

	(void)in;
	p->good = tf_fe_ratio_root_vt(&p->w, &p->n, &p->m, power) && p->good;
	tf_fe_square(&s, &p->w);
	tf_fe_add(&s, &s, &s);
	tf_fe_add(&s, &s, &A);
	tf_fe_mul(&s, &s, &p->x); /* (A + 2u) x */
	tf_fe_mul(&t, &p->w, &c);
	tf_fe_add(&t, &t, &t); /* 2vx/w */
	tf_fe_add(&p->n, &s, &t);
	tf_fe_sub(&p->down, &s, &t);
	p->m = p->x;
	tf_fe_ratio_base(out, &p->n, &p->m);
}

/* rx; where r'^2 = iX for the X that is no square, r = r' (A^2 - 4)/X / root(i (A^2 - 4)) */
static void take_r(tf_fe *r, const pending *p, const tf_fe *power)
{
	/* 1 over a square root of i (A^2 - 4) */
	static const tf_fe other = { { 0x558b9a13c7d9a, 0x65ebe78d23f7, 0x2a0c2b38aafb0,
		                       0x3c7c1ee1f32f3, 0x13ba6c414f3d } };

	if (tf_fe_ratio_root_vt(r, &p->n, &p->m, power)) {
		tf_fe_mul(r, r, &p->x);
	} else {
		tf_fe_mul(r, r, &p->down);
		tf_fe_mul(r, r, &other);
	}
}

static void find_pairing(pending *p, tf_fe *out, const tf_fe *power, const uint8_t *in)
{
	static const tf_fe A = { { 486662 } };
	static const tf_fe a = { { 0x248ef9c884415, 0xe509526c7d34, 0x7d29bbd8d6847,
		                   0x157e10fd3bd6b, 0x6be4f497f9a9c } };
	static const tf_fe half = { { 0x7fffffffffff7, 0x7ffffffffffff, 0x7ffffffffffff,
		                      0x7ffffffffffff, 0x3ffffffffffff } };
	tf_fe r, s, t;

	(void)in;
	take_r(&r, p, power);
	tf_fe_mul(&t, &p->w, &p->x);
	tf_fe_add(&t, &t, &t);
	tf_fe_sub(&t, &r, &t);
	tf_fe_mul(&t, &t, &r);
	tf_fe_square(&s, &p->x);
	tf_fe_mul(&s, &s, &A);
	tf_fe_sub(&t, &t, &s);
	tf_fe_mul(&t, &t, &half); /* s x^2 */
	tf_fe_mul(&s, &a, &p->x);
	tf_fe_sub(&s, &r, &s);
	tf_fe_square(&s, &s); /* (r - a)^2 x^2 */
	tf_fe_mul(out, &t, &s);
	p->n = *out;
}

/* The power (p - 1)/4. */
static bool paired(const pending *p, const tf_fe *power)
{
	tf_fe s;

	tf_fe_square(&s, power);
	tf_fe_mul(&s, &s, &p->n);
	return tf_fe_eq_vt(&s, &tf_fe_one);
}

/* ---- one, or some ---- */

bool tf_ed_decode_vt(tf_ed *out, const uint8_t in[static 32])
{
	pending p;
	tf_fe base, power;

	find_x(&p, &base, NULL, in);
	if (!p.good)
		return false;
	tf_fe_pow_58(&power, &base);
	take_x(&p, &power, in);
	if (p.good)
		tf_ed_set_affine(out, &p.x, &p.y);
	return p.good;
}

bool tf_ed_prime_order_vt(const tf_ed *point)
{
	pending p = { .x = point->X, .y = point->Y, .good = true };
	tf_fe base, power;

	ask_u(&p, &base);
	tf_fe_pow_58(&power, &base);
	find_r(&p, &base, &power, NULL);
	if (!p.good)
		return false;
	tf_fe_pow_58(&power, &base);
	find_pairing(&p, &base, &power, NULL);
	tf_fe_pow_58(&power, &base);
	return paired(&p, &power);
}

bool tf_ed_decode_each_vt(const tf_ed_kernel *kernel, tf_fe *x, tf_fe *y,
                          const uint8_t *const *in, size_t n)
{
	static const step steps[] = { find_x, find_w, find_r, find_pairing };
	tf_fe base[TF_ED_EIGHT], power[TF_ED_EIGHT];
	pending p[TF_ED_EIGHT];
	bool good = true;

	for (size_t k = 0; k < TF_ARRAY_LEN(steps); k++) {
		for (size_t i = 0; i < n; i++)
			steps[k](&p[i], &base[i], &power[i], in[i]);
		kernel->pow_58(power, base, n);
	}
	for (size_t i = 0; i < n; i++) {
		good = good && p[i].good && paired(&p[i], &power[i]);
		x[i] = p[i].x;
		y[i] = p[i].y;
	}
	return good;
}
