/* Pi_fac: neither factor of N is small, to the owner of (Nhat, s, t). CGGMP24's form, without
 * sigma.
 *
 * Witness: the factors p, q of N. With N0 = floor(sqrt N):
 *
 * Commitments  P = s^p t^mu, Q = s^q t^nu, A = s^alpha t^x, B = s^beta t^y, T = Q^alpha t^r
 * Challenge    e = ('fac', ctx, [Nhat, s, t], N, [P, Q, A, B, T])
 * Responses    z1 = alpha + ep, z2 = beta + eq, w1 = x + e mu, w2 = y + e nu, v = r - e nu p
 * with alpha, beta in +-2^(ell+eps) N0, mu, nu in +-2^ell Nhat, r in +-2^(ell+eps) N Nhat,
 * x, y in +-2^(ell+eps) Nhat. z1 and z2 in +-2^(ell+eps) N0 bound both factors from above, hence
 * from below: each is at least 2^(|N|/2 - ell - eps). Source: CGGMP24's fac; docs/protocol.md 5.
 */
#ifndef TF_ZK_FAC_H
#define TF_ZK_FAC_H

#include "zk/zk.h"

typedef struct tf_zk_fac_proof {
	tf_bn P, Q, A, B, T; /* below Nhat */
	tf_int z1, z2;       /* +-2^(ell+eps) N0 */
	tf_int w1, w2;       /* +-2^(ell+eps+1) Nhat */
	tf_int v;            /* +-2^(ell+eps+1) N Nhat */
} tf_zk_fac_proof;

/* Between start and finish: the nonces, and the factors as integers. */
typedef struct tf_zk_fac_prover {
	tf_zk_phase phase;
	tf_int alpha, beta, mu, nu, r, x, y;
	tf_int p, q;
} tf_zk_fac_prover;
void tf_zk_fac_prover_wipe(tf_zk_fac_prover *pv);

/* Between start and finish: what the batch computes. Public. */
typedef struct tf_zk_fac_verifier {
	tf_zk_phase phase;
	tf_challenge e;
	tf_int ne;                     /* N e */
	tf_bn left1, left2, left3;     /* s^z1 t^w1, s^z2 t^w2, Q^z1 t^v */
	tf_bn right1, right2, right3;  /* P^e, Q^e, s^(Ne) */
} tf_zk_fac_verifier;

#define TF_ZK_FAC_PROVE_JOBS 4u /* of start; middle takes one */
#define TF_ZK_FAC_VERIFY_JOBS 6u

/* Draws the nonces and enqueues P, Q, A, B into *out. rp: the verifier's parameters. T depends on
 * Q, so proving takes two runs of the batch: start, run, middle, run, finish. Constant time in the
 * factors and nonces. */
TF_MUST_USE tf_err tf_zk_fac_prove_start(tf_zk_fac_prover *pv, tf_zk_fac_proof *out,
                                         const tf_zk_env *env, const tf_rp *rp,
                                         const tf_paillier_sk *sk, const tf_rng *rng, tf_batch *b);

/* After the first run: enqueues T. TF_E_STATE without a start. */
TF_MUST_USE tf_err tf_zk_fac_prove_middle(tf_zk_fac_prover *pv, tf_zk_fac_proof *out,
                                          const tf_zk_env *env, const tf_rp *rp, tf_batch *b);

/* After the second run: challenge and responses; *out is then complete and public. One-shot, wipes
 * pv; TF_E_STATE without start and middle. */
TF_MUST_USE tf_err tf_zk_fac_prove_finish(tf_zk_fac_prover *pv, tf_zk_fac_proof *out,
                                          const tf_zk_env *env, const tf_ctx *ctx,
                                          const tf_rp *rp, const tf_paillier_sk *sk);

/* Checks FAC_P, _Q, _A, _B, _T (units), _Z1_RANGE, _Z2_RANGE, _W1_SIZE, _W2_SIZE, _V_SIZE, then
 * enqueues. The sizes are twice the honest maximum: nothing hangs on their values. */
TF_MUST_USE tf_err tf_zk_fac_verify_start(tf_zk_fac_verifier *vf, const tf_zk_env *env,
                                          const tf_ctx *ctx, const tf_rp *rp,
                                          const tf_paillier_pk *pk, const tf_zk_fac_proof *p,
                                          tf_batch *b, tf_fault *fault);

/* After the run, once: FAC_EQ_P, FAC_EQ_Q, FAC_EQ_N. TF_E_STATE without a start. */
TF_MUST_USE tf_err tf_zk_fac_verify_finish(tf_zk_fac_verifier *vf, const tf_zk_env *env,
                                           const tf_rp *rp, const tf_zk_fac_proof *p,
                                           tf_fault *fault);

#endif
