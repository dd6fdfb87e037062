/* Schnorr signatures as Bitcoin has them: BIP-340, and the tweak of BIP-341.
 *
 * A public key is an x coordinate, and stands for the point with that x whose y is even. A
 * signature is x(R) | s with sG = R + eP for the even R and P, and
 * e = H_"BIP0340/challenge"(x(R) | x(P) | m) mod q, where
 * H_tag(m) = SHA256(SHA256(tag) | SHA256(tag) | m).
 *
 * An output of Taproot is Q = P + tG with t = H_"TapTweak"(x(P) | root) for the even P. The root of
 * a script tree that does not exist is the empty string: Q then commits to a script path that
 * nobody can take (BIP-341, "Constructing and spending Taproot outputs").
 *
 * Everything here is public. The group is secp256k1's, for either purpose.
 */
#ifndef TF_CURVE_BIP340_H
#define TF_CURVE_BIP340_H

#include "curve/group.h"

/* One piece of what is hashed. */
typedef struct tf_piece {
	const void *p;
	size_t len;
} tf_piece;

/* H_tag of the pieces, one after the other. */
void tf_bip340_hash(uint8_t out[static 32], const char *tag, const tf_piece *piece, size_t n);

/* x(P), and whether its y is odd. TF_E_USAGE for O, TF_E_UNSUPPORTED for a curve without. */
TF_MUST_USE tf_err tf_bip340_x(const tf_group *g, uint8_t x[static 32], bool *odd, const tf_pt *P);

/* The point with this x and an even y; TF_E_ENCODING if there is none. */
TF_MUST_USE tf_err tf_bip340_lift(const tf_group *g, tf_pt *out, const uint8_t x[static 32]);

/* e of the challenge for x(R), x(P) and m. */
TF_MUST_USE tf_err tf_bip340_challenge(const tf_group *g, tf_sc *e, const uint8_t r[static 32],
                                       const uint8_t p[static 32], const uint8_t *m, size_t len);

/* Is sig a signature of m under the key with this x? */
TF_MUST_USE tf_err tf_bip340_verify_vt(const tf_group *g, bool *valid,
                                       const uint8_t sig[static 64], const uint8_t p[static 32],
                                       const uint8_t *m, size_t len);

/* t of the output key for the internal key P, whose y may be odd: Q is then t G - P. root has 32
 * bytes, or none (len 0). TF_E_UNSUPPORTED if t is not below q, TF_E_USAGE for another length. */
TF_MUST_USE tf_err tf_bip341_tweak(const tf_group *g, tf_sc *t, const tf_pt *P, const uint8_t *root,
                                   size_t len);

#endif
