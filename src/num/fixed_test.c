/* Tables of fixed bases against GMP: every kernel, every form, signed and natural exponents, short
 * and full ones, ample and scarce memory. TREFOIL_NUM=all: about 40,000 jobs. */
#include "num/fixed.h"

#include "harness/primes.h"
#include "num/kernel_test.h"
#include "num/mpz_test.h"
#include "num/pick_test.h"
#include "num/power.h"

#define JOBS 8u
#define ROOM (256u * 1024u)

static uint8_t memory[TF_BATCH_LANES_SCRATCH + 64u * 1024u];
static uint8_t room[2 * JOBS][ROOM];

typedef struct bench {
	tf_tape tape;
	tf_rng rng;
	tf_mod m[JOBS];
	tf_bn base[2 * JOBS], inv[2 * JOBS], nat[JOBS], out[JOBS], again[JOBS];
	tf_int sgn[JOBS];
	tf_fixed table[2 * JOBS];
	tf_mod_factors f;
} bench;

static bench *bench_init(unsigned party)
{
	bench *t = tf_test_alloc(sizeof(*t));

	t->rng = tf_tape_init(&t->tape, tf_test_seed(), party);
	return t;
}

/* A modulus of so many bits, squared or not, and two units with their inverses. */
static void modulus(bench *t, unsigned i, uint32_t bits, bool square)
{
	pick_modulus(&t->rng, &t->m[i], bits, square);
	for (unsigned k = 2 * i; k < 2 * i + 2; k++) {
		pick_unit(&t->rng, &t->base[k], &t->m[i]);
		CHECK_OK(tf_mod_inv_vt(&t->inv[k], &t->base[k], &t->m[i]));
	}
}

static void expect(const tf_bn *got, const tf_mod *m, const tf_power *p, size_t n)
{
	mpz_t want, x, e, z;

	mpz_inits(want, x, e, z, NULL);
	mpz_set_ui(want, 1);
	mpz_from_bn(z, &m->m);
	for (size_t k = 0; k < n; k++) {
		mpz_from_bn(x, p[k].base);
		if (p[k].sgn)
			mpz_from_int(e, p[k].sgn);
		else
			mpz_from_bn(e, p[k].nat);
		mpz_powm(x, x, e, z);
		mpz_mul(want, want, x);
		mpz_mod(want, want, z);
	}
	CHECK(bn_is_mpz(got, want) && got->n == m->m.n);
	mpz_clears(want, x, e, z, NULL);
}

/* Jobs s^x t^y, some with a table for one of both only; table 2i is of s, 2i + 1 of t. */
static void run_jobs(bench *t, size_t jobs, uint32_t bits, const tf_kernel *k, bool both)
{
	static const tf_power none;
	tf_power p[JOBS][2];
	tf_arena mem;
	tf_batch *b;

	tf_arena_init(&mem, memory, sizeof(memory));
	CHECK_OK(tf_batch_init_on(&b, &mem, jobs, k));
	for (unsigned i = 0; i < jobs; i++) {
		uint32_t x = 1 + pick(&t->rng, bits), y = pick(&t->rng, 2) ? bits : 1 + pick(&t->rng, bits);
		tf_secrecy secrecy = pick(&t->rng, 3) ? TF_SECRET : TF_PUBLIC;

		p[i][0] = p[i][1] = none;
		pick_exponent(&t->rng, &t->sgn[i], x);
		CHECK_OK(tf_bn_random_bits(&t->nat[i], y, &t->rng));
		tf_ct_declassify(&t->nat[i], sizeof(tf_bn));
		p[i][0] = (tf_power){ .base = &t->base[2 * i], .base_inv = &t->inv[2 * i],
		                      .sgn = &t->sgn[i], .bits = x, .secrecy = secrecy,
		                      .fixed = both ? &t->table[2 * i] : NULL };
		p[i][1] = (tf_power){ .base = &t->base[2 * i + 1], .nat = &t->nat[i], .bits = y,
		                      .secrecy = secrecy, .fixed = &t->table[2 * i + 1] };
		tf_batch_power(b, &t->out[i], &t->m[i], p[i], 2);
	}
	CHECK_OK(tf_batch_run(b));
	for (unsigned i = 0; i < jobs; i++)
		expect(&t->out[i], &t->m[i], p[i], 2);
}

static void tables(bench *t, size_t jobs, const tf_fixed_plan *plan, size_t len)
{
	tf_arena mem;

	tf_arena_init(&mem, memory, TF_BATCH_SCRATCH);
	for (unsigned i = 0; i < 2 * jobs; i++) {
		if (pick(&t->rng, 2))
			CHECK_OK(tf_fixed_init(&t->table[i], &t->m[i / 2], &t->base[i], &t->inv[i],
			                       plan, room[i], len, &mem));
		else
			CHECK_OK(tf_fixed_init_public(&t->table[i], &t->m[i / 2], &t->base[i], plan,
			                              room[i], len, &mem));
		CHECK(mem.used == 0 && t->table[i].has_undo);
	}
}

TEST_SLOW(kernels_do_by_tables_as_gmp_does, 1700)
{
	const tf_kernel *kernel[] = { tf_kernel_portable(), tf_kernel_ifma() };
	const uint32_t sizes[] = { 640, 1024, 1280, 1536, 2048, 3072 };
	const char *how = getenv("TREFOIL_NUM");
	unsigned rounds = how && strcmp(how, "all") == 0 ? 1000 : 18;
	bench *t = bench_init(1);

	for (unsigned i = 0; i < rounds; i++) {
		uint32_t size = sizes[i % TF_ARRAY_LEN(sizes)];
		bool square = size < 2048 && pick(&t->rng, 3) == 0;
		size_t jobs = pick(&t->rng, 2) ? JOBS : 1 + pick(&t->rng, JOBS);
		tf_fixed_plan plan = { 1 + pick(&t->rng, pick(&t->rng, 2) ? 200 : 2 * size),
		                       pick(&t->rng, 2) ? TF_SECRET : TF_PUBLIC, NULL };

		for (unsigned j = 0; j < jobs; j++)
			modulus(t, j, size, square);
		for (size_t k = 0; k < TF_ARRAY_LEN(kernel) && (k == 0 || kernel[k]); k++) {
			size_t most;

			plan.kernel = kernel[k];
			most = tf_fixed_bytes(&t->m[0], &plan);
			tables(t, jobs, &plan, pick(&t->rng, 2) && most < ROOM ? most : ROOM);
			for (unsigned again = 0; again < 4; again++)
				run_jobs(t, jobs, plan.bits, kernel[pick(&t->rng, 8) ? k : 0],
				         pick(&t->rng, 4) > 0);
		}
	}
}

/* One's own commitments: s = t^lambda, tables of t modulo p and q. */
TEST_SLOW(fixed_tables_of_own_moduli, 300)
{
	const tf_kernel *kernel[] = { tf_kernel_portable(), tf_kernel_ifma() };
	const uint32_t sizes[] = { 640, 1024, 1536 };
	bench *t = bench_init(2);
	tf_bn p, q, s, half, lambda;
	tf_fixed tab[2];
	tf_arena mem;
	tf_batch *b;

	for (unsigned i = 0; i < 2 * TF_ARRAY_LEN(sizes) && (kernel[1] || i % 2 == 0); i++) {
		tf_fixed_plan plan = { sizes[i / 2], TF_SECRET, kernel[i % 2] };
		const tf_bn *tt = &t->base[0];

		tf_test_primes(plan.bits, 0, &p);
		tf_test_primes(plan.bits, 1, &q);
		CHECK_OK(tf_mod_factors_init(&t->f, &p, &q));
		CHECK_OK(tf_mod_init_own(&t->m[0], &t->f));
		CHECK_OK(tf_bn_random_unit(&t->base[0], &t->m[0].m, &t->rng));
		CHECK_OK(tf_bn_random_bits(&lambda, 2 * plan.bits - 3, &t->rng));
		tf_arena_init(&mem, memory, sizeof(memory));
		CHECK_OK(tf_bn_mod(&half, tt, &p));
		CHECK_OK(tf_fixed_init(&tab[0], &t->f.p1, &half, NULL, &plan, room[0], ROOM, &mem));
		CHECK_OK(tf_bn_mod(&half, tt, &q));
		CHECK_OK(tf_fixed_init(&tab[1], &t->f.q1, &half, NULL, &plan, room[1], ROOM, &mem));
		tab[0].other = &tab[1];
		CHECK_OK(tf_batch_init_on(&b, &mem, JOBS, kernel[i % 2]));
		tf_batch_power(b, &s, &t->m[0], &(tf_power){ .base = tt, .nat = &lambda,
		               .bits = 2 * plan.bits, .secrecy = TF_SECRET, .fixed = tab }, 1);
		CHECK_OK(tf_batch_run(b));
		for (unsigned j = 0; j < JOBS; j++) {
			pick_exponent(&t->rng, &t->sgn[j], 900);
			CHECK_OK(tf_bn_random_bits(&t->nat[j], 3000, &t->rng));
			for (unsigned with = 0; with < 2; with++) {
				const tf_power x[] = {
					{ .base = &s, .sgn = &t->sgn[j], .bits = 900,
					  .fixed = with ? tab : NULL, .log = with ? &lambda : NULL },
					{ .base = tt, .nat = &t->nat[j], .bits = 3000,
					  .fixed = with ? tab : NULL },
				};

				tf_batch_power(b, with ? &t->out[j] : &t->again[j], &t->m[0], x, 2);
				CHECK_OK(tf_batch_run(b));
			}
			CHECK(tf_ct_reveal(tf_bn_eq(&t->out[j], &t->again[j])));
		}
	}
}

#define BASES_MAX 96u

typedef struct many {
	tf_bn base[JOBS][BASES_MAX];
	tf_fixed table[JOBS];
	uint8_t *room[JOBS];
	size_t len;
} many;

/* The product of all bases of table i, each to its part of t->nat[i], by GMP. */
static void expect_many(bench *t, const many *x, unsigned i, const tf_bases_plan *plan)
{
	mpz_t want, base, e, z;

	mpz_inits(want, base, e, z, NULL);
	mpz_set_ui(want, 1);
	mpz_from_bn(z, &t->m[i].m);
	for (uint32_t k = 0; k < plan->teeth * plan->blocks; k++) {
		mpz_from_bn(base, &x->base[i][k]);
		mpz_from_bn(e, &t->nat[i]);
		mpz_tdiv_q_2exp(e, e, k * plan->gap);
		mpz_tdiv_r_2exp(e, e, plan->gap);
		mpz_powm(base, base, e, z);
		mpz_mul(want, want, base);
		mpz_mod(want, want, z);
	}
	CHECK(bn_is_mpz(&t->out[i], want) && t->out[i].n == t->m[i].m.n);
	mpz_clears(want, base, e, z, NULL);
}

static void many_tables(bench *t, many *x, size_t jobs, const tf_bases_plan *plan)
{
	tf_arena mem;

	tf_arena_init(&mem, memory, TF_BATCH_SCRATCH);
	for (unsigned i = 0; i < jobs; i++) {
		size_t len = tf_bases_bytes(&t->m[i], plan);

		CHECK(len <= tf_bases_bytes_most(t->m[i].bits, plan) && len <= x->len);
		for (uint32_t k = 0; k < plan->teeth * plan->blocks; k++) {
			CHECK_OK(tf_bn_random_unit(&x->base[i][k], &t->m[i].m, &t->rng));
			tf_ct_declassify(&x->base[i][k], sizeof(tf_bn));
		}
		CHECK_OK(tf_fixed_init_bases(&x->table[i], &t->m[i], x->base[i], plan, x->room[i],
		                             len, &mem));
		CHECK(mem.used == 0);
	}
}

static void many_jobs(bench *t, many *x, size_t jobs, const tf_bases_plan *plan)
{
	uint32_t bits = plan->teeth * plan->blocks * plan->gap;
	tf_arena mem;
	tf_batch *b;

	tf_arena_init(&mem, memory, sizeof(memory));
	CHECK_OK(tf_batch_init_on(&b, &mem, jobs, plan->kernel));
	for (unsigned i = 0; i < jobs; i++) {
		const tf_power p = { .nat = &t->nat[i], .bits = bits, .fixed = &x->table[i],
		                     .secrecy = pick(&t->rng, 3) ? TF_SECRET : TF_PUBLIC };
		uint32_t kind = pick(&t->rng, 5);

		CHECK_OK(tf_bn_random_bits(&t->nat[i], bits, &t->rng));
		tf_ct_declassify(&t->nat[i], sizeof(tf_bn));
		if (kind == 0)
			memset(t->nat[i].d, 0, sizeof(t->nat[i].d));
		for (uint32_t k = 0; kind == 1 && k < bits; k++)
			t->nat[i].d[k / 64] |= (mp_limb_t)1 << k % 64;
		tf_batch_power(b, &t->out[i], &t->m[i], &p, 1);
	}
	CHECK_OK(tf_batch_run(b));
	for (unsigned i = 0; i < jobs; i++)
		expect_many(t, x, i, plan);
}

/* Every kernel, plain moduli and squares of all sizes in use, some jobs and eight. */
TEST_SLOW(products_of_many_bases_as_gmp_does, 900)
{
	const tf_kernel *kernel[] = { tf_kernel_portable(), tf_kernel_ifma() };
	const uint32_t sizes[] = { 640, 1024, 1280, 1536, 2048, 3072, 16, 65 };
	const char *how = getenv("TREFOIL_NUM");
	unsigned rounds = how && strcmp(how, "all") == 0 ? 640 : 32;
	many *x = tf_test_alloc(sizeof(*x));
	bench *t = bench_init(7);

	x->len = (size_t)1 << 20;
	for (unsigned i = 0; i < JOBS; i++)
		x->room[i] = tf_test_alloc(x->len);
	for (unsigned i = 0; i < rounds + 2; i++) {
		uint32_t size = sizes[i % TF_ARRAY_LEN(sizes)];
		size_t jobs = pick(&t->rng, 2) ? JOBS : 1 + pick(&t->rng, JOBS);
		tf_bases_plan plan = { 1 + pick(&t->rng, 6), 1 + pick(&t->rng, size > 2048 ? 6 : 12),
		                       1 + pick(&t->rng, 24), NULL };

		if (i >= rounds) { /* as many teeth as there may be */
			plan.teeth = TF_BASES_TEETH_MAX - (i - rounds);
			plan.blocks = 2;
		}
		for (unsigned j = 0; j < jobs; j++)
			modulus(t, j, size, i / TF_ARRAY_LEN(sizes) % 2);
		for (size_t k = 0; k < TF_ARRAY_LEN(kernel) && (k == 0 || kernel[k]); k++) {
			plan.kernel = kernel[k];
			many_tables(t, x, jobs, &plan);
			many_jobs(t, x, jobs, &plan);
		}
	}
}

static void bases_of(bench *t, tf_bn *base, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		CHECK_OK(tf_bn_random_unit(&base[i], &t->m[0].m, &t->rng));
}

TEST(tables_of_many_bases_refuse_what_they_cannot)
{
	const tf_bases_plan plan = { 3, 4, 10, NULL };
	bench *t = bench_init(8);
	tf_fixed *x = &t->table[0];
	tf_bn *base = tf_test_alloc(12 * sizeof(*base));
	tf_bases_plan bad;
	tf_arena mem;
	size_t len;

	modulus(t, 0, 1024, false);
	bases_of(t, base, 12);
	len = tf_bases_bytes(&t->m[0], &plan);
	tf_arena_init(&mem, memory, sizeof(memory));
	CHECK_ERR(tf_fixed_init_bases(x, &t->m[0], base, &plan, room[0], len - 1, &mem),
	          TF_E_CAPACITY);
	for (unsigned i = 0; i < 5; i++) {
		bad = plan;
		bad.teeth = i == 0 ? 0 : i == 1 ? TF_BASES_TEETH_MAX + 1 : 3;
		bad.blocks = i == 2 ? 0 : 4;
		bad.gap = i == 3 ? 0 : i == 4 ? 600 : 10;
		CHECK_ERR(tf_fixed_init_bases(x, &t->m[0], base, &bad, room[0], ROOM, &mem),
		          i == 4 ? TF_E_CAPACITY : TF_E_USAGE);
	}
	t->m[0].kind = TF_MOD_OWN;
	CHECK_ERR(tf_fixed_init_bases(x, &t->m[0], base, &plan, room[0], ROOM, &mem), TF_E_USAGE);
	t->m[0].kind = TF_MOD_PLAIN;
	mem.cap = 64;
	CHECK_ERR(tf_fixed_init_bases(x, &t->m[0], base, &plan, room[0], len, &mem),
	          TF_E_CAPACITY);
	CHECK(x->entries == NULL);
	mem.cap = sizeof(memory);
	CHECK_OK(tf_fixed_init_bases(x, &t->m[0], base, &plan, room[0], len, &mem));
	base[11] = t->m[0].m;
	CHECK_ERR(tf_fixed_init_bases(x, &t->m[0], base, &plan, room[0], ROOM, &mem), TF_E_USAGE);
}

/* A job that could not use the table has nothing else to use. */
TEST(jobs_of_many_bases_refuse_what_they_cannot)
{
	const tf_bases_plan plan = { 3, 4, 10, NULL };
	bench *t = bench_init(9);
	tf_power good = { .nat = &t->nat[0], .bits = 120, .secrecy = TF_SECRET,
	                  .fixed = &t->table[0] };
	tf_power bad[7];
	tf_bn *base = tf_test_alloc(12 * sizeof(*base));
	tf_arena mem;
	tf_batch *b;

	modulus(t, 0, 1024, false);
	modulus(t, 1, 1024, false);
	bases_of(t, base, 12);
	CHECK_OK(tf_bn_random_bits(&t->nat[0], 120, &t->rng));
	tf_arena_init(&mem, memory, sizeof(memory));
	CHECK_OK(tf_fixed_init_bases(&t->table[0], &t->m[0], base, &plan, room[0], ROOM, &mem));
	CHECK_OK(tf_batch_init(&b, &mem, 1));
	tf_batch_power(b, &t->out[0], &t->m[0], &good, 1);
	CHECK_OK(tf_batch_run(b));
	for (unsigned i = 0; i < TF_ARRAY_LEN(bad); i++)
		bad[i] = good;
	bad[0].base = &t->base[0];
	bad[1].bits = 121;
	bad[2].bits = 0;
	bad[3].nat = NULL;
	bad[4].nat = NULL;
	bad[4].sgn = &t->sgn[0];
	bad[5].sgn = &t->sgn[0];
	bad[6].log = &t->nat[0];
	for (unsigned i = 0; i < TF_ARRAY_LEN(bad); i++) {
		tf_batch_power(b, &t->out[0], &t->m[0], &bad[i], 1);
		CHECK_ERR(tf_batch_run(b), TF_E_USAGE);
	}
	tf_batch_power(b, &t->out[0], &t->m[1], &good, 1);
	CHECK_ERR(tf_batch_run(b), TF_E_USAGE);
	if (tf_kernel_ifma()) { /* whose numbers are digits */
		CHECK_OK(tf_batch_init_on(&b, &mem, 1, tf_kernel_ifma()));
		tf_batch_power(b, &t->out[0], &t->m[0], &good, 1);
		CHECK_ERR(tf_batch_run(b), TF_E_USAGE);
	}
}

/* With a table of t, a job that says its base is s computes a power of t. */
TEST(fixed_tables_are_used)
{
	const tf_kernel *kernel[] = { tf_kernel_portable(), tf_kernel_ifma() };
	bench *t = bench_init(5);
	tf_arena mem;
	tf_batch *b;

	tf_arena_init(&mem, memory, sizeof(memory));
	modulus(t, 0, 1024, false);
	for (unsigned i = 0; i < 4 && kernel[i / 2]; i++) {
		const tf_fixed_plan plan = { 500, i % 2 ? TF_SECRET : TF_PUBLIC, kernel[i / 2] };
		tf_power p = { .base = &t->base[0], .nat = &t->nat[0], .bits = 500,
		               .secrecy = plan.secrecy, .fixed = &t->table[0] };
		size_t mark = tf_arena_mark(&mem);

		CHECK_OK(tf_bn_random_bits(&t->nat[0], 500, &t->rng));
		CHECK_OK(tf_fixed_init(&t->table[0], &t->m[0], &t->base[1], NULL, &plan, room[0],
		                       ROOM, &mem));
		CHECK_OK(tf_batch_init_on(&b, &mem, JOBS, kernel[i / 2]));
		for (unsigned j = 0; j < JOBS; j++)
			tf_batch_power(b, &t->out[j], &t->m[0], &p, 1);
		CHECK_OK(tf_batch_run(b));
		tf_batch_power(b, &t->again[0], &t->m[0], &p, 1);
		CHECK_OK(tf_batch_run(b));
		p.base = &t->base[1];
		for (unsigned j = 0; j < JOBS; j++)
			expect(&t->out[j], &t->m[0], &p, 1);
		expect(&t->again[0], &t->m[0], &p, 1);
		tf_arena_release(&mem, mark);
	}
}

TEST(fixed_tables_refuse_what_they_cannot)
{
	tf_fixed_plan plan = { 1000, TF_SECRET, NULL };
	bench *t = bench_init(3);
	tf_fixed *x = &t->table[0];
	tf_arena mem;

	tf_arena_init(&mem, memory, TF_BATCH_SCRATCH);
	modulus(t, 0, 1024, false);
	CHECK_ERR(tf_fixed_init(x, &t->m[0], &t->base[0], NULL, &plan, room[0], 1000, &mem),
	          TF_E_CAPACITY);
	CHECK_ERR(tf_fixed_init(x, &t->m[0], &t->m[0].m, NULL, &plan, room[0], ROOM, &mem),
	          TF_E_USAGE);
	CHECK_ERR(tf_fixed_init(x, &t->m[0], &t->base[0], &t->m[0].m, &plan, room[0], ROOM, &mem),
	          TF_E_USAGE);
	plan.bits = 0;
	CHECK_ERR(tf_fixed_init(x, &t->m[0], &t->base[0], NULL, &plan, room[0], ROOM, &mem),
	          TF_E_USAGE);
	plan.bits = TF_BN_BITS + 1;
	CHECK_ERR(tf_fixed_init(x, &t->m[0], &t->base[0], NULL, &plan, room[0], ROOM, &mem),
	          TF_E_CAPACITY);
	plan.bits = 1000;
	tf_arena_init(&mem, memory, 256);
	CHECK_ERR(tf_fixed_init(x, &t->m[0], &t->base[0], NULL, &plan, room[0], ROOM, &mem),
	          TF_E_CAPACITY);
	t->m[0].kind = TF_MOD_OWN;
	CHECK_ERR(tf_fixed_init(x, &t->m[0], &t->base[0], NULL, &plan, room[0], ROOM, &mem),
	          TF_E_USAGE);
}

/* A public base must be a unit. */
TEST(fixed_tables_of_public_nonunits_are_refused)
{
	const tf_kernel *kernel[] = { tf_kernel_portable(), tf_kernel_ifma() };
	bench *t = bench_init(10);
	tf_fixed *x = &t->table[0];
	tf_arena mem;

	tf_arena_init(&mem, memory, TF_BATCH_SCRATCH);
	modulus(t, 0, 1024, true);
	for (unsigned k = 0; k < TF_ARRAY_LEN(kernel) && (k == 0 || kernel[k]); k++) {
		const tf_fixed_plan plan = { 100, TF_SECRET, kernel[k] };

		CHECK_OK(tf_fixed_init_public(x, &t->m[0], &t->base[0], &plan, room[0], ROOM, &mem));
		CHECK_ERR(tf_fixed_init_public(x, &t->m[0], &t->m[0].root, &plan, room[0], ROOM,
		                               &mem), TF_E_USAGE);
		CHECK(x->entries == NULL && mem.used == 0);
		CHECK_ERR(tf_fixed_init_public(x, &t->m[0], &t->m[0].m, &plan, room[0], ROOM, &mem),
		          TF_E_USAGE);
	}
}

/* A table of another modulus, one that is too short, and one that cannot undo. */
TEST(fixed_tables_of_others_are_not_used)
{
	tf_fixed_plan plan = { 300, TF_SECRET, NULL };
	bench *t = bench_init(4);
	tf_power p = { .bits = 500, .secrecy = TF_SECRET };
	tf_arena mem;
	tf_batch *b;

	modulus(t, 0, 1024, false);
	modulus(t, 1, 1024, false);
	tf_arena_init(&mem, memory, sizeof(memory));
	CHECK_OK(tf_batch_init(&b, &mem, 1));
	CHECK_OK(tf_fixed_init(&t->table[0], &t->m[0], &t->base[0], NULL, &plan, room[0], ROOM,
	                       &mem));
	pick_exponent(&t->rng, &t->sgn[0], 500);
	CHECK_OK(tf_bn_random_bits(&t->nat[0], 500, &t->rng));
	p.base = &t->base[0];
	p.fixed = &t->table[0];
	p.nat = &t->nat[0];
	tf_batch_power(b, &t->out[0], &t->m[0], &p, 1);
	CHECK_OK(tf_batch_run(b));
	expect(&t->out[0], &t->m[0], &p, 1);
	p.nat = NULL;
	p.sgn = &t->sgn[0];
	pick_exponent(&t->rng, &t->sgn[0], 300);
	p.bits = 300;
	tf_batch_power(b, &t->out[0], &t->m[0], &p, 1);
	CHECK_OK(tf_batch_run(b));
	expect(&t->out[0], &t->m[0], &p, 1);
	p.base = &t->base[2];
	tf_batch_power(b, &t->out[0], &t->m[1], &p, 1);
	CHECK_ERR(tf_batch_run(b), TF_E_USAGE);
	p.fixed = NULL;
	p.log = &t->nat[0];
	tf_batch_power(b, &t->out[0], &t->m[1], &p, 1);
	CHECK_ERR(tf_batch_run(b), TF_E_USAGE);
}

/* A base or a sign that is called public: the same results, and the same refusals. */
TEST(public_parts_change_nothing)
{
	const tf_kernel *kernel[] = { tf_kernel_portable(), tf_kernel_ifma() };
	bench *t = bench_init(6);
	tf_power p = { .base = &t->base[0], .sgn = &t->sgn[0], .bits = 250, .secrecy = TF_SECRET };
	tf_bn prime[2];
	tf_arena mem;
	tf_batch *b;

	tf_test_primes(640, 0, &prime[0]);
	tf_test_primes(640, 1, &prime[1]);
	CHECK_OK(tf_mod_factors_init(&t->f, &prime[0], &prime[1]));
	CHECK_OK(tf_mod_init_own(&t->m[0], &t->f));
	CHECK_OK(tf_mod_init_own_square(&t->m[1], &t->f));
	CHECK_OK(tf_mod_init(&t->m[2], &t->m[0].m));
	CHECK_OK(tf_mod_init_square(&t->m[3], &t->m[0].m));
	for (unsigned i = 0; i < 64 && kernel[i / 32]; i++) {
		const tf_mod *m = &t->m[i % 4];

		tf_arena_init(&mem, memory, sizeof(memory));
		CHECK_OK(tf_batch_init_on(&b, &mem, 1, kernel[i / 32]));
		CHECK_OK(tf_bn_random_unit(&t->base[0], &m->m, &t->rng));
		tf_ct_declassify(&t->base[0], sizeof(t->base[0]));
		pick_exponent(&t->rng, &t->sgn[0], 250);
		t->sgn[0].neg = i & 4 && !tf_ct_reveal(tf_bn_is_zero(&t->sgn[0].mag)) ? ~(tf_ct)0 : 0;
		p.base_public = i & 8;
		p.sign_public = i & 16;
		tf_batch_power(b, &t->out[0], m, &p, 1);
		CHECK_OK(tf_batch_run(b));
		expect(&t->out[0], m, &p, 1);
		t->base[0] = prime[0]; /* no unit */
		tf_bn_resize(&t->base[0], m->m.n);
		tf_bn_set_u64(&t->nat[0], 3);
		tf_int_set(&t->sgn[0], &t->nat[0], ~(tf_ct)0);
		tf_batch_power(b, &t->out[0], m, &p, 1);
		CHECK_ERR(tf_batch_run(b), TF_E_USAGE);
	}
}
