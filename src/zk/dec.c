#include "zk/dec.h"

#include "zk/impl.h"

#define EPS TF_PROFILE_EPS_DEC

void tf_zk_dec_prover_wipe(tf_zk_dec_prover *pv)
{
	tf_wipe(pv, sizeof(*pv));
}

uint32_t tf_zk_dec_bound(const tf_profile *pr, uint32_t n)
{
	uint32_t log2_n = 1;

	while ((1u << log2_n) < n)
		log2_n++;
	return pr->ell_prime + pr->eps + 1 + log2_n;
}

static bool parties_ok(const tf_zk_dec_st *st)
{
	return st->n >= 2 && st->n <= TF_PROFILE_PARTIES_MAX;
}

static tf_err challenge(uint8_t *e, const tf_zk_env *env, const tf_zk_dec_st *st,
                        const tf_zk_dec_proof *p)
{
	TF_AUTO(tf_zk_scratch) scratch = tf_zk_scratch_open(env);
	tf_tr t;

	TRY(tf_zk_transcript(&t, env, st->ctx, 6 + 2 * (size_t)p->count, 3 + 2 * (size_t)p->count));
	tf_tr_nat(&t, &st->pk->n.m);
	tf_tr_nat(&t, st->K);
	tf_tr_pt(&t, env->g, st->X);
	tf_tr_nat(&t, st->D);
	tf_tr_pt(&t, env->g, st->S);
	tf_tr_pt(&t, env->g, st->base);
	tf_tr_u64(&t, st->n);
	tf_tr_open(&t);
	for (uint32_t i = 0; i < p->count; i++) {
		tf_tr_open(&t);
		tf_tr_nat(&t, &p->A[i]);
		tf_tr_pt(&t, env->g, &p->B[i]);
		tf_tr_pt(&t, env->g, &p->C[i]);
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	return tf_tr_bits(e, p->count, &t, "dec");
}

/* The nonces of one row, its points, and its ciphertext up to the factor of beta. */
static tf_err commit(tf_zk_dec_prover *pv, tf_zk_dec_proof *out, uint32_t i, const tf_zk_env *env,
                     const tf_zk_dec_st *st, const tf_rng *rng, tf_batch *b)
{
	uint32_t z_bits = env->pr->ell + EPS;
	TF_AUTO(tf_sc_sec) s;

	TRY(tf_int_random(&pv->alpha[i], z_bits, NULL, rng));
	TRY(tf_int_random(&pv->beta[i], tf_zk_dec_bound(env->pr, st->n) + EPS, NULL, rng));
	TRY(tf_bn_random_unit(&pv->r[i], &st->pk->n.m, rng));
	TRY(tf_sc_from_int(env->g, &s.s, &pv->beta[i]));
	TRY(tf_pt_mul(env->g, &out->B[i], &s, st->base));
	TRY(tf_sc_from_int(env->g, &s.s, &pv->alpha[i]));
	TRY(tf_pt_mul_base(env->g, &out->C[i], &s));
	tf_zk_affine_start(b, &out->A[i], st->pk, &pv->r[i],
	                   &(tf_power){ .base = &pv->k_inv, .base_inv = st->K,
	                                .sgn = &pv->alpha[i], .bits = z_bits + 1,
	                                .secrecy = TF_SECRET });
	return TF_OK;
}

tf_err tf_zk_dec_prove_start(tf_zk_dec_prover *pv, tf_zk_dec_proof *out, const tf_zk_env *env,
                             const tf_zk_dec_st *st, const tf_zk_dec_wit *wit, const tf_rng *rng,
                             tf_batch *b)
{
	tf_wipe(pv, sizeof(*pv));
	tf_wipe(out, sizeof(*out));
	if (!parties_ok(st))
		return TF_E_USAGE;
	if (!tf_ct_reveal(tf_int_in_range(wit->x, env->pr->ell, NULL)))
		return TF_E_USAGE;
	if (!tf_ct_reveal(tf_int_in_range(wit->y, tf_zk_dec_bound(env->pr, st->n), NULL)))
		return TF_E_USAGE;
	TRY(tf_mod_inv(&pv->k_inv, st->K, &st->pk->n2));
	for (uint32_t i = 0; i < env->pr->m; i++)
		TRY(commit(pv, out, i, env, st, rng, b));
	out->count = env->pr->m;
	pv->phase = TF_ZK_STARTED;
	return TF_OK;
}

static tf_err respond(const tf_zk_dec_prover *pv, tf_zk_dec_proof *out, const tf_zk_env *env,
                      const tf_zk_dec_st *st, const tf_zk_dec_wit *wit)
{
	uint8_t e[TF_PROFILE_M_MAX];

	for (uint32_t i = 0; i < out->count; i++)
		TRY(tf_paillier_enc_finish(&out->A[i], st->pk, &pv->beta[i]));
	tf_ct_declassify(out, sizeof(*out));
	TRY(challenge(e, env, st, out));
	for (uint32_t i = 0; i < out->count; i++) {
		TRY(tf_zk_add_if(&out->z[i], &pv->alpha[i], wit->x, e[i]));
		TRY(tf_zk_add_if(&out->w[i], &pv->beta[i], wit->y, e[i]));
		TRY(tf_zk_mul_if(&out->nu[i], &pv->r[i], wit->rho, e[i], &st->pk->n));
	}
	tf_ct_declassify(out, sizeof(*out));
	return TF_OK;
}

tf_err tf_zk_dec_prove_finish(tf_zk_dec_prover *pv, tf_zk_dec_proof *out, const tf_zk_env *env,
                              const tf_zk_dec_st *st, const tf_zk_dec_wit *wit)
{
	tf_err err;

	if (pv->phase != TF_ZK_STARTED)
		return TF_E_STATE;
	err = respond(pv, out, env, st, wit);
	tf_zk_dec_prover_wipe(pv);
	if (err != TF_OK)
		tf_wipe(out, sizeof(*out));
	return err;
}

static tf_err check_row(const tf_zk_env *env, const tf_zk_dec_st *st, const tf_zk_dec_proof *p,
                        uint32_t i, tf_fault *fault)
{
	uint32_t w_bits = tf_zk_dec_bound(env->pr, st->n) + EPS;

	if (!tf_holds(fault, TF_CK_DEC_A, tf_zk_ct_ok(&p->A[i], st->pk, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_DEC_NU, tf_zk_unit_ok(&p->nu[i], &st->pk->n.m, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_DEC_Z_RANGE,
	              tf_ct_reveal(tf_int_in_range(&p->z[i], env->pr->ell + EPS, NULL))))
		return TF_E_PROOF;
	/* docs/protocol.md 11, row 20: beyond this w could be of y + N */
	if (!tf_holds(fault, TF_CK_DEC_W_RANGE,
	              tf_ct_reveal(tf_int_in_range(&p->w[i], w_bits, NULL))))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err check_lists(const tf_zk_env *env, const tf_zk_dec_st *st, const tf_zk_dec_proof *p,
                          tf_fault *fault)
{
	if (!tf_holds(fault, TF_CK_DEC_COUNT, p->count == env->pr->m))
		return TF_E_PROOF;
	if (p->count > TF_PROFILE_M_MAX)
		return TF_E_CAPACITY;
	if (!tf_holds(fault, TF_CK_DEC_K, tf_zk_ct_ok(st->K, st->pk, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_DEC_D, tf_zk_ct_ok(st->D, st->pk, false)))
		return TF_E_PROOF;
	for (uint32_t i = 0; i < p->count; i++)
		TRY(check_row(env, st, p, i, fault));
	return TF_OK;
}

tf_err tf_zk_dec_verify_start(tf_zk_dec_verifier *vf, const tf_zk_env *env,
                              const tf_zk_dec_st *st, const tf_zk_dec_proof *p, tf_batch *b,
                              tf_fault *fault)
{
	tf_wipe(vf, sizeof(*vf));
	if (!parties_ok(st))
		return TF_E_USAGE;
	TRY(check_lists(env, st, p, fault));
	TRY(challenge(vf->e, env, st, p));
	TRY(tf_mod_inv(&vf->k_inv, st->K, &st->pk->n2));
	for (uint32_t i = 0; i < p->count; i++)
		tf_zk_affine_start(b, &vf->left[i], st->pk, &p->nu[i],
		                   &(tf_power){ .base = &vf->k_inv, .base_inv = st->K,
		                                .sgn = &p->z[i],
		                                .bits = env->pr->ell + EPS + 1,
		                                .secrecy = TF_PUBLIC });
	vf->phase = TF_ZK_STARTED;
	return TF_OK;
}

/* zG = C + eX and w base = B + eS */
static tf_err check_points(const tf_zk_env *env, const tf_zk_dec_st *st, const tf_zk_dec_proof *p,
                           uint32_t i, uint8_t e, tf_fault *fault)
{
	tf_pt left;
	tf_sc s;
	bool holds;

	TRY(tf_sc_from_int(env->g, &s, &p->z[i]));
	TRY(tf_pt_mul_base_vt(env->g, &left, &s));
	TRY(tf_zk_is_sum_if(&holds, env->g, &left, &p->C[i], st->X, e));
	if (!tf_holds(fault, TF_CK_DEC_EQ_X, holds))
		return TF_E_PROOF;
	TRY(tf_sc_from_int(env->g, &s, &p->w[i]));
	TRY(tf_pt_mul_vt(env->g, &left, &s, st->base));
	TRY(tf_zk_is_sum_if(&holds, env->g, &left, &p->B[i], st->S, e));
	if (!tf_holds(fault, TF_CK_DEC_EQ_S, holds))
		return TF_E_PROOF;
	return TF_OK;
}

tf_err tf_zk_dec_verify_finish(tf_zk_dec_verifier *vf, const tf_zk_env *env,
                               const tf_zk_dec_st *st, const tf_zk_dec_proof *p, tf_fault *fault)
{
	if (vf->phase != TF_ZK_STARTED)
		return TF_E_STATE;
	vf->phase = TF_ZK_IDLE;
	for (uint32_t i = 0; i < p->count; i++) {
		bool holds;

		TRY(tf_paillier_enc_finish(&vf->left[i], st->pk, &p->w[i]));
		TRY(tf_zk_is_product_if(&holds, &vf->left[i], &p->A[i], st->D, vf->e[i],
		                        &st->pk->n2));
		if (!tf_holds(fault, TF_CK_DEC_EQ_ENC, holds))
			return TF_E_PROOF;
	}
	for (uint32_t i = 0; i < p->count; i++)
		TRY(check_points(env, st, p, i, vf->e[i], fault));
	return TF_OK;
}
