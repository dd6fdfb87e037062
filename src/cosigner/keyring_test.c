#include "cosigner/keyring.h"

#include <string.h>

#include "harness/harness.h"

static struct {
	unsigned reads;
	tf_err fails;
	bool other;
} keep;

static tf_keyring_entry entry_of(uint32_t n)
{
	tf_keyring_entry e = { .epoch = n % 3 + 1 };

	memcpy(e.key_id, &n, sizeof(n));
	memcpy(e.sharing + 8, &n, sizeof(n));
	return e;
}

static tf_err read_one(void *ctx, tf_key *out, const tf_keyring_entry *entry)
{
	(void)ctx;
	keep.reads++;
	memset(out, 0, sizeof(*out));
	memcpy(out->sharing.key_id, entry->key_id, 32);
	memcpy(out->sharing.sharing, entry->sharing, 32);
	out->sharing.epoch = entry->epoch + keep.other;
	out->state = TF_SHARE_COMMITTED;
	return keep.fails;
}

static tf_keyring *ring_of(uint32_t count)
{
	tf_keyring *r = NULL;

	memset(&keep, 0, sizeof(keep));
	CHECK_OK(tf_keyring_new(&r, read_one, NULL));
	for (uint32_t i = 0; i < count; i++) {
		tf_keyring_entry e = entry_of(i);

		CHECK_OK(tf_keyring_add(r, &e));
		CHECK_ERR(tf_keyring_add(r, &e), TF_E_CONFLICT);
	}
	CHECK(tf_keyring_count(r) == count);
	return r;
}

static const tf_key *lend(tf_keyring *r, uint32_t n)
{
	tf_keyring_entry e = entry_of(n);
	const tf_key *key = NULL;

	CHECK_OK(tf_keyring_lend(r, &key, e.key_id));
	CHECK(tf_keyring_memo(r, key) != NULL && tf_keyring_memo(r, NULL) == NULL);
	CHECK(key && memcmp(key->sharing.sharing, e.sharing, 32) == 0);
	return key;
}

TEST(keys_are_found_by_id_and_by_number)
{
	tf_keyring *r = ring_of(1000);
	const tf_key *key = NULL;

	for (uint32_t i = 0; i < 1000; i++) {
		tf_keyring_entry e = entry_of(i);

		CHECK(memcmp(tf_keyring_at(r, i), &e, sizeof(e)) == 0);
		CHECK(tf_keyring_find(r, e.key_id) == tf_keyring_at(r, i));
	}
	CHECK(tf_keyring_at(r, 1000) == NULL);
	CHECK(tf_keyring_find(r, entry_of(1000).key_id) == NULL);
	CHECK_ERR(tf_keyring_lend(r, &key, entry_of(1000).key_id), TF_E_NOT_FOUND);
	CHECK(keep.reads == 0 && key == NULL);
	tf_keyring_free(r);
	tf_keyring_free(NULL);
}

TEST(there_is_an_end_to_them)
{
	tf_keyring *r = ring_of(TF_KEYRING_KEYS_MAX);
	tf_keyring_entry e = entry_of(TF_KEYRING_KEYS_MAX);

	CHECK_ERR(tf_keyring_add(r, &e), TF_E_RESOURCE);
	CHECK(tf_keyring_count(r) == TF_KEYRING_KEYS_MAX);
	tf_keyring_free(r);
}

TEST(what_is_lent_stays_and_the_rest_makes_room)
{
	tf_keyring *r = ring_of(2 * TF_KEYRING_WHOLE_MAX);
	const tf_key *first = lend(r, 0), *second = lend(r, 1), *key;

	CHECK(lend(r, 0) == first && keep.reads == 2);
	tf_keyring_return(r, first); /* lent once still */
	tf_keyring_return(r, second);
	tf_keyring_return(r, NULL);
	for (uint32_t i = 2; i < 2 * TF_KEYRING_WHOLE_MAX; i++)
		tf_keyring_return(r, lend(r, i));
	CHECK(keep.reads == 2 * TF_KEYRING_WHOLE_MAX);
	CHECK(lend(r, 0) == first && keep.reads == 2 * TF_KEYRING_WHOLE_MAX);
	CHECK(memcmp(first->sharing.sharing, entry_of(0).sharing, 32) == 0);
	key = lend(r, 2 * TF_KEYRING_WHOLE_MAX - 1); /* the last one is here */
	tf_keyring_return(r, key);
	CHECK(keep.reads == 2 * TF_KEYRING_WHOLE_MAX);
	tf_keyring_return(r, lend(r, 1)); /* that one went first */
	CHECK(keep.reads == 2 * TF_KEYRING_WHOLE_MAX + 1);
	tf_keyring_free(r);
}

TEST(all_of_them_may_be_lent)
{
	tf_keyring *r = ring_of(TF_KEYRING_WHOLE_MAX + 1);
	const tf_key *key[TF_KEYRING_WHOLE_MAX], *more;

	for (uint32_t i = 0; i < TF_KEYRING_WHOLE_MAX; i++)
		key[i] = lend(r, i);
	CHECK_ERR(tf_keyring_lend(r, &more, entry_of(TF_KEYRING_WHOLE_MAX).key_id), TF_E_BUSY);
	CHECK(lend(r, 5) == key[5]);
	tf_keyring_return(r, key[7]);
	CHECK(lend(r, TF_KEYRING_WHOLE_MAX) != NULL);
	tf_keyring_free(r);
}

TEST(a_key_that_cannot_be_read_or_is_another_is_not_lent)
{
	tf_keyring *r = ring_of(2);
	const tf_key *key = NULL;

	keep.fails = TF_E_SEAL;
	CHECK_ERR(tf_keyring_lend(r, &key, entry_of(0).key_id), TF_E_SEAL);
	keep.fails = TF_OK;
	keep.other = true;
	CHECK_ERR(tf_keyring_lend(r, &key, entry_of(0).key_id), TF_E_CONFLICT);
	CHECK(key == NULL);
	keep.other = false;
	CHECK(lend(r, 0) != NULL && keep.reads == 3);
	tf_keyring_free(r);
}
