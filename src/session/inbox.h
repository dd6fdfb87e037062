/* Messages for sessions that have not begun here: a peer may have its START before we have ours.
 *
 * A bounded buffer in the caller's memory. Each message is kept for a while, each device may fill a
 * part of it with so many messages, and what does not fit is dropped: the run then ends at its
 * deadline and is tried again.
 */
#ifndef TF_SESSION_INBOX_H
#define TF_SESSION_INBOX_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wire_records.h"

typedef struct tf_inbox {
	uint8_t *buf;
	size_t cap, used;
	size_t share;  /* bytes that one device may fill, */
	size_t most;   /* with so many messages */
	uint64_t life; /* milliseconds that a message is kept */
} tf_inbox;

/* An empty buffer over mem, cap bytes; share bytes in most messages of one device; life in
 * milliseconds. Every call here looks at each message that is kept, once. */
void tf_inbox_init(tf_inbox *b, void *mem, size_t cap, size_t share, size_t most, uint64_t life);

/* Keep a message. TF_E_CAPACITY: no room, for it or for its device. */
TF_MUST_USE tf_err tf_inbox_put(tf_inbox *b, uint64_t now, const uint8_t sid[static 32],
                                const char *device, const uint8_t *msg, size_t len);

/* The oldest message of a session; false if there is none. It lies in the buffer until it is
 * dropped. */
typedef struct tf_inbox_item {
	const char *device;
	const uint8_t *msg;
	size_t len;
	size_t at;
} tf_inbox_item;
bool tf_inbox_next(tf_inbox_item *out, const tf_inbox *b, const uint8_t sid[static 32]);
void tf_inbox_drop(tf_inbox *b, const tf_inbox_item *item);

/* Forget what is too old, and what belongs to a session that is over. */
void tf_inbox_expire(tf_inbox *b, uint64_t now);
void tf_inbox_forget(tf_inbox *b, const uint8_t sid[static 32]);

#endif
