/* Who belongs: the workspace file as the admin of this deployment writes it. */
#ifndef TF_CLI_ROSTER_H
#define TF_CLI_ROSTER_H

#include "cli/deploy.h"

/* Write and sign version 1: the testnet, one API user, every member of the deployment, none of them
 * pinned yet. why: one line. */
TF_MUST_USE tf_err tf_roster_first(const tf_deploy *d, const char *security, const char *user_id,
                                   const char *user_pem, char *why, size_t cap);

/* The payload of DIR/workspace.json, which is our own: a new reference. TF_E_TRUST if this
 * deployment's admin has not signed it. */
TF_MUST_USE tf_err tf_roster_load(json_t **payload, const tf_deploy *d);

/* Sign payload with the admin's key and put it into DIR/workspace.json. TF_E_ENCODING if it is not
 * well made; why: one line. */
TF_MUST_USE tf_err tf_roster_store(const tf_deploy *d, const json_t *payload, char *why,
                                   size_t cap);

/* Pin in payload what `devices` (the RA server's list) says enrolled: entries without identity get
 * one and a line on stdout; the version rises if any did. TF_E_CONFLICT if a pinned identity is not
 * the one enrolled; TF_E_NOT_FOUND if a member of the roster has not enrolled. *changed: how
 * many. */
TF_MUST_USE tf_err tf_roster_pin(json_t *payload, const json_t *devices, size_t *changed,
                                 char *why, size_t cap);

#endif
