/* The coordinator: vault, transactions and the REST API on one side, the co-signers on the other.
 *
 * It is trusted for progress only (docs/architecture.md): it holds no key material, and whatever it
 * tells a co-signer the co-signer verifies itself. One loop, one thread for all state; the parts:
 *
 *     book, txn      what it remembers (SQLite)
 *     api*           what clients ask for: REST over TLS
 *     control        the co-signers' connections: mutual TLS, frames
 *     engine         drives introductions, key generation, presigning and signing to where they
 *                    should be, again and again, from whatever state it finds
 */
#ifndef TF_COORDINATOR_COORDINATOR_H
#define TF_COORDINATOR_COORDINATOR_H

#include <jansson.h>

#include "attest/workspace.h"
#include "base/rng.h"
#include "coordinator/book.h"
#include "coordinator/txn.h"
#include "base/path.h"
#include "curve/bip32.h"
#include "daemon/audit.h"
#include "daemon/status.h"
#include "daemon/turn.h"
#include "net/loop.h"

typedef struct tf_engine tf_engine;
typedef struct tf_api tf_api;

typedef struct tf_coordinator {
	tf_loop *loop;
	tf_rng rng;
	tf_book *book;
	tf_audit *audit;
	tf_turn *turn;
	tf_status *status;
	const tf_workspace *workspace; /* current admin-signed file; replaced as a whole */
	const tf_group *secp256k1, *ed25519;
	tf_bip32_nodes nodes;          /* of derivations; those of a book of nobody remember nothing */
	tf_engine *engine;             /* NULL until it runs */
	tf_api *api;                   /* NULL until it serves */
	tf_err failed;                 /* not TF_OK: it ends, see tf_coordinator_fatal */
	void (*end)(void *ctx, tf_err error); /* of the process; NULL: nobody is told */
	void *end_ctx;
	int64_t started;               /* milliseconds since 1970 */
} tf_coordinator;

/* Milliseconds since 1970 by the system's clock. */
int64_t tf_coordinator_now(void);

/* A random UUID (version 4) as text. */
TF_MUST_USE tf_err tf_uuid_make(char out[static TF_UUID_TEXT], const tf_rng *rng);

/* It cannot go on: the group that is gathered is lost, every answer from now on is 503, no run
 * begins or starts, and the process ends, with what is on disk as its last word. */
void tf_coordinator_fatal(tf_coordinator *c, const char *what, tf_err e);

/* The turns of its loop (turn is set): the audit log first, then the books; told are the engine and
 * the API. TF_E_RESOURCE. */
TF_MUST_USE tf_err tf_coordinator_start_turn(tf_coordinator *c);

/* One row of the audit chain: {"event": event, ...}; takes the reference to fields (may be NULL).
 * Durable with the turn's group. An action that cannot be audited must not be taken, so that
 * failure is fatal, and takes with it what the turn has written so far. */
TF_MUST_USE tf_err tf_coordinator_audit(tf_coordinator *c, const char *event, json_t *fields);

/* Something changed that the engine should look at (a new transaction, say). */
void tf_engine_wake(tf_engine *e);

/* What GET /v1/trefoil/status says about co-signers, keys, pools and runs; a new reference. */
json_t *tf_engine_status(tf_engine *e);

/* The group of a key; NULL: there is no key of this curve. */
const tf_group *tf_coordinator_group(const tf_coordinator *c, tf_curve_id curve);

/* Public key at a path: a child of the workspace's key of this curve. TF_E_STATE while there is
 * none. */
TF_MUST_USE tf_err tf_coordinator_derive(tf_coordinator *c, tf_curve_id curve, const tf_path *path,
                                         tf_pt *child, tf_key_row *key);

#endif
