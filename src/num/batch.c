#include "num/limbs.h"
#include "num/power.h"

typedef struct job {
	tf_bn *out;
	const tf_mod *m;
	size_t n;
	tf_power p[TF_POWERS_MAX];
} job;

struct tf_batch {
	tf_arena *mem;
	job *jobs;
	size_t max, count;
	tf_err err; /* the first enqueueing error */
};

tf_err tf_batch_init(tf_batch **out, tf_arena *mem, size_t max_jobs)
{
	tf_batch *b = tf_arena_alloc(mem, sizeof(*b));

	if (!b || max_jobs > SIZE_MAX / sizeof(job))
		return TF_E_CAPACITY;
	b->jobs = tf_arena_alloc(mem, max_jobs * sizeof(job));
	if (!b->jobs)
		return TF_E_CAPACITY;
	b->mem = mem;
	b->max = max_jobs;
	*out = b;
	return TF_OK;
}

/* The contract of one power. */
static bool power_ok(const tf_power *p, const tf_mod *m)
{
	const tf_bn *e = p->sgn ? &p->sgn->mag : p->nat;

	if (!p->base || (p->sgn != NULL) == (p->nat != NULL) || p->bits > TF_BN_BITS)
		return false;
	if (p->base_inv && !tf_ct_reveal(tf_bn_lt(p->base_inv, &m->m)))
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
		ok = power_ok(&p[i], m);
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
	if (!p->sgn)
		return TF_OK;
	if (p->base_inv)
		inverse = *p->base_inv;
	else
		TRY(tf_mod_inv(&inverse, p->base, m));
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

static tf_err job_plain(const job *j, tf_arena *mem)
{
	bool secret = job_secret(j);
	tf_bn *base = tf_arena_alloc(mem, j->n * sizeof(*base));
	tf_nat_power nat[TF_POWERS_MAX];

	if (!base)
		return TF_E_CAPACITY;
	for (size_t i = 0; i < j->n; i++) {
		const tf_power *p = &j->p[i];

		TRY(secret ? base_secret(&base[i], p, j->m) : base_public(&base[i], p, j->m));
		nat[i] = (tf_nat_power){ &base[i], p->sgn ? &p->sgn->mag : p->nat, p->bits };
	}
	return secret ? tf_power_secret(j->out, j->m, nat, j->n, mem)
	              : tf_power_public(j->out, j->m, nat, j->n, mem);
}

static tf_err job_run(const job *j, tf_arena *mem)
{
	switch (j->m->kind) {
	case TF_MOD_PLAIN:
	case TF_MOD_SQUARE:
		return job_plain(j, mem);
	case TF_MOD_OWN:
	case TF_MOD_OWN_SQUARE:
		return tf_power_own(j->out, j->m, j->p, j->n, mem);
	}
	return TF_E_USAGE;
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
	size_t mark = tf_arena_mark(b->mem);
	tf_err err = b->err;

	for (size_t i = 0; err == TF_OK && i < b->count; i++) {
		err = job_run(&b->jobs[i], b->mem);
		tf_arena_release(b->mem, mark);
	}
	b->count = 0;
	b->err = TF_OK;
	wipe_stack_below();
	return err;
}

const char *tf_batch_kernel(const tf_batch *b)
{
	(void)b;
	return "portable";
}
