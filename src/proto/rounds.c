#include "proto/rounds.h"

#include <string.h>

#include "proto/rounds_impl.h"

#define NO_TYPE 0x10000u /* a type has 16 bits */

/* ---- slots ---- */

tf_slot *tf_slot_at(const tf_rounds *r, unsigned round, unsigned party, tf_message_kind kind)
{
	return &r->slots[((size_t)(round - 1) * r->env->n + (party - 1)) * 2 + kind];
}

void tf_slot_fill(tf_slot *s, const tf_envelope *e, const uint8_t *digest, const uint8_t *raw,
                  size_t len)
{
	s->raw = raw;
	s->len = len;
	s->type = e->type;
	/* the payload is followed by the signature, and nothing else */
	s->payload.p = raw + len - sizeof(e->signature) - e->payload.len;
	s->payload.len = e->payload.len;
	memcpy(s->digest, digest, sizeof(s->digest));
	memcpy(s->echo, e->echo, sizeof(s->echo));
}

const uint8_t *tf_rounds_keep(tf_rounds *r, const uint8_t *p, size_t len)
{
	uint8_t *copy = tf_arena_alloc(r->mem, len);

	if (copy)
		memcpy(copy, p, len);
	return copy;
}

/* What a round may be instead of what it is in the table; NULL: nothing. */
static const tf_round *other_row(const tf_rounds *r, unsigned round)
{
	return round == r->rounds ? r->instead : NULL;
}

const tf_round *tf_rounds_row(const tf_rounds *r, unsigned round)
{
	const tf_round *other = other_row(r, round);

	return r->diverted && other ? other : &r->table[round - 1];
}

static bool has_direct(const tf_rounds *r, const tf_round *row, unsigned from, unsigned to)
{
	return row->direct && from != to && (!r->directs || r->directs(r, from, to));
}

static bool party_done(const tf_rounds *r, unsigned round, unsigned party)
{
	const tf_slot *broadcast = tf_slot_at(r, round, party, TF_BROADCAST);
	const tf_round *row = tf_rounds_row(r, round);

	if (!broadcast->payload.p)
		return false;
	if (!has_direct(r, row, party, r->env->self) || broadcast->type != row->broadcast->type)
		return true;
	if (round == r->court && tf_rounds_is_untold(r, party))
		return true;
	return tf_slot_at(r, round, party, TF_DIRECT)->payload.p != NULL;
}

static bool round_complete(const tf_rounds *r)
{
	for (unsigned i = 1; i <= r->env->n; i++)
		if (!party_done(r, r->round, i))
			return false;
	return true;
}

/* ---- sending ---- */

tf_err tf_rounds_post(tf_rounds *r, tf_outbox *out, tf_envelope *e, const tf_wire_type *type,
                      size_t most, const void *m, tf_blob *raw)
{
	size_t mark = tf_arena_mark(r->mem), len = 0;
	uint8_t *payload = tf_arena_alloc(r->mem, most);
	uint8_t *room;
	tf_err err;

	if (!payload)
		return TF_E_CAPACITY;
	err = tf_wire_encode(type, payload, most, &len, &r->wire, m);
	if (e->to == 0)
		tf_ct_declassify(payload, most); /* on its way to everybody */
	e->type = type->type;
	e->version = TF_WIRE_PROTOCOL_VERSION;
	e->from = r->env->self;
	e->payload = (tf_blob){ payload, len };
	memcpy(e->sid, r->env->sid, sizeof(e->sid));
	memcpy(e->context, r->context, sizeof(e->context));
	if (err == TF_OK)
		err = tf_envelope_sign(e, r->env->signer);
	room = err == TF_OK ? tf_outbox_room(out, TF_ENVELOPE_OVERHEAD + len) : NULL;
	if (err == TF_OK)
		err = room ? tf_envelope_encode(room, TF_ENVELOPE_OVERHEAD + len, &len, NULL, e)
		           : TF_E_CAPACITY;
	tf_arena_release(r->mem, mark);
	TRY(err);
	if (raw)
		*raw = (tf_blob){ room, len };
	return tf_outbox_send(out, e->to, room, len);
}

tf_err tf_rounds_send(tf_rounds *r, tf_outbox *out, uint16_t to, const tf_wire_type *type,
                      const void *m)
{
	unsigned round = r->round + 1u;
	tf_message_kind kind = to == 0 ? TF_BROADCAST : TF_DIRECT;
	tf_slot *own = tf_slot_at(r, round, r->env->self, kind);
	tf_envelope e = { .round = (uint8_t)round, .to = to };
	uint8_t text[TF_ENVELOPE_SIGNED], digest[32];
	tf_blob raw;

	if (r->audit)
		return TF_OK;
	if (round > r->rounds || to > r->env->n || to == r->env->self)
		return TF_E_USAGE;
	if (type != (to == 0 ? tf_rounds_row(r, round)->broadcast : tf_rounds_row(r, round)->direct))
		return TF_E_USAGE;
	if (kind == TF_BROADCAST)
		memcpy(e.echo, r->echo[round - 1], sizeof(e.echo));
	TRY(tf_rounds_post(r, out, &e, type, type->length(&r->wire, TF_WIRE_MOST), m, &raw));
	if (kind == TF_DIRECT)
		return TF_OK;
	if (!own->raw || own->len < raw.len) /* reserved by tf_rounds_init */
		return TF_E_USAGE;
	memcpy((uint8_t *)(uintptr_t)own->raw, raw.p, raw.len);
	TRY(tf_rounds_parse(r, &e, own->raw, raw.len));
	tf_envelope_signed(text, &e);
	tf_shake256_hash(digest, text, sizeof(text));
	tf_slot_fill(own, &e, digest, own->raw, raw.len);
	return TF_OK;
}

/* ---- receiving ---- */

tf_err tf_rounds_parse(const tf_rounds *r, tf_envelope *e, const uint8_t *in, size_t len)
{
	TRY(tf_envelope_decode(e, NULL, r->mem, in, len));
	if (e->version != TF_WIRE_PROTOCOL_VERSION)
		return TF_E_UNSUPPORTED;
	if (memcmp(e->sid, r->env->sid, sizeof(e->sid)) != 0)
		return TF_E_SESSION;
	if (memcmp(e->context, r->context, sizeof(e->context)) != 0)
		return TF_E_SESSION;
	if (e->from < 1)
		return TF_E_ENCODING;
	if (e->from > r->env->n)
		return TF_E_ENCODING;
	if (e->to > r->env->n)
		return TF_E_ENCODING;
	if (e->from == e->to)
		return TF_E_ENCODING;
	if (e->round < 1)
		return TF_E_ENCODING;
	if (e->round > r->rounds)
		return TF_E_ENCODING;
	return TF_OK;
}

tf_err tf_rounds_verify(const tf_rounds *r, uint8_t digest[static 32], const tf_envelope *e,
                        tf_fault *fault)
{
	const tf_party *from = &r->env->party[e->from - 1];
	uint8_t text[TF_ENVELOPE_SIGNED];

	/* whoever wrote this name on it: its bearer is no culprit */
	if (tf_envelope_verify_by(text, e, from->key, from->identity, fault) != TF_OK)
		return TF_E_TRUST;
	tf_shake256_hash(digest, text, sizeof(text));
	return TF_OK;
}

/* The type that a row has for this envelope's addressee, or one that no envelope has. */
static unsigned due_type(const tf_rounds *r, const tf_round *row, const tf_envelope *e)
{
	if (e->to == 0)
		return row->broadcast->type;
	return has_direct(r, row, e->from, e->to) ? row->direct->type : NO_TYPE;
}

/* The row that an envelope goes by: its round's as it may become, if that has its type. */
static const tf_round *due_row(const tf_rounds *r, const tf_envelope *e)
{
	const tf_round *other = other_row(r, e->round);

	return other && due_type(r, other, e) == e->type ? other : &r->table[e->round - 1];
}

/* The longest payload that can be right; known before any signature is verified. */
static size_t payload_most(const tf_rounds *r, const tf_envelope *e)
{
	const tf_wire_type *type;
	const tf_round *row;

	if (e->type == TF_MSG_DISPUTE)
		return tf_dispute_most(&r->wire, r->table, r->rounds);
	if (e->type == TF_MSG_COMPLAINT)
		return r->judge ? tf_complaint_most(&r->wire, &r->table[r->court - 1]) : 0;
	row = due_row(r, e);
	type = e->to == 0 ? row->broadcast : row->direct;
	return type ? type->length(&r->wire, TF_WIRE_MOST) : 0;
}

/* In a dispute about the last echoes: what somebody sent before it knew of the dispute. It may be
 * done and gone, and will not say more. */
static bool is_last_word(const tf_rounds *r, const tf_envelope *e)
{
	return r->round == r->rounds && e->round == r->round;
}

/* What can be said without a signature: everything here is dropped without blame. */
static tf_err receive(const tf_rounds *r, tf_envelope *e, const uint8_t *msg, size_t len)
{
	TRY(tf_rounds_parse(r, e, msg, len));
	if (e->from == r->env->self || (e->to != 0 && e->to != r->env->self))
		return TF_E_STATE;
	if (e->payload.len > payload_most(r, e))
		return TF_E_TOO_LARGE;
	if (e->type == TF_MSG_DISPUTE)
		return e->round <= r->round ? TF_OK : TF_E_STATE;
	if (e->type == TF_MSG_COMPLAINT)
		return r->judge && e->to == 0 && e->round == r->court && e->round <= r->round
		       ? TF_OK : TF_E_STATE;
	if (r->state == TF_RUN_DISPUTED)
		return is_last_word(r, e) ? TF_OK : TF_E_STATE;
	return e->round > r->round + 1u ? TF_E_STATE : TF_OK;
}

/* A signed message that has no place where it says it belongs. */
tf_err tf_rounds_check_form(const tf_rounds *r, const tf_envelope *e, tf_fault *fault)
{
	static const uint8_t none[sizeof(e->echo)];
	unsigned due = due_type(r, due_row(r, e), e);
	bool may_echo = e->to == 0 && (e->round > 1 || r->prior);

	if (!tf_holds(fault, TF_CK_ENVELOPE_TYPE, e->type == due))
		return TF_E_PROOF;
	if (may_echo)
		return TF_OK;
	if (!tf_holds(fault, TF_CK_ENVELOPE_ECHO, memcmp(e->echo, none, sizeof(none)) == 0))
		return TF_E_PROOF;
	return TF_OK;
}

bool tf_slot_agrees(const tf_slot *s, const uint8_t digest[static 32], tf_fault *fault)
{
	return tf_holds(fault, TF_CK_EQUIVOCATION, memcmp(s->digest, digest, 32) == 0);
}

tf_err tf_rounds_file(tf_rounds *r, const tf_envelope *e, const uint8_t digest[static 32],
                   const uint8_t *msg, size_t len, tf_fault *fault)
{
	tf_slot *s = tf_slot_at(r, e->round, e->from, e->to == 0 ? TF_BROADCAST : TF_DIRECT);
	const uint8_t *copy;

	/* one conflict is shown already: the memory that is left is for others' disputes */
	if (s->raw && r->state == TF_RUN_DONE && r->evidence[1].p &&
	    memcmp(s->digest, digest, sizeof(s->digest)) != 0)
		return TF_E_STATE;
	if (s->raw && tf_slot_agrees(s, digest, fault))
		return TF_E_DUPLICATE;
	copy = tf_rounds_keep(r, msg, len);
	if (!copy)
		return TF_E_CAPACITY;
	if (s->raw) {
		r->evidence[0] = (tf_blob){ s->raw, s->len };
		r->evidence[1] = (tf_blob){ copy, len };
		return TF_E_CONFLICT;
	}
	tf_slot_fill(s, e, digest, copy, len);
	return TF_OK;
}

/* ---- running ---- */

/* The evidence of a failed check: what that party has signed in that round. */
static void collect_evidence(tf_rounds *r, const tf_fault *fault)
{
	size_t n = 0;

	if (r->evidence[0].p || fault->round < 1 || fault->round > r->rounds)
		return;
	for (int kind = TF_BROADCAST; kind <= TF_DIRECT; kind++) {
		const tf_slot *s = tf_slot_at(r, fault->round, fault->party,
		                              (tf_message_kind)kind);

		if (s->raw)
			r->evidence[n++] = (tf_blob){ s->raw, s->len };
	}
}

static void hash_evidence(uint8_t out[static 32], const tf_rounds *r)
{
	tf_keccak k;

	tf_shake256_init(&k);
	for (unsigned i = 0; i < TF_ARRAY_LEN(r->evidence) && r->evidence[i].p; i++) {
		uint8_t len[4];
		tf_wr w = tf_wr_init(len, sizeof(len));

		tf_wr_u32(&w, (uint32_t)r->evidence[i].len);
		tf_keccak_absorb(&k, len, sizeof(len));
		tf_keccak_absorb(&k, r->evidence[i].p, r->evidence[i].len);
	}
	tf_keccak_squeeze(&k, out, 32);
}

/* The end of a run, with blame where there is any. */
tf_err tf_rounds_fail(tf_rounds *r, tf_err err, tf_fault *fault)
{
	if (r->state != TF_RUN_DONE)
		r->state = TF_RUN_FAILED;
	if (err != TF_E_PROOF && err != TF_E_CONFLICT)
		tf_fault_at(fault, TF_PARTY_NONE, 0);
	if (fault->party >= 1 && fault->party <= r->env->n) {
		collect_evidence(r, fault);
		hash_evidence(fault->evidence, r);
	} else {
		fault->party = TF_PARTY_NONE;
	}
	return err;
}

/* Somebody has seen other broadcasts of the round before than we have, or says so. */
static tf_err disagree(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	if (r->round == 1) /* the originals belong to a run that is over */
		return TF_E_CONFLICT;
	tf_fault_at(fault, TF_PARTY_NONE, 0); /* nobody yet */
	TRY(tf_dispute_show(r, r->round - 1u, out));
	tf_rounds_owe(r, out);
	return tf_dispute_settle(r, fault); /* others may have shown theirs before */
}

static tf_err process(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	TRY(tf_rounds_echo_of(r->echo[r->round], r, r->round));
	TRY(r->advance(r, out, fault));
	tf_rounds_owe(r, out); /* the next round may convict somebody in this very step */
	r->round++;
	if (r->round > r->rounds) {
		TRY(tf_outbox_done(out));
		r->state = TF_RUN_DONE;
	}
	return TF_OK;
}

/* This step has failed: nothing is left of it but what shows the others why. */
static tf_err fail_step(tf_rounds *r, tf_err err, size_t before, tf_outbox *out, tf_fault *fault)
{
	if (err == TF_E_BUSY) /* it has not: the verdict takes its time */
		return err;
	if (before < r->owed && (err == TF_E_PROOF || err == TF_E_CONFLICT))
		before = r->owed;
	out->count = before;
	err = tf_rounds_fail(r, err, fault);
	if (err == TF_E_PROOF && r->accused && r->accused == fault->party &&
	    r->court == fault->round && tf_complaint_show(r, out) != TF_OK)
		out->count = before; /* it could not be told; the verdict stands */
	return err;
}

tf_err tf_rounds_process(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	while (r->state == TF_RUN_RUNNING) {
		bool complete = round_complete(r);

		/* one is enough, and who is silent does not hide it; those of round 1 are zero, or
		 * speak of another run */
		tf_fault_at(fault, TF_PARTY_NONE, r->round);
		if ((complete || r->round > 1) && !tf_rounds_echoes_agree(r, fault))
			return disagree(r, out, fault);
		if (!complete)
			return TF_OK;
		TRY(process(r, out, fault));
	}
	return TF_OK;
}

/* A signed message about others' messages. */
static tf_err hear(tf_rounds *r, const tf_envelope *e, const uint8_t *msg, size_t len,
                   tf_outbox *out, tf_fault *fault)
{
	size_t before = out->count;
	tf_err err = e->type == TF_MSG_DISPUTE ? tf_dispute_take(r, e, msg, len, out, fault)
	                                       : tf_complaint_take(r, e, msg, len, fault);

	if (err != TF_OK)
		return err == TF_E_DUPLICATE ? err : tf_rounds_fail(r, err, fault);
	/* what was shown may be what was missing */
	err = tf_rounds_process(r, out, fault);
	return err == TF_OK ? TF_OK : fail_step(r, err, before, out, fault);
}

static tf_err step(tf_rounds *r, const uint8_t *msg, size_t len, tf_outbox *out, tf_fault *fault)
{
	size_t before = out->count;
	uint8_t digest[32];
	tf_envelope e;
	tf_err err;

	r->owed = 0;
	TRY(receive(r, &e, msg, len));
	TRY(tf_rounds_verify(r, digest, &e, fault));
	tf_fault_at(fault, e.from, e.round);
	if (e.type == TF_MSG_DISPUTE || e.type == TF_MSG_COMPLAINT)
		return hear(r, &e, msg, len, out, fault);
	err = tf_rounds_check_form(r, &e, fault);
	if (err == TF_E_PROOF)
		r->evidence[0] = (tf_blob){ tf_rounds_keep(r, msg, len), len };
	if (err == TF_OK)
		err = tf_rounds_file(r, &e, digest, msg, len, fault);
	if (err == TF_E_DUPLICATE)
		return err;
	if (err == TF_OK && r->state == TF_RUN_DISPUTED)
		err = tf_dispute_settle(r, fault); /* whose it is may have shown its originals */
	if (err == TF_OK)
		err = tf_rounds_process(r, out, fault);
	return err == TF_OK ? TF_OK : fail_step(r, err, before, out, fault);
}

tf_err tf_rounds_step(tf_rounds *r, const uint8_t *msg, size_t len, tf_outbox *out,
                      tf_fault *fault)
{
	tf_fault local;
	tf_fault *f = fault ? fault : &local;
	tf_err err = TF_E_STATE;

	tf_fault_at(f, TF_PARTY_NONE, 0);
	if (r->state != TF_RUN_IDLE && r->state != TF_RUN_FAILED)
		err = step(r, msg, len, out, f);
	tf_wipe_stack_deep();
	if (err != TF_E_PROOF && err != TF_E_CONFLICT)
		f->party = TF_PARTY_NONE;
	return err;
}

/* ---- the rest ---- */

tf_run_state tf_rounds_state(const tf_rounds *r)
{
	return r->state;
}

bool tf_rounds_same_view(const tf_rounds *r, unsigned party)
{
	return party_done(r, r->round, party) && tf_rounds_echo_agrees(r, party, NULL);
}

/* In a dispute about the last echoes: is what this party has sent all that we need of it? Its
 * originals are ours. */
static bool has_said_all(const tf_rounds *r, unsigned party)
{
	return r->round == r->rounds && r->disputed + 1u == r->round &&
	       tf_rounds_same_view(r, party);
}

bool tf_rounds_awaits(const tf_rounds *r, unsigned party)
{
	if (party < 1 || !r->env || party > r->env->n || party == r->env->self)
		return false;
	if (r->missing >> (party - 1) & 1)
		return true;
	if (r->state == TF_RUN_DISPUTED) /* who speaks of another round has not answered */
		return (!r->shown[party - 1].raw.p || r->shown[party - 1].round != r->disputed) &&
		       !has_said_all(r, party);
	return r->state == TF_RUN_RUNNING && !party_done(r, r->round, party);
}

void tf_rounds_close(tf_rounds *r)
{
	for (unsigned i = 1; i <= r->env->n; i++)
		r->missing |= (uint32_t)tf_rounds_awaits(r, i) << (i - 1);
	r->state = TF_RUN_FAILED;
}

const char *tf_rounds_name(const tf_rounds *r)
{
	return r->state == TF_RUN_RUNNING ? r->table[r->round - 1].name : "";
}

size_t tf_rounds_evidence(tf_blob out[static 2], const tf_rounds *r)
{
	size_t n = 0;

	while (n < TF_ARRAY_LEN(r->evidence) && r->evidence[n].p) {
		out[n] = r->evidence[n];
		n++;
	}
	return n;
}

tf_err tf_rounds_init(tf_rounds *r, const tf_party_env *env, const tf_round *table, uint8_t rounds,
                      tf_rounds_advance advance, const uint8_t context[static 32],
                      const uint8_t *prior, uint32_t batch, tf_arena *mem)
{
	memset(r, 0, sizeof(*r));
	r->mem = mem;
	if (rounds < 1 || rounds > TF_ROUNDS_MAX)
		return TF_E_USAGE;
	TRY(tf_party_env_check_devices(env));
	r->env = env;
	r->wire = (tf_wire_env){ .pr = env->pr, .g = env->g, .n = env->n, .batch = batch };
	r->table = table;
	r->rounds = rounds;
	r->advance = advance;
	TRY(tf_run_context(r->context, env, context, batch, prior != NULL));
	r->prior = prior != NULL;
	if (prior)
		memcpy(r->echo[0], prior, sizeof(r->echo[0]));
	r->slots = tf_arena_alloc(mem, sizeof(tf_slot) * 2 * rounds * env->n);
	if (!r->slots)
		return TF_E_CAPACITY;
	for (unsigned k = 1; k <= rounds; k++) { /* room for our own broadcasts */
		tf_slot *own = tf_slot_at(r, k, env->self, TF_BROADCAST);

		own->len = TF_ENVELOPE_OVERHEAD + table[k - 1].broadcast->length(&r->wire,
		                                                                 TF_WIRE_MOST);
		own->raw = tf_arena_alloc(mem, own->len);
		if (!own->raw)
			return TF_E_CAPACITY;
	}
	return TF_OK;
}

void tf_rounds_hold_court(tf_rounds *r, uint8_t round, tf_rounds_judge judge)
{
	r->court = round;
	r->judge = judge;
}

void tf_rounds_owe(tf_rounds *r, const tf_outbox *out)
{
	r->owed = out->count;
}

void tf_rounds_begin(tf_rounds *r)
{
	r->round = 1;
	r->state = TF_RUN_RUNNING;
}

tf_err tf_rounds_decode(const tf_rounds *r, void *out, unsigned party, tf_message_kind kind,
                        tf_fault *fault)
{
	const tf_round *round = tf_rounds_row(r, r->round);
	const tf_wire_type *type = kind == TF_BROADCAST ? round->broadcast : round->direct;

	tf_fault_at(fault, party, r->round);
	return tf_rounds_decode_shown(r, out, type, &tf_slot_at(r, r->round, party, kind)->payload,
	                              fault);
}

tf_err tf_rounds_decode_shown(const tf_rounds *r, void *out, const tf_wire_type *type,
                              const tf_blob *payload, tf_fault *fault)
{
	tf_err err = tf_wire_decode(type, out, &r->wire, r->mem, payload->p, payload->len);

	if (err == TF_E_CAPACITY || err == TF_E_USAGE)
		return err;
	if (!tf_holds(fault, TF_CK_PAYLOAD_FORM, err == TF_OK))
		return TF_E_PROOF;
	return TF_OK;
}

tf_run_sizes tf_rounds_sizes(const tf_wire_env *wire, const tf_round *table, uint8_t rounds)
{
	size_t peers = wire->n - 1, longest = 0;
	size_t dispute = TF_ENVELOPE_OVERHEAD + tf_dispute_most(wire, table, rounds);
	tf_run_sizes s = { 0 };

	for (unsigned k = 0; k < rounds; k++) {
		size_t all = TF_ENVELOPE_OVERHEAD + table[k].broadcast->length(wire, TF_WIRE_MOST);
		size_t one = table[k].direct ? TF_ENVELOPE_OVERHEAD +
		                               table[k].direct->length(wire, TF_WIRE_MOST) : 0;

		longest = longest > all ? longest : all;
		longest = longest > one ? longest : one;
		s.mem += ALIGNED(all) + peers * (ALIGNED(all) + ALIGNED(one));
		s.out += ALIGNED(all) + peers * ALIGNED(one);
	}
	s.message = longest > dispute ? longest : dispute;
	s.mem += ALIGNED(sizeof(tf_slot) * 2 * rounds * wire->n) + ALIGNED(longest);
	/* disputes: the others' as they are, ours while it is made, lists of them */
	s.mem += (peers + 1) * ALIGNED(dispute) + 8 * ALIGNED(sizeof(tf_blob) * wire->n);
	s.out += ALIGNED(dispute) + 4096; /* keys and records' slack */
	return s;
}
