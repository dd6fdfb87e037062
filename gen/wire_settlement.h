/* Made by tools/genwire from wire/settlement.wire; do not edit. */
#ifndef TF_GEN_WIRE_SETTLEMENT_H
#define TF_GEN_WIRE_SETTLEMENT_H

#include "wire/wire.h"
#include "wire_protocol.h"
#include "wire_records.h"
#include "wire_attempt.h"
#include "wire_evidence.h"

#define TF_WIRE_SETTLEMENT_VERSION 1u

typedef enum tf_wire_settlement_type {
	TF_REC_SETTLEMENT = 0x0b03, /* who acknowledged an attempt, and aborted it */
} tf_wire_settlement_type;

/* who acknowledged an attempt, and aborted it */
typedef struct tf_rec_settlement {
	uint8_t curve;
	const char *accuser; /* who writes this */
	uint8_t identity[32]; /* the claim: whose key */
	tf_blob certificate; /* an encoded signed_certificate, with its acknowledgement */
	tf_blob abort; /* an encoded attempt_abort of its */
} tf_rec_settlement;

extern const tf_wire_type tf_rec_settlement_wire;
TF_MUST_USE static inline tf_err tf_rec_settlement_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_rec_settlement *m)
{
	return tf_wire_encode(&tf_rec_settlement_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_rec_settlement_decode(tf_rec_settlement *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_rec_settlement_wire, out, env, mem, in, len);
}

#define TF_WIRE_SETTLEMENT_TYPES 1u
extern const tf_wire_type *const tf_wire_settlement_types[TF_WIRE_SETTLEMENT_TYPES];

#endif
