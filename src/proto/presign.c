#include "proto/presign.h"

#include <string.h>

#include "proto/presign_impl.h"

/* transcripts, folds, a batch's run */
#define ZK_SCRATCH (352u * 1024u + TF_BATCH_LANES_SCRATCH)

static const tf_round table[] = {
	{ "encryption", &tf_msg_presign_r1_wire, &tf_msg_presign_psi_wire },
	{ "multiplication", &tf_msg_presign_r2_wire, &tf_msg_presign_mta_wire },
	{ "nonce shares", &tf_msg_presign_r3_wire, NULL },
	{ "confirmation", &tf_msg_presign_confirm_wire, NULL },
	/* instead of the one before; in this table for the sizes */
	{ "alert", &tf_msg_presign_alert_wire, &tf_msg_presign_alert_proofs_wire },
};

enum { ROUNDS = 4, ALERT = 4 };

/* ---- shared by the rounds ---- */

tf_presign *tf_presign_of(tf_rounds *r)
{
	return (tf_presign *)r; /* its first member */
}

tf_presign_other *tf_presign_other_at(const tf_presign *s, uint32_t b, unsigned party)
{
	return &s->st->other[(size_t)b * s->r.env->n + (party - 1)];
}

const tf_paillier_pk *tf_presign_pk(const tf_presign *s, unsigned party)
{
	if (s->st->lent[party - 1])
		return &s->st->lent[party - 1]->pk;
	return party == s->r.env->self ? &s->st->own->sk.pk : &s->st->aux[party - 1]->pk;
}

const tf_rp *tf_presign_rp(const tf_presign *s, unsigned party)
{
	if (s->st->lent[party - 1])
		return &s->st->lent[party - 1]->rp;
	if (s->st->rp)
		return &s->st->rp[party - 1];
	return party == s->r.env->self ? &s->st->own->rp.pub : &s->st->aux[party - 1]->rp;
}

tf_zk_env tf_presign_zk(const tf_presign *s)
{
	return (tf_zk_env){ .pr = s->r.env->pr, .g = s->r.env->g, .mem = s->r.mem,
	                    .kernel = s->r.env->kernel };
}

tf_err tf_presign_ctx_encelg(tf_ctx *out, const uint8_t epid[static 32], unsigned i, unsigned j,
                             unsigned which)
{
	uint8_t buf[128];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_open(&t);
	tf_tr_bytes(&t, epid, 32);
	tf_tr_u64(&t, i);
	tf_tr_u64(&t, j);
	tf_tr_close(&t);
	tf_tr_u64(&t, which);
	return tf_ctx_seal(out, &t);
}

tf_err tf_presign_ctx_elog(tf_ctx *out, const uint8_t epid[static 32], unsigned i, unsigned round)
{
	uint8_t buf[128];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, epid, 32);
	tf_tr_u64(&t, i);
	tf_tr_u64(&t, round);
	return tf_ctx_seal(out, &t);
}

tf_err tf_presign_ctx_affg(tf_ctx *out, const uint8_t epid[static 32], unsigned i, unsigned j,
                           unsigned which)
{
	uint8_t buf[128];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, epid, 32);
	tf_tr_u64(&t, i);
	tf_tr_u64(&t, j);
	tf_tr_u64(&t, 2);
	tf_tr_str(&t, which == TF_MTA_GAMMA ? "" : "^");
	return tf_ctx_seal(out, &t);
}

tf_err tf_presign_ctx_alert(tf_ctx *out, const uint8_t epid[static 32], unsigned i, unsigned j,
                            unsigned which)
{
	uint8_t buf[128];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, epid, 32);
	tf_tr_u64(&t, i);
	if (j)
		tf_tr_u64(&t, j);
	tf_tr_str(&t, "alert");
	tf_tr_str(&t, which == TF_MTA_GAMMA ? "" : "^");
	return tf_ctx_seal(out, &t);
}

tf_err tf_presign_mta_hash(uint8_t out[static 32], const tf_presign *s,
                           const tf_presign_mta_item *m)
{
	size_t mark = tf_arena_mark(s->r.mem), len = 0;
	size_t cap = tf_presign_mta_item_wire.length(&s->r.wire, TF_WIRE_MOST);
	uint8_t *buf = tf_arena_alloc(s->r.mem, cap);
	tf_err err;

	if (!buf)
		return TF_E_CAPACITY;
	err = tf_presign_mta_item_encode(buf, cap, &len, &s->r.wire, m);
	if (err == TF_OK)
		tf_shake256_hash(out, buf, len);
	tf_arena_release(s->r.mem, mark);
	return err;
}

/* ---- start ---- */

/* epid = H("epid", sid, b, Y, [[i, W_i, N_i, [Nhat_i, s_i, t_i]], ...]) */
static tf_err make_epid(uint8_t out[static 32], const tf_presign *s, const tf_party_env *env,
                        uint32_t b, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem), cap;
	uint8_t *buf = tf_moduli_transcript(&cap, env->pr, 5u * env->n, mem);
	tf_err err;
	tf_tr t;

	if (!buf)
		return TF_E_CAPACITY;
	tf_tr_init(&t, buf, cap);
	tf_tr_bytes(&t, env->sid, sizeof(env->sid));
	tf_tr_u64(&t, b);
	tf_tr_pt(&t, env->g, &s->st->w.Y);
	tf_tr_open(&t);
	for (unsigned i = 1; i <= env->n; i++) {
		bool self = i == env->self;
		const tf_rp *rp = self ? &s->st->own->rp.pub : &s->st->aux[i - 1]->rp;

		tf_tr_open(&t);
		tf_tr_u64(&t, i);
		tf_tr_pt(&t, env->g, &s->st->w.W[i - 1]);
		tf_tr_nat(&t, self ? &s->st->own->sk.pk.n.m : &s->st->aux[i - 1]->pk.n.m);
		tf_tr_open(&t);
		tf_tr_nat(&t, &rp->n.m);
		tf_tr_nat(&t, &rp->s);
		tf_tr_nat(&t, &rp->t);
		tf_tr_close(&t);
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	err = tf_tr_hash(out, &t, "epid");
	tf_arena_release(mem, mark);
	return err;
}

/* What the run is about. */
static tf_err make_context(uint8_t out[static 32], const tf_presign_state *st)
{
	uint8_t buf[64 + TF_PRESIGN_BATCH_MAX * 40];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_open(&t);
	for (uint32_t b = 0; b < st->batch; b++)
		tf_tr_bytes(&t, st->item[b].epid, 32);
	tf_tr_close(&t);
	tf_tr_u64(&t, st->confirm);
	return tf_tr_hash(out, &t, "presign");
}

static bool moduli_fit(const tf_profile *pr, const tf_bn *N, const tf_bn *Nhat)
{
	return tf_bn_bits_vt(N) == 2 * pr->prime_bits && tf_bn_bits_vt(Nhat) == 2 * pr->prime_bits;
}

/* What was lent, to its moduli. */
static bool tables_fit(const tf_presign_args *args)
{
	for (unsigned i = 0; i < args->env->n; i++) {
		const tf_party_tables *t = args->tables[i];
		bool self = i + 1 == args->env->self;

		if (t && !tf_party_tables_fit(t, self ? &args->own->sk.pk : &args->aux[i]->pk,
		                              self ? &args->own->rp.pub : &args->aux[i]->rp,
		                              args->env->kernel))
			return false;
	}
	return true;
}

static tf_err check_args(const tf_presign_args *args, tf_presign_kind kind)
{
	const tf_party_env *env = args->env;
	const tf_pt *all[TF_PARTIES_MAX];
	tf_pt p;

	TRY(tf_party_env_check(env));
	if (tf_group_schnorr(env->g)) /* not a key for ECDSA */
		return TF_E_USAGE;
	if (args->batch < 1 || args->batch > TF_PRESIGN_BATCH_MAX ||
	    tf_pt_is_identity(&args->weights->Y))
		return TF_E_USAGE;
	if (tf_presign_sizes(env->pr, env->n, args->batch).message > TF_ENVELOPE_MAX)
		return TF_E_TOO_LARGE;
	if (!moduli_fit(env->pr, &args->own->sk.pk.n.m, &args->own->rp.pub.n.m))
		return TF_E_USAGE;
	for (unsigned i = 0; i < env->n; i++) {
		const tf_aux *aux = args->aux[i];

		all[i] = &args->weights->W[i];
		if (i + 1 == env->self)
			continue;
		if (!aux || !moduli_fit(env->pr, &aux->pk.n.m, &aux->rp.n.m))
			return TF_E_USAGE;
	}
	TRY(tf_pt_sum(env->g, &p, all, env->n));
	if (!tf_pt_eq(env->g, &p, &args->weights->Y) || !tables_fit(args))
		return TF_E_USAGE;
	if (kind == TF_PRESIGN_AUDIT)
		return TF_OK;
	TRY(tf_pt_mul_base(env->g, &p, &args->weights->w));
	return tf_pt_eq(env->g, &p, all[env->self - 1]) ? TF_OK : TF_E_USAGE;
}

static tf_err make_state(tf_presign *s, const tf_presign_args *args, tf_arena *mem,
                         tf_presign_kind kind)
{
	tf_presign_state *st = tf_arena_alloc(mem, sizeof(*st));

	if (!st)
		return TF_E_CAPACITY;
	s->st = st;
	TRY(check_args(args, kind));
	st->own = args->own;
	memcpy(st->aux, args->aux, sizeof(st->aux));
	memcpy(st->lent, args->tables, sizeof(st->lent));
	st->w = *args->weights;
	st->batch = args->batch;
	st->confirm = args->confirm;
	st->patient = args->patient;
	TRY(tf_party_env_hash(st->clique, args->env));
	TRY(tf_presign_sharing_hash(st->sharing, args->env, args->weights));
	st->item = tf_arena_alloc(mem, args->batch * sizeof(*st->item));
	st->other = tf_arena_alloc(mem, (size_t)args->batch * args->env->n * sizeof(*st->other));
	st->presig = tf_arena_alloc(mem, args->batch * sizeof(*st->presig));
	st->kept = tf_arena_alloc(mem, (size_t)args->batch * args->env->n * sizeof(*st->kept));
	if (!st->item || !st->other || !st->presig || !st->kept)
		return TF_E_CAPACITY;
	for (uint32_t b = 0; b < args->batch; b++)
		TRY(make_epid(st->item[b].epid, s, args->env, b, mem));
	return TF_OK;
}

/* For what is sent to each in round 2: an alert shows it to all. */
static tf_err make_room(tf_presign *s)
{
	size_t most = tf_msg_presign_mta_wire.length(&s->r.wire, TF_WIRE_MOST);

	for (unsigned j = 1; j <= s->r.env->n; j++) {
		if (j == s->r.env->self)
			continue;
		s->st->sent[j - 1] = (tf_blob){ tf_arena_alloc(s->r.mem, most), most };
		if (!s->st->sent[j - 1].p)
			return TF_E_CAPACITY;
	}
	return TF_OK;
}

tf_err tf_presign_set_up(tf_presign *s, const tf_presign_args *args, tf_arena *mem,
                         tf_rounds_advance advance, tf_presign_kind kind)
{
	uint8_t context[32];

	TRY(make_state(s, args, mem, kind));
	TRY(make_context(context, s->st));
	TRY(tf_rounds_init(&s->r, args->env, table, ROUNDS, advance, context, NULL, args->batch,
	                   mem));
	return tf_rounds_offer(&s->r, &table[ALERT]);
}

/* What tables take for each party. */
static size_t tables_bytes(const tf_profile *pr)
{
	return tf_rp_tables_bytes(pr) + sizeof(tf_rp) + sizeof(tf_rp_tables) + 64;
}

/* Tables for the run's commitments where none were lent: 12 for each peer and presignature pay for
 * them at once. */
static tf_err make_tables(tf_presign *s)
{
	const tf_party_env *env = s->r.env;
	size_t len = tf_rp_tables_bytes(env->pr);
	tf_presign_state *st = s->st;
	tf_rp *rp = tf_arena_alloc(s->r.mem, env->n * sizeof(*rp));

	st->tables = tf_arena_alloc(s->r.mem, env->n * sizeof(*st->tables));
	st->rooms = tf_arena_alloc(s->r.mem, env->n * len);
	if (!rp || !st->tables || !st->rooms)
		return TF_E_CAPACITY;
	for (unsigned j = 1; j <= env->n; j++) {
		tf_rp_tables *t = &st->tables[j - 1];
		uint8_t *room = st->rooms + (j - 1) * len;

		if (st->lent[j - 1])
			continue;
		rp[j - 1] = *tf_presign_rp(s, j);
		if (j == env->self)
			TRY(tf_rp_tables_init_own(t, &st->own->rp, env->kernel, room, len,
			                          s->r.mem));
		else
			TRY(tf_rp_tables_init(t, &rp[j - 1], env->pr, env->kernel, room, len,
			                      s->r.mem));
		rp[j - 1].tables = t;
	}
	st->rp = rp;
	return TF_OK;
}

static tf_err begin(tf_presign *s, const tf_presign_args *args, tf_arena *mem, tf_outbox *out,
                    tf_rounds_advance advance)
{
	size_t mark;

	TRY(tf_presign_set_up(s, args, mem, advance, TF_PRESIGN_RUN));
	TRY(make_room(s));
	TRY(make_tables(s));
	mark = tf_arena_mark(mem);
	TRY(tf_presign_send_r1(s, out));
	tf_arena_release(mem, mark);
	tf_rounds_begin(&s->r);
	return TF_OK;
}

/* ---- confirmation ---- */

/* Nothing but the presignatures is needed any more. */
static void forget(tf_presign_state *st, unsigned n, const tf_profile *pr)
{
	st->rp = NULL;
	memset(st->lent, 0, sizeof(st->lent));
	if (st->rooms) /* an audit has none */
		tf_wipe(st->rooms, n * tf_rp_tables_bytes(pr));
	tf_wipe(st->item, st->batch * sizeof(*st->item));
	tf_wipe(st->other, (size_t)st->batch * n * sizeof(*st->other));
	tf_wipe(st->kept, (size_t)st->batch * n * sizeof(*st->kept));
	tf_weights_wipe(&st->w);
}

static tf_err finish(tf_presign *s)
{
	for (uint32_t b = 0; b < s->st->batch; b++) {
		tf_presig *p = &s->st->presig[b];

		p->ready = 1;
		p->confirmed = s->st->confirm;
		if (!s->st->confirm)
			memcpy(p->echo, s->r.echo[3], sizeof(p->echo));
	}
	forget(s->st, s->r.env->n, s->r.env->pr);
	tf_rounds_end(&s->r);
	return TF_OK;
}

static tf_err send_confirm(tf_presign *s, tf_outbox *out)
{
	tf_presign_id id[TF_PRESIGN_BATCH_MAX];
	tf_msg_presign_confirm m = { .items = id, .items_n = s->st->batch };

	for (uint32_t b = 0; b < s->st->batch; b++)
		memcpy(id[b].id, s->st->presig[b].id, sizeof(id[b].id));
	return tf_rounds_send(&s->r, out, 0, &tf_msg_presign_confirm_wire, &m);
}

static tf_err check_ids(const tf_presign_state *st, const tf_msg_presign_confirm *m,
                        tf_fault *fault)
{
	for (uint32_t b = 0; b < m->items_n; b++)
		if (!tf_holds(fault, TF_CK_PRESIGN_CONFIRM,
		              memcmp(m->items[b].id, st->presig[b].id, 32) == 0))
			return TF_E_PROOF;
	return TF_OK;
}

tf_err tf_presign_take_confirm(tf_presign *s, tf_fault *fault)
{
	for (unsigned j = 1; j <= s->r.env->n; j++) {
		tf_msg_presign_confirm m;

		if (j == s->r.env->self)
			continue;
		tf_fault_at(fault, j, s->r.round);
		if (!tf_holds(fault, TF_CK_ALERT_DUE, tf_rounds_agrees(&s->r, j)))
			return TF_E_PROOF;
		TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
		if (!tf_holds(fault, TF_CK_PRESIGN_BATCH_CONFIRM, m.items_n == s->st->batch))
			return TF_E_PROOF;
		TRY(check_ids(s->st, &m, fault));
	}
	return finish(s);
}

/* ---- the machine ---- */

/* All alerts are here; tf_presign_judge_some goes on. */
static tf_err begin_trial(tf_presign *s)
{
	TRY(tf_presign_open_trial(s, true));
	tf_rounds_close(&s->r);
	return TF_E_BUSY;
}

static tf_err next(tf_presign *s, tf_outbox *out, tf_fault *fault)
{
	size_t mark = tf_arena_mark(s->r.mem);

	switch (s->r.round) {
	case 1:
		TRY(tf_presign_take_r1(s, fault));
		tf_arena_release(s->r.mem, mark);
		return tf_presign_send_r2(s, out);
	case 2:
		TRY(tf_presign_take_r2(s, fault));
		tf_arena_release(s->r.mem, mark);
		return tf_presign_send_r3(s, out);
	case 3:
		TRY(tf_presign_take_r3(s, fault));
		tf_arena_release(s->r.mem, mark);
		if (s->st->alert)
			return tf_presign_send_alert(s, out);
		return s->st->confirm ? send_confirm(s, out) : finish(s);
	case 4:
		if (s->st->alert && s->st->patient)
			return begin_trial(s);
		if (s->st->alert)
			return tf_presign_take_alert(s, true, fault);
		return tf_presign_take_confirm(s, fault);
	}
	return TF_E_USAGE;
}

static tf_err advance(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	size_t mark = tf_arena_mark(r->mem);
	tf_err err = next(tf_presign_of(r), out, fault);

	if (err != TF_E_BUSY) /* the trial lies there */
		tf_arena_release(r->mem, mark);
	return tf_presign_judge_singly(tf_presign_of(r), err, fault);
}

tf_run_sizes tf_presign_sizes(const tf_profile *pr, uint16_t n, uint32_t batch)
{
	tf_wire_env wire = { .pr = pr, .n = n, .batch = batch };
	tf_run_sizes s = tf_rounds_sizes(&wire, table, TF_ARRAY_LEN(table));
	size_t r1 = tf_presign_scratch_r1(n - 1u, batch);
	size_t r2 = tf_presign_scratch_r2(n - 1u, batch);
	size_t alert = tf_presign_scratch_alert(&wire);
	size_t scratch = r1 > r2 ? r1 : r2;

	s.mem += sizeof(tf_presign_state) + batch * (sizeof(tf_presign_own) + sizeof(tf_presig) +
	         n * (sizeof(tf_presign_other) + sizeof(tf_presign_kept)));
	s.mem += n * (tf_msg_presign_mta_wire.length(&wire, TF_WIRE_MOST) + 64);
	s.mem += n * tables_bytes(pr);
	s.mem += (scratch > alert ? scratch : alert) + ZK_SCRATCH;
	return s;
}

tf_err tf_presign_start(tf_presign *s, const tf_presign_args *args, tf_arena *mem, tf_outbox *out)
{
	size_t before = out->count;
	tf_err err;

	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	err = begin(s, args, mem, out, advance);
	if (err != TF_OK) {
		out->count = before;
		tf_presign_wipe(s);
	}
	tf_wipe_stack_deep();
	return err;
}

tf_err tf_presign_take(tf_presig *out, tf_presign *s, uint32_t b)
{
	if (s->r.state != TF_RUN_DONE || b >= s->st->batch || !s->st->presig[b].ready)
		return TF_E_STATE;
	*out = s->st->presig[b];
	tf_presig_wipe(&s->st->presig[b]);
	return TF_OK;
}

bool tf_presign_alerting(const tf_presign *s)
{
	return s->st && s->st->alert;
}

bool tf_presign_on_trial(const tf_presign *s)
{
	return s->st && s->st->trial;
}

/* The deadline: those that are here, and nothing that comes later. A dispute that is not over takes
 * nothing from them: whoever has seen the same as we have must prove the same. */
static tf_err begin_judging(tf_presign *s)
{
	tf_err err;

	if (!tf_presign_alerting(s))
		return TF_E_STATE;
	if (s->r.state != TF_RUN_RUNNING && s->r.state != TF_RUN_DISPUTED)
		return TF_E_STATE;
	err = tf_presign_open_trial(s, false);
	tf_rounds_close(&s->r);
	return err;
}

tf_err tf_presign_judge_some(tf_presign *s, uint32_t verdicts, bool *more, tf_fault *fault)
{
	tf_err err = TF_OK;

	*more = false;
	tf_fault_at(fault, TF_PARTY_NONE, 0);
	if (!s->st || !s->st->trial)
		err = begin_judging(s);
	if (err == TF_E_STATE)
		return err;
	if (err == TF_OK)
		err = tf_presign_go_on_trial(s, verdicts, more, fault);
	if (!*more)
		err = tf_presign_judge_singly(s, err, fault);
	tf_wipe_stack_deep();
	if (*more)
		return TF_OK;
	if (s->st)
		s->st->trial = NULL;
	return tf_rounds_fail(&s->r, err, fault);
}

tf_err tf_presign_judge(tf_presign *s, tf_fault *fault)
{
	bool more;

	return tf_presign_judge_some(s, UINT32_MAX, &more, fault);
}

uint32_t tf_presign_culprits(const tf_presign *s)
{
	return s->st ? s->st->culprits : 0;
}

void tf_presign_wipe(tf_presign *s)
{
	if (s->r.mem)
		tf_arena_wipe(s->r.mem);
	tf_wipe(s, sizeof(*s));
}
