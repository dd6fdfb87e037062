/* Who meets, over what: the parameters that all steps share.
 *
 * A clique is the list of parties of one run, in an order on which all agree; a party's index is
 * its position, from 1. Each party has
 *
 *   a device id   a name, for records and certificates: UTF-8 without control characters. No two
 *                 parties have the same, nor the same identity
 *   an identity   an Ed25519 public key. Every message is signed by its sender; how the parties
 *                 learn each other's identities is your business, and everything rests on it
 *   a seat        the share index: number of its share in the sharing of the key, not 0. It stays
 *                 the same as long as the sharing, whoever meets and in whatever order
 *
 * Level, algorithm, and all parties' names and identities in their order are in every message's
 * context: who was told another of them is in another run (TF_E_SESSION), and nobody is blamed.
 *
 * A session has an id of 32 bytes, the same for all parties, and never used before. Nobody may be
 * able to choose it alone. Let every party send a fresh random nonce, and take tf_clique_session of
 * all nonces.
 *
 * What is sent to one party alone is secret (shares of keys are among it): messages must travel
 * through channels that are encrypted and end at that party. They carry their own signatures, but
 * no encryption.
 */
#ifndef TREFOIL_CLIQUE_H
#define TREFOIL_CLIQUE_H

#include <trefoil/memory.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TF_CLIQUE_MAX 16u  /* parties of a run, and seats of a sharing */
#define TF_DEVICE_ID_MAX 64u /* bytes of a device id */

/* Sizes of the Paillier moduli, and with them of all ranges of proofs. */
typedef enum tf_level {
	TF_LEVEL_P128 = 1, /* 3072 bits; the default */
	TF_LEVEL_P112 = 2, /* 2048 bits */
} tf_level;

/* What a key is for. One key never serves two of them. */
typedef enum tf_algorithm {
	TF_ALG_ECDSA_SECP256K1 = 1,
	TF_ALG_SCHNORR_ED25519 = 2, /* RFC 8032, by FROST (frost.h) */
	TF_ALG_ECDSA_P256 = 3,
	TF_ALG_ECDSA_STARK = 4,
	TF_ALG_SCHNORR_BIP340 = 5,  /* BIP-340 on secp256k1, by FROST */
} tf_algorithm;

/* What computes the exponentiations: see tf_kernel_in_use. Results are the same. */
typedef enum tf_kernel_choice {
	TF_USE_FASTEST = 0,  /* of what this machine has; executes CPUID and XGETBV */
	TF_USE_PORTABLE = 1, /* any 64-bit machine */
	TF_USE_IFMA = 2,     /* eight at once with AVX-512 IFMA */
} tf_kernel_choice;

typedef struct tf_participant {
	const char *device;   /* 1..TF_DEVICE_ID_MAX bytes, NUL-terminated */
	uint16_t seat;
	uint8_t identity[32]; /* Ed25519 public key */
} tf_participant;

typedef struct tf_memo tf_memo; /* memo.h */

/* Copied when a machine is begun, all but random.ctx and memo. */
typedef struct tf_clique {
	tf_level level;
	tf_algorithm algorithm;
	uint16_t n;            /* parties, 2..TF_CLIQUE_MAX */
	uint16_t self;         /* own party index, 1..n */
	const tf_participant *party; /* [party index - 1] */
	uint8_t session[32];
	const uint8_t *seed;   /* 32 bytes of RFC 8032, of the own identity. Secret */
	tf_random random;
	tf_kernel_choice kernel;
	tf_memo *memo;         /* what was known before; NULL: nothing */
} tf_clique;

/* The name of what a choice comes to here: "portable" or "ifma"; NULL: this machine has it not. */
const char *tf_kernel_in_use(tf_kernel_choice choice);

/* The identity of a seed. Constant time in the seed. */
void tf_identity_public(uint8_t identity[32], const uint8_t seed[32]);

/* An id for a session of these parties: a hash over level, algorithm, all parties, their nonces (32
 * bytes each, in order) and what the run is about (the same bytes for all parties; may be empty).
 * All must give the same seats, also where they are ignored (reshare.h). TF_E_USAGE: level, n or a
 * device id cannot be. */
TF_MUST_USE tf_err tf_clique_session(uint8_t session[32], const tf_clique *c,
                                     const uint8_t *nonces, tf_bytes purpose);

/* Who is trusted. find(ctx, device) gives the identity of a device, 32 bytes; NULL if it is not
 * known, or not trusted. It is read before find is called again. */
typedef struct tf_roster {
	const uint8_t *(*find)(void *ctx, const char *device);
	void *ctx;
} tf_roster;

#ifdef __cplusplus
}
#endif

#endif
