/* Audits: a run is judged again, by somebody who was not in it, from its signed messages.
 *
 * Every check that names a party is one that a third party can repeat: proofs are publicly
 * verifiable, since everybody's moduli are public, and all that they speak of was signed. An audit
 * sets a machine up as the accuser's would stand, but without its secrets, files the messages of
 * the evidence in their slots, the accuser's own broadcasts included, and lets the machine's own
 * check code run over them. It sends nothing. Shares that were sent to the accuser need not be
 * among them: what is not shown is not checked, which spares nobody but their dealers.
 *
 * Nobody can be framed by it. The messages carry the run's context, which their signer has signed
 * with them, and all that the evidence says of the run is in it: what the machine's own context is
 * the hash of (workspace and key id, moduli, public shares, presignature, digest), profile, curve,
 * batch, whether round 1 carries an echo, everybody's device and identity (tf_run_context). What is
 * told otherwise makes the messages those of another run (TF_E_SESSION), and those of another
 * version are not judged (TF_E_UNSUPPORTED). And each broadcast carries the echo of the round
 * before, so whoever shows other broadcasts than were sent, its own for instance, is in
 * disagreement with the echo of the very party it accuses, and the audit convicts nobody.
 *
 *     tf_presign_audit(&s, &args, mem);                  or _keygen_, _auxinfo_, _signing_, ...
 *     err = tf_rounds_audit(&s.r, messages, n, &fault);
 *
 * env is as for a run of the accuser; its signer needs to have only the public key of the accuser's
 * identity, and its rng need not be random: nothing here is secret. Machines are wiped as usual.
 */
#ifndef TF_PROTO_AUDIT_H
#define TF_PROTO_AUDIT_H

#include "proto/auxinfo.h"
#include "proto/frost_signing.h"
#include "proto/keygen.h"
#include "proto/presign.h"
#include "proto/reshare.h"
#include "proto/signing.h"
#include "wire_evidence.h"
#include "wire_testimony.h"

/* From an audit function: what the run set up for itself is forgotten, its messages will come. */
void tf_rounds_audit_begin(tf_rounds *r);

/* Judge the messages (envelopes, disputes, a complaint; 0 to n-1, in the order of their rounds).
 * What was sent to one party alone counts only if the accuser is that party (TF_E_STATE).
 * TF_E_PROOF and TF_E_CONFLICT with the convict in fault, as from a step. TF_OK: nobody is
 * convicted. Anything else: these are no messages of this run (TF_E_TRUST: not signed;
 * TF_E_SESSION, kind ENCODING). */
TF_MUST_USE tf_err tf_rounds_audit(tf_rounds *r, const tf_blob *messages, size_t n,
                                   tf_fault *fault);

/* Two different signed messages for one place, whatever they say: EQUIVOCATION. TF_OK if they are
 * no such pair; kind ENCODING, TF_E_SESSION: no messages of this run. */
TF_MUST_USE tf_err tf_audit_pair(const tf_rounds *r, const tf_blob *first, const tf_blob *second,
                                 tf_fault *fault);

/* mem as tf_keygen_sizes. */
TF_MUST_USE tf_err tf_keygen_audit(tf_keygen *s, const tf_keygen_args *args, tf_arena *mem);

/* Whatever an introduction needs is in its messages. But for a factor in common with the accuser's
 * moduli: that is not checked here, since either of the two may have stolen it. mem as
 * tf_auxinfo_sizes. */
TF_MUST_USE tf_err tf_auxinfo_audit(tf_auxinfo *s, const tf_party_env *env, tf_arena *mem);

typedef struct tf_presign_audit_args {
	const tf_party_env *env;
	const tf_aux *aux[TF_PARTIES_MAX]; /* everybody's, the accuser's too */
	const tf_weights *weights;         /* W and Y */
	uint32_t batch;
	bool confirm;
	tf_blob sent[TF_PARTIES_MAX];      /* rec_evidence_seat.sent */
} tf_presign_audit_args;

/* Room, in the run's memory, for what a step would have sent and kept: nobody does. */
#define TF_AUDIT_OUTBOX (96u * 1024u)

/* mem: tf_presign_sizes, and TF_PRESIGN_AUDIT_MEM. */
#define TF_PRESIGN_AUDIT_MEM (256u * 1024u)
TF_MUST_USE tf_err tf_presign_audit(tf_presign *s, const tf_presign_audit_args *args,
                                    tf_arena *mem);

/* Judge at the deadline what a run without verdict has left, as tf_presign_judge; TF_OK if there is
 * nothing to judge. */
TF_MUST_USE tf_err tf_presign_audit_end(tf_presign *s, tf_fault *fault);

/* The presignature as the evidence has it; the digest and the path of the request. mem as
 * tf_signing_sizes. */
TF_MUST_USE tf_err tf_signing_audit(tf_signing *s, const tf_party_env *env,
                                    const tf_evidence_sign *m, tf_arena *mem);

/* What the messages' context is the hash of. Kind ENCODING: no such run. mem as tf_reshare_sizes,
 * tf_frost_prepare_sizes, tf_frost_signing_sizes (text.len). */
TF_MUST_USE tf_err tf_reshare_audit(tf_reshare *s, const tf_party_env *env,
                                    const tf_testimony_reshare *m, tf_arena *mem);
TF_MUST_USE tf_err tf_frost_prepare_audit(tf_frost_prepare *s, const tf_party_env *env,
                                          uint32_t batch, const tf_testimony_frost_prepare *m,
                                          tf_arena *mem);
TF_MUST_USE tf_err tf_frost_signing_audit(tf_frost_signing *s, const tf_party_env *env,
                                          const tf_testimony_frost_sign *m, tf_arena *mem);

/* What a failed run's evidence says of it. The lists are in mem, and what they point to stays the
 * machine's. */
TF_MUST_USE tf_err tf_presign_testify(tf_evidence_presign *m, const tf_presign *s, tf_arena *mem);
TF_MUST_USE tf_err tf_signing_testify(tf_evidence_sign *m, const tf_signing *s,
                                      const uint8_t cc[static 32], tf_arena *mem);
TF_MUST_USE tf_err tf_reshare_testify(tf_testimony_reshare *m, const tf_reshare *s, tf_arena *mem);
TF_MUST_USE tf_err tf_frost_prepare_testify(tf_testimony_frost_prepare *m,
                                            const tf_frost_prepare *s, tf_arena *mem);
TF_MUST_USE tf_err tf_frost_signing_testify(tf_testimony_frost_sign *m, const tf_frost_signing *s,
                                            tf_arena *mem);

#endif
