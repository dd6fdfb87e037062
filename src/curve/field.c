#include "curve/field.h"

#include <string.h>

#include "base/secret.h"

void tf_field_init(tf_field *f, const uint64_t p[static 4])
{
	static const uint64_t two[4] = { 2, 0, 0, 0 };
	uint64_t inv = 1;
	uint64_t x[4] = { 1, 0, 0, 0 };

	memcpy(f->p, p, sizeof(f->p));
	(void)tf_field_limbs_sub(f->p_minus_2, p, two);
	for (unsigned i = 0; i < 6; i++) /* Newton: the number of right bits doubles */
		inv *= 2 - p[0] * inv;
	f->p_inv = 0 - inv;
	for (unsigned i = 0; i < 512; i++) {
		tf_field_add(f, x, x, x);
		if (i == 255)
			memcpy(f->one, x, sizeof(x));
	}
	memcpy(f->r2, x, sizeof(x));
}

/* Windows of four bits. */
void tf_field_pow(const tf_field *f, uint64_t out[static 4], const uint64_t a[static 4],
                  const uint64_t e[static 4])
{
	uint64_t power[16][4], acc[4];

	memcpy(power[0], f->one, sizeof(acc));
	for (unsigned i = 1; i < 16; i++)
		tf_field_mul(f, power[i], a, power[i - 1]);
	memcpy(acc, f->one, sizeof(acc));
	for (unsigned i = 64; i-- > 0;) {
		unsigned digit = (unsigned)(e[i / 16] >> (4 * (i % 16)) & 15);

		for (unsigned j = 0; j < 4; j++)
			tf_field_mul(f, acc, acc, acc);
		if (digit)
			tf_field_mul(f, acc, acc, power[digit]);
	}
	memcpy(out, acc, sizeof(acc));
	tf_wipe(power, sizeof(power));
	tf_wipe(acc, sizeof(acc));
}

/* a >> n for n < 64, after adding `plus`. No carry out of the top for the p of a field here but in
 * p + 1 = 2^256, which is no prime's. */
static void shifted(uint64_t out[static 4], const uint64_t a[static 4], uint64_t plus, unsigned n)
{
	uint64_t t[4] = { 0 };

	(void)tf_field_limbs_add(t, a, (const uint64_t[4]){ plus });
	for (unsigned i = 0; i < 4; i++)
		out[i] = t[i] >> n | (i < 3 ? t[i + 1] << (64 - n) : 0);
}

static bool is_square_vt(const tf_field *f, const uint64_t a[static 4])
{
	uint64_t half[4], t[4];

	shifted(half, f->p, 0, 1); /* p is odd: (p-1)/2 */
	tf_field_pow(f, t, a, half);
	return tf_ct_reveal(tf_field_eq(t, f->one));
}

/* u + v w with w^2 = n */
typedef struct quadratic {
	uint64_t u[4], v[4];
} quadratic;

static void quadratic_mul(const tf_field *f, quadratic *out, const quadratic *a,
                          const quadratic *b, const uint64_t n[static 4])
{
	uint64_t uu[4], vv[4], uv[4], vu[4];

	tf_field_mul(f, uu, a->u, b->u);
	tf_field_mul(f, vv, a->v, b->v);
	tf_field_mul(f, vv, vv, n);
	tf_field_mul(f, uv, a->u, b->v);
	tf_field_mul(f, vu, a->v, b->u);
	tf_field_add(f, out->u, uu, vv);
	tf_field_add(f, out->v, uv, vu);
}

/* Cipolla: with n = t^2 - a no square, (t + w)^((p+1)/2) is a root of a. (STARK's p is 1 modulo
 * 2^192, where Tonelli and Shanks would take some 18,000 squarings.) */
static void cipolla(const tf_field *f, uint64_t out[static 4], const uint64_t a[static 4])
{
	quadratic base = { .v = { 0 } }, acc = { .v = { 0 } };
	uint64_t n[4], e[4];

	memcpy(base.u, f->one, sizeof(base.u));
	for (;;) { /* every other t will do */
		tf_field_mul(f, n, base.u, base.u);
		tf_field_sub(f, n, n, a);
		if (!is_square_vt(f, n))
			break;
		tf_field_add(f, base.u, base.u, f->one);
	}
	memcpy(base.v, f->one, sizeof(base.v));
	memcpy(acc.u, f->one, sizeof(acc.u));
	shifted(e, f->p, 1, 1);
	for (unsigned i = 256; i-- > 0;) {
		quadratic_mul(f, &acc, &acc, &acc, n);
		if (e[i / 64] >> (i % 64) & 1)
			quadratic_mul(f, &acc, &acc, &base, n);
	}
	memcpy(out, acc.u, sizeof(acc.u));
}

bool tf_field_sqrt_vt(const tf_field *f, uint64_t out[static 4], const uint64_t a[static 4])
{
	uint64_t e[4], root[4], square[4];

	if (f->p[0] % 4 == 3) {
		shifted(e, f->p, 1, 2);
		tf_field_pow(f, root, a, e);
	} else {
		cipolla(f, root, a);
	}
	tf_field_mul(f, square, root, root);
	if (!tf_ct_reveal(tf_field_eq(square, a)))
		return false;
	memcpy(out, root, sizeof(root));
	return true;
}

void tf_field_load(uint64_t out[static 4], const uint8_t in[static 32])
{
	for (unsigned i = 0; i < 4; i++) {
		uint64_t v = 0;

		for (unsigned j = 0; j < 8; j++)
			v = v << 8 | in[8 * (3 - i) + j];
		out[i] = v;
	}
}

void tf_field_store(uint8_t out[static 32], const uint64_t a[static 4])
{
	for (unsigned i = 0; i < 32; i++)
		out[i] = (uint8_t)(a[3 - i / 8] >> (8 * (7 - i % 8)));
}
