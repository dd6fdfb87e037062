/* Tests only: which kernel the tests run with: TREFOIL_KERNEL, else the portable one; and whether
 * the CPU has one, whatever the kernel's own finding says. */
#ifndef TF_NUM_KERNEL_TEST_H
#define TF_NUM_KERNEL_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef TF_CT_VALGRIND
#include <valgrind/valgrind.h>
#endif

#include "harness/harness.h"
#include "num/kernel.h"

static inline const tf_kernel *test_kernel(void)
{
	const char *name = getenv("TREFOIL_KERNEL");
	const tf_kernel *k = NULL;
	tf_err err = tf_kernel_find(&k, name ? name : "portable");

	if (err == TF_E_UNSUPPORTED)
		tf_test_skip("this machine, or the tool that runs this, has no kernel %s", name);
	CHECK_OK(err);
	return k;
}

/* Of a test that covers the kernel ifma. valgrind cannot execute AVX-512 and hides it from CPUID.
 * Elsewhere, a kernel that the CPU has but that would not be covered is a failure. An emulator of
 * another architecture may show its host's CPU. */
static inline void test_must_cover_ifma(void)
{
	char line[8192];
	bool has = false;
	FILE *f = fopen("/proc/cpuinfo", "r");

	while (f && fgets(line, sizeof(line), f))
		has |= strncmp(line, "flags", 5) == 0 && strstr(line, " avx512ifma ");
	if (f)
		(void)fclose(f);
#ifndef __x86_64__
	has = false;
#endif
#ifdef TF_CT_VALGRIND
	if (RUNNING_ON_VALGRIND)
		tf_test_skip("kernel ifma not covered by valgrind; preset ct-msan does that");
#endif
	if (!has)
		tf_test_skip("this CPU has no kernel ifma");
	CHECK(tf_kernel_ifma());
}

#endif
