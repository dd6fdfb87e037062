#include <string.h>

#include "base/arena.h"
#include "base/ct.h"
#include "base/fault.h"
#include "base/keccak.h"
#include "base/rw.h"
#include "harness/harness.h"

TEST(keccak256_of_the_empty_string)
{
	uint8_t h[32];

	tf_keccak256(h, "", 0);
	CHECK_HEX(h, 32, "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
}

/* FIPS 202 example values for SHAKE256 of the empty message */
TEST(shake256_of_the_empty_string)
{
	uint8_t h[64];
	tf_keccak k;

	tf_shake256_init(&k);
	tf_keccak_squeeze(&k, h, 10);
	tf_keccak_squeeze(&k, h + 10, 54);
	CHECK_HEX(h, 64,
	          "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f"
	          "d75dc4ddd8c0f200cb05019d67b592f6fc821c49479ab48640292eacb3b7c4be");
}

TEST(shake256_absorbs_in_any_pieces)
{
	uint8_t data[500], one[32], two[32];
	tf_keccak k;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	tf_shake256_hash(one, data, sizeof(data));
	tf_shake256_init(&k);
	for (size_t i = 0, step = 1; i < sizeof(data); i += step, step = step % 13 + 1) {
		if (step > sizeof(data) - i)
			step = sizeof(data) - i;
		tf_keccak_absorb(&k, data + i, step);
	}
	tf_keccak_squeeze(&k, two, 32);
	CHECK(memcmp(one, two, 32) == 0);
}

TEST(reader_is_sticky_and_wants_everything_consumed)
{
	const uint8_t b[] = { 1, 2, 3, 4, 5, 6, 7 };
	tf_rd r = tf_rd_init(b, sizeof(b));

	CHECK(tf_rd_u16(&r) == 0x0102);
	CHECK(tf_rd_u32(&r) == 0x03040506);
	CHECK_ERR(tf_rd_end(&r), TF_E_TRAILING);
	CHECK(tf_rd_u8(&r) == 7);
	CHECK_OK(tf_rd_end(&r));
	CHECK(tf_rd_u64(&r) == 0);
	CHECK_ERR(tf_rd_end(&r), TF_E_TRUNCATED);
	CHECK(tf_rd_u8(&r) == 0);
	CHECK_ERR(tf_rd_end(&r), TF_E_TRUNCATED);
}

TEST(blob_respects_its_maximum)
{
	const uint8_t b[] = { 0, 0, 0, 3, 'a', 'b', 'c' };
	tf_rd r = tf_rd_init(b, sizeof(b));
	size_t len;

	CHECK(tf_rd_blob(&r, 2, &len) == NULL && len == 0);
	CHECK_ERR(tf_rd_end(&r), TF_E_TOO_LARGE);
	r = tf_rd_init(b, sizeof(b));
	CHECK(memcmp(tf_rd_blob(&r, 3, &len), "abc", 3) == 0 && len == 3);
	CHECK_OK(tf_rd_end(&r));
	r = tf_rd_init(b, 6);
	CHECK(tf_rd_blob(&r, 3, &len) == NULL && len == 0);
	CHECK_ERR(tf_rd_end(&r), TF_E_TRUNCATED);
}

TEST(writer_stops_at_its_capacity)
{
	uint8_t b[8];
	size_t len = 99;
	tf_wr w = tf_wr_init(b, sizeof(b));

	tf_wr_u32(&w, 0x01020304);
	tf_wr_u16(&w, 0x0506);
	tf_wr_u32(&w, 1);
	tf_wr_u8(&w, 1);
	CHECK_ERR(tf_wr_end(&w, &len), TF_E_CAPACITY);
	CHECK(len == 99);
	w = tf_wr_init(b, sizeof(b));
	tf_wr_blob(&w, "wxyz", 4);
	CHECK_OK(tf_wr_end(&w, &len));
	CHECK(len == 8);
	CHECK_HEX(b, 8, "000000047778797a");
}

TEST(arena_wipes_on_release_and_refuses_when_full)
{
	uint8_t mem[1024];
	tf_arena a;
	size_t mark;
	uint8_t *p;

	tf_arena_init(&a, mem, sizeof(mem));
	CHECK(tf_arena_alloc(&a, 100) != NULL);
	mark = tf_arena_mark(&a);
	p = tf_arena_alloc(&a, 64);
	CHECK(p != NULL);
	memset(p, 0xaa, 64);
	tf_arena_release(&a, mark);
	for (size_t i = 0; i < 64; i++)
		CHECK(p[i] == 0);
	CHECK(tf_arena_alloc(&a, 4096) == NULL);
	CHECK(tf_arena_alloc(&a, SIZE_MAX) == NULL);
}

TEST(ct_masks)
{
	CHECK(tf_ct_is_zero(0) == ~(tf_ct)0);
	CHECK(tf_ct_is_zero(1) == 0 && tf_ct_is_zero(UINT64_MAX) == 0);
	CHECK(tf_ct_is_zero((uint64_t)1 << 63) == 0);
	CHECK(tf_ct_select(tf_ct_mask(1), 7, 9) == 7);
	CHECK(tf_ct_select(tf_ct_mask(0), 7, 9) == 9);
	CHECK(tf_ct_reveal(tf_ct_bytes_eq("abc", "abc", 3)));
	CHECK(!tf_ct_reveal(tf_ct_bytes_eq("abc", "abd", 3)));
}

TEST(a_failed_check_is_recorded_and_can_be_switched_off)
{
	tf_fault f;

	tf_fault_at(&f, 2, 3);
	CHECK(tf_holds(&f, TF_CK_ENVELOPE_SIGNATURE, true));
	CHECK(f.check == TF_CK_NONE);
	CHECK(!tf_holds(&f, TF_CK_ENVELOPE_SIGNATURE, false));
	CHECK(f.check == TF_CK_ENVELOPE_SIGNATURE && f.party == 2 && f.round == 3);
	CHECK(tf_check_refusals(TF_CK_ENVELOPE_SIGNATURE) >= 1);
	CHECK(strcmp(tf_check_name(f.check), "ENVELOPE_SIGNATURE") == 0);
	tf_check_switch_off(TF_CK_ENVELOPE_SIGNATURE);
	CHECK(tf_holds(&f, TF_CK_ENVELOPE_SIGNATURE, false));
}

TEST(every_check_has_a_name_and_says_what_does_not_hold)
{
	unsigned n;
	const tf_check *all = tf_check_list(&n);

	CHECK(n > 100);
	for (unsigned i = 0; i < n; i++) {
		CHECK(strlen(tf_check_name(all[i])) > 2 && strlen(tf_check_text(all[i])) > 4);
		for (unsigned k = 0; k < i; k++)
			CHECK(all[k] != all[i] &&
			      strcmp(tf_check_name(all[k]), tf_check_name(all[i])) != 0);
	}
	CHECK(strcmp(tf_check_name(TF_CK_NONE), "NONE") == 0);
	CHECK(strcmp(tf_check_text(TF_CK_NONE), "no check") == 0);
	/* numbers come from files, too */
	CHECK(strcmp(tf_check_name((tf_check)9999), "?") == 0);
	CHECK(strcmp(tf_check_text((tf_check)9999), "?") == 0);
	CHECK(tf_check_refusals((tf_check)9999) == 0);
	tf_fault_at(NULL, 1, 1); /* where nobody asks for a verdict */
	CHECK(!tf_holds(NULL, TF_CK_ENVELOPE_SIGNATURE, false));
}

/* gcc 12 with -ftrivial-auto-var-init=zero clears bytes of such variables that are not padding
 * (cmake/Trefoil.cmake leaves the flag out then): points lost their first bytes. */
TEST(braced_initialisers_keep_their_values)
{
	typedef struct odd { uint8_t c[65]; } odd;
	typedef struct inner { odd list[16]; uint64_t k; } inner;
	static inner in;
	memset(&in, 0xaa, sizeof(in));
	{
		inner two[2] = { in, in };
		struct { inner a; uint32_t x; } pair = { in, 1 };
		struct { odd list[3]; uint64_t k; } three = { .list = { in.list[0], in.list[1],
		                                                        in.list[2] }, .k = 5 };

		CHECK(memcmp(two[0].list, in.list, sizeof(in.list)) == 0);
		CHECK(memcmp(two[1].list, in.list, sizeof(in.list)) == 0);
		CHECK(memcmp(pair.a.list, in.list, sizeof(in.list)) == 0 && pair.x == 1);
		CHECK(memcmp(three.list, in.list, sizeof(three.list)) == 0 && three.k == 5);
	}
}

/* Every error has a name of its own that begins with its kind's; numbers have no gaps. */
TEST(errors_have_names)
{
	static const char *const kinds[] = { "OK", "USAGE", "ENCODING", "STATE", "PROOF", "POLICY",
	                                     "RESOURCE", "TRUST" };
	static const unsigned counts[] = { 1, 3, 5, 7, 1, 2, 5, 3 };
	const char *seen[32];
	unsigned n = 0;

	CHECK(strcmp(tf_err_name(TF_OK), "OK") == 0 && tf_err_get_kind(TF_OK) == TF_KIND_NONE);
	for (unsigned kind = 1; kind < TF_ARRAY_LEN(kinds); kind++) {
		for (unsigned i = 1; i <= counts[kind]; i++) {
			const char *name = tf_err_name((tf_err)(kind << 8 | i));
			size_t len = strlen(kinds[kind]);

			CHECK(strncmp(name, kinds[kind], len) == 0);
			CHECK(i == 1 ? name[len] == '\0' : name[len] == '/');
			CHECK((unsigned)tf_err_get_kind((tf_err)(kind << 8 | i)) == kind);
			for (unsigned k = 0; k < n; k++)
				CHECK(strcmp(seen[k], name) != 0);
			seen[n++] = name;
		}
		CHECK(strcmp(tf_err_name((tf_err)(kind << 8 | (counts[kind] + 1))), "UNKNOWN") == 0);
	}
}
