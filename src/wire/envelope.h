/* The signed envelope around every message between two parties of a run (wire/protocol.wire).
 *
 * The signature covers the header and the hash of the payload, not the payload itself, so that two
 * headers with different hashes convict a sender without the payloads. The hash is also what an
 * echo speaks of.
 */
#ifndef TF_WIRE_ENVELOPE_H
#define TF_WIRE_ENVELOPE_H

#include "base/fault.h"
#include "wire/sign.h"
#include "wire_protocol.h"

#define TF_ENVELOPE_DOMAIN "trefoil/envelope/v1"
#define TF_ENVELOPE_SIGNED 137u /* u16 type ... echo, then the payload's hash */
#define TF_ENVELOPE_OVERHEAD 173u /* an encoded envelope without its payload's bytes */

/* SHAKE256, 32 bytes, of the payload. */
void tf_envelope_hash(uint8_t out[static 32], const tf_envelope *e);

/* What is signed. */
void tf_envelope_signed(uint8_t out[static TF_ENVELOPE_SIGNED], const tf_envelope *e);

/* Fill e->signature; everything else must be there. */
TF_MUST_USE tf_err tf_envelope_sign(tf_envelope *e, const tf_signer *signer);

/* Check ENVELOPE_SIGNATURE under the identity key of the party that e->from names; fault must
 * speak of that party. TF_E_PROOF. */
TF_MUST_USE tf_err tf_envelope_verify(const tf_envelope *e, const uint8_t pk[static 32],
                                      tf_fault *fault);

/* The same by the table of pk (tf_sign_holds_by); text receives what is signed. */
TF_MUST_USE tf_err tf_envelope_verify_by(uint8_t text[static TF_ENVELOPE_SIGNED],
                                         const tf_envelope *e, const tf_ed_key *key,
                                         const uint8_t pk[static 32], tf_fault *fault);

#endif
