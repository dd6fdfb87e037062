/* Frames: whatever the pieces, the same bodies come out, and they are the bytes that went in. */
#include <string.h>

#include "fuzz.h"
#include "net/frame.h"

#define BODY_MAX 5000u

typedef struct verdict {
	size_t frames, bytes;
	tf_err err, end;
} verdict;

static verdict run(const uint8_t *data, size_t len, size_t step)
{
	verdict v = { 0 };
	size_t at = 0;
	tf_framer f;

	tf_framer_init(&f, BODY_MAX);
	while (at < len && v.err == TF_OK) {
		const uint8_t *p = data + at, *body;
		size_t n = step < len - at ? step : len - at, left = n, body_len;

		v.err = tf_framer_feed(&f, &p, &left, &body, &body_len);
		at += n - left;
		ALWAYS(p == data + at && f.cap <= 4096 + 2 * at);
		if (!body)
			continue;
		ALWAYS(v.err == TF_OK && body_len > 0 && body_len <= BODY_MAX && body_len + 4 <= at);
		ALWAYS(memcmp(body, data + at - body_len, body_len) == 0);
		v.frames++;
		v.bytes += body_len + 4;
	}
	v.end = tf_framer_end(&f);
	if (v.err == TF_OK)
		ALWAYS((v.end == TF_OK) == (v.bytes == len));
	else
		ALWAYS(v.end == v.err);
	tf_framer_wipe(&f);
	return v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	verdict whole = run(data, len, len), pieces;

	for (size_t step = 1; step <= 13; step += 4) {
		pieces = run(data, len, step);
		ALWAYS(pieces.frames == whole.frames && pieces.bytes == whole.bytes);
		ALWAYS(pieces.err == whole.err && pieces.end == whole.end);
	}
	return 0;
}
