/* Presigning, round 3: shares of the masked nonce, and the output (docs/protocol.md 6.4, R3). */
#include <string.h>

#include "proto/presign_impl.h"

tf_err tf_presign_send_r3(tf_presign *s, tf_outbox *out)
{
	const tf_party_env *env = s->r.env;
	tf_presign_r3_item *items = tf_arena_alloc(s->r.mem, s->st->batch * sizeof(*items));
	tf_msg_presign_r3 m = { .items = items, .items_n = s->st->batch };
	tf_zk_env zk = tf_presign_zk(s);

	if (!items)
		return TF_E_CAPACITY;
	for (uint32_t b = 0; b < s->st->batch; b++) {
		const tf_presign_own *it = &s->st->item[b];
		tf_zk_elog_st st;
		tf_ctx ctx;

		TRY(tf_presign_ctx_elog(&ctx, it->epid, env->self, 3));
		st = (tf_zk_elog_st){ .ctx = &ctx, .L = &it->A1, .M = &it->A2, .X = &it->Y,
		                      .Y = &it->Delta, .h = &it->Gamma_sum };
		items[b].delta = it->delta;
		items[b].Delta = it->Delta;
		items[b].S = it->S;
		TRY(tf_zk_elog_prove(&items[b].psi, &zk, &st, &it->k, &it->a, env->rng));
	}
	return tf_rounds_send(&s->r, out, 0, &tf_msg_presign_r3_wire, &m);
}

static tf_err take_peer(tf_presign *s, unsigned j, tf_fault *fault)
{
	tf_zk_env zk = tf_presign_zk(s);
	tf_msg_presign_r3 m;

	TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
	if (!tf_holds(fault, TF_CK_PRESIGN_BATCH_R3, m.items_n == s->st->batch))
		return TF_E_PROOF;
	for (uint32_t b = 0; b < s->st->batch; b++) {
		tf_presign_other *o = tf_presign_other_at(s, b, j);
		tf_zk_elog_st st;
		tf_ctx ctx;

		o->delta = m.items[b].delta;
		o->Delta = m.items[b].Delta;
		o->S = m.items[b].S;
		TRY(tf_presign_ctx_elog(&ctx, s->st->item[b].epid, j, 3));
		st = (tf_zk_elog_st){ .ctx = &ctx, .L = &o->A1, .M = &o->A2, .X = &o->Y,
		                      .Y = &o->Delta, .h = &s->st->item[b].Gamma_sum };
		TRY(tf_zk_elog_verify(&zk, &st, &m.items[b].psi, fault));
	}
	return TF_OK;
}

/* From now on the last round is the alert. */
static tf_err raise_alert(tf_presign *s, uint32_t b, unsigned which)
{
	s->st->alert = true;
	s->st->alert_item = b;
	s->st->alert_which = which;
	tf_rounds_divert(&s->r);
	return TF_OK;
}

/* delta, and whether everything adds up; if not, st->alert is set. */
static tf_err check_sums(tf_sc *delta, tf_presign *s, uint32_t b, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	const tf_presign_own *it = &s->st->item[b];
	const tf_pt *Delta[TF_PARTIES_MAX], *S[TF_PARTIES_MAX];
	tf_pt left, right;

	*delta = it->delta;
	for (unsigned j = 1; j <= env->n; j++) {
		const tf_presign_other *o = tf_presign_other_at(s, b, j);
		bool self = j == env->self;

		Delta[j - 1] = self ? &it->Delta : &o->Delta;
		S[j - 1] = self ? &it->S : &o->S;
		if (!self)
			tf_sc_add(env->g, delta, delta, &o->delta);
	}
	tf_fault_at(fault, TF_PARTY_NONE, s->r.round);
	TRY(tf_pt_mul_base_vt(env->g, &left, delta));
	TRY(tf_pt_sum(env->g, &right, Delta, env->n));
	if (!tf_holds(fault, TF_CK_PRESIGN_NONCE, tf_pt_eq(env->g, &left, &right)))
		return raise_alert(s, b, TF_MTA_GAMMA);
	if (!tf_holds(fault, TF_CK_PRESIGN_DELTA_ZERO, tf_sc_is_zero(delta) == 0))
		return TF_E_PROOF;
	TRY(tf_pt_sum(env->g, &left, S, env->n));
	TRY(tf_pt_mul_vt(env->g, &right, delta, &s->st->w.Y));
	if (!tf_holds(fault, TF_CK_PRESIGN_CHI, tf_pt_eq(env->g, &left, &right)))
		return raise_alert(s, b, TF_MTA_W);
	return TF_OK;
}

tf_err tf_presign_make_id(uint8_t out[static 32], const tf_presig *p, const tf_group *g)
{
	uint8_t buf[512 + TF_PARTIES_MAX * 128];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, p->epid, sizeof(p->epid));
	tf_tr_pt(&t, g, &p->Gamma);
	tf_tr_sc(&t, &p->delta);
	tf_tr_open(&t);
	for (unsigned j = 1; j <= p->n; j++) {
		tf_tr_open(&t);
		tf_tr_u64(&t, j);
		tf_tr_pt(&t, g, &p->Delta[j - 1]);
		tf_tr_pt(&t, g, &p->S[j - 1]);
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	return tf_tr_hash(out, &t, "presig-id");
}

tf_err tf_presign_sharing_hash(uint8_t out[static 32], const tf_party_env *env,
                               const tf_weights *w)
{
	uint8_t buf[256 + 64 * TF_PARTIES_MAX];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_str(&t, tf_group_name(env->g));
	tf_tr_pt(&t, env->g, &w->Y);
	tf_tr_open(&t);
	for (unsigned i = 0; i < env->n; i++) {
		tf_tr_open(&t);
		tf_tr_u64(&t, env->party[i].share_index);
		tf_tr_pt(&t, env->g, &w->W[i]);
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	return tf_tr_hash(out, &t, "presign-sharing");
}

static tf_err make_presig(tf_presign *s, uint32_t b, const tf_sc *delta)
{
	const tf_party_env *env = s->r.env;
	const tf_presign_own *it = &s->st->item[b];
	tf_presig *p = &s->st->presig[b];
	tf_sc inv;

	tf_sc_inv(env->g, &inv, delta);
	p->n = env->n;
	p->self = env->self;
	memcpy(p->epid, it->epid, sizeof(p->epid));
	memcpy(p->clique, s->st->clique, sizeof(p->clique));
	memcpy(p->sharing, s->st->sharing, sizeof(p->sharing));
	p->curve = tf_group_id(env->g);
	p->Y = s->st->w.Y;
	p->Gamma = it->Gamma_sum;
	for (unsigned j = 1; j <= env->n; j++) {
		const tf_presign_other *o = tf_presign_other_at(s, b, j);
		bool self = j == env->self;

		TRY(tf_pt_mul_vt(env->g, &p->Delta[j - 1], &inv, self ? &it->Delta : &o->Delta));
		TRY(tf_pt_mul_vt(env->g, &p->S[j - 1], &inv, self ? &it->S : &o->S));
	}
	tf_sc_mul(env->g, &p->k.s, &it->k.s, &inv);
	tf_sc_mul(env->g, &p->chi.s, &it->chi.s, &inv);
	p->delta = *delta;
	return tf_presign_make_id(p->id, p, env->g);
}

tf_err tf_presign_take_r3(tf_presign *s, tf_fault *fault)
{
	size_t mark = tf_arena_mark(s->r.mem);

	for (unsigned j = 1; j <= s->r.env->n; j++) {
		if (j != s->r.env->self)
			TRY(take_peer(s, j, fault));
		tf_arena_release(s->r.mem, mark);
	}
	for (uint32_t b = 0; b < s->st->batch && !s->st->alert; b++) {
		tf_sc delta;

		TRY(check_sums(&delta, s, b, fault));
		if (!s->st->alert)
			TRY(make_presig(s, b, &delta));
	}
	return TF_OK;
}
