/* Disputes of the engine, driven by key generation of three. Party 3 is the one that misbehaves. */
#include <string.h>

#include "proto/dispute_kit_test.h"
#include "proto/judged_test.h"

static cast *const c = &dispute_cast;
static dispute_sample *const d = &dispute_shown;

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
		CHECK_OK(tf_envelope_verify(&e[k], c->signer[party - 1].pk, NULL));
		tf_envelope_signed(text[k], &e[k]);
	}
	CHECK(e[0].from == party && e[1].from == party && e[0].round == e[1].round);
	CHECK(e[0].to == e[1].to && memcmp(text[0], text[1], sizeof(text[0])) != 0);
}

/* ---- disputes ---- */

static bool split_view(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && mail->to == 1 && cast_is(mail, TF_MSG_KEYGEN_R1, NULL))
		cast_rewrite(k, mail, &tf_msg_keygen_r1_wire, change_V, NULL);
	return true;
}

TEST(a_split_view_convicts_its_sender_everywhere)
{
	for (uint64_t seed = 0; seed < 30; seed++) {
		tf_blob ev[2];

		dispute_start();
		c->two_faced = true;
		c->rewrite = split_view;
		c->shuffle = seed;
		dispute_go();
		cast_run(c);
		for (unsigned i = 0; i < 2; i++) {
			dispute_check_conflict(i, 3, TF_CK_DISPUTE_ORIGINAL);
			CHECK(tf_rounds_evidence(ev, c->run[i]) == 2);
			check_equivocation(ev, 3);
			cast_check_evidence(&c->fault[i], ev, 2);
		}
		/* 3's own machine learns that somebody has signed with its key: itself */
		dispute_check_conflict(2, 3, TF_CK_DISPUTE_ORIGINAL);
		cast_free(c);
	}
}

TEST_SLOW(constant_time_dispute, 1700)
{
	dispute_start();
	c->two_faced = true;
	c->rewrite = split_view;
	dispute_go();
	cast_run(c);
	for (unsigned i = 0; i < 3; i++)
		dispute_check_conflict(i, 3, TF_CK_DISPUTE_ORIGINAL);
	cast_free(c);
}

TEST(a_false_echo_convicts_its_sender)
{
	for (dispute_echo_to = 0; dispute_echo_to <= 2; dispute_echo_to++)
		for (uint64_t seed = 0; seed < 20; seed++) {
			dispute_start();
			c->rewrite = dispute_false_echo;
			c->shuffle = seed;
			dispute_go();
			cast_run(c);
			for (unsigned i = 0; i < 2; i++) {
				/* whoever has seen only the true one may have seen it twice */
				bool either = c->fault[i].check == TF_CK_DISPUTE_ORIGINAL;

				dispute_check_conflict(i, 3, either ? TF_CK_DISPUTE_ORIGINAL
				                            : TF_CK_DISPUTE_ECHO);
			}
			cast_free(c);
		}
}

/* Party 2 sees it in the dispute of party 1 only. */
static bool false_echo_for_one(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && mail->to == 2 && cast_is(mail, dispute_echo_in, NULL))
		return false;
	return dispute_false_echo(k, mail);
}

TEST(a_false_echo_in_the_last_round_convicts_its_sender)
{
	for (unsigned one = 0; one < 2; one++) {
		dispute_start();
		dispute_echo_in = TF_MSG_KEYGEN_ACK;
		dispute_echo_to = 0;
		c->rewrite = one ? false_echo_for_one : dispute_false_echo;
		dispute_go();
		cast_run(c);
		for (unsigned i = 0; i < 2; i++) {
			dispute_check_conflict(i, 3, TF_CK_DISPUTE_ECHO);
			CHECK(c->fault[i].round == 4);
		}
		cast_free(c);
	}
}

TEST(a_false_echo_and_silence_convict_nobody)
{
	dispute_start();
	dispute_echo_to = 0;
	c->rewrite = dispute_silent;
	dispute_go();
	cast_run(c);
	for (unsigned i = 0; i < 2; i++) {
		cast_mail *m = dispute_find(3, i + 1, TF_MSG_KEYGEN_R1);

		CHECK(tf_rounds_state(c->run[i]) == TF_RUN_DISPUTED);
		CHECK(tf_rounds_awaits(c->run[i], 3) && !tf_rounds_awaits(c->run[i], 2 - i));
		CHECK(tf_rounds_name(c->run[i])[0] == '\0');
		/* nothing but disputes is taken now */
		CHECK_ERR(tf_rounds_step(c->run[i], m->bytes, m->len, &c->out[i], NULL), TF_E_STATE);
	}
	cast_free(c);
}

typedef void (*spoil)(void);
static cast_mail *spoilt;

static void another_round(void) { d->m.round = 2; }
static void order(void)
{
	tf_blob swap = d->originals[0];

	d->originals[0] = d->originals[1];
	d->originals[1] = swap;
}
static void cut_short(void) { d->cut = 1; }
static void twice(void) { d->originals[1] = d->originals[0]; }
static void bad_signature(void)
{
	spoilt = cast_copy(c, dispute_find(2, 3, TF_MSG_KEYGEN_R1));
	spoilt->bytes[spoilt->len - 1] ^= 1;
	d->originals[1] = (tf_blob){ spoilt->bytes, spoilt->len };
}
static void garbage(void) { d->originals[0].len = 7; }
static void a_direct_message(void)
{
	tf_envelope e;

	spoilt = cast_copy(c, dispute_find(3, 1, TF_MSG_KEYGEN_R1));
	CHECK(cast_is(spoilt, TF_MSG_KEYGEN_R1, &e));
	e.to = 2;
	cast_forge(c, spoilt, &e, 3);
	d->originals[2] = (tf_blob){ spoilt->bytes, spoilt->len };
}
static void wrong_echo_list(void)
{
	d->echoes[0] = d->originals[0]; /* of round 1, not of round 2 */
	d->m.echoes_n = 1;
}

static void a_first_message_with_an_echo(void)
{
	tf_envelope e;

	spoilt = cast_copy(c, dispute_find(3, 1, TF_MSG_KEYGEN_R1));
	CHECK(cast_is(spoilt, TF_MSG_KEYGEN_R1, &e));
	e.echo[3] = 1;
	cast_forge(c, spoilt, &e, 3);
	d->originals[2] = (tf_blob){ spoilt->bytes, spoilt->len };
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
		{ a_first_message_with_an_echo, TF_CK_DISPUTE_FORM },
	};

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		tf_blob ev[2];
		tf_fault f;

		dispute_start();
		dispute_go();
		dispute_make();
		all[k].fn();
		CHECK_ERR(dispute_send(0, &f), TF_E_PROOF);
		CHECK(f.party == 3 && f.check == all[k].check);
		CHECK(all[k].fn != wrong_echo_list || tf_check_refusals(TF_CK_DISPUTE_PLACE) == 1);
		CHECK(tf_rounds_state(c->run[0]) == TF_RUN_FAILED);
		CHECK(tf_rounds_evidence(ev, c->run[0]) == 1);
		cast_check_evidence(&f, ev, 1);
		judged_convicts(c->run[0], TF_STAGE_KEYGEN, &f);
		/* what we have of round 1 is shown nevertheless */
		CHECK(c->out[0].count == 1 && c->out[0].effect[0].kind == TF_EFFECT_SEND);
		cast_free(c);
	}
}

static bool drop_all(cast *k, cast_mail *mail)
{
	(void)k;
	(void)mail;
	return false;
}

/* 3 shows fewer originals than its echo of them is made of. */
TEST(a_dispute_that_holds_back_convicts_by_the_own_echo)
{
	tf_fault f;

	dispute_start();
	dispute_go();
	while (c->delivered < c->posted) {
		cast_mail m = c->mail[c->delivered++];

		if (m.from != 2 || m.to != 1 || !cast_is(&m, TF_MSG_KEYGEN_SHARE, NULL))
			CHECK_OK(cast_step(c, m.to - 1, m.bytes, m.len));
	}
	CHECK(c->run[0]->round == 2 && !tf_rounds_awaits(c->run[0], 3));
	dispute_make();
	d->m.originals_n = 2;
	CHECK_ERR(dispute_send(0, &f), TF_E_PROOF);
	CHECK(f.party == 3 && f.round == 2 && f.check == TF_CK_DISPUTE_WHOLE);
	judged_convicts(c->run[0], TF_STAGE_KEYGEN, &f);
	cast_free(c);
}

/* Party 1 has not all of round 1, and party 3's broadcast of round 2 already: with no echo of its
 * own it knows of none that differs. */
TEST(a_dispute_shows_no_echoes_where_the_own_one_is_not_known)
{
	tf_msg_dispute m;
	tf_fault f;

	dispute_start();
	c->rewrite = dispute_cut_off;
	dispute_go();
	dispute_run();
	CHECK(c->run[0]->round == 1 && c->run[2]->round == 2);
	dispute_find(2, 3, TF_MSG_KEYGEN_R2);
	dispute_make();
	d->cut = 1;
	CHECK_ERR(dispute_send(0, &f), TF_E_PROOF);
	m = dispute_shown_by(0);
	CHECK(m.originals_n == 2 && m.echoes_n == 0);
	cast_free(c);
}

/* After the last round there are no echoes; whatever is shown as such says nothing. */
TEST(a_dispute_about_the_last_round)
{
	tf_fault f;

	dispute_start();
	dispute_go();
	cast_run(c);
	cast_check_done(c);
	dispute_make_of(4, TF_MSG_KEYGEN_ACK);
	d->echoes[0] = d->originals[0];
	d->m.echoes_n = 1;
	CHECK_OK(dispute_send(0, &f));
	CHECK(tf_rounds_state(c->run[0]) == TF_RUN_DONE && f.party == TF_PARTY_NONE);
	CHECK(c->out[0].count == 0);
	cast_free(c);
}

/* Nobody uses up its word by a dispute that says nothing. */
TEST(a_machine_that_is_done_still_shows_its_originals)
{
	tf_msg_dispute m;
	tf_blob ev[2];
	tf_fault f;

	dispute_start();
	dispute_go();
	cast_run(c);
	cast_check_done(c);
	dispute_make();
	CHECK_OK(dispute_send(0, &f));
	CHECK(tf_rounds_state(c->run[0]) == TF_RUN_DONE && c->out[0].count == 0);
	/* to 2 it shows another broadcast of its own */
	c->rewrite = drop_all;
	c->two_faced = true;
	spoilt = cast_copy(c, dispute_find(3, 2, TF_MSG_KEYGEN_R1));
	cast_rewrite(c, spoilt, &tf_msg_keygen_r1_wire, change_V, NULL);
	d->originals[2] = (tf_blob){ spoilt->bytes, spoilt->len };
	CHECK_ERR(dispute_send(1, &f), TF_E_CONFLICT);
	CHECK(f.party == 3 && f.check == TF_CK_DISPUTE_ORIGINAL);
	CHECK(tf_rounds_state(c->run[1]) == TF_RUN_DONE && tf_keygen_key(&dispute_kg[1]) != NULL);
	CHECK(tf_rounds_evidence(ev, c->run[1]) == 2);
	check_equivocation(ev, 3);
	m = dispute_shown_by(1);
	CHECK(m.originals_n == 3 && m.echoes_n == 0);
	cast_free(c);
}

TEST(a_wiped_machine_takes_nothing_and_keeps_nothing)
{
	cast_mail *m;

	dispute_start();
	dispute_go();
	m = dispute_find(3, 1, TF_MSG_KEYGEN_R1);
	tf_keygen_wipe(&dispute_kg[0]);
	for (size_t at = 0; at < c->mem[0].peak; at++)
		CHECK(c->mem[0].base[at] == 0);
	CHECK_ERR(tf_rounds_step(&dispute_kg[0].r, m->bytes, m->len, &c->out[0], NULL), TF_E_STATE);
	tf_keygen_wipe(&dispute_kg[0]);
	cast_free(c);
}
