/* A reproducible randomness tape for tests: ChaCha20 keyed by (seed, party). */
#ifndef TF_TAPE_H
#define TF_TAPE_H

#include "base/rng.h"

typedef struct tf_tape {
	uint8_t key[32];
	uint64_t block;
} tf_tape;

/* An rng over the tape; the tape must outlive it. */
tf_rng tf_tape_init(tf_tape *t, uint64_t seed, unsigned party);

#endif
