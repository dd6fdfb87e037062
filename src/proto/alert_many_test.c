/* Alerts among four: every honest party comes to the same verdict, also on what others have sent
 * each other. All of four, and four of five by their Lagrange weights. */
#include <stdlib.h>
#include <string.h>

#include "proto/alert_kit_test.h"

#define N 4u

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

/* A Feldman key of five, of which any four sign: the seats of these four. */
static void deal_four_of_five(const uint16_t seat[static N])
{
	const tf_group *g = s.c.g;
	tf_sc_sec f[N];

	for (unsigned k = 0; k < N; k++)
		CHECK_OK(tf_sc_random(g, &f[k], &s.c.rng[0]));
	CHECK_OK(tf_pt_mul_base_vt(g, &s.Y, &f[0].s));
	for (unsigned i = 0; i < N; i++) {
		tf_sc x = f[N - 1].s, at, lambda;

		tf_sc_set_u64(g, &at, seat[i]);
		for (unsigned k = N - 1; k-- > 0;) {
			tf_sc_mul(g, &x, &x, &at);
			tf_sc_add(g, &x, &x, &f[k].s);
		}
		CHECK_OK(tf_lagrange(&lambda, g, seat[i], seat, N));
		tf_sc_mul(g, &s.weights[i].w.s, &lambda, &x);
		CHECK_OK(tf_pt_mul_base_vt(g, &s.weights[0].W[i], &s.weights[i].w.s));
	}
	for (unsigned i = 0; i < N; i++) {
		memcpy(s.weights[i].W, s.weights[0].W, sizeof(s.weights[i].W));
		s.weights[i].Y = s.Y;
		for (unsigned j = 0; j < N; j++)
			s.c.env[i].party[j].share_index = seat[j];
	}
}

static void play(bool all_of_four, unsigned who, alert_spoiler how)
{
	static const uint16_t seats[N] = { 1, 2, 4, 5 };

	stage_init(&s, N, &tf_profile_small);
	if (!all_of_four)
		deal_four_of_five(seats);
	alert_lie(&s, who, how);
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
}

TEST_SLOW(alerts_of_four_name_who_sent_a_false_delta, 300)
{
	play(true, 1u << 3, alert_false_delta);
	alert_check_verdicts(&s, TF_CK_DEC_EQ_S);
	stage_free(&s);
}

TEST_SLOW(alerts_of_four_out_of_five_name_two_who_sent_a_false_S, 300)
{
	const char *e = getenv("TREFOIL_SIM");

	if (!e || strcmp(e, "all") != 0)
		tf_test_skip("takes seconds: for make check-all (TREFOIL_SIM=all)");
	play(false, 1u << 1 | 1u << 2, alert_false_S);
	alert_check_verdicts(&s, TF_CK_DEC_EQ_S);
	stage_free(&s);
}

/* Parties 2 and 3 have never seen what 4 has sent to 1, and judge it. */
TEST_SLOW(alerts_of_four_out_of_five_name_who_cannot_prove_what_it_sent_another, 300)
{
	play(false, 1u << 3, false_S_and_factor);
	alert_check_verdicts(&s, TF_CK_AFFGSTAR_EQ_ENC0);
	stage_free(&s);
}

/* And four of five make presignatures, if nobody lies. */
TEST_SLOW(four_out_of_five_presign, 300)
{
	play(false, 0, NULL);
	cast_check_done(&s.c);
	stage_free(&s);
}
