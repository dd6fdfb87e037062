/* One session: a protocol run from its OPEN to its result.
 *
 *     FREE → OPENED → STARTED → RUNNING → DONE
 *              └─────────┴─────────┼────→ FAILED
 *                                  └ JUDGING ┘
 *
 * sessions.h opens, starts, routes and closes sessions, all of it fast, on one thread. The three
 * functions that compute, tf_session_begin, tf_session_step and tf_session_judge, touch nothing but
 * their own session, and may run on any thread, one at a time per session (between tf_sessions_take
 * and tf_sessions_give).
 *
 * A run in dispute (proto/rounds.h), and a presigning whose sums have failed and which ends in
 * alerts (proto/presign.h), end by nothing else than their parties' messages and the deadline:
 * whoever cheated could otherwise escape by having the run aborted, or by hanging up. Alerts are
 * judged a proof at a time, when all are here or the deadline is over. The session then has FAILED
 * either with a culprit, or as EXPIRED, waiting for those who were silent.
 *
 * Which machine runs inside follows from the protocol. A signing without a presignature makes one
 * first (docs/protocol.md 2: round 0 plus four rounds): presigning for one, without confirmation,
 * then signing, in one session; signature shares that arrive meanwhile are kept.
 *
 * A session does not move in memory, and holds secrets.
 */
#ifndef TF_SESSION_SESSION_H
#define TF_SESSION_SESSION_H

#include "proto/auxinfo.h"
#include "proto/keygen.h"
#include "proto/signing.h"
#include "session/opening.h"

typedef enum tf_session_phase {
	TF_SESSION_FREE = 0,
	TF_SESSION_OPENED = 1,  /* READY is given; START is awaited */
	TF_SESSION_STARTED = 2, /* it has a sid; tf_session_begin is next */
	TF_SESSION_RUNNING = 3,
	TF_SESSION_DONE = 4,
	TF_SESSION_FAILED = 5,  /* err and fault say why */
	TF_SESSION_JUDGING = 6, /* alerts, all of them or at the deadline: tf_session_judge is next */
} tf_session_phase;

/* What the caller brings to a session; pointers outlive it. */
typedef struct tf_session_args {
	tf_round0 round0;      /* aux is filled in */
	const char *workspace; /* keygen */
	const tf_moduli *own;  /* auxinfo, presign, sign without presignature */
	const tf_aux *aux[TF_PARTIES_MAX]; /* presign, sign without: [party index - 1], own ignored */
	/* presign, sign without: [party index - 1], or NULL */
	const tf_party_tables *tables[TF_PARTIES_MAX];
	const tf_key *key;     /* presign, sign; keygen: what is here under this id, or NULL */
	tf_path path;          /* sign */
	uint8_t digest[32];    /* sign: what the co-signer itself computed */
	uint64_t unix_now;     /* seconds, for records */
	void *mem;             /* at least tf_session_sizes(..).mem bytes; wiped at the end */
	size_t mem_len;
} tf_session_args;

typedef struct tf_session {
	tf_session_phase phase;
	bool busy;      /* a step is computing somewhere */
	tf_err stop;    /* was told to end while busy: why; TF_OK: was not */
	void *user;     /* the caller's */
	uint64_t deadline;
	tf_opening opening;
	tf_session_args args;
	tf_party_env env;
	uint8_t sid[32];
	tf_protocol stage; /* PRESIGN, then SIGN, in a signing without presignature */
	tf_arena mem;
	union {
		tf_rounds rounds; /* every machine begins with it */
		tf_keygen keygen;
		tf_auxinfo auxinfo;
		tf_presign presign;
		tf_signing signing;
	} machine;
	tf_presig presig;
	struct {
		size_t len;
		uint8_t msg[TF_ENVELOPE_OVERHEAD + TF_SC_BYTES];
	} early[TF_PARTIES_MAX]; /* signature shares that came before their time */
	const uint8_t *certificate; /* keygen: signed, in mem */
	size_t certificate_len;
	uint8_t ids[TF_PRESIGN_BATCH_MAX][32]; /* presign: what went into the pool */
	uint32_t ids_n;
	tf_err err;
	tf_fault fault;
} tf_session;

/* Memory that a session of this kind needs: args.mem, and the arena of the outbox of its steps. */
tf_run_sizes tf_session_sizes(const tf_open *open, const tf_profile *pr);

/* STARTED → RUNNING: compute and send round 1. On error the session has FAILED. */
TF_MUST_USE tf_err tf_session_begin(tf_session *s, tf_outbox *out, tf_fault *fault);

/* RUNNING: take one envelope. Errors as tf_rounds_step; afterwards phase says whether the session
 * goes on (an error alone does not end it: what cannot be believed is dropped), or JUDGING is next.
 * out receives the effects; PERSIST and BURN must be durable before what follows them is sent. The
 * phase, not an effect, says that the session is done. */
TF_MUST_USE tf_err tf_session_step(tf_session *s, const uint8_t *msg, size_t len, tf_outbox *out,
                                   tf_fault *fault);

/* Is this a presigning whose sums have failed, and alerts are under way? Not while it is busy. */
bool tf_session_is_alerted(const tf_session *s);

/* JUDGING: verify one proof of the alerts. The phase then says whether the session has FAILED, or
 * this is to be called again. TF_OK: not yet; else why it has FAILED: TF_E_PROOF with the culprit
 * in fault, TF_E_EXPIRED, or an error of our own. TF_E_STATE: not JUDGING. */
TF_MUST_USE tf_err tf_session_judge(tf_session *s, tf_fault *fault);

/* DONE: the RESULT message. For presigning after tf_sessions_harvest. buf must hold
 * TF_SESSION_RESULT_MAX bytes. */
#define TF_SESSION_RESULT_MAX 0xc000u
TF_MUST_USE tf_err tf_session_result(uint8_t *buf, size_t cap, size_t *len, const tf_session *s);

/* The signature and the child key of a signing that is DONE; TF_E_STATE otherwise. */
TF_MUST_USE tf_err tf_session_signature(tf_ecdsa_sig *sig, tf_pt *child, const tf_session *s);

/* FAILED: who, where, why. evidence lies in the session's memory and may hold what was meant for
 * us alone. */
typedef struct tf_session_report {
	uint8_t request[32];
	uint8_t sid[32];       /* zero before START */
	tf_err err;
	tf_fault fault;
	char culprit[TF_CTL_NAME_MAX + 1]; /* device id; "" if nobody is convicted */
	tf_blob evidence[2];   /* signed envelopes */
	size_t evidence_n;
	char words[TF_CTL_TEXT_MAX + 1];
} tf_session_report;
void tf_session_report_make(tf_session_report *out, const tf_session *s);

/* The FAILED message of a report. buf must hold TF_SESSION_RESULT_MAX bytes. */
TF_MUST_USE tf_err tf_session_failed(uint8_t *buf, size_t cap, size_t *len,
                                     const tf_session_report *r);

/* Wipe everything, the caller's memory too. */
void tf_session_wipe(tf_session *s);

#endif
