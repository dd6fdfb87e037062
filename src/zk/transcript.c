#include "zk/transcript.h"

#include <string.h>

#define LIST_HEAD (TF_TR_HEAD + 4u)
#define CHALLENGE_BYTES 48u
#define BITS_MAX 128u

static const char domain[] = "HMPC-CGGMP24-v1";

static void put_u32(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

static size_t get_u32(const uint8_t *p)
{
	return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

static void head(uint8_t out[static TF_TR_HEAD], char type, size_t body)
{
	out[0] = (uint8_t)type;
	put_u32(out + 1, body);
}

static void fail(tf_tr *t, tf_err err)
{
	if (t->err == TF_OK)
		t->err = err;
}

static uint8_t *room(tf_tr *t, size_t len)
{
	uint8_t *p = t->buf + t->len;

	if (t->err != TF_OK)
		return NULL;
	if (len > t->cap - t->len) {
		fail(t, TF_E_CAPACITY);
		return NULL;
	}
	t->len += len;
	return p;
}

/* Room for the body of a new item of the innermost list; NULL after an error. */
static uint8_t *item(tf_tr *t, char type, size_t body)
{
	uint8_t *p = body <= UINT32_MAX ? room(t, TF_TR_HEAD + body) : NULL;

	if (!p) {
		fail(t, TF_E_CAPACITY);
		return NULL;
	}
	head(p, type, body);
	t->open[t->depth - 1].count++;
	return p + TF_TR_HEAD;
}

void tf_tr_init(tf_tr *t, uint8_t *buf, size_t cap)
{
	*t = (tf_tr){ .buf = buf, .cap = cap, .depth = 1 };
}

static void integer(tf_tr *t, const tf_bn *mag, bool negative)
{
	uint32_t bits = tf_bn_bits_vt(mag);
	size_t len = (bits + 7) / 8;
	uint8_t *p = item(t, 'I', 1 + len);

	if (!p)
		return;
	p[0] = negative && bits != 0;
	tf_bn_to_bytes(p + 1, len, mag);
}

void tf_tr_nat(tf_tr *t, const tf_bn *x)
{
	integer(t, x, false);
}

void tf_tr_int(tf_tr *t, const tf_int *x)
{
	integer(t, &x->mag, x->neg != 0);
}

static void big_endian(tf_tr *t, const uint8_t *b, size_t len)
{
	uint8_t *p;

	while (len > 0 && *b == 0) {
		b++;
		len--;
	}
	p = item(t, 'I', 1 + len);
	if (!p)
		return;
	p[0] = 0;
	memcpy(p + 1, b, len);
}

void tf_tr_u64(tf_tr *t, uint64_t x)
{
	uint8_t b[8];

	for (unsigned i = 0; i < 8; i++)
		b[i] = (uint8_t)(x >> (56 - 8 * i));
	big_endian(t, b, sizeof(b));
}

void tf_tr_sc(tf_tr *t, const tf_sc *x)
{
	uint8_t b[TF_SC_BYTES];

	tf_sc_encode(b, x);
	big_endian(t, b, sizeof(b));
}

void tf_tr_bytes(tf_tr *t, const void *p, size_t len)
{
	uint8_t *to = item(t, 'B', len);

	if (to && len)
		memcpy(to, p, len);
}

void tf_tr_str(tf_tr *t, const char *s)
{
	size_t len = strlen(s);
	uint8_t *to = item(t, 'S', len);

	if (to)
		memcpy(to, s, len);
}

void tf_tr_pt(tf_tr *t, const tf_group *g, const tf_pt *p)
{
	uint8_t *to = item(t, 'P', TF_PT_BYTES);

	if (to)
		tf_pt_encode(g, to, p);
}

void tf_tr_raw(tf_tr *t, const uint8_t *tlv, size_t len)
{
	uint8_t *to;

	if (len < TF_TR_HEAD || get_u32(tlv + 1) != len - TF_TR_HEAD) {
		fail(t, TF_E_USAGE);
		return;
	}
	to = room(t, len);
	if (!to)
		return;
	memcpy(to, tlv, len);
	t->open[t->depth - 1].count++;
}

void tf_tr_open(tf_tr *t)
{
	size_t at = t->len;

	if (t->depth == TF_TR_DEPTH) {
		fail(t, TF_E_USAGE);
		return;
	}
	if (!item(t, 'L', LIST_HEAD - TF_TR_HEAD))
		return;
	t->open[t->depth].at = at;
	t->open[t->depth].count = 0;
	t->depth++;
}

void tf_tr_close(tf_tr *t)
{
	uint8_t *p;

	if (t->err != TF_OK)
		return;
	if (t->depth == 1) {
		fail(t, TF_E_USAGE);
		return;
	}
	t->depth--;
	p = t->buf + t->open[t->depth].at;
	head(p, 'L', t->len - t->open[t->depth].at - TF_TR_HEAD);
	put_u32(p + TF_TR_HEAD, t->open[t->depth].count);
}

/* The outermost list's header; its length must be one that four bytes can say. */
static tf_err outer_head(uint8_t out[static LIST_HEAD], const tf_tr *t)
{
	if (t->err != TF_OK)
		return t->err;
	if (t->depth != 1)
		return TF_E_USAGE;
	if (t->len > UINT32_MAX - LIST_HEAD)
		return TF_E_CAPACITY;
	head(out, 'L', t->len + LIST_HEAD - TF_TR_HEAD);
	put_u32(out + TF_TR_HEAD, t->open[0].count);
	return TF_OK;
}

tf_err tf_tr_xof(tf_keccak *out, const tf_tr *t, const char *tag)
{
	uint8_t list[LIST_HEAD], string[TF_TR_HEAD];
	size_t len = strlen(tag);

	TRY(outer_head(list, t));
	head(string, 'S', len);
	tf_shake256_init(out);
	tf_keccak_absorb(out, domain, sizeof(domain) - 1);
	tf_keccak_absorb(out, string, sizeof(string));
	tf_keccak_absorb(out, tag, len);
	tf_keccak_absorb(out, list, sizeof(list));
	tf_keccak_absorb(out, t->buf, t->len);
	return TF_OK;
}

tf_err tf_tr_hash(uint8_t out[static 32], const tf_tr *t, const char *tag)
{
	TF_AUTO(tf_keccak) k;

	TRY(tf_tr_xof(&k, t, tag));
	tf_keccak_squeeze(&k, out, 32);
	return TF_OK;
}

tf_err tf_tr_challenge(tf_challenge *out, const tf_group *g, const tf_tr *t, const char *tag)
{
	TF_AUTO(tf_keccak) k;
	uint8_t b[CHALLENGE_BYTES];
	tf_challenge e;

	TRY(tf_tr_xof(&k, t, tag));
	tf_keccak_squeeze(&k, b, sizeof(b));
	TRY(tf_sc_reduce_bytes(g, &e.sc, b, sizeof(b)));
	TRY(tf_sc_centre(g, &e.i, &e.sc));
	*out = e;
	return TF_OK;
}

tf_err tf_tr_bits(uint8_t *out, uint32_t n, const tf_tr *t, const char *tag)
{
	TF_AUTO(tf_keccak) k;
	uint8_t b[BITS_MAX / 8];

	if (n > BITS_MAX)
		return TF_E_USAGE;
	TRY(tf_tr_xof(&k, t, tag));
	tf_keccak_squeeze(&k, b, (n + 7) / 8);
	for (uint32_t i = 0; i < n; i++)
		out[i] = b[i / 8] >> (i % 8) & 1;
	return TF_OK;
}

tf_err tf_ctx_seal(tf_ctx *out, const tf_tr *t)
{
	uint8_t list[LIST_HEAD];

	TRY(outer_head(list, t));
	if (t->len > TF_CTX_MAX - LIST_HEAD)
		return TF_E_CAPACITY;
	memcpy(out->b, list, LIST_HEAD);
	memcpy(out->b + LIST_HEAD, t->buf, t->len);
	out->len = (uint16_t)(LIST_HEAD + t->len);
	return TF_OK;
}
