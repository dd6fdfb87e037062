#include "num/ifma.h"

#include <immintrin.h>

#include "num/limbs.h"

#define DIGIT_BITS 52u
#define DIGIT_MASK (((uint64_t)1 << DIGIT_BITS) - 1)
#define BLOCK 5u       /* digits that are multiplied by one another in registers */
#define DIGITS_MAX 120u
#define TABLE_MAX (480u * 1024u) /* bytes for the powers of all bases */

typedef __m512i vec;

/* Eight moduli and what multiplying modulo them needs. */
typedef struct ring {
	size_t nl; /* digits */
	vec k0;    /* -m^-1 mod 2^52 */
	vec *m;    /* nl */
	vec *wide; /* 2 nl, scratch: a product */
	vec *quot; /* nl, scratch: the quotient of a reduction */
} ring;

/* Of one modulus: digits of R^2 are reached from R64^2 = tf_mod's r2 in two products, with a shift
 * by this many bits (below). */
static size_t lift_bits(size_t nl, size_t limbs)
{
	return 4 * (nl * DIGIT_BITS - limbs * 64);
}

size_t tf_ifma_digits(const tf_mod *m)
{
	size_t limbs = m->m.n, bits = tf_max_u32(m->bits + 2, m->m.n * 64);
	size_t nl = (bits + BLOCK * DIGIT_BITS - 1) / (BLOCK * DIGIT_BITS) * BLOCK;

	return nl <= DIGITS_MAX && lift_bits(nl, limbs) < nl * DIGIT_BITS ? nl : 0;
}

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

/* wide = a b; columns are not carried. */
static void wide_mul(const ring *r, const vec *a, const vec *b)
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

/* out = a b / R mod m; out may be a or b. */
static void mont_mul(vec *out, const vec *a, const vec *b, const ring *r)
{
	wide_mul(r, a, b);
	redc(out, r);
}

static void mont_sqr(vec *out, const vec *a, const ring *r)
{
	wide_sqr(r, a);
	redc(out, r);
}

static vec *vecs_alloc(tf_arena *mem, size_t n)
{
	return tf_arena_alloc(mem, n * sizeof(vec));
}

/* ---- between limbs of 64 bits and digits of 52: shifts by public counts ---- */

/* Bits [52 i, 52 i + 52) of n limbs. */
static uint64_t digit_at(const mp_limb_t *a, size_t n, size_t i)
{
	size_t limb = i * DIGIT_BITS / 64, part = i * DIGIT_BITS % 64;
	uint64_t x = limb < n ? a[limb] >> part : 0;

	if (part > 64 - DIGIT_BITS && limb + 1 < n)
		x |= a[limb + 1] << (64 - part);
	return x & DIGIT_MASK;
}

static void lane_put(vec *v, size_t nl, size_t lane, const tf_bn *a)
{
	uint64_t *digit = (uint64_t *)v + lane;

	for (size_t i = 0; i < nl; i++)
		digit[i * TF_LANES] = digit_at(a->d, a->n, i);
}

/* n limbs of a lane; digits beyond nl are zero. */
static void lane_get(mp_limb_t *out, size_t n, const vec *v, size_t nl, size_t lane)
{
	const uint64_t *digit = (const uint64_t *)v + lane;

	for (size_t i = 0; i < n; i++) {
		size_t at = i * 64 / DIGIT_BITS, part = i * 64 % DIGIT_BITS;
		size_t have = DIGIT_BITS - part;
		uint64_t x = at < nl ? digit[at * TF_LANES] >> part : 0;

		if (at + 1 < nl)
			x |= digit[(at + 1) * TF_LANES] << have;
		if (have + DIGIT_BITS < 64 && at + 2 < nl)
			x |= digit[(at + 2) * TF_LANES] << (have + DIGIT_BITS);
		out[i] = x;
	}
}

/* ---- exponentiation ---- */

/* Eight jobs of the same shape; lanes beyond `used` repeat the first. */
typedef struct group {
	const tf_lane *lane[TF_LANES];
	size_t used, powers;
	uint32_t bits[TF_POWERS_MAX], longest;
	unsigned window;
	ring r;
	vec *r2;  /* R^2 */
	vec *tab; /* [power][2^window][nl] */
	vec *acc, *pick;
} group;

static void shape(group *g, const tf_lane *lane, size_t n)
{
	g->used = n;
	for (size_t i = 0; i < TF_LANES; i++) {
		g->lane[i] = &lane[i < n ? i : 0];
		for (size_t k = 0; k < g->lane[i]->n; k++) {
			g->bits[k] = tf_max_u32(g->bits[k], g->lane[i]->p[k].bits);
			g->longest = tf_max_u32(g->longest, g->bits[k]);
		}
		if (g->lane[i]->n > g->powers)
			g->powers = g->lane[i]->n;
	}
	g->r.nl = tf_ifma_digits(lane[0].m);
	g->window = tf_window_secret(g->longest);
	while ((g->powers << g->window) * g->r.nl * sizeof(vec) > TABLE_MAX)
		g->window--;
}

static tf_err memory(group *g, tf_arena *mem)
{
	size_t nl = g->r.nl;

	g->r.m = vecs_alloc(mem, nl);
	g->r.wide = vecs_alloc(mem, 2 * nl);
	g->r.quot = vecs_alloc(mem, nl);
	g->r2 = vecs_alloc(mem, nl);
	g->acc = vecs_alloc(mem, nl);
	g->pick = vecs_alloc(mem, nl);
	g->tab = vecs_alloc(mem, (g->powers << g->window) * nl);
	return g->r.m && g->r.wide && g->r.quot && g->r2 && g->acc && g->pick && g->tab
	               ? TF_OK : TF_E_CAPACITY;
}

/* Moduli, their inverses, and R^2.
 *
 * tf_mod has r2 = 2^(128 n). Two Montgomery products and R = 2^(52 nl) make of it
 * 2^(256 n - 52 nl), and then, with 2^k for the other factor, 2^(256 n - 104 nl + k), which is
 * 2^(104 nl) for k = 4 (52 nl - 64 n). */
static void moduli(group *g)
{
	size_t limbs = g->lane[0]->m->m.n, nl = g->r.nl, k;
	uint64_t k0[TF_LANES] __attribute__((aligned(64)));

	for (size_t i = 0; i < TF_LANES; i++) {
		const tf_mod *m = g->lane[i]->m;

		lane_put(g->r.m, nl, i, &m->m);
		lane_put(g->r2, nl, i, &m->r2);
		k0[i] = m->m_inv & DIGIT_MASK;
	}
	g->r.k0 = _mm512_load_si512(k0);
	tf_wipe(k0, sizeof(k0));
	k = lift_bits(nl, limbs);
	g->pick[k / DIGIT_BITS] = _mm512_set1_epi64(1LL << k % DIGIT_BITS);
	mont_mul(g->r2, g->r2, g->r2, &g->r);
	mont_mul(g->r2, g->r2, g->pick, &g->r);
}

/* Powers 0 .. 2^window - 1 of the bases of power k; 1 where a lane has no such power. */
static void table(group *g, size_t k)
{
	size_t nl = g->r.nl;
	vec *tab = g->tab + (k << g->window) * nl;
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	memset(g->pick, 0, nl * sizeof(vec));
	g->pick[0] = _mm512_set1_epi64(1);
	mont_mul(tab, g->pick, g->r2, &g->r);
	for (size_t i = 0; i < TF_LANES; i++)
		lane_put(g->pick, nl, i, k < g->lane[i]->n ? g->lane[i]->p[k].base : &one);
	mont_mul(tab + nl, g->pick, g->r2, &g->r);
	for (size_t i = 2; i < (size_t)1 << g->window; i += 2) {
		mont_sqr(tab + i * nl, tab + i / 2 * nl, &g->r);
		mont_mul(tab + (i + 1) * nl, tab + i * nl, tab + nl, &g->r);
	}
}

/* The windows at bit `at` of the exponents of power k, one a lane. */
static vec windows(const group *g, size_t k, uint32_t at)
{
	uint64_t w[TF_LANES] __attribute__((aligned(64)));
	vec v;

	for (size_t i = 0; i < TF_LANES; i++)
		w[i] = k < g->lane[i]->n ? tf_window_at(g->lane[i]->p[k].exp, at, g->window) : 0;
	v = _mm512_load_si512(w);
	tf_wipe(w, sizeof(w));
	return v;
}

/* out = the entry of each lane's index; every entry is read. */
static void pick_entries(vec *out, const vec *tab, size_t entries, size_t nl, vec index)
{
	for (size_t at = 0; at < nl; at += BLOCK) {
		vec x[BLOCK];

#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++)
			x[j] = tab[at + j];
		for (size_t e = 1; e < entries; e++) {
			const vec *entry = tab + e * nl + at;
			__mmask8 here = _mm512_cmpeq_epi64_mask(index, _mm512_set1_epi64((long long)e));

#pragma GCC unroll 5
			for (size_t j = 0; j < BLOCK; j++)
				x[j] = _mm512_mask_mov_epi64(x[j], here, entry[j]);
		}
#pragma GCC unroll 5
		for (size_t j = 0; j < BLOCK; j++)
			out[at + j] = x[j];
	}
}

static void exponentiate(group *g)
{
	size_t nl = g->r.nl, entries = (size_t)1 << g->window;
	uint32_t top = (g->longest + g->window - 1) / g->window * g->window;

	memcpy(g->acc, g->tab, nl * sizeof(vec));
	for (uint32_t at = top; at > 0;) {
		at -= g->window;
		for (unsigned s = 0; at + g->window < top && s < g->window; s++)
			mont_sqr(g->acc, g->acc, &g->r);
		for (size_t k = 0; k < g->powers; k++) {
			if (at >= g->bits[k])
				continue;
			pick_entries(g->pick, g->tab + k * entries * nl, entries, nl,
			             windows(g, k, at));
			mont_mul(g->acc, g->acc, g->pick, &g->r);
		}
	}
	memset(g->pick, 0, nl * sizeof(vec));
	g->pick[0] = _mm512_set1_epi64(1);
	mont_mul(g->acc, g->acc, g->pick, &g->r);
}

tf_err tf_ifma_power(const tf_lane *lane, size_t n, tf_arena *mem)
{
	group *g = tf_arena_alloc(mem, sizeof(*g));
	TF_AUTO(tf_wide) t;

	if (!g)
		return TF_E_CAPACITY;
	shape(g, lane, n);
	TRY(memory(g, mem));
	moduli(g);
	for (size_t k = 0; k < g->powers; k++)
		table(g, k);
	exponentiate(g);
	for (size_t i = 0; i < g->used; i++) {
		const tf_bn *m = &lane[i].m->m;

		lane_get(t.d, m->n, g->acc, g->r.nl, i);
		tf_limbs_reduce(lane[i].out->d, 0, t.d, m->d, t.d + m->n, m->n);
		tf_bn_width(lane[i].out, m->n);
	}
	_mm256_zeroall();
	return TF_OK;
}
