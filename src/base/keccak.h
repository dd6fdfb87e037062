/* Keccak-f[1600] (FIPS 202): SHAKE256 for transcripts, Keccak-256 for Ethereum.
 *
 * Constant time in the data; lengths are public. Sources: FIPS 202; the Keccak reference, version
 * 3.0, for the original padding byte 0x01 that Ethereum kept.
 */
#ifndef TF_BASE_KECCAK_H
#define TF_BASE_KECCAK_H

#include <stddef.h>
#include <stdint.h>

typedef struct tf_keccak {
	uint64_t a[25];
	uint32_t pos;  /* bytes absorbed or squeezed in the current block */
	uint32_t rate; /* block size in bytes */
	uint8_t pad;   /* domain byte; 0 once squeezing has begun */
} tf_keccak;

/* SHAKE256: rate 136, domain 0x1f. */
void tf_shake256_init(tf_keccak *k);
void tf_keccak_absorb(tf_keccak *k, const void *data, size_t len);

/* Next len bytes of output; the first call ends absorbing. May be called again for more. */
void tf_keccak_squeeze(tf_keccak *k, void *out, size_t len);
void tf_keccak_wipe(tf_keccak *k);

/* Keccak-256 as Ethereum uses it (not SHA3-256). */
void tf_keccak256(uint8_t out[static 32], const void *data, size_t len);

/* First 32 bytes of SHAKE256(data). */
void tf_shake256_hash(uint8_t out[static 32], const void *data, size_t len);

#endif
