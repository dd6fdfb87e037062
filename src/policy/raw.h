/* What a client's own signed request asks for when it wants raw signatures: of bytes that nobody
 * reads.
 *
 * The body is again that of POST /v1/transactions (policy/request.h), read by coordinator and
 * co-signers with this one function (* marks what must be there):
 *
 *     operation*       "RAW"
 *     extraParameters* { rawMessageData* {
 *                          algorithm  "MPC_ECDSA_SECP256K1" or "MPC_EDDSA_ED25519"; may be left out
 *                                     where an asset implies it
 *                          messages*  1 to 127 of { content* hex, and the key: below } } }
 *     assetId, source { type* "VAULT_ACCOUNT", id*, name }
 *     note, externalTxId, customerRefId
 *
 * The key of a message is a child of the workspace's key of that algorithm, by the path m / 44 /
 * coin / account / change / index. Either the request names asset and source, from which come coin
 * and account, and the message bip44change and bip44addressIndex (or bip44AddressIndex), 0 if left
 * out. Or there is no assetId, and each message has derivationPath [44, coin, account, change,
 * index]; a source, if there is one, then has to be the path's account.
 *
 * Content is at least one byte; the limit of the body, TF_REQUEST_BODY_MAX, is that of all contents
 * together. For ECDSA it is the 32 bytes that are signed. Everything else is refused as in
 * request.h: preHash, and type (typed messages) among them.
 *
 * A raw signature is a blind one. Whether a client may have it at all is for the admins to say
 * (attest/workspace.h, rawSigning).
 */
#ifndef TF_POLICY_RAW_H
#define TF_POLICY_RAW_H

#include "base/fault.h"
#include "base/path.h"
#include "policy/request.h"

#define TF_RAW_MESSAGES_MAX 127u
#define TF_RAW_BYTES_MAX (TF_REQUEST_BODY_MAX / 2)

/* Numbers are stored: append only. */
typedef enum tf_raw_algorithm {
	TF_RAW_ECDSA_SECP256K1 = 1,
	TF_RAW_EDDSA_ED25519 = 2,
} tf_raw_algorithm;

/* The dialect's word, "MPC_EDDSA_ED25519"; and back, TF_E_NOT_FOUND. */
const char *tf_raw_algorithm_name(tf_raw_algorithm a);
TF_MUST_USE tf_err tf_raw_algorithm_find(tf_raw_algorithm *out, const char *name);

typedef struct tf_raw_message {
	tf_path path;
	uint32_t at, len; /* of the content in bytes */
} tf_raw_message;

typedef struct tf_raw_request {
	tf_request common; /* asset_id ("": none), account if has_source, note and names */
	bool has_source;
	tf_raw_algorithm algorithm;
	uint32_t n;
	tf_raw_message message[TF_RAW_MESSAGES_MAX];
	uint32_t used;
	uint8_t bytes[TF_RAW_BYTES_MAX];
	/* while it is read: as the messages have it */
	struct {
		bool has_path, has_change, has_index;
		uint32_t change, index;
	} key;
	bool has_algorithm;
} tf_raw_request;

/* Is the body one that asks for raw signatures? That it is well-formed is not said by it. */
bool tf_raw_is(const char *body, size_t len);

/* Read a body. rules: the n assets of the workspace. On error request is zeroed and why (may be
 * NULL) is set, as by tf_request_parse; TF_E_NOT_FOUND: no such asset. */
TF_MUST_USE tf_err tf_raw_parse(tf_raw_request *request, tf_request_why *why,
                                const tf_chain_rule *rules, size_t n, const char *body,
                                size_t len);

/* The content of message i < n. */
static inline const uint8_t *tf_raw_content(const tf_raw_request *r, uint32_t i, size_t *len)
{
	*len = r->message[i].len;
	return r->bytes + r->message[i].at;
}

/* May it be signed, whoever asks? Checks RAW_PATH, RAW_ACCOUNT, RAW_HASH (TF_E_MISMATCH), and
 * RAW_TESTNET (TF_E_POLICY; dev: of the dev profile) of every message. fault may be NULL. */
TF_MUST_USE tf_err tf_raw_check(tf_fault *fault, const tf_raw_request *r, bool dev);

/* Names the request: SHA-256 over the algorithm, and path and content of every message. */
void tf_raw_digest(uint8_t out[static 32], const tf_raw_request *r);

#endif
