/* Evidence of who broke a protocol, judged by somebody who was not there.
 *
 * A co-signer that convicts another in a session keeps a file: what the session's id is the hash of
 * (parties, identities, trust root), the claim (who, where, which check), and the messages that
 * show it, signed by whoever is accused. Judging believes nothing in it but signatures: it runs the
 * same checks over the same messages as the parties did, and convicts only if that ends in exactly
 * the claim. No secret is needed, and no network.
 *
 * What it shows rests on the identity keys being who they are called: compare `identity` and
 * `trust` with what you know of that workspace. And keep such files to those concerned: what was
 * sent to their writer in private is inside.
 */
#ifndef TREFOIL_BLAME_H
#define TREFOIL_BLAME_H

#include <stdbool.h>

#include <trefoil/clique.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tf_blame {
	bool convicts;          /* false: the messages do not show what is claimed */
	tf_verdict verdict;     /* party, round and check; without `convicts` the claim. No evidence */
	uint32_t parties;       /* bit j - 1: party j is convicted (alerts: perhaps several) */
	const char *protocol;   /* "keygen", "auxinfo", "presign" or "sign" */
	char device[TF_DEVICE_ID_MAX + 1];  /* of the one accused, */
	uint8_t identity[32];   /* and its key */
	char accuser[TF_DEVICE_ID_MAX + 1]; /* as the file says */
	uint8_t session[32];
	uint8_t trust[32];      /* hash of the workspace's trust root */
} tf_blame;

/* Bytes of memory that judging takes; 0: it is no evidence. */
size_t tf_blame_room(tf_bytes evidence);

/* Judge it. TF_OK: *out says whether it convicts, and whom. Kind ENCODING: it is no evidence;
 * TF_E_CAPACITY: mem; TF_E_USAGE. What it takes: up to minutes for alerts at P128. */
TF_MUST_USE tf_err tf_blame_verify(tf_blame *out, tf_bytes evidence, tf_memory mem);

#ifdef __cplusplus
}
#endif

#endif
