/* Evidence of who broke a protocol, judged by somebody who was not there.
 *
 * A party that convicts another can keep a file: the session's id, the parties and their
 * identities, the claim (who, where, which check), and the messages that show it, signed by whoever
 * is accused. Judging believes nothing in it but signatures: it runs the same checks over the same
 * messages as the parties did, and convicts only if that ends in exactly the claim. No secret is
 * needed, and no network.
 *
 * Any machine writes one after a verdict that names somebody (keys, refreshes, introductions,
 * presignatures, signatures, FROST; a settlement after TF_E_CONFLICT of tf_settle_abort), and so do
 * co-signers, whose files say of which workspace they are, too. A party that has convicted by
 * another's complaint writes one as well: the complaint shows what it speaks of.
 *
 * What it shows rests on the identity keys being who they are called: compare `identity` (and
 * `trust`) with what you know. All that a file says of a run (parties, their names and identities,
 * level, algorithm, what the run was about) is bound by the context that every message is signed
 * with: told otherwise, it convicts nobody. Only who has written it is the writer's word. That the
 * parties are those of some workspace, nothing but the `trust` of a co-signer's file shows. Files
 * of runs of the first version of the protocol, whose messages were signed with less, are read, and
 * convict nobody.
 *
 * A file shows no share that an honest party has dealt: of a key generation, a resharing and a
 * refresh it has broadcasts, and a private message only if that is itself what was wrong, or if
 * whoever was convicted has shown it to all (a false complaint). Earlier versions wrote all shares
 * that the writer was dealt into it: in a resharing enough to learn, with what one more receiver
 * knows, others' shares of a key in use. Such files are read as ever. Destroy them; where others
 * may have read one, refresh the key. Chain codes of keys are inside, and who met whom: keep files
 * to those concerned.
 */
#ifndef TREFOIL_BLAME_H
#define TREFOIL_BLAME_H

#include <stdbool.h>

#include <trefoil/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tf_blame {
	bool convicts;          /* false: the messages do not show what is claimed */
	tf_verdict verdict;     /* party, round and check; without `convicts` the claim. No evidence */
	uint32_t parties;       /* bit j - 1: party j is convicted (alerts: perhaps several) */
	const char *protocol;   /* "keygen", "auxinfo", "presign", "sign", "reshare" (also a refresh),
	                           "frost-prepare", "frost-sign" or "settle" (of an attempt: who has
	                           acknowledged and aborted it: party 1, as there is no run) */
	char device[TF_DEVICE_ID_MAX + 1];  /* of the one accused, */
	uint8_t identity[32];   /* and its key */
	char accuser[TF_DEVICE_ID_MAX + 1]; /* as the file says */
	uint8_t session[32];    /* settle: hash of the attempt */
	uint8_t trust[32];      /* hash of the workspace's trust root; zero: a machine's file */
} tf_blame;

/* Bytes that the file of this machine's conviction takes at most, as out and as scratch; 0: it has
 * convicted nobody, or by what only its parties can judge (a modulus with a factor in common with
 * our own: who has stolen it?). Until the machine is wiped. */
size_t tf_blame_size(const tf_machine *m);

/* Write it; *len receives its length. TF_E_STATE: there is none; TF_E_CAPACITY; TF_E_USAGE. */
TF_MUST_USE tf_err tf_blame_write(uint8_t *out, size_t cap, size_t *len, const tf_machine *m,
                                  tf_memory scratch);

/* Bytes of memory that judging takes; 0: it is no evidence. */
size_t tf_blame_room(tf_bytes evidence);

/* Judge it. What was used of mem is wiped. TF_OK: *out says whether it convicts, and whom. Kind
 * ENCODING: it is no evidence; TF_E_CAPACITY: mem; TF_E_USAGE. What it takes: up to minutes for
 * alerts at P128. */
TF_MUST_USE tf_err tf_blame_verify(tf_blame *out, tf_bytes evidence, tf_memory mem);

#ifdef __cplusplus
}
#endif

#endif
