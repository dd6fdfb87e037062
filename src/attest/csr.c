#include "attest/csr.h"

#include <openssl/err.h>

#include "attest/names.h"
#include "attest/ossl.h"

static const char domain[] = "trefoil/identity-csr/v1";

static tf_err add_extensions(X509_REQ *req, const tf_holder *holder, const tf_identity_keys *keys,
                             const tf_sans *sans)
{
	TF_AUTO(names_ref) names = { NULL };
	TF_AUTO(exts_ref) exts = { sk_X509_EXTENSION_new_null() };
	tf_ext_identity id = { 0 };
	X509_EXTENSION *ours;

	TRY(tf_names_make(&names, holder, sans));
	memcpy(id.ed25519, keys->ed25519, 32);
	memcpy(id.x25519, keys->x25519, 32);
	if (!exts.p || X509V3_add1_i2d(&exts.p, NID_subject_alt_name, names.p, 0, 0) != 1)
		return TF_E_RESOURCE;
	ours = tf_ext_make_request(&id);
	if (!ours || sk_X509_EXTENSION_push(exts.p, ours) <= 0) {
		X509_EXTENSION_free(ours);
		return TF_E_RESOURCE;
	}
	return X509_REQ_add_extensions(req, exts.p) == 1 ? TF_OK : TF_E_RESOURCE;
}

tf_err tf_csr_make(uint8_t *out, size_t cap, size_t *len, const tf_holder *holder,
                   const tf_identity_keys *keys, const tf_sans *sans, EVP_PKEY *tls_key)
{
	TF_AUTO(req_ref) req = { X509_REQ_new() };
	X509_NAME *subject;
	int n, ok;

	if (!tf_holder_valid(holder))
		return TF_E_USAGE;
	subject = tf_subject_make(holder->workspace, holder->device);
	ok = req.p && subject && X509_REQ_set_version(req.p, X509_REQ_VERSION_1) == 1 &&
	     X509_REQ_set_subject_name(req.p, subject) == 1 &&
	     X509_REQ_set_pubkey(req.p, tls_key) == 1;
	X509_NAME_free(subject);
	if (!ok)
		return TF_E_RESOURCE;
	TRY(add_extensions(req.p, holder, keys, sans));
	if (X509_REQ_sign(req.p, tls_key, EVP_sha256()) <= 0)
		return TF_E_RESOURCE;
	n = i2d_X509_REQ(req.p, NULL);
	if (n <= 0)
		return TF_E_RESOURCE;
	if ((size_t)n > cap)
		return TF_E_CAPACITY;
	*len = (size_t)i2d_X509_REQ(req.p, &out);
	return TF_OK;
}

/* nonce || CSR; at most TF_CSR_MAX bytes of CSR. */
static tf_err signed_text(uint8_t msg[static TF_NONCE_LEN + TF_CSR_MAX], const uint8_t *der,
                          size_t len, const uint8_t nonce[static TF_NONCE_LEN])
{
	if (len > TF_CSR_MAX)
		return TF_E_TOO_LARGE;
	memcpy(msg, nonce, TF_NONCE_LEN);
	memcpy(msg + TF_NONCE_LEN, der, len);
	return TF_OK;
}

tf_err tf_csr_sign(uint8_t sig[static 64], const tf_identity_keys *keys, const uint8_t *der,
                   size_t len, const uint8_t nonce[static TF_NONCE_LEN])
{
	uint8_t msg[TF_NONCE_LEN + TF_CSR_MAX];

	TRY(signed_text(msg, der, len, nonce));
	return tf_identity_sign(sig, keys, domain, msg, TF_NONCE_LEN + len);
}

/* Everything a request says, if it has the form of one of ours. */
static tf_err read_request(tf_csr *c, req_ref *req, const uint8_t *der, size_t len)
{
	TF_AUTO(exts_ref) exts = { NULL };
	tf_ext_identity id = { 0 };
	uint8_t *spki = NULL;
	int n;

	TRY(tf_req_read(req, der, len));
	if (X509_REQ_get_version(req->p) != X509_REQ_VERSION_1 ||
	    X509_REQ_get_attr_count(req->p) != 1 ||
	    X509_REQ_get_signature_nid(req->p) != NID_ecdsa_with_SHA256 ||
	    !tf_pkey_is_p256(X509_REQ_get0_pubkey(req->p)))
		return TF_E_ENCODING;
	exts.p = X509_REQ_get_extensions(req->p);
	if (!exts.p || sk_X509_EXTENSION_num(exts.p) != 2)
		return TF_E_ENCODING;
	TRY(tf_names_read(&c->holder, &c->sans, exts.p));
	TRY(tf_ext_read_request(&id, exts.p));
	memcpy(c->ed25519, id.ed25519, 32);
	memcpy(c->x25519, id.x25519, 32);
	n = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(req->p), &spki);
	if (n > 0 && (size_t)n <= sizeof(c->spki)) {
		memcpy(c->spki, spki, (size_t)n);
		c->spki_len = (size_t)n;
	}
	OPENSSL_free(spki);
	return c->spki_len ? TF_OK : TF_E_ENCODING;
}

tf_err tf_csr_check(tf_csr *out, const uint8_t *der, size_t len, const tf_holder *granted,
                    const tf_sans *sans, const uint8_t nonce[static TF_NONCE_LEN],
                    const uint8_t sig[static 64], tf_fault *fault)
{
	uint8_t msg[TF_NONCE_LEN + TF_CSR_MAX];
	TF_AUTO(req_ref) req = { NULL };
	tf_csr c = { 0 };
	tf_err form = read_request(&c, &req, der, len);
	bool subject;

	ERR_clear_error();
	if (!tf_holds(fault, TF_CK_CSR_FORM, form == TF_OK))
		return TF_E_TRUST;
	if (form != TF_OK)
		return form;
	if (!tf_holds(fault, TF_CK_CSR_SIGNATURE,
	              X509_REQ_verify(req.p, X509_REQ_get0_pubkey(req.p)) == 1))
		return TF_E_TRUST;
	subject = tf_holder_eq(&c.holder, granted) &&
	          tf_subject_is(X509_REQ_get_subject_name(req.p), granted->workspace,
	                        granted->device);
	if (!tf_holds(fault, TF_CK_CSR_SUBJECT, subject))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_CSR_NAMES, tf_sans_eq(&c.sans, sans)))
		return TF_E_TRUST;
	TRY(signed_text(msg, der, len, nonce));
	if (!tf_holds(fault, TF_CK_CSR_IDENTITY,
	              tf_identity_verify(c.ed25519, domain, msg, TF_NONCE_LEN + len, sig)))
		return TF_E_TRUST;
	memcpy(c.nonce, nonce, TF_NONCE_LEN);
	ERR_clear_error();
	*out = c;
	return TF_OK;
}
