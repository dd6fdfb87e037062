/* The proofs on P-256 and on STARK, whose order is four bits shorter than everybody's bounds. */
#include "zk/fields_test.h"

static const tf_curve_id curves[2] = { TF_CURVE_P256, TF_CURVE_STARK };

TEST_SLOW(every_proof_on_p256_and_stark, 120)
{
	for (unsigned i = 0; i < TF_ARRAY_LEN(curves); i++)
		for (unsigned k = 0; k < TF_ARRAY_LEN(zk_proofs); k++)
			zk_honest(zk_proofs[k],
			          zk_case_new(zk_kit_new_on(&tf_profile_small, 1 + k, curves[i]),
			                      k % 2));
}

/* Those that speak of points. */
TEST_SLOW(every_field_mutated_on_p256_and_stark, 120)
{
	static const zk_proof *const some[] = { &zk_sch, &zk_elog, &zk_encelg, &zk_affg };

	for (unsigned i = 0; i < TF_ARRAY_LEN(curves); i++)
		for (unsigned k = 0; k < TF_ARRAY_LEN(some); k++) {
			zk_kit *kit = zk_kit_new_on(&tf_profile_small, 9, curves[i]);
			zk_case *c = zk_case_new(kit, false);

			zk_honest(some[k], c);
			zk_mutate_all(some[k], c);
		}
}
