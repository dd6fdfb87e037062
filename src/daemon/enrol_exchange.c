#include "daemon/enrol_exchange.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/workspace.h"
#include "net/http_client.h"

#define URL_CAP 1024u
#define ANSWER_MAX (TF_CRL_MAX + (64u << 10))

void tf_exchange_wipe(tf_exchange *x)
{
	free(x->url);
	free(x->root_pem);
	free(x->known_crl);
	free(x->crl);
	free(x->workspace);
	EVP_PKEY_free(x->tls_key);
	tf_wipe(x, sizeof(*x));
}

static tf_err say(tf_exchange *x, tf_err e, const char *text)
{
	snprintf(x->why, sizeof(x->why), "%s", text);
	return e;
}

/* Does the list that the member has, of today or of long ago, name this certificate? */
static bool is_revoked(const tf_exchange *x, X509 *peer)
{
	const uint8_t *p = x->known_crl;
	X509_REVOKED *entry = NULL;
	X509_CRL *crl;
	bool revoked;

	if (!p)
		return false;
	crl = d2i_X509_CRL(NULL, &p, (long)x->known_crl_len);
	revoked = !crl || X509_CRL_get0_by_cert(crl, &entry, peer) != 0;
	X509_CRL_free(crl);
	return revoked;
}

/* Is this the RA server of our workspace? curl has verified chain and address already. */
static tf_err is_server(void *ctx, X509 *peer, char *why, size_t cap)
{
	const tf_exchange *x = ctx;
	uint8_t der[TF_CERT_MAX], *p = der;
	int len = i2d_X509(peer, NULL);
	tf_cert c;

	if (len <= 0 || (size_t)len > sizeof(der) || i2d_X509(peer, &p) != len ||
	    tf_cert_parse(&c, der, (size_t)len) != TF_OK || c.id.holder.role != TF_ROLE_RA ||
	    strcmp(c.id.holder.workspace, x->holder.workspace) != 0 ||
	    !tf_ct_reveal(tf_ct_bytes_eq(c.id.trust_root, x->trust_root, 32))) {
		snprintf(why, cap, "the server is not the RA of workspace %s", x->holder.workspace);
		return TF_E_TRUST;
	}
	if (is_revoked(x, peer)) {
		snprintf(why, cap, "the server's certificate was revoked");
		return TF_E_TRUST;
	}
	return TF_OK;
}

/* What a refusal's status says about who acts. */
static tf_err error_of(int status)
{
	switch (status) {
	case 400: return TF_E_ENCODING;
	case 401: return TF_E_AUTH;
	case 403: return TF_E_POLICY;
	case 404: return TF_E_NOT_FOUND;
	case 409: return TF_E_CONFLICT;
	case 429:
	case 503: return TF_E_BUSY;
	}
	return TF_E_IO;
}

tf_err tf_exchange_read_refusal(tf_exchange *x, int status, const char *p, size_t len)
{
	json_t *body = json_loadb(p, len, JSON_REJECT_DUPLICATES, NULL);
	const char *message = json_string_value(json_object_get(body, "message"));
	char text[160];
	size_t n = 0;

	for (const char *c = message ? message : ""; *c && n + 1 < sizeof(text); c++)
		text[n++] = *c >= 0x20 && *c < 0x7f ? *c : '?';
	text[n] = '\0';
	snprintf(x->why, sizeof(x->why), "RA server answers %d: %s", status, text);
	json_decref(body);
	return error_of(status);
}

typedef enum shown { ANONYMOUS, WITH_CERTIFICATE } shown;

static tf_err fetch(tf_exchange *x, tf_fetch_result *r, const char *method, const char *path,
                    const char *body, shown who)
{
	char url[URL_CAP];
	tf_fetch f = { .method = method, .url = url, .ca_pem = x->root_pem,
	               .ca_len = strlen(x->root_pem), .check = is_server, .check_ctx = x,
	               .response_max = ANSWER_MAX };
	tf_err e;

	if ((size_t)snprintf(url, sizeof(url), "%s%s", x->url, path) >= sizeof(url))
		return say(x, TF_E_USAGE, "address of the RA server is too long");
	if (body) {
		f.content_type = "application/json";
		f.body = body;
		f.body_len = strlen(body);
	}
	if (who == WITH_CERTIFICATE) {
		f.cert_pem = x->cert_pem;
		f.cert_len = strlen(x->cert_pem);
		f.key_pem = x->key_pem;
		f.key_len = strlen(x->key_pem);
	}
	e = tf_fetch_run(r, &f);
	if (e != TF_OK) {
		snprintf(x->why, sizeof(x->why), "RA server at %.90s: %.140s", x->url, r->reason);
		return e;
	}
	return r->status == 200 ? TF_OK
	                        : tf_exchange_read_refusal(x, r->status, r->body, r->body_len);
}

/* Takes the reference to body. */
static tf_err post(tf_exchange *x, tf_fetch_result *r, const char *path, json_t *body, shown who)
{
	char *text = json_dumps(body, JSON_COMPACT);
	tf_err e = text ? fetch(x, r, "POST", path, text, who) : TF_E_RESOURCE;

	json_decref(body);
	if (text)
		tf_wipe(text, strlen(text)); /* may hold the ticket */
	free(text);
	return e;
}

static tf_err read_json(tf_exchange *x, json_t **answer, const char *p, size_t len)
{
	*answer = json_loadb(p, len, JSON_REJECT_DUPLICATES, NULL);
	return *answer ? TF_OK : say(x, TF_E_ENCODING, "RA server answers no JSON");
}

tf_err tf_exchange_read_nonce(tf_exchange *x, uint8_t nonce[static TF_NONCE_LEN], const char *p,
                              size_t len)
{
	tf_err e = TF_OK;
	json_t *answer;
	const char *hex;
	size_t got = 0;

	TRY(read_json(x, &answer, p, len));
	if (json_unpack(answer, "{s:s}", "nonce", &hex) != 0 ||
	    strlen(hex) != 2 * (size_t)TF_NONCE_LEN ||
	    sodium_hex2bin(nonce, TF_NONCE_LEN, hex, strlen(hex), NULL, &got, NULL) != 0 ||
	    got != TF_NONCE_LEN)
		e = say(x, TF_E_ENCODING, "RA server answers without a nonce");
	json_decref(answer);
	return e;
}

tf_err tf_exchange_read_cert(tf_exchange *x, const char *p, size_t len)
{
	json_t *answer;
	const char *pem;
	tf_err e;

	TRY(read_json(x, &answer, p, len));
	e = json_unpack(answer, "{s:s}", "certificate", &pem) == 0
	    ? tf_cert_from_pem(x->cert, sizeof(x->cert), &x->cert_len, pem, strlen(pem))
	    : TF_E_ENCODING;
	json_decref(answer);
	return e == TF_OK ? e : say(x, e, "RA server answers without a certificate");
}

static tf_err take_nonce(tf_exchange *x, uint8_t nonce[static TF_NONCE_LEN])
{
	const bool first = x->what == TF_EXCHANGE_ENROL;
	json_t *body = first ? json_pack("{s:s}", "ticket", x->ticket) : json_object();
	TF_AUTO(tf_fetch_result) r = { 0 };

	TRY(post(x, &r, first ? "/v1/enrol/nonce" : "/v1/renew/nonce", body,
	         first ? ANONYMOUS : WITH_CERTIFICATE));
	return tf_exchange_read_nonce(x, nonce, r.body, r.body_len);
}

/* The body of enrolment or renewal; NULL without memory. */
static json_t *request_body(const tf_exchange *x, const uint8_t nonce[static TF_NONCE_LEN],
                            const uint8_t *csr, size_t len, const uint8_t sig[static 64])
{
	char nonce_hex[2 * TF_NONCE_LEN + 1], sig_hex[129];
	char b64[sodium_base64_ENCODED_LEN(TF_CSR_MAX, sodium_base64_VARIANT_ORIGINAL)];
	json_t *body;

	sodium_bin2hex(nonce_hex, sizeof(nonce_hex), nonce, TF_NONCE_LEN);
	sodium_bin2hex(sig_hex, sizeof(sig_hex), sig, 64);
	sodium_bin2base64(b64, sizeof(b64), csr, len, sodium_base64_VARIANT_ORIGINAL);
	body = json_pack("{s:s,s:s,s:s,s:{s:s}}", "nonce", nonce_hex, "csr", b64,
	                 "identitySignature", sig_hex, "evidence", "kind",
	                 tf_evidence_name(TF_EVIDENCE_NONE));
	if (body && x->what == TF_EXCHANGE_ENROL &&
	    json_object_set_new(body, "ticket", json_string(x->ticket)) != 0) {
		json_decref(body);
		return NULL;
	}
	return body;
}

static tf_err get_certificate(tf_exchange *x)
{
	const bool first = x->what == TF_EXCHANGE_ENROL;
	uint8_t nonce[TF_NONCE_LEN], csr[TF_CSR_MAX], sig[64];
	TF_AUTO(tf_fetch_result) r = { 0 };
	size_t len;

	TRY(take_nonce(x, nonce));
	TRY(tf_tls_key_make(&x->tls_key));
	TRY(tf_csr_make(csr, sizeof(csr), &len, &x->holder, &x->keys, &x->sans, x->tls_key));
	TRY(tf_csr_sign(sig, &x->keys, csr, len, nonce));
	TRY(post(x, &r, first ? "/v1/enrol" : "/v1/renew",
	         request_body(x, nonce, csr, len, sig), first ? ANONYMOUS : WITH_CERTIFICATE));
	return tf_exchange_read_cert(x, r.body, r.body_len);
}

static tf_err get_crl(tf_exchange *x)
{
	TF_AUTO(tf_fetch_result) r = { 0 };

	TRY(fetch(x, &r, "GET", "/v1/crl", NULL, ANONYMOUS));
	x->crl = malloc(r.body_len + 1);
	if (!x->crl)
		return TF_E_RESOURCE;
	memcpy(x->crl, r.body, r.body_len);
	x->crl_len = r.body_len;
	return TF_OK;
}

static tf_err get_workspace(tf_exchange *x)
{
	TF_AUTO(tf_fetch_result) r = { 0 };
	tf_err e = fetch(x, &r, "GET", "/v1/workspace", NULL, ANONYMOUS);

	if (e == TF_E_NOT_FOUND)
		return TF_OK;
	TRY(e);
	if (r.body_len > TF_WORKSPACE_FILE_MAX)
		return say(x, TF_E_TOO_LARGE, "workspace file is too large");
	x->workspace = strndup(r.body, r.body_len);
	if (!x->workspace)
		return TF_E_RESOURCE;
	x->workspace_len = strlen(x->workspace);
	return TF_OK;
}

void tf_exchange_run(tf_exchange *x)
{
	x->crl_err = get_crl(x);
	x->workspace_err = x->cert_err = x->crl_err;
	if (x->crl_err == TF_E_IO || x->crl_err == TF_E_TRUST)
		return; /* nobody there, or not the one we look for: no need to try thrice */
	x->workspace_err = get_workspace(x);
	x->cert_err = x->what == TF_EXCHANGE_NO_CERT ? TF_OK : get_certificate(x);
}
