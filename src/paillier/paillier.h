/* Paillier encryption (Paillier 1999) with base 1 + N: enc(m; r) = (1 + mN) r^N mod N^2.
 *
 * Plaintexts are signed: m stands for m mod N, and decryption gives the representative in
 * (-N/2, N/2). Addition of ciphertexts is written (+), multiplication by an integer (.) (in
 * docs/protocol.md: circled). Everything expensive goes through a batch in two steps: `_start`
 * enqueues, then the batch runs, then `_finish` makes the result; in between, what start was given
 * stays in place.
 *
 * The owner uses the same functions through sk->pk, whose moduli know the factors and are faster.
 */
#ifndef TF_PAILLIER_PAILLIER_H
#define TF_PAILLIER_PAILLIER_H

#include "num/modexp.h"
#include "num/profile.h"

typedef struct tf_paillier_pk {
	tf_mod n;  /* modulo N */
	tf_mod n2; /* modulo N^2 */
	/* of random units (paillier/randomiser.h), or NULL; used while it is set */
	const struct tf_randomiser_tables *tables;
} tf_paillier_pk;

/* Secret; its parts point to each other, so it stays where it was made (about 50 KiB). */
typedef struct tf_paillier_sk {
	tf_mod_factors f;
	tf_paillier_pk pk; /* moduli of the own kinds */
	tf_bn hp, hq;      /* (-q)^-1 mod p, (-p)^-1 mod q: constants of CRT decryption */
	tf_bn n_inv_phi;   /* N^-1 mod (p-1)(q-1): the exponent of N-th roots modulo N */
} tf_paillier_sk;

/* Public key from a peer's N: odd with exactly 2 * prime_bits bits, else TF_E_ENCODING. (Whether N
 * is a product of two suitable primes the mod and fac proofs tell.) */
TF_MUST_USE tf_err tf_paillier_pk_init(tf_paillier_pk *out, const tf_profile *pr, const tf_bn *N);

/* From two primes (the caller's word); TF_E_ENCODING unless each has exactly prime_bits bits and is
 * 3 modulo 4, their product has exactly 2 * prime_bits bits, and |p - q| >= 2^(prime_bits - 100)
 * (docs/protocol.md, "Parameters"; otherwise Fermat's method might factor N). gcd(N, phi(N)) = 1
 * follows from the lengths. These verdicts and N become public, nothing else. out is wiped on an
 * error. */
TF_MUST_USE tf_err tf_paillier_sk_init(tf_paillier_sk *out, const tf_profile *pr, const tf_bn *p,
                                       const tf_bn *q);
void tf_paillier_sk_wipe(tf_paillier_sk *sk);

#ifdef TF_TESTING
/* The same without any condition on lengths, for exhaustive tests with tiny primes: N odd, p and q
 * distinct odd primes of the same length with gcd(pq, (p-1)(q-1)) = 1. */
TF_MUST_USE tf_err tf_paillier_pk_init_any(tf_paillier_pk *out, const tf_bn *N);
TF_MUST_USE tf_err tf_paillier_sk_init_any(tf_paillier_sk *out, const tf_bn *p, const tf_bn *q);
#endif

/* Ciphertext validity, public: 0 < c < N^2 and gcd(c, N) = 1. */
bool tf_paillier_ct_ok(const tf_paillier_pk *pk, const tf_bn *c);

/* c = enc(m; r): start enqueues r^N into *c, finish multiplies by 1 + mN. m, of any size, and r, a
 * unit modulo N, are secret. */
void tf_paillier_enc_start(tf_batch *b, tf_bn *c, const tf_paillier_pk *pk, const tf_bn *r);
TF_MUST_USE tf_err tf_paillier_enc_finish(tf_bn *c, const tf_paillier_pk *pk, const tf_int *m);

/* out = a (+) b = a * b mod N^2, and a (-) b = a * b^-1 (TF_E_USAGE if b is no unit). Constant
 * time; a, b in [0, N^2). */
TF_MUST_USE tf_err tf_paillier_add(tf_bn *out, const tf_paillier_pk *pk, const tf_bn *a,
                                   const tf_bn *b);
TF_MUST_USE tf_err tf_paillier_sub(tf_bn *out, const tf_paillier_pk *pk, const tf_bn *a,
                                   const tf_bn *b);

/* out = k (.) c = c^k mod N^2; enqueues. |k| < 2^bits, c valid and public. SECRET hides k. */
void tf_paillier_mul_start(tf_batch *b, tf_bn *out, const tf_paillier_pk *pk, const tf_int *k,
                           uint32_t bits, const tf_bn *c, tf_secrecy secrecy);

/* Decryption into (-N/2, N/2): modulo p, m = L(c^(p-1) mod p^2) hp with L(u) = (u-1)/p; the same
 * modulo q; CRT. c must be valid. Constant time in the key, c and m. */
typedef struct tf_paillier_dec {
	tf_bn cp, cq, up, uq;
} tf_paillier_dec;
TF_MUST_USE tf_err tf_paillier_dec_start(tf_batch *b, tf_paillier_dec *d, const tf_paillier_sk *sk,
                                         const tf_bn *c);
TF_MUST_USE tf_err tf_paillier_dec_finish(tf_int *m, tf_paillier_dec *d, const tf_paillier_sk *sk);
static inline void tf_paillier_dec_wipe(tf_paillier_dec *d)
{
	tf_wipe(d, sizeof(*d));
}

#endif
