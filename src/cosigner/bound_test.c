/* Requests and nonces are bound once, to one digest, by one key. */
#include "cosigner/bound_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cosigner/judge.h"
#include "harness/harness.h"

static char dir[64];

static void remove_store(void)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
	char file[96];

	for (size_t i = 0; i < TF_ARRAY_LEN(ends); i++) {
		snprintf(file, sizeof(file), "%s/s%s", dir, ends[i]);
		unlink(file);
	}
	rmdir(dir);
}

tf_store *bound_store(tf_tape *tape)
{
	char file[96];
	tf_key_part part = { .source = TF_SOURCE_FILE, .key = { { 5 } } };
	tf_store_config c = { .path = file, .cosigner = "guard-1", .schema = 1, .parts = &part,
	                      .n_parts = 1, .rng = tf_tape_init(tape, 9, 0) };
	tf_store *s = NULL;

	if (!dir[0]) {
		snprintf(dir, sizeof(dir), "/tmp/trefoil-judge-XXXXXX");
		CHECK(mkdtemp(dir) != NULL);
		atexit(remove_store);
	}
	snprintf(file, sizeof(file), "%s/s", dir);
	CHECK_OK(tf_store_open(&s, &c, NULL));
	return s;
}

TEST(a_request_and_a_nonce_are_bound_to_one_digest_for_ever)
{
	static const uint8_t key[32] = { 1 };
	tf_judgement v = { .digest = { 1 }, .request = { 2 }, .chain_id = 5, .nonce = 7,
	                   .sender = "0xabc" };
	tf_judgement x;
	tf_fault fault;
	tf_tape tape;
	tf_store *s = bound_store(&tape);

	CHECK_OK(tf_judge_may_bind(s, &x, key, &fault));
	CHECK_OK(tf_judge_may_bind(s, &v, key, &fault)); /* the other one was only asked about */
	CHECK_OK(tf_judge_bind(s, &v, key, &fault));
	CHECK_OK(tf_judge_bind(s, &v, key, &fault)); /* a retry */
	CHECK_OK(tf_judge_may_bind(s, &v, key, &fault));
	x = v, x.digest[0] = 9, x.nonce = 8;
	CHECK_ERR(tf_judge_bind(s, &x, key, &fault), TF_E_CONFLICT);
	CHECK(fault.check == TF_CK_JUDGE_REQUEST_ONCE);
	x = v, x.digest[0] = 9, x.request[0] = 9;
	CHECK_ERR(tf_judge_bind(s, &x, key, &fault), TF_E_CONFLICT);
	CHECK(fault.check == TF_CK_JUDGE_NONCE_ONCE);
	tf_store_close(s);
	s = bound_store(&tape);
	CHECK_ERR(tf_judge_bind(s, &x, key, &fault), TF_E_CONFLICT);
	/* the refused attempt left nothing behind: its request is still free */
	x.nonce = 8;
	CHECK_OK(tf_judge_bind(s, &x, key, &fault));
	tf_store_close(s);
}

/* Neither does it matter that the sender, who follows from the key, has not used this nonce. */
TEST(a_request_is_bound_to_one_key)
{
	static const uint8_t key[32] = { 1 }, other[32] = { 2 };
	tf_judgement v = { .digest = { 3 }, .request = { 0x51 }, .chain_id = 5, .nonce = 3,
	                   .sender = "0xabc" };
	tf_judgement raw = { .digest = { 4 }, .request = { 0x52 }, .raw = true };
	tf_fault fault;
	tf_tape tape;
	tf_store *s = bound_store(&tape);

	CHECK_OK(tf_judge_bind(s, &v, key, &fault));
	snprintf(v.sender, sizeof(v.sender), "0xdef");
	CHECK_ERR(tf_judge_may_bind(s, &v, other, &fault), TF_E_CONFLICT);
	CHECK(fault.check == TF_CK_JUDGE_REQUEST_ONCE);
	CHECK_ERR(tf_judge_bind(s, &v, other, &fault), TF_E_CONFLICT);
	CHECK(fault.check == TF_CK_JUDGE_REQUEST_ONCE);
	CHECK_OK(tf_judge_bind(s, &raw, key, &fault));
	CHECK_ERR(tf_judge_bind(s, &raw, other, &fault), TF_E_CONFLICT);
	CHECK(fault.check == TF_CK_JUDGE_REQUEST_ONCE);
	CHECK_OK(tf_judge_bind(s, &raw, key, &fault));
	v.request[0] = 0x53; /* a request of its own for the other key */
	CHECK_OK(tf_judge_bind(s, &v, other, &fault));
	tf_store_close(s);
}

TEST(a_request_that_version_1_has_bound_is_at_its_end)
{
	static const uint8_t key[32] = { 1 };
	tf_judgement v = { .digest = { 5 }, .request = { 0x61 }, .chain_id = 5, .nonce = 4,
	                   .sender = "0xabc" };
	const tf_place place = {
		"request", "6100000000000000000000000000000000000000000000000000000000000000",
		"digest"
	};
	tf_fault fault;
	tf_tape tape;
	tf_store *s = bound_store(&tape);

	CHECK_OK(tf_store_bind(s, &place, v.digest, sizeof(v.digest)));
	CHECK_ERR(tf_judge_may_bind(s, &v, key, &fault), TF_E_CONFLICT);
	CHECK_ERR(tf_judge_bind(s, &v, key, &fault), TF_E_CONFLICT);
	CHECK(fault.check == TF_CK_JUDGE_REQUEST_ONCE);
	v.request[0] = 0x62; /* its client asks anew */
	CHECK_OK(tf_judge_bind(s, &v, key, &fault));
	tf_store_close(s);
}

TEST(a_raw_request_is_bound_to_one_digest_and_to_no_nonce)
{
	static const uint8_t key[32] = { 1 };
	tf_judgement v = { .digest = { 1 }, .request = { 0x77 }, .raw = true };
	tf_judgement other = { .digest = { 2 }, .request = { 0x78 }, .raw = true };
	tf_fault fault;
	tf_tape tape;
	tf_store *s = bound_store(&tape);

	CHECK_OK(tf_judge_bind(s, &v, key, &fault));
	CHECK_OK(tf_judge_bind(s, &v, key, &fault)); /* its next message, or a retry */
	CHECK_OK(tf_judge_bind(s, &other, key, &fault));
	v.digest[0] = 9;
	CHECK_ERR(tf_judge_bind(s, &v, key, &fault), TF_E_CONFLICT);
	CHECK(fault.check == TF_CK_JUDGE_REQUEST_ONCE);
	tf_store_close(s);
}
