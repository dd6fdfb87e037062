/* A secret multiple leaves nothing of its digits in the vector registers. */
#include "num/registers_test.h"

#include "curve/ed25519_kernel.h"
#include "curve/kit_test.h"

TEST(ed25519_lanes_leave_nothing_in_registers)
{
	const uint64_t k[4] = { 0x0123456789abcdef, 0xfedcba9876543210, 0x1357, 0x0fffffffffffffff };
	tf_ed out;

	if (!tf_kernel_ifma())
		tf_test_skip("this machine, or the tool that runs this, has no kernel ifma");
	registers_watch();
	registers_fill();
	CHECK(registers_in_use() == HIGH_COUNT);
	registers_fill();
	tf_ed_kernel_of(tf_kernel_ifma())->mul_base(&out, k);
	CHECK(registers_in_use() == 0);
}
