/* Certificates: what is in one, and when to believe it.
 *
 * Chain: the workspace's root (P-256, pathlen 0, pinned by its bytes) and directly below it the
 * holder's certificate. Nothing in between, no other root, no system store.
 *
 * A holder's certificate: P-256 key, ecdsa-with-SHA256, at most 24 h, random 128-bit serial,
 * subject O=workspace CN=device, keyUsage digitalSignature, EKU clientAuth and serverAuth, SKI and
 * AKI, exactly one URI name (identity.h), for coordinator and RA also DNS names and IP addresses
 * for REST clients, and the non-critical extension TF_OID_IDENTITY:
 *
 *     SEQUENCE { version INTEGER (1), ed25519 OCTET STRING (32), x25519 OCTET STRING (32),
 *                evidenceKind INTEGER, evidenceDigest OCTET STRING (32),
 *                trustRoot OCTET STRING (32) }
 *
 * DER, exact, nothing after it. The arc 1.3.6.1.3.51971 lies in the Internet's experimental
 * subtree; its components stay below 2^31 because some clients' parsers (Go) refuse larger ones.
 * The root has no name constraints: peers check workspace and trust root themselves, and a critical
 * constraint on URI names makes some REST clients refuse the coordinator.
 *
 * A tf_trust is what one process believes in: root, admin keys, current CRL. No CRL, or one past
 * its nextUpdate, and nobody is believed. Not thread-safe: one thread, or a lock of the caller's.
 */
#ifndef TF_ATTEST_CERT_H
#define TF_ATTEST_CERT_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attest/identity.h"
#include "base/err.h"
#include "base/fault.h"

#define TF_OID_ARC "1.3.6.1.3.51971"
#define TF_OID_IDENTITY TF_OID_ARC ".1"         /* extension of a certificate */
#define TF_OID_IDENTITY_REQUEST TF_OID_ARC ".2" /* requested extension of a CSR */

#define TF_CERT_MAX 4096u          /* bytes of DER */
#define TF_CERT_PEM_MAX 8192u      /* characters of PEM, with NUL */
#define TF_CERT_SECONDS (24 * 3600) /* longest validity */
#define TF_CERT_BACKDATE 300        /* notBefore lies this much before the issuing */
#define TF_CRL_MAX (4u << 20)

/* One certificate, read. Times are Unix seconds. */
typedef struct tf_cert {
	tf_identity id;
	uint8_t serial[16];   /* big-endian */
	int64_t not_before;
	int64_t not_after;
	uint8_t sha256[32];   /* of the DER */
	uint8_t spki[32];     /* SHA-256 of the DER of the public key */
} tf_cert;

typedef struct tf_trust tf_trust;

/* What a verifier pins by configuration. */
typedef struct tf_trust_config {
	const char *workspace;
	const uint8_t *root_der;
	size_t root_len;
	unsigned admin_threshold;
	const uint8_t (*admin_keys)[32];
	size_t n_admin_keys;
	bool dev_profile; /* believe in certificates without evidence */
} tf_trust_config;

#define TF_ANY_SET (-1)

/* Whom the caller expects at the other end. */
typedef struct tf_cert_want {
	unsigned roles;     /* bit mask, 1u << tf_role for each role that may come; 0 is nobody */
	int set;            /* that set, or TF_ANY_SET */
	const char *device; /* that device, or NULL */
} tf_cert_want;

/* Read a holder's certificate and check its form (all of the list above); says nothing about
 * trust. TF_E_ENCODING and friends; out untouched on error. */
TF_MUST_USE tf_err tf_cert_parse(tf_cert *out, const uint8_t *der, size_t len);

/* New trust with no CRL yet. The root must be a self-signed P-256 CA certificate of this workspace
 * with pathlen 0. TF_E_TRUST if not, TF_E_USAGE for bad admin keys (see tf_trust_root_hash). */
TF_MUST_USE tf_err tf_trust_new(tf_trust **out, const tf_trust_config *config);
void tf_trust_free(tf_trust *t);

/* The trust root hash; the workspace; the root's DER; the admin keys pinned. */
const uint8_t *tf_trust_hash(const tf_trust *t);
const char *tf_trust_workspace(const tf_trust *t);
const uint8_t *tf_trust_root(const tf_trust *t, size_t *len);
const uint8_t (*tf_trust_admins(const tf_trust *t, size_t *n, unsigned *threshold))[32];
bool tf_trust_is_dev(const tf_trust *t);

/* Take a CRL (DER). Refused, and the old one stays: not signed by the root TF_E_TRUST; number below
 * the current one, or the floor, TF_E_REPLAY; not yet or no longer valid TF_E_EXPIRED; malformed
 * TF_E_ENCODING. */
TF_MUST_USE tf_err tf_trust_set_crl(tf_trust *t, const uint8_t *der, size_t len, int64_t now);

/* Take no CRL with a lower number than that of this one, which may have expired: what was current
 * once. Errors as above, but for its time. */
TF_MUST_USE tf_err tf_trust_crl_floor(tf_trust *t, const uint8_t *der, size_t len);

/* Number of the current CRL (0: none); next_update, if not NULL, receives its nextUpdate. */
uint64_t tf_trust_crl_number(const tf_trust *t, int64_t *next_update);

/* Believe in the holder of this certificate, or not: form, chain to the pinned root (X509_STRICT,
 * depth exactly one), time, CRL, workspace, trust root, evidence, then what the caller wants.
 * TF_E_TRUST with the check that failed (85x, 86x) in fault, which may be NULL; out untouched then.
 * Whether the device is in the roster is a question for tf_roster_check (workspace.h). */
TF_MUST_USE tf_err tf_cert_verify(tf_cert *out, const tf_trust *t, const uint8_t *der, size_t len,
                                  int64_t now, const tf_cert_want *want, tf_fault *fault);

/* PEM of one certificate: writes text with NUL. */
TF_MUST_USE tf_err tf_cert_to_pem(char *out, size_t cap, const uint8_t *der, size_t len);

/* DER of the only certificate in a PEM text; anything before or after it but white space is
 * TF_E_ENCODING. */
TF_MUST_USE tf_err tf_cert_from_pem(uint8_t *out, size_t cap, size_t *out_len, const char *pem,
                                    size_t pem_len);

/* A fresh P-256 key for TLS; and as PKCS#8 DER to be sealed into a store, and back. The bytes are
 * a secret: the caller wipes them. */
#define TF_TLS_KEY_MAX 256u
TF_MUST_USE tf_err tf_tls_key_make(EVP_PKEY **out);
TF_MUST_USE tf_err tf_tls_key_encode(uint8_t *out, size_t cap, size_t *len, EVP_PKEY *key);
TF_MUST_USE tf_err tf_tls_key_decode(EVP_PKEY **out, const uint8_t *der, size_t len);

#endif
