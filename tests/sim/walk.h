/* The fields of an encoded message, found by the generated makers.
 *
 * tools/genwire makes for every type a maker, which calls one tf_make_... function for every field,
 * in order (wire/make_test.h). Here these functions read instead of making up: they walk through an
 * encoding, and note where each field lies and what it is. So no field can be forgotten, and a new
 * one is found without anybody's doing.
 *
 * Encodings are canonical: to change a field's bytes is to decode, alter that one field and encode.
 */
#ifndef TF_SIM_WALK_H
#define TF_SIM_WALK_H

#include "wire/make_test.h"

typedef enum walk_kind {
	WALK_UINT,
	WALK_BYTES,
	WALK_BLOB,
	WALK_NAT,
	WALK_INT,
	WALK_SCALAR,
	WALK_POINT,
	WALK_COUNT,
} walk_kind;

typedef struct walk_field {
	walk_kind kind;
	size_t at, len; /* in the encoding */
} walk_field;

#define WALK_FIELDS_MAX 1024u

typedef struct walk {
	tf_rd rd;
	const uint8_t *start;
	const tf_wire_env *env;
	size_t n;
	walk_field field[WALK_FIELDS_MAX];
} walk;

/* The maker of a message type; fails the test if there is none. */
const tf_wire_maker *walk_maker(uint16_t type);

/* All fields of in, which is a valid encoding. */
void walk_fields(walk *w, const tf_wire_maker *maker, const tf_wire_env *env, const uint8_t *in,
                 size_t len);

/* How many ways there are to alter a field of this kind. */
unsigned walk_ways(walk_kind kind);

/* A copy of in with one field altered in one way, which a decoder may or may not take; out holds
 * twice the length of in and 64 bytes. Returns the new length; 0: this way does not change it. */
size_t walk_alter(uint8_t *out, const walk *w, const tf_wire_maker *maker, size_t field,
                  unsigned way, const uint8_t *in, size_t len);

const char *walk_kind_name(walk_kind kind);

#endif
