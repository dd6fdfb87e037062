/* The workspace file: what the admins say, signed by a quorum of them.
 *
 * The file is {"format":"trefoil-workspace-v1","payload":BASE64,"signatures":[{"key":HEX,
 * "signature":HEX}...]}. A signature is Ed25519 over "trefoil/workspace/v1" 0x00 and the exact
 * payload bytes; enough distinct keys of those that the verifier's own configuration pins must have
 * signed. Keys in the file itself convince nobody.
 *
 * The payload is JSON, read strictly: all of these keys and no other, every value inside its limit;
 * only two may be left out: rawSigning, and is then false. It lets the user ask for raw signatures,
 * of bytes that nobody here can read. And moduliNotBefore, and is then 0: as soon as that time, in
 * Unix seconds, has come, the device renews moduli of which a prime was searched no later.
 *
 *     {"workspace":"acme","version":1,"profile":"dev","security":"p128",
 *      "admins":{"threshold":2,"keys":[HEX,HEX,HEX]},"caRootSha256":HEX,"schema":{"sets":[1,2]},
 *      "chains":[{"assetId":"ETH_TEST5","type":"evm","chainId":11155111,"coinType":1,
 *                 "testnet":true,"decimals":18,"symbol":"ETH","gasLimitDefault":"21000",
 *                 "maxFeePerGasDefault":"30000000000",
 *                 "maxPriorityFeePerGasDefault":"2000000000","maxFeePerGasCap":"500000000000"}],
 *      "apiUsers":[{"id":UUID,"name":"bot","role":"SIGNER","publicKey":PEM,
 *                   "primaries":["primary-1"],"rawSigning":false}],
 *      "roster":[{"device":"guard-1","role":"guard","set":1,"owner":"ops","identity":HEX,
 *                 "instance":0,"moduliNotBefore":0}]}
 *
 * profile is dev or production, security a name of num/profile.h. identity is "" until it is
 * pinned. In the dev profile every chain must be a testnet. An asset, a user, a device id and an
 * identity key appear once; a primary named by a user is a primary in the roster.
 *
 * Roles of users: OWNER, ADMIN, NON_SIGNING_ADMIN, SIGNER, APPROVER and EDITOR ask for things.
 * VIEWER, AUDITOR, SECURITY_ADMIN, SECURITY_AUDITOR, NCW_ADMIN, NCW_SIGNER and COLLATERALS_SIGNER
 * only look: they have no primaries and no rawSigning. A file with another role, or in which one
 * who looks may sign, is not signed and not published any more (tf_workspace_fit). It is read, for
 * a server that holds one must be able to start and take the next; but nobody asks by it.
 *
 * From one version to the next (tf_workspace_succeeds): the version rises, workspace, profile and
 * root stay, and a device that stays keeps its role, its set and the identity key once pinned.
 */
#ifndef TF_ATTEST_WORKSPACE_H
#define TF_ATTEST_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attest/cert.h"
#include "attest/identity.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/json.h"
#include "num/profile.h"
#include "policy/chain_rule.h"

#define TF_WORKSPACE_FILE_MAX TF_JSON_TEXT_MAX
#define TF_CHAINS_MAX 64u
#define TF_API_USERS_MAX 256u
#define TF_ROSTER_MAX 256u
#define TF_SETS_MAX 8u
#define TF_USER_PRIMARIES_MAX 16u
#define TF_PEM_KEY_MAX 2048u

typedef struct tf_api_user {
	char id[37];   /* lower-case UUID */
	char name[129];
	char role[33]; /* [A-Z_]{1,32}, e.g. SIGNER; of another than those above nobody asks */
	char public_key[TF_PEM_KEY_MAX + 1]; /* PEM, RSA of 2048 to 8192 bits */
	char primaries[TF_USER_PRIMARIES_MAX][TF_NAME_MAX + 1]; /* device ids that may sign for it */
	size_t n_primaries;
	bool raw_signing; /* may ask for signatures of anything */
} tf_api_user;

typedef struct tf_roster_entry {
	char device[TF_NAME_MAX + 1];
	tf_role role; /* guard, primary or coordinator */
	uint16_t set;
	char owner[129];
	bool pinned;  /* identity is set */
	uint8_t identity[32]; /* Ed25519 */
	uint32_t instance;
	uint64_t moduli_not_before; /* Unix seconds: with older primes they are renewed; 0: not */
} tf_roster_entry;

typedef struct tf_workspace {
	char name[TF_NAME_MAX + 1];
	uint64_t version;
	bool dev_profile;
	const tf_profile *security;
	unsigned admin_threshold;
	uint8_t admin_keys[TF_ADMINS_MAX][32];
	size_t n_admin_keys;
	uint8_t ca_root_sha256[32];
	uint16_t sets[TF_SETS_MAX]; /* ascending; a signature needs a primary and a guard of each */
	size_t n_sets;
	tf_chain_rule *chains;
	size_t n_chains;
	tf_api_user *api_users;
	size_t n_api_users;
	tf_roster_entry *roster;
	size_t n_roster;
	uint8_t digest[32]; /* SHA-256 of the payload bytes */
} tf_workspace;

/* Where and why a file was refused: "roster[2].set: expected 0", one line, for logs. */
typedef struct tf_reason {
	char text[192];
} tf_reason;

/* Verify a file against what is pinned and read it. TF_E_TRUST with check 88x in fault for too few
 * signatures, another workspace, other admins or another root; TF_E_ENCODING, TF_E_TOO_LARGE,
 * TF_E_POLICY (a chain that the dev profile forbids, a security profile that this build does not
 * know) with reason. fault and reason may be NULL. *out is freed with tf_workspace_free. */
TF_MUST_USE tf_err tf_workspace_open(tf_workspace **out, const tf_trust *trust, const char *file,
                                     size_t len, tf_fault *fault, tf_reason *reason);

/* Read a payload without any signature: for the CLI that is about to sign it, and for tests. */
TF_MUST_USE tf_err tf_workspace_parse(tf_workspace **out, const char *payload, size_t len,
                                      tf_reason *reason);

void tf_workspace_free(tf_workspace *w);

/* May this file be signed, and published as the next version? Narrower than what is read: what was
 * published before a rule was made stays readable. TF_E_POLICY with reason (may be NULL) for a user
 * whose role does not exist, or who only looks and has primaries or rawSigning. */
TF_MUST_USE tf_err tf_workspace_fit(const tf_workspace *w, tf_reason *reason);

/* May new follow old? TF_E_REPLAY if the version does not rise (TF_E_DUPLICATE if it is the very
 * same file), TF_E_CONFLICT for a change that may never be. */
TF_MUST_USE tf_err tf_workspace_succeeds(const tf_workspace *old, const tf_workspace *new,
                                         tf_reason *reason);

/* Wrap a payload and sign it with one admin key (file NULL), or add a signature to a file (payload
 * NULL, or the same as in the file: TF_E_CONFLICT otherwise). Nothing is judged: parse the payload
 * before signing it. *out is a malloc'ed text with NUL. TF_E_DUPLICATE if this key has signed
 * already. */
TF_MUST_USE tf_err tf_workspace_sign(char **out, const char *file, size_t file_len,
                                     const char *payload, size_t payload_len,
                                     const tf_identity_keys *admin);

/* The entry of a device, or NULL. */
const tf_roster_entry *tf_roster_find(const tf_workspace *w, const char *device);

/* Is the holder of this (verified) certificate in the roster, in this role and set, with the pinned
 * identity key? TF_E_TRUST with check 865 to 867 in fault. */
TF_MUST_USE tf_err tf_roster_check(const tf_workspace *w, const tf_cert *cert, tf_fault *fault);

/* The API user of that id; the chain of that asset; NULL if there is none. */
const tf_api_user *tf_api_user_find(const tf_workspace *w, const char *id);
const tf_chain_rule *tf_chain_find(const tf_workspace *w, const char *asset_id);

/* May this user ask for anything to be made, changed or signed? By the role: one of those above
 * that ask. Of every other word the answer is no. */
bool tf_api_user_asks(const tf_api_user *u);

#endif
