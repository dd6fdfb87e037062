/* Signing by FROST: one round (docs/protocol.md 14, 8).
 *
 *     1  all   z_i
 *
 * The key of the signature is Y' = Y + eG, the child along the path (BIP-32, non-hardened; for
 * ed25519 as curve/bip32.h has it), and for an output of Taproot Q = Y' + tG with BIP-341's tweak.
 * Binding factors and challenge use Q, so neither tweak leaves anybody a choice once commitments
 * are known. The signature is verified under Q; only if it does not hold is every share checked
 * alone, which names the culprit (docs/adr/0012).
 *
 * The run is about H("frost-sign", id, Y', path, output, root, m), and id the hash of the
 * list of commitments: a party that was told to sign something else is in another session, and
 * nobody is blamed (docs/protocol.md 2, "Conflict is not guilt").
 *
 * A presignature is used once: two shares by the same nonces give the key share away.
 * tf_frost_signing_start wipes it before it computes anything with it, and the effects begin with
 * BURN of its id. What must be durable besides, the intent record, is the caller's and comes
 * first.
 */
#ifndef TF_PROTO_FROST_SIGNING_H
#define TF_PROTO_FROST_SIGNING_H

#include "curve/bip32.h"
#include "proto/frost_prepare.h"

/* What the signature is for; other than KEY with suites of BIP-340 only. */
typedef enum tf_frost_output {
	TF_FROST_KEY = 0,         /* the child key itself */
	TF_FROST_KEY_PATH = 1,    /* an output of it with a script path that nobody can take */
	TF_FROST_SCRIPT_TREE = 2, /* the key path of an output with a script tree */
} tf_frost_output;

typedef struct tf_frost_signing_args {
	const tf_party_env *env;   /* the parties of the preparation, in the same order */
	const tf_weights *weights; /* of the sharing that it was made for; not kept */
	tf_frost_presig *presig;   /* consumed, whatever the outcome */
	uint8_t cc[32];            /* chain code of the key */
	tf_path path;
	tf_frost_output output;
	uint8_t root[32];          /* SCRIPT_TREE: of the tree */
	const uint8_t *msg;        /* m; copied */
	size_t msg_len;            /* at most TF_FROST_MESSAGE_MAX */
} tf_frost_signing_args;

typedef struct tf_frost_signing_state tf_frost_signing_state;

typedef struct tf_frost_signing {
	tf_rounds r; /* first */
	tf_frost_signing_state *st;
} tf_frost_signing;

/* What tf_frost_signing_start and the steps need at most for a message of msg_len bytes. */
tf_run_sizes tf_frost_signing_sizes(const tf_profile *pr, uint16_t n, size_t msg_len);

/* Begin: consumes the presignature, sends the share. TF_E_STATE: presignature used or never made;
 * TF_E_USAGE: made by other parties, in another order, or for another key or sharing, or an output
 * that the suite does not have; TF_E_ENCODING: a hardened path; TF_E_UNSUPPORTED: by chance only, a
 * child that does not exist, a tweak too large, a nonce that is O; TF_E_TOO_LARGE: the message;
 * TF_E_FAULT: our memory has spoilt the share. In every case the presignature is gone. Constant
 * time in its secret values and w. */
TF_MUST_USE tf_err tf_frost_signing_start(tf_frost_signing *s, const tf_frost_signing_args *args,
                                          tf_arena *mem, tf_outbox *out);

/* The signature of a run that is DONE, and the key it is by (may be NULL; with an even y where only
 * x counts). TF_E_STATE before. */
TF_MUST_USE tf_err tf_frost_signing_result(tf_frost_sig *sig, tf_pt *Q, const tf_frost_signing *s);

void tf_frost_signing_wipe(tf_frost_signing *s);

#endif
