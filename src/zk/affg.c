#include "zk/affg.h"

#include "zk/impl.h"

void tf_zk_affg_prover_wipe(tf_zk_affg_prover *pv)
{
	tf_wipe(pv, sizeof(*pv));
}

static tf_err challenge(tf_challenge *e, const tf_zk_env *env, const tf_zk_affg_st *st,
                        const tf_zk_affg_proof *p)
{
	TF_AUTO(tf_zk_scratch) scratch = tf_zk_scratch_open(env);
	const tf_bn *commitments[] = { &p->By, &p->E, &p->S, &p->F, &p->T };
	tf_tr t;

	TRY(tf_zk_transcript(&t, env, st->ctx, 19, 2));
	tf_zk_tr_rp(&t, st->rp);
	tf_tr_nat(&t, &st->pk0->n.m);
	tf_tr_nat(&t, &st->pk1->n.m);
	tf_tr_nat(&t, st->C);
	tf_tr_nat(&t, st->D);
	tf_tr_nat(&t, st->Y);
	tf_tr_pt(&t, env->g, st->X);
	tf_tr_open(&t);
	tf_tr_nat(&t, &p->A);
	tf_tr_pt(&t, env->g, &p->Bx);
	for (size_t i = 0; i < TF_ARRAY_LEN(commitments); i++)
		tf_tr_nat(&t, commitments[i]);
	tf_tr_close(&t);
	return tf_tr_challenge(e, env->g, &t, "aff-g");
}

static tf_err draw(tf_zk_affg_prover *pv, const tf_zk_env *env, const tf_zk_affg_st *st,
                   const tf_rng *rng, tf_batch *b)
{
	const tf_profile *pr = env->pr;
	const tf_bn *nhat = &st->rp->n.m;

	TRY(tf_int_random(&pv->alpha, pr->ell + pr->eps, NULL, rng));
	TRY(tf_int_random(&pv->beta, pr->ell_prime + pr->eps, NULL, rng));
	TRY(tf_randomiser_start(&pv->r, st->pk0, rng, b));
	TRY(tf_randomiser_start(&pv->ry, st->pk1, rng, b));
	TRY(tf_int_random(&pv->gamma, pr->ell + pr->eps, nhat, rng));
	TRY(tf_int_random(&pv->delta, pr->ell + pr->eps, nhat, rng));
	TRY(tf_int_random(&pv->m, pr->ell, nhat, rng));
	return tf_int_random(&pv->mu, pr->ell, nhat, rng);
}

/* B_x = alpha G */
static tf_err commit_point(tf_pt *out, const tf_group *g, const tf_int *alpha)
{
	TF_AUTO(tf_sc_sec) a;

	TRY(tf_sc_from_int(g, &a.s, alpha));
	return tf_pt_mul_base(g, out, &a);
}

static void enqueue(tf_batch *b, tf_zk_affg_prover *pv, tf_zk_affg_proof *out,
                    const tf_zk_env *env, const tf_zk_affg_st *st, const tf_zk_affg_wit *wit)
{
	const tf_profile *pr = env->pr;
	uint32_t n_bits = tf_zk_n_bits(env);
	uint32_t mask = pr->ell + n_bits;            /* m, mu */
	uint32_t wide = pr->ell + pr->eps + n_bits;  /* gamma, delta */

	tf_paillier_mul_start(b, &pv->ca, st->pk0, &pv->alpha, pr->ell + pr->eps + 1, st->C,
	                      TF_SECRET);
	tf_rp_commit_start(b, &out->E, st->rp, &pv->alpha, pr->ell + pr->eps + 1, &pv->gamma, wide,
	                   TF_SECRET);
	tf_rp_commit_start(b, &out->S, st->rp, wit->x, pr->ell + 1, &pv->m, mask, TF_SECRET);
	tf_rp_commit_start(b, &out->F, st->rp, &pv->beta, pr->ell_prime + pr->eps + 1, &pv->delta,
	                   wide, TF_SECRET);
	tf_rp_commit_start(b, &out->T, st->rp, wit->y, pr->ell_prime + 1, &pv->mu, mask, TF_SECRET);
}

tf_err tf_zk_affg_prove_start(tf_zk_affg_prover *pv, tf_zk_affg_proof *out, const tf_zk_env *env,
                              const tf_zk_affg_st *st, const tf_zk_affg_wit *wit,
                              const tf_rng *rng, tf_batch *b)
{
	*pv = (tf_zk_affg_prover){ 0 };
	*out = (tf_zk_affg_proof){ 0 };
	if (!tf_ct_reveal(tf_int_in_range(wit->x, env->pr->ell, NULL)))
		return TF_E_USAGE;
	if (!tf_ct_reveal(tf_int_in_range(wit->y, env->pr->ell_prime, NULL)))
		return TF_E_USAGE;
	TRY(draw(pv, env, st, rng, b));
	TRY(commit_point(&out->Bx, env->g, &pv->alpha));
	enqueue(b, pv, out, env, st, wit);
	pv->phase = TF_ZK_STARTED;
	return TF_OK;
}

static tf_err respond(tf_zk_affg_prover *pv, tf_zk_affg_proof *out, const tf_zk_env *env,
                      const tf_zk_affg_st *st, const tf_zk_affg_wit *wit,
                      tf_zk_folds *folds)
{
	tf_challenge e;

	TRY(tf_randomiser_finish(&pv->r, st->pk0));
	TRY(tf_randomiser_finish(&pv->ry, st->pk1));
	out->A = pv->r.rn;
	out->By = pv->ry.rn;
	TRY(tf_paillier_enc_finish(&out->A, st->pk0, &pv->beta));
	TRY(tf_paillier_add(&out->A, st->pk0, &pv->ca, &out->A));
	TRY(tf_paillier_enc_finish(&out->By, st->pk1, &pv->beta));
	tf_ct_declassify(out, sizeof(*out));
	TRY(challenge(&e, env, st, out));
	TRY(tf_int_muladd(&out->z1, &e.i, wit->x, &pv->alpha));
	TRY(tf_int_muladd(&out->z2, &e.i, wit->y, &pv->beta));
	TRY(tf_int_muladd(&out->z3, &e.i, &pv->m, &pv->gamma));
	TRY(tf_int_muladd(&out->z4, &e.i, &pv->mu, &pv->delta));
	tf_ct_declassify(out, sizeof(*out));
	TRY(tf_zk_fold(folds, &out->w, &st->pk0->n, &pv->r.r, wit->rho, &e));
	return tf_zk_fold(folds, &out->wy, &st->pk1->n, &pv->ry.r, wit->rhoy, &e);
}

tf_err tf_zk_affg_prove_respond(tf_zk_affg_prover *pv, tf_zk_affg_proof *out,
                                const tf_zk_env *env, const tf_zk_affg_st *st,
                                const tf_zk_affg_wit *wit, tf_zk_folds *folds)
{
	tf_err err;

	if (pv->phase != TF_ZK_STARTED)
		return TF_E_STATE;
	err = respond(pv, out, env, st, wit, folds);
	tf_zk_affg_prover_wipe(pv);
	if (err != TF_OK)
		tf_wipe(out, sizeof(*out));
	return err;
}

static tf_err finish(tf_zk_affg_prover *pv, tf_zk_affg_proof *out, const tf_zk_env *env,
                     const tf_zk_affg_st *st, const tf_zk_affg_wit *wit)
{
	tf_zk_folds *folds;

	TRY(tf_zk_folds_open(&folds, env, TF_ZK_AFFG_FOLDS, NULL));
	TRY(respond(pv, out, env, st, wit, folds));
	return tf_zk_folds_run(folds);
}

tf_err tf_zk_affg_prove_finish(tf_zk_affg_prover *pv, tf_zk_affg_proof *out,
                               const tf_zk_env *env, const tf_zk_affg_st *st,
                               const tf_zk_affg_wit *wit)
{
	size_t mark = tf_arena_mark(env->mem);
	tf_err err;

	if (pv->phase != TF_ZK_STARTED)
		return TF_E_STATE;
	err = finish(pv, out, env, st, wit);
	tf_arena_release(env->mem, mark);
	tf_zk_affg_prover_wipe(pv);
	if (err != TF_OK)
		tf_wipe(out, sizeof(*out));
	return err;
}

/* Are all units that have to be, modulo N0, N1 and Nhat? */
typedef struct units {
	bool n0, n1, nhat;
} units;

static units find_units(const tf_zk_affg_st *st, const tf_zk_affg_proof *p)
{
	const tf_bn *n0[] = { st->C, st->D, &p->A, &p->w }, *n1[] = { st->Y, &p->By, &p->wy };
	const tf_bn *nhat[] = { &p->E, &p->S, &p->F, &p->T };

	return (units){ .n0 = tf_mod_units_vt(n0, TF_ARRAY_LEN(n0), &st->pk0->n),
	                .n1 = tf_mod_units_vt(n1, TF_ARRAY_LEN(n1), &st->pk1->n),
	                .nhat = tf_mod_units_vt(nhat, TF_ARRAY_LEN(nhat), &st->rp->n) };
}

static tf_err check_ciphertexts(const tf_zk_affg_st *st, const tf_zk_affg_proof *p, units all,
                                tf_fault *fault)
{
	if (!tf_holds(fault, TF_CK_AFFG_C, tf_zk_ct_ok(st->C, st->pk0, all.n0)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFG_D, tf_zk_ct_ok(st->D, st->pk0, all.n0)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFG_A, tf_zk_ct_ok(&p->A, st->pk0, all.n0)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFG_Y, tf_zk_ct_ok(st->Y, st->pk1, all.n1)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFG_BY, tf_zk_ct_ok(&p->By, st->pk1, all.n1)))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err check_units(const tf_zk_affg_st *st, const tf_zk_affg_proof *p, units all,
                          tf_fault *fault)
{
	const tf_bn *nhat = &st->rp->n.m;

	if (!tf_holds(fault, TF_CK_AFFG_E, tf_zk_unit_ok(&p->E, nhat, all.nhat)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFG_S, tf_zk_unit_ok(&p->S, nhat, all.nhat)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFG_F, tf_zk_unit_ok(&p->F, nhat, all.nhat)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFG_T, tf_zk_unit_ok(&p->T, nhat, all.nhat)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFG_W, tf_zk_unit_ok(&p->w, &st->pk0->n.m, all.n0)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFG_WY, tf_zk_unit_ok(&p->wy, &st->pk1->n.m, all.n1)))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err check_ranges(const tf_zk_env *env, const tf_zk_affg_st *st,
                           const tf_zk_affg_proof *p, tf_fault *fault)
{
	const tf_profile *pr = env->pr;
	const tf_bn *nhat = &st->rp->n.m;

	if (!tf_holds(fault, TF_CK_AFFG_Z1_RANGE,
	              tf_ct_reveal(tf_int_in_range(&p->z1, pr->ell + pr->eps, NULL))))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFG_Z2_RANGE,
	              tf_ct_reveal(tf_int_in_range(&p->z2, pr->ell_prime + pr->eps, NULL))))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFG_Z3_SIZE,
	              tf_ct_reveal(tf_int_in_range(&p->z3, pr->ell + pr->eps + 1, nhat))))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFG_Z4_SIZE,
	              tf_ct_reveal(tf_int_in_range(&p->z4, pr->ell + pr->eps + 1, nhat))))
		return TF_E_PROOF;
	return TF_OK;
}

tf_err tf_zk_affg_verify_open(tf_zk_affg_verifier *vf, const tf_zk_env *env,
                              const tf_zk_affg_st *st, const tf_zk_affg_proof *p,
                              tf_fault *fault)
{
	const units all = find_units(st, p);

	*vf = (tf_zk_affg_verifier){ 0 };
	TRY(check_ciphertexts(st, p, all, fault));
	TRY(check_units(st, p, all, fault));
	TRY(check_ranges(env, st, p, fault));
	TRY(challenge(&vf->e, env, st, p));
	vf->phase = TF_ZK_MIDDLE;
	return TF_OK;
}

void tf_zk_affg_verify_enqueue(tf_zk_affg_verifier *vf, const tf_zk_env *env,
                               const tf_zk_affg_st *st, const tf_zk_affg_proof *p, tf_batch *b)
{
	const tf_profile *pr = env->pr;
	uint32_t e_bits = tf_zk_e_bits(env), z1 = pr->ell + pr->eps + 1;
	uint32_t z2 = pr->ell_prime + pr->eps + 1, z34 = z1 + tf_zk_n_bits(env);

	if (vf->phase != TF_ZK_MIDDLE)
		return;
	tf_paillier_mul_start(b, &vf->cz, st->pk0, &p->z1, z1, st->C, TF_PUBLIC);
	tf_paillier_enc_start(b, &vf->enc0, st->pk0, &p->w);
	tf_zk_raise(b, &vf->de, &st->pk0->n2, st->D, &vf->e, e_bits);
	tf_paillier_enc_start(b, &vf->enc1, st->pk1, &p->wy);
	tf_zk_raise(b, &vf->ye, &st->pk1->n2, st->Y, &vf->e, e_bits);
	tf_rp_commit_start(b, &vf->com1, st->rp, &p->z1, z1, &p->z3, z34, TF_PUBLIC);
	tf_zk_raise(b, &vf->se, &st->rp->n, &p->S, &vf->e, e_bits);
	tf_rp_commit_start(b, &vf->com2, st->rp, &p->z2, z2, &p->z4, z34, TF_PUBLIC);
	tf_zk_raise(b, &vf->te, &st->rp->n, &p->T, &vf->e, e_bits);
	vf->phase = TF_ZK_STARTED;
}

tf_err tf_zk_affg_verify_start(tf_zk_affg_verifier *vf, const tf_zk_env *env,
                               const tf_zk_affg_st *st, const tf_zk_affg_proof *p, tf_batch *b,
                               tf_fault *fault)
{
	TRY(tf_zk_affg_verify_open(vf, env, st, p, fault));
	tf_zk_affg_verify_enqueue(vf, env, st, p, b);
	return TF_OK;
}

/* z1 (.) C (+) enc0(z2; w) = A (+) e (.) D */
static tf_err enc0_holds(bool *holds, tf_zk_affg_verifier *vf, const tf_zk_affg_st *st,
                         const tf_zk_affg_proof *p)
{
	TRY(tf_paillier_enc_finish(&vf->enc0, st->pk0, &p->z2));
	TRY(tf_paillier_add(&vf->cz, st->pk0, &vf->cz, &vf->enc0));
	TRY(tf_zk_is_product(holds, &vf->cz, &p->A, &vf->de, &st->pk0->n2));
	vf->refuted |= !*holds;
	return TF_OK;
}

/* enc1(z2; w_y) = B_y (+) e (.) Y */
static tf_err enc1_holds(bool *holds, tf_zk_affg_verifier *vf, const tf_zk_affg_st *st,
                         const tf_zk_affg_proof *p)
{
	TRY(tf_paillier_enc_finish(&vf->enc1, st->pk1, &p->z2));
	TRY(tf_zk_is_product(holds, &vf->enc1, &p->By, &vf->ye, &st->pk1->n2));
	vf->refuted |= !*holds;
	return TF_OK;
}

/* s^z1 t^z3 = E S^e and s^z2 t^z4 = F T^e: com = a b */
static tf_err com_holds(bool *holds, tf_zk_affg_verifier *vf, const tf_zk_affg_st *st,
                        const tf_bn *com, const tf_bn *a, const tf_bn *b)
{
	TRY(tf_zk_is_product(holds, com, a, b, &st->rp->n));
	vf->refuted |= !*holds;
	return TF_OK;
}

static tf_err check_encryptions(tf_zk_affg_verifier *vf, const tf_zk_affg_st *st,
                                const tf_zk_affg_proof *p, tf_fault *fault)
{
	bool holds;

	TRY(enc0_holds(&holds, vf, st, p));
	if (!tf_holds(fault, TF_CK_AFFG_EQ_ENC0, holds))
		return TF_E_PROOF;
	TRY(enc1_holds(&holds, vf, st, p));
	if (!tf_holds(fault, TF_CK_AFFG_EQ_ENC1, holds))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err check_commitments(tf_zk_affg_verifier *vf, const tf_zk_affg_st *st,
                                const tf_zk_affg_proof *p, tf_fault *fault)
{
	bool holds;

	TRY(com_holds(&holds, vf, st, &vf->com1, &p->E, &vf->se));
	if (!tf_holds(fault, TF_CK_AFFG_EQ_COM1, holds))
		return TF_E_PROOF;
	TRY(com_holds(&holds, vf, st, &vf->com2, &p->F, &vf->te));
	if (!tf_holds(fault, TF_CK_AFFG_EQ_COM2, holds))
		return TF_E_PROOF;
	return TF_OK;
}

/* z1 G = B_x + eX */
static tf_err check_point(const tf_challenge *e, const tf_zk_env *env, const tf_zk_affg_st *st,
                          const tf_zk_affg_proof *p, tf_fault *fault)
{
	tf_pt left;
	tf_sc z1;
	bool holds;

	TRY(tf_sc_from_int(env->g, &z1, &p->z1));
	TRY(tf_pt_mul_base_vt(env->g, &left, &z1));
	TRY(tf_zk_is_sum(&holds, env->g, &left, &p->Bx, e, st->X));
	if (!tf_holds(fault, TF_CK_AFFG_EQ_X, holds))
		return TF_E_PROOF;
	return TF_OK;
}

/* Of what a batch has vouched for (zk/batchv.h) only the point is left. */
tf_err tf_zk_affg_verify_finish(tf_zk_affg_verifier *vf, const tf_zk_env *env,
                                const tf_zk_affg_st *st, const tf_zk_affg_proof *p,
                                tf_fault *fault)
{
	bool vouched = vf->phase == TF_ZK_VOUCHED;

	if (vf->phase != TF_ZK_STARTED && !vouched)
		return TF_E_STATE;
	vf->phase = TF_ZK_IDLE;
	if (!vouched)
		TRY(check_encryptions(vf, st, p, fault));
	TRY(check_point(&vf->e, env, st, p, fault));
	if (!vouched)
		TRY(check_commitments(vf, st, p, fault));
	return TF_OK;
}
