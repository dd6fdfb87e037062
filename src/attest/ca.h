/* The certificate authority of one workspace: its root, what it issues, what it takes back.
 *
 * The root key is stored as PKCS#8, encrypted with PBES2 (PBKDF2-HMAC-SHA256, TF_CA_ITERATIONS
 * rounds, AES-256-CBC; OpenSSL 3.0 bounds scrypt to 32 MiB, which is not better). The passphrase is
 * handed in: the program reads it from a 0600 file or a systemd credential (seal/keyfile.h).
 */
#ifndef TF_ATTEST_CA_H
#define TF_ATTEST_CA_H

#include <stddef.h>
#include <stdint.h>

#include "attest/cert.h"
#include "attest/csr.h"
#include "attest/evidence.h"
#include "attest/identity.h"
#include "base/err.h"

#define TF_CA_ITERATIONS 600000
#define TF_CA_PASSPHRASE_MIN 16u
#define TF_CA_YEARS 10

typedef struct tf_ca tf_ca;

/* One line of a CRL. */
typedef struct tf_revoked {
	uint8_t serial[16];
	int64_t when;
} tf_revoked;

/* Make a new root for a workspace and write its certificate and its encrypted key as PEM with NUL.
 * TF_E_USAGE for a bad name or a passphrase shorter than TF_CA_PASSPHRASE_MIN bytes. */
TF_MUST_USE tf_err tf_ca_create(char *cert_pem, size_t cert_cap, char *key_pem, size_t key_cap,
                                const char *workspace, const uint8_t *passphrase,
                                size_t passphrase_len, int64_t now);

/* Load a root. TF_E_ENCODING for an unencrypted or malformed key, or fewer iterations than
 * TF_CA_ITERATIONS; TF_E_SEAL for a wrong passphrase; TF_E_TRUST if key and certificate do not
 * belong together or the certificate is not a root of this workspace. */
TF_MUST_USE tf_err tf_ca_load(tf_ca **out, const char *workspace, const char *cert_pem,
                              size_t cert_len, const char *key_pem, size_t key_len,
                              const uint8_t *passphrase, size_t passphrase_len);
void tf_ca_free(tf_ca *ca);

/* DER of the root certificate. */
const uint8_t *tf_ca_root(const tf_ca *ca, size_t *len);

/* Issue a certificate for a checked request that verified speaks of. Valid from now minus
 * TF_CERT_BACKDATE for seconds in all (at most TF_CERT_SECONDS, and not beyond the evidence or the
 * root). Writes DER. TF_E_TRUST if verified is about another request or trust root. */
TF_MUST_USE tf_err tf_ca_issue(uint8_t *out, size_t cap, size_t *len, const tf_ca *ca,
                               const tf_csr *csr, const tf_verified *verified,
                               const uint8_t trust_root[static 32], int64_t now,
                               int64_t seconds);

/* A CRL with this number (1 or more), valid from now (backdated like certificates) to next_update;
 * *out is malloc'ed DER. */
TF_MUST_USE tf_err tf_ca_crl(uint8_t **out, size_t *len, const tf_ca *ca, uint64_t number,
                             const tf_revoked *revoked, size_t n, int64_t now,
                             int64_t next_update);

/* PEM of a CRL, malloc'ed with NUL. */
TF_MUST_USE tf_err tf_crl_to_pem(char **out, const uint8_t *der, size_t len);

#endif
