/* Secret powers of public bases that share tables: against GMP, beside jobs that do not share, on
 * every kernel. TREFOIL_NUM=all: about 20,000 powers. */
#include "num/kernel_impl.h"
#include "num/kernel_test.h"
#include "num/modexp.h"
#include "num/mpz_test.h"
#include "num/pick_test.h"

#define BASES 10u
#define POWERS 6u

static uint8_t memory[TF_BATCH_LANES_SCRATCH + 128u * 1024u];

typedef struct bench {
	tf_tape tape;
	tf_rng rng;
	tf_mod m[2];
	tf_bn base[BASES], out[BASES][POWERS];
	tf_int exp[BASES][POWERS];
	uint32_t bits[POWERS];
	unsigned powers[BASES];
} bench;

static bench *bench_init(unsigned party)
{
	bench *t = tf_test_alloc(sizeof(*t));

	t->rng = tf_tape_init(&t->tape, tf_test_seed(), party);
	return t;
}

/* Two moduli of the same size, and units modulo one or the other. */
static void bases(bench *t, uint32_t bits, bool square)
{
	for (unsigned i = 0; i < 2; i++)
		pick_modulus(&t->rng, &t->m[i], bits, square);
	for (unsigned i = 0; i < BASES; i++)
		pick_unit(&t->rng, &t->base[i], &t->m[i % 2]);
}

static tf_power power(const bench *t, unsigned i, unsigned k)
{
	return (tf_power){ .base = &t->base[i], .sgn = &t->exp[i][k], .bits = t->bits[k],
	                   .secrecy = TF_SECRET, .base_public = true };
}

/* Round by round, as a protocol enqueues them. */
static void enqueue(bench *t, tf_batch *b, unsigned n)
{
	for (unsigned k = 0; k < POWERS; k++)
		for (unsigned i = 0; i < n; i++) {
			tf_power p = power(t, i, k);

			if (k >= t->powers[i])
				continue;
			pick_exponent(&t->rng, &t->exp[i][k], t->bits[k]);
			tf_batch_power(b, &t->out[i][k], &t->m[i % 2], &p, 1);
		}
}

static void expect(bench *t, unsigned n)
{
	mpz_t want, e, m;

	mpz_inits(want, e, m, NULL);
	for (unsigned i = 0; i < n; i++) {
		mpz_from_bn(m, &t->m[i % 2].m);
		for (unsigned k = 0; k < t->powers[i]; k++) {
			tf_ct_declassify(&t->out[i][k], sizeof(t->out[i][k]));
			mpz_from_bn(want, &t->base[i]);
			mpz_from_int(e, &t->exp[i][k]);
			mpz_powm(want, want, e, m);
			CHECK(bn_is_mpz(&t->out[i][k], want));
			CHECK(t->out[i][k].n == t->m[i % 2].m.n);
		}
	}
	mpz_clears(want, e, m, NULL);
}

/* n bases on a kernel, in so much memory; what is left of it stays clean. */
static tf_batch *compute(bench *t, const tf_kernel *kernel, unsigned n, size_t cap)
{
	tf_batch *b;
	tf_arena mem;
	size_t used;

	tf_arena_init(&mem, memory, cap);
	CHECK_OK(tf_batch_init_on(&b, &mem, BASES * POWERS, kernel));
	used = mem.used;
	enqueue(t, b, n);
	CHECK_OK(tf_batch_run(b));
	CHECK(mem.used == used && mem.peak - used <= TF_BATCH_LANES_SCRATCH);
	for (size_t i = used; i < mem.cap; i++)
		CHECK(mem.base[i] == 0);
	expect(t, n);
	return b;
}

static void equal_counts(bench *t, unsigned count)
{
	for (unsigned i = 0; i < BASES; i++)
		t->powers[i] = count;
}

TEST_SLOW(shared_powers_as_gmp_does, 900)
{
	const tf_kernel *kernel[] = { tf_kernel_portable(), tf_kernel_ifma() };
	const struct {
		uint32_t bits;
		bool square;
	} sizes[] = { { 640, true }, { 1030, false }, { 1280, true }, { 2048, false },
	              { 1536, true }, { 3072, false } };
	const char *how = getenv("TREFOIL_NUM");
	unsigned rounds = how && strcmp(how, "all") == 0 ? 300 : 12;
	bench *t = bench_init(1);

	for (unsigned i = 0; i < rounds; i++) {
		unsigned of = i % TF_ARRAY_LEN(sizes);

		bases(t, sizes[of].bits, sizes[of].square);
		for (unsigned k = 0; k < POWERS; k++)
			t->bits[k] = 1 + pick(&t->rng, pick(&t->rng, 2) ? 70 : 900);
		for (unsigned k = 0; k < BASES; k++)
			t->powers[k] = pick(&t->rng, POWERS + 1);
		for (size_t k = 0; k < TF_ARRAY_LEN(kernel); k++)
			if (k == 0 || kernel[k])
				(void)compute(t, kernel[k], 1 + pick(&t->rng, BASES), sizeof(memory));
	}
}

static size_t counted;

static tf_err counting(const tf_shared *of, size_t n, size_t lanes, tf_arena *mem)
{
	for (size_t i = 0; i < n; i++)
		counted += of[i].n;
	return tf_power_shared(of, n, lanes, mem);
}

static size_t bytes_of_batch(const tf_kernel *k)
{
	tf_batch *b;
	tf_arena mem;

	tf_arena_init(&mem, memory, sizeof(memory));
	CHECK_OK(tf_batch_init_on(&b, &mem, BASES * POWERS, k));
	return mem.used;
}

/* By the portable kernel, in the memory that a run is promised; where all together are not as long
 * as two of the longest, none is shared. */
TEST_SLOW(portable_tables_are_shared, 300)
{
	const uint32_t bits[POWERS] = { 300, 120, 180, 299 };
	const tf_kernel k = { .name = "counting", .shared = counting };
	bench *t = bench_init(5);
	tf_batch *b;

	bases(t, 3072, true);
	memcpy(t->bits, bits, sizeof(bits));
	for (unsigned count = 1; count <= 4; count++) {
		equal_counts(t, count);
		counted = 0;
		b = compute(t, &k, 3, bytes_of_batch(&k) + TF_BATCH_SCRATCH);
		CHECK(counted == (count < 3 ? 0 : 3 * count));
		CHECK(tf_batch_together(b) == 0 && tf_batch_alone(b) == 0);
	}
}

/* The powers of a presignature's ciphertexts, at the largest size: full lanes, and two alone. */
TEST_SLOW(shared_tables_are_used, 300)
{
	const uint32_t bits[POWERS] = { 256, 256, 769, 769 };
	const tf_kernel *k = tf_kernel_ifma();
	bench *t = bench_init(2);
	tf_batch *b;

	if (!k)
		tf_test_skip("this machine has the portable kernel only");
	bases(t, 3072, true);
	memcpy(t->bits, bits, sizeof(bits));
	equal_counts(t, 4);
	b = compute(t, k, 8, sizeof(memory));
	CHECK(tf_batch_together(b) == 32 && tf_batch_alone(b) == 0);
	b = compute(t, k, 2, sizeof(memory));
	CHECK(tf_batch_together(b) == 0 && tf_batch_alone(b) == 8);
	b = compute(t, k, 8, TF_BATCH_LANES_SCRATCH / 2);
	CHECK(tf_batch_together(b) == 0);
}

/* Shared or not, a base without inverse is an error. */
TEST(shared_powers_of_nonunits_are_refused)
{
	const tf_kernel *kernel[] = { tf_kernel_portable(), tf_kernel_ifma() };
	bench *t = bench_init(3);

	bases(t, 640, true);
	equal_counts(t, 2);
	t->bits[0] = t->bits[1] = 80;
	t->base[1] = t->m[1].root;
	for (size_t k = 0; k < TF_ARRAY_LEN(kernel); k++) {
		tf_arena mem;
		tf_batch *b;

		if (k > 0 && !kernel[k])
			continue;
		tf_arena_init(&mem, memory, sizeof(memory));
		CHECK_OK(tf_batch_init_on(&b, &mem, BASES * POWERS, kernel[k]));
		enqueue(t, b, 1);
		CHECK_OK(tf_batch_run(b));
		enqueue(t, b, 2);
		CHECK_ERR(tf_batch_run(b), TF_E_USAGE);
		enqueue(t, b, 1);
		CHECK_OK(tf_batch_run(b));
		expect(t, 1);
	}
}

/* The kernel's own word on memory: eight bases and one, in lanes or one after the other. */
TEST(shared_tables_without_memory_are_refused)
{
	const tf_kernel *kernel[] = { tf_kernel_portable(), tf_kernel_ifma() };
	bench *t = bench_init(4);
	tf_shared of;

	bases(t, 1280, true);
	of = (tf_shared){ .m = &t->m[0], .base = &t->base[0], .n = 2 };
	for (unsigned i = 0; i < 2; i++) {
		pick_exponent(&t->rng, &t->exp[0][i], 300);
		of.power[i].out = &t->out[0][i];
		of.power[i].exp = &t->exp[0][i];
		of.power[i].bits = 300;
	}
	for (unsigned i = 0; i < 4 && kernel[i / 2]; i++) {
		const tf_kernel *k = kernel[i / 2];
		size_t lanes = i % 2 ? TF_LANES : 1;
		size_t most = !k->shape ? TF_BATCH_SCRATCH : i % 2 ? k->scratch : k->scratch_one;
		size_t step = most / 64, cap = 0;
		tf_err err = TF_E_CAPACITY;

		for (; cap <= most && err != TF_OK; cap += step) {
			tf_arena mem;

			tf_arena_init(&mem, memory, cap);
			err = k->shared(&of, 1, lanes, &mem);
			CHECK(err == TF_OK || err == TF_E_CAPACITY);
		}
		CHECK(err == TF_OK && cap > 2 * step);
		t->powers[0] = 2;
		expect(t, 1);
	}
}
