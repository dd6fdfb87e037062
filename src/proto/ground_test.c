/* Disputes that have a ground, and such that have none. */
#include <string.h>

#include "proto/dispute_kit_test.h"

static cast *const c = &dispute_cast;
static dispute_sample *const d = &dispute_shown;
static cast_mail *spoilt;

/* How many disputes party `from` has sent. */
static unsigned disputes(unsigned from)
{
	unsigned n = 0;

	for (size_t k = 0; k < c->posted; k++)
		n += c->mail[k].from == from && c->mail[k].to == from % 3 + 1 &&
		     cast_is(&c->mail[k], TF_MSG_DISPUTE, NULL);
	return n;
}

static bool no_round_2(cast *k, cast_mail *mail)
{
	(void)k;
	return mail->from != 3 || !cast_is(mail, TF_MSG_KEYGEN_R2, NULL);
}

/* It is kept, and that is all: the run goes on, with the broadcasts that it has shown, and waits
 * for what its author owes. */
TEST(a_dispute_without_a_ground_stops_nothing)
{
	for (unsigned k = 0; k < 4; k++) {
		bool late = k & 1, mute = k & 2;

		dispute_start();
		c->rewrite = mute ? no_round_2 : NULL;
		dispute_go();
		while (late && c->delivered < 6) { /* round 1 is complete */
			cast_mail m = c->mail[c->delivered++];

			CHECK_OK(cast_step(c, m.to - 1, m.bytes, m.len));
		}
		dispute_make();
		for (unsigned i = 0; i < 2; i++) {
			tf_fault f;

			CHECK_OK(dispute_send(i, &f));
			CHECK(tf_rounds_state(c->run[i]) == TF_RUN_RUNNING);
			CHECK(c->run[i]->round == 2); /* all of round 1 has been shown, at the latest */
			CHECK_ERR(dispute_send(i, &f), TF_E_DUPLICATE);
		}
		CHECK(tf_check_refusals(TF_CK_DISPUTE_GROUND) == 2 * (k + 1));
		cast_run(c);
		for (unsigned i = 0; i < 2; i++) {
			CHECK(disputes(i + 1) == 0);
			CHECK(c->err[i] == TF_OK || c->err[i] == TF_E_DUPLICATE);
			CHECK(tf_rounds_state(c->run[i]) == (mute ? TF_RUN_RUNNING : TF_RUN_DONE));
			CHECK(tf_rounds_awaits(c->run[i], 3) == mute);
			CHECK(!tf_rounds_awaits(c->run[i], 2 - i));
		}
		cast_free(c);
	}
}

/* An envelope of 3's dispute: party `from`'s broadcast of this type, with an echo that follows from
 * nothing. */
static void claim_echo_in(unsigned from, uint16_t type)
{
	tf_envelope e;

	spoilt = cast_copy(c, dispute_find(from, from == 3 ? 1 : 3, type));
	CHECK(cast_is(spoilt, type, &e));
	e.echo[0] ^= 1;
	cast_forge(c, spoilt, &e, from);
	d->echoes[0] = (tf_blob){ spoilt->bytes, spoilt->len };
	d->m.echoes_n = 1;
}

static void claim_echo(unsigned from)
{
	claim_echo_in(from, TF_MSG_KEYGEN_R2);
}

/* 2 sends nothing of rounds 3 and 4 to 1. */
static bool cut_off_late(cast *k, cast_mail *mail)
{
	return dispute_cut_off(k, mail) || !(cast_is(mail, TF_MSG_KEYGEN_R3, NULL) ||
	                                     cast_is(mail, TF_MSG_KEYGEN_ACK, NULL));
}

/* Whoever joins a dispute shows why, so that the others join it, too: also what it has only just
 * been shown. 2 has signed two echoes, and 1 has nothing of it. Of the first round, and of the last
 * one that is echoed. */
TEST(a_dispute_with_a_ground_is_joined_with_it)
{
	for (unsigned late = 0; late < 2; late++) {
		uint16_t type = late ? TF_MSG_KEYGEN_ACK : TF_MSG_KEYGEN_R2;
		unsigned round = late ? 3 : 1;
		tf_msg_dispute m;
		tf_fault f;

		dispute_start();
		c->rewrite = late ? cut_off_late : dispute_cut_off;
		dispute_go();
		dispute_run();
		CHECK(c->run[0]->round == round && c->run[2]->round == round + 1);
		dispute_make_of((uint8_t)round, late ? TF_MSG_KEYGEN_R3 : TF_MSG_KEYGEN_R1);
		claim_echo_in(2, type);
		CHECK_OK(dispute_send(0, &f));
		CHECK(tf_rounds_state(c->run[0]) == TF_RUN_DISPUTED && f.party == TF_PARTY_NONE);
		CHECK(tf_rounds_awaits(c->run[0], 2) && !tf_rounds_awaits(c->run[0], 3));
		m = dispute_shown_by(0);
		CHECK(m.originals_n == 3 && m.echoes_n == 1);
		CHECK(m.echoes[0].len == spoilt->len &&
		      memcmp(m.echoes[0].p, spoilt->bytes, spoilt->len) == 0);
		cast_run(c); /* 2 is asked, and shows what it really has */
		CHECK(disputes(2) == 1);
		dispute_check_conflict(0, 2, TF_CK_DISPUTE_ECHO);
		cast_free(c);
	}
}

static bool no_round_2_for_1(cast *k, cast_mail *mail)
{
	return dispute_cut_off(k, mail) && (mail->to != 1 || no_round_2(k, mail));
}

/* All originals, or it says nothing: the echo of a part is another one anyhow. */
TEST(a_dispute_with_a_part_of_the_originals_has_no_ground)
{
	for (unsigned seen = 0; seen < 2; seen++) {
		tf_fault f;

		dispute_start();
		c->rewrite = seen ? dispute_cut_off : no_round_2_for_1;
		dispute_go();
		dispute_run();
		dispute_make();
		d->originals[1] = d->originals[2]; /* not 2's */
		d->m.originals_n = 2;
		claim_echo(2);
		if (seen) { /* by 3's own echo */
			CHECK_ERR(dispute_send(0, &f), TF_E_PROOF);
			CHECK(f.party == 3 && f.check == TF_CK_DISPUTE_WHOLE);
		} else {
			CHECK_OK(dispute_send(0, &f));
			CHECK(tf_rounds_state(c->run[0]) == TF_RUN_RUNNING && c->out[0].count == 0);
			CHECK(tf_check_refusals(TF_CK_DISPUTE_FULL) == 1);
		}
		cast_free(c);
	}
}

/* What one party was sent alone is no echo of anything, though it is of the right round. */
TEST(a_dispute_shows_no_direct_message)
{
	tf_fault f;

	dispute_start();
	c->rewrite = dispute_cut_off;
	dispute_go();
	dispute_run();
	dispute_make();
	spoilt = cast_copy(c, dispute_find(2, 3, TF_MSG_KEYGEN_SHARE));
	d->echoes[0] = (tf_blob){ spoilt->bytes, spoilt->len };
	d->m.echoes_n = 1;
	CHECK_ERR(dispute_send(0, &f), TF_E_PROOF);
	CHECK(f.party == 3 && f.check == TF_CK_DISPUTE_FORM);
	CHECK(tf_check_refusals(TF_CK_DISPUTE_BROADCAST) == 1);
	cast_free(c);
}

/* A false echo in the first broadcast of a round is enough, whoever is silent. */
static bool alone(cast *k, cast_mail *mail)
{
	if (mail->from == 2 && mail->to == 1 && cast_is(mail, TF_MSG_KEYGEN_R2, NULL))
		return false;
	return dispute_false_echo(k, mail);
}

TEST(a_false_echo_opens_a_dispute_at_once)
{
	for (uint64_t seed = 0; seed < 10; seed++) {
		dispute_start();
		dispute_echo_to = 1;
		dispute_echo_in = TF_MSG_KEYGEN_R2;
		c->shuffle = seed;
		c->rewrite = alone;
		dispute_go();
		cast_run(c);
		dispute_check_conflict(0, 3, TF_CK_DISPUTE_ECHO);
		CHECK(disputes(1) == 1);
		cast_free(c);
	}
}

/* 3 has shown everything before anybody asked, and then contradicts it. */
TEST(a_false_echo_after_a_dispute_convicts_at_once)
{
	tf_blob ev[2];
	tf_fault f;

	dispute_start();
	dispute_echo_to = 0;
	dispute_echo_in = TF_MSG_KEYGEN_R2;
	c->rewrite = dispute_false_echo;
	dispute_go();
	dispute_make();
	CHECK_OK(dispute_send(0, &f));
	CHECK(tf_rounds_state(c->run[0]) == TF_RUN_RUNNING);
	c->silent[1] = true;
	cast_run(c);
	dispute_check_conflict(0, 3, TF_CK_DISPUTE_ECHO);
	CHECK(disputes(1) == 1 && tf_rounds_evidence(ev, c->run[0]) == 2);
	cast_check_evidence(&c->fault[0], ev, 2);
	cast_free(c);
}

/* Asked for round 3, it speaks of round 1. */
TEST(who_answers_something_else_is_still_awaited)
{
	tf_fault f;

	dispute_start();
	dispute_echo_in = TF_MSG_KEYGEN_ACK;
	c->rewrite = dispute_silent;
	dispute_go();
	cast_run(c);
	dispute_make();
	for (unsigned i = 0; i < 2; i++) {
		CHECK(tf_rounds_state(c->run[i]) == TF_RUN_DISPUTED);
		CHECK_OK(dispute_send(i, &f));
		CHECK(tf_rounds_state(c->run[i]) == TF_RUN_DISPUTED);
		CHECK(tf_rounds_awaits(c->run[i], 3) && !tf_rounds_awaits(c->run[i], 2 - i));
	}
	cast_free(c);
}

/* Up to where everybody else is done, and party 1 has everything but their last messages. */
static void run_up_to_the_last_words(void)
{
	dispute_start();
	c->rewrite = NULL;
	dispute_go();
	while (c->delivered < c->posted) {
		cast_mail in = c->mail[c->delivered++];

		if (in.to != 1 || !cast_is(&in, TF_MSG_KEYGEN_ACK, NULL))
			CHECK_OK(cast_step(c, in.to - 1, in.bytes, in.len));
	}
	CHECK(tf_rounds_state(c->run[1]) == TF_RUN_DONE && tf_rounds_state(c->run[2]) == TF_RUN_DONE);
	CHECK(c->run[0]->round == 4 && tf_rounds_awaits(c->run[0], 2));
}

/* The last message of a party to party 1; as it was sent, or with a false echo. */
static tf_err last_word(unsigned from, bool lies, tf_fault *f)
{
	cast_mail *m = cast_copy(c, dispute_find(from, 1, TF_MSG_KEYGEN_ACK));
	tf_envelope e;

	CHECK(cast_is(m, TF_MSG_KEYGEN_ACK, &e));
	e.echo[0] ^= lies;
	cast_forge(c, m, &e, from);
	return tf_rounds_step(c->run[0], m->bytes, m->len, &c->out[0], f);
}

/* Who is done hears of no dispute any more, where sessions are closed: it has said all that is
 * needed of it, and is not the one that is missing. */
TEST(a_dispute_at_the_end_awaits_nobody_who_is_done)
{
	tf_blob ev[2];
	tf_fault f;

	run_up_to_the_last_words();
	CHECK_OK(last_word(3, true, &f));
	CHECK(tf_rounds_state(c->run[0]) == TF_RUN_DISPUTED);
	CHECK(tf_rounds_awaits(c->run[0], 2) && tf_rounds_awaits(c->run[0], 3));
	CHECK_OK(last_word(2, false, &f));
	CHECK(tf_rounds_state(c->run[0]) == TF_RUN_DISPUTED && f.party == TF_PARTY_NONE);
	CHECK(!tf_rounds_awaits(c->run[0], 2) && tf_rounds_awaits(c->run[0], 3));
	CHECK_ERR(last_word(2, false, &f), TF_E_DUPLICATE);
	CHECK(tf_rounds_state(c->run[0]) == TF_RUN_DISPUTED);
	CHECK_ERR(last_word(3, false, &f), TF_E_CONFLICT);
	CHECK(f.party == 3 && f.round == 4 && f.check == TF_CK_EQUIVOCATION);
	CHECK(tf_rounds_evidence(ev, c->run[0]) == 2);
	CHECK(tf_rounds_state(c->run[0]) == TF_RUN_FAILED);
	cast_free(c);
}

/* First its originals, then an echo that they do not give. */
TEST(a_last_echo_is_judged_by_originals_that_were_shown_before)
{
	tf_fault f;

	run_up_to_the_last_words();
	CHECK_OK(last_word(2, true, &f));
	dispute_make_of(3, TF_MSG_KEYGEN_R3);
	CHECK_OK(dispute_send(0, &f));
	CHECK(tf_rounds_state(c->run[0]) == TF_RUN_DISPUTED);
	CHECK_ERR(last_word(3, true, &f), TF_E_PROOF);
	CHECK(f.party == 3 && f.round == 4 && f.check == TF_CK_DISPUTE_ECHO);
	CHECK(tf_rounds_state(c->run[0]) == TF_RUN_FAILED);
	cast_free(c);
}
