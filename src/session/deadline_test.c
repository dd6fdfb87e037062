/* Alerts at the deadline: a culprit, or who is missing; nobody escapes by an abort, and judging is
 * done in small steps. */
#include <stdlib.h>
#include <string.h>

#include "proto/presign_impl.h"
#include "session/scene_test.h"

static const house_spec presign_one = { .protocol = TF_PRESIGN, .n = 3, .seat = { 0, 1, 2 },
	                                .batch = 1 };

static bool is_alert(const tf_envelope *e)
{
	return e->type == TF_MSG_PRESIGN_ALERT || e->type == TF_MSG_PRESIGN_ALERT_PROOFS;
}

/* ---- what device 2 does ---- */

/* and what it sent to device 0 cannot be proved */
static void false_delta_and_factor(void *m, tf_session *s)
{
	tf_presign_kept *kept = &s->machine.presign.st->kept[0];

	if (tf_sc_eq(&s->machine.presign.st->item[0].delta,
	             &((tf_msg_presign_r3 *)m)->items[0].delta))
		kept->rho[TF_MTA_GAMMA].d[0] ^= 1;
	scene_false_delta(m, s);
}

/* Everything adds up, but for device 2. */
static void another_key(void *m, tf_session *s)
{
	(void)m;
	s->machine.presign.st->w.Y = *tf_group_base(s->env.g);
}

static bool lose_second(const house_mail *m, const tf_envelope *e)
{
	return m->from == 1 && m->to == 0 && is_alert(e);
}

static bool lose_third(const house_mail *m, const tf_envelope *e)
{
	return m->from == 2 && is_alert(e);
}

static bool lose_both(const house_mail *m, const tf_envelope *e)
{
	return m->from != 0 && m->to == 0 && is_alert(e);
}

static house_run *play(void (*alter)(void *m, tf_session *s),
                       bool (*lose)(const house_mail *m, const tf_envelope *e))
{
	scene_target = TF_MSG_PRESIGN_R3;
	scene_alter = alter;
	scene_lose = lose;
	scene->slices = 0;
	return scene_play(&presign_one);
}

static unsigned aborts(unsigned i, const char *name)
{
	const tf_standing *s = tf_standings_find(&scene->d[i].engine.standings, name);

	return s ? s->aborts : 0;
}

/* ---- a culprit ---- */

/* Device 0 never gets device 1's alert; 2's alone convicts it. */
static void lies(void)
{
	house_run *r = play(false_delta_and_factor, lose_second);
	unsigned before = scene->slices;

	CHECK(!r->failed[0] && tf_session_is_alerted(r->session[0]));
	CHECK(r->failed[1] && strcmp(r->report[1].culprit, "guard-4") == 0);
	CHECK(before > 1); /* it had everything, and took its time for it */
	house_tick(scene, 600000);
	CHECK(r->failed[0] && r->report[0].err == TF_E_PROOF);
	CHECK(strcmp(r->report[0].culprit, "guard-4") == 0 && r->report[0].evidence_n > 0);
	CHECK(r->report[0].fault.check == TF_CK_AFFGSTAR_EQ_ENC0);
	CHECK(scene->slices == before + 1); /* the first proof fails, and no sum is known */
	CHECK(aborts(0, "guard-4") == 1 && aborts(0, "guard-1") == 0);
	scene_check_files(TF_CK_AFFGSTAR_EQ_ENC0, 4, 2);
	scene_forget();
}

/* The same, and device 1 has disputed something: what 2 has sent is judged all the same. */
static void lies_while_others_dispute(void)
{
	house_run *r = play(false_delta_and_factor, lose_second);

	r->session[0]->machine.rounds.state = TF_RUN_DISPUTED;
	CHECK(tf_session_is_alerted(r->session[0]));
	house_tick(scene, 600000);
	CHECK(r->failed[0] && r->report[0].err == TF_E_PROOF);
	CHECK(strcmp(r->report[0].culprit, "guard-4") == 0);
	scene_forget();
}

/* A false accusation convicts at once; nobody waits for a deadline. */
static void accuses_falsely(void)
{
	house_run *r = play(another_key, NULL);

	for (unsigned i = 0; i < 2; i++) {
		CHECK(r->failed[i] && strcmp(r->report[i].culprit, "guard-4") == 0);
		CHECK(r->report[i].fault.check == TF_CK_ALERT_DUE);
	}
	scene_check_files(TF_CK_ALERT_DUE, 4, 2);
	scene_forget();
	house_tick(scene, 600000);
}

/* ---- nobody but who is missing ---- */

static void is_silent(void)
{
	house_run *r = play(scene_false_delta, lose_third);

	for (unsigned i = 0; i < 2; i++) {
		CHECK(!r->failed[i]);
		house_cancel(scene, r, i); /* an abort ends nothing now */
		CHECK(!r->failed[i] && tf_session_is_alerted(r->session[i]));
	}
	house_tick(scene, 600000);
	for (unsigned i = 0; i < 2; i++) {
		CHECK(r->failed[i] && r->report[i].err == TF_E_EXPIRED);
		CHECK(r->report[i].culprit[0] == 0 && r->report[i].evidence_n == 0);
		CHECK(strcmp(r->report[i].words, "the deadline is over; waiting for guard-4") == 0);
		CHECK(aborts(i, "guard-4") == 0 && !scene_file[i].bytes);
		CHECK(scene->d[i].engine.alarms == 0);
	}
	scene_forget();
}

/* ---- disputes ---- */

static void false_echo(tf_envelope *e)
{
	e->echo[0] ^= 1;
}

static bool lose_disputes(const house_mail *m, const tf_envelope *e)
{
	return m->from == 2 && e->type == TF_MSG_DISPUTE;
}

/* Whoever is in dispute with the others, and then says no more. */
static void disputes_and_is_silent(void)
{
	house_run *r;

	scene_target = TF_MSG_KEYGEN_R2;
	scene_alter_envelope = false_echo;
	scene_lose = lose_disputes;
	r = scene_play(&house_keygen);
	for (unsigned i = 0; i < 2; i++) {
		CHECK(tf_rounds_state(&r->session[i]->machine.rounds) == TF_RUN_DISPUTED);
		house_cancel(scene, r, i);
		CHECK(!r->failed[i]);
		tf_sessions_take(r->session[i]);
		house_cancel(scene, r, i);
		tf_sessions_give(r->session[i]);
		CHECK(r->session[i]->phase == TF_SESSION_RUNNING);
	}
	house_tick(scene, 600000);
	for (unsigned i = 0; i < 2; i++)
		CHECK(strcmp(r->report[i].words, "the deadline is over; waiting for guard-4") == 0);
	scene_forget();
}

/* The same in the last message, and to device 0 alone: device 1 is done, and its session is closed.
 * It hears of nothing, and is not the one that is missing. */
static void disputes_with_one_when_another_is_done(void)
{
	house_run *r;

	scene_target = TF_MSG_KEYGEN_ACK;
	scene_alter_envelope = false_echo;
	scene_only_to = 0;
	scene_lose = lose_disputes;
	r = scene_play(&house_keygen);
	CHECK(r->done[1] && r->session[1] == NULL);
	CHECK(tf_rounds_state(&r->session[0]->machine.rounds) == TF_RUN_DISPUTED);
	house_tick(scene, 600000);
	CHECK(strcmp(r->report[0].words, "the deadline is over; waiting for guard-4") == 0);
	for (unsigned i = 0; i < 2; i++)
		CHECK(aborts(i, "guard-4") == 0 && scene->d[i].engine.alarms == 0);
	scene_only_to = DEVICES;
	scene_forget();
}

TEST(deadline_of_disputes)
{
	scene = house_new(1);
	disputes_and_is_silent();
	disputes_with_one_when_another_is_done();
	house_free(scene);
}

static void all_are_silent(void)
{
	house_run *r = play(scene_false_delta, lose_both);

	house_tick(scene, 600000);
	CHECK(r->failed[0] && r->report[0].err == TF_E_EXPIRED);
	CHECK(strcmp(r->report[0].words, "the deadline is over; waiting for guard-1, guard-4") == 0);
	scene_forget();
}

/* ---- in the meantime ---- */

static tf_session *tick_until(unsigned i, const tf_session *wanted)
{
	tf_session *s;

	while ((s = tf_sessions_tick(&scene->d[i].engine, scene->now)) != NULL)
		if (s == wanted)
			return s;
	return NULL;
}

static void is_busy_at_the_deadline(void)
{
	house_run *r = play(scene_false_delta, lose_third);
	house_mail late = scene->mail[scene->posted - 1];
	tf_session *s = r->session[0];
	tf_fault f;

	CHECK_ERR(tf_session_judge(s, &f), TF_E_STATE); /* not yet */
	tf_sessions_take(s);
	CHECK(tf_sessions_cancel(&scene->d[0].engine, r->open.request, TF_E_CANCELLED) == s);
	tf_sessions_give(s);
	CHECK(tf_session_is_alerted(s)); /* goes on */
	tf_sessions_take(s);
	scene->now += 600000;
	CHECK(tick_until(0, s) == NULL);
	CHECK(s->phase == TF_SESSION_RUNNING);
	tf_sessions_give(s);
	CHECK(s->phase == TF_SESSION_JUDGING);
	CHECK(tick_until(0, s) == NULL); /* once */
	CHECK(tf_sessions_cancel(&scene->d[0].engine, r->open.request, TF_E_CANCELLED) == s);
	CHECK(s->phase == TF_SESSION_JUDGING);
	CHECK_ERR(tf_session_step(s, late.bytes, late.len, NULL, &f), TF_E_STATE);
	CHECK_OK(tf_session_judge(s, &f)); /* one of two proofs */
	CHECK_ERR(tf_sessions_close(&scene->d[0].engine, s, NULL), TF_E_STATE);
	tf_sessions_abandon(s, TF_E_CANCELLED); /* the process ends */
	CHECK(s->phase == TF_SESSION_FAILED && s->err == TF_E_CANCELLED);
	CHECK(s->fault.party == TF_PARTY_NONE && tf_evidence_size(s) == 0);
	house_cancel(scene, r, 0);
	CHECK(r->failed[0]);
	scene_forget();
	house_tick(scene, 1);
}

TEST_SLOW(deadline_of_alerts, 600)
{
	scene = house_new(1);
	house_introduce(scene);
	house_make_key(scene);
	lies();
	lies_while_others_dispute();
	is_silent();
	accuses_falsely();
	all_are_silent();
	is_busy_at_the_deadline();
	house_free(scene);
}
