/* Made by tools/genwire from wire/evidence.wire; do not edit. */
#ifndef TF_GEN_WIRE_EVIDENCE_H
#define TF_GEN_WIRE_EVIDENCE_H

#include "wire/wire.h"
#include "wire_protocol.h"

#define TF_WIRE_EVIDENCE_VERSION 1u
#define TF_EVIDENCE_NAME_MAX 64u /* bytes of a device id, workspace id or profile */
#define TF_EVIDENCE_READY_MAX 1024u
#define TF_EVIDENCE_CONTEXT_MAX 0x4000000u
#define TF_EVIDENCE_MESSAGES_MAX 256u

typedef enum tf_wire_evidence_type {
	TF_REC_EVIDENCE = 0x0b01, /* who misbehaved, and what shows it */
} tf_wire_evidence_type;

typedef struct tf_evidence_party {
	const char *device;
	uint16_t slot; /* share index */
	uint8_t identity[32]; /* Ed25519 */
	tf_blob ready; /* as in START */
} tf_evidence_party;

extern const tf_wire_type tf_evidence_party_wire;
TF_MUST_USE static inline tf_err tf_evidence_party_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_evidence_party *m)
{
	return tf_wire_encode(&tf_evidence_party_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_evidence_party_decode(tf_evidence_party *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_evidence_party_wire, out, env, mem, in, len);
}

/* who misbehaved, and what shows it */
typedef struct tf_rec_evidence {
	const char *profile;
	uint8_t curve;
	uint8_t protocol; /* of the session: TF_PROTOCOL_... */
	uint8_t stage; /* of the run: a signing may make its presignature first */
	uint8_t trust[32]; /* hash of the workspace's trust root */
	uint8_t request[32];
	uint8_t open[32]; /* hash of OPEN */
	uint16_t t;
	tf_evidence_party *parties;
	uint32_t parties_n;
	uint16_t self; /* party index of who writes this */
	uint16_t party; /* the claim: who */
	uint8_t round;
	uint16_t check; /* which check it failed */
	uint32_t batch;
	tf_blob context; /* evidence_keygen, evidence_presign or evidence_sign */
	tf_blob *messages; /* in the order of their rounds */
	uint32_t messages_n;
} tf_rec_evidence;

extern const tf_wire_type tf_rec_evidence_wire;
TF_MUST_USE static inline tf_err tf_rec_evidence_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_rec_evidence *m)
{
	return tf_wire_encode(&tf_rec_evidence_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_rec_evidence_decode(tf_rec_evidence *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_rec_evidence_wire, out, env, mem, in, len);
}

typedef struct tf_evidence_keygen {
	const char *workspace;
	uint8_t key_id[32];
} tf_evidence_keygen;

extern const tf_wire_type tf_evidence_keygen_wire;
TF_MUST_USE static inline tf_err tf_evidence_keygen_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_evidence_keygen *m)
{
	return tf_wire_encode(&tf_evidence_keygen_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_evidence_keygen_decode(tf_evidence_keygen *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_evidence_keygen_wire, out, env, mem, in, len);
}

typedef struct tf_evidence_seat {
	tf_pt W;
	tf_bn N;
	tf_bn Nhat;
	tf_bn s;
	tf_bn t;
	tf_blob sent; /* alerts: what the writer sent this party in round 2 */
} tf_evidence_seat;

extern const tf_wire_type tf_evidence_seat_wire;
TF_MUST_USE static inline tf_err tf_evidence_seat_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_evidence_seat *m)
{
	return tf_wire_encode(&tf_evidence_seat_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_evidence_seat_decode(tf_evidence_seat *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_evidence_seat_wire, out, env, mem, in, len);
}

typedef struct tf_evidence_presign {
	tf_pt Y;
	uint8_t confirm;
	tf_evidence_seat *seats;
	uint32_t seats_n;
} tf_evidence_presign;

extern const tf_wire_type tf_evidence_presign_wire;
TF_MUST_USE static inline tf_err tf_evidence_presign_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_evidence_presign *m)
{
	return tf_wire_encode(&tf_evidence_presign_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_evidence_presign_decode(tf_evidence_presign *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_evidence_presign_wire, out, env, mem, in, len);
}

typedef struct tf_evidence_share {
	tf_pt Delta;
	tf_pt S;
} tf_evidence_share;

extern const tf_wire_type tf_evidence_share_wire;
TF_MUST_USE static inline tf_err tf_evidence_share_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_evidence_share *m)
{
	return tf_wire_encode(&tf_evidence_share_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_evidence_share_decode(tf_evidence_share *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_evidence_share_wire, out, env, mem, in, len);
}

typedef struct tf_evidence_step {
	uint32_t index;
} tf_evidence_step;

extern const tf_wire_type tf_evidence_step_wire;
TF_MUST_USE static inline tf_err tf_evidence_step_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_evidence_step *m)
{
	return tf_wire_encode(&tf_evidence_step_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_evidence_step_decode(tf_evidence_step *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_evidence_step_wire, out, env, mem, in, len);
}

typedef struct tf_evidence_sign {
	uint8_t epid[32];
	tf_pt Y;
	tf_pt Gamma;
	tf_sc delta;
	tf_evidence_share *shares;
	uint32_t shares_n;
	uint8_t echoed; /* the shares carry an echo: that of presigning */
	uint8_t echo[32];
	uint8_t cc[32];
	tf_evidence_step *path;
	uint32_t path_n;
	uint8_t digest[32];
} tf_evidence_sign;

extern const tf_wire_type tf_evidence_sign_wire;
TF_MUST_USE static inline tf_err tf_evidence_sign_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_evidence_sign *m)
{
	return tf_wire_encode(&tf_evidence_sign_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_evidence_sign_decode(tf_evidence_sign *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_evidence_sign_wire, out, env, mem, in, len);
}

#define TF_WIRE_EVIDENCE_TYPES 8u
extern const tf_wire_type *const tf_wire_evidence_types[TF_WIRE_EVIDENCE_TYPES];

#endif
