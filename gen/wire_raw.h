/* Made by tools/genwire from wire/raw.wire; do not edit. */
#ifndef TF_GEN_WIRE_RAW_H
#define TF_GEN_WIRE_RAW_H

#include "wire/wire.h"
#include "wire_control.h"

#define TF_WIRE_RAW_VERSION 1u

typedef enum tf_wire_raw_type {
	TF_CTL_RAW = 0x080f, /* coordinator to all, before the open of a raw signing: what the client asked for */
} tf_wire_raw_type;

/* coordinator to all, before the open of a raw signing: what the client asked for */
typedef struct tf_ctl_raw {
	uint8_t request[32]; /* of the open that follows */
	const char *tx; /* the coordinator's own name of it */
	uint16_t item; /* which message of the body is signed, from 0 */
	tf_blob token; /* the client's JWT, compact */
	tf_blob target; /* request target as on the wire */
	tf_blob body; /* raw body: all that is signed is in it */
} tf_ctl_raw;

extern const tf_wire_type tf_ctl_raw_wire;
TF_MUST_USE static inline tf_err tf_ctl_raw_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_raw *m)
{
	return tf_wire_encode(&tf_ctl_raw_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_raw_decode(tf_ctl_raw *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_raw_wire, out, env, mem, in, len);
}

#define TF_WIRE_RAW_TYPES 1u
extern const tf_wire_type *const tf_wire_raw_types[TF_WIRE_RAW_TYPES];

#endif
