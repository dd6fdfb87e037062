/* Attempts to refresh or reshare a key of three that nobody has ended yet, and what may be done to
 * them: for attempt_test.c and attempt_abort_test.c. */
#ifndef TF_PROTO_ATTEMPT_KIT_TEST_H
#define TF_PROTO_ATTEMPT_KIT_TEST_H

#include "proto/attempt.h"
#include "proto/recast_test.h"

extern recast kit;
extern tf_attempt kit_a[4]; /* what each party has written down */
extern tf_key kit_pending[4];
extern uint8_t kit_abort[TF_ABORT_MAX];
extern size_t kit_abort_len;
extern tf_outbox kit_out;
extern tf_fault kit_fault;

/* A run in which everybody acknowledges and nobody hears of it (of one party, if `who` is not 0). A
 * resharing has four parties, of which the first two deal only. */
void kit_strand(bool reshare, unsigned who);

/* Party `to` is shown what `from` had when it was stranded. */
tf_err kit_take(unsigned to, unsigned from);

tf_err kit_commit(unsigned i, uint32_t committed);

/* The effects of a commitment by i. */
void kit_check_commit(unsigned i);

/* kit_abort is i's refusal. */
void kit_refuse(unsigned i, const tf_attempt *of);

/* It is shown. */
tf_err kit_show_abort(unsigned to);

/* Encoded and decoded it is the same, and what is damaged is none. */
void kit_check_record(const tf_attempt *want);

#endif
