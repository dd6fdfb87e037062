#include "chain/rlp.h"

#include <string.h>

#include "harness/harness.h"

/* The examples of the Ethereum wiki's RLP page, which are those of the Yellow Paper's appendix B.
 * */
TEST(rlp_strings_of_the_wiki)
{
	static const char lorem[] = "Lorem ipsum dolor sit amet, consectetur adipisicing elit";
	uint8_t buf[128];
	tf_wr w = tf_wr_init(buf, sizeof(buf));

	tf_rlp_put_bytes(&w, (const uint8_t *)"dog", 3);
	CHECK_HEX(buf, w.len, "83646f67");
	w = tf_wr_init(buf, sizeof(buf));
	tf_rlp_put_bytes(&w, NULL, 0);
	tf_rlp_put_bytes(&w, (const uint8_t *)"\x00", 1);
	tf_rlp_put_bytes(&w, (const uint8_t *)"\x0f", 1);
	tf_rlp_put_bytes(&w, (const uint8_t *)"\x04\x00", 2);
	CHECK_HEX(buf, w.len, "80000f820400");
	w = tf_wr_init(buf, sizeof(buf));
	tf_rlp_put_bytes(&w, (const uint8_t *)lorem, strlen(lorem));
	CHECK_HEX(buf, 5, "b8384c6f72");
	CHECK(w.len == 58);
}

TEST(rlp_integers_of_the_wiki)
{
	uint8_t buf[64];
	tf_wr w = tf_wr_init(buf, sizeof(buf));
	tf_u256 top = { { 0, 0, 0, UINT64_C(1) << 63 } };

	tf_rlp_put_u64(&w, 0);
	tf_rlp_put_u64(&w, 15);
	tf_rlp_put_u64(&w, 1024);
	tf_rlp_put_u64(&w, 0x7f);
	tf_rlp_put_u64(&w, 0x80);
	CHECK_HEX(buf, w.len, "800f8204007f8180");
	w = tf_wr_init(buf, sizeof(buf));
	tf_rlp_put_u256(&w, &top);
	CHECK_HEX(buf, w.len, "a08000000000000000000000000000000000000000000000000000000000000000");
}

TEST(rlp_lists_of_the_wiki)
{
	uint8_t buf[64];
	tf_wr w = tf_wr_init(buf, sizeof(buf));
	size_t a = tf_rlp_open(&w), b, c, d;

	tf_rlp_put_bytes(&w, (const uint8_t *)"cat", 3);
	tf_rlp_put_bytes(&w, (const uint8_t *)"dog", 3);
	tf_rlp_close(&w, a);
	CHECK_HEX(buf, w.len, "c88363617483646f67");

	/* [ [], [[]], [ [], [[]] ] ] */
	w = tf_wr_init(buf, sizeof(buf));
	a = tf_rlp_open(&w);
	b = tf_rlp_open(&w);
	tf_rlp_close(&w, b);
	b = tf_rlp_open(&w);
	c = tf_rlp_open(&w);
	tf_rlp_close(&w, c);
	tf_rlp_close(&w, b);
	b = tf_rlp_open(&w);
	c = tf_rlp_open(&w);
	tf_rlp_close(&w, c);
	c = tf_rlp_open(&w);
	d = tf_rlp_open(&w);
	tf_rlp_close(&w, d);
	tf_rlp_close(&w, c);
	tf_rlp_close(&w, b);
	tf_rlp_close(&w, a);
	CHECK_HEX(buf, w.len, "c7c0c1c0c3c0c1c0");
}

TEST(rlp_reads_what_it_writes_at_every_length_form)
{
	static const size_t lengths[] = { 0, 1, 2, 55, 56, 255, 256, 65535, 65536 };
	static uint8_t data[65536], buf[65536 + 32];

	memset(data, 0xa5, sizeof(data));
	for (size_t i = 0; i < TF_ARRAY_LEN(lengths); i++) {
		tf_wr w = tf_wr_init(buf, sizeof(buf));
		size_t list = tf_rlp_open(&w), len = 0, got;
		const uint8_t *p;
		tf_rlp r, inside;

		tf_rlp_put_bytes(&w, data, lengths[i]);
		tf_rlp_put_u64(&w, 7);
		tf_rlp_close(&w, list);
		CHECK_OK(tf_wr_end(&w, &len));
		r = tf_rlp_init(buf, len);
		CHECK(tf_rlp_is_list(&r));
		inside = tf_rlp_list(&r);
		CHECK(!tf_rlp_is_list(&inside));
		p = tf_rlp_bytes(&inside, &got);
		CHECK(p && got == lengths[i] && memcmp(p, data, got) == 0);
		CHECK(tf_rlp_u64(&inside) == 7);
		tf_rlp_leave(&r, &inside);
		CHECK_OK(tf_rlp_end(&r));
	}
}

/* One string or list, read as whatever it says it is. */
static tf_err read_item(const char *bytes, size_t len)
{
	tf_rlp r = tf_rlp_init((const uint8_t *)bytes, len);
	size_t n;

	if (tf_rlp_is_list(&r)) {
		tf_rlp inside = tf_rlp_list(&r);

		while (tf_rlp_has_more(&inside))
			tf_rlp_bytes(&inside, &n);
		tf_rlp_leave(&r, &inside);
	} else {
		tf_rlp_bytes(&r, &n);
	}
	return tf_rlp_end(&r);
}

#define ITEM(s) (s), sizeof(s) - 1

TEST(rlp_refuses_a_second_encoding)
{
	char long_form[2 + 55] = "\xb8\x37", padded[3 + 56] = { '\xb9', '\x00', '\x38' };
	char list[2 + 55] = "\xf8\x37";

	CHECK_ERR(read_item(ITEM("\x81\x00")), TF_E_ENCODING);
	CHECK_ERR(read_item(ITEM("\x81\x7f")), TF_E_ENCODING);
	CHECK_OK(read_item(ITEM("\x81\x80")));
	CHECK_ERR(read_item(ITEM("\xb8\x00")), TF_E_ENCODING);
	CHECK_ERR(read_item(ITEM("\xb8\x01\xff")), TF_E_ENCODING);
	CHECK_ERR(read_item(ITEM("\xf8\x00")), TF_E_ENCODING);
	CHECK_ERR(read_item(ITEM("\xb9\x00\x38")), TF_E_ENCODING);
	CHECK_ERR(read_item(long_form, sizeof(long_form)), TF_E_ENCODING);
	CHECK_ERR(read_item(padded, sizeof(padded)), TF_E_ENCODING);
	CHECK_ERR(read_item(list, sizeof(list)), TF_E_ENCODING);
}

TEST(rlp_refuses_what_is_cut_or_left_over)
{
	CHECK_ERR(read_item("", 0), TF_E_TRUNCATED);
	CHECK_ERR(read_item(ITEM("\x83zz")), TF_E_TRUNCATED);
	CHECK_ERR(read_item(ITEM("\xb8")), TF_E_TRUNCATED);
	CHECK_ERR(read_item(ITEM("\xb9\x01")), TF_E_TRUNCATED);
	CHECK_ERR(read_item(ITEM("\xb8\x38zz")), TF_E_TRUNCATED);
	CHECK_ERR(read_item(ITEM("\xbf\xff\xff\xff\xff\xff\xff\xff\xff")), TF_E_TRUNCATED);
	CHECK_ERR(read_item(ITEM("\xff\xff\xff\xff\xff\xff\xff\xff\xff")), TF_E_TRUNCATED);
	CHECK_ERR(read_item(ITEM("\xc2\x01")), TF_E_TRUNCATED);
	CHECK_ERR(read_item(ITEM("\xc2\x83zz")), TF_E_TRUNCATED);
	CHECK_ERR(read_item(ITEM("\x01\x02")), TF_E_TRAILING);
	CHECK_ERR(read_item(ITEM("\xc1\x01\x02")), TF_E_TRAILING);
}

TEST(rlp_integers_are_canonical)
{
	static const struct {
		const char *bytes;
		size_t len;
		tf_err want;
		uint64_t value;
	} cases[] = {
		{ ITEM("\x80"), TF_OK, 0 },
		{ ITEM("\x01"), TF_OK, 1 },
		{ ITEM("\x88\xff\xff\xff\xff\xff\xff\xff\xff"), TF_OK, UINT64_MAX },
		{ ITEM("\x00"), TF_E_ENCODING, 0 },
		{ ITEM("\x82\x00\x80"), TF_E_ENCODING, 0 },
		{ ITEM("\x89\x01\x00\x00\x00\x00\x00\x00\x00\x00"), TF_E_TOO_LARGE, 0 },
		{ ITEM("\xc0"), TF_E_ENCODING, 0 },
	};
	uint8_t wide[34] = { 0x80 + 33, 1 };
	tf_rlp r;
	tf_u256 v;

	for (size_t i = 0; i < TF_ARRAY_LEN(cases); i++) {
		r = tf_rlp_init((const uint8_t *)cases[i].bytes, cases[i].len);
		CHECK(tf_rlp_u64(&r) == cases[i].value);
		CHECK_ERR(tf_rlp_end(&r), cases[i].want);
	}
	r = tf_rlp_init(wide, sizeof(wide));
	v = tf_rlp_u256(&r);
	CHECK(tf_u256_is_zero(&v));
	CHECK_ERR(tf_rlp_end(&r), TF_E_TOO_LARGE);
}

TEST(rlp_fixed_wants_the_length)
{
	uint8_t out[3];
	tf_rlp r = tf_rlp_init((const uint8_t *)"\x83" "abc", 4);

	tf_rlp_fixed(&r, out, 3);
	CHECK_OK(tf_rlp_end(&r));
	CHECK(memcmp(out, "abc", 3) == 0);
	r = tf_rlp_init((const uint8_t *)"\x82" "ab", 3);
	tf_rlp_fixed(&r, out, 3);
	CHECK_ERR(tf_rlp_end(&r), TF_E_ENCODING);
	CHECK(out[0] == 0 && out[1] == 0 && out[2] == 0);
}

TEST(rlp_reader_is_sticky)
{
	tf_rlp r = tf_rlp_init((const uint8_t *)"\x81\x01\x05", 3), inside;
	size_t n;

	CHECK(tf_rlp_bytes(&r, &n) == NULL && n == 0);
	CHECK(tf_rlp_u64(&r) == 0);
	CHECK(!tf_rlp_has_more(&r) && !tf_rlp_is_list(&r));
	inside = tf_rlp_list(&r);
	CHECK_ERR(tf_rlp_end(&inside), TF_E_ENCODING);
	CHECK_ERR(tf_rlp_end(&r), TF_E_ENCODING);
	r = tf_rlp_init((const uint8_t *)"\x05", 1);
	inside = tf_rlp_list(&r);
	CHECK_ERR(tf_rlp_end(&inside), TF_E_ENCODING);
	CHECK_ERR(tf_rlp_end(&r), TF_E_ENCODING);
}

TEST(rlp_writer_says_when_it_is_full)
{
	uint8_t buf[4];
	tf_wr w = tf_wr_init(buf, sizeof(buf));
	size_t list = tf_rlp_open(&w);

	tf_rlp_put_bytes(&w, (const uint8_t *)"dog", 3);
	tf_rlp_close(&w, list);
	CHECK_ERR(tf_wr_end(&w, NULL), TF_E_CAPACITY);
}
