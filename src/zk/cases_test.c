/* The nine proofs as test cases: statement, witness, prove, verify. */
#include <string.h>

#include "zk/fields_test.h"
#include "zk/kit_test.h"

/* ---- what the statements need */

static void random_point(zk_kit *k, tf_sc_sec *x, tf_pt *X)
{
	CHECK_OK(tf_sc_random(k->g, x, &k->rng));
	CHECK_OK(tf_pt_mul_base(k->g, X, x));
	tf_ct_declassify(X, sizeof(*X));
}

static void encrypt(zk_kit *k, tf_bn *c, const tf_paillier_pk *pk, const tf_int *m, const tf_bn *r)
{
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, 1);

	tf_paillier_enc_start(b, c, pk, r);
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_paillier_enc_finish(c, pk, m));
	tf_arena_release(&k->arena, mark);
	zk_publish(c);
}

static void keep_challenge(zk_case *c, const void *p, size_t len)
{
	tf_shake256_hash(c->challenge, p, len);
}

static void keep_e(zk_case *c, const tf_challenge *e)
{
	keep_challenge(c, &e->sc, sizeof(e->sc));
}

/* ---- sch: X = xG; A and the nonce are made with the proof */

static void sch_make(zk_case *c)
{
	random_point(c->k, &c->xs, &c->X);
}

static tf_err sch_prove(zk_case *c)
{
	tf_sc_sec nonce;

	TRY(tf_zk_sch_commit(&nonce, &c->A, c->k->g, &c->k->rng));
	return tf_zk_sch_prove(&c->p.sch, &nonce, &c->k->env, c->ctx, &c->X, &c->A, &c->xs);
}

static tf_err sch_verify(zk_case *c, const void *proof, tf_fault *fault)
{
	return tf_zk_sch_verify(&c->k->env, c->ctx, &c->X, &c->A, proof, fault);
}

/* ---- elog: L = xs G, M = ys G + xs X, Y = ys h */

static void elog_make(zk_case *c)
{
	const tf_group *g = c->k->g;
	tf_sc_sec skip;
	tf_pt yg, lx;

	random_point(c->k, &skip, &c->X);
	random_point(c->k, &skip, &c->h);
	random_point(c->k, &c->xs, &c->L);
	random_point(c->k, &c->ys, &yg);
	CHECK_OK(tf_pt_mul(g, &lx, &c->xs, &c->X));
	CHECK_OK(tf_pt_add(g, &c->M, &yg, &lx));
	CHECK_OK(tf_pt_mul(g, &c->Y, &c->ys, &c->h));
	tf_ct_declassify(&c->M, sizeof(c->M));
	tf_ct_declassify(&c->Y, sizeof(c->Y));
}

static tf_zk_elog_st elog_statement(const zk_case *c)
{
	return (tf_zk_elog_st){ c->ctx, &c->L, &c->M, &c->X, &c->Y, &c->h };
}

static tf_err elog_prove(zk_case *c)
{
	const tf_zk_elog_st st = elog_statement(c);

	return tf_zk_elog_prove(&c->p.elog, &c->k->env, &st, &c->ys, &c->xs, &c->k->rng);
}

static tf_err elog_verify(zk_case *c, const void *proof, tf_fault *fault)
{
	const tf_zk_elog_st st = elog_statement(c);

	return tf_zk_elog_verify(&c->k->env, &st, proof, fault);
}

/* ---- enc-elg */

static void encelg_make(zk_case *c)
{
	zk_kit *k = c->k;
	tf_sc_sec x;
	tf_pt ab, xg;

	random_point(k, &c->a, &c->A);
	random_point(k, &c->b, &c->B);
	CHECK_OK(tf_int_random(&c->x, k->pr->ell, NULL, &k->rng));
	CHECK_OK(tf_bn_random_unit(&c->rho, &k->pk.n.m, &k->rng));
	encrypt(k, &c->C, &k->sk.pk, &c->x, &c->rho);
	CHECK_OK(tf_sc_from_int(k->g, &x.s, &c->x));
	CHECK_OK(tf_pt_mul_base(k->g, &xg, &x));
	CHECK_OK(tf_pt_mul(k->g, &ab, &c->b, &c->A));
	CHECK_OK(tf_pt_add(k->g, &c->X, &ab, &xg));
	tf_ct_declassify(&c->X, sizeof(c->X));
}

static tf_zk_encelg_st encelg_statement(const zk_case *c, const tf_rp *rp, const tf_paillier_pk *pk)
{
	return (tf_zk_encelg_st){ c->ctx, rp, pk, &c->C, &c->A, &c->B, &c->X };
}

static tf_err encelg_prove(zk_case *c)
{
	zk_kit *k = c->k;
	const tf_zk_encelg_st st = encelg_statement(c, &k->rp, &k->sk.pk);
	const tf_zk_encelg_wit wit = { &c->x, &c->rho, &c->b };
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, TF_ZK_ENCELG_PROVE_JOBS);
	tf_zk_encelg_prover pv;

	TRY(tf_zk_encelg_prove_start(&pv, &c->p.encelg, &k->env, &st, &wit, &k->rng, b));
	TRY(tf_batch_run(b));
	TRY(tf_zk_encelg_prove_finish(&pv, &c->p.encelg, &k->env, &st, &wit));
	tf_arena_release(&k->arena, mark);
	return TF_OK;
}

static tf_err encelg_run(zk_case *c, const tf_zk_encelg_st *st, const void *proof, tf_batch *b,
                         tf_fault *fault)
{
	tf_zk_encelg_verifier vf;

	TRY(tf_zk_encelg_verify_start(&vf, &c->k->env, st, proof, b, fault));
	keep_e(c, &vf.e);
	TRY(tf_batch_run(b));
	return tf_zk_encelg_verify_finish(&vf, &c->k->env, st, proof, fault);
}

static tf_err encelg_verify(zk_case *c, const void *proof, tf_fault *fault)
{
	const tf_zk_encelg_st st = encelg_statement(c, c->rp, c->pk);
	size_t mark = tf_arena_mark(&c->k->arena);
	tf_err err = encelg_run(c, &st, proof, zk_batch(c->k, TF_ZK_ENCELG_VERIFY_JOBS), fault);

	tf_arena_release(&c->k->arena, mark);
	return err;
}

/* ---- aff-g: C belongs to the verifier, D = x C + y, Yc = enc(y) under the prover's key */

static void affine(zk_kit *k, tf_bn *D, const tf_paillier_pk *pk, const tf_int *x, const tf_bn *C,
                   const tf_int *y, const tf_bn *rho)
{
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, 1);
	tf_bn xC, enc;

	tf_paillier_mul_start(b, &xC, pk, x, k->pr->ell + 1, C, TF_SECRET);
	CHECK_OK(tf_batch_run(b));
	encrypt(k, &enc, pk, y, rho);
	CHECK_OK(tf_paillier_add(D, pk, &xC, &enc));
	tf_arena_release(&k->arena, mark);
	zk_publish(D);
}

static void affg_make(zk_case *c)
{
	zk_kit *k = c->k;
	tf_sc_sec x;
	tf_int of_verifier;
	tf_bn r;

	CHECK_OK(tf_int_random(&of_verifier, k->pr->ell, NULL, &k->rng));
	CHECK_OK(tf_bn_random_unit(&r, &k->verifier_pk.n.m, &k->rng));
	encrypt(k, &c->C, &k->verifier_pk, &of_verifier, &r);
	CHECK_OK(tf_int_random(&c->x, k->pr->ell, NULL, &k->rng));
	CHECK_OK(tf_int_random(&c->y, k->pr->ell_prime, NULL, &k->rng));
	CHECK_OK(tf_bn_random_unit(&c->rho, &k->verifier_pk.n.m, &k->rng));
	CHECK_OK(tf_bn_random_unit(&c->rhoy, &k->pk.n.m, &k->rng));
	affine(k, &c->D, &k->verifier_pk, &c->x, &c->C, &c->y, &c->rho);
	encrypt(k, &c->Yc, &k->sk.pk, &c->y, &c->rhoy);
	CHECK_OK(tf_sc_from_int(k->g, &x.s, &c->x));
	CHECK_OK(tf_pt_mul_base(k->g, &c->X, &x));
	tf_ct_declassify(&c->X, sizeof(c->X));
}

static tf_zk_affg_st affg_statement(const zk_case *c, const tf_rp *rp, const tf_paillier_pk *pk0,
                                    const tf_paillier_pk *pk1)
{
	return (tf_zk_affg_st){ c->ctx, rp, pk0, pk1, &c->C, &c->D, &c->Yc, &c->X };
}

static tf_err affg_prove(zk_case *c)
{
	zk_kit *k = c->k;
	const tf_zk_affg_st st = affg_statement(c, &k->rp, &k->verifier_pk, &k->sk.pk);
	const tf_zk_affg_wit wit = { &c->x, &c->y, &c->rho, &c->rhoy };
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, TF_ZK_AFFG_PROVE_JOBS);
	tf_zk_affg_prover pv;

	TRY(tf_zk_affg_prove_start(&pv, &c->p.affg, &k->env, &st, &wit, &k->rng, b));
	TRY(tf_batch_run(b));
	TRY(tf_zk_affg_prove_finish(&pv, &c->p.affg, &k->env, &st, &wit));
	tf_arena_release(&k->arena, mark);
	return TF_OK;
}

static tf_err affg_run(zk_case *c, const tf_zk_affg_st *st, const void *proof, tf_batch *b,
                       tf_fault *fault)
{
	tf_zk_affg_verifier vf;

	TRY(tf_zk_affg_verify_start(&vf, &c->k->env, st, proof, b, fault));
	keep_e(c, &vf.e);
	TRY(tf_batch_run(b));
	return tf_zk_affg_verify_finish(&vf, &c->k->env, st, proof, fault);
}

static tf_err affg_verify(zk_case *c, const void *proof, tf_fault *fault)
{
	const tf_zk_affg_st st = affg_statement(c, c->rp, c->verifier_pk, c->pk);
	size_t mark = tf_arena_mark(&c->k->arena);
	tf_err err = affg_run(c, &st, proof, zk_batch(c->k, TF_ZK_AFFG_VERIFY_JOBS), fault);

	tf_arena_release(&c->k->arena, mark);
	return err;
}

/* ---- prm: the verifier's own parameters, proved by it and verified by others */

static void nothing_to_make(zk_case *c)
{
	c->rp = &c->k->rp;
}

static tf_err prm_prove(zk_case *c)
{
	zk_kit *k = c->k;
	static tf_zk_prm_prover pv;
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, TF_ZK_PRM_PROVE_JOBS(k->pr));

	TRY(tf_zk_prm_prove_start(&pv, &c->p.prm, &k->env, c->ctx, &k->rp_sec, &k->rng, b));
	TRY(tf_batch_run(b));
	TRY(tf_zk_prm_prove_finish(&pv, &c->p.prm, &k->env, c->ctx, &k->rp_sec));
	tf_arena_release(&k->arena, mark);
	return TF_OK;
}

static tf_err prm_run(zk_case *c, const void *proof, tf_batch *b, tf_fault *fault)
{
	static tf_zk_prm_verifier vf;
	zk_kit *k = c->k;

	TRY(tf_zk_prm_verify_start(&vf, &k->env, c->ctx, c->rp, proof, &k->rng, b, fault));
	keep_challenge(c, vf.e, sizeof(vf.e));
	TRY(tf_batch_run(b));
	return tf_zk_prm_verify_finish(&vf, &k->env, c->rp, proof, fault);
}

static tf_err prm_verify(zk_case *c, const void *proof, tf_fault *fault)
{
	size_t mark = tf_arena_mark(&c->k->arena);
	tf_err err = prm_run(c, proof, zk_batch(c->k, TF_ZK_PRM_VERIFY_JOBS(c->k->pr)), fault);

	tf_arena_release(&c->k->arena, mark);
	return err;
}

/* ---- mod */

static tf_err mod_prove(zk_case *c)
{
	zk_kit *k = c->k;
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, TF_ZK_MOD_PROVE_JOBS(k->pr));
	tf_err err = tf_zk_mod_prove(&c->p.mod, &k->env, c->ctx, &k->sk, &k->rng, b);

	tf_arena_release(&k->arena, mark);
	return err;
}

static tf_err mod_run(zk_case *c, const void *proof, tf_batch *b, tf_fault *fault)
{
	static tf_zk_mod_verifier vf;
	zk_kit *k = c->k;

	TRY(tf_zk_mod_verify_start(&vf, &k->env, c->ctx, c->pk, proof, &k->rng, b, fault));
	keep_challenge(c, vf.y, sizeof(vf.y));
	TRY(tf_batch_run(b));
	return tf_zk_mod_verify_finish(&vf, &k->env, c->pk, proof, fault);
}

static tf_err mod_verify(zk_case *c, const void *proof, tf_fault *fault)
{
	size_t mark = tf_arena_mark(&c->k->arena);
	tf_err err = mod_run(c, proof, zk_batch(c->k, TF_ZK_MOD_VERIFY_JOBS(c->k->pr)), fault);

	tf_arena_release(&c->k->arena, mark);
	return err;
}

/* ---- fac */

static void no_witness(zk_case *c)
{
	(void)c;
}

static tf_err fac_prove(zk_case *c)
{
	zk_kit *k = c->k;
	static tf_zk_fac_prover pv;
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, TF_ZK_FAC_PROVE_JOBS);

	TRY(tf_zk_fac_prove_start(&pv, &c->p.fac, &k->env, &k->rp, &k->sk, &k->rng, b));
	TRY(tf_batch_run(b));
	TRY(tf_zk_fac_prove_middle(&pv, &c->p.fac, &k->env, &k->rp, b));
	TRY(tf_batch_run(b));
	TRY(tf_zk_fac_prove_finish(&pv, &c->p.fac, &k->env, c->ctx, &k->rp, &k->sk));
	tf_arena_release(&k->arena, mark);
	return TF_OK;
}

static tf_err fac_run(zk_case *c, const void *proof, tf_batch *b, tf_fault *fault)
{
	static tf_zk_fac_verifier vf;
	zk_kit *k = c->k;

	TRY(tf_zk_fac_verify_start(&vf, &k->env, c->ctx, c->rp, c->pk, proof, b, fault));
	keep_e(c, &vf.e);
	TRY(tf_batch_run(b));
	return tf_zk_fac_verify_finish(&vf, &k->env, c->rp, proof, fault);
}

static tf_err fac_verify(zk_case *c, const void *proof, tf_fault *fault)
{
	size_t mark = tf_arena_mark(&c->k->arena);
	tf_err err = fac_run(c, proof, zk_batch(c->k, TF_ZK_FAC_VERIFY_JOBS), fault);

	tf_arena_release(&c->k->arena, mark);
	return err;
}

/* ---- dec: x times K plus the plaintext of D, under the prover's own key; base h */

/* y and rho of x (.) K (+) D, as the owner finds them. */
static void open_product(zk_case *c)
{
	zk_kit *k = c->k;
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, 4);
	tf_paillier_dec dec;
	tf_bn full, root;

	tf_paillier_mul_start(b, &full, &k->sk.pk, &c->x, k->pr->ell + 1, &c->C, TF_SECRET);
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_paillier_add(&full, &k->sk.pk, &full, &c->D));
	CHECK_OK(tf_bn_mod(&root, &full, &k->sk.pk.n.m));
	CHECK_OK(tf_paillier_dec_start(b, &dec, &k->sk, &full));
	tf_batch_power(b, &c->rho, &k->sk.pk.n,
	               &(tf_power){ .base = &root, .nat = &k->sk.n_inv_phi,
	                            .bits = k->sk.pk.n.bits, .secrecy = TF_SECRET }, 1);
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_paillier_dec_finish(&c->y, &dec, &k->sk));
	tf_arena_release(&k->arena, mark);
}

static void dec_make(zk_case *c)
{
	zk_kit *k = c->k;
	tf_sc_sec s;
	tf_int plain;
	tf_bn r;

	c->n = 3;
	random_point(k, &s, &c->h);
	CHECK_OK(tf_int_random(&c->x, k->pr->ell, NULL, &k->rng));
	CHECK_OK(tf_int_random(&plain, k->pr->ell, NULL, &k->rng));
	CHECK_OK(tf_bn_random_unit(&r, &k->pk.n.m, &k->rng));
	encrypt(k, &c->C, &k->sk.pk, &plain, &r);
	CHECK_OK(tf_int_random(&plain, k->pr->ell_prime, NULL, &k->rng));
	CHECK_OK(tf_bn_random_unit(&r, &k->pk.n.m, &k->rng));
	encrypt(k, &c->D, &k->sk.pk, &plain, &r);
	open_product(c);
	CHECK_OK(tf_sc_from_int(k->g, &s.s, &c->x));
	CHECK_OK(tf_pt_mul_base(k->g, &c->X, &s));
	CHECK_OK(tf_sc_from_int(k->g, &s.s, &c->y));
	CHECK_OK(tf_pt_mul(k->g, &c->Y, &s, &c->h));
	tf_ct_declassify(&c->X, sizeof(c->X));
	tf_ct_declassify(&c->Y, sizeof(c->Y));
}

static tf_zk_dec_st dec_statement(const zk_case *c, const tf_paillier_pk *pk)
{
	return (tf_zk_dec_st){ c->ctx, pk, &c->C, &c->D, &c->X, &c->Y, &c->h, c->n };
}

static tf_err dec_prove(zk_case *c)
{
	static tf_zk_dec_prover pv;
	zk_kit *k = c->k;
	const tf_zk_dec_st st = dec_statement(c, &k->sk.pk);
	const tf_zk_dec_wit wit = { &c->x, &c->y, &c->rho };
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, TF_ZK_DEC_PROVE_JOBS(k->pr));

	TRY(tf_zk_dec_prove_start(&pv, &c->p.dec, &k->env, &st, &wit, &k->rng, b));
	TRY(tf_batch_run(b));
	TRY(tf_zk_dec_prove_finish(&pv, &c->p.dec, &k->env, &st, &wit));
	tf_arena_release(&k->arena, mark);
	return TF_OK;
}

static tf_err dec_run(zk_case *c, const void *proof, tf_batch *b, tf_fault *fault)
{
	static tf_zk_dec_verifier vf;
	const tf_zk_dec_st st = dec_statement(c, c->pk);

	TRY(tf_zk_dec_verify_start(&vf, &c->k->env, &st, proof, b, fault));
	keep_challenge(c, vf.e, sizeof(vf.e));
	TRY(tf_batch_run(b));
	return tf_zk_dec_verify_finish(&vf, &c->k->env, &st, proof, fault);
}

static tf_err dec_verify(zk_case *c, const void *proof, tf_fault *fault)
{
	size_t mark = tf_arena_mark(&c->k->arena);
	tf_err err = dec_run(c, proof, zk_batch(c->k, TF_ZK_DEC_VERIFY_JOBS(c->k->pr)), fault);

	tf_arena_release(&c->k->arena, mark);
	return err;
}

/* ---- aff-g*: statement and witness of aff-g */

static tf_zk_affgstar_st affgstar_statement(const zk_case *c, const tf_paillier_pk *pk0,
                                            const tf_paillier_pk *pk1)
{
	return (tf_zk_affgstar_st){ c->ctx, pk0, pk1, &c->C, &c->D, &c->Yc, &c->X };
}

static tf_err affgstar_prove(zk_case *c)
{
	static tf_zk_affgstar_prover pv;
	zk_kit *k = c->k;
	const tf_zk_affgstar_st st = affgstar_statement(c, &k->verifier_pk, &k->sk.pk);
	const tf_zk_affgstar_wit wit = { &c->x, &c->y, &c->rho, &c->rhoy };
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, TF_ZK_AFFGSTAR_PROVE_JOBS(k->pr));

	TRY(tf_zk_affgstar_prove_start(&pv, &c->p.affgstar, &k->env, &st, &wit, &k->rng, b));
	TRY(tf_batch_run(b));
	TRY(tf_zk_affgstar_prove_finish(&pv, &c->p.affgstar, &k->env, &st, &wit));
	tf_arena_release(&k->arena, mark);
	return TF_OK;
}

static tf_err affgstar_run(zk_case *c, const void *proof, tf_batch *b, tf_fault *fault)
{
	static tf_zk_affgstar_verifier vf;
	const tf_zk_affgstar_st st = affgstar_statement(c, c->verifier_pk, c->pk);

	TRY(tf_zk_affgstar_verify_start(&vf, &c->k->env, &st, proof, b, fault));
	keep_challenge(c, vf.e, sizeof(vf.e));
	TRY(tf_batch_run(b));
	return tf_zk_affgstar_verify_finish(&vf, &c->k->env, &st, proof, fault);
}

static tf_err affgstar_verify(zk_case *c, const void *proof, tf_fault *fault)
{
	size_t mark = tf_arena_mark(&c->k->arena);
	tf_batch *b = zk_batch(c->k, TF_ZK_AFFGSTAR_VERIFY_JOBS(c->k->pr));
	tf_err err = affgstar_run(c, proof, b, fault);

	tf_arena_release(&c->k->arena, mark);
	return err;
}

const zk_proof zk_sch = { "sch", sizeof(tf_zk_sch_proof), sch_make, sch_prove, sch_verify,
	zk_sch_statement, zk_sch_fields };
const zk_proof zk_elog = { "elog", sizeof(tf_zk_elog_proof), elog_make, elog_prove, elog_verify,
	zk_elog_statement, zk_elog_fields };
const zk_proof zk_encelg = { "enc-elg", sizeof(tf_zk_encelg_proof), encelg_make, encelg_prove,
	encelg_verify, zk_encelg_statement, zk_encelg_fields };
const zk_proof zk_affg = { "aff-g", sizeof(tf_zk_affg_proof), affg_make, affg_prove, affg_verify,
	zk_affg_statement, zk_affg_fields };
const zk_proof zk_prm = { "prm", sizeof(tf_zk_prm_proof), nothing_to_make, prm_prove, prm_verify,
	zk_prm_statement, zk_prm_fields };
const zk_proof zk_mod = { "mod", sizeof(tf_zk_mod_proof), no_witness, mod_prove, mod_verify,
	zk_mod_statement, zk_mod_fields };
const zk_proof zk_fac = { "fac", sizeof(tf_zk_fac_proof), no_witness, fac_prove, fac_verify,
	zk_fac_statement, zk_fac_fields };

const zk_proof zk_dec = { "dec", sizeof(tf_zk_dec_proof), dec_make, dec_prove, dec_verify,
	zk_dec_statement, zk_dec_fields };
const zk_proof zk_affgstar = { "aff-gstar", sizeof(tf_zk_affgstar_proof), affg_make,
	affgstar_prove, affgstar_verify, zk_affgstar_statement, zk_affgstar_fields };

const zk_proof *const zk_proofs[9] = {
	&zk_sch, &zk_elog, &zk_encelg, &zk_affg, &zk_prm, &zk_mod, &zk_fac, &zk_dec, &zk_affgstar,
};
