/* Pi_prm: s lies in the group that t generates modulo Nhat, so that commitments under (Nhat, s, t)
 * hide what they should.
 *
 * Witness: lambda with s = t^lambda, and phi(Nhat). m times in parallel with one bit each:
 * A_i = t^(a_i), a_i in [0, phi); bits e = ('prm', ctx, Nhat, s, t, [A_1 .. A_m]);
 * z_i = a_i + e_i lambda mod phi; accepted if t^(z_i) = A_i s^(e_i). Bits and not one large
 * challenge: that would accept s = -t^lambda half of the time, and each commitment made under it
 * leaks a bit. Never verified in a batch, for the same reason. Source: CMP20 Fig. 17 (Pi_prm);
 * docs/protocol.md 5 and decision D10.
 */
#ifndef TF_ZK_PRM_H
#define TF_ZK_PRM_H

#include "zk/zk.h"

typedef struct tf_zk_prm_proof {
	uint32_t count; /* m of the profile */
	tf_bn A[TF_PROFILE_M_MAX]; /* below Nhat */
	tf_bn z[TF_PROFILE_M_MAX]; /* below Nhat */
} tf_zk_prm_proof;

/* Between start and finish: the nonces. */
typedef struct tf_zk_prm_prover {
	tf_zk_phase phase;
	tf_bn a[TF_PROFILE_M_MAX];
} tf_zk_prm_prover;
void tf_zk_prm_prover_wipe(tf_zk_prm_prover *pv);

/* Between start and finish: the bits and t^(z_i). Public. */
typedef struct tf_zk_prm_verifier {
	tf_zk_phase phase;
	uint8_t e[TF_PROFILE_M_MAX];
	tf_bn left[TF_PROFILE_M_MAX];
} tf_zk_prm_verifier;

#define TF_ZK_PRM_PROVE_JOBS(pr) ((pr)->m)
#define TF_ZK_PRM_VERIFY_JOBS(pr) ((pr)->m)

/* Draws the a_i, enqueues the A_i into *out. rp: one's own. Constant time in phi, lambda and the
 * nonces but for phi's bit length. env->g is not used. */
TF_MUST_USE tf_err tf_zk_prm_prove_start(tf_zk_prm_prover *pv, tf_zk_prm_proof *out,
                                         const tf_zk_env *env, const tf_ctx *ctx,
                                         const tf_rp_sec *rp, const tf_rng *rng, tf_batch *b);

/* After the run: bits and responses; *out is then complete and public. One-shot, wipes pv;
 * TF_E_STATE without a start. */
TF_MUST_USE tf_err tf_zk_prm_prove_finish(tf_zk_prm_prover *pv, tf_zk_prm_proof *out,
                                          const tf_zk_env *env, const tf_ctx *ctx,
                                          const tf_rp_sec *rp);

/* rp: the prover's parameters as received. Only its modulus object and s and t are read, so a
 * caller may fill those (tf_mod_init, copies) before it knows whether s and t are invertible. rng:
 * for the compositeness test of Nhat, 25 Miller-Rabin rounds, so that a Nhat chosen against known
 * bases gains nothing.
 *
 * Checks PRM_N_ODD, _N_COMPOSITE, _S_UNIT, _T_UNIT, _S_ONE, _S_MINUS_ONE, _T_ONE, _T_MINUS_ONE,
 * _S_IS_T, _COUNT, and for each i _A (unit), _Z (below Nhat), then enqueues. That Nhat has exactly
 * the profile's length is checked where it is received. */
TF_MUST_USE tf_err tf_zk_prm_verify_start(tf_zk_prm_verifier *vf, const tf_zk_env *env,
                                          const tf_ctx *ctx, const tf_rp *rp,
                                          const tf_zk_prm_proof *p, const tf_rng *rng,
                                          tf_batch *b, tf_fault *fault);

/* After the run, once: PRM_EQUATION for each i. TF_E_STATE without a start. */
TF_MUST_USE tf_err tf_zk_prm_verify_finish(tf_zk_prm_verifier *vf, const tf_zk_env *env,
                                           const tf_rp *rp, const tf_zk_prm_proof *p,
                                           tf_fault *fault);

#endif
