#include "zk/fields_test.h"

TEST(elog_honest)
{
	for (unsigned seed = 1; seed <= 8; seed++)
		zk_honest(&zk_elog, zk_case_new(zk_kit_new(&tf_profile_small, seed), false));
}

TEST(elog_every_field_mutated)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);

	zk_honest(&zk_elog, c);
	zk_mutate_all(&zk_elog, c);
}

TEST(elog_every_public_input_swapped)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_pt *points[] = { &c->L, &c->M, &c->X, &c->Y, &c->h };
	const char *names[] = { "L", "M", "X", "Y", "h" };

	zk_honest(&zk_elog, c);
	c->ctx = &c->k->other_ctx;
	zk_refused(&zk_elog, c, TF_CK_ELOG_EQ_L, "other context");
	c->ctx = &c->k->ctx;
	for (unsigned i = 0; i < TF_ARRAY_LEN(points); i++) {
		const tf_pt keep = *points[i];

		CHECK_OK(tf_pt_add(c->k->g, points[i], &keep, tf_group_base(c->k->g)));
		zk_refused(&zk_elog, c, TF_CK_ELOG_EQ_L, names[i]);
		*points[i] = (tf_pt){ .identity = 1 };
		zk_refused(&zk_elog, c, TF_CK_ELOG_EQ_L, names[i]);
		*points[i] = keep;
	}
	CHECK_OK(zk_elog.verify(c, &c->p, NULL));
}

/* Statements that are false in one place, proved by an otherwise honest prover. */
TEST(elog_false_statements_fall_by_their_own_equation)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_pt *points[] = { &c->L, &c->M, &c->Y };
	const tf_check checks[] = { TF_CK_ELOG_EQ_L, TF_CK_ELOG_EQ_M, TF_CK_ELOG_EQ_Y };

	zk_elog.make(c);
	for (unsigned i = 0; i < TF_ARRAY_LEN(points); i++) {
		const tf_pt keep = *points[i];

		CHECK_OK(tf_pt_add(c->k->g, points[i], &keep, tf_group_base(c->k->g)));
		CHECK_OK(zk_elog.prove(c));
		zk_refused(&zk_elog, c, checks[i], "a false statement");
		*points[i] = keep;
	}
}

static tf_err no_entropy(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	(void)out;
	(void)len;
	return TF_E_ENTROPY;
}

TEST(elog_needs_memory_and_entropy)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_arena tiny;
	uint8_t mem[64];

	zk_honest(&zk_elog, c);
	tf_arena_init(&tiny, mem, sizeof(mem));
	c->k->env.mem = &tiny;
	CHECK_ERR(zk_elog.verify(c, &c->p, NULL), TF_E_CAPACITY);
	CHECK_ERR(zk_elog.prove(c), TF_E_CAPACITY);
	c->k->rng = (tf_rng){ no_entropy, NULL };
	CHECK_ERR(zk_elog.prove(c), TF_E_ENTROPY);
}
