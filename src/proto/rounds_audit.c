/* The engine's part of an audit. */
#include <string.h>

#include "proto/audit.h"
#include "proto/rounds_impl.h"

void tf_rounds_audit_begin(tf_rounds *r)
{
	memset(r->slots, 0, sizeof(tf_slot) * 2 * r->rounds * r->env->n);
	r->audit = true;
	r->has_shown = true;
	tf_rounds_begin(r);
}

bool tf_rounds_is_untold(const tf_rounds *r, unsigned party)
{
	return r->audit && !(r->told >> (party - 1) & 1);
}

/* Whose shares are there? Other messages may complete their round before they are filed. */
static void note_told(tf_rounds *r, const tf_blob *messages, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t mark = tf_arena_mark(r->mem);
		tf_envelope e;

		if (tf_rounds_parse(r, &e, messages[i].p, messages[i].len) == TF_OK &&
		    e.to == r->env->self && e.round == r->court)
			r->told |= 1u << (e.from - 1);
		tf_arena_release(r->mem, mark);
	}
}

static tf_err audit_message(tf_rounds *r, const tf_blob *msg, tf_outbox *out, tf_fault *fault)
{
	uint8_t digest[32];
	tf_envelope e;

	TRY(tf_rounds_parse(r, &e, msg->p, msg->len));
	TRY(tf_rounds_verify(r, digest, &e, fault));
	/* what somebody else was sent, and passes on, is not what the accuser was sent */
	if (e.to != 0 && e.to != r->env->self)
		return TF_E_STATE;
	tf_fault_at(fault, e.from, e.round);
	if (e.type == TF_MSG_DISPUTE)
		return tf_dispute_take(r, &e, msg->p, msg->len, out, fault);
	if (e.type == TF_MSG_COMPLAINT)
		return r->judge && e.to == 0 && e.round == r->court
		       ? tf_complaint_take(r, &e, msg->p, msg->len, fault) : TF_E_STATE;
	TRY(tf_rounds_check_form(r, &e, fault));
	TRY(tf_rounds_file(r, &e, digest, msg->p, msg->len, fault));
	return tf_rounds_process(r, out, fault);
}

tf_err tf_rounds_audit(tf_rounds *r, const tf_blob *messages, size_t n, tf_fault *fault)
{
	uint8_t *room = tf_arena_alloc(r->mem, TF_AUDIT_OUTBOX);
	tf_outbox out;
	tf_arena kept;

	tf_fault_at(fault, TF_PARTY_NONE, 0);
	if (!room)
		return TF_E_CAPACITY;
	tf_arena_init(&kept, room, TF_AUDIT_OUTBOX);
	tf_outbox_init(&out, &kept);
	note_told(r, messages, n);
	for (size_t i = 0; i < n; i++) {
		tf_err err = audit_message(r, &messages[i], &out, fault);

		tf_outbox_reset(&out);
		if (err == TF_E_DUPLICATE)
			continue;
		if (err == TF_E_PROOF || err == TF_E_CONFLICT)
			return tf_rounds_fail(r, err, fault);
		tf_fault_at(fault, TF_PARTY_NONE, 0);
		TRY(err);
	}
	return TF_OK;
}

/* Is it an envelope of this run, signed by whom it names? */
static tf_err open_one(tf_envelope *e, uint8_t digest[static 32], const tf_rounds *r,
                       const tf_blob *msg)
{
	TRY(tf_rounds_parse(r, e, msg->p, msg->len));
	return tf_rounds_verify(r, digest, e, NULL);
}

tf_err tf_audit_pair(const tf_rounds *r, const tf_blob *first, const tf_blob *second,
                     tf_fault *fault)
{
	uint8_t digest[2][32];
	tf_envelope a, b;
	tf_slot s = { 0 };

	TRY(open_one(&a, digest[0], r, first));
	TRY(open_one(&b, digest[1], r, second));
	tf_fault_at(fault, TF_PARTY_NONE, 0);
	/* whoever disputes twice, or complains of two, has said nothing false yet */
	if (a.type == TF_MSG_DISPUTE || a.type == TF_MSG_COMPLAINT || b.type == TF_MSG_DISPUTE ||
	    b.type == TF_MSG_COMPLAINT)
		return TF_OK;
	if (a.from != b.from || a.to != b.to || a.round != b.round)
		return TF_OK;
	tf_fault_at(fault, a.from, a.round);
	memcpy(s.digest, digest[0], sizeof(s.digest));
	if (!tf_slot_agrees(&s, digest[1], fault))
		return TF_E_CONFLICT;
	tf_fault_at(fault, TF_PARTY_NONE, 0);
	return TF_OK;
}

/* What was sent to one alone in the court's round stays there, but for what is itself at fault. */
static bool may_show(const tf_rounds *r, unsigned round, unsigned party, int kind)
{
	return kind == TF_BROADCAST || round != r->court || party == r->accused;
}

size_t tf_rounds_messages(tf_blob *out, size_t cap, const tf_rounds *r, unsigned round)
{
	size_t n = 0;

	for (unsigned k = 1; k <= round && k <= r->rounds; k++)
		for (unsigned i = 1; i <= r->env->n; i++)
			for (int kind = TF_BROADCAST; kind <= TF_DIRECT; kind++) {
				const tf_slot *s = tf_slot_at(r, k, i, (tf_message_kind)kind);

				if (s->payload.p && n < cap && may_show(r, k, i, kind))
					out[n++] = (tf_blob){ s->raw, s->len };
			}
	return n;
}
