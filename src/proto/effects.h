/* What a machine wants done: effects, in order.
 *
 * A machine computes and touches nothing. One step in, a list of effects out:
 *
 *     SEND     these bytes (a signed envelope) to one party, or to all others
 *     PERSIST  these bytes (an encoded record) under this type and key, durably
 *     BURN     the presignature of this id is used up
 *     ERASE    the record under this type and key is destroyed, durably
 *     RETIRE   the presignatures of this sharing below this epoch are destroyed
 *     DONE     the run has its result
 *
 * The caller works the list off from first to last, and makes PERSIST, BURN and ERASE durable
 * before it does anything that follows them. A crash between any two effects then loses at most
 * a run.
 *
 * The list is to be worked off after every step, whatever that returned. If a step convicts
 * somebody, it holds what the rounds have left that the step had completed before
 * (tf_rounds_owe): SENDs, and PERSISTs of what they speak of; and the signed originals of a
 * dispute, or a complaint (rounds.h). After any other error nothing but a SEND can be left.
 *
 * Memory comes from the caller's arena: what effects point to lives until tf_outbox_reset.
 */
#ifndef TF_PROTO_EFFECTS_H
#define TF_PROTO_EFFECTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "trefoil/effect.h"

/* Two rounds of one step: a broadcast and messages to 15 others each, records, the rest. */
#define TF_EFFECTS_MAX 64u

typedef struct tf_outbox {
	tf_arena *mem;
	size_t count;
	tf_effect effect[TF_EFFECTS_MAX];
} tf_outbox;

/* An empty outbox over mem; its present content is left alone. */
void tf_outbox_init(tf_outbox *out, tf_arena *mem);

/* Done with the effects: forget them and wipe the whole arena. */
void tf_outbox_reset(tf_outbox *out);

/* For machines. Memory for the bytes of the next effect; NULL when the arena is full. */
uint8_t *tf_outbox_room(tf_outbox *out, size_t len);

/* data must lie in the outbox's memory; keys are copied. TF_E_CAPACITY when full. */
TF_MUST_USE tf_err tf_outbox_send(tf_outbox *out, uint16_t to, const uint8_t *data, size_t len);
TF_MUST_USE tf_err tf_outbox_persist(tf_outbox *out, uint16_t type, const void *key, size_t key_len,
                                     const uint8_t *data, size_t len);
TF_MUST_USE tf_err tf_outbox_burn(tf_outbox *out, const uint8_t id[static 32]);
TF_MUST_USE tf_err tf_outbox_done(tf_outbox *out);
TF_MUST_USE tf_err tf_outbox_erase(tf_outbox *out, uint16_t type, const void *key, size_t key_len);
TF_MUST_USE tf_err tf_outbox_retire(tf_outbox *out, const uint8_t sharing[static 32],
                                    uint32_t epoch);

#endif
