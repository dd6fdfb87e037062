#include <string.h>

#include "zk/kit_test.h"

/* The items of docs/protocol.md 2's known answers: 1, -2, 0, "ab" as bytes, "s", G. */
static void known_items(tf_tr *t, const tf_group *g, bool nested_point)
{
	tf_bn one, two, zero;
	tf_int minus_two;

	tf_bn_set_u64(&one, 1);
	tf_bn_set_u64(&two, 2);
	tf_bn_set_u64(&zero, 0);
	tf_int_set(&minus_two, &two, ~(tf_ct)0);
	tf_tr_nat(t, &one);
	tf_tr_int(t, &minus_two);
	tf_tr_nat(t, &zero);
	tf_tr_bytes(t, "ab", 2);
	tf_tr_str(t, "s");
	if (nested_point)
		tf_tr_open(t);
	tf_tr_pt(t, g, tf_group_base(g));
	if (nested_point)
		tf_tr_close(t);
}

TEST(transcript_tlv_known_answer)
{
	zk_kit *k = zk_kit_bare(&tf_profile_small);
	uint8_t buf[256];
	tf_ctx ctx;
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	known_items(&t, k->g, false);
	CHECK_OK(tf_ctx_seal(&ctx, &t));
	CHECK_HEX(ctx.b, ctx.len,
	          "4c0000004b000000064900000002000149000000020102490000000100420000000261625300000001"
	          "7350000000210279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
}

TEST(transcript_hash_and_challenges_known_answers)
{
	zk_kit *k = zk_kit_bare(&tf_profile_small);
	const char *bits = "1101101100011011";
	uint8_t buf[256], hash[32], out[16], e[32];
	tf_challenge challenge;
	tf_sc again;
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	known_items(&t, k->g, true);
	CHECK_OK(tf_tr_hash(hash, &t, "test"));
	CHECK_HEX(hash, 32, "dbd82809884f52837adb794f07ae6fd91ba382af1ca97542e459a30623100e9a");
	CHECK_OK(tf_tr_challenge(&challenge, k->g, &t, "test"));
	tf_sc_encode(e, &challenge.sc);
	CHECK_HEX(e, 32, "33029b0c2ca086f36bd3d12201a4ad12b6316ccc436c9aad64d6331e398ce16e");
	CHECK(challenge.i.neg == 0);
	CHECK_OK(tf_sc_from_int(k->g, &again, &challenge.i));
	CHECK(tf_ct_reveal(tf_sc_eq(&again, &challenge.sc)));
	CHECK_OK(tf_tr_bits(out, 16, &t, "test"));
	for (unsigned i = 0; i < 16; i++)
		CHECK(out[i] == bits[i] - '0');
}

/* Full challenges lie in +-(q-1)/2, both signs occur, and scalar and integer agree. */
TEST(transcript_challenges_are_centred)
{
	zk_kit *k = zk_kit_bare(&tf_profile_small);
	unsigned negative = 0;
	uint8_t buf[64];
	tf_bn half;

	tf_bn_shr(&half, tf_group_order(k->g), 1);
	for (uint64_t i = 0; i < 64; i++) {
		tf_challenge e;
		tf_sc again;
		tf_tr t;

		tf_tr_init(&t, buf, sizeof(buf));
		tf_tr_u64(&t, i);
		CHECK_OK(tf_tr_challenge(&e, k->g, &t, "test"));
		CHECK(!tf_ct_reveal(tf_bn_lt(&half, &e.i.mag)));
		CHECK_OK(tf_sc_from_int(k->g, &again, &e.i));
		CHECK(tf_ct_reveal(tf_sc_eq(&again, &e.sc)));
		negative += e.i.neg != 0;
	}
	CHECK(negative > 10 && negative < 54);
}

static void hash_of(uint8_t out[static 32], void (*fill)(tf_tr *, unsigned), unsigned i,
                    const char *tag)
{
	uint8_t buf[256];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	fill(&t, i);
	CHECK_OK(tf_tr_hash(out, &t, tag));
}

/* Tuples that a sloppy encoding would confuse. */
static void lookalikes(tf_tr *t, unsigned i)
{
	tf_bn n;

	tf_bn_set_u64(&n, 0x6162);
	switch (i) {
	case 0: tf_tr_bytes(t, "ab", 2); break;
	case 1: tf_tr_str(t, "ab"); break;
	case 2: tf_tr_nat(t, &n); break;
	case 3: tf_tr_bytes(t, "a", 1); tf_tr_bytes(t, "b", 1); break;
	case 4: tf_tr_bytes(t, "", 0); tf_tr_bytes(t, "ab", 2); break;
	case 5: tf_tr_bytes(t, "ab", 2); tf_tr_bytes(t, "", 0); break;
	case 6: tf_tr_open(t); tf_tr_bytes(t, "ab", 2); tf_tr_close(t); break;
	case 7: tf_tr_open(t); tf_tr_close(t); tf_tr_bytes(t, "ab", 2); break;
	case 8: tf_tr_open(t); tf_tr_close(t); break;
	case 9: break;
	case 10: tf_tr_u64(t, 0); break;
	case 11: tf_tr_bytes(t, "\0", 1); break;
	case 12: tf_tr_bytes(t, "B\0\0\0\1b", 6); break;
	case 13: tf_tr_bytes(t, "\0ab", 3); break;
	default: tf_test_fail(__FILE__, __LINE__, "no lookalike %u", i);
	}
}

TEST(transcript_distinct_tuples_hash_differently)
{
	uint8_t a[32], b[32];

	for (unsigned i = 0; i < 14; i++) {
		for (unsigned j = i + 1; j < 14; j++) {
			hash_of(a, lookalikes, i, "test");
			hash_of(b, lookalikes, j, "test");
			CHECK(!tf_ct_reveal(tf_ct_bytes_eq(a, b, 32)));
		}
		hash_of(a, lookalikes, i, "test");
		hash_of(b, lookalikes, i, "tesu");
		CHECK(!tf_ct_reveal(tf_ct_bytes_eq(a, b, 32)));
	}
}

/* The same number by whatever door it comes in, and minus zero. */
static void same_number(tf_tr *t, unsigned i)
{
	tf_bn n;
	tf_int z = { ~(tf_ct)0, { 0 } };
	tf_sc s = { { 0x12345, 0, 0, 0 } };

	tf_bn_set_u64(&n, i < 3 ? 0x12345 : 0);
	tf_bn_resize(&n, 20);
	switch (i) {
	case 0: tf_tr_nat(t, &n); break;
	case 1: tf_tr_u64(t, 0x12345); break;
	case 2: tf_tr_sc(t, &s); break;
	case 3: tf_tr_nat(t, &n); break;
	case 4: tf_tr_u64(t, 0); break;
	case 5: tf_tr_int(t, &z); break;
	default: tf_test_fail(__FILE__, __LINE__, "no number %u", i);
	}
}

TEST(transcript_integers_have_one_encoding)
{
	uint8_t first[32], other[32];

	for (unsigned i = 0; i < 6; i++) {
		hash_of(i % 3 ? other : first, same_number, i, "test");
		if (i % 3)
			CHECK(tf_ct_reveal(tf_ct_bytes_eq(first, other, 32)));
	}
}

/* A sealed context is an item like any other list. */
static void nested_or_sealed(tf_tr *t, unsigned i)
{
	uint8_t buf[64];
	tf_ctx ctx;
	tf_tr inner;

	if (i == 0) {
		tf_tr_open(t);
		tf_tr_u64(t, 5);
		tf_tr_str(t, "x");
		tf_tr_close(t);
	} else {
		tf_tr_init(&inner, buf, sizeof(buf));
		tf_tr_u64(&inner, 5);
		tf_tr_str(&inner, "x");
		CHECK_OK(tf_ctx_seal(&ctx, &inner));
		tf_tr_raw(t, ctx.b, ctx.len);
	}
	tf_tr_u64(t, 9);
}

TEST(transcript_sealed_context_is_a_list_item)
{
	uint8_t a[32], b[32];

	hash_of(a, nested_or_sealed, 0, "test");
	hash_of(b, nested_or_sealed, 1, "test");
	CHECK(tf_ct_reveal(tf_ct_bytes_eq(a, b, 32)));
}

TEST(transcript_full_buffer_is_reported_once_and_nothing_is_written_beyond)
{
	uint8_t buf[32 + 8], hash[32];
	tf_challenge e;
	tf_keccak x;
	tf_ctx ctx;
	tf_tr t;

	memset(buf, 0xee, sizeof(buf));
	tf_tr_init(&t, buf, 32);
	tf_tr_bytes(&t, "0123456789012345678901234567", 27);
	CHECK_OK(tf_tr_hash(hash, &t, "test"));
	tf_tr_u64(&t, 1);
	tf_tr_open(&t);
	tf_tr_close(&t);
	tf_tr_raw(&t, (const uint8_t *)"B\0\0\0\0", 5);
	CHECK_ERR(tf_tr_hash(hash, &t, "test"), TF_E_CAPACITY);
	CHECK_ERR(tf_tr_xof(&x, &t, "test"), TF_E_CAPACITY);
	CHECK_ERR(tf_tr_bits(hash, 8, &t, "test"), TF_E_CAPACITY);
	CHECK_ERR(tf_ctx_seal(&ctx, &t), TF_E_CAPACITY);
	CHECK_ERR(tf_tr_challenge(&e, zk_kit_bare(&tf_profile_small)->g, &t, "test"), TF_E_CAPACITY);
	tf_tr_init(&t, buf, 32);
	tf_tr_bytes(&t, "01234567890123456789012345678", 28); /* one byte too many */
	CHECK_ERR(tf_tr_hash(hash, &t, "test"), TF_E_CAPACITY);
	for (unsigned i = 32; i < sizeof(buf); i++)
		CHECK(buf[i] == 0xee);
}

TEST(transcript_lists_must_balance)
{
	uint8_t buf[256], hash[32];
	tf_ctx ctx;
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_open(&t);
	CHECK_ERR(tf_tr_hash(hash, &t, "test"), TF_E_USAGE);
	CHECK_ERR(tf_ctx_seal(&ctx, &t), TF_E_USAGE);
	tf_tr_close(&t);
	CHECK_OK(tf_tr_hash(hash, &t, "test"));
	tf_tr_close(&t);
	CHECK_ERR(tf_tr_hash(hash, &t, "test"), TF_E_USAGE);

	tf_tr_init(&t, buf, sizeof(buf));
	for (unsigned i = 1; i < TF_TR_DEPTH; i++)
		tf_tr_open(&t);
	CHECK(t.err == TF_OK);
	tf_tr_open(&t);
	CHECK(t.err == TF_E_USAGE);
}

TEST(transcript_raw_items_must_be_whole)
{
	const uint8_t item[] = { 'B', 0, 0, 0, 2, 'a', 'b' };
	uint8_t buf[64];
	tf_tr t;

	for (size_t len = 0; len < sizeof(item); len++) {
		tf_tr_init(&t, buf, sizeof(buf));
		tf_tr_raw(&t, item, len);
		CHECK(t.err == TF_E_USAGE);
	}
	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_raw(&t, item, sizeof(item));
	CHECK(t.err == TF_OK && t.len == sizeof(item));
	tf_tr_raw(&t, (const uint8_t[]){ 'B', 0, 0, 0, 0 }, TF_TR_HEAD); /* an empty one */
	CHECK(t.err == TF_OK && t.len == sizeof(item) + TF_TR_HEAD);
}

TEST(transcript_bits_and_contexts_have_limits)
{
	uint8_t buf[TF_CTX_MAX + 64], bits[129] = { 0 };
	static const uint8_t zeros[TF_CTX_MAX];
	tf_ctx ctx;
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	memset(bits, 9, sizeof(bits));
	CHECK_ERR(tf_tr_bits(bits, 129, &t, "test"), TF_E_USAGE);
	CHECK_OK(tf_tr_bits(bits, 128, &t, "test"));
	for (unsigned i = 0; i < 128; i++)
		CHECK(bits[i] <= 1);
	CHECK(bits[128] == 9);
	tf_tr_bytes(&t, zeros, TF_CTX_MAX - 9 - 5);
	CHECK_OK(tf_ctx_seal(&ctx, &t));
	CHECK(ctx.len == TF_CTX_MAX);
	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, zeros, TF_CTX_MAX - 9 - 4);
	CHECK_ERR(tf_ctx_seal(&ctx, &t), TF_E_CAPACITY);
}
