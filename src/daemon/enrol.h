/* Membership: how a co-signer or coordinator comes to its certificate, and keeps it.
 *
 * A member has a place in a workspace (attest/identity.h), two long-lived keys made once inside its
 * sealed store, and from the RA server a certificate of at most a day, the revocation list and the
 * admin-signed workspace file. All of it lies in the store, so a restart needs no server.
 *
 *     tf_member_open      keys, and whatever the store has
 *     tf_member_enrol     once, with a ticket: nonce, request, certificate
 *     tf_member_refresh   list and workspace file; a new certificate when two thirds of the old
 *                         one's life are over
 *     tf_member_watch     the same from the loop, again and again, in a worker
 *
 * What the server sends is believed only as far as it proves itself: the root and the admins are
 * pinned by our configuration; its own certificate must be of role ra, of our trust root and not on
 * the list that we have; a certificate must be for our place, keys and request; a list or workspace
 * file never goes back.
 *
 * One thread: the loop's. Only the exchange with the server runs elsewhere.
 */
#ifndef TF_DAEMON_ENROL_H
#define TF_DAEMON_ENROL_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attest/cert.h"
#include "attest/csr.h"
#include "attest/workspace.h"
#include "base/err.h"
#include "net/loop.h"
#include "net/tls.h"
#include "store/store.h"

typedef struct tf_member tf_member;

typedef struct tf_member_config {
	tf_holder holder;
	tf_sans sans;          /* names for REST clients; the coordinator's, as in its ticket */
	const char *ra_url;    /* "https://127.0.0.1:8444", without a path */
	const char *root_pem;  /* the workspace's root, pinned */
	unsigned admin_threshold;
	const uint8_t (*admin_keys)[32];
	size_t n_admin_keys;
	bool dev_profile;
	tf_store *store;       /* stays the caller's; must outlive the member */
	tf_rng rng;
} tf_member_config;

/* What a refresh changed: a bit mask. */
typedef enum tf_member_change {
	TF_MEMBER_CERT = 1 << 0,
	TF_MEMBER_CRL = 1 << 1,
	TF_MEMBER_WORKSPACE = 1 << 2,
} tf_member_change;

/* Load what the store has, make the keys if it has none. The config is copied. why: one line.
 * TF_E_TRUST (root or stored state is not of this configuration), TF_E_SEAL, TF_E_USAGE. */
TF_MUST_USE tf_err tf_member_open(tf_member **out, const tf_member_config *config, char *why,
                                  size_t cap);
void tf_member_free(tf_member *m);

/* Is there a certificate that is valid at this time? */
bool tf_member_has_certificate(const tf_member *m, int64_t now);

/* Enrol with a ticket and fetch list and workspace file. Blocks: before the loop runs, or in tests.
 * TF_E_AUTH: ticket not accepted. TF_E_TRUST: the server, or what it sent, is not believed.
 * TF_E_POLICY: the server refuses the device. TF_E_IO: no server. */
TF_MUST_USE tf_err tf_member_enrol(tf_member *m, const char *ticket, int64_t now, char *why,
                                   size_t cap);

/* Refresh everything now. Blocks. *changed receives what is new (also after an error). */
TF_MUST_USE tf_err tf_member_refresh(tf_member *m, int64_t now, unsigned *changed, char *why,
                                     size_t cap);

typedef struct tf_member_watcher {
	uint64_t every_ms; /* 0: 60 000 */
	/* Something is new: reload TLS, look at the workspace. On the loop. */
	void (*changed)(void *ctx, unsigned what);
	/* A refresh failed, one line for the log; the next one comes. On the loop. */
	void (*failed)(void *ctx, tf_err err, const char *why);
	void *ctx;
} tf_member_watcher;

/* Refresh periodically until tf_member_free. TF_E_STATE if it is being watched already. */
TF_MUST_USE tf_err tf_member_watch(tf_member *m, tf_loop *l, const tf_member_watcher *watcher);

/* Refresh soon: somebody said that there is news. Nothing if nobody watches. */
void tf_member_hurry(tf_member *m);

/* What the member holds. Pointers are valid until the next change, the keys for good. NULL: none
 * yet. */
const tf_identity_keys *tf_member_keys(const tf_member *m);
const tf_trust *tf_member_trust(const tf_member *m);
const tf_workspace *tf_member_workspace(const tf_member *m);
const tf_cert *tf_member_cert(const tf_member *m, const uint8_t **der, size_t *len);

/* Fill roots, chain, key and crl of a TLS configuration; the rest stays as it is. The pointers are
 * valid until the next change. TF_E_STATE without a certificate or list. */
TF_MUST_USE tf_err tf_member_tls(const tf_member *m, tf_tls_config *out);

/* Judge a peer's certificate at time now: tf_cert_verify, then the roster of the current workspace
 * file (for guards, primaries and coordinators). out, fault and why may be NULL. */
TF_MUST_USE tf_err tf_member_judge(tf_cert *out, const tf_member *m, X509 *peer, int64_t now,
                                   const tf_cert_want *want, tf_fault *fault, char *why,
                                   size_t cap);

#endif
