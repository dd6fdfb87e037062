#include "harness/primes.h"
#include "num/kernel_impl.h"
#include "num/mpz_test.h"
#include "num/prime.h"
#include "num/sieve.h"

static uint8_t memory[TF_PRIME_LANES_SCRATCH + 8];

static void begin(tf_arena *mem, tf_tape *tape, tf_rng *rng, unsigned party)
{
	tf_arena_init(mem, memory, sizeof(memory));
	*rng = tf_tape_init(tape, tf_test_seed(), party);
}

TEST(primality_of_all_small_numbers)
{
	tf_arena mem;
	tf_tape tape;
	tf_rng rng;
	unsigned primes = 0;

	begin(&mem, &tape, &rng, 1);
	for (uint64_t n = 0; n < 20000; n++) {
		tf_bn x;
		bool prime, want = n >= 2;

		for (uint64_t d = 2; d * d <= n && want; d++)
			want = n % d != 0;
		tf_bn_set_u64(&x, n);
		CHECK_OK(tf_prime_test_vt(&prime, &x, 12, &rng, &mem));
		CHECK(prime == want);
		primes += prime;
	}
	CHECK(primes == 2262 && mem.used == 0);
}

static bool is_prime(const char *hex, unsigned rounds)
{
	tf_arena mem;
	tf_tape tape;
	tf_rng rng;
	mpz_t z;
	tf_bn x;
	bool prime;

	begin(&mem, &tape, &rng, 2);
	CHECK(mpz_init_set_str(z, hex, 16) == 0);
	bn_from_mpz(&x, z, (uint32_t)mpz_size(z));
	CHECK_OK(tf_prime_test_vt(&prime, &x, rounds, &rng, &mem));
	CHECK(prime == (mpz_probab_prime_p(z, 30) > 0));
	mpz_clear(z);
	return prime;
}

/* Carmichael numbers, and strong pseudoprimes to many small bases. */
TEST(pseudoprimes_are_composite)
{
	/* 561, 41041, 825265, 321197185 */
	CHECK(!is_prime("231", 20) && !is_prime("a051", 20));
	CHECK(!is_prime("c97b1", 20) && !is_prime("13251141", 20));
	/* 3825123056546413051, to the bases 2 .. 23 */
	CHECK(!is_prime("351596ee4d1a21fb", 40));
	/* 318665857834031151167461, to the bases 2 .. 37 */
	CHECK(!is_prime("437ae92817f9fc85b7e5", 40));
	/* Carmichael numbers of three large factors: nearly every base's square root chain ends at 1 */
	CHECK(!is_prime("51000000000961785c00005cb4c0af33c13164615901fbd9", 20));
	CHECK(!is_prime("510000000007cc54ec0000401093de9940af703310fb6fb9", 20));
	/* F7 = 2^128 + 1, the modulus whose Fermat test to base 2 says prime */
	CHECK(!is_prime("100000000000000000000000000000001", 40));
}

/* k 2^n + 1: n - 1 divisible by a high power of two. */
TEST(primes_with_long_two_adic_part)
{
	unsigned primes = 0;
	char hex[80];
	mpz_t z;

	mpz_init(z);
	for (unsigned long k = 1; k < 16; k += 2)
		for (unsigned long n = 1; n < 260; n++) {
			mpz_set_ui(z, k);
			mpz_mul_2exp(z, z, n);
			mpz_add_ui(z, z, 1);
			primes += is_prime(mpz_get_str(hex, 16, z), 2);
		}
	CHECK(primes > 80);
	mpz_clear(z);
}

/* By every kernel, with room for its form of one number and without; the same randomness. */
TEST(products_of_fixed_primes_are_composite)
{
	const tf_kernel *kernel[] = { NULL, tf_kernel_ifma(), tf_kernel_ifma() };
	const size_t room[] = { TF_PRIME_TEST_SCRATCH, TF_PRIME_KERNEL_SCRATCH,
	                        TF_PRIME_TEST_SCRATCH };
	uint64_t left[TF_ARRAY_LEN(kernel)];
	tf_arena mem;
	tf_tape tape;
	tf_rng rng;
	tf_bn p, q;
	bool prime;

	for (unsigned k = 0; k < TF_ARRAY_LEN(kernel); k++) {
		begin(&mem, &tape, &rng, 3);
		mem.cap = room[k];
		for (unsigned i = 0; i < 12; i++) {
			uint32_t bits = i < 8 ? 1024 : 1536;

			tf_test_primes(bits, i, &p);
			tf_test_primes(bits, (i + 1) % 12, &q);
			CHECK_OK(tf_prime_test_vt_on(&prime, &p, 2, &rng, &mem, kernel[k]));
			CHECK(prime);
			CHECK_OK(tf_bn_mul(&p, &p, &q));
			CHECK_OK(tf_prime_test_vt_on(&prime, &p, 2, &rng, &mem, kernel[k]));
			CHECK(!prime);
		}
		CHECK_OK(tf_rng_bytes(&rng, &left[k], sizeof(left[k])));
		CHECK(mem.used == 0 && left[k] == left[0]);
	}
}

TEST(primality_test_refuses_no_rounds_and_no_memory)
{
	uint8_t little[256];
	tf_arena mem;
	tf_tape tape;
	tf_rng rng;
	tf_bn p;
	bool prime;

	begin(&mem, &tape, &rng, 4);
	tf_test_primes(640, 0, &p);
	CHECK_ERR(tf_prime_test_vt(&prime, &p, 0, &rng, &mem), TF_E_USAGE);
	tf_arena_init(&mem, little, sizeof(little));
	CHECK_ERR(tf_prime_test_vt(&prime, &p, 1, &rng, &mem), TF_E_CAPACITY);
	/* every size between little and enough */
	tf_bn_set_u64(&p, 1009);
	for (size_t cap = 0; cap <= TF_PRIME_TEST_SCRATCH; cap += cap < 16384 ? 16 : 4096) {
		tf_err err;

		tf_arena_init(&mem, memory, cap);
		prime = false;
		err = tf_prime_test_vt(&prime, &p, 1, &rng, &mem);
		CHECK(err == TF_OK ? prime : err == TF_E_CAPACITY && cap < TF_PRIME_TEST_SCRATCH);
		CHECK(mem.used == 0);
	}
}

/* A candidate falls if and only if a prime from 5 to the limit divides it or twice it plus one. */
TEST(sieve_agrees_with_gcds)
{
	const uint32_t limit = 5000;
	tf_tape tape;
	tf_rng rng;
	tf_arena mem;
	tf_sieve s;
	mpz_t all, z, g;

	begin(&mem, &tape, &rng, 5);
	CHECK_OK(tf_sieve_init(&s, limit, &mem));
	mpz_inits(z, g, NULL);
	mpz_init_set_ui(all, 1);
	for (unsigned long r = 5; r < limit; r++) {
		mpz_set_ui(z, r);
		if (mpz_probab_prime_p(z, 10))
			mpz_mul_ui(all, all, r);
	}
	for (unsigned round = 0; round < 4; round++) {
		tf_bn start;

		CHECK_OK(tf_bn_random_bits(&start, 100, &rng));
		tf_ct_declassify(&start, sizeof(start));
		mpz_from_bn(z, &start);
		mpz_add_ui(z, z, 5 - mpz_fdiv_ui(z, 6));
		bn_from_mpz(&start, z, 2);
		tf_sieve_run_vt(&s, &start);
		for (uint32_t k = 0; k < 3000; k++) {
			bool stands;

			mpz_gcd(g, all, z);
			stands = mpz_cmp_ui(g, 1) == 0;
			mpz_mul_2exp(g, z, 1);
			mpz_add_ui(g, g, 1);
			mpz_gcd(g, all, g);
			stands &= mpz_cmp_ui(g, 1) == 0;
			CHECK((tf_sieve_next(&s, k) == k) == stands);
			mpz_add_ui(z, z, 6);
		}
	}
	for (uint32_t k = 0, next; k < TF_SIEVE_SPAN; k = next + 1) {
		next = tf_sieve_next(&s, k);
		CHECK(next >= k && next <= TF_SIEVE_SPAN);
	}
	tf_arena_init(&mem, memory, 1000);
	CHECK_ERR(tf_sieve_init(&s, limit, &mem), TF_E_CAPACITY);
	mpz_clears(all, z, g, NULL);
}

/* 2p^2 >= 2^(2 bits), so that products of two have exactly 2 bits bits. */
static void check_safe_prime(const tf_bn *p, uint32_t bits)
{
	mpz_t z, q;

	mpz_inits(z, q, NULL);
	mpz_from_bn(z, p);
	CHECK(p->n == (bits + 63) / 64 && mpz_sizeinbase(z, 2) == bits);
	CHECK(mpz_probab_prime_p(z, 30) > 0 && mpz_fdiv_ui(z, 4) == 3);
	mpz_fdiv_q_2exp(q, z, 1);
	CHECK(mpz_probab_prime_p(q, 30) > 0);
	mpz_mul(z, z, z);
	CHECK(mpz_sizeinbase(z, 2) == 2 * bits);
	mpz_clears(z, q, NULL);
}

static bool count_up(void *ctx, uint64_t candidates)
{
	uint64_t *last = ctx;

	CHECK(candidates == *last + 1);
	*last = candidates;
	return true;
}

TEST(search_finds_safe_primes_of_every_length)
{
	tf_arena mem;
	tf_tape tape;
	tf_rng rng;

	begin(&mem, &tape, &rng, 6);
	for (uint32_t bits = TF_PRIME_BITS_MIN; bits < 400; bits += bits < 132 ? 1 : 37) {
		uint64_t seen = 0;
		tf_bn p;

		CHECK_OK(tf_prime_search_safe(&p, bits, &rng, count_up, &seen, &mem));
		tf_ct_declassify(&p, sizeof(p));
		check_safe_prime(&p, bits);
		CHECK(seen > 0 && mem.used == 0);
	}
}

static const tf_kernel *counted;
static unsigned herds;

static tf_err count_herd(tf_ct *pass, const tf_bn *n, size_t count, uint32_t bits, tf_arena *mem)
{
	herds++;
	return counted->fermat(pass, n, count, bits, mem);
}

/* ... from the same randomness, in as much memory as is promised, wherever that begins. Lanes are
 * filled with up to two groups of candidates more. */
TEST_SLOW(search_finds_the_same_with_every_kernel, 120)
{
	const uint32_t lengths[] = { 120, 640, 660, 700 };
	tf_kernel lanes;

	if (!tf_kernel_ifma())
		tf_test_skip("this machine has the portable kernel only");
	counted = tf_kernel_ifma();
	lanes = *counted;
	lanes.fermat = count_herd;
	for (unsigned i = 0; i < TF_ARRAY_LEN(lengths); i++) {
		uint64_t candidates[2] = { 0, 0 };
		tf_bn p[2];

		for (unsigned k = 0; k < 2; k++) {
			tf_tape tape;
			tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 10 + i);
			tf_arena mem;

			tf_arena_init(&mem, memory + i, TF_PRIME_LANES_SCRATCH);
			herds = 0;
			CHECK_OK(tf_prime_search_safe_on(&p[k], lengths[i], &rng, count_up,
			                                 &candidates[k], &mem, k ? &lanes : NULL));
			CHECK((herds > 0) == (k == 1 && counted->has_fermat(lengths[i])));
			CHECK(mem.used == 0 && mem.peak <= TF_PRIME_LANES_SCRATCH - 63);
			tf_ct_declassify(&p[k], sizeof(p[k]));
		}
		check_safe_prime(&p[0], lengths[i]);
		CHECK(memcmp(&p[0], &p[1], sizeof(p[0])) == 0);
		CHECK(candidates[1] >= candidates[0] && candidates[1] < candidates[0] + 16);
	}
}

/* Odd numbers of `bits` bits or one less: prime, both ends of the range, 2^k - 1 (which passes if k
 * is prime, though it hardly ever is), random. */
static void choose_tested(mpz_t n, unsigned kind, uint32_t bits, gmp_randstate_t random)
{
	mpz_set_ui(n, 1);
	mpz_mul_2exp(n, n, bits - 2 + kind % 2);
	if (kind < 4) {
		mpz_urandomm(n, random, n);
		mpz_setbit(n, bits - 2 + kind % 2);
		mpz_nextprime(n, n);
	} else if (kind < 6) {
		mpz_add_ui(n, n, 1);
	} else if (kind < 10) {
		mpz_mul_2exp(n, n, 1);
		mpz_sub_ui(n, n, kind < 8 ? 1 : 3);
	} else {
		mpz_urandomm(n, random, n);
		mpz_setbit(n, bits - 2 + kind % 2);
		mpz_setbit(n, 0);
	}
}

TEST_SLOW(fermat_tests_in_lanes_do_as_gmp_does, 120)
{
	/* 521 and 1279 are exponents of Mersenne's primes, 523, 1009 and 1531 of composites */
	const uint32_t lengths[] = { 140, 265, 266, 521, 523, 525, 527, 640, 749, 764, 765, 1008, 1009,
	                             1024, 1025, 1279, 1531, 1536, 2047, 2048 };
	const tf_kernel *k = tf_kernel_ifma();
	unsigned passed = 0, sizes = 0, tested = 0;
	gmp_randstate_t random;
	tf_arena mem;
	mpz_t n, x, two;

	if (!k)
		tf_test_skip("this machine has the portable kernel only");
	gmp_randinit_default(random);
	mpz_inits(n, x, NULL);
	mpz_init_set_ui(two, 2);
	for (unsigned i = 0; i < TF_ARRAY_LEN(lengths); i++)
		for (unsigned first = 0; first < 16 && k->has_fermat(lengths[i]); first += 8) {
			size_t count = first ? TF_LANES : 5;
			tf_bn number[TF_LANES];
			tf_ct pass[TF_LANES];

			tf_arena_init(&mem, memory, sizeof(memory));
			for (unsigned j = 0; j < count; j++) {
				choose_tested(n, first + j, lengths[i], random);
				bn_from_mpz(&number[j], n, (lengths[i] + 63) / 64);
			}
			CHECK_OK(k->fermat(pass, number, count, lengths[i], &mem));
			CHECK(mem.peak <= k->scratch_one);
			for (unsigned j = 0; j < count; j++) {
				mpz_from_bn(n, &number[j]);
				mpz_sub_ui(x, n, 1);
				mpz_powm(x, two, x, n);
				CHECK(pass[j] == (mpz_cmp_ui(x, 1) == 0 ? ~(tf_ct)0 : 0));
				passed += pass[j] != 0;
				tested++;
			}
			sizes++;
		}
	CHECK(sizes >= 30 && passed > sizes * 2 && tested - passed > sizes * 4);
	tf_arena_init(&mem, memory, 5000);
	CHECK_ERR(k->fermat((tf_ct[1]){ 0 }, &(tf_bn){ .n = 16, .d = { 1 } }, 1, 1024, &mem),
	          TF_E_CAPACITY);
	CHECK(!k->has_fermat(63) && k->has_fermat(1024) && k->has_fermat(1536));
	mpz_clears(n, x, two, NULL);
	gmp_randclear(random);
}

TEST(search_covers_its_whole_range)
{
	unsigned octile[8] = { 0 };
	tf_arena mem;
	tf_tape tape;
	tf_rng rng;

	/* p / 2^64 lies in [0.7071, 1): count eighths of that */
	begin(&mem, &tape, &rng, 7);
	for (unsigned i = 0; i < 160; i++) {
		double x;
		tf_bn p;

		CHECK_OK(tf_prime_search_safe(&p, 64, &rng, NULL, NULL, &mem));
		tf_ct_declassify(&p, sizeof(p));
		x = (double)p.d[0] / 18446744073709551616.0;
		x = (x - 0.70710678) / (1 - 0.70710678) * 8;
		octile[x < 7 ? (unsigned)x : 7]++;
	}
	for (unsigned i = 0; i < 8; i++)
		CHECK(octile[i] > 4 && octile[i] < 45);
}

static bool is_safe(const mpz_t z)
{
	tf_arena mem;
	tf_tape tape;
	tf_rng rng;
	bool safe;
	tf_bn x;

	begin(&mem, &tape, &rng, 9);
	tf_arena_init(&mem, memory, TF_PRIME_TEST_SCRATCH);
	bn_from_mpz(&x, z, (uint32_t)mpz_size(z));
	CHECK_OK(tf_prime_is_safe(&safe, &x, 20, &rng, &mem));
	CHECK(mem.used == 0);
	return safe;
}

/* The next prime that is 3 modulo 4 and not safe. */
static void next_unsafe(mpz_t p)
{
	mpz_t q;

	mpz_init(q);
	do {
		mpz_nextprime(p, p);
		mpz_fdiv_q_2exp(q, p, 1);
	} while (mpz_fdiv_ui(p, 4) != 3 || mpz_probab_prime_p(q, 20));
	mpz_clear(q);
}

/* Each half of the test has something that only it refuses. */
TEST(what_is_no_safe_prime_is_refused)
{
	const uint32_t lengths[] = { 640, 1024, 1536 };
	mpz_t z, other;
	tf_bn p;

	mpz_inits(z, other, NULL);
	for (unsigned k = 0; k < TF_ARRAY_LEN(lengths); k++) {
		tf_test_primes(lengths[k], k, &p);
		mpz_from_bn(z, &p);
		CHECK(is_safe(z));
		mpz_add_ui(other, z, 4); /* 3 modulo 4, and a multiple of 3: p is 2 modulo 3 */
		CHECK(mpz_divisible_ui_p(other, 3) && !is_safe(other));
		mpz_add_ui(other, z, 12);
		CHECK(!is_safe(other));
		mpz_add_ui(other, z, 2); /* 1 modulo 4 */
		CHECK(!is_safe(other));
		mpz_add_ui(other, z, 1);
		CHECK(!is_safe(other));
	}
	mpz_set(other, z);
	next_unsafe(other); /* (p - 1) / 2 is composite */
	CHECK(mpz_probab_prime_p(other, 20) && !is_safe(other));
	tf_test_primes(640, 3, &p);
	mpz_from_bn(z, &p);
	mpz_mul_2exp(other, z, 1); /* (p - 1) / 2 is a prime, p is not */
	mpz_add_ui(other, other, 1);
	CHECK(!mpz_probab_prime_p(other, 20) && !is_safe(other));
	mpz_mul(other, z, z); /* p^3 */
	mpz_mul(other, other, z);
	CHECK(!is_safe(other));
	mpz_clears(z, other, NULL);
}

/* The smallest: 64 bits, all that is near 2^63. */
TEST(safe_primes_by_another_opinion)
{
	unsigned found = 0;
	mpz_t z, q;

	mpz_inits(z, q, NULL);
	mpz_setbit(z, 63);
	for (unsigned k = 0; k < 20000; k++) {
		bool safe;

		mpz_add_ui(z, z, 1);
		mpz_fdiv_q_2exp(q, z, 1);
		safe = mpz_probab_prime_p(z, 20) && mpz_probab_prime_p(q, 20);
		CHECK(is_safe(z) == safe);
		found += safe;
	}
	CHECK(found > 3);
	mpz_clears(z, q, NULL);
}

static bool stop_at_third(void *ctx, uint64_t candidates)
{
	(void)ctx;
	return candidates < 3;
}

static tf_err no_entropy(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	(void)out;
	(void)len;
	return TF_E_ENTROPY;
}

TEST(search_that_cannot_succeed_says_why)
{
	tf_rng rng, broken = { no_entropy, NULL };
	tf_arena mem;
	tf_tape tape;
	tf_bn p;

	begin(&mem, &tape, &rng, 8);
	tf_bn_set_u64(&p, 6);
	CHECK_ERR(tf_prime_search_safe(&p, 63, &rng, NULL, NULL, &mem), TF_E_USAGE);
	CHECK_ERR(tf_prime_search_safe(&p, 2049, &rng, NULL, NULL, &mem), TF_E_USAGE);
	CHECK_ERR(tf_prime_search_safe(&p, 512, &broken, NULL, NULL, &mem), TF_E_ENTROPY);
	CHECK_ERR(tf_prime_search_safe(&p, 1024, &rng, stop_at_third, NULL, &mem), TF_E_CANCELLED);
	CHECK(mem.used == 0);
	for (size_t cap = 64; cap < 140000; cap += 4000) {
		tf_arena_init(&mem, memory, cap);
		CHECK_ERR(tf_prime_search_safe(&p, 1024, &rng, NULL, NULL, &mem), TF_E_CAPACITY);
	}
	CHECK(p.d[0] == 6);
}

TEST(primes_that_cannot_be_tested_say_why)
{
	tf_rng rng, broken = { no_entropy, NULL };
	bool safe = true;
	tf_arena mem;
	tf_tape tape;
	tf_bn p;

	begin(&mem, &tape, &rng, 10);
	tf_test_primes(640, 0, &p);
	CHECK_ERR(tf_prime_is_safe(&safe, &p, 0, &rng, &mem), TF_E_USAGE);
	CHECK(!safe);
	CHECK_ERR(tf_prime_is_safe(&safe, &p, 1, &broken, &mem), TF_E_ENTROPY);
	CHECK(!safe && mem.used == 0);
	for (size_t cap = 64; cap < 700; cap += 64) {
		tf_arena_init(&mem, memory, cap);
		CHECK_ERR(tf_prime_is_safe(&safe, &p, 1, &rng, &mem), TF_E_CAPACITY);
	}
	tf_bn_set_u64(&p, 1);
	CHECK_OK(tf_bn_shl(&p, &p, 62));
	CHECK_ERR(tf_prime_is_safe(&safe, &p, 1, &rng, &mem), TF_E_USAGE);
}

/* The committed primes are what the header of the loader says. */
TEST(fixed_primes_are_safe_and_differ)
{
	static const struct {
		uint32_t bits;
		unsigned count;
	} list[] = { { 640, 64 }, { 1024, 16 }, { 1536, 16 } };
	static tf_bn p[64];

	for (unsigned k = 0; k < TF_ARRAY_LEN(list); k++)
		for (unsigned i = 0; i < list[k].count; i++) {
			tf_test_primes(list[k].bits, i, &p[i]);
			check_safe_prime(&p[i], list[k].bits);
			for (unsigned j = 0; j < i; j++)
				CHECK(!tf_ct_reveal(tf_bn_eq(&p[i], &p[j])));
		}
}
