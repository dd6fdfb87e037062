/* Key generation, and the envelope that all machines share: rows 24 to 30, 33, 35, 37. The cheat is
 * party 3 of three, t is 2. */
#include <sodium.h>
#include <string.h>

#include "attacks/attacks.h"
#include "base/keccak.h"
#include "proto/keygen.h"
#include "zk/transcript.h"

static cast c;
static tf_keygen kg[3];

static tf_err start(unsigned i)
{
	tf_keygen_args args = { .env = &c.env[i], .t = 2, .workspace = "attacked",
	                        .key_id = { 0x6b } };

	return tf_keygen_start(&kg[i], &args, &c.mem[i], &c.out[i]);
}

static void begin(tf_curve_id curve)
{
	cast_init(&c, 3, &tf_profile_small, curve);
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
}

static void go(void)
{
	for (unsigned i = 0; i < 3; i++) {
		CHECK_OK(start(i));
		c.run[i] = &kg[i].r;
	}
}

/* A run with these lies ends so; nobody has a key. */
static void lied(const lie *lies, size_t n, unsigned to, unsigned round, tf_check check)
{
	begin(TF_CURVE_SECP256K1);
	lies_of(&c, 3, lies, n, to);
	go();
	cast_run(&c);
	named(&c, 3, round, check);
	for (unsigned i = 0; i < 2; i++)
		CHECK(tf_keygen_key(&kg[i]) == NULL);
	cast_free(&c);
}

#define R2(m) ((tf_msg_keygen_r2 *)(m))

static cast_mail *find(unsigned from, unsigned to, uint16_t type)
{
	for (size_t k = 0; k < c.posted; k++)
		if (c.mail[k].from == from && (to == 0 || c.mail[k].to == to) &&
		    cast_is(&c.mail[k], type, NULL))
			return &c.mail[k];
	tf_test_fail(__FILE__, __LINE__, "no mail 0x%04x from %u to %u", type, from, to);
}

/* ---- row 24 ---- */

/* F_3 = X - F_1 - F_2 once the others have opened: the key would be X, whose logarithm the cheat
 * knows. */
LIE(rogue,
    tf_sc seven; tf_pt X;
    tf_sc_set_u64(k->g, &seven, 7);
    X = times_G(k, &seven);
    for (unsigned i = 1; i < 3; i++) {
	    tf_msg_keygen_r2 seen; tf_envelope e;
	    CHECK(cast_is(find(i, 3, TF_MSG_KEYGEN_R2), TF_MSG_KEYGEN_R2, &e));
	    CHECK_OK(tf_wire_decode(&tf_msg_keygen_r2_wire, &seen, &k->run[0]->wire,
	                            attack_scratch(), e.payload.p, e.payload.len));
	    CHECK_OK(tf_pt_sub(k->g, &X, &X, &seen.F[0]));
    }
    R2(m)->F[0] = X)

LIE(no_knowledge, plus_one(k, &((tf_msg_keygen_r3 *)m)->psi.z))

ATTACK(24, "rogue-key",
       "F_j0 chosen after the others have opened, so that the key is the cheat's; and a share that"
       " its holder does not know",
       "the cheat is named: KEYGEN_COMMITMENT in round 2, SCH_EQUATION in round 3")
{
	static const lie late[] = { { &tf_msg_keygen_r2_wire, rogue } };
	static const lie blind[] = { { &tf_msg_keygen_r3_wire, no_knowledge } };

	begin(TF_CURVE_SECP256K1);
	lies_of(&c, 3, late, 1, 0);
	go();
	for (unsigned i = 0; i < 3; i++)
		cast_collect(&c, i);
	for (unsigned turn = 0; turn < 2; turn++) /* the cheat waits for the others' openings */
		for (size_t k = 0; k < 6; k++)
			if ((c.mail[k].to == 3) == (turn == 1))
				CHECK_OK(cast_step(&c, c.mail[k].to - 1, c.mail[k].bytes,
				                   c.mail[k].len));
	c.delivered = 6;
	cast_run(&c);
	named(&c, 3, 2, TF_CK_KEYGEN_COMMITMENT);
	cast_free(&c);
	lied(blind, 1, 0, 3, TF_CK_SCH_EQUATION);
}

/* ---- row 25 ---- */

ATTACK(25, "share-index-zero",
       "share indices 0, q, and two that are equal modulo q (tss-lib #149)",
       "refused before anything is sent: TF_E_USAGE")
{
	static const uint16_t bad[][2] = { { 1, 0 }, { 1, 13 }, { 1, 14 }, { 2, 2 } };

	cast_init(&c, 2, &tf_profile_small, TF_CURVE_TINY13); /* q = 13 */
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 2));
	for (unsigned k = 0; k < TF_ARRAY_LEN(bad); k++) {
		for (unsigned j = 0; j < 2; j++)
			c.env[0].party[j].share_index = bad[k][j];
		CHECK_ERR(start(0), TF_E_USAGE);
		CHECK(c.out[0].count == 0);
	}
	cast_free(&c);
}

/* ---- row 26 ---- */

LIE(longer,
    static tf_pt F[3];
    memcpy(F, R2(m)->F, 2 * sizeof(*F));
    F[2] = *tf_group_base(k->g);
    R2(m)->F = F;
    R2(m)->F_n = 3)
LIE(shorter, R2(m)->F_n = 1)

ATTACK(26, "threshold-raise",
       "a polynomial of degree t, which makes the key need one share more, and one of degree t - 2",
       "the cheat is named in round 2: KEYGEN_DEGREE")
{
	static const lie more[] = { { &tf_msg_keygen_r2_wire, longer } };
	static const lie less[] = { { &tf_msg_keygen_r2_wire, shorter } };

	lied(more, 1, 0, 2, TF_CK_KEYGEN_DEGREE);
	lied(less, 1, 0, 2, TF_CK_KEYGEN_DEGREE);
}

/* ---- row 27 ---- */

LIE(wrong_share, plus_one(k, &((tf_msg_keygen_share *)m)->f.s))

ATTACK(27, "wrong-feldman-share",
       "a wrong share for one party only",
       "everybody names the dealer by the complaint of the one: KEYGEN_SHARE")
{
	static const lie lies[] = { { &tf_msg_keygen_share_wire, wrong_share } };

	lied(lies, 1, 1, 2, TF_CK_KEYGEN_SHARE);
}

/* Party 3 complains of 1's good share instead of proving. */
static bool complain(cast *k, cast_mail *mail)
{
	static uint8_t payload[8192];
	tf_msg_complaint m = { .accused = 1 };
	const cast_mail *all = find(1, 0, TF_MSG_KEYGEN_R2);
	tf_envelope e;

	if (mail->from != 3 || !cast_is(mail, TF_MSG_KEYGEN_R3, &e))
		return true;
	m.broadcast = (tf_blob){ all->bytes, all->len };
	m.direct = (tf_blob){ find(1, 3, TF_MSG_KEYGEN_SHARE)->bytes,
	                      find(1, 3, TF_MSG_KEYGEN_SHARE)->len };
	CHECK_OK(tf_msg_complaint_encode(payload, sizeof(payload), &e.payload.len, NULL, &m));
	e.payload.p = payload;
	memset(e.echo, 0, sizeof(e.echo));
	e.type = TF_MSG_COMPLAINT;
	e.round = 2;
	e.to = 0;
	cast_forge(k, mail, &e, 3);
	return true;
}

ATTACK(27b, "false-complaint",
       "a complaint about a share that is right",
       "everybody, the accused included, names the accuser: COMPLAINT_FALSE")
{
	begin(TF_CURVE_SECP256K1);
	go();
	for (unsigned i = 0; i < 3; i++)
		cast_collect(&c, i);
	while (c.delivered < 6) { /* round 1: then everybody's opening is posted */
		cast_mail m = c.mail[c.delivered++];

		CHECK_OK(cast_step(&c, m.to - 1, m.bytes, m.len));
	}
	c.rewrite = complain;
	cast_run(&c);
	cast_check_blame(&c, 3, TF_CK_COMPLAINT_FALSE);
	cast_free(&c);
}

/* ---- row 28: O ---- */

static void fit_V(const cast *k, tf_msg_keygen_r1 *m, const tf_msg_keygen_r2 *o)
{
	uint8_t buf[2048];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_open(&t);
	tf_tr_bytes(&t, k->env[0].sid, 32);
	tf_tr_str(&t, "secp256k1");
	tf_tr_u64(&t, 3);
	tf_tr_u64(&t, 2);
	tf_tr_open(&t);
	for (unsigned i = 1; i <= 3; i++)
		tf_tr_u64(&t, i);
	tf_tr_close(&t);
	tf_tr_close(&t);
	tf_tr_u64(&t, 3);
	tf_tr_bytes(&t, o->rid, 32);
	tf_tr_bytes(&t, o->cc, 32);
	tf_tr_open(&t);
	for (unsigned i = 0; i < o->F_n; i++)
		tf_tr_pt(&t, k->g, &o->F[i]);
	tf_tr_close(&t);
	tf_tr_pt(&t, k->g, &o->A);
	tf_tr_bytes(&t, o->u, 32);
	CHECK_OK(tf_tr_hash(m->V, &t, "dkg-commit"));
}

static tf_msg_keygen_r2 opened;
static tf_pt opened_F[2];

LIE(overhear, opened = *R2(m); memcpy(opened_F, R2(m)->F, sizeof(opened_F)); opened.F = opened_F)
LIE(fitting_V, fit_V(k, m, &opened))
LIE(fitting_F, *R2(m) = opened)

ATTACK(28, "identity-as-key-share",
       "F_j0 = O with a commitment that fits, so that the cheat has no part in the key",
       "the cheat is named in round 2: KEYGEN_CONSTANT")
{
	static const lie look[] = { { &tf_msg_keygen_r2_wire, overhear } };
	static const lie lies[] = { { &tf_msg_keygen_r1_wire, fitting_V },
	                            { &tf_msg_keygen_r2_wire, fitting_F } };

	begin(TF_CURVE_SECP256K1);
	lies_of(&c, 3, look, 1, 0);
	go();
	cast_run(&c);
	cast_check_done(&c);
	cast_free(&c);
	to_O(&opened_F[0]);
	lied(lies, 2, 0, 2, TF_CK_KEYGEN_CONSTANT);
}

/* First these coefficients, as tf_sc_random reads them, then the tape. */
typedef struct script {
	tf_rng then;
	uint8_t coefficient[2];
	unsigned at;
} script;

static tf_err script_fill(void *ctx, uint8_t *out, size_t len)
{
	script *s = ctx;

	if (s->at == TF_ARRAY_LEN(s->coefficient))
		return s->then.fill(s->then.ctx, out, len);
	memset(out, 0, len);
	out[len - 1] = s->coefficient[s->at++];
	return TF_OK;
}

ATTACK(28c, "zero-share",
       "in a group of 13 elements, where chance allows it: the polynomials give the cheat the share"
       " 0, X_j = O, and it proves that it knows it",
       "the cheat is named in round 3: SCH_X; nobody has a key")
{
	/* at 3: (1 + 3) + (1 + 3) + (2 + 3) = 13, the key is 4, the others have 7 and 10 */
	script sc[3] = { { .coefficient = { 1, 1 } }, { .coefficient = { 1, 1 } },
	                 { .coefficient = { 2, 1 } } };
	tf_rng rng[3];

	begin(TF_CURVE_TINY13);
	for (unsigned i = 0; i < 3; i++) {
		sc[i].then = c.rng[i];
		rng[i] = (tf_rng){ script_fill, &sc[i] };
		c.env[i].rng = &rng[i];
	}
	go();
	cast_run(&c);
	named(&c, 3, 3, TF_CK_SCH_X);
	CHECK(c.err[2] == TF_OK); /* it has nothing to say against the others */
	for (unsigned i = 0; i < 2; i++)
		CHECK(tf_keygen_key(&kg[i]) == NULL);
	for (size_t k = 0; k < c.records; k++)
		CHECK(c.record[k].by == 3);
	cast_free(&c);
}

/* ---- row 29 ---- */

static uint8_t stranger[TF_PT_BYTES];

static bool strange_F(cast *k, cast_mail *mail)
{
	uint8_t copy[1024];
	tf_envelope e;

	if (mail->from != 3 || !cast_is(mail, TF_MSG_KEYGEN_R2, &e))
		return true;
	memcpy(copy, e.payload.p, e.payload.len);
	memcpy(copy + 68, stranger, sizeof(stranger)); /* rid, cc, count, F_0 */
	e.payload.p = copy;
	cast_forge(k, mail, &e, 3);
	return true;
}

static void strange(tf_curve_id curve)
{
	begin(curve);
	c.rewrite = strange_F;
	go();
	cast_run(&c);
	named(&c, 3, 2, TF_CK_PAYLOAD_FORM);
	cast_free(&c);
}

ATTACK(29, "invalid-curve-and-torsion",
       "points off the curve, not canonical, of order 8, and of the group plus one of order 8",
       "the cheat is named in round 2: PAYLOAD_FORM; no such point is ever computed with")
{
	static const uint8_t order_8[32] = {
		0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10,
		0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77,
		0x92, 0xac, 0x03, 0x7a
	};

	memset(stranger, 0, sizeof(stranger));
	stranger[0] = 2;
	stranger[32] = 5; /* 5^3 + 7 is no square */
	strange(TF_CURVE_SECP256K1);
	memset(stranger, 0xff, sizeof(stranger)); /* x above p */
	stranger[0] = 3;
	strange(TF_CURVE_SECP256K1);
	stranger[0] = TF_PT_TAG_ED25519;
	memcpy(stranger + 1, order_8, 32);
	strange(TF_CURVE_ED25519);
	begin(TF_CURVE_ED25519);
	tf_pt_encode(c.g, stranger, tf_group_base(c.g));
	cast_free(&c);
	CHECK(crypto_core_ed25519_add(stranger + 1, stranger + 1, order_8) == 0);
	strange(TF_CURVE_ED25519);
}

/* ---- row 33 ---- */

static bool spoof(cast *k, cast_mail *mail)
{
	tf_envelope e;

	if (mail->from == 3 && mail->to == 1 && cast_is(mail, TF_MSG_KEYGEN_R1, &e)) {
		uint8_t bytes[1024];
		size_t len;

		e.from = 2; /* signed by 3 all the same */
		CHECK_OK(tf_envelope_sign(&e, &k->signer[2]));
		CHECK_OK(tf_envelope_encode(bytes, sizeof(bytes), &len, NULL, &e));
		cast_post(k, 3, 1, bytes, len);
	}
	return true;
}

ATTACK(33, "spoofed-sender",
       "a message in another party's name, signed by the cheat (tofnd)",
       "dropped, nobody is named, the run goes on: TF_E_TRUST, ENVELOPE_SIGNATURE")
{
	begin(TF_CURVE_SECP256K1);
	c.rewrite = spoof;
	go();
	cast_run(&c);
	CHECK(c.err[0] == TF_E_TRUST && c.fault[0].party == TF_PARTY_NONE);
	CHECK(c.fault[0].check == TF_CK_ENVELOPE_SIGNATURE);
	for (unsigned i = 0; i < 3; i++)
		CHECK(tf_rounds_state(c.run[i]) == TF_RUN_DONE && tf_keygen_key(&kg[i]));
	cast_free(&c);
}

/* ---- row 35 ---- */

LIE(another_V, ((tf_msg_keygen_r1 *)m)->V[0] ^= 1)

ATTACK(35, "out-of-order",
       "round 2 before all of round 1 is there; then a second, other message of round 1",
       "the early one waits; the second convicts its signer: EQUIVOCATION")
{
	cast_mail *second;
	tf_fault f;

	begin(TF_CURVE_SECP256K1);
	go();
	for (unsigned i = 0; i < 3; i++)
		cast_collect(&c, i);
	while (c.delivered < 6) { /* everything of round 1 but what 2 sends to 1 */
		cast_mail m = c.mail[c.delivered++];

		if (m.from != 2 || m.to != 1)
			CHECK_OK(cast_step(&c, m.to - 1, m.bytes, m.len));
	}
	CHECK_OK(cast_step(&c, 0, find(3, 1, TF_MSG_KEYGEN_R2)->bytes,
	                   find(3, 1, TF_MSG_KEYGEN_R2)->len));
	CHECK(c.run[0]->round == 1 && c.out[0].count == 0); /* nothing is computed with it */
	second = cast_copy(&c, find(3, 1, TF_MSG_KEYGEN_R1));
	CHECK_ERR(tf_rounds_step(c.run[0], second->bytes, second->len, &c.out[0], &f),
	          TF_E_DUPLICATE);
	c.two_faced = true;
	cast_rewrite(&c, second, &tf_msg_keygen_r1_wire, another_V, NULL);
	CHECK_ERR(tf_rounds_step(c.run[0], second->bytes, second->len, &c.out[0], &f),
	          TF_E_CONFLICT);
	CHECK(f.party == 3 && f.check == TF_CK_EQUIVOCATION);
	CHECK(tf_rounds_state(c.run[0]) == TF_RUN_FAILED);
	cast_free(&c);
}

/* ---- row 37 ---- */

static tf_sc elsewhere;

LIE(keep_z, elsewhere = ((tf_msg_keygen_r3 *)m)->psi.z)
LIE(use_z, ((tf_msg_keygen_r3 *)m)->psi.z = elsewhere)

ATTACK(37, "across-curves-and-keys",
       "a proof from P-256 used on secp256k1 with the same randomness; a party that runs another"
       " curve in the same session",
       "the cheat is named in round 3: SCH_EQUATION; the other curve is another session")
{
	static const lie keep[] = { { &tf_msg_keygen_r3_wire, keep_z } };
	static const lie use[] = { { &tf_msg_keygen_r3_wire, use_z } };
	static cast other;

	begin(TF_CURVE_P256);
	lies_of(&c, 3, keep, 1, 0);
	go();
	cast_run(&c);
	cast_check_done(&c);
	other = c;
	begin(TF_CURVE_SECP256K1);
	lies_of(&c, 3, use, 1, 0);
	go();
	cast_run(&c);
	named(&c, 3, 3, TF_CK_SCH_EQUATION);
	cast_free(&c);
	begin(TF_CURVE_SECP256K1);
	go();
	for (size_t k = 0; k < other.posted; k++) /* the same sid, devices and identities */
		if (other.mail[k].to == 1)
			CHECK_ERR(cast_step(&c, 0, other.mail[k].bytes, other.mail[k].len),
			          TF_E_SESSION);
	CHECK(c.fault[0].party == TF_PARTY_NONE);
	cast_free(&other);
	cast_free(&c);
}
