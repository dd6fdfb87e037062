/* Presigning, the verdict on alerts: who is to blame for a sum that failed (docs/protocol.md 6.6).
 *
 * A trial is a list of verdicts, each of which verifies one proof: first what everybody sent, then,
 * where all of that is known and good, what they made of what was sent to them. One takes up to
 * seconds, and with sixteen parties there are 256, so a trial can be interrupted after each.
 */
#include <string.h>

#include "proto/presign_impl.h"

struct tf_presign_trial {
	tf_alert_record rec;
	tf_msg_presign_alert_proofs *m; /* [party index - 1] */
	bool here[TF_PARTIES_MAX];      /* it has answered, to the round 3 that we have seen */
	bool all;                       /* everybody has */
	uint32_t at, end; /* the proof to look at next: n n of factors, n of shares */
	uint32_t bad;     /* convicted by what they sent */
	tf_fault first;   /* of the lowest party that is convicted, */
	tf_err verdict;   /* and what its checks returned */
	size_t mark;
};

/* ---- proofs ---- */

/* What party j's alert is, before its proofs. m: where its proofs are, afterwards. */
static tf_err take_alert(tf_msg_presign_alert_proofs *m, tf_alert_record *rec, const tf_presign *s,
                         unsigned j, tf_fault *fault)
{
	const tf_party_env *env = s->r.env;
	tf_msg_presign_alert said;
	uint8_t hash[32];

	tf_fault_at(fault, j, s->r.round);
	if (!tf_holds(fault, TF_CK_ALERT_RAISED, tf_rounds_agrees(&s->r, j)))
		return TF_E_PROOF;
	TRY(tf_rounds_decode(&s->r, &said, j, TF_BROADCAST, fault));
	if (!tf_holds(fault, TF_CK_ALERT_ITEM, said.item == rec->b))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_ALERT_SUM, said.which == rec->which))
		return TF_E_PROOF;
	TRY(tf_rounds_decode(&s->r, m, j, TF_DIRECT, fault));
	TRY(tf_alert_hash(hash, s, m));
	if (!tf_holds(fault, TF_CK_ALERT_HASH, memcmp(hash, said.hash, sizeof(hash)) == 0))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_ALERT_PEERS, m->peers_n == env->n - 1u))
		return TF_E_PROOF;
	if (!rec->f[j - 1])
		return TF_E_STATE;
	for (unsigned k = 0; k < m->peers_n; k++) {
		TRY(tf_presign_mta_hash(hash, s, &m->peers[k].mta));
		if (!tf_holds(fault, TF_CK_ALERT_MTA,
		              memcmp(hash, rec->f[j - 1][k].hash, sizeof(hash)) == 0))
			return TF_E_PROOF;
	}
	for (unsigned k = 1; k <= env->n; k++)
		if (k != j)
			rec->d[j - 1][k - 1] = &m->peers[tf_presign_peer_at(j, k)].mta;
	return TF_OK;
}

/* A proof out of a blob. */
static tf_err unpack(void *proof, const tf_presign *s, const tf_wire_type *type,
                     const tf_blob *blob, tf_fault *fault)
{
	tf_err err = tf_wire_decode(type, proof, &s->r.wire, s->r.mem, blob->p, blob->len);

	if (err == TF_E_CAPACITY || err == TF_E_USAGE)
		return err;
	if (!tf_holds(fault, TF_CK_ALERT_FORM, err == TF_OK))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err verify_share(const tf_blob *blob, const tf_alert_record *rec, const tf_presign *s,
                           unsigned j, tf_fault *fault)
{
	tf_zk_dec_proof *proof = tf_arena_alloc(s->r.mem, sizeof(*proof));
	tf_zk_dec_verifier *vf = tf_arena_alloc(s->r.mem, sizeof(*vf));
	tf_zk_env zk = tf_presign_zk(s);
	tf_batch *batch;
	tf_alert_share sh;

	if (!proof || !vf)
		return TF_E_CAPACITY;
	TRY(unpack(proof, s, &tf_zk_dec_proof_wire, blob, fault));
	TRY(tf_alert_state_share(&sh, rec, s, j));
	TRY(tf_batch_init_on(&batch, s->r.mem, TF_ZK_DEC_VERIFY_JOBS(zk.pr), s->r.env->kernel));
	TRY(tf_zk_dec_verify_start(vf, &zk, &sh.st, proof, batch, fault));
	TRY(tf_batch_run(batch));
	return tf_zk_dec_verify_finish(vf, &zk, &sh.st, proof, fault);
}

static tf_err verify_factor(const tf_blob *blob, const tf_alert_record *rec, const tf_presign *s,
                            unsigned j, unsigned k, tf_fault *fault)
{
	tf_zk_affgstar_proof *proof = tf_arena_alloc(s->r.mem, sizeof(*proof));
	tf_zk_affgstar_verifier *vf = tf_arena_alloc(s->r.mem, sizeof(*vf));
	tf_zk_env zk = tf_presign_zk(s);
	tf_zk_affgstar_st st;
	tf_batch *batch;
	tf_ctx ctx;

	if (!proof || !vf)
		return TF_E_CAPACITY;
	TRY(unpack(proof, s, &tf_zk_affgstar_proof_wire, blob, fault));
	TRY(tf_alert_state_factor(&st, &ctx, rec, s, j, k));
	TRY(tf_batch_init_on(&batch, s->r.mem, TF_ZK_AFFGSTAR_VERIFY_JOBS(zk.pr), s->r.env->kernel));
	TRY(tf_zk_affgstar_verify_start(vf, &zk, &st, proof, batch, fault));
	TRY(tf_batch_run(batch));
	return tf_zk_affgstar_verify_finish(vf, &zk, &st, proof, fault);
}

/* Is what party j decrypts known: has everybody shown its message to it, and proved it? bad: bits
 * of those who have not. */
static bool sum_known(const tf_alert_record *rec, const tf_presign *s, unsigned j, uint32_t bad)
{
	for (unsigned k = 1; k <= s->r.env->n; k++)
		if (k != j && (!rec->d[k - 1][j - 1] || (bad >> (k - 1) & 1)))
			return false;
	return true;
}

/* ---- verdicts ---- */

/* A verdict on party j; err: what its checks returned. They come in the order of parties, and after
 * one on what j has sent nobody's sum is judged: the first is the lowest party's. */
static tf_err note(tf_presign *s, unsigned j, tf_err err, const tf_fault *found)
{
	tf_presign_trial *t = s->st->trial;

	if (err != TF_E_PROOF)
		return err;
	if (!s->st->culprits)
		t->first = *found;
	s->st->culprits |= 1u << (j - 1);
	t->verdict = err;
	return TF_OK;
}

/* Is there a proof at this place, and does it still matter? What a party has sent is judged up to
 * the first that fails: nothing else of it need even be a number to compute with. */
static bool due(const tf_presign *s, uint32_t at)
{
	const tf_presign_trial *t = s->st->trial;
	uint32_t n = s->r.env->n, j = at < n * n ? at / n : at - n * n;

	if (!t->here[j] || (s->st->culprits >> j & 1))
		return false;
	if (at < n * n)
		return at % n != j;
	return sum_known(&t->rec, s, j + 1, t->bad);
}

static tf_err verify_at(tf_presign *s, uint32_t at)
{
	const tf_presign_trial *t = s->st->trial;
	unsigned n = s->r.env->n, j = (at < n * n ? at / n : at - n * n) + 1;
	unsigned k = at % n + 1;
	const tf_msg_presign_alert_proofs *m = &t->m[j - 1];
	size_t mark = tf_arena_mark(s->r.mem);
	tf_fault found;
	tf_err err;

	tf_fault_at(&found, j, s->r.round);
	err = at < n * n ? verify_factor(&m->peers[tf_presign_peer_at(j, k)].psi, &t->rec, s, j, k,
	                                 &found)
	                 : verify_share(&m->psi, &t->rec, s, j, &found);
	tf_arena_release(s->r.mem, mark);
	return note(s, j, err, &found);
}

static tf_err verdict(const tf_presign *s, tf_fault *fault)
{
	bool nonce = s->st->alert_which == TF_MTA_GAMMA;

	tf_fault_at(fault, TF_PARTY_NONE, s->r.round);
	if (!s->st->culprits && !s->st->trial->all)
		return TF_E_EXPIRED;
	/* a sum that failed and that nobody is to blame for: the proofs themselves have failed */
	if (!tf_holds(fault, nonce ? TF_CK_PRESIGN_NONCE : TF_CK_PRESIGN_CHI,
	              s->st->culprits != 0))
		return TF_E_PROOF;
	*fault = s->st->trial->first;
	return s->st->trial->verdict;
}

static tf_err conclude(tf_presign *s, tf_fault *fault)
{
	tf_err err = verdict(s, fault);

	tf_arena_release(s->r.mem, s->st->trial->mark);
	s->st->trial = NULL;
	return err;
}

tf_err tf_presign_open_trial(tf_presign *s, bool all)
{
	unsigned n = s->r.env->n;
	size_t mark = tf_arena_mark(s->r.mem);
	tf_presign_trial *t = tf_arena_alloc(s->r.mem, sizeof(*t));

	if (!t)
		return TF_E_CAPACITY;
	s->st->trial = t;
	*t = (tf_presign_trial){ .all = all, .end = n * n + n, .mark = mark };
	t->m = tf_arena_alloc(s->r.mem, n * sizeof(*t->m));
	if (!t->m)
		return TF_E_CAPACITY;
	TRY(tf_alert_load(&t->rec, s));
	for (unsigned j = 1; j <= n; j++) {
		tf_fault found;

		t->here[j - 1] = j != s->r.env->self && tf_rounds_same_view(&s->r, j);
		tf_fault_at(&found, j, s->r.round);
		if (t->here[j - 1])
			TRY(note(s, j, take_alert(&t->m[j - 1], &t->rec, s, j, &found), &found));
	}
	if (s->st->culprits) /* who shows something else than was sent leaves others' sums unknown */
		t->at = t->end;
	return TF_OK;
}

tf_err tf_presign_go_on_trial(tf_presign *s, uint32_t verdicts, bool *more, tf_fault *fault)
{
	tf_presign_trial *t = s->st->trial;
	uint32_t n = s->r.env->n;

	for (*more = false; t->at < t->end; t->at++) {
		if (t->at == n * n)
			t->bad = s->st->culprits;
		if (!due(s, t->at))
			continue;
		if (verdicts-- == 0) {
			*more = true;
			return TF_OK;
		}
		TRY(verify_at(s, t->at));
	}
	return conclude(s, fault);
}

tf_err tf_presign_take_alert(tf_presign *s, bool all, tf_fault *fault)
{
	bool more;

	tf_fault_at(fault, TF_PARTY_NONE, s->r.round);
	TRY(tf_presign_open_trial(s, all));
	return tf_presign_go_on_trial(s, UINT32_MAX, &more, fault);
}
