/* Introductions: auxiliary information, three rounds and a confirmation (docs/protocol.md 6.3).
 *
 *     1  all   V_i = H("aux-commit", ctx, i, N_i, Nhat_i, s_i, t_i, prm_i, rho_i, u_i)
 *     2  all   N_i, Nhat_i, s_i, t_i, Pi_prm, rho_i, u_i
 *     3  all   Pi_mod in context [ctx, rho, i]      each  Pi_fac in [ctx, rho, i, j]
 *     4  all   hash of everybody's moduli
 *
 * ctx = [sid, share indices]. Run once by each pair of devices that may meet in a clique (n = 2;
 * any n works). The moduli are the device's own (moduli.h) and outlive the run.
 *
 * A modulus that has a factor in common with ours convicts its sender. If those of two others have
 * one, nobody can say which of them stole it: the run fails without a party.
 *
 * Effects: after round 4, PERSIST of one TF_REC_PEER_AUX per peer, filed under its device id, and
 * DONE.
 */
#ifndef TF_PROTO_AUXINFO_H
#define TF_PROTO_AUXINFO_H

#include "proto/moduli.h"
#include "proto/rounds.h"

typedef struct tf_auxinfo_args {
	const tf_party_env *env;
	const tf_moduli *own; /* outlives the run */
	uint64_t now;         /* Unix time to write into the records */
} tf_auxinfo_args;

typedef struct tf_auxinfo_state tf_auxinfo_state;

typedef struct tf_auxinfo {
	tf_rounds r; /* first */
	tf_auxinfo_state *st;
} tf_auxinfo;

/* What tf_auxinfo_start and the steps need at most. */
tf_run_sizes tf_auxinfo_sizes(const tf_profile *pr, uint16_t n);

/* Begin: proves Pi_prm (m exponentiations) and sends round 1. Errors as tf_keygen_start. */
TF_MUST_USE tf_err tf_auxinfo_start(tf_auxinfo *s, const tf_auxinfo_args *args, tf_arena *mem,
                                    tf_outbox *out);

/* What a peer of a run that is DONE has shown; NULL before, and for the own party. Gone when the
 * machine is wiped. */
const tf_aux *tf_auxinfo_peer(const tf_auxinfo *s, unsigned party);

void tf_auxinfo_wipe(tf_auxinfo *s);

#endif
