/* Presigning: the part of an ECDSA signature that does not depend on the message.
 *
 * Three rounds and a confirmation (CGGMP24, docs/protocol.md 6.4). A run makes a batch of
 * presignatures for one key and one clique, whose members must have been introduced to each other
 * (auxinfo.h). They are moved out when the run is DONE.
 *
 * A presignature is good for one signature. Two signatures with one give the key away. Therefore it
 * exists in memory only: there is no encoding of it, and there must never be a copy, not in a
 * snapshot or a core dump either, nor in a forked child (wipe them before, or give the memory
 * MADV_WIPEONFORK). tf_signing_begin wipes it before it computes anything. It serves the sharing
 * and epoch of the record that it was made with, and signing with another record is refused. What
 * it is made of is secret even so: destroy it when RETIRE speaks of them.
 */
#ifndef TREFOIL_PRESIGN_H
#define TREFOIL_PRESIGN_H

#include <trefoil/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TF_PRESIGN_MOST 128u /* presignatures of one run */

/* Tables of one party's moduli, of a peer's or the own ones. Runs that are lent them compute less
 * (at P128 a third less), with the same messages. They take a second and some megabytes to make,
 * once for each party, and may be used by any number of runs at the same time, of any clique that
 * has that party in it. Secret. They stay in mem until they are wiped, which must not be while a
 * run uses them. */
typedef struct tf_tables tf_tables;

/* Bytes of memory that either kind needs; 0 for a level that cannot be. */
size_t tf_tables_room(tf_level level);

/* From the record of the own moduli, or of a peer's, for runs with this kernel. TF_E_USAGE; kind
 * ENCODING: the record; TF_E_CAPACITY: mem or scratch; TF_E_UNSUPPORTED: the kernel;
 * TF_E_ENTROPY. */
TF_MUST_USE tf_err tf_tables_make_own(tf_tables **out, tf_memory mem, tf_level level,
                                      tf_bytes moduli, const tf_random *random,
                                      tf_kernel_choice kernel, tf_memory scratch);
TF_MUST_USE tf_err tf_tables_make_peer(tf_tables **out, tf_memory mem, tf_level level,
                                       tf_bytes peer, const tf_random *random,
                                       tf_kernel_choice kernel, tf_memory scratch);

/* NULL is nothing. */
void tf_tables_wipe(tf_tables *t);

/* Secret, opaque, of fixed size; all zeros is none. */
typedef struct tf_presignature {
	uint64_t opaque[512];
} tf_presignature;

typedef struct tf_presign_params {
	tf_bytes key;    /* TF_RECORD_KEY, committed; read at once, as all of these */
	tf_bytes moduli; /* TF_RECORD_MODULI */
	tf_bytes peer[TF_CLIQUE_MAX]; /* TF_RECORD_PEER of each, [party index - 1]; own: ignored */
	uint32_t batch;  /* 1..TF_PRESIGN_MOST; among seven or more less (room: 0) */
	bool confirm;    /* a last round after which all know that all have the same. Without it, that
	                    is compared when the presignature is used */
	/* Those there are, [party index - 1], own at the own place; or NULL. Outlive the run. */
	const tf_tables *tables[TF_CLIQUE_MAX];
} tf_presign_params;

/* Bytes of memory that a run needs; 0 for parameters that cannot be. At P128 among three 27 MiB for
 * a batch of 32, 76 MiB for 128. */
size_t tf_presign_room(tf_level level, tf_algorithm algorithm, uint16_t n, uint32_t batch);

/* The clique's seats must be seats of the key, at least t of them, each with the device that the
 * key's certificate has there. TF_E_USAGE: a clique or batch that cannot be, a record of another
 * device, or tables of other moduli or another kernel; TF_E_STATE: the key is pending; kind
 * ENCODING: a record; TF_E_CAPACITY: mem; TF_E_ENTROPY. */
TF_MUST_USE tf_err tf_presign_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                                    const tf_presign_params *p);

/* Move presignature b (from 0) of a run that is DONE to out. TF_E_STATE: before, or the second
 * time; TF_E_USAGE: not a presigning. */
TF_MUST_USE tf_err tf_presign_move(tf_presignature *out, tf_machine *m, uint32_t b);

/* Its id, the same for all parties: by it they agree which to use, and BURN speaks of it. */
void tf_presignature_id(uint8_t id[32], const tf_presignature *p);

/* Sums that do not add up, although every message was fine, show that somebody cheats. Then every
 * party raises an alert in which it proves what it did (docs/protocol.md 6.6), and the run goes on
 * for one round more, to a verdict. Is this such a run? */
bool tf_presign_alerted(const tf_machine *m);

/* Alerts are awaited, and a step has said that all are here (TF_E_BUSY), or your deadline is over:
 * judge those that are here, a proof at a time, which takes up to seconds, and there are n n at
 * most. TF_E_BUSY: call it again, whenever you like; the machine takes no more messages. TF_E_PROOF
 * with a verdict, as from a step; TF_E_EXPIRED: they convict nobody, and tf_machine_awaits tells
 * who was silent; TF_E_STATE: no alert is awaited; TF_E_USAGE: not a presigning. */
TF_MUST_USE tf_err tf_presign_expire(tf_machine *m, tf_verdict *verdict);

/* After alerts were judged: bit j - 1 is set if party j is convicted (a verdict names the first
 * only). */
uint32_t tf_presign_convicts(const tf_machine *m);

void tf_presignature_wipe(tf_presignature *p);

#ifdef __cplusplus
}
#endif

#endif
