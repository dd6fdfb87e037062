/* A blocking HTTPS client for the CLI, enrolment and chain nodes: libcurl, told exactly what to do.
 *
 * TLS 1.3 with the CA that is given and no other (unless system_roots), optional client
 * certificate, https only (http to loopback only when allow_loopback_http), no redirects, no
 * proxies, nothing from the environment or .netrc, no cookies, bounded response, bounded time.
 * Content-Type is sent only when given: libcurl's own default makes a public callback handler
 * hang.
 *
 * Blocking: never on a daemon's loop, always in a job.
 */
#ifndef TF_NET_HTTP_CLIENT_H
#define TF_NET_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "net/tls.h"

typedef struct tf_fetch {
	const char *method;       /* "GET" ... */
	const char *url;
	const char *ca_file;      /* PEM file of the CA, or: */
	const void *ca_pem;       /* ... PEM in memory */
	size_t ca_len;
	bool system_roots;        /* the system's CAs instead */
	const void *cert_pem;     /* client certificate chain; NULL: none */
	size_t cert_len;
	const void *key_pem;      /* its key, not encrypted */
	size_t key_len;
	tf_peer_fn check;         /* decides about the server's verified certificate; NULL: - */
	void *check_ctx;
	const char *const *headers; /* "Name: value" lines, NULL-terminated; NULL: none */
	const char *content_type; /* NULL: no Content-Type header */
	const void *body;         /* NULL: no body */
	size_t body_len;
	size_t response_max;      /* 0: 1 MiB */
	long timeout_ms;          /* whole exchange; 0: 30 000 */
	bool allow_loopback_http; /* http:// to 127.0.0.0/8 and [::1] */
} tf_fetch;

typedef struct tf_fetch_result {
	int status;         /* HTTP status; 0 if there was no response */
	char *body;         /* malloc'ed, NUL-terminated; "" if empty */
	size_t body_len;
	char *headers;      /* malloc'ed "name: value\r\n" lines as received, NUL-terminated */
	char reason[256];   /* for people, when the call failed */
} tf_fetch_result;

void tf_fetch_result_wipe(tf_fetch_result *r);

/* TF_OK: some response came, whatever its status. TF_E_TRUST: TLS or certificate. TF_E_IO: cannot
 * connect, timeout. TF_E_TOO_LARGE: response. TF_E_USAGE: url or headers not allowed.
 * *r is always valid afterwards; wipe it. */
TF_MUST_USE tf_err tf_fetch_run(tf_fetch_result *r, const tf_fetch *f);

/* First value of a response header (any case) into out. TF_E_NOT_FOUND, TF_E_CAPACITY. */
TF_MUST_USE tf_err tf_fetch_header(const tf_fetch_result *r, const char *name, char *out,
                                   size_t cap);

#endif
