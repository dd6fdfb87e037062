/* How an attempt to make a sharing ends by the signed word of one who has not given his, and what
 * is left of it. */
#include <string.h>

#include "proto/attempt_kit_test.h"

TEST(an_abort_is_remembered_and_destroys_nothing)
{
	kit_strand(false, 0);
	kit_refuse(2, &kit_a[0]);
	CHECK_OK(kit_show_abort(0));
	CHECK(kit_out.count == 1 && kit_out.effect[0].kind == TF_EFFECT_PERSIST &&
	      kit_out.effect[0].type == TF_REC_ATTEMPT);
	CHECK(kit_a[0].abort_len == kit_abort_len &&
	      memcmp(kit_a[0].abort, kit_abort, kit_abort_len) == 0);
	CHECK_ERR(kit_show_abort(0), TF_E_DUPLICATE);
	CHECK_OK(kit_take(0, 1));
	CHECK_ERR(kit_commit(0, 4), TF_E_STATE); /* who aborts honestly never acknowledges */
	CHECK(tf_attempt_liar(&kit_a[0], recast_scratch()) == 0);
	tf_outbox_reset(&kit_out);
	CHECK_OK(tf_attempt_sweep(&kit_a[0], 4, true, &kit_out));
	CHECK(kit_out.count == 0);
	CHECK_OK(tf_attempt_forget(&kit_a[0], &kit_out));
	CHECK(kit_out.count == 1 && kit_out.effect[0].kind == TF_EFFECT_ERASE &&
	      kit_out.effect[0].key_len == 64 && kit_out.effect[0].type == TF_REC_KEY_SHARE);
	CHECK(memcmp(kit_out.effect[0].key, kit_a[0].sharing.sharing, 32) == 0 &&
	      memcmp(kit_out.effect[0].key + 32, kit_a[0].hash, 32) == 0);
	CHECK_ERR(tf_attempt_forget(&kit_a[1], &kit_out), TF_E_STATE);
	recast_free(&kit);
}

/* Party 3 acknowledges to party 2, which commits, and aborts to party 1, which has heard of that
 * first. Both are honest, and without its pending share party 1 would need party 3 for ever. */
TEST(everybodys_word_is_stronger_than_an_abort)
{
	static tf_attempt before;

	for (unsigned turn = 0; turn < 2; turn++) {
		kit_strand(turn, 0);
		kit_refuse(2, &kit_a[0]);
		CHECK_OK(tf_attempt_abort(&kit_a[1], (tf_blob){ kit_abort, kit_abort_len },
		                          turn ? 0 : 4, recast_find, &kit, kit.c.g,
		                          recast_scratch(), &kit_out, &kit_fault));
		for (unsigned j = 0; j < kit.c.n; j++) {
			CHECK(tf_attempt_liar(&kit_a[1], recast_scratch()) == (j > 2 ? 3u : 0));
			if (j != 1)
				CHECK_OK(kit_take(1, j));
		}
		CHECK(tf_attempt_liar(&kit_a[1], recast_scratch()) == 3);
		kit_check_record(&kit_a[1]);
		before = kit_a[1];
		CHECK_ERR(tf_attempt_commit(&kit_a[1], NULL, kit.c.env[0].party[1].device, 0, kit.c.g,
		                            recast_scratch(), &kit_out), TF_E_STATE); /* no share */
		CHECK(memcmp(&before, &kit_a[1], sizeof(before)) == 0);
		CHECK_OK(kit_commit(1, turn ? 0 : 4));
		kit_check_commit(1);
		CHECK(kit_a[1].state == TF_ATTEMPT_COMMITTED && kit_a[1].abort_len == 0);
		kit_check_record(&kit_a[1]);
		/* the write of the share was undone, and the pending one is still there */
		kit_pending[1].state = TF_SHARE_PENDING;
		tf_outbox_reset(&kit_out);
		CHECK_OK(tf_attempt_sweep(&kit_a[1], turn ? 0 : 4, true, &kit_out));
		CHECK(kit_out.count == 0);
		CHECK_OK(kit_commit(1, turn ? 0 : 4));
		kit_check_commit(1);
		recast_free(&kit);
	}
}

static void alter_abort(void (*fn)(tf_rec_attempt_abort *m), unsigned signer)
{
	tf_rec_attempt_abort m;
	uint8_t text[TF_ABORT_MAX];
	size_t len;

	CHECK_OK(tf_rec_attempt_abort_decode(&m, NULL, recast_scratch(), kit_abort, kit_abort_len));
	fn(&m);
	memset(m.signature, 0, sizeof(m.signature));
	CHECK_OK(tf_rec_attempt_abort_encode(text, sizeof(text), &len, NULL, &m));
	CHECK_OK(tf_sign(m.signature, &kit.c.signer[signer], TF_ABORT_DOMAIN, text, len));
	CHECK_OK(tf_rec_attempt_abort_encode(kit_abort, sizeof(kit_abort), &kit_abort_len, NULL, &m));
}

static void other_sharing(tf_rec_attempt_abort *m)
{
	m->sharing[0] ^= 1;
}

static void other_epoch(tf_rec_attempt_abort *m)
{
	m->epoch--;
}

static void other_hash(tf_rec_attempt_abort *m)
{
	m->hash[31] ^= 1;
}

static void a_stranger(tf_rec_attempt_abort *m)
{
	m->device = "stranger";
}

static void same(tf_rec_attempt_abort *m)
{
	(void)m;
}

TEST(only_the_signed_abort_of_a_voter_of_this_attempt_counts)
{
	static const struct {
		void (*fn)(tf_rec_attempt_abort *m);
		unsigned signer;
		const char *voter; /* what the third voter is called, if not as before */
		tf_check part;
	} all[] = {
		{ other_sharing, 2, NULL, TF_CK_ABORT_SHARING },
		{ other_epoch, 2, NULL, TF_CK_ABORT_EPOCH },
		{ other_hash, 2, NULL, TF_CK_ABORT_ATTEMPT },
		{ a_stranger, 2, NULL, TF_CK_ABORT_VOTER },
		{ a_stranger, 2, "stranger", TF_CK_ABORT_SIGNER }, /* not in the roster */
		{ same, 0, NULL, TF_CK_ABORT_SIGNATURE },
		{ same, 2, "somebody", TF_CK_ABORT_VOTER }, /* a device, and no voter */
	};

	kit_strand(false, 0);
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		unsigned before = tf_check_refusals(all[k].part);

		kit_refuse(2, &kit_a[0]);
		alter_abort(all[k].fn, all[k].signer);
		if (all[k].voter)
			memcpy(kit_a[0].voter[2].device, all[k].voter, 9);
		CHECK_ERR(kit_show_abort(0), TF_E_TRUST);
		CHECK(kit_fault.check == TF_CK_ABORT_SIGNED && kit_fault.party == TF_PARTY_NONE);
		CHECK(kit_out.count == 0 && kit_a[0].state == TF_ATTEMPT_ACKNOWLEDGED);
		CHECK(tf_check_refusals(all[k].part) == before + 1);
		memcpy(kit_a[0].voter[2].device, kit_a[1].voter[2].device,
		       sizeof(kit_a[0].voter[2].device));
	}
	kit_refuse(2, &kit_a[0]);
	kit_abort_len--;
	CHECK(tf_err_get_kind(kit_show_abort(0)) == TF_KIND_ENCODING);
	kit_abort_len = TF_ABORT_MAX;
	CHECK_ERR(kit_show_abort(0), TF_E_TRAILING);
	kit_abort_len = TF_ABORT_MAX + 1;
	CHECK_ERR(kit_show_abort(0), TF_E_TOO_LARGE);
	recast_free(&kit);
}

TEST(who_acknowledges_and_aborts_is_convicted_by_its_own_signatures)
{
	kit_strand(false, 0);
	CHECK_OK(kit_take(0, 2));
	kit_refuse(2, &kit_a[0]);
	CHECK_ERR(kit_show_abort(0), TF_E_CONFLICT);
	CHECK(kit_fault.check == TF_CK_ABORT_HONEST && kit_fault.party == 3);
	CHECK(kit_out.count == 0 && kit_a[0].state == TF_ATTEMPT_ACKNOWLEDGED);
	CHECK_OK(kit_take(0, 1));
	CHECK_OK(kit_commit(0, 4));
	CHECK_ERR(kit_show_abort(0), TF_E_STATE); /* committed is committed */
	kit_a[1].sharing.epoch = 4;
	CHECK_ERR(kit_show_abort(1), TF_E_STATE); /* as late as what is committed here */
	recast_free(&kit);
}

TEST(nobody_refuses_what_it_has_acknowledged_or_what_is_over)
{
	tf_attempt_query q;
	size_t len;
	static tf_attempt known;
	struct {
		unsigned party;
		tf_attempt_state state;
		bool pending;
		uint32_t committed;
		tf_err err;
	} row[] = {
		{ 2, TF_ATTEMPT_ACKNOWLEDGED, true, 0, TF_E_STATE },
		{ 2, TF_ATTEMPT_ACKNOWLEDGED, false, 0, TF_OK },   /* its share was not written */
		{ 0, TF_ATTEMPT_ACKNOWLEDGED, false, 0, TF_E_STATE }, /* a dealer only */
		{ 2, TF_ATTEMPT_COMMITTED, false, 0, TF_E_STATE },
		{ 2, TF_ATTEMPT_ABORTED, false, 0, TF_E_STATE },
		{ 2, TF_ATTEMPT_REFUSED, false, 0, TF_OK },        /* and says so again */
		{ 2, TF_ATTEMPT_ACKNOWLEDGED, false, 1, TF_E_STATE },
		{ 2, TF_ATTEMPT_ACKNOWLEDGED, false, 2, TF_E_STATE },
	};

	kit_strand(true, 0);
	for (unsigned k = 0; k < TF_ARRAY_LEN(row); k++) {
		known = kit_a[0];
		known.state = row[k].state;
		q = (tf_attempt_query){ .epoch = 1, .known = &known, .has_pending = row[k].pending,
		                        .committed = row[k].committed,
		                        .device = kit.c.env[0].party[row[k].party].device };
		memcpy(q.sharing, known.sharing.sharing, 32);
		memcpy(q.hash, known.hash, 32);
		tf_outbox_reset(&kit_out);
		CHECK_ERR(tf_attempt_refuse(kit_abort, sizeof(kit_abort), &kit_abort_len, &q,
		                            &kit.c.signer[row[k].party], kit.c.g, recast_scratch(),
		                            &kit_out), row[k].err);
		CHECK(kit_out.count == (row[k].err == TF_OK));
	}
	q.known = NULL;
	q.committed = 0;
	q.has_pending = true;
	CHECK_ERR(tf_attempt_refuse(kit_abort, sizeof(kit_abort), &kit_abort_len, &q,
	                            &kit.c.signer[2], kit.c.g, recast_scratch(), &kit_out), TF_E_STATE);
	q.has_pending = false;
	CHECK_OK(tf_attempt_refuse(kit_abort, kit_abort_len, &len, &q, &kit.c.signer[2], kit.c.g,
	                           recast_scratch(), &kit_out)); /* as much room as it takes */
	CHECK(len == kit_abort_len);
	CHECK_ERR(tf_attempt_refuse(kit_abort, len - 1, &len, &q, &kit.c.signer[2], kit.c.g,
	                            recast_scratch(), &kit_out), TF_E_CAPACITY);
	recast_free(&kit);
}

TEST(what_a_crash_leaves_of_an_ended_attempt_is_swept)
{
	kit_strand(false, 0);
	tf_outbox_reset(&kit_out);
	CHECK_OK(tf_attempt_sweep(&kit_a[0], 4, true, &kit_out));
	CHECK(kit_out.count == 0); /* it has not ended */
	CHECK_OK(tf_attempt_sweep(&kit_a[0], 5, true, &kit_out));
	CHECK(kit_out.count == 1 && kit_out.effect[0].kind == TF_EFFECT_ERASE &&
	      kit_out.effect[0].type == TF_REC_KEY_SHARE && kit_out.effect[0].key_len == 64);
	CHECK_OK(tf_attempt_sweep(&kit_a[0], 5, false, &kit_out));
	CHECK(kit_out.count == 1);
	CHECK_OK(tf_attempt_sweep(&kit_a[0], 6, true, &kit_out));
	CHECK(kit_out.count == 3 && kit_out.effect[2].kind == TF_EFFECT_ERASE &&
	      kit_out.effect[2].type == TF_REC_ATTEMPT && kit_out.effect[2].key_len == 32);
	tf_outbox_reset(&kit_out);
	kit_a[0].state = TF_ATTEMPT_ABORTED; /* perhaps not by everybody's word */
	CHECK_OK(tf_attempt_sweep(&kit_a[0], 4, true, &kit_out));
	CHECK(kit_out.count == 0);
	kit_a[0].state = TF_ATTEMPT_REFUSED;
	CHECK_OK(tf_attempt_sweep(&kit_a[0], 4, true, &kit_out));
	CHECK(kit_out.count == 1);
	recast_free(&kit);
}
