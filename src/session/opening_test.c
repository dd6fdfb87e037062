/* Round 0: each check falls by itself, and the sid depends on everything. */
#include <string.h>

#include "session/house_test.h"

static uint8_t room[1 << 16];

static tf_err read_open(house *h, const house_run *r, unsigned i, tf_fault *f)
{
	tf_arena mem;
	tf_open open;

	tf_arena_init(&mem, room, sizeof(room));
	return tf_open_read(&open, &h->d[i].self, r->open_bytes, r->open_len, &mem, f);
}

/* The OPEN of r, once changed, is refused by device 0 with this check. */
static void refused(house *h, house_run *r, tf_check check, tf_err err)
{
	tf_fault f;

	house_encode_open(r);
	CHECK_ERR(read_open(h, r, 0, &f), err);
	if (f.check != check)
		tf_test_fail(__FILE__, __LINE__, "%s instead of %s", tf_check_name(f.check),
		             tf_check_name(check));
	CHECK(f.party == TF_PARTY_NONE);
}

#define REFUSED(change, check, err) \
	do { \
		tf_ctl_open kept = r->open; \
		tf_open_party parties[DEVICES]; \
		memcpy(parties, r->open.parties, sizeof(parties)); \
		change; \
		refused(h, r, (check), (err)); \
		memcpy(kept.parties, parties, sizeof(parties)); \
		r->open = kept; \
		house_encode_open(r); \
		CHECK_OK(read_open(h, r, 0, NULL)); \
	} while (0)

TEST(an_open_is_refused_for_each_thing_that_is_wrong_with_it)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_plan(h, &house_keygen);
	tf_fault f;

	CHECK_OK(read_open(h, r, 0, &f));
	CHECK(f.check == TF_CK_NONE);
	REFUSED(r->open.kind = 0, TF_CK_OPEN_PROTOCOL, TF_E_UNSUPPORTED);
	REFUSED(r->open.kind = 5, TF_CK_OPEN_PROTOCOL, TF_E_UNSUPPORTED);
	REFUSED(r->open.profile = "p112", TF_CK_OPEN_PROFILE, TF_E_POLICY);
	REFUSED(r->open.curve = TF_CURVE_TINY13, TF_CK_OPEN_CURVE, TF_E_UNSUPPORTED);
	REFUSED(r->open.parties_n = 1, TF_CK_OPEN_PARTIES, TF_E_ENCODING);
	REFUSED(r->open.parties_n = 0, TF_CK_OPEN_PARTIES, TF_E_ENCODING);
	REFUSED(r->open.parties[1].role = 2, TF_CK_OPEN_PARTIES, TF_E_ENCODING);
	REFUSED(r->open.parties[0].slot = 0, TF_CK_OPEN_PARTIES, TF_E_ENCODING);
	REFUSED(r->open.parties[0].slot = 2, TF_CK_OPEN_PARTIES, TF_E_ENCODING);
	REFUSED(r->open.parties[0].slot = 9, TF_CK_OPEN_PARTIES, TF_E_ENCODING);
	REFUSED(r->open.parties[2].device = "guard-1", TF_CK_OPEN_PARTIES, TF_E_ENCODING);
	REFUSED(r->open.parties[2].device = "", TF_CK_OPEN_PARTIES, TF_E_ENCODING);
	REFUSED(r->open.parties[0].device = "primary-2", TF_CK_OPEN_SELF, TF_E_TRUST);
	REFUSED(r->open.parties[2].slot = 4, TF_CK_OPEN_ROSTER, TF_E_TRUST);
	REFUSED(r->open.parties[2].device = "guard-5", TF_CK_OPEN_ROSTER, TF_E_TRUST);
	REFUSED(r->open.parties_n = r->open.t = 2, TF_CK_OPEN_CLIQUE, TF_E_POLICY);
	REFUSED((r->open.parties_n = r->open.t = 2, r->open.parties[1] = r->open.parties[2]),
	        TF_CK_OPEN_CLIQUE, TF_E_POLICY);
	r->open_bytes[3]++;
	CHECK_ERR(read_open(h, r, 0, &f), TF_E_UNSUPPORTED);
	CHECK(f.check == TF_CK_OPEN_FORM);
	r->open_len--;
	r->open_bytes[3]--;
	CHECK_ERR(read_open(h, r, 0, &f), TF_E_TRUNCATED);
	CHECK(f.check == TF_CK_OPEN_FORM);
	house_free(h);
}

/* Our own device, under a key that the roster does not have for it. */
TEST(we_are_who_the_roster_says)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_plan(h, &house_keygen);
	tf_signer other = h->d[1].signer;
	tf_fault f;

	h->d[0].self.signer = &other;
	CHECK_ERR(read_open(h, r, 0, &f), TF_E_TRUST);
	CHECK(f.check == TF_CK_OPEN_ROSTER);
	h->d[0].self.signer = &h->d[0].signer;
	house_free(h);
}

TEST(every_protocol_has_its_shape)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_plan(h, &house_keygen);
	uint8_t word[33] = { 1 };

	REFUSED(r->open.t = 0, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.t = 1, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.t = 2, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.t = 4, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.epoch = 1, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.batch = 1, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(memset(r->open.key_id, 0, 32), TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.sharing[0] = 1, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.presig[0] = 1, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED((r->open.intent = (tf_blob){ word, 32 }), TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	r->open.kind = TF_PROTOCOL_AUXINFO;
	memset(r->open.key_id, 0, 32);
	REFUSED(r->open.key_id[0] = 1, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.sharing[0] = 1, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.epoch = 1, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.batch = 1, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	r->open.kind = TF_PROTOCOL_PRESIGN;
	r->open.key_id[0] = r->open.sharing[0] = 1;
	r->open.batch = 2;
	REFUSED(r->open.batch = 0, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.batch = TF_PRESIGN_BATCH_MAX + 1, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.key_id[0] = 0, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.sharing[0] = 0, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.presig[0] = 1, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED((r->open.intent = (tf_blob){ word, 32 }), TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	r->open.kind = TF_PROTOCOL_SIGN;
	r->open.batch = 0;
	r->open.intent = (tf_blob){ word, 32 };
	REFUSED(r->open.batch = 1, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.intent.len = 31, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.intent.len = 33, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.intent.len = 0, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.key_id[0] = 0, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	REFUSED(r->open.sharing[0] = 0, TF_CK_OPEN_SHAPE, TF_E_ENCODING);
	house_free(h);
}

/* A READY of a run, changed, and signed again by its device if it is to be believed. */
typedef enum resign { KEEP_SIGNATURE, SIGN_AGAIN } resign;

static void change_ready(house *h, house_run *r, unsigned place, resign how,
                         void (*change)(tf_ctl_ready *m))
{
	tf_ctl_ready m;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_ctl_ready_decode(&m, NULL, &mem, r->ready[place], r->ready_len[place]));
	change(&m);
	if (how == SIGN_AGAIN)
		CHECK_OK(tf_ready_sign(&m, &h->d[r->spec.seat[place]].signer));
	CHECK_OK(tf_ctl_ready_encode(r->ready[place], sizeof(r->ready[place]),
	                             &r->ready_len[place], NULL, &m));
}

/* Device 0 fails its START with this check. */
static void start_fails(house *h, house_run *r, tf_check check, tf_err err, unsigned party)
{
	tf_fault f;

	house_plan_start(r);
	CHECK_ERR(house_start_at(h, r, 0, &f), err);
	if (f.check != check)
		tf_test_fail(__FILE__, __LINE__, "%s instead of %s", tf_check_name(f.check),
		             tf_check_name(check));
	CHECK(f.party == party);
	CHECK(r->failed[0] && r->session[0] == NULL && r->report[0].err == err);
	CHECK((r->report[0].culprit[0] != 0) == (err == TF_E_PROOF));
}

static void nothing(tf_ctl_ready *m)
{
	(void)m;
}
static void other_nonce(tf_ctl_ready *m)
{
	m->nonce[0] ^= 1;
}
static void other_device(tf_ctl_ready *m)
{
	m->device = "guard-4";
}
static void other_request(tf_ctl_ready *m)
{
	m->request[0] ^= 1;
}
static void other_opening(tf_ctl_ready *m)
{
	m->opening[0] ^= 1;
}
static void newer_roster(tf_ctl_ready *m)
{
	m->roster++;
}
static void newer_policy(tf_ctl_ready *m)
{
	m->policy++;
}
static void older_crl(tf_ctl_ready *m)
{
	m->crl--;
}
static void newer_epoch(tf_ctl_ready *m)
{
	m->epoch++;
}
static void other_aux(tf_ctl_ready *m)
{
	m->aux[0] ^= 1;
}
static void no_instance(tf_ctl_ready *m)
{
	m->instance = 0;
}

TEST(a_start_is_refused_for_each_thing_that_is_wrong_with_it)
{
	static const struct {
		unsigned place;
		resign how;
		void (*change)(tf_ctl_ready *m);
		tf_check check;
		tf_err err;
		unsigned party;
	} cases[] = {
		{ 0, SIGN_AGAIN, other_nonce, TF_CK_START_OWN, TF_E_SESSION, TF_PARTY_NONE },
		{ 1, KEEP_SIGNATURE, other_nonce, TF_CK_READY_SIGNATURE, TF_E_TRUST, TF_PARTY_NONE },
		{ 1, SIGN_AGAIN, other_device, TF_CK_READY_DEVICE, TF_E_SESSION, TF_PARTY_NONE },
		{ 1, SIGN_AGAIN, other_request, TF_CK_READY_REQUEST, TF_E_SESSION, TF_PARTY_NONE },
		{ 2, SIGN_AGAIN, other_opening, TF_CK_READY_OPENING, TF_E_SESSION, TF_PARTY_NONE },
		{ 2, SIGN_AGAIN, newer_roster, TF_CK_READY_ROSTER, TF_E_STATE, TF_PARTY_NONE },
		{ 2, SIGN_AGAIN, newer_policy, TF_CK_READY_POLICY, TF_E_STATE, TF_PARTY_NONE },
		{ 2, SIGN_AGAIN, older_crl, TF_CK_READY_CRL, TF_E_STATE, TF_PARTY_NONE },
		{ 1, SIGN_AGAIN, newer_epoch, TF_CK_READY_EPOCH, TF_E_STATE, TF_PARTY_NONE },
		{ 1, SIGN_AGAIN, other_aux, TF_CK_READY_AUX, TF_E_SESSION, TF_PARTY_NONE },
		{ 1, SIGN_AGAIN, no_instance, TF_CK_READY_INSTANCE, TF_E_STATE, 2 },
	};
	house *h = house_new(tf_test_seed());

	for (size_t k = 0; k < TF_ARRAY_LEN(cases); k++) {
		house_run *r = house_open(h, &house_keygen);

		change_ready(h, r, cases[k].place, cases[k].how, cases[k].change);
		start_fails(h, r, cases[k].check, cases[k].err, cases[k].party);
		house_cancel(h, r, 1);
		house_cancel(h, r, 2);
	}
	CHECK(h->d[0].engine.alarms == 0);
	house_free(h);
}

TEST(a_start_has_one_ready_for_each_party_and_nothing_else)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_open(h, &house_keygen);

	r->spec.n = 2;
	start_fails(h, r, TF_CK_START_COUNT, TF_E_ENCODING, TF_PARTY_NONE);
	r = house_open(h, &house_keygen);
	r->ready_len[2]--;
	start_fails(h, r, TF_CK_READY_FORM, TF_E_SESSION, TF_PARTY_NONE);
	r = house_open(h, &house_keygen);
	house_plan_start(r);
	r->start_len--;
	CHECK_ERR(house_start_at(h, r, 0, NULL), TF_E_TRUNCATED);
	CHECK(r->report[0].fault.check == TF_CK_START_FORM);
	house_free(h);
}

TEST(a_start_names_the_request_of_its_opening)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_open(h, &house_keygen);
	tf_opening o = r->session[0]->opening;
	tf_opened opened;
	tf_arena mem;
	tf_fault f;

	tf_arena_init(&mem, room, sizeof(room));
	house_plan_start(r);
	r->start_bytes[4] ^= 1;
	CHECK_ERR(tf_opening_close(&opened, &o, &h->d[0].engine.standings, &h->d[0].self,
	                           r->start_bytes, r->start_len, &mem, &f), TF_E_SESSION);
	CHECK(f.check == TF_CK_START_REQUEST);
	house_free(h);
}

/* Who is behind learns it; who is ahead learns that it is not itself. */
TEST(the_one_behind_knows_it)
{
	house *h = house_new(tf_test_seed());
	house_run *r;
	tf_opened opened;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	h->d[1].versions.roster = 8;
	r = house_open(h, &house_keygen);
	house_plan_start(r);
	for (unsigned i = 0; i < 2; i++) {
		CHECK_ERR(tf_opening_close(&opened, &r->session[i]->opening,
		                           &h->d[i].engine.standings, &h->d[i].self,
		                           r->start_bytes, r->start_len, &mem, NULL), TF_E_STATE);
		CHECK(opened.behind == (i == 0));
	}
	house_free(h);
}

/* Two runs of the same device number with different boot ids: convicted, and suspended. */
TEST(a_clone_is_convicted_and_suspended)
{
	house *h = house_new(tf_test_seed());
	house_run *r = house_open(h, &house_keygen);
	tf_fault f;

	house_start(h, r);
	house_deliver(h);
	CHECK(house_all_done(r));
	h->d[1].self.boot[0] ^= 1;
	r = house_open(h, &house_keygen);
	start_fails(h, r, TF_CK_READY_BOOT, TF_E_PROOF, 2);
	CHECK(strcmp(r->report[0].culprit, "guard-1") == 0);
	CHECK(!tf_standings_fine(&h->d[0].engine.standings, "guard-1", 1));
	CHECK(h->d[0].kept[TF_REC_STANDING & 0xff] > 0);
	r = house_plan(h, &house_keygen);
	CHECK_ERR(house_open_at(h, r, 0, &f), TF_E_POLICY);
	CHECK(f.check == TF_CK_OPEN_STANDING);
	house_pardon(h, 1);
	r = house_open(h, &house_keygen);
	house_start(h, r);
	house_deliver(h);
	CHECK(house_all_done(r));
	h->d[1].self.boot[0] ^= 1; /* and once more */
	r = house_open(h, &house_keygen);
	start_fails(h, r, TF_CK_READY_BOOT, TF_E_PROOF, 2);
	house_free(h);
}

/* An honest restart is a newer instance; the one before is refused from then on. */
TEST(only_the_highest_instance_is_accepted)
{
	house *h = house_new(tf_test_seed());
	house_run *r;

	house_restart(h, 2);
	house_make_key(h);
	h->d[2].self.instance = 1;
	r = house_open(h, &house_keygen);
	start_fails(h, r, TF_CK_READY_INSTANCE, TF_E_STATE, 3);
	CHECK(tf_standings_fine(&h->d[0].engine.standings, "guard-4", 1));
	house_free(h);
}

/* The sid of device 0 after everybody's START. */
static void sid_of(house *h, uint8_t sid[static 32], void (*change)(tf_ctl_ready *m))
{
	house_run *r = house_open(h, &house_keygen);
	tf_opened opened;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	change_ready(h, r, 1, SIGN_AGAIN, change);
	house_plan_start(r);
	CHECK_OK(tf_opening_close(&opened, &r->session[0]->opening, &h->d[0].engine.standings,
	                          &h->d[0].self, r->start_bytes, r->start_len, &mem, NULL));
	memcpy(sid, opened.sid, 32);
}

TEST(the_sid_depends_on_every_nonce_and_on_the_trust_root)
{
	uint8_t sid[4][32];

	for (unsigned k = 0; k < 4; k++) {
		house *h = house_new(5); /* the same randomness */

		if (k == 3)
			h->d[0].self.trust[0] ^= 1;
		sid_of(h, sid[k], k == 2 ? other_nonce : nothing);
		house_free(h);
	}
	CHECK(memcmp(sid[0], sid[1], 32) == 0);
	CHECK(memcmp(sid[0], sid[2], 32) != 0);
	CHECK(memcmp(sid[0], sid[3], 32) != 0);
}
