/* The profile that is used: honest proofs of full size, in the memory that is promised to do. */
#include "zk/fields_test.h"

static void honest_within(const zk_proof *z, bool own, size_t scratch)
{
	static uint8_t memory[TF_ZK_MOD_SCRATCH];
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_p128, 1), own);
	tf_arena mem;

	CHECK(scratch <= sizeof(memory));
	tf_arena_init(&mem, memory, scratch);
	c->k->env.mem = &mem;
	zk_honest(z, c);
	CHECK(mem.used == 0);
	if (mem.peak > 0)
		for (size_t i = 0; i < mem.cap; i++)
			CHECK(mem.base[i] == 0);
}

TEST(p128_sch_and_elog)
{
	honest_within(&zk_sch, false, TF_ZK_SCRATCH);
	honest_within(&zk_elog, false, TF_ZK_SCRATCH);
}

TEST(p128_encelg)
{
	honest_within(&zk_encelg, false, TF_ZK_SCRATCH);
	honest_within(&zk_encelg, true, TF_ZK_SCRATCH);
}

TEST(p128_affg)
{
	honest_within(&zk_affg, false, TF_ZK_SCRATCH);
	honest_within(&zk_affg, true, TF_ZK_SCRATCH);
}

TEST(p128_fac)
{
	honest_within(&zk_fac, false, TF_ZK_SCRATCH);
	honest_within(&zk_fac, true, TF_ZK_SCRATCH);
}

TEST_SLOW(p128_prm, 300)
{
	honest_within(&zk_prm, false, TF_ZK_SCRATCH);
}

/* Ten and twenty seconds: make check-all has them. */
TEST_SLOW(p128_dec_and_affgstar, 300)
{
	if (!zk_all())
		tf_test_skip("TREFOIL_ZK is not all");
	honest_within(&zk_dec, false, TF_ZK_SCRATCH);
	honest_within(&zk_affgstar, true, TF_ZK_SCRATCH);
}

TEST_SLOW(p128_mod, 300)
{
	honest_within(&zk_mod, false, TF_ZK_MOD_SCRATCH);
}
