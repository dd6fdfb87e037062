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

/* ---- attack A12 (docs/protocol.md 11, row 19): a verifier has handed out its trapdoor ---- */

/* a / 2 mod N */
static void half(tf_int *out, const tf_int *a, const tf_bn *N)
{
	tf_bn one, inv, x;

	tf_bn_set_u64(&one, 1);
	CHECK_OK(tf_bn_add(&inv, N, &one));
	tf_bn_shr(&inv, &inv, 1);
	CHECK_OK(tf_int_mod(&x, a, N));
	CHECK_OK(tf_bn_mul(&x, &x, &inv));
	CHECK_OK(tf_bn_mod(&x, &x, N));
	tf_int_set(out, &x, 0);
}

/* r^N p1^k mod N^2 (+) plain */
static void enc(zk_kit *k, tf_bn *c, const tf_paillier_pk *pk, const tf_int *plain, const tf_bn *r,
                const tf_bn *C, const tf_int *x, uint32_t bits)
{
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, 2);
	tf_bn xC;

	tf_paillier_enc_start(b, c, pk, r);
	if (C)
		tf_paillier_mul_start(b, &xC, pk, x, bits, C, TF_SECRET);
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_paillier_enc_finish(c, pk, plain));
	if (C)
		CHECK_OK(tf_paillier_add(c, pk, c, &xC));
	tf_arena_release(&k->arena, mark);
	zk_publish(c);
}

/* D and Y of the mask a / 2, which is no integer: modulo N0 and modulo N1 it is another number. */
static void false_statement(zk_case *c, const tf_int *a)
{
	zk_kit *k = c->k;
	tf_int y;

	half(&y, a, &k->verifier_pk.n.m);
	enc(k, &c->D, &k->verifier_pk, &y, &c->rho, &c->C, &c->x, k->pr->ell + 1);
	half(&y, a, &k->pk.n.m);
	enc(k, &c->Yc, &k->sk.pk, &y, &c->rhoy, NULL, NULL, 0);
}

/* What the forger draws. */
typedef struct forger {
	tf_int alpha, beta, gamma, delta, m, tau;
	tf_bn r, ry;
} forger;

static void draw(forger *f, zk_kit *k)
{
	const tf_profile *pr = k->pr;
	const tf_bn *nhat = &k->rp.n.m;
	tf_bn tau;

	CHECK_OK(tf_int_random(&f->alpha, pr->ell + pr->eps, NULL, &k->rng));
	CHECK_OK(tf_int_random(&f->beta, pr->ell_prime + pr->eps, NULL, &k->rng));
	CHECK_OK(tf_int_random(&f->gamma, pr->ell + pr->eps, nhat, &k->rng));
	CHECK_OK(tf_int_random(&f->delta, pr->ell + pr->eps, nhat, &k->rng));
	CHECK_OK(tf_int_random(&f->m, pr->ell, nhat, &k->rng));
	CHECK_OK(tf_bn_random_below(&tau, &k->rp_sec.phi, &k->rng));
	tf_int_set(&f->tau, &tau, 0);
	CHECK_OK(tf_bn_random_unit(&f->r, &k->verifier_pk.n.m, &k->rng));
	CHECK_OK(tf_bn_random_unit(&f->ry, &k->pk.n.m, &k->rng));
}

static void commitments(zk_case *c, const forger *f)
{
	zk_kit *k = c->k;
	const uint32_t z = k->pr->ell + k->pr->eps + 1, nhat = 2 * k->pr->prime_bits;
	tf_zk_affg_proof *p = &c->p.affg;
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, 4);
	const tf_int zero = { 0 };
	tf_sc_sec alpha;

	enc(k, &p->A, &k->verifier_pk, &f->beta, &f->r, &c->C, &f->alpha, z);
	enc(k, &p->By, &k->sk.pk, &f->beta, &f->ry, NULL, NULL, 0);
	tf_rp_commit_start(b, &p->E, &k->rp, &f->alpha, z, &f->gamma, z + nhat, TF_PUBLIC);
	tf_rp_commit_start(b, &p->S, &k->rp, &c->x, z, &f->m, z + nhat, TF_PUBLIC);
	tf_rp_commit_start(b, &p->F, &k->rp, &f->beta, z + k->pr->ell_prime, &f->delta, z + nhat,
	                   TF_PUBLIC);
	tf_rp_commit_start(b, &p->T, &k->rp, &zero, 1, &f->tau, z + nhat, TF_PUBLIC);
	CHECK_OK(tf_batch_run(b));
	tf_arena_release(&k->arena, mark);
	CHECK_OK(tf_sc_from_int(k->g, &alpha.s, &f->alpha));
	CHECK_OK(tf_pt_mul_base(k->g, &p->Bx, &alpha));
	p->w = f->r;
	p->wy = f->ry;
	zk_publish(&p->w);
	zk_publish(&p->wy);
}

/* r rho^e mod N */
static void fold(zk_kit *k, tf_bn *out, const tf_bn *r, const tf_bn *rho, const tf_int *e,
                 const tf_mod *N)
{
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, 1);

	tf_batch_power(b, out, N, &(tf_power){ .base = rho, .sgn = e, .bits = 256,
	                                       .secrecy = TF_PUBLIC }, 1);
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_mod_mul(out, out, r, N));
	tf_arena_release(&k->arena, mark);
}

/* The responses to an even e, by lambda and phi of the verifier. */
static void respond(zk_case *c, const forger *f, const tf_int *e, const tf_int *a)
{
	zk_kit *k = c->k;
	tf_zk_affg_proof *p = &c->p.affg;
	tf_int half_e = *e, lambda, t;
	tf_bn z4;

	tf_bn_shr(&half_e.mag, &half_e.mag, 1);
	tf_int_set(&lambda, &k->rp_sec.lambda, 0);
	CHECK_OK(tf_int_muladd(&p->z1, e, &c->x, &f->alpha));
	CHECK_OK(tf_int_muladd(&p->z2, &half_e, a, &f->beta));
	CHECK_OK(tf_int_muladd(&p->z3, e, &f->m, &f->gamma));
	CHECK_OK(tf_int_sub(&t, &f->beta, &p->z2));
	CHECK_OK(tf_int_muladd(&t, &t, &lambda, &f->delta));
	CHECK_OK(tf_int_muladd(&t, e, &f->tau, &t));
	CHECK_OK(tf_int_mod(&z4, &t, &k->rp_sec.phi));
	tf_int_set(&p->z4, &z4, 0);
	fold(k, &p->w, &f->r, &c->rho, e, &k->verifier_pk.n);
	fold(k, &p->wy, &f->ry, &c->rhoy, e, &k->pk.n);
}

/* The challenge that a verifier of the commitments would compute. */
static tf_int challenge_of(zk_case *c)
{
	zk_kit *k = c->k;
	const tf_zk_affg_st st = { c->ctx, &k->rp, &k->verifier_pk, &k->pk, &c->C, &c->D, &c->Yc,
		                   &c->X };
	size_t mark = tf_arena_mark(&k->arena);
	tf_zk_affg_verifier vf;

	CHECK_OK(tf_zk_affg_verify_start(&vf, &k->env, &st, &c->p.affg,
	                                 zk_batch(k, TF_ZK_AFFG_VERIFY_JOBS), NULL));
	tf_arena_release(&k->arena, mark);
	return vf.e.i;
}

TEST(affgstar_convicts_where_a_trapdoor_has_forged_affg)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	zk_kit *k = c->k;
	unsigned tries = 0;
	forger f;
	tf_int a, e;

	zk_affg.make(c);
	CHECK_OK(tf_int_random(&a, k->pr->ell, NULL, &k->rng));
	a.mag.d[0] |= 1;
	false_statement(c, &a);
	do {
		CHECK(++tries < 64);
		memset(&c->p.affg, 0, sizeof(c->p.affg));
		draw(&f, k);
		commitments(c, &f);
		e = challenge_of(c);
	} while (e.mag.d[0] & 1);
	respond(c, &f, &e, &a);
	CHECK_OK(zk_affg.verify(c, &c->p, NULL)); /* the verifier's friend gets away with it */
	c->y = a;
	CHECK_OK(zk_affgstar.prove(c)); /* the best that it can do */
	zk_refused(&zk_affgstar, c, TF_CK_AFFGSTAR_EQ_ENC0, "a mask of a/2");
}
