/* Who somebody is: names, roles, places, and the two long-lived keys.
 *
 * A holder of a certificate is named by its place, (workspace, role, set, device), written as
 *
 *     trefoil://workspace/role/set/device        e.g. trefoil://acme/guard/1/guard-1
 *
 * and never by a host name. Workspace and device are 1 to 63 characters of [a-z0-9-], not
 * beginning or ending with '-'. A guard stands in set 1..999; every other role in set 0. There is
 * exactly one way to write a place.
 *
 * Each holder makes two long-lived key pairs inside itself, once: Ed25519 (signs protocol
 * messages, audit rows, enrolment) and X25519 (files sealed to it). Its TLS key is a third one,
 * made anew for each certificate. The certificate carries the two long-lived public keys.
 */
#ifndef TF_ATTEST_IDENTITY_H
#define TF_ATTEST_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "base/secret.h"

#define TF_NAME_MAX 63
#define TF_SET_MAX 999
#define TF_URI_MAX (10 + TF_NAME_MAX + 1 + 11 + 1 + 3 + 1 + TF_NAME_MAX)

/* Values are part of certificates and of report_data: never renumber. */
typedef enum tf_role {
	TF_ROLE_GUARD = 1,
	TF_ROLE_PRIMARY = 2,
	TF_ROLE_COORDINATOR = 3,
	TF_ROLE_RA = 4,
	TF_ROLE_ADMIN = 5,
} tf_role;

/* What stands behind a certificate. Only NONE exists today, and only in the dev profile. Values
 * are part of certificates: never renumber. */
typedef enum tf_evidence_kind {
	TF_EVIDENCE_NONE = 1,
	TF_EVIDENCE_SGX = 2,
	TF_EVIDENCE_TDX = 3,
	TF_EVIDENCE_SNP = 4,
} tf_evidence_kind;

/* A place in a workspace. Names are NUL-terminated. */
typedef struct tf_holder {
	char workspace[TF_NAME_MAX + 1];
	tf_role role;
	uint16_t set;
	char device[TF_NAME_MAX + 1];
} tf_holder;

/* What a certificate says about its holder. */
typedef struct tf_identity {
	tf_holder holder;
	uint8_t ed25519[32];
	uint8_t x25519[32];
	tf_evidence_kind evidence;
	uint8_t evidence_digest[32]; /* SHA-256 of the evidence; zeros for NONE */
	uint8_t trust_root[32];      /* tf_trust_root_hash of the issuing workspace */
} tf_identity;

/* The secret halves, with the public ones beside them. */
typedef struct tf_identity_keys {
	tf_secret seed;      /* Ed25519 seed, RFC 8032 */
	tf_secret x_secret;  /* X25519 scalar, RFC 7748 */
	uint8_t ed25519[32];
	uint8_t x25519[32];
} tf_identity_keys;

/* "guard", "primary", "coordinator", "ra", "admin"; "?" for anything else. */
const char *tf_role_name(tf_role role);

/* The inverse; TF_E_ENCODING for any other text. */
TF_MUST_USE tf_err tf_role_parse(tf_role *out, const char *text);

/* "none", "sgx", "tdx", "snp"; "?" for anything else. */
const char *tf_evidence_name(tf_evidence_kind kind);

/* The inverse; TF_E_ENCODING for any other text. */
TF_MUST_USE tf_err tf_evidence_parse(tf_evidence_kind *out, const char *text);

/* True if text is a workspace or device name. */
bool tf_name_valid(const char *text);

/* True if both names are valid, the role is known, and the set fits the role. */
bool tf_holder_valid(const tf_holder *h);

bool tf_holder_eq(const tf_holder *a, const tf_holder *b);

/* Write the place as URI with a NUL. TF_E_USAGE if the holder is not valid. */
TF_MUST_USE tf_err tf_holder_uri(char out[static TF_URI_MAX + 1], const tf_holder *h);

/* Read a URI of len bytes (no NUL needed). TF_E_ENCODING unless it is the one way to write a
 * valid place; out is untouched then. */
TF_MUST_USE tf_err tf_holder_parse(tf_holder *out, const char *uri, size_t len);

/* Make both key pairs. TF_E_ENTROPY if rng fails. */
TF_MUST_USE tf_err tf_identity_keys_make(tf_identity_keys *out, const tf_rng *rng);

/* Rebuild from the two stored secrets. */
TF_MUST_USE tf_err tf_identity_keys_load(tf_identity_keys *out, const tf_secret *seed,
                                         const tf_secret *x_secret);

void tf_identity_keys_wipe(tf_identity_keys *k);

/* Ed25519 over domain || 0x00 || msg; domain is a short text constant that no other signature of
 * the house uses. TF_E_RESOURCE without memory. */
TF_MUST_USE tf_err tf_identity_sign(uint8_t sig[static 64], const tf_identity_keys *k,
                                    const char *domain, const uint8_t *msg, size_t len);

/* True if sig is the signature of the holder of ed25519 over domain || 0x00 || msg; canonical
 * encodings only, no small-order keys (libsodium). Everything here is public. */
bool tf_identity_verify(const uint8_t ed25519[static 32], const char *domain,
                        const uint8_t *msg, size_t len, const uint8_t sig[static 64]);

/* What everybody in a workspace must agree on before anything else (docs/attestation.md 3.3):
 *   SHA-256("trefoil/trust-root/v1" 0x00 || LV(workspace) || LV(root DER) || u32 threshold
 *           || u32 n || n admin keys ascending)
 * where LV is u32 length and bytes. keys need not be sorted; TF_E_USAGE if there are none, more
 * than TF_ADMINS_MAX, two the same, or the threshold is not in 1..n. */
#define TF_ADMINS_MAX 16
TF_MUST_USE tf_err tf_trust_root_hash(uint8_t out[static 32], const char *workspace,
                                      const uint8_t *root_der, size_t root_len,
                                      unsigned threshold, const uint8_t (*admin_keys)[32],
                                      size_t n_admin_keys);

#endif
