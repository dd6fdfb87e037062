#include "num/kernel_impl.h"
#include "num/limbs.h"

typedef struct job {
	tf_bn *out;
	const tf_mod *m;
	size_t n;
	uint64_t rank; /* jobs with the same upper half may share lanes */
	bool done;     /* computed already, by a table that it shares */
	tf_power p[TF_POWERS_MAX];
} job;

struct tf_batch {
	tf_arena *mem;
	const tf_kernel *kernel;
	job *jobs;
	job **order; /* by falling rank */
	size_t max, count;
	tf_lane_count computed;
	tf_err err; /* the first enqueueing error */
};

tf_err tf_batch_init(tf_batch **out, tf_arena *mem, size_t max_jobs)
{
	return tf_batch_init_on(out, mem, max_jobs, NULL);
}

tf_err tf_batch_init_on(tf_batch **out, tf_arena *mem, size_t max_jobs, const tf_kernel *kernel)
{
	tf_batch *b = tf_arena_alloc(mem, sizeof(*b));

	if (!b || max_jobs > SIZE_MAX / sizeof(job))
		return TF_E_CAPACITY;
	b->jobs = tf_arena_alloc(mem, max_jobs * sizeof(job));
	if (!b->jobs)
		return TF_E_CAPACITY;
	b->kernel = kernel ? kernel : tf_kernel_portable();
	b->order = tf_arena_alloc(mem, max_jobs * sizeof(job *));
	if (!b->order)
		return TF_E_CAPACITY;
	b->mem = mem;
	b->max = max_jobs;
	*out = b;
	return TF_OK;
}

/* A table is of the same modulus, or of its factors. */
static bool fixed_ok(const tf_power *p, const tf_mod *m)
{
	const tf_fixed *t = p->fixed;

	if (m->kind == TF_MOD_OWN)
		return t->other && tf_ct_reveal(tf_bn_eq(&t->m->m, &m->factors->p) &
		                                tf_bn_eq(&t->other->m->m, &m->factors->q));
	return m->kind != TF_MOD_OWN_SQUARE && !p->log && tf_ct_reveal(tf_bn_eq(&t->m->m, &m->m));
}

/* A power of many bases has no base of its own; the table must do. */
static bool many_ok(const tf_power *p, const tf_mod *m, const tf_kernel *k)
{
	bool own = m->kind == TF_MOD_OWN || m->kind == TF_MOD_OWN_SQUARE;

	return !own && p->nat && !p->sgn && !p->base && !p->log && p->bits > 0 &&
	       fixed_ok(p, m) && tf_fixed_fits(p->fixed, k, p->bits, false) &&
	       tf_ct_reveal(tf_bn_fits(p->nat, p->bits));
}

/* The contract of one power. */
static bool power_ok(const tf_power *p, const tf_mod *m, const tf_kernel *k)
{
	const tf_bn *e = p->sgn ? &p->sgn->mag : p->nat;

	if (p->fixed && p->fixed->many)
		return many_ok(p, m, k);
	if (!p->base || (p->sgn != NULL) == (p->nat != NULL) || p->bits > TF_BN_BITS)
		return false;
	if (p->base_inv && !tf_ct_reveal(tf_bn_lt(p->base_inv, &m->m)))
		return false;
	if (p->fixed ? !fixed_ok(p, m) : p->log != NULL)
		return false;
	return tf_ct_reveal(tf_bn_lt(p->base, &m->m) & tf_bn_fits(e, p->bits));
}

void tf_batch_power(tf_batch *b, tf_bn *out, const tf_mod *m, const tf_power *p, size_t n)
{
	job *j = &b->jobs[b->count];
	bool ok = n >= 1 && n <= TF_POWERS_MAX;

	if (b->err != TF_OK)
		return;
	if (b->count == b->max) {
		b->err = TF_E_CAPACITY;
		return;
	}
	for (size_t i = 0; ok && i < n; i++)
		ok = power_ok(&p[i], m, b->kernel);
	if (!ok) {
		b->err = TF_E_USAGE;
		return;
	}
	j->out = out;
	j->m = m;
	j->n = n;
	j->done = false;
	memcpy(j->p, p, n * sizeof(*p));
	b->count++;
}

static bool job_secret(const job *j)
{
	bool secret = false;

	for (size_t i = 0; i < j->n; i++)
		secret |= j->p[i].secrecy == TF_SECRET;
	return secret;
}

/* Base, or inverse by the sign's mask; without a sign the base itself. */
static tf_err base_secret(tf_bn *base, const tf_power *p, const tf_mod *m)
{
	TF_AUTO(tf_bn) inverse;

	*base = *p->base;
	if (!p->sgn || (p->sign_public && !tf_ct_reveal(p->sgn->neg)))
		return TF_OK;
	if (p->base_inv)
		inverse = *p->base_inv;
	else
		TRY(p->base_public ? tf_mod_inv_vt(&inverse, p->base, m)
		                   : tf_mod_inv(&inverse, p->base, m));
	tf_bn_select(base, p->sgn->neg, &inverse, base);
	return TF_OK;
}

static tf_err base_public(tf_bn *base, const tf_power *p, const tf_mod *m)
{
	bool negative = p->sgn && tf_ct_reveal(p->sgn->neg);

	if (negative && !p->base_inv)
		return tf_mod_inv_vt(base, p->base, m);
	*base = negative ? *p->base_inv : *p->base;
	return TF_OK;
}

/* By its table. */
static tf_err by_table(tf_nat_power *out, tf_bn *complement, const tf_power *p)
{
	if (p->sgn)
		return tf_fixed_power(out, complement, p->fixed, p->sgn, p->bits);
	*out = (tf_nat_power){ .exp = p->nat, .fixed = p->fixed };
	out->bits = tf_fixed_blocks(p->fixed, p->bits) * p->fixed->span;
	return TF_OK;
}

/* Under an own modulus exponents are reduced first. */
static bool uses_table(const tf_batch *b, const tf_power *p, const tf_mod *m)
{
	if (!p->fixed || p->bits == 0)
		return false;
	if (m->kind == TF_MOD_OWN)
		return tf_fixed_fits(p->fixed, b->kernel, m->factors->p1.bits, false);
	return tf_fixed_fits(p->fixed, b->kernel, p->bits, p->sgn != NULL);
}

static bool is_own(const job *j)
{
	return j->m->kind == TF_MOD_OWN || j->m->kind == TF_MOD_OWN_SQUARE;
}

/* The modulus of a job's lanes: its own, or a half of it. */
static const tf_mod *lane_mod(const job *j)
{
	switch (j->m->kind) {
	case TF_MOD_PLAIN:
	case TF_MOD_SQUARE:
		return j->m;
	case TF_MOD_OWN:
		return &j->m->factors->p1;
	case TF_MOD_OWN_SQUARE:
		return &j->m->factors->p2;
	}
	return j->m;
}

/* Up to TF_LANES jobs that are not of an own kind. */
static tf_err run_plain(tf_batch *b, job *const *j, size_t n)
{
	tf_bn *base = tf_arena_alloc(b->mem, n * TF_POWERS_MAX * sizeof(*base));
	tf_lane lane[TF_LANES];

	if (!base)
		return TF_E_CAPACITY;
	for (size_t i = 0; i < n; i++) {
		bool secret = job_secret(j[i]);

		lane[i] = (tf_lane){ .out = j[i]->out, .m = j[i]->m, .n = j[i]->n, .secret = secret };
		for (size_t k = 0; k < j[i]->n; k++, base++) {
			const tf_power *p = &j[i]->p[k];

			if (uses_table(b, p, j[i]->m)) {
				TRY(by_table(&lane[i].p[k], base, p));
				continue;
			}
			TRY(secret ? base_secret(base, p, j[i]->m) : base_public(base, p, j[i]->m));
			lane[i].p[k] = (tf_nat_power){
				.base = base, .exp = p->sgn ? &p->sgn->mag : p->nat, .bits = p->bits,
			};
		}
	}
	return tf_lanes_power(b->kernel, lane, n, b->mem, &b->computed);
}

/* Up to TF_OWN_JOBS jobs that are. */
static tf_err run_own(tf_batch *b, job *const *j, size_t n)
{
	tf_own_job own[TF_OWN_JOBS];

	for (size_t i = 0; i < n; i++)
		own[i] = (tf_own_job){ j[i]->out, j[i]->m, j[i]->p, j[i]->n };
	return tf_power_own(b->kernel, own, n, b->mem, &b->computed);
}

static tf_err run_some(tf_batch *b, job *const *j, size_t n)
{
	size_t mark = tf_arena_mark(b->mem);
	tf_err err = is_own(j[0]) ? run_own(b, j, n) : run_plain(b, j, n);

	tf_arena_release(b->mem, mark);
	return err;
}

/* Size of modulus, kind and use of tables above, cost below. Jobs that no lanes are for have rank
 * 0. */
static uint64_t rank_of(const tf_batch *b, const job *j)
{
	uint64_t of = b->kernel->shape(lane_mod(j)), tables = 0;
	tf_lane shape = { .n = j->n };

	for (size_t i = 0; i < j->n; i++) {
		bool table = uses_table(b, &j->p[i], j->m);

		shape.p[i].bits = j->p[i].bits;
		shape.p[i].fixed = table ? j->p[i].fixed : NULL;
		tables = tables << 1 | table;
	}
	return of ? of << 40 | (uint64_t)is_own(j) << 36 | tables << 32 | tf_lane_cost(&shape) : 0;
}

static void put(tf_batch *b, size_t at, job *j, uint64_t rank)
{
	j->rank = rank;
	b->order[at] = j;
}

/* By falling rank; those of the same as they came. */
static bool comes_before(const job *x, const job *y)
{
	return x->rank != y->rank ? x->rank > y->rank : x < y;
}

/* order[at] down to where neither of those below it, at 2 at + 1 and 2 at + 2, comes later. */
static void sink(job **order, size_t at, size_t n)
{
	job *j = order[at];

	for (size_t below; (below = 2 * at + 1) < n; at = below) {
		if (below + 1 < n && comes_before(order[below], order[below + 1]))
			below++;
		if (comes_before(order[below], j))
			break;
		order[at] = order[below];
	}
	order[at] = j;
}

/* A heap, since a batch may hold thousands of jobs and has no memory for a copy. */
static void sort(job **order, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sink(order, i, n);
	while (n > 1) {
		job *last = order[0];

		order[0] = order[--n];
		sink(order, 0, n);
		order[n] = last;
	}
}

/* What is not done, so that neighbours are alike. */
static size_t put_in_order(tf_batch *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->count; i++)
		if (!b->jobs[i].done)
			put(b, n++, &b->jobs[i], rank_of(b, &b->jobs[i]));
	sort(b->order, n);
	return n;
}

/* How many of the jobs from the first on can share lanes. */
static size_t alike(job *const *j, size_t n)
{
	size_t most = is_own(j[0]) ? TF_OWN_JOBS : TF_LANES, same = 1;

	if (j[0]->rank == 0)
		return 1;
	while (same < n && same < most && j[same]->rank >> 32 == j[0]->rank >> 32)
		same++;
	return same;
}

/* ---- secret powers of public bases that are raised several times ---- */

/* Bases of the same shape of modulus, up to TF_LANES. */
typedef struct sharing {
	tf_shared of[TF_LANES];
	size_t n, jobs;
} sharing;

static bool may_share(const tf_batch *b, const job *j)
{
	const tf_power *p = &j->p[0];

	return j->n == 1 && !is_own(j) && p->secrecy == TF_SECRET && p->base_public && p->sgn &&
	       !p->sign_public && !p->base_inv && !p->fixed && p->bits > 0 &&
	       p->bits <= TF_BN_BITS - 256 && (!b->kernel->has_one || b->kernel->has_one(j->m));
}

static tf_err run_shared(tf_batch *b, sharing *s)
{
	const tf_lane shape = { .m = s->of[0].m, .secret = true };
	bool together = s->n > 0 && b->kernel->price && s->n * 100 > b->kernel->price(&shape);
	size_t mark = tf_arena_mark(b->mem), step = together ? s->n : 1;
	tf_err err = TF_OK;

	for (size_t i = 0; err == TF_OK && i < s->n; i += step) {
		err = b->kernel->shared(&s->of[i], step, together ? TF_LANES : 1, b->mem);
		tf_arena_release(b->mem, mark);
	}
	if (b->kernel->shape)
		*(together ? &b->computed.together : &b->computed.alone) += s->jobs;
	*s = (sharing){ 0 };
	return err;
}

/* Longer ones first. */
static void add_power(tf_shared *of, const job *j)
{
	const tf_power *p = &j->p[0];
	size_t at = of->n++;

	for (; at > 0 && of->power[at - 1].bits < p->bits; at--)
		of->power[at] = of->power[at - 1];
	of->power[at].out = j->out;
	of->power[at].exp = p->sgn;
	of->power[at].bits = p->bits;
}

/* n jobs with the same base: a table pays where all together are as long as two of the longest. */
static tf_err share(tf_batch *b, sharing *s, job *const *j, size_t n)
{
	tf_shared of = { .m = j[0]->m, .base = j[0]->p[0].base };
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		add_power(&of, j[i]);
		sum += j[i]->p[0].bits;
	}
	if (n < 2 || sum < 2 * of.power[0].bits)
		return TF_OK;
	if (s->n > 0 && b->kernel->shape && b->kernel->shape(s->of[0].m) != b->kernel->shape(of.m))
		TRY(run_shared(b, s));
	for (size_t i = 0; i < n; i++)
		j[i]->done = true;
	s->of[s->n++] = of;
	s->jobs += n;
	return s->n == TF_LANES ? run_shared(b, s) : TF_OK;
}

/* Neighbours, by the base's place, have the same base. */
static tf_err share_tables(tf_batch *b)
{
	sharing s = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < b->count; i++)
		if (may_share(b, &b->jobs[i]))
			put(b, n++, &b->jobs[i], (uintptr_t)b->jobs[i].p[0].base);
	sort(b->order, n);
	for (size_t i = 0, same; i < n; i += same) {
		for (same = 1; i + same < n && same < TF_SHARED_MAX; same++)
			if (b->order[i + same]->rank != b->order[i]->rank ||
			    b->order[i + same]->m != b->order[i]->m)
				break;
		TRY(share(b, &s, &b->order[i], same));
	}
	return run_shared(b, &s);
}

static tf_err run_in_lanes(tf_batch *b)
{
	size_t count;

	if (b->kernel->shared)
		TRY(share_tables(b));
	count = put_in_order(b);
	for (size_t i = 0; i < count;) {
		size_t n = alike(&b->order[i], count - i);

		TRY(run_some(b, &b->order[i], n));
		i += n;
	}
	return TF_OK;
}

static tf_err run_singly(tf_batch *b)
{
	if (b->kernel->shared && !b->kernel->shape)
		TRY(share_tables(b));
	for (size_t i = 0; i < b->count; i++) {
		job *j = &b->jobs[i];

		if (!j->done)
			TRY(run_some(b, &j, 1));
	}
	return TF_OK;
}

/* Is there room for eight jobs at once? If not, for one after the other. */
static bool has_lanes(const tf_batch *b)
{
	return b->kernel->shape && b->mem->cap - b->mem->used >= TF_BATCH_LANES_SCRATCH;
}

/* Registers that the compiler, or the dynamic linker when it resolves a symbol of GMP, put on the
 * stack below may hold limbs of secrets; what our own functions keep there they have wiped. */
static __attribute__((noinline)) void wipe_stack_below(void)
{
	uint8_t below[24 * 1024];

	tf_wipe(below, sizeof(below));
}

tf_err tf_batch_run(tf_batch *b)
{
	tf_err err = b->err;

	if (err == TF_OK)
		err = has_lanes(b) ? run_in_lanes(b) : run_singly(b);
	b->count = 0;
	b->err = TF_OK;
	wipe_stack_below();
	return err;
}

const char *tf_batch_kernel(const tf_batch *b)
{
	return tf_kernel_name(b->kernel);
}

size_t tf_batch_together(const tf_batch *b)
{
	return b->computed.together;
}

size_t tf_batch_alone(const tf_batch *b)
{
	return b->computed.alone;
}
