/* Fixed safe primes for tests: tests/vectors/primes<bits>.txt, one hexadecimal number a line. */
#ifndef TF_HARNESS_PRIMES_H
#define TF_HARNESS_PRIMES_H

#include "num/bn.h"

/* The i-th prime (from 0) of that length: 640, 1024 or 1536 bits, at least 12 each, all different,
 * 3 modulo 4 and at least 2^(bits - 1/2). Fails the test if there is none. */
void tf_test_primes(uint32_t bits, unsigned i, tf_bn *out);

#endif
