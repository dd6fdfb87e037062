#include "net/loop.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIGNALS_MAX 8
#define WORKERS_MAX 64u

typedef struct post {
	struct post *next;
	tf_loop_fn fn;
	void *ctx;
} post;

typedef struct job {
	uv_work_t req;
	struct job *prev, *next;
	struct job *behind; /* in the queue of urgent ones */
	uv_thread_t thread; /* of a long one */
	bool ran;           /* an urgent one has, or was passed over */
	post *end;          /* in no worker: what tells the loop, made beforehand */
	tf_loop *loop;
	tf_loop_fn work;
	tf_job_done_fn done;
	void *ctx;
} job;

typedef struct watch {
	uv_signal_t sig;
	tf_loop_fn fn;
	void *ctx;
} watch;

struct tf_loop {
	uv_loop_t uv;
	uv_async_t wake;
	uv_prepare_t prepare;
	tf_loop_fn turn_ends;
	void *turn_ctx;
	tf_loop_last lasts; /* ring with this as head */
	uv_mutex_t lock;   /* guards first, last and closed, and what is urgent */
	post *first, *last;
	bool closed;
	uv_cond_t urgent_came;
	uv_thread_t urgent_thread;
	bool has_urgent_thread, urgent_ends;
	job *urgent, **urgent_last;
	unsigned beside; /* jobs in threads of their own, not done yet */
	tf_loop_guest guests; /* ring with this as head */
	job jobs;             /* likewise, of both kinds */
	unsigned job_count;
	watch signals[SIGNALS_MAX];
	unsigned signal_count;
	char scratch[TF_LOOP_SCRATCH];
};

struct tf_timer {
	tf_loop_guest guest;
	uv_timer_t uv;
	tf_loop_fn fire;
	void *ctx;
	bool released; /* by its owner */
	bool closed;   /* libuv is done with it */
};

static void take_posts(uv_async_t *wake)
{
	tf_loop *l = wake->data;
	post *p, *next;

	uv_mutex_lock(&l->lock);
	p = l->first;
	l->first = l->last = NULL;
	uv_mutex_unlock(&l->lock);
	for (; p; p = next) {
		next = p->next;
		p->fn(p->ctx);
		free(p);
	}
}

static void turn_ends(uv_prepare_t *prepare)
{
	tf_loop *l = prepare->data;
	tf_loop_last now, *x;

	if (l->turn_ends)
		l->turn_ends(l->turn_ctx);
	if (l->lasts.next == &l->lasts)
		return;
	now = l->lasts; /* those who ask meanwhile come next time */
	now.prev->next = now.next->prev = &now;
	l->lasts.prev = l->lasts.next = &l->lasts;
	while ((x = now.next) != &now) {
		tf_loop_not_at_last(x);
		x->fn(x->ctx);
	}
}

void tf_loop_at_last(tf_loop *l, tf_loop_last *x)
{
	if (x->next)
		return;
	x->prev = l->lasts.prev;
	x->next = &l->lasts;
	x->prev->next = x->next->prev = x;
}

void tf_loop_not_at_last(tf_loop_last *x)
{
	if (!x->next)
		return;
	x->prev->next = x->next;
	x->next->prev = x->prev;
	x->prev = x->next = NULL;
}

tf_err tf_loop_new(tf_loop **out)
{
	tf_loop *l = calloc(1, sizeof(*l));

	if (!l)
		return TF_E_RESOURCE;
	if (uv_mutex_init(&l->lock) != 0) {
		free(l);
		return TF_E_RESOURCE;
	}
	if (uv_loop_init(&l->uv) != 0) {
		uv_mutex_destroy(&l->lock);
		free(l);
		return TF_E_RESOURCE;
	}
	uv_prepare_init(&l->uv, &l->prepare); /* none of these three can fail */
	uv_prepare_start(&l->prepare, turn_ends);
	uv_unref((uv_handle_t *)&l->prepare);
	l->prepare.data = l;
	l->lasts.prev = l->lasts.next = &l->lasts;
	if (uv_async_init(&l->uv, &l->wake, take_posts) != 0) {
		uv_close((uv_handle_t *)&l->prepare, NULL);
		uv_run(&l->uv, UV_RUN_NOWAIT);
		uv_loop_close(&l->uv);
		uv_mutex_destroy(&l->lock);
		free(l);
		return TF_E_RESOURCE;
	}
	uv_cond_init(&l->urgent_came); /* cannot fail with default attributes */
	l->urgent_last = &l->urgent;
	l->wake.data = l;
	uv_unref((uv_handle_t *)&l->wake);
	l->guests.prev = l->guests.next = &l->guests;
	l->jobs.prev = l->jobs.next = &l->jobs;
	signal(SIGPIPE, SIG_IGN);
	*out = l;
	return TF_OK;
}

uv_loop_t *tf_loop_uv(tf_loop *l)
{
	return &l->uv;
}

char *tf_loop_scratch(tf_loop *l)
{
	return l->scratch;
}

void tf_loop_run(tf_loop *l)
{
	uv_run(&l->uv, UV_RUN_DEFAULT);
}

void tf_loop_once(tf_loop *l)
{
	uv_run(&l->uv, UV_RUN_ONCE);
}

void tf_loop_stop(tf_loop *l)
{
	uv_stop(&l->uv);
}

uint64_t tf_loop_now_ms(const tf_loop *l)
{
	return uv_now(&l->uv);
}

static post *new_post(tf_loop_fn fn, void *ctx)
{
	post *p = calloc(1, sizeof(*p));

	if (p)
		*p = (post){ .fn = fn, .ctx = ctx };
	return p;
}

/* Under the lock. */
static void append(tf_loop *l, post *p)
{
	if (l->last)
		l->last->next = p;
	else
		l->first = p;
	l->last = p;
	uv_async_send(&l->wake);
}

tf_err tf_loop_post(tf_loop *l, tf_loop_fn fn, void *ctx)
{
	post *p = new_post(fn, ctx);
	bool closed;

	if (!p)
		return TF_E_RESOURCE;
	uv_mutex_lock(&l->lock);
	closed = l->closed;
	if (!closed)
		append(l, p);
	uv_mutex_unlock(&l->lock);
	if (closed)
		free(p);
	return closed ? TF_E_STATE : TF_OK;
}

/* ---- jobs ---- */

static job *new_job(tf_loop *l, tf_loop_fn work, tf_job_done_fn done, void *ctx)
{
	job *j = l->closed ? NULL : calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	j->req.data = j;
	j->loop = l;
	j->work = work;
	j->done = done;
	j->ctx = ctx;
	return j;
}

static void enlist(job *j)
{
	tf_loop *l = j->loop;

	j->prev = l->jobs.prev;
	j->next = &l->jobs;
	j->prev->next = j->next->prev = j;
	l->job_count++;
}

static void end_job(job *j, bool ran)
{
	j->prev->next = j->next;
	j->next->prev = j->prev;
	j->loop->job_count--;
	j->done(j->ctx, ran);
	free(j);
}

static void job_run(uv_work_t *req)
{
	job *j = req->data;

	j->work(j->ctx);
}

static void job_end(uv_work_t *req, int status)
{
	end_job(req->data, status == 0);
}

tf_err tf_loop_job(tf_loop *l, tf_loop_fn work, tf_job_done_fn done, void *ctx)
{
	job *j = new_job(l, work, done, ctx);

	if (!j)
		return TF_E_RESOURCE;
	if (uv_queue_work(&l->uv, &j->req, job_run, job_end) != 0) {
		free(j);
		return TF_E_RESOURCE;
	}
	enlist(j);
	return TF_OK;
}

/* A job that is in no worker keeps the loop running, too. */
static void begin_beside(job *j)
{
	enlist(j);
	if (j->loop->beside++ == 0)
		uv_ref((uv_handle_t *)&j->loop->wake);
}

static void end_beside(job *j)
{
	if (--j->loop->beside == 0)
		uv_unref((uv_handle_t *)&j->loop->wake);
	end_job(j, j->ran);
}

/* On the loop: an urgent job has been run, or (the loop is being freed) passed over. */
static void urgent_done(void *ctx)
{
	end_beside(ctx);
}

static void run_urgent(void *ctx)
{
	tf_loop *l = ctx;

	uv_mutex_lock(&l->lock);
	while (!l->urgent_ends || l->urgent) {
		job *j = l->urgent;

		if (!j) {
			uv_cond_wait(&l->urgent_came, &l->lock);
			continue;
		}
		l->urgent = j->behind;
		if (!l->urgent)
			l->urgent_last = &l->urgent;
		j->ran = !l->closed;
		uv_mutex_unlock(&l->lock);
		if (j->ran)
			j->work(j->ctx);
		uv_mutex_lock(&l->lock);
		append(l, j->end);
	}
	uv_mutex_unlock(&l->lock);
}

tf_err tf_loop_urgent_job(tf_loop *l, tf_loop_fn work, tf_job_done_fn done, void *ctx)
{
	job *j = new_job(l, work, done, ctx);

	if (j)
		j->end = new_post(urgent_done, j);
	if (j && j->end && !l->has_urgent_thread)
		l->has_urgent_thread = uv_thread_create(&l->urgent_thread, run_urgent, l) == 0;
	if (!j || !j->end || !l->has_urgent_thread) {
		free(j ? j->end : NULL);
		free(j);
		return TF_E_RESOURCE;
	}
	begin_beside(j);
	uv_mutex_lock(&l->lock);
	*l->urgent_last = j;
	l->urgent_last = &j->behind;
	uv_cond_signal(&l->urgent_came);
	uv_mutex_unlock(&l->lock);
	return TF_OK;
}

static void run_long(void *ctx)
{
	job *j = ctx;
	tf_loop *l = j->loop;

	j->ran = true;
	j->work(j->ctx);
	uv_mutex_lock(&l->lock);
	append(l, j->end);
	uv_mutex_unlock(&l->lock);
}

static void long_done(void *ctx)
{
	job *j = ctx;

	uv_thread_join(&j->thread);
	end_beside(j);
}

tf_err tf_loop_long_job(tf_loop *l, tf_loop_fn work, tf_job_done_fn done, void *ctx)
{
	job *j = new_job(l, work, done, ctx);

	if (j)
		j->end = new_post(long_done, j);
	if (!j || !j->end || uv_thread_create(&j->thread, run_long, j) != 0) {
		free(j ? j->end : NULL);
		free(j);
		return TF_E_RESOURCE;
	}
	begin_beside(j);
	return TF_OK;
}

unsigned tf_loop_workers(unsigned n)
{
	char text[8];
	cpu_set_t mine;

	if (n == 0 && sched_getaffinity(0, sizeof(mine), &mine) == 0)
		n = (unsigned)CPU_COUNT(&mine);
	n = n == 0 ? 1 : n > WORKERS_MAX ? WORKERS_MAX : n;
	snprintf(text, sizeof(text), "%u", n);
	return setenv("UV_THREADPOOL_SIZE", text, 1) == 0 ? n : 4;
}

unsigned tf_loop_jobs(const tf_loop *l)
{
	return l->job_count;
}

tf_err tf_loop_at_end_of_turn(tf_loop *l, tf_loop_fn fn, void *ctx)
{
	if (l->turn_ends)
		return TF_E_STATE;
	l->turn_ends = fn;
	l->turn_ctx = ctx;
	return TF_OK;
}

void tf_loop_no_end_of_turn(tf_loop *l)
{
	l->turn_ends = NULL;
}

static void timer_gone(uv_handle_t *h)
{
	tf_timer *t = h->data;

	tf_loop_leave(&t->guest);
	t->closed = true;
	if (t->released)
		free(t);
}

/* The loop goes first: the owner still holds the timer and will free it. */
static void timer_evict(tf_loop_guest *guest)
{
	tf_timer *t = (tf_timer *)guest;

	if (!uv_is_closing((uv_handle_t *)&t->uv))
		uv_close((uv_handle_t *)&t->uv, timer_gone);
}

static void timer_fire(uv_timer_t *uv)
{
	tf_timer *t = uv->data;

	t->fire(t->ctx);
}

tf_err tf_timer_new(tf_timer **out, tf_loop *l, tf_loop_fn fire, void *ctx)
{
	tf_timer *t = l->closed ? NULL : calloc(1, sizeof(*t));

	if (!t)
		return TF_E_RESOURCE;
	uv_timer_init(&l->uv, &t->uv);
	t->uv.data = t;
	t->fire = fire;
	t->ctx = ctx;
	t->guest.evict = timer_evict;
	tf_loop_join(l, &t->guest);
	*out = t;
	return TF_OK;
}

void tf_timer_start(tf_timer *t, uint64_t after_ms, uint64_t repeat_ms)
{
	if (t->closed || uv_is_closing((uv_handle_t *)&t->uv))
		return;
	/* libuv measures from the time read at the start of the round */
	uv_update_time(t->uv.loop);
	uv_timer_start(&t->uv, timer_fire, after_ms, repeat_ms);
}

void tf_timer_stop(tf_timer *t)
{
	if (!t->closed)
		uv_timer_stop(&t->uv);
}

void tf_timer_free(tf_timer *t)
{
	if (!t || t->released)
		return;
	t->released = true;
	if (t->closed)
		free(t);
	else if (!uv_is_closing((uv_handle_t *)&t->uv))
		uv_close((uv_handle_t *)&t->uv, timer_gone);
}

static void signal_came(uv_signal_t *sig, int signum)
{
	watch *w = sig->data;

	(void)signum;
	w->fn(w->ctx);
}

tf_err tf_loop_signal(tf_loop *l, int signum, tf_loop_fn fn, void *ctx)
{
	watch *w;

	if (l->signal_count == SIGNALS_MAX)
		return TF_E_CAPACITY;
	w = &l->signals[l->signal_count];
	if (uv_signal_init(&l->uv, &w->sig) != 0)
		return TF_E_RESOURCE;
	l->signal_count++;
	w->sig.data = w;
	w->fn = fn;
	w->ctx = ctx;
	uv_unref((uv_handle_t *)&w->sig);
	return uv_signal_start(&w->sig, signal_came, signum) == 0 ? TF_OK : TF_E_RESOURCE;
}

void tf_loop_no_signals(tf_loop *l, const void *ctx)
{
	for (unsigned i = 0; i < l->signal_count; i++)
		if (l->signals[i].ctx == ctx)
			uv_signal_stop(&l->signals[i].sig);
}

void tf_loop_join(tf_loop *l, tf_loop_guest *guest)
{
	guest->prev = l->guests.prev;
	guest->next = &l->guests;
	guest->prev->next = guest->next->prev = guest;
}

void tf_loop_leave(tf_loop_guest *guest)
{
	if (!guest->next)
		return;
	guest->prev->next = guest->next;
	guest->next->prev = guest->prev;
	guest->prev = guest->next = NULL;
}

static void close_rest(uv_handle_t *h, void *arg)
{
	(void)arg;
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

/* A guest may take several rounds to leave; each is told once: the ring moves to a second one. */
static void evict_guests(tf_loop *l)
{
	tf_loop_guest told, *g;

	told.prev = told.next = &told;
	while ((g = l->guests.next) != &l->guests) {
		tf_loop_leave(g);
		g->prev = told.prev;
		g->next = &told;
		g->prev->next = g->next->prev = g;
		g->evict(g);
	}
	while (l->job_count > 0 || told.next != &told)
		uv_run(&l->uv, UV_RUN_ONCE);
}

static void end_urgent_thread(tf_loop *l)
{
	if (!l->has_urgent_thread)
		return;
	uv_mutex_lock(&l->lock);
	l->urgent_ends = true;
	uv_cond_signal(&l->urgent_came);
	uv_mutex_unlock(&l->lock);
	uv_thread_join(&l->urgent_thread);
}

void tf_loop_free(tf_loop *l)
{
	post *p;

	if (!l)
		return;
	uv_mutex_lock(&l->lock);
	l->closed = true;
	uv_mutex_unlock(&l->lock);
	/* Whom a handler calls may be gone, and the loop runs once more below. */
	for (unsigned i = 0; i < l->signal_count; i++)
		uv_close((uv_handle_t *)&l->signals[i].sig, NULL);
	for (job *j = l->jobs.next; j != &l->jobs; j = j->next)
		if (!j->end)
			uv_cancel((uv_req_t *)&j->req);
	evict_guests(l);
	end_urgent_thread(l);
	uv_walk(&l->uv, close_rest, NULL);
	while (uv_loop_close(&l->uv) == UV_EBUSY)
		uv_run(&l->uv, UV_RUN_ONCE);
	while ((p = l->first) != NULL) {
		l->first = p->next;
		free(p);
	}
	uv_cond_destroy(&l->urgent_came);
	uv_mutex_destroy(&l->lock);
	free(l);
}
