/* Which certificates make a key of the workspace: those of exactly the sharing that was asked for,
 * when every one of its holders has shown it. All signatures of all certificates here hold, unless
 * a test says otherwise: they are worth nothing by themselves. */
#include "coordinator/engine_stage_test.h"

#include <stdio.h>
#include <string.h>

#include "harness/harness.h"

/* ---- the one that was asked for ---- */

TEST(a_key_is_ready_when_all_of_its_holders_have_shown_it)
{
	static engine_paper p;
	tf_sharing f;

	engine_begin();
	f = engine_asked();
	engine_deal(&f);
	engine_certify(&p, &f, ENGINE_HOLDERS);
	for (unsigned i = 0; i < 2; i++) {
		CHECK_OK(engine_show(engine_holders[i], &p));
		CHECK_OK(engine_show(engine_holders[i], &p)); /* again, which is no second one's word */
		CHECK(engine_is_pending() && !engine_serves(&f));
	}
	CHECK(strstr(stage.e->missing, "guard-4"));
	CHECK_OK(engine_show(CHEAT, &p));
	CHECK(!engine_is_pending() && engine_serves(&f));
	CHECK(memcmp(stage.k->key.sharing, f.sharing, 32) == 0 && stage.k->key.epoch == 1);
	CHECK(engine_rows("key_ready", "") == 1 && engine_rows("key_shown", "guard-1") == 1);
	CHECK(engine_rows("key_refused", "") == 0 && engine_rows("key_torn", "") == 0);
	engine_end();
}

TEST(each_curve_has_a_key_of_its_own)
{
	static engine_paper p;
	tf_sharing f;

	engine_begin();
	engine_begin_key("7b6d8f0e-1111-4222-8333-444455556666", TF_CURVE_ED25519);
	f = engine_asked();
	f.curve = TF_CURVE_ED25519;
	tf_engine_key_bytes(f.key_id, "7b6d8f0e-1111-4222-8333-444455556666");
	engine_deal(&f);
	engine_certify(&p, &f, ENGINE_HOLDERS);
	CHECK_OK(engine_show_all(&p));
	CHECK(engine_serves(&f) && engine_is_pending());
	f = engine_asked(); /* the one key's id, the other one's curve */
	f.curve = TF_CURVE_ED25519;
	engine_deal(&f);
	engine_certify(&p, &f, ENGINE_HOLDERS);
	CHECK_ERR(engine_show_all(&p), TF_E_NOT_FOUND);
	CHECK(!engine_serves(&f) && engine_is_pending());
	engine_end();
}

/* ---- keys of a cheat ---- */

static void alone(tf_sharing *f) /* n = t = 1 */
{
	f->n = f->t = 1;
	f->seat[0] = f->seat[2];
}

static void in_two_seats(tf_sharing *f)
{
	f->n = f->t = 2;
	f->seat[0] = f->seat[1];
	engine_seat(f, 0, f->seat[0].index, "guard-4");
	f->seat[1] = f->seat[2];
}

static void in_all_seats(tf_sharing *f)
{
	for (unsigned i = 0; i < 3; i++)
		engine_seat(f, i, f->seat[i].index, "guard-4");
}

TEST(one_cosigner_alone_has_no_key_of_the_workspace)
{
	static void (*const tricks[])(tf_sharing *f) = { alone, in_two_seats, in_all_seats };
	static engine_paper p;

	engine_begin();
	for (size_t i = 0; i < TF_ARRAY_LEN(tricks); i++) {
		tf_sharing f = engine_asked();

		tricks[i](&f);
		engine_deal(&f);
		engine_certify(&p, &f, 1u << CHEAT);
		CHECK_ERR(engine_show(CHEAT, &p), TF_E_ENCODING);
		CHECK_ERR(engine_show_all(&p), TF_E_ENCODING); /* whoever shows it */
		CHECK(engine_is_pending() && !engine_serves(&f));
	}
	CHECK(engine_rows("key_refused", "guard-4") == 6);
	CHECK(engine_rows("key_refused", "primary-1") == 3);
	CHECK(engine_rows("key_shown", "") == 0);
	engine_end();
}

static void two_of_them(tf_sharing *f)
{
	f->n = f->t = 2;
	f->seat[0] = f->seat[1];
	f->seat[1] = f->seat[2];
}

static void two_suffice(tf_sharing *f) { f->t = 2; }

static void one_more(tf_sharing *f)
{
	f->n = f->t = 4;
	engine_seat(f, 3, 9, "guard-2");
}

static void somebody_else(tf_sharing *f) { engine_seat(f, 1, 2, "guard-2"); } /* of the same set */
static void not_a_cosigner(tf_sharing *f) { engine_seat(f, 1, 2, "coordinator"); }

static void in_each_others_slots(tf_sharing *f)
{
	engine_seat(f, 1, 2, "guard-4");
	engine_seat(f, 2, 5, "guard-1");
}

static void in_no_slot(tf_sharing *f) { f->seat[2].index = 3; }
static void additive(tf_sharing *f) { f->form = TF_SHARE_ADDITIVE; }
static void refreshed(tf_sharing *f) { f->epoch = 2; }
static void reshared(tf_sharing *f) { f->previous[31] = 1; }
static void elsewhere(tf_sharing *f) { snprintf(f->workspace, sizeof(f->workspace), "acme2"); }

TEST(a_certificate_is_of_exactly_the_sharing_that_was_asked_for)
{
	static void (*const tricks[])(tf_sharing *f) = {
		two_of_them, two_suffice, one_more, somebody_else, not_a_cosigner,
		in_each_others_slots, in_no_slot, additive, refreshed, reshared, elsewhere,
	};
	static engine_paper p;
	tf_sharing f;

	engine_begin();
	for (size_t i = 0; i < TF_ARRAY_LEN(tricks); i++) {
		f = engine_asked();
		tricks[i](&f);
		engine_deal(&f);
		engine_certify(&p, &f, (1u << ALL) - 1);
		for (unsigned k = 0; k < 3; k++)
			CHECK_ERR(engine_show(engine_holders[k], &p), TF_E_MISMATCH);
		CHECK(engine_is_pending() && !engine_serves(&f));
	}
	CHECK(engine_rows("key_shown", "") == 0 && engine_rows("key_ready", "") == 0);
	f = engine_asked(); /* a signature more does no harm */
	engine_deal(&f);
	engine_certify(&p, &f, (1u << ALL) - 1);
	stage.k->key.threshold = 2; /* had fewer been asked for */
	CHECK_ERR(engine_show(GUARD, &p), TF_E_MISMATCH);
	stage.k->key.threshold = 3;
	CHECK_OK(engine_show_all(&p));
	CHECK(engine_serves(&f));
	engine_end();
}

TEST(all_signatures_must_be_there_and_be_of_the_roster)
{
	static engine_paper p;
	tf_sharing f;

	engine_begin();
	f = engine_asked();
	engine_deal(&f);
	for (unsigned i = 0; i < 3; i++) {
		engine_certify(&p, &f, ENGINE_HOLDERS & ~(1u << engine_holders[i]));
		CHECK_ERR(engine_show_all(&p), TF_E_TRUST);
		engine_certify(&p, &f, ENGINE_HOLDERS);
		stage.roster[engine_holders[i]].pinned = false;
		CHECK_ERR(engine_show_all(&p), TF_E_TRUST);
		stage.roster[engine_holders[i]].pinned = true;
		stage.roster[engine_holders[i]].identity[0] ^= 1;
		CHECK_ERR(engine_show_all(&p), TF_E_TRUST);
		stage.roster[engine_holders[i]].identity[0] ^= 1;
		CHECK(engine_is_pending() && !engine_serves(&f));
	}
	CHECK_OK(engine_show_all(&p));
	CHECK(engine_serves(&f));
	engine_end();
}

TEST(only_holders_show_a_certificate)
{
	static engine_paper p;
	tf_sharing f;

	engine_begin();
	f = engine_asked();
	engine_deal(&f);
	engine_certify(&p, &f, ENGINE_HOLDERS);
	CHECK_OK(engine_show(PRIMARY, &p));
	CHECK_OK(engine_show(CHEAT, &p));
	CHECK_ERR(engine_show(SPARE, &p), TF_E_MISMATCH); /* of guard-1's set, and not guard-1 */
	CHECK(engine_is_pending() && engine_rows("key_refused", "guard-2") == 1);
	CHECK_OK(engine_show(GUARD, &p));
	CHECK(engine_serves(&f));
	engine_end();
}

TEST(keys_that_are_not_the_workspaces_are_passed_over)
{
	static engine_paper p;
	tf_sharing f;

	engine_begin();
	f = engine_asked();
	f.key_id[0] ^= 1;
	engine_deal(&f);
	engine_certify(&p, &f, ENGINE_HOLDERS);
	CHECK_ERR(engine_show_all(&p), TF_E_NOT_FOUND);
	CHECK(engine_is_pending() && engine_rows("key_refused", "") == 0);
	p.len--;
	CHECK(tf_err_get_kind(engine_show(GUARD, &p)) == TF_KIND_ENCODING);
	p.len = 0;
	CHECK(tf_err_get_kind(engine_show(GUARD, &p)) == TF_KIND_ENCODING);
	CHECK(engine_is_pending() && engine_rows("key_refused", "guard-1") == 2);
	engine_end();
}

/* ---- two of them ---- */

/* The cheat kept back its last word of the first run, so that it alone has that certificate; the
 * others have committed the second one. */
TEST(of_two_sharings_with_everybodys_signature_none_is_the_key)
{
	static engine_paper old, new;
	tf_sharing f;
	tf_device *d;

	engine_begin();
	f = engine_asked();
	engine_deal(&f);
	engine_certify(&old, &f, ENGINE_HOLDERS);
	f = engine_asked();
	engine_deal(&f);
	engine_certify(&new, &f, ENGINE_HOLDERS);
	CHECK_OK(engine_show(CHEAT, &old));
	CHECK_ERR(engine_show(PRIMARY, &new), TF_E_CONFLICT);
	CHECK_ERR(engine_show(GUARD, &new), TF_E_CONFLICT);
	CHECK(engine_is_pending() && engine_rows("key_torn", "primary-1") == 1);
	CHECK(engine_rows("key_shown", "") == 3);
	CHECK_ERR(engine_show(CHEAT, &old), TF_E_CONFLICT);
	CHECK(engine_is_pending() && engine_rows("key_torn", "guard-4") == 1);
	CHECK(tf_engine_settle_key(stage.e, stage.k) && engine_is_pending());
	CHECK(strstr(stage.e->missing, "shows another certificate"));
	/* nobody is sent either: that would be an attempt to send where no connection is */
	d = tf_fleet_find(&stage.e->fleet, "guard-1");
	memcpy(d->pending[0].sharing, f.sharing, 32);
	d->n_pending = 1;
	tf_engine_complete(stage.e, d);
	CHECK_OK(engine_show(CHEAT, &new));
	CHECK(!engine_is_pending() && engine_serves(&f));
	engine_end();
}

TEST(a_key_that_is_ready_stays_what_it_is)
{
	static engine_paper good, other;
	tf_sharing f, g;

	engine_begin();
	f = engine_asked();
	engine_deal(&f);
	engine_certify(&good, &f, ENGINE_HOLDERS);
	CHECK_OK(engine_show_all(&good));
	for (unsigned i = 0; i < 3; i++) {
		g = f;
		if (i == 0) /* another Y */
			engine_deal(&g);
		else if (i == 1)
			g.cc[0] ^= 1;
		else
			g.sharing[0] ^= 1;
		engine_certify(&other, &g, ENGINE_HOLDERS);
		CHECK_ERR(engine_show_all(&other), TF_E_MISMATCH);
		CHECK(engine_serves(&f) && !engine_is_pending());
		for (unsigned k = 0; k < 3; k++)
			CHECK(stage.k->shown[k].len == good.len &&
			      memcmp(stage.k->shown[k].certificate, good.b, good.len) == 0);
	}
	CHECK(engine_rows("key_refused", "guard-4") == 3);
	stage.k->key.epoch = 2;
	CHECK_ERR(engine_show(GUARD, &good), TF_E_MISMATCH);
	stage.k->key.epoch = 1;
	CHECK_OK(engine_show_all(&good));
	CHECK(engine_rows("key_ready", "") == 1 && engine_rows("key_torn", "") == 0);
	engine_end();
}

/* Whoever has left can vouch for nothing any more, and those who stay are no liars. */
TEST(a_holder_that_has_left_makes_nobody_a_liar)
{
	static engine_paper p;
	tf_sharing f;

	engine_begin();
	f = engine_asked();
	engine_deal(&f);
	engine_certify(&p, &f, ENGINE_HOLDERS);
	CHECK_OK(engine_show_all(&p));
	stage.roster[CHEAT].pinned = false;
	CHECK_ERR(engine_show(GUARD, &p), TF_E_TRUST);
	CHECK(engine_serves(&f) && engine_rows("key_refused", "") == 0);
	engine_end();
}

/* ---- time passes ---- */

TEST(what_was_shown_of_an_earlier_key_does_not_count)
{
	static const char second_id[] = "1b6d8f0e-1111-4222-8333-444455556666";
	static engine_paper old, new;
	tf_sharing f;

	engine_begin();
	f = engine_asked();
	engine_deal(&f);
	engine_certify(&old, &f, ENGINE_HOLDERS);
	CHECK_OK(engine_show(PRIMARY, &old));
	CHECK_OK(engine_show(CHEAT, &old));
	engine_begin_key(second_id, TF_CURVE_SECP256K1);
	CHECK(!tf_engine_settle_key(stage.e, stage.k));
	CHECK_ERR(engine_show(GUARD, &old), TF_E_NOT_FOUND);
	CHECK(engine_is_pending());
	f = engine_asked();
	tf_engine_key_bytes(f.key_id, second_id);
	engine_deal(&f);
	engine_certify(&new, &f, ENGINE_HOLDERS);
	CHECK_OK(engine_show(GUARD, &new));
	CHECK(engine_is_pending());
	CHECK_OK(engine_show_all(&new));
	CHECK(engine_serves(&f));
	engine_end();
}

TEST(it_is_judged_by_the_roster_of_when_it_is_taken)
{
	static engine_paper p;
	tf_sharing f;

	engine_begin();
	f = engine_asked();
	engine_deal(&f);
	engine_certify(&p, &f, ENGINE_HOLDERS);
	CHECK_OK(engine_show(PRIMARY, &p));
	CHECK_OK(engine_show(GUARD, &p));
	stage.roster[PRIMARY].identity[5] ^= 1;
	CHECK_ERR(engine_show(CHEAT, &p), TF_E_TRUST);
	CHECK(!tf_engine_settle_key(stage.e, stage.k) && engine_is_pending());
	stage.roster[PRIMARY].identity[5] ^= 1;
	CHECK_OK(engine_show(CHEAT, &p));
	CHECK(engine_is_pending()); /* what was forgotten has to be shown again */
	CHECK_OK(engine_show(PRIMARY, &p));
	CHECK(engine_serves(&f));
	engine_end();
}

static void look(void)
{
	tf_device *clique[3];

	for (unsigned i = 0; i < 3; i++)
		clique[i] = tf_fleet_find(&stage.e->fleet, stage.roster[engine_holders[i]].device);
	memset(stage.e->not_before, 0, sizeof(stage.e->not_before));
	tf_engine_look_at_keys(stage.e, clique, 3);
}

/* Attempts are for one key id; when its holders are others, and it never was ready, for another. */
TEST(a_pending_key_whose_holders_are_gone_is_given_up)
{
	static engine_paper p;
	tf_sharing f;

	engine_begin();
	look();
	CHECK(strcmp(stage.k->key.id, ENGINE_KEY) == 0);
	f = engine_asked();
	engine_deal(&f);
	engine_certify(&p, &f, ENGINE_HOLDERS);
	CHECK_OK(engine_show(GUARD, &p));
	look();
	CHECK(strcmp(stage.k->key.id, ENGINE_KEY) == 0 && strstr(stage.e->missing, "primary-1"));
	stage.w.n_sets = 1; /* one slot less */
	look();
	CHECK(strcmp(stage.k->key.id, ENGINE_KEY) != 0 && engine_is_pending());
	CHECK_ERR(engine_show(GUARD, &p), TF_E_NOT_FOUND);
	engine_end();
}

TEST(a_connection_fills_no_audit_log)
{
	static engine_paper p;
	tf_sharing f;

	engine_begin();
	f = engine_asked();
	alone(&f);
	engine_deal(&f);
	engine_certify(&p, &f, 1u << CHEAT);
	for (unsigned i = 0; i < 40; i++)
		CHECK_ERR(engine_show(CHEAT, &p), TF_E_ENCODING);
	CHECK(engine_rows("key_refused", "guard-4") == 8);
	engine_end();
}
