#include "net/http.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "net/http_chars.h"

const char *tf_http_method_name(tf_http_method m)
{
	switch (m) {
	case TF_HTTP_GET: return "GET";
	case TF_HTTP_HEAD: return "HEAD";
	case TF_HTTP_POST: return "POST";
	case TF_HTTP_PUT: return "PUT";
	case TF_HTTP_PATCH: return "PATCH";
	case TF_HTTP_DELETE: return "DELETE";
	case TF_HTTP_OPTIONS: return "OPTIONS";
	}
	return "?";
}

const char *tf_http_header_get(const tf_http_req *req, const char *name, size_t *count)
{
	const char *value = NULL;
	size_t n = 0;

	for (size_t i = 0; i < req->headers; i++) {
		if (strcasecmp(req->header[i].name.p, name) != 0)
			continue;
		value = req->header[i].value.p;
		n++;
	}
	if (count)
		*count = n;
	return n == 1 ? value : NULL;
}

/* Length of the UTF-8 sequence at p (RFC 3629: shortest form, no surrogates), 0 if there is none.
 * */
static size_t utf8_len(const uint8_t *p, size_t left)
{
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (n == 0 || n > left || p[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

static bool is_utf8(const char *s, size_t len)
{
	const uint8_t *p = (const uint8_t *)s;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = utf8_len(p + i, len - i);
		if (n == 0)
			return false;
	}
	return true;
}

tf_err tf_http_unescape(char *out, size_t cap, const char *p, size_t len, tf_http_part part)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = p[i];

		if (c == '%') {
			int high = len - i < 3 ? -1 : tf_http_hex(p[i + 1]);
			int low = len - i < 3 ? -1 : tf_http_hex(p[i + 2]);

			if (high < 0 || low < 0)
				return TF_E_ENCODING;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && part == TF_HTTP_QUERY_PART) {
			c = ' ';
		}
		if (c == 0)
			return TF_E_ENCODING;
		if (n + 1 >= cap)
			return TF_E_CAPACITY;
		out[n++] = c;
	}
	if (cap == 0)
		return TF_E_CAPACITY;
	out[n] = 0;
	return is_utf8(out, n) ? TF_OK : TF_E_ENCODING;
}

/* True if the escaped text is the name, once undone. */
static bool names(const char *p, size_t len, const char *name)
{
	char text[256];

	return tf_http_unescape(text, sizeof(text), p, len, TF_HTTP_QUERY_PART) == TF_OK &&
	       strcmp(text, name) == 0;
}

tf_err tf_http_query_get(const tf_http_req *req, const char *name, size_t index, char *out,
                         size_t cap)
{
	const char *p = req->query.p, *end = p + req->query.len;

	while (p < end) {
		size_t len = strcspn(p, "&");
		const char *equals = memchr(p, '=', len);
		size_t name_len = equals ? (size_t)(equals - p) : len;

		if (names(p, name_len, name) && index-- == 0) {
			if (!equals)
				return tf_http_unescape(out, cap, "", 0, TF_HTTP_QUERY_PART);
			return tf_http_unescape(out, cap, equals + 1, len - name_len - 1,
			                        TF_HTTP_QUERY_PART);
		}
		p += len + (p + len < end);
	}
	return TF_E_NOT_FOUND;
}

tf_err tf_http_segment_get(const tf_http_req *req, size_t index, char *out, size_t cap)
{
	const char *p = req->path.p + 1, *end = req->path.p + req->path.len;

	while (p < end) {
		size_t len = strcspn(p, "/");

		if (index-- == 0)
			return tf_http_unescape(out, cap, p, len, TF_HTTP_PATH_PART);
		p += len + 1;
	}
	return TF_E_NOT_FOUND;
}

const char *tf_http_status_text(int status)
{
	switch (status) {
	case 100: return "Continue";
	case 200: return "OK";
	case 201: return "Created";
	case 202: return "Accepted";
	case 204: return "No Content";
	case 400: return "Bad Request";
	case 401: return "Unauthorized";
	case 403: return "Forbidden";
	case 404: return "Not Found";
	case 405: return "Method Not Allowed";
	case 408: return "Request Timeout";
	case 409: return "Conflict";
	case 410: return "Gone";
	case 413: return "Content Too Large";
	case 414: return "URI Too Long";
	case 415: return "Unsupported Media Type";
	case 417: return "Expectation Failed";
	case 422: return "Unprocessable Content";
	case 429: return "Too Many Requests";
	case 431: return "Request Header Fields Too Large";
	case 500: return "Internal Server Error";
	case 501: return "Not Implemented";
	case 503: return "Service Unavailable";
	case 505: return "HTTP Version Not Supported";
	}
	return "Unknown";
}

__attribute__((format(printf, 2, 3))) static void put(tf_http_head *h, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (h->err != TF_OK)
		return;
	va_start(ap, fmt);
	n = vsnprintf(h->buf + h->len, h->cap - h->len, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= h->cap - h->len)
		h->err = TF_E_CAPACITY;
	else
		h->len += (size_t)n;
}

void tf_http_head_begin(tf_http_head *h, char *buf, size_t cap, int status)
{
	*h = (tf_http_head){ .buf = buf, .cap = cap };
	if (status < 100 || status > 599)
		h->err = TF_E_USAGE;
	put(h, "HTTP/1.1 %d %s\r\n", status, tf_http_status_text(status));
}

void tf_http_head_add(tf_http_head *h, const char *name, const char *value)
{
	bool fine = *name != 0;

	for (const char *p = name; *p; p++)
		fine = fine && tf_http_is_token((uint8_t)*p);
	for (const char *p = value; *p; p++)
		fine = fine && tf_http_is_head((uint8_t)*p) && *p != '\r' && *p != '\n';
	if (!fine && h->err == TF_OK)
		h->err = TF_E_USAGE;
	put(h, "%s: %s\r\n", name, value);
}

tf_err tf_http_head_end(tf_http_head *h, size_t body_len, size_t *len)
{
	if (body_len != TF_HTTP_NO_LENGTH)
		put(h, "Content-Length: %zu\r\n", body_len);
	put(h, "\r\n");
	if (h->err != TF_OK)
		return h->err;
	*len = h->len;
	return TF_OK;
}
