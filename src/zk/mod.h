/* Pi_mod: N is a Paillier-Blum modulus, N = pq with p = q = 3 mod 4 and gcd(N, phi(N)) = 1.
 *
 * The prover picks w in Z*_N with Jacobi symbol (w|N) = -1; the transcript ('mod', ctx, N, w) gives
 * y_1 .. y_m, each from |N|/8 + 16 bytes reduced modulo N. For each y there is exactly one (a, b)
 * that makes y' = (-1)^a w^b y a square modulo p and q; x is its fourth root that is a square
 * itself, z the N-th root of y. Accepted if z^N = y and x^4 = (-1)^a w^b y for each, and if w is
 * what it should be: without that check an N with many small factors passes (CVE-2025-66016).
 * Never verified in a batch. Source: CMP20 Fig. 16 (Pi_mod); docs/protocol.md 5.
 */
#ifndef TF_ZK_MOD_H
#define TF_ZK_MOD_H

#include "zk/zk.h"

typedef struct tf_zk_mod_proof {
	tf_bn w;        /* below N */
	uint32_t count; /* m of the profile */
	tf_bn x[TF_PROFILE_M_MAX];   /* below N */
	uint8_t a[TF_PROFILE_M_MAX]; /* 0 or 1 */
	uint8_t b[TF_PROFILE_M_MAX]; /* 0 or 1 */
	tf_bn z[TF_PROFILE_M_MAX];   /* below N */
} tf_zk_mod_proof;

/* Between start and finish: the challenge and z^N. Public. */
typedef struct tf_zk_mod_verifier {
	tf_zk_phase phase;
	tf_bn y[TF_PROFILE_M_MAX];
	tf_bn zn[TF_PROFILE_M_MAX];
} tf_zk_mod_verifier;

#define TF_ZK_MOD_PROVE_JOBS(pr) (3 * (pr)->m + 2)
#define TF_ZK_MOD_VERIFY_JOBS(pr) ((pr)->m)

/* A proof for one's own modulus. One call: the challenge needs no exponentiation, so all of them
 * are put into b together, and b is run, with whatever else was in it. Constant time in the
 * factors, the choice of (a, b) included; w, and what was rejected before it, is public. env->g is
 * not used. *out is wiped on failure.
 *
 * Roots are computed modulo p and q apart, and one of them that is wrong modulo one prime only
 * would tell everybody the factors; so each is raised again, modulo N without the factors, and
 * TF_E_FAULT is returned if an equation does not hold (public: that it does is what the proof
 * says). */
TF_MUST_USE tf_err tf_zk_mod_prove(tf_zk_mod_proof *out, const tf_zk_env *env, const tf_ctx *ctx,
                                   const tf_paillier_sk *sk, const tf_rng *rng, tf_batch *b);

/* rng: for the compositeness test of N, 25 Miller-Rabin rounds.
 *
 * Checks MOD_N_ODD, _N_COMPOSITE, _W_UNIT, _W_JACOBI, _COUNT, and for each i _X, _Z, _Y (units),
 * _A_BIT, _B_BIT, then enqueues. That N has exactly the profile's length is checked where it is
 * received. */
TF_MUST_USE tf_err tf_zk_mod_verify_start(tf_zk_mod_verifier *vf, const tf_zk_env *env,
                                          const tf_ctx *ctx, const tf_paillier_pk *pk,
                                          const tf_zk_mod_proof *p, const tf_rng *rng,
                                          tf_batch *b, tf_fault *fault);

/* After the run, once: MOD_EQ_Z and MOD_EQ_X for each i. TF_E_STATE without a start. */
TF_MUST_USE tf_err tf_zk_mod_verify_finish(tf_zk_mod_verifier *vf, const tf_zk_env *env,
                                           const tf_paillier_pk *pk, const tf_zk_mod_proof *p,
                                           tf_fault *fault);

#endif
