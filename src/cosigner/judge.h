/* May this be signed? A co-signer's own answer, from what the client signed.
 *
 * The coordinator shows an intent: the client's token and raw body, a payload, a path. It is
 * believed in nothing. The judge verifies the client's signature under the key that the
 * admin-signed workspace file has for that user, reads the body, parses the payload, compares every
 * field, derives the path from the body itself, and computes the digest. What it cannot understand
 * completely it refuses.
 *
 * A request for raw signatures (policy/raw.h) needs no payload and no path: all is in the body, and
 * only which of its messages is meant is shown. It is signed only if the admins let this user ask
 * for what nobody can read.
 *
 * Then the binding: a client's request names one digest and one key for ever, and a nonce of a
 * key's sender on a chain one digest. Both are on disk before a share leaves, and a second,
 * different digest is refused, whoever asks, and whatever primary; so is the same request for
 * another key. A request that was bound by version 1, which did not write down the key, is refused
 * from then on: its client asks anew.
 */
#ifndef TF_COSIGNER_JUDGE_H
#define TF_COSIGNER_JUDGE_H

#include "attest/workspace.h"
#include "base/fault.h"
#include "base/path.h"
#include "chain/evm.h"
#include "net/jwt.h"
#include "proto/key.h"
#include "store/store.h"
#include "wire_control.h"
#include "wire_raw.h"

#define TF_JUDGE_REASON 192u

/* What the judge knows by itself. */
typedef struct tf_judge {
	const tf_workspace *workspace;
	const tf_group *g;
	const tf_sharing *sharing; /* of the key that is to sign */
	const char *primary;       /* device id of who has the key's first seat */
	int64_t now_s;             /* Unix time */
	int64_t max_age_s;         /* of a client's request */
	tf_jwt_keys *keys;         /* remembered ones; NULL: none are */
	tf_bip32_nodes *nodes;     /* of derivations; NULL: none are remembered */
} tf_judge;

/* What may be signed, and what it is. Public. */
typedef struct tf_judgement {
	uint8_t digest[32];  /* of the transaction; of a raw request all of it (tf_raw_digest) */
	uint8_t request[32]; /* names the client's request: user and token nonce */
	tf_path path;
	char user[40];
	bool raw;            /* has neither sender nor chain nor nonce */
	char sender[TF_EVM_ADDRESS_TEXT];
	uint64_t chain_id;
	uint64_t nonce;
	char words[TF_EVM_WORDS]; /* what it moves, for the log */
} tf_judgement;

/* Judge an intent. On error out is zeroed and reason says why in one line; fault (may be NULL) has
 * the check that failed. TF_E_AUTH: not the client's request, or too old. TF_E_MISMATCH: not what
 * the client asks for. TF_E_POLICY: not permitted. Kind ENCODING: not understood. Everything is
 * public. */
TF_MUST_USE tf_err tf_judge_intent(tf_judgement *out, char reason[static TF_JUDGE_REASON],
                                   tf_fault *fault, const tf_judge *j,
                                   const tf_ctl_intent *intent);

/* The same for a message of a raw request, which is what is to be signed: content, in mem. */
TF_MUST_USE tf_err tf_judge_raw(tf_judgement *out, tf_blob *content,
                                char reason[static TF_JUDGE_REASON], tf_fault *fault,
                                const tf_judge *j, const tf_ctl_raw *shown, tf_arena *mem);

/* Bind request (with the key) and nonce to the digest, durably, in one transaction. TF_E_CONFLICT:
 * one of them is bound to another one (fault says which); then nothing was written. */
TF_MUST_USE tf_err tf_judge_bind(tf_store *s, const tf_judgement *v,
                                 const uint8_t key_id[static 32], tf_fault *fault);

/* Could they be bound at this moment? The same errors; nothing is written. */
TF_MUST_USE tf_err tf_judge_may_bind(tf_store *s, const tf_judgement *v,
                                     const uint8_t key_id[static 32], tf_fault *fault);

#endif
