/* Exponentiations: eight side by side, or one alone. */
#include "num/ifma_group.h"

#define TABLE_MAX (480u * 1024u) /* bytes for the powers of all bases */

static vec *vecs_alloc(tf_arena *mem, size_t n)
{
	return tf_arena_alloc(mem, n * sizeof(vec));
}

/* ---- between limbs of 64 bits and digits of 52: shifts by public counts ---- */

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

static void shape(group *g, const tf_lane *lane, size_t n, size_t lanes)
{
	size_t of = tf_ifma_shape(lane[0].m);

	g->used = n;
	for (size_t i = 0; i < lanes; i++) {
		g->lane[i] = &lane[i < n ? i : 0];
		for (size_t k = 0; k < g->lane[i]->n; k++) {
			const tf_nat_power *p = &g->lane[i]->p[k];

			g->bits[k] = tf_max_u32(g->bits[k], p->bits);
			g->longest = tf_max_u32(g->longest, p->fixed ? p->fixed->gap : p->bits);
			g->has_rows |= p->fixed != NULL;
		}
		if (g->lane[i]->n > g->powers)
			g->powers = g->lane[i]->n;
	}
	g->r.lanes = lanes;
	g->r.nl = of & ~(size_t)TF_IFMA_SQUARE;
	g->r.square = (of & TF_IFMA_SQUARE) != 0;
	g->row = tf_one_width(g->r.nl);
	g->r.width = lanes == 1 ? g->row : g->r.nl;
	g->len = tf_ring_len(&g->r);
	g->window = tf_window_secret(g->longest);
	while ((g->powers << g->window) * g->len * sizeof(vec) > TABLE_MAX)
		g->window--;
}

/* Exponents for tables of fixed bases. */
static tf_err spread_exponents(group *g, size_t k, tf_arena *mem)
{
	size_t limbs = g->bits[k] / 64 + 1;

	g->exps[k] = vecs_alloc(mem, limbs);
	if (!g->exps[k])
		return TF_E_CAPACITY;
	for (size_t i = 0; i < TF_LANES; i++) {
		const tf_nat_power *p = &g->lane[i < g->r.lanes ? i : 0]->p[k];

		g->blocks[k][i] = tf_fixed_blocks(p->fixed, p->bits);
		for (size_t l = 0; l < limbs; l++)
			((uint64_t *)g->exps[k])[l * TF_LANES + i] = p->exp->d[l];
	}
	return TF_OK;
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
	g->tab = tf_arena_reserve(mem, (g->powers << g->window) * g->len * sizeof(vec));
	g->rows = vecs_alloc(mem, g->has_rows ? 2 * (g->r.lanes == 1 ? g->r.nl : TF_LANES * g->row)
	                                      : 0);
	return g->rows && g->r.m && g->r.c && g->r.wide && g->r.quot && g->r.low && g->r2 && g->enter &&
	                       g->acc && g->pick && g->tab ? TF_OK : TF_E_CAPACITY;
}

void tf_ifma_one(vec *out, const group *g)
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

		tf_lane_put(r->square ? r->wide : g->r2, digits_in(r), i, lanes, &m->r2);
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
		tf_lane_put(g->r.m, nl, i, lanes, g->r.square ? &m->root : &m->m);
		if (g->r.square) {
			tf_ifma_c(&c, m, nl);
			tf_lane_put(g->r.c, nl, i, lanes, &c);
		}
	}
	g->r.k0 = _mm512_load_si512(k0);
	tf_wipe(k0, sizeof(k0));
	radix_powers(g);
}

tf_err tf_ifma_open(group *g, const tf_lane *lane, size_t n, size_t lanes, tf_arena *mem)
{
	shape(g, lane, n, lanes);
	TRY(memory(g, mem));
	moduli(g);
	return TF_OK;
}

void tf_ifma_bases(vec *out, const group *g, size_t k)
{
	vec *in = g->r.square ? g->r.wide : g->pick;
	tf_bn none;

	tf_bn_set_u64(&none, 1);
	for (size_t i = 0; i < g->r.lanes; i++)
		tf_lane_put(in, digits_in(&g->r), i, g->r.lanes,
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

	tf_ifma_one(g->pick, g);
	tf_ring_mul(tab, g->pick, g->r2, &g->r);
	tf_ifma_bases(tab + len, g, k);
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

/* ---- tables of fixed bases ---- */

/* Where column c of a table stands in a row of one number. */
static size_t place_in_row(const group *g, size_t c)
{
	return c < g->r.nl ? c : TF_LANES * g->row + c - g->r.nl;
}

/* pick = in each lane the entry of block j for its index; lanes may have different tables. */
static void pick_columns(group *g, const vec *const *tab, const tf_fixed *t, vec index)
{
	uint8_t left = 0xff;

	for (size_t i = 0; i < TF_LANES; i++) {
		uint8_t same = 0;

		if (!(left >> i & 1))
			continue;
		for (size_t k = i; k < TF_LANES; k++)
			same |= (uint8_t)((tab[k] == tab[i]) << k);
		tf_columns_pick(g->pick, tab[i], t->columns, t->places, index, same);
		left &= (uint8_t)~same;
	}
}

/* The same for one number, whose digits stand side by side. */
static void pick_row(group *g, const vec *tab, const tf_fixed *t, vec index)
{
	uint64_t *row = (uint64_t *)g->pick;

	memset(g->pick, 0, g->len * sizeof(vec));
	tf_columns_pick(g->rows, tab, t->columns, t->places, index, 0xff);
	for (size_t c = 0; c < t->columns; c++)
		row[place_in_row(g, c)] = ((const uint64_t *)&g->rows[c])[0];
}

/* tf_fixed_index in each lane; 0 where the exponent has no such block. */
static vec fixed_indices(const group *g, size_t k, uint32_t j, uint32_t at)
{
	const tf_fixed *t = g->lane[0]->p[k].fixed;
	const vec one = _mm512_set1_epi64(1);
	vec index = _mm512_setzero_si512();
	__mmask8 has = 0;

	for (uint32_t q = 0; q < t->teeth; q++) {
		uint32_t bit = j * t->span + q * t->gap + at;
		vec x = _mm512_srl_epi64(g->exps[k][bit / 64], _mm_cvtsi32_si128((int)(bit % 64)));

		x = _mm512_and_si512(x, one);
		index = _mm512_or_si512(index, _mm512_sll_epi64(x, _mm_cvtsi32_si128((int)q)));
	}
	for (size_t i = 0; i < TF_LANES; i++)
		has |= (__mmask8)((j < g->blocks[k][i]) << i);
	return _mm512_maskz_mov_epi64(has, index);
}

/* pick = in each lane the entry for bit `at` of the rows of block j; a lane whose exponent has no
 * such block takes 1. */
static void pick_fixed(group *g, size_t k, uint32_t j, uint32_t at)
{
	const tf_fixed *t = g->lane[0]->p[k].fixed;
	const vec index = fixed_indices(g, k, j, at);
	const vec *tab[TF_LANES];

	for (size_t i = 0; i < TF_LANES; i++) {
		const tf_nat_power *p = &g->lane[i < g->r.lanes ? i : 0]->p[k];

		tab[i] = (const vec *)(void *)tf_fixed_block(p->fixed, j);
	}
	if (g->r.lanes == 1)
		pick_row(g, tab[0], t, index);
	else
		pick_columns(g, tab, t, index);
}

/* out = in each lane the row that undoes a complement, or 1. */
static void pick_undo(vec *out, const group *g, size_t k)
{
	size_t row = g->r.square ? 2 * g->row : g->row;

	for (size_t i = 0; i < g->r.lanes; i++) {
		const tf_nat_power *p = &g->lane[i]->p[k];
		uint32_t last = tf_max_u32(tf_fixed_blocks(p->fixed, p->bits), 1) - 1;
		const vec *one = (const vec *)(void *)tf_fixed_undo(p->fixed, p->fixed->blocks);
		const vec *back = (const vec *)(void *)tf_fixed_undo(p->fixed, last);
		__mmask8 neg = _mm512_cmpneq_epi64_mask(_mm512_set1_epi64((long long)p->neg),
		                                        _mm512_setzero_si512());

		for (size_t v = 0; v < row; v++)
			out[i * row + v] = _mm512_mask_mov_epi64(one[v], neg, back[v]);
	}
}

/* acc *= these rows */
static void take_rows(group *g)
{
	const vec *low[TF_LANES], *high[TF_LANES];
	size_t row = g->r.square ? 2 * g->row : g->row;

	if (g->r.lanes == 1) {
		tf_ring_mul(g->acc, g->acc, g->rows, &g->r);
		return;
	}
	for (size_t i = 0; i < TF_LANES; i++) {
		low[i] = g->rows + i * row;
		high[i] = low[i] + g->row;
	}
	tf_to_lanes(g->pick, g->r.nl, low);
	if (g->r.square)
		tf_to_lanes(g->pick + g->r.nl, g->r.nl, high);
	tf_ring_mul(g->acc, g->acc, g->pick, &g->r);
}

static bool any_signed(const group *g, size_t k)
{
	bool any = false;

	for (size_t i = 0; i < g->used; i++)
		any |= g->lane[i]->p[k].is_signed;
	return any;
}

/* ---- all powers of the jobs ---- */

/* acc *= what the exponents of power k have at bit `at`. */
static void take_bit(group *g, size_t k, uint32_t at)
{
	const tf_fixed *t = g->lane[0]->p[k].fixed;

	if (!t) {
		if (at % g->window || at >= g->bits[k])
			return;
		tf_pick(g->pick, g->tab + (k << g->window) * g->len, (size_t)1 << g->window,
		        g->len, windows(g, k, at));
		tf_ring_mul(g->acc, g->acc, g->pick, &g->r);
		return;
	}
	for (uint32_t j = 0; at < t->gap && j < tf_fixed_blocks(t, g->bits[k]); j++) {
		pick_fixed(g, k, j, at);
		tf_ring_mul(g->acc, g->acc, g->pick, &g->r);
	}
}

static void exponentiate(group *g)
{
	uint32_t top = (g->longest + g->window - 1) / g->window * g->window;

	tf_ifma_one(g->pick, g);
	tf_ring_mul(g->acc, g->pick, g->r2, &g->r);
	for (uint32_t at = top; at-- > 0;) {
		if (at + (g->has_rows ? 1 : g->window) < top)
			tf_ring_sqr(g->acc, g->acc, &g->r);
		for (size_t k = 0; k < g->powers; k++)
			take_bit(g, k, at);
	}
	for (size_t k = 0; k < g->powers; k++) {
		if (!g->lane[0]->p[k].fixed || !any_signed(g, k))
			continue;
		pick_undo(g->rows, g, k);
		take_rows(g);
	}
}

void tf_ifma_results(group *g)
{
	TF_AUTO(tf_wide) t;

	tf_ifma_one(g->pick, g);
	tf_ring_mul(g->acc, g->acc, g->pick, &g->r);
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
	TRY(tf_ifma_open(g, lane, n, lanes, mem));
	for (size_t k = 0; k < g->powers; k++) {
		if (lane[0].p[k].fixed)
			TRY(spread_exponents(g, k, mem));
		else
			table(g, k);
	}
	exponentiate(g);
	tf_ifma_results(g);
	tf_vectors_clear();
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

/* ---- products for tables ---- */

static void form_mul(void *ctx, uint64_t *out, const uint64_t *a, const uint64_t *b)
{
	const group *g = ctx;

	if (a == b)
		tf_ring_sqr((vec *)(void *)out, (const vec *)(const void *)a, &g->r);
	else
		tf_ring_mul((vec *)(void *)out, (const vec *)(const void *)a,
		            (const vec *)(const void *)b, &g->r);
}

static void form_enter(void *ctx, uint64_t *out, const tf_bn *a)
{
	group *g = ctx;
	tf_lane lane = { .n = 1, .p = { { .base = a } } };

	g->lane[0] = &lane;
	tf_ifma_bases((vec *)(void *)out, g, 0);
}

size_t tf_ifma_words(const tf_mod *m)
{
	size_t shape = tf_ifma_shape(m), width = tf_one_width(shape & ~(size_t)TF_IFMA_SQUARE);

	return TF_LANES * (shape & TF_IFMA_SQUARE ? 2 * width : width);
}

size_t tf_ifma_columns(const tf_mod *m)
{
	size_t shape = tf_ifma_shape(m), nl = shape & ~(size_t)TF_IFMA_SQUARE;

	return shape & TF_IFMA_SQUARE ? 2 * nl : nl;
}

tf_err tf_ifma_form(tf_form *out, const tf_mod *m, tf_arena *mem)
{
	group *g = tf_arena_alloc(mem, sizeof(*g));
	const tf_lane lane = { .m = m };

	if (!g)
		return TF_E_CAPACITY;
	TRY(tf_ifma_open(g, &lane, 1, 1, mem));
	*out = (tf_form){ .ctx = g, .mul = form_mul, .enter = form_enter };
	return TF_OK;
}
