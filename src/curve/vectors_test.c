/* Known answers (tests/vectors/make_curve.py): every way to a multiple, derivation, and what is no
 * point. */
#include <stdlib.h>
#include <string.h>

#include "curve/bip32.h"
#include "curve/kit_test.h"

static void is_point(const tf_group *g, const tf_pt *p, const char *hex)
{
	uint8_t b[TF_PT_BYTES];

	tf_pt_encode(g, b, p);
	CHECK_HEX(b, sizeof(b), hex);
}

static void check_mul(const tf_group *g, char *const *field)
{
	tf_sc_sec k;
	tf_pt r;

	curve_sc(g, &k.s, field[0]);
	CHECK_OK(tf_pt_mul_base(g, &r, &k));
	is_point(g, &r, field[1]);
	CHECK_OK(tf_pt_mul_base_vt(g, &r, &k.s));
	is_point(g, &r, field[1]);
	CHECK_OK(tf_pt_mul(g, &r, &k, tf_group_base(g)));
	is_point(g, &r, field[1]);
	CHECK_OK(tf_pt_mul_vt(g, &r, &k.s, tf_group_base(g)));
	is_point(g, &r, field[1]);
	curve_pt(g, &r, field[1]);
	is_point(g, &r, field[1]);
}

static void check_mulp(const tf_group *g, char *const *field)
{
	tf_sc_sec k;
	tf_pt p, r;

	curve_sc(g, &k.s, field[0]);
	curve_pt(g, &p, field[1]);
	CHECK_OK(tf_pt_mul(g, &r, &k, &p));
	is_point(g, &r, field[2]);
	CHECK_OK(tf_pt_mul_vt(g, &r, &k.s, &p));
	is_point(g, &r, field[2]);
}

static void check_mul2(const tf_group *g, char *const *field)
{
	tf_sc a, b;
	tf_pt p, r;

	curve_sc(g, &a, field[0]);
	curve_sc(g, &b, field[1]);
	curve_pt(g, &p, field[2]);
	CHECK_OK(tf_pt_mul2_vt(g, &r, &a, &b, &p));
	is_point(g, &r, field[3]);
}

static void check_derive(const tf_group *g, char *const *field)
{
	tf_path path = { .len = 2 };
	uint8_t cc[32], child_cc[32];
	tf_sc tweak, want;
	tf_pt Y, child;

	curve_pt(g, &Y, field[0]);
	curve_unhex(cc, sizeof(cc), field[1]);
	for (unsigned i = 0; i < 2; i++)
		path.index[i] = (uint32_t)strtoul(field[2 + i], NULL, 16);
	CHECK_OK(tf_bip32_derive(g, &tweak, &child, child_cc, &Y, cc, &path));
	curve_sc(g, &want, field[4]);
	CHECK(tf_sc_eq(&tweak, &want) != 0);
	is_point(g, &child, field[5]);
	CHECK_HEX(child_cc, 32, field[6]);
}

static void check_bad(const tf_group *g, char *const *field)
{
	uint8_t b[TF_PT_BYTES];
	tf_pt p, before;

	memset(&p, 0x5a, sizeof(p));
	before = p;
	curve_unhex(b, sizeof(b), field[0]);
	if (tf_pt_decode(g, &p, b) != TF_E_ENCODING)
		tf_test_fail(__FILE__, __LINE__, "taken for a point: %s", field[0]);
	CHECK(memcmp(&p, &before, sizeof(p)) == 0);
}

/* secp256k1 has vectors of its own: Wycheproof's and BIP-32's. */
static void for_each_curve(const char *kind, void (*check)(const tf_group *g, char *const *field),
                           unsigned at_least)
{
	for (unsigned i = 0; i < curve_count; i++)
		if (curve_all[i] != TF_CURVE_SECP256K1)
			CHECK(curve_lines(curve_open(curve_all[i]), kind, check) >= at_least);
}

TEST(vectors_multiples_of_the_base)
{
	for_each_curve("mul", check_mul, 40);
}

TEST(vectors_multiples_of_points)
{
	for_each_curve("mulp", check_mulp, 40);
}

TEST(vectors_sums_of_two_multiples)
{
	for_each_curve("mul2", check_mul2, 40);
}

TEST(vectors_derivation)
{
	for_each_curve("derive", check_derive, 8);
}

TEST(vectors_of_what_is_no_point)
{
	for_each_curve("bad", check_bad, 14);
}
