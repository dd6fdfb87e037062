/* Pi_sch: knowledge of the discrete logarithm x of X = xG (Schnorr 1989).
 *
 * The commitment A = aG is made early (key generation commits to it in its first round, CGGMP24
 * key generation), the response z = a + ex later. e = challenge('sch', ctx, X, A).
 * Accepted if X is not O, 0 <= z < q, and zG = A + eX. Source: docs/protocol.md 5.
 */
#ifndef TF_ZK_SCH_H
#define TF_ZK_SCH_H

#include "zk/zk.h"

typedef struct tf_zk_sch_proof {
	tf_sc z;
} tf_zk_sch_proof;

/* a uniform in [1, q-1], A = aG. a is a nonce: for one tf_zk_sch_prove, which wipes it. A is public
 * from here on. */
TF_MUST_USE tf_err tf_zk_sch_commit(tf_sc_sec *a, tf_pt *A, const tf_group *g, const tf_rng *rng);

/* The response to the commitment (a, A) for X = xG. Wipes a in any case; TF_E_STATE if it was wiped
 * before. Constant time in a and x. */
TF_MUST_USE tf_err tf_zk_sch_prove(tf_zk_sch_proof *out, tf_sc_sec *a, const tf_zk_env *env,
                                   const tf_ctx *ctx, const tf_pt *X, const tf_pt *A,
                                   const tf_sc_sec *x);

/* Checks SCH_X, SCH_Z, SCH_EQUATION: TF_E_PROOF with the failing one in fault. Public. */
TF_MUST_USE tf_err tf_zk_sch_verify(const tf_zk_env *env, const tf_ctx *ctx, const tf_pt *X,
                                    const tf_pt *A, const tf_zk_sch_proof *p, tf_fault *fault);

#endif
