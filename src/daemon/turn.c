#include "daemon/turn.h"

#include <pthread.h>
#include <stdlib.h>

/* The audit log is synced on a thread of its own while the store commits here: the disk takes both
 * at once. Everything below `lock` is shared with it. */
struct tf_turn {
	tf_turn_options o;
	tf_timer *soon;
	bool soon_runs;
	uint64_t number;
	uint64_t lost; /* one more than the number of the last group that failed; 0: none */
	bool settling;
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool wanted;
	bool ends;
	tf_err result;
};

static void *sync_rows(void *ctx)
{
	tf_turn *t = ctx;

	pthread_mutex_lock(&t->lock);
	while (!t->ends) {
		if (t->wanted) {
			tf_err e;

			pthread_mutex_unlock(&t->lock);
			e = tf_audit_sync(t->o.audit);
			pthread_mutex_lock(&t->lock);
			t->result = e;
			t->wanted = false;
			pthread_cond_broadcast(&t->changed);
		} else {
			pthread_cond_wait(&t->changed, &t->lock);
		}
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

/* The thread begins when it is needed first, and so is confined like the rest of the process. */
static void begin_sync(tf_turn *t)
{
	if (!t->has_thread)
		t->has_thread = pthread_create(&t->thread, NULL, sync_rows, t) == 0;
	pthread_mutex_lock(&t->lock);
	t->wanted = true;
	pthread_cond_broadcast(&t->changed);
	pthread_mutex_unlock(&t->lock);
}

static tf_err end_sync(tf_turn *t)
{
	tf_err e;

	if (!t->has_thread) {
		t->wanted = false;
		return tf_audit_sync(t->o.audit);
	}
	pthread_mutex_lock(&t->lock);
	while (t->wanted)
		pthread_cond_wait(&t->changed, &t->lock);
	e = t->result;
	pthread_mutex_unlock(&t->lock);
	return e;
}

static tf_err settle_at_once(tf_turn *t)
{
	bool rows = tf_audit_unsynced(t->o.audit);
	tf_err e, of_rows = TF_OK;

	if (rows)
		begin_sync(t);
	e = t->o.settle(t->o.ctx);
	if (rows)
		of_rows = end_sync(t);
	return e == TF_OK ? of_rows : e;
}

static tf_err settle_rows_first(tf_turn *t)
{
	tf_err e = tf_audit_unsynced(t->o.audit) ? tf_audit_sync(t->o.audit) : TF_OK;

	if (e == TF_OK)
		return t->o.settle(t->o.ctx);
	t->o.lose(t->o.ctx, e);
	return e;
}

/* Something is to be settled; the outcome is told, and returned. */
static tf_err settle(tf_turn *t)
{
	tf_err e;

	t->settling = true;
	e = t->o.lose ? settle_rows_first(t) : settle_at_once(t);
	t->settling = false;
	t->number++;
	if (e != TF_OK)
		t->lost = t->number;
	t->o.settled(t->o.ctx, e);
	return e;
}

static bool has_something(const tf_turn *t)
{
	return tf_audit_unsynced(t->o.audit) || t->o.waits(t->o.ctx) != TF_TURN_NOTHING;
}

tf_err tf_turn_settle(tf_turn *t)
{
	if (t->settling)
		return TF_E_STATE;
	return has_something(t) ? settle(t) : TF_OK;
}

tf_err tf_turn_settle_group(tf_turn *t, uint64_t number)
{
	if (number + 1 == t->lost)
		return TF_E_IO;
	return number == t->number ? tf_turn_settle(t) : TF_OK;
}

uint64_t tf_turn_number(const tf_turn *t)
{
	return t->number;
}

static void on_soon(void *ctx)
{
	tf_turn *t = ctx;

	t->soon_runs = false;
	if (has_something(t))
		settle(t);
}

static void on_end(void *ctx)
{
	tf_turn *t = ctx;
	tf_turn_waits waits = t->o.waits(t->o.ctx);

	if (waits == TF_TURN_NOW || tf_audit_unsynced(t->o.audit)) {
		settle(t);
	} else if (waits == TF_TURN_SOON && !t->soon_runs) {
		t->soon_runs = true;
		tf_timer_start(t->soon, TF_TURN_SOON_MS, 0);
	}
}

static tf_err start(tf_turn *t)
{
	TRY(tf_timer_new(&t->soon, t->o.loop, on_soon, t));
	return tf_loop_at_end_of_turn(t->o.loop, on_end, t);
}

tf_err tf_turn_new(tf_turn **out, const tf_turn_options *options)
{
	tf_turn *t = calloc(1, sizeof(*t));
	tf_err e;

	if (!t)
		return TF_E_RESOURCE;
	t->o = *options;
	pthread_mutex_init(&t->lock, NULL); /* cannot fail with default attributes */
	pthread_cond_init(&t->changed, NULL);
	e = start(t);
	if (e != TF_OK) {
		tf_timer_free(t->soon);
		free(t);
		return e;
	}
	*out = t;
	return TF_OK;
}

void tf_turn_free(tf_turn *t)
{
	if (!t)
		return;
	if (has_something(t))
		settle(t);
	tf_loop_no_end_of_turn(t->o.loop);
	tf_timer_free(t->soon);
	pthread_mutex_lock(&t->lock);
	t->ends = true;
	pthread_cond_broadcast(&t->changed);
	pthread_mutex_unlock(&t->lock);
	if (t->has_thread)
		pthread_join(t->thread, NULL);
	pthread_mutex_destroy(&t->lock);
	pthread_cond_destroy(&t->changed);
	free(t);
}
