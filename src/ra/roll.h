/* The roll: what the RA server remembers. Tickets, nonces, devices, certificates, lists, the
 * workspace file.
 *
 * SQLite (store/db.h). Nothing here is a secret: tickets are kept as hashes, keys are public. Every
 * function is one step of a transaction that the caller opens and commits (tf_tx), so that a
 * decision and its traces are durable together. Rows about devices and slots are never deleted: a
 * device id has one role, one set and one pair of identity keys for ever.
 */
#ifndef TF_RA_ROLL_H
#define TF_RA_ROLL_H

#include <stdbool.h>
#include <stdint.h>

#include "attest/ca.h"
#include "attest/cert.h"
#include "attest/csr.h"
#include "attest/ticket.h"
#include "attest/workspace.h"
#include "base/err.h"
#include "store/db.h"

/* Open or create: errors of tf_db_open. */
TF_MUST_USE tf_err tf_roll_open(tf_db **out, const char *path, tf_db_reason *reason);

/* ---- tickets */

TF_MUST_USE tf_err tf_roll_add_ticket(tf_db *db, const tf_ticket *t, int64_t now);

/* TF_E_NOT_FOUND if no ticket has this hash. */
TF_MUST_USE tf_err tf_roll_find_ticket(tf_db *db, tf_ticket *out, const char *workspace,
                                       const uint8_t hash[static 32]);
TF_MUST_USE tf_err tf_roll_fail_ticket(tf_db *db, const uint8_t hash[static 32]);
TF_MUST_USE tf_err tf_roll_use_ticket(tf_db *db, const uint8_t hash[static 32], int64_t now);

/* ---- nonces for requests, each for one ticket (its hash) or one renewal (SHA-256 of the old
 * certificate): `owner` */

#define TF_NONCE_SECONDS 300
#define TF_NONCES_PER_OWNER 8

/* TF_E_BUSY if this owner has too many open ones. Expired ones are forgotten. */
TF_MUST_USE tf_err tf_roll_add_nonce(tf_db *db, const uint8_t nonce[static TF_NONCE_LEN],
                                     const uint8_t owner[static 32], int64_t now);

/* Use it up: TF_E_AUTH if it is unknown, used, expired or another owner's. */
TF_MUST_USE tf_err tf_roll_use_nonce(tf_db *db, const uint8_t nonce[static TF_NONCE_LEN],
                                     const uint8_t owner[static 32], int64_t now);

/* ---- refused renewals, counted by the device: one that keeps asking for what it does not get is
 * not listened to for a while, whichever certificate it shows, and does not fill the audit log */

#define TF_REFUSED_MAX 10
#define TF_REFUSED_SECONDS 3600

/* TF_E_BUSY: refused too often, the first time less than TF_REFUSED_SECONDS ago. */
TF_MUST_USE tf_err tf_roll_may_renew(tf_db *db, const char *device, int64_t now);
TF_MUST_USE tf_err tf_roll_count_refused(tf_db *db, const char *device, int64_t now);

/* Remember the nonce of an admin's request: TF_E_REPLAY if it is known. */
TF_MUST_USE tf_err tf_roll_use_admin_nonce(tf_db *db, const uint8_t nonce[static 16],
                                           int64_t now);

/* ---- devices */

typedef struct tf_device {
	tf_holder holder;
	uint8_t ed25519[32];
	uint8_t x25519[32];
	tf_sans sans;
	bool revoked;
} tf_device;

/* TF_E_NOT_FOUND. */
TF_MUST_USE tf_err tf_roll_find_device(tf_db *db, tf_device *out, const char *workspace,
                                       const char *device);

/* Whose identity key is this? Writes a device id; TF_E_NOT_FOUND. */
TF_MUST_USE tf_err tf_roll_find_identity(tf_db *db, char device[static TF_NAME_MAX + 1],
                                         const uint8_t ed25519[static 32]);

/* A device enrols for the first time, or again: then only its names may change. TF_E_CONFLICT if
 * slot or keys differ from what is known, or a key is another device's. */
TF_MUST_USE tf_err tf_roll_put_device(tf_db *db, const tf_device *d, int64_t now);
TF_MUST_USE tf_err tf_roll_revoke_device(tf_db *db, const char *device, int64_t now);

/* Note the slot of a device of the roster; TF_E_CONFLICT if it had another one once. */
TF_MUST_USE tf_err tf_roll_claim_slot(tf_db *db, const char *device, tf_role role, uint16_t set);

/* ---- certificates */

/* How many certificates a device may have at a time, so that its revocation always finds room on
 * the list. Who renews has two of them; the rest is for answers that were lost. Then there is one
 * more in each TF_CERTS_MAX-th part of their life (seconds), so that nobody who loses answer after
 * answer is shut out: twice as many at most. TF_E_BUSY: not now. */
#define TF_CERTS_MAX 16

TF_MUST_USE tf_err tf_roll_may_have_cert(tf_db *db, const char *device, int64_t life, int64_t now);

/* TF_E_CONFLICT if its TLS key was certified before. */
TF_MUST_USE tf_err tf_roll_add_cert(tf_db *db, const tf_cert *c);

/* Mark one certificate (TF_E_NOT_FOUND), or all of a device's that have not expired, as revoked; *n
 * receives how many were not yet. */
TF_MUST_USE tf_err tf_roll_revoke_cert(tf_db *db, const uint8_t serial[static 16], int64_t now,
                                       int64_t *n);
TF_MUST_USE tf_err tf_roll_revoke_certs(tf_db *db, const char *device, int64_t now, int64_t *n);

/* Revoked ones that have not expired long ago, malloc'ed: what the next list says. */
TF_MUST_USE tf_err tf_roll_revoked(tf_db *db, tf_revoked **out, size_t *n, int64_t now);

/* For listings: every device that ever enrolled; the certificates of one that have not expired. The
 * first error of fn ends it and is returned. */
typedef struct tf_cert_row {
	uint8_t serial[16];
	int64_t not_before;
	int64_t not_after;
	tf_evidence_kind evidence;
	bool revoked;
} tf_cert_row;

typedef tf_err (*tf_roll_visit_device)(void *ctx, const tf_device *d);
typedef tf_err (*tf_roll_visit_cert)(void *ctx, const tf_cert_row *row);
TF_MUST_USE tf_err tf_roll_each_device(tf_db *db, const char *workspace, tf_roll_visit_device fn,
                                       void *ctx);
TF_MUST_USE tf_err tf_roll_each_cert(tf_db *db, const char *device, int64_t now,
                                     tf_roll_visit_cert fn, void *ctx);

/* ---- the list */

/* Number of the last list (0: none) and its DER, malloc'ed (NULL: none). */
TF_MUST_USE tf_err tf_roll_last_crl(tf_db *db, uint64_t *number, uint8_t **der, size_t *len);
TF_MUST_USE tf_err tf_roll_add_crl(tf_db *db, uint64_t number, const uint8_t *der, size_t len,
                                   int64_t now);

/* ---- the workspace file */

/* The current file, malloc'ed with NUL; TF_E_NOT_FOUND. */
TF_MUST_USE tf_err tf_roll_workspace(tf_db *db, char **file, size_t *len);
TF_MUST_USE tf_err tf_roll_add_workspace(tf_db *db, uint64_t version, const char *file, size_t len,
                                         int64_t now);

#endif
