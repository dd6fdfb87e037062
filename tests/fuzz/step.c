#include "step.h"

#include <string.h>

#include "proto/rounds_impl.h"
#include "sim/walk.h"

typedef struct input {
	const uint8_t *p;
	size_t len;
} input;

static unsigned take(input *in)
{
	if (in->len == 0)
		return 0;
	in->len--;
	return *in->p++;
}

static unsigned take16(input *in)
{
	unsigned high = take(in);

	return high << 8 | take(in);
}

/* ---- recording ---- */

static void *copy(const void *p, size_t len)
{
	void *out = malloc(len ? len : 1);

	ALWAYS(out != NULL);
	memcpy(out, p, len);
	return out;
}

static void remember(step_scene *s, const cast_mail *m)
{
	step_moment *now = &s->moment[s->mails];
	const tf_arena *mem = &s->c->mem[0];

	ALWAYS(s->mails + 1 < STEP_MAILS);
	now->machine = copy(s->c->run[0], s->machine_len);
	now->mem = copy(mem->base, mem->used);
	now->used = mem->used;
	now->tape = s->c->tape[0];
	if (m)
		s->mail[s->mails++] = *m;
}

static void read_mail(tf_envelope *e, const uint8_t *p, size_t len)
{
	uint8_t none[64];
	tf_arena mem;

	tf_arena_init(&mem, none, sizeof(none));
	ALWAYS(tf_envelope_decode(e, NULL, &mem, p, len) == TF_OK);
}

void step_record(step_scene *s)
{
	cast *c = s->c;

	for (unsigned i = 0; i < c->n; i++)
		cast_collect(c, i);
	while (c->delivered < c->posted) {
		const cast_mail *m = &c->mail[c->delivered++];
		tf_envelope e;
		tf_err err;

		read_mail(&e, m->bytes, m->len);
		if (m->to == 1 && e.round >= s->begins)
			remember(s, m);
		err = cast_step(c, m->to - 1, m->bytes, m->len);
		ALWAYS(err == TF_OK || s->cheat);
	}
	ALWAYS(tf_rounds_state(c->run[0]) == (s->cheat ? TF_RUN_FAILED : TF_RUN_DONE));
	ALWAYS(c->fault[0].party == s->cheat && s->mails > 0);
	remember(s, NULL);
	if (!s->cheat)
		s->check(s->honest);
}

static void put_back(step_scene *s, unsigned k)
{
	const step_moment *m = &s->moment[k];
	tf_arena *mem = &s->c->mem[0];

	memcpy(s->c->run[0], m->machine, s->machine_len);
	tf_arena_release(mem, 0);
	memcpy(mem->base, m->mem, m->used);
	mem->used = m->used;
	s->c->tape[0] = m->tape;
	tf_outbox_reset(&s->c->out[0]);
	s->forgeries = 0;
	memset(s->liar, 0, sizeof(s->liar));
	s->lied = s->late = false;
	s->named = k == s->mails ? s->cheat : 0;
	if (s->cheat)
		s->liar[s->cheat - 1] = true;
	else if (k == s->mails)
		s->check(s->result);
}

/* ---- one step, and what must hold after it ---- */

static void check_evidence(const step_scene *s, unsigned convict)
{
	tf_blob shown[2];
	size_t n = tf_rounds_evidence(shown, s->c->run[0]);
	bool by_convict = false;

	ALWAYS(n >= 1);
	for (size_t k = 0; k < n; k++) {
		tf_fault fault;
		tf_envelope e;

		read_mail(&e, shown[k].p, shown[k].len);
		tf_fault_at(&fault, e.from, e.round);
		ALWAYS(e.from >= 1 && e.from <= s->c->n);
		ALWAYS(tf_envelope_verify(&e, s->c->signer[e.from - 1].pk, &fault) == TF_OK);
		by_convict = by_convict || e.from == convict;
	}
	ALWAYS(by_convict);
}

static bool ends(tf_err err)
{
	return err != TF_OK && err != TF_E_DUPLICATE;
}

/* What a step gives out: our own signed messages; after an error records besides, if somebody was
 * convicted, but only in front of the messages that speak of them. */
static unsigned check_effects(const step_scene *s, tf_err err)
{
	const tf_outbox *out = &s->c->out[0];
	unsigned done = 0;

	for (size_t k = 0; k < out->count; k++) {
		const tf_effect *f = &out->effect[k];
		tf_envelope e;

		done += f->kind == TF_EFFECT_DONE;
		ALWAYS(!ends(err) || f->kind == TF_EFFECT_SEND ||
		       (f->kind == TF_EFFECT_PERSIST && (err == TF_E_PROOF || err == TF_E_CONFLICT) &&
		        k + 1 < out->count));
		if (f->kind != TF_EFFECT_SEND)
			continue;
		read_mail(&e, f->data, f->len);
		ALWAYS(e.from == 1 && e.to != 1 && e.to == f->to);
	}
	return done;
}

static void check_verdict(step_scene *s, tf_err err, const tf_fault *fault)
{
	bool verdict = err == TF_E_PROOF || err == TF_E_CONFLICT;
	bool anybody = false;

	for (unsigned i = 0; i < s->c->n; i++)
		anybody = anybody || s->liar[i];
	ALWAYS(err != TF_E_CAPACITY && err != TF_E_USAGE && err != TF_E_ENTROPY);
	ALWAYS(!verdict || anybody);
	ALWAYS(verdict || fault->party == TF_PARTY_NONE);
	if (fault->party == TF_PARTY_NONE)
		return;
	ALWAYS(fault->party <= s->c->n && s->liar[fault->party - 1]);
	check_evidence(s, fault->party);
	s->named = fault->party;
}

static void give(step_scene *s, const uint8_t *p, size_t len)
{
	tf_rounds *r = s->c->run[0];
	tf_run_state before = tf_rounds_state(r);
	uint8_t *bytes = copy(p, len); /* exact, for the sanitizer */
	tf_fault fault;
	tf_err err = tf_rounds_step(r, bytes, len, &s->c->out[0], &fault);
	unsigned done = check_effects(s, err);

	free(bytes);
	check_verdict(s, err, &fault);
	if (before == TF_RUN_FAILED)
		ALWAYS(err == TF_E_STATE && tf_rounds_state(r) == TF_RUN_FAILED);
	if (before == TF_RUN_DONE)
		ALWAYS(tf_rounds_state(r) == TF_RUN_DONE && done == 0);
	ALWAYS(done == (before != TF_RUN_DONE && tf_rounds_state(r) == TF_RUN_DONE));
	if (done)
		s->check(s->result);
	tf_outbox_reset(&s->c->out[0]);
}

/* ---- orders ---- */

static cast_mail *new_forgery(step_scene *s, unsigned from)
{
	cast_mail *f = &s->forged[s->forgeries++];

	*f = (cast_mail){ .from = from, .to = 1 };
	return f;
}

static bool same(const cast_mail *a, const cast_mail *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* Sign e as `from` and hand it over. */
static void give_signed(step_scene *s, tf_envelope *e, unsigned from, const cast_mail *instead_of)
{
	cast_mail *f = new_forgery(s, from);

	cast_forge(s->c, f, e, from);
	if (!instead_of || !same(f, instead_of))
		s->lied = s->liar[from - 1] = true;
	give(s, f->bytes, f->len);
}

static void damage(uint8_t *p, size_t len, input *in)
{
	for (unsigned n = take(in) % 16; n-- > 0 && len > 0;) {
		size_t at = take16(in) % len;

		p[at] ^= (uint8_t)take(in);
	}
}

static void order_raw(step_scene *s, input *in)
{
	size_t len = take16(in);

	len = len < in->len ? len : in->len;
	give(s, in->p, len);
	in->p += len;
	in->len -= len;
}

static void order_damaged(step_scene *s, const cast_mail *m, input *in)
{
	uint8_t *bytes = copy(m->bytes, m->len);

	damage(bytes, m->len, in);
	give(s, bytes, m->len);
	free(bytes);
}

static void order_header(step_scene *s, const cast_mail *m, input *in)
{
	unsigned from = m->from, fields = take(in);
	tf_envelope e;

	read_mail(&e, m->bytes, m->len);
	if (fields & 1)
		e.round = (uint8_t)take(in);
	if (fields & 2)
		e.to = (uint16_t)(take(in) % (s->c->n + 2u));
	if (fields & 4)
		e.type = (uint16_t)(e.type ^ take(in));
	if (fields & 8)
		e.echo[0] ^= (uint8_t)take(in);
	if (fields & 16)
		e.sid[31] ^= (uint8_t)take(in);
	if (fields & 32)
		e.context[7] ^= (uint8_t)take(in);
	if (fields & 64)
		e.version = (uint16_t)(e.version ^ take(in));
	if (fields & 128)
		from = 2 + take(in) % (s->c->n - 1u);
	give_signed(s, &e, from, m);
}

static void order_payload(step_scene *s, const cast_mail *m, input *in)
{
	uint8_t *bytes;
	tf_envelope e;

	read_mail(&e, m->bytes, m->len);
	bytes = copy(e.payload.p, e.payload.len);
	damage(bytes, e.payload.len, in);
	e.payload.p = bytes;
	give_signed(s, &e, m->from, m);
	free(bytes);
}

static void order_own(step_scene *s, const cast_mail *m, input *in)
{
	size_t len = take16(in);
	tf_envelope e;

	read_mail(&e, m->bytes, m->len);
	len = len < in->len ? len : in->len;
	e.payload = (tf_blob){ in->p, len };
	give_signed(s, &e, m->from, m);
	in->p += len;
	in->len -= len;
}

static void order_field(step_scene *s, const cast_mail *m, input *in)
{
	static walk map;
	const tf_wire_maker *maker;
	unsigned field = take16(in), way = take(in);
	uint8_t *bytes;
	tf_envelope e;
	size_t len;

	read_mail(&e, m->bytes, m->len);
	maker = walk_maker(e.type);
	walk_fields(&map, maker, &s->c->run[0]->wire, e.payload.p, e.payload.len);
	if (map.n == 0)
		return;
	field = field % (unsigned)map.n;
	way = way % walk_ways(map.field[field].kind);
	bytes = malloc(2 * e.payload.len + 64);
	ALWAYS(bytes != NULL);
	len = walk_alter(bytes, &map, maker, field, way, e.payload.p, e.payload.len);
	if (len > 0) {
		e.payload = (tf_blob){ bytes, len };
		give_signed(s, &e, m->from, m);
	}
	free(bytes);
}

static void order_swapped(step_scene *s, const cast_mail *m, input *in)
{
	const cast_mail *by = &s->mail[take(in) % s->mails];
	tf_envelope e, other;

	read_mail(&e, m->bytes, m->len);
	read_mail(&other, by->bytes, by->len);
	e.payload = other.payload;
	give_signed(s, &e, m->from, m);
}

/* Everybody's mail, then what was forged. What party 1 itself has not sent yet nobody can have. */
static tf_blob shown(const step_scene *s, unsigned which)
{
	size_t all = s->c->posted + s->forgeries;
	const cast_mail *m;
	tf_envelope e;

	which = which % (unsigned)all;
	m = which < s->c->posted ? &s->c->mail[which] : &s->forged[which - s->c->posted];
	read_mail(&e, m->bytes, m->len);
	if (e.from == 1 && e.round > s->c->run[0]->round)
		m = &s->mail[which % s->mails];
	return (tf_blob){ m->bytes, m->len };
}

/* A message of this type about others' messages, like one of this run. */
static void give_statement(step_scene *s, unsigned from, unsigned round, const tf_wire_type *type,
                           const void *m)
{
	size_t most = 1u << 20, len = 0;
	uint8_t *payload = malloc(most);
	tf_envelope e;

	ALWAYS(payload != NULL);
	read_mail(&e, s->mail[0].bytes, s->mail[0].len);
	memset(e.echo, 0, sizeof(e.echo));
	e.to = 0;
	e.round = (uint8_t)round;
	e.type = type->type;
	if (tf_wire_encode(type, payload, most, &len, &s->c->run[0]->wire, m) == TF_OK) {
		e.payload = (tf_blob){ payload, len };
		give_signed(s, &e, from, NULL);
	}
	free(payload);
}

static void order_dispute(step_scene *s, input *in)
{
	tf_blob list[2][TF_PARTIES_MAX];
	unsigned from = 2 + take(in) % (s->c->n - 1u);
	tf_msg_dispute m = { .round = (uint8_t)take(in), .originals = list[0],
	                     .echoes = list[1] };

	m.originals_n = take(in) % (s->c->n + 1u);
	m.echoes_n = take(in) % (s->c->n + 1u);
	for (unsigned k = 0; k < m.originals_n; k++)
		list[0][k] = shown(s, take(in));
	for (unsigned k = 0; k < m.echoes_n; k++)
		list[1][k] = shown(s, take(in));
	give_statement(s, from, m.round, &tf_msg_dispute_wire, &m);
}

static void order_complaint(step_scene *s, input *in)
{
	unsigned from = 2 + take(in) % (s->c->n - 1u);
	tf_msg_complaint m = { .accused = (uint16_t)(take(in) % (s->c->n + 2u)) };
	unsigned round = take(in);

	m.broadcast = shown(s, take(in));
	m.direct = shown(s, take(in));
	give_statement(s, from, round, &tf_msg_complaint_wire, &m);
}

static void order_deadline(step_scene *s)
{
	tf_fault fault;
	tf_err err = s->deadline(&fault);

	ALWAYS(err == TF_E_PROOF || err == TF_E_EXPIRED || err == TF_E_STATE);
	check_verdict(s, err, &fault);
	if (err != TF_E_STATE) {
		ALWAYS(tf_rounds_state(s->c->run[0]) == TF_RUN_FAILED);
		s->late = true;
	}
}

static void obey(step_scene *s, unsigned order, input *in)
{
	const cast_mail *m;

	switch (order) {
	case 0: order_raw(s, in); return;
	case 8: order_dispute(s, in); return;
	case 9: order_complaint(s, in); return;
	case 10: order_deadline(s); return;
	}
	m = &s->mail[take(in) % s->mails];
	switch (order) {
	case 1: give(s, m->bytes, m->len); break;
	case 2: order_damaged(s, m, in); break;
	case 3: order_header(s, m, in); break;
	case 4: order_payload(s, m, in); break;
	case 5: order_own(s, m, in); break;
	case 6: order_field(s, m, in); break;
	case 7: order_swapped(s, m, in); break;
	}
}

/* ---- one input ---- */

/* Was something else signed in place of this message? */
static bool replaced(const step_scene *s, const cast_mail *m)
{
	tf_envelope e, f;

	read_mail(&e, m->bytes, m->len);
	for (unsigned k = 0; k < s->forgeries; k++) {
		if (same(&s->forged[k], m))
			continue;
		read_mail(&f, s->forged[k].bytes, s->forged[k].len);
		if (f.from == e.from && f.round == e.round && f.to == e.to && f.type == e.type)
			return true;
	}
	return false;
}

static void finish(step_scene *s, bool equivocate)
{
	for (unsigned k = 0; k < s->mails; k++)
		if (equivocate || !replaced(s, &s->mail[k]))
			give(s, s->mail[k].bytes, s->mail[k].len);
	if (s->lied)
		return;
	ALWAYS(tf_rounds_state(s->c->run[0]) == (s->cheat ? TF_RUN_FAILED : TF_RUN_DONE));
	ALWAYS(s->late || s->named == s->cheat);
	ALWAYS(s->cheat || memcmp(s->result, s->honest, sizeof(s->result)) == 0);
}

void step_play(step_scene *s, const uint8_t *data, size_t len)
{
	input in = { data, len };
	unsigned flags;

	if (len < 2)
		return;
	put_back(s, take(&in) % (s->mails + 1u));
	flags = take(&in);
	while (in.len > 0 && s->forgeries < STEP_ORDERS)
		obey(s, take(&in) % (s->deadline ? 11u : 10u), &in);
	if (flags & 1)
		finish(s, flags & 2);
	for (unsigned k = 0; k < s->forgeries; k++)
		free(s->forged[k].bytes);
}
