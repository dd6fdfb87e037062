/* Primes: primality of public numbers, and the search for safe primes. */
#ifndef TF_NUM_PRIME_H
#define TF_NUM_PRIME_H

#include "base/arena.h"
#include "num/bn.h"

/* Public n: false if n is certainly composite. `rounds` Miller-Rabin rounds with bases from rng
 * (own randomness: a peer that chose n cannot know them). */
TF_MUST_USE tf_err tf_prime_test_vt(bool *probably_prime, const tf_bn *n, unsigned rounds,
                                    const tf_rng *rng, tf_arena *mem);

/* Called from the search with the number of candidates that survived the sieve so far; a false
 * answer stops the search (TF_E_CANCELLED). */
typedef bool (*tf_prime_progress)(void *ctx, uint64_t candidates);

/* A random safe prime p = 2q + 1 of exactly `bits` bits, p >= 2^(bits - 1/2) (so that the product
 * of two has exactly 2 * bits bits) and p = 3 mod 4. What the search tells through time is about
 * rejected candidates only. */
TF_MUST_USE tf_err tf_prime_search_safe(tf_bn *out, uint32_t bits, const tf_rng *rng,
                                        tf_prime_progress progress, void *progress_ctx,
                                        tf_arena *mem);

#endif
