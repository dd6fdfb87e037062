/* A presigning judged again by somebody who was not in it (audit.h). */
#include <string.h>

#include "proto/audit.h"
#include "proto/presign_impl.h"

/* ---- what the accuser has sent, as its own machine would know it ---- */

tf_err tf_presign_load_r1(tf_presign *s)
{
	tf_msg_presign_r1 m;

	TRY(tf_rounds_again(&s->r, &m, 1, s->r.env->self, TF_BROADCAST));
	if (m.items_n != s->st->batch)
		return TF_E_ENCODING;
	for (uint32_t b = 0; b < m.items_n; b++) {
		tf_presign_own *it = &s->st->item[b];

		it->K = m.items[b].K;
		it->G = m.items[b].G;
		it->Y = m.items[b].Y;
	}
	return TF_OK;
}

tf_err tf_presign_load_r2(tf_presign *s)
{
	tf_msg_presign_r2 m;

	TRY(tf_rounds_again(&s->r, &m, 2, s->r.env->self, TF_BROADCAST));
	if (m.items_n != s->st->batch)
		return TF_E_ENCODING;
	for (uint32_t b = 0; b < m.items_n; b++) {
		if (m.items[b].peers_n != s->r.env->n - 1u)
			return TF_E_ENCODING;
		s->st->item[b].Gamma = m.items[b].Gamma;
	}
	return TF_OK;
}

static tf_err load_r3(tf_presign *s)
{
	tf_msg_presign_r3 m;

	TRY(tf_rounds_again(&s->r, &m, 3, s->r.env->self, TF_BROADCAST));
	if (m.items_n != s->st->batch)
		return TF_E_ENCODING;
	for (uint32_t b = 0; b < m.items_n; b++) {
		tf_presign_own *it = &s->st->item[b];

		it->delta = m.items[b].delta;
		it->Delta = m.items[b].Delta;
		it->S = m.items[b].S;
	}
	return TF_OK;
}

/* What it sent in private must have the hash that its broadcast gave. */
static tf_err check_sent(tf_presign *s, unsigned j)
{
	unsigned at = tf_presign_peer_at(s->r.env->self, j);
	uint32_t b = s->st->alert_item;
	tf_msg_presign_mta sent;
	tf_msg_presign_r2 m;
	uint8_t hash[32];

	TRY(tf_rounds_again(&s->r, &m, 2, s->r.env->self, TF_BROADCAST));
	TRY(tf_wire_decode(&tf_msg_presign_mta_wire, &sent, &s->r.wire, s->r.mem,
	                   s->st->sent[j - 1].p, s->st->sent[j - 1].len));
	if (sent.items_n != s->st->batch)
		return TF_E_ENCODING;
	TRY(tf_presign_mta_hash(hash, s, &sent.items[b]));
	return memcmp(hash, m.items[b].peers[at].hash, 32) == 0 ? TF_OK : TF_E_ENCODING;
}

static tf_err check_all_sent(tf_presign *s)
{
	for (unsigned j = 1; j <= s->r.env->n; j++)
		if (j != s->r.env->self)
			TRY(check_sent(s, j));
	return TF_OK;
}

/* ---- the machine ---- */

static tf_err next(tf_presign *s, tf_fault *fault)
{
	switch (s->r.round) {
	case 1:
		TRY(tf_presign_load_r1(s));
		return tf_presign_take_r1(s, fault);
	case 2:
		TRY(tf_presign_load_r2(s));
		return tf_presign_check_r2(s, fault);
	case 3:
		TRY(load_r3(s));
		TRY(tf_presign_take_r3(s, fault));
		return s->st->alert ? check_all_sent(s) : TF_OK;
	case 4:
		return s->st->alert ? tf_presign_take_alert(s, true, fault)
		                    : tf_presign_take_confirm(s, fault);
	}
	return TF_E_USAGE;
}

static tf_err advance(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	size_t mark = tf_arena_mark(r->mem);
	tf_err err = next(tf_presign_of(r), fault);

	(void)out;
	tf_arena_release(r->mem, mark);
	return err;
}

/* Public moduli in the place of own ones. */
static tf_moduli *make_own(const tf_aux *aux, tf_arena *mem)
{
	tf_moduli *own = tf_arena_alloc(mem, sizeof(*own));

	if (own) {
		own->sk.pk = aux->pk;
		own->rp.pub = aux->rp;
	}
	return own;
}

tf_err tf_presign_audit(tf_presign *s, const tf_presign_audit_args *args, tf_arena *mem)
{
	tf_presign_args a = { .env = args->env, .weights = args->weights, .batch = args->batch,
	                      .confirm = args->confirm };
	const tf_aux *own;

	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	TRY(tf_party_env_check(args->env));
	own = args->aux[args->env->self - 1];
	if (!own)
		return TF_E_USAGE;
	memcpy(a.aux, args->aux, sizeof(a.aux));
	a.own = make_own(own, mem);
	if (!a.own)
		return TF_E_CAPACITY;
	TRY(tf_presign_set_up(s, &a, mem, advance, TF_PRESIGN_AUDIT));
	s->st->singly = true;
	memcpy(s->st->sent, args->sent, sizeof(s->st->sent));
	tf_rounds_audit_begin(&s->r);
	return TF_OK;
}

tf_err tf_presign_audit_end(tf_presign *s, tf_fault *fault)
{
	tf_err err = tf_presign_judge(s, fault);

	return err == TF_E_STATE || err == TF_E_EXPIRED ? TF_OK : err;
}

tf_err tf_presign_testify(tf_evidence_presign *m, const tf_presign *s, tf_arena *mem)
{
	const tf_party_env *env = s->r.env;

	*m = (tf_evidence_presign){ .Y = s->st->w.Y, .confirm = s->st->confirm,
	                            .seats_n = env->n };
	m->seats = tf_arena_alloc(mem, env->n * sizeof(*m->seats));
	if (!m->seats)
		return TF_E_CAPACITY;
	for (unsigned i = 1; i <= env->n; i++) {
		const tf_rp *rp = tf_presign_rp(s, i);
		tf_evidence_seat *seat = &m->seats[i - 1];

		*seat = (tf_evidence_seat){ .W = s->st->w.W[i - 1], .N = tf_presign_pk(s, i)->n.m,
		                            .Nhat = rp->n.m, .s = rp->s, .t = rp->t };
		if (s->st->alert)
			seat->sent = s->st->sent[i - 1];
	}
	return TF_OK;
}
