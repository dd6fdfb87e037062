/* Presigning: rows 14 to 18, 28, 30, 38, 42. The cheat is party 3 of three. */
#include <string.h>

#include "attacks/attacks.h"
#include "proto/presign_impl.h"

static stage s;

#define R1(m) (&((tf_msg_presign_r1 *)(m))->items[0])
#define PSI(m) (&((tf_msg_presign_psi *)(m))->items[0])
#define R2(m) (&((tf_msg_presign_r2 *)(m))->items[0])
#define MTA(m) (&((tf_msg_presign_mta *)(m))->items[0])
#define R3(m) (&((tf_msg_presign_r3 *)(m))->items[0])

/* ---- row 14 ---- */

enum { ZERO, N_ITSELF, N_SQUARED, A_MULTIPLE, NO_UNITS };
static unsigned which;

/* factor: of the modulus, whoever knows it. */
static void no_unit(tf_bn *x, const tf_paillier_pk *pk, const tf_bn *factor)
{
	switch (which) {
	case ZERO:
		tf_bn_set_u64(x, 0);
		break;
	case N_ITSELF:
		*x = pk->n.m;
		break;
	case N_SQUARED:
		*x = pk->n2.m;
		break;
	default: /* p c: below N^2, and not coprime to N */
		CHECK_OK(tf_bn_mul(x, factor, factor));
		break;
	}
}

/* Of the cheat's own modulus. */
static void no_own_unit(tf_bn *x)
{
	no_unit(x, &s.aux[2].pk, which % 2 ? &s.own[2].sk.f.q : &s.own[2].sk.f.p);
}

LIE(bad_K, no_own_unit(&R1(m)->K))
LIE(bad_G, no_own_unit(&R1(m)->G))
/* F for party 1, F-hat for party 2. */
LIE(bad_F, no_own_unit(&R2(m)->peers[0].F); no_own_unit(&R2(m)->peers[1].Fhat))

/* The same of D; the factor is the receiver's. */
static void bad_D(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	no_unit(to == 1 ? &m->D : &m->Dhat, &s.aux[to - 1].pk, &s.own[to - 1].sk.f.p);
}

LIE(bad_S, tf_bn_set_u64(&PSI(m)->psi0.S, 0))

ATTACK(14, "non-unit-ciphertexts",
       "K, G, D, D-hat, F and F-hat, each 0, N, N^2 and p c; commitment S = 0",
       "the cheat is named each time: ENCELG_C in round 1, AFFG_D, AFFG_Y in round 2, ENCELG_S")
{
	for (which = 0; which < NO_UNITS; which++) {
		presign_lies(&s, LIES({ &tf_msg_presign_r1_wire, bad_K }), 1, TF_CK_ENCELG_C);
		presign_lies(&s, LIES({ &tf_msg_presign_r1_wire, bad_G }), 1, TF_CK_ENCELG_C);
		mta_lie(&s, bad_D, TF_CK_AFFG_D);
		presign_lies(&s, LIES({ &tf_msg_presign_r2_wire, bad_F }), 2, TF_CK_AFFG_Y);
	}
	presign_lies(&s, LIES({ &tf_msg_presign_psi_wire, bad_S }), 1, TF_CK_ENCELG_S);
}

/* ---- row 15 ---- */

LIE(z2_and_N,
    tf_bn sum;
    CHECK_OK(tf_bn_add(&sum, &PSI(m)->psi0.z2, &s.aux[2].pk.n.m));
    if (tf_bn_bits_vt(&sum) > 1280) /* has no encoding at all: the least that has one */
	    sum = s.aux[2].pk.n.m;
    tf_bn_resize(&sum, 20);
    PSI(m)->psi0.z2 = sum)

static size_t place;
static uint8_t extra;

/* A byte of the payload more, or bytes of ones in place of a scalar. */
static bool misencode(cast *k, cast_mail *mail)
{
	static uint8_t copy[1 << 16];
	tf_envelope e;

	if (mail->from != 3 || !cast_is(mail, TF_MSG_PRESIGN_R3, &e))
		return true;
	CHECK(e.payload.len + 1 <= sizeof(copy));
	memcpy(copy, e.payload.p, e.payload.len);
	copy[e.payload.len] = 0;
	e.payload = (tf_blob){ copy, e.payload.len + extra };
	if (!extra)
		memset(copy + place, 0xff, 32);
	cast_forge(k, mail, &e, 3);
	return true;
}

ATTACK(15, "non-canonical-responses",
       "z2 + N for z2, a scalar above q, a field with a byte more",
       "the cheat is named: ENCELG_Z2 in round 1, PAYLOAD_FORM in round 3")
{
	presign_lies(&s, LIES({ &tf_msg_presign_psi_wire, z2_and_N }), 1, TF_CK_ENCELG_Z2);
	for (extra = 0; extra < 2; extra++) {
		place = 4; /* delta */
		stage_init(&s, 3, &tf_profile_small);
		s.c.rewrite = misencode;
		stage_start_presign(&s, 1, true);
		cast_run(&s.c);
		if (extra) /* longer than the longest: dropped before anything else */
			CHECK(s.c.err[0] == TF_E_TOO_LARGE && s.c.done[0] == 0);
		else
			named(&s.c, 3, 3, TF_CK_PAYLOAD_FORM);
		stage_free(&s);
	}
}

/* ---- row 16 ---- */

LIE(copy_1,
    tf_presign_own *o = &s.presign[0].st->item[0];
    *R1(m) = (tf_presign_r1_item){ .K = o->K, .G = o->G, .Y = o->Y, .A1 = o->A1, .A2 = o->A2,
                                   .B1 = o->B1, .B2 = o->B2 })
static tf_presign_psi_item proofs_of_1;
static bool have_proofs;
LIE(keep_psi, proofs_of_1 = *PSI(m); have_proofs = true)
LIE(copy_psi, if (have_proofs) *PSI(m) = proofs_of_1)

static bool copycat(cast *k, cast_mail *mail)
{
	if (mail->from == 1 && mail->to == 2 && cast_is(mail, TF_MSG_PRESIGN_PSI, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_psi_wire, keep_psi, NULL);
	if (mail->from == 3 && cast_is(mail, TF_MSG_PRESIGN_PSI, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_psi_wire, copy_psi, NULL);
	if (mail->from == 3 && cast_is(mail, TF_MSG_PRESIGN_R1, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_r1_wire, copy_1, NULL);
	return true;
}

ATTACK(16, "copied-ciphertexts",
       "the cheat sends party 1's K, G and commitments as its own, with 1's proofs",
       "the cheat is named in round 1: ENCELG_EQ_ENC, the proofs hash who made them")
{
	stage_init(&s, 3, &tf_profile_small);
	s.c.rewrite = copycat;
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	CHECK(have_proofs);
	named(&s.c, 3, 1, TF_CK_ENCELG_EQ_ENC);
	stage_free(&s);
}

/* ---- rows 17, 18 ---- */

/* Gamma_3 = 7G - Gamma_1 - Gamma_2: the nonce would be 7. */
LIE(rushing_Gamma,
    tf_sc seven; tf_pt X;
    tf_sc_set_u64(k->g, &seven, 7);
    X = times_G(k, &seven);
    for (unsigned i = 0; i < 2; i++) {
	    tf_pt other = times_G(k, &s.presign[i].st->item[0].gamma.s);
	    CHECK_OK(tf_pt_sub(k->g, &X, &X, &other));
    }
    R2(m)->Gamma = X)

ATTACK(17, "nonce-bias",
       "Gamma_j chosen after the others', so that the nonce is what the cheat wants",
       "the cheat is named in round 2: ELOG_EQ_L, B_j of round 1 has fixed Gamma_j")
{
	presign_lies(&s, LIES({ &tf_msg_presign_r2_wire, rushing_Gamma }), 2, TF_CK_ELOG_EQ_L);
}

LIE(Delta_moved, plus_G(k, &R3(m)->Delta))

ATTACK(18, "wrong-delta",
       "Delta_j that is not k_j Gamma",
       "the cheat is named in round 3: ELOG_EQ_L")
{
	presign_lies(&s, LIES({ &tf_msg_presign_r3_wire, Delta_moved }), 3, TF_CK_ELOG_EQ_L);
}

/* The cheat's own machine believes the false share, and proves it as well as it can. */
LIE(delta_off, plus_one(k, &R3(m)->delta); s.presign[2].st->item[0].delta = R3(m)->delta)
LIE(S_off, plus_G(k, &R3(m)->S); s.presign[2].st->item[0].S = R3(m)->S)

ATTACK(18b, "wrong-delta-share",
       "delta_j + 1, S_j + G, with the best alert that can be made for them",
       "the sums fail, all alerts are verified, and the cheat is named by its own: DEC_EQ_S")
{
	presign_lies(&s, LIES({ &tf_msg_presign_r3_wire, delta_off }), 4, TF_CK_DEC_EQ_S);
	presign_lies(&s, LIES({ &tf_msg_presign_r3_wire, S_off }), 4, TF_CK_DEC_EQ_S);
}

/* ---- row 28 ---- */

LIE(Y_O, to_O(&R1(m)->Y))
LIE(A1_O, to_O(&R1(m)->A1))
LIE(B1_O, to_O(&R1(m)->B1))
LIE(Gamma_O, to_O(&R2(m)->Gamma))

ATTACK(28b, "identity-in-presigning",
       "Y_j, A_j1, B_j1, Gamma_j = O",
       "the cheat is named: PRESIGN_Y, PRESIGN_A1, PRESIGN_B1 in round 1, PRESIGN_GAMMA in round 2")
{
	presign_lies(&s, LIES({ &tf_msg_presign_r1_wire, Y_O }), 1, TF_CK_PRESIGN_Y);
	presign_lies(&s, LIES({ &tf_msg_presign_r1_wire, A1_O }), 1, TF_CK_PRESIGN_A1);
	presign_lies(&s, LIES({ &tf_msg_presign_r1_wire, B1_O }), 1, TF_CK_PRESIGN_B1);
	presign_lies(&s, LIES({ &tf_msg_presign_r2_wire, Gamma_O }), 2, TF_CK_PRESIGN_GAMMA);
}

/* ---- row 30 ---- */

/* A second machine of party 3 with other randomness; what it says of round 1 goes to party 2. */
static bool two_views(cast *k, cast_mail *mail)
{
	static tf_presign twin;
	static tf_arena room, out_room;
	static tf_outbox said;
	static tf_tape tape;
	static tf_rng rng;
	tf_envelope e;

	if (mail->from != 3 || mail->to != 2 || (!cast_is(mail, TF_MSG_PRESIGN_R1, &e) &&
	                                         !cast_is(mail, TF_MSG_PRESIGN_PSI, &e)))
		return true;
	if (!room.base) {
		tf_party_env *env = tf_test_alloc(sizeof(*env));
		tf_run_sizes sizes = tf_presign_sizes(env->pr = k->env[2].pr, 3, 1);
		tf_presign_args args = { .env = env, .own = &s.own[2],
		                         .aux = { &s.aux[0], &s.aux[1] },
		                         .weights = &s.weights[2], .batch = 1, .confirm = true };

		*env = k->env[2];
		rng = tf_tape_init(&tape, 77, 3);
		env->rng = &rng;
		tf_arena_init(&room, tf_test_alloc(sizes.mem), sizes.mem);
		tf_arena_init(&out_room, tf_test_alloc(sizes.out), sizes.out);
		tf_outbox_init(&said, &out_room);
		CHECK_OK(tf_presign_start(&twin, &args, &room, &said));
	}
	for (size_t i = 0; i < said.count; i++) {
		cast_mail other = { 3, 2, said.effect[i].len, (uint8_t *)said.effect[i].data };
		tf_envelope of;

		if (said.effect[i].kind == TF_EFFECT_SEND && cast_is(&other, e.type, &of) &&
		    (of.to == 0 || of.to == 2))
			cast_forge(k, mail, &of, 3);
	}
	return true;
}

ATTACK(30, "split-view",
       "K_j and its proofs to party 1, another K_j with proofs that hold to party 2",
       "the echoes differ, the signed originals are shown, and convict the cheat everywhere")
{
	stage_init(&s, 3, &tf_profile_small);
	s.c.rewrite = two_views;
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	for (unsigned i = 0; i < 2; i++) {
		tf_blob shown[2];

		CHECK(s.c.err[i] == TF_E_CONFLICT && s.c.fault[i].party == 3 && s.c.done[i] == 0);
		CHECK(s.c.fault[i].check == TF_CK_DISPUTE_ORIGINAL);
		CHECK(tf_rounds_evidence(shown, s.c.run[i]) == 2);
	}
	stage_free(&s);
}

/* ---- row 38 ---- */

LIE(z3_huge, /* all ones in its field, which is above 2^(ell+eps+1) Nhat */
    tf_bn *z = &PSI(m)->psi0.z3.mag;
    memset(z->d, 0xff, 28 * 8);
    z->n = 29;
    z->d[28] = ((mp_limb_t)1 << (1825 - 28 * 64)) - 1;
    tf_bn_resize(z, 29))

/* A payload ten times as long. */
static bool inflate(cast *k, cast_mail *mail)
{
	static uint8_t huge[1 << 20];
	tf_envelope e;

	if (mail->from != 3 || !cast_is(mail, TF_MSG_PRESIGN_PSI, &e))
		return true;
	CHECK(10 * e.payload.len <= sizeof(huge));
	memcpy(huge, e.payload.p, e.payload.len);
	e.payload = (tf_blob){ huge, 10 * e.payload.len };
	cast_forge(k, mail, &e, 3);
	return true;
}

static bool overlong_list(cast *k, cast_mail *mail)
{
	static uint8_t copy[1 << 16];
	tf_envelope e;

	if (mail->from != 3 || !cast_is(mail, TF_MSG_PRESIGN_PSI, &e))
		return true;
	memcpy(copy, e.payload.p, e.payload.len);
	memset(copy, 0xff, 4); /* 2^32 - 1 items, says the count */
	e.payload.p = copy;
	cast_forge(k, mail, &e, 3);
	return true;
}

ATTACK(38, "huge-fields",
       "a response twice its honest size, a message ten times as long, a list of 2^32 - 1 items",
       "the cheat is named by ENCELG_Z3_SIZE, PAYLOAD_FORM; the long message is dropped unread")
{
	presign_lies(&s, LIES({ &tf_msg_presign_psi_wire, z3_huge }), 1, TF_CK_ENCELG_Z3_SIZE);
	stage_init(&s, 3, &tf_profile_small);
	s.c.rewrite = inflate;
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	for (unsigned i = 0; i < 2; i++)
		CHECK(s.c.err[i] == TF_E_TOO_LARGE && s.c.fault[i].party == TF_PARTY_NONE &&
		      tf_rounds_awaits(s.c.run[i], 3));
	stage_free(&s);
	stage_init(&s, 3, &tf_profile_small);
	s.c.rewrite = overlong_list;
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	named(&s.c, 3, 1, TF_CK_PAYLOAD_FORM);
	stage_free(&s);
}

/* ---- row 42 ---- */

static void minus(tf_bn *x, const tf_bn *m)
{
	tf_bn t;

	CHECK(!tf_bn_sub(&t, m, x));
	*x = t;
}

/* Responses that no challenge hashes: -w is as good as w wherever its N-th power is squared. */
LIE(z2_negated, minus(&PSI(m)->psi0.z2, &s.aux[2].pk.n.m))

static void wy_negated(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	(void)to;
	minus(&m->psi.wy, &s.aux[2].pk.n.m);
}

static void w_negated(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	minus(&m->psihat.w, &s.aux[to - 1].pk.n.m);
}

/* Presigning with these lies; the honest parties' coefficients are others in each turn. */
static void presign_turn(const lie *lies, size_t n, unsigned turn)
{
	static tf_tape tape[2];
	static tf_rng rng[2];

	stage_init(&s, 3, &tf_profile_small);
	for (unsigned i = 0; i < 2; i++) {
		rng[i] = tf_tape_init(&tape[i], tf_test_seed(), 100 + 2 * turn + i);
		s.c.env[i].rng = &rng[i];
	}
	lies_of(&s.c, 3, lies, n, 0);
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
}

static bool names_3(unsigned i, unsigned round, tf_check check)
{
	const tf_fault *f = &s.c.fault[i];

	return s.c.err[i] == TF_E_PROOF && f->party == 3 && f->round == round && f->check == check;
}

/* Nobody has seen anything: then there is nothing to see, and what was made is good. */
static void good_for_a_signature(void)
{
	static const tf_path root = { .len = 0 };
	static const uint8_t digest[32] = { 42 };

	cast_check_done(&s.c);
	for (unsigned i = 0; i < 3; i++) {
		CHECK_OK(tf_presign_take(&s.presig[i][0], &s.presign[i], 0));
		CHECK(memcmp(s.presig[i][0].id, s.presig[0][0].id, 32) == 0);
	}
	lies_of(&s.c, 3, NULL, 0, 0);
	stage_start_sign(&s, 0, &root, digest);
	cast_run(&s.c);
	stage_check_signature(&s, &root, digest);
}

/* Each honest party names the cheat, or its batch has let the error pass; both happen, and, if
 * asked for, that it passes everywhere. */
static void named_or_harmless(const lie *lies, size_t n, unsigned round, tf_check check,
                              bool everywhere)
{
	unsigned refusals = 0, passes = 0, whole = 0;

	for (unsigned turn = 0; turn < 48; turn++) {
		unsigned now = 0;

		presign_turn(lies, n, turn);
		for (unsigned i = 0; i < 2; i++) {
			CHECK(s.c.err[i] == TF_OK || names_3(i, round, check));
			CHECK(s.presign[i].st->vouched[round] == (s.c.err[i] == TF_OK));
			now += s.c.err[i] == TF_OK;
		}
		refusals += 2 - now;
		passes += now;
		whole += now == 2;
		if (now == 2)
			good_for_a_signature();
		stage_free(&s);
		if (refusals && (everywhere ? whole : passes))
			return;
	}
	tf_test_fail(__FILE__, __LINE__, "%s: refused %u times, passed %u, by both %u",
		             tf_check_name(check), refusals, passes, whole);
}

/* What has passed everywhere is found when something else fails, and is the verdict then. */
static void found_later(void)
{
	for (unsigned turn = 0; turn < 48; turn++) {
		bool passed;

		presign_turn(LIES({ &tf_msg_presign_psi_wire, z2_negated },
		                  { &tf_msg_presign_r3_wire, Delta_moved }), turn);
		passed = s.presign[0].st->vouched[1] && s.presign[1].st->vouched[1];
		if (passed)
			named(&s.c, 3, 1, TF_CK_ENCELG_EQ_ENC);
		stage_free(&s);
		if (passed)
			return;
	}
	tf_test_fail(__FILE__, __LINE__, "refused by somebody in all turns");
}

ATTACK(42, "batch-torsion",
       "errors of order 2 that no challenge hashes, which a batch of equations accepts half of the"
       " time: z2, w and w_y negated, for everybody",
       "about half of the batches fail, and the cheat is named by the single equations:"
       " ENCELG_EQ_ENC in round 1, AFFG_EQ_ENC0, AFFG_EQ_ENC1 in round 2; what passes everywhere"
       " spoils nothing: they sign; and if anything fails later, the error is found then")
{
	named_or_harmless(LIES({ &tf_msg_presign_psi_wire, z2_negated }), 1, TF_CK_ENCELG_EQ_ENC,
	                  true);
	spoil_mta(&s, w_negated);
	named_or_harmless(mta_lies, 2, 2, TF_CK_AFFG_EQ_ENC0, false);
	spoil_mta(&s, wy_negated);
	named_or_harmless(mta_lies, 2, 2, TF_CK_AFFG_EQ_ENC1, false);
	found_later();
}
