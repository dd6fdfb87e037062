/* Inside of the keeper: what keeper.c and keeper_moduli.c share. Not for other files. */
#ifndef TF_COSIGNER_KEEPER_IMPL_H
#define TF_COSIGNER_KEEPER_IMPL_H

#include "cosigner/keeper.h"
#include "wire_records.h"

#define RECORD_MAX (64u * 1024u)
#define SCRATCH (1u << 20)

typedef struct peer {
	char device[TF_DEVICE_MAX + 1];
	tf_aux aux;
} peer;

struct tf_keeper {
	tf_store *store;
	const tf_profile *pr;
	const tf_group *g, *frost;
	tf_moduli *moduli;
	uint64_t since; /* of their primes; 0: not known */
	peer *peers[TF_KEEPER_PEERS_MAX];
	size_t n_peers;
	tf_keyring *keys;
	tf_sharing *pending[TF_KEEPER_PENDING_MAX]; /* oldest first */
	size_t n_pending;
	tf_arena scratch;
	void *scratch_mem; /* guarded, like all that follows */
	uint8_t *buf;      /* RECORD_MAX bytes; wiped after each use */
	uint8_t *record;   /* the same, for tf_keeper_complete */
};

/* The table of records of this type; NULL: such are not kept. */
const char *tf_keeper_table(uint16_t type);

/* Into k->since. */
TF_MUST_USE tf_err tf_keeper_read_since(tf_keeper *k);

/* The records of all introduced devices, out of the store, not out of memory. */
TF_MUST_USE tf_err tf_keeper_delete_peers(tf_keeper *k);

#endif
