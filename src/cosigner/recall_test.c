#include <string.h>

#include "cosigner/recall.h"
#include "harness/harness.h"

static void identity(tf_signer *s, uint8_t n)
{
	const tf_secret seed = { { n } };

	tf_signer_init(s, &seed);
}

TEST(a_table_is_lent_verifies_and_is_made_once)
{
	static const uint8_t msg[5] = "hello";
	const tf_ed_key *a, *b;
	tf_signer s, other;
	tf_recall *r;
	uint8_t sig[64];

	identity(&s, 1);
	identity(&other, 2);
	CHECK_OK(tf_recall_new(&r, NULL, 2, 8));
	a = tf_recall_lend(r, s.pk);
	CHECK(a && memcmp(a->pk, s.pk, 32) == 0);
	CHECK_OK(tf_sign(sig, &s, "test", msg, sizeof(msg)));
	CHECK(tf_sign_holds_by(a, sig, s.pk, "test", msg, sizeof(msg)));
	CHECK(!tf_sign_holds_by(a, sig, other.pk, "test", msg, sizeof(msg)));
	b = tf_recall_lend(r, s.pk);
	CHECK(b == a);
	tf_recall_return(r, a);
	tf_recall_return(r, b);
	tf_recall_return(r, NULL);
	tf_recall_free(r);
	tf_recall_free(NULL);
}

TEST(what_is_lent_stays_and_the_oldest_makes_room)
{
	const tf_ed_key *k[4];
	tf_signer s[4];
	tf_recall *r;

	for (uint8_t i = 0; i < 4; i++)
		identity(&s[i], (uint8_t)(i + 1));
	CHECK_OK(tf_recall_new(&r, NULL, 2, 0));
	k[0] = tf_recall_lend(r, s[0].pk);
	k[1] = tf_recall_lend(r, s[1].pk);
	CHECK(k[0] && k[1] && k[0] != k[1]);
	CHECK(tf_recall_lend(r, s[2].pk) == NULL); /* both are lent */
	CHECK(memcmp(k[0]->pk, s[0].pk, 32) == 0 && memcmp(k[1]->pk, s[1].pk, 32) == 0);
	tf_recall_return(r, k[0]);
	tf_recall_return(r, k[1]);
	CHECK(tf_recall_lend(r, s[0].pk) == k[0]);
	tf_recall_return(r, k[0]);
	k[2] = tf_recall_lend(r, s[2].pk); /* the second was not used for longest */
	CHECK(k[2] == k[1] && memcmp(k[2]->pk, s[2].pk, 32) == 0);
	tf_recall_return(r, k[2]);
	CHECK(tf_recall_lend(r, s[0].pk) == k[0]);
	tf_recall_return(r, k[0]);
	tf_recall_free(r);
}

TEST(a_key_that_is_none_has_no_table_and_neither_have_any_without_room)
{
	static const uint8_t none[32] = { 1 }; /* of order one */
	tf_signer s;
	tf_recall *r;

	identity(&s, 1);
	CHECK_OK(tf_recall_new(&r, NULL, 1, 8));
	CHECK(tf_recall_lend(r, none) == NULL);
	CHECK(tf_recall_lend(r, none) == NULL);
	CHECK(tf_recall_lend(r, s.pk) != NULL);
	CHECK(tf_recall_desk(r) != tf_recall_urgent(r));
	CHECK(tf_recall_desk(r)->sets == 1 && tf_recall_urgent(r)->sets == 1);
	CHECK(tf_recall_desk(r)->node != tf_recall_urgent(r)->node);
	tf_recall_free(r);
	CHECK_OK(tf_recall_new(&r, NULL, 0, 0));
	CHECK(tf_recall_lend(r, s.pk) == NULL);
	CHECK(tf_recall_desk(r)->sets == 0);
	tf_recall_free(r);
}
