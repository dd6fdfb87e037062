/* Pi_elog: L = lambda G, M = yG + lambda X, Y = yh: the y that (L, M) commits to under X is the
 * discrete logarithm of Y to the base h.
 *
 * It ties Gamma_i to round 1 of presigning (h = G) and Delta_i to the committed k_i (h = Gamma);
 * CGGMP24's replacement for log* (docs/protocol.md 6.4). Curve only, one phase.
 * Commitments A = alpha G, N = mG + alpha X, B = mh; e = challenge('elog', ctx, L, M, X, Y, h,
 * [A, N, B]); responses z = alpha + e lambda, u = m + ey. Source: docs/protocol.md 5.
 */
#ifndef TF_ZK_ELOG_H
#define TF_ZK_ELOG_H

#include "zk/zk.h"

typedef struct tf_zk_elog_st {
	const tf_ctx *ctx;
	const tf_pt *L, *M, *X, *Y, *h;
} tf_zk_elog_st;

typedef struct tf_zk_elog_proof {
	tf_pt A, N, B;
	tf_sc z, u;
} tf_zk_elog_proof;

/* A proof of the statement from its witness y, lambda. Constant time in both. */
TF_MUST_USE tf_err tf_zk_elog_prove(tf_zk_elog_proof *out, const tf_zk_env *env,
                                    const tf_zk_elog_st *st, const tf_sc_sec *y,
                                    const tf_sc_sec *lambda, const tf_rng *rng);

/* Checks ELOG_Z, ELOG_U (scalars), ELOG_EQ_L, ELOG_EQ_M, ELOG_EQ_Y. Public. Which points of the
 * statement may not be O is the protocol's business. */
TF_MUST_USE tf_err tf_zk_elog_verify(const tf_zk_env *env, const tf_zk_elog_st *st,
                                     const tf_zk_elog_proof *p, tf_fault *fault);

#endif
