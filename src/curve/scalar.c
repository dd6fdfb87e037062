#include <string.h>

#include "curve/impl.h"

/* out = a mod q for any four limbs. */
static void reduce_limbs(const tf_field *f, uint64_t out[static 4], const uint64_t a[static 4])
{
	tf_field_enter(f, out, a);
	tf_field_leave(f, out, out);
}

void tf_sc_field_init(tf_group *g, const uint64_t q[static 4])
{
	tf_field_init(&g->f, q);
	g->order.n = 4;
	memcpy(g->order.d, q, 4 * sizeof(uint64_t));
}

void tf_sc_encode(uint8_t out[static TF_SC_BYTES], const tf_sc *a)
{
	tf_field_store(out, a->d);
}

tf_err tf_sc_decode(const tf_group *g, tf_sc *out, const uint8_t in[static TF_SC_BYTES])
{
	uint64_t v[4], t[4];
	uint64_t below;

	tf_field_load(v, in);
	below = tf_field_limbs_sub(t, v, g->f.p);
	tf_wipe(t, sizeof(t));
	if (!tf_ct_reveal(tf_ct_mask(below))) {
		tf_wipe(v, sizeof(v));
		return TF_E_ENCODING;
	}
	memcpy(out->d, v, sizeof(v));
	tf_wipe(v, sizeof(v));
	return TF_OK;
}

void tf_sc_set_u64(const tf_group *g, tf_sc *out, uint64_t v)
{
	uint64_t x[4] = { v, 0, 0, 0 };

	reduce_limbs(&g->f, out->d, x);
}

void tf_sc_add(const tf_group *g, tf_sc *out, const tf_sc *a, const tf_sc *b)
{
	tf_field_add(&g->f, out->d, a->d, b->d);
}

void tf_sc_neg(const tf_group *g, tf_sc *out, const tf_sc *a)
{
	tf_ct zero = tf_sc_is_zero(a);

	tf_field_limbs_sub(out->d, g->f.p, a->d);
	for (unsigned i = 0; i < 4; i++)
		out->d[i] = tf_ct_select(zero, 0, out->d[i]);
}

void tf_sc_sub(const tf_group *g, tf_sc *out, const tf_sc *a, const tf_sc *b)
{
	TF_AUTO(tf_sc_sec) t;

	tf_sc_neg(g, &t.s, b);
	tf_sc_add(g, out, a, &t.s);
}

void tf_sc_mul(const tf_group *g, tf_sc *out, const tf_sc *a, const tf_sc *b)
{
	TF_AUTO(tf_sc_sec) t;

	tf_field_enter(&g->f, t.s.d, a->d);
	tf_field_mul(&g->f, out->d, t.s.d, b->d);
}

void tf_sc_inv(const tf_group *g, tf_sc *out, const tf_sc *a)
{
	TF_AUTO(tf_sc_sec) t;

	tf_field_enter(&g->f, t.s.d, a->d);
	tf_field_pow(&g->f, t.s.d, t.s.d, g->f.p_minus_2); /* the exponent is public */
	tf_field_leave(&g->f, out->d, t.s.d);
}

tf_err tf_sc_inv_vt(const tf_group *g, tf_sc *out, const tf_sc *a)
{
	if (!tf_sc_is_zero(a))
		return tf_field_limbs_invert_vt(out->d, a->d, g->f.p);
	*out = (tf_sc){ { 0 } };
	return TF_OK;
}

tf_ct tf_sc_is_zero(const tf_sc *a)
{
	return tf_ct_is_zero(tf_ct_barrier(a->d[0] | a->d[1] | a->d[2] | a->d[3]));
}

tf_ct tf_sc_eq(const tf_sc *a, const tf_sc *b)
{
	return tf_field_eq(a->d, b->d);
}

/* acc = acc * 2^256 + chunk mod q. */
static void horner(const tf_group *g, tf_sc *acc, const uint64_t chunk[static 4])
{
	TF_AUTO(tf_sc_sec) t;

	tf_field_mul(&g->f, acc->d, acc->d, g->f.r2);
	reduce_limbs(&g->f, t.s.d, chunk);
	tf_sc_add(g, acc, acc, &t.s);
}

tf_err tf_sc_from_bn(const tf_group *g, tf_sc *out, const tf_bn *a)
{
	TF_AUTO(tf_sc_sec) acc = { 0 };

	if (a->n > TF_BN_LIMBS)
		return TF_E_USAGE;
	for (uint32_t at = (a->n + 3) & ~3u; at > 0; at -= 4) /* limbs above a->n are zero */
		horner(g, &acc.s, (const uint64_t *)a->d + at - 4);
	*out = acc.s;
	return TF_OK;
}

tf_err tf_sc_from_int(const tf_group *g, tf_sc *out, const tf_int *a)
{
	TF_AUTO(tf_sc_sec) pos;
	TF_AUTO(tf_sc_sec) neg;

	TRY(tf_sc_from_bn(g, &pos.s, &a->mag));
	tf_sc_neg(g, &neg.s, &pos.s);
	for (unsigned i = 0; i < 4; i++)
		out->d[i] = tf_ct_select(a->neg, neg.s.d[i], pos.s.d[i]);
	return TF_OK;
}

tf_err tf_sc_reduce_bytes(const tf_group *g, tf_sc *out, const uint8_t *in, size_t len)
{
	TF_AUTO(tf_sc_sec) acc = { 0 };
	uint8_t padded[64] = { 0 };
	uint64_t chunk[4];

	if (len > sizeof(padded))
		return TF_E_USAGE;
	if (len)
		memcpy(padded + sizeof(padded) - len, in, len);
	tf_field_load(chunk, padded);
	horner(g, &acc.s, chunk);
	tf_field_load(chunk, padded + 32);
	horner(g, &acc.s, chunk);
	*out = acc.s;
	tf_wipe(padded, sizeof(padded));
	tf_wipe(chunk, sizeof(chunk));
	return TF_OK;
}

tf_err tf_sc_centre(const tf_group *g, tf_int *out, const tf_sc *a)
{
	TF_AUTO(tf_sc_sec) neg;
	uint64_t t[4];
	uint64_t upper;

	tf_sc_neg(g, &neg.s, a);
	upper = tf_field_limbs_sub(t, neg.s.d, a->d); /* -a < a, so a lies in the upper half */
	tf_wipe(t, sizeof(t));
	memset(out, 0, sizeof(*out));
	out->neg = tf_ct_mask(upper);
	out->mag.n = 4;
	for (unsigned i = 0; i < 4; i++)
		out->mag.d[i] = tf_ct_select(out->neg, neg.s.d[i], a->d[i]);
	return TF_OK;
}

/* All ones below the highest set bit of q, so that half of the candidates or more are accepted. */
static void candidate_mask(const tf_field *f, uint64_t mask[static 4])
{
	uint64_t above = 0;

	for (unsigned i = 4; i-- > 0;) {
		uint64_t m = above | f->p[i];

		for (unsigned s = 1; s < 64; s *= 2)
			m |= m >> s;
		mask[i] = m;
		above = m ? UINT64_MAX : 0;
	}
}

tf_err tf_sc_random(const tf_group *g, tf_sc_sec *out, const tf_rng *rng)
{
	TF_AUTO(tf_secret) raw;
	TF_AUTO(tf_sc_sec) c;
	uint64_t mask[4], t[4];

	candidate_mask(&g->f, mask);
	for (;;) {
		uint64_t below;

		TRY(tf_rng_bytes(rng, raw.b, sizeof(raw.b)));
		tf_field_load(c.s.d, raw.b);
		for (unsigned i = 0; i < 4; i++)
			c.s.d[i] &= mask[i];
		below = tf_field_limbs_sub(t, c.s.d, g->f.p);
		tf_wipe(t, sizeof(t));
		/* that a candidate was thrown away says nothing about the next one */
		if (tf_ct_reveal(tf_ct_mask(below) & ~tf_sc_is_zero(&c.s)))
			break;
	}
	*out = c;
	return TF_OK;
}
