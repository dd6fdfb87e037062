#include "proto/frost_signing.h"

#include <string.h>

#include "proto/audit.h"
#include "proto/frost_impl.h"
#include "zk/transcript.h"

/* What is signed and how, all of it public. */
struct tf_frost_signing_state {
	tf_frost_bound bound;
	tf_pt child;               /* Y' */
	tf_pt W[TF_PARTIES_MAX];   /* [party index - 1] */
	tf_sc z[TF_PARTIES_MAX];   /* shares, likewise */
	uint8_t *msg;
	size_t msg_len;
	tf_frost_sig sig;
	/* of the job, as the context and the id have it */
	uint8_t prepared[32], cc[32], root[32];
	uint32_t item;
	tf_pt Y;
	tf_frost_commitment list[TF_PARTIES_MAX]; /* [party index - 1] */
	tf_path path;
	tf_frost_output output;
};

static const tf_round table[] = {
	{ "share", &tf_msg_frost_share_wire, NULL },
};

static tf_frost_signing *machine(tf_rounds *r)
{
	return (tf_frost_signing *)r; /* its first member */
}

/* ---- what is signed ---- */

/* H("frost-sign", id, Y', path, output, root, H(m)): what the run is about */
static tf_err make_context(uint8_t out[static 32], const tf_frost_signing_state *st,
                           const tf_frost_presig *p, const tf_frost_signing_args *args)
{
	uint8_t buf[512], m[32];
	tf_tr t;

	tf_shake256_hash(m, st->msg, st->msg_len);
	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, p->id, sizeof(p->id));
	tf_tr_pt(&t, args->env->g, &st->child);
	tf_tr_open(&t);
	for (uint32_t i = 0; i < args->path.len; i++)
		tf_tr_u64(&t, args->path.index[i]);
	tf_tr_close(&t);
	tf_tr_u64(&t, args->output);
	tf_tr_bytes(&t, args->root, args->output == TF_FROST_SCRIPT_TREE ? 32 : 0);
	tf_tr_bytes(&t, m, sizeof(m));
	return tf_tr_hash(out, &t, "frost-sign");
}

static tf_err add_output(tf_frost_key *key, const tf_frost_signing_args *args,
                         tf_frost_suite suite)
{
	const tf_group *g = args->env->g;
	tf_sc t;

	switch (args->output) {
	case TF_FROST_KEY:
		return TF_OK;
	case TF_FROST_KEY_PATH:
	case TF_FROST_SCRIPT_TREE:
		if (!tf_frost_xonly(suite))
			return TF_E_USAGE;
		TRY(tf_bip341_tweak(g, &t, &key->Q, args->root,
		                    args->output == TF_FROST_SCRIPT_TREE ? 32 : 0));
		return tf_frost_key_add_xonly(key, g, &t);
	}
	return TF_E_USAGE;
}

static tf_err make_key(tf_frost_key *key, tf_pt *child, const tf_frost_signing_args *args,
                       tf_frost_suite suite)
{
	const tf_group *g = args->env->g;
	tf_sc e;

	TRY(tf_bip32_derive_from(args->env->nodes, g, &e, child, NULL, &args->weights->Y, args->cc,
	                         &args->path));
	tf_frost_key_init(key, g, child); /* Y + eG */
	key->t = e;
	return add_output(key, args, suite);
}

/* ---- start ---- */

static tf_err check_presig(const tf_frost_presig *p, const tf_frost_signing_args *args)
{
	uint8_t clique[32], sharing[32];

	/* that w is W's, is seen by the check of the own share */
	TRY(tf_frost_check_public(p->suite, args->env, args->weights));
	TRY(tf_party_env_hash(clique, args->env));
	TRY(tf_frost_sharing_hash(sharing, p->suite, args->env, args->weights));
	if (p->n != args->env->n || p->self != args->env->self ||
	    memcmp(p->clique, clique, sizeof(clique)) != 0 ||
	    memcmp(p->sharing, sharing, sizeof(sharing)) != 0)
		return TF_E_USAGE;
	return TF_OK;
}

static tf_err copy_message(tf_frost_signing_state *st, const tf_frost_signing_args *args,
                           tf_arena *mem)
{
	if (args->msg_len > TF_FROST_MESSAGE_MAX)
		return TF_E_TOO_LARGE;
	st->msg = tf_arena_alloc(mem, args->msg_len + 1); /* never NULL for an empty one */
	if (!st->msg)
		return TF_E_CAPACITY;
	if (args->msg_len)
		memcpy(st->msg, args->msg, args->msg_len);
	st->msg_len = args->msg_len;
	return TF_OK;
}

/* Everything that is public about the signature, out of presignature and job. */
static tf_err settle(tf_frost_signing_state *st, const tf_frost_presig *p,
                     const tf_frost_signing_args *args)
{
	const tf_party_env *env = args->env;
	tf_frost_key key;

	memcpy(st->prepared, p->sid, sizeof(st->prepared));
	memcpy(st->cc, args->cc, sizeof(st->cc));
	if (args->output == TF_FROST_SCRIPT_TREE)
		memcpy(st->root, args->root, sizeof(st->root));
	st->item = p->item;
	st->Y = args->weights->Y;
	memcpy(st->list, p->list, sizeof(st->list));
	st->path = args->path;
	st->output = args->output;
	memcpy(st->W, args->weights->W, sizeof(st->W));
	TRY(make_key(&key, &st->child, args, p->suite));
	return tf_frost_bind(&st->bound, p->suite, env->g, &key, p->list, env->n, st->msg,
	                     st->msg_len);
}

static tf_err make_share(tf_frost_signing_state *st, tf_frost_presig *secret,
                         const tf_frost_signing_args *args)
{
	const tf_party_env *env = args->env;
	unsigned self = env->self, id = env->party[self - 1].share_index;
	bool holds;

	TRY(settle(st, secret, args));
	TRY(tf_frost_share(&st->z[self - 1], &st->bound, id, &secret->nonce, &args->weights->w));
	/* others would name us for a share that a fault of our memory has spoilt */
	TRY(tf_frost_share_holds(&holds, &st->bound, id, &st->W[self - 1], &st->z[self - 1]));
	if (holds)
		return TF_OK;
	TRY(tf_frost_check_env(st->bound.suite, env, args->weights));
	return TF_E_FAULT;
}

static tf_err begin(tf_frost_signing *s, tf_frost_presig *secret,
                    const tf_frost_signing_args *args, tf_arena *mem, tf_outbox *out,
                    tf_rounds_advance advance)
{
	tf_frost_signing_state *st = tf_arena_alloc(mem, sizeof(*st));
	tf_msg_frost_share m;
	uint8_t context[32];

	if (!st)
		return TF_E_CAPACITY;
	s->st = st;
	if (secret->ready != 1)
		return TF_E_STATE;
	TRY(check_presig(secret, args));
	TRY(copy_message(st, args, mem));
	TRY(make_share(st, secret, args));
	TRY(make_context(context, st, secret, args));
	TRY(tf_rounds_init(&s->r, args->env, table, TF_ARRAY_LEN(table), advance, context,
	                   secret->confirmed ? NULL : secret->echo, 1, mem));
	m.z = st->z[args->env->self - 1];
	TRY(tf_outbox_burn(out, secret->id));
	TRY(tf_rounds_send(&s->r, out, 0, &tf_msg_frost_share_wire, &m));
	tf_rounds_begin(&s->r);
	return TF_OK;
}

/* ---- shares of the others ---- */

/* The first share that does not hold names its party. */
static tf_err check_each(const tf_frost_signing *s, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	const tf_frost_signing_state *st = s->st;

	for (unsigned j = 1; j <= env->n; j++) {
		bool holds;

		if (j == env->self)
			continue;
		TRY(tf_frost_share_holds(&holds, &st->bound, env->party[j - 1].share_index,
		                         &st->W[j - 1], &st->z[j - 1]));
		tf_fault_at(fault, j, s->r.round);
		if (!tf_holds(fault, TF_CK_FROST_SHARE, holds))
			return TF_E_PROOF;
	}
	return TF_OK;
}

/* A signature that verifies needs no culprit. */
static tf_err combine(tf_frost_signing *s, tf_fault *fault)
{
	tf_frost_signing_state *st = s->st;
	const tf_frost_bound *b = &st->bound;
	bool valid;

	tf_frost_combine(&st->sig, b, st->z, b->n);
	TRY(tf_frost_verify_vt(&valid, b->suite, b->g, &st->sig, &b->Q, st->msg, st->msg_len));
	if (!valid)
		TRY(check_each(s, fault));
	tf_fault_at(fault, TF_PARTY_NONE, s->r.round);
	if (!tf_holds(fault, TF_CK_FROST_FINAL, valid))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err take_shares(tf_frost_signing *s, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;

	for (unsigned j = 1; j <= env->n; j++) {
		tf_msg_frost_share m;

		if (j == env->self)
			continue;
		TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
		s->st->z[j - 1] = m.z;
	}
	return combine(s, fault);
}

/* ---- the machine ---- */

static tf_err advance(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	(void)out;
	return r->round == 1 ? take_shares(machine(r), fault) : TF_E_USAGE;
}

tf_run_sizes tf_frost_signing_sizes(const tf_profile *pr, uint16_t n, size_t msg_len)
{
	tf_wire_env wire = { .pr = pr, .n = n, .batch = 1 };
	tf_run_sizes s = tf_rounds_sizes(&wire, table, TF_ARRAY_LEN(table));

	s.mem += sizeof(tf_frost_signing_state) + msg_len + 4096;
	return s;
}

tf_err tf_frost_signing_start(tf_frost_signing *s, const tf_frost_signing_args *args,
                              tf_arena *mem, tf_outbox *out)
{
	TF_AUTO(tf_frost_presig) secret = *args->presig;
	size_t before = out->count;
	tf_err err;

	tf_frost_presig_wipe(args->presig); /* whatever comes: never a second time */
	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	err = begin(s, &secret, args, mem, out, advance);
	if (err != TF_OK) {
		out->count = before;
		tf_frost_signing_wipe(s);
	}
	tf_wipe_stack_deep();
	return err;
}

tf_err tf_frost_signing_result(tf_frost_sig *sig, tf_pt *Q, const tf_frost_signing *s)
{
	if (s->r.state != TF_RUN_DONE)
		return TF_E_STATE;
	*sig = s->st->sig;
	if (Q)
		*Q = s->st->bound.Q;
	return TF_OK;
}

void tf_frost_signing_wipe(tf_frost_signing *s)
{
	if (s->r.mem)
		tf_arena_wipe(s->r.mem);
	tf_wipe(s, sizeof(*s));
}

/* ---- audits ---- */

static tf_err audit(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	tf_frost_signing *s = machine(r);
	tf_msg_frost_share own;

	TRY(tf_rounds_again(r, &own, 1, r->env->self, TF_BROADCAST));
	s->st->z[r->env->self - 1] = own.z;
	return advance(r, out, fault);
}

/* The list of commitments, named as what it contains, and the job. */
static tf_err read_job(tf_frost_presig *p, tf_weights *w, tf_frost_signing_args *args,
                       const tf_party_env *env, const tf_testimony_frost_sign *m)
{
	static const uint8_t none[32];
	bool tree = m->output == TF_FROST_SCRIPT_TREE;

	if (m->W_n != env->n || m->nonces_n != env->n || m->path_n > TF_PATH_MAX ||
	    m->echoed > 1 || m->output > TF_FROST_SCRIPT_TREE ||
	    (!tree && memcmp(m->root, none, sizeof(none)) != 0))
		return TF_E_ENCODING;
	*p = (tf_frost_presig){ .n = env->n, .suite = (tf_frost_suite)m->suite, .item = m->item };
	*w = (tf_weights){ .Y = m->Y };
	memcpy(w->W, m->W, m->W_n * sizeof(*m->W));
	memcpy(p->sid, m->prepared, sizeof(p->sid));
	for (unsigned i = 0; i < env->n; i++)
		p->list[i] = (tf_frost_commitment){ .id = env->party[i].share_index,
		                                    .D = m->nonces[i].D, .E = m->nonces[i].E };
	*args = (tf_frost_signing_args){ .env = env, .weights = w, .msg = m->text.p,
	                                 .msg_len = m->text.len,
	                                 .output = (tf_frost_output)m->output };
	memcpy(args->cc, m->cc, sizeof(args->cc));
	memcpy(args->root, m->root, sizeof(args->root));
	args->path.len = m->path_n;
	for (uint32_t i = 0; i < m->path_n; i++)
		args->path.index[i] = m->path[i].index;
	TRY(tf_frost_check_public(p->suite, env, w));
	TRY(tf_frost_sharing_hash(p->sharing, p->suite, env, w));
	return tf_frost_list_id(p->id, p, env->g);
}

tf_err tf_frost_signing_audit(tf_frost_signing *s, const tf_party_env *env,
                              const tf_testimony_frost_sign *m, tf_arena *mem)
{
	tf_frost_signing_args args;
	tf_frost_presig p;
	uint8_t context[32];
	tf_weights w;

	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	s->st = tf_arena_alloc(mem, sizeof(*s->st));
	if (!s->st)
		return TF_E_CAPACITY;
	TRY(read_job(&p, &w, &args, env, m));
	TRY(copy_message(s->st, &args, mem));
	TRY(settle(s->st, &p, &args));
	TRY(make_context(context, s->st, &p, &args));
	TRY(tf_rounds_init(&s->r, env, table, TF_ARRAY_LEN(table), audit, context,
	                   m->echoed ? m->echo : NULL, 1, mem));
	tf_rounds_audit_begin(&s->r);
	return TF_OK;
}

tf_err tf_frost_signing_testify(tf_testimony_frost_sign *m, const tf_frost_signing *s,
                                tf_arena *mem)
{
	const tf_frost_signing_state *st = s->st;
	uint16_t n = s->r.env->n;

	*m = (tf_testimony_frost_sign){ .suite = (uint8_t)st->bound.suite, .item = st->item,
	                                .Y = st->Y, .W_n = n, .nonces_n = n,
	                                .echoed = s->r.prior, .path_n = st->path.len,
	                                .output = (uint8_t)st->output,
	                                .text = { st->msg, st->msg_len } };
	m->W = tf_arena_alloc(mem, n * sizeof(*m->W));
	m->nonces = tf_arena_alloc(mem, n * sizeof(*m->nonces));
	m->path = tf_arena_alloc(mem, (st->path.len + 1) * sizeof(*m->path));
	if (!m->W || !m->nonces || !m->path)
		return TF_E_CAPACITY;
	memcpy(m->W, st->W, n * sizeof(*m->W));
	for (unsigned i = 0; i < n; i++)
		m->nonces[i] = (tf_frost_pair){ st->list[i].D, st->list[i].E };
	for (uint32_t i = 0; i < st->path.len; i++)
		m->path[i].index = st->path.index[i];
	memcpy(m->prepared, st->prepared, sizeof(m->prepared));
	memcpy(m->echo, s->r.echo[0], sizeof(m->echo));
	memcpy(m->cc, st->cc, sizeof(m->cc));
	memcpy(m->root, st->root, sizeof(m->root));
	return TF_OK;
}
