#include <string.h>

#include "zk/fields_test.h"

TEST(encelg_honest)
{
	for (unsigned seed = 1; seed <= 6; seed++)
		zk_honest(&zk_encelg, zk_case_new(zk_kit_new(&tf_profile_small, seed), seed % 2));
}

TEST(encelg_every_field_mutated)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);

	zk_honest(&zk_encelg, c);
	zk_mutate_all(&zk_encelg, c);
}

/* The owner of Nhat verifies by another path; it must see the same. */
TEST(encelg_every_field_mutated_before_the_owner)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 2), true);

	zk_honest(&zk_encelg, c);
	zk_mutate_all(&zk_encelg, c);
}

static void swap_parameters(zk_case *c, const uint8_t honest[static 32])
{
	tf_rp rp = c->k->rp;

	c->ctx = &c->k->other_ctx;
	zk_refused_anew(&zk_encelg, c, honest, TF_CK_ENCELG_EQ_ENC, "other context");
	c->ctx = &c->k->ctx;
	c->rp = &c->k->other_rp;
	zk_refused_anew(&zk_encelg, c, honest, TF_CK_ENCELG_EQ_ENC, "other Nhat");
	rp.s = c->k->rp.t;
	rp.s_inv = c->k->rp.t_inv;
	c->rp = &rp;
	zk_refused_anew(&zk_encelg, c, honest, TF_CK_ENCELG_EQ_ENC, "other s");
	rp = c->k->rp;
	rp.t = c->k->rp.s;
	rp.t_inv = c->k->rp.s_inv;
	zk_refused_anew(&zk_encelg, c, honest, TF_CK_ENCELG_EQ_ENC, "other t");
	c->rp = &c->k->rp;
	c->pk = &c->k->other_pk;
	zk_refused_anew(&zk_encelg, c, honest, TF_CK_ENCELG_EQ_ENC, "other N");
	c->pk = &c->k->pk;
}

TEST(encelg_every_public_input_swapped)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_pt *points[] = { &c->A, &c->B, &c->X };
	const char *names[] = { "A", "B", "X" };
	uint8_t honest[32];
	tf_bn keep;

	zk_honest(&zk_encelg, c);
	memcpy(honest, c->challenge, 32);
	swap_parameters(c, honest);
	keep = c->C;
	c->C = c->p.encelg.D;
	zk_refused_anew(&zk_encelg, c, honest, TF_CK_ENCELG_EQ_ENC, "other C");
	c->C = keep;
	for (unsigned i = 0; i < TF_ARRAY_LEN(points); i++) {
		const tf_pt point = *points[i];

		CHECK_OK(tf_pt_add(c->k->g, points[i], &point, tf_group_base(c->k->g)));
		zk_refused_anew(&zk_encelg, c, honest, TF_CK_ENCELG_EQ_ENC, names[i]);
		*points[i] = point;
	}
	CHECK_OK(zk_encelg.verify(c, &c->p, NULL));
	CHECK(memcmp(honest, c->challenge, 32) == 0);
}

TEST(encelg_ciphertext_must_be_one)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	const tf_bn *N = &c->k->pk.n.m, *N2 = &c->k->pk.n2.m;
	tf_bn bad[5], C;

	zk_honest(&zk_encelg, c);
	C = c->C;
	tf_bn_set_u64(&bad[0], 0);
	bad[1] = *N;
	bad[2] = *N2;
	CHECK_OK(tf_bn_add(&bad[3], &C, N2));
	bad[4] = c->k->n_factor;
	for (unsigned i = 0; i < TF_ARRAY_LEN(bad); i++) {
		c->C = bad[i];
		zk_refused(&zk_encelg, c, TF_CK_ENCELG_C, "no ciphertext");
	}
}

/* Statements that are false in one place, proved by an otherwise honest prover. */
TEST(encelg_false_statements_fall_by_their_own_equation)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_pt *points[] = { &c->X, &c->B };
	const tf_check checks[] = { TF_CK_ENCELG_EQ_Y, TF_CK_ENCELG_EQ_Z };
	tf_bn keep, shift;

	zk_encelg.make(c);
	for (unsigned i = 0; i < TF_ARRAY_LEN(points); i++) {
		const tf_pt point = *points[i];

		CHECK_OK(tf_pt_add(c->k->g, points[i], &point, tf_group_base(c->k->g)));
		CHECK_OK(zk_encelg.prove(c));
		zk_refused(&zk_encelg, c, checks[i], "a false point");
		*points[i] = point;
	}
	keep = c->C;
	tf_bn_set_u64(&shift, 1);
	CHECK_OK(tf_bn_add(&shift, &shift, &c->k->pk.n.m));
	CHECK_OK(tf_mod_mul(&c->C, &keep, &shift, &c->k->pk.n2));
	CHECK_OK(zk_encelg.prove(c));
	zk_refused(&zk_encelg, c, TF_CK_ENCELG_EQ_ENC, "C encrypts x + 1");
}

TEST(encelg_honest_prover_refuses_a_witness_out_of_range)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_bn bound, one;

	zk_encelg.make(c);
	tf_bn_set_u64(&one, 1);
	CHECK_OK(tf_bn_shl(&bound, &one, c->k->pr->ell));
	tf_int_set(&c->x, &bound, ~(tf_ct)0);
	CHECK_OK(zk_encelg.prove(c));
	CHECK_OK(tf_bn_add(&bound, &bound, &one));
	tf_int_set(&c->x, &bound, ~(tf_ct)0);
	CHECK_ERR(zk_encelg.prove(c), TF_E_USAGE);
}

TEST(encelg_phases)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	const tf_zk_encelg_st st = { c->ctx, &k->rp, &k->sk.pk, &c->C, &c->A, &c->B, &c->X };
	const tf_zk_encelg_wit wit = { &c->x, &c->rho, &c->b };
	static const tf_zk_encelg_prover wiped;
	tf_zk_encelg_prover pv = wiped;
	tf_zk_encelg_verifier vf = { 0 };
	tf_zk_encelg_proof done;
	tf_batch *b = zk_batch(k, 8);
	size_t used = tf_arena_mark(&k->arena);
	tf_fault fault;

	zk_encelg.make(c);
	CHECK_ERR(tf_zk_encelg_prove_finish(&pv, &c->p.encelg, &k->env, &st, &wit), TF_E_STATE);
	CHECK_OK(tf_zk_encelg_prove_start(&pv, &c->p.encelg, &k->env, &st, &wit, &k->rng, b));
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_zk_encelg_prove_finish(&pv, &c->p.encelg, &k->env, &st, &wit));
	CHECK(memcmp(&pv, &wiped, sizeof(pv)) == 0);
	done = c->p.encelg;
	CHECK_ERR(tf_zk_encelg_prove_finish(&pv, &c->p.encelg, &k->env, &st, &wit), TF_E_STATE);
	CHECK(memcmp(&done, &c->p.encelg, sizeof(done)) == 0);

	CHECK_ERR(tf_zk_encelg_verify_finish(&vf, &k->env, &st, &done, &fault), TF_E_STATE);
	CHECK_OK(tf_zk_encelg_verify_start(&vf, &k->env, &st, &done, b, &fault));
	CHECK_ERR(tf_zk_encelg_verify_finish(&vf, &k->env, &st, &done, &fault), TF_E_PROOF);
	CHECK_OK(tf_batch_run(b));
	CHECK_ERR(tf_zk_encelg_verify_finish(&vf, &k->env, &st, &done, &fault), TF_E_STATE);
	CHECK(tf_arena_mark(&k->arena) == used);
}

/* Without memory for the transcript the prover ends with nothing in hand. */
TEST(encelg_failed_finish_leaves_nothing)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	const tf_zk_encelg_st st = { c->ctx, &k->rp, &k->sk.pk, &c->C, &c->A, &c->B, &c->X };
	const tf_zk_encelg_wit wit = { &c->x, &c->rho, &c->b };
	static const tf_zk_encelg_prover wiped;
	static const tf_zk_encelg_proof nothing;
	tf_zk_encelg_prover pv;
	tf_batch *b = zk_batch(k, 8);
	uint8_t mem[64];
	tf_arena tiny;

	zk_encelg.make(c);
	CHECK_OK(tf_zk_encelg_prove_start(&pv, &c->p.encelg, &k->env, &st, &wit, &k->rng, b));
	CHECK_OK(tf_batch_run(b));
	tf_arena_init(&tiny, mem, sizeof(mem));
	k->env.mem = &tiny;
	CHECK_ERR(tf_zk_encelg_prove_finish(&pv, &c->p.encelg, &k->env, &st, &wit), TF_E_CAPACITY);
	CHECK(memcmp(&pv, &wiped, sizeof(pv)) == 0);
	CHECK(memcmp(&c->p.encelg, &nothing, sizeof(nothing)) == 0);
}
