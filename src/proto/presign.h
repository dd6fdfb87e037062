/* Presigning: the part of ECDSA that does not depend on the message, three rounds and a
 * confirmation (CGGMP24 as in docs/protocol.md 6.4).
 *
 *     1  all   K_i, G_i, Y_i, A_i1, A_i2, B_i1, B_i2      each  Pi_enc-elg of K_i and of G_i
 *     2  all   Gamma_i, Pi_elog, all F_ji, Fhat_ji, H(direct message to j)
 *                                       each  D_ji, Dhat_ji, Pi_aff-g of both
 *     3  all   delta_i, Delta_i, S_i, Pi_elog
 *     4  all   ids of the presignatures (only with `confirm`)
 *        or    when a sum has failed: which, H(proofs)
 *                                       each  Pi_dec, D_ji, Dhat_ji and Pi_aff-g* for every j
 *
 * One run makes a batch of B presignatures: every message is a vector, with one signature and one
 * echo; every presignature has its own epid and its own challenges. A failure discards the batch.
 *
 * With confirm, echo_3 travels in round 4, and a presignature of a run that is DONE is ready for
 * the pool. Without, the run is DONE after round 3; the presignature carries echo_3, which goes out
 * with the signature share and is compared there (the fourth message of a signature without
 * pool, or of a cold co-signer).
 *
 * If every message is fine and the sums are not (delta G = sum of Delta_j: PRESIGN_NONCE; sum of
 * S_j = delta Y: PRESIGN_CHI), somebody cheated inside the multiplication. Then round 4 is the
 * alert of docs/protocol.md 6.6: for the lowest item of the batch whose sums fail, everybody proves
 * that its share is what it decrypted (Pi_dec), and for each peer that what it sent there was well
 * formed (Pi_aff-g*), and everybody verifies everybody, pairs of others included. What was sent in
 * private is shown with the alert and must have the hash that round 2's broadcast gave, so a Pi_dec
 * can be judged by all. Whoever fails is a culprit; so is who raises an alert although the sums
 * hold (a false accusation), and who does not raise one although they fail. The run ends with
 * TF_E_PROOF, the first culprit in fault and all of them in tf_presign_culprits; with no culprit it
 * would be a failure of the proofs themselves, and says so (party none). Its material is destroyed:
 * secrets are wiped before the alert is sent, and no presignature of the batch can be taken.
 *
 * Silence convicts nobody. tf_rounds_awaits tells whose alert is missing; when the caller's
 * deadline is over, tf_presign_judge judges those that are there and have seen the same round 3 as
 * we have, by their echo: of any other, what it has to say of its sums is not ours to judge, and a
 * dispute decides. A party that cannot prove for a reason of its own (memory, randomness, a broken
 * store) fails without naming anybody.
 *
 * Presignatures exist in memory only: there is no encoder. Each is used once (signing.h).
 */
#ifndef TF_PROTO_PRESIGN_H
#define TF_PROTO_PRESIGN_H

#include "proto/key.h"
#include "proto/moduli.h"
#include "proto/rounds.h"
#include "proto/tables.h"

/* One presignature. Secret; one-shot: tf_signing_start wipes it. */
typedef struct tf_presig {
	uint32_t ready;        /* 1; 0 once used, or never made */
	uint32_t confirmed;    /* echo_3 has been compared */
	uint16_t n, self;      /* of the run */
	uint8_t id[32];
	uint8_t epid[32];
	uint8_t clique[32];    /* tf_party_env_hash */
	uint8_t sharing[32];   /* hash of group, Y and all W */
	uint8_t echo[32];      /* echo_3, until confirmed */
	tf_curve_id curve;
	tf_pt Y;
	tf_pt Gamma;
	tf_sc delta;           /* public */
	tf_pt Delta[TF_PARTIES_MAX]; /* delta^-1 Delta_j; [party index - 1] */
	tf_pt S[TF_PARTIES_MAX];     /* delta^-1 S_j */
	tf_sc_sec k;           /* k_i / delta */
	tf_sc_sec chi;         /* chi_i / delta */
} tf_presig;

static inline void tf_presig_wipe(tf_presig *p)
{
	tf_wipe(p, sizeof(*p));
}

typedef struct tf_presign_args {
	const tf_party_env *env;
	const tf_moduli *own;            /* outlives the run */
	const tf_aux *aux[TF_PARTIES_MAX]; /* [party index - 1], own ignored; outlive the run */
	const tf_weights *weights;       /* for exactly this env; copied */
	uint32_t batch;                  /* B, 1..TF_PRESIGN_BATCH_MAX */
	bool confirm;
	/* [party index - 1], ours among them; each of its party's moduli, or NULL; outlive the run */
	const tf_party_tables *tables[TF_PARTIES_MAX];
	bool patient; /* alerts that are all here are not judged at once: the step returns TF_E_BUSY,
	                 takes no more messages, and tf_presign_judge_some has the verdict */
} tf_presign_args;

#define TF_PRESIGN_BATCH_MAX 128u

typedef struct tf_presign_state tf_presign_state;

typedef struct tf_presign {
	tf_rounds r; /* first */
	tf_presign_state *st;
} tf_presign;

/* What tf_presign_start and the steps need at most. */
tf_run_sizes tf_presign_sizes(const tf_profile *pr, uint16_t n, uint32_t batch);

/* Begin: encrypts, proves, sends round 1. Errors as tf_keygen_start; TF_E_USAGE also if the weights
 * do not fit (own w G = W, sum of W = Y), or tables their moduli or the kernel; TF_E_TOO_LARGE: so
 * large a batch among so many that a dispute about it would not fit into an envelope. */
TF_MUST_USE tf_err tf_presign_start(tf_presign *s, const tf_presign_args *args, tf_arena *mem,
                                    tf_outbox *out);

/* Has a sum failed, so that alerts are awaited or judged? */
bool tf_presign_alerting(const tf_presign *s);

/* Are they being judged, and there is no verdict yet? */
bool tf_presign_on_trial(const tf_presign *s);

/* The deadline is over while alerts are awaited, or a dispute is open: judge those that are here.
 * TF_E_PROOF as from a step if they convict somebody, else TF_E_EXPIRED, nobody is named, and
 * tf_rounds_awaits still tells who was silent. The run has FAILED. TF_E_STATE if no alert is
 * awaited. */
TF_MUST_USE tf_err tf_presign_judge(tf_presign *s, tf_fault *fault);

/* The same, a few verdicts at a time, or what a patient run has left to judge: each verifies one
 * proof, which takes up to seconds at P128, and there are n n of them at most. TF_OK with *more:
 * call again; from the first call on the run takes no messages. verdicts: at least 1, or nothing is
 * ever done. */
TF_MUST_USE tf_err tf_presign_judge_some(tf_presign *s, uint32_t verdicts, bool *more,
                                         tf_fault *fault);

/* After an alert was judged: bit j - 1 is set if party j is convicted. */
uint32_t tf_presign_culprits(const tf_presign *s);

/* Move presignature b (0..B-1) of a run that is DONE out of the machine, which keeps no copy.
 * TF_E_STATE before, and the second time. */
TF_MUST_USE tf_err tf_presign_take(tf_presig *out, tf_presign *s, uint32_t b);

void tf_presign_wipe(tf_presign *s);

#endif
