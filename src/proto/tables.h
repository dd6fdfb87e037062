/* Tables for presigning, kept from run to run: of one party's moduli each.
 *
 * A presigning raises the same numbers again and again: the (s, t) of every party, for commitments
 * (paillier/pedersen.h), and random units to the N-th power, for encryptions and their proofs
 * (paillier/randomiser.h). Tables make all of that several times faster, and take time and memory
 * to make, so that whoever runs presignings keeps them as long as it can, and makes them when it
 * has nothing else to do: at P128 about a second, and 4 MB, for each peer, whatever cliques it is
 * in, and the same once for the own moduli. A run without them makes those of the commitments for
 * itself and does without the others; messages and results are of the same kind.
 *
 * They belong to moduli, not to a device: a party that renews its moduli needs new ones, and a
 * presigning refuses those that do not fit. All are secret.
 */
#ifndef TF_PROTO_TABLES_H
#define TF_PROTO_TABLES_H

#include "paillier/randomiser.h"
#include "proto/moduli.h"

/* Pointers go to itself, to its room and, of own moduli, to these: all stay where they are. */
typedef struct tf_party_tables {
	const tf_kernel *kernel; /* NULL: empty */
	tf_paillier_pk pk; /* copies that have tables */
	tf_rp rp;
	tf_randomiser_tables random;
	tf_rp_tables commit;
} tf_party_tables;

typedef enum tf_whose { TF_PEERS = 0, TF_OURS = 1 } tf_whose;

/* Bytes of room that one takes, whichever the kernel. */
size_t tf_party_tables_bytes(const tf_profile *pr, tf_whose whose);

/* Scratch for making one. */
#define TF_PARTY_TABLES_SCRATCH (TF_RANDOMISER_SCRATCH + 4096u)

/* Tables for a peer's moduli, for runs on that kernel (NULL: portable), in len bytes at room.
 * Scratch of TF_PARTY_TABLES_SCRATCH bytes from mem, released. TF_E_CAPACITY: too little of one;
 * errors of the rng. On an error room is wiped. */
TF_MUST_USE tf_err tf_party_tables_init(tf_party_tables *out, const tf_profile *pr,
                                        const tf_aux *aux, const tf_kernel *kernel,
                                        const tf_rng *rng, void *room, size_t len, tf_arena *mem);

/* The same for one's own, which outlive the tables. */
TF_MUST_USE tf_err tf_party_tables_init_own(tf_party_tables *out, const tf_profile *pr,
                                            const tf_moduli *own, const tf_kernel *kernel,
                                            const tf_rng *rng, void *room, size_t len,
                                            tf_arena *mem);

/* Are they of these moduli, and for this kernel? */
bool tf_party_tables_fit(const tf_party_tables *t, const tf_paillier_pk *pk, const tf_rp *rp,
                         const tf_kernel *kernel);

/* Forget them; what the room holds is the caller's to wipe. */
static inline void tf_party_tables_wipe(tf_party_tables *t)
{
	tf_wipe(t, sizeof(*t));
}

#endif
