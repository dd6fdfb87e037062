/* Pi_enc-elg: C encrypts an x in range, and (B, X) is an ElGamal commitment to the same x under A.
 *
 * Statement: C = enc_i(x; rho), A = aG, B = bG, X = (ab + x)G. Witness: x in +-2^ell, rho, b.
 * It keeps k_i and gamma_i small (without it an x near N opens the door of alpha-rays) and ties
 * them to the curve; knowing the witness is what stops a party from copying another's ciphertext.
 *
 * Commitments  S = s^x t^mu, D = enc_i(alpha; r), Y = beta A + alpha G, Z = beta G,
 *              T = s^alpha t^gamma, under the verifier's (Nhat, s, t)
 * Challenge    e = ('enc-elg', ctx, [Nhat, s, t], N, C, A, B, X, [S, D, Y, Z, T])
 * Responses    z1 = alpha + ex, w = beta + eb mod q, z2 = r rho^e mod N, z3 = gamma + e mu
 * with alpha in +-2^(ell+eps), mu in +-2^ell Nhat, gamma in +-2^(ell+eps) Nhat, beta in Z_q*,
 * r in Z*_N. Source: CGGMP24's enc-elg; docs/protocol.md 5.
 */
#ifndef TF_ZK_ENCELG_H
#define TF_ZK_ENCELG_H

#include "zk/folds.h"

typedef struct tf_zk_encelg_st {
	const tf_ctx *ctx;
	const tf_rp *rp;          /* the verifier's */
	const tf_paillier_pk *pk; /* the prover's */
	const tf_bn *C;           /* enc(x; rho) */
	const tf_pt *A, *B, *X;   /* aG, bG, (ab + x)G */
} tf_zk_encelg_st;

typedef struct tf_zk_encelg_wit {
	const tf_int *x;
	const tf_bn *rho; /* in Z*_N */
	const tf_sc_sec *b;
} tf_zk_encelg_wit;

typedef struct tf_zk_encelg_proof {
	tf_bn S, D; /* below Nhat, N^2 */
	tf_pt Y, Z;
	tf_bn T;    /* below Nhat */
	tf_int z1;  /* +-2^(ell+eps) */
	tf_sc w;
	tf_bn z2;   /* below N */
	tf_int z3;  /* +-2^(ell+eps+1) Nhat */
} tf_zk_encelg_proof;

/* Between start and finish: the nonces. */
typedef struct tf_zk_encelg_prover {
	tf_zk_phase phase;
	tf_int alpha, mu, gamma;
	tf_randomiser r;
	tf_sc_sec beta;
} tf_zk_encelg_prover;
void tf_zk_encelg_prover_wipe(tf_zk_encelg_prover *pv);

/* Between start and finish: what the batch computes. Public. */
typedef struct tf_zk_encelg_verifier {
	tf_zk_phase phase;
	bool refuted; /* finish has found EQ_ENC or EQ_COM wrong */
	tf_challenge e;
	tf_bn enc, ec;  /* z2^N, C^e mod N^2 */
	tf_bn com, se;  /* s^z1 t^z3, S^e mod Nhat */
} tf_zk_encelg_verifier;

#define TF_ZK_ENCELG_PROVE_JOBS (2u + TF_RANDOMISER_JOBS)
#define TF_ZK_ENCELG_FOLDS 1u
#define TF_ZK_ENCELG_VERIFY_JOBS 4u

/* Draws the nonces, computes Y and Z, enqueues S, D, T into *out. st->pk may be of the own kind.
 * TF_E_USAGE if x is not in +-2^ell (revealed). Constant time in the witness. */
TF_MUST_USE tf_err tf_zk_encelg_prove_start(tf_zk_encelg_prover *pv, tf_zk_encelg_proof *out,
                                            const tf_zk_env *env, const tf_zk_encelg_st *st,
                                            const tf_zk_encelg_wit *wit, const tf_rng *rng,
                                            tf_batch *b);

/* After the run: challenge and responses, but z2, which *folds has when it has run; *out is then
 * complete and public. One-shot, wipes pv; TF_E_STATE without a start. */
TF_MUST_USE tf_err tf_zk_encelg_prove_respond(tf_zk_encelg_prover *pv, tf_zk_encelg_proof *out,
                                              const tf_zk_env *env, const tf_zk_encelg_st *st,
                                              const tf_zk_encelg_wit *wit, tf_zk_folds *folds);

/* The same with folds of its own. */
TF_MUST_USE tf_err tf_zk_encelg_prove_finish(tf_zk_encelg_prover *pv, tf_zk_encelg_proof *out,
                                             const tf_zk_env *env, const tf_zk_encelg_st *st,
                                             const tf_zk_encelg_wit *wit);

/* Checks ENCELG_C, _D (ciphertexts), _S, _T, _Z2 (units), _W (scalar), _Z1_RANGE, _Z3_SIZE, and
 * computes the challenge. z3's bound is twice the honest maximum: a size limit, nothing hangs on
 * its value. */
TF_MUST_USE tf_err tf_zk_encelg_verify_open(tf_zk_encelg_verifier *vf, const tf_zk_env *env,
                                            const tf_zk_encelg_st *st,
                                            const tf_zk_encelg_proof *p, tf_fault *fault);

/* After that: enqueue the equations modulo N^2 and Nhat. */
void tf_zk_encelg_verify_enqueue(tf_zk_encelg_verifier *vf, const tf_zk_env *env,
                                 const tf_zk_encelg_st *st, const tf_zk_encelg_proof *p,
                                 tf_batch *b);

/* Both. */
TF_MUST_USE tf_err tf_zk_encelg_verify_start(tf_zk_encelg_verifier *vf, const tf_zk_env *env,
                                             const tf_zk_encelg_st *st,
                                             const tf_zk_encelg_proof *p, tf_batch *b,
                                             tf_fault *fault);

/* After the run, once: ENCELG_EQ_ENC, ENCELG_EQ_Y, ENCELG_EQ_Z, ENCELG_EQ_COM. Where a batch of
 * equations vouches for the first and the last, these two hold. TF_E_STATE without a start. */
TF_MUST_USE tf_err tf_zk_encelg_verify_finish(tf_zk_encelg_verifier *vf, const tf_zk_env *env,
                                              const tf_zk_encelg_st *st,
                                              const tf_zk_encelg_proof *p, tf_fault *fault);

#endif
