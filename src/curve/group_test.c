#include <jansson.h>
#include <string.h>

#include "curve/group.h"
#include "harness/harness.h"
#include "harness/tape.h"

static uint8_t room[1 << 16];

static const tf_group *group(tf_curve_id id)
{
	static tf_arena mem;
	static tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 9);
	const tf_group *g;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_group_init(&g, id, &rng, &mem));
	return g;
}

/* All points of a tiny group: p[k] = k G by repeated addition. */
static void all_points(const tf_group *g, tf_pt *p, unsigned q)
{
	tf_sc zero = { { 0 } };

	CHECK_OK(tf_pt_mul_base_vt(g, &p[0], &zero));
	CHECK(tf_pt_is_identity(&p[0]));
	for (unsigned k = 1; k < q; k++) {
		CHECK_OK(tf_pt_add(g, &p[k], &p[k - 1], tf_group_base(g)));
		CHECK(!tf_pt_is_identity(&p[k]));
		for (unsigned i = 0; i < k; i++)
			CHECK(!tf_pt_eq(g, &p[i], &p[k]));
	}
}

static void check_multiples(const tf_group *g, const tf_pt *p, unsigned q)
{
	for (unsigned k = 0; k < q; k++) {
		tf_sc_sec s;
		tf_pt r;

		tf_sc_set_u64(g, &s.s, k);
		CHECK_OK(tf_pt_mul_base(g, &r, &s));
		CHECK(tf_pt_eq(g, &r, &p[k]));
		CHECK_OK(tf_pt_mul_base_vt(g, &r, &s.s));
		CHECK(tf_pt_eq(g, &r, &p[k]));
		for (unsigned i = 0; i < q; i++) {
			CHECK_OK(tf_pt_mul(g, &r, &s, &p[i]));
			CHECK(tf_pt_eq(g, &r, &p[k * i % q]));
			CHECK_OK(tf_pt_mul_vt(g, &r, &s.s, &p[i]));
			CHECK(tf_pt_eq(g, &r, &p[k * i % q]));
		}
	}
}

static void exhaustive(tf_curve_id id, unsigned q)
{
	const tf_group *g = group(id);
	tf_pt p[199], r;

	all_points(g, p, q);
	CHECK_OK(tf_pt_add(g, &r, &p[q - 1], tf_group_base(g)));
	CHECK(tf_pt_is_identity(&r));
	for (unsigned i = 0; i < q; i++) {
		CHECK_OK(tf_pt_neg(g, &r, &p[i]));
		CHECK(tf_pt_eq(g, &r, &p[(q - i) % q]));
		for (unsigned j = 0; j < q; j++) {
			CHECK_OK(tf_pt_add(g, &r, &p[i], &p[j]));
			CHECK(tf_pt_eq(g, &r, &p[(i + j) % q]));
			CHECK_OK(tf_pt_sub(g, &r, &p[i], &p[j]));
			CHECK(tf_pt_eq(g, &r, &p[(i + q - j) % q]));
		}
	}
	check_multiples(g, p, q);
}

TEST(every_sum_and_multiple_of_order_13)
{
	exhaustive(TF_CURVE_TINY13, 13);
}

TEST(every_sum_and_multiple_of_order_199)
{
	exhaustive(TF_CURVE_TINY199, 199);
}

TEST(associativity_over_all_triples_of_order_13)
{
	const tf_group *g = group(TF_CURVE_TINY13);
	tf_pt p[13], ab, bc, left, right;

	all_points(g, p, 13);
	for (unsigned i = 0; i < 13; i++)
		for (unsigned j = 0; j < 13; j++)
			for (unsigned k = 0; k < 13; k++) {
				const tf_pt *three[3] = { &p[i], &p[j], &p[k] };

				CHECK_OK(tf_pt_add(g, &ab, &p[i], &p[j]));
				CHECK_OK(tf_pt_add(g, &left, &ab, &p[k]));
				CHECK_OK(tf_pt_add(g, &bc, &p[j], &p[k]));
				CHECK_OK(tf_pt_add(g, &right, &p[i], &bc));
				CHECK(tf_pt_eq(g, &left, &right));
				CHECK_OK(tf_pt_sum(g, &right, three, 3));
				CHECK(tf_pt_eq(g, &left, &right));
			}
}

TEST(a_G_plus_b_P_over_all_of_order_13)
{
	const tf_group *g = group(TF_CURVE_TINY13);
	tf_pt p[13], r;

	all_points(g, p, 13);
	for (unsigned a = 0; a < 13; a++)
		for (unsigned b = 0; b < 13; b++)
			for (unsigned i = 0; i < 13; i++) {
				tf_sc x, y;

				tf_sc_set_u64(g, &x, a);
				tf_sc_set_u64(g, &y, b);
				CHECK_OK(tf_pt_mul2_vt(g, &r, &x, &y, &p[i]));
				CHECK(tf_pt_eq(g, &r, &p[(a + b * i) % 13]));
				CHECK_OK(tf_pt_tweak_vt(g, &r, &p[i], &x));
				CHECK(tf_pt_eq(g, &r, &p[(a + i) % 13]));
			}
}

/* Every first byte with every x of one byte: exactly one encoding per point. */
static void all_encodings(tf_curve_id id, unsigned q)
{
	const tf_group *g = group(id);
	unsigned found = 0;

	for (unsigned first = 0; first < 256; first++)
		for (unsigned x = 0; x < 256; x++) {
			uint8_t in[TF_PT_BYTES] = { (uint8_t)first, [32] = (uint8_t)x }, out[33];
			tf_pt p, back;

			if (tf_pt_decode(g, &p, in) != TF_OK)
				continue;
			found++;
			tf_pt_encode(g, out, &p);
			CHECK(memcmp(in, out, sizeof(in)) == 0);
			for (unsigned i = 1; i < 32; i++) { /* nothing above one byte */
				in[i] = 1;
				CHECK_ERR(tf_pt_decode(g, &back, in), TF_E_ENCODING);
				in[i] = 0;
			}
		}
	CHECK(found == q);
}

TEST(every_encoding_of_order_13)
{
	all_encodings(TF_CURVE_TINY13, 13);
}

TEST(every_encoding_of_order_199)
{
	all_encodings(TF_CURVE_TINY199, 199);
}

static void unhex(uint8_t *out, size_t len, const char *hex)
{
	CHECK(strlen(hex) == 2 * len);
	for (size_t i = 0; i < len; i++) {
		unsigned v;

		CHECK(sscanf(hex + 2 * i, "%2x", &v) == 1);
		out[i] = (uint8_t)v;
	}
}

TEST(secp256k1_decoding_refuses)
{
	static const char *const bad[] = {
		/* hybrid, uncompressed, infinity tag, wrong tags */
		"0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
		"0679be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
		"0079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
		"0179be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
		"8279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
		/* x = 5 is on the twist; x = 0 has no point either */
		"020000000000000000000000000000000000000000000000000000000000000005",
		"020000000000000000000000000000000000000000000000000000000000000000",
		/* x = p + 1, which would be 1, and the largest */
		"02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30",
		"02ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		/* O with a stray bit */
		"000000000000000000000000000000000000000000000000000000000000000001",
	};
	const tf_group *g = group(TF_CURVE_SECP256K1);
	uint8_t b[33];
	tf_pt p;

	for (unsigned i = 0; i < TF_ARRAY_LEN(bad); i++) {
		unhex(b, 33, bad[i]);
		CHECK_ERR(tf_pt_decode(g, &p, b), TF_E_ENCODING);
	}
	unhex(b, 33, "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
	CHECK_OK(tf_pt_decode(g, &p, b));
	CHECK(tf_pt_eq(g, &p, tf_group_base(g)));
}

TEST(secp256k1_identity_is_a_value)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	uint8_t b[33] = { 0 }, x[32], y[32];
	tf_pt o, r, minus;
	tf_sc_sec zero = { { { 0 } } };
	const tf_pt *many[40];

	CHECK_OK(tf_pt_decode(g, &o, b));
	CHECK(tf_pt_is_identity(&o) && !tf_pt_eq(g, &o, tf_group_base(g)));
	CHECK_ERR(tf_pt_affine(g, x, y, &o), TF_E_USAGE);
	CHECK_OK(tf_pt_mul_base(g, &r, &zero));
	CHECK(tf_pt_eq(g, &r, &o));
	CHECK_OK(tf_pt_mul(g, &r, &zero, tf_group_base(g)));
	CHECK(tf_pt_eq(g, &r, &o));
	CHECK_OK(tf_pt_neg(g, &r, &o));
	CHECK(tf_pt_eq(g, &r, &o));
	CHECK_OK(tf_pt_neg(g, &minus, tf_group_base(g)));
	CHECK_OK(tf_pt_add(g, &r, tf_group_base(g), &minus));
	CHECK(tf_pt_eq(g, &r, &o));
	CHECK_OK(tf_pt_add(g, &r, &o, &minus));
	CHECK(tf_pt_eq(g, &r, &minus));
	tf_pt_encode(g, b, &o);
	for (unsigned i = 0; i < sizeof(b); i++)
		CHECK(b[i] == 0);
	for (unsigned i = 0; i < 40; i++) /* cancels within and across the chunks of a sum */
		many[i] = i % 5 == 0 ? &o : i % 2 ? tf_group_base(g) : &minus;
	CHECK_OK(tf_pt_sum(g, &r, many, 40));
	CHECK(tf_pt_eq(g, &r, &o));
	CHECK_OK(tf_pt_sum(g, &r, many, 0));
	CHECK(tf_pt_eq(g, &r, &o));
	CHECK_OK(tf_pt_sum(g, &r, many, 37));
	CHECK(tf_pt_eq(g, &r, &minus));
}

/* Secret and public multiplication agree, distribute, and fit addition. */
TEST(secp256k1_multiplications_agree)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 4);

	for (unsigned i = 0; i < 50; i++) {
		tf_sc_sec a, b, c;
		tf_pt A, B, C, AB, r;

		CHECK_OK(tf_sc_random(g, &a, &rng));
		CHECK_OK(tf_sc_random(g, &b, &rng));
		CHECK_OK(tf_pt_mul_base(g, &A, &a));
		CHECK_OK(tf_pt_mul_base(g, &B, &b));
		CHECK_OK(tf_pt_mul(g, &AB, &b, &A));
		CHECK_OK(tf_pt_mul(g, &r, &a, &B));
		CHECK(tf_pt_eq(g, &AB, &r));
		tf_sc_mul(g, &c.s, &a.s, &b.s);
		CHECK_OK(tf_pt_mul_base(g, &C, &c));
		CHECK(tf_pt_eq(g, &AB, &C));
		tf_sc_add(g, &c.s, &a.s, &b.s);
		CHECK_OK(tf_pt_mul_base(g, &C, &c));
		CHECK_OK(tf_pt_add(g, &r, &A, &B));
		CHECK(tf_pt_eq(g, &C, &r));
		tf_ct_declassify(&a, sizeof(a));
		tf_ct_declassify(&b, sizeof(b));
		CHECK_OK(tf_pt_mul_vt(g, &r, &b.s, &A));
		CHECK(tf_pt_eq(g, &AB, &r));
		CHECK_OK(tf_pt_mul2_vt(g, &r, &a.s, &b.s, tf_group_base(g)));
		CHECK(tf_pt_eq(g, &C, &r));
	}
}

/* Wycheproof's ECDH on secp256k1: the public key as an ASN.1 SubjectPublicKeyInfo that ends in an
 * uncompressed point; only those with the usual header are of our concern. */
static bool spki_point(uint8_t out[static 65], const char *hex)
{
	static const char head[] = "3056301006072a8648ce3d020106052b8104000a034200";

	if (strlen(hex) != sizeof(head) - 1 + 130 || memcmp(hex, head, sizeof(head) - 1) != 0)
		return false;
	unhex(out, 65, hex + sizeof(head) - 1);
	return true;
}

static bool secret_scalar(const tf_group *g, tf_sc_sec *out, const char *hex)
{
	uint8_t b[32] = { 0 };
	size_t len = strlen(hex);

	while (len > 64 && hex[0] == '0' && hex[1] == '0') {
		hex += 2;
		len -= 2;
	}
	if (len > 64 || len % 2)
		return false;
	unhex(b + 32 - len / 2, len / 2, hex);
	return tf_sc_decode(g, &out->s, b) == TF_OK;
}

/* 1 if our multiplication gives the expected x-coordinate, 0 if the vector does not concern us. */
static unsigned ecdh_case(const tf_group *g, const json_t *t)
{
	bool valid = strcmp(json_string_value(json_object_get(t, "result")), "valid") == 0;
	uint8_t raw[65], in[33], x[32], y[32];
	tf_sc_sec k;
	tf_pt P, R;

	if (!spki_point(raw, json_string_value(json_object_get(t, "public"))))
		return 0;
	CHECK(raw[0] == 4 || !valid);
	in[0] = (uint8_t)(2 + (raw[64] & 1));
	memcpy(in + 1, raw + 1, 32);
	if (tf_pt_decode(g, &P, in) != TF_OK) {
		CHECK(!valid);
		return 1;
	}
	CHECK_OK(tf_pt_affine(g, x, y, &P));
	if (raw[0] != 4 || memcmp(y, raw + 33, 32) != 0) {
		CHECK(!valid);
		return 1;
	}
	CHECK(secret_scalar(g, &k, json_string_value(json_object_get(t, "private"))));
	CHECK_OK(tf_pt_mul(g, &R, &k, &P));
	CHECK_OK(tf_pt_affine(g, x, y, &R));
	CHECK_HEX(x, 32, json_string_value(json_object_get(t, "shared")));
	CHECK_OK(tf_pt_mul_vt(g, &R, &k.s, &P));
	CHECK_OK(tf_pt_affine(g, x, y, &R));
	CHECK_HEX(x, 32, json_string_value(json_object_get(t, "shared")));
	return 1;
}

TEST(wycheproof_ecdh_secp256k1)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	json_t *doc = json_load_file(tf_test_vectors("wycheproof/ecdh_secp256k1_test.json"), 0,
	                             NULL);
	unsigned done = 0;
	size_t i, j;
	json_t *tg, *t;

	CHECK(doc != NULL);
	json_array_foreach(json_object_get(doc, "testGroups"), i, tg)
		json_array_foreach(json_object_get(tg, "tests"), j, t)
			done += ecdh_case(g, t);
	CHECK(done > 450);
	json_decref(doc);
}

TEST(groups_that_are_reserved_or_do_not_fit)
{
	const tf_group *g;
	tf_arena mem;
	uint8_t small[256];

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_ERR(tf_group_init(&g, (tf_curve_id)0, NULL, &mem), TF_E_UNSUPPORTED);
	CHECK_ERR(tf_group_init(&g, (tf_curve_id)6, NULL, &mem), TF_E_UNSUPPORTED);
	tf_arena_init(&mem, small, sizeof(small));
	CHECK_ERR(tf_group_init(&g, TF_CURVE_SECP256K1, NULL, &mem), TF_E_CAPACITY);
	CHECK(strcmp(tf_group_name(group(TF_CURVE_SECP256K1)), "secp256k1") == 0);
	CHECK(tf_group_id(group(TF_CURVE_TINY199)) == TF_CURVE_TINY199);
}
