/* Testimony: what a machine that has convicted somebody can show others (blame.h judges it).
 *
 * A conviction is shown by two messages (an equivocation, a false echo), by one complaint, or by
 * the messages of the run up to the round at fault (tf_rounds_messages says which), together with
 * what the run's context is the hash of. A session puts that into a record of its own
 * (session/evidence.h), with what its id is the hash of. A run without opening (the library's) is
 * written here, with the session id as its parties agreed on it.
 */
#ifndef TF_PROTO_TESTIMONY_H
#define TF_PROTO_TESTIMONY_H

#include "proto/blame.h"
#include "proto/rounds.h"

typedef struct tf_testimony {
	tf_stage stage;
	const tf_rounds *r;    /* of the machine, whose first member it is */
	const tf_fault *fault; /* what its step said: TF_E_PROOF or TF_E_CONFLICT, and a party */
	const uint8_t *cc;     /* SIGN: chain code of the key; else not looked at */
} tf_testimony;

/* The messages that show it, 0 if nothing does: it was said of nobody, or it is the accuser's word
 * (a factor in common with its moduli: who has stolen it, a third party cannot tell). */
size_t tf_testimony_messages(tf_blob out[static TF_EVIDENCE_MESSAGES_MAX], const tf_testimony *t);

/* The check that a file names: of two that speak of the same crime, one. */
tf_check tf_testimony_check(const tf_fault *fault);

/* Bytes that the context takes at most. */
size_t tf_testimony_context_most(const tf_testimony *t);

/* What the run's context is the hash of, in mem: twice the bytes above. Empty for AUXINFO, of which
 * all is in the messages. */
TF_MUST_USE tf_err tf_testimony_context(tf_blob *out, const tf_testimony *t, tf_arena *mem);

/* Bytes that tf_testimony_write needs at most, as out and in mem; 0: nothing shows it. */
size_t tf_testimony_size(const tf_testimony *t);

/* The record of a run without opening (wire/testimony.wire). TF_E_STATE: nothing shows it;
 * TF_E_CAPACITY. */
TF_MUST_USE tf_err tf_testimony_write(uint8_t *out, size_t cap, size_t *len, const tf_testimony *t,
                                      tf_arena *mem);

#endif
