/* Eight numbers modulo 2^255 - 19 in the lanes of five registers, a limb of 51 bits in each.
 *
 * What is multiplied has limbs below 2^52, since the multiplier of AVX-512 IFMA sees no more: those
 * of a product are below 2^51 + 2^15, and so are those of a sum after fe8_carry. Constant time. For
 * files that are compiled for AVX-512 IFMA.
 */
#ifndef TF_CURVE_ED25519_IFMA_FIELD_H
#define TF_CURVE_ED25519_IFMA_FIELD_H

#include <immintrin.h>

#include "curve/ed25519_field.h"

#define FE8_INLINE static inline __attribute__((always_inline)) void

typedef __m512i vec;

typedef struct fe8 {
	vec d[5];
} fe8;

static inline __attribute__((always_inline)) vec fe8_set(uint64_t v)
{
	return _mm512_set1_epi64((long long)v);
}

/* Limbs below 2^60.4, whose carries are below 2^9.4: the topmost comes back times 19. */
FE8_INLINE fe8_carry(fe8 *a)
{
	const vec mask = fe8_set(TF_FE_MASK);
	vec c[5];

#pragma GCC unroll 5
	for (unsigned i = 0; i < 5; i++) {
		c[i] = _mm512_srli_epi64(a->d[i], 51);
		a->d[i] = _mm512_and_si512(a->d[i], mask);
	}
	a->d[0] = _mm512_madd52lo_epu64(a->d[0], c[4], fe8_set(19));
#pragma GCC unroll 4
	for (unsigned i = 1; i < 5; i++)
		a->d[i] = _mm512_add_epi64(a->d[i], c[i - 1]);
}

/* Columns 0 .. 8 of a product: the lower 52 bits of products of limbs, and the rest, which weighs
 * twice what column j + 1 does. Each is a sum of at most five, below 2^54.4. */
typedef struct fe8_wide {
	vec lo[9], hi[9];
} fe8_wide;

/* Column 5 + j comes back in column j, times 19: below 20 (5 + 10) 2^52 < 2^60.3. */
FE8_INLINE fe8_fold(fe8 *out, const fe8_wide *w)
{
#pragma GCC unroll 5
	for (unsigned j = 0; j < 5; j++) {
		vec high = _mm512_slli_epi64(w->hi[j + 4], 1), low = w->lo[j];

		if (j < 4)
			high = _mm512_add_epi64(high, w->lo[j + 5]);
		if (j > 0)
			low = _mm512_add_epi64(low, _mm512_slli_epi64(w->hi[j - 1], 1));
		low = _mm512_add_epi64(low, high);
		low = _mm512_add_epi64(low, _mm512_slli_epi64(high, 1));
		out->d[j] = _mm512_add_epi64(low, _mm512_slli_epi64(high, 4));
	}
	fe8_carry(out);
}

FE8_INLINE fe8_clear(fe8_wide *w)
{
#pragma GCC unroll 9
	for (unsigned i = 0; i < 9; i++)
		w->lo[i] = w->hi[i] = _mm512_setzero_si512();
}

FE8_INLINE fe8_mul(fe8 *out, const fe8 *a, const fe8 *b)
{
	fe8_wide w;

	fe8_clear(&w);
#pragma GCC unroll 5
	for (unsigned i = 0; i < 5; i++) {
#pragma GCC unroll 5
		for (unsigned j = 0; j < 5; j++)
			w.lo[i + j] = _mm512_madd52lo_epu64(w.lo[i + j], a->d[i], b->d[j]);
#pragma GCC unroll 5
		for (unsigned j = 0; j < 5; j++)
			w.hi[i + j] = _mm512_madd52hi_epu64(w.hi[i + j], a->d[i], b->d[j]);
	}
	fe8_fold(out, &w);
}

/* Twice the products of different limbs, and the squares. */
FE8_INLINE fe8_square(fe8 *out, const fe8 *a)
{
	fe8_wide w;

	fe8_clear(&w);
#pragma GCC unroll 5
	for (unsigned i = 0; i < 5; i++)
#pragma GCC unroll 5
		for (unsigned j = i + 1; j < 5; j++) {
			w.lo[i + j] = _mm512_madd52lo_epu64(w.lo[i + j], a->d[i], a->d[j]);
			w.hi[i + j] = _mm512_madd52hi_epu64(w.hi[i + j], a->d[i], a->d[j]);
		}
#pragma GCC unroll 9
	for (unsigned i = 0; i < 9; i++) {
		w.lo[i] = _mm512_slli_epi64(w.lo[i], 1);
		w.hi[i] = _mm512_slli_epi64(w.hi[i], 1);
	}
#pragma GCC unroll 5
	for (unsigned i = 0; i < 5; i++) {
		w.lo[2 * i] = _mm512_madd52lo_epu64(w.lo[2 * i], a->d[i], a->d[i]);
		w.hi[2 * i] = _mm512_madd52hi_epu64(w.hi[2 * i], a->d[i], a->d[i]);
	}
	fe8_fold(out, &w);
}

#endif
