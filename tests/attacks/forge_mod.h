/* Proofs about moduli by somebody who knows all their factors and none of them is what it should
 * be: as good as they can be made. Numbers are GMP's; nothing here is secret. */
#ifndef TF_FORGE_MOD_H
#define TF_FORGE_MOD_H

#include "curve/group.h"
#include "zk/fac.h"
#include "zk/mod.h"
#include "zk/prm.h"

#define FORGE_PRIMES 17u

typedef struct forge_modulus {
	tf_bn N, w;
	unsigned primes;
	tf_bn prime[FORGE_PRIMES]; /* small ones, then the large one; all 3 modulo 4 */
} forge_modulus;

/* N of exactly `bits`: `small` primes of small_bits each and one large one, gcd(N, phi(N)) = 1, and
 * a w that is right (Jacobi symbol -1). blum: two primes, N = 1 modulo 4. */
void forge_modulus_make(forge_modulus *out, unsigned bits, unsigned small, unsigned small_bits,
                        bool blum);

/* w = 1 modulo the large prime and 0 modulo the small ones. */
void forge_w_of_zeros(forge_modulus *f);

/* The proof with m rows; for each the (a, b) with most of the roots that exist. How many rows
 * satisfy both equations. */
unsigned forge_mod(tf_zk_mod_proof *out, const forge_modulus *f, const tf_ctx *ctx, uint32_t m);

/* The honest prover's algorithm with p the smallest factor and q all others; responses too large
 * for their field are cut to it. */
void forge_fac(tf_zk_fac_proof *out, const forge_modulus *f, const tf_ctx *ctx, const tf_group *g,
               const tf_rp *verifier, const tf_rng *rng);

/* Ring-Pedersen parameters modulo primes that are 1 modulo 3: s = omega t^lambda, omega^3 = 1. */
typedef struct forge_rp {
	tf_bn Nhat, s, t, lambda, phi;
	tf_ctx ctx;
} forge_rp;
void forge_rp_with_cubes(forge_rp *out, unsigned bits);

/* The proof by lambda, as an honest prover makes it. */
void forge_prm(tf_zk_prm_proof *out, const forge_rp *f, uint32_t m, const tf_rng *rng);

#endif
