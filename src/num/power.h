/* Internal to num: the portable kernel, and what stands between kernels and the batch. */
#ifndef TF_NUM_POWER_H
#define TF_NUM_POWER_H

#include "num/fixed.h"
#include "num/kernel.h"
#include "num/modexp.h"

/* base^exp for base in [0, m) and natural exp < 2^bits. With a table the base is the table's, and
 * bits are those of whole blocks; signed: exp is a complement where neg. */
typedef struct tf_nat_power {
	const tf_bn *base;
	const tf_bn *exp;
	uint32_t bits;
	const tf_fixed *fixed; /* of a form that the lane's kernel has */
	bool is_signed;
	tf_ct neg;
} tf_nat_power;

/* One of several jobs that a kernel may compute side by side; lanes differ in everything. */
#define TF_LANES 8u
typedef struct tf_lane {
	tf_bn *out;
	const tf_mod *m; /* of a PLAIN or SQUARE kind */
	tf_nat_power p[TF_POWERS_MAX];
	size_t n;
	bool secret; /* false: bases and exponents are public */
} tf_lane;

/* Window width in bits by the longest exponent of a constant-time job: where one more bit saves
 * more multiplications than its table costs. */
static inline unsigned tf_window_secret(uint32_t bits)
{
	return bits <= 32 ? 2 : bits <= 96 ? 3 : bits <= 400 ? 4 : 5;
}

/* Bits [at, at + w) of an exponent, w < 64. */
static inline mp_limb_t tf_window_at(const tf_bn *e, uint32_t at, unsigned w)
{
	uint32_t limb = at / 64, part = at % 64;
	mp_limb_t bits = limb < TF_BN_LIMBS ? e->d[limb] >> part : 0;

	if (part + w > 64 && limb + 1 < TF_BN_LIMBS)
		bits |= e->d[limb + 1] << 1 << (63 - part);
	return bits & (((mp_limb_t)1 << w) - 1);
}

static inline size_t bit_at(const tf_bn *e, uint32_t at)
{
	return (size_t)(e->d[at / 64] >> at % 64 & 1);
}

/* Index into block j of the power's table for bit `at` of each row. */
static inline size_t tf_fixed_index(const tf_nat_power *p, uint32_t j, uint32_t at)
{
	const tf_fixed *t = p->fixed;
	size_t index = 0;

	for (uint32_t q = 0; q < t->teeth; q++)
		index |= bit_at(p->exp, j * t->span + q * t->gap + at) << q;
	return index;
}

/* Is table t, modulo m, of use to kernel k for an exponent of that many bits? */
bool tf_fixed_fits(const tf_fixed *t, const tf_kernel *k, uint32_t bits, bool is_signed);

/* Can lanes whose powers have these tables, or none, share their squarings? */
static inline bool tf_fixed_alike(const tf_fixed *a, const tf_fixed *b)
{
	if (!a || !b)
		return a == b;
	return a->teeth == b->teeth && a->gap == b->gap && a->blocks == b->blocks &&
	       a->digits == b->digits;
}

/* What a lane takes, in Montgomery products; to compare lanes of the same size of modulus. */
uint64_t tf_lane_cost(const tf_lane *lane);

/* *out = product of p[0..n) mod m, in [0, m). Time depends on n, widths and bits, not on bases or
 * exponents. Scratch comes from mem and is not released: the caller does that. TF_E_CAPACITY if mem
 * is full. */
TF_MUST_USE tf_err tf_power_secret(tf_bn *out, const tf_mod *m, const tf_nat_power *p, size_t n,
                                   tf_arena *mem);

/* The same for public values, in variable time. */
TF_MUST_USE tf_err tf_power_public(tf_bn *out, const tf_mod *m, const tf_nat_power *p, size_t n,
                                   tf_arena *mem);

/* *out = a signed power by table t, |x| < 2^bits: the exponent, or its complement to whole blocks,
 * stands in *exp. Constant time in x. */
TF_MUST_USE tf_err tf_fixed_power(tf_nat_power *out, tf_bn *exp, const tf_fixed *t, const tf_int *x,
                                  uint32_t bits);

/* A lane with tables of limbs; as tf_power_secret or tf_power_public. */
TF_MUST_USE tf_err tf_power_fixed(const tf_lane *lane, tf_arena *mem);

/* What kernels with lanes have computed. */
typedef struct tf_lane_count {
	size_t together, alone;
} tf_lane_count;

/* Compute 1 <= n <= TF_LANES lanes, the longest first: as many of the last as pays together, if
 * kernel k has lanes for them all and mem has room, the others alone, by the kernel's form for one
 * number or the portable kernel. Scratch is released. TF_E_CAPACITY if mem is full. */
TF_MUST_USE tf_err tf_lanes_power(const tf_kernel *k, const tf_lane *lane, size_t n, tf_arena *mem,
                                  tf_lane_count *count);

/* Secret powers of one public base, a unit, modulo one modulus: out = base^exp for |exp| < 2^bits,
 * 1 <= bits <= TF_BN_BITS - 256. */
#define TF_SHARED_MAX 4u
typedef struct tf_shared {
	const tf_mod *m; /* of a PLAIN or SQUARE kind */
	const tf_bn *base;
	size_t n;
	struct {
		tf_bn *out;
		const tf_int *exp;
		uint32_t bits;
	} power[TF_SHARED_MAX];
} tf_shared;

/* All powers of n bases, one after the other, by a table for each; `lanes` is of no interest. As
 * tf_ifma_shared (num/ifma.h); scratch is released. */
TF_MUST_USE tf_err tf_power_shared(const tf_shared *of, size_t n, size_t lanes, tf_arena *mem);

/* A job under a modulus of an own kind. */
typedef struct tf_own_job {
	tf_bn *out;
	const tf_mod *m;
	const tf_power *p;
	size_t n;
} tf_own_job;

/* Jobs whose two halves fill the lanes. */
#define TF_OWN_JOBS (TF_LANES / 2)

/* Compute 1 <= jobs <= TF_OWN_JOBS such jobs by CRT, in constant time; as tf_lanes_power, but
 * scratch is not released. */
TF_MUST_USE tf_err tf_power_own(const tf_kernel *k, const tf_own_job *job, size_t jobs,
                                tf_arena *mem, tf_lane_count *count);

/* Inverse in variable time. TF_E_USAGE if there is none. */
TF_MUST_USE tf_err tf_mod_inv_vt(tf_bn *out, const tf_bn *a, const tf_mod *m);

#endif
