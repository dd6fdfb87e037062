#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <time.h>

#include "attest/ossl.h"

#define VERSION 1

/* Templates of OpenSSL's ASN.1 machine; the names are what its macros paste. */
typedef struct identity_ext {
	int32_t version;
	ASN1_OCTET_STRING *ed25519;
	ASN1_OCTET_STRING *x25519;
	int32_t evidence;
	ASN1_OCTET_STRING *digest;
	ASN1_OCTET_STRING *trust_root;
} identity_ext;

typedef struct request_ext {
	int32_t version;
	ASN1_OCTET_STRING *ed25519;
	ASN1_OCTET_STRING *x25519;
} request_ext;

ASN1_SEQUENCE(identity_ext) = {
	ASN1_EMBED(identity_ext, version, INT32),
	ASN1_SIMPLE(identity_ext, ed25519, ASN1_OCTET_STRING),
	ASN1_SIMPLE(identity_ext, x25519, ASN1_OCTET_STRING),
	ASN1_EMBED(identity_ext, evidence, INT32),
	ASN1_SIMPLE(identity_ext, digest, ASN1_OCTET_STRING),
	ASN1_SIMPLE(identity_ext, trust_root, ASN1_OCTET_STRING),
} static_ASN1_SEQUENCE_END(identity_ext)

ASN1_SEQUENCE(request_ext) = {
	ASN1_EMBED(request_ext, version, INT32),
	ASN1_SIMPLE(request_ext, ed25519, ASN1_OCTET_STRING),
	ASN1_SIMPLE(request_ext, x25519, ASN1_OCTET_STRING),
} static_ASN1_SEQUENCE_END(request_ext)

typedef struct item_ref {
	ASN1_VALUE *p;
	const ASN1_ITEM *it;
} item_ref;

static void item_ref_wipe(item_ref *r)
{
	if (r->p)
		ASN1_item_free(r->p, r->it);
	r->p = NULL;
}

static bool set32(ASN1_OCTET_STRING *s, const uint8_t v[static 32])
{
	return s && ASN1_OCTET_STRING_set(s, v, 32) == 1;
}

static bool get32(uint8_t out[static 32], const ASN1_OCTET_STRING *s)
{
	if (ASN1_STRING_length(s) != 32)
		return false;
	memcpy(out, ASN1_STRING_get0_data(s), 32);
	return true;
}

/* An extension around a filled template. */
static X509_EXTENSION *wrap(const char *oid, item_ref *value)
{
	ASN1_OBJECT *obj = OBJ_txt2obj(oid, 1);
	X509_EXTENSION *ext = NULL;
	uint8_t *der = NULL;
	int len = ASN1_item_i2d(value->p, &der, value->it);
	TF_AUTO(octets_ref) octets = { ASN1_OCTET_STRING_new() };

	if (obj && len > 0 && octets.p && ASN1_OCTET_STRING_set(octets.p, der, len) == 1)
		ext = X509_EXTENSION_create_by_OBJ(NULL, obj, 0, octets.p);
	OPENSSL_free(der);
	ASN1_OBJECT_free(obj);
	return ext;
}

X509_EXTENSION *tf_ext_make(const tf_ext_identity *id)
{
	TF_AUTO(item_ref) item = { NULL, ASN1_ITEM_rptr(identity_ext) };
	identity_ext *v = (identity_ext *)ASN1_item_new(item.it);

	item.p = (ASN1_VALUE *)v;
	if (!v)
		return NULL;
	v->version = VERSION;
	v->evidence = (int32_t)id->evidence;
	if (!set32(v->ed25519, id->ed25519) || !set32(v->x25519, id->x25519) ||
	    !set32(v->digest, id->evidence_digest) || !set32(v->trust_root, id->trust_root))
		return NULL;
	return wrap(TF_OID_IDENTITY, &item);
}

X509_EXTENSION *tf_ext_make_request(const tf_ext_identity *id)
{
	TF_AUTO(item_ref) item = { NULL, ASN1_ITEM_rptr(request_ext) };
	request_ext *v = (request_ext *)ASN1_item_new(item.it);

	item.p = (ASN1_VALUE *)v;
	if (!v)
		return NULL;
	v->version = VERSION;
	if (!set32(v->ed25519, id->ed25519) || !set32(v->x25519, id->x25519))
		return NULL;
	return wrap(TF_OID_IDENTITY_REQUEST, &item);
}

/* The one extension of this name, parsed; what it was parsed from must be its DER. */
static tf_err unwrap(item_ref *out, const char *oid, const STACK_OF(X509_EXTENSION) *exts)
{
	ASN1_OBJECT *obj = OBJ_txt2obj(oid, 1);
	int at = obj ? X509v3_get_ext_by_OBJ(exts, obj, -1) : -1;
	int second = at >= 0 ? X509v3_get_ext_by_OBJ(exts, obj, at) : -1;
	X509_EXTENSION *ext = at >= 0 ? X509v3_get_ext(exts, at) : NULL;
	const ASN1_OCTET_STRING *data = ext ? X509_EXTENSION_get_data(ext) : NULL;
	const uint8_t *p, *start;
	uint8_t *again = NULL;
	int len, len2;
	bool same;

	ASN1_OBJECT_free(obj);
	if (!data || second >= 0 || X509_EXTENSION_get_critical(ext))
		return TF_E_ENCODING;
	p = start = ASN1_STRING_get0_data(data);
	len = ASN1_STRING_length(data);
	out->p = ASN1_item_d2i(NULL, &p, len, out->it);
	ERR_clear_error();
	if (!out->p || p != start + len)
		return TF_E_ENCODING;
	len2 = ASN1_item_i2d(out->p, &again, out->it);
	same = len2 == len && tf_same(again, start, (size_t)len);
	OPENSSL_free(again);
	return same ? TF_OK : TF_E_ENCODING;
}

tf_err tf_ext_read(tf_ext_identity *out, const STACK_OF(X509_EXTENSION) *exts)
{
	static const uint8_t zeros[32];
	TF_AUTO(item_ref) item = { NULL, ASN1_ITEM_rptr(identity_ext) };
	const identity_ext *v;

	TRY(unwrap(&item, TF_OID_IDENTITY, exts));
	v = (const identity_ext *)item.p;
	if (v->version != VERSION || v->evidence < TF_EVIDENCE_NONE ||
	    v->evidence > TF_EVIDENCE_SNP || !get32(out->ed25519, v->ed25519) ||
	    !get32(out->x25519, v->x25519) || !get32(out->evidence_digest, v->digest) ||
	    !get32(out->trust_root, v->trust_root))
		return TF_E_ENCODING;
	out->evidence = (tf_evidence_kind)v->evidence;
	if ((out->evidence == TF_EVIDENCE_NONE) != tf_same(out->evidence_digest, zeros, 32))
		return TF_E_ENCODING;
	return TF_OK;
}

tf_err tf_ext_read_request(tf_ext_identity *out, const STACK_OF(X509_EXTENSION) *exts)
{
	TF_AUTO(item_ref) item = { NULL, ASN1_ITEM_rptr(request_ext) };
	const request_ext *v;

	TRY(unwrap(&item, TF_OID_IDENTITY_REQUEST, exts));
	v = (const request_ext *)item.p;
	if (v->version != VERSION || !get32(out->ed25519, v->ed25519) ||
	    !get32(out->x25519, v->x25519))
		return TF_E_ENCODING;
	return TF_OK;
}

/* DER only: what was parsed, encoded anew, must be what was read. (An object that was parsed keeps
 * the bytes of its signed part, so this compares the wrapping; the signature covers the rest.) */
static tf_err whole(int again_len, uint8_t *again, const uint8_t *der, size_t len)
{
	bool same = again_len > 0 && (size_t)again_len == len && tf_same(again, der, len);

	OPENSSL_free(again);
	return same ? TF_OK : TF_E_ENCODING;
}

tf_err tf_x509_read(x509_ref *out, const uint8_t *der, size_t len, size_t max)
{
	const uint8_t *p = der;
	uint8_t *again = NULL;
	int n;

	if (len > max)
		return TF_E_TOO_LARGE;
	out->p = d2i_X509(NULL, &p, (long)len);
	ERR_clear_error();
	if (!out->p)
		return TF_E_ENCODING;
	if (p != der + len)
		return TF_E_TRAILING;
	n = i2d_X509(out->p, &again);
	return whole(n, again, der, len);
}

tf_err tf_req_read(req_ref *out, const uint8_t *der, size_t len)
{
	const uint8_t *p = der;
	uint8_t *again = NULL;
	int n;

	if (len > TF_CERT_MAX)
		return TF_E_TOO_LARGE;
	out->p = d2i_X509_REQ(NULL, &p, (long)len);
	ERR_clear_error();
	if (!out->p)
		return TF_E_ENCODING;
	if (p != der + len)
		return TF_E_TRAILING;
	n = i2d_X509_REQ(out->p, &again);
	return whole(n, again, der, len);
}

tf_err tf_crl_read(crl_ref *out, const uint8_t *der, size_t len)
{
	const uint8_t *p = der;
	uint8_t *again = NULL;
	int n;

	if (len > TF_CRL_MAX)
		return TF_E_TOO_LARGE;
	out->p = d2i_X509_CRL(NULL, &p, (long)len);
	ERR_clear_error();
	if (!out->p)
		return TF_E_ENCODING;
	if (p != der + len)
		return TF_E_TRAILING;
	n = i2d_X509_CRL(out->p, &again);
	return whole(n, again, der, len);
}
