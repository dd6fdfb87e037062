#include <string.h>

#include "zk/fields_test.h"

TEST(dec_honest)
{
	for (unsigned seed = 1; seed <= 4; seed++)
		zk_honest(&zk_dec, zk_case_new(zk_kit_new(&tf_profile_small, seed), false));
}

TEST(dec_of_the_fewest_and_the_most_parties)
{
	static const uint32_t parties[] = { 2, TF_PROFILE_PARTIES_MAX };
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);

	for (unsigned i = 0; i < TF_ARRAY_LEN(parties); i++) {
		tf_fault fault;

		zk_dec.make(c); /* of three */
		c->n = parties[i];
		CHECK_OK(zk_dec.prove(c));
		tf_fault_at(&fault, 1, 1);
		CHECK_OK(zk_dec.verify(c, &c->p, &fault));
		CHECK(fault.check == TF_CK_NONE);
	}
}

TEST_SLOW(dec_every_field_mutated, 300)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);

	zk_honest(&zk_dec, c);
	zk_mutate_all(&zk_dec, c);
}

static void swap_number(zk_case *c, tf_bn *at, const tf_bn *other, const uint8_t *honest,
                        const char *what)
{
	const tf_bn keep = *at;

	*at = *other;
	zk_refused_anew(&zk_dec, c, honest, TF_CK_DEC_EQ_ENC, what);
	*at = keep;
}

static void swap_point(zk_case *c, tf_pt *at, const uint8_t *honest, const char *what)
{
	const tf_pt keep = *at;

	CHECK_OK(tf_pt_add(c->k->g, at, &keep, tf_group_base(c->k->g)));
	zk_refused_anew(&zk_dec, c, honest, TF_CK_DEC_EQ_ENC, what);
	*at = keep;
}

TEST(dec_every_public_input_swapped)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	uint8_t honest[32];

	zk_honest(&zk_dec, c);
	memcpy(honest, c->challenge, 32);
	c->ctx = &c->k->other_ctx;
	zk_refused_anew(&zk_dec, c, honest, TF_CK_DEC_EQ_ENC, "other context");
	c->ctx = &c->k->ctx;
	c->pk = &c->k->other_pk;
	zk_refused_anew(&zk_dec, c, honest, TF_CK_DEC_EQ_ENC, "other N");
	c->pk = &c->k->pk;
	swap_number(c, &c->C, &c->p.dec.A[0], honest, "K");
	swap_number(c, &c->D, &c->C, honest, "D");
	swap_point(c, &c->X, honest, "X");
	swap_point(c, &c->Y, honest, "S");
	swap_point(c, &c->h, honest, "base");
	c->n = 4; /* the same bound, another statement */
	zk_refused_anew(&zk_dec, c, honest, TF_CK_DEC_EQ_ENC, "n");
	c->n = 3;
	CHECK_OK(zk_dec.verify(c, &c->p, NULL));
	CHECK(memcmp(honest, c->challenge, 32) == 0);
}

TEST(dec_ciphertexts_must_be_ciphertexts)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_bn *fields[] = { &c->C, &c->D };
	const tf_check checks[] = { TF_CK_DEC_K, TF_CK_DEC_D };
	tf_bn zero, bad[4];

	zk_honest(&zk_dec, c);
	tf_bn_set_u64(&zero, 0);
	for (unsigned i = 0; i < TF_ARRAY_LEN(fields); i++) {
		const tf_bn keep = *fields[i];

		bad[0] = zero;
		bad[1] = c->k->pk.n2.m;
		bad[2] = c->k->n_factor;
		CHECK_OK(tf_bn_add(&bad[3], &keep, &c->k->pk.n2.m));
		for (unsigned j = 0; j < TF_ARRAY_LEN(bad); j++) {
			*fields[i] = bad[j];
			zk_refused(&zk_dec, c, checks[i], "no ciphertext");
		}
		*fields[i] = keep;
	}
}

/* Attack A13: fewer items, more items, none. */
TEST(dec_count_is_exactly_m)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	const uint32_t m = c->k->pr->m, counts[] = { 0, 1, m - 1, m + 1, TF_PROFILE_M_MAX + 1, ~0u };

	zk_honest(&zk_dec, c);
	for (unsigned i = 0; i < TF_ARRAY_LEN(counts); i++) {
		c->p.dec.count = counts[i];
		zk_refused(&zk_dec, c, TF_CK_DEC_COUNT, "another count");
	}
}

/* What a share that is not the decryption's falls by: false in one place, proved by an otherwise
 * honest prover. */
TEST(dec_false_statements_fall_by_their_own_equation)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	const tf_group *g = c->k->g;
	tf_pt keep;
	tf_bn D;

	zk_dec.make(c);
	keep = c->Y;
	CHECK_OK(tf_pt_add(g, &c->Y, &keep, &c->h)); /* delta + 1 */
	CHECK_OK(zk_dec.prove(c));
	zk_refused(&zk_dec, c, TF_CK_DEC_EQ_S, "S + base");
	c->Y = keep;
	keep = c->X;
	CHECK_OK(tf_pt_add(g, &c->X, &keep, tf_group_base(g)));
	CHECK_OK(zk_dec.prove(c));
	zk_refused(&zk_dec, c, TF_CK_DEC_EQ_X, "X + G");
	c->X = keep;
	D = c->D;
	CHECK_OK(tf_mod_mul(&c->D, &D, &D, &c->k->pk.n2));
	CHECK_OK(zk_dec.prove(c));
	zk_refused(&zk_dec, c, TF_CK_DEC_EQ_ENC, "another D");
}

/* Bounds at both ends, for the witness and for the number of parties. */
TEST(dec_honest_prover_refuses_a_witness_out_of_range)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	const tf_profile *pr = c->k->pr;
	const uint32_t bad_n[] = { 0, 1, 17, ~0u };
	tf_bn bound, one;
	tf_int keep;

	zk_dec.make(c);
	tf_bn_set_u64(&one, 1);
	CHECK_OK(tf_bn_shl(&bound, &one, pr->ell));
	CHECK_OK(tf_bn_add(&bound, &bound, &one));
	keep = c->x;
	tf_int_set(&c->x, &bound, 0);
	CHECK_ERR(zk_dec.prove(c), TF_E_USAGE);
	c->x = keep;
	keep = c->y;
	CHECK_OK(tf_bn_shl(&bound, &one, pr->ell_prime + pr->eps + 3));
	tf_int_set(&c->y, &bound, ~(tf_ct)0);
	CHECK_OK(zk_dec.prove(c)); /* just inside; false all the same */
	zk_refused(&zk_dec, c, TF_CK_DEC_EQ_ENC, "another y");
	CHECK_OK(tf_bn_add(&bound, &bound, &one));
	tf_int_set(&c->y, &bound, ~(tf_ct)0);
	CHECK_ERR(zk_dec.prove(c), TF_E_USAGE);
	c->n = 4; /* the last number of parties with this bound */
	CHECK_ERR(zk_dec.prove(c), TF_E_USAGE);
	c->n = 5;
	CHECK_OK(zk_dec.prove(c));
	c->n = 3;
	c->y = keep;
	CHECK_OK(zk_dec.prove(c));
	for (unsigned i = 0; i < TF_ARRAY_LEN(bad_n); i++) {
		tf_fault fault;

		c->n = bad_n[i];
		tf_fault_at(&fault, 1, 1);
		CHECK_ERR(zk_dec.prove(c), TF_E_USAGE);
		CHECK_ERR(zk_dec.verify(c, &c->p, &fault), TF_E_USAGE);
		CHECK(fault.check == TF_CK_NONE);
	}
}

/* Any number of parties has its bound, and condition (6) holds for all of them. */
TEST(dec_bound_of_every_number_of_parties)
{
	const tf_profile *all[] = { &tf_profile_small, &tf_profile_p112, &tf_profile_p128 };
	const uint32_t log2[] = { 0, 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4 };

	for (unsigned i = 0; i < TF_ARRAY_LEN(all); i++) {
		const tf_profile *pr = all[i];

		for (uint32_t n = 2; n <= TF_PROFILE_PARTIES_MAX; n++) {
			CHECK(tf_zk_dec_bound(pr, n) == pr->ell_prime + pr->eps + 1 + log2[n]);
			CHECK(tf_zk_dec_bound(pr, n) + TF_PROFILE_EPS_DEC < 2 * pr->prime_bits - 1);
		}
	}
}

/* Attack A11, in the test's own words: without the range, y + N is as good as y. */
TEST(dec_only_the_range_stops_the_wrap)
{
	tf_fault fault;
	zk_file f;
	zk_case *c;

	zk_file_open(&f, "attack-a11-dec-wrap.txt");
	CHECK(f.expect == TF_CK_DEC_W_RANGE);
	c = zk_file_case(&f);
	CHECK_ERR(f.proof->verify(c, &c->p, &fault), TF_E_PROOF);
	CHECK(fault.check == TF_CK_DEC_W_RANGE);
	tf_check_switch_off(TF_CK_DEC_W_RANGE);
	CHECK_OK(f.proof->verify(c, &c->p, &fault));
	zk_file_close(&f);
}

TEST(dec_phases)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	static tf_zk_dec_prover pv, wiped;
	static tf_zk_dec_verifier vf;
	static tf_zk_dec_proof done;
	const tf_zk_dec_wit wit = { &c->x, &c->y, &c->rho };
	tf_zk_dec_proof *p = &c->p.dec;
	tf_batch *b = zk_batch(k, 64);
	size_t used = tf_arena_mark(&k->arena);
	tf_zk_dec_st st;
	tf_fault fault;

	zk_dec.make(c);
	st = (tf_zk_dec_st){ c->ctx, &k->pk, &c->C, &c->D, &c->X, &c->Y, &c->h, c->n };
	CHECK_ERR(tf_zk_dec_prove_finish(&pv, p, &k->env, &st, &wit), TF_E_STATE);
	CHECK_OK(tf_zk_dec_prove_start(&pv, p, &k->env, &st, &wit, &k->rng, b));
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_zk_dec_prove_finish(&pv, p, &k->env, &st, &wit));
	CHECK(memcmp(&pv, &wiped, sizeof(pv)) == 0);
	done = *p;
	CHECK_ERR(tf_zk_dec_prove_finish(&pv, p, &k->env, &st, &wit), TF_E_STATE);
	CHECK(memcmp(&done, p, sizeof(done)) == 0);

	CHECK_ERR(tf_zk_dec_verify_finish(&vf, &k->env, &st, p, &fault), TF_E_STATE);
	CHECK_OK(tf_zk_dec_verify_start(&vf, &k->env, &st, p, b, &fault));
	CHECK_ERR(tf_zk_dec_verify_finish(&vf, &k->env, &st, p, &fault), TF_E_PROOF);
	CHECK_OK(tf_batch_run(b));
	CHECK_ERR(tf_zk_dec_verify_finish(&vf, &k->env, &st, p, &fault), TF_E_STATE);
	CHECK(tf_arena_mark(&k->arena) == used);
}
