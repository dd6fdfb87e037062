/* What is particular to ed25519: RFC 8032's signatures made and verified by our operations, and the
 * points outside the subgroup. */
#include <sodium.h>
#include <string.h>

#include "curve/kit_test.h"

/* RFC 8032, 7.1: secret key, public key, message, signature. */
static const struct {
	const char *name, *secret, *public, *message, *signature;
} rfc8032[] = {
	{ "TEST 1", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
	  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
	  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33ba"
	  "cc61e39701cf9b4"
	  "6bd25bf5f0595bbe24655141438e7a100b" },
	{ "TEST 2", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
	  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996"
	  "e458f3613d0f11d"
	  "8c387b2eaeb4302aeeb00d291612bb0c00" },
	{ "TEST 3", "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
	  "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
	  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f29"
	  "0ae67f760984dc6"
	  "594a7c15e9716ed28dc027beceea1ec40a" },
	{ "TEST SHA(abc)", "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
	  "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
	  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a"
	  "836ba3c23a3feeb"
	  "bd454d4423643ce80e2a9ac94fa54ca49f",
	  "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3e"
	  "cfdfbc7c66431e0"
	  "303dca179c138ac17ad9bef1177331a704" },
	{ "TEST 1024", "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
	  "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
	  "08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98fa6e264bf09efe12"
	  "ee50f8f54e9f77b1e355f6c50544e23fb1433ddf73be84d879de7c0046dc4996d9e773f4bc9efe57"
	  "38829adb26c81b37c93a1b270b20329d658675fc6ea534e0810a4432826bf58c941efb65d57a338b"
	  "bd2e26640f89ffbc1a858efcb8550ee3a5e1998bd177e93a7363c344fe6b199ee5d02e82d522c4fe"
	  "ba15452f80288a821a579116ec6dad2b3b310da903401aa62100ab5d1a36553e06203b33890cc9b8"
	  "32f79ef80560ccb9a39ce767967ed628c6ad573cb116dbefefd75499da96bd68a8a97b928a8bbc10"
	  "3b6621fcde2beca1231d206be6cd9ec7aff6f6c94fcd7204ed3455c68c83f4a41da4af2b74ef5c53"
	  "f1d8ac70bdcb7ed185ce81bd84359d44254d95629e9855a94a7c1958d1f8ada5d0532ed8a5aa3fb2"
	  "d17ba70eb6248e594e1a2297acbbb39d502f1a8c6eb6f1ce22b3de1a1f40cc24554119a831a9aad6"
	  "079cad88425de6bde1a9187ebb6092cf67bf2b13fd65f27088d78b7e883c8759d2c4f5c65adb7553"
	  "878ad575f9fad878e80a0c9ba63bcbcc2732e69485bbc9c90bfbd62481d9089beccf80cfe2df16a2"
	  "cf65bd92dd597b0707e0917af48bbb75fed413d238f5555a7a569d80c3414a8d0859dc65a46128ba"
	  "b27af87a71314f318c782b23ebfe808b82b0ce26401d2e22f04d83d1255dc51addd3b75a2b1ae078"
	  "4504df543af8969be3ea7082ff7fc9888c144da2af58429ec96031dbcad3dad9af0dcbaaaf268cb8"
	  "fcffead94f3c7ca495e056a9b47acdb751fb73e666c6c655ade8297297d07ad1ba5e43f1bca32301"
	  "651339e22904cc8c42f58c30c04aafdb038dda0847dd988dcda6f3bfd15c4b4c4525004aa06eeff8"
	  "ca61783aacec57fb3d1f92b0fe2fd1a85f6724517b65e614ad6808d6f6ee34dff7310fdc82aebfd9"
	  "04b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08d78ff4ef5d63653a65040cf9bfd4aca7"
	  "984a74d37145986780fc0b16ac451649de6188a7dbdf191f64b5fc5e2ab47b57f7f7276cd419c17a"
	  "3ca8e1b939ae49e488acba6b965610b5480109c8b17b80e1b7b750dfc7598d5d5011fd2dcc5600a3"
	  "2ef5b52a1ecc820e308aa342721aac0943bf6686b64b2579376504ccc493d97e6aed3fb0f9cd71a4"
	  "3dd497f01f17c0e2cb3797aa2a2f256656168e6c496afc5fb93246f6b1116398a346f1a641f3b041"
	  "e989f7914f90cc2c7fff357876e506b50d334ba77c225bc307ba537152f3f1610e4eafe595f6d9d9"
	  "0d11faa933a15ef1369546868a7f3a45a96768d40fd9d03412c091c6315cf4fde7cb68606937380d"
	  "b2eaaa707b4c4185c32eddcdd306705e4dc1ffc872eeee475a64dfac86aba41c0618983f8741c5ef"
	  "68d3a101e8a3b8cac60c905c15fc910840b94c00a0b9d0",
	  "0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f45"
	  "28ecea23c436d94b5e8fcd4f681e30a6ac00a9704a188a03" },
};

static void reverse(uint8_t *out, const uint8_t *in, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = in[len - 1 - i];
}

/* Bytes least significant first, reduced. */
static void scalar_of(const tf_group *g, tf_sc *out, const uint8_t *in, size_t len)
{
	uint8_t be[64];

	reverse(be, in, len);
	CHECK_OK(tf_sc_reduce_bytes(g, out, be, len));
}

/* SHA-512 of up to three parts, as a scalar. */
static void hash(const tf_group *g, tf_sc *out, const uint8_t *a, const uint8_t *b,
                 const uint8_t *m, size_t len)
{
	crypto_hash_sha512_state st;
	uint8_t h[64];

	crypto_hash_sha512_init(&st);
	crypto_hash_sha512_update(&st, a, 32);
	if (b)
		crypto_hash_sha512_update(&st, b, 32);
	crypto_hash_sha512_update(&st, m, len);
	crypto_hash_sha512_final(&st, h);
	scalar_of(g, out, h, sizeof(h));
}

static void sign(const tf_group *g, uint8_t sig[static 64], const uint8_t secret[static 32],
                 const uint8_t *m, size_t len)
{
	uint8_t h[64], enc[TF_PT_BYTES], pub[32], s[32];
	tf_sc_sec a, r;
	tf_sc c;
	tf_pt A, R;

	crypto_hash_sha512(h, secret, 32);
	h[0] &= 248;
	h[31] = (uint8_t)((h[31] & 63) | 64);
	scalar_of(g, &a.s, h, 32);
	hash(g, &r.s, h + 32, NULL, m, len);
	CHECK_OK(tf_pt_mul_base(g, &A, &a));
	tf_pt_encode(g, enc, &A);
	CHECK(enc[0] == TF_PT_TAG_ED25519);
	memcpy(pub, enc + 1, 32);
	CHECK_OK(tf_pt_mul_base(g, &R, &r));
	tf_pt_encode(g, enc, &R);
	memcpy(sig, enc + 1, 32);
	hash(g, &c, sig, pub, m, len);
	tf_sc_mul(g, &c, &c, &a.s);
	tf_sc_add(g, &c, &c, &r.s);
	tf_sc_encode(s, &c);
	reverse(sig + 32, s, 32);
}

/* s G = R + c A */
static bool verify(const tf_group *g, const uint8_t sig[static 64], const uint8_t pub[static 32],
                   const uint8_t *m, size_t len)
{
	uint8_t enc[TF_PT_BYTES] = { TF_PT_TAG_ED25519 }, be[32];
	tf_pt A, R, left, right;
	tf_sc s, c;

	memcpy(enc + 1, pub, 32);
	if (tf_pt_decode(g, &A, enc) != TF_OK)
		return false;
	memcpy(enc + 1, sig, 32);
	if (tf_pt_decode(g, &R, enc) != TF_OK)
		return false;
	reverse(be, sig + 32, 32);
	if (tf_sc_decode(g, &s, be) != TF_OK)
		return false;
	hash(g, &c, sig, pub, m, len);
	CHECK_OK(tf_pt_mul_base_vt(g, &left, &s));
	CHECK_OK(tf_pt_mul_vt(g, &right, &c, &A));
	CHECK_OK(tf_pt_add(g, &right, &right, &R));
	return tf_pt_eq(g, &left, &right);
}

TEST(ed25519_signatures_of_rfc_8032)
{
	const tf_group *g = curve_open(TF_CURVE_ED25519);

	for (unsigned i = 0; i < TF_ARRAY_LEN(rfc8032); i++) {
		size_t len = strlen(rfc8032[i].message) / 2;
		uint8_t secret[32], pub[32], m[1023], sig[64];

		CHECK(len <= sizeof(m));
		curve_unhex(secret, 32, rfc8032[i].secret);
		curve_unhex(pub, 32, rfc8032[i].public);
		curve_unhex(m, len, rfc8032[i].message);
		sign(g, sig, secret, m, len);
		CHECK_HEX(sig, 64, rfc8032[i].signature);
		CHECK(verify(g, sig, pub, m, len));
		CHECK(crypto_sign_verify_detached(sig, m, len, pub) == 0);
		for (unsigned bit = 0; bit < 512; bit += 7) {
			sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
			CHECK(!verify(g, sig, pub, m, len));
			sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

/* s + L is refused: a scalar has one encoding. */
TEST(ed25519_signature_with_s_not_reduced_is_refused)
{
	static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6,
	                                   0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10 };
	const tf_group *g = curve_open(TF_CURVE_ED25519);
	uint8_t sig[64], pub[32];
	unsigned carry = 0;

	curve_unhex(sig, 64, rfc8032[0].signature);
	curve_unhex(pub, 32, rfc8032[0].public);
	CHECK(verify(g, sig, pub, pub, 0));
	for (unsigned i = 0; i < 32; i++) {
		carry += (unsigned)sig[32 + i] + order[i];
		sig[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	CHECK(!verify(g, sig, pub, pub, 0));
}

/* Sums of a good point and one of order 2, 4 or 8 lie on the curve, and libsodium adds them without
 * a word: only our decoding keeps them out. */
TEST(ed25519_points_with_torsion_are_on_the_curve_but_not_in_the_group)
{
	static const char *const torsion[] = {
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0000000000000000000000000000000000000000000000000000000000000080",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
	};
	const tf_group *g = curve_open(TF_CURVE_ED25519);
	uint8_t base[TF_PT_BYTES];

	tf_pt_encode(g, base, tf_group_base(g));
	for (unsigned i = 0; i < TF_ARRAY_LEN(torsion); i++) {
		uint8_t t[32], in[TF_PT_BYTES] = { TF_PT_TAG_ED25519 };
		tf_pt p;

		curve_unhex(t, 32, torsion[i]);
		memcpy(in + 1, t, 32);
		CHECK_ERR(tf_pt_decode(g, &p, in), TF_E_ENCODING);
		CHECK(crypto_core_ed25519_add(in + 1, base + 1, t) == 0);
		CHECK_ERR(tf_pt_decode(g, &p, in), TF_E_ENCODING);
		for (unsigned j = 0; j < 3; j++) /* 8 (P + T) is in the group again */
			CHECK(crypto_core_ed25519_add(in + 1, in + 1, in + 1) == 0);
		CHECK_OK(tf_pt_decode(g, &p, in));
	}
}

/* No coordinates: what is computed with x of a point belongs to ECDSA. */
TEST(ed25519_has_no_affine_coordinates_to_give)
{
	const tf_group *g = curve_open(TF_CURVE_ED25519);
	uint8_t x[32], y[32];

	CHECK_ERR(tf_pt_affine(g, x, y, tf_group_base(g)), TF_E_UNSUPPORTED);
	CHECK(strcmp(tf_group_name(g), "ed25519") == 0 && tf_group_id(g) == TF_CURVE_ED25519);
}
