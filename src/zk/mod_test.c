#include <string.h>

#include "zk/fields_test.h"

TEST(mod_honest)
{
	for (unsigned seed = 1; seed <= 4; seed++)
		zk_honest(&zk_mod, zk_case_new(zk_kit_new(&tf_profile_small, seed), false));
}

/* All four (a, b) occur, and x is a square modulo both primes: the root that depends on y and w
 * alone. */
TEST(mod_roots_are_the_square_ones)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	unsigned seen = 0;

	zk_honest(&zk_mod, c);
	for (uint32_t i = 0; i < k->pr->m; i++) {
		tf_bn low;

		CHECK_OK(tf_bn_mod(&low, &c->p.mod.x[i], &k->sk.f.p));
		CHECK(tf_bn_jacobi_vt(&low, &k->sk.f.p) == 1);
		CHECK_OK(tf_bn_mod(&low, &c->p.mod.x[i], &k->sk.f.q));
		CHECK(tf_bn_jacobi_vt(&low, &k->sk.f.q) == 1);
		seen |= 1u << (c->p.mod.a[i] + 2 * c->p.mod.b[i]);
	}
	CHECK(seen == 15);
}

TEST(mod_every_field_mutated)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);

	zk_honest(&zk_mod, c);
	zk_mutate_all(&zk_mod, c);
}

/* A random unit with that Jacobi symbol. */
static tf_bn of_symbol(const zk_kit *k, const tf_bn *N, int symbol)
{
	tf_bn w;

	do {
		CHECK_OK(tf_bn_random_unit(&w, N, &k->rng));
		zk_publish(&w);
	} while (tf_bn_jacobi_vt(&w, N) != symbol);
	return w;
}

TEST(mod_w_mutated)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	const tf_bn *N = &c->k->pk.n.m;
	uint8_t honest[32];
	tf_bn w;

	zk_honest(&zk_mod, c);
	memcpy(honest, c->challenge, 32);
	w = c->p.mod.w;
	tf_bn_set_u64(&c->p.mod.w, 0);
	zk_refused(&zk_mod, c, TF_CK_MOD_W_UNIT, "w = 0");
	c->p.mod.w = *N;
	zk_refused(&zk_mod, c, TF_CK_MOD_W_UNIT, "w = N");
	CHECK_OK(tf_bn_add(&c->p.mod.w, &w, N));
	zk_refused(&zk_mod, c, TF_CK_MOD_W_UNIT, "w + N");
	c->p.mod.w = c->k->n_factor;
	zk_refused(&zk_mod, c, TF_CK_MOD_W_UNIT, "w no unit");
	tf_bn_set_u64(&c->p.mod.w, 1);
	zk_refused(&zk_mod, c, TF_CK_MOD_W_JACOBI, "w = 1");
	c->p.mod.w = of_symbol(c->k, N, 1);
	zk_refused(&zk_mod, c, TF_CK_MOD_W_JACOBI, "w of symbol 1");
	c->p.mod.w = of_symbol(c->k, N, -1);
	zk_refused_anew(&zk_mod, c, honest, TF_CK_MOD_EQ_Z, "another w of symbol -1");
	(void)tf_bn_sub(&c->p.mod.w, N, &w);
	zk_refused_anew(&zk_mod, c, honest, TF_CK_MOD_EQ_Z, "w negated");
}

TEST(mod_every_public_input_swapped)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	uint8_t honest[32];

	do
		zk_honest(&zk_mod, c);
	while (tf_bn_jacobi_vt(&c->p.mod.w, &c->k->other_pk.n.m) != -1);
	memcpy(honest, c->challenge, 32);
	c->ctx = &c->k->other_ctx;
	zk_refused_anew(&zk_mod, c, honest, TF_CK_MOD_EQ_Z, "other context");
	c->ctx = &c->k->ctx;
	c->pk = &c->k->other_pk;
	zk_refused_anew(&zk_mod, c, honest, TF_CK_MOD_EQ_Z, "other N");
}

/* Attack A13: fewer items, more items, none. */
TEST(mod_count_is_exactly_m)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	const uint32_t m = c->k->pr->m, counts[] = { 0, 1, m - 1, m + 1, TF_PROFILE_M_MAX + 1, ~0u };

	zk_honest(&zk_mod, c);
	for (unsigned i = 0; i < TF_ARRAY_LEN(counts); i++) {
		c->p.mod.count = counts[i];
		zk_refused(&zk_mod, c, TF_CK_MOD_COUNT, "another count");
	}
}

TEST(mod_modulus_is_odd_and_composite)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_paillier_pk pk = c->k->pk;

	zk_honest(&zk_mod, c);
	c->pk = &pk;
	pk.n.m.d[0] ^= 1;
	zk_refused(&zk_mod, c, TF_CK_MOD_N_ODD, "an even N");
	CHECK_OK(tf_mod_init(&pk.n, &c->k->n_factor));
	zk_refused(&zk_mod, c, TF_CK_MOD_N_COMPOSITE, "a prime N");
}

/* A third of the challenges of an N that 3 divides are no units; they must be seen. */
TEST(mod_challenge_must_be_a_unit)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_paillier_pk *pk = &c->k->other_pk;
	tf_bn N, third, three, one, w;

	zk_honest(&zk_mod, c);
	tf_bn_set_u64(&three, 3);
	tf_bn_set_u64(&one, 1);
	CHECK_OK(tf_bn_divmod(&third, NULL, &pk->n.m, &three));
	if (!tf_ct_reveal(tf_bn_is_odd(&third)))
		(void)tf_bn_sub(&third, &third, &one);
	CHECK_OK(tf_bn_mul(&N, &third, &three));
	tf_bn_resize(&N, pk->n.m.n);
	CHECK_OK(tf_paillier_pk_init(pk, c->k->pr, &N));
	c->pk = pk;
	w = of_symbol(c->k, &N, -1);
	c->p.mod.w = w;
	for (uint32_t i = 0; i < c->k->pr->m; i++)
		c->p.mod.x[i] = c->p.mod.z[i] = w;
	zk_refused(&zk_mod, c, TF_CK_MOD_Y, "3 divides N");
}

TEST(mod_phases)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	static tf_zk_mod_verifier vf;
	static const tf_zk_mod_proof nothing;
	tf_batch *b = zk_batch(k, 128);
	size_t used = tf_arena_mark(&k->arena);
	const tf_zk_mod_proof *p = &c->p.mod;
	tf_fault fault;

	zk_honest(&zk_mod, c);
	CHECK_ERR(tf_zk_mod_verify_finish(&vf, &k->env, &k->pk, p, &fault), TF_E_STATE);
	CHECK_OK(tf_zk_mod_verify_start(&vf, &k->env, c->ctx, &k->pk, p, &k->rng, b, &fault));
	CHECK_ERR(tf_zk_mod_verify_finish(&vf, &k->env, &k->pk, p, &fault), TF_E_PROOF);
	CHECK_OK(tf_batch_run(b));
	CHECK_ERR(tf_zk_mod_verify_finish(&vf, &k->env, &k->pk, p, &fault), TF_E_STATE);
	CHECK(tf_arena_mark(&k->arena) == used);

	b = zk_batch(k, TF_ZK_MOD_PROVE_JOBS(k->pr) - 1);
	CHECK_ERR(tf_zk_mod_prove(&c->p.mod, &k->env, c->ctx, &k->sk, &k->rng, b), TF_E_CAPACITY);
	CHECK(memcmp(&c->p.mod, &nothing, sizeof(nothing)) == 0);
}

/* The proof of a prover whose machine has gone wrong: an error, and nothing in it. */
static void faulty(zk_kit *k)
{
	static tf_zk_mod_proof out, none;
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b;

	CHECK_OK(tf_batch_init(&b, &k->arena, TF_ZK_MOD_PROVE_JOBS(k->pr)));
	memset(&out, 0x5a, sizeof(out));
	CHECK_ERR(tf_zk_mod_prove(&out, &k->env, &k->ctx, &k->sk, &k->rng, b), TF_E_FAULT);
	CHECK(memcmp(&out, &none, sizeof(out)) == 0);
	tf_arena_release(&k->arena, mark);
}

/* One bit of one half of what is computed by the Chinese remainder theorem. */
TEST(mod_a_fault_in_one_half_sends_nothing)
{
	zk_kit *k = zk_kit_new(&tf_profile_small, 1);
	zk_case *c = zk_case_new(k, false);
	tf_mod_factors *f = &k->sk.f;

	f->q_inv_p.d[1] ^= 4; /* putting the halves together */
	faulty(k);
	f->q_inv_p.d[1] ^= 4;
	f->q_minus_1.d[0] ^= 8; /* the exponent of one half */
	faulty(k);
	f->q_minus_1.d[0] ^= 8;
	f->p1.r2.d[0] ^= 16; /* every product modulo p */
	faulty(k);
	f->p1.r2.d[0] ^= 16;
	k->sk.n_inv_phi.d[2] ^= 2; /* the N-th roots alone */
	faulty(k);
	k->sk.n_inv_phi.d[2] ^= 2;
	zk_honest(&zk_mod, c); /* and without a fault it is as before */
}
