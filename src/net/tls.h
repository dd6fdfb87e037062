/* TLS 1.3 contexts: who we are, whom we trust.
 *
 * A tf_tls holds our certificate chain and key, the CA roots and the revocation list. It serves
 * both directions: the same context listens and dials (conn.h). Nothing older than TLS 1.3, no
 * tickets, no resumption, no early data, no renegotiation, no system roots unless asked for: the
 * only authority is the CA that the configuration names.
 *
 * Peers of the channel are matched not by host name but by a tf_peer_fn, which sees the verified
 * certificate and decides; see conn.h for where it is given. When a CRL is given, the whole chain
 * is checked against it, and a missing or outdated list refuses everybody: renew it in time.
 *
 * tf_tls_reload swaps certificate, key, roots and CRL of a running program. Connections that are
 * open are checked again against the new roots and CRL and closed if they no longer hold.
 */
#ifndef TF_NET_TLS_H
#define TF_NET_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <openssl/ssl.h>

#include "base/err.h"

typedef struct tf_tls tf_tls;

/* PEM or DER, in a file or in memory; all zero means "none". PEM may hold several objects. */
typedef struct tf_tls_source {
	const char *file;
	const void *data;
	size_t len;
} tf_tls_source;

typedef struct tf_tls_config {
	tf_tls_source roots; /* CA certificates that end a chain */
	tf_tls_source chain; /* own certificate, then intermediates; a client may have none */
	tf_tls_source key;   /* private key of the first certificate; PEM may not be encrypted */
	tf_tls_source crl;   /* none: no revocation check */
	bool system_roots;   /* also trust the system's CAs (public chain nodes, webhooks) */
	const char *alpn;    /* protocol both ends must name, "trefoil/1"; NULL: see below */
} tf_tls_config;
/* Without alpn a listener answers "http/1.1" to a client that offers it, and refuses one that
 * offers only something else; a dialler offers nothing. */

/* Everything is read here; files are not needed afterwards. On failure why (cap >= 128 is useful)
 * names the file and the trouble. TF_E_ENCODING: cannot be parsed. TF_E_TRUST: key and certificate
 * do not belong together, or the roots are missing. TF_E_IO: file. */
TF_MUST_USE tf_err tf_tls_new(tf_tls **out, const tf_tls_config *config, char *why, size_t cap);

/* Same errors; on failure the old state stays. Call on the loop's thread. */
TF_MUST_USE tf_err tf_tls_reload(tf_tls *tls, const tf_tls_config *config, char *why, size_t cap);

/* Drops this reference; open connections keep what they need. NULL is allowed. */
void tf_tls_free(tf_tls *tls);

/* Seconds since 1970 at which our own certificate ends; 0 if there is none. */
int64_t tf_tls_not_after(const tf_tls *tls);

/* Our own certificate, valid until the next reload; NULL if there is none. */
X509 *tf_tls_own_cert(const tf_tls *tls);

/* Decides about a peer whose certificate chain has been verified; called during the handshake.
 * Anything but TF_OK refuses the connection; write a reason for the log ("wrong workspace"). */
typedef tf_err (*tf_peer_fn)(void *ctx, X509 *peer, char *why, size_t cap);

/* One line for a verification error of OpenSSL (X509_V_ERR_...): "certificate revoked". */
const char *tf_tls_verify_text(long verify_error);

#endif
