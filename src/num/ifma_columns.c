/* Entries of tables of digits (num/fixed.h), chosen by secret indices: everything is read, and what
 * is chosen is chosen inside registers.
 *
 * Column by column, the digits of all entries stand side by side. A permutation of two registers
 * finds a lane's digit among sixteen by the lower four bits of its index, for eight lanes at once;
 * the upper bits choose between sixteens. It takes the same time for every index.
 */
#include "num/ifma_ring.h"

#define PLACES_LOG 8u /* of the widest column */

/* Masks of the lanes whose index has bits 4, 5, 6, 7. */
typedef struct upper {
	__mmask8 bit[PLACES_LOG - 4];
} upper;

static inline upper upper_bits(vec index)
{
	upper u;

	for (unsigned i = 0; i < TF_ARRAY_LEN(u.bit); i++)
		u.bit[i] = _mm512_test_epi64_mask(index, _mm512_set1_epi64(16LL << i));
	return u;
}

/* In each lane the place of its index, in a column of so many vectors: 1, 2, 4 .. 32. */
static inline __attribute__((always_inline)) vec look_up(const vec *column, size_t vecs, vec index,
                                                         const upper *u)
{
	vec x[16];

	if (vecs == 1)
		return _mm512_permutexvar_epi64(index, column[0]);
#pragma GCC unroll 16
	for (size_t i = 0; i < vecs / 2; i++)
		x[i] = _mm512_permutex2var_epi64(column[2 * i], index, column[2 * i + 1]);
#pragma GCC unroll 4
	for (size_t level = 0, n = vecs / 2; n > 1; level++, n /= 2)
#pragma GCC unroll 8
		for (size_t i = 0; i < n / 2; i++)
			x[i] = _mm512_mask_mov_epi64(x[2 * i], u->bit[level], x[2 * i + 1]);
	return x[0];
}

static inline __attribute__((always_inline)) void pick_from(vec *out, const vec *tab,
                                                            size_t columns, size_t vecs, vec index,
                                                            __mmask8 lanes)
{
	const upper u = upper_bits(index);

	for (size_t c = 0; c < columns; c++)
		out[c] = _mm512_mask_mov_epi64(out[c], lanes,
		                               look_up(tab + c * vecs, vecs, index, &u));
}

void tf_columns_pick(vec *out, const vec *tab, size_t columns, size_t places, vec index,
                     uint8_t lanes)
{
	const __mmask8 to = (__mmask8)lanes;

	switch (places / TF_LANES) {
	case 1:
		pick_from(out, tab, columns, 1, index, to);
		break;
	case 2:
		pick_from(out, tab, columns, 2, index, to);
		break;
	case 4:
		pick_from(out, tab, columns, 4, index, to);
		break;
	case 8:
		pick_from(out, tab, columns, 8, index, to);
		break;
	case 16:
		pick_from(out, tab, columns, 16, index, to);
		break;
	default: /* 32, for tables have at most 2^8 places */
		pick_from(out, tab, columns, 32, index, to);
		break;
	}
}
