/* Internal to num: what a kernel consists of. */
#ifndef TF_NUM_KERNEL_IMPL_H
#define TF_NUM_KERNEL_IMPL_H

#include "num/kernel.h"
#include "num/power.h"

struct tf_kernel {
	const char *name;
	/* Jobs whose moduli have the same shape can be computed together. 0: this kernel cannot do it.
	 * NULL: it has no lanes. */
	size_t (*shape)(const tf_mod *m);
	/* As tf_ifma_power. */
	tf_err (*power)(const tf_lane *lane, size_t n, tf_arena *mem);
	size_t scratch; /* arena bytes for that */
	/* One job alone: has this kernel something faster than the portable one for modulus m? */
	bool (*has_one)(const tf_mod *m);
	tf_err (*power_one)(const tf_lane *lane, tf_arena *mem);
	size_t scratch_one;
	/* What a group takes, full or not, in hundredths of one of its jobs alone. */
	uint32_t (*price)(const tf_lane *lane);
};

#endif
