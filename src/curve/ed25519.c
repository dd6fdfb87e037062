/* The prime-order subgroup of edwards25519: tf_pt.b is y and then x, 32 bytes each, least
 * significant first. */
#include <string.h>

#include "curve/ed25519_kernel.h"
#include "curve/impl.h"

#define ENCODED 32u

_Static_assert(ENCODED + 1 == TF_PT_BYTES, "a tag and the encoding");

static const tf_ed_kernel *kernel(const tf_group *g)
{
	return g->impl;
}

static void load(tf_ed *out, const tf_pt *p)
{
	tf_fe x, y;

	tf_fe_load(&y, p->b);
	tf_fe_load(&x, p->b + 32);
	tf_ed_set_affine(out, &x, &y);
}

/* The affine point, which is public from here on. Only O has x = 0 in our subgroup. */
static void store_affine(tf_pt *out, const tf_fe *x, const tf_fe *y)
{
	static const uint8_t zero[32];

	memset(out, 0, sizeof(*out));
	tf_fe_store(out->b, y);
	tf_fe_store(out->b + 32, x);
	tf_ct_declassify(out, sizeof(*out));
	if (memcmp(out->b + 32, zero, sizeof(zero)) != 0)
		return;
	memset(out, 0, sizeof(*out));
	out->identity = 1;
}

static void store(tf_pt *out, const tf_ed *p)
{
	tf_fe x, y;

	tf_ed_affine(&x, &y, p);
	store_affine(out, &x, &y);
}

/* Of what is public. */
static void store_vt(tf_pt *out, const tf_ed *p)
{
	tf_fe x, y;

	tf_ed_affine_vt(&x, &y, p);
	store_affine(out, &x, &y);
}

static tf_err ed_decode(const tf_group *g, tf_pt *out, const uint8_t in[static TF_PT_BYTES])
{
	tf_ed p;

	(void)g;
	if (in[0] != TF_PT_TAG_ED25519 || !tf_ed_decode_vt(&p, in + 1) ||
	    !tf_ed_prime_order_vt(&p))
		return TF_E_ENCODING;
	tf_fe_store(out->b, &p.Y);
	tf_fe_store(out->b + 32, &p.X);
	return TF_OK;
}

static tf_err ed_decode_eight(const tf_group *g, tf_pt *const *out, const uint8_t *const *in,
                              size_t n)
{
	const uint8_t *at[TF_ED_EIGHT] = { NULL };
	tf_fe x[TF_ED_EIGHT] = { 0 }, y[TF_ED_EIGHT] = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (in[i][0] != TF_PT_TAG_ED25519)
			return TF_E_ENCODING;
		at[i] = in[i] + 1;
	}
	if (!tf_ed_decode_each_vt(kernel(g), x, y, at, n))
		return TF_E_ENCODING;
	for (size_t i = 0; i < n; i++) {
		tf_fe_store(out[i]->b, &y[i]);
		tf_fe_store(out[i]->b + 32, &x[i]);
	}
	return TF_OK;
}

static void ed_encode(const tf_group *g, uint8_t out[static TF_PT_BYTES], const tf_pt *p)
{
	(void)g;
	out[0] = TF_PT_TAG_ED25519;
	memcpy(out + 1, p->b, ENCODED);
	out[32] |= (uint8_t)(p->b[32] << 7); /* the sign of x: its lowest bit */
}

static bool ed_eq(const tf_group *g, const tf_pt *a, const tf_pt *b)
{
	(void)g;
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

static tf_err ed_neg(const tf_group *g, tf_pt *out, const tf_pt *a)
{
	static const tf_fe zero;
	tf_pt r = *a;
	tf_fe x;

	(void)g;
	tf_fe_load(&x, a->b + 32);
	tf_fe_sub(&x, &zero, &x);
	tf_fe_store(r.b + 32, &x);
	*out = r;
	return TF_OK;
}

static tf_err ed_sum(const tf_group *g, tf_pt *out, const tf_pt *const *p, size_t n)
{
	tf_ed acc, t;

	(void)g;
	load(&acc, p[0]);
	for (size_t i = 1; i < n; i++) {
		load(&t, p[i]);
		tf_ed_add(&acc, &acc, &t);
	}
	store(out, &acc);
	return TF_OK;
}

static tf_err ed_mul_base(const tf_group *g, tf_pt *out, const uint8_t k[static 32])
{
	TF_AUTO(tf_ed) acc;
	uint64_t v[4];

	tf_field_load(v, k);
	kernel(g)->mul_base(&acc, v);
	tf_wipe(v, sizeof(v));
	store(out, &acc);
	return TF_OK;
}

static tf_err ed_mul(const tf_group *g, tf_pt *out, const uint8_t k[static 32], const tf_pt *p)
{
	TF_AUTO(tf_ed) acc;
	uint64_t v[4];
	tf_ed t;

	(void)g;
	tf_field_load(v, k);
	load(&t, p);
	tf_ed_mul(&acc, v, &t);
	tf_wipe(v, sizeof(v));
	store(out, &acc);
	return TF_OK;
}

/* k P, as -k times -P if that is shorter: Lagrange's coefficients are small numbers of either sign,
 * and what is 0 needs no doubling. */
static void set_term(const tf_group *g, tf_ed_term *out, const tf_sc *k, const tf_pt *p)
{
	uint64_t spare[4];
	tf_sc minus;

	memcpy(out->k, k->d, sizeof(out->k));
	load(&out->P, p);
	tf_sc_neg(g, &minus, k);
	if (!tf_field_limbs_sub(spare, minus.d, k->d))
		return;
	memcpy(out->k, minus.d, sizeof(out->k));
	tf_ed_neg(&out->P, &out->P);
}

static tf_err ed_combine_vt(const tf_group *g, tf_pt *out, const tf_sc *a, const tf_sc *k,
                            const tf_pt *const *p, size_t n)
{
	static const tf_fe zero;
	tf_ed_term term[TF_ED_TERMS];
	tf_ed acc;

	if (n == 0) {
		kernel(g)->mul_base_vt(&acc, a->d);
		store_vt(out, &acc);
		return TF_OK;
	}
	for (size_t i = 0; i < n; i++)
		set_term(g, &term[i], &k[i], p[i]);
	kernel(g)->combine_vt(&acc, a ? a->d : NULL, term, n);
	if (tf_fe_eq_vt(&acc.X, &zero)) { /* O, for which no inversion is needed */
		memset(out, 0, sizeof(*out));
		out->identity = 1;
		return TF_OK;
	}
	store_vt(out, &acc);
	return TF_OK;
}

static tf_err ed_mul_vt(const tf_group *g, tf_pt *out, const uint8_t k[static 32], const tf_pt *p)
{
	tf_sc s;

	tf_field_load(s.d, k);
	return ed_combine_vt(g, out, NULL, &s, &p, 1);
}

static tf_err ed_mul2_vt(const tf_group *g, tf_pt *out, const uint8_t a[static 32],
                         const uint8_t b[static 32], const tf_pt *p)
{
	tf_sc sa, sb;

	tf_field_load(sa.d, a);
	tf_field_load(sb.d, b);
	return ed_combine_vt(g, out, &sa, &sb, &p, 1);
}

static tf_err ed_tweak_vt(const tf_group *g, tf_pt *out, const tf_pt *p, const uint8_t k[static 32])
{
	uint64_t v[4];
	tf_ed acc, t;

	tf_field_load(v, k);
	kernel(g)->mul_base_vt(&acc, v);
	load(&t, p);
	tf_ed_add(&acc, &acc, &t);
	store_vt(out, &acc);
	return TF_OK;
}

static const tf_pt_ops ed_ops = {
	.decode = ed_decode, .decode_eight = ed_decode_eight, .encode = ed_encode,
	.eq = ed_eq, .neg = ed_neg, .sum = ed_sum,
	.mul_base = ed_mul_base, .mul = ed_mul, .mul_vt = ed_mul_vt, .mul2_vt = ed_mul2_vt,
	.tweak_vt = ed_tweak_vt, .combine_vt = ed_combine_vt,
};

void tf_ed25519_use(tf_group *g, const tf_kernel *k)
{
	g->impl = (void *)(uintptr_t)tf_ed_kernel_of(k); /* read only */
}

tf_err tf_ed25519_init(tf_group *g)
{
	/* RFC 8032, 5.1: L = 2^252 + 27742317777372353535851937790883648493 */
	static const uint64_t q[4] = { 0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0,
	                               0x1000000000000000 };
	/* 5.1: G, y = 4/5 */
	static const uint8_t base[64] = {
		[0] = 0x58, [1 ... 31] = 0x66,
		[32] = 0x1a, 0xd5, 0x25, 0x8f, 0x60, 0x2d, 0x56, 0xc9, 0xb2, 0xa7, 0x25, 0x95, 0x60,
		0xc7, 0x2c, 0x69, 0x5c, 0xdc, 0xd6, 0xfd, 0x31, 0xe2, 0xa4, 0xc0, 0xfe, 0x53, 0x6e,
		0xcd, 0xd3, 0x36, 0x69, 0x21,
	};

	g->name = "ed25519";
	g->ops = &ed_ops;
	tf_ed25519_use(g, NULL);
	tf_sc_field_init(g, q);
	memset(&g->base, 0, sizeof(g->base));
	memcpy(g->base.b, base, sizeof(base));
	return TF_OK;
}
