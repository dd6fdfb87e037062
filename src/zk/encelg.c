#include "zk/encelg.h"

#include "zk/impl.h"

void tf_zk_encelg_prover_wipe(tf_zk_encelg_prover *pv)
{
	tf_wipe(pv, sizeof(*pv));
}

static tf_err challenge(tf_challenge *e, const tf_zk_env *env, const tf_zk_encelg_st *st,
                        const tf_zk_encelg_proof *p)
{
	TF_AUTO(tf_zk_scratch) scratch = tf_zk_scratch_open(env);
	tf_tr t;

	TRY(tf_zk_transcript(&t, env, st->ctx, 10, 5));
	tf_zk_tr_rp(&t, st->rp);
	tf_tr_nat(&t, &st->pk->n.m);
	tf_tr_nat(&t, st->C);
	tf_tr_pt(&t, env->g, st->A);
	tf_tr_pt(&t, env->g, st->B);
	tf_tr_pt(&t, env->g, st->X);
	tf_tr_open(&t);
	tf_tr_nat(&t, &p->S);
	tf_tr_nat(&t, &p->D);
	tf_tr_pt(&t, env->g, &p->Y);
	tf_tr_pt(&t, env->g, &p->Z);
	tf_tr_nat(&t, &p->T);
	tf_tr_close(&t);
	return tf_tr_challenge(e, env->g, &t, "enc-elg");
}

static tf_err draw(tf_zk_encelg_prover *pv, const tf_zk_env *env, const tf_zk_encelg_st *st,
                   const tf_rng *rng, tf_batch *b)
{
	const tf_profile *pr = env->pr;

	TRY(tf_int_random(&pv->alpha, pr->ell + pr->eps, NULL, rng));
	TRY(tf_int_random(&pv->mu, pr->ell, &st->rp->n.m, rng));
	TRY(tf_randomiser_start(&pv->r, st->pk, rng, b));
	TRY(tf_sc_random(env->g, &pv->beta, rng));
	return tf_int_random(&pv->gamma, pr->ell + pr->eps, &st->rp->n.m, rng);
}

/* Y = beta A + alpha G, Z = beta G */
static tf_err commit_points(tf_zk_encelg_proof *out, const tf_zk_encelg_prover *pv,
                            const tf_group *g, const tf_pt *A)
{
	TF_AUTO(tf_sc_sec) alpha;
	TF_AUTO(tf_pt) ba, ag;

	TRY(tf_sc_from_int(g, &alpha.s, &pv->alpha));
	TRY(tf_pt_mul(g, &ba, &pv->beta, A));
	TRY(tf_pt_mul_base(g, &ag, &alpha));
	TRY(tf_pt_add(g, &out->Y, &ba, &ag));
	return tf_pt_mul_base(g, &out->Z, &pv->beta);
}

tf_err tf_zk_encelg_prove_start(tf_zk_encelg_prover *pv, tf_zk_encelg_proof *out,
                                const tf_zk_env *env, const tf_zk_encelg_st *st,
                                const tf_zk_encelg_wit *wit, const tf_rng *rng, tf_batch *b)
{
	const tf_profile *pr = env->pr;
	uint32_t n_bits = tf_zk_n_bits(env);

	*pv = (tf_zk_encelg_prover){ 0 };
	*out = (tf_zk_encelg_proof){ 0 };
	if (!tf_ct_reveal(tf_int_in_range(wit->x, pr->ell, NULL)))
		return TF_E_USAGE;
	TRY(draw(pv, env, st, rng, b));
	TRY(commit_points(out, pv, env->g, st->A));
	tf_rp_commit_start(b, &out->S, st->rp, wit->x, pr->ell + 1, &pv->mu, pr->ell + n_bits,
	                   TF_SECRET);
	tf_rp_commit_start(b, &out->T, st->rp, &pv->alpha, pr->ell + pr->eps + 1, &pv->gamma,
	                   pr->ell + pr->eps + n_bits, TF_SECRET);
	pv->phase = TF_ZK_STARTED;
	return TF_OK;
}

static tf_err respond(tf_zk_encelg_prover *pv, tf_zk_encelg_proof *out,
                      const tf_zk_env *env, const tf_zk_encelg_st *st,
                      const tf_zk_encelg_wit *wit, tf_zk_folds *folds)
{
	tf_challenge e;

	TRY(tf_randomiser_finish(&pv->r, st->pk));
	out->D = pv->r.rn;
	TRY(tf_paillier_enc_finish(&out->D, st->pk, &pv->alpha));
	tf_ct_declassify(out, sizeof(*out));
	TRY(challenge(&e, env, st, out));
	TRY(tf_int_muladd(&out->z1, &e.i, wit->x, &pv->alpha));
	tf_zk_respond(env->g, &out->w, &pv->beta.s, &e, &wit->b->s);
	TRY(tf_int_muladd(&out->z3, &e.i, &pv->mu, &pv->gamma));
	tf_ct_declassify(out, sizeof(*out));
	return tf_zk_fold(folds, &out->z2, &st->pk->n, &pv->r.r, wit->rho, &e);
}

tf_err tf_zk_encelg_prove_respond(tf_zk_encelg_prover *pv, tf_zk_encelg_proof *out,
                                  const tf_zk_env *env, const tf_zk_encelg_st *st,
                                  const tf_zk_encelg_wit *wit, tf_zk_folds *folds)
{
	tf_err err;

	if (pv->phase != TF_ZK_STARTED)
		return TF_E_STATE;
	err = respond(pv, out, env, st, wit, folds);
	tf_zk_encelg_prover_wipe(pv);
	if (err != TF_OK)
		tf_wipe(out, sizeof(*out));
	return err;
}

static tf_err finish(tf_zk_encelg_prover *pv, tf_zk_encelg_proof *out, const tf_zk_env *env,
                     const tf_zk_encelg_st *st, const tf_zk_encelg_wit *wit)
{
	tf_zk_folds *folds;

	TRY(tf_zk_folds_open(&folds, env, TF_ZK_ENCELG_FOLDS, NULL));
	TRY(respond(pv, out, env, st, wit, folds));
	return tf_zk_folds_run(folds);
}

tf_err tf_zk_encelg_prove_finish(tf_zk_encelg_prover *pv, tf_zk_encelg_proof *out,
                                 const tf_zk_env *env, const tf_zk_encelg_st *st,
                                 const tf_zk_encelg_wit *wit)
{
	size_t mark = tf_arena_mark(env->mem);
	tf_err err;

	if (pv->phase != TF_ZK_STARTED)
		return TF_E_STATE;
	err = finish(pv, out, env, st, wit);
	tf_arena_release(env->mem, mark);
	tf_zk_encelg_prover_wipe(pv);
	if (err != TF_OK)
		tf_wipe(out, sizeof(*out));
	return err;
}

/* Membership, ranges and sizes. */
static tf_err check_fields(const tf_zk_env *env, const tf_zk_encelg_st *st,
                           const tf_zk_encelg_proof *p, tf_fault *fault)
{
	const tf_profile *pr = env->pr;
	const tf_bn *nhat = &st->rp->n.m, *in_n[] = { st->C, &p->D, &p->z2 };
	const tf_bn *in_nhat[] = { &p->S, &p->T };
	bool units = tf_mod_units_vt(in_n, TF_ARRAY_LEN(in_n), &st->pk->n);
	bool hat_units = tf_mod_units_vt(in_nhat, TF_ARRAY_LEN(in_nhat), &st->rp->n);

	if (!tf_holds(fault, TF_CK_ENCELG_C, tf_zk_ct_ok(st->C, st->pk, units)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_ENCELG_D, tf_zk_ct_ok(&p->D, st->pk, units)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_ENCELG_S, tf_zk_unit_ok(&p->S, nhat, hat_units)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_ENCELG_T, tf_zk_unit_ok(&p->T, nhat, hat_units)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_ENCELG_Z2, tf_zk_unit_ok(&p->z2, &st->pk->n.m, units)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_ENCELG_W, tf_zk_sc_ok(env->g, &p->w)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_ENCELG_Z1_RANGE,
	              tf_ct_reveal(tf_int_in_range(&p->z1, pr->ell + pr->eps, NULL))))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_ENCELG_Z3_SIZE,
	              tf_ct_reveal(tf_int_in_range(&p->z3, pr->ell + pr->eps + 1, nhat))))
		return TF_E_PROOF;
	return TF_OK;
}

tf_err tf_zk_encelg_verify_open(tf_zk_encelg_verifier *vf, const tf_zk_env *env,
                                const tf_zk_encelg_st *st, const tf_zk_encelg_proof *p,
                                tf_fault *fault)
{
	*vf = (tf_zk_encelg_verifier){ 0 };
	TRY(check_fields(env, st, p, fault));
	TRY(challenge(&vf->e, env, st, p));
	vf->phase = TF_ZK_MIDDLE;
	return TF_OK;
}

void tf_zk_encelg_verify_enqueue(tf_zk_encelg_verifier *vf, const tf_zk_env *env,
                                 const tf_zk_encelg_st *st, const tf_zk_encelg_proof *p,
                                 tf_batch *b)
{
	const tf_profile *pr = env->pr;
	uint32_t e_bits = tf_zk_e_bits(env);

	if (vf->phase != TF_ZK_MIDDLE)
		return;
	tf_paillier_enc_start(b, &vf->enc, st->pk, &p->z2);
	tf_zk_raise(b, &vf->ec, &st->pk->n2, st->C, &vf->e, e_bits);
	tf_rp_commit_start(b, &vf->com, st->rp, &p->z1, pr->ell + pr->eps + 1, &p->z3,
	                   pr->ell + pr->eps + 1 + tf_zk_n_bits(env), TF_PUBLIC);
	tf_zk_raise(b, &vf->se, &st->rp->n, &p->S, &vf->e, e_bits);
	vf->phase = TF_ZK_STARTED;
}

tf_err tf_zk_encelg_verify_start(tf_zk_encelg_verifier *vf, const tf_zk_env *env,
                                 const tf_zk_encelg_st *st, const tf_zk_encelg_proof *p,
                                 tf_batch *b, tf_fault *fault)
{
	TRY(tf_zk_encelg_verify_open(vf, env, st, p, fault));
	tf_zk_encelg_verify_enqueue(vf, env, st, p, b);
	return TF_OK;
}

/* wA + z1 G = Y + eX and wG = Z + eB */
static tf_err check_points(const tf_challenge *e, const tf_zk_env *env, const tf_zk_encelg_st *st,
                           const tf_zk_encelg_proof *p, tf_fault *fault)
{
	tf_pt left;
	tf_sc z1;
	bool holds;

	TRY(tf_sc_from_int(env->g, &z1, &p->z1));
	TRY(tf_pt_mul2_vt(env->g, &left, &z1, &p->w, st->A));
	TRY(tf_zk_is_sum(&holds, env->g, &left, &p->Y, e, st->X));
	if (!tf_holds(fault, TF_CK_ENCELG_EQ_Y, holds))
		return TF_E_PROOF;
	TRY(tf_pt_mul_base_vt(env->g, &left, &p->w));
	TRY(tf_zk_is_sum(&holds, env->g, &left, &p->Z, e, st->B));
	if (!tf_holds(fault, TF_CK_ENCELG_EQ_Z, holds))
		return TF_E_PROOF;
	return TF_OK;
}

/* enc(z1; z2) = D (+) e (.) C */
static tf_err enc_holds(bool *holds, tf_zk_encelg_verifier *vf, const tf_zk_encelg_st *st,
                        const tf_zk_encelg_proof *p)
{
	TRY(tf_paillier_enc_finish(&vf->enc, st->pk, &p->z1));
	TRY(tf_zk_is_product(holds, &vf->enc, &p->D, &vf->ec, &st->pk->n2));
	vf->refuted |= !*holds;
	return TF_OK;
}

/* s^z1 t^z3 = T S^e */
static tf_err com_holds(bool *holds, tf_zk_encelg_verifier *vf, const tf_zk_encelg_st *st,
                        const tf_zk_encelg_proof *p)
{
	TRY(tf_zk_is_product(holds, &vf->com, &p->T, &vf->se, &st->rp->n));
	vf->refuted |= !*holds;
	return TF_OK;
}

static tf_err check_encryption(tf_zk_encelg_verifier *vf, const tf_zk_encelg_st *st,
                               const tf_zk_encelg_proof *p, tf_fault *fault)
{
	bool holds;

	TRY(enc_holds(&holds, vf, st, p));
	if (!tf_holds(fault, TF_CK_ENCELG_EQ_ENC, holds))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err check_commitment(tf_zk_encelg_verifier *vf, const tf_zk_encelg_st *st,
                               const tf_zk_encelg_proof *p, tf_fault *fault)
{
	bool holds;

	TRY(com_holds(&holds, vf, st, p));
	if (!tf_holds(fault, TF_CK_ENCELG_EQ_COM, holds))
		return TF_E_PROOF;
	return TF_OK;
}

/* Of what a batch has vouched for (zk/batchv.h) only the points are left. */
tf_err tf_zk_encelg_verify_finish(tf_zk_encelg_verifier *vf, const tf_zk_env *env,
                                  const tf_zk_encelg_st *st, const tf_zk_encelg_proof *p,
                                  tf_fault *fault)
{
	bool vouched = vf->phase == TF_ZK_VOUCHED;

	if (vf->phase != TF_ZK_STARTED && !vouched)
		return TF_E_STATE;
	vf->phase = TF_ZK_IDLE;
	if (!vouched)
		TRY(check_encryption(vf, st, p, fault));
	TRY(check_points(&vf->e, env, st, p, fault));
	if (!vouched)
		TRY(check_commitment(vf, st, p, fault));
	return TF_OK;
}
