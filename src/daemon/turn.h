/* Turns of the loop, and what they make durable together.
 *
 * An fsync takes milliseconds, and a busy daemon has several to make for each thing it does. So
 * whatever one turn of the loop writes, to its store and to its audit log, is one group: written
 * as it comes (deferred), and made durable at the end of the turn, both files at once. What must
 * not be said before it is durable is said by whoever is told that the group is settled, or after
 * tf_turn_settle, which does not wait for the end of the turn.
 *
 * A group that fails is lost as a whole: nothing of it will ever be there. Both files at once
 * cannot keep that if the log fails while the store commits, which harms nobody who ends then with
 * nothing said and nothing done. Whoever would find it and go on gives `lose`: the rows come first,
 * and if they cannot be written nothing else is.
 */
#ifndef TF_DAEMON_TURN_H
#define TF_DAEMON_TURN_H

#include "daemon/audit.h"
#include "net/loop.h"

typedef struct tf_turn tf_turn;

/* How urgent is what the store holds back? */
typedef enum tf_turn_waits {
	TF_TURN_NOTHING = 0,
	TF_TURN_SOON = 1, /* nobody waits for it: within TF_TURN_SOON_MS */
	TF_TURN_NOW = 2,  /* at the end of the turn */
} tf_turn_waits;

#define TF_TURN_SOON_MS 50u

typedef struct tf_turn_options {
	tf_loop *loop;
	tf_audit *audit;
	tf_turn_waits (*waits)(void *ctx);
	tf_err (*settle)(void *ctx);              /* the store's: durable, or gone */
	void (*lose)(void *ctx, tf_err error);    /* the store's: gone; NULL: both files at once */
	void (*settled)(void *ctx, tf_err error); /* a group has ended, or it is lost */
	void *ctx;
} tf_turn_options;

/* One per loop. The loop, the log and ctx outlive it. TF_E_RESOURCE. */
TF_MUST_USE tf_err tf_turn_new(tf_turn **out, const tf_turn_options *options);

/* Settles first, best effort. NULL is fine. */
void tf_turn_free(tf_turn *t);

/* The number of the group that is being gathered; grows with each that is settled. */
uint64_t tf_turn_number(const tf_turn *t);

/* Make durable what is gathered, if anything is; settled has been told on return. */
TF_MUST_USE tf_err tf_turn_settle(tf_turn *t);

/* The same if group `number` is not settled yet. TF_E_IO if it is the one that was lost last. */
TF_MUST_USE tf_err tf_turn_settle_group(tf_turn *t, uint64_t number);

#endif
