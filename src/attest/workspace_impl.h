/* Shared by the two files that make a workspace of a text: for the attest room only.
 *
 * A reading is sticky: after the first error every further call is harmless, and the reason names
 * the first trouble. Every key is required; an object has exactly as many members as are read.
 */
#ifndef TF_ATTEST_WORKSPACE_IMPL_H
#define TF_ATTEST_WORKSPACE_IMPL_H

#include "attest/workspace.h"
#include "base/json.h"

typedef struct tf_reading {
	tf_json doc;
	tf_json_node *nodes; /* malloc'ed */
	tf_reason *reason;   /* may be NULL */
	tf_err err;
	char where[64];      /* "roster[2]." */
} tf_reading;

/* Check a whole text; the reading's err says whether it is JSON. */
void tf_reading_start(tf_reading *r, const char *text, size_t len, tf_reason *reason);
void tf_reading_wipe(tf_reading *r);

/* Record an error about a key: "<where><key>: <text>". The first one stays. */
void tf_reading_fail(tf_reading *r, tf_err err, const char *key, const char *text);

/* The member of that type; NULL (and an error) if it is not there. An array or object must have
 * between min and max values inside. obj NULL: an error happened before. */
const tf_json_node *tf_reading_array(tf_reading *r, const tf_json_node *obj, const char *key,
                                     size_t min, size_t max);
const tf_json_node *tf_reading_object(tf_reading *r, const tf_json_node *obj, const char *key,
                                      size_t members);

/* The values of an array that was read (NULL: none), in order; NULL at the end, or after an
 * error. */
const tf_json_node *tf_reading_first(const tf_reading *r, const tf_json_node *array);
const tf_json_node *tf_reading_next(const tf_reading *r, const tf_json_node *value);

/* This node must be an object of so many members. */
void tf_reading_is_object(tf_reading *r, const tf_json_node *node, size_t members);

/* A text of at least min bytes and less than cap; out is empty on error. */
void tf_reading_text(tf_reading *r, char *out, size_t cap, const tf_json_node *obj,
                     const char *key, size_t min);

/* An integer, in digits only, from min to max; min on error. */
uint64_t tf_reading_uint(tf_reading *r, const tf_json_node *obj, const char *key, uint64_t min,
                         uint64_t max);
bool tf_reading_bool(tf_reading *r, const tf_json_node *obj, const char *key);

/* len bytes as lower-case hex. */
void tf_reading_hex(tf_reading *r, uint8_t *out, size_t len, const tf_json_node *obj,
                    const char *key);

/* The same for a text at hand. */
bool tf_hex_read(uint8_t *out, size_t len, const char *hex);

#endif
