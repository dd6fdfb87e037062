#include "curve/ed25519_field.h"

#include <string.h>

#include "curve/field.h"

const tf_fe tf_fe_one = { { 1, 0, 0, 0, 0 } };
const tf_fe tf_fe_i = { { 0x61b274a0ea0b0, 0xd5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e,
                          0x2b8324804fc1d } };

static uint64_t load64(const uint8_t *in)
{
	uint64_t v = 0;

	for (unsigned i = 8; i-- > 0;)
		v = v << 8 | in[i];
	return v;
}

static void store64(uint8_t *out, uint64_t v)
{
	for (unsigned i = 0; i < 8; i++)
		out[i] = (uint8_t)(v >> 8 * i);
}

void tf_fe_load(tf_fe *out, const uint8_t in[static 32])
{
	uint64_t a = load64(in), b = load64(in + 8), c = load64(in + 16), d = load64(in + 24);

	out->d[0] = a & TF_FE_MASK;
	out->d[1] = (a >> 51 | b << 13) & TF_FE_MASK;
	out->d[2] = (b >> 38 | c << 26) & TF_FE_MASK;
	out->d[3] = (c >> 25 | d << 39) & TF_FE_MASK;
	out->d[4] = d >> 12 & TF_FE_MASK;
}

void tf_fe_store(uint8_t out[static 32], const tf_fe *a)
{
	tf_fe t;
	uint64_t q;

	tf_fe_carry(&t, a->d[0], a->d[1], a->d[2], a->d[3], a->d[4]);
	/* below 2^255 + 2^220 now, so that it has p once or not at all: is a + 19 >= 2^255? */
	q = (t.d[0] + 19) >> 51;
	for (unsigned i = 1; i < 5; i++)
		q = (t.d[i] + q) >> 51;
	t.d[0] += 19 * q;
	for (unsigned i = 0; i < 4; i++) {
		t.d[i + 1] += t.d[i] >> 51;
		t.d[i] &= TF_FE_MASK;
	}
	t.d[4] &= TF_FE_MASK;
	store64(out, t.d[0] | t.d[1] << 51);
	store64(out + 8, t.d[1] >> 13 | t.d[2] << 38);
	store64(out + 16, t.d[2] >> 26 | t.d[3] << 25);
	store64(out + 24, t.d[3] >> 39 | t.d[4] << 12);
}

bool tf_fe_eq_vt(const tf_fe *a, const tf_fe *b)
{
	uint8_t x[32], y[32];

	tf_fe_store(x, a);
	tf_fe_store(y, b);
	return memcmp(x, y, sizeof(x)) == 0;
}

/* out = a^(2^n) b, n > 0 */
static void shift(tf_fe *out, const tf_fe *a, unsigned n, const tf_fe *b)
{
	tf_fe t;

	tf_fe_square(&t, a);
	while (--n > 0)
		tf_fe_square(&t, &t);
	tf_fe_mul(out, &t, b);
}

/* a^(2^250 - 1) and a^11 */
static void ladder(tf_fe *out, tf_fe *eleven, const tf_fe *a)
{
	tf_fe two, nine, t5, t10, t20, t50, t100;

	tf_fe_square(&two, a);
	shift(&nine, &two, 2, a);
	tf_fe_mul(eleven, &nine, &two);
	shift(&t5, eleven, 1, &nine); /* 2^5 - 1 */
	shift(&t10, &t5, 5, &t5);
	shift(&t20, &t10, 10, &t10);
	shift(&t50, &t20, 20, &t20);
	shift(&t50, &t50, 10, &t10);
	shift(&t100, &t50, 50, &t50);
	shift(&t100, &t100, 100, &t100);
	shift(out, &t100, 50, &t50);
}

void tf_fe_invert(tf_fe *out, const tf_fe *a)
{
	tf_fe t, eleven;

	ladder(&t, &eleven, a);
	shift(out, &t, 5, &eleven); /* 2^255 - 21 */
}

void tf_fe_pow_58(tf_fe *out, const tf_fe *a)
{
	tf_fe t, eleven;

	ladder(&t, &eleven, a);
	shift(out, &t, 2, a); /* 2^252 - 3 */
}

/* With r = n m^3 (n m^7)^((p-5)/8), r^2 m / n is a fourth root of unity (or n is 0): for 1 and -1
 * the quotient is a square. */
void tf_fe_ratio_base(tf_fe *base, const tf_fe *n, const tf_fe *m)
{
	tf_fe t;

	tf_fe_square(&t, m);
	tf_fe_mul(&t, &t, m);
	tf_fe_square(&t, &t);
	tf_fe_mul(&t, &t, m);
	tf_fe_mul(base, &t, n);
}

bool tf_fe_ratio_root_vt(tf_fe *out, const tf_fe *n, const tf_fe *m, const tf_fe *power)
{
	static const tf_fe zero;
	tf_fe t, r, check, other;

	tf_fe_square(&t, m);
	tf_fe_mul(&t, &t, m);
	tf_fe_mul(&r, n, &t);
	tf_fe_mul(&r, &r, power);
	tf_fe_square(&check, &r);
	tf_fe_mul(&check, &check, m);
	tf_fe_mul(&other, &r, &tf_fe_i);
	*out = r;
	if (tf_fe_eq_vt(&check, n))
		return true;
	tf_fe_add(&t, &check, n);
	if (tf_fe_eq_vt(&t, &zero)) {
		*out = other;
		return true;
	}
	tf_fe_mul(&t, n, &tf_fe_i);
	if (!tf_fe_eq_vt(&check, &t))
		*out = other;
	return false;
}

bool tf_fe_sqrt_ratio_vt(tf_fe *out, const tf_fe *n, const tf_fe *m)
{
	tf_fe t;

	tf_fe_ratio_base(&t, n, m);
	tf_fe_pow_58(&t, &t);
	return tf_fe_ratio_root_vt(out, n, m, &t);
}

/* Euclid's algorithm (curve/field.h); 0, of which it makes no inverse, comes back. */
void tf_fe_invert_vt(tf_fe *out, const tf_fe *a)
{
	static const uint64_t p[4] = { 0xffffffffffffffed, UINT64_MAX, UINT64_MAX,
	                               UINT64_MAX >> 1 };
	uint8_t b[32];
	uint64_t v[4];

	tf_fe_store(b, a);
	for (unsigned i = 0; i < 4; i++)
		v[i] = load64(b + 8 * i);
	if (tf_field_limbs_invert_vt(v, v, p) != TF_OK)
		memset(v, 0, sizeof(v));
	for (unsigned i = 0; i < 4; i++)
		store64(b + 8 * i, v[i]);
	tf_fe_load(out, b);
}
