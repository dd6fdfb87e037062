/* Errors that accuse nobody: no memory, no entropy, a batch that is too small. */
#include <string.h>

#include "zk/batchv.h"
#include "zk/kit_test.h"

static tf_err no_entropy(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 0, len);
	return TF_E_ENTROPY;
}

TEST(errors_without_memory)
{
	for (unsigned i = 0; i < TF_ARRAY_LEN(zk_proofs); i++) {
		zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
		const zk_proof *z = zk_proofs[i];
		uint8_t mem[64];
		tf_fault fault;
		tf_arena tiny;

		zk_honest(z, c);
		tf_arena_init(&tiny, mem, sizeof(mem));
		c->k->env.mem = &tiny;
		tf_fault_at(&fault, 1, 1);
		CHECK_ERR(z->verify(c, &c->p, &fault), TF_E_CAPACITY);
		CHECK(fault.check == TF_CK_NONE);
		CHECK_ERR(z->prove(c), TF_E_CAPACITY);
	}
}

TEST(errors_without_entropy)
{
	for (unsigned i = 0; i < TF_ARRAY_LEN(zk_proofs); i++) {
		zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
		const zk_proof *z = zk_proofs[i];
		tf_fault fault;

		zk_honest(z, c);
		c->k->rng = (tf_rng){ no_entropy, NULL };
		if (z == &zk_prm || z == &zk_mod) {
			tf_fault_at(&fault, 1, 1);
			CHECK_ERR(z->verify(c, &c->p, &fault), TF_E_ENTROPY);
			CHECK(fault.check == TF_CK_NONE);
		}
		CHECK_ERR(z->prove(c), TF_E_ENTROPY);
	}
}

/* Enqueueing is sticky: a batch with too little room says so when it runs. */
TEST(errors_of_a_small_batch)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	const tf_zk_affg_st st = {
		c->ctx, &k->rp, &k->verifier_pk, &k->pk, &c->C, &c->D, &c->Yc, &c->X,
	};
	tf_zk_affg_verifier vf;
	tf_batch *b;

	zk_honest(&zk_affg, c);
	b = zk_batch(k, TF_ZK_AFFG_VERIFY_JOBS - 1);
	CHECK_OK(tf_zk_affg_verify_start(&vf, &k->env, &st, &c->p.affg, b, NULL));
	CHECK_ERR(tf_batch_run(b), TF_E_CAPACITY);
	CHECK_ERR(tf_zk_affg_verify_finish(&vf, &k->env, &st, &c->p.affg, NULL), TF_E_PROOF);
}

/* The last equation finds no room. It would lie where what equations share does, of which these
 * have nothing: everything would hold. */
TEST(errors_of_one_equation_too_many)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	const tf_zk_encelg_st st = { c->ctx, &k->rp, &k->pk, &c->C, &c->A, &c->B, &c->X };
	tf_zk_encelg_verifier vf[8];
	tf_zk_batchv *v;
	bool holds;

	zk_honest(&zk_encelg, c);
	for (unsigned less = 0; less < 2; less++) {
		CHECK_OK(tf_zk_batchv_open(&v, &k->env,
		                           TF_ARRAY_LEN(vf) * TF_ZK_ENCELG_EQUATIONS - less, 2,
		                           &k->rng));
		for (unsigned i = 0; i < TF_ARRAY_LEN(vf); i++) {
			CHECK_OK(tf_zk_encelg_verify_open(&vf[i], &k->env, &st, &c->p.encelg,
			                                  NULL));
			tf_zk_batchv_encelg(v, &vf[i], &st, &c->p.encelg);
		}
		CHECK_ERR(tf_zk_batchv_run(&holds, v), less ? TF_E_CAPACITY : TF_OK);
		CHECK(holds == !less);
	}
	CHECK(vf[0].phase == TF_ZK_MIDDLE && vf[7].phase == TF_ZK_MIDDLE);
}
