/* Made by tools/genwire from wire/records.wire; do not edit. */
#ifndef TF_GEN_WIRE_RECORDS_H
#define TF_GEN_WIRE_RECORDS_H

#include "wire/wire.h"

#define TF_WIRE_RECORDS_VERSION 1u
#define TF_DEVICE_MAX 64u /* bytes of a device id */
#define TF_WORKSPACE_MAX 64u
#define TF_CERTIFICATE_MAX 0x4000u

typedef enum tf_wire_records_type {
	TF_REC_KEY_SHARE = 0x0701, /* own share of one sharing */
	TF_REC_OWN_MODULI = 0x0702, /* own Paillier and ring-Pedersen secrets */
	TF_REC_PEER_AUX = 0x0703, /* a peer's verified public moduli */
	TF_REC_USED_SID = 0x0704, /* a session that has begun; it never begins again */
	TF_REC_STANDING = 0x0705, /* what is known of a peer device */
} tf_wire_records_type;

/* one seat of a sharing */
typedef struct tf_slot_public {
	uint16_t index; /* share index = slot number */
	const char *device; /* who received it */
	tf_pt W; /* share times G */
} tf_slot_public;

extern const tf_wire_type tf_slot_public_wire;
TF_MUST_USE static inline tf_err tf_slot_public_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_slot_public *m)
{
	return tf_wire_encode(&tf_slot_public_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_slot_public_decode(tf_slot_public *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_slot_public_wire, out, env, mem, in, len);
}

/* what a sharing is; hashed and signed by its receivers and dealers */
typedef struct tf_sharing_certificate {
	const char *workspace;
	uint8_t key_id[32];
	uint8_t curve;
	tf_pt Y;
	uint8_t cc[32];
	uint8_t sharing[32];
	uint32_t epoch;
	uint8_t attempt[32]; /* hash of the vector of W */
	uint8_t form; /* 0: Feldman shares; 1: additive shares */
	uint16_t t;
	tf_slot_public *slots; /* ascending by index */
	uint32_t slots_n;
	uint8_t previous[32]; /* hash of the predecessor, zero for key generation */
} tf_sharing_certificate;

extern const tf_wire_type tf_sharing_certificate_wire;
TF_MUST_USE static inline tf_err tf_sharing_certificate_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_sharing_certificate *m)
{
	return tf_wire_encode(&tf_sharing_certificate_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_sharing_certificate_decode(tf_sharing_certificate *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_sharing_certificate_wire, out, env, mem, in, len);
}

typedef struct tf_certificate_signature {
	const char *device;
	uint8_t signature[64]; /* Ed25519, over the certificate's hash */
} tf_certificate_signature;

extern const tf_wire_type tf_certificate_signature_wire;
TF_MUST_USE static inline tf_err tf_certificate_signature_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_certificate_signature *m)
{
	return tf_wire_encode(&tf_certificate_signature_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_certificate_signature_decode(tf_certificate_signature *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_certificate_signature_wire, out, env, mem, in, len);
}

/* a sharing certificate with its signatures */
typedef struct tf_signed_certificate {
	tf_blob body; /* an encoded sharing_certificate */
	tf_certificate_signature *signatures; /* ascending by device */
	uint32_t signatures_n;
} tf_signed_certificate;

extern const tf_wire_type tf_signed_certificate_wire;
TF_MUST_USE static inline tf_err tf_signed_certificate_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_signed_certificate *m)
{
	return tf_wire_encode(&tf_signed_certificate_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_signed_certificate_decode(tf_signed_certificate *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_signed_certificate_wire, out, env, mem, in, len);
}

/* own share of one sharing */
typedef struct tf_rec_key_share {
	uint8_t key_id[32];
	uint8_t sharing[32];
	uint32_t epoch;
	uint16_t index; /* own share index */
	uint8_t curve;
	uint8_t form; /* as in the certificate */
	uint8_t state; /* 0: pending; 1: committed */
	tf_sc_sec x;
	tf_blob certificate; /* an encoded signed_certificate */
} tf_rec_key_share;

static inline void tf_rec_key_share_wipe(tf_rec_key_share *m)
{
	tf_wipe(m, sizeof(*m));
}

extern const tf_wire_type tf_rec_key_share_wire;
TF_MUST_USE static inline tf_err tf_rec_key_share_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_rec_key_share *m)
{
	return tf_wire_encode(&tf_rec_key_share_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_rec_key_share_decode(tf_rec_key_share *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_rec_key_share_wire, out, env, mem, in, len);
}

/* own Paillier and ring-Pedersen secrets */
typedef struct tf_rec_own_moduli {
	uint32_t generation; /* counts the device's moduli */
	uint64_t created; /* Unix time */
	tf_bn p;
	tf_bn q;
	tf_bn p_hat;
	tf_bn q_hat;
	tf_bn lambda;
	tf_bn t;
} tf_rec_own_moduli;

static inline void tf_rec_own_moduli_wipe(tf_rec_own_moduli *m)
{
	tf_wipe(m, sizeof(*m));
}

extern const tf_wire_type tf_rec_own_moduli_wire;
TF_MUST_USE static inline tf_err tf_rec_own_moduli_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_rec_own_moduli *m)
{
	return tf_wire_encode(&tf_rec_own_moduli_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_rec_own_moduli_decode(tf_rec_own_moduli *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_rec_own_moduli_wire, out, env, mem, in, len);
}

/* a peer's verified public moduli */
typedef struct tf_rec_peer_aux {
	const char *device;
	uint8_t sid[32]; /* run that introduced it */
	uint64_t created;
	tf_bn N;
	tf_bn Nhat;
	tf_bn s;
	tf_bn t;
} tf_rec_peer_aux;

extern const tf_wire_type tf_rec_peer_aux_wire;
TF_MUST_USE static inline tf_err tf_rec_peer_aux_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_rec_peer_aux *m)
{
	return tf_wire_encode(&tf_rec_peer_aux_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_rec_peer_aux_decode(tf_rec_peer_aux *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_rec_peer_aux_wire, out, env, mem, in, len);
}

/* a session that has begun; it never begins again */
typedef struct tf_rec_used_sid {
	uint8_t request[32];
	uint8_t protocol;
	uint64_t started; /* Unix time */
} tf_rec_used_sid;

extern const tf_wire_type tf_rec_used_sid_wire;
TF_MUST_USE static inline tf_err tf_rec_used_sid_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_rec_used_sid *m)
{
	return tf_wire_encode(&tf_rec_used_sid_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_rec_used_sid_decode(tf_rec_used_sid *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_rec_used_sid_wire, out, env, mem, in, len);
}

/* what is known of a peer device */
typedef struct tf_rec_standing {
	const char *device;
	uint32_t instance; /* highest that it has shown, 0: none */
	uint8_t boot[16]; /* the boot id that it has shown with it */
	uint32_t aborts; /* runs that ended naming it */
	uint8_t suspended; /* 1: it has shown two boot ids for one instance */
} tf_rec_standing;

extern const tf_wire_type tf_rec_standing_wire;
TF_MUST_USE static inline tf_err tf_rec_standing_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_rec_standing *m)
{
	return tf_wire_encode(&tf_rec_standing_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_rec_standing_decode(tf_rec_standing *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_rec_standing_wire, out, env, mem, in, len);
}

#define TF_WIRE_RECORDS_TYPES 9u
extern const tf_wire_type *const tf_wire_records_types[TF_WIRE_RECORDS_TYPES];

#endif
