/* What the tests of FROST share: JSON vectors, bytes in hex, randomness that is given. */
#ifndef TF_FROST_KIT_TEST_H
#define TF_FROST_KIT_TEST_H

#include <jansson.h>

#include "harness/harness.h"
#include "proto/frost.h"

/* A group in memory that lasts until the test ends. */
const tf_group *kit_group(tf_curve_id id);

/* A file below TREFOIL_VECTORS; skips the test if it is not there. */
json_t *kit_load(const char *relative);

/* Member of an object, which must be there; a dotted path goes through several. */
json_t *kit_get(json_t *o, const char *path);

/* Hex of at most cap bytes; returns how many. */
size_t kit_bytes(uint8_t *out, size_t cap, json_t *hex);

/* A scalar or point in the suite's encoding. */
tf_sc kit_scalar(tf_frost_suite suite, const tf_group *g, json_t *hex);
tf_pt kit_point(tf_frost_suite suite, const tf_group *g, json_t *hex);

/* The encoding of a scalar or point is this one. */
void kit_is_scalar(tf_frost_suite suite, const tf_sc *a, json_t *hex);
void kit_is_point(tf_frost_suite suite, const tf_group *g, const tf_pt *p, json_t *hex);

/* w = lambda x and W = lambda X of signer id among ids. */
void kit_weigh(tf_sc_sec *w, tf_pt *W, const tf_group *g, unsigned id, const uint16_t *ids,
               size_t n, const tf_sc *x);

/* Randomness that is these bytes and then ends (TF_E_ENTROPY). */
typedef struct kit_random {
	uint8_t b[256];
	size_t len, at;
} kit_random;
tf_rng kit_rng(kit_random *r);

#endif
