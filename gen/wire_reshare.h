/* Made by tools/genwire from wire/reshare.wire; do not edit. */
#ifndef TF_GEN_WIRE_RESHARE_H
#define TF_GEN_WIRE_RESHARE_H

#include "wire/wire.h"
#include "wire_proofs.h"
#include "wire_protocol.h"

#define TF_WIRE_RESHARE_VERSION 1u

typedef enum tf_wire_reshare_type {
	TF_MSG_COMPLAINT = 0x0102, /* broadcast: what its sender was sent directly is wrong */
	TF_MSG_RESHARE_R1 = 0x0211, /* broadcast: commitment */
	TF_MSG_RESHARE_R2 = 0x0212, /* broadcast: opening */
	TF_MSG_RESHARE_SHARE = 0x0213, /* dealer to receiver: its share of the dealer's polynomial */
	TF_MSG_RESHARE_R3 = 0x0214, /* broadcast: proof of the new share */
	TF_MSG_RESHARE_ACK = 0x0215, /* broadcast: the new share is durable; signature on the sharing certificate */
} tf_wire_reshare_type;

/* broadcast: what its sender was sent directly is wrong */
typedef struct tf_msg_complaint {
	uint16_t accused; /* party index of the dealer */
	tf_blob broadcast; /* its signed broadcast of the round */
	tf_blob direct; /* its signed message to the one that complains */
} tf_msg_complaint;

extern const tf_wire_type tf_msg_complaint_wire;
TF_MUST_USE static inline tf_err tf_msg_complaint_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_complaint *m)
{
	return tf_wire_encode(&tf_msg_complaint_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_complaint_decode(tf_msg_complaint *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_complaint_wire, out, env, mem, in, len);
}

/* broadcast: commitment */
typedef struct tf_msg_reshare_r1 {
	uint8_t V[32];
} tf_msg_reshare_r1;

extern const tf_wire_type tf_msg_reshare_r1_wire;
TF_MUST_USE static inline tf_err tf_msg_reshare_r1_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_reshare_r1 *m)
{
	return tf_wire_encode(&tf_msg_reshare_r1_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_reshare_r1_decode(tf_msg_reshare_r1 *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_reshare_r1_wire, out, env, mem, in, len);
}

/* broadcast: opening */
typedef struct tf_msg_reshare_r2 {
	uint8_t rid[32];
	tf_pt *F; /* a dealer's t coefficients times G; empty: no dealer */
	uint32_t F_n;
	tf_pt A; /* O: no receiver */
	uint8_t u[32];
} tf_msg_reshare_r2;

extern const tf_wire_type tf_msg_reshare_r2_wire;
TF_MUST_USE static inline tf_err tf_msg_reshare_r2_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_reshare_r2 *m)
{
	return tf_wire_encode(&tf_msg_reshare_r2_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_reshare_r2_decode(tf_msg_reshare_r2 *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_reshare_r2_wire, out, env, mem, in, len);
}

/* dealer to receiver: its share of the dealer's polynomial */
typedef struct tf_msg_reshare_share {
	tf_sc_sec f;
} tf_msg_reshare_share;

static inline void tf_msg_reshare_share_wipe(tf_msg_reshare_share *m)
{
	tf_wipe(m, sizeof(*m));
}

extern const tf_wire_type tf_msg_reshare_share_wire;
TF_MUST_USE static inline tf_err tf_msg_reshare_share_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_reshare_share *m)
{
	return tf_wire_encode(&tf_msg_reshare_share_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_reshare_share_decode(tf_msg_reshare_share *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_reshare_share_wire, out, env, mem, in, len);
}

/* broadcast: proof of the new share */
typedef struct tf_msg_reshare_r3 {
	tf_zk_sch_proof *psi; /* empty: no receiver */
	uint32_t psi_n;
} tf_msg_reshare_r3;

extern const tf_wire_type tf_msg_reshare_r3_wire;
TF_MUST_USE static inline tf_err tf_msg_reshare_r3_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_reshare_r3 *m)
{
	return tf_wire_encode(&tf_msg_reshare_r3_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_reshare_r3_decode(tf_msg_reshare_r3 *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_reshare_r3_wire, out, env, mem, in, len);
}

/* broadcast: the new share is durable; signature on the sharing certificate */
typedef struct tf_msg_reshare_ack {
	uint8_t certificate[32]; /* hash of the certificate's body */
	uint8_t signature[64]; /* Ed25519, sender's identity key */
} tf_msg_reshare_ack;

extern const tf_wire_type tf_msg_reshare_ack_wire;
TF_MUST_USE static inline tf_err tf_msg_reshare_ack_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_reshare_ack *m)
{
	return tf_wire_encode(&tf_msg_reshare_ack_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_reshare_ack_decode(tf_msg_reshare_ack *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_reshare_ack_wire, out, env, mem, in, len);
}

#define TF_WIRE_RESHARE_TYPES 6u
extern const tf_wire_type *const tf_wire_reshare_types[TF_WIRE_RESHARE_TYPES];

#endif
