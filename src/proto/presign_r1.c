/* Presigning, round 1: nonce shares, encrypted and committed (docs/protocol.md 6.4, R1). */
#include "proto/presign_impl.h"

/* What proving one item needs beside it, in scratch memory. */
typedef struct secret {
	tf_int k, gamma;  /* centred */
	tf_randomiser rho, nu;
} secret;

typedef struct proving {
	tf_zk_encelg_prover pv;
	tf_zk_encelg_st st;
	tf_zk_encelg_wit wit;
	tf_zk_encelg_proof *proof;
	tf_ctx ctx;
} proving;

typedef struct checking {
	unsigned party;
	tf_zk_encelg_verifier vf;
	tf_zk_encelg_st st;
	const tf_zk_encelg_proof *proof;
	tf_ctx ctx;
} checking;

#define ENCRYPT_JOBS (2 * TF_RANDOMISER_JOBS) /* of an item */

size_t tf_presign_scratch_r1(uint32_t peers, uint32_t batch)
{
	size_t n = 2 * (size_t)peers * batch;
	size_t prove = n * (sizeof(proving) + TF_ZK_ENCELG_PROVE_JOBS * TF_PRESIGN_JOB) +
	               tf_zk_folds_bytes(n * TF_ZK_ENCELG_FOLDS);
	size_t singly = n * TF_ZK_ENCELG_VERIFY_JOBS * TF_PRESIGN_JOB;
	size_t together = tf_zk_batchv_bytes(n * TF_ZK_ENCELG_EQUATIONS, peers + 1u);
	size_t check = n * sizeof(checking) + (singly > together ? singly : together);

	return (prove > check ? prove : check) +
	       batch * (sizeof(secret) + sizeof(tf_presign_r1_item) +
	                ENCRYPT_JOBS * TF_PRESIGN_JOB + 1024u +
	                peers * (sizeof(tf_presign_psi_item) + sizeof(tf_presign_r1_item)));
}

/* ---- sending ---- */

/* k, gamma, y, a, b; rho, nu, which the batch makes; in this order. */
static tf_err sample(tf_presign_own *it, secret *x, const tf_presign *s, tf_batch *batch)
{
	const tf_party_env *env = s->r.env;
	const tf_paillier_pk *pk = tf_presign_pk(s, env->self);

	TRY(tf_sc_random(env->g, &it->k, env->rng));
	TRY(tf_sc_random(env->g, &it->gamma, env->rng));
	TRY(tf_sc_random(env->g, &it->y, env->rng));
	TRY(tf_sc_random(env->g, &it->a, env->rng));
	TRY(tf_sc_random(env->g, &it->b, env->rng));
	TRY(tf_randomiser_start(&x->rho, pk, env->rng, batch));
	TRY(tf_randomiser_start(&x->nu, pk, env->rng, batch));
	TRY(tf_sc_centre(env->g, &x->k, &it->k.s));
	return tf_sc_centre(env->g, &x->gamma, &it->gamma.s);
}

/* out1 = r G, out2 = r Y + v G */
static tf_err elgamal(tf_pt *out1, tf_pt *out2, const tf_group *g, const tf_sc_sec *r,
                      const tf_pt *Y, const tf_sc_sec *v)
{
	TF_AUTO(tf_pt) ry;
	TF_AUTO(tf_pt) vg;

	TRY(tf_pt_mul_base(g, out1, r));
	TRY(tf_pt_mul(g, &ry, r, Y));
	TRY(tf_pt_mul_base(g, &vg, v));
	return tf_pt_add(g, out2, &ry, &vg);
}

static tf_err commit(tf_presign_own *it, const tf_group *g)
{
	TRY(tf_pt_mul_base(g, &it->Y, &it->y));
	TRY(elgamal(&it->A1, &it->A2, g, &it->a, &it->Y, &it->k));
	return elgamal(&it->B1, &it->B2, g, &it->b, &it->Y, &it->gamma);
}

static tf_err encrypt(tf_bn *out, const tf_paillier_pk *pk, const tf_int *m, tf_randomiser *r)
{
	TRY(tf_randomiser_finish(r, pk));
	*out = r->rn;
	TRY(tf_paillier_enc_finish(out, pk, m));
	tf_ct_declassify(out, sizeof(*out)); /* this round publishes it */
	return TF_OK;
}

/* psi^0 of K or psi^1 of G, for party j. */
static tf_err prove_start(proving *p, const tf_presign *s, uint32_t b, unsigned j, unsigned which,
                          const secret *x, tf_zk_encelg_proof *proof, tf_batch *batch)
{
	const tf_party_env *env = s->r.env;
	const tf_presign_own *it = &s->st->item[b];
	tf_zk_env zk = tf_presign_zk(s);

	TRY(tf_presign_ctx_encelg(&p->ctx, it->epid, env->self, j, which));
	p->proof = proof;
	p->st = (tf_zk_encelg_st){
		.ctx = &p->ctx, .rp = tf_presign_rp(s, j), .pk = tf_presign_pk(s, env->self),
		.C = which ? &it->G : &it->K, .A = &it->Y, .B = which ? &it->B1 : &it->A1,
		.X = which ? &it->B2 : &it->A2,
	};
	p->wit = (tf_zk_encelg_wit){ .x = which ? &x->gamma : &x->k,
	                             .rho = which ? &x->nu.r : &x->rho.r,
	                             .b = which ? &it->b : &it->a };
	return tf_zk_encelg_prove_start(&p->pv, proof, &zk, &p->st, &p->wit, env->rng, batch);
}

/* Everything that is sent; proofs [peer][b][which]. */
typedef struct work {
	secret *x;   /* [b] */
	proving *p;
	size_t n;    /* proofs */
	tf_presign_psi_item *items[TF_PARTIES_MAX]; /* [peer][b] */
	tf_batch *batch;
} work;

static tf_err make_work(work *w, const tf_presign *s)
{
	const tf_party_env *env = s->r.env;
	size_t B = s->st->batch;

	w->n = 2 * B * (env->n - 1u);
	w->x = tf_arena_alloc(s->r.mem, B * sizeof(*w->x));
	w->p = tf_arena_alloc(s->r.mem, w->n * sizeof(*w->p));
	if (!w->x || !w->p)
		return TF_E_CAPACITY;
	for (unsigned j = 1; j <= env->n; j++) {
		w->items[j - 1] = tf_arena_alloc(s->r.mem, B * sizeof(**w->items));
		if (!w->items[j - 1])
			return TF_E_CAPACITY;
	}
	return tf_batch_init_on(&w->batch, s->r.mem,
	                        B * ENCRYPT_JOBS + w->n * TF_ZK_ENCELG_PROVE_JOBS, env->kernel);
}

/* Encryptions, and all proofs for all peers, in one batch. */
static tf_err start(tf_presign *s, work *w)
{
	const tf_party_env *env = s->r.env;
	size_t at = 0;

	for (uint32_t b = 0; b < s->st->batch; b++) {
		TRY(sample(&s->st->item[b], &w->x[b], s, w->batch));
		TRY(commit(&s->st->item[b], env->g));
	}
	for (unsigned j = 1; j <= env->n; j++)
		for (uint32_t b = 0; j != env->self && b < s->st->batch; b++) {
			tf_presign_psi_item *m = &w->items[j - 1][b];

			TRY(prove_start(&w->p[at++], s, b, j, 0, &w->x[b], &m->psi0, w->batch));
			TRY(prove_start(&w->p[at++], s, b, j, 1, &w->x[b], &m->psi1, w->batch));
		}
	return TF_OK;
}

static tf_err finish(tf_presign *s, work *w)
{
	const tf_paillier_pk *pk = tf_presign_pk(s, s->r.env->self);
	tf_zk_env zk = tf_presign_zk(s);
	tf_zk_folds *folds;

	for (uint32_t b = 0; b < s->st->batch; b++) {
		secret *x = &w->x[b];

		TRY(encrypt(&s->st->item[b].K, pk, &x->k, &x->rho));
		TRY(encrypt(&s->st->item[b].G, pk, &x->gamma, &x->nu));
	}
	TRY(tf_zk_folds_open(&folds, &zk, w->n * TF_ZK_ENCELG_FOLDS, s->r.env->rng));
	for (size_t i = 0; i < w->n; i++) {
		proving *p = &w->p[i];

		TRY(tf_zk_encelg_prove_respond(&p->pv, p->proof, &zk, &p->st, &p->wit, folds));
	}
	return tf_zk_folds_run(folds);
}

static tf_err send_broadcast(tf_presign *s, tf_outbox *out)
{
	tf_presign_r1_item *items = tf_arena_alloc(s->r.mem, s->st->batch * sizeof(*items));
	tf_msg_presign_r1 m = { .items = items, .items_n = s->st->batch };

	if (!items)
		return TF_E_CAPACITY;
	for (uint32_t b = 0; b < s->st->batch; b++) {
		const tf_presign_own *it = &s->st->item[b];

		items[b] = (tf_presign_r1_item){ .K = it->K, .G = it->G, .Y = it->Y, .A1 = it->A1,
		                                 .A2 = it->A2, .B1 = it->B1, .B2 = it->B2 };
	}
	return tf_rounds_send(&s->r, out, 0, &tf_msg_presign_r1_wire, &m);
}

tf_err tf_presign_send_r1(tf_presign *s, tf_outbox *out)
{
	const tf_party_env *env = s->r.env;
	work w = { 0 };

	TRY(make_work(&w, s));
	TRY(start(s, &w));
	TRY(tf_batch_run(w.batch));
	TRY(finish(s, &w));
	TRY(send_broadcast(s, out));
	for (unsigned j = 1; j <= env->n; j++) {
		tf_msg_presign_psi m = { .items = w.items[j - 1], .items_n = s->st->batch };

		if (j != env->self)
			TRY(tf_rounds_send(&s->r, out, (uint16_t)j, &tf_msg_presign_psi_wire, &m));
	}
	return TF_OK;
}

/* ---- taking ---- */

static tf_err check_open(checking *c, const tf_presign *s, uint32_t b, unsigned j, unsigned which,
                         const tf_bn *C, const tf_zk_encelg_proof *proof, tf_fault *fault)
{
	const tf_presign_other *o = tf_presign_other_at(s, b, j);
	tf_zk_env zk = tf_presign_zk(s);

	TRY(tf_presign_ctx_encelg(&c->ctx, s->st->item[b].epid, j, s->r.env->self, which));
	c->party = j;
	c->proof = proof;
	c->st = (tf_zk_encelg_st){
		.ctx = &c->ctx, .rp = tf_presign_rp(s, s->r.env->self), .pk = tf_presign_pk(s, j),
		.C = C,
		.A = &o->Y, .B = which ? &o->B1 : &o->A1, .X = which ? &o->B2 : &o->A2,
	};
	return tf_zk_encelg_verify_open(&c->vf, &zk, &c->st, proof, fault);
}

static tf_err take_item(tf_presign_other *o, const tf_presign_r1_item *m, tf_fault *fault)
{
	if (!tf_holds(fault, TF_CK_PRESIGN_Y, !tf_pt_is_identity(&m->Y)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_PRESIGN_A1, !tf_pt_is_identity(&m->A1)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_PRESIGN_B1, !tf_pt_is_identity(&m->B1)))
		return TF_E_PROOF;
	o->K = m->K;
	o->Y = m->Y;
	o->A1 = m->A1;
	o->A2 = m->A2;
	o->B1 = m->B1;
	o->B2 = m->B2;
	return TF_OK;
}

/* Everything of one peer up to the equations. *at counts what is to be finished. */
static tf_err take_peer(tf_presign *s, unsigned j, checking *c, size_t *at, tf_fault *fault)
{
	tf_msg_presign_r1 m;
	tf_msg_presign_psi psi;

	TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
	TRY(tf_rounds_decode(&s->r, &psi, j, TF_DIRECT, fault));
	if (!tf_holds(fault, TF_CK_PRESIGN_BATCH_R1, m.items_n == s->st->batch))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_PRESIGN_BATCH_PSI, psi.items_n == s->st->batch))
		return TF_E_PROOF;
	for (uint32_t b = 0; b < s->st->batch; b++) {
		const tf_presign_r1_item *it = &m.items[b];
		const tf_presign_psi_item *pf = &psi.items[b];

		TRY(take_item(tf_presign_other_at(s, b, j), it, fault));
		TRY(check_open(&c[*at], s, b, j, 0, &it->K, &pf->psi0, fault));
		++*at;
		TRY(check_open(&c[*at], s, b, j, 1, &it->G, &pf->psi1, fault));
		++*at;
	}
	return TF_OK;
}

/* All equations in one batch, if they hold there together. */
static tf_err vouch(bool *holds, tf_presign *s, checking *c, size_t n)
{
	tf_zk_env zk = tf_presign_zk(s);
	tf_zk_batchv *v;

	TRY(tf_zk_batchv_open(&v, &zk, n * TF_ZK_ENCELG_EQUATIONS, s->r.env->n, s->r.env->rng));
	for (size_t i = 0; i < n; i++)
		tf_zk_batchv_encelg(v, &c[i].vf, &c[i].st, c[i].proof);
	TRY(tf_zk_batchv_run(holds, v));
	s->st->vouched[1] = *holds;
	return TF_OK;
}

static tf_err compute_singly(const tf_presign *s, checking *c, size_t n)
{
	tf_zk_env zk = tf_presign_zk(s);
	tf_batch *batch;

	TRY(tf_batch_init_on(&batch, s->r.mem, n * TF_ZK_ENCELG_VERIFY_JOBS, s->r.env->kernel));
	for (size_t i = 0; i < n; i++)
		tf_zk_encelg_verify_enqueue(&c[i].vf, &zk, &c[i].st, c[i].proof, batch);
	return tf_batch_run(batch);
}

/* Proofs that do not hold together although each does: one of both was computed wrongly. */
static tf_err verify(tf_presign *s, checking *c, size_t n, bool together, tf_fault *fault)
{
	tf_zk_env zk = tf_presign_zk(s);
	bool holds = false, refuted = false;

	if (together)
		TRY(vouch(&holds, s, c, n));
	if (!holds)
		TRY(compute_singly(s, c, n));
	for (size_t i = 0; i < n; i++) {
		tf_fault_at(fault, c[i].party, s->r.round);
		TRY(tf_zk_encelg_verify_finish(&c[i].vf, &zk, &c[i].st, c[i].proof, fault));
		refuted |= c[i].vf.refuted;
	}
	return together && !holds && !refuted ? TF_E_FAULT : TF_OK;
}

tf_err tf_presign_take_r1(tf_presign *s, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	size_t n = 2 * (size_t)s->st->batch * (env->n - 1u), at = 0;
	checking *c = tf_arena_alloc(s->r.mem, n * sizeof(*c));
	tf_err err = TF_OK;
	tf_fault later;

	if (!c)
		return TF_E_CAPACITY;
	for (unsigned j = 1; err == TF_OK && j <= env->n; j++)
		if (j != env->self)
			err = take_peer(s, j, c, &at, fault);
	if (err != TF_OK && err != TF_E_PROOF)
		return err;
	later = *fault; /* of a party after those that still may fail below */
	TRY(verify(s, c, at, err == TF_OK && !s->st->singly, fault));
	*fault = later;
	return err;
}
