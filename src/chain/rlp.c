#include "chain/rlp.h"

#include <string.h>

#define STRING_SHORT 0x80u /* + length up to 55 */
#define STRING_LONG 0xb7u  /* + number of length bytes */
#define LIST_SHORT 0xc0u
#define LIST_LONG 0xf7u
#define SHORT_MAX 55u

void tf_rlp_fail(tf_rlp *r, tf_err err)
{
	if (r->err == TF_OK)
		r->err = err;
	r->left = 0;
}

tf_err tf_rlp_end(const tf_rlp *r)
{
	if (r->err != TF_OK)
		return r->err;
	return r->left ? TF_E_TRAILING : TF_OK;
}

bool tf_rlp_has_more(const tf_rlp *r)
{
	return r->err == TF_OK && r->left > 0;
}

bool tf_rlp_is_list(const tf_rlp *r)
{
	return tf_rlp_has_more(r) && r->p[0] >= LIST_SHORT;
}

/* A length in n big-endian bytes, which must need the long form; the bytes are passed over. */
static size_t read_long_length(tf_rlp *r, size_t n)
{
	uint64_t v = 0;

	if (n > r->left) {
		tf_rlp_fail(r, TF_E_TRUNCATED);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		v = v << 8 | r->p[i];
	if (r->p[0] == 0 || v <= SHORT_MAX) {
		tf_rlp_fail(r, TF_E_ENCODING);
		return 0;
	}
	r->p += n;
	r->left -= n;
	if (v > r->left) {
		tf_rlp_fail(r, TF_E_TRUNCATED);
		return 0;
	}
	return (size_t)v;
}

/* The next item's payload, its first byte being one of [short_form, next kind). */
static const uint8_t *take(tf_rlp *r, unsigned short_form, unsigned long_form, size_t *len)
{
	unsigned first = r->p[0];
	const uint8_t *p;
	size_t n;

	r->p++;
	r->left--;
	n = first <= long_form ? first - short_form : read_long_length(r, first - long_form);
	if (n > r->left)
		tf_rlp_fail(r, TF_E_TRUNCATED);
	if (r->err != TF_OK)
		return NULL;
	p = r->p;
	r->p += n;
	r->left -= n;
	*len = n;
	return p;
}

const uint8_t *tf_rlp_bytes(tf_rlp *r, size_t *len)
{
	const uint8_t *p;

	*len = 0;
	if (!tf_rlp_has_more(r)) {
		tf_rlp_fail(r, TF_E_TRUNCATED);
		return NULL;
	}
	if (tf_rlp_is_list(r)) {
		tf_rlp_fail(r, TF_E_ENCODING);
		return NULL;
	}
	p = r->p;
	if (p[0] < STRING_SHORT) {
		r->p++;
		r->left--;
		*len = 1;
		return p;
	}
	p = take(r, STRING_SHORT, STRING_LONG, len);
	if (p && *len == 1 && p[0] < STRING_SHORT) {
		tf_rlp_fail(r, TF_E_ENCODING);
		*len = 0;
		return NULL;
	}
	return p;
}

void tf_rlp_fixed(tf_rlp *r, uint8_t *out, size_t len)
{
	size_t n;
	const uint8_t *p = tf_rlp_bytes(r, &n);

	if (p && n != len) {
		tf_rlp_fail(r, TF_E_ENCODING);
		p = NULL;
	}
	if (p && len)
		memcpy(out, p, len);
	else if (len)
		memset(out, 0, len);
}

tf_u256 tf_rlp_u256(tf_rlp *r)
{
	tf_u256 v = { { 0 } };
	size_t n;
	const uint8_t *p = tf_rlp_bytes(r, &n);

	if (p && n && p[0] == 0) {
		tf_rlp_fail(r, TF_E_ENCODING);
	} else if (p) {
		tf_err err = tf_u256_from_be(&v, p, n);

		if (err != TF_OK)
			tf_rlp_fail(r, err);
	}
	return v;
}

uint64_t tf_rlp_u64(tf_rlp *r)
{
	tf_u256 wide = tf_rlp_u256(r);
	uint64_t v = 0;
	tf_err err = tf_u256_to_u64(&v, &wide);

	if (err != TF_OK)
		tf_rlp_fail(r, err);
	return v;
}

tf_rlp tf_rlp_list(tf_rlp *r)
{
	tf_rlp inside = { .p = NULL, .left = 0, .err = TF_OK };

	if (!tf_rlp_has_more(r))
		tf_rlp_fail(r, TF_E_TRUNCATED);
	else if (!tf_rlp_is_list(r))
		tf_rlp_fail(r, TF_E_ENCODING);
	else
		inside.p = take(r, LIST_SHORT, LIST_LONG, &inside.left);
	if (r->err != TF_OK)
		tf_rlp_fail(&inside, r->err);
	return inside;
}

void tf_rlp_leave(tf_rlp *r, const tf_rlp *list)
{
	tf_err err = tf_rlp_end(list);

	if (err != TF_OK)
		tf_rlp_fail(r, err);
}

/* The header of a payload of len bytes; at most 9 bytes. */
static size_t make_header(uint8_t out[static 9], unsigned short_form, size_t len)
{
	size_t n = 0;

	if (len <= SHORT_MAX) {
		out[0] = (uint8_t)(short_form + len);
		return 1;
	}
	for (size_t rest = len; rest; rest >>= 8)
		n++;
	out[0] = (uint8_t)(short_form + SHORT_MAX + n);
	for (size_t i = 0; i < n; i++)
		out[n - i] = (uint8_t)(len >> (8 * i));
	return n + 1;
}

void tf_rlp_put_bytes(tf_wr *w, const uint8_t *p, size_t len)
{
	uint8_t header[9];

	if (len != 1 || p[0] >= STRING_SHORT)
		tf_wr_fixed(w, header, make_header(header, STRING_SHORT, len));
	tf_wr_fixed(w, p, len);
}

void tf_rlp_put_u256(tf_wr *w, const tf_u256 *v)
{
	uint8_t be[32];
	size_t zeros = 0;

	tf_u256_to_be(be, v);
	while (zeros < sizeof(be) && be[zeros] == 0)
		zeros++;
	tf_rlp_put_bytes(w, be + zeros, sizeof(be) - zeros);
}

void tf_rlp_put_u64(tf_wr *w, uint64_t v)
{
	tf_u256 wide = tf_u256_from_u64(v);

	tf_rlp_put_u256(w, &wide);
}

size_t tf_rlp_open(const tf_wr *w)
{
	return w->len;
}

void tf_rlp_close(tf_wr *w, size_t opened)
{
	size_t payload = w->len - opened, n;
	uint8_t header[9];

	n = make_header(header, LIST_SHORT, payload);
	if (!tf_wr_room(w, n))
		return;
	memmove(w->buf + opened + n, w->buf + opened, payload);
	memcpy(w->buf + opened, header, n);
}
