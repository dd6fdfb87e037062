/* Certificate requests: made by the holder, checked by the RA server.
 *
 * A request is a PKCS#10 CSR (DER) with subject O=workspace CN=device, the URI of the place, any
 * DNS names and addresses wanted, and the extension TF_OID_IDENTITY_REQUEST with both long-lived
 * public keys, signed by the fresh TLS key: possession of that key. Beside it travels an Ed25519
 * signature by the identity key over the whole CSR and the RA server's nonce: possession of the
 * identity key, now. Evidence binds the same things through report_data.
 */
#ifndef TF_ATTEST_CSR_H
#define TF_ATTEST_CSR_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attest/identity.h"
#include "base/err.h"
#include "base/fault.h"

#define TF_CSR_MAX 4096u
#define TF_SAN_MAX 8u
#define TF_SAN_TEXT 253u
#define TF_NONCE_LEN 32u

/* Names by which REST clients may reach a coordinator or RA server: each "dns:host.example" or
 * "ip:192.0.2.1" / "ip:2001:db8::1", in canonical form, no wildcards. */
typedef struct tf_sans {
	size_t n;
	char text[TF_SAN_MAX][TF_SAN_TEXT + 5];
} tf_sans;

/* Append one name; TF_E_ENCODING if it is not of that form, TF_E_DUPLICATE, TF_E_TOO_LARGE. */
TF_MUST_USE tf_err tf_sans_add(tf_sans *s, const char *text);

/* Same names, whatever the order. */
bool tf_sans_eq(const tf_sans *a, const tf_sans *b);

/* A request that passed tf_csr_check. */
typedef struct tf_csr {
	tf_holder holder;
	uint8_t ed25519[32];
	uint8_t x25519[32];
	tf_sans sans;
	uint8_t nonce[TF_NONCE_LEN];
	uint8_t spki[256];
	size_t spki_len; /* DER of the TLS public key */
} tf_csr;

/* Make a request for holder with the TLS key. TF_E_USAGE if the holder is not valid or a role other
 * than coordinator and RA asks for names. */
TF_MUST_USE tf_err tf_csr_make(uint8_t *out, size_t cap, size_t *len, const tf_holder *holder,
                               const tf_identity_keys *keys, const tf_sans *sans,
                               EVP_PKEY *tls_key);

/* The identity key's signature over a request and the nonce of the RA server. */
TF_MUST_USE tf_err tf_csr_sign(uint8_t sig[static 64], const tf_identity_keys *keys,
                               const uint8_t *der, size_t len,
                               const uint8_t nonce[static TF_NONCE_LEN]);

/* Check a request: DER with nothing after it, its own signature, P-256, subject, the place that the
 * ticket (or, for a renewal, the old certificate) names, exactly the names that were granted, the
 * identity signature over it and the nonce. TF_E_TRUST with the check (87x) in fault; out
 * untouched on error. Compares public values only. */
TF_MUST_USE tf_err tf_csr_check(tf_csr *out, const uint8_t *der, size_t len,
                                const tf_holder *granted, const tf_sans *sans,
                                const uint8_t nonce[static TF_NONCE_LEN],
                                const uint8_t sig[static 64], tf_fault *fault);

#endif
