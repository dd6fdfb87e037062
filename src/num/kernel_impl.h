/* Internal to num: what a kernel consists of. */
#ifndef TF_NUM_KERNEL_IMPL_H
#define TF_NUM_KERNEL_IMPL_H

#include "num/kernel.h"
#include "num/power.h"

/* Products of elements modulo one modulus, for tables. out may be a or b. */
typedef struct tf_form {
	void *ctx;
	void (*mul)(void *ctx, uint64_t *out, const uint64_t *a, const uint64_t *b);
	void (*enter)(void *ctx, uint64_t *out, const tf_bn *a);
	void (*leave)(void *ctx, tf_bn *out, const uint64_t *a); /* or NULL */
} tf_form;

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
	/* Where it has: the words of an element, and products, with scratch in mem. */
	size_t (*words)(const tf_mod *m);
	size_t (*columns)(const tf_mod *m); /* digits of one */
	tf_err (*form)(tf_form *out, const tf_mod *m, tf_arena *mem);
	/* Base-2 Fermat tests, as tf_ifma_fermat, and of which sizes. NULL: none. */
	bool (*has_fermat)(uint32_t bits);
	tf_err (*fermat)(tf_ct *pass, const tf_bn *n, size_t count, uint32_t bits, tf_arena *mem);
	/* Powers that share a table, as tf_ifma_shared; with lanes, of moduli that it has_one. */
	tf_err (*shared)(const tf_shared *of, size_t n, size_t lanes, tf_arena *mem);
	/* What a group takes, full or not, in hundredths of one of its jobs alone. */
	uint32_t (*price)(const tf_lane *lane);
};

#endif
