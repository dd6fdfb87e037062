#include "paillier/paillier.h"

#include "paillier/primes.h"

static tf_err pk_init(tf_paillier_pk *out, const tf_bn *N)
{
	out->tables = NULL;
	TRY(tf_mod_init(&out->n, N));
	return tf_mod_init_square(&out->n2, &out->n.m);
}

tf_err tf_paillier_pk_init(tf_paillier_pk *out, const tf_profile *pr, const tf_bn *N)
{
	if (!tf_ct_reveal(tf_bn_is_odd(N)) || tf_bn_bits_vt(N) != 2 * pr->prime_bits)
		return TF_E_ENCODING;
	return pk_init(out, N);
}

/* N^-1 mod phi, phi being even: with u = phi^-1 mod N and phi u = 1 + k N it is phi - k. */
static tf_err inverse_of_n(tf_bn *out, const tf_mod_factors *f, const tf_bn *N)
{
	TF_AUTO(tf_bn) phi;
	TF_AUTO(tf_bn) k;

	TRY(tf_bn_mul(&phi, &f->p_minus_1, &f->q_minus_1));
	TRY(tf_bn_invert(&k, &phi, N));
	TRY(tf_bn_mul(&k, &k, &phi));
	TRY(tf_bn_divmod(&k, NULL, &k, N));
	(void)tf_bn_sub(out, &phi, &k);
	tf_bn_resize(out, phi.n);
	return TF_OK;
}

static tf_err sk_init(tf_paillier_sk *out, const tf_bn *p, const tf_bn *q)
{
	TF_AUTO(tf_bn) p_inv_q;

	out->pk.tables = NULL;
	TRY(tf_mod_factors_init(&out->f, p, q));
	TRY(tf_mod_init_own(&out->pk.n, &out->f));
	TRY(tf_mod_init_own_square(&out->pk.n2, &out->f));
	TRY(tf_mod_inv(&p_inv_q, &out->f.p, &out->f.q1));
	(void)tf_bn_sub(&out->hp, &out->f.p, &out->f.q_inv_p);
	(void)tf_bn_sub(&out->hq, &out->f.q, &p_inv_q);
	return inverse_of_n(&out->n_inv_phi, &out->f, &out->pk.n.m);
}

tf_err tf_paillier_sk_init(tf_paillier_sk *out, const tf_profile *pr, const tf_bn *p,
                           const tf_bn *q)
{
	tf_err err = tf_primes_check(pr, p, q);

	if (err == TF_OK)
		err = sk_init(out, p, q);
	if (err != TF_OK)
		tf_paillier_sk_wipe(out);
	return err;
}

void tf_paillier_sk_wipe(tf_paillier_sk *sk)
{
	tf_wipe(sk, sizeof(*sk));
}

#ifdef TF_TESTING
tf_err tf_paillier_pk_init_any(tf_paillier_pk *out, const tf_bn *N)
{
	return pk_init(out, N);
}

tf_err tf_paillier_sk_init_any(tf_paillier_sk *out, const tf_bn *p, const tf_bn *q)
{
	return sk_init(out, p, q);
}
#endif

bool tf_paillier_ct_ok(const tf_paillier_pk *pk, const tf_bn *c)
{
	return tf_ct_reveal(tf_bn_lt(c, &pk->n2.m)) && tf_bn_coprime_vt(c, &pk->n.m);
}

void tf_paillier_enc_start(tf_batch *b, tf_bn *c, const tf_paillier_pk *pk, const tf_bn *r)
{
	tf_batch_power(b, c, &pk->n2,
	               &(tf_power){ .base = r, .nat = &pk->n.m, .bits = pk->n.bits,
	                            .secrecy = TF_SECRET },
	               1);
}

tf_err tf_paillier_enc_finish(tf_bn *c, const tf_paillier_pk *pk, const tf_int *m)
{
	TF_AUTO(tf_bn) x;
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	TRY(tf_int_mod(&x, m, &pk->n.m));
	TRY(tf_bn_mul(&x, &x, &pk->n.m));
	TRY(tf_bn_add(&x, &x, &one));
	return tf_mod_mul(c, c, &x, &pk->n2);
}

tf_err tf_paillier_add(tf_bn *out, const tf_paillier_pk *pk, const tf_bn *a, const tf_bn *b)
{
	return tf_mod_mul(out, a, b, &pk->n2);
}

tf_err tf_paillier_sub(tf_bn *out, const tf_paillier_pk *pk, const tf_bn *a, const tf_bn *b)
{
	TF_AUTO(tf_bn) inverse;

	TRY(tf_mod_inv(&inverse, b, &pk->n2));
	return tf_mod_mul(out, a, &inverse, &pk->n2);
}

void tf_paillier_mul_start(tf_batch *b, tf_bn *out, const tf_paillier_pk *pk, const tf_int *k,
                           uint32_t bits, const tf_bn *c, tf_secrecy secrecy)
{
	tf_batch_power(b, out, &pk->n2,
	               &(tf_power){ .base = c, .sgn = k, .bits = bits, .secrecy = secrecy,
	                            .base_public = true }, 1);
}

tf_err tf_paillier_dec_start(tf_batch *b, tf_paillier_dec *d, const tf_paillier_sk *sk,
                             const tf_bn *c)
{
	const tf_mod_factors *f = &sk->f;

	TRY(tf_bn_mod(&d->cp, c, &f->p2.m));
	TRY(tf_bn_mod(&d->cq, c, &f->q2.m));
	tf_batch_power(b, &d->up, &f->p2,
	               &(tf_power){ .base = &d->cp, .nat = &f->p_minus_1, .bits = f->p1.bits,
	                            .secrecy = TF_SECRET },
	               1);
	tf_batch_power(b, &d->uq, &f->q2,
	               &(tf_power){ .base = &d->cq, .nat = &f->q_minus_1, .bits = f->q1.bits,
	                            .secrecy = TF_SECRET },
	               1);
	return TF_OK;
}

/* (u - 1) / p * h mod p, for u = 1 mod p. */
static tf_err half_plaintext(tf_bn *m, const tf_bn *u, const tf_mod *p, const tf_bn *h)
{
	TF_AUTO(tf_bn) l;

	TRY(tf_bn_divmod(&l, NULL, u, &p->m));
	tf_bn_resize(&l, p->m.n);
	return tf_mod_mul(m, &l, h, p);
}

tf_err tf_paillier_dec_finish(tf_int *m, tf_paillier_dec *d, const tf_paillier_sk *sk)
{
	const tf_mod_factors *f = &sk->f;
	TF_AUTO(tf_bn) x;

	TRY(half_plaintext(&d->cp, &d->up, &f->p1, &sk->hp));
	TRY(half_plaintext(&d->cq, &d->uq, &f->q1, &sk->hq));
	TRY(tf_mod_crt(&x, &sk->pk.n, &d->cp, &d->cq));
	return tf_int_centre(m, &x, &sk->pk.n.m);
}
