/* Internal to num: the joint sieve of q and 2q + 1.
 *
 * Candidates are q = start + 6k for k below TF_SIEVE_SPAN, with start = 5 modulo 6: q odd, and
 * neither q nor 2q + 1 divisible by 3. A candidate falls if an odd prime up to the limit divides q
 * or 2q + 1.
 */
#ifndef TF_NUM_SIEVE_H
#define TF_NUM_SIEVE_H

#include "base/arena.h"
#include "num/bn.h"

#define TF_SIEVE_SPAN (1u << 19)

typedef struct tf_sieve {
	uint32_t limit;    /* sieving primes are below this */
	uint64_t *primes;  /* bit i: 2i + 1 is composite */
	uint64_t *fallen;  /* bit k: candidate k fell; one more for nobody */
} tf_sieve;

/* Tables in mem: limit / 16 + TF_SIEVE_SPAN / 8 bytes, and a few. TF_E_CAPACITY if they do not fit.
 * 64 <= limit <= 2^23. */
TF_MUST_USE tf_err tf_sieve_init(tf_sieve *s, uint32_t limit, tf_arena *mem);

/* Sieve the candidates from start, which must be 5 modulo 6 and above the limit. Start counts as
 * public here: its residues become addresses. */
void tf_sieve_run_vt(tf_sieve *s, const tf_bn *start);

/* The next candidate at or after k that stands; TF_SIEVE_SPAN if there is none. */
uint32_t tf_sieve_next(const tf_sieve *s, uint32_t k);

#endif
