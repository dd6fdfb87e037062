/* After a secret exponentiation no limb of a secret is left on the stack.
 *
 * The work runs on a stack of our own, which is searched afterwards. */
#include <ucontext.h>

#include "harness/primes.h"
#include "num/kernel_test.h"
#include "num/modexp.h"
#include "num/mpz_test.h"

#define STACK_LIMBS 32768u

static uint64_t stack[STACK_LIMBS];
static uint8_t memory[TF_BATCH_LANES_SCRATCH + 8192];

static struct {
	tf_arena mem;
	tf_batch *b;
	tf_mod_factors factors;
	tf_mod m;
	tf_bn p, q, base, out[3];
	tf_int e;
	uint32_t bits;
	size_t jobs;
	tf_err err;
	uint64_t *leak;
	ucontext_t back;
} job;

static void run_power(void)
{
	for (size_t i = 0; i < job.jobs; i++)
		tf_batch_power(job.b, &job.out[i], &job.m,
		               &(tf_power){ .base = &job.base, .sgn = &job.e, .bits = job.bits,
		                            .secrecy = TF_SECRET },
		               1);
	job.err = tf_batch_run(job.b);
}

/* The control: what the search must find. */
static void run_leaking(void)
{
	volatile uint64_t copy[4];

	copy[1] = job.e.mag.d[3];
	job.leak[0] = copy[1];
	job.err = TF_OK;
}

static void on_own_stack(void (*work)(void))
{
	ucontext_t there;

	memset(stack, 0, sizeof(stack));
	CHECK(getcontext(&there) == 0);
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = sizeof(stack);
	there.uc_link = &job.back;
	makecontext(&there, work, 0);
	CHECK(swapcontext(&job.back, &there) == 0);
	CHECK_OK(job.err);
}

static unsigned copies_of(const tf_bn *secret)
{
	unsigned found = 0;

	for (uint32_t k = 0; k < secret->n; k++)
		for (size_t i = 0; i + 1 < 2 * STACK_LIMBS - 1; i++) {
			uint64_t v;

			/* at every half-limb offset */
			memcpy(&v, (const uint8_t *)stack + 4 * i, sizeof(v));
			found += v == secret->d[k] && v > 0xffffffff;
		}
	return found;
}

static bool stack_was_used(void)
{
	for (size_t i = 0; i < STACK_LIMBS; i++)
		if (stack[i])
			return true;
	return false;
}

static void expect_clean_with(size_t jobs)
{
	tf_bn reduced, base_p, inverse;

	CHECK_OK(tf_mod_inv(&inverse, &job.base, &job.m));
	job.jobs = jobs;
	on_own_stack(run_power);
	CHECK(stack_was_used());
	CHECK(copies_of(&job.e.mag) == 0);
	CHECK(copies_of(&job.base) == 0);
	CHECK(copies_of(&inverse) == 0);
	CHECK(copies_of(&job.p) == 0);
	CHECK(copies_of(&job.q) == 0);
	CHECK_OK(tf_int_mod(&reduced, &job.e, &job.factors.p_minus_1));
	CHECK(copies_of(&reduced) == 0);
	CHECK_OK(tf_bn_mod(&base_p, &job.base, &job.p));
	CHECK(copies_of(&base_p) == 0);
	for (size_t i = job.mem.used; i < job.mem.cap; i++)
		CHECK(job.mem.base[i] == 0);
}

/* One job has numbers alone, three are enough for lanes. */
static void expect_clean(void)
{
	expect_clean_with(1);
	expect_clean_with(TF_ARRAY_LEN(job.out));
}

TEST(no_secret_stays_on_the_stack)
{
	uint64_t sink;
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 1);
	tf_bn n;

#if defined(TF_CT_VALGRIND) || defined(TF_CT_MSAN)
	/* and the search looks at secrets, which is what they forbid */
	tf_test_skip("valgrind and MemorySanitizer do not follow a change of stacks");
#endif
	tf_arena_init(&job.mem, memory, sizeof(memory));
	CHECK_OK(tf_batch_init_on(&job.b, &job.mem, TF_ARRAY_LEN(job.out), test_kernel()));
	tf_test_primes(640, 0, &job.p);
	tf_test_primes(640, 1, &job.q);
	CHECK_OK(tf_bn_mul(&n, &job.p, &job.q));
	CHECK_OK(tf_bn_random_unit(&job.base, &n, &rng));
	CHECK_OK(tf_int_random(&job.e, 600, NULL, &rng));
	job.leak = &sink;
	job.bits = 700;

	on_own_stack(run_leaking);
	CHECK(copies_of(&job.e.mag) > 0);

	CHECK_OK(tf_mod_init(&job.m, &n));
	CHECK_OK(tf_mod_factors_init(&job.factors, &job.p, &job.q));
	expect_clean();
	CHECK_OK(tf_mod_init_own(&job.m, &job.factors));
	expect_clean();
	CHECK_OK(tf_mod_init_own_square(&job.m, &job.factors));
	expect_clean();
	job.bits = 2600;
	expect_clean();
	CHECK((tf_batch_together(job.b) > 0) == (test_kernel() != tf_kernel_portable()));
	CHECK((tf_batch_alone(job.b) > 0) == (test_kernel() != tf_kernel_portable()));
}
