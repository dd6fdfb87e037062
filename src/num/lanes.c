/* Between the batch and the kernels: whether lanes are computed together. */
#include "num/kernel_impl.h"
#include "num/limbs.h"

bool tf_fixed_fits(const tf_fixed *t, const tf_kernel *k, uint32_t bits, bool is_signed)
{
	bool digits = k && k->has_one && k->has_one(t->m);

	return t->digits == digits && tf_fixed_blocks(t, bits) <= t->blocks &&
	       (t->has_undo || !is_signed);
}

/* Without a table. */
static uint64_t window_cost(const tf_nat_power *p, unsigned w)
{
	return p->bits / w + (1u << w);
}

static uint64_t fixed_cost(const tf_nat_power *p)
{
	return (uint64_t)tf_fixed_blocks(p->fixed, p->bits) * p->fixed->gap;
}

uint64_t tf_lane_cost(const tf_lane *lane)
{
	uint32_t longest = 0;
	uint64_t cost = 0;
	unsigned w;

	for (size_t i = 0; i < lane->n; i++) {
		const tf_fixed *t = lane->p[i].fixed;

		longest = tf_max_u32(longest, t ? t->gap : lane->p[i].bits);
	}
	w = tf_window_secret(longest);
	for (size_t i = 0; i < lane->n; i++)
		cost += lane->p[i].fixed ? fixed_cost(&lane->p[i]) : window_cost(&lane->p[i], w);
	return cost + longest;
}

/* The lane that takes as long as a group: every power as long as the longest in its place. */
static void widen(tf_lane *shape, const tf_lane *lane)
{
	for (size_t i = 0; i < lane->n; i++) {
		shape->p[i].bits = tf_max_u32(shape->p[i].bits, lane->p[i].bits);
		shape->p[i].fixed = lane->p[i].fixed;
	}
	if (lane->n > shape->n)
		shape->n = lane->n;
}

static bool has_fixed(const tf_lane *lane)
{
	bool has = false;

	for (size_t i = 0; i < lane->n; i++)
		has |= lane->p[i].fixed != NULL;
	return has;
}

/* Have both the same tables in the same places? Only then they can share lanes. */
static bool alike(const tf_lane *a, const tf_lane *b)
{
	if (!has_fixed(a) && !has_fixed(b))
		return true;
	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (!tf_fixed_alike(a->p[i].fixed, b->p[i].fixed))
			return false;
	return a->n == b->n;
}

/* Tables of limbs are for the portable kernel. */
static bool has_limbs(const tf_lane *lane)
{
	bool has = false;

	for (size_t i = 0; i < lane->n; i++)
		has |= lane->p[i].fixed != NULL && !lane->p[i].fixed->digits;
	return has;
}

/* Are there lanes for all of them, and room? */
static bool has_lanes(const tf_kernel *k, const tf_lane *lane, size_t n, const tf_arena *mem)
{
	size_t of = k->shape ? k->shape(lane[0].m) : 0;

	for (size_t i = 1; of != 0 && i < n; i++)
		if (k->shape(lane[i].m) != of || !alike(&lane[0], &lane[i]))
			return false;
	return of != 0 && !has_limbs(&lane[0]) && mem->cap - mem->used >= k->scratch;
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
	bool room = mem->cap - mem->used >= k->scratch_one;

	if (k->has_one && k->has_one(l->m) && !has_limbs(l) && (room || has_fixed(l))) {
		count->alone++;
		return k->power_one(l, mem);
	}
	if (has_fixed(l))
		return tf_power_fixed(l, mem);
	return l->secret ? tf_power_secret(l->out, l->m, l->p, l->n, mem)
	                 : tf_power_public(l->out, l->m, l->p, l->n, mem);
}

tf_err tf_lanes_power(const tf_kernel *kernel, const tf_lane *lane, size_t n, tf_arena *mem,
                      tf_lane_count *count)
{
	const tf_kernel *k = kernel ? kernel : tf_kernel_portable();
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
