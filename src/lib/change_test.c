#include <string.h>

#include "lib/impl.h"
#include "lib/stage_test.h"

static stage s;
static uint8_t shown[STAGE_DEVICES][TF_KEY_RECORD_BYTES];
static size_t shown_len[STAGE_DEVICES];

static void begin_refresh(uint32_t epoch)
{
	size_t room = tf_reshare_room(STAGE_SMALL, s.alg, (uint16_t)s.n);

	for (unsigned i = 0; i < s.n; i++) {
		tf_reshare_params p = { .change = TF_CHANGE_REFRESH, .key = stage_key(&s, i),
		                        .form = TF_FORM_THRESHOLD, .t = 2, .epoch = epoch,
		                        .epoch_used = epoch - 1 };

		for (uint16_t j = 0; j < s.n; j++)
			p.seat[j] = (tf_seat_change){ (uint16_t)(j + 1), (uint16_t)(j + 1) };
		CHECK_OK(tf_reshare_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
	}
}

TEST(a_refresh_is_the_next_epoch_of_the_same_key)
{
	tf_key_facts before, after;

	stage_init(&s, 3, TF_ALG_SCHNORR_ED25519);
	stage_keygen(&s, 2);
	before = stage_facts(&s, 0);
	begin_refresh(2);
	stage_run(&s);
	stage_check_done(&s);
	for (unsigned i = 0; i < 3; i++) {
		tf_bytes key = stage_record_find(&s, i, TF_RECORD_KEY, before.sharing, 32);

		CHECK_OK(tf_key_describe(&after, s.alg, key, stage_scratch()));
		CHECK(after.epoch == 2 && after.committed && s.retired[i] == 2);
		CHECK(memcmp(after.public_key, before.public_key, 33) == 0);
		CHECK(memcmp(after.previous, before.hash, 32) == 0);
		CHECK(memcmp(after.seat[i].public_share, before.seat[i].public_share, 33) != 0);
	}
	stage_free(&s);
}

/* Device 4 has come by device 3's record, and is a member of the roster: it gets nobody's seat. */
TEST(a_share_in_another_device_makes_no_seat)
{
	size_t room = tf_reshare_room(STAGE_SMALL, TF_ALG_SCHNORR_ED25519, 3);
	tf_bytes stolen;

	stage_init(&s, 4, TF_ALG_SCHNORR_ED25519);
	stage_meet(&s, 3, (const unsigned[]){ 0, 1, 2 });
	stage_keygen(&s, 2);
	stolen = stage_key(&s, 2);
	stage_meet(&s, 3, (const unsigned[]){ 0, 1, 3 });
	for (unsigned k = 0; k < 6; k++) {
		unsigned i = s.now[k % 3];
		tf_reshare_params p = { .change = k < 3 ? TF_CHANGE_REFRESH : TF_CHANGE_RESHARE,
		                        .key = i == 3 ? stolen : stage_key(&s, i), .t = 2,
		                        .epoch = k < 3 ? 2 : 1, .epoch_used = k < 3 ? 1 : 0 };

		for (uint16_t j = 0; j < 3; j++)
			p.seat[j] = (tf_seat_change){ (uint16_t)(j + 1), (uint16_t)(j + 1) };
		CHECK_ERR(tf_reshare_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p),
		          TF_E_USAGE);
		p.change = TF_CHANGE_RESHARE; /* a newcomer it may be */
		p.epoch = 1;
		p.epoch_used = 0;
		p.seat[2].deals = 0;
		if (i == 3)
			continue;
		CHECK_OK(tf_reshare_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
		tf_machine_wipe(s.m[i]);
		s.m[i] = NULL;
	}
	stage_free(&s);
}

TEST(a_newcomer_gets_a_seat_by_the_certificate_alone)
{
	static const tf_seat_change seat[4] = { { 1, 0 }, { 2, 20 }, { 0, 30 }, { 0, 40 } };
	size_t room = tf_reshare_room(STAGE_SMALL, TF_ALG_ECDSA_SECP256K1, 4);
	tf_key_facts before, after;
	tf_bytes certificate;

	stage_init(&s, 4, TF_ALG_ECDSA_SECP256K1);
	stage_meet(&s, 3, (const unsigned[]){ 0, 1, 2 });
	stage_keygen(&s, 2);
	before = stage_facts(&s, 0);
	CHECK_OK(tf_key_certificate(&certificate, s.alg, stage_key(&s, 0), stage_scratch()));
	stage_meet(&s, 4, (const unsigned[]){ 0, 1, 2, 3 });
	for (unsigned i = 0; i < 4; i++) {
		tf_reshare_params p = { .change = TF_CHANGE_RESHARE, .roster = stage_roster(&s),
		                        .form = TF_FORM_THRESHOLD, .t = 2,
		                        .epoch = 1 };

		memcpy(p.seat, seat, sizeof(seat));
		if (i < 3)
			p.key = stage_key(&s, i);
		else
			p.certificate = certificate;
		CHECK_OK(tf_reshare_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
	}
	stage_run(&s);
	stage_check_done(&s);
	for (unsigned i = 1; i < 4; i++) {
		tf_bytes key = stage_record_find(&s, i, TF_RECORD_KEY, s.clique[0].session, 32);

		CHECK_OK(tf_key_describe(&after, s.alg, key, stage_scratch()));
		CHECK(after.committed && after.n == 3 && after.own == seat[i].receives);
		CHECK(memcmp(after.public_key, before.public_key, 33) == 0);
	}
	/* the certificate of somebody who is not on the list does not do */
	tf_reshare_params p = { .certificate = certificate, .roster = stage_roster(&s), .t = 2,
	                        .epoch = 1 };

	memcpy(p.seat, seat, sizeof(seat));
	s.name[1][0] = 'D'; /* what the roster calls it now */
	CHECK_ERR(tf_reshare_begin(&s.m[3], stage_lend(&s, 3, room), &s.clique[3], &p),
	          TF_E_TRUST);
	p.roster.find = NULL;
	CHECK_ERR(tf_reshare_begin(&s.m[3], stage_lend(&s, 3, room), &s.clique[3], &p),
	          TF_E_USAGE);
	stage_free(&s);
}

/* The settlement of device i after a crash. */
static tf_err settle(unsigned i, uint32_t committed)
{
	static uint8_t room[STAGE_DEVICES][1 << 20];
	tf_settle_params p = { .algorithm = s.alg, .device = s.name[i], .seed = s.seed[i],
	                       .roster = stage_roster(&s), .committed = committed };
	tf_bytes key = stage_record_find(&s, i, TF_RECORD_KEY, NULL, 0);
	tf_key_facts facts;

	CHECK(tf_settle_room() <= sizeof(room[i]));
	p.attempt = stage_record_find(&s, i, TF_RECORD_ATTEMPT, NULL, 0);
	if (p.attempt.len && key.len &&
	    tf_key_describe(&facts, s.alg, key, stage_scratch()) == TF_OK && !facts.committed)
		p.pending = key;
	tf_machine_wipe(s.m[i]);
	s.m[i] = NULL;
	return tf_settle_begin(&s.m[i], (tf_memory){ room[i], sizeof(room[i]) }, &p);
}

/* Devices crash after `heard` messages of a refresh to epoch 2; 0: never. */
static void crash_in_refresh_of(tf_algorithm alg, const size_t heard[static 3])
{
	stage_init(&s, 3, alg);
	stage_keygen(&s, 2);
	begin_refresh(2);
	memcpy(s.deaf_after, heard, 3 * sizeof(*heard));
	stage_run(&s);
}

static void crash_in_refresh(const size_t heard[static 3])
{
	crash_in_refresh_of(TF_ALG_SCHNORR_ED25519, heard);
}

/* Each hears two broadcasts a round, and two shares in the second. */
#define UP_TO_PROOFS 8u

static void settled_by_commitment(tf_algorithm alg)
{
	tf_key_facts facts;

	crash_in_refresh_of(alg, (const size_t[]){ UP_TO_PROOFS, UP_TO_PROOFS + 1, 0 });
	for (unsigned i = 0; i < 3; i++)
		CHECK(s.done[i] == (i == 2));
	for (unsigned i = 0; i < 2; i++) {
		CHECK_OK(settle(i, 1));
		CHECK(tf_machine_get_state(s.m[i]) == TF_MACHINE_DONE);
		CHECK(!tf_settle_agreed(s.m[i]));
		CHECK_ERR(tf_settle_commit(s.m[i]), TF_E_STATE);
		CHECK_OK(tf_settle_show(shown[i], sizeof(shown[i]), &shown_len[i], s.m[i]));
	}
	CHECK_OK(settle(2, 2));
	CHECK_OK(tf_settle_show(shown[2], sizeof(shown[2]), &shown_len[2], s.m[2]));
	for (unsigned i = 0; i < 2; i++) {
		uint8_t abort[TF_ABORT_BYTES];
		size_t len;

		CHECK_OK(tf_settle_take(s.m[i], shown[2], shown_len[2]));
		CHECK(tf_settle_agreed(s.m[i]));
		facts = stage_facts(&s, i);
		CHECK_ERR(tf_settle_refuse(abort, sizeof(abort), &len, s.m[i], facts.sharing, 2,
		                           facts.hash), TF_E_STATE);
		CHECK_OK(tf_settle_commit(s.m[i]));
		stage_collect(&s, i);
		facts = stage_facts(&s, i);
		CHECK(facts.committed && facts.epoch == 2 && s.retired[i] == 2);
	}
	shown[2][shown_len[2] - 1] ^= 1;
	CHECK_OK(settle(0, 2));
	CHECK_ERR(tf_settle_take(s.m[0], shown[2], shown_len[2]), TF_E_TRUST);
	CHECK_OK(tf_settle_sweep(s.m[0]));
	stage_free(&s);
}

TEST(a_crash_before_the_last_acknowledgement_is_settled_by_commitment)
{
	static const tf_algorithm all[] = { TF_ALG_ECDSA_SECP256K1, TF_ALG_ECDSA_P256,
	                                    TF_ALG_ECDSA_STARK, TF_ALG_SCHNORR_ED25519,
	                                    TF_ALG_SCHNORR_BIP340 };

	for (size_t k = 0; k < sizeof(all) / sizeof(*all); k++)
		settled_by_commitment(all[k]);
}

TEST(a_crash_before_an_acknowledgement_is_settled_by_its_refusal)
{
	uint8_t abort[TF_ABORT_BYTES];
	tf_key_facts pending;
	tf_verdict v;
	size_t len;

	/* device 2 has not heard the last proof: it cannot have acknowledged */
	crash_in_refresh((const size_t[]){ UP_TO_PROOFS + 1, UP_TO_PROOFS - 1, UP_TO_PROOFS + 1 });
	CHECK(stage_record_find(&s, 1, TF_RECORD_ATTEMPT, NULL, 0).len == 0);
	pending = stage_facts(&s, 0);
	CHECK(!pending.committed && pending.epoch == 2);
	CHECK_OK(settle(1, 1));
	CHECK_ERR(tf_settle_show(shown[1], sizeof(shown[1]), &shown_len[1], s.m[1]), TF_E_STATE);
	CHECK_ERR(tf_settle_take(s.m[1], shown[0], 1), TF_E_STATE);
	CHECK_ERR(tf_settle_commit(s.m[1]), TF_E_STATE);
	CHECK_ERR(tf_settle_sweep(s.m[1]), TF_E_STATE);
	CHECK_ERR(tf_settle_abort(s.m[1], shown[0], 1, NULL), TF_E_STATE);
	CHECK_OK(tf_settle_refuse(abort, sizeof(abort), &len, s.m[1], pending.sharing, 2,
	                          pending.hash));
	stage_collect(&s, 1);
	CHECK(stage_record_find(&s, 1, TF_RECORD_ATTEMPT, NULL, 0).len > 0);
	for (unsigned i = 0; i < 3; i += 2) {
		CHECK_OK(settle(i, 1));
		abort[len - 1] ^= 1;
		CHECK_ERR(tf_settle_abort(s.m[i], abort, len, &v), TF_E_TRUST);
		abort[len - 1] ^= 1;
		CHECK_OK(tf_settle_abort(s.m[i], abort, len, &v));
		CHECK(v.party == TF_PARTY_NONE && v.check == 0);
		stage_collect(&s, i);
		CHECK(!stage_facts(&s, i).committed); /* it is kept: who aborts may lie */
		CHECK_OK(tf_settle_sweep(s.m[i]));
		stage_collect(&s, i);
		CHECK(!stage_facts(&s, i).committed);
		CHECK_ERR(tf_settle_abort(s.m[i], abort, len, &v), TF_E_DUPLICATE);
		CHECK_ERR(tf_settle_commit(s.m[i]), TF_E_STATE);
		CHECK_OK(tf_settle_show(shown[i], sizeof(shown[i]), &shown_len[i], s.m[i]));
		CHECK_OK(tf_settle_forget(s.m[i])); /* and now it is known that nobody has it */
		stage_collect(&s, i);
		CHECK(stage_facts(&s, i).committed && stage_facts(&s, i).epoch == 1);
		CHECK_ERR(tf_settle_show(shown[i], sizeof(shown[i]), &shown_len[i], s.m[i]),
		          TF_E_STATE);
	}
	stage_free(&s);
}

/* A crash after any effect of the commitment, and what it leaves is swept: the others complete by
 * the certificate of what is committed. */
TEST(whoever_crashed_within_its_commitment_completes_the_others)
{
	for (size_t effects = 1; effects <= 4; effects++) {
		tf_bytes certificate;
		tf_key_facts facts;

		crash_in_refresh((const size_t[]){ UP_TO_PROOFS, UP_TO_PROOFS, UP_TO_PROOFS });
		for (unsigned i = 1; i < 3; i++) {
			CHECK_OK(settle(i, 1));
			CHECK_OK(tf_settle_show(shown[i], sizeof(shown[i]), &shown_len[i], s.m[i]));
		}
		CHECK_OK(settle(0, 1));
		for (unsigned i = 1; i < 3; i++)
			CHECK_OK(tf_settle_take(s.m[0], shown[i], shown_len[i]));
		CHECK_OK(tf_settle_commit(s.m[0]));
		CHECK(s.m[0]->out.count == 4);
		s.m[0]->out.count = effects;
		stage_collect(&s, 0);
		CHECK_OK(settle(0, 2));
		CHECK_OK(tf_settle_sweep(s.m[0]));
		stage_collect(&s, 0);
		facts = stage_facts(&s, 0);
		CHECK(facts.committed && facts.epoch == 2);
		CHECK_OK(tf_key_certificate(&certificate, s.alg, stage_key(&s, 0), stage_scratch()));
		for (unsigned i = 1; i < 3; i++) {
			CHECK_OK(settle(i, 1));
			CHECK_OK(tf_settle_take(s.m[i], certificate.p, certificate.len));
			CHECK_OK(tf_settle_commit(s.m[i]));
			stage_collect(&s, i);
			facts = stage_facts(&s, i);
			CHECK(facts.committed && facts.epoch == 2);
		}
		stage_free(&s);
	}
}

/* The attempt is on the disk, with our signature in it, and the share is not: nothing was said. */
TEST(a_crash_before_the_pending_share_is_no_acknowledgement)
{
	uint8_t abort[TF_ABORT_BYTES];
	tf_key_facts pending;
	stage_record *share;
	size_t len;

	crash_in_refresh((const size_t[]){ UP_TO_PROOFS, UP_TO_PROOFS, UP_TO_PROOFS });
	pending = stage_facts(&s, 0);
	CHECK(!pending.committed && pending.epoch == 2);
	share = &s.disk[0][s.records[0] - 1];
	CHECK(share->type == TF_RECORD_KEY && share->key_len == 64);
	share->len = 0;
	for (unsigned i = 1; i < 3; i++) {
		CHECK_OK(settle(i, 1));
		CHECK_OK(tf_settle_show(shown[i], sizeof(shown[i]), &shown_len[i], s.m[i]));
	}
	CHECK_OK(settle(0, 1));
	CHECK_ERR(tf_settle_show(shown[0], sizeof(shown[0]), &shown_len[0], s.m[0]), TF_E_STATE);
	for (unsigned i = 1; i < 3; i++)
		CHECK_OK(tf_settle_take(s.m[0], shown[i], shown_len[i]));
	CHECK(!tf_settle_agreed(s.m[0]));
	CHECK_ERR(tf_settle_commit(s.m[0]), TF_E_STATE);
	CHECK_OK(tf_settle_refuse(abort, sizeof(abort), &len, s.m[0], pending.sharing, 2,
	                          pending.hash));
	CHECK_ERR(tf_settle_show(shown[0], sizeof(shown[0]), &shown_len[0], s.m[0]), TF_E_STATE);
	CHECK_ERR(tf_settle_abort(s.m[0], abort, len, NULL), TF_E_DUPLICATE); /* convicts nobody */
	stage_collect(&s, 0);
	pending.hash[0] ^= 1; /* of which its records say nothing */
	CHECK_ERR(tf_settle_refuse(abort, sizeof(abort), &len, s.m[0], pending.sharing, 2,
	                           pending.hash), TF_E_USAGE);
	for (unsigned i = 1; i < 3; i++) {
		CHECK_OK(settle(i, 1));
		CHECK_OK(tf_settle_abort(s.m[i], abort, len, NULL));
	}
	stage_free(&s);
}

TEST(a_pending_share_of_another_attempt_settles_nothing)
{
	static const size_t heard[3] = { UP_TO_PROOFS, UP_TO_PROOFS, UP_TO_PROOFS };
	static uint8_t first[TF_KEY_RECORD_BYTES], room[1 << 20];
	tf_settle_params p = { .committed = 1 };
	tf_machine *m = NULL;

	crash_in_refresh(heard);
	p.pending = stage_key(&s, 0);
	memcpy(first, p.pending.p, p.pending.len);
	p.pending.p = first;
	for (unsigned i = 0; i < 3; i++) { /* they have forgotten that one */
		s.disk[i][s.records[i] - 1].len = 0;
		s.deaf[i] = false;
	}
	begin_refresh(3);
	memcpy(s.deaf_after, heard, sizeof(heard));
	stage_run(&s);
	CHECK(stage_facts(&s, 0).epoch == 3 && !stage_facts(&s, 0).committed);
	p.algorithm = s.alg;
	p.device = s.name[0];
	p.seed = s.seed[0];
	p.roster = stage_roster(&s);
	p.attempt = stage_record_find(&s, 0, TF_RECORD_ATTEMPT, NULL, 0);
	CHECK_ERR(tf_settle_begin(&m, (tf_memory){ room, sizeof(room) }, &p), TF_E_USAGE);
	p.pending = stage_key(&s, 0);
	CHECK_OK(tf_settle_begin(&m, (tf_memory){ room, sizeof(room) }, &p));
	CHECK_OK(tf_settle_show(shown[0], sizeof(shown[0]), &shown_len[0], m));
	p.pending = (tf_bytes){ NULL, 0 };
	tf_machine_wipe(m);
	stage_free(&s);
}

/* Its signatures are all there, and so would be those of a resharing without one of its dealers. */
TEST(a_share_of_a_refresh_is_confirmed_by_its_settlement_only)
{
	static uint8_t record[TF_KEY_RECORD_BYTES];
	tf_bytes pending, certificate;
	size_t len;

	crash_in_refresh((const size_t[]){ UP_TO_PROOFS + 1, 0, 0 });
	pending = stage_key(&s, 0);
	CHECK(!stage_facts(&s, 0).committed && s.done[1] == 1);
	CHECK_OK(tf_key_certificate(&certificate, s.alg,
	                            stage_record_find(&s, 1, TF_RECORD_KEY,
	                                              stage_facts(&s, 0).sharing, 32),
	                            stage_scratch()));
	CHECK_ERR(tf_key_confirm(record, sizeof(record), &len, s.alg, pending, certificate,
	                         stage_roster(&s), NULL, stage_scratch()), TF_E_STATE);
	stage_free(&s);
}

TEST(a_settlement_is_no_run)
{
	const tf_settle_params none = { .algorithm = TF_ALG_ECDSA_P256 };
	tf_bytes evidence[2];
	size_t len;

	stage_init(&s, 2, TF_ALG_ECDSA_P256);
	stage_keygen(&s, 2);
	CHECK_ERR(tf_settle_commit(s.m[0]), TF_E_USAGE); /* nor a run a settlement */
	CHECK_ERR(tf_settle_sweep(s.m[0]), TF_E_USAGE);
	CHECK_ERR(tf_settle_show(shown[0], 1, &len, s.m[0]), TF_E_USAGE);
	CHECK_ERR(tf_settle_take(s.m[0], shown[0], 1), TF_E_USAGE);
	CHECK_ERR(tf_settle_abort(s.m[0], shown[0], 1, NULL), TF_E_USAGE);
	CHECK_ERR(tf_settle_refuse(shown[0], 1, &len, s.m[0], shown[1], 1, shown[1]), TF_E_USAGE);
	CHECK(!tf_settle_agreed(s.m[0]) && !tf_settle_agreed(NULL));
	CHECK_ERR(tf_settle_begin(&s.m[1], s.mem[1], &none), TF_E_USAGE);
	CHECK_OK(settle(0, 1));
	CHECK_ERR(tf_machine_step(s.m[0], shown[0], 1, NULL), TF_E_STATE);
	CHECK(!tf_machine_awaits(s.m[0], 1) && tf_machine_round(s.m[0])[0] == 0);
	CHECK(tf_machine_evidence(evidence, s.m[0]) == 0 && evidence[0].len == 0);
	stage_free(&s);
}
