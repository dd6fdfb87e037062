/* Moduli that are not what they should be: rows 1, 2, 5, 6, 9, 10. The cheat is party 2 of an
 * introduction of three; it knows everything about its numbers that there is to know. */
#include <string.h>

#include "attacks/attacks.h"
#include "attacks/forge_mod.h"
#include "harness/primes.h"
#include "num/prime.h"
#include "proto/auxinfo.h"
#include "zk/transcript.h"

#define N_PARTIES 3u
#define BITS 1280u

static cast c;
static tf_auxinfo aux[N_PARTIES];
static tf_moduli own[N_PARTIES];

static void begin(void)
{
	const tf_profile *pr = &tf_profile_small;

	cast_init(&c, N_PARTIES, pr, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_auxinfo_sizes(pr, N_PARTIES));
	for (unsigned i = 0; i < N_PARTIES; i++) {
		tf_bn p[4];

		for (unsigned k = 0; k < 4; k++)
			tf_test_primes(pr->prime_bits, 4 * i + k, &p[k]);
		CHECK_OK(tf_moduli_make(&own[i], pr, &p[0], &p[1], &p[2], &p[3], &c.rng[i],
		                        attack_scratch()));
	}
}

static void go(void)
{
	for (unsigned i = 0; i < N_PARTIES; i++) {
		tf_auxinfo_args args = { .env = &c.env[i], .own = &own[i] };

		CHECK_OK(tf_auxinfo_start(&aux[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &aux[i].r;
	}
	cast_run(&c);
}

/* ---- what the cheat opens, and a commitment that fits ---- */

static tf_msg_aux_r2 opened;
static uint8_t rho[32]; /* the XOR of all */

static bool listen(cast *k, cast_mail *mail)
{
	tf_arena *mem = attack_scratch();
	static tf_msg_aux_r2 m;
	tf_envelope e;

	if (mail->to != 1 + (mail->from == 1) || !cast_is(mail, TF_MSG_AUX_R2, &e))
		return true;
	CHECK_OK(tf_wire_decode(&tf_msg_aux_r2_wire, &m, &k->run[0]->wire, mem, e.payload.p,
	                        e.payload.len));
	for (unsigned i = 0; i < 32; i++)
		rho[i] ^= m.rho[i];
	if (mail->from == 2)
		opened = m;
	return true;
}

/* An honest run, whose randomness the next one has again. */
static void overhear(void)
{
	memset(rho, 0, sizeof(rho));
	begin();
	c.rewrite = listen;
	go();
	cast_check_done(&c);
	cast_free(&c);
}

static void auxctx(tf_tr *t)
{
	tf_tr_open(t);
	tf_tr_bytes(t, c.env[0].sid, 32);
	tf_tr_open(t);
	for (unsigned i = 1; i <= N_PARTIES; i++)
		tf_tr_u64(t, i);
	tf_tr_close(t);
	tf_tr_close(t);
}

static void nats(tf_tr *t, const tf_bn *x, uint32_t n)
{
	tf_tr_open(t);
	for (uint32_t i = 0; i < n; i++)
		tf_tr_nat(t, &x[i]);
	tf_tr_close(t);
}

LIE(fitting_V,
    static uint8_t buf[1 << 18]; tf_tr t;
    tf_tr_init(&t, buf, sizeof(buf));
    auxctx(&t);
    tf_tr_u64(&t, 2);
    tf_tr_nat(&t, &opened.N);
    tf_tr_nat(&t, &opened.Nhat);
    tf_tr_nat(&t, &opened.s);
    tf_tr_nat(&t, &opened.t);
    tf_tr_open(&t);
    nats(&t, opened.prm.A, opened.prm.count);
    nats(&t, opened.prm.z, opened.prm.count);
    tf_tr_close(&t);
    tf_tr_bytes(&t, opened.rho, 32);
    tf_tr_bytes(&t, opened.u, 32);
    CHECK_OK(tf_tr_hash(((tf_msg_aux_r1 *)m)->V, &t, "aux-commit")))

LIE(open_it, *(tf_msg_aux_r2 *)m = opened)

/* [auxctx, i], [auxctx, rho, i] or [auxctx, rho, i, j] */
static void context(tf_ctx *out, const uint8_t *with, unsigned i, unsigned j)
{
	uint8_t buf[TF_CTX_MAX];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	auxctx(&t);
	if (with)
		tf_tr_bytes(&t, with, 32);
	tf_tr_u64(&t, i);
	if (j)
		tf_tr_u64(&t, j);
	CHECK_OK(tf_ctx_seal(out, &t));
}

/* ---- rows 1 and 2: a Paillier modulus with small factors ---- */

static forge_modulus bad;
static bool w_of_zeros; /* w = 1 modulo the large factor, 0 modulo the small ones */
static unsigned rows_that_hold;

LIE(forged_mod,
    tf_ctx ctx; tf_zk_mod_proof *p = &((tf_msg_aux_r3 *)m)->mod;
    context(&ctx, rho, 2, 0);
    if (w_of_zeros)
	    forge_w_of_zeros(&bad);
    rows_that_hold = forge_mod(p, &bad, &ctx, tf_profile_small.m))

LIE(forged_fac,
    tf_ctx ctx;
    context(&ctx, rho, 2, lie_to);
    forge_fac(&((tf_msg_aux_fac *)m)->fac, &bad, &ctx, k->g, &own[lie_to - 1].rp.pub,
              &k->rng[1]))

static const lie with_bad_N[] = {
	{ &tf_msg_aux_r1_wire, fitting_V }, { &tf_msg_aux_r2_wire, open_it },
	{ &tf_msg_aux_r3_wire, forged_mod }, { &tf_msg_aux_fac_wire, forged_fac },
};

static void introduce_bad_N(void)
{
	overhear();
	begin();
	opened.N = bad.N;
	lies_of(&c, 2, with_bad_N, TF_ARRAY_LEN(with_bad_N), 0);
	go();
}

ATTACK(01, "bitforge",
       "N of 16 small primes and a large one, every root in the proofs that exists"
       " (CVE-2023-33241)",
       "the cheat is named in round 3: MOD_EQ_X, before anything is encrypted for N")
{
	forge_modulus_make(&bad, BITS, 16, 16, false);
	w_of_zeros = false;
	introduce_bad_N();
	CHECK(rows_that_hold < tf_profile_small.m);
	named(&c, 2, 3, TF_CK_MOD_EQ_X);
	cast_free(&c);
}

ATTACK(01b, "bitforge-one-small-prime",
       "N of a 64-bit prime and a large one, a true proof that N is a Paillier-Blum modulus",
       "the cheat is named in round 3 by the proof of large factors: FAC_EQ_Q")
{
	forge_modulus_make(&bad, BITS, 1, 64, true);
	w_of_zeros = false;
	introduce_bad_N();
	CHECK(rows_that_hold == tf_profile_small.m);
	named(&c, 2, 3, TF_CK_FAC_EQ_Q);
	cast_free(&c);
}

ATTACK(02, "mod-w-not-a-unit",
       "N of 7 small primes and a large one, w = 1 modulo that and 0 modulo the others: all"
       " equations hold (CVE-2025-66016)",
       "the cheat is named in round 3: MOD_W_UNIT")
{
	forge_modulus_make(&bad, BITS, 7, 20, false);
	w_of_zeros = true;
	introduce_bad_N();
	CHECK(rows_that_hold == tf_profile_small.m);
	named(&c, 2, 3, TF_CK_MOD_W_UNIT);
	cast_free(&c);
}

LIE(w_is_zero, tf_bn_set_u64(&((tf_msg_aux_r3 *)m)->mod.w, 0))

ATTACK(02b, "mod-w-zero",
       "w = 0 in the proof for a good N",
       "the cheat is named in round 3: MOD_W_UNIT")
{
	static const lie lies[] = { { &tf_msg_aux_r3_wire, w_is_zero } };

	begin();
	lies_of(&c, 2, lies, 1, 0);
	go();
	named(&c, 2, 3, TF_CK_MOD_W_UNIT);
	cast_free(&c);
}

/* ---- rows 5, 9, 10: ring-Pedersen parameters that hide nothing ---- */

static const lie with_bad_rp[] = {
	{ &tf_msg_aux_r1_wire, fitting_V }, { &tf_msg_aux_r2_wire, open_it },
};

/* The cheat's own machine proves with these: then everything it says fits its s. */
static void introduce_bad_rp(tf_check check)
{
	begin();
	lies_of(&c, 2, with_bad_rp, TF_ARRAY_LEN(with_bad_rp), 0);
	go();
	named(&c, 2, 2, check);
	cast_free(&c);
}

/* The proof that an honest prover makes for the opened (Nhat, s, t), knowing lambda and phi. */
static void prove_prm(const tf_rp_sec *sec)
{
	static tf_zk_prm_prover pv;
	tf_arena *mem = attack_scratch();
	tf_zk_env env = { .pr = &tf_profile_small, .mem = mem };
	tf_rp_sec rp = *sec;
	tf_batch *b;
	tf_ctx ctx;

	rp.pub.s = opened.s;
	rp.pub.t = opened.t;
	context(&ctx, NULL, 2, 0);
	CHECK_OK(tf_batch_init(&b, mem, TF_ZK_PRM_PROVE_JOBS(&tf_profile_small)));
	CHECK_OK(tf_zk_prm_prove_start(&pv, &opened.prm, &env, &ctx, &rp, &c.rng[1], b));
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_zk_prm_prove_finish(&pv, &opened.prm, &env, &ctx, &rp));
}

ATTACK(05, "c-split",
       "s = -t^lambda with the proof that everything but the sign allows; one large challenge would"
       " accept every other one",
       "the cheat is named in round 2: PRM_EQUATION, in 24 of 24 tries")
{
	overhear();
	begin();
	CHECK(!tf_bn_sub(&opened.s, &opened.Nhat, &own[1].rp.pub.s));
	for (unsigned k = 0; k < 24; k++) { /* as the verifier, many times; at last in a run */
		static tf_zk_prm_verifier vf;
		tf_arena *mem;
		tf_zk_env env = { .pr = &tf_profile_small };
		tf_fault fault;
		tf_batch *b;
		tf_ctx ctx;
		tf_rp rp;

		prove_prm(&own[1].rp);
		context(&ctx, NULL, 2, 0);
		CHECK_OK(tf_rp_init(&rp, &tf_profile_small, &opened.Nhat, &opened.s, &opened.t));
		env.mem = mem = attack_scratch();
		CHECK_OK(tf_batch_init(&b, mem, TF_ZK_PRM_VERIFY_JOBS(&tf_profile_small)));
		tf_fault_at(&fault, 2, 2);
		CHECK_OK(tf_zk_prm_verify_start(&vf, &env, &ctx, &rp, &opened.prm, &c.rng[0], b,
		                                &fault));
		CHECK_OK(tf_batch_run(b));
		CHECK_ERR(tf_zk_prm_verify_finish(&vf, &env, &rp, &opened.prm, &fault), TF_E_PROOF);
		CHECK(fault.check == TF_CK_PRM_EQUATION && fault.party == 2);
	}
	cast_free(&c);
	introduce_bad_rp(TF_CK_PRM_EQUATION);
}

LIE(mod_one_fewer, ((tf_msg_aux_r3 *)m)->mod.count--)
LIE(mod_none, ((tf_msg_aux_r3 *)m)->mod.count = 0)

ATTACK(06, "c-guess",
       "proofs of m - 1 and of no rows, which leave a challenge that can be guessed (Multichain)",
       "the cheat is named: MOD_COUNT in round 3, PRM_COUNT in round 2")
{
	static const lie fewer[] = { { &tf_msg_aux_r3_wire, mod_one_fewer } };
	static const lie none[] = { { &tf_msg_aux_r3_wire, mod_none } };

	for (unsigned k = 0; k < 2; k++) {
		begin();
		lies_of(&c, 2, k ? none : fewer, 1, 0);
		go();
		named(&c, 2, 3, TF_CK_MOD_COUNT);
		cast_free(&c);
	}
	overhear();
	opened.prm.count--;
	introduce_bad_rp(TF_CK_PRM_COUNT);
	opened.prm.count = 0;
	introduce_bad_rp(TF_CK_PRM_COUNT);
}

/* s outside of the group of t: a random unit is, but for one of very many. */
ATTACK(09, "golden-shoe",
       "ring-Pedersen parameters with s random, s = 1, t = 1, s = t (CVE-2020-12118)",
       "the cheat is named in round 2: PRM_EQUATION, PRM_S_ONE, PRM_T_ONE, PRM_S_IS_T")
{
	tf_msg_aux_r2 *honest = tf_test_alloc(sizeof(*honest));

	overhear();
	*honest = opened;
	begin();
	CHECK_OK(tf_bn_random_unit(&opened.s, &opened.Nhat, &c.rng[1]));
	prove_prm(&own[1].rp); /* of the lambda that s does not have */
	cast_free(&c);
	introduce_bad_rp(TF_CK_PRM_EQUATION);
	*honest = (opened.s = honest->s, opened.prm = honest->prm, opened);
	tf_bn_set_u64(&opened.s, 1);
	introduce_bad_rp(TF_CK_PRM_S_ONE);
	opened = *honest;
	tf_bn_set_u64(&opened.t, 1);
	introduce_bad_rp(TF_CK_PRM_T_ONE);
	opened = *honest;
	opened.s = opened.t;
	introduce_bad_rp(TF_CK_PRM_S_IS_T);
}

/* Own moduli with this in the place of one of the four primes. */
static void unsafe_prime(unsigned place, const tf_bn *x)
{
	tf_moduli *m = tf_test_alloc(sizeof(*m));
	tf_bn p[4];

	for (unsigned k = 0; k < 4; k++)
		tf_test_primes(640, k, &p[k]);
	p[place] = *x;
	CHECK_OK(tf_moduli_make(m, &tf_profile_small, &p[0], &p[1], &p[2], &p[3], &c.rng[0],
	                        attack_scratch()));
	CHECK_ERR(tf_moduli_self_test(m, &c.rng[0], attack_scratch()), TF_E_ENCODING);
}

/* What a search that is broken, or a record of another, could leave us with. */
static void own_primes_are_tested(void)
{
	tf_bn safe, step, x;
	bool prime = false;

	CHECK_OK(tf_moduli_self_test(&own[0], &c.rng[0], attack_scratch()));
	tf_test_primes(640, 7, &safe);
	tf_bn_set_u64(&step, 12);
	CHECK_OK(tf_bn_add(&x, &safe, &step)); /* composite, 3 modulo 4, of the right length */
	for (unsigned place = 0; place < 4; place++)
		unsafe_prime(place, &x);
	for (x = safe; !prime;) { /* the next prime: (x - 1) / 2 is none */
		CHECK_OK(tf_bn_add(&x, &x, &step));
		CHECK_OK(tf_prime_test_vt(&prime, &x, 20, &c.rng[0], attack_scratch()));
	}
	for (unsigned place = 0; place < 4; place++)
		unsafe_prime(place, &x);
}

ATTACK(10, "smooth-nhat",
       "Nhat whose group has elements of order 3, s = such an element times t^lambda; and for"
       " ourselves: one of the four primes composite, or prime and not safe, or the same twice",
       "the cheat is named in round 2: PRM_EQUATION; our own are tested when they are made, and"
       " each is refused: TF_E_ENCODING")
{
	tf_moduli *m = tf_test_alloc(sizeof(*m));
	forge_rp smooth;
	tf_bn p[4];

	overhear();
	begin();
	forge_rp_with_cubes(&smooth, BITS);
	opened.Nhat = smooth.Nhat;
	opened.t = smooth.t;
	opened.s = smooth.s; /* omega t^lambda, omega of order 3 */
	context(&smooth.ctx, NULL, 2, 0);
	forge_prm(&opened.prm, &smooth, tf_profile_small.m, &c.rng[1]);
	cast_free(&c);
	introduce_bad_rp(TF_CK_PRM_EQUATION);
	begin(); /* and for ourselves: N and Nhat with a factor in common are not taken */
	for (unsigned k = 0; k < 4; k++)
		tf_test_primes(640, k < 3 ? k : 0, &p[k]);
	CHECK_ERR(tf_moduli_make(m, &tf_profile_small, &p[0], &p[1], &p[2], &p[3], &c.rng[0],
	                         attack_scratch()), TF_E_ENCODING);
	own_primes_are_tested();
	cast_free(&c);
}
