/* Many sessions at once: the engine of a co-signer (docs/architecture.md 6).
 *
 * It does no I/O, reads no clock and starts no thread. Milliseconds of any clock that does not jump
 * are handed in as `now`. All functions here are called on one thread, and take little time; what
 * computes is session.h's begin, step and judge, which may run elsewhere:
 *
 *     OPEN   tf_open_read, then the caller finds keys and moduli   tf_sessions_open  → READY out
 *     START  tf_sessions_start                    then elsewhere   tf_session_begin
 *            tf_sessions_pending, until empty     then elsewhere   tf_session_step
 *     peer   tf_sessions_route                    then elsewhere   tf_session_step
 *     clock  tf_sessions_tick, until NULL
 *            while JUDGING                        elsewhere        tf_session_judge
 *     ABORT  tf_sessions_cancel
 *     end    tf_sessions_harvest, result or report, tf_sessions_close
 *
 * Around work elsewhere: tf_sessions_take before, tf_sessions_give after. Effects go into outboxes;
 * the caller makes PERSIST and BURN durable before it sends what follows them.
 *
 * A session id begins once, ever: ids and requests are remembered, and PERSISTed. A message from a
 * peer counts only if the TLS identity it came from is the device that its envelope names. Failed
 * sessions are counted: against the device that was convicted, which is in quarantine after too
 * many; and, if nobody was, as an alarm about this implementation. Silence convicts nobody.
 */
#ifndef TF_SESSION_SESSIONS_H
#define TF_SESSION_SESSIONS_H

#include "session/inbox.h"
#include "session/pool.h"
#include "session/session.h"

typedef struct tf_sessions_config {
	const tf_self *self;       /* outlives the engine */
	tf_session *slots;         /* memory of `slots_n` sessions, and so on */
	size_t slots_n;
	tf_standing *standings;
	size_t standings_n;
	uint32_t quarantine;       /* convictions that mean quarantine; 0: never */
	tf_pool_entry *pool;
	size_t pool_n;
	size_t pool_depth;         /* presignatures of one clique */
	tf_pool_entry *nonces;     /* the same for FROST; none: it is not run */
	size_t nonces_n;
	size_t nonces_depth;
	uint64_t pool_age_ms;
	uint8_t (*used)[32];       /* session ids and request ids that were in use */
	size_t used_n;
	void *inbox;
	size_t inbox_len;
	uint64_t inbox_ms;         /* how long a message for an unknown session is kept */
	void *scratch;             /* TF_SESSIONS_SCRATCH bytes */
	uint64_t opening_ms;       /* from READY to START */
	uint64_t run_ms;           /* from START to the end, at most */
	size_t message_max;        /* bytes of an envelope that peers take; 0: any */
} tf_sessions_config;

#define TF_SESSIONS_SCRATCH (256u * 1024u)
#define TF_SESSIONS_SEEN_BITS 20u

typedef struct tf_sessions {
	tf_sessions_config c;
	tf_standings standings;
	tf_pool pool;
	tf_pool nonces;   /* of FROST */
	tf_inbox inbox;
	tf_arena scratch;
	size_t used_at;
	uint64_t seen[(1u << TF_SESSIONS_SEEN_BITS) / 64]; /* by the first bits of what is in c.used */
	uint64_t alarms;  /* sessions that failed and nobody could say why */
	uint64_t dropped; /* messages that could not be believed or kept */
} tf_sessions;

/* An engine without sessions over the memory that c points to (c itself is copied). */
void tf_sessions_init(tf_sessions *a, const tf_sessions_config *c);
void tf_sessions_wipe(tf_sessions *a);

/* Before the first message, from the store: a session id that was in use, a peer's standing. */
void tf_sessions_mark_used(tf_sessions *a, const uint8_t id[static 32]);
bool tf_sessions_was_used(const tf_sessions *a, const uint8_t id[static 32]);
TF_MUST_USE tf_err tf_sessions_load_standing(tf_sessions *a, const uint8_t *record, size_t len);

/* Take part in a run. TF_E_REPLAY: a request that was there before; TF_E_POLICY: a party is in
 * quarantine or suspended; TF_E_TRUST: a party is not the device that has this seat of the key;
 * TF_E_STATE: another epoch than ours; TF_E_TOO_LARGE: a message of the run could be longer than
 * message_max; TF_E_NOT_FOUND: the presignature is not here, or is another clique's, or in use;
 * TF_E_CONFLICT: the key to be generated is here already; TF_E_BUSY: no slot, or a generation of
 * this key is under way; TF_E_USAGE: args lack something.
 * On TF_OK *out is OPENED, and (*out)->opening.ready is to be sent. */
TF_MUST_USE tf_err tf_sessions_open(tf_sessions *a, uint64_t now, const tf_open *open,
                                    const tf_session_args *args, tf_session **out,
                                    tf_fault *fault);

/* A START. TF_OK: *s is STARTED; effects: PERSIST of its id and of standings. Otherwise *s, if not
 * NULL, has FAILED: errors as tf_opening_close; behind (may be NULL): it is we who must
 * synchronise. TF_E_REPLAY: a START that was there before; TF_E_NOT_FOUND: of no request of ours;
 * *s is NULL in both. */
TF_MUST_USE tf_err tf_sessions_start(tf_sessions *a, uint64_t now, const uint8_t *in, size_t len,
                                     tf_session **s, bool *behind, tf_outbox *out,
                                     tf_fault *fault);

/* Party index of a device in a session; TF_PARTY_NONE if it is not in it. */
unsigned tf_session_party(const tf_session *s, const char *device);

/* An envelope that came from a device, as its certificate says. TF_OK with *s: for tf_session_step;
 * TF_OK without: kept until the session begins. TF_E_TRUST: the envelope names another party than
 * the device it came from (ENVELOPE_SENDER; fault names that device's party, if it has one);
 * TF_E_SESSION: of a session that is over; TF_E_CAPACITY: not kept; kind ENCODING. */
TF_MUST_USE tf_err tf_sessions_route(tf_sessions *a, uint64_t now, const char *device,
                                     const uint8_t *msg, size_t len, tf_session **s,
                                     tf_fault *fault);

/* Move the next kept message of a RUNNING session to buf; false if there is none. Messages that
 * came from another device than they name, or do not fit, are dropped. */
bool tf_sessions_pending(tf_sessions *a, const tf_session *s, uint8_t *buf, size_t cap,
                         size_t *len);

/* Time passes: a session whose deadline is over, now FAILED (TF_E_EXPIRED), or JUDGING, if alerts
 * are awaited; NULL if there is none (those that are busy are told when they are given back, and
 * may then be either). */
tf_session *tf_sessions_tick(tf_sessions *a, uint64_t now);

/* The coordinator, or we, give a run up (err: TF_E_CANCELLED, or why): the session, FAILED unless
 * it is busy, done, or in dispute or alerted (session.h): then it goes on to its deadline. NULL if
 * there is none of this request. */
tf_session *tf_sessions_cancel(tf_sessions *a, const uint8_t request[static 32], tf_err err);

/* The process ends: a session that is not busy has FAILED (err: why), alerted or not. */
void tf_sessions_abandon(tf_session *s, tf_err err);

/* Work on a session begins and ends elsewhere. */
void tf_sessions_take(tf_session *s);
void tf_sessions_give(tf_session *s);

/* Presigning, or preparing, that is DONE: move what it made into its pool; s->ids lists what is in.
 * Nothing for other protocols. */
void tf_sessions_harvest(tf_sessions *a, uint64_t now, tf_session *s);

/* The end: count it, destroy its presignature, wipe it, free the slot. Effects: PERSIST of
 * standings. TF_E_STATE if it is busy, or neither DONE nor FAILED. */
TF_MUST_USE tf_err tf_sessions_close(tf_sessions *a, tf_session *s, tf_outbox *out);

tf_session *tf_sessions_find(tf_sessions *a, const uint8_t request[static 32]);

/* The pool that a run fills, or takes from. */
static inline tf_pool *tf_sessions_pool(tf_sessions *a, const tf_open *open)
{
	return tf_open_is_frost(open) ? &a->nonces : &a->pool;
}

/* Is a key generation of this key (NULL: of any) under way here? */
bool tf_sessions_generates(const tf_sessions *a, const uint8_t *key_id);

/* A presignature that not everybody of its clique has, or that was named to be used and was not:
 * destroyed here (docs/protocol.md 8). False if there is none, or a session is about to use it
 * (which destroys it in any case). */
bool tf_sessions_forsake(tf_sessions *a, const uint8_t id[static 32]);

/* A sharing has moved on to this epoch: presignatures of older ones are destroyed. */
void tf_sessions_epoch(tf_sessions *a, const uint8_t sharing[static 32], uint32_t epoch);

#endif
