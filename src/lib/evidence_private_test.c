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
