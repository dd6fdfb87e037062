/* Fixed safe primes for tests: tests/vectors/primes<bits>.txt, one hexadecimal number a line. */
#ifndef TF_HARNESS_PRIMES_H
#define TF_HARNESS_PRIMES_H

#include "num/bn.h"

/* The i-th prime (from 0) of that length: 64 of 640 bits, 16 of 1024 and of 1536, all different, 3
 * modulo 4 and at least 2^(bits - 1/2). Fails the test if there is none. */
void tf_test_primes(uint32_t bits, unsigned i, tf_bn *out);

#endif
