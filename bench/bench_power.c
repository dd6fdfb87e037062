/* modexp: exponentiations as the proofs need them, in batches of --batch. An own modulus is one
 * whose factors the party knows; exponents are as long as N, or 256 bits ("short").
 *
 * Without --kernel every kernel that this machine has is measured, one after the other on the same
 * kind.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num/modexp.h"
#include "options.h"
#include "report.h"

#define JOBS OPTION_BATCH_MOST
#define ARENA (32u << 20)

typedef struct kind {
	const char *name;
	bool brief; /* exponents of 256 bits */
	tf_mod_kind mod;
	tf_secrecy secrecy;
} kind;

static const kind kinds[] = {
	{ "N, public", false, TF_MOD_PLAIN, TF_PUBLIC },
	{ "N, secret", false, TF_MOD_PLAIN, TF_SECRET },
	{ "N^2, public", false, TF_MOD_SQUARE, TF_PUBLIC },
	{ "N^2, secret", false, TF_MOD_SQUARE, TF_SECRET },
	{ "N^2, short public", true, TF_MOD_SQUARE, TF_PUBLIC },
	{ "own N, secret", false, TF_MOD_OWN, TF_SECRET },
	{ "own N^2, secret", false, TF_MOD_OWN_SQUARE, TF_SECRET },
};

static tf_err fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	randombytes_buf(out, len);
	return TF_OK;
}

static const tf_rng rng = { fill, NULL };

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

static tf_err modulus(tf_mod *m, tf_mod_factors *f, const kind *k, uint32_t bits)
{
	static tf_bn n;

	TRY(odd(&n, bits));
	switch (k->mod) {
	case TF_MOD_PLAIN: return tf_mod_init(m, &n);
	case TF_MOD_SQUARE: return tf_mod_init_square(m, &n);
	case TF_MOD_OWN:
		TRY(factors(f, bits / 2));
		return tf_mod_init_own(m, f);
	case TF_MOD_OWN_SQUARE:
		TRY(factors(f, bits / 2));
		return tf_mod_init_own_square(m, f);
	}
	return TF_E_USAGE;
}

/* One batch of n jobs; milliseconds for each. */
static tf_err once(double *ms, tf_batch *b, const tf_mod *m, const kind *k, uint32_t bits,
                   unsigned n)
{
	static tf_bn base[JOBS], exponent[JOBS], out[JOBS];
	double start;

	for (unsigned i = 0; i < n; i++) {
		TRY(tf_bn_random_below(&base[i], &m->m, &rng));
		TRY(tf_bn_random_bits(&exponent[i], bits, &rng));
	}
	start = report_clock();
	for (unsigned i = 0; i < n; i++) {
		const tf_power p = { .base = &base[i], .nat = &exponent[i], .bits = bits,
		                     .secrecy = k->secrecy };

		tf_batch_power(b, &out[i], m, &p, 1);
	}
	TRY(tf_batch_run(b));
	*ms = (report_clock() - start) / n;
	return TF_OK;
}

static tf_err measure(const kind *k, const tf_kernel *kernel, const options *o, tf_arena *mem)
{
	uint32_t bits = o->p112 ? 2048 : 3072, exponent = k->brief ? 256 : bits;
	static tf_mod_factors own;
	static tf_mod m;
	report r = { .name = "modexp", .profile = options_profile(o), .parties = 1,
	             .kernel = tf_kernel_name(kernel), .batch = o->batch };
	char more[128];
	tf_batch *b;

	tf_arena_wipe(mem);
	TRY(modulus(&m, &own, k, bits));
	TRY(tf_batch_init_on(&b, mem, o->batch, kernel));
	for (unsigned i = 0; i < options_runs(o, 20); i++) {
		double ms;

		TRY(once(&ms, b, &m, k, exponent, o->batch));
		samples_add(&r.total, ms);
	}
	snprintf(more, sizeof(more), "\"modulus\": \"%s\", \"exponent\": %u, ", k->name,
	         (unsigned)exponent);
	r.more = more;
	report_print(&r);
	return TF_OK;
}

int main(int argc, char **argv)
{
	const tf_kernel *kernel[2] = { tf_kernel_portable(), tf_kernel_ifma() };
	void *memory = malloc(ARENA);
	tf_err e = TF_OK;
	tf_arena mem;
	options o;

	options_read(&o, argc, argv);
	if (!options_want(&o, "modexp"))
		return 0;
	if (sodium_init() < 0 || !memory)
		return 69;
	if (strcmp(o.kernel, "auto") != 0) {
		kernel[1] = NULL;
		e = tf_kernel_find(&kernel[0], o.kernel);
	}
	tf_arena_init(&mem, memory, ARENA);
	for (size_t i = 0; i < TF_ARRAY_LEN(kinds); i++)
		for (size_t k = 0; e == TF_OK && k < TF_ARRAY_LEN(kernel) && kernel[k]; k++)
			e = measure(&kinds[i], kernel[k], &o, &mem);
	if (e != TF_OK)
		fprintf(stderr, "bench_power: %s\n", tf_err_name(e));
	free(memory);
	return e == TF_OK ? 0 : 70;
}
