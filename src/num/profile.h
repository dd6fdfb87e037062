/* Security profiles: every number of the proof system in one place.
 *
 * A profile is a run-time parameter and is bound into every session id by its string. P128 is the
 * default. P112 is refused by the daemons unless configured. The small profile, whose soundness
 * and hiding are toys, exists in test builds only. Source: docs/protocol.md, "Parameters".
 */
#ifndef TF_NUM_PROFILE_H
#define TF_NUM_PROFILE_H

#include <stdint.h>

typedef struct tf_profile {
	const char *name;
	/* canonical string of all numbers below, hashed into sid */
	const char *text;
	uint32_t prime_bits; /* bits of each of the four primes; |N| = |Nhat| = 2 * prime_bits */
	uint32_t ell;        /* range of honest secrets: +-2^ell */
	uint32_t eps;        /* slack of range proofs */
	uint32_t ell_prime;  /* range of the MtA masks */
	uint32_t m;          /* bit challenges of prm and mod */
} tf_profile;

extern const tf_profile tf_profile_p128;
extern const tf_profile tf_profile_p112;
#ifdef TF_TESTING
extern const tf_profile tf_profile_small;
#endif

/* Most bit challenges of any profile: array sizes in proofs. */
#define TF_PROFILE_M_MAX 128

/* Slack of the decryption alert, the same in every profile: its range is wider than the others' and
 * must still be smaller than N (docs/protocol.md 3, condition 6). */
#define TF_PROFILE_EPS_DEC 128u

/* Parties that the ranges are made for. */
#define TF_PROFILE_PARTIES_MAX 16u

/* Profile by name ("p128", "p112", in test builds "small"); NULL if there is none. */
const tf_profile *tf_profile_find(const char *name);

#endif
