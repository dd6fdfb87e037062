/* The portable kernel: products of powers by interleaved windows (Straus), in Montgomery form. */
#include "num/power.h"

#include "num/mont.h"

/* As tf_window_secret: tables of odd powers alone are half as long. */
static unsigned window_public(uint32_t bits)
{
	return bits <= 16 ? 2 : bits <= 80 ? 3 : bits <= 240 ? 4 : bits <= 700 ? 5 : 6;
}

static uint32_t longest(const tf_nat_power *p, size_t n)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < n; i++)
		bits = tf_max_u32(bits, p[i].bits);
	return bits;
}

static mp_limb_t *limbs_alloc(tf_arena *mem, size_t n)
{
	return tf_arena_alloc(mem, n * sizeof(mp_limb_t));
}

/* Powers 0 .. 2^w - 1 of a base, one after the other. */
static void table_secret(mp_limb_t *tab, const tf_bn *base, unsigned w, const tf_mod *m,
                         mp_limb_t *t)
{
	size_t n = m->m.n;

	memset(tab, 0, n * sizeof(*tab));
	tab[0] = 1;
	tf_mont_in(tab, tab, m, t);
	tf_mont_in(tab + n, base->d, m, t);
	for (size_t i = 2; i < (size_t)1 << w; i += 2) {
		tf_mont_sqr(tab + i * n, tab + i / 2 * n, m, t);
		tf_mont_mul(tab + (i + 1) * n, tab + i * n, tab + n, m, t);
	}
}

tf_err tf_power_secret(tf_bn *out, const tf_mod *m, const tf_nat_power *p, size_t n, tf_arena *mem)
{
	size_t len = m->m.n;
	uint32_t bits = longest(p, n);
	unsigned w = tf_window_secret(bits);
	mp_limb_t *t = limbs_alloc(mem, tf_mont_scratch(len));
	mp_limb_t *acc = limbs_alloc(mem, len), *pick = limbs_alloc(mem, len);
	mp_limb_t *tab = limbs_alloc(mem, (n << w) * len);

	if (!t || !acc || !pick || !tab)
		return TF_E_CAPACITY;
	for (size_t i = 0; i < n; i++)
		table_secret(tab + (i << w) * len, p[i].base, w, m, t);
	memcpy(acc, tab, len * sizeof(*acc));
	for (uint32_t at = (bits + w - 1) / w * w; at > 0;) {
		at -= w;
		for (unsigned s = 0; s < w; s++)
			tf_mont_sqr(acc, acc, m, t);
		for (size_t i = 0; i < n; i++) {
			if (at >= p[i].bits)
				continue;
			mpn_sec_tabselect(pick, tab + (i << w) * len, (mp_size_t)len,
			                  (mp_size_t)1 << w, (mp_size_t)tf_window_at(p[i].exp, at, w));
			tf_mont_mul(acc, acc, pick, m, t);
		}
	}
	tf_mont_out(out->d, acc, m, t);
	tf_bn_width(out, m->m.n);
	return TF_OK;
}

/* Odd powers 1, 3, .. 2^w - 1 of a base; the square goes to the last place first. */
static void table_public(mp_limb_t *tab, const tf_bn *base, unsigned w, const tf_mod *m,
                         mp_limb_t *t)
{
	size_t n = m->m.n, count = (size_t)1 << (w - 1);
	mp_limb_t *square = tab + count * n;

	tf_mont_mul_vt(tab, base->d, m->r2.d, m, t);
	tf_mont_sqr_vt(square, tab, m, t);
	for (size_t i = 1; i < count; i++)
		tf_mont_mul_vt(tab + i * n, tab + (i - 1) * n, square, m, t);
}

/* digit[i] odd where a window of odd value starts at bit i, else 0. */
static void slide(uint8_t *digit, const tf_bn *e, uint32_t bits, unsigned w)
{
	for (uint32_t i = 0; i < bits;) {
		mp_limb_t v = tf_window_at(e, i, w);

		if (v & 1)
			digit[i] = (uint8_t)v;
		i += v & 1 ? w : 1;
	}
}

tf_err tf_power_public(tf_bn *out, const tf_mod *m, const tf_nat_power *p, size_t n, tf_arena *mem)
{
	size_t len = m->m.n;
	uint32_t bits = longest(p, n);
	unsigned w = window_public(bits);
	size_t stride = (((size_t)1 << (w - 1)) + 1) * len;
	mp_limb_t *t = limbs_alloc(mem, tf_mont_scratch(len)), *acc = limbs_alloc(mem, len);
	mp_limb_t *tab = limbs_alloc(mem, n * stride);
	uint8_t *digit = tf_arena_alloc(mem, n * (size_t)bits + 1);
	bool started = false;

	if (!t || !acc || !tab || !digit)
		return TF_E_CAPACITY;
	for (size_t i = 0; i < n; i++) {
		table_public(tab + i * stride, p[i].base, w, m, t);
		slide(digit + i * bits, p[i].exp, p[i].bits, w);
	}
	acc[0] = 1;
	tf_mont_in(acc, acc, m, t);
	for (uint32_t at = bits; at-- > 0;) {
		if (started)
			tf_mont_sqr_vt(acc, acc, m, t);
		for (size_t i = 0; i < n; i++) {
			uint8_t v = digit[i * bits + at];

			if (v)
				tf_mont_mul_vt(acc, acc, tab + i * stride + v / 2 * len, m, t);
			started |= v != 0;
		}
	}
	tf_mont_out(out->d, acc, m, t);
	tf_bn_width(out, m->m.n);
	return TF_OK;
}
