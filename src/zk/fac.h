/* Pi_fac: N has no small factor, to the owner of (Nhat, s, t). CGGMP24 form, without sigma.
 * Source: docs/protocol.md 5. */
#ifndef TF_ZK_FAC_H
#define TF_ZK_FAC_H

#include "zk/zk.h"

typedef struct tf_zk_fac_proof {
	tf_bn P, Q, A, B, T;
	tf_int z1, z2, w1, w2, v;
} tf_zk_fac_proof;

typedef struct tf_zk_fac_prover {
	tf_int alpha, beta, mu, nu, r, x, y;
} tf_zk_fac_prover;
void tf_zk_fac_prover_wipe(tf_zk_fac_prover *pv);

typedef struct tf_zk_fac_verifier {
	tf_challenge e;
	tf_bn left1, left2, left3, right1, right2, right3;
} tf_zk_fac_verifier;

/* rp: the verifier's parameters. T depends on Q, so proving takes two runs of the batch: start,
 * run, middle, run, finish. */
TF_MUST_USE tf_err tf_zk_fac_prove_start(tf_zk_fac_prover *pv, tf_zk_fac_proof *out,
                                         const tf_zk_env *env, const tf_rp *rp,
                                         const tf_paillier_sk *sk, const tf_rng *rng, tf_batch *b);
TF_MUST_USE tf_err tf_zk_fac_prove_middle(tf_zk_fac_prover *pv, tf_zk_fac_proof *out,
                                          const tf_zk_env *env, const tf_rp *rp, tf_batch *b);
TF_MUST_USE tf_err tf_zk_fac_prove_finish(tf_zk_fac_prover *pv, tf_zk_fac_proof *out,
                                          const tf_zk_env *env, const tf_ctx *ctx,
                                          const tf_rp *rp, const tf_paillier_sk *sk);
TF_MUST_USE tf_err tf_zk_fac_verify_start(tf_zk_fac_verifier *vf, const tf_zk_env *env,
                                          const tf_ctx *ctx, const tf_rp *rp,
                                          const tf_paillier_pk *pk, const tf_zk_fac_proof *p,
                                          tf_batch *b, tf_fault *fault);
TF_MUST_USE tf_err tf_zk_fac_verify_finish(tf_zk_fac_verifier *vf, const tf_zk_env *env,
                                           const tf_rp *rp, const tf_zk_fac_proof *p,
                                           tf_fault *fault);

#endif
