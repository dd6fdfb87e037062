/* Pi_aff-g: D = x (.) C (+) enc0(y; rho), Y = enc1(y; rhoy), X = xG, both x and y in range: the
 * multiplicative-to-additive step. Source: docs/protocol.md 5. */
#ifndef TF_ZK_AFFG_H
#define TF_ZK_AFFG_H

#include "zk/zk.h"

typedef struct tf_zk_affg_st {
	const tf_ctx *ctx;
	const tf_rp *rp;           /* the verifier's */
	const tf_paillier_pk *pk0; /* the verifier's */
	const tf_paillier_pk *pk1; /* the prover's */
	const tf_bn *C, *D, *Y;
	const tf_pt *X;
} tf_zk_affg_st;

typedef struct tf_zk_affg_wit {
	const tf_int *x, *y;
	const tf_bn *rho, *rhoy;
} tf_zk_affg_wit;

typedef struct tf_zk_affg_proof {
	tf_bn A;
	tf_pt Bx;
	tf_bn By, E, S, F, T;
	tf_int z1, z2, z3, z4;
	tf_bn w, wy;
} tf_zk_affg_proof;

typedef struct tf_zk_affg_prover {
	tf_int alpha, beta, gamma, delta, m, mu;
	tf_bn r, ry, ca;
} tf_zk_affg_prover;
void tf_zk_affg_prover_wipe(tf_zk_affg_prover *pv);

typedef struct tf_zk_affg_verifier {
	tf_challenge e;
	tf_bn cz, enc0, de, enc1, ye, com1, se, com2, te;
} tf_zk_affg_verifier;

TF_MUST_USE tf_err tf_zk_affg_prove_start(tf_zk_affg_prover *pv, tf_zk_affg_proof *out,
                                          const tf_zk_env *env, const tf_zk_affg_st *st,
                                          const tf_zk_affg_wit *wit, const tf_rng *rng,
                                          tf_batch *b);
TF_MUST_USE tf_err tf_zk_affg_prove_finish(tf_zk_affg_prover *pv, tf_zk_affg_proof *out,
                                           const tf_zk_env *env, const tf_zk_affg_st *st,
                                           const tf_zk_affg_wit *wit);
TF_MUST_USE tf_err tf_zk_affg_verify_start(tf_zk_affg_verifier *vf, const tf_zk_env *env,
                                           const tf_zk_affg_st *st, const tf_zk_affg_proof *p,
                                           tf_batch *b, tf_fault *fault);
TF_MUST_USE tf_err tf_zk_affg_verify_finish(tf_zk_affg_verifier *vf, const tf_zk_env *env,
                                            const tf_zk_affg_st *st, const tf_zk_affg_proof *p,
                                            tf_fault *fault);

#endif
