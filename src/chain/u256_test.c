#include "chain/u256.h"

#include <string.h>

#include "harness/harness.h"
#include "harness/tape.h"

static const tf_u256 top = { { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };
static const char top_text[] =
	"115792089237316195423570985008687907853269984665640564039457584007913129639935";

static tf_err from(tf_u256 *v, const char *text, unsigned decimals)
{
	return tf_u256_from_decimal(v, text, strlen(text), decimals);
}

TEST(u256_decimals_mean_exactly_one_amount)
{
	static const struct {
		const char *text;
		unsigned decimals;
		uint64_t want;
	} cases[] = {
		{ "0", 18, 0 },
		{ "0.0", 18, 0 },
		{ "1", 18, 1000000000000000000 },
		{ "0.01", 18, 10000000000000000 },
		{ "0.010", 18, 10000000000000000 },
		{ "0.000000000000000001", 18, 1 },
		{ "18.446744073709551615", 18, UINT64_MAX },
		{ "1.5", 9, 1500000000 },
		{ "30", 9, 30000000000 },
		{ "21000", 0, 21000 },
		{ "10.25", 2, 1025 },
	};

	for (size_t i = 0; i < TF_ARRAY_LEN(cases); i++) {
		tf_u256 v, want = tf_u256_from_u64(cases[i].want);

		CHECK_OK(from(&v, cases[i].text, cases[i].decimals));
		CHECK(tf_u256_cmp(&v, &want) == 0);
	}
}

TEST(u256_refuses_every_other_way_to_write_a_number)
{
	static const char *const bad[] = {
		"", ".", ".5", "5.", "+1", "-1", "01", "00", "00.5", " 1", "1 ", "1e3", "1E3", "1e-7",
		"0x10", "1,5", "1.2.3", "1..2", "1_000", "NaN", "Infinity", "١",
	};
	tf_u256 v = top;

	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++) {
		CHECK_ERR(from(&v, bad[i], 18), TF_E_ENCODING);
		CHECK(tf_u256_cmp(&v, &top) == 0);
	}
	CHECK_ERR(tf_u256_from_decimal(&v, "1\0", 2, 0), TF_E_ENCODING);
}

TEST(u256_never_rounds)
{
	tf_u256 v;

	CHECK_ERR(from(&v, "0.0000000000000000001", 18), TF_E_ENCODING);
	CHECK_ERR(from(&v, "0.1000000000000000000", 18), TF_E_ENCODING);
	CHECK_ERR(from(&v, "1.5", 0), TF_E_ENCODING);
	CHECK_ERR(from(&v, "1.0", 0), TF_E_ENCODING);
	CHECK_ERR(from(&v, "1.0000000000", 9), TF_E_ENCODING);
}

TEST(u256_decimals_end_at_two_to_the_256)
{
	char text[TF_U256_TEXT];
	tf_u256 v;

	CHECK_OK(from(&v, top_text, 0));
	CHECK(tf_u256_cmp(&v, &top) == 0);
	CHECK_OK(tf_u256_to_decimal(text, &top, 0));
	CHECK(strcmp(text, top_text) == 0);
	CHECK_ERR(from(&v, "115792089237316195423570985008687907853269984665640564039457584007913"
	                   "129639936", 0), TF_E_TOO_LARGE);
	CHECK_ERR(from(&v, "1157920892373161954235709850086879078532699846656405640394575840079131"
	                   "296399350", 0), TF_E_TOO_LARGE);
	CHECK_ERR(from(&v, top_text, 1), TF_E_TOO_LARGE);
	CHECK_OK(from(&v, "1", 77));
	CHECK_ERR(from(&v, "2", 77), TF_E_TOO_LARGE);
	CHECK_ERR(from(&v, "1", 78), TF_E_USAGE);
	CHECK_ERR(tf_u256_to_decimal(text, &v, 78), TF_E_USAGE);
}

TEST(u256_prints_the_shortest_text)
{
	static const struct {
		uint64_t value;
		unsigned decimals;
		const char *want;
	} cases[] = {
		{ 0, 0, "0" },
		{ 0, 18, "0" },
		{ 1, 18, "0.000000000000000001" },
		{ 10000000000000000, 18, "0.01" },
		{ 1000000000000000000, 18, "1" },
		{ 1500000000, 9, "1.5" },
		{ 100, 0, "100" },
		{ 1005, 2, "10.05" },
		{ 1050, 2, "10.5" },
		{ 12000, 2, "120" },
	};
	char text[TF_U256_TEXT];

	for (size_t i = 0; i < TF_ARRAY_LEN(cases); i++) {
		tf_u256 v = tf_u256_from_u64(cases[i].value);

		CHECK_OK(tf_u256_to_decimal(text, &v, cases[i].decimals));
		CHECK(strcmp(text, cases[i].want) == 0);
	}
	CHECK_OK(tf_u256_to_decimal(text, &top, 77));
	CHECK(strcmp(text, "1.1579208923731619542357098500868790785326998466564056403945758400791312"
	                   "9639935") == 0);
}

TEST(u256_text_and_value_are_inverse)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 0);

	for (unsigned i = 0; i < 2000; i++) {
		unsigned decimals = i % (TF_U256_DECIMALS_MAX + 1);
		uint8_t be[32], again[32];
		char text[TF_U256_TEXT];
		tf_u256 v, w;

		CHECK_OK(tf_rng_bytes(&rng, be, sizeof(be)));
		tf_ct_declassify(be, sizeof(be));
		memset(be, 0, i % 32);
		CHECK_OK(tf_u256_from_be(&v, be, sizeof(be)));
		CHECK_OK(tf_u256_to_decimal(text, &v, decimals));
		CHECK_OK(from(&w, text, decimals));
		CHECK(tf_u256_cmp(&v, &w) == 0);
		tf_u256_to_be(again, &w);
		CHECK(memcmp(be, again, sizeof(be)) == 0);
	}
}

TEST(u256_bytes)
{
	static const uint8_t in[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	uint8_t wide[33] = { 0 }, out[32];
	tf_u256 v;

	CHECK_OK(tf_u256_from_be(&v, in, sizeof(in)));
	CHECK(v.w[0] == 0x0203040506070809 && v.w[1] == 1 && !v.w[2] && !v.w[3]);
	tf_u256_to_be(out, &v);
	CHECK_HEX(out, 32, "0000000000000000000000000000000000000000000000010203040506070809");
	CHECK_OK(tf_u256_from_be(&v, NULL, 0));
	CHECK(tf_u256_is_zero(&v));
	CHECK_ERR(tf_u256_from_be(&v, wide, sizeof(wide)), TF_E_TOO_LARGE);
}

TEST(u256_sums_and_differences_do_not_wrap)
{
	tf_u256 one = tf_u256_from_u64(1), zero = { { 0 } }, b;
	tf_u256 a = { { UINT64_MAX, UINT64_MAX, 7, 0 } };

	CHECK_OK(tf_u256_add(&b, &a, &one));
	CHECK(b.w[0] == 0 && b.w[1] == 0 && b.w[2] == 8 && b.w[3] == 0);
	CHECK_OK(tf_u256_sub(&b, &b, &one));
	CHECK(tf_u256_cmp(&a, &b) == 0);
	CHECK_ERR(tf_u256_add(&b, &top, &one), TF_E_TOO_LARGE);
	CHECK_ERR(tf_u256_sub(&b, &zero, &one), TF_E_TOO_LARGE);
	CHECK_OK(tf_u256_add(&b, &top, &zero));
	CHECK_OK(tf_u256_sub(&b, &b, &top));
	CHECK(tf_u256_is_zero(&b));
}

TEST(u256_products_do_not_wrap)
{
	tf_u256 half = { { 0, 0, 1, 0 } }, below = { { UINT64_MAX, UINT64_MAX, 0, 0 } }, p;
	tf_u256 gas = tf_u256_from_u64(21000), price = tf_u256_from_u64(30000000000);

	CHECK_OK(tf_u256_mul(&p, &gas, &price));
	CHECK(p.w[0] == 630000000000000 && !p.w[1] && !p.w[2] && !p.w[3]);
	CHECK_ERR(tf_u256_mul(&p, &half, &half), TF_E_TOO_LARGE);
	CHECK_OK(tf_u256_mul(&p, &half, &below));
	CHECK(p.w[0] == 0 && p.w[1] == 0 && p.w[2] == UINT64_MAX && p.w[3] == UINT64_MAX);
	CHECK_OK(tf_u256_mul(&p, &below, &below));
	CHECK(p.w[0] == 1 && p.w[1] == 0 && p.w[2] == UINT64_MAX - 1 && p.w[3] == UINT64_MAX);
	gas = tf_u256_from_u64(2);
	CHECK_ERR(tf_u256_mul(&p, &top, &gas), TF_E_TOO_LARGE);
}

TEST(u256_order)
{
	tf_u256 a = { { 9, 0, 0, 1 } }, b = { { 1, 0, 0, 2 } };

	CHECK(tf_u256_cmp(&a, &b) == -1 && tf_u256_cmp(&b, &a) == 1 && tf_u256_cmp(&a, &a) == 0);
}

TEST(u64_from_decimal_stops_at_two_to_the_64)
{
	uint64_t v = 5;

	CHECK_OK(tf_u64_from_decimal(&v, "18446744073709551615", 20));
	CHECK(v == UINT64_MAX);
	CHECK_ERR(tf_u64_from_decimal(&v, "18446744073709551616", 20), TF_E_TOO_LARGE);
	CHECK_ERR(tf_u64_from_decimal(&v, "1.0", 3), TF_E_ENCODING);
	CHECK(v == UINT64_MAX);
}
