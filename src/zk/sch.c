#include "zk/sch.h"

#include "zk/impl.h"

static tf_err challenge(tf_challenge *e, const tf_zk_env *env, const tf_ctx *ctx, const tf_pt *X,
                        const tf_pt *A)
{
	TF_AUTO(tf_zk_scratch) scratch = tf_zk_scratch_open(env);
	tf_tr t;

	TRY(tf_zk_transcript(&t, env, ctx, 0, 2));
	tf_tr_pt(&t, env->g, X);
	tf_tr_pt(&t, env->g, A);
	return tf_tr_challenge(e, env->g, &t, "sch");
}

tf_err tf_zk_sch_commit(tf_sc_sec *a, tf_pt *A, const tf_group *g, const tf_rng *rng)
{
	TRY(tf_sc_random(g, a, rng));
	TRY(tf_pt_mul_base(g, A, a));
	tf_ct_declassify(A, sizeof(*A));
	return TF_OK;
}

tf_err tf_zk_sch_prove(tf_zk_sch_proof *out, tf_sc_sec *a, const tf_zk_env *env, const tf_ctx *ctx,
                       const tf_pt *X, const tf_pt *A, const tf_sc_sec *x)
{
	TF_AUTO(tf_sc_sec) once = *a;
	tf_challenge e;

	tf_sc_sec_wipe(a);
	if (tf_ct_reveal(tf_sc_is_zero(&once.s)))
		return TF_E_STATE;
	TRY(challenge(&e, env, ctx, X, A));
	tf_zk_respond(env->g, &out->z, &once.s, &e, &x->s);
	tf_ct_declassify(out, sizeof(*out));
	return TF_OK;
}

tf_err tf_zk_sch_verify(const tf_zk_env *env, const tf_ctx *ctx, const tf_pt *X, const tf_pt *A,
                        const tf_zk_sch_proof *p, tf_fault *fault)
{
	tf_challenge e;
	tf_pt left;
	bool holds;

	if (!tf_holds(fault, TF_CK_SCH_X, !tf_pt_is_identity(X)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_SCH_Z, tf_zk_sc_ok(env->g, &p->z)))
		return TF_E_PROOF;
	TRY(challenge(&e, env, ctx, X, A));
	TRY(tf_pt_mul_base_vt(env->g, &left, &p->z));
	TRY(tf_zk_is_sum(&holds, env->g, &left, A, &e, X));
	if (!tf_holds(fault, TF_CK_SCH_EQUATION, holds))
		return TF_E_PROOF;
	return TF_OK;
}
