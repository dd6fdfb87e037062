/* Uniform sampling, always by rejection: no value is more likely than another. */
#include "num/limbs.h"

tf_err tf_bn_random_bits(tf_bn *out, uint32_t bits, const tf_rng *rng)
{
	uint32_t n = tf_max_u32(1, tf_bn_limbs(bits));

	if (bits > TF_BN_BITS)
		return TF_E_CAPACITY;
	TRY(tf_rng_bytes(rng, out->d, n * sizeof(mp_limb_t)));
	tf_bn_width(out, n);
	if (bits % 64)
		out->d[n - 1] &= ((mp_limb_t)1 << (bits % 64)) - 1;
	else if (bits == 0)
		out->d[0] = 0;
	return TF_OK;
}

tf_err tf_bn_random_below(tf_bn *out, const tf_bn *m, const tf_rng *rng)
{
	uint32_t bits = tf_limbs_bits(m->d, m->n), width = m->n;
	TF_AUTO(tf_bn) candidate;

	if (bits == 0)
		return TF_E_USAGE;
	do {
		TRY(tf_bn_random_bits(&candidate, bits, rng));
	} while (!tf_ct_reveal(tf_bn_lt(&candidate, m)));
	candidate.n = width;
	*out = candidate;
	return TF_OK;
}

/* Blinded test: with u uniform and independent, r u mod m tells about r only whether both are units
 * (among units it is uniform whatever r is), so it may be handled in variable time. */
tf_err tf_bn_random_unit(tf_bn *out, const tf_bn *m, const tf_rng *rng)
{
	uint32_t bits = tf_bn_bits_vt(m), n = tf_bn_limbs(bits);
	TF_AUTO(tf_wide) product;
	TF_AUTO(tf_wide) scratch;
	TF_AUTO(tf_bn) r;
	TF_AUTO(tf_bn) u;
	tf_bn blinded;

	if (bits < 2)
		return TF_E_USAGE;
	if (!tf_limbs_supported(n))
		return TF_E_CAPACITY;
	do {
		TRY(tf_bn_random_below(&r, m, rng));
		TRY(tf_bn_random_below(&u, m, rng));
		tf_limbs_mul(product.d, r.d, n, u.d, n, &scratch);
		tf_limbs_divmod(NULL, blinded.d, product.d, 2 * (size_t)n, m->d, n, bits);
		tf_bn_width(&blinded, n);
		tf_ct_declassify(&blinded, sizeof(blinded));
	} while (!tf_bn_coprime_vt(&blinded, m));
	*out = r;
	return TF_OK;
}
