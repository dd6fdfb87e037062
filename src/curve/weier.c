/* P-256 and STARK: y^2 = x^3 + a x + b over a prime field of at most 256 bits, of prime order.
 *
 * Coordinates are Montgomery's, tf_pt.b is x and y. Inside, points are projective (X : Y : Z) and
 * summed by the complete formulas of Renes, Costello and Batina (EUROCRYPT 2016, algorithms 1 and 3
 * for any a): one way for every pair of points, P + P, P - P and O included. So multiplications by
 * secrets take the same steps whatever the digits: windows of four bits, each read from its table
 * by looking at all sixteen entries.
 */
#include <string.h>

#include "curve/impl.h"

#define ENTRIES 16u
#define TABLES 16u          /* of the base: 16 bits apart */
#define TABLE_DIGITS 4u     /* windows that share a table */
#define NAF_DIGITS 257u
#define NAF_WIDTH 5u
#define NAF_ODD 8u          /* 1, 3 .. 15 */

#define P256_P { 0xffffffffffffffff, 0x00000000ffffffff, 0, 0xffffffff00000001 }
#define STARK_P { 1, 0, 0, 0x0800000000000011 } /* 2^251 + 17 2^192 + 1 */

typedef struct fe {
	uint64_t d[4];
} fe;

typedef struct point {
	fe X, Y, Z;
} point;

static void point_wipe(point *p)
{
	tf_wipe(p, sizeof(*p));
}

typedef struct table {
	point p[ENTRIES]; /* 0, 1 .. 15 times a point */
} table;

static void table_wipe(table *t)
{
	tf_wipe(t, sizeof(*t));
}

typedef struct weier {
	tf_field f;
	bool a_is_1; /* otherwise -3 */
	fe a, b, b3; /* 3 b */
	table base[TABLES]; /* of 2^(16 i) G */
} weier;

static const weier *curve_of(const tf_group *g)
{
	return g->impl;
}

/* ---- the two fields ----
 *
 * What is called some 5,000 times for a multiple is compiled for each curve, with its p as a
 * constant: most of its limbs are 0, 1 or -1. The rest uses weier.f. */

typedef struct shape {
	tf_field f; /* p and p_inv alone */
	bool a_is_1;
} shape;

static const shape p256_shape = {
	.f = { .p = P256_P, .p_inv = 1 }, .a_is_1 = false,
};
static const shape stark_shape = {
	.f = { .p = STARK_P, .p_inv = UINT64_MAX }, .a_is_1 = true,
};

#define INLINED static inline __attribute__((always_inline)) void

INLINED mul_in(const shape *c, fe *out, const fe *a, const fe *b)
{
	tf_field_mul(&c->f, out->d, a->d, b->d);
}

INLINED add_in(const shape *c, fe *out, const fe *a, const fe *b)
{
	tf_field_add(&c->f, out->d, a->d, b->d);
}

INLINED sub_in(const shape *c, fe *out, const fe *a, const fe *b)
{
	tf_field_sub(&c->f, out->d, a->d, b->d);
}

/* out = a x */
INLINED times_a(const shape *c, fe *out, const fe *x)
{
	static const fe zero;
	fe t;

	if (c->a_is_1) {
		*out = *x;
		return;
	}
	add_in(c, &t, x, x);
	add_in(c, &t, &t, x);
	sub_in(c, out, &zero, &t);
}

/* out = a y + b x, as (a + b)(x + y) less the products that are there already */
INLINED cross(const shape *c, fe *out, const fe *a, const fe *b, const fe *x, const fe *y,
              const fe *ax, const fe *by)
{
	fe left, right;

	add_in(c, &left, a, b);
	add_in(c, &right, x, y);
	mul_in(c, &left, &left, &right);
	add_in(c, &right, ax, by);
	sub_in(c, out, &left, &right);
}

/* RCB algorithm 1 */
INLINED sum_in(const shape *c, const fe *b3, point *out, const point *p, const point *q)
{
	fe xx, yy, zz, xy, xz, yz, u, v, w, s, t;

	mul_in(c, &xx, &p->X, &q->X);
	mul_in(c, &yy, &p->Y, &q->Y);
	mul_in(c, &zz, &p->Z, &q->Z);
	cross(c, &xy, &p->X, &p->Y, &q->X, &q->Y, &xx, &yy);
	cross(c, &xz, &p->X, &p->Z, &q->X, &q->Z, &xx, &zz);
	cross(c, &yz, &p->Y, &p->Z, &q->Y, &q->Z, &yy, &zz);
	times_a(c, &u, &xz);
	mul_in(c, &t, b3, &zz);
	add_in(c, &u, &u, &t); /* a xz + 3b zz */
	sub_in(c, &v, &yy, &u);
	add_in(c, &w, &yy, &u);
	add_in(c, &s, &xx, &xx);
	add_in(c, &s, &s, &xx);
	times_a(c, &t, &zz);
	add_in(c, &s, &s, &t); /* 3 xx + a zz */
	sub_in(c, &t, &xx, &t);
	times_a(c, &t, &t);
	mul_in(c, &xz, b3, &xz);
	add_in(c, &t, &t, &xz); /* a (xx - a zz) + 3b xz */
	mul_in(c, &xx, &s, &t);
	mul_in(c, &yy, &v, &w);
	add_in(c, &out->Y, &yy, &xx);
	mul_in(c, &xx, &xy, &v);
	mul_in(c, &yy, &yz, &t);
	sub_in(c, &out->X, &xx, &yy);
	mul_in(c, &xx, &yz, &w);
	mul_in(c, &yy, &xy, &s);
	add_in(c, &out->Z, &xx, &yy);
}

/* RCB algorithm 3 */
INLINED double_in(const shape *c, const fe *b3, point *out, const point *p)
{
	fe xx, yy, zz, xy, xz, yz, v, w, s, t;

	mul_in(c, &xx, &p->X, &p->X);
	mul_in(c, &yy, &p->Y, &p->Y);
	mul_in(c, &zz, &p->Z, &p->Z);
	mul_in(c, &xy, &p->X, &p->Y);
	add_in(c, &xy, &xy, &xy);
	mul_in(c, &xz, &p->X, &p->Z);
	add_in(c, &xz, &xz, &xz);
	mul_in(c, &yz, &p->Y, &p->Z);
	add_in(c, &yz, &yz, &yz);
	times_a(c, &s, &xz);
	mul_in(c, &t, b3, &zz);
	add_in(c, &s, &s, &t);
	sub_in(c, &v, &yy, &s);
	add_in(c, &w, &yy, &s);
	times_a(c, &s, &zz);
	sub_in(c, &t, &xx, &s);
	times_a(c, &t, &t);
	mul_in(c, &xz, b3, &xz);
	add_in(c, &t, &t, &xz); /* a (xx - a zz) + 3b xz */
	add_in(c, &s, &s, &xx);
	add_in(c, &s, &s, &xx);
	add_in(c, &s, &s, &xx); /* 3 xx + a zz */
	mul_in(c, &w, &v, &w);
	mul_in(c, &s, &s, &t);
	add_in(c, &out->Y, &w, &s);
	mul_in(c, &v, &xy, &v);
	mul_in(c, &t, &yz, &t);
	sub_in(c, &out->X, &v, &t);
	mul_in(c, &t, &yz, &yy);
	add_in(c, &t, &t, &t);
	add_in(c, &out->Z, &t, &t);
}

/* ---- points ---- */

static void set_zero(const weier *c, point *p)
{
	memset(p, 0, sizeof(*p));
	memcpy(p->Y.d, c->f.one, sizeof(p->Y.d));
}

static void point_add(const weier *c, point *out, const point *p, const point *q)
{
	if (c->a_is_1)
		sum_in(&stark_shape, &c->b3, out, p, q);
	else
		sum_in(&p256_shape, &c->b3, out, p, q);
}

static void point_double(const weier *c, point *out, const point *p)
{
	if (c->a_is_1)
		double_in(&stark_shape, &c->b3, out, p);
	else
		double_in(&p256_shape, &c->b3, out, p);
}

static void mul(const weier *c, fe *out, const fe *a, const fe *b)
{
	tf_field_mul(&c->f, out->d, a->d, b->d);
}

static void load(const weier *c, point *out, const tf_pt *p)
{
	memcpy(out->X.d, p->b, 32);
	memcpy(out->Y.d, p->b + 32, 32);
	memcpy(out->Z.d, c->f.one, 32);
}

/* The affine point, which is public from here on. */
static void store(const weier *c, tf_pt *out, const point *p)
{
	static const fe zero;
	fe z, x, y;

	memset(out, 0, sizeof(*out));
	if (tf_ct_reveal(tf_field_eq(p->Z.d, zero.d))) {
		out->identity = 1;
		return;
	}
	tf_field_pow(&c->f, z.d, p->Z.d, c->f.p_minus_2);
	mul(c, &x, &p->X, &z);
	mul(c, &y, &p->Y, &z);
	memcpy(out->b, x.d, 32);
	memcpy(out->b + 32, y.d, 32);
	tf_ct_declassify(out, sizeof(*out));
}

static void table_fill(const weier *c, table *t, const point *p)
{
	set_zero(c, &t->p[0]);
	t->p[1] = *p;
	for (unsigned i = 2; i < ENTRIES; i++)
		if (i % 2)
			point_add(c, &t->p[i], &t->p[i - 1], p);
		else
			point_double(c, &t->p[i], &t->p[i / 2]);
}

/* Entry `digit`, by looking at every one. */
static void table_pick(point *out, const table *t, uint64_t digit)
{
	memset(out, 0, sizeof(*out));
	for (unsigned i = 0; i < ENTRIES; i++) {
		tf_ct here = tf_ct_barrier(tf_ct_eq(digit, i));

		for (unsigned j = 0; j < 4; j++) {
			out->X.d[j] |= here & t->p[i].X.d[j];
			out->Y.d[j] |= here & t->p[i].Y.d[j];
			out->Z.d[j] |= here & t->p[i].Z.d[j];
		}
	}
}

/* Four bits of a big-endian number, number i from the least significant. */
static uint64_t window(const uint8_t k[static 32], unsigned i)
{
	return (uint64_t)k[31 - i / 2] >> (4 * (i % 2)) & 15;
}

/* ---- secret multiples ---- */

static void base_multiple(const weier *c, point *acc, const uint8_t k[static 32])
{
	TF_AUTO(point) t;

	set_zero(c, acc);
	for (unsigned j = TABLE_DIGITS; j-- > 0;) {
		for (unsigned i = 0; j < TABLE_DIGITS - 1 && i < 4; i++)
			point_double(c, acc, acc);
		for (unsigned i = 0; i < TABLES; i++) {
			table_pick(&t, &c->base[i], window(k, TABLE_DIGITS * i + j));
			point_add(c, acc, acc, &t);
		}
	}
}

static tf_err weier_mul_base(const tf_group *g, tf_pt *out, const uint8_t k[static 32])
{
	TF_AUTO(point) acc;

	base_multiple(curve_of(g), &acc, k);
	store(curve_of(g), out, &acc);
	return TF_OK;
}

static tf_err weier_mul(const tf_group *g, tf_pt *out, const uint8_t k[static 32], const tf_pt *p)
{
	const weier *c = curve_of(g);
	TF_AUTO(table) t;
	TF_AUTO(point) acc;
	TF_AUTO(point) one;

	load(c, &one, p);
	table_fill(c, &t, &one);
	table_pick(&acc, &t, window(k, 63));
	for (unsigned i = 63; i-- > 0;) {
		for (unsigned j = 0; j < 4; j++)
			point_double(c, &acc, &acc);
		table_pick(&one, &t, window(k, i));
		point_add(c, &acc, &acc, &one);
	}
	store(c, out, &acc);
	return TF_OK;
}

/* ---- public multiples ---- */

/* k = sum digit[i] 2^i, each digit 0 or odd and below 16 in size, four zeros after each. k is below
 * the order and so below 2^256 - 16: nothing is carried out of four limbs. */
static void naf(int8_t digit[static NAF_DIGITS], const uint8_t k[static 32])
{
	uint64_t v[4];

	tf_field_load(v, k);
	for (unsigned i = 0; i < NAF_DIGITS; i++) {
		int d = 0;

		if (v[0] & 1) {
			d = (int)(v[0] & ((1u << NAF_WIDTH) - 1));
			if (d > 1 << (NAF_WIDTH - 1))
				d -= 1 << NAF_WIDTH;
			if (d < 0)
				(void)tf_field_limbs_add(v, v, (const uint64_t[4]){ (uint64_t)-d });
			else
				v[0] -= (uint64_t)d;
		}
		digit[i] = (int8_t)d;
		for (unsigned j = 0; j < 4; j++)
			v[j] = v[j] >> 1 | (j < 3 ? v[j + 1] : 0) << 63;
	}
}

static void multiple_vt(const weier *c, point *acc, const uint8_t k[static 32], const tf_pt *p)
{
	static const fe zero;
	int8_t digit[NAF_DIGITS];
	point odd[NAF_ODD], twice;

	naf(digit, k);
	load(c, &odd[0], p);
	point_double(c, &twice, &odd[0]);
	for (unsigned i = 1; i < NAF_ODD; i++)
		point_add(c, &odd[i], &odd[i - 1], &twice);
	set_zero(c, acc);
	for (unsigned i = NAF_DIGITS; i-- > 0;) {
		point t;

		point_double(c, acc, acc);
		if (digit[i] == 0)
			continue;
		t = odd[(digit[i] < 0 ? -digit[i] : digit[i]) / 2];
		if (digit[i] < 0)
			tf_field_sub(&c->f, t.Y.d, zero.d, t.Y.d);
		point_add(c, acc, acc, &t);
	}
}

static tf_err weier_mul_vt(const tf_group *g, tf_pt *out, const uint8_t k[static 32],
                           const tf_pt *p)
{
	point acc;

	multiple_vt(curve_of(g), &acc, k, p);
	store(curve_of(g), out, &acc);
	return TF_OK;
}

static tf_err weier_mul2_vt(const tf_group *g, tf_pt *out, const uint8_t a[static 32],
                            const uint8_t b[static 32], const tf_pt *p)
{
	point acc, t;

	multiple_vt(curve_of(g), &acc, b, p);
	base_multiple(curve_of(g), &t, a);
	point_add(curve_of(g), &acc, &acc, &t);
	store(curve_of(g), out, &acc);
	return TF_OK;
}

/* ---- the rest of the operations ---- */

static void bytes_of(const weier *c, uint8_t out[static 32], const uint8_t coordinate[static 32])
{
	fe t;

	memcpy(t.d, coordinate, 32);
	tf_field_leave(&c->f, t.d, t.d);
	tf_field_store(out, t.d);
}

static void weier_affine(const tf_group *g, uint8_t x[static 32], uint8_t y[static 32],
                         const tf_pt *p)
{
	bytes_of(curve_of(g), x, p->b);
	bytes_of(curve_of(g), y, p->b + 32);
}

static void weier_encode(const tf_group *g, uint8_t out[static TF_PT_BYTES], const tf_pt *p)
{
	uint8_t y[32];

	weier_affine(g, out + 1, y, p);
	out[0] = (uint8_t)(2 + (y[31] & 1));
}

/* y^2 for a given x */
static void curve_at(const weier *c, fe *out, const fe *x)
{
	mul(c, out, x, x);
	tf_field_add(&c->f, out->d, out->d, c->a.d);
	mul(c, out, out, x);
	tf_field_add(&c->f, out->d, out->d, c->b.d);
}

static tf_err weier_decode(const tf_group *g, tf_pt *out, const uint8_t in[static TF_PT_BYTES])
{
	static const fe zero;
	const weier *c = curve_of(g);
	fe x, y, t;

	if (in[0] != 2 && in[0] != 3)
		return TF_E_ENCODING;
	tf_field_load(x.d, in + 1);
	if (!tf_field_limbs_sub(t.d, x.d, c->f.p))
		return TF_E_ENCODING;
	tf_field_enter(&c->f, x.d, x.d);
	curve_at(c, &t, &x);
	if (!tf_field_sqrt_vt(&c->f, y.d, t.d))
		return TF_E_ENCODING;
	tf_field_leave(&c->f, t.d, y.d);
	if ((t.d[0] & 1) != (in[0] & 1u))
		tf_field_sub(&c->f, y.d, zero.d, y.d); /* y is not 0: the order is odd */
	memcpy(out->b, x.d, 32);
	memcpy(out->b + 32, y.d, 32);
	return TF_OK;
}

static bool weier_eq(const tf_group *g, const tf_pt *a, const tf_pt *b)
{
	(void)g;
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

static tf_err weier_neg(const tf_group *g, tf_pt *out, const tf_pt *a)
{
	static const fe zero;
	tf_pt r = *a;
	fe y;

	memcpy(y.d, a->b + 32, 32);
	tf_field_sub(&curve_of(g)->f, y.d, zero.d, y.d);
	memcpy(r.b + 32, y.d, 32);
	*out = r;
	return TF_OK;
}

static tf_err weier_sum(const tf_group *g, tf_pt *out, const tf_pt *const *p, size_t n)
{
	const weier *c = curve_of(g);
	point acc, t;

	load(c, &acc, p[0]);
	for (size_t i = 1; i < n; i++) {
		load(c, &t, p[i]);
		point_add(c, &acc, &acc, &t);
	}
	store(c, out, &acc);
	return TF_OK;
}

static const tf_pt_ops weier_ops = {
	.decode = weier_decode, .encode = weier_encode, .affine = weier_affine, .eq = weier_eq,
	.neg = weier_neg, .sum = weier_sum, .mul_base = weier_mul_base, .mul = weier_mul,
	.mul_vt = weier_mul_vt, .mul2_vt = weier_mul2_vt,
};

/* ---- the curves ---- */

typedef struct constants {
	const char *name;
	bool a_is_1;
	uint64_t p[4], b[4], q[4], x[4], y[4]; /* least significant limb first */
} constants;

/* FIPS 186-4, D.1.2.3 (SEC 2, 2.4.2: secp256r1); a = -3 */
static const constants p256 = {
	.name = "p256",
	.p = P256_P,
	.b = { 0x3bce3c3e27d2604b, 0x651d06b0cc53b0f6, 0xb3ebbd55769886bc, 0x5ac635d8aa3a93e7 },
	.q = { 0xf3b9cac2fc632551, 0xbce6faada7179e84, 0xffffffffffffffff, 0xffffffff00000000 },
	.x = { 0xf4a13945d898c296, 0x77037d812deb33a0, 0xf8bce6e563a440f2, 0x6b17d1f2e12c4247 },
	.y = { 0xcbb6406837bf51f5, 0x2bce33576b315ece, 0x8ee7eb4a7c0f9e16, 0x4fe342e2fe1a7f9b },
};

/* StarkWare's curve over p = 2^251 + 17 2^192 + 1; a = 1 */
static const constants stark = {
	.name = "stark",
	.a_is_1 = true,
	.p = STARK_P,
	.b = { 0xf4cdfcb99cee9e89, 0x609ad26c15c915c1, 0x150e596d72f7a8c5, 0x06f21413efbe40de },
	.q = { 0x1e66a241adc64d2f, 0xb781126dcae7b232, 0xffffffffffffffff, 0x0800000000000010 },
	.x = { 0x3d723d8bc943cfca, 0xdeacfd9b0d1819e0, 0x7beced415a40f0c7, 0x01ef15c18599971b },
	.y = { 0x2873000c36e8dc1f, 0xde53ecd11abe43a3, 0xb7be4801df46ec62, 0x005668060aa49730 },
};

static void make_base(weier *c, tf_group *g, const constants *k)
{
	point p;

	memset(&g->base, 0, sizeof(g->base));
	tf_field_enter(&c->f, p.X.d, k->x);
	tf_field_enter(&c->f, p.Y.d, k->y);
	memcpy(p.Z.d, c->f.one, sizeof(p.Z.d));
	memcpy(g->base.b, p.X.d, 32);
	memcpy(g->base.b + 32, p.Y.d, 32);
	for (unsigned i = 0; i < TABLES; i++) {
		table_fill(c, &c->base[i], &p);
		for (unsigned j = 0; j < 4 * TABLE_DIGITS; j++)
			point_double(c, &p, &p);
	}
}

tf_err tf_weier_init(tf_group *g, tf_curve_id id, tf_arena *mem)
{
	static const fe zero;
	const constants *k = id == TF_CURVE_P256 ? &p256 : &stark;
	weier *c = tf_arena_alloc(mem, sizeof(*c));

	if (!c)
		return TF_E_CAPACITY;
	tf_field_init(&c->f, k->p);
	c->a_is_1 = k->a_is_1;
	tf_field_enter(&c->f, c->b.d, k->b);
	tf_field_add(&c->f, c->b3.d, c->b.d, c->b.d);
	tf_field_add(&c->f, c->b3.d, c->b3.d, c->b.d);
	memcpy(c->a.d, c->f.one, sizeof(c->a.d));
	if (!c->a_is_1) {
		tf_field_sub(&c->f, c->a.d, zero.d, c->a.d);
		tf_field_sub(&c->f, c->a.d, c->a.d, c->f.one);
		tf_field_sub(&c->f, c->a.d, c->a.d, c->f.one);
	}
	g->name = k->name;
	g->ops = &weier_ops;
	g->impl = c;
	tf_sc_field_init(g, k->q);
	make_base(c, g, k);
	return TF_OK;
}
