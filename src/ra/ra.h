/* trefoil-ra: the registry behind HTTPS.
 *
 * JSON over TLS 1.3. The server's certificate is of role ra and issued by its own CA at start.
 *
 *     POST /v1/enrol/nonce   {"ticket"}                                -> {"nonce", "seconds"}
 *     POST /v1/enrol         {"ticket", "nonce", "csr", "identitySignature", "evidence":{"kind"}}
 *                            -> {"certificate", "root", "crl", "crlNumber"}
 *     POST /v1/renew/nonce   {}                        with the old certificate in the handshake
 *     POST /v1/renew         {"nonce", "csr", "identitySignature", "evidence"}      the same way
 *     GET  /v1/crl           DER        GET /v1/crl.pem   PEM
 *     GET  /v1/workspace     the admin-signed file as it was published
 *     POST /v1/admin/tickets    {"device", "role", "set", "names":[...], "seconds"} -> {"ticket",
 *                               "expires"}
 *     POST /v1/admin/workspace  the file -> {"version"}
 *     POST /v1/admin/revoke     {"device"} or {"serial"} -> {"certificates", "crlNumber"}
 *     GET  /v1/admin/devices    -> {"devices":[...], "crlNumber", "workspaceVersion"}
 *
 * Bytes are lower-case hex, csr and crl base64 of DER, certificates PEM. Admin requests are signed
 * one by one (attest/admin.h). All keys of a body are mandatory and no other is allowed. Errors are
 * {"message", "code"}; the code is the number of the check that failed, or of the error.
 */
#ifndef TF_RA_RA_H
#define TF_RA_RA_H

#include "daemon/status.h"
#include "net/loop.h"
#include "ra/registry.h"

typedef struct tf_ra tf_ra;

typedef struct tf_ra_options {
	const char *host;       /* numeric address to listen on */
	uint16_t port;          /* 0: any */
	const char *root_pem;
	int64_t crl_period;     /* seconds between lists */
	int64_t (*clock)(void); /* Unix seconds; NULL: the system's */
	tf_status *status;      /* for metrics; NULL: none */
} tf_ra_options;

/* Bind; nobody gets a handshake before tf_ra_start. Errors as tf_listen. */
TF_MUST_USE tf_err tf_ra_listen(tf_ra **out, tf_loop *l, const tf_ra_options *options, char *why,
                                size_t cap);

/* Open the registry, issue our own certificate and a list, and serve. */
TF_MUST_USE tf_err tf_ra_start(tf_ra *ra, const tf_registry_config *config, char *why, size_t cap);

uint16_t tf_ra_port(const tf_ra *ra);

/* The registry behind it. */
tf_registry *tf_ra_registry(tf_ra *ra);

/* Make a new list and a new certificate of our own if they are due; the server does so every
 * minute by itself. */
void tf_ra_maintain(tf_ra *ra);

/* Stop listening and finish what runs; done(ctx) when nothing is left. */
void tf_ra_drain(tf_ra *ra, tf_loop_fn done, void *ctx);
void tf_ra_free(tf_ra *ra);

#endif
