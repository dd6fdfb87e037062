#include <string.h>

#include "zk/fields_test.h"

TEST(prm_honest)
{
	for (unsigned seed = 1; seed <= 4; seed++)
		zk_honest(&zk_prm, zk_case_new(zk_kit_new(&tf_profile_small, seed), false));
}

TEST(prm_every_field_mutated)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);

	zk_honest(&zk_prm, c);
	zk_mutate_all(&zk_prm, c);
}

TEST(prm_every_public_input_swapped)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_rp rp = c->k->rp;
	uint8_t honest[32];

	zk_honest(&zk_prm, c);
	memcpy(honest, c->challenge, 32);
	c->ctx = &c->k->other_ctx;
	zk_refused_anew(&zk_prm, c, honest, TF_CK_PRM_EQUATION, "other context");
	c->ctx = &c->k->ctx;
	c->rp = &c->k->other_rp;
	zk_refused_anew(&zk_prm, c, honest, TF_CK_PRM_EQUATION, "other Nhat");
	c->rp = &rp;
	CHECK_OK(tf_mod_mul(&rp.s, &c->k->rp.s, &c->k->rp.t, &rp.n));
	zk_refused_anew(&zk_prm, c, honest, TF_CK_PRM_EQUATION, "s = t^(lambda + 1)");
	rp.s = c->k->rp.s;
	CHECK_OK(tf_mod_mul(&rp.t, &c->k->rp.s, &c->k->rp.t, &rp.n));
	zk_refused_anew(&zk_prm, c, honest, TF_CK_PRM_EQUATION, "other t");
}

/* As numbers: what lies beyond a number's width is anything. */
static bool same_proof(const tf_zk_prm_proof *a, const tf_zk_prm_proof *b)
{
	bool same = a->count == b->count;

	for (uint32_t i = 0; same && i < a->count; i++)
		same = tf_ct_reveal(tf_bn_eq(&a->A[i], &b->A[i]) & tf_bn_eq(&a->z[i], &b->z[i]));
	return same;
}

/* Room for tables, ample or scarce, makes no difference but in time. */
TEST(prm_tables_change_nothing)
{
	static uint8_t room[512 * 1024];
	static tf_zk_prm_proof without;
	const size_t len[] = { sizeof(room), 60 * 1024, 1000 };

	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 3), false);
	zk_honest(&zk_prm, c);
	without = c->p.prm;
	CHECK(tf_zk_tables_bytes(&tf_profile_small) <= sizeof(room));
	for (unsigned i = 0; i < TF_ARRAY_LEN(len); i++) {
		tf_arena tables;

		c = zk_case_new(zk_kit_new(&tf_profile_small, 3), false);
		tf_arena_init(&tables, room, len[i]);
		c->k->env.tables = &tables;
		zk_honest(&zk_prm, c);
		CHECK(tables.used > 0);
		CHECK(same_proof(&c->p.prm, &without));
		c->p.prm.z[5].d[0] ^= 1;
		zk_refused(&zk_prm, c, TF_CK_PRM_EQUATION, "another z");
	}
}

/* Where there is no memory to make a table in, there is none, and nothing else is different. */
TEST(prm_tables_that_cannot_be_made_are_left_out)
{
	static uint8_t room[512 * 1024], scratch[512 * 1024] __attribute__((aligned(64)));
	static tf_zk_prm_prover pv;
	static tf_zk_prm_verifier vf;
	static tf_zk_prm_proof without;
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 3), false);
	unsigned done = 0;

	zk_honest(&zk_prm, c);
	without = c->p.prm;
	for (size_t len = 0; len <= sizeof(scratch); len += 16 * 1024) {
		tf_arena tables, mem;
		tf_fault fault;
		tf_zk_env env;
		tf_batch *b;
		tf_err err;

		c = zk_case_new(zk_kit_new(&tf_profile_small, 3), false);
		zk_prm.make(c);
		env = c->k->env;
		env.tables = &tables;
		env.mem = &mem;
		tf_arena_init(&tables, room, sizeof(room));
		tf_arena_init(&mem, scratch, len);
		b = zk_batch(c->k, TF_ZK_PRM_PROVE_JOBS(env.pr));
		CHECK_OK(tf_zk_prm_prove_start(&pv, &c->p.prm, &env, c->ctx, &c->k->rp_sec,
		                               &c->k->rng, b));
		CHECK_OK(tf_batch_run(b));
		CHECK_OK(tf_zk_prm_prove_finish(&pv, &c->p.prm, &c->k->env, c->ctx,
		                                &c->k->rp_sec));
		CHECK(same_proof(&c->p.prm, &without));
		tf_arena_init(&tables, room, sizeof(room));
		b = zk_batch(c->k, TF_ZK_PRM_VERIFY_JOBS(env.pr));
		tf_fault_at(&fault, 1, 1);
		err = tf_zk_prm_verify_start(&vf, &env, c->ctx, c->rp, &c->p.prm, &c->k->rng, b,
		                             &fault);
		CHECK((err == TF_OK || err == TF_E_CAPACITY) && fault.check == TF_CK_NONE);
		if (err != TF_OK)
			continue;
		CHECK_OK(tf_batch_run(b));
		CHECK_OK(tf_zk_prm_verify_finish(&vf, &c->k->env, c->rp, &c->p.prm, &fault));
		done++;
	}
	CHECK(done >= 2);
}

/* Attack A13: fewer items, more items, none. */
TEST(prm_count_is_exactly_m)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	const uint32_t m = c->k->pr->m, counts[] = { 0, 1, m - 1, m + 1, TF_PROFILE_M_MAX + 1, ~0u };

	zk_honest(&zk_prm, c);
	for (unsigned i = 0; i < TF_ARRAY_LEN(counts); i++) {
		c->p.prm.count = counts[i];
		zk_refused(&zk_prm, c, TF_CK_PRM_COUNT, "another count");
	}
}

/* Attack A4 and row 9: bases for which commitments hide nothing or bind nobody. */
TEST(prm_degenerate_bases)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_rp rp = c->k->rp;
	const tf_rp good = rp;
	tf_bn one, minus_one, zero;
	const struct {
		const tf_bn *value;
		tf_check s, t;
	} bad[] = {
		{ &zero, TF_CK_PRM_S_UNIT, TF_CK_PRM_T_UNIT },
		{ &good.n.m, TF_CK_PRM_S_UNIT, TF_CK_PRM_T_UNIT },
		{ &c->k->nhat_factor, TF_CK_PRM_S_UNIT, TF_CK_PRM_T_UNIT },
		{ &one, TF_CK_PRM_S_ONE, TF_CK_PRM_T_ONE },
		{ &minus_one, TF_CK_PRM_S_MINUS_ONE, TF_CK_PRM_T_MINUS_ONE },
	};

	zk_honest(&zk_prm, c);
	tf_bn_set_u64(&zero, 0);
	tf_bn_set_u64(&one, 1);
	(void)tf_bn_sub(&minus_one, &good.n.m, &one);
	c->rp = &rp;
	for (unsigned i = 0; i < TF_ARRAY_LEN(bad); i++) {
		rp.s = *bad[i].value;
		zk_refused(&zk_prm, c, bad[i].s, "a degenerate s");
		rp.s = good.s;
		rp.t = *bad[i].value;
		zk_refused(&zk_prm, c, bad[i].t, "a degenerate t");
		rp.t = good.t;
	}
	rp.s = good.t;
	zk_refused(&zk_prm, c, TF_CK_PRM_S_IS_T, "s = t");
}

TEST(prm_modulus_is_odd_and_composite)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_rp rp = c->k->rp;

	zk_honest(&zk_prm, c);
	c->rp = &rp;
	rp.n.m.d[0] ^= 1;
	zk_refused(&zk_prm, c, TF_CK_PRM_N_ODD, "an even Nhat");
	CHECK_OK(tf_mod_init(&rp.n, &c->k->nhat_factor));
	zk_refused(&zk_prm, c, TF_CK_PRM_N_COMPOSITE, "a prime Nhat");
}

/* Attacks A4c and A4d: s = -t^lambda, proved by everything that an honest prover knows. A large
 * challenge would accept every other of these; the bits accept none. */
TEST(prm_negated_s_is_refused)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	const tf_bn s = k->rp_sec.pub.s;

	(void)tf_bn_sub(&k->rp_sec.pub.s, &k->rp.n.m, &s);
	k->rp.s = k->rp_sec.pub.s;
	c->rp = &k->rp;
	for (unsigned i = 0; i < 16; i++) {
		CHECK_OK(zk_prm.prove(c));
		zk_refused(&zk_prm, c, TF_CK_PRM_EQUATION, "s = -t^lambda");
	}
}

TEST(prm_phases)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	static tf_zk_prm_prover pv, wiped;
	static tf_zk_prm_verifier vf;
	static tf_zk_prm_proof done;
	tf_batch *b = zk_batch(k, 128);
	size_t used = tf_arena_mark(&k->arena);
	tf_zk_prm_proof *p = &c->p.prm;
	tf_fault fault;

	CHECK_ERR(tf_zk_prm_prove_finish(&pv, p, &k->env, c->ctx, &k->rp_sec), TF_E_STATE);
	CHECK_OK(tf_zk_prm_prove_start(&pv, p, &k->env, c->ctx, &k->rp_sec, &k->rng, b));
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_zk_prm_prove_finish(&pv, p, &k->env, c->ctx, &k->rp_sec));
	CHECK(memcmp(&pv, &wiped, sizeof(pv)) == 0);
	done = *p;
	CHECK_ERR(tf_zk_prm_prove_finish(&pv, p, &k->env, c->ctx, &k->rp_sec), TF_E_STATE);
	CHECK(memcmp(&done, p, sizeof(done)) == 0);

	CHECK_ERR(tf_zk_prm_verify_finish(&vf, &k->env, &k->rp, p, &fault), TF_E_STATE);
	CHECK_OK(tf_zk_prm_verify_start(&vf, &k->env, c->ctx, &k->rp, p, &k->rng, b, &fault));
	CHECK_ERR(tf_zk_prm_verify_finish(&vf, &k->env, &k->rp, p, &fault), TF_E_PROOF);
	CHECK_OK(tf_batch_run(b));
	CHECK_ERR(tf_zk_prm_verify_finish(&vf, &k->env, &k->rp, p, &fault), TF_E_STATE);
	CHECK(tf_arena_mark(&k->arena) == used);
}
