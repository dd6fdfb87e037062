#include "num/int.h"

#include "num/limbs.h"

void tf_int_set(tf_int *out, const tf_bn *mag, tf_ct neg)
{
	if (&out->mag != mag)
		out->mag = *mag;
	out->neg = neg & ~tf_bn_is_zero(&out->mag);
}

void tf_int_neg(tf_int *out, const tf_int *a)
{
	tf_int_set(out, &a->mag, ~a->neg);
}

/* Both the sum and the difference of the magnitudes are made; the signs choose. */
static tf_err add_signed(tf_int *out, const tf_int *a, const tf_bn *b_mag, tf_ct b_neg)
{
	TF_AUTO(tf_bn) sum;
	TF_AUTO(tf_bn) a_minus_b;
	TF_AUTO(tf_bn) b_minus_a;
	tf_ct less, same = ~(a->neg ^ b_neg), neg;

	TRY(tf_bn_add(&sum, &a->mag, b_mag));
	less = tf_bn_sub(&a_minus_b, &a->mag, b_mag);
	(void)tf_bn_sub(&b_minus_a, b_mag, &a->mag);
	tf_bn_select(&a_minus_b, less, &b_minus_a, &a_minus_b);
	neg = tf_ct_select(~same & less, b_neg, a->neg);
	tf_bn_select(&sum, same, &sum, &a_minus_b);
	tf_int_set(out, &sum, neg);
	return TF_OK;
}

tf_err tf_int_add(tf_int *out, const tf_int *a, const tf_int *b)
{
	return add_signed(out, a, &b->mag, b->neg);
}

tf_err tf_int_sub(tf_int *out, const tf_int *a, const tf_int *b)
{
	return add_signed(out, a, &b->mag, ~b->neg);
}

tf_err tf_int_mul(tf_int *out, const tf_int *a, const tf_int *b)
{
	tf_ct neg = a->neg ^ b->neg;

	TRY(tf_bn_mul(&out->mag, &a->mag, &b->mag));
	tf_int_set(out, &out->mag, neg);
	return TF_OK;
}

tf_err tf_int_muladd(tf_int *out, const tf_int *a, const tf_int *b, const tf_int *c)
{
	TF_AUTO(tf_int) product;

	TRY(tf_int_mul(&product, a, b));
	return tf_int_add(out, c, &product);
}

tf_err tf_int_mod(tf_bn *out, const tf_int *a, const tf_bn *m)
{
	tf_ct neg = a->neg;
	TF_AUTO(tf_bn) rest;
	TF_AUTO(tf_bn) other;

	TRY(tf_bn_mod(&rest, &a->mag, m));
	(void)tf_bn_sub(&other, m, &rest);
	tf_bn_select(&rest, neg & ~tf_bn_is_zero(&rest), &other, &rest);
	*out = rest;
	return TF_OK;
}

tf_err tf_int_centre(tf_int *out, const tf_bn *a, const tf_bn *m)
{
	TF_AUTO(tf_bn) other;
	tf_ct high;

	/* a > m - a, that is a > m/2 */
	if (tf_ct_reveal(tf_bn_sub(&other, m, a)))
		return TF_E_USAGE;
	high = tf_bn_lt(&other, a);
	tf_bn_select(&other, high, &other, a);
	tf_int_set(out, &other, high);
	return TF_OK;
}

tf_ct tf_int_eq(const tf_int *a, const tf_int *b)
{
	return tf_bn_eq(&a->mag, &b->mag) & ~(a->neg ^ b->neg);
}

/* |a| <= 2^bits s iff the quotient of |a| by 2^bits is below s, or equal and nothing remains. */
tf_ct tf_int_in_range(const tf_int *a, uint32_t bits, const tf_bn *scale)
{
	uint32_t whole = bits / 64, part = bits % 64;
	TF_AUTO(tf_bn) high;
	mp_limb_t rest = 0;
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	if (!scale)
		scale = &one;
	for (uint32_t i = 0; i < whole && i < a->mag.n; i++)
		rest |= a->mag.d[i];
	if (part && whole < a->mag.n)
		rest |= a->mag.d[whole] & (((mp_limb_t)1 << part) - 1);
	tf_bn_shr(&high, &a->mag, bits);
	return tf_bn_lt(&high, scale) | (tf_bn_eq(&high, scale) & tf_ct_is_zero(rest));
}

tf_err tf_int_random(tf_int *out, uint32_t bits, const tf_bn *scale, const tf_rng *rng)
{
	TF_AUTO(tf_bn) x;
	TF_AUTO(tf_bn) below;
	tf_bn bound, count, one;
	tf_ct neg;

	tf_bn_set_u64(&one, 1);
	TRY(tf_bn_shl(&bound, scale ? scale : &one, bits));
	bound.n = tf_max_u32(1, tf_bn_limbs(tf_limbs_bits(bound.d, bound.n)));
	TRY(tf_bn_add(&count, &bound, &bound));
	TRY(tf_bn_add(&count, &count, &one));

	/* x uniform in [0, 2 bound], minus bound */
	TRY(tf_bn_random_below(&x, &count, rng));
	neg = tf_bn_sub(&below, &bound, &x);
	(void)tf_bn_sub(&x, &x, &bound);
	neg = ~neg;
	tf_bn_select(&x, neg, &below, &x);
	x.n = bound.n;
	tf_int_set(out, &x, neg);
	return TF_OK;
}
