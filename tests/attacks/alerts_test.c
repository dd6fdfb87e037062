/* Beyond the numbered rows: ways to lie about a sum in round 3 and not to be named by the alerts,
 * or to have somebody else named. */
#include <stdlib.h>
#include <string.h>

#include "attacks/attacks.h"
#include "proto/judged_test.h"
#include "proto/presign_impl.h"
#include "proto/rounds_impl.h"

static stage s;
static cast_mail *held[2];
static unsigned holds;
static bool two_faced;

/* delta_3 + 1, to everybody, or to party 2 alone. */
static void lie_in_the_sum(const cast *k, void *m, void *ctx)
{
	tf_sc *delta = &((tf_msg_presign_r3 *)m)->items[0].delta;
	tf_sc *own = &s.presign[2].st->item[0].delta;

	(void)ctx;
	if (two_faced) {
		plus_one(k, delta);
		return;
	}
	if (tf_sc_eq(own, delta))
		plus_one(k, own);
	*delta = *own;
}

/* Party 3 lies, and its round 4 stays with us; what it shows in a dispute, too, if two_faced. */
static bool liar(cast *k, cast_mail *mail)
{
	tf_envelope e;

	if (mail->from != 3)
		return true;
	if (cast_is(mail, TF_MSG_PRESIGN_R3, &e) && (!two_faced || mail->to == 2))
		cast_rewrite(k, mail, &tf_msg_presign_r3_wire, lie_in_the_sum, NULL);
	if (e.round == 4 && mail->to == 1 && holds < TF_ARRAY_LEN(held))
		held[holds++] = cast_copy(k, mail);
	return e.round != 4 && !(two_faced && e.type == TF_MSG_DISPUTE);
}

static void presigning(bool split)
{
	holds = 0;
	two_faced = split;
	stage_init(&s, 3, &tf_profile_small);
	s.c.two_faced = split;
	s.c.rewrite = liar;
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
}

ATTACK(B17, "split-sum-and-silence",
       "a true share of the sum to one, a false one to another, and silence: one alerts, the other"
       " confirms, both rightly, and either could convict the other for it",
       "the first echo that differs opens a dispute, in which both shares are shown: they convict"
       " the cheat")
{
	presigning(true);
	CHECK(tf_presign_alerting(&s.presign[1]) && !tf_presign_alerting(&s.presign[0]));
	for (unsigned i = 0; i < 2; i++) {
		CHECK(s.c.err[i] == TF_E_CONFLICT && s.c.fault[i].party == 3);
		CHECK(s.c.fault[i].check == TF_CK_DISPUTE_ORIGINAL);
	}
	stage_free(&s);
}

ATTACK(B18, "dispute-instead-of-an-alert",
       "a false share of the sum, and then, where the alert is due, a dispute in which all is true",
       "DISPUTE_GROUND: it has none, and ends nothing; at the deadline the cheat is who was silent")
{
	tf_rounds *r = &s.presign[2].r;
	tf_fault f;

	presigning(false);
	for (size_t k = 0; k < s.c.posted; k++)
		if (s.c.mail[k].from == 3 && cast_is(&s.c.mail[k], TF_MSG_PRESIGN_R3, NULL)) {
			tf_slot *own = tf_slot_at(r, 3, 3, TF_BROADCAST);

			own->raw = s.c.mail[k].bytes;
			own->len = s.c.mail[k].len;
		}
	CHECK_OK(tf_dispute_show(r, 3, &s.c.out[2]));
	cast_run(&s.c);
	CHECK(tf_check_refusals(TF_CK_DISPUTE_GROUND) == 2);
	for (unsigned i = 0; i < 2; i++) {
		CHECK_ERR(tf_presign_judge(&s.presign[i], &f), TF_E_EXPIRED);
		CHECK(f.party == TF_PARTY_NONE && tf_rounds_awaits(&s.presign[i].r, 3));
		CHECK(!tf_rounds_awaits(&s.presign[i].r, 2 - i));
	}
	stage_free(&s);
}

/* What party 1 has of round 2, with F_32 = 0. */
static void mask_of_zero(void)
{
	const tf_slot *said = tf_slot_at(&s.presign[0].r, 2, 3, TF_BROADCAST);
	const tf_wire_env *wire = &s.presign[0].r.wire;
	tf_arena *mem = attack_scratch();
	tf_msg_presign_r2 m;
	size_t len = 0;

	CHECK_OK(tf_wire_decode(&tf_msg_presign_r2_wire, &m, wire, mem, said->payload.p,
	                        said->payload.len));
	tf_bn_set_u64(&m.items[0].peers[tf_presign_peer_at(3, 2)].F, 0);
	CHECK_OK(tf_wire_encode(&tf_msg_presign_r2_wire, (uint8_t *)(uintptr_t)said->payload.p,
	                        said->payload.len, &len, wire, &m));
}

ATTACK(B19, "alert-that-cannot-be-computed-with",
       "F = 0 for a helper, who alone looks at it in round 2; then a false share of the sum: who"
       " judges the alert divides by F",
       "the cheat is named in round 4 by AFFGSTAR_Y, and nothing of it is computed with any more")
{
	presigning(false);
	CHECK(holds == 2 && s.c.err[0] == TF_OK);
	mask_of_zero();
	for (unsigned i = 0; i < 2; i++)
		if (cast_step(&s.c, 0, held[i]->bytes, held[i]->len) != TF_OK)
			CHECK(i == 1);
	CHECK(s.c.err[0] == TF_E_PROOF && s.c.fault[0].party == 3 && s.c.fault[0].round == 4);
	CHECK(s.c.fault[0].check == TF_CK_AFFGSTAR_Y);
	stage_free(&s);
}

/* Party 3's broadcast of round 3 once more, false and signed by it. */
static tf_blob retold(const tf_blob *b)
{
	cast_mail *m = cast_copy(&s.c, &(cast_mail){ 3, 1, b->len, (uint8_t *)(uintptr_t)b->p });

	cast_rewrite(&s.c, m, &tf_msg_presign_r3_wire, lie_in_the_sum, NULL);
	return (tf_blob){ m->bytes, m->len };
}

ATTACK(B20, "evidence-of-a-run-that-was-honest",
       "after a run without any fault: a false share of the sum, signed now, is put into a file of"
       " evidence, beside the victim's true confirmation and nobody else's",
       "the victim's echo is of another round 3: nobody is convicted, of ALERT_RAISED or anything")
{
	const tf_fault claim = { .party = 1, .round = 4, .check = TF_CK_ALERT_RAISED };
	tf_blob have[TF_EVIDENCE_MESSAGES_MAX], told[TF_EVIDENCE_MESSAGES_MAX];
	tf_evidence_verdict v;
	size_t n, m = 0;

	stage_init(&s, 3, &tf_profile_small);
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	cast_check_done(&s.c);
	two_faced = s.c.two_faced = true;
	n = tf_rounds_messages(have, TF_ARRAY_LEN(have), &s.presign[2].r, 4);
	for (size_t k = 0; k < n; k++) {
		cast_mail as_mail = { .len = have[k].len, .bytes = (uint8_t *)(uintptr_t)have[k].p };
		tf_envelope e;

		(void)cast_is(&as_mail, 0, &e);
		if (e.round < 4 || e.from == 1)
			told[m++] = e.round == 3 && e.from == 3 ? retold(&have[k]) : have[k];
	}
	CHECK(m == n - 2);
	CHECK_OK(judged(&v, judged_write_presign(&s, 3, 1, true, told, m, &claim)));
	CHECK(!v.convicts && v.culprits == 0);
	stage_free(&s);
}
