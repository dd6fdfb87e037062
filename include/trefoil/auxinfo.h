/* Introductions: every device shows its peers that its moduli are good (ECDSA only).
 *
 * Presigning computes under Paillier encryption. Each device has a Paillier modulus N and a ring of
 * commitments (Nhat, s, t), made once from four safe primes and used with every peer and every key.
 * Their search takes from seconds (P112) to minutes (P128): do it ahead of time.
 *
 * Before two devices meet in a presigning they must be introduced: a run of tf_auxinfo between them
 * (n = 2; more at once work as well), in which each proves that its moduli are what they must be
 * (docs/protocol.md 6.3: Pi_prm, Pi_mod, Pi_fac). Whoever skipped this would hand its key to the
 * first peer with a bad modulus.
 *
 * Effects: one PERSIST of TF_RECORD_PEER for each peer, filed under its device id, and DONE.
 */
#ifndef TREFOIL_AUXINFO_H
#define TREFOIL_AUXINFO_H

#include <trefoil/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a prime: 192 for P128, 128 for P112. */
size_t tf_prime_bytes(tf_level level);

/* Called from the search now and then with the number of candidates so far; false: stop. */
typedef bool (*tf_prime_watch)(void *ctx, uint64_t candidates);

/* A random safe prime, big-endian, tf_prime_bytes of them. TF_E_CANCELLED: watch (may be NULL) said
 * so; TF_E_UNSUPPORTED: the kernel; TF_E_USAGE; TF_E_CAPACITY; TF_E_ENTROPY. Secret.
 * The candidates are worked on in constant time; addresses of the sieve depend on the start:
 * SECURITY.md, "What we do not protect against". */
TF_MUST_USE tf_err tf_prime_find(uint8_t *out, size_t cap, tf_level level, const tf_random *random,
                                 tf_kernel_choice kernel, tf_prime_watch watch, void *ctx,
                                 tf_memory scratch);

/* Bytes of a TF_RECORD_MODULI. */
size_t tf_moduli_bytes(tf_level level);

/* The record of own moduli from four distinct safe primes, tf_prime_bytes each, one after the
 * other. created: Unix time, for the record. TF_E_ENCODING: numbers that cannot be, or are no safe
 * primes: each is tested, 5 rounds of Miller-Rabin; TF_E_USAGE; TF_E_CAPACITY; TF_E_ENTROPY. */
TF_MUST_USE tf_err tf_moduli_create(uint8_t *out, size_t cap, size_t *len, tf_level level,
                                    const uint8_t *primes, uint64_t created,
                                    const tf_random *random, tf_memory scratch);

typedef struct tf_auxinfo_params {
	tf_bytes moduli; /* TF_RECORD_MODULI; read at once */
	uint64_t now;    /* Unix time, for the records */
} tf_auxinfo_params;

/* Bytes of memory that a run needs; 0 for parameters that cannot be. */
size_t tf_auxinfo_room(tf_level level, tf_algorithm algorithm, uint16_t n);

/* TF_E_USAGE: a clique that cannot be; kind ENCODING: moduli; TF_E_CAPACITY: mem; or the error of
 * randomness. */
TF_MUST_USE tf_err tf_auxinfo_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                                    const tf_auxinfo_params *p);

#ifdef __cplusplus
}
#endif

#endif
