/* The request reader against what people really send to web servers, and the response writer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"
#include "net/http.h"

/* Reads bytes in pieces of step; the status of the failure, 0 if whole, -1 if it wants more. */
static int read_in_steps(tf_http_reader *r, const char *bytes, size_t len, size_t step)
{
	for (size_t at = 0; at < len; ) {
		size_t n = step < len - at ? step : len - at, left = n;
		const uint8_t *p = (const uint8_t *)bytes + at;

		if (tf_http_reader_feed(r, &p, &left) != TF_OK)
			return tf_http_reader_status(r);
		at += n - left;
		if (tf_http_reader_state(r) == TF_HTTP_DONE)
			return 0;
	}
	return -1;
}

typedef struct sample {
	int status; /* expected */
	const char *bytes;
} sample;

#define H "Host: a\r\n"

static const sample samples[] = {
	/* whole requests */
	{ 0, "GET / HTTP/1.1\r\n" H "\r\n" },
	{ 0, "GET /a/b?x=1&y=%2F HTTP/1.1\r\n" H "\r\n" },
	{ 0, "GET /v1/x?p=[44,60,0,0,0] HTTP/1.1\r\n" H "\r\n" },
	{ 0, "POST / HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc" },
	{ 0, "POST / HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n" },
	{ 0, "POST / HTTP/1.1\r\n" H "Content-Length:3\t \r\n\r\nabc" },
	{ 0, "POST / HTTP/1.1\r\nHOST:a:8443\r\nTransfer-Encoding: Chunked\r\n\r\n"
	     "3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n" },
	{ 0, "DELETE /x HTTP/1.1\r\nHost: [::1]:8443\r\nX-Empty:\r\nX-Odd: \xc3\xa9\r\n\r\n" },
	{ 0, "GET /%E2%82%AC/a;b=c/~x HTTP/1.1\r\n" H "\r\n" },
	{ 0, "POST / HTTP/1.1\r\n" H "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\nx" },
	/* not whole yet */
	{ -1, "GET / HTTP/1.1\r\n" H },
	{ -1, "GET / HTTP/1.1\r\n" H "\r" },
	{ -1, "POST / HTTP/1.1\r\n" H "Content-Length: 4\r\n\r\nabc" },
	{ -1, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n" },
	/* request line */
	{ 400, "\r\nGET / HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /\r\n" H "\r\n" },
	{ 400, "GET  / HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET / HTTP/1.1 \r\n" H "\r\n" },
	{ 400, "GET /a b HTTP/1.1\r\n" H "\r\n" },
	{ 400, " GET / HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET\t/\tHTTP/1.1\r\n" H "\r\n" },
	{ 400, "GE(T / HTTP/1.1\r\n" H "\r\n" },
	{ 501, "get / HTTP/1.1\r\n" H "\r\n" },
	{ 501, "BREW / HTTP/1.1\r\n" H "\r\n" },
	{ 501, "CONNECT a:443 HTTP/1.1\r\n" H "\r\n" },
	{ 501, "TRACE / HTTP/1.1\r\n" H "\r\n" },
	{ 505, "GET / HTTP/1.0\r\n" H "\r\n" },
	{ 505, "GET / HTTP/2.0\r\n" H "\r\n" },
	{ 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
	{ 400, "GET / HTTP/1.10\r\n" H "\r\n" },
	{ 400, "GET / http/1.1\r\n" H "\r\n" },
	{ 400, "GET / HTTP/1.1\n" H "\r\n" },
	{ 400, "GET / HTTP/1.1\r\r\n" H "\r\n" },
	{ 400, "\x16\x03\x01\x02" },
	/* target */
	{ 400, "GET http://a/ HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET a:80 HTTP/1.1\r\n" H "\r\n" },
	{ 400, "OPTIONS * HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /../etc/passwd HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a/.. HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a/./b HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /. HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET //a HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a//b HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a%2fb HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a%2Fb HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a%5cb HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /%2e%2e/b HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a%252fb HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a%00b HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a%0d%0ab HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a%7fb HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a%zz HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a% HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a?b=%1 HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a\\b HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a#b HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /a?b#c HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n" },
	{ 400, "GET /<x> HTTP/1.1\r\n" H "\r\n" },
	/* header lines */
	{ 400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" H " folded: x\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" H "X: a\r\n\tb\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" H "no colon\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" H ": empty\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" H "X(y): a\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" H "X: a\x01\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" H "X: a\x7f\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" H "X: a\rb\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" H "X: a\nY: b\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" H "\n" },
	/* Host */
	{ 400, "GET / HTTP/1.1\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\n" H H "\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n" },
	/* framing: how requests are smuggled */
	{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 4\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 3\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: 3, 3\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: +3\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: -1\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: 0x3\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Content-Length: 3 4\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n" },
	{ 413, "POST / HTTP/1.1\r\n" H "Content-Length: 99999999999999999999999999\r\n\r\n" },
	{ 413, "POST / HTTP/1.1\r\n" H "Content-Length: 1048577\r\n\r\n" },
	{ 501, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n" },
	{ 501, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n\r\n" },
	{ 501, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n" },
	{ 501, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, chunked\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n"
	       "Transfer-Encoding: chunked\r\n\r\n" },
	{ 417, "POST / HTTP/1.1\r\n" H "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n" },
	/* chunks */
	{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n 3\r\nabc\r\n0\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc0\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\n" },
	{ 413, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n100001\r\n" },
	{ 413, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" },
	{ 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n00000000000000001\r\n" },
};

TEST(every_sample_gets_its_verdict_in_one_piece_and_byte_by_byte)
{
	for (size_t i = 0; i < TF_ARRAY_LEN(samples); i++) {
		for (size_t step = 1; step < 1000; step = step * 3 + 1) {
			tf_http_reader *r;
			int got;

			CHECK_OK(tf_http_reader_new(&r, NULL));
			got = read_in_steps(r, samples[i].bytes, strlen(samples[i].bytes), step);
			if (got != samples[i].status)
				tf_test_fail(__FILE__, __LINE__, "step %zu: got %d (%s), expected %d for:\n%s",
				             step, got, tf_http_reader_reason(r), samples[i].status,
				             samples[i].bytes);
			if (got > 0)
				CHECK(*tf_http_reader_reason(r) && !tf_http_reader_request(r));
			tf_http_reader_free(r);
		}
	}
}

TEST(a_nul_byte_is_refused_wherever_it_stands_in_the_head)
{
	static const char request[] = "GET /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";

	for (size_t i = 0; i < sizeof(request) - 3; i++) {
		char bytes[sizeof(request)];
		tf_http_reader *r;

		memcpy(bytes, request, sizeof(request));
		bytes[i] = 0;
		CHECK_OK(tf_http_reader_new(&r, NULL));
		CHECK(read_in_steps(r, bytes, sizeof(request) - 1, 7) == 400);
		tf_http_reader_free(r);
	}
}

TEST(the_parts_of_a_request_are_what_was_sent)
{
	static const char bytes[] = "POST /v1/vault%20x/a?p=%5B1%5D&q=a+b&q=&r HTTP/1.1\r\n"
		"Host: a\r\nX-API-Key:  key \r\nTwice: 1\r\ntwice: 2\r\nConnection: foo, Close\r\n"
		"Content-Length: 3\r\n\r\na\0cGET ";
	const uint8_t *p = (const uint8_t *)bytes;
	size_t len = sizeof(bytes) - 1, count;
	const tf_http_req *req;
	tf_http_reader *r;
	char text[64];

	CHECK_OK(tf_http_reader_new(&r, NULL));
	CHECK(tf_http_reader_idle(r));
	CHECK_OK(tf_http_reader_feed(r, &p, &len));
	CHECK(tf_http_reader_state(r) == TF_HTTP_DONE && len == 4 && !tf_http_reader_idle(r));
	req = tf_http_reader_request(r);
	CHECK(req->method == TF_HTTP_POST && !req->keep_alive && !req->wants_continue);
	CHECK(strcmp(req->target.p, "/v1/vault%20x/a?p=%5B1%5D&q=a+b&q=&r") == 0);
	CHECK(req->target.len == strlen(req->target.p));
	CHECK(strcmp(req->path.p, "/v1/vault%20x/a") == 0 && req->path.len == 15);
	CHECK(strcmp(req->query.p, "p=%5B1%5D&q=a+b&q=&r") == 0);
	CHECK(req->body_len == 3 && req->body[1] == 0 && req->body[3] == 0);
	CHECK(strcmp(tf_http_header_get(req, "x-api-KEY", &count), "key") == 0 && count == 1);
	CHECK(!tf_http_header_get(req, "twice", &count) && count == 2);
	CHECK(!tf_http_header_get(req, "none", &count) && count == 0);
	CHECK_OK(tf_http_query_get(req, "p", 0, text, sizeof(text)));
	CHECK(strcmp(text, "[1]") == 0);
	CHECK_OK(tf_http_query_get(req, "q", 0, text, sizeof(text)));
	CHECK(strcmp(text, "a b") == 0);
	CHECK_OK(tf_http_query_get(req, "q", 1, text, sizeof(text)));
	CHECK(strcmp(text, "") == 0);
	CHECK_OK(tf_http_query_get(req, "r", 0, text, sizeof(text)));
	CHECK_ERR(tf_http_query_get(req, "r", 1, text, sizeof(text)), TF_E_NOT_FOUND);
	CHECK_ERR(tf_http_query_get(req, "s", 0, text, sizeof(text)), TF_E_NOT_FOUND);
	CHECK_ERR(tf_http_query_get(req, "q", 0, text, 3), TF_E_CAPACITY);
	CHECK_OK(tf_http_segment_get(req, 1, text, sizeof(text)));
	CHECK(strcmp(text, "vault x") == 0);
	CHECK_ERR(tf_http_segment_get(req, 3, text, sizeof(text)), TF_E_NOT_FOUND);
	tf_http_reader_next(r);
	CHECK(tf_http_reader_idle(r) && !tf_http_reader_request(r));
	tf_http_reader_free(r);
}

TEST(escapes_must_be_whole_utf8_and_free_of_nul)
{
	static const char *const bad[] = { "%", "%1", "%g0", "%00", "%ff", "%c0%80", "%ed%a0%80",
		"%f4%90%80%80", "%e2%82", "%80", "%f8%88%80%80%80", "%e0%9f%bf", "%f0%8f%bf%bf" };
	char text[16];

	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++)
		CHECK_ERR(tf_http_unescape(text, sizeof(text), bad[i], strlen(bad[i]),
		                           TF_HTTP_QUERY_PART), TF_E_ENCODING);
	CHECK_OK(tf_http_unescape(text, sizeof(text), "a+%f0%9f%98%80", 14, TF_HTTP_PATH_PART));
	CHECK(strcmp(text, "a+\xf0\x9f\x98\x80") == 0);
}

/* n header lines of 10 bytes, after a request line of line_len bytes. */
static int read_sized(const tf_http_limits *limits, size_t line_len, size_t n)
{
	static char bytes[64000];
	size_t len = 0;
	tf_http_reader *r;
	int got;

	len += (size_t)snprintf(bytes, sizeof(bytes), "GET /");
	while (len < line_len - 9)
		bytes[len++] = 'a';
	len += (size_t)snprintf(bytes + len, sizeof(bytes) - len, " HTTP/1.1\r\nHost: a\r\n");
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(bytes + len, sizeof(bytes) - len, "X: 12345\r\n");
	len += (size_t)snprintf(bytes + len, sizeof(bytes) - len, "\r\n");
	CHECK_OK(tf_http_reader_new(&r, limits));
	got = read_in_steps(r, bytes, len, 1000);
	tf_http_reader_free(r);
	return got;
}

TEST(limits_hold_to_the_byte)
{
	const tf_http_limits small = { .head_max = 9 + 50, .headers_max = 100, .line_max = 100 };

	CHECK(read_sized(NULL, 8192, 0) == 0);
	CHECK(read_sized(NULL, 8193, 0) == 414);
	CHECK(read_sized(NULL, 30000, 0) == 414);
	CHECK(read_sized(NULL, 20, 99) == 0);
	CHECK(read_sized(NULL, 20, 100) == 431);
	CHECK(read_sized(&small, 100, 5) == 0);
	CHECK(read_sized(&small, 101, 5) == 414);
	CHECK(read_sized(&small, 100, 6) == 431);
}

TEST(a_body_is_limited_however_it_is_framed)
{
	const tf_http_limits ten = { .body_max = 10 };
	const char *fits = "POST / HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\n0123456789";
	const char *long_one = "POST / HTTP/1.1\r\n" H "Content-Length: 11\r\n\r\n";
	const char *chunks = "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
	                     "6\r\nabcdef\r\n4\r\nabcd\r\n1\r\n";
	tf_http_reader *r;

	CHECK_OK(tf_http_reader_new(&r, &ten));
	CHECK(read_in_steps(r, fits, strlen(fits), 3) == 0);
	tf_http_reader_next(r);
	CHECK(read_in_steps(r, long_one, strlen(long_one), 3) == 413);
	CHECK(read_in_steps(r, fits, strlen(fits), 3) == 413);
	tf_http_reader_free(r);
	CHECK_OK(tf_http_reader_new(&r, &ten));
	CHECK(read_in_steps(r, chunks, strlen(chunks), 3) == 413);
	tf_http_reader_free(r);
}

TEST(a_response_head_cannot_be_split)
{
	tf_http_head h;
	char buf[256];
	size_t len = 0;

	tf_http_head_begin(&h, buf, sizeof(buf), 404);
	tf_http_head_add(&h, "X-A", "b c");
	CHECK_OK(tf_http_head_end(&h, 12, &len));
	CHECK(strcmp(buf, "HTTP/1.1 404 Not Found\r\nX-A: b c\r\nContent-Length: 12\r\n\r\n") == 0);
	CHECK(len == strlen(buf));
	tf_http_head_begin(&h, buf, sizeof(buf), 200);
	tf_http_head_add(&h, "X-A", "b\r\nSet-Cookie: c");
	CHECK_ERR(tf_http_head_end(&h, 0, &len), TF_E_USAGE);
	tf_http_head_begin(&h, buf, sizeof(buf), 200);
	tf_http_head_add(&h, "X: A", "b");
	CHECK_ERR(tf_http_head_end(&h, 0, &len), TF_E_USAGE);
	tf_http_head_begin(&h, buf, sizeof(buf), 99);
	CHECK_ERR(tf_http_head_end(&h, 0, &len), TF_E_USAGE);
	tf_http_head_begin(&h, buf, 20, 200);
	CHECK_ERR(tf_http_head_end(&h, 0, &len), TF_E_CAPACITY);
	tf_http_head_begin(&h, buf, sizeof(buf), 204);
	CHECK_OK(tf_http_head_end(&h, TF_HTTP_NO_LENGTH, &len));
	CHECK(!strstr(buf, "Content-Length"));
}
