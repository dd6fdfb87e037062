/* ECDSA verification and normalisation of public signatures (SEC 1, 4.1.4). */
#ifndef TF_CURVE_ECDSA_H
#define TF_CURVE_ECDSA_H

#include "curve/group.h"

typedef struct tf_ecdsa_sig {
	tf_sc r, s;
	uint8_t recid; /* parity of R.y | 2 if R.x >= q */
} tf_ecdsa_sig;

/* s := min(s, q - s), flipping the parity bit of recid with it. */
void tf_ecdsa_low_s(const tf_group *g, tf_ecdsa_sig *sig);

/* True if (r, s) is a signature of the 32-byte digest under Y. Public inputs. */
TF_MUST_USE tf_err tf_ecdsa_verify_vt(const tf_group *g, bool *valid, const tf_ecdsa_sig *sig,
                                      const uint8_t digest[static 32], const tf_pt *Y);

#endif
