/* Made by tools/genwire from wire/testimony.wire; do not edit. */
#ifndef TF_GEN_WIRE_TESTIMONY_H
#define TF_GEN_WIRE_TESTIMONY_H

#include "wire/wire.h"
#include "wire_protocol.h"
#include "wire_frost.h"
#include "wire_records.h"
#include "wire_evidence.h"

#define TF_WIRE_TESTIMONY_VERSION 1u
#define TF_TESTIMONY_RESHARE 5u /* beside TF_PROTOCOL_... */
#define TF_TESTIMONY_FROST_PREPARE 6u
#define TF_TESTIMONY_FROST_SIGN 7u
#define TF_TESTIMONY_TEXT_MAX 65536u /* bytes of a message that FROST signs */

typedef enum tf_wire_testimony_type {
	TF_REC_TESTIMONY = 0x0b02, /* the same of a run without opening */
} tf_wire_testimony_type;

typedef struct tf_testimony_party {
	const char *device;
	uint16_t slot; /* share index */
	uint8_t identity[32]; /* Ed25519 */
} tf_testimony_party;

extern const tf_wire_type tf_testimony_party_wire;
TF_MUST_USE static inline tf_err tf_testimony_party_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_testimony_party *m)
{
	return tf_wire_encode(&tf_testimony_party_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_testimony_party_decode(tf_testimony_party *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_testimony_party_wire, out, env, mem, in, len);
}

/* the same of a run without opening */
typedef struct tf_rec_testimony {
	const char *profile;
	uint8_t curve;
	uint8_t stage; /* TF_PROTOCOL_... or TF_TESTIMONY_... */
	uint8_t session[32];
	uint16_t t; /* of a key generation; else 0 */
	tf_testimony_party *parties;
	uint32_t parties_n;
	uint16_t self; /* party index of who writes this */
	uint16_t party; /* the claim: who */
	uint8_t round;
	uint16_t check; /* which check it failed */
	uint32_t batch;
	tf_blob context; /* evidence_keygen, _presign, _sign, testimony_reshare, ... */
	tf_blob *messages; /* in the order of their rounds */
	uint32_t messages_n;
} tf_rec_testimony;

extern const tf_wire_type tf_rec_testimony_wire;
TF_MUST_USE static inline tf_err tf_rec_testimony_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_rec_testimony *m)
{
	return tf_wire_encode(&tf_rec_testimony_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_rec_testimony_decode(tf_rec_testimony *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_rec_testimony_wire, out, env, mem, in, len);
}

typedef struct tf_testimony_role {
	uint16_t deals; /* seats; 0: none */
	uint16_t receives;
} tf_testimony_role;

extern const tf_wire_type tf_testimony_role_wire;
TF_MUST_USE static inline tf_err tf_testimony_role_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_testimony_role *m)
{
	return tf_wire_encode(&tf_testimony_role_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_testimony_role_decode(tf_testimony_role *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_testimony_role_wire, out, env, mem, in, len);
}

typedef struct tf_testimony_reshare {
	uint8_t kind; /* 0: resharing; 1: refresh */
	uint8_t form; /* of the new shares */
	uint16_t t;
	uint32_t epoch;
	tf_testimony_role *roles;
	uint32_t roles_n;
	tf_blob source; /* an encoded sharing_certificate */
} tf_testimony_reshare;

extern const tf_wire_type tf_testimony_reshare_wire;
TF_MUST_USE static inline tf_err tf_testimony_reshare_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_testimony_reshare *m)
{
	return tf_wire_encode(&tf_testimony_reshare_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_testimony_reshare_decode(tf_testimony_reshare *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_testimony_reshare_wire, out, env, mem, in, len);
}

typedef struct tf_testimony_frost_prepare {
	uint8_t suite;
	uint8_t confirm;
	tf_pt Y;
	tf_pt *W;
	uint32_t W_n;
} tf_testimony_frost_prepare;

extern const tf_wire_type tf_testimony_frost_prepare_wire;
TF_MUST_USE static inline tf_err tf_testimony_frost_prepare_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_testimony_frost_prepare *m)
{
	return tf_wire_encode(&tf_testimony_frost_prepare_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_testimony_frost_prepare_decode(tf_testimony_frost_prepare *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_testimony_frost_prepare_wire, out, env, mem, in, len);
}

typedef struct tf_testimony_frost_sign {
	uint8_t suite;
	uint8_t prepared[32]; /* session in which the nonces were made */
	uint32_t item; /* and their place in its batch */
	tf_pt Y;
	tf_pt *W;
	uint32_t W_n;
	tf_frost_pair *nonces;
	uint32_t nonces_n;
	uint8_t echoed; /* the shares carry an echo: that of the preparation */
	uint8_t echo[32];
	uint8_t cc[32];
	tf_evidence_step *path;
	uint32_t path_n;
	uint8_t output;
	uint8_t root[32]; /* zero unless the output has a script tree */
	tf_blob text; /* what is signed */
} tf_testimony_frost_sign;

extern const tf_wire_type tf_testimony_frost_sign_wire;
TF_MUST_USE static inline tf_err tf_testimony_frost_sign_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_testimony_frost_sign *m)
{
	return tf_wire_encode(&tf_testimony_frost_sign_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_testimony_frost_sign_decode(tf_testimony_frost_sign *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_testimony_frost_sign_wire, out, env, mem, in, len);
}

#define TF_WIRE_TESTIMONY_TYPES 6u
extern const tf_wire_type *const tf_wire_testimony_types[TF_WIRE_TESTIMONY_TYPES];

#endif
