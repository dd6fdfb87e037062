#include <string.h>

#include "lib/impl.h"

_Static_assert(TF_ABORT_BYTES == TF_ABORT_MAX, "aborts");

#define SCRATCH (512u * 1024u)
#define EFFECTS (4u * TF_ATTEMPT_RECORD_MAX)

size_t tf_settle_room(void)
{
	return tf_machine_room((tf_run_sizes){ .mem = SCRATCH, .out = EFFECTS }, 0);
}

/* Nothing here draws randomness. */
static tf_err no_random(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	(void)out;
	(void)len;
	return TF_E_ENTROPY;
}

static tf_settle *settlement(tf_machine *m)
{
	return m && m->kind == TF_MACHINE_SETTLE ? &m->as.settle : NULL;
}

/* The share of this attempt, in our seat. */
static tf_err check_pending(tf_machine *m)
{
	const tf_settle *s = &m->as.settle;
	const tf_seat *seat = tf_sharing_seat(&s->pending.sharing, s->pending.index);
	size_t mark = tf_arena_mark(&m->mem);
	uint8_t hash[32];
	tf_err err;

	if (!seat || strcmp(seat->device, m->device[0]) != 0)
		return TF_E_USAGE;
	err = tf_sharing_encode(NULL, NULL, hash, &s->pending.sharing, m->g, &m->mem);
	tf_arena_release(&m->mem, mark);
	TRY(err);
	return memcmp(hash, s->attempt.hash, sizeof(hash)) == 0 ? TF_OK : TF_E_USAGE;
}

static tf_err read_records(tf_machine *m, const tf_settle_params *p)
{
	tf_settle *s = &m->as.settle;
	size_t mark = tf_arena_mark(&m->mem);

	if (p->attempt.len) {
		TRY(tf_attempt_decode(&s->attempt, m->g, p->attempt.p, p->attempt.len, &m->mem));
		tf_arena_release(&m->mem, mark);
		s->known = true;
	}
	if (p->pending.len) {
		TRY(tf_key_decode(&s->pending, NULL, m->g, p->pending.p, p->pending.len, &m->mem));
		tf_arena_release(&m->mem, mark);
		if (s->pending.state != TF_SHARE_PENDING)
			return TF_E_USAGE;
		s->has_pending = true;
		if (s->known)
			TRY(check_pending(m));
	}
	s->committed = p->committed;
	s->roster = p->roster;
	return TF_OK;
}

tf_err tf_settle_begin(tf_machine **out, tf_memory mem, const tf_settle_params *p)
{
	/* a machine stands in a clique; of this one nothing but the own device is used */
	tf_participant party[2] = { 0 };
	tf_clique c = { .level = TF_LEVEL_P128, .n = 2, .self = 1, .party = party,
	                .random = { no_random, NULL }, .kernel = TF_USE_PORTABLE };
	tf_machine *m;

	if (!out || !p || !p->device || !p->roster.find || !p->seed)
		return TF_E_USAGE;
	party[0].device = p->device;
	party[1].device = p->device;
	c.algorithm = p->algorithm;
	c.seed = p->seed;
	TRY(tf_machine_lay(&m, mem, &c, TF_MACHINE_SETTLE,
	                   (tf_run_sizes){ .mem = SCRATCH, .out = EFFECTS }, 0));
	return tf_machine_begun(out, m, NULL, read_records(m, p));
}

/* Our signature is in the record of an attempt before the pending share is durable: without that
 * share nothing was acknowledged, and never will be. */
static bool acknowledged(const tf_machine *m)
{
	const tf_settle *s = &m->as.settle;

	return s->known && tf_attempt_acknowledged(&s->attempt, m->device[0], s->has_pending);
}

tf_err tf_settle_show(uint8_t *out, size_t cap, size_t *len, tf_machine *m)
{
	tf_settle *s = settlement(m);
	size_t mark;
	tf_err err;

	if (!s)
		return TF_E_USAGE;
	if (!acknowledged(m))
		return TF_E_STATE;
	mark = tf_arena_mark(&m->mem);
	err = tf_attempt_certificate(out, cap, len, &s->attempt, m->g, &m->mem);
	tf_arena_release(&m->mem, mark);
	return err;
}

/* Voter `liar`, from 1 (0: nobody), has said both: that convicts it before anybody
 * (tf_blame_write). */
static void keep_liar(tf_settle *s, unsigned liar, const uint8_t *abort, size_t len)
{
	const uint8_t *pk = liar ? s->roster.find(s->roster.ctx, s->attempt.voter[liar - 1].device)
	                         : NULL;

	if (!pk)
		return;
	s->liar = (uint16_t)liar;
	memcpy(s->identity, pk, sizeof(s->identity));
	memcpy(s->abort, abort, len);
	s->abort_len = len;
}

tf_err tf_settle_take(tf_machine *m, const uint8_t *shown, size_t len)
{
	tf_settle *s = settlement(m);
	size_t mark;
	tf_err err;

	if (!s)
		return TF_E_USAGE;
	if (!s->known)
		return TF_E_STATE;
	mark = tf_arena_mark(&m->mem);
	err = tf_attempt_take(&s->attempt, shown, len, s->roster.find, s->roster.ctx, m->g, &m->mem);
	tf_arena_release(&m->mem, mark);
	TRY(err);
	keep_liar(s, tf_attempt_liar(&s->attempt, &m->mem), s->attempt.abort, s->attempt.abort_len);
	return TF_OK;
}

bool tf_settle_agreed(const tf_machine *m)
{
	return m && m->kind == TF_MACHINE_SETTLE && acknowledged(m) &&
	       tf_attempt_agreed(&m->as.settle.attempt);
}

tf_err tf_settle_commit(tf_machine *m)
{
	tf_settle *s = settlement(m);
	size_t mark;
	tf_err err;

	if (!s)
		return TF_E_USAGE;
	if (!acknowledged(m))
		return TF_E_STATE;
	mark = tf_arena_mark(&m->mem);
	err = tf_attempt_commit(&s->attempt, s->has_pending ? &s->pending : NULL, m->device[0],
	                        s->committed, m->g, &m->mem, &m->out);
	tf_arena_release(&m->mem, mark);
	if (err == TF_OK) {
		s->has_pending = false;
		s->committed = s->attempt.sharing.epoch;
	}
	return err;
}

tf_err tf_settle_refuse(uint8_t *abort, size_t cap, size_t *len, tf_machine *m,
                        const uint8_t sharing[static 32], uint32_t epoch,
                        const uint8_t hash[static 32])
{
	tf_settle *s = settlement(m);
	tf_attempt_query q = { .epoch = epoch };
	size_t mark;
	tf_err err;

	if (!s)
		return TF_E_USAGE;
	if (s->known && memcmp(hash, s->attempt.hash, sizeof(s->attempt.hash)) != 0)
		return TF_E_USAGE;
	memcpy(q.sharing, sharing, sizeof(q.sharing));
	memcpy(q.hash, hash, sizeof(q.hash));
	q.known = s->known ? &s->attempt : NULL;
	q.has_pending = s->has_pending;
	q.committed = s->committed;
	q.device = m->device[0];
	mark = tf_arena_mark(&m->mem);
	err = tf_attempt_refuse(abort, cap, len, &q, &m->signer, m->g, &m->mem, &m->out);
	tf_arena_release(&m->mem, mark);
	if (err == TF_OK && s->known)
		s->attempt.state = TF_ATTEMPT_REFUSED;
	return err;
}

tf_err tf_settle_abort(tf_machine *m, const uint8_t *abort, size_t len, tf_verdict *verdict)
{
	tf_settle *s = settlement(m);
	tf_fault fault;
	size_t mark;
	tf_err err;

	tf_fault_at(&fault, TF_PARTY_NONE, 0);
	tf_verdict_set(verdict, &fault);
	if (!s)
		return TF_E_USAGE;
	if (!s->known)
		return TF_E_STATE;
	mark = tf_arena_mark(&m->mem);
	err = tf_attempt_abort(&s->attempt, (tf_blob){ abort, len }, s->committed,
	                       s->roster.find, s->roster.ctx, m->g, &m->mem, &m->out, &fault);
	tf_arena_release(&m->mem, mark);
	if (err != TF_OK) {
		tf_verdict_set(verdict, &fault);
		if (err == TF_E_CONFLICT)
			keep_liar(s, fault.party, abort, len);
	}
	return err;
}

tf_err tf_settle_sweep(tf_machine *m)
{
	tf_settle *s = settlement(m);

	if (!s)
		return TF_E_USAGE;
	if (!s->known)
		return TF_E_STATE;
	return tf_attempt_sweep(&s->attempt, s->committed, s->has_pending, &m->out);
}

tf_err tf_settle_forget(tf_machine *m)
{
	tf_settle *s = settlement(m);

	if (!s)
		return TF_E_USAGE;
	if (!s->known)
		return TF_E_STATE;
	TRY(tf_attempt_forget(&s->attempt, &m->out));
	s->has_pending = false;
	return TF_OK;
}
