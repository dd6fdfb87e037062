#include "zk/batchv.h"

#include "zk/impl.h"

#define G_BITS TF_ZK_BATCHV_BITS
#define G_BYTES (G_BITS / 8)

/* z (and K^k, w; or y) on the left, B and C^e on the right. */
typedef struct equation {
	size_t set;
	tf_zk_phase *phase; /* of its verifier */
	const tf_bn *B, *C;
	const tf_challenge *e;
	const tf_int *z;
	const tf_int *y; /* t's exponent; NULL: modulo N^2, and */
	const tf_bn *w;
	size_t shared;   /* which K, from 1; 0: none */
	const tf_int *k;
	tf_int g;        /* the coefficient */
	tf_bn ge;        /* g |e| */
} equation;

/* One K of several equations, with the sum of g k. */
typedef struct shared {
	const tf_bn *K;
	size_t set;
	tf_int sum;
} shared;

/* All equations modulo the same number. */
typedef struct set {
	const tf_mod *m;
	const tf_paillier_pk *pk; /* of m = N^2, or NULL, and */
	const tf_rp *rp;          /* of m = Nhat */
	tf_int z, y;              /* sums of g z, g y */
	tf_bn left, right, w;     /* products */
	tf_bn power;              /* w^N, or s^z t^y */
} set;

/* A job's result, and the product that it belongs to. */
typedef struct part {
	tf_bn x, *product;
	const tf_mod *m;
} part;

struct tf_zk_batchv {
	const tf_zk_env *env;
	const tf_rng *rng;
	size_t mark; /* of the memory before */
	size_t equations_n, equations_max, sets_n, sets_max, shared_n, shared_max, parts_n;
	equation *equations;
	set *sets;
	shared *shared;
	part *parts;
	tf_err err; /* the first of adding */
};

/* One equation of a pi_aff-g has a K. */
static size_t shared_most(size_t equations)
{
	return equations / TF_ZK_AFFG_EQUATIONS;
}

/* Jobs of a run: three powers for each equation and one for each K, in the rows of enqueue_set, the
 * last job of each of which may be short. */
#define ROWS 6u
static size_t parts_most(size_t equations, size_t moduli)
{
	return (3 * equations + shared_most(equations)) / TF_POWERS_MAX + ROWS * moduli;
}

size_t tf_zk_batchv_bytes(size_t equations, size_t moduli)
{
	return sizeof(tf_zk_batchv) + equations * (sizeof(equation) + G_BYTES) +
	       shared_most(equations) * sizeof(shared) + moduli * (sizeof(set) + 512u) +
	       parts_most(equations, moduli) * (sizeof(part) + 512u) + 1024u;
}

tf_err tf_zk_batchv_open(tf_zk_batchv **out, const tf_zk_env *env, size_t equations,
                         size_t moduli, const tf_rng *rng)
{
	size_t mark = tf_arena_mark(env->mem);
	tf_zk_batchv *v = tf_arena_alloc(env->mem, sizeof(*v));

	if (!v)
		return TF_E_CAPACITY;
	*v = (tf_zk_batchv){ .env = env, .rng = rng, .mark = mark, .equations_max = equations,
	                     .sets_max = moduli, .shared_max = shared_most(equations) };
	v->equations = tf_arena_alloc(env->mem, equations * sizeof(*v->equations));
	v->shared = tf_arena_alloc(env->mem, v->shared_max * sizeof(*v->shared));
	v->sets = tf_arena_alloc(env->mem, moduli * sizeof(*v->sets));
	v->parts = tf_arena_alloc(env->mem, parts_most(equations, moduli) * sizeof(*v->parts));
	if (!v->equations || !v->shared || !v->sets || !v->parts)
		return TF_E_CAPACITY;
	*out = v;
	return TF_OK;
}

/* ---- adding ---- */

static size_t find_set(tf_zk_batchv *v, const tf_mod *m, const tf_paillier_pk *pk,
                       const tf_rp *rp)
{
	size_t i = 0;

	while (i < v->sets_n && v->sets[i].m != m)
		i++;
	if (i < v->sets_n)
		return i;
	if (i == v->sets_max) {
		v->err = TF_E_CAPACITY;
		return 0;
	}
	v->sets[i].m = m;
	v->sets[i].pk = pk;
	v->sets[i].rp = rp;
	v->sets_n++;
	return i;
}

/* From 1. */
static size_t find_shared(tf_zk_batchv *v, size_t of, const tf_bn *K)
{
	size_t i = 0;

	while (i < v->shared_n && (v->shared[i].K != K || v->shared[i].set != of))
		i++;
	if (i == v->shared_max) {
		v->err = TF_E_CAPACITY;
		return 0;
	}
	if (i == v->shared_n) {
		v->shared[i].K = K;
		v->shared[i].set = of;
		v->shared_n++;
	}
	return i + 1;
}

static equation *add(tf_zk_batchv *v, const equation *q)
{
	equation *e = &v->equations[v->equations_n];

	if (v->err == TF_OK && v->equations_n == v->equations_max)
		v->err = TF_E_CAPACITY;
	if (v->err == TF_OK && *q->phase != TF_ZK_MIDDLE)
		v->err = TF_E_STATE;
	if (v->err != TF_OK)
		return NULL;
	*e = *q;
	v->equations_n++;
	return e;
}

/* enc(z; w) = B (+) e (.) C */
static equation *add_cipher(tf_zk_batchv *v, const equation *q, const tf_paillier_pk *pk)
{
	equation *e = add(v, q);

	if (e)
		e->set = find_set(v, &pk->n2, pk, NULL);
	return e;
}

/* s^z t^y = B C^e */
static void add_commitment(tf_zk_batchv *v, const equation *q, const tf_rp *rp)
{
	equation *e = add(v, q);

	if (e)
		e->set = find_set(v, &rp->n, NULL, rp);
}

void tf_zk_batchv_encelg(tf_zk_batchv *v, tf_zk_encelg_verifier *vf, const tf_zk_encelg_st *st,
                         const tf_zk_encelg_proof *p)
{
	equation q = { .phase = &vf->phase, .e = &vf->e, .z = &p->z1 };

	q.B = &p->D;
	q.C = st->C;
	q.w = &p->z2;
	(void)add_cipher(v, &q, st->pk);
	q.B = &p->T;
	q.C = &p->S;
	q.w = NULL;
	q.y = &p->z3;
	add_commitment(v, &q, st->rp);
}

void tf_zk_batchv_affg(tf_zk_batchv *v, tf_zk_affg_verifier *vf, const tf_zk_affg_st *st,
                       const tf_zk_affg_proof *p)
{
	const equation enc0 = { .phase = &vf->phase, .e = &vf->e, .z = &p->z2, .B = &p->A,
	                        .C = st->D, .w = &p->w, .k = &p->z1 };
	const equation enc1 = { .phase = &vf->phase, .e = &vf->e, .z = &p->z2, .B = &p->By,
	                        .C = st->Y, .w = &p->wy };
	const equation com1 = { .phase = &vf->phase, .e = &vf->e, .z = &p->z1, .B = &p->E,
	                        .C = &p->S, .y = &p->z3 };
	const equation com2 = { .phase = &vf->phase, .e = &vf->e, .z = &p->z2, .B = &p->F,
	                        .C = &p->T, .y = &p->z4 };
	equation *e = add_cipher(v, &enc0, st->pk0);

	if (e)
		e->shared = find_shared(v, e->set, st->C);
	(void)add_cipher(v, &enc1, st->pk1);
	add_commitment(v, &com1, st->rp);
	add_commitment(v, &com2, st->rp);
}

/* ---- running ---- */

/* sum += g x, in as few limbs as it needs: everything here is public. */
static tf_err accumulate(tf_int *sum, const tf_int *g, const tf_int *x)
{
	TRY(tf_int_muladd(sum, g, x, sum));
	tf_bn_resize(&sum->mag, tf_bn_limbs(tf_bn_bits_vt(&sum->mag)));
	return TF_OK;
}

/* The coefficients: unknown to the provers when they sent their proofs, and used at once. */
static tf_err draw(tf_zk_batchv *v)
{
	size_t len = v->equations_n * G_BYTES;
	uint8_t *coins = tf_arena_alloc(v->env->mem, len);

	if (!coins)
		return TF_E_CAPACITY;
	TRY(tf_rng_bytes(v->rng, coins, len));
	tf_ct_declassify(coins, len);
	for (size_t i = 0; i < v->equations_n; i++) {
		equation *q = &v->equations[i];

		TRY(tf_bn_from_bytes(&q->g.mag, coins + i * G_BYTES, G_BYTES));
		TRY(tf_bn_mul(&q->ge, &q->g.mag, &q->e->i.mag));
	}
	return TF_OK;
}

static tf_err sum_up(tf_zk_batchv *v)
{
	for (size_t i = 0; i < v->equations_n; i++) {
		const equation *q = &v->equations[i];
		set *s = &v->sets[q->set];

		TRY(accumulate(&s->z, &q->g, q->z));
		if (q->y)
			TRY(accumulate(&s->y, &q->g, q->y));
		if (q->shared)
			TRY(accumulate(&v->shared[q->shared - 1].sum, &q->g, q->k));
	}
	return TF_OK;
}

/* Powers that go into one product, until there are as many as a job takes. */
typedef struct row {
	tf_zk_batchv *v;
	tf_batch *b;
	tf_bn *product;
	const tf_mod *m;
	size_t n;
	tf_power p[TF_POWERS_MAX];
} row;

static void flush(row *r)
{
	part *x = &r->v->parts[r->v->parts_n];

	if (r->n == 0)
		return;
	x->product = r->product;
	x->m = r->m;
	r->v->parts_n++;
	tf_batch_power(r->b, &x->x, r->m, r->p, r->n);
	r->n = 0;
}

static void put(row *r, const tf_bn *base, const tf_bn *exp, uint32_t bits)
{
	r->p[r->n++] = (tf_power){ .base = base, .nat = exp, .bits = bits,
	                           .secrecy = TF_PUBLIC };
	if (r->n == TF_POWERS_MAX)
		flush(r);
}

/* Short powers first fill up a job of long ones: squarings are those of the longest in any case. */
static void put_short(row *own, row *longer, const tf_bn *base, const tf_bn *exp, uint32_t bits)
{
	put(longer->n ? longer : own, base, exp, bits);
}

/* A negative exponent's power goes to the other side: no inverses. */
static void enqueue_set(tf_zk_batchv *v, size_t at, tf_batch *b)
{
	set *s = &v->sets[at];
	uint32_t ge_bits = G_BITS + tf_zk_e_bits(v->env);
	row w = { v, b, &s->w, s->pk ? &s->pk->n : NULL, 0, { { 0 } } };
	row B = { v, b, &s->right, s->m, 0, { { 0 } } };
	row right = B, left = { v, b, &s->left, s->m, 0, { { 0 } } };
	row k_right = B, k_left = left;

	for (size_t i = 0; i < v->equations_n; i++) {
		const equation *q = &v->equations[i];

		if (q->set != at)
			continue;
		put(q->e->i.neg ? &left : &right, q->C, &q->ge, ge_bits);
		if (q->w)
			put(&w, q->w, &q->g.mag, G_BITS);
	}
	for (size_t i = 0; i < v->equations_n; i++)
		if (v->equations[i].set == at)
			put_short(&B, &right, v->equations[i].B, &v->equations[i].g.mag, G_BITS);
	for (size_t i = 0; i < v->shared_n; i++) {
		const shared *k = &v->shared[i];
		uint32_t bits = tf_bn_bits_vt(&k->sum.mag);

		if (k->set == at && bits > 0)
			put(k->sum.neg ? &k_right : &k_left, k->K, &k->sum.mag, bits);
	}
	flush(&w);
	flush(&B);
	flush(&left);
	flush(&right);
	flush(&k_left);
	flush(&k_right);
}

static tf_err short_powers(tf_zk_batchv *v)
{
	size_t most = parts_most(v->equations_max, v->sets_max);
	tf_batch *b;

	TRY(tf_batch_init_on(&b, v->env->mem, most, v->env->kernel));
	for (size_t i = 0; i < v->sets_n; i++) {
		set *s = &v->sets[i];

		tf_bn_set_u64(&s->left, 1);
		tf_bn_set_u64(&s->right, 1);
		tf_bn_set_u64(&s->w, 1);
		enqueue_set(v, i, b);
	}
	TRY(tf_batch_run(b));
	for (size_t i = 0; i < v->parts_n; i++) {
		const part *x = &v->parts[i];

		tf_bn_resize(x->product, x->m->m.n);
		TRY(tf_mod_mul(x->product, x->product, &x->x, x->m));
	}
	return TF_OK;
}

/* One for each modulus. */
static tf_err long_powers(tf_zk_batchv *v)
{
	tf_batch *b;

	TRY(tf_batch_init_on(&b, v->env->mem, v->sets_n, v->env->kernel));
	for (size_t i = 0; i < v->sets_n; i++) {
		set *s = &v->sets[i];

		if (s->pk)
			tf_paillier_enc_start(b, &s->power, s->pk, &s->w);
		else
			tf_rp_commit_start(b, &s->power, s->rp, &s->z, tf_bn_bits_vt(&s->z.mag),
			                   &s->y, tf_bn_bits_vt(&s->y.mag), TF_PUBLIC);
	}
	TRY(tf_batch_run(b));
	for (size_t i = 0; i < v->sets_n; i++)
		if (v->sets[i].pk)
			TRY(tf_paillier_enc_finish(&v->sets[i].power, v->sets[i].pk,
			                           &v->sets[i].z));
	return TF_OK;
}

static tf_err compute(bool *holds, tf_zk_batchv *v)
{
	TRY(v->err);
	if (v->equations_n == 0)
		return TF_OK;
	TRY(draw(v));
	TRY(sum_up(v));
	TRY(short_powers(v));
	TRY(long_powers(v));
	for (size_t i = 0; i < v->sets_n; i++) {
		const set *s = &v->sets[i];
		bool same;

		TRY(tf_zk_is_product(&same, &s->right, &s->left, &s->power, s->m));
		if (!same)
			return TF_OK;
	}
	for (size_t i = 0; i < v->equations_n; i++)
		*v->equations[i].phase = TF_ZK_VOUCHED;
	*holds = true;
	return TF_OK;
}

tf_err tf_zk_batchv_run(bool *holds, tf_zk_batchv *v)
{
	tf_arena *mem = v->env->mem;
	size_t mark = v->mark;
	tf_err err;

	*holds = false;
	err = compute(holds, v);
	tf_arena_release(mem, mark);
	return err;
}
