/* Turns: one group each, both files, told once, and never said before it is so. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/turn.h"
#include "harness/harness.h"

typedef struct desk {
	char dir[40], path[64];
	tf_loop *loop;
	tf_audit *audit;
	tf_turn *turn;
	tf_timer *timer, *end;
	tf_turn_waits waits;
	tf_err fails;          /* what settling says */
	int settled, told, lost, rounds;
	bool row_was_synced;   /* when the last group was told */
	tf_err last;
} desk;

static tf_turn_waits waits(void *ctx)
{
	return ((desk *)ctx)->waits;
}

static tf_err settle(void *ctx)
{
	desk *d = ctx;

	d->settled++;
	d->waits = TF_TURN_NOTHING;
	return d->fails;
}

static void told(void *ctx, tf_err e)
{
	desk *d = ctx;

	d->told++;
	d->last = e;
	d->row_was_synced = !tf_audit_unsynced(d->audit);
	CHECK_ERR(tf_turn_settle(d->turn), TF_OK); /* asking again is harmless */
}

static void stop(void *ctx)
{
	tf_loop_stop(((desk *)ctx)->loop);
}

static void init(desk *d, tf_loop_fn fire)
{
	char why[200];
	tf_turn_options o = { .waits = waits, .settle = settle, .settled = told, .ctx = d };

	memset(d, 0, sizeof(*d));
	snprintf(d->dir, sizeof(d->dir), "/tmp/trefoil-turn-XXXXXX");
	CHECK(mkdtemp(d->dir));
	snprintf(d->path, sizeof(d->path), "%s/audit.log", d->dir);
	CHECK_OK(tf_loop_new(&d->loop));
	CHECK_OK(tf_audit_open(&d->audit, d->path, "me", NULL, NULL, NULL, why, sizeof(why)));
	o.loop = d->loop;
	o.audit = d->audit;
	CHECK_OK(tf_turn_new(&d->turn, &o));
	CHECK_OK(tf_timer_new(&d->timer, d->loop, fire, d));
	CHECK_OK(tf_timer_new(&d->end, d->loop, stop, d));
	tf_timer_start(d->timer, 0, 0);
}

static void wipe(desk *d)
{
	tf_turn_free(d->turn);
	tf_timer_free(d->timer);
	tf_timer_free(d->end);
	tf_loop_free(d->loop);
	tf_audit_close(d->audit);
	unlink(d->path);
	rmdir(d->dir);
}

static void add_row(desk *d)
{
	CHECK_OK(tf_audit_add(d->audit, 1, "{}", 2));
	CHECK(tf_audit_unsynced(d->audit));
}

static void write_both(void *ctx)
{
	desk *d = ctx;

	add_row(d);
	add_row(d);
	d->waits = TF_TURN_NOW;
	CHECK(d->settled == d->rounds && d->told == d->rounds);
	CHECK(tf_turn_number(d->turn) == (uint64_t)d->rounds);
	if (++d->rounds < 3)
		tf_timer_start(d->timer, 1, 0);
	else
		tf_timer_start(d->end, 1, 0);
}

TEST(a_turn_is_one_group_of_both_files)
{
	desk d;

	init(&d, write_both);
	tf_loop_run(d.loop);
	CHECK(d.settled == 3 && d.told == 3 && d.last == TF_OK && d.row_was_synced);
	CHECK(tf_turn_number(d.turn) == 3);
	CHECK_OK(tf_turn_settle_group(d.turn, 0)); /* long ago */
	CHECK_OK(tf_turn_settle(d.turn));          /* nothing waits */
	CHECK(d.told == 3);
	wipe(&d);
}

static void settle_at_once(void *ctx)
{
	desk *d = ctx;

	add_row(d);
	d->waits = TF_TURN_NOW;
	CHECK_OK(tf_turn_settle_group(d->turn, tf_turn_number(d->turn)));
	CHECK(d->settled == 1 && d->told == 1 && d->row_was_synced);
	add_row(d); /* rows alone are a group, too */
	CHECK_OK(tf_turn_settle(d->turn));
	CHECK(d->settled == 2 && d->told == 2 && d->row_was_synced);
	d->fails = TF_E_IO;
	d->waits = TF_TURN_NOW;
	CHECK_ERR(tf_turn_settle(d->turn), TF_E_IO);
	CHECK(d->told == 3 && d->last == TF_E_IO);
	CHECK_ERR(tf_turn_settle_group(d->turn, 2), TF_E_IO); /* it is lost for ever */
	CHECK_OK(tf_turn_settle_group(d->turn, 1));
	d->fails = TF_OK;
	tf_timer_start(d->end, 1, 0);
}

TEST(a_group_can_be_settled_before_the_turn_ends_and_be_lost)
{
	desk d;

	init(&d, settle_at_once);
	tf_loop_run(d.loop);
	CHECK(d.told == 3);
	wipe(&d);
}

static void lose(void *ctx, tf_err e)
{
	desk *d = ctx;

	d->lost++;
	CHECK_ERR(e, d->lost == 1 ? TF_E_IO : TF_E_STATE); /* a log that has failed takes no more */
}

static void note(void *ctx, tf_err e)
{
	((desk *)ctx)->told++;
	((desk *)ctx)->last = e;
}

/* The descriptor of the log becomes one that takes what is written, and has nothing to sync.
 * Returns where it can be read, to be closed at the end. */
static int break_sync(desk *d)
{
	char link[64], target[128];
	int ends[2], at = -1;

	for (int fd = 0; fd < 64 && at < 0; fd++) {
		ssize_t n;

		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		n = readlink(link, target, sizeof(target) - 1);
		if (n > 0 && (size_t)n == strlen(d->path) && memcmp(target, d->path, (size_t)n) == 0)
			at = fd;
	}
	CHECK(at >= 0 && pipe(ends) == 0 && dup2(ends[1], at) == at);
	close(ends[1]);
	return ends[0];
}

/* Whoever can throw the store's part away is asked to, when the rows are not on disk. */
TEST(rows_that_cannot_be_synced_take_the_stores_part_with_them)
{
	tf_turn_options o = { .waits = waits, .settle = settle, .lose = lose, .settled = note };
	desk d;
	int end;

	init(&d, stop);
	tf_turn_free(d.turn);
	o.loop = d.loop;
	o.audit = d.audit;
	o.ctx = &d;
	CHECK_OK(tf_turn_new(&d.turn, &o));
	add_row(&d);
	CHECK_OK(tf_turn_settle(d.turn));
	CHECK(d.settled == 1 && d.lost == 0 && d.told == 1 && !tf_audit_unsynced(d.audit));
	add_row(&d);
	end = break_sync(&d);
	CHECK_ERR(tf_turn_settle_group(d.turn, 1), TF_E_IO);
	CHECK(d.settled == 1 && d.lost == 1 && d.told == 2 && d.last == TF_E_IO);
	CHECK_ERR(tf_turn_settle_group(d.turn, 1), TF_E_IO);
	wipe(&d); /* settles once more */
	CHECK(d.lost == 2);
	close(end);
}

static void write_what_can_wait(void *ctx)
{
	desk *d = ctx;

	d->waits = TF_TURN_SOON;
	tf_timer_start(d->end, 10 * TF_TURN_SOON_MS, 0);
}

TEST(what_nobody_waits_for_is_settled_soon)
{
	desk d;

	init(&d, write_what_can_wait);
	tf_loop_once(d.loop);
	tf_loop_run(d.loop);
	CHECK(d.settled == 1 && d.told == 1);
	wipe(&d);
}

TEST(what_is_left_is_settled_at_the_end)
{
	desk d;

	init(&d, stop);
	tf_loop_run(d.loop);
	d.waits = TF_TURN_SOON;
	tf_turn_free(d.turn);
	CHECK(d.settled == 1 && d.told == 1);
	d.turn = NULL;
	wipe(&d);
}
