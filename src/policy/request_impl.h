/* Inside of reading requests: what request.c (transfers) and raw.c (raw signatures) share. Not for
 * other files. */
#ifndef TF_POLICY_REQUEST_IMPL_H
#define TF_POLICY_REQUEST_IMPL_H

#include "base/json.h"
#include "policy/raw.h"

/* One reading: where the answer goes, and where we are in the text. */
typedef struct tf_asking {
	tf_request *out;
	tf_raw_request *raw; /* of a raw request, whose common part is out; else NULL */
	tf_request_why *why;
	tf_json doc;
	const char *prefix;  /* of the object being read: "source." */
} tf_asking;

/* One field of an object, and how its value is read. */
typedef struct tf_asked {
	const char *name;
	tf_err (*read)(tf_asking *rd, const tf_json_node *value);
} tf_asked;

/* The text as a whole: strict JSON of one value, not too long. */
TF_MUST_USE tf_err tf_ask_parse(tf_asking *rd, tf_json_node *nodes, size_t cap, const char *body,
                                size_t len);

/* Every member of the object must be in the table; null counts as absent. */
TF_MUST_USE tf_err tf_ask_object(tf_asking *rd, const tf_json_node *object, const char *prefix,
                                 const tf_asked *fields, size_t n);

/* Is a field there, and not null? */
TF_MUST_USE tf_err tf_ask_require(tf_asking *rd, const tf_json_node *object, const char *prefix,
                                  const char *name);

/* Say which field is at fault; the first to speak, the innermost, is right. */
TF_MUST_USE tf_err tf_ask_blame(tf_asking *rd, tf_err err, const char *name, const char *expected);

/* ---- readers of values ---- */

TF_MUST_USE tf_err tf_ask_word(tf_asking *rd, const tf_json_node *value, const char *word);
TF_MUST_USE tf_err tf_ask_false(tf_asking *rd, const tf_json_node *value);
TF_MUST_USE tf_err tf_ask_unsupported(tf_asking *rd, const tf_json_node *value);
TF_MUST_USE tf_err tf_ask_asset(tf_asking *rd, const tf_json_node *value);
TF_MUST_USE tf_err tf_ask_source(tf_asking *rd, const tf_json_node *value);
TF_MUST_USE tf_err tf_ask_note(tf_asking *rd, const tf_json_node *value);
TF_MUST_USE tf_err tf_ask_external_tx_id(tf_asking *rd, const tf_json_node *value);
TF_MUST_USE tf_err tf_ask_customer_ref_id(tf_asking *rd, const tf_json_node *value);

#endif
