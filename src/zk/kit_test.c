#include "zk/kit_test.h"

#include <string.h>

#include "harness/primes.h"

#define MEMORY (6u << 20)
#define PRIMES 8u

static void sort_down(tf_bn *p, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		for (unsigned j = i + 1; j < n; j++) {
			tf_bn swap = p[i];

			if (!tf_ct_reveal(tf_bn_lt(&p[i], &p[j])))
				continue;
			p[i] = p[j];
			p[j] = swap;
		}
	}
}

static void make_contexts(zk_kit *k)
{
	uint8_t buf[256];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, "session", 7);
	tf_tr_u64(&t, 1);
	tf_tr_u64(&t, 2);
	CHECK_OK(tf_ctx_seal(&k->ctx, &t));
	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, "session", 7);
	tf_tr_u64(&t, 3);
	tf_tr_u64(&t, 2);
	CHECK_OK(tf_ctx_seal(&k->other_ctx, &t));
}

static zk_kit *bare_on(const tf_profile *pr, tf_curve_id curve)
{
	static zk_kit kit;
	static uint8_t memory[MEMORY];
	zk_kit *k = &kit;

	memset(k, 0, sizeof(*k));
	k->pr = pr;
	tf_arena_init(&k->arena, memory, sizeof(memory));
	k->rng = tf_tape_init(&k->tape, tf_test_seed(), 0);
	CHECK_OK(tf_group_init(&k->g, curve, NULL, &k->arena));
	k->env = (tf_zk_env){ .pr = pr, .g = k->g, .mem = &k->arena };
	make_contexts(k);
	return k;
}

zk_kit *zk_kit_bare(const tf_profile *pr)
{
	return bare_on(pr, TF_CURVE_SECP256K1);
}

static void make_rp(zk_kit *k, const tf_bn *p, const tf_bn *q)
{
	const tf_rp *pub = &k->rp_sec.pub;

	CHECK_OK(tf_rp_generate(&k->rp_sec, k->pr, p, q, &k->rng, &k->arena));
	CHECK_OK(tf_rp_init(&k->rp, k->pr, &pub->n.m, &pub->s, &pub->t));
	k->nhat_factor = *p;
}

static void make_pk(zk_kit *k, tf_paillier_sk *sk, tf_paillier_pk *pk, const tf_bn *p,
                    const tf_bn *q)
{
	CHECK_OK(tf_paillier_sk_init(sk, k->pr, p, q));
	CHECK_OK(tf_paillier_pk_init(pk, k->pr, &sk->pk.n.m));
}

zk_kit *zk_kit_new(const tf_profile *pr, unsigned seed)
{
	return zk_kit_new_on(pr, seed, TF_CURVE_SECP256K1);
}

zk_kit *zk_kit_new_on(const tf_profile *pr, unsigned seed, tf_curve_id curve)
{
	zk_kit *k = bare_on(pr, curve);
	tf_bn p[PRIMES], N;

	for (unsigned i = 0; i < PRIMES; i++)
		tf_test_primes(pr->prime_bits, i, &p[i]);
	sort_down(p, PRIMES);
	k->rng = tf_tape_init(&k->tape, tf_test_seed(), seed);
	make_rp(k, &p[2], &p[7]);
	make_pk(k, &k->sk, &k->pk, &p[3], &p[6]);
	make_pk(k, &k->verifier_sk, &k->verifier_pk, &p[4], &p[5]);
	k->n_factor = p[3];
	k->n0_factor = p[4];
	CHECK_OK(tf_bn_mul(&N, &p[0], &p[1]));
	CHECK_OK(tf_paillier_pk_init(&k->other_pk, pr, &N));
	CHECK_OK(tf_rp_init(&k->other_rp, pr, &N, &k->rp.s, &k->rp.t));
	zk_kit_classify(k);
	return k;
}

static void hide(const tf_bn *a)
{
	tf_ct_classify(a->d, a->n * sizeof(a->d[0]));
}

static void hide_mod(const tf_mod *m)
{
	hide(&m->m);
	hide(&m->r2);
	tf_ct_classify(&m->m_inv, sizeof(m->m_inv));
}

static void hide_factors(const tf_mod_factors *f)
{
	const tf_bn *numbers[] = {
		&f->p, &f->q, &f->p_minus_1, &f->q_minus_1, &f->p2_order, &f->q2_order, &f->q_inv_p,
		&f->q2_inv_p2,
	};
	const tf_mod *moduli[] = { &f->p1, &f->q1, &f->p2, &f->q2 };

	for (unsigned i = 0; i < TF_ARRAY_LEN(numbers); i++)
		hide(numbers[i]);
	for (unsigned i = 0; i < TF_ARRAY_LEN(moduli); i++)
		hide_mod(moduli[i]);
}

void zk_kit_classify(zk_kit *k)
{
	tf_paillier_sk *keys[] = { &k->sk, &k->verifier_sk };

	for (unsigned i = 0; i < TF_ARRAY_LEN(keys); i++) {
		hide_factors(&keys[i]->f);
		hide(&keys[i]->hp);
		hide(&keys[i]->hq);
		hide(&keys[i]->n_inv_phi);
	}
	hide_factors(&k->rp_sec.f);
	hide(&k->rp_sec.phi);
	hide(&k->rp_sec.lambda);
}

void zk_publish(const tf_bn *a)
{
	tf_ct_declassify(a, sizeof(*a));
}

zk_case *zk_case_new(zk_kit *k, bool own)
{
	static zk_case one;

	memset(&one, 0, sizeof(one));
	one.k = k;
	one.own = own;
	one.ctx = &k->ctx;
	one.rp = own ? &k->rp_sec.pub : &k->rp;
	one.pk = &k->pk;
	one.verifier_pk = own ? &k->verifier_sk.pk : &k->verifier_pk;
	return &one;
}

tf_batch *zk_batch(zk_kit *k, size_t jobs)
{
	tf_batch *b;

	CHECK_OK(tf_batch_init(&b, &k->arena, jobs));
	return b;
}

void zk_honest(const zk_proof *z, zk_case *c)
{
	tf_fault fault;
	tf_err err;

	z->make(c);
	CHECK_OK(z->prove(c));
	tf_fault_at(&fault, 1, 1);
	err = z->verify(c, &c->p, &fault);
	if (err != TF_OK)
		tf_test_fail(__FILE__, __LINE__, "honest %s: %s by %s", z->name, tf_err_name(err),
		             tf_check_name(fault.check));
	CHECK(fault.check == TF_CK_NONE);
}

void zk_refused(const zk_proof *z, zk_case *c, tf_check check, const char *what)
{
	tf_fault fault;
	tf_err err;

	tf_fault_at(&fault, 7, 3);
	err = z->verify(c, &c->p, &fault);
	if (err != TF_E_PROOF || fault.check != check)
		tf_test_fail(__FILE__, __LINE__, "%s, %s: %s by %s, expected %s", z->name, what,
		             tf_err_name(err), tf_check_name(fault.check), tf_check_name(check));
	CHECK(fault.party == 7 && fault.round == 3);
}

void zk_refused_anew(const zk_proof *z, zk_case *c, const uint8_t honest[static 32],
                     tf_check check, const char *what)
{
	zk_refused(z, c, check, what);
	if (tf_ct_reveal(tf_ct_bytes_eq(honest, c->challenge, 32)))
		tf_test_fail(__FILE__, __LINE__, "%s, %s: the challenge is the same", z->name, what);
}
