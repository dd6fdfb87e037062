/* Exponentiations as the proofs need them: one JSON object for each kind, milliseconds per job.
 *
 *     bench_power [SECONDS] [--kernel auto|portable|ifma]
 *
 * SECONDS: how long each kind is measured, default 1. Without --kernel every kernel that this
 * machine has is measured, one after the other on the same kind.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "num/modexp.h"

#define JOBS 8u
#define ARENA (8u << 20)

typedef struct kind {
	const char *name;
	uint32_t bits;     /* of N */
	uint32_t exponent; /* bits */
	tf_mod_kind mod;
	tf_secrecy secrecy;
} kind;

static const kind kinds[] = {
	{ "N, public", 3072, 3072, TF_MOD_PLAIN, TF_PUBLIC },
	{ "N, secret", 3072, 3072, TF_MOD_PLAIN, TF_SECRET },
	{ "N^2, public", 3072, 3072, TF_MOD_SQUARE, TF_PUBLIC },
	{ "N^2, secret", 3072, 3072, TF_MOD_SQUARE, TF_SECRET },
	{ "N^2, short public", 3072, 256, TF_MOD_SQUARE, TF_PUBLIC },
	{ "own N, secret", 3072, 3072, TF_MOD_OWN, TF_SECRET },
	{ "own N^2, secret", 3072, 3072, TF_MOD_OWN_SQUARE, TF_SECRET },
};

static tf_err fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	randombytes_buf(out, len);
	return TF_OK;
}

static const tf_rng rng = { fill, NULL };

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Odd, of exactly that many bits. Time depends on sizes alone, so nothing here need be prime. */
static tf_err odd(tf_bn *out, uint32_t bits)
{
	TRY(tf_bn_random_bits(out, bits, &rng));
	out->d[0] |= 1;
	out->d[(bits - 1) / 64] |= (mp_limb_t)3 << ((bits - 2) % 64);
	return TF_OK;
}

/* Two odd numbers may have a factor in common, and then have no CRT: draw again. */
static tf_err factors(tf_mod_factors *f, uint32_t bits)
{
	static tf_bn p, q;
	tf_err e = TF_E_USAGE;

	for (int i = 0; e == TF_E_USAGE && i < 100; i++) {
		TRY(odd(&p, bits));
		TRY(odd(&q, bits));
		e = tf_mod_factors_init(f, &p, &q);
	}
	return e;
}

static tf_err modulus(tf_mod *m, tf_mod_factors *f, const kind *k)
{
	static tf_bn n;

	TRY(odd(&n, k->bits));
	switch (k->mod) {
	case TF_MOD_PLAIN: return tf_mod_init(m, &n);
	case TF_MOD_SQUARE: return tf_mod_init_square(m, &n);
	case TF_MOD_OWN:
		TRY(factors(f, k->bits / 2));
		return tf_mod_init_own(m, f);
	case TF_MOD_OWN_SQUARE:
		TRY(factors(f, k->bits / 2));
		return tf_mod_init_own_square(m, f);
	}
	return TF_E_USAGE;
}

static tf_err measure(const kind *k, const tf_kernel *kernel, double seconds, tf_arena *mem)
{
	static tf_mod_factors own;
	static tf_mod m;
	static tf_bn base[JOBS], exponent[JOBS], out[JOBS];
	double start, spent = 0;
	unsigned runs = 0;
	tf_batch *b;

	tf_arena_wipe(mem);
	TRY(modulus(&m, &own, k));
	TRY(tf_batch_init_on(&b, mem, JOBS, kernel));
	for (unsigned i = 0; i < JOBS; i++) {
		TRY(tf_bn_random_below(&base[i], &m.m, &rng));
		TRY(tf_bn_random_bits(&exponent[i], k->exponent, &rng));
	}
	start = now();
	do {
		for (unsigned i = 0; i < JOBS; i++) {
			const tf_power p = { .base = &base[i], .nat = &exponent[i],
			                     .bits = k->exponent, .secrecy = k->secrecy };

			tf_batch_power(b, &out[i], &m, &p, 1);
		}
		TRY(tf_batch_run(b));
		runs++;
		spent = now() - start;
	} while (spent < seconds);
	printf("{\"bench\": \"power\", \"kernel\": \"%s\", \"modulus\": \"%s\", \"bits\": %u, "
	       "\"exponent\": %u, \"batch\": %u, \"ms\": %.3f}\n",
	       tf_batch_kernel(b), k->name, (unsigned)k->bits, (unsigned)k->exponent, JOBS,
	       1000 * spent / (runs * JOBS));
	return TF_OK;
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 && argv[1][0] != '-' ? strtod(argv[1], NULL) : 1;
	bool named = argc > 2 && strcmp(argv[argc - 2], "--kernel") == 0;
	const tf_kernel *kernel[2] = { tf_kernel_portable(), tf_kernel_ifma() };
	void *memory = malloc(ARENA);
	tf_err e = TF_OK;
	tf_arena mem;

	if (sodium_init() < 0 || !memory)
		return 69;
	if (named) {
		kernel[1] = NULL;
		e = tf_kernel_find(&kernel[0], argv[argc - 1]);
	}
	tf_arena_init(&mem, memory, ARENA);
	for (size_t i = 0; i < TF_ARRAY_LEN(kinds); i++)
		for (size_t k = 0; e == TF_OK && k < TF_ARRAY_LEN(kernel) && kernel[k]; k++)
			e = measure(&kinds[i], kernel[k], seconds, &mem);
	if (e != TF_OK)
		fprintf(stderr, "bench_power: %s\n", tf_err_name(e));
	free(memory);
	return e == TF_OK ? 0 : 70;
}
