#include "proto/audit.h"

#include <string.h>

#include "zk/fac.h"
#include "zk/mod.h"
#include "zk/prm.h"

/* Of the largest prover, and what a round holds beside it. */
#define ZK_SCRATCH (2u * 1024u * 1024u + TF_BATCH_LANES_SCRATCH)

typedef struct peer {
	uint8_t V[32], rho[32];
	tf_aux aux;
} peer;

struct tf_auxinfo_state {
	const tf_moduli *own;
	uint64_t now;
	bool audit;                /* our own side is what we have sent, and nothing is proved */
	tf_ctx ctx;                /* auxctx */
	uint8_t u[32];
	uint8_t rho[32];           /* own; from round 3 on the XOR of all */
	tf_zk_prm_proof prm;       /* own, until it is sent */
	peer peer[TF_PARTIES_MAX]; /* [party index - 1]; the own entry is not used */
	uint8_t output[32];        /* hash of everybody's moduli */
};

static const tf_round table[] = {
	{ "commitment", &tf_msg_aux_r1_wire, NULL },
	{ "opening", &tf_msg_aux_r2_wire, NULL },
	{ "proofs", &tf_msg_aux_r3_wire, &tf_msg_aux_fac_wire },
	{ "confirmation", &tf_msg_aux_confirm_wire, NULL },
};

static tf_auxinfo *machine(tf_rounds *r)
{
	return (tf_auxinfo *)r; /* its first member */
}

static tf_zk_env zk_env(const tf_auxinfo *s)
{
	return (tf_zk_env){ .pr = s->r.env->pr, .g = s->r.env->g, .mem = s->r.mem,
	                    .kernel = s->r.env->kernel, .tables = s->r.mem };
}

/* ---- hashes and contexts ---- */

/* [sid, share indices] */
static tf_err make_ctx(tf_auxinfo_state *st, uint8_t context[static 32], const tf_party_env *env)
{
	uint8_t buf[TF_CTX_MAX];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, env->sid, sizeof(env->sid));
	tf_tr_open(&t);
	for (unsigned i = 0; i < env->n; i++)
		tf_tr_u64(&t, env->party[i].share_index);
	tf_tr_close(&t);
	TRY(tf_ctx_seal(&st->ctx, &t));
	tf_tr_str(&t, env->pr->text);
	return tf_tr_hash(context, &t, "auxinfo");
}

/* [auxctx, i], [auxctx, rho, i] or [auxctx, rho, i, j] */
static tf_err proof_ctx(tf_ctx *out, const tf_auxinfo_state *st, const uint8_t *rho, unsigned i,
                        unsigned j)
{
	uint8_t buf[TF_CTX_MAX];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_raw(&t, st->ctx.b, st->ctx.len);
	if (rho)
		tf_tr_bytes(&t, rho, 32);
	tf_tr_u64(&t, i);
	if (j)
		tf_tr_u64(&t, j);
	return tf_ctx_seal(out, &t);
}

static void list_nats(tf_tr *t, const tf_bn *x, uint32_t n)
{
	tf_tr_open(t);
	for (uint32_t i = 0; i < n; i++)
		tf_tr_nat(t, &x[i]);
	tf_tr_close(t);
}

/* V_i of what m opens */
static tf_err commitment(uint8_t out[static 32], const tf_auxinfo *s, unsigned i,
                         const tf_msg_aux_r2 *m)
{
	size_t mark = tf_arena_mark(s->r.mem), cap;
	uint8_t *buf = tf_moduli_transcript(&cap, s->r.env->pr, 4 + 2 * TF_PROFILE_M_MAX,
	                                    s->r.mem);
	tf_err err;
	tf_tr t;

	if (!buf)
		return TF_E_CAPACITY;
	tf_tr_init(&t, buf, cap);
	tf_tr_raw(&t, s->st->ctx.b, s->st->ctx.len);
	tf_tr_u64(&t, i);
	tf_tr_nat(&t, &m->N);
	tf_tr_nat(&t, &m->Nhat);
	tf_tr_nat(&t, &m->s);
	tf_tr_nat(&t, &m->t);
	tf_tr_open(&t);
	list_nats(&t, m->prm.A, m->prm.count);
	list_nats(&t, m->prm.z, m->prm.count);
	tf_tr_close(&t);
	tf_tr_bytes(&t, m->rho, sizeof(m->rho));
	tf_tr_bytes(&t, m->u, sizeof(m->u));
	err = tf_tr_hash(out, &t, "aux-commit");
	tf_arena_release(s->r.mem, mark);
	return err;
}

/* H("aux-output", [[N, Nhat, s, t] of each party]) */
static tf_err output_hash(uint8_t out[static 32], const tf_auxinfo *s)
{
	const tf_party_env *env = s->r.env;
	size_t mark = tf_arena_mark(s->r.mem), cap;
	uint8_t *buf = tf_moduli_transcript(&cap, env->pr, 4u * env->n, s->r.mem);
	tf_err err;
	tf_tr t;

	if (!buf)
		return TF_E_CAPACITY;
	tf_tr_init(&t, buf, cap);
	tf_tr_open(&t);
	for (unsigned i = 1; i <= env->n; i++) {
		bool self = i == env->self;
		const tf_rp *rp = self ? &s->st->own->rp.pub : &s->st->peer[i - 1].aux.rp;

		tf_tr_open(&t);
		tf_tr_nat(&t, self ? &s->st->own->sk.pk.n.m : &s->st->peer[i - 1].aux.pk.n.m);
		tf_tr_nat(&t, &rp->n.m);
		tf_tr_nat(&t, &rp->s);
		tf_tr_nat(&t, &rp->t);
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	err = tf_tr_hash(out, &t, "aux-output");
	tf_arena_release(s->r.mem, mark);
	return err;
}

/* ---- round 1 ---- */

static void fill_opening(tf_msg_aux_r2 *m, const tf_auxinfo_state *st)
{
	m->N = st->own->sk.pk.n.m;
	m->Nhat = st->own->rp.pub.n.m;
	m->s = st->own->rp.pub.s;
	m->t = st->own->rp.pub.t;
	m->prm = st->prm;
	memcpy(m->rho, st->rho, sizeof(m->rho));
	memcpy(m->u, st->u, sizeof(m->u));
}

static tf_err prove_prm(tf_auxinfo *s)
{
	const tf_party_env *env = s->r.env;
	size_t mark = tf_arena_mark(s->r.mem);
	tf_zk_prm_prover *pv = tf_arena_alloc(s->r.mem, sizeof(*pv));
	tf_zk_env zk = zk_env(s);
	tf_batch *b;
	tf_ctx ctx;

	if (!pv)
		return TF_E_CAPACITY;
	TRY(tf_batch_init_on(&b, s->r.mem, TF_ZK_PRM_PROVE_JOBS(env->pr), s->r.env->kernel));
	TRY(proof_ctx(&ctx, s->st, NULL, env->self, 0));
	TRY(tf_zk_prm_prove_start(pv, &s->st->prm, &zk, &ctx, &s->st->own->rp, env->rng, b));
	TRY(tf_batch_run(b));
	TRY(tf_zk_prm_prove_finish(pv, &s->st->prm, &zk, &ctx, &s->st->own->rp));
	tf_arena_release(s->r.mem, mark);
	return TF_OK;
}

static tf_err send_commitment(tf_auxinfo *s, tf_outbox *out)
{
	const tf_party_env *env = s->r.env;
	size_t mark = tf_arena_mark(s->r.mem);
	tf_msg_aux_r2 *opening = tf_arena_alloc(s->r.mem, sizeof(*opening));
	tf_msg_aux_r1 m;

	if (!opening)
		return TF_E_CAPACITY;
	TRY(tf_rng_bytes(env->rng, s->st->rho, sizeof(s->st->rho)));
	TRY(tf_rng_bytes(env->rng, s->st->u, sizeof(s->st->u)));
	fill_opening(opening, s->st);
	TRY(commitment(m.V, s, env->self, opening));
	tf_arena_release(s->r.mem, mark);
	return tf_rounds_send(&s->r, out, 0, &tf_msg_aux_r1_wire, &m);
}

static tf_err set_up(tf_auxinfo *s, const tf_party_env *env, tf_arena *mem,
                     tf_rounds_advance advance)
{
	uint8_t context[32];

	s->st = tf_arena_alloc(mem, sizeof(*s->st));
	if (!s->st)
		return TF_E_CAPACITY;
	TRY(tf_party_env_check(env));
	TRY(make_ctx(s->st, context, env));
	return tf_rounds_init(&s->r, env, table, TF_ARRAY_LEN(table), advance, context, NULL, 1,
	                      mem);
}

static tf_err begin(tf_auxinfo *s, const tf_auxinfo_args *args, tf_arena *mem, tf_outbox *out,
                    tf_rounds_advance advance)
{
	TRY(set_up(s, args->env, mem, advance));
	s->st->own = args->own;
	s->st->now = args->now;
	TRY(prove_prm(s));
	TRY(send_commitment(s, out));
	tf_rounds_begin(&s->r);
	return TF_OK;
}

/* ---- round 2 ---- */

static tf_err take_commitments(tf_auxinfo *s, tf_outbox *out, tf_fault *fault)
{
	size_t mark = tf_arena_mark(s->r.mem);
	tf_msg_aux_r2 *opening = tf_arena_alloc(s->r.mem, sizeof(*opening));

	if (!opening)
		return TF_E_CAPACITY;
	for (unsigned j = 1; j <= s->r.env->n; j++) {
		tf_msg_aux_r1 m;

		if (j == s->r.env->self)
			continue;
		TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
		memcpy(s->st->peer[j - 1].V, m.V, sizeof(m.V));
	}
	if (s->st->audit)
		return TF_OK;
	tf_ct_declassify(s->st->rho, sizeof(s->st->rho));
	tf_ct_declassify(s->st->u, sizeof(s->st->u));
	fill_opening(opening, s->st);
	TRY(tf_rounds_send(&s->r, out, 0, &tf_msg_aux_r2_wire, opening));
	tf_arena_release(s->r.mem, mark);
	return TF_OK;
}

/* ---- round 3 ---- */

static tf_err check_lengths(const tf_msg_aux_r2 *m, const tf_profile *pr, tf_fault *fault)
{
	uint32_t bits = 2 * pr->prime_bits;

	if (!tf_holds(fault, TF_CK_AUX_N_LENGTH, tf_bn_bits_vt(&m->N) == bits))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AUX_NHAT_LENGTH, tf_bn_bits_vt(&m->Nhat) == bits))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AUX_N_ODD, tf_bn_is_odd(&m->N) != 0))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AUX_NHAT_ODD, tf_bn_is_odd(&m->Nhat) != 0))
		return TF_E_PROOF;
	return TF_OK;
}

/* A factor in common between a party's own two moduli is a mistake of its own; one with ours is
 * stolen, or a coincidence that does not happen. By whom it is stolen only we know. */
static tf_err check_apart(const tf_auxinfo_state *st, const tf_msg_aux_r2 *m, tf_fault *fault)
{
	const tf_bn *N = &st->own->sk.pk.n.m, *Nhat = &st->own->rp.pub.n.m;

	if (!tf_holds(fault, TF_CK_AUX_APART_SELF, tf_bn_coprime_vt(&m->N, &m->Nhat)))
		return TF_E_PROOF;
	if (st->audit)
		return TF_OK;
	if (!tf_holds(fault, TF_CK_AUX_APART_N_N, tf_bn_coprime_vt(N, &m->N)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AUX_APART_N_NHAT, tf_bn_coprime_vt(N, &m->Nhat)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_AUX_APART_NHAT_N, tf_bn_coprime_vt(Nhat, &m->N)))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err verify_prm(tf_auxinfo *s, unsigned j, const tf_rp *rp, const tf_zk_prm_proof *p,
                         tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	size_t mark = tf_arena_mark(s->r.mem);
	tf_zk_prm_verifier *vf = tf_arena_alloc(s->r.mem, sizeof(*vf));
	tf_zk_env zk = zk_env(s);
	tf_batch *b;
	tf_ctx ctx;

	if (!vf)
		return TF_E_CAPACITY;
	TRY(tf_batch_init_on(&b, s->r.mem, TF_ZK_PRM_VERIFY_JOBS(env->pr), s->r.env->kernel));
	TRY(proof_ctx(&ctx, s->st, NULL, j, 0));
	TRY(tf_zk_prm_verify_start(vf, &zk, &ctx, rp, p, env->rng, b, fault));
	TRY(tf_batch_run(b));
	TRY(tf_zk_prm_verify_finish(vf, &zk, rp, p, fault));
	tf_arena_release(s->r.mem, mark);
	return TF_OK;
}

static tf_err take_opening(tf_auxinfo *s, unsigned j, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	peer *p = &s->st->peer[j - 1];
	tf_msg_aux_r2 *m = tf_arena_alloc(s->r.mem, sizeof(*m));
	uint8_t V[32];

	if (!m)
		return TF_E_CAPACITY;
	TRY(tf_rounds_decode(&s->r, m, j, TF_BROADCAST, fault));
	TRY(commitment(V, s, j, m));
	if (!tf_holds(fault, TF_CK_AUX_COMMITMENT, memcmp(V, p->V, sizeof(V)) == 0))
		return TF_E_PROOF;
	TRY(check_lengths(m, env->pr, fault));
	TRY(check_apart(s->st, m, fault));
	/* before s and t are known to be units, only what the proof reads */
	TRY(tf_mod_init(&p->aux.rp.n, &m->Nhat));
	p->aux.rp.s = m->s;
	p->aux.rp.t = m->t;
	TRY(verify_prm(s, j, &p->aux.rp, &m->prm, fault));
	TRY(tf_rp_init(&p->aux.rp, env->pr, &m->Nhat, &m->s, &m->t));
	TRY(tf_paillier_pk_init(&p->aux.pk, env->pr, &m->N));
	memcpy(p->rho, m->rho, sizeof(p->rho));
	return TF_OK;
}

static tf_err prove_mod(tf_auxinfo *s, tf_outbox *out)
{
	const tf_party_env *env = s->r.env;
	size_t mark = tf_arena_mark(s->r.mem);
	tf_msg_aux_r3 *m = tf_arena_alloc(s->r.mem, sizeof(*m));
	tf_zk_env zk = zk_env(s);
	tf_batch *b;
	tf_ctx ctx;

	if (!m)
		return TF_E_CAPACITY;
	TRY(tf_batch_init_on(&b, s->r.mem, TF_ZK_MOD_PROVE_JOBS(env->pr), s->r.env->kernel));
	TRY(proof_ctx(&ctx, s->st, s->st->rho, env->self, 0));
	TRY(tf_zk_mod_prove(&m->mod, &zk, &ctx, &s->st->own->sk, env->rng, b));
	TRY(tf_rounds_send(&s->r, out, 0, &tf_msg_aux_r3_wire, m));
	tf_arena_release(s->r.mem, mark);
	return TF_OK;
}

static tf_err prove_fac(tf_auxinfo *s, unsigned j, tf_outbox *out)
{
	const tf_party_env *env = s->r.env;
	const tf_rp *rp = &s->st->peer[j - 1].aux.rp;
	const tf_paillier_sk *sk = &s->st->own->sk;
	size_t mark = tf_arena_mark(s->r.mem);
	tf_msg_aux_fac *m = tf_arena_alloc(s->r.mem, sizeof(*m));
	tf_zk_fac_prover *pv = tf_arena_alloc(s->r.mem, sizeof(*pv));
	tf_zk_env zk = zk_env(s);
	tf_batch *b;
	tf_ctx ctx;

	if (!m || !pv)
		return TF_E_CAPACITY;
	TRY(tf_batch_init_on(&b, s->r.mem, TF_ZK_FAC_PROVE_JOBS, s->r.env->kernel));
	TRY(proof_ctx(&ctx, s->st, s->st->rho, env->self, j));
	TRY(tf_zk_fac_prove_start(pv, &m->fac, &zk, rp, sk, env->rng, b));
	TRY(tf_batch_run(b));
	TRY(tf_zk_fac_prove_middle(pv, &m->fac, &zk, rp, b));
	TRY(tf_batch_run(b));
	TRY(tf_zk_fac_prove_finish(pv, &m->fac, &zk, &ctx, rp, sk));
	TRY(tf_rounds_send(&s->r, out, (uint16_t)j, &tf_msg_aux_fac_wire, m));
	tf_arena_release(s->r.mem, mark);
	return TF_OK;
}

/* An audit: the accuser's own opening. */
static tf_err load_own(tf_auxinfo *s)
{
	tf_moduli *own = tf_arena_alloc(s->r.mem, sizeof(*own));
	size_t mark = tf_arena_mark(s->r.mem);
	tf_msg_aux_r2 *m = tf_arena_alloc(s->r.mem, sizeof(*m));
	const tf_profile *pr = s->r.env->pr;

	if (!own || !m)
		return TF_E_CAPACITY;
	TRY(tf_rounds_again(&s->r, m, 2, s->r.env->self, TF_BROADCAST));
	TRY(tf_paillier_pk_init(&own->sk.pk, pr, &m->N));
	TRY(tf_rp_init(&own->rp.pub, pr, &m->Nhat, &m->s, &m->t));
	memcpy(s->st->rho, m->rho, sizeof(m->rho));
	s->st->own = own;
	tf_arena_release(s->r.mem, mark);
	return TF_OK;
}

static tf_err take_openings(tf_auxinfo *s, tf_outbox *out, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	size_t mark;

	if (s->st->audit)
		TRY(load_own(s));
	mark = tf_arena_mark(s->r.mem);
	for (unsigned j = 1; j <= env->n; j++) {
		if (j == env->self)
			continue;
		TRY(take_opening(s, j, fault));
		tf_arena_release(s->r.mem, mark);
		for (unsigned k = 0; k < 32; k++)
			s->st->rho[k] ^= s->st->peer[j - 1].rho[k];
	}
	if (s->st->audit)
		return TF_OK;
	TRY(prove_mod(s, out));
	for (unsigned j = 1; j <= env->n; j++)
		if (j != env->self)
			TRY(prove_fac(s, j, out));
	return TF_OK;
}

/* ---- confirmation ---- */

/* Pi_mod and Pi_fac of one peer, in one batch. */
static tf_err take_proof(tf_auxinfo *s, unsigned j, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	const tf_paillier_pk *pk = &s->st->peer[j - 1].aux.pk;
	const tf_rp *rp = &s->st->own->rp.pub;
	tf_msg_aux_r3 *m = tf_arena_alloc(s->r.mem, sizeof(*m));
	tf_msg_aux_fac *f = tf_arena_alloc(s->r.mem, sizeof(*f));
	tf_zk_mod_verifier *vm = tf_arena_alloc(s->r.mem, sizeof(*vm));
	tf_zk_fac_verifier *vf = tf_arena_alloc(s->r.mem, sizeof(*vf));
	tf_zk_env zk = zk_env(s);
	tf_ctx mod, fac;
	tf_batch *b;

	if (!m || !f || !vm || !vf)
		return TF_E_CAPACITY;
	TRY(tf_rounds_decode(&s->r, m, j, TF_BROADCAST, fault));
	TRY(tf_rounds_decode(&s->r, f, j, TF_DIRECT, fault));
	TRY(tf_batch_init_on(&b, s->r.mem, TF_ZK_MOD_VERIFY_JOBS(env->pr) + TF_ZK_FAC_VERIFY_JOBS,
	                     env->kernel));
	TRY(proof_ctx(&mod, s->st, s->st->rho, j, 0));
	TRY(proof_ctx(&fac, s->st, s->st->rho, j, env->self));
	TRY(tf_zk_mod_verify_start(vm, &zk, &mod, pk, &m->mod, env->rng, b, fault));
	TRY(tf_zk_fac_verify_start(vf, &zk, &fac, rp, pk, &f->fac, b, fault));
	TRY(tf_batch_run(b));
	TRY(tf_zk_mod_verify_finish(vm, &zk, pk, &m->mod, fault));
	return tf_zk_fac_verify_finish(vf, &zk, rp, &f->fac, fault);
}

/* Two peers whose moduli have a factor in common: one of them, we cannot tell which. */
static tf_err check_peers_apart(const tf_auxinfo *s, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;

	tf_fault_at(fault, TF_PARTY_NONE, s->r.round);
	for (unsigned i = 1; i <= env->n; i++)
		for (unsigned j = 1; j <= env->n; j++) {
			const tf_aux *a = &s->st->peer[i - 1].aux, *b = &s->st->peer[j - 1].aux;

			if (i == j || i == env->self || j == env->self)
				continue;
			if (!tf_holds(fault, TF_CK_AUX_APART_PEERS,
			              tf_bn_coprime_vt(&a->pk.n.m, &b->pk.n.m)))
				return TF_E_PROOF;
			if (!tf_holds(fault, TF_CK_AUX_APART_PEERS_NHAT,
			              tf_bn_coprime_vt(&a->pk.n.m, &b->rp.n.m)))
				return TF_E_PROOF;
		}
	return TF_OK;
}

static tf_err take_proofs(tf_auxinfo *s, tf_outbox *out, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	size_t mark = tf_arena_mark(s->r.mem);
	tf_msg_aux_confirm m;

	for (unsigned j = 1; j <= env->n; j++) {
		if (j != env->self)
			TRY(take_proof(s, j, fault));
		tf_arena_release(s->r.mem, mark);
	}
	TRY(check_peers_apart(s, fault));
	TRY(output_hash(s->st->output, s));
	memcpy(m.output, s->st->output, sizeof(m.output));
	return tf_rounds_send(&s->r, out, 0, &tf_msg_aux_confirm_wire, &m);
}

static tf_err persist(tf_auxinfo *s, unsigned j, tf_outbox *out)
{
	const tf_party_env *env = s->r.env;
	size_t cap = tf_aux_length(env->pr), len = 0;
	uint8_t *record = tf_outbox_room(out, cap);
	const char *device = env->party[j - 1].device;

	if (!record)
		return TF_E_CAPACITY;
	TRY(tf_aux_encode(record, cap, &len, &s->st->peer[j - 1].aux, device, env->sid, s->st->now,
	                  env->pr, s->r.mem));
	return tf_outbox_persist(out, TF_REC_PEER_AUX, device, strlen(device), record, len);
}

static tf_err take_confirmations(tf_auxinfo *s, tf_outbox *out, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;

	for (unsigned j = 1; j <= env->n; j++) {
		tf_msg_aux_confirm m;

		if (j == env->self)
			continue;
		TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
		if (!tf_holds(fault, TF_CK_AUX_OUTPUT,
		              memcmp(m.output, s->st->output, sizeof(m.output)) == 0))
			return TF_E_PROOF;
	}
	for (unsigned j = 1; j <= env->n; j++)
		if (j != env->self)
			TRY(persist(s, j, out));
	return TF_OK;
}

/* ---- the machine ---- */

static tf_err advance(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	switch (r->round) {
	case 1: return take_commitments(machine(r), out, fault);
	case 2: return take_openings(machine(r), out, fault);
	case 3: return take_proofs(machine(r), out, fault);
	case 4: return take_confirmations(machine(r), out, fault);
	}
	return TF_E_USAGE;
}

tf_run_sizes tf_auxinfo_sizes(const tf_profile *pr, uint16_t n)
{
	tf_wire_env wire = { .pr = pr, .n = n, .batch = 1 };
	tf_run_sizes s = tf_rounds_sizes(&wire, table, TF_ARRAY_LEN(table));

	s.mem += sizeof(tf_auxinfo_state) + sizeof(tf_msg_aux_r3) + sizeof(tf_zk_mod_verifier) +
	         ZK_SCRATCH + tf_zk_tables_bytes(pr);
	s.out += n * (tf_aux_length(pr) + 64);
	return s;
}

tf_err tf_auxinfo_start(tf_auxinfo *s, const tf_auxinfo_args *args, tf_arena *mem, tf_outbox *out)
{
	size_t before = out->count;
	tf_err err;

	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	err = begin(s, args, mem, out, advance);
	if (err != TF_OK) {
		out->count = before;
		tf_auxinfo_wipe(s);
	}
	tf_wipe_stack_deep();
	return err;
}

tf_err tf_auxinfo_audit(tf_auxinfo *s, const tf_party_env *env, tf_arena *mem)
{
	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	TRY(set_up(s, env, mem, advance));
	s->st->audit = true;
	tf_rounds_audit_begin(&s->r);
	return TF_OK;
}

const tf_aux *tf_auxinfo_peer(const tf_auxinfo *s, unsigned party)
{
	if (s->r.state != TF_RUN_DONE || !tf_party_find(s->r.env, party) ||
	    party == s->r.env->self)
		return NULL;
	return &s->st->peer[party - 1].aux;
}

void tf_auxinfo_wipe(tf_auxinfo *s)
{
	if (s->r.mem)
		tf_arena_wipe(s->r.mem);
	tf_wipe(s, sizeof(*s));
}
