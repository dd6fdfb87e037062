/* What all proofs share.
 *
 * One file per proof. Each has a statement (public, pointers to the caller's values), a witness
 * (secret), a proof (plain data: the commitments and the responses), and works in two phases so
 * that the exponentiations of many proofs share one batch:
 *
 *     tf_zk_X_prove_start(&pv, &proof, &st, &wit, rng, batch);     samples, enqueues commitments
 *     tf_batch_run(batch);
 *     tf_zk_X_prove_finish(&pv, &proof, &st, &wit);                challenge and responses
 *
 *     tf_zk_X_verify_start(&vf, &st, &proof, batch, fault);        membership, ranges, challenge
 *     tf_batch_run(batch);
 *     tf_zk_X_verify_finish(&vf, &st, &proof, fault);              the equations
 *
 * sch and elog work on the curve alone and have one phase. Statement, witness, proof and prover
 * state must stay in place between the phases. A verifier assumes that its statement's moduli,
 * points and its own parameters are well formed; everything of the proof, and every group element
 * of the statement that came from the prover, it checks itself, each check through tf_holds. The
 * caller names the prover with tf_fault_at before. Provers are constant time in the witness.
 *
 * mem is scratch memory for the transcript; what a call takes from it is released when it returns.
 */
#ifndef TF_ZK_ZK_H
#define TF_ZK_ZK_H

#include "base/arena.h"
#include "base/fault.h"
#include "num/modexp.h"
#include "num/profile.h"
#include "paillier/paillier.h"
#include "paillier/pedersen.h"
#include "zk/transcript.h"

/* What every statement carries. */
typedef struct tf_zk_env {
	const tf_profile *pr;
	const tf_group *g; /* NULL where no curve is involved; fac takes its q from here */
	tf_arena *mem;
} tf_zk_env;

#endif
