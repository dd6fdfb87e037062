/* Batches of equations: they hold where each does, and but for factors of small order nowhere
 * else. What is changed here are responses, which no challenge hashes, so that a proof is wrong in
 * the equations meant and in no other. */
#include <string.h>

#include "harness/primes.h"
#include "num/prime.h"
#include "zk/batchv.h"
#include "zk/fields_test.h"

#define MANY 32u

/* A proof, its statement and its verifier. */
typedef struct elg {
	tf_bn C;
	tf_pt A, B, X;
	tf_zk_encelg_st st;
	tf_zk_encelg_proof p;
	tf_zk_encelg_verifier vf;
} elg;

typedef struct aff {
	tf_bn C, D, Y;
	tf_pt X;
	tf_zk_affg_st st;
	tf_zk_affg_proof p;
	tf_zk_affg_verifier vf;
} aff;

static elg elgs[MANY];
static aff affs[MANY];

static void make_elg(zk_case *c, elg *x)
{
	zk_encelg.make(c);
	CHECK_OK(zk_encelg.prove(c));
	*x = (elg){ .C = c->C, .A = c->A, .B = c->B, .X = c->X, .p = c->p.encelg };
	x->st = (tf_zk_encelg_st){ c->ctx, c->rp, c->pk, &x->C, &x->A, &x->B, &x->X };
}

static void make_aff(zk_case *c, aff *x)
{
	zk_affg.make(c);
	CHECK_OK(zk_affg.prove(c));
	*x = (aff){ .C = c->C, .D = c->D, .Y = c->Yc, .X = c->X, .p = c->p.affg };
	x->st = (tf_zk_affg_st){ c->ctx, c->rp, c->verifier_pk, c->pk, &x->C, &x->D, &x->Y, &x->X };
}

/* n of each kind, some modulo the same N^2. */
static zk_kit *make(unsigned seed, unsigned n_elg, unsigned n_aff, bool own)
{
	zk_kit *k = zk_kit_new(&tf_profile_small, seed);
	zk_case *c = zk_case_new(k, own);

	for (unsigned i = 0; i < n_elg; i++)
		make_elg(c, &elgs[i]);
	for (unsigned i = 0; i < n_aff; i++)
		make_aff(c, &affs[i]);
	return k;
}

static void open_proofs(zk_kit *k, unsigned n_elg, unsigned n_aff)
{
	for (unsigned i = 0; i < n_elg; i++)
		CHECK_OK(tf_zk_encelg_verify_open(&elgs[i].vf, &k->env, &elgs[i].st, &elgs[i].p,
		                                  NULL));
	for (unsigned i = 0; i < n_aff; i++)
		CHECK_OK(tf_zk_affg_verify_open(&affs[i].vf, &k->env, &affs[i].st, &affs[i].p,
		                                NULL));
}

static void add_proofs(tf_zk_batchv *v, unsigned n_elg, unsigned n_aff)
{
	for (unsigned i = 0; i < n_elg; i++)
		tf_zk_batchv_encelg(v, &elgs[i].vf, &elgs[i].st, &elgs[i].p);
	for (unsigned i = 0; i < n_aff; i++)
		tf_zk_batchv_affg(v, &affs[i].vf, &affs[i].st, &affs[i].p);
}

static tf_zk_batchv *open_batch(zk_kit *k, unsigned n_elg, unsigned n_aff, const tf_rng *rng)
{
	size_t n = n_elg * TF_ZK_ENCELG_EQUATIONS + n_aff * TF_ZK_AFFG_EQUATIONS;
	tf_zk_batchv *v;

	open_proofs(k, n_elg, n_aff);
	CHECK_OK(tf_zk_batchv_open(&v, &k->env, n, 3, rng));
	add_proofs(v, n_elg, n_aff);
	return v;
}

/* Do the first n_elg and n_aff hold together? */
static bool together(zk_kit *k, unsigned n_elg, unsigned n_aff, const tf_rng *rng)
{
	size_t before = tf_arena_mark(&k->arena);
	bool holds;

	CHECK_OK(tf_zk_batchv_run(&holds, open_batch(k, n_elg, n_aff, rng)));
	CHECK(tf_arena_mark(&k->arena) == before);
	for (unsigned i = 0; i < n_elg; i++)
		CHECK(elgs[i].vf.phase == (holds ? TF_ZK_VOUCHED : TF_ZK_MIDDLE));
	for (unsigned i = 0; i < n_aff; i++)
		CHECK(affs[i].vf.phase == (holds ? TF_ZK_VOUCHED : TF_ZK_MIDDLE));
	return holds;
}

/* What a proof's own verification says, after a batch that has not held. */
static void singly_elg(zk_kit *k, elg *x, tf_check check)
{
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, TF_ZK_ENCELG_VERIFY_JOBS);
	tf_fault fault;

	tf_fault_at(&fault, 2, 1);
	tf_zk_encelg_verify_enqueue(&x->vf, &k->env, &x->st, &x->p, b);
	CHECK_OK(tf_batch_run(b));
	CHECK_ERR(tf_zk_encelg_verify_finish(&x->vf, &k->env, &x->st, &x->p, &fault),
	          check == TF_CK_NONE ? TF_OK : TF_E_PROOF);
	CHECK(fault.check == check && x->vf.refuted == (check != TF_CK_NONE));
	tf_arena_release(&k->arena, mark);
}

static void singly_aff(zk_kit *k, aff *x, tf_check check)
{
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, TF_ZK_AFFG_VERIFY_JOBS);
	tf_fault fault;

	tf_fault_at(&fault, 2, 2);
	tf_zk_affg_verify_enqueue(&x->vf, &k->env, &x->st, &x->p, b);
	CHECK_OK(tf_batch_run(b));
	CHECK_ERR(tf_zk_affg_verify_finish(&x->vf, &k->env, &x->st, &x->p, &fault),
	          check == TF_CK_NONE ? TF_OK : TF_E_PROOF);
	CHECK(fault.check == check && x->vf.refuted == (check != TF_CK_NONE));
	tf_arena_release(&k->arena, mark);
}

/* ---- what is changed ---- */

static void add_to(tf_int *x, int by)
{
	tf_int one = { .neg = by < 0 ? ~(tf_ct)0 : 0 };

	tf_bn_set_u64(&one.mag, 1);
	CHECK_OK(tf_int_add(x, x, &one));
}

/* x f modulo m. */
static void times(tf_bn *x, const tf_bn *f, const tf_mod *m)
{
	tf_bn wide = *f;

	tf_bn_resize(&wide, m->m.n);
	CHECK_OK(tf_mod_mul(x, x, &wide, m));
}

static void twice(tf_bn *x, const tf_mod *m)
{
	tf_bn two;

	tf_bn_set_u64(&two, 2);
	times(x, &two, m);
}

static void minus(tf_bn *x, const tf_mod *m)
{
	tf_bn t;

	CHECK(!tf_bn_sub(&t, &m->m, x));
	tf_bn_resize(&t, m->m.n);
	*x = t;
}

#define ELG_LIES 2u
static tf_check lie_elg(zk_kit *k, elg *x, unsigned which)
{
	switch (which) {
	case 0: twice(&x->p.z2, &k->pk.n); return TF_CK_ENCELG_EQ_ENC;
	case 1: add_to(&x->p.z3, 1); return TF_CK_ENCELG_EQ_COM;
	}
	return TF_CK_NONE;
}

#define AFF_LIES 6u
static tf_check lie_aff(zk_kit *k, aff *x, unsigned which)
{
	switch (which) {
	case 0: twice(&x->p.w, &k->verifier_pk.n); return TF_CK_AFFG_EQ_ENC0;
	case 1: twice(&x->p.wy, &k->pk.n); return TF_CK_AFFG_EQ_ENC1;
	case 2: add_to(&x->p.z3, -1); return TF_CK_AFFG_EQ_COM1;
	case 3: add_to(&x->p.z4, 1); return TF_CK_AFFG_EQ_COM2;
	case 4: add_to(&x->p.z1, 1); return TF_CK_AFFG_EQ_ENC0;
	case 5: add_to(&x->p.z2, -1); return TF_CK_AFFG_EQ_ENC0;
	}
	return TF_CK_NONE;
}

/* ---- one bad among many ---- */

TEST_SLOW(batchv_encelg_one_bad_at_each_place, 300)
{
	static const unsigned sizes[] = { 1, 2, 7, MANY };
	zk_kit *k = make(1, MANY, 0, true);

	for (unsigned s = 0; s < TF_ARRAY_LEN(sizes); s++) {
		CHECK(together(k, sizes[s], 0, &k->rng));
		for (unsigned i = 0; i < sizes[s]; i++) {
			elg keep = elgs[i];
			tf_check check = lie_elg(k, &elgs[i], (i + s) % ELG_LIES);

			CHECK(!together(k, sizes[s], 0, &k->rng));
			singly_elg(k, &elgs[i], check);
			elgs[i].p = keep.p;
		}
	}
}

TEST_SLOW(batchv_affg_one_bad_at_each_place, 300)
{
	static const unsigned sizes[] = { 1, 2, 7, MANY };
	zk_kit *k = make(2, 0, MANY, true);

	for (unsigned s = 0; s < TF_ARRAY_LEN(sizes); s++) {
		CHECK(together(k, 0, sizes[s], &k->rng));
		for (unsigned i = 0; i < sizes[s]; i++) {
			aff keep = affs[i];
			tf_check check = lie_aff(k, &affs[i], (i + s) % AFF_LIES);

			CHECK(!together(k, 0, sizes[s], &k->rng));
			singly_aff(k, &affs[i], check);
			affs[i].p = keep.p;
		}
	}
}

/* Every equation by itself, in both kinds at once, for the owner of the moduli and for others. */
TEST(batchv_each_equation)
{
	for (unsigned own = 0; own < 2; own++) {
		zk_kit *k = make(3 + own, 2, 3, own);

		CHECK(together(k, 2, 3, &k->rng));
		for (unsigned which = 0; which < ELG_LIES; which++) {
			elg keep = elgs[1];
			tf_check check = lie_elg(k, &elgs[1], which);

			CHECK(!together(k, 2, 3, &k->rng));
			singly_elg(k, &elgs[1], check);
			singly_elg(k, &elgs[0], TF_CK_NONE);
			elgs[1].p = keep.p;
		}
		for (unsigned which = 0; which < AFF_LIES; which++) {
			aff keep = affs[2];
			tf_check check = lie_aff(k, &affs[2], which);

			CHECK(!together(k, 2, 3, &k->rng));
			singly_aff(k, &affs[2], check);
			singly_aff(k, &affs[0], TF_CK_NONE);
			affs[2].p = keep.p;
		}
	}
}

/* A batch vouches for what is modulo N^2 and Nhat; the curve's equations are still checked. */
TEST(batchv_leaves_the_points_to_finish)
{
	zk_kit *k = make(5, 1, 1, true);
	tf_fault fault;
	tf_sc one;

	tf_sc_set_u64(k->g, &one, 1);
	CHECK(together(k, 1, 1, &k->rng));
	CHECK_OK(tf_zk_encelg_verify_finish(&elgs[0].vf, &k->env, &elgs[0].st, &elgs[0].p, NULL));
	CHECK_OK(tf_zk_affg_verify_finish(&affs[0].vf, &k->env, &affs[0].st, &affs[0].p, NULL));
	CHECK_ERR(tf_zk_encelg_verify_finish(&elgs[0].vf, &k->env, &elgs[0].st, &elgs[0].p, NULL),
	          TF_E_STATE);
	CHECK_ERR(tf_zk_affg_verify_finish(&affs[0].vf, &k->env, &affs[0].st, &affs[0].p, NULL),
	          TF_E_STATE);
	tf_sc_add(k->g, &elgs[0].p.w, &elgs[0].p.w, &one);
	CHECK(together(k, 1, 1, &k->rng));
	tf_fault_at(&fault, 1, 1);
	CHECK_ERR(tf_zk_encelg_verify_finish(&elgs[0].vf, &k->env, &elgs[0].st, &elgs[0].p, &fault),
	          TF_E_PROOF);
	CHECK(fault.check == TF_CK_ENCELG_EQ_Y && !elgs[0].vf.refuted);
}

/* ---- two that undo each other, and coefficients that do not show it ---- */

static tf_err same_byte(void *ctx, uint8_t *out, size_t len)
{
	memset(out, *(const int *)ctx, len);
	return TF_OK;
}

static void undo_each_other(zk_kit *k, unsigned which)
{
	tf_bn inverse, two;

	switch (which) {
	case 0: /* products of w */
		tf_bn_set_u64(&two, 2);
		tf_bn_resize(&two, k->pk.n.m.n);
		CHECK_OK(tf_mod_inv(&inverse, &two, &k->pk.n));
		twice(&elgs[0].p.z2, &k->pk.n);
		times(&elgs[2].p.z2, &inverse, &k->pk.n);
		return;
	case 1: /* sums of z */
		add_to(&affs[0].p.z2, 1);
		add_to(&affs[1].p.z2, -1);
		return;
	case 2: /* exponents of t */
		add_to(&elgs[1].p.z3, -1);
		add_to(&affs[2].p.z4, 1);
		return;
	case 3: /* within one proof */
		add_to(&affs[2].p.z3, 1);
		add_to(&affs[2].p.z4, -1);
		return;
	case 4: /* products of w modulo the verifier's N, as one's own */
		tf_bn_set_u64(&two, 2);
		tf_bn_resize(&two, k->verifier_pk.n.m.n);
		CHECK_OK(tf_mod_inv(&inverse, &two, &k->verifier_pk.n));
		twice(&affs[2].p.w, &k->verifier_pk.n);
		times(&affs[1].p.w, &inverse, &k->verifier_pk.n);
		return;
	}
}

TEST(batchv_two_that_undo_each_other)
{
	static elg elgs_kept[3];
	static aff affs_kept[3];
	zk_kit *k = make(6, 3, 3, true);
	int byte = 0x5a;
	const tf_rng equal = { same_byte, &byte };

	memcpy(elgs_kept, elgs, sizeof(elgs_kept));
	memcpy(affs_kept, affs, sizeof(affs_kept));
	for (unsigned which = 0; which < 5; which++) {
		undo_each_other(k, which);
		CHECK(!together(k, 3, 3, &k->rng));
		CHECK(together(k, 3, 3, &equal)); /* without coefficients all would be well */
		memcpy(elgs, elgs_kept, sizeof(elgs_kept));
		memcpy(affs, affs_kept, sizeof(affs_kept));
	}
}

/* ---- small orders (docs/adr/0015) ---- */

/* The first coefficient, low byte, and then another's. */
typedef struct coins {
	uint8_t first, then;
	unsigned at; /* of the first */
} coins;

static tf_err toss(void *ctx, uint8_t *out, size_t len)
{
	const coins *c = ctx;

	memset(out, 0, len);
	for (size_t i = 0; i < len; i += 16)
		out[i + 15] = i / 16 == c->at ? c->first : c->then;
	return TF_OK;
}

static bool with_coins(zk_kit *k, unsigned n_elg, unsigned n_aff, uint8_t first, uint8_t then)
{
	coins c = { first, then, 0 };
	const tf_rng rng = { toss, &c };

	return together(k, n_elg, n_aff, &rng);
}

TEST(batchv_order_two_holds_half_of_the_time)
{
	zk_kit *k = make(7, 2, 1, true);
	unsigned held = 0;

	minus(&elgs[0].p.z2, &k->pk.n); /* enc(z1; z2) is off by -1 = enc(0; -1) */
	CHECK(with_coins(k, 2, 0, 6, 1) && !with_coins(k, 2, 0, 7, 2));
	singly_elg(k, &elgs[0], TF_CK_ENCELG_EQ_ENC);
	for (unsigned i = 0; i < 32; i++)
		held += together(k, 2, 0, &k->rng);
	CHECK(held > 4 && held < 28);
	minus(&affs[0].p.w, &k->verifier_pk.n);
	CHECK(with_coins(k, 0, 1, 6, 1) && !with_coins(k, 0, 1, 7, 2));
	singly_aff(k, &affs[0], TF_CK_AFFG_EQ_ENC0);
}

/* A commitment with the sign turned before the challenge: a prover can do that. */
TEST(batchv_a_commitment_binds_up_to_its_sign)
{
	zk_kit *k = zk_kit_new(&tf_profile_small, 8);
	zk_case *c = zk_case_new(k, true);
	const tf_zk_encelg_st st = { c->ctx, &k->rp, &k->sk.pk, &c->C, &c->A, &c->B, &c->X };
	const tf_zk_encelg_wit wit = { &c->x, &c->rho, &c->b };
	tf_zk_encelg_prover pv;
	tf_batch *b = zk_batch(k, TF_ZK_ENCELG_PROVE_JOBS);
	elg *x = &elgs[0];

	zk_encelg.make(c);
	CHECK_OK(tf_zk_encelg_prove_start(&pv, &c->p.encelg, &k->env, &st, &wit, &k->rng, b));
	CHECK_OK(tf_batch_run(b));
	minus(&c->p.encelg.T, &k->rp.n);
	CHECK_OK(tf_zk_encelg_prove_finish(&pv, &c->p.encelg, &k->env, &st, &wit));
	*x = (elg){ .C = c->C, .A = c->A, .B = c->B, .X = c->X, .p = c->p.encelg };
	x->st = (tf_zk_encelg_st){ c->ctx, c->rp, c->pk, &x->C, &x->A, &x->B, &x->X };
	CHECK(!with_coins(k, 1, 0, 1, 3));
	singly_elg(k, x, TF_CK_ENCELG_EQ_COM);
	CHECK(with_coins(k, 1, 0, 1, 4));
}

/* A prime that is 7 modulo 12: p - 1 has the factor 3. */
static void prime_with_three(zk_kit *k, tf_bn *p)
{
	tf_bn step, from;
	bool prime = false;

	tf_test_primes(k->pr->prime_bits, 8, p);
	tf_bn_set_u64(&step, 12);
	CHECK_OK(tf_bn_mod(&from, p, &step));
	CHECK(!tf_bn_sub(p, p, &from));
	tf_bn_set_u64(&from, 7);
	CHECK_OK(tf_bn_add(p, p, &from));
	tf_bn_resize(p, k->pr->prime_bits / 64);
	while (!prime) {
		CHECK_OK(tf_bn_add(p, p, &step));
		tf_bn_resize(p, k->pr->prime_bits / 64);
		CHECK_OK(tf_prime_test_vt(&prime, p, 10, &k->rng, &k->arena));
	}
}

/* A number of order 3 modulo p and 1 modulo q, where N = p q. */
static void of_order_three(zk_kit *k, tf_bn *w, const tf_paillier_sk *sk)
{
	size_t mark = tf_arena_mark(&k->arena);
	tf_batch *b = zk_batch(k, 1);
	tf_bn base, third, three, rest, one;

	tf_bn_set_u64(&one, 1);
	tf_bn_set_u64(&three, 3);
	CHECK_OK(tf_bn_divmod(&third, &rest, &sk->f.p_minus_1, &three));
	CHECK(tf_ct_reveal(tf_bn_is_zero(&rest)));
	for (uint64_t g = 2;; g++) {
		tf_power p = { .base = &base, .nat = &third, .bits = k->pr->prime_bits,
		               .secrecy = TF_PUBLIC };

		tf_bn_set_u64(&base, g);
		tf_batch_power(b, w, &sk->f.p1, &p, 1);
		CHECK_OK(tf_batch_run(b));
		if (!tf_ct_reveal(tf_bn_eq(w, &one)))
			break;
	}
	tf_bn_resize(&one, sk->f.q.n);
	CHECK_OK(tf_mod_crt(w, &sk->pk.n, w, &one));
	tf_arena_release(&k->arena, mark);
}

static void replace_key(zk_kit *k)
{
	tf_bn p, q;

	prime_with_three(k, &p);
	tf_test_primes(k->pr->prime_bits, 9, &q);
	memset(&k->sk, 0, sizeof(k->sk));
	CHECK_OK(tf_paillier_sk_init(&k->sk, k->pr, &p, &q));
	CHECK_OK(tf_paillier_pk_init(&k->pk, k->pr, &k->sk.pk.n.m));
}

/* The factor by which z2 = w makes the equation wrong has order 3 and encrypts 0. */
TEST(batchv_order_three_holds_where_the_coefficient_is_a_multiple)
{
	zk_kit *k = zk_kit_new(&tf_profile_small, 9);
	zk_case *c = zk_case_new(k, true);
	tf_paillier_dec d;
	tf_bn w, error;
	tf_batch *b;
	tf_int m;

	replace_key(k);
	for (unsigned i = 0; i < 2; i++)
		make_elg(c, &elgs[i]);
	of_order_three(k, &w, &k->sk);
	times(&elgs[0].p.z2, &w, &k->pk.n);
	CHECK(with_coins(k, 2, 0, 9, 1));
	CHECK(!with_coins(k, 2, 0, 10, 1) && !with_coins(k, 2, 0, 11, 3));
	singly_elg(k, &elgs[0], TF_CK_ENCELG_EQ_ENC);
	singly_elg(k, &elgs[1], TF_CK_NONE);

	b = zk_batch(k, 2);
	tf_paillier_enc_start(b, &error, &k->sk.pk, &w);
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_paillier_dec_start(b, &d, &k->sk, &error));
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_paillier_dec_finish(&m, &d, &k->sk));
	CHECK(tf_ct_reveal(tf_bn_is_zero(&m.mag)));
}

/* A wrong plaintext has no small order. */
TEST(batchv_a_wrong_plaintext_never_holds)
{
	zk_kit *k = make(10, 2, 0, true);

	add_to(&elgs[0].p.z1, 1);
	for (unsigned g = 1; g < 24; g++)
		CHECK(!with_coins(k, 2, 0, (uint8_t)g, 1));
}

/* ---- our own trouble ---- */

static tf_err no_entropy(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 0, len);
	return TF_E_ENTROPY;
}

TEST(batchv_errors_vouch_for_nothing)
{
	static const tf_rng none = { no_entropy, NULL };
	zk_kit *k = make(11, 7, 1, true);
	size_t before = tf_arena_mark(&k->arena);
	tf_zk_batchv *v;
	bool holds = true;

	CHECK_ERR(tf_zk_batchv_run(&holds, open_batch(k, 2, 1, &none)), TF_E_ENTROPY);
	CHECK(!holds && elgs[0].vf.phase == TF_ZK_MIDDLE && tf_arena_mark(&k->arena) == before);

	open_proofs(k, 7, 0); /* one more than there is room for: what lies behind is for K, unused */
	CHECK_OK(tf_zk_batchv_open(&v, &k->env, 7 * TF_ZK_ENCELG_EQUATIONS - 1, 3, &k->rng));
	add_proofs(v, 7, 0);
	CHECK_ERR(tf_zk_batchv_run(&holds, v), TF_E_CAPACITY);
	CHECK(!holds && elgs[0].vf.phase == TF_ZK_MIDDLE && elgs[6].vf.phase == TF_ZK_MIDDLE);

	CHECK_OK(tf_zk_batchv_open(&v, &k->env, 4, 1, &k->rng)); /* a modulus more */
	tf_zk_batchv_encelg(v, &elgs[0].vf, &elgs[0].st, &elgs[0].p);
	CHECK_ERR(tf_zk_batchv_run(&holds, v), TF_E_CAPACITY);

	CHECK_OK(tf_zk_batchv_open(&v, &k->env, 4, 2, &k->rng)); /* in a batch already */
	elgs[1].vf.phase = TF_ZK_STARTED;
	tf_zk_batchv_encelg(v, &elgs[1].vf, &elgs[1].st, &elgs[1].p);
	CHECK_ERR(tf_zk_batchv_run(&holds, v), TF_E_STATE);
	CHECK(elgs[1].vf.phase == TF_ZK_STARTED);

	CHECK_OK(tf_zk_batchv_open(&v, &k->env, 4, 2, &k->rng)); /* nothing at all */
	CHECK_OK(tf_zk_batchv_run(&holds, v));
	CHECK(!holds && tf_arena_mark(&k->arena) == before);
}

TEST(batchv_memory_is_as_stated)
{
	for (unsigned n = 1; n <= MANY; n *= 8) {
		zk_kit *k = make(12, n, n, true);
		size_t before = tf_arena_mark(&k->arena), most;

		most = tf_zk_batchv_bytes(n * (TF_ZK_ENCELG_EQUATIONS + TF_ZK_AFFG_EQUATIONS), 3);
		k->arena.peak = before;
		CHECK(together(k, n, n, &k->rng));
		CHECK(k->arena.peak - before <= most + TF_BATCH_SCRATCH + 4096u);
	}
}

TEST(batchv_has_room_for_one_K_of_four_equations)
{
	zk_kit *k = make(13, 0, 2, true);
	tf_zk_batchv *v;
	bool holds = true;

	open_proofs(k, 0, 2);
	CHECK_OK(tf_zk_batchv_open(&v, &k->env, 2 * TF_ZK_AFFG_EQUATIONS - 1, 3, &k->rng));
	add_proofs(v, 0, 2);
	CHECK_ERR(tf_zk_batchv_run(&holds, v), TF_E_CAPACITY);
	CHECK(!holds && affs[0].vf.phase == TF_ZK_MIDDLE && affs[1].vf.phase == TF_ZK_MIDDLE);
}

/* With too little memory, at whatever moment it ends, nothing is vouched for. */
TEST(batchv_starved_vouches_for_nothing)
{
	zk_kit *k = make(14, 1, 1, true);
	size_t full = k->arena.cap, before = tf_arena_mark(&k->arena);
	tf_zk_encelg_verifier *x = &elgs[0].vf;
	tf_zk_affg_verifier *y = &affs[0].vf;
	tf_err err = TF_E_CAPACITY;
	tf_zk_batchv *v;
	bool holds = false;

	for (size_t lent = 0; err == TF_E_CAPACITY && lent < 8u << 20; lent += 960) {
		CHECK(!holds && (!lent || (x->phase == TF_ZK_MIDDLE && y->phase == TF_ZK_MIDDLE)));
		open_proofs(k, 1, 1);
		k->arena.cap = before + lent;
		err = tf_zk_batchv_open(&v, &k->env, 6, 3, &k->rng);
		if (err == TF_OK) {
			add_proofs(v, 1, 1);
			err = tf_zk_batchv_run(&holds, v);
		}
		k->arena.cap = full;
		tf_arena_release(&k->arena, before);
	}
	CHECK(holds && x->phase == TF_ZK_VOUCHED && y->phase == TF_ZK_VOUCHED);
}
