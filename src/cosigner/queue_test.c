/* Who sends too much loses its own messages, and nobody else's. */
#include "cosigner/queue.h"

#include <string.h>

#include "harness/harness.h"

static const uint8_t flood[1001];

static void check_next(tf_queue *q, unsigned from, const char *text)
{
	tf_queued *m = tf_queue_take(q);

	CHECK(m != NULL && m->from == from && m->len == strlen(text));
	CHECK(memcmp(m->p, text, m->len) == 0);
	tf_queued_free(m);
}

static tf_err put(tf_queue *q, unsigned from, const char *text)
{
	return tf_queue_put(q, from, (const uint8_t *)text, strlen(text));
}

TEST(waiting_messages_are_taken_in_order)
{
	tf_queue q;

	tf_queue_init(&q, 100);
	CHECK(tf_queue_take(&q) == NULL);
	for (unsigned again = 0; again < 3; again++) {
		CHECK_OK(put(&q, 2, "one"));
		CHECK_OK(put(&q, 3, "two"));
		check_next(&q, 2, "one");
		CHECK_OK(put(&q, TF_PARTIES_MAX, "three"));
		check_next(&q, 3, "two");
		check_next(&q, TF_PARTIES_MAX, "three");
		CHECK(tf_queue_take(&q) == NULL);
	}
	CHECK_ERR(put(&q, 0, "nobody"), TF_E_USAGE);
	CHECK_ERR(put(&q, TF_PARTIES_MAX + 1, "nobody"), TF_E_USAGE);
	CHECK(tf_queue_take(&q) == NULL);
}

TEST(a_flood_of_messages_costs_its_sender_alone)
{
	tf_queue q;

	tf_queue_init(&q, 1000);
	for (unsigned i = 0; i < TF_QUEUE_MESSAGES; i++)
		CHECK_OK(put(&q, 2, "flood"));
	CHECK_ERR(put(&q, 2, "flood"), TF_E_CAPACITY);
	CHECK_OK(put(&q, 3, "honest"));
	for (unsigned i = 0; i < TF_QUEUE_MESSAGES; i++)
		check_next(&q, 2, "flood");
	check_next(&q, 3, "honest");
	CHECK_OK(put(&q, 2, "again"));
	tf_queue_wipe(&q);
	CHECK(tf_queue_take(&q) == NULL);
	CHECK_OK(put(&q, 2, "after all"));
	tf_queue_wipe(&q);
}

TEST(a_flood_of_bytes_costs_its_sender_alone)
{
	tf_queue q;

	tf_queue_init(&q, 1000);
	CHECK_ERR(tf_queue_put(&q, 2, flood, 1001), TF_E_TOO_LARGE);
	CHECK_ERR(tf_queue_put(&q, 2, flood, SIZE_MAX), TF_E_TOO_LARGE);
	for (unsigned i = 0; i < TF_QUEUE_LONGEST - 1; i++)
		CHECK_OK(tf_queue_put(&q, 2, flood, 1000));
	CHECK_OK(tf_queue_put(&q, 2, flood, 999));
	CHECK_ERR(tf_queue_put(&q, 2, flood, 2), TF_E_CAPACITY);
	CHECK_OK(tf_queue_put(&q, 2, flood, 1));
	CHECK_ERR(tf_queue_put(&q, 2, flood, 1), TF_E_CAPACITY);
	CHECK_OK(tf_queue_put(&q, 3, flood, 1000));
	tf_queue_wipe(&q);
}
