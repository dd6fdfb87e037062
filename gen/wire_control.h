/* Made by tools/genwire from wire/control.wire; do not edit. */
#ifndef TF_GEN_WIRE_CONTROL_H
#define TF_GEN_WIRE_CONTROL_H

#include "wire/wire.h"

#define TF_WIRE_CONTROL_VERSION 1u
#define TF_CTL_NAME_MAX 64u /* bytes of a device or workspace id */
#define TF_CTL_TEXT_MAX 512u
#define TF_CTL_ADDRESS_MAX 80u
#define TF_CTL_TOKEN_MAX 16384u
#define TF_CTL_BODY_MAX 262144u
#define TF_CTL_TARGET_MAX 8192u
#define TF_CTL_RESULT_MAX 0x8000u
#define TF_CTL_FRAME_MAX 0x100000u /* bytes of a control frame */
#define TF_CTL_READY_MAX 1024u
#define TF_CTL_DEVICES_MAX 256u
#define TF_PROTOCOL_KEYGEN 1u
#define TF_PROTOCOL_AUXINFO 2u
#define TF_PROTOCOL_PRESIGN 3u
#define TF_PROTOCOL_SIGN 4u
#define TF_PART_HOLDER 1u
#define TF_PEER_ENVELOPE 1u

typedef enum tf_wire_control_type {
	TF_CTL_HELLO = 0x0801, /* who I am and where my peers reach me */
	TF_CTL_HEARTBEAT = 0x0802, /* how I am */
	TF_CTL_OPEN = 0x0803, /* coordinator to all: let us */
	TF_CTL_INTENT = 0x0804, /* coordinator to all, before the open of a signing: what the client asked for */
	TF_CTL_READY = 0x0805, /* one party's part of round 0, signed */
	TF_CTL_START = 0x0807, /* coordinator to all: everybody's ready, in party order */
	TF_CTL_ABORT = 0x0808, /* coordinator to all: give it up */
	TF_CTL_RESULT = 0x0809, /* a run is done */
	TF_CTL_FAILED = 0x080a, /* a run did not start, or ended without result */
	TF_CTL_REFUSAL = 0x080b, /* a co-signer will not sign this, and signs that */
	TF_CTL_NOTICE = 0x080c, /* coordinator to all: look again */
	TF_CTL_CERTIFICATE = 0x080d, /* coordinator to one: the certificate of a sharing that it holds pending */
	TF_CTL_FORSAKE = 0x080e, /* coordinator to one: presignatures that not everybody of their clique has */
} tf_wire_control_type;

/* who I am and where my peers reach me */
typedef struct tf_ctl_hello {
	const char *device;
	uint8_t role; /* 1 guard, 2 primary */
	uint16_t set; /* 0 for a primary */
	uint8_t boot[16]; /* random, new at each start */
	uint32_t instance;
	const char *software;
	const char *kernel; /* arithmetic kernel in use */
	const char *profile;
	const char *address; /* host:port of the peer channel */
} tf_ctl_hello;

extern const tf_wire_type tf_ctl_hello_wire;
TF_MUST_USE static inline tf_err tf_ctl_hello_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_hello *m)
{
	return tf_wire_encode(&tf_ctl_hello_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_hello_decode(tf_ctl_hello *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_hello_wire, out, env, mem, in, len);
}

typedef struct tf_device_ref {
	const char *device;
} tf_device_ref;

extern const tf_wire_type tf_device_ref_wire;
TF_MUST_USE static inline tf_err tf_device_ref_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_device_ref *m)
{
	return tf_wire_encode(&tf_device_ref_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_device_ref_decode(tf_device_ref *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_device_ref_wire, out, env, mem, in, len);
}

typedef struct tf_key_state {
	uint8_t key_id[32];
	uint8_t sharing[32];
	uint32_t epoch;
	uint8_t state; /* 0 pending, 1 committed */
} tf_key_state;

extern const tf_wire_type tf_key_state_wire;
TF_MUST_USE static inline tf_err tf_key_state_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_key_state *m)
{
	return tf_wire_encode(&tf_key_state_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_key_state_decode(tf_key_state *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_key_state_wire, out, env, mem, in, len);
}

typedef struct tf_presig_ref {
	uint8_t id[32];
} tf_presig_ref;

extern const tf_wire_type tf_presig_ref_wire;
TF_MUST_USE static inline tf_err tf_presig_ref_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_presig_ref *m)
{
	return tf_wire_encode(&tf_presig_ref_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_presig_ref_decode(tf_presig_ref *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_presig_ref_wire, out, env, mem, in, len);
}

/* ready presignatures of one clique */
typedef struct tf_pool_state {
	uint8_t sharing[32];
	uint32_t epoch;
	uint8_t clique[32]; /* hash of the parties */
	tf_presig_ref *ids;
	uint32_t ids_n;
} tf_pool_state;

extern const tf_wire_type tf_pool_state_wire;
TF_MUST_USE static inline tf_err tf_pool_state_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_pool_state *m)
{
	return tf_wire_encode(&tf_pool_state_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_pool_state_decode(tf_pool_state *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_pool_state_wire, out, env, mem, in, len);
}

/* how I am */
typedef struct tf_ctl_heartbeat {
	uint64_t workspace; /* version of the workspace file */
	uint64_t crl; /* number of the revocation list */
	uint64_t not_after; /* of the certificate, Unix time */
	uint8_t evidence; /* kind, as in the certificate */
	uint8_t moduli; /* wire/heartbeat.h says what */
	uint8_t primes; /* found, of four */
	uint64_t candidates; /* tried for the next one */
	tf_device_ref *introduced;
	uint32_t introduced_n;
	tf_key_state *keys;
	uint32_t keys_n;
	tf_pool_state *pools;
	uint32_t pools_n;
	tf_device_ref *reachable;
	uint32_t reachable_n;
	uint32_t runs; /* under way */
} tf_ctl_heartbeat;

extern const tf_wire_type tf_ctl_heartbeat_wire;
TF_MUST_USE static inline tf_err tf_ctl_heartbeat_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_heartbeat *m)
{
	return tf_wire_encode(&tf_ctl_heartbeat_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_heartbeat_decode(tf_ctl_heartbeat *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_heartbeat_wire, out, env, mem, in, len);
}

/* one seat; its place in the list is the party index */
typedef struct tf_open_party {
	const char *device;
	uint8_t role; /* in the run: TF_PART_HOLDER */
	uint16_t slot; /* share index: primary 1, set k is k + 1 */
	const char *address;
} tf_open_party;

extern const tf_wire_type tf_open_party_wire;
TF_MUST_USE static inline tf_err tf_open_party_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_open_party *m)
{
	return tf_wire_encode(&tf_open_party_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_open_party_decode(tf_open_party *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_open_party_wire, out, env, mem, in, len);
}

/* coordinator to all: let us */
typedef struct tf_ctl_open {
	uint8_t request[32]; /* fresh for every attempt */
	uint8_t kind; /* TF_PROTOCOL_... */
	const char *profile;
	uint8_t curve;
	uint16_t t;
	uint8_t key_id[32]; /* zero for auxinfo */
	uint8_t sharing[32]; /* presign, sign, of FROST too: which sharing of the key */
	uint32_t epoch;
	uint32_t batch; /* presign, prepare */
	uint8_t presig[32]; /* sign: which presignature; zero: make one in the run (not of FROST) */
	uint32_t deadline; /* milliseconds that the run may take */
	tf_open_party *parties; /* strictly ascending by role, slot, device */
	uint32_t parties_n;
	tf_blob intent; /* sign: hash of the framed intent, 32 bytes; else empty */
} tf_ctl_open;

extern const tf_wire_type tf_ctl_open_wire;
TF_MUST_USE static inline tf_err tf_ctl_open_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_open *m)
{
	return tf_wire_encode(&tf_ctl_open_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_open_decode(tf_ctl_open *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_open_wire, out, env, mem, in, len);
}

/* coordinator to all, before the open of a signing: what the client asked for */
typedef struct tf_ctl_intent {
	uint8_t request[32]; /* of the open that follows */
	const char *tx; /* the coordinator's own name of it */
	const char *asset;
	tf_blob token; /* the client's JWT, compact */
	tf_blob target; /* request target as on the wire */
	tf_blob body; /* raw body */
	tf_blob payload; /* unsigned transaction */
	const char *path; /* of the key that signs: "m/44/1/0/0/0" */
} tf_ctl_intent;

extern const tf_wire_type tf_ctl_intent_wire;
TF_MUST_USE static inline tf_err tf_ctl_intent_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_intent *m)
{
	return tf_wire_encode(&tf_ctl_intent_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_intent_decode(tf_ctl_intent *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_intent_wire, out, env, mem, in, len);
}

/* one party's part of round 0, signed */
typedef struct tf_ctl_ready {
	uint8_t request[32];
	uint8_t opening[32]; /* SHAKE256 of the open as received, type and version included */
	const char *device;
	uint8_t nonce[32]; /* fresh, used once */
	uint8_t boot[16];
	uint32_t instance;
	uint32_t epoch;
	uint64_t roster; /* workspace file version */
	uint64_t policy;
	uint64_t crl;
	uint8_t aux[32]; /* hash over every (N, Nhat, s, t) that the run uses, in party order */
	uint8_t signature[64];
} tf_ctl_ready;

extern const tf_wire_type tf_ctl_ready_wire;
TF_MUST_USE static inline tf_err tf_ctl_ready_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_ready *m)
{
	return tf_wire_encode(&tf_ctl_ready_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_ready_decode(tf_ctl_ready *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_ready_wire, out, env, mem, in, len);
}

/* coordinator to all: everybody's ready, in party order */
typedef struct tf_ctl_start {
	uint8_t request[32];
	tf_blob *ready; /* encoded ready, without type and version */
	uint32_t ready_n;
} tf_ctl_start;

extern const tf_wire_type tf_ctl_start_wire;
TF_MUST_USE static inline tf_err tf_ctl_start_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_start *m)
{
	return tf_wire_encode(&tf_ctl_start_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_start_decode(tf_ctl_start *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_start_wire, out, env, mem, in, len);
}

/* coordinator to all: give it up */
typedef struct tf_ctl_abort {
	uint8_t request[32];
	const char *reason;
} tf_ctl_abort;

extern const tf_wire_type tf_ctl_abort_wire;
TF_MUST_USE static inline tf_err tf_ctl_abort_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_abort *m)
{
	return tf_wire_encode(&tf_ctl_abort_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_abort_decode(tf_ctl_abort *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_abort_wire, out, env, mem, in, len);
}

/* a run is done */
typedef struct tf_ctl_result {
	uint8_t request[32];
	uint8_t sid[32];
	uint8_t kind;
	tf_blob certificate; /* keygen: signed sharing certificate; else empty */
	tf_presig_ref *presigs; /* presign, prepare: their ids */
	uint32_t presigs_n;
	uint8_t r[32]; /* sign: the signature, low s; of FROST R and z; else zero */
	uint8_t s[32];
	uint8_t recid;
} tf_ctl_result;

extern const tf_wire_type tf_ctl_result_wire;
TF_MUST_USE static inline tf_err tf_ctl_result_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_result *m)
{
	return tf_wire_encode(&tf_ctl_result_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_result_decode(tf_ctl_result *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_result_wire, out, env, mem, in, len);
}

/* a run did not start, or ended without result */
typedef struct tf_ctl_failed {
	uint8_t request[32];
	uint16_t error; /* tf_err */
	uint16_t check; /* tf_check, 0 if none failed */
	uint16_t round;
	const char *culprit; /* device that is convicted; empty: nobody */
	const char *reason;
	uint8_t evidence[32]; /* hash of the signed messages that convict; zero without culprit */
} tf_ctl_failed;

extern const tf_wire_type tf_ctl_failed_wire;
TF_MUST_USE static inline tf_err tf_ctl_failed_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_failed *m)
{
	return tf_wire_encode(&tf_ctl_failed_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_failed_decode(tf_ctl_failed *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_failed_wire, out, env, mem, in, len);
}

/* a co-signer will not sign this, and signs that */
typedef struct tf_ctl_refusal {
	uint8_t request[32];
	const char *tx;
	const char *device;
	uint8_t payload[32]; /* hash of the payload bytes it was shown */
	uint16_t error;
	uint16_t check;
	const char *reason;
	uint64_t time; /* milliseconds since 1970 */
	uint8_t signature[64];
} tf_ctl_refusal;

extern const tf_wire_type tf_ctl_refusal_wire;
TF_MUST_USE static inline tf_err tf_ctl_refusal_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_refusal *m)
{
	return tf_wire_encode(&tf_ctl_refusal_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_refusal_decode(tf_ctl_refusal *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_refusal_wire, out, env, mem, in, len);
}

/* coordinator to all: look again */
typedef struct tf_ctl_notice {
	uint64_t workspace; /* version of the workspace file that is out */
	uint64_t crl;
} tf_ctl_notice;

extern const tf_wire_type tf_ctl_notice_wire;
TF_MUST_USE static inline tf_err tf_ctl_notice_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_notice *m)
{
	return tf_wire_encode(&tf_ctl_notice_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_notice_decode(tf_ctl_notice *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_notice_wire, out, env, mem, in, len);
}

/* coordinator to one: the certificate of a sharing that it holds pending */
typedef struct tf_ctl_certificate {
	tf_blob certificate; /* signed by all receivers */
} tf_ctl_certificate;

extern const tf_wire_type tf_ctl_certificate_wire;
TF_MUST_USE static inline tf_err tf_ctl_certificate_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_certificate *m)
{
	return tf_wire_encode(&tf_ctl_certificate_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_certificate_decode(tf_ctl_certificate *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_certificate_wire, out, env, mem, in, len);
}

/* coordinator to one: presignatures that not everybody of their clique has */
typedef struct tf_ctl_forsake {
	tf_presig_ref *ids;
	uint32_t ids_n;
} tf_ctl_forsake;

extern const tf_wire_type tf_ctl_forsake_wire;
TF_MUST_USE static inline tf_err tf_ctl_forsake_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_ctl_forsake *m)
{
	return tf_wire_encode(&tf_ctl_forsake_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_ctl_forsake_decode(tf_ctl_forsake *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_ctl_forsake_wire, out, env, mem, in, len);
}

#define TF_WIRE_CONTROL_TYPES 18u
extern const tf_wire_type *const tf_wire_control_types[TF_WIRE_CONTROL_TYPES];

#endif
