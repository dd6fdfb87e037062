/* Signing: one round (docs/protocol.md 6.5, 8).
 *
 *     1  all   sigma_i
 *
 * The child key Y' = Y + eG comes from the path (BIP-32, non-hardened, e = 0 if it is empty), m is
 * the 32-byte digest. The presignature is re-randomised by
 *
 *     delta' = H("rerand", epid, id, Gamma, Y, Y', path, m) mod q,     R = delta' Gamma, r = R.x
 *     sigma_i = delta'^-1 (k_i m + r (chi_i + e k_i))
 *
 * The signature is the sum of the shares, with low s, verified under Y' with its recovery id: the
 * sum must be s by this R, not -s by -R, which ECDSA accepts as well. If it does not hold, every
 * share is checked alone, which names the culprit: delta' sigma_j Gamma = m Delta_j + r (S_j + e
 * Delta_j). The own share is, before it leaves.
 *
 * The run is about H("sign", id, Y', path, m) (tf_run_context): a party that was told to sign
 * something else is in another session, and nobody is blamed (docs/protocol.md 2, "Conflict is not
 * guilt").
 *
 * A presignature serves the sharing and epoch that it was made for: a refresh renews every W, and
 * whoever has new ones is refused before anything is computed, alone and without blame.
 *
 * A presignature is used once. tf_signing_start wipes it before it computes anything with it, and
 * the effects begin with BURN of its id. What must be durable besides, the intent record, is the
 * caller's and comes first.
 */
#ifndef TF_PROTO_SIGNING_H
#define TF_PROTO_SIGNING_H

#include "curve/bip32.h"
#include "curve/ecdsa.h"
#include "proto/presign.h"

typedef struct tf_signing_args {
	const tf_party_env *env;   /* the parties of the presigning, in the same order */
	const tf_weights *weights; /* of the sharing that we have now, for exactly this env; only
	                              what is public of them is read; not kept */
	tf_presig *presig;         /* consumed, whatever the outcome */
	uint8_t cc[32];            /* chain code of the key */
	tf_path path;
	uint8_t digest[32];        /* m */
} tf_signing_args;

typedef struct tf_signing_state tf_signing_state;

typedef struct tf_signing {
	tf_rounds r; /* first */
	tf_signing_state *st;
} tf_signing;

/* What tf_signing_start and the steps need at most. */
tf_run_sizes tf_signing_sizes(const tf_profile *pr, uint16_t n);

/* Begin: consumes the presignature, sends the share. TF_E_STATE: presignature used or never made;
 * TF_E_USAGE: made by other parties, in another order, or for another key, sharing or epoch than
 * that of the weights; TF_E_ENCODING or TF_E_UNSUPPORTED: a path that cannot be derived. In every
 * case the presignature is gone. Constant time in its secret values. */
TF_MUST_USE tf_err tf_signing_start(tf_signing *s, const tf_signing_args *args, tf_arena *mem,
                                 tf_outbox *out);

/* The signature of a run that is DONE, and the child key it is by (may be NULL). TF_E_STATE
 * before. */
TF_MUST_USE tf_err tf_signing_result(tf_ecdsa_sig *sig, tf_pt *child, const tf_signing *s);

void tf_signing_wipe(tf_signing *s);

#endif
