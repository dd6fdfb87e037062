/* Alerts among four: every honest party comes to the same verdict, also on what others have sent
 * each other. All of four, and four of five by their Lagrange weights. */
#include <stdlib.h>
#include <string.h>

#include "proto/presign_impl.h"
#include "proto/stage_test.h"

#define N 4u

static stage s;
static unsigned cheats; /* bit i: party i + 1 */
static void (*spoil)(const cast *k, unsigned i, tf_presign_r3_item *m, tf_presign_own *own);

/* ---- lies in round 3, which their own machine believes ---- */

static void false_delta(const cast *k, unsigned i, tf_presign_r3_item *m, tf_presign_own *own)
{
	tf_sc one;

	(void)i;
	tf_sc_set_u64(k->g, &one, 1);
	if (tf_sc_eq(&own->delta, &m->delta)) /* and not for the receivers after the first */
		tf_sc_add(k->g, &own->delta, &own->delta, &one);
	m->delta = own->delta;
}

static void false_S(const cast *k, unsigned i, tf_presign_r3_item *m, tf_presign_own *own)
{
	(void)i;
	if (tf_pt_eq(k->g, &own->S, &m->S))
		CHECK_OK(tf_pt_add(k->g, &own->S, &own->S, tf_group_base(k->g)));
	m->S = own->S;
}

/* And what it has sent to party 1 in round 2 it cannot prove: its randomiser is another. */
static void false_S_and_factor(const cast *k, unsigned i, tf_presign_r3_item *m,
                               tf_presign_own *own)
{
	if (tf_pt_eq(k->g, &own->S, &m->S))
		s.presign[i].st->kept[0].rho[TF_MTA_W].d[0] ^= 1;
	false_S(k, i, m, own);
}

static void spoil_r3(const cast *k, void *m, void *ctx)
{
	unsigned i = *(const unsigned *)ctx;

	spoil(k, i, &((tf_msg_presign_r3 *)m)->items[0], &s.presign[i].st->item[0]);
}

static bool rewrite(cast *k, cast_mail *mail)
{
	unsigned i = mail->from - 1;

	if ((cheats >> i & 1) && cast_is(mail, TF_MSG_PRESIGN_R3, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_r3_wire, spoil_r3, &i);
	return true;
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

static void play(bool all_of_four, unsigned who,
                 void (*how)(const cast *k, unsigned i, tf_presign_r3_item *m,
                             tf_presign_own *own))
{
	static const uint16_t seats[N] = { 1, 2, 4, 5 };

	cheats = who;
	spoil = how;
	stage_init(&s, N, &tf_profile_small);
	if (!all_of_four)
		deal_four_of_five(seats);
	s.c.rewrite = rewrite;
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
}

/* Every honest party names all cheats and nobody else, the lowest as the one; nothing is left to
 * sign with. */
static void check_verdicts(tf_check check)
{
	unsigned lowest = 1;

	while (!(cheats >> (lowest - 1) & 1))
		lowest++;
	for (unsigned i = 0; i < N; i++) {
		const tf_fault *f = &s.c.fault[i];
		tf_presig p;

		if (cheats >> i & 1)
			continue;
		CHECK_ERR(s.c.err[i], TF_E_PROOF);
		if (f->party != lowest || f->check != check || f->round != 4 ||
		    tf_presign_culprits(&s.presign[i]) != cheats)
			tf_test_fail(__FILE__, __LINE__, "party %u names %u (%x): %s", i + 1,
			             f->party, tf_presign_culprits(&s.presign[i]),
			             tf_check_name(f->check));
		CHECK_ERR(tf_presign_take(&p, &s.presign[i], 0), TF_E_STATE);
	}
}

TEST_SLOW(alerts_of_four_name_who_sent_a_false_delta, 300)
{
	play(true, 1u << 3, false_delta);
	check_verdicts(TF_CK_DEC_EQ_S);
	stage_free(&s);
}

TEST_SLOW(alerts_of_four_out_of_five_name_two_who_sent_a_false_S, 300)
{
	const char *e = getenv("TREFOIL_SIM");

	if (!e || strcmp(e, "all") != 0)
		tf_test_skip("takes seconds: for make check-all (TREFOIL_SIM=all)");
	play(false, 1u << 1 | 1u << 2, false_S);
	check_verdicts(TF_CK_DEC_EQ_S);
	stage_free(&s);
}

/* Parties 2 and 3 have never seen what 4 has sent to 1, and judge it. */
TEST_SLOW(alerts_of_four_out_of_five_name_who_cannot_prove_what_it_sent_another, 300)
{
	play(false, 1u << 3, false_S_and_factor);
	check_verdicts(TF_CK_AFFGSTAR_EQ_ENC0);
	stage_free(&s);
}

/* And four of five make presignatures, if nobody lies. */
TEST_SLOW(four_out_of_five_presign, 300)
{
	play(false, 0, NULL);
	cast_check_done(&s.c);
	stage_free(&s);
}
