#include "zk/mod.h"

#include "num/prime.h"
#include "zk/impl.h"

#define EXTRA_BYTES 16u /* of each y beyond |N|, so that the reduction is uniform */
#define Y_BYTES_MAX (TF_BN_BYTES / 2 + EXTRA_BYTES)

/* The challenge y_1 .. y_count. */
static tf_err derive(tf_bn *y, uint32_t count, const tf_zk_env *env, const tf_ctx *ctx,
                     const tf_bn *N, const tf_bn *w)
{
	TF_AUTO(tf_zk_scratch) scratch = tf_zk_scratch_open(env);
	size_t len = tf_zk_n_bits(env) / 8 + EXTRA_BYTES;
	uint8_t bytes[Y_BYTES_MAX];
	tf_keccak k;
	tf_bn wide;
	tf_tr t;

	if (len > sizeof(bytes))
		return TF_E_CAPACITY;
	TRY(tf_zk_transcript(&t, env, ctx, 2, 0));
	tf_tr_nat(&t, N);
	tf_tr_nat(&t, w);
	TRY(tf_tr_xof(&k, &t, "mod"));
	for (uint32_t i = 0; i < count; i++) {
		tf_keccak_squeeze(&k, bytes, len);
		TRY(tf_bn_from_bytes(&wide, bytes, len));
		TRY(tf_bn_mod(&y[i], &wide, N));
	}
	return TF_OK;
}

/* Fourth roots modulo one prime p = 3 mod 4. With g = (p+1)/4 and u = v^(g^2),
 *
 *     u^4 = v if v is a square, -v if not,
 *
 * so one exponentiation tells which of v and -v is the square, and gives that one's root: a square
 * if v is one; else u times (-1)^(g^2), which is -1 if g is odd, is. */
typedef struct side {
	const tf_bn *prime;
	const tf_mod *mod;
	tf_bn exponent;    /* g^2 mod p-1 */
	tf_ct g_odd;
	tf_bn w, w_root;   /* w mod p, w^(g^2) */
	tf_ct w_square;
	tf_bn y[TF_PROFILE_M_MAX], root[TF_PROFILE_M_MAX];
} side;

typedef struct work {
	tf_bn y[TF_PROFILE_M_MAX];
	side p, q;
} work;

static tf_err side_init(side *s, const tf_bn *prime, const tf_mod *mod, const tf_bn *minus_1,
                        const tf_bn *w, const tf_bn *y, uint32_t m)
{
	TF_AUTO(tf_bn) g, square;
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	s->prime = prime;
	s->mod = mod;
	TRY(tf_bn_add(&square, prime, &one));
	tf_bn_shr(&g, &square, 2);
	s->g_odd = tf_bn_is_odd(&g);
	TRY(tf_bn_mul(&square, &g, &g));
	TRY(tf_bn_mod(&s->exponent, &square, minus_1));
	TRY(tf_bn_mod(&s->w, w, prime));
	for (uint32_t i = 0; i < m; i++)
		TRY(tf_bn_mod(&s->y[i], &y[i], prime));
	return TF_OK;
}

static void side_enqueue(tf_batch *b, side *s, const tf_zk_env *env)
{
	tf_power p = {
		.base = &s->w, .nat = &s->exponent, .bits = env->pr->prime_bits,
		.secrecy = TF_SECRET,
	};

	tf_batch_power(b, &s->w_root, s->mod, &p, 1);
	for (uint32_t i = 0; i < env->pr->m; i++) {
		p.base = &s->y[i];
		tf_batch_power(b, &s->root[i], s->mod, &p, 1);
	}
}

/* root^4 = v? */
static tf_err is_fourth_power(tf_ct *yes, const side *s, const tf_bn *root, const tf_bn *v)
{
	TF_AUTO(tf_bn) square, fourth;

	TRY(tf_mod_mul(&square, root, root, s->mod));
	TRY(tf_mod_mul(&fourth, &square, &square, s->mod));
	*yes = tf_bn_eq(&fourth, v);
	return TF_OK;
}

/* x = ((-1)^a w^b y_i)^(1/4) modulo this side's prime. */
static tf_err side_root(tf_bn *x, const side *s, uint32_t i, tf_ct a, tf_ct b)
{
	TF_AUTO(tf_bn) factor, plain, minus;
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	tf_bn_select(&factor, b, &s->w_root, &one);
	TRY(tf_mod_mul(&plain, &s->root[i], &factor, s->mod));
	(void)tf_bn_sub(&minus, s->prime, &plain);
	tf_bn_select(x, a & s->g_odd, &minus, &plain);
	return TF_OK;
}

/* The one (a, b) for y_i, and the fourth root. */
static tf_err solve(tf_zk_mod_proof *out, uint32_t i, const work *k, const tf_mod *n)
{
	TF_AUTO(tf_bn) xp, xq;
	tf_ct yp, yq, a, b;

	TRY(is_fourth_power(&yp, &k->p, &k->p.root[i], &k->p.y[i]));
	TRY(is_fourth_power(&yq, &k->q, &k->q.root[i], &k->q.y[i]));
	b = yp ^ yq;
	a = ~(yp ^ (b & ~k->p.w_square));
	TRY(side_root(&xp, &k->p, i, a, b));
	TRY(side_root(&xq, &k->q, i, a, b));
	TRY(tf_mod_crt(&out->x[i], n, &xp, &xq));
	out->a[i] = a & 1;
	out->b[i] = b & 1;
	return TF_OK;
}

static tf_err draw_w(tf_bn *w, const tf_bn *N, const tf_rng *rng)
{
	do {
		TRY(tf_bn_random_unit(w, N, rng));
		tf_ct_declassify(w, sizeof(*w));
	} while (tf_bn_jacobi_vt(w, N) != -1);
	return TF_OK;
}

/* x^4 = (-1)^a w^b y, with (a, b) still secret? */
static tf_err root_holds(tf_ct *holds, const tf_zk_mod_proof *p, uint32_t i, const tf_bn *y,
                         const tf_mod *n)
{
	TF_AUTO(tf_bn) square, left, right, other;

	TRY(tf_mod_mul(&square, &p->x[i], &p->x[i], n));
	TRY(tf_mod_mul(&left, &square, &square, n));
	TRY(tf_mod_mul(&other, &p->w, y, n));
	tf_bn_select(&right, (tf_ct)0 - p->b[i], &other, y);
	(void)tf_bn_sub(&other, &n->m, &right);
	tf_bn_select(&right, (tf_ct)0 - p->a[i], &other, &right);
	*holds = tf_bn_eq(&left, &right);
	return TF_OK;
}

/* Bellcore's attack: a root that is right modulo one prime and wrong modulo the other factors N.
 * What the factors had no part in decides whether the proof may leave. k's side p, which has done
 * its work, holds z^N. */
static tf_err check_own(const tf_zk_mod_proof *p, work *k, const tf_bn *N, uint32_t m, tf_batch *b)
{
	tf_ct all = ~(tf_ct)0;
	tf_mod n;

	TRY(tf_mod_init(&n, N));
	for (uint32_t i = 0; i < m; i++) {
		const tf_power power = {
			.base = &p->z[i], .nat = N, .bits = n.bits, .secrecy = TF_SECRET,
		};

		tf_batch_power(b, &k->p.root[i], &n, &power, 1);
	}
	TRY(tf_batch_run(b));
	for (uint32_t i = 0; i < m; i++) {
		tf_ct holds = 0;

		all &= tf_bn_eq(&k->p.root[i], &k->y[i]);
		TRY(root_holds(&holds, p, i, &k->y[i], &n));
		all &= holds;
	}
	return tf_ct_reveal(all) ? TF_OK : TF_E_FAULT;
}

static tf_err prove(tf_zk_mod_proof *out, const tf_zk_env *env, const tf_ctx *ctx,
                    const tf_paillier_sk *sk, const tf_rng *rng, tf_batch *b)
{
	TF_AUTO(tf_zk_scratch) scratch = tf_zk_scratch_open(env);
	const tf_bn *N = &sk->pk.n.m;
	const tf_mod_factors *f = &sk->f;
	uint32_t m = env->pr->m;
	work *k = tf_arena_alloc(env->mem, sizeof(*k));

	if (!k)
		return TF_E_CAPACITY;
	TRY(draw_w(&out->w, N, rng));
	TRY(derive(k->y, m, env, ctx, N, &out->w));
	TRY(side_init(&k->p, &f->p, &f->p1, &f->p_minus_1, &out->w, k->y, m));
	TRY(side_init(&k->q, &f->q, &f->q1, &f->q_minus_1, &out->w, k->y, m));
	side_enqueue(b, &k->p, env);
	side_enqueue(b, &k->q, env);
	for (uint32_t i = 0; i < m; i++) {
		const tf_power p = {
			.base = &k->y[i], .nat = &sk->n_inv_phi, .bits = tf_zk_n_bits(env),
			.secrecy = TF_SECRET,
		};

		tf_batch_power(b, &out->z[i], &sk->pk.n, &p, 1);
	}
	TRY(tf_batch_run(b));
	TRY(is_fourth_power(&k->p.w_square, &k->p, &k->p.w_root, &k->p.w));
	for (uint32_t i = 0; i < m; i++)
		TRY(solve(out, i, k, &sk->pk.n));
	out->count = m;
	TRY(check_own(out, k, N, m, b));
	tf_ct_declassify(out, sizeof(*out));
	return TF_OK;
}

tf_err tf_zk_mod_prove(tf_zk_mod_proof *out, const tf_zk_env *env, const tf_ctx *ctx,
                       const tf_paillier_sk *sk, const tf_rng *rng, tf_batch *b)
{
	tf_err err;

	tf_wipe(out, sizeof(*out));
	err = prove(out, env, ctx, sk, rng, b);
	if (err != TF_OK)
		tf_wipe(out, sizeof(*out));
	return err;
}

static tf_err check_modulus(const tf_zk_env *env, const tf_bn *N, const tf_zk_mod_proof *p,
                            const tf_rng *rng, tf_fault *fault)
{
	bool prime;

	if (!tf_holds(fault, TF_CK_MOD_N_ODD, tf_ct_reveal(tf_bn_is_odd(N))))
		return TF_E_PROOF;
	TRY(tf_prime_test_vt_on(&prime, N, TF_ZK_PRIME_ROUNDS, rng, env->mem, env->kernel));
	if (!tf_holds(fault, TF_CK_MOD_N_COMPOSITE, !prime))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_MOD_W_UNIT, tf_zk_unit_ok(&p->w, N, false)))
		return TF_E_PROOF;
	/* CVE-2025-66016: w = 0 modulo N's small factors makes the equations true there. */
	if (!tf_holds(fault, TF_CK_MOD_W_JACOBI, tf_bn_jacobi_vt(&p->w, N) == -1))
		return TF_E_PROOF;
	return TF_OK;
}

static tf_err check_point(const tf_bn *N, const tf_bn *y, const tf_zk_mod_proof *p, uint32_t i,
                          tf_fault *fault)
{
	if (!tf_holds(fault, TF_CK_MOD_X, tf_zk_unit_ok(&p->x[i], N, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_MOD_Z, tf_zk_unit_ok(&p->z[i], N, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_MOD_Y, tf_zk_unit_ok(y, N, false)))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_MOD_A_BIT, p->a[i] <= 1))
		return TF_E_PROOF;
	if (!tf_holds(fault, TF_CK_MOD_B_BIT, p->b[i] <= 1))
		return TF_E_PROOF;
	return TF_OK;
}

tf_err tf_zk_mod_verify_start(tf_zk_mod_verifier *vf, const tf_zk_env *env, const tf_ctx *ctx,
                              const tf_paillier_pk *pk, const tf_zk_mod_proof *p,
                              const tf_rng *rng, tf_batch *b, tf_fault *fault)
{
	const tf_bn *N = &pk->n.m;

	tf_wipe(vf, sizeof(*vf));
	TRY(check_modulus(env, N, p, rng, fault));
	if (!tf_holds(fault, TF_CK_MOD_COUNT, p->count == env->pr->m))
		return TF_E_PROOF;
	if (p->count > TF_PROFILE_M_MAX)
		return TF_E_CAPACITY;
	TRY(derive(vf->y, p->count, env, ctx, N, &p->w));
	for (uint32_t i = 0; i < p->count; i++)
		TRY(check_point(N, &vf->y[i], p, i, fault));
	for (uint32_t i = 0; i < p->count; i++) {
		const tf_power power = {
			.base = &p->z[i], .nat = N, .bits = tf_zk_n_bits(env),
			.secrecy = TF_PUBLIC,
		};

		tf_batch_power(b, &vf->zn[i], &pk->n, &power, 1);
	}
	vf->phase = TF_ZK_STARTED;
	return TF_OK;
}

/* x^4 = (-1)^a w^b y? */
static tf_err is_root(bool *holds, const tf_mod *n, const tf_zk_mod_proof *p, uint32_t i,
                      const tf_bn *y)
{
	tf_bn left, right, other;

	TRY(tf_mod_mul(&right, &p->x[i], &p->x[i], n));
	TRY(tf_mod_mul(&left, &right, &right, n));
	right = *y;
	if (p->b[i])
		TRY(tf_mod_mul(&right, &p->w, y, n));
	if (p->a[i]) {
		other = right;
		(void)tf_bn_sub(&right, &n->m, &other);
	}
	*holds = tf_ct_reveal(tf_bn_eq(&left, &right));
	return TF_OK;
}

tf_err tf_zk_mod_verify_finish(tf_zk_mod_verifier *vf, const tf_zk_env *env,
                               const tf_paillier_pk *pk, const tf_zk_mod_proof *p,
                               tf_fault *fault)
{
	(void)env;
	if (vf->phase != TF_ZK_STARTED)
		return TF_E_STATE;
	vf->phase = TF_ZK_IDLE;
	for (uint32_t i = 0; i < p->count; i++) {
		bool holds;

		if (!tf_holds(fault, TF_CK_MOD_EQ_Z, tf_ct_reveal(tf_bn_eq(&vf->zn[i], &vf->y[i]))))
			return TF_E_PROOF;
		TRY(is_root(&holds, &pk->n, p, i, &vf->y[i]));
		if (!tf_holds(fault, TF_CK_MOD_EQ_X, holds))
			return TF_E_PROOF;
	}
	return TF_OK;
}
