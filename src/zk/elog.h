/* Pi_elog: L = lambda G, M = yG + lambda X, Y = yh. Curve only, one phase.
 * Source: docs/protocol.md 5. */
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

TF_MUST_USE tf_err tf_zk_elog_prove(tf_zk_elog_proof *out, const tf_zk_env *env,
                                    const tf_zk_elog_st *st, const tf_sc_sec *y,
                                    const tf_sc_sec *lambda, const tf_rng *rng);
TF_MUST_USE tf_err tf_zk_elog_verify(const tf_zk_env *env, const tf_zk_elog_st *st,
                                     const tf_zk_elog_proof *p, tf_fault *fault);

#endif
