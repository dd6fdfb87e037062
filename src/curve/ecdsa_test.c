#include "curve/ecdsa.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"

static uint8_t room[1 << 16];

static const tf_group *group(tf_curve_id id)
{
	static tf_arena mem;
	const tf_group *g;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_group_init(&g, id, NULL, &mem));
	return g;
}

static size_t unhex(uint8_t *out, size_t cap, const char *hex)
{
	size_t len = strlen(hex) / 2;

	CHECK(len <= cap);
	for (size_t i = 0; i < len; i++) {
		unsigned v;

		CHECK(sscanf(hex + 2 * i, "%2x", &v) == 1);
		out[i] = (uint8_t)v;
	}
	return len;
}

/* One strict DER INTEGER that is a scalar; returns the bytes used, 0 if it is not one. */
static size_t der_scalar(const tf_group *g, tf_sc *out, const uint8_t *p, size_t left)
{
	uint8_t b[32] = { 0 };
	size_t len;

	if (left < 3 || p[0] != 2 || p[1] == 0 || p[1] > 33 || (size_t)p[1] + 2 > left)
		return 0;
	len = p[1];
	if (p[2] & 0x80 || (len > 1 && p[2] == 0 && !(p[3] & 0x80)) || (len == 33 && p[2] != 0))
		return 0;
	if (len == 33)
		memcpy(b, p + 3, 32);
	else
		memcpy(b + 32 - len, p + 2, len);
	return tf_sc_decode(g, out, b) == TF_OK ? len + 2 : 0;
}

static bool der_signature(const tf_group *g, tf_ecdsa_sig *out, const uint8_t *p, size_t len)
{
	size_t r, s;

	if (len < 8 || p[0] != 0x30 || p[1] != len - 2)
		return false;
	r = der_scalar(g, &out->r, p + 2, len - 2);
	if (r == 0)
		return false;
	s = der_scalar(g, &out->s, p + 2 + r, len - 2 - r);
	return s != 0 && 2 + r + s == len;
}

/* Valid by the Bitcoin rules of these vectors: strict DER, low s, and the equation. */
static bool accepts(const tf_group *g, const tf_pt *Y, const uint8_t *msg, size_t msg_len,
                    const uint8_t *der, size_t der_len)
{
	tf_ecdsa_sig sig = { 0 }, low;
	uint8_t digest[32];
	bool valid;

	if (!der_signature(g, &sig, der, der_len))
		return false;
	low = sig;
	tf_ecdsa_low_s(g, &low);
	crypto_hash_sha256(digest, msg, msg_len);
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, Y));
	if (valid) { /* -s is as valid as s */
		CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &low, digest, Y));
		CHECK(valid);
	}
	return valid && low.recid == sig.recid;
}

static void load_key(const tf_group *g, tf_pt *Y, const json_t *group_object)
{
	const json_t *key = json_object_get(group_object, "publicKey");
	uint8_t raw[65], in[33], x[32], y[32];

	CHECK(unhex(raw, 65, json_string_value(json_object_get(key, "uncompressed"))) == 65);
	in[0] = (uint8_t)(2 + (raw[64] & 1));
	memcpy(in + 1, raw + 1, 32);
	CHECK_OK(tf_pt_decode(g, Y, in));
	CHECK_OK(tf_pt_affine(g, x, y, Y));
	CHECK(memcmp(y, raw + 33, 32) == 0);
}

TEST(wycheproof_ecdsa_secp256k1)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	json_t *doc = json_load_file(
		tf_test_vectors("wycheproof/ecdsa_secp256k1_sha256_bitcoin_test.json"), 0, NULL);
	unsigned good = 0, bad = 0;
	size_t i, j;
	json_t *tg, *t;

	CHECK(doc != NULL);
	json_array_foreach(json_object_get(doc, "testGroups"), i, tg) {
		tf_pt Y;

		load_key(g, &Y, tg);
		json_array_foreach(json_object_get(tg, "tests"), j, t) {
			static uint8_t msg[1 << 18], der[1 << 18];
			size_t msg_len = unhex(msg, sizeof(msg),
			                       json_string_value(json_object_get(t, "msg")));
			size_t der_len = unhex(der, sizeof(der),
			                       json_string_value(json_object_get(t, "sig")));
			bool want = strcmp(json_string_value(json_object_get(t, "result")),
			                   "valid") == 0;

			if (accepts(g, &Y, msg, msg_len, der, der_len) != want)
				tf_test_fail(__FILE__, __LINE__, "tcId %d",
				             (int)json_integer_value(json_object_get(t, "tcId")));
			good += want;
			bad += !want;
		}
	}
	CHECK(good > 100 && bad > 200);
	json_decref(doc);
}

/* Of the four recovery ids one is right, that of R, and for -s that of -R. */
static void check_recids(const tf_group *g, const tf_ecdsa_sig *sig,
                         const uint8_t digest[static 32], const tf_pt *Y, const tf_pt *R,
                         bool valid)
{
	tf_ecdsa_sig told = *sig, other = { .s = sig->s };
	bool holds;

	CHECK_OK(tf_ecdsa_set_nonce(g, &other, R));
	for (uint8_t recid = 0; recid < 4; recid++) {
		told.recid = recid;
		CHECK_OK(tf_ecdsa_verify_recid_vt(g, &holds, &told, digest, Y));
		CHECK(holds == (valid && recid == other.recid));
		tf_sc_neg(g, &told.s, &told.s);
		CHECK_OK(tf_ecdsa_verify_recid_vt(g, &holds, &told, digest, Y));
		CHECK(holds == (valid && recid == (other.recid ^ 1)));
		tf_sc_neg(g, &told.s, &told.s);
	}
}

/* For every key, nonce and digest of the group of 199 elements: (r, s) verifies exactly when the
 * equation says so. r = (kG).x mod q, s = (m + r x) / k. */
TEST(every_signature_of_a_tiny_group_verifies)
{
	const tf_group *g = group(TF_CURVE_TINY199);
	unsigned made = 0;

	for (unsigned x = 1; x < 199; x += 7)
		for (unsigned k = 1; k < 199; k += 3)
			for (unsigned m = 0; m < 199; m += 41) {
				uint8_t digest[32] = { [31] = (uint8_t)m }, px[32], py[32];
				tf_sc sx, sk, sm, t;
				tf_ecdsa_sig sig;
				tf_pt Y, R;
				bool valid;

				tf_sc_set_u64(g, &sx, x);
				tf_sc_set_u64(g, &sk, k);
				tf_sc_set_u64(g, &sm, m);
				CHECK_OK(tf_pt_mul_base_vt(g, &Y, &sx));
				CHECK_OK(tf_pt_mul_base_vt(g, &R, &sk));
				CHECK_OK(tf_pt_affine(g, px, py, &R));
				tf_sc_set_u64(g, &sig.r, px[31]);
				tf_sc_mul(g, &t, &sig.r, &sx);
				tf_sc_add(g, &t, &t, &sm);
				tf_sc_inv(g, &sk, &sk);
				tf_sc_mul(g, &sig.s, &t, &sk);
				CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, &Y));
				CHECK(valid == !(tf_sc_is_zero(&sig.r) || tf_sc_is_zero(&sig.s)));
				made += valid;
				check_recids(g, &sig, digest, &Y, &R, valid);
			}
	CHECK(made > 8000);
}

TEST(low_s_flips_exactly_the_upper_half_and_the_parity)
{
	const tf_group *g = group(TF_CURVE_TINY199);

	for (unsigned s = 0; s < 199; s++) {
		tf_ecdsa_sig sig = { .recid = 2 };

		tf_sc_set_u64(g, &sig.s, s);
		tf_ecdsa_low_s(g, &sig);
		CHECK(sig.s.d[0] == (s > 99 ? 199 - s : s));
		CHECK(sig.recid == (s > 99 ? 3 : 2));
	}
}

TEST(degenerate_signatures_are_invalid)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	uint8_t digest[32] = { 1 }, zero[33] = { 0 };
	tf_ecdsa_sig sig = { 0 };
	bool valid = true;
	tf_pt O;

	CHECK_OK(tf_pt_decode(g, &O, zero));
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, tf_group_base(g)));
	CHECK(!valid);
	tf_sc_set_u64(g, &sig.r, 1);
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, tf_group_base(g)));
	CHECK(!valid);
	tf_sc_set_u64(g, &sig.s, 1);
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, &O));
	CHECK(!valid);
	/* m = -r x: u1 G + u2 Y = O */
	tf_sc_neg(g, &sig.r, &sig.r);
	memset(digest, 0, sizeof(digest));
	digest[31] = 1;
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, digest, tf_group_base(g)));
	CHECK(!valid);
}
