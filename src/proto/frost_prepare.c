#include "proto/frost_prepare.h"

#include <string.h>

#include "proto/audit.h"
#include "proto/frost_impl.h"
#include "zk/transcript.h"

#define SCRATCH 4096u

struct tf_frost_prepare_state {
	uint32_t batch;
	bool confirm;
	tf_frost_suite suite;
	tf_pt Y, W[TF_PARTIES_MAX];
	tf_frost_presig *presig; /* [b] */
	tf_frost_pair *pair;     /* own, [b] */
};

static const tf_round table[] = {
	{ "commitments", &tf_msg_frost_commit_wire, NULL },
	{ "confirmation", &tf_msg_frost_confirm_wire, NULL },
};

static tf_frost_prepare *machine(tf_rounds *r)
{
	return (tf_frost_prepare *)r; /* its first member */
}

/* ---- what both machines check and hash ---- */

tf_err tf_frost_check_public(tf_frost_suite suite, const tf_party_env *env, const tf_weights *w)
{
	const tf_pt *all[TF_PARTIES_MAX];
	tf_pt p;

	TRY(tf_party_env_check(env));
	if (suite == TF_FROST_SECP256K1 || !tf_frost_fits(suite, env->g) ||
	    tf_pt_is_identity(&w->Y))
		return TF_E_USAGE;
	for (unsigned i = 0; i < env->n; i++)
		all[i] = &w->W[i];
	TRY(tf_pt_sum(env->g, &p, all, env->n));
	return tf_pt_eq(env->g, &p, &w->Y) ? TF_OK : TF_E_USAGE;
}

tf_err tf_frost_check_env(tf_frost_suite suite, const tf_party_env *env, const tf_weights *w)
{
	tf_pt p;

	TRY(tf_frost_check_public(suite, env, w));
	TRY(tf_pt_mul_base(env->g, &p, &w->w));
	return tf_pt_eq(env->g, &p, &w->W[env->self - 1]) ? TF_OK : TF_E_USAGE;
}

tf_err tf_frost_sharing_hash(uint8_t out[static 32], tf_frost_suite suite,
                             const tf_party_env *env, const tf_weights *w)
{
	uint8_t buf[256 + 64 * TF_PARTIES_MAX];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_str(&t, tf_frost_name(suite));
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
	return tf_tr_hash(out, &t, "frost-sharing");
}

/* ---- start ---- */

static tf_err make_context(uint8_t out[static 32], const tf_frost_prepare_state *st)
{
	uint8_t buf[128];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, st->presig[0].sharing, sizeof(st->presig[0].sharing));
	tf_tr_u64(&t, st->batch);
	tf_tr_u64(&t, st->confirm);
	return tf_tr_hash(out, &t, "frost-prepare");
}

static tf_err make_presig(tf_frost_presig *p, tf_frost_pair *pair, uint32_t b,
                          const tf_frost_prepare_args *args)
{
	const tf_party_env *env = args->env;
	tf_frost_commitment *own = &p->list[env->self - 1];

	p->n = env->n;
	p->self = env->self;
	p->suite = args->suite;
	memcpy(p->sid, env->sid, sizeof(p->sid));
	p->item = b;
	TRY(tf_party_env_hash(p->clique, env));
	TRY(tf_frost_sharing_hash(p->sharing, args->suite, env, args->weights));
	for (unsigned i = 0; i < env->n; i++)
		p->list[i].id = env->party[i].share_index;
	TRY(tf_frost_nonce_make(&p->nonce, own, args->suite, env->g, &args->weights->w,
	                        env->rng));
	pair->D = own->D;
	pair->E = own->E;
	return TF_OK;
}

static tf_err make_state(tf_frost_prepare *s, const tf_frost_prepare_args *args, tf_arena *mem)
{
	tf_frost_prepare_state *st = tf_arena_alloc(mem, sizeof(*st));

	if (!st)
		return TF_E_CAPACITY;
	s->st = st;
	if (args->batch < 1 || args->batch > TF_FROST_BATCH_MAX)
		return TF_E_USAGE;
	st->batch = args->batch;
	st->confirm = args->confirm;
	st->suite = args->suite;
	st->Y = args->weights->Y;
	memcpy(st->W, args->weights->W, sizeof(st->W));
	st->presig = tf_arena_alloc(mem, args->batch * sizeof(*st->presig));
	st->pair = tf_arena_alloc(mem, args->batch * sizeof(*st->pair));
	if (!st->presig || !st->pair)
		return TF_E_CAPACITY;
	for (uint32_t b = 0; b < args->batch; b++)
		TRY(make_presig(&st->presig[b], &st->pair[b], b, args));
	return TF_OK;
}

static tf_err begin(tf_frost_prepare *s, const tf_frost_prepare_args *args, tf_arena *mem,
                    tf_outbox *out, tf_rounds_advance advance)
{
	tf_msg_frost_commit m;
	uint8_t context[32];

	TRY(make_state(s, args, mem));
	TRY(make_context(context, s->st));
	TRY(tf_rounds_init(&s->r, args->env, table, args->confirm ? 2 : 1, advance, context, NULL,
	                   args->batch, mem));
	m.items = s->st->pair;
	m.items_n = args->batch;
	TRY(tf_rounds_send(&s->r, out, 0, &tf_msg_frost_commit_wire, &m));
	tf_rounds_begin(&s->r);
	return TF_OK;
}

/* ---- commitments ---- */

static tf_err take_one(tf_frost_prepare *s, unsigned j, tf_fault *fault)
{
	tf_frost_prepare_state *st = s->st;
	tf_msg_frost_commit m;

	TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
	if (!tf_holds(fault, TF_CK_FROST_BATCH, m.items_n == st->batch))
		return TF_E_PROOF;
	for (uint32_t b = 0; b < m.items_n; b++) {
		if (!tf_holds(fault, TF_CK_FROST_D, !tf_pt_is_identity(&m.items[b].D)))
			return TF_E_PROOF;
		if (!tf_holds(fault, TF_CK_FROST_E, !tf_pt_is_identity(&m.items[b].E)))
			return TF_E_PROOF;
	}
	for (uint32_t b = 0; b < st->batch && b < m.items_n; b++) {
		st->presig[b].list[j - 1].D = m.items[b].D;
		st->presig[b].list[j - 1].E = m.items[b].E;
	}
	return TF_OK;
}

tf_err tf_frost_list_id(uint8_t id[static 32], const tf_frost_presig *p, const tf_group *g)
{
	uint8_t buf[256 + 128 * TF_PARTIES_MAX];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, p->sid, sizeof(p->sid));
	tf_tr_u64(&t, p->item);
	tf_tr_bytes(&t, p->sharing, sizeof(p->sharing));
	tf_tr_open(&t);
	for (unsigned i = 0; i < p->n; i++) {
		tf_tr_open(&t);
		tf_tr_u64(&t, i + 1);
		tf_tr_pt(&t, g, &p->list[i].D);
		tf_tr_pt(&t, g, &p->list[i].E);
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	return tf_tr_hash(id, &t, "frost-id");
}

static tf_err finish(tf_frost_prepare *s)
{
	for (uint32_t b = 0; b < s->st->batch; b++) {
		tf_frost_presig *p = &s->st->presig[b];

		p->ready = 1;
		p->confirmed = s->st->confirm;
		if (!s->st->confirm)
			memcpy(p->echo, s->r.echo[1], sizeof(p->echo));
	}
	return TF_OK;
}

static tf_err send_confirm(tf_frost_prepare *s, tf_outbox *out)
{
	tf_presign_id id[TF_FROST_BATCH_MAX];
	tf_msg_frost_confirm m = { .items = id, .items_n = s->st->batch };

	for (uint32_t b = 0; b < s->st->batch; b++)
		memcpy(id[b].id, s->st->presig[b].id, sizeof(id[b].id));
	return tf_rounds_send(&s->r, out, 0, &tf_msg_frost_confirm_wire, &m);
}

static tf_err take_commitments(tf_frost_prepare *s, tf_outbox *out, tf_fault *fault)
{
	for (unsigned j = 1; j <= s->r.env->n; j++)
		if (j != s->r.env->self)
			TRY(take_one(s, j, fault));
	for (uint32_t b = 0; b < s->st->batch; b++)
		TRY(tf_frost_list_id(s->st->presig[b].id, &s->st->presig[b], s->r.env->g));
	return s->st->confirm ? send_confirm(s, out) : finish(s);
}

/* ---- confirmation ---- */

static tf_err check_ids(const tf_frost_prepare_state *st, const tf_msg_frost_confirm *m,
                        tf_fault *fault)
{
	for (uint32_t b = 0; b < m->items_n; b++)
		if (!tf_holds(fault, TF_CK_FROST_CONFIRM,
		              memcmp(m->items[b].id, st->presig[b].id, 32) == 0))
			return TF_E_PROOF;
	return TF_OK;
}

static tf_err take_confirm(tf_frost_prepare *s, tf_fault *fault)
{
	for (unsigned j = 1; j <= s->r.env->n; j++) {
		tf_msg_frost_confirm m;

		if (j == s->r.env->self)
			continue;
		TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
		if (!tf_holds(fault, TF_CK_FROST_BATCH_CONFIRM, m.items_n == s->st->batch))
			return TF_E_PROOF;
		TRY(check_ids(s->st, &m, fault));
	}
	return finish(s);
}

/* ---- the machine ---- */

static tf_err advance(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	size_t mark = tf_arena_mark(r->mem);
	tf_err err = r->round == 1 ? take_commitments(machine(r), out, fault)
	                           : take_confirm(machine(r), fault);

	tf_arena_release(r->mem, mark);
	return err;
}

tf_run_sizes tf_frost_prepare_sizes(const tf_profile *pr, uint16_t n, uint32_t batch)
{
	tf_wire_env wire = { .pr = pr, .n = n, .batch = batch };
	tf_run_sizes s = tf_rounds_sizes(&wire, table, TF_ARRAY_LEN(table));

	s.mem += sizeof(tf_frost_prepare_state) + batch * sizeof(tf_frost_presig) +
	         (1u + n) * batch * sizeof(tf_frost_pair) + SCRATCH;
	return s;
}

tf_err tf_frost_prepare_start(tf_frost_prepare *s, const tf_frost_prepare_args *args,
                              tf_arena *mem, tf_outbox *out)
{
	size_t before = out->count;
	tf_err err;

	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	err = tf_frost_check_env(args->suite, args->env, args->weights);
	if (err == TF_OK)
		err = begin(s, args, mem, out, advance);
	if (err != TF_OK) {
		out->count = before;
		tf_frost_prepare_wipe(s);
	}
	tf_wipe_stack_deep();
	return err;
}

tf_err tf_frost_prepare_take(tf_frost_presig *out, tf_frost_prepare *s, uint32_t b)
{
	if (s->r.state != TF_RUN_DONE || b >= s->st->batch || !s->st->presig[b].ready)
		return TF_E_STATE;
	*out = s->st->presig[b];
	tf_frost_presig_wipe(&s->st->presig[b]);
	return TF_OK;
}

void tf_frost_prepare_wipe(tf_frost_prepare *s)
{
	if (s->r.mem)
		tf_arena_wipe(s->r.mem);
	tf_wipe(s, sizeof(*s));
}

/* ---- audits ---- */

/* The accuser's own commitments, in the place of what was made here. */
static tf_err load_own(tf_frost_prepare *s)
{
	unsigned self = s->r.env->self;
	tf_msg_frost_commit m;

	TRY(tf_rounds_again(&s->r, &m, 1, self, TF_BROADCAST));
	if (m.items_n != s->st->batch)
		return TF_E_ENCODING;
	for (uint32_t b = 0; b < m.items_n; b++) {
		s->st->presig[b].list[self - 1].D = m.items[b].D;
		s->st->presig[b].list[self - 1].E = m.items[b].E;
	}
	return TF_OK;
}

static tf_err audit(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	if (r->round == 1)
		TRY(load_own(machine(r)));
	return advance(r, out, fault);
}

tf_err tf_frost_prepare_audit(tf_frost_prepare *s, const tf_party_env *env, uint32_t batch,
                              const tf_testimony_frost_prepare *m, tf_arena *mem)
{
	tf_weights w = { .Y = m->Y };
	tf_frost_prepare_args args = { .env = env, .weights = &w, .suite = (tf_frost_suite)m->suite,
	                               .batch = batch, .confirm = m->confirm != 0 };
	uint8_t room[TF_ENVELOPE_OVERHEAD + 128 * TF_FROST_BATCH_MAX]; /* commitments, not sent */
	tf_outbox out;
	tf_arena none;

	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	tf_arena_init(&none, room, sizeof(room));
	tf_outbox_init(&out, &none);
	if (m->W_n != env->n || m->confirm > 1)
		return TF_E_ENCODING;
	memcpy(w.W, m->W, m->W_n * sizeof(*m->W));
	TRY(tf_frost_check_public(args.suite, env, &w));
	TRY(begin(s, &args, mem, &out, audit));
	tf_rounds_audit_begin(&s->r);
	return TF_OK;
}

tf_err tf_frost_prepare_testify(tf_testimony_frost_prepare *m, const tf_frost_prepare *s,
                                tf_arena *mem)
{
	uint16_t n = s->r.env->n;

	*m = (tf_testimony_frost_prepare){ .suite = (uint8_t)s->st->suite, .Y = s->st->Y,
	                                   .confirm = s->st->confirm, .W_n = n };
	m->W = tf_arena_alloc(mem, n * sizeof(*m->W));
	if (!m->W)
		return TF_E_CAPACITY;
	memcpy(m->W, s->st->W, n * sizeof(*m->W));
	return TF_OK;
}
