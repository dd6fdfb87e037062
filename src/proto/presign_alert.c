/* Presigning, the alert: proving that it was not us (docs/protocol.md 6.6). */
#include <string.h>

#include "proto/presign_impl.h"

/* ---- memory ---- */

static size_t proof_most(const tf_wire_env *w)
{
	return tf_zk_dec_proof_wire.length(w, TF_WIRE_MOST) +
	       (w->n - 1u) * (tf_zk_affgstar_proof_wire.length(w, TF_WIRE_MOST) + 64u);
}

size_t tf_presign_scratch_alert(const tf_wire_env *w)
{
	size_t peers = w->n - 1u, jobs = 512u * TF_ZK_AFFGSTAR_PROVE_JOBS(w->pr);
	size_t star = sizeof(tf_zk_affgstar_proof) + sizeof(tf_zk_affgstar_prover) + jobs;
	size_t dec = sizeof(tf_zk_dec_proof) + sizeof(tf_zk_dec_prover) + jobs;
	size_t shown = w->n * peers * (sizeof(tf_presign_mta_item) + sizeof(tf_presign_r2_peer) +
	                               sizeof(tf_presign_alert_peer) + 256u);
	size_t payload = tf_msg_presign_alert_proofs_wire.length(w, TF_WIRE_MOST);
	size_t old = w->batch * (sizeof(tf_presign_mta_item) + sizeof(tf_presign_r2_item) +
	                         peers * sizeof(tf_presign_r2_peer) + 256u);

	return (star > dec ? star : dec) + shown + old + proof_most(w) + 2 * payload + 65536u;
}

/* ---- the record ---- */

/* The masks that party i has sent to itself: of its broadcast in round 2. */
static tf_err load_masks(tf_alert_record *rec, const tf_presign *s, unsigned i)
{
	unsigned peers = s->r.env->n - 1u;
	size_t mark;
	tf_msg_presign_r2 m;

	rec->f[i - 1] = tf_arena_alloc(s->r.mem, peers * sizeof(**rec->f));
	if (!rec->f[i - 1])
		return TF_E_CAPACITY;
	mark = tf_arena_mark(s->r.mem);
	TRY(tf_rounds_again(&s->r, &m, 2, i, TF_BROADCAST));
	memcpy(rec->f[i - 1], m.items[rec->b].peers, peers * sizeof(**rec->f));
	tf_arena_release(s->r.mem, mark);
	return TF_OK;
}

/* The item of a private message of round 2 that we have. */
static tf_err load_item(const tf_presign_mta_item **out, const tf_alert_record *rec,
                        const tf_presign *s, unsigned i, unsigned j)
{
	tf_presign_mta_item *item = tf_arena_alloc(s->r.mem, sizeof(*item));
	const tf_blob *sent = &s->st->sent[j - 1];
	tf_msg_presign_mta m;
	size_t mark;

	if (!item)
		return TF_E_CAPACITY;
	mark = tf_arena_mark(s->r.mem);
	if (i == s->r.env->self)
		TRY(tf_wire_decode(&tf_msg_presign_mta_wire, &m, &s->r.wire, s->r.mem, sent->p,
		                   sent->len));
	else
		TRY(tf_rounds_again(&s->r, &m, 2, i, TF_DIRECT));
	*item = m.items[rec->b];
	*out = item;
	tf_arena_release(s->r.mem, mark);
	return TF_OK;
}

tf_err tf_alert_load(tf_alert_record *rec, const tf_presign *s)
{
	unsigned self = s->r.env->self;

	*rec = (tf_alert_record){ .b = s->st->alert_item, .which = s->st->alert_which };
	for (unsigned i = 1; i <= s->r.env->n; i++) {
		TRY(load_masks(rec, s, i));
		if (i == self)
			continue;
		TRY(load_item(&rec->d[self - 1][i - 1], rec, s, self, i));
		TRY(load_item(&rec->d[i - 1][self - 1], rec, s, i, self));
	}
	return TF_OK;
}

static const tf_bn *product(const tf_alert_record *rec, unsigned from, unsigned to)
{
	const tf_presign_mta_item *d = rec->d[from - 1][to - 1];

	return rec->which == TF_MTA_GAMMA ? &d->D : &d->Dhat;
}

static const tf_bn *mask(const tf_alert_record *rec, unsigned i, unsigned j)
{
	const tf_presign_r2_peer *f = &rec->f[i - 1][tf_presign_peer_at(i, j)];

	return rec->which == TF_MTA_GAMMA ? &f->F : &f->Fhat;
}

/* What party i decrypts: the sum of D_ij (-) F_ji over all j. */
static tf_err sum_up(tf_bn *D, const tf_alert_record *rec, const tf_presign *s, unsigned i)
{
	const tf_paillier_pk *pk = tf_presign_pk(s, i);

	tf_bn_set_u64(D, 1);
	tf_bn_resize(D, pk->n2.m.n);
	for (unsigned j = 1; j <= s->r.env->n; j++) {
		if (j == i)
			continue;
		TRY(tf_paillier_add(D, pk, D, product(rec, j, i)));
		TRY(tf_paillier_sub(D, pk, D, mask(rec, i, j)));
	}
	return TF_OK;
}

/* ---- statements ---- */

tf_err tf_alert_state_share(tf_alert_share *sh, const tf_alert_record *rec, const tf_presign *s,
                            unsigned i)
{
	const tf_party_env *env = s->r.env;
	const tf_presign_own *it = &s->st->item[rec->b];
	const tf_presign_other *o = tf_presign_other_at(s, rec->b, i);
	bool self = i == env->self, nonce = rec->which == TF_MTA_GAMMA;

	TRY(tf_presign_ctx_alert(&sh->ctx, it->epid, i, 0, rec->which));
	TRY(sum_up(&sh->D, rec, s, i));
	if (nonce)
		TRY(tf_pt_mul_base_vt(env->g, &sh->S, self ? &it->delta : &o->delta));
	else
		sh->S = self ? it->S : o->S;
	sh->st = (tf_zk_dec_st){
		.ctx = &sh->ctx, .pk = tf_presign_pk(s, i), .K = self ? &it->K : &o->K,
		.D = &sh->D, .S = &sh->S, .n = env->n,
		.X = nonce ? (self ? &it->Gamma : &o->Gamma) : &s->st->w.W[i - 1],
		.base = nonce ? tf_group_base(env->g) : &it->Gamma_sum,
	};
	return TF_OK;
}

tf_err tf_alert_state_factor(tf_zk_affgstar_st *st, tf_ctx *ctx, const tf_alert_record *rec,
                             const tf_presign *s, unsigned i, unsigned j)
{
	const tf_party_env *env = s->r.env;
	const tf_presign_own *it = &s->st->item[rec->b];
	const tf_presign_other *from = tf_presign_other_at(s, rec->b, i);
	const tf_presign_other *to = tf_presign_other_at(s, rec->b, j);

	TRY(tf_presign_ctx_alert(ctx, it->epid, i, j, rec->which));
	*st = (tf_zk_affgstar_st){
		.ctx = ctx, .pk0 = tf_presign_pk(s, j), .pk1 = tf_presign_pk(s, i),
		.C = j == env->self ? &it->K : &to->K, .D = product(rec, i, j),
		.Y = mask(rec, i, j), .X = &s->st->w.W[i - 1],
	};
	if (rec->which == TF_MTA_GAMMA)
		st->X = i == env->self ? &it->Gamma : &from->Gamma;
	return TF_OK;
}

/* ---- sending ---- */

/* x centred: gamma_i or w_i. */
static tf_err multiplier(tf_int *x, const tf_alert_record *rec, const tf_presign *s)
{
	const tf_sc *v = rec->which == TF_MTA_GAMMA ? &s->st->item[rec->b].gamma.s
	                                            : &s->st->w.w.s;

	return tf_sc_centre(s->r.env->g, x, v);
}

/* y and rho with enc(y; rho) = x (.) K (+) D: by decryption, and as an N-th root modulo N. */
static tf_err decrypt(tf_int *y, tf_bn *rho, const tf_presign *s, const tf_zk_dec_st *st,
                      const tf_int *x)
{
	size_t mark = tf_arena_mark(s->r.mem);
	const tf_paillier_sk *sk = &s->st->own->sk;
	TF_AUTO(tf_paillier_dec) dec;
	TF_AUTO(tf_bn) full;
	TF_AUTO(tf_bn) low;
	tf_batch *batch;

	TRY(tf_batch_init_on(&batch, s->r.mem, 3, s->r.env->kernel));
	tf_paillier_mul_start(batch, &full, &sk->pk, x, s->r.env->pr->ell, st->K, TF_SECRET);
	TRY(tf_batch_run(batch));
	TRY(tf_paillier_add(&full, &sk->pk, &full, st->D));
	TRY(tf_bn_mod(&low, &full, &sk->pk.n.m));
	TRY(tf_paillier_dec_start(batch, &dec, sk, &full));
	tf_batch_power(batch, rho, &sk->pk.n,
	               &(tf_power){ .base = &low, .nat = &sk->n_inv_phi, .bits = sk->pk.n.bits,
	                            .secrecy = TF_SECRET }, 1);
	TRY(tf_batch_run(batch));
	TRY(tf_paillier_dec_finish(y, &dec, sk));
	tf_arena_release(s->r.mem, mark);
	return TF_OK;
}

/* Encode a proof as a blob of the message. */
static tf_err seal(tf_blob *out, const tf_presign *s, const tf_wire_type *type, uint8_t *room,
                   const void *proof)
{
	size_t len = 0;

	TRY(tf_wire_encode(type, room, type->length(&s->r.wire, TF_WIRE_MOST), &len, &s->r.wire,
	                   proof));
	*out = (tf_blob){ room, len };
	return TF_OK;
}

static tf_err prove_share(tf_blob *out, const tf_alert_record *rec, const tf_presign *s,
                          const tf_int *x)
{
	uint8_t *room = tf_arena_alloc(s->r.mem, tf_zk_dec_proof_wire.length(&s->r.wire,
	                                                                     TF_WIRE_MOST));
	size_t mark = tf_arena_mark(s->r.mem);
	tf_zk_dec_proof *proof = tf_arena_alloc(s->r.mem, sizeof(*proof));
	tf_zk_dec_prover *pv = tf_arena_alloc(s->r.mem, sizeof(*pv));
	tf_zk_env zk = tf_presign_zk(s);
	TF_AUTO(tf_int) y;
	TF_AUTO(tf_bn) rho;
	tf_zk_dec_wit wit = { .x = x, .y = &y, .rho = &rho };
	tf_batch *batch;
	tf_alert_share sh;

	if (!room || !proof || !pv)
		return TF_E_CAPACITY;
	TRY(tf_alert_state_share(&sh, rec, s, s->r.env->self));
	TRY(decrypt(&y, &rho, s, &sh.st, x));
	TRY(tf_batch_init_on(&batch, s->r.mem, TF_ZK_DEC_PROVE_JOBS(zk.pr), s->r.env->kernel));
	TRY(tf_zk_dec_prove_start(pv, proof, &zk, &sh.st, &wit, s->r.env->rng, batch));
	TRY(tf_batch_run(batch));
	TRY(tf_zk_dec_prove_finish(pv, proof, &zk, &sh.st, &wit));
	TRY(seal(out, s, &tf_zk_dec_proof_wire, room, proof));
	tf_arena_release(s->r.mem, mark);
	return TF_OK;
}

static tf_err prove_factor(tf_blob *out, const tf_alert_record *rec, const tf_presign *s,
                           unsigned j, const tf_int *x)
{
	const tf_party_env *env = s->r.env;
	unsigned at = tf_presign_peer_at(env->self, j);
	const tf_presign_kept *kept = &s->st->kept[(size_t)rec->b * env->n + at];
	uint8_t *room = tf_arena_alloc(s->r.mem, tf_zk_affgstar_proof_wire.length(&s->r.wire,
	                                                                          TF_WIRE_MOST));
	size_t mark = tf_arena_mark(s->r.mem);
	tf_zk_affgstar_proof *proof = tf_arena_alloc(s->r.mem, sizeof(*proof));
	tf_zk_affgstar_prover *pv = tf_arena_alloc(s->r.mem, sizeof(*pv));
	tf_zk_env zk = tf_presign_zk(s);
	tf_zk_affgstar_wit wit = { .x = x, .y = &kept->minus_beta[rec->which],
	                           .rho = &kept->rho[rec->which],
	                           .rhoy = &kept->rhoy[rec->which] };
	tf_zk_affgstar_st st;
	tf_batch *batch;
	tf_ctx ctx;

	if (!room || !proof || !pv)
		return TF_E_CAPACITY;
	TRY(tf_alert_state_factor(&st, &ctx, rec, s, env->self, j));
	TRY(tf_batch_init_on(&batch, s->r.mem, TF_ZK_AFFGSTAR_PROVE_JOBS(zk.pr), s->r.env->kernel));
	TRY(tf_zk_affgstar_prove_start(pv, proof, &zk, &st, &wit, env->rng, batch));
	TRY(tf_batch_run(batch));
	TRY(tf_zk_affgstar_prove_finish(pv, proof, &zk, &st, &wit));
	TRY(seal(out, s, &tf_zk_affgstar_proof_wire, room, proof));
	tf_arena_release(s->r.mem, mark);
	return TF_OK;
}

/* Everything that could still become a signature, or help to. */
static void forget(tf_presign_state *st, unsigned n)
{
	for (uint32_t b = 0; b < st->batch; b++) {
		tf_presign_own *it = &st->item[b];
		tf_sc_sec *secrets[] = { &it->k, &it->gamma, &it->y, &it->a, &it->b, &it->beta,
		                         &it->betahat, &it->chi };

		for (unsigned i = 0; i < TF_ARRAY_LEN(secrets); i++)
			tf_sc_sec_wipe(secrets[i]);
		tf_presig_wipe(&st->presig[b]);
	}
	tf_wipe(st->kept, (size_t)st->batch * n * sizeof(*st->kept));
	tf_sc_sec_wipe(&st->w.w);
}

/* The proofs of the message; its peers show what they were sent. */
static tf_err prove(tf_msg_presign_alert_proofs *m, const tf_alert_record *rec, const tf_presign *s)
{
	const tf_party_env *env = s->r.env;
	TF_AUTO(tf_int) x;

	m->peers_n = env->n - 1u;
	m->peers = tf_arena_alloc(s->r.mem, m->peers_n * sizeof(*m->peers));
	if (!m->peers)
		return TF_E_CAPACITY;
	TRY(multiplier(&x, rec, s));
	TRY(prove_share(&m->psi, rec, s, &x));
	for (unsigned j = 1; j <= env->n; j++) {
		tf_presign_alert_peer *peer = &m->peers[tf_presign_peer_at(env->self, j)];
		const tf_presign_mta_item *sent = rec->d[env->self - 1][j - 1];

		if (j == env->self)
			continue;
		if (!sent)
			return TF_E_STATE;
		peer->mta = *sent;
		TRY(prove_factor(&peer->psi, rec, s, j, &x));
	}
	return TF_OK;
}

tf_err tf_alert_hash(uint8_t out[static 32], const tf_presign *s,
                     const tf_msg_presign_alert_proofs *m)
{
	const tf_wire_type *type = &tf_msg_presign_alert_proofs_wire;
	size_t mark = tf_arena_mark(s->r.mem), len = 0;
	size_t most = type->length(&s->r.wire, TF_WIRE_MOST);
	uint8_t *buf = tf_arena_alloc(s->r.mem, most);

	if (!buf)
		return TF_E_CAPACITY;
	TRY(tf_wire_encode(type, buf, most, &len, &s->r.wire, m));
	tf_shake256_hash(out, buf, len);
	tf_arena_release(s->r.mem, mark);
	return TF_OK;
}

tf_err tf_presign_send_alert(tf_presign *s, tf_outbox *out)
{
	const tf_party_env *env = s->r.env;
	tf_msg_presign_alert m = { .item = s->st->alert_item, .which = (uint8_t)s->st->alert_which };
	tf_msg_presign_alert_proofs proofs = { 0 };
	tf_alert_record *rec = tf_arena_alloc(s->r.mem, sizeof(*rec));

	if (!rec)
		return TF_E_CAPACITY;
	TRY(tf_alert_load(rec, s));
	TRY(prove(&proofs, rec, s));
	forget(s->st, env->n);
	TRY(tf_alert_hash(m.hash, s, &proofs));
	for (unsigned j = 1; j <= env->n; j++)
		if (j != env->self)
			TRY(tf_rounds_send(&s->r, out, (uint16_t)j,
			                   &tf_msg_presign_alert_proofs_wire, &proofs));
	TRY(tf_rounds_send(&s->r, out, 0, &tf_msg_presign_alert_wire, &m));
	return TF_OK;
}
