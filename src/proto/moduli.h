/* A device's moduli: its own, with all secrets, and what it knows of its peers'.
 *
 * Made once per device from four safe primes (num/prime.h searches them; tests bring fixed ones),
 * introduced to every peer by auxinfo.h, used by every presigning.
 */
#ifndef TF_PROTO_MODULI_H
#define TF_PROTO_MODULI_H

#include "paillier/paillier.h"
#include "paillier/pedersen.h"
#include "proto/party.h"

/* Own moduli; pointer-carrying, so it stays where it was made. Secret. */
typedef struct tf_moduli {
	uint32_t generation; /* counts the device's moduli, from 1 */
	uint64_t created;    /* Unix time, as the caller says */
	tf_paillier_sk sk;   /* N */
	tf_rp_sec rp;        /* Nhat, s, t, lambda */
} tf_moduli;

void tf_moduli_wipe(tf_moduli *m);

/* From four distinct safe primes (see tf_moduli_self_test) of the profile's length: p, q of N and
 * ph, qh of Nhat; generation 1, created 0. TF_E_ENCODING for lengths that cannot be, and if N and
 * Nhat have a factor in common. mem is scratch. Constant time in the primes. */
TF_MUST_USE tf_err tf_moduli_make(tf_moduli *out, const tf_profile *pr, const tf_bn *p,
                                  const tf_bn *q, const tf_bn *ph, const tf_bn *qh,
                                  const tf_rng *rng, tf_arena *mem);

/* Are the four primes safe primes, as far as 5 rounds of Miller-Rabin with random bases tell? For
 * moduli that were just made of primes out of a search, a record or a caller's hands: others would
 * give away their secrets, or could not be proved. A number of this length that came about by
 * chance or by an error passes with less than 2^-50 (Damgard, Landrock, Pomerance 1993), one that
 * somebody has chosen for it with at most 4^-5. At 1536 bits it takes 8 ms for each prime, a search
 * 200 ms with AVX-512 IFMA, seconds without. TF_E_ENCODING if one is not. Constant time in the
 * primes. */
TF_MUST_USE tf_err tf_moduli_self_test(const tf_moduli *m, const tf_rng *rng, tf_arena *mem);

/* The record TF_REC_OWN_MODULI, secret: the store seals it. out holds cap bytes. mem is scratch.
 * Decoding checks as making does. */
TF_MUST_USE tf_err tf_moduli_encode(uint8_t *out, size_t cap, size_t *len, const tf_moduli *m,
                                    const tf_profile *pr, tf_arena *mem);
TF_MUST_USE tf_err tf_moduli_decode(tf_moduli *out, const tf_profile *pr, const uint8_t *in,
                                    size_t len, tf_arena *mem);
/* Bytes of that record. */
size_t tf_moduli_length(const tf_profile *pr);

/* A peer's moduli, introduced. Public. */
typedef struct tf_aux {
	tf_paillier_pk pk;
	tf_rp rp;
} tf_aux;

/* The record TF_REC_PEER_AUX: which device, from which run, when. out holds cap bytes. */
TF_MUST_USE tf_err tf_aux_encode(uint8_t *out, size_t cap, size_t *len, const tf_aux *aux,
                                 const char *device, const uint8_t sid[static 32],
                                 uint64_t created, const tf_profile *pr, tf_arena *mem);
/* And back. device (may be NULL) receives the device id; TF_DEVICE_MAX + 1 bytes. */
TF_MUST_USE tf_err tf_aux_decode(tf_aux *out, char *device, const tf_profile *pr,
                                 const uint8_t *in, size_t len, tf_arena *mem);
size_t tf_aux_length(const tf_profile *pr);

/* H("aux", N, Nhat, s, t): what parties compare in the opening before they use each other's
 * moduli (docs/protocol.md 2). */
TF_MUST_USE tf_err tf_aux_hash(uint8_t out[static 32], const tf_aux *aux, tf_arena *mem);
TF_MUST_USE tf_err tf_moduli_hash(uint8_t out[static 32], const tf_moduli *m, tf_arena *mem);

/* For transcripts: a buffer in mem for so many integers of |N| bits and something small; NULL when
 * mem is full. *cap receives its size. */
uint8_t *tf_moduli_transcript(size_t *cap, const tf_profile *pr, size_t integers, tf_arena *mem);

#endif
