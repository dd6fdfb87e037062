/* Internal to num: powers in the eight lanes of AVX-512 registers. x86-64 alone has this file's
 * functions, and only a CPU for which tf_kernel_ifma answers may execute them.
 *
 * Squares are computed with as pairs of numbers modulo their root (num/ifma_ring.h).
 */
#ifndef TF_NUM_IFMA_H
#define TF_NUM_IFMA_H

#include "num/power.h"

/* Added to the shape of a square. */
#define TF_IFMA_SQUARE 256u

/* Digits of 52 bits that numbers modulo m, or modulo the N with m = N^2, have, a multiple of 5; in
 * the latter case with TF_IFMA_SQUARE. 0 if the kernel has no such size. It has all sizes of the
 * profiles; bit lengths are public. */
size_t tf_ifma_shape(const tf_mod *m);

/* Arena bytes for groups of the largest size. */
#define TF_IFMA_SCRATCH (576u * 1024u)

/* lane[i].out = product of the powers lane[i].p modulo lane[i].m, in [0, m), for 1 <= n <=
 * TF_LANES lanes whose moduli have the same tf_ifma_shape, not 0. Constant time: n, widths, and
 * counts and bit lengths of powers may be known, bases, exponents and moduli not. Scratch comes
 * from mem and is not released. TF_E_CAPACITY if mem is full. */
TF_MUST_USE tf_err tf_ifma_power(const tf_lane *lane, size_t n, tf_arena *mem);

#endif
