/* Pi_sch: knowledge of the discrete logarithm x of X = xG (Schnorr). Source: docs/protocol.md 5.
 *
 * The commitment A = aG is made early (key generation commits to it in round 1), the response
 * later. */
#ifndef TF_ZK_SCH_H
#define TF_ZK_SCH_H

#include "zk/zk.h"

/* The challenge: H('sch', ctx, X, A). */
typedef struct tf_zk_sch_proof {
	tf_sc z;
} tf_zk_sch_proof;

/* a uniform, A = aG. One-shot: tf_zk_sch_prove wipes a. */
TF_MUST_USE tf_err tf_zk_sch_commit(tf_sc_sec *a, tf_pt *A, const tf_group *g, const tf_rng *rng);
TF_MUST_USE tf_err tf_zk_sch_prove(tf_zk_sch_proof *out, tf_sc_sec *a, const tf_zk_env *env,
                                   const tf_ctx *ctx, const tf_pt *X, const tf_pt *A,
                                   const tf_sc_sec *x);
TF_MUST_USE tf_err tf_zk_sch_verify(const tf_zk_env *env, const tf_ctx *ctx, const tf_pt *X,
                                    const tf_pt *A, const tf_zk_sch_proof *p, tf_fault *fault);

#endif
