/* Files of who broke a protocol, of every kind of run. */
#include "lib/evidence_kit_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- key generation ---- */

static void wrong_share(void *m, const tf_group *g)
{
	kit_add_one(g, &((tf_msg_keygen_share *)m)->f.s);
}

static void wrong_proof(void *m, const tf_group *g)
{
	kit_add_one(g, &((tf_msg_keygen_r3 *)m)->psi.z);
}

static void no_constant(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_keygen_r2 *)m)->F[0] = (tf_pt){ .identity = 1 };
}

TEST_SLOW(evidence_of_a_bad_share_of_a_key, 300)
{
	static const tf_algorithm algs[] = { TF_ALG_SCHNORR_ED25519, TF_ALG_SCHNORR_BIP340,
	                                     TF_ALG_ECDSA_SECP256K1 };

	for (unsigned k = 0; k < TF_ARRAY_LEN(algs); k++) {
		kit_lie(&tf_msg_keygen_share_wire, wrong_share, 0);
		kit_begin_keygen(algs[k]);
		s.meddle = kit_cheat;
		stage_run(&s);
		/* one has seen it, and the other heard of it */
		kit_check_files("keygen", TF_CK_KEYGEN_SHARE, 2, 3);
		if (algs[k] == TF_ALG_SCHNORR_ED25519)
			kit_keep("ed25519-share.v2");
		kit_end();
		kit_begin_keygen(algs[k]);
		stage_run(&s);
		stage_check_done(&s);
		kit_honest();
		kit_end();
	}
}

TEST_SLOW(evidence_of_false_words_about_a_key, 300)
{
	kit_begin_keygen(TF_ALG_SCHNORR_ED25519);
	kit_lie(&tf_msg_keygen_r3_wire, wrong_proof, ALL);
	stage_run(&s);
	kit_check_files("keygen", TF_CK_SCH_EQUATION, 3, 3);
	kit_end();
	kit_begin_keygen(TF_ALG_SCHNORR_BIP340);
	kit_lie(&tf_msg_keygen_r2_wire, no_constant, ALL);
	stage_run(&s);
	kit_check_files("keygen", TF_CK_KEYGEN_COMMITMENT, 2, 3);
	kit_end();
}

/* ---- resharing and refresh ---- */

static void wrong_part(void *m, const tf_group *g)
{
	kit_add_one(g, &((tf_msg_reshare_share *)m)->f.s);
}

static void wrong_r3(void *m, const tf_group *g)
{
	kit_add_one(g, &((tf_msg_reshare_r3 *)m)->psi[0].z);
}

static void other_certificate(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_reshare_ack *)m)->certificate[0] ^= 1;
}

static void other_V(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_reshare_r1 *)m)->V[0] ^= 1;
}

TEST_SLOW(evidence_of_a_bad_share_of_a_resharing_and_a_refresh, 300)
{
	for (tf_change what = TF_CHANGE_RESHARE; what <= TF_CHANGE_REFRESH; what++) {
		kit_begin_change(what, TF_ALG_SCHNORR_BIP340);
		kit_lie(&tf_msg_reshare_share_wire, wrong_part, 1);
		stage_run(&s);
		kit_check_files("reshare", TF_CK_RESHARE_SHARE, 2, 3);
		kit_keep(what == TF_CHANGE_REFRESH ? "refresh-share.v2" : "reshare-share.v2");
		kit_end();
		kit_begin_change(what, TF_ALG_SCHNORR_BIP340);
		stage_run(&s);
		stage_check_done(&s);
		kit_honest();
		kit_end();
	}
}

TEST_SLOW(evidence_of_false_words_in_a_resharing_and_a_refresh, 300)
{
	for (tf_change what = TF_CHANGE_RESHARE; what <= TF_CHANGE_REFRESH; what++) {
		kit_begin_change(what, TF_ALG_ECDSA_SECP256K1);
		kit_lie(&tf_msg_reshare_r3_wire, wrong_r3, ALL);
		stage_run(&s);
		kit_check_files("reshare", TF_CK_SCH_EQUATION, 3, 3);
		kit_end();
		kit_begin_change(what, TF_ALG_ECDSA_SECP256K1);
		kit_lie(&tf_msg_reshare_r1_wire, other_V, ALL);
		stage_run(&s);
		kit_check_files("reshare", TF_CK_RESHARE_COMMITMENT, 2, 3);
		kit_end();
		kit_begin_change(what, TF_ALG_ECDSA_SECP256K1);
		kit_lie(&tf_msg_reshare_ack_wire, other_certificate, ALL);
		stage_run(&s);
		kit_check_files("reshare", TF_CK_RESHARE_RESULT, 4, 3);
		kit_end();
	}
}

TEST_SLOW(evidence_of_two_faces_in_a_refresh, 300)
{
	kit_begin_change(TF_CHANGE_REFRESH, TF_ALG_SCHNORR_ED25519);
	kit_lie(&tf_msg_reshare_r1_wire, other_V, 1);
	stage_run(&s);
	kit_check_files("reshare", TF_CK_EQUIVOCATION, 1, 3);
	kit_end();
}

/* ---- false accusations ---- */

/* The cheat complains of device 0's share, which is good, instead of proving. */
static void complain(stage *of, stage_mail *mail)
{
	static uint8_t payload[1 << 14], kept[2][1 << 12];
	static size_t kept_len[2];
	tf_msg_complaint m = { .accused = 1 };
	tf_envelope e;
	size_t len = 0;

	(void)of;
	kit_open_mail(&e, mail);
	if (mail->from == 0 && mail->to == 2 && e.round == 2) {
		unsigned one = e.to != 0;

		CHECK(mail->len <= sizeof(kept[one]));
		memcpy(kept[one], mail->bytes, mail->len);
		kept_len[one] = mail->len;
	}
	if (mail->from != 2 || (e.type != TF_MSG_KEYGEN_R3 && e.type != TF_MSG_RESHARE_R3))
		return;
	m.broadcast = (tf_blob){ kept[0], kept_len[0] };
	m.direct = (tf_blob){ kept[1], kept_len[1] };
	CHECK_OK(tf_msg_complaint_encode(payload, sizeof(payload), &len, NULL, &m));
	e.type = TF_MSG_COMPLAINT;
	e.round = 2;
	memset(e.echo, 0, sizeof(e.echo));
	e.payload = (tf_blob){ payload, len };
	kit_sign_again(mail, &e);
}

TEST_SLOW(evidence_of_a_false_complaint_convicts_its_author, 300)
{
	for (unsigned k = 0; k < 3; k++) {
		if (k == 0)
			kit_begin_keygen(TF_ALG_SCHNORR_ED25519);
		else
			kit_begin_change(k == 1 ? TF_CHANGE_RESHARE : TF_CHANGE_REFRESH,
			             TF_ALG_SCHNORR_ED25519);
		s.meddle = complain;
		stage_run(&s);
		kit_check_files(k ? "reshare" : "keygen", TF_CK_COMPLAINT_FALSE, 2, 3);
		if (k == 2)
			kit_keep("refresh-false-complaint.v2");
		kit_end();
	}
}

/* ---- FROST ---- */

static void no_D(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_frost_commit *)m)->items[1].D = (tf_pt){ .identity = 1 };
}

static void no_E(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_frost_commit *)m)->items[0].E = (tf_pt){ .identity = 1 };
}

static void too_few(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_frost_commit *)m)->items_n = 1;
}

static void other_id(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_frost_confirm *)m)->items[1].id[31] ^= 1;
}

static void wrong_z(void *m, const tf_group *g)
{
	kit_add_one(g, &((tf_msg_frost_share *)m)->z);
}

TEST_SLOW(evidence_of_bad_commitments_of_frost, 300)
{
	static const struct {
		void (*fn)(void *m, const tf_group *g);
		tf_check check;
	} lies[] = { { no_D, TF_CK_FROST_D }, { no_E, TF_CK_FROST_E },
		     { too_few, TF_CK_FROST_BATCH } };

	for (unsigned k = 0; k < KIT_SUITES; k++)
		for (unsigned l = 0; l < TF_ARRAY_LEN(lies); l++) {
			if (k != l && k != 3) /* each lie with each algorithm, no more */
				continue;
			kit_begin_prepare(&kit_suites[k]);
			kit_lie(&tf_msg_frost_commit_wire, lies[l].fn, ALL);
			stage_run(&s);
			kit_check_files("frost-prepare", lies[l].check, 1, 3);
			kit_end();
		}
	kit_begin_prepare(&kit_suites[0]);
	kit_lie(&tf_msg_frost_confirm_wire, other_id, ALL);
	stage_run(&s);
	kit_check_files("frost-prepare", TF_CK_FROST_CONFIRM, 2, 3);
	kit_keep("frost-confirm.v2");
	kit_end();
	kit_begin_prepare(&kit_suites[0]);
	stage_run(&s);
	stage_check_done(&s);
	kit_honest();
	kit_end();
}

TEST_SLOW(evidence_of_a_bad_signature_share_of_frost, 300)
{
	for (unsigned k = 0; k < KIT_SUITES; k++) {
		kit_begin_sign(&kit_suites[k]);
		kit_lie(&tf_msg_frost_share_wire, wrong_z, ALL);
		s.meddle = kit_cheat;
		stage_run(&s);
		kit_check_files("frost-sign", TF_CK_FROST_SHARE, 1, 3);
		/* the last of them */
		kit_keep(k == 0 ? "frost-share-ed25519.v2" : "frost-share-bip340.v2");
		kit_end();
		kit_begin_sign(&kit_suites[k]);
		stage_run(&s);
		stage_check_done(&s);
		kit_honest();
		kit_end();
	}
}

/* ---- ECDSA ---- */

static void wrong_sigma(void *m, const tf_group *g)
{
	kit_add_one(g, &((tf_msg_sign_share *)m)->sigma);
}

static void other_u(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_aux_r2 *)m)->u[0] ^= 1;
}

static void wrong_elog(void *m, const tf_group *g)
{
	kit_add_one(g, &((tf_msg_presign_r3 *)m)->items[0].psi.u);
}

TEST_SLOW(evidence_of_crimes_against_ecdsa, 600)
{
	static const uint8_t digest[32] = { 0xd1 };

	stage_init(&s, 3, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&s, 3);
	stage_introduce(&s);
	stage_presign(&s, 1, true);
	kit_honest();
	stage_begin_presign(&s, 1, false);
	kit_lie(&tf_msg_presign_r3_wire, wrong_elog, ALL);
	stage_run(&s);
	kit_check_files("presign", TF_CK_ELOG_EQ_M, 3, 3);
	kit_keep("presign-elog.v2");
	for (unsigned i = 0; i < 2; i++) {
		CHECK(kit_convicts_changed(&kit_written[i], kit_same));
		CHECK(!kit_convicts_changed(&kit_written[i], kit_other_session));
		CHECK(!kit_convicts_changed(&kit_written[i], kit_parties_exchanged));
		CHECK(!kit_convicts_changed(&kit_written[i], kit_last_missing));
	}
	kit_forget();
	stage_begin_sign(&s, 0, "m/44/60/0/0/0", digest);
	kit_lie(&tf_msg_sign_share_wire, wrong_sigma, ALL);
	stage_run(&s);
	kit_check_files("sign", TF_CK_SIGN_SHARE, 1, 3);
	kit_keep("ecdsa-share.v2");
	kit_end();
}

static void begin_introduction(void)
{
	size_t room = tf_auxinfo_room(STAGE_SMALL, s.alg, 3);

	for (unsigned i = 0; i < 3; i++) {
		tf_auxinfo_params p = { .now = 1700000001,
		                        .moduli = { s.moduli[i], s.moduli_len[i] } };

		CHECK_OK(tf_auxinfo_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
	}
}

TEST_SLOW(evidence_of_a_false_introduction, 600)
{
	stage_init(&s, 3, TF_ALG_ECDSA_SECP256K1);
	stage_introduce(&s); /* makes everybody's moduli */
	kit_honest();
	begin_introduction();
	kit_lie(&tf_msg_aux_r2_wire, other_u, ALL);
	stage_run(&s);
	kit_check_files("auxinfo", TF_CK_AUX_COMMITMENT, 2, 3);
	kit_keep("introduction.v2");
	for (unsigned i = 0; i < 2; i++)
		CHECK(!kit_convicts_changed(&kit_written[i], kit_other_check) &&
		      !kit_convicts_changed(&kit_written[i], kit_other_session) &&
		      !kit_convicts_changed(&kit_written[i], kit_other_t) &&
		      !kit_convicts_changed(&kit_written[i], kit_last_missing));
	kit_forget();
	kit_end();
}

/* ---- the interface ---- */

TEST(evidence_is_not_written_of_nothing)
{
	uint8_t byte;
	size_t len;

	CHECK(tf_blame_size(NULL) == 0);
	kit_lie(&tf_msg_keygen_r3_wire, wrong_proof, ALL);
	kit_begin_keygen(TF_ALG_SCHNORR_ED25519);
	s.meddle = kit_cheat;
	CHECK_ERR(tf_blame_write(&byte, 1, &len, s.m[0], stage_scratch()), TF_E_STATE);
	stage_run(&s);
	CHECK_ERR(tf_blame_write(NULL, 1, &len, s.m[0], stage_scratch()), TF_E_USAGE);
	CHECK_ERR(tf_blame_write(&byte, 1, NULL, s.m[0], stage_scratch()), TF_E_USAGE);
	CHECK_ERR(tf_blame_write(&byte, 1, &len, NULL, stage_scratch()), TF_E_USAGE);
	CHECK_ERR(tf_blame_write(&byte, 1, &len, s.m[0], (tf_memory){ NULL, 0 }), TF_E_USAGE);
	CHECK_ERR(tf_blame_write(&byte, 1, &len, s.m[0], (tf_memory){ &byte, 1 }), TF_E_CAPACITY);
	CHECK_ERR(tf_blame_write(&byte, 1, &len, s.m[0], stage_scratch()), TF_E_CAPACITY);
	kit_end();
}

/* ---- kept samples ---- */

/* What a kept file says. */
static tf_blame judge_sample(const char *name)
{
	char path[128], *bytes;
	tf_blame b;
	size_t len;

	snprintf(path, sizeof(path), "tests/vectors/evidence/%s", name);
	bytes = tf_test_read_file(tf_test_path(path), &len);
	CHECK_OK(kit_judge(&b, (const uint8_t *)bytes, len));
	free(bytes);
	return b;
}

TEST(evidence_of_version_2_still_convicts)
{
	static const struct {
		const char *path, *protocol, *check;
	} all[] = {
		{ "ed25519-share.v2", "keygen", "KEYGEN_SHARE" },
		{ "reshare-share.v2", "reshare", "RESHARE_SHARE" },
		{ "refresh-share.v2", "reshare", "RESHARE_SHARE" },
		{ "refresh-false-complaint.v2", "reshare", "COMPLAINT_FALSE" },
		{ "frost-confirm.v2", "frost-prepare", "FROST_CONFIRM" },
		{ "frost-share-ed25519.v2", "frost-sign", "FROST_SHARE" },
		{ "frost-share-bip340.v2", "frost-sign", "FROST_SHARE" },
		{ "introduction.v2", "auxinfo", "AUX_COMMITMENT" },
		{ "presign-elog.v2", "presign", "ELOG_EQ_M" },
		{ "presign-alert.v2", "presign", "DEC_EQ_S" },
		{ "ecdsa-share.v2", "sign", "SIGN_SHARE" },
		{ "settle-two-words.v1", "settle", "ABORT_HONEST" }, /* of no run, as it ever was */
	};

	stage_init(&s, 3, TF_ALG_SCHNORR_ED25519); /* its identities are always the same */
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		tf_blame b = judge_sample(all[k].path);

		if (!b.convicts || strcmp(tf_verdict_check(&b.verdict), all[k].check) != 0)
			tf_test_fail(__FILE__, __LINE__, "%s: %s", all[k].path,
			             tf_verdict_check(&b.verdict));
		CHECK(kit_is_cheat(&b) && strcmp(b.protocol, all[k].protocol) == 0);
	}
	stage_free(&s);
}

/* In runs of version 1 a context did not bind what a file says of it (docs/adr/0019): such files
 * are read, and stay claims, those that are true among them. */
TEST(evidence_of_version_1_is_read_and_convicts_nobody)
{
	static const struct {
		const char *path, *protocol, *check;
	} all[] = {
		{ "ed25519-share.v1", "keygen", "KEYGEN_SHARE" },
		{ "reshare-share.v1", "reshare", "RESHARE_SHARE" },
		{ "refresh-share.v1", "reshare", "RESHARE_SHARE" },
		{ "refresh-false-complaint.v1", "reshare", "COMPLAINT_FALSE" },
		{ "frost-confirm.v1", "frost-prepare", "FROST_CONFIRM" },
		{ "frost-share-ed25519.v1", "frost-sign", "FROST_SHARE" },
		{ "frost-share-bip340.v1", "frost-sign", "FROST_SHARE" },
	};

	stage_init(&s, 3, TF_ALG_SCHNORR_ED25519);
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		tf_blame b = judge_sample(all[k].path);

		CHECK(!b.convicts && b.parties == 0);
		CHECK(strcmp(b.protocol, all[k].protocol) == 0 && b.verdict.party == 3);
		CHECK(memcmp(b.identity, s.identity[2], 32) == 0); /* the claim */
		CHECK(strcmp(tf_verdict_check(&b.verdict), all[k].check) == 0);
	}
	stage_free(&s);
}
