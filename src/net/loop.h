/* The event loop: one per process, on the main thread.
 *
 * Everything that a daemon does happens in callbacks on this loop, so daemon state needs no locks.
 * Two things leave the loop: a *job* runs in a worker thread (proofs and exponentiations take
 * seconds) and completes on the loop again; a *post* hands a call from any thread to the loop.
 * Only tf_loop_post may be called from another thread than the loop's.
 *
 * libuv is not hidden: tf_loop_uv gives the uv_loop_t for whatever is not worth wrapping.
 */
#ifndef TF_NET_LOOP_H
#define TF_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/err.h"

typedef struct tf_loop tf_loop;
typedef struct tf_timer tf_timer;

/* A call on the loop. */
typedef void (*tf_loop_fn)(void *ctx);

/* The end of a job, on the loop. ran is false if it was cancelled before a thread took it. */
typedef void (*tf_job_done_fn)(void *ctx, bool ran);

/* TF_E_RESOURCE. Also makes the process ignore SIGPIPE. */
TF_MUST_USE tf_err tf_loop_new(tf_loop **out);

/* Closes every handle that is still open, waits for running jobs (their done callbacks are called)
 * and frees. Timers, listeners and servers that are still held may be freed afterwards. NULL is
 * allowed. */
void tf_loop_free(tf_loop *l);
uv_loop_t *tf_loop_uv(tf_loop *l);

/* Runs until tf_loop_stop, or until nothing is left to wait for. */
void tf_loop_run(tf_loop *l);

/* Handles what is ready and waits for at most one round of events; for tests and tools. */
void tf_loop_once(tf_loop *l);
void tf_loop_stop(tf_loop *l);

/* Milliseconds of a monotonic clock, read once per round of events. */
uint64_t tf_loop_now_ms(const tf_loop *l);

/* Any thread: run fn(ctx) on the loop, in the order of the posts. TF_E_RESOURCE, or TF_E_STATE
 * once the loop is being freed; then fn will not be called. Posts keep no loop running. */
TF_MUST_USE tf_err tf_loop_post(tf_loop *l, tf_loop_fn fn, void *ctx);

/* Run work(ctx) in a worker thread, then done(ctx, true) on the loop. What finds no
 * thread free waits its turn. TF_E_RESOURCE: neither function will be called. */
TF_MUST_USE tf_err tf_loop_job(tf_loop *l, tf_loop_fn work, tf_job_done_fn done, void *ctx);

/* The same, for what takes less than a few milliseconds and somebody waits for: such jobs have a
 * thread of their own, one after the other, so that they never wait for long ones. */
TF_MUST_USE tf_err tf_loop_urgent_job(tf_loop *l, tf_loop_fn work, tf_job_done_fn done, void *ctx);

/* The same, for what takes seconds or minutes and should keep nobody else waiting: in a thread that
 * is made for it. The loop's end waits for it. */
TF_MUST_USE tf_err tf_loop_long_job(tf_loop *l, tf_loop_fn work, tf_job_done_fn done, void *ctx);

/* How many worker threads this process has, 0: as many as it may use CPUs; at most 64, and
 * beside them the one for urgent jobs. Once, before the first job; without it there are
 * UV_THREADPOOL_SIZE (4). Returns the number. */
unsigned tf_loop_workers(unsigned n);

/* Jobs handed in and not yet done; a daemon drains to zero before it stops. */
unsigned tf_loop_jobs(const tf_loop *l);

/* Call fn(ctx) whenever the loop is about to wait for events: what a turn has gathered is handled.
 * At most one (TF_E_STATE). Keeps no loop running. */
TF_MUST_USE tf_err tf_loop_at_end_of_turn(tf_loop *l, tf_loop_fn fn, void *ctx);
void tf_loop_no_end_of_turn(tf_loop *l);

/* The last things of a turn: fn(ctx) is called once after that, still before the loop waits.
 * Whoever has asked already is not called twice; who asks from there is called in the next turn. */
typedef struct tf_loop_last {
	struct tf_loop_last *prev, *next; /* NULL: has not asked */
	tf_loop_fn fn;
	void *ctx;
} tf_loop_last;
void tf_loop_at_last(tf_loop *l, tf_loop_last *x);
void tf_loop_not_at_last(tf_loop_last *x);

/* A timer, stopped; fire runs on the loop. A running timer keeps the loop running. */
TF_MUST_USE tf_err tf_timer_new(tf_timer **out, tf_loop *l, tf_loop_fn fire, void *ctx);

/* Fire in after_ms, then every repeat_ms (0: once). Starting a running timer moves it. */
void tf_timer_start(tf_timer *t, uint64_t after_ms, uint64_t repeat_ms);
void tf_timer_stop(tf_timer *t);

/* Stops and frees; fire is not called any more. NULL is allowed; also allowed inside fire. */
void tf_timer_free(tf_timer *t);

/* Call fn(ctx) on the loop when the process gets the signal. At most 8 signals; the handler does
 * not keep the loop running, and stays until the loop is being freed, which ends it first of all,
 * or until tf_loop_no_signals for its ctx. */
TF_MUST_USE tf_err tf_loop_signal(tf_loop *l, int signum, tf_loop_fn fn, void *ctx);
void tf_loop_no_signals(tf_loop *l, const void *ctx);

/* A buffer for reading that all handles of the loop share: what is read into it must be consumed in
 * the read callback. */
#define TF_LOOP_SCRATCH 65536
char *tf_loop_scratch(tf_loop *l);

/* For owners of uv handles: a guest is told to close them when the loop is freed. evict is called
 * once and must not leave other guests; the guest leaves at the latest in its close callback. */
typedef struct tf_loop_guest {
	struct tf_loop_guest *prev, *next;
	void (*evict)(struct tf_loop_guest *self);
} tf_loop_guest;

void tf_loop_join(tf_loop *l, tf_loop_guest *guest);

/* Harmless for a zeroed guest, or one that left. */
void tf_loop_leave(tf_loop_guest *guest);

#endif
