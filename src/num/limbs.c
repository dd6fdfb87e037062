#include "num/limbs.h"

#define BITS 64u

tf_ct tf_limbs_lt(const mp_limb_t *a, const mp_limb_t *b, size_t n)
{
	uint64_t borrow = 0;

	for (size_t i = 0; i < n; i++)
		borrow = tf_limb_borrow(a[i], b[i], borrow);
	return tf_ct_mask(borrow);
}

tf_ct tf_limbs_zero(const mp_limb_t *a, size_t n)
{
	mp_limb_t any = 0;

	for (size_t i = 0; i < n; i++)
		any |= a[i];
	return tf_ct_is_zero(tf_ct_barrier(any));
}

void tf_limbs_select(mp_limb_t *r, tf_ct c, const mp_limb_t *yes, const mp_limb_t *no, size_t n)
{
	c = tf_ct_barrier(c);
	for (size_t i = 0; i < n; i++)
		r[i] = tf_ct_select(c, yes[i], no[i]);
}

/* Bits of one limb, by halving under masks. */
static uint32_t limb_bits(mp_limb_t x)
{
	uint64_t bits = 0;

	for (uint64_t half = 32; half; half >>= 1) {
		tf_ct high = ~tf_ct_is_zero(x >> half);

		bits += high & half;
		x = tf_ct_select(high, x >> half, x);
	}
	return (uint32_t)(bits + x);
}

uint32_t tf_limbs_bits(const mp_limb_t *a, size_t n)
{
	uint64_t bits = 0;
	uint32_t out;

	for (size_t i = 0; i < n; i++)
		bits = tf_ct_select(tf_ct_is_zero(a[i]), bits, i * BITS + limb_bits(a[i]));
	out = (uint32_t)bits;
	tf_ct_declassify(&out, sizeof(out));
	return out;
}

void tf_limbs_reduce(mp_limb_t *r, mp_limb_t top, const mp_limb_t *a, const mp_limb_t *m,
                     mp_limb_t *t, size_t n)
{
	mp_limb_t borrow = mpn_sub_n(t, a, m, (mp_size_t)n);

	tf_limbs_select(r, tf_ct_mask(top | (borrow ^ 1)), t, a, n);
}

/* Floor((2^128 - 1) / d) - 2^64 for d >= 2^63, by long division under masks. */
static mp_limb_t reciprocal(mp_limb_t d)
{
	mp_limb_t rem = ~d;
	mp_limb_t v = 0;

	for (unsigned i = 0; i < BITS; i++) {
		uint64_t top = rem >> 63;
		tf_ct ge;

		rem = rem << 1 | 1;
		ge = tf_ct_mask(top | (tf_limb_borrow(rem, d, 0) ^ 1));
		rem -= d & ge;
		v = v << 1 | (ge & 1);
	}
	return v;
}

/* Floor((u1 : u0) / d) for u1 < d, 2^63 <= d; v = reciprocal(d). Möller and Granlund, "Improved
 * division by invariant integers", algorithm 4, under masks. */
static mp_limb_t divide_2by1(mp_limb_t u1, mp_limb_t u0, mp_limb_t d, mp_limb_t v)
{
	unsigned __int128 wide = (unsigned __int128)v * u1;
	mp_limb_t q1, q0, r;
	tf_ct c;

	wide += (unsigned __int128)u1 << 64 | u0;
	q1 = (mp_limb_t)(wide >> 64) + 1;
	q0 = (mp_limb_t)wide;
	r = u0 - q1 * d;
	c = tf_ct_mask(tf_limb_borrow(q0, r, 0));
	q1 += c;
	r += d & c;
	c = tf_ct_mask(tf_limb_borrow(r, d, 0) ^ 1);
	return q1 + (c & 1);
}

/* One quotient limb: the window w[0..dn] (value x < d B, B = 2^64) is reduced below d.
 *
 * With W the two top limbs of the window and D the top limb of d, the estimate floor(W / (D+1)) is
 * never too large, and at most 2 too small, because x/d - W/(D+1) < 2: if W < D B, it is below
 * (W+1)/D - W/(D+1) <= (B+1)/(D+1) < 2, since D >= B/2; if W >= D B, then x/d < B while W/(D+1) >=
 * B - B/(D+1) > B - 2. */
static mp_limb_t quotient_limb(mp_limb_t *w, const mp_limb_t *d, size_t dn, mp_limb_t v,
                               mp_limb_t *t)
{
	mp_limb_t above = d[dn - 1] + 1;
	tf_ct wraps = tf_ct_is_zero(above);
	mp_limb_t est = divide_2by1(w[dn] & ~wraps, w[dn - 1], above | (wraps & ((mp_limb_t)1 << 63)),
	                            v);
	mp_limb_t q = tf_ct_select(wraps, w[dn], est);

	w[dn] -= mpn_submul_1(w, d, (mp_size_t)dn, q);
	for (unsigned i = 0; i < 2; i++) {
		mp_limb_t borrow = mpn_sub_n(t, w, d, (mp_size_t)dn);
		tf_ct take = ~tf_ct_is_zero(w[dn]) | tf_ct_is_zero(borrow);

		tf_limbs_select(w, take, t, w, dn);
		w[dn] -= take & borrow;
		q += take & 1;
	}
	return q;
}

static void copy_shifted(mp_limb_t *r, const mp_limb_t *a, size_t n, unsigned shift)
{
	if (shift)
		(void)mpn_lshift(r, a, (mp_size_t)n, shift);
	else
		memcpy(r, a, n * sizeof(*r));
}

void tf_limbs_divmod(mp_limb_t *q, mp_limb_t *r, const mp_limb_t *a, size_t an,
                     const mp_limb_t *d, size_t dn, uint32_t bits)
{
	unsigned shift = (unsigned)(dn * BITS - bits);
	TF_AUTO(tf_wide) num;
	TF_AUTO(tf_wide) div;
	mp_limb_t above, v;

	if (an < dn) {
		memmove(r, a, an * sizeof(*r));
		memset(r + an, 0, (dn - an) * sizeof(*r));
		return;
	}
	copy_shifted(div.d, d, dn, shift);
	num.d[an] = shift ? a[an - 1] >> (BITS - shift) : 0;
	copy_shifted(num.d, a, an, shift);

	above = div.d[dn - 1] + 1;
	v = reciprocal(above | (tf_ct_is_zero(above) & ((mp_limb_t)1 << 63)));
	for (size_t j = an - dn + 1; j-- > 0;) {
		mp_limb_t limb = quotient_limb(num.d + j, div.d, dn, v, div.d + dn);

		if (q)
			q[j] = limb;
	}
	if (shift)
		(void)mpn_rshift(r, num.d, (mp_size_t)dn, shift);
	else
		memcpy(r, num.d, dn * sizeof(*r));
}

bool tf_limbs_supported(size_t n)
{
	mp_size_t len = (mp_size_t)n;

	return n <= TF_BN_LIMBS && mpn_sec_mul_itch(len, len) <= 2 * len &&
	       mpn_sec_sqr_itch(len) <= 2 * len;
}

void tf_limbs_mul(mp_limb_t *r, const mp_limb_t *a, size_t an, const mp_limb_t *b, size_t bn,
                  tf_wide *w)
{
	if (an >= bn)
		mpn_sec_mul(r, a, (mp_size_t)an, b, (mp_size_t)bn, w->d);
	else
		mpn_sec_mul(r, b, (mp_size_t)bn, a, (mp_size_t)an, w->d);
}
