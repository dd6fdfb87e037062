/* HTTP/1.1 as bytes: a strict request reader and a response writer (RFC 9112, RFC 9110).
 *
 * The reader is sans-IO: feed it what arrived, it takes what belongs to the current request and
 * says when that is whole. One request at a time; bytes of the next one stay with the caller. The
 * first error is final for the connection, and tf_http_reader_status says which answer it deserves.
 *
 * Strict means: what RFC 9112 lets a recipient repair is refused, because two parsers that repair
 * differently are how requests are smuggled. Refused with 400: bare CR or LF, space before the
 * colon, folded lines, empty names, control bytes, no or two Host, two Content-Length,
 * Content-Length with Transfer-Encoding, "+5" or "5, 5" as length, chunk extensions, trailers, an
 * empty line before the request, absolute-form and authority-form targets, bytes outside ASCII or
 * unescaped in the target, and in the path: "..", ".", "//", "%2f", "%5c", "%00" and other
 * escaped control bytes. Only HTTP/1.1 (505 otherwise). Transfer-Encoding is "chunked" alone,
 * anything else is 501. Unknown methods are 501, Expect other than 100-continue is 417.
 *
 * The raw target is kept byte for byte: the uri claim of a token is compared with it.
 */
#ifndef TF_NET_HTTP_H
#define TF_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define TF_HTTP_HEADERS_MAX 100

typedef enum tf_http_method {
	TF_HTTP_GET = 1,
	TF_HTTP_HEAD,
	TF_HTTP_POST,
	TF_HTTP_PUT,
	TF_HTTP_PATCH,
	TF_HTTP_DELETE,
	TF_HTTP_OPTIONS,
} tf_http_method;

/* "GET"; never NULL. */
const char *tf_http_method_name(tf_http_method m);

/* Zeros take the defaults. */
typedef struct tf_http_limits {
	size_t line_max;    /* request line without CRLF: 8192, then 414 */
	size_t head_max;    /* header lines with their CRLFs: 16384, then 431 */
	size_t headers_max; /* 100 (also the most there can be), then 431 */
	size_t body_max;    /* 1 MiB, then 413 */
} tf_http_limits;

/* Bytes that lie in the reader's buffer and are followed by a NUL there. They hold no NUL
 * themselves, except a body. */
typedef struct tf_http_text {
	const char *p;
	size_t len;
} tf_http_text;

typedef struct tf_http_header {
	tf_http_text name;  /* lower case */
	tf_http_text value; /* without surrounding blanks */
} tf_http_header;

typedef struct tf_http_req {
	tf_http_method method;
	tf_http_text target; /* exactly as on the wire: path and query */
	tf_http_text path;   /* before the first '?', still escaped */
	tf_http_text query;  /* after it, still escaped; len 0 if none */
	tf_http_header header[TF_HTTP_HEADERS_MAX];
	size_t headers;
	const uint8_t *body; /* never NULL */
	size_t body_len;
	bool keep_alive;     /* the client did not ask to close */
	bool wants_continue; /* Expect: 100-continue */
} tf_http_req;

typedef enum tf_http_state {
	TF_HTTP_LINE = 0, /* collecting the request line; nothing arrived yet or part of it */
	TF_HTTP_HEAD_LINES,
	TF_HTTP_BODY,
	TF_HTTP_DONE,     /* the request is whole */
	TF_HTTP_FAILED,
} tf_http_state;

typedef struct tf_http_reader tf_http_reader;

/* TF_E_RESOURCE. limits may be NULL. */
TF_MUST_USE tf_err tf_http_reader_new(tf_http_reader **out, const tf_http_limits *limits);
void tf_http_reader_free(tf_http_reader *r);

/* Takes bytes from *p, moving *p and *len, until the request is whole (see the state) or nothing is
 * left. TF_E_ENCODING, TF_E_TOO_LARGE, TF_E_UNSUPPORTED, TF_E_RESOURCE; sticky. */
TF_MUST_USE tf_err tf_http_reader_feed(tf_http_reader *r, const uint8_t **p, size_t *len);
tf_http_state tf_http_reader_state(const tf_http_reader *r);

/* True if nothing of a request has arrived yet: a connection may end here without loss. */
bool tf_http_reader_idle(const tf_http_reader *r);

/* The request; whole in state DONE, head only in state BODY, NULL before. Valid until next or
 * free. */
const tf_http_req *tf_http_reader_request(const tf_http_reader *r);

/* After FAILED: HTTP status for the answer (400, 413, 414, 417, 431, 501, 505, 500) and one line
 * that says what was wrong. */
int tf_http_reader_status(const tf_http_reader *r);
const char *tf_http_reader_reason(const tf_http_reader *r);

/* Forget the request (its bytes are wiped) and await the next. Only after DONE. */
void tf_http_reader_next(tf_http_reader *r);

/* Value of the only header of that name (any case); NULL if there is none. *count, if not NULL,
 * receives how many there are; with several the value is NULL. */
const char *tf_http_header_get(const tf_http_req *req, const char *name, size_t *count);

/* Percent-decoding of a piece of a path ('+' stays) or query ('+' is a space), NUL-terminated.
 * TF_E_ENCODING: bad escape, NUL, or not UTF-8. TF_E_CAPACITY. */
typedef enum tf_http_part { TF_HTTP_PATH_PART, TF_HTTP_QUERY_PART } tf_http_part;
TF_MUST_USE tf_err tf_http_unescape(char *out, size_t cap, const char *p, size_t len,
                                    tf_http_part part);

/* Decoded value number `index` (from 0) of query parameter name. TF_E_NOT_FOUND, and the errors of
 * unescape. "a" and "a=" both give "". */
TF_MUST_USE tf_err tf_http_query_get(const tf_http_req *req, const char *name, size_t index,
                                     char *out, size_t cap);

/* Decoded path segment number index: "/v1/vault" has "v1" and "vault". TF_E_NOT_FOUND. */
TF_MUST_USE tf_err tf_http_segment_get(const tf_http_req *req, size_t index, char *out,
                                       size_t cap);

/* Reason phrase of a status ("Not Found"); "Unknown" for one we never send. */
const char *tf_http_status_text(int status);

/* A response head, built line by line; sticky like tf_wr. */
typedef struct tf_http_head {
	char *buf;
	size_t cap;
	size_t len;
	tf_err err;
} tf_http_head;

/* Writes the status line. buf is the caller's. */
void tf_http_head_begin(tf_http_head *h, char *buf, size_t cap, int status);

/* A name that is no token or a value with control bytes is TF_E_USAGE: no response splitting. */
void tf_http_head_add(tf_http_head *h, const char *name, const char *value);

/* Content-Length (not with TF_HTTP_NO_LENGTH, for 204) and the empty line; *len receives the bytes
 * of the head. */
#define TF_HTTP_NO_LENGTH SIZE_MAX
TF_MUST_USE tf_err tf_http_head_end(tf_http_head *h, size_t body_len, size_t *len);

#endif
