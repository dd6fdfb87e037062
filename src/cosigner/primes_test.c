/* When moduli are to be renewed, and why. */
#include "cosigner/primes.h"

#include "harness/harness.h"

TEST(moduli_are_renewed_when_they_are_too_old_or_when_the_admins_say_so)
{
	static const struct {
		uint64_t created, not_before;
		int64_t age_max, now;
		tf_renewal want;
	} cases[] = {
		{ 1000, 0, 0, 1 << 30, TF_RENEWAL_NONE },
		{ 1000, 0, 100, 1099, TF_RENEWAL_NONE },
		{ 1000, 0, 100, 1100, TF_RENEWAL_AGED },
		{ 1000, 1000, 0, 2000, TF_RENEWAL_NONE },    /* made since */
		{ 1000, 1001, 0, 1000, TF_RENEWAL_NONE },    /* not yet */
		{ 1000, 1001, 0, 1001, TF_RENEWAL_ORDERED },
		{ 1000, 1001, 100, 5000, TF_RENEWAL_ORDERED }, /* an order is the stronger reason */
		{ 1000, 6000, 100, 5000, TF_RENEWAL_AGED },
		{ 1000, 0, 100, 900, TF_RENEWAL_NONE },      /* a clock that went back */
		{ 1000, 0, 100, -5, TF_RENEWAL_NONE },
		{ 1000, INT64_MAX, 0, INT64_MAX, TF_RENEWAL_ORDERED },
		{ 0, 0, 1, INT64_MAX, TF_RENEWAL_AGED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		tf_renewal got = tf_primes_due(cases[i].created, cases[i].not_before,
		                               cases[i].age_max, cases[i].now);

		if (got != cases[i].want)
			tf_test_fail(__FILE__, __LINE__, "case %zu: %d, expected %d", i, (int)got,
			             (int)cases[i].want);
	}
}
