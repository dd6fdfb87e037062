#include "proto/reshare.h"

#include <string.h>

#include "proto/poly.h"
#include "proto/reshare_impl.h"
#include "zk/sch.h"

#define SCRATCH (96u * 1024u)
#define ROUND_SHARES 2u

/* What the messages are; order and sender are rounds.h's business. */
static const tf_round table[] = {
	{ "commitment", &tf_msg_reshare_r1_wire, NULL },
	{ "opening", &tf_msg_reshare_r2_wire, &tf_msg_reshare_share_wire },
	{ "proof", &tf_msg_reshare_r3_wire, NULL },
	{ "acknowledgement", &tf_msg_reshare_ack_wire, NULL },
};

static tf_reshare *machine(const tf_rounds *r)
{
	return (tf_reshare *)(uintptr_t)r; /* its first member */
}

static bool directs(const tf_rounds *r, unsigned from, unsigned to)
{
	const tf_reshare_state *st = machine(r)->st;

	return st->peer[from - 1].role.deals && st->peer[to - 1].role.receives;
}

static tf_reshare_peer *own_peer(const tf_reshare *s)
{
	return &s->st->peer[s->r.env->self - 1];
}

/* ---- round 1 ---- */

/* V_i */
static tf_err commitment(uint8_t out[static 32], const tf_reshare_state *st, const tf_group *g,
                         unsigned i, const tf_msg_reshare_r2 *m)
{
	uint8_t buf[TF_CTX_MAX + 64 * (TF_PARTIES_MAX + 8)];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_raw(&t, st->ctx.b, st->ctx.len);
	tf_tr_u64(&t, i);
	tf_tr_bytes(&t, m->rid, sizeof(m->rid));
	tf_tr_open(&t);
	for (uint32_t k = 0; k < m->F_n; k++)
		tf_tr_pt(&t, g, &m->F[k]);
	tf_tr_close(&t);
	tf_tr_pt(&t, g, &m->A);
	tf_tr_bytes(&t, m->u, sizeof(m->u));
	return tf_tr_hash(out, &t, "reshare-commit");
}

static tf_msg_reshare_r2 own_opening(const tf_reshare *s)
{
	tf_reshare_peer *own = own_peer(s);
	tf_msg_reshare_r2 m = { .F = own->F, .F_n = own->role.deals ? s->st->t : 0,
	                        .A = own->A };

	memcpy(m.rid, own->rid, sizeof(m.rid));
	memcpy(m.u, s->st->u, sizeof(m.u));
	return m;
}

static tf_err sample(tf_reshare_state *st, const tf_party_env *env)
{
	tf_reshare_peer *own = &st->peer[env->self - 1];

	own->F[0] = own->deal; /* f[0] is set, or stays 0 */
	for (unsigned k = 1; own->role.deals && k < st->t; k++) {
		TRY(tf_sc_random(env->g, &st->f[k], env->rng));
		TRY(tf_pt_mul_base(env->g, &own->F[k], &st->f[k]));
	}
	if (own->role.receives)
		TRY(tf_zk_sch_commit(&st->a, &own->A, env->g, env->rng));
	TRY(tf_rng_bytes(env->rng, own->rid, sizeof(own->rid)));
	return tf_rng_bytes(env->rng, st->u, sizeof(st->u));
}

/* ---- round 2 ---- */

static tf_err take_commitments(tf_reshare *s, tf_outbox *out, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	tf_reshare_peer *own = own_peer(s);
	tf_msg_reshare_r2 opening;

	for (unsigned j = 1; j <= env->n; j++) {
		tf_msg_reshare_r1 m;

		if (j == env->self)
			continue;
		TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
		memcpy(s->st->peer[j - 1].V, m.V, sizeof(m.V));
	}
	tf_ct_declassify(own->rid, sizeof(own->rid));
	tf_ct_declassify(s->st->u, sizeof(s->st->u));
	opening = own_opening(s);
	TRY(tf_rounds_send(&s->r, out, 0, &tf_msg_reshare_r2_wire, &opening));
	for (unsigned j = 1; j <= env->n; j++) {
		TF_AUTO(tf_msg_reshare_share) share;

		if (j == env->self || !directs(&s->r, env->self, j))
			continue;
		tf_poly_at(&share.f, env->g, s->st->f, s->st->t,
		           s->st->peer[j - 1].role.receives);
		TRY(tf_rounds_send(&s->r, out, (uint16_t)j, &tf_msg_reshare_share_wire, &share));
	}
	return TF_OK;
}

/* ---- round 3 ---- */

static tf_err check_degree(const tf_reshare_state *st, unsigned j, uint32_t coefficients,
                           tf_fault *fault)
{
	uint32_t right = st->peer[j - 1].role.deals ? st->t : 0;

	if (!tf_holds(fault, TF_CK_RESHARE_DEGREE, coefficients == right))
		return TF_E_PROOF;
	return TF_OK;
}

/* What a dealer has committed to. */
static tf_err check_dealing(const tf_reshare_state *st, const tf_group *g,
                            const tf_reshare_peer *p, const tf_pt *F, tf_fault *fault)
{
	bool right = tf_pt_eq(g, &F[0], &p->deal);

	switch (st->kind) {
	case TF_RESHARE:
		if (!tf_holds(fault, TF_CK_RESHARE_CONSTANT, right))
			return TF_E_PROOF;
		break;
	case TF_REFRESH:
		if (!tf_holds(fault, TF_CK_RESHARE_ZERO, right))
			return TF_E_PROOF;
		break;
	}
	if (!tf_holds(fault, TF_CK_RESHARE_LEADING, !tf_pt_is_identity(&F[st->t - 1])))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err check_share(const tf_reshare *s, const tf_pt *F, unsigned receiver,
                          const tf_sc_sec *f, tf_fault *fault)
{
	const tf_group *g = s->r.env->g;
	tf_pt left, right;

	TRY(tf_pt_mul_base(g, &left, f));
	TRY(tf_poly_at_public(&right, g, F, s->st->t, s->st->peer[receiver - 1].role.receives));
	if (!tf_holds(fault, TF_CK_RESHARE_SHARE, tf_pt_eq(g, &left, &right)))
		return TF_E_PROOF;
	return TF_OK;
}

/* One peer's opening. */
static tf_err take_opening(tf_reshare *s, unsigned j, tf_fault *fault)
{
	const tf_group *g = s->r.env->g;
	tf_reshare_peer *p = &s->st->peer[j - 1];
	bool receives = p->role.receives != 0;
	tf_msg_reshare_r2 m;
	uint8_t V[32];

	TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
	TRY(check_degree(s->st, j, m.F_n, fault));
	TRY(commitment(V, s->st, g, j, &m));
	if (!tf_holds(fault, TF_CK_RESHARE_COMMITMENT, memcmp(V, p->V, sizeof(V)) == 0))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_RESHARE_NONCE, tf_pt_is_identity(&m.A) != receives))
		return TF_E_PROOF;
	memcpy(p->rid, m.rid, sizeof(p->rid));
	p->A = m.A;
	if (!p->role.deals)
		return TF_OK;
	for (unsigned k = 0; k < m.F_n; k++)
		p->F[k] = m.F[k];
	return check_dealing(s->st, g, p, p->F, fault);
}

/* One dealer's share for us, added to x. */
static tf_err take_share(tf_reshare *s, unsigned j, tf_sc_sec *x, tf_fault *fault)
{
	TF_AUTO(tf_msg_reshare_share) share;

	s->r.accused = (uint16_t)j;
	TRY(tf_rounds_decode(&s->r, &share, j, TF_DIRECT, fault));
	tf_ct_classify(&share.f, sizeof(share.f));
	TRY(check_share(s, s->st->peer[j - 1].F, s->r.env->self, &share.f, fault));
	s->r.accused = 0;
	tf_sc_add(s->r.env->g, &x->s, &x->s, &share.f.s);
	return TF_OK;
}

/* A complaint about a share: what its dealer has signed, by the same checks. */
static tf_err judge(tf_rounds *r, unsigned accused, unsigned accuser, const tf_blob *broadcast,
                    const tf_blob *direct, tf_fault *fault)
{
	const tf_reshare *s = machine(r);
	TF_AUTO(tf_msg_reshare_share) share;
	tf_msg_reshare_r2 m;

	TRY(tf_rounds_decode_shown(r, &m, &tf_msg_reshare_r2_wire, broadcast, fault));
	TRY(check_degree(s->st, accused, m.F_n, fault));
	TRY(tf_rounds_decode_shown(r, &share, &tf_msg_reshare_share_wire, direct, fault));
	return check_share(s, m.F, accuser, &share.f, fault);
}

/* Public side of the new sharing, out of the sum of all polynomials. */
static tf_err combine(tf_reshare *s, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	tf_reshare_state *st = s->st;
	tf_pt sum[TF_PARTIES_MAX];
	const tf_pt *all[TF_PARTIES_MAX];

	for (unsigned k = 0; k < st->t; k++) {
		unsigned n = 0;

		for (unsigned j = 0; j < env->n; j++)
			if (st->peer[j].role.deals)
				all[n++] = &st->peer[j].F[k];
		TRY(tf_pt_sum(env->g, &sum[k], all, n));
	}
	tf_fault_at(fault, TF_PARTY_NONE, s->r.round);
	for (unsigned i = 0; i < s->key.sharing.n; i++) {
		tf_seat *seat = &s->key.sharing.seat[i];
		const tf_reshare_peer *p = st->peer;

		while (p->role.receives != seat->index)
			p++;
		TRY(tf_poly_at_public(&seat->W, env->g, sum, st->t, seat->index));
		TRY(tf_pt_mul_vt(env->g, &seat->W, &p->mu, &seat->W));
		TRY(tf_pt_add(env->g, &seat->W, &seat->W, &p->base));
		if (!tf_holds(fault, TF_CK_RESHARE_OUTCOME, !tf_pt_is_identity(&seat->W)))
			return TF_E_PROOF;
	}
	for (unsigned j = 0; j < env->n; j++)
		for (unsigned b = 0; b < sizeof(st->rid); b++)
			st->rid[b] ^= st->peer[j].rid[b];
	return TF_OK;
}

/* [ctx, rid, i] */
static tf_err proof_ctx(tf_ctx *out, const tf_reshare_state *st, unsigned i)
{
	uint8_t buf[TF_CTX_MAX];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_raw(&t, st->ctx.b, st->ctx.len);
	tf_tr_bytes(&t, st->rid, sizeof(st->rid));
	tf_tr_u64(&t, i);
	return tf_ctx_seal(out, &t);
}

static tf_err send_proof(tf_reshare *s, tf_outbox *out)
{
	const tf_party_env *env = s->r.env;
	tf_zk_env zk = { .pr = env->pr, .g = env->g, .mem = s->r.mem, .kernel = env->kernel };
	tf_zk_sch_proof psi;
	tf_msg_reshare_r3 m = { .psi = &psi };
	tf_ctx ctx;

	if (s->key.index) {
		m.psi_n = 1;
		TRY(proof_ctx(&ctx, s->st, env->self));
		TRY(tf_zk_sch_prove(&psi, &s->st->a, &zk, &ctx,
		                    &tf_sharing_seat(&s->key.sharing, s->key.index)->W,
		                    &own_peer(s)->A, &s->key.x));
	}
	return tf_rounds_send(&s->r, out, 0, &tf_msg_reshare_r3_wire, &m);
}

static tf_err take_openings(tf_reshare *s, tf_outbox *out, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	size_t mark = tf_arena_mark(s->r.mem);
	tf_sc_sec *x = &s->key.x;

	if (own_peer(s)->role.deals && s->key.index)
		tf_poly_at(x, env->g, s->st->f, s->st->t, s->key.index);
	for (unsigned j = 1; j <= env->n; j++) {
		if (j == env->self)
			continue;
		TRY(take_opening(s, j, fault));
		if (directs(&s->r, j, env->self) && !tf_rounds_is_untold(&s->r, j))
			TRY(take_share(s, j, x, fault));
		tf_arena_release(s->r.mem, mark);
	}
	TRY(combine(s, fault));
	if (s->key.index) {
		tf_sc_mul(env->g, &x->s, &x->s, &own_peer(s)->mu);
		tf_sc_add(env->g, &x->s, &x->s, &s->st->base.s);
	}
	return send_proof(s, out);
}

/* ---- acknowledgement ---- */

static tf_err acknowledge(tf_reshare *s, tf_outbox *out)
{
	const tf_party_env *env = s->r.env;
	tf_attempt *a = &s->st->attempt;
	tf_voter *own = &a->voter[env->self - 1];
	tf_msg_reshare_ack m;
	tf_err err;

	TRY(tf_sharing_attempt(s->key.sharing.attempt, &s->key.sharing, env->g, s->r.mem));
	err = tf_sharing_check(&s->key.sharing, env->g, s->r.mem);
	if (err == TF_OK)
		err = tf_sharing_follows(&s->key.sharing, &s->st->source, env->g, s->r.mem);
	if (err != TF_OK) /* it follows from what was checked */
		return err == TF_E_CAPACITY ? err : TF_E_USAGE;
	a->state = TF_ATTEMPT_ACKNOWLEDGED;
	a->sharing = s->key.sharing;
	TRY(tf_sharing_encode(NULL, NULL, a->hash, &a->sharing, env->g, s->r.mem));
	for (unsigned j = 0; j < env->n; j++)
		TRY(tf_name_copy(a->voter[j].device, sizeof(a->voter[j].device),
		                 env->party[j].device));
	a->n = env->n;
	own->agreed = true;
	TRY(tf_sign(own->sig, env->signer, TF_SHARING_DOMAIN, a->hash, sizeof(a->hash)));
	TRY(tf_attempt_acknowledge(a, s->key.index ? &s->key : NULL, env->g, s->r.mem, out));
	memcpy(m.certificate, a->hash, sizeof(m.certificate));
	memcpy(m.signature, own->sig, sizeof(m.signature));
	TRY(tf_rounds_send(&s->r, out, 0, &tf_msg_reshare_ack_wire, &m));
	s->st->acknowledged = true;
	return TF_OK;
}

static tf_err take_proofs(tf_reshare *s, tf_outbox *out, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	size_t mark = tf_arena_mark(s->r.mem);
	tf_zk_env zk = { .pr = env->pr, .g = env->g, .mem = s->r.mem, .kernel = env->kernel };

	for (unsigned j = 1; j <= env->n; j++) {
		const tf_reshare_peer *p = &s->st->peer[j - 1];
		uint32_t right = p->role.receives ? 1 : 0;
		tf_msg_reshare_r3 m;
		tf_ctx ctx;

		if (j == env->self)
			continue;
		TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
		if (!tf_holds(fault, TF_CK_RESHARE_PROOF, m.psi_n == right))
			return TF_E_PROOF;
		if (m.psi_n && p->role.receives) {
			TRY(proof_ctx(&ctx, s->st, j));
			TRY(tf_zk_sch_verify(&zk, &ctx,
			                     &tf_sharing_seat(&s->key.sharing,
			                                      p->role.receives)->W,
			                     &p->A, &m.psi[0], fault));
		}
		tf_arena_release(s->r.mem, mark);
	}
	return acknowledge(s, out);
}

static tf_err take_acks(tf_reshare *s, tf_outbox *out, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	tf_attempt *a = &s->st->attempt;

	for (unsigned j = 1; j <= env->n; j++) {
		tf_voter *v = &a->voter[j - 1];
		tf_msg_reshare_ack m;

		if (j == env->self)
			continue;
		TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
		if (!tf_holds(fault, TF_CK_RESHARE_RESULT,
		              memcmp(m.certificate, a->hash, sizeof(a->hash)) == 0))
			return TF_E_PROOF;
		if (!tf_holds(fault, TF_CK_RESHARE_ACK,
		              tf_party_signed(env, j, m.signature, TF_SHARING_DOMAIN, a->hash,
		                              sizeof(a->hash))))
			return TF_E_PROOF;
		v->agreed = true;
		memcpy(v->sig, m.signature, sizeof(v->sig));
	}
	return tf_attempt_commit(a, s->key.index ? &s->key : NULL, env->party[env->self - 1].device,
	                         0, env->g, s->r.mem, out);
}

/* ---- the machine ---- */

tf_err tf_reshare_advance(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	switch (r->round) {
	case 1: return take_commitments(machine(r), out, fault);
	case 2: return take_openings(machine(r), out, fault);
	case 3: return take_proofs(machine(r), out, fault);
	case 4: return take_acks(machine(r), out, fault);
	}
	return TF_E_USAGE;
}

tf_run_sizes tf_reshare_sizes(const tf_profile *pr, uint16_t n)
{
	tf_wire_env wire = { .pr = pr, .n = n, .batch = 1 };
	tf_run_sizes s = tf_rounds_sizes(&wire, table, TF_ARRAY_LEN(table));

	tf_rounds_court_sizes(&s, &wire, &table[ROUND_SHARES - 1]);
	s.mem += sizeof(tf_reshare_state) + 3 * TF_CERTIFICATE_MAX + SCRATCH;
	s.out += 4 * TF_ATTEMPT_RECORD_MAX; /* two steps in one */
	return s;
}

tf_err tf_reshare_lay(tf_reshare *s, const tf_reshare_args *args, tf_arena *mem, tf_outbox *out,
                      tf_rounds_advance advance, tf_reshare_use use)
{
	const tf_party_env *env = args->env;
	tf_reshare_state *st = tf_arena_alloc(mem, sizeof(*st));
	tf_msg_reshare_r1 m;
	tf_msg_reshare_r2 opening;
	uint8_t context[32];

	if (!st)
		return TF_E_CAPACITY;
	s->st = st;
	TRY(tf_reshare_set_up(st, context, args, mem, use));
	TRY(tf_reshare_outline(&s->key.sharing, args, mem));
	s->key.index = args->role[env->self - 1].receives;
	s->key.state = TF_SHARE_PENDING;
	TRY(tf_rounds_init(&s->r, env, table, TF_ARRAY_LEN(table), advance, context, NULL, 1,
	                   mem));
	s->r.directs = directs;
	tf_rounds_hold_court(&s->r, ROUND_SHARES, judge);
	TRY(sample(st, env));
	opening = own_opening(s);
	TRY(commitment(m.V, st, env->g, env->self, &opening));
	TRY(tf_rounds_send(&s->r, out, 0, &tf_msg_reshare_r1_wire, &m));
	tf_rounds_begin(&s->r);
	return TF_OK;
}

tf_err tf_reshare_start(tf_reshare *s, const tf_reshare_args *args, tf_arena *mem, tf_outbox *out)
{
	size_t before = out->count;
	tf_err err;

	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	err = tf_reshare_lay(s, args, mem, out, tf_reshare_advance, TF_RESHARE_RUN);
	if (err != TF_OK) {
		out->count = before;
		tf_reshare_wipe(s);
	}
	tf_wipe_stack_deep();
	return err;
}

const tf_key *tf_reshare_key(const tf_reshare *s)
{
	return s->r.state == TF_RUN_DONE && s->key.index ? &s->key : NULL;
}

const tf_attempt *tf_reshare_attempt(const tf_reshare *s)
{
	return s->st && s->st->acknowledged ? &s->st->attempt : NULL;
}

void tf_reshare_wipe(tf_reshare *s)
{
	if (s->r.mem)
		tf_arena_wipe(s->r.mem);
	tf_wipe(s, sizeof(*s));
}
