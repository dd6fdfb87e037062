/* Inside of presigning: what its rounds share. Not for other files. */
#ifndef TF_PROTO_PRESIGN_IMPL_H
#define TF_PROTO_PRESIGN_IMPL_H

#include "proto/presign.h"
#include "wire_alerts.h"
#include "zk/affg.h"
#include "zk/affgstar.h"
#include "zk/batchv.h"
#include "zk/dec.h"
#include "zk/elog.h"
#include "zk/encelg.h"

/* One presignature in the making: the own side. Secret. */
typedef struct tf_presign_own {
	uint8_t epid[32];
	tf_sc_sec k, gamma, y, a, b;
	tf_bn K, G;
	tf_pt Y, A1, A2, B1, B2, Gamma;
	tf_sc_sec beta, betahat; /* sums over all peers */
	tf_pt Gamma_sum;
	tf_sc delta;             /* own share, public from round 3 on */
	tf_pt Delta, S;
	tf_sc_sec chi;
} tf_presign_own;

/* The same, a peer's side. */
typedef struct tf_presign_other {
	tf_bn K;
	tf_pt Y, A1, A2, B1, B2, Gamma;
	tf_sc delta;
	tf_pt Delta, S;
} tf_presign_other;

/* What an alert needs of one peer's multiplications: [TF_MTA_...]. Secret. */
typedef struct tf_presign_kept {
	tf_int minus_beta[2];
	tf_bn rho[2], rhoy[2];
} tf_presign_kept;

/* Alerts being judged, one verdict after the other (presign_verdict.c). Public values only; lies in
 * the machine's memory, which is nobody else's meanwhile. */
typedef struct tf_presign_trial tf_presign_trial;

struct tf_presign_state {
	const tf_moduli *own;
	const tf_aux *aux[TF_PARTIES_MAX];
	const tf_party_tables *lent[TF_PARTIES_MAX]; /* by the caller */
	/* Where nothing was lent, the run's own tables for commitments: [party index - 1]. */
	tf_rp *rp;                /* with tables, ours secret; or NULL */
	tf_rp_tables *tables;
	uint8_t *rooms;           /* [party index - 1][tf_rp_tables_bytes] */
	tf_weights w;
	uint32_t batch;
	bool confirm;
	bool patient;
	uint8_t clique[32];
	uint8_t sharing[32];
	tf_presign_own *item;     /* [b] */
	tf_presign_other *other;  /* [b][party index - 1] */
	tf_presig *presig;        /* [b] */
	tf_presign_kept *kept;    /* [b][peer] */
	tf_blob sent[TF_PARTIES_MAX]; /* payloads of round 2's direct messages */
	bool alert;               /* a sum has failed: */
	uint32_t alert_item;      /* of the lowest such item, */
	unsigned alert_which;     /* TF_MTA_GAMMA: the nonce's; TF_MTA_W: chi's */
	tf_presign_trial *trial;  /* while alerts are judged */
	uint32_t culprits;        /* bit j - 1: party j is convicted by the alerts */
	bool singly;              /* batches of equations are not to be relied on */
	bool vouched[3];          /* [round]: they were, then (docs/adr/0015) */
};

/* Which of the two multiplications: gamma k, or w k. */
enum { TF_MTA_GAMMA = 0, TF_MTA_W = 1 };

tf_presign *tf_presign_of(tf_rounds *r); /* the machine whose engine this is */
tf_presign_other *tf_presign_other_at(const tf_presign *s, uint32_t b, unsigned party);

/* A party's public moduli, our own with their factors. */
const tf_paillier_pk *tf_presign_pk(const tf_presign *s, unsigned party);
const tf_rp *tf_presign_rp(const tf_presign *s, unsigned party);
tf_zk_env tf_presign_zk(const tf_presign *s);

/* Contexts of docs/protocol.md 2: [[epid, i, j], which], [epid, i, round],
 * [epid, i, j, 2, '' or '^']. */
TF_MUST_USE tf_err tf_presign_ctx_encelg(tf_ctx *out, const uint8_t epid[static 32], unsigned i,
                                         unsigned j, unsigned which);
TF_MUST_USE tf_err tf_presign_ctx_elog(tf_ctx *out, const uint8_t epid[static 32], unsigned i,
                                       unsigned round);
TF_MUST_USE tf_err tf_presign_ctx_affg(tf_ctx *out, const uint8_t epid[static 32], unsigned i,
                                       unsigned j, unsigned which);

/* [epid, i, 'alert', '' or '^'] and, for j > 0, [epid, i, j, 'alert', '' or '^']. */
TF_MUST_USE tf_err tf_presign_ctx_alert(tf_ctx *out, const uint8_t epid[static 32], unsigned i,
                                        unsigned j, unsigned which);

/* Hash of a direct message of round 2, as its broadcast carries it. */
TF_MUST_USE tf_err tf_presign_mta_hash(uint8_t out[static 32], const tf_presign *s,
                                       const tf_presign_mta_item *m);

/* Position of party j in the list of all parties but i. */
static inline unsigned tf_presign_peer_at(unsigned i, unsigned j)
{
	return j < i ? j - 1 : j - 2;
}

/* State and engine, ready for round 1. An audit has no w. */
typedef enum tf_presign_kind { TF_PRESIGN_RUN = 0, TF_PRESIGN_AUDIT = 1 } tf_presign_kind;
TF_MUST_USE tf_err tf_presign_set_up(tf_presign *s, const tf_presign_args *args, tf_arena *mem,
                                     tf_rounds_advance advance, tf_presign_kind kind);

/* After a verdict, err and *fault: what it would be without batches of equations. */
TF_MUST_USE tf_err tf_presign_judge_singly(tf_presign *s, tf_err err, tf_fault *fault);

/* What the own broadcasts of rounds 1 and 2 say, as a machine without secrets must know it. */
TF_MUST_USE tf_err tf_presign_load_r1(tf_presign *s);
TF_MUST_USE tf_err tf_presign_load_r2(tf_presign *s);

/* Round 2's messages without what only their receiver can compute; Gamma. */
TF_MUST_USE tf_err tf_presign_check_r2(tf_presign *s, tf_fault *fault);

/* Round 4: does everybody have the same? */
TF_MUST_USE tf_err tf_presign_take_confirm(tf_presign *s, tf_fault *fault);

/* H("presig-id", epid, Gamma, delta, [[j, Delta_j / delta, S_j / delta], ...]) */
TF_MUST_USE tf_err tf_presign_make_id(uint8_t out[static 32], const tf_presig *p,
                                      const tf_group *g);

/* H("presign-sharing", group, Y, [[share index, W], ...]): what presignatures are made for. */
TF_MUST_USE tf_err tf_presign_sharing_hash(uint8_t out[static 32], const tf_party_env *env,
                                           const tf_weights *w);

/* Each round takes the messages of the one before and sends its own. */
TF_MUST_USE tf_err tf_presign_send_r1(tf_presign *s, tf_outbox *out);
TF_MUST_USE tf_err tf_presign_take_r1(tf_presign *s, tf_fault *fault);
TF_MUST_USE tf_err tf_presign_send_r2(tf_presign *s, tf_outbox *out);
TF_MUST_USE tf_err tf_presign_take_r2(tf_presign *s, tf_fault *fault);
TF_MUST_USE tf_err tf_presign_send_r3(tf_presign *s, tf_outbox *out);
TF_MUST_USE tf_err tf_presign_take_r3(tf_presign *s, tf_fault *fault); /* may set st->alert */

/* After a sum that failed: prove everything to everybody, and forget all secrets. */
TF_MUST_USE tf_err tf_presign_send_alert(tf_presign *s, tf_outbox *out);

/* ---- alerts: what is proved and judged ---- */

/* What the parties have sent of the item in question: round 2, and, of private messages, those that
 * we sent, received, or were shown. */
typedef struct tf_alert_record {
	uint32_t b;
	unsigned which;
	tf_presign_r2_peer *f[TF_PARTIES_MAX];               /* [i][position of j] */
	const tf_presign_mta_item *d[TF_PARTIES_MAX][TF_PARTIES_MAX]; /* [from i][to j]; or NULL */
} tf_alert_record;

/* What is here before any alert; in s's memory. */
TF_MUST_USE tf_err tf_alert_load(tf_alert_record *rec, const tf_presign *s);

/* The statement of party i's Pi_dec, with what it points to. */
typedef struct tf_alert_share {
	tf_ctx ctx;
	tf_bn D;
	tf_pt S;
	tf_zk_dec_st st;
} tf_alert_share;
TF_MUST_USE tf_err tf_alert_state_share(tf_alert_share *sh, const tf_alert_record *rec,
                                        const tf_presign *s, unsigned i);

/* That of party i's Pi_aff-g* for what it sent to j. */
TF_MUST_USE tf_err tf_alert_state_factor(tf_zk_affgstar_st *st, tf_ctx *ctx,
                                         const tf_alert_record *rec, const tf_presign *s,
                                         unsigned i, unsigned j);

/* The hash of the message that everybody gets. */
TF_MUST_USE tf_err tf_alert_hash(uint8_t out[static 32], const tf_presign *s,
                                 const tf_msg_presign_alert_proofs *m);

/* Begin to judge those whose alerts are here; with `all`, everybody's are. */
TF_MUST_USE tf_err tf_presign_open_trial(tf_presign *s, bool all);

/* At most so many verdicts. *more: TF_OK, and there are others; otherwise this was the trial, and
 * its end is never TF_OK. */
TF_MUST_USE tf_err tf_presign_go_on_trial(tf_presign *s, uint32_t verdicts, bool *more,
                                          tf_fault *fault);

/* All of it at once. */
TF_MUST_USE tf_err tf_presign_take_alert(tf_presign *s, bool all, tf_fault *fault);

/* Bytes that a job takes in a batch. */
#define TF_PRESIGN_JOB 384u

/* Scratch memory that the rounds take, in bytes. */
size_t tf_presign_scratch_r1(uint32_t peers, uint32_t batch);
size_t tf_presign_scratch_r2(uint32_t peers, uint32_t batch);
size_t tf_presign_scratch_alert(const tf_wire_env *wire);

#endif
