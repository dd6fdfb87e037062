#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"
#include "net/frame.h"

#define MAX 1000

/* Feeds a stream in pieces of `step` bytes; checks that body i is i+1 bytes of value i. */
static void feed_in_steps(const uint8_t *stream, size_t len, size_t step, size_t frames)
{
	tf_framer f;
	size_t seen = 0;

	tf_framer_init(&f, MAX);
	for (size_t at = 0; at < len; ) {
		size_t n = step < len - at ? step : len - at;
		const uint8_t *p = stream + at, *body;
		size_t left = n, body_len;

		while (left > 0) {
			CHECK_OK(tf_framer_feed(&f, &p, &left, &body, &body_len));
			if (!body)
				continue;
			CHECK(body_len == seen + 1);
			for (size_t i = 0; i < body_len; i++)
				CHECK(body[i] == (uint8_t)seen);
			seen++;
		}
		at += n;
	}
	CHECK(seen == frames);
	CHECK_OK(tf_framer_end(&f));
	tf_framer_wipe(&f);
}

TEST(frames_come_out_whole_whatever_the_pieces)
{
	static uint8_t stream[200 * (200 + 4)];
	size_t len = 0;

	for (size_t i = 0; i < 200; i++) {
		CHECK_OK(tf_frame_head(stream + len, i + 1, MAX));
		memset(stream + len + 4, (int)i, i + 1);
		len += 4 + i + 1;
	}
	for (size_t step = 1; step < 40; step++)
		feed_in_steps(stream, len, step, 200);
	feed_in_steps(stream, len, len, 200);
}

static tf_err feed_all(tf_framer *f, const void *bytes, size_t len)
{
	const uint8_t *p = bytes, *body;
	size_t body_len;

	while (len > 0)
		TRY(tf_framer_feed(f, &p, &len, &body, &body_len));
	return TF_OK;
}

TEST(a_frame_too_long_or_empty_ends_the_stream_for_good)
{
	tf_framer f;

	tf_framer_init(&f, MAX);
	CHECK_ERR(feed_all(&f, "\x00\x00\x03\xe9", 4), TF_E_TOO_LARGE);
	CHECK_ERR(feed_all(&f, "\x00\x00\x00\x01x", 5), TF_E_TOO_LARGE);
	CHECK_ERR(tf_framer_end(&f), TF_E_TOO_LARGE);
	CHECK(f.buf == NULL);
	tf_framer_wipe(&f);
	tf_framer_init(&f, MAX);
	CHECK_ERR(feed_all(&f, "\xff\xff\xff\xff", 4), TF_E_TOO_LARGE);
	tf_framer_wipe(&f);
	tf_framer_init(&f, MAX);
	CHECK_ERR(feed_all(&f, "\x00\x00\x00\x00", 4), TF_E_ENCODING);
	tf_framer_wipe(&f);
}

TEST(a_stream_may_not_end_inside_a_frame)
{
	tf_framer f;

	tf_framer_init(&f, MAX);
	CHECK_OK(feed_all(&f, "\x00\x00\x00", 3));
	CHECK_ERR(tf_framer_end(&f), TF_E_TRUNCATED);
	CHECK_OK(feed_all(&f, "\x02" "a", 2));
	CHECK_ERR(tf_framer_end(&f), TF_E_TRUNCATED);
	CHECK_OK(feed_all(&f, "b", 1));
	CHECK_OK(tf_framer_end(&f));
	tf_framer_wipe(&f);
}

/* Who announces 1 GiB and sends ten bytes gets a small buffer. */
TEST(memory_follows_the_bytes_that_arrived)
{
	tf_framer f;

	tf_framer_init(&f, 1u << 30);
	CHECK_OK(feed_all(&f, "\x40\x00\x00\x00" "0123456789", 14));
	CHECK(f.cap <= 4096);
	tf_framer_wipe(&f);
}

TEST(a_head_is_written_only_for_what_a_reader_accepts)
{
	uint8_t head[4];

	CHECK_OK(tf_frame_head(head, MAX, MAX));
	CHECK_HEX(head, 4, "000003e8");
	CHECK_ERR(tf_frame_head(head, MAX + 1, MAX), TF_E_USAGE);
	CHECK_ERR(tf_frame_head(head, 0, MAX), TF_E_USAGE);
}
