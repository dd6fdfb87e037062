/* Attempts to make a sharing, and how each ends: two-phase commit (docs/protocol.md 6.2).
 *
 * A run of resharing ends with a certificate that all of its parties sign. That signature is the
 * acknowledgement: "my new share is durable". Whoever holds everybody's has the new sharing; until
 * then there is only an attempt, named by the hash of the certificate's body, and the old shares
 * sign as before. What each party keeps of it, in this order:
 *
 *     TF_REC_ATTEMPT, under the hash               whose word it needs (the voters), what we said
 *     TF_REC_KEY_SHARE, pending, under name | hash our new share, if we receive one
 *     then, and not before, the acknowledgement leaves
 *
 * An attempt ends in one of two ways, the same for all who are honest:
 *
 *     committed  all voters have acknowledged. The committed share goes where the old epoch's was
 *                (TF_REC_KEY_SHARE under the sharing's name), which ends that one; presignatures
 *                of older epochs are destroyed
 *     aborted    a voter that has not acknowledged signs that it never will, having written that
 *                down before
 *
 * A cheat may say both, one thing to each: then somebody has committed, and somebody knows of an
 * abort. Everybody's acknowledgement, the cheat's with it, is the stronger word, and ends an
 * aborted attempt by commitment, too; of an honest voter's abort it cannot exist. So an abort
 * destroys no pending share. It goes when this or a later epoch is committed (tf_attempt_sweep), or
 * when its owner decides that nobody can have committed (tf_attempt_forget).
 *
 * No party decides alone, and nobody but the voters decides: a coordinator may show
 * acknowledgements and aborts around, and can forge neither. After a crash anywhere:
 *
 *     each voter  acknowledged (a pending share, or no seat): tf_attempt_certificate, which is
 *                 shown to all; not acknowledged: tf_attempt_refuse, and the abort is shown to all
 *     each voter  tf_attempt_take what the others show; if all have agreed: tf_attempt_commit
 *                 an abort: tf_attempt_abort
 *                 this or a later epoch of the sharing is committed: tf_attempt_sweep
 *
 * Whoever settles an attempt from its records has ended its own run of it before (a run never
 * outlives the process). A pending share of an attempt is completed by tf_attempt_commit and by
 * nothing else: tf_key_complete is for key generation, where all voters have seats.
 *
 * Everything here is public but the share in tf_attempt_commit.
 */
#ifndef TF_PROTO_ATTEMPT_H
#define TF_PROTO_ATTEMPT_H

#include "proto/effects.h"
#include "proto/key.h"
#include "wire_attempt.h"

typedef enum tf_attempt_state {
	TF_ATTEMPT_ACKNOWLEDGED = 0,
	TF_ATTEMPT_COMMITTED = 1,
	TF_ATTEMPT_REFUSED = 2, /* by us: voters and certificate are not known */
	TF_ATTEMPT_ABORTED = 3, /* by another voter */
} tf_attempt_state;

typedef struct tf_voter {
	char device[TF_DEVICE_MAX + 1];
	bool agreed;     /* its acknowledgement is here */
	uint8_t sig[64]; /* on the hash, domain TF_SHARING_DOMAIN */
} tf_voter;

typedef struct tf_attempt {
	tf_attempt_state state;
	uint8_t hash[32];   /* of the certificate's body */
	tf_sharing sharing; /* REFUSED: name and epoch only */
	uint16_t n;
	tf_voter voter[TF_PARTIES_MAX]; /* [party index in the run - 1] */
	uint8_t abort[TF_ABORT_MAX];    /* REFUSED, ABORTED: the statement */
	size_t abort_len;
} tf_attempt;

#define TF_ATTEMPT_RECORD_MAX (TF_CERTIFICATE_MAX + 0x1000u)
#define TF_ATTEMPT_SHARE_KEY 64u
#define TF_ABORT_DOMAIN "trefoil/attempt-abort/v1"

/* What a pending share is filed under: the sharing's name and the attempt's hash. */
void tf_attempt_share_key(uint8_t out[static TF_ATTEMPT_SHARE_KEY], const tf_attempt *a);

/* The record (TF_REC_ATTEMPT), and back: TF_E_ENCODING if voters, certificate, state and hash do
 * not fit together. Signatures are not verified again: it comes from our own sealed store. */
TF_MUST_USE tf_err tf_attempt_encode(uint8_t *out, size_t cap, size_t *len, const tf_attempt *a,
                                     const tf_group *g, tf_arena *mem);
TF_MUST_USE tf_err tf_attempt_decode(tf_attempt *out, const tf_group *g, const uint8_t *in,
                                     size_t len, tf_arena *mem);

/* PERSIST of the record. */
TF_MUST_USE tf_err tf_attempt_persist(const tf_attempt *a, const tf_group *g, tf_arena *mem,
                                      tf_outbox *out);

/* What precedes an acknowledgement, ours being in a already: PERSIST of the attempt, PERSIST of the
 * pending share (NULL: we have no seat). */
TF_MUST_USE tf_err tf_attempt_acknowledge(const tf_attempt *a, const tf_key *pending,
                                          const tf_group *g, tf_arena *mem, tf_outbox *out);

/* Have we acknowledged it? Where `device`, which is ours, has a seat in the new sharing, only with
 * a pending share of it (our signature is in the record before that share is written), or with it
 * committed. */
bool tf_attempt_acknowledged(const tf_attempt *a, const char *device, bool has_pending);

/* The certificate as an encoded signed_certificate, with the signatures that are here: to be shown
 * to the other voters. TF_E_STATE if there is none (REFUSED). */
TF_MUST_USE tf_err tf_attempt_certificate(uint8_t *out, size_t cap, size_t *len,
                                          const tf_attempt *a, const tf_group *g, tf_arena *mem);

/* Take the signatures that somebody shows, an encoded signed_certificate. TF_E_SESSION: of another
 * attempt; TF_E_TRUST: one of them is no voter's, or does not hold; kind ENCODING. a is unchanged
 * unless all of them are good. */
TF_MUST_USE tf_err tf_attempt_take(tf_attempt *a, const uint8_t *in, size_t len,
                                   tf_identity_find find, void *ctx, const tf_group *g,
                                   tf_arena *mem);

/* Is everybody's acknowledgement here? */
bool tf_attempt_agreed(const tf_attempt *a);

/* All have agreed: end it, also if it was aborted by one of them, or if the committed share has
 * been lost since. pending is our share, NULL if we have no seat (device is ours); it becomes
 * COMMITTED. committed is the highest epoch of this sharing that is committed here, 0 for none.
 * Effects: PERSIST of the committed share, RETIRE, PERSIST of the attempt, ERASE of the pending
 * share. TF_E_STATE: somebody's word is missing, or the share of our seat, or we have refused it,
 * or it is no newer than what is committed; TF_E_USAGE: pending is not a share of it. */
TF_MUST_USE tf_err tf_attempt_commit(tf_attempt *a, tf_key *pending, const char *device,
                                     uint32_t committed, const tf_group *g, tf_arena *mem,
                                     tf_outbox *out);

/* Which attempt is spoken of, and what we know of it. */
typedef struct tf_attempt_query {
	uint8_t sharing[32];
	uint32_t epoch;
	uint8_t hash[32];
	const tf_attempt *known; /* our record of it; NULL: none */
	bool has_pending;        /* a pending share of it is here */
	uint32_t committed;      /* highest epoch of the sharing that is committed here; 0: none */
	const char *device;      /* ours */
} tf_attempt_query;

/* We have not acknowledged this attempt, and never will: the signed abort (cap bytes at abort).
 * Effects: PERSIST of the refusal, which must be durable before the abort is shown. TF_E_STATE: we
 * have acknowledged, or an abort by another is known, or what is committed here is no older. */
TF_MUST_USE tf_err tf_attempt_refuse(uint8_t *abort, size_t cap, size_t *len,
                                     const tf_attempt_query *q, const tf_signer *signer,
                                     const tf_group *g, tf_arena *mem, tf_outbox *out);

/* An abort is shown. Effects: PERSIST of the attempt. Checks ABORT_SIGNED (TF_E_TRUST, nobody is
 * named) and ABORT_HONEST (TF_E_CONFLICT, names the voter: both of its signatures are here).
 * TF_E_STATE: it is committed here, this epoch or a later one; TF_E_DUPLICATE: it is aborted
 * already. Show all acknowledgements that are known (tf_attempt_take) before. */
TF_MUST_USE tf_err tf_attempt_abort(tf_attempt *a, tf_blob abort, uint32_t committed,
                                    tf_identity_find find, void *ctx, const tf_group *g,
                                    tf_arena *mem, tf_outbox *out, tf_fault *fault);

/* The voter, from 1, whose abort is in a and whose acknowledgement has come since; 0: nobody. */
unsigned tf_attempt_liar(const tf_attempt *a, tf_arena *mem);

/* What a crash has left of an attempt that is over, because this or a later epoch of its sharing is
 * committed or because we have refused it: its pending share, and, where a later epoch is
 * committed, its record. Effects: ERASE; none if it is not over. */
TF_MUST_USE tf_err tf_attempt_sweep(const tf_attempt *a, uint32_t committed, bool has_pending,
                                    tf_outbox *out);

/* Of an aborted attempt: destroy the pending share, by the decision of its owner, who knows that
 * nobody has committed it. Effects: ERASE. TF_E_STATE: it is not aborted. */
TF_MUST_USE tf_err tf_attempt_forget(const tf_attempt *a, tf_outbox *out);

#endif
