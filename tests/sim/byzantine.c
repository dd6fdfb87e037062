#include "sim/byzantine.h"

#include <stdlib.h>
#include <string.h>

#include "base/keccak.h"
#include "sim/walk.h"
#include "wire_protocol.h"
#include "wire_reshare.h"

const char *const byz_deed_name[BYZ_DEEDS] = { "altered", "replayed", "old", "dropped", "doubled",
                                               "spoofed", "garbage", "accusations" };

tf_check byz_without;
static byz *driven[2];
static walk map;

byz *byz_of(const cast *c)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(driven); k++)
		if (driven[k] && driven[k]->c == c)
			return driven[k];
	tf_test_fail(__FILE__, __LINE__, "nobody drives this cast");
}

void byz_did(byz *b, unsigned party)
{
	b->guilty |= 1u << (party - 1);
}

uint64_t byz_below(byz *b, uint64_t n)
{
	uint64_t x;

	CHECK_OK(tf_rng_bytes(b->dice, &x, sizeof(x)));
	tf_ct_declassify(&x, sizeof(x));
	return x % n;
}

bool byz_is(const byz *b, unsigned party)
{
	return party >= 1 && party <= b->c->n && (b->evil >> (party - 1) & 1);
}

static uint8_t *copy(const uint8_t *p, size_t len)
{
	uint8_t *out = tf_test_alloc(len + 1);

	memcpy(out, p, len);
	return out;
}

static void envelope_of(const cast_mail *m, tf_envelope *e)
{
	CHECK(!cast_is(m, 0, e)); /* no message has the number 0 */
}

/* Disputes and complaints of a puppet are of no round's slot. */
static bool is_of_a_slot(const tf_envelope *e)
{
	return e->type != TF_MSG_DISPUTE && e->type != TF_MSG_COMPLAINT;
}

/* ---- deeds: each changes the mail, which its puppet made, and says whether it did ---- */

/* The puppet takes this broadcast for its own, and its echo is of what it said. */
static void believe(cast *c, const tf_envelope *e)
{
	tf_rounds *r = c->run[e->from - 1];
	tf_slot *own = tf_slot_at(r, e->round, e->from, TF_BROADCAST);
	uint8_t text[TF_ENVELOPE_SIGNED];

	tf_envelope_signed(text, e);
	tf_shake256_hash(own->digest, text, sizeof(text));
	memcpy(own->echo, e->echo, sizeof(own->echo));
	if (r->round > e->round) /* made already */
		CHECK_OK(tf_rounds_echo_of(r->echo[e->round], r, e->round));
}

static void forge(cast *c, cast_mail *mail, tf_envelope *e, const uint8_t *payload, size_t len,
                  bool alike)
{
	e->payload = (tf_blob){ payload, len };
	cast_forge(c, mail, e, mail->from);
	if (e->to == 0 && alike)
		believe(c, e);
}

/* What was sent in the same step as something that is told otherwise since. */
static bool renew_echo(cast *c, cast_mail *mail)
{
	const tf_rounds *r = c->run[mail->from - 1];
	tf_envelope e;

	envelope_of(mail, &e);
	if (e.to != 0 || e.round < 2 || !is_of_a_slot(&e) ||
	    memcmp(e.echo, r->echo[e.round - 1], sizeof(e.echo)) == 0)
		return false;
	memcpy(e.echo, r->echo[e.round - 1], sizeof(e.echo));
	forge(c, mail, &e, copy(e.payload.p, e.payload.len), e.payload.len, false);
	return true;
}

static bool alter(byz *b, cast_mail *mail)
{
	const tf_wire_maker *maker;
	tf_envelope e;
	size_t field, len;
	uint8_t *out;

	envelope_of(mail, &e);
	if (!is_of_a_slot(&e))
		return false;
	maker = walk_maker(e.type);
	walk_fields(&map, maker, &b->c->run[mail->from - 1]->wire, e.payload.p, e.payload.len);
	field = byz_below(b, map.n);
	out = tf_test_alloc(2 * e.payload.len + 64);
	len = walk_alter(out, &map, maker, field,
	                 (unsigned)byz_below(b, walk_ways(map.field[field].kind)), e.payload.p,
	                 e.payload.len);
	if (len == 0)
		return false;
	forge(b->c, mail, &e, out, len, b->alike);
	return true;
}

void byz_tell(byz *b, cast_mail *mail, tf_envelope *e, const uint8_t *payload, size_t len)
{
	forge(b->c, mail, e, payload, len, b->alike);
}

/* A mail that went by: any session's, any party's. */
static const cast_mail *any_mail(byz *b)
{
	const cast *c = b->beside && b->beside->posted > 0 && byz_below(b, 2) ? b->beside : b->c;
	const cast_mail *m = &c->mail[byz_below(b, c->posted)];

	return m->bytes ? m : NULL;
}

static bool is_envelope(const cast_mail *m, tf_envelope *e)
{
	uint8_t none[64];
	tf_arena mem;

	tf_arena_init(&mem, none, sizeof(none));
	return tf_envelope_decode(e, NULL, &mem, m->bytes, m->len) == TF_OK;
}

static bool replay(byz *b, cast_mail *mail)
{
	tf_envelope e, other;

	envelope_of(mail, &e);
	for (unsigned tries = 0; tries < 24 && is_of_a_slot(&e); tries++) {
		const cast_mail *m = any_mail(b);

		if (!m || !is_envelope(m, &other) || other.type != e.type ||
		    (other.payload.len == e.payload.len &&
		     memcmp(other.payload.p, e.payload.p, e.payload.len) == 0))
			continue;
		forge(b->c, mail, &e, copy(other.payload.p, other.payload.len), other.payload.len,
		      b->alike);
		return true;
	}
	return false;
}

static void besides(byz *b, unsigned from, unsigned to, const uint8_t *bytes, size_t len)
{
	if (b->besides_n < TF_ARRAY_LEN(b->besides))
		b->besides[b->besides_n++] = (cast_mail){ from, to, len, copy(bytes, len) };
}

static bool old(byz *b, const cast_mail *mail)
{
	const cast_mail *m = any_mail(b);

	if (!m)
		return false;
	besides(b, mail->from, mail->to, m->bytes, m->len);
	return true;
}

static bool twice(byz *b, cast_mail *mail)
{
	uint8_t *first = copy(mail->bytes, mail->len);
	size_t len = mail->len;

	b->alike = false;
	if (!alter(b, mail))
		return false;
	besides(b, mail->from, mail->to, first, len);
	return true;
}

static bool spoof(byz *b, const cast_mail *mail)
{
	static uint8_t buf[1 << 17];
	tf_envelope e;
	size_t len;

	envelope_of(mail, &e);
	e.from = (uint16_t)(1 + mail->from % b->c->n);
	if (e.from == mail->to || mail->len > sizeof(buf))
		return false;
	CHECK_OK(tf_envelope_sign(&e, &b->c->signer[mail->from - 1]));
	CHECK_OK(tf_envelope_encode(buf, sizeof(buf), &len, NULL, &e));
	besides(b, mail->from, mail->to, buf, len);
	return true;
}

static bool garbage(byz *b, cast_mail *mail)
{
	mail->bytes[byz_below(b, mail->len)] ^= (uint8_t)(1u << byz_below(b, 8));
	return true;
}

/* The signed originals of a round, one per party, as far as they went by. */
static uint32_t originals(byz *b, tf_blob *out, unsigned round)
{
	uint32_t n = 0;

	for (unsigned i = 1; i <= b->c->n; i++)
		for (size_t k = b->session_at; k < b->c->posted; k++) {
			const cast_mail *m = &b->c->mail[k];
			tf_envelope e;

			if (m->bytes && m->from == i && is_envelope(m, &e) && e.to == 0 &&
			    e.round == round && is_of_a_slot(&e) && byz_below(b, 4) != 0) {
				out[n++] = (tf_blob){ m->bytes, m->len };
				break;
			}
		}
	return n;
}

static size_t make_dispute(byz *b, uint8_t *out, size_t cap, tf_envelope *e,
                           const tf_wire_env *env)
{
	static tf_blob list[TF_PARTIES_MAX];
	tf_msg_dispute m = { .round = e->round, .originals = list };
	size_t len;

	m.originals_n = originals(b, list, e->round);
	e->type = TF_MSG_DISPUTE;
	return tf_msg_dispute_encode(out, cap, &len, env, &m) == TF_OK ? len : 0;
}

static size_t make_complaint(byz *b, uint8_t *out, size_t cap, tf_envelope *e,
                             const tf_wire_env *env)
{
	tf_msg_complaint m = { .accused = (uint16_t)(1 + byz_below(b, b->c->n)) };
	size_t len;

	for (unsigned k = 0; k < 2; k++) {
		const cast_mail *shown = any_mail(b);

		for (unsigned tries = 0; tries < 40; tries++) { /* better: what fits */
			const cast_mail *better = any_mail(b);
			tf_envelope of;

			if (better && is_envelope(better, &of) && better->from == m.accused &&
			    of.round == e->round && (of.to != 0) == (k == 1))
				shown = better;
		}
		if (shown)
			*(k ? &m.direct : &m.broadcast) = (tf_blob){ shown->bytes, shown->len };
	}
	e->type = TF_MSG_COMPLAINT;
	return tf_msg_complaint_encode(out, cap, &len, env, &m) == TF_OK ? len : 0;
}

static bool accuse(byz *b, const cast_mail *mail)
{
	static uint8_t payload[1 << 17], buf[(1 << 17) + 512];
	const tf_wire_env *env = &b->c->run[mail->from - 1]->wire;
	tf_envelope e;
	size_t len;

	envelope_of(mail, &e);
	if (!is_of_a_slot(&e) || mail->len > 16384)
		return false;
	e.round = (uint8_t)(1 + byz_below(b, e.round));
	memset(e.echo, 0, sizeof(e.echo));
	e.to = 0;
	len = byz_below(b, 2) ? make_dispute(b, payload, sizeof(payload), &e, env)
	                      : make_complaint(b, payload, sizeof(payload), &e, env);
	if (len == 0)
		return false;
	e.payload = (tf_blob){ payload, len };
	CHECK_OK(tf_envelope_sign(&e, &b->c->signer[mail->from - 1]));
	CHECK_OK(tf_envelope_encode(buf, sizeof(buf), &len, NULL, &e));
	for (unsigned i = 1; i <= b->c->n; i++)
		if (i != mail->from)
			besides(b, mail->from, i, buf, len);
	return true;
}

/* ---- the script ---- */

/* What a broadcast of presigning's round 2 has for each peer only that peer checks, until there is
 * an alert: where partners lie about nothing else, it is no lie to others. */
static bool among_partners(byz *b, const cast_mail *mail)
{
	static uint8_t room[1 << 18] __attribute__((aligned(64))), back[1 << 17];
	const tf_wire_type *type = &tf_msg_presign_r2_wire;
	const tf_wire_env *env = &b->c->run[mail->from - 1]->wire;
	cast_mail first = { .bytes = b->original, .len = b->original_len };
	tf_msg_presign_r2 said, meant;
	tf_envelope e, of;
	size_t len = 0;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	envelope_of(mail, &e);
	envelope_of(&first, &of);
	if (!b->collude || e.type != type->type ||
	    tf_wire_decode(type, &said, env, &mem, e.payload.p, e.payload.len) != TF_OK ||
	    tf_wire_decode(type, &meant, env, &mem, of.payload.p, of.payload.len) != TF_OK ||
	    said.items_n != meant.items_n)
		return false;
	for (uint32_t k = 0; k < said.items_n; k++)
		for (uint32_t p = 0; p < said.items[k].peers_n && p < meant.items[k].peers_n; p++)
			if (byz_is(b, p + 1 + (p + 1 >= mail->from)))
				said.items[k].peers[p] = meant.items[k].peers[p];
	return tf_wire_encode(type, back, sizeof(back), &len, env, &said) == TF_OK &&
	       len == of.payload.len && memcmp(back, of.payload.p, len) == 0;
}

/* false: it is not sent */
static bool commit_deed(byz *b, cast_mail *mail)
{
	byz_deed deed = (byz_deed)byz_below(b, BYZ_DEEDS);
	bool did = false, sent = true;

	if (byz_below(b, 2))
		deed = b->fond; /* half of everything */
	switch (deed) {
	case BYZ_ALTER: did = alter(b, mail); break;
	case BYZ_REPLAY: did = replay(b, mail); break;
	case BYZ_OLD: did = old(b, mail); break;
	case BYZ_TWICE: did = twice(b, mail); break;
	case BYZ_SPOOF: did = spoof(b, mail); break;
	case BYZ_GARBAGE: did = garbage(b, mail); break;
	case BYZ_ACCUSE: did = accuse(b, mail); break;
	case BYZ_DROP:
		did = true;
		sent = false;
		break;
	case BYZ_DEEDS:
		return true;
	}
	b->lie = did && (deed == BYZ_ALTER || deed == BYZ_REPLAY) && !among_partners(b, mail);
	if (did)
		byz_did(b, mail->from);
	if (deed < BYZ_DEEDS)
		b->done[deed] += did;
	return sent;
}

static void show_partners(byz *b, const cast_mail *mail)
{
	if (b->shown_n == TF_ARRAY_LEN(b->shown) || b->made == NULL)
		return;
	b->shown[b->shown_n].altered = mail->bytes;
	b->shown[b->shown_n].bytes = b->original;
	b->shown[b->shown_n].lie = b->lie;
	b->shown[b->shown_n++].len = b->original_len;
}

static bool same(const byz *b, const cast_mail *mail)
{
	return b->original && b->from == mail->from && mail->len == b->original_len &&
	       memcmp(mail->bytes, b->original, mail->len) == 0;
}

/* The script's word, which the plot has left to it. */
static bool play_script(byz *b, cast_mail *mail)
{
	if (b->dose == 0 || byz_below(b, b->dose) != 0)
		return true;
	b->alike = byz_below(b, 3) != 0;
	b->show = true;
	return commit_deed(b, mail);
}

static bool tamper(cast *c, cast_mail *mail)
{
	byz *b = byz_of(c);
	byz_word word;
	bool sent, renewed;
	tf_envelope e;

	if (!byz_is(b, mail->from))
		return true;
	renewed = renew_echo(c, mail);
	if (same(b, mail)) { /* another copy of the broadcast that was told of alike, or not */
		if (!b->alike)
			return true;
		if (!b->made)
			return false;
		free(mail->bytes);
		mail->bytes = malloc(b->made_len);
		CHECK(mail->bytes != NULL);
		memcpy(mail->bytes, b->made, b->made_len);
		mail->len = b->made_len;
		if (b->show)
			show_partners(b, mail);
		return true;
	}
	if (renewed) {
		envelope_of(mail, &e);
		believe(c, &e);
	}
	b->from = mail->from;
	b->original = copy(mail->bytes, mail->len);
	b->original_len = mail->len;
	b->made = NULL;
	b->alike = b->lie = b->show = false;
	word = b->plot ? b->plot(b, mail) : BYZ_PASS;
	sent = word == BYZ_PASS ? play_script(b, mail) : word == BYZ_TOLD;
	if (sent && !same(b, mail)) {
		b->made = copy(mail->bytes, mail->len);
		b->made_len = mail->len;
		if (b->show)
			show_partners(b, mail);
	} else if (sent) {
		b->alike = false; /* nothing has changed */
	}
	return sent;
}

void byz_init(byz *b, cast *c, const tf_rng *dice, unsigned evil)
{
	memset(b, 0, sizeof(*b));
	b->c = c;
	b->dice = dice;
	b->evil = evil;
	b->dose = 1 + (unsigned)byz_below(b, 8);
	b->collude = byz_below(b, 2) != 0;
	if (driven[0] && driven[0]->c != c)
		driven[1] = driven[0] == b ? NULL : driven[0];
	driven[0] = b;
	c->rewrite = tamper;
}

void byz_session(byz *b)
{
	b->session_at = b->c->posted;
	b->original = NULL;
	b->besides_n = 0;
	b->told = b->guilty = 0;
	b->shown_n = b->accepted_n = 0;
}

static void post_besides(byz *b)
{
	for (size_t k = 0; k < b->besides_n; k++)
		if (b->c->posted < TF_ARRAY_LEN(b->c->mail))
			cast_post(b->c, b->besides[k].from, b->besides[k].to, b->besides[k].bytes,
			          b->besides[k].len);
	b->besides_n = 0;
}

/* Put one of the waiting mails to the front. */
static void choose(byz *b)
{
	cast *c = b->c;
	cast_mail *front = &c->mail[c->delivered];
	cast_mail *m = front + byz_below(b, c->posted - c->delivered), swap = *front;

	*front = *m;
	*m = swap;
}

/* ---- accepting ---- */

/* What has been computed with is from now on what everybody was told. */
static void forget_truth(byz *b)
{
	size_t left = 0;

	for (size_t k = 0; k < b->accepted_n && !b->keep_truth; k++) {
		if (b->accepted[k].run->round > b->accepted[k].round)
			b->accepted[k].slot->payload = b->accepted[k].told;
		else
			b->accepted[left++] = b->accepted[k];
	}
	b->accepted_n = b->keep_truth ? b->accepted_n : left;
}

/* A partner files the lie, with the payload of the truth. false: that is not for it to do. */
static bool accept(byz *b, const cast_mail *m, const cast_mail *true_one)
{
	tf_rounds *r = b->c->run[m->to - 1];
	uint8_t text[TF_ENVELOPE_SIGNED], digest[32];
	tf_envelope lie, truth;
	tf_slot *slot;
	tf_fault f;

	if (!is_envelope(m, &lie) || !is_envelope(true_one, &truth) || !is_of_a_slot(&lie) ||
	    lie.type != truth.type || tf_rounds_state(r) != TF_RUN_RUNNING ||
	    lie.round < r->round || lie.round > r->round + 1u || lie.from != m->from ||
	    b->accepted_n == TF_ARRAY_LEN(b->accepted))
		return false;
	slot = tf_slot_at(r, lie.round, lie.from, lie.to == 0 ? TF_BROADCAST : TF_DIRECT);
	if (slot->raw)
		return false;
	tf_envelope_signed(text, &lie);
	tf_shake256_hash(digest, text, sizeof(text));
	CHECK(is_envelope(&(cast_mail){ .bytes = copy(m->bytes, m->len), .len = m->len }, &lie));
	tf_slot_fill(slot, &lie, digest, m->bytes, m->len);
	b->accepted[b->accepted_n].slot = slot;
	b->accepted[b->accepted_n].run = r;
	b->accepted[b->accepted_n].round = lie.round;
	b->accepted[b->accepted_n++].told = lie.payload;
	slot->payload = truth.payload;
	if (tf_rounds_process(r, &b->c->out[m->to - 1], &f) != TF_OK)
		r->state = TF_RUN_FAILED;
	cast_collect(b->c, m->to - 1);
	return true;
}

/* ---- mail ---- */

static void deliver(byz *b, const cast_mail *m)
{
	cast_mail it = *m;
	bool lie = false;
	tf_err err;

	if (b->c->silent[m->to - 1] || !b->c->run[m->to - 1])
		return;
	for (size_t k = 0; k < b->shown_n; k++) {
		if (b->shown[k].altered != m->bytes)
			continue;
		lie = b->shown[k].lie;
		if (b->collude && byz_is(b, m->to)) {
			it.bytes = b->shown[k].bytes;
			it.len = b->shown[k].len;
		}
	}
	if (lie && tf_rounds_state(b->c->run[m->to - 1]) != TF_RUN_DONE) /* nobody told the truth */
		b->told |= 1u << (m->to - 1);
	b->delivered++;
	forget_truth(b);
	if (it.bytes != m->bytes)
		byz_did(b, m->to);
	if (b->blind && byz_is(b, m->to))
		tf_check_switch_off(b->blind);
	if (it.bytes == m->bytes || !accept(b, m, &it)) {
		err = cast_step(b->c, m->to - 1, it.bytes, it.len);
		(void)err; /* c.err knows */
	}
	if (b->blind)
		tf_check_switch_off(byz_without);
}

static void begin_to_sail(byz *b)
{
	for (unsigned i = 0; i < b->c->n; i++)
		cast_collect(b->c, i);
	post_besides(b);
}

static void sail_once(byz *b)
{
	cast_mail m;

	choose(b);
	m = b->c->mail[b->c->delivered++];
	deliver(b, &m);
	post_besides(b);
}

static bool has_mail(const byz *b)
{
	return b->c->delivered < b->c->posted;
}

void byz_sail(byz *b)
{
	begin_to_sail(b);
	while (has_mail(b))
		sail_once(b);
}

void byz_sail_both(byz *a, byz *b)
{
	begin_to_sail(a);
	begin_to_sail(b);
	while (has_mail(a) || has_mail(b))
		sail_once(!has_mail(b) || (has_mail(a) && byz_below(a, 2)) ? a : b);
}
