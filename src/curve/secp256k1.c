/* secp256k1 over libsecp256k1: its context lies in the arena, its points are tf_pt.b. Secrets are
 * the library's alone; what is public is multiplied by secp256k1_public.c. */
#include <secp256k1.h>
#include <secp256k1_ecdh.h>
#include <secp256k1_preallocated.h>
#include <string.h>

#include "curve/impl.h"
#include "curve/secp256k1_point.h"

_Static_assert(sizeof(secp256k1_pubkey) == sizeof(((tf_pt *)0)->b), "a point fits exactly");

static const secp256k1_context *context(const tf_group *g)
{
	return g->impl;
}

static secp256k1_pubkey load(const tf_pt *p)
{
	secp256k1_pubkey k;

	memcpy(k.data, p->b, sizeof(k.data));
	return k;
}

static void store(tf_pt *out, const secp256k1_pubkey *k)
{
	tf_ct_declassify(k, sizeof(*k));
	out->identity = 0;
	memcpy(out->b, k->data, sizeof(out->b));
}

static tf_err secp_decode(const tf_group *g, tf_pt *out, const uint8_t in[static TF_PT_BYTES])
{
	secp256k1_pubkey k;

	if (!secp256k1_ec_pubkey_parse(context(g), &k, in, TF_PT_BYTES))
		return TF_E_ENCODING;
	store(out, &k);
	return TF_OK;
}

static void secp_encode(const tf_group *g, uint8_t out[static TF_PT_BYTES], const tf_pt *p)
{
	secp256k1_pubkey k = load(p);
	size_t len = TF_PT_BYTES;

	(void)secp256k1_ec_pubkey_serialize(context(g), out, &len, &k, SECP256K1_EC_COMPRESSED);
}

static void secp_affine(const tf_group *g, uint8_t x[static 32], uint8_t y[static 32],
                        const tf_pt *p)
{
	secp256k1_pubkey k = load(p);
	uint8_t raw[65];
	size_t len = sizeof(raw);

	(void)secp256k1_ec_pubkey_serialize(context(g), raw, &len, &k, SECP256K1_EC_UNCOMPRESSED);
	memcpy(x, raw + 1, 32);
	memcpy(y, raw + 33, 32);
}

static bool secp_eq(const tf_group *g, const tf_pt *a, const tf_pt *b)
{
	secp256k1_pubkey x = load(a);
	secp256k1_pubkey y = load(b);

	return secp256k1_ec_pubkey_cmp(context(g), &x, &y) == 0;
}

static tf_err secp_neg(const tf_group *g, tf_pt *out, const tf_pt *a)
{
	secp256k1_pubkey k = load(a);

	if (!secp256k1_ec_pubkey_negate(context(g), &k))
		return TF_E_USAGE;
	store(out, &k);
	return TF_OK;
}

static tf_err secp_sum(const tf_group *g, tf_pt *out, const tf_pt *const *p, size_t n)
{
	secp256k1_pubkey k[TF_PT_SUM_MAX];
	const secp256k1_pubkey *in[TF_PT_SUM_MAX];
	secp256k1_pubkey sum;

	if (n > TF_PT_SUM_MAX)
		return TF_E_USAGE;
	for (size_t i = 0; i < n; i++) {
		k[i] = load(p[i]);
		in[i] = &k[i];
	}
	if (secp256k1_ec_pubkey_combine(context(g), &sum, in, n)) {
		store(out, &sum);
	} else { /* its only failure with valid points: the sum is O */
		memset(out, 0, sizeof(*out));
		out->identity = 1;
	}
	return TF_OK;
}

static tf_err secp_mul_base(const tf_group *g, tf_pt *out, const uint8_t k[static 32])
{
	secp256k1_pubkey r;
	int ok = secp256k1_ec_pubkey_create(context(g), &r, k);

	tf_ct_declassify(&ok, sizeof(ok));
	if (!ok)
		return TF_E_USAGE;
	store(out, &r);
	tf_wipe(&r, sizeof(r));
	return TF_OK;
}

/* The "hash" of the ECDH module: the product itself, in uncompressed form. */
static int raw_point(unsigned char *out, const unsigned char *x, const unsigned char *y, void *data)
{
	(void)data;
	out[0] = 4;
	memcpy(out + 1, x, 32);
	memcpy(out + 33, y, 32);
	return 1;
}

static tf_err secp_mul(const tf_group *g, tf_pt *out, const uint8_t k[static 32], const tf_pt *p)
{
	secp256k1_pubkey in = load(p);
	secp256k1_pubkey r;
	uint8_t raw[65];
	int ok = secp256k1_ecdh(context(g), raw, &in, k, raw_point, NULL);

	tf_ct_declassify(&ok, sizeof(ok));
	tf_ct_declassify(raw, sizeof(raw)); /* a point: see group.h */
	ok = ok && secp256k1_ec_pubkey_parse(context(g), &r, raw, sizeof(raw));
	tf_wipe(raw, sizeof(raw));
	if (!ok)
		return TF_E_USAGE;
	store(out, &r);
	tf_wipe(&r, sizeof(r));
	return TF_OK;
}

/* ---- public multiples: our own ---- */

static void load_affine(const tf_group *g, tf_k_affine *out, const tf_pt *p)
{
	uint8_t x[32], y[32];

	secp_affine(g, x, y, p);
	(void)tf_kf_load(&out->x, x); /* the library's points are reduced */
	(void)tf_kf_load(&out->y, y);
}

/* Through the library's eyes: what is not on the curve was spoilt. */
static tf_err store_point(const tf_group *g, tf_pt *out, const tf_k_point *p)
{
	secp256k1_pubkey k;
	uint8_t raw[65] = { 4 };

	if (p->O) {
		memset(out, 0, sizeof(*out));
		out->identity = 1;
		return TF_OK;
	}
	TRY(tf_k_affine_store(raw + 1, p));
	if (!secp256k1_ec_pubkey_parse(context(g), &k, raw, sizeof(raw)))
		return TF_E_RESOURCE;
	store(out, &k);
	return TF_OK;
}

static tf_err combine(const tf_group *g, tf_k_point *out, const tf_sc *a, const tf_sc *k,
                      const tf_pt *const *p, size_t n)
{
	tf_k_term term[TF_K_TERMS];

	if (n > TF_K_TERMS)
		return TF_E_USAGE;
	for (size_t i = 0; i < n; i++) {
		memcpy(term[i].k, k[i].d, sizeof(term[i].k));
		load_affine(g, &term[i].P, p[i]);
	}
	return tf_k_combine_vt(out, a ? a->d : NULL, term, n);
}

static tf_err secp_combine_vt(const tf_group *g, tf_pt *out, const tf_sc *a, const tf_sc *k,
                              const tf_pt *const *p, size_t n)
{
	tf_k_point r;

	if (n == 0)
		tf_k_mul_base_vt(&r, a->d);
	else
		TRY(combine(g, &r, a, k, p, n));
	return store_point(g, out, &r);
}

static tf_err secp_mul_vt(const tf_group *g, tf_pt *out, const uint8_t k[static 32],
                          const tf_pt *p)
{
	tf_sc s;

	tf_field_load(s.d, k);
	return secp_combine_vt(g, out, NULL, &s, &p, 1);
}

static tf_err secp_mul2_vt(const tf_group *g, tf_pt *out, const uint8_t a[static 32],
                           const uint8_t b[static 32], const tf_pt *p)
{
	tf_sc sa, sb;

	tf_field_load(sa.d, a);
	tf_field_load(sb.d, b);
	return secp_combine_vt(g, out, &sa, &sb, &p, 1);
}

static tf_err secp_tweak_vt(const tf_group *g, tf_pt *out, const tf_pt *p,
                            const uint8_t k[static 32])
{
	tf_k_affine q;
	tf_k_point r;
	uint64_t v[4];

	tf_field_load(v, k);
	load_affine(g, &q, p);
	tf_k_mul_base_vt(&r, v);
	tf_k_add_affine(&r, &r, &q);
	return store_point(g, out, &r);
}

/* Is the x of a point, modulo the order, r? Without an inversion: X = r Z^2, or (r + order) Z^2. */
static bool x_is(const tf_group *g, const tf_k_point *p, const uint8_t r[static 32])
{
	uint64_t v[4];
	uint8_t wide[32];
	tf_kf x, zz, t;

	if (p->O || !tf_kf_load(&x, r))
		return false;
	tf_kf_square(&zz, &p->Z);
	tf_kf_mul(&t, &x, &zz);
	tf_kf_sub(&t, &t, &p->X, 6);
	if (tf_kf_is_zero_vt(&t))
		return true;
	tf_field_load(v, r);
	if (tf_field_limbs_add(v, v, g->f.p))
		return false;
	tf_field_store(wide, v);
	if (!tf_kf_load(&x, wide))
		return false;
	tf_kf_mul(&t, &x, &zz);
	tf_kf_sub(&t, &t, &p->X, 6);
	return tf_kf_is_zero_vt(&t);
}

static bool secp_ecdsa_holds(const tf_group *g, const uint8_t r[static 32],
                             const uint8_t s[static 32], const uint8_t digest[static 32],
                             const tf_pt *y)
{
	tf_sc m, k, u1, u2;
	tf_k_point R;

	tf_field_load(k.d, s);
	if (tf_sc_reduce_bytes(g, &m, digest, 32) != TF_OK || tf_sc_inv_vt(g, &k, &k) != TF_OK)
		return false;
	tf_sc_mul(g, &u1, &m, &k);
	tf_field_load(u2.d, r);
	tf_sc_mul(g, &u2, &u2, &k);
	return combine(g, &R, &u1, &u2, &y, 1) == TF_OK && x_is(g, &R, r);
}

static const tf_pt_ops secp_ops = {
	.decode = secp_decode, .encode = secp_encode, .affine = secp_affine, .eq = secp_eq,
	.neg = secp_neg, .sum = secp_sum, .mul_base = secp_mul_base, .mul = secp_mul,
	.mul_vt = secp_mul_vt, .mul2_vt = secp_mul2_vt, .tweak_vt = secp_tweak_vt,
	.combine_vt = secp_combine_vt, .ecdsa_holds = secp_ecdsa_holds,
};

tf_err tf_secp256k1_init(tf_group *g, const tf_rng *rng, tf_arena *mem)
{
	/* SEC 2, 2.4.1 */
	static const uint64_t q[4] = { 0xbfd25e8cd0364141, 0xbaaedce6af48a03b,
	                               0xfffffffffffffffe, 0xffffffffffffffff };
	/* ibidem: G */
	static const uint8_t base[TF_PT_BYTES] = {
		0x02, 0x79, 0xbe, 0x66, 0x7e, 0xf9, 0xdc, 0xbb, 0xac, 0x55, 0xa0,
		0x62, 0x95, 0xce, 0x87, 0x0b, 0x07, 0x02, 0x9b, 0xfc, 0xdb, 0x2d,
		0xce, 0x28, 0xd9, 0x59, 0xf2, 0x81, 0x5b, 0x16, 0xf8, 0x17, 0x98,
	};
	void *room = tf_arena_alloc(mem, secp256k1_context_preallocated_size(
	                                         SECP256K1_CONTEXT_SIGN |
	                                         SECP256K1_CONTEXT_VERIFY));
	TF_AUTO(tf_secret) seed;
	secp256k1_context *ctx;

	if (!room)
		return TF_E_CAPACITY;
	ctx = secp256k1_context_preallocated_create(room, SECP256K1_CONTEXT_SIGN |
	                                                  SECP256K1_CONTEXT_VERIFY);
	g->name = g->id == TF_CURVE_BIP340 ? "secp256k1-bip340" : "secp256k1";
	g->ops = &secp_ops;
	g->impl = ctx;
	tf_sc_field_init(g, q);
	if (rng) {
		TRY(tf_rng_bytes(rng, seed.b, sizeof(seed.b)));
		if (!secp256k1_context_randomize(ctx, seed.b))
			return TF_E_USAGE;
	}
	return secp_decode(g, &g->base, base);
}
