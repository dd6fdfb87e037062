/* A co-signer, all of it: what it holds, and the parts that move it.
 *
 *     link      the control connection to the coordinator: what to do next
 *     peers     connections to the other co-signers: envelopes
 *     desk      judges openings and intents, binds, and answers
 *     mend      takes what makes a co-signer whole again that missed the end of a run
 *     work      runs sessions: steps in worker threads, effects in order
 *     primes    makes the moduli, and renews them
 *     shelf     keeps tables for presigning, and makes them when nothing else runs
 *     recall    remembers what every run would compute anew
 *     keeper    what is kept, sealed
 *
 * Everything here runs on the loop's thread; only session steps, the prime search and the
 * making of tables run elsewhere, and those touch nothing but their own memory.
 */
#ifndef TF_COSIGNER_NODE_H
#define TF_COSIGNER_NODE_H

#include "cosigner/judge.h"
#include "cosigner/keeper.h"
#include "cosigner/primes.h"
#include "cosigner/recall.h"
#include "cosigner/shelf.h"
#include "daemon/audit.h"
#include "daemon/enrol.h"
#include "daemon/hub.h"
#include "daemon/proc.h"
#include "daemon/status.h"
#include "daemon/turn.h"
#include "session/sessions.h"

typedef struct tf_link tf_link;
typedef struct tf_peers tf_peers;

#define TF_NODE_SESSIONS 64u
#define TF_NODE_POOL 128u
#define TF_NODE_NONCES 256u
#define TF_NODE_USED 65536u

/* The longest frame between co-signers: an alert among sixteen parties at P128 fits. A run whose
 * longest message would not is refused before it begins. */
#define TF_NODE_FRAME_MAX (6u << 20)

typedef struct tf_node {
	const char *device;
	tf_role role;
	uint16_t set;
	const char *channel_host;
	uint16_t channel_port;
	const char *coordinator_host;
	uint16_t coordinator_port;
	int64_t request_max_age_s;
	const char *test_primes; /* test builds: file of fixed primes, or NULL */
	int64_t test_primes_at;
	bool test_stop; /* test builds: SIGSTOP before a key share is committed */
	bool test_stop_again; /* the same before somebody who is known is introduced again */

	tf_loop *loop;
	tf_proc *proc;
	tf_status *status;
	tf_rng rng;
	tf_store *store;
	const char *store_path; /* evidence is written beside it */
	tf_member *member;
	tf_tls *tls;
	tf_audit *audit;
	tf_turn *turn;
	tf_jwt_keys *user_keys;
	tf_shelf *shelf;
	tf_recall *recall;
	size_t run_bytes, run_bytes_max; /* memory of the sessions that are open, and their limit */
	unsigned moduli_lent;            /* to so many of them: our own */
	tf_keeper *keeper;
	const tf_profile *pr;
	const tf_group *g, *frost; /* of ECDSA keys; ed25519 */
	tf_signer signer;
	tf_self self;
	tf_sessions sessions;
	tf_link *link;
	tf_peers *peers;
	tf_primes *primes;
	bool draining;
	tf_metric *signatures, *refusals, *runs_done, *runs_failed;
} tf_node;

/* Unix time in seconds, and in milliseconds. */
int64_t tf_node_now_s(void);
int64_t tf_node_now_ms(void);

/* A disk or store that fails ends the process: what cannot be made durable must not go on. */
void tf_node_fatal(tf_node *n, const char *what, tf_err e);

/* One signed row of the co-signer's own log; takes the reference to fields. */
TF_MUST_USE tf_err tf_node_audit(tf_node *n, const char *event, json_t *fields);
/* The same, durable with the turn's group. */
TF_MUST_USE tf_err tf_node_audit_deferred(tf_node *n, const char *event, json_t *fields);

/* link.c */
TF_MUST_USE tf_err tf_link_new(tf_link **out, tf_node *n);
void tf_link_free(tf_link *l);
/* Framed control message; dropped if there is no connection (the coordinator asks again). */
void tf_link_send(tf_link *l, const uint8_t *p, size_t len);
void tf_link_send_message(tf_link *l, const tf_wire_type *type, const void *m);
/* Something changed that the coordinator should know soon. */
void tf_link_beat(tf_link *l);
/* The roster is a new one: is the coordinator still in it? */
void tf_link_rejudge(tf_link *l);

/* peers.c */
TF_MUST_USE tf_err tf_peers_new(tf_peers **out, tf_node *n, char *why, size_t cap);
void tf_peers_free(tf_peers *p);
/* An envelope to a device, dialling it if need be. Bounded; what does not fit is dropped, and the
 * run ends at its deadline. */
void tf_peers_send(tf_peers *p, const char *device, const char *address, const uint8_t *msg,
                   size_t len);
size_t tf_peers_reachable(const tf_peers *p, const char **out, size_t cap);
/* The roster is a new one: who is not in it any more is not heard any more. */
void tf_peers_rejudge(tf_peers *p);

/* desk.c: control messages, framed, as they came. */
void tf_desk_open(tf_node *n, const uint8_t *p, size_t len);
void tf_desk_intent(tf_node *n, const uint8_t *p, size_t len); /* or raw */
void tf_desk_start(tf_node *n, const uint8_t *p, size_t len);
void tf_desk_abort(tf_node *n, const uint8_t *p, size_t len);
void tf_desk_forget(void);

/* room.c: why what the run would leave behind could not be kept; NULL: it can be. */
const char *tf_room_lacks(const tf_node *n, const tf_open *open);

/* mend.c: control messages, as above. */
void tf_mend_certificate(tf_node *n, const uint8_t *p, size_t len);
void tf_mend_forsake(tf_node *n, const uint8_t *p, size_t len);

/* work.c */
/* What a session has besides: copies that outlive changes of the keeper, and waiting messages. */
typedef struct tf_lane tf_lane;
/* What a signing binds itself to when it starts: before the start nobody can sign, so nothing has
 * to be written down, and after it nothing leaves before it is. */
typedef struct tf_pledge {
	bool given;
	char tx[TF_CTL_NAME_MAX + 1];
	uint8_t run[32];     /* request id of the run */
	uint8_t payload[32]; /* its hash, for a refusal */
	tf_judgement v;
} tf_pledge;
tf_pledge *tf_lane_pledge(tf_lane *lane);

/* Keeps copies of what args points to, and points it there. */
TF_MUST_USE tf_err tf_lane_new(tf_lane **out, tf_node *n, const tf_open *open,
                               tf_session_args *args);
void tf_lane_free(tf_lane *lane);
void tf_work_begin(tf_node *n, tf_session *s);
void tf_work_envelope(tf_node *n, const char *device, const uint8_t *msg, size_t len);
/* What of a session was written from here on in this turn must be durable before it sends. */
void tf_work_note_group(tf_node *n, tf_session *s);
/* Carry out effects that stand alone (of starts and closes). False: fatal, the process ends. */
bool tf_work_effects(tf_node *n, tf_session *s, tf_outbox *out);
/* DONE or FAILED and not busy: report, close. */
void tf_work_end(tf_node *n, tf_session *s);
void tf_work_tick(tf_node *n);
/* testify.c: the evidence of a session that has FAILED, if it has any, into a file. */
void tf_testify(const tf_node *n, const tf_session *s);
/* The file's name, which no other session has. TF_E_TOO_LARGE. */
#define TF_TESTIFY_PATH 4096u
TF_MUST_USE tf_err tf_testify_path(char path[static TF_TESTIFY_PATH], const char *store_path,
                                   const uint8_t sid[static 32]);
/* Give up all runs, or those with a device; those in dispute or alerted go on to their deadline. */
void tf_work_cancel_all(tf_node *n, const char *device, tf_err e);
/* Give up all, since the process ends. */
void tf_work_abandon_all(tf_node *n);
unsigned tf_work_running(const tf_node *n);

#endif
