/* Introductions with a cheat: each check names it. The cheat is party 2. */
#include <stdlib.h>
#include <string.h>

#include "harness/primes.h"
#include "proto/auxinfo.h"
#include "proto/cast_test.h"
#include "zk/transcript.h"

static cast c;
static tf_auxinfo aux[3];
static tf_moduli own[3];
static uint8_t scratch_room[1 << 22];

static tf_arena *scratch(void)
{
	static tf_arena a;

	tf_arena_init(&a, scratch_room, sizeof(scratch_room));
	return &a;
}

static void begin(unsigned n)
{
	const tf_profile *pr = &tf_profile_small;

	cast_init(&c, n, pr, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_auxinfo_sizes(pr, (uint16_t)n));
	for (unsigned i = 0; i < n; i++) {
		tf_bn p[4];

		for (unsigned k = 0; k < 4; k++)
			tf_test_primes(pr->prime_bits, 4 * i + k, &p[k]);
		CHECK_OK(tf_moduli_make(&own[i], pr, &p[0], &p[1], &p[2], &p[3], &c.rng[i],
		                        scratch()));
	}
}

static void go(void)
{
	for (unsigned i = 0; i < c.n; i++) {
		tf_auxinfo_args args = { .env = &c.env[i], .own = &own[i] };

		CHECK_OK(tf_auxinfo_start(&aux[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &aux[i].r;
	}
	cast_run(&c);
}

/* ---- an opening that is not what an honest machine makes, and the commitment that fits ---- */

static tf_msg_aux_r2 opened;
static void (*spoil)(tf_msg_aux_r2 *m);

static void capture(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	opened = *(tf_msg_aux_r2 *)m;
}

static void list(tf_tr *t, const tf_bn *x, uint32_t n)
{
	tf_tr_open(t);
	for (uint32_t i = 0; i < n; i++)
		tf_tr_nat(t, &x[i]);
	tf_tr_close(t);
}

static void fitting_V(const cast *k, void *m, void *ctx)
{
	static uint8_t buf[1 << 18];
	tf_tr t;

	(void)ctx;
	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_open(&t);
	tf_tr_bytes(&t, k->env[0].sid, 32);
	tf_tr_open(&t);
	for (unsigned i = 1; i <= k->n; i++)
		tf_tr_u64(&t, i);
	tf_tr_close(&t);
	tf_tr_close(&t);
	tf_tr_u64(&t, 2);
	tf_tr_nat(&t, &opened.N);
	tf_tr_nat(&t, &opened.Nhat);
	tf_tr_nat(&t, &opened.s);
	tf_tr_nat(&t, &opened.t);
	tf_tr_open(&t);
	list(&t, opened.prm.A, opened.prm.count);
	list(&t, opened.prm.z, opened.prm.count);
	tf_tr_close(&t);
	tf_tr_bytes(&t, opened.rho, 32);
	tf_tr_bytes(&t, opened.u, 32);
	CHECK_OK(tf_tr_hash(((tf_msg_aux_r1 *)m)->V, &t, "aux-commit"));
}

static void spoilt(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	*(tf_msg_aux_r2 *)m = opened;
}

static bool look(cast *k, cast_mail *mail)
{
	if (mail->from == 2 && cast_is(mail, TF_MSG_AUX_R2, NULL))
		cast_rewrite(k, mail, &tf_msg_aux_r2_wire, capture, NULL);
	return true;
}

static bool replace(cast *k, cast_mail *mail)
{
	if (mail->from == 2 && cast_is(mail, TF_MSG_AUX_R1, NULL))
		cast_rewrite(k, mail, &tf_msg_aux_r1_wire, fitting_V, NULL);
	if (mail->from == 2 && cast_is(mail, TF_MSG_AUX_R2, NULL))
		cast_rewrite(k, mail, &tf_msg_aux_r2_wire, spoilt, NULL);
	return true;
}

static void short_N(tf_msg_aux_r2 *m) { m->N.d[m->N.n - 1] >>= 1; }
static void short_Nhat(tf_msg_aux_r2 *m) { m->Nhat.d[m->Nhat.n - 1] >>= 1; }
static void even_N(tf_msg_aux_r2 *m) { m->N.d[0] ^= 1; }
static void even_Nhat(tf_msg_aux_r2 *m) { m->Nhat.d[0] ^= 1; }
static void our_N(tf_msg_aux_r2 *m) { m->N = own[0].sk.pk.n.m; }
static void our_N_as_Nhat(tf_msg_aux_r2 *m) { m->Nhat = own[0].sk.pk.n.m; }
static void our_Nhat_as_N(tf_msg_aux_r2 *m) { m->N = own[0].rp.pub.n.m; }
static void one_for_both(tf_msg_aux_r2 *m) { m->N = m->Nhat; }
static void s_is_t(tf_msg_aux_r2 *m) { m->s = m->t; }
static void s_is_one(tf_msg_aux_r2 *m) { tf_bn_set_u64(&m->s, 1); }
static void s_is_zero(tf_msg_aux_r2 *m) { tf_bn_set_u64(&m->s, 0); }
static void minus_s(tf_msg_aux_r2 *m)
{
	tf_bn t;

	CHECK(!tf_bn_sub(&t, &m->Nhat, &m->s));
	m->s = t;
}
static void no_proof(tf_msg_aux_r2 *m) { m->prm.count = 0; }
static void one_too_few(tf_msg_aux_r2 *m) { m->prm.count--; }

TEST_SLOW(auxinfo_names_who_opens_bad_moduli, 300)
{
	static const struct {
		void (*fn)(tf_msg_aux_r2 *m);
		tf_check check;
	} all[] = {
		{ short_N, TF_CK_AUX_N_LENGTH }, { short_Nhat, TF_CK_AUX_NHAT_LENGTH },
		{ even_N, TF_CK_AUX_N_ODD }, { even_Nhat, TF_CK_AUX_NHAT_ODD },
		{ our_N, TF_CK_AUX_APART_N_N }, { our_N_as_Nhat, TF_CK_AUX_APART_N_NHAT },
		{ our_Nhat_as_N, TF_CK_AUX_APART_NHAT_N },
		{ one_for_both, TF_CK_AUX_APART_SELF },
		{ s_is_t, TF_CK_PRM_S_IS_T }, { s_is_one, TF_CK_PRM_S_ONE },
		{ s_is_zero, TF_CK_PRM_S_UNIT }, { minus_s, TF_CK_PRM_EQUATION },
		{ no_proof, TF_CK_PRM_COUNT }, { one_too_few, TF_CK_PRM_COUNT },
	};
	static tf_msg_aux_r2 honest;

	begin(2);
	c.rewrite = look;
	go();
	cast_check_done(&c);
	honest = opened;
	cast_free(&c);
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		begin(2);
		opened = honest;
		spoil = all[k].fn;
		spoil(&opened);
		c.rewrite = replace;
		go();
		cast_check_blame(&c, 2, all[k].check);
		cast_free(&c);
	}
}

/* ---- everything else is wrong by itself ---- */

typedef struct cheat {
	const tf_wire_type *type;
	void (*fn)(const cast *c, void *m, void *ctx);
	tf_check check;
} cheat;

static const cheat *now;

static bool rewrite(cast *k, cast_mail *mail)
{
	if (mail->from == 2 && cast_is(mail, now->type->type, NULL))
		cast_rewrite(k, mail, now->type, now->fn, NULL);
	return true;
}

static void other_V(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_aux_r1 *)m)->V[1] ^= 1;
}

static void other_rho(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_aux_r2 *)m)->rho[1] ^= 1;
}

static void other_prm(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_aux_r2 *)m)->prm.z[3].d[0] ^= 1;
}

static void w_is_zero(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	tf_bn_set_u64(&((tf_msg_aux_r3 *)m)->mod.w, 0);
}

static void other_root(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_aux_r3 *)m)->mod.z[7].d[0] ^= 2;
}

static void fewer_roots(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_aux_r3 *)m)->mod.count--;
}

static void other_factor(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_aux_fac *)m)->fac.z1.mag.d[0] ^= 1;
}

static void other_output(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_aux_confirm *)m)->output[0] ^= 1;
}

TEST_SLOW(auxinfo_names_the_cheat_and_the_check, 300)
{
	static const cheat all[] = {
		{ &tf_msg_aux_r1_wire, other_V, TF_CK_AUX_COMMITMENT },
		{ &tf_msg_aux_r2_wire, other_rho, TF_CK_AUX_COMMITMENT },
		{ &tf_msg_aux_r2_wire, other_prm, TF_CK_AUX_COMMITMENT },
		{ &tf_msg_aux_r3_wire, w_is_zero, TF_CK_MOD_W_UNIT },
		{ &tf_msg_aux_r3_wire, other_root, TF_CK_MOD_EQ_Z },
		{ &tf_msg_aux_r3_wire, fewer_roots, TF_CK_MOD_COUNT },
		{ &tf_msg_aux_fac_wire, other_factor, TF_CK_FAC_EQ_P },
		{ &tf_msg_aux_confirm_wire, other_output, TF_CK_AUX_OUTPUT },
	};

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		now = &all[k];
		begin(3);
		c.rewrite = rewrite;
		go();
		cast_check_blame(&c, 2, all[k].check);
		cast_free(&c);
	}
}

/* A proof of one run is worth nothing in another, nor for another prover: the contexts differ. */
static tf_msg_aux_r3 other_proof;

static void keep_proof(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	other_proof = *(tf_msg_aux_r3 *)m;
}

static void replay_proof(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	*(tf_msg_aux_r3 *)m = other_proof;
}

TEST(auxinfo_names_who_replays_a_proof_of_another_run)
{
	static const cheat keep = { &tf_msg_aux_r3_wire, keep_proof, TF_CK_NONE };
	static const cheat replay = { &tf_msg_aux_r3_wire, replay_proof, TF_CK_MOD_EQ_Z };

	now = &keep;
	begin(2);
	c.rewrite = rewrite;
	go();
	cast_check_done(&c);
	cast_free(&c);
	now = &replay;
	begin(2);
	for (unsigned i = 0; i < 2; i++)
		c.env[i].sid[31] ^= 1;
	c.rewrite = rewrite;
	go();
	cast_check_blame(&c, 2, TF_CK_MOD_EQ_Z);
	cast_free(&c);
}

/* Both have proven: from here on, all checks but the one that the environment has switched off. */
static bool until_both_have_proven(cast *k, cast_mail *mail)
{
	static unsigned proofs;
	const char *off = getenv("TREFOIL_CHECK_OFF");

	(void)k;
	if (mail->to == 1 && cast_is(mail, TF_MSG_AUX_R3, NULL) && ++proofs == 2)
		tf_check_switch_off((tf_check)(off ? strtoul(off, NULL, 10) : 0));
	return true;
}

/* 2 and 3 have the same N. Each would accuse the other; with that check off, 1 sees it at the end,
 * and cannot know who of them is the thief. */
TEST(auxinfo_does_not_guess_which_of_two_others_is_the_thief)
{
	tf_bn p[4];

	tf_check_switch_off(TF_CK_AUX_APART_N_N);
	begin(3);
	for (unsigned k = 0; k < 4; k++)
		tf_test_primes(640, k < 2 ? 4 + k : 8 + k, &p[k]);
	CHECK_OK(tf_moduli_make(&own[2], &tf_profile_small, &p[0], &p[1], &p[2], &p[3], &c.rng[2],
	                        scratch()));
	c.rewrite = until_both_have_proven;
	go();
	CHECK(c.err[0] == TF_E_PROOF && c.fault[0].party == TF_PARTY_NONE);
	CHECK(c.fault[0].check == TF_CK_AUX_APART_PEERS);
	cast_free(&c);
}

/* 3's Nhat is 2's N, and the two look away. */
static void deliver_to_those_who_look_away(void)
{
	const char *off = getenv("TREFOIL_CHECK_OFF");
	const tf_check blind[] = { (tf_check)(off ? strtoul(off, NULL, 10) : 0),
	                           TF_CK_AUX_APART_N_NHAT, TF_CK_AUX_APART_NHAT_N };

	for (unsigned i = 0; i < 3; i++)
		cast_collect(&c, i);
	while (c.delivered < c.posted) {
		cast_mail m = c.mail[c.delivered++];

		tf_check_switch_off(blind[m.to - 1]);
		if (cast_step(&c, m.to - 1, m.bytes, m.len) != TF_OK)
			continue; /* c.err knows */
	}
}

TEST(auxinfo_sees_an_Nhat_that_is_the_N_of_another)
{
	tf_bn p[4];

	begin(3);
	for (unsigned k = 0; k < 4; k++)
		tf_test_primes(640, k < 2 ? 8 + k : 2 + k, &p[k]);
	CHECK_OK(tf_moduli_make(&own[2], &tf_profile_small, &p[0], &p[1], &p[2], &p[3], &c.rng[2],
	                        scratch()));
	for (unsigned i = 0; i < 3; i++) {
		tf_auxinfo_args args = { .env = &c.env[i], .own = &own[i] };

		CHECK_OK(tf_auxinfo_start(&aux[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &aux[i].r;
	}
	deliver_to_those_who_look_away();
	CHECK(c.err[0] == TF_E_PROOF && c.fault[0].party == TF_PARTY_NONE);
	CHECK(c.fault[0].check == TF_CK_AUX_APART_PEERS_NHAT);
	cast_free(&c);
}

TEST_SLOW(auxinfo_accuses_nobody_for_its_own_lack_of_memory, 300)
{
	size_t full = tf_auxinfo_sizes(&tf_profile_small, 2).mem;

	for (size_t mem = 4096; mem < full; mem += full / 11) {
		unsigned started = 0;

		begin(2);
		tf_arena_init(&c.mem[0], c.mem[0].base, mem);
		for (unsigned i = 0; i < 2; i++) {
			tf_auxinfo_args args = { .env = &c.env[i], .own = &own[i] };
			tf_err err = tf_auxinfo_start(&aux[i], &args, &c.mem[i], &c.out[i]);

			CHECK(err == TF_OK || err == TF_E_CAPACITY);
			c.run[i] = &aux[i].r;
			started += err == TF_OK;
		}
		if (started == 2)
			cast_run(&c);
		for (unsigned i = 0; i < 2; i++)
			CHECK(c.err[i] == TF_OK || c.fault[i].party == TF_PARTY_NONE);
		cast_free(&c);
	}
}
