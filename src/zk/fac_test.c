#include <string.h>

#include "zk/fields_test.h"

TEST(fac_honest)
{
	for (unsigned seed = 1; seed <= 6; seed++)
		zk_honest(&zk_fac, zk_case_new(zk_kit_new(&tf_profile_small, seed), seed % 2));
}

TEST(fac_every_field_mutated)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);

	zk_honest(&zk_fac, c);
	zk_mutate_all(&zk_fac, c);
}

TEST(fac_every_field_mutated_before_the_owner)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 2), true);

	zk_honest(&zk_fac, c);
	zk_mutate_all(&zk_fac, c);
}

TEST(fac_every_public_input_swapped)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_rp rp = c->k->rp;
	uint8_t honest[32];

	zk_honest(&zk_fac, c);
	memcpy(honest, c->challenge, 32);
	c->ctx = &c->k->other_ctx;
	zk_refused_anew(&zk_fac, c, honest, TF_CK_FAC_EQ_P, "other context");
	c->ctx = &c->k->ctx;
	c->rp = &c->k->other_rp;
	zk_refused_anew(&zk_fac, c, honest, TF_CK_FAC_EQ_P, "other Nhat");
	rp.s = c->k->rp.t;
	rp.s_inv = c->k->rp.t_inv;
	c->rp = &rp;
	zk_refused_anew(&zk_fac, c, honest, TF_CK_FAC_EQ_P, "other s");
	rp = c->k->rp;
	rp.t = c->k->rp.s;
	rp.t_inv = c->k->rp.s_inv;
	zk_refused_anew(&zk_fac, c, honest, TF_CK_FAC_EQ_P, "other t");
	c->rp = &c->k->rp;
	c->pk = &c->k->other_pk;
	zk_refused_anew(&zk_fac, c, honest, TF_CK_FAC_EQ_P, "other N");
}

/* An honest prover who speaks of the factors of another N: only N's own equation sees it. */
TEST(fac_factors_of_another_modulus)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);

	c->k->sk.f.p = c->k->verifier_sk.f.p;
	CHECK_OK(zk_fac.prove(c));
	zk_refused(&zk_fac, c, TF_CK_FAC_EQ_N, "p of another N");
}

TEST(fac_phases)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	static tf_zk_fac_prover pv;
	static const tf_zk_fac_prover wiped;
	static tf_zk_fac_verifier vf;
	tf_zk_fac_proof *p = &c->p.fac, done;
	tf_batch *b = zk_batch(k, 8);
	size_t used = tf_arena_mark(&k->arena);
	tf_fault fault;

	CHECK_ERR(tf_zk_fac_prove_middle(&pv, p, &k->env, &k->rp, b), TF_E_STATE);
	CHECK_ERR(tf_zk_fac_prove_finish(&pv, p, &k->env, c->ctx, &k->rp, &k->sk), TF_E_STATE);
	CHECK_OK(tf_zk_fac_prove_start(&pv, p, &k->env, &k->rp, &k->sk, &k->rng, b));
	CHECK_OK(tf_batch_run(b));
	CHECK_ERR(tf_zk_fac_prove_finish(&pv, p, &k->env, c->ctx, &k->rp, &k->sk), TF_E_STATE);
	CHECK_OK(tf_zk_fac_prove_middle(&pv, p, &k->env, &k->rp, b));
	CHECK_ERR(tf_zk_fac_prove_middle(&pv, p, &k->env, &k->rp, b), TF_E_STATE);
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_zk_fac_prove_finish(&pv, p, &k->env, c->ctx, &k->rp, &k->sk));
	CHECK(memcmp(&pv, &wiped, sizeof(pv)) == 0);
	done = *p;
	CHECK_ERR(tf_zk_fac_prove_finish(&pv, p, &k->env, c->ctx, &k->rp, &k->sk), TF_E_STATE);
	CHECK(memcmp(&done, p, sizeof(done)) == 0);

	CHECK_ERR(tf_zk_fac_verify_finish(&vf, &k->env, &k->rp, p, &fault), TF_E_STATE);
	CHECK_OK(tf_zk_fac_verify_start(&vf, &k->env, c->ctx, &k->rp, &k->pk, p, b, &fault));
	CHECK_ERR(tf_zk_fac_verify_finish(&vf, &k->env, &k->rp, p, &fault), TF_E_PROOF);
	CHECK_OK(tf_batch_run(b));
	CHECK_ERR(tf_zk_fac_verify_finish(&vf, &k->env, &k->rp, p, &fault), TF_E_STATE);
	CHECK(tf_arena_mark(&k->arena) == used);
}
