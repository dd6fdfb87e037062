#include "zk/impl.h"

/* Sign byte and magnitude length beyond the magnitude itself, rounded up. */
#define ITEM_OVERHEAD (TF_TR_HEAD + 3u)
#define LIST_ROOM 64u /* headers of the few nested lists of a proof */

tf_zk_scratch tf_zk_scratch_open(const tf_zk_env *env)
{
	return (tf_zk_scratch){ env->mem, tf_arena_mark(env->mem) };
}

void tf_zk_scratch_wipe(tf_zk_scratch *s)
{
	tf_arena_release(s->mem, s->mark);
}

tf_err tf_zk_transcript(tf_tr *out, const tf_zk_env *env, const tf_ctx *ctx, size_t widths,
                        size_t points)
{
	size_t width = tf_zk_n_bits(env) / 8 + ITEM_OVERHEAD;
	size_t cap = ctx->len + widths * width + points * (TF_PT_BYTES + ITEM_OVERHEAD) + LIST_ROOM;
	uint8_t *buf = tf_arena_alloc(env->mem, cap);

	if (!buf)
		return TF_E_CAPACITY;
	tf_tr_init(out, buf, cap);
	tf_tr_raw(out, ctx->b, ctx->len);
	return TF_OK;
}

void tf_zk_tr_rp(tf_tr *t, const tf_rp *rp)
{
	tf_tr_open(t);
	tf_tr_nat(t, &rp->n.m);
	tf_tr_nat(t, &rp->s);
	tf_tr_nat(t, &rp->t);
	tf_tr_close(t);
}

size_t tf_zk_tables_bytes(const tf_profile *pr)
{
	return tf_rp_tables_bytes(pr) + sizeof(tf_rp_tables) + 128;
}

uint32_t tf_zk_n_bits(const tf_zk_env *env)
{
	return 2 * env->pr->prime_bits;
}

uint32_t tf_zk_e_bits(const tf_zk_env *env)
{
	return tf_bn_bits_vt(tf_group_order(env->g));
}

bool tf_zk_sc_ok(const tf_group *g, const tf_sc *a)
{
	uint8_t b[TF_SC_BYTES];
	tf_sc again;

	tf_sc_encode(b, a);
	return tf_sc_decode(g, &again, b) == TF_OK;
}

/* The caller's check is what fails, and names somebody; these are its parts. */
bool tf_zk_unit_ok(const tf_bn *x, const tf_bn *m, bool units)
{
	if (!tf_holds(NULL, TF_CK_UNIT_ZERO, !tf_ct_reveal(tf_bn_is_zero(x))))
		return false;
	if (!tf_holds(NULL, TF_CK_UNIT_BELOW, tf_ct_reveal(tf_bn_lt(x, m))))
		return false;
	if (units)
		return true;
	return tf_holds(NULL, TF_CK_UNIT_COPRIME, tf_bn_coprime_vt(x, m));
}

bool tf_zk_ct_ok(const tf_bn *c, const tf_paillier_pk *pk, bool units)
{
	if (!tf_holds(NULL, TF_CK_CT_ZERO, !tf_ct_reveal(tf_bn_is_zero(c))))
		return false;
	if (!tf_holds(NULL, TF_CK_CT_BELOW, tf_ct_reveal(tf_bn_lt(c, &pk->n2.m))))
		return false;
	if (units)
		return true;
	return tf_holds(NULL, TF_CK_CT_COPRIME, tf_bn_coprime_vt(c, &pk->n.m));
}

tf_err tf_zk_is_product(bool *holds, const tf_bn *left, const tf_bn *a, const tf_bn *b,
                        const tf_mod *m)
{
	tf_bn right;

	TRY(tf_mod_mul(&right, a, b, m));
	*holds = tf_ct_reveal(tf_bn_eq(left, &right));
	return TF_OK;
}

tf_err tf_zk_is_sum(bool *holds, const tf_group *g, const tf_pt *left, const tf_pt *Q,
                    const tf_challenge *e, const tf_pt *R)
{
	tf_pt right;

	TRY(tf_pt_mul_vt(g, &right, &e->sc, R));
	TRY(tf_pt_add(g, &right, Q, &right));
	*holds = tf_pt_eq(g, left, &right);
	return TF_OK;
}

void tf_zk_raise(tf_batch *b, tf_bn *out, const tf_mod *m, const tf_bn *base, const tf_challenge *e,
                 uint32_t e_bits)
{
	const tf_power p = {
		.base = base, .sgn = &e->i, .bits = e_bits, .secrecy = TF_PUBLIC,
	};

	tf_bn_set_u64(out, 1);
	tf_batch_power(b, out, m, &p, 1);
}

void tf_zk_affine_start(tf_batch *b, tf_bn *out, const tf_paillier_pk *pk, const tf_bn *r,
                        const tf_power *p)
{
	const tf_power both[] = {
		{ .base = r, .nat = &pk->n.m, .bits = pk->n.bits, .secrecy = p->secrecy },
		*p,
	};

	tf_batch_power(b, out, &pk->n2, both, TF_ARRAY_LEN(both));
}

tf_err tf_zk_add_if(tf_int *out, const tf_int *a, const tf_int *x, uint8_t bit)
{
	if (bit)
		return tf_int_add(out, a, x);
	*out = *a;
	return TF_OK;
}

tf_err tf_zk_mul_if(tf_bn *out, const tf_bn *r, const tf_bn *rho, uint8_t bit, const tf_mod *m)
{
	if (bit)
		return tf_mod_mul(out, r, rho, m);
	*out = *r;
	return TF_OK;
}

tf_err tf_zk_is_product_if(bool *holds, const tf_bn *left, const tf_bn *a, const tf_bn *b,
                           uint8_t bit, const tf_mod *m)
{
	if (bit)
		return tf_zk_is_product(holds, left, a, b, m);
	*holds = tf_ct_reveal(tf_bn_eq(left, a));
	return TF_OK;
}

tf_err tf_zk_is_sum_if(bool *holds, const tf_group *g, const tf_pt *left, const tf_pt *Q,
                       const tf_pt *R, uint8_t bit)
{
	tf_pt right = *Q;

	if (bit)
		TRY(tf_pt_add(g, &right, Q, R));
	*holds = tf_pt_eq(g, left, &right);
	return TF_OK;
}

void tf_zk_respond(const tf_group *g, tf_sc *out, const tf_sc *a, const tf_challenge *e,
                   const tf_sc *x)
{
	TF_AUTO(tf_sc_sec) ex;

	tf_sc_mul(g, &ex.s, &e->sc, x);
	tf_sc_add(g, out, a, &ex.s);
}
