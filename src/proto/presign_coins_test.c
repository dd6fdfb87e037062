/* The coefficients of a batch of equations (zk/batchv.h): every verifier draws its own, when all
 * proofs are here, and nothing that anybody has sent decides them. Party 3 of three negates the
 * randomness of one response to party 1: that equation holds up to a factor of -1, and so in a
 * batch if and only if its coefficient is even. */
#include <string.h>

#include "proto/presign_impl.h"
#include "proto/stage_test.h"

#define EQUATIONS (2u * 2u * TF_ZK_ENCELG_EQUATIONS) /* of two peers, for K and G */
#define LIE (2u * TF_ZK_ENCELG_EQUATIONS)            /* the first of the second peer's */
#define COIN (TF_ZK_BATCHV_BITS / 8)
#define TURNS 12u

static stage s;

/* What a party draws first after it has sent its round 1. */
typedef struct purse {
	tf_tape tape;
	tf_rng below, rng;
	unsigned party;
	size_t draws, len, heard; /* heard: messages delivered to it until then */
	uint8_t coin[EQUATIONS][COIN];
} purse;

static size_t heard_by(unsigned party)
{
	size_t n = 0;

	for (size_t k = 0; k < s.c.delivered; k++)
		n += s.c.mail[k].to == party;
	return n;
}

static tf_err draw(void *ctx, uint8_t *out, size_t len)
{
	purse *p = ctx;

	CHECK_OK(tf_rng_bytes(&p->below, out, len));
	if (p->draws++ > 0)
		return TF_OK;
	p->len = len;
	p->heard = heard_by(p->party);
	memcpy(p->coin, out, len < sizeof(p->coin) ? len : sizeof(p->coin));
	return TF_OK;
}

static void give(purse *p, unsigned party, unsigned tape)
{
	memset(p, 0, sizeof(*p));
	p->party = party;
	p->below = tf_tape_init(&p->tape, tf_test_seed(), tape);
	p->rng = (tf_rng){ draw, p };
	s.c.env[party - 1].rng = &p->rng;
}

static void negate(const cast *c, void *m, void *ctx)
{
	tf_bn *w = &((tf_msg_presign_psi *)m)->items[0].psi0.z2, minus;

	(void)c;
	if (*(const unsigned *)ctx != 1)
		return;
	CHECK(!tf_bn_sub(&minus, &s.aux[2].pk.n.m, w));
	*w = minus;
}

static bool lie(cast *c, cast_mail *mail)
{
	if (mail->from == 3 && cast_is(mail, TF_MSG_PRESIGN_PSI, NULL))
		cast_rewrite(c, mail, &tf_msg_presign_psi_wire, negate, &mail->to);
	return true;
}

/* Everything that was sent before anybody could have drawn a coin. */
static void digest_of_round_1(uint8_t out[static 32])
{
	tf_keccak k;

	tf_shake256_init(&k);
	CHECK(s.c.posted == 12); /* three to two others each, a broadcast and proofs */
	for (size_t i = 0; i < s.c.posted; i++)
		tf_keccak_absorb(&k, s.c.mail[i].bytes, s.c.mail[i].len);
	tf_keccak_squeeze(&k, out, 32);
}

/* Only what parties 1 and 2 draw after round 1 differs from turn to turn. */
static void play(purse *one, purse *two, uint8_t sent[static 32], unsigned turn)
{
	stage_init(&s, 3, &tf_profile_small);
	s.c.rewrite = lie;
	stage_start_presign(&s, 1, true);
	for (unsigned i = 0; i < 3; i++)
		cast_collect(&s.c, i);
	digest_of_round_1(sent);
	give(one, 1, 100 + turn);
	give(two, 2, 200 + turn);
	cast_run(&s.c);
}

static void check_purse(const purse *p)
{
	CHECK(p->draws > 0 && p->len == sizeof(p->coin));
	CHECK(p->heard == 4); /* both others' broadcasts, and their proofs */
	for (unsigned i = 0; i < EQUATIONS; i++)
		for (unsigned k = 0; k < i; k++)
			CHECK(memcmp(p->coin[i], p->coin[k], COIN) != 0);
}

TEST_SLOW(presign_coins_are_each_verifiers_own_and_decide, 300)
{
	static purse one[TURNS], two[TURNS];
	uint8_t sent[2][32]; /* in the first turn, and in this one */
	unsigned named = 0;

	for (unsigned turn = 0; turn < TURNS; turn++) {
		bool odd;

		play(&one[turn], &two[turn], sent[turn > 0], turn);
		CHECK(turn == 0 || memcmp(sent[0], sent[1], sizeof(sent[0])) == 0);
		check_purse(&one[turn]);
		check_purse(&two[turn]);
		CHECK(memcmp(one[turn].coin, two[turn].coin, sizeof(one[0].coin)) != 0);
		for (unsigned k = 0; k < turn; k++)
			CHECK(memcmp(one[turn].coin, one[k].coin, sizeof(one[0].coin)) != 0);
		odd = one[turn].coin[LIE][COIN - 1] & 1;
		CHECK(s.c.err[0] == (odd ? TF_E_PROOF : TF_OK));
		if (odd)
			CHECK(s.c.fault[0].party == 3 &&
			      s.c.fault[0].check == TF_CK_ENCELG_EQ_ENC);
		named += odd;
		stage_free(&s);
	}
	CHECK(named > 0 && named < TURNS);
}
