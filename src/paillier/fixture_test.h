/* Tests of this room: memory, randomness, and signed hexadecimal numbers. */
#ifndef TF_PAILLIER_FIXTURE_TEST_H
#define TF_PAILLIER_FIXTURE_TEST_H

#include <string.h>

#include "harness/harness.h"
#include "harness/primes.h"
#include "harness/tape.h"
#include "num/modexp.h"

#define FIXTURE_JOBS 8u

typedef struct fixture {
	uint8_t memory[TF_BATCH_SCRATCH + 64u * 1024u];
	tf_arena mem;
	tf_batch *b;
	tf_tape tape;
	tf_rng rng;
} fixture;

static inline void fixture_init(fixture *f, unsigned party)
{
	tf_arena_init(&f->mem, f->memory, sizeof(f->memory));
	CHECK_OK(tf_batch_init(&f->b, &f->mem, FIXTURE_JOBS));
	f->rng = tf_tape_init(&f->tape, tf_test_seed(), party);
}

static inline void bn_of_hex(tf_bn *out, const char *hex)
{
	size_t len = strlen(hex);

	CHECK(len > 0 && len <= 2 * TF_BN_BYTES);
	memset(out, 0, sizeof(*out));
	out->n = (uint32_t)((len + 15) / 16);
	for (size_t i = 0; i < len; i++) {
		const char *digits = "0123456789abcdef", *at = strchr(digits, hex[len - 1 - i]);

		CHECK(at != NULL);
		out->d[i / 16] |= (mp_limb_t)(at - digits) << (4 * (i % 16));
	}
}

static inline void int_of_hex(tf_int *out, const char *hex)
{
	tf_bn mag;

	bn_of_hex(&mag, hex + (hex[0] == '-'));
	tf_int_set(out, &mag, hex[0] == '-' ? ~(tf_ct)0 : 0);
}

static inline bool bn_same(const tf_bn *a, const tf_bn *b)
{
	return tf_ct_reveal(tf_bn_eq(a, b));
}

static inline void int_of_i64(tf_int *out, int64_t v)
{
	tf_bn mag;

	tf_bn_set_u64(&mag, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
	tf_int_set(out, &mag, v < 0 ? ~(tf_ct)0 : 0);
}

#endif
