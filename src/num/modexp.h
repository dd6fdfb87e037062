/* Batch modular exponentiation: the interface behind which the kernels live.
 *
 * This is where the program spends its time. A proof does not exponentiate: it submits jobs to a
 * batch and reads the results after the batch has run. Whoever runs a round collects the jobs of
 * all proofs for all peers first, so that a kernel can work on many at once.
 *
 *     tf_batch_power(b, &out1, &mod, powers, 2);      enqueue, nothing computed yet
 *     tf_batch_power(b, &out2, ...);
 *     TRY(tf_batch_run(b));                           now out1 and out2 are valid
 *
 * A job is a product of up to TF_POWERS_MAX powers modulo one odd modulus. Each power has an
 * exponent of public bit length and is PUBLIC (base and exponent may leak through time) or SECRET
 * (neither may). If one power of a job is SECRET, the whole job is computed as SECRET. 0^0 is 1.
 * Everything a job points to must stay in place and unchanged until the run; no job's output may
 * be another job's input in the same run. Enqueueing is sticky: its errors are reported by the
 * next run.
 *
 * Kernels are what multiplies (num/kernel.h). The portable one is Montgomery multiplication on
 * GMP's mpn functions, one job at a time, for squares of pairs of numbers (num/elems.h). A SECRET
 * job uses fixed windows, reads whole tables and runs over the public bit lengths; a signed
 * exponent's sign chooses between base and inverse by mask. A PUBLIC job uses sliding windows.
 * Squarings are shared by the powers of a job. A kernel with lanes puts up to eight jobs (four of
 * own kinds) of the same size of modulus together, whatever their moduli and exponents, longest
 * first, and treats PUBLIC jobs as SECRET ones; where too few lanes would be filled, the jobs are
 * computed one by one, in a form for one number or by the portable kernel, whichever is faster for
 * the size. Results are the same.
 *
 * SECRET jobs of one signed power each that have the same base, at the same place, and the same
 * modulus are found; with base_public, and without base_inv. If all of them together are as long as
 * two of the longest, up to four share a table of the base and one inversion.
 */
#ifndef TF_NUM_MODEXP_H
#define TF_NUM_MODEXP_H

#include "base/arena.h"
#include "num/bn.h"
#include "num/int.h"
#include "num/kernel.h"

typedef enum tf_mod_kind {
	TF_MOD_PLAIN = 1,      /* any odd modulus */
	TF_MOD_SQUARE = 2,     /* N^2, N public */
	TF_MOD_OWN = 3,        /* N = p q with known factors: CRT inside, everything secret */
	TF_MOD_OWN_SQUARE = 4, /* N^2 with known factors of N */
} tf_mod_kind;

/* Factors of an own modulus with what CRT needs; secret. Filled by tf_mod_factors_init. */
typedef struct tf_mod_factors tf_mod_factors;

/* A modulus object. Treat as opaque but for `m`, `root`, `bits` and `kind`. */
typedef struct tf_mod {
	tf_mod_kind kind;
	uint32_t bits;   /* bit length of m, public */
	tf_bn m;         /* the modulus itself: N, or N^2; the top limb is not zero */
	tf_bn root;      /* N where m = N^2; else zero */
	mp_limb_t m_inv; /* -m^-1 mod 2^64 */
	tf_bn r2;        /* R^2 mod m, R = 2^(64 m.n) */
	const tf_mod_factors *factors; /* own kinds only */
} tf_mod;

struct tf_mod_factors {
	tf_bn p, q;
	tf_mod p1, q1;   /* mod p, q */
	tf_mod p2, q2;   /* mod p^2, q^2 */
	tf_bn p_minus_1, q_minus_1;
	tf_bn p2_order, q2_order; /* p (p-1), q (q-1) */
	tf_bn q_inv_p;   /* q^-1 mod p */
	tf_bn q2_inv_p2; /* q^-2 mod p^2 */
};

/* m odd, > 1; its bit length is public. TF_E_USAGE otherwise. */
TF_MUST_USE tf_err tf_mod_init(tf_mod *out, const tf_bn *m);

/* The modulus n^2 for odd public n > 1. TF_E_USAGE otherwise; TF_E_CAPACITY if n^2 does not fit. */
TF_MUST_USE tf_err tf_mod_init_square(tf_mod *out, const tf_bn *n);
static inline void tf_mod_wipe(tf_mod *m)
{
	tf_wipe(m, sizeof(*m));
}

/* p, q distinct odd primes of the same bit length, secret. That they are prime is the caller's
 * word; TF_E_USAGE if the rest does not hold (revealed). out is wiped on an error. */
TF_MUST_USE tf_err tf_mod_factors_init(tf_mod_factors *out, const tf_bn *p, const tf_bn *q);
void tf_mod_factors_wipe(tf_mod_factors *f);

/* Modulus N = pq (or N^2) whose owner knows the factors; f must outlive out. N becomes public.
 * Exponentiations take the CRT path in constant time whatever their secrecy says. */
TF_MUST_USE tf_err tf_mod_init_own(tf_mod *out, const tf_mod_factors *f);
TF_MUST_USE tf_err tf_mod_init_own_square(tf_mod *out, const tf_mod_factors *f);

typedef enum tf_secrecy { TF_PUBLIC = 0, TF_SECRET = 1 } tf_secrecy;

#define TF_POWERS_MAX 4u

typedef struct tf_power {
	const tf_bn *base;     /* in [0, m); NULL if `fixed` is of many bases */
	const tf_bn *base_inv; /* its inverse, or NULL: computed when a negative exponent needs it */
	const tf_bn *nat;      /* the exponent, if it cannot be negative ... */
	const tf_int *sgn;     /* ... or else this one; exactly one of both */
	uint32_t bits;         /* public bound: |exponent| < 2^bits */
	tf_secrecy secrecy;
	/* Parts of a SECRET power that are public all the same: an inverse that base_inv does not give
	 * is computed in variable time, or not at all. */
	bool base_public, sign_public;
	/* A table of the base's powers (num/fixed.h), or NULL; used where it has the kernel's form and
	 * is long enough. Under an own modulus N = p q: a table modulo p, whose `other` is modulo q;
	 * and where log is not NULL, base = g^log with log < N for the g that the tables are of, so
	 * that powers of several bases become one. */
	const struct tf_fixed *fixed;
	const tf_bn *log;
} tf_power;

typedef struct tf_batch tf_batch;

/* Scratch that a run needs at most, in bytes: leave that much free in the arena. */
#define TF_BATCH_SCRATCH (160u * 1024u)

/* What a kernel with lanes wants; where less is free, a run uses the portable one. */
#define TF_BATCH_LANES_SCRATCH (768u * 1024u)

/* A batch for up to max_jobs jobs, in the arena; scratch memory of a run is taken from there too
 * and wiped and released after it. TF_E_CAPACITY when it does not fit. */
TF_MUST_USE tf_err tf_batch_init(tf_batch **out, tf_arena *mem, size_t max_jobs);

/* The same with a kernel (NULL: portable) that the caller has chosen. */
TF_MUST_USE tf_err tf_batch_init_on(tf_batch **out, tf_arena *mem, size_t max_jobs,
                                    const tf_kernel *kernel);

/* Enqueue *out = product of p[i] mod m, in [0, m), width of m, 1 <= n <= TF_POWERS_MAX. The
 * tf_power array is copied, what it points to is not. A base that is not below m and an exponent
 * that exceeds its bound are errors of contract, and revealed as such. */
void tf_batch_power(tf_batch *b, tf_bn *out, const tf_mod *m, const tf_power *p, size_t n);

/* Compute everything enqueued and empty the queue. Reports the first enqueueing error
 * (TF_E_CAPACITY: too many jobs, TF_E_USAGE: contract) and then computes nothing. TF_E_USAGE also
 * if a base without inverse has a negative exponent, or, in a SECRET job or under an own modulus, a
 * signed one of either sign; TF_E_CAPACITY if the arena is full. After these the outputs are
 * unspecified. */
TF_MUST_USE tf_err tf_batch_run(tf_batch *b);

/* Name of the kernel in use, for status and benchmarks. */
const char *tf_batch_kernel(const tf_batch *b);

/* Lanes that kernels have filled for this batch so far: jobs, halves of jobs of own kinds, and
 * their inner powers; 0 if everything went to the portable kernel. */
size_t tf_batch_together(const tf_batch *b);

/* And those that a kernel with lanes has computed alone, by its form for one number. */
size_t tf_batch_alone(const tf_batch *b);

/* out = a * b mod m; constant time. a, b in [0, m). */
TF_MUST_USE tf_err tf_mod_mul(tf_bn *out, const tf_bn *a, const tf_bn *b, const tf_mod *m);

/* out = a^-1 mod m; constant time. TF_E_USAGE if a is not a unit (revealed). */
TF_MUST_USE tf_err tf_mod_inv(tf_bn *out, const tf_bn *a, const tf_mod *m);

/* Are all n public numbers coprime to the public modulus m? One greatest common divisor for all;
 * variable time. Also false if one has more than twice the limbs of m. */
bool tf_mod_units_vt(const tf_bn *const *a, size_t n, const tf_mod *m);

/* out[i] = *a[i]^-1 mod m for n secret units below m, by one inversion of the product of all; out
 * and a do not overlap. Constant time with rng NULL. With an rng the product has one more factor,
 * uniform and used once, and is inverted in variable time: what it is then says nothing about the
 * others. TF_E_USAGE if one of them is not a unit (revealed); or the rng's error. */
TF_MUST_USE tf_err tf_mod_inv_many(tf_bn *out, const tf_bn *const *a, size_t n, const tf_mod *m,
                                   const tf_rng *rng);

/* Own kinds: the x in [0, m) with x = xp modulo p (or p^2) and x = xq modulo q (or q^2), for xp and
 * xq below these moduli; constant time. TF_E_USAGE for the other kinds. */
TF_MUST_USE tf_err tf_mod_crt(tf_bn *out, const tf_mod *m, const tf_bn *xp, const tf_bn *xq);

#endif
