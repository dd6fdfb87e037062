/* Presigning: rows 11 to 18, 30, 38, 42. The cheat is party 3 of three. */
#include <string.h>

#include "attacks/attacks.h"
#include "proto/presign_impl.h"

static stage s;

#define R1(m) (&((tf_msg_presign_r1 *)(m))->items[0])
#define PSI(m) (&((tf_msg_presign_psi *)(m))->items[0])
#define R2(m) (&((tf_msg_presign_r2 *)(m))->items[0])
#define MTA(m) (&((tf_msg_presign_mta *)(m))->items[0])
#define R3(m) (&((tf_msg_presign_r3 *)(m))->items[0])

#define LIES(...) (const lie[]){ __VA_ARGS__ }, sizeof((const lie[]){ __VA_ARGS__ }) / sizeof(lie)

static void set_bits(tf_bn *x, uint32_t bits, uint64_t plus)
{
	tf_bn more;

	tf_bn_set_u64(x, 1);
	CHECK_OK(tf_bn_shl(x, x, bits));
	tf_bn_set_u64(&more, plus);
	CHECK_OK(tf_bn_add(x, x, &more));
}

/* What goes to one alone has its hash in the broadcast that follows: both lie. */
static uint8_t fitting[4][32];
static void (*spoil)(const cast *k, tf_presign_mta_item *m, unsigned to);

LIE(spoilt_mta,
    spoil(k, MTA(m), lie_to);
    CHECK_OK(tf_presign_mta_hash(fitting[lie_to], &s.presign[2], MTA(m))))
LIE(fitting_hashes,
    memcpy(R2(m)->peers[0].hash, fitting[1], 32);
    memcpy(R2(m)->peers[1].hash, fitting[2], 32))

static void mta_lie(void (*fn)(const cast *k, tf_presign_mta_item *m, unsigned to), tf_check check)
{
	spoil = fn;
	presign_lies(&s, LIES({ &tf_msg_presign_mta_wire, spoilt_mta },
	                      { &tf_msg_presign_r2_wire, fitting_hashes }), 2, check);
}

/* ---- row 11 ---- */

LIE(k_third,
    tf_int x = { 0 }; tf_bn three; const tf_paillier_pk *pk = &s.aux[2].pk;
    tf_bn_set_u64(&three, 3);
    CHECK_OK(tf_bn_divmod(&x.mag, NULL, &pk->n.m, &three));
    tf_bn_set_u64(&R1(m)->K, 1);
    CHECK_OK(tf_paillier_enc_finish(&R1(m)->K, pk, &x)))
LIE(k_beyond, set_bits(&PSI(m)->psi0.z1.mag, 256 + 288, 1))

static void x_beyond(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	(void)to;
	set_bits(&m->psihat.z1.mag, 256 + 288, 1);
}

static void y_beyond(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	(void)to;
	set_bits(&m->psihat.z2.mag, 832 + 288, 1);
}

ATTACK(11, "alpha-rays",
       "K_j = enc(N/3); responses for k, x and beta just out of their ranges",
       "the cheat is named: ENCELG_EQ_ENC, ENCELG_Z1_RANGE in round 1, AFFG_Z1_RANGE, AFFG_Z2_RANGE"
       " in round 2")
{
	presign_lies(&s, LIES({ &tf_msg_presign_r1_wire, k_third }), 1, TF_CK_ENCELG_EQ_ENC);
	presign_lies(&s, LIES({ &tf_msg_presign_psi_wire, k_beyond }), 1, TF_CK_ENCELG_Z1_RANGE);
	mta_lie(x_beyond, TF_CK_AFFG_Z1_RANGE);
	mta_lie(y_beyond, TF_CK_AFFG_Z2_RANGE);
}

/* ---- row 12 ---- */

static void y_at_bound(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	(void)to;
	set_bits(&m->psihat.z2.mag, 832 + 288, 0);
}

static unsigned masked, short_masks;

/* What party 1 decrypts of 3's product: gamma_3 k_1 - beta, of which beta hides the product. */
LIE(measure,
    tf_paillier_dec d; tf_int plain; tf_batch *b; uint32_t bits;
    if (lie_to == 1) {
	    CHECK_OK(tf_batch_init(&b, attack_scratch(), 4));
	    CHECK_OK(tf_paillier_dec_start(b, &d, &s.own[0].sk, &MTA(m)->D));
	    CHECK_OK(tf_batch_run(b));
	    CHECK_OK(tf_paillier_dec_finish(&plain, &d, &s.own[0].sk));
	    bits = tf_bn_bits_vt(&plain.mag);
	    CHECK(bits <= 833); /* 2^ell' and the product, which is smaller */
	    masked++;
	    short_masks += bits < 832 - 24;
    })

ATTACK(12, "short-beta",
       "a mask that is shorter than the product it hides (Milagro); the response at its bound and"
       " one beyond",
       "our masks have ell' bits, and the product 512; AFFG_Z2_RANGE begins exactly at the bound")
{
	mta_lie(y_at_bound, TF_CK_AFFG_EQ_ENC0); /* in range, and false */
	mta_lie(y_beyond, TF_CK_AFFG_Z2_RANGE);
	stage_init(&s, 3, &tf_profile_small);
	lies_of(&s.c, 3, LIES({ &tf_msg_presign_mta_wire, measure }), 0);
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	cast_check_done(&s.c);
	CHECK(masked == 1 && short_masks == 0);
	stage_free(&s);
}

/* ---- row 13 ---- */

static void shift_Dhat(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	shift_ciphertext(&m->Dhat, &s.aux[to - 1].pk, 1);
}

/* Besides D-hat: x = w_3 + 1 throughout, by an honest machine that believes in another key. */
ATTACK(13, "another-multiplier",
       "D-hat shifted by one; a key share other than the one of the key, proved honestly",
       "the cheat is named in round 2: AFFG_EQ_ENC0; W_j comes from the key, not from j, which with"
       " another one is in another session: TF_E_SESSION")
{
	tf_presign_args args;
	tf_weights w;

	mta_lie(shift_Dhat, TF_CK_AFFG_EQ_ENC0);
	stage_init(&s, 3, &tf_profile_small);
	stage_start_presign(&s, 1, true);
	w = s.weights[2]; /* the cheat believes in another key with another share of its own */
	plus_one(&s.c, &w.w.s);
	plus_G(&s.c, &w.W[2]);
	plus_G(&s.c, &w.Y);
	args = (tf_presign_args){ .env = &s.c.env[2], .own = &s.own[2],
	                          .aux = { &s.aux[0], &s.aux[1] }, .weights = &w, .batch = 1,
	                          .confirm = true };
	tf_outbox_reset(&s.c.out[2]);
	tf_presign_wipe(&s.presign[2]);
	CHECK_OK(tf_presign_start(&s.presign[2], &args, &s.c.mem[2], &s.c.out[2]));
	cast_run(&s.c);
	for (unsigned i = 0; i < 2; i++) /* epid hashes Y and all W: it is in another session */
		CHECK(s.c.err[i] == TF_E_SESSION && s.c.done[i] == 0);
	stage_free(&s);
}

/* ---- row 14 ---- */

static unsigned which;

static void no_unit(tf_bn *x, const tf_paillier_pk *pk, const tf_bn *factor)
{
	switch (which) {
	case 0:
		tf_bn_set_u64(x, 0);
		break;
	case 1:
		*x = pk->n.m;
		break;
	case 2:
		*x = pk->n2.m;
		break;
	default: /* p c: below N^2, and not coprime to N */
		CHECK_OK(tf_bn_mul(x, factor, factor));
		break;
	}
}

LIE(bad_K, no_unit(&R1(m)->K, &s.aux[2].pk, &s.own[2].sk.f.p))
LIE(bad_G, no_unit(&R1(m)->G, &s.aux[2].pk, &s.own[2].sk.f.q))
LIE(bad_F, for (unsigned j = 0; j < 2; j++)
	    no_unit(&R2(m)->peers[j].F, &s.aux[2].pk, &s.own[2].sk.f.p))

static void bad_D(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	no_unit(&m->D, &s.aux[to - 1].pk, &s.own[to - 1].sk.f.p);
}

LIE(bad_S, tf_bn_set_u64(&PSI(m)->psi0.S, 0))

ATTACK(14, "non-unit-ciphertexts",
       "K, G, D and F in {0, N, N^2, p c}; commitment S = 0",
       "the cheat is named: ENCELG_C in round 1, AFFG_D, AFFG_Y in round 2, ENCELG_S")
{
	for (which = 0; which < 4; which++)
		presign_lies(&s, LIES({ &tf_msg_presign_r1_wire, bad_K }), 1, TF_CK_ENCELG_C);
	which = 3;
	presign_lies(&s, LIES({ &tf_msg_presign_r1_wire, bad_G }), 1, TF_CK_ENCELG_C);
	presign_lies(&s, LIES({ &tf_msg_presign_psi_wire, bad_S }), 1, TF_CK_ENCELG_S);
	for (which = 0; which < 4; which += 3) {
		mta_lie(bad_D, TF_CK_AFFG_D);
		presign_lies(&s, LIES({ &tf_msg_presign_r2_wire, bad_F }), 2, TF_CK_AFFG_Y);
	}
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

LIE(K_negated, minus(&R1(m)->K, &s.aux[2].pk.n2.m))
LIE(commitment_negated, minus(&PSI(m)->psi0.S, &s.own[lie_to - 1].rp.pub.n.m))

static void D_negated(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	minus(&m->D, &s.aux[to - 1].pk.n2.m);
}

ATTACK(42, "batch-torsion",
       "errors of order 2, which a batch of equations accepts half of the time: K, D and S negated",
       "the cheat is named by the single equations: ENCELG_EQ_ENC, AFFG_EQ_ENC0")
{
	presign_lies(&s, LIES({ &tf_msg_presign_r1_wire, K_negated }), 1, TF_CK_ENCELG_EQ_ENC);
	presign_lies(&s, LIES({ &tf_msg_presign_psi_wire, commitment_negated }), 1,
	             TF_CK_ENCELG_EQ_ENC);
	mta_lie(D_negated, TF_CK_AFFG_EQ_ENC0);
}
