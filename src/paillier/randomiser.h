/* Random units r modulo a Paillier modulus N, with r^N mod N^2: what makes encryption hiding, and
 * what costs most of it.
 *
 * Without tables r is drawn uniformly and raised to N. With them, r is a product of random units
 * b_1 .. b_m that were drawn once, each to a fresh random exponent x_i below 2^w, and r^N the
 * product of the powers b_i^N to the same exponents: 29 products for each bit of an exponent that
 * has 20 bits, instead of a squaring for each of 3072. Both come out of tables of many bases
 * (num/fixed.h). The owner of N has tables modulo its primes and their squares, shorter ones, with
 * exponents of their own.
 *
 * Such an r is not told from a uniform one, even by whoever knows all b_i: for any modulus of two
 * prime factors its statistical distance from uniform is below
 *
 *     1.51 2^-m + 2^((K - m w)/2 - 1) + 2^-200  <  2^-172        (K bits of N, or of each prime)
 *
 * on the average over the b_i, and distances of several randomisers add up: 2^44 of one table, more
 * than a process makes, are within 2^-128 (docs/adr/0014-randomisers-from-tables.md has the proof).
 * Independent bases are essential: powers of one base would show a ciphertext's multiplier modulo
 * the index of what the base generates. Tables are secret all the same, and wiped.
 *
 *     TRY(tf_randomiser_start(&r, pk, rng, batch));
 *     TRY(tf_batch_run(batch));
 *     TRY(tf_randomiser_finish(&r, pk));               now r.r and r.rn are there
 */
#ifndef TF_PAILLIER_RANDOMISER_H
#define TF_PAILLIER_RANDOMISER_H

#include "num/fixed.h"
#include "paillier/paillier.h"

/* One randomiser. Secret; stays in place between start and finish. */
typedef struct tf_randomiser {
	tf_bn r;   /* in Z*_N */
	tf_bn rn;  /* r^N mod N^2 */
	tf_bn x[2], half[2]; /* until finish: exponents; what is modulo the second prime */
} tf_randomiser;

static inline void tf_randomiser_wipe(tf_randomiser *r)
{
	tf_wipe(r, sizeof(*r));
}

/* Jobs that one takes in a batch at most. */
#define TF_RANDOMISER_JOBS 4u

/* Draw, and enqueue: by pk->tables, if it has any, which must be of the batch's kernel (TF_E_USAGE
 * of the run, otherwise). Errors of the rng. */
TF_MUST_USE tf_err tf_randomiser_start(tf_randomiser *r, const tf_paillier_pk *pk,
                                       const tf_rng *rng, tf_batch *b);

/* After the run, once. Constant time. */
TF_MUST_USE tf_err tf_randomiser_finish(tf_randomiser *r, const tf_paillier_pk *pk);

/* Tables; secret. Pointers go to itself and to its room: it stays where it was made. */
typedef struct tf_randomiser_tables {
	bool own;
	uint32_t bits; /* of an exponent */
	/* [0] modulo N and N^2; own: [0] modulo p and p^2, [1] q and q^2 */
	tf_mod m[2], m2[2];
	tf_fixed r[2], rn[2];
} tf_randomiser_tables;

/* Forget them; what the room holds is the caller's to wipe. */
static inline void tf_randomiser_tables_wipe(tf_randomiser_tables *t)
{
	tf_wipe(t, sizeof(*t));
}

/* Bytes of room, whichever the kernel: of a peer's modulus, and for the own one. */
size_t tf_randomiser_bytes(const tf_profile *pr);
size_t tf_randomiser_bytes_own(const tf_profile *pr);

/* Scratch for making tables. */
#define TF_RANDOMISER_SCRATCH (640u * 1024u + TF_BATCH_LANES_SCRATCH)

/* Draw the bases and make tables for pk, a peer's key, in len bytes at room. A few hundred
 * exponentiations modulo N^2: about a second at P128. Then pk->tables may point to out, or to that
 * of the key's owner. Scratch of TF_RANDOMISER_SCRATCH bytes from mem, released. TF_E_CAPACITY: no
 * room, or mem is full; TF_E_USAGE: pk is of an own kind; errors of the rng. */
TF_MUST_USE tf_err tf_randomiser_tables_init(tf_randomiser_tables *out, const tf_paillier_pk *pk,
                                             const tf_kernel *kernel, const tf_rng *rng,
                                             void *room, size_t len, tf_arena *mem);

/* The same for the owner of pk, whose moduli know the factors. TF_E_USAGE otherwise. */
TF_MUST_USE tf_err tf_randomiser_tables_init_own(tf_randomiser_tables *out,
                                                 const tf_paillier_pk *pk,
                                                 const tf_kernel *kernel, const tf_rng *rng,
                                                 void *room, size_t len, tf_arena *mem);

#endif
