/* Inside of the engine: what engine.c (the looks), engine_key.c (the workspace key) and
 * engine_control.c (what comes over the control connections) share. Not for other files. */
#ifndef TF_COORDINATOR_ENGINE_IMPL_H
#define TF_COORDINATOR_ENGINE_IMPL_H

#include "coordinator/engine.h"

#define TF_BACKOFF_FIRST_MS 500
#define TF_ENGINE_TICK_MS 1000u
#define TF_ENGINE_BURST 4u /* signings under way */

/* One of the workspace's keys, and how it is signed with. */
typedef struct tf_engine_key {
	tf_curve_id curve;
	tf_raw_algorithm algorithm;
	tf_run_kind fill, sign;  /* what makes presignatures, and uses one up */
	uint32_t depth;          /* presignatures to keep ready; 0: each signing makes its own */
	uint32_t batch_most;     /* of one run */
	uint32_t pool_most;      /* co-signers keep no more */
	bool has_key;
	tf_key_row key;
	int64_t signed_at;       /* when the last signing ended, of the loop's clock; 0: none yet */
	uint8_t *certificate;    /* malloc'ed, when somebody has shown it; else NULL */
	size_t certificate_len;
} tf_engine_key;

#define TF_ENGINE_KEYS 2u /* of ECDSA, which is made first, and of EdDSA */

struct tf_engine {
	tf_coordinator *c;
	tf_engine_options o;
	tf_fleet fleet;
	tf_runs *runs;
	tf_timer *timer;
	tf_arena scratch;
	void *scratch_mem;
	tf_engine_key keys[TF_ENGINE_KEYS];
	int64_t stale_at;  /* not before then are pools compared again */
	bool stopping;
	bool looking;
	int64_t backoff_ms[TF_RUN_KINDS]; /* by kind of run */
	int64_t not_before[TF_RUN_KINDS];
	char missing[256];     /* why no clique can be formed; "" if one can */
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

static inline bool tf_engine_key_ready(const tf_engine_key *k)
{
	return k->has_key && k->key.state == TF_KEY_READY;
}

/* The key that a run uses or makes. */
tf_engine_key *tf_engine_key_of(tf_engine *e, const tf_run_spec *spec);

/* ---- engine_sign.c ---- */

/* What one look gives to do with one key. */
typedef struct tf_engine_signing {
	tf_engine_key *key;
	tf_device *const *clique; /* NULL: nobody can sign, */
	bool makes;               /* or presignatures be made: not while some are introduced */
	char missing[256];        /* why not; "" otherwise */
	size_t n;
	uint32_t waiting;         /* messages without a presignature */
	tf_txn_brief first;       /* of the oldest of them */
	uint32_t first_item;
	bool counted;             /* free are those that there are */
	uint8_t free[TF_FLEET_PRESIGS][32];
	uint32_t n_free, next;
} tf_engine_signing;

/* Ask for the signatures that open transactions lack, as far as presignatures go. */
void tf_engine_look_at_txns(tf_engine *e, tf_engine_signing s[static TF_ENGINE_KEYS]);

/* ---- engine_pool.c ---- */

/* Presignatures of this key that every member holds and nobody uses yet; their ids into out (NULL:
 * none), at most TF_FLEET_PRESIGS. */
uint32_t tf_engine_common(const tf_engine *e, const tf_engine_key *k, tf_device *const *clique,
                          size_t n, uint8_t out[][32]);

/* A run with this key, of this kind. */
tf_run_spec tf_engine_key_spec(const tf_engine *e, const tf_engine_key *k, tf_run_kind kind,
                               tf_device *const *clique, size_t n);

/* Fill the pool, if it is due; waiting: transactions without a presignature. */
void tf_engine_look_at_pool(tf_engine *e, const tf_engine_key *k, tf_device *const *clique,
                            size_t n, uint32_t waiting);

/* Have those destroyed that not everybody of the clique has. */
void tf_engine_look_at_stale(tf_engine *e, tf_device *const *clique, size_t n);

/* ---- engine_key.c ---- */

/* The books name a key by a UUID, the protocol by 32 bytes made from it. */
void tf_engine_key_bytes(uint8_t out[static 32], const char *id);

/* A sharing certificate is this key when every receiver has signed it and it is the one we asked
 * for: then it is in the books. What is there already stays. Keeps the certificate for those who
 * lack it. TF_E_MISMATCH, TF_E_TRUST, kind ENCODING, errors of the book. */
TF_MUST_USE tf_err tf_engine_take_key(tf_engine *e, tf_engine_key *k, const uint8_t *certificate,
                                      size_t len);

/* The same for a certificate that came unasked: what is not our key is passed over. */
void tf_engine_hear_of_key(tf_engine *e, const uint8_t *certificate, size_t len);

/* A device's heartbeat: if its share of the key is pending, it gets the certificate. */
void tf_engine_complete(tf_engine *e, tf_device *d);

/* Has everybody of the clique a committed share? Names who has not in e->missing. */
bool tf_engine_clique_has_key(tf_engine *e, const tf_engine_key *k, tf_device *const *clique,
                              size_t n);

/* The hash of a clique, which its presignatures carry. TF_E_NOT_FOUND: somebody is not pinned. */
TF_MUST_USE tf_err tf_engine_clique_hash(uint8_t out[static 32], const tf_engine *e,
                                         tf_device *const *clique, size_t n);

/* Read the workspace's keys from the books. */
void tf_engine_refresh_keys(tf_engine *e);

/* Make the first of the keys that is not there, if nothing speaks against it. */
void tf_engine_look_at_keys(tf_engine *e, tf_device *const *clique, size_t n);

#endif
