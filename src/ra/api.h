/* The RA server's handlers, between HTTP and the registry: private to this room.
 */
#ifndef TF_RA_API_H
#define TF_RA_API_H

#include <jansson.h>

#include "net/http_server.h"
#include "ra/ra.h"

#define TF_RA_BODY_MAX (16u << 10) /* of anything but a workspace file */

struct tf_ra {
	tf_loop *loop;
	tf_http_server *server;
	tf_tls *tls;
	tf_timer *timer;
	tf_registry registry;
	bool open;             /* registry and own certificate are there */
	EVP_PKEY *key;         /* of our own certificate */
	tf_issued own;
	char *root_pem;
	int64_t crl_period;
	int64_t crl_due;
	int64_t (*clock)(void);
	tf_metric *issued, *renewed, *refused, *tickets, *revoked;
};

/* Current Unix time of this server. */
int64_t tf_ra_now(const tf_ra *ra);

/* Hand the current certificate and list to TLS. */
TF_MUST_USE tf_err tf_ra_reload(tf_ra *ra, char *why, size_t cap);

/* Answer with an error of the registry and log it. */
void tf_ra_refuse(tf_ra *ra, tf_http_call *call, tf_err e, const tf_refusal *why);

/* The body as JSON object, a new reference; NULL: answered already. */
json_t *tf_ra_body(tf_ra *ra, tf_http_call *call);

/* Lower-case hex of exactly len bytes. */
bool tf_ra_hex(uint8_t *out, size_t len, const char *hex);

/* Answers 400. */
void tf_ra_malformed(tf_ra *ra, tf_http_call *call, const char *expected);

/* Routes, in api.c; the admins' handlers in api_admin.c. */
void tf_ra_handle(void *ctx, tf_http_call *call);
void tf_ra_admin_ticket(void *ctx, tf_http_call *call);
void tf_ra_admin_workspace(void *ctx, tf_http_call *call);
void tf_ra_admin_revoke(void *ctx, tf_http_call *call);
void tf_ra_admin_devices(void *ctx, tf_http_call *call);

#endif
