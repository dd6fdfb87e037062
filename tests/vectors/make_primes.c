/* Makes the fixed safe primes of the tests: make_primes BITS COUNT > tests/vectors/primesBITS.txt
 *
 * Deterministic: prime i comes from the randomness tape (BITS, i). On stderr: CPU time and number
 * of candidates of each. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "harness/tape.h"
#include "num/prime.h"

static uint64_t seen;

static bool progress(void *ctx, uint64_t candidates)
{
	(void)ctx;
	seen = candidates;
	return true;
}

static int make(uint32_t bits, unsigned i)
{
	static uint8_t memory[TF_PRIME_SEARCH_SCRATCH];
	uint8_t bytes[TF_PRIME_BITS_MAX / 8];
	size_t len = (bits + 7) / 8;
	clock_t begin = clock();
	tf_arena mem;
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, bits, i);
	tf_bn p;

	tf_arena_init(&mem, memory, sizeof(memory));
	if (tf_prime_search_safe(&p, bits, &rng, progress, NULL, &mem) != TF_OK)
		return 1;
	tf_bn_to_bytes(bytes, len, &p);
	for (size_t k = 0; k < len; k++)
		printf("%02x", bytes[k]);
	putchar('\n');
	fprintf(stderr, "%.3f s, %llu candidates, %zu bytes of arena\n",
	        (double)(clock() - begin) / CLOCKS_PER_SEC, (unsigned long long)seen, mem.peak);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 64;
	for (unsigned i = 0; i < (unsigned)atoi(argv[2]); i++)
		if (make((uint32_t)atoi(argv[1]), i) != 0)
			return 70;
	return 0;
}
