/* Pi_aff-g*: the statement of Pi_aff-g, proved to everybody and without ring-Pedersen parameters.
 *
 * A verifier that hands out the trapdoor of its own parameters lets a friend forge the Pi_aff-g
 * made for it (docs/protocol.md 11, row 19). This proof needs no parameters, so nobody can help:
 * when the sums of presigning fail, every party proves by it, for every peer, that what it sent
 * there was well formed (6.6).
 *
 * enc0 is the receiver's key (C is the receiver's ciphertext), enc1 the prover's. Statement and
 * witness are those of Pi_aff-g: D = x (.) C (+) enc0(y; rho), Y = enc1(y; rho_y), X = xG, x in
 * +-2^ell, y in +-2^ell'. m times in parallel with one bit each:
 *
 * Commitments  A = alpha (.) C (+) enc0(beta; r), B_x = alpha G, B_y = enc1(beta; r_y)
 * Challenge    bits e = ('aff-g*', ctx, N0, N1, C, D, Y, X, [[A, B_x, B_y], ...])
 * Responses    z1 = alpha + ex, z2 = beta + ey, w = r rho^e mod N0, w_y = r_y rho_y^e mod N1
 * Accepted if  z1 (.) C (+) enc0(z2; w) = A (+) e (.) D, enc1(z2; w_y) = B_y (+) e (.) Y,
 *              z1 G = B_x + eX, z1 in +-2^(ell+eps), z2 in +-2^(ell'+eps)
 * with alpha in +-2^(ell+eps), beta in +-2^(ell'+eps).
 * Source: CGGMP24's aff-g*; docs/protocol.md 5.
 */
#ifndef TF_ZK_AFFGSTAR_H
#define TF_ZK_AFFGSTAR_H

#include "zk/zk.h"

typedef struct tf_zk_affgstar_st {
	const tf_ctx *ctx;
	const tf_paillier_pk *pk0; /* the receiver's */
	const tf_paillier_pk *pk1; /* the prover's */
	const tf_bn *C, *D, *Y;    /* under pk0, pk0, pk1 */
	const tf_pt *X;
} tf_zk_affgstar_st;

typedef struct tf_zk_affgstar_wit {
	const tf_int *x, *y;
	const tf_bn *rho, *rhoy; /* in Z*_N0, Z*_N1 */
} tf_zk_affgstar_wit;

/* About 710 KB. */
typedef struct tf_zk_affgstar_proof {
	uint32_t count;              /* m of the profile */
	tf_bn A[TF_PROFILE_M_MAX];   /* below N0^2 */
	tf_pt Bx[TF_PROFILE_M_MAX];
	tf_bn By[TF_PROFILE_M_MAX];  /* below N1^2 */
	tf_int z1[TF_PROFILE_M_MAX]; /* +-2^(ell+eps) */
	tf_int z2[TF_PROFILE_M_MAX]; /* +-2^(ell'+eps) */
	tf_bn w[TF_PROFILE_M_MAX], wy[TF_PROFILE_M_MAX]; /* below N0, N1 */
} tf_zk_affgstar_proof;

/* Between start and finish: the nonces, and C^-1. */
typedef struct tf_zk_affgstar_prover {
	tf_zk_phase phase;
	tf_bn c_inv;
	tf_int alpha[TF_PROFILE_M_MAX], beta[TF_PROFILE_M_MAX];
	tf_bn r[TF_PROFILE_M_MAX], ry[TF_PROFILE_M_MAX];
} tf_zk_affgstar_prover;
void tf_zk_affgstar_prover_wipe(tf_zk_affgstar_prover *pv);

/* Between start and finish: the bits, and what the batch computes. Public. */
typedef struct tf_zk_affgstar_verifier {
	tf_zk_phase phase;
	uint8_t e[TF_PROFILE_M_MAX];
	tf_bn c_inv;
	tf_bn left0[TF_PROFILE_M_MAX]; /* w^N0 C^z1 mod N0^2 */
	tf_bn left1[TF_PROFILE_M_MAX]; /* w_y^N1 mod N1^2 */
} tf_zk_affgstar_verifier;

#define TF_ZK_AFFGSTAR_PROVE_JOBS(pr) (2u * (pr)->m)
#define TF_ZK_AFFGSTAR_VERIFY_JOBS(pr) (2u * (pr)->m)

/* Draws the nonces, computes the B_x, enqueues the other commitments. st->pk1 may be of the own
 * kind. TF_E_USAGE if x or y is out of its range (revealed), or C has no inverse. Constant time in
 * the witness. */
TF_MUST_USE tf_err tf_zk_affgstar_prove_start(tf_zk_affgstar_prover *pv, tf_zk_affgstar_proof *out,
                                              const tf_zk_env *env, const tf_zk_affgstar_st *st,
                                              const tf_zk_affgstar_wit *wit, const tf_rng *rng,
                                              tf_batch *b);

/* After the run: bits and responses; *out is then complete and public. One-shot, wipes pv;
 * TF_E_STATE without a start. */
TF_MUST_USE tf_err tf_zk_affgstar_prove_finish(tf_zk_affgstar_prover *pv, tf_zk_affgstar_proof *out,
                                               const tf_zk_env *env, const tf_zk_affgstar_st *st,
                                               const tf_zk_affgstar_wit *wit);

/* Checks AFFGSTAR_COUNT, _C, _D, _Y (ciphertexts), and for each row _A, _BY (ciphertexts), _W, _WY
 * (units), _Z1_RANGE, _Z2_RANGE, then enqueues. */
TF_MUST_USE tf_err tf_zk_affgstar_verify_start(tf_zk_affgstar_verifier *vf, const tf_zk_env *env,
                                               const tf_zk_affgstar_st *st,
                                               const tf_zk_affgstar_proof *p, tf_batch *b,
                                               tf_fault *fault);

/* After the run, once: AFFGSTAR_EQ_ENC0, _EQ_ENC1, _EQ_X for each row. TF_E_STATE without a
 * start. */
TF_MUST_USE tf_err tf_zk_affgstar_verify_finish(tf_zk_affgstar_verifier *vf, const tf_zk_env *env,
                                                const tf_zk_affgstar_st *st,
                                                const tf_zk_affgstar_proof *p, tf_fault *fault);

#endif
