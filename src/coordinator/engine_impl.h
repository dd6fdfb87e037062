/* Inside of the engine: what engine.c (the looks), engine_key.c (the workspace's keys),
 * engine_certificate.c (which certificates are theirs) and engine_control.c (what comes over the
 * control connections) share. Not for other files. */
#ifndef TF_COORDINATOR_ENGINE_IMPL_H
#define TF_COORDINATOR_ENGINE_IMPL_H

#include "coordinator/engine.h"

#define TF_BACKOFF_FIRST_MS 500
#define TF_ENGINE_TICK_MS 1000u
#define TF_ENGINE_BURST 4u /* signings under way */

/* The certificate of a key that a device has shown, that it has committed its share by. */
typedef struct tf_key_shown {
	uint8_t hash[32];     /* of the certificate's body, which all have signed */
	uint8_t sharing[32];
	uint8_t *certificate; /* malloc'ed; NULL: it has shown none */
	size_t len;
} tf_key_shown;

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
	char shown_id[TF_UUID_TEXT]; /* of what key they are: */
	tf_key_shown shown[TF_FLEET_MAX]; /* by place in the fleet */
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

/* Before a run is told to start (tf_run_settle; ctx: the engine): what it is about is on disk, and
 * of a transaction that co-signers may be bound to it from now on. TF_E_STATE: it has ended. */
TF_MUST_USE tf_err tf_engine_settle_run(void *ctx, tf_run *run);

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

/* Has everybody of the clique a committed share? Names who has not in e->missing. */
bool tf_engine_clique_has_key(tf_engine *e, const tf_engine_key *k, tf_device *const *clique,
                              size_t n);

/* The hash of a clique, which its presignatures carry. TF_E_NOT_FOUND: somebody is not pinned. */
TF_MUST_USE tf_err tf_engine_clique_hash(uint8_t out[static 32], const tf_engine *e,
                                         tf_device *const *clique, size_t n);

/* ---- engine_certificate.c ----
 *
 * A certificate is signed by the devices that it lists itself, so that it proves nothing until who
 * they are, and what they signed, has been compared with what was asked for: this key id,
 * workspace and curve, a new sharing that needs all of its seats, and in these exactly those who
 * were to generate it, each in its slot. Then all of them have signed it, the honest ones too: it
 * is a sharing of theirs.
 *
 * Even so it is not the key yet. A co-signer signs before it knows that all others have, and one
 * that keeps its own word back has two such certificates when the run is repeated; for a share that
 * waits on a disk which is lost, addresses would be told that nobody can ever spend from. So a key
 * is written down, and its addresses are told, when every one of its holders has shown this same
 * certificate itself, and none another: then each of them has committed its share. Nothing is lost
 * by that: it takes all of them to sign, too. Whoever was away meanwhile has a pending share, and
 * gets the certificate that the others show when it is back; it commits, and shows it. After a
 * restart of ours they all show again what they have. If two of them are shown (key_torn in the
 * audit log), nobody gets either, and the key stays pending until people have looked into it.
 */

/* A pinned identity of the roster: tf_identity_find for tf_sharing_open. */
const uint8_t *tf_engine_identity(void *workspace, const char *device);

/* Is this device in a list of names? */
bool tf_engine_names_device(const char *names, const char *device);

/* A certificate that a device shows, in a run or not. TF_E_NOT_FOUND: it is of no key of ours.
 * TF_E_CONFLICT: it could be our key, but somebody shows another one. TF_E_MISMATCH, TF_E_TRUST,
 * kind ENCODING: it is not what we asked for, and this device says that it was: refused, which is
 * in the audit log. Errors of resources and of the audit log: it has to be shown again. */
TF_MUST_USE tf_err tf_engine_hear_of_key(tf_engine *e, tf_device *d, const uint8_t *certificate,
                                         size_t len);

/* If all have shown the same, it is in the books now. false: nobody has shown anything; otherwise
 * e->missing says what is missing, if something is. */
bool tf_engine_settle_key(tf_engine *e, tf_engine_key *k);

/* A device's heartbeat: if its share of a key is pending, it gets the certificate. */
void tf_engine_complete(tf_engine *e, tf_device *d);

void tf_engine_forget_shown(tf_engine_key *k);

/* ---- engine_key.c, again ---- */

/* Read the workspace's keys from the books. */
void tf_engine_refresh_keys(tf_engine *e);

/* Make the first of the keys that is not there, if nothing speaks against it. */
void tf_engine_look_at_keys(tf_engine *e, tf_device *const *clique, size_t n);

#endif
