/* Pi_mod: N is a Paillier-Blum modulus. m points, never batched; w with Jacobi symbol -1 is
 * checked (CVE-2025-66016). Source: docs/protocol.md 5. */
#ifndef TF_ZK_MOD_H
#define TF_ZK_MOD_H

#include "zk/zk.h"

typedef struct tf_zk_mod_proof {
	tf_bn w;
	uint32_t count; /* m */
	tf_bn x[TF_PROFILE_M_MAX];
	uint8_t a[TF_PROFILE_M_MAX]; /* 0 or 1 */
	uint8_t b[TF_PROFILE_M_MAX];
	tf_bn z[TF_PROFILE_M_MAX];
} tf_zk_mod_proof;

typedef struct tf_zk_mod_verifier {
	tf_bn y[TF_PROFILE_M_MAX];
	tf_bn zn[TF_PROFILE_M_MAX];
	tf_bn x4[TF_PROFILE_M_MAX];
} tf_zk_mod_verifier;

/* Has more than one dependent step of exponentiations, so proving runs its own batches. */
TF_MUST_USE tf_err tf_zk_mod_prove(tf_zk_mod_proof *out, const tf_zk_env *env, const tf_ctx *ctx,
                                   const tf_paillier_sk *sk, const tf_rng *rng, tf_batch *b);
TF_MUST_USE tf_err tf_zk_mod_verify_start(tf_zk_mod_verifier *vf, const tf_zk_env *env,
                                          const tf_ctx *ctx, const tf_paillier_pk *pk,
                                          const tf_zk_mod_proof *p, const tf_rng *rng,
                                          tf_batch *b, tf_fault *fault);
TF_MUST_USE tf_err tf_zk_mod_verify_finish(tf_zk_mod_verifier *vf, const tf_zk_env *env,
                                           const tf_paillier_pk *pk, const tf_zk_mod_proof *p,
                                           tf_fault *fault);

#endif
