/* Pi_enc-elg: C encrypts an x in range, and (B, X) is an ElGamal commitment to the same x under A.
 * Source: docs/protocol.md 5. */
#ifndef TF_ZK_ENCELG_H
#define TF_ZK_ENCELG_H

#include "zk/zk.h"

typedef struct tf_zk_encelg_st {
	const tf_ctx *ctx;
	const tf_rp *rp;          /* the verifier's */
	const tf_paillier_pk *pk; /* the prover's */
	const tf_bn *C;           /* enc(x; rho) */
	const tf_pt *A, *B, *X;   /* aG, bG, (ab + x)G */
} tf_zk_encelg_st;

typedef struct tf_zk_encelg_wit {
	const tf_int *x;
	const tf_bn *rho;
	const tf_sc_sec *b;
} tf_zk_encelg_wit;

typedef struct tf_zk_encelg_proof {
	tf_bn S, D;
	tf_pt Y, Z;
	tf_bn T;
	tf_int z1;
	tf_sc w;
	tf_bn z2;
	tf_int z3;
} tf_zk_encelg_proof;

typedef struct tf_zk_encelg_prover {
	tf_int alpha, mu, gamma;
	tf_bn r;
	tf_sc_sec beta;
} tf_zk_encelg_prover;
void tf_zk_encelg_prover_wipe(tf_zk_encelg_prover *pv);

typedef struct tf_zk_encelg_verifier {
	tf_challenge e;
	tf_bn enc, ec, com, se;
} tf_zk_encelg_verifier;

TF_MUST_USE tf_err tf_zk_encelg_prove_start(tf_zk_encelg_prover *pv, tf_zk_encelg_proof *out,
                                            const tf_zk_env *env, const tf_zk_encelg_st *st,
                                            const tf_zk_encelg_wit *wit, const tf_rng *rng,
                                            tf_batch *b);
TF_MUST_USE tf_err tf_zk_encelg_prove_finish(tf_zk_encelg_prover *pv, tf_zk_encelg_proof *out,
                                             const tf_zk_env *env, const tf_zk_encelg_st *st,
                                             const tf_zk_encelg_wit *wit);
TF_MUST_USE tf_err tf_zk_encelg_verify_start(tf_zk_encelg_verifier *vf, const tf_zk_env *env,
                                             const tf_zk_encelg_st *st,
                                             const tf_zk_encelg_proof *p, tf_batch *b,
                                             tf_fault *fault);
TF_MUST_USE tf_err tf_zk_encelg_verify_finish(tf_zk_encelg_verifier *vf, const tf_zk_env *env,
                                              const tf_zk_encelg_st *st,
                                              const tf_zk_encelg_proof *p, tf_fault *fault);

#endif
