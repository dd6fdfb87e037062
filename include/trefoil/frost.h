/* FROST: threshold Schnorr signatures, for ed25519 and BIP-340 (RFC 9591).
 *
 * Keys are made and reshared as those of ECDSA, with an algorithm of Schnorr. No introductions are
 * needed. Nonces are prepared ahead of time (one round, and a confirmation), and are as delicate as
 * presignatures: memory only (nor in a forked child), used once, wiped before use, destroyed when
 * RETIRE speaks of their sharing. Signing is one round, and a wrong share names its sender.
 */
#ifndef TREFOIL_FROST_H
#define TREFOIL_FROST_H

#include <trefoil/key.h>
#include <trefoil/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TF_FROST_MOST 64u              /* pairs of nonces of one run */
#define TF_FROST_MESSAGE_BYTES 65536u  /* of a message at most */

/* How binding factors are made. */
typedef enum tf_frost_variant {
	TF_FROST_RFC9591 = 0,
	TF_FROST_BIP445_DRAFT = 1, /* with BIP-340 only */
} tf_frost_variant;

/* What the signature is for; other than KEY with BIP-340 only. */
typedef enum tf_frost_spend {
	TF_SPEND_KEY = 0,         /* the (child) key itself */
	TF_SPEND_KEY_PATH = 1,    /* a Taproot output of it without scripts (BIP-86) */
	TF_SPEND_SCRIPT_TREE = 2, /* the key path of an output with a script tree */
} tf_frost_spend;

/* Secret, opaque, of fixed size; all zeros is none. */
typedef struct tf_frost_nonces {
	uint64_t opaque[512];
} tf_frost_nonces;

typedef struct tf_frost_prepare_params {
	tf_bytes key;   /* TF_RECORD_KEY, committed; read at once */
	tf_frost_variant variant;
	uint32_t batch; /* 1..TF_FROST_MOST */
	bool confirm;   /* as in presign.h */
} tf_frost_prepare_params;

/* Bytes of memory that a run needs; 0 for parameters that cannot be. */
size_t tf_frost_prepare_room(tf_algorithm algorithm, uint16_t n, uint32_t batch);

/* The clique's seats must be seats of the key, at least t of them, each with the device that the
 * key's certificate has there. TF_E_USAGE: a clique, algorithm, variant or batch that cannot be;
 * TF_E_STATE: the key is pending; kind ENCODING: the record; TF_E_CAPACITY: mem; TF_E_ENTROPY. */
TF_MUST_USE tf_err tf_frost_prepare_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                                          const tf_frost_prepare_params *p);

/* Move pair b (from 0) of a run that is DONE to out. TF_E_STATE: before, or the second time;
 * TF_E_USAGE: not a preparation. */
TF_MUST_USE tf_err tf_frost_prepare_move(tf_frost_nonces *out, tf_machine *m, uint32_t b);

/* Their id, the same for all parties. */
void tf_frost_nonces_id(uint8_t id[32], const tf_frost_nonces *nonces);

void tf_frost_nonces_wipe(tf_frost_nonces *nonces);

typedef struct tf_frost_sign_params {
	tf_bytes key;            /* the record that the nonces were made for; read at once */
	tf_frost_nonces *nonces; /* consumed, whatever the outcome */
	tf_derivation path;
	tf_frost_spend spend;
	uint8_t root[32];        /* SCRIPT_TREE: of the tree */
	tf_bytes message;        /* copied */
} tf_frost_sign_params;

/* Bytes of memory that a run needs for a message of so many bytes; 0 for parameters that cannot
 * be. */
size_t tf_frost_sign_room(tf_algorithm algorithm, uint16_t n, size_t message);

/* The clique is that of the preparation, in the same order, in a new session. TF_E_STATE: nonces
 * used or never made, or the key is pending; TF_E_USAGE: made by another clique or for another
 * sharing, or a spend that cannot be; kind ENCODING; TF_E_FAULT: our memory has spoilt them;
 * TF_E_CAPACITY. In every case the nonces are gone, except if out, mem, c, p or the nonces were
 * NULL (TF_E_USAGE). Constant time in its secrets. */
TF_MUST_USE tf_err tf_frost_sign_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                                       const tf_frost_sign_params *p);

/* The signature of a run that is DONE, 64 bytes as in RFC 8032 or BIP-340, and the key it is by, if
 * public_key is not NULL (Taproot: the output's). TF_E_STATE: before; TF_E_USAGE: not a signing. */
TF_MUST_USE tf_err tf_frost_sign_signature(uint8_t sig[64],
                                           uint8_t public_key[TF_PUBLIC_KEY_BYTES],
                                           const tf_machine *m);

/* Is sig a signature of the message under this key, by RFC 8032 or BIP-340? All public.
 * TF_E_ENCODING: the key; TF_E_UNSUPPORTED: not an algorithm of Schnorr. */
TF_MUST_USE tf_err tf_schnorr_verify(bool *valid, tf_algorithm algorithm, const uint8_t sig[64],
                                     tf_bytes message,
                                     const uint8_t public_key[TF_PUBLIC_KEY_BYTES],
                                     tf_memory scratch);

#ifdef __cplusplus
}
#endif

#endif
