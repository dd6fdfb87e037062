/* Machines: one run of one protocol, seen from one party.
 *
 *     begin      tf_keygen_begin, tf_auxinfo_begin, ...: the messages of the first round are
 *                among the effects
 *     effects    tf_machine_effects: work them off, then tf_machine_clear
 *     step       tf_machine_step with each message that comes in, from whomever, in any order
 *     ...        until there is the effect DONE, or a verdict
 *     wipe       tf_machine_wipe
 *
 * A machine lives in the memory that it was begun in, all of it, and must not be copied or moved: a
 * copy, a fork or a snapshot of a running machine says two different things under one signature, or
 * uses a nonce twice. It never blocks. Deadlines are yours: tf_machine_awaits says whose message is
 * missing, and a silent party is no cheat; wipe the machine and begin another run in a new session.
 *
 * What a step answers
 *
 *     TF_OK           taken
 *     TF_E_DUPLICATE  the same message again; harmless
 *     TF_E_SESSION, TF_E_UNSUPPORTED, TF_E_STATE, TF_E_TRUST, kind ENCODING
 *                     dropped: of another run or version, too early, not signed by whom it names,
 *                     or garbage. The machine goes on as before, unless it had ended
 *     TF_E_PROOF      the verdict's party has cheated; the machine has failed
 *     TF_E_CONFLICT   a party has sent different things to different parties. The verdict names it
 *                     if its signature shows that; the machine has failed
 *     TF_E_BUSY       presigning: all alerts are here. Call tf_presign_expire until it has a
 *                     verdict (presign.h)
 *     else            an own error (memory, randomness, TF_E_FAULT: this host computes wrongly);
 *                     the machine has failed, nobody is blamed
 *
 * A machine that is DONE stays DONE, and its result good: a verdict that comes later is about the
 * peer.
 *
 * After an error, too, there may be effects: what shows the others why. If the parties have not
 * received the same, the machine is DISPUTED: it has sent what it holds, and waits for what the
 * others hold. A machine that is DONE goes on answering disputes: keep it
 * until the others are done, too, or the session's time is over.
 *
 * Time. How long a call takes, here and in every header that says nothing else, and which addresses
 * it touches, depends on no secret: not on shares, nonces, factors, plaintexts, seeds, or what is
 * drawn at random. It does depend on parameters, on what is public (moduli, points, certificates,
 * indices of children, finished signatures), on the length, validity and order of what others send,
 * and so on which check fails. Numbers that must be below a bound are drawn again until they are:
 * how often says nothing about the last one. The exception is the search for primes (auxinfo.h).
 */
#ifndef TREFOIL_MACHINE_H
#define TREFOIL_MACHINE_H

#include <stdbool.h>

#include <trefoil/clique.h>
#include <trefoil/effect.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tf_machine tf_machine;

typedef enum tf_machine_state {
	TF_MACHINE_IDLE = 0,     /* wiped */
	TF_MACHINE_RUNNING = 1,
	TF_MACHINE_DISPUTED = 2,
	TF_MACHINE_DONE = 3,
	TF_MACHINE_FAILED = 4,
} tf_machine_state;

/* Take one message of len bytes; see above. The verdict (may be NULL) is cleared first. */
TF_MUST_USE tf_err tf_machine_step(tf_machine *m, const uint8_t *msg, size_t len,
                                   tf_verdict *verdict);

/* The effects that are waiting, in order; returns how many. They lie in the machine's memory. */
size_t tf_machine_effects(const tf_effect **first, const tf_machine *m);

/* They are done: forget and wipe them. Before the next step, or its effects may find no room
 * (TF_E_CAPACITY, and the run has failed). */
void tf_machine_clear(tf_machine *m);

tf_machine_state tf_machine_get_state(const tf_machine *m);

/* Is a message of this party for the current round missing? */
bool tf_machine_awaits(const tf_machine *m, unsigned party);

/* Name of the round that is awaited, for logs; "" if none is. */
const char *tf_machine_round(const tf_machine *m);

/* After a verdict: the signed envelopes that show it, 0 to 2 of them, in the machine's memory. They
 * may hold what was meant for us alone. */
size_t tf_machine_evidence(tf_bytes out[2], const tf_machine *m);

/* Bytes of the longest message of this run, disputes included. */
size_t tf_machine_message_max(const tf_machine *m);

/* End of it, in every state: zero all that it has used of what was lent. NULL is fine. */
void tf_machine_wipe(tf_machine *m);

#ifdef __cplusplus
}
#endif

#endif
