/* Alerts of parties that have not seen the same, and what else keeps a verdict from being reached:
 * who lies is named, or it is told who is silent, and nobody else. */
#include <stdlib.h>
#include <string.h>

#include "proto/presign_impl.h"
#include "proto/rounds_impl.h"
#include "proto/stage_test.h"

static stage s;

/* ---- what party 3 does in round 3 ---- */

static unsigned lies_to; /* 0: to everybody, and believes it */

static void false_delta(const cast *k, void *m, void *ctx)
{
	tf_sc *delta = &((tf_msg_presign_r3 *)m)->items[0].delta;
	tf_sc *own = &s.presign[2].st->item[0].delta, one;

	(void)ctx;
	tf_sc_set_u64(k->g, &one, 1);
	if (lies_to) {
		tf_sc_add(k->g, delta, delta, &one);
		return;
	}
	if (tf_sc_eq(own, delta)) /* and not for the receivers after the first */
		tf_sc_add(k->g, own, own, &one);
	*delta = *own;
}

static bool is_round_4(const cast_mail *mail)
{
	tf_envelope e;

	(void)cast_is(mail, 0, &e);
	return e.round == 4;
}

static void lie(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && (lies_to == 0 || mail->to == lies_to) &&
	    cast_is(mail, TF_MSG_PRESIGN_R3, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_r3_wire, false_delta, NULL);
}

static void play(bool (*rewrite)(cast *k, cast_mail *mail), bool two_faced)
{
	stage_init(&s, 3, &tf_profile_small);
	s.c.two_faced = two_faced;
	s.c.rewrite = rewrite;
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
}

/* Mail that is kept back, and delivered when everything else has been. */
static cast_mail *held[4];
static unsigned holds;

static bool hold(cast *k, const cast_mail *mail)
{
	CHECK(holds < TF_ARRAY_LEN(held));
	held[holds++] = cast_copy(k, mail);
	return false;
}

static void deliver(void)
{
	for (unsigned i = 0; i < holds; i++)
		if (cast_step(&s.c, held[i]->to - 1, held[i]->bytes, held[i]->len) != TF_OK)
			CHECK(s.c.err[held[i]->to - 1] != TF_OK);
}

/* ---- numbers that cannot be computed with ---- */

/* A mask of 3 for 2, who has accepted it; and 3 is asked for its alert by 1. */
static void retell_mask(unsigned which)
{
	static uint8_t room[1 << 20] __attribute__((aligned(64)));
	const tf_slot *said = tf_slot_at(&s.presign[0].r, 2, 3, TF_BROADCAST);
	const tf_wire_env *wire = &s.presign[0].r.wire;
	tf_msg_presign_r2 m;
	tf_arena mem;
	size_t len = 0;
	tf_bn *F;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_wire_decode(&tf_msg_presign_r2_wire, &m, wire, &mem, said->payload.p,
	                        said->payload.len));
	F = &m.items[0].peers[tf_presign_peer_at(3, 2)].F;
	switch (which) {
	case 0: tf_bn_set_u64(F, 0); break;
	case 1: *F = s.aux[2].pk.n.m; break;
	case 2: *F = s.aux[2].pk.n2.m; break;
	case 3: *F = s.own[2].sk.f.p; break;
	}
	CHECK_OK(tf_wire_encode(&tf_msg_presign_r2_wire, (uint8_t *)(uintptr_t)said->payload.p,
	                        said->payload.len, &len, wire, &m));
	CHECK(len == said->payload.len);
}

static bool hold_for_1(cast *k, cast_mail *mail)
{
	lie(k, mail);
	return mail->from != 3 || mail->to != 1 || !is_round_4(mail) || hold(k, mail);
}

TEST_SLOW(alert_names_who_has_sent_a_helper_what_is_no_ciphertext, 300)
{
	tf_presign machine;
	uint8_t *bytes;
	tf_arena mem;

	lies_to = holds = 0;
	play(hold_for_1, false);
	CHECK(holds == 2 && s.c.err[0] == TF_OK);
	machine = s.presign[0];
	mem = s.c.mem[0];
	bytes = malloc(mem.cap);
	CHECK(bytes != NULL);
	memcpy(bytes, mem.base, mem.cap);
	for (unsigned which = 0; which < 4; which++) {
		s.presign[0] = machine;
		s.c.mem[0] = mem;
		memcpy(mem.base, bytes, mem.cap);
		s.c.err[0] = TF_OK;
		retell_mask(which);
		deliver();
		CHECK(s.c.err[0] == TF_E_PROOF && s.c.fault[0].party == 3);
		CHECK(s.c.fault[0].check == TF_CK_AFFGSTAR_Y && s.c.fault[0].round == 4);
		CHECK(tf_presign_culprits(&s.presign[0]) == 1u << 2);
	}
	free(bytes);
	stage_free(&s);
}
