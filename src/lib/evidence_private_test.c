/* What was sent in private stays there: no file of who broke a run holds a share that an honest
 * party has dealt, whatever was wrong, and in whichever round. */
#include <string.h>

#include "lib/evidence_kit_test.h"

/* ---- what the honest have dealt ---- */

typedef struct dealt {
	unsigned to; /* device */
	uint8_t f[32];
} dealt;

static dealt secrets[8];
static unsigned secrets_n;

static void note(const stage_mail *mail)
{
	tf_envelope e;

	kit_open_mail(&e, mail);
	if (mail->from == 2 || e.to == 0)
		return;
	CHECK(e.payload.len == 32 && secrets_n < TF_ARRAY_LEN(secrets));
	secrets[secrets_n].to = mail->to;
	memcpy(secrets[secrets_n++].f, e.payload.p, 32);
}

static bool holds(const kit_file *f, const uint8_t what[static 32])
{
	return f->bytes && memmem(f->bytes, f->len, what, 32) != NULL;
}

static void check_private(const char *run, tf_check check)
{
	for (unsigned i = 0; i < 2; i++)
		for (unsigned k = 0; k < secrets_n; k++)
			if (holds(&kit_written[i], secrets[k].f))
				tf_test_fail(__FILE__, __LINE__, "%s, %s: device %u's file has a "
				             "share that device %u was sent", run,
				             tf_check_name(check), i, secrets[k].to);
}

/* ---- lies, one for each round and kind of message ---- */

static void r1_other_V(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_keygen_r1 *)m)->V[0] ^= 1;
}

static void r2_no_constant(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_keygen_r2 *)m)->F[0] = (tf_pt){ .identity = 1 };
}

static void r2_degree(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_keygen_r2 *)m)->F_n--;
}

static void bad_share(void *m, const tf_group *g)
{
	kit_add_one(g, &((tf_msg_keygen_share *)m)->f.s);
}

static void bad_proof(void *m, const tf_group *g)
{
	kit_add_one(g, &((tf_msg_keygen_r3 *)m)->psi.z);
}

static void ack_other(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_keygen_ack *)m)->certificate[0] ^= 1;
}

static void ack_unsigned(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_keygen_ack *)m)->signature[5] ^= 1;
}

static void part_other_V(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_reshare_r1 *)m)->V[0] ^= 1;
}

static void part_degree(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_reshare_r2 *)m)->F_n--;
}

static void part_bad_share(void *m, const tf_group *g)
{
	kit_add_one(g, &((tf_msg_reshare_share *)m)->f.s);
}

static void part_bad_proof(void *m, const tf_group *g)
{
	kit_add_one(g, (tf_sc *)(uintptr_t)&((tf_msg_reshare_r3 *)m)->psi[0].z);
}

static void part_no_proof(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_reshare_r3 *)m)->psi_n = 0;
}

static void part_ack_other(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_reshare_ack *)m)->certificate[0] ^= 1;
}

static void part_ack_unsigned(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_reshare_ack *)m)->signature[5] ^= 1;
}

typedef struct lie {
	const tf_wire_type *type;
	void (*fn)(void *m, const tf_group *g); /* NULL: a payload that is too short */
	unsigned to;
	tf_check check;
	unsigned round;
} lie;

static const lie about_keys[] = {
	{ &tf_msg_keygen_r1_wire, r1_other_V, ALL, TF_CK_KEYGEN_COMMITMENT, 2 },
	{ &tf_msg_keygen_r1_wire, r1_other_V, 1, TF_CK_EQUIVOCATION, 1 },
	{ &tf_msg_keygen_r1_wire, NULL, ALL, TF_CK_PAYLOAD_FORM, 1 },
	{ &tf_msg_keygen_r2_wire, r2_no_constant, ALL, TF_CK_KEYGEN_COMMITMENT, 2 },
	{ &tf_msg_keygen_r2_wire, r2_degree, ALL, TF_CK_KEYGEN_DEGREE, 2 },
	{ &tf_msg_keygen_r2_wire, NULL, ALL, TF_CK_PAYLOAD_FORM, 2 },
	{ &tf_msg_keygen_share_wire, bad_share, ALL, TF_CK_KEYGEN_SHARE, 2 },
	{ &tf_msg_keygen_share_wire, bad_share, 1, TF_CK_KEYGEN_SHARE, 2 },
	{ &tf_msg_keygen_share_wire, NULL, 1, TF_CK_PAYLOAD_FORM, 2 },
	{ &tf_msg_keygen_r3_wire, bad_proof, ALL, TF_CK_SCH_EQUATION, 3 },
	{ &tf_msg_keygen_r3_wire, NULL, ALL, TF_CK_PAYLOAD_FORM, 3 },
	{ &tf_msg_keygen_ack_wire, ack_other, ALL, TF_CK_KEYGEN_RESULT, 4 },
	{ &tf_msg_keygen_ack_wire, ack_unsigned, ALL, TF_CK_KEYGEN_ACK, 4 },
	{ &tf_msg_keygen_ack_wire, NULL, ALL, TF_CK_PAYLOAD_FORM, 4 },
};

static const lie about_parts[] = {
	{ &tf_msg_reshare_r1_wire, part_other_V, ALL, TF_CK_RESHARE_COMMITMENT, 2 },
	{ &tf_msg_reshare_r1_wire, part_other_V, 1, TF_CK_EQUIVOCATION, 1 },
	{ &tf_msg_reshare_r1_wire, NULL, ALL, TF_CK_PAYLOAD_FORM, 1 },
	{ &tf_msg_reshare_r2_wire, part_degree, ALL, TF_CK_RESHARE_DEGREE, 2 },
	{ &tf_msg_reshare_r2_wire, NULL, ALL, TF_CK_PAYLOAD_FORM, 2 },
	{ &tf_msg_reshare_share_wire, part_bad_share, ALL, TF_CK_RESHARE_SHARE, 2 },
	{ &tf_msg_reshare_share_wire, part_bad_share, 1, TF_CK_RESHARE_SHARE, 2 },
	{ &tf_msg_reshare_share_wire, NULL, 1, TF_CK_PAYLOAD_FORM, 2 },
	{ &tf_msg_reshare_r3_wire, part_bad_proof, ALL, TF_CK_SCH_EQUATION, 3 },
	{ &tf_msg_reshare_r3_wire, part_no_proof, ALL, TF_CK_RESHARE_PROOF, 3 },
	{ &tf_msg_reshare_r3_wire, NULL, ALL, TF_CK_PAYLOAD_FORM, 3 },
	{ &tf_msg_reshare_ack_wire, part_ack_other, ALL, TF_CK_RESHARE_RESULT, 4 },
	{ &tf_msg_reshare_ack_wire, part_ack_unsigned, ALL, TF_CK_RESHARE_ACK, 4 },
	{ &tf_msg_reshare_ack_wire, NULL, ALL, TF_CK_PAYLOAD_FORM, 4 },
};

static const lie *lied;

/* A byte less than it needs; told to all alike, it is believed by its author. */
static void shorten(stage_mail *mail)
{
	const tf_rounds *r = s.m[2]->r;
	uint8_t text[TF_ENVELOPE_SIGNED];
	tf_envelope e;

	kit_open_mail(&e, mail);
	if (mail->from != 2 || e.type != lied->type->type ||
	    (lied->to != ALL && mail->to != lied->to))
		return;
	e.payload.len--;
	kit_sign_again(mail, &e);
	tf_envelope_signed(text, &e);
	if (e.to == 0)
		tf_shake256_hash(r->slots[((e.round - 1u) * r->env->n + 2) * 2].digest, text,
		                 sizeof(text));
}

static void spy(stage *of, stage_mail *mail)
{
	note(mail);
	if (lied->fn)
		kit_cheat(of, mail);
	else
		shorten(mail);
}

static void tell(const lie *l, const char *run)
{
	lied = l;
	secrets_n = 0;
	kit_lie(l->type, l->fn, l->to);
	s.meddle = spy;
	stage_run(&s);
	kit_check_files(run, l->check, l->round, 3);
	CHECK(secrets_n == 4 || l->round == 1); /* to each of two by each of two */
	check_private(run, l->check);
	kit_forget();
	stage_free(&s);
}

TEST_SLOW(evidence_of_a_key_generation_shows_no_honest_share, 300)
{
	static const tf_algorithm algs[] = { TF_ALG_SCHNORR_ED25519, TF_ALG_SCHNORR_BIP340,
	                                     TF_ALG_ECDSA_SECP256K1 };

	for (unsigned k = 0; k < TF_ARRAY_LEN(about_keys); k++) {
		kit_begin_keygen(algs[k % TF_ARRAY_LEN(algs)]);
		tell(&about_keys[k], "keygen");
	}
}

TEST_SLOW(evidence_of_a_resharing_and_a_refresh_shows_no_honest_share, 300)
{
	for (tf_change what = TF_CHANGE_RESHARE; what <= TF_CHANGE_REFRESH; what++)
		for (unsigned k = 0; k < TF_ARRAY_LEN(about_parts); k++) {
			kit_begin_change(what, TF_ALG_SCHNORR_ED25519);
			tell(&about_parts[k], "reshare");
		}
}

/* ---- what was signed on the way to a verdict ---- */

static uint8_t held[1 << 13];
static size_t held_len;
static uint16_t type_proof, type_ack;

/* Device 0 gets the cheat's proof last, and before it a bad acknowledgement. */
static void hold_proof(stage *of, stage_mail *mail)
{
	uint8_t payload[512];
	tf_envelope e;

	(void)of;
	if (mail->from != 2 || mail->to != 0)
		return;
	kit_open_mail(&e, mail);
	if (e.type == type_proof) {
		CHECK(mail->len <= sizeof(held));
		memcpy(held, mail->bytes, mail->len);
		held_len = mail->len;
		mail->len = 1;
	} else if (e.type == type_ack) {
		CHECK(e.payload.len <= sizeof(payload));
		memcpy(payload, e.payload.p, e.payload.len);
		payload[e.payload.len - 1] ^= 1;
		e.payload.p = payload;
		kit_sign_again(mail, &e);
	}
}

/* In one step it completes round 3 and convicts in round 4: records come first, then the word. */
static void convict_in_one_step(size_t records)
{
	const tf_effect *e;
	tf_verdict v;
	size_t n;

	held_len = 0;
	s.meddle = hold_proof;
	stage_run(&s);
	CHECK(held_len > 0);
	s.meddle = NULL;
	CHECK_ERR(tf_machine_step(s.m[0], held, held_len, &v), TF_E_PROOF);
	CHECK(v.party == 3 && v.round == 4);
	n = tf_machine_effects(&e, s.m[0]);
	CHECK(n == records + 1 && e[records].kind == TF_EFFECT_SEND && e[records].to == 0);
	for (size_t i = 0; i < records; i++)
		CHECK(e[i].kind == TF_EFFECT_PERSIST);
	stage_collect(&s, 0);
	CHECK(tf_blame_size(s.m[0]) > 0);
}

TEST(a_verdict_in_the_step_of_an_acknowledgement_keeps_the_pending_key)
{
	type_proof = tf_msg_keygen_r3_wire.type;
	type_ack = tf_msg_keygen_ack_wire.type;
	kit_begin_keygen(TF_ALG_ECDSA_SECP256K1);
	convict_in_one_step(1);
	CHECK(!stage_facts(&s, 0).committed);
	stage_free(&s);
}

/* It knows that it has acknowledged, and does not refuse. */
TEST(a_verdict_in_the_step_of_an_acknowledgement_leaves_an_attempt)
{
	static uint8_t room[1 << 20], out[TF_KEY_RECORD_BYTES];
	tf_settle_params p = { .committed = 1 };
	tf_key_facts pending;
	size_t len;

	type_proof = tf_msg_reshare_r3_wire.type;
	type_ack = tf_msg_reshare_ack_wire.type;
	kit_begin_change(TF_CHANGE_REFRESH, TF_ALG_SCHNORR_ED25519);
	convict_in_one_step(2);
	pending = stage_facts(&s, 0);
	CHECK(!pending.committed && pending.epoch == 2);
	p.algorithm = s.alg;
	p.device = s.name[0];
	p.seed = s.seed[0];
	p.roster = stage_roster(&s);
	p.attempt = stage_record_find(&s, 0, TF_RECORD_ATTEMPT, NULL, 0);
	p.pending = stage_record_find(&s, 0, TF_RECORD_KEY, NULL, 0);
	CHECK(p.attempt.len > 0);
	tf_machine_wipe(s.m[0]);
	CHECK_OK(tf_settle_begin(&s.m[0], (tf_memory){ room, sizeof(room) }, &p));
	CHECK(tf_settle_refuse(out, sizeof(out), &len, s.m[0], pending.sharing, 2, pending.hash) !=
	      TF_OK);
	CHECK_OK(tf_settle_show(out, sizeof(out), &len, s.m[0]));
	stage_free(&s);
}
