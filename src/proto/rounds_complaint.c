/* Complaints: whose word is wrong, that of a sender or that of its receiver (rounds.h,
 * "Complaint"). */
#include <string.h>

#include "proto/rounds_impl.h"

size_t tf_complaint_most(const tf_wire_env *wire, const tf_round *court)
{
	return 2 + 2 * (4 + TF_ENVELOPE_OVERHEAD) + court->broadcast->length(wire, TF_WIRE_MOST) +
	       court->direct->length(wire, TF_WIRE_MOST);
}

tf_err tf_complaint_show(tf_rounds *r, tf_outbox *out)
{
	const tf_slot *all = tf_slot_at(r, r->court, r->accused, TF_BROADCAST);
	const tf_slot *one = tf_slot_at(r, r->court, r->accused, TF_DIRECT);
	tf_msg_complaint m = { .accused = r->accused, .broadcast = { all->raw, all->len },
	                       .direct = { one->raw, one->len } };
	tf_envelope e = { .round = r->court };

	return tf_rounds_post(r, out, &e, &tf_msg_complaint_wire,
	                      tf_complaint_most(&r->wire, &r->table[r->court - 1]), &m, NULL);
}

/* A message that the accused has signed in the court's round, to this addressee. */
static tf_err check_signed(const tf_rounds *r, tf_envelope *e, uint8_t digest[static 32],
                           const tf_blob *raw, unsigned accused, unsigned to,
                           const tf_wire_type *type)
{
	TRY(tf_rounds_parse(r, e, raw->p, raw->len));
	if (!tf_holds(NULL, TF_CK_COMPLAINT_SIGNER, e->from == accused))
		return TF_E_PROOF;
	if (!tf_holds(NULL, TF_CK_COMPLAINT_ADDRESSEE, e->to == to))
		return TF_E_PROOF;
	if (!tf_holds(NULL, TF_CK_COMPLAINT_ROUND, e->round == r->court))
		return TF_E_PROOF;
	if (!tf_holds(NULL, TF_CK_COMPLAINT_TYPE, e->type == type->type))
		return TF_E_PROOF;
	return tf_rounds_verify(r, digest, e, NULL);
}

/* The accused may have shown us another broadcast than the accuser. */
static tf_err compare(tf_rounds *r, const tf_msg_complaint *m, const uint8_t digest[static 32],
                      tf_fault *fault)
{
	const tf_slot *s = tf_slot_at(r, r->court, m->accused, TF_BROADCAST);

	tf_fault_at(fault, m->accused, r->court);
	if (!s->payload.p)
		return TF_OK;
	if (!tf_slot_agrees(s, digest, fault)) {
		r->evidence[0] = (tf_blob){ s->raw, s->len };
		r->evidence[1] = m->broadcast;
		return TF_E_CONFLICT;
	}
	return TF_OK;
}

/* Does this complaint accuse another party, which owed its author a message? */
static tf_err check_accused(const tf_rounds *r, unsigned accused, unsigned accuser)
{
	bool party = accused - 1u < r->env->n; /* also not 0 */

	if (!tf_holds(NULL, TF_CK_COMPLAINT_PARTY, party))
		return TF_E_PROOF;
	if (!party) /* not reached */
		return TF_OK;
	if (!tf_holds(NULL, TF_CK_COMPLAINT_OTHER, accused != accuser))
		return TF_E_PROOF;
	if (!r->directs) /* everybody owes everybody */
		return TF_OK;
	if (!tf_holds(NULL, TF_CK_COMPLAINT_OWED, r->directs(r, accused, accuser)))
		return TF_E_PROOF;
	return TF_OK;
}

/* The contents of a complaint; m points into memory that stays. */
static tf_err weigh(tf_rounds *r, unsigned accuser, const tf_msg_complaint *m, tf_fault *fault)
{
	const tf_round *round = &r->table[r->court - 1];
	uint8_t digest[32], unused[32];
	tf_envelope all, one;
	tf_fault found;
	tf_err may = check_accused(r, m->accused, accuser), said, sent, err;
	bool wrong;

	if (!tf_holds(fault, TF_CK_COMPLAINT_ACCUSED, may == TF_OK))
		return TF_E_PROOF;
	if (may != TF_OK) /* not reached, here and below */
		return TF_OK;
	said = check_signed(r, &all, digest, &m->broadcast, m->accused, 0, round->broadcast);
	if (!tf_holds(fault, TF_CK_COMPLAINT_FORM, said == TF_OK))
		return TF_E_PROOF;
	sent = check_signed(r, &one, unused, &m->direct, m->accused, accuser, round->direct);
	if (!tf_holds(fault, TF_CK_COMPLAINT_DIRECT, sent == TF_OK))
		return TF_E_PROOF;
	if (said != TF_OK || sent != TF_OK)
		return TF_OK;
	TRY(compare(r, m, digest, fault));
	tf_fault_at(&found, m->accused, r->court);
	err = r->judge(r, m->accused, accuser, &all.payload, &one.payload, &found);
	if (err != TF_OK && err != TF_E_PROOF)
		return err;
	wrong = err == TF_E_PROOF;
	tf_fault_at(fault, accuser, r->court);
	if (!tf_holds(fault, TF_CK_COMPLAINT_FALSE, wrong))
		return TF_E_PROOF;
	if (wrong) {
		*fault = found;
		r->evidence[0] = m->broadcast;
		r->evidence[1] = m->direct;
	}
	return err;
}

tf_err tf_complaint_take(tf_rounds *r, const tf_envelope *e, const uint8_t *msg, size_t len,
                         tf_fault *fault)
{
	tf_msg_complaint m = { 0 };
	tf_envelope own;
	tf_err err;

	if (r->complaint.p)
		return TF_E_DUPLICATE;
	r->complaint = (tf_blob){ tf_rounds_keep(r, msg, len), len };
	if (!r->complaint.p)
		return TF_E_CAPACITY;
	TRY(tf_rounds_parse(r, &own, r->complaint.p, len));
	err = tf_msg_complaint_decode(&m, &r->wire, r->mem, own.payload.p, own.payload.len);
	if (err == TF_E_CAPACITY)
		return err;
	memset(r->evidence, 0, sizeof(r->evidence));
	r->evidence[0] = r->complaint;
	err = weigh(r, e->from, &m, fault); /* not decoded: it accuses party 0 */
	if (err == TF_OK)
		memset(r->evidence, 0, sizeof(r->evidence));
	return err;
}

void tf_rounds_court_sizes(tf_run_sizes *s, const tf_wire_env *wire, const tf_round *court)
{
	size_t complaint = TF_ENVELOPE_OVERHEAD + tf_complaint_most(wire, court);

	s->message = s->message > complaint ? s->message : complaint;
	s->mem += 4 * ALIGNED(complaint); /* one received, one made, what is in them */
	s->out += ALIGNED(complaint);
}
