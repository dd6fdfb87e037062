#include "net/test_pki.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "harness/harness.h"

static char *bio_text(BIO *bio)
{
	char *view, *text;
	long len = BIO_get_mem_data(bio, &view);

	CHECK(len > 0);
	text = calloc(1, (size_t)len + 1);
	CHECK(text);
	memcpy(text, view, (size_t)len);
	BIO_free(bio);
	return text;
}

static char *cert_text(X509 *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());

	CHECK(PEM_write_bio_X509(bio, cert) == 1);
	return bio_text(bio);
}

static void extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	CHECK(ext && X509_add_ext(cert, ext, -1) == 1);
	X509_EXTENSION_free(ext);
}

static X509 *new_cert(const char *name, EVP_PKEY *key, X509 *issuer, long serial, pki_span span)
{
	X509 *cert = X509_new();
	X509_NAME *subject = X509_NAME_new();

	CHECK(cert && subject);
	CHECK(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const uint8_t *)name, -1, -1,
	                                 0) == 1);
	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial);
	X509_gmtime_adj(X509_getm_notBefore(cert), span.from);
	X509_gmtime_adj(X509_getm_notAfter(cert), span.to);
	X509_set_subject_name(cert, subject);
	X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer) : subject);
	X509_set_pubkey(cert, key);
	X509_NAME_free(subject);
	return cert;
}

void pki_ca_init(pki_ca *ca, const char *name)
{
	memset(ca, 0, sizeof(*ca));
	ca->key = EVP_EC_gen("P-256");
	CHECK(ca->key);
	ca->serial = 1;
	ca->cert = new_cert(name, ca->key, NULL, 1, (pki_span){ -7200, 864000 });
	extend(ca->cert, ca->cert, NID_basic_constraints, "critical,CA:TRUE");
	extend(ca->cert, ca->cert, NID_key_usage, "critical,keyCertSign,cRLSign");
	extend(ca->cert, ca->cert, NID_subject_key_identifier, "hash");
	CHECK(X509_sign(ca->cert, ca->key, EVP_sha256()) > 0);
	ca->pem = cert_text(ca->cert);
}

void pki_ca_wipe(pki_ca *ca)
{
	EVP_PKEY_free(ca->key);
	X509_free(ca->cert);
	free(ca->pem);
}

void pki_issue(pki_id *id, pki_ca *ca, const char *name, const char *san, const char *eku,
               pki_span span)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	BIO *bio = BIO_new(BIO_s_mem());
	X509 *cert;

	CHECK(key && bio);
	id->serial = ++ca->serial;
	cert = new_cert(name, key, ca->cert, id->serial, span);
	extend(cert, ca->cert, NID_basic_constraints, "critical,CA:FALSE");
	extend(cert, ca->cert, NID_key_usage, "critical,digitalSignature");
	extend(cert, ca->cert, NID_ext_key_usage, eku ? eku : "clientAuth,serverAuth");
	extend(cert, ca->cert, NID_authority_key_identifier, "keyid");
	if (san)
		extend(cert, ca->cert, NID_subject_alt_name, san);
	CHECK(X509_sign(cert, ca->key, EVP_sha256()) > 0);
	id->cert_pem = cert_text(cert);
	CHECK(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1);
	id->key_pem = bio_text(bio);
	X509_free(cert);
	EVP_PKEY_free(key);
}

void pki_id_wipe(pki_id *id)
{
	free(id->cert_pem);
	free(id->key_pem);
}

void pki_revoke(pki_ca *ca, long serial)
{
	CHECK(ca->revoked_n < 8);
	ca->revoked[ca->revoked_n++] = serial;
}

char *pki_crl(pki_ca *ca, long next_s)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *t = ASN1_TIME_new();
	BIO *bio = BIO_new(BIO_s_mem());

	CHECK(crl && t && bio);
	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca->cert));
	X509_gmtime_adj(t, -3600);
	X509_CRL_set1_lastUpdate(crl, t);
	X509_gmtime_adj(t, next_s);
	X509_CRL_set1_nextUpdate(crl, t);
	for (int i = 0; i < ca->revoked_n; i++) {
		X509_REVOKED *entry = X509_REVOKED_new();
		ASN1_INTEGER *serial = ASN1_INTEGER_new();

		ASN1_INTEGER_set(serial, ca->revoked[i]);
		X509_REVOKED_set_serialNumber(entry, serial);
		X509_gmtime_adj(t, -60);
		X509_REVOKED_set_revocationDate(entry, t);
		X509_CRL_add0_revoked(crl, entry);
		ASN1_INTEGER_free(serial);
	}
	CHECK(X509_CRL_sign(crl, ca->key, EVP_sha256()) > 0);
	CHECK(PEM_write_bio_X509_CRL(bio, crl) == 1);
	ASN1_TIME_free(t);
	X509_CRL_free(crl);
	return bio_text(bio);
}

static tf_tls_source text_source(const char *text)
{
	return (tf_tls_source){ .data = text, .len = text ? strlen(text) : 0 };
}

tf_tls_config pki_config(const pki_ca *ca, const pki_id *id, const char *crl, const char *alpn)
{
	return (tf_tls_config){
		.roots = text_source(ca->pem),
		.chain = text_source(id ? id->cert_pem : NULL),
		.key = text_source(id ? id->key_pem : NULL),
		.crl = text_source(crl),
		.alpn = alpn,
	};
}

tf_tls *pki_tls(const pki_ca *ca, const pki_id *id, const char *crl, const char *alpn)
{
	tf_tls_config config = pki_config(ca, id, crl, alpn);
	char why[160] = "";
	tf_tls *tls;
	tf_err err = tf_tls_new(&tls, &config, why, sizeof(why));

	if (err != TF_OK)
		tf_test_fail(__FILE__, __LINE__, "tf_tls_new: %s: %s", tf_err_name(err), why);
	return tls;
}

void pki_rsa(char **private_pem, char **public_pem, int bits)
{
	EVP_PKEY *key = EVP_RSA_gen((unsigned)bits);
	BIO *a = BIO_new(BIO_s_mem()), *b = BIO_new(BIO_s_mem());

	CHECK(key && a && b);
	CHECK(PEM_write_bio_PrivateKey(a, key, NULL, NULL, 0, NULL, NULL) == 1);
	CHECK(PEM_write_bio_PUBKEY(b, key) == 1);
	*private_pem = bio_text(a);
	*public_pem = bio_text(b);
	EVP_PKEY_free(key);
}
