#include <string.h>

#include "zk/fields_test.h"

TEST(affg_honest)
{
	for (unsigned seed = 1; seed <= 6; seed++)
		zk_honest(&zk_affg, zk_case_new(zk_kit_new(&tf_profile_small, seed), seed % 2));
}

TEST(affg_every_field_mutated)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);

	zk_honest(&zk_affg, c);
	zk_mutate_all(&zk_affg, c);
}

TEST(affg_every_field_mutated_before_the_owner)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 2), true);

	zk_honest(&zk_affg, c);
	zk_mutate_all(&zk_affg, c);
}

static void swap_parameters(zk_case *c, const uint8_t honest[static 32])
{
	tf_rp rp = c->k->rp;

	c->ctx = &c->k->other_ctx;
	zk_refused_anew(&zk_affg, c, honest, TF_CK_AFFG_EQ_ENC0, "other context");
	c->ctx = &c->k->ctx;
	c->rp = &c->k->other_rp;
	zk_refused_anew(&zk_affg, c, honest, TF_CK_AFFG_EQ_ENC0, "other Nhat");
	rp.s = c->k->rp.t;
	rp.s_inv = c->k->rp.t_inv;
	c->rp = &rp;
	zk_refused_anew(&zk_affg, c, honest, TF_CK_AFFG_EQ_ENC0, "other s");
	rp = c->k->rp;
	rp.t = c->k->rp.s;
	rp.t_inv = c->k->rp.s_inv;
	zk_refused_anew(&zk_affg, c, honest, TF_CK_AFFG_EQ_ENC0, "other t");
	c->rp = &c->k->rp;
	c->pk = &c->k->other_pk;
	zk_refused_anew(&zk_affg, c, honest, TF_CK_AFFG_EQ_ENC0, "other N1");
	c->pk = &c->k->pk;
	c->verifier_pk = &c->k->other_pk;
	zk_refused_anew(&zk_affg, c, honest, TF_CK_AFFG_EQ_ENC0, "other N0");
	c->verifier_pk = &c->k->verifier_pk;
}

TEST(affg_every_public_input_swapped)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_bn *numbers[] = { &c->C, &c->D, &c->Yc };
	const tf_bn *others[] = { &c->p.affg.A, &c->C, &c->p.affg.By };
	const char *names[] = { "C", "D", "Y" };
	uint8_t honest[32];
	tf_pt X;

	zk_honest(&zk_affg, c);
	memcpy(honest, c->challenge, 32);
	swap_parameters(c, honest);
	for (unsigned i = 0; i < TF_ARRAY_LEN(numbers); i++) {
		const tf_bn keep = *numbers[i];

		*numbers[i] = *others[i];
		zk_refused_anew(&zk_affg, c, honest, TF_CK_AFFG_EQ_ENC0, names[i]);
		*numbers[i] = keep;
	}
	X = c->X;
	CHECK_OK(tf_pt_add(c->k->g, &c->X, &X, tf_group_base(c->k->g)));
	zk_refused_anew(&zk_affg, c, honest, TF_CK_AFFG_EQ_ENC0, "X");
	c->X = X;
	CHECK_OK(zk_affg.verify(c, &c->p, NULL));
	CHECK(memcmp(honest, c->challenge, 32) == 0);
}

static void no_ciphertext(zk_case *c, tf_bn *field, const tf_paillier_pk *pk, const tf_bn *factor,
                          tf_check check)
{
	const tf_bn keep = *field;
	tf_bn bad[5];

	tf_bn_set_u64(&bad[0], 0);
	bad[1] = pk->n.m;
	bad[2] = pk->n2.m;
	CHECK_OK(tf_bn_add(&bad[3], &keep, &pk->n2.m));
	bad[4] = *factor;
	for (unsigned i = 0; i < TF_ARRAY_LEN(bad); i++) {
		*field = bad[i];
		zk_refused(&zk_affg, c, check, "no ciphertext");
	}
	*field = keep;
}

TEST(affg_ciphertexts_must_be_ciphertexts)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;

	zk_honest(&zk_affg, c);
	no_ciphertext(c, &c->C, &k->verifier_pk, &k->n0_factor, TF_CK_AFFG_C);
	no_ciphertext(c, &c->D, &k->verifier_pk, &k->n0_factor, TF_CK_AFFG_D);
	no_ciphertext(c, &c->Yc, &k->pk, &k->n_factor, TF_CK_AFFG_Y);
	CHECK_OK(zk_affg.verify(c, &c->p, NULL));
}

/* c times an encryption of 1 with randomiser 1 */
static void add_one(tf_bn *c, const tf_paillier_pk *pk)
{
	const tf_bn keep = *c;
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	CHECK_OK(tf_bn_add(&one, &one, &pk->n.m));
	CHECK_OK(tf_mod_mul(c, &keep, &one, &pk->n2));
}

/* Statements that are false in one place, proved by an otherwise honest prover: D shifted (attack
 * A8), Y of another mask, another X. */
TEST(affg_false_statements_fall_by_their_own_equation)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_bn keep;
	tf_pt X;

	zk_affg.make(c);
	keep = c->D;
	add_one(&c->D, &c->k->verifier_pk);
	CHECK_OK(zk_affg.prove(c));
	zk_refused(&zk_affg, c, TF_CK_AFFG_EQ_ENC0, "D shifted by 1");
	c->D = keep;
	keep = c->Yc;
	add_one(&c->Yc, &c->k->pk);
	CHECK_OK(zk_affg.prove(c));
	zk_refused(&zk_affg, c, TF_CK_AFFG_EQ_ENC1, "Y shifted by 1");
	c->Yc = keep;
	X = c->X;
	CHECK_OK(tf_pt_add(c->k->g, &c->X, &X, tf_group_base(c->k->g)));
	CHECK_OK(zk_affg.prove(c));
	zk_refused(&zk_affg, c, TF_CK_AFFG_EQ_X, "X + G");
}

TEST(affg_honest_prover_refuses_a_witness_out_of_range)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	const tf_profile *pr = c->k->pr;
	tf_bn bound, one;
	tf_int keep;

	zk_affg.make(c);
	tf_bn_set_u64(&one, 1);
	CHECK_OK(tf_bn_shl(&bound, &one, pr->ell));
	CHECK_OK(tf_bn_add(&bound, &bound, &one));
	keep = c->x;
	tf_int_set(&c->x, &bound, 0);
	CHECK_ERR(zk_affg.prove(c), TF_E_USAGE);
	c->x = keep;
	CHECK_OK(tf_bn_shl(&bound, &one, pr->ell_prime));
	CHECK_OK(tf_bn_add(&bound, &bound, &one));
	tf_int_set(&c->y, &bound, ~(tf_ct)0);
	CHECK_ERR(zk_affg.prove(c), TF_E_USAGE);
}

TEST(affg_phases)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	const tf_zk_affg_st st = {
		c->ctx, &k->rp, &k->verifier_pk, &k->sk.pk, &c->C, &c->D, &c->Yc, &c->X,
	};
	const tf_zk_affg_wit wit = { &c->x, &c->y, &c->rho, &c->rhoy };
	static const tf_zk_affg_prover wiped;
	tf_zk_affg_prover pv = wiped;
	tf_zk_affg_verifier vf = { 0 };
	tf_zk_affg_proof done;
	tf_batch *b = zk_batch(k, 16);
	size_t used = tf_arena_mark(&k->arena);
	tf_fault fault;

	zk_affg.make(c);
	CHECK_ERR(tf_zk_affg_prove_finish(&pv, &c->p.affg, &k->env, &st, &wit), TF_E_STATE);
	CHECK_OK(tf_zk_affg_prove_start(&pv, &c->p.affg, &k->env, &st, &wit, &k->rng, b));
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_zk_affg_prove_finish(&pv, &c->p.affg, &k->env, &st, &wit));
	CHECK(memcmp(&pv, &wiped, sizeof(pv)) == 0);
	done = c->p.affg;
	CHECK_ERR(tf_zk_affg_prove_finish(&pv, &c->p.affg, &k->env, &st, &wit), TF_E_STATE);
	CHECK(memcmp(&done, &c->p.affg, sizeof(done)) == 0);

	CHECK_ERR(tf_zk_affg_verify_finish(&vf, &k->env, &st, &done, &fault), TF_E_STATE);
	CHECK_OK(tf_zk_affg_verify_start(&vf, &k->env, &st, &done, b, &fault));
	CHECK_ERR(tf_zk_affg_verify_finish(&vf, &k->env, &st, &done, &fault), TF_E_PROOF);
	CHECK_OK(tf_batch_run(b));
	CHECK_ERR(tf_zk_affg_verify_finish(&vf, &k->env, &st, &done, &fault), TF_E_STATE);
	CHECK(tf_arena_mark(&k->arena) == used);
}
