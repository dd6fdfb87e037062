/* How each kind of run is set up to be judged (blame.h). */
#include <string.h>

#include "proto/blame_impl.h"

tf_run_sizes tf_court_sizes(const tf_rec_evidence *m, const tf_profile *pr)
{
	uint16_t n = (uint16_t)m->parties_n;

	switch ((tf_stage)m->stage) {
	case TF_STAGE_KEYGEN: return tf_keygen_sizes(pr, n);
	case TF_STAGE_AUXINFO: return tf_auxinfo_sizes(pr, n);
	case TF_STAGE_PRESIGN: return tf_presign_sizes(pr, n, m->batch);
	case TF_STAGE_SIGN: return tf_signing_sizes(pr, n);
	case TF_STAGE_RESHARE: return tf_reshare_sizes(pr, n);
	case TF_STAGE_FROST_PREPARE: return tf_frost_prepare_sizes(pr, n, m->batch);
	case TF_STAGE_FROST_SIGN: return tf_frost_signing_sizes(pr, n, m->context.len);
	case TF_STAGE_SETTLE: break;
	}
	return (tf_run_sizes){ 0 };
}

uint32_t tf_court_batch_most(tf_stage stage)
{
	switch (stage) {
	case TF_STAGE_PRESIGN: return TF_PRESIGN_BATCH_MAX;
	case TF_STAGE_FROST_PREPARE: return TF_FROST_BATCH_MAX;
	case TF_STAGE_KEYGEN:
	case TF_STAGE_AUXINFO:
	case TF_STAGE_SIGN:
	case TF_STAGE_RESHARE:
	case TF_STAGE_FROST_SIGN: return 1;
	case TF_STAGE_SETTLE: break; /* no run */
	}
	return 0;
}

static tf_err set_up_keygen(tf_court *c)
{
	tf_keygen_args args = { .env = &c->env, .t = c->m->t };
	tf_evidence_keygen m;

	TRY(tf_wire_decode(&tf_evidence_keygen_wire, &m, &c->wire, c->mem, c->m->context.p,
	                   c->m->context.len));
	args.workspace = m.workspace;
	memcpy(args.key_id, m.key_id, sizeof(args.key_id));
	return tf_keygen_audit(&c->machine.keygen, &args, c->mem);
}

static tf_err set_up_presign(tf_court *c)
{
	tf_weights *w = tf_arena_alloc(c->mem, sizeof(*w));
	tf_aux *aux = tf_arena_alloc(c->mem, c->env.n * sizeof(*aux));
	tf_presign_audit_args args = { .env = &c->env, .weights = w, .batch = c->m->batch };
	tf_evidence_presign m;

	if (!w || !aux)
		return TF_E_CAPACITY;
	TRY(tf_wire_decode(&tf_evidence_presign_wire, &m, &c->wire, c->mem, c->m->context.p,
	                   c->m->context.len));
	if (m.seats_n != c->env.n || m.confirm > 1)
		return TF_E_ENCODING;
	args.confirm = m.confirm;
	w->Y = m.Y;
	for (unsigned i = 0; i < m.seats_n; i++) {
		const tf_evidence_seat *seat = &m.seats[i];

		w->W[i] = seat->W;
		TRY(tf_paillier_pk_init(&aux[i].pk, c->pr, &seat->N));
		TRY(tf_rp_init(&aux[i].rp, c->pr, &seat->Nhat, &seat->s, &seat->t));
		args.aux[i] = &aux[i];
		args.sent[i] = seat->sent;
	}
	return tf_presign_audit(&c->machine.presign, &args, c->mem);
}

static tf_err set_up_signing(tf_court *c)
{
	tf_evidence_sign m;

	TRY(tf_wire_decode(&tf_evidence_sign_wire, &m, &c->wire, c->mem, c->m->context.p,
	                   c->m->context.len));
	return tf_signing_audit(&c->machine.signing, &c->env, &m, c->mem);
}

static tf_err set_up_auxinfo(tf_court *c)
{
	if (c->m->context.len != 0)
		return TF_E_TRAILING;
	return tf_auxinfo_audit(&c->machine.auxinfo, &c->env, c->mem);
}

static tf_err set_up_reshare(tf_court *c)
{
	tf_testimony_reshare m;

	TRY(tf_wire_decode(&tf_testimony_reshare_wire, &m, &c->wire, c->mem, c->m->context.p,
	                   c->m->context.len));
	return tf_reshare_audit(&c->machine.reshare, &c->env, &m, c->mem);
}

static tf_err set_up_frost_prepare(tf_court *c)
{
	tf_testimony_frost_prepare m;

	TRY(tf_wire_decode(&tf_testimony_frost_prepare_wire, &m, &c->wire, c->mem,
	                   c->m->context.p, c->m->context.len));
	return tf_frost_prepare_audit(&c->machine.prepare, &c->env, c->m->batch, &m, c->mem);
}

static tf_err set_up_frost_sign(tf_court *c)
{
	tf_testimony_frost_sign m;

	TRY(tf_wire_decode(&tf_testimony_frost_sign_wire, &m, &c->wire, c->mem, c->m->context.p,
	                   c->m->context.len));
	return tf_frost_signing_audit(&c->machine.frost, &c->env, &m, c->mem);
}

tf_err tf_court_set_up(tf_court *c)
{
	switch ((tf_stage)c->m->stage) {
	case TF_STAGE_KEYGEN: return set_up_keygen(c);
	case TF_STAGE_AUXINFO: return set_up_auxinfo(c);
	case TF_STAGE_PRESIGN: return set_up_presign(c);
	case TF_STAGE_SIGN: return set_up_signing(c);
	case TF_STAGE_RESHARE: return set_up_reshare(c);
	case TF_STAGE_FROST_PREPARE: return set_up_frost_prepare(c);
	case TF_STAGE_FROST_SIGN: return set_up_frost_sign(c);
	case TF_STAGE_SETTLE: break;
	}
	return TF_E_UNSUPPORTED;
}
