/* Products in eight lanes, modulo eight moduli or their squares: schoolbook multiplication in
 * blocks of digits, column of blocks by column of blocks, reduced as they come.
 *
 * The multipliers are what this waits for, so what is written here is an order in which they always
 * have work: low and high halves pile up apart, and no sum of a block waits for more than five
 * others; a block of the quotient, each digit of which waits for the one below, is found while the
 * next column's products of a and b, which do not need it, are computed.
 *
 * out may be a or b: a column is written when all that is still to be read lies above it. */
#include "num/ifma_ring.h"

#define INLINE static inline __attribute__((always_inline))

/* Sums of halves of products; lo[j] weighs j digits, hi[j] one more. */
typedef struct sums {
	vec lo[2 * BLOCK - 1], hi[2 * BLOCK - 1];
} sums;

/* s += a[0 .. BLOCK) b[0 .. BLOCK) */
INLINE void block_mul(sums *s, const vec *a, const vec *b)
{
	vec y[BLOCK];

#pragma GCC unroll 5
	for (size_t j = 0; j < BLOCK; j++)
		y[j] = b[j];
#pragma GCC unroll 5
	for (size_t i = 0; i < BLOCK; i++) {
		vec x = a[i];

#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++)
			s->lo[i + j] = _mm512_madd52lo_epu64(s->lo[i + j], x, y[j]);
#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++)
			s->hi[i + j] = _mm512_madd52hi_epu64(s->hi[i + j], x, y[j]);
	}
}

/* s += a[0 .. BLOCK)^2; b is a block of twice the number. What doubling carried out of digit i is
 * no part of 2 a[i + 1] B^(i + 1) + ..., and is taken back: a column can become negative. */
INLINE void block_sqr(sums *s, const vec *a, const vec *b)
{
	const vec top = _mm512_set1_epi64((long long)1 << (DIGIT_BITS - 1));

#pragma GCC unroll 5
	for (size_t i = 0; i < BLOCK; i++) {
		vec x = a[i];

		s->lo[2 * i] = _mm512_madd52lo_epu64(s->lo[2 * i], x, x);
		s->hi[2 * i] = _mm512_madd52hi_epu64(s->hi[2 * i], x, x);
		s->hi[2 * i] = _mm512_mask_sub_epi64(s->hi[2 * i], _mm512_test_epi64_mask(x, top),
		                                     s->hi[2 * i], x);
#pragma GCC unroll 5
		for (size_t j = i + 1; j < BLOCK; j++) {
			s->lo[i + j] = _mm512_madd52lo_epu64(s->lo[i + j], x, b[j]);
			s->hi[i + j] = _mm512_madd52hi_epu64(s->hi[i + j], x, b[j]);
		}
	}
}

/* s += the block products a[i] b[k - i], i in [from, to). */
INLINE void column(sums *s, const vec *a, const vec *b, size_t k, size_t from, size_t to)
{
	const vec *x = a + from * BLOCK, *end = a + to * BLOCK, *y = b + (k - from) * BLOCK;

	for (; x != end; x += BLOCK, y -= BLOCK)
		block_mul(s, x, y);
}

/* acc = the columns that are complete, and those above them come down. */
INLINE void step(vec acc[static BLOCK], sums *s)
{
	acc[0] = s->lo[0];
#pragma GCC unroll 5
	for (size_t j = 1; j < BLOCK; j++)
		acc[j] = _mm512_add_epi64(s->lo[j], s->hi[j - 1]);
	s->lo[0] = _mm512_add_epi64(s->lo[BLOCK], s->hi[BLOCK - 1]);
	s->hi[0] = s->hi[BLOCK];
#pragma GCC unroll 5
	for (size_t j = 1; j < BLOCK - 1; j++) {
		s->lo[j] = s->lo[BLOCK + j];
		s->hi[j] = s->hi[BLOCK + j];
	}
#pragma GCC unroll 5
	for (size_t j = BLOCK - 1; j < 2 * BLOCK - 1; j++) {
		s->lo[j] = _mm512_setzero_si512();
		s->hi[j] = _mm512_setzero_si512();
	}
}

/* One block of the quotient: with acc[j] complete from below, q[j] makes its low 52 bits zero. They
 * are not stored: (acc + lo(q m[0])) / 2^52 is acc / 2^52 rounded up. What q m[0 .. BLOCK) has
 * above the block is for above_quotient, but for the last carry, which goes to s. */
INLINE void quotient_block(vec *quot, vec acc[static BLOCK], const vec *m, vec k0, sums *s)
{
	const vec mask = _mm512_set1_epi64((long long)DIGIT_MASK);

#pragma GCC unroll 5
	for (size_t j = 0; j < BLOCK; j++) {
		vec q = _mm512_madd52lo_epu64(_mm512_setzero_si512(), acc[j], k0);
		vec carry = _mm512_srai_epi64(_mm512_add_epi64(acc[j], mask), DIGIT_BITS);

		quot[j] = q;
		if (j == BLOCK - 1) {
			s->lo[0] = _mm512_add_epi64(s->lo[0], carry);
			break;
		}
		carry = _mm512_madd52lo_epu64(carry, q, m[1]);
		acc[j + 1] = _mm512_madd52hi_epu64(acc[j + 1], q, m[0]);
		acc[j + 1] = _mm512_add_epi64(acc[j + 1], carry);
#pragma GCC unroll 5
		for (size_t i = 2; i + j < BLOCK; i++) {
			acc[j + i] = _mm512_madd52lo_epu64(acc[j + i], q, m[i]);
			acc[j + i] = _mm512_madd52hi_epu64(acc[j + i], q, m[i - 1]);
		}
	}
}

/* s += the halves of q[0 .. BLOCK) m[0 .. BLOCK) that weigh BLOCK digits and more, after step. */
INLINE void above_quotient(sums *s, const vec *q, const vec *m)
{
#pragma GCC unroll 5
	for (size_t i = 0; i < BLOCK; i++) {
		vec x = q[i];

		s->lo[0] = _mm512_madd52hi_epu64(s->lo[0], x, m[BLOCK - 1 - i]);
#pragma GCC unroll 5
		for (size_t j = BLOCK - i; j < BLOCK; j++) {
			size_t at = i + j - BLOCK;

			s->lo[at] = _mm512_madd52lo_epu64(s->lo[at], x, m[j]);
			s->hi[at] = _mm512_madd52hi_epu64(s->hi[at], x, m[j]);
		}
	}
}

/* What is summed and reduced: a^2, where b is 2a, or a b, or a b + c d; and a number. */
typedef struct terms {
	enum { NO_PRODUCT, SQUARE, PRODUCT, TWO_PRODUCTS } of;
	const vec *a, *b, *c, *d;
	/* PLUS_WIDE: r->wide. PLUS_REST: C + R - r->quot, as it was left by another product. */
	enum { PLUS_NOTHING, PLUS_WIDE, PLUS_REST } plus;
} terms;

INLINE void add_products(sums *s, terms t, size_t k, size_t nb)
{
	size_t from = k < nb ? 0 : k - nb + 1, to = k < nb ? k + 1 : nb;

	if (t.of == SQUARE) {
		column(s, t.a, t.b, k, from, (k + 1) / 2);
		if (k % 2 == 0)
			block_sqr(s, t.a + k / 2 * BLOCK, t.b + k / 2 * BLOCK);
	} else if (t.of != NO_PRODUCT) {
		column(s, t.a, t.b, k, from, to);
	}
	if (t.of == TWO_PRODUCTS)
		column(s, t.c, t.d, k, from, to);
}

/* Of R - quot = (R - 1 - quot) + 1 the 1 stands in the sums from the beginning: so no digit is
 * negative. */
INLINE void add_number(vec acc[static BLOCK], const ring *r, terms t, size_t k)
{
	const vec mask = _mm512_set1_epi64((long long)DIGIT_MASK);

#pragma GCC unroll 5
	for (size_t j = 0; j < BLOCK; j++) {
		size_t at = k * BLOCK + j;
		vec x;

		if (t.plus == PLUS_WIDE)
			x = r->wide[at];
		else if (t.plus == PLUS_REST && at < r->nl)
			x = _mm512_add_epi64(r->c[at], _mm512_andnot_si512(r->quot[at], mask));
		else
			continue;
		acc[j] = _mm512_add_epi64(acc[j], x);
	}
}

/* out = the sum of the terms / R mod m in carried digits, below 2m for a sum below m R; r->quot =
 * the quotient, below R. */
INLINE void reduced(vec *out, const ring *r, terms t)
{
	const vec mask = _mm512_set1_epi64((long long)DIGIT_MASK);
	size_t nb = r->nl / BLOCK;
	vec carry = _mm512_setzero_si512(), acc[BLOCK];
	sums s;

#pragma GCC unroll 9
	for (size_t j = 0; j < 2 * BLOCK - 1; j++) {
		s.lo[j] = _mm512_setzero_si512();
		s.hi[j] = _mm512_setzero_si512();
	}
	if (t.plus == PLUS_REST)
		s.lo[0] = _mm512_set1_epi64(1);
	for (size_t k = 0; k < 2 * nb; k++) {
		add_products(&s, t, k, nb);
		column(&s, r->quot, r->m, k, k < nb ? 0 : k - nb + 1, k < nb ? k : nb);
		if (k > 0 && k <= nb)
			above_quotient(&s, r->quot + (k - 1) * BLOCK, r->m);
		step(acc, &s);
		add_number(acc, r, t, k);
		if (k < nb) {
			quotient_block(r->quot + k * BLOCK, acc, r->m, r->k0, &s);
			continue;
		}
#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++) {
			vec sum = _mm512_add_epi64(acc[j], carry);

			out[(k - nb) * BLOCK + j] = _mm512_and_si512(sum, mask);
			carry = _mm512_srai_epi64(sum, DIGIT_BITS);
		}
	}
}

/* out = 2a < R. Bits that a digit has above its 52 count in the next, too: multipliers do not look
 * at them. */
static void twice(vec *out, const vec *a, size_t nl)
{
	vec below = _mm512_setzero_si512();

	for (size_t i = 0; i < nl; i++) {
		vec x = a[i];

		out[i] = _mm512_add_epi64(_mm512_add_epi64(x, x),
		                          _mm512_srli_epi64(below, DIGIT_BITS - 1));
		below = x;
	}
}

/* ---- one copy of each ---- */

static void plain_mul(vec *out, const vec *a, const vec *b, const ring *r)
{
	reduced(out, r, (terms){ .of = PRODUCT, .a = a, .b = b });
}

static void plain_sqr(vec *out, const vec *a, const vec *a2, const ring *r)
{
	reduced(out, r, (terms){ .of = SQUARE, .a = a, .b = a2 });
}

static void upper_mul(vec *out, const vec *a, const vec *b, const ring *r)
{
	reduced(out, r, (terms){ .of = PRODUCT, .a = a, .b = b, .plus = PLUS_REST });
}

static void upper_cross(vec *out, const vec *a, const vec *b, const ring *r)
{
	reduced(out, r, (terms){ .of = TWO_PRODUCTS, .a = a, .b = b + r->nl, .c = a + r->nl, .d = b,
	                         .plus = PLUS_REST });
}

/* ---- for the kernel ---- */

void tf_ring_mul(vec *out, const vec *a, const vec *b, const ring *r)
{
	if (r->lanes == 1) {
		tf_one_mul(out, a, b, r);
	} else if (r->square) {
		plain_mul(r->low, a, b, r);
		upper_cross(out + r->nl, a, b, r);
		memcpy(out, r->low, r->nl * sizeof(vec));
	} else {
		plain_mul(out, a, b, r);
	}
}

void tf_ring_sqr(vec *out, const vec *a, const ring *r)
{
	if (r->lanes == 1) {
		tf_one_sqr(out, a, r);
		return;
	}
	twice(r->wide, a, r->nl);
	if (r->square) {
		plain_sqr(r->low, a, r->wide, r);
		upper_mul(out + r->nl, r->wide, a + r->nl, r);
		memcpy(out, r->low, r->nl * sizeof(vec));
	} else {
		plain_sqr(out, a, r->wide, r);
	}
}

void tf_ring_split(vec *out, const ring *r)
{
	if (r->lanes == 1) {
		tf_one_split(out, r);
		return;
	}
	reduced(out, r, (terms){ .plus = PLUS_WIDE });
	reduced(out + r->nl, r, (terms){ .plus = PLUS_REST });
}
