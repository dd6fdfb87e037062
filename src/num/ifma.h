/* Internal to num: powers in the eight lanes of AVX-512 registers. x86-64 alone has this file's
 * functions, and only a CPU for which tf_kernel_ifma answers may execute them.
 *
 * A number is a column of digits of 52 bits; a vector holds the digit of the same weight of eight
 * numbers. Digits of products pile up in 64-bit columns and are carried once, at the end of a
 * Montgomery reduction: a column of the largest product and of its reduction is a sum of at most
 * 480 halves of 104-bit products, below 2^61.
 *
 * With R = 2^(52 nl) >= 4 m, operands below 2m give results below 2m: a b / R + m < 2m. Nothing is
 * subtracted until the way out, which ends in [0, m].
 */
#ifndef TF_NUM_IFMA_H
#define TF_NUM_IFMA_H

#include "num/power.h"

/* Digits that numbers modulo m have, a multiple of 5; 0 if the kernel has no such size. It has all
 * sizes of the profiles; bit lengths are public. */
size_t tf_ifma_digits(const tf_mod *m);

/* Arena bytes for groups of the largest size. */
#define TF_IFMA_SCRATCH (576u * 1024u)

/* lane[i].out = product of the powers lane[i].p modulo lane[i].m, in [0, m), for 1 <= n <=
 * TF_LANES lanes whose moduli have the same tf_ifma_digits, not 0. Constant time: n, widths, and
 * counts and bit lengths of powers may be known, bases, exponents and moduli not. Scratch comes
 * from mem and is not released. TF_E_CAPACITY if mem is full. */
TF_MUST_USE tf_err tf_ifma_power(const tf_lane *lane, size_t n, tf_arena *mem);

#endif
