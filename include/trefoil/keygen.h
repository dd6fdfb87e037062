/* Key generation: any t of n make the key, and nobody ever has it.
 *
 * Three rounds and an acknowledgement (docs/protocol.md 6.1; Feldman's sharing with commitments).
 * The parties' seats become the seats of the sharing; they ascend in the order of the parties. A
 * wrong share convicts its dealer, a false complaint the accuser.
 *
 * Effects: PERSIST of the own share as a pending TF_RECORD_KEY before the acknowledgement leaves,
 * and again as committed when everybody has acknowledged, then DONE. Both are filed under the
 * sharing's name, which is the session's id; the second replaces the first. If the run ends
 * between the two, also with a verdict, the share is completed by whoever has the certificate
 * (tf_key_confirm in key.h): keep it until the complete certificate comes, or until all have agreed
 * to drop a key that nobody has used. Hand out no address before every share is committed.
 */
#ifndef TREFOIL_KEYGEN_H
#define TREFOIL_KEYGEN_H

#include <trefoil/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tf_keygen_params {
	uint16_t t;            /* how many shares make the key, 2..n */
	const char *workspace; /* for the certificate: whose key; at most 64 bytes */
	uint8_t key_id[32];    /* for the certificate: which; the same for all parties */
} tf_keygen_params;

/* Bytes of memory that a run needs; 0 for parameters that cannot be. */
size_t tf_keygen_room(tf_level level, tf_algorithm algorithm, uint16_t n);

/* TF_E_USAGE: a clique or t that cannot be; TF_E_CAPACITY: mem; TF_E_ENTROPY. */
TF_MUST_USE tf_err tf_keygen_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                                   const tf_keygen_params *p);

#ifdef __cplusplus
}
#endif

#endif
