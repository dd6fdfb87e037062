#include "num/kernel_impl.h"
#include "num/limbs.h"

typedef struct job {
	tf_bn *out;
	const tf_mod *m;
	size_t n;
	uint64_t rank; /* jobs with the same upper half may share lanes */
	tf_power p[TF_POWERS_MAX];
} job;

struct tf_batch {
	tf_arena *mem;
	const tf_kernel *kernel;
	job *jobs;
	const job **order; /* of kernels with lanes: by falling rank */
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
	if (b->kernel->shape) {
		b->order = tf_arena_alloc(mem, max_jobs * sizeof(job *));
		if (!b->order)
			return TF_E_CAPACITY;
	}
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

/* By its table: the exponent, or its complement to whole blocks. */
static tf_err by_table(tf_nat_power *out, tf_bn *complement, const tf_power *p)
{
	uint32_t bits = tf_fixed_blocks(p->fixed, p->bits) * p->fixed->span;
	tf_bn top, one;

	*out = (tf_nat_power){ .exp = p->nat, .bits = bits, .fixed = p->fixed };
	if (!p->sgn)
		return TF_OK;
	tf_bn_set_u64(&one, 1);
	TRY(tf_bn_shl(&top, &one, bits));
	(void)tf_bn_sub(complement, &top, &p->sgn->mag);
	tf_bn_select(complement, p->sgn->neg, complement, &p->sgn->mag);
	out->exp = complement;
	out->is_signed = true;
	out->neg = p->sgn->neg;
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
static tf_err run_plain(tf_batch *b, const job *const *j, size_t n)
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
static tf_err run_own(tf_batch *b, const job *const *j, size_t n)
{
	tf_own_job own[TF_OWN_JOBS];

	for (size_t i = 0; i < n; i++)
		own[i] = (tf_own_job){ j[i]->out, j[i]->m, j[i]->p, j[i]->n };
	return tf_power_own(b->kernel, own, n, b->mem, &b->computed);
}

static tf_err run_some(tf_batch *b, const job *const *j, size_t n)
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

/* By falling rank, so that neighbours are alike; jobs of one kind come in a row already. */
static void put_in_order(tf_batch *b)
{
	for (size_t i = 0; i < b->count; i++) {
		job *j = &b->jobs[i];
		size_t at = i;

		j->rank = rank_of(b, j);
		for (; at > 0 && b->order[at - 1]->rank < j->rank; at--)
			b->order[at] = b->order[at - 1];
		b->order[at] = j;
	}
}

/* How many of the jobs from the first on can share lanes. */
static size_t alike(const job *const *j, size_t n)
{
	size_t most = is_own(j[0]) ? TF_OWN_JOBS : TF_LANES, same = 1;

	if (j[0]->rank == 0)
		return 1;
	while (same < n && same < most && j[same]->rank >> 32 == j[0]->rank >> 32)
		same++;
	return same;
}

static tf_err run_in_lanes(tf_batch *b)
{
	put_in_order(b);
	for (size_t i = 0; i < b->count;) {
		size_t n = alike(&b->order[i], b->count - i);

		TRY(run_some(b, &b->order[i], n));
		i += n;
	}
	return TF_OK;
}

static tf_err run_singly(tf_batch *b)
{
	for (size_t i = 0; i < b->count; i++) {
		const job *j = &b->jobs[i];

		TRY(run_some(b, &j, 1));
	}
	return TF_OK;
}

/* Is there room for eight jobs at once? If not, for one after the other. */
static bool has_lanes(const tf_batch *b)
{
	return b->order && b->mem->cap - b->mem->used >= TF_BATCH_LANES_SCRATCH;
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
