/* Our arithmetic of edwards25519 against libsodium's and against the field of field.h: elements at
 * their edges, multiples by random and extreme scalars, points of every order. */
#include <sodium.h>
#include <string.h>

#include "curve/ed25519_kernel.h"
#include "curve/field.h"
#include "curve/kit_test.h"

#define SCALARS 12u
#define ELEMENTS 12u

static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
	                           0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10 };

static tf_rng tape_of(tf_tape *tape, unsigned party)
{
	return tf_tape_init(tape, tf_test_seed(), party);
}

static void draw(const tf_rng *rng, uint8_t *out, size_t len)
{
	CHECK_OK(tf_rng_bytes(rng, out, len));
	tf_ct_declassify(out, len);
}

/* Four limbs of 32 bytes, least significant first. */
static void limbs_of(uint64_t out[static 4], const uint8_t in[static 32])
{
	for (unsigned i = 0; i < 4; i++) {
		out[i] = 0;
		for (unsigned j = 8; j-- > 0;)
			out[i] = out[i] << 8 | in[8 * i + j];
	}
}

/* ---- the field ---- */

/* By the other arithmetic, which knows no 2^255 - 19 but any p. */
static void reference_mul(const tf_field *f, uint8_t out[static 32], const uint8_t a[static 32],
                          const uint8_t b[static 32])
{
	uint64_t x[4], y[4];

	limbs_of(x, a);
	limbs_of(y, b);
	tf_field_enter(f, x, x);
	tf_field_mul(f, x, y, x);
	for (unsigned i = 0; i < 32; i++)
		out[i] = (uint8_t)(x[i / 8] >> 8 * (i % 8));
}

static void check_product(const tf_field *f, const tf_fe *a, const tf_fe *b)
{
	uint8_t x[32], y[32], want[32], got[32];
	tf_fe r;

	tf_fe_store(x, a);
	tf_fe_store(y, b);
	reference_mul(f, want, x, y);
	tf_fe_mul(&r, a, b);
	tf_fe_store(got, &r);
	CHECK(memcmp(got, want, 32) == 0);
	for (unsigned i = 0; i < 5; i++)
		CHECK(r.d[i] < ((uint64_t)1 << 51) + ((uint64_t)1 << 17));
	reference_mul(f, want, x, x);
	tf_fe_square(&r, a);
	tf_fe_store(got, &r);
	CHECK(memcmp(got, want, 32) == 0);
	for (unsigned i = 0; i < 5; i++)
		CHECK(r.d[i] < ((uint64_t)1 << 51) + ((uint64_t)1 << 17));
	if (tf_fe_eq_vt(a, &(tf_fe){ { 0 } }))
		return;
	tf_fe_invert(&r, a);
	tf_fe_mul(&r, &r, a);
	CHECK(tf_fe_eq_vt(&r, &tf_fe_one));
}

/* 0, 1, p - 1, p, 2^255 - 1 in short limbs, and limbs as long as may be */
static void elements(tf_fe e[static ELEMENTS])
{
	static const uint64_t limb[] = { 0, 1, TF_FE_MASK, (uint64_t)1 << 54, TF_FE_MASK - 18,
		                         TF_FE_MASK + ((uint64_t)1 << 17), TF_FE_MASK - 19 };

	memset(e, 0, ELEMENTS * sizeof(*e));
	for (unsigned i = 0; i < 7; i++)
		for (unsigned j = 0; j < 5; j++)
			e[i].d[j] = i < 4 || j == 0 || i == 5 ? limb[i] : TF_FE_MASK;
	e[1] = tf_fe_one;
	e[7].d[0] = 19;
	e[8].d[4] = (uint64_t)1 << 54;
	e[9].d[0] = (uint64_t)1 << 54;
	e[10] = tf_fe_i;
	e[11].d[2] = 1;
}

TEST(ed25519_field_against_the_general_one)
{
	static const uint64_t p[4] = { 0xffffffffffffffed, UINT64_MAX, UINT64_MAX, INT64_MAX };
	tf_tape tape;
	tf_rng rng = tape_of(&tape, 61);
	tf_fe e[ELEMENTS];
	tf_field f;

	tf_field_init(&f, p);
	elements(e);
	for (unsigned i = 0; i < ELEMENTS; i++)
		for (unsigned j = 0; j < ELEMENTS; j++)
			check_product(&f, &e[i], &e[j]);
	for (unsigned i = 0; i < 4000; i++) {
		uint8_t raw[80];
		tf_fe a, b;

		draw(&rng, raw, sizeof(raw));
		memcpy(a.d, raw, sizeof(a.d));
		memcpy(b.d, raw + 40, sizeof(b.d));
		for (unsigned j = 0; j < 5; j++) {
			a.d[j] >>= 10;
			b.d[j] >>= 10 + i % 4;
		}
		check_product(&f, &a, &b);
	}
}

/* a + b - b = a, for every length that a difference may have */
TEST(ed25519_field_sums_and_differences)
{
	tf_fe e[ELEMENTS], s;

	elements(e);
	for (unsigned i = 0; i < ELEMENTS; i++)
		for (unsigned j = 0; j < ELEMENTS; j++) {
			if (j == 3 || j == 8 || j == 9)
				continue; /* too long to be taken away */
			tf_fe_add(&s, &e[i], &e[j]);
			tf_fe_sub(&s, &s, &e[j]);
			CHECK(tf_fe_eq_vt(&s, &e[i]));
		}
}

/* n/m is a square: the root says so; otherwise i n/m is one. */
TEST(ed25519_field_roots)
{
	tf_tape tape;
	tf_rng rng = tape_of(&tape, 62);
	unsigned squares = 0;

	for (unsigned i = 0; i < 200; i++) {
		uint8_t raw[64];
		tf_fe n, m, r;

		draw(&rng, raw, sizeof(raw));
		tf_fe_load(&n, raw);
		tf_fe_load(&m, raw + 32);
		if (tf_fe_sqrt_ratio_vt(&r, &n, &m))
			squares++;
		else
			tf_fe_mul(&n, &n, &tf_fe_i);
		tf_fe_square(&r, &r);
		tf_fe_mul(&r, &r, &m);
		CHECK(tf_fe_eq_vt(&r, &n));
	}
	CHECK(squares > 50 && squares < 150);
}

/* ---- multiples ---- */

static void encode(uint8_t out[static 32], const tf_ed *p)
{
	uint8_t sign[32];
	tf_fe x, y, xy, zt;

	tf_ed_affine(&x, &y, p);
	tf_fe_store(out, &y);
	tf_fe_store(sign, &x);
	out[31] |= (uint8_t)(sign[0] << 7);
	tf_fe_mul(&xy, &p->X, &p->Y);
	tf_fe_mul(&zt, &p->Z, &p->T);
	CHECK(tf_fe_eq_vt(&xy, &zt));
}

/* k P by libsodium's sums alone; k may be any 32 bytes, P any point of the curve. */
static void reference_multiple(uint8_t out[static 32], const uint8_t k[static 32],
                               const uint8_t p[static 32])
{
	uint8_t acc[32] = { 1 };

	for (unsigned i = 256; i-- > 0;) {
		CHECK(crypto_core_ed25519_add(acc, acc, acc) == 0);
		if (k[i / 8] >> (i % 8) & 1)
			CHECK(crypto_core_ed25519_add(acc, acc, p) == 0);
	}
	memcpy(out, acc, sizeof(acc));
}

static void check_entry(const tf_ed_fixed *entry, const uint8_t k[static 32])
{
	uint8_t want[32], got[32];
	tf_fe x, y, t;
	tf_ed p;

	CHECK(crypto_scalarmult_ed25519_base_noclamp(want, k) == 0);
	CHECK(tf_ed_decode_vt(&p, want));
	tf_fe_add(&t, &p.Y, &p.X);
	CHECK(tf_fe_eq_vt(&t, &entry->plus));
	tf_fe_sub(&t, &p.Y, &p.X);
	CHECK(tf_fe_eq_vt(&t, &entry->minus));
	/* 2dxy = 2 (y^2 - x^2 - 1) / xy */
	tf_fe_square(&y, &p.Y);
	tf_fe_square(&x, &p.X);
	tf_fe_sub(&y, &y, &x);
	tf_fe_mul(&y, &y, &tf_fe_one);
	tf_fe_sub(&y, &y, &tf_fe_one);
	tf_fe_add(&y, &y, &y);
	tf_fe_mul(&x, &p.T, &entry->product);
	CHECK(tf_fe_eq_vt(&x, &y));
	tf_fe_store(got, &entry->product);
	tf_fe_load(&t, got);
	CHECK(memcmp(&t, &entry->product, sizeof(t)) == 0); /* short limbs */
}

TEST(ed25519_tables_of_the_base)
{
	for (unsigned i = 0; i < TF_ED_ODD; i++)
		check_entry(&tf_ed_odd[i], (const uint8_t[32]){ (uint8_t)(2 * i + 1) });
	for (unsigned i = 0; i < TF_ED_COMB; i++)
		for (unsigned j = 0; j < TF_ED_EIGHT; j++) {
			uint8_t k[32] = { 0 };

			k[2 * i] = (uint8_t)(j + 1);
			check_entry(&tf_ed_comb[i][j], k);
		}
}

/* 1, 2, 8, 16, L - 1, L - 2, (L - 1)/2, runs of ones, 2^252, every digit 8 or 7; then random */
static void scalars(uint8_t k[static SCALARS][32], const tf_rng *rng)
{
	static const uint8_t small[] = { 1, 2, 8, 16 };
	uint8_t wide[64];

	memset(k, 0, (size_t)SCALARS * 32);
	for (unsigned i = 0; i < 4; i++)
		k[i][0] = small[i];
	memcpy(k[4], order, 32);
	k[4][0]--;
	memcpy(k[5], order, 32);
	k[5][0] -= 2;
	for (unsigned i = 0; i < 32; i++)
		k[6][i] = (uint8_t)(k[4][i] >> 1 | (i < 31 ? k[4][i + 1] << 7 : 0));
	memset(k[7], 0xff, 31);
	k[7][31] = 0x0f;
	k[8][31] = 0x10;
	memset(k[9], 0x88, 31);
	memset(k[10], 0x77, 31);
	draw(rng, wide, sizeof(wide));
	crypto_core_ed25519_scalar_reduce(k[11], wide);
}

static void check_multiples(const uint8_t a[static 32], const uint8_t b[static 32])
{
	uint8_t base[32], point[32], want[32], got[32];
	uint64_t ka[4], kb[4];
	tf_ed p, r;

	limbs_of(ka, a);
	limbs_of(kb, b);
	CHECK(crypto_scalarmult_ed25519_base_noclamp(base, a) == 0);
	tf_ed_mul_base(&r, ka);
	encode(got, &r);
	CHECK(memcmp(got, base, 32) == 0);
	tf_ed_mul_base_vt(&r, ka);
	encode(got, &r);
	CHECK(memcmp(got, base, 32) == 0);
	tf_ed_combine_vt(&r, ka, NULL, 0);
	encode(got, &r);
	CHECK(memcmp(got, base, 32) == 0);
	CHECK(crypto_scalarmult_ed25519_base_noclamp(point, b) == 0);
	CHECK(tf_ed_decode_vt(&p, point));
	CHECK(crypto_scalarmult_ed25519_noclamp(want, a, point) == 0);
	tf_ed_mul(&r, ka, &p);
	encode(got, &r);
	CHECK(memcmp(got, want, 32) == 0);
	tf_ed_combine_vt(&r, NULL, &(tf_ed_term){ .k = { ka[0], ka[1], ka[2], ka[3] }, .P = p }, 1);
	encode(got, &r);
	CHECK(memcmp(got, want, 32) == 0);
	CHECK(crypto_core_ed25519_add(want, want, point) == 0);
	tf_ed_combine_vt(&r, kb, &(tf_ed_term){ .k = { ka[0], ka[1], ka[2], ka[3] }, .P = p }, 1);
	encode(got, &r);
	CHECK(memcmp(got, want, 32) == 0);
	tf_ed_neg(&r, &r);
	want[31] ^= want[0] == 1 && sodium_is_zero(want + 1, 31) ? 0 : 0x80; /* O is its own */
	encode(got, &r);
	CHECK(memcmp(got, want, 32) == 0);
}

TEST(ed25519_multiples_against_libsodium)
{
	uint8_t k[SCALARS][32], wide[128];
	tf_tape tape;
	tf_rng rng = tape_of(&tape, 63);

	scalars(k, &rng);
	for (unsigned i = 0; i < SCALARS; i++)
		for (unsigned j = 0; j < SCALARS; j++)
			check_multiples(k[i], k[j]);
	for (unsigned i = 0; i < 400; i++) {
		draw(&rng, wide, sizeof(wide));
		crypto_core_ed25519_scalar_reduce(k[0], wide);
		crypto_core_ed25519_scalar_reduce(k[1], wide + 64);
		check_multiples(k[0], k[1]);
	}
}

/* Sums of up to eight multiples, points that occur twice and cancel included. */
static void check_combination(const tf_rng *rng, unsigned n)
{
	tf_ed_term term[TF_ED_TERMS];
	uint8_t wide[64], k[32], p[32], want[32], got[32];
	uint64_t base[4];
	tf_ed r;

	draw(rng, wide, sizeof(wide));
	crypto_core_ed25519_scalar_reduce(k, wide);
	limbs_of(base, k);
	CHECK(crypto_scalarmult_ed25519_base_noclamp(want, k) == 0);
	for (unsigned i = 0; i < n; i++) {
		draw(rng, wide, sizeof(wide));
		CHECK(crypto_core_ed25519_from_uniform(p, wide) == 0);
		crypto_core_ed25519_scalar_reduce(k, wide);
		if (i % 3 == 2) {
			term[i] = term[i - 1];
			tf_ed_neg(&term[i].P, &term[i].P);
			encode(p, &term[i].P);
			for (unsigned j = 0; j < 32; j++)
				k[j] = (uint8_t)(term[i].k[j / 8] >> 8 * (j % 8));
		} else {
			limbs_of(term[i].k, k);
			CHECK(tf_ed_decode_vt(&term[i].P, p));
		}
		reference_multiple(p, k, p);
		CHECK(crypto_core_ed25519_add(want, want, p) == 0);
	}
	tf_ed_combine_vt(&r, base, term, n);
	encode(got, &r);
	CHECK(memcmp(got, want, 32) == 0);
}

TEST(ed25519_combinations_against_libsodium)
{
	tf_tape tape;
	tf_rng rng = tape_of(&tape, 64);

	for (unsigned i = 0; i < 24; i++)
		check_combination(&rng, i % (TF_ED_TERMS + 1));
}

/* ---- decoding ---- */

/* One of each order: 1, 8, 4, 8, 2, 8, 4, 8 as multiples of the first */
static const char order_8[] = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";

/* Decoded among others, of which one is bad if it is; by the kernel of the tests. */
static bool good_among_others(const uint8_t p[32])
{
	static const uint8_t base[32] = { 0x58, [1 ... 31] = 0x66 };
	static const tf_ed_kernel *kernel;
	const uint8_t *const in[3] = { base, p, base };
	tf_fe x[3], y[3];
	uint8_t again[32], sign[32];

	kernel = kernel ? kernel : tf_ed_kernel_of(test_kernel());
	CHECK(tf_ed_decode_each_vt(kernel, x, y, (const uint8_t *const[]){ base, base }, 2));
	if (!tf_ed_decode_each_vt(kernel, x, y, in, 3))
		return false;
	tf_fe_store(again, &y[1]);
	tf_fe_store(sign, &x[1]);
	again[31] |= (uint8_t)(sign[0] << 7);
	CHECK(memcmp(again, p, 32) == 0);
	return true;
}

/* P + jT for P of prime order and T of order 8: only j = 0 is in the subgroup. -P likewise. */
TEST(ed25519_subgroup_is_told_from_its_seven_cosets)
{
	uint8_t wide[64], k[32], good[32], p[32], t[32];
	unsigned inside = 0, outside = 0;
	tf_tape tape;
	tf_rng rng = tape_of(&tape, 65);

	curve_unhex(t, 32, order_8);
	for (unsigned i = 0; i < 300; i++) {
		draw(&rng, wide, sizeof(wide));
		crypto_core_ed25519_scalar_reduce(k, wide);
		CHECK(crypto_scalarmult_ed25519_base_noclamp(good, k) == 0);
		memcpy(p, good, sizeof(p));
		for (unsigned j = 0; j < 16; j++) {
			tf_ed here;

			CHECK(tf_ed_decode_vt(&here, p));
			inside += tf_ed_prime_order_vt(&here);
			outside += !tf_ed_prime_order_vt(&here);
			CHECK(tf_ed_prime_order_vt(&here) == (j % 8 == 0));
			CHECK(good_among_others(p) == (j % 8 == 0));
			CHECK(crypto_core_ed25519_add(p, p, t) == 0);
			if (j == 7) {
				CHECK(memcmp(p, good, sizeof(p)) == 0);
				p[31] ^= 0x80;
			}
		}
	}
	CHECK(inside == 600 && outside == 4200);
}

/* The eight points of small order: x = 0 is no point for us, the rest not in the subgroup. */
TEST(ed25519_points_of_small_order)
{
	uint8_t t[32], p[32] = { 1 };

	curve_unhex(t, 32, order_8);
	for (unsigned j = 0; j < 8; j++) {
		tf_ed here;
		bool decoded = tf_ed_decode_vt(&here, p);

		CHECK(decoded == (j % 4 != 0) && !good_among_others(p));
		CHECK(!decoded || !tf_ed_prime_order_vt(&here));
		CHECK(crypto_core_ed25519_add(p, p, t) == 0);
	}
}

/* Any 32 bytes: libsodium says whether they are a point, L times it whether it is of the group. */
static unsigned check_any(const uint8_t in[static 32])
{
	static const uint8_t neutral[32] = { 1 };
	uint8_t again[32], product[32];
	bool point = crypto_core_ed25519_add(again, in, neutral) == 0 &&
	             memcmp(again, in, 32) == 0 && memcmp(in, neutral, 32) != 0;
	tf_ed p;

	if (point) { /* (0, -1) is one for libsodium */
		CHECK(crypto_core_ed25519_add(again, in, in) == 0);
		point = memcmp(again, neutral, 32) != 0;
	}
	CHECK(tf_ed_decode_vt(&p, in) == point);
	CHECK(point || !good_among_others(in));
	if (!point)
		return 0;
	reference_multiple(product, order, in);
	CHECK(tf_ed_prime_order_vt(&p) == (memcmp(product, neutral, 32) == 0));
	CHECK(good_among_others(in) == (memcmp(product, neutral, 32) == 0));
	encode(again, &p);
	CHECK(memcmp(again, in, 32) == 0);
	return 1;
}

TEST(ed25519_decoding_of_any_bytes)
{
	unsigned points = 0;
	uint8_t in[32];
	tf_tape tape;
	tf_rng rng = tape_of(&tape, 66);

	for (unsigned i = 0; i < 120; i++) {
		draw(&rng, in, sizeof(in));
		points += check_any(in);
	}
	CHECK(points > 30 && points < 90);
	for (unsigned i = 0; i < 256; i++) { /* y = i, and p - 19 + i with what is not canonical */
		memset(in, 0, sizeof(in));
		in[0] = (uint8_t)i;
		in[31] = (uint8_t)(i % 2 ? 0x80 : 0);
		(void)check_any(in);
		if (i < 38)
			continue;
		memset(in, 0xff, sizeof(in));
		in[0] = (uint8_t)i;
		in[31] = (uint8_t)(i % 2 ? 0xff : 0x7f);
		(void)check_any(in);
	}
}
