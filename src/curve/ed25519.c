/* The prime-order subgroup of edwards25519 over libsodium: tf_pt.b is the encoding of RFC 8032,
 * then zeros. */
#include <sodium.h>
#include <string.h>

#include "curve/impl.h"

#define ENCODED crypto_core_ed25519_BYTES

_Static_assert(ENCODED + 1 == TF_PT_BYTES, "a tag and the encoding");

/* The neutral element of RFC 8032's encoding: y = 1. Ours is 33 zero bytes. */
static const uint8_t neutral[ENCODED] = { 1 };

static void store(tf_pt *out, const uint8_t e[static ENCODED])
{
	memset(out, 0, sizeof(*out));
	if (memcmp(e, neutral, sizeof(neutral)) == 0)
		out->identity = 1;
	else
		memcpy(out->b, e, ENCODED);
}

static void little_endian(uint8_t out[static 32], const uint8_t in[static 32])
{
	for (unsigned i = 0; i < 32; i++)
		out[i] = in[31 - i];
}

/* The other point with the same y: the sign of x is the top bit. x is not 0 in our subgroup. */
static void flip(uint8_t out[static ENCODED], const uint8_t in[static ENCODED])
{
	memcpy(out, in, ENCODED);
	out[31] ^= 0x80;
}

/* On the curve, and encoded as libsodium encodes it. */
static bool canonical(const uint8_t in[static ENCODED])
{
	uint8_t again[ENCODED];

	return crypto_core_ed25519_add(again, in, neutral) == 0 &&
	       memcmp(again, in, sizeof(again)) == 0;
}

/* libsodium's multiplication looks at L*P, too, but before the fix for CVE-2025-69277 it took
 * L*P = (0, -1) for O. So the test is done here: (L-1)*P = -P. The neutral element's encoding fails
 * it as well: with the sign of x flipped it is none. */
static tf_err ed_decode(const tf_group *g, tf_pt *out, const uint8_t in[static TF_PT_BYTES])
{
	uint8_t be[32], k[32], product[ENCODED], minus[ENCODED];
	tf_sc one, last;

	if (in[0] != TF_PT_TAG_ED25519 || !canonical(in + 1))
		return TF_E_ENCODING;
	tf_sc_set_u64(g, &one, 1);
	tf_sc_neg(g, &last, &one);
	tf_sc_encode(be, &last);
	little_endian(k, be);
	flip(minus, in + 1);
	if (crypto_scalarmult_ed25519_noclamp(product, k, in + 1) != 0 ||
	    memcmp(product, minus, sizeof(minus)) != 0)
		return TF_E_ENCODING;
	store(out, in + 1);
	return TF_OK;
}

static void ed_encode(const tf_group *g, uint8_t out[static TF_PT_BYTES], const tf_pt *p)
{
	(void)g;
	out[0] = TF_PT_TAG_ED25519;
	memcpy(out + 1, p->b, ENCODED);
}

static bool ed_eq(const tf_group *g, const tf_pt *a, const tf_pt *b)
{
	(void)g;
	return memcmp(a->b, b->b, ENCODED) == 0;
}

static tf_err ed_neg(const tf_group *g, tf_pt *out, const tf_pt *a)
{
	uint8_t e[ENCODED];

	(void)g;
	flip(e, a->b);
	store(out, e);
	return TF_OK;
}

static tf_err ed_sum(const tf_group *g, tf_pt *out, const tf_pt *const *p, size_t n)
{
	uint8_t acc[ENCODED];

	(void)g;
	memcpy(acc, p[0]->b, ENCODED);
	for (size_t i = 1; i < n; i++)
		if (crypto_core_ed25519_add(acc, acc, p[i]->b) != 0)
			return TF_E_USAGE;
	store(out, acc);
	return TF_OK;
}

static tf_err finish(tf_pt *out, uint8_t k[static 32], uint8_t e[static ENCODED], int err)
{
	tf_wipe(k, 32);
	tf_ct_declassify(&err, sizeof(err)); /* it failed on impossible values only */
	tf_ct_declassify(e, ENCODED);        /* a point: see group.h */
	if (err)
		return TF_E_USAGE;
	store(out, e);
	return TF_OK;
}

static tf_err ed_mul_base(const tf_group *g, tf_pt *out, const uint8_t k[static 32])
{
	uint8_t le[32], e[ENCODED];
	int err;

	(void)g;
	little_endian(le, k);
	err = crypto_scalarmult_ed25519_base_noclamp(e, le);
	return finish(out, le, e, err);
}

static tf_err ed_mul(const tf_group *g, tf_pt *out, const uint8_t k[static 32], const tf_pt *p)
{
	uint8_t le[32], e[ENCODED];
	int err;

	(void)g;
	little_endian(le, k);
	err = crypto_scalarmult_ed25519_noclamp(e, le, p->b);
	return finish(out, le, e, err);
}

static const tf_pt_ops ed_ops = {
	.decode = ed_decode, .encode = ed_encode, .eq = ed_eq, .neg = ed_neg, .sum = ed_sum,
	.mul_base = ed_mul_base, .mul = ed_mul, .mul_vt = ed_mul,
};

tf_err tf_ed25519_init(tf_group *g)
{
	/* RFC 8032, 5.1: L = 2^252 + 27742317777372353535851937790883648493 */
	static const uint64_t q[4] = { 0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0,
	                               0x1000000000000000 };
	static const uint8_t one[32] = { [31] = 1 };

	g->name = "ed25519";
	g->ops = &ed_ops;
	tf_sc_field_init(g, q);
	return ed_mul_base(g, &g->base, one);
}
