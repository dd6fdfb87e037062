/* Random messages for tests: what the generated makers stand on.
 *
 * A maker fills every field with a value that can be encoded; edges (empty, zero, largest) come
 * often. Lists are short. Lists, blobs and strings lie in the arena; failures end the test.
 */
#ifndef TF_WIRE_MAKE_TEST_H
#define TF_WIRE_MAKE_TEST_H

#include "base/rng.h"
#include "wire/wire.h"

typedef struct tf_wire_maker {
	const tf_wire_type *type;
	void (*make)(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem);
} tf_wire_maker;

/* Uniform below n. */
uint64_t tf_make_below(const tf_rng *rng, uint64_t n);

void tf_make_u8(const tf_rng *rng, uint8_t *x);
void tf_make_u16(const tf_rng *rng, uint16_t *x);
void tf_make_u32(const tf_rng *rng, uint32_t *x);
void tf_make_u64(const tf_rng *rng, uint64_t *x);
void tf_make_bytes(const tf_rng *rng, uint8_t *x, size_t len);
void tf_make_blob(const tf_rng *rng, tf_arena *mem, tf_blob *x, size_t max);
void tf_make_string(const tf_rng *rng, tf_arena *mem, const char **x, size_t max);
void tf_make_nat(const tf_rng *rng, tf_bn *x, uint32_t bits);
void tf_make_int(const tf_rng *rng, tf_int *x, uint32_t bits);
void tf_make_point(const tf_rng *rng, const tf_wire_env *env, tf_pt *x);
void tf_make_scalar(const tf_rng *rng, const tf_wire_env *env, tf_sc *x);
uint32_t tf_make_count(const tf_rng *rng, size_t max);
void *tf_make_list(tf_arena *mem, uint32_t n, size_t size);

#endif
