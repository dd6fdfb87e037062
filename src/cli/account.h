/* Vault accounts as the CLI meets them: found by name or id. */
#ifndef TF_CLI_ACCOUNT_H
#define TF_CLI_ACCOUNT_H

#include "cli/calls.h"

/* Room for a decimal id. */
#define TF_ACCOUNT_ID 24u

/* The id of the account of this name, or else of this id. TF_E_NOT_FOUND; TF_E_CONFLICT if several
 * have the name; errors of tf_calls_rest with r->why. */
TF_MUST_USE tf_err tf_account_find(char id[static TF_ACCOUNT_ID], tf_reply *r, tf_calls *calls,
                                   const char *name);

#endif
