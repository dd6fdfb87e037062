/* Ring-Pedersen parameters (Nhat, s, t) and commitments com(x, y) = s^x t^y mod Nhat.
 *
 * t = tau^2 generates the squares modulo Nhat (with overwhelming probability: Nhat is a product of
 * safe primes) and s = t^lambda. A commitment hides x statistically from everybody, and binds
 * whoever knows neither the factors of Nhat nor lambda. Whoever verifies under these parameters
 * owns both.
 * Source: docs/protocol.md 4.
 */
#ifndef TF_PAILLIER_PEDERSEN_H
#define TF_PAILLIER_PEDERSEN_H

#include "num/fixed.h"
#include "num/profile.h"

typedef struct tf_rp_tables tf_rp_tables;

typedef struct tf_rp {
	tf_mod n; /* Nhat */
	tf_bn s, t, s_inv, t_inv;
	const tf_rp_tables *tables; /* or NULL; used by commitments while it is set */
} tf_rp;

/* Secret; its parts point to each other, so it stays where it was made. */
typedef struct tf_rp_sec {
	tf_mod_factors f;
	tf_bn phi;    /* (p-1)(q-1) */
	tf_bn lambda; /* s = t^lambda */
	tf_rp pub;    /* modulus of the own kind */
} tf_rp_sec;
void tf_rp_sec_wipe(tf_rp_sec *sec);

/* From public values: Nhat odd and exactly 2 * prime_bits bits, s and t units; TF_E_ENCODING
 * otherwise. (The checks that convict a peer are made in the prm proof and the protocol.) */
TF_MUST_USE tf_err tf_rp_init(tf_rp *out, const tf_profile *pr, const tf_bn *N, const tf_bn *s,
                              const tf_bn *t);

/* New parameters over the safe primes p, q: tau a random unit, t = tau^2, lambda uniform in
 * [1, phi/4], s = t^lambda; drawn again in the (negligible) case that s or t is 1 or both are
 * equal, which a peer would refuse. p, q: conditions and errors as for tf_paillier_sk_init. Nhat, s
 * and t become public. mem: TF_BATCH_SCRATCH + 4096 bytes, else TF_E_CAPACITY. Or the rng's error.
 * out is wiped on an error. */
TF_MUST_USE tf_err tf_rp_generate(tf_rp_sec *out, const tf_profile *pr, const tf_bn *p,
                                  const tf_bn *q, const tf_rng *rng, tf_arena *mem);

/* The same from stored lambda and t: TF_E_ENCODING unless t is a unit and lambda in [1, phi/4]. */
TF_MUST_USE tf_err tf_rp_restore(tf_rp_sec *out, const tf_profile *pr, const tf_bn *p,
                                 const tf_bn *q, const tf_bn *t, const tf_bn *lambda,
                                 tf_arena *mem);

#ifdef TF_TESTING
/* tf_rp_restore without the conditions on the primes' lengths, for tests with tiny primes. */
TF_MUST_USE tf_err tf_rp_restore_any(tf_rp_sec *out, const tf_bn *p, const tf_bn *q, const tf_bn *t,
                                     const tf_bn *lambda, tf_arena *mem);
#endif

/* Enqueue *out = s^x t^y. |x| < 2^xbits, |y| < 2^ybits. SECRET hides x and y, signs included. */
void tf_rp_commit_start(tf_batch *b, tf_bn *out, const tf_rp *rp, const tf_int *x, uint32_t xbits,
                        const tf_int *y, uint32_t ybits, tf_secrecy secrecy);

/* Tables for many commitments under the same parameters (num/fixed.h): of s and t, or, for the
 * owner of the parameters, of t modulo p and q, where s = t^lambda makes a commitment one power in
 * each. Results are the same with them and without. */
struct tf_rp_tables {
	tf_fixed first, second;
	const tf_bn *lambda; /* owner's */
};

/* Bytes of room that they can use at most, whichever the kernel. */
size_t tf_rp_tables_bytes(const tf_profile *pr);

/* Fill out for kernel, in len bytes at room (less than tf_rp_tables_bytes: slower commitments), for
 * exponents as in pi_enc-elg and pi_aff-g; longer ones do without. Then rp->tables may point to
 * out, or to that of its owner. Scratch of TF_BATCH_SCRATCH bytes from mem, released; TF_E_CAPACITY
 * if room or mem is too small for any table. The owner's tables are secret, and room must be wiped
 * after use. */
TF_MUST_USE tf_err tf_rp_tables_init(tf_rp_tables *out, const tf_rp *rp, const tf_profile *pr,
                                     const tf_kernel *kernel, void *room, size_t len,
                                     tf_arena *mem);
TF_MUST_USE tf_err tf_rp_tables_init_own(tf_rp_tables *out, const tf_rp_sec *sec,
                                         const tf_kernel *kernel, void *room, size_t len,
                                         tf_arena *mem);

/* Public: x in Z*_Nhat, that is 0 < x < Nhat and gcd(x, Nhat) = 1. */
bool tf_rp_unit_ok(const tf_rp *rp, const tf_bn *x);

#endif
