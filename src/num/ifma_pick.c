/* What comes into lanes: numbers, and entries of tables, chosen by secret indices: every entry is
 * read. */
#include "num/ifma_ring.h"

/* out[0 .. n) = tab[index of each lane][0 .. n), entries `len` apart. */
static inline __attribute__((always_inline)) void pick_some(vec *out, const vec *tab,
                                                            size_t entries, size_t len, vec index,
                                                            size_t n)
{
	vec x[TF_LANES];

#pragma GCC unroll 8
	for (size_t j = 0; j < n; j++)
		x[j] = tab[j];
	for (size_t e = 1; e < entries; e++) {
		__mmask8 here = _mm512_cmpeq_epi64_mask(index, _mm512_set1_epi64((long long)e));

#pragma GCC unroll 8
		for (size_t j = 0; j < n; j++)
			x[j] = _mm512_mask_mov_epi64(x[j], here, tab[e * len + j]);
	}
#pragma GCC unroll 8
	for (size_t j = 0; j < n; j++)
		out[j] = x[j];
}

void tf_pick(vec *out, const vec *tab, size_t entries, size_t len, vec index)
{
	size_t at = 0;

	for (; len % 5 != 0 && at + 8 <= len; at += 8)
		pick_some(out + at, tab + at, entries, len, index, 8);
	for (; at + 5 <= len; at += 5)
		pick_some(out + at, tab + at, entries, len, index, 5);
	for (; at < len; at++)
		pick_some(out + at, tab + at, entries, len, index, 1);
}

/* out[k] = the k-th words of x[0 .. 8). */
static inline __attribute__((always_inline)) void transpose(vec *out, const vec *const *x,
                                                            size_t at)
{
	vec s[TF_LANES], t[TF_LANES];

#pragma GCC unroll 4
	for (size_t i = 0; i < 4; i++) {
		s[2 * i] = _mm512_unpacklo_epi64(x[2 * i][at], x[2 * i + 1][at]);
		s[2 * i + 1] = _mm512_unpackhi_epi64(x[2 * i][at], x[2 * i + 1][at]);
	}
	/* s[2 i + b] has words b, b + 2, b + 4, b + 6 of rows 2 i and 2 i + 1, in pairs */
#pragma GCC unroll 2
	for (size_t b = 0; b < 2; b++) {
		t[b] = _mm512_shuffle_i64x2(s[b], s[2 + b], 0x88);         /* words b, b + 4 */
		t[2 + b] = _mm512_shuffle_i64x2(s[b], s[2 + b], 0xdd);     /* b + 2, b + 6 */
		t[4 + b] = _mm512_shuffle_i64x2(s[4 + b], s[6 + b], 0x88);
		t[6 + b] = _mm512_shuffle_i64x2(s[4 + b], s[6 + b], 0xdd);
	}
#pragma GCC unroll 4
	for (size_t w = 0; w < 4; w++) {
		out[w] = _mm512_shuffle_i64x2(t[w], t[4 + w], 0x88);
		out[w + 4] = _mm512_shuffle_i64x2(t[w], t[4 + w], 0xdd);
	}
}

void tf_to_lanes(vec *out, size_t nl, const vec *const *rows)
{
	for (size_t at = 0; at < nl; at += TF_LANES) {
		vec x[TF_LANES];

		transpose(x, rows, at / TF_LANES);
		for (size_t i = 0; i < TF_LANES && at + i < nl; i++)
			out[at + i] = x[i];
	}
}

void tf_lane_put(vec *v, size_t nl, size_t lane, size_t lanes, const tf_bn *a)
{
	uint64_t *digit = (uint64_t *)v + lane;

	for (size_t i = 0; i < nl; i++)
		digit[i * lanes] = tf_digit_at(a->d, a->n, i);
}
