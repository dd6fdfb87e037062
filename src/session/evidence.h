/* Evidence: a file that lets anybody repeat the check by which a session has convicted somebody
 * (proto/blame.h judges it).
 *
 * It is one message of wire/evidence.wire, framed. Inside are what the session id is the hash of
 * (parties with their identity keys, trust root, everybody's READY), the claim (who, round, check),
 * and the signed messages: two for an equivocation, those of a dispute for a false echo, else all
 * of the run up to the round at fault.
 *
 * What it shows depends on the identity keys being who they are called: compare identity and trust
 * root with a workspace file that you believe. Of what was meant for its writer alone it shows
 * proofs and ciphertexts, and no share that an honest party has dealt (docs/adr/0022). Keep the
 * file to those concerned all the same: chain codes are inside.
 *
 * Whose word it is that a file has been written is not shown by it: of two messages that contradict
 * each other anybody may be the bearer. A modulus that has a factor in common with the accuser's
 * own is no evidence, since either may have stolen it.
 */
#ifndef TF_SESSION_EVIDENCE_H
#define TF_SESSION_EVIDENCE_H

#include "proto/audit.h"
#include "session/session.h"

/* Bytes that tf_evidence_write needs at most, as out and in mem; 0 if this session has no evidence:
 * it has convicted nobody, or by something that only its parties can judge. */
size_t tf_evidence_size(const tf_session *s);

/* The evidence of a session that has FAILED. mem: tf_evidence_size bytes. TF_E_STATE if there is
 * none. trust: the hash of the trust root (tf_self). */
TF_MUST_USE tf_err tf_evidence_write(uint8_t *out, size_t cap, size_t *len, const tf_session *s,
                                     const uint8_t trust[static 32], tf_arena *mem);

#endif
