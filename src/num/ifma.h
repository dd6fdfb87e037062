/* Internal to num: powers by AVX-512 IFMA, eight in the lanes of its registers or one across them.
 * x86-64 alone has this file's functions, and only a CPU for which tf_kernel_ifma answers may
 * execute them.
 *
 * Squares are computed with as pairs of numbers modulo their root (num/ifma_ring.h).
 */
#ifndef TF_NUM_IFMA_H
#define TF_NUM_IFMA_H

#include "num/kernel_impl.h"
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

/* The same for one lane, whose modulus tf_ifma_has_one. */
TF_MUST_USE tf_err tf_ifma_power_one(const tf_lane *lane, tf_arena *mem);

/* All powers of[i].power of 1 <= n <= lanes bases by a table for each, in 8 lanes or 1. Longer ones
 * had better come first. The moduli have the same tf_ifma_shape, and tf_ifma_has_one. Constant time
 * in the exponents and their signs; bases and moduli are public. Scratch as above. TF_E_USAGE: a
 * base is no unit. */
TF_MUST_USE tf_err tf_ifma_shared(const tf_shared *of, size_t n, size_t lanes, tf_arena *mem);

/* Arena bytes for that. */
#define TF_IFMA_SCRATCH_ONE (144u * 1024u)

/* Can one number modulo m be computed with alone, faster than by the portable kernel? Squares of
 * at most 60 digits for the root, and plain moduli of 20 to 60. */
bool tf_ifma_has_one(const tf_mod *m);
#define TF_IFMA_ONE_MIN 20u

/* Words of an element modulo an m that it has, and products of them; scratch from mem. */
size_t tf_ifma_words(const tf_mod *m);
/* Digits of an element: those of a square are of two numbers. */
size_t tf_ifma_columns(const tf_mod *m);
TF_MUST_USE tf_err tf_ifma_form(tf_form *out, const tf_mod *m, tf_arena *mem);

/* pass[i] = mask: 2^(n[i] - 1) = 1 modulo n[i], for 1 <= count <= TF_LANES odd numbers n[i] in
 * [2^(bits - 2), 2^bits), a length that tf_ifma_has_fermat. Constant time in the numbers. Scratch
 * as above, less than TF_IFMA_SCRATCH_ONE. */
TF_MUST_USE tf_err tf_ifma_fermat(tf_ct *pass, const tf_bn *n, size_t count, uint32_t bits,
                                  tf_arena *mem);
bool tf_ifma_has_fermat(uint32_t bits);

/* Time of a group of eight, full or not, in hundredths of that of one job alone, measured on an
 * Intel Xeon with two multipliers for 512 bits (minimum of 15 runs each, by bits of the modulus or
 * of the root; jobs of either secrecy):
 *
 *              1024   1536   2048   3072     eight lanes pay from
 *     m         130    190    235    320     2, 2, 3, 4 jobs on
 *     N^2       270    345    415    465     3, 4, 5, 5 jobs on
 *
 * A CPU with one multiplier has 260 to 650, and loses at most a fifth of a group of 3 to 5 jobs. */
uint32_t tf_ifma_price(const tf_lane *lane);

#endif
