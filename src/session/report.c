/* What is said of a session that has failed. */
#include <stdio.h>
#include <string.h>

#include "session/session.h"

static bool convicted(const tf_session *s)
{
	return s->fault.party >= 1 && s->fault.party <= s->opening.open.n &&
	       (s->err == TF_E_PROOF || s->err == TF_E_CONFLICT);
}

/* Devices whose messages are missing: "; waiting for a, b". */
static void add_waiting(char *words, size_t cap, const tf_session *s)
{
	const char *before = "; waiting for ";
	size_t at = strlen(words);

	if (tf_rounds_state(&s->machine.rounds) == TF_RUN_IDLE)
		return;
	for (unsigned i = 1; i <= s->env.n; i++) {
		int n;

		if (i == s->env.self || !tf_rounds_awaits(&s->machine.rounds, i))
			continue;
		n = snprintf(words + at, cap - at, "%s%s", before, s->env.party[i - 1].device);
		if (n < 0 || (size_t)n >= cap - at)
			return;
		at += (size_t)n;
		before = ", ";
	}
}

static void say(char *words, size_t cap, const tf_session *s, const char *culprit)
{
	const char *what = s->fault.check != TF_CK_NONE ? tf_check_text(s->fault.check)
	                                                : tf_err_name(s->err);

	if (s->err == TF_E_EXPIRED && s->env.n == 0)
		snprintf(words, cap, "no start came in time");
	else if (s->err == TF_E_EXPIRED)
		snprintf(words, cap, "the deadline is over");
	else if (s->err == TF_E_CANCELLED)
		snprintf(words, cap, "ended by whoever opened it");
	else if (culprit[0])
		snprintf(words, cap, "%s, round %u: not so: %s", culprit, (unsigned)s->fault.round,
		         what);
	else
		snprintf(words, cap, "not so: %s", what);
	if (s->err == TF_E_EXPIRED && s->env.n)
		add_waiting(words, cap, s);
}

void tf_session_report_make(tf_session_report *out, const tf_session *s)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->request, s->opening.open.request, sizeof(out->request));
	memcpy(out->sid, s->sid, sizeof(out->sid));
	out->err = s->err;
	out->fault = s->fault;
	if (convicted(s))
		memcpy(out->culprit, s->opening.open.seat[s->fault.party - 1].device,
		       sizeof(out->culprit));
	if (out->culprit[0] && s->env.n)
		out->evidence_n = tf_rounds_evidence(out->evidence, &s->machine.rounds);
	say(out->words, sizeof(out->words), s, out->culprit);
}

tf_err tf_session_failed(uint8_t *buf, size_t cap, size_t *len, const tf_session_report *r)
{
	tf_ctl_failed m = { .error = (uint16_t)r->err, .check = (uint16_t)r->fault.check,
	                    .round = r->fault.round, .culprit = r->culprit,
	                    .reason = r->words };

	memcpy(m.request, r->request, sizeof(m.request));
	if (r->culprit[0])
		memcpy(m.evidence, r->fault.evidence, sizeof(m.evidence));
	return tf_wire_encode_framed(&tf_ctl_failed_wire, buf, cap, len, NULL, &m);
}
