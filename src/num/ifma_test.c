/* Products of the kernel ifma by themselves, at the ends of what its columns and its bounds allow:
 * digits that are all ones, numbers up to 2m - 1, moduli up to R / 4 and R / 16. And what is left
 * in the registers. */
#include "num/ifma.h"
#include "num/ifma_ring.h"
#include "num/kernel_test.h"
#include "num/mpz_test.h"
#include "num/pick_test.h"
#include "num/registers_test.h"

typedef struct bench {
	tf_tape tape;
	tf_rng rng;
	ring r;
	vec m[DIGITS_MAX], c[DIGITS_MAX], wide[2 * DIGITS_MAX], quot[4 * DIGITS_MAX], low[DIGITS_MAX];
	vec a[2 * DIGITS_MAX], b[2 * DIGITS_MAX], out[2 * DIGITS_MAX];
	mpz_t radix, modulus[TF_LANES], x, y, z, v;
} bench;

/* One lane's digits: of a number in eight lanes, or of one alone. */
static void put(const bench *t, vec *v, size_t lane, const mpz_t x)
{
	uint64_t digit[2 * DIGITS_MAX] = { 0 };

	CHECK(mpz_sizeinbase(x, 2) <= DIGIT_BITS * t->r.nl);
	mpz_export(digit, NULL, -1, 8, 0, 64 - DIGIT_BITS, x);
	for (size_t i = 0; i < t->r.nl; i++)
		((uint64_t *)v)[i * t->r.lanes + lane] = digit[i];
}

static void get(const bench *t, mpz_t x, const vec *v, size_t lane)
{
	uint64_t digit[DIGITS_MAX];

	for (size_t i = 0; i < t->r.nl; i++) {
		digit[i] = ((const uint64_t *)v)[i * t->r.lanes + lane];
		CHECK(digit[i] <= DIGIT_MASK);
	}
	mpz_import(x, t->r.nl, -1, 8, 0, 64 - DIGIT_BITS, digit);
}

/* The value of an element. */
static void value(bench *t, mpz_t x, const vec *v, size_t lane)
{
	get(t, x, v, lane);
	if (t->r.square) {
		get(t, t->z, v + t->r.width, lane);
		mpz_addmul(x, t->z, t->modulus[lane]);
	}
}

static void random_below(bench *t, mpz_t x, const mpz_t end)
{
	uint8_t bytes[DIGITS_MAX * 8];

	CHECK_OK(tf_rng_bytes(&t->rng, bytes, sizeof(bytes)));
	tf_ct_declassify(bytes, sizeof(bytes));
	mpz_import(x, sizeof(bytes), 1, 1, 0, 0, bytes);
	mpz_mod(x, x, end);
}

/* The largest there is (all digits ones but for the spare bits), ones above zeros, random, tiny. */
static void choose_modulus(bench *t, mpz_t m, size_t lane)
{
	size_t spare = t->r.square ? 4 : 2;

	mpz_set_ui(m, 1);
	mpz_mul_2exp(m, m, DIGIT_BITS * t->r.nl - spare);
	if (lane % 4 == 0)
		mpz_sub_ui(m, m, 1);
	if (lane % 4 == 1)
		mpz_tdiv_q_2exp(m, m, 1);
	if (lane % 4 == 2) {
		mpz_set(t->y, m);
		random_below(t, m, t->y);
	}
	if (lane % 4 == 3)
		mpz_set_ui(m, 3 + 2 * pick(&t->rng, 1000));
	mpz_setbit(m, 0);
}

static void ring_init(bench *t, size_t nl, bool square, size_t lanes)
{
	uint64_t k0[TF_LANES];

	t->r = (ring){ .lanes = lanes, .nl = nl, .width = lanes == 1 ? tf_one_width(nl) : nl,
	               .square = square, .m = t->m, .c = t->c, .wide = t->wide, .quot = t->quot,
	               .low = t->low };
	memset(t->m, 0, sizeof(t->m));
	memset(t->c, 0, sizeof(t->c));
	mpz_set_ui(t->radix, 1);
	mpz_mul_2exp(t->radix, t->radix, DIGIT_BITS * nl);
	for (size_t i = 0; i < lanes; i++) {
		choose_modulus(t, t->modulus[i], lanes == 1 ? pick(&t->rng, 4) : i);
		put(t, t->m, i, t->modulus[i]);
		mpz_mod(t->x, t->radix, t->modulus[i]);
		mpz_sub(t->x, t->modulus[i], t->x);
		put(t, t->c, i, t->x);
		mpz_set_ui(t->y, 1);
		mpz_mul_2exp(t->y, t->y, DIGIT_BITS);
		CHECK(mpz_invert(t->x, t->modulus[i], t->y));
		mpz_sub(t->x, t->y, t->x);
		k0[i] = mpz_get_ui(t->x);
	}
	for (size_t i = 0; i < TF_LANES; i++)
		((uint64_t *)&t->r.k0)[i] = k0[lanes == 1 ? 0 : i];
}

/* (x + y B) B^i with x (2y + 1) = 1 modulo B: column 2i + 1 of its square, as it is summed, is
 * negative. */
static void negative_column(bench *t, mpz_t z)
{
	uint64_t x = (uint64_t)1 << (DIGIT_BITS - 1) | pick(&t->rng, 1000) | 1, inverse = x;

	for (unsigned i = 0; i < 5; i++)
		inverse *= 2 - inverse * x;
	mpz_set_ui(z, (inverse & DIGIT_MASK) / 2);
	mpz_mul_2exp(z, z, DIGIT_BITS);
	mpz_add_ui(z, z, x);
	mpz_mul_2exp(z, z, DIGIT_BITS * pick(&t->rng, (uint32_t)t->r.nl - 2));
}

/* Numbers below 2m: 2m - 1, as many ones as fit, 0, 1, m, columns below zero, random. */
static void choose_number(bench *t, vec *v, size_t lane, unsigned kind)
{
	mpz_mul_2exp(t->y, t->modulus[lane], 1);
	mpz_sub_ui(t->x, t->y, 1);
	if (kind == 1) {
		size_t bits = mpz_sizeinbase(t->x, 2);

		mpz_set_ui(t->x, 1);
		mpz_mul_2exp(t->x, t->x, bits - 1);
		mpz_sub_ui(t->x, t->x, 1);
	}
	if (kind == 2 || kind == 3)
		mpz_set_ui(t->x, kind - 2);
	if (kind == 4)
		mpz_set(t->x, t->modulus[lane]);
	if (kind == 5)
		negative_column(t, t->x);
	if (kind > 5)
		random_below(t, t->x, t->y);
	mpz_mod(t->x, t->x, t->y);
	put(t, v, lane, t->x);
}

static void choose(bench *t, vec *v, unsigned kind)
{
	memset(v, 0, 2 * DIGITS_MAX * sizeof(vec));
	for (size_t i = 0; i < t->r.lanes; i++) {
		choose_number(t, v, i, kind < 7 ? kind : (unsigned)pick(&t->rng, 8));
		if (t->r.square)
			choose_number(t, v + t->r.width, i, kind < 2 ? kind : (unsigned)pick(&t->rng, 8));
	}
}

/* out R = a b modulo m or N^2, and below 2m, in both halves of a pair. */
static void expect_product(bench *t, const vec *a, const vec *b)
{
	for (size_t i = 0; i < t->r.lanes; i++) {
		mpz_mul_2exp(t->y, t->modulus[i], 1);
		get(t, t->x, t->out, i);
		CHECK(mpz_cmp(t->x, t->y) < 0);
		if (t->r.square) {
			get(t, t->x, t->out + t->r.width, i);
			CHECK(mpz_cmp(t->x, t->y) < 0);
		}
		value(t, t->x, t->out, i);
		mpz_mul(t->x, t->x, t->radix);
		value(t, t->y, a, i);
		value(t, t->v, b, i);
		mpz_submul(t->x, t->y, t->v);
		mpz_pow_ui(t->y, t->modulus[i], t->r.square ? 2 : 1);
		CHECK(mpz_divisible_p(t->x, t->y));
	}
}

static void try_products(bench *t, unsigned kind)
{
	size_t bytes = tf_ring_len(&t->r) * sizeof(vec);
	vec copy[2 * DIGITS_MAX];

	choose(t, t->a, kind);
	choose(t, t->b, kind % 3 ? kind : 9);
	tf_ring_mul(t->out, t->a, t->b, &t->r);
	expect_product(t, t->a, t->b);
	memcpy(copy, t->out, bytes);
	memcpy(t->out, t->a, bytes);
	tf_ring_mul(t->out, t->out, t->b, &t->r);
	CHECK(memcmp(copy, t->out, bytes) == 0);
	memcpy(t->out, t->b, bytes);
	tf_ring_mul(t->out, t->a, t->out, &t->r);
	CHECK(memcmp(copy, t->out, bytes) == 0);

	tf_ring_sqr(t->out, t->a, &t->r);
	expect_product(t, t->a, t->a);
	memcpy(copy, t->out, bytes);
	memcpy(t->out, t->a, bytes);
	tf_ring_sqr(t->out, t->out, &t->r);
	CHECK(memcmp(copy, t->out, bytes) == 0);
}

/* x < N^2 of every kind by its digits: N^2 - 1, 0 and random. */
static void try_split(bench *t, unsigned kind)
{
	size_t nl = t->r.nl;
	vec *one = t->b;

	memset(t->wide, 0, sizeof(t->wide));
	memset(t->a, 0, sizeof(t->a));
	memset(one, 0, sizeof(t->b));
	for (size_t i = 0; i < t->r.lanes; i++) {
		mpz_mul(t->y, t->modulus[i], t->modulus[i]);
		mpz_sub_ui(t->x, t->y, 1);
		if (kind > 0)
			random_below(t, t->x, t->y);
		mpz_fdiv_qr(t->x, t->y, t->x, t->modulus[i]);
		put(t, t->a, i, t->y);
		put(t, t->a + t->r.width, i, t->x);
		mpz_addmul(t->y, t->x, t->modulus[i]);
		mpz_fdiv_qr(t->x, t->y, t->y, t->radix);
		put(t, t->wide, i, t->y);
		if (t->r.lanes == 1)
			mpz_export((uint64_t *)t->wide + nl, NULL, -1, 8, 0, 64 - DIGIT_BITS, t->x);
		else
			put(t, t->wide + nl, i, t->x);
		((uint64_t *)one)[i] = 1;
	}
	tf_ring_split(t->out, &t->r);
	expect_product(t, t->a, one);
}

static void every_ring(unsigned party, size_t lanes)
{
	static bench of;
	bench *t = &of;

	if (!tf_kernel_ifma())
		tf_test_skip("this machine, or the tool that runs this, has no kernel ifma");
	t->rng = tf_tape_init(&t->tape, tf_test_seed(), party);
	mpz_inits(t->radix, t->x, t->y, t->z, t->v, NULL);
	for (size_t i = 0; i < TF_LANES; i++)
		mpz_init(t->modulus[i]);
	for (size_t nl = 2 * BLOCK; nl <= DIGITS_MAX; nl += BLOCK)
		for (unsigned kind = 0; kind < 16; kind++) {
			if (lanes == 1 && !tf_one_width(nl))
				continue;
			ring_init(t, nl, false, lanes);
			try_products(t, kind);
			if (nl > DIGITS_MAX / 2)
				continue;
			ring_init(t, nl, true, lanes);
			try_products(t, kind);
			try_split(t, kind);
		}
	for (size_t i = 0; i < TF_LANES; i++)
		mpz_clear(t->modulus[i]);
	mpz_clears(t->radix, t->x, t->y, t->z, t->v, NULL);
}

TEST(ifma_products_in_eight_lanes)
{
	every_ring(1, TF_LANES);
}

TEST(ifma_products_of_one_number)
{
	every_ring(2, 1);
}

/* ---- registers ---- */

TEST(ifma_leaves_nothing_in_registers)
{
	static uint8_t memory[TF_IFMA_SCRATCH];
	tf_bn n = { .n = 16, .d = { 3, 5, 7 } }, base = { .n = 16, .d = { 9 } }, out;
	tf_mod m;
	tf_lane lane = { .out = &out, .n = 1, .p = { { .base = &base, .exp = &n, .bits = 100 } } };
	tf_int exp = { .mag = n };
	tf_shared of = { .m = &m, .base = &base, .n = 1, .power = { { &out, &exp, 150 } } };
	tf_arena mem;
	tf_ct pass;

	if (!tf_kernel_ifma())
		tf_test_skip("this machine, or the tool that runs this, has no kernel ifma");
	registers_watch();
	n.d[15] = (mp_limb_t)1 << 63;
	CHECK_OK(tf_mod_init(&m, &n));
	lane.m = &m;
	for (unsigned i = 0; i < 7; i++) {
		tf_arena_init(&mem, memory, sizeof(memory));
		registers_fill();
		if (i == 1)
			tf_vectors_clear();
		if (i == 2)
			CHECK_OK(tf_ifma_power(&lane, 1, &mem));
		if (i == 3)
			CHECK_OK(tf_ifma_power_one(&lane, &mem));
		if (i == 4)
			CHECK_OK(tf_ifma_fermat(&pass, &n, 1, 1024, &mem));
		if (i > 4)
			CHECK_OK(tf_ifma_shared(&of, 1, i == 5 ? TF_LANES : 1, &mem));
		CHECK(registers_in_use() == (i == 0 ? 16 : 0));
	}
}
