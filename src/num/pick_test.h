/* Tests only: what tests of num draw. Everything is public. */
#ifndef TF_NUM_PICK_TEST_H
#define TF_NUM_PICK_TEST_H

#include <string.h>

#include "harness/harness.h"
#include "harness/tape.h"
#include "num/int.h"
#include "num/modexp.h"

/* A number in [0, below). */
static inline uint32_t pick(const tf_rng *rng, uint32_t below)
{
	uint32_t v;

	CHECK_OK(tf_rng_bytes(rng, &v, sizeof(v)));
	tf_ct_declassify(&v, sizeof(v));
	return v % below;
}

/* A modulus of so many bits, or the square of one. */
static inline void pick_modulus(const tf_rng *rng, tf_mod *m, uint32_t bits, bool square)
{
	tf_bn n;

	CHECK_OK(tf_bn_random_bits(&n, bits, rng));
	tf_ct_declassify(&n, sizeof(n));
	n.d[0] |= 1;
	n.d[(bits - 1) / 64] |= (mp_limb_t)1 << (bits - 1) % 64;
	CHECK_OK(square ? tf_mod_init_square(m, &n) : tf_mod_init(m, &n));
}

static inline void pick_unit(const tf_rng *rng, tf_bn *a, const tf_mod *m)
{
	CHECK_OK(tf_bn_random_unit(a, &m->m, rng));
	tf_ct_declassify(a, sizeof(*a));
}

/* |x| < 2^bits: random, 0, +-1, 2^(bits - 1), and the largest of both signs. */
static inline void pick_exponent(const tf_rng *rng, tf_int *x, uint32_t bits)
{
	uint32_t kind = pick(rng, 7);
	tf_bn mag;

	CHECK_OK(tf_bn_random_bits(&mag, bits, rng));
	if (kind == 0 || kind == 3)
		memset(mag.d, 0, sizeof(mag.d));
	if (kind == 1)
		tf_bn_set_u64(&mag, 1);
	for (uint32_t i = 0; kind == 2 && i < bits; i++)
		mag.d[i / 64] |= (mp_limb_t)1 << i % 64;
	if (kind == 3)
		mag.d[(bits - 1) / 64] = (mp_limb_t)1 << (bits - 1) % 64;
	tf_int_set(x, &mag, pick(rng, 2) ? ~(tf_ct)0 : 0);
	tf_ct_declassify(x, sizeof(*x));
}

#endif
