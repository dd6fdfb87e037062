#include "zk/affgstar.h"

#include "zk/impl.h"

void tf_zk_affgstar_prover_wipe(tf_zk_affgstar_prover *pv)
{
	tf_wipe(pv, sizeof(*pv));
}

static tf_err challenge(uint8_t *e, const tf_zk_env *env, const tf_zk_affgstar_st *st,
                        const tf_zk_affgstar_proof *p)
{
	TF_AUTO(tf_zk_scratch) scratch = tf_zk_scratch_open(env);
	tf_tr t;

	TRY(tf_zk_transcript(&t, env, st->ctx, 8 + 4 * (size_t)p->count, 1 + (size_t)p->count));
	tf_tr_nat(&t, &st->pk0->n.m);
	tf_tr_nat(&t, &st->pk1->n.m);
	tf_tr_nat(&t, st->C);
	tf_tr_nat(&t, st->D);
	tf_tr_nat(&t, st->Y);
	tf_tr_pt(&t, env->g, st->X);
	tf_tr_open(&t);
	for (uint32_t i = 0; i < p->count; i++) {
		tf_tr_open(&t);
		tf_tr_nat(&t, &p->A[i]);
		tf_tr_pt(&t, env->g, &p->Bx[i]);
		tf_tr_nat(&t, &p->By[i]);
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	return tf_tr_bits(e, p->count, &t, "aff-g*");
}

/* The nonces of one row, its point, and its ciphertexts up to the factors of beta. */
static tf_err commit(tf_zk_affgstar_prover *pv, tf_zk_affgstar_proof *out, uint32_t i,
                     const tf_zk_env *env, const tf_zk_affgstar_st *st, const tf_rng *rng,
                     tf_batch *b)
{
	const tf_profile *pr = env->pr;
	TF_AUTO(tf_sc_sec) s;

	TRY(tf_int_random(&pv->alpha[i], pr->ell + pr->eps, NULL, rng));
	TRY(tf_int_random(&pv->beta[i], pr->ell_prime + pr->eps, NULL, rng));
	TRY(tf_bn_random_unit(&pv->r[i], &st->pk0->n.m, rng));
	TRY(tf_bn_random_unit(&pv->ry[i], &st->pk1->n.m, rng));
	TRY(tf_sc_from_int(env->g, &s.s, &pv->alpha[i]));
	TRY(tf_pt_mul_base(env->g, &out->Bx[i], &s));
	tf_zk_affine_start(b, &out->A[i], st->pk0, &pv->r[i],
	                   &(tf_power){ .base = st->C, .base_inv = &pv->c_inv,
	                                .sgn = &pv->alpha[i], .bits = pr->ell + pr->eps + 1,
	                                .secrecy = TF_SECRET });
	tf_paillier_enc_start(b, &out->By[i], st->pk1, &pv->ry[i]);
	return TF_OK;
}

tf_err tf_zk_affgstar_prove_start(tf_zk_affgstar_prover *pv, tf_zk_affgstar_proof *out,
                                  const tf_zk_env *env, const tf_zk_affgstar_st *st,
                                  const tf_zk_affgstar_wit *wit, const tf_rng *rng, tf_batch *b)
{
	tf_wipe(pv, sizeof(*pv));
	tf_wipe(out, sizeof(*out));
	if (!tf_ct_reveal(tf_int_in_range(wit->x, env->pr->ell, NULL)))
		return TF_E_USAGE;
	if (!tf_ct_reveal(tf_int_in_range(wit->y, env->pr->ell_prime, NULL)))
		return TF_E_USAGE;
	TRY(tf_mod_inv(&pv->c_inv, st->C, &st->pk0->n2));
	for (uint32_t i = 0; i < env->pr->m; i++)
		TRY(commit(pv, out, i, env, st, rng, b));
	out->count = env->pr->m;
	pv->phase = TF_ZK_STARTED;
	return TF_OK;
}

static tf_err respond(const tf_zk_affgstar_prover *pv, tf_zk_affgstar_proof *out,
                      const tf_zk_env *env, const tf_zk_affgstar_st *st,
                      const tf_zk_affgstar_wit *wit)
{
	uint8_t e[TF_PROFILE_M_MAX];

	for (uint32_t i = 0; i < out->count; i++) {
		TRY(tf_paillier_enc_finish(&out->A[i], st->pk0, &pv->beta[i]));
		TRY(tf_paillier_enc_finish(&out->By[i], st->pk1, &pv->beta[i]));
	}
	tf_ct_declassify(out, sizeof(*out));
	TRY(challenge(e, env, st, out));
	for (uint32_t i = 0; i < out->count; i++) {
		TRY(tf_zk_add_if(&out->z1[i], &pv->alpha[i], wit->x, e[i]));
		TRY(tf_zk_add_if(&out->z2[i], &pv->beta[i], wit->y, e[i]));
		TRY(tf_zk_mul_if(&out->w[i], &pv->r[i], wit->rho, e[i], &st->pk0->n));
		TRY(tf_zk_mul_if(&out->wy[i], &pv->ry[i], wit->rhoy, e[i], &st->pk1->n));
	}
	tf_ct_declassify(out, sizeof(*out));
	return TF_OK;
}

tf_err tf_zk_affgstar_prove_finish(tf_zk_affgstar_prover *pv, tf_zk_affgstar_proof *out,
                                   const tf_zk_env *env, const tf_zk_affgstar_st *st,
                                   const tf_zk_affgstar_wit *wit)
{
	tf_err err;

	if (pv->phase != TF_ZK_STARTED)
		return TF_E_STATE;
	err = respond(pv, out, env, st, wit);
	tf_zk_affgstar_prover_wipe(pv);
	if (err != TF_OK)
		tf_wipe(out, sizeof(*out));
	return err;
}

static tf_err check_row(const tf_zk_env *env, const tf_zk_affgstar_st *st,
                        const tf_zk_affgstar_proof *p, uint32_t i, tf_fault *fault)
{
	const tf_profile *pr = env->pr;

	if (!tf_holds(fault, TF_CK_AFFGSTAR_A, tf_zk_ct_ok(&p->A[i], st->pk0, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFGSTAR_BY, tf_zk_ct_ok(&p->By[i], st->pk1, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFGSTAR_W, tf_zk_unit_ok(&p->w[i], &st->pk0->n.m, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFGSTAR_WY, tf_zk_unit_ok(&p->wy[i], &st->pk1->n.m, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFGSTAR_Z1_RANGE,
	              tf_ct_reveal(tf_int_in_range(&p->z1[i], pr->ell + pr->eps, NULL))))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFGSTAR_Z2_RANGE,
	              tf_ct_reveal(tf_int_in_range(&p->z2[i], pr->ell_prime + pr->eps, NULL))))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err check_lists(const tf_zk_env *env, const tf_zk_affgstar_st *st,
                          const tf_zk_affgstar_proof *p, tf_fault *fault)
{
	if (!tf_holds(fault, TF_CK_AFFGSTAR_COUNT, p->count == env->pr->m))
		return TF_E_PROOF;
	if (p->count > TF_PROFILE_M_MAX)
		return TF_E_CAPACITY;
	if (!tf_holds(fault, TF_CK_AFFGSTAR_C, tf_zk_ct_ok(st->C, st->pk0, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFGSTAR_D, tf_zk_ct_ok(st->D, st->pk0, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AFFGSTAR_Y, tf_zk_ct_ok(st->Y, st->pk1, false)))
		return TF_E_PROOF;
	for (uint32_t i = 0; i < p->count; i++)
		TRY(check_row(env, st, p, i, fault));
	return TF_OK;
}

tf_err tf_zk_affgstar_verify_start(tf_zk_affgstar_verifier *vf, const tf_zk_env *env,
                                   const tf_zk_affgstar_st *st, const tf_zk_affgstar_proof *p,
                                   tf_batch *b, tf_fault *fault)
{
	const tf_mod *n1_squared = &st->pk1->n2;

	tf_wipe(vf, sizeof(*vf));
	TRY(check_lists(env, st, p, fault));
	TRY(challenge(vf->e, env, st, p));
	TRY(tf_mod_inv(&vf->c_inv, st->C, &st->pk0->n2));
	for (uint32_t i = 0; i < p->count; i++) {
		const tf_power wy = {
			.base = &p->wy[i], .nat = &st->pk1->n.m, .bits = st->pk1->n.bits,
			.secrecy = TF_PUBLIC,
		};

		tf_zk_affine_start(b, &vf->left0[i], st->pk0, &p->w[i],
		                   &(tf_power){ .base = st->C, .base_inv = &vf->c_inv,
		                                .sgn = &p->z1[i],
		                                .bits = env->pr->ell + env->pr->eps + 1,
		                                .secrecy = TF_PUBLIC });
		tf_batch_power(b, &vf->left1[i], n1_squared, &wy, 1);
	}
	vf->phase = TF_ZK_STARTED;
	return TF_OK;
}

/* z1 (.) C (+) enc0(z2; w) = A (+) e (.) D */
static tf_err check_product(tf_zk_affgstar_verifier *vf, const tf_zk_affgstar_st *st,
                            const tf_zk_affgstar_proof *p, uint32_t i, tf_fault *fault)
{
	bool holds;

	TRY(tf_paillier_enc_finish(&vf->left0[i], st->pk0, &p->z2[i]));
	TRY(tf_zk_is_product_if(&holds, &vf->left0[i], &p->A[i], st->D, vf->e[i], &st->pk0->n2));
	if (!tf_holds(fault, TF_CK_AFFGSTAR_EQ_ENC0, holds))
		return TF_E_PROOF;
	return TF_OK;
}

/* enc1(z2; w_y) = B_y (+) e (.) Y */
static tf_err check_mask(tf_zk_affgstar_verifier *vf, const tf_zk_affgstar_st *st,
                         const tf_zk_affgstar_proof *p, uint32_t i, tf_fault *fault)
{
	bool holds;

	TRY(tf_paillier_enc_finish(&vf->left1[i], st->pk1, &p->z2[i]));
	TRY(tf_zk_is_product_if(&holds, &vf->left1[i], &p->By[i], st->Y, vf->e[i], &st->pk1->n2));
	if (!tf_holds(fault, TF_CK_AFFGSTAR_EQ_ENC1, holds))
		return TF_E_PROOF;
	return TF_OK;
}

/* z1 G = B_x + eX */
static tf_err check_point(const tf_zk_affgstar_verifier *vf, const tf_zk_env *env,
                          const tf_zk_affgstar_st *st, const tf_zk_affgstar_proof *p, uint32_t i,
                          tf_fault *fault)
{
	tf_pt left;
	tf_sc z1;
	bool holds;

	TRY(tf_sc_from_int(env->g, &z1, &p->z1[i]));
	TRY(tf_pt_mul_base_vt(env->g, &left, &z1));
	TRY(tf_zk_is_sum_if(&holds, env->g, &left, &p->Bx[i], st->X, vf->e[i]));
	if (!tf_holds(fault, TF_CK_AFFGSTAR_EQ_X, holds))
		return TF_E_PROOF;
	return TF_OK;
}

tf_err tf_zk_affgstar_verify_finish(tf_zk_affgstar_verifier *vf, const tf_zk_env *env,
                                    const tf_zk_affgstar_st *st, const tf_zk_affgstar_proof *p,
                                    tf_fault *fault)
{
	if (vf->phase != TF_ZK_STARTED)
		return TF_E_STATE;
	vf->phase = TF_ZK_IDLE;
	for (uint32_t i = 0; i < p->count; i++)
		TRY(check_product(vf, st, p, i, fault));
	for (uint32_t i = 0; i < p->count; i++)
		TRY(check_mask(vf, st, p, i, fault));
	for (uint32_t i = 0; i < p->count; i++)
		TRY(check_point(vf, env, st, p, i, fault));
	return TF_OK;
}
