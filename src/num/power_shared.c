/* The portable kernel's secret powers of one public base: by a table of it (num/fixed.h) that is
 * made for them and forgotten. */
#include "num/limbs.h"
#include "num/power.h"

/* What a power by a table takes beside it. */
#define BESIDE (24u * 1024u)

static uint32_t longest(const tf_shared *of)
{
	uint32_t bits = 0;

	for (size_t k = 0; k < of->n; k++)
		bits = tf_max_u32(bits, of->power[k].bits);
	return bits;
}

static tf_err make_table(tf_fixed *t, const tf_shared *of, tf_arena *mem)
{
	const tf_fixed_plan plan = { longest(of), TF_SECRET, NULL };
	size_t len = tf_fixed_bytes(of->m, &plan), left = mem->cap - mem->used;
	void *room;

	if (left < BESIDE)
		return TF_E_CAPACITY;
	if (left > TF_BATCH_SCRATCH)
		left = TF_BATCH_SCRATCH;
	if (len > left - BESIDE)
		len = left - BESIDE;
	room = tf_arena_alloc(mem, len);
	if (!room)
		return TF_E_CAPACITY;
	return tf_fixed_init_public(t, of->m, of->base, &plan, room, len, mem);
}

static tf_err powers(const tf_shared *of, tf_arena *mem)
{
	TF_AUTO(tf_bn) complement;
	tf_fixed table;

	TRY(make_table(&table, of, mem));
	for (size_t k = 0; k < of->n; k++) {
		tf_lane lane = { .out = of->power[k].out, .m = of->m, .n = 1, .secret = true };
		size_t mark = tf_arena_mark(mem);

		TRY(tf_fixed_power(&lane.p[0], &complement, &table, of->power[k].exp,
		                   of->power[k].bits));
		TRY(tf_power_fixed(&lane, mem));
		tf_arena_release(mem, mark);
	}
	return TF_OK;
}

tf_err tf_power_shared(const tf_shared *of, size_t n, size_t lanes, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err = TF_OK;

	(void)lanes;
	for (size_t i = 0; err == TF_OK && i < n; i++) {
		err = powers(&of[i], mem);
		tf_arena_release(mem, mark);
	}
	return err;
}
