/* Kernels: what multiplies when a batch runs.
 *
 * Every kernel computes the same results. The portable one works on one job at a time, with GMP's
 * mpn functions, on every machine. The one called ifma works on eight at once, one in each 64-bit
 * lane of AVX-512 registers, with the 52-bit multiply-add of AVX-512 IFMA. What it cannot do, or
 * not faster, the portable one does: moduli of unusual sizes, and groups that leave most lanes
 * empty.
 *
 * Whoever starts the process chooses once, by name or by what CPU and operating system offer, and
 * hands the choice down; a NULL kernel is the portable one. Nothing here keeps state: a kernel is a
 * constant.
 */
#ifndef TF_NUM_KERNEL_H
#define TF_NUM_KERNEL_H

#include <stddef.h>

#include "base/err.h"

typedef struct tf_kernel tf_kernel;

/* The kernel that every machine has. Cannot fail. */
const tf_kernel *tf_kernel_portable(void);

/* AVX-512 IFMA; NULL where the CPU lacks AVX-512 F, DQ or IFMA, or the operating system does not
 * save their registers, or this build is for another architecture. Executes CPUID and XGETBV. */
const tf_kernel *tf_kernel_ifma(void);

/* "portable", "ifma", or "auto": the fastest that this machine has. TF_E_UNSUPPORTED for a kernel
 * that it does not have, TF_E_USAGE for another name. */
TF_MUST_USE tf_err tf_kernel_find(const tf_kernel **out, const char *name);

/* "portable" for NULL. */
const char *tf_kernel_name(const tf_kernel *k);

#endif
