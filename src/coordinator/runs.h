/* Protocol runs as the coordinator drives them: open, collect the readies, start, collect results.
 *
 *     open ──all ready──→ started ──all results──→ done
 *       └── a failure, a refusal, a device lost, the deadline ──→ abort to all, failed
 *
 * A run belongs to one attempt and has a fresh request id; a retry is another run. Bounded number,
 * bounded memory. The engine gets one callback per run, at its end.
 */
#ifndef TF_COORDINATOR_RUNS_H
#define TF_COORDINATOR_RUNS_H

#include "coordinator/fleet.h"
#include "wire_protocol.h"
#include "wire_raw.h"
#include "wire_testimony.h"

#define TF_RUNS_MAX 64u
#define TF_RUN_PARTIES TF_PARTIES_MAX

typedef enum tf_run_kind {
	TF_RUN_KEYGEN = TF_PROTOCOL_KEYGEN,
	TF_RUN_AUXINFO = TF_PROTOCOL_AUXINFO,
	TF_RUN_PRESIGN = TF_PROTOCOL_PRESIGN,
	TF_RUN_SIGN = TF_PROTOCOL_SIGN,
	TF_RUN_FROST_PREPARE = TF_TESTIMONY_FROST_PREPARE,
	TF_RUN_FROST_SIGN = TF_TESTIMONY_FROST_SIGN,
} tf_run_kind;
#define TF_RUN_KINDS (TF_TESTIMONY_FROST_SIGN + 1u)

static inline bool tf_run_signs(tf_run_kind kind)
{
	return kind == TF_RUN_SIGN || kind == TF_RUN_FROST_SIGN;
}

static inline bool tf_run_fills(tf_run_kind kind)
{
	return kind == TF_RUN_PRESIGN || kind == TF_RUN_FROST_PREPARE;
}

typedef struct tf_run_spec {
	tf_run_kind kind;
	tf_device *party[TF_RUN_PARTIES]; /* in party order: by slot, then name */
	size_t n;
	const char *profile;
	uint32_t curve;
	uint16_t t;
	uint8_t key_id[32];
	uint8_t sharing[32];
	uint32_t epoch;
	uint32_t batch;
	uint8_t presig[32];
	uint32_t deadline_ms;
	/* signing: what to show before the open (request is filled in), one of them; else NULL */
	const tf_ctl_intent *intent;
	const tf_ctl_raw *raw;
	char tx[TF_UUID_TEXT]; /* for the engine: which transaction, */
	uint32_t item;         /* and which of its messages */
	uint64_t group;        /* of the books, in which it is written that it begins */
} tf_run_spec;

typedef struct tf_run {
	tf_run_spec spec; /* intent and raw are NULL here */
	uint8_t request[32];
	bool live;
	bool started;
	int64_t deadline; /* milliseconds, of the loop's clock */
	uint8_t ready[TF_RUN_PARTIES][TF_CTL_READY_MAX];
	size_t ready_len[TF_RUN_PARTIES];
	bool have[TF_RUN_PARTIES]; /* result is there */
	bool refused;              /* a co-signer signed a refusal */
	bool taken;                /* a signature is in the books */
	uint8_t r[32], s[32];      /* of the result that was looked at last */
	uint8_t recid;
	char reason[TF_CTL_TEXT_MAX + 1];
	uint16_t check;            /* at which a party failed first; 0: none */
	char culprit[TF_DEVICE_TEXT];
} tf_run;

typedef struct tf_runs tf_runs;

/* ok: every party has sent its result. Otherwise reason says why not. The run is freed after. */
typedef void (*tf_run_done)(void *ctx, tf_run *run, bool ok);

/* A result of a signing, from the first that comes until one is TF_OK: then its signature is used,
 * at once. A device that sends what is none delays it only. */
typedef tf_err (*tf_run_first)(void *ctx, tf_run *run, const tf_device *from);

/* All parties are ready: make durable what the books must say before they are told to start. On an
 * error nobody is, and the run ends, if it has not been ended. */
typedef tf_err (*tf_run_settle)(void *ctx, tf_run *run);

TF_MUST_USE tf_err tf_runs_new(tf_runs **out, const tf_rng *rng, tf_run_settle settle,
                               tf_run_first first, tf_run_done done, void *ctx);
void tf_runs_free(tf_runs *rs);

/* TF_E_BUSY: no room. Otherwise done will be called, later. */
TF_MUST_USE tf_err tf_runs_start(tf_runs *rs, const tf_run_spec *spec, int64_t now);

/* What a device sent. */
void tf_runs_ready(tf_runs *rs, const tf_device *d, const tf_ctl_ready *m, const uint8_t *raw,
                   size_t len);
void tf_runs_result(tf_runs *rs, const tf_device *d, const tf_ctl_result *m);
void tf_runs_failed(tf_runs *rs, const tf_device *d, const tf_ctl_failed *m);

/* The result of party i (0-based) of a run: shown to first, if nothing has been taken yet. */
void tf_run_take(tf_run *r, size_t i, const tf_ctl_result *m, tf_run_first first, void *ctx);

/* A refusal of a run's transaction: the live run it speaks of, which ends; NULL: none. */
tf_run *tf_runs_refused(tf_runs *rs, const tf_device *d, const tf_ctl_refusal *m);

/* A device is gone: its runs end. */
void tf_runs_lost(tf_runs *rs, const tf_device *d);
void tf_runs_tick(tf_runs *rs, int64_t now);

/* What the books were to say in this group is lost: runs of it that have not started end. */
void tf_runs_abort_group(tf_runs *rs, uint64_t group, const char *reason);

/* End runs that could not finish (shutdown). */
void tf_runs_abort_all(tf_runs *rs, const char *reason);

/* Is there a live run of this kind, with this device in it (NULL: anyone)? Of this transaction? */
bool tf_runs_busy(const tf_runs *rs, tf_run_kind kind, const tf_device *d);
size_t tf_runs_count(const tf_runs *rs, tf_run_kind kind);
/* Presignatures that live runs of this kind are to make. */
uint32_t tf_runs_making(const tf_runs *rs, tf_run_kind kind);
/* The parties of a live run; NULL: there is none of this request. */
const tf_run_spec *tf_runs_spec(tf_runs *rs, const uint8_t request[static 32]);
#define TF_RUN_ANY_ITEM UINT32_MAX
bool tf_runs_has_tx(const tf_runs *rs, const char *tx, uint32_t item);
bool tf_runs_has_presig(const tf_runs *rs, const uint8_t id[static 32]);
json_t *tf_runs_json(const tf_runs *rs);

/* One framed control message to a device. TF_E_STATE: not connected. */
TF_MUST_USE tf_err tf_control_send(tf_device *d, const tf_wire_type *type, const void *m);

#endif
