/* Products in eight lanes: schoolbook multiplication in blocks of digits, and what is made of it
 * modulo eight moduli, or their squares. */
#include "num/ifma_ring.h"

/* acc[0 .. 2 BLOCK) += a[0 .. BLOCK) b[0 .. BLOCK) */
static inline __attribute__((always_inline)) void block_mul(vec acc[static 2 * BLOCK],
                                                            const vec *a, const vec *b)
{
	vec x[BLOCK], y[BLOCK];

#pragma GCC unroll 5
	for (size_t i = 0; i < BLOCK; i++) {
		x[i] = a[i];
		y[i] = b[i];
	}
#pragma GCC unroll 5
	for (size_t i = 0; i < BLOCK; i++) {
#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++)
			acc[i + j] = _mm512_madd52lo_epu64(acc[i + j], x[i], y[j]);
#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++)
			acc[i + j + 1] = _mm512_madd52hi_epu64(acc[i + j + 1], x[i], y[j]);
	}
}

/* The same of a block by itself, without what stands on the diagonal, and each other product once:
 * acc += (a^2 - diagonal) / 2, diagonal[0 .. 2 BLOCK) = that. */
static inline __attribute__((always_inline)) void block_sqr(vec acc[static 2 * BLOCK],
                                                            vec diagonal[static 2 * BLOCK],
                                                            const vec *a)
{
	vec x[BLOCK];

#pragma GCC unroll 5
	for (size_t i = 0; i < BLOCK; i++)
		x[i] = a[i];
#pragma GCC unroll 5
	for (size_t i = 0; i < BLOCK; i++) {
		diagonal[2 * i] = _mm512_madd52lo_epu64(_mm512_setzero_si512(), x[i], x[i]);
		diagonal[2 * i + 1] = _mm512_madd52hi_epu64(_mm512_setzero_si512(), x[i], x[i]);
	}
#pragma GCC unroll 5
	for (size_t i = 0; i < BLOCK; i++) {
#pragma GCC unroll 5
		for (size_t j = i + 1; j < BLOCK; j++)
			acc[i + j] = _mm512_madd52lo_epu64(acc[i + j], x[i], x[j]);
#pragma GCC unroll 5
		for (size_t j = i + 1; j < BLOCK; j++)
			acc[i + j + 1] = _mm512_madd52hi_epu64(acc[i + j + 1], x[i], x[j]);
	}
}

/* Sum of the block products a[i] b[j] with i + j = k, i in [from, to). */
static inline __attribute__((always_inline)) void column(vec acc[static 2 * BLOCK], const vec *a,
                                                         const vec *b, size_t k, size_t from,
                                                         size_t to)
{
	for (size_t i = from; i < to; i++)
		block_mul(acc, a + i * BLOCK, b + (k - i) * BLOCK);
}

/* wide = a b, or a b + c d where c is not NULL; columns are not carried. */
static inline __attribute__((always_inline)) void wide_sum(const ring *r, const vec *a,
                                                           const vec *b, const vec *c,
                                                           const vec *d)
{
	size_t nb = r->nl / BLOCK;
	vec acc[2 * BLOCK], up[BLOCK];

#pragma GCC unroll 5
	for (size_t j = 0; j < BLOCK; j++)
		up[j] = _mm512_setzero_si512();
	for (size_t k = 0; k < 2 * nb - 1; k++) {
#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++) {
			acc[j] = up[j];
			acc[BLOCK + j] = _mm512_setzero_si512();
		}
		column(acc, a, b, k, k < nb ? 0 : k - nb + 1, k < nb ? k + 1 : nb);
		if (c)
			column(acc, c, d, k, k < nb ? 0 : k - nb + 1, k < nb ? k + 1 : nb);
#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++) {
			r->wide[k * BLOCK + j] = acc[j];
			up[j] = acc[BLOCK + j];
		}
	}
#pragma GCC unroll 5
	for (size_t j = 0; j < BLOCK; j++)
		r->wide[(2 * nb - 1) * BLOCK + j] = up[j];
}

static void wide_mul(const ring *r, const vec *a, const vec *b)
{
	wide_sum(r, a, b, NULL, NULL);
}

static void wide_cross(const ring *r, const vec *a, const vec *b, const vec *c, const vec *d)
{
	wide_sum(r, a, b, c, d);
}

/* wide = a^2: products off the diagonal once, doubled at the end of their column. up carries what
 * is still to be doubled, twice what is not. */
static void wide_sqr(const ring *r, const vec *a)
{
	size_t nb = r->nl / BLOCK;
	vec acc[2 * BLOCK], diagonal[2 * BLOCK], up[BLOCK];

#pragma GCC unroll 10
	for (size_t j = 0; j < 2 * BLOCK; j++)
		diagonal[j] = _mm512_setzero_si512();
#pragma GCC unroll 5
	for (size_t j = 0; j < BLOCK; j++)
		up[j] = _mm512_setzero_si512();
	for (size_t k = 0; k < 2 * nb - 1; k++) {
#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++) {
			acc[j] = up[j];
			acc[BLOCK + j] = _mm512_setzero_si512();
		}
		column(acc, a, a, k, k < nb ? 0 : k - nb + 1, (k + 1) / 2);
		if (k % 2 == 0)
			block_sqr(acc, diagonal, a + k / 2 * BLOCK);
#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++) {
			r->wide[k * BLOCK + j] = _mm512_add_epi64(_mm512_add_epi64(acc[j], acc[j]),
			                                          diagonal[j]);
			up[j] = acc[BLOCK + j];
			diagonal[j] = diagonal[BLOCK + j];
		}
	}
#pragma GCC unroll 5
	for (size_t j = 0; j < BLOCK; j++)
		r->wide[(2 * nb - 1) * BLOCK + j] =
			_mm512_add_epi64(_mm512_add_epi64(up[j], up[j]), diagonal[j]);
}

/* One block of the quotient: with acc[j] complete from below, q[j] makes its low 52 bits zero. They
 * are not stored: (acc + lo(q m[0])) / 2^52 is acc / 2^52 rounded up. */
static inline __attribute__((always_inline)) void quotient_block(vec *quot,
                                                                 vec acc[static 2 * BLOCK],
                                                                 const vec *m, vec k0)
{
	const vec mask = _mm512_set1_epi64((long long)DIGIT_MASK);

#pragma GCC unroll 5
	for (size_t j = 0; j < BLOCK; j++) {
		vec q = _mm512_madd52lo_epu64(_mm512_setzero_si512(), acc[j], k0);
		vec carry = _mm512_srli_epi64(_mm512_add_epi64(acc[j], mask), DIGIT_BITS);

		quot[j] = q;
		carry = _mm512_madd52lo_epu64(carry, q, m[1]);
		acc[j + 1] = _mm512_madd52hi_epu64(acc[j + 1], q, m[0]);
		acc[j + 1] = _mm512_add_epi64(acc[j + 1], carry);
#pragma GCC unroll 5
		for (size_t i = 1; i < BLOCK; i++)
			acc[j + i + 1] = _mm512_madd52hi_epu64(acc[j + i + 1], q, m[i]);
#pragma GCC unroll 5
		for (size_t i = 2; i < BLOCK; i++)
			acc[j + i] = _mm512_madd52lo_epu64(acc[j + i], q, m[i]);
	}
}

/* out = wide / R mod m in carried digits, below 2m for a product of operands below 2m. */
static void redc(vec *out, const ring *r)
{
	const vec mask = _mm512_set1_epi64((long long)DIGIT_MASK);
	size_t nb = r->nl / BLOCK;
	vec acc[2 * BLOCK], up[BLOCK], carry = _mm512_setzero_si512();

#pragma GCC unroll 5
	for (size_t j = 0; j < BLOCK; j++)
		up[j] = _mm512_setzero_si512();
	for (size_t k = 0; k < nb; k++) {
#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++) {
			acc[j] = _mm512_add_epi64(r->wide[k * BLOCK + j], up[j]);
			acc[BLOCK + j] = _mm512_setzero_si512();
		}
		column(acc, r->quot, r->m, k, 0, k);
		quotient_block(r->quot + k * BLOCK, acc, r->m, r->k0);
#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++)
			up[j] = acc[BLOCK + j];
	}
	for (size_t k = nb; k < 2 * nb; k++) {
#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++) {
			acc[j] = _mm512_add_epi64(r->wide[k * BLOCK + j], up[j]);
			acc[BLOCK + j] = _mm512_setzero_si512();
		}
		column(acc, r->quot, r->m, k, k - nb + 1, nb);
#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++) {
			vec sum = _mm512_add_epi64(acc[j], carry);

			out[(k - nb) * BLOCK + j] = _mm512_and_si512(sum, mask);
			carry = _mm512_srli_epi64(sum, DIGIT_BITS);
			up[j] = acc[BLOCK + j];
		}
	}
}

/* ---- modulo N^2 ---- */

/* What the quotient of the lower number's reduction leaves to the upper one: wide becomes
 * wide + C + (R - quot), or twice wide + that. R - quot = (R - 1 - quot) + 1: no digit is
 * negative. */
static void take_quotient(const ring *r, unsigned twice)
{
	const vec mask = _mm512_set1_epi64((long long)DIGIT_MASK);

	for (size_t i = 0; i < r->nl; i++) {
		vec rest = _mm512_add_epi64(r->c[i], _mm512_andnot_si512(r->quot[i], mask));

		r->wide[i] = _mm512_add_epi64(_mm512_slli_epi64(r->wide[i], twice), rest);
	}
	for (size_t i = r->nl; twice && i < 2 * r->nl; i++)
		r->wide[i] = _mm512_slli_epi64(r->wide[i], twice);
	r->wide[0] = _mm512_add_epi64(r->wide[0], _mm512_set1_epi64(1));
}

static void square_mul(vec *out, const vec *a, const vec *b, const ring *r)
{
	wide_mul(r, a, b);
	redc(r->low, r);
	wide_cross(r, a, b + r->nl, a + r->nl, b);
	take_quotient(r, 0);
	redc(out + r->nl, r);
	memcpy(out, r->low, r->nl * sizeof(vec));
}

static void square_sqr(vec *out, const vec *a, const ring *r)
{
	wide_sqr(r, a);
	redc(r->low, r);
	wide_mul(r, a, a + r->nl);
	take_quotient(r, 1);
	redc(out + r->nl, r);
	memcpy(out, r->low, r->nl * sizeof(vec));
}

static void square_split(vec *out, const ring *r)
{
	redc(out, r);
	memset(r->wide, 0, 2 * r->nl * sizeof(vec));
	take_quotient(r, 0);
	redc(out + r->nl, r);
}

/* ---- for the kernel ---- */

void tf_ring_mul(vec *out, const vec *a, const vec *b, const ring *r)
{
	if (r->lanes == 1) {
		tf_one_mul(out, a, b, r);
	} else if (r->square) {
		square_mul(out, a, b, r);
	} else {
		wide_mul(r, a, b);
		redc(out, r);
	}
}

void tf_ring_sqr(vec *out, const vec *a, const ring *r)
{
	if (r->lanes == 1) {
		tf_one_sqr(out, a, r);
	} else if (r->square) {
		square_sqr(out, a, r);
	} else {
		wide_sqr(r, a);
		redc(out, r);
	}
}

void tf_ring_split(vec *out, const ring *r)
{
	if (r->lanes == 1)
		tf_one_split(out, r);
	else
		square_split(out, r);
}
