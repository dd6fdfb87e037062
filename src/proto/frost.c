#include "proto/frost.h"

#include <string.h>

#include "curve/ed25519_sig.h"
#include "proto/frost_impl.h"

/* ---- nonces ---- */

/* H3(32 random bytes | enc(share)). A nonce of 0 comes by chance, in tiny groups only. */
static tf_err make_one(tf_sc_sec *k, tf_pt *K, tf_frost_suite suite, const tf_group *g,
                       const uint8_t share[static TF_FROST_SCALAR], const tf_rng *rng)
{
	TF_AUTO(tf_secret) random;
	const tf_piece piece[] = { { random.b, sizeof(random.b) }, { share, TF_FROST_SCALAR } };

	TRY(tf_rng_bytes(rng, random.b, sizeof(random.b)));
	TRY(tf_frost_to_scalar(&k->s, suite, g, "nonce", piece, TF_ARRAY_LEN(piece)));
	TRY(tf_pt_mul_base(g, K, k));
	return tf_pt_is_identity(K) ? TF_E_ENTROPY : TF_OK;
}

tf_err tf_frost_nonce_make(tf_frost_nonce *n, tf_frost_commitment *out, tf_frost_suite suite,
                           const tf_group *g, const tf_sc_sec *share, const tf_rng *rng)
{
	TF_AUTO(tf_secret) enc;
	TF_AUTO(tf_frost_nonce) made = { .ready = 1 };
	tf_pt D, E;

	if (!tf_frost_fits(suite, g))
		return TF_E_USAGE;
	tf_frost_put_scalar(enc.b, suite, &share->s);
	TRY(make_one(&made.d, &D, suite, g, enc.b, rng));
	TRY(make_one(&made.e, &E, suite, g, enc.b, rng));
	tf_wipe_stack();
	*n = made;
	out->D = D;
	out->E = E;
	return TF_OK;
}

/* ---- keys ---- */

void tf_frost_key_init(tf_frost_key *key, const tf_group *g, const tf_pt *Y)
{
	*key = (tf_frost_key){ .Q = *Y };
	tf_sc_set_u64(g, &key->s, 1);
}

tf_err tf_frost_key_add(tf_frost_key *key, const tf_group *g, const tf_sc *t)
{
	tf_pt Q;

	TRY(tf_pt_mul_base_vt(g, &Q, t));
	TRY(tf_pt_add(g, &Q, &Q, &key->Q));
	if (tf_pt_is_identity(&Q))
		return TF_E_UNSUPPORTED;
	key->Q = Q;
	tf_sc_add(g, &key->t, &key->t, t);
	return TF_OK;
}

static tf_err negate(tf_frost_key *key, const tf_group *g)
{
	TRY(tf_pt_neg(g, &key->Q, &key->Q));
	tf_sc_neg(g, &key->s, &key->s);
	tf_sc_neg(g, &key->t, &key->t);
	return TF_OK;
}

/* The same key with an even y. */
static tf_err make_even(tf_frost_key *key, const tf_group *g)
{
	uint8_t x[32];
	bool odd;

	TRY(tf_bip340_x(g, x, &odd, &key->Q));
	return odd ? negate(key, g) : TF_OK;
}

tf_err tf_frost_key_add_xonly(tf_frost_key *key, const tf_group *g, const tf_sc *t)
{
	tf_frost_key even = *key;

	TRY(make_even(&even, g));
	TRY(tf_frost_key_add(&even, g, t));
	*key = even;
	return TF_OK;
}

/* ---- binding ---- */

/* Into b->list, ascending by id. */
static tf_err sort(tf_frost_bound *b, const tf_frost_commitment *list, size_t n)
{
	if (n < 1 || n > TF_PARTIES_MAX)
		return TF_E_USAGE;
	for (size_t i = 0; i < n; i++) {
		size_t at = i;

		if (list[i].id == 0 || tf_pt_is_identity(&list[i].D) ||
		    tf_pt_is_identity(&list[i].E))
			return TF_E_USAGE;
		for (; at > 0 && b->list[at - 1].id > list[i].id; at--)
			b->list[at] = b->list[at - 1];
		if (at > 0 && b->list[at - 1].id == list[i].id)
			return TF_E_USAGE;
		b->list[at] = list[i];
	}
	b->n = (uint16_t)n;
	return TF_OK;
}

/* enc(i) of RFC 9591: the identifier as a scalar. */
static void put_id(uint8_t out[static TF_FROST_SCALAR], const tf_frost_bound *b, unsigned id)
{
	tf_sc i;

	tf_sc_set_u64(b->g, &i, id);
	tf_frost_put_scalar(out, b->suite, &i);
}

/* RFC 9591, 4.4: rho_i = H1(enc(Q) | H4(msg) | H5(list) | enc(i)). */
static tf_err bind_each(tf_frost_bound *b, const uint8_t *msg, size_t len)
{
	uint8_t list[TF_PARTIES_MAX * (TF_FROST_SCALAR + 2 * TF_FROST_POINT_MAX)];
	uint8_t q[TF_FROST_POINT_MAX], h4[TF_FROST_DIGEST_MAX], h5[TF_FROST_DIGEST_MAX];
	uint8_t id[TF_FROST_SCALAR];
	size_t used = 0;
	tf_piece piece[4] = { { q, tf_frost_put_point(q, b->suite, b->g, &b->Q) }, { h4, 0 },
	                      { h5, 0 }, { id, sizeof(id) } };

	for (unsigned i = 0; i < b->n; i++) {
		put_id(list + used, b, b->list[i].id);
		used += TF_FROST_SCALAR;
		used += tf_frost_put_point(list + used, b->suite, b->g, &b->list[i].D);
		used += tf_frost_put_point(list + used, b->suite, b->g, &b->list[i].E);
	}
	piece[1].len = tf_frost_digest(h4, b->suite, "msg", msg, len);
	piece[2].len = tf_frost_digest(h5, b->suite, "com", list, used);
	for (unsigned i = 0; i < b->n; i++) {
		put_id(id, b, b->list[i].id);
		TRY(tf_frost_to_scalar(&b->rho[i], b->suite, b->g, "rho", piece, 4));
	}
	return TF_OK;
}

/* BIP 445: b = H_"BIP0445/noncecoef"(ids | sum of D | sum of E | x(Q) | m) for everybody, with ids
 * that begin at 0. */
static tf_err bind_all(tf_frost_bound *b, const uint8_t *msg, size_t len)
{
	uint8_t ids[4 * TF_PARTIES_MAX] = { 0 }, sums[2][TF_PT_BYTES], q[TF_PT_BYTES], h[32];
	const tf_piece piece[] = { { ids, 4u * b->n }, { sums, sizeof(sums) }, { q + 1, 32 },
	                           { msg, len } };
	const tf_pt *D[TF_PARTIES_MAX], *E[TF_PARTIES_MAX];
	tf_pt sum;

	for (unsigned i = 0; i < b->n; i++) {
		ids[4 * i + 2] = (uint8_t)((b->list[i].id - 1u) >> 8);
		ids[4 * i + 3] = (uint8_t)(b->list[i].id - 1u);
		D[i] = &b->list[i].D;
		E[i] = &b->list[i].E;
	}
	TRY(tf_pt_sum(b->g, &sum, D, b->n));
	tf_pt_encode(b->g, sums[0], &sum);
	TRY(tf_pt_sum(b->g, &sum, E, b->n));
	tf_pt_encode(b->g, sums[1], &sum);
	tf_pt_encode(b->g, q, &b->Q);
	tf_bip340_hash(h, "BIP0445/noncecoef", piece, TF_ARRAY_LEN(piece));
	for (unsigned i = 0; i < b->n; i++)
		TRY(tf_sc_reduce_bytes(b->g, &b->rho[i], h, sizeof(h)));
	return TF_OK;
}

/* The sum of D_i + rho_i E_i. */
static tf_err sum_nonces(tf_frost_bound *b)
{
	const tf_pt *point[2 * TF_PARTIES_MAX];
	tf_sc factor[2 * TF_PARTIES_MAX];

	for (unsigned i = 0; i < b->n; i++) {
		point[2 * i] = &b->list[i].D;
		tf_sc_set_u64(b->g, &factor[2 * i], 1);
		point[2 * i + 1] = &b->list[i].E;
		factor[2 * i + 1] = b->rho[i];
	}
	return tf_pt_combine_vt(b->g, &b->R, NULL, factor, point, 2u * b->n);
}

static tf_err make_nonce(tf_frost_bound *b)
{
	uint8_t x[32];
	bool odd = false;

	tf_sc_set_u64(b->g, &b->sign, 1);
	TRY(sum_nonces(b));
	if (tf_pt_is_identity(&b->R) && b->suite == TF_FROST_BIP445)
		b->R = *tf_group_base(b->g);
	if (tf_pt_is_identity(&b->R))
		return TF_E_UNSUPPORTED;
	if (tf_frost_xonly(b->suite))
		TRY(tf_bip340_x(b->g, x, &odd, &b->R));
	if (!odd)
		return TF_OK;
	tf_sc_neg(b->g, &b->sign, &b->sign);
	return tf_pt_neg(b->g, &b->R, &b->R);
}

static tf_err bind(tf_frost_bound *b, const tf_frost_key *key, const uint8_t *msg, size_t len)
{
	tf_frost_key even = *key;

	if (tf_frost_xonly(b->suite))
		TRY(make_even(&even, b->g));
	b->Q = even.Q;
	TRY(b->suite == TF_FROST_BIP445 ? bind_all(b, msg, len) : bind_each(b, msg, len));
	TRY(make_nonce(b));
	TRY(tf_frost_challenge(&b->c, b->suite, b->g, &b->R, &b->Q, msg, len));
	tf_sc_mul(b->g, &b->weight, &b->c, &even.s);
	tf_sc_mul(b->g, &b->offset, &b->c, &even.t);
	return TF_OK;
}

tf_err tf_frost_bind(tf_frost_bound *out, tf_frost_suite suite, const tf_group *g,
                     const tf_frost_key *key, const tf_frost_commitment *list, size_t n,
                     const uint8_t *msg, size_t len)
{
	tf_frost_bound b = { .suite = suite, .g = g };

	if (!tf_frost_fits(suite, g) || tf_pt_is_identity(&key->Q))
		return TF_E_USAGE;
	if (len > TF_FROST_MESSAGE_MAX)
		return TF_E_TOO_LARGE;
	TRY(sort(&b, list, n));
	TRY(bind(&b, key, msg, len));
	*out = b;
	return TF_OK;
}

/* ---- shares ---- */

/* Position of a signer in the list; n if there is none. */
static unsigned find(const tf_frost_bound *b, unsigned id)
{
	unsigned i = 0;

	while (i < b->n && b->list[i].id != id)
		i++;
	return i;
}

tf_err tf_frost_share(tf_sc *z, const tf_frost_bound *b, unsigned id, tf_frost_nonce *nonce,
                      const tf_sc_sec *w)
{
	TF_AUTO(tf_frost_nonce) k = *nonce;
	TF_AUTO(tf_sc_sec) sum;
	TF_AUTO(tf_sc_sec) term;
	unsigned i = find(b, id);

	tf_frost_nonce_wipe(nonce); /* whatever comes: never a second time */
	if (k.ready != 1)
		return TF_E_STATE;
	if (i == b->n)
		return TF_E_USAGE;
	tf_sc_mul(b->g, &sum.s, &b->rho[i], &k.e.s);
	tf_sc_add(b->g, &sum.s, &sum.s, &k.d.s);
	tf_sc_mul(b->g, &sum.s, &sum.s, &b->sign);
	tf_sc_mul(b->g, &term.s, &b->weight, &w->s);
	tf_sc_add(b->g, z, &sum.s, &term.s);
	tf_wipe_stack();
	tf_ct_declassify(z, sizeof(*z)); /* the message of this round */
	return TF_OK;
}

/* zG = sign (D + rho E) + weight W? As sign (zG - weight W) - rho E - D = O; sign is 1 or -1. */
tf_err tf_frost_share_holds(bool *holds, const tf_frost_bound *b, unsigned id, const tf_pt *W,
                            const tf_sc *z)
{
	unsigned i = find(b, id);
	tf_sc base, factor[3];
	tf_pt rest;

	*holds = false;
	if (i == b->n)
		return TF_E_USAGE;
	tf_sc_mul(b->g, &base, &b->sign, z);
	tf_sc_mul(b->g, &factor[0], &b->sign, &b->weight);
	tf_sc_neg(b->g, &factor[0], &factor[0]);
	tf_sc_neg(b->g, &factor[1], &b->rho[i]);
	tf_sc_set_u64(b->g, &factor[2], 1);
	tf_sc_neg(b->g, &factor[2], &factor[2]);
	TRY(tf_pt_combine_vt(b->g, &rest, &base, factor,
	                     (const tf_pt *const[]){ W, &b->list[i].E, &b->list[i].D }, 3));
	*holds = tf_pt_is_identity(&rest);
	return TF_OK;
}

/* ---- signatures ---- */

void tf_frost_combine(tf_frost_sig *out, const tf_frost_bound *b, const tf_sc *z, size_t n)
{
	uint8_t R[TF_FROST_POINT_MAX];
	size_t len = tf_frost_put_point(R, b->suite, b->g, &b->R);
	size_t skip = tf_frost_xonly(b->suite) ? 1 : 0;
	tf_sc sum = b->offset;

	for (size_t i = 0; i < n; i++)
		tf_sc_add(b->g, &sum, &sum, &z[i]);
	memset(out, 0, sizeof(*out));
	memcpy(out->b, R + skip, len - skip);
	tf_frost_put_scalar(out->b + len - skip, b->suite, &sum);
	out->len = (uint8_t)(len - skip + TF_FROST_SCALAR);
}

/* RFC 9591, appendix B: zG = R + cQ in the prime-order group. */
static tf_err verify_prime(bool *valid, tf_frost_suite suite, const tf_group *g,
                           const tf_frost_sig *sig, const tf_pt *Q, const uint8_t *msg, size_t len)
{
	tf_pt R, left;
	tf_sc z, c;

	if (sig->len != 65 || tf_pt_decode(g, &R, sig->b) != TF_OK ||
	    tf_pt_is_identity(&R) || tf_sc_decode(g, &z, sig->b + TF_PT_BYTES) != TF_OK)
		return TF_OK;
	TRY(tf_frost_challenge(&c, suite, g, &R, Q, msg, len));
	tf_sc_neg(g, &c, &c);
	TRY(tf_pt_mul2_vt(g, &left, &z, &c, Q));
	*valid = tf_pt_eq(g, &left, &R);
	return TF_OK;
}

tf_err tf_frost_verify_vt(bool *valid, tf_frost_suite suite, const tf_group *g,
                          const tf_frost_sig *sig, const tf_pt *Q, const uint8_t *msg, size_t len)
{
	uint8_t q[TF_FROST_POINT_MAX];

	*valid = false;
	if (!tf_frost_fits(suite, g) || tf_pt_is_identity(Q))
		return TF_E_USAGE;
	(void)tf_frost_put_point(q, suite, g, Q);
	switch (suite) {
	case TF_FROST_ED25519:
		*valid = sig->len == 64 && tf_ed_point_holds(g, Q, sig->b, msg, len);
		return TF_OK;
	case TF_FROST_SECP256K1:
		return verify_prime(valid, suite, g, sig, Q, msg, len);
	case TF_FROST_TAPROOT:
	case TF_FROST_BIP445:
		return sig->len == 64 ? tf_bip340_verify_vt(g, valid, sig->b, q + 1, msg, len)
		                      : TF_OK;
	}
	return TF_E_USAGE;
}
