/* Many equations at once: those modulo N^2 and Nhat of the pi_enc-elg and pi_aff-g that one
 * verifier has before it (docs/adr/0015).
 *
 * Singly, each equation enc(z; w) (+) k (.) K = B (+) e (.) C costs a power with an exponent as
 * long as N. With a random coefficient g of 128 bits for each, drawn after the proofs have come,
 * all those modulo the same N^2 become one:
 *
 *     (1 + N sum g z) (prod w^g)^N prod K^(g k) = prod B^g C^(g e)   modulo N^2
 *     s^(sum g x) t^(sum g y)                   = prod B^g C^(g e)   modulo Nhat
 *
 * one long power for all of them, and short ones for each. If every single equation holds, so do
 * these. If these hold, then but for 2^-128 for each modulus every single one holds up to a factor
 * of small order, which has the plaintext 0 (modulo N^2) or is -1 (modulo an Nhat whose factors the
 * prover does not know): nothing that a proof proves depends on it. It is a matter between a prover
 * and the one verifier: whoever is convicted is so by single verification alone
 * (proto/presign_again.c).
 *
 *     TRY(tf_zk_batchv_open(&v, &env, equations, moduli, rng));
 *     for all:  tf_zk_batchv_encelg(v, &vf, &st, &proof);       after tf_zk_encelg_verify_open
 *     TRY(tf_zk_batchv_run(&holds, v));
 *
 * Where *holds, the verifiers are TF_ZK_VOUCHED, and their finish functions do what is left: the
 * equations on the curve. Otherwise nothing has happened to them, and they are enqueued and
 * finished one by one. Sound only for N whose factors are all above 2^128, with gcd(N, phi(N)) = 1:
 * those of pi_mod and pi_fac. Variable time; where the factors of a modulus are known, constant
 * time.
 */
#ifndef TF_ZK_BATCHV_H
#define TF_ZK_BATCHV_H

#include "zk/affg.h"
#include "zk/encelg.h"

/* Bits of a coefficient. */
#define TF_ZK_BATCHV_BITS 128u

typedef struct tf_zk_batchv tf_zk_batchv;

/* Equations of a proof, and bytes of env's memory for so many under so many moduli, beside what a
 * batch takes to run. */
#define TF_ZK_ENCELG_EQUATIONS 2u
#define TF_ZK_AFFG_EQUATIONS 4u
size_t tf_zk_batchv_bytes(size_t equations, size_t moduli);

/* Room for that many, in env's memory; env and rng must outlive it. What is enqueued by others in
 * between lies above it and is gone after the run. */
TF_MUST_USE tf_err tf_zk_batchv_open(tf_zk_batchv **out, const tf_zk_env *env, size_t equations,
                                     size_t moduli, const tf_rng *rng);

/* Add a proof's equations. vf must have been opened and have nothing in a batch. Errors are sticky
 * (TF_E_STATE, TF_E_CAPACITY) and reported by the run. */
void tf_zk_batchv_encelg(tf_zk_batchv *v, tf_zk_encelg_verifier *vf, const tf_zk_encelg_st *st,
                         const tf_zk_encelg_proof *p);
void tf_zk_batchv_affg(tf_zk_batchv *v, tf_zk_affg_verifier *vf, const tf_zk_affg_st *st,
                       const tf_zk_affg_proof *p);

/* Draw the coefficients, compute, and give the memory back. *holds: of all of them together. Or the
 * rng's error. */
TF_MUST_USE tf_err tf_zk_batchv_run(bool *holds, tf_zk_batchv *v);

#endif
