/* The coordinator's books: everything it remembers, in one SQLite store.
 *
 * Nothing here can move funds: keys are public keys, and a transaction that the coordinator changes
 * is refused by every co-signer. What it must never do is lose something it has acknowledged or
 * hand out one nonce for two payloads; so every function that changes something is one transaction,
 * durable when the group of its turn is (daemon/turn.h): until then nobody is told. Amounts of
 * chains are text; times are milliseconds since 1970.
 *
 * Functions return TF_E_NOT_FOUND for an absent row, TF_E_CONFLICT for a broken rule of
 * uniqueness, and the errors of store/db.h. Nothing here is secret.
 */
#ifndef TF_COORDINATOR_BOOK_H
#define TF_COORDINATOR_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/db.h"

#define TF_UUID_TEXT 37u
#define TF_ASSET_TEXT 33u
#define TF_NAME_TEXT 257u
#define TF_DEVICE_TEXT 65u

typedef struct tf_book tf_book;

/* Open or create the store at path. */
TF_MUST_USE tf_err tf_book_open(tf_book **out, const char *path, tf_db_reason *reason);
void tf_book_close(tf_book *b);
tf_db *tf_book_db(tf_book *b);

/* Of a few senders, the number below which all nonces are held (txn.h): what was found last, so
 * that it is not counted up from 0 each time. Forgotten when a nonce may have become free. */
#define TF_NONCE_FLOORS 64u
typedef struct tf_nonce_floor {
	char sender[128];
	uint64_t chain_id;
	uint64_t floor;
} tf_nonce_floor;

typedef struct tf_nonce_floors {
	tf_nonce_floor of[TF_NONCE_FLOORS];
	size_t n; /* ever noted since they were forgotten; the oldest makes room */
} tf_nonce_floors;
tf_nonce_floors *tf_book_floors(tf_book *b);

/* From now on changes are deferred, until tf_book_settle. Of an undeferred book they are durable on
 * return. */
void tf_book_defer(tf_book *b);

/* Changes that wait: all, and those of them that somebody may wait for, which nonces of tokens are
 * not. */
bool tf_book_has_deferred(const tf_book *b, bool urgent);
TF_MUST_USE tf_err tf_book_settle(tf_book *b);
/* They are thrown away instead. */
void tf_book_lose(tf_book *b);

/* Keys: one public key of the workspace per algorithm. */
typedef enum tf_key_phase { TF_KEY_PENDING = 1, TF_KEY_READY = 2 } tf_key_phase;

typedef struct tf_key_row {
	char id[TF_UUID_TEXT];
	tf_key_phase state;
	uint32_t curve;
	uint32_t threshold;
	uint8_t public_key[33];
	uint8_t chain_code[32];
	uint8_t sharing[32]; /* name of the sharing */
	uint32_t epoch;
	char clique[512]; /* devices of the sharing, separated by blanks, in party order */
	int64_t created;
} tf_key_row;

/* A key is written down before an attempt to generate it; the row of an attempt that came to
 * nothing is replaced. TF_E_CONFLICT if the key of this curve is ready. */
TF_MUST_USE tf_err tf_book_key_begin(tf_book *b, const tf_key_row *row);
TF_MUST_USE tf_err tf_book_key_ready(tf_book *b, const char *id,
                                     const uint8_t public_key[static 33],
                                     const uint8_t chain_code[static 32],
                                     const uint8_t sharing[static 32], uint32_t epoch);
/* The workspace's key of this curve, in whatever state. */
TF_MUST_USE tf_err tf_book_key_find(tf_book *b, uint32_t curve, tf_key_row *row);

/* Vault accounts: decimal ids from 0, each the BIP-44 account index of its addresses. */
typedef struct tf_account_row {
	int64_t id;
	char name[TF_NAME_TEXT];
	char customer_ref[TF_NAME_TEXT];
	bool hidden;
	bool auto_fuel;
	int64_t created;
} tf_account_row;

TF_MUST_USE tf_err tf_book_account_add(tf_book *b, tf_account_row *row);
TF_MUST_USE tf_err tf_book_account_get(tf_book *b, int64_t id, tf_account_row *row);
TF_MUST_USE tf_err tf_book_account_rename(tf_book *b, int64_t id, const char *name);
TF_MUST_USE tf_err tf_book_account_set_hidden(tf_book *b, int64_t id, bool hidden);
TF_MUST_USE tf_err tf_book_account_set_ref(tf_book *b, int64_t id, const char *ref);
TF_MUST_USE tf_err tf_book_account_set_fuel(tf_book *b, int64_t id, bool auto_fuel);

typedef struct tf_account_filter {
	const char *prefix, *suffix; /* of the name; NULL: any */
	const char *asset;           /* only accounts with this wallet; NULL: any */
	int64_t after, before;       /* id bounds, exclusive; -1: none */
	bool ascending;
	int64_t limit;
} tf_account_filter;

typedef tf_err (*tf_account_visit)(void *ctx, const tf_account_row *row);
TF_MUST_USE tf_err tf_book_account_list(tf_book *b, const tf_account_filter *f,
                                        tf_account_visit visit, void *ctx);

/* Wallets: an account's address on one asset's chain. */
typedef struct tf_wallet_row {
	int64_t account;
	char asset[TF_ASSET_TEXT];
	char address[128];
	uint8_t public_key[33];
	int64_t created;
} tf_wallet_row;

/* TF_E_CONFLICT if the account has it already. */
TF_MUST_USE tf_err tf_book_wallet_add(tf_book *b, const tf_wallet_row *row);
TF_MUST_USE tf_err tf_book_wallet_get(tf_book *b, int64_t account, const char *asset,
                                      tf_wallet_row *row);
typedef tf_err (*tf_wallet_visit)(void *ctx, const tf_wallet_row *row);
/* All wallets of an account; account -1: of all accounts. */
TF_MUST_USE tf_err tf_book_wallet_list(tf_book *b, int64_t account, tf_wallet_visit visit,
                                       void *ctx);

/* Idempotency keys: the first answer, for 24 hours. */
TF_MUST_USE tf_err tf_book_idempotent_get(tf_book *b, const char *user, const char *key,
                                          int64_t now, int *status, char *body, size_t cap);
TF_MUST_USE tf_err tf_book_idempotent_put(tf_book *b, const char *user, const char *key,
                                          int64_t now, int status, const char *body);

/* Nonces of API tokens: TF_E_REPLAY if this user has used it before it expired. */
TF_MUST_USE tf_err tf_book_nonce_use(tf_book *b, const char *user, const char *nonce,
                                     int64_t expires_s, int64_t now_s);

#endif
