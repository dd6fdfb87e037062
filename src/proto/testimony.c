#include "proto/testimony.h"

#include <string.h>

#include "proto/audit.h"

#define SLACK 8192u /* fixed fields, lists' headers, alignment */

/* ---- messages ---- */

/* Which messages show it? */
typedef enum shown_by { BY_NOTHING, BY_TWO, BY_RUN } shown_by;

static shown_by kind_of(const tf_fault *f)
{
	switch ((int)f->check) {
	case TF_CK_NONE:
	/* a factor in common: which of the two has stolen it, a third party cannot tell */
	case TF_CK_AUX_APART_N_N:
	case TF_CK_AUX_APART_N_NHAT:
	case TF_CK_AUX_APART_NHAT_N: return BY_NOTHING;
	case TF_CK_EQUIVOCATION:
	case TF_CK_DISPUTE_ORIGINAL:
	case TF_CK_ENVELOPE_TYPE:
	case TF_CK_ENVELOPE_ECHO:
	case TF_CK_DISPUTE_ROUND:
	case TF_CK_DISPUTE_PAYLOAD:
	case TF_CK_DISPUTE_ORDER:
	case TF_CK_DISPUTE_FORM:
	case TF_CK_DISPUTE_WHOLE:
	case TF_CK_DISPUTE_ECHO: return BY_TWO;
	}
	return BY_RUN;
}

size_t tf_testimony_messages(tf_blob out[static TF_EVIDENCE_MESSAGES_MAX], const tf_testimony *t)
{
	if (t->fault->party < 1 || !t->r->env || t->fault->party > t->r->env->n)
		return 0;
	switch (kind_of(t->fault)) {
	case BY_TWO: return tf_rounds_evidence(out, t->r);
	case BY_RUN:
		if (t->r->complaint.p) { /* it shows what it speaks of */
			out[0] = t->r->complaint;
			return 1;
		}
		return tf_rounds_messages(out, TF_EVIDENCE_MESSAGES_MAX, t->r, t->fault->round);
	case BY_NOTHING: break;
	}
	return 0;
}

tf_check tf_testimony_check(const tf_fault *fault)
{
	/* the same two messages, the same crime */
	return fault->check == TF_CK_DISPUTE_ORIGINAL ? TF_CK_EQUIVOCATION : fault->check;
}

/* ---- context ---- */

size_t tf_testimony_context_most(const tf_testimony *t)
{
	const tf_wire_env *w = &t->r->wire;
	size_t n = w->n;

	switch (t->stage) {
	case TF_STAGE_KEYGEN: return tf_evidence_keygen_wire.length(w, TF_WIRE_MOST);
	case TF_STAGE_AUXINFO: return 0;
	case TF_STAGE_PRESIGN:
		return n * (tf_msg_presign_mta_wire.length(w, TF_WIRE_MOST) + SLACK +
		            4 * (tf_wire_bytes(tf_wire_bits_N(w)) + 512u) +
		            sizeof(tf_evidence_seat)) + SLACK;
	case TF_STAGE_SIGN: return tf_evidence_sign_wire.length(w, TF_WIRE_MOST) + n * 512u + SLACK;
	case TF_STAGE_RESHARE:
		return 2 * TF_CERTIFICATE_MAX + tf_testimony_reshare_wire.length(w, TF_WIRE_MOST);
	case TF_STAGE_FROST_PREPARE:
		return tf_testimony_frost_prepare_wire.length(w, TF_WIRE_MOST) +
		       n * sizeof(tf_pt) + SLACK;
	case TF_STAGE_FROST_SIGN:
		return tf_testimony_frost_sign_wire.length(w, TF_WIRE_MOST) +
		       n * (sizeof(tf_pt) + sizeof(tf_frost_pair)) + SLACK;
	case TF_STAGE_SETTLE: break; /* no run */
	}
	return 0;
}

/* Encoded, in its place. */
static tf_err seal(tf_blob *out, const tf_wire_type *type, const void *m, const tf_testimony *t,
                   tf_arena *mem)
{
	size_t most = tf_testimony_context_most(t), len = 0;
	uint8_t *buf = tf_arena_alloc(mem, most);

	if (!buf)
		return TF_E_CAPACITY;
	TRY(tf_wire_encode(type, buf, most, &len, &t->r->wire, m));
	*out = (tf_blob){ buf, len };
	return TF_OK;
}

static tf_err keygen_context(tf_blob *out, const tf_testimony *t, tf_arena *mem)
{
	const tf_sharing *s = &((const tf_keygen *)t->r)->key.sharing;
	tf_evidence_keygen m = { .workspace = s->workspace };

	memcpy(m.key_id, s->key_id, sizeof(m.key_id));
	return seal(out, &tf_evidence_keygen_wire, &m, t, mem);
}

static tf_err presign_context(tf_blob *out, const tf_testimony *t, tf_arena *mem)
{
	tf_evidence_presign m;

	TRY(tf_presign_testify(&m, (const tf_presign *)t->r, mem));
	return seal(out, &tf_evidence_presign_wire, &m, t, mem);
}

static tf_err sign_context(tf_blob *out, const tf_testimony *t, tf_arena *mem)
{
	tf_evidence_sign m;

	TRY(tf_signing_testify(&m, (const tf_signing *)t->r, t->cc, mem));
	return seal(out, &tf_evidence_sign_wire, &m, t, mem);
}

static tf_err reshare_context(tf_blob *out, const tf_testimony *t, tf_arena *mem)
{
	tf_testimony_reshare m;

	TRY(tf_reshare_testify(&m, (const tf_reshare *)t->r, mem));
	return seal(out, &tf_testimony_reshare_wire, &m, t, mem);
}

static tf_err frost_prepare_context(tf_blob *out, const tf_testimony *t, tf_arena *mem)
{
	tf_testimony_frost_prepare m;

	TRY(tf_frost_prepare_testify(&m, (const tf_frost_prepare *)t->r, mem));
	return seal(out, &tf_testimony_frost_prepare_wire, &m, t, mem);
}

static tf_err frost_sign_context(tf_blob *out, const tf_testimony *t, tf_arena *mem)
{
	tf_testimony_frost_sign m;

	TRY(tf_frost_signing_testify(&m, (const tf_frost_signing *)t->r, mem));
	return seal(out, &tf_testimony_frost_sign_wire, &m, t, mem);
}

tf_err tf_testimony_context(tf_blob *out, const tf_testimony *t, tf_arena *mem)
{
	*out = (tf_blob){ 0 };
	switch (t->stage) {
	case TF_STAGE_KEYGEN: return keygen_context(out, t, mem);
	case TF_STAGE_AUXINFO: return TF_OK;
	case TF_STAGE_PRESIGN: return presign_context(out, t, mem);
	case TF_STAGE_SIGN: return sign_context(out, t, mem);
	case TF_STAGE_RESHARE: return reshare_context(out, t, mem);
	case TF_STAGE_FROST_PREPARE: return frost_prepare_context(out, t, mem);
	case TF_STAGE_FROST_SIGN: return frost_sign_context(out, t, mem);
	case TF_STAGE_SETTLE: break;
	}
	return TF_E_USAGE;
}

/* ---- the record of a run without opening ---- */

size_t tf_testimony_size(const tf_testimony *t)
{
	tf_blob messages[TF_EVIDENCE_MESSAGES_MAX];
	size_t n = tf_testimony_messages(messages, t), need = SLACK;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		need += messages[i].len + 64u;
	return need + TF_PARTIES_MAX * 256u + 2 * tf_testimony_context_most(t);
}

tf_err tf_testimony_write(uint8_t *out, size_t cap, size_t *len, const tf_testimony *t,
                          tf_arena *mem)
{
	const tf_party_env *env = t->r->env;
	tf_testimony_party party[TF_PARTIES_MAX] = { { .device = NULL } };
	tf_blob messages[TF_EVIDENCE_MESSAGES_MAX];
	tf_rec_testimony m = { .stage = (uint8_t)t->stage, .parties = party,
	                       .party = t->fault->party, .round = (uint8_t)t->fault->round,
	                       .check = (uint16_t)tf_testimony_check(t->fault),
	                       .messages = messages };

	m.messages_n = (uint32_t)tf_testimony_messages(messages, t);
	if (m.messages_n == 0)
		return TF_E_STATE;
	m.profile = env->pr->name;
	m.curve = (uint8_t)tf_group_id(env->g);
	m.self = env->self;
	m.batch = t->r->wire.batch;
	memcpy(m.session, env->sid, sizeof(m.session));
	if (t->stage == TF_STAGE_KEYGEN)
		m.t = ((const tf_keygen *)t->r)->key.sharing.t;
	m.parties_n = env->n;
	for (unsigned i = 0; i < env->n; i++) {
		party[i].device = env->party[i].device;
		party[i].slot = env->party[i].share_index;
		memcpy(party[i].identity, env->party[i].identity, 32);
	}
	TRY(tf_testimony_context(&m.context, t, mem));
	return tf_wire_encode_framed(&tf_rec_testimony_wire, out, cap, len, NULL, &m);
}
