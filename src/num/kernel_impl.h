/* Internal to num: what a kernel consists of. */
#ifndef TF_NUM_KERNEL_IMPL_H
#define TF_NUM_KERNEL_IMPL_H

#include "num/kernel.h"
#include "num/power.h"

struct tf_kernel {
	const char *name;
	/* Digits of numbers modulo m; jobs with the same answer can be computed together. 0: this
	 * kernel cannot do it. NULL: it has no lanes. */
	size_t (*shape)(const tf_mod *m);
	/* As tf_ifma_power. */
	tf_err (*power)(const tf_lane *lane, size_t n, tf_arena *mem);
	size_t scratch; /* arena bytes for that */
	/* What a group takes, full or not, in hundredths of what the portable kernel takes for one lane
	 * of it, at most. */
	uint32_t price_secret, price_public;
};

#endif
