/* Nonces for FROST ahead of time: one round and a confirmation (docs/protocol.md 14).
 *
 *     1  all   D_i, E_i, for each of B signatures
 *     2  all   ids of the presignatures (only with `confirm`)
 *
 * Nothing here depends on a message, so a run makes a batch of B presignatures for one clique and
 * one sharing of a key. Each is the list of everybody's commitments, known to all by echo, and our
 * own pair of nonces; its id is the hash of session, key and list. With confirm, echo_1 travels in
 * round 2 and a presignature of a run that is DONE is ready for the pool. Without, the run is DONE
 * after round 1 and the echo goes out with the signature share, to be compared there. A failure
 * discards the batch.
 *
 * Use confirm, unless a second round costs too much. Without it nobody is named who shows different
 * nonces to different parties: they have different lists, and so different presignatures, and sign
 * in runs that do not know each other's messages (TF_E_SESSION). No signature comes of it, but the
 * nonces are lost, as often as the cheat likes. With it the dispute of round 2 convicts.
 *
 * The nonces are H3(32 random bytes | enc(w_i)); the share of the key is only a hedge.
 *
 * Presignatures exist in memory only: there is no encoder. Each is used once (frost_signing.h).
 */
#ifndef TF_PROTO_FROST_PREPARE_H
#define TF_PROTO_FROST_PREPARE_H

#include "proto/frost.h"
#include "proto/key.h"
#include "proto/rounds.h"
#include "wire_frost.h"

/* One presignature. Secret; one-shot: tf_frost_signing_start wipes it. */
typedef struct tf_frost_presig {
	uint32_t ready;      /* 1; 0 once used, or never made */
	uint32_t confirmed;  /* echo_1 has been compared */
	uint16_t n, self;    /* of the run */
	tf_frost_suite suite;
	uint8_t id[32];
	uint8_t clique[32];  /* tf_party_env_hash */
	uint8_t sharing[32]; /* hash of suite, group, Y and all W */
	uint8_t echo[32];    /* echo_1, until confirmed */
	uint8_t sid[32];     /* of the run, */
	uint32_t item;       /* and the place in its batch */
	tf_frost_commitment list[TF_PARTIES_MAX]; /* [party index - 1] */
	tf_frost_nonce nonce;
} tf_frost_presig;

static inline void tf_frost_presig_wipe(tf_frost_presig *p)
{
	tf_wipe(p, sizeof(*p));
}

#define TF_FROST_BATCH_MAX 64u

typedef struct tf_frost_prepare_args {
	const tf_party_env *env;   /* its group is the suite's */
	const tf_weights *weights; /* for exactly this env; not kept */
	tf_frost_suite suite;      /* not SECP256K1, whose signatures nobody verifies */
	uint32_t batch;            /* B, 1..TF_FROST_BATCH_MAX */
	bool confirm;
} tf_frost_prepare_args;

typedef struct tf_frost_prepare_state tf_frost_prepare_state;

typedef struct tf_frost_prepare {
	tf_rounds r; /* first */
	tf_frost_prepare_state *st;
} tf_frost_prepare;

/* What tf_frost_prepare_start and the steps need at most. */
tf_run_sizes tf_frost_prepare_sizes(const tf_profile *pr, uint16_t n, uint32_t batch);

/* Begin: makes nonces, sends their commitments. TF_E_USAGE: an environment, suite, group or batch
 * that cannot be, or weights that do not fit (own w G = W, sum of W = Y); TF_E_CAPACITY;
 * TF_E_ENTROPY. Constant time in nonces and w. */
TF_MUST_USE tf_err tf_frost_prepare_start(tf_frost_prepare *s, const tf_frost_prepare_args *args,
                                          tf_arena *mem, tf_outbox *out);

/* Move presignature b (0..B-1) of a run that is DONE out of the machine, which keeps no copy.
 * TF_E_STATE before, and the second time. */
TF_MUST_USE tf_err tf_frost_prepare_take(tf_frost_presig *out, tf_frost_prepare *s, uint32_t b);

void tf_frost_prepare_wipe(tf_frost_prepare *s);

#endif
