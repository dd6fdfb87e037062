/* Tests only: what is in vector registers 16 to 31, as a handler of signals finds them saved. For
 * files compiled for AVX-512; whoever calls anything here has asked the CPU. */
#ifndef TF_NUM_REGISTERS_TEST_H
#define TF_NUM_REGISTERS_TEST_H

#include <cpuid.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include "base/ct.h"
#include "harness/harness.h"
#include "num/vectors.h"

#define HIGH_REGISTERS 7u /* bit of XCR0 */
#define HIGH_COUNT 16u

static uint8_t registers[HIGH_COUNT * sizeof(__m512i)];

static void registers_save(int sig, siginfo_t *info, void *context)
{
	const ucontext_t *at = context;
	const uint8_t *area = (const uint8_t *)at->uc_mcontext.fpregs;
	unsigned size = 0, offset = 0, c, d;
	uint64_t present;

	(void)sig;
	(void)info;
	memset(registers, 0, sizeof(registers));
	memcpy(&present, area + 512, sizeof(present));
	if (present >> HIGH_REGISTERS & 1 &&
	    __get_cpuid_count(0xd, HIGH_REGISTERS, &size, &offset, &c, &d))
		memcpy(registers, area + offset, size < sizeof(registers) ? size : sizeof(registers));
	tf_ct_declassify(registers, sizeof(registers));
}

/* Before the others. Skips the test where there would be nothing to see. */
static void registers_watch(void)
{
	struct sigaction act = { .sa_sigaction = registers_save, .sa_flags = SA_SIGINFO };

#ifndef __OPTIMIZE__
	tf_test_skip("without optimisation nothing is kept in registers, nor cleared there");
#endif
	CHECK(sigaction(SIGUSR1, &act, NULL) == 0);
}

/* How many are not zero. */
static unsigned registers_in_use(void)
{
	unsigned used = 0;

	CHECK(raise(SIGUSR1) == 0);
	for (size_t i = 0; i < HIGH_COUNT; i++) {
		bool any = false;

		for (size_t j = 0; j < sizeof(__m512i); j++)
			any |= registers[i * sizeof(__m512i) + j] != 0;
		used += any;
	}
	return used;
}

/* The control: all of them in use. */
static __attribute__((noinline)) void registers_fill(void)
{
	static volatile __m512i ones;

	ones = _mm512_set1_epi64(-1);
	tf_vectors_fill(&ones);
}

#endif
