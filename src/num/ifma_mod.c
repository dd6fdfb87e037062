/* What both forms of the kernel ifma know about moduli: sizes, constants, and the way out. */
#include "num/ifma.h"
#include "num/ifma_ring.h"

/* Limbs of m, and of its root if m is treated as a square, times two. */
static uint32_t limbs_twice(const tf_mod *m, bool square)
{
	return square ? m->m.n : 2 * m->m.n;
}

uint32_t tf_ifma_lift(const tf_mod *m, size_t nl, bool square)
{
	return (uint32_t)(4 * nl * DIGIT_BITS) - 128 * limbs_twice(m, square);
}

/* Digits for a modulus (or root) of so many bits; 0 if there are too many, or so few that the lift
 * would exceed it. */
static size_t digits_for(const tf_mod *m, bool square)
{
	uint32_t bits = square ? tf_ifma_root_bits(m) : m->bits;
	size_t want = tf_max_u32(bits + (square ? 4 : 2), limbs_twice(m, square) * 32);
	size_t nl = (want + BLOCK * DIGIT_BITS - 1) / (BLOCK * DIGIT_BITS) * BLOCK;

	if (nl > DIGITS_MAX / (square ? 2 : 1) || tf_ifma_lift(m, nl, square) + 1 >= bits)
		return 0;
	return nl;
}

size_t tf_ifma_shape(const tf_mod *m)
{
	size_t nl = m->kind == TF_MOD_SQUARE ? digits_for(m, true) : 0;

	return nl ? nl | TF_IFMA_SQUARE : digits_for(m, false);
}

bool tf_ifma_has_one(const tf_mod *m)
{
	size_t shape = tf_ifma_shape(m), nl = shape & ~(size_t)TF_IFMA_SQUARE;

	return tf_one_width(nl) && (shape & TF_IFMA_SQUARE || nl >= TF_IFMA_ONE_MIN);
}

uint32_t tf_ifma_price(const tf_lane *lane)
{
	static const struct {
		uint16_t digits, plain, square;
	} of[] = { { 15, 0, 215 }, { 20, 130, 270 }, { 30, 190, 345 }, { 40, 235, 415 },
	           { 60, 320, 465 } };
	size_t shape = tf_ifma_shape(lane->m), i = 0;

	if (!tf_ifma_has_one(lane->m))
		return lane->secret ? 130 : 180; /* of the portable kernel */
	while (of[i].digits < (shape & ~(size_t)TF_IFMA_SQUARE))
		i++;
	return shape & TF_IFMA_SQUARE ? of[i].square : of[i].plain;
}

uint64_t tf_ifma_k0(const tf_mod *m, bool square)
{
	/* -(N^2)^-1 N = -N^-1 */
	uint64_t k0 = square ? m->m_inv * m->root.d[0] : m->m_inv;

	return k0 & DIGIT_MASK;
}

void tf_ifma_c(tf_bn *c, const tf_mod *m, size_t nl)
{
	uint32_t n = m->root.n, top = (uint32_t)(nl * DIGIT_BITS);
	TF_AUTO(tf_wide) power;
	TF_AUTO(tf_bn) rest;

	memset(power.d, 0, (top / 64 + 1) * sizeof(mp_limb_t));
	power.d[top / 64] = (mp_limb_t)1 << top % 64;
	tf_limbs_divmod(NULL, rest.d, power.d, top / 64 + 1, m->root.d, n, tf_ifma_root_bits(m));
	(void)mpn_sub_n(c->d, m->root.d, rest.d, (mp_size_t)n);
	tf_bn_width(c, n);
}

/* r[0 .. n] += a b for n limbs of a; not by GMP, where MemorySanitizer loses sight of secrets. */
static void add_multiple(mp_limb_t *r, const mp_limb_t *a, size_t n, mp_limb_t b)
{
	unsigned __int128 sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += (unsigned __int128)a[i] * b + r[i];
		r[i] = (mp_limb_t)sum;
		sum >>= 64;
	}
	r[n] += (mp_limb_t)sum;
}

void tf_ifma_finish(tf_bn *out, const tf_mod *m, const mp_limb_t *low, const mp_limb_t *high)
{
	size_t n = m->root.n, n2 = m->m.n;
	TF_AUTO(tf_wide) x;
	TF_AUTO(tf_wide) t;

	memcpy(x.d, low, n * sizeof(mp_limb_t));
	memset(x.d + n, 0, (n + 2) * sizeof(mp_limb_t));
	for (size_t i = 0; i <= n; i++)
		add_multiple(x.d + i, m->root.d, n, high[i]);
	tf_limbs_reduce(out->d, x.d[n2], x.d, m->m.d, t.d, n2);
	tf_bn_width(out, m->m.n);
}

void tf_vectors_clear(void)
{
	static const vec none;

	tf_vectors_fill(&none);
}
