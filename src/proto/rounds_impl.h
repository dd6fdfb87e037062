/* Inside of the engine: what filing and disputing share. Not for other files. */
#ifndef TF_PROTO_ROUNDS_IMPL_H
#define TF_PROTO_ROUNDS_IMPL_H

#include "proto/rounds.h"

/* Bytes that an allocation takes. */
#define ALIGNED(len) (((len) + 63u) & ~(size_t)63u)

/* The slot of a round (from 1), party (from 1) and kind. */
tf_slot *tf_slot_at(const tf_rounds *r, unsigned round, unsigned party, tf_message_kind kind);

/* What a round is: the table's row, or what it was diverted to. */
const tf_round *tf_rounds_row(const tf_rounds *r, unsigned round);

/* Parse an envelope and see that it belongs to this run; then verify its signature. The from of a
 * message may be anybody's, our own included. */
TF_MUST_USE tf_err tf_rounds_parse(const tf_rounds *r, tf_envelope *e, const uint8_t *in,
                                   size_t len);
TF_MUST_USE tf_err tf_rounds_verify(const tf_rounds *r, uint8_t digest[static 32],
                                    const tf_envelope *e, tf_fault *fault);

/* A signed message that has no place where it says it belongs, and one that has. The latter copies
 * it; TF_E_DUPLICATE, TF_E_CONFLICT. */
TF_MUST_USE tf_err tf_rounds_check_form(const tf_rounds *r, const tf_envelope *e, tf_fault *fault);
TF_MUST_USE tf_err tf_rounds_file(tf_rounds *r, const tf_envelope *e,
                                  const uint8_t digest[static 32], const uint8_t *msg, size_t len,
                                  tf_fault *fault);

/* All rounds of which everybody's messages are here. */
TF_MUST_USE tf_err tf_rounds_process(tf_rounds *r, tf_outbox *out, tf_fault *fault);

/* Remember an envelope whose bytes stay. */
void tf_slot_fill(tf_slot *s, const tf_envelope *e, const uint8_t *digest, const uint8_t *raw,
                  size_t len);

/* Is the message of this digest the one in a slot that is taken? Check EQUIVOCATION. */
bool tf_slot_agrees(const tf_slot *s, const uint8_t digest[static 32], tf_fault *fault);

/* A copy that lives as long as the machine; NULL when the arena is full. */
const uint8_t *tf_rounds_keep(tf_rounds *r, const uint8_t *p, size_t len);

/* Does a party's broadcast of the current round, which is here, carry our echo of the one before?
 * Do all that are here? Check ECHO_AGREES. */
bool tf_rounds_echo_agrees(const tf_rounds *r, unsigned party, tf_fault *fault);
bool tf_rounds_echoes_agree(const tf_rounds *r, tf_fault *fault);

/* Sign and put into the outbox; *raw (may be NULL) receives the envelope there. */
TF_MUST_USE tf_err tf_rounds_post(tf_rounds *r, tf_outbox *out, tf_envelope *e,
                                  const tf_wire_type *type, size_t most, const void *m,
                                  tf_blob *raw);

/* echo_k from the digests of all parties, 32 bytes each. */
TF_MUST_USE tf_err tf_rounds_echo(uint8_t out[static 32], const tf_rounds *r, unsigned round,
                                  const uint8_t *digests);

/* echo_k of a round all of whose broadcasts are here. */
TF_MUST_USE tf_err tf_rounds_echo_of(uint8_t out[static 32], const tf_rounds *r, unsigned round);

/* The longest dispute's payload. */
size_t tf_dispute_most(const tf_wire_env *wire, const tf_round *table, unsigned rounds);

/* Show the originals of a round to all, unless that has happened. A run that goes on is in dispute
 * from now on. */
TF_MUST_USE tf_err tf_dispute_show(tf_rounds *r, unsigned round, tf_outbox *out);

/* What follows from all that was shown so far; TF_OK: no verdict yet. */
TF_MUST_USE tf_err tf_dispute_settle(tf_rounds *r, tf_fault *fault);

/* A dispute with a good signature has come. TF_OK: no verdict yet. One that has a ground, or by
 * which somebody is convicted, makes us show ours; one without is kept, and the run goes on. */
TF_MUST_USE tf_err tf_dispute_take(tf_rounds *r, const tf_envelope *e, const uint8_t *msg,
                                   size_t len, tf_outbox *out, tf_fault *fault);

/* The longest complaint's payload, about a message of this round. */
size_t tf_complaint_most(const tf_wire_env *wire, const tf_round *court);

/* We have convicted r->accused by its direct message in the court's round: show it to all. */
TF_MUST_USE tf_err tf_complaint_show(tf_rounds *r, tf_outbox *out);

/* A complaint with a good signature has come; what is returned is the verdict. TF_E_DUPLICATE: one
 * was heard before. */
TF_MUST_USE tf_err tf_complaint_take(tf_rounds *r, const tf_envelope *e, const uint8_t *msg,
                                     size_t len, tf_fault *fault);

#endif
