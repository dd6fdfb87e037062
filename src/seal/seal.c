#include "seal/seal.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/rw.h"
#include "seal/guard.h"

#define FORMAT 1u
#define NONCE 12u
#define TAG 16u
#define INFO_MAX (14u + 4 + 4 + TF_SEAL_NAME_MAX + 4)
#define AAD_MAX (16u + 16 + 4 + 4 + 3 * (4 + TF_SEAL_NAME_MAX))

static const tf_key_source source_order[] = {
	TF_SOURCE_SEAL, TF_SOURCE_HSM, TF_SOURCE_RA, TF_SOURCE_FILE,
};
#define N_SOURCES TF_ARRAY_LEN(source_order)

struct tf_sealer {
	tf_seal_header header;
	tf_guard *key;
};

/* The parts one behind the other. */
typedef struct key_material {
	uint8_t b[32 * N_SOURCES];
	size_t len;
	uint32_t mask;
} key_material;

static void key_material_wipe(key_material *m)
{
	tf_wipe(m, sizeof(*m));
}

typedef struct gcm {
	EVP_CIPHER_CTX *ctx;
} gcm;

static void gcm_wipe(gcm *g)
{
	EVP_CIPHER_CTX_free(g->ctx); /* NULL is fine */
	g->ctx = NULL;
}

static tf_err hkdf(tf_secret *out, int mode, const uint8_t *salt, size_t salt_len,
                   const uint8_t *key, size_t key_len, const uint8_t *info, size_t info_len)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	OSSL_PARAM params[6], *p = params;
	int ok;

	*p++ = OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode);
	*p++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0);
	*p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)key, key_len);
	*p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_len);
	if (salt)
		*p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt,
		                                         salt_len);
	*p = OSSL_PARAM_construct_end();
	ok = ctx && EVP_KDF_derive(ctx, out->b, sizeof(out->b), params) == 1;
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return ok ? TF_OK : TF_E_RESOURCE;
}

static tf_err gather(key_material *m, const tf_key_part parts[], size_t n_parts)
{
	uint32_t all = 0;

	m->len = 0;
	m->mask = 0;
	for (size_t k = 0; k < N_SOURCES; k++) {
		all |= (uint32_t)source_order[k];
		for (size_t i = 0; i < n_parts; i++) {
			if (parts[i].source != source_order[k])
				continue;
			if (m->mask & (uint32_t)source_order[k])
				return TF_E_USAGE;
			m->mask |= (uint32_t)source_order[k];
			memcpy(m->b + m->len, parts[i].key.b, 32);
			m->len += 32;
		}
	}
	for (size_t i = 0; i < n_parts; i++)
		if (!((uint32_t)parts[i].source & all))
			return TF_E_USAGE;
	return m->len ? TF_OK : TF_E_USAGE;
}

static bool name_ok(const char *s)
{
	size_t len = s ? strnlen(s, TF_SEAL_NAME_MAX + 1) : 0;

	return len >= 1 && len <= TF_SEAL_NAME_MAX;
}

/* The DB-KEY of a header: uuid, sources and version are taken from it. */
static tf_err compose(tf_secret *dbk, const tf_seal_header *header, const char *cosigner,
                      const key_material *m)
{
	uint8_t info[INFO_MAX];
	size_t len;
	tf_wr w = tf_wr_init(info, sizeof(info));

	if (!name_ok(cosigner))
		return TF_E_USAGE;
	tf_wr_fixed(&w, "trefoil/dbk/v1", 14);
	tf_wr_u32(&w, header->sources);
	tf_wr_blob(&w, cosigner, strlen(cosigner));
	tf_wr_u32(&w, header->key_version);
	TRY(tf_wr_end(&w, &len));
	return hkdf(dbk, EVP_KDF_HKDF_MODE_EXTRACT_AND_EXPAND, header->uuid, sizeof(header->uuid),
	            m->b, m->len, info, len);
}

static tf_err subkey(tf_secret *out, const tf_secret *dbk, const char *label)
{
	return hkdf(out, EVP_KDF_HKDF_MODE_EXPAND_ONLY, NULL, 0, dbk->b, sizeof(dbk->b),
	            (const uint8_t *)label, strlen(label));
}

static tf_err key_check_value(uint8_t kcv[static 16], const tf_secret *dbk,
                              const tf_seal_header *header)
{
	TF_AUTO(tf_secret) key = { 0 };
	uint8_t msg[24], mac[crypto_auth_hmacsha256_BYTES];
	tf_wr w = tf_wr_init(msg, sizeof(msg));

	TRY(subkey(&key, dbk, "trefoil/dbk/kcv/v1"));
	tf_wr_fixed(&w, header->uuid, sizeof(header->uuid));
	tf_wr_u32(&w, header->sources);
	tf_wr_u32(&w, header->key_version);
	TRY(tf_wr_end(&w, NULL));
	crypto_auth_hmacsha256(mac, msg, sizeof(msg), key.b);
	memcpy(kcv, mac, 16);
	return TF_OK;
}

tf_err tf_seal_header_make(tf_seal_header *out, const char *cosigner, const tf_key_part parts[],
                           size_t n_parts, const tf_rng *rng)
{
	TF_AUTO(key_material) m = { 0 };
	TF_AUTO(tf_secret) dbk = { 0 };
	tf_seal_header h = { .key_version = 1 };

	TRY(gather(&m, parts, n_parts));
	h.sources = m.mask;
	TRY(tf_rng_bytes(rng, h.uuid, sizeof(h.uuid)));
	tf_ct_declassify(h.uuid, sizeof(h.uuid));
	TRY(compose(&dbk, &h, cosigner, &m));
	TRY(key_check_value(h.kcv, &dbk, &h));
	*out = h;
	return TF_OK;
}

tf_err tf_sealer_new(tf_sealer **out, const tf_seal_header *header, const char *cosigner,
                     const tf_key_part parts[], size_t n_parts)
{
	TF_AUTO(key_material) m = { 0 };
	TF_AUTO(tf_secret) dbk = { 0 };
	TF_AUTO(tf_secret) key = { 0 };
	uint8_t kcv[16];
	tf_sealer *s;
	tf_err e;

	TRY(gather(&m, parts, n_parts));
	if (m.mask != header->sources || header->key_version == 0)
		return TF_E_SEAL;
	TRY(compose(&dbk, header, cosigner, &m));
	TRY(key_check_value(kcv, &dbk, header));
	if (!tf_ct_reveal(tf_ct_bytes_eq(kcv, header->kcv, sizeof(kcv))))
		return TF_E_SEAL;
	TRY(subkey(&key, &dbk, "trefoil/dbk/seal/v1"));
	s = calloc(1, sizeof(*s));
	if (!s)
		return TF_E_RESOURCE;
	s->header = *header;
	e = tf_guard_new(&s->key, key.b, sizeof(key.b));
	if (e != TF_OK) {
		free(s);
		return e;
	}
	*out = s;
	return TF_OK;
}

void tf_sealer_free(tf_sealer *s)
{
	if (!s)
		return;
	tf_guard_free(s->key);
	free(s);
}

static tf_err associated_data(uint8_t aad[static AAD_MAX], size_t *len, const tf_sealer *s,
                              const tf_place *place, uint32_t schema)
{
	tf_wr w = tf_wr_init(aad, AAD_MAX);

	if (!name_ok(place->table) || !name_ok(place->row) || !name_ok(place->column))
		return TF_E_USAGE;
	tf_wr_fixed(&w, "trefoil/seal/v1", 16);
	tf_wr_fixed(&w, s->header.uuid, sizeof(s->header.uuid));
	tf_wr_u32(&w, s->header.key_version);
	tf_wr_u32(&w, schema);
	tf_wr_blob(&w, place->table, strlen(place->table));
	tf_wr_blob(&w, place->row, strlen(place->row));
	tf_wr_blob(&w, place->column, strlen(place->column));
	return tf_wr_end(&w, len);
}

/* A context under our key with the associated data fed in. */
static tf_err start(gcm *g, const tf_sealer *s, int encrypt, const uint8_t nonce[static NONCE],
                    const uint8_t *aad, size_t aad_len)
{
	const uint8_t *key;
	int n, ok;

	g->ctx = EVP_CIPHER_CTX_new();
	if (!g->ctx)
		return TF_E_RESOURCE;
	key = tf_guard_open(s->key);
	if (!key)
		return TF_E_STATE;
	ok = EVP_CipherInit_ex(g->ctx, EVP_aes_256_gcm(), NULL, key, nonce, encrypt);
	tf_guard_close(s->key);
	if (ok != 1 || EVP_CipherUpdate(g->ctx, NULL, &n, aad, (int)aad_len) != 1)
		return TF_E_RESOURCE;
	return TF_OK;
}

tf_err tf_seal(uint8_t *out, size_t cap, size_t *out_len, tf_sealer *s, const tf_place *place,
               uint32_t schema, const uint8_t *value, size_t len, const tf_rng *rng)
{
	uint8_t aad[AAD_MAX], *body = out + 1 + NONCE;
	TF_AUTO(gcm) g = { 0 };
	size_t aad_len;
	int n = 0, tail = 0;

	if (len > TF_SEAL_VALUE_MAX)
		return TF_E_TOO_LARGE;
	if (cap < len + TF_SEAL_OVERHEAD)
		return TF_E_CAPACITY;
	TRY(associated_data(aad, &aad_len, s, place, schema));
	out[0] = FORMAT;
	TRY(tf_rng_bytes(rng, out + 1, NONCE));
	tf_ct_declassify(out + 1, NONCE);
	TRY(start(&g, s, 1, out + 1, aad, aad_len));
	if ((len && EVP_EncryptUpdate(g.ctx, body, &n, value, (int)len) != 1) ||
	    EVP_EncryptFinal_ex(g.ctx, body + n, &tail) != 1 ||
	    EVP_CIPHER_CTX_ctrl(g.ctx, EVP_CTRL_AEAD_GET_TAG, TAG, body + len) != 1)
		return TF_E_RESOURCE;
	*out_len = len + TF_SEAL_OVERHEAD;
	return TF_OK;
}

tf_err tf_unseal(uint8_t *out, size_t cap, size_t *out_len, tf_sealer *s, const tf_place *place,
                 uint32_t schema, const uint8_t *sealed, size_t len)
{
	uint8_t aad[AAD_MAX], tag[TAG], last[16];
	TF_AUTO(gcm) g = { 0 };
	size_t aad_len, plain;
	int n = 0, tail = 0;

	if (len < TF_SEAL_OVERHEAD || len > TF_SEAL_VALUE_MAX + TF_SEAL_OVERHEAD ||
	    sealed[0] != FORMAT)
		return TF_E_SEAL;
	plain = len - TF_SEAL_OVERHEAD;
	if (cap < plain)
		return TF_E_CAPACITY;
	TRY(associated_data(aad, &aad_len, s, place, schema));
	TRY(start(&g, s, 0, sealed + 1, aad, aad_len));
	memcpy(tag, sealed + len - TAG, TAG);
	if ((plain && EVP_DecryptUpdate(g.ctx, out, &n, sealed + 1 + NONCE, (int)plain) != 1) ||
	    EVP_CIPHER_CTX_ctrl(g.ctx, EVP_CTRL_AEAD_SET_TAG, TAG, tag) != 1 ||
	    EVP_DecryptFinal_ex(g.ctx, last, &tail) != 1) {
		tf_wipe(out, plain);
		return TF_E_SEAL;
	}
	*out_len = plain;
	return TF_OK;
}
