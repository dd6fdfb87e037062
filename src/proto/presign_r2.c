/* Presigning, round 2: multiplication to addition (docs/protocol.md 6.4, R2). */
#include "proto/presign_impl.h"

/* One multiplication for one peer: D = x (.) K_j (+) enc_j(-beta; rho), F = enc_i(-beta; rhoy). */
typedef struct mta {
	unsigned party;
	uint32_t b;
	unsigned which;
	tf_int minus_beta;
	tf_randomiser rho, rhoy;
	tf_bn product;
	tf_bn *D, *F;
	tf_zk_affg_proof *proof;
	tf_zk_affg_prover pv;
	tf_zk_affg_st st;
	tf_zk_affg_wit wit;
	tf_ctx ctx;
} mta;

typedef struct checking {
	unsigned party;
	tf_zk_affg_verifier vf;
	tf_zk_affg_st st;
	const tf_zk_affg_proof *proof;
	tf_ctx ctx;
} checking;

/* Products of the D that came, one per multiplication, and their decryption. */
typedef struct sum {
	tf_bn c[2];
	tf_paillier_dec dec[2];
	tf_int plain[2];
} sum;

#define MULTIPLY_JOBS (1u + 2 * TF_RANDOMISER_JOBS)

size_t tf_presign_scratch_r2(uint32_t peers, uint32_t batch)
{
	size_t n = 2 * (size_t)peers * batch;
	size_t prove = n * (sizeof(mta) + (TF_ZK_AFFG_PROVE_JOBS + MULTIPLY_JOBS) * TF_PRESIGN_JOB) +
	               tf_zk_folds_bytes(n * TF_ZK_AFFG_FOLDS);
	size_t singly = n * TF_ZK_AFFG_VERIFY_JOBS * TF_PRESIGN_JOB;
	size_t together = tf_zk_batchv_bytes(n * TF_ZK_AFFG_EQUATIONS, peers + 2u);
	size_t check = n * sizeof(checking) + (singly > together ? singly : together);
	size_t one = sizeof(tf_presign_mta_item) + (peers + 1) * sizeof(tf_presign_r2_peer);

	return (prove > check ? prove : check) +
	       batch * (sizeof(sum) + 2 * sizeof(tf_int) + sizeof(tf_presign_r2_item) + 8192u +
	                peers * (one + sizeof(tf_presign_r2_item)));
}

/* ---- sending ---- */

/* Centred gamma and w of one item: the multipliers. */
typedef struct factors {
	tf_int gamma, w;
} factors;

/* A list of multiplications over all peers, items and kinds. */
typedef struct work {
	size_t n;
	mta *list;
	const factors *x;
	tf_presign_r2_item *r2;                         /* [b] */
	tf_presign_mta_item *direct[TF_PARTIES_MAX];    /* [peer][b] */
	tf_batch *batch;
} work;

static const tf_int *multiplier(const work *w, const mta *m)
{
	return m->which == TF_MTA_GAMMA ? &w->x[m->b].gamma : &w->x[m->b].w;
}

/* For an alert. */
static void keep(const mta *m, const tf_presign *s)
{
	unsigned peer = tf_presign_peer_at(s->r.env->self, m->party);
	tf_presign_kept *k = &s->st->kept[(size_t)m->b * s->r.env->n + peer];

	k->minus_beta[m->which] = m->minus_beta;
	k->rho[m->which] = m->rho.r;
	k->rhoy[m->which] = m->rhoy.r;
}

/* beta; rho, rhoy, which the batch makes; and where things go. */
static tf_err prepare(mta *m, const tf_presign *s, work *w, unsigned j, uint32_t b, unsigned which)
{
	const tf_party_env *env = s->r.env;
	tf_presign_own *it = &s->st->item[b];
	tf_presign_r2_peer *peer = &w->r2[b].peers[tf_presign_peer_at(env->self, j)];
	tf_presign_mta_item *direct = &w->direct[j - 1][b];
	tf_sc_sec *total = which == TF_MTA_GAMMA ? &it->beta : &it->betahat;
	TF_AUTO(tf_int) beta;
	TF_AUTO(tf_sc_sec) beta_q;

	m->party = j;
	m->b = b;
	m->which = which;
	m->D = which == TF_MTA_GAMMA ? &direct->D : &direct->Dhat;
	m->F = which == TF_MTA_GAMMA ? &peer->F : &peer->Fhat;
	m->proof = which == TF_MTA_GAMMA ? &direct->psi : &direct->psihat;
	TRY(tf_int_random(&beta, env->pr->ell_prime, NULL, env->rng));
	TRY(tf_randomiser_start(&m->rho, tf_presign_pk(s, j), env->rng, w->batch));
	TRY(tf_randomiser_start(&m->rhoy, tf_presign_pk(s, env->self), env->rng, w->batch));
	tf_int_neg(&m->minus_beta, &beta);
	TRY(tf_sc_from_int(env->g, &beta_q.s, &beta));
	tf_sc_add(env->g, &total->s, &total->s, &beta_q.s);
	return TF_OK;
}

static void multiply_start(const tf_presign *s, work *w)
{
	for (size_t i = 0; i < w->n; i++) {
		mta *m = &w->list[i];

		tf_paillier_mul_start(w->batch, &m->product, tf_presign_pk(s, m->party),
		                      multiplier(w, m), s->r.env->pr->ell,
		                      &tf_presign_other_at(s, m->b, m->party)->K, TF_SECRET);
	}
}

static tf_err multiply_finish(mta *m, const tf_presign *s)
{
	const tf_paillier_pk *own = tf_presign_pk(s, s->r.env->self);
	const tf_paillier_pk *pk = tf_presign_pk(s, m->party);

	TRY(tf_randomiser_finish(&m->rho, pk));
	TRY(tf_randomiser_finish(&m->rhoy, own));
	keep(m, s);
	*m->D = m->rho.rn;
	TRY(tf_paillier_enc_finish(m->D, pk, &m->minus_beta));
	TRY(tf_paillier_add(m->D, pk, &m->product, m->D));
	*m->F = m->rhoy.rn;
	TRY(tf_paillier_enc_finish(m->F, own, &m->minus_beta));
	tf_ct_declassify(m->D, sizeof(*m->D)); /* this round publishes them */
	tf_ct_declassify(m->F, sizeof(*m->F));
	return TF_OK;
}

static tf_err prove_start(mta *m, const tf_presign *s, const work *w)
{
	const tf_party_env *env = s->r.env;
	const tf_presign_own *it = &s->st->item[m->b];
	tf_zk_env zk = tf_presign_zk(s);

	TRY(tf_presign_ctx_affg(&m->ctx, it->epid, env->self, m->party, m->which));
	m->st = (tf_zk_affg_st){
		.ctx = &m->ctx, .rp = tf_presign_rp(s, m->party),
		.pk0 = tf_presign_pk(s, m->party), .pk1 = tf_presign_pk(s, env->self),
		.C = &tf_presign_other_at(s, m->b, m->party)->K, .D = m->D, .Y = m->F,
		.X = m->which == TF_MTA_GAMMA ? &it->Gamma : &s->st->w.W[env->self - 1],
	};
	m->wit = (tf_zk_affg_wit){ .x = multiplier(w, m), .y = &m->minus_beta,
	                           .rho = &m->rho.r, .rhoy = &m->rhoy.r };
	return tf_zk_affg_prove_start(&m->pv, m->proof, &zk, &m->st, &m->wit, env->rng, w->batch);
}

/* Multiplications and their proofs, in one batch. */
static tf_err multiply_and_prove(const tf_presign *s, work *w)
{
	tf_zk_env zk = tf_presign_zk(s);
	tf_zk_folds *folds;

	multiply_start(s, w);
	for (size_t i = 0; i < w->n; i++)
		TRY(prove_start(&w->list[i], s, w));
	TRY(tf_batch_run(w->batch));
	for (size_t i = 0; i < w->n; i++)
		TRY(multiply_finish(&w->list[i], s));
	TRY(tf_zk_folds_open(&folds, &zk, w->n * TF_ZK_AFFG_FOLDS, s->r.env->rng));
	for (size_t i = 0; i < w->n; i++) {
		mta *m = &w->list[i];

		TRY(tf_zk_affg_prove_respond(&m->pv, m->proof, &zk, &m->st, &m->wit, folds));
	}
	return tf_zk_folds_run(folds);
}

/* Gamma and the proof that it is what round 1 has committed to. */
static tf_err open_gamma(tf_presign *s, uint32_t b, tf_presign_r2_item *m, factors *x)
{
	const tf_party_env *env = s->r.env;
	tf_presign_own *it = &s->st->item[b];
	tf_zk_env zk = tf_presign_zk(s);
	tf_zk_elog_st st;
	tf_ctx ctx;

	TRY(tf_pt_mul_base(env->g, &it->Gamma, &it->gamma));
	TRY(tf_presign_ctx_elog(&ctx, it->epid, env->self, 2));
	st = (tf_zk_elog_st){ .ctx = &ctx, .L = &it->B1, .M = &it->B2, .X = &it->Y,
	                      .Y = &it->Gamma, .h = tf_group_base(env->g) };
	TRY(tf_zk_elog_prove(&m->psi, &zk, &st, &it->gamma, &it->b, env->rng));
	m->Gamma = it->Gamma;
	TRY(tf_sc_centre(env->g, &x->gamma, &it->gamma.s));
	return tf_sc_centre(env->g, &x->w, &s->st->w.w.s);
}

static tf_err make_work(tf_presign *s, work *w)
{
	const tf_party_env *env = s->r.env;
	uint32_t batch = s->st->batch;
	factors *x = tf_arena_alloc(s->r.mem, batch * sizeof(*x));
	size_t at = 0;

	w->n = 2 * (size_t)batch * (env->n - 1u);
	w->list = tf_arena_alloc(s->r.mem, w->n * sizeof(*w->list));
	w->r2 = tf_arena_alloc(s->r.mem, batch * sizeof(*w->r2));
	w->x = x;
	if (!x || !w->list || !w->r2)
		return TF_E_CAPACITY;
	TRY(tf_batch_init_on(&w->batch, s->r.mem, w->n * (MULTIPLY_JOBS + TF_ZK_AFFG_PROVE_JOBS),
	                     env->kernel));
	for (uint32_t b = 0; b < batch; b++) {
		w->r2[b].peers_n = env->n - 1u;
		w->r2[b].peers = tf_arena_alloc(s->r.mem, env->n * sizeof(*w->r2[b].peers));
		if (!w->r2[b].peers)
			return TF_E_CAPACITY;
		TRY(open_gamma(s, b, &w->r2[b], &x[b]));
	}
	for (unsigned j = 1; j <= env->n; j++) {
		if (j == env->self)
			continue;
		w->direct[j - 1] = tf_arena_alloc(s->r.mem, batch * sizeof(**w->direct));
		if (!w->direct[j - 1])
			return TF_E_CAPACITY;
		for (uint32_t b = 0; b < batch; b++) {
			TRY(prepare(&w->list[at++], s, w, j, b, TF_MTA_GAMMA));
			TRY(prepare(&w->list[at++], s, w, j, b, TF_MTA_W));
		}
	}
	return TF_OK;
}

static tf_err keep_sent(tf_presign *s, unsigned j, const tf_msg_presign_mta *m)
{
	tf_blob *sent = &s->st->sent[j - 1];

	return tf_wire_encode(&tf_msg_presign_mta_wire, (uint8_t *)(uintptr_t)sent->p, sent->len,
	                      &sent->len, &s->r.wire, m);
}

tf_err tf_presign_send_r2(tf_presign *s, tf_outbox *out)
{
	const tf_party_env *env = s->r.env;
	work w = { 0 };
	tf_msg_presign_r2 m = { .items_n = s->st->batch };

	TRY(make_work(s, &w));
	TRY(multiply_and_prove(s, &w));
	for (unsigned j = 1; j <= env->n; j++) {
		tf_msg_presign_mta direct = { .items = w.direct[j - 1], .items_n = s->st->batch };

		if (j == env->self)
			continue;
		for (uint32_t b = 0; b < s->st->batch; b++)
			TRY(tf_presign_mta_hash(
				w.r2[b].peers[tf_presign_peer_at(env->self, j)].hash, s,
				&w.direct[j - 1][b]));
		TRY(keep_sent(s, j, &direct));
		TRY(tf_rounds_send(&s->r, out, (uint16_t)j, &tf_msg_presign_mta_wire, &direct));
	}
	m.items = w.r2;
	return tf_rounds_send(&s->r, out, 0, &tf_msg_presign_r2_wire, &m);
}

/* ---- taking ---- */

static tf_err check_open(checking *c, const tf_presign *s, uint32_t b, unsigned j, unsigned which,
                         const tf_presign_r2_peer *peer, const tf_presign_mta_item *m,
                         tf_fault *fault)
{
	bool gamma = which == TF_MTA_GAMMA;
	tf_zk_env zk = tf_presign_zk(s);

	TRY(tf_presign_ctx_affg(&c->ctx, s->st->item[b].epid, j, s->r.env->self, which));
	c->party = j;
	c->proof = gamma ? &m->psi : &m->psihat;
	c->st = (tf_zk_affg_st){
		.ctx = &c->ctx, .rp = tf_presign_rp(s, s->r.env->self),
		.pk0 = &s->st->own->sk.pk,
		.pk1 = tf_presign_pk(s, j), .C = &s->st->item[b].K, .D = gamma ? &m->D : &m->Dhat,
		.Y = gamma ? &peer->F : &peer->Fhat,
		.X = gamma ? &tf_presign_other_at(s, b, j)->Gamma : &s->st->w.W[j - 1],
	};
	return tf_zk_affg_verify_open(&c->vf, &zk, &c->st, c->proof, fault);
}

/* Gamma_j, its proof, and that the direct message is the one of the broadcast. */
static tf_err take_item(tf_presign *s, uint32_t b, unsigned j, const tf_presign_r2_item *it,
                        const tf_presign_mta_item *m, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	tf_presign_other *o = tf_presign_other_at(s, b, j);
	tf_zk_env zk = tf_presign_zk(s);
	tf_zk_elog_st st;
	uint8_t hash[32];
	tf_ctx ctx;
	bool same;

	if (!tf_holds(fault, TF_CK_PRESIGN_GAMMA, !tf_pt_is_identity(&it->Gamma)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_PRESIGN_PEERS, it->peers_n == env->n - 1u))
		return TF_E_PROOF;
	TRY(tf_presign_mta_hash(hash, s, m));
	same = tf_ct_reveal(tf_ct_bytes_eq(hash, it->peers[tf_presign_peer_at(j, env->self)].hash,
	                                   sizeof(hash)));
	if (!tf_holds(fault, TF_CK_PRESIGN_MTA, same))
		return TF_E_PROOF;
	o->Gamma = it->Gamma;
	TRY(tf_presign_ctx_elog(&ctx, s->st->item[b].epid, j, 2));
	st = (tf_zk_elog_st){ .ctx = &ctx, .L = &o->B1, .M = &o->B2, .X = &o->Y, .Y = &o->Gamma,
	                      .h = tf_group_base(env->g) };
	return tf_zk_elog_verify(&zk, &st, &it->psi, fault);
}

static tf_err take_peer(tf_presign *s, unsigned j, checking *c, size_t *at, tf_fault *fault)
{
	tf_msg_presign_r2 m;
	tf_msg_presign_mta mta_list;

	TRY(tf_rounds_decode(&s->r, &m, j, TF_BROADCAST, fault));
	TRY(tf_rounds_decode(&s->r, &mta_list, j, TF_DIRECT, fault));
	if (!tf_holds(fault, TF_CK_PRESIGN_BATCH_R2, m.items_n == s->st->batch))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_PRESIGN_BATCH_MTA, mta_list.items_n == s->st->batch))
		return TF_E_PROOF;
	for (uint32_t b = 0; b < s->st->batch; b++) {
		const tf_presign_r2_item *it = &m.items[b];
		const tf_presign_mta_item *d = &mta_list.items[b];
		const tf_presign_r2_peer *mine;

		TRY(take_item(s, b, j, it, d, fault));
		mine = &it->peers[tf_presign_peer_at(j, s->r.env->self)];
		for (unsigned which = TF_MTA_GAMMA; which <= TF_MTA_W; which++) {
			TRY(check_open(&c[*at], s, b, j, which, mine, d, fault));
			++*at;
		}
	}
	return TF_OK;
}

/* All equations in one batch, if they hold there together: modulo each party's N^2 and our Nhat. */
static tf_err vouch(bool *holds, tf_presign *s, checking *c, size_t n)
{
	tf_zk_env zk = tf_presign_zk(s);
	tf_zk_batchv *v;

	TRY(tf_zk_batchv_open(&v, &zk, n * TF_ZK_AFFG_EQUATIONS, s->r.env->n + 1u,
	                      s->r.env->rng));
	for (size_t i = 0; i < n; i++)
		tf_zk_batchv_affg(v, &c[i].vf, &c[i].st, c[i].proof);
	TRY(tf_zk_batchv_run(holds, v));
	s->st->vouched[2] = *holds;
	return TF_OK;
}

static tf_err compute_singly(const tf_presign *s, checking *c, size_t n)
{
	tf_zk_env zk = tf_presign_zk(s);
	tf_batch *batch;

	TRY(tf_batch_init_on(&batch, s->r.mem, n * TF_ZK_AFFG_VERIFY_JOBS, s->r.env->kernel));
	for (size_t i = 0; i < n; i++)
		tf_zk_affg_verify_enqueue(&c[i].vf, &zk, &c[i].st, c[i].proof, batch);
	return tf_batch_run(batch);
}

/* As in round 1. */
static tf_err verify_proofs(tf_presign *s, checking *c, size_t n, bool together, tf_fault *fault)
{
	tf_zk_env zk = tf_presign_zk(s);
	bool holds = false, refuted = false;

	if (together)
		TRY(vouch(&holds, s, c, n));
	if (!holds)
		TRY(compute_singly(s, c, n));
	for (size_t i = 0; i < n; i++) {
		tf_fault_at(fault, c[i].party, s->r.round);
		TRY(tf_zk_affg_verify_finish(&c[i].vf, &zk, &c[i].st, c[i].proof, fault));
		refuted |= c[i].vf.refuted;
	}
	return together && !holds && !refuted ? TF_E_FAULT : TF_OK;
}

static tf_err verify(tf_presign *s, checking *c, size_t *at, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	tf_err err = TF_OK;
	tf_fault later;

	for (unsigned j = 1; err == TF_OK && j <= env->n; j++)
		if (j != env->self)
			err = take_peer(s, j, c, at, fault);
	if (err != TF_OK && err != TF_E_PROOF)
		return err;
	later = *fault; /* of a party after those that still may fail below */
	TRY(verify_proofs(s, c, *at, err == TF_OK && !s->st->singly, fault));
	*fault = later;
	return err;
}

/* The proofs that have just been verified bound every summand: |x k + y| <= 2^(2 ell + eps) +
 * 2^(ell' + eps). What is larger was not decrypted but made by a fault modulo one of the primes,
 * and its share of delta or chi must not leave. The verdict is public. */
static tf_err check_size(const tf_presign *s, const tf_int *plain)
{
	const tf_profile *pr = s->r.env->pr;
	uint32_t bits = pr->ell_prime + pr->eps + 1;

	for (unsigned n = s->r.env->n - 1u; n > 1; n = (n + 1) / 2)
		bits++;
	return tf_ct_reveal(tf_int_in_range(plain, bits, NULL)) ? TF_OK : TF_E_FAULT;
}

/* One decryption for the sum of all that came, instead of one for each (docs/protocol.md 12):
 * the ranges keep it far below N. */
static tf_err decrypt(tf_presign *s, const checking *c, size_t n, sum *sums)
{
	const tf_paillier_sk *sk = &s->st->own->sk;
	uint32_t B = s->st->batch;
	tf_batch *batch;

	TRY(tf_batch_init_on(&batch, s->r.mem, 4 * (size_t)B, s->r.env->kernel));
	for (size_t i = 0; i < n; i++) {
		size_t in_peer = i % (2 * (size_t)B); /* [peer][b][which] */
		tf_bn *total = &sums[in_peer / 2].c[in_peer % 2];

		if (i == in_peer) /* the first peer */
			*total = *c[i].st.D;
		else
			TRY(tf_paillier_add(total, &sk->pk, total, c[i].st.D));
	}
	for (uint32_t b = 0; b < B; b++)
		for (unsigned h = 0; h < 2; h++)
			TRY(tf_paillier_dec_start(batch, &sums[b].dec[h], sk, &sums[b].c[h]));
	TRY(tf_batch_run(batch));
	for (uint32_t b = 0; b < B; b++)
		for (unsigned h = 0; h < 2; h++)
			TRY(tf_paillier_dec_finish(&sums[b].plain[h], &sums[b].dec[h], sk));
	for (uint32_t b = 0; b < B; b++)
		for (unsigned h = 0; h < 2; h++)
			TRY(check_size(s, &sums[b].plain[h]));
	return TF_OK;
}

/* out = x k + plain + beta */
static tf_err share_of_product(tf_sc *out, const tf_group *g, const tf_sc *x, const tf_sc *k,
                               const tf_int *plain, const tf_sc *beta)
{
	TF_AUTO(tf_sc_sec) t;

	TRY(tf_sc_from_int(g, &t.s, plain));
	tf_sc_add(g, &t.s, &t.s, beta);
	tf_sc_mul(g, out, x, k);
	tf_sc_add(g, out, out, &t.s);
	return TF_OK;
}

/* Gamma, the sum of all. */
static tf_err sum_gamma(tf_presign *s, uint32_t b, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	tf_presign_own *it = &s->st->item[b];
	const tf_pt *all[TF_PARTIES_MAX];

	for (unsigned j = 1; j <= env->n; j++)
		all[j - 1] = j == env->self ? &it->Gamma : &tf_presign_other_at(s, b, j)->Gamma;
	TRY(tf_pt_sum(env->g, &it->Gamma_sum, all, env->n));
	tf_fault_at(fault, TF_PARTY_NONE, s->r.round);
	if (!tf_holds(fault, TF_CK_PRESIGN_GAMMA_SUM, !tf_pt_is_identity(&it->Gamma_sum)))
		return TF_E_PROOF;
	return TF_OK;
}

/* delta_i, chi_i, Delta_i, S_i. */
static tf_err combine(tf_presign *s, uint32_t b, const sum *x)
{
	const tf_party_env *env = s->r.env;
	tf_presign_own *it = &s->st->item[b];

	TRY(share_of_product(&it->delta, env->g, &it->gamma.s, &it->k.s, &x->plain[TF_MTA_GAMMA],
	                     &it->beta.s));
	TRY(share_of_product(&it->chi.s, env->g, &s->st->w.w.s, &it->k.s, &x->plain[TF_MTA_W],
	                     &it->betahat.s));
	tf_ct_declassify(&it->delta, sizeof(it->delta)); /* the next round publishes it */
	TRY(tf_pt_mul(env->g, &it->Delta, &it->k, &it->Gamma_sum));
	return tf_pt_mul(env->g, &it->S, &it->chi, &it->Gamma_sum);
}

/* Everything that others can check, too; c receives the multiplications in the order of parties. */
static tf_err check(tf_presign *s, checking **c, size_t *n, tf_fault *fault)
{
	size_t most = 2 * (size_t)s->st->batch * (s->r.env->n - 1u);

	*n = 0;
	*c = tf_arena_alloc(s->r.mem, most * sizeof(**c));
	if (!*c)
		return TF_E_CAPACITY;
	TRY(verify(s, *c, n, fault));
	for (uint32_t b = 0; b < s->st->batch; b++)
		TRY(sum_gamma(s, b, fault));
	return TF_OK;
}

tf_err tf_presign_check_r2(tf_presign *s, tf_fault *fault)
{
	checking *c;
	size_t n;

	return check(s, &c, &n, fault);
}

tf_err tf_presign_take_r2(tf_presign *s, tf_fault *fault)
{
	sum *sums = tf_arena_alloc(s->r.mem, s->st->batch * sizeof(*sums));
	checking *c;
	size_t n;

	if (!sums)
		return TF_E_CAPACITY;
	TRY(check(s, &c, &n, fault));
	TRY(decrypt(s, c, n, sums));
	for (uint32_t b = 0; b < s->st->batch; b++)
		TRY(combine(s, b, &sums[b]));
	return TF_OK;
}
