/* New shares of a key that stays what it is: resharing and refresh.
 *
 * A refresh makes the next epoch of a sharing: the same seats, new shares. What somebody may have
 * stolen of older ones is then worth nothing, if all destroy them. A resharing makes another
 * sharing beside the first, with other seats or another t, and leaves the first as it is.
 *
 * Both are a run (three rounds and an acknowledgement, docs/protocol.md 6.2) and end in two phases,
 * because nobody may destroy an old share before everybody has the new one. Up to the
 * acknowledgement nothing is kept. From then on there is an attempt, kept as TF_RECORD_ATTEMPT
 * under the hash of the new certificate, and a pending share (TF_RECORD_KEY under the sharing's
 * name and that hash). The attempt ends in one of two ways, the same for all: committed, if all
 * have acknowledged; aborted, if somebody who has not signs that it never will. A run that lives to
 * its end commits by itself. After a crash, a timeout, or a verdict in the last round, each party
 * that has acknowledged works on its record with the functions of settlement below:
 *
 *     tf_settle_show     what we have: the certificate with the signatures that are here
 *     tf_settle_take     what another party shows
 *     tf_settle_commit   once tf_settle_agreed
 *     tf_settle_abort    what another party's tf_settle_refuse has made
 *     tf_settle_sweep    it has ended already: destroy what a crash has left of it
 *     tf_settle_refuse   by a party that has not acknowledged it
 *     tf_settle_forget   of an aborted one: destroy the pending share
 *
 * Whoever cheats may acknowledge to one and abort to another. That convicts it, and everybody's
 * acknowledgement is the stronger word: an attempt that was aborted is committed when the complete
 * certificate turns up (tf_settle_take, tf_settle_commit). Therefore an abort leaves the pending
 * share where it is, until a later epoch is committed and swept, or until you know from the other
 * holders that none has committed, and forget it. A refresh that is to heal a theft is not complete
 * as long as pending shares of older attempts lie about.
 *
 * Effects: PERSIST of the attempt and the pending share, then the acknowledgement; with the
 * commitment PERSIST of the committed share where the old epoch's was, RETIRE of older
 * presignatures, PERSIST of the attempt, ERASE of the pending share; DONE.
 */
#ifndef TREFOIL_RESHARE_H
#define TREFOIL_RESHARE_H

#include <trefoil/key.h>
#include <trefoil/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TF_ABORT_BYTES 0x200u /* a signed abort at most */

typedef enum tf_change {
	TF_CHANGE_RESHARE = 0,
	TF_CHANGE_REFRESH = 1,
} tf_change;

/* What a party does in the run: 0 for not at all. */
typedef struct tf_seat_change {
	uint16_t deals;    /* its seat in the present sharing */
	uint16_t receives; /* its seat in the new one */
} tf_seat_change;

typedef struct tf_reshare_params {
	tf_change change;
	tf_seat_change seat[TF_CLIQUE_MAX]; /* [party index - 1]; the clique's own seats are ignored */
	tf_bytes key;         /* TF_RECORD_KEY of the present sharing, committed; empty: we hold none */
	tf_bytes certificate; /* without a key: the signed certificate of the present sharing, which
	                       * the caller knows to be that (tf_certificate_open) */
	tf_roster roster;     /* whose signatures the certificate needs */
	tf_key_form form;     /* of the new shares */
	uint16_t t;           /* of the new sharing, from 2; refresh: as it is */
	uint32_t epoch;       /* refresh: above the present one; resharing: 1 */
	uint32_t epoch_used;  /* the highest epoch of the resulting sharing in any record of ours */
} tf_reshare_params;

/* Bytes of memory that a run needs; 0 for parameters that cannot be. */
size_t tf_reshare_room(tf_level level, tf_algorithm algorithm, uint16_t n);

/* One run of a sharing at a time. TF_E_USAGE: a clique, seats, t, form or epoch that cannot be, or
 * a device that deals from a seat which is another's: a share is its device's alone, and whoever
 * has come by it gets no seat by it; TF_E_STATE: the key is pending, or the epoch was used before;
 * TF_E_TRUST: the certificate; kind ENCODING; TF_E_CAPACITY: mem; TF_E_ENTROPY. */
TF_MUST_USE tf_err tf_reshare_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                                    const tf_reshare_params *p);

/* ---- settlement, after a crash ---- */

/* The state of an attempt. */
typedef struct tf_settle_params {
	tf_algorithm algorithm;
	tf_bytes attempt;     /* TF_RECORD_ATTEMPT; empty: we know nothing of it (refuse only) */
	tf_bytes pending;     /* TF_RECORD_KEY, pending; empty: none */
	uint32_t committed;   /* highest epoch of the sharing that is committed here; 0: none */
	const char *device;   /* our device id */
	const uint8_t *seed;  /* 32 bytes: our identity. Secret */
	tf_roster roster;     /* knows all parties of the run; its ctx outlives the machine */
} tf_settle_params;

/* Bytes of memory that it needs. */
size_t tf_settle_room(void);

/* Read the records. The machine has effects (tf_machine_effects, _clear, _wipe), but no rounds:
 * tf_machine_step answers TF_E_STATE. TF_E_USAGE: also a pending share that is not this attempt's,
 * or not this device's; kind ENCODING; TF_E_CAPACITY: mem. */
TF_MUST_USE tf_err tf_settle_begin(tf_machine **out, tf_memory mem, const tf_settle_params *p);

/* The certificate with the signatures that are here, for the others; cap TF_KEY_RECORD_BYTES.
 * TF_E_STATE: we have not acknowledged. Where we have a seat in it, we have only if the pending
 * share is here, too: a crash may have come between the two records, and then tf_settle_refuse is
 * what is to be done. But if this epoch is committed here (a crash within the commitment, and
 * tf_settle_sweep since), nothing is to be refused: then what the others are shown is the
 * certificate of the committed record (tf_key_certificate), which has everybody's signature. */
TF_MUST_USE tf_err tf_settle_show(uint8_t *out, size_t cap, size_t *len, tf_machine *m);

/* Take the signatures that another party shows. If one of them is by the party whose abort is
 * known, tf_blame_write has something to write from now on. TF_E_SESSION: of another attempt;
 * TF_E_TRUST: one does not hold; kind ENCODING. Nothing changes unless all are good. */
TF_MUST_USE tf_err tf_settle_take(tf_machine *m, const uint8_t *shown, size_t len);

/* Has everybody acknowledged? */
bool tf_settle_agreed(const tf_machine *m);

/* End it: effects as above. TF_E_STATE: somebody's acknowledgement is missing, ours perhaps, or we
 * have refused it, or it or something newer is committed here. */
TF_MUST_USE tf_err tf_settle_commit(tf_machine *m);

/* We have not acknowledged the attempt of this sharing, epoch and hash, and never will. Effects:
 * PERSIST of the refusal, durable before the abort (cap TF_ABORT_BYTES) is shown. TF_E_STATE: we
 * have acknowledged, or know of an abort, or the epoch is committed here; TF_E_USAGE: the record
 * that was read is of another attempt. End your own run of it before (tf_machine_wipe), and never
 * refuse after an older store was restored: what was acknowledged is forgotten there, and whoever
 * has said both is convicted by it. Then only take and commit. */
TF_MUST_USE tf_err tf_settle_refuse(uint8_t *abort, size_t cap, size_t *len, tf_machine *m,
                                    const uint8_t sharing[32], uint32_t epoch,
                                    const uint8_t hash[32]);

/* An abort is shown. Effects: PERSIST of the attempt. TF_E_TRUST: not signed by a party whose word
 * it needs; TF_E_CONFLICT: by one that had acknowledged: the verdict names its party index, and
 * tf_blame_write has something to write; TF_E_STATE: committed here; TF_E_DUPLICATE. */
TF_MUST_USE tf_err tf_settle_abort(tf_machine *m, const uint8_t *abort, size_t len,
                                   tf_verdict *verdict);

/* Effects: ERASE of what is left of an attempt that is over: refused, or this or a later epoch is
 * committed here. None if it is not. */
TF_MUST_USE tf_err tf_settle_sweep(tf_machine *m);

/* Of an aborted attempt that nobody has committed, as you know from all others: effects ERASE of
 * the pending share. After that nothing brings it back. TF_E_STATE: it is not aborted. */
TF_MUST_USE tf_err tf_settle_forget(tf_machine *m);

#ifdef __cplusplus
}
#endif

#endif
