#include "zk/fac.h"

#include "zk/impl.h"

void tf_zk_fac_prover_wipe(tf_zk_fac_prover *pv)
{
	tf_wipe(pv, sizeof(*pv));
}

static tf_err challenge(tf_challenge *e, const tf_zk_env *env, const tf_ctx *ctx, const tf_rp *rp,
                        const tf_bn *N, const tf_zk_fac_proof *p)
{
	TF_AUTO(tf_zk_scratch) scratch = tf_zk_scratch_open(env);
	const tf_bn *commitments[] = { &p->P, &p->Q, &p->A, &p->B, &p->T };
	tf_tr t;

	TRY(tf_zk_transcript(&t, env, ctx, 9, 0));
	tf_zk_tr_rp(&t, rp);
	tf_tr_nat(&t, N);
	tf_tr_open(&t);
	for (size_t i = 0; i < TF_ARRAY_LEN(commitments); i++)
		tf_tr_nat(&t, commitments[i]);
	tf_tr_close(&t);
	return tf_tr_challenge(e, env->g, &t, "fac");
}

static tf_err draw(tf_zk_fac_prover *pv, const tf_zk_env *env, const tf_bn *nhat, const tf_bn *N,
                   const tf_rng *rng)
{
	uint32_t ell = env->pr->ell, wide = env->pr->ell + env->pr->eps;
	tf_bn n0, both;

	tf_bn_sqrt_vt(&n0, N);
	TRY(tf_bn_mul(&both, N, nhat));
	TRY(tf_int_random(&pv->alpha, wide, &n0, rng));
	TRY(tf_int_random(&pv->beta, wide, &n0, rng));
	TRY(tf_int_random(&pv->mu, ell, nhat, rng));
	TRY(tf_int_random(&pv->nu, ell, nhat, rng));
	TRY(tf_int_random(&pv->r, wide, &both, rng));
	TRY(tf_int_random(&pv->x, wide, nhat, rng));
	return tf_int_random(&pv->y, wide, nhat, rng);
}

tf_err tf_zk_fac_prove_start(tf_zk_fac_prover *pv, tf_zk_fac_proof *out, const tf_zk_env *env,
                             const tf_rp *rp, const tf_paillier_sk *sk, const tf_rng *rng,
                             tf_batch *b)
{
	const tf_profile *pr = env->pr;
	uint32_t wide = pr->ell + pr->eps, n_bits = tf_zk_n_bits(env);

	tf_wipe(pv, sizeof(*pv));
	tf_wipe(out, sizeof(*out));
	TRY(draw(pv, env, &rp->n.m, &sk->pk.n.m, rng));
	tf_int_set(&pv->p, &sk->f.p, 0);
	tf_int_set(&pv->q, &sk->f.q, 0);
	tf_rp_commit_start(b, &out->P, rp, &pv->p, pr->prime_bits, &pv->mu, pr->ell + n_bits,
	                   TF_SECRET);
	tf_rp_commit_start(b, &out->Q, rp, &pv->q, pr->prime_bits, &pv->nu, pr->ell + n_bits,
	                   TF_SECRET);
	tf_rp_commit_start(b, &out->A, rp, &pv->alpha, wide + pr->prime_bits, &pv->x, wide + n_bits,
	                   TF_SECRET);
	tf_rp_commit_start(b, &out->B, rp, &pv->beta, wide + pr->prime_bits, &pv->y, wide + n_bits,
	                   TF_SECRET);
	pv->phase = TF_ZK_STARTED;
	return TF_OK;
}

/* *out = Q^a t^v */
static void commit_to_product(tf_batch *b, tf_bn *out, const tf_zk_env *env, const tf_rp *rp,
                              const tf_bn *Q, const tf_int *a, const tf_int *v, uint32_t slack,
                              tf_secrecy secrecy)
{
	const tf_profile *pr = env->pr;
	uint32_t wide = pr->ell + pr->eps + slack;
	const tf_power p[] = {
		{ .base = Q, .sgn = a, .bits = wide + pr->prime_bits, .secrecy = secrecy },
		{ .base = &rp->t, .base_inv = &rp->t_inv, .sgn = v,
		  .bits = wide + 2 * tf_zk_n_bits(env), .secrecy = secrecy },
	};

	tf_batch_power(b, out, &rp->n, p, TF_ARRAY_LEN(p));
}

tf_err tf_zk_fac_prove_middle(tf_zk_fac_prover *pv, tf_zk_fac_proof *out, const tf_zk_env *env,
                              const tf_rp *rp, tf_batch *b)
{
	if (pv->phase != TF_ZK_STARTED)
		return TF_E_STATE;
	commit_to_product(b, &out->T, env, rp, &out->Q, &pv->alpha, &pv->r, 0, TF_SECRET);
	pv->phase = TF_ZK_MIDDLE;
	return TF_OK;
}

/* v = r - e nu p */
static tf_err respond_v(tf_int *v, const tf_zk_fac_prover *pv, const tf_int *e)
{
	TF_AUTO(tf_int) product, whole;

	TRY(tf_int_mul(&product, &pv->nu, &pv->p));
	TRY(tf_int_mul(&whole, &product, e));
	return tf_int_sub(v, &pv->r, &whole);
}

static tf_err respond(const tf_zk_fac_prover *pv, tf_zk_fac_proof *out, const tf_zk_env *env,
                      const tf_ctx *ctx, const tf_rp *rp, const tf_bn *N)
{
	tf_challenge e;

	tf_ct_declassify(out, sizeof(*out));
	TRY(challenge(&e, env, ctx, rp, N, out));
	TRY(tf_int_muladd(&out->z1, &e.i, &pv->p, &pv->alpha));
	TRY(tf_int_muladd(&out->z2, &e.i, &pv->q, &pv->beta));
	TRY(tf_int_muladd(&out->w1, &e.i, &pv->mu, &pv->x));
	TRY(tf_int_muladd(&out->w2, &e.i, &pv->nu, &pv->y));
	TRY(respond_v(&out->v, pv, &e.i));
	tf_ct_declassify(out, sizeof(*out));
	return TF_OK;
}

tf_err tf_zk_fac_prove_finish(tf_zk_fac_prover *pv, tf_zk_fac_proof *out, const tf_zk_env *env,
                              const tf_ctx *ctx, const tf_rp *rp, const tf_paillier_sk *sk)
{
	tf_err err;

	if (pv->phase != TF_ZK_MIDDLE)
		return TF_E_STATE;
	err = respond(pv, out, env, ctx, rp, &sk->pk.n.m);
	tf_zk_fac_prover_wipe(pv);
	if (err != TF_OK)
		tf_wipe(out, sizeof(*out));
	return err;
}

static tf_err check_units(const tf_rp *rp, const tf_zk_fac_proof *p, tf_fault *fault)
{
	const tf_bn *nhat = &rp->n.m;

	if (!tf_holds(fault, TF_CK_FAC_P, tf_zk_unit_ok(&p->P, nhat, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_FAC_Q, tf_zk_unit_ok(&p->Q, nhat, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_FAC_A, tf_zk_unit_ok(&p->A, nhat, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_FAC_B, tf_zk_unit_ok(&p->B, nhat, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_FAC_T, tf_zk_unit_ok(&p->T, nhat, false)))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err check_ranges(const tf_zk_env *env, const tf_rp *rp, const tf_bn *N,
                           const tf_zk_fac_proof *p, tf_fault *fault)
{
	const tf_bn *nhat = &rp->n.m;
	uint32_t wide = env->pr->ell + env->pr->eps;
	tf_bn n0, both;

	tf_bn_sqrt_vt(&n0, N);
	TRY(tf_bn_mul(&both, N, nhat));
	if (!tf_holds(fault, TF_CK_FAC_Z1_RANGE,
	              tf_ct_reveal(tf_int_in_range(&p->z1, wide, &n0))))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_FAC_Z2_RANGE,
	              tf_ct_reveal(tf_int_in_range(&p->z2, wide, &n0))))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_FAC_W1_SIZE,
	              tf_ct_reveal(tf_int_in_range(&p->w1, wide + 1, nhat))))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_FAC_W2_SIZE,
	              tf_ct_reveal(tf_int_in_range(&p->w2, wide + 1, nhat))))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_FAC_V_SIZE,
	              tf_ct_reveal(tf_int_in_range(&p->v, wide + 1, &both))))
		return TF_E_PROOF;
	return TF_OK;
}

/* N e, so that (s^N)^e is one power and not two that wait for each other. */
static tf_err stretch(tf_int *ne, const tf_bn *N, const tf_int *e)
{
	tf_int n;

	tf_int_set(&n, N, 0);
	return tf_int_mul(ne, &n, e);
}

tf_err tf_zk_fac_verify_start(tf_zk_fac_verifier *vf, const tf_zk_env *env, const tf_ctx *ctx,
                              const tf_rp *rp, const tf_paillier_pk *pk, const tf_zk_fac_proof *p,
                              tf_batch *b, tf_fault *fault)
{
	uint32_t wide = env->pr->ell + env->pr->eps, n_bits = tf_zk_n_bits(env);
	uint32_t e_bits = tf_zk_e_bits(env);
	const tf_power sne = {
		.base = &rp->s, .base_inv = &rp->s_inv, .sgn = &vf->ne, .bits = n_bits + e_bits,
		.secrecy = TF_PUBLIC,
	};

	tf_wipe(vf, sizeof(*vf));
	TRY(check_units(rp, p, fault));
	TRY(check_ranges(env, rp, &pk->n.m, p, fault));
	TRY(challenge(&vf->e, env, ctx, rp, &pk->n.m, p));
	TRY(stretch(&vf->ne, &pk->n.m, &vf->e.i));
	tf_rp_commit_start(b, &vf->left1, rp, &p->z1, wide + env->pr->prime_bits, &p->w1,
	                   wide + 1 + n_bits, TF_PUBLIC);
	tf_rp_commit_start(b, &vf->left2, rp, &p->z2, wide + env->pr->prime_bits, &p->w2,
	                   wide + 1 + n_bits, TF_PUBLIC);
	commit_to_product(b, &vf->left3, env, rp, &p->Q, &p->z1, &p->v, 1, TF_PUBLIC);
	tf_zk_raise(b, &vf->right1, &rp->n, &p->P, &vf->e, e_bits);
	tf_zk_raise(b, &vf->right2, &rp->n, &p->Q, &vf->e, e_bits);
	tf_bn_set_u64(&vf->right3, 1);
	tf_batch_power(b, &vf->right3, &rp->n, &sne, 1);
	vf->phase = TF_ZK_STARTED;
	return TF_OK;
}

tf_err tf_zk_fac_verify_finish(tf_zk_fac_verifier *vf, const tf_zk_env *env, const tf_rp *rp,
                               const tf_zk_fac_proof *p, tf_fault *fault)
{
	bool holds;

	(void)env;
	if (vf->phase != TF_ZK_STARTED)
		return TF_E_STATE;
	vf->phase = TF_ZK_IDLE;
	TRY(tf_zk_is_product(&holds, &vf->left1, &p->A, &vf->right1, &rp->n));
	if (!tf_holds(fault, TF_CK_FAC_EQ_P, holds))
		return TF_E_PROOF;
	TRY(tf_zk_is_product(&holds, &vf->left2, &p->B, &vf->right2, &rp->n));
	if (!tf_holds(fault, TF_CK_FAC_EQ_Q, holds))
		return TF_E_PROOF;
	TRY(tf_zk_is_product(&holds, &vf->left3, &p->T, &vf->right3, &rp->n));
	if (!tf_holds(fault, TF_CK_FAC_EQ_N, holds))
		return TF_E_PROOF;
	return TF_OK;
}
