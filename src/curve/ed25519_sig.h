/* Ed25519 signatures under keys that are asked again and again: the identities of peers.
 *
 * Source: RFC 8032, 5.1.7, without the factor 8, and exactly what libsodium 1.0.18 accepts: S below
 * L; a key in its canonical form and of no small order; R of no small order; and R's bytes those of
 * SB - hA. A table of multiples of -A takes all doublings but twelve out of the last. Everything
 * here is public, and in variable time.
 */
#ifndef TF_CURVE_ED25519_SIG_H
#define TF_CURVE_ED25519_SIG_H

#include "curve/ed25519_point.h"
#include "curve/group.h"

/* A public key and its table, 15 KiB of the caller's memory. */
typedef struct tf_ed_key {
	uint8_t pk[32];
	bool good; /* false: no signature holds under it */
	tf_ed_fixed minus[TF_ED_COMB][TF_ED_EIGHT]; /* of -A: see tf_ed_comb */
} tf_ed_key;

/* About as long as two verifications. */
void tf_ed_key_init(tf_ed_key *out, const uint8_t pk[static 32]);

/* Is sig a signature of the message? */
bool tf_ed_key_holds(const tf_ed_key *key, const uint8_t sig[static 64], const uint8_t *msg,
                     size_t len);

/* The same of any signature under a point of the group of ed25519 (curve/group.h) that is not O,
 * which need not be decoded again. */
bool tf_ed_point_holds(const tf_pt *key, const uint8_t sig[static 64], const uint8_t *msg,
                       size_t len);

#endif
