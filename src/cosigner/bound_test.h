/* A co-signer's store, in which requests and nonces are bound to digests. */
#ifndef TF_BOUND_TEST_H
#define TF_BOUND_TEST_H

#include "harness/tape.h"
#include "store/store.h"

/* The same one each time, once it is closed; gone with the process. */
tf_store *bound_store(tf_tape *tape);

#endif
