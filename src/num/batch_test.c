/* The contract of modulus objects and of the batch: what is refused, and what stays untouched. */
#include "harness/primes.h"
#include "num/kernel_test.h"
#include "num/modexp.h"
#include "num/mpz_test.h"

static uint8_t memory[TF_BATCH_LANES_SCRATCH + 8192];

typedef struct fixture {
	tf_arena mem;
	tf_batch *b;
	tf_mod m;
	tf_bn base, exp, out;
	tf_int sgn;
	tf_power p;
} fixture;

/* 2^10 mod 1001 = 23. */
static void fixture_init(fixture *f, size_t max_jobs)
{
	tf_bn n;

	memset(f, 0, sizeof(*f));
	tf_arena_init(&f->mem, memory, sizeof(memory));
	CHECK_OK(tf_batch_init_on(&f->b, &f->mem, max_jobs, test_kernel()));
	tf_bn_set_u64(&n, 1001);
	CHECK_OK(tf_mod_init(&f->m, &n));
	tf_bn_set_u64(&f->base, 2);
	tf_bn_set_u64(&f->exp, 10);
	tf_bn_set_u64(&f->out, 4711);
	tf_int_set(&f->sgn, &f->exp, 0);
	f->p = (tf_power){ .base = &f->base, .nat = &f->exp, .bits = 4 };
}

static void refused(fixture *f, const tf_mod *m, const tf_power *p, size_t n, tf_err want)
{
	tf_bn good;

	tf_bn_set_u64(&good, 1234);
	tf_batch_power(f->b, &good, &f->m, &f->p, 1);
	tf_batch_power(f->b, &f->out, m, p, n);
	tf_batch_power(f->b, &good, &f->m, &f->p, 1);
	CHECK_ERR(tf_batch_run(f->b), want);
	CHECK(f->out.d[0] == 4711);
	CHECK(good.d[0] == (want == TF_E_USAGE ? 1234 : 23));

	/* the queue is empty again and works */
	tf_batch_power(f->b, &f->out, &f->m, &f->p, 1);
	CHECK_OK(tf_batch_run(f->b));
	CHECK(f->out.d[0] == 23);
	tf_bn_set_u64(&f->out, 4711);
}

TEST(batch_refuses_what_breaks_the_contract)
{
	tf_power p, five[5];
	fixture f;
	tf_bn m;

	fixture_init(&f, 8);
	CHECK(strcmp(tf_batch_kernel(f.b), tf_kernel_name(test_kernel())) == 0);
	refused(&f, &f.m, &f.p, 0, TF_E_USAGE);
	for (unsigned i = 0; i < 5; i++)
		five[i] = f.p;
	refused(&f, &f.m, five, 5, TF_E_USAGE);
	p = f.p;
	p.base = NULL;
	refused(&f, &f.m, &p, 1, TF_E_USAGE);
	p = f.p;
	p.nat = NULL;
	refused(&f, &f.m, &p, 1, TF_E_USAGE);
	p = f.p;
	p.sgn = &f.sgn;
	refused(&f, &f.m, &p, 1, TF_E_USAGE);
	p = f.p;
	p.bits = 3;
	refused(&f, &f.m, &p, 1, TF_E_USAGE);
	p.nat = NULL;
	p.sgn = &f.sgn;
	refused(&f, &f.m, &p, 1, TF_E_USAGE);
	p = f.p;
	p.bits = TF_BN_BITS + 1;
	refused(&f, &f.m, &p, 1, TF_E_USAGE);
	m = f.m.m;
	p = f.p;
	p.base = &m;
	refused(&f, &f.m, &p, 1, TF_E_USAGE);
	p.base_inv = &f.base;
	p.base = &f.base;
	p.base_inv = &m;
	refused(&f, &f.m, &p, 1, TF_E_USAGE);
}

TEST(batch_refuses_more_jobs_than_it_was_made_for)
{
	tf_bn out[3];
	fixture f;

	fixture_init(&f, 2);
	for (unsigned i = 0; i < 3; i++) {
		tf_bn_set_u64(&out[i], 9);
		tf_batch_power(f.b, &out[i], &f.m, &f.p, 1);
	}
	CHECK_ERR(tf_batch_run(f.b), TF_E_CAPACITY);
	CHECK(out[0].d[0] == 9 && out[1].d[0] == 9 && out[2].d[0] == 9);
	tf_batch_power(f.b, &out[0], &f.m, &f.p, 1);
	tf_batch_power(f.b, &out[1], &f.m, &f.p, 1);
	CHECK_OK(tf_batch_run(f.b));
	CHECK(out[0].d[0] == 23 && out[1].d[0] == 23);
	CHECK_OK(tf_batch_run(f.b));
}

/* 77 divides 1001: a negative power of it does not exist. */
TEST(batch_refuses_a_negative_power_of_a_nonunit)
{
	fixture f;

	fixture_init(&f, 2);
	tf_bn_set_u64(&f.base, 77);
	f.p.nat = NULL;
	f.p.sgn = &f.sgn;
	tf_batch_power(f.b, &f.out, &f.m, &f.p, 1);
	CHECK_OK(tf_batch_run(f.b));
	f.p.secrecy = TF_SECRET;
	tf_batch_power(f.b, &f.out, &f.m, &f.p, 1);
	CHECK_ERR(tf_batch_run(f.b), TF_E_USAGE);
	tf_int_neg(&f.sgn, &f.sgn);
	tf_batch_power(f.b, &f.out, &f.m, &f.p, 1);
	CHECK_ERR(tf_batch_run(f.b), TF_E_USAGE);
	f.p.secrecy = TF_PUBLIC;
	tf_batch_power(f.b, &f.out, &f.m, &f.p, 1);
	CHECK_ERR(tf_batch_run(f.b), TF_E_USAGE);
}

TEST(own_modulus_refuses_a_signed_power_of_a_nonunit)
{
	static tf_mod_factors factors;
	static tf_mod own[2];
	tf_bn p, q;
	fixture f;

	fixture_init(&f, 2);
	tf_bn_set_u64(&p, 11);
	tf_bn_set_u64(&q, 13);
	CHECK_OK(tf_mod_factors_init(&factors, &p, &q));
	CHECK_OK(tf_mod_init_own(&own[0], &factors));
	CHECK_OK(tf_mod_init_own_square(&own[1], &factors));
	tf_bn_set_u64(&f.base, 26);
	f.p.nat = NULL;
	f.p.sgn = &f.sgn;
	for (unsigned i = 0; i < 2; i++)
		for (uint32_t bits = 4; bits < 30; bits++) {
			f.p.bits = bits;
			tf_batch_power(f.b, &f.out, &own[i], &f.p, 1);
			CHECK_ERR(tf_batch_run(f.b), TF_E_USAGE);
		}
}

/* The largest jobs of the protocol fit the promised scratch, and nothing stays in it. */
TEST(batch_scratch_is_enough_and_wiped)
{
	tf_secrecy secrecy[] = { TF_PUBLIC, TF_SECRET };
	tf_power p[TF_POWERS_MAX];
	tf_bn n, base, exp, out;
	tf_batch *b;
	tf_arena mem;
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 1);
	tf_mod m;

	CHECK_OK(tf_bn_random_bits(&n, TF_BN_BITS, &rng));
	n.d[0] |= 1;
	n.d[TF_BN_LIMBS - 1] |= (mp_limb_t)1 << 63;
	CHECK_OK(tf_mod_init(&m, &n));
	CHECK_OK(tf_bn_random_below(&base, &n, &rng));
	CHECK_OK(tf_bn_random_bits(&exp, 1500, &rng));
	tf_ct_declassify(&n, sizeof(n));
	tf_ct_declassify(&m, sizeof(m));
	tf_ct_declassify(&base, sizeof(base));
	tf_ct_declassify(&exp, sizeof(exp));
	for (unsigned s = 0; s < 2; s++) {
		size_t used;

		tf_arena_init(&mem, memory, sizeof(memory));
		CHECK_OK(tf_batch_init(&b, &mem, 1));
		used = mem.used;
		for (unsigned i = 0; i < TF_POWERS_MAX; i++)
			p[i] = (tf_power){ .base = &base, .nat = &exp, .bits = TF_BN_BITS,
			                   .secrecy = secrecy[s] };
		tf_batch_power(b, &out, &m, p, TF_POWERS_MAX);
		CHECK_OK(tf_batch_run(b));
		CHECK(mem.used == used && mem.peak - used <= TF_BATCH_SCRATCH);
		for (size_t i = used; i < mem.cap; i++)
			CHECK(mem.base[i] == 0);
	}
}

TEST(batch_without_memory_is_refused)
{
	fixture f;
	tf_batch *b;
	tf_arena small;

	fixture_init(&f, 1);
	tf_arena_init(&small, memory, 64);
	CHECK_ERR(tf_batch_init(&b, &small, 8), TF_E_CAPACITY);
	tf_arena_init(&small, memory, 2048);
	CHECK_ERR(tf_batch_init(&b, &small, 100), TF_E_CAPACITY);
	CHECK_ERR(tf_batch_init(&b, &small, SIZE_MAX), TF_E_CAPACITY);

	/* every size between nothing and enough: refused cleanly, or right */
	for (size_t cap = 0; cap < 2048; cap += 16) {
		tf_arena_init(&small, memory, cap);
		CHECK(tf_batch_init(&b, &small, 3) == TF_E_CAPACITY || cap > 512);
	}
	for (size_t cap = 1024; cap < 9000; cap += 64) {
		tf_secrecy secrecy = cap & 64 ? TF_SECRET : TF_PUBLIC;
		tf_err err;

		tf_arena_init(&small, memory, cap);
		if (tf_batch_init(&b, &small, 1) != TF_OK)
			continue;
		f.p.secrecy = secrecy;
		tf_bn_set_u64(&f.out, 0);
		tf_batch_power(b, &f.out, &f.m, &f.p, 1);
		err = tf_batch_run(b);
		CHECK(err == TF_OK ? f.out.d[0] == 23 : err == TF_E_CAPACITY);
		CHECK(cap > 1100 || err == TF_E_CAPACITY);
		CHECK(cap < 8000 || err == TF_OK);
	}
}

TEST(moduli_that_cannot_be_are_refused)
{
	static tf_mod_factors f;
	tf_bn x, y;
	tf_mod m;

	for (uint64_t v = 0; v < 12; v++) {
		tf_bn_set_u64(&x, v);
		CHECK_ERR(tf_mod_init(&m, &x), v & 1 && v > 1 ? TF_OK : TF_E_USAGE);
		CHECK_ERR(tf_mod_init_square(&m, &x), v & 1 && v > 1 ? TF_OK : TF_E_USAGE);
	}
	tf_bn_set_u64(&x, 1);
	CHECK_OK(tf_bn_shl(&x, &x, 57 * 64));
	x.d[0] = 1;
	CHECK_ERR(tf_mod_init_square(&m, &x), TF_E_CAPACITY);

	tf_bn_set_u64(&x, 11);
	tf_bn_set_u64(&y, 11);
	CHECK_ERR(tf_mod_factors_init(&f, &x, &y), TF_E_USAGE);
	tf_bn_set_u64(&y, 17);
	CHECK_ERR(tf_mod_factors_init(&f, &x, &y), TF_E_USAGE);
	tf_bn_set_u64(&y, 14);
	CHECK_ERR(tf_mod_factors_init(&f, &x, &y), TF_E_USAGE);
	for (size_t i = 0; i < sizeof(f); i++)
		CHECK(((const uint8_t *)&f)[i] == 0);
	tf_bn_set_u64(&y, 13);
	CHECK_OK(tf_mod_factors_init(&f, &x, &y));
}

TEST(single_operations_as_mpz_does)
{
	mpz_t a, b, z, n;
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 2);

	mpz_inits(a, b, z, n, NULL);
	for (uint32_t i = 0; i < 4000; i++) {
		tf_bn root, x, y, out;
		tf_mod m;
		bool exists;

		bn_odd_shape(&root, 1 + i % 7, &rng);
		root.d[0] |= 1;
		if (tf_bn_bits_vt(&root) < 2)
			continue;
		CHECK_OK(i & 1 ? tf_mod_init(&m, &root) : tf_mod_init_square(&m, &root));
		CHECK_OK(tf_bn_random_below(&x, &m.m, &rng));
		CHECK_OK(tf_bn_random_below(&y, &m.m, &rng));
		tf_ct_declassify(&x, sizeof(x));
		tf_ct_declassify(&y, sizeof(y));
		mpz_from_bn(n, &m.m);
		mpz_from_bn(a, &x);
		mpz_from_bn(b, &y);
		CHECK_OK(tf_mod_mul(&out, &x, &y, &m));
		mpz_mul(z, a, b);
		mpz_mod(z, z, n);
		CHECK(bn_is_mpz(&out, z) && out.n == m.m.n);
		exists = mpz_invert(z, a, n) != 0;
		CHECK_ERR(tf_mod_inv(&out, &x, &m), exists ? TF_OK : TF_E_USAGE);
		CHECK(!exists || bn_is_mpz(&out, z));
		CHECK_ERR(tf_mod_crt(&out, &m, &x, &y), TF_E_USAGE);
	}
	mpz_clears(a, b, z, n, NULL);
}

TEST(crt_finds_every_number)
{
	static tf_mod_factors f;
	static tf_mod own[2];
	tf_bn p, q;

	tf_bn_set_u64(&p, 13);
	tf_bn_set_u64(&q, 11);
	CHECK_OK(tf_mod_factors_init(&f, &p, &q));
	CHECK_OK(tf_mod_init_own(&own[0], &f));
	CHECK_OK(tf_mod_init_own_square(&own[1], &f));
	for (unsigned k = 0; k < 2; k++)
		for (uint64_t v = 0; v < own[k].m.d[0]; v++) {
			tf_bn xp, xq, x;

			tf_bn_set_u64(&xp, v % (k ? 169 : 13));
			tf_bn_set_u64(&xq, v % (k ? 121 : 11));
			CHECK_OK(tf_mod_crt(&x, &own[k], &xp, &xq));
			CHECK(x.d[0] == v && x.n == 1);
		}
}
