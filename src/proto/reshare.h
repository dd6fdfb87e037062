/* Resharing and refresh: new shares of a key that stays what it is (docs/protocol.md 6.2).
 *
 *     1  all      V_i = H("reshare-commit", ctx, i, rid_i, F_i, A_i, u_i)
 *     2  all      rid_i, F_i, A_i, u_i             dealer j to receiver i   f_j(i)
 *     3  all      receivers: z_i of Pi_sch for W'_i, commitment A_i, context [ctx, rid, i]
 *     4  all      the new sharing certificate's hash, and the signature on it
 *
 * Resharing makes another sharing beside the source, which stays: dealers are enough of its seats
 * (t, or all of them if it is additive), each deals f_j(0) = w_j, its share weighted so that the
 * w_j sum to the key, and shows F_{j,0} = W_j, which the source's certificate gives. Receivers are
 * whoever shall have a seat in the new sharing; a device may be both.
 *
 * Refresh makes the next epoch of the same sharing: every seat deals f_j(0) = 0 to every seat,
 * shows F_{j,0} = O, and adds what it gets to its share. On commit the old share is destroyed, and
 * with it the presignatures of older epochs.
 *
 * Workspace, key id, curve, Y and chain code are carried over; the certificate carries the hash of
 * the source's. Shares come in two forms (key.h): Feldman, x'_i = [x_i +] sum of f_j(i), or
 * additive, w'_i = [w_i +] lambda_i (sum of f_j(i)), where t is the number of seats. A refresh
 * keeps the form, or makes additive shares of a Feldman sharing that all seats must meet for
 * anyway (t = n).
 *
 * ctx = [sid, kind, source certificate's hash, epoch, form, t, [[i, deals, receives], ...]].
 *
 * Whoever deals is the device that the source's certificate has in its seat (SHARING_HOLDER): a
 * share is good for nothing in another's hands, and nobody takes its owner's seat by it. Nothing is
 * acknowledged that does not follow the source (tf_sharing_follows).
 *
 * A wrong share convicts its dealer everywhere: complaints, rounds.h. Until the acknowledgement
 * nothing at all is kept; from then on it is an attempt, and attempt.h says how it ends, whoever
 * dies when. Effects: after round 3, PERSIST of the attempt and of the pending share, and only
 * then SEND of the acknowledgement; after round 4 those of tf_attempt_commit, and DONE. (Where
 * shares are kept by a set of devices, durable means by min(2, size of the set) of them:
 * docs/protocol.md 6.2.) A run that fails, or waits for an acknowledgement that does not come,
 * leaves the source as it was.
 *
 * Secrets: everything in the arena, and the key.
 */
#ifndef TF_PROTO_RESHARE_H
#define TF_PROTO_RESHARE_H

#include "proto/attempt.h"
#include "proto/rounds.h"

typedef enum tf_reshare_kind { TF_RESHARE = 0, TF_REFRESH = 1 } tf_reshare_kind;

/* What a party of the run does: share indices, 0 for not at all. */
typedef struct tf_reshare_role {
	uint16_t deals;    /* its seat in the source */
	uint16_t receives; /* its seat in the new sharing */
} tf_reshare_role;

typedef struct tf_reshare_args {
	const tf_party_env *env;  /* share indices in it are not looked at */
	tf_reshare_kind kind;
	tf_reshare_role role[TF_PARTIES_MAX]; /* [party index - 1] */
	const tf_sharing *source; /* as its signed certificate says (tf_sharing_open) */
	const tf_sc_sec *share;   /* own share of it; NULL: we deal nothing */
	tf_share_form form;       /* of the new shares */
	uint16_t t;               /* of the new sharing, 2..; a refresh: that of the source */
	uint32_t epoch;           /* refresh: above the source's; resharing: TF_EPOCH_FIRST */
	uint32_t epoch_used;      /* highest epoch of the resulting sharing in any record of ours */
} tf_reshare_args;

typedef struct tf_reshare_state tf_reshare_state;

typedef struct tf_reshare {
	tf_rounds r; /* first: tf_rounds_step and the rest of rounds.h work on it */
	tf_reshare_state *st;
	tf_key key;
} tf_reshare;

/* What tf_reshare_start and the steps need at most. */
tf_run_sizes tf_reshare_sizes(const tf_profile *pr, uint16_t n);

/* Begin: round 1 is sent. mem becomes the machine's, and must stay until it is wiped; source and
 * share are copied. One run of a sharing at a time. TF_E_USAGE: roles, t, form, epoch or share that
 * cannot be (indices of 0 or equal modulo q, dealers that do not make the key, a device in
 * another's seat, ...); TF_E_STATE: an epoch that was used before; TF_E_CAPACITY; TF_E_ENTROPY. */
TF_MUST_USE tf_err tf_reshare_start(tf_reshare *s, const tf_reshare_args *args, tf_arena *mem,
                                    tf_outbox *out);

/* The new share of a run that is DONE; NULL before, and if we receive none. Wiped with the
 * machine. */
const tf_key *tf_reshare_key(const tf_reshare *s);

/* The attempt, from the acknowledgement on (round 4 is awaited, or over); NULL before. */
const tf_attempt *tf_reshare_attempt(const tf_reshare *s);

void tf_reshare_wipe(tf_reshare *s);

#endif
