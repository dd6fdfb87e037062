/* Presignatures that are ready, in memory and nowhere else (docs/protocol.md 8).
 *
 * A presignature belongs to one sharing, epoch and clique, and to the boot ids that its parties
 * had: a restart, a clone or a restored disk has none. Those of one clique are used in the order in
 * which they were made. Using one moves it out and wipes it here, and destroys the older ones of
 * its clique, which somebody has skipped and so does not have. Depth and age are limited.
 *
 * A pool holds those of ECDSA, or nonces of FROST, which are the same to it: an engine has one pool
 * of each.
 *
 * Secret. The memory is the caller's (a guarded arena).
 */
#ifndef TF_SESSION_POOL_H
#define TF_SESSION_POOL_H

#include "proto/frost_prepare.h"
#include "proto/presign.h"

/* What a presignature belongs to. */
typedef struct tf_pool_owner {
	uint8_t key_id[32];
	uint8_t sharing[32];
	uint32_t epoch;
	uint8_t clique[32]; /* tf_party_env_hash */
	uint16_t n;
	struct {
		char device[TF_DEVICE_MAX + 1];
		uint8_t boot[16];
	} party[TF_PARTIES_MAX];
} tf_pool_owner;

typedef struct tf_pool_entry {
	uint64_t seq;  /* order of making; 0: empty */
	uint64_t made; /* milliseconds, the caller's clock */
	uint8_t id[32];
	tf_pool_owner owner;
	bool frost;    /* which of the two it is */
	union {
		tf_presig presig;
		tf_frost_presig nonces;
	};
} tf_pool_entry;

typedef struct tf_pool {
	tf_pool_entry *entry;
	size_t cap;
	size_t depth;  /* most of one clique */
	uint64_t age;  /* milliseconds that one lives */
	uint64_t seq;
} tf_pool;

/* An empty pool over cap entries; depth and age as in the struct. */
void tf_pool_init(tf_pool *p, tf_pool_entry *entries, size_t cap, size_t depth, uint64_t age);
void tf_pool_wipe(tf_pool *p);

/* Move a presignature in; it is wiped where it was, whatever the outcome. TF_E_CAPACITY: pool or
 * clique is full; TF_E_USAGE: not ready, not confirmed, or of another clique. */
TF_MUST_USE tf_err tf_pool_put(tf_pool *p, uint64_t now, const tf_pool_owner *owner,
                               tf_presig *presig);
TF_MUST_USE tf_err tf_pool_put_frost(tf_pool *p, uint64_t now, const tf_pool_owner *owner,
                                     tf_frost_presig *nonces);

/* Whom the presignature of this id belongs to; NULL if there is none. */
const tf_pool_owner *tf_pool_find(const tf_pool *p, const uint8_t id[static 32]);

/* Move it out, wipe it here, destroy the older ones of its clique. TF_E_NOT_FOUND: there is none,
 * or it is of the other kind. */
TF_MUST_USE tf_err tf_pool_take(tf_presig *out, tf_pool *p, const uint8_t id[static 32]);
TF_MUST_USE tf_err tf_pool_take_frost(tf_frost_presig *out, tf_pool *p,
                                      const uint8_t id[static 32]);

/* Destroy: one (false if it is not there), those of a sharing below an epoch, those made with
 * another boot id of a device (boot NULL: all with that device), those too old. */
bool tf_pool_destroy(tf_pool *p, const uint8_t id[static 32]);
void tf_pool_drop_epoch(tf_pool *p, const uint8_t sharing[static 32], uint32_t below);
void tf_pool_drop_device(tf_pool *p, const char *device, const uint8_t *boot);
void tf_pool_expire(tf_pool *p, uint64_t now);

/* For status: the entries in use in order of making, at most cap of them. Returns how many. */
size_t tf_pool_list(const tf_pool *p, const tf_pool_entry *out[], size_t cap);

/* For status: the entries in use in order of making. *at begins with 0; NULL at the end. */
const tf_pool_entry *tf_pool_next(const tf_pool *p, uint64_t *at);

#endif
