/* Pi_aff-g: D = x (.) C (+) enc0(y; rho), Y = enc1(y; rho_y), X = xG, with x and y in range: the
 * multiplicative-to-additive step of presigning.
 *
 * enc0 is the verifier's key (C is the verifier's ciphertext), enc1 the prover's. Witness: x in
 * +-2^ell, y in +-2^ell', rho, rho_y. X ties the multiplier to what the protocol knows already:
 * Gamma_i or the key share's W_i, never a point of the message itself.
 *
 * Commitments  A = alpha (.) C (+) enc0(beta; r), B_x = alpha G, B_y = enc1(beta; r_y),
 *              E = s^alpha t^gamma, S = s^x t^m, F = s^beta t^delta, T = s^y t^mu
 * Challenge    e = ('aff-g', ctx, [Nhat, s, t], N0, N1, C, D, Y, X, [A, B_x, B_y, E, S, F, T])
 * Responses    z1 = alpha + ex, z2 = beta + ey, z3 = gamma + em, z4 = delta + e mu,
 *              w = r rho^e mod N0, w_y = r_y rho_y^e mod N1
 * with alpha in +-2^(ell+eps), beta in +-2^(ell'+eps), gamma, delta in +-2^(ell+eps) Nhat,
 * m, mu in +-2^ell Nhat. Source: CGGMP24's aff-g; docs/protocol.md 5.
 */
#ifndef TF_ZK_AFFG_H
#define TF_ZK_AFFG_H

#include "zk/folds.h"

typedef struct tf_zk_affg_st {
	const tf_ctx *ctx;
	const tf_rp *rp;           /* the verifier's */
	const tf_paillier_pk *pk0; /* the verifier's */
	const tf_paillier_pk *pk1; /* the prover's */
	const tf_bn *C, *D, *Y;    /* under pk0, pk0, pk1 */
	const tf_pt *X;
} tf_zk_affg_st;

typedef struct tf_zk_affg_wit {
	const tf_int *x, *y;
	const tf_bn *rho, *rhoy; /* in Z*_N0, Z*_N1 */
} tf_zk_affg_wit;

typedef struct tf_zk_affg_proof {
	tf_bn A; /* below N0^2 */
	tf_pt Bx;
	tf_bn By;         /* below N1^2 */
	tf_bn E, S, F, T; /* below Nhat */
	tf_int z1;        /* +-2^(ell+eps) */
	tf_int z2;        /* +-2^(ell'+eps) */
	tf_int z3, z4;    /* +-2^(ell+eps+1) Nhat */
	tf_bn w, wy;      /* below N0, N1 */
} tf_zk_affg_proof;

/* Between start and finish: the nonces, and C^alpha. */
typedef struct tf_zk_affg_prover {
	tf_zk_phase phase;
	tf_int alpha, beta, gamma, delta, m, mu;
	tf_randomiser r, ry;
	tf_bn ca;
} tf_zk_affg_prover;
void tf_zk_affg_prover_wipe(tf_zk_affg_prover *pv);

/* Between start and finish: what the batch computes. Public. */
typedef struct tf_zk_affg_verifier {
	tf_zk_phase phase;
	bool refuted; /* finish has found one of the EQ_ENC and EQ_COM wrong */
	tf_challenge e;
	tf_bn cz, enc0, de;   /* C^z1, w^N0, D^e mod N0^2 */
	tf_bn enc1, ye;       /* w_y^N1, Y^e mod N1^2 */
	tf_bn com1, se;       /* s^z1 t^z3, S^e mod Nhat */
	tf_bn com2, te;       /* s^z2 t^z4, T^e mod Nhat */
} tf_zk_affg_verifier;

#define TF_ZK_AFFG_PROVE_JOBS (5u + 2 * TF_RANDOMISER_JOBS)
#define TF_ZK_AFFG_FOLDS 2u
#define TF_ZK_AFFG_VERIFY_JOBS 9u

/* Draws the nonces, computes B_x, enqueues the other commitments. st->C must be a ciphertext under
 * pk0 (the protocol checked it when it came). st->pk1 may be of the own kind. TF_E_USAGE if x or y
 * is out of its range (revealed). Constant time in the witness. */
TF_MUST_USE tf_err tf_zk_affg_prove_start(tf_zk_affg_prover *pv, tf_zk_affg_proof *out,
                                          const tf_zk_env *env, const tf_zk_affg_st *st,
                                          const tf_zk_affg_wit *wit, const tf_rng *rng,
                                          tf_batch *b);

/* After the run: challenge and responses, but w and w_y, which *folds has when it has run; *out is
 * then complete and public. One-shot, wipes pv; TF_E_STATE without a start. */
TF_MUST_USE tf_err tf_zk_affg_prove_respond(tf_zk_affg_prover *pv, tf_zk_affg_proof *out,
                                            const tf_zk_env *env, const tf_zk_affg_st *st,
                                            const tf_zk_affg_wit *wit, tf_zk_folds *folds);

/* The same with folds of its own. */
TF_MUST_USE tf_err tf_zk_affg_prove_finish(tf_zk_affg_prover *pv, tf_zk_affg_proof *out,
                                           const tf_zk_env *env, const tf_zk_affg_st *st,
                                           const tf_zk_affg_wit *wit);

/* Checks AFFG_C, _D, _A, _Y, _BY (ciphertexts), _E, _S, _F, _T, _W, _WY (units), _Z1_RANGE,
 * _Z2_RANGE, _Z3_SIZE, _Z4_SIZE, and computes the challenge. C is the verifier's own: in a run
 * AFFG_C never fires, it is there for whoever judges the proof as evidence later. */
TF_MUST_USE tf_err tf_zk_affg_verify_open(tf_zk_affg_verifier *vf, const tf_zk_env *env,
                                          const tf_zk_affg_st *st, const tf_zk_affg_proof *p,
                                          tf_fault *fault);

/* After that: enqueue the equations modulo N0^2, N1^2 and Nhat. */
void tf_zk_affg_verify_enqueue(tf_zk_affg_verifier *vf, const tf_zk_env *env,
                               const tf_zk_affg_st *st, const tf_zk_affg_proof *p, tf_batch *b);

/* Both. */
TF_MUST_USE tf_err tf_zk_affg_verify_start(tf_zk_affg_verifier *vf, const tf_zk_env *env,
                                           const tf_zk_affg_st *st, const tf_zk_affg_proof *p,
                                           tf_batch *b, tf_fault *fault);

/* After the run, once: AFFG_EQ_ENC0, AFFG_EQ_ENC1, AFFG_EQ_X, AFFG_EQ_COM1, AFFG_EQ_COM2. Where a
 * batch of equations vouches for all of these but X, they hold. TF_E_STATE without a start. */
TF_MUST_USE tf_err tf_zk_affg_verify_finish(tf_zk_affg_verifier *vf, const tf_zk_env *env,
                                            const tf_zk_affg_st *st, const tf_zk_affg_proof *p,
                                            tf_fault *fault);

#endif
