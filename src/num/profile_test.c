#include <stdio.h>
#include <string.h>

#include "harness/harness.h"
#include "num/profile.h"

/* The text binds every number into the session: it must say them all, and say them right. */
TEST(profiles_are_found_and_say_what_they_are)
{
	const char *names[] = { "p128", "p112", "small" };
	const uint32_t bits[] = { 1536, 1024, 640 };

	for (unsigned i = 0; i < TF_ARRAY_LEN(names); i++) {
		const tf_profile *pr = tf_profile_find(names[i]);
		char want[80];

		CHECK(pr != NULL);
		snprintf(want, sizeof(want), "%s:%u,%u,%u,%u,%u", names[i], pr->prime_bits, pr->ell,
		         pr->eps, pr->ell_prime, pr->m);
		CHECK(strcmp(pr->text, want) == 0);
		CHECK(strcmp(pr->name, names[i]) == 0);
		CHECK(pr->prime_bits == bits[i] && pr->m <= TF_PROFILE_M_MAX);
	}
	CHECK(tf_profile_find("") == NULL);
	CHECK(tf_profile_find("P128") == NULL);
	CHECK(tf_profile_find("p1280") == NULL);
}
