/* Whole co-signers, with sessions, pools and a coordinator that lies: rows 21, 33, 34, 41. */
#include <string.h>

#include "attacks/attacks.h"
#include "session/house_test.h"
#include "wire/envelope.h"

ATTACK(21c, "presignature-after-restart",
       "a presignature is asked for again after its holder restarted, with its disk as it was",
       "refused: TF_E_NOT_FOUND, OPEN_PRESIG; the others destroy theirs")
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
	CHECK_ERR(house_open_at(h, r, 1, &f), TF_E_NOT_FOUND);
	CHECK(f.check == TF_CK_OPEN_PRESIG);
	CHECK_OK(house_open_at(h, r, 0, NULL)); /* who still has it has promised it now, */
	house_cancel(h, r, 0);                  /* and when the run ends it is gone */
	r = house_plan(h, &spec);
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_NOT_FOUND);
	house_free(h);
}

ATTACK(21d, "presignature-for-two-requests",
       "the coordinator opens two signings of different messages by one presignature",
       "the second is refused by everybody: TF_E_NOT_FOUND, OPEN_PRESIG")
{
	house *h = house_new(tf_test_seed());
	house_spec one, two;
	house_run *pre, *r;
	tf_fault f;

	house_make_key(h);
	house_introduce(h);
	pre = house_presign(h, 1);
	one = house_sign_spec(pre->ids[0], 1);
	two = house_sign_spec(pre->ids[0], 2);
	r = house_open(h, &one);
	for (unsigned i = 0; i < DEVICES; i++) {
		CHECK_ERR(house_open_at(h, house_plan(h, &two), i, &f), TF_E_NOT_FOUND);
		CHECK(f.check == TF_CK_OPEN_PRESIG);
	}
	house_start(h, r);
	house_deliver(h);
	house_check_signed(h, r);
	for (unsigned i = 0; i < DEVICES; i++)
		CHECK_ERR(house_open_at(h, house_plan(h, &two), i, &f), TF_E_NOT_FOUND);
	house_free(h);
}

/* The first message of device 0 in a run that has begun everywhere. */
static house_mail first_mail(house *h, house_run **r)
{
	*r = house_open(h, &house_keygen);
	house_plan_start(*r);
	for (unsigned i = 0; i < DEVICES; i++)
		CHECK_OK(house_start_at(h, *r, i, NULL));
	return h->mail[h->delivered];
}

ATTACK(33b, "spoofed-channel",
       "guard-4 hands on what primary-1 has signed, as if it were primary-1",
       "dropped, the device of the channel is named: ENVELOPE_SENDER; the run goes on")
{
	house *h = house_new(tf_test_seed());
	house_run *r;
	house_mail m = first_mail(h, &r);
	tf_fault f;

	CHECK_ERR(house_hand(h, 1, "guard-4", m.bytes, m.len, &f), TF_E_TRUST);
	CHECK(f.check == TF_CK_ENVELOPE_SENDER && f.party == 3);
	CHECK_ERR(house_hand(h, 1, "stranger", m.bytes, m.len, &f), TF_E_TRUST);
	CHECK(f.party == TF_PARTY_NONE);
	house_deliver(h);
	CHECK(house_all_done(r));
	house_free(h);
}

ATTACK(34, "session-id-reuse",
       "a session's start is replayed: while it runs, when it is over, after a restart; its request"
       " is opened again (BitGo)",
       "refused: TF_E_REPLAY, START_AGAIN, OPEN_REQUEST; a READY of another nonce never fits")
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_open(h, &house_keygen);
	uint8_t sid[32];
	tf_fault f;

	house_plan_start(r);
	for (unsigned i = 0; i < DEVICES; i++)
		CHECK_OK(house_start_at(h, r, i, NULL));
	memcpy(sid, r->session[0]->sid, 32);
	CHECK_ERR(house_start_at(h, r, 0, &f), TF_E_REPLAY);
	CHECK(f.check == TF_CK_START_AGAIN && f.party == TF_PARTY_NONE);
	house_deliver(h);
	CHECK(house_all_done(r));
	CHECK_ERR(house_start_at(h, r, 0, &f), TF_E_REPLAY);
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_REPLAY);
	CHECK(f.check == TF_CK_OPEN_REQUEST);
	r = house_open(h, &house_keygen); /* in the middle of another, device 0 restarts */
	house_plan_start(r);
	for (unsigned i = 0; i < DEVICES; i++)
		CHECK_OK(house_start_at(h, r, i, NULL));
	memcpy(sid, r->session[0]->sid, 32);
	house_restart(h, 0);
	tf_sessions_mark_used(&h->d[0].engine, sid); /* from the store */
	CHECK_ERR(house_start_at(h, r, 0, &f), TF_E_NOT_FOUND);
	CHECK_OK(house_open_at(h, r, 0, &f)); /* its new READY has another nonce, and is in */
	CHECK(house_start_at(h, r, 0, &f) == TF_OK || f.party == TF_PARTY_NONE);
	CHECK_ERR(house_start_at(h, r, 1, &f), TF_E_REPLAY);
	house_free(h);
}

static void run_keygen(house *h, house_run *r)
{
	for (unsigned i = 0; i < DEVICES; i++)
		CHECK_OK(house_open_at(h, r, i, NULL));
	house_plan_start(r);
}

ATTACK(41, "cloned-machine",
       "a device runs twice: two boot ids under one instance number",
       "convicted by its own two signatures: TF_E_PROOF, READY_BOOT; suspended until the"
       " admins' roster asks for a higher instance")
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_open(h, &house_keygen);
	tf_fault f;

	house_start(h, r);
	house_deliver(h);
	CHECK(house_all_done(r));
	h->d[1].self.boot[0] ^= 1;
	r = house_plan(h, &house_keygen);
	run_keygen(h, r);
	CHECK_ERR(house_start_at(h, r, 0, &f), TF_E_PROOF);
	CHECK(f.party == 2 && f.check == TF_CK_READY_BOOT);
	CHECK(!tf_standings_fine(&h->d[0].engine.standings, "guard-1", 1));
	r = house_plan(h, &house_keygen);
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_POLICY);
	CHECK(f.check == TF_CK_OPEN_STANDING);
	house_pardon(h, 1);
	house_make_key(h);
	house_free(h);
}

ATTACK(41b, "rolled-back-machine",
       "a device comes back with an older instance number: a restored disk",
       "refused: TF_E_STATE, READY_INSTANCE")
{
	house *h = house_new(tf_test_seed());
	house_run *r;
	tf_fault f;

	house_restart(h, 2);
	house_make_key(h);
	h->d[2].self.instance = 1;
	r = house_plan(h, &house_keygen);
	run_keygen(h, r);
	CHECK_ERR(house_start_at(h, r, 0, &f), TF_E_STATE);
	CHECK(f.check == TF_CK_READY_INSTANCE);
	house_free(h);
}

/* Of a key of device 0, in whose place another stands. */
static void refused_to_others(house *h, const house_spec *spec)
{
	house_run *r = house_plan(h, spec);
	tf_fault f;

	for (unsigned i = 1; i < DEVICES; i++) {
		CHECK_ERR(house_open_at(h, r, i, &f), TF_E_TRUST);
		CHECK(f.check == TF_CK_OPEN_HOLDERS && f.party == TF_PARTY_NONE);
	}
}

ATTACK(B30, "share-in-another-device",
       "the share of a primary comes to another primary of the roster, whose user has runs opened"
       " for the key: of presigning, preparing, signing with and without what was made before",
       "none is opened: TF_E_TRUST, OPEN_HOLDERS; the device is welcome with keys of its own")
{
	house *h = house_new(tf_test_seed());
	house_spec fill = { .n = 3, .seat = { 0, 1, 2 }, .batch = 1 };
	house_run *pre, *nonces, *r;
	house_spec spec;

	house_make_key(h);
	house_make_frost_key(h);
	house_introduce(h);
	pre = house_presign(h, 1);
	nonces = house_prepare(h, 1);
	house_replace(h, 0, "primary-2");
	house_introduce(h);
	fill.protocol = TF_PRESIGN;
	refused_to_others(h, &fill);
	fill.protocol = TF_FROST_PREPARE;
	refused_to_others(h, &fill);
	spec = house_sign_spec((uint8_t[32]){ 0 }, 1);
	refused_to_others(h, &spec);
	spec = house_sign_spec(pre->ids[0], 1);
	refused_to_others(h, &spec);
	spec = house_frost_spec(nonces->ids[0], 1, 32);
	refused_to_others(h, &spec);
	house_make_key(h);
	pre = house_presign(h, 1);
	spec = house_sign_spec(pre->ids[0], 2);
	r = house_open(h, &spec);
	house_start(h, r);
	house_deliver(h);
	house_check_signed(h, r);
	house_free(h);
}
