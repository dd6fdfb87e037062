/* The production randomness: the kernel's getrandom, mixed with OpenSSL's DRBG.
 *
 * Every output is the XOR of both, so it is unpredictable as long as one of them is. The CPU's own
 * generator (RDRAND) is not asked: the kernel mixes it in, and the DRBG is seeded by the kernel.
 * Fails closed: an error of either, or a source that repeats itself when a program starts, is
 * TF_E_ENTROPY and final. There is no state of our own, so a fork or a snapshot of the process
 * repeats nothing of the kernel's half; of a snapshot of the whole machine the kernel has to know
 * (SECURITY.md), and peers notice by boot ids. Thread-safe.
 */
#ifndef TF_DAEMON_OSRNG_H
#define TF_DAEMON_OSRNG_H

#include "base/rng.h"

/* Start-up test (two outputs of each source, and of both mixed, differ and are not constant), then
 * *rng is usable for the life of the process. TF_E_ENTROPY. */
TF_MUST_USE tf_err tf_osrng_init(tf_rng *rng);

#endif
