/* What all proofs share.
 *
 * One file per proof. Each has a statement (public, pointers to the caller's values), a witness
 * (secret), a proof (plain data: the commitments and the responses), and works in two phases so
 * that the exponentiations of many proofs share one batch:
 *
 *     tf_zk_X_prove_start(&pv, &proof, &env, &st, &wit, rng, b);     nonces, enqueue commitments
 *     tf_batch_run(b);
 *     tf_zk_X_prove_finish(&pv, &proof, &env, &st, &wit);            challenge, responses
 *
 * (where responses take powers, prove_respond leaves them to a second batch: zk/folds.h)
 *
 *     tf_zk_X_verify_start(&vf, &env, &st, &proof, b, fault);        membership, ranges, challenge
 *     tf_batch_run(b);
 *     tf_zk_X_verify_finish(&vf, &env, &st, &proof, fault);          the equations
 *
 * sch and elog work on the curve alone and have one phase; fac proves in three; mod runs its batch
 * itself. Statement, witness, proof and prover or verifier state must stay in place, unchanged,
 * between the phases. The formulas, tags and item orders are those of docs/protocol.md 5; every
 * acceptance condition is a check of its own (checks.def, 6xx and 7xx).
 *
 * Provers. Constant time in the witness and in their nonces. What the protocol publishes, the
 * fields of the proof, is declassified in finish and nowhere else. Finish is one-shot: it wipes
 * the nonces whether it succeeds or fails, a second call is TF_E_STATE, and a proof whose finish
 * failed is wiped. Two responses to one commitment would hand out the witness.
 *
 * Verifiers. The statement's moduli, the verifier's own parameters and all points are taken as
 * well formed (moduli by their constructors, points by construction). Everything of the proof, and
 * every group element of the statement that came from the prover, is checked, each check through
 * tf_holds: TF_E_PROOF then names it in fault, and nothing has been enqueued. The caller names
 * prover and round with tf_fault_at before. Verifiers work on public values in variable time; where
 * they use the factors of an own modulus, that is constant time. A verifier whose batch never ran
 * refuses.
 *
 * Every function may also return TF_E_CAPACITY (env's memory, the batch or an integer is too small
 * for the profile), provers TF_E_ENTROPY from the rng, and both TF_E_USAGE or whatever the floors
 * below say of a broken contract. None of these accuses anybody.
 *
 * The TF_ZK_X_..._JOBS tell how much room a proof takes in a batch.
 */
#ifndef TF_ZK_ZK_H
#define TF_ZK_ZK_H

#include "base/arena.h"
#include "base/fault.h"
#include "num/modexp.h"
#include "num/profile.h"
#include "paillier/paillier.h"
#include "paillier/pedersen.h"
#include "paillier/randomiser.h"
#include "zk/transcript.h"

/* What every proof is made in. */
typedef struct tf_zk_env {
	const tf_profile *pr;
	/* the curve; fac takes its challenge's range from here. NULL for prm and mod */
	const tf_group *g;
	/* scratch for transcripts and small second batches, wiped and released when a call returns;
	 * may be the arena that the batch lies in */
	tf_arena *mem;
	const tf_kernel *kernel; /* of small second batches and tests of primes; NULL: portable */
	/* Or NULL: room for tables of bases (num/fixed.h), which start functions leave there for the
	 * batch's run; may be mem, too. Where it is too small they do without. */
	tf_arena *tables;
} tf_zk_env;

/* Bytes that a proof's tables can use. */
size_t tf_zk_tables_bytes(const tf_profile *pr);

/* Bytes of mem that every call can do with in any profile, and tf_zk_mod_prove. */
#define TF_ZK_SCRATCH (256u * 1024u)
#define TF_ZK_MOD_SCRATCH (768u * 1024u)

/* Where a prover or verifier state stands. Zeroed memory is idle. */
typedef enum tf_zk_phase {
	TF_ZK_IDLE = 0,
	TF_ZK_STARTED = 1,
	TF_ZK_MIDDLE = 2,  /* fac; verifiers of encelg and affg that have nothing in a batch yet */
	TF_ZK_VOUCHED = 3, /* a batch of equations holds (zk/batchv.h) */
} tf_zk_phase;

#endif
