/* Curves so small that a test can try everything: y^2 = x^3 + b over a field of one byte, of prime
 * order. Found by counting the points of all curves over all small primes. Test builds only;
 * nothing here is secret, so nothing here is constant time. */
#ifdef TF_TESTING

#include <string.h>

#include "curve/impl.h"

typedef struct tiny {
	unsigned p, b, order, gx, gy;
	const char *name;
} tiny;

static const tiny tiny13 = { 19, 3, 13, 1, 2, "tiny13" };
static const tiny tiny199 = { 211, 7, 199, 3, 33, "tiny199" };

static const tiny *curve_of(const tf_group *g)
{
	return g->impl;
}

/* tf_pt.b: x, y, then zeros. */
static void set_point(tf_pt *out, unsigned x, unsigned y)
{
	memset(out, 0, sizeof(*out));
	out->b[0] = (uint8_t)x;
	out->b[1] = (uint8_t)y;
}

static void set_identity(tf_pt *out)
{
	memset(out, 0, sizeof(*out));
	out->identity = 1;
}

static unsigned invert(const tiny *c, unsigned a)
{
	for (unsigned i = 1; i < c->p; i++)
		if (a * i % c->p == 1)
			return i;
	return 0;
}

/* The complete law: every pair of points, O included. */
static void add(const tiny *c, tf_pt *out, const tf_pt *a, const tf_pt *b)
{
	unsigned p = c->p;
	unsigned x1 = a->b[0], y1 = a->b[1], x2 = b->b[0], y2 = b->b[1];
	unsigned slope, x3, y3;

	if (a->identity || b->identity) {
		*out = a->identity ? *b : *a;
		return;
	}
	if (x1 == x2 && y1 != y2) {
		set_identity(out);
		return;
	}
	if (x1 == x2) /* y is not 0: the order is odd */
		slope = 3 * x1 * x1 % p * invert(c, 2 * y1 % p) % p;
	else
		slope = (y2 + p - y1) % p * invert(c, (x2 + p - x1) % p) % p;
	x3 = (slope * slope + 2 * p - x1 - x2) % p;
	y3 = (slope * ((x1 + p - x3) % p) + p - y1) % p;
	set_point(out, x3, y3);
}

static tf_err tiny_decode(const tf_group *g, tf_pt *out, const uint8_t in[static TF_PT_BYTES])
{
	const tiny *c = curve_of(g);
	static const uint8_t zero[31];
	unsigned x = in[32];

	if ((in[0] != 2 && in[0] != 3) || memcmp(in + 1, zero, sizeof(zero)) != 0 || x >= c->p)
		return TF_E_ENCODING;
	for (unsigned y = in[0] & 1u; y < c->p; y += 2)
		if (y * y % c->p == (x * x % c->p * x + c->b) % c->p) {
			set_point(out, x, y);
			return TF_OK;
		}
	return TF_E_ENCODING;
}

static void tiny_encode(const tf_group *g, uint8_t out[static TF_PT_BYTES], const tf_pt *p)
{
	(void)g;
	memset(out, 0, TF_PT_BYTES);
	out[0] = (uint8_t)(2 + (p->b[1] & 1));
	out[32] = p->b[0];
}

static void tiny_affine(const tf_group *g, uint8_t x[static 32], uint8_t y[static 32],
                        const tf_pt *p)
{
	(void)g;
	memset(x, 0, 32);
	memset(y, 0, 32);
	x[31] = p->b[0];
	y[31] = p->b[1];
}

static bool tiny_eq(const tf_group *g, const tf_pt *a, const tf_pt *b)
{
	(void)g;
	return a->b[0] == b->b[0] && a->b[1] == b->b[1];
}

static tf_err tiny_neg(const tf_group *g, tf_pt *out, const tf_pt *a)
{
	set_point(out, a->b[0], curve_of(g)->p - a->b[1]);
	return TF_OK;
}

static tf_err tiny_sum(const tf_group *g, tf_pt *out, const tf_pt *const *p, size_t n)
{
	tf_pt acc;

	set_identity(&acc);
	for (size_t i = 0; i < n; i++)
		add(curve_of(g), &acc, &acc, p[i]);
	*out = acc;
	return TF_OK;
}

static tf_err tiny_mul(const tf_group *g, tf_pt *out, const uint8_t k[static 32], const tf_pt *p)
{
	tf_pt base = *p, acc;
	uint8_t times = k[31];

	tf_ct_declassify(&times, sizeof(times));
	set_identity(&acc);
	for (unsigned i = 8; i-- > 0;) {
		add(curve_of(g), &acc, &acc, &acc);
		if (times >> i & 1)
			add(curve_of(g), &acc, &acc, &base);
	}
	*out = acc;
	return TF_OK;
}

static tf_err tiny_mul_base(const tf_group *g, tf_pt *out, const uint8_t k[static 32])
{
	return tiny_mul(g, out, k, &g->base);
}

static const tf_pt_ops tiny_ops = {
	.decode = tiny_decode, .encode = tiny_encode, .affine = tiny_affine, .eq = tiny_eq,
	.neg = tiny_neg, .sum = tiny_sum, .mul_base = tiny_mul_base, .mul = tiny_mul,
	.mul_vt = tiny_mul,
};

tf_err tf_tiny_init(tf_group *g, tf_curve_id id, tf_arena *mem)
{
	const tiny *c = id == TF_CURVE_TINY13 ? &tiny13 : &tiny199;
	uint64_t q[4] = { c->order, 0, 0, 0 };
	tiny *copy = tf_arena_alloc(mem, sizeof(*copy));

	if (!copy)
		return TF_E_CAPACITY;
	*copy = *c;
	g->name = c->name;
	g->ops = &tiny_ops;
	g->impl = copy;
	tf_sc_field_init(g, q);
	set_point(&g->base, c->gx, c->gy);
	return TF_OK;
}

#endif
