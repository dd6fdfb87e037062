#include <string.h>

#include "curve/field.h"
#include "curve/secp256k1_point.h"

#define DIGITS 64u    /* sixteenths, -7 .. 8, of a multiple of G */
#define NAF 132u      /* of half a scalar */
#define WIDTH 5u
#define WIDTH_BASE 8u
#define ODD (1u << (WIDTH - 2))

static const uint64_t order[4] = { 0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe,
	                           UINT64_MAX };
static const tf_kf beta = { { 0x96c28719501ee, 0x7512f58995c13, 0xc3434e99cf049, 0x7106e64479ea,
	                      0x7ae96a2b657c } };
static const tf_kf one = { { 1 } };

/* ---- sums ---- */

static void set_affine(tf_k_point *out, const tf_k_affine *p)
{
	*out = (tf_k_point){ .X = p->x, .Y = p->y, .Z = one };
}

/* With l = 3/2 X^2: l^2 - 2 X Y^2, l (X Y^2 - X') - Y^4, Y Z. No point has order 2. */
static void twice(tf_k_point *out, const tf_k_point *p)
{
	tf_kf l, s, t, u;

	if (p->O) {
		*out = *p;
		return;
	}
	tf_kf_mul(&out->Z, &p->Y, &p->Z);
	tf_kf_square(&s, &p->Y);
	tf_kf_square(&l, &p->X);
	tf_kf_add(&t, &l, &l);
	tf_kf_add(&l, &l, &t);
	tf_kf_half(&l, &l); /* size 2.5 */
	tf_kf_mul(&t, &p->X, &s);
	tf_kf_square(&s, &s);
	tf_kf_square(&u, &l);
	tf_kf_sub(&u, &u, &t, 2);
	tf_kf_sub(&out->X, &u, &t, 2); /* 5 */
	tf_kf_sub(&t, &t, &out->X, 6); /* 7 */
	tf_kf_mul(&t, &t, &l);
	tf_kf_sub(&out->Y, &t, &s, 2); /* 3 */
	out->O = false;
}

/* h = x Z^2 - X and r = y Z^3 - Y are not 0: r^2 - h^3 - 2 X h^2, r (X h^2 - X') - Y h^3, h Z. */
static void add_different(tf_k_point *out, const tf_k_point *p, const tf_kf *h, const tf_kf *r)
{
	tf_kf hh, v, u;

	tf_kf_mul(&out->Z, &p->Z, h);
	tf_kf_square(&hh, h);
	tf_kf_mul(&v, &p->X, &hh);
	tf_kf_mul(&hh, &hh, h);
	tf_kf_add(&u, &v, &v);
	tf_kf_add(&u, &u, &hh); /* size 3 */
	tf_kf_mul(&hh, &p->Y, &hh);
	tf_kf_square(&out->X, r);
	tf_kf_sub(&out->X, &out->X, &u, 4); /* 5 */
	tf_kf_sub(&v, &v, &out->X, 6);      /* 7 */
	tf_kf_mul(&v, &v, r);
	tf_kf_sub(&out->Y, &v, &hh, 2);     /* 3 */
	out->O = false;
}

void tf_k_add_affine(tf_k_point *out, const tf_k_point *p, const tf_k_affine *q)
{
	tf_kf h, r, zz;

	if (p->O) {
		set_affine(out, q);
		return;
	}
	tf_kf_square(&zz, &p->Z);
	tf_kf_mul(&h, &q->x, &zz);
	tf_kf_sub(&h, &h, &p->X, 6); /* size 7 */
	tf_kf_mul(&r, &q->y, &zz);
	tf_kf_mul(&r, &r, &p->Z);
	tf_kf_sub(&r, &r, &p->Y, 4); /* 5 */
	if (!tf_kf_is_zero_vt(&h)) {
		add_different(out, p, &h, &r);
	} else if (tf_kf_is_zero_vt(&r)) {
		twice(out, p);
	} else {
		*out = (tf_k_point){ .O = true };
	}
}

/* q, or -q. */
static void add_turned(tf_k_point *acc, const tf_kf *x, const tf_kf *y, bool minus)
{
	static const tf_kf zero;
	tf_k_affine q = { *x, *y };

	if (minus)
		tf_kf_sub(&q.y, &zero, y, 2);
	tf_k_add_affine(acc, acc, &q);
}

/* ---- halves of scalars ---- */

/* The lower 256 bits of a b. */
static void mul_low(uint64_t out[static 4], const uint64_t a[static 4], const uint64_t b[static 4])
{
	uint64_t t[4] = { 0 };

	for (unsigned i = 0; i < 4; i++) {
		uint64_t carry = 0;

		for (unsigned j = 0; i + j < 4; j++)
			t[i + j] = tf_field_mac(t[i + j], a[i], b[j], &carry);
	}
	memcpy(out, t, sizeof(t));
}

/* a b / 2^384, to the nearest. */
static void mul_high(uint64_t out[static 4], const uint64_t a[static 4], const uint64_t b[static 4])
{
	uint64_t t[8] = { 0 };
	unsigned char carry;

	for (unsigned i = 0; i < 4; i++) {
		uint64_t c = 0;

		for (unsigned j = 0; j < 4; j++)
			t[i + j] = tf_field_mac(t[i + j], a[i], b[j], &c);
		t[i + 4] = c;
	}
	carry = (unsigned char)(t[5] >> 63);
	for (unsigned i = 0; i < 4; i++)
		out[i] = i < 2 ? tf_field_adc(t[6 + i], 0, &carry) : 0;
	out[2] = carry;
}

/* A number below 2^128 in size, in two's complement. */
static void take_half(uint64_t half[static 2], bool *minus, const uint64_t v[static 4])
{
	static const uint64_t zero[4];
	uint64_t t[4];

	*minus = v[3] >> 63;
	memcpy(t, v, sizeof(t));
	if (*minus)
		(void)tf_field_limbs_sub(t, zero, v);
	half[0] = t[0];
	half[1] = t[1];
}

/* Guide to Elliptic Curve Cryptography, algorithm 3.74: (a1, b1) and (a2, b2) with a + b lambda = 0
 * modulo the order, b2 = a1, and the constants b2 and -b1 times 2^384 over the order. */
void tf_k_split(uint64_t half[static 2][2], bool minus[static 2], const uint64_t k[static 4])
{
	static const uint64_t a1[4] = { 0xe86c90e49284eb15, 0x3086d221a7d46bcd };
	static const uint64_t a2[4] = { 0x57c1108d9d44cfd8, 0x14ca50f7a8e2f3f6, 1 };
	static const uint64_t minus_b1[4] = { 0x6f547fa90abfe4c3, 0xe4437ed6010e8828 };
	static const uint64_t g1[4] = { 0xe893209a45dbb031, 0x3daa8a1471e8ca7f,
		                        0xe86c90e49284eb15, 0x3086d221a7d46bcd };
	static const uint64_t g2[4] = { 0x1571b4ae8ac47f71, 0x221208ac9df506c6,
		                        0x6f547fa90abfe4c4, 0xe4437ed6010e8828 };
	uint64_t c1[4], c2[4], t[4], u[4];

	mul_high(c1, k, g1);
	mul_high(c2, k, g2);
	mul_low(t, c1, a1);
	mul_low(u, c2, a2);
	(void)tf_field_limbs_sub(t, k, t);
	(void)tf_field_limbs_sub(t, t, u);
	take_half(half[0], &minus[0], t);
	mul_low(t, c1, minus_b1);
	mul_low(u, c2, a1);
	(void)tf_field_limbs_sub(t, t, u);
	take_half(half[1], &minus[1], t);
}

/* n bits from position at, n below 9; zeros above. */
static unsigned bits_at(const uint64_t k[static 2], unsigned at, unsigned n)
{
	unsigned i = at / 64, j = at % 64;
	uint64_t v = i < 2 ? k[i] >> j : 0;

	if (j + n > 64 && i == 0)
		v |= k[1] << 1 << (63 - j);
	return (unsigned)(v & (((uint64_t)1 << n) - 1));
}

/* k = sum of digit[i] 2^i, each digit 0 or odd, below 2^(width - 1) in size, with width - 1 zeros
 * behind it. Returns the number of digits up to the last that is not 0. */
static unsigned naf(int16_t digit[static NAF], const uint64_t k[static 2], bool minus,
                    unsigned width)
{
	unsigned carry = 0, used = 0;

	memset(digit, 0, NAF * sizeof(*digit));
	for (unsigned i = 0; i <= 128;) {
		unsigned d;

		if (bits_at(k, i, 1) == carry) {
			i++;
			continue;
		}
		d = bits_at(k, i, width) + carry;
		carry = d >> (width - 1) & 1;
		digit[i] = (int16_t)((int)d - (int)(carry << width));
		if (minus)
			digit[i] = (int16_t)-digit[i];
		used = i + 1;
		i += width;
	}
	return used;
}

/* Both halves; returns how many digits there are. */
static unsigned nafs(int16_t digit[static 2][NAF], const uint64_t k[static 4], unsigned width)
{
	uint64_t half[2][2];
	unsigned a, b;
	bool minus[2];

	tf_k_split(half, minus, k);
	a = naf(digit[0], half[0], minus[0], width);
	b = naf(digit[1], half[1], minus[1], width);
	return a > b ? a : b;
}

/* ---- tables ---- */

typedef struct multiple {
	int16_t digit[2][NAF];
	unsigned n;             /* entries that occur */
	tf_k_point p[ODD];      /* 1, 3 .. times P */
	tf_k_affine odd[ODD];   /* the same */
	tf_kf turned[ODD];      /* times lambda: beta x */
} multiple;

static void count(multiple *m, unsigned used)
{
	unsigned largest = 1;

	for (unsigned i = 0; i < used; i++)
		for (unsigned h = 0; h < 2; h++) {
			int d = m->digit[h][i];
			unsigned size = (unsigned)(d < 0 ? -d : d);

			largest = size > largest ? size : largest;
		}
	m->n = largest / 2 + 1;
}

/* On the curve with y^2 = x^3 + 7 z^6, where 2P = (X : Y : z) is the affine (X, Y), and which has
 * the same formulas. */
static void fill_odd(multiple *m, const tf_k_affine *P)
{
	tf_k_point two, q;
	tf_k_affine step;
	tf_kf z, zz;

	set_affine(&m->p[0], P);
	if (m->n == 1)
		return;
	twice(&two, &m->p[0]);
	z = two.Z;
	tf_kf_mul(&step.x, &two.X, &one); /* size 1 again */
	tf_kf_mul(&step.y, &two.Y, &one);
	tf_kf_square(&zz, &z);
	q.O = false;
	tf_kf_mul(&q.X, &P->x, &zz);
	tf_kf_mul(&zz, &zz, &z);
	tf_kf_mul(&q.Y, &P->y, &zz);
	q.Z = one;
	for (unsigned i = 1; i < m->n; i++) {
		tf_k_add_affine(&q, &q, &step);
		m->p[i] = q;
		tf_kf_mul(&m->p[i].Z, &q.Z, &z);
	}
}

/* p with 1/Z. */
static void make_affine(tf_k_affine *out, const tf_k_point *p, const tf_kf *inverse)
{
	tf_kf zz;

	tf_kf_square(&zz, inverse);
	tf_kf_mul(&out->x, &p->X, &zz);
	tf_kf_mul(&zz, &zz, inverse);
	tf_kf_mul(&out->y, &p->Y, &zz);
}

/* All tables by one inversion of all Z. */
static tf_err fill_affine(multiple *m, size_t n)
{
	tf_kf before[TF_K_TERMS * ODD] = { 0 }, all = one, inverse;
	unsigned used = 0;

	for (size_t j = 0; j < n; j++)
		for (unsigned i = 1; i < m[j].n; i++) {
			before[used++] = all;
			tf_kf_mul(&all, &all, &m[j].p[i].Z);
		}
	if (used)
		TRY(tf_kf_invert_vt(&all, &all));
	for (size_t j = n; j-- > 0;)
		for (unsigned i = m[j].n - 1; i > 0; i--) {
			tf_kf_mul(&inverse, &all, &before[--used]);
			tf_kf_mul(&all, &all, &m[j].p[i].Z);
			make_affine(&m[j].odd[i], &m[j].p[i], &inverse);
		}
	for (size_t j = 0; j < n; j++) {
		m[j].odd[0] = (tf_k_affine){ m[j].p[0].X, m[j].p[0].Y };
		for (unsigned i = 0; i < m[j].n; i++)
			tf_kf_mul(&m[j].turned[i], &m[j].odd[i].x, &beta);
	}
	return TF_OK;
}

/* ---- multiples ---- */

static void add_digits(tf_k_point *acc, const multiple *m, unsigned i)
{
	int d = m->digit[0][i];
	unsigned at = (unsigned)(d < 0 ? -d : d) / 2;

	if (d)
		add_turned(acc, &m->odd[at].x, &m->odd[at].y, d < 0);
	d = m->digit[1][i];
	at = (unsigned)(d < 0 ? -d : d) / 2;
	if (d)
		add_turned(acc, &m->turned[at], &m->odd[at].y, d < 0);
}

static void add_base_digits(tf_k_point *acc, const int16_t digit[static 2][NAF], unsigned i)
{
	int d = digit[0][i];
	unsigned at = (unsigned)(d < 0 ? -d : d) / 2;
	tf_kf x;

	if (d)
		add_turned(acc, &tf_k_odd[at].x, &tf_k_odd[at].y, d < 0);
	d = digit[1][i];
	at = (unsigned)(d < 0 ? -d : d) / 2;
	if (d) {
		tf_kf_mul(&x, &tf_k_odd[at].x, &beta);
		add_turned(acc, &x, &tf_k_odd[at].y, d < 0);
	}
}

tf_err tf_k_combine_vt(tf_k_point *out, const uint64_t *g, const tf_k_term *term, size_t n)
{
	int16_t base[2][NAF];
	multiple m[TF_K_TERMS] = { 0 };
	unsigned used = g ? nafs(base, g, WIDTH_BASE) : 0;
	tf_k_point acc = { .O = true };

	for (size_t j = 0; j < n; j++) {
		unsigned here = nafs(m[j].digit, term[j].k, WIDTH);

		used = here > used ? here : used;
		count(&m[j], here);
		fill_odd(&m[j], &term[j].P);
	}
	TRY(fill_affine(m, n));
	for (unsigned i = used; i-- > 0;) {
		twice(&acc, &acc);
		if (g)
			add_base_digits(&acc, (const int16_t (*)[NAF])base, i);
		for (size_t j = 0; j < n; j++)
			add_digits(&acc, &m[j], i);
	}
	*out = acc;
	return TF_OK;
}

/* k, or order - k and then minus: what has no carry at its end. */
static bool recode(int16_t digit[static DIGITS], const uint64_t k[static 4])
{
	bool minus = k[3] >> 63;
	uint64_t v[4];
	unsigned carry = 0;

	memcpy(v, k, sizeof(v));
	if (minus)
		(void)tf_field_limbs_sub(v, order, k);
	for (unsigned i = 0; i < DIGITS; i++) {
		unsigned d = (unsigned)(v[i / 16] >> 4 * (i % 16) & 15) + carry;

		carry = (d + 7) >> 4;
		digit[i] = (int16_t)((int)d - (int)(carry << 4));
	}
	return minus;
}

void tf_k_mul_base_vt(tf_k_point *out, const uint64_t k[static 4])
{
	tf_k_point acc = { .O = true };
	int16_t digit[DIGITS];
	bool minus = recode(digit, k);

	for (unsigned j = 4; j-- > 0;) {
		for (unsigned i = 0; i < 4 && j < 3; i++)
			twice(&acc, &acc);
		for (unsigned i = 0; i < TF_K_COMB; i++) {
			int d = digit[4 * i + j];
			const tf_k_affine *q = &tf_k_comb[i][(d < 0 ? -d : d) - (d != 0)];

			if (d)
				add_turned(&acc, &q->x, &q->y, (d < 0) != minus);
		}
	}
	*out = acc;
}

tf_err tf_k_affine_store(uint8_t xy[static 64], const tf_k_point *p)
{
	tf_k_affine a;
	tf_kf inverse;

	if (p->O)
		return TF_E_USAGE;
	TRY(tf_kf_invert_vt(&inverse, &p->Z));
	make_affine(&a, p, &inverse);
	tf_kf_store(xy, &a.x);
	tf_kf_store(xy + 32, &a.y);
	return TF_OK;
}
