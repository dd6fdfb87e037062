/* Keys: what the record of a share says, its certificate, and children of the key.
 *
 * A sharing has a certificate: public key, chain code, who has which seat, and the public share of
 * each, signed by all who hold one. Newcomers, siblings and auditors trust it alone, when those who
 * signed it are those who should have. The record of a share (TF_RECORD_KEY) contains it.
 *
 * Public keys are 33 bytes: SEC 1's compressed form on curves of Weierstrass (BIP-340's x-only key
 * is its last 32 bytes); for ed25519 a byte 0xed, and RFC 8032's 32 bytes.
 *
 * Addresses are children of the key along a path of BIP-32, non-hardened: nobody could compute a
 * hardened one. Derivation needs the public key and the chain code, nothing secret.
 */
#ifndef TREFOIL_KEY_H
#define TREFOIL_KEY_H

#include <stdbool.h>

#include <trefoil/clique.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TF_PUBLIC_KEY_BYTES 33u
#define TF_KEY_RECORD_BYTES 0x4100u  /* a TF_RECORD_KEY at most */
#define TF_PATH_STEPS 10u

typedef enum tf_key_form {
	TF_FORM_THRESHOLD = 0, /* any t of the n shares make the key */
	TF_FORM_ADDITIVE = 1,  /* the sum of all n shares is the key; t = n */
} tf_key_form;

typedef struct tf_key_seat {
	uint16_t seat;
	char device[TF_DEVICE_ID_MAX + 1]; /* who received the share */
	uint8_t public_share[TF_PUBLIC_KEY_BYTES];
} tf_key_seat;

/* Everything that is public about a sharing. */
typedef struct tf_key_facts {
	tf_algorithm algorithm;
	uint8_t public_key[TF_PUBLIC_KEY_BYTES];
	uint8_t chain_code[32];
	char workspace[65];
	uint8_t key_id[32];
	uint8_t sharing[32];  /* its name */
	uint32_t epoch;       /* counts its refreshes, from 1 */
	tf_key_form form;
	uint16_t t, n;        /* 2 <= t <= n */
	tf_key_seat seat[TF_CLIQUE_MAX]; /* n of them, ascending, of n devices */
	uint16_t own;         /* our seat; 0 when read from a certificate */
	bool committed;       /* false: pending, not to be used (from a record) */
	uint8_t hash[32];     /* of the certificate's body */
	uint8_t previous[32]; /* that of the sharing it was made from; zero after key generation */
} tf_key_facts;

/* What a TF_RECORD_KEY says. Record, certificate and share must agree; signatures are not verified
 * again: it is from our own sealed store. Errors of kind ENCODING. Constant time in the share. */
TF_MUST_USE tf_err tf_key_describe(tf_key_facts *out, tf_algorithm algorithm, tf_bytes record,
                                   tf_memory scratch);

/* The signed certificate inside a record, to be shown to others; it points into the record. */
TF_MUST_USE tf_err tf_key_certificate(tf_bytes *out, tf_algorithm algorithm, tf_bytes record,
                                      tf_memory scratch);

/* What a certificate says, after its verification: every seat's device must have signed under the
 * identity that the roster has for it. The devices are those that the certificate itself lists: any
 * two members of the roster can make a true certificate of a key that only they have, in the name
 * of any workspace and key id. So it is a key of yours only if workspace, key_id, t, n, form and
 * the device of every seat are what you expect; of a key that you know, public_key and chain_code,
 * too. Nothing of this is compared here. TF_E_TRUST: a signature is missing or does not hold, or
 * the device is not known; TF_E_USAGE: a roster without find; kind ENCODING. */
TF_MUST_USE tf_err tf_certificate_open(tf_key_facts *out, tf_algorithm algorithm,
                                       tf_bytes certificate, tf_roster roster,
                                       tf_memory scratch);

/* A pending record becomes a committed one by the complete certificate, whoever shows it: out
 * receives the record (TF_KEY_RECORD_BYTES suffice). TF_E_STATE: it is not pending, or is of a
 * resharing or refresh, which their settlement ends (reshare.h); TF_E_TRUST: as
 * tf_certificate_open, or the certificate is of another sharing; kind ENCODING. verdict (may be
 * NULL) receives the check that failed; nobody is named. */
TF_MUST_USE tf_err tf_key_confirm(uint8_t *out, size_t cap, size_t *len, tf_algorithm algorithm,
                                  tf_bytes record, tf_bytes certificate, tf_roster roster,
                                  tf_verdict *verdict, tf_memory scratch);

/* A path: each index below 2^31. No steps: the key itself. */
typedef struct tf_derivation {
	uint32_t index[TF_PATH_STEPS]; /* zero from len on */
	uint32_t len;
} tf_derivation;

/* "m/44/60/0/0/0". TF_E_UNSUPPORTED: a hardened step; TF_E_TOO_LARGE; TF_E_ENCODING. */
TF_MUST_USE tf_err tf_derivation_parse(tf_derivation *out, const char *text);

/* The child's public key and, if child_code is not NULL, its chain code. TF_E_ENCODING: public key
 * or path malformed; TF_E_UNSUPPORTED: an index that BIP-32 declares invalid for this key (nobody
 * will ever see one). */
TF_MUST_USE tf_err tf_child_derive(uint8_t child[TF_PUBLIC_KEY_BYTES], uint8_t child_code[32],
                                   tf_algorithm algorithm,
                                   const uint8_t public_key[TF_PUBLIC_KEY_BYTES],
                                   const uint8_t chain_code[32], const tf_derivation *path,
                                   tf_memory scratch);

#ifdef __cplusplus
}
#endif

#endif
