/* Primes: primality of public numbers, and the search for safe primes.
 *
 * The search sieves q and 2q + 1 together, tests what stands with one base-2 Fermat test each, and
 * confirms the pair with TF_PRIME_ROUNDS rounds of Miller-Rabin on random bases for q, by which
 * 2q + 1 is proved (Pocklington): an error of at most 4^-TF_PRIME_ROUNDS for both. Arithmetic on
 * candidates is constant time; what becomes known is the verdict on each candidate.
 *
 * Not covered: the sieve's memory accesses follow the residues of the start point modulo small
 * primes. Someone who sees the addresses of this process during a search (single-stepping an
 * enclave, a shared cache) learns about the prime; someone who sees time learns about rejected
 * candidates only.
 */
#ifndef TF_NUM_PRIME_H
#define TF_NUM_PRIME_H

#include "base/arena.h"
#include "num/bn.h"
#include "num/kernel.h"

#define TF_PRIME_BITS_MIN 64u
#define TF_PRIME_BITS_MAX 2048u
#define TF_PRIME_ROUNDS 40u

/* Arena bytes that a test needs, and a search. */
#define TF_PRIME_TEST_SCRATCH (64u * 1024u)
#define TF_PRIME_KERNEL_SCRATCH (160u * 1024u)
#define TF_PRIME_SEARCH_SCRATCH (512u * 1024u)
#define TF_PRIME_LANES_SCRATCH (1280u * 1024u)

/* Public n: false if n is certainly composite (or below 2); true for every prime, and for a
 * composite with probability at most 4^-rounds. `rounds` >= 1 (TF_E_USAGE) Miller-Rabin rounds with
 * bases from rng (own randomness: a peer that chose n cannot know them). TF_E_CAPACITY if mem is
 * too small; or the rng's error. */
TF_MUST_USE tf_err tf_prime_test_vt(bool *probably_prime, const tf_bn *n, unsigned rounds,
                                    const tf_rng *rng, tf_arena *mem);

/* The same with a kernel (NULL: portable), one round after the other: its form for one number is
 * used where mem has room for it, TF_PRIME_KERNEL_SCRATCH bytes. Same verdict, same randomness. */
TF_MUST_USE tf_err tf_prime_test_vt_on(bool *probably_prime, const tf_bn *n, unsigned rounds,
                                       const tf_rng *rng, tf_arena *mem, const tf_kernel *kernel);

/* Is the secret p a safe prime? As the search confirms one, with `rounds` rounds: whatever p is, it
 * is taken for one falsely with probability at most 4^-rounds. For primes that were made, to see
 * that they are what they should be. The verdict is revealed, and constant time in the rest but
 * for p's length. TF_E_USAGE for rounds 0 or p shorter than TF_PRIME_BITS_MIN bits, TF_E_CAPACITY
 * unless mem has TF_PRIME_TEST_SCRATCH bytes; or the rng's error. */
TF_MUST_USE tf_err tf_prime_is_safe(bool *safe, const tf_bn *p, unsigned rounds,
                                    const tf_rng *rng, tf_arena *mem);

/* Called from the search with the number of candidates that survived the sieve so far, tested or
 * about to be; a false answer stops the search (TF_E_CANCELLED). */
typedef bool (*tf_prime_progress)(void *ctx, uint64_t candidates);

/* A random safe prime p = 2q + 1 of exactly `bits` bits, p >= 2^(bits - 1/2) (so that the product
 * of two has exactly 2 * bits bits) and p = 3 mod 4: q is the first that fits after a start uniform
 * in its range; after 6 * 2^19 integers without one a new start is drawn. The mean number of
 * candidates is about 1450 at 1536 bits, 830 at 1024.
 *
 * TF_E_USAGE unless TF_PRIME_BITS_MIN <= bits <= TF_PRIME_BITS_MAX; TF_E_CANCELLED; TF_E_CAPACITY
 * if mem is too small; or the rng's error. progress may be NULL. */
TF_MUST_USE tf_err tf_prime_search_safe(tf_bn *out, uint32_t bits, const tf_rng *rng,
                                        tf_prime_progress progress, void *progress_ctx,
                                        tf_arena *mem);

/* The same with a kernel (NULL: portable): one with lanes tests eight candidates at once, where mem
 * has TF_PRIME_LANES_SCRATCH bytes. It finds the same prime from the same randomness. */
TF_MUST_USE tf_err tf_prime_search_safe_on(tf_bn *out, uint32_t bits, const tf_rng *rng,
                                           tf_prime_progress progress, void *progress_ctx,
                                           tf_arena *mem, const tf_kernel *kernel);

#endif
