/* The engine: what begins once, what is refused, who is counted. */
#include <string.h>

#include "session/house_test.h"
#include "wire/envelope.h"

TEST(a_start_is_taken_once)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_open(h, &house_keygen), *other;
	tf_fault f;

	house_plan_start(r);
	CHECK_OK(house_start_at(h, r, 0, NULL));
	CHECK_ERR(house_start_at(h, r, 0, &f), TF_E_REPLAY); /* while it runs */
	CHECK(f.check == TF_CK_START_AGAIN);
	CHECK(r->session[0]->phase == TF_SESSION_RUNNING);
	house_tick(h, 61000);
	CHECK(r->failed[0]);
	CHECK_ERR(house_start_at(h, r, 0, &f), TF_E_REPLAY); /* when it is over */
	CHECK(f.check == TF_CK_START_AGAIN);
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_REPLAY);  /* and its request, too */
	CHECK(f.check == TF_CK_OPEN_REQUEST);
	other = house_plan(h, &house_keygen);
	memcpy(other->start_bytes, r->start_bytes, r->start_len);
	other->start_len = r->start_len;
	memset(other->start_bytes + 4, 0x99, 32);
	CHECK_ERR(house_start_at(h, other, 0, &f), TF_E_NOT_FOUND);
	other->start_len = 35;
	CHECK_ERR(house_start_at(h, other, 0, &f), TF_E_ENCODING);
	house_free(h);
}

/* After a restart the used sids come from the store; a START never fits another READY anyway. */
TEST(a_session_id_begins_once_ever)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_open(h, &house_keygen);
	uint8_t sid[32];
	tf_fault f;

	house_plan_start(r);
	CHECK_OK(house_start_at(h, r, 0, NULL));
	memcpy(sid, r->session[0]->sid, sizeof(sid));
	CHECK(h->d[0].kept[TF_REC_USED_SID & 0xff] == 1);
	tf_sessions_mark_used(&h->d[1].engine, sid);
	CHECK_ERR(house_start_at(h, r, 1, &f), TF_E_REPLAY);
	CHECK(f.check == TF_CK_START_REPLAY && r->failed[1]);
	house_restart(h, 2);
	CHECK_ERR(house_start_at(h, r, 2, &f), TF_E_NOT_FOUND);
	house_free(h);
}

/* The ring of ids is searched by their first bits; ids that differ only behind them are told apart,
 * and what has been overwritten is forgotten, its bit too. */
TEST(ids_are_remembered_until_as_many_have_come_since)
{
	house *h = house_new(tf_test_seed());
	tf_sessions *a = &h->d[0].engine;
	size_t n = a->c.used_n;
	uint8_t id[32] = { 7 };

	for (size_t i = 0; i < 2 * n + n / 2; i++) {
		memcpy(id + 1, &i, 4);
		CHECK(!tf_sessions_was_used(a, id));
		tf_sessions_mark_used(a, id);
		CHECK(tf_sessions_was_used(a, id));
		id[31] ^= 1;
		CHECK(!tf_sessions_was_used(a, id));
		id[31] ^= 1;
	}
	for (size_t i = 0; i < 2 * n + n / 2; i++) {
		memcpy(id + 1, &i, 4);
		CHECK(tf_sessions_was_used(a, id) == (i >= n + n / 2));
	}
	house_free(h);
}

/* Device 0's first message in a run that has begun at 0 and 1. */
static house_mail first_mail(house *h, house_run **r)
{
	*r = house_open(h, &house_keygen);
	house_plan_start(*r);
	for (unsigned i = 0; i < DEVICES; i++)
		CHECK_OK(house_start_at(h, *r, i, NULL));
	CHECK(h->mail[h->delivered].from == 0);
	return h->mail[h->delivered];
}

TEST(an_envelope_counts_only_from_the_device_that_it_names)
{
	house *h = house_new(tf_test_seed());
	house_run *r;
	house_mail m = first_mail(h, &r);
	tf_fault f;

	CHECK_ERR(house_hand(h, 1, "guard-4", m.bytes, m.len, &f), TF_E_TRUST);
	CHECK(f.check == TF_CK_ENVELOPE_SENDER && f.party == 3);
	CHECK_ERR(house_hand(h, 1, "stranger", m.bytes, m.len, &f), TF_E_TRUST);
	CHECK(f.check == TF_CK_ENVELOPE_SENDER && f.party == TF_PARTY_NONE);
	CHECK_ERR(house_hand(h, 1, "primary-1", m.bytes, m.len - 1, &f), TF_E_TRUNCATED);
	CHECK(h->d[1].engine.dropped == 3);
	CHECK_OK(house_hand(h, 1, "primary-1", m.bytes, m.len, &f));
	CHECK_ERR(house_hand(h, 1, "primary-1", m.bytes, m.len, &f), TF_E_DUPLICATE);
	house_deliver(h);
	CHECK(house_all_done(r));
	CHECK_ERR(house_hand(h, 1, "primary-1", m.bytes, m.len, &f), TF_E_SESSION);
	house_free(h);
}

/* The same goes for mail that waited: it is looked at when the session begins. */
TEST(early_mail_of_a_false_sender_is_dropped)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_open(h, &house_keygen);
	house_mail m;

	house_plan_start(r);
	CHECK_OK(house_start_at(h, r, 0, NULL));
	m = h->mail[0];
	CHECK_OK(house_hand(h, m.to, "guard-4", m.bytes, m.len, NULL));
	CHECK(h->d[m.to].engine.inbox.used > 0);
	CHECK_OK(house_start_at(h, r, m.to, NULL));
	CHECK(h->d[m.to].engine.inbox.used == 0 && h->d[m.to].engine.dropped == 1);
	CHECK_OK(house_start_at(h, r, 3 - m.to, NULL));
	house_deliver(h);
	CHECK(house_all_done(r));
	house_free(h);
}

/* Party 1 equivocates: signs a second first message. */
static void equivocate(house *h, house_mail m)
{
	tf_envelope e;
	tf_arena none;
	uint8_t payload[32], buf[512];
	size_t len;

	tf_arena_init(&none, NULL, 0);
	CHECK_OK(tf_envelope_decode(&e, NULL, &none, m.bytes, m.len));
	memcpy(payload, e.payload.p, sizeof(payload));
	payload[0] ^= 1;
	e.payload = (tf_blob){ payload, sizeof(payload) };
	CHECK_OK(tf_envelope_sign(&e, &h->d[0].signer));
	CHECK_OK(tf_envelope_encode(buf, sizeof(buf), &len, NULL, &e));
	CHECK_OK(house_hand(h, m.to, "primary-1", m.bytes, m.len, NULL));
	CHECK_ERR(house_hand(h, m.to, "primary-1", buf, len, NULL), TF_E_CONFLICT);
}

/* What one engine keeps of a device is read by another. */
static void pass_on_standing(house *h, unsigned from, unsigned to, const char *name)
{
	static uint8_t room[1 << 14];
	tf_standings *all = &h->d[from].engine.standings;
	tf_outbox out;
	tf_arena mem;

	for (size_t i = 0; i < all->cap; i++)
		all->row[i].changed = strcmp(all->row[i].device, name) == 0;
	tf_arena_init(&mem, room, sizeof(room));
	tf_outbox_init(&out, &mem);
	CHECK_OK(tf_standings_keep(all, &out));
	CHECK(out.count == 1);
	CHECK_OK(tf_sessions_load_standing(&h->d[to].engine, out.effect[0].data,
	                                   out.effect[0].len));
	CHECK(tf_err_get_kind(tf_sessions_load_standing(&h->d[to].engine, out.effect[0].data,
	                                                out.effect[0].len - 1)) ==
	      TF_KIND_ENCODING);
}

TEST(a_cheat_is_named_counted_and_at_last_in_quarantine)
{
	house *h = house_new(tf_test_seed());
	house_run *r;
	tf_fault f;

	for (unsigned k = 1; k <= 2; k++) {
		house_mail m = first_mail(h, &r);
		unsigned at = m.to;

		equivocate(h, m);
		CHECK(r->failed[at] && strcmp(r->report[at].culprit, "primary-1") == 0);
		CHECK(r->report[at].fault.check == TF_CK_EQUIVOCATION);
		CHECK(strstr(r->report[at].words, "primary-1") != NULL);
		CHECK(tf_standings_find(&h->d[at].engine.standings, "primary-1")->aborts == k);
		CHECK(h->d[at].engine.alarms == 0);
		h->delivered = h->posted;
		house_tick(h, 61000);
	}
	r = house_plan(h, &house_keygen);
	CHECK_ERR(house_open_at(h, r, 1, &f), TF_E_POLICY);
	CHECK(f.check == TF_CK_OPEN_STANDING);
	CHECK_OK(house_open_at(h, r, 2, NULL)); /* where nothing of it is known */
	house_tick(h, 61000);
	pass_on_standing(h, 1, 2, "primary-1"); /* as a store does from start to start */
	r = house_plan(h, &house_keygen);
	CHECK_ERR(house_open_at(h, r, 2, &f), TF_E_POLICY);
	CHECK(f.check == TF_CK_OPEN_STANDING);
	house_free(h);
}

/* A failure that names nobody is an alarm about ourselves. */
TEST(an_error_of_our_own_is_an_alarm)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_open(h, &house_keygen);

	house_plan_start(r);
	r->session[0]->args.mem_len = 64;
	CHECK_ERR(house_start_at(h, r, 0, NULL), TF_E_CAPACITY);
	CHECK(r->failed[0] && r->report[0].culprit[0] == 0 && h->d[0].engine.alarms == 1);
	house_free(h);
}

TEST(a_run_whose_messages_peers_would_not_take_is_not_begun)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_plan(h, &house_keygen);
	tf_open open;
	tf_fault f;

	CHECK_OK(tf_open_read(&open, &h->d[0].self, r->open_bytes, r->open_len,
	                      &h->d[0].engine.scratch, &f));
	h->d[0].engine.c.message_max = tf_session_sizes(&open, &tf_profile_small, 0).message - 1;
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_TOO_LARGE);
	CHECK(!r->session[0]);
	h->d[0].engine.c.message_max++;
	CHECK_OK(house_open_at(h, r, 0, &f));
	house_free(h);
}

TEST(what_the_protocol_needs_must_be_there)
{
	house *h = house_new(tf_test_seed());
	house_run *r;
	house_spec s = { .protocol = TF_PRESIGN, .n = 3, .seat = { 0, 1, 2 }, .batch = 1 };
	tf_fault f;

	house_make_key(h);
	r = house_plan(h, &s);
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_USAGE); /* no introductions */
	house_introduce(h);
	h->d[0].key.state = TF_SHARE_PENDING;
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_USAGE);
	h->d[0].key.state = TF_SHARE_COMMITTED;
	r->open.key_id[0] ^= 1;
	house_encode_open(r);
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_USAGE); /* another key */
	r->open.key_id[0] ^= 1;
	r->open.epoch++;
	house_encode_open(r);
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_STATE);
	CHECK(f.check == TF_CK_OPEN_EPOCH);
	r->open.epoch--;
	house_encode_open(r);
	CHECK_OK(house_open_at(h, r, 0, &f));
	house_free(h);
}

static void no_memory(tf_session_args *a) { a->mem = NULL; }
static void little_memory(tf_session_args *a) { a->mem_len--; }
static void no_workspace(tf_session_args *a) { a->workspace = NULL; }
static void no_moduli(tf_session_args *a) { a->own = NULL; }
static void no_key(tf_session_args *a) { a->key = NULL; }
static void no_introduction(tf_session_args *a) { a->aux[2] = NULL; }

TEST_SLOW(what_the_caller_must_bring, 120)
{
	static const struct {
		tf_protocol protocol;
		void (*mistake)(tf_session_args *a);
	} all[] = { { TF_KEYGEN, no_memory },    { TF_KEYGEN, little_memory },
		    { TF_KEYGEN, no_workspace }, { TF_AUXINFO, no_moduli },
		    { TF_PRESIGN, no_moduli },   { TF_PRESIGN, no_key },
		    { TF_PRESIGN, no_introduction } };
	house *h = house_new(tf_test_seed());
	tf_fault f;

	house_make_key(h);
	house_introduce(h);
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		house_spec s = { .protocol = all[k].protocol, .n = 3, .seat = { 0, 1, 2 },
		                 .batch = all[k].protocol == TF_PRESIGN };
		house_run *r = house_plan(h, all[k].protocol == TF_KEYGEN ? &house_keygen : &s);

		if (all[k].protocol == TF_KEYGEN) {
			memset(r->open.key_id, 0x70, 32); /* a key that is not here yet */
			house_encode_open(r);
		}
		house_mistake = all[k].mistake;
		CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_USAGE);
		CHECK(f.check == TF_CK_NONE && f.party == TF_PARTY_NONE);
		house_mistake = NULL;
		CHECK_OK(house_open_at(h, r, 0, &f)); /* the same OPEN, with all that it takes */
		house_tick(h, 61000);
	}
	house_free(h);
}

/* A key generation of one of many keys. */
static house_run *plan_key(house *h, uint8_t which)
{
	house_run *r = house_plan(h, &house_keygen);

	memset(r->open.key_id, which, 32);
	house_encode_open(r);
	return r;
}

TEST(a_key_is_generated_by_one_run_at_a_time)
{
	house *h = house_new(tf_test_seed());
	house_run *r = plan_key(h, 1), *second = plan_key(h, 1), *other = plan_key(h, 2);
	tf_fault f;

	CHECK(!tf_sessions_generates(&h->d[0].engine, NULL));
	CHECK_OK(house_open_at(h, r, 0, NULL));
	CHECK(tf_sessions_generates(&h->d[0].engine, NULL));
	CHECK(tf_sessions_generates(&h->d[0].engine, r->open.key_id));
	CHECK(!tf_sessions_generates(&h->d[0].engine, other->open.key_id));
	CHECK_ERR(house_open_at(h, second, 0, &f), TF_E_BUSY);
	CHECK(f.check == TF_CK_KEYGEN_ALONE);
	CHECK_OK(house_open_at(h, other, 0, NULL));
	house_cancel(h, r, 0);
	CHECK_OK(house_open_at(h, second, 0, NULL));
	house_free(h);
}

TEST(a_key_that_is_here_is_not_generated_again)
{
	house *h = house_new(tf_test_seed());
	house_run *again, *other = NULL;
	tf_fault f;

	house_make_key(h);
	again = house_plan(h, &house_keygen);
	memcpy(again->open.key_id, h->d[0].key.sharing.key_id, 32);
	house_encode_open(again);
	CHECK_ERR(house_open_at(h, again, 0, &f), TF_E_CONFLICT);
	CHECK(f.check == TF_CK_KEYGEN_ONCE);
	other = plan_key(h, 9);
	CHECK_OK(house_open_at(h, other, 0, NULL));
	h->d[0].key.state = TF_SHARE_PENDING; /* of a run that came to nothing */
	CHECK_OK(house_open_at(h, again, 0, NULL));
	house_free(h);
}

TEST(only_so_many_sessions_at_once)
{
	house *h = house_new(tf_test_seed());
	house_run *r = NULL;

	for (unsigned k = 0; k < SLOTS; k++) {
		r = plan_key(h, (uint8_t)(k + 1));
		CHECK_OK(house_open_at(h, r, 0, NULL));
	}
	r = plan_key(h, SLOTS + 1);
	CHECK_ERR(house_open_at(h, r, 0, NULL), TF_E_BUSY);
	house_tick(h, 5001);
	CHECK_OK(house_open_at(h, r, 0, NULL)); /* the request was not used up */
	house_free(h);
}

/* Presignatures: each is promised once, and gone when its run fails. */
TEST_SLOW(a_presignature_serves_one_signing, 120)
{
	house *h = house_new(tf_test_seed());
	house_run *pre, *r, *other;
	house_spec spec;
	tf_fault f;

	house_make_key(h);
	house_introduce(h);
	pre = house_presign(h, 3);
	spec = house_sign_spec(pre->ids[0], 1);
	r = house_open(h, &spec);
	other = house_plan(h, &spec);
	CHECK_ERR(house_open_at(h, other, 0, &f), TF_E_NOT_FOUND); /* promised already */
	CHECK(f.check == TF_CK_OPEN_PRESIG);
	for (unsigned i = 0; i < DEVICES; i++)
		house_cancel(h, r, i);
	CHECK_ERR(house_open_at(h, other, 0, &f), TF_E_NOT_FOUND); /* and destroyed */
	spec = house_sign_spec(pre->ids[2], 2);
	r = house_open(h, &spec);
	house_start(h, r);
	house_deliver(h);
	house_check_signed(h, r);
	spec = house_sign_spec(pre->ids[1], 3); /* skipped, so destroyed */
	r = house_plan(h, &spec);
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_NOT_FOUND);
	house_free(h);
}

TEST_SLOW(a_presignature_that_others_lack_is_forsaken, 120)
{
	house *h = house_new(tf_test_seed());
	house_run *pre, *r;
	house_spec spec;
	tf_fault f;

	house_make_key(h);
	house_introduce(h);
	pre = house_presign(h, 2);
	CHECK(tf_sessions_forsake(&h->d[0].engine, pre->ids[0]));
	CHECK(!tf_sessions_forsake(&h->d[0].engine, pre->ids[0])); /* it is gone */
	spec = house_sign_spec(pre->ids[0], 1);
	r = house_plan(h, &spec);
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_NOT_FOUND); /* one lacks it: all destroy it */
	CHECK(f.check == TF_CK_OPEN_PRESIG);
	CHECK_OK(house_open_at(h, r, 1, NULL));
	CHECK(!tf_sessions_forsake(&h->d[1].engine, pre->ids[0])); /* the session does */
	CHECK(tf_pool_find(&h->d[1].engine.pool, pre->ids[0]) != NULL);
	house_cancel(h, r, 1);
	CHECK(tf_pool_find(&h->d[1].engine.pool, pre->ids[0]) == NULL);
	CHECK(tf_sessions_forsake(&h->d[2].engine, pre->ids[0])); /* was never shown the open */
	spec = house_sign_spec(pre->ids[1], 2);
	r = house_open(h, &spec);
	house_start(h, r);
	house_deliver(h);
	house_check_signed(h, r);
	house_free(h);
}

TEST_SLOW(a_presignature_is_of_one_sharing_and_clique, 120)
{
	house *h = house_new(tf_test_seed());
	house_run *pre, *r;
	house_spec spec;
	tf_fault f;

	house_make_key(h);
	house_introduce(h);
	pre = house_presign(h, 1);
	spec = house_sign_spec(pre->ids[0], 1);
	r = house_plan(h, &spec);
	r->open.parties_n = 2;
	r->open.t = 2;
	house_encode_open(r);
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_NOT_FOUND);
	CHECK(f.check == TF_CK_OPEN_PRESIG);
	r->open.parties_n = 3;
	r->open.sharing[0] ^= 1;
	house_encode_open(r);
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_NOT_FOUND);
	tf_sessions_epoch(&h->d[0].engine, h->d[0].key.sharing.sharing, 1000);
	r->open.sharing[0] ^= 1;
	house_encode_open(r);
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_NOT_FOUND);
	CHECK_OK(house_open_at(h, r, 1, &f));
	house_free(h);
}

/* It grows old between OPEN and START. */
TEST_SLOW(a_presignature_must_still_be_there_at_the_start, 120)
{
	house *h = house_new(tf_test_seed());
	house_run *pre, *r;
	house_spec spec;
	tf_fault f;

	house_make_key(h);
	house_introduce(h);
	pre = house_presign(h, 1);
	spec = house_sign_spec(pre->ids[0], 1);
	r = house_open(h, &spec);
	CHECK(tf_pool_destroy(&h->d[0].engine.pool, pre->ids[0]));
	house_plan_start(r);
	CHECK_ERR(house_start_at(h, r, 0, &f), TF_E_NOT_FOUND);
	CHECK(f.check == TF_CK_START_PRESIG && r->failed[0]);
	house_free(h);
}

/* A co-signer that was told to sign something else is in another session: nobody is blamed, and no
 * signature comes out. */
TEST_SLOW(another_digest_is_another_session, 120)
{
	house *h = house_new(tf_test_seed());
	house_run *pre, *r;
	house_spec spec;

	house_make_key(h);
	house_introduce(h);
	pre = house_presign(h, 1);
	spec = house_sign_spec(pre->ids[0], 1);
	r = house_open(h, &spec);
	r->session[2]->args.digest[0] ^= 1;
	house_start(h, r);
	house_deliver(h);
	house_tick(h, 61000);
	for (unsigned i = 0; i < DEVICES; i++) {
		CHECK(r->failed[i] && !r->done[i] && r->report[i].culprit[0] == 0);
		CHECK(h->d[i].engine.alarms == 0);
	}
	house_free(h);
}

TEST(work_elsewhere_is_told_to_end_when_it_comes_back)
{
	house *h = house_new(tf_test_seed());
	house_run *r;
	tf_session *s;
	tf_outbox out;
	tf_arena mem;
	uint8_t room[4096];

	(void)first_mail(h, &r);
	s = r->session[0];
	tf_arena_init(&mem, room, sizeof(room));
	tf_outbox_init(&out, &mem);
	tf_sessions_take(s);
	CHECK(tf_sessions_cancel(&h->d[0].engine, r->open.request, TF_E_CANCELLED) == s);
	CHECK(tf_sessions_tick(&h->d[0].engine, h->now + 61000) == NULL);
	CHECK(s->phase == TF_SESSION_RUNNING);
	CHECK_ERR(tf_sessions_close(&h->d[0].engine, s, &out), TF_E_STATE);
	tf_sessions_give(s);
	CHECK(s->phase == TF_SESSION_FAILED && s->err == TF_E_CANCELLED);
	CHECK_OK(tf_sessions_close(&h->d[0].engine, s, &out));
	CHECK(s->phase == TF_SESSION_FREE);
	CHECK(tf_sessions_find(&h->d[0].engine, r->open.request) == NULL);
	r->session[0] = NULL;
	house_free(h);
}

TEST(out_of_turn_is_a_state_error)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_open(h, &house_keygen);
	tf_session *s = r->session[0];
	uint8_t buf[64];
	tf_ecdsa_sig sig;
	size_t len;

	CHECK_ERR(tf_session_begin(s, NULL, NULL), TF_E_STATE);
	CHECK_ERR(tf_session_step(s, buf, 1, NULL, NULL), TF_E_STATE);
	CHECK_ERR(tf_session_result(buf, sizeof(buf), &len, s), TF_E_STATE);
	CHECK_ERR(tf_session_signature(&sig, NULL, s), TF_E_STATE);
	CHECK_ERR(tf_sessions_close(&h->d[0].engine, s, NULL), TF_E_STATE);
	CHECK(strcmp(tf_protocol_name(TF_KEYGEN), "keygen") == 0);
	house_free(h);
}
