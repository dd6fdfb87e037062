#include "curve/ed25519_ifma.h"

#include <string.h>

#include "curve/ed25519_ifma_field.h"
#include "curve/ed25519_sum.h"
#include "num/vectors.h"

/* Lanes, of both points: X or y - x in the first .. */
#define LANES(a, b, c, d) ((__mmask8)(0x11 * ((a) + 2 * (b) + 4 * (c) + 8 * (d))))
/* .. and which comes there. */
#define ORDER(a, b, c, d) ((a) + 4 * (b) + 16 * (c) + 64 * (d))
#define SWAPPED ORDER(1, 0, 3, 2)
#define FIRST ((__mmask8)0x0f)
#define SECOND ((__mmask8)0xf0)

static const tf_ed_quad neutral = { { 1, 1, 2, 0 } };

/* n p in limb i, n 2 or 4: what is subtracted from. */
static inline __attribute__((always_inline)) vec times_p(unsigned i, uint64_t n)
{
	return fe8_set(n * (i ? TF_FE_MASK : TF_FE_MASK - 18));
}

/* ---- sums of two pairs of points ---- */

/* From (e, h, g, f): ef, gh, fg, eh. */
FE8_INLINE last_products(fe8 *out, fe8 *t)
{
	fe8 a, b;

	fe8_carry(t);
#pragma GCC unroll 5
	for (unsigned i = 0; i < 5; i++) {
		a.d[i] = _mm512_permutex_epi64(t->d[i], ORDER(0, 1, 2, 0));
		b.d[i] = _mm512_permutex_epi64(t->d[i], ORDER(3, 2, 3, 1));
	}
	fe8_mul(out, &a, &b);
}

/* (Y - X, Y + X, Z, T) */
FE8_INLINE spread(fe8 *out, const fe8 *p)
{
#pragma GCC unroll 5
	for (unsigned i = 0; i < 5; i++) {
		vec x = p->d[i], w = _mm512_permutex_epi64(x, SWAPPED);
		vec sum = _mm512_mask_add_epi64(x, LANES(0, 1, 0, 0), x, w);

		w = _mm512_add_epi64(w, times_p(i, 4));
		out->d[i] = _mm512_mask_sub_epi64(sum, LANES(1, 0, 0, 0), w, x);
	}
	fe8_carry(out);
}

/* As sum_in in ed25519_sum.h: (a, b, zz, t) are the first products. */
FE8_INLINE add(fe8 *p, const fe8 *q)
{
	fe8 s, t;

	spread(&s, p);
	fe8_mul(&s, &s, q);
#pragma GCC unroll 5
	for (unsigned i = 0; i < 5; i++) {
		vec x = s.d[i], w = _mm512_permutex_epi64(x, SWAPPED), sum = _mm512_add_epi64(w, x);

		w = _mm512_add_epi64(w, times_p(i, 4));
		t.d[i] = _mm512_mask_sub_epi64(sum, LANES(1, 0, 0, 1), w, x);
	}
	last_products(p, &t);
}

/* As twice_in, with e = -2 X Y. */
FE8_INLINE double_both(fe8 *p)
{
	fe8 a, b, t;

#pragma GCC unroll 5
	for (unsigned i = 0; i < 5; i++) {
		a.d[i] = _mm512_permutex_epi64(p->d[i], ORDER(0, 1, 2, 0));
		b.d[i] = _mm512_permutex_epi64(p->d[i], ORDER(0, 1, 2, 1));
	}
	fe8_mul(&a, &a, &b); /* xx, yy, zz, X Y */
#pragma GCC unroll 5
	for (unsigned i = 0; i < 5; i++) {
		const vec four = times_p(i, 4);
		vec u = _mm512_permutex_epi64(a.d[i], ORDER(3, 0, 0, 0));
		vec v = _mm512_permutex_epi64(a.d[i], ORDER(3, 1, 1, 1));
		vec z = _mm512_maskz_permutex_epi64(LANES(0, 0, 0, 1), a.d[i], ORDER(0, 0, 0, 2));
		vec sum = _mm512_add_epi64(u, v);

		u = _mm512_mask_sub_epi64(_mm512_add_epi64(u, four), LANES(1, 0, 0, 0), four, u);
		u = _mm512_mask_sub_epi64(sum, LANES(1, 0, 1, 1), u, v);
		t.d[i] = _mm512_add_epi64(u, _mm512_add_epi64(z, z));
	}
	last_products(p, &t);
}

static void times_sixteen_both(fe8 *p)
{
	fe8 t = *p;

	for (unsigned i = 0; i < 4; i++)
		double_both(&t);
	*p = t;
}

/* ---- in and out ---- */

static inline __attribute__((always_inline)) vec join(const uint64_t a[static 4],
                                                      const uint64_t b[static 4])
{
	__m256i low = _mm256_loadu_si256((const __m256i *)a);

	return _mm512_inserti64x4(_mm512_castsi256_si512(low),
	                          _mm256_loadu_si256((const __m256i *)b), 1);
}

/* The two points, of limbs below 2^60. */
static void enter(fe8 *out, const tf_ed *a, const tf_ed *b)
{
	for (unsigned i = 0; i < 5; i++)
		out->d[i] = _mm512_set_epi64(
			(long long)b->T.d[i], (long long)b->Z.d[i], (long long)b->Y.d[i],
			(long long)b->X.d[i], (long long)a->T.d[i], (long long)a->Z.d[i],
			(long long)a->Y.d[i], (long long)a->X.d[i]);
	fe8_carry(out);
}

static void take_point(tf_ed *out, const uint64_t d[static 5][8], unsigned at)
{
	for (unsigned i = 0; i < 5; i++) {
		out->X.d[i] = d[i][at];
		out->Y.d[i] = d[i][at + 1];
		out->Z.d[i] = d[i][at + 2];
		out->T.d[i] = d[i][at + 3];
	}
}

/* The sum of both points. */
static void leave(tf_ed *out, const fe8 *p)
{
	TF_AUTO(tf_ed) a;
	TF_AUTO(tf_ed) b;
	uint64_t d[5][8];

	for (unsigned i = 0; i < 5; i++)
		_mm512_storeu_si512(d[i], p->d[i]);
	take_point(&a, (const uint64_t (*)[8])d, 0);
	take_point(&b, (const uint64_t (*)[8])d, 4);
	tf_wipe(d, sizeof(d));
	tf_ed_add(out, &a, &b);
}

static void set_neutral(fe8 *p)
{
	tf_ed o;

	tf_ed_set_neutral(&o);
	enter(p, &o, &o);
}

/* Short limbs, as they are multiplied. */
static void set_column(tf_ed_quad *out, unsigned at, const tf_fe *a)
{
	tf_fe t;

	tf_fe_mul(&t, a, &tf_fe_one);
	for (unsigned i = 0; i < 5; i++)
		out->d[4 * i + at] = t.d[i];
}

void tf_ed_quad_set(tf_ed_quad *out, const tf_ed_fixed *p)
{
	memset(out, 0, sizeof(*out));
	set_column(out, 0, &p->minus);
	set_column(out, 1, &p->plus);
	out->d[2] = 2;
	set_column(out, 3, &p->product);
}

/* ---- what is added ---- */

/* The negative of what is asked for. 2p less a limb is below 2^52, too. */
FE8_INLINE turn(fe8 *q, __mmask8 minus)
{
#pragma GCC unroll 5
	for (unsigned i = 0; i < 5; i++) {
		vec x = _mm512_mask_permutex_epi64(q->d[i], minus & LANES(1, 1, 0, 0), q->d[i],
		                                   SWAPPED);

		q->d[i] = _mm512_mask_sub_epi64(x, minus & LANES(0, 0, 0, 1), times_p(i, 2), x);
	}
}

static inline const tf_ed_quad *entry(const tf_ed_quad *t, int digit)
{
	return digit ? &t[(digit < 0 ? -digit : digit) - 1] : &neutral;
}

/* da and db times two points; public. */
FE8_INLINE load_vt(fe8 *q, const tf_ed_quad *a, int da, const tf_ed_quad *b, int db)
{
	const tf_ed_quad *x = entry(a, da), *y = entry(b, db);

#pragma GCC unroll 5
	for (unsigned i = 0; i < 5; i++)
		q->d[i] = join(x->d + 4 * i, y->d + 4 * i);
	turn(q, (da < 0 ? FIRST : 0) | (db < 0 ? SECOND : 0));
}

/* Limbs 0 and 1, 2 and 3, 4 of an entry. */
typedef struct words {
	vec v[3];
} words;

FE8_INLINE load_words(words *out, const tf_ed_quad *q)
{
	out->v[0] = _mm512_loadu_si512(q->d);
	out->v[1] = _mm512_loadu_si512(q->d + 8);
	out->v[2] = _mm512_maskz_loadu_epi64(FIRST, q->d + 16);
}

/* size times a point, by looking at every entry. */
FE8_INLINE pick(words *out, const tf_ed_quad t[static TF_ED_EIGHT], vec size)
{
	words w;

	load_words(out, &neutral);
	for (unsigned i = 0; i < TF_ED_EIGHT; i++) {
		__mmask8 here = _mm512_cmpeq_epi64_mask(size, fe8_set(i + 1));

		load_words(&w, &t[i]);
		out->v[0] = _mm512_mask_mov_epi64(out->v[0], here, w.v[0]);
		out->v[1] = _mm512_mask_mov_epi64(out->v[1], here, w.v[1]);
		out->v[2] = _mm512_mask_mov_epi64(out->v[2], here, w.v[2]);
	}
}

/* The same as load_vt, of secret digits. */
FE8_INLINE load(fe8 *q, const tf_ed_quad *a, int8_t da, const tf_ed_quad *b, int8_t db)
{
	vec x = _mm512_set1_epi64(da), y = _mm512_set1_epi64(db);
	words u, v;

	pick(&u, a, _mm512_abs_epi64(x));
	pick(&v, b, _mm512_abs_epi64(y));
	q->d[0] = _mm512_inserti64x4(u.v[0], _mm512_castsi512_si256(v.v[0]), 1);
	q->d[1] = _mm512_shuffle_i64x2(u.v[0], v.v[0], ORDER(2, 3, 2, 3));
	q->d[2] = _mm512_inserti64x4(u.v[1], _mm512_castsi512_si256(v.v[1]), 1);
	q->d[3] = _mm512_shuffle_i64x2(u.v[1], v.v[1], ORDER(2, 3, 2, 3));
	q->d[4] = _mm512_inserti64x4(u.v[2], _mm512_castsi512_si256(v.v[2]), 1);
	x = _mm512_inserti64x4(x, _mm512_castsi512_si256(y), 1);
	turn(q, _mm512_cmplt_epi64_mask(x, _mm512_setzero_si512()));
}

/* ---- multiples ---- */

void tf_ed_ifma_mul_base(tf_ed *out, const uint64_t k[static 4])
{
	int8_t digit[DIGITS];
	fe8 acc, q;

	recode(digit, k);
	set_neutral(&acc);
	for (unsigned j = 4; j-- > 0;) {
		if (j < 3)
			times_sixteen_both(&acc);
		for (unsigned i = 0; i < TF_ED_COMB; i += 2) {
			load(&q, tf_ed_quads[i], digit[4 * i + j], tf_ed_quads[i + 1],
			     digit[4 * i + 4 + j]);
			add(&acc, &q);
		}
	}
	leave(out, &acc);
	tf_wipe(digit, sizeof(digit));
	tf_wipe(&acc, sizeof(acc));
	tf_wipe(&q, sizeof(q));
	tf_vectors_clear();
}

void tf_ed_ifma_combs_vt(tf_ed *out, const uint64_t a[static 4], const uint64_t b[static 4],
                         const tf_ed_quad p[static TF_ED_COMB][TF_ED_EIGHT])
{
	int8_t da[DIGITS], db[DIGITS];
	fe8 acc, q;

	recode(da, a);
	recode(db, b);
	set_neutral(&acc);
	for (unsigned j = 4; j-- > 0;) {
		if (j < 3)
			times_sixteen_both(&acc);
		for (unsigned i = 0; i < TF_ED_COMB; i++) {
			load_vt(&q, tf_ed_quads[i], da[4 * i + j], p[i], db[4 * i + j]);
			add(&acc, &q);
		}
	}
	leave(out, &acc);
}

/* ---- sums of multiples ---- */

/* Two terms: digits, how many there are of either, and 1 .. 8 times the points, as far as they
 * occur. */
typedef struct terms {
	int8_t digit[2][DIGITS];
	unsigned used;
	tf_ed_quad p[2][TF_ED_EIGHT];
} terms;

/* What spread leaves, times (1, 1, 2, 2d). */
static void cache_both(tf_ed_quad *a, tf_ed_quad *b, const fe8 *p)
{
	fe8 s, factor;

	for (unsigned i = 0; i < 5; i++) {
		long long d = (long long)tf_ed_two_d.d[i], z = i ? 0 : 2, o = i ? 0 : 1;

		factor.d[i] = _mm512_set_epi64(d, z, o, o, d, z, o, o);
	}
	spread(&s, p);
	fe8_mul(&s, &s, &factor);
	for (unsigned i = 0; i < 5; i++) {
		_mm256_storeu_si256((__m256i *)(a->d + 4 * i), _mm512_castsi512_si256(s.d[i]));
		_mm256_storeu_si256((__m256i *)(b->d + 4 * i), _mm512_extracti64x4_epi64(s.d[i], 1));
	}
}

/* Of one term, and of another where b is not NULL. */
static void fill(terms *t, const tf_ed_term *a, const tf_ed_term *b)
{
	static const uint64_t zero[4];
	unsigned largest = 1;
	fe8 p, q;

	t->used = 0;
	recode(t->digit[0], a->k);
	recode(t->digit[1], b ? b->k : zero);
	for (unsigned h = 0; h < 2; h++)
		for (unsigned i = 0; i < DIGITS; i++) {
			int8_t d = t->digit[h][i];
			unsigned size = (unsigned)(d < 0 ? -d : d);

			largest = size > largest ? size : largest;
			t->used = size && i + 1 > t->used ? i + 1 : t->used;
		}
	enter(&p, &a->P, b ? &b->P : &a->P);
	cache_both(&t->p[0][0], &t->p[1][0], &p);
	for (unsigned i = 0; i < 5; i++)
		q.d[i] = join(t->p[0][0].d + 4 * i, t->p[1][0].d + 4 * i);
	for (unsigned i = 1; i < largest; i++) {
		add(&p, &q);
		cache_both(&t->p[0][i], &t->p[1][i], &p);
	}
}

static bool is_longer(const tf_ed_term *a, const tf_ed_term *b)
{
	for (unsigned i = 4; i-- > 0;)
		if (a->k[i] != b->k[i])
			return a->k[i] > b->k[i];
	return false;
}

/* Long ones with long ones, so that pairs of short ones are short. */
static size_t fill_pairs(terms t[static TF_ED_TERMS / 2], const tf_ed_term *term, size_t n)
{
	const tf_ed_term *order[TF_ED_TERMS] = { NULL };
	size_t pairs = 0;

	for (size_t i = 0; i < n; i++) {
		size_t at = i;

		for (; at > 0 && is_longer(&term[i], order[at - 1]); at--)
			order[at] = order[at - 1];
		order[at] = &term[i];
	}
	for (; 2 * pairs < n; pairs++)
		fill(&t[pairs], order[2 * pairs],
		     2 * pairs + 1 < n ? order[2 * pairs + 1] : NULL);
	return pairs;
}

static void add_base(fe8 *acc, const int8_t digit[static DIGITS], unsigned j)
{
	fe8 q;

	for (unsigned i = 0; i < TF_ED_COMB; i += 2) {
		load_vt(&q, tf_ed_quads[i], digit[4 * i + j], tf_ed_quads[i + 1],
		        digit[4 * i + 4 + j]);
		add(acc, &q);
	}
}

void tf_ed_ifma_combine_vt(tf_ed *out, const uint64_t *g, const tf_ed_term *term, size_t n)
{
	terms t[TF_ED_TERMS / 2];
	size_t pairs = fill_pairs(t, term, n);
	unsigned used = g ? 4 : 0;
	int8_t base[DIGITS];
	fe8 acc, q;

	if (g)
		recode(base, g);
	for (size_t j = 0; j < pairs; j++)
		used = t[j].used > used ? t[j].used : used;
	set_neutral(&acc);
	for (unsigned i = used; i-- > 0;) {
		if (i + 1 < used)
			times_sixteen_both(&acc);
		for (size_t j = 0; j < pairs; j++) {
			int8_t a = t[j].digit[0][i], b = t[j].digit[1][i];

			if (!a && !b)
				continue;
			load_vt(&q, t[j].p[0], a, t[j].p[1], b);
			add(&acc, &q);
		}
		if (g && i < 4)
			add_base(&acc, base, i);
	}
	leave(out, &acc);
}

/* ---- powers ---- */

/* out = a^(2^n) b, n > 0 */
static void shift(fe8 *out, const fe8 *a, unsigned n, const fe8 *b)
{
	fe8 t;

	fe8_square(&t, a);
	while (--n > 0)
		fe8_square(&t, &t);
	fe8_mul(out, &t, b);
}

/* As ladder and tf_fe_pow_58 in ed25519_field.c. */
static void pow_58(fe8 *out, const fe8 *a)
{
	fe8 two, nine, eleven, t5, t10, t20, t50, t100;

	fe8_square(&two, a);
	shift(&nine, &two, 2, a);
	fe8_mul(&eleven, &nine, &two);
	shift(&t5, &eleven, 1, &nine);
	shift(&t10, &t5, 5, &t5);
	shift(&t20, &t10, 10, &t10);
	shift(&t50, &t20, 20, &t20);
	shift(&t50, &t50, 10, &t10);
	shift(&t100, &t50, 50, &t50);
	shift(&t100, &t100, 100, &t100);
	shift(&t100, &t100, 50, &t50);
	shift(out, &t100, 2, a);
}

void tf_fe_ifma_pow_58(tf_fe out[static TF_ED_EIGHT], const tf_fe a[static TF_ED_EIGHT])
{
	uint64_t d[8];
	fe8 t;

	for (unsigned i = 0; i < 5; i++) {
		for (unsigned k = 0; k < 8; k++)
			d[k] = a[k].d[i];
		t.d[i] = _mm512_loadu_si512(d);
	}
	fe8_carry(&t);
	pow_58(&t, &t);
	for (unsigned i = 0; i < 5; i++) {
		_mm512_storeu_si512(d, t.d[i]);
		for (unsigned k = 0; k < 8; k++)
			out[k].d[i] = d[k];
	}
}
