/* Masked randomisers of many proofs at once: what pi_enc-elg and pi_aff-g answer last, r rho^e
 * modulo some N.
 *
 * A response of this kind is the only one that costs a power, and all of a round's are there
 * together: so each proof leaves its own here (prove_respond), and one batch computes them, with
 * one inversion for all negative challenges of a modulus.
 *
 *     TRY(tf_zk_folds_open(&f, &env, n, rng));
 *     for all:  TRY(tf_zk_encelg_prove_respond(&pv, &proof, &env, &st, &wit, f));
 *     TRY(tf_zk_folds_run(f));                             the proofs are complete
 *
 * Constant time in r and rho. Whatever fails, there are no proofs: a run that fails leaves zero in
 * the places of all responses.
 */
#ifndef TF_ZK_FOLDS_H
#define TF_ZK_FOLDS_H

#include "zk/zk.h"

typedef struct tf_zk_folds tf_zk_folds;

/* Bytes of env's memory for so many, beside what a batch takes to run. */
size_t tf_zk_folds_bytes(size_t n);

/* Room for n, in env's memory; env and rng outlive it. What is enqueued by others in between lies
 * above it and is gone after the run. rng: for blinding inversions, or NULL, then they are of
 * constant time themselves (num/modexp.h). */
TF_MUST_USE tf_err tf_zk_folds_open(tf_zk_folds **out, const tf_zk_env *env, size_t n,
                                    const tf_rng *rng);

/* *out = r rho^e mod m, after the run. r, below m, and the public e are copied; rho, a unit below
 * m, stays in place. TF_E_CAPACITY: they are n already. */
TF_MUST_USE tf_err tf_zk_fold(tf_zk_folds *f, tf_bn *out, const tf_mod *m, const tf_bn *r,
                              const tf_bn *rho, const tf_challenge *e);

/* Compute them all, declassify them, and give the memory back. Errors of the batch and the rng. */
TF_MUST_USE tf_err tf_zk_folds_run(tf_zk_folds *f);

#endif
