#include <string.h>

#include "curve/impl.h"

tf_err tf_group_init(const tf_group **out, tf_curve_id id, const tf_rng *rng, tf_arena *mem)
{
	tf_group *g = tf_arena_alloc(mem, sizeof(*g));

	if (!g)
		return TF_E_CAPACITY;
	g->id = id;
	switch (id) {
	case TF_CURVE_SECP256K1:
	case TF_CURVE_BIP340:
		TRY(tf_secp256k1_init(g, rng, mem));
		*out = g;
		return TF_OK;
#ifdef TF_TESTING
	case TF_CURVE_TINY13:
	case TF_CURVE_TINY199:
		TRY(tf_tiny_init(g, id, mem));
		*out = g;
		return TF_OK;
#endif
	case TF_CURVE_ED25519:
		TRY(tf_ed25519_init(g));
		*out = g;
		return TF_OK;
	case TF_CURVE_P256:
	case TF_CURVE_STARK:
		TRY(tf_weier_init(g, id, mem));
		*out = g;
		return TF_OK;
	}
	return TF_E_UNSUPPORTED;
}

tf_err tf_group_on(const tf_group **out, const tf_group *g, const tf_kernel *kernel, tf_arena *mem)
{
	tf_group *copy;

	*out = g;
	if (g->id != TF_CURVE_ED25519)
		return TF_OK;
	copy = tf_arena_alloc(mem, sizeof(*copy));
	if (!copy)
		return TF_E_CAPACITY;
	*copy = *g;
	tf_ed25519_use(copy, kernel);
	*out = copy;
	return TF_OK;
}

tf_curve_id tf_group_id(const tf_group *g)
{
	return g->id;
}

const char *tf_group_name(const tf_group *g)
{
	return g->name;
}

const tf_bn *tf_group_order(const tf_group *g)
{
	return &g->order;
}

const tf_pt *tf_group_base(const tf_group *g)
{
	return &g->base;
}

bool tf_group_schnorr(const tf_group *g)
{
	return g->id == TF_CURVE_ED25519 || g->id == TF_CURVE_BIP340;
}

static void set_identity(tf_pt *out)
{
	memset(out, 0, sizeof(*out));
	out->identity = 1;
}

tf_err tf_pt_decode(const tf_group *g, tf_pt *out, const uint8_t in[static TF_PT_BYTES])
{
	static const uint8_t zero[TF_PT_BYTES];
	tf_pt p = { 0 };

	if (memcmp(in, zero, sizeof(zero)) == 0) {
		set_identity(out);
		return TF_OK;
	}
	TRY(g->ops->decode(g, &p, in));
	*out = p;
	return TF_OK;
}

/* n at most TF_PT_EIGHT. */
static tf_err decode_eight(const tf_group *g, tf_pt *out, const uint8_t *in, size_t n)
{
	static const uint8_t zero[TF_PT_BYTES];
	const uint8_t *from[TF_PT_EIGHT];
	tf_pt *to[TF_PT_EIGHT];
	size_t used = 0;

	memset(out, 0, n * sizeof(*out));
	for (size_t i = 0; i < n; i++) {
		if (memcmp(in + i * TF_PT_BYTES, zero, sizeof(zero)) == 0) {
			set_identity(&out[i]);
			continue;
		}
		from[used] = in + i * TF_PT_BYTES;
		to[used++] = &out[i];
	}
	return used ? g->ops->decode_eight(g, to, from, used) : TF_OK;
}

tf_err tf_pt_decode_each(const tf_group *g, tf_pt *out, const uint8_t *in, size_t n)
{
	if (g->ops->decode_eight) {
		for (size_t i = 0; i < n; i += TF_PT_EIGHT)
			TRY(decode_eight(g, out + i, in + i * TF_PT_BYTES,
			                 n - i < TF_PT_EIGHT ? n - i : TF_PT_EIGHT));
		return TF_OK;
	}
	for (size_t i = 0; i < n; i++)
		TRY(tf_pt_decode(g, &out[i], in + i * TF_PT_BYTES));
	return TF_OK;
}

void tf_pt_encode(const tf_group *g, uint8_t out[static TF_PT_BYTES], const tf_pt *p)
{
	if (p->identity)
		memset(out, 0, TF_PT_BYTES);
	else
		g->ops->encode(g, out, p);
}

tf_err tf_pt_affine(const tf_group *g, uint8_t x[static 32], uint8_t y[static 32], const tf_pt *p)
{
	if (p->identity)
		return TF_E_USAGE;
	if (!g->ops->affine)
		return TF_E_UNSUPPORTED;
	g->ops->affine(g, x, y, p);
	return TF_OK;
}

bool tf_pt_eq(const tf_group *g, const tf_pt *a, const tf_pt *b)
{
	if (a->identity || b->identity)
		return a->identity == b->identity;
	return g->ops->eq(g, a, b);
}

tf_err tf_pt_neg(const tf_group *g, tf_pt *out, const tf_pt *a)
{
	if (a->identity) {
		set_identity(out);
		return TF_OK;
	}
	return g->ops->neg(g, out, a);
}

/* acc and up to TF_PT_SUM_MAX - 1 points of p that are not O. */
static tf_err sum_some(const tf_group *g, tf_pt *acc, const tf_pt *const *p, size_t n)
{
	const tf_pt *in[TF_PT_SUM_MAX];
	tf_pt t = { 0 };
	size_t used = 0;

	if (!acc->identity)
		in[used++] = acc;
	for (size_t i = 0; i < n; i++)
		if (!p[i]->identity)
			in[used++] = p[i];
	if (used == 0)
		return TF_OK;
	TRY(g->ops->sum(g, &t, in, used));
	*acc = t;
	return TF_OK;
}

tf_err tf_pt_sum(const tf_group *g, tf_pt *out, const tf_pt *const *p, size_t n)
{
	tf_pt acc;

	set_identity(&acc);
	for (size_t i = 0; i < n; i += TF_PT_SUM_MAX - 1)
		TRY(sum_some(g, &acc, p + i,
		             n - i < TF_PT_SUM_MAX - 1 ? n - i : TF_PT_SUM_MAX - 1));
	*out = acc;
	return TF_OK;
}

tf_err tf_pt_add(const tf_group *g, tf_pt *out, const tf_pt *a, const tf_pt *b)
{
	const tf_pt *in[2] = { a, b };

	return tf_pt_sum(g, out, in, 2);
}

tf_err tf_pt_sub(const tf_group *g, tf_pt *out, const tf_pt *a, const tf_pt *b)
{
	tf_pt minus;

	TRY(tf_pt_neg(g, &minus, b));
	return tf_pt_add(g, out, a, &minus);
}

tf_err tf_pt_mul(const tf_group *g, tf_pt *out, const tf_sc_sec *k, const tf_pt *p)
{
	TF_AUTO(tf_secret) b;
	tf_pt t = { 0 };
	tf_err err;

	if (tf_ct_reveal(tf_sc_is_zero(&k->s)) || p->identity) {
		set_identity(out);
		return TF_OK;
	}
	tf_sc_encode(b.b, &k->s);
	err = g->ops->mul(g, &t, b.b, p);
	tf_wipe_stack();
	TRY(err);
	*out = t;
	return TF_OK;
}

tf_err tf_pt_mul_base(const tf_group *g, tf_pt *out, const tf_sc_sec *k)
{
	TF_AUTO(tf_secret) b;
	tf_pt t = { 0 };
	tf_err err;

	if (tf_ct_reveal(tf_sc_is_zero(&k->s))) {
		set_identity(out);
		return TF_OK;
	}
	tf_sc_encode(b.b, &k->s);
	err = g->ops->mul_base(g, &t, b.b);
	tf_wipe_stack();
	TRY(err);
	*out = t;
	return TF_OK;
}

tf_err tf_pt_mul_vt(const tf_group *g, tf_pt *out, const tf_sc *k, const tf_pt *p)
{
	uint8_t b[TF_SC_BYTES];
	tf_pt t = { 0 };

	if (tf_sc_is_zero(k) || p->identity) {
		set_identity(out);
		return TF_OK;
	}
	tf_sc_encode(b, k);
	TRY(g->ops->mul_vt(g, &t, b, p));
	*out = t;
	return TF_OK;
}

tf_err tf_pt_mul_base_vt(const tf_group *g, tf_pt *out, const tf_sc *k)
{
	uint8_t b[TF_SC_BYTES];
	tf_pt t = { 0 };

	if (tf_sc_is_zero(k)) {
		set_identity(out);
		return TF_OK;
	}
	tf_sc_encode(b, k);
	if (g->ops->combine_vt)
		TRY(g->ops->combine_vt(g, &t, k, NULL, NULL, 0));
	else
		TRY(g->ops->mul_base(g, &t, b)); /* the comb is the fastest way for everybody */
	*out = t;
	return TF_OK;
}

tf_err tf_pt_tweak_vt(const tf_group *g, tf_pt *out, const tf_pt *p, const tf_sc *k)
{
	uint8_t b[TF_SC_BYTES];
	tf_pt t = { 0 };

	if (g->ops->tweak_vt && !tf_sc_is_zero(k) && !p->identity) {
		tf_sc_encode(b, k);
		TRY(g->ops->tweak_vt(g, &t, p, b));
		*out = t;
		return TF_OK;
	}
	TRY(tf_pt_mul_base_vt(g, &t, k));
	return tf_pt_add(g, out, p, &t);
}

tf_err tf_pt_mul2_vt(const tf_group *g, tf_pt *out, const tf_sc *a, const tf_sc *b, const tf_pt *p)
{
	uint8_t ka[TF_SC_BYTES], kb[TF_SC_BYTES];
	tf_pt ag = { 0 }, bp;

	if (g->ops->mul2_vt && !tf_sc_is_zero(a) && !tf_sc_is_zero(b) && !p->identity) {
		tf_sc_encode(ka, a);
		tf_sc_encode(kb, b);
		TRY(g->ops->mul2_vt(g, &ag, ka, kb, p));
		*out = ag;
		return TF_OK;
	}
	TRY(tf_pt_mul_base_vt(g, &ag, a));
	TRY(tf_pt_mul_vt(g, &bp, b, p));
	return tf_pt_add(g, out, &ag, &bp);
}

/* One after the other. */
static tf_err combine_plainly(const tf_group *g, tf_pt *out, const tf_sc *a, const tf_sc *k,
                              const tf_pt *const *p, size_t n)
{
	tf_pt term[TF_PT_TERMS_MAX + 1];
	const tf_pt *in[TF_PT_TERMS_MAX + 1];
	tf_sc one;

	tf_sc_set_u64(g, &one, 1);
	for (size_t i = 0; i < n; i++) {
		in[i] = tf_sc_eq(&k[i], &one) ? p[i] : &term[i];
		if (in[i] != p[i])
			TRY(tf_pt_mul_vt(g, &term[i], &k[i], p[i]));
	}
	if (a) {
		TRY(tf_pt_mul_base_vt(g, &term[n], a));
		in[n] = &term[n];
		n++;
	}
	return tf_pt_sum(g, out, in, n);
}

/* Up to TF_PT_TERMS_MAX terms, whatever they are. */
static tf_err combine_some(const tf_group *g, tf_pt *out, const tf_sc *a, const tf_sc *k,
                           const tf_pt *const *p, size_t n)
{
	tf_sc factor[TF_PT_TERMS_MAX];
	const tf_pt *in[TF_PT_TERMS_MAX];
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		if (tf_sc_is_zero(&k[i]) || p[i]->identity)
			continue;
		factor[used] = k[i];
		in[used++] = p[i];
	}
	if (a && tf_sc_is_zero(a))
		a = NULL;
	set_identity(out);
	if (!a && used == 0)
		return TF_OK;
	if (!g->ops->combine_vt)
		return combine_plainly(g, out, a, factor, in, used);
	return g->ops->combine_vt(g, out, a, factor, in, used);
}

tf_err tf_pt_combine_vt(const tf_group *g, tf_pt *out, const tf_sc *a, const tf_sc *k,
                        const tf_pt *const *p, size_t n)
{
	tf_pt acc, t;

	TRY(combine_some(g, &acc, a, k, p, n < TF_PT_TERMS_MAX ? n : TF_PT_TERMS_MAX));
	for (size_t i = TF_PT_TERMS_MAX; i < n; i += TF_PT_TERMS_MAX) {
		TRY(combine_some(g, &t, NULL, k + i, p + i,
		                 n - i < TF_PT_TERMS_MAX ? n - i : TF_PT_TERMS_MAX));
		TRY(tf_pt_add(g, &acc, &acc, &t));
	}
	*out = acc;
	return TF_OK;
}
