/* Made by tools/genwire from wire/frost.wire; do not edit. */
#ifndef TF_GEN_WIRE_FROST_H
#define TF_GEN_WIRE_FROST_H

#include "wire/wire.h"
#include "wire_proofs.h"
#include "wire_protocol.h"

#define TF_WIRE_FROST_VERSION 1u

typedef enum tf_wire_frost_type {
	TF_MSG_FROST_COMMIT = 0x0601, /* broadcast: nonce commitments */
	TF_MSG_FROST_CONFIRM = 0x0602, /* broadcast: the same commitments from everybody */
	TF_MSG_FROST_SHARE = 0x0603, /* broadcast: Schnorr signature share; the envelope's context says of what */
} tf_wire_frost_type;

typedef struct tf_frost_pair {
	tf_pt D;
	tf_pt E;
} tf_frost_pair;

extern const tf_wire_type tf_frost_pair_wire;
TF_MUST_USE static inline tf_err tf_frost_pair_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_frost_pair *m)
{
	return tf_wire_encode(&tf_frost_pair_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_frost_pair_decode(tf_frost_pair *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_frost_pair_wire, out, env, mem, in, len);
}

/* broadcast: nonce commitments */
typedef struct tf_msg_frost_commit {
	tf_frost_pair *items;
	uint32_t items_n;
} tf_msg_frost_commit;

extern const tf_wire_type tf_msg_frost_commit_wire;
TF_MUST_USE static inline tf_err tf_msg_frost_commit_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_frost_commit *m)
{
	return tf_wire_encode(&tf_msg_frost_commit_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_frost_commit_decode(tf_msg_frost_commit *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_frost_commit_wire, out, env, mem, in, len);
}

/* broadcast: the same commitments from everybody */
typedef struct tf_msg_frost_confirm {
	tf_presign_id *items;
	uint32_t items_n;
} tf_msg_frost_confirm;

extern const tf_wire_type tf_msg_frost_confirm_wire;
TF_MUST_USE static inline tf_err tf_msg_frost_confirm_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_frost_confirm *m)
{
	return tf_wire_encode(&tf_msg_frost_confirm_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_frost_confirm_decode(tf_msg_frost_confirm *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_frost_confirm_wire, out, env, mem, in, len);
}

/* broadcast: Schnorr signature share; the envelope's context says of what */
typedef struct tf_msg_frost_share {
	tf_sc z;
} tf_msg_frost_share;

extern const tf_wire_type tf_msg_frost_share_wire;
TF_MUST_USE static inline tf_err tf_msg_frost_share_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_frost_share *m)
{
	return tf_wire_encode(&tf_msg_frost_share_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_frost_share_decode(tf_msg_frost_share *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_frost_share_wire, out, env, mem, in, len);
}

#define TF_WIRE_FROST_TYPES 4u
extern const tf_wire_type *const tf_wire_frost_types[TF_WIRE_FROST_TYPES];

#endif
