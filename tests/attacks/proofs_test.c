/* Proofs and their transcripts: rows 4, 7, 20. */
#include <string.h>

#include "attacks/attacks.h"
#include "zk/fields_test.h"

/* ---- row 4 ---- */

static void seal(tf_ctx *out, const char *a, size_t an, const char *b, size_t bn, bool nested)
{
	uint8_t buf[256];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	if (nested)
		tf_tr_open(&t);
	tf_tr_bytes(&t, a, an);
	tf_tr_bytes(&t, b, bn);
	if (nested)
		tf_tr_close(&t);
	CHECK_OK(tf_ctx_seal(out, &t));
}

/* A tuple of up to four items by the tape: lengths, types and nesting vary, bytes are few. */
static void random_tuple(tf_ctx *out, uint8_t shape[static 16], const tf_rng *rng)
{
	uint8_t buf[512];
	tf_tr t;

	CHECK_OK(tf_rng_bytes(rng, shape, 16));
	tf_tr_init(&t, buf, sizeof(buf));
	shape[0] = 1 + shape[0] % 4;
	for (unsigned i = 0; i < shape[0]; i++) {
		uint8_t *kind = &shape[1 + 3 * i], *len = kind + 1, *v = kind + 2;
		const char text[4] = { (char)(1 + *v % 2), 1, 1, 0 };

		*kind %= 4;
		*len %= 4;
		*v %= 2;
		if (*kind == 3)
			tf_tr_open(&t);
		if (*kind == 0)
			*len = 0;
		if (*kind == 0)
			tf_tr_u64(&t, *v);
		else if (*kind == 1)
			tf_tr_str(&t, text + 3 - *len);
		else
			tf_tr_bytes(&t, text, *len);
		if (*kind == 1 || *len == 0) /* the value is not in it */
			*v = *kind == 0 ? *v : *kind == 1 && *len == 3 ? *v : 0;
		if (*kind == 3)
			tf_tr_close(&t);
	}
	memset(shape + 1 + 3 * shape[0], 0, (size_t)(15 - 3 * shape[0]));
	CHECK_OK(tf_ctx_seal(out, &t));
}

ATTACK(04, "alpha-shuffle",
       "tuples whose concatenations are equal: boundaries moved, items nested, types changed; a"
       " proof under such a context (TSSHOCK, CVE-2022-47931)",
       "encodings differ for 20,000 pairs of tuples; the prover is named: SCH_EQUATION")
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	static tf_ctx ctx[4];
	static uint8_t shape[2][16];

	for (unsigned k = 0; k < 20000; k++) {
		random_tuple(&ctx[0], shape[0], &c->k->rng);
		random_tuple(&ctx[1], shape[1], &c->k->rng);
		CHECK((memcmp(shape[0], shape[1], 16) == 0) ==
		      (ctx[0].len == ctx[1].len && memcmp(ctx[0].b, ctx[1].b, ctx[0].len) == 0));
	}
	seal(&ctx[0], "session1", 8, "prover2", 7, false);
	seal(&ctx[1], "session", 7, "1prover2", 8, false);
	seal(&ctx[2], "session1prover2", 15, "", 0, false);
	seal(&ctx[3], "session1", 8, "prover2", 7, true);
	c->ctx = &ctx[0];
	zk_honest(&zk_sch, c);
	for (unsigned k = 1; k < 4; k++) {
		c->ctx = &ctx[k];
		zk_refused(&zk_sch, c, TF_CK_SCH_EQUATION, "a context with other boundaries");
	}
}

/* ---- row 7 ---- */

static stage s;
static tf_presign_r1_item old_item;
static tf_presign_psi_item old_psi[4];

LIE(keep_r1, old_item = ((tf_msg_presign_r1 *)m)->items[0])
LIE(keep_psi, old_psi[lie_to] = ((tf_msg_presign_psi *)m)->items[0])
LIE(use_r1, ((tf_msg_presign_r1 *)m)->items[0] = old_item)
LIE(use_psi, ((tf_msg_presign_psi *)m)->items[0] = old_psi[lie_to])

ATTACK(07, "proof-replay",
       "everything of round 1 out of another session, ciphertexts, commitments and proofs"
       " (CVE-2022-47930)",
       "the cheat is named in round 1: ENCELG_EQ_ENC, every challenge hashes session and prover")
{
	static const lie keep[] = { { &tf_msg_presign_r1_wire, keep_r1 },
	                            { &tf_msg_presign_psi_wire, keep_psi } };
	static const lie use[] = { { &tf_msg_presign_r1_wire, use_r1 },
	                           { &tf_msg_presign_psi_wire, use_psi } };

	stage_init(&s, 3, &tf_profile_small);
	lies_of(&s.c, 3, keep, 2, 0);
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	cast_check_done(&s.c);
	for (unsigned i = 0; i < 3; i++)
		s.c.env[i].sid[7] ^= 1;
	lies_of(&s.c, 3, use, 2, 0);
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	named(&s.c, 3, 1, TF_CK_ENCELG_EQ_ENC);
	stage_free(&s);
}

/* ---- row 20 ---- */

ATTACK(20, "dec-wrap",
       "an alert that proves y + N for y, so that a false delta_j looks right (synedrion's 112-bit"
       " set)",
       "refused: DEC_W_RANGE; without that check it would pass. No profile whose range reaches N"
       " compiles")
{
	tf_fault fault;
	zk_file f;
	zk_case *c;

	zk_file_open(&f, "attack-a11-dec-wrap.txt");
	c = zk_file_case(&f);
	tf_fault_at(&fault, 1, 5);
	CHECK_ERR(f.proof->verify(c, &c->p, &fault), TF_E_PROOF);
	CHECK(fault.check == TF_CK_DEC_W_RANGE && fault.party == 1);
	tf_check_switch_off(TF_CK_DEC_W_RANGE);
	CHECK_OK(f.proof->verify(c, &c->p, &fault));
	zk_file_close(&f);
}
