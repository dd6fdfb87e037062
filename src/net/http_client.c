#include "net/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/secret.h"

#define HEADERS_MAX 65536

/* A malloc'ed text that grows up to a limit. */
typedef struct gather {
	char *p;
	size_t len, cap, max;
	bool full;
} gather;

static size_t add(char *p, size_t one, size_t n, void *ctx)
{
	gather *g = ctx;
	size_t cap = g->cap ? g->cap : 4096;
	char *bigger;

	(void)one;
	if (n > g->max - g->len) {
		g->full = true;
		return 0;
	}
	while (cap < g->len + n + 1)
		cap *= 2;
	if (cap > g->cap) {
		/* a response may hold a secret: old buffers are wiped, not left to realloc */
		bigger = malloc(cap);
		if (!bigger)
			return 0;
		if (g->len > 0)
			memcpy(bigger, g->p, g->len);
		if (g->p)
			tf_wipe(g->p, g->cap);
		free(g->p);
		g->p = bigger;
		g->cap = cap;
	}
	memcpy(g->p + g->len, p, n);
	g->len += n;
	g->p[g->len] = 0;
	return n;
}

static void start_curl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

void tf_fetch_result_wipe(tf_fetch_result *r)
{
	if (r->body)
		tf_wipe(r->body, r->body_len);
	free(r->body);
	free(r->headers);
	memset(r, 0, sizeof(*r));
}

static tf_err refuse(tf_fetch_result *r, tf_err err, const char *why)
{
	snprintf(r->reason, sizeof(r->reason), "%s", why);
	return err;
}

static bool is_loopback(const char *host)
{
	struct in_addr a;

	return strcmp(host, "[::1]") == 0 ||
	       (inet_pton(AF_INET, host, &a) == 1 && ntohl(a.s_addr) >> 24 == 127);
}

/* https anywhere, http only to loopback, no credentials inside the address. */
static tf_err check_url(tf_fetch_result *r, const tf_fetch *f, bool *tls)
{
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL, *user = NULL;
	tf_err err = TF_OK;

	if (!u || curl_url_set(u, CURLUPART_URL, f->url, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		err = refuse(r, TF_E_USAGE, "expected an address like https://host:port/path");
	else if (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK)
		err = refuse(r, TF_E_USAGE, "no user name may stand in an address");
	else if (strcmp(scheme, "https") != 0 &&
	         !(f->allow_loopback_http && strcmp(scheme, "http") == 0 && is_loopback(host)))
		err = refuse(r, TF_E_USAGE, "only https is spoken");
	*tls = err == TF_OK && strcmp(scheme, "https") == 0;
	curl_free(scheme);
	curl_free(host);
	curl_free(user);
	curl_url_cleanup(u);
	return err;
}

static bool is_clean(const char *line)
{
	for (; *line; line++)
		if ((unsigned char)*line < 0x20 || *line == 0x7f)
			return false;
	return true;
}

static tf_err add_line(struct curl_slist **list, tf_fetch_result *r, const char *line)
{
	struct curl_slist *longer;

	if (!is_clean(line) || !strchr(line, ':'))
		return refuse(r, TF_E_USAGE, "malformed request header");
	longer = curl_slist_append(*list, line);
	if (!longer)
		return refuse(r, TF_E_RESOURCE, "out of memory");
	*list = longer;
	return TF_OK;
}

static tf_err build_headers(struct curl_slist **list, tf_fetch_result *r, const tf_fetch *f)
{
	char type[256];

	TRY(add_line(list, r, "Expect:"));
	if (f->content_type && strlen(f->content_type) > 200)
		return refuse(r, TF_E_USAGE, "malformed content type");
	snprintf(type, sizeof(type), "Content-Type:%s%s", f->content_type ? " " : "",
	         f->content_type ? f->content_type : "");
	TRY(add_line(list, r, type));
	for (const char *const *h = f->headers; h && *h; h++)
		TRY(add_line(list, r, *h));
	return TF_OK;
}

static struct curl_blob blob(const void *p, size_t len)
{
	return (struct curl_blob){ .data = (void *)(uintptr_t)p, .len = len,
	                           .flags = CURL_BLOB_COPY };
}

static bool set_trust(CURL *c, const tf_fetch *f)
{
	struct curl_blob ca = blob(f->ca_pem, f->ca_len);
	struct curl_blob cert = blob(f->cert_pem, f->cert_len);
	struct curl_blob key = blob(f->key_pem, f->key_len);
	bool ok = true;

	/* libcurl brings a folder of the system's CAs; it must go, or it is trusted beside ours */
	if (!f->system_roots)
		ok = curl_easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK &&
		     curl_easy_setopt(c, CURLOPT_CAINFO, f->ca_file) == CURLE_OK;
	if (f->ca_pem)
		ok = ok && curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &ca) == CURLE_OK;
	if (f->cert_pem)
		ok = ok && curl_easy_setopt(c, CURLOPT_SSLCERT_BLOB, &cert) == CURLE_OK &&
		     curl_easy_setopt(c, CURLOPT_SSLCERTTYPE, "PEM") == CURLE_OK &&
		     curl_easy_setopt(c, CURLOPT_SSLKEY_BLOB, &key) == CURLE_OK &&
		     curl_easy_setopt(c, CURLOPT_SSLKEYTYPE, "PEM") == CURLE_OK;
	return ok && curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_SSL_SESSIONID_CACHE, 0L) == CURLE_OK;
}

/* Who decides about the server's certificate, and what was decided. */
typedef struct verdict {
	const tf_fetch *f;
	char why[192];
} verdict;

/* OpenSSL's own verification first, then the caller's. */
static int verify(X509_STORE_CTX *store, void *ctx)
{
	verdict *v = ctx;
	X509 *leaf = X509_STORE_CTX_get0_cert(store);

	if (X509_verify_cert(store) != 1)
		return 0;
	if (leaf && v->f->check(v->f->check_ctx, leaf, v->why, sizeof(v->why)) == TF_OK)
		return 1;
	X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
	return 0;
}

static CURLcode install_check(CURL *c, void *ssl_ctx, void *ctx)
{
	(void)c;
	SSL_CTX_set_cert_verify_callback(ssl_ctx, verify, ctx);
	return CURLE_OK;
}

static bool set_check(CURL *c, verdict *v, bool tls)
{
	return !v->f->check ||
	       (tls && curl_easy_setopt(c, CURLOPT_SSL_CTX_FUNCTION, install_check) == CURLE_OK &&
	        curl_easy_setopt(c, CURLOPT_SSL_CTX_DATA, v) == CURLE_OK);
}

static bool set_manners(CURL *c, const tf_fetch *f, bool tls)
{
	long timeout = f->timeout_ms > 0 ? f->timeout_ms : 30000;

	return curl_easy_setopt(c, CURLOPT_URL, f->url) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, tls ? "https" : "http") == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, timeout) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_USERAGENT, "trefoil/" TF_VERSION_STRING) == CURLE_OK;
}

static bool set_request(CURL *c, const tf_fetch *f)
{
	bool ok = true;

	if (strcmp(f->method, "HEAD") == 0)
		return curl_easy_setopt(c, CURLOPT_NOBODY, 1L) == CURLE_OK;
	if (f->body || strcmp(f->method, "POST") == 0 || strcmp(f->method, "PUT") == 0 ||
	    strcmp(f->method, "PATCH") == 0)
		ok = curl_easy_setopt(c, CURLOPT_POSTFIELDS, f->body ? f->body : "") == CURLE_OK &&
		     curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
		                      (curl_off_t)(f->body ? f->body_len : 0)) == CURLE_OK;
	return ok && curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, f->method) == CURLE_OK;
}

static tf_err error_of(CURLcode code, const gather *body, const gather *headers)
{
	if (body->full || headers->full)
		return TF_E_TOO_LARGE;
	switch ((int)code) {
	case CURLE_OK:
		return TF_OK;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CIPHER:
		return TF_E_TRUST;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
		return TF_E_USAGE;
	case CURLE_OUT_OF_MEMORY:
		return TF_E_RESOURCE;
	}
	return TF_E_IO;
}

static tf_err perform(tf_fetch_result *r, const tf_fetch *f, CURL *c, bool tls,
                      struct curl_slist *lines)
{
	gather body = { .max = f->response_max ? f->response_max : 1u << 20 };
	gather headers = { .max = HEADERS_MAX };
	char text[CURL_ERROR_SIZE] = "";
	verdict v = { .f = f };
	long status = 0;
	CURLcode code;

	if (!set_manners(c, f, tls) || !set_trust(c, f) || !set_check(c, &v, tls) ||
	    !set_request(c, f) ||
	    curl_easy_setopt(c, CURLOPT_HTTPHEADER, lines) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, text) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, add) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_WRITEDATA, &body) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, add) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_HEADERDATA, &headers) != CURLE_OK)
		return refuse(r, TF_E_RESOURCE, "libcurl refuses an option");
	code = curl_easy_perform(c);
	r->body = body.p;
	r->body_len = body.len;
	r->headers = headers.p;
	if (code != CURLE_OK) {
		snprintf(r->reason, sizeof(r->reason), "%s",
		         body.full || headers.full ? "response too large"
		         : *v.why ? v.why : *text ? text : curl_easy_strerror(code));
		return error_of(code, &body, &headers);
	}
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	r->status = (int)status;
	return TF_OK;
}

/* After a failure nobody must look at half a response. */
static tf_err settle(tf_fetch_result *r, tf_err err)
{
	if (err != TF_OK) {
		char reason[sizeof(r->reason)];

		memcpy(reason, r->reason, sizeof(reason));
		tf_fetch_result_wipe(r);
		memcpy(r->reason, reason, sizeof(reason));
	}
	if (!r->body)
		r->body = calloc(1, 1);
	if (!r->headers)
		r->headers = calloc(1, 1);
	if (err == TF_OK && (!r->body || !r->headers))
		return refuse(r, TF_E_RESOURCE, "out of memory");
	return err;
}

tf_err tf_fetch_run(tf_fetch_result *r, const tf_fetch *f)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct curl_slist *lines = NULL;
	bool tls = false;
	CURL *c;
	tf_err err;

	memset(r, 0, sizeof(*r));
	pthread_once(&once, start_curl);
	err = check_url(r, f, &tls);
	if (err == TF_OK && tls && !f->ca_file && !f->ca_pem && !f->system_roots)
		err = refuse(r, TF_E_USAGE, "no CA is given");
	if (err == TF_OK)
		err = build_headers(&lines, r, f);
	c = curl_easy_init();
	if (err == TF_OK)
		err = c ? perform(r, f, c, tls, lines) : refuse(r, TF_E_RESOURCE, "libcurl fails");
	curl_easy_cleanup(c);
	curl_slist_free_all(lines);
	return settle(r, err);
}

tf_err tf_fetch_header(const tf_fetch_result *r, const char *name, char *out, size_t cap)
{
	size_t n = strlen(name);

	for (const char *p = r->headers; p && *p; ) {
		size_t len = strcspn(p, "\r\n");

		if (len > n && strncasecmp(p, name, n) == 0 && p[n] == ':') {
			const char *value = p + n + 1, *end = p + len;

			value += strspn(value, " \t");
			while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
				end--;
			if (value > end || (size_t)(end - value) >= cap)
				return TF_E_CAPACITY;
			memcpy(out, value, (size_t)(end - value));
			out[end - value] = 0;
			return TF_OK;
		}
		p += len;
		p += strspn(p, "\r\n");
	}
	return TF_E_NOT_FOUND;
}
