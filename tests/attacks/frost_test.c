/* FROST: rows 39, 40. Three signers, party 3 is the cheat. */
#include <string.h>

#include "attacks/attacks.h"
#include "proto/frost_stage_test.h"

static frost_stage s;
static const frost_job pay = { .msg = "pay 1", .len = 5 };
static const frost_job steal = { .msg = "pay 9", .len = 5 };

static tf_sc other_z;

LIE(keep_z, other_z = ((tf_msg_frost_share *)m)->z)
LIE(use_z, ((tf_msg_frost_share *)m)->z = other_z)

ATTACK(39, "ros-parallel-sessions",
       "two sessions at once: a share of one put into the other, commitments of one used in it",
       "the cheat is named: FROST_SHARE; another list of commitments is another session")
{
	static const lie keep[] = { { &tf_msg_frost_share_wire, keep_z } };
	static const lie use[] = { { &tf_msg_frost_share_wire, use_z } };
	tf_frost_presig mine;

	frost_init(&s, TF_FROST_TAPROOT, 3);
	frost_prepare(&s, 2, true);
	lies_of(&s.c, 3, keep, 1, 0);
	frost_start_sign(&s, 0, &steal);
	for (unsigned i = 0; i < 3; i++)
		cast_collect(&s.c, i); /* nobody hears anything: only the cheat has its share */
	s.c.delivered = s.c.posted;
	lies_of(&s.c, 3, use, 1, 0);
	frost_start_sign(&s, 1, &pay);
	cast_run(&s.c);
	named(&s.c, 3, 1, TF_CK_FROST_SHARE);
	s.c.rewrite = NULL;
	/* the same presignature number, the commitments of another run in the cheat's list */
	frost_prepare(&s, 1, true);
	mine = s.presig[2][0];
	frost_prepare(&s, 1, true);
	CHECK(memcmp(mine.id, s.presig[2][0].id, 32) != 0);
	s.presig[2][0] = mine;
	frost_start_sign(&s, 0, &pay);
	cast_run(&s.c);
	for (unsigned i = 0; i < 2; i++)
		CHECK(s.c.err[i] == TF_E_SESSION && s.c.fault[i].party == TF_PARTY_NONE &&
		      s.c.done[i] == 0);
	frost_free(&s);
}

ATTACK(40, "frost-nonce-reuse",
       "a second share by the same nonces: the same message, another one; a signature that failed",
       "refused: TF_E_STATE; the nonces were wiped, and burnt, before the first share left")
{
	static const uint8_t zero[sizeof(tf_frost_presig)];
	static const lie lies[] = { { &tf_msg_frost_share_wire, use_z } };

	frost_init(&s, TF_FROST_ED25519, 3);
	for (unsigned fails = 0; fails < 2; fails++) {
		frost_prepare(&s, 1, true);
		lies_of(&s.c, 3, lies, fails, 0);
		frost_start_sign(&s, 0, &pay);
		CHECK(s.c.out[0].effect[0].kind == TF_EFFECT_BURN);
		cast_run(&s.c);
		if (fails)
			named(&s.c, 3, 1, TF_CK_FROST_SHARE);
		else
			frost_check_signature(&s, &pay);
		CHECK(memcmp(&s.presig[0][0], zero, sizeof(zero)) == 0);
		cast_rooms(&s.c, tf_frost_signing_sizes(&tf_profile_small, 3, 5));
		CHECK_ERR(frost_start_one(&s, 0, 0, &pay), TF_E_STATE);
		CHECK_ERR(frost_start_one(&s, 0, 0, &steal), TF_E_STATE);
		CHECK(s.c.out[0].count == 0);
	}
	frost_free(&s);
}

ATTACK(40b, "frost-nonces-of-a-bad-rng",
       "the random bytes of all signers repeat each other's (a cloned machine, a broken source)",
       "their nonces differ all the same: each is hedged with its holder's share")
{
	tf_frost_presig *p;

	frost_init(&s, TF_FROST_ED25519, 3);
	for (unsigned i = 0; i < 3; i++)
		s.c.rng[i] = tf_tape_init(&s.c.tape[i], 5, 1);
	frost_prepare(&s, 1, true);
	p = &s.presig[0][0];
	for (unsigned i = 0; i < 3; i++)
		for (unsigned j = 0; j < i; j++) {
			CHECK(!tf_pt_eq(s.c.g, &p->list[i].D, &p->list[j].D));
			CHECK(!tf_pt_eq(s.c.g, &p->list[i].E, &p->list[j].E));
		}
	frost_free(&s);
}
