#include <string.h>

#include "zk/fields_test.h"

TEST(affgstar_honest)
{
	for (unsigned seed = 1; seed <= 4; seed++)
		zk_honest(&zk_affgstar,
		          zk_case_new(zk_kit_new(&tf_profile_small, seed), seed % 2));
}

TEST_SLOW(affgstar_every_field_mutated, 300)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);

	zk_honest(&zk_affgstar, c);
	zk_mutate_all(&zk_affgstar, c);
}

TEST(affgstar_every_public_input_swapped)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_bn *numbers[] = { &c->C, &c->D, &c->Yc };
	const tf_bn *others[] = { &c->p.affgstar.A[0], &c->C, &c->p.affgstar.By[0] };
	const char *names[] = { "C", "D", "Y" };
	uint8_t honest[32];
	tf_pt X;

	zk_honest(&zk_affgstar, c);
	memcpy(honest, c->challenge, 32);
	c->ctx = &c->k->other_ctx;
	zk_refused_anew(&zk_affgstar, c, honest, TF_CK_AFFGSTAR_EQ_ENC0, "other context");
	c->ctx = &c->k->ctx;
	c->pk = &c->k->other_pk;
	zk_refused_anew(&zk_affgstar, c, honest, TF_CK_AFFGSTAR_EQ_ENC0, "other N1");
	c->pk = &c->k->pk;
	c->verifier_pk = &c->k->other_pk;
	zk_refused_anew(&zk_affgstar, c, honest, TF_CK_AFFGSTAR_EQ_ENC0, "other N0");
	c->verifier_pk = &c->k->verifier_pk;
	for (unsigned i = 0; i < TF_ARRAY_LEN(numbers); i++) {
		const tf_bn keep = *numbers[i];

		*numbers[i] = *others[i];
		zk_refused_anew(&zk_affgstar, c, honest, TF_CK_AFFGSTAR_EQ_ENC0, names[i]);
		*numbers[i] = keep;
	}
	X = c->X;
	CHECK_OK(tf_pt_add(c->k->g, &c->X, &X, tf_group_base(c->k->g)));
	zk_refused_anew(&zk_affgstar, c, honest, TF_CK_AFFGSTAR_EQ_ENC0, "X");
	c->X = X;
	CHECK_OK(zk_affgstar.verify(c, &c->p, NULL));
	CHECK(memcmp(honest, c->challenge, 32) == 0);
}

static void no_ciphertext(zk_case *c, tf_bn *field, const tf_paillier_pk *pk, const tf_bn *factor,
                          tf_check check)
{
	const tf_bn keep = *field;
	tf_bn bad[4];

	tf_bn_set_u64(&bad[0], 0);
	bad[1] = pk->n2.m;
	CHECK_OK(tf_bn_add(&bad[2], &keep, &pk->n2.m));
	bad[3] = *factor;
	for (unsigned i = 0; i < TF_ARRAY_LEN(bad); i++) {
		*field = bad[i];
		zk_refused(&zk_affgstar, c, check, "no ciphertext");
	}
	*field = keep;
}

TEST(affgstar_ciphertexts_must_be_ciphertexts)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;

	zk_honest(&zk_affgstar, c);
	no_ciphertext(c, &c->C, &k->verifier_pk, &k->n0_factor, TF_CK_AFFGSTAR_C);
	no_ciphertext(c, &c->D, &k->verifier_pk, &k->n0_factor, TF_CK_AFFGSTAR_D);
	no_ciphertext(c, &c->Yc, &k->pk, &k->n_factor, TF_CK_AFFGSTAR_Y);
	CHECK_OK(zk_affgstar.verify(c, &c->p, NULL));
}

/* Attack A13: fewer items, more items, none. */
TEST(affgstar_count_is_exactly_m)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	const uint32_t m = c->k->pr->m, counts[] = { 0, 1, m - 1, m + 1, TF_PROFILE_M_MAX + 1, ~0u };

	zk_honest(&zk_affgstar, c);
	for (unsigned i = 0; i < TF_ARRAY_LEN(counts); i++) {
		c->p.affgstar.count = counts[i];
		zk_refused(&zk_affgstar, c, TF_CK_AFFGSTAR_COUNT, "another count");
	}
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

/* Statements that are false in one place, proved by an otherwise honest prover. */
TEST(affgstar_false_statements_fall_by_their_own_equation)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_bn keep;
	tf_pt X;

	zk_affgstar.make(c);
	keep = c->D;
	add_one(&c->D, &c->k->verifier_pk);
	CHECK_OK(zk_affgstar.prove(c));
	zk_refused(&zk_affgstar, c, TF_CK_AFFGSTAR_EQ_ENC0, "D shifted by 1");
	c->D = keep;
	keep = c->Yc;
	add_one(&c->Yc, &c->k->pk);
	CHECK_OK(zk_affgstar.prove(c));
	zk_refused(&zk_affgstar, c, TF_CK_AFFGSTAR_EQ_ENC1, "Y shifted by 1");
	c->Yc = keep;
	X = c->X;
	CHECK_OK(tf_pt_add(c->k->g, &c->X, &X, tf_group_base(c->k->g)));
	CHECK_OK(zk_affgstar.prove(c));
	zk_refused(&zk_affgstar, c, TF_CK_AFFGSTAR_EQ_X, "X + G");
}

TEST(affgstar_honest_prover_refuses_a_witness_out_of_range)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	const tf_profile *pr = c->k->pr;
	tf_bn bound, one;
	tf_int keep;

	zk_affgstar.make(c);
	tf_bn_set_u64(&one, 1);
	CHECK_OK(tf_bn_shl(&bound, &one, pr->ell));
	CHECK_OK(tf_bn_add(&bound, &bound, &one));
	keep = c->x;
	tf_int_set(&c->x, &bound, 0);
	CHECK_ERR(zk_affgstar.prove(c), TF_E_USAGE);
	c->x = keep;
	CHECK_OK(tf_bn_shl(&bound, &one, pr->ell_prime));
	CHECK_OK(tf_bn_add(&bound, &bound, &one));
	tf_int_set(&c->y, &bound, ~(tf_ct)0);
	CHECK_ERR(zk_affgstar.prove(c), TF_E_USAGE);
}

TEST(affgstar_phases)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	const tf_zk_affgstar_st st = {
		c->ctx, &k->verifier_pk, &k->sk.pk, &c->C, &c->D, &c->Yc, &c->X,
	};
	const tf_zk_affgstar_wit wit = { &c->x, &c->y, &c->rho, &c->rhoy };
	static tf_zk_affgstar_prover pv, wiped;
	static tf_zk_affgstar_verifier vf;
	static tf_zk_affgstar_proof done;
	tf_zk_affgstar_proof *p = &c->p.affgstar;
	tf_batch *b = zk_batch(k, 128);
	size_t used = tf_arena_mark(&k->arena);
	tf_fault fault;

	zk_affgstar.make(c);
	CHECK_ERR(tf_zk_affgstar_prove_finish(&pv, p, &k->env, &st, &wit), TF_E_STATE);
	CHECK_OK(tf_zk_affgstar_prove_start(&pv, p, &k->env, &st, &wit, &k->rng, b));
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_zk_affgstar_prove_finish(&pv, p, &k->env, &st, &wit));
	CHECK(memcmp(&pv, &wiped, sizeof(pv)) == 0);
	done = *p;
	CHECK_ERR(tf_zk_affgstar_prove_finish(&pv, p, &k->env, &st, &wit), TF_E_STATE);
	CHECK(memcmp(&done, p, sizeof(done)) == 0);

	CHECK_ERR(tf_zk_affgstar_verify_finish(&vf, &k->env, &st, p, &fault), TF_E_STATE);
	CHECK_OK(tf_zk_affgstar_verify_start(&vf, &k->env, &st, p, b, &fault));
	CHECK_ERR(tf_zk_affgstar_verify_finish(&vf, &k->env, &st, p, &fault), TF_E_PROOF);
	CHECK_OK(tf_batch_run(b));
	CHECK_ERR(tf_zk_affgstar_verify_finish(&vf, &k->env, &st, p, &fault), TF_E_STATE);
	CHECK(tf_arena_mark(&k->arena) == used);
}
