/* Functions of public values. GMP takes its own scratch from the stack here (below 64 KiB it never
 * uses the heap; the largest request at full capacity is about 12 KiB). */
#include "num/limbs.h"

/* Limbs without leading zeros. */
static mp_size_t normal_len(const mp_limb_t *a, size_t n)
{
	while (n > 0 && a[n - 1] == 0)
		n--;
	return (mp_size_t)n;
}

uint32_t tf_bn_bits_vt(const tf_bn *a)
{
	mp_size_t n = normal_len(a->d, a->n);

	return n == 0 ? 0 : (uint32_t)n * 64 - (uint32_t)__builtin_clzll(a->d[n - 1]);
}

/* Trailing zero bits of a value that is not zero. */
static uint32_t trailing_zeros(const tf_bn *a)
{
	uint32_t i = 0;

	while (a->d[i] == 0)
		i++;
	return i * 64 + (uint32_t)__builtin_ctzll(a->d[i]);
}

static void make_odd(tf_bn *a)
{
	tf_bn_shr(a, a, trailing_zeros(a));
	a->n = (uint32_t)normal_len(a->d, a->n);
}

bool tf_bn_coprime_vt(const tf_bn *a, const tf_bn *b)
{
	tf_bn x = *a, y = *b, g;
	mp_size_t xn = normal_len(x.d, x.n), yn = normal_len(y.d, y.n);

	if (xn == 0 || yn == 0)
		return (xn == 1 && x.d[0] == 1) || (yn == 1 && y.d[0] == 1);
	if (!(x.d[0] & 1) && !(y.d[0] & 1))
		return false;
	make_odd(&x);
	make_odd(&y);
	if (tf_ct_reveal(tf_bn_lt(&x, &y))) {
		tf_bn t = x;

		x = y;
		y = t;
	}
	return mpn_gcd(g.d, x.d, (mp_size_t)x.n, y.d, (mp_size_t)y.n) == 1 && g.d[0] == 1;
}

/* The binary algorithm: (2 | m) = -1 iff m = 3 or 5 mod 8; reciprocity flips the sign if both are 3
 * mod 4. */
int tf_bn_jacobi_vt(const tf_bn *a, const tf_bn *odd)
{
	tf_bn x, m = *odd;
	int sign = 1;

	if (!(odd->d[0] & 1) || tf_bn_mod(&x, a, odd) != TF_OK)
		return 0;
	while (!tf_ct_reveal(tf_bn_is_zero(&x))) {
		if (trailing_zeros(&x) & 1)
			sign = ((m.d[0] & 7) == 3 || (m.d[0] & 7) == 5) ? -sign : sign;
		make_odd(&x);
		if (tf_ct_reveal(tf_bn_lt(&x, &m))) {
			tf_bn t = x;

			sign = (x.d[0] & m.d[0] & 3) == 3 ? -sign : sign;
			x = m;
			m = t;
		}
		(void)tf_bn_sub(&x, &x, &m);
	}
	return tf_bn_bits_vt(&m) == 1 ? sign : 0;
}

void tf_bn_sqrt_vt(tf_bn *out, const tf_bn *a)
{
	mp_size_t n = normal_len(a->d, a->n);
	tf_bn root;

	if (n == 0) {
		tf_bn_set_u64(out, 0);
		return;
	}
	(void)mpn_sqrtrem(root.d, NULL, a->d, n);
	tf_bn_width(&root, (uint32_t)(n + 1) / 2);
	*out = root;
}

tf_err tf_bn_invert_vt(tf_bn *out, const tf_bn *a, const tf_bn *m)
{
	mp_size_t n = normal_len(m->d, m->n), len = 0;
	uint32_t width = m->n;
	tf_bn u, v = *m, g, s;

	/* mpn_gcdext wants the first operand not smaller than the second and one spare limb: use
	 * a + m. */
	if (n == 0)
		return TF_E_USAGE;
	TRY(tf_bn_mod(&u, a, m));
	TRY(tf_bn_add(&u, &u, m));
	if (mpn_gcdext(g.d, s.d, &len, u.d, normal_len(u.d, u.n), v.d, n) != 1 || g.d[0] != 1)
		return TF_E_USAGE;
	tf_bn_width(&s, (uint32_t)(len < 0 ? -len : len));
	if (len < 0)
		(void)tf_bn_sub(&s, m, &s);
	tf_bn_width(&s, tf_max_u32(width, s.n));
	s.n = width;
	*out = s;
	return TF_OK;
}
