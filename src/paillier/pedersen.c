#include "paillier/pedersen.h"

#include "paillier/primes.h"

void tf_rp_sec_wipe(tf_rp_sec *sec)
{
	tf_wipe(sec, sizeof(*sec));
}

bool tf_rp_unit_ok(const tf_rp *rp, const tf_bn *x)
{
	return tf_ct_reveal(tf_bn_lt(x, &rp->n.m)) && tf_bn_coprime_vt(x, &rp->n.m);
}

/* s, t and their inverses; TF_E_ENCODING unless both are units. rp->n stands. */
static tf_err set_bases(tf_rp *rp, const tf_bn *s, const tf_bn *t)
{
	if (!tf_rp_unit_ok(rp, s) || !tf_rp_unit_ok(rp, t))
		return TF_E_ENCODING;
	rp->tables = NULL;
	rp->s = *s;
	rp->t = *t;
	tf_bn_resize(&rp->s, rp->n.m.n);
	tf_bn_resize(&rp->t, rp->n.m.n);
	TRY(tf_bn_invert_vt(&rp->s_inv, &rp->s, &rp->n.m));
	return tf_bn_invert_vt(&rp->t_inv, &rp->t, &rp->n.m);
}

tf_err tf_rp_init(tf_rp *out, const tf_profile *pr, const tf_bn *N, const tf_bn *s, const tf_bn *t)
{
	if (!tf_ct_reveal(tf_bn_is_odd(N)) || tf_bn_bits_vt(N) != 2 * pr->prime_bits)
		return TF_E_ENCODING;
	TRY(tf_mod_init(&out->n, N));
	return set_bases(out, s, t);
}

static tf_err init_factors(tf_rp_sec *out, const tf_bn *p, const tf_bn *q)
{
	TRY(tf_mod_factors_init(&out->f, p, q));
	TRY(tf_bn_mul(&out->phi, &out->f.p_minus_1, &out->f.q_minus_1));
	return tf_mod_init_own(&out->pub.n, &out->f);
}

/* s = t^lambda becomes public. */
static tf_err derive(tf_rp_sec *out, const tf_bn *t, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_power power = { .base = t, .nat = &out->lambda, .bits = out->pub.n.bits,
	                   .secrecy = TF_SECRET };
	tf_batch *b;
	tf_bn s;
	tf_err err = tf_batch_init(&b, mem, 1);

	if (err == TF_OK) {
		tf_batch_power(b, &s, &out->pub.n, &power, 1);
		err = tf_batch_run(b);
	}
	tf_arena_release(mem, mark);
	TRY(err);
	tf_ct_declassify(&s, sizeof(s));
	return set_bases(&out->pub, &s, t);
}

static tf_err draw(tf_rp_sec *out, const tf_rng *rng, tf_arena *mem)
{
	const tf_mod *n = &out->pub.n;
	TF_AUTO(tf_bn) tau;
	TF_AUTO(tf_bn) quarter;
	tf_bn t, one;

	tf_bn_set_u64(&one, 1);
	TRY(tf_bn_random_unit(&tau, &n->m, rng));
	TRY(tf_mod_mul(&t, &tau, &tau, n));
	tf_ct_declassify(&t, sizeof(t));
	tf_bn_shr(&quarter, &out->phi, 2);
	TRY(tf_bn_random_below(&out->lambda, &quarter, rng));
	TRY(tf_bn_add(&out->lambda, &out->lambda, &one));
	tf_bn_resize(&out->lambda, n->m.n);
	return derive(out, &t, mem);
}

/* What a peer would refuse (s = N - 1 cannot be: it is no square). */
static bool degenerate(const tf_rp *rp)
{
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	return tf_ct_reveal(tf_bn_eq(&rp->s, &one) | tf_bn_eq(&rp->t, &one) |
	                    tf_bn_eq(&rp->s, &rp->t));
}

static tf_err generate(tf_rp_sec *out, const tf_profile *pr, const tf_bn *p, const tf_bn *q,
                       const tf_rng *rng, tf_arena *mem)
{
	TRY(tf_primes_check(pr, p, q));
	TRY(init_factors(out, p, q));
	do {
		TRY(draw(out, rng, mem));
	} while (degenerate(&out->pub));
	return TF_OK;
}

tf_err tf_rp_generate(tf_rp_sec *out, const tf_profile *pr, const tf_bn *p, const tf_bn *q,
                      const tf_rng *rng, tf_arena *mem)
{
	tf_err err = generate(out, pr, p, q, rng, mem);

	if (err != TF_OK)
		tf_rp_sec_wipe(out);
	return err;
}

static tf_err restore(tf_rp_sec *out, const tf_bn *p, const tf_bn *q, const tf_bn *t,
                      const tf_bn *lambda, tf_arena *mem)
{
	TF_AUTO(tf_bn) quarter;

	TRY(init_factors(out, p, q));
	tf_bn_shr(&quarter, &out->phi, 2);
	if (tf_ct_reveal(tf_bn_is_zero(lambda) | tf_bn_lt(&quarter, lambda)) ||
	    !tf_rp_unit_ok(&out->pub, t))
		return TF_E_ENCODING;
	out->lambda = *lambda;
	tf_bn_resize(&out->lambda, out->pub.n.m.n);
	return derive(out, t, mem);
}

tf_err tf_rp_restore(tf_rp_sec *out, const tf_profile *pr, const tf_bn *p, const tf_bn *q,
                     const tf_bn *t, const tf_bn *lambda, tf_arena *mem)
{
	tf_err err = tf_primes_check(pr, p, q);

	if (err == TF_OK)
		err = restore(out, p, q, t, lambda, mem);
	if (err != TF_OK)
		tf_rp_sec_wipe(out);
	return err;
}

#ifdef TF_TESTING
tf_err tf_rp_restore_any(tf_rp_sec *out, const tf_bn *p, const tf_bn *q, const tf_bn *t,
                         const tf_bn *lambda, tf_arena *mem)
{
	return restore(out, p, q, t, lambda, mem);
}
#endif

void tf_rp_commit_start(tf_batch *b, tf_bn *out, const tf_rp *rp, const tf_int *x, uint32_t xbits,
                        const tf_int *y, uint32_t ybits, tf_secrecy secrecy)
{
	const tf_rp_tables *tab = rp->tables;
	tf_power p[] = {
		{ .base = &rp->s, .base_inv = &rp->s_inv, .sgn = x, .bits = xbits,
		  .secrecy = secrecy },
		{ .base = &rp->t, .base_inv = &rp->t_inv, .sgn = y, .bits = ybits,
		  .secrecy = secrecy },
	};

	if (tab) {
		p[0].fixed = &tab->first;
		p[1].fixed = tab->lambda ? &tab->first : &tab->second;
		p[0].log = tab->lambda;
	}
	tf_batch_power(b, out, &rp->n, p, TF_ARRAY_LEN(p));
}

/* Exponents of s and t in proofs about small numbers. */
static uint32_t s_bits(const tf_profile *pr)
{
	return pr->ell_prime + pr->eps + 1;
}

static uint32_t t_bits(const tf_profile *pr)
{
	return pr->ell + pr->eps + 2 * pr->prime_bits;
}

static size_t s_bytes(const tf_profile *pr)
{
	return tf_fixed_bytes_most(2 * pr->prime_bits, s_bits(pr));
}

size_t tf_rp_tables_bytes(const tf_profile *pr)
{
	return s_bytes(pr) + tf_fixed_bytes_most(2 * pr->prime_bits, t_bits(pr));
}

tf_err tf_rp_tables_init(tf_rp_tables *out, const tf_rp *rp, const tf_profile *pr,
                         const tf_kernel *kernel, void *room, size_t len, tf_arena *mem)
{
	const tf_fixed_plan s = { s_bits(pr), TF_SECRET, kernel };
	const tf_fixed_plan t = { t_bits(pr), TF_SECRET, kernel };
	size_t part = (size_t)((uint64_t)len * s_bytes(pr) / tf_rp_tables_bytes(pr));

	out->lambda = NULL;
	TRY(tf_fixed_init_public(&out->first, &rp->n, &rp->s, &s, room, part, mem));
	return tf_fixed_init_public(&out->second, &rp->n, &rp->t, &t, (uint8_t *)room + part,
	                            len - part, mem);
}

static tf_err half_table(tf_fixed *out, const tf_mod *prime, const tf_bn *t,
                         const tf_kernel *kernel, void *room, size_t len, tf_arena *mem)
{
	const tf_fixed_plan plan = { prime->bits, TF_SECRET, kernel };
	TF_AUTO(tf_bn) base;

	TRY(tf_bn_mod(&base, t, &prime->m));
	return tf_fixed_init(out, prime, &base, NULL, &plan, room, len, mem);
}

tf_err tf_rp_tables_init_own(tf_rp_tables *out, const tf_rp_sec *sec, const tf_kernel *kernel,
                             void *room, size_t len, tf_arena *mem)
{
	size_t part = len / 2;

	out->lambda = &sec->lambda;
	TRY(half_table(&out->first, &sec->f.p1, &sec->pub.t, kernel, room, part, mem));
	TRY(half_table(&out->second, &sec->f.q1, &sec->pub.t, kernel, (uint8_t *)room + part,
	               len - part, mem));
	out->first.other = &out->second;
	return TF_OK;
}
