/* Made by tools/genwire from wire/alerts.wire; do not edit. */
#ifndef TF_GEN_WIRE_ALERTS_H
#define TF_GEN_WIRE_ALERTS_H

#include "zk/dec.h"
#include "zk/affgstar.h"
#include "wire/wire.h"
#include "wire_proofs.h"
#include "wire_protocol.h"

#define TF_WIRE_ALERTS_VERSION 1u
#define TF_ALERT_DEC_MAX 0x30000u /* bytes of an encoded zk_dec_proof */
#define TF_ALERT_STAR_MAX 0x54000u /* bytes of an encoded zk_affgstar_proof */

typedef enum tf_wire_alerts_type {
	TF_MSG_PRESIGN_ALERT = 0x0407, /* broadcast instead of a confirmation: a sum has failed */
	TF_MSG_PRESIGN_ALERT_PROOFS = 0x0408, /* to one: that the own share and all own factors are right */
} tf_wire_alerts_type;

extern const tf_wire_type tf_zk_dec_proof_wire;
TF_MUST_USE static inline tf_err tf_zk_dec_proof_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_zk_dec_proof *m)
{
	return tf_wire_encode(&tf_zk_dec_proof_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_zk_dec_proof_decode(tf_zk_dec_proof *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_zk_dec_proof_wire, out, env, mem, in, len);
}

extern const tf_wire_type tf_zk_affgstar_proof_wire;
TF_MUST_USE static inline tf_err tf_zk_affgstar_proof_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_zk_affgstar_proof *m)
{
	return tf_wire_encode(&tf_zk_affgstar_proof_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_zk_affgstar_proof_decode(tf_zk_affgstar_proof *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_zk_affgstar_proof_wire, out, env, mem, in, len);
}

/* broadcast instead of a confirmation: a sum has failed */
typedef struct tf_msg_presign_alert {
	uint32_t item; /* the lowest presignature of the batch whose sums fail */
	uint8_t which; /* 0 failed nonce, 1 failed chi */
	uint8_t hash[32]; /* of presign_alert_proofs, which everybody gets alike */
} tf_msg_presign_alert;

extern const tf_wire_type tf_msg_presign_alert_wire;
TF_MUST_USE static inline tf_err tf_msg_presign_alert_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_presign_alert *m)
{
	return tf_wire_encode(&tf_msg_presign_alert_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_presign_alert_decode(tf_msg_presign_alert *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_presign_alert_wire, out, env, mem, in, len);
}

typedef struct tf_presign_alert_peer {
	tf_presign_mta_item mta; /* what this peer got in round 2; its hash is in the broadcast */
	tf_blob psi; /* zk_affgstar_proof */
} tf_presign_alert_peer;

extern const tf_wire_type tf_presign_alert_peer_wire;
TF_MUST_USE static inline tf_err tf_presign_alert_peer_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_presign_alert_peer *m)
{
	return tf_wire_encode(&tf_presign_alert_peer_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_presign_alert_peer_decode(tf_presign_alert_peer *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_presign_alert_peer_wire, out, env, mem, in, len);
}

/* to one: that the own share and all own factors are right */
typedef struct tf_msg_presign_alert_proofs {
	tf_blob psi; /* zk_dec_proof */
	tf_presign_alert_peer *peers; /* ascending by party, without the sender */
	uint32_t peers_n;
} tf_msg_presign_alert_proofs;

extern const tf_wire_type tf_msg_presign_alert_proofs_wire;
TF_MUST_USE static inline tf_err tf_msg_presign_alert_proofs_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_msg_presign_alert_proofs *m)
{
	return tf_wire_encode(&tf_msg_presign_alert_proofs_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_msg_presign_alert_proofs_decode(tf_msg_presign_alert_proofs *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_msg_presign_alert_proofs_wire, out, env, mem, in, len);
}

#define TF_WIRE_ALERTS_TYPES 5u
extern const tf_wire_type *const tf_wire_alerts_types[TF_WIRE_ALERTS_TYPES];

#endif
