#include "paillier/primes.h"

/* Fermat's method factors a product of close primes fast (docs/protocol.md, "Parameters"). */
#define NEAR_BITS 100u

static tf_ct exact_bits(const tf_bn *a, uint32_t bits)
{
	return tf_bn_fits(a, bits) & ~tf_bn_fits(a, bits - 1);
}

static tf_ct is_3_mod_4(const tf_bn *a)
{
	return tf_ct_eq(a->d[0] & 3, 3);
}

tf_err tf_primes_check(const tf_profile *pr, const tf_bn *p, const tf_bn *q)
{
	uint32_t bits = pr->prime_bits;
	TF_AUTO(tf_bn) d1;
	TF_AUTO(tf_bn) d2;
	TF_AUTO(tf_bn) product;
	tf_ct ok = exact_bits(p, bits) & exact_bits(q, bits) & is_3_mod_4(p) & is_3_mod_4(q);
	tf_ct less;

	if (!tf_ct_reveal(ok))
		return TF_E_ENCODING;
	TRY(tf_bn_mul(&product, p, q));
	less = tf_bn_sub(&d1, p, q);
	(void)tf_bn_sub(&d2, q, p);
	tf_bn_select(&d1, less, &d2, &d1);
	ok = exact_bits(&product, 2 * bits) & ~tf_bn_fits(&d1, bits - NEAR_BITS);
	return tf_ct_reveal(ok) ? TF_OK : TF_E_ENCODING;
}
