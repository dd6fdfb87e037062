#include "session/evidence.h"

#include <string.h>

#include "proto/audit.h"

#define SLACK 8192u /* fixed fields, lists' headers, alignment */

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
	case TF_CK_DISPUTE_FORM:
	case TF_CK_DISPUTE_ECHO: return BY_TWO;
	}
	return BY_RUN;
}

/* ---- writing ---- */

static bool convicted(const tf_session *s)
{
	return s->phase == TF_SESSION_FAILED && s->env.n && s->fault.party >= 1 &&
	       s->fault.party <= s->env.n &&
	       (s->err == TF_E_PROOF || s->err == TF_E_CONFLICT);
}

static size_t collect(tf_blob *out, const tf_session *s)
{
	const tf_rounds *r = &s->machine.rounds;

	switch (kind_of(&s->fault)) {
	case BY_TWO: return tf_rounds_evidence(out, r);
	case BY_RUN:
		if (r->complaint.p) { /* it shows what it speaks of */
			out[0] = r->complaint;
			return 1;
		}
		return tf_rounds_messages(out, TF_EVIDENCE_MESSAGES_MAX, r, s->fault.round);
	case BY_NOTHING: break;
	}
	return 0;
}

/* The context beside its messages. */
static size_t context_most(const tf_session *s)
{
	const tf_wire_env *w = &s->machine.rounds.wire;
	size_t sent = tf_msg_presign_mta_wire.length(w, TF_WIRE_MOST) + SLACK;

	switch (s->stage) {
	case TF_KEYGEN: return tf_evidence_keygen_wire.length(w, TF_WIRE_MOST);
	case TF_PRESIGN:
		return s->env.n * (sent + 4 * (tf_wire_bytes(tf_wire_bits_N(w)) + 512u) +
		                   sizeof(tf_evidence_seat)) + SLACK;
	case TF_SIGN:
		return tf_evidence_sign_wire.length(w, TF_WIRE_MOST) + s->env.n * 512u + SLACK;
	case TF_AUXINFO: break; /* none */
	}
	return 0;
}

size_t tf_evidence_size(const tf_session *s)
{
	tf_blob messages[TF_EVIDENCE_MESSAGES_MAX];
	size_t need = SLACK + TF_PARTIES_MAX * (TF_CTL_READY_MAX + 256u);
	size_t n = convicted(s) ? collect(messages, s) : 0;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		need += messages[i].len + 64u;
	return need + 2 * context_most(s);
}

static tf_err seal(tf_blob *out, const tf_wire_type *type, const void *m, const tf_session *s,
                   size_t most, tf_arena *mem)
{
	uint8_t *buf = tf_arena_alloc(mem, most);
	size_t len = 0;

	if (!buf)
		return TF_E_CAPACITY;
	TRY(tf_wire_encode(type, buf, most, &len, &s->machine.rounds.wire, m));
	*out = (tf_blob){ buf, len };
	return TF_OK;
}

static tf_err testify(tf_blob *out, const tf_session *s, tf_arena *mem)
{
	size_t most = context_most(s);
	tf_evidence_keygen keygen = { .workspace = s->args.workspace };
	tf_evidence_presign presign;
	tf_evidence_sign sign;

	switch (s->stage) {
	case TF_KEYGEN:
		memcpy(keygen.key_id, s->opening.open.key_id, sizeof(keygen.key_id));
		return seal(out, &tf_evidence_keygen_wire, &keygen, s, most, mem);
	case TF_PRESIGN:
		TRY(tf_presign_testify(&presign, &s->machine.presign, mem));
		return seal(out, &tf_evidence_presign_wire, &presign, s, most, mem);
	case TF_SIGN:
		TRY(tf_signing_testify(&sign, &s->machine.signing, s->args.key->sharing.cc, mem));
		return seal(out, &tf_evidence_sign_wire, &sign, s, most, mem);
	case TF_AUXINFO: break;
	}
	return TF_OK; /* of introductions all is in the messages */
}

tf_err tf_evidence_write(uint8_t *out, size_t cap, size_t *len, const tf_session *s,
                         const uint8_t trust[static 32], tf_arena *mem)
{
	const tf_open *open = &s->opening.open;
	tf_evidence_party party[TF_PARTIES_MAX] = { { .device = NULL } };
	tf_blob messages[TF_EVIDENCE_MESSAGES_MAX];
	tf_rec_evidence m = { .profile = s->env.pr ? s->env.pr->name : "", .parties = party,
	                      .parties_n = open->n, .messages = messages, .t = open->t,
	                      .protocol = (uint8_t)open->protocol, .stage = (uint8_t)s->stage,
	                      .self = open->self, .party = s->fault.party,
	                      .round = (uint8_t)s->fault.round };

	if (tf_evidence_size(s) == 0)
		return TF_E_STATE;
	m.curve = (uint8_t)tf_group_id(s->env.g);
	m.batch = s->machine.rounds.wire.batch;
	m.check = (uint16_t)s->fault.check;
	if (s->fault.check == TF_CK_DISPUTE_ORIGINAL) /* the same two messages, the same crime */
		m.check = TF_CK_EQUIVOCATION;
	memcpy(m.trust, trust, sizeof(m.trust));
	memcpy(m.request, open->request, sizeof(m.request));
	memcpy(m.open, open->hash, sizeof(m.open));
	for (unsigned i = 0; i < open->n; i++) {
		party[i].device = open->seat[i].device;
		party[i].slot = open->seat[i].slot;
		memcpy(party[i].identity, open->seat[i].identity, 32);
		party[i].ready = (tf_blob){ s->opening.all[i], s->opening.all_len[i] };
	}
	m.messages_n = (uint32_t)collect(messages, s);
	TRY(testify(&m.context, s, mem));
	return tf_wire_encode_framed(&tf_rec_evidence_wire, out, cap, len, NULL, &m);
}
