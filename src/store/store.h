/* The co-signer's store: every value sealed, every write durable before it returns.
 *
 * Values live at (table, row, column); the three names are public ids and lie in the clear, the
 * value is sealed for exactly that place (seal/seal.h). Tables whose name begins with '_' are the
 * store's own. `schema` of the configuration is the version of the formats of all values and part
 * of the seal; when it rises, every value passes through `upgrade` once, in one transaction.
 *
 * Each call is one durable transaction; between tf_store_begin and tf_store_commit they are one
 * group with one fsync. One thread at a time, one process at a time (db.h).
 */
#ifndef TF_STORE_STORE_H
#define TF_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "seal/seal.h"
#include "store/db.h"

typedef struct tf_store tf_store;

typedef struct tf_store_config {
	const char *path;
	const char *cosigner;      /* device id */
	uint32_t schema;           /* version of the values' formats, 1 or more */
	/* Turn a value of format version `from` into one of version `schema` (copy it if nothing
	 * changed). NULL: an older store is refused. A newer one always is, TF_E_UNSUPPORTED. */
	tf_err (*upgrade)(void *ctx, const tf_place *place, uint32_t from, const uint8_t *value,
	                  size_t len, uint8_t *out, size_t cap, size_t *out_len);
	void *upgrade_ctx;
	const tf_key_part *parts;  /* copied into guarded memory by tf_store_open */
	size_t n_parts;
	uint32_t required_sources; /* mask: refuse a store that was made with fewer */
	tf_rng rng;                /* production: the operating system's */
} tf_store_config;

/* One value of a group. value NULL deletes. */
typedef struct tf_record {
	tf_place place;
	const uint8_t *value;
	size_t len;
} tf_record;

/* Open or create. TF_E_SEAL for a wrong key or too few sources; otherwise as tf_db_open. */
TF_MUST_USE tf_err tf_store_open(tf_store **out, const tf_store_config *config,
                                 tf_db_reason *reason);
void tf_store_close(tf_store *s);

/* Write or replace. */
TF_MUST_USE tf_err tf_store_put(tf_store *s, const tf_place *place, const uint8_t *value,
                                size_t len);

/* All of them or none. */
TF_MUST_USE tf_err tf_store_put_all(tf_store *s, const tf_record records[], size_t n);

/* Read. *len receives the value's length, also when cap is too small (TF_E_CAPACITY).
 * TF_E_NOT_FOUND, TF_E_SEAL. */
TF_MUST_USE tf_err tf_store_get(tf_store *s, const tf_place *place, uint8_t *out, size_t cap,
                                size_t *len);

/* Delete; deleting what is not there is fine. As soon as that is durable the sealed value is
 * overwritten in the store's files, too (secure_delete, tf_db_scrub); if that fails, again with the
 * next change. What the file system or the disk keeps of it is another matter. */
TF_MUST_USE tf_err tf_store_delete(tf_store *s, const tf_place *place);

/* The same for what has been replaced, which otherwise stays in the files until SQLite happens to
 * need their room. */
void tf_store_scrub(tf_store *s);

/* Call fn for each value of a table, or of one row of it (row not NULL), in the order of row and
 * column; the first error ends it and is returned. fn must not write to the store. */
typedef tf_err (*tf_store_visit)(void *ctx, const tf_place *place, const uint8_t *value,
                                 size_t len);
TF_MUST_USE tf_err tf_store_list(tf_store *s, const char *table, const char *row,
                                 tf_store_visit fn, void *ctx);

/* Bind for ever: if the place is empty, write; if it holds exactly this value, fine; if it holds
 * anything else, TF_E_CONFLICT. Durable when it returns TF_OK (request id -> digest, nonce ->
 * digest: whatever must never be signed twice). */
TF_MUST_USE tf_err tf_store_bind(tf_store *s, const tf_place *place, const uint8_t *value,
                                 size_t len);

/* All of them, or none and TF_E_CONFLICT. */
TF_MUST_USE tf_err tf_store_bind_all(tf_store *s, const tf_record records[], size_t n);

/* Mark a session id as used: TF_OK the first time, TF_E_REPLAY ever after. */
TF_MUST_USE tf_err tf_store_use_sid(tf_store *s, const uint8_t sid[static 32], int64_t now);

/* Group several calls into one durable transaction; abort takes all of them back. */
TF_MUST_USE tf_err tf_store_begin(tf_store *s);
TF_MUST_USE tf_err tf_store_commit(tf_store *s);
void tf_store_abort(tf_store *s);

/* Deferred commits, as in store/db.h: what is written between defer(true) and defer(false) becomes
 * durable, all together, with tf_store_settle, or with the next thing that is written undeferred.
 * deferred: does anything wait for it? */
void tf_store_defer(tf_store *s, bool on);
bool tf_store_deferred(const tf_store *s);
TF_MUST_USE tf_err tf_store_settle(tf_store *s);

/* Consistent copy, values still sealed. */
TF_MUST_USE tf_err tf_store_backup(tf_store *s, const char *path);

/* The header, and the last error's text, for status and logs. */
const tf_seal_header *tf_store_header(const tf_store *s);
const char *tf_store_message(const tf_store *s);

#endif
