/* Base-2 Fermat tests of eight numbers, in which nothing is multiplied but squares: every other
 * factor is a power of two, and so is R.
 *
 * With B = 52 nl bits for R, x stands for the residue x / R. What is computed is
 *
 *     2^-(n-1) = 2^((h - B) 2^L + rest),   (h - B) = floor(-(n-1) / 2^L),   rest < 2^L,
 *
 * which is 1 if and only if 2^(n-1) is: from x = 2^h, which stands for 2^(h-B), by L squarings, and
 * shifts by what rest has in each window. 2^(bits-L) is the largest power of two up to B: so h is
 * not negative, and 2^(2h) <= R n.
 */
#include "num/ifma.h"
#include "num/ifma_ring.h"

#define WINDOW 3u
#define SPARE 16u /* R >= 2^16 n: then x < 2n may be shifted by 7 bits and still be squared */

typedef struct tests {
	ring r;
	vec m[DIGITS_MAX], wide[2 * DIGITS_MAX], quot[DIGITS_MAX], x[DIGITS_MAX], one[DIGITS_MAX];
	tf_bn minus[TF_LANES]; /* 1 - n in two's complement */
} tests;

static uint32_t digits(uint32_t bits)
{
	return (bits + SPARE + BLOCK * DIGIT_BITS - 1) / (BLOCK * DIGIT_BITS) * BLOCK;
}

/* L */
static uint32_t squarings(uint32_t bits)
{
	uint32_t radix = digits(bits) * DIGIT_BITS, log = 0;

	while ((uint32_t)2 << log <= radix)
		log++;
	return bits - log;
}

bool tf_ifma_has_fermat(uint32_t bits)
{
	uint32_t radix = digits(bits) * DIGIT_BITS;

	if (bits < 64 || digits(bits) > DIGITS_MAX)
		return false;
	/* n >= 2^(bits-2), so B - h >= 2^(bits-2-L) */
	return 2 * ((uint32_t)1 << (bits - 2 - squarings(bits))) >= radix - (bits - 2);
}

/* out = 1 - n, one limb more than n. */
static void negate(tf_bn *out, const tf_bn *n)
{
	uint64_t borrow = 0;

	tf_bn_width(out, n->n + 1);
	for (uint32_t i = 0; i <= n->n; i++) {
		uint64_t one = i == 0, limb = i < n->n ? n->d[i] : 0;

		out->d[i] = one - limb - borrow;
		borrow = tf_limb_borrow(one, limb, borrow);
	}
}

/* Numbers, and x = 2^h. */
static void enter(tests *t, const tf_bn *n, size_t count, uint32_t bits)
{
	const vec mask = _mm512_set1_epi64((long long)DIGIT_MASK), one = _mm512_set1_epi64(1);
	uint64_t k0[TF_LANES] __attribute__((aligned(64))), h[TF_LANES] __attribute__((aligned(64)));
	vec at;

	for (size_t i = 0; i < TF_LANES; i++) {
		const tf_bn *of = &n[i < count ? i : 0];

		tf_lane_put(t->m, t->r.nl, i, TF_LANES, of);
		k0[i] = tf_limb_negative_inverse(of->d[0]) & DIGIT_MASK;
		negate(&t->minus[i], of);
		h[i] = (t->r.nl * DIGIT_BITS + tf_window_at(&t->minus[i], squarings(bits), 16)) & 0xffff;
	}
	t->r.k0 = _mm512_load_si512(k0);
	at = _mm512_load_si512(h);
	for (size_t i = 0; i < t->r.nl; i++) {
		t->x[i] = _mm512_and_si512(_mm512_sllv_epi64(one, at), mask);
		at = _mm512_sub_epi64(at, _mm512_set1_epi64(DIGIT_BITS));
	}
	t->one[0] = one;
	tf_wipe(k0, sizeof(k0));
	tf_wipe(h, sizeof(h));
}

/* x *= 2^w for the windows w at bit `at` of the rests. */
static void shift(tests *t, uint32_t at, unsigned width)
{
	const vec mask = _mm512_set1_epi64((long long)DIGIT_MASK);
	uint64_t w[TF_LANES] __attribute__((aligned(64)));
	vec up, down, below = _mm512_setzero_si512();

	for (size_t i = 0; i < TF_LANES; i++)
		w[i] = tf_window_at(&t->minus[i], at, width);
	up = _mm512_load_si512(w);
	down = _mm512_sub_epi64(_mm512_set1_epi64(DIGIT_BITS), up);
	for (size_t i = 0; i < t->r.nl; i++) {
		vec x = t->x[i];

		t->x[i] = _mm512_and_si512(_mm512_or_si512(_mm512_sllv_epi64(x, up),
		                                           _mm512_srlv_epi64(below, down)), mask);
		below = x;
	}
	tf_wipe(w, sizeof(w));
}

tf_err tf_ifma_fermat(tf_ct *pass, const tf_bn *n, size_t count, uint32_t bits, tf_arena *mem)
{
	uint64_t wrong[TF_LANES] __attribute__((aligned(64)));
	tests *t = tf_arena_alloc(mem, sizeof(*t));
	vec differ = _mm512_setzero_si512();

	if (!t)
		return TF_E_CAPACITY;
	t->r = (ring){ .lanes = TF_LANES, .nl = digits(bits), .width = digits(bits), .m = t->m,
	               .wide = t->wide, .quot = t->quot };
	enter(t, n, count, bits);
	for (uint32_t at = squarings(bits), width; at > 0;) {
		width = at % WINDOW ? at % WINDOW : WINDOW;
		at -= width;
		for (unsigned i = 0; i < width; i++)
			tf_ring_sqr(t->x, t->x, &t->r);
		shift(t, at, width);
	}
	/* x / R, in [0, n]: 1 only if it is 1 modulo n */
	tf_ring_mul(t->x, t->x, t->one, &t->r);
	for (size_t i = 0; i < t->r.nl; i++)
		differ = _mm512_or_si512(differ, _mm512_xor_si512(t->x[i], t->one[i]));
	_mm512_store_si512(wrong, differ);
	for (size_t i = 0; i < count; i++)
		pass[i] = tf_ct_is_zero(wrong[i]);
	tf_wipe(wrong, sizeof(wrong));
	tf_vectors_clear();
	return TF_OK;
}
