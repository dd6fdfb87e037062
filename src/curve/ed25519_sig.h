/* Ed25519 signatures: those of identities, which sign, and are asked for, again and again.
 *
 * Source: RFC 8032, 5.1.7, without the factor 8, and exactly what libsodium 1.0.18 accepts: S below
 * L; a key in its canonical form and of no small order; R of no small order; and R's bytes those of
 * SB - hA. A table of multiples of -A takes all doublings but twelve out of the last. Everything
 * here is public, and in variable time, but signing.
 */
#ifndef TF_CURVE_ED25519_SIG_H
#define TF_CURVE_ED25519_SIG_H

#include "curve/ed25519_kernel.h"
#include "curve/group.h"

/* A public key and its table, 20 KiB of the caller's memory. */
typedef struct tf_ed_key {
	uint8_t pk[32];
	bool good; /* false: no signature holds under it */
	const tf_ed_kernel *kernel;
	tf_ed_table minus; /* of -A: see tf_ed_comb */
} tf_ed_key;

/* For a kernel, NULL being the portable one. About as long as two verifications. */
void tf_ed_key_init(tf_ed_key *out, const uint8_t pk[static 32], const tf_kernel *kernel);

/* Is sig a signature of the message? */
bool tf_ed_key_holds(const tf_ed_key *key, const uint8_t sig[static 64], const uint8_t *msg,
                     size_t len);

/* The same without a table, by the portable kernel: this, that and libsodium 1.0.18 accept the same
 * set, so that nothing depends on who has a table of whom. */
bool tf_ed_holds(const uint8_t pk[static 32], const uint8_t sig[static 64], const uint8_t *msg,
                 size_t len);

/* The same of any signature under a point of the group of ed25519, g (curve/group.h), that is not
 * O, which need not be decoded again. */
bool tf_ed_point_holds(const tf_group *g, const tf_pt *key, const uint8_t sig[static 64],
                       const uint8_t *msg, size_t len);

/* The signature of RFC 8032, 5.1.6, libsodium's bit for bit; pk belongs to seed. Constant time in
 * the seed; message and signature are public. */
void tf_ed_sign(const tf_ed_kernel *kernel, uint8_t sig[static 64], const uint8_t seed[static 32],
                const uint8_t pk[static 32], const uint8_t *msg, size_t len);

#endif
