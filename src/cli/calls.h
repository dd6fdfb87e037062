/* Calls to the programs: the coordinator as the deployment's API user, the RA server as its admin.
 *
 * Both servers must show a certificate of this deployment's root, for the address that was called,
 * of the role that is expected there.
 */
#ifndef TF_CLI_CALLS_H
#define TF_CLI_CALLS_H

#include "cli/deploy.h"
#include "net/http_client.h"

typedef struct tf_calls tf_calls;

/* Reads root, API user and admin key once. TF_E_IO, TF_E_TRUST, TF_E_ENCODING. */
TF_MUST_USE tf_err tf_calls_new(tf_calls **out, const tf_deploy *d);
void tf_calls_free(tf_calls *w);

/* The same for a command: an exit code; a line on stderr unless it is fine. */
TF_MUST_USE int tf_calls_open(tf_calls **out, const tf_deploy *d);

/* What came back. */
typedef struct tf_reply {
	int status;     /* HTTP; 0: none */
	json_t *body;   /* NULL: none or not JSON */
	char why[320];  /* one line for people, if the call failed or status is not 2xx */
} tf_reply;

void tf_reply_wipe(tf_reply *r);

/* target: "/v1/...", body: JSON text or NULL. TF_OK: a 2xx with JSON. TF_E_IO: no answer.
 * TF_E_TRUST: not our server. TF_E_POLICY: it said no (status, why). */
TF_MUST_USE tf_err tf_calls_rest(tf_reply *r, tf_calls *w, const char *method, const char *target,
                                const char *body);
TF_MUST_USE tf_err tf_calls_admin(tf_reply *r, tf_calls *w, const char *method, const char *target,
                                 const char *body);

/* Exit code of a failed call. */
tf_exit tf_calls_exit(tf_err e);

#endif
