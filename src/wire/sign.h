/* Ed25519 by a device's long-lived identity key, for floors that have no certificates.
 *
 * A signature covers domain || 0x00 || message, where the domain is a short text constant that
 * says what is signed, so that a signature of one kind is never one of another. Long things are
 * hashed first and the hash is signed. (attest/identity.h signs in the same way.)
 */
#ifndef TF_WIRE_SIGN_H
#define TF_WIRE_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"
#include "curve/ed25519_sig.h"

#define TF_SIGN_DOMAIN_MAX 64u
#define TF_SIGN_MESSAGE_MAX 512u

/* Secret; the public half beside it. */
typedef struct tf_signer {
	tf_secret seed; /* RFC 8032 */
	uint8_t pk[32];
	const tf_ed_kernel *kernel; /* NULL: libsodium signs */
} tf_signer;

static inline void tf_signer_wipe(tf_signer *s)
{
	tf_wipe(s, sizeof(*s));
}

/* The public half from the seed. */
void tf_signer_init(tf_signer *out, const tf_secret *seed);

/* Sign with what a kernel has, where that is faster than libsodium, else with libsodium: the
 * signatures are the same. */
void tf_signer_on(tf_signer *s, const tf_kernel *kernel);

/* TF_E_USAGE if domain or message is longer than the maxima above. Constant time in the seed; the
 * signature is public. */
TF_MUST_USE tf_err tf_sign(uint8_t sig[static 64], const tf_signer *s, const char *domain,
                           const uint8_t *msg, size_t len);

/* True if sig is the signature under pk by the rule of curve/ed25519_sig.h, which is our own code's
 * whoever asks, with a table or without: a library that one day accepted more, or less, would have
 * parties disagree about what a peer has signed. Everything is public. */
bool tf_sign_holds(const uint8_t sig[static 64], const uint8_t pk[static 32], const char *domain,
                   const uint8_t *msg, size_t len);

/* The same by a table, if key is that of pk; NULL, or another's, is no help, and no harm. */
bool tf_sign_holds_by(const tf_ed_key *key, const uint8_t sig[static 64],
                      const uint8_t pk[static 32], const char *domain, const uint8_t *msg,
                      size_t len);

#endif
