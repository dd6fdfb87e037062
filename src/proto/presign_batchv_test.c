/* Batches of equations in presigning (docs/adr/0015): what holds in one by a factor of small order
 * is harmless, a verdict is the one of single verification, and a machine that computes wrongly
 * blames nobody. The cheat is party 3 of three, and lies to party 1 alone. */
#include <string.h>

#include "num/kernel_impl.h"
#include "proto/audit.h"
#include "proto/presign_impl.h"
#include "proto/stage_test.h"

static stage s;

typedef struct cheat {
	const tf_wire_type *type;
	void (*fn)(const cast *c, void *m, void *ctx);
} cheat;

static const cheat *lies;
static size_t lies_n;

static bool rewrite(cast *k, cast_mail *mail)
{
	for (size_t i = 0; i < lies_n; i++)
		if (mail->from == 3 && cast_is(mail, lies[i].type->type, NULL))
			cast_rewrite(k, mail, lies[i].type, lies[i].fn, &mail->to);
	return true;
}

#define CHEAT(name, body) \
	static void name(const cast *k, void *m, void *to) \
	{ \
		(void)k; \
		(void)m; \
		if (*(const unsigned *)to != 1) \
			return; \
		body; \
	}

#define PSI(m) (&((tf_msg_presign_psi *)(m))->items[0])
#define MTA(m) (&((tf_msg_presign_mta *)(m))->items[0])
#define R2(m) (&((tf_msg_presign_r2 *)(m))->items[0])

static void minus(tf_bn *x, const tf_bn *m)
{
	tf_bn t;

	CHECK(!tf_bn_sub(&t, m, x));
	*x = t;
}

static uint8_t fitting[32];
static void fit(const tf_presign_mta_item *m)
{
	CHECK_OK(tf_presign_mta_hash(fitting, &s.presign[2], m));
}

CHEAT(z2_negated, minus(&PSI(m)->psi0.z2, &s.aux[2].pk.n.m))
CHEAT(wy_negated, minus(&MTA(m)->psi.wy, &s.aux[2].pk.n.m); fit(MTA(m)))
CHEAT(w_negated, minus(&MTA(m)->psihat.w, &s.aux[0].pk.n.m); fit(MTA(m)))

/* Broadcasts: to everybody alike. */
static void hash_fits(const cast *k, void *m, void *to)
{
	(void)k;
	(void)to;
	memcpy(R2(m)->peers[0].hash, fitting, sizeof(fitting));
}

static void delta_moved(const cast *k, void *m, void *to)
{
	tf_pt *p = &((tf_msg_presign_r3 *)m)->items[0].Delta;

	(void)to;
	CHECK_OK(tf_pt_add(k->g, p, p, tf_group_base(k->g)));
}

/* Party 1's coins are others in each turn. */
static void play(const cheat *all, size_t n, unsigned turn)
{
	static tf_tape tape;
	static tf_rng rng;

	lies = all;
	lies_n = n;
	stage_init(&s, 3, &tf_profile_small);
	rng = tf_tape_init(&tape, tf_test_seed(), 100 + turn);
	s.c.env[0].rng = &rng;
	s.c.rewrite = rewrite;
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
}

static bool blames(unsigned i, unsigned round, tf_check check)
{
	return s.c.err[i] == TF_E_PROOF && s.c.fault[i].party == 3 &&
	       s.c.fault[i].round == round && s.c.fault[i].check == check;
}

/* Half of the runs end with the cheat named, the others as if it had not lied. */
static void named_or_harmless(const cheat *all, size_t n, unsigned round, tf_check check)
{
	unsigned named = 0, harmless = 0;

	for (unsigned turn = 0; turn < 12; turn++) {
		tf_presig p[2];

		play(all, n, turn);
		if (s.c.err[0] == TF_OK) {
			cast_check_done(&s.c);
			for (unsigned i = 0; i < 2; i++)
				CHECK_OK(tf_presign_take(&p[i], &s.presign[i], 0));
			CHECK(memcmp(p[0].id, p[1].id, sizeof(p[0].id)) == 0);
			CHECK(s.presign[0].st->vouched[1] && s.presign[0].st->vouched[2]);
			harmless++;
		} else {
			CHECK(blames(0, round, check));
			CHECK_OK(s.c.err[1]);
			named++;
		}
		stage_free(&s);
		if (named && harmless)
			return;
	}
	tf_test_fail(__FILE__, __LINE__, "%s: %u named, %u harmless", tf_check_name(check), named,
	             harmless);
}

TEST_SLOW(presign_order_two_is_named_or_harmless, 300)
{
	static const cheat r1[] = { { &tf_msg_presign_psi_wire, z2_negated } };
	static const cheat prover[] = { { &tf_msg_presign_mta_wire, wy_negated },
	                                { &tf_msg_presign_r2_wire, hash_fits } };
	static const cheat verifier[] = { { &tf_msg_presign_mta_wire, w_negated },
	                                  { &tf_msg_presign_r2_wire, hash_fits } };

	named_or_harmless(r1, TF_ARRAY_LEN(r1), 1, TF_CK_ENCELG_EQ_ENC);
	named_or_harmless(prover, TF_ARRAY_LEN(prover), 2, TF_CK_AFFG_EQ_ENC1);
	named_or_harmless(verifier, TF_ARRAY_LEN(verifier), 2, TF_CK_AFFG_EQ_ENC0);
}

/* What an auditor, who verifies singly, finds in party 1's messages up to the round at fault. */
static void audit_agrees(void)
{
	static uint8_t room[8u << 20] __attribute__((aligned(64)));
	static tf_presign court;
	tf_presign_audit_args args = { .env = &s.c.env[0], .weights = &s.weights[0], .batch = 1,
	                               .confirm = true };
	tf_blob messages[64];
	tf_arena mem;
	tf_fault f;
	size_t n;

	for (unsigned i = 0; i < 3; i++)
		args.aux[i] = &s.aux[i];
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_presign_audit(&court, &args, &mem));
	n = tf_rounds_messages(messages, TF_ARRAY_LEN(messages), &s.presign[0].r,
	                       s.c.fault[0].round);
	CHECK_ERR(tf_rounds_audit(&court.r, messages, n, &f), TF_E_PROOF);
	CHECK(f.party == s.c.fault[0].party && f.round == s.c.fault[0].round &&
	      f.check == s.c.fault[0].check);
}

/* A lie that a batch has let pass does not spoil the evidence of a later one. */
TEST_SLOW(presign_verdicts_are_those_of_single_verification, 300)
{
	static const cheat r1[] = { { &tf_msg_presign_psi_wire, z2_negated },
	                            { &tf_msg_presign_r3_wire, delta_moved } };
	static const cheat r2[] = { { &tf_msg_presign_mta_wire, wy_negated },
	                            { &tf_msg_presign_r2_wire, hash_fits },
	                            { &tf_msg_presign_r3_wire, delta_moved } };
	unsigned passed[2] = { 0 };

	for (unsigned turn = 0; turn < 12 && !(passed[0] && passed[1]); turn++)
		for (unsigned k = 0; k < 2; k++) {
			play(k ? r2 : r1, k ? TF_ARRAY_LEN(r2) : TF_ARRAY_LEN(r1), turn);
			CHECK(blames(0, k + 1, k ? TF_CK_AFFG_EQ_ENC1 : TF_CK_ENCELG_EQ_ENC));
			passed[k] += s.presign[0].st->vouched[k + 1];
			if (s.presign[0].st->vouched[2] && s.presign[0].st->vouched[1])
				CHECK(s.c.err[1] == TF_E_PROOF && s.c.fault[1].round == 3);
			audit_agrees();
			stage_free(&s);
		}
	CHECK(passed[0] && passed[1]);
}

/* ---- a machine that computes wrongly, once ---- */

static unsigned wrong;

static bool is_square(const tf_mod *m)
{
	return m->kind == TF_MOD_SQUARE;
}

static tf_err power_wrong_once(const tf_lane *lane, tf_arena *mem)
{
	TRY(tf_power_secret(lane->out, lane->m, lane->p, lane->n, mem));
	if (wrong == 1)
		lane->out->d[0] ^= 2;
	wrong -= wrong > 0;
	return TF_OK;
}

/* The first power modulo a peer's N^2 belongs to the batch of round 1. */
TEST(presign_a_fault_of_our_own_blames_nobody)
{
	static const tf_kernel faulty = { .name = "faulty", .has_one = is_square,
	                                  .power_one = power_wrong_once };

	lies_n = 0;
	stage_init(&s, 3, &tf_profile_small);
	s.c.env[0].kernel = &faulty;
	stage_start_presign(&s, 1, true);
	wrong = 1;
	cast_run(&s.c);
	CHECK(wrong == 0);
	CHECK(s.c.err[0] == TF_E_FAULT && s.c.fault[0].party == TF_PARTY_NONE);
	CHECK(s.c.run[0]->state == TF_RUN_FAILED && !s.presign[0].st->vouched[1]);
	CHECK(s.c.err[1] == TF_OK && s.c.err[2] == TF_OK);
	stage_free(&s);
}
