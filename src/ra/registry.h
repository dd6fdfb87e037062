/* The registry: who may have a certificate, decided and recorded.
 *
 * No network here: the API (api.h) hands in what arrived and the time, and gets a verdict. Every
 * decision that changes something is one transaction of the roll, and the row of the audit log that
 * tells of it is part of that transaction: queued there, and written to the log once it has
 * committed, after a crash at the next start. So the log has exactly what happened; and while a
 * queued row cannot be written, nothing new is decided.
 *
 * A device gets its first certificate for a ticket, later ones for the certificate before. Either
 * way: the nonce is the server's, single use; the request is well made and signed by both keys; the
 * admin-signed roster has the device in this role and set, with this identity key if it pins one;
 * no other device has that key; the device was not revoked; the evidence is good enough for the
 * profile; and the TLS key was never certified before.
 */
#ifndef TF_RA_REGISTRY_H
#define TF_RA_REGISTRY_H

#include <openssl/evp.h>

#include "attest/workspace.h"
#include "base/fault.h"
#include "base/rng.h"
#include "daemon/audit.h"
#include "ra/roll.h"

typedef struct tf_registry_config {
	const char *workspace;
	bool dev_profile;
	const char *db_path;
	const char *audit_path;
	const char *identity_source; /* "file:/..." of the server's Ed25519 seed (seal/keyfile.h) */
	tf_sans sans;                /* of the server's own certificate */
	const char *ca_cert_pem;
	const char *ca_key_pem;
	const uint8_t *passphrase;
	size_t passphrase_len;
	unsigned admin_threshold;
	const uint8_t (*admin_keys)[32];
	size_t n_admin_keys;
	int64_t cert_seconds;
	int64_t crl_seconds;
	tf_rng rng;
} tf_registry_config;

typedef struct tf_registry {
	char name[TF_NAME_MAX + 1];
	bool dev_profile;
	int64_t cert_seconds;
	int64_t crl_seconds;
	tf_rng rng;
	tf_db *db;
	tf_ca *ca;
	tf_trust *trust;
	tf_audit *audit;
	tf_identity_keys keys;       /* the server's own */
	tf_sans sans;
	tf_workspace *workspace;     /* NULL: none published yet */
	char *workspace_file;
	size_t workspace_len;
	uint8_t *crl;                /* DER of the current list */
	size_t crl_len;
	uint64_t crl_number;
} tf_registry;

/* What a device sends. */
typedef struct tf_enrol_request {
	const uint8_t *csr;
	size_t csr_len;
	uint8_t nonce[TF_NONCE_LEN];
	uint8_t signature[64];
	tf_evidence evidence;
} tf_enrol_request;

/* A certificate that was issued. */
typedef struct tf_issued {
	uint8_t der[TF_CERT_MAX];
	size_t len;
	tf_cert cert;
} tf_issued;

/* Why not, for the log and the answer: which check, and one line. */
typedef struct tf_refusal {
	tf_fault fault;
	tf_reason reason;
} tf_refusal;

/* Open everything and issue a first list of this run. TF_E_POLICY for a profile that this version
 * cannot serve; TF_E_STATE for a database that is older than its audit log. */
TF_MUST_USE tf_err tf_registry_open(tf_registry *r, const tf_registry_config *config, int64_t now,
                                    tf_refusal *why);
void tf_registry_close(tf_registry *r);

/* A certificate for the server itself, with a fresh TLS key. */
TF_MUST_USE tf_err tf_registry_own(tf_registry *r, EVP_PKEY **key, tf_issued *out, int64_t now,
                                   tf_refusal *why);

/* A nonce for a ticket. TF_E_AUTH, TF_E_REPLAY, TF_E_EXPIRED, TF_E_STATE: see tf_ticket_check;
 * TF_E_BUSY: too many open ones. */
TF_MUST_USE tf_err tf_registry_nonce(tf_registry *r, uint8_t nonce[static TF_NONCE_LEN],
                                     const char *ticket, int64_t now, tf_refusal *why);

/* A first certificate. Ticket errors as above; TF_E_AUTH for the nonce; TF_E_TRUST for the request;
 * TF_E_POLICY if roster or profile do not allow it; TF_E_CONFLICT for a slot, key or device that is
 * taken. A failure of the device's counts against the ticket; success uses it up. */
TF_MUST_USE tf_err tf_registry_enrol(tf_registry *r, tf_issued *out, const char *ticket,
                                     const tf_enrol_request *req, int64_t now, tf_refusal *why);

/* A nonce and a certificate for the holder of a certificate that tf_cert_verify has accepted.
 * TF_E_BUSY after TF_REFUSED_MAX refusals within TF_REFUSED_SECONDS, or with more certificates than
 * tf_roll_may_have_cert allows (an enrolment, too): no row of the audit log tells of these. */
TF_MUST_USE tf_err tf_registry_renew_nonce(tf_registry *r, uint8_t nonce[static TF_NONCE_LEN],
                                           const tf_cert *old, int64_t now, tf_refusal *why);
TF_MUST_USE tf_err tf_registry_renew(tf_registry *r, tf_issued *out, const tf_cert *old,
                                     const tf_enrol_request *req, int64_t now, tf_refusal *why);

/* ---- what admins ask for; admin is the key that signed the request */

/* TF_E_POLICY: not in the roster so; TF_E_CONFLICT: revoked. */
TF_MUST_USE tf_err tf_registry_ticket(tf_registry *r, char text[static TF_TICKET_TEXT + 1],
                                      const uint8_t admin[static 32], const tf_holder *holder,
                                      const tf_sans *sans, int64_t seconds, int64_t now,
                                      tf_refusal *why);

/* Take a workspace file. Errors of tf_workspace_open and tf_workspace_succeeds; TF_E_CONFLICT also
 * for a slot that a device once had, or a pinned key that is not the device's. */
TF_MUST_USE tf_err tf_registry_publish(tf_registry *r, const uint8_t admin[static 32],
                                       const char *file, size_t len, int64_t now,
                                       tf_refusal *why);

/* Revoke a device for ever, with all its certificates, or one certificate; makes a new list, in the
 * same transaction. *n: how many certificates. TF_E_NOT_FOUND; TF_E_TOO_LARGE if there is no room
 * for them on the list. */
TF_MUST_USE tf_err tf_registry_revoke(tf_registry *r, const uint8_t admin[static 32],
                                      const char *device, const uint8_t *serial, int64_t now,
                                      int64_t *n, tf_refusal *why);

/* A new list with the next number, which is not below the time. */
TF_MUST_USE tf_err tf_registry_list(tf_registry *r, int64_t now);

#endif
