/* Disputes: who has shown different things to different parties (rounds.h, "Echo"). */
#include <string.h>

#include "proto/rounds_impl.h"

static size_t broadcast_most(const tf_wire_env *wire, const tf_round *table, unsigned rounds)
{
	size_t most = 0;

	for (unsigned k = 0; k < rounds; k++) {
		size_t len = table[k].broadcast->length(wire, TF_WIRE_MOST);

		most = most > len ? most : len;
	}
	return 4 + TF_ENVELOPE_OVERHEAD + most;
}

size_t tf_dispute_most(const tf_wire_env *wire, const tf_round *table, unsigned rounds)
{
	return 1 + 4 + 4 + 2 * (size_t)wire->n * broadcast_most(wire, table, rounds);
}

/* What we hold of a round's broadcasts: all, or those whose echo is not ours. */
static uint32_t list_broadcasts(tf_blob *list, const tf_rounds *r, unsigned round,
                                const uint8_t *not_echo)
{
	uint32_t n = 0;

	for (unsigned i = 1; i <= r->env->n; i++) {
		const tf_slot *s = tf_slot_at(r, round, i, TF_BROADCAST);

		if (!s->payload.p) /* not there, or our own not sent yet */
			continue;
		if (!not_echo || memcmp(s->echo, not_echo, 32) != 0)
			list[n++] = (tf_blob){ s->raw, s->len };
	}
	return n;
}

tf_err tf_dispute_show(tf_rounds *r, unsigned round, tf_outbox *out)
{
	tf_blob originals[TF_PARTIES_MAX], echoes[TF_PARTIES_MAX];
	tf_msg_dispute m = { .round = (uint8_t)round, .originals = originals, .echoes = echoes };
	tf_envelope e = { .round = (uint8_t)round };
	size_t most = tf_dispute_most(&r->wire, r->table, r->rounds);
	uint8_t echo[32];

	if (r->state == TF_RUN_RUNNING) {
		r->state = TF_RUN_DISPUTED;
		r->disputed = (uint8_t)round;
	}
	if (r->has_shown)
		return TF_OK;
	r->has_shown = true;
	m.originals_n = list_broadcasts(originals, r, round, NULL);
	if (round < r->rounds && m.originals_n == r->env->n) { /* only then is our own echo known */
		TRY(tf_rounds_echo_of(echo, r, round));
		m.echoes_n = list_broadcasts(echoes, r, round + 1, echo);
	}
	return tf_rounds_post(r, out, &e, &tf_msg_dispute_wire, most, &m, NULL);
}

/* One envelope out of a dispute. */
static tf_err check_shown(const tf_rounds *r, tf_envelope *e, uint8_t digest[static 32],
                          const tf_blob *raw, unsigned round)
{
	TRY(tf_rounds_parse(r, e, raw->p, raw->len));
	if (!tf_holds(NULL, TF_CK_DISPUTE_BROADCAST, e->to == 0))
		return TF_E_PROOF;
	if (!tf_holds(NULL, TF_CK_DISPUTE_PLACE, e->round == round))
		return TF_E_PROOF;
	TRY(tf_rounds_check_form(r, e, NULL));
	return tf_rounds_verify(r, digest, e, NULL);
}

/* It must be the same that we have; if we have none, it is ours now. */
static tf_err compare(tf_rounds *r, const tf_envelope *e, const uint8_t digest[static 32],
                      const tf_blob *raw, tf_fault *fault)
{
	tf_slot *s = tf_slot_at(r, e->round, e->from, TF_BROADCAST);

	if (!s->raw) {
		tf_slot_fill(s, e, digest, raw->p, raw->len);
		return TF_OK;
	}
	tf_fault_at(fault, e->from, e->round);
	if (!tf_holds(fault, TF_CK_DISPUTE_ORIGINAL, memcmp(s->digest, digest, 32) == 0)) {
		r->evidence[0] = (tf_blob){ s->raw, s->len };
		r->evidence[1] = *raw;
		return TF_E_CONFLICT;
	}
	return TF_OK;
}

/* Envelopes of one round in a dispute by `by`: well-formed, ascending, and what we have, too.
 * digest[i] receives party i+1's; the others stay. */
static tf_err examine(tf_rounds *r, unsigned by, unsigned round, const tf_blob *list, uint32_t n,
                      uint8_t (*digest)[32], tf_fault *fault)
{
	unsigned last = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint8_t d[32] = { 0 };
		tf_envelope e;
		tf_err err = check_shown(r, &e, d, &list[i], round);

		tf_fault_at(fault, by, r->shown[by - 1].round);
		if (!tf_holds(fault, TF_CK_DISPUTE_FORM, err == TF_OK))
			return TF_E_PROOF;
		if (err != TF_OK) /* not reached */
			continue;
		if (!tf_holds(fault, TF_CK_DISPUTE_ORDER, e.from > last))
			return TF_E_PROOF;
		last = e.from;
		memcpy(digest[e.from - 1], d, 32);
		TRY(compare(r, &e, d, &list[i], fault));
	}
	return TF_OK;
}

/* Everybody whose originals and whose echo are known: do they fit? */
static tf_err check_reproduction(tf_rounds *r, tf_fault *fault)
{
	for (unsigned i = 1; i <= r->env->n; i++) {
		const tf_shown *shown = &r->shown[i - 1];
		const tf_slot *next;

		if (!shown->raw.p || shown->round >= r->rounds)
			continue;
		next = tf_slot_at(r, shown->round + 1u, i, TF_BROADCAST);
		if (!next->raw)
			continue;
		r->evidence[0] = (tf_blob){ next->raw, next->len };
		r->evidence[1] = shown->raw;
		tf_fault_at(fault, i, shown->round + 1u);
		if (!tf_holds(fault, TF_CK_DISPUTE_WHOLE, shown->count == r->env->n))
			return TF_E_PROOF;
		if (!tf_holds(fault, TF_CK_DISPUTE_ECHO, memcmp(shown->echo, next->echo, 32) == 0))
			return TF_E_PROOF;
	}
	return TF_OK;
}

tf_err tf_dispute_settle(tf_rounds *r, tf_fault *fault)
{
	TRY(check_reproduction(r, fault));
	memset(r->evidence, 0, sizeof(r->evidence));
	tf_fault_at(fault, TF_PARTY_NONE, 0);
	return TF_OK;
}

/* A broadcast whose echo is not that of these originals; NULL if there is none. */
static const tf_slot *other_echo(const tf_rounds *r, const tf_shown *shown)
{
	if (shown->round >= r->rounds)
		return NULL;
	for (unsigned i = 1; i <= r->env->n; i++) {
		const tf_slot *next = tf_slot_at(r, shown->round + 1u, i, TF_BROADCAST);

		if (next->payload.p && memcmp(next->echo, shown->echo, 32) != 0)
			return next;
	}
	return NULL;
}

/* Has this dispute a ground: all originals of its round, and an echo of somebody who has seen
 * others, or says so? Whoever begins a dispute has both, and so has whoever joins one that has:
 * what it had not received it was shown. */
static bool has_ground(const tf_rounds *r, const tf_shown *shown)
{
	if (!tf_holds(NULL, TF_CK_DISPUTE_FULL, shown->count == r->env->n))
		return false;
	return tf_holds(NULL, TF_CK_DISPUTE_GROUND, other_echo(r, shown) != NULL);
}

/* The contents of a dispute: m points into memory that stays. */
static tf_err weigh(tf_rounds *r, unsigned by, const tf_msg_dispute *m, tf_fault *fault)
{
	uint8_t digest[TF_PARTIES_MAX][32] = { { 0 } }, unused[TF_PARTIES_MAX][32];
	tf_shown *shown = &r->shown[by - 1];

	TRY(examine(r, by, shown->round, m->originals, m->originals_n, digest, fault));
	if (shown->round < r->rounds)
		TRY(examine(r, by, shown->round + 1u, m->echoes, m->echoes_n, unused, fault));
	TRY(tf_rounds_echo(shown->echo, r, shown->round, digest[0]));
	shown->count = (uint8_t)m->originals_n;
	return tf_dispute_settle(r, fault);
}

static tf_err read_dispute(tf_rounds *r, unsigned by, tf_fault *fault)
{
	const tf_shown *shown = &r->shown[by - 1];
	size_t mark = tf_arena_mark(r->mem);
	tf_msg_dispute m = { 0 };
	tf_envelope kept;
	tf_err err;

	TRY(tf_rounds_parse(r, &kept, shown->raw.p, shown->raw.len));
	err = tf_msg_dispute_decode(&m, &r->wire, r->mem, kept.payload.p, kept.payload.len);
	if (err == TF_E_CAPACITY)
		return err;
	r->evidence[0] = shown->raw;
	if (!tf_holds(fault, TF_CK_DISPUTE_PAYLOAD, err == TF_OK))
		return TF_E_PROOF;
	TRY(err);
	if (!tf_holds(fault, TF_CK_DISPUTE_ROUND, m.round == shown->round))
		return TF_E_PROOF;
	err = weigh(r, by, &m, fault);
	tf_arena_release(r->mem, mark);
	return err;
}

tf_err tf_dispute_take(tf_rounds *r, const tf_envelope *e, const uint8_t *msg, size_t len,
                       tf_outbox *out, tf_fault *fault)
{
	tf_shown *shown = &r->shown[e->from - 1];
	tf_err err;

	if (shown->raw.p)
		return TF_E_DUPLICATE;
	shown->raw = (tf_blob){ tf_rounds_keep(r, msg, len), len };
	shown->round = e->round;
	if (!shown->raw.p)
		return TF_E_CAPACITY;
	err = read_dispute(r, e->from, fault);
	if (err != TF_OK || has_ground(r, shown)) { /* the others need ours for the same verdict */
		tf_err told = tf_dispute_show(r, e->round, out);

		err = err == TF_OK ? told : err;
	}
	return err;
}
