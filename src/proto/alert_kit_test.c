#include "proto/alert_kit_test.h"

#include <limits.h>
#include <string.h>

static unsigned liars; /* bit i: party i + 1 */
static unsigned judges;
static alert_spoiler spoil;

void alert_false_delta(stage *s, unsigned i, tf_presign_r3_item *m, tf_presign_own *own)
{
	tf_sc one;

	(void)i;
	tf_sc_set_u64(s->c.g, &one, 1);
	if (tf_sc_eq(&own->delta, &m->delta)) /* and not for the receivers after the first */
		tf_sc_add(s->c.g, &own->delta, &own->delta, &one);
	m->delta = own->delta;
}

void alert_false_S(stage *s, unsigned i, tf_presign_r3_item *m, tf_presign_own *own)
{
	(void)i;
	if (tf_pt_eq(s->c.g, &own->S, &m->S))
		CHECK_OK(tf_pt_add(s->c.g, &own->S, &own->S, tf_group_base(s->c.g)));
	m->S = own->S;
}

/* The stage whose first member the cast is. */
static void spoil_r3(const cast *k, void *m, void *ctx)
{
	unsigned i = *(const unsigned *)ctx;
	stage *s = (stage *)(uintptr_t)k;

	spoil(s, i, &((tf_msg_presign_r3 *)m)->items[0], &s->presign[i].st->item[0]);
}

static bool rewrite(cast *k, cast_mail *mail)
{
	unsigned i = mail->from - 1;

	if ((liars >> i & 1) && cast_is(mail, TF_MSG_PRESIGN_R3, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_r3_wire, spoil_r3, &i);
	if (!(judges >> i & 1) && cast_is(mail, TF_MSG_PRESIGN_ALERT, NULL))
		k->silent[i] = true;
	return true;
}

void alert_lie(stage *s, unsigned cheats, alert_spoiler how)
{
	liars = cheats;
	judges = UINT_MAX;
	spoil = how;
	s->c.rewrite = rewrite;
}

void alert_judges(unsigned who)
{
	judges = who;
}

/* What an alert forgets, before it leaves. */
static void check_destroyed(stage *s, unsigned i)
{
	static const tf_sc_sec zero;
	const tf_presign_state *st = s->presign[i].st;
	tf_presig p;

	CHECK(s->c.done[i] == 0);
	for (uint32_t b = 0; b < st->batch; b++) {
		CHECK_ERR(tf_presign_take(&p, &s->presign[i], b), TF_E_STATE);
		CHECK(st->presig[b].ready == 0);
		CHECK(memcmp(&st->item[b].k, &zero, sizeof(zero)) == 0);
		CHECK(memcmp(&st->item[b].gamma, &zero, sizeof(zero)) == 0);
		CHECK(memcmp(&st->item[b].chi, &zero, sizeof(zero)) == 0);
	}
	CHECK(memcmp(&st->w.w, &zero, sizeof(zero)) == 0);
}

void alert_check_verdicts(stage *s, tf_check check)
{
	unsigned lowest = 1;

	CHECK(liars != 0 && s->c.longest > 0 &&
	      s->c.longest <= tf_presign_sizes(s->c.env[0].pr, (uint16_t)s->c.n, 1).message);
	while (!(liars >> (lowest - 1) & 1))
		lowest++;
	for (unsigned i = 0; i < s->c.n; i++) {
		const tf_fault *f = &s->c.fault[i];

		if (liars >> i & 1)
			continue;
		check_destroyed(s, i);
		if (!(judges >> i & 1)) {
			CHECK(s->c.silent[i] && tf_presign_alerting(&s->presign[i]));
			continue;
		}
		CHECK_ERR(s->c.err[i], TF_E_PROOF);
		CHECK(tf_rounds_state(&s->presign[i].r) == TF_RUN_FAILED);
		if (f->party != lowest || f->check != check || f->round != 4 ||
		    tf_presign_culprits(&s->presign[i]) != liars)
			tf_test_fail(__FILE__, __LINE__, "party %u names %u (%x): %s", i + 1,
			             f->party, tf_presign_culprits(&s->presign[i]),
			             tf_check_name(f->check));
	}
}
