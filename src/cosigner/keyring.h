/* Thousands of keys, few of them in memory: an index of the committed ones, 72 bytes each and half
 * as much to find them by, and of some the whole key, on guarded pages, since a session uses it or
 * has lately. What a session uses is lent; of the others, the one that was not used for longest
 * makes room. Whole keys are read when they are asked for, by whoever keeps the records.
 *
 * On the loop's thread; a key that was lent may be read on any.
 */
#ifndef TF_COSIGNER_KEYRING_H
#define TF_COSIGNER_KEYRING_H

#include "proto/key.h"

typedef struct tf_keyring tf_keyring;

#define TF_KEYRING_KEYS_MAX 16384u
#define TF_KEYRING_WHOLE_MAX 96u /* more than there can be sessions */

/* What is known of each. */
typedef struct tf_keyring_entry {
	uint8_t key_id[32];
	uint8_t sharing[32];
	uint32_t epoch;
} tf_keyring_entry;

/* Read a whole key. */
typedef tf_err (*tf_keyring_read)(void *ctx, tf_key *out, const tf_keyring_entry *entry);

TF_MUST_USE tf_err tf_keyring_new(tf_keyring **out, tf_keyring_read read, void *ctx);

/* Wiped, what was lent too. NULL is fine. */
void tf_keyring_free(tf_keyring *r);

/* One more. TF_E_CONFLICT: there is one of this id; TF_E_RESOURCE. */
TF_MUST_USE tf_err tf_keyring_add(tf_keyring *r, const tf_keyring_entry *entry);

/* By id; in the order in which they came. NULL: there is none. Until the next one is added. */
const tf_keyring_entry *tf_keyring_find(const tf_keyring *r, const uint8_t key_id[static 32]);
const tf_keyring_entry *tf_keyring_at(const tf_keyring *r, size_t i);
size_t tf_keyring_count(const tf_keyring *r);

/* The whole key, until tf_keyring_return, as often as it was lent. Secret. TF_E_NOT_FOUND;
 * TF_E_BUSY: all there is room for are lent; errors of reading, and TF_E_CONFLICT if what was read
 * is another. */
TF_MUST_USE tf_err tf_keyring_lend(tf_keyring *r, const tf_key **out,
                                   const uint8_t key_id[static 32]);
/* What is remembered of the weights of a key that is lent; for one thread. NULL: it is not. */
tf_key_memo *tf_keyring_memo(const tf_keyring *r, const tf_key *key);
/* NULL is fine. */
void tf_keyring_return(tf_keyring *r, const tf_key *key);

#endif
