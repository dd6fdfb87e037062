/* Products of one number: its digits lie side by side in a few registers, and the other factor's
 * come row by row (almost Montgomery multiplication). */
#include "num/ifma_ring.h"

#define NUMBER_MAX 8u /* registers of a number */

/* What the loops below are unrolled for. */
size_t tf_one_width(size_t nl)
{
	size_t nv = (nl + TF_LANES - 1) / TF_LANES;

	return nv <= 3 ? 3 : nv <= 5 ? nv : nv <= NUMBER_MAX ? NUMBER_MAX : 0;
}

/* The lowest digit in all places. */
static inline __attribute__((always_inline)) vec lowest(vec x)
{
	return _mm512_broadcastq_epi64(_mm512_castsi512_si128(x));
}

/* acc += the low halves of a x, acc += the high halves; columns of the latter weigh one digit
 * more. */
static inline __attribute__((always_inline)) void add_low(vec *acc, const vec *a, vec x, size_t nv)
{
#pragma GCC unroll 8
	for (size_t i = 0; i < nv; i++)
		acc[i] = _mm512_madd52lo_epu64(acc[i], a[i], x);
}

static inline __attribute__((always_inline)) void add_high(vec *acc, const vec *a, vec x, size_t nv)
{
#pragma GCC unroll 8
	for (size_t i = 0; i < nv; i++)
		acc[i] = _mm512_madd52hi_epu64(acc[i], a[i], x);
}

/* acc / 2^52: its lowest column ends in 52 zeros and leaves a carry. */
static inline __attribute__((always_inline)) void shift(vec *acc, size_t nv)
{
	vec carry = _mm512_maskz_srli_epi64(1, acc[0], DIGIT_BITS);

#pragma GCC unroll 8
	for (size_t i = 0; i + 1 < nv; i++)
		acc[i] = _mm512_alignr_epi64(acc[i + 1], acc[i], 1);
	acc[nv - 1] = _mm512_alignr_epi64(_mm512_setzero_si512(), acc[nv - 1], 1);
	acc[0] = _mm512_add_epi64(acc[0], carry);
}

/* out = acc in carried digits. After one step of carries every column is at most 2^52 + 2^12; what
 * is carried further are single bits, added up as one number: a column above the mask generates
 * one, a column equal to it hands one on. */
static inline __attribute__((always_inline)) void carry_all(vec *out, vec *acc, size_t nv)
{
	const vec mask = _mm512_set1_epi64((long long)DIGIT_MASK), unit = _mm512_set1_epi64(1);
	vec below = _mm512_setzero_si512();
	uint64_t gives = 0, passes = 0, carry;

#pragma GCC unroll 8
	for (size_t i = 0; i < nv; i++) {
		vec up = _mm512_srli_epi64(acc[i], DIGIT_BITS);

		acc[i] = _mm512_add_epi64(_mm512_and_si512(acc[i], mask),
		                          _mm512_alignr_epi64(up, below, 7));
		below = up;
		gives |= (uint64_t)_mm512_cmpgt_epu64_mask(acc[i], mask) << 8 * i;
		passes |= (uint64_t)_mm512_cmpeq_epu64_mask(acc[i], mask) << 8 * i;
	}
	carry = ((gives << 1) + passes) ^ passes;
#pragma GCC unroll 8
	for (size_t i = 0; i < nv; i++) {
		vec sum = _mm512_mask_add_epi64(acc[i], (__mmask8)(carry >> 8 * i), acc[i], unit);

		out[i] = _mm512_and_si512(sum, mask);
	}
}

static inline __attribute__((always_inline)) void plain_rows(vec *out, const vec *a, const vec *b,
                                                             const ring *r, size_t nv)
{
	const uint64_t *digit = (const uint64_t *)b;
	vec acc[NUMBER_MAX];

#pragma GCC unroll 8
	for (size_t i = 0; i < nv; i++)
		acc[i] = _mm512_setzero_si512();
	for (size_t i = 0; i < r->nl; i++) {
		vec x = _mm512_set1_epi64((long long)digit[i]), q;

		add_low(acc, a, x, nv);
		q = lowest(_mm512_madd52lo_epu64(_mm512_setzero_si512(), acc[0], r->k0));
		add_low(acc, r->m, q, nv);
		shift(acc, nv);
		add_high(acc, a, x, nv);
		add_high(acc, r->m, q, nv);
	}
	carry_all(out, acc, nv);
}

/* Pairs, as num/ifma_ring.h says, row by row: out = (a0 + a1 N)(b0 + b1 N) / R, or with b1 NULL and
 * a1 twice what it was, the square of (a0 + a1 N).
 *
 * Each row waits for the lowest register of the one before, and for little else: so what enters it
 * is summed apart, and added at once. */
static inline __attribute__((always_inline)) void pair_rows(vec *out, const vec *a0, const vec *a1,
                                                            const vec *b0, const vec *b1,
                                                            const ring *r, size_t nv)
{
	const uint64_t *digit0 = (const uint64_t *)b0, *digit1 = (const uint64_t *)b1;
	const vec mask = _mm512_maskz_set1_epi64(1, (long long)DIGIT_MASK);
	const vec none = _mm512_setzero_si512();
	vec low[NUMBER_MAX], high[NUMBER_MAX];

#pragma GCC unroll 8
	for (size_t i = 0; i < nv; i++) {
		low[i] = none;
		high[i] = r->c[i];
	}
	high[0] = _mm512_add_epi64(high[0], _mm512_maskz_set1_epi64(1, 1));
	for (size_t i = 0; i < r->nl; i++) {
		vec x = _mm512_set1_epi64((long long)digit0[i]), y = x, q, p;
		vec low_up = _mm512_madd52hi_epu64(none, a0[0], x);
		vec high_up = _mm512_madd52hi_epu64(none, a1[0], x);
		vec high_in = _mm512_madd52lo_epu64(none, a1[0], x);

		if (b1) {
			y = _mm512_set1_epi64((long long)digit1[i]);
			high_in = _mm512_madd52lo_epu64(high_in, a0[0], y);
			high_up = _mm512_madd52hi_epu64(high_up, a0[0], y);
		}
		low[0] = _mm512_add_epi64(low[0], _mm512_madd52lo_epu64(none, a0[0], x));
		q = lowest(_mm512_madd52lo_epu64(none, low[0], r->k0));
		/* R - 1 - q, digit by digit; the 1 stands in high from the beginning */
		high_in = _mm512_add_epi64(high_in, _mm512_andnot_si512(q, mask));
		high[0] = _mm512_add_epi64(high[0], high_in);
		add_low(low + 1, a0 + 1, x, nv - 1);
		add_low(high + 1, a1 + 1, x, nv - 1);
		if (b1)
			add_low(high + 1, a0 + 1, y, nv - 1);
		p = lowest(_mm512_madd52lo_epu64(none, high[0], r->k0));
		low_up = _mm512_madd52hi_epu64(low_up, r->m[0], q);
		high_up = _mm512_madd52hi_epu64(high_up, r->m[0], p);
		add_low(low, r->m, q, nv);
		shift(low, nv);
		low[0] = _mm512_add_epi64(low[0], low_up);
		add_high(low + 1, a0 + 1, x, nv - 1);
		add_high(low + 1, r->m + 1, q, nv - 1);
		add_low(high, r->m, p, nv);
		shift(high, nv);
		high[0] = _mm512_add_epi64(high[0], high_up);
		add_high(high + 1, a1 + 1, x, nv - 1);
		if (b1)
			add_high(high + 1, a0 + 1, y, nv - 1);
		add_high(high + 1, r->m + 1, p, nv - 1);
	}
	carry_all(out, low, nv);
	carry_all(out + nv, high, nv);
}

static inline __attribute__((always_inline)) void pair_sqr(vec *out, const vec *a, const ring *r,
                                                           size_t nv)
{
	const vec mask = _mm512_set1_epi64((long long)DIGIT_MASK);
	vec twice[NUMBER_MAX], below = _mm512_setzero_si512();

	/* digits are carried: a digit's top bit is all that goes to the next */
#pragma GCC unroll 8
	for (size_t i = 0; i < nv; i++) {
		vec x = a[nv + i], up = _mm512_srli_epi64(x, DIGIT_BITS - 1);

		twice[i] = _mm512_or_si512(_mm512_and_si512(_mm512_add_epi64(x, x), mask),
		                           _mm512_alignr_epi64(up, below, 7));
		below = up;
	}
	pair_rows(out, a, twice, a, NULL, r, nv);
}

/* ---- one copy of each for each width ---- */

static void plain_mul(vec *out, const vec *a, const vec *b, const ring *r)
{
	switch (r->width) {
	case 3: plain_rows(out, a, b, r, 3); break;
	case 4: plain_rows(out, a, b, r, 4); break;
	case 5: plain_rows(out, a, b, r, 5); break;
	case 8: plain_rows(out, a, b, r, 8); break;
	}
}

static void pair_mul(vec *out, const vec *a, const vec *b, const ring *r)
{
	switch (r->width) {
	case 3: pair_rows(out, a, a + 3, b, b + 3, r, 3); break;
	case 4: pair_rows(out, a, a + 4, b, b + 4, r, 4); break;
	case 5: pair_rows(out, a, a + 5, b, b + 5, r, 5); break;
	case 8: pair_rows(out, a, a + 8, b, b + 8, r, 8); break;
	}
}

void tf_one_mul(vec *out, const vec *a, const vec *b, const ring *r)
{
	if (r->square)
		pair_mul(out, a, b, r);
	else
		plain_mul(out, a, b, r);
}

void tf_one_sqr(vec *out, const vec *a, const ring *r)
{
	if (!r->square) {
		plain_mul(out, a, a, r);
		return;
	}
	switch (r->width) {
	case 3: pair_sqr(out, a, r, 3); break;
	case 4: pair_sqr(out, a, r, 4); break;
	case 5: pair_sqr(out, a, r, 5); break;
	case 8: pair_sqr(out, a, r, 8); break;
	}
}

/* x = x0 + x1 R with x1 < N^2 / R: the product of (x0, 0) and (1, 0), and x1. */
void tf_one_split(vec *out, const ring *r)
{
	const uint64_t *x = (const uint64_t *)r->wide;
	vec *pair = r->quot;
	vec acc[NUMBER_MAX];

	memset(pair, 0, 4 * r->width * sizeof(vec));
	memcpy(pair, x, r->nl * sizeof(uint64_t));
	((uint64_t *)(pair + 2 * r->width))[0] = 1;
	pair_mul(out, pair, pair + 2 * r->width, r);
	memset(pair, 0, r->width * sizeof(vec));
	memcpy(pair, x + r->nl, r->nl * sizeof(uint64_t));
	for (size_t i = 0; i < NUMBER_MAX; i++)
		acc[i] = i < r->width ? _mm512_add_epi64(out[i], pair[i]) : _mm512_setzero_si512();
	carry_all(acc, acc, NUMBER_MAX);
	memcpy(out, acc, r->width * sizeof(vec));
}
