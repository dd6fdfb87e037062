/* Alerts among four, seven and sixteen: every honest party comes to the same verdict, also on what
 * others have sent each other. All of a key's holders, and some by their Lagrange weights. */
#include <stdlib.h>
#include <string.h>

#include "proto/alert_kit_test.h"

static stage s;

/* And what it has sent to party 1 in round 2 it cannot prove: its randomiser is another. */
static void false_S_and_factor(stage *k, unsigned i, tf_presign_r3_item *m,
                               tf_presign_own *own)
{
	if (tf_pt_eq(k->c.g, &own->S, &m->S))
		k->presign[i].st->kept[0].rho[TF_MTA_W].d[0] ^= 1;
	alert_false_S(k, i, m, own);
}

/* ---- who signs ---- */

/* A Feldman key of which as many holders sign as there are parties: their seats. */
static void deal(const uint16_t *seat)
{
	const tf_group *g = s.c.g;
	tf_sc_sec f[STAGE_PARTIES] = { { { { 0 } } } };
	unsigned n = s.c.n;

	for (unsigned k = 0; k < n; k++)
		CHECK_OK(tf_sc_random(g, &f[k], &s.c.rng[0]));
	CHECK_OK(tf_pt_mul_base_vt(g, &s.Y, &f[0].s));
	for (unsigned i = 0; i < n; i++) {
		tf_sc x = f[n - 1].s, at, lambda;

		tf_sc_set_u64(g, &at, seat[i]);
		for (unsigned k = n - 1; k-- > 0;) {
			tf_sc_mul(g, &x, &x, &at);
			tf_sc_add(g, &x, &x, &f[k].s);
		}
		CHECK_OK(tf_lagrange(&lambda, g, seat[i], seat, n));
		tf_sc_mul(g, &s.weights[i].w.s, &lambda, &x);
		CHECK_OK(tf_pt_mul_base_vt(g, &s.weights[0].W[i], &s.weights[i].w.s));
	}
	for (unsigned i = 0; i < n; i++) {
		memcpy(s.weights[i].W, s.weights[0].W, sizeof(s.weights[i].W));
		s.weights[i].Y = s.Y;
		for (unsigned j = 0; j < n; j++)
			s.c.env[i].party[j].share_index = seat[j];
	}
}

/* Among n who have these seats, or who all have to sign (NULL); judges: bits, 0: everybody. */
static void play(unsigned n, const uint16_t *seats, unsigned who, alert_spoiler how,
                 unsigned judges)
{
	stage_init(&s, n, &tf_profile_small);
	if (seats)
		deal(seats);
	alert_lie(&s, who, how);
	if (judges)
		alert_judges(judges);
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
}

static bool all_runs(void)
{
	const char *e = getenv("TREFOIL_SIM");

	return e && strcmp(e, "all") == 0;
}

static const uint16_t four_of_five[4] = { 1, 2, 4, 5 };

TEST_SLOW(alerts_of_four_name_who_sent_a_false_delta, 300)
{
	if (!all_runs())
		tf_test_skip("alerts of seven do: for make check-all (TREFOIL_SIM=all)");
	play(4, NULL, 1u << 3, alert_false_delta, 0);
	alert_check_verdicts(&s, TF_CK_DEC_EQ_S);
	stage_free(&s);
}

TEST_SLOW(alerts_of_four_out_of_five_name_two_who_sent_a_false_S, 300)
{
	if (!all_runs())
		tf_test_skip("takes seconds: for make check-all (TREFOIL_SIM=all)");
	play(4, four_of_five, 1u << 1 | 1u << 2, alert_false_S, 0);
	alert_check_verdicts(&s, TF_CK_DEC_EQ_S);
	stage_free(&s);
}

/* Parties 2 and 3 have never seen what 4 has sent to 1, and judge it. */
TEST_SLOW(alerts_of_four_out_of_five_name_who_cannot_prove_what_it_sent_another, 300)
{
	play(4, four_of_five, 1u << 3, false_S_and_factor, all_runs() ? 0 : 1u << 1 | 1u << 2);
	alert_check_verdicts(&s, TF_CK_AFFGSTAR_EQ_ENC0);
	stage_free(&s);
}

/* And four of five make presignatures, if nobody lies. */
TEST_SLOW(four_out_of_five_presign, 300)
{
	play(4, four_of_five, 0, NULL, 0);
	cast_check_done(&s.c);
	stage_free(&s);
}

/* A verdict takes one party the proofs of all: in make check one party judges. */
TEST_SLOW(alerts_of_seven_out_of_nine_name_who_sent_a_false_delta, 600)
{
	static const uint16_t seats[7] = { 1, 3, 4, 5, 7, 8, 9 };

	play(7, seats, 1u << 5, alert_false_delta, all_runs() ? 0 : 1u << 2);
	alert_check_verdicts(&s, TF_CK_DEC_EQ_S);
	stage_free(&s);
}

TEST_SLOW(alerts_of_sixteen_name_two_who_sent_a_false_S, 3000)
{
	if (!all_runs())
		tf_test_skip("takes a minute: for make check-all (TREFOIL_SIM=all)");
	play(16, NULL, 1u << 7 | 1u << 15, alert_false_S, 1u << 0 | 1u << 14);
	alert_check_verdicts(&s, TF_CK_DEC_EQ_S);
	stage_free(&s);
}
