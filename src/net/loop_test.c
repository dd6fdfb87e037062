#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/harness.h"
#include "net/loop.h"

typedef struct tally {
	tf_loop *loop;
	tf_timer *timer;
	int fired, jobs_done, jobs_cut, last;
	_Atomic int worked;
	pthread_t home;
} tally;

static void fire(void *ctx)
{
	tally *t = ctx;

	if (++t->fired == 3) {
		tf_timer_free(t->timer);
		t->timer = NULL;
	}
}

TEST(a_timer_repeats_until_it_is_freed_even_by_itself)
{
	tally t = { 0 };

	CHECK_OK(tf_loop_new(&t.loop));
	CHECK_OK(tf_timer_new(&t.timer, t.loop, fire, &t));
	tf_timer_start(t.timer, 1, 1);
	tf_loop_run(t.loop);
	CHECK(t.fired == 3 && !t.timer);
	tf_loop_free(t.loop);
}

TEST(a_timer_may_outlive_its_loop)
{
	tally t = { 0 };

	CHECK_OK(tf_loop_new(&t.loop));
	CHECK_OK(tf_timer_new(&t.timer, t.loop, fire, &t));
	tf_timer_start(t.timer, 1000000, 0);
	tf_loop_free(t.loop);
	tf_timer_start(t.timer, 1, 0);
	tf_timer_stop(t.timer);
	tf_timer_free(t.timer);
	CHECK(t.fired == 0);
}

typedef struct tail {
	tf_loop *loop;
	tf_loop_last first, second;
	unsigned ends, firsts, seconds;
} tail;

static void turn_is_over(void *ctx)
{
	tail *t = ctx;

	t->ends++;
	tf_loop_at_last(t->loop, &t->first);
	tf_loop_at_last(t->loop, &t->first);
}

static void first_last(void *ctx)
{
	tail *t = ctx;

	CHECK(t->ends == ++t->firsts); /* in the same turn, once */
	tf_loop_at_last(t->loop, &t->first);
	tf_loop_at_last(t->loop, &t->second);
}

static void second_last(void *ctx)
{
	tail *t = ctx;

	CHECK(++t->seconds < t->firsts); /* a turn later */
}

static void nothing(void *ctx)
{
	(void)ctx;
}

TEST(the_last_things_of_a_turn_come_after_its_end_and_once)
{
	tail t = { .first = { .fn = first_last, .ctx = &t }, .second = { .fn = second_last,
	           .ctx = &t } };
	tf_timer *timer;

	CHECK_OK(tf_loop_new(&t.loop));
	CHECK_OK(tf_timer_new(&timer, t.loop, nothing, NULL));
	CHECK_OK(tf_loop_at_end_of_turn(t.loop, turn_is_over, &t));
	tf_timer_start(timer, 1000000, 0);
	for (unsigned i = 0; i < 4; i++) {
		tf_timer_start(timer, 1, 0);
		tf_loop_once(t.loop);
	}
	CHECK(t.ends == 4 && t.firsts == 4 && t.seconds == 2);
	tf_loop_not_at_last(&t.first);
	tf_loop_not_at_last(&t.first);
	tf_loop_not_at_last(&t.second);
	tf_loop_no_end_of_turn(t.loop);
	tf_timer_start(timer, 1, 0);
	tf_loop_once(t.loop);
	CHECK(t.ends == 4 && t.firsts == 4 && t.seconds == 2);
	tf_timer_free(timer);
	tf_loop_free(t.loop);
}

static void in_order(void *ctx)
{
	tally *t = ctx;

	CHECK(pthread_equal(pthread_self(), t->home));
	if (++t->last == 1000)
		tf_loop_stop(t->loop);
}

static void count_turn(void *ctx)
{
	tally *t = ctx;

	t->last++;
}

static void ignore(void *ctx)
{
	(void)ctx;
}

TEST(the_end_of_a_turn_is_before_the_loop_waits)
{
	tally t = { 0 };

	CHECK_OK(tf_loop_new(&t.loop));
	CHECK_OK(tf_loop_at_end_of_turn(t.loop, count_turn, &t));
	CHECK_ERR(tf_loop_at_end_of_turn(t.loop, count_turn, &t), TF_E_STATE);
	CHECK_OK(tf_timer_new(&t.timer, t.loop, fire, &t));
	tf_timer_start(t.timer, 0, 1);
	tf_loop_run(t.loop); /* which it keeps from ending as little as before */
	CHECK(t.fired == 3 && t.last >= 3);
	tf_loop_no_end_of_turn(t.loop);
	CHECK_OK(tf_loop_at_end_of_turn(t.loop, ignore, &t));
	t.last = 0;
	tf_loop_once(t.loop);
	CHECK(t.last == 0);
	tf_loop_free(t.loop);
}

TEST(workers_are_at_least_one)
{
	CHECK(tf_loop_workers(0) >= 1 && tf_loop_workers(0) <= 64);
	CHECK(tf_loop_workers(3) == 3 && strcmp(getenv("UV_THREADPOOL_SIZE"), "3") == 0);
	CHECK(tf_loop_workers(1000) == 64);
	CHECK(tf_loop_workers(4) == 4);
}

static void *poster(void *ctx)
{
	tally *t = ctx;

	for (int i = 0; i < 500; i++)
		CHECK_OK(tf_loop_post(t->loop, in_order, t));
	return NULL;
}

TEST(posts_of_other_threads_run_on_the_loop)
{
	tally t = { .home = pthread_self() };
	pthread_t a, b;

	CHECK_OK(tf_loop_new(&t.loop));
	CHECK_OK(tf_timer_new(&t.timer, t.loop, fire, &t));
	tf_timer_start(t.timer, 1000000, 0);
	CHECK(pthread_create(&a, NULL, poster, &t) == 0);
	CHECK(pthread_create(&b, NULL, poster, &t) == 0);
	tf_loop_run(t.loop);
	CHECK(t.last == 1000);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	tf_timer_free(t.timer);
	tf_loop_free(t.loop);
}

static void work(void *ctx)
{
	tally *t = ctx;

	CHECK(!pthread_equal(pthread_self(), t->home));
	atomic_fetch_add(&t->worked, 1);
}

static void slow_work(void *ctx)
{
	usleep(20000);
	work(ctx);
}

static void done(void *ctx, bool ran)
{
	tally *t = ctx;

	CHECK(pthread_equal(pthread_self(), t->home));
	t->jobs_done += ran;
	t->jobs_cut += !ran;
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void wait_at_gate(void *ctx)
{
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	work(ctx);
}

static void count_in_order(void *ctx)
{
	tally *t = ctx;

	t->last++;
	work(ctx);
}

TEST(urgent_jobs_do_not_wait_for_long_ones)
{
	tally t = { .home = pthread_self() };
	tally held = { .home = pthread_self() };

	CHECK_OK(tf_loop_new(&t.loop));
	held.loop = t.loop;
	pthread_mutex_lock(&gate);
	for (int i = 0; i < 64; i++) /* more than there are threads, and none of them ends */
		CHECK_OK(tf_loop_job(t.loop, wait_at_gate, done, &held));
	for (int i = 0; i < 20; i++)
		CHECK_OK(tf_loop_urgent_job(t.loop, count_in_order, done, &t));
	CHECK(tf_loop_jobs(t.loop) == 84);
	while (t.jobs_done < 20)
		tf_loop_once(t.loop);
	CHECK(held.jobs_done == 0 && t.last == 20);
	pthread_mutex_unlock(&gate);
	tf_loop_run(t.loop);
	CHECK(held.jobs_done == 64 && tf_loop_jobs(t.loop) == 0);
	tf_loop_free(t.loop);
}

TEST(urgent_jobs_keep_the_loop_running_and_end_with_it)
{
	tally t = { .home = pthread_self() };

	CHECK_OK(tf_loop_new(&t.loop));
	CHECK_OK(tf_loop_urgent_job(t.loop, slow_work, done, &t));
	tf_loop_run(t.loop);
	CHECK(t.jobs_done == 1);
	for (int i = 0; i < 20; i++)
		CHECK_OK(tf_loop_urgent_job(t.loop, slow_work, done, &t));
	tf_loop_free(t.loop);
	CHECK(t.jobs_done + t.jobs_cut == 21 && t.jobs_cut > 0);
	CHECK(t.worked == t.jobs_done);
}

TEST(long_jobs_keep_no_other_waiting)
{
	tally t = { .home = pthread_self() };
	tally held = { .home = pthread_self() };

	CHECK_OK(tf_loop_new(&t.loop));
	held.loop = t.loop;
	pthread_mutex_lock(&gate);
	for (int i = 0; i < 8; i++) /* more than there are workers */
		CHECK_OK(tf_loop_long_job(t.loop, wait_at_gate, done, &held));
	CHECK_OK(tf_loop_job(t.loop, work, done, &t));
	CHECK_OK(tf_loop_urgent_job(t.loop, work, done, &t));
	CHECK(tf_loop_jobs(t.loop) == 10);
	while (t.jobs_done < 2)
		tf_loop_once(t.loop);
	CHECK(held.jobs_done == 0 && tf_loop_jobs(t.loop) == 8);
	pthread_mutex_unlock(&gate);
	tf_loop_run(t.loop); /* which they keep running */
	CHECK(held.jobs_done == 8 && tf_loop_jobs(t.loop) == 0);
	for (int i = 0; i < 4; i++)
		CHECK_OK(tf_loop_long_job(t.loop, slow_work, done, &held));
	tf_loop_free(t.loop); /* waits */
	CHECK(held.jobs_done == 12 && held.jobs_cut == 0);
}

TEST(jobs_run_elsewhere_and_end_here)
{
	tally t = { .home = pthread_self() };

	CHECK_OK(tf_loop_new(&t.loop));
	for (int i = 0; i < 20; i++)
		CHECK_OK(tf_loop_job(t.loop, work, done, &t));
	CHECK(tf_loop_jobs(t.loop) == 20);
	tf_loop_run(t.loop);
	CHECK(t.jobs_done == 20 && t.worked == 20 && tf_loop_jobs(t.loop) == 0);
	tf_loop_free(t.loop);
}

TEST(freeing_a_loop_ends_every_job_exactly_once)
{
	tally t = { .home = pthread_self() };

	CHECK_OK(tf_loop_new(&t.loop));
	for (int i = 0; i < 50; i++)
		CHECK_OK(tf_loop_job(t.loop, slow_work, done, &t));
	tf_loop_free(t.loop);
	CHECK(t.jobs_done + t.jobs_cut == 50);
	CHECK(t.jobs_cut > 0 && t.jobs_done == t.worked);
}

static void on_signal(void *ctx)
{
	tally *t = ctx;

	t->fired++;
	tf_loop_stop(t->loop);
}

TEST(a_signal_becomes_a_call)
{
	tally t = { 0 };

	CHECK_OK(tf_loop_new(&t.loop));
	CHECK_OK(tf_timer_new(&t.timer, t.loop, fire, &t));
	tf_timer_start(t.timer, 1000000, 0);
	CHECK_OK(tf_loop_signal(t.loop, SIGUSR2, on_signal, &t));
	kill(getpid(), SIGUSR2);
	tf_loop_run(t.loop);
	CHECK(t.fired == 1);
	for (int i = 1; i < 8; i++)
		CHECK_OK(tf_loop_signal(t.loop, SIGUSR2, on_signal, &t));
	CHECK_ERR(tf_loop_signal(t.loop, SIGUSR2, on_signal, &t), TF_E_CAPACITY);
	tf_loop_free(t.loop);
	tf_timer_free(t.timer);
}
