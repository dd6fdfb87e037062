/* The engine that all round machines stand on (docs/protocol.md 2, "Broadcast" and "Conflict is not
 * guilt"; 6.7).
 *
 * A protocol is a const table of rounds: in each, every party broadcasts one message and may send
 * one more to every other party. A machine is this engine plus an advance function. The engine
 * takes one signed envelope at a time, in any order, and files it under (round, sender, broadcast
 * or direct). Once everything of the current round is there, it compares the echoes and calls
 * advance, once: it decodes all messages, checks everything in the order of parties, computes, and
 * sends the messages of the next round. Whom a failure names therefore does not depend on the
 * order of arrival.
 *
 * What arrives                                      what the engine does
 * the same message again                            TF_E_DUPLICATE, harmless
 * another signed message in a slot that is taken    TF_E_CONFLICT: equivocation, names the signer
 * a message of the next round                       keeps it
 * a message of a later round                        TF_E_STATE (honest parties need us first)
 * another session, context or version               TF_E_SESSION, TF_E_UNSUPPORTED; dropped
 * garbage, too long, not for us                     kind ENCODING, TF_E_STATE; dropped
 * no valid signature                                TF_E_TRUST; dropped, nobody is named
 * a signed message that fails a check               TF_E_PROOF, names the signer
 *
 * After a dropped message or a duplicate the machine goes on as before. After any other error it
 * has failed, and answers TF_E_STATE from then on. An error of our own (memory, randomness, a
 * contract) fails the machine and never names a peer. tf_fault.party is TF_PARTY_NONE whenever
 * nobody is convicted.
 *
 * Echo. The broadcasts of round k+1 carry echo_k = H("echo", sid, k, [[i, digest_i], ...]) over all
 * broadcasts of round k, where a digest is the SHAKE256 hash of what an envelope's signature
 * covers, and each machine ends with a round of confirmations, so that the last
 * messages with content are covered too. As soon as one echo differs, the machine is DISPUTED: it
 * sends the signed originals of round k that it holds, and the envelopes whose echo differs, to
 * all, and from now on takes nothing but such disputes; and in the last round the messages of that
 * round, which somebody may have sent who is done and gone. A second signed broadcast for a slot
 * convicts its signer (TF_E_CONFLICT); an echo that its signer's own originals do not reproduce
 * convicts that signer (TF_E_PROOF); nobody else is blamed. (If the convict is our own party,
 * somebody else signs with our key.) So whoever has signed a false echo is convicted by its answer,
 * or is awaited; and in the last round nobody is who gave our echo there: its originals are ours.
 *
 * A dispute has a ground if it shows the broadcasts of all, and an echo that does not follow from
 * them: whoever learns of such a one joins it, and shows its own. One without is only kept, as what
 * its author has signed: the run goes on, and what its author owes is still awaited. A machine that
 * is DONE answers disputes, too, and may convict, but stays DONE.
 *
 * Complaint. What is sent to one party alone only that party can check. A machine may name a round
 * as its court: whoever convicts another by a direct message of that round shows that message, and
 * the sender's broadcast of the same round, to all. Both are signed, so everybody repeats the
 * check: if it fails for them too, the accused is convicted everywhere; if it holds, the accuser
 * is. No answer of the accused is waited for, and none would help: a dealer that sent a wrong share
 * and publishes a right one must not convict the one that received the wrong one. Only that one
 * message becomes known, and the run is over either way (what that costs: docs/adr/0011).
 *
 * Memory: one arena, handed in at start and wiped as a whole at the end. Signed originals stay in
 * it as long as the machine: they are the evidence.
 */
#ifndef TF_PROTO_ROUNDS_H
#define TF_PROTO_ROUNDS_H

#include "proto/effects.h"
#include "proto/party.h"
#include "wire/envelope.h"
#include "wire_reshare.h"

#define TF_ROUNDS_MAX 6u

typedef struct tf_round {
	const char *name;              /* for logs: "opening" */
	const tf_wire_type *broadcast; /* what everybody sends to all */
	const tf_wire_type *direct;    /* what everybody sends to each; NULL: nothing */
} tf_round;

typedef enum tf_run_state {
	TF_RUN_IDLE = 0,     /* not started, or wiped */
	TF_RUN_RUNNING = 1,
	TF_RUN_DISPUTED = 2, /* echoes differ; waiting for the others' originals */
	TF_RUN_DONE = 3,
	TF_RUN_FAILED = 4,
} tf_run_state;

/* One message as it was received (or sent, in the own party's row). */
typedef struct tf_slot {
	const uint8_t *raw; /* the envelope; NULL: not there yet */
	size_t len;
	uint16_t type;
	tf_blob payload;    /* inside raw */
	uint8_t digest[32];
	uint8_t echo[32];
} tf_slot;

/* A dispute by one party. */
typedef struct tf_shown {
	tf_blob raw;      /* the envelope; p NULL: it has not shown anything */
	uint8_t round;    /* whose originals it shows */
	uint8_t count;
	uint8_t echo[32]; /* the echo that they make */
} tf_shown;

typedef struct tf_rounds tf_rounds;

/* All of round r->round is there and its echoes agree: process it, send what belongs to round
 * r->round + 1 (tf_rounds_send), if there is one. Runs at most once per round. TF_E_BUSY: the
 * machine has closed the run (tf_rounds_close), and goes on without messages. */
typedef tf_err (*tf_rounds_advance)(tf_rounds *r, tf_outbox *out, tf_fault *fault);

/* Does party `from` send a direct message to `to` in the rounds that have one? */
typedef bool (*tf_rounds_directs)(const tf_rounds *r, unsigned from, unsigned to);

/* The checks of a court's round on what `accused` has signed: its broadcast's payload, and that of
 * its direct message to `accuser`. TF_OK: nothing is wrong with them; TF_E_PROOF: something is, and
 * fault says which check; anything else is our own trouble. */
typedef tf_err (*tf_rounds_judge)(tf_rounds *r, unsigned accused, unsigned accuser,
                                  const tf_blob *broadcast, const tf_blob *direct,
                                  tf_fault *fault);

struct tf_rounds {
	const tf_party_env *env;
	tf_wire_env wire;
	tf_arena *mem;
	const tf_round *table;
	tf_rounds_advance advance;
	tf_rounds_directs directs; /* NULL: everybody to everybody */
	tf_rounds_judge judge;     /* NULL: no court */
	uint8_t court;             /* its round */
	uint16_t accused;          /* while advance checks this party's direct message; else 0 */
	tf_blob complaint;         /* that was heard, its envelope; p NULL: none */
	tf_slot *slots;   /* [round][party][broadcast, direct] */
	tf_run_state state;
	uint8_t rounds;   /* in the table */
	uint8_t round;    /* whose messages are awaited, from 1; 0 while starting */
	const tf_round *instead; /* what the last round may become; NULL: nothing */
	bool diverted;           /* it has */
	uint8_t context[32];
	uint8_t echo[TF_ROUNDS_MAX + 1][32]; /* [k]: of round k; [0]: what round 1 must carry */
	bool prior;          /* echo[0] was given */
	tf_blob evidence[2]; /* after a conviction: the signed messages that show it */
	bool has_shown;      /* our own originals */
	uint8_t disputed;    /* the round whose originals are asked for */
	size_t owed;         /* effects of this step that the others need even if it fails */
	uint32_t missing;    /* after tf_rounds_close: bit j - 1, whose messages were not here */
	bool audit;          /* this is no run, but the judgement of one: nothing is sent */
	uint32_t told;       /* in it: bit j - 1, whose direct message of the court's round is there */
	tf_shown shown[TF_PARTIES_MAX]; /* [party index - 1] */
};

/* How much memory a run takes, in bytes. */
typedef struct tf_run_sizes {
	size_t mem;     /* the machine's arena */
	size_t out;     /* the outbox's arena, if it is reset after every step */
	size_t message; /* the longest envelope, disputes and complaints included */
} tf_run_sizes;

/* ---- for whoever runs a machine: every machine begins with its engine ---- */

/* Take one envelope; see the table above. out receives the effects of this step after those that
 * it holds already. fault (may be NULL) is cleared first. TF_E_STATE if the machine is not
 * running. */
TF_MUST_USE tf_err tf_rounds_step(tf_rounds *r, const uint8_t *msg, size_t len, tf_outbox *out,
                                  tf_fault *fault);

tf_run_state tf_rounds_state(const tf_rounds *r);

/* Is the message of this party for the current round still missing, or was it at the deadline? For
 * "waiting for ..." and for deadlines, which are the caller's: silence convicts nobody. */
bool tf_rounds_awaits(const tf_rounds *r, unsigned party);

/* For machines: are this party's messages of the current round here, and has it received what we
 * have of the round before? Check ECHO_AGREES. */
bool tf_rounds_same_view(const tf_rounds *r, unsigned party);

/* Name of the round that is awaited; "" if none is. */
const char *tf_rounds_name(const tf_rounds *r);

/* After a step that convicted somebody: the signed envelopes that show it, 0 to 2 of them. They lie
 * in the machine's memory. fault.evidence is the SHAKE256 hash over each one's length (u32) and
 * bytes. They may hold what was meant for us alone. */
size_t tf_rounds_evidence(tf_blob out[static 2], const tf_rounds *r);

/* The messages of this run that are here, up to a round, in the order of rounds: what a third party
 * needs to repeat a check (proto/audit.h). Of what was sent to us alone in the court's round, only
 * the message that is itself at fault (r->accused): those of honest dealers are shares of a key
 * that may be in use. out has room for cap; returns how many there are. */
size_t tf_rounds_messages(tf_blob *out, size_t cap, const tf_rounds *r, unsigned round);

/* ---- for machines ---- */

/* Set up over mem; context: hash of what the run is about, to which tf_run_context adds what every
 * run has. prior is what the broadcasts of round 1 must carry as echo (NULL: zero). batch: for the
 * wire environment. TF_E_USAGE for an environment that cannot be. */
TF_MUST_USE tf_err tf_rounds_init(tf_rounds *r, const tf_party_env *env, const tf_round *table,
                                  uint8_t rounds, tf_rounds_advance advance,
                                  const uint8_t context[static 32], const uint8_t *prior,
                                  uint32_t batch, tf_arena *mem);

/* Send a message of round r->round + 1 to all (to 0) or one. A broadcast is filed in the own slot,
 * and is part of the echo. */
TF_MUST_USE tf_err tf_rounds_send(tf_rounds *r, tf_outbox *out, uint16_t to,
                                  const tf_wire_type *type, const void *m);

/* What was sent so far in this step goes out even if a later round of the same step convicts
 * somebody: the others need it to do so, too, since they judge a round when all of it is there. So
 * it is with whatever an advance function has left, when it has: records, too. What is sent is in
 * the own slot, and so in files of evidence: a signature must not get out there without the record
 * of what it signs. */
void tf_rounds_owe(tf_rounds *r, const tf_outbox *out);

/* Round 1 is sent: begin to listen. */
void tf_rounds_begin(tf_rounds *r);

/* The message of a party in the current round, decoded into memory of the arena. What does not
 * decode is PAYLOAD_FORM (TF_E_PROOF): it was signed. */
typedef enum tf_message_kind { TF_BROADCAST = 0, TF_DIRECT = 1 } tf_message_kind;
TF_MUST_USE tf_err tf_rounds_decode(const tf_rounds *r, void *out, unsigned party,
                                    tf_message_kind kind, tf_fault *fault);

/* The same of a message that a complaint shows; fault speaks of its sender already. */
TF_MUST_USE tf_err tf_rounds_decode_shown(const tf_rounds *r, void *out, const tf_wire_type *type,
                                          const tf_blob *payload, tf_fault *fault);

/* After tf_rounds_init: this round is the court, and judge repeats its checks. While advance checks
 * a direct message of that round, r->accused is the party whose it is. */
void tf_rounds_hold_court(tf_rounds *r, uint8_t round, tf_rounds_judge judge);

/* In an audit: is the direct message that this party sent to the accuser in the court's round not
 * shown? Its checks are left out then; they only say something of who sent it. In a run: false. */
bool tf_rounds_is_untold(const tf_rounds *r, unsigned party);

/* The same of an earlier round, our own broadcasts included. It was decoded before: an error is our
 * own. */
TF_MUST_USE tf_err tf_rounds_again(const tf_rounds *r, void *out, unsigned round, unsigned party,
                                   tf_message_kind kind);

/* After tf_rounds_init: the last round of the table may become this one. Its messages are filed
 * from then on beside those of the table, so that nothing is lost of who has diverted earlier. For
 * the sizes a table with this row, too. TF_E_CAPACITY. */
TF_MUST_USE tf_err tf_rounds_offer(tf_rounds *r, const tf_round *instead);

/* From an advance function, before the last round: it has become what was offered. A party that
 * sends the table's broadcast nevertheless owes no direct message; whether it should have, is the
 * machine's check. */
void tf_rounds_divert(tf_rounds *r);

/* Is the broadcast of a party in the current round of the kind that this machine expects? */
bool tf_rounds_agrees(const tf_rounds *r, unsigned party);

/* From an advance function: this round is the last. */
void tf_rounds_end(tf_rounds *r);

/* The caller's deadline is over: no message is taken any more (the run has FAILED), and
 * tf_rounds_awaits goes on to tell whose were missing. A verdict may follow, by tf_rounds_fail. */
void tf_rounds_close(tf_rounds *r);

/* The run is over by a verdict that no message brought (a deadline): as if a step had returned
 * err. */
TF_MUST_USE tf_err tf_rounds_fail(tf_rounds *r, tf_err err, tf_fault *fault);

/* What the engine itself needs, for a machine's sizes: messages, slots, the outbox; and what is
 * added to it for a court, a round of the table. */
tf_run_sizes tf_rounds_sizes(const tf_wire_env *wire, const tf_round *table, uint8_t rounds);
void tf_rounds_court_sizes(tf_run_sizes *s, const tf_wire_env *wire, const tf_round *court);

#endif
