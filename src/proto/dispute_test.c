/* Disputes of the engine, driven by key generation of three. Party 3 is the one that misbehaves. */
#include <string.h>

#include "base/keccak.h"
#include "proto/cast_test.h"
#include "proto/judged_test.h"
#include "proto/keygen.h"

static cast c;
static tf_keygen kg[3];

static void start(void)
{
	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
}

static void go(void)
{
	for (unsigned i = 0; i < 3; i++) {
		tf_keygen_args args = { .env = &c.env[i], .t = 2, .workspace = "test" };

		CHECK_OK(tf_keygen_start(&kg[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &kg[i].r;
		cast_collect(&c, i);
	}
}

/* The first waiting mail of this type from one party to another; it stays where it is. */
static cast_mail *find(unsigned from, unsigned to, uint16_t type)
{
	for (size_t k = 0; k < c.posted; k++)
		if (c.mail[k].from == from && c.mail[k].to == to && cast_is(&c.mail[k], type, NULL))
			return &c.mail[k];
	tf_test_fail(__FILE__, __LINE__, "no mail 0x%04x from %u to %u", type, from, to);
}

static void change_V(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_keygen_r1 *)m)->V[0] ^= 1;
}

/* Do both really carry valid signatures of that party for one slot, and say different things? */
static void check_equivocation(const tf_blob ev[static 2], unsigned party)
{
	uint8_t room[64], text[2][TF_ENVELOPE_SIGNED];
	tf_envelope e[2];

	for (unsigned k = 0; k < 2; k++) {
		tf_arena mem;

		tf_arena_init(&mem, room, sizeof(room));
		CHECK_OK(tf_envelope_decode(&e[k], NULL, &mem, ev[k].p, ev[k].len));
		CHECK_OK(tf_envelope_verify(&e[k], c.signer[party - 1].pk, NULL));
		tf_envelope_signed(text[k], &e[k]);
	}
	CHECK(e[0].from == party && e[1].from == party && e[0].round == e[1].round);
	CHECK(e[0].to == e[1].to && memcmp(text[0], text[1], sizeof(text[0])) != 0);
}

static void check_evidence_hash(const tf_fault *f, const tf_blob *ev, size_t n)
{
	uint8_t hash[32];
	tf_keccak k;

	tf_shake256_init(&k);
	for (size_t i = 0; i < n; i++) {
		uint8_t len[4] = { (uint8_t)(ev[i].len >> 24), (uint8_t)(ev[i].len >> 16),
		                   (uint8_t)(ev[i].len >> 8), (uint8_t)ev[i].len };

		tf_keccak_absorb(&k, len, 4);
		tf_keccak_absorb(&k, ev[i].p, ev[i].len);
	}
	tf_keccak_squeeze(&k, hash, 32);
	CHECK(memcmp(hash, f->evidence, 32) == 0);
}

/* ---- disputes ---- */

static bool split_view(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && mail->to == 1 && cast_is(mail, TF_MSG_KEYGEN_R1, NULL))
		cast_rewrite(k, mail, &tf_msg_keygen_r1_wire, change_V, NULL);
	return true;
}

static void check_conflict(unsigned i, unsigned party, tf_check check)
{
	const tf_fault *f = &c.fault[i];

	if (c.err[i] != (check == TF_CK_DISPUTE_ECHO ? TF_E_PROOF : TF_E_CONFLICT) ||
	    f->party != party || f->check != check)
		tf_test_fail(__FILE__, __LINE__, "party %u: %s, party %u, %s", i + 1,
		             tf_err_name(c.err[i]), f->party, tf_check_name(f->check));
	CHECK(tf_rounds_state(c.run[i]) == TF_RUN_FAILED && c.done[i] == 0);
}

TEST(a_split_view_convicts_its_sender_everywhere)
{
	for (uint64_t seed = 0; seed < 30; seed++) {
		tf_blob ev[2];

		start();
		c.two_faced = true;
		c.rewrite = split_view;
		c.shuffle = seed;
		go();
		cast_run(&c);
		for (unsigned i = 0; i < 2; i++) {
			check_conflict(i, 3, TF_CK_DISPUTE_ORIGINAL);
			CHECK(tf_rounds_evidence(ev, c.run[i]) == 2);
			check_equivocation(ev, 3);
			check_evidence_hash(&c.fault[i], ev, 2);
		}
		/* 3's own machine learns that somebody has signed with its key: itself */
		check_conflict(2, 3, TF_CK_DISPUTE_ORIGINAL);
		cast_free(&c);
	}
}

static unsigned echo_to; /* 0: to everybody */
static uint16_t echo_in = TF_MSG_KEYGEN_R2;

static bool false_echo(cast *k, cast_mail *mail)
{
	tf_envelope e;

	if (mail->from == 3 && (echo_to == 0 || mail->to == echo_to) &&
	    cast_is(mail, echo_in, &e)) {
		e.echo[9] ^= 4;
		cast_forge(k, mail, &e, 3);
	}
	return true;
}

TEST(a_false_echo_convicts_its_sender)
{
	for (echo_to = 0; echo_to <= 2; echo_to++)
		for (uint64_t seed = 0; seed < 20; seed++) {
			start();
			c.rewrite = false_echo;
			c.shuffle = seed;
			go();
			cast_run(&c);
			for (unsigned i = 0; i < 2; i++) {
				/* whoever has seen only the true one may have seen it twice */
				bool either = c.fault[i].check == TF_CK_DISPUTE_ORIGINAL;

				check_conflict(i, 3, either ? TF_CK_DISPUTE_ORIGINAL
				                            : TF_CK_DISPUTE_ECHO);
			}
			cast_free(&c);
		}
}

/* Party 2 sees it in the dispute of party 1 only. */
static bool false_echo_for_one(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && mail->to == 2 && cast_is(mail, echo_in, NULL))
		return false;
	return false_echo(k, mail);
}

TEST(a_false_echo_in_the_last_round_convicts_its_sender)
{
	for (unsigned one = 0; one < 2; one++) {
		start();
		echo_in = TF_MSG_KEYGEN_ACK;
		echo_to = 0;
		c.rewrite = one ? false_echo_for_one : false_echo;
		go();
		cast_run(&c);
		for (unsigned i = 0; i < 2; i++) {
			check_conflict(i, 3, TF_CK_DISPUTE_ECHO);
			CHECK(c.fault[i].round == 4);
		}
		cast_free(&c);
	}
}

static bool silent_disputes(cast *k, cast_mail *mail)
{
	tf_envelope e;

	if (mail->from == 3 && cast_is(mail, TF_MSG_DISPUTE, &e))
		return false;
	return false_echo(k, mail);
}

TEST(a_false_echo_and_silence_convict_nobody)
{
	start();
	echo_to = 0;
	c.rewrite = silent_disputes;
	go();
	cast_run(&c);
	for (unsigned i = 0; i < 2; i++) {
		cast_mail *m = find(3, i + 1, TF_MSG_KEYGEN_R1);

		CHECK(tf_rounds_state(c.run[i]) == TF_RUN_DISPUTED);
		CHECK(tf_rounds_awaits(c.run[i], 3) && !tf_rounds_awaits(c.run[i], 2 - i));
		CHECK(tf_rounds_name(c.run[i])[0] == '\0');
		/* nothing but disputes is taken now */
		CHECK_ERR(tf_rounds_step(c.run[i], m->bytes, m->len, &c.out[i], NULL), TF_E_STATE);
	}
	cast_free(&c);
}

/* A dispute by party 3 as it would send it about round 1, for a test to spoil. */
static struct {
	tf_msg_dispute m;
	tf_blob originals[3], echoes[3];
	uint8_t payload[65536];
	size_t cut; /* bytes at the end that are not sent */
	uint8_t of; /* round, as its envelope says */
} d;

static void make_dispute_of(uint8_t round, uint16_t type)
{
	d.cut = 0;
	d.of = round;
	d.m = (tf_msg_dispute){ .round = round, .originals = d.originals, .originals_n = 3,
	                        .echoes = d.echoes };
	for (unsigned i = 1; i <= 2; i++) {
		cast_mail *m = find(i, 3, type);

		d.originals[i - 1] = (tf_blob){ m->bytes, m->len };
	}
	d.originals[2] = (tf_blob){ find(3, 1, type)->bytes, find(3, 1, type)->len };
}

static void make_dispute(void)
{
	make_dispute_of(1, TF_MSG_KEYGEN_R1);
}

static tf_err send_dispute(unsigned i, tf_fault *f)
{
	cast_mail *m = cast_copy(&c, find(3, 1, TF_MSG_KEYGEN_R1));
	tf_envelope e;

	CHECK(cast_is(m, TF_MSG_KEYGEN_R1, &e));
	e.type = TF_MSG_DISPUTE;
	e.round = d.of;
	CHECK_OK(tf_msg_dispute_encode(d.payload, sizeof(d.payload), &e.payload.len,
	                               &c.run[i]->wire, &d.m));
	e.payload.len -= d.cut;
	e.payload.p = d.payload;
	cast_forge(&c, m, &e, 3);
	return tf_rounds_step(c.run[i], m->bytes, m->len, &c.out[i], f);
}

typedef void (*spoil)(void);
static cast_mail *spoilt;

static void another_round(void) { d.m.round = 2; }
static void order(void)
{
	tf_blob swap = d.originals[0];

	d.originals[0] = d.originals[1];
	d.originals[1] = swap;
}
static void cut_short(void) { d.cut = 1; }
static void twice(void) { d.originals[1] = d.originals[0]; }
static void bad_signature(void)
{
	spoilt = cast_copy(&c, find(2, 3, TF_MSG_KEYGEN_R1));
	spoilt->bytes[spoilt->len - 1] ^= 1;
	d.originals[1] = (tf_blob){ spoilt->bytes, spoilt->len };
}
static void garbage(void) { d.originals[0].len = 7; }
static void a_direct_message(void)
{
	tf_envelope e;

	spoilt = cast_copy(&c, find(3, 1, TF_MSG_KEYGEN_R1));
	CHECK(cast_is(spoilt, TF_MSG_KEYGEN_R1, &e));
	e.to = 2;
	cast_forge(&c, spoilt, &e, 3);
	d.originals[2] = (tf_blob){ spoilt->bytes, spoilt->len };
}
static void wrong_echo_list(void)
{
	d.echoes[0] = d.originals[0]; /* of round 1, not of round 2 */
	d.m.echoes_n = 1;
}

TEST(a_malformed_dispute_convicts_its_sender)
{
	static const struct {
		spoil fn;
		tf_check check;
	} all[] = {
		{ cut_short, TF_CK_DISPUTE_PAYLOAD },
		{ another_round, TF_CK_DISPUTE_ROUND }, { order, TF_CK_DISPUTE_ORDER },
		{ twice, TF_CK_DISPUTE_ORDER }, { bad_signature, TF_CK_DISPUTE_FORM },
		{ garbage, TF_CK_DISPUTE_FORM }, { a_direct_message, TF_CK_DISPUTE_FORM },
		{ wrong_echo_list, TF_CK_DISPUTE_FORM },
	};

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		tf_blob ev[2];
		tf_fault f;

		start();
		go();
		make_dispute();
		all[k].fn();
		CHECK_ERR(send_dispute(0, &f), TF_E_PROOF);
		CHECK(f.party == 3 && f.check == all[k].check);
		CHECK(tf_rounds_state(c.run[0]) == TF_RUN_FAILED);
		CHECK(tf_rounds_evidence(ev, c.run[0]) == 1);
		check_evidence_hash(&f, ev, 1);
		judged_convicts(c.run[0], TF_STAGE_KEYGEN, &f);
		/* what we have of round 1 is shown nevertheless */
		CHECK(c.out[0].count == 1 && c.out[0].effect[0].kind == TF_EFFECT_SEND);
		cast_free(&c);
	}
}

static bool drop_all(cast *k, cast_mail *mail)
{
	(void)k;
	(void)mail;
	return false;
}

TEST(a_dispute_without_grounds_ends_the_run_and_names_nobody)
{
	for (unsigned late = 0; late < 2; late++) {
		tf_fault f;

		start();
		go();
		if (late) /* round 1 is complete */
			while (c.delivered < 6) {
				cast_mail m = c.mail[c.delivered++];

				CHECK_OK(cast_step(&c, m.to - 1, m.bytes, m.len));
			}
		make_dispute();
		c.silent[2] = true;
		for (unsigned i = 0; i < 2; i++) {
			CHECK_OK(send_dispute(i, &f));
			CHECK(tf_rounds_state(c.run[i]) == TF_RUN_DISPUTED);
			CHECK_ERR(send_dispute(i, &f), TF_E_DUPLICATE);
		}
		cast_run(&c);
		for (unsigned i = 0; i < 2; i++)
			CHECK(c.fault[i].party == TF_PARTY_NONE &&
			      tf_rounds_state(c.run[i]) == TF_RUN_FAILED);
		cast_free(&c);
	}
}

/* 3 shows fewer originals than its echo of them is made of. */
TEST(a_dispute_that_holds_back_convicts_by_the_own_echo)
{
	tf_fault f;

	start();
	go();
	while (c.delivered < c.posted) {
		cast_mail m = c.mail[c.delivered++];

		if (m.from != 2 || m.to != 1 || !cast_is(&m, TF_MSG_KEYGEN_SHARE, NULL))
			CHECK_OK(cast_step(&c, m.to - 1, m.bytes, m.len));
	}
	CHECK(c.run[0]->round == 2 && !tf_rounds_awaits(c.run[0], 3));
	make_dispute();
	d.m.originals_n = 2;
	CHECK_ERR(send_dispute(0, &f), TF_E_PROOF);
	CHECK(f.party == 3 && f.round == 2 && f.check == TF_CK_DISPUTE_WHOLE);
	judged_convicts(c.run[0], TF_STAGE_KEYGEN, &f);
	cast_free(&c);
}

/* What party i (0-based) shows, decoded. */
static tf_msg_dispute shown_by(unsigned i)
{
	static uint8_t room[1 << 16] __attribute__((aligned(64)));
	tf_msg_dispute m;
	tf_envelope e;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK(c.out[i].count == 1 && c.out[i].effect[0].kind == TF_EFFECT_SEND);
	CHECK_OK(tf_envelope_decode(&e, NULL, &mem, c.out[i].effect[0].data,
	                            c.out[i].effect[0].len));
	CHECK(e.type == TF_MSG_DISPUTE && e.from == i + 1 && e.round == d.of);
	CHECK_OK(tf_msg_dispute_decode(&m, &c.run[i]->wire, &mem, e.payload.p, e.payload.len));
	CHECK(m.round == d.of);
	return m;
}

/* Party 1 has not all of round 1, and party 3's broadcast of round 2 already: with no echo of its
 * own it knows of none that differs. */
TEST(a_dispute_shows_no_echoes_where_the_own_one_is_not_known)
{
	tf_msg_dispute m;
	tf_fault f;

	start();
	go();
	find(2, 1, TF_MSG_KEYGEN_R1)->bytes[0] ^= 0xff; /* lost */
	while (c.delivered < c.posted) {
		cast_mail in = c.mail[c.delivered++];

		(void)!tf_rounds_step(c.run[in.to - 1], in.bytes, in.len, &c.out[in.to - 1], NULL);
		cast_collect(&c, in.to - 1);
	}
	CHECK(c.run[0]->round == 1 && c.run[2]->round == 2);
	find(2, 1, TF_MSG_KEYGEN_R2);
	make_dispute();
	CHECK_OK(send_dispute(0, &f));
	m = shown_by(0);
	CHECK(m.originals_n == 2 && m.echoes_n == 0);
	cast_free(&c);
}

/* After the last round there are no echoes; whatever is shown as such says nothing. */
TEST(a_dispute_about_the_last_round)
{
	tf_msg_dispute m;
	tf_fault f;

	start();
	go();
	cast_run(&c);
	cast_check_done(&c);
	make_dispute_of(4, TF_MSG_KEYGEN_ACK);
	d.echoes[0] = d.originals[0];
	d.m.echoes_n = 1;
	CHECK_OK(send_dispute(0, &f));
	CHECK(tf_rounds_state(c.run[0]) == TF_RUN_DONE && f.party == TF_PARTY_NONE);
	m = shown_by(0);
	CHECK(m.originals_n == 3 && m.echoes_n == 0);
	cast_free(&c);
}

TEST(a_machine_that_is_done_still_shows_its_originals)
{
	tf_blob ev[2];
	tf_fault f;

	start();
	go();
	cast_run(&c);
	cast_check_done(&c);
	make_dispute();
	CHECK_OK(send_dispute(0, &f));
	CHECK(tf_rounds_state(c.run[0]) == TF_RUN_DONE && c.out[0].count == 1);
	/* to 2 it shows another broadcast of its own */
	c.rewrite = drop_all;
	c.two_faced = true;
	spoilt = cast_copy(&c, find(3, 2, TF_MSG_KEYGEN_R1));
	cast_rewrite(&c, spoilt, &tf_msg_keygen_r1_wire, change_V, NULL);
	d.originals[2] = (tf_blob){ spoilt->bytes, spoilt->len };
	CHECK_ERR(send_dispute(1, &f), TF_E_CONFLICT);
	CHECK(f.party == 3 && f.check == TF_CK_DISPUTE_ORIGINAL);
	CHECK(tf_rounds_state(c.run[1]) == TF_RUN_DONE && tf_keygen_key(&kg[1]) != NULL);
	CHECK(tf_rounds_evidence(ev, c.run[1]) == 2);
	check_equivocation(ev, 3);
	cast_free(&c);
}

TEST(a_wiped_machine_takes_nothing_and_keeps_nothing)
{
	cast_mail *m;

	start();
	go();
	m = find(3, 1, TF_MSG_KEYGEN_R1);
	tf_keygen_wipe(&kg[0]);
	for (size_t at = 0; at < c.mem[0].peak; at++)
		CHECK(c.mem[0].base[at] == 0);
	CHECK_ERR(tf_rounds_step(&kg[0].r, m->bytes, m->len, &c.out[0], NULL), TF_E_STATE);
	tf_keygen_wipe(&kg[0]);
	cast_free(&c);
}
