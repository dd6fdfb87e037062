#include "proto/key.h"

#include <string.h>

#include "zk/transcript.h"

/* Records and certificates are the same for every run: lists of up to TF_PARTIES_MAX. */
static tf_wire_env record_env(const tf_group *g)
{
	return (tf_wire_env){ .g = g, .n = TF_PARTIES_MAX };
}

const tf_seat *tf_sharing_seat(const tf_sharing *s, unsigned index)
{
	for (unsigned i = 0; i < s->n; i++)
		if (s->seat[i].index == index)
			return &s->seat[i];
	return NULL;
}

/* ---- Lagrange ---- */

/* Product over the other members j of (j - at) / (j - i), i = set[k]. */
static tf_err lagrange_at(tf_sc *out, const tf_group *g, size_t k, const uint16_t *set, size_t n,
                          unsigned at)
{
	tf_sc num, den, x, i, j;

	tf_sc_set_u64(g, &num, 1);
	den = num;
	tf_sc_set_u64(g, &x, at);
	tf_sc_set_u64(g, &i, set[k]);
	if (tf_sc_is_zero(&i))
		return TF_E_USAGE;
	for (size_t m = 0; m < n; m++) {
		tf_sc d;

		if (m == k)
			continue;
		tf_sc_set_u64(g, &j, set[m]);
		tf_sc_sub(g, &d, &j, &x);
		tf_sc_mul(g, &num, &num, &d);
		tf_sc_sub(g, &d, &j, &i);
		if (tf_sc_is_zero(&d))
			return TF_E_USAGE;
		tf_sc_mul(g, &den, &den, &d);
	}
	TRY(tf_sc_inv_vt(g, &den, &den)); /* indices are public */
	tf_sc_mul(g, out, &num, &den);
	return TF_OK;
}

tf_err tf_lagrange(tf_sc *out, const tf_group *g, unsigned index, const uint16_t *set, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (set[k] == index)
			return lagrange_at(out, g, k, set, n, 0);
	return TF_E_USAGE;
}

/* The value at `at` of the polynomial in the exponent through the first t seats. */
static tf_err interpolate(tf_pt *out, const tf_sharing *s, const tf_group *g, unsigned at)
{
	uint16_t set[TF_PARTIES_MAX];
	tf_sc factor[TF_PARTIES_MAX];
	const tf_pt *point[TF_PARTIES_MAX];

	for (unsigned i = 0; i < s->t; i++)
		set[i] = s->seat[i].index;
	for (unsigned i = 0; i < s->t; i++) {
		TRY(lagrange_at(&factor[i], g, i, set, s->t, at));
		point[i] = &s->seat[i].W;
	}
	return tf_pt_combine_vt(g, out, NULL, factor, point, s->t);
}

/* ---- the sharing ---- */

tf_err tf_sharing_attempt(uint8_t out[static 32], const tf_sharing *s, const tf_group *g,
                          tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem), cap = 64u + 96u * s->n;
	uint8_t *buf = tf_arena_alloc(mem, cap);
	tf_err err;
	tf_tr t;

	if (!buf)
		return TF_E_CAPACITY;
	tf_tr_init(&t, buf, cap);
	tf_tr_open(&t);
	for (unsigned i = 0; i < s->n; i++) {
		tf_tr_open(&t);
		tf_tr_u64(&t, s->seat[i].index);
		tf_tr_pt(&t, g, &s->seat[i].W);
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	err = tf_tr_hash(out, &t, "attempt");
	tf_arena_release(mem, mark);
	return err;
}

/* One signature of one device must not stand for two seats. */
static bool has_other_seat(const tf_sharing *s, unsigned i)
{
	for (unsigned j = 0; j < i; j++)
		if (strcmp(s->seat[i].device, s->seat[j].device) == 0)
			return true;
	return false;
}

static tf_err check_seats(const tf_sharing *s, const tf_group *g)
{
	for (unsigned i = 0; i < s->n; i++) {
		tf_sc a, b;

		tf_sc_set_u64(g, &a, s->seat[i].index);
		if (tf_sc_is_zero(&a))
			return TF_E_ENCODING;
		if (tf_pt_is_identity(&s->seat[i].W))
			return TF_E_ENCODING;
		if (i > 0 && s->seat[i].index <= s->seat[i - 1].index)
			return TF_E_ENCODING;
		if (!s->seat[i].device[0])
			return TF_E_ENCODING;
		if (has_other_seat(s, i))
			return TF_E_ENCODING;
		for (unsigned j = 0; j < i; j++) {
			tf_sc_set_u64(g, &b, s->seat[j].index);
			if (tf_sc_eq(&a, &b))
				return TF_E_ENCODING;
		}
	}
	return TF_OK;
}

static tf_err check_sum(const tf_sharing *s, const tf_group *g)
{
	const tf_pt *all[TF_PARTIES_MAX];
	tf_pt p;

	if (s->form == TF_SHARE_ADDITIVE) {
		for (unsigned i = 0; i < s->n; i++)
			all[i] = &s->seat[i].W;
		TRY(tf_pt_sum(g, &p, all, s->n));
		return tf_pt_eq(g, &p, &s->Y) ? TF_OK : TF_E_ENCODING;
	}
	TRY(interpolate(&p, s, g, 0));
	if (!tf_pt_eq(g, &p, &s->Y))
		return TF_E_ENCODING;
	for (unsigned i = s->t; i < s->n; i++) {
		TRY(interpolate(&p, s, g, s->seat[i].index));
		if (!tf_pt_eq(g, &p, &s->seat[i].W))
			return TF_E_ENCODING;
	}
	return TF_OK;
}

tf_err tf_sharing_check(const tf_sharing *s, const tf_group *g, tf_arena *mem)
{
	uint8_t attempt[32];

	if (s->n > TF_PARTIES_MAX)
		return TF_E_ENCODING;
	if (s->t < TF_SHARES_MIN)
		return TF_E_ENCODING;
	if (s->t > s->n)
		return TF_E_ENCODING;
	if (s->curve != tf_group_id(g))
		return TF_E_ENCODING;
	if (tf_pt_is_identity(&s->Y))
		return TF_E_ENCODING;
	if (s->form == TF_SHARE_ADDITIVE && s->t != s->n)
		return TF_E_ENCODING;
	TRY(check_seats(s, g));
	TRY(check_sum(s, g));
	TRY(tf_sharing_attempt(attempt, s, g, mem));
	return memcmp(attempt, s->attempt, sizeof(attempt)) == 0 ? TF_OK : TF_E_ENCODING;
}

/* ---- the certificate ---- */

static tf_err body_hash(uint8_t out[static 32], const uint8_t *body, size_t len, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	uint8_t *buf = tf_arena_alloc(mem, len + 16);
	tf_err err;
	tf_tr t;

	if (!buf)
		return TF_E_CAPACITY;
	tf_tr_init(&t, buf, len + 16);
	tf_tr_bytes(&t, body, len);
	err = tf_tr_hash(out, &t, "sharing");
	tf_arena_release(mem, mark);
	return err;
}

tf_err tf_sharing_encode(uint8_t *out, size_t *len, uint8_t hash[32], const tf_sharing *s,
                         const tf_group *g, tf_arena *mem)
{
	tf_wire_env env = record_env(g);
	tf_slot_public slot[TF_PARTIES_MAX];
	tf_sharing_certificate c = {
		.workspace = s->workspace, .curve = (uint8_t)s->curve, .Y = s->Y,
		.epoch = s->epoch, .form = (uint8_t)s->form, .t = s->t, .slots = slot,
		.slots_n = s->n,
	};
	size_t mark = tf_arena_mark(mem), used = 0;
	uint8_t *body = out ? out : tf_arena_alloc(mem, TF_CERTIFICATE_MAX);
	tf_err err;

	if (!body)
		return TF_E_CAPACITY;
	memcpy(c.key_id, s->key_id, sizeof(c.key_id));
	memcpy(c.cc, s->cc, sizeof(c.cc));
	memcpy(c.sharing, s->sharing, sizeof(c.sharing));
	memcpy(c.attempt, s->attempt, sizeof(c.attempt));
	memcpy(c.previous, s->previous, sizeof(c.previous));
	for (unsigned i = 0; i < s->n; i++)
		slot[i] = (tf_slot_public){ s->seat[i].index, s->seat[i].device, s->seat[i].W };
	err = tf_sharing_certificate_encode(body, TF_CERTIFICATE_MAX, &used, &env, &c);
	if (err == TF_OK && hash)
		err = body_hash(hash, body, used, mem);
	tf_arena_release(mem, mark);
	TRY(err);
	if (len)
		*len = used;
	return TF_OK;
}

static tf_err decode_body(tf_sharing *out, const tf_group *g, const tf_blob *body, tf_arena *mem)
{
	tf_wire_env env = record_env(g);
	tf_sharing_certificate c;

	memset(out, 0, sizeof(*out));
	TRY(tf_sharing_certificate_decode(&c, &env, mem, body->p, body->len));
	if (c.form > TF_SHARE_ADDITIVE || c.curve != tf_group_id(g))
		return TF_E_UNSUPPORTED;
	TRY(tf_name_copy(out->workspace, sizeof(out->workspace), c.workspace));
	memcpy(out->key_id, c.key_id, sizeof(c.key_id));
	out->curve = tf_group_id(g);
	out->Y = c.Y;
	memcpy(out->cc, c.cc, sizeof(c.cc));
	memcpy(out->sharing, c.sharing, sizeof(c.sharing));
	out->epoch = c.epoch;
	memcpy(out->attempt, c.attempt, sizeof(c.attempt));
	out->form = (tf_share_form)c.form;
	out->t = c.t;
	out->n = (uint16_t)c.slots_n;
	for (unsigned i = 0; i < c.slots_n; i++) {
		tf_seat *seat = &out->seat[i];

		seat->index = c.slots[i].index;
		seat->W = c.slots[i].W;
		TRY(tf_name_copy(seat->device, sizeof(seat->device), c.slots[i].device));
	}
	memcpy(out->previous, c.previous, sizeof(c.previous));
	return tf_sharing_check(out, g, mem);
}

tf_err tf_sharing_decode(tf_sharing *out, uint8_t hash[static 32], const tf_group *g,
                         const tf_blob *body, tf_arena *mem)
{
	TRY(decode_body(out, g, body, mem));
	return body_hash(hash, body->p, body->len, mem);
}

/* Whoever shows a chain of certificates need not have made it: its checks name nobody. */
static tf_err check_same_key(const tf_sharing *next, const tf_sharing *prev, const tf_group *g)
{
	if (!tf_holds(NULL, TF_CK_FOLLOWS_WORKSPACE,
	              strcmp(next->workspace, prev->workspace) == 0))
		return TF_E_TRUST;
	if (!tf_holds(NULL, TF_CK_FOLLOWS_KEY,
	              memcmp(next->key_id, prev->key_id, sizeof(prev->key_id)) == 0))
		return TF_E_TRUST;
	if (!tf_holds(NULL, TF_CK_FOLLOWS_CURVE, next->curve == prev->curve))
		return TF_E_TRUST;
	if (!tf_holds(NULL, TF_CK_FOLLOWS_Y, tf_pt_eq(g, &next->Y, &prev->Y)))
		return TF_E_TRUST;
	if (!tf_holds(NULL, TF_CK_FOLLOWS_CC, memcmp(next->cc, prev->cc, sizeof(prev->cc)) == 0))
		return TF_E_TRUST;
	return TF_OK;
}

static tf_err check_same_seats(const tf_sharing *next, const tf_sharing *prev)
{
	if (!tf_holds(NULL, TF_CK_FOLLOWS_N, next->n == prev->n))
		return TF_E_TRUST;
	if (!tf_holds(NULL, TF_CK_FOLLOWS_T, next->t == prev->t))
		return TF_E_TRUST;
	for (unsigned i = 0; i < next->n; i++) {
		const tf_seat *a = &next->seat[i], *b = &prev->seat[i];

		if (!tf_holds(NULL, TF_CK_FOLLOWS_INDEX, a->index == b->index))
			return TF_E_TRUST;
		if (!tf_holds(NULL, TF_CK_FOLLOWS_DEVICE, strcmp(a->device, b->device) == 0))
			return TF_E_TRUST;
	}
	return TF_OK;
}

/* Shares of a polynomial become additive ones if all of them are needed, and stay so. */
static tf_err check_form(const tf_sharing *next, const tf_sharing *prev)
{
	if (next->form == prev->form)
		return TF_OK;
	if (!tf_holds(NULL, TF_CK_FOLLOWS_ADDITIVE, next->form == TF_SHARE_ADDITIVE))
		return TF_E_TRUST;
	if (!tf_holds(NULL, TF_CK_FOLLOWS_ALL, prev->t == prev->n))
		return TF_E_TRUST;
	return TF_OK;
}

static tf_err check_refresh(const tf_sharing *next, const tf_sharing *prev)
{
	if (!tf_holds(NULL, TF_CK_FOLLOWS_EPOCH, next->epoch > prev->epoch))
		return TF_E_TRUST;
	TRY(check_same_seats(next, prev));
	return check_form(next, prev);
}

tf_err tf_sharing_follows(const tf_sharing *next, const tf_sharing *prev, const tf_group *g,
                          tf_arena *mem)
{
	bool refresh = memcmp(next->sharing, prev->sharing, sizeof(prev->sharing)) == 0;
	uint8_t hash[32];

	TRY(tf_sharing_encode(NULL, NULL, hash, prev, g, mem));
	if (!tf_holds(NULL, TF_CK_FOLLOWS_PREVIOUS,
	              memcmp(next->previous, hash, sizeof(hash)) == 0))
		return TF_E_TRUST;
	TRY(check_same_key(next, prev, g));
	if (refresh)
		return check_refresh(next, prev);
	if (!tf_holds(NULL, TF_CK_FOLLOWS_FIRST, next->epoch == TF_EPOCH_FIRST))
		return TF_E_TRUST;
	return TF_OK;
}

tf_err tf_sharing_seal(uint8_t *out, size_t cap, size_t *len, const uint8_t *body,
                       size_t body_len, const tf_sharing_sig *sig, size_t sigs, tf_arena *mem)
{
	tf_wire_env env = record_env(NULL);
	size_t mark = tf_arena_mark(mem);
	tf_certificate_signature *list = tf_arena_alloc(mem, sigs * sizeof(*list));
	tf_signed_certificate c = { .body = { body, body_len }, .signatures = list };
	tf_err err;

	if (!list)
		return TF_E_CAPACITY;
	for (size_t i = 0; i < sigs; i++) { /* insertion, ascending by device */
		size_t at = i;

		for (; at > 0 && strcmp(list[at - 1].device, sig[i].device) > 0; at--)
			list[at] = list[at - 1];
		list[at].device = sig[i].device;
		memcpy(list[at].signature, sig[i].sig, sizeof(list[at].signature));
	}
	c.signatures_n = (uint32_t)sigs;
	err = tf_signed_certificate_encode(out, cap, len, &env, &c);
	tf_arena_release(mem, mark);
	return err;
}

/* A certificate comes from whoever relays it, who need not have made it: its checks name nobody. */
static tf_err verify_signatures(const tf_signed_certificate *c, const uint8_t hash[static 32],
                                tf_identity_find find, void *ctx)
{
	for (uint32_t i = 0; i < c->signatures_n; i++) {
		const tf_certificate_signature *s = &c->signatures[i];
		const uint8_t *pk = find(ctx, s->device);

		if (i > 0 && strcmp(c->signatures[i - 1].device, s->device) >= 0)
			return TF_E_ENCODING;
		if (!tf_holds(NULL, TF_CK_SHARING_SIGNER, pk != NULL))
			return TF_E_TRUST;
		if (!pk) /* not reached */
			continue;
		if (!tf_holds(NULL, TF_CK_SHARING_SIGNATURE,
		              tf_sign_holds(s->signature, pk, TF_SHARING_DOMAIN, hash, 32)))
			return TF_E_TRUST;
	}
	return TF_OK;
}

static bool has_signed(const tf_signed_certificate *c, const char *device)
{
	for (uint32_t i = 0; i < c->signatures_n; i++)
		if (strcmp(c->signatures[i].device, device) == 0)
			return true;
	return false;
}

static tf_err open_certificate(tf_sharing *out, const tf_group *g, const uint8_t *in, size_t len,
                               tf_identity_find find, void *ctx, tf_arena *mem)
{
	tf_wire_env env = record_env(g);
	tf_signed_certificate c;
	uint8_t hash[32];

	TRY(tf_signed_certificate_decode(&c, &env, mem, in, len));
	TRY(decode_body(out, g, &c.body, mem));
	if (!find)
		return TF_OK;
	TRY(body_hash(hash, c.body.p, c.body.len, mem));
	TRY(verify_signatures(&c, hash, find, ctx));
	for (unsigned i = 0; i < out->n; i++)
		if (!tf_holds(NULL, TF_CK_SHARING_RECEIVER, has_signed(&c, out->seat[i].device)))
			return TF_E_TRUST;
	return TF_OK;
}

tf_err tf_sharing_open(tf_sharing *out, const tf_group *g, const uint8_t *in, size_t len,
                       tf_identity_find find, void *ctx, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err = find ? open_certificate(out, g, in, len, find, ctx, mem) : TF_E_USAGE;

	tf_arena_release(mem, mark);
	if (err != TF_OK)
		tf_wipe(out, sizeof(*out));
	return err;
}

/* ---- the own share ---- */

tf_err tf_key_encode(uint8_t *out, size_t cap, size_t *len, const tf_key *key,
                     const uint8_t *certificate, size_t certificate_len, const tf_group *g,
                     tf_arena *mem)
{
	tf_wire_env env = record_env(g);
	TF_AUTO(tf_rec_key_share) rec = {
		.epoch = key->sharing.epoch, .index = key->index,
		.curve = (uint8_t)key->sharing.curve, .form = (uint8_t)key->sharing.form,
		.state = (uint8_t)key->state, .x = key->x,
		.certificate = { certificate, certificate_len },
	};

	(void)mem;
	memcpy(rec.key_id, key->sharing.key_id, sizeof(rec.key_id));
	memcpy(rec.sharing, key->sharing.sharing, sizeof(rec.sharing));
	TRY(tf_wire_encode_framed(&tf_rec_key_share_wire, out, cap, len, &env, &rec));
	tf_wipe_stack_deep();
	return TF_OK;
}

/* Record and certificate must speak of the same sharing, and the share must be the seat's. */
static tf_err check_record(const tf_rec_key_share *rec, const tf_sharing *s, const tf_group *g)
{
	const tf_seat *seat = tf_sharing_seat(s, rec->index);
	tf_pt W;

	if (memcmp(rec->key_id, s->key_id, sizeof(rec->key_id)) != 0 ||
	    memcmp(rec->sharing, s->sharing, sizeof(rec->sharing)) != 0 ||
	    rec->epoch != s->epoch || rec->curve != (uint8_t)s->curve ||
	    rec->form != (uint8_t)s->form || !seat || rec->state > TF_SHARE_COMMITTED)
		return TF_E_ENCODING;
	TRY(tf_pt_mul_base(g, &W, &rec->x));
	return tf_pt_eq(g, &W, &seat->W) ? TF_OK : TF_E_ENCODING;
}

static tf_err decode_key(tf_key *out, tf_blob *certificate, const tf_group *g, const uint8_t *in,
                         size_t len, tf_arena *mem)
{
	tf_wire_env env = record_env(g);
	TF_AUTO(tf_rec_key_share) rec;

	TRY(tf_wire_decode_framed(&tf_rec_key_share_wire, &rec, &env, mem, in, len));
	tf_ct_classify(&rec.x, sizeof(rec.x));
	TRY(open_certificate(&out->sharing, g, rec.certificate.p, rec.certificate.len, NULL, NULL,
	                     mem));
	TRY(check_record(&rec, &out->sharing, g));
	out->index = rec.index;
	out->state = (tf_share_state)rec.state;
	out->x = rec.x;
	if (certificate)
		*certificate = rec.certificate;
	return TF_OK;
}

tf_err tf_key_decode(tf_key *out, tf_blob *certificate, const tf_group *g, const uint8_t *in,
                     size_t len, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err = decode_key(out, certificate, g, in, len, mem);

	tf_arena_release(mem, mark);
	if (err != TF_OK)
		tf_key_wipe(out);
	tf_wipe_stack_deep();
	return err;
}

/* Do both certificates have the same body, and so the same hash that was signed? */
static tf_err same_sharing(bool *same, const tf_sharing *a, const tf_sharing *b, const tf_group *g,
                           tf_arena *mem)
{
	uint8_t ha[32], hb[32];

	TRY(tf_sharing_encode(NULL, NULL, ha, a, g, mem));
	TRY(tf_sharing_encode(NULL, NULL, hb, b, g, mem));
	*same = memcmp(ha, hb, sizeof(ha)) == 0;
	return TF_OK;
}

tf_err tf_key_complete(uint8_t *out, size_t cap, size_t *len, const tf_sharing *shared,
                       tf_blob certificate, tf_blob record, const tf_group *g, tf_arena *mem,
                       tf_fault *fault)
{
	static const uint8_t nothing[32]; /* what a generated key was made from */
	TF_AUTO(tf_key) key;
	bool same;

	TRY(tf_key_decode(&key, NULL, g, record.p, record.len, mem));
	if (key.state != TF_SHARE_PENDING ||
	    memcmp(key.sharing.previous, nothing, sizeof(nothing)) != 0)
		return TF_E_STATE;
	TRY(same_sharing(&same, &key.sharing, shared, g, mem));
	if (!tf_holds(fault, TF_CK_SHARING_SAME, same))
		return TF_E_TRUST;
	key.state = TF_SHARE_COMMITTED;
	return tf_key_encode(out, cap, len, &key, certificate.p, certificate.len, g, mem);
}

/* ---- weights ---- */

static tf_err weigh_one(tf_weights *out, const tf_key *key, const tf_party_env *env,
                        const uint16_t *set, unsigned i)
{
	const tf_seat *seat = tf_sharing_seat(&key->sharing, set[i]);
	tf_sc lambda;

	if (!seat)
		return TF_E_USAGE;
	if (key->sharing.form == TF_SHARE_ADDITIVE)
		tf_sc_set_u64(env->g, &lambda, 1);
	else
		TRY(tf_lagrange(&lambda, env->g, set[i], set, env->n));
	TRY(tf_pt_mul_vt(env->g, &out->W[i], &lambda, &seat->W));
	if (i + 1 == env->self)
		tf_sc_mul(env->g, &out->w.s, &lambda, &key->x.s);
	return TF_OK;
}

tf_err tf_key_weigh(tf_weights *out, const tf_key *key, const tf_party_env *env)
{
	uint16_t set[TF_PARTIES_MAX];
	const tf_pt *all[TF_PARTIES_MAX];
	tf_pt sum;

	TRY(tf_party_env_check(env));
	if (tf_group_id(env->g) != key->sharing.curve || env->n < key->sharing.t ||
	    env->party[env->self - 1].share_index != key->index)
		return TF_E_USAGE;
	memset(out, 0, sizeof(*out));
	for (unsigned i = 0; i < env->n; i++)
		set[i] = env->party[i].share_index;
	for (unsigned i = 0; i < env->n; i++) {
		TRY(weigh_one(out, key, env, set, i));
		all[i] = &out->W[i];
	}
	tf_wipe_stack_deep();
	TRY(tf_pt_sum(env->g, &sum, all, env->n));
	if (!tf_pt_eq(env->g, &sum, &key->sharing.Y)) {
		tf_weights_wipe(out);
		return TF_E_USAGE;
	}
	out->Y = key->sharing.Y;
	return TF_OK;
}
