/* The REST API: the first piece of the Fireblocks dialect (docs/api.md), and Trefoil's own.
 *
 * Every request is authenticated (API key, RS256 token, body hash, nonce used once) before a
 * handler sees it; a handler gets the user and the whole request and answers exactly once with one
 * of the functions below, which also keep the first answer for an idempotency key. All errors are
 * JSON objects {"message", "code"}. Handlers run on the loop and only touch the books: nothing
 * waits for a co-signer. An answer leaves when everything that the books say at that moment is on
 * disk, or is 503 if it cannot be; once the coordinator has failed (tf_coordinator_fatal) all are,
 * and none is kept.
 */
#ifndef TF_COORDINATOR_API_H
#define TF_COORDINATOR_API_H

#include "coordinator/coordinator.h"
#include "net/http_server.h"
#include "net/jwt.h"

/* Codes of the dialect's errors (api-responses of its documentation); 0 where it has none. */
enum {
	TF_API_CODE_NONE = 0,
	TF_API_CODE_ACCOUNT_LIST = 1000,
	TF_API_CODE_ACCOUNT_CREATE = 1002,
	TF_API_CODE_ACCOUNT_UNKNOWN = 1004,
	TF_API_CODE_ASSET_UNKNOWN = 1006,
	TF_API_CODE_ACCOUNT_RENAME = 1013,
	TF_API_CODE_TX_INVALID = 1427,
};

#define TF_API_IDEMPOTENCY_MAX 256u /* bytes of a key */

typedef struct tf_held_reply tf_held_reply;

struct tf_api {
	tf_coordinator *c;
	tf_held_reply *held, **held_last; /* answers that wait for the end of the turn */
	tf_http_server *server;
	tf_jwt_keys *keys;
	tf_metric *requests;
	tf_metric *refused;
};

/* An authenticated request. */
typedef struct tf_api_req {
	tf_api *api;
	tf_coordinator *c;
	tf_http_call *call;
	const tf_http_req *http;
	const tf_api_user *user;
	const char *token; /* the compact JWT */
	size_t token_len;
	const char *idempotency_key; /* NULL: none */
	int64_t now;                 /* milliseconds since 1970 */
} tf_api_req;

/* What is authenticated goes to its handler, unless its idempotency key has its answer already. */
void tf_api_serve(tf_api_req *r);

/* Answers. json takes the reference to body. */
void tf_api_json(tf_api_req *r, int status, json_t *body);
__attribute__((format(printf, 4, 5)))
void tf_api_error(tf_api_req *r, int status, int code, const char *fmt, ...);
/* The answer for an error that a handler does not explain itself. */
void tf_api_failed(tf_api_req *r, tf_err e);

/* Body as JSON object, {} for an empty one; NULL: answered with 400. */
json_t *tf_api_body(tf_api_req *r);

/* A member that must be a string of at most max bytes, if it is there. Returns false after having
 * answered 400. *out stays if the member is absent. */
bool tf_api_string(tf_api_req *r, const json_t *body, const char *name, size_t max,
                   const char **out);
/* The same for true and false. */
bool tf_api_flag(tf_api_req *r, const json_t *body, const char *name, bool *out);

/* Path segment `index` as vault account: answers 404 and returns false if there is none. */
bool tf_api_account(tf_api_req *r, size_t index, tf_account_row *row);

/* Path segment `index` as an asset of the workspace; likewise. */
const tf_chain_rule *tf_api_asset(tf_api_req *r, size_t index);

/* Query parameter as integer in [min, max], def if absent. False after 400. */
bool tf_api_query_int(tf_api_req *r, const char *name, int64_t min, int64_t max, int64_t def,
                      int64_t *out);

/* Starts serving. host, port and tls in options->listen are the caller's. */
TF_MUST_USE tf_err tf_api_start(tf_api **out, tf_coordinator *c, const tf_listen_options *listen,
                                char *why, size_t cap);
/* A group of the books has been settled, or lost (error): what waited for it is answered. */
void tf_api_settled(tf_api *a, tf_err error);
void tf_api_drain(tf_api *a, tf_loop_fn done, void *ctx);
void tf_api_free(tf_api *a);

/* Handlers by file: api_vault.c, api_tx.c, api_trefoil.c. */
void tf_api_accounts_paged(tf_api_req *r);
void tf_api_accounts_list(tf_api_req *r);
void tf_api_account_create(tf_api_req *r);
void tf_api_account_get(tf_api_req *r);
void tf_api_account_rename(tf_api_req *r);
void tf_api_account_hide(tf_api_req *r);
void tf_api_account_unhide(tf_api_req *r);
void tf_api_account_set_ref(tf_api_req *r);
void tf_api_account_set_fuel(tf_api_req *r);
void tf_api_wallet_create(tf_api_req *r);
void tf_api_wallet_get(tf_api_req *r);
void tf_api_addresses(tf_api_req *r);
void tf_api_addresses_paged(tf_api_req *r);
void tf_api_public_key(tf_api_req *r);
void tf_api_public_key_of(tf_api_req *r);
void tf_api_supported_assets(tf_api_req *r);
void tf_api_users(tf_api_req *r);
void tf_api_workspace(tf_api_req *r);

void tf_api_tx_create(tf_api_req *r);
void tf_api_tx_list(tf_api_req *r);
void tf_api_tx_get(tf_api_req *r);
void tf_api_tx_get_external(tf_api_req *r);
void tf_api_tx_cancel(tf_api_req *r);

void tf_api_trefoil_status(tf_api_req *r);
void tf_api_trefoil_tx(tf_api_req *r);
void tf_api_trefoil_audit(tf_api_req *r);

/* ---- api_tx.c and api_raw.c among themselves ---- */

/* Why a request is not acceptable, as the answer to its client. */
void tf_api_tx_invalid(tf_api_req *r, tf_err e, const tf_request_why *why);

/* The client's own request, to be shown to the co-signers as it came. */
TF_MUST_USE tf_err tf_api_tx_keep(tf_api_req *r, tf_txn *t);

/* May the primary that holds the first seat of this key sign for the user? */
#define TF_API_NO_PRIMARY "The primary of this workspace's key may not sign for this API user"
bool tf_api_may_sign(const tf_api_user *u, const tf_key_row *key);

/* It is in the books: audit, wake the engine, answer. */
void tf_api_tx_added(tf_api_req *r, const tf_txn *t);

/* POST /v1/transactions of a request for raw signatures. */
void tf_api_raw_create(tf_api_req *r);

/* What of a raw request's transaction is in no other: signedMessages, once it is completed. */
void tf_api_raw_add(const tf_api_req *r, json_t *j, const tf_txn *t);

#endif
