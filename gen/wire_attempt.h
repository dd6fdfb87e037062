/* Made by tools/genwire from wire/attempt.wire; do not edit. */
#ifndef TF_GEN_WIRE_ATTEMPT_H
#define TF_GEN_WIRE_ATTEMPT_H

#include "wire/wire.h"
#include "wire_protocol.h"
#include "wire_records.h"

#define TF_WIRE_ATTEMPT_VERSION 1u
#define TF_ABORT_MAX 0x200u

typedef enum tf_wire_attempt_type {
	TF_REC_ATTEMPT = 0x0706, /* an attempt to make a sharing: whose word it needs, and what ours was */
	TF_REC_ATTEMPT_ABORT = 0x0707, /* its signer has not acknowledged this attempt, and never will */
} tf_wire_attempt_type;

typedef struct tf_attempt_voter {
	const char *device;
} tf_attempt_voter;

extern const tf_wire_type tf_attempt_voter_wire;
TF_MUST_USE static inline tf_err tf_attempt_voter_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_attempt_voter *m)
{
	return tf_wire_encode(&tf_attempt_voter_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_attempt_voter_decode(tf_attempt_voter *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_attempt_voter_wire, out, env, mem, in, len);
}

/* an attempt to make a sharing: whose word it needs, and what ours was */
typedef struct tf_rec_attempt {
	uint8_t sharing[32];
	uint32_t epoch;
	uint8_t hash[32]; /* of the certificate's body */
	uint8_t state; /* 0: acknowledged; 1: committed; 2: refused; 3: aborted by another */
	tf_attempt_voter *voters; /* in the order of the run; empty: refused */
	uint32_t voters_n;
	tf_blob certificate; /* an encoded signed_certificate; empty: refused */
	tf_blob abort; /* states 2 and 3: the encoded attempt_abort */
} tf_rec_attempt;

extern const tf_wire_type tf_rec_attempt_wire;
TF_MUST_USE static inline tf_err tf_rec_attempt_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_rec_attempt *m)
{
	return tf_wire_encode(&tf_rec_attempt_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_rec_attempt_decode(tf_rec_attempt *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_rec_attempt_wire, out, env, mem, in, len);
}

/* its signer has not acknowledged this attempt, and never will */
typedef struct tf_rec_attempt_abort {
	uint8_t sharing[32];
	uint32_t epoch;
	uint8_t hash[32]; /* of the certificate's body */
	const char *device;
	uint8_t signature[64]; /* Ed25519, over the message with a signature of zero */
} tf_rec_attempt_abort;

extern const tf_wire_type tf_rec_attempt_abort_wire;
TF_MUST_USE static inline tf_err tf_rec_attempt_abort_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_rec_attempt_abort *m)
{
	return tf_wire_encode(&tf_rec_attempt_abort_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_rec_attempt_abort_decode(tf_rec_attempt_abort *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_rec_attempt_abort_wire, out, env, mem, in, len);
}

#define TF_WIRE_ATTEMPT_TYPES 3u
extern const tf_wire_type *const tf_wire_attempt_types[TF_WIRE_ATTEMPT_TYPES];

#endif
