/* How an attempt to make a sharing ends by everybody's word: records, acknowledgements, commitment,
 * and the chain of certificates. */
#include <string.h>

#include "proto/attempt_kit_test.h"

/* ---- records ---- */

TEST(an_attempt_comes_back_from_its_record_in_every_state)
{
	tf_attempt refused;

	kit_strand(false, 0);
	kit_check_record(&kit_a[0]);
	kit_refuse(2, &kit_a[0]);
	CHECK(kit_out.count == 1 && kit_out.effect[0].type == TF_REC_ATTEMPT);
	CHECK_OK(tf_attempt_decode(&refused, kit.c.g, kit_out.effect[0].data, kit_out.effect[0].len,
	                           recast_scratch()));
	CHECK(refused.state == TF_ATTEMPT_REFUSED && refused.sharing.epoch == 5);
	kit_check_record(&refused);
	CHECK_OK(kit_show_abort(1));
	CHECK(kit_a[1].state == TF_ATTEMPT_ABORTED);
	kit_check_record(&kit_a[1]);
	CHECK_OK(kit_take(0, 1));
	CHECK_OK(kit_take(0, 2));
	CHECK_OK(kit_commit(0, 4));
	CHECK(kit_a[0].state == TF_ATTEMPT_COMMITTED);
	kit_check_record(&kit_a[0]);
	recast_free(&kit);
}

TEST(a_record_that_contradicts_itself_is_not_read)
{
	static uint8_t record[TF_ATTEMPT_RECORD_MAX];
	static tf_attempt bad, got;
	size_t len;

	kit_strand(false, 0);
	for (unsigned k = 0; k < 7; k++) {
		bad = kit_a[0];
		switch (k) {
		case 0:
			bad.state = TF_ATTEMPT_COMMITTED;
			break;
		case 1:
			bad.state = TF_ATTEMPT_ABORTED; /* by nobody */
			break;
		case 2:
			bad.state = TF_ATTEMPT_REFUSED; /* with voters */
			break;
		case 3:
			bad.abort_len = 1; /* of what has not ended */
			break;
		case 4:
			bad.hash[0] ^= 1;
			break;
		case 5:
			memcpy(bad.voter[1].device, bad.voter[2].device, sizeof(bad.voter[1].device));
			break;
		case 6:
			bad.state = (tf_attempt_state)(TF_ATTEMPT_ABORTED + 1);
			break;
		}
		CHECK_OK(tf_attempt_encode(record, sizeof(record), &len, &bad, kit.c.g,
		                           recast_scratch()));
		CHECK_ERR(tf_attempt_decode(&got, kit.c.g, record, len, recast_scratch()),
		          TF_E_ENCODING);
		CHECK(got.n == 0);
	}
	bad = kit_a[0];
	bad.n = 0; /* nobody's word */
	CHECK(!tf_attempt_agreed(&bad));
	CHECK_OK(tf_attempt_encode(record, sizeof(record), &len, &bad, kit.c.g, recast_scratch()));
	CHECK_ERR(tf_attempt_decode(&got, kit.c.g, record, len, recast_scratch()), TF_E_ENCODING);
	bad.n = 1; /* one voter's alone is a record, and all there is to wait for */
	CHECK(tf_attempt_agreed(&bad) == bad.voter[0].agreed);
	bad.voter[0].agreed = true;
	CHECK(tf_attempt_agreed(&bad));
	kit_check_record(&bad);
	recast_free(&kit);
}

/* ---- commit ---- */

TEST(everybodys_word_completes_an_attempt_for_everybody)
{
	for (unsigned turn = 0; turn < 2; turn++) {
		kit_strand(turn, 0);
		for (unsigned i = 0; i < kit.c.n; i++) {
			for (unsigned j = 0; j < kit.c.n; j++) {
				CHECK_ERR(kit_commit(i, 0), TF_E_STATE); /* not before the last word */
				CHECK(kit_out.count == 0 && !tf_attempt_agreed(&kit_a[i]));
				CHECK_OK(kit_take(i, (i + 1 + j) % kit.c.n));
				if (j + 2 == kit.c.n)
					break; /* the own one is there */
			}
			CHECK(tf_attempt_agreed(&kit_a[i]));
			CHECK_OK(kit_commit(i, turn ? 0 : 4));
			kit_check_commit(i);
			CHECK_ERR(kit_commit(i, turn ? 1 : 5), TF_E_STATE); /* once */
			if (!kit.args.role[i].receives)
				CHECK_ERR(kit_commit(i, 0), TF_E_STATE); /* also without a seat */
		}
		recast_free(&kit);
	}
}

TEST(agreed_is_everybody_and_somebody)
{
	static tf_attempt of;

	CHECK(!tf_attempt_agreed(&of)); /* nobody's word */
	of.voter[0].agreed = true;
	of.n = 1;
	CHECK(tf_attempt_agreed(&of));
	of.n = 2;
	CHECK(!tf_attempt_agreed(&of));
	of.state = TF_ATTEMPT_REFUSED; /* of which no seats are known */
	CHECK(!tf_attempt_acknowledged(&of, "any", false));
	kit_strand(false, 0);
	of = kit_a[0];
	of.n = 1; /* a record like any other */
	kit_check_record(&of);
	recast_free(&kit);
}

TEST(one_certificate_with_all_words_is_enough)
{
	static uint8_t full[TF_CERTIFICATE_MAX];
	const tf_attempt *done;
	size_t len;

	kit_strand(true, 3); /* party 3 has everybody's, the others lack its */
	done = tf_reshare_attempt(&kit.run[2]);
	CHECK(done && done->state == TF_ATTEMPT_COMMITTED);
	CHECK_OK(tf_attempt_certificate(full, sizeof(full), &len, done, kit.c.g, recast_scratch()));
	for (unsigned i = 0; i < 4; i++) {
		if (i == 2)
			continue;
		CHECK_OK(tf_attempt_take(&kit_a[i], full, len, recast_find, &kit, kit.c.g,
		                         recast_scratch()));
		CHECK_OK(kit_commit(i, 0));
		kit_check_commit(i);
	}
	recast_free(&kit);
}

/* Party 1 is shown the words that an attempt holds, and does not take them. */
static void refused(const tf_attempt *shown, tf_check check)
{
	static uint8_t buf[TF_CERTIFICATE_MAX];
	unsigned before = tf_check_refusals(check);
	size_t len;

	CHECK_OK(tf_attempt_certificate(buf, sizeof(buf), &len, shown, kit.c.g, recast_scratch()));
	CHECK_ERR(tf_attempt_take(&kit_a[0], buf, len, recast_find, &kit, kit.c.g, recast_scratch()),
	          TF_E_TRUST);
	CHECK(tf_check_refusals(check) == before + 1);
}

TEST(only_voters_words_count_and_only_for_this_attempt)
{
	static tf_attempt other, before;
	static uint8_t buf[TF_CERTIFICATE_MAX];
	size_t len;

	kit_strand(false, 0);
	before = kit_a[0];
	other = kit_a[1];
	other.voter[1].sig[5] ^= 1;
	refused(&other, TF_CK_ATTEMPT_SIGNATURE);
	other = kit_a[1];
	memcpy(other.voter[2].sig, other.voter[1].sig, 64); /* one's word for another's */
	other.voter[2].agreed = true;
	refused(&other, TF_CK_ATTEMPT_SIGNATURE);
	other = kit_a[1];
	memcpy(other.voter[1].device, "stranger", 9);
	refused(&other, TF_CK_ATTEMPT_VOTER);
	memcpy(kit_a[0].voter[1].device, "stranger", 9); /* the roster does not know it */
	refused(&other, TF_CK_ATTEMPT_SIGNER);
	refused(&kit_a[1], TF_CK_ATTEMPT_VOTER); /* which the roster knows */
	kit_a[0] = before;
	other = kit_a[1];
	other.sharing.epoch++;
	CHECK_OK(tf_attempt_certificate(buf, sizeof(buf), &len, &other, kit.c.g, recast_scratch()));
	CHECK_ERR(tf_attempt_take(&kit_a[0], buf, len, recast_find, &kit, kit.c.g, recast_scratch()),
	          TF_E_SESSION);
	CHECK_OK(tf_attempt_certificate(buf, sizeof(buf), &len, &kit_a[1], kit.c.g,
	                                recast_scratch()));
	CHECK(tf_attempt_take(&kit_a[0], buf, len - 1, recast_find, &kit, kit.c.g,
	                      recast_scratch()) != TF_OK);
	CHECK(memcmp(&kit_a[0], &before, sizeof(before)) == 0);
	recast_free(&kit);
}

TEST(a_share_of_another_attempt_is_not_committed_nor_one_that_is_out_of_date)
{
	static tf_key good;

	kit_strand(false, 0);
	good = kit_pending[0];
	CHECK_OK(kit_take(0, 1));
	CHECK_OK(kit_take(0, 2));
	kit_pending[0].sharing.epoch++;
	CHECK_ERR(kit_commit(0, 4), TF_E_USAGE);
	kit_pending[0] = good;
	kit_pending[0].index = 9;
	CHECK_ERR(kit_commit(0, 4), TF_E_USAGE);
	CHECK(kit_out.count == 0 && kit_pending[0].state == TF_SHARE_PENDING);
	CHECK(kit_a[0].state == TF_ATTEMPT_ACKNOWLEDGED);
	kit_pending[0] = good;
	CHECK_ERR(kit_commit(0, 5), TF_E_STATE); /* committed before */
	CHECK_ERR(kit_commit(0, 6), TF_E_STATE); /* a later one is */
	CHECK_OK(kit_commit(0, 4));
	recast_free(&kit);
}

/* ---- the chain ---- */

static void follows_not(const tf_sharing *next, const tf_sharing *prev, tf_check check)
{
	unsigned before = tf_check_refusals(check);

	CHECK_ERR(tf_sharing_follows(next, prev, kit.c.g, recast_scratch()), TF_E_TRUST);
	CHECK(tf_check_refusals(check) == before + 1);
}

/* Additive shares of all stay additive; shares of a polynomial may become so. */
static void check_forms(void)
{
	static tf_sharing next, prev;

	for (unsigned from = 0; from < 2; from++)
		for (unsigned to = 0; to < 2; to++) {
			prev = *kit.args.source;
			prev.t = prev.n;
			prev.form = from ? TF_SHARE_ADDITIVE : TF_SHARE_FELDMAN;
			next = kit_a[0].sharing;
			next.t = next.n;
			next.form = to ? TF_SHARE_ADDITIVE : TF_SHARE_FELDMAN;
			CHECK_OK(tf_sharing_encode(NULL, NULL, next.previous, &prev, kit.c.g,
			                           recast_scratch()));
			if (from && !to)
				follows_not(&next, &prev, TF_CK_FOLLOWS_ADDITIVE);
			else
				CHECK_OK(tf_sharing_follows(&next, &prev, kit.c.g,
				                            recast_scratch()));
		}
}

TEST(a_certificate_follows_only_its_predecessor)
{
	static const tf_check refresh[] = {
		TF_CK_FOLLOWS_PREVIOUS, TF_CK_FOLLOWS_WORKSPACE, TF_CK_FOLLOWS_KEY,
		TF_CK_FOLLOWS_CURVE, TF_CK_FOLLOWS_Y, TF_CK_FOLLOWS_CC, TF_CK_FOLLOWS_EPOCH,
		TF_CK_FOLLOWS_FIRST, TF_CK_FOLLOWS_INDEX, TF_CK_FOLLOWS_T, TF_CK_FOLLOWS_DEVICE,
	};
	static tf_sharing next, prev;

	for (unsigned turn = 0; turn < 2; turn++) {
		kit_strand(turn, 0);
		prev = *kit.args.source;
		CHECK_OK(tf_sharing_follows(&kit_a[0].sharing, &prev, kit.c.g, recast_scratch()));
		for (unsigned k = 0; k < 11; k++) {
			next = kit_a[0].sharing;
			switch (k) {
			case 0: next.previous[0] ^= 1; break;
			case 1: next.workspace[0]++; break;
			case 2: next.key_id[4] ^= 1; break;
			case 3: next.curve = TF_CURVE_ED25519; break;
			case 4: next.Y = *tf_group_base(kit.c.g); break;
			case 5: next.cc[31] ^= 1; break;
			case 6: next.epoch = turn ? 2 : 4; break;
			case 7: next.sharing[0] ^= turn ? 0 : 1; next.epoch += turn; break;
			case 8: next.seat[1].index = 7; next.epoch += turn; break;
			case 9: next.t++; next.epoch += turn; break;
			case 10: next.seat[0].device[0] ^= 1; next.epoch += turn; break;
			}
			follows_not(&next, &prev, turn && k > 5 ? TF_CK_FOLLOWS_FIRST : refresh[k]);
		}
		next = kit_a[0].sharing;
		prev.cc[0] ^= 1; /* hash and chain code */
		follows_not(&next, &prev, TF_CK_FOLLOWS_PREVIOUS);
		recast_free(&kit);
	}
	kit_strand(false, 0);
	next = kit_a[0].sharing;
	next.n = 2;
	follows_not(&next, kit.args.source, TF_CK_FOLLOWS_N);
	next = kit_a[0].sharing;
	next.form = TF_SHARE_ADDITIVE; /* of shares any two of which make the key */
	follows_not(&next, kit.args.source, TF_CK_FOLLOWS_ALL);
	check_forms();
	recast_free(&kit);
}

/* ---- constant time ---- */

TEST(constant_time_commit_of_a_pending_share)
{
	kit_strand(false, 0);
	CHECK_OK(kit_take(1, 0));
	CHECK_OK(kit_take(1, 2));
	CHECK_OK(kit_commit(1, 4));
	kit_check_commit(1);
	recast_free(&kit);
}
