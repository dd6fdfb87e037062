#include "net/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "net/tls_engine.h"

#define SOURCE_MAX (1u << 20)
#define CHAIN_DEPTH 4

struct tf_tls {
	SSL_CTX *ctx;
	char *alpn;
	unsigned refs;
	tf_tls_user users; /* ring */
};

/* The bytes of a source, and what to call it in an error. */
typedef struct bytes {
	uint8_t *p;
	size_t len;
	const char *name;
} bytes;

static void bytes_wipe(bytes *b)
{
	if (b->p) {
		tf_wipe(b->p, SOURCE_MAX + 1);
		free(b->p);
	}
	b->p = NULL;
}

__attribute__((format(printf, 4, 5)))
static tf_err fail(char *why, size_t cap, tf_err err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, cap, fmt, ap);
	va_end(ap);
	ERR_clear_error();
	return err;
}

static bool is_given(const tf_tls_source *s)
{
	return s->file || s->data;
}

static tf_err read_source(bytes *b, const tf_tls_source *s, const char *what, char *why, size_t cap)
{
	FILE *f;
	size_t n;

	b->name = s->file ? s->file : what;
	b->p = calloc(1, SOURCE_MAX + 1);
	if (!b->p)
		return TF_E_RESOURCE;
	if (!s->file) {
		if (s->len > SOURCE_MAX)
			return fail(why, cap, TF_E_TOO_LARGE, "%s: too large", what);
		memcpy(b->p, s->data, s->len);
		b->len = s->len;
		return TF_OK;
	}
	f = fopen(s->file, "re");
	if (!f)
		return fail(why, cap, TF_E_IO, "%s: %s", s->file, strerror(errno));
	setvbuf(f, NULL, _IONBF, 0);
	n = fread(b->p, 1, SOURCE_MAX + 1, f);
	if (ferror(f)) {
		fclose(f);
		return fail(why, cap, TF_E_IO, "%s: cannot be read", s->file);
	}
	fclose(f);
	if (n > SOURCE_MAX)
		return fail(why, cap, TF_E_TOO_LARGE, "%s: too large", s->file);
	b->len = n;
	return TF_OK;
}

static bool is_pem(const bytes *b)
{
	return memmem(b->p, b->len, "-----BEGIN ", 11) != NULL;
}

/* True if PEM reading ended because there is no further object. */
static bool ended_cleanly(void)
{
	unsigned long e = ERR_peek_last_error();
	bool end = ERR_GET_LIB(e) == ERR_LIB_PEM && ERR_GET_REASON(e) == PEM_R_NO_START_LINE;

	ERR_clear_error();
	return end;
}

typedef tf_err (*cert_fn)(SSL_CTX *ctx, X509 *cert, int index);

/* Hands each certificate of b to put, which takes its own reference. */
static tf_err each_cert(SSL_CTX *ctx, const bytes *b, cert_fn put, char *why, size_t cap)
{
	const uint8_t *der = b->p;
	tf_err err = TF_OK;
	int n = 0;
	BIO *bio;
	X509 *x;

	ERR_clear_error();
	if (!is_pem(b)) {
		x = d2i_X509(NULL, &der, (long)b->len);
		if (!x || der != b->p + b->len) {
			X509_free(x);
			return fail(why, cap, TF_E_ENCODING, "%s: expected a certificate (PEM or DER)",
			            b->name);
		}
		err = put(ctx, x, 0);
		X509_free(x);
		return err == TF_OK ? err : fail(why, cap, err, "%s: certificate not usable", b->name);
	}
	bio = BIO_new_mem_buf(b->p, (int)b->len);
	if (!bio)
		return TF_E_RESOURCE;
	while (err == TF_OK && (x = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		err = put(ctx, x, n++);
		X509_free(x);
	}
	BIO_free(bio);
	if (err != TF_OK)
		return fail(why, cap, err, "%s: certificate %d not usable", b->name, n);
	if (!ended_cleanly() || n == 0)
		return fail(why, cap, TF_E_ENCODING, "%s: expected certificates (PEM)", b->name);
	return TF_OK;
}

static tf_err put_root(SSL_CTX *ctx, X509 *cert, int index)
{
	(void)index;
	if (X509_check_ca(cert) == 0)
		return TF_E_TRUST;
	if (X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), cert) != 1)
		return TF_E_RESOURCE;
	return SSL_CTX_add_client_CA(ctx, cert) == 1 ? TF_OK : TF_E_RESOURCE;
}

static tf_err put_own(SSL_CTX *ctx, X509 *cert, int index)
{
	if (index == 0)
		return SSL_CTX_use_certificate(ctx, cert) == 1 ? TF_OK : TF_E_TRUST;
	return SSL_CTX_add1_chain_cert(ctx, cert) == 1 ? TF_OK : TF_E_TRUST;
}

static int no_passphrase(char *buf, int size, int writing, void *ctx)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)ctx;
	return -1;
}

static tf_err load_key(SSL_CTX *ctx, const tf_tls_source *s, char *why, size_t cap)
{
	TF_AUTO(bytes) b = { 0 };
	const uint8_t *der;
	EVP_PKEY *key = NULL;
	bool used;
	BIO *bio;

	TRY(read_source(&b, s, "key", why, cap));
	if (is_pem(&b)) {
		bio = BIO_new_mem_buf(b.p, (int)b.len);
		if (!bio)
			return TF_E_RESOURCE;
		key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
		BIO_free(bio);
	} else {
		der = b.p;
		key = d2i_AutoPrivateKey(NULL, &der, (long)b.len);
	}
	if (!key)
		return fail(why, cap, TF_E_ENCODING,
		            "%s: expected an unencrypted private key (PEM or DER)", b.name);
	used = SSL_CTX_use_PrivateKey(ctx, key) == 1 && SSL_CTX_check_private_key(ctx) == 1;
	EVP_PKEY_free(key);
	if (!used)
		return fail(why, cap, TF_E_TRUST, "%s: key does not belong to the certificate", b.name);
	return TF_OK;
}

static bool put_crl(SSL_CTX *ctx, X509_CRL *crl)
{
	return X509_STORE_add_crl(SSL_CTX_get_cert_store(ctx), crl) == 1;
}

static tf_err load_crl(SSL_CTX *ctx, const tf_tls_source *s, char *why, size_t cap)
{
	TF_AUTO(bytes) b = { 0 };
	const uint8_t *der;
	bool fine = true;
	X509_CRL *crl;
	int n = 0;
	BIO *bio;

	TRY(read_source(&b, s, "CRL", why, cap));
	ERR_clear_error();
	if (is_pem(&b)) {
		bio = BIO_new_mem_buf(b.p, (int)b.len);
		if (!bio)
			return TF_E_RESOURCE;
		for (; fine && (crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL)); n++) {
			fine = put_crl(ctx, crl);
			X509_CRL_free(crl);
		}
		BIO_free(bio);
		fine = fine && ended_cleanly() && n > 0;
	} else {
		der = b.p;
		crl = d2i_X509_CRL(NULL, &der, (long)b.len);
		fine = crl && der == b.p + b.len && put_crl(ctx, crl);
		X509_CRL_free(crl);
	}
	if (!fine)
		return fail(why, cap, TF_E_ENCODING, "%s: expected revocation lists (PEM or DER)", b.name);
	X509_STORE_set_flags(SSL_CTX_get_cert_store(ctx),
	                     X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
	return TF_OK;
}

/* Without a protocol of our own we speak HTTP/1.1 to whoever asks. */
static int choose_alpn(SSL *ssl, const uint8_t **out, uint8_t *out_len, const uint8_t *in,
                       unsigned in_len, void *unused)
{
	const tf_tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	const char *want = tls->alpn ? tls->alpn : "http/1.1";
	size_t len = strlen(want);

	(void)unused;
	for (unsigned i = 0; i < in_len && in[i] <= in_len - i - 1; i += 1u + in[i]) {
		if (in[i] != len || strncmp((const char *)in + i + 1, want, len) != 0)
			continue;
		*out = in + i + 1;
		*out_len = in[i];
		return SSL_TLSEXT_ERR_OK;
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool set_rules(SSL_CTX *ctx, tf_tls *tls)
{
	SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
	                         SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify_depth(ctx, CHAIN_DEPTH);
	SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
	SSL_CTX_set_app_data(ctx, tls);
	SSL_CTX_set_alpn_select_cb(ctx, choose_alpn, NULL);
	tf_engine_prepare(ctx);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 &&
	       SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1 &&
	       SSL_CTX_set_num_tickets(ctx, 0) == 1 && SSL_CTX_set_max_early_data(ctx, 0) == 1 &&
	       SSL_CTX_set_ciphersuites(ctx, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:"
	                                     "TLS_AES_128_GCM_SHA256") == 1 &&
	       SSL_CTX_set1_groups_list(ctx, "X25519:P-256:P-384") == 1;
}

static tf_err load_roots(SSL_CTX *ctx, const tf_tls_config *config, char *why, size_t cap)
{
	TF_AUTO(bytes) b = { 0 };

	if (config->system_roots && X509_STORE_set_default_paths(SSL_CTX_get_cert_store(ctx)) != 1)
		return fail(why, cap, TF_E_RESOURCE, "no system roots");
	if (!is_given(&config->roots)) {
		if (config->system_roots)
			return TF_OK;
		return fail(why, cap, TF_E_TRUST, "no CA certificate given");
	}
	TRY(read_source(&b, &config->roots, "CA", why, cap));
	return each_cert(ctx, &b, put_root, why, cap);
}

static tf_err fill(SSL_CTX *ctx, const tf_tls_config *config, char *why, size_t cap)
{
	TF_AUTO(bytes) chain = { 0 };

	TRY(load_roots(ctx, config, why, cap));
	if (is_given(&config->chain) != is_given(&config->key))
		return fail(why, cap, TF_E_TRUST, "certificate and key must be given together");
	if (is_given(&config->chain)) {
		TRY(read_source(&chain, &config->chain, "certificate", why, cap));
		TRY(each_cert(ctx, &chain, put_own, why, cap));
		TRY(load_key(ctx, &config->key, why, cap));
	}
	return is_given(&config->crl) ? load_crl(ctx, &config->crl, why, cap) : TF_OK;
}

static tf_err make_ctx(SSL_CTX **out, tf_tls *tls, const tf_tls_config *config, char *why,
                       size_t cap)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_method());
	tf_err err;

	if (!ctx || !set_rules(ctx, tls)) {
		SSL_CTX_free(ctx);
		return fail(why, cap, TF_E_RESOURCE, "OpenSSL cannot make a context");
	}
	err = fill(ctx, config, why, cap);
	if (err != TF_OK) {
		SSL_CTX_free(ctx);
		return err;
	}
	*out = ctx;
	return TF_OK;
}

tf_err tf_tls_new(tf_tls **out, const tf_tls_config *config, char *why, size_t cap)
{
	tf_tls *tls = calloc(1, sizeof(*tls));
	tf_err err;

	if (!tls)
		return fail(why, cap, TF_E_RESOURCE, "out of memory");
	tls->refs = 1;
	tls->users.prev = tls->users.next = &tls->users;
	if (config->alpn && !(tls->alpn = strdup(config->alpn))) {
		free(tls);
		return fail(why, cap, TF_E_RESOURCE, "out of memory");
	}
	err = make_ctx(&tls->ctx, tls, config, why, cap);
	if (err != TF_OK) {
		tf_tls_free(tls);
		return err;
	}
	*out = tls;
	return TF_OK;
}

tf_err tf_tls_reload(tf_tls *tls, const tf_tls_config *config, char *why, size_t cap)
{
	const char *alpn = config->alpn ? config->alpn : "";
	tf_tls_user *user, *next;
	SSL_CTX *ctx = NULL;

	if (strcmp(alpn, tls->alpn ? tls->alpn : "") != 0)
		return fail(why, cap, TF_E_USAGE, "the protocol cannot change in a reload");
	TRY(make_ctx(&ctx, tls, config, why, cap));
	SSL_CTX_free(tls->ctx);
	tls->ctx = ctx;
	for (user = tls->users.next; user != &tls->users; user = next) {
		next = user->next;
		user->recheck(user);
	}
	return TF_OK;
}

void tf_tls_free(tf_tls *tls)
{
	if (!tls || --tls->refs > 0)
		return;
	SSL_CTX_free(tls->ctx);
	free(tls->alpn);
	free(tls);
}

void tf_tls_hold(tf_tls *tls)
{
	tls->refs++;
}

void tf_tls_join(tf_tls *tls, tf_tls_user *user)
{
	tls->refs++;
	user->prev = tls->users.prev;
	user->next = &tls->users;
	user->prev->next = user->next->prev = user;
}

void tf_tls_leave(tf_tls *tls, tf_tls_user *user)
{
	if (!user->next)
		return;
	user->prev->next = user->next;
	user->next->prev = user->prev;
	user->prev = user->next = NULL;
	tf_tls_free(tls);
}

SSL_CTX *tf_tls_ctx(const tf_tls *tls)
{
	return tls->ctx;
}

const char *tf_tls_alpn(const tf_tls *tls)
{
	return tls->alpn;
}

X509 *tf_tls_own_cert(const tf_tls *tls)
{
	return SSL_CTX_get0_certificate(tls->ctx);
}

int64_t tf_tls_not_after(const tf_tls *tls)
{
	X509 *cert = tf_tls_own_cert(tls);
	ASN1_TIME *epoch;
	int days, secs, ok;

	if (!cert)
		return 0;
	epoch = ASN1_TIME_set(NULL, 0);
	ok = epoch && ASN1_TIME_diff(&days, &secs, epoch, X509_get0_notAfter(cert)) == 1;
	ASN1_TIME_free(epoch);
	return ok ? (int64_t)days * 86400 + secs : 0;
}

const char *tf_tls_verify_text(long verify_error)
{
	switch (verify_error) {
	case X509_V_OK: return "certificate fine";
	case X509_V_ERR_CERT_REVOKED: return "certificate revoked";
	case X509_V_ERR_CERT_HAS_EXPIRED: return "certificate expired";
	case X509_V_ERR_CERT_NOT_YET_VALID: return "certificate not valid yet";
	case X509_V_ERR_UNABLE_TO_GET_CRL: return "no revocation list of the certificate's CA";
	case X509_V_ERR_CRL_HAS_EXPIRED: return "revocation list is outdated";
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: return "certificate of an unknown CA";
	case X509_V_ERR_INVALID_PURPOSE: return "certificate not made for this purpose";
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH: return "certificate of another host";
	}
	return X509_verify_cert_error_string(verify_error);
}
