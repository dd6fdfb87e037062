/* Inside of the engine: what engine.c (the looks), engine_key.c (the workspace key) and
 * engine_control.c (what comes over the control connections) share. Not for other files. */
#ifndef TF_COORDINATOR_ENGINE_IMPL_H
#define TF_COORDINATOR_ENGINE_IMPL_H

#include "coordinator/engine.h"

#define TF_BACKOFF_FIRST_MS 500

struct tf_engine {
	tf_coordinator *c;
	tf_engine_options o;
	tf_fleet fleet;
	tf_runs *runs;
	tf_timer *timer;
	tf_arena scratch;
	void *scratch_mem;
	bool has_key;
	tf_key_row key;
	int64_t signed_at; /* when the last signing ended, of the loop's clock; 0: none yet */
	int64_t stale_at;  /* not before then are pools compared again */
	bool stopping;
	bool looking;
	int64_t backoff_ms[5]; /* by kind of run */
	int64_t not_before[5];
	char missing[256];     /* why no clique can be formed; "" if one can */
	uint8_t *certificate;  /* the key's, malloc'ed, when somebody has shown it; else NULL */
	size_t certificate_len;
};

/* ---- engine.c ---- */

/* Start a run; that it could not be started counts as a failed attempt. */
void tf_engine_start(tf_engine *e, const tf_run_spec *spec);

/* Back-off by kind of run: is it over, and how the last attempt went. */
bool tf_engine_may_try(const tf_engine *e, tf_run_kind kind);
void tf_engine_note(tf_engine *e, tf_run_kind kind, bool ok);

/* The ids of devices, with spaces between them. */
void tf_engine_names(char *out, size_t cap, tf_device *const *d, size_t n);

/* The parties of a run, in their order. */
void tf_engine_set_parties(tf_run_spec *spec, tf_device *const *clique, size_t n);

/* ---- engine_key.c ---- */

/* The books name a key by a UUID, the protocol by 32 bytes made from it. */
void tf_engine_key_bytes(uint8_t out[static 32], const char *id);

/* A sharing certificate is a key when every receiver has signed it and it is the key we asked
 * for: then it is in the books. What is there already stays. Keeps the certificate for those who
 * lack it. TF_E_MISMATCH, TF_E_TRUST, kind ENCODING, errors of the book. */
TF_MUST_USE tf_err tf_engine_take_key(tf_engine *e, const uint8_t *certificate, size_t len);

/* The same for a certificate that came unasked: what is not our key is passed over. */
void tf_engine_hear_of_key(tf_engine *e, const uint8_t *certificate, size_t len);

/* A device's heartbeat: if its share of the key is pending, it gets the certificate. */
void tf_engine_complete(tf_engine *e, tf_device *d);

/* Has everybody of the clique a committed share? Names who has not in e->missing. */
bool tf_engine_clique_has_key(tf_engine *e, tf_device *const *clique, size_t n);

/* The hash of a clique, which its presignatures carry. TF_E_NOT_FOUND: somebody is not pinned. */
TF_MUST_USE tf_err tf_engine_clique_hash(uint8_t out[static 32], const tf_engine *e,
                                         tf_device *const *clique, size_t n);

/* Read the workspace key from the books. */
void tf_engine_refresh_key(tf_engine *e);

/* Make the workspace key if there is none and nothing speaks against it. */
void tf_engine_look_at_key(tf_engine *e, tf_device *const *clique, size_t n);

#endif
