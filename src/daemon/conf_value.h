/* One value of a configuration: from text or JSON into a field. Private to this room. */
#ifndef TF_DAEMON_CONF_VALUE_H
#define TF_DAEMON_CONF_VALUE_H

#include <jansson.h>

#include "daemon/conf.h"

/* "an integer from 1 to 65535": what a key wants, for errors and --help. */
void tf_conf_describe(char *out, size_t cap, const tf_conf_key *key);

/* False: not what the key wants. The field is zero before, and set only on success. */
TF_MUST_USE bool tf_conf_set_text(void *field, const tf_conf_key *key, const char *text);

/* Everything but TABLE. */
TF_MUST_USE bool tf_conf_set_json(void *field, const tf_conf_key *key, const json_t *value);

/* Frees what a field owns (for TABLE, the rows' fields as well) and zeroes it. */
void tf_conf_clear(void *field, const tf_conf_key *key);

#endif
