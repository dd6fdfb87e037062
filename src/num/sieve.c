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
	s->fallen = tf_arena_alloc(mem, TF_SIEVE_SPAN / 8);
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

static void strike(tf_sieve *s, uint32_t first, uint32_t step)
{
	for (uint32_t k = first; k < TF_SIEVE_SPAN; k += step)
		bit_set(s->fallen, k);
}

/* Strike k where start + 6k is 0 or (r - 1)/2 modulo r; rest is start mod r. */
static void strike_prime(tf_sieve *s, uint32_t r, uint32_t rest)
{
	uint64_t sixth = r % 6 == 5 ? (r + 1) / 6 : (5 * r + 1) / 6;
	uint32_t half = (r - 1) / 2;

	strike(s, (uint32_t)((r - rest) * sixth % r), r);
	strike(s, (uint32_t)((half + r - rest) * sixth % r), r);
}

/* The next prime above 2 i + 1, as an index into s->primes; the end if there is none. */
static uint32_t next_prime(const tf_sieve *s, uint32_t i)
{
	do {
		i++;
	} while (i < s->limit / 2 && bit_get(s->primes, i));
	return i;
}

void tf_sieve_run_vt(tf_sieve *s, const tf_bn *start)
{
	uint32_t end = s->limit / 2;

	memset(s->fallen, 0, TF_SIEVE_SPAN / 8);
	/* from 5 (index 2) on, two primes at a time: one long division serves both */
	for (uint32_t i = next_prime(s, 1), j; i < end; i = next_prime(s, j)) {
		uint32_t r1 = 2 * i + 1, r2 = 1;
		uint64_t rest;

		j = next_prime(s, i);
		if (j < end)
			r2 = 2 * j + 1;
		rest = mpn_mod_1(start->d, (mp_size_t)start->n, (mp_limb_t)r1 * r2);
		strike_prime(s, r1, (uint32_t)(rest % r1));
		if (j < end)
			strike_prime(s, r2, (uint32_t)(rest % r2));
	}
}

uint32_t tf_sieve_next(const tf_sieve *s, uint32_t k)
{
	while (k < TF_SIEVE_SPAN && bit_get(s->fallen, k))
		k++;
	return k;
}
