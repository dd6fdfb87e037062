/* What the curves answer where nobody should ask, or where memory was spoilt: an error, and never a
 * point or a signature. */
#include <string.h>

#include "curve/ecdsa.h"
#include "curve/impl.h"
#include "curve/secp256k1_point.h"
#include "harness/harness.h"

static uint8_t room[TF_GROUP_ROOM + 64];

static const tf_group *group(tf_curve_id id)
{
	static tf_arena mem;
	const tf_group *g;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_group_init(&g, id, NULL, &mem));
	return g;
}

TEST(a_group_that_does_not_fit_is_none)
{
	static const tf_curve_id all[] = { TF_CURVE_SECP256K1, TF_CURVE_ED25519, TF_CURVE_P256,
	                                   TF_CURVE_STARK,     TF_CURVE_BIP340,  TF_CURVE_TINY13,
	                                   TF_CURVE_TINY199 };

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		tf_err err = TF_E_CAPACITY;
		size_t len = 0;

		for (; err == TF_E_CAPACITY; len += 64) {
			const tf_group *g;
			tf_arena mem;

			CHECK(len <= sizeof(room));
			tf_arena_init(&mem, room, len);
			err = tf_group_init(&g, all[k], NULL, &mem);
		}
		CHECK_OK(err);
		CHECK(len > sizeof(tf_group));
	}
}

/* The library refuses keys that are none: 0, and the order and what is above it. */
TEST(secp256k1_takes_no_multiple_that_is_not_a_scalar)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	uint8_t k[32] = { 0 };
	tf_pt out, base = *tf_group_base(g);

	CHECK_ERR(g->ops->mul_base(g, &out, k), TF_E_USAGE);
	CHECK_ERR(g->ops->mul(g, &out, k, &base), TF_E_USAGE);
	tf_field_store(k, g->f.p);
	CHECK_ERR(g->ops->mul_base(g, &out, k), TF_E_USAGE);
	CHECK_ERR(g->ops->mul(g, &out, k, &base), TF_E_USAGE);
	memset(k, 0xff, sizeof(k));
	CHECK_ERR(g->ops->mul_base(g, &out, k), TF_E_USAGE);
	CHECK_ERR(g->ops->mul(g, &out, k, &base), TF_E_USAGE);
}

TEST(secp256k1_sums_no_more_than_it_has_room_for)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	const tf_pt *p[TF_PT_SUM_MAX + 1];
	tf_sc k[TF_PT_TERMS_MAX + 1];
	tf_pt out;

	for (unsigned i = 0; i < TF_ARRAY_LEN(p); i++)
		p[i] = tf_group_base(g);
	for (unsigned i = 0; i < TF_ARRAY_LEN(k); i++)
		tf_sc_set_u64(g, &k[i], i + 1);
	CHECK_OK(g->ops->sum(g, &out, p, TF_PT_SUM_MAX));
	CHECK_ERR(g->ops->sum(g, &out, p, TF_PT_SUM_MAX + 1), TF_E_USAGE);
	CHECK_OK(g->ops->combine_vt(g, &out, NULL, k, p, TF_PT_TERMS_MAX));
	CHECK_ERR(g->ops->combine_vt(g, &out, NULL, k, p, TF_PT_TERMS_MAX + 1), TF_E_USAGE);
}

/* A fault that leaves the curve is found before the result is used: the invalid curve attack. */
TEST(secp256k1_multiples_of_what_is_not_on_the_curve_are_none)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	const tf_pt *list[1];
	tf_sc five;
	tf_pt out, spoilt = *tf_group_base(g);

	tf_sc_set_u64(g, &five, 5);
	CHECK_OK(tf_pt_mul_vt(g, &out, &five, &spoilt));
	for (unsigned at = 0; at < 64; at += 7) {
		spoilt = *tf_group_base(g);
		spoilt.b[at] ^= 1;
		list[0] = &spoilt;
		CHECK_ERR(tf_pt_mul_vt(g, &out, &five, &spoilt), TF_E_RESOURCE);
		CHECK_ERR(tf_pt_mul2_vt(g, &out, &five, &five, &spoilt), TF_E_RESOURCE);
		CHECK_ERR(tf_pt_combine_vt(g, &out, &five, &five, list, 1), TF_E_RESOURCE);
	}
}

TEST(the_point_at_infinity_has_no_coordinates)
{
	tf_k_point O = { .O = true };
	uint8_t xy[64];

	CHECK_ERR(tf_k_affine_store(xy, &O), TF_E_USAGE);
}

TEST(what_has_no_inverse_has_none)
{
	static const uint64_t zero[4], six[4] = { 6 }, nine[4] = { 9 }, five[4] = { 5 };
	uint64_t out[4];

	CHECK_ERR(tf_field_limbs_invert_vt(out, five, zero), TF_E_USAGE);
	CHECK_ERR(tf_field_limbs_invert_vt(out, zero, nine), TF_E_USAGE);
	CHECK_ERR(tf_field_limbs_invert_vt(out, six, nine), TF_E_USAGE);
	CHECK_OK(tf_field_limbs_invert_vt(out, five, nine));
	CHECK(out[0] == 2 && !out[1] && !out[2] && !out[3]);
}

/* m + r x = 0 makes (m G + r X) / s the identity, whatever s is: no signature, with any r. */
TEST(a_signature_whose_nonce_point_is_the_identity_is_none)
{
	static const tf_curve_id all[] = { TF_CURVE_SECP256K1, TF_CURVE_P256, TF_CURVE_STARK,
	                                   TF_CURVE_TINY199 };

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		const tf_group *g = group(all[k]);
		bool valid = true;
		uint8_t digest[32], s[32];
		tf_ecdsa_sig sig;
		tf_sc m;
		tf_sc_sec x;
		tf_pt X;

		tf_sc_set_u64(g, &x.s, 7);
		tf_sc_neg(g, &x.s, &x.s);
		CHECK_OK(tf_pt_mul_base(g, &X, &x));
		tf_sc_set_u64(g, &sig.r, 5);
		tf_sc_set_u64(g, &sig.s, 3);
		tf_sc_set_u64(g, &m, 35);
		tf_sc_encode(digest, &m);
		CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, &X));
		CHECK(!valid);
		if (!g->ops->ecdsa_holds)
			continue;
		memset(s, 0, sizeof(s));
		CHECK(!g->ops->ecdsa_holds(g, digest, s, digest, &X));
	}
}
