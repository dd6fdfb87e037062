/* Paillier encryption (Paillier 1999) with base 1 + N: enc(m; r) = (1 + mN) r^N mod N^2.
 *
 * Plaintexts are signed. Everything expensive goes through a batch in two steps: `_start` enqueues,
 * then the batch runs, then `_finish` makes the result.
 */
#ifndef TF_PAILLIER_PAILLIER_H
#define TF_PAILLIER_PAILLIER_H

#include "num/modexp.h"
#include "num/profile.h"

typedef struct tf_paillier_pk {
	tf_mod n;  /* modulo N */
	tf_mod n2; /* modulo N^2 */
} tf_paillier_pk;

/* A public key; for the owner its moduli carry the factors (`own`), and everything is the same but
 * faster. Secret; pointer-carrying, so it stays where it was made. */
typedef struct tf_paillier_sk {
	tf_mod_factors f;
	tf_paillier_pk pk; /* moduli of the own kinds */
	tf_bn hp, hq;      /* ((p-1)^-1 q^-1...) constants of CRT decryption */
	tf_bn n_inv_phi;   /* N^-1 mod (p-1)(q-1): N-th roots */
} tf_paillier_sk;

/* N odd with exactly 2 * prime_bits bits, else TF_E_ENCODING. */
TF_MUST_USE tf_err tf_paillier_pk_init(tf_paillier_pk *out, const tf_profile *pr, const tf_bn *N);

/* From the primes; checks lengths and p != q. Mask time: constant. */
TF_MUST_USE tf_err tf_paillier_sk_init(tf_paillier_sk *out, const tf_profile *pr, const tf_bn *p,
                                       const tf_bn *q);
void tf_paillier_sk_wipe(tf_paillier_sk *sk);

/* Public: 0 < c < N^2 and gcd(c, N) = 1. */
bool tf_paillier_ct_ok(const tf_paillier_pk *pk, const tf_bn *c);

/* c = enc(m; r): start enqueues r^N into *c, finish multiplies by 1 + mN. m and r secret, |m| < N.
 * r in Z*_N. */
void tf_paillier_enc_start(tf_batch *b, tf_bn *c, const tf_paillier_pk *pk, const tf_bn *r);
TF_MUST_USE tf_err tf_paillier_enc_finish(tf_bn *c, const tf_paillier_pk *pk, const tf_int *m);

/* out = a (+) b = a * b mod N^2, and a (-) b. */
TF_MUST_USE tf_err tf_paillier_add(tf_bn *out, const tf_paillier_pk *pk, const tf_bn *a,
                                   const tf_bn *b);
TF_MUST_USE tf_err tf_paillier_sub(tf_bn *out, const tf_paillier_pk *pk, const tf_bn *a,
                                   const tf_bn *b);

/* out = k (.) c = c^k mod N^2; enqueues. |k| < 2^bits. */
void tf_paillier_mul_start(tf_batch *b, tf_bn *out, const tf_paillier_pk *pk, const tf_int *k,
                           uint32_t bits, const tf_bn *c, tf_secrecy secrecy);

/* Decryption, in (-N/2, N/2). c must be ok. */
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
