#include "wire/wire.h"

#include <string.h>

#include "base/secret.h"

tf_err tf_wire_encode(const tf_wire_type *type, uint8_t *out, size_t cap, size_t *len,
                      const tf_wire_env *env, const void *m)
{
	tf_wr w = tf_wr_init(out, cap);

	type->put(&w, env, m);
	return tf_wr_end(&w, len);
}

static tf_err decode(tf_rd *r, const tf_wire_type *type, void *out, const tf_wire_env *env,
                     tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err;

	memset(out, 0, type->size);
	type->get(r, out, env, mem);
	err = tf_rd_end(r);
	if (err != TF_OK) {
		tf_wipe(out, type->size);
		tf_arena_release(mem, mark);
	}
	return err;
}

tf_err tf_wire_decode(const tf_wire_type *type, void *out, const tf_wire_env *env, tf_arena *mem,
                      const uint8_t *in, size_t len)
{
	tf_rd r = tf_rd_init(in, len);

	return decode(&r, type, out, env, mem);
}

tf_err tf_wire_encode_framed(const tf_wire_type *type, uint8_t *out, size_t cap, size_t *len,
                             const tf_wire_env *env, const void *m)
{
	tf_wr w = tf_wr_init(out, cap);

	tf_wr_u16(&w, type->type);
	tf_wr_u16(&w, type->version);
	type->put(&w, env, m);
	return tf_wr_end(&w, len);
}

tf_err tf_wire_decode_framed(const tf_wire_type *type, void *out, const tf_wire_env *env,
                             tf_arena *mem, const uint8_t *in, size_t len)
{
	tf_rd r = tf_rd_init(in, len);
	uint16_t number = tf_rd_u16(&r), version = tf_rd_u16(&r);

	if (r.err == TF_OK && (number != type->type || version != type->version))
		tf_rd_fail(&r, TF_E_UNSUPPORTED);
	return decode(&r, type, out, env, mem);
}

uint16_t tf_wire_peek(const uint8_t *in, size_t len)
{
	tf_rd r = tf_rd_init(in, len);

	return tf_rd_u16(&r);
}

const tf_wire_type *tf_wire_find(const tf_wire_type *const *table, size_t n, uint16_t type)
{
	for (size_t i = 0; i < n; i++)
		if (table[i]->type == type)
			return table[i];
	return NULL;
}

void tf_wire_put_nat(tf_wr *w, const tf_bn *x, uint32_t bits)
{
	size_t len = tf_wire_bytes(bits);
	uint8_t *p;

	if (bits == 0 || !tf_ct_reveal(tf_bn_fits(x, bits))) {
		tf_wr_fail(w, TF_E_USAGE);
		return;
	}
	p = tf_wr_room(w, len);
	if (p)
		tf_bn_to_bytes(p, len, x);
}

void tf_wire_put_int(tf_wr *w, const tf_int *x, uint32_t bits)
{
	if (tf_ct_reveal(x->neg & tf_bn_is_zero(&x->mag)))
		tf_wr_fail(w, TF_E_USAGE);
	tf_wr_u8(w, (uint8_t)(x->neg & 1));
	tf_wire_put_nat(w, &x->mag, bits);
}

void tf_wire_put_point(tf_wr *w, const tf_wire_env *env, const tf_pt *x)
{
	uint8_t *p = tf_wr_room(w, TF_PT_BYTES);

	if (!env || !env->g)
		tf_wr_fail(w, TF_E_USAGE);
	else if (p)
		tf_pt_encode(env->g, p, x);
}

void tf_wire_put_scalar(tf_wr *w, const tf_wire_env *env, const tf_sc *x)
{
	uint8_t *p = tf_wr_room(w, TF_SC_BYTES);

	if (!env || !env->g)
		tf_wr_fail(w, TF_E_USAGE);
	else if (p)
		tf_sc_encode(p, x);
}

void tf_wire_put_blob(tf_wr *w, const tf_blob *x, size_t max)
{
	if (x->len > max)
		tf_wr_fail(w, TF_E_USAGE);
	tf_wr_blob(w, x->p, x->len);
}

void tf_wire_put_count(tf_wr *w, uint32_t n, size_t max)
{
	if (n > max)
		tf_wr_fail(w, TF_E_USAGE);
	tf_wr_u32(w, n);
}

void tf_wire_get_nat(tf_rd *r, tf_bn *x, uint32_t bits)
{
	size_t len = tf_wire_bytes(bits);
	const uint8_t *p = tf_rd_view(r, len);

	tf_bn_set_u64(x, 0);
	if (!p)
		return;
	if (bits == 0 || len > TF_BN_BYTES || tf_bn_from_bytes(x, p, len) != TF_OK)
		tf_rd_fail(r, TF_E_USAGE);
	else if (!tf_ct_reveal(tf_bn_fits(x, bits)))
		tf_rd_fail(r, TF_E_ENCODING);
}

void tf_wire_get_int(tf_rd *r, tf_int *x, uint32_t bits)
{
	uint8_t sign = tf_rd_u8(r);

	tf_wire_get_nat(r, &x->mag, bits);
	x->neg = tf_ct_mask(sign);
	if (sign > 1 || tf_ct_reveal(x->neg & tf_bn_is_zero(&x->mag)))
		tf_rd_fail(r, TF_E_ENCODING);
}

void tf_wire_get_point(tf_rd *r, const tf_wire_env *env, tf_pt *x)
{
	const uint8_t *p = tf_rd_view(r, TF_PT_BYTES);
	tf_err err;

	if (!p)
		return;
	err = env && env->g ? tf_pt_decode(env->g, x, p) : TF_E_USAGE;
	if (err != TF_OK)
		tf_rd_fail(r, err);
}

/* n is what a list has room for: tf_wire_get_list. */
void tf_wire_get_points(tf_rd *r, const tf_wire_env *env, tf_pt *x, size_t n)
{
	const uint8_t *p = tf_rd_view(r, n * TF_PT_BYTES);
	tf_err err;

	if (!p || n == 0)
		return;
	err = env && env->g ? tf_pt_decode_each(env->g, x, p, n) : TF_E_USAGE;
	if (err != TF_OK)
		tf_rd_fail(r, err);
}

void tf_wire_get_scalar(tf_rd *r, const tf_wire_env *env, tf_sc *x)
{
	const uint8_t *p = tf_rd_view(r, TF_SC_BYTES);
	tf_err err;

	if (!p)
		return;
	err = env && env->g ? tf_sc_decode(env->g, x, p) : TF_E_USAGE;
	if (err != TF_OK)
		tf_rd_fail(r, err);
}

void tf_wire_get_blob(tf_rd *r, tf_blob *x, size_t max)
{
	x->p = tf_rd_blob(r, max, &x->len);
	if (x->len == 0)
		x->p = NULL;
}

uint32_t tf_wire_get_count(tf_rd *r, size_t max, size_t least)
{
	uint32_t n = tf_rd_u32(r);

	if (r->err == TF_OK && n > max)
		tf_rd_fail(r, TF_E_TOO_LARGE);
	else if (r->err == TF_OK && least && n > r->left / least)
		tf_rd_fail(r, TF_E_TRUNCATED);
	return r->err == TF_OK ? n : 0;
}

void *tf_wire_get_list(tf_rd *r, tf_arena *mem, uint32_t *n, size_t max, size_t least,
                       size_t size)
{
	void *p = NULL;

	*n = tf_wire_get_count(r, max, least);
	if (*n && *n <= SIZE_MAX / size)
		p = tf_arena_alloc(mem, *n * size);
	if (*n && !p) {
		tf_rd_fail(r, TF_E_CAPACITY);
		*n = 0;
	}
	return p;
}
