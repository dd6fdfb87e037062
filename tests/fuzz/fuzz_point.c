/* Points: a byte that chooses the curve, then an encoding, or some, which are decoded all at once
 * as they are one by one. What decodes is encoded the same again, and is in the group: (q - 1) P =
 * -P. */
#include <string.h>

#include "curve/group.h"
#include "fuzz.h"

#define CURVES 5u
#define MANY 12u

static const tf_group *group_of(uint8_t choice)
{
	static uint8_t room[CURVES * TF_GROUP_ROOM];
	static const tf_group *all[CURVES];
	static tf_arena mem;

	if (!all[0]) {
		tf_arena_init(&mem, room, sizeof(room));
		for (unsigned i = 0; i < CURVES; i++)
			ALWAYS(tf_group_init(&all[i], (tf_curve_id)(i + 1), NULL, &mem) == TF_OK);
	}
	return all[(choice + CURVES - 1) % CURVES];
}

static void many(const tf_group *g, const uint8_t *in, size_t n)
{
	tf_pt each[MANY], one;
	bool fine = tf_pt_decode_each(g, each, in, n) == TF_OK, all = true;

	for (size_t i = 0; i < n; i++) {
		bool good = tf_pt_decode(g, &one, in + i * TF_PT_BYTES) == TF_OK;

		all = all && good;
		ALWAYS(!fine || (good && tf_pt_eq(g, &one, &each[i])));
	}
	ALWAYS(fine == all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t again[TF_PT_BYTES];
	const tf_group *g;
	tf_pt p, minus, last;
	tf_sc k;

	if (len < 1 + TF_PT_BYTES || (len - 1) % TF_PT_BYTES != 0 || len > 1 + MANY * TF_PT_BYTES)
		return 0;
	g = group_of(data[0]);
	many(g, data + 1, (len - 1) / TF_PT_BYTES);
	if (tf_pt_decode(g, &p, data + 1) != TF_OK)
		return 0;
	tf_pt_encode(g, again, &p);
	ALWAYS(memcmp(again, data + 1, sizeof(again)) == 0);
	tf_sc_set_u64(g, &k, 1);
	tf_sc_neg(g, &k, &k);
	ALWAYS(tf_pt_mul_vt(g, &last, &k, &p) == TF_OK);
	ALWAYS(tf_pt_neg(g, &minus, &p) == TF_OK);
	ALWAYS(tf_pt_eq(g, &last, &minus));
	return 0;
}
