#include "num/bn.h"

#include "num/limbs.h"

void tf_bn_set_u64(tf_bn *out, uint64_t v)
{
	tf_bn_width(out, 1);
	out->d[0] = v;
}

void tf_bn_resize(tf_bn *a, uint32_t limbs)
{
	tf_bn_width(a, limbs < TF_BN_LIMBS ? limbs : TF_BN_LIMBS);
}

tf_err tf_bn_from_bytes(tf_bn *out, const uint8_t *in, size_t len)
{
	if (len > TF_BN_BYTES)
		return TF_E_CAPACITY;
	tf_bn_width(out, 0);
	out->n = tf_max_u32(1, (uint32_t)((len + 7) / 8));
	for (size_t i = 0; i < len; i++)
		out->d[i / 8] |= (mp_limb_t)in[len - 1 - i] << (8 * (i % 8));
	return TF_OK;
}

void tf_bn_to_bytes(uint8_t *out, size_t len, const tf_bn *a)
{
	memset(out, 0, len);
	for (size_t i = 0; i < len && i < TF_BN_BYTES; i++)
		out[len - 1 - i] = (uint8_t)(a->d[i / 8] >> (8 * (i % 8)));
}

tf_ct tf_bn_is_zero(const tf_bn *a)
{
	return tf_limbs_zero(a->d, a->n);
}

tf_ct tf_bn_eq(const tf_bn *a, const tf_bn *b)
{
	uint32_t n = tf_max_u32(a->n, b->n);
	mp_limb_t diff = 0;

	for (uint32_t i = 0; i < n; i++)
		diff |= a->d[i] ^ b->d[i];
	return tf_ct_is_zero(tf_ct_barrier(diff));
}

tf_ct tf_bn_lt(const tf_bn *a, const tf_bn *b)
{
	return tf_limbs_lt(a->d, b->d, tf_max_u32(a->n, b->n));
}

tf_ct tf_bn_is_odd(const tf_bn *a)
{
	return tf_ct_mask(a->d[0]);
}

void tf_bn_select(tf_bn *out, tf_ct c, const tf_bn *yes, const tf_bn *no)
{
	uint32_t n = tf_max_u32(yes->n, no->n);

	tf_limbs_select(out->d, c, yes->d, no->d, n);
	tf_bn_width(out, n);
}

tf_ct tf_bn_fits(const tf_bn *a, uint32_t bits)
{
	uint32_t whole = bits / 64;
	mp_limb_t any = 0;

	if (whole >= a->n)
		return ~(tf_ct)0;
	any = a->d[whole] >> (bits % 64);
	for (uint32_t i = whole + 1; i < a->n; i++)
		any |= a->d[i];
	return tf_ct_is_zero(tf_ct_barrier(any));
}

tf_err tf_bn_add(tf_bn *out, const tf_bn *a, const tf_bn *b)
{
	uint32_t n = tf_max_u32(1, tf_max_u32(a->n, b->n));
	mp_limb_t carry;

	if (n >= TF_BN_LIMBS)
		return TF_E_CAPACITY;
	carry = mpn_add_n(out->d, a->d, b->d, (mp_size_t)n);
	tf_bn_width(out, n);
	out->d[n] = carry;
	out->n = n + 1;
	return TF_OK;
}

tf_ct tf_bn_sub(tf_bn *out, const tf_bn *a, const tf_bn *b)
{
	uint32_t n = tf_max_u32(1, tf_max_u32(a->n, b->n));
	mp_limb_t borrow = mpn_sub_n(out->d, a->d, b->d, (mp_size_t)n);

	tf_bn_width(out, n);
	return tf_ct_mask(borrow);
}

tf_err tf_bn_mul(tf_bn *out, const tf_bn *a, const tf_bn *b)
{
	uint32_t an = tf_max_u32(1, a->n), bn = tf_max_u32(1, b->n);
	TF_AUTO(tf_wide) scratch;
	TF_AUTO(tf_bn) product;

	if (an + bn > TF_BN_LIMBS || !tf_limbs_supported(tf_max_u32(an, bn)))
		return TF_E_CAPACITY;
	tf_limbs_mul(product.d, a->d, an, b->d, bn, &scratch);
	memcpy(out->d, product.d, (an + bn) * sizeof(mp_limb_t));
	tf_bn_width(out, an + bn);
	return TF_OK;
}

tf_err tf_bn_shl(tf_bn *out, const tf_bn *a, uint32_t bits)
{
	uint32_t whole = bits / 64, part = bits % 64;
	uint32_t an = tf_max_u32(1, a->n);

	if (bits >= TF_BN_BITS || an + whole + (part != 0) > TF_BN_LIMBS)
		return TF_E_CAPACITY;
	memmove(out->d + whole, a->d, an * sizeof(mp_limb_t));
	memset(out->d, 0, whole * sizeof(mp_limb_t));
	tf_bn_width(out, an + whole);
	if (part) {
		mp_limb_t top = mpn_lshift(out->d + whole, out->d + whole, (mp_size_t)an, part);

		out->d[out->n++] = top;
	}
	return TF_OK;
}

void tf_bn_shr(tf_bn *out, const tf_bn *a, uint32_t bits)
{
	uint32_t whole = bits / 64, part = bits % 64;

	if (whole >= a->n) {
		tf_bn_set_u64(out, 0);
		return;
	}
	memmove(out->d, a->d + whole, (a->n - whole) * sizeof(mp_limb_t));
	tf_bn_width(out, a->n - whole);
	if (part)
		(void)mpn_rshift(out->d, out->d, (mp_size_t)out->n, part);
}

tf_err tf_bn_divmod(tf_bn *q, tf_bn *r, const tf_bn *a, const tf_bn *m)
{
	uint32_t bits = tf_limbs_bits(m->d, m->n);
	uint32_t dn = tf_bn_limbs(bits), an = tf_max_u32(1, a->n), rn = m->n;
	TF_AUTO(tf_bn) quot;
	TF_AUTO(tf_bn) rem;

	if (bits == 0)
		return TF_E_USAGE;
	tf_bn_set_u64(&quot, 0);
	tf_limbs_divmod(quot.d, rem.d, a->d, an, m->d, dn, bits);
	tf_bn_width(&rem, dn);
	rem.n = rn;
	if (an >= dn)
		tf_bn_width(&quot, an - dn + 1);
	if (q)
		*q = quot;
	if (r)
		*r = rem;
	return TF_OK;
}

tf_err tf_bn_mod(tf_bn *out, const tf_bn *a, const tf_bn *m)
{
	return tf_bn_divmod(NULL, out, a, m);
}

tf_err tf_bn_invert(tf_bn *out, const tf_bn *a, const tf_bn *m)
{
	uint32_t bits = tf_limbs_bits(m->d, m->n);
	uint32_t n = tf_bn_limbs(bits), width = m->n;
	TF_AUTO(tf_wide) scratch;
	TF_AUTO(tf_bn) value;
	TF_AUTO(tf_bn) inverse;
	tf_ct exists;

	if (bits < 2 || !tf_ct_reveal(tf_bn_is_odd(m)))
		return TF_E_USAGE;
	if (mpn_sec_invert_itch((mp_size_t)n) > (mp_size_t)TF_ARRAY_LEN(scratch.d))
		return TF_E_CAPACITY;
	TRY(tf_bn_mod(&value, a, m));
	exists = (tf_ct)mpn_sec_invert(inverse.d, value.d, m->d, (mp_size_t)n, 2 * (mp_bitcnt_t)bits,
	                               scratch.d);
	if (!tf_ct_reveal(~tf_ct_is_zero(exists)))
		return TF_E_USAGE;
	tf_bn_width(&inverse, n);
	inverse.n = width;
	*out = inverse;
	return TF_OK;
}
