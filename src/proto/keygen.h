/* Key generation: t of n, Feldman, three rounds and an acknowledgement (docs/protocol.md 6.1).
 *
 *     1  all   V_i = H("dkg-commit", ctx, i, rid_i, cc_i, F_i, A_i, u_i)
 *     2  all   rid_i, cc_i, F_i, A_i, u_i          each  f_i(j)
 *     3  all   z_i of Pi_sch for X_i, commitment A_i, context [ctx, rid, i]
 *     4  all   the sharing certificate's hash, and the signature on it
 *
 * ctx = [sid, curve, n, t, share indices], rid and the chain code are XORs. X_k is the public share
 * of party k, Y the sum of all F_{j,0}. Whoever gets a wrong share f_j(i) shows it to all as its
 * dealer has signed it, a complaint (rounds.h): if it is wrong, the dealer is convicted everywhere,
 * if it is right, the accuser. The run is over either way; the next one has new polynomials.
 *
 * Effects: after round 3, PERSIST of the pending share and only then SEND of the acknowledgement;
 * after round 4, PERSIST of the committed share, with everybody's signature, and DONE. Both records
 * are TF_REC_KEY_SHARE, filed under the sharing's name, which is the sid.
 *
 * Secrets: everything in the arena, and the key.
 */
#ifndef TF_PROTO_KEYGEN_H
#define TF_PROTO_KEYGEN_H

#include "proto/key.h"
#include "proto/rounds.h"

typedef struct tf_keygen_args {
	const tf_party_env *env; /* seats in ascending order of share index */
	uint16_t t;              /* 2..n */
	const char *workspace;   /* for the certificate */
	uint8_t key_id[32];
} tf_keygen_args;

typedef struct tf_keygen_state tf_keygen_state;

typedef struct tf_keygen {
	tf_rounds r; /* first: tf_rounds_step and the rest of rounds.h work on it */
	tf_keygen_state *st;
	tf_key key;
} tf_keygen;

/* What tf_keygen_start and the steps need at most. */
tf_run_sizes tf_keygen_sizes(const tf_profile *pr, uint16_t n);

/* Begin: round 1 is sent. mem becomes the machine's, and must stay until it is wiped. TF_E_USAGE:
 * an environment or t that cannot be; TF_E_CAPACITY; TF_E_ENTROPY. */
TF_MUST_USE tf_err tf_keygen_start(tf_keygen *s, const tf_keygen_args *args, tf_arena *mem,
                                   tf_outbox *out);

/* The key of a run that is DONE; NULL before. Wiped with the machine. */
const tf_key *tf_keygen_key(const tf_keygen *s);

void tf_keygen_wipe(tf_keygen *s);

#endif
