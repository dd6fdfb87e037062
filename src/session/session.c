#include "session/session.h"

#include <string.h>

static tf_run_sizes larger(tf_run_sizes a, tf_run_sizes b)
{
	return (tf_run_sizes){
		.mem = a.mem > b.mem ? a.mem : b.mem,
		.out = a.out + b.out,
		.message = a.message > b.message ? a.message : b.message,
	};
}

tf_run_sizes tf_session_sizes(const tf_open *open, const tf_profile *pr, size_t msg_len)
{
	tf_run_sizes need = { 0 };

	switch (open->protocol) {
	case TF_KEYGEN:
		need = tf_keygen_sizes(pr, open->n);
		need.mem += TF_CTL_RESULT_MAX + 64;
		return need;
	case TF_AUXINFO:
		return tf_auxinfo_sizes(pr, open->n);
	case TF_PRESIGN:
		return tf_presign_sizes(pr, open->n, open->batch);
	case TF_SIGN:
		need = tf_signing_sizes(pr, open->n);
		if (tf_open_is_fresh(open))
			need = larger(need, tf_presign_sizes(pr, open->n, 1));
		return need;
	case TF_FROST_PREPARE:
		return tf_frost_prepare_sizes(pr, open->n, open->batch);
	case TF_FROST_SIGN:
		return tf_frost_signing_sizes(pr, open->n, msg_len);
	}
	return need;
}

static tf_err fail(tf_session *s, tf_err err, const tf_fault *fault)
{
	s->phase = TF_SESSION_FAILED;
	s->err = err;
	if (fault)
		s->fault = *fault;
	else
		tf_fault_at(&s->fault, TF_PARTY_NONE, 0);
	return err;
}

static tf_err start_keygen(tf_session *s, tf_outbox *out)
{
	tf_keygen_args a = { .env = &s->env, .t = s->opening.open.t,
	                     .workspace = s->args.workspace };

	memcpy(a.key_id, s->opening.open.key_id, sizeof(a.key_id));
	return tf_keygen_start(&s->machine.keygen, &a, &s->mem, out);
}

static tf_err start_auxinfo(tf_session *s, tf_outbox *out)
{
	tf_auxinfo_args a = { .env = &s->env, .own = s->args.own, .now = s->args.unix_now };

	return tf_auxinfo_start(&s->machine.auxinfo, &a, &s->mem, out);
}

static tf_err start_presign(tf_session *s, tf_outbox *out)
{
	bool fresh = tf_open_is_fresh(&s->opening.open);
	TF_AUTO(tf_weights) weights;
	tf_presign_args a = { .env = &s->env, .own = s->args.own, .weights = &weights,
	                      .batch = fresh ? 1 : s->opening.open.batch, .confirm = !fresh,
	                      .patient = true };

	memset(&weights, 0, sizeof(weights));
	memcpy(a.aux, s->args.aux, sizeof(a.aux));
	memcpy(a.tables, s->args.tables, sizeof(a.tables));
	TRY(tf_key_weigh(&weights, s->args.key, &s->env));
	return tf_presign_start(&s->machine.presign, &a, &s->mem, out);
}

static tf_err start_signing(tf_session *s, tf_outbox *out)
{
	TF_AUTO(tf_weights) weights;
	tf_signing_args a = { .env = &s->env, .weights = &weights, .presig = &s->presig,
	                      .path = s->args.path };

	memset(&weights, 0, sizeof(weights));
	memcpy(a.cc, s->args.key->sharing.cc, sizeof(a.cc));
	memcpy(a.digest, s->args.digest, sizeof(a.digest));
	TRY(tf_key_weigh_known(&weights, s->args.memo, s->args.key, &s->env));
	return tf_signing_start(&s->machine.signing, &a, &s->mem, out);
}

static tf_err start_frost_prepare(tf_session *s, tf_outbox *out)
{
	TF_AUTO(tf_weights) weights;
	tf_frost_prepare_args a = { .env = &s->env, .weights = &weights,
	                            .suite = TF_FROST_ED25519, .batch = s->opening.open.batch,
	                            .confirm = true };

	memset(&weights, 0, sizeof(weights));
	TRY(tf_key_weigh(&weights, s->args.key, &s->env));
	return tf_frost_prepare_start(&s->machine.prepare, &a, &s->mem, out);
}

static tf_err start_frost_signing(tf_session *s, tf_outbox *out)
{
	TF_AUTO(tf_weights) weights;
	tf_frost_signing_args a = { .env = &s->env, .weights = &weights, .presig = &s->nonces,
	                            .path = s->args.path, .output = TF_FROST_KEY,
	                            .msg = s->args.msg, .msg_len = s->args.msg_len };

	memset(&weights, 0, sizeof(weights));
	memcpy(a.cc, s->args.key->sharing.cc, sizeof(a.cc));
	TRY(tf_key_weigh_known(&weights, s->args.memo, s->args.key, &s->env));
	return tf_frost_signing_start(&s->machine.frost, &a, &s->mem, out);
}

static tf_err start_stage(tf_session *s, tf_outbox *out)
{
	switch (s->stage) {
	case TF_KEYGEN: return start_keygen(s, out);
	case TF_AUXINFO: return start_auxinfo(s, out);
	case TF_PRESIGN: return start_presign(s, out);
	case TF_SIGN: return start_signing(s, out);
	case TF_FROST_PREPARE: return start_frost_prepare(s, out);
	case TF_FROST_SIGN: return start_frost_signing(s, out);
	}
	return TF_E_USAGE;
}

static void wipe_machine(tf_session *s)
{
	switch (s->stage) {
	case TF_KEYGEN:
		tf_keygen_wipe(&s->machine.keygen);
		break;
	case TF_AUXINFO:
		tf_auxinfo_wipe(&s->machine.auxinfo);
		break;
	case TF_PRESIGN:
		tf_presign_wipe(&s->machine.presign);
		break;
	case TF_SIGN:
		tf_signing_wipe(&s->machine.signing);
		break;
	case TF_FROST_PREPARE:
		tf_frost_prepare_wipe(&s->machine.prepare);
		break;
	case TF_FROST_SIGN:
		tf_frost_signing_wipe(&s->machine.frost);
		break;
	}
	tf_wipe(&s->machine, sizeof(s->machine));
}

tf_err tf_session_begin(tf_session *s, tf_outbox *out, tf_fault *fault)
{
	tf_err err;

	tf_fault_at(fault, TF_PARTY_NONE, 0);
	if (s->phase != TF_SESSION_STARTED)
		return TF_E_STATE;
	tf_arena_init(&s->mem, s->args.mem, s->args.mem_len);
	s->stage = tf_open_is_fresh(&s->opening.open) ? TF_PRESIGN : s->opening.open.protocol;
	err = start_stage(s, out);
	if (err != TF_OK)
		return fail(s, err, NULL);
	s->phase = TF_SESSION_RUNNING;
	return TF_OK;
}

/* Key generation persists the committed share with its last step; the signed certificate in that
 * record is what the coordinator gets. */
static tf_err keep_certificate(tf_session *s, const tf_outbox *out)
{
	for (size_t i = out->count; i-- > 0;) {
		const tf_effect *e = &out->effect[i];
		size_t mark = tf_arena_mark(&s->mem);
		TF_AUTO(tf_key) key;
		tf_blob cert;
		uint8_t *copy;

		memset(&key, 0, sizeof(key));
		if (e->kind != TF_EFFECT_PERSIST || e->type != TF_REC_KEY_SHARE)
			continue;
		TRY(tf_key_decode(&key, &cert, s->env.g, e->data, e->len, &s->mem));
		tf_arena_release(&s->mem, mark);
		copy = tf_arena_alloc(&s->mem, cert.len);
		if (!copy)
			return TF_E_CAPACITY;
		memcpy(copy, cert.p, cert.len);
		s->certificate = copy;
		s->certificate_len = cert.len;
		return TF_OK;
	}
	return TF_E_STATE;
}

static tf_err after(tf_session *s, tf_err err, tf_outbox *out, const tf_fault *fault);

/* The presignature is made: sign with it, beginning with the shares that are here already. */
static tf_err go_on_to_signing(tf_session *s, tf_outbox *out, tf_fault *fault)
{
	tf_err err = tf_presign_take(&s->presig, &s->machine.presign, 0);

	wipe_machine(s);
	s->stage = TF_SIGN;
	if (err == TF_OK)
		err = start_signing(s, out);
	if (err != TF_OK)
		return fail(s, err, NULL);
	for (unsigned i = 0; i < s->env.n && s->phase == TF_SESSION_RUNNING; i++) {
		if (s->early[i].len == 0)
			continue;
		err = tf_rounds_step(&s->machine.rounds, s->early[i].msg, s->early[i].len, out,
		                     fault);
		/* one that is dropped leaves the run as it was; what ends it is in s->phase */
		(void)after(s, err, out, fault);
	}
	return s->phase == TF_SESSION_FAILED ? s->err : TF_OK;
}

/* What a step of the machine means for the session. */
static tf_err after(tf_session *s, tf_err err, tf_outbox *out, const tf_fault *fault)
{
	if (s->stage == TF_PRESIGN && tf_presign_on_trial(&s->machine.presign)) {
		s->phase = TF_SESSION_JUDGING;
		return TF_OK;
	}
	switch (tf_rounds_state(&s->machine.rounds)) {
	case TF_RUN_IDLE:
	case TF_RUN_FAILED:
		return fail(s, err != TF_OK ? err : TF_E_STATE, fault);
	case TF_RUN_RUNNING:
	case TF_RUN_DISPUTED:
		return err;
	case TF_RUN_DONE:
		break;
	}
	if (s->stage == TF_KEYGEN && !s->certificate) {
		tf_err kept = keep_certificate(s, out);

		if (kept != TF_OK)
			return fail(s, kept, NULL);
	}
	if (s->stage == s->opening.open.protocol)
		s->phase = TF_SESSION_DONE;
	return err;
}

/* A share for the signing that follows our presigning: keep it, one for each party. */
static tf_err keep_early(tf_session *s, const tf_envelope *e, const uint8_t *msg, size_t len)
{
	if (e->from < 1 || e->from > s->env.n || len > sizeof(s->early[0].msg))
		return TF_E_ENCODING;
	if (s->early[e->from - 1].len)
		return TF_E_DUPLICATE;
	memcpy(s->early[e->from - 1].msg, msg, len);
	s->early[e->from - 1].len = len;
	return TF_OK;
}

tf_err tf_session_step(tf_session *s, const uint8_t *msg, size_t len, tf_outbox *out,
                       tf_fault *fault)
{
	tf_fault own;
	tf_fault *f = fault ? fault : &own;
	tf_envelope e;
	tf_err err;

	tf_fault_at(f, TF_PARTY_NONE, 0);
	if (s->phase != TF_SESSION_RUNNING)
		return TF_E_STATE;
	if (s->stage != s->opening.open.protocol) {
		TRY(tf_envelope_decode(&e, NULL, &s->mem, msg, len));
		if (e.type == TF_MSG_SIGN_SHARE)
			return keep_early(s, &e, msg, len);
	}
	err = tf_rounds_step(&s->machine.rounds, msg, len, out, f);
	err = after(s, err, out, f);
	if (s->phase == TF_SESSION_RUNNING && s->stage != s->opening.open.protocol &&
	    tf_rounds_state(&s->machine.rounds) == TF_RUN_DONE)
		return go_on_to_signing(s, out, f);
	return err;
}

bool tf_session_is_alerted(const tf_session *s)
{
	return s->phase == TF_SESSION_RUNNING && s->stage == TF_PRESIGN &&
	       tf_presign_alerting(&s->machine.presign);
}

tf_err tf_session_judge(tf_session *s, tf_fault *fault)
{
	tf_fault own;
	tf_fault *f = fault ? fault : &own;
	bool more;
	tf_err err;

	tf_fault_at(f, TF_PARTY_NONE, 0);
	if (s->phase != TF_SESSION_JUDGING)
		return TF_E_STATE;
	err = tf_presign_judge_some(&s->machine.presign, 1, &more, f);
	return err == TF_OK ? TF_OK : fail(s, err, f);
}

tf_err tf_session_signature(tf_ecdsa_sig *sig, tf_pt *child, const tf_session *s)
{
	if (s->phase != TF_SESSION_DONE || s->stage != TF_SIGN)
		return TF_E_STATE;
	return tf_signing_result(sig, child, &s->machine.signing);
}

tf_err tf_session_frost_signature(tf_frost_sig *sig, tf_pt *child, const tf_session *s)
{
	if (s->phase != TF_SESSION_DONE || s->stage != TF_FROST_SIGN)
		return TF_E_STATE;
	return tf_frost_signing_result(sig, child, &s->machine.frost);
}

/* What a signing has made, in the places that the message has for it. */
static tf_err put_signature(tf_ctl_result *m, const tf_session *s)
{
	tf_frost_sig frost;
	tf_ecdsa_sig sig;

	if (s->stage == TF_SIGN) {
		TRY(tf_session_signature(&sig, NULL, s));
		tf_sc_encode(m->r, &sig.r);
		tf_sc_encode(m->s, &sig.s);
		m->recid = sig.recid;
	}
	if (s->stage == TF_FROST_SIGN) {
		TRY(tf_session_frost_signature(&frost, NULL, s));
		memcpy(m->r, frost.b, sizeof(m->r));
		memcpy(m->s, frost.b + sizeof(m->r), sizeof(m->s));
	}
	return TF_OK;
}

tf_err tf_session_result(uint8_t *buf, size_t cap, size_t *len, const tf_session *s)
{
	tf_presig_ref refs[TF_PRESIGN_BATCH_MAX];
	tf_ctl_result m = { .kind = (uint8_t)s->opening.open.protocol, .presigs = refs,
	                    .presigs_n = s->ids_n,
	                    .certificate = { s->certificate, s->certificate_len } };

	if (s->phase != TF_SESSION_DONE)
		return TF_E_STATE;
	memcpy(m.request, s->opening.open.request, sizeof(m.request));
	memcpy(m.sid, s->sid, sizeof(m.sid));
	for (uint32_t i = 0; i < s->ids_n; i++)
		memcpy(refs[i].id, s->ids[i], sizeof(refs[i].id));
	TRY(put_signature(&m, s));
	return tf_wire_encode_framed(&tf_ctl_result_wire, buf, cap, len, NULL, &m);
}

void tf_session_wipe(tf_session *s)
{
	if (s->phase == TF_SESSION_RUNNING || s->phase == TF_SESSION_DONE ||
	    s->phase == TF_SESSION_FAILED || s->phase == TF_SESSION_JUDGING)
		wipe_machine(s);
	if (s->args.mem)
		tf_wipe(s->args.mem, s->args.mem_len);
	tf_wipe(s, sizeof(*s));
}
