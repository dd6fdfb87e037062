/* Statements that a device signs outside of runs, and that others may show around.
 *
 * A refusal: the co-signer that was asked to sign something says that it will not, and why. The
 * signature is Ed25519 by its identity key (sign.h) over the SHAKE256 hash of the encoded message
 * whose signature field is zero.
 */
#ifndef TF_WIRE_STATEMENT_H
#define TF_WIRE_STATEMENT_H

#include "wire/sign.h"
#include "wire_control.h"

#define TF_REFUSAL_DOMAIN "trefoil/refusal/v1"

/* Fills m->signature. TF_E_USAGE if a field does not fit its maximum. */
TF_MUST_USE tf_err tf_refusal_sign(tf_ctl_refusal *m, const tf_signer *s);

/* Did the device with this identity key say so? Everything is public. */
TF_MUST_USE bool tf_refusal_holds(const tf_ctl_refusal *m, const uint8_t identity[static 32]);

#endif
