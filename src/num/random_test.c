/* Sampling: an rng that plays back every possible draw exactly once must hit every value equally
 * often. */
#include "num/mpz_test.h"

/* Draw number k yields limb k mod `cycle`, or digit by digit of a two-draw cycle. */
typedef struct counter {
	uint64_t next;
	uint64_t base; /* values per draw */
	unsigned digit, digits;
	bool broken;
} counter;

static tf_err counter_fill(void *ctx, uint8_t *out, size_t len)
{
	counter *c = ctx;
	uint64_t v = c->next;

	if (c->broken)
		return TF_E_ENTROPY;
	for (unsigned i = 0; i < c->digit; i++)
		v /= c->base;
	v %= c->base;
	if (++c->digit == c->digits) {
		c->digit = 0;
		c->next++;
	}
	memset(out, 0, len);
	for (size_t i = 0; i < len && i < 8; i++)
		out[i] = (uint8_t)(v >> (8 * i));
	return TF_OK;
}

static unsigned bits_of(uint64_t v)
{
	unsigned bits = 0;

	for (; v; v >>= 1)
		bits++;
	return bits;
}

/* Every m up to 130: one cycle over all draws gives each value of [0, m) once. */
TEST(below_is_exactly_uniform)
{
	for (uint64_t m = 1; m < 130; m++) {
		counter c = { .base = (uint64_t)1 << bits_of(m), .digits = 1 };
		tf_rng rng = { counter_fill, &c };
		unsigned seen[130] = { 0 };
		tf_bn bound, x;

		tf_bn_set_u64(&bound, m);
		for (uint64_t i = 0; i < m; i++) {
			CHECK_OK(tf_bn_random_below(&x, &bound, &rng));
			tf_ct_declassify(&x, sizeof(x));
			CHECK(x.n == 1 && x.d[0] < m);
			seen[x.d[0]]++;
		}
		CHECK(c.next <= c.base);
		for (uint64_t v = 0; v < m; v++)
			CHECK(seen[v] == 1);
	}
}

/* +-2^bits * scale, both ends included. */
TEST(signed_range_is_exactly_uniform_and_closed)
{
	for (uint32_t bits = 0; bits < 6; bits++)
		for (uint64_t scale = 0; scale < 12; scale++) {
			uint64_t bound = (scale ? scale : 1) << bits;
			counter c = { .base = (uint64_t)1 << bits_of(2 * bound + 1), .digits = 1 };
			tf_rng rng = { counter_fill, &c };
			unsigned seen[1000] = { 0 };
			tf_bn s;

			tf_bn_set_u64(&s, scale);
			for (uint64_t i = 0; i < 2 * bound + 1; i++) {
				tf_int x;

				CHECK_OK(tf_int_random(&x, bits, scale ? &s : NULL, &rng));
				tf_ct_declassify(&x, sizeof(x));
				CHECK(x.mag.d[0] <= bound && (x.mag.d[0] || !x.neg));
				seen[x.neg ? bound - x.mag.d[0] : bound + x.mag.d[0]]++;
			}
			CHECK(c.next <= c.base);
			for (uint64_t v = 0; v < 2 * bound + 1; v++)
				CHECK(seen[v] == 1);
		}
}

/* The unit and its blind are two draws: over all pairs each unit comes equally often. */
TEST(units_are_exactly_uniform)
{
	for (uint64_t m = 2; m < 40; m++) {
		uint64_t cycle = (uint64_t)1 << bits_of(m);
		unsigned seen[40] = { 0 }, units = 0;
		tf_bn bound;

		tf_bn_set_u64(&bound, m);
		for (uint64_t pair = 0; pair < cycle * cycle; pair++) {
			/* r and u are the digits of one number of the counter; if they are refused
			 * it has moved on further than one number */
			counter c = { .next = pair, .base = cycle, .digits = 2 };
			tf_rng rng = { counter_fill, &c };
			tf_bn x, r, u;

			tf_bn_set_u64(&r, pair % cycle);
			tf_bn_set_u64(&u, pair / cycle);
			if (r.d[0] >= m || u.d[0] >= m)
				continue;
			CHECK_OK(tf_bn_random_unit(&x, &bound, &rng));
			tf_ct_declassify(&x, sizeof(x));
			CHECK(tf_bn_coprime_vt(&x, &bound) && x.d[0] < m);
			if (c.next != pair + 1 || c.digit != 0) {
				CHECK(!tf_bn_coprime_vt(&r, &bound) || !tf_bn_coprime_vt(&u, &bound));
				continue;
			}
			CHECK(x.d[0] == r.d[0]);
			seen[x.d[0]]++;
		}
		for (uint64_t v = 0; v < m; v++)
			units += seen[v] != 0;
		for (uint64_t v = 0; v < m; v++) {
			tf_bn x;

			tf_bn_set_u64(&x, v);
			CHECK(seen[v] == (tf_bn_coprime_vt(&x, &bound) ? units : 0));
		}
	}
}

TEST(random_bits_are_cut_to_length)
{
	for (uint32_t bits = 0; bits < 200; bits++) {
		tf_tape tape;
		tf_rng rng = tf_tape_init(&tape, tf_test_seed(), bits);
		mp_limb_t any[4] = { 0 };

		for (unsigned i = 0; i < 200; i++) {
			tf_bn x;

			CHECK_OK(tf_bn_random_bits(&x, bits, &rng));
			tf_ct_declassify(&x, sizeof(x));
			CHECK(x.n == (bits ? (bits + 63) / 64 : 1));
			for (unsigned k = 0; k < 4; k++)
				any[k] |= x.d[k];
		}
		for (uint32_t k = 0; k < 256; k++)
			CHECK((any[k / 64] >> (k % 64) & 1) == (k < bits));
	}
}

TEST(a_failing_rng_is_reported_and_nothing_written)
{
	counter c = { .base = 2, .digits = 1, .broken = true };
	tf_rng rng = { counter_fill, &c };
	tf_bn m, x;
	tf_int i;

	tf_bn_set_u64(&m, 77);
	tf_bn_set_u64(&x, 5);
	tf_int_set(&i, &x, 0);
	CHECK_ERR(tf_bn_random_below(&x, &m, &rng), TF_E_ENTROPY);
	CHECK_ERR(tf_bn_random_unit(&x, &m, &rng), TF_E_ENTROPY);
	CHECK_ERR(tf_int_random(&i, 5, NULL, &rng), TF_E_ENTROPY);
	CHECK_ERR(tf_int_random(&i, TF_BN_BITS, NULL, &rng), TF_E_CAPACITY);
	CHECK(x.d[0] == 5 && i.mag.d[0] == 5);
	tf_bn_set_u64(&m, 0);
	CHECK_ERR(tf_bn_random_below(&x, &m, &rng), TF_E_USAGE);
	tf_bn_set_u64(&m, 1);
	CHECK_ERR(tf_bn_random_unit(&x, &m, &rng), TF_E_USAGE);
}
