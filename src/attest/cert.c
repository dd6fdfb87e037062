#include "attest/cert.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include "attest/names.h"
#include "attest/ossl.h"

/* basicConstraints, keyUsage, extendedKeyUsage, SAN, SKI, AKI, ours */
#define N_EXTENSIONS 7

static bool usage_fits(X509 *x)
{
	const uint32_t bad = EXFLAG_CA | EXFLAG_INVALID | EXFLAG_CRITICAL | EXFLAG_SS | EXFLAG_V1;
	uint32_t flags = X509_get_extension_flags(x);

	return (flags & bad) == 0 && (flags & EXFLAG_BCONS) != 0 &&
	       X509_get_key_usage(x) == KU_DIGITAL_SIGNATURE &&
	       X509_get_extended_key_usage(x) == (XKU_SSL_CLIENT | XKU_SSL_SERVER) &&
	       X509_get0_subject_key_id(x) && X509_get0_authority_key_id(x);
}

static tf_err read_validity(tf_cert *c, const X509 *x)
{
	TRY(tf_time_read(&c->not_before, X509_get0_notBefore(x)));
	TRY(tf_time_read(&c->not_after, X509_get0_notAfter(x)));
	if (c->not_after <= c->not_before || c->not_after - c->not_before > TF_CERT_SECONDS)
		return TF_E_ENCODING;
	return TF_OK;
}

static tf_err read_spki_hash(tf_cert *c, const X509 *x)
{
	uint8_t *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);

	if (len <= 0)
		return TF_E_ENCODING;
	SHA256(der, (size_t)len, c->spki);
	OPENSSL_free(der);
	return TF_OK;
}

static tf_err read_identity(tf_identity *id, const X509 *x)
{
	const STACK_OF(X509_EXTENSION) *exts = X509_get0_extensions(x);
	tf_ext_identity ext = { 0 };
	tf_sans sans;

	if (X509v3_get_ext_count(exts) != N_EXTENSIONS)
		return TF_E_ENCODING;
	TRY(tf_names_read(&id->holder, &sans, exts));
	TRY(tf_ext_read(&ext, exts));
	if (!tf_subject_is(X509_get_subject_name(x), id->holder.workspace, id->holder.device))
		return TF_E_ENCODING;
	memcpy(id->ed25519, ext.ed25519, 32);
	memcpy(id->x25519, ext.x25519, 32);
	memcpy(id->evidence_digest, ext.evidence_digest, 32);
	memcpy(id->trust_root, ext.trust_root, 32);
	id->evidence = ext.evidence;
	return TF_OK;
}

tf_err tf_cert_parse(tf_cert *out, const uint8_t *der, size_t len)
{
	TF_AUTO(x509_ref) x = { NULL };
	tf_cert c = { 0 };

	TRY(tf_x509_read(&x, der, len, TF_CERT_MAX));
	if (X509_get_version(x.p) != X509_VERSION_3 ||
	    X509_get_signature_nid(x.p) != NID_ecdsa_with_SHA256 ||
	    !tf_pkey_is_p256(X509_get0_pubkey(x.p)) || !usage_fits(x.p))
		return TF_E_ENCODING;
	TRY(tf_serial_read(c.serial, X509_get0_serialNumber(x.p)));
	TRY(read_validity(&c, x.p));
	TRY(read_spki_hash(&c, x.p));
	TRY(read_identity(&c.id, x.p));
	SHA256(der, len, c.sha256);
	*out = c;
	return TF_OK;
}

tf_err tf_cert_to_pem(char *out, size_t cap, const uint8_t *der, size_t len)
{
	TF_AUTO(bio_ref) bio = { BIO_new(BIO_s_mem()) };
	char *text;
	long n;

	if (!bio.p || PEM_write_bio(bio.p, PEM_STRING_X509, "", der, (long)len) <= 0)
		return TF_E_RESOURCE;
	n = BIO_get_mem_data(bio.p, &text);
	if (n < 0 || (size_t)n >= cap)
		return TF_E_CAPACITY;
	memcpy(out, text, (size_t)n);
	out[n] = '\0';
	return TF_OK;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Nothing before, between or after: OpenSSL's reader would skip it. */
static bool only_one_block(const char *pem, size_t len)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	static const char end[] = "-----END CERTIFICATE-----";
	const char *stop;

	while (len > 0 && is_space(*pem)) {
		pem++;
		len--;
	}
	while (len > 0 && is_space(pem[len - 1]))
		len--;
	if (len < sizeof(begin) + sizeof(end) || strncmp(pem, begin, sizeof(begin) - 1) != 0)
		return false;
	stop = memmem(pem, len, end, sizeof(end) - 1);
	return stop && stop + sizeof(end) - 1 == pem + len;
}

tf_err tf_cert_from_pem(uint8_t *out, size_t cap, size_t *out_len, const char *pem, size_t pem_len)
{
	TF_AUTO(bio_ref) bio = { NULL };
	char *name = NULL, *header = NULL;
	uint8_t *der = NULL;
	long len = 0;
	tf_err e = TF_E_ENCODING;

	if (pem_len > TF_CERT_PEM_MAX)
		return TF_E_TOO_LARGE;
	if (!only_one_block(pem, pem_len))
		return TF_E_ENCODING;
	bio.p = BIO_new_mem_buf(pem, (int)pem_len);
	if (!bio.p)
		return TF_E_RESOURCE;
	if (PEM_read_bio(bio.p, &name, &header, &der, &len) == 1 && header[0] == '\0') {
		e = (size_t)len > cap ? TF_E_CAPACITY : TF_OK;
		if (e == TF_OK) {
			memcpy(out, der, (size_t)len);
			*out_len = (size_t)len;
		}
	}
	ERR_clear_error();
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(der);
	return e;
}

tf_err tf_tls_key_make(EVP_PKEY **out)
{
	*out = EVP_EC_gen("P-256");
	return *out ? TF_OK : TF_E_ENTROPY;
}

tf_err tf_tls_key_encode(uint8_t *out, size_t cap, size_t *len, EVP_PKEY *key)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	int n = info ? i2d_PKCS8_PRIV_KEY_INFO(info, NULL) : -1;
	tf_err e = TF_E_RESOURCE;

	if (n > 0)
		e = (size_t)n > cap ? TF_E_CAPACITY : TF_OK;
	if (e == TF_OK) {
		*len = (size_t)i2d_PKCS8_PRIV_KEY_INFO(info, &out);
	}
	PKCS8_PRIV_KEY_INFO_free(info); /* clears the key in it */
	return e;
}

tf_err tf_tls_key_decode(EVP_PKEY **out, const uint8_t *der, size_t len)
{
	const uint8_t *p = der;
	PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)len);
	EVP_PKEY *key = info && p == der + len ? EVP_PKCS82PKEY(info) : NULL;

	PKCS8_PRIV_KEY_INFO_free(info);
	ERR_clear_error();
	if (!tf_pkey_is_p256(key)) {
		EVP_PKEY_free(key);
		return TF_E_ENCODING;
	}
	*out = key;
	return TF_OK;
}
