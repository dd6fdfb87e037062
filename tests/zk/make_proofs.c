/* Proofs by our own code, for the executable model to judge, and what they cost.
 *
 *     TREFOIL_ZK_OUT=dir zk_make_proofs write     writes dir/c-PROFILE-PROOF.txt for all seven
 *     zk_make_proofs times                        prints the CPU time of each as a JSON object
 *
 * TREFOIL_ZK_PROFILE is small (default), p112 or p128. The tape is seeded (TREFOIL_SEED), so the
 * same seed makes the same proofs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "zk/fields_test.h"

static double cpu_ms(void)
{
	return (double)clock() * 1000.0 / CLOCKS_PER_SEC;
}

static void write_file(const char *directory, const zk_proof *z, const zk_case *c)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/c-%s-%s.txt", directory, c->k->pr->name, z->name);
	f = fopen(path, "w");
	if (!f)
		tf_test_fail(path, 0, "cannot be written");
	zk_write(f, z, c, "OK");
	if (fclose(f) != 0)
		tf_test_fail(path, 0, "cannot be written");
}

static void measure(const zk_proof *z, zk_case *c)
{
	double start = cpu_ms(), proved;
	tf_fault fault;

	CHECK_OK(z->prove(c));
	proved = cpu_ms();
	CHECK_OK(z->verify(c, &c->p, &fault));
	printf("{\"name\": \"zk %s%s\", \"profile\": \"%s\", \"prove_ms\": %.1f, "
	       "\"verify_ms\": %.1f}\n", z->name, c->own ? " to the owner" : "", c->k->pr->name,
	       proved - start, cpu_ms() - proved);
}

static const tf_profile *profile(void)
{
	const char *name = getenv("TREFOIL_ZK_PROFILE");
	const tf_profile *pr = tf_profile_find(name ? name : "small");

	CHECK(pr != NULL);
	return pr;
}

TEST_SLOW(write, 300)
{
	const char *directory = getenv("TREFOIL_ZK_OUT");

	if (!directory)
		tf_test_skip("TREFOIL_ZK_OUT names no directory");
	for (unsigned i = 0; i < TF_ARRAY_LEN(zk_proofs); i++) {
		zk_case *c = zk_case_new(zk_kit_new(profile(), 20 + i), false);

		zk_proofs[i]->make(c);
		CHECK_OK(zk_proofs[i]->prove(c));
		write_file(directory, zk_proofs[i], c);
	}
}

TEST_SLOW(times, 300)
{
	for (unsigned i = 0; i < TF_ARRAY_LEN(zk_proofs); i++) {
		const zk_proof *z = zk_proofs[i];
		unsigned sides = z == &zk_encelg || z == &zk_affg || z == &zk_fac ? 2 : 1;

		for (unsigned own = 0; own < sides; own++) {
			zk_case *c = zk_case_new(zk_kit_new(profile(), 20 + i), own != 0);

			z->make(c);
			measure(z, c);
		}
	}
}
