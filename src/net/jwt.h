/* The token of an API request: RS256, and the claims of the Fireblocks dialect (docs/api.md 1.2).
 *
 * Three questions, answered separately because two programs ask them differently:
 *
 *   tf_jwt_verify   is it signed by this key?           coordinator and co-signer
 *   tf_jwt_match    does it speak of this request?      coordinator and co-signer
 *   tf_jwt_fresh    is it fresh enough to be served?    coordinator: within exp
 *   tf_jwt_aged     is it young enough to be signed?    co-signer: within a maximum age
 *
 * tf_jwt_check asks verify, match and fresh. Everything is a pure function; the clock is handed
 * in. Whether the nonce was used before, and what the user may do, is the caller's to check
 * (codes -7 and -8). A refusal is TF_E_AUTH with the reason in *why, whose number is the
 * dialect's error code; the order of the checks is the order of docs/api.md 1.2.
 *
 * Nothing here is secret: keys are public, tokens are checked, timing may depend on all of it.
 */
#ifndef TF_NET_JWT_H
#define TF_NET_JWT_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/fault.h"

typedef enum tf_jwt_why {
	TF_JWT_FINE = 0,
	TF_JWT_BAD_SIGNATURE = -1,
	TF_JWT_NO_API_KEY = -2,   /* no sub in the token */
	TF_JWT_MISSING = -3,      /* no token */
	TF_JWT_WRONG_URI = -4,
	TF_JWT_BAD_FORMAT = -5,   /* no JWT of ours; claims absent or of wrong type */
	TF_JWT_WRONG_USER = -6,   /* sub is not the API key of the request */
	TF_JWT_REFUSED = -7,      /* body hash, window; and the caller's nonce check */
	TF_JWT_FORBIDDEN = -8,    /* for the caller's permission check */
	TF_JWT_EXPIRED = -10,
	TF_JWT_FUTURE = -12,      /* iat lies in the future */
} tf_jwt_why;

/* Text for the error body of a refusal; the code is the enum's value. */
const char *tf_jwt_text(tf_jwt_why why);

/* Longest token, payload of it, and nonce text that are accepted. */
#define TF_JWT_MAX 16384
#define TF_JWT_NONCE_MAX 128

/* An API user's public key: RSA, 2048 to 16384 bits, odd exponent >= 3. */
typedef struct tf_jwt_key tf_jwt_key;

/* From PEM: "PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE" or "CERTIFICATE REQUEST" (whose
 * self-signature is checked, the way API users are registered). TF_E_ENCODING: not such a PEM, or
 * something follows it. TF_E_UNSUPPORTED: not RSA, too short or too long. TF_E_TRUST: request not
 * signed by its own key. */
TF_MUST_USE tf_err tf_jwt_key_new(tf_jwt_key **out, const char *pem, size_t len);
void tf_jwt_key_free(tf_jwt_key *k);

/* Keys that were read before, by their exact text: whether a number is a modulus takes ten
 * milliseconds to find out, a signature a tenth of one. The last TF_JWT_KEYS_MAX of them. */
#define TF_JWT_KEYS_MAX 64u
typedef struct tf_jwt_keys tf_jwt_keys;

TF_MUST_USE tf_err tf_jwt_keys_new(tf_jwt_keys **out);
void tf_jwt_keys_free(tf_jwt_keys *c);

/* As tf_jwt_key_new; *out is the cache's, and good until the next call. */
TF_MUST_USE tf_err tf_jwt_keys_get(const tf_jwt_key **out, tf_jwt_keys *c, const char *pem,
                                   size_t len);

/* The token inside "Bearer <token>"; why = MISSING if there is none. header may be NULL. */
TF_MUST_USE tf_err tf_jwt_bearer(const char **token, size_t *len, tf_jwt_why *why,
                                 const char *header);

/* The subject that an unverified token claims, only to look the key up; NUL-terminated into out.
 * Believe it after tf_jwt_verify. */
TF_MUST_USE tf_err tf_jwt_peek_subject(char *out, size_t cap, tf_jwt_why *why, const char *token,
                                       size_t len);

/* Signature. Header: alg exactly "RS256", no crit, nothing twice. Payload: one JSON object, nothing
 * twice; integers above 2^63-1 and up to 2^64-1 become strings of their decimal digits (jansson has
 * no such integers). *payload is a new reference. fault may be NULL (checks 801, 802). */
TF_MUST_USE tf_err tf_jwt_verify(json_t **payload, tf_jwt_why *why, tf_fault *fault,
                                 const tf_jwt_key *key, const char *token, size_t len);

/* What the request was, byte for byte. */
typedef struct tf_jwt_request {
	const char *api_key;  /* X-API-Key, or the user that the request is attributed to */
	const char *target;   /* raw target on the wire, with query */
	const void *body;
	size_t body_len;
} tf_jwt_request;

typedef struct tf_jwt_claims {
	char nonce[TF_JWT_NONCE_MAX + 1]; /* canonical text: 5 and "5" are the same nonce */
	int64_t iat;
	int64_t exp;
} tf_jwt_claims;

/* sub (-2), uri (-4), form of nonce, iat, exp, bodyHash (-5), sub == api_key (-6), bodyHash ==
 * SHA-256 of the body (-7); for an empty body also the hashes of "" in quotes and of null. The
 * uri is compared byte for byte, or else with escapes of unreserved characters undone on both
 * sides (one client library escapes brackets in the claim only), never across a delimiter: "%26"
 * is not "&". Checks 803-806. */
TF_MUST_USE tf_err tf_jwt_match(tf_jwt_claims *claims, tf_jwt_why *why, tf_fault *fault,
                                const json_t *payload, const tf_jwt_request *request);

typedef struct tf_jwt_window {
	int64_t life_max; /* longest exp - iat in seconds; 0: 60 */
	int64_t skew;     /* by how much clocks may differ, in seconds; used as given */
} tf_jwt_window;

/* 0 < exp - iat <= life_max (-7), now <= exp + skew (-10), iat <= now + skew (-12). Checks
 * 807-809. now_s: seconds since 1970. */
TF_MUST_USE tf_err tf_jwt_fresh(tf_jwt_why *why, tf_fault *fault, const tf_jwt_claims *claims,
                                int64_t now_s, const tf_jwt_window *window);

/* The co-signer's rule: approvals take time, so exp may have passed; but the window must be honest
 * (-7), iat at most max_age + skew ago (-10) and not in the future (-12). Checks 807-809. */
TF_MUST_USE tf_err tf_jwt_aged(tf_jwt_why *why, tf_fault *fault, const tf_jwt_claims *claims,
                               int64_t now_s, int64_t max_age, const tf_jwt_window *window);

/* verify, match, fresh. */
TF_MUST_USE tf_err tf_jwt_check(tf_jwt_claims *claims, tf_jwt_why *why, tf_fault *fault,
                                const tf_jwt_key *key, const char *token, size_t len,
                                const tf_jwt_request *request, int64_t now_s,
                                const tf_jwt_window *window);

#endif
