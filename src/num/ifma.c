/* Exponentiations: eight side by side, or one alone. */
#include "num/ifma.h"
#include "num/ifma_ring.h"

#define TABLE_MAX (480u * 1024u) /* bytes for the powers of all bases */

static vec *vecs_alloc(tf_arena *mem, size_t n)
{
	return tf_arena_alloc(mem, n * sizeof(vec));
}

/* ---- between limbs of 64 bits and digits of 52: shifts by public counts ---- */

/* nl digits of a. */
static void lane_put(vec *v, size_t nl, size_t lane, size_t lanes, const tf_bn *a)
{
	uint64_t *digit = (uint64_t *)v + lane;

	for (size_t i = 0; i < nl; i++)
		digit[i * lanes] = tf_digit_at(a->d, a->n, i);
}

/* n limbs of a lane; digits beyond nl are zero. */
static void lane_get(mp_limb_t *out, size_t n, const vec *v, size_t nl, size_t lane, size_t lanes)
{
	const uint64_t *digit = (const uint64_t *)v + lane;

	for (size_t i = 0; i < n; i++) {
		size_t at = i * 64 / DIGIT_BITS, part = i * 64 % DIGIT_BITS;
		size_t have = DIGIT_BITS - part;
		uint64_t x = at < nl ? digit[at * lanes] >> part : 0;

		if (at + 1 < nl)
			x |= digit[(at + 1) * lanes] << have;
		if (have + DIGIT_BITS < 64 && at + 2 < nl)
			x |= digit[(at + 2) * lanes] << (have + DIGIT_BITS);
		out[i] = x;
	}
}

/* ---- exponentiation ---- */

/* Jobs of the same shape; lanes beyond `used` repeat the first. */
typedef struct group {
	const tf_lane *lane[TF_LANES];
	size_t used, powers;
	uint32_t bits[TF_POWERS_MAX], longest;
	unsigned window;
	size_t len; /* vectors of an element */
	ring r;
	vec *r2;    /* R^2 */
	vec *enter; /* what brings a base into Montgomery form: R^2, for squares R^3 */
	vec *tab;   /* [power][2^window][len] */
	vec *acc, *pick;
} group;

static void shape(group *g, const tf_lane *lane, size_t n, size_t lanes)
{
	size_t of = tf_ifma_shape(lane[0].m);

	g->used = n;
	for (size_t i = 0; i < lanes; i++) {
		g->lane[i] = &lane[i < n ? i : 0];
		for (size_t k = 0; k < g->lane[i]->n; k++) {
			g->bits[k] = tf_max_u32(g->bits[k], g->lane[i]->p[k].bits);
			g->longest = tf_max_u32(g->longest, g->bits[k]);
		}
		if (g->lane[i]->n > g->powers)
			g->powers = g->lane[i]->n;
	}
	g->r.lanes = lanes;
	g->r.nl = of & ~(size_t)TF_IFMA_SQUARE;
	g->r.square = (of & TF_IFMA_SQUARE) != 0;
	g->r.width = lanes == 1 ? tf_one_width(g->r.nl) : g->r.nl;
	g->len = tf_ring_len(&g->r);
	g->window = tf_window_secret(g->longest);
	while ((g->powers << g->window) * g->len * sizeof(vec) > TABLE_MAX)
		g->window--;
}

static tf_err memory(group *g, tf_arena *mem)
{
	size_t width = g->r.width;

	g->r.m = vecs_alloc(mem, width);
	g->r.c = vecs_alloc(mem, width);
	g->r.wide = vecs_alloc(mem, 2 * width);
	g->r.quot = vecs_alloc(mem, g->r.lanes == 1 ? 4 * width : width);
	g->r.low = vecs_alloc(mem, width);
	g->r2 = vecs_alloc(mem, g->len);
	g->enter = g->r.square ? vecs_alloc(mem, g->len) : g->r2;
	g->acc = vecs_alloc(mem, g->len);
	g->pick = vecs_alloc(mem, g->len);
	g->tab = vecs_alloc(mem, (g->powers << g->window) * g->len);
	return g->r.m && g->r.c && g->r.wide && g->r.quot && g->r.low && g->r2 && g->enter &&
	                       g->acc && g->pick && g->tab ? TF_OK : TF_E_CAPACITY;
}

/* out = 1 in all lanes. */
static void one(vec *out, const group *g)
{
	memset(out, 0, g->len * sizeof(vec));
	for (size_t i = 0; i < g->r.lanes; i++)
		((uint64_t *)out)[i] = 1;
}

/* Digits of what enters: below m, square or not. */
static size_t digits_in(const ring *r)
{
	return r->square ? 2 * r->nl : r->nl;
}

/* R^2 and R^3.
 *
 * tf_mod has r2 = 2^(128 n) for n limbs. Two Montgomery products make of it 2^(256 n - 52 nl), and
 * then, with 2^k for the other factor, 2^(256 n - 104 nl + k), which is R^2 for
 * k = 4 (52 nl - 64 n). Of a square, r2 / R is where it begins, and k counts the root's limbs. */
static void radix_powers(group *g)
{
	const ring *r = &g->r;

	size_t lanes = r->lanes;

	memset(g->pick, 0, g->len * sizeof(vec));
	for (size_t i = 0; i < lanes; i++) {
		const tf_mod *m = g->lane[i]->m;
		uint32_t k = tf_ifma_lift(m, r->nl, r->square);

		lane_put(r->square ? r->wide : g->r2, digits_in(r), i, lanes, &m->r2);
		((uint64_t *)g->pick)[k / DIGIT_BITS * lanes + i] = (uint64_t)1 << k % DIGIT_BITS;
	}
	if (r->square)
		tf_ring_split(g->r2, r);
	else
		tf_ring_sqr(g->r2, g->r2, r);
	tf_ring_mul(g->r2, g->r2, g->pick, r);
	if (r->square)
		tf_ring_sqr(g->enter, g->r2, r);
}

static void moduli(group *g)
{
	size_t nl = g->r.nl, lanes = g->r.lanes;
	uint64_t k0[TF_LANES] __attribute__((aligned(64))) = { 0 };
	TF_AUTO(tf_bn) c;

	for (size_t i = 0; i < lanes; i++) {
		const tf_mod *m = g->lane[i]->m;

		k0[i] = tf_ifma_k0(m, g->r.square);
		lane_put(g->r.m, nl, i, lanes, g->r.square ? &m->root : &m->m);
		if (g->r.square) {
			tf_ifma_c(&c, m, nl);
			lane_put(g->r.c, nl, i, lanes, &c);
		}
	}
	g->r.k0 = _mm512_load_si512(k0);
	tf_wipe(k0, sizeof(k0));
	radix_powers(g);
}

/* out = the bases of power k in Montgomery form; 1 where a lane has no such power. */
static void bases(vec *out, const group *g, size_t k)
{
	vec *in = g->r.square ? g->r.wide : g->pick;
	tf_bn none;

	tf_bn_set_u64(&none, 1);
	for (size_t i = 0; i < g->r.lanes; i++)
		lane_put(in, digits_in(&g->r), i, g->r.lanes,
		         k < g->lane[i]->n ? g->lane[i]->p[k].base : &none);
	if (g->r.square)
		tf_ring_split(g->pick, &g->r);
	tf_ring_mul(out, g->pick, g->enter, &g->r);
}

/* Powers 0 .. 2^window - 1 of the bases of power k. */
static void table(group *g, size_t k)
{
	size_t len = g->len;
	vec *tab = g->tab + (k << g->window) * len;

	one(g->pick, g);
	tf_ring_mul(tab, g->pick, g->r2, &g->r);
	bases(tab + len, g, k);
	for (size_t i = 2; i < (size_t)1 << g->window; i += 2) {
		tf_ring_sqr(tab + i * len, tab + i / 2 * len, &g->r);
		tf_ring_mul(tab + (i + 1) * len, tab + i * len, tab + len, &g->r);
	}
}

/* The windows at bit `at` of the exponents of power k, one a lane. */
static vec windows(const group *g, size_t k, uint32_t at)
{
	uint64_t w[TF_LANES] __attribute__((aligned(64)));
	vec v;

	for (size_t i = 0; i < TF_LANES; i++) {
		const tf_lane *lane = g->lane[i < g->r.lanes ? i : 0];

		w[i] = k < lane->n ? tf_window_at(lane->p[k].exp, at, g->window) : 0;
	}
	v = _mm512_load_si512(w);
	tf_wipe(w, sizeof(w));
	return v;
}

/* out[0 .. n) = tab[index of each lane][0 .. n), entries `len` apart, all of which are read. */
static inline __attribute__((always_inline)) void pick_some(vec *out, const vec *tab,
                                                            size_t entries, size_t len, vec index,
                                                            size_t n)
{
	vec x[BLOCK];

#pragma GCC unroll 5
	for (size_t j = 0; j < n; j++)
		x[j] = tab[j];
	for (size_t e = 1; e < entries; e++) {
		__mmask8 here = _mm512_cmpeq_epi64_mask(index, _mm512_set1_epi64((long long)e));

#pragma GCC unroll 5
		for (size_t j = 0; j < n; j++)
			x[j] = _mm512_mask_mov_epi64(x[j], here, tab[e * len + j]);
	}
#pragma GCC unroll 5
	for (size_t j = 0; j < n; j++)
		out[j] = x[j];
}

static void pick_entries(vec *out, const vec *tab, size_t entries, size_t len, vec index)
{
	size_t at = 0;

	for (; at + BLOCK <= len; at += BLOCK)
		pick_some(out + at, tab + at, entries, len, index, BLOCK);
	for (; at < len; at++)
		pick_some(out + at, tab + at, entries, len, index, 1);
}

static void exponentiate(group *g)
{
	size_t len = g->len, entries = (size_t)1 << g->window;
	uint32_t top = (g->longest + g->window - 1) / g->window * g->window;

	memcpy(g->acc, g->tab, len * sizeof(vec));
	for (uint32_t at = top; at > 0;) {
		at -= g->window;
		for (unsigned s = 0; at + g->window < top && s < g->window; s++)
			tf_ring_sqr(g->acc, g->acc, &g->r);
		for (size_t k = 0; k < g->powers; k++) {
			if (at >= g->bits[k])
				continue;
			pick_entries(g->pick, g->tab + k * entries * len, entries, len,
			             windows(g, k, at));
			tf_ring_mul(g->acc, g->acc, g->pick, &g->r);
		}
	}
	one(g->pick, g);
	tf_ring_mul(g->acc, g->acc, g->pick, &g->r);
}

static void results(const group *g)
{
	TF_AUTO(tf_wide) t;

	for (size_t i = 0; i < g->used; i++) {
		const tf_mod *m = g->lane[i]->m;
		size_t n = g->r.square ? m->root.n : m->m.n;

		lane_get(t.d, n, g->acc, g->r.nl, i, g->r.lanes);
		if (g->r.square) {
			lane_get(t.d + n, n + 1, g->acc + g->r.width, g->r.nl, i, g->r.lanes);
			tf_ifma_finish(g->lane[i]->out, m, t.d, t.d + n);
			continue;
		}
		tf_limbs_reduce(g->lane[i]->out->d, 0, t.d, m->m.d, t.d + n, n);
		tf_bn_width(g->lane[i]->out, m->m.n);
	}
}

static tf_err compute(const tf_lane *lane, size_t n, size_t lanes, tf_arena *mem)
{
	group *g = tf_arena_alloc(mem, sizeof(*g));

	if (!g)
		return TF_E_CAPACITY;
	shape(g, lane, n, lanes);
	TRY(memory(g, mem));
	moduli(g);
	for (size_t k = 0; k < g->powers; k++)
		table(g, k);
	exponentiate(g);
	results(g);
	_mm256_zeroall();
	return TF_OK;
}

tf_err tf_ifma_power(const tf_lane *lane, size_t n, tf_arena *mem)
{
	return compute(lane, n, TF_LANES, mem);
}

tf_err tf_ifma_power_one(const tf_lane *lane, tf_arena *mem)
{
	return compute(lane, 1, 1, mem);
}
