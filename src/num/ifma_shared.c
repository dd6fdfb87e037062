/* Several secret powers of one public base, which share a table: eight bases side by side, or one.
 *
 * After Lim and Lee, as num/fixed.h has it: an exponent is cut into blocks, a block into `teeth`
 * rows of `gap` bits, and an exponent takes as many blocks as it needs. The table serves a few
 * powers only, so that making it counts: teeth and blocks are those that take the fewest products
 * for all together. Of negative exponents the complement to whole blocks is taken, and what that
 * adds is undone by an inverse; the bases are public, and so are these inverses.
 */
#include "num/ifma_group.h"

#define TEETH_MAX 6u
#define BLOCKS_MAX 6u
#define ENTRIES_PRODUCT 128u /* choosing among so many takes about as long as a product */
/* bytes for the tables */
#define TABLES_EIGHT (424u * 1024u)
#define TABLES_ONE (104u * 1024u)

/* How exponents are cut, and how long those of each pass are: the first, second .. of all bases. */
typedef struct comb {
	uint32_t teeth, gap, blocks;
	size_t passes;
	uint32_t bits[TF_SHARED_MAX];
} comb;

typedef struct shared {
	group g;
	comb c;
	const tf_shared *of;
	tf_lane lane[TF_LANES];
	tf_bn base[TF_LANES]; /* what enters and leaves beside the powers */
	tf_bn exp[TF_LANES];
	vec *tab;  /* [block][2^teeth][len] */
	vec *undo; /* [block][len]: what undoes a complement to so many blocks and one */
	vec *work; /* [block][len] */
} shared;

static uint32_t divide_up(uint32_t a, uint32_t b)
{
	return (a + b - 1) / b;
}

static uint32_t blocks_for(const comb *c, uint32_t bits)
{
	return divide_up(bits, c->teeth * c->gap);
}

/* Products, in parts of ENTRIES_PRODUCT: the table, and the powers by it. */
static uint64_t cost(const comb *c)
{
	uint64_t entries = 1u << c->teeth;
	uint64_t all = c->blocks * (c->teeth * c->gap + entries) * ENTRIES_PRODUCT;

	for (size_t k = 0; k < c->passes; k++)
		all += c->gap * (ENTRIES_PRODUCT + blocks_for(c, c->bits[k]) *
		                                   (ENTRIES_PRODUCT + entries));
	return all;
}

static size_t vecs(const comb *c, size_t len)
{
	return c->blocks * (((size_t)1 << c->teeth) + 2) * len;
}

static void passes(comb *c, const tf_shared *of, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < of[i].n; k++)
			c->bits[k] = tf_max_u32(c->bits[k], of[i].power[k].bits);
		if (of[i].n > c->passes)
			c->passes = of[i].n;
	}
}

/* The cheapest that has room; a block of two teeth always has. */
static void choose(comb *c, size_t len, size_t room)
{
	uint32_t longest = 0;
	uint64_t best = UINT64_MAX;
	comb x = *c;

	for (size_t k = 0; k < c->passes; k++)
		longest = tf_max_u32(longest, c->bits[k]);
	for (x.teeth = 2; x.teeth <= TEETH_MAX; x.teeth++) {
		for (x.blocks = 1; x.blocks <= BLOCKS_MAX; x.blocks++) {
			x.gap = divide_up(longest, x.teeth * x.blocks);
			if (vecs(&x, len) * sizeof(vec) > room || cost(&x) >= best)
				continue;
			best = cost(&x);
			*c = x;
		}
	}
}

static vec *entry(const shared *s, uint32_t j, size_t i)
{
	return s->tab + ((j << s->c.teeth) + i) * s->g.len;
}

static vec *undoing(const shared *s, uint32_t j)
{
	return s->undo + j * s->g.len;
}

static void copy(vec *out, const vec *a, const shared *s)
{
	memcpy(out, a, s->g.len * sizeof(vec));
}

static void fill_block(const shared *s, uint32_t j)
{
	tf_ifma_one(s->g.pick, &s->g);
	tf_ring_mul(entry(s, j, 0), s->g.pick, s->g.r2, &s->g.r);
	for (size_t i = 3; i < (size_t)1 << s->c.teeth; i++)
		if ((i & (i - 1)) != 0)
			tf_ring_mul(entry(s, j, i), entry(s, j, i & (i - 1)),
			            entry(s, j, i & (0 - i)), &s->g.r);
}

/* The table; and where the inverses will stand, what they are the inverses of. */
static void fill(const shared *s)
{
	vec *x = s->g.acc;

	tf_ifma_bases(x, &s->g, 0);
	for (uint32_t j = 0; j < s->c.blocks; j++) {
		for (uint32_t q = 0; q < s->c.teeth; q++) {
			copy(entry(s, j, (size_t)1 << q), x, s);
			for (uint32_t i = 0; i < s->c.gap; i++)
				tf_ring_sqr(x, x, &s->g.r);
		}
		copy(undoing(s, j), x, s);
		fill_block(s, j);
	}
}

/* x = x^-1 in all lanes, by way of limbs. TF_E_USAGE if a base is no unit. */
static tf_err invert(shared *s, vec *x)
{
	tf_bn inverse;

	copy(s->g.acc, x, s);
	for (size_t i = 0; i < s->g.used; i++)
		s->lane[i].out = &s->base[i];
	tf_ifma_results(&s->g);
	for (size_t i = 0; i < s->g.used; i++) {
		TRY(tf_mod_inv_vt(&inverse, &s->base[i], s->of[i].m));
		s->base[i] = inverse;
		s->lane[i].p[0].base = &s->base[i];
	}
	tf_ifma_bases(x, &s->g, 0);
	return TF_OK;
}

/* All of a lane's by one inversion, after Montgomery. */
static tf_err invert_all(shared *s)
{
	vec *x = s->work + (s->c.blocks - 1) * s->g.len;

	copy(s->work, s->undo, s);
	for (uint32_t j = 1; j < s->c.blocks; j++)
		tf_ring_mul(s->work + j * s->g.len, s->work + (j - 1) * s->g.len, undoing(s, j),
		            &s->g.r);
	TRY(invert(s, x));
	for (uint32_t j = s->c.blocks - 1; j > 0; j--) {
		vec *before = s->work + (j - 1) * s->g.len;

		tf_ring_mul(before, x, before, &s->g.r);
		tf_ring_mul(x, x, undoing(s, j), &s->g.r);
		copy(undoing(s, j), before, s);
	}
	copy(s->undo, x, s);
	return TF_OK;
}

/* Exponents of pass k: the magnitude, or its complement. */
static tf_err exponents(shared *s, size_t k)
{
	uint32_t bits = blocks_for(&s->c, s->c.bits[k]) * s->c.teeth * s->c.gap;
	tf_bn top, one;

	tf_bn_set_u64(&one, 1);
	TRY(tf_bn_shl(&top, &one, bits));
	for (size_t i = 0; i < s->g.used; i++) {
		const tf_shared *of = &s->of[i];

		s->exp[i] = (tf_bn){ 0 };
		if (k >= of->n)
			continue;
		(void)tf_bn_sub(&s->exp[i], &top, &of->power[k].exp->mag);
		tf_bn_select(&s->exp[i], of->power[k].exp->neg, &s->exp[i], &of->power[k].exp->mag);
	}
	return TF_OK;
}

/* acc *= in each lane the entry of block j for bit `at` of its rows. */
static void take(const shared *s, uint32_t j, uint32_t at)
{
	uint64_t index[TF_LANES] __attribute__((aligned(64))) = { 0 };
	const comb *c = &s->c;

	for (size_t i = 0; i < TF_LANES; i++) {
		const tf_bn *e = &s->exp[i < s->g.used ? i : 0];

		for (uint32_t q = 0; q < c->teeth; q++)
			index[i] |= bit_at(e, (j * c->teeth + q) * c->gap + at) << q;
	}
	tf_pick(s->g.pick, entry(s, j, 0), (size_t)1 << c->teeth, s->g.len,
	        _mm512_load_si512(index));
	tf_wipe(index, sizeof(index));
	tf_ring_mul(s->g.acc, s->g.acc, s->g.pick, &s->g.r);
}

/* acc *= what undoes a complement to `blocks` blocks, in the lanes whose exponents are one. */
static void undo(const shared *s, size_t k, uint32_t blocks)
{
	uint64_t neg[TF_LANES] __attribute__((aligned(64))) = { 0 };
	const vec *none = entry(s, 0, 0), *back = undoing(s, blocks - 1);
	__mmask8 here;

	for (size_t i = 0; i < TF_LANES; i++) {
		const tf_shared *of = &s->of[i < s->g.used ? i : 0];

		neg[i] = k < of->n ? of->power[k].exp->neg : 0;
	}
	here = _mm512_test_epi64_mask(_mm512_load_si512(neg), _mm512_load_si512(neg));
	for (size_t v = 0; v < s->g.len; v++)
		s->g.pick[v] = _mm512_mask_mov_epi64(none[v], here, back[v]);
	tf_wipe(neg, sizeof(neg));
	tf_ring_mul(s->g.acc, s->g.acc, s->g.pick, &s->g.r);
}

static tf_err pass(shared *s, size_t k)
{
	uint32_t blocks = blocks_for(&s->c, s->c.bits[k]);

	TRY(exponents(s, k));
	copy(s->g.acc, entry(s, 0, 0), s);
	for (uint32_t at = s->c.gap; at-- > 0;) {
		if (at + 1 < s->c.gap)
			tf_ring_sqr(s->g.acc, s->g.acc, &s->g.r);
		for (uint32_t j = 0; j < blocks; j++)
			take(s, j, at);
	}
	undo(s, k, blocks);
	for (size_t i = 0; i < s->g.used; i++)
		s->lane[i].out = k < s->of[i].n ? s->of[i].power[k].out : &s->base[i];
	tf_ifma_results(&s->g);
	return TF_OK;
}

static tf_err begin(shared *s, const tf_shared *of, size_t n, size_t lanes, tf_arena *mem)
{
	comb *c = &s->c;

	s->of = of;
	for (size_t i = 0; i < n; i++)
		s->lane[i] = (tf_lane){ .m = of[i].m, .n = 1, .p = { { .base = of[i].base } } };
	TRY(tf_ifma_open(&s->g, s->lane, n, lanes, mem));
	passes(c, of, n);
	choose(c, s->g.len, lanes == 1 ? TABLES_ONE : TABLES_EIGHT);
	s->tab = tf_arena_alloc(mem, vecs(c, s->g.len) * sizeof(vec));
	if (!s->tab)
		return TF_E_CAPACITY;
	s->undo = entry(s, c->blocks, 0);
	s->work = s->undo + c->blocks * s->g.len;
	return TF_OK;
}

tf_err tf_ifma_shared(const tf_shared *of, size_t n, size_t lanes, tf_arena *mem)
{
	shared *s = tf_arena_alloc(mem, sizeof(*s));

	if (!s)
		return TF_E_CAPACITY;
	TRY(begin(s, of, n, lanes, mem));
	fill(s);
	TRY(invert_all(s));
	for (size_t k = 0; k < s->c.passes; k++)
		TRY(pass(s, k));
	tf_vectors_clear();
	return TF_OK;
}
