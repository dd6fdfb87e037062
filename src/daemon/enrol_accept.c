#include "daemon/enrol_impl.h"

#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"

static tf_err store_one(tf_member *m, const char *column, const void *p, size_t len)
{
	const tf_place at = tf_member_place(column);

	return tf_store_put(m->store, &at, p, len);
}

static tf_err accept_crl(tf_member *m, tf_exchange *x, int64_t now, unsigned *changed)
{
	TRY(tf_trust_set_crl(m->trust, x->crl, x->crl_len, now));
	/* Not the number: a list may have been believed that could not be stored. */
	if (m->crl && m->crl_len == x->crl_len &&
	    tf_ct_reveal(tf_ct_bytes_eq(m->crl, x->crl, x->crl_len)))
		return TF_OK;
	TRY(store_one(m, "crl", x->crl, x->crl_len));
	free(m->crl);
	m->crl = x->crl;
	m->crl_len = x->crl_len;
	x->crl = NULL;
	*changed |= TF_MEMBER_CRL;
	return TF_OK;
}

static tf_err accept_workspace(tf_member *m, const tf_exchange *x, unsigned *changed,
                               tf_fault *fault, tf_reason *reason)
{
	tf_workspace *w;
	tf_err e;

	if (!x->workspace)
		return TF_OK;
	TRY(tf_workspace_open(&w, m->trust, x->workspace, x->workspace_len, fault, reason));
	e = m->workspace ? tf_workspace_succeeds(m->workspace, w, reason) : TF_OK;
	if (e == TF_OK)
		e = store_one(m, "workspace", x->workspace, x->workspace_len);
	if (e != TF_OK) {
		tf_workspace_free(w);
		return e == TF_E_DUPLICATE ? TF_OK : e;
	}
	tf_workspace_free(m->workspace);
	m->workspace = w;
	*changed |= TF_MEMBER_WORKSPACE;
	return TF_OK;
}

static tf_cert_want ourselves(const tf_member *m)
{
	return (tf_cert_want){ 1u << m->holder.role, m->holder.set, m->holder.device };
}

/* Is this certificate for our place, identity keys and TLS key? */
static tf_err check_cert(tf_cert *out, const tf_member *m, const tf_exchange *x, int64_t now,
                         tf_fault *fault)
{
	const tf_cert_want want = ourselves(m);
	const uint8_t *spki;
	uint8_t *der = NULL, digest[32];
	int len = i2d_PUBKEY(x->tls_key, &der);

	if (len <= 0)
		return TF_E_RESOURCE;
	EVP_Digest(der, (size_t)len, digest, NULL, EVP_sha256(), NULL);
	OPENSSL_free(der);
	TRY(tf_cert_verify(out, m->trust, x->cert, x->cert_len, now, &want, fault));
	spki = out->spki;
	if (!tf_ct_reveal(tf_ct_bytes_eq(out->id.ed25519, m->keys->ed25519, 32)) ||
	    !tf_ct_reveal(tf_ct_bytes_eq(out->id.x25519, m->keys->x25519, 32)) ||
	    !tf_ct_reveal(tf_ct_bytes_eq(spki, digest, 32)))
		return TF_E_TRUST;
	return TF_OK;
}

typedef struct key_text {
	char pem[TF_KEY_PEM_MAX];
} key_text;

static void key_text_wipe(key_text *t)
{
	tf_wipe(t, sizeof(*t));
}

static tf_err key_to_pem(key_text *out, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	tf_err e = TF_E_RESOURCE;
	char *text;
	long n;

	if (bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1) {
		n = BIO_get_mem_data(bio, &text);
		if (n > 0 && (size_t)n < sizeof(out->pem)) {
			memcpy(out->pem, text, (size_t)n);
			out->pem[n] = '\0';
			e = TF_OK;
		}
	}
	BIO_free(bio);
	return e;
}

static tf_err accept_cert(tf_member *m, const tf_exchange *x, int64_t now, unsigned *changed,
                          tf_fault *fault)
{
	TF_AUTO(key_text) key = { 0 };
	char pem[TF_CERT_PEM_MAX];
	tf_cert c;

	TRY(check_cert(&c, m, x, now, fault));
	TRY(key_to_pem(&key, x->tls_key));
	TRY(tf_cert_to_pem(pem, sizeof(pem), x->cert, x->cert_len));
	const tf_record both[] = {
		{ tf_member_place("tls-key"), (const uint8_t *)key.pem, strlen(key.pem) },
		{ tf_member_place("certificate"), x->cert, x->cert_len },
	};
	TRY(tf_store_put_all(m->store, both, 2));
	tf_store_scrub(m->store); /* of the key before */
	m->cert = c;
	memcpy(m->cert_der, x->cert, x->cert_len);
	m->cert_len = x->cert_len;
	memcpy(m->cert_pem, pem, sizeof(pem));
	memcpy(m->key_pem, key.pem, sizeof(key.pem));
	m->has_cert = true;
	*changed |= TF_MEMBER_CERT;
	return TF_OK;
}

tf_err tf_member_accept(tf_member *m, tf_exchange *x, int64_t now, unsigned *changed, char *why,
                        size_t cap)
{
	tf_err crl = x->crl_err, file = x->workspace_err, cert = x->cert_err;
	const bool came = crl != TF_OK || file != TF_OK || cert != TF_OK;
	tf_fault fault = { 0 };
	tf_reason reason = { 0 };
	const char *what = "";

	*changed = 0;
	if (crl == TF_OK && (crl = accept_crl(m, x, now, changed)) != TF_OK)
		what = "revocation list is not believed";
	if (file == TF_OK &&
	    (file = accept_workspace(m, x, changed, &fault, &reason)) != TF_OK)
		what = "workspace file is not believed";
	if (cert == TF_OK && x->what != TF_EXCHANGE_NO_CERT &&
	    (cert = accept_cert(m, x, now, changed, &fault)) != TF_OK)
		what = "new certificate is not believed";
	if (cap)
		why[0] = '\0';
	if (*what && cap)
		snprintf(why, cap, "%s%s%s%s", what, fault.check ? ": " : "",
		         fault.check ? tf_check_text(fault.check) : "",
		         reason.text[0] ? reason.text : "");
	else if (came && cap)
		snprintf(why, cap, "%s", x->why);
	return cert != TF_OK ? cert : crl != TF_OK ? crl : file;
}
