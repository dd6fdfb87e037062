#include "proto/keygen.h"

#include <string.h>

#include "proto/audit.h"
#include "proto/poly.h"
#include "zk/sch.h"

#define ROUND_SHARES 2u
#define RECORD_MAX (TF_CERTIFICATE_MAX + 256u)
#define SCRATCH (64u * 1024u)

typedef struct peer {
	uint8_t V[32];
	uint8_t rid[32], cc[32];
	tf_pt F[TF_PARTIES_MAX], A;
} peer;

struct tf_keygen_state {
	uint16_t t;
	tf_ctx ctx;                      /* dkgctx */
	tf_sc_sec f[TF_PARTIES_MAX];     /* own polynomial */
	tf_sc_sec a;                     /* nonce of A */
	uint8_t u[32];
	uint8_t rid[32];                 /* XOR of all */
	peer peer[TF_PARTIES_MAX];       /* [party index - 1], the own entry too */
	uint8_t hash[32];                /* of the certificate */
	uint8_t sig[TF_PARTIES_MAX][64]; /* on it */
};

/* What the messages are; order and sender are rounds.h's business. */
static const tf_round table[] = {
	{ "commitment", &tf_msg_keygen_r1_wire, NULL },
	{ "opening", &tf_msg_keygen_r2_wire, &tf_msg_keygen_share_wire },
	{ "proof", &tf_msg_keygen_r3_wire, NULL },
	{ "acknowledgement", &tf_msg_keygen_ack_wire, NULL },
};

static tf_keygen *machine(tf_rounds *r)
{
	return (tf_keygen *)r; /* its first member */
}

/* ---- hashes and contexts ---- */

/* ctx: [sid, curve, n, t, share indices], of proofs and commitments. What the run is about has the
 * names of the certificate, too, which all are to sign in the end. */
static tf_err make_ctx(tf_keygen_state *st, uint8_t context[static 32], const tf_party_env *env,
                       const tf_sharing *names)
{
	uint8_t buf[TF_CTX_MAX];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, env->sid, sizeof(env->sid));
	tf_tr_str(&t, tf_group_name(env->g));
	tf_tr_u64(&t, env->n);
	tf_tr_u64(&t, st->t);
	tf_tr_open(&t);
	for (unsigned i = 0; i < env->n; i++)
		tf_tr_u64(&t, env->party[i].share_index);
	tf_tr_close(&t);
	TRY(tf_ctx_seal(&st->ctx, &t));
	tf_tr_str(&t, names->workspace);
	tf_tr_bytes(&t, names->key_id, sizeof(names->key_id));
	return tf_tr_hash(context, &t, "keygen");
}

/* V_i */
static tf_err commitment(uint8_t out[static 32], const tf_keygen_state *st, const tf_group *g,
                         unsigned i, const peer *p, const uint8_t u[static 32], uint32_t degree)
{
	uint8_t buf[TF_CTX_MAX + 64 * (TF_PARTIES_MAX + 8)];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_raw(&t, st->ctx.b, st->ctx.len);
	tf_tr_u64(&t, i);
	tf_tr_bytes(&t, p->rid, sizeof(p->rid));
	tf_tr_bytes(&t, p->cc, sizeof(p->cc));
	tf_tr_open(&t);
	for (uint32_t k = 0; k < degree; k++)
		tf_tr_pt(&t, g, &p->F[k]);
	tf_tr_close(&t);
	tf_tr_pt(&t, g, &p->A);
	tf_tr_bytes(&t, u, 32);
	return tf_tr_hash(out, &t, "dkg-commit");
}

/* [dkgctx, rid, i] */
static tf_err proof_ctx(tf_ctx *out, const tf_keygen_state *st, unsigned i)
{
	uint8_t buf[TF_CTX_MAX];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_raw(&t, st->ctx.b, st->ctx.len);
	tf_tr_bytes(&t, st->rid, sizeof(st->rid));
	tf_tr_u64(&t, i);
	return tf_ctx_seal(out, &t);
}

static void xor_into(uint8_t out[static 32], const uint8_t in[static 32])
{
	for (unsigned i = 0; i < 32; i++)
		out[i] ^= in[i];
}

/* ---- round 1 ---- */

static tf_err sample(tf_keygen_state *st, const tf_party_env *env)
{
	peer *own = &st->peer[env->self - 1];

	for (unsigned k = 0; k < st->t; k++) {
		TRY(tf_sc_random(env->g, &st->f[k], env->rng));
		TRY(tf_pt_mul_base(env->g, &own->F[k], &st->f[k]));
	}
	TRY(tf_zk_sch_commit(&st->a, &own->A, env->g, env->rng));
	TRY(tf_rng_bytes(env->rng, own->rid, sizeof(own->rid)));
	TRY(tf_rng_bytes(env->rng, own->cc, sizeof(own->cc)));
	return tf_rng_bytes(env->rng, st->u, sizeof(st->u));
}

static bool workspace_ok(const char *name)
{
	size_t len = strnlen(name, TF_WORKSPACE_MAX + 1);

	return len <= TF_WORKSPACE_MAX && tf_wire_printable(name, len);
}

static tf_err begin(tf_keygen *s, const tf_keygen_args *args, tf_arena *mem, tf_outbox *out,
                    tf_rounds_advance advance)
{
	const tf_party_env *env = args->env;
	tf_keygen_state *st = tf_arena_alloc(mem, sizeof(*st));
	tf_msg_keygen_r1 m;
	uint8_t context[32];

	if (!st)
		return TF_E_CAPACITY;
	s->st = st;
	TRY(tf_party_env_check(env));
	if (args->t < TF_SHARES_MIN || args->t > env->n || !workspace_ok(args->workspace))
		return TF_E_USAGE;
	for (unsigned i = 1; i < env->n; i++)
		if (env->party[i].share_index <= env->party[i - 1].share_index)
			return TF_E_USAGE;
	st->t = args->t;
	TRY(tf_name_copy(s->key.sharing.workspace, sizeof(s->key.sharing.workspace),
	                 args->workspace));
	memcpy(s->key.sharing.key_id, args->key_id, sizeof(args->key_id));
	TRY(make_ctx(st, context, env, &s->key.sharing));
	TRY(tf_rounds_init(&s->r, env, table, TF_ARRAY_LEN(table), advance, context, NULL, 1, mem));
	s->key.sharing.t = args->t;
	TRY(sample(st, env));
	TRY(commitment(m.V, st, env->g, env->self, &st->peer[env->self - 1], st->u, st->t));
	TRY(tf_rounds_send(&s->r, out, 0, &tf_msg_keygen_r1_wire, &m));
	tf_rounds_begin(&s->r);
	return TF_OK;
}

/* ---- round 2 ---- */

static tf_err send_opening(tf_keygen *s, tf_outbox *out)
{
	const tf_party_env *env = s->r.env;
	peer *own = &s->st->peer[env->self - 1];
	tf_msg_keygen_r2 m = { .F = own->F, .F_n = s->st->t, .A = own->A };

	tf_ct_declassify(own->rid, sizeof(own->rid));
	tf_ct_declassify(own->cc, sizeof(own->cc));
	tf_ct_declassify(s->st->u, sizeof(s->st->u));
	memcpy(m.rid, own->rid, sizeof(m.rid));
	memcpy(m.cc, own->cc, sizeof(m.cc));
	memcpy(m.u, s->st->u, sizeof(m.u));
	TRY(tf_rounds_send(&s->r, out, 0, &tf_msg_keygen_r2_wire, &m));
	for (unsigned j = 1; j <= env->n; j++) {
		TF_AUTO(tf_msg_keygen_share) share;

		if (j == env->self)
			continue;
		tf_poly_at(&share.f, env->g, s->st->f, s->st->t, env->party[j - 1].share_index);
		TRY(tf_rounds_send(&s->r, out, (uint16_t)j, &tf_msg_keygen_share_wire, &share));
	}
	return TF_OK;
}

static tf_err take_commitments(tf_keygen *s, tf_outbox *out, tf_fault *fault)
{
	for (unsigned j = 1; j <= s->r.env->n; j++) {
		tf_msg_keygen_r1 m;

		if (j == s->r.env->self)
			continue;
		TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
		memcpy(s->st->peer[j - 1].V, m.V, sizeof(m.V));
	}
	return send_opening(s, out);
}

/* ---- round 3 ---- */

static tf_err check_degree(const tf_keygen *s, uint32_t coefficients, tf_fault *fault)
{
	if (!tf_holds(fault, TF_CK_KEYGEN_DEGREE, coefficients == s->st->t))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err check_share(const tf_keygen *s, const tf_pt *F, unsigned receiver,
                          const tf_sc_sec *f, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	tf_pt left, right;

	TRY(tf_pt_mul_base(env->g, &left, f));
	TRY(tf_poly_at_public(&right, env->g, F, s->st->t,
	                      env->party[receiver - 1].share_index));
	if (!tf_holds(fault, TF_CK_KEYGEN_SHARE, tf_pt_eq(env->g, &left, &right)))
		return TF_E_PROOF;
	return TF_OK;
}

/* One peer's opening and its share for us, added to x. */
static tf_err take_opening(tf_keygen *s, unsigned j, tf_sc_sec *x, tf_fault *fault)
{
	const tf_group *g = s->r.env->g;
	peer *p = &s->st->peer[j - 1];
	unsigned t = s->st->t;
	TF_AUTO(tf_msg_keygen_share) share;
	tf_msg_keygen_r2 m;
	uint8_t V[32];

	TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
	TRY(check_degree(s, m.F_n, fault));
	memcpy(p->rid, m.rid, sizeof(p->rid));
	memcpy(p->cc, m.cc, sizeof(p->cc));
	for (unsigned k = 0; k < m.F_n; k++)
		p->F[k] = m.F[k];
	p->A = m.A;
	TRY(commitment(V, s->st, g, j, p, m.u, m.F_n));
	if (!tf_holds(fault, TF_CK_KEYGEN_COMMITMENT, memcmp(V, p->V, sizeof(V)) == 0))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_KEYGEN_CONSTANT, !tf_pt_is_identity(&p->F[0])))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_KEYGEN_LEADING, !tf_pt_is_identity(&p->F[t - 1])))
		return TF_E_PROOF;
	if (tf_rounds_is_untold(&s->r, j))
		return TF_OK;
	s->r.accused = (uint16_t)j;
	TRY(tf_rounds_decode(&s->r, &share, j, TF_DIRECT, fault));
	tf_ct_classify(&share.f, sizeof(share.f));
	TRY(check_share(s, p->F, s->r.env->self, &share.f, fault));
	s->r.accused = 0;
	tf_sc_add(g, &x->s, &x->s, &share.f.s);
	return TF_OK;
}

/* A complaint about a share: what its dealer has signed, by the same checks. */
static tf_err judge(tf_rounds *r, unsigned accused, unsigned accuser, const tf_blob *broadcast,
                    const tf_blob *direct, tf_fault *fault)
{
	const tf_keygen *s = machine(r);
	TF_AUTO(tf_msg_keygen_share) share;
	tf_msg_keygen_r2 m;

	(void)accused; /* everybody deals */
	TRY(tf_rounds_decode_shown(r, &m, &tf_msg_keygen_r2_wire, broadcast, fault));
	TRY(check_degree(s, m.F_n, fault));
	TRY(tf_rounds_decode_shown(r, &share, &tf_msg_keygen_share_wire, direct, fault));
	return check_share(s, m.F, accuser, &share.f, fault);
}

/* Public shares and key out of the sum of all polynomials. */
static tf_err combine(tf_keygen *s, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	tf_sharing *sh = &s->key.sharing;
	tf_pt sum[TF_PARTIES_MAX] = { 0 };
	const tf_pt *all[TF_PARTIES_MAX];

	for (unsigned k = 0; k < s->st->t; k++) {
		for (unsigned j = 0; j < env->n; j++)
			all[j] = &s->st->peer[j].F[k];
		TRY(tf_pt_sum(env->g, &sum[k], all, env->n));
	}
	sh->Y = sum[0];
	tf_fault_at(fault, TF_PARTY_NONE, s->r.round);
	if (!tf_holds(fault, TF_CK_KEYGEN_KEY, !tf_pt_is_identity(&sh->Y)))
		return TF_E_PROOF;
	for (unsigned i = 0; i < env->n; i++) {
		sh->seat[i].index = env->party[i].share_index;
		TRY(tf_name_copy(sh->seat[i].device, sizeof(sh->seat[i].device),
		                 env->party[i].device));
		TRY(tf_poly_at_public(&sh->seat[i].W, env->g, sum, s->st->t, sh->seat[i].index));
	}
	for (unsigned j = 0; j < env->n; j++) {
		xor_into(s->st->rid, s->st->peer[j].rid);
		xor_into(sh->cc, s->st->peer[j].cc);
	}
	return TF_OK;
}

static tf_err take_openings(tf_keygen *s, tf_outbox *out, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	size_t mark = tf_arena_mark(s->r.mem);
	tf_zk_env zk = { .pr = env->pr, .g = env->g, .mem = s->r.mem, .kernel = env->kernel };
	unsigned self = env->self;
	tf_msg_keygen_r3 m;
	tf_ctx ctx;

	tf_poly_at(&s->key.x, env->g, s->st->f, s->st->t, env->party[self - 1].share_index);
	for (unsigned j = 1; j <= env->n; j++) {
		if (j != self)
			TRY(take_opening(s, j, &s->key.x, fault));
		tf_arena_release(s->r.mem, mark);
	}
	TRY(combine(s, fault));
	TRY(proof_ctx(&ctx, s->st, self));
	TRY(tf_zk_sch_prove(&m.psi, &s->st->a, &zk, &ctx, &s->key.sharing.seat[self - 1].W,
	                    &s->st->peer[self - 1].A, &s->key.x));
	return tf_rounds_send(&s->r, out, 0, &tf_msg_keygen_r3_wire, &m);
}

/* ---- acknowledgement ---- */

static tf_err make_certificate(tf_keygen *s)
{
	const tf_party_env *env = s->r.env;
	tf_sharing *sh = &s->key.sharing;

	sh->curve = tf_group_id(env->g);
	memcpy(sh->sharing, env->sid, sizeof(sh->sharing));
	sh->epoch = TF_EPOCH_FIRST;
	sh->form = TF_SHARE_FELDMAN;
	sh->t = s->st->t;
	sh->n = env->n;
	s->key.index = env->party[env->self - 1].share_index;
	TRY(tf_sharing_attempt(sh->attempt, sh, env->g, s->r.mem));
	TRY(tf_sharing_encode(NULL, NULL, s->st->hash, sh, env->g, s->r.mem));
	return tf_sign(s->st->sig[env->self - 1], env->signer, TF_SHARING_DOMAIN, s->st->hash,
	               sizeof(s->st->hash));
}

/* The share's record, with the signatures of parties from..to. */
static tf_err persist(tf_keygen *s, tf_share_state state, unsigned from, unsigned to,
                      tf_outbox *out)
{
	const tf_party_env *env = s->r.env;
	size_t mark = tf_arena_mark(s->r.mem), body_len = 0, cert_len = 0, len = 0;
	uint8_t *body = tf_arena_alloc(s->r.mem, TF_CERTIFICATE_MAX);
	uint8_t *cert = tf_arena_alloc(s->r.mem, TF_CERTIFICATE_MAX);
	uint8_t *record = tf_outbox_room(out, RECORD_MAX);
	tf_sharing_sig sig[TF_PARTIES_MAX];
	size_t sigs = 0;

	if (!body || !cert || !record)
		return TF_E_CAPACITY;
	for (unsigned j = from; j <= to; j++, sigs++) {
		sig[sigs].device = env->party[j - 1].device;
		memcpy(sig[sigs].sig, s->st->sig[j - 1], sizeof(sig[sigs].sig));
	}
	s->key.state = state;
	TRY(tf_sharing_encode(body, &body_len, NULL, &s->key.sharing, env->g, s->r.mem));
	TRY(tf_sharing_seal(cert, TF_CERTIFICATE_MAX, &cert_len, body, body_len, sig, sigs,
	                    s->r.mem));
	TRY(tf_key_encode(record, RECORD_MAX, &len, &s->key, cert, cert_len, env->g, s->r.mem));
	tf_arena_release(s->r.mem, mark);
	return tf_outbox_persist(out, TF_REC_KEY_SHARE, s->key.sharing.sharing,
	                         sizeof(s->key.sharing.sharing), record, len);
}

static tf_err take_proofs(tf_keygen *s, tf_outbox *out, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	tf_zk_env zk = { .pr = env->pr, .g = env->g, .mem = s->r.mem, .kernel = env->kernel };
	tf_msg_keygen_ack ack;

	for (unsigned j = 1; j <= env->n; j++) {
		tf_msg_keygen_r3 m;
		tf_ctx ctx;

		if (j == env->self)
			continue;
		TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
		TRY(proof_ctx(&ctx, s->st, j));
		TRY(tf_zk_sch_verify(&zk, &ctx, &s->key.sharing.seat[j - 1].W,
		                     &s->st->peer[j - 1].A, &m.psi, fault));
	}
	TRY(make_certificate(s));
	TRY(persist(s, TF_SHARE_PENDING, env->self, env->self, out));
	memcpy(ack.certificate, s->st->hash, sizeof(ack.certificate));
	memcpy(ack.signature, s->st->sig[env->self - 1], sizeof(ack.signature));
	return tf_rounds_send(&s->r, out, 0, &tf_msg_keygen_ack_wire, &ack);
}

static tf_err take_acks(tf_keygen *s, tf_outbox *out, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;

	for (unsigned j = 1; j <= env->n; j++) {
		tf_msg_keygen_ack m;

		if (j == env->self)
			continue;
		TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
		if (!tf_holds(fault, TF_CK_KEYGEN_RESULT,
		              memcmp(m.certificate, s->st->hash, sizeof(m.certificate)) == 0))
			return TF_E_PROOF;
		if (!tf_holds(fault, TF_CK_KEYGEN_ACK,
		              tf_party_signed(env, j, m.signature, TF_SHARING_DOMAIN, s->st->hash,
		                              sizeof(s->st->hash))))
			return TF_E_PROOF;
		memcpy(s->st->sig[j - 1], m.signature, sizeof(m.signature));
	}
	return persist(s, TF_SHARE_COMMITTED, 1, env->n, out);
}

/* ---- the machine ---- */

static tf_err advance(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	switch (r->round) {
	case 1: return take_commitments(machine(r), out, fault);
	case 2: return take_openings(machine(r), out, fault);
	case 3: return take_proofs(machine(r), out, fault);
	case 4: return take_acks(machine(r), out, fault);
	}
	return TF_E_USAGE;
}

tf_run_sizes tf_keygen_sizes(const tf_profile *pr, uint16_t n)
{
	tf_wire_env wire = { .pr = pr, .n = n, .batch = 1 };
	tf_run_sizes s = tf_rounds_sizes(&wire, table, TF_ARRAY_LEN(table));

	tf_rounds_court_sizes(&s, &wire, &table[ROUND_SHARES - 1]);
	s.mem += sizeof(tf_keygen_state) + 2 * TF_CERTIFICATE_MAX + SCRATCH;
	s.out += 2 * RECORD_MAX;
	return s;
}

tf_err tf_keygen_start(tf_keygen *s, const tf_keygen_args *args, tf_arena *mem, tf_outbox *out)
{
	size_t before = out->count;
	tf_err err;

	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	err = begin(s, args, mem, out, advance);
	tf_rounds_hold_court(&s->r, ROUND_SHARES, judge);
	if (err != TF_OK) {
		out->count = before;
		tf_keygen_wipe(s);
	}
	tf_wipe_stack_deep();
	return err;
}

const tf_key *tf_keygen_key(const tf_keygen *s)
{
	return s->r.state == TF_RUN_DONE ? &s->key : NULL;
}

void tf_keygen_wipe(tf_keygen *s)
{
	if (s->r.mem)
		tf_arena_wipe(s->r.mem);
	tf_wipe(s, sizeof(*s));
}

/* ---- audits ---- */

/* The accuser's own opening, in the place of what was sampled here. */
static tf_err load_own(tf_keygen *s)
{
	peer *own = &s->st->peer[s->r.env->self - 1];
	tf_msg_keygen_r2 m;

	TRY(tf_rounds_again(&s->r, &m, 2, s->r.env->self, TF_BROADCAST));
	if (m.F_n != s->st->t)
		return TF_E_ENCODING;
	memcpy(own->rid, m.rid, sizeof(own->rid));
	memcpy(own->cc, m.cc, sizeof(own->cc));
	memcpy(own->F, m.F, m.F_n * sizeof(own->F[0]));
	own->A = m.A;
	return TF_OK;
}

static tf_err audit(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	if (r->round == 2)
		TRY(load_own(machine(r)));
	return advance(r, out, fault);
}

tf_err tf_keygen_audit(tf_keygen *s, const tf_keygen_args *args, tf_arena *mem)
{
	uint8_t room[1024];
	tf_outbox out;
	tf_arena none;

	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	tf_arena_init(&none, room, sizeof(room));
	tf_outbox_init(&out, &none);
	TRY(begin(s, args, mem, &out, audit));
	tf_rounds_hold_court(&s->r, ROUND_SHARES, judge);
	tf_rounds_audit_begin(&s->r);
	return TF_OK;
}
