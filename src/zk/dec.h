/* Pi_dec: D plus x times K decrypts to y, where X = xG and S = y times a base point. The alert of
 * docs/protocol.md 6.6 by which a party shows that its share of round 3 is the one that follows
 * from what it was sent.
 *
 * Statement: K and D under the prover's own key, X = xG, S = yB for the base point B (G when the
 * nonce failed, Gamma when chi did), n the number of parties. Witness: x in +-2^ell, y in +-2^b
 * with b = ell' + eps + 1 + ceil(log2 n), rho with enc(y; rho) = x (.) K (+) D. m times in parallel
 * with one bit each; commitments hide a bit by eps_dec = 128:
 *
 * Commitments  A = (-alpha) (.) K (+) enc(beta; r), B = beta * base, C = alpha G
 * Challenge    bits e = ('dec', ctx, N, K, X, D, S, base, n, [[A, B, C], ...])
 * Responses    z = alpha + ex, w = beta + ey, nu = r rho^e mod N
 * Accepted if  enc(w; nu) (+) (-z) (.) K = A (+) e (.) D, zG = C + eX, w base = B + eS,
 *              z in +-2^(ell+eps_dec), w in +-2^(b+eps_dec)
 *
 * All that holds modulo N only unless the range of w is smaller than N: with a wider one y + N
 * would pass for y, and a false share for a true one (docs/protocol.md 11, row 20). Condition (6),
 * b + eps_dec < |N| - 1, is asserted for every profile where the profiles are defined.
 * Source: CGGMP24's Pi_dec in the set-up-less form; docs/protocol.md 5.
 */
#ifndef TF_ZK_DEC_H
#define TF_ZK_DEC_H

#include "zk/zk.h"

typedef struct tf_zk_dec_st {
	const tf_ctx *ctx;
	const tf_paillier_pk *pk; /* the prover's */
	const tf_bn *K, *D;
	const tf_pt *X, *S, *base;
	uint32_t n; /* parties, 2..TF_PROFILE_PARTIES_MAX */
} tf_zk_dec_st;

typedef struct tf_zk_dec_wit {
	const tf_int *x, *y;
	const tf_bn *rho; /* in Z*_N */
} tf_zk_dec_wit;

/* About 490 KB. */
typedef struct tf_zk_dec_proof {
	uint32_t count;             /* m of the profile */
	tf_bn A[TF_PROFILE_M_MAX];  /* below N^2 */
	tf_pt B[TF_PROFILE_M_MAX], C[TF_PROFILE_M_MAX];
	tf_int z[TF_PROFILE_M_MAX]; /* +-2^(ell+eps_dec) */
	tf_int w[TF_PROFILE_M_MAX]; /* +-2^(b+eps_dec) */
	tf_bn nu[TF_PROFILE_M_MAX]; /* below N */
} tf_zk_dec_proof;

/* Between start and finish: the nonces, and K^-1. */
typedef struct tf_zk_dec_prover {
	tf_zk_phase phase;
	tf_bn k_inv;
	tf_int alpha[TF_PROFILE_M_MAX], beta[TF_PROFILE_M_MAX];
	tf_bn r[TF_PROFILE_M_MAX];
} tf_zk_dec_prover;
void tf_zk_dec_prover_wipe(tf_zk_dec_prover *pv);

/* Between start and finish: the bits, and what the batch computes. Public. */
typedef struct tf_zk_dec_verifier {
	tf_zk_phase phase;
	uint8_t e[TF_PROFILE_M_MAX];
	tf_bn k_inv;
	tf_bn left[TF_PROFILE_M_MAX]; /* nu^N K^-z mod N^2 */
} tf_zk_dec_verifier;

#define TF_ZK_DEC_PROVE_JOBS(pr) ((pr)->m)
#define TF_ZK_DEC_VERIFY_JOBS(pr) ((pr)->m)

/* b: |y| <= 2^b of an honest prover among n parties. */
uint32_t tf_zk_dec_bound(const tf_profile *pr, uint32_t n);

/* Draws the nonces, computes B and C, enqueues the A. TF_E_USAGE if x or y is out of its range
 * (revealed), K has no inverse, or n is no number of parties. Constant time in the witness. */
TF_MUST_USE tf_err tf_zk_dec_prove_start(tf_zk_dec_prover *pv, tf_zk_dec_proof *out,
                                         const tf_zk_env *env, const tf_zk_dec_st *st,
                                         const tf_zk_dec_wit *wit, const tf_rng *rng,
                                         tf_batch *b);

/* After the run: bits and responses; *out is then complete and public. One-shot, wipes pv;
 * TF_E_STATE without a start. */
TF_MUST_USE tf_err tf_zk_dec_prove_finish(tf_zk_dec_prover *pv, tf_zk_dec_proof *out,
                                          const tf_zk_env *env, const tf_zk_dec_st *st,
                                          const tf_zk_dec_wit *wit);

/* Checks DEC_COUNT, _K, _D (ciphertexts), and for each row _A (ciphertext), _NU (unit), _Z_RANGE,
 * _W_RANGE, then enqueues. TF_E_USAGE if n is no number of parties. */
TF_MUST_USE tf_err tf_zk_dec_verify_start(tf_zk_dec_verifier *vf, const tf_zk_env *env,
                                          const tf_zk_dec_st *st, const tf_zk_dec_proof *p,
                                          tf_batch *b, tf_fault *fault);

/* After the run, once: DEC_EQ_ENC, DEC_EQ_X, DEC_EQ_S for each row. TF_E_STATE without a start. */
TF_MUST_USE tf_err tf_zk_dec_verify_finish(tf_zk_dec_verifier *vf, const tf_zk_env *env,
                                           const tf_zk_dec_st *st, const tf_zk_dec_proof *p,
                                           tf_fault *fault);

#endif
