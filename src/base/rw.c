#include "base/rw.h"

#include <string.h>

void tf_rd_fail(tf_rd *r, tf_err err)
{
	if (r->err == TF_OK)
		r->err = err;
	r->left = 0;
}

const uint8_t *tf_rd_view(tf_rd *r, size_t len)
{
	const uint8_t *p = r->p;

	if (r->err != TF_OK)
		return NULL;
	if (len > r->left) {
		tf_rd_fail(r, TF_E_TRUNCATED);
		return NULL;
	}
	r->p += len;
	r->left -= len;
	return p;
}

static uint64_t read_be(tf_rd *r, size_t len)
{
	const uint8_t *p = tf_rd_view(r, len);
	uint64_t v = 0;

	for (size_t i = 0; p && i < len; i++)
		v = v << 8 | p[i];
	return v;
}

uint8_t tf_rd_u8(tf_rd *r)
{
	return (uint8_t)read_be(r, 1);
}

uint16_t tf_rd_u16(tf_rd *r)
{
	return (uint16_t)read_be(r, 2);
}

uint32_t tf_rd_u32(tf_rd *r)
{
	return (uint32_t)read_be(r, 4);
}

uint64_t tf_rd_u64(tf_rd *r)
{
	return read_be(r, 8);
}

void tf_rd_fixed(tf_rd *r, void *out, size_t len)
{
	const uint8_t *p = tf_rd_view(r, len);

	if (p && len)
		memcpy(out, p, len);
	else if (len)
		memset(out, 0, len);
}

const uint8_t *tf_rd_blob(tf_rd *r, size_t max, size_t *len)
{
	uint32_t n = tf_rd_u32(r);
	const uint8_t *p;

	*len = 0;
	if (r->err != TF_OK)
		return NULL;
	if (n > max) {
		tf_rd_fail(r, TF_E_TOO_LARGE);
		return NULL;
	}
	p = tf_rd_view(r, n);
	if (p)
		*len = n;
	return p;
}

tf_err tf_rd_end(const tf_rd *r)
{
	if (r->err != TF_OK)
		return r->err;
	return r->left ? TF_E_TRAILING : TF_OK;
}

void tf_wr_fail(tf_wr *w, tf_err err)
{
	if (w->err == TF_OK)
		w->err = err;
}

uint8_t *tf_wr_room(tf_wr *w, size_t len)
{
	uint8_t *p = w->buf + w->len;

	if (w->err != TF_OK)
		return NULL;
	if (len > w->cap - w->len) {
		tf_wr_fail(w, TF_E_CAPACITY);
		return NULL;
	}
	w->len += len;
	return p;
}

static void write_be(tf_wr *w, uint64_t v, size_t len)
{
	uint8_t *p = tf_wr_room(w, len);

	for (size_t i = 0; p && i < len; i++)
		p[i] = (uint8_t)(v >> (8 * (len - 1 - i)));
}

void tf_wr_u8(tf_wr *w, uint8_t v)
{
	write_be(w, v, 1);
}

void tf_wr_u16(tf_wr *w, uint16_t v)
{
	write_be(w, v, 2);
}

void tf_wr_u32(tf_wr *w, uint32_t v)
{
	write_be(w, v, 4);
}

void tf_wr_u64(tf_wr *w, uint64_t v)
{
	write_be(w, v, 8);
}

void tf_wr_fixed(tf_wr *w, const void *p, size_t len)
{
	uint8_t *room = tf_wr_room(w, len);

	if (room && len)
		memcpy(room, p, len);
}

void tf_wr_blob(tf_wr *w, const void *p, size_t len)
{
	if (len > UINT32_MAX)
		tf_wr_fail(w, TF_E_USAGE);
	tf_wr_u32(w, (uint32_t)len);
	tf_wr_fixed(w, p, len);
}

tf_err tf_wr_end(const tf_wr *w, size_t *len)
{
	if (w->err == TF_OK && len)
		*len = w->len;
	return w->err;
}
