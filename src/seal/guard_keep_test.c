/* Released blocks that are kept for their next owner. */
#include <string.h>

#include "harness/harness.h"
#include "seal/guard.h"

static bool is_zero(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != 0)
			return false;
	return true;
}

/* Flush with the end of its pages: what lies behind is the guard page. */
static uintptr_t end_of(const void *p, size_t len)
{
	return (uintptr_t)p + (len + 63) / 64 * 64;
}

TEST(a_kept_block_comes_back_wiped_and_guarded)
{
	uint8_t *first, *second;

	tf_guard_keep(1 << 20);
	first = tf_guard_alloc(5000);
	CHECK(first != NULL);
	memset(first, 0xa5, 5000);
	tf_guard_release(first);
	second = tf_guard_alloc(6000); /* as many pages */
	CHECK(second && end_of(second, 6000) == end_of(first, 5000));
	CHECK(is_zero(second, 6000));
	memset(second, 0x5a, 6000);
	first = tf_guard_alloc(5000); /* its owner has it: another one */
	CHECK(first && end_of(second, 6000) != end_of(first, 5000) && is_zero(first, 5000));
	tf_guard_release(first);
	tf_guard_release(second);
	first = tf_guard_alloc(100); /* fewer pages */
	CHECK(first && is_zero(first, 100));
	CHECK(end_of(first, 100) != end_of(second, 6000));
	tf_guard_release(first);
	tf_guard_keep(0);
}

TEST(no_more_is_kept_than_was_said)
{
	uint8_t *p[3];
	unsigned again = 0;

	tf_guard_keep(5 * 4096); /* one block of two pages, which has three more around it */
	for (unsigned i = 0; i < 3; i++)
		CHECK((p[i] = tf_guard_alloc(8192)) != NULL);
	for (unsigned i = 0; i < 3; i++)
		tf_guard_release(p[i]);
	p[1] = tf_guard_alloc(8192);
	again = p[1] == p[0];
	CHECK(again == 1);
	tf_guard_release(p[1]);
	tf_guard_keep(0);
	p[2] = tf_guard_alloc(8192);
	CHECK(p[2] && is_zero(p[2], 8192));
	tf_guard_release(p[2]);
}
