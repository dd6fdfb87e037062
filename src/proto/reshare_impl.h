/* Inside of resharing: what its set-up and its rounds share. Not for other files. */
#ifndef TF_PROTO_RESHARE_IMPL_H
#define TF_PROTO_RESHARE_IMPL_H

#include "proto/reshare.h"
#include "zk/transcript.h"

/* What a party has said, and what it must say. */
typedef struct tf_reshare_peer {
	tf_reshare_role role;
	tf_pt deal;      /* what F_0 has to be, if it deals: W_j, or O */
	tf_sc mu;        /* what its new share is weighted by, if it receives */
	tf_pt base;      /* refresh: what its new share is added to, times G */
	uint8_t V[32];
	uint8_t rid[32];
	tf_pt F[TF_PARTIES_MAX], A;
} tf_reshare_peer;

struct tf_reshare_state {
	tf_reshare_kind kind;
	uint16_t t;                  /* coefficients of every dealer's polynomial */
	tf_ctx ctx;
	tf_sc_sec f[TF_PARTIES_MAX]; /* own polynomial, if we deal */
	tf_sc_sec a;                 /* nonce of A, if we receive */
	tf_sc_sec base;              /* refresh: own old share, in the new form */
	uint8_t u[32];
	uint8_t rid[32];             /* XOR of all */
	tf_reshare_peer peer[TF_PARTIES_MAX]; /* [party index - 1], the own entry too */
	tf_sharing source;           /* as the context has it */
	uint32_t epoch;
	tf_share_form form;
	bool acknowledged;
	tf_attempt attempt;
};

/* Check the arguments against each other, and fill in kind, t, form, epoch, source, peers (role,
 * deal, mu, base), base, f[0] (the value we deal) and ctx of the zeroed state. context: for the
 * engine. In an audit there is no share. Constant time in the share. */
typedef enum tf_reshare_use { TF_RESHARE_RUN, TF_RESHARE_AUDIT } tf_reshare_use;
TF_MUST_USE tf_err tf_reshare_set_up(tf_reshare_state *st, uint8_t context[static 32],
                                     const tf_reshare_args *args, tf_arena *mem,
                                     tf_reshare_use use);

/* Everything of a start: round 1 is sent. */
TF_MUST_USE tf_err tf_reshare_lay(tf_reshare *s, const tf_reshare_args *args, tf_arena *mem,
                                  tf_outbox *out, tf_rounds_advance advance, tf_reshare_use use);

/* All of a round is there. */
TF_MUST_USE tf_err tf_reshare_advance(tf_rounds *r, tf_outbox *out, tf_fault *fault);

/* The new sharing as far as it is known before the run: everything but attempt and the W. */
TF_MUST_USE tf_err tf_reshare_outline(tf_sharing *out, const tf_reshare_args *args,
                                      tf_arena *mem);

#endif
