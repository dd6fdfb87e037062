/* ECDSA on P-256 and STARK: known signatures, the digests of STARK, and which half is low. */
#include <string.h>

#include "curve/ecdsa.h"
#include "curve/kit_test.h"

static void check_ecdsa(const tf_group *g, char *const *field)
{
	tf_ecdsa_sig sig = { .recid = 0 };
	uint8_t digest[32];
	bool valid;
	tf_pt Y;

	curve_pt(g, &Y, field[0]);
	curve_unhex(digest, sizeof(digest), field[1]);
	curve_sc(g, &sig.r, field[2]);
	curve_sc(g, &sig.s, field[3]);
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, &Y));
	CHECK(valid);
	tf_ecdsa_low_s(g, &sig);
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, &Y));
	CHECK(valid);
	digest[31] ^= 1;
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, &Y));
	CHECK(!valid);
	digest[31] ^= 1;
	tf_sc_add(g, &sig.r, &sig.r, &sig.s);
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, &Y));
	CHECK(!valid);
	tf_sc_sub(g, &sig.r, &sig.r, &sig.s);
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, tf_group_base(g)));
	CHECK(!valid);
}

TEST(ecdsa_known_signatures_on_p256_and_stark)
{
	CHECK(curve_lines(curve_open(TF_CURVE_P256), "ecdsa", check_ecdsa) >= 20);
	CHECK(curve_lines(curve_open(TF_CURVE_STARK), "ecdsa", check_ecdsa) >= 20);
}

/* RFC 6979, A.2.5: P-256, SHA-256, "sample" and "test"; s of the first lies in the upper half. */
TEST(ecdsa_rfc_6979_on_p256)
{
	static const struct {
		const char *digest, *r, *s;
		bool high;
	} known[] = {
		{ "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf",
		  "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
		  "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8", true },
		{ "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		  "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
		  "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083", false },
	};
	const tf_group *g = curve_open(TF_CURVE_P256);
	uint8_t digest[32], x[32], y[32];
	tf_sc_sec key;
	tf_pt Y;

	curve_sc(g, &key.s, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
	CHECK_OK(tf_pt_mul_base(g, &Y, &key));
	CHECK_OK(tf_pt_affine(g, x, y, &Y));
	CHECK_HEX(x, 32, "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
	CHECK_HEX(y, 32, "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
	for (unsigned i = 0; i < TF_ARRAY_LEN(known); i++) {
		tf_ecdsa_sig sig = { .recid = 0 };
		tf_sc before;
		bool valid;

		curve_unhex(digest, sizeof(digest), known[i].digest);
		curve_sc(g, &sig.r, known[i].r);
		curve_sc(g, &sig.s, known[i].s);
		before = sig.s;
		CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, &Y));
		CHECK(valid);
		tf_ecdsa_low_s(g, &sig);
		CHECK((tf_sc_eq(&before, &sig.s) != 0) == !known[i].high);
		CHECK(sig.recid == known[i].high);
	}
}

/* (q-1)/2 is the last low s, on each curve its own q. */
TEST(ecdsa_low_s_ends_at_half_the_order)
{
	for (unsigned i = 0; i < curve_count; i++) {
		const tf_group *g = curve_open(curve_all[i]);
		tf_ecdsa_sig sig = { .recid = 2 };
		tf_sc one, half;

		tf_sc_set_u64(g, &one, 1);
		tf_sc_add(g, &half, &one, &one);
		tf_sc_inv(g, &half, &half); /* (q+1)/2 */
		sig.s = half;
		tf_ecdsa_low_s(g, &sig);
		tf_sc_sub(g, &half, &half, &one);
		CHECK(tf_sc_eq(&sig.s, &half) != 0 && sig.recid == 3);
		tf_ecdsa_low_s(g, &sig);
		CHECK(tf_sc_eq(&sig.s, &half) != 0 && sig.recid == 3);
	}
}

TEST(ecdsa_on_stark_signs_numbers_below_2_to_251)
{
	const tf_group *g = curve_open(TF_CURVE_STARK);
	uint8_t digest[32], back[32];
	tf_ecdsa_sig sig;
	bool valid = true;
	tf_sc m;

	memset(digest, 0xff, sizeof(digest));
	digest[0] = 7;
	CHECK_OK(tf_ecdsa_digest(g, &m, digest));
	tf_sc_encode(back, &m);
	CHECK(memcmp(back, digest, sizeof(back)) == 0);
	memset(digest + 1, 0, 31);
	digest[0] = 8;
	CHECK_ERR(tf_ecdsa_digest(g, &m, digest), TF_E_ENCODING);
	digest[0] = 0xff;
	CHECK_ERR(tf_ecdsa_digest(g, &m, digest), TF_E_ENCODING);
	CHECK_OK(tf_ecdsa_digest(curve_open(TF_CURVE_P256), &m, digest));
	/* z = 2^251 with r = G.x and s chosen so that the equation holds for z reduced */
	digest[0] = 8;
	tf_sc_set_u64(g, &m, 1);
	for (unsigned i = 0; i < 251; i++)
		tf_sc_add(g, &m, &m, &m);
	CHECK_OK(tf_pt_affine(g, back, (uint8_t[32]){ 0 }, tf_group_base(g)));
	CHECK_OK(tf_sc_reduce_bytes(g, &sig.r, back, 32));
	tf_sc_add(g, &sig.s, &m, &sig.r); /* key 1, nonce 1 */
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, tf_group_base(g)));
	CHECK(!valid);
	tf_sc_set_u64(g, &m, 5);
	tf_sc_add(g, &sig.s, &m, &sig.r);
	memset(digest, 0, sizeof(digest));
	digest[31] = 5;
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, tf_group_base(g)));
	CHECK(valid);
}

TEST(ecdsa_is_not_for_schnorr_groups)
{
	static const tf_curve_id groups[] = { TF_CURVE_ED25519, TF_CURVE_BIP340 };

	for (unsigned i = 0; i < TF_ARRAY_LEN(groups); i++) {
		const tf_group *g = curve_open(groups[i]);
		tf_ecdsa_sig sig = { .recid = 0 };
		uint8_t digest[32] = { 1 };
		bool valid = true;

		tf_sc_set_u64(g, &sig.r, 1);
		tf_sc_set_u64(g, &sig.s, 1);
		CHECK_ERR(tf_ecdsa_verify_vt(g, &valid, &sig, digest, tf_group_base(g)),
		          TF_E_UNSUPPORTED);
		CHECK(!valid);
	}
}

/* StarkWare's published pair of keys (starkware-libs, signature_test_data.json). */
TEST(stark_known_pair_of_keys)
{
	const tf_group *g = curve_open(TF_CURVE_STARK);
	uint8_t x[32], y[32];
	tf_sc_sec k;
	tf_pt Y;

	curve_sc(g, &k.s, "03c1e9550e66958296d11b60f8e8e7a7ad990d07fa65d5f7652c4a6c87d4e3cc");
	CHECK_OK(tf_pt_mul_base(g, &Y, &k));
	CHECK_OK(tf_pt_affine(g, x, y, &Y));
	CHECK_HEX(x, 32, "077a3b314db07c45076d11f62b6f9e748a39790441823307743cf00d6597ea43");
}
