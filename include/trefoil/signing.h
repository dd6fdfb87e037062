/* Signing with ECDSA: one round with a presignature.
 *
 * Every party is told path and digest by whoever it trusts to, and should have computed the digest
 * itself. The presignature is re-randomised by message and key (docs/protocol.md 6.5). The
 * sum of the shares is verified with its recovery id; only if it does not hold is every share
 * checked alone, and a wrong one names its sender. The signature has a low s.
 *
 * The effects begin with BURN. What you must make durable yourself before you begin is that you
 * sign this digest for this request; a retry needs a new presignature.
 */
#ifndef TREFOIL_SIGNING_H
#define TREFOIL_SIGNING_H

#include <trefoil/key.h>
#include <trefoil/presign.h>

#ifdef __cplusplus
extern "C" {
#endif

/* r and s big-endian. */
typedef struct tf_signature {
	uint8_t r[32];
	uint8_t s[32];
	uint8_t recid; /* parity of R's y, + 2 if its x was not below the order */
} tf_signature;

typedef struct tf_signing_params {
	tf_bytes key; /* TF_RECORD_KEY, committed: the one the presignature was made with, or nothing is
	                 signed; read at once */
	tf_presignature *presignature; /* consumed, whatever the outcome */
	tf_derivation path;
	uint8_t digest[32];
} tf_signing_params;

/* Bytes of memory that a run needs; 0 for parameters that cannot be. */
size_t tf_signing_room(tf_level level, tf_algorithm algorithm, uint16_t n);

/* The clique is that of the presigning, in the same order, in a new session. TF_E_STATE: the
 * presignature was used or never made, or the key is pending; TF_E_USAGE: made by another clique,
 * or with another key, sharing or epoch than the record's, or the clique cannot be, or is not of
 * the key's devices; kind ENCODING: the record, the path, or a digest that the curve does not sign;
 * TF_E_FAULT: our memory has spoilt it; TF_E_CAPACITY: mem. In every case the presignature is gone,
 * except if out, mem, c, p or the presignature was NULL (TF_E_USAGE); without a BURN effect strike
 * it off yourself. Constant time in its secrets and the share. */
TF_MUST_USE tf_err tf_signing_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                                    const tf_signing_params *p);

/* The signature of a run that is DONE, and the (child) key it is by, if public_key is not NULL.
 * TF_E_STATE: before; TF_E_USAGE: not a signing. */
TF_MUST_USE tf_err tf_signing_signature(tf_signature *sig,
                                        uint8_t public_key[TF_PUBLIC_KEY_BYTES],
                                        const tf_machine *m);

/* Is sig a signature of the digest under this key, and recid that of its R, so that whoever finds
 * the signer by it finds this key? Where a signature came without, one of 0 to 3 is the right one.
 * All public. TF_E_ENCODING: the key, or r or s not below the order; TF_E_UNSUPPORTED: not an
 * algorithm of ECDSA. */
TF_MUST_USE tf_err tf_signature_verify(bool *valid, tf_algorithm algorithm,
                                       const tf_signature *sig, const uint8_t digest[32],
                                       const uint8_t public_key[TF_PUBLIC_KEY_BYTES],
                                       tf_memory scratch);

#ifdef __cplusplus
}
#endif

#endif
