/* Alerts of parties that have not seen the same, and what else keeps a verdict from being reached:
 * who lies is named, or it is told who is silent, and nobody else. */
#include <stdlib.h>
#include <string.h>

#include "proto/presign_impl.h"
#include "proto/rounds_impl.h"
#include "proto/stage_test.h"

static stage s;

/* ---- what party 3 does in round 3 ---- */

static unsigned lies_to; /* 0: to everybody, and believes it */

static void false_delta(const cast *k, void *m, void *ctx)
{
	tf_sc *delta = &((tf_msg_presign_r3 *)m)->items[0].delta;
	tf_sc *own = &s.presign[2].st->item[0].delta, one;

	(void)ctx;
	tf_sc_set_u64(k->g, &one, 1);
	if (lies_to) {
		tf_sc_add(k->g, delta, delta, &one);
		return;
	}
	if (tf_sc_eq(own, delta)) /* and not for the receivers after the first */
		tf_sc_add(k->g, own, own, &one);
	*delta = *own;
}

static bool is_round_4(const cast_mail *mail)
{
	tf_envelope e;

	(void)cast_is(mail, 0, &e);
	return e.round == 4;
}

static void lie(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && (lies_to == 0 || mail->to == lies_to) &&
	    cast_is(mail, TF_MSG_PRESIGN_R3, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_r3_wire, false_delta, NULL);
}

static void play(bool (*rewrite)(cast *k, cast_mail *mail), bool two_faced)
{
	stage_init(&s, 3, &tf_profile_small);
	s.c.two_faced = two_faced;
	s.c.rewrite = rewrite;
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
}

/* Mail that is kept back, and delivered when everything else has been. */
static cast_mail *held[4];
static unsigned holds;

static bool hold(cast *k, const cast_mail *mail)
{
	CHECK(holds < TF_ARRAY_LEN(held));
	held[holds++] = cast_copy(k, mail);
	return false;
}

static void deliver(void)
{
	for (unsigned i = 0; i < holds; i++)
		if (cast_step(&s.c, held[i]->to - 1, held[i]->bytes, held[i]->len) != TF_OK)
			CHECK(s.c.err[held[i]->to - 1] != TF_OK);
}

/* ---- a split view ---- */

/* To one of two it says something else, and then no more. */
static bool split(cast *k, cast_mail *mail)
{
	lie(k, mail);
	return mail->from != 3 || (!is_round_4(mail) && !cast_is(mail, TF_MSG_DISPUTE, NULL));
}

static bool split_unheard(cast *k, cast_mail *mail)
{
	return split(k, mail) && !cast_is(mail, TF_MSG_DISPUTE, NULL);
}

/* 2 alerts and 1 confirms, both rightly: each sees by the other's echo that they have not seen the
 * same, and the two messages of 3 come to light. */
TEST_SLOW(alert_after_a_split_view_convicts_who_split_it, 300)
{
	for (lies_to = 1; lies_to <= 2; lies_to++) {
		play(split, true);
		for (unsigned i = 0; i < 2; i++) {
			CHECK(s.c.err[i] == TF_E_CONFLICT && s.c.fault[i].party == 3);
			CHECK(s.c.fault[i].check == TF_CK_DISPUTE_ORIGINAL);
			CHECK(tf_presign_alerting(&s.presign[i]) == (i + 1 == lies_to));
		}
		stage_free(&s);
	}
}

/* Where they cannot tell each other, nobody is named, least of all the one who has confirmed. */
TEST_SLOW(alert_is_not_judged_by_another_view, 300)
{
	tf_presign *liars_view = &s.presign[1];
	tf_fault fault;

	lies_to = 2;
	play(split_unheard, true);
	CHECK(tf_presign_alerting(liars_view) && !tf_presign_alerting(&s.presign[0]));
	for (unsigned i = 0; i < 2; i++)
		CHECK(s.c.err[i] == TF_OK &&
		      tf_rounds_state(&s.presign[i].r) == TF_RUN_DISPUTED);
	CHECK_ERR(tf_presign_judge(&s.presign[0], &fault), TF_E_STATE);
	CHECK_ERR(tf_presign_judge(liars_view, &fault), TF_E_EXPIRED);
	CHECK(fault.party == TF_PARTY_NONE && tf_presign_culprits(liars_view) == 0);
	CHECK(tf_rounds_awaits(&liars_view->r, 1) && tf_rounds_awaits(&liars_view->r, 3));
	CHECK(tf_rounds_state(&liars_view->r) == TF_RUN_FAILED);
	stage_free(&s);
}

/* ---- a helper's false echo ---- */

/* 3 lies, and cannot prove what it has sent to 1; 2 helps it by an alert that pretends to speak of
 * another round 3, and comes last at 1. Neither answers in the dispute. */
static bool help(cast *k, cast_mail *mail)
{
	tf_envelope e;

	if (mail->from == 3 && mail->to == 1 && cast_is(mail, TF_MSG_PRESIGN_R3, NULL))
		s.presign[2].st->kept[0].rho[TF_MTA_GAMMA].d[0] ^= 1;
	lie(k, mail);
	if (cast_is(mail, TF_MSG_DISPUTE, NULL))
		return false;
	if (mail->from == 2 && cast_is(mail, TF_MSG_PRESIGN_ALERT, &e)) {
		e.echo[0] ^= 1;
		cast_forge(k, mail, &e, 2);
	}
	return mail->from != 2 || mail->to != 1 || !is_round_4(mail) || hold(k, mail);
}

TEST_SLOW(alert_dispute_takes_nothing_from_those_that_are_here, 300)
{
	tf_fault fault;

	lies_to = holds = 0;
	play(help, false);
	CHECK(holds == 2 && s.c.err[0] == TF_OK);
	deliver();
	CHECK(s.c.err[0] == TF_OK && tf_rounds_state(&s.presign[0].r) == TF_RUN_DISPUTED);
	CHECK(tf_rounds_awaits(&s.presign[0].r, 2));
	CHECK_ERR(tf_presign_judge(&s.presign[0], &fault), TF_E_PROOF);
	CHECK(fault.party == 3 && fault.check == TF_CK_AFFGSTAR_EQ_ENC0);
	CHECK(tf_presign_culprits(&s.presign[0]) == 1u << 2);
	CHECK(tf_rounds_awaits(&s.presign[0].r, 2));
	stage_free(&s);
}

/* ---- a dispute instead of an alert ---- */

static bool quarrel(cast *k, cast_mail *mail)
{
	lie(k, mail);
	return mail->from != 3 || !is_round_4(mail) || hold(k, mail);
}

/* What 3 would show of round 3: all of it is true. */
static void send_dispute(void)
{
	tf_rounds *r = &s.presign[2].r;
	tf_slot *own = tf_slot_at(r, 3, 3, TF_BROADCAST);

	for (size_t k = 0; k < s.c.posted; k++)
		if (s.c.mail[k].from == 3 && cast_is(&s.c.mail[k], TF_MSG_PRESIGN_R3, NULL)) {
			own->raw = s.c.mail[k].bytes;
			own->len = s.c.mail[k].len;
		}
	CHECK_OK(tf_dispute_show(r, 3, &s.c.out[2]));
	CHECK(s.c.out[2].count == 1);
	cast_run(&s.c);
}

TEST_SLOW(alert_is_not_ended_by_a_dispute_without_a_ground, 300)
{
	for (unsigned mute = 0; mute < 2; mute++) {
		tf_fault fault;

		lies_to = holds = 0;
		play(quarrel, false);
		send_dispute();
		for (unsigned i = 0; i < 2; i++) {
			CHECK(s.c.err[i] == TF_OK && tf_presign_alerting(&s.presign[i]));
			CHECK(tf_rounds_state(&s.presign[i].r) == TF_RUN_RUNNING);
			CHECK(tf_rounds_awaits(&s.presign[i].r, 3));
			CHECK(!tf_rounds_awaits(&s.presign[i].r, 2 - i));
		}
		if (mute) {
			CHECK_ERR(tf_presign_judge(&s.presign[0], &fault), TF_E_EXPIRED);
			CHECK(fault.party == TF_PARTY_NONE);
			CHECK(tf_rounds_awaits(&s.presign[0].r, 3));
		} else {
			deliver();
			cast_check_blame(&s.c, 3, TF_CK_DEC_EQ_S);
		}
		stage_free(&s);
	}
}

/* ---- numbers that cannot be computed with ---- */

/* A mask of 3 for 2, who has accepted it; and 3 is asked for its alert by 1. */
static void retell_mask(unsigned which)
{
	static uint8_t room[1 << 20] __attribute__((aligned(64)));
	const tf_slot *said = tf_slot_at(&s.presign[0].r, 2, 3, TF_BROADCAST);
	const tf_wire_env *wire = &s.presign[0].r.wire;
	tf_msg_presign_r2 m;
	tf_arena mem;
	size_t len = 0;
	tf_bn *F;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_wire_decode(&tf_msg_presign_r2_wire, &m, wire, &mem, said->payload.p,
	                        said->payload.len));
	F = &m.items[0].peers[tf_presign_peer_at(3, 2)].F;
	switch (which) {
	case 0: tf_bn_set_u64(F, 0); break;
	case 1: *F = s.aux[2].pk.n.m; break;
	case 2: *F = s.aux[2].pk.n2.m; break;
	case 3: *F = s.own[2].sk.f.p; break;
	}
	CHECK_OK(tf_wire_encode(&tf_msg_presign_r2_wire, (uint8_t *)(uintptr_t)said->payload.p,
	                        said->payload.len, &len, wire, &m));
	CHECK(len == said->payload.len);
}

static bool hold_for_1(cast *k, cast_mail *mail)
{
	lie(k, mail);
	return mail->from != 3 || mail->to != 1 || !is_round_4(mail) || hold(k, mail);
}

TEST_SLOW(alert_names_who_has_sent_a_helper_what_is_no_ciphertext, 300)
{
	tf_presign machine;
	uint8_t *bytes;
	tf_arena mem;

	lies_to = holds = 0;
	play(hold_for_1, false);
	CHECK(holds == 2 && s.c.err[0] == TF_OK);
	machine = s.presign[0];
	mem = s.c.mem[0];
	bytes = malloc(mem.cap);
	CHECK(bytes != NULL);
	memcpy(bytes, mem.base, mem.cap);
	for (unsigned which = 0; which < 4; which++) {
		s.presign[0] = machine;
		s.c.mem[0] = mem;
		memcpy(mem.base, bytes, mem.cap);
		s.c.err[0] = TF_OK;
		retell_mask(which);
		deliver();
		CHECK(s.c.err[0] == TF_E_PROOF && s.c.fault[0].party == 3);
		CHECK(s.c.fault[0].check == TF_CK_AFFGSTAR_Y && s.c.fault[0].round == 4);
		CHECK(tf_presign_culprits(&s.presign[0]) == 1u << 2);
	}
	free(bytes);
	stage_free(&s);
}
