/* What the proofs share among themselves: scratch memory, transcripts, and the shapes that their
 * equations have. Private to src/zk. */
#ifndef TF_ZK_IMPL_H
#define TF_ZK_IMPL_H

#include "zk/zk.h"

/* Miller-Rabin rounds for a modulus that a peer chose: an error of at most 4^-25 for each N, and
 * the peer cannot know the bases. */
#define TF_ZK_PRIME_ROUNDS 25u

/* A use of env's memory: everything taken from it is wiped and given back at the end of the scope.
 *
 *     TF_AUTO(tf_zk_scratch) scratch = tf_zk_scratch_open(env);
 */
typedef struct tf_zk_scratch {
	tf_arena *mem;
	size_t mark;
} tf_zk_scratch;

tf_zk_scratch tf_zk_scratch_open(const tf_zk_env *env);
void tf_zk_scratch_wipe(tf_zk_scratch *s);

/* A transcript that begins with ctx and has room for `widths` integers of |N| bits (one below N^2
 * counts twice) and `points` points. In env's memory. */
TF_MUST_USE tf_err tf_zk_transcript(tf_tr *out, const tf_zk_env *env, const tf_ctx *ctx,
                                    size_t widths, size_t points);

/* The item [Nhat, s, t]. */
void tf_zk_tr_rp(tf_tr *t, const tf_rp *rp);

/* Bits of |N| and |Nhat|, and of a full challenge. */
uint32_t tf_zk_n_bits(const tf_zk_env *env);
uint32_t tf_zk_e_bits(const tf_zk_env *env);

/* 0 <= a < q. Scalars that were decoded are; a proof filled otherwise may not be. */
bool tf_zk_sc_ok(const tf_group *g, const tf_sc *a);

/* Membership in Z*_m for public values: 0 < x < m and gcd(x, m) = 1. The latter is known where
 * `units` says so, of all together (tf_mod_units_vt). Each condition is a check of its own,
 * UNIT_... or CT_..., that names nobody; the caller's, of which it is a part, does. */
bool tf_zk_unit_ok(const tf_bn *x, const tf_bn *m, bool units);

/* The same for a ciphertext: 0 < c < N^2 and gcd(c, N) = 1. */
bool tf_zk_ct_ok(const tf_bn *c, const tf_paillier_pk *pk, bool units);

/* left = a b mod m? All operands below m; the verdict is public, they need not be. */
TF_MUST_USE tf_err tf_zk_is_product(bool *holds, const tf_bn *left, const tf_bn *a, const tf_bn *b,
                                    const tf_mod *m);

/* left = Q + e R? */
TF_MUST_USE tf_err tf_zk_is_sum(bool *holds, const tf_group *g, const tf_pt *left, const tf_pt *Q,
                                const tf_challenge *e, const tf_pt *R);

/* Enqueue *out = base^e mod m for a public base. Until the batch has run *out is 1, so that a
 * verifier whose batch never ran compares 0 with a unit. */
void tf_zk_raise(tf_batch *b, tf_bn *out, const tf_mod *m, const tf_bn *base, const tf_challenge *e,
                 uint32_t e_bits);

/* For proofs of m parallel bits. Enqueue *out = r^N p mod N^2, which tf_paillier_enc_finish makes
 * into enc(plaintext; r) (+) p. r is as secret as p says. */
void tf_zk_affine_start(tf_batch *b, tf_bn *out, const tf_paillier_pk *pk, const tf_bn *r,
                        const tf_power *p);

/* *out = a + x, or a; *out = r rho mod m, or r: by a bit that is public. */
TF_MUST_USE tf_err tf_zk_add_if(tf_int *out, const tf_int *a, const tf_int *x, uint8_t bit);
TF_MUST_USE tf_err tf_zk_mul_if(tf_bn *out, const tf_bn *r, const tf_bn *rho, uint8_t bit,
                                const tf_mod *m);

/* left = a b mod m, or left = a? left = Q + R, or left = Q? */
TF_MUST_USE tf_err tf_zk_is_product_if(bool *holds, const tf_bn *left, const tf_bn *a,
                                       const tf_bn *b, uint8_t bit, const tf_mod *m);
TF_MUST_USE tf_err tf_zk_is_sum_if(bool *holds, const tf_group *g, const tf_pt *left,
                                   const tf_pt *Q, const tf_pt *R, uint8_t bit);

/* The secret scalar a + e x mod q. */
void tf_zk_respond(const tf_group *g, tf_sc *out, const tf_sc *a, const tf_challenge *e,
                   const tf_sc *x);

#endif
