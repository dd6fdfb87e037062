/* Every kernel against GMP and against each other: eight different moduli side by side, extreme
 * numbers, groups that are not full, memory that is short. TREFOIL_NUM=all: 256,000 jobs. */
#include "num/kernel_test.h"

#include "harness/primes.h"
#include "num/modexp.h"
#include "num/mpz_test.h"
#include "num/pick_test.h"

#define JOBS 8u
#define KERNELS 2u

static uint8_t memory[TF_BATCH_LANES_SCRATCH + 64u * 1024u];

typedef struct task {
	tf_mod m;
	tf_bn base[TF_POWERS_MAX], exp[TF_POWERS_MAX];
	tf_power p[TF_POWERS_MAX];
	size_t n;
	tf_bn out[KERNELS];
} task;

typedef struct bench {
	tf_tape tape;
	tf_rng rng;
	const tf_kernel *kernel[KERNELS];
	size_t together, alone;
	task task[3 * JOBS];
} bench;

static bench *bench_init(unsigned party)
{
	bench *t = tf_test_alloc(sizeof(*t));

	t->rng = tf_tape_init(&t->tape, tf_test_seed(), party);
	t->kernel[0] = tf_kernel_portable();
	t->kernel[1] = tf_kernel_ifma();
	return t;
}

static void set_bit(tf_bn *a, uint32_t i)
{
	a->d[i / 64] |= (mp_limb_t)1 << (i % 64);
}

/* Up to that many bits: random, runs of ones and zeros, all ones, one bit, zero, one. */
static void shaped(bench *t, tf_bn *a, uint32_t bits)
{
	uint32_t kind = pick(&t->rng, 8), at = 0;

	CHECK_OK(tf_bn_random_bits(a, bits, &t->rng));
	tf_ct_declassify(a, sizeof(*a));
	if (kind < 3 || bits == 0)
		return;
	memset(a->d, 0, sizeof(a->d));
	for (uint32_t i = 0; kind == 3 && i < bits; i++) {
		at = pick(&t->rng, 100) == 0 ? !at : at;
		a->d[i / 64] |= (mp_limb_t)at << (i % 64);
	}
	for (uint32_t i = 0; kind == 4 && i < bits; i++)
		set_bit(a, i);
	if (kind == 5)
		set_bit(a, bits - 1);
	if (kind == 6)
		set_bit(a, 0);
}

static void random_modulus(bench *t, tf_mod *m, uint32_t bits, bool square)
{
	tf_bn n;

	shaped(t, &n, bits);
	set_bit(&n, bits - 1);
	set_bit(&n, 0);
	CHECK_OK(square ? tf_mod_init_square(m, &n) : tf_mod_init(m, &n));
}

/* a0 + a1 N with 0, 1, N - 1 and random numbers for each. */
static void random_pair(bench *t, tf_bn *base, const tf_bn *N)
{
	tf_bn part[2], one;

	tf_bn_set_u64(&one, 1);
	for (unsigned i = 0; i < 2; i++) {
		uint32_t kind = pick(&t->rng, 4);

		CHECK_OK(tf_bn_random_below(&part[i], N, &t->rng));
		if (kind < 2)
			tf_bn_set_u64(&part[i], kind);
		if (kind == 2)
			(void)tf_bn_sub(&part[i], N, &one);
	}
	CHECK_OK(tf_bn_mul(&part[1], &part[1], N));
	CHECK_OK(tf_bn_add(base, &part[0], &part[1]));
}

static void random_base(bench *t, tf_bn *base, const tf_mod *m)
{
	tf_bn one;

	shaped(t, base, m->bits);
	CHECK_OK(tf_bn_mod(base, base, &m->m));
	tf_bn_set_u64(&one, 1);
	if (pick(&t->rng, 8) == 0)
		(void)tf_bn_sub(base, &m->m, &one);
	if (m->kind == TF_MOD_SQUARE && pick(&t->rng, 4) == 0)
		random_pair(t, base, &m->root);
	tf_ct_declassify(base, sizeof(*base));
}

static void random_powers(bench *t, task *x, size_t n, const uint32_t *bits)
{
	x->n = n;
	for (size_t k = 0; k < n; k++) {
		random_base(t, &x->base[k], &x->m);
		shaped(t, &x->exp[k], bits[k]);
		x->p[k] = (tf_power){ .base = &x->base[k], .nat = &x->exp[k], .bits = bits[k],
		                      .secrecy = pick(&t->rng, 4) ? TF_SECRET : TF_PUBLIC };
	}
}

/* Jobs at x through every kernel, and through GMP. */
static void run_all(bench *t, const task *first, size_t count, size_t room)
{
	tf_arena mem;
	tf_batch *b;
	mpz_t want, z, e, m;

	mpz_inits(want, z, e, m, NULL);
	for (unsigned k = 0; k < KERNELS && t->kernel[k]; k++) {
		tf_arena_init(&mem, memory, room);
		CHECK_OK(tf_batch_init_on(&b, &mem, count, t->kernel[k]));
		CHECK(strcmp(tf_batch_kernel(b), tf_kernel_name(t->kernel[k])) == 0);
		for (size_t i = 0; i < count; i++)
			tf_batch_power(b, &t->task[i].out[k], &first[i].m, first[i].p, first[i].n);
		CHECK_OK(tf_batch_run(b));
		CHECK(k == 1 || tf_batch_together(b) + tf_batch_alone(b) == 0);
		t->together += tf_batch_together(b);
		t->alone += tf_batch_alone(b);
	}
	for (size_t i = 0; i < count; i++) {
		const task *x = &first[i];

		mpz_set_ui(want, 1);
		mpz_from_bn(m, &x->m.m);
		for (size_t k = 0; k < x->n; k++) {
			mpz_from_bn(z, &x->base[k]);
			mpz_from_bn(e, &x->exp[k]);
			mpz_powm(z, z, e, m);
			mpz_mul(want, want, z);
			mpz_mod(want, want, m);
		}
		for (unsigned k = 0; k < KERNELS && t->kernel[k]; k++)
			CHECK(bn_is_mpz(&x->out[k], want) && x->out[k].n == x->m.m.n);
	}
	mpz_clears(want, z, e, m, NULL);
}

TEST(kernels_are_found_by_name)
{
	const tf_kernel *k = NULL;

	CHECK_OK(tf_kernel_find(&k, "portable"));
	CHECK(k == tf_kernel_portable() && strcmp(tf_kernel_name(k), "portable") == 0);
	CHECK(strcmp(tf_kernel_name(NULL), "portable") == 0);
	CHECK_OK(tf_kernel_find(&k, "auto"));
	CHECK(k == (tf_kernel_ifma() ? tf_kernel_ifma() : tf_kernel_portable()));
	CHECK_ERR(tf_kernel_find(&k, "ifma"), tf_kernel_ifma() ? TF_OK : TF_E_UNSUPPORTED);
	CHECK(!tf_kernel_ifma() || strcmp(tf_kernel_name(tf_kernel_ifma()), "ifma") == 0);
	CHECK_ERR(tf_kernel_find(&k, ""), TF_E_USAGE);
	CHECK_ERR(tf_kernel_find(&k, "IFMA"), TF_E_USAGE);
}

TEST_SLOW(kernels_do_as_gmp_does, 1700)
{
	const uint32_t sizes[] = { 640, 1000, 1024, 1280, 1536, 2047, 2048, 3072, 4096, 6144 };
	const char *how = getenv("TREFOIL_NUM");
	unsigned rounds = how && strcmp(how, "all") == 0 ? 32000 : 60;
	bench *t = bench_init(1);

	for (unsigned i = 0; i < rounds; i++) {
		uint32_t size = sizes[i % TF_ARRAY_LEN(sizes)], bits[TF_POWERS_MAX];
		bool square = pick(&t->rng, 2) && size % 2 == 0 && size > 1200;
		size_t n = 1 + pick(&t->rng, 3) * pick(&t->rng, 2);

		for (size_t k = 0; k < n; k++)
			bits[k] = 1 + pick(&t->rng, pick(&t->rng, 20) ? 60 : pick(&t->rng, 4) ? 400 : size);
		for (size_t j = 0; j < JOBS; j++) {
			random_modulus(t, &t->task[j].m, square ? size / 2 : size, square);
			random_powers(t, &t->task[j], n, bits);
		}
		run_all(t, t->task, JOBS, sizeof(memory));
	}
	/* 999-bit squares and the like may end beyond a limb: most, not all, fit the lanes */
	CHECK(!t->kernel[1] || t->together >= rounds * JOBS * 9 / 10);
}

/* One job at a time: the form for one number. */
TEST_SLOW(kernels_do_one_as_gmp_does, 1700)
{
	const uint32_t sizes[] = { 1000, 1024, 1100, 1280, 1536, 2047, 2048, 3000, 3072 };
	const char *how = getenv("TREFOIL_NUM");
	unsigned rounds = how && strcmp(how, "all") == 0 ? 100000 : 300;
	bench *t = bench_init(6);

	for (unsigned i = 0; i < rounds; i++) {
		uint32_t size = sizes[i % TF_ARRAY_LEN(sizes)], bits[TF_POWERS_MAX];
		bool square = pick(&t->rng, 2);
		size_t n = 1 + pick(&t->rng, 4) * pick(&t->rng, 2);

		for (size_t k = 0; k < n; k++)
			bits[k] = 1 + pick(&t->rng, pick(&t->rng, 20) ? 60 : pick(&t->rng, 4) ? 400 : size);
		random_modulus(t, &t->task[0].m, size, square);
		random_powers(t, &t->task[0], n, bits);
		run_all(t, t->task, 1, sizeof(memory));
	}
	CHECK(t->alone == (t->kernel[1] ? rounds : 0));
}

/* Different sizes and shapes in one batch, and every number of jobs. */
TEST_SLOW(kernels_share_a_mixed_batch, 300)
{
	const uint32_t sizes[] = { 640, 1024, 960, 1024, 100, 1536 };
	bench *t = bench_init(2);

	for (size_t count = 1; count <= TF_ARRAY_LEN(t->task); count++) {
		for (size_t j = 0; j < count; j++) {
			uint32_t bits[TF_POWERS_MAX];

			for (size_t k = 0; k < TF_POWERS_MAX; k++)
				bits[k] = pick(&t->rng, pick(&t->rng, 2) ? 20 : 600);
			random_modulus(t, &t->task[j].m, sizes[pick(&t->rng, TF_ARRAY_LEN(sizes))], false);
			random_powers(t, &t->task[j], 1 + pick(&t->rng, TF_POWERS_MAX), bits);
		}
		run_all(t, t->task, count, sizeof(memory));
	}
	CHECK(!t->kernel[1] || t->together > 100);
}

/* With less memory than lanes want, the portable kernel computes. */
TEST(kernels_do_without_memory_for_lanes)
{
	const uint32_t bits[] = { 50 };
	bench *t = bench_init(3);

	for (size_t j = 0; j < JOBS; j++) {
		random_modulus(t, &t->task[j].m, 1024, false);
		random_powers(t, &t->task[j], 1, bits);
	}
	run_all(t, t->task, JOBS, TF_BATCH_SCRATCH + 8192);
	CHECK(t->together == 0);
	run_all(t, t->task, JOBS, sizeof(memory));
	CHECK(t->together == (t->kernel[1] ? JOBS : 0));
}

/* Eight of the largest jobs fit the promised scratch, and nothing stays in it. */
TEST(kernels_keep_to_their_memory)
{
	const uint32_t bits[TF_POWERS_MAX] = { 1500, 1500, 900, 800 };
	bench *t = bench_init(4);
	tf_arena mem;
	tf_batch *b;

	if (!t->kernel[1])
		tf_test_skip("this machine has the portable kernel only");
	for (size_t n = 1; n <= TF_POWERS_MAX; n++) {
		size_t used;

		tf_arena_init(&mem, memory, sizeof(memory));
		CHECK_OK(tf_batch_init_on(&b, &mem, JOBS, t->kernel[1]));
		used = mem.used;
		for (size_t j = 0; j < JOBS; j++) {
			random_modulus(t, &t->task[j].m, 6144, false);
			random_powers(t, &t->task[j], n, bits);
			tf_batch_power(b, &t->task[j].out[0], &t->task[j].m, t->task[j].p, n);
		}
		CHECK_OK(tf_batch_run(b));
		CHECK(tf_batch_together(b) == JOBS);
		CHECK(mem.used == used && mem.peak - used <= TF_BATCH_LANES_SCRATCH);
		for (size_t i = used; i < mem.cap; i++)
			CHECK(mem.base[i] == 0);
	}
}

/* Own moduli: N-th powers and others, four jobs at once and what is left over. */
TEST_SLOW(kernels_agree_on_own_moduli, 300)
{
	static tf_mod_factors f[4];
	static tf_mod own[4];
	const uint32_t lengths[] = { 640, 1024, 1536 };
	bench *t = bench_init(5);

	for (unsigned i = 0; i < 6; i++) {
		for (unsigned k = 0; k < 4; k++) {
			tf_bn p, q;

			tf_test_primes(lengths[i / 2], 2 * k, &p);
			tf_test_primes(lengths[i / 2], 2 * k + 1, &q);
			CHECK_OK(tf_mod_factors_init(&f[k], &p, &q));
			CHECK_OK(i & 1 ? tf_mod_init_own(&own[k], &f[k])
			               : tf_mod_init_own_square(&own[k], &f[k]));
		}
		for (size_t j = 0; j < 7; j++) {
			task *x = &t->task[j];
			uint32_t bits[] = { 300, own[j % 4].bits + 20, 90 };

			x->m = own[j % 4];
			random_powers(t, x, j == 2 ? 1 : 3, bits);
			if (j != 1) {
				x->exp[0] = i & 1 ? x->exp[0] : x->m.root;
				x->p[0].bits = own[j % 4].bits;
			}
		}
		run_all(t, t->task, 7, sizeof(memory));
	}
	CHECK(!t->kernel[1] || t->together >= 6 * 14);
}
