/* Membership in Z*_m, and what is a ciphertext: condition by condition. */
#include "zk/impl.h"
#include "zk/kit_test.h"

typedef enum kind { UNIT, CT } kind;

/* Is x refused, by nothing but this part? Where `units` says that it is known to be one, gcds are
 * not asked. */
static void check(kind k, const tf_bn *x, const zk_kit *kit, bool units, tf_check part)
{
	static const tf_check all[] = { TF_CK_UNIT_ZERO, TF_CK_UNIT_BELOW, TF_CK_UNIT_COPRIME,
	                                TF_CK_CT_ZERO, TF_CK_CT_BELOW, TF_CK_CT_COPRIME };
	unsigned before[TF_ARRAY_LEN(all)];
	bool ok;

	for (size_t i = 0; i < TF_ARRAY_LEN(all); i++)
		before[i] = tf_check_refusals(all[i]);
	ok = k == CT ? tf_zk_ct_ok(x, &kit->pk, units) : tf_zk_unit_ok(x, &kit->pk.n.m, units);
	CHECK(ok == (part == TF_CK_NONE));
	for (size_t i = 0; i < TF_ARRAY_LEN(all); i++)
		CHECK(tf_check_refusals(all[i]) == before[i] + (all[i] == part));
}

TEST(units_and_ciphertexts_meet_every_condition)
{
	zk_kit *k = zk_kit_new(&tf_profile_small, 1);
	tf_bn zero = { 0 }, one, above, last;

	tf_bn_set_u64(&zero, 0);
	tf_bn_set_u64(&one, 1);
	for (unsigned units = 0; units < 2; units++) {
		check(UNIT, &one, k, units, TF_CK_NONE);
		check(UNIT, &zero, k, units, TF_CK_UNIT_ZERO);
		check(UNIT, &k->pk.n.m, k, units, TF_CK_UNIT_BELOW);
		CHECK_OK(tf_bn_add(&above, &k->pk.n.m, &one));
		check(UNIT, &above, k, units, TF_CK_UNIT_BELOW);
		(void)tf_bn_sub(&last, &k->pk.n.m, &one);
		check(UNIT, &last, k, units, TF_CK_NONE);
		check(UNIT, &k->n_factor, k, units, units ? TF_CK_NONE : TF_CK_UNIT_COPRIME);

		check(CT, &one, k, units, TF_CK_NONE);
		check(CT, &above, k, units, TF_CK_NONE); /* of 1 */
		check(CT, &zero, k, units, TF_CK_CT_ZERO);
		check(CT, &k->pk.n2.m, k, units, TF_CK_CT_BELOW);
		(void)tf_bn_sub(&last, &k->pk.n2.m, &one);
		check(CT, &last, k, units, TF_CK_NONE);
		check(CT, &k->pk.n.m, k, units, units ? TF_CK_NONE : TF_CK_CT_COPRIME);
	}
}
