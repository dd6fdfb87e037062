/* All four protocols through the engines of three co-signers, on smooth and on rough seas. */
#include <string.h>

#include "session/house_test.h"

static const uint8_t none[32];

/* keygen, introductions, presigning, signing from the pool and without it */
static void whole_way(house *h)
{
	house_run *pre, *r;
	house_spec spec;

	house_make_key(h);
	house_introduce(h);
	pre = house_presign(h, 2);
	for (unsigned b = 0; b < 2; b++) {
		spec = house_sign_spec(pre->ids[b], (uint8_t)(0x10 + b));
		r = house_open(h, &spec);
		house_start(h, r);
		house_deliver(h);
		house_check_signed(h, r);
	}
	spec = house_sign_spec(none, 0x33);
	r = house_open(h, &spec);
	house_start(h, r);
	house_deliver(h);
	house_check_signed(h, r);
	for (unsigned i = 0; i < DEVICES; i++) {
		CHECK(h->d[i].burns == 3);
		CHECK(h->d[i].engine.alarms == 0);
		for (unsigned k = 0; k < SLOTS; k++)
			CHECK(h->d[i].slots[k].phase == TF_SESSION_FREE);
	}
}

TEST_SLOW(the_whole_way, 120)
{
	house *h = house_new(tf_test_seed());

	whole_way(h);
	house_free(h);
}

TEST_SLOW(the_whole_way_on_p256, 120)
{
	house *h = house_new_on(tf_test_seed(), TF_CURVE_P256);

	whole_way(h);
	house_free(h);
}

TEST_SLOW(the_whole_way_with_mail_shuffled_and_repeated, 300)
{
	for (uint64_t k = 0; k < 4; k++) {
		house *h = house_new(tf_test_seed() * 100 + k);

		h->shuffle = true;
		h->repeat = 3;
		whole_way(h);
		house_free(h);
	}
}

/* A run that loses mail ends at its deadline, names nobody, and the next one succeeds. */
TEST_SLOW(lost_mail_ends_a_run_at_its_deadline_and_blames_nobody, 300)
{
	house *h = house_new(tf_test_seed());
	house_spec spec;
	house_run *pre, *r;

	house_make_key(h);
	house_introduce(h);
	pre = house_presign(h, 3);
	for (unsigned k = 0; k < 2; k++) {
		spec = house_sign_spec(pre->ids[k], 0x44);
		h->lose = k ? 1 : 2;
		r = house_open(h, &spec);
		house_start(h, r);
		house_deliver(h);
		h->lose = 0;
		house_tick(h, 61000);
		for (unsigned i = 0; i < DEVICES; i++) {
			CHECK(r->done[i] || r->report[i].err == TF_E_EXPIRED);
			CHECK(r->done[i] || r->report[i].culprit[0] == 0);
			CHECK(r->done[i] || strstr(r->report[i].words, "deadline") != NULL);
			CHECK(tf_pool_find(&h->d[i].engine.pool, pre->ids[k]) == NULL);
			CHECK(tf_sessions_find(&h->d[i].engine, r->open.request) == NULL);
		}
	}
	spec = house_sign_spec(pre->ids[2], 0x44);
	r = house_open(h, &spec);
	house_start(h, r);
	house_deliver(h);
	house_check_signed(h, r);
	for (unsigned i = 0; i < DEVICES; i++) {
		CHECK(h->d[i].engine.alarms == 0);
		for (unsigned k = 0; k < DEVICES; k++)
			CHECK(tf_standings_fine(&h->d[i].engine.standings, h->d[k].name, 1));
	}
	house_free(h);
}

/* A peer has begun before we have our START: what it sent waits for us. */
TEST(mail_before_the_start_waits)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_open(h, &house_keygen);

	house_plan_start(r);
	CHECK_OK(house_start_at(h, r, 0, NULL));
	CHECK_OK(house_start_at(h, r, 1, NULL));
	house_deliver(h);
	CHECK(h->d[2].engine.inbox.used > 0);
	CHECK_OK(house_start_at(h, r, 2, NULL));
	house_deliver(h);
	CHECK(house_all_done(r));
	for (unsigned i = 0; i < DEVICES; i++)
		CHECK(h->d[i].engine.inbox.used == 0);
	house_free(h);
}

/* With its START missing, what waits is given up after a while. */
TEST(mail_for_a_session_that_never_begins_is_forgotten)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_open(h, &house_keygen);

	house_plan_start(r);
	CHECK_OK(house_start_at(h, r, 0, NULL));
	house_deliver(h);
	CHECK(h->d[2].engine.inbox.used > 0);
	house_tick(h, 5001);
	CHECK(h->d[2].engine.inbox.used == 0);
	CHECK(r->failed[2] && strcmp(r->report[2].words, "no start came in time") == 0);
	house_tick(h, 60000);
	CHECK(r->failed[0] && strstr(r->report[0].words, "waiting for guard-1, guard-4") != NULL);
	house_free(h);
}

/* An old device that comes back has no presignature; the engine of the others forgets theirs. */
TEST_SLOW(a_restart_empties_the_pools_that_it_shares, 120)
{
	house *h = house_new(tf_test_seed());
	house_spec spec;
	house_run *pre, *r;
	tf_fault f;

	house_make_key(h);
	house_introduce(h);
	pre = house_presign(h, 2);
	house_restart(h, 1);
	spec = house_sign_spec(pre->ids[0], 0x55);
	r = house_plan(h, &spec);
	CHECK_OK(house_open_at(h, r, 0, NULL));
	CHECK_ERR(house_open_at(h, r, 1, &f), TF_E_NOT_FOUND);
	CHECK(f.check == TF_CK_OPEN_PRESIG);
	house_cancel(h, r, 0);
	CHECK(r->failed[0] && r->report[0].err == TF_E_CANCELLED);
	pre = house_presign(h, 1);
	for (unsigned i = 0; i < DEVICES; i++) {
		uint64_t at = 0;
		unsigned n = 0;

		while (tf_pool_next(&h->d[i].engine.pool, &at))
			n++;
		CHECK(n == 1);
	}
	house_free(h);
}

/* ---- after a refresh ---- */

/* The share of a device, as a refresh leaves it: x_i + i. */
static void refresh_share(house *h, unsigned i)
{
	tf_key *key = &h->d[i].key;
	tf_pt more;
	tf_sc by;

	for (unsigned k = 0; k < key->sharing.n; k++) {
		tf_sc_set_u64(h->g, &by, key->sharing.seat[k].index);
		CHECK_OK(tf_pt_mul_base_vt(h->g, &more, &by));
		CHECK_OK(tf_pt_add(h->g, &key->sharing.seat[k].W, &key->sharing.seat[k].W, &more));
	}
	tf_sc_set_u64(h->g, &by, key->index);
	tf_sc_add(h->g, &key->x.s, &key->x.s, &by);
	memset(&h->d[i].memo, 0, sizeof(h->d[i].memo)); /* that of a key which is gone */
}

static void sign_with(house *h, const uint8_t id[static 32], uint8_t first)
{
	house_spec spec = house_sign_spec(id, first);
	house_run *r = house_open(h, &spec);

	house_start(h, r);
	house_deliver(h);
	house_check_signed(h, r);
}

/* Although the engine takes sharing and epoch for the same: the machine looks at the shares. */
TEST(a_presignature_of_other_shares_signs_nothing_and_blames_nobody)
{
	house *h = house_new(tf_test_seed());
	house_run *pre, *r;
	house_spec spec;
	size_t posted;

	house_make_key(h);
	house_introduce(h);
	pre = house_presign(h, 2);
	sign_with(h, pre->ids[0], 0x61);
	for (unsigned i = 0; i < DEVICES; i++)
		refresh_share(h, i);
	spec = house_sign_spec(pre->ids[1], 0x62);
	r = house_open(h, &spec);
	house_plan_start(r);
	posted = h->posted;
	for (unsigned i = 0; i < DEVICES; i++) {
		size_t burns = h->d[i].burns;

		CHECK_ERR(house_start_at(h, r, i, NULL), TF_E_USAGE);
		CHECK(r->failed[i] && r->report[i].culprit[0] == 0);
		CHECK(h->posted == posted && h->d[i].burns == burns);
		CHECK(tf_pool_find(&h->d[i].engine.pool, pre->ids[1]) == NULL);
	}
	sign_with(h, house_presign(h, 1)->ids[0], 0x63); /* the new shares are as good */
	sign_with(h, none, 0x64);
	house_free(h);
}
