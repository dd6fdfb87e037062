/* FROST through the engines of three co-signers: keys of ed25519, nonces, signatures that libsodium
 * verifies; rough seas, crashes, cheats, and openings that ask for the wrong thing. */
#include <string.h>

#include "session/scene_test.h"

static const uint8_t none[32];

static size_t pooled(const house *h, unsigned i)
{
	uint64_t at = 0;
	size_t n = 0;

	while (tf_pool_next(&h->d[i].engine.nonces, &at))
		n++;
	return n;
}

static house_run *sign(house *h, const uint8_t id[static 32], uint8_t first, size_t len)
{
	house_spec spec = house_frost_spec(id, first, len);
	house_run *r = house_open(h, &spec);

	house_start(h, r);
	house_deliver(h);
	return r;
}

/* A key, nonces in two batches, messages of several lengths; an ECDSA key beside it. */
static void whole_way(house *h)
{
	static const size_t lens[] = { 0, 1, 32, HOUSE_MSG };
	house_run *pre = NULL;

	house_make_frost_key(h);
	house_make_key(h);
	for (unsigned b = 0; b < TF_ARRAY_LEN(lens); b++) {
		if (b % 2 == 0)
			pre = house_prepare(h, 2);
		house_check_signed(h, sign(h, pre->ids[b % 2], (uint8_t)(0x20 + b), lens[b]));
	}
	for (unsigned i = 0; i < DEVICES; i++) {
		CHECK(h->d[i].burns == TF_ARRAY_LEN(lens) && pooled(h, i) == 0);
		CHECK(h->d[i].engine.alarms == 0);
		CHECK(!tf_pt_eq(h->frost, &h->d[i].frost_key.sharing.Y, &h->d[i].key.sharing.Y));
		for (unsigned k = 0; k < SLOTS; k++)
			CHECK(h->d[i].slots[k].phase == TF_SESSION_FREE);
	}
}

TEST_SLOW(frost_the_whole_way, 120)
{
	house *h = house_new(tf_test_seed());

	whole_way(h);
	house_free(h);
}

TEST_SLOW(frost_the_whole_way_with_mail_shuffled_and_repeated, 300)
{
	for (uint64_t k = 0; k < 16; k++) {
		house *h = house_new(tf_test_seed() * 100 + k);

		h->shuffle = true;
		h->repeat = 3;
		whole_way(h);
		house_free(h);
	}
}

/* The child key is the one that anybody derives from the key's certificate. */
TEST(frost_signs_by_the_child_of_the_path)
{
	house *h = house_new(tf_test_seed());
	const tf_path path = { .index = { 44, 1, 0, 0, 0 }, .len = 5 };
	const tf_sharing *s = &h->d[0].frost_key.sharing;
	house_run *r;
	tf_sc tweak;
	tf_pt child;

	house_make_frost_key(h);
	r = sign(h, house_prepare(h, 1)->ids[0], 7, 12);
	house_check_signed(h, r);
	CHECK_OK(tf_bip32_derive(h->frost, &tweak, &child, NULL, &s->Y, s->cc, &path));
	CHECK(tf_pt_eq(h->frost, &child, &r->child[0]));
	house_free(h);
}

/* ---- lost mail, crashes ---- */

static void check_unnamed(const house *h, const house_run *r)
{
	for (unsigned i = 0; i < DEVICES; i++) {
		CHECK(!r->failed[i] || r->report[i].culprit[0] == 0);
		CHECK(h->d[i].engine.alarms == 0);
	}
}

TEST_SLOW(frost_lost_mail_burns_nonces_and_blames_nobody, 120)
{
	house *h = house_new(tf_test_seed());
	house_run *pre, *r;

	house_make_frost_key(h);
	pre = house_prepare(h, 3);
	for (unsigned k = 0; k < 2; k++) {
		h->lose = k ? 1 : 2;
		r = sign(h, pre->ids[k], 0x44, 9);
		h->lose = 0;
		house_tick(h, 61000);
		check_unnamed(h, r);
		for (unsigned i = 0; i < DEVICES; i++) {
			CHECK(r->done[i] || r->report[i].err == TF_E_EXPIRED);
			CHECK(tf_pool_find(&h->d[i].engine.nonces, pre->ids[k]) == NULL);
		}
	}
	house_check_signed(h, sign(h, pre->ids[2], 0x45, 9));
	house_free(h);
}

/* Device i crashes in front of its effect k of a run; afterwards all is as if nothing had been, and
 * nonces of before the crash serve nobody. False: the run has fewer effects. */
static bool crash_in(bool signing, unsigned i, unsigned k)
{
	house *h = house_new(tf_test_seed() * 1000 + 100 * i + k);
	house_run *pre, *r;
	house_spec spec = { .protocol = TF_FROST_PREPARE, .n = 3, .seat = { 0, 1, 2 },
	                    .batch = 2 };
	bool crashed;

	h->shuffle = true;
	house_make_frost_key(h);
	pre = house_prepare(h, 1);
	if (signing)
		spec = house_frost_spec(pre->ids[0], 0x51, 20);
	h->crash_at = i;
	h->crash_after = k;
	r = house_open(h, &spec);
	house_start(h, r);
	house_deliver(h);
	house_tick(h, 61000);
	crashed = h->crash_at == DEVICES;
	h->crash_at = DEVICES;
	check_unnamed(h, r);
	CHECK(!signing || crashed || house_all_done(r));
	r = house_prepare(h, 1); /* a start that shows the new boot id */
	for (unsigned d = 0; d < DEVICES && crashed; d++)
		CHECK(pooled(h, d) == 1);
	house_check_signed(h, sign(h, r->ids[0], 0x52, 20));
	house_free(h);
	return crashed;
}

/* House_test checks that no id is burnt twice at a device, whatever crashes. */
TEST_SLOW(frost_a_crash_at_every_effect, 600)
{
	unsigned points = 0;

	for (unsigned signing = 0; signing < 2; signing++)
		for (unsigned i = 0; i < DEVICES; i++) {
			unsigned k = 0;

			while (crash_in(signing, i, k))
				k++;
			CHECK(k >= 3);
			points += k;
		}
	CHECK(points > 20);
}

/* A signing that was aborted before or after its START has no nonces any more. */
TEST(frost_an_abort_destroys_the_nonces)
{
	house *h = house_new(tf_test_seed());
	house_spec spec;
	house_run *pre, *r;
	tf_fault f;

	house_make_frost_key(h);
	pre = house_prepare(h, 2);
	for (unsigned k = 0; k < 2; k++) {
		spec = house_frost_spec(pre->ids[k], 1, 4);
		r = house_open(h, &spec);
		if (k)
			house_start(h, r); /* and no mail */
		for (unsigned i = 0; i < DEVICES; i++) {
			CHECK(k == 0 || tf_pool_find(&h->d[i].engine.nonces, pre->ids[k]) == NULL);
			house_cancel(h, r, i);
			CHECK(r->failed[i] && r->report[i].err == TF_E_CANCELLED);
			CHECK(tf_pool_find(&h->d[i].engine.nonces, pre->ids[k]) == NULL);
		}
		r = house_plan(h, &spec);
		CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_NOT_FOUND);
		CHECK(f.check == TF_CK_OPEN_PRESIG);
	}
	house_free(h);
}

TEST(frost_a_restart_empties_the_pools_that_it_shares)
{
	house *h = house_new(tf_test_seed());
	house_spec spec;
	house_run *pre, *r;
	tf_fault f;

	house_make_frost_key(h);
	pre = house_prepare(h, 2);
	house_restart(h, 1);
	spec = house_frost_spec(pre->ids[0], 0x55, 3);
	r = house_plan(h, &spec);
	CHECK_OK(house_open_at(h, r, 0, NULL));
	CHECK_ERR(house_open_at(h, r, 1, &f), TF_E_NOT_FOUND);
	CHECK(f.check == TF_CK_OPEN_PRESIG);
	house_cancel(h, r, 0);
	house_prepare(h, 1);
	for (unsigned i = 0; i < DEVICES; i++)
		CHECK(pooled(h, i) == 1);
	house_free(h);
}

/* ---- cheats, and coordinators that lie ---- */

static void other_pair(void *m, tf_session *s)
{
	tf_frost_pair *it = &((tf_msg_frost_commit *)m)->items[0];

	(void)s;
	it->D = it->E;
}

static void other_id(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_frost_confirm *)m)->items[0].id[0] ^= 1;
}

static void other_z(void *m, tf_session *s)
{
	tf_sc *z = &((tf_msg_frost_share *)m)->z, one;

	tf_sc_set_u64(s->env.g, &one, 1);
	tf_sc_add(s->env.g, z, z, &one);
}

TEST_SLOW(frost_a_bad_share_is_evidence, 120)
{
	house_spec spec;

	scene = house_new(tf_test_seed());
	house_make_frost_key(scene);
	spec = house_frost_spec(house_prepare(scene, 1)->ids[0], 0x61, 33);
	scene_target = TF_MSG_FROST_SHARE;
	scene_alter = other_z;
	scene_run(&spec);
	scene_check_files(TF_CK_FROST_SHARE, 1, 2);
	CHECK(tf_standings_find(&scene->d[0].engine.standings, scene->d[2].name)->aborts == 1);
	scene_file[0].bytes[scene_file[0].len / 2] ^= 1;
	CHECK(!scene_convicts(scene_file[0].bytes, scene_file[0].len));
	scene_forget();
	/* nobody had a signature, and the nonces are gone */
	for (unsigned i = 0; i < DEVICES; i++)
		CHECK(pooled(scene, i) == 0);
	house_free(scene);
}

TEST_SLOW(frost_a_bad_confirmation_is_evidence, 120)
{
	house_spec spec = { .protocol = TF_FROST_PREPARE, .n = 3, .seat = { 0, 1, 2 },
	                    .batch = 2 };

	scene = house_new(tf_test_seed());
	house_make_frost_key(scene);
	scene_target = TF_MSG_FROST_CONFIRM;
	scene_alter = other_id;
	scene_run(&spec);
	scene_check_files(TF_CK_FROST_CONFIRM, 2, 2);
	scene_forget();
	CHECK(pooled(scene, 0) == 0 && pooled(scene, 1) == 0);
	house_free(scene);
}

TEST_SLOW(frost_two_faces_are_evidence, 120)
{
	house_spec spec = { .protocol = TF_FROST_PREPARE, .n = 3, .seat = { 0, 1, 2 },
	                    .batch = 1 };

	scene = house_new(tf_test_seed());
	house_make_frost_key(scene);
	scene_target = TF_MSG_FROST_COMMIT;
	scene_alter = other_pair;
	scene_only_to = 0;
	scene_run(&spec);
	scene_check_files(TF_CK_EQUIVOCATION, 1, 2);
	scene_forget();
	CHECK(pooled(scene, 0) == 0 && pooled(scene, 1) == 0);
	house_free(scene);
}

static void other_v(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_keygen_r2 *)m)->rid[0] ^= 1;
}

TEST_SLOW(frost_key_generation_has_evidence, 120)
{
	scene = house_new(tf_test_seed());
	scene_target = TF_MSG_KEYGEN_R2;
	scene_alter = other_v;
	scene_run(&house_frost_keygen);
	scene_check_files(TF_CK_KEYGEN_COMMITMENT, 2, 2);
	scene_forget();
	house_free(scene);
}

/* One party was told another message: nobody signs, and nobody is to blame. */
TEST(frost_another_message_is_another_session)
{
	house *h = house_new(tf_test_seed());
	house_spec spec;
	house_run *r;

	house_make_frost_key(h);
	spec = house_frost_spec(house_prepare(h, 1)->ids[0], 0x71, 8);
	r = house_plan(h, &spec);
	CHECK_OK(house_open_at(h, r, 0, NULL));
	CHECK_OK(house_open_at(h, r, 1, NULL));
	h->run[h->runs - 1].spec.msg_len = 7;
	CHECK_OK(house_open_at(h, r, 2, NULL));
	house_start(h, r);
	house_deliver(h);
	house_tick(h, 61000);
	check_unnamed(h, r);
	for (unsigned i = 0; i < DEVICES; i++)
		CHECK(r->failed[i] && !r->done[i] && pooled(h, i) == 0);
	house_free(h);
}

/* ---- openings ---- */

static void open_refused(house *h, house_run *r, tf_check check, tf_err err)
{
	tf_fault f;

	house_encode_open(r);
	CHECK_ERR(house_open_at(h, r, 0, &f), err);
	CHECK(f.check == check);
}

TEST(frost_openings_that_cannot_be_are_refused)
{
	house *h = house_new(tf_test_seed());
	house_spec prepare = { .protocol = TF_FROST_PREPARE, .n = 3, .seat = { 0, 1, 2 },
	                       .batch = 1 };
	house_spec spec;
	house_run *pre, *r;

	house_make_frost_key(h);
	house_make_key(h);
	pre = house_prepare(h, 1);
	r = house_plan(h, &prepare);
	r->open.curve = TF_CURVE_SECP256K1; /* which is not FROST's here */
	open_refused(h, r, TF_CK_OPEN_CURVE, TF_E_UNSUPPORTED);
	r->open.curve = TF_CURVE_ED25519;
	r->open.batch = TF_FROST_BATCH_MAX + 1;
	open_refused(h, r, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	r->open.batch = 0;
	open_refused(h, r, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	r->open.batch = 1;
	r->open.presig[0] = 1;
	open_refused(h, r, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	r->open.presig[0] = 0;
	r->open.kind = TF_PROTOCOL_PRESIGN; /* nor is ed25519 ECDSA's */
	open_refused(h, r, TF_CK_OPEN_CURVE, TF_E_UNSUPPORTED);
	spec = house_frost_spec(none, 1, 1);
	r = house_plan(h, &spec);
	open_refused(h, r, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	memset(r->open.presig, 0x31, 32);
	open_refused(h, r, TF_CK_OPEN_PRESIG, TF_E_NOT_FOUND);
	memcpy(r->open.presig, pre->ids[0], 32);
	r->open.intent.len = 0;
	open_refused(h, r, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	r->open.intent.len = 32;
	r->open.batch = 1;
	open_refused(h, r, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	r->open.batch = 0;
	house_encode_open(r);
	CHECK_OK(house_open_at(h, r, 0, NULL));
	house_free(h);
}

/* Nonces of FROST are no presignature of ECDSA, a key is of one curve, and who has no group runs
 * nothing. */
TEST(frost_pools_keys_and_groups_are_apart)
{
	house *h = house_new(tf_test_seed());
	house_spec spec;
	house_run *pre, *r;
	tf_key kept;

	house_make_frost_key(h);
	house_make_key(h);
	pre = house_prepare(h, 1);
	spec = house_sign_spec(pre->ids[0], 9); /* ECDSA, by these nonces */
	r = house_plan(h, &spec);
	open_refused(h, r, TF_CK_OPEN_PRESIG, TF_E_NOT_FOUND);
	kept = h->d[0].frost_key;
	spec = house_frost_spec(pre->ids[0], 9, 4);
	r = house_plan(h, &spec);
	h->d[0].frost_key.sharing.curve = TF_CURVE_SECP256K1;
	open_refused(h, r, TF_CK_NONE, TF_E_USAGE);
	h->d[0].frost_key = kept;
	h->d[0].self.frost = NULL;
	r = house_plan(h, &house_frost_keygen);
	open_refused(h, r, TF_CK_OPEN_CURVE, TF_E_UNSUPPORTED);
	h->d[0].self.frost = h->frost;
	CHECK_OK(house_open_at(h, r, 0, NULL));
	house_free(h);
}

TEST(frost_nonces_serve_one_signing_and_can_be_forsaken)
{
	house *h = house_new(tf_test_seed());
	house_spec spec;
	house_run *pre, *r;

	house_make_frost_key(h);
	pre = house_prepare(h, 2);
	spec = house_frost_spec(pre->ids[0], 9, 4);
	r = house_open(h, &spec);
	CHECK(!tf_sessions_forsake(&h->d[0].engine, pre->ids[0])); /* in use */
	CHECK(tf_sessions_forsake(&h->d[0].engine, pre->ids[1]));
	CHECK(!tf_sessions_forsake(&h->d[0].engine, pre->ids[1]));
	r = house_plan(h, &spec);
	open_refused(h, r, TF_CK_OPEN_PRESIG, TF_E_NOT_FOUND); /* two at once */
	house_start(h, &h->run[h->runs - 2]);
	house_deliver(h);
	house_check_signed(h, &h->run[h->runs - 2]);
	r = house_plan(h, &spec);
	open_refused(h, r, TF_CK_OPEN_PRESIG, TF_E_NOT_FOUND); /* one after the other */
	tf_sessions_epoch(&h->d[1].engine, h->d[1].frost_key.sharing.sharing, 9);
	CHECK(pooled(h, 1) == 0);
	house_free(h);
}
