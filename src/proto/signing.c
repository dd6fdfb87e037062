#include "proto/signing.h"

#include <string.h>

#include "proto/audit.h"
#include "proto/presign_impl.h"

#include "zk/transcript.h"

/* What is signed and with which nonce, all of it public. */
struct tf_signing_state {
	tf_presig presig; /* without its secrets */
	uint8_t digest[32];
	tf_path path;
	tf_pt child;      /* Y' */
	tf_pt R;          /* delta' Gamma */
	tf_sc e;          /* Y' = Y + eG */
	tf_sc m, r;
	tf_sc r_inv;
	tf_sc delta;      /* delta' */
	tf_sc sigma;      /* own share */
	tf_ecdsa_sig sig;
};

static const tf_round table[] = {
	{ "share", &tf_msg_sign_share_wire, NULL },
};

static tf_signing *machine(tf_rounds *r)
{
	return (tf_signing *)r; /* its first member */
}

/* ---- what is signed ---- */

static void put_request(tf_tr *t, const tf_signing_state *st, const tf_group *g)
{
	tf_tr_pt(t, g, &st->child);
	tf_tr_open(t);
	for (uint32_t i = 0; i < st->path.len; i++)
		tf_tr_u64(t, st->path.index[i]);
	tf_tr_close(t);
	tf_tr_bytes(t, st->digest, sizeof(st->digest));
}

/* H("sign", id, Y', path, m): what the run is about */
static tf_err make_context(uint8_t out[static 32], const tf_signing_state *st, const tf_group *g)
{
	uint8_t buf[512];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, st->presig.id, sizeof(st->presig.id));
	put_request(&t, st, g);
	return tf_tr_hash(out, &t, "sign");
}

/* delta' = BE(X("rerand", epid, id, Gamma, Y, Y', path, m)[48]) mod q */
static tf_err rerandomise(tf_signing_state *st, const tf_group *g)
{
	uint8_t buf[1024], wide[48];
	tf_keccak k;
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, st->presig.epid, sizeof(st->presig.epid));
	tf_tr_bytes(&t, st->presig.id, sizeof(st->presig.id));
	tf_tr_pt(&t, g, &st->presig.Gamma);
	tf_tr_pt(&t, g, &st->presig.Y);
	put_request(&t, st, g);
	TRY(tf_tr_xof(&k, &t, "rerand"));
	tf_keccak_squeeze(&k, wide, sizeof(wide));
	TRY(tf_sc_reduce_bytes(g, &st->delta, wide, sizeof(wide)));
	return tf_sc_is_zero(&st->delta) ? TF_E_UNSUPPORTED : TF_OK;
}

/* R = delta' Gamma, r, and the recovery id of R. */
static tf_err make_nonce(tf_signing_state *st, const tf_group *g)
{
	TRY(tf_pt_mul_vt(g, &st->R, &st->delta, &st->presig.Gamma));
	TRY(tf_ecdsa_set_nonce(g, &st->sig, &st->R));
	if (tf_sc_is_zero(&st->sig.r))
		return TF_E_UNSUPPORTED;
	st->r = st->sig.r;
	return tf_sc_inv_vt(g, &st->r_inv, &st->r);
}

/* ---- shares ---- */

/* delta'^-1 (k m + r (chi + e k)) */
static tf_err make_share(tf_signing_state *st, const tf_presig *secret, const tf_group *g)
{
	TF_AUTO(tf_sc_sec) t;
	TF_AUTO(tf_sc_sec) u;
	tf_sc inv;

	tf_sc_mul(g, &t.s, &st->e, &secret->k.s);
	tf_sc_add(g, &t.s, &t.s, &secret->chi.s);
	tf_sc_mul(g, &t.s, &t.s, &st->r);
	tf_sc_mul(g, &u.s, &secret->k.s, &st->m);
	tf_sc_add(g, &t.s, &t.s, &u.s);
	TRY(tf_sc_inv_vt(g, &inv, &st->delta));
	tf_sc_mul(g, &st->sigma, &inv, &t.s);
	tf_ct_declassify(&st->sigma, sizeof(st->sigma)); /* the message of this round */
	return TF_OK;
}

/* delta' sigma Gamma = m Delta_j + r (S_j + e Delta_j)? Divided by r, with R = delta' Gamma, that
 * takes two multiplications instead of four in one sum: sigma/r R - (m/r + e) Delta_j - S_j = O */
static tf_err share_holds(bool *holds, const tf_signing_state *st, const tf_group *g, unsigned j,
                          const tf_sc *sigma)
{
	const tf_pt *point[3] = { &st->R, &st->presig.Delta[j - 1], &st->presig.S[j - 1] };
	tf_sc k[3];
	tf_pt rest;

	tf_sc_mul(g, &k[0], sigma, &st->r_inv);
	tf_sc_mul(g, &k[1], &st->m, &st->r_inv);
	tf_sc_add(g, &k[1], &k[1], &st->e);
	tf_sc_neg(g, &k[1], &k[1]);
	tf_sc_set_u64(g, &k[2], 1);
	tf_sc_neg(g, &k[2], &k[2]);
	TRY(tf_pt_combine_vt(g, &rest, NULL, k, point, 3));
	*holds = tf_pt_is_identity(&rest);
	return TF_OK;
}

/* ---- start ---- */

static tf_err check_presig(const tf_presig *p, const tf_signing_args *args)
{
	const tf_party_env *env = args->env;
	uint8_t clique[32], sharing[32];

	TRY(tf_party_env_check(env));
	TRY(tf_party_env_hash(clique, env));
	TRY(tf_presign_sharing_hash(sharing, env, args->weights));
	if (p->n != env->n || p->self != env->self || p->curve != tf_group_id(env->g) ||
	    memcmp(p->clique, clique, sizeof(clique)) != 0 ||
	    memcmp(p->sharing, sharing, sizeof(sharing)) != 0)
		return TF_E_USAGE;
	return TF_OK;
}

/* Y', m, delta', R. */
static tf_err settle(tf_signing_state *st, const tf_party_env *env, const uint8_t cc[static 32])
{
	const tf_group *g = env->g;

	TRY(tf_bip32_derive_from(env->nodes, g, &st->e, &st->child, NULL, &st->presig.Y, cc,
	                         &st->path));
	TRY(tf_ecdsa_digest(g, &st->m, st->digest));
	TRY(rerandomise(st, g));
	return make_nonce(st, g);
}

static tf_err prepare(tf_signing_state *st, const tf_presig *secret, const tf_signing_args *args)
{
	const tf_group *g = args->env->g;
	bool holds;

	st->presig = *secret;
	tf_sc_sec_wipe(&st->presig.k);
	tf_sc_sec_wipe(&st->presig.chi);
	memcpy(st->digest, args->digest, sizeof(st->digest));
	st->path = args->path;
	TRY(settle(st, args->env, args->cc));
	TRY(make_share(st, secret, g));
	/* others would name us for a share that a fault of our memory has spoilt */
	TRY(share_holds(&holds, st, g, args->env->self, &st->sigma));
	return holds ? TF_OK : TF_E_FAULT;
}

static tf_err begin(tf_signing *s, const tf_presig *secret, const tf_signing_args *args,
                    tf_arena *mem, tf_outbox *out, tf_rounds_advance advance)
{
	tf_signing_state *st = tf_arena_alloc(mem, sizeof(*st));
	tf_msg_sign_share m;
	uint8_t context[32];

	if (!st)
		return TF_E_CAPACITY;
	s->st = st;
	if (secret->ready != 1)
		return TF_E_STATE;
	TRY(check_presig(secret, args));
	TRY(prepare(st, secret, args));
	TRY(make_context(context, st, args->env->g));
	TRY(tf_rounds_init(&s->r, args->env, table, TF_ARRAY_LEN(table), advance, context,
	                   secret->confirmed ? NULL : secret->echo, 1, mem));
	m.sigma = st->sigma;
	TRY(tf_outbox_burn(out, secret->id));
	TRY(tf_rounds_send(&s->r, out, 0, &tf_msg_sign_share_wire, &m));
	tf_rounds_begin(&s->r);
	return TF_OK;
}

/* ---- shares of the others ---- */

/* The sum must be s itself. -s is a signature of the same, too, but by -R, and low s would make it
 * the same again with the recovery id of the other: it takes one party that speaks last. So the
 * recovery id of our R is verified with it. */
static tf_err verify(bool *valid, tf_signing_state *st, const tf_group *g)
{
	tf_ecdsa_low_s(g, &st->sig);
	return tf_ecdsa_verify_recid_vt(g, valid, &st->sig, st->digest, &st->child);
}

/* Who has sent a share that is not its own? If nobody: is the sum a signature? */
static tf_err judge_shares(tf_signing *s, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	tf_signing_state *st = s->st;
	bool valid;

	st->sig.s = st->sigma;
	for (unsigned j = 1; j <= env->n; j++) {
		tf_msg_sign_share m;
		bool holds;

		if (j == env->self)
			continue;
		TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
		TRY(share_holds(&holds, st, env->g, j, &m.sigma));
		if (!tf_holds(fault, TF_CK_SIGN_SHARE, holds))
			return TF_E_PROOF;
		tf_sc_add(env->g, &st->sig.s, &st->sig.s, &m.sigma);
	}
	TRY(verify(&valid, st, env->g));
	tf_fault_at(fault, TF_PARTY_NONE, s->r.round);
	if (!tf_holds(fault, TF_CK_SIGN_FINAL, valid))
		return TF_E_PROOF;
	return TF_OK;
}

/* A sum that is a signature under the child key is all that was asked for, and then no share needs
 * to be judged; that is the cheapest check of all. */
static tf_err take_shares(tf_signing *s, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	tf_signing_state *st = s->st;
	tf_ecdsa_sig nonce = st->sig;
	bool valid;

	st->sig.s = st->sigma;
	for (unsigned j = 1; j <= env->n; j++) {
		tf_msg_sign_share m;

		if (j == env->self)
			continue;
		TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
		tf_sc_add(env->g, &st->sig.s, &st->sig.s, &m.sigma);
	}
	TRY(verify(&valid, st, env->g));
	if (valid)
		return TF_OK;
	st->sig = nonce; /* its recovery id was flipped with s */
	return judge_shares(s, fault);
}

/* ---- the machine ---- */

static tf_err advance(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	(void)out;
	return r->round == 1 ? take_shares(machine(r), fault) : TF_E_USAGE;
}

tf_run_sizes tf_signing_sizes(const tf_profile *pr, uint16_t n)
{
	tf_wire_env wire = { .pr = pr, .n = n, .batch = 1 };
	tf_run_sizes s = tf_rounds_sizes(&wire, table, TF_ARRAY_LEN(table));

	s.mem += sizeof(tf_signing_state) + 4096;
	return s;
}

tf_err tf_signing_start(tf_signing *s, const tf_signing_args *args, tf_arena *mem, tf_outbox *out)
{
	TF_AUTO(tf_presig) secret = *args->presig;
	size_t before = out->count;
	tf_err err;

	tf_presig_wipe(args->presig); /* whatever comes: never a second time */
	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	err = begin(s, &secret, args, mem, out, advance);
	if (err != TF_OK) {
		out->count = before;
		tf_signing_wipe(s);
	}
	tf_wipe_stack_deep();
	return err;
}

tf_err tf_signing_result(tf_ecdsa_sig *sig, tf_pt *child, const tf_signing *s)
{
	if (s->r.state != TF_RUN_DONE)
		return TF_E_STATE;
	*sig = s->st->sig;
	if (child)
		*child = s->st->child;
	return TF_OK;
}

void tf_signing_wipe(tf_signing *s)
{
	if (s->r.mem)
		tf_arena_wipe(s->r.mem);
	tf_wipe(s, sizeof(*s));
}

/* ---- audits ---- */

static tf_err audit(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	tf_signing *s = machine(r);
	tf_msg_sign_share own;

	(void)out;
	TRY(tf_rounds_again(r, &own, 1, r->env->self, TF_BROADCAST));
	s->st->sigma = own.sigma;
	return judge_shares(s, fault);
}

/* The presignature of the evidence, named as what it contains. */
static tf_err load(tf_signing_state *st, const tf_party_env *env, const tf_evidence_sign *m)
{
	tf_presig *p = &st->presig;

	if (m->shares_n != env->n || m->path_n > TF_PATH_MAX)
		return TF_E_ENCODING;
	p->n = env->n;
	p->self = env->self;
	p->curve = tf_group_id(env->g);
	p->Y = m->Y;
	p->Gamma = m->Gamma;
	p->delta = m->delta;
	memcpy(p->epid, m->epid, sizeof(p->epid));
	for (unsigned j = 0; j < env->n; j++) {
		p->Delta[j] = m->shares[j].Delta;
		p->S[j] = m->shares[j].S;
	}
	st->path.len = m->path_n;
	for (uint32_t i = 0; i < m->path_n; i++)
		st->path.index[i] = m->path[i].index;
	memcpy(st->digest, m->digest, sizeof(st->digest));
	TRY(tf_presign_make_id(p->id, p, env->g));
	return settle(st, env, m->cc);
}

tf_err tf_signing_audit(tf_signing *s, const tf_party_env *env, const tf_evidence_sign *m,
                        tf_arena *mem)
{
	uint8_t context[32];

	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	s->st = tf_arena_alloc(mem, sizeof(*s->st));
	if (!s->st)
		return TF_E_CAPACITY;
	TRY(load(s->st, env, m));
	TRY(make_context(context, s->st, env->g));
	TRY(tf_rounds_init(&s->r, env, table, TF_ARRAY_LEN(table), audit, context,
	                   m->echoed ? m->echo : NULL, 1, mem));
	tf_rounds_audit_begin(&s->r);
	return TF_OK;
}

tf_err tf_signing_testify(tf_evidence_sign *m, const tf_signing *s, const uint8_t cc[static 32],
                          tf_arena *mem)
{
	const tf_presig *p = &s->st->presig;
	const tf_path *path = &s->st->path;

	*m = (tf_evidence_sign){ .Y = p->Y, .Gamma = p->Gamma, .delta = p->delta,
	                         .shares_n = p->n, .path_n = path->len,
	                         .echoed = s->r.prior };
	m->shares = tf_arena_alloc(mem, p->n * sizeof(*m->shares));
	m->path = tf_arena_alloc(mem, (path->len + 1) * sizeof(*m->path));
	if (!m->shares || !m->path)
		return TF_E_CAPACITY;
	for (unsigned j = 0; j < p->n; j++)
		m->shares[j] = (tf_evidence_share){ .Delta = p->Delta[j], .S = p->S[j] };
	for (uint32_t i = 0; i < path->len; i++)
		m->path[i].index = path->index[i];
	memcpy(m->epid, p->epid, sizeof(m->epid));
	memcpy(m->echo, s->r.echo[0], sizeof(m->echo));
	memcpy(m->cc, cc, sizeof(m->cc));
	memcpy(m->digest, s->st->digest, sizeof(m->digest));
	return TF_OK;
}
