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

/* Are there lanes for all of them, and room? */
static bool has_lanes(const tf_kernel *k, const tf_lane *lane, size_t n, const tf_arena *mem)
{
	size_t of = k && k->shape ? k->shape(lane[0].m) : 0;

	for (size_t i = 1; of != 0 && i < n; i++)
		if (k->shape(lane[i].m) != of)
			return false;
	return of != 0 && mem->cap - mem->used >= k->scratch;
}

/* The first of those that kernel k had better compute together, up to the last: n if each alone is
 * faster. */
static size_t first_together(const tf_kernel *k, const tf_lane *lane, size_t n)
{
	tf_lane shape = { .n = 0 };
	uint64_t apart = 0, best;
	size_t first = n;

	for (size_t i = 0; i < n; i++)
		apart += tf_lane_cost(&lane[i]) * 10000 / k->price(&lane[i]);
	best = apart;
	for (size_t i = n; i-- > 0;) {
		uint64_t cost;

		widen(&shape, &lane[i]);
		apart -= tf_lane_cost(&lane[i]) * 10000 / k->price(&lane[i]);
		cost = apart + tf_lane_cost(&shape) * 100;
		if (cost <= best) {
			best = cost;
			first = i;
		}
	}
	return first;
}

static tf_err alone(const tf_kernel *k, const tf_lane *l, tf_arena *mem, tf_lane_count *count)
{
	if (k && k->has_one && k->has_one(l->m) && mem->cap - mem->used >= k->scratch_one) {
		count->alone++;
		return k->power_one(l, mem);
	}
	return l->secret ? tf_power_secret(l->out, l->m, l->p, l->n, mem)
	                 : tf_power_public(l->out, l->m, l->p, l->n, mem);
}

tf_err tf_lanes_power(const tf_kernel *k, const tf_lane *lane, size_t n, tf_arena *mem,
                      tf_lane_count *count)
{
	size_t first = has_lanes(k, lane, n, mem) ? first_together(k, lane, n) : n;
	size_t mark = tf_arena_mark(mem);
	tf_err err = TF_OK;

	for (size_t i = 0; err == TF_OK && i < first; i++) {
		err = alone(k, &lane[i], mem, count);
		tf_arena_release(mem, mark);
	}
	if (err == TF_OK && first < n) {
		err = k->power(lane + first, n - first, mem);
		tf_arena_release(mem, mark);
		count->together += n - first;
	}
	return err;
}
