#include "num/profile.h"

#include <string.h>

#define LOG2_PARTIES 4
_Static_assert(1u << LOG2_PARTIES == TF_PROFILE_PARTIES_MAX, "the ranges' sum over all parties");

/* Conditions (1)-(5) of docs/protocol.md "Parameters" for a 256-bit group order. */
#define CONDITIONS_HOLD(prime_bits, ell, eps, ellp, stat) \
	((ell) >= 255 && (eps) >= 256 + (stat) && (ellp) >= 2 * (ell) + (eps) + (stat) && \
	 2 * (prime_bits) - 1 > (ellp) + (eps) + 1 + LOG2_PARTIES)

/* Condition (6): the range of the decryption alert's response is smaller than N, so that a share
 * cannot be passed off as itself plus N. */
#define ALERT_FITS(prime_bits, ellp, eps) \
	((ellp) + (eps) + 1 + LOG2_PARTIES + TF_PROFILE_EPS_DEC < 2 * (prime_bits) - 1)

_Static_assert(CONDITIONS_HOLD(1536, 256, 512, 1280, 128), "P128");
_Static_assert(CONDITIONS_HOLD(1024, 256, 512, 1280, 128), "P112");
_Static_assert(1536 >= 2 * 256 + 512 && 1024 >= 2 * 256 + 512, "factors of N stay large");
_Static_assert(ALERT_FITS(1536, 1280, 512), "P128");
_Static_assert(ALERT_FITS(1024, 1280, 512), "P112");
/* with the other proofs' slack it would not hold, and a false share would pass */
_Static_assert(1280 + 512 + 1 + 2 + 512 >= 2 * 1024 - 1, "why the alert has a slack of its own");

const tf_profile tf_profile_p128 = {
	.name = "p128", .text = "p128:1536,256,512,1280,128",
	.prime_bits = 1536, .ell = 256, .eps = 512, .ell_prime = 1280, .m = 128,
};

const tf_profile tf_profile_p112 = {
	.name = "p112", .text = "p112:1024,256,512,1280,128",
	.prime_bits = 1024, .ell = 256, .eps = 512, .ell_prime = 1280, .m = 128,
};

#ifdef TF_TESTING
_Static_assert(CONDITIONS_HOLD(640, 256, 288, 832, 32), "small");
_Static_assert(ALERT_FITS(640, 832, 288), "small");
const tf_profile tf_profile_small = {
	.name = "small", .text = "small:640,256,288,832,32",
	.prime_bits = 640, .ell = 256, .eps = 288, .ell_prime = 832, .m = 32,
};
#endif

const tf_profile *tf_profile_find(const char *name)
{
	static const tf_profile *const all[] = {
		&tf_profile_p128,
		&tf_profile_p112,
#ifdef TF_TESTING
		&tf_profile_small,
#endif
	};

	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}
