/* Requests of an admin to the RA server: signed one by one, no session, no bearer token.
 *
 * Headers: X-Trefoil-Admin-Key (hex), X-Trefoil-Admin-Time (Unix seconds), X-Trefoil-Admin-Nonce
 * (32 hex digits), X-Trefoil-Admin-Signature (hex), the last one Ed25519 over
 * "trefoil/admin-request/v1" 0x00 and
 *
 *     LV(workspace) LV(method) LV(path with query) SHA-256(body) nonce[16] u64 time
 *
 * The server accepts TF_ADMIN_SKEW seconds either way and remembers every nonce for that long.
 */
#ifndef TF_ATTEST_ADMIN_H
#define TF_ATTEST_ADMIN_H

#include <stddef.h>
#include <stdint.h>

#include "attest/identity.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/rng.h"

#define TF_ADMIN_SKEW 60
#define TF_ADMIN_HEADER_KEY "X-Trefoil-Admin-Key"
#define TF_ADMIN_HEADER_TIME "X-Trefoil-Admin-Time"
#define TF_ADMIN_HEADER_NONCE "X-Trefoil-Admin-Nonce"
#define TF_ADMIN_HEADER_SIGNATURE "X-Trefoil-Admin-Signature"

/* What is signed about. */
typedef struct tf_admin_request {
	const char *workspace;
	const char *method;
	const char *path;
	const uint8_t *body;
	size_t body_len;
} tf_admin_request;

/* The four header values, NUL-terminated. */
typedef struct tf_admin_headers {
	char key[65];
	char time[21];
	char nonce[33];
	char signature[129];
} tf_admin_headers;

TF_MUST_USE tf_err tf_admin_sign(tf_admin_headers *out, const tf_admin_request *req,
                                 const tf_identity_keys *admin, int64_t now, const tf_rng *rng);

/* Check headers against the pinned admin keys. On success key (which admin) and nonce (to be
 * remembered by the caller, which refuses it the second time) are written. TF_E_AUTH with check
 * 89x in fault. */
TF_MUST_USE tf_err tf_admin_verify(uint8_t key[static 32], uint8_t nonce[static 16],
                                   const tf_admin_headers *h, const tf_admin_request *req,
                                   const uint8_t (*admin_keys)[32], size_t n_admin_keys,
                                   int64_t now, tf_fault *fault);

#endif
