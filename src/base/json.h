/* JSON, read strictly and in place: what a client signed is judged on its own bytes.
 *
 * tf_json_parse checks a whole text against RFC 8259 and lists its values in nodes that the caller
 * provides, one per value: the root first, then every value before what it contains. A node is a
 * typed span of the text; nothing is converted, so a number keeps every digit. The text must
 * outlive the nodes. There is no recursion, and nothing is allocated.
 *
 * Stricter than the grammar where two readers could see two things in one text:
 *   - an object that names a member twice is refused, whichever way the names are escaped;
 *   - the bytes must be UTF-8 (RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF),
 *     and an escaped surrogate must be half of a pair (RFC 8259 section 8.2 leaves that open);
 *   - no byte order mark, nothing after the value but white space;
 *   - at most TF_JSON_DEPTH_MAX containers inside each other, TF_JSON_TEXT_MAX bytes, and as many
 *     values as there are nodes.
 *
 * Errors, with doc->at the offset where reading stopped: TF_E_TRUNCATED the text ends inside a
 * value; TF_E_TRAILING something follows the value; TF_E_TOO_LARGE a limit above; TF_E_ENCODING
 * everything else. Time depends on the text; texts are public.
 */
#ifndef TF_BASE_JSON_H
#define TF_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define TF_JSON_DEPTH_MAX 16u
#define TF_JSON_TEXT_MAX (1u << 18)

typedef enum tf_json_type {
	TF_JSON_NULL = 0,
	TF_JSON_FALSE = 1,
	TF_JSON_TRUE = 2,
	TF_JSON_NUMBER = 3,
	TF_JSON_STRING = 4,
	TF_JSON_ARRAY = 5,
	TF_JSON_OBJECT = 6,
} tf_json_type;

typedef struct tf_json_node {
	tf_json_type type;
	uint32_t at;      /* offset of the value's text; a string's begins after its quote */
	uint32_t len;     /* its length, without quotes, escapes as written */
	uint32_t key_at;  /* the same for its name, if it is a member of an object */
	uint32_t key_len;
	uint32_t next;    /* node number of the next sibling, 0 if it is the last */
	uint32_t child;   /* node number of the first value inside, 0 if there is none */
	uint32_t count;   /* how many values are directly inside */
} tf_json_node;

typedef struct tf_json {
	const char *text;
	size_t len;
	tf_json_node *nodes;
	size_t cap;
	size_t n;  /* nodes in use; 0 until a text has been accepted */
	size_t at; /* where reading stopped, for messages */
} tf_json;

/* Check text[0..len) and list its values in nodes[0..cap). On error doc has no nodes. */
TF_MUST_USE tf_err tf_json_parse(tf_json *doc, tf_json_node *nodes, size_t cap, const char *text,
                                 size_t len);

/* The outermost value; NULL if doc holds no accepted text. */
const tf_json_node *tf_json_root(const tf_json *doc);

/* First value inside an array or object, then its siblings in the order of the text; NULL at the
 * end (and for anything that is not a container). */
const tf_json_node *tf_json_first(const tf_json *doc, const tf_json_node *node);
const tf_json_node *tf_json_next(const tf_json *doc, const tf_json_node *node);

/* The member of that name; NULL if there is none or object is no object. */
const tf_json_node *tf_json_member(const tf_json *doc, const tf_json_node *object,
                                   const char *name);

/* Is this member's name, or this string, equal to the given UTF-8 text? Escapes are undone. False
 * for values of other types. */
bool tf_json_key_is(const tf_json *doc, const tf_json_node *node, const char *name);
bool tf_json_string_is(const tf_json *doc, const tf_json_node *node, const char *value);

/* A member's name or a string's content, escapes undone, NUL-terminated, at most cap - 1 bytes;
 * *len (may be NULL) receives its length. TF_E_TOO_LARGE if it is longer, TF_E_ENCODING if it
 * contains U+0000 (a C string would end there) or the node is no string. out is empty on error. */
TF_MUST_USE tf_err tf_json_key(char *out, size_t cap, size_t *len, const tf_json *doc,
                               const tf_json_node *node);
TF_MUST_USE tf_err tf_json_text(char *out, size_t cap, size_t *len, const tf_json *doc,
                                const tf_json_node *node);

/* A number's text as written, or a string's content as tf_json_text: for amounts, which clients
 * send either way. Same limits and errors; any other type is TF_E_ENCODING. */
TF_MUST_USE tf_err tf_json_scalar(char *out, size_t cap, size_t *len, const tf_json *doc,
                                  const tf_json_node *node);

#endif
