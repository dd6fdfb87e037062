/* GMP takes its scratch from the stack at the sizes we use: with its allocator replaced by one that
 * ends the test, everything runs at full capacity. */
#include <stdlib.h>

#include "harness/primes.h"
#include "num/modexp.h"
#include "num/mpz_test.h"
#include "num/prime.h"

static uint8_t memory[TF_PRIME_SEARCH_SCRATCH];

static void *no_alloc(size_t len)
{
	tf_test_fail(__FILE__, __LINE__, "GMP asks the heap for %zu bytes", len);
}

static void *no_realloc(void *p, size_t from, size_t to)
{
	(void)p;
	(void)from;
	return no_alloc(to);
}

static void no_free(void *p, size_t len)
{
	(void)p;
	(void)len;
}

/* A number of exactly TF_BN_BITS bits, odd. */
static void full(tf_bn *a, const tf_rng *rng)
{
	CHECK_OK(tf_bn_random_bits(a, TF_BN_BITS, rng));
	a->d[0] |= 1;
	a->d[TF_BN_LIMBS - 1] |= (mp_limb_t)1 << 63;
	tf_ct_declassify(a, sizeof(*a));
}

TEST(gmp_never_uses_the_heap)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 1);
	tf_bn a, b, out;
	tf_arena mem;
	tf_batch *batch;
	tf_mod m;
	bool prime;

	mp_set_memory_functions(no_alloc, no_realloc, no_free);
	tf_arena_init(&mem, memory, sizeof(memory));
	full(&a, &rng);
	full(&b, &rng);
	CHECK(tf_bn_jacobi_vt(&a, &b) >= -1);
	(void)tf_bn_coprime_vt(&a, &b);
	tf_bn_sqrt_vt(&out, &a);
	CHECK(tf_bn_bits_vt(&out) == TF_BN_BITS / 2);
	CHECK_OK(tf_mod_init(&m, &a));
	CHECK_OK(tf_bn_random_unit(&b, &a, &rng));
	CHECK_OK(tf_bn_invert(&out, &b, &a));
	tf_ct_declassify(&b, sizeof(b));
	b.n = a.n = TF_BN_LIMBS - 1;
	b.d[TF_BN_LIMBS - 1] = a.d[TF_BN_LIMBS - 1] = 0;
	CHECK(tf_bn_invert_vt(&out, &b, &a) == (tf_bn_coprime_vt(&a, &b) ? TF_OK : TF_E_USAGE));
	CHECK_OK(tf_batch_init(&batch, &mem, 2));
	for (unsigned s = 0; s < 2; s++) {
		tf_power p = { .base = &b, .nat = &a, .bits = TF_BN_BITS,
			       .secrecy = s ? TF_SECRET : TF_PUBLIC };

		tf_batch_power(batch, &out, &m, &p, 1);
		CHECK_OK(tf_batch_run(batch));
	}
	CHECK_OK(tf_prime_test_vt(&prime, &m.m, 2, &rng, &mem));
	CHECK_OK(tf_prime_search_safe(&out, 160, &rng, NULL, NULL, &mem));
}
