#include "net/jwt_key.h"

#include <ctype.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#define BITS_MIN 2048
#define BITS_MAX 16384
#define PEM_MAX 65536

static EVP_PKEY *key_of_request(const uint8_t **p, long len, bool *self_signed)
{
	X509_REQ *req = d2i_X509_REQ(NULL, p, len);
	EVP_PKEY *key = req ? X509_REQ_get_pubkey(req) : NULL;

	*self_signed = key && X509_REQ_verify(req, key) == 1;
	X509_REQ_free(req);
	return key;
}

static EVP_PKEY *key_of_cert(const uint8_t **p, long len)
{
	X509 *cert = d2i_X509(NULL, p, len);
	EVP_PKEY *key = cert ? X509_get_pubkey(cert) : NULL;

	X509_free(cert);
	return key;
}

static EVP_PKEY *key_of_der(const char *name, const uint8_t *der, long len, bool *self_signed)
{
	const uint8_t *p = der;
	EVP_PKEY *key = NULL;

	*self_signed = true;
	if (strcmp(name, "PUBLIC KEY") == 0)
		key = d2i_PUBKEY(NULL, &p, len);
	else if (strcmp(name, "RSA PUBLIC KEY") == 0)
		key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, len);
	else if (strcmp(name, "CERTIFICATE") == 0)
		key = key_of_cert(&p, len);
	else if (strcmp(name, "CERTIFICATE REQUEST") == 0 ||
	         strcmp(name, "NEW CERTIFICATE REQUEST") == 0)
		key = key_of_request(&p, len, self_signed);
	if (key && p != der + len) {
		EVP_PKEY_free(key);
		return NULL;
	}
	return key;
}

/* Exactly one PEM object, blanks around it; *self_signed is false only for a forged request. */
static EVP_PKEY *read_key(const char *pem, size_t len, bool *self_signed)
{
	BIO *bio = len <= PEM_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
	char *name = NULL, *header = NULL;
	uint8_t *der = NULL;
	EVP_PKEY *key = NULL;
	long der_len = 0;
	char c;

	if (bio && PEM_read_bio(bio, &name, &header, &der, &der_len) == 1)
		key = key_of_der(name, der, der_len, self_signed);
	while (key && BIO_read(bio, &c, 1) == 1) {
		if (isspace((unsigned char)c))
			continue;
		EVP_PKEY_free(key);
		key = NULL;
	}
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(der);
	BIO_free(bio);
	ERR_clear_error();
	return key;
}

static bool is_sound(EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx;
	bool sound;

	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key) < BITS_MIN ||
	    EVP_PKEY_get_bits(key) > BITS_MAX)
		return false;
	ctx = EVP_PKEY_CTX_new(key, NULL);
	sound = ctx && EVP_PKEY_public_check(ctx) == 1;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return sound;
}

static uint8_t *number(EVP_PKEY *key, const char *name, size_t *len)
{
	BIGNUM *bn = NULL;
	uint8_t *out = NULL;

	if (EVP_PKEY_get_bn_param(key, name, &bn) == 1) {
		*len = (size_t)BN_num_bytes(bn);
		out = malloc(*len + 1);
		if (out)
			BN_bn2bin(bn, out);
	}
	BN_free(bn);
	return out;
}

static cjose_jwk_t *to_jwk(EVP_PKEY *key)
{
	cjose_jwk_rsa_keyspec spec = { 0 };
	cjose_jwk_t *jwk = NULL;

	spec.n = number(key, OSSL_PKEY_PARAM_RSA_N, &spec.nlen);
	spec.e = number(key, OSSL_PKEY_PARAM_RSA_E, &spec.elen);
	if (spec.n && spec.e)
		jwk = cjose_jwk_create_RSA_spec(&spec, NULL);
	free(spec.n);
	free(spec.e);
	return jwk;
}

tf_err tf_jwt_key_new(tf_jwt_key **out, const char *pem, size_t len)
{
	bool self_signed = true;
	EVP_PKEY *key = read_key(pem, len, &self_signed);
	tf_jwt_key *k;

	if (!key)
		return TF_E_ENCODING;
	if (!self_signed || !is_sound(key)) {
		EVP_PKEY_free(key);
		return self_signed ? TF_E_UNSUPPORTED : TF_E_TRUST;
	}
	k = calloc(1, sizeof(*k));
	if (k)
		k->jwk = to_jwk(key);
	EVP_PKEY_free(key);
	if (!k || !k->jwk) {
		free(k);
		return TF_E_RESOURCE;
	}
	*out = k;
	return TF_OK;
}

void tf_jwt_key_free(tf_jwt_key *k)
{
	if (!k)
		return;
	cjose_jwk_release(k->jwk);
	free(k);
}

/* ---- keys that were read before ---- */

typedef struct known {
	char *pem;
	size_t len;
	tf_jwt_key *key;
} known;

struct tf_jwt_keys {
	known known[TF_JWT_KEYS_MAX];
	size_t next; /* makes room */
};

tf_err tf_jwt_keys_new(tf_jwt_keys **out)
{
	*out = calloc(1, sizeof(**out));
	return *out ? TF_OK : TF_E_RESOURCE;
}

static void forget(known *k)
{
	free(k->pem);
	tf_jwt_key_free(k->key);
	*k = (known){ 0 };
}

void tf_jwt_keys_free(tf_jwt_keys *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < TF_JWT_KEYS_MAX; i++)
		forget(&c->known[i]);
	free(c);
}

static tf_err learn(known *out, const char *pem, size_t len)
{
	known k = { .pem = malloc(len ? len : 1), .len = len };
	tf_err e;

	if (!k.pem)
		return TF_E_RESOURCE;
	memcpy(k.pem, pem, len);
	e = tf_jwt_key_new(&k.key, pem, len);
	if (e != TF_OK) {
		forget(&k);
		return e;
	}
	forget(out);
	*out = k;
	return TF_OK;
}

tf_err tf_jwt_keys_get(const tf_jwt_key **out, tf_jwt_keys *c, const char *pem, size_t len)
{
	known *k;

	for (size_t i = 0; i < TF_JWT_KEYS_MAX; i++) {
		k = &c->known[i];
		if (k->key && k->len == len && memcmp(k->pem, pem, len) == 0) {
			*out = k->key;
			return TF_OK;
		}
	}
	k = &c->known[c->next];
	TRY(learn(k, pem, len));
	c->next = (c->next + 1) % TF_JWT_KEYS_MAX;
	*out = k->key;
	return TF_OK;
}
