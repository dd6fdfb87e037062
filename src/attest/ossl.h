/* OpenSSL objects that free themselves: for the files of the attest room only.
 *
 *     TF_AUTO(x509_ref) cert = { X509_new() };
 *
 * Nothing of ASN.1 is written by hand here: the two extensions of ours are OpenSSL templates
 * (ext.c), and whatever was read is encoded again and compared, so that only DER passes.
 */
#ifndef TF_ATTEST_OSSL_H
#define TF_ATTEST_OSSL_H

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <string.h>

#include "attest/cert.h"
#include "base/ct.h"
#include "base/err.h"
#include "base/secret.h"

typedef struct x509_ref { X509 *p; } x509_ref;
typedef struct req_ref { X509_REQ *p; } req_ref;
typedef struct crl_ref { X509_CRL *p; } crl_ref;
typedef struct pkey_ref { EVP_PKEY *p; } pkey_ref;
typedef struct bio_ref { BIO *p; } bio_ref;
typedef struct names_ref { GENERAL_NAMES *p; } names_ref;
typedef struct exts_ref { STACK_OF(X509_EXTENSION) *p; } exts_ref;
typedef struct octets_ref { ASN1_OCTET_STRING *p; } octets_ref;

static inline void x509_ref_wipe(x509_ref *r)
{
	X509_free(r->p);
	r->p = NULL;
}

static inline void req_ref_wipe(req_ref *r)
{
	X509_REQ_free(r->p);
	r->p = NULL;
}

static inline void crl_ref_wipe(crl_ref *r)
{
	X509_CRL_free(r->p);
	r->p = NULL;
}

static inline void pkey_ref_wipe(pkey_ref *r)
{
	EVP_PKEY_free(r->p);
	r->p = NULL;
}

static inline void bio_ref_wipe(bio_ref *r)
{
	BIO_free_all(r->p);
	r->p = NULL;
}

static inline void names_ref_wipe(names_ref *r)
{
	GENERAL_NAMES_free(r->p);
	r->p = NULL;
}

static inline void exts_ref_wipe(exts_ref *r)
{
	sk_X509_EXTENSION_pop_free(r->p, X509_EXTENSION_free);
	r->p = NULL;
}

static inline void octets_ref_wipe(octets_ref *r)
{
	ASN1_OCTET_STRING_free(r->p);
	r->p = NULL;
}

/* Equality of public bytes. */
static inline bool tf_same(const void *a, const void *b, size_t len)
{
	return tf_ct_reveal(tf_ct_bytes_eq(a, b, len));
}

/* What the two extensions of ours say. Of a request's, only the keys count. */
typedef struct tf_ext_identity {
	uint8_t ed25519[32];
	uint8_t x25519[32];
	tf_evidence_kind evidence;
	uint8_t evidence_digest[32];
	uint8_t trust_root[32];
} tf_ext_identity;

/* The extension TF_OID_IDENTITY or TF_OID_IDENTITY_REQUEST; NULL without memory. The caller frees
 * it. */
X509_EXTENSION *tf_ext_make(const tf_ext_identity *id);
X509_EXTENSION *tf_ext_make_request(const tf_ext_identity *id);

/* Find and read it: exactly one, not critical, DER, nothing after it. TF_E_ENCODING. */
TF_MUST_USE tf_err tf_ext_read(tf_ext_identity *out, const STACK_OF(X509_EXTENSION) *exts);
TF_MUST_USE tf_err tf_ext_read_request(tf_ext_identity *out,
                                       const STACK_OF(X509_EXTENSION) *exts);

/* The whole DER of an object, and nothing else: TF_E_ENCODING if it does not parse, TF_E_TRAILING,
 * or is not the one encoding of what it says. */
TF_MUST_USE tf_err tf_x509_read(x509_ref *out, const uint8_t *der, size_t len, size_t max);
TF_MUST_USE tf_err tf_req_read(req_ref *out, const uint8_t *der, size_t len);
TF_MUST_USE tf_err tf_crl_read(crl_ref *out, const uint8_t *der, size_t len);

/* Is this key a P-256 key in its usual form (named curve, uncompressed point)? */
bool tf_pkey_is_p256(const EVP_PKEY *key);

/* Does this name consist of exactly O=workspace, CN=common (UTF8String)? */
bool tf_subject_is(const X509_NAME *name, const char *workspace, const char *common);

/* A name of that form; NULL without memory. */
X509_NAME *tf_subject_make(const char *workspace, const char *common);

/* An ASN.1 time as Unix seconds. TF_E_ENCODING. */
TF_MUST_USE tf_err tf_time_read(int64_t *out, const ASN1_TIME *t);

/* A serial number of 1 to 16 bytes, left-padded with zeros. TF_E_ENCODING. */
TF_MUST_USE tf_err tf_serial_read(uint8_t out[static 16], const ASN1_INTEGER *serial);

/* Is this a root of ours: self-signed P-256 CA of this workspace, pathlen 0, keyUsage exactly
 * keyCertSign and cRLSign? */
bool tf_root_is_ours(X509 *root, const char *workspace);

#endif
