#include "ra/api.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"

/* HTTP status of an error: who acts (base/err.h), and where clients care, which case. */
static int status_of(tf_err e)
{
	if (e == TF_E_NOT_FOUND)
		return 404;
	if (e == TF_E_AUTH || e == TF_E_EXPIRED)
		return 401;
	if (e == TF_E_BUSY)
		return 429;
	if (e == TF_E_TOO_LARGE)
		return 413;
	switch (tf_err_get_kind(e)) {
	case TF_KIND_ENCODING: return 400;
	case TF_KIND_STATE: return 409;
	case TF_KIND_PROOF:
	case TF_KIND_POLICY:
	case TF_KIND_TRUST: return 403;
	case TF_KIND_RESOURCE: return 503;
	case TF_KIND_NONE:
	case TF_KIND_USAGE: return 500;
	}
	return 500;
}

void tf_ra_refuse(tf_ra *ra, tf_http_call *call, tf_err e, const tf_refusal *why)
{
	const bool ours = status_of(e) >= 500;
	const char *text = ours || !why->reason.text[0] ? tf_err_name(e) : why->reason.text;
	int code = why->fault.check ? (int)why->fault.check : (int)e;
	tf_log_line l;

	tf_metric_add(ra->refused, 1);
	tf_log_begin(&l, ours ? TF_LOG_ERROR : TF_LOG_WARN, "refused");
	tf_log_str(&l, "peer", tf_http_call_peer_addr(call));
	tf_log_str(&l, "request", tf_http_call_id(call));
	tf_log_str(&l, "path", tf_http_call_request(call)->path.p);
	tf_log_err(&l, "error", e);
	tf_log_str(&l, "check", why->fault.check ? tf_check_name(why->fault.check) : NULL);
	tf_log_str(&l, "reason", why->reason.text);
	tf_log_end(&l);
	tf_http_call_error(call, status_of(e), code, text);
}

void tf_ra_malformed(tf_ra *ra, tf_http_call *call, const char *expected)
{
	tf_refusal why = { 0 };

	snprintf(why.reason.text, sizeof(why.reason.text), "%.191s", expected);
	tf_ra_refuse(ra, call, TF_E_ENCODING, &why);
}

json_t *tf_ra_body(tf_ra *ra, tf_http_call *call)
{
	const tf_http_req *req = tf_http_call_request(call);
	json_t *body = NULL;

	if (req->body_len > TF_RA_BODY_MAX) {
		tf_ra_refuse(ra, call, TF_E_TOO_LARGE, &(tf_refusal){ 0 });
		return NULL;
	}
	body = json_loadb((const char *)req->body, req->body_len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(body)) {
		json_decref(body);
		tf_ra_malformed(ra, call, "expected a JSON object");
		return NULL;
	}
	return body;
}

bool tf_ra_hex(uint8_t *out, size_t len, const char *hex)
{
	size_t got = 0;

	return strlen(hex) == 2 * len && !strpbrk(hex, "ABCDEF") &&
	       sodium_hex2bin(out, len, hex, 2 * len, NULL, &got, NULL) == 0 && got == len;
}

static void answer_nonce(tf_http_call *call, const uint8_t nonce[static TF_NONCE_LEN])
{
	char hex[2 * TF_NONCE_LEN + 1];

	sodium_bin2hex(hex, sizeof(hex), nonce, TF_NONCE_LEN);
	tf_http_call_json(call, 200, json_pack("{s:s,s:i}", "nonce", hex, "seconds",
	                                       TF_NONCE_SECONDS));
}

static void enrol_nonce(void *ctx, tf_http_call *call)
{
	tf_ra *ra = ctx;
	json_t *body = tf_ra_body(ra, call);
	uint8_t nonce[TF_NONCE_LEN];
	const char *ticket;
	tf_refusal why;
	tf_err e;

	if (!body)
		return;
	if (json_unpack(body, "{s:s!}", "ticket", &ticket) != 0) {
		tf_ra_malformed(ra, call, "expected exactly ticket");
	} else {
		e = tf_registry_nonce(&ra->registry, nonce, ticket, tf_ra_now(ra), &why);
		if (e == TF_OK)
			answer_nonce(call, nonce);
		else
			tf_ra_refuse(ra, call, e, &why);
	}
	json_decref(body);
}

/* A request and the room for what it points to. */
typedef struct incoming {
	tf_enrol_request req;
	uint8_t csr[TF_CSR_MAX];
} incoming;

static bool read_request(incoming *in, const char *nonce, const char *csr, const char *sig,
                         const char *kind)
{
	in->req = (tf_enrol_request){ .csr = in->csr };
	return tf_ra_hex(in->req.nonce, TF_NONCE_LEN, nonce) &&
	       tf_ra_hex(in->req.signature, 64, sig) &&
	       sodium_base642bin(in->csr, sizeof(in->csr), csr, strlen(csr), NULL,
	                         &in->req.csr_len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       tf_evidence_parse(&in->req.evidence.kind, kind) == TF_OK;
}

static void answer_issued(tf_ra *ra, tf_http_call *call, const tf_issued *out)
{
	const tf_registry *r = &ra->registry;
	const size_t cap = sodium_base64_ENCODED_LEN(r->crl_len, sodium_base64_VARIANT_ORIGINAL);
	char pem[TF_CERT_PEM_MAX], *crl = malloc(cap);
	json_t *body = NULL;

	if (crl && tf_cert_to_pem(pem, sizeof(pem), out->der, out->len) == TF_OK) {
		sodium_bin2base64(crl, cap, r->crl, r->crl_len, sodium_base64_VARIANT_ORIGINAL);
		body = json_pack("{s:s,s:s,s:s,s:I}", "certificate", pem, "root", ra->root_pem,
		                 "crl", crl, "crlNumber", (json_int_t)r->crl_number);
	}
	free(crl);
	tf_http_call_json(call, 200, body);
}

static void log_issued(tf_http_call *call, const tf_issued *out, const char *event)
{
	tf_log_line l;

	tf_log_begin(&l, TF_LOG_INFO, event);
	tf_log_str(&l, "device", out->cert.id.holder.device);
	tf_log_str(&l, "role", tf_role_name(out->cert.id.holder.role));
	tf_log_u64(&l, "set", out->cert.id.holder.set);
	tf_log_hex(&l, "serial", out->cert.serial, 16);
	tf_log_str(&l, "evidence", tf_evidence_name(out->cert.id.evidence));
	tf_log_i64(&l, "not_after", out->cert.not_after);
	tf_log_str(&l, "peer", tf_http_call_peer_addr(call));
	tf_log_end(&l);
}

static void enrol(void *ctx, tf_http_call *call)
{
	tf_ra *ra = ctx;
	json_t *body = tf_ra_body(ra, call);
	const char *ticket, *nonce, *csr, *sig, *kind;
	tf_issued out;
	tf_refusal why;
	incoming in;
	tf_err e;

	if (!body)
		return;
	if (json_unpack(body, "{s:s,s:s,s:s,s:s,s:{s:s!}!}", "ticket", &ticket, "nonce", &nonce,
	                "csr", &csr, "identitySignature", &sig, "evidence", "kind", &kind) != 0 ||
	    !read_request(&in, nonce, csr, sig, kind)) {
		tf_ra_malformed(ra, call, "expected exactly ticket, nonce, csr, identitySignature and "
		                "evidence with its kind");
	} else {
		e = tf_registry_enrol(&ra->registry, &out, ticket, &in.req, tf_ra_now(ra), &why);
		if (e == TF_OK) {
			tf_metric_add(ra->issued, 1);
			log_issued(call, &out, "enrolled");
			answer_issued(ra, call, &out);
		} else {
			tf_ra_refuse(ra, call, e, &why);
		}
	}
	json_decref(body);
}

/* Whose certificate was shown in the handshake? Verified again: lists change while connections
 * live. */
static bool who(tf_cert *out, tf_ra *ra, tf_http_call *call)
{
	static const tf_cert_want want = {
		1u << TF_ROLE_GUARD | 1u << TF_ROLE_PRIMARY | 1u << TF_ROLE_COORDINATOR,
		TF_ANY_SET, NULL };
	X509 *peer = tf_http_call_peer(call);
	uint8_t der[TF_CERT_MAX], *p = der;
	tf_refusal why = { 0 };
	tf_err e = TF_E_AUTH;
	int len = peer ? i2d_X509(peer, NULL) : -1;

	if (len > 0 && (size_t)len <= sizeof(der)) {
		(void)i2d_X509(peer, &p);
		e = tf_cert_verify(out, ra->registry.trust, der, (size_t)len, tf_ra_now(ra), &want,
		                   &why.fault);
	}
	if (e == TF_OK)
		return true;
	snprintf(why.reason.text, sizeof(why.reason.text), "%.191s",
	         why.fault.check ? tf_check_text(why.fault.check)
	                         : "expected the old certificate in the handshake");
	tf_ra_refuse(ra, call, e, &why);
	return false;
}

static void renew_nonce(void *ctx, tf_http_call *call)
{
	tf_ra *ra = ctx;
	uint8_t nonce[TF_NONCE_LEN];
	tf_refusal why;
	tf_cert old;
	tf_err e;

	if (!who(&old, ra, call))
		return;
	e = tf_registry_renew_nonce(&ra->registry, nonce, &old, tf_ra_now(ra), &why);
	if (e == TF_OK)
		answer_nonce(call, nonce);
	else
		tf_ra_refuse(ra, call, e, &why);
}

static void renew(void *ctx, tf_http_call *call)
{
	tf_ra *ra = ctx;
	const char *nonce, *csr, *sig, *kind;
	json_t *body;
	tf_issued out;
	tf_refusal why;
	tf_cert old;
	incoming in;
	tf_err e;

	if (!who(&old, ra, call))
		return;
	body = tf_ra_body(ra, call);
	if (!body)
		return;
	if (json_unpack(body, "{s:s,s:s,s:s,s:{s:s!}!}", "nonce", &nonce, "csr", &csr,
	                "identitySignature", &sig, "evidence", "kind", &kind) != 0 ||
	    !read_request(&in, nonce, csr, sig, kind)) {
		tf_ra_malformed(ra, call, "expected exactly nonce, csr, identitySignature and evidence "
		                "with its kind");
	} else {
		e = tf_registry_renew(&ra->registry, &out, &old, &in.req, tf_ra_now(ra), &why);
		if (e == TF_OK) {
			tf_metric_add(ra->renewed, 1);
			log_issued(call, &out, "renewed");
			answer_issued(ra, call, &out);
		} else {
			tf_ra_refuse(ra, call, e, &why);
		}
	}
	json_decref(body);
}

static void get_crl(void *ctx, tf_http_call *call)
{
	tf_ra *ra = ctx;

	tf_http_call_reply(call, 200, "application/pkix-crl", ra->registry.crl,
	                   ra->registry.crl_len);
}

static void get_crl_pem(void *ctx, tf_http_call *call)
{
	tf_ra *ra = ctx;
	char *pem;
	tf_err e = tf_crl_to_pem(&pem, ra->registry.crl, ra->registry.crl_len);

	if (e != TF_OK) {
		tf_ra_refuse(ra, call, e, &(tf_refusal){ 0 });
		return;
	}
	tf_http_call_reply(call, 200, "application/x-pem-file", pem, strlen(pem));
	free(pem);
}

static void get_workspace(void *ctx, tf_http_call *call)
{
	tf_ra *ra = ctx;

	if (!ra->registry.workspace) {
		tf_http_call_error(call, 404, TF_E_NOT_FOUND, "no workspace file has been published");
		return;
	}
	tf_http_call_reply(call, 200, "application/json", ra->registry.workspace_file,
	                   ra->registry.workspace_len);
}

static const tf_http_route routes[] = {
	{ TF_HTTP_POST, "/v1/enrol/nonce", enrol_nonce },
	{ TF_HTTP_POST, "/v1/enrol", enrol },
	{ TF_HTTP_POST, "/v1/renew/nonce", renew_nonce },
	{ TF_HTTP_POST, "/v1/renew", renew },
	{ TF_HTTP_GET, "/v1/crl", get_crl },
	{ TF_HTTP_GET, "/v1/crl.pem", get_crl_pem },
	{ TF_HTTP_GET, "/v1/workspace", get_workspace },
	{ TF_HTTP_POST, "/v1/admin/tickets", tf_ra_admin_ticket },
	{ TF_HTTP_POST, "/v1/admin/workspace", tf_ra_admin_workspace },
	{ TF_HTTP_POST, "/v1/admin/revoke", tf_ra_admin_revoke },
	{ TF_HTTP_GET, "/v1/admin/devices", tf_ra_admin_devices },
};

void tf_ra_handle(void *ctx, tf_http_call *call)
{
	tf_ra *ra = ctx;

	if (!ra->open) {
		tf_http_call_error(call, 503, TF_E_STATE, "not ready yet");
		return;
	}
	tf_http_dispatch(routes, TF_ARRAY_LEN(routes), ra, call);
}
