#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/secret.h"
#include "net/http.h"
#include "net/http_chars.h"

#define FIRST_BODY 4096
#define CHUNK_LINE_MAX 16

/* Inside a body: what the next byte belongs to. */
typedef enum body_state {
	BODY_LENGTH = 0,  /* Content-Length */
	BODY_CHUNK_SIZE,
	BODY_CHUNK_SIZE_LF,
	BODY_CHUNK_DATA,
	BODY_CHUNK_CR,
	BODY_CHUNK_LF,
	BODY_END_CR,      /* after the last chunk: the empty line, no trailers */
	BODY_END_LF,
} body_state;

struct tf_http_reader {
	tf_http_limits limits;
	tf_http_state state;
	int status;
	char reason[96];
	tf_err err;
	char *head;        /* request line and header lines as they came, cut up by NULs */
	size_t head_cap;
	size_t len;        /* bytes in head */
	size_t line;       /* start of the current line */
	size_t line_len;   /* of the request line with CRLF */
	char *path;        /* a copy of the target, cut at '?' */
	uint8_t *body;
	size_t body_cap;
	body_state body_state;
	size_t need;       /* body or chunk bytes that are still to come */
	unsigned digits;   /* of the chunk size so far */
	tf_http_req req;
};

static const uint8_t no_body[1];

tf_err tf_http_reader_new(tf_http_reader **out, const tf_http_limits *limits)
{
	tf_http_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return TF_E_RESOURCE;
	if (limits)
		r->limits = *limits;
	r->limits.line_max = r->limits.line_max ? r->limits.line_max : 8192;
	r->limits.head_max = r->limits.head_max ? r->limits.head_max : 16384;
	r->limits.body_max = r->limits.body_max ? r->limits.body_max : 1u << 20;
	if (r->limits.headers_max == 0 || r->limits.headers_max > TF_HTTP_HEADERS_MAX)
		r->limits.headers_max = TF_HTTP_HEADERS_MAX;
	r->head_cap = r->limits.line_max + 2 + r->limits.head_max + 2;
	r->head = calloc(1, r->head_cap);
	r->path = calloc(1, r->limits.line_max + 1);
	r->req.body = no_body;
	if (!r->head || !r->path) {
		tf_http_reader_free(r);
		return TF_E_RESOURCE;
	}
	*out = r;
	return TF_OK;
}

void tf_http_reader_next(tf_http_reader *r)
{
	tf_wipe(r->head, r->len);
	tf_wipe(r->path, r->limits.line_max + 1);
	if (r->body) {
		tf_wipe(r->body, r->body_cap + 1);
		free(r->body);
	}
	r->body = NULL;
	r->body_cap = 0;
	r->len = r->line = r->line_len = r->need = 0;
	r->digits = 0;
	r->body_state = BODY_LENGTH;
	memset(&r->req, 0, sizeof(r->req));
	r->req.body = no_body;
	if (r->state != TF_HTTP_FAILED)
		r->state = TF_HTTP_LINE;
}

void tf_http_reader_free(tf_http_reader *r)
{
	if (!r)
		return;
	if (r->head && r->path)
		tf_http_reader_next(r);
	free(r->head);
	free(r->path);
	free(r);
}

tf_http_state tf_http_reader_state(const tf_http_reader *r)
{
	return r->state;
}

bool tf_http_reader_idle(const tf_http_reader *r)
{
	return r->state == TF_HTTP_LINE && r->len == 0;
}

const tf_http_req *tf_http_reader_request(const tf_http_reader *r)
{
	return r->state == TF_HTTP_BODY || r->state == TF_HTTP_DONE ? &r->req : NULL;
}

int tf_http_reader_status(const tf_http_reader *r)
{
	return r->status;
}

const char *tf_http_reader_reason(const tf_http_reader *r)
{
	return r->reason;
}

static tf_err fail(tf_http_reader *r, int status, const char *reason)
{
	r->state = TF_HTTP_FAILED;
	r->status = status;
	snprintf(r->reason, sizeof(r->reason), "%s", reason);
	if (status == 400)
		return TF_E_ENCODING;
	if (status == 500)
		return TF_E_RESOURCE;
	return status == 413 || status == 414 || status == 431 ? TF_E_TOO_LARGE : TF_E_UNSUPPORTED;
}

/* ---- request line -------------------------------------------------------------------------- */

static tf_http_method find_method(const char *p, size_t len)
{
	for (int m = TF_HTTP_GET; m <= TF_HTTP_OPTIONS; m++) {
		const char *name = tf_http_method_name((tf_http_method)m);

		if (strlen(name) == len && strncmp(name, p, len) == 0)
			return (tf_http_method)m;
	}
	return 0;
}

static bool all(const char *p, size_t len, bool (*is)(uint8_t c))
{
	for (size_t i = 0; i < len; i++)
		if (!is((uint8_t)p[i]))
			return false;
	return true;
}

/* The first escape in p that is broken, or that would change what the path means once undone. */
static const char *bad_escape(const char *p, size_t len, bool in_path)
{
	for (size_t i = 0; i < len; i++) {
		int v;

		if (p[i] != '%')
			continue;
		if (len - i < 3 || tf_http_hex(p[i + 1]) < 0 || tf_http_hex(p[i + 2]) < 0)
			return "broken percent escape in the target";
		v = tf_http_hex(p[i + 1]) << 4 | tf_http_hex(p[i + 2]);
		if (in_path && (v < 0x20 || v == 0x7f))
			return "escaped control byte in the path";
		if (in_path && (v == '/' || v == '\\' || v == '.' || v == '%'))
			return "escaped separator or dot in the path";
	}
	return NULL;
}

static const char *bad_path(const char *p, size_t len)
{
	size_t start = 1;

	if (len == 0 || p[0] != '/')
		return "target must be a path";
	if (!all(p, len, tf_http_is_path))
		return "byte that a path may not hold";
	for (size_t i = 1; i <= len; i++) {
		if (i < len && p[i] != '/')
			continue;
		if (i == start && i < len)
			return "empty segment in the path";
		if ((i - start == 1 && p[start] == '.') ||
		    (i - start == 2 && p[start] == '.' && p[start + 1] == '.'))
			return "dot segment in the path";
		start = i + 1;
	}
	return bad_escape(p, len, true);
}

static tf_err read_target(tf_http_reader *r, const char *p, size_t len)
{
	const char *mark = memchr(p, '?', len);
	size_t path_len = mark ? (size_t)(mark - p) : len;
	const char *bad = bad_path(p, path_len);

	memcpy(r->path, p, len);
	r->path[len] = 0;
	r->path[path_len] = 0;
	r->req.target = (tf_http_text){ p, len };
	r->req.path = (tf_http_text){ r->path, path_len };
	r->req.query = (tf_http_text){ r->path + len, 0 };
	if (mark)
		r->req.query = (tf_http_text){ r->path + path_len + 1, len - path_len - 1 };
	if (bad)
		return fail(r, 400, bad);
	if (!all(r->req.query.p, r->req.query.len, tf_http_is_query))
		return fail(r, 400, "byte that a query may not hold");
	bad = bad_escape(r->req.query.p, r->req.query.len, false);
	return bad ? fail(r, 400, bad) : TF_OK;
}

static tf_err read_version(tf_http_reader *r, const char *p, size_t len)
{
	if (len == 8 && strncmp(p, "HTTP/1.1", 8) == 0)
		return TF_OK;
	if (len == 8 && strncmp(p, "HTTP/", 5) == 0 && p[5] >= '0' && p[5] <= '9' && p[6] == '.' &&
	    p[7] >= '0' && p[7] <= '9')
		return fail(r, 505, "only HTTP/1.1 is spoken here");
	return fail(r, 400, "malformed HTTP version");
}

/* line: without CRLF; len bytes and a NUL. */
static tf_err read_request_line(tf_http_reader *r, char *line, size_t len)
{
	char *one = memchr(line, ' ', len);
	char *two = one ? memchr(one + 1, ' ', len - (size_t)(one + 1 - line)) : NULL;
	size_t target_len;

	if (len == 0)
		return fail(r, 400, "empty line before the request");
	if (!two || one == line || memchr(two + 1, ' ', len - (size_t)(two + 1 - line)))
		return fail(r, 400, "malformed request line");
	if (!all(line, (size_t)(one - line), tf_http_is_token))
		return fail(r, 400, "malformed method");
	r->req.method = find_method(line, (size_t)(one - line));
	TRY(read_version(r, two + 1, len - (size_t)(two + 1 - line)));
	if (!r->req.method)
		return fail(r, 501, "unknown method");
	target_len = (size_t)(two - one - 1);
	*two = 0;
	TRY(read_target(r, one + 1, target_len));
	r->state = TF_HTTP_HEAD_LINES;
	return TF_OK;
}

/* ---- header lines -------------------------------------------------------------------------- */

static tf_err read_header(tf_http_reader *r, char *line, size_t len)
{
	char *colon = memchr(line, ':', len);
	tf_http_header *h;
	char *value, *end = line + len;

	if (line[0] == ' ' || line[0] == '\t')
		return fail(r, 400, "folded header line");
	if (!colon || colon == line || !all(line, (size_t)(colon - line), tf_http_is_token))
		return fail(r, 400, "malformed header name");
	if (r->req.headers == r->limits.headers_max)
		return fail(r, 431, "too many header lines");
	for (char *p = line; p < colon; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + ('a' - 'A'));
	*colon = 0;
	for (value = colon + 1; value < end && (*value == ' ' || *value == '\t'); value++)
		;
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = 0;
	h = &r->req.header[r->req.headers++];
	h->name = (tf_http_text){ line, (size_t)(colon - line) };
	h->value = (tf_http_text){ value, (size_t)(end - value) };
	return TF_OK;
}

static tf_err check_host(tf_http_reader *r)
{
	size_t n;
	const char *host = tf_http_header_get(&r->req, "host", &n);

	if (n != 1)
		return fail(r, 400, n ? "more than one Host" : "no Host");
	if (!*host || !all(host, strlen(host), tf_http_is_host))
		return fail(r, 400, "malformed Host");
	return TF_OK;
}

static tf_err check_length(tf_http_reader *r, const char *text)
{
	size_t len = strlen(text), value = 0;

	if (len == 0)
		return fail(r, 400, "malformed Content-Length");
	for (size_t i = 0; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			return fail(r, 400, "malformed Content-Length");
	for (size_t i = 0; i < len; i++) {
		value = value * 10 + (size_t)(text[i] - '0');
		if (value > r->limits.body_max)
			return fail(r, 413, "body too large");
	}
	r->need = value;
	return TF_OK;
}

static tf_err check_framing(tf_http_reader *r)
{
	size_t lengths, codings;
	const char *length = tf_http_header_get(&r->req, "content-length", &lengths);
	const char *coding = tf_http_header_get(&r->req, "transfer-encoding", &codings);

	if (lengths > 1)
		return fail(r, 400, "more than one Content-Length");
	if (lengths && codings)
		return fail(r, 400, "both Content-Length and Transfer-Encoding");
	if (codings > 1)
		return fail(r, 400, "more than one Transfer-Encoding");
	if (codings && strcasecmp(coding, "chunked") != 0)
		return fail(r, 501, "only the transfer coding chunked is understood");
	if (codings)
		r->body_state = BODY_CHUNK_SIZE;
	return lengths ? check_length(r, length) : TF_OK;
}

/* True if a comma-separated list holds the word. */
static bool list_has(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list) {
		size_t item;

		list += strspn(list, ", \t");
		item = strcspn(list, ", \t");
		if (item == len && strncasecmp(list, word, len) == 0)
			return true;
		list += item;
	}
	return false;
}

static tf_err check_rest(tf_http_reader *r)
{
	size_t n;
	const char *expect = tf_http_header_get(&r->req, "expect", &n);

	if (n > 1 || (n == 1 && strcasecmp(expect, "100-continue") != 0))
		return fail(r, 417, "unknown expectation");
	r->req.keep_alive = true;
	for (size_t i = 0; i < r->req.headers; i++)
		if (strcmp(r->req.header[i].name.p, "connection") == 0 &&
		    list_has(r->req.header[i].value.p, "close"))
			r->req.keep_alive = false;
	r->state = r->body_state == BODY_LENGTH && r->need == 0 ? TF_HTTP_DONE : TF_HTTP_BODY;
	r->req.wants_continue = n == 1 && r->state == TF_HTTP_BODY;
	return TF_OK;
}

static tf_err end_head(tf_http_reader *r)
{
	TRY(check_host(r));
	TRY(check_framing(r));
	return check_rest(r);
}

/* A line ended at head[len - 2], its CRLF included. */
static tf_err take_line(tf_http_reader *r)
{
	char *line = r->head + r->line;
	size_t len = r->len - r->line - 2;

	line[len] = 0;
	r->line = r->len;
	if (r->state == TF_HTTP_LINE) {
		r->line_len = r->len;
		return read_request_line(r, line, len);
	}
	return len == 0 ? end_head(r) : read_header(r, line, len);
}

static tf_err take_head_byte(tf_http_reader *r, char c)
{
	bool after_cr = r->len > r->line && r->head[r->len - 1] == '\r';

	if (after_cr != (c == '\n'))
		return fail(r, 400, after_cr ? "carriage return inside a line" : "line ends without CRLF");
	if (!tf_http_is_head((uint8_t)c))
		return fail(r, 400, "control byte in the head");
	if (r->state == TF_HTTP_LINE && c != '\r' && c != '\n' && r->len >= r->limits.line_max)
		return fail(r, 414, "request line too long");
	if (r->state == TF_HTTP_HEAD_LINES && r->len - r->line_len >= r->limits.head_max + 2)
		return fail(r, 431, "header too large");
	if (r->len == r->head_cap)
		return fail(r, 431, "header too large");
	r->head[r->len++] = c;
	return c == '\n' ? take_line(r) : TF_OK;
}

/* ---- body ---------------------------------------------------------------------------------- */

/* Memory follows the bytes that arrived, not the length that was announced. */
static tf_err body_room(tf_http_reader *r, size_t need)
{
	size_t cap = r->body_cap ? r->body_cap : FIRST_BODY;
	uint8_t *body;

	if (need <= r->body_cap)
		return TF_OK;
	while (cap < need)
		cap *= 2;
	body = calloc(1, cap + 1);
	if (!body)
		return fail(r, 500, "out of memory");
	if (r->body) {
		memcpy(body, r->body, r->req.body_len);
		tf_wipe(r->body, r->body_cap + 1);
		free(r->body);
	}
	r->body = body;
	r->body_cap = cap;
	r->req.body = body;
	return TF_OK;
}

static tf_err take_data(tf_http_reader *r, const uint8_t **p, size_t *len)
{
	size_t n = *len < r->need ? *len : r->need;

	TRY(body_room(r, r->req.body_len + n));
	memcpy(r->body + r->req.body_len, *p, n);
	r->req.body_len += n;
	r->body[r->req.body_len] = 0;
	*p += n;
	*len -= n;
	r->need -= n;
	if (r->need > 0)
		return TF_OK;
	if (r->body_state == BODY_LENGTH)
		r->state = TF_HTTP_DONE;
	else
		r->body_state = BODY_CHUNK_CR;
	return TF_OK;
}

static tf_err take_size_byte(tf_http_reader *r, char c)
{
	int digit = tf_http_hex(c);

	if (c == '\r' && r->digits > 0) {
		r->body_state = BODY_CHUNK_SIZE_LF;
		return TF_OK;
	}
	if (digit < 0 || ++r->digits > CHUNK_LINE_MAX)
		return fail(r, 400, "malformed chunk size");
	r->need = r->need << 4 | (size_t)digit;
	if (r->need > r->limits.body_max - r->req.body_len)
		return fail(r, 413, "body too large");
	return TF_OK;
}

static tf_err expect_byte(tf_http_reader *r, char c, char want, body_state then)
{
	if (c != want)
		return fail(r, 400, then == BODY_END_LF ? "trailers are not accepted" : "malformed chunk");
	r->body_state = then;
	return TF_OK;
}

static tf_err take_body_byte(tf_http_reader *r, char c)
{
	switch (r->body_state) {
	case BODY_LENGTH:
	case BODY_CHUNK_DATA:
		return TF_E_USAGE;
	case BODY_CHUNK_SIZE:
		return take_size_byte(r, c);
	case BODY_CHUNK_SIZE_LF:
		r->digits = 0;
		return expect_byte(r, c, '\n', r->need > 0 ? BODY_CHUNK_DATA : BODY_END_CR);
	case BODY_CHUNK_CR:
		return expect_byte(r, c, '\r', BODY_CHUNK_LF);
	case BODY_CHUNK_LF:
		return expect_byte(r, c, '\n', BODY_CHUNK_SIZE);
	case BODY_END_CR:
		return expect_byte(r, c, '\r', BODY_END_LF);
	case BODY_END_LF:
		TRY(expect_byte(r, c, '\n', BODY_END_LF));
		r->state = TF_HTTP_DONE;
		return TF_OK;
	}
	return TF_E_USAGE;
}

tf_err tf_http_reader_feed(tf_http_reader *r, const uint8_t **p, size_t *len)
{
	while (r->err == TF_OK && *len > 0 && r->state != TF_HTTP_DONE) {
		char c = (char)**p;

		if (r->state == TF_HTTP_BODY &&
		    (r->body_state == BODY_LENGTH || r->body_state == BODY_CHUNK_DATA)) {
			r->err = take_data(r, p, len);
			continue;
		}
		(*p)++;
		(*len)--;
		r->err = r->state == TF_HTTP_BODY ? take_body_byte(r, c) : take_head_byte(r, c);
	}
	return r->err;
}
