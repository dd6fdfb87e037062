/* A last round that becomes another, and earlier rounds read once more. */
#include "proto/rounds_impl.h"

tf_err tf_rounds_offer(tf_rounds *r, const tf_round *instead)
{
	tf_slot *own = tf_slot_at(r, r->rounds, r->env->self, TF_BROADCAST);
	size_t len = TF_ENVELOPE_OVERHEAD + instead->broadcast->length(&r->wire, TF_WIRE_MOST);

	r->instead = instead;
	if (len <= own->len)
		return TF_OK;
	own->len = len;
	own->raw = tf_arena_alloc(r->mem, len);
	return own->raw ? TF_OK : TF_E_CAPACITY;
}

void tf_rounds_divert(tf_rounds *r)
{
	r->diverted = true;
}

bool tf_rounds_agrees(const tf_rounds *r, unsigned party)
{
	return tf_slot_at(r, r->round, party, TF_BROADCAST)->type ==
	       tf_rounds_row(r, r->round)->broadcast->type;
}

void tf_rounds_end(tf_rounds *r)
{
	r->rounds = r->round;
}

tf_err tf_rounds_again(const tf_rounds *r, void *out, unsigned round, unsigned party,
                       tf_message_kind kind)
{
	const tf_round *row = tf_rounds_row(r, round);
	const tf_wire_type *type = kind == TF_BROADCAST ? row->broadcast : row->direct;
	const tf_slot *s = tf_slot_at(r, round, party, kind);

	return tf_wire_decode(type, out, &r->wire, r->mem, s->payload.p, s->payload.len);
}
