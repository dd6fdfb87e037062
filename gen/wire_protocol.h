/* Made by tools/genwire from wire/protocol.wire; do not edit. */
#ifndef TF_GEN_WIRE_PROTOCOL_H
#define TF_GEN_WIRE_PROTOCOL_H

#include "wire/wire.h"
#include "wire_proofs.h"

#define TF_WIRE_PROTOCOL_VERSION 2u
#define TF_PARTIES_MAX 16u /* parties of one run */
#define TF_PAYLOAD_MAX 0x1000000u /* bytes of a payload */
#define TF_ENVELOPE_MAX 0x1000100u /* bytes of an envelope */

typedef enum tf_wire_protocol_type {
	TF_MSG_DISPUTE = 0x0101, /* signed originals after echoes that differ */
	TF_MSG_KEYGEN_R1 = 0x0201, /* broadcast: commitment */
	TF_MSG_KEYGEN_R2 = 0x0202, /* broadcast: opening */
	TF_MSG_KEYGEN_SHARE = 0x0203, /* to one: its share of the sender's polynomial */
	TF_MSG_KEYGEN_R3 = 0x0204, /* broadcast: proof of the share */
	TF_MSG_KEYGEN_ACK = 0x0205, /* broadcast: the share is durable; signature on the sharing certificate */
	TF_MSG_AUX_R1 = 0x0301, /* broadcast: commitment */
	TF_MSG_AUX_R2 = 0x0302, /* broadcast: opening */
	TF_MSG_AUX_R3 = 0x0303, /* broadcast: N is a Paillier-Blum modulus */
	TF_MSG_AUX_FAC = 0x0304, /* to one: N has no small factor */
	TF_MSG_AUX_CONFIRM = 0x0305, /* broadcast: everything verified */
	TF_MSG_PRESIGN_R1 = 0x0401, /* broadcast: nonce shares, encrypted and committed */
	TF_MSG_PRESIGN_PSI = 0x0402, /* to one: proofs of round 1 */
	TF_MSG_PRESIGN_R2 = 0x0403, /* broadcast: Gamma and the masks */
	TF_MSG_PRESIGN_MTA = 0x0404, /* to one: multiplication to addition */
	TF_MSG_PRESIGN_R3 = 0x0405, /* broadcast: shares of the masked nonce */
	TF_MSG_PRESIGN_CONFIRM = 0x0406, /* broadcast: all checks hold */
	TF_MSG_SIGN_SHARE = 0x0501, /* broadcast: signature share; the envelope's context says of what */
} tf_wire_protocol_type;

/* what travels between two parties of a run */
typedef struct tf_envelope {
	uint16_t type; /* TF_MSG_... */
	uint16_t version; /* TF_WIRE_PROTOCOL_VERSION */
	uint8_t sid[32]; /* session */
	uint8_t context[32]; /* hash of what the run is about; others are dropped, nobody is blamed */
	uint8_t round;
	uint16_t from; /* party index of the sender */
	uint16_t to; /* party index of the receiver, 0: all */
	uint8_t echo[32]; /* hash of all broadcasts of the round before; else zero */
	tf_blob payload;
	uint8_t signature[64]; /* Ed25519, sender's identity key */
} tf_envelope;

extern const tf_wire_type tf_envelope_wire;
TF_MUST_USE static inline tf_err tf_envelope_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_envelope *m)
{
	return tf_wire_encode(&tf_envelope_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_envelope_decode(tf_envelope *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_envelope_wire, out, env, mem, in, len);
}

/* signed originals after echoes that differ */
typedef struct tf_msg_dispute {
	uint8_t round; /* the round whose echo differed */
	tf_blob *originals; /* its broadcasts as received, ascending by sender */
	uint32_t originals_n;
	tf_blob *echoes; /* broadcasts of the next round with another echo, likewise */
	uint32_t echoes_n;
} tf_msg_dispute;

extern const tf_wire_type tf_msg_dispute_wire;
TF_MUST_USE static inline tf_err tf_msg_dispute_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_dispute *m)
{
	return tf_wire_encode(&tf_msg_dispute_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_dispute_decode(tf_msg_dispute *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_dispute_wire, out, env, mem, in, len);
}

/* broadcast: commitment */
typedef struct tf_msg_keygen_r1 {
	uint8_t V[32];
} tf_msg_keygen_r1;

extern const tf_wire_type tf_msg_keygen_r1_wire;
TF_MUST_USE static inline tf_err tf_msg_keygen_r1_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_keygen_r1 *m)
{
	return tf_wire_encode(&tf_msg_keygen_r1_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_keygen_r1_decode(tf_msg_keygen_r1 *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_keygen_r1_wire, out, env, mem, in, len);
}

/* broadcast: opening */
typedef struct tf_msg_keygen_r2 {
	uint8_t rid[32];
	uint8_t cc[32];
	tf_pt *F; /* t coefficients times G */
	uint32_t F_n;
	tf_pt A;
	uint8_t u[32];
} tf_msg_keygen_r2;

extern const tf_wire_type tf_msg_keygen_r2_wire;
TF_MUST_USE static inline tf_err tf_msg_keygen_r2_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_keygen_r2 *m)
{
	return tf_wire_encode(&tf_msg_keygen_r2_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_keygen_r2_decode(tf_msg_keygen_r2 *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_keygen_r2_wire, out, env, mem, in, len);
}

/* to one: its share of the sender's polynomial */
typedef struct tf_msg_keygen_share {
	tf_sc_sec f;
} tf_msg_keygen_share;

static inline void tf_msg_keygen_share_wipe(tf_msg_keygen_share *m)
{
	tf_wipe(m, sizeof(*m));
}

extern const tf_wire_type tf_msg_keygen_share_wire;
TF_MUST_USE static inline tf_err tf_msg_keygen_share_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_keygen_share *m)
{
	return tf_wire_encode(&tf_msg_keygen_share_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_keygen_share_decode(tf_msg_keygen_share *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_keygen_share_wire, out, env, mem, in, len);
}

/* broadcast: proof of the share */
typedef struct tf_msg_keygen_r3 {
	tf_zk_sch_proof psi;
} tf_msg_keygen_r3;

extern const tf_wire_type tf_msg_keygen_r3_wire;
TF_MUST_USE static inline tf_err tf_msg_keygen_r3_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_keygen_r3 *m)
{
	return tf_wire_encode(&tf_msg_keygen_r3_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_keygen_r3_decode(tf_msg_keygen_r3 *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_keygen_r3_wire, out, env, mem, in, len);
}

/* broadcast: the share is durable; signature on the sharing certificate */
typedef struct tf_msg_keygen_ack {
	uint8_t certificate[32]; /* hash of the certificate's body */
	uint8_t signature[64]; /* Ed25519, sender's identity key */
} tf_msg_keygen_ack;

extern const tf_wire_type tf_msg_keygen_ack_wire;
TF_MUST_USE static inline tf_err tf_msg_keygen_ack_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_keygen_ack *m)
{
	return tf_wire_encode(&tf_msg_keygen_ack_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_keygen_ack_decode(tf_msg_keygen_ack *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_keygen_ack_wire, out, env, mem, in, len);
}

/* broadcast: commitment */
typedef struct tf_msg_aux_r1 {
	uint8_t V[32];
} tf_msg_aux_r1;

extern const tf_wire_type tf_msg_aux_r1_wire;
TF_MUST_USE static inline tf_err tf_msg_aux_r1_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_aux_r1 *m)
{
	return tf_wire_encode(&tf_msg_aux_r1_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_aux_r1_decode(tf_msg_aux_r1 *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_aux_r1_wire, out, env, mem, in, len);
}

/* broadcast: opening */
typedef struct tf_msg_aux_r2 {
	tf_bn N;
	tf_bn Nhat;
	tf_bn s;
	tf_bn t;
	tf_zk_prm_proof prm;
	uint8_t rho[32];
	uint8_t u[32];
} tf_msg_aux_r2;

extern const tf_wire_type tf_msg_aux_r2_wire;
TF_MUST_USE static inline tf_err tf_msg_aux_r2_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_aux_r2 *m)
{
	return tf_wire_encode(&tf_msg_aux_r2_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_aux_r2_decode(tf_msg_aux_r2 *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_aux_r2_wire, out, env, mem, in, len);
}

/* broadcast: N is a Paillier-Blum modulus */
typedef struct tf_msg_aux_r3 {
	tf_zk_mod_proof mod;
} tf_msg_aux_r3;

extern const tf_wire_type tf_msg_aux_r3_wire;
TF_MUST_USE static inline tf_err tf_msg_aux_r3_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_aux_r3 *m)
{
	return tf_wire_encode(&tf_msg_aux_r3_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_aux_r3_decode(tf_msg_aux_r3 *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_aux_r3_wire, out, env, mem, in, len);
}

/* to one: N has no small factor */
typedef struct tf_msg_aux_fac {
	tf_zk_fac_proof fac;
} tf_msg_aux_fac;

extern const tf_wire_type tf_msg_aux_fac_wire;
TF_MUST_USE static inline tf_err tf_msg_aux_fac_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_aux_fac *m)
{
	return tf_wire_encode(&tf_msg_aux_fac_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_aux_fac_decode(tf_msg_aux_fac *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_aux_fac_wire, out, env, mem, in, len);
}

/* broadcast: everything verified */
typedef struct tf_msg_aux_confirm {
	uint8_t output[32]; /* hash of every party's (N, Nhat, s, t) */
} tf_msg_aux_confirm;

extern const tf_wire_type tf_msg_aux_confirm_wire;
TF_MUST_USE static inline tf_err tf_msg_aux_confirm_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_aux_confirm *m)
{
	return tf_wire_encode(&tf_msg_aux_confirm_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_aux_confirm_decode(tf_msg_aux_confirm *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_aux_confirm_wire, out, env, mem, in, len);
}

typedef struct tf_presign_r1_item {
	tf_bn K; /* k encrypted */
	tf_bn G; /* gamma encrypted */
	tf_pt Y;
	tf_pt A1;
	tf_pt A2;
	tf_pt B1;
	tf_pt B2;
} tf_presign_r1_item;

extern const tf_wire_type tf_presign_r1_item_wire;
TF_MUST_USE static inline tf_err tf_presign_r1_item_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_presign_r1_item *m)
{
	return tf_wire_encode(&tf_presign_r1_item_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_presign_r1_item_decode(tf_presign_r1_item *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_presign_r1_item_wire, out, env, mem, in, len);
}

/* broadcast: nonce shares, encrypted and committed */
typedef struct tf_msg_presign_r1 {
	tf_presign_r1_item *items;
	uint32_t items_n;
} tf_msg_presign_r1;

extern const tf_wire_type tf_msg_presign_r1_wire;
TF_MUST_USE static inline tf_err tf_msg_presign_r1_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_presign_r1 *m)
{
	return tf_wire_encode(&tf_msg_presign_r1_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_presign_r1_decode(tf_msg_presign_r1 *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_presign_r1_wire, out, env, mem, in, len);
}

typedef struct tf_presign_psi_item {
	tf_zk_encelg_proof psi0; /* of K */
	tf_zk_encelg_proof psi1; /* of G */
} tf_presign_psi_item;

extern const tf_wire_type tf_presign_psi_item_wire;
TF_MUST_USE static inline tf_err tf_presign_psi_item_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_presign_psi_item *m)
{
	return tf_wire_encode(&tf_presign_psi_item_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_presign_psi_item_decode(tf_presign_psi_item *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_presign_psi_item_wire, out, env, mem, in, len);
}

/* to one: proofs of round 1 */
typedef struct tf_msg_presign_psi {
	tf_presign_psi_item *items;
	uint32_t items_n;
} tf_msg_presign_psi;

extern const tf_wire_type tf_msg_presign_psi_wire;
TF_MUST_USE static inline tf_err tf_msg_presign_psi_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_presign_psi *m)
{
	return tf_wire_encode(&tf_msg_presign_psi_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_presign_psi_decode(tf_msg_presign_psi *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_presign_psi_wire, out, env, mem, in, len);
}

typedef struct tf_presign_r2_peer {
	tf_bn F; /* -beta encrypted to the sender itself */
	tf_bn Fhat;
	uint8_t hash[32]; /* of the item that this peer gets in presign_mta */
} tf_presign_r2_peer;

extern const tf_wire_type tf_presign_r2_peer_wire;
TF_MUST_USE static inline tf_err tf_presign_r2_peer_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_presign_r2_peer *m)
{
	return tf_wire_encode(&tf_presign_r2_peer_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_presign_r2_peer_decode(tf_presign_r2_peer *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_presign_r2_peer_wire, out, env, mem, in, len);
}

typedef struct tf_presign_r2_item {
	tf_pt Gamma;
	tf_zk_elog_proof psi;
	tf_presign_r2_peer *peers; /* ascending by party, without the sender */
	uint32_t peers_n;
} tf_presign_r2_item;

extern const tf_wire_type tf_presign_r2_item_wire;
TF_MUST_USE static inline tf_err tf_presign_r2_item_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_presign_r2_item *m)
{
	return tf_wire_encode(&tf_presign_r2_item_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_presign_r2_item_decode(tf_presign_r2_item *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_presign_r2_item_wire, out, env, mem, in, len);
}

/* broadcast: Gamma and the masks */
typedef struct tf_msg_presign_r2 {
	tf_presign_r2_item *items;
	uint32_t items_n;
} tf_msg_presign_r2;

extern const tf_wire_type tf_msg_presign_r2_wire;
TF_MUST_USE static inline tf_err tf_msg_presign_r2_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_presign_r2 *m)
{
	return tf_wire_encode(&tf_msg_presign_r2_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_presign_r2_decode(tf_msg_presign_r2 *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_presign_r2_wire, out, env, mem, in, len);
}

typedef struct tf_presign_mta_item {
	tf_bn D;
	tf_bn Dhat;
	tf_zk_affg_proof psi;
	tf_zk_affg_proof psihat;
} tf_presign_mta_item;

extern const tf_wire_type tf_presign_mta_item_wire;
TF_MUST_USE static inline tf_err tf_presign_mta_item_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_presign_mta_item *m)
{
	return tf_wire_encode(&tf_presign_mta_item_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_presign_mta_item_decode(tf_presign_mta_item *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_presign_mta_item_wire, out, env, mem, in, len);
}

/* to one: multiplication to addition */
typedef struct tf_msg_presign_mta {
	tf_presign_mta_item *items;
	uint32_t items_n;
} tf_msg_presign_mta;

extern const tf_wire_type tf_msg_presign_mta_wire;
TF_MUST_USE static inline tf_err tf_msg_presign_mta_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_presign_mta *m)
{
	return tf_wire_encode(&tf_msg_presign_mta_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_presign_mta_decode(tf_msg_presign_mta *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_presign_mta_wire, out, env, mem, in, len);
}

typedef struct tf_presign_r3_item {
	tf_sc delta;
	tf_pt Delta;
	tf_pt S;
	tf_zk_elog_proof psi;
} tf_presign_r3_item;

extern const tf_wire_type tf_presign_r3_item_wire;
TF_MUST_USE static inline tf_err tf_presign_r3_item_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_presign_r3_item *m)
{
	return tf_wire_encode(&tf_presign_r3_item_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_presign_r3_item_decode(tf_presign_r3_item *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_presign_r3_item_wire, out, env, mem, in, len);
}

/* broadcast: shares of the masked nonce */
typedef struct tf_msg_presign_r3 {
	tf_presign_r3_item *items;
	uint32_t items_n;
} tf_msg_presign_r3;

extern const tf_wire_type tf_msg_presign_r3_wire;
TF_MUST_USE static inline tf_err tf_msg_presign_r3_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_presign_r3 *m)
{
	return tf_wire_encode(&tf_msg_presign_r3_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_presign_r3_decode(tf_msg_presign_r3 *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_presign_r3_wire, out, env, mem, in, len);
}

typedef struct tf_presign_id {
	uint8_t id[32];
} tf_presign_id;

extern const tf_wire_type tf_presign_id_wire;
TF_MUST_USE static inline tf_err tf_presign_id_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_presign_id *m)
{
	return tf_wire_encode(&tf_presign_id_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_presign_id_decode(tf_presign_id *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_presign_id_wire, out, env, mem, in, len);
}

/* broadcast: all checks hold */
typedef struct tf_msg_presign_confirm {
	tf_presign_id *items;
	uint32_t items_n;
} tf_msg_presign_confirm;

extern const tf_wire_type tf_msg_presign_confirm_wire;
TF_MUST_USE static inline tf_err tf_msg_presign_confirm_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_presign_confirm *m)
{
	return tf_wire_encode(&tf_msg_presign_confirm_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_presign_confirm_decode(tf_msg_presign_confirm *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_presign_confirm_wire, out, env, mem, in, len);
}

/* broadcast: signature share; the envelope's context says of what */
typedef struct tf_msg_sign_share {
	tf_sc sigma;
} tf_msg_sign_share;

extern const tf_wire_type tf_msg_sign_share_wire;
TF_MUST_USE static inline tf_err tf_msg_sign_share_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_sign_share *m)
{
	return tf_wire_encode(&tf_msg_sign_share_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_sign_share_decode(tf_msg_sign_share *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_sign_share_wire, out, env, mem, in, len);
}

#define TF_WIRE_PROTOCOL_TYPES 26u
extern const tf_wire_type *const tf_wire_protocol_types[TF_WIRE_PROTOCOL_TYPES];

#endif
