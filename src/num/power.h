/* Internal to num: the portable kernel, and what stands between it and the batch. */
#ifndef TF_NUM_POWER_H
#define TF_NUM_POWER_H

#include "num/modexp.h"

/* base^exp for base in [0, m) and natural exp < 2^bits. */
typedef struct tf_nat_power {
	const tf_bn *base;
	const tf_bn *exp;
	uint32_t bits;
} tf_nat_power;

/* *out = product of p[0..n) mod m, in [0, m). Time depends on n, widths and bits, not on bases or
 * exponents. Scratch comes from mem and is not released: the caller does that. TF_E_CAPACITY if mem
 * is full. */
TF_MUST_USE tf_err tf_power_secret(tf_bn *out, const tf_mod *m, const tf_nat_power *p, size_t n,
                                   tf_arena *mem);

/* The same for public values, in variable time. */
TF_MUST_USE tf_err tf_power_public(tf_bn *out, const tf_mod *m, const tf_nat_power *p, size_t n,
                                   tf_arena *mem);

/* A job under a modulus of an own kind, by CRT; constant time. */
TF_MUST_USE tf_err tf_power_own(tf_bn *out, const tf_mod *m, const tf_power *p, size_t n,
                                tf_arena *mem);

/* Inverse modulo a PLAIN or SQUARE modulus in variable time. TF_E_USAGE if there is none. */
TF_MUST_USE tf_err tf_mod_inv_vt(tf_bn *out, const tf_bn *a, const tf_mod *m);

#endif
