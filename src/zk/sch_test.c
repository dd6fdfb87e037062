#include <string.h>

#include "zk/fields_test.h"

TEST(sch_honest)
{
	for (unsigned seed = 1; seed <= 8; seed++)
		zk_honest(&zk_sch, zk_case_new(zk_kit_new(&tf_profile_small, seed), false));
}

TEST(sch_every_field_mutated)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);

	zk_honest(&zk_sch, c);
	zk_mutate_all(&zk_sch, c);
}

TEST(sch_every_public_input_swapped)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	const tf_pt O = { .identity = 1 }, *G = tf_group_base(c->k->g);
	tf_pt keep;

	zk_honest(&zk_sch, c);
	c->ctx = &c->k->other_ctx;
	zk_refused(&zk_sch, c, TF_CK_SCH_EQUATION, "other context");
	c->ctx = &c->k->ctx;
	keep = c->X;
	CHECK_OK(tf_pt_add(c->k->g, &c->X, &keep, G));
	zk_refused(&zk_sch, c, TF_CK_SCH_EQUATION, "X + G");
	c->X = O;
	zk_refused(&zk_sch, c, TF_CK_SCH_X, "X = O");
	c->X = keep;
	keep = c->A;
	CHECK_OK(tf_pt_neg(c->k->g, &c->A, &keep));
	zk_refused(&zk_sch, c, TF_CK_SCH_EQUATION, "-A");
	c->A = O;
	zk_refused(&zk_sch, c, TF_CK_SCH_EQUATION, "A = O");
}

/* A proof of knowledge of 0: everything is true of it but X. */
TEST(sch_zero_secret_is_refused)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);

	memset(&c->xs, 0, sizeof(c->xs));
	c->X = (tf_pt){ .identity = 1 };
	CHECK_OK(zk_sch.prove(c));
	zk_refused(&zk_sch, c, TF_CK_SCH_X, "x = 0");
}

TEST(sch_nonce_is_used_once)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	tf_zk_sch_proof again = { { { 1, 2, 3, 4 } } };
	const tf_zk_sch_proof before = again;
	tf_sc_sec nonce;

	zk_sch.make(c);
	CHECK_OK(tf_zk_sch_commit(&nonce, &c->A, k->g, &k->rng));
	CHECK_OK(tf_zk_sch_prove(&c->p.sch, &nonce, &k->env, c->ctx, &c->X, &c->A, &c->xs));
	CHECK(tf_ct_reveal(tf_sc_is_zero(&nonce.s)));
	CHECK_ERR(tf_zk_sch_prove(&again, &nonce, &k->env, c->ctx, &c->X, &c->A, &c->xs),
	          TF_E_STATE);
	CHECK(memcmp(&again, &before, sizeof(again)) == 0);
}

TEST(sch_needs_memory)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	tf_arena tiny;
	tf_sc_sec nonce;
	uint8_t mem[64];

	zk_honest(&zk_sch, c);
	tf_arena_init(&tiny, mem, sizeof(mem));
	k->env.mem = &tiny;
	CHECK_ERR(zk_sch.verify(c, &c->p, NULL), TF_E_CAPACITY);
	CHECK_OK(tf_zk_sch_commit(&nonce, &c->A, k->g, &k->rng));
	CHECK_ERR(tf_zk_sch_prove(&c->p.sch, &nonce, &k->env, c->ctx, &c->X, &c->A, &c->xs),
	          TF_E_CAPACITY);
	CHECK(tf_ct_reveal(tf_sc_is_zero(&nonce.s)));
}
