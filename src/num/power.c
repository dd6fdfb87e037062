/* The portable kernel: products of powers by interleaved windows (Straus), in Montgomery form. */
#include "num/power.h"

#include "num/elems.h"
#include "num/limbs.h"

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
static void table_secret(mp_limb_t *tab, const tf_bn *base, unsigned w, const tf_elems *e)
{
	size_t n = e->len;

	tf_elem_one(tab, e);
	tf_elem_enter(tab + n, base, e);
	for (size_t i = 2; i < (size_t)1 << w; i += 2) {
		tf_elem_sqr(tab + i * n, tab + i / 2 * n, e);
		tf_elem_mul(tab + (i + 1) * n, tab + i * n, tab + n, e);
	}
}

tf_err tf_power_secret(tf_bn *out, const tf_mod *m, const tf_nat_power *p, size_t n, tf_arena *mem)
{
	size_t len = m->m.n;
	uint32_t bits = longest(p, n);
	unsigned w = tf_window_secret(bits);
	mp_limb_t *acc = limbs_alloc(mem, len), *pick = limbs_alloc(mem, len);
	mp_limb_t *tab = limbs_alloc(mem, (n << w) * len);
	tf_elems e;

	if (!acc || !pick || !tab)
		return TF_E_CAPACITY;
	TRY(tf_elems_init(&e, m, true, mem));
	for (size_t i = 0; i < n; i++)
		table_secret(tab + (i << w) * len, p[i].base, w, &e);
	memcpy(acc, tab, len * sizeof(*acc));
	for (uint32_t at = (bits + w - 1) / w * w; at > 0;) {
		at -= w;
		for (unsigned s = 0; s < w; s++)
			tf_elem_sqr(acc, acc, &e);
		for (size_t i = 0; i < n; i++) {
			if (at >= p[i].bits)
				continue;
			mpn_sec_tabselect(pick, tab + (i << w) * len, (mp_size_t)len,
			                  (mp_size_t)1 << w, (mp_size_t)tf_window_at(p[i].exp, at, w));
			tf_elem_mul(acc, acc, pick, &e);
		}
	}
	tf_elem_leave(out, acc, &e);
	return TF_OK;
}

/* Odd powers 1, 3, .. 2^w - 1 of a base; the square goes to the last place first. */
static void table_public(mp_limb_t *tab, const tf_bn *base, unsigned w, const tf_elems *e)
{
	size_t n = e->len, count = (size_t)1 << (w - 1);
	mp_limb_t *square = tab + count * n;

	tf_elem_enter(tab, base, e);
	tf_elem_sqr(square, tab, e);
	for (size_t i = 1; i < count; i++)
		tf_elem_mul(tab + i * n, tab + (i - 1) * n, square, e);
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
	mp_limb_t *acc = limbs_alloc(mem, len), *tab = limbs_alloc(mem, n * stride);
	uint8_t *digit = tf_arena_alloc(mem, n * (size_t)bits + 1);
	bool started = false;
	tf_elems e;

	if (!acc || !tab || !digit)
		return TF_E_CAPACITY;
	TRY(tf_elems_init(&e, m, false, mem));
	for (size_t i = 0; i < n; i++) {
		table_public(tab + i * stride, p[i].base, w, &e);
		slide(digit + i * bits, p[i].exp, p[i].bits, w);
	}
	tf_elem_one(acc, &e);
	for (uint32_t at = bits; at-- > 0;) {
		if (started)
			tf_elem_sqr(acc, acc, &e);
		for (size_t i = 0; i < n; i++) {
			uint8_t v = digit[i * bits + at];

			if (v)
				tf_elem_mul(acc, acc, tab + i * stride + v / 2 * len, &e);
			started |= v != 0;
		}
	}
	tf_elem_leave(out, acc, &e);
	return TF_OK;
}
