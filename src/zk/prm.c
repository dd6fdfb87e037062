#include "zk/prm.h"

#include "num/prime.h"
#include "zk/impl.h"

void tf_zk_prm_prover_wipe(tf_zk_prm_prover *pv)
{
	tf_wipe(pv, sizeof(*pv));
}

static tf_err challenge(uint8_t *e, const tf_zk_env *env, const tf_ctx *ctx, const tf_rp *rp,
                        const tf_zk_prm_proof *p)
{
	TF_AUTO(tf_zk_scratch) scratch = tf_zk_scratch_open(env);
	tf_tr t;

	TRY(tf_zk_transcript(&t, env, ctx, 3 + p->count, 0));
	tf_tr_nat(&t, &rp->n.m);
	tf_tr_nat(&t, &rp->s);
	tf_tr_nat(&t, &rp->t);
	tf_tr_open(&t);
	for (uint32_t i = 0; i < p->count; i++)
		tf_tr_nat(&t, &p->A[i]);
	tf_tr_close(&t);
	return tf_tr_bits(e, p->count, &t, "prm");
}

/* A table of t modulo the primes of Nhat, for the m powers to come; NULL without room. */
static const tf_fixed *own_table(const tf_zk_env *env, const tf_rp_sec *rp)
{
	size_t len = tf_rp_tables_bytes(env->pr);
	tf_rp_tables *t = env->tables ? tf_arena_alloc(env->tables, sizeof(*t)) : NULL;
	void *room = t ? tf_arena_alloc(env->tables, len) : NULL;

	if (!room || tf_rp_tables_init_own(t, rp, env->kernel, room, len, env->mem) != TF_OK)
		return NULL;
	return &t->first;
}

/* The same of a peer's t modulo Nhat, for public exponents. */
static const tf_fixed *peer_table(const tf_zk_env *env, const tf_rp *rp)
{
	const tf_fixed_plan plan = { tf_zk_n_bits(env), TF_PUBLIC, env->kernel };
	size_t len = tf_fixed_bytes(&rp->n, &plan);
	tf_fixed *t = env->tables ? tf_arena_alloc(env->tables, sizeof(*t)) : NULL;
	void *room = t ? tf_arena_alloc(env->tables, len) : NULL;

	if (!room || tf_fixed_init(t, &rp->n, &rp->t, NULL, &plan, room, len, env->mem) != TF_OK)
		return NULL;
	return t;
}

tf_err tf_zk_prm_prove_start(tf_zk_prm_prover *pv, tf_zk_prm_proof *out, const tf_zk_env *env,
                             const tf_ctx *ctx, const tf_rp_sec *rp, const tf_rng *rng,
                             tf_batch *b)
{
	const tf_fixed *table = own_table(env, rp);

	(void)ctx;
	tf_wipe(pv, sizeof(*pv));
	tf_wipe(out, sizeof(*out));
	for (uint32_t i = 0; i < env->pr->m; i++) {
		const tf_power p = {
			.base = &rp->pub.t, .nat = &pv->a[i], .bits = tf_zk_n_bits(env),
			.secrecy = TF_SECRET, .fixed = table,
		};

		TRY(tf_bn_random_below(&pv->a[i], &rp->phi, rng));
		tf_batch_power(b, &out->A[i], &rp->pub.n, &p, 1);
	}
	out->count = env->pr->m;
	pv->phase = TF_ZK_STARTED;
	return TF_OK;
}

static tf_err respond(const tf_zk_prm_prover *pv, tf_zk_prm_proof *out, const tf_zk_env *env,
                      const tf_ctx *ctx, const tf_rp_sec *rp)
{
	uint8_t e[TF_PROFILE_M_MAX];
	TF_AUTO(tf_bn) sum;

	tf_ct_declassify(out, sizeof(*out));
	TRY(challenge(e, env, ctx, &rp->pub, out));
	for (uint32_t i = 0; i < out->count; i++) {
		if (e[i])
			TRY(tf_bn_add(&sum, &pv->a[i], &rp->lambda));
		else
			sum = pv->a[i];
		TRY(tf_bn_mod(&out->z[i], &sum, &rp->phi));
	}
	tf_ct_declassify(out, sizeof(*out));
	return TF_OK;
}

tf_err tf_zk_prm_prove_finish(tf_zk_prm_prover *pv, tf_zk_prm_proof *out, const tf_zk_env *env,
                              const tf_ctx *ctx, const tf_rp_sec *rp)
{
	tf_err err;

	if (pv->phase != TF_ZK_STARTED)
		return TF_E_STATE;
	err = respond(pv, out, env, ctx, rp);
	tf_zk_prm_prover_wipe(pv);
	if (err != TF_OK)
		tf_wipe(out, sizeof(*out));
	return err;
}

static tf_err check_modulus(const tf_zk_env *env, const tf_bn *nhat, const tf_rng *rng,
                            tf_fault *fault)
{
	bool prime;

	if (!tf_holds(fault, TF_CK_PRM_N_ODD, tf_ct_reveal(tf_bn_is_odd(nhat))))
		return TF_E_PROOF;
	TRY(tf_prime_test_vt_on(&prime, nhat, TF_ZK_PRIME_ROUNDS, rng, env->mem, env->kernel));
	if (!tf_holds(fault, TF_CK_PRM_N_COMPOSITE, !prime))
		return TF_E_PROOF;
	return TF_OK;
}

/* x is neither 1 nor Nhat - 1 */
static tf_err check_not_one(const tf_bn *x, const tf_bn *nhat, tf_check one, tf_check minus_one,
                            tf_fault *fault)
{
	tf_bn unity, sum;

	tf_bn_set_u64(&unity, 1);
	if (!tf_holds(fault, one, !tf_ct_reveal(tf_bn_eq(x, &unity))))
		return TF_E_PROOF;
	TRY(tf_bn_add(&sum, x, &unity));
	if (!tf_holds(fault, minus_one, !tf_ct_reveal(tf_bn_eq(&sum, nhat))))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err check_bases(const tf_rp *rp, tf_fault *fault)
{
	const tf_bn *nhat = &rp->n.m;

	if (!tf_holds(fault, TF_CK_PRM_S_UNIT, tf_zk_unit_ok(&rp->s, nhat, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_PRM_T_UNIT, tf_zk_unit_ok(&rp->t, nhat, false)))
		return TF_E_PROOF;
	TRY(check_not_one(&rp->s, nhat, TF_CK_PRM_S_ONE, TF_CK_PRM_S_MINUS_ONE, fault));
	TRY(check_not_one(&rp->t, nhat, TF_CK_PRM_T_ONE, TF_CK_PRM_T_MINUS_ONE, fault));
	if (!tf_holds(fault, TF_CK_PRM_S_IS_T, !tf_ct_reveal(tf_bn_eq(&rp->s, &rp->t))))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err check_lists(const tf_zk_env *env, const tf_bn *nhat, const tf_zk_prm_proof *p,
                          tf_fault *fault)
{
	if (!tf_holds(fault, TF_CK_PRM_COUNT, p->count == env->pr->m))
		return TF_E_PROOF;
	if (p->count > TF_PROFILE_M_MAX)
		return TF_E_CAPACITY;
	for (uint32_t i = 0; i < p->count; i++) {
		if (!tf_holds(fault, TF_CK_PRM_A, tf_zk_unit_ok(&p->A[i], nhat, false)))
			return TF_E_PROOF;
		if (!tf_holds(fault, TF_CK_PRM_Z, tf_ct_reveal(tf_bn_lt(&p->z[i], nhat))))
			return TF_E_PROOF;
	}
	return TF_OK;
}

tf_err tf_zk_prm_verify_start(tf_zk_prm_verifier *vf, const tf_zk_env *env, const tf_ctx *ctx,
                              const tf_rp *rp, const tf_zk_prm_proof *p, const tf_rng *rng,
                              tf_batch *b, tf_fault *fault)
{
	const tf_fixed *table;

	tf_wipe(vf, sizeof(*vf));
	TRY(check_modulus(env, &rp->n.m, rng, fault));
	TRY(check_bases(rp, fault));
	TRY(check_lists(env, &rp->n.m, p, fault));
	TRY(challenge(vf->e, env, ctx, rp, p));
	table = peer_table(env, rp);
	for (uint32_t i = 0; i < p->count; i++) {
		const tf_power power = {
			.base = &rp->t, .nat = &p->z[i], .bits = tf_zk_n_bits(env),
			.secrecy = TF_PUBLIC, .fixed = table,
		};

		tf_batch_power(b, &vf->left[i], &rp->n, &power, 1);
	}
	vf->phase = TF_ZK_STARTED;
	return TF_OK;
}

tf_err tf_zk_prm_verify_finish(tf_zk_prm_verifier *vf, const tf_zk_env *env, const tf_rp *rp,
                               const tf_zk_prm_proof *p, tf_fault *fault)
{
	tf_bn unity;

	(void)env;
	if (vf->phase != TF_ZK_STARTED)
		return TF_E_STATE;
	vf->phase = TF_ZK_IDLE;
	tf_bn_set_u64(&unity, 1);
	for (uint32_t i = 0; i < p->count; i++) {
		bool holds;

		TRY(tf_zk_is_product(&holds, &vf->left[i], &p->A[i], vf->e[i] ? &rp->s : &unity,
		                     &rp->n));
		if (!tf_holds(fault, TF_CK_PRM_EQUATION, holds))
			return TF_E_PROOF;
	}
	return TF_OK;
}
