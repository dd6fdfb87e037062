/* Internal to paillier: what both kinds of own moduli ask of their primes. */
#ifndef TF_PAILLIER_PRIMES_H
#define TF_PAILLIER_PRIMES_H

#include "num/bn.h"
#include "num/profile.h"

/* TF_E_ENCODING unless p and q have exactly prime_bits bits and are 3 modulo 4, their product has
 * exactly 2 * prime_bits bits, and |p - q| >= 2^(prime_bits - 100). Only verdicts are revealed. */
TF_MUST_USE tf_err tf_primes_check(const tf_profile *pr, const tf_bn *p, const tf_bn *q);

#endif
