/* Between the batch and the kernels: whether lanes are computed together. */
#include "num/kernel_impl.h"
#include "num/limbs.h"

uint64_t tf_lane_cost(const tf_lane *lane)
{
	uint32_t longest = 0;
	uint64_t cost = 0;
	unsigned w;

	for (size_t i = 0; i < lane->n; i++)
		longest = tf_max_u32(longest, lane->p[i].bits);
	w = tf_window_secret(longest);
	for (size_t i = 0; i < lane->n; i++)
		cost += lane->p[i].bits / w + (1u << w);
	return cost + longest;
}

/* The lane that takes as long as a group: every power as long as the longest in its place. */
static void widen(tf_lane *shape, const tf_lane *lane)
{
	for (size_t i = 0; i < lane->n; i++)
		shape->p[i].bits = tf_max_u32(shape->p[i].bits, lane->p[i].bits);
	if (lane->n > shape->n)
		shape->n = lane->n;
}

/* Can kernel k compute the lanes together, and is that faster than one after the other? */
static bool pays(const tf_kernel *k, const tf_lane *lane, size_t n, const tf_arena *mem)
{
	size_t digits = k && k->shape ? k->shape(lane[0].m) : 0;
	tf_lane shape = { .n = 0 };
	uint64_t apart = 0;

	if (digits == 0 || mem->cap - mem->used < k->scratch)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint32_t price = lane[i].secret ? k->price_secret : k->price_public;

		if (k->shape(lane[i].m) != digits)
			return false;
		widen(&shape, &lane[i]);
		apart += tf_lane_cost(&lane[i]) * 10000 / price;
	}
	return apart >= tf_lane_cost(&shape) * 100;
}

tf_err tf_lanes_power(const tf_kernel *k, const tf_lane *lane, size_t n, tf_arena *mem,
                      size_t *together)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err = TF_OK;

	if (pays(k, lane, n, mem)) {
		err = k->power(lane, n, mem);
		tf_arena_release(mem, mark);
		*together += n;
		return err;
	}
	for (size_t i = 0; err == TF_OK && i < n; i++) {
		const tf_lane *l = &lane[i];

		err = l->secret ? tf_power_secret(l->out, l->m, l->p, l->n, mem)
		                : tf_power_public(l->out, l->m, l->p, l->n, mem);
		tf_arena_release(mem, mark);
	}
	return err;
}
