/* Multiples by public scalars. */
#include <string.h>

#include "curve/ed25519_sum.h"

#define NAF 256u
#define WIDTH 5u
#define WIDTH_BASE 7u

/* ---- public multiples ---- */

/* n bits from position at, n below 9. */
static unsigned bits_at(const uint64_t k[static 4], unsigned at, unsigned n)
{
	unsigned i = at / 64, j = at % 64;
	uint64_t v = k[i] >> j;

	if (j + n > 64 && i < 3)
		v |= k[i + 1] << 1 << (63 - j);
	return (unsigned)(v & (((uint64_t)1 << n) - 1));
}

/* k = sum of digit[i] 2^i, each digit 0 or odd, below 2^(width - 1) in size, with width - 1 zeros
 * behind it. Below 2^253 nothing is carried out. Returns the number of digits up to the last that
 * is not 0. */
static unsigned naf(int8_t digit[static NAF], const uint64_t k[static 4], unsigned width)
{
	unsigned carry = 0, used = 0;

	memset(digit, 0, NAF);
	for (unsigned i = 0; i < NAF;) {
		unsigned d;

		if (bits_at(k, i, 1) == carry) {
			i++;
			continue;
		}
		d = bits_at(k, i, width) + carry;
		carry = d >> (width - 1) & 1;
		digit[i] = (int8_t)((int)d - (int)(carry << width));
		used = i + 1;
		i += width;
	}
	return used;
}

typedef struct multiple {
	int8_t digit[NAF];
	cached odd[1u << (WIDTH - 2)]; /* 1, 3 .. times P, as far as they occur */
} multiple;

static unsigned multiple_fill(multiple *m, const tf_ed_term *term)
{
	unsigned used = naf(m->digit, term->k, WIDTH), largest = 0;
	tf_ed q = term->P, two;
	cached c;

	for (unsigned i = 0; i < used; i++) {
		unsigned size = (unsigned)(m->digit[i] < 0 ? -m->digit[i] : m->digit[i]);

		largest = size > largest ? size : largest;
	}
	cache(&m->odd[0], &q);
	if (largest < 3)
		return used;
	twice(&two, &q);
	cache(&c, &two);
	for (unsigned i = 1; i <= largest / 2; i++) {
		add_cached(&q, &q, &c);
		cache(&m->odd[i], &q);
	}
	return used;
}

static void flip(tf_ed_fixed *out, const tf_ed_fixed *p)
{
	static const tf_fe zero;

	out->plus = p->minus;
	out->minus = p->plus;
	tf_fe_sub(&out->product, &zero, &p->product);
}

static void add_digit(tf_ed *acc, const multiple *m, int digit)
{
	cached c;

	if (digit > 0) {
		add_cached(acc, acc, &m->odd[digit / 2]);
		return;
	}
	flip(&c.f, &m->odd[-digit / 2].f);
	c.zz = m->odd[-digit / 2].zz;
	add_cached(acc, acc, &c);
}

static void add_base_digit(tf_ed *acc, int digit)
{
	tf_ed_fixed f;

	if (digit > 0) {
		add_fixed(acc, acc, &tf_ed_odd[digit / 2]);
		return;
	}
	flip(&f, &tf_ed_odd[-digit / 2]);
	add_fixed(acc, acc, &f);
}

/* Digits j, j + 4, .. of a multiple of the table's point. */
static void add_column(tf_ed *out, const tf_ed_fixed t[static TF_ED_COMB][TF_ED_EIGHT],
                       const int8_t digit[static DIGITS], unsigned j)
{
	tf_ed_fixed f;

	for (unsigned i = 0; i < TF_ED_COMB; i++) {
		int d = (int)digit[4 * i + j];

		if (d > 0) {
			add_fixed(out, out, &t[i][d - 1]);
		} else if (d < 0) {
			flip(&f, &t[i][-d - 1]);
			add_fixed(out, out, &f);
		}
	}
}

void tf_ed_mul_base_vt(tf_ed *out, const uint64_t k[static 4])
{
	int8_t digit[DIGITS];

	recode(digit, k);
	tf_ed_set_neutral(out);
	for (unsigned j = 4; j-- > 0;) {
		if (j < 3)
			times_sixteen(out);
		add_column(out, tf_ed_comb, digit, j);
	}
}

void tf_ed_combs_vt(tf_ed *out, const uint64_t a[static 4], const uint64_t b[static 4],
                    const tf_ed_fixed p[static TF_ED_COMB][TF_ED_EIGHT])
{
	int8_t da[DIGITS], db[DIGITS];

	recode(da, a);
	recode(db, b);
	tf_ed_set_neutral(out);
	for (unsigned j = 4; j-- > 0;) {
		if (j < 3)
			times_sixteen(out);
		add_column(out, tf_ed_comb, da, j);
		add_column(out, p, db, j);
	}
}

/* One over every z, by one inversion. */
static void invert_each(tf_fe inverse[static TF_ED_EIGHT], const tf_ed p[static TF_ED_EIGHT])
{
	tf_fe t;

	inverse[0] = p[0].Z;
	for (unsigned i = 1; i < TF_ED_EIGHT; i++)
		tf_fe_mul(&inverse[i], &inverse[i - 1], &p[i].Z);
	tf_fe_invert(&t, &inverse[TF_ED_EIGHT - 1]);
	for (unsigned i = TF_ED_EIGHT - 1; i > 0; i--) {
		tf_fe_mul(&inverse[i], &inverse[i - 1], &t);
		tf_fe_mul(&t, &t, &p[i].Z);
	}
	inverse[0] = t;
}

/* 1 .. 8 times q, as they are added. */
static void fill_row(tf_ed_fixed out[static TF_ED_EIGHT], const tf_ed *q)
{
	tf_fe inverse[TF_ED_EIGHT], x, y;
	tf_ed p[TF_ED_EIGHT];

	p[0] = *q;
	for (unsigned i = 1; i < TF_ED_EIGHT; i++)
		tf_ed_add(&p[i], &p[i - 1], q);
	invert_each(inverse, p);
	for (unsigned i = 0; i < TF_ED_EIGHT; i++) {
		tf_fe_mul(&x, &p[i].X, &inverse[i]);
		tf_fe_mul(&y, &p[i].Y, &inverse[i]);
		tf_fe_add(&out[i].plus, &y, &x);
		tf_fe_sub(&out[i].minus, &y, &x);
		tf_fe_mul(&out[i].product, &x, &y);
		tf_fe_mul(&out[i].product, &out[i].product, &tf_ed_two_d);
	}
}

void tf_ed_comb_fill(tf_ed_fixed out[static TF_ED_COMB][TF_ED_EIGHT], const tf_ed *p)
{
	tf_ed q = *p;

	for (unsigned i = 0; i < TF_ED_COMB; i++) {
		fill_row(out[i], &q);
		for (unsigned k = 0; k < 4; k++)
			times_sixteen(&q);
	}
}

void tf_ed_combine_vt(tf_ed *out, const uint64_t *g, const tf_ed_term *term, size_t n)
{
	multiple m[TF_ED_TERMS];
	int8_t base[NAF] = { 0 };
	unsigned used = g ? naf(base, g, WIDTH_BASE) : 0;
	tf_ed acc;

	for (size_t j = 0; j < n; j++) {
		unsigned here = multiple_fill(&m[j], &term[j]);

		used = here > used ? here : used;
	}
	tf_ed_set_neutral(&acc);
	for (unsigned i = used; i-- > 0;) {
		bool any = base[i] != 0 || i == 0;

		for (size_t j = 0; j < n; j++)
			any |= m[j].digit[i] != 0;
		if (!any) {
			twice_short(&acc, &acc);
			continue;
		}
		twice(&acc, &acc);
		if (base[i])
			add_base_digit(&acc, base[i]);
		for (size_t j = 0; j < n; j++)
			if (m[j].digit[i])
				add_digit(&acc, &m[j], m[j].digit[i]);
	}
	*out = acc;
}
