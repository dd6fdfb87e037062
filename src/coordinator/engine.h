/* The engine: moves everything to where it should be, from whatever state it finds.
 *
 * Every second, and whenever something happened, it looks at the fleet and the books and starts
 * the next run that is due: introductions of pairs that lack one, the workspace's keys (of ECDSA,
 * then of EdDSA), presignatures of each up to the configured depth, and the open transactions in
 * order. Each look is idempotent; whoever
 * dies in the middle loses at most an attempt. A transaction is retried with a new presignature
 * until it is signed, refused by a co-signer, or its time is over.
 */
#ifndef TF_COORDINATOR_ENGINE_H
#define TF_COORDINATOR_ENGINE_H

#include "coordinator/coordinator.h"
#include "coordinator/fleet.h"
#include "coordinator/runs.h"

typedef struct tf_engine_options {
	const char *profile;        /* "p128" */
	uint32_t pool_depth;        /* presignatures to keep ready */
	uint32_t nonce_depth;       /* the same of FROST; not 0 */
	int64_t signing_timeout_ms; /* a transaction that is open for longer fails */
	uint32_t run_deadline_ms;   /* of presigning and signing */
	uint32_t setup_deadline_ms; /* of key generation and introductions */
} tf_engine_options;

/* An engine over the coordinator's books, fleet and runs, which must outlive it; it works from the
 * next turn of the loop on. TF_E_RESOURCE. tf_engine_free stops it; NULL is allowed. */
TF_MUST_USE tf_err tf_engine_new(tf_engine **out, tf_coordinator *c,
                                 const tf_engine_options *options);
void tf_engine_free(tf_engine *e);

/* The workspace file has changed. */
void tf_engine_roster(tf_engine *e);

/* A control connection, and what comes over it. */
void tf_engine_up(tf_engine *e, tf_chan *c);
void tf_engine_frame(tf_engine *e, tf_chan *c, const uint8_t *p, size_t len);
void tf_engine_down(tf_engine *e, tf_chan *c);

/* The group of the books that was being gathered is lost: what had begun in it ends. Called when it
 * has a number no more. */
void tf_engine_books_failed(tf_engine *e);

/* Shut down: abort what runs. */
void tf_engine_stop(tf_engine *e);

#endif
