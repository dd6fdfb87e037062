/* Sealing: the DB-KEY, and values that open only where they were put.
 *
 * The DB-KEY is composed of independent sources, so that stealing one of them opens nothing:
 *
 *   DBK = HKDF-SHA256(salt = db uuid, ikm = K_seal || K_hsm || K_ra || K_file (those present, in
 *         this order, 32 bytes each),
 *         info = "trefoil/dbk/v1" || u32 source mask || LV(cosigner id) || u32 key version)
 *
 * Today the only source is K_file (keyfile.h); the others have their bit and their place. The
 * header that lies in the clear beside the data names uuid, sources, version and a key check value
 * over all of that, so that a wrong key is noticed before anything is read.
 *
 * A sealed value is  u8 1 || nonce[12] || AES-256-GCM ciphertext || tag[16]  under
 * HKDF-Expand(DBK, "trefoil/dbk/seal/v1"), with associated data
 *
 *   "trefoil/seal/v1" 0x00 || uuid[16] || u32 key version || u32 schema version || LV(table)
 *   || LV(row) || LV(column)
 *
 * so that a value moved to another row, column, table or database does not open. Not protected:
 * putting back an older value of the same place, or deleting it (peers keep copies of what must not
 * be forgotten). Random 96-bit nonces: at most 2^32 values per key version.
 */
#ifndef TF_SEAL_SEAL_H
#define TF_SEAL_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "base/secret.h"

#define TF_SEAL_OVERHEAD 29u
#define TF_SEAL_VALUE_MAX (16u << 20)
#define TF_SEAL_NAME_MAX 255u

/* Bits of the source mask, in the order in which sources enter. Never renumber. */
typedef enum tf_key_source {
	TF_SOURCE_SEAL = 1 << 0, /* enclave sealing key */
	TF_SOURCE_HSM = 1 << 1,
	TF_SOURCE_RA = 1 << 2,
	TF_SOURCE_FILE = 1 << 3, /* key file or systemd credential: dev */
} tf_key_source;

typedef struct tf_key_part {
	tf_key_source source;
	tf_secret key;
} tf_key_part;

/* What lies in the clear in the database. */
typedef struct tf_seal_header {
	uint8_t uuid[16];
	uint32_t sources;     /* mask */
	uint32_t key_version; /* 1 or more */
	uint8_t kcv[16];
} tf_seal_header;

/* Where a value belongs. Names are 1 to TF_SEAL_NAME_MAX bytes of text and public. */
typedef struct tf_place {
	const char *table;
	const char *row;
	const char *column;
} tf_place;

typedef struct tf_sealer tf_sealer;

/* A new header: random uuid, the sources of these parts, version 1, key check value filled in. */
TF_MUST_USE tf_err tf_seal_header_make(tf_seal_header *out, const char *cosigner,
                                       const tf_key_part parts[], size_t n_parts,
                                       const tf_rng *rng);

/* Open for work. Parts may come in any order. TF_E_SEAL if they are not exactly the header's
 * sources or the key check value differs. */
TF_MUST_USE tf_err tf_sealer_new(tf_sealer **out, const tf_seal_header *header,
                                 const char *cosigner, const tf_key_part parts[],
                                 size_t n_parts);
void tf_sealer_free(tf_sealer *s);

/* Seal len bytes for a place: writes len + TF_SEAL_OVERHEAD bytes. schema is the version of the
 * value's own format. TF_E_CAPACITY, TF_E_TOO_LARGE, TF_E_ENTROPY. */
TF_MUST_USE tf_err tf_seal(uint8_t *out, size_t cap, size_t *out_len, tf_sealer *s,
                           const tf_place *place, uint32_t schema, const uint8_t *value,
                           size_t len, const tf_rng *rng);

/* Open: writes len - TF_SEAL_OVERHEAD bytes, zeros on error. TF_E_SEAL if the value was not
 * sealed for this place, schema, database and key. */
TF_MUST_USE tf_err tf_unseal(uint8_t *out, size_t cap, size_t *out_len, tf_sealer *s,
                             const tf_place *place, uint32_t schema, const uint8_t *sealed,
                             size_t len);

#endif
