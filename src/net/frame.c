#include "net/frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

#define FIRST_CHUNK 4096

void tf_framer_init(tf_framer *f, size_t max)
{
	memset(f, 0, sizeof(*f));
	f->max = max;
}

void tf_framer_wipe(tf_framer *f)
{
	if (f->buf) {
		tf_wipe(f->buf, f->cap);
		free(f->buf);
	}
	tf_wipe(f, sizeof(*f));
}

static size_t body_size(const tf_framer *f)
{
	return (size_t)f->head[0] << 24 | (size_t)f->head[1] << 16 | (size_t)f->head[2] << 8 |
	       f->head[3];
}

/* Room for need bytes of a body of size; doubles, so that a peer pays for memory with bytes. */
static tf_err make_room(tf_framer *f, size_t need, size_t size)
{
	size_t cap = f->cap ? f->cap : FIRST_CHUNK;
	uint8_t *buf;

	if (need <= f->cap)
		return TF_OK;
	while (cap < need)
		cap *= 2;
	if (cap > size && size >= f->cap)
		cap = size;
	buf = malloc(cap);
	if (!buf)
		return TF_E_RESOURCE;
	if (f->buf) {
		memcpy(buf, f->buf, f->cap);
		tf_wipe(f->buf, f->cap);
		free(f->buf);
	}
	f->buf = buf;
	f->cap = cap;
	return TF_OK;
}

static tf_err feed(tf_framer *f, const uint8_t **p, size_t *len, const uint8_t **body,
                   size_t *body_len)
{
	size_t size, at, n;

	while (*len > 0 && f->have < TF_FRAME_HEAD) {
		f->head[f->have++] = **p;
		(*p)++;
		(*len)--;
	}
	if (f->have < TF_FRAME_HEAD)
		return TF_OK;
	size = body_size(f);
	if (size == 0)
		return TF_E_ENCODING;
	if (size > f->max)
		return TF_E_TOO_LARGE;
	at = f->have - TF_FRAME_HEAD;
	n = *len < size - at ? *len : size - at;
	TRY(make_room(f, at + n, size));
	if (n > 0)
		memcpy(f->buf + at, *p, n);
	*p += n;
	*len -= n;
	f->have += n;
	if (at + n < size)
		return TF_OK;
	*body = f->buf;
	*body_len = size;
	f->have = 0;
	return TF_OK;
}

tf_err tf_framer_feed(tf_framer *f, const uint8_t **p, size_t *len, const uint8_t **body,
                      size_t *body_len)
{
	*body = NULL;
	*body_len = 0;
	if (f->err == TF_OK)
		f->err = feed(f, p, len, body, body_len);
	return f->err;
}

tf_err tf_framer_end(const tf_framer *f)
{
	if (f->err != TF_OK)
		return f->err;
	return f->have == 0 ? TF_OK : TF_E_TRUNCATED;
}

tf_err tf_frame_head(uint8_t out[static TF_FRAME_HEAD], size_t len, size_t max)
{
	if (len == 0 || len > max || len > UINT32_MAX)
		return TF_E_USAGE;
	out[0] = (uint8_t)(len >> 24);
	out[1] = (uint8_t)(len >> 16);
	out[2] = (uint8_t)(len >> 8);
	out[3] = (uint8_t)len;
	return TF_OK;
}
