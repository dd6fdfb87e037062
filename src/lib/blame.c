#include <string.h>

#include "lib/impl.h"
#include "proto/blame.h"

_Static_assert(TF_DEVICE_ID_MAX == TF_CTL_NAME_MAX, "device ids");

size_t tf_blame_room(tf_bytes evidence)
{
	size_t need = evidence.p ? tf_evidence_judge_mem(evidence.p, evidence.len) : 0;

	return need ? need + 64 : 0; /* wherever it begins */
}

tf_err tf_blame_verify(tf_blame *out, tf_bytes evidence, tf_memory mem)
{
	tf_evidence_verdict v;
	tf_arena arena;

	if (!out || !evidence.p || !mem.p)
		return TF_E_USAGE;
	memset(out, 0, sizeof(*out));
	tf_arena_init(&arena, mem.p, mem.len);
	TRY(tf_evidence_judge(&v, evidence.p, evidence.len, &arena));
	out->convicts = v.convicts;
	tf_verdict_set(&out->verdict, &v.fault);
	memset(out->verdict.evidence, 0, sizeof(out->verdict.evidence));
	out->parties = v.culprits;
	out->protocol = tf_protocol_name(v.stage);
	memcpy(out->device, v.device, sizeof(out->device));
	memcpy(out->identity, v.identity, sizeof(out->identity));
	memcpy(out->accuser, v.accuser, sizeof(out->accuser));
	memcpy(out->session, v.sid, sizeof(out->session));
	memcpy(out->trust, v.trust, sizeof(out->trust));
	return TF_OK;
}
