/* Every path of the exponentiation against mpz_powm. */
#include "harness/primes.h"
#include "num/kernel_test.h"
#include "num/modexp.h"
#include "num/mpz_test.h"
#include "num/pick_test.h"

#define AT_ONCE 8u /* jobs in a run */

static uint8_t memory[1u << 20];

typedef struct bench {
	tf_arena mem;
	tf_batch *b;
	tf_tape tape;
	tf_rng rng;
} bench;

static void bench_init(bench *t, unsigned party)
{
	tf_arena_init(&t->mem, memory, sizeof(memory));
	CHECK_OK(tf_batch_init_on(&t->b, &t->mem, AT_ONCE, test_kernel()));
	t->rng = tf_tape_init(&t->tape, tf_test_seed(), party);
}

/* One power of a job under test, with room for what it points to. */
typedef struct term {
	tf_bn base, inv, nat;
	tf_int sgn;
	tf_power p;
} term;

/* A base in [0, m): 0, 1, m - 1, random; a multiple of the factor if there is one. */
static void random_base(bench *t, tf_bn *base, const tf_bn *m, const tf_bn *factor)
{
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	switch (pick(&t->rng, 12)) {
	case 0:
		tf_bn_set_u64(base, 0);
		break;
	case 1:
		*base = one;
		break;
	case 2:
		(void)tf_bn_sub(base, m, &one);
		break;
	case 3:
	case 4:
		CHECK_OK(tf_bn_random_below(base, m, &t->rng));
		if (factor) {
			CHECK_OK(tf_bn_divmod(base, NULL, base, factor));
			CHECK_OK(tf_bn_mul(base, base, factor));
		}
		break;
	default:
		CHECK_OK(tf_bn_random_below(base, m, &t->rng));
	}
	tf_bn_resize(base, m->n);
	tf_ct_declassify(base, sizeof(*base));
}

/* An exponent of at most bits bits: 0, 1, 2, the largest, near a multiple of `near`, random. */
static void random_exponent(bench *t, tf_bn *e, uint32_t bits, const tf_bn *near)
{
	uint64_t small = pick(&t->rng, 3);
	tf_bn x;

	CHECK_OK(tf_bn_random_bits(e, bits, &t->rng));
	switch (pick(&t->rng, 6)) {
	case 0:
		tf_bn_set_u64(e, small);
		break;
	case 1:
		for (uint32_t i = 0; i < bits; i++)
			e->d[i / 64] |= (mp_limb_t)1 << (i % 64);
		break;
	case 2:
		if (!near)
			break;
		tf_bn_set_u64(&x, small + 1);
		CHECK_OK(tf_bn_mul(e, near, &x));
		tf_bn_set_u64(&x, small);
		CHECK_OK(tf_bn_add(e, e, &x));
		break;
	default:
		break;
	}
	if (!tf_ct_reveal(tf_bn_fits(e, bits)))
		tf_bn_set_u64(e, 0);
	tf_ct_declassify(e, sizeof(*e));
}

/* acc *= base^e mod m by mpz; false if the power does not exist. */
static bool expect_power(mpz_t acc, const term *x, const tf_bn *m)
{
	mpz_t base, e, mod;
	bool exists = true;

	mpz_inits(base, e, mod, NULL);
	mpz_from_bn(base, &x->base);
	mpz_from_bn(mod, m);
	if (x->p.sgn)
		mpz_from_int(e, &x->sgn);
	else
		mpz_from_bn(e, &x->nat);
	if (mpz_sgn(e) < 0) {
		exists = mpz_invert(base, base, mod) != 0;
		mpz_abs(e, e);
	}
	if (exists) {
		mpz_powm(base, base, e, mod);
		mpz_mul(acc, acc, base);
		mpz_mod(acc, acc, mod);
	}
	mpz_clears(base, e, mod, NULL);
	return exists;
}

/* Does the contract let a signed exponent go with this base? */
static bool signed_ok(const term *x, const tf_mod *m)
{
	return tf_bn_coprime_vt(&x->base, &m->m);
}

static void random_term(bench *t, term *x, const tf_mod *m, const tf_bn *factor, const tf_bn *near,
                        uint32_t max_bits)
{
	uint32_t bits = pick(&t->rng, 4) ? pick(&t->rng, max_bits + 1) : max_bits;

	memset(x, 0, sizeof(*x));
	random_base(t, &x->base, &m->m, factor);
	random_exponent(t, &x->nat, bits, near);
	x->p = (tf_power){ .base = &x->base, .bits = bits,
	                   .secrecy = pick(&t->rng, 2) ? TF_SECRET : TF_PUBLIC };
	if (pick(&t->rng, 2) && signed_ok(x, m)) {
		tf_int_set(&x->sgn, &x->nat, tf_ct_mask(pick(&t->rng, 2)));
		x->p.sgn = &x->sgn;
		if (pick(&t->rng, 2)) {
			CHECK_OK(tf_mod_inv(&x->inv, &x->base, m));
			x->p.base_inv = &x->inv;
		}
	} else {
		x->p.nat = &x->nat;
	}
}

typedef struct queued {
	term x[TF_POWERS_MAX];
	tf_bn out;
	mpz_t want;
} queued;

static void random_job(bench *t, queued *j, const tf_mod *m, const tf_bn *factor,
                       const tf_bn *near, uint32_t max_bits)
{
	tf_power p[TF_POWERS_MAX];
	size_t n = 1 + pick(&t->rng, 3) * pick(&t->rng, 2);

	mpz_init_set_ui(j->want, 1);
	for (size_t k = 0; k < n; k++) {
		random_term(t, &j->x[k], m, factor, near, max_bits);
		CHECK(expect_power(j->want, &j->x[k], &m->m));
		p[k] = j->x[k].p;
	}
	tf_batch_power(t->b, &j->out, m, p, n);
	memset(p, 0xff, sizeof(p));
}

/* `count` random jobs under m, one to AT_ONCE in a run. */
static void random_jobs(bench *t, const tf_mod *m, const tf_bn *factor, const tf_bn *near,
                        uint32_t max_bits, unsigned count)
{
	static queued job[AT_ONCE];

	while (count > 0) {
		unsigned n = 1 + pick(&t->rng, count < AT_ONCE ? count : AT_ONCE);

		for (unsigned i = 0; i < n; i++)
			random_job(t, &job[i], m, factor, near, max_bits);
		CHECK_OK(tf_batch_run(t->b));
		for (unsigned i = 0; i < n; i++) {
			CHECK(bn_is_mpz(&job[i].out, job[i].want));
			CHECK(job[i].out.n == m->m.n);
			mpz_clear(job[i].want);
		}
		count -= n;
	}
}

/* An odd number of exactly that length. */
static void random_odd(bench *t, tf_bn *m, uint32_t bits)
{
	do {
		bn_odd_shape(m, tf_bn_limbs(bits), &t->rng);
	} while (pick(&t->rng, 2) == 0);
	for (uint32_t i = bits; i < m->n * 64; i++)
		m->d[i / 64] &= ~((mp_limb_t)1 << (i % 64));
	m->d[(bits - 1) / 64] |= (mp_limb_t)1 << ((bits - 1) % 64);
	m->d[0] |= 1;
}

static void plain_jobs(unsigned party, const uint32_t *lengths, size_t n, unsigned moduli,
                       unsigned jobs)
{
	bench t;

	bench_init(&t, party);
	for (size_t i = 0; i < n; i++)
		for (unsigned k = 0; k < moduli; k++) {
			tf_bn m;
			tf_mod mod;

			random_odd(&t, &m, lengths[i]);
			CHECK_OK(tf_mod_init(&mod, &m));
			CHECK(mod.bits == lengths[i]);
			random_jobs(&t, &mod, NULL, NULL, lengths[i] < 3000 ? lengths[i] + 70 : 700,
			            jobs);
		}
}

TEST(powers_modulo_tiny_numbers)
{
	const uint32_t lengths[] = { 2, 3, 5, 8, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129 };

	plain_jobs(1, lengths, TF_ARRAY_LEN(lengths), 40, 40);
}

TEST(powers_modulo_middling_numbers)
{
	const uint32_t lengths[] = { 192, 250, 256, 320, 511, 512, 640 };

	plain_jobs(2, lengths, TF_ARRAY_LEN(lengths), 10, 30);
}

TEST(powers_modulo_large_numbers)
{
	const uint32_t lengths[] = { 1024, 1280, 1536, 2048, 3071, 3072, 4096, 6144, 7104 };

	plain_jobs(3, lengths, TF_ARRAY_LEN(lengths), 3, 6);
}

TEST(powers_modulo_a_public_square)
{
	bench t;

	bench_init(&t, 4);
	for (uint32_t bits = 3; bits < 700; bits += bits < 80 ? 1 : 61) {
		tf_bn n;
		tf_mod mod;

		random_odd(&t, &n, bits);
		CHECK_OK(tf_mod_init_square(&mod, &n));
		random_jobs(&t, &mod, NULL, &n, 2 * bits + 40, 40);
	}
}

/* A prime of that length by mpz. */
static void small_prime(bench *t, tf_bn *p, uint32_t bits)
{
	mpz_t z;

	mpz_init(z);
	do {
		random_odd(t, p, bits);
		mpz_from_bn(z, p);
		mpz_sub_ui(z, z, 1);
		mpz_nextprime(z, z);
	} while (mpz_sizeinbase(z, 2) != bits);
	bn_from_mpz(p, z, tf_bn_limbs(bits));
	mpz_clear(z);
}

static void own_jobs(bench *t, const tf_bn *p, const tf_bn *q, unsigned count)
{
	static tf_mod_factors f;
	static tf_mod n, n2;

	CHECK_OK(tf_mod_factors_init(&f, p, q));
	CHECK_OK(tf_mod_init_own(&n, &f));
	CHECK_OK(tf_mod_init_own_square(&n2, &f));
	for (unsigned i = 0; i < count; i += 2) {
		unsigned k = i / 2;

		random_jobs(t, &n, k & 1 ? p : q, k & 2 ? &f.p_minus_1 : &f.q_minus_1,
		            n.bits + 80, 2);
		/* exponents near N: the short way, and its neighbours, which are not */
		random_jobs(t, &n2, k & 1 ? p : q,
		            k & 2 ? &n.m : k & 4 ? &f.p2_order : &f.q2_order, n2.bits + 80, 2);
	}
	tf_mod_factors_wipe(&f);
}

TEST(own_powers_with_tiny_primes)
{
	bench t;

	bench_init(&t, 5);
	for (uint32_t bits = 3; bits < 40; bits++)
		for (unsigned k = 0; k < 12; k++) {
			tf_bn p, q;

			small_prime(&t, &p, bits);
			do {
				small_prime(&t, &q, bits);
			} while (tf_ct_reveal(tf_bn_eq(&p, &q)));
			own_jobs(&t, &p, &q, 40);
		}
}

TEST(own_powers_with_real_primes)
{
	bench t;
	tf_bn p, q;

	bench_init(&t, 6);
	for (unsigned i = 0; i < 6; i++) {
		tf_test_primes(640, 2 * i, &p);
		tf_test_primes(640, 2 * i + 1, &q);
		own_jobs(&t, &p, &q, 12);
	}
	tf_test_primes(1536, 0, &p);
	tf_test_primes(1536, 1, &q);
	own_jobs(&t, &p, &q, 8);
}

/* Every base, and every exponent up to beyond the order of the group, under a tiny own modulus. */
TEST(own_powers_exhaustively)
{
	static tf_mod_factors f;
	static tf_mod mods[2];
	bench t;
	tf_bn p, q;

	bench_init(&t, 7);
	tf_bn_set_u64(&p, 5);
	tf_bn_set_u64(&q, 7);
	CHECK_OK(tf_mod_factors_init(&f, &p, &q));
	CHECK_OK(tf_mod_init_own(&mods[0], &f));
	CHECK_OK(tf_mod_init_own_square(&mods[1], &f));
	for (unsigned k = 0; k < 2; k++)
		for (uint64_t base = 0; base < mods[k].m.d[0]; base++) {
			uint64_t want = 1 % mods[k].m.d[0];

			for (uint64_t e = 0; e < 90; e++) {
				tf_bn b, x, out;

				tf_bn_set_u64(&b, base);
				tf_bn_set_u64(&x, e);
				tf_batch_power(t.b, &out, &mods[k],
				               &(tf_power){ .base = &b, .nat = &x, .bits = 7 }, 1);
				CHECK_OK(tf_batch_run(t.b));
				CHECK(out.d[0] == want);
				want = want * base % mods[k].m.d[0];
			}
		}
}
