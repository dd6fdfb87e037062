/* Provers, and verifiers who use their own factors, under the tools of the ct presets: everything
 * that came from the rng, the factors of all moduli and lambda are marked secret. What remains
 * unmarked, or is declassified by the code, is what the protocol publishes. */
#include "zk/kit_test.h"

TEST(constant_time_sch)
{
	zk_honest(&zk_sch, zk_case_new(zk_kit_new(&tf_profile_small, 1), false));
}

TEST(constant_time_elog)
{
	zk_honest(&zk_elog, zk_case_new(zk_kit_new(&tf_profile_small, 1), false));
}

TEST(constant_time_encelg)
{
	zk_honest(&zk_encelg, zk_case_new(zk_kit_new(&tf_profile_small, 1), true));
}

TEST(constant_time_affg)
{
	zk_honest(&zk_affg, zk_case_new(zk_kit_new(&tf_profile_small, 1), true));
}

TEST(constant_time_prm)
{
	zk_honest(&zk_prm, zk_case_new(zk_kit_new(&tf_profile_small, 1), false));
}

TEST(constant_time_mod)
{
	zk_honest(&zk_mod, zk_case_new(zk_kit_new(&tf_profile_small, 1), false));
}

TEST(constant_time_fac)
{
	zk_honest(&zk_fac, zk_case_new(zk_kit_new(&tf_profile_small, 1), true));
}

TEST(constant_time_dec)
{
	zk_honest(&zk_dec, zk_case_new(zk_kit_new(&tf_profile_small, 1), false));
}

TEST(constant_time_affgstar)
{
	zk_honest(&zk_affgstar, zk_case_new(zk_kit_new(&tf_profile_small, 1), true));
}
