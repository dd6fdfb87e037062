#include "zk/elog.h"

#include "zk/impl.h"

static tf_err challenge(tf_challenge *e, const tf_zk_env *env, const tf_zk_elog_st *st,
                        const tf_zk_elog_proof *p)
{
	TF_AUTO(tf_zk_scratch) scratch = tf_zk_scratch_open(env);
	const tf_pt *statement[] = { st->L, st->M, st->X, st->Y, st->h };
	const tf_pt *commitments[] = { &p->A, &p->N, &p->B };
	tf_tr t;

	TRY(tf_zk_transcript(&t, env, st->ctx, 0, TF_ARRAY_LEN(statement) +
	                     TF_ARRAY_LEN(commitments)));
	for (size_t i = 0; i < TF_ARRAY_LEN(statement); i++)
		tf_tr_pt(&t, env->g, statement[i]);
	tf_tr_open(&t);
	for (size_t i = 0; i < TF_ARRAY_LEN(commitments); i++)
		tf_tr_pt(&t, env->g, commitments[i]);
	tf_tr_close(&t);
	return tf_tr_challenge(e, env->g, &t, "elog");
}

static tf_err commit(tf_zk_elog_proof *out, const tf_zk_env *env, const tf_zk_elog_st *st,
                     const tf_sc_sec *alpha, const tf_sc_sec *m)
{
	const tf_group *g = env->g;
	TF_AUTO(tf_pt) mg, ax;

	TRY(tf_pt_mul_base(g, &out->A, alpha));
	TRY(tf_pt_mul_base(g, &mg, m));
	TRY(tf_pt_mul(g, &ax, alpha, st->X));
	TRY(tf_pt_add(g, &out->N, &mg, &ax));
	return tf_pt_mul(g, &out->B, m, st->h);
}

tf_err tf_zk_elog_prove(tf_zk_elog_proof *out, const tf_zk_env *env, const tf_zk_elog_st *st,
                        const tf_sc_sec *y, const tf_sc_sec *lambda, const tf_rng *rng)
{
	TF_AUTO(tf_sc_sec) alpha, m;
	tf_zk_elog_proof p = { 0 };
	tf_challenge e;

	TRY(tf_sc_random(env->g, &alpha, rng));
	TRY(tf_sc_random(env->g, &m, rng));
	TRY(commit(&p, env, st, &alpha, &m));
	tf_ct_declassify(&p, sizeof(p));
	TRY(challenge(&e, env, st, &p));
	tf_zk_respond(env->g, &p.z, &alpha.s, &e, &lambda->s);
	tf_zk_respond(env->g, &p.u, &m.s, &e, &y->s);
	tf_ct_declassify(&p, sizeof(p));
	*out = p;
	return TF_OK;
}

tf_err tf_zk_elog_verify(const tf_zk_env *env, const tf_zk_elog_st *st, const tf_zk_elog_proof *p,
                         tf_fault *fault)
{
	const tf_group *g = env->g;
	tf_challenge e;
	tf_pt left;
	bool holds;

	if (!tf_holds(fault, TF_CK_ELOG_Z, tf_zk_sc_ok(g, &p->z)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_ELOG_U, tf_zk_sc_ok(g, &p->u)))
		return TF_E_PROOF;
	TRY(challenge(&e, env, st, p));

	TRY(tf_pt_mul_base_vt(g, &left, &p->z));
	TRY(tf_zk_is_sum(&holds, g, &left, &p->A, &e, st->L));
	if (!tf_holds(fault, TF_CK_ELOG_EQ_L, holds))
		return TF_E_PROOF;
	TRY(tf_pt_mul2_vt(g, &left, &p->u, &p->z, st->X));
	TRY(tf_zk_is_sum(&holds, g, &left, &p->N, &e, st->M));
	if (!tf_holds(fault, TF_CK_ELOG_EQ_M, holds))
		return TF_E_PROOF;
	TRY(tf_pt_mul_vt(g, &left, &p->u, st->h));
	TRY(tf_zk_is_sum(&holds, g, &left, &p->B, &e, st->Y));
	if (!tf_holds(fault, TF_CK_ELOG_EQ_Y, holds))
		return TF_E_PROOF;
	return TF_OK;
}
