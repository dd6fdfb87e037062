#include "session/evidence.h"

#include <string.h>

#include "proto/testimony.h"

static bool convicted(const tf_session *s)
{
	return s->phase == TF_SESSION_FAILED && s->env.n && s->fault.party >= 1 &&
	       s->fault.party <= s->env.n &&
	       (s->err == TF_E_PROOF || s->err == TF_E_CONFLICT);
}

static tf_testimony testimony(const tf_session *s)
{
	return (tf_testimony){ .stage = (tf_stage)s->stage, .r = &s->machine.rounds,
	                       .fault = &s->fault,
	                       .cc = s->args.key ? s->args.key->sharing.cc : NULL };
}

size_t tf_evidence_size(const tf_session *s)
{
	tf_testimony t = testimony(s);
	size_t need = convicted(s) ? tf_testimony_size(&t) : 0;

	return need ? need + TF_PARTIES_MAX * TF_CTL_READY_MAX : 0;
}

tf_err tf_evidence_write(uint8_t *out, size_t cap, size_t *len, const tf_session *s,
                         const uint8_t trust[static 32], tf_arena *mem)
{
	const tf_open *open = &s->opening.open;
	tf_testimony t = testimony(s);
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
	m.check = (uint16_t)tf_testimony_check(&s->fault);
	memcpy(m.trust, trust, sizeof(m.trust));
	memcpy(m.request, open->request, sizeof(m.request));
	memcpy(m.open, open->hash, sizeof(m.open));
	for (unsigned i = 0; i < open->n; i++) {
		party[i].device = open->seat[i].device;
		party[i].slot = open->seat[i].slot;
		memcpy(party[i].identity, open->seat[i].identity, 32);
		party[i].ready = (tf_blob){ s->opening.all[i], s->opening.all_len[i] };
	}
	m.messages_n = (uint32_t)tf_testimony_messages(messages, &t);
	TRY(tf_testimony_context(&m.context, &t, mem));
	return tf_wire_encode_framed(&tf_rec_evidence_wire, out, cap, len, NULL, &m);
}
