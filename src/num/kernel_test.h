/* Tests only: which kernel the tests of num run with: TREFOIL_KERNEL, else the portable one. */
#ifndef TF_NUM_KERNEL_TEST_H
#define TF_NUM_KERNEL_TEST_H

#include <stdlib.h>

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

#endif
