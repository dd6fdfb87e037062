/* Messages for one session that wait until its step is done, oldest first.
 *
 * They lie on guarded pages, since some carry secrets for us that TLS has opened. Each sender has a
 * share of its own, so a flood costs its sender's run and nobody else's memory or messages: no
 * message is longer than the run has any, and of each sender no more wait than an honest one, who
 * itself waits for us, can have sent.
 */
#ifndef TF_COSIGNER_QUEUE_H
#define TF_COSIGNER_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "proto/party.h"

#define TF_QUEUE_MESSAGES 16u /* of one sender: two rounds, a dispute and complaints */
#define TF_QUEUE_LONGEST 4u   /* all of one sender's are as long as so many of the longest */

typedef struct tf_queued {
	struct tf_queued *next;
	unsigned from; /* party index */
	size_t len;
	uint8_t p[];
} tf_queued;

typedef struct tf_queue {
	tf_queued *first, *last;
	size_t longest;
	struct {
		unsigned messages;
		size_t bytes;
	} of[TF_PARTIES_MAX]; /* [party index - 1] */
} tf_queue;

/* Empty; longest: bytes of the longest message of the run. */
void tf_queue_init(tf_queue *q, size_t longest);

/* A message on guarded pages. NULL: no memory. */
tf_queued *tf_queued_new(const uint8_t *msg, size_t len);

/* Wipe and free; NULL is fine. */
void tf_queued_free(tf_queued *m);

/* Copy a message of party `from` (1..TF_PARTIES_MAX) behind the others. TF_E_TOO_LARGE: longer than
 * any; TF_E_CAPACITY: its sender's share is used up; TF_E_RESOURCE: no memory; TF_E_USAGE. */
TF_MUST_USE tf_err tf_queue_put(tf_queue *q, unsigned from, const uint8_t *msg, size_t len);

/* Take the oldest; NULL if there is none. The caller frees it. */
tf_queued *tf_queue_take(tf_queue *q);

/* Free all. */
void tf_queue_wipe(tf_queue *q);

#endif
