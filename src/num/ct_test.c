/* Constant time: everything secret is classified, so that a run under valgrind (preset ct) falls
 * on any branch or address that depends on it. Results are checked, so these are ordinary tests. */
#include <stdio.h>

#include "harness/primes.h"
#include "num/kernel_test.h"
#include "num/mpz_test.h"
#include "num/power.h"
#include "num/prime.h"

static uint8_t memory[TF_BATCH_LANES_SCRATCH + 32u * 1024u];

_Static_assert(sizeof(memory) >= TF_PRIME_SEARCH_SCRATCH, "for searches, too");

typedef struct fixture {
	tf_arena mem;
	tf_batch *b;
	tf_tape tape;
	tf_rng rng;
} fixture;

static void begin(fixture *f, unsigned party)
{
	tf_arena_init(&f->mem, memory, sizeof(memory));
	CHECK_OK(tf_batch_init(&f->b, &f->mem, 4));
	f->rng = tf_tape_init(&f->tape, tf_test_seed(), party);
}

/* Without this the suite would be green when nothing is marked. */
TEST(constant_time_secrets_are_marked)
{
#ifdef TF_CT_VALGRIND
	fixture f;
	tf_bn x;

	begin(&f, 1);
	CHECK_OK(tf_bn_random_bits(&x, 64, &f.rng));
	if (RUNNING_ON_VALGRIND) {
		uint64_t marks = 0;

		CHECK(VALGRIND_GET_VBITS(&x.d[0], &marks, sizeof(marks)) == 1);
		CHECK(marks == ~(uint64_t)0);
		tf_ct_declassify(&x, sizeof(x));
		CHECK(VALGRIND_GET_VBITS(&x.d[0], &marks, sizeof(marks)) == 1);
		CHECK(marks == 0);
	}
#else
	tf_test_skip("not a build for valgrind (preset ct)");
#endif
}

static void declassify(void *p, size_t len)
{
	tf_ct_declassify(p, len);
}

TEST(constant_time_integers)
{
	fixture f;
	mpz_t x, y, z, w;

	begin(&f, 2);
	mpz_inits(x, y, z, w, NULL);
	for (unsigned i = 0; i < 20; i++) {
		tf_int a, b, c, centred;
		tf_bn m, r, q, inv, scale;

		CHECK_OK(tf_bn_random_bits(&m, 300, &f.rng));
		m.d[0] |= 1;
		m.d[4] |= (mp_limb_t)1 << 43;
		tf_bn_set_u64(&scale, 1000003);
		CHECK_OK(tf_int_random(&a, 500, NULL, &f.rng));
		CHECK_OK(tf_int_random(&b, 600, &scale, &f.rng));
		CHECK(tf_ct_reveal(tf_int_in_range(&b, 600, &scale)));
		CHECK_OK(tf_int_muladd(&c, &a, &b, &b));
		CHECK_OK(tf_int_sub(&c, &c, &a));
		CHECK_OK(tf_int_mod(&r, &c, &m));
		CHECK_OK(tf_int_centre(&centred, &r, &m));
		CHECK_OK(tf_bn_divmod(&q, &r, &c.mag, &m));
		CHECK_OK(tf_bn_random_unit(&r, &scale, &f.rng));
		if (tf_bn_invert(&inv, &a.mag, &m) == TF_OK) {
			CHECK_OK(tf_bn_mul(&inv, &inv, &a.mag));
			CHECK_OK(tf_bn_mod(&inv, &inv, &m));
			tf_bn_set_u64(&r, 1);
			CHECK(tf_ct_reveal(tf_bn_eq(&inv, &r)));
		}
		declassify(&a, sizeof(a));
		declassify(&b, sizeof(b));
		declassify(&c, sizeof(c));
		declassify(&m, sizeof(m));
		declassify(&q, sizeof(q));
		declassify(&centred, sizeof(centred));
		mpz_from_int(x, &a);
		mpz_from_int(y, &b);
		mpz_mul(z, x, y);
		mpz_add(z, z, y);
		mpz_sub(z, z, x);
		CHECK(int_is_mpz(&c, z));
		mpz_from_bn(w, &m);
		mpz_abs(x, z);
		mpz_fdiv_q(x, x, w);
		CHECK(bn_is_mpz(&q, x));
		mpz_mod(z, z, w);
		mpz_mul_2exp(x, z, 1);
		if (mpz_cmp(x, w) > 0)
			mpz_sub(z, z, w);
		CHECK(int_is_mpz(&centred, z));
	}
	mpz_clears(x, y, z, w, NULL);
}

/* One signed and one natural SECRET power under m. */
static void secret_job(fixture *f, const tf_mod *m, const tf_bn *nat, uint32_t nat_bits)
{
	tf_bn base[2], out;
	tf_int e;
	tf_power p[2];
	mpz_t want, x, y, n;

	CHECK_OK(tf_int_random(&e, 250, NULL, &f->rng));
	for (unsigned i = 0; i < 2; i++)
		CHECK_OK(tf_bn_random_unit(&base[i], &m->m, &f->rng));
	p[0] = (tf_power){ .base = &base[0], .sgn = &e, .bits = 251, .secrecy = TF_SECRET };
	p[1] = (tf_power){ .base = &base[1], .nat = nat, .bits = nat_bits, .secrecy = TF_SECRET };
	tf_batch_power(f->b, &out, m, p, 2);
	CHECK_OK(tf_batch_run(f->b));
	declassify(&out, sizeof(out));
	declassify(base, sizeof(base));
	declassify(&e, sizeof(e));
	mpz_inits(want, x, y, n, NULL);
	mpz_from_bn(n, &m->m);
	mpz_from_bn(x, &base[0]);
	mpz_from_int(y, &e);
	mpz_powm(want, x, y, n);
	mpz_from_bn(x, &base[1]);
	mpz_from_bn(y, nat);
	mpz_powm(x, x, y, n);
	mpz_mul(want, want, x);
	mpz_mod(want, want, n);
	CHECK(bn_is_mpz(&out, want));
	mpz_clears(want, x, y, n, NULL);
}

TEST_SLOW(constant_time_secret_powers, 300)
{
	static tf_mod_factors factors;
	static tf_mod m;
	fixture f;
	tf_bn p, q, n, e;

	begin(&f, 3);
	tf_test_primes(640, 0, &p);
	tf_test_primes(640, 1, &q);
	CHECK_OK(tf_bn_mul(&n, &p, &q));
	CHECK_OK(tf_bn_random_bits(&e, 1300, &f.rng));
	declassify(&e, sizeof(e));
	tf_ct_classify(&p, sizeof(p));
	tf_ct_classify(&q, sizeof(q));
	declassify(&p.n, sizeof(p.n));
	declassify(&q.n, sizeof(q.n));
	CHECK_OK(tf_mod_init(&m, &n));
	secret_job(&f, &m, &e, 1300);
	CHECK_OK(tf_mod_init_square(&m, &n));
	secret_job(&f, &m, &n, 1280);
	CHECK_OK(tf_mod_factors_init(&factors, &p, &q));
	CHECK_OK(tf_mod_init_own(&m, &factors));
	secret_job(&f, &m, &e, 1300);
	CHECK_OK(tf_mod_init_own_square(&m, &factors));
	secret_job(&f, &m, &n, 1280);
	secret_job(&f, &m, &e, 1300);
}

/* Exponents that are secret themselves; the result only has to be the same twice. */
TEST_SLOW(constant_time_secret_exponents, 300)
{
	static tf_mod_factors factors;
	static tf_mod plain, own;
	fixture f;
	tf_bn p, q, n, e, base, one, two;

	begin(&f, 4);
	tf_test_primes(640, 2, &p);
	tf_test_primes(640, 3, &q);
	CHECK_OK(tf_bn_mul(&n, &p, &q));
	tf_ct_classify(p.d, sizeof(p.d));
	tf_ct_classify(q.d, sizeof(q.d));
	CHECK_OK(tf_mod_factors_init(&factors, &p, &q));
	CHECK_OK(tf_mod_init(&plain, &n));
	CHECK_OK(tf_mod_init_own(&own, &factors));
	CHECK_OK(tf_bn_random_unit(&base, &n, &f.rng));
	CHECK_OK(tf_bn_random_bits(&e, 1400, &f.rng));
	tf_batch_power(f.b, &one, &plain, &(tf_power){ .base = &base, .nat = &e, .bits = 1400,
	                                               .secrecy = TF_SECRET }, 1);
	tf_batch_power(f.b, &two, &own, &(tf_power){ .base = &base, .nat = &e, .bits = 1400,
	                                             .secrecy = TF_PUBLIC }, 1);
	CHECK_OK(tf_batch_run(f.b));
	CHECK(tf_ct_reveal(tf_bn_eq(&one, &two)));
}

/* By every kernel there is; lanes from 164 bits on. */
TEST_SLOW(constant_time_prime_search, 300)
{
	static uint8_t room[TF_PRIME_LANES_SCRATCH];
	const tf_kernel *kernel[] = { tf_kernel_portable(), tf_kernel_ifma() };
	fixture f;
	tf_bn p;
	mpz_t z;

	begin(&f, 5);
	tf_arena_init(&f.mem, room, sizeof(room));
	mpz_init(z);
	for (uint32_t i = 0, bits = 100; i < 6; i++, bits += i % 2 ? 0 : 64) {
		if (!kernel[i % 2])
			continue;
		CHECK_OK(tf_prime_search_safe_on(&p, bits, &f.rng, NULL, NULL, &f.mem,
		                                 kernel[i % 2]));
		declassify(&p, sizeof(p));
		mpz_from_bn(z, &p);
		CHECK(mpz_sizeinbase(z, 2) == bits && mpz_probab_prime_p(z, 20) > 0);
		mpz_fdiv_q_2exp(z, z, 1);
		CHECK(mpz_probab_prime_p(z, 20) > 0);
	}
	mpz_clear(z);
}

#if defined(TF_CT_VALGRIND)
#define TOOL "valgrind"
#elif defined(TF_CT_MSAN)
#define TOOL "MemorySanitizer"
#else
#define TOOL "no tool"
#endif

/* Is something that was made of secrets still marked? */
static bool marked(const tf_bn *a)
{
#ifdef TF_CT_MSAN
	return __msan_test_shadow(a->d, a->n * sizeof(a->d[0])) != -1;
#else
	(void)a;
	return true;
#endif
}

/* A batch of equal jobs with secret bases and exponents, signed and not: the results of the
 * portable kernel. GMP, which it calls, keeps no marks for MemorySanitizer (nor does the CRT of own
 * moduli); the code of ifma is all ours, so there marks must reach the results. */
static void cover_jobs(const tf_kernel *k, const tf_mod *m, const tf_bn *nat, size_t jobs,
                       size_t together, size_t alone)
{
	static tf_bn base[TF_LANES], one[TF_LANES], two[TF_LANES];
	static tf_int sgn[TF_LANES];
	bool own = m->kind == TF_MOD_OWN || m->kind == TF_MOD_OWN_SQUARE;
	bool portable = k == tf_kernel_portable();
	fixture f;

	begin(&f, 6);
	for (unsigned i = 0; i < jobs; i++) {
		CHECK_OK(tf_bn_random_unit(&base[i], &m->m, &f.rng));
		CHECK_OK(tf_int_random(&sgn[i], 100, NULL, &f.rng));
	}
	for (unsigned run = 0; run < 2; run++) {
		tf_arena_wipe(&f.mem);
		CHECK_OK(tf_batch_init_on(&f.b, &f.mem, jobs, run ? k : NULL));
		for (unsigned i = 0; i < jobs; i++) {
			const tf_power x[] = {
				{ .base = &base[i], .nat = nat, .bits = 1280, .secrecy = TF_SECRET },
				{ .base = &base[i], .sgn = &sgn[i], .bits = 101,
				  .secrecy = TF_SECRET },
			};

			tf_batch_power(f.b, run ? &two[i] : &one[i], m, x, 2);
		}
		CHECK_OK(tf_batch_run(f.b));
	}
	CHECK(tf_batch_together(f.b) == (portable ? 0 : together));
	CHECK(tf_batch_alone(f.b) == (portable ? 0 : alone));
	for (unsigned i = 0; i < jobs; i++) {
		CHECK(portable || own || marked(&two[i]));
		CHECK(tf_ct_reveal(tf_bn_eq(&one[i], &two[i])));
	}
}

/* The same with tables of the bases, which are secret, too: the results without. */
static void cover_tables(const tf_kernel *k, const tf_mod *m, size_t jobs)
{
	static uint8_t room[128 * 1024];
	static tf_bn one[TF_LANES], two[TF_LANES];
	static tf_int sgn[TF_LANES];
	const tf_fixed_plan plan = { 400, TF_SECRET, k };
	tf_bn base, inv;
	tf_fixed table;
	fixture f;

	begin(&f, 8);
	CHECK_OK(tf_bn_random_unit(&base, &m->m, &f.rng));
	CHECK_OK(tf_mod_inv(&inv, &base, m));
	CHECK_OK(tf_fixed_init(&table, m, &base, &inv, &plan, room, sizeof(room), &f.mem));
	for (unsigned run = 0; run < 2; run++) {
		tf_arena_wipe(&f.mem);
		CHECK_OK(tf_batch_init_on(&f.b, &f.mem, jobs, k));
		for (unsigned i = 0; i < jobs; i++) {
			if (run == 0)
				CHECK_OK(tf_int_random(&sgn[i], 390, NULL, &f.rng));
			tf_batch_power(f.b, run ? &two[i] : &one[i], m,
			               &(tf_power){ .base = &base, .base_inv = &inv, .sgn = &sgn[i],
			                            .bits = 391, .secrecy = TF_SECRET,
			                            .fixed = run ? &table : NULL }, 1);
		}
		CHECK_OK(tf_batch_run(f.b));
	}
	for (unsigned i = 0; i < jobs; i++) {
		CHECK(k == tf_kernel_portable() || marked(&two[i]));
		CHECK(tf_ct_reveal(tf_bn_eq(&one[i], &two[i])));
	}
}

/* Secret powers of public bases, four of each, which share tables: the results of the portable
 * kernel. */
static void cover_shared(const tf_kernel *k, const tf_mod *m, size_t bases)
{
	static tf_bn base[TF_LANES], one[4 * TF_LANES], two[4 * TF_LANES];
	static tf_int sgn[4 * TF_LANES];
	bool portable = k == tf_kernel_portable();
	fixture f;

	begin(&f, 9);
	for (unsigned run = 0; run < 2; run++) {
		tf_arena_wipe(&f.mem);
		CHECK_OK(tf_batch_init_on(&f.b, &f.mem, 4 * bases, run ? k : NULL));
		for (unsigned i = 0; i < 4 * bases; i++) {
			tf_bn *c = &base[i % bases];
			uint32_t bits = i / bases < 2 ? 90 : 200;

			if (run == 0 && i < bases) {
				CHECK_OK(tf_bn_random_unit(c, &m->m, &f.rng));
				declassify(c, sizeof(*c));
			}
			if (run == 0)
				CHECK_OK(tf_int_random(&sgn[i], bits - 1, NULL, &f.rng));
			tf_batch_power(f.b, run ? &two[i] : &one[i], m,
			               &(tf_power){ .base = c, .sgn = &sgn[i], .bits = bits,
			                            .secrecy = TF_SECRET, .base_public = true }, 1);
		}
		CHECK_OK(tf_batch_run(f.b));
	}
	CHECK(portable || tf_batch_together(f.b) + tf_batch_alone(f.b) == 4 * bases);
	for (unsigned i = 0; i < 4 * bases; i++) {
		CHECK(portable || marked(&two[i]));
		CHECK(tf_ct_reveal(tf_bn_eq(&one[i], &two[i])));
	}
}

/* Products of secret bases by secret exponents: as three products of four powers each. */
static void cover_bases(const tf_kernel *k, const tf_mod *m, size_t jobs)
{
	static uint8_t room[128 * 1024];
	static tf_bn base[12], part[3], out[TF_LANES], x, y, e[12];
	const tf_bases_plan plan = { 4, 3, 7, k };
	tf_power p[4];
	tf_fixed table;
	fixture f;

	begin(&f, 10);
	for (unsigned i = 0; i < 12; i++)
		CHECK_OK(tf_bn_random_unit(&base[i], &m->m, &f.rng));
	CHECK_OK(tf_bn_random_bits(&x, 84, &f.rng));
	CHECK_OK(tf_fixed_init_bases(&table, m, base, &plan, room, sizeof(room), &f.mem));
	CHECK_OK(tf_batch_init_on(&f.b, &f.mem, TF_LANES, k));
	for (unsigned i = 0; i < 12; i++) {
		tf_bn_shr(&y, &x, 7 * i);
		tf_bn_set_u64(&e[i], y.d[0] & 127);
		p[i % 4] = (tf_power){ .base = &base[i], .nat = &e[i], .bits = 7,
		                       .secrecy = TF_SECRET };
		if (i % 4 == 3)
			tf_batch_power(f.b, &part[i / 4], m, p, 4);
	}
	CHECK_OK(tf_batch_run(f.b));
	for (unsigned i = 0; i < jobs; i++)
		tf_batch_power(f.b, &out[i], m,
		               &(tf_power){ .nat = &x, .bits = 84, .secrecy = TF_SECRET,
		                            .fixed = &table }, 1);
	CHECK_OK(tf_batch_run(f.b));
	CHECK_OK(tf_mod_mul(&part[0], &part[0], &part[1], m));
	CHECK_OK(tf_mod_mul(&part[0], &part[0], &part[2], m));
	for (unsigned i = 0; i < jobs; i++) {
		CHECK(k == tf_kernel_portable() || marked(&out[i]));
		CHECK(tf_ct_reveal(tf_bn_eq(&out[i], &part[0])));
	}
}

/* One's own commitment s^x t^y with s = t^lambda: tables of t modulo the factors. */
static void cover_own_tables(const tf_kernel *k, const tf_mod *m, const tf_bn *lambda)
{
	static uint8_t room[2][64 * 1024];
	const tf_mod_factors *own = m->factors;
	const tf_fixed_plan plan = { own->p1.bits, TF_SECRET, k };
	tf_bn t, tp, s, one, two;
	tf_fixed table[2];
	tf_int x;
	fixture f;

	begin(&f, 9);
	CHECK_OK(tf_bn_random_unit(&t, &m->m, &f.rng));
	CHECK_OK(tf_int_random(&x, 800, NULL, &f.rng));
	CHECK_OK(tf_bn_mod(&tp, &t, &own->p));
	CHECK_OK(tf_fixed_init(&table[0], &own->p1, &tp, NULL, &plan, room[0], sizeof(room[0]),
	                       &f.mem));
	CHECK_OK(tf_bn_mod(&tp, &t, &own->q));
	CHECK_OK(tf_fixed_init(&table[1], &own->q1, &tp, NULL, &plan, room[1], sizeof(room[1]),
	                       &f.mem));
	table[0].other = &table[1];
	CHECK_OK(tf_batch_init_on(&f.b, &f.mem, 4, k));
	tf_batch_power(f.b, &s, m, &(tf_power){ .base = &t, .nat = lambda, .bits = 1280,
	                                        .secrecy = TF_SECRET }, 1);
	CHECK_OK(tf_batch_run(f.b));
	for (unsigned run = 0; run < 2; run++) {
		const tf_power p[] = {
			{ .base = &s, .sgn = &x, .bits = 801, .secrecy = TF_SECRET,
			  .fixed = run ? table : NULL, .log = run ? lambda : NULL },
			{ .base = &t, .nat = lambda, .bits = 1280, .secrecy = TF_SECRET,
			  .fixed = run ? table : NULL },
		};

		tf_batch_power(f.b, run ? &two : &one, m, p, 2);
	}
	CHECK_OK(tf_batch_run(f.b));
	CHECK(tf_ct_reveal(tf_bn_eq(&one, &two)));
}

/* Every form that kernel k has: plain moduli, squares, own ones, own squares with N-th powers and
 * with others; eight numbers and one; tables. */
static void cover(const tf_kernel *k)
{
	static tf_mod_factors factors;
	static tf_mod m;
	fixture f;
	tf_bn p, q, n, e;

	begin(&f, 7);
	tf_test_primes(640, 4, &p);
	tf_test_primes(640, 5, &q);
	CHECK_OK(tf_bn_mul(&n, &p, &q));
	tf_ct_classify(p.d, sizeof(p.d));
	tf_ct_classify(q.d, sizeof(q.d));
	CHECK_OK(tf_bn_random_bits(&e, 1280, &f.rng));
	CHECK_OK(tf_mod_factors_init(&factors, &p, &q));
	CHECK_OK(tf_mod_init(&m, &n));
	cover_jobs(k, &m, &e, TF_LANES, TF_LANES, 0);
	cover_jobs(k, &m, &e, 1, 0, 1);
	cover_tables(k, &m, TF_LANES);
	cover_tables(k, &m, 1);
	cover_bases(k, &m, TF_LANES);
	cover_bases(k, &m, 1);
	cover_shared(k, &m, TF_LANES);
	cover_shared(k, &m, 1);
	CHECK_OK(tf_mod_init_square(&m, &n));
	cover_jobs(k, &m, &e, TF_LANES, TF_LANES, 0);
	cover_jobs(k, &m, &e, 1, 0, 1);
	cover_tables(k, &m, TF_LANES);
	cover_tables(k, &m, 1);
	cover_bases(k, &m, TF_LANES);
	cover_bases(k, &m, 1);
	cover_shared(k, &m, TF_LANES);
	cover_shared(k, &m, 1);
	CHECK_OK(tf_mod_init_own(&m, &factors));
	cover_jobs(k, &m, &e, 4, 8, 0);
	cover_own_tables(k, &m, &e);
	CHECK_OK(tf_mod_init_own_square(&m, &factors));
	cover_jobs(k, &m, &e, 4, 8, 0);
	cover_jobs(k, &m, &n, 4, 16, 0);
	cover_jobs(k, &m, &n, 1, 2, 2);
	printf("constant time: kernel %s covered by %s\n", tf_kernel_name(k), TOOL);
}

TEST_SLOW(constant_time_kernel_portable, 300)
{
	cover(tf_kernel_portable());
}

TEST_SLOW(constant_time_kernel_ifma, 300)
{
	test_must_cover_ifma();
	cover(tf_kernel_ifma());
}
