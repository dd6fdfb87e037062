#include "proto/blame.h"

#include <string.h>

#include "base/keccak.h"
#include "proto/blame_impl.h"
#include "proto/settlement.h"
#include "zk/transcript.h"

const char *tf_protocol_name(tf_protocol p)
{
	switch (p) {
	case TF_KEYGEN: return "keygen";
	case TF_AUXINFO: return "auxinfo";
	case TF_PRESIGN: return "presign";
	case TF_SIGN: return "sign";
	case TF_FROST_PREPARE: return "frost-prepare";
	case TF_FROST_SIGN: return "frost-sign";
	}
	return "?";
}

const char *tf_stage_name(tf_stage s)
{
	switch (s) {
	case TF_STAGE_KEYGEN:
	case TF_STAGE_AUXINFO:
	case TF_STAGE_PRESIGN:
	case TF_STAGE_SIGN:
	case TF_STAGE_FROST_PREPARE:
	case TF_STAGE_FROST_SIGN: return tf_protocol_name((tf_protocol)s);
	case TF_STAGE_RESHARE: return "reshare";
	case TF_STAGE_SETTLE: return "settle";
	}
	return "?";
}

tf_err tf_sid_make(uint8_t sid[static 32], const tf_sid_parts *p, const tf_profile *pr,
                   const tf_group *g, tf_arena *mem)
{
	size_t cap = 4096 + TF_PARTIES_MAX * (TF_CTL_READY_MAX + 256);
	uint8_t *buf = tf_arena_alloc(mem, cap);
	tf_tr t;

	if (!buf)
		return TF_E_CAPACITY;
	tf_tr_init(&t, buf, cap);
	tf_tr_u64(&t, TF_WIRE_PROTOCOL_VERSION);
	tf_tr_u64(&t, p->protocol);
	tf_tr_str(&t, pr->text);
	tf_tr_str(&t, tf_group_name(g));
	tf_tr_u64(&t, p->n);
	tf_tr_u64(&t, p->t);
	tf_tr_open(&t);
	for (unsigned i = 0; i < p->n; i++) {
		tf_tr_open(&t);
		tf_tr_u64(&t, i + 1);
		tf_tr_str(&t, p->party[i].device);
		tf_tr_u64(&t, p->party[i].share_index);
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	tf_tr_open(&t);
	for (unsigned i = 0; i < p->n; i++)
		tf_tr_bytes(&t, p->party[i].identity, 32);
	tf_tr_close(&t);
	tf_tr_bytes(&t, p->trust, 32);
	tf_tr_bytes(&t, p->request, 32);
	tf_tr_bytes(&t, p->open, 32);
	tf_tr_open(&t);
	for (unsigned i = 0; i < p->n; i++)
		tf_tr_bytes(&t, p->ready[i].p, p->ready[i].len);
	tf_tr_close(&t);
	return tf_tr_hash(sid, &t, "sid");
}

/* Nothing that an audit draws is secret, but nobody may know it before the file is written: a liar
 * would choose its numbers by it, a composite for instance that these bases take for a prime. */
static tf_err draw(void *ctx, uint8_t *out, size_t len)
{
	tf_court_coins *coins = ctx;
	tf_keccak k;

	coins->count++;
	tf_shake256_init(&k);
	tf_keccak_absorb(&k, coins->file, sizeof(coins->file));
	tf_keccak_absorb(&k, &coins->count, sizeof(coins->count));
	tf_keccak_squeeze(&k, out, len);
	return TF_OK;
}

/* ---- reading ---- */

static bool claim_ok(const tf_case *c)
{
	const tf_rec_evidence *m = &c->m;
	bool known = m->protocol == m->stage ||
	             (m->protocol == TF_SIGN && m->stage == TF_PRESIGN);

	/* no session runs a resharing yet; what is not a run has no items */
	return known && (c->given || m->stage != TF_STAGE_RESHARE) && m->parties_n >= 2 &&
	       m->self >= 1 && m->self <= m->parties_n && m->party >= 1 && m->party <= m->parties_n &&
	       m->batch >= 1 && m->batch <= tf_court_batch_most((tf_stage)m->stage);
}

/* What a run without opening has in common with a session. */
static tf_err read_testimony(tf_case *c, const uint8_t *in, size_t len, tf_arena *mem)
{
	tf_rec_testimony t;
	tf_evidence_party *party;

	TRY(tf_wire_decode_framed(&tf_rec_testimony_wire, &t, NULL, mem, in, len));
	party = tf_arena_alloc(mem, (t.parties_n + 1u) * sizeof(*party));
	if (!party)
		return TF_E_CAPACITY;
	c->m = (tf_rec_evidence){ .profile = t.profile, .curve = t.curve, .protocol = t.stage,
	                          .stage = t.stage, .t = t.t, .parties = party,
	                          .parties_n = t.parties_n, .self = t.self, .party = t.party,
	                          .round = t.round, .check = t.check, .batch = t.batch,
	                          .context = t.context, .messages = t.messages,
	                          .messages_n = t.messages_n };
	for (uint32_t i = 0; i < t.parties_n; i++) {
		party[i].device = t.parties[i].device;
		party[i].slot = t.parties[i].slot;
		memcpy(party[i].identity, t.parties[i].identity, sizeof(party[i].identity));
	}
	c->given = true;
	memcpy(c->sid, t.session, sizeof(c->sid));
	return t.t == 0 || t.stage == TF_STAGE_KEYGEN ? TF_OK : TF_E_ENCODING;
}

static tf_err read_evidence(tf_case *c, const tf_profile **pr, const uint8_t *in, size_t len,
                            tf_arena *mem)
{
	uint16_t type = len >= 2 ? (uint16_t)(in[0] << 8 | in[1]) : 0;

	*c = (tf_case){ .given = false };
	if (type == TF_REC_TESTIMONY)
		TRY(read_testimony(c, in, len, mem));
	else
		TRY(tf_wire_decode_framed(&tf_rec_evidence_wire, &c->m, NULL, mem, in, len));
	*pr = tf_profile_find(c->m.profile);
	if (!*pr || !claim_ok(c))
		return TF_E_ENCODING;
	/* no such run ever began */
	return tf_court_sizes(&c->m, *pr).message <= TF_ENVELOPE_MAX ? TF_OK : TF_E_ENCODING;
}

size_t tf_evidence_judge_mem(const uint8_t *in, size_t len)
{
	uint8_t room[32768];
	const tf_profile *pr;
	tf_arena mem;
	tf_case c;

	if (tf_settlement_is(in, len))
		return tf_settlement_judge_mem(in, len);
	tf_arena_init(&mem, room, sizeof(room));
	if (read_evidence(&c, &pr, in, len, &mem) != TF_OK)
		return 0;
	return tf_court_sizes(&c.m, pr).mem + TF_PRESIGN_AUDIT_MEM + TF_AUDIT_OUTBOX +
	       sizeof(room) + sizeof(tf_court) +
	       c.m.parties_n * (sizeof(tf_aux) + sizeof(tf_evidence_seat) + 1024u) +
	       TF_PARTIES_MAX * (TF_CTL_READY_MAX + 512u) + sizeof(tf_weights) + (256u << 10);
}

/* ---- judging ---- */

static tf_err seat_parties(tf_court *c)
{
	tf_blob ready[TF_PARTIES_MAX] = { { NULL, 0 } };
	tf_sid_parts parts = { .protocol = (tf_protocol)c->m->protocol, .t = c->m->t,
	                       .n = (uint16_t)c->m->parties_n, .party = c->env.party,
	                       .request = c->m->request, .open = c->m->open, .trust = c->m->trust,
	                       .ready = ready };

	c->env = (tf_party_env){ .pr = c->pr, .g = c->g, .rng = &c->rng, .signer = &c->signer,
	                         .n = parts.n, .self = c->m->self };
	for (unsigned i = 0; i < parts.n; i++) {
		const tf_evidence_party *p = &c->m->parties[i];

		ready[i] = p->ready;
		c->env.party[i] = (tf_party){ .device = p->device, .share_index = p->slot };
		memcpy(c->env.party[i].identity, p->identity, 32);
	}
	memcpy(c->signer.pk, c->env.party[c->m->self - 1].identity, 32);
	if (!c->file.given)
		return tf_sid_make(c->env.sid, &parts, c->pr, c->g, c->mem);
	memcpy(c->env.sid, c->file.sid, sizeof(c->env.sid));
	return TF_OK;
}

static tf_err try_run(tf_evidence_verdict *out, tf_court *c)
{
	tf_err err;

	err = tf_rounds_audit(&c->machine.rounds, c->m->messages, c->m->messages_n, &out->fault);
	if (err == TF_OK && c->m->stage == TF_PRESIGN)
		err = tf_presign_audit_end(&c->machine.presign, &out->fault);
	if (c->m->stage == TF_PRESIGN)
		out->culprits = tf_presign_culprits(&c->machine.presign);
	return err;
}

/* The check code's answer to the messages. */
static tf_err judge(tf_evidence_verdict *out, tf_court *c)
{
	TRY(tf_court_set_up(c));
	if (c->m->check != TF_CK_EQUIVOCATION)
		return try_run(out, c);
	if (c->m->messages_n != 2)
		return TF_E_ENCODING;
	return tf_audit_pair(&c->machine.rounds, &c->m->messages[0], &c->m->messages[1],
	                     &out->fault);
}

tf_err tf_court_open(tf_court *c, const uint8_t *in, size_t len, tf_arena *mem)
{
	*c = (tf_court){ .mem = mem };
	TRY(read_evidence(&c->file, &c->pr, in, len, mem));
	c->m = &c->file.m;
	if (tf_group_init(&c->g, (tf_curve_id)c->m->curve, NULL, mem) != TF_OK)
		return TF_E_UNSUPPORTED;
	tf_shake256_hash(c->coins.file, in, len);
	c->rng = (tf_rng){ draw, &c->coins };
	TRY(seat_parties(c));
	c->wire = (tf_wire_env){ .pr = c->pr, .g = c->g, .n = c->env.n, .batch = c->m->batch };
	return TF_OK;
}

tf_err tf_evidence_judge(tf_evidence_verdict *out, const uint8_t *in, size_t len, tf_arena *mem)
{
	tf_fault claim;
	tf_court *c;

	if (tf_settlement_is(in, len))
		return tf_settlement_judge(out, in, len, mem);
	c = tf_arena_alloc(mem, sizeof(*c));
	memset(out, 0, sizeof(*out));
	if (!c)
		return TF_E_CAPACITY;
	TRY(tf_court_open(c, in, len, mem));
	out->stage = (tf_stage)c->m->stage;
	memcpy(out->sid, c->env.sid, sizeof(out->sid));
	memcpy(out->trust, c->m->trust, sizeof(out->trust));
	memcpy(out->identity, c->env.party[c->m->party - 1].identity, sizeof(out->identity));
	TRY(tf_name_copy(out->device, sizeof(out->device), c->env.party[c->m->party - 1].device));
	TRY(tf_name_copy(out->accuser, sizeof(out->accuser),
	                 c->env.party[c->m->self - 1].device));
	tf_fault_at(&claim, c->m->party, c->m->round);
	claim.check = (tf_check)c->m->check;
	tf_fault_at(&out->fault, TF_PARTY_NONE, 0);
	out->err = judge(out, c);
	if (out->err == TF_E_CAPACITY)
		return TF_E_CAPACITY;
	out->convicts = (out->err == TF_E_PROOF || out->err == TF_E_CONFLICT) &&
	                out->fault.party == claim.party && out->fault.round == claim.round &&
	                out->fault.check == claim.check;
	if (!out->convicts) {
		out->fault = claim;
		out->culprits = 0;
	} else if (!out->culprits) {
		out->culprits = 1u << (claim.party - 1);
	}
	return TF_OK;
}
