/* ECDSA verification and normalisation of public signatures (SEC 1, 4.1.4), on the groups whose
 * points have coordinates: secp256k1, P-256 and STARK.
 *
 * What is signed is 32 bytes. On curves of 256 bits they are a digest, big-endian, modulo the
 * order, which is SEC 1's rule. STARK's order has 252 bits, and there SEC 1 would take the leftmost
 * 252 of the digest's. Nobody does: what Starknet signs is a field element as it stands, and its
 * verifiers refuse one that is not below 2^251. So do we: cut off silently, two such numbers would
 * share a signature, and neither be what was asked for.
 *
 * r is but the x of a point: of (r, s) and (r, -s), which are valid together, one is by R and the
 * other by -R. Who finds the signer by its signature needs the recovery id, which ECDSA's own
 * verification never looks at: what it accepts may lead to another key. So whoever hands a recovery
 * id on verifies it, too (tf_ecdsa_verify_recid_vt).
 */
#ifndef TF_CURVE_ECDSA_H
#define TF_CURVE_ECDSA_H

#include "curve/group.h"

typedef struct tf_ecdsa_sig {
	tf_sc r, s;
	uint8_t recid; /* parity of R.y | 2 if R.x >= q */
} tf_ecdsa_sig;

/* s := min(s, q - s), flipping the parity bit of recid with it. */
void tf_ecdsa_low_s(const tf_group *g, tf_ecdsa_sig *sig);

/* The number that is signed for a digest. TF_E_ENCODING on STARK for one of 2^251 or more. */
TF_MUST_USE tf_err tf_ecdsa_digest(const tf_group *g, tf_sc *m, const uint8_t digest[static 32]);

/* r and the recovery id by their nonce R, which is public; s stays. r may be zero. TF_E_USAGE: R is
 * O; TF_E_UNSUPPORTED: its group has no coordinates. */
TF_MUST_USE tf_err tf_ecdsa_set_nonce(const tf_group *g, tf_ecdsa_sig *sig, const tf_pt *R);

/* True if (r, s) is a signature of the 32-byte digest under Y, whatever recid says.
 * Public inputs. A digest that tf_ecdsa_digest refuses has no signature. TF_E_UNSUPPORTED on groups
 * for Schnorr signatures. */
TF_MUST_USE tf_err tf_ecdsa_verify_vt(const tf_group *g, bool *valid, const tf_ecdsa_sig *sig,
                                      const uint8_t digest[static 32], const tf_pt *Y);

/* The same, and recid is that of the R by which it is one: R = m/s G + r/s Y to the last bit, since
 * r, the parity and whether x was reduced are all that there is of a point. Then (r, s, recid)
 * recovers to Y. */
TF_MUST_USE tf_err tf_ecdsa_verify_recid_vt(const tf_group *g, bool *valid,
                                            const tf_ecdsa_sig *sig,
                                            const uint8_t digest[static 32], const tf_pt *Y);

#endif
