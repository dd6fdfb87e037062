#include <string.h>

#include "lib/impl.h"
#include "proto/settlement.h"
#include "proto/testimony.h"

_Static_assert(TF_DEVICE_ID_MAX == TF_CTL_NAME_MAX, "device ids");

/* ---- writing ---- */

static tf_stage stage_of(tf_machine_kind kind)
{
	switch (kind) {
	case TF_MACHINE_KEYGEN: return TF_STAGE_KEYGEN;
	case TF_MACHINE_AUXINFO: return TF_STAGE_AUXINFO;
	case TF_MACHINE_PRESIGN: return TF_STAGE_PRESIGN;
	case TF_MACHINE_SIGNING: return TF_STAGE_SIGN;
	case TF_MACHINE_RESHARE: return TF_STAGE_RESHARE;
	case TF_MACHINE_FROST_PREPARE: return TF_STAGE_FROST_PREPARE;
	case TF_MACHINE_FROST_SIGNING: return TF_STAGE_FROST_SIGN;
	case TF_MACHINE_SETTLE: break;
	}
	return TF_STAGE_SETTLE;
}

static bool has_convicted(const tf_machine *m)
{
	return m && m->kind && m->r && m->err != TF_OK;
}

static bool has_liar(const tf_machine *m)
{
	return m && m->kind == TF_MACHINE_SETTLE && m->as.settle.liar;
}

size_t tf_blame_size(const tf_machine *m)
{
	tf_testimony t;

	if (has_liar(m))
		return TF_SETTLEMENT_MEM;
	if (!has_convicted(m))
		return 0;
	t = (tf_testimony){ stage_of(m->kind), m->r, &m->fault, m->cc };
	return tf_testimony_size(&t);
}

static tf_err write_settlement(uint8_t *out, size_t cap, size_t *len, const tf_machine *m,
                               tf_arena *mem)
{
	const tf_settle *s = &m->as.settle;
	const tf_settlement words = { .attempt = &s->attempt, .party = s->liar,
	                              .identity = s->identity, .accuser = m->device[0],
	                              .abort = { s->abort, s->abort_len } };

	return tf_settlement_write(out, cap, len, &words, m->g, mem);
}

tf_err tf_blame_write(uint8_t *out, size_t cap, size_t *len, const tf_machine *m, tf_memory scratch)
{
	tf_testimony t;
	tf_arena arena;
	tf_err err;

	if (!out || !len || !m || !scratch.p)
		return TF_E_USAGE;
	if (!has_convicted(m) && !has_liar(m))
		return TF_E_STATE;
	tf_arena_init(&arena, scratch.p, scratch.len);
	if (has_liar(m)) {
		err = write_settlement(out, cap, len, m, &arena);
	} else {
		t = (tf_testimony){ stage_of(m->kind), m->r, &m->fault, m->cc };
		err = tf_testimony_write(out, cap, len, &t, &arena);
	}
	tf_arena_wipe(&arena);
	return err;
}

/* ---- judging ---- */

size_t tf_blame_room(tf_bytes evidence)
{
	size_t need = evidence.p ? tf_evidence_judge_mem(evidence.p, evidence.len) : 0;

	return need ? need + 64 : 0; /* wherever it begins */
}

tf_err tf_blame_verify(tf_blame *out, tf_bytes evidence, tf_memory mem)
{
	tf_evidence_verdict v;
	tf_arena arena;
	tf_err err;

	if (!out || !evidence.p || !mem.p)
		return TF_E_USAGE;
	memset(out, 0, sizeof(*out));
	tf_arena_init(&arena, mem.p, mem.len);
	err = tf_evidence_judge(&v, evidence.p, evidence.len, &arena);
	tf_wipe(arena.base, arena.peak); /* what the writer was told in private */
	TRY(err);
	out->convicts = v.convicts;
	tf_verdict_set(&out->verdict, &v.fault);
	memset(out->verdict.evidence, 0, sizeof(out->verdict.evidence));
	out->parties = v.culprits;
	out->protocol = tf_stage_name(v.stage);
	memcpy(out->device, v.device, sizeof(out->device));
	memcpy(out->identity, v.identity, sizeof(out->identity));
	memcpy(out->accuser, v.accuser, sizeof(out->accuser));
	memcpy(out->session, v.sid, sizeof(out->session));
	memcpy(out->trust, v.trust, sizeof(out->trust));
	return TF_OK;
}
