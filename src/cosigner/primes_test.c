/* When moduli are to be renewed, and why. */
#include "cosigner/primes.h"

#include "harness/harness.h"

TEST(moduli_are_renewed_when_they_are_too_old_or_when_the_admins_say_so)
{
	static const struct {
		uint64_t since, created, not_before;
		int64_t age_max, now;
		tf_renewal want;
	} cases[] = {
		{ 900, 1000, 0, 0, 1 << 30, TF_RENEWAL_NONE },
		{ 900, 1000, 0, 100, 1099, TF_RENEWAL_NONE },
		{ 900, 1000, 0, 100, 1100, TF_RENEWAL_AGED },
		{ 900, 1000, 899, 0, 2000, TF_RENEWAL_NONE },      /* all searched afterwards */
		{ 900, 1000, 900, 0, 2000, TF_RENEWAL_ORDERED },   /* perhaps */
		{ 900, 1000, 901, 0, 2000, TF_RENEWAL_ORDERED },   /* made after, of primes from before */
		{ 900, 1000, 1001, 0, 1000, TF_RENEWAL_NONE },     /* not yet */
		{ 900, 1000, 1001, 0, 1001, TF_RENEWAL_ORDERED },
		{ 900, 1000, 1001, 100, 5000, TF_RENEWAL_ORDERED }, /* the stronger reason */
		{ 900, 1000, 6000, 100, 5000, TF_RENEWAL_AGED },
		{ 900, 1000, 0, 100, 800, TF_RENEWAL_NONE },       /* a clock that was wrong */
		{ 900, 1000, 0, 100, -5, TF_RENEWAL_NONE },
		{ 900, 1000, 500, 100, 800, TF_RENEWAL_ORDERED },  /* then an order is one */
		{ 900, 1000, 899, 0, 900, TF_RENEWAL_NONE },
		{ 0, 1000, 1, 0, 2000, TF_RENEWAL_ORDERED },       /* nobody knows since when */
		{ 900, 1000, INT64_MAX, 0, INT64_MAX, TF_RENEWAL_ORDERED },
		{ 0, 0, 0, 1, INT64_MAX, TF_RENEWAL_AGED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		tf_renewal got = tf_primes_due(cases[i].since, cases[i].created,
		                               cases[i].not_before, cases[i].age_max,
		                               cases[i].now);

		if (got != cases[i].want)
			tf_test_fail(__FILE__, __LINE__, "case %zu: %d, expected %d", i, (int)got,
			             (int)cases[i].want);
	}
}
