#include <string.h>

#include "curve/impl.h"

typedef unsigned __int128 wide;

/* out = a - b; returns the borrow. */
static uint64_t limbs_sub(uint64_t out[static 4], const uint64_t a[static 4],
                          const uint64_t b[static 4])
{
	uint64_t borrow = 0;

	for (unsigned i = 0; i < 4; i++) {
		wide t = (wide)a[i] - b[i] - borrow;

		out[i] = (uint64_t)t;
		borrow = (uint64_t)(t >> 64) & 1;
	}
	return borrow;
}

/* out = (carry, a) mod q for a value below 2q. */
static void reduce_once(const tf_sc_field *f, uint64_t out[static 4], const uint64_t a[static 4],
                        uint64_t carry)
{
	uint64_t t[4];
	uint64_t borrow = limbs_sub(t, a, f->q);
	tf_ct keep = tf_ct_mask(borrow & (carry ^ 1));

	for (unsigned i = 0; i < 4; i++)
		out[i] = tf_ct_select(keep, a[i], t[i]);
	tf_wipe(t, sizeof(t));
}

/* out = a * b / 2^256 mod q for any a and b < q (Montgomery's CIOS). */
static void mont_mul(const tf_sc_field *f, uint64_t out[static 4], const uint64_t a[static 4],
                     const uint64_t b[static 4])
{
	uint64_t t[6] = { 0 };

	for (unsigned i = 0; i < 4; i++) {
		wide c = 0;
		uint64_t m;

		for (unsigned j = 0; j < 4; j++) {
			c += (wide)a[i] * b[j] + t[j];
			t[j] = (uint64_t)c;
			c >>= 64;
		}
		c += t[4];
		t[4] = (uint64_t)c;
		t[5] = (uint64_t)(c >> 64);
		m = t[0] * f->q_inv;
		c = ((wide)m * f->q[0] + t[0]) >> 64;
		for (unsigned j = 1; j < 4; j++) {
			c += (wide)m * f->q[j] + t[j];
			t[j - 1] = (uint64_t)c;
			c >>= 64;
		}
		c += t[4];
		t[3] = (uint64_t)c;
		t[4] = t[5] + (uint64_t)(c >> 64);
	}
	reduce_once(f, out, t, t[4]);
	tf_wipe(t, sizeof(t));
}

/* out = a mod q for any four limbs. */
static void reduce_limbs(const tf_sc_field *f, uint64_t out[static 4], const uint64_t a[static 4])
{
	static const uint64_t unit[4] = { 1, 0, 0, 0 };

	mont_mul(f, out, a, f->r2);
	mont_mul(f, out, out, unit);
}

static uint64_t limbs_add(uint64_t out[static 4], const uint64_t a[static 4],
                          const uint64_t b[static 4])
{
	wide c = 0;

	for (unsigned i = 0; i < 4; i++) {
		c += (wide)a[i] + b[i];
		out[i] = (uint64_t)c;
		c >>= 64;
	}
	return (uint64_t)c;
}

/* out = 2a mod q, public. */
static void double_mod(const tf_sc_field *f, uint64_t a[static 4])
{
	reduce_once(f, a, a, limbs_add(a, a, a));
}

void tf_sc_field_init(tf_group *g, const uint64_t q[static 4])
{
	static const uint64_t two[4] = { 2, 0, 0, 0 };
	tf_sc_field *f = &g->f;
	uint64_t inv = 1;
	uint64_t x[4] = { 1, 0, 0, 0 };

	memcpy(f->q, q, sizeof(f->q));
	limbs_sub(f->q_minus_2, q, two);
	for (unsigned i = 0; i < 6; i++) /* Newton: the number of right bits doubles */
		inv *= 2 - q[0] * inv;
	f->q_inv = 0 - inv;
	for (unsigned i = 0; i < 512; i++) {
		double_mod(f, x);
		if (i == 255)
			memcpy(f->one, x, sizeof(x));
	}
	memcpy(f->r2, x, sizeof(x));
	g->order.n = 4;
	memcpy(g->order.d, q, 4 * sizeof(uint64_t));
}

static void load_be(uint64_t out[static 4], const uint8_t in[static 32])
{
	for (unsigned i = 0; i < 4; i++) {
		uint64_t v = 0;

		for (unsigned j = 0; j < 8; j++)
			v = v << 8 | in[8 * (3 - i) + j];
		out[i] = v;
	}
}

void tf_sc_encode(uint8_t out[static TF_SC_BYTES], const tf_sc *a)
{
	for (unsigned i = 0; i < 32; i++)
		out[i] = (uint8_t)(a->d[3 - i / 8] >> (8 * (7 - i % 8)));
}

tf_err tf_sc_decode(const tf_group *g, tf_sc *out, const uint8_t in[static TF_SC_BYTES])
{
	uint64_t v[4], t[4];
	uint64_t below;

	load_be(v, in);
	below = limbs_sub(t, v, g->f.q);
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
	uint64_t t[4];
	uint64_t carry = limbs_add(t, a->d, b->d);

	reduce_once(&g->f, out->d, t, carry);
	tf_wipe(t, sizeof(t));
}

void tf_sc_neg(const tf_group *g, tf_sc *out, const tf_sc *a)
{
	tf_ct zero = tf_sc_is_zero(a);

	limbs_sub(out->d, g->f.q, a->d);
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

	mont_mul(&g->f, t.s.d, a->d, g->f.r2);
	mont_mul(&g->f, out->d, t.s.d, b->d);
}

void tf_sc_inv(const tf_group *g, tf_sc *out, const tf_sc *a)
{
	static const uint64_t unit[4] = { 1, 0, 0, 0 };
	const tf_sc_field *f = &g->f;
	TF_AUTO(tf_sc_sec) base;
	TF_AUTO(tf_sc_sec) acc;

	mont_mul(f, base.s.d, a->d, f->r2);
	memcpy(acc.s.d, f->one, sizeof(f->one));
	for (unsigned i = 256; i-- > 0;) { /* the exponent q - 2 is public */
		mont_mul(f, acc.s.d, acc.s.d, acc.s.d);
		if (f->q_minus_2[i / 64] >> (i % 64) & 1)
			mont_mul(f, acc.s.d, acc.s.d, base.s.d);
	}
	mont_mul(f, out->d, acc.s.d, unit);
}

tf_ct tf_sc_is_zero(const tf_sc *a)
{
	return tf_ct_is_zero(tf_ct_barrier(a->d[0] | a->d[1] | a->d[2] | a->d[3]));
}

tf_ct tf_sc_eq(const tf_sc *a, const tf_sc *b)
{
	uint64_t diff = 0;

	for (unsigned i = 0; i < 4; i++)
		diff |= a->d[i] ^ b->d[i];
	return tf_ct_is_zero(tf_ct_barrier(diff));
}

/* acc = acc * 2^256 + chunk mod q. */
static void horner(const tf_group *g, tf_sc *acc, const uint64_t chunk[static 4])
{
	TF_AUTO(tf_sc_sec) t;

	mont_mul(&g->f, acc->d, acc->d, g->f.r2);
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
	load_be(chunk, padded);
	horner(g, &acc.s, chunk);
	load_be(chunk, padded + 32);
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
	upper = limbs_sub(t, neg.s.d, a->d); /* -a < a, so a lies in the upper half */
	tf_wipe(t, sizeof(t));
	memset(out, 0, sizeof(*out));
	out->neg = tf_ct_mask(upper);
	out->mag.n = 4;
	for (unsigned i = 0; i < 4; i++)
		out->mag.d[i] = tf_ct_select(out->neg, neg.s.d[i], a->d[i]);
	return TF_OK;
}

/* All ones below the highest set bit of q, so that half of the candidates or more are accepted. */
static void candidate_mask(const tf_sc_field *f, uint64_t mask[static 4])
{
	uint64_t above = 0;

	for (unsigned i = 4; i-- > 0;) {
		uint64_t m = above | f->q[i];

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
		load_be(c.s.d, raw.b);
		for (unsigned i = 0; i < 4; i++)
			c.s.d[i] &= mask[i];
		below = limbs_sub(t, c.s.d, g->f.q);
		tf_wipe(t, sizeof(t));
		/* that a candidate was thrown away says nothing about the next one */
		if (tf_ct_reveal(tf_ct_mask(below) & ~tf_sc_is_zero(&c.s)))
			break;
	}
	*out = c;
	return TF_OK;
}
