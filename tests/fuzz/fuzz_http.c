/* The HTTP request reader: however the bytes are cut, the same requests come out, and what comes
 * out has the form that everybody above relies on. */
#include <string.h>

#include "fuzz.h"
#include "net/http.h"

#define INPUT_MAX 40000u

/* What a run over the bytes ends with. */
typedef struct verdict {
	size_t requests;
	size_t consumed; /* bytes of whole requests */
	int status;      /* 0: no failure */
	tf_http_state state;
	uint64_t digest; /* of all that was parsed */
} verdict;

static uint64_t fold(uint64_t h, const void *p, size_t len)
{
	const uint8_t *b = p;

	for (size_t i = 0; i < len; i++)
		h = (h ^ b[i]) * 0x100000001b3u;
	return (h ^ len) * 0x100000001b3u;
}

static void check_text(const tf_http_text *t)
{
	ALWAYS(strlen(t->p) == t->len);
	for (size_t i = 0; i < t->len; i++)
		ALWAYS((uint8_t)t->p[i] >= 0x20 || t->p[i] == '\t');
}

static void check_path(const tf_http_req *req)
{
	char text[9000];

	check_text(&req->target);
	check_text(&req->path);
	check_text(&req->query);
	ALWAYS(req->path.p[0] == '/' && strncmp(req->target.p, req->path.p, req->path.len) == 0);
	ALWAYS(!strstr(req->path.p, "//") && !strstr(req->path.p, "/../"));
	ALWAYS(!strcasestr(req->path.p, "%2f") && !strcasestr(req->path.p, "%2e"));
	ALWAYS(!strstr(req->path.p, "/./") && !strchr(req->target.p, ' '));
	for (size_t i = 0; tf_http_segment_get(req, i, text, sizeof(text)) != TF_E_NOT_FOUND; i++)
		ALWAYS(i < req->path.len);
	if (tf_http_query_get(req, "a", 0, text, sizeof(text)) == TF_OK)
		ALWAYS(strlen(text) <= req->query.len);
}

static void check_request(const tf_http_req *req)
{
	size_t hosts, lengths, codings;

	check_path(req);
	ALWAYS(req->headers <= TF_HTTP_HEADERS_MAX && req->body);
	for (size_t i = 0; i < req->headers; i++) {
		check_text(&req->header[i].name);
		check_text(&req->header[i].value);
		ALWAYS(req->header[i].name.len > 0 && !strpbrk(req->header[i].name.p, " \t:\"(),/ABCXYZ"));
	}
	(void)tf_http_header_get(req, "host", &hosts);
	(void)tf_http_header_get(req, "content-length", &lengths);
	(void)tf_http_header_get(req, "transfer-encoding", &codings);
	ALWAYS(hosts == 1 && lengths + codings <= 1);
	ALWAYS(req->body_len == 0 || lengths + codings == 1);
}

static uint64_t digest_of(const tf_http_req *req, uint64_t h)
{
	h = fold(h, &req->method, sizeof(req->method));
	h = fold(h, req->target.p, req->target.len);
	for (size_t i = 0; i < req->headers; i++) {
		h = fold(h, req->header[i].name.p, req->header[i].name.len);
		h = fold(h, req->header[i].value.p, req->header[i].value.len);
	}
	return fold(h, req->body, req->body_len);
}

static verdict run(const uint8_t *data, size_t len, size_t step)
{
	const tf_http_limits limits = { .line_max = 300, .head_max = 600, .headers_max = 12,
	                                .body_max = 2000 };
	verdict v = { .digest = 0xcbf29ce484222325u };
	tf_http_reader *r;
	size_t at = 0;

	ALWAYS(tf_http_reader_new(&r, &limits) == TF_OK);
	while (at < len) {
		const uint8_t *p = data + at;
		size_t n = step < len - at ? step : len - at, left = n;
		tf_err err = tf_http_reader_feed(r, &p, &left);

		at += n - left;
		ALWAYS(p == data + at && (left == 0 || tf_http_reader_state(r) >= TF_HTTP_DONE));
		ALWAYS((err != TF_OK) == (tf_http_reader_state(r) == TF_HTTP_FAILED));
		if (err != TF_OK)
			break;
		if (tf_http_reader_state(r) != TF_HTTP_DONE)
			continue;
		check_request(tf_http_reader_request(r));
		v.digest = digest_of(tf_http_reader_request(r), v.digest);
		v.requests++;
		v.consumed = at;
		tf_http_reader_next(r);
	}
	v.state = tf_http_reader_state(r);
	v.status = v.state == TF_HTTP_FAILED ? tf_http_reader_status(r) : 0;
	ALWAYS(v.status == 0 || (v.status >= 400 && *tf_http_reader_reason(r)));
	tf_http_reader_free(r);
	return v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	verdict whole, pieces;

	if (len > INPUT_MAX)
		return 0;
	whole = run(data, len, len);
	for (size_t step = 1; step <= 7; step += 3) {
		pieces = run(data, len, step);
		ALWAYS(pieces.requests == whole.requests && pieces.consumed == whole.consumed);
		ALWAYS(pieces.status == whole.status && pieces.state == whole.state);
		ALWAYS(pieces.digest == whole.digest);
	}
	return 0;
}
