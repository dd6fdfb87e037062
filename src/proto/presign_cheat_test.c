/* Presigning with a cheat: each check names it. The cheat is party 3 of three. */
#include <string.h>

#include "proto/presign_impl.h"
#include "proto/stage_test.h"

static stage s;

typedef struct cheat {
	const tf_wire_type *type;
	void (*fn)(const cast *c, void *m, void *ctx);
	tf_check check;
} cheat;

static const cheat *now;

static bool rewrite(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && cast_is(mail, now->type->type, NULL))
		cast_rewrite(k, mail, now->type, now->fn, NULL);
	return true;
}

static void run_cheat(const cheat *ch, uint32_t batch)
{
	now = ch;
	stage_init(&s, 3, &tf_profile_small);
	s.c.rewrite = rewrite;
	stage_start_presign(&s, batch, true);
	cast_run(&s.c);
}

static void each(const cheat *all, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		tf_presig p;

		run_cheat(&all[k], 2);
		cast_check_blame(&s.c, 3, all[k].check);
		CHECK_ERR(tf_presign_take(&p, &s.presign[0], 0), TF_E_STATE);
		stage_free(&s);
	}
}

static void add_G(const cast *k, tf_pt *p)
{
	CHECK_OK(tf_pt_add(k->g, p, p, tf_group_base(k->g)));
}

static void make_O(tf_pt *p)
{
	memset(p, 0, sizeof(*p));
	p->identity = 1;
}

static void add_one(const cast *k, tf_sc *x)
{
	tf_sc one;

	tf_sc_set_u64(k->g, &one, 1);
	tf_sc_add(k->g, x, x, &one);
}

/* ---- round 1 ---- */

#define R1(m) (&((tf_msg_presign_r1 *)(m))->items[1])
#define PSI(m) (&((tf_msg_presign_psi *)(m))->items[1])

#define CHEAT(name, body) \
	static void name(const cast *k, void *m, void *ctx) \
	{ \
		(void)k; \
		(void)m; \
		(void)ctx; \
		body; \
	}

CHEAT(r1_fewer, ((tf_msg_presign_r1 *)m)->items_n--)
CHEAT(psi_fewer, ((tf_msg_presign_psi *)m)->items_n--)
CHEAT(psi_none, ((tf_msg_presign_psi *)m)->items_n = 0)
CHEAT(y_is_O, make_O(&R1(m)->Y))
CHEAT(a1_is_O, make_O(&R1(m)->A1))
CHEAT(b1_is_O, make_O(&R1(m)->B1))
CHEAT(a2_moved, add_G(k, &R1(m)->A2))
CHEAT(b2_moved, add_G(k, &R1(m)->B2))
CHEAT(k_is_zero, tf_bn_set_u64(&R1(m)->K, 0))
CHEAT(g_is_zero, tf_bn_set_u64(&R1(m)->G, 0))
CHEAT(k_is_N, R1(m)->K = s.own[2].sk.pk.n.m)
CHEAT(k_copied, R1(m)->K = s.presign[0].st->item[1].K)
CHEAT(k_and_g_swapped, tf_bn t = R1(m)->K; R1(m)->K = R1(m)->G; R1(m)->G = t)
CHEAT(psis_swapped, tf_zk_encelg_proof t = PSI(m)->psi0; PSI(m)->psi0 = PSI(m)->psi1;
      PSI(m)->psi1 = t)
CHEAT(psi_of_other_item, PSI(m)->psi0 = ((tf_msg_presign_psi *)m)->items[0].psi0)
CHEAT(z1_too_large, tf_bn_set_u64(&PSI(m)->psi0.z1.mag, 1);
      CHECK_OK(tf_bn_shl(&PSI(m)->psi0.z1.mag, &PSI(m)->psi0.z1.mag, 256 + 288));
      PSI(m)->psi0.z1.mag.d[0] |= 1)
CHEAT(psi1_w, add_one(k, &PSI(m)->psi1.w))

/* k_3 encrypted as N/3 with everything else as it is: alpha-rays (docs/protocol.md 11, row 11) */
CHEAT(k_out_of_range, tf_bn three; tf_bn_set_u64(&three, 3); tf_int x = { 0 };
      const tf_paillier_pk *pk = &s.aux[2].pk;
      CHECK_OK(tf_bn_divmod(&x.mag, NULL, &pk->n.m, &three));
      tf_bn_set_u64(&R1(m)->K, 1); CHECK_OK(tf_paillier_enc_finish(&R1(m)->K, pk, &x)))

TEST_SLOW(presign_round_1_names_the_cheat, 300)
{
	static const cheat all[] = {
		{ &tf_msg_presign_r1_wire, r1_fewer, TF_CK_PRESIGN_BATCH_R1 },
		{ &tf_msg_presign_psi_wire, psi_fewer, TF_CK_PRESIGN_BATCH_PSI },
		{ &tf_msg_presign_psi_wire, psi_none, TF_CK_PRESIGN_BATCH_PSI },
		{ &tf_msg_presign_r1_wire, y_is_O, TF_CK_PRESIGN_Y },
		{ &tf_msg_presign_r1_wire, a1_is_O, TF_CK_PRESIGN_A1 },
		{ &tf_msg_presign_r1_wire, b1_is_O, TF_CK_PRESIGN_B1 },
		{ &tf_msg_presign_r1_wire, a2_moved, TF_CK_ENCELG_EQ_ENC },
		{ &tf_msg_presign_r1_wire, b2_moved, TF_CK_ENCELG_EQ_ENC },
		{ &tf_msg_presign_r1_wire, k_is_zero, TF_CK_ENCELG_C },
		{ &tf_msg_presign_r1_wire, g_is_zero, TF_CK_ENCELG_C },
		{ &tf_msg_presign_r1_wire, k_is_N, TF_CK_ENCELG_C },
		{ &tf_msg_presign_r1_wire, k_copied, TF_CK_ENCELG_EQ_ENC },
		{ &tf_msg_presign_r1_wire, k_out_of_range, TF_CK_ENCELG_EQ_ENC },
		{ &tf_msg_presign_r1_wire, k_and_g_swapped, TF_CK_ENCELG_EQ_ENC },
		{ &tf_msg_presign_psi_wire, psis_swapped, TF_CK_ENCELG_EQ_ENC },
		{ &tf_msg_presign_psi_wire, psi_of_other_item, TF_CK_ENCELG_EQ_ENC },
		{ &tf_msg_presign_psi_wire, z1_too_large, TF_CK_ENCELG_Z1_RANGE },
		{ &tf_msg_presign_psi_wire, psi1_w, TF_CK_ENCELG_EQ_Y },
	};

	each(all, TF_ARRAY_LEN(all));
}

/* ---- round 2 ---- */

#define R2(m) (&((tf_msg_presign_r2 *)(m))->items[1])
#define MTA(m) (&((tf_msg_presign_mta *)(m))->items[1])

CHEAT(r2_fewer, ((tf_msg_presign_r2 *)m)->items_n--)
CHEAT(mta_fewer, ((tf_msg_presign_mta *)m)->items_n--)
CHEAT(gamma_is_O, make_O(&R2(m)->Gamma))
CHEAT(gamma_moved, add_G(k, &R2(m)->Gamma))
CHEAT(elog_u, add_one(k, &R2(m)->psi.u))
CHEAT(elog_z, add_one(k, &R2(m)->psi.z))
CHEAT(one_peer, R2(m)->peers_n--)
CHEAT(no_peer, R2(m)->peers_n = 0)
CHEAT(other_hash, R2(m)->peers[0].hash[0] ^= 1; R2(m)->peers[1].hash[0] ^= 1)
CHEAT(f_is_zero, tf_bn_set_u64(&R2(m)->peers[0].F, 0); tf_bn_set_u64(&R2(m)->peers[1].F, 0))
CHEAT(fhat_for_f, R2(m)->peers[0].F = R2(m)->peers[0].Fhat;
      R2(m)->peers[1].F = R2(m)->peers[1].Fhat)
CHEAT(d_changed, MTA(m)->D.d[0] ^= 1)

TEST_SLOW(presign_round_2_names_the_cheat, 300)
{
	static const cheat all[] = {
		{ &tf_msg_presign_r2_wire, r2_fewer, TF_CK_PRESIGN_BATCH_R2 },
		{ &tf_msg_presign_mta_wire, mta_fewer, TF_CK_PRESIGN_BATCH_MTA },
		{ &tf_msg_presign_r2_wire, gamma_is_O, TF_CK_PRESIGN_GAMMA },
		{ &tf_msg_presign_r2_wire, gamma_moved, TF_CK_ELOG_EQ_L },
		{ &tf_msg_presign_r2_wire, elog_u, TF_CK_ELOG_EQ_M },
		{ &tf_msg_presign_r2_wire, elog_z, TF_CK_ELOG_EQ_L },
		{ &tf_msg_presign_r2_wire, one_peer, TF_CK_PRESIGN_PEERS },
		{ &tf_msg_presign_r2_wire, no_peer, TF_CK_PRESIGN_PEERS },
		{ &tf_msg_presign_r2_wire, other_hash, TF_CK_PRESIGN_MTA },
		{ &tf_msg_presign_mta_wire, d_changed, TF_CK_PRESIGN_MTA },
		{ &tf_msg_presign_r2_wire, f_is_zero, TF_CK_AFFG_Y },
		{ &tf_msg_presign_r2_wire, fhat_for_f, TF_CK_AFFG_EQ_ENC0 },
	};

	each(all, TF_ARRAY_LEN(all));
}

/* Direct messages that are not what an honest machine makes, with hashes that fit: those go into
 * the broadcast, which is sent after them. */
static void (*spoil)(tf_presign_mta_item *m, unsigned to);
static uint8_t fitting[3][32];
static unsigned to_party;

static void spoil_direct(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	spoil(MTA(m), to_party);
	CHECK_OK(tf_presign_mta_hash(fitting[to_party], &s.presign[2], MTA(m)));
}

static void fit_broadcast(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	memcpy(R2(m)->peers[0].hash, fitting[1], 32);
	memcpy(R2(m)->peers[1].hash, fitting[2], 32);
}

static bool rewrite_both(cast *k, cast_mail *mail)
{
	to_party = mail->to;
	if (mail->from == 3 && cast_is(mail, TF_MSG_PRESIGN_MTA, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_mta_wire, spoil_direct, NULL);
	if (mail->from == 3 && cast_is(mail, TF_MSG_PRESIGN_R2, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_r2_wire, fit_broadcast, NULL);
	return true;
}

/* D (+) enc(1; 1): another multiplier than the committed one */
static void shift(tf_bn *D, unsigned to)
{
	const tf_paillier_pk *pk = &s.aux[to - 1].pk;
	tf_int one = { .mag = { .n = 1, .d = { 1 } } };
	tf_bn c;

	tf_bn_set_u64(&c, 1);
	CHECK_OK(tf_paillier_enc_finish(&c, pk, &one));
	CHECK_OK(tf_paillier_add(D, pk, D, &c));
}

static void shift_D(tf_presign_mta_item *m, unsigned to) { shift(&m->D, to); }
static void shift_Dhat(tf_presign_mta_item *m, unsigned to) { shift(&m->Dhat, to); }
static void zero_D(tf_presign_mta_item *m, unsigned to)
{
	(void)to;
	tf_bn_set_u64(&m->D, 0);
}
static void swap_proofs(tf_presign_mta_item *m, unsigned to)
{
	tf_zk_affg_proof t = m->psi;

	(void)to;
	m->psi = m->psihat;
	m->psihat = t;
}
static void beta_too_large(tf_presign_mta_item *m, unsigned to)
{
	(void)to;
	tf_bn_set_u64(&m->psihat.z2.mag, 3);
	CHECK_OK(tf_bn_shl(&m->psihat.z2.mag, &m->psihat.z2.mag, 832 + 288 - 1));
}
static void x_too_large(tf_presign_mta_item *m, unsigned to)
{
	(void)to;
	tf_bn_set_u64(&m->psi.z1.mag, 3);
	CHECK_OK(tf_bn_shl(&m->psi.z1.mag, &m->psi.z1.mag, 256 + 288 - 1));
}

TEST_SLOW(presign_round_2_names_who_multiplies_by_something_else, 300)
{
	static const struct {
		void (*fn)(tf_presign_mta_item *m, unsigned to);
		tf_check check;
	} all[] = {
		{ shift_D, TF_CK_AFFG_EQ_ENC0 }, { shift_Dhat, TF_CK_AFFG_EQ_ENC0 },
		{ zero_D, TF_CK_AFFG_D }, { swap_proofs, TF_CK_AFFG_EQ_ENC0 },
		{ beta_too_large, TF_CK_AFFG_Z2_RANGE }, { x_too_large, TF_CK_AFFG_Z1_RANGE },
	};

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		spoil = all[k].fn;
		stage_init(&s, 3, &tf_profile_small);
		s.c.rewrite = rewrite_both;
		stage_start_presign(&s, 2, true);
		cast_run(&s.c);
		cast_check_blame(&s.c, 3, all[k].check);
		stage_free(&s);
	}
}

/* A cheat among the first parties and one among the last: the first in order is named, by
 * everybody, whatever arrives first. 3's fault shows at once, 2's only after the batch. */
typedef struct pair {
	cheat late, early;
} pair;

static const pair *both;

static bool two_cheats(cast *k, cast_mail *mail)
{
	const cheat *is = mail->from == 2 ? &both->late : &both->early;

	if (mail->from != 1 && cast_is(mail, is->type->type, NULL))
		cast_rewrite(k, mail, is->type, is->fn, NULL);
	return true;
}

TEST_SLOW(presign_blames_in_the_order_of_parties_not_of_arrival, 300)
{
	static const pair all[2] = {
		{ { &tf_msg_presign_psi_wire, psi1_w, TF_CK_ENCELG_EQ_Y },
		  { &tf_msg_presign_r1_wire, y_is_O, TF_CK_NONE } },
		{ { &tf_msg_presign_r2_wire, fhat_for_f, TF_CK_AFFG_EQ_ENC0 },
		  { &tf_msg_presign_r2_wire, gamma_is_O, TF_CK_NONE } },
	};

	for (uint64_t seed = 0; seed < 7; seed++) {
		unsigned round = seed < 6 ? 1 : 2;

		both = &all[round - 1];
		stage_init(&s, 3, &tf_profile_small);
		s.c.rewrite = two_cheats;
		if (round == 1) /* in round 2, 3 may see 2's fault before its own is sent */
			s.c.shuffle = seed;
		stage_start_presign(&s, 2, true);
		cast_run(&s.c);
		CHECK(s.c.err[0] == TF_E_PROOF && s.c.fault[0].party == 2);
		CHECK(s.c.fault[0].check == both->late.check && s.c.fault[0].round == round);
		stage_free(&s);
	}
}

/* ---- round 3 and the end ---- */

#define R3(m) (&((tf_msg_presign_r3 *)(m))->items[1])

CHEAT(r3_fewer, ((tf_msg_presign_r3 *)m)->items_n--)
CHEAT(delta_point_moved, add_G(k, &R3(m)->Delta))
CHEAT(r3_elog_u, add_one(k, &R3(m)->psi.u))
CHEAT(other_id, ((tf_msg_presign_confirm *)m)->items[1].id[0] ^= 1)
CHEAT(fewer_ids, ((tf_msg_presign_confirm *)m)->items_n--)

TEST_SLOW(presign_round_3_names_the_cheat, 300)
{
	static const cheat all[] = {
		{ &tf_msg_presign_r3_wire, r3_fewer, TF_CK_PRESIGN_BATCH_R3 },
		{ &tf_msg_presign_r3_wire, delta_point_moved, TF_CK_ELOG_EQ_L },
		{ &tf_msg_presign_r3_wire, r3_elog_u, TF_CK_ELOG_EQ_M },
		{ &tf_msg_presign_confirm_wire, other_id, TF_CK_PRESIGN_CONFIRM },
		{ &tf_msg_presign_confirm_wire, fewer_ids, TF_CK_PRESIGN_BATCH_CONFIRM },
	};

	each(all, TF_ARRAY_LEN(all));
}

/* Party 3's k or gamma (first or second draw) is chosen by two who know those of the others, so
 * that their sum is 0: honest messages, and no nonce. */
typedef struct script {
	tf_rng then;
	unsigned calls, which;
	uint8_t value[32];
} script;

static tf_err script_fill(void *ctx, uint8_t *out, size_t len)
{
	script *sc = ctx;

	TRY(sc->then.fill(sc->then.ctx, out, len));
	if (++sc->calls == sc->which)
		memcpy(out, sc->value, 32);
	return TF_OK;
}

static void run_script(unsigned which, tf_check check)
{
	const tf_presign_own *it[2];
	script sc = { .which = which };
	tf_presign_args args;
	tf_rng rng;
	tf_sc sum;

	stage_init(&s, 3, &tf_profile_small);
	stage_start_presign(&s, 1, true);
	for (unsigned i = 0; i < 2; i++)
		it[i] = &s.presign[i].st->item[0];
	tf_sc_add(s.c.g, &sum, which == 1 ? &it[0]->k.s : &it[0]->gamma.s,
	          which == 1 ? &it[1]->k.s : &it[1]->gamma.s);
	tf_sc_neg(s.c.g, &sum, &sum);
	tf_sc_encode(sc.value, &sum);
	sc.then = s.c.rng[2];
	rng = (tf_rng){ script_fill, &sc };
	s.c.env[2].rng = &rng;
	args = (tf_presign_args){ .env = &s.c.env[2], .own = &s.own[2],
	                          .aux = { &s.aux[0], &s.aux[1] }, .weights = &s.weights[2],
	                          .batch = 1, .confirm = true };
	tf_outbox_reset(&s.c.out[2]);
	tf_presign_wipe(&s.presign[2]);
	CHECK_OK(tf_presign_start(&s.presign[2], &args, &s.c.mem[2], &s.c.out[2]));
	cast_run(&s.c);
	for (unsigned i = 0; i < 3; i++) {
		tf_presig p;

		CHECK(s.c.err[i] == TF_E_PROOF && s.c.fault[i].party == TF_PARTY_NONE &&
		      s.c.fault[i].check == check);
		CHECK_ERR(tf_presign_take(&p, &s.presign[i], 0), TF_E_STATE);
	}
	stage_free(&s);
}

TEST(presign_refuses_a_nonce_that_cancels)
{
	run_script(2, TF_CK_PRESIGN_GAMMA_SUM);
}

TEST(presign_refuses_a_delta_that_cancels)
{
	run_script(1, TF_CK_PRESIGN_DELTA_ZERO);
}

/* ---- our own doing ---- */

TEST(presign_refuses_arguments_that_do_not_fit)
{
	static uint8_t room[1 << 16] __attribute__((aligned(64)));
	tf_presign_args good, args;
	tf_arena little;
	tf_weights w;

	stage_init(&s, 3, &tf_profile_small);
	cast_rooms(&s.c, tf_presign_sizes(&tf_profile_small, 3, 1));
	w = s.weights[0];
	good = (tf_presign_args){ .env = &s.c.env[0], .own = &s.own[0],
	                          .aux = { NULL, &s.aux[1], &s.aux[2] }, .weights = &w,
	                          .batch = 1 };
#define REFUSED() \
	CHECK_ERR(tf_presign_start(&s.presign[0], &args, &s.c.mem[0], &s.c.out[0]), TF_E_USAGE)
	args = good;
	args.batch = 0;
	REFUSED();
	args.batch = TF_PRESIGN_BATCH_MAX + 1;
	REFUSED();
	args.batch = TF_PRESIGN_BATCH_MAX; /* would do, and wants more memory */
	tf_arena_init(&little, room, sizeof(room));
	CHECK_ERR(tf_presign_start(&s.presign[0], &args, &little, &s.c.out[0]), TF_E_CAPACITY);
	args = good;
	args.aux[2] = NULL;
	REFUSED();
	args = good;
	add_one(&s.c, &w.w.s); /* not the logarithm of W_1 */
	REFUSED();
	w = s.weights[0];
	w.Y = *tf_group_base(s.c.g); /* not the sum of the W */
	REFUSED();
	w = s.weights[0];
	s.c.env[0].pr = &tf_profile_p128; /* moduli of another profile */
	REFUSED();
	s.c.env[0].pr = &tf_profile_small;
	CHECK(s.c.out[0].count == 0);
	CHECK_OK(tf_presign_start(&s.presign[0], &good, &s.c.mem[0], &s.c.out[0]));
	stage_free(&s);
}

TEST_SLOW(presign_accuses_nobody_for_its_own_lack_of_memory, 300)
{
	size_t full = tf_presign_sizes(&tf_profile_small, 2, 1).mem;

	for (size_t mem = 4096; mem < full; mem += full / 11) {
		bool started;
		tf_presign_args args;

		stage_init(&s, 2, &tf_profile_small);
		stage_start_presign(&s, 1, true);
		tf_outbox_reset(&s.c.out[0]);
		tf_presign_wipe(&s.presign[0]);
		tf_arena_init(&s.c.mem[0], s.c.mem[0].base, mem);
		args = (tf_presign_args){ .env = &s.c.env[0], .own = &s.own[0],
		                          .aux = { NULL, &s.aux[1] }, .weights = &s.weights[0],
		                          .batch = 1, .confirm = true };
		started = tf_presign_start(&s.presign[0], &args, &s.c.mem[0], &s.c.out[0]) == TF_OK;
		if (started)
			cast_run(&s.c);
		for (unsigned i = 0; i < 2; i++)
			CHECK(s.c.err[i] == TF_OK || s.c.fault[i].party == TF_PARTY_NONE);
		stage_free(&s);
	}
}

/* Where a dispute would not fit into an envelope, no run begins. */
TEST(presign_of_more_than_an_envelope_is_refused)
{
	tf_presign_args args = { .own = &s.own[0], .weights = &s.weights[0], .batch = 1 };
	static uint8_t room[1 << 16] __attribute__((aligned(64)));
	cast *c = &s.c;

	stage_init(&s, 3, &tf_profile_small);
	cast_init(c, 16, &tf_profile_small, TF_CURVE_SECP256K1);
	args.env = &c->env[0];
	for (unsigned n = 2; n <= 16; n++)
		for (args.batch = 1; args.batch <= TF_PRESIGN_BATCH_MAX; args.batch++) {
			tf_run_sizes sizes = tf_presign_sizes(&tf_profile_small, (uint16_t)n, args.batch);
			bool fits = sizes.message <= TF_ENVELOPE_MAX;

			c->env[0].n = (uint16_t)n;
			tf_arena_init(&c->mem[0], room, sizeof(room));
			CHECK_ERR(tf_presign_start(&s.presign[0], &args, &c->mem[0], &c->out[0]),
			          fits ? TF_E_USAGE : TF_E_TOO_LARGE); /* no moduli of others */
			CHECK(n != 16 || args.batch < 64 || !fits);
		}
}
