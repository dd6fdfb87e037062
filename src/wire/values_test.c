/* Each kind of value: what its one encoding is, and what is refused. */
#include <string.h>

#include "harness/harness.h"
#include "wire_protocol.h"
#include "wire_records.h"

static uint8_t memory[1 << 16];
static uint8_t group_memory[1 << 16];

static tf_wire_env environment(void)
{
	tf_arena mem;
	tf_wire_env env = { .pr = &tf_profile_small, .n = 3, .batch = 2 };

	tf_arena_init(&mem, group_memory, sizeof(group_memory));
	CHECK_OK(tf_group_init(&env.g, TF_CURVE_SECP256K1, NULL, &mem));
	return env;
}

static tf_arena arena(void)
{
	tf_arena mem;

	tf_arena_init(&mem, memory, sizeof(memory));
	return mem;
}

TEST(an_integer_has_its_exact_width)
{
	uint8_t buf[64];
	tf_wr w = tf_wr_init(buf, sizeof(buf));
	tf_int x;
	tf_bn one;

	tf_bn_set_u64(&one, 0x1ff);
	tf_int_set(&x, &one, ~(tf_ct)0);
	tf_wire_put_int(&w, &x, 17);
	CHECK_OK(tf_wr_end(&w, NULL));
	CHECK_HEX(buf, w.len, "010001ff");
	w = tf_wr_init(buf, sizeof(buf));
	tf_wire_put_int(&w, &x, 8);
	CHECK_ERR(tf_wr_end(&w, NULL), TF_E_USAGE);
}

static tf_err get_int(const char *bytes, size_t len, uint32_t bits)
{
	tf_rd r = tf_rd_init(bytes, len);
	tf_int x;

	tf_wire_get_int(&r, &x, bits);
	return tf_rd_end(&r);
}

TEST(other_encodings_of_an_integer_are_refused)
{
	CHECK_OK(get_int("\1\1\xff", 3, 9));
	CHECK_OK(get_int("\0\0\0", 3, 9));
	CHECK_ERR(get_int("\1\0\0", 3, 9), TF_E_ENCODING);    /* minus zero */
	CHECK_ERR(get_int("\2\1\xff", 3, 9), TF_E_ENCODING);  /* sign */
	CHECK_ERR(get_int("\0\2\0", 3, 9), TF_E_ENCODING);    /* one bit too many */
	CHECK_ERR(get_int("\0\1", 2, 9), TF_E_TRUNCATED);
	CHECK_ERR(get_int("\0\0\0\0", 4, 9), TF_E_TRAILING);
}

TEST(minus_zero_is_never_written)
{
	uint8_t buf[8];
	tf_wr w = tf_wr_init(buf, sizeof(buf));
	tf_int x = { .neg = ~(tf_ct)0 };

	tf_bn_set_u64(&x.mag, 0);
	tf_wire_put_int(&w, &x, 9);
	CHECK_ERR(tf_wr_end(&w, NULL), TF_E_USAGE);
}

TEST(scalars_are_below_the_order_and_points_on_the_curve)
{
	/* q, and q - 1 */
	static const uint8_t q[32] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xfe, 0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c,
		0xd0, 0x36, 0x41, 0x41,
	};
	tf_wire_env env = environment();
	tf_arena mem = arena();
	tf_msg_sign_share m;
	uint8_t b[32], point[33] = { 2 };
	tf_rd r;
	tf_pt p;

	memcpy(b, q, 32);
	CHECK_ERR(tf_msg_sign_share_decode(&m, &env, &mem, b, 32), TF_E_ENCODING);
	b[31]--;
	CHECK_OK(tf_msg_sign_share_decode(&m, &env, &mem, b, 32));
	memset(point + 1, 0xff, 32);
	r = tf_rd_init(point, 33);
	tf_wire_get_point(&r, &env, &p);
	CHECK_ERR(tf_rd_end(&r), TF_E_ENCODING);
}

TEST(without_an_environment_nothing_that_needs_one_is_coded)
{
	tf_arena mem = arena();
	tf_msg_sign_share m = { 0 };
	tf_msg_dispute d = { 0 };
	tf_zk_sch_proof sch = { 0 };
	tf_bn x;
	uint8_t b[64] = { 0 };
	size_t len;
	tf_wr w;

	CHECK_ERR(tf_msg_sign_share_decode(&m, NULL, &mem, b, 32), TF_E_USAGE);
	CHECK_ERR(tf_msg_sign_share_encode(b, sizeof(b), &len, NULL, &m), TF_E_USAGE);
	CHECK_ERR(tf_zk_sch_proof_encode(b, sizeof(b), &len, NULL, &sch), TF_E_USAGE);
	b[4] = 1;
	CHECK_ERR(tf_msg_dispute_decode(&d, NULL, &mem, b, 9), TF_E_TOO_LARGE);
	w = tf_wr_init(b, sizeof(b));
	tf_bn_set_u64(&x, 0);
	tf_wire_put_nat(&w, &x, 0);
	CHECK_ERR(tf_wr_end(&w, NULL), TF_E_USAGE);
}

TEST(a_count_above_its_maximum_is_refused_before_anything_else)
{
	tf_wire_env env = environment();
	tf_arena mem = arena();
	tf_msg_presign_confirm m;
	uint8_t b[4 + 3 * 32] = { 0, 0, 0, 3 };
	size_t before = mem.used;

	CHECK_ERR(tf_msg_presign_confirm_decode(&m, &env, &mem, b, sizeof(b)), TF_E_TOO_LARGE);
	b[3] = 2;
	CHECK_ERR(tf_msg_presign_confirm_decode(&m, &env, &mem, b, 4 + 63), TF_E_TRUNCATED);
	CHECK(mem.used == before && mem.peak == before);
	CHECK_OK(tf_msg_presign_confirm_decode(&m, &env, &mem, b, 4 + 64));
	CHECK(m.items_n == 2);
	m.items_n = 3;
	CHECK_ERR(tf_msg_presign_confirm_encode(b, sizeof(b), &before, &env, &m), TF_E_USAGE);
}

TEST(a_full_arena_is_capacity_and_takes_nothing)
{
	tf_wire_env env = environment();
	tf_arena mem;
	tf_msg_presign_confirm m;
	uint8_t b[4 + 64] = { 0, 0, 0, 2 };

	tf_arena_init(&mem, memory, 63);
	CHECK_ERR(tf_msg_presign_confirm_decode(&m, &env, &mem, b, sizeof(b)), TF_E_CAPACITY);
	CHECK(mem.used == 0 && m.items_n == 0 && m.items == NULL);
}

static tf_err get_string(const char *text, size_t len)
{
	tf_arena mem = arena();
	uint8_t b[64] = { 0 };
	const char *x;
	tf_rd r;

	b[3] = (uint8_t)len;
	memcpy(b + 4, text, len);
	r = tf_rd_init(b, 4 + len);
	tf_wire_get_string(&r, &mem, &x, 16);
	if (r.err == TF_OK)
		CHECK(strlen(x) == len && memcmp(x, text, len) == 0);
	return tf_rd_end(&r);
}

TEST(strings_are_printable_utf8)
{
	static const char *const bad[] = {
		"a\nb", "\x7f", "\x1b", "\xc2\x80", "\xc2\x9f", "\xc0\xaf", "\xc1\x81", "\x80",
		"\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", "\xff", "\xe2\x82", "\xc3", "a\xf0\x9f\x8d", "\xc3(",
	};
	static const char *const good[] = {
		"", "guard-1", "\xc2\xa0", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
		"\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "sixteen bytes ..",
	};

	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++)
		CHECK_ERR(get_string(bad[i], strlen(bad[i])), TF_E_ENCODING);
	for (size_t i = 0; i < TF_ARRAY_LEN(good); i++)
		CHECK_OK(get_string(good[i], strlen(good[i])));
	CHECK_ERR(get_string("a\0b", 3), TF_E_ENCODING);
	CHECK_ERR(get_string("seventeen bytes .", 17), TF_E_TOO_LARGE);
}

TEST(a_string_that_could_not_be_read_is_not_written)
{
	uint8_t b[64];
	const char *text = "a\tb";
	tf_wr w = tf_wr_init(b, sizeof(b));

	tf_wire_put_string(&w, &text, 16);
	CHECK_ERR(tf_wr_end(&w, NULL), TF_E_USAGE);
	w = tf_wr_init(b, sizeof(b));
	text = "abc";
	tf_wire_put_string(&w, &text, 2);
	CHECK_ERR(tf_wr_end(&w, NULL), TF_E_USAGE);
	w = tf_wr_init(b, sizeof(b));
	text = NULL;
	tf_wire_put_string(&w, &text, 2);
	CHECK_OK(tf_wr_end(&w, NULL));
	CHECK_HEX(b, w.len, "00000000");
}

TEST(a_frame_is_of_its_type_and_version)
{
	tf_arena mem = arena();
	tf_msg_keygen_r1 m = { .V = { 1 } }, back;
	uint8_t b[64];
	size_t len;

	CHECK_OK(tf_wire_encode_framed(&tf_msg_keygen_r1_wire, b, sizeof(b), &len, NULL, &m));
	CHECK(len == 36 && tf_wire_peek(b, len) == TF_MSG_KEYGEN_R1 && tf_wire_peek(b, 1) == 0);
	CHECK_OK(tf_wire_decode_framed(&tf_msg_keygen_r1_wire, &back, NULL, &mem, b, len));
	CHECK(memcmp(&m, &back, sizeof(m)) == 0);
	CHECK_ERR(tf_wire_decode_framed(&tf_msg_aux_r1_wire, &back, NULL, &mem, b, len),
	          TF_E_UNSUPPORTED);
	b[3]++;
	CHECK_ERR(tf_wire_decode_framed(&tf_msg_keygen_r1_wire, &back, NULL, &mem, b, len),
	          TF_E_UNSUPPORTED);
	CHECK_ERR(tf_wire_decode_framed(&tf_msg_keygen_r1_wire, &back, NULL, &mem, b, 3),
	          TF_E_TRUNCATED);
	CHECK(tf_wire_find(tf_wire_protocol_types, TF_WIRE_PROTOCOL_TYPES, TF_MSG_AUX_R1) ==
	      &tf_msg_aux_r1_wire);
	CHECK(tf_wire_find(tf_wire_protocol_types, TF_WIRE_PROTOCOL_TYPES, 0x7777) == NULL);
}

TEST(text_never_shows_a_secret)
{
	tf_wire_env env = environment();
	tf_msg_keygen_share m;
	tf_rec_own_moduli moduli = { .generation = 7 };
	char text[1024];

	tf_sc_set_u64(env.g, &m.f.s, 0xdeadbeef);
	(void)tf_wire_describe(text, sizeof(text), &tf_msg_keygen_share_wire, &env, &m);
	CHECK(strcmp(text, "msg_keygen_share:\n  f: (secret)\n") == 0);
	tf_bn_set_u64(&moduli.p, 0xdeadbeef);
	(void)tf_wire_describe(text, sizeof(text), &tf_rec_own_moduli_wire, &env, &moduli);
	CHECK(strstr(text, "deadbeef") == NULL && strstr(text, "p: (secret)") != NULL);
	CHECK(strstr(text, "generation: 7\n") != NULL && strstr(text, "t: 0x0\n") != NULL);
}
