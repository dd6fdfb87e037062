/* Products of the portable kernel's elements by themselves, at the ends of what they are promised
 * for: numbers up to R - 1, roots next to R, R/2 and the smallest there is, so that every
 * subtraction happens, and what undoes it. TREFOIL_NUM=all: a million products. */
#include <stdlib.h>

#include "num/elems.h"
#include "num/mpz_test.h"
#include "num/pick_test.h"

#define LIMBS 48u

static uint8_t memory[64 * 1024];

typedef struct bench {
	tf_tape tape;
	tf_rng rng;
	tf_arena mem;
	tf_mod m;
	tf_elems e[2]; /* secret, public */
	tf_bn a, b, out, again;
	mpz_t radix, root, modulus, x, y, z;
} bench;

static void pairs_init(bench *t, unsigned party)
{
	t->rng = tf_tape_init(&t->tape, tf_test_seed(), party);
	mpz_inits(t->radix, t->root, t->modulus, t->x, t->y, t->z, NULL);
}

static void pairs_clear(bench *t)
{
	mpz_clears(t->radix, t->root, t->modulus, t->x, t->y, t->z, NULL);
}

/* x += a little, up or down. */
static void shake(bench *t, mpz_t x)
{
	if (pick(&t->rng, 2))
		mpz_add_ui(x, x, pick(&t->rng, 9));
	else if (mpz_cmp_ui(x, 9) > 0)
		mpz_sub_ui(x, x, pick(&t->rng, 9));
}

static void random_below(bench *t, mpz_t x, const mpz_t end)
{
	uint8_t bytes[LIMBS * 8 + 8];

	CHECK_OK(tf_rng_bytes(&t->rng, bytes, sizeof(bytes)));
	tf_ct_declassify(bytes, sizeof(bytes));
	mpz_import(x, sizeof(bytes), 1, 1, 0, 0, bytes);
	mpz_mod(x, x, end);
}

/* An odd root of n limbs: about R, R/2, R/3, 3R/4, the smallest whose square has 2n limbs, any. */
static void choose_root(bench *t, uint32_t n, unsigned kind)
{
	mpz_set_ui(t->radix, 1);
	mpz_mul_2exp(t->radix, t->radix, 64 * n);
	mpz_set(t->root, t->radix);
	if (kind == 1)
		mpz_tdiv_q_2exp(t->root, t->root, 1);
	if (kind == 2)
		mpz_tdiv_q_ui(t->root, t->root, 3);
	if (kind == 3)
		mpz_mul_ui(t->root, t->root, 3);
	if (kind == 3)
		mpz_tdiv_q_2exp(t->root, t->root, 2);
	if (kind == 4)
		mpz_tdiv_q_2exp(t->root, t->root, 32);
	if (kind < 5)
		shake(t, t->root);
	else
		random_below(t, t->root, t->radix);
	mpz_set_ui(t->x, 1);
	mpz_mul_2exp(t->x, t->x, 64 * n - 32);
	if (mpz_cmp(t->root, t->x) < 0)
		mpz_add(t->root, t->root, t->x);
	if (mpz_cmp(t->root, t->radix) >= 0)
		mpz_sub_ui(t->root, t->radix, 1 + 2 * pick(&t->rng, 4));
	mpz_setbit(t->root, 0);
	mpz_mul(t->modulus, t->root, t->root);
}

static void open_elements(bench *t, uint32_t n)
{
	tf_bn root;

	bn_from_mpz(&root, t->root, n);
	CHECK_OK(tf_mod_init_square(&t->m, &root));
	CHECK(t->m.m.n == 2 * n);
	tf_arena_init(&t->mem, memory, sizeof(memory));
	for (unsigned i = 0; i < 2; i++) {
		CHECK_OK(tf_elems_init(&t->e[i], &t->m, i == 0, &t->mem));
		CHECK(t->e[i].pairs && t->e[i].len == 2 * n);
	}
}

/* One number below R: about R, 0, N, R - N, R/2, ones above zeros, any. */
static void choose_number(bench *t, mp_limb_t *d, uint32_t n, unsigned kind)
{
	mpz_set_ui(t->x, 0);
	if (kind == 0)
		mpz_set(t->x, t->radix);
	if (kind == 2)
		mpz_set(t->x, t->root);
	if (kind == 3)
		mpz_sub(t->x, t->radix, t->root);
	if (kind == 4)
		mpz_tdiv_q_2exp(t->x, t->radix, 1);
	if (kind == 5) {
		mpz_set_ui(t->x, 1);
		mpz_mul_2exp(t->x, t->x, pick(&t->rng, 64 * n));
		mpz_sub(t->x, t->radix, t->x);
	}
	if (kind < 6)
		shake(t, t->x);
	else
		random_below(t, t->x, t->radix);
	if (mpz_cmp(t->x, t->radix) >= 0)
		mpz_sub_ui(t->x, t->radix, 1);
	memset(d, 0, n * sizeof(*d));
	mpz_export(d, NULL, -1, 8, 0, 0, t->x);
}

static void choose(bench *t, tf_bn *a, unsigned kind)
{
	uint32_t n = t->m.root.n;

	memset(a, 0, sizeof(*a));
	a->n = 2 * n;
	choose_number(t, a->d, n, kind);
	choose_number(t, a->d + n, n, pick(&t->rng, 3) ? kind : pick(&t->rng, 8));
}

/* a0 + a1 N */
static void value(const bench *t, mpz_t x, const tf_bn *a)
{
	mpz_t low;

	mpz_init(low);
	mpz_import(low, t->m.root.n, -1, 8, 0, 0, a->d);
	mpz_import(x, t->m.root.n, -1, 8, 0, 0, a->d + t->m.root.n);
	mpz_mul(x, x, t->root);
	mpz_add(x, x, low);
	mpz_clear(low);
}

/* x R = a b modulo N^2, for the element x */
static void expect_product(bench *t, const tf_bn *x, const tf_bn *a, const tf_bn *b)
{
	value(t, t->x, x);
	mpz_mul(t->x, t->x, t->radix);
	value(t, t->y, a);
	value(t, t->z, b);
	mpz_submul(t->x, t->y, t->z);
	CHECK(mpz_divisible_p(t->x, t->modulus));
}

static void try_products(bench *t, unsigned kind)
{
	size_t bytes = t->m.m.n * sizeof(mp_limb_t);

	choose(t, &t->a, kind);
	choose(t, &t->b, pick(&t->rng, 2) ? kind : pick(&t->rng, 8));
	tf_elem_mul(t->out.d, t->a.d, t->b.d, &t->e[0]);
	expect_product(t, &t->out, &t->a, &t->b);
	t->again = t->a;
	tf_elem_mul(t->again.d, t->again.d, t->b.d, &t->e[1]);
	CHECK(memcmp(t->out.d, t->again.d, bytes) == 0);
	t->again = t->b;
	tf_elem_mul(t->again.d, t->a.d, t->again.d, &t->e[0]);
	CHECK(memcmp(t->out.d, t->again.d, bytes) == 0);

	tf_elem_sqr(t->out.d, t->a.d, &t->e[0]);
	expect_product(t, &t->out, &t->a, &t->a);
	t->again = t->a;
	tf_elem_sqr(t->again.d, t->again.d, &t->e[1]);
	CHECK(memcmp(t->out.d, t->again.d, bytes) == 0);
}

/* The way out of any element, and of x R the way back to x. */
static void try_ways(bench *t, unsigned kind)
{
	unsigned how = pick(&t->rng, 2);

	choose(t, &t->a, kind);
	memset(&t->out, 0xff, sizeof(t->out));
	tf_elem_leave(&t->out, t->a.d, &t->e[how]);
	mpz_from_bn(t->x, &t->out);
	CHECK(mpz_cmp(t->x, t->modulus) < 0 && bn_is_mpz(&t->out, t->x));
	CHECK(t->out.n == t->m.m.n);
	mpz_mul(t->x, t->x, t->radix);
	value(t, t->y, &t->a);
	CHECK(mpz_congruent_p(t->x, t->y, t->modulus));

	tf_elem_enter(t->again.d, &t->out, &t->e[how]);
	value(t, t->x, &t->again);
	CHECK(mpz_congruent_p(t->x, t->y, t->modulus));
	mpz_sub_ui(t->x, t->modulus, 1 + pick(&t->rng, 3));
	bn_from_mpz(&t->a, t->x, t->m.m.n);
	tf_elem_enter(t->again.d, &t->a, &t->e[how]);
	tf_elem_leave(&t->out, t->again.d, &t->e[how]);
	CHECK(bn_is_mpz(&t->out, t->x));
	tf_elem_one(t->again.d, &t->e[how]);
	value(t, t->x, &t->again);
	CHECK(mpz_congruent_p(t->x, t->radix, t->modulus));
}

TEST_SLOW(products_of_pairs_as_mpz_does, 1700)
{
	const uint32_t sizes[] = { 1, 2, 3, 5, 10, 16, 24, 32, LIMBS };
	const char *how = getenv("TREFOIL_NUM");
	unsigned rounds = how && strcmp(how, "all") == 0 ? 200 : 2;
	static bench of;
	bench *t = &of;

	pairs_init(t, 1);
	for (unsigned i = 0; i < rounds * TF_ARRAY_LEN(sizes); i++)
		for (unsigned root = 0; root < 8; root++) {
			uint32_t n = sizes[i % TF_ARRAY_LEN(sizes)];

			choose_root(t, n, root);
			open_elements(t, n);
			for (unsigned kind = 0; kind < 40; kind++)
				try_products(t, kind % 8);
			for (unsigned kind = 0; kind < 16; kind++)
				try_ways(t, kind % 8);
		}
	pairs_clear(t);
}

/* Roots of one limb, many of them. */
TEST(pairs_of_single_limbs_as_mpz_does)
{
	static bench of;
	bench *t = &of;

	pairs_init(t, 2);
	for (unsigned i = 0; i < 4000; i++) {
		choose_root(t, 1, i % 8);
		open_elements(t, 1);
		try_products(t, i / 8 % 8);
		try_ways(t, i / 8 % 8);
	}
	pairs_clear(t);
}

/* Squares that end below a limb's half are computed with as plain numbers. */
TEST(squares_of_odd_width_are_no_pairs)
{
	static bench of;
	bench *t = &of;
	tf_bn root = { .n = 2, .d = { 5, 0xffffffff } };

	pairs_init(t, 3);
	CHECK_OK(tf_mod_init_square(&t->m, &root));
	tf_arena_init(&t->mem, memory, sizeof(memory));
	CHECK_OK(tf_elems_init(&t->e[0], &t->m, true, &t->mem));
	CHECK(!t->e[0].pairs && t->e[0].len == 3);
	tf_bn_set_u64(&t->a, 12345);
	tf_bn_resize(&t->a, 3);
	tf_elem_enter(t->b.d, &t->a, &t->e[0]);
	tf_elem_sqr(t->b.d, t->b.d, &t->e[0]);
	tf_elem_leave(&t->out, t->b.d, &t->e[0]);
	CHECK(t->out.d[0] == 12345u * 12345u && t->out.d[1] == 0 && t->out.n == 3);
	pairs_clear(t);
}

TEST(elements_without_memory_are_refused)
{
	static bench of;
	bench *t = &of;

	pairs_init(t, 4);
	choose_root(t, 16, 0);
	open_elements(t, 16);
	for (size_t cap = 0, need = t->mem.used / 2; cap < need; cap += 64) {
		tf_arena_init(&t->mem, memory, cap);
		CHECK_ERR(tf_elems_init(&t->e[0], &t->m, true, &t->mem), TF_E_CAPACITY);
	}
	pairs_clear(t);
}
