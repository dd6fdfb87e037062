#include "net/tls_engine.h"

#include <arpa/inet.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

/* Fatal alerts that a peer sends appear as reasons from here on. */
#define ALERT_OFFSET SSL_AD_REASON_OFFSET

static bool is_time(int e)
{
	return e == X509_V_ERR_CERT_HAS_EXPIRED || e == X509_V_ERR_CERT_NOT_YET_VALID ||
	       e == X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD ||
	       e == X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD;
}

static bool is_revocation(int e)
{
	return e == X509_V_ERR_CERT_REVOKED || e == X509_V_ERR_UNABLE_TO_GET_CRL ||
	       e == X509_V_ERR_CRL_HAS_EXPIRED || e == X509_V_ERR_CRL_NOT_YET_VALID ||
	       e == X509_V_ERR_CRL_SIGNATURE_FAILURE || e == X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER ||
	       e == X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE ||
	       e == X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD ||
	       e == X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD ||
	       e == X509_V_ERR_DIFFERENT_CRL_SCOPE || e == X509_V_ERR_CRL_PATH_VALIDATION_ERROR ||
	       e == X509_V_ERR_KEYUSAGE_NO_CRL_SIGN ||
	       e == X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION;
}

/* Chain, time, revocation, each under its number. Time and revocation are asked for in the same
 * walk of OpenSSL, which stops at the first trouble. */
static tf_err verify_chain(X509_STORE_CTX *store, char *why, size_t cap)
{
	tf_fault fault = { .party = TF_PARTY_NONE };
	bool good = X509_verify_cert(store) == 1;
	int e = good ? X509_V_OK : X509_STORE_CTX_get_error(store);
	bool in_time = good || !is_time(e), current = good || !is_revocation(e);
	bool chained = good || !in_time || !current;

	snprintf(why, cap, "%s", tf_tls_verify_text(e));
	if (!tf_holds(&fault, TF_CK_CERT_TIME, in_time))
		return TF_E_TRUST;
	if (!tf_holds(&fault, TF_CK_CERT_REVOKED, current))
		return TF_E_TRUST;
	if (!tf_holds(&fault, TF_CK_CERT_CHAIN, chained))
		return TF_E_TRUST;
	why[0] = 0;
	return TF_OK;
}

static tf_err ask_owner(tf_engine *e, X509 *peer)
{
	tf_fault fault = { .party = TF_PARTY_NONE };
	bool accepted;

	if (!e->options.check)
		return TF_OK;
	accepted = e->options.check(e->options.check_ctx, peer, e->why, sizeof(e->why)) == TF_OK;
	if (!accepted && !e->why[0])
		snprintf(e->why, sizeof(e->why), "peer is not one this connection accepts");
	if (!tf_holds(&fault, TF_CK_CERT_PEER, accepted))
		return TF_E_TRUST;
	e->why[0] = 0;
	return TF_OK;
}

static int verify_peer(X509_STORE_CTX *store, void *unused)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	tf_engine *e = SSL_get_app_data(ssl);

	(void)unused;
	if (verify_chain(store, e->why, sizeof(e->why)) != TF_OK)
		return 0;
	X509_STORE_CTX_set_error(store, X509_V_OK);
	if (ask_owner(e, X509_STORE_CTX_get0_cert(store)) != TF_OK) {
		X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
		return 0;
	}
	return 1;
}

static bool is_numeric_host(const char *host)
{
	uint8_t a[16];

	return inet_pton(AF_INET, host, a) == 1 || inet_pton(AF_INET6, host, a) == 1;
}

static bool demand_host(SSL *ssl, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

	if (is_numeric_host(host))
		return X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1;
	X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set_tlsext_host_name(ssl, host) == 1 &&
	       X509_VERIFY_PARAM_set1_host(param, host, 0) == 1;
}

static bool offer_alpn(SSL *ssl, const char *name)
{
	uint8_t wire[256];
	size_t len = strlen(name);

	if (len == 0 || len > 255)
		return false;
	wire[0] = (uint8_t)len;
	memcpy(wire + 1, name, len);
	return SSL_set_alpn_protos(ssl, wire, (unsigned)len + 1) == 0;
}

static bool set_side(tf_engine *e, const tf_tls *tls, const tf_engine_options *o)
{
	if (o->side == TF_TLS_ACCEPTS) {
		SSL_set_accept_state(e->ssl);
		SSL_set_verify(e->ssl, o->client_auth == TF_CLIENT_NONE ? SSL_VERIFY_NONE
		                                                         : SSL_VERIFY_PEER, NULL);
		return true;
	}
	SSL_set_connect_state(e->ssl);
	SSL_set_verify(e->ssl, SSL_VERIFY_PEER, NULL);
	if (o->check_host && !demand_host(e->ssl, o->check_host))
		return false;
	return !tf_tls_alpn(tls) || offer_alpn(e->ssl, tf_tls_alpn(tls));
}

tf_err tf_engine_init(tf_engine *e, const tf_tls *tls, const tf_engine_options *options)
{
	memset(e, 0, sizeof(*e));
	e->options = *options;
	e->options.check_host = NULL;
	e->ssl = SSL_new(tf_tls_ctx(tls));
	e->in = BIO_new(BIO_s_mem());
	e->out = BIO_new(BIO_s_mem());
	if (!e->ssl || !e->in || !e->out) {
		BIO_free(e->in);
		BIO_free(e->out);
		SSL_free(e->ssl);
		e->ssl = NULL;
		return TF_E_RESOURCE;
	}
	BIO_set_mem_eof_return(e->in, -1);
	BIO_set_mem_eof_return(e->out, -1);
	SSL_set_bio(e->ssl, e->in, e->out);
	if (SSL_set_app_data(e->ssl, e) != 1 || !set_side(e, tls, options)) {
		tf_engine_wipe(e);
		return TF_E_RESOURCE;
	}
	return TF_OK;
}

void tf_engine_wipe(tf_engine *e)
{
	SSL_free(e->ssl);
	e->ssl = NULL;
	e->in = e->out = NULL;
}

tf_err tf_engine_feed(tf_engine *e, const void *p, size_t len)
{
	if (len > INT_MAX || BIO_write(e->in, p, (int)len) != (int)len)
		return TF_E_RESOURCE;
	return TF_OK;
}

static tf_err say(tf_engine *e, tf_err err, const char *why)
{
	if (!e->why[0])
		snprintf(e->why, sizeof(e->why), "%s", why);
	return err;
}

static tf_err explain_reason(tf_engine *e, unsigned long code)
{
	int reason = ERR_GET_REASON(code);

	if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason >= ALERT_OFFSET && reason < ALERT_OFFSET + 256) {
		snprintf(e->why, sizeof(e->why), "peer refused us: %s",
		         SSL_alert_desc_string_long(reason - ALERT_OFFSET));
		return TF_E_TRUST;
	}
	if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason == SSL_R_UNSUPPORTED_PROTOCOL)
		return say(e, TF_E_ENCODING, "peer does not speak TLS 1.3");
	if (ERR_GET_LIB(code) == ERR_LIB_SSL &&
	    (reason == SSL_R_HTTP_REQUEST || reason == SSL_R_WRONG_VERSION_NUMBER ||
	     reason == SSL_R_HTTPS_PROXY_REQUEST))
		return say(e, TF_E_ENCODING, "peer does not speak TLS");
	if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason == SSL_R_NO_APPLICATION_PROTOCOL)
		return say(e, TF_E_ENCODING, "peer speaks another protocol");
	snprintf(e->why, sizeof(e->why), "TLS: %s",
	         code ? ERR_reason_error_string(code) : "protocol error");
	return TF_E_ENCODING;
}

/* What SSL_* returned, as one of ours. */
static tf_err explain(tf_engine *e, int ret)
{
	int kind = SSL_get_error(e->ssl, ret);
	unsigned long code = ERR_peek_error();

	if (kind == SSL_ERROR_WANT_READ)
		return TF_E_BUSY;
	if (kind == SSL_ERROR_ZERO_RETURN)
		return say(e, TF_E_CANCELLED, "closed by peer");
	if (e->why[0])
		return TF_E_TRUST;
	return explain_reason(e, code);
}

static tf_err check_alpn(tf_engine *e)
{
	const tf_tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(e->ssl));
	const char *want = tls ? tf_tls_alpn(tls) : NULL;
	const uint8_t *got;
	unsigned len;

	if (!want)
		return TF_OK;
	SSL_get0_alpn_selected(e->ssl, &got, &len);
	if (len != strlen(want) || strncmp((const char *)got, want, len) != 0)
		return say(e, TF_E_ENCODING, "peer speaks another protocol");
	return TF_OK;
}

tf_err tf_engine_handshake(tf_engine *e)
{
	tf_fault fault = { .party = TF_PARTY_NONE };
	bool wanted = e->options.side == TF_TLS_DIALS ||
	              e->options.client_auth == TF_CLIENT_REQUIRED;
	bool shown;
	int ret;

	ERR_clear_error();
	ret = SSL_do_handshake(e->ssl);
	if (ret != 1) {
		tf_err err = explain(e, ret);

		return err == TF_E_CANCELLED ? TF_E_IO : err;
	}
	shown = SSL_get0_peer_certificate(e->ssl) != NULL;
	if (!tf_holds(&fault, TF_CK_CERT_PRESENT, shown >= wanted))
		return say(e, TF_E_TRUST, "peer presented no certificate");
	return check_alpn(e);
}

tf_err tf_engine_read(tf_engine *e, uint8_t *out, size_t cap, size_t *len)
{
	int ret;

	ERR_clear_error();
	ret = SSL_read_ex(e->ssl, out, cap, len);
	return ret == 1 ? TF_OK : explain(e, ret);
}

tf_err tf_engine_write(tf_engine *e, const void *p, size_t len)
{
	size_t done = 0;
	int ret;

	if (len == 0)
		return TF_OK;
	ERR_clear_error();
	ret = SSL_write_ex(e->ssl, p, len, &done);
	if (ret == 1 && done == len)
		return TF_OK;
	return say(e, TF_E_IO, "TLS: cannot write");
}

void tf_engine_shutdown(tf_engine *e)
{
	ERR_clear_error();
	if (SSL_is_init_finished(e->ssl))
		SSL_shutdown(e->ssl);
}

size_t tf_engine_pending(const tf_engine *e)
{
	return BIO_ctrl_pending(e->out);
}

void tf_engine_take(tf_engine *e, uint8_t *out, size_t len)
{
	BIO_read(e->out, out, (int)len);
}

bool tf_engine_is_stale(const tf_engine *e, const tf_tls *tls)
{
	return SSL_get_SSL_CTX(e->ssl) != tf_tls_ctx(tls);
}

tf_err tf_engine_recheck(tf_engine *e, const tf_tls *tls)
{
	X509 *peer = SSL_get0_peer_certificate(e->ssl);
	X509_STORE_CTX *store;
	tf_err err = TF_E_RESOURCE;

	if (!peer)
		return TF_OK;
	store = X509_STORE_CTX_new();
	if (store && X509_STORE_CTX_init(store, SSL_CTX_get_cert_store(tf_tls_ctx(tls)), peer,
	                                 SSL_get_peer_cert_chain(e->ssl)) == 1 &&
	    X509_STORE_CTX_set_default(store, e->options.side == TF_TLS_ACCEPTS ? "ssl_client"
	                                                                        : "ssl_server") == 1)
		err = verify_chain(store, e->why, sizeof(e->why));
	X509_STORE_CTX_free(store);
	ERR_clear_error();
	return err;
}

int64_t tf_engine_peer_life(const tf_engine *e)
{
	STACK_OF(X509) *chain = SSL_get0_verified_chain(e->ssl);
	int64_t least = INT64_MAX;

	for (int i = 0; chain && i < sk_X509_num(chain); i++) {
		const ASN1_TIME *end = X509_get0_notAfter(sk_X509_value(chain, i));
		int days, secs;

		if (ASN1_TIME_diff(&days, &secs, NULL, end) != 1)
			return 0;
		if ((int64_t)days * 86400 + secs < least)
			least = (int64_t)days * 86400 + secs;
	}
	return least;
}

void tf_engine_prepare(SSL_CTX *ctx)
{
	SSL_CTX_set_cert_verify_callback(ctx, verify_peer, NULL);
}
