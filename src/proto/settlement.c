#include "proto/settlement.h"

#include <string.h>

#include "wire_settlement.h"

#define ACCUSED 1u /* there is nobody else in it */

/* ---- writing ---- */

static tf_err testify(uint8_t *out, size_t cap, size_t *len, const tf_settlement *s,
                      const tf_group *g, tf_arena *mem)
{
	const tf_voter *voter = &s->attempt->voter[s->party - 1];
	uint8_t *body = tf_arena_alloc(mem, TF_CERTIFICATE_MAX);
	uint8_t *certificate = tf_arena_alloc(mem, TF_CERTIFICATE_MAX);
	tf_sharing_sig sig = { .device = voter->device };
	tf_rec_settlement m = { .curve = (uint8_t)tf_group_id(g), .accuser = s->accuser,
	                        .abort = s->abort };
	size_t body_len = 0;

	if (!body || !certificate)
		return TF_E_CAPACITY;
	memcpy(sig.sig, voter->sig, sizeof(sig.sig));
	memcpy(m.identity, s->identity, sizeof(m.identity));
	m.certificate.p = certificate;
	TRY(tf_sharing_encode(body, &body_len, NULL, &s->attempt->sharing, g, mem));
	TRY(tf_sharing_seal(certificate, TF_CERTIFICATE_MAX, &m.certificate.len, body, body_len,
	                    &sig, 1, mem));
	return tf_wire_encode_framed(&tf_rec_settlement_wire, out, cap, len, NULL, &m);
}

tf_err tf_settlement_write(uint8_t *out, size_t cap, size_t *len, const tf_settlement *s,
                           const tf_group *g, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err;

	if (s->party < 1 || s->party > s->attempt->n || !s->attempt->voter[s->party - 1].agreed)
		return TF_E_USAGE;
	err = testify(out, cap, len, s, g, mem);
	tf_arena_release(mem, mark);
	return err;
}

/* ---- judging ---- */

bool tf_settlement_is(const uint8_t *in, size_t len)
{
	return len >= 2 && (in[0] << 8 | in[1]) == TF_REC_SETTLEMENT;
}

static tf_err decode(tf_rec_settlement *m, const uint8_t *in, size_t len, tf_arena *mem)
{
	return tf_wire_decode_framed(&tf_rec_settlement_wire, m, NULL, mem, in, len);
}

size_t tf_settlement_judge_mem(const uint8_t *in, size_t len)
{
	uint8_t room[2 * (TF_EVIDENCE_NAME_MAX + 64)];
	tf_rec_settlement m;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	return decode(&m, in, len, &mem) == TF_OK ? TF_SETTLEMENT_MEM : 0;
}

/* The only one whose words are in the file. */
typedef struct accused {
	const char *device;
	const uint8_t *identity;
} accused;

static const uint8_t *find(void *ctx, const char *device)
{
	const accused *who = ctx;

	return strcmp(device, who->device) == 0 ? who->identity : NULL;
}

/* The attempt as a party had it that knew of nobody's word yet, with the accused alone. */
static tf_err read_attempt(tf_attempt *out, const tf_rec_settlement *m, const char *device,
                           const tf_group *g, tf_arena *mem)
{
	static const uint8_t nothing[32];
	tf_wire_env env = { .g = g, .n = TF_PARTIES_MAX };
	tf_signed_certificate c;

	memset(out, 0, sizeof(*out));
	TRY(tf_signed_certificate_decode(&c, &env, mem, m->certificate.p, m->certificate.len));
	TRY(tf_sharing_decode(&out->sharing, out->hash, g, &c.body, mem));
	/* a key generation has no attempts, and a signature there is no promise */
	if (memcmp(out->sharing.previous, nothing, sizeof(nothing)) == 0)
		return TF_E_ENCODING;
	out->n = 1;
	return tf_name_copy(out->voter[0].device, sizeof(out->voter[0].device), device);
}

/* What a party's code answers to both words. */
static tf_err confront(tf_fault *fault, tf_attempt *a, const tf_rec_settlement *m, accused *who,
                       const tf_group *g, tf_arena *mem)
{
	tf_outbox out;

	tf_outbox_init(&out, mem);
	tf_fault_at(fault, TF_PARTY_NONE, 0);
	TRY(tf_attempt_take(a, m->certificate.p, m->certificate.len, find, who, g, mem));
	return tf_attempt_abort(a, m->abort, 0, find, who, g, mem, &out, fault);
}

/* Who is accused of what, by whom. */
static tf_err read_claim(tf_evidence_verdict *out, const tf_rec_settlement *m, const char *device)
{
	memset(out, 0, sizeof(*out));
	out->stage = TF_STAGE_SETTLE;
	tf_fault_at(&out->fault, ACCUSED, 0);
	out->fault.check = TF_CK_ABORT_HONEST;
	memcpy(out->identity, m->identity, sizeof(out->identity));
	TRY(tf_name_copy(out->device, sizeof(out->device), device));
	return tf_name_copy(out->accuser, sizeof(out->accuser), m->accuser);
}

tf_err tf_settlement_judge(tf_evidence_verdict *out, const uint8_t *in, size_t len, tf_arena *mem)
{
	tf_attempt *a = tf_arena_alloc(mem, sizeof(*a));
	tf_rec_attempt_abort abort;
	tf_rec_settlement m;
	const tf_group *g;
	tf_fault fault;
	accused who;

	memset(out, 0, sizeof(*out));
	if (!a)
		return TF_E_CAPACITY;
	TRY(decode(&m, in, len, mem));
	if (tf_group_init(&g, (tf_curve_id)m.curve, NULL, mem) != TF_OK)
		return TF_E_UNSUPPORTED;
	TRY(tf_rec_attempt_abort_decode(&abort, NULL, mem, m.abort.p, m.abort.len));
	TRY(read_attempt(a, &m, abort.device, g, mem));
	TRY(read_claim(out, &m, abort.device));
	memcpy(out->sid, a->hash, sizeof(out->sid));
	who = (accused){ abort.device, m.identity };
	out->err = confront(&fault, a, &m, &who, g, mem);
	if (out->err == TF_E_CAPACITY)
		return TF_E_CAPACITY;
	out->convicts = out->err == TF_E_CONFLICT && fault.check == TF_CK_ABORT_HONEST &&
	                fault.party == ACCUSED;
	if (out->convicts)
		out->culprits = 1u << (ACCUSED - 1);
	return TF_OK;
}
