/* Verification by a key's table, and without, against libsodium's: what one accepts all must. */
#include "curve/ed25519_sig.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "curve/kit_test.h"

#define L_BYTES { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, \
	          0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10 }

static void draw(const tf_rng *rng, uint8_t *out, size_t len)
{
	CHECK_OK(tf_rng_bytes(rng, out, len));
	tf_ct_declassify(out, len);
}

static unsigned draw_below(const tf_rng *rng, unsigned n)
{
	uint32_t v;

	draw(rng, (uint8_t *)&v, sizeof(v));
	return v % n;
}

/* What libsodium says, and we say the same. */
static bool both(const uint8_t sig[static 64], const uint8_t pk[static 32], const uint8_t *msg,
                 size_t len)
{
	static const tf_group *g;
	static tf_ed_key key;
	uint8_t tagged[TF_PT_BYTES] = { TF_PT_TAG_ED25519 };
	tf_pt point;
	bool want = crypto_sign_verify_detached(sig, msg, len, pk) == 0;

	g = g ? g : curve_open(TF_CURVE_ED25519);
	if (memcmp(key.pk, pk, 32) != 0 || !key.good)
		tf_ed_key_init(&key, pk, test_kernel());
	CHECK(tf_ed_key_holds(&key, sig, msg, len) == want);
	CHECK(tf_ed_holds(pk, sig, msg, len) == want);
	memcpy(tagged + 1, pk, 32);
	if (tf_pt_decode(g, &point, tagged) == TF_OK) /* in the subgroup */
		CHECK(tf_ed_point_holds(g, &point, sig, msg, len) == want);
	return want;
}

/* RFC 8032, 7.1, tests 1 to 3. */
TEST(identity_signatures_of_rfc_8032)
{
	static const struct {
		const char *pk, *msg, *sig;
		size_t len;
	} v[] = {
		{ "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
		  "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b", 0 },
		{ "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
		  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
		  "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00", 1 },
		{ "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
		  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
		  "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a", 2 },
	};

	for (unsigned i = 0; i < TF_ARRAY_LEN(v); i++) {
		uint8_t pk[32], sig[64], msg[8];

		CHECK(sodium_hex2bin(pk, 32, v[i].pk, 64, NULL, NULL, NULL) == 0);
		CHECK(sodium_hex2bin(sig, 64, v[i].sig, 128, NULL, NULL, NULL) == 0);
		CHECK(sodium_hex2bin(msg, 8, v[i].msg, 2 * v[i].len, NULL, NULL, NULL) == 0);
		CHECK(both(sig, pk, msg, v[i].len));
		msg[0] ^= 1;
		CHECK(!both(sig, pk, msg, v[i].len + !v[i].len));
	}
}

TEST(identity_signatures_and_what_has_been_altered_in_them)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 71);

	for (unsigned i = 0; i < 60; i++) {
		uint8_t seed[32], pk[32], sk[64], sig[64], msg[200];
		size_t len = draw_below(&rng, sizeof(msg)) + 1;

		draw(&rng, seed, sizeof(seed));
		draw(&rng, msg, sizeof(msg));
		CHECK(crypto_sign_seed_keypair(pk, sk, seed) == 0);
		CHECK(crypto_sign_detached(sig, NULL, msg, len, sk) == 0);
		CHECK(both(sig, pk, msg, len));
		for (unsigned bit = 0; bit < 512; bit += 1 + draw_below(&rng, 16)) {
			sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
			CHECK(!both(sig, pk, msg, len));
			sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		msg[len - 1] ^= 0x80;
		CHECK(!both(sig, pk, msg, len));
		msg[len - 1] ^= 0x80;
		pk[draw_below(&rng, 32)] ^= 4;
		CHECK(!both(sig, pk, msg, len));
	}
}

/* By the kernel of the tests, for any seed and length. */
TEST(identity_signatures_made_here_are_libsodium_s)
{
	const tf_ed_kernel *kernel = tf_ed_kernel_of(test_kernel());
	const char *all = getenv("TREFOIL_CURVE");
	unsigned n = all && strcmp(all, "all") == 0 ? 100000 : 1000;
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 75);
	static uint8_t msg[600];

	for (unsigned i = 0; i < n; i++) {
		uint8_t seed[32], pk[32], sk[64], want[64], sig[64];
		size_t len = i < sizeof(msg) ? i : draw_below(&rng, sizeof(msg));

		draw(&rng, seed, sizeof(seed));
		if (i < 4)
			memset(seed, i % 2 ? 0xff : 0, i < 2 ? 32 : 16);
		draw(&rng, msg, len);
		CHECK(crypto_sign_seed_keypair(pk, sk, seed) == 0);
		CHECK(crypto_sign_detached(want, NULL, msg, len, sk) == 0);
		tf_ed_sign(kernel, sig, seed, pk, msg, len);
		CHECK(memcmp(sig, want, 64) == 0);
	}
}

/* S + L is S modulo L, and no second signature; S of any other size likewise. */
TEST(identity_signatures_have_one_s)
{
	static const uint8_t order[32] = L_BYTES;
	uint8_t seed[32] = { 9 }, pk[32], sk[64], sig[64], other[64];

	CHECK(crypto_sign_seed_keypair(pk, sk, seed) == 0);
	CHECK(crypto_sign_detached(sig, NULL, seed, 3, sk) == 0);
	CHECK(both(sig, pk, seed, 3));
	memcpy(other, sig, 64);
	for (unsigned i = 1; i <= 8; i++) {
		sodium_add(other + 32, order, 32);
		CHECK(!both(other, pk, seed, 3));
	}
	memcpy(other + 32, order, 32);
	CHECK(!both(other, pk, seed, 3));
	memset(other + 32, 0xff, 32);
	CHECK(!both(other, pk, seed, 3));
}

/* y of the points of small order, and their encodings with y + p where there is one. */
static const char *const small[] = {
	"0100000000000000000000000000000000000000000000000000000000000000",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"0000000000000000000000000000000000000000000000000000000000000000",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};
#define SMALL TF_ARRAY_LEN(small)

static void small_point(uint8_t out[static 32], unsigned i, unsigned sign)
{
	CHECK(sodium_hex2bin(out, 32, small[i], 64, NULL, NULL, NULL) == 0);
	out[31] |= (uint8_t)(sign << 7);
}

/* S for R = rB + .. and A = aB + .., in their bytes as they are. */
static void make_s(uint8_t sig[static 64], const uint8_t r[static 32], const uint8_t a[static 32],
                   const uint8_t pk[static 32], const uint8_t *msg, size_t len)
{
	crypto_hash_sha512_state st;
	uint8_t wide[64], h[32];

	crypto_hash_sha512_init(&st);
	crypto_hash_sha512_update(&st, sig, 32);
	crypto_hash_sha512_update(&st, pk, 32);
	crypto_hash_sha512_update(&st, msg, len);
	crypto_hash_sha512_final(&st, wide);
	crypto_core_ed25519_scalar_reduce(h, wide);
	crypto_core_ed25519_scalar_mul(h, h, a);
	crypto_core_ed25519_scalar_add(sig + 32, h, r);
}

static void random_scalar(const tf_rng *rng, uint8_t k[static 32], uint8_t point[static 32])
{
	uint8_t wide[64];

	draw(rng, wide, sizeof(wide));
	crypto_core_ed25519_scalar_reduce(k, wide);
	CHECK(crypto_scalarmult_ed25519_base_noclamp(point, k) == 0);
}

/* Whatever stands for R or A, all of the small ones with either sign: no signature, though SB = R +
 * hA holds for many. */
TEST(identity_signatures_refuse_points_of_small_order)
{
	static const uint8_t zero[32];
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 72);

	for (unsigned i = 0; i < 4 * SMALL * SMALL; i++) {
		uint8_t sig[64], pk[32], k[32], point[32], msg[4];

		small_point(sig, i / 4 % SMALL, i & 1);
		small_point(pk, i / 4 / SMALL, i >> 1 & 1);
		for (unsigned m = 0; m < 8; m++) {
			draw(&rng, msg, sizeof(msg));
			make_s(sig, zero, zero, pk, msg, sizeof(msg));
			CHECK(!both(sig, pk, msg, sizeof(msg)));
		}
		random_scalar(&rng, k, point);
		make_s(sig, zero, k, point, msg, sizeof(msg));
		CHECK(!both(sig, point, msg, sizeof(msg)));
		memcpy(sig, point, 32);
		make_s(sig, k, zero, pk, msg, sizeof(msg));
		CHECK(!both(sig, pk, msg, sizeof(msg)));
	}
}

/* Keys and R with a part of small order are accepted or not as libsodium does it, without the
 * factor 8: as the parts happen to cancel. */
TEST(identity_signatures_by_keys_of_mixed_order)
{
	unsigned seen[2] = { 0 };
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 73);

	for (unsigned i = 0; i < 800; i++) {
		uint8_t sig[64], pk[32], a[32], r[32], t[32], msg[4];

		random_scalar(&rng, a, pk);
		random_scalar(&rng, r, sig);
		small_point(t, draw_below(&rng, 5), draw_below(&rng, 2));
		if (crypto_core_ed25519_is_valid_point(t) == 0 &&
		    crypto_core_ed25519_add(pk, pk, t) != 0)
			continue;
		small_point(t, draw_below(&rng, 5), draw_below(&rng, 2));
		if (crypto_core_ed25519_add(sig, sig, t) != 0)
			continue;
		draw(&rng, msg, sizeof(msg));
		make_s(sig, r, a, pk, msg, sizeof(msg));
		seen[both(sig, pk, msg, sizeof(msg))]++;
	}
	CHECK(seen[0] > 50 && seen[1] > 50);
}

/* Bytes that are no point, and a y that is not below p. */
TEST(identity_keys_that_are_none)
{
	uint8_t pk[32], sig[64] = { 1 };
	unsigned none = 0;
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 74);
	tf_ed_key key;

	for (unsigned i = 0; i < 100; i++) {
		draw(&rng, pk, sizeof(pk));
		draw(&rng, sig, sizeof(sig));
		CHECK(!both(sig, pk, sig, 5));
		tf_ed_key_init(&key, pk, test_kernel());
		none += !key.good;
	}
	CHECK(none > 20 && none < 80);
	for (unsigned i = 0; i < 19; i++) {
		memset(pk, 0xff, 32);
		pk[0] = (uint8_t)(0xed + i);
		pk[31] = 0x7f;
		CHECK(!both(sig, pk, sig, 5));
		tf_ed_key_init(&key, pk, test_kernel());
		CHECK(!key.good);
	}
}
