/* A secret multiple leaves nothing of its scalar on the dead stack, nothing at all far below; nor
 * does an identity's signature of its seed, and what is made of it. */
#include <sodium.h>

#include "curve/ed25519_sig.h"
#include "curve/kit_test.h"
#include "harness/residue.h"

static struct {
	const tf_group *g;
	tf_sc_sec k;
	tf_pt P, out;
	uint64_t leak;
} job;

static void multiply(void *arg)
{
	(void)arg;
	CHECK_OK(tf_pt_mul(job.g, &job.out, &job.k, &job.P));
}

static void multiply_base(void *arg)
{
	(void)arg;
	CHECK_OK(tf_pt_mul_base(job.g, &job.out, &job.k));
}

static void careless(void *arg)
{
	volatile uint64_t copy[8];

	(void)arg;
	for (unsigned i = 0; i < 4; i++)
		copy[2 + i] = job.k.s.d[i];
	job.leak = copy[3];
}

/* Nothing was deeper than what is wiped. */
static void check_clean(void)
{
	CHECK(tf_residue_found() == 0);
	CHECK(tf_residue_used() > TF_WIPE_STACK);
#ifdef __OPTIMIZE__
	CHECK(tf_residue_used() < TF_WIPE_STACK + 1024);
#endif
}

TEST(residue_of_secret_multiples)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 1);

	tf_residue_prepare();
	for (unsigned i = 0; i < curve_count; i++) {
		tf_sc_sec other;

		job.g = curve_open(curve_all[i]);
		tf_residue_reset();
		CHECK_OK(tf_sc_random(job.g, &job.k, &rng));
		CHECK_OK(tf_sc_random(job.g, &other, &rng));
		CHECK_OK(tf_pt_mul_base(job.g, &job.P, &other));
		tf_residue_secret(job.k.s.d, sizeof(job.k.s.d));
		CHECK(tf_residue_secrets() == 8);
		tf_residue_run(careless, NULL); /* the search can find something */
		CHECK(tf_residue_found() >= 3);
		tf_residue_run(multiply, NULL);
		check_clean();
		tf_residue_run(multiply_base, NULL);
		check_clean();
	}
}

static struct {
	const tf_ed_kernel *kernel;
	uint8_t seed[32], pk[32], sig[64];
} signing;

static void sign(void *arg)
{
	(void)arg;
	tf_ed_sign(signing.kernel, signing.sig, signing.seed, signing.pk, (const uint8_t *)"m", 1);
}

TEST(residue_of_signatures)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 2);
	uint8_t sk[64], h[64], r[32], wide[64], text[33];

	tf_residue_prepare();
	signing.kernel = tf_ed_kernel_of(test_kernel());
	CHECK_OK(tf_rng_bytes(&rng, signing.seed, sizeof(signing.seed)));
	CHECK(crypto_sign_seed_keypair(signing.pk, sk, signing.seed) == 0);
	tf_residue_reset();
	(void)crypto_hash_sha512(h, signing.seed, sizeof(signing.seed));
	memcpy(text, h + 32, 32);
	text[32] = 'm';
	(void)crypto_hash_sha512(wide, text, sizeof(text));
	crypto_core_ed25519_scalar_reduce(r, wide);
	tf_residue_secret(signing.seed, sizeof(signing.seed));
	tf_residue_secret(h, sizeof(h));
	tf_residue_secret(r, sizeof(r));
	tf_residue_run(sign, NULL);
	CHECK(crypto_sign_verify_detached(signing.sig, (const uint8_t *)"m", 1, signing.pk) == 0);
	check_clean();
}
