#include "zk/folds.h"

#include "zk/impl.h"

typedef struct fold {
	tf_bn *out;
	const tf_mod *m;
	const tf_bn *rho;
	tf_bn r, e; /* |e| */
	bool neg;
} fold;

struct tf_zk_folds {
	const tf_zk_env *env;
	const tf_rng *rng;
	size_t mark; /* of the memory before */
	size_t n, max;
	fold *fold;
	const tf_bn **base; /* [max]: rho, or its inverse */
	const tf_bn **rho;  /* [max]: those of one modulus that are to be inverted, */
	tf_bn *inverse;     /* [max]: and the inverses of all */
};

/* What TF_PRESIGN_JOB is to the protocol: bytes of a job in a batch. */
#define JOB 384u

size_t tf_zk_folds_bytes(size_t n)
{
	return sizeof(tf_zk_folds) + n * (sizeof(fold) + 2 * sizeof(tf_bn *) + sizeof(tf_bn) + JOB) +
	       1024u;
}

tf_err tf_zk_folds_open(tf_zk_folds **out, const tf_zk_env *env, size_t n, const tf_rng *rng)
{
	size_t mark = tf_arena_mark(env->mem);
	tf_zk_folds *f = tf_arena_alloc(env->mem, sizeof(*f));

	if (!f)
		return TF_E_CAPACITY;
	*f = (tf_zk_folds){ .env = env, .rng = rng, .mark = mark, .max = n };
	f->fold = tf_arena_alloc(env->mem, n * sizeof(*f->fold));
	f->base = tf_arena_alloc(env->mem, n * sizeof(const tf_bn *));
	f->rho = tf_arena_alloc(env->mem, n * sizeof(const tf_bn *));
	f->inverse = tf_arena_alloc(env->mem, n * sizeof(*f->inverse));
	if (!f->fold || !f->base || !f->rho || !f->inverse)
		return TF_E_CAPACITY;
	*out = f;
	return TF_OK;
}

tf_err tf_zk_fold(tf_zk_folds *f, tf_bn *out, const tf_mod *m, const tf_bn *r, const tf_bn *rho,
                  const tf_challenge *e)
{
	fold *x = &f->fold[f->n];

	if (f->n == f->max)
		return TF_E_CAPACITY;
	x->out = out;
	x->m = m;
	x->rho = rho;
	x->r = *r;
	x->e = e->i.mag;
	x->neg = tf_ct_reveal(e->i.neg);
	f->n++;
	return TF_OK;
}

/* Is it the first of its modulus? */
static bool is_first(const tf_zk_folds *f, size_t at)
{
	size_t i = 0;

	while (f->fold[i].m != f->fold[at].m)
		i++;
	return i == at;
}

/* The bases of all with modulus m; *inverted counts the places that inverses have taken. */
static tf_err choose_bases(tf_zk_folds *f, const tf_mod *m, size_t *inverted)
{
	tf_bn *inverse = f->inverse + *inverted;
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		if (f->fold[i].m != m)
			continue;
		f->base[i] = f->fold[i].neg ? &inverse[n] : f->fold[i].rho;
		if (f->fold[i].neg)
			f->rho[n++] = f->fold[i].rho;
	}
	*inverted += n;
	return tf_mod_inv_many(inverse, f->rho, n, m, f->rng);
}

static tf_err compute(tf_zk_folds *f)
{
	const tf_zk_env *env = f->env;
	size_t inverted = 0;
	tf_batch *b;

	TRY(tf_batch_init_on(&b, env->mem, f->n, env->kernel));
	for (size_t i = 0; i < f->n; i++)
		if (is_first(f, i))
			TRY(choose_bases(f, f->fold[i].m, &inverted));
	for (size_t i = 0; i < f->n; i++) {
		const fold *x = &f->fold[i];
		const tf_power p = { .base = f->base[i], .nat = &x->e, .bits = tf_zk_e_bits(env),
		                     .secrecy = TF_SECRET };

		tf_batch_power(b, x->out, x->m, &p, 1);
	}
	TRY(tf_batch_run(b));
	for (size_t i = 0; i < f->n; i++)
		TRY(tf_mod_mul(f->fold[i].out, f->fold[i].out, &f->fold[i].r, f->fold[i].m));
	return TF_OK;
}

tf_err tf_zk_folds_run(tf_zk_folds *f)
{
	tf_arena *mem = f->env->mem;
	size_t mark = f->mark;
	tf_err err = compute(f);

	for (size_t i = 0; i < f->n; i++) {
		if (err != TF_OK)
			tf_bn_wipe(f->fold[i].out);
		tf_ct_declassify(f->fold[i].out, sizeof(*f->fold[i].out));
	}
	tf_arena_release(mem, mark);
	return err;
}
