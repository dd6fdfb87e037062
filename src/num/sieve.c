#include "num/sieve.h"

#include <string.h>

static bool bit_get(const uint64_t *bits, uint32_t i)
{
	return bits[i / 64] >> (i % 64) & 1;
}

static void bit_set(uint64_t *bits, uint32_t i)
{
	bits[i / 64] |= (uint64_t)1 << (i % 64);
}

tf_err tf_sieve_init(tf_sieve *s, uint32_t limit, tf_arena *mem)
{
	uint32_t half = limit / 2;

	s->limit = limit;
	s->primes = tf_arena_alloc(mem, ((size_t)half / 64 + 1) * sizeof(uint64_t));
	s->fallen = tf_arena_alloc(mem, TF_SIEVE_SPAN / 8 + sizeof(uint64_t));
	if (!s->primes || !s->fallen)
		return TF_E_CAPACITY;
	bit_set(s->primes, 0);
	for (uint32_t i = 1; (2 * i + 1) * (2 * i + 1) < limit; i++) {
		if (bit_get(s->primes, i))
			continue;
		for (uint32_t j = 2 * i * (i + 1); j < half; j += 2 * i + 1)
			bit_set(s->primes, j);
	}
	return TF_OK;
}

/* Primes above the span strike once or not at all: then what lies beyond it, without a branch that
 * nobody can predict. */
static void strike(tf_sieve *s, uint32_t first, uint32_t step)
{
	if (step >= TF_SIEVE_SPAN)
		bit_set(s->fallen, first < TF_SIEVE_SPAN ? first : TF_SIEVE_SPAN);
	else
		for (uint32_t k = first; k < TF_SIEVE_SPAN; k += step)
			bit_set(s->fallen, k);
}

/* Strike k where start + 6k is 0 or (r - 1)/2 modulo r; rest is start mod r. Modulo r, 1/6 is
 * (cr + 1)/6 with a c that makes it whole, and ((r - 1)/2)/6 = -1/12 is (cr - 1)/12 with
 * c = r mod 12, since r^2 = 1 modulo 12. */
static void strike_prime(tf_sieve *s, uint32_t r, uint32_t rest)
{
	uint64_t sixth = r % 6 == 5 ? ((uint64_t)r + 1) / 6 : (5 * (uint64_t)r + 1) / 6;
	uint32_t apart = (uint32_t)(((uint64_t)(r % 12) * r - 1) / 12);
	uint32_t zero = (uint32_t)((r - rest) * sixth % r), half = zero + apart;

	strike(s, zero, r);
	strike(s, half < r ? half : half - r, r);
}

/* The next prime above 2 i + 1, as an index into s->primes; the end if there is none. */
static uint32_t next_prime(const tf_sieve *s, uint32_t i)
{
	uint32_t end = s->limit / 2, word = ++i / 64;
	uint64_t left = ~s->primes[word] >> (i % 64) << (i % 64);

	while (left == 0 && ++word <= end / 64)
		left = ~s->primes[word];
	i = word * 64 + (left ? (uint32_t)__builtin_ctzll(left) : 0);
	return i < end ? i : end;
}

/* As many primes from index i on as one limb holds the product of, at most 4; returns the product,
 * and moves i. */
static mp_limb_t some_primes(uint32_t r[static 4], size_t *n, uint32_t *i, const tf_sieve *s)
{
	mp_limb_t product = 1;

	for (*n = 0; *n < 4 && *i < s->limit / 2; ++*n) {
		mp_limb_t more;

		r[*n] = 2 * *i + 1;
		if (__builtin_mul_overflow(product, r[*n], &more))
			break;
		product = more;
		*i = next_prime(s, *i);
	}
	return product;
}

void tf_sieve_run_vt(tf_sieve *s, const tf_bn *start)
{
	memset(s->fallen, 0, TF_SIEVE_SPAN / 8);
	/* from 5 (index 2) on, as many primes at a time as one long division serves */
	for (uint32_t i = next_prime(s, 1); i < s->limit / 2;) {
		uint32_t r[4];
		size_t n;
		mp_limb_t product = some_primes(r, &n, &i, s);
		mp_limb_t rest = mpn_mod_1(start->d, (mp_size_t)start->n, product);

		for (size_t j = 0; j < n; j++)
			strike_prime(s, r[j], (uint32_t)(rest % r[j]));
	}
}

uint32_t tf_sieve_next(const tf_sieve *s, uint32_t k)
{
	while (k < TF_SIEVE_SPAN && bit_get(s->fallen, k))
		k++;
	return k;
}
