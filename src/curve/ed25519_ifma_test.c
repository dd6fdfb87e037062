/* The lanes of AVX-512 IFMA against the portable code, which ed25519_test.c and
 * ed25519_point_test.c compare with libsodium and with the formulas. */
#include "curve/ed25519_sig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "curve/kit_test.h"

#ifdef TF_CT_MSAN
#define TOOL "MemorySanitizer"
#else
#define TOOL "no tool"
#endif

/* L */
static const uint64_t order[4] = { 0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000 };

static void need_ifma(void)
{
	if (!tf_kernel_ifma())
		tf_test_skip("this machine, or the tool that runs this, has no kernel ifma");
}

static unsigned rounds(unsigned sample)
{
	const char *all = getenv("TREFOIL_CURVE");

	return all && strcmp(all, "all") == 0 ? 100 * sample : sample;
}

static void draw(const tf_rng *rng, void *out, size_t len)
{
	CHECK_OK(tf_rng_bytes(rng, out, len));
	tf_ct_declassify(out, len);
}

static unsigned draw_below(const tf_rng *rng, unsigned n)
{
	uint32_t v;

	draw(rng, &v, sizeof(v));
	return v % n;
}

/* Any number below 2^253: random ones; small ones; those around 0, L and 2^253; digits that are all
 * the same, of which 8 is the longest chain of carries. */
static void draw_scalar(const tf_rng *rng, uint64_t k[static 4])
{
	unsigned kind = draw_below(rng, 8), digit = draw_below(rng, 16);

	draw(rng, k, 32);
	k[3] >>= 3;
	if (kind == 0) {
		memcpy(k, order, sizeof(order));
		k[0] += draw_below(rng, 9) - 4u;
	} else if (kind == 1) {
		k[1] = k[2] = k[3] = 0;
		k[0] = draw_below(rng, 20);
	} else if (kind == 2) {
		k[0] = k[1] = k[2] = UINT64_MAX;
		k[3] = UINT64_MAX >> (3 + draw_below(rng, 61));
	} else if (kind == 3) {
		for (unsigned i = 0; i < 4; i++)
			k[i] = 0x1111111111111111u * digit;
		k[3] >>= 3;
	} else if (kind == 4) {
		for (unsigned i = draw_below(rng, 4); i < 4; i++)
			k[i] = 0;
	}
}

static void check_same(const tf_ed *a, const tf_ed *b)
{
	tf_fe l, r;

	tf_fe_mul(&l, &a->X, &b->Z);
	tf_fe_mul(&r, &b->X, &a->Z);
	CHECK(tf_fe_eq_vt(&l, &r));
	tf_fe_mul(&l, &a->Y, &b->Z);
	tf_fe_mul(&r, &b->Y, &a->Z);
	CHECK(tf_fe_eq_vt(&l, &r));
	tf_fe_mul(&l, &b->X, &b->Y);
	tf_fe_mul(&r, &b->T, &b->Z);
	CHECK(tf_fe_eq_vt(&l, &r));
}

/* Every point of the curve: a multiple of G, and one of the point of order 8, neutral included. */
static void draw_point(const tf_rng *rng, tf_ed *p)
{
	static const uint8_t order_8[32] = {
		0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
		0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
		0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
	};
	uint64_t k[4];
	tf_fe x, y;
	tf_ed t;

	draw_scalar(rng, k);
	tf_ed_mul_base(p, k);
	CHECK(tf_ed_decode_vt(&t, order_8));
	for (unsigned i = draw_below(rng, 16); i < 8; i++)
		tf_ed_add(p, p, &t);
	if (draw_below(rng, 2)) {
		tf_ed_affine(&x, &y, p);
		tf_ed_set_affine(p, &x, &y);
	}
}

TEST(ed25519_lanes_have_the_table_of_the_base)
{
	for (unsigned i = 0; i < TF_ED_COMB; i++)
		for (unsigned j = 0; j < TF_ED_EIGHT; j++)
			for (unsigned l = 0; l < 5; l++) {
				const uint64_t *q = tf_ed_quads[i][j].d + 4 * l;

				CHECK(q[0] == tf_ed_comb[i][j].minus.d[l]);
				CHECK(q[1] == tf_ed_comb[i][j].plus.d[l]);
				CHECK(q[2] == (l ? 0 : 2));
				CHECK(q[3] == tf_ed_comb[i][j].product.d[l]);
			}
}

TEST(ed25519_lanes_multiply_the_base)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 91);

	need_ifma();
	for (unsigned n = rounds(2000); n > 0; n--) {
		uint64_t k[4];
		tf_ed want, r;

		draw_scalar(&rng, k);
		tf_ed_mul_base(&want, k);
		tf_ed_ifma_mul_base(&r, k);
		check_same(&want, &r);
	}
}

TEST(ed25519_lanes_multiply_with_tables)
{
	const tf_ed_kernel *lanes, *plain = tf_ed_kernel_of(NULL);
	static tf_ed_table t, u;
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 92);
	tf_ed p, want, r;
	tf_fe x, y;

	need_ifma();
	lanes = tf_ed_kernel_of(tf_kernel_ifma());
	CHECK(lanes != plain && tf_ed_kernel_of(tf_kernel_portable()) == plain);
	for (unsigned n = rounds(2000); n > 0; n--) {
		uint64_t a[4], b[4];

		if (n % 50 == 0) {
			draw_point(&rng, &p);
			tf_ed_affine(&x, &y, &p);
			tf_ed_set_affine(&p, &x, &y);
			plain->table_fill(&t, &p);
			lanes->table_fill(&u, &p);
		}
		draw_scalar(&rng, a);
		draw_scalar(&rng, b);
		plain->combs_vt(&want, a, b, &t);
		lanes->combs_vt(&r, a, b, &u);
		check_same(&want, &r);
	}
}

/* Of none to eight terms, points that occur twice and cancel included. */
TEST(ed25519_lanes_sum_multiples)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 93);

	need_ifma();
	for (unsigned n = rounds(900); n > 0; n--) {
		tf_ed_term term[TF_ED_TERMS];
		size_t terms = n % (TF_ED_TERMS + 1);
		uint64_t g[4];
		tf_ed want, r;

		for (size_t i = 0; i < terms; i++) {
			draw_scalar(&rng, term[i].k);
			draw_point(&rng, &term[i].P);
			if (i && draw_below(&rng, 4) == 0) {
				term[i] = term[i - 1];
				if (draw_below(&rng, 2))
					tf_ed_neg(&term[i].P, &term[i].P);
			}
		}
		draw_scalar(&rng, g);
		tf_ed_combine_vt(&want, n % 2 ? g : NULL, term, terms);
		tf_ed_ifma_combine_vt(&r, n % 2 ? g : NULL, term, terms);
		check_same(&want, &r);
	}
}

/* Limbs as they come from sums of products, and the longest; 0 and p. */
static void draw_number(const tf_rng *rng, tf_fe *a)
{
	unsigned kind = draw_below(rng, 4);

	draw(rng, a, sizeof(*a));
	for (unsigned i = 0; i < 5; i++) {
		a->d[i] >>= 10 + draw_below(rng, 4);
		if (kind == 0)
			a->d[i] = ((uint64_t)1 << 54) - draw_below(rng, 3);
		else if (kind == 1)
			a->d[i] = draw_below(rng, 2) ? TF_FE_MASK - (i ? 0 : 18) : 0;
	}
}

TEST(ed25519_lanes_raise_to_powers)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 94);
	const tf_ed_kernel *lanes;

	need_ifma();
	lanes = tf_ed_kernel_of(tf_kernel_ifma());
	for (unsigned n = rounds(500); n > 0; n--) {
		size_t count = n % (TF_ED_EIGHT + 1);
		tf_fe a[TF_ED_EIGHT], r[TF_ED_EIGHT], want;

		for (size_t i = 0; i < count; i++)
			draw_number(&rng, &a[i]);
		lanes->pow_58(r, a, count);
		for (size_t i = 0; i < count; i++) {
			tf_fe_pow_58(&want, &a[i]);
			CHECK(tf_fe_eq_vt(&want, &r[i]));
			for (unsigned j = 0; j < 5; j++)
				CHECK(r[i].d[j] < TF_FE_MASK + (1u << 16));
		}
	}
}

TEST(constant_time_kernel_ifma_of_ed25519)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 95);
	const tf_group *g = NULL;
	uint8_t seed[64], sig[64], again[64];
	tf_sc_sec k;
	tf_arena mem;
	tf_pt r, want;

	test_must_cover_ifma();
	tf_arena_init(&mem, tf_test_alloc(TF_GROUP_ROOM + 64), TF_GROUP_ROOM + 64);
	CHECK_OK(tf_group_init(&g, TF_CURVE_ED25519, NULL, &mem));
	CHECK_OK(tf_rng_bytes(&rng, seed, sizeof(seed)));
	tf_ed_sign(tf_ed_kernel_of(tf_kernel_ifma()), sig, seed, seed + 32, (uint8_t *)"m", 1);
	tf_ed_sign(tf_ed_kernel_of(NULL), again, seed, seed + 32, (uint8_t *)"m", 1);
	CHECK(memcmp(sig, again, sizeof(sig)) == 0);
	for (unsigned i = 0; i < 20; i++) {
		const tf_group *on = NULL;

		CHECK_OK(tf_sc_random(g, &k, &rng));
		CHECK_OK(tf_group_on(&on, g, tf_kernel_ifma(), &mem));
		CHECK(on != g);
		CHECK_OK(tf_pt_mul_base(on, &r, &k));
		CHECK_OK(tf_pt_mul_base(g, &want, &k));
		CHECK(tf_pt_eq(g, &r, &want));
	}
	printf("constant time: kernel ifma of ed25519 covered by %s\n", TOOL);
}
