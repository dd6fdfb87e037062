/* Files of who broke a protocol, of every kind of run. */
#include "lib/evidence_kit_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- key generation ---- */

static void begin_keygen(tf_algorithm alg)
{
	static const tf_keygen_params p = { .t = 2, .workspace = "acme", .key_id = { 0x4b } };
	size_t room = tf_keygen_room(STAGE_SMALL, alg, 3);

	stage_init(&s, 3, alg);
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(tf_keygen_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
}

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
		begin_keygen(algs[k]);
		s.meddle = kit_cheat;
		stage_run(&s);
		/* one has seen it, and the other heard of it */
		kit_check_files("keygen", TF_CK_KEYGEN_SHARE, 2, 3);
		if (algs[k] == TF_ALG_SCHNORR_ED25519)
			kit_keep("ed25519-share");
		kit_end();
		begin_keygen(algs[k]);
		stage_run(&s);
		stage_check_done(&s);
		kit_honest();
		kit_end();
	}
}

TEST_SLOW(evidence_of_false_words_about_a_key, 300)
{
	begin_keygen(TF_ALG_SCHNORR_ED25519);
	kit_lie(&tf_msg_keygen_r3_wire, wrong_proof, ALL);
	stage_run(&s);
	kit_check_files("keygen", TF_CK_SCH_EQUATION, 3, 3);
	kit_end();
	begin_keygen(TF_ALG_SCHNORR_BIP340);
	kit_lie(&tf_msg_keygen_r2_wire, no_constant, ALL);
	stage_run(&s);
	kit_check_files("keygen", TF_CK_KEYGEN_COMMITMENT, 2, 3);
	kit_end();
}

/* ---- resharing and refresh ---- */

static void begin_change(tf_change what, tf_algorithm alg)
{
	size_t room = tf_reshare_room(STAGE_SMALL, alg, 3);

	stage_init(&s, 3, alg);
	stage_keygen(&s, 2);
	for (unsigned i = 0; i < 3; i++) {
		tf_reshare_params p = { .change = what, .key = stage_key(&s, i),
		                        .form = TF_FORM_THRESHOLD, .t = 2,
		                        .epoch = what == TF_CHANGE_REFRESH ? 2 : 1 };

		for (uint16_t j = 0; j < 3; j++) /* a resharing: other seats */
			p.seat[j] = (tf_seat_change){ (uint16_t)(j + 1),
			                              (uint16_t)(what == TF_CHANGE_REFRESH ? j + 1
			                                                                   : 9 - j) };
		CHECK_OK(tf_reshare_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
	}
}

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
		begin_change(what, TF_ALG_SCHNORR_BIP340);
		kit_lie(&tf_msg_reshare_share_wire, wrong_part, 1);
		stage_run(&s);
		kit_check_files("reshare", TF_CK_RESHARE_SHARE, 2, 3);
		kit_keep(what == TF_CHANGE_REFRESH ? "refresh-share" : "reshare-share");
		kit_end();
		begin_change(what, TF_ALG_SCHNORR_BIP340);
		stage_run(&s);
		stage_check_done(&s);
		kit_honest();
		kit_end();
	}
}

TEST_SLOW(evidence_of_false_words_in_a_resharing_and_a_refresh, 300)
{
	for (tf_change what = TF_CHANGE_RESHARE; what <= TF_CHANGE_REFRESH; what++) {
		begin_change(what, TF_ALG_ECDSA_SECP256K1);
		kit_lie(&tf_msg_reshare_r3_wire, wrong_r3, ALL);
		stage_run(&s);
		kit_check_files("reshare", TF_CK_SCH_EQUATION, 3, 3);
		kit_end();
		begin_change(what, TF_ALG_ECDSA_SECP256K1);
		kit_lie(&tf_msg_reshare_r1_wire, other_V, ALL);
		stage_run(&s);
		kit_check_files("reshare", TF_CK_RESHARE_COMMITMENT, 2, 3);
		kit_end();
		begin_change(what, TF_ALG_ECDSA_SECP256K1);
		kit_lie(&tf_msg_reshare_ack_wire, other_certificate, ALL);
		stage_run(&s);
		kit_check_files("reshare", TF_CK_RESHARE_RESULT, 4, 3);
		kit_end();
	}
}

TEST_SLOW(evidence_of_two_faces_in_a_refresh, 300)
{
	begin_change(TF_CHANGE_REFRESH, TF_ALG_SCHNORR_ED25519);
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
			begin_keygen(TF_ALG_SCHNORR_ED25519);
		else
			begin_change(k == 1 ? TF_CHANGE_RESHARE : TF_CHANGE_REFRESH,
			             TF_ALG_SCHNORR_ED25519);
		s.meddle = complain;
		stage_run(&s);
		kit_check_files(k ? "reshare" : "keygen", TF_CK_COMPLAINT_FALSE, 2, 3);
		if (k == 2)
			kit_keep("refresh-false-complaint");
		kit_end();
	}
}

/* ---- FROST ---- */

static const uint8_t text[] = "transfer 5 from savings to checking";

typedef struct suite {
	tf_algorithm alg;
	tf_frost_variant variant;
	tf_frost_spend spend;
	bool confirm;
} suite;

static const suite suites[] = {
	{ TF_ALG_SCHNORR_ED25519, TF_FROST_RFC9591, TF_SPEND_KEY, true },
	{ TF_ALG_SCHNORR_ED25519, TF_FROST_RFC9591, TF_SPEND_KEY, false },
	{ TF_ALG_SCHNORR_BIP340, TF_FROST_RFC9591, TF_SPEND_KEY_PATH, true },
	{ TF_ALG_SCHNORR_BIP340, TF_FROST_BIP445_DRAFT, TF_SPEND_SCRIPT_TREE, false },
};

static void begin_prepare(const suite *of)
{
	uint32_t batch = of->confirm ? 2 : TF_FROST_MOST;
	size_t room = tf_frost_prepare_room(of->alg, 3, batch);

	stage_init(&s, 3, of->alg);
	stage_keygen(&s, 3);
	for (unsigned i = 0; i < 3; i++) {
		tf_frost_prepare_params p = { .key = stage_key(&s, i), .variant = of->variant,
		                              .batch = batch, .confirm = of->confirm };

		CHECK_OK(tf_frost_prepare_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
	}
}

/* The second pair of a preparation signs for a child of the key. */
static void begin_sign(const suite *of)
{
	size_t room = tf_frost_sign_room(of->alg, 3, sizeof(text));
	tf_frost_nonces nonces[3];

	begin_prepare(of);
	stage_run(&s);
	stage_check_done(&s);
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(tf_frost_prepare_move(&nonces[i], s.m[i], 1));
	for (unsigned i = 0; i < 3; i++) {
		tf_frost_sign_params p = { .key = stage_key(&s, i), .nonces = &nonces[i],
		                           .spend = of->spend, .root = { 0x77 },
		                           .message = { text, sizeof(text) } };

		CHECK_OK(tf_derivation_parse(&p.path, "m/1/7"));
		CHECK_OK(tf_frost_sign_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
	}
}

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

	for (unsigned k = 0; k < TF_ARRAY_LEN(suites); k++)
		for (unsigned l = 0; l < TF_ARRAY_LEN(lies); l++) {
			if (k != l && k != 3) /* each lie with each algorithm, no more */
				continue;
			begin_prepare(&suites[k]);
			kit_lie(&tf_msg_frost_commit_wire, lies[l].fn, ALL);
			stage_run(&s);
			kit_check_files("frost-prepare", lies[l].check, 1, 3);
			kit_end();
		}
	begin_prepare(&suites[0]);
	kit_lie(&tf_msg_frost_confirm_wire, other_id, ALL);
	stage_run(&s);
	kit_check_files("frost-prepare", TF_CK_FROST_CONFIRM, 2, 3);
	kit_keep("frost-confirm");
	kit_end();
	begin_prepare(&suites[0]);
	stage_run(&s);
	stage_check_done(&s);
	kit_honest();
	kit_end();
}

TEST_SLOW(evidence_of_a_bad_signature_share_of_frost, 300)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(suites); k++) {
		begin_sign(&suites[k]);
		kit_lie(&tf_msg_frost_share_wire, wrong_z, ALL);
		s.meddle = kit_cheat;
		stage_run(&s);
		kit_check_files("frost-sign", TF_CK_FROST_SHARE, 1, 3);
		kit_keep(k == 0 ? "frost-share-ed25519" : "frost-share-bip340"); /* the last of them */
		kit_end();
		begin_sign(&suites[k]);
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
	for (unsigned i = 0; i < 2; i++)
		CHECK(!kit_convicts_changed(&kit_written[i], kit_other_check) &&
		      !kit_convicts_changed(&kit_written[i], kit_other_session) &&
		      !kit_convicts_changed(&kit_written[i], kit_other_t) &&
		      !kit_convicts_changed(&kit_written[i], kit_last_missing));
	kit_forget();
	kit_end();
}

/* ---- framing ---- */

/* What device 0 would write of an honest run if it accused party 3 of this. */
static void write_false(tf_stage kind, uint16_t round, tf_check check)
{
	tf_fault fault = { .party = 3, .round = round, .check = check };
	tf_testimony t = { .stage = kind, .r = s.m[0]->r, .fault = &fault, .cc = s.m[0]->cc };
	size_t size = tf_testimony_size(&t);
	uint8_t *room = malloc(size);
	tf_arena mem;

	CHECK(size > 0 && room);
	kit_written[0].bytes = malloc(size);
	CHECK(kit_written[0].bytes != NULL);
	tf_arena_init(&mem, room, size);
	CHECK_OK(tf_testimony_write(kit_written[0].bytes, size, &kit_written[0].len, &t, &mem));
	free(room);
}

/* Whoever is accused, from the first party to the last, of whatever a run's messages show. */
static void check_parties(tf_stage kind, uint16_t round, tf_check check)
{
	tf_fault fault = { .round = round, .check = check };
	tf_testimony t = { .stage = kind, .r = s.m[0]->r, .fault = &fault };
	tf_blob out[TF_EVIDENCE_MESSAGES_MAX];

	for (fault.party = 0; fault.party <= 4; fault.party++)
		CHECK((tf_testimony_messages(out, &t) > 0) == (fault.party >= 1 && fault.party <= 3));
}

static uint16_t framed_by; /* the type of an own broadcast that the accuser says it has sent */

/* A bit of its payload changed, and signed. */
static void frame(tf_rec_testimony *m)
{
	static uint8_t bytes[1 << 14];

	for (uint32_t k = 0; k < m->messages_n; k++) {
		stage_mail mail = { .bytes = (uint8_t *)(uintptr_t)m->messages[k].p,
		                    .len = m->messages[k].len };
		tf_envelope e;
		size_t len = 0;

		kit_open_mail(&e, &mail);
		if (e.from != 1 || e.type != framed_by)
			continue;
		((uint8_t *)(uintptr_t)e.payload.p)[e.payload.len - 1] ^= 1;
		CHECK_OK(tf_envelope_sign(&e, &s.m[0]->signer));
		CHECK_OK(tf_envelope_encode(bytes, sizeof(bytes), &len, NULL, &e));
		m->messages[k] = (tf_blob){ bytes, len };
	}
}

static void check_framed(tf_stage kind, uint16_t round, tf_check check, uint16_t type)
{
	write_false(kind, round, check);
	CHECK(!kit_convicts_changed(&kit_written[0], kit_same));
	framed_by = type;
	CHECK(!kit_convicts_changed(&kit_written[0], frame));
	kit_forget();
}

TEST_SLOW(evidence_with_other_words_of_the_accuser_convicts_nobody, 300)
{
	begin_prepare(&suites[0]);
	stage_run(&s);
	stage_check_done(&s);
	check_framed(TF_STAGE_FROST_PREPARE, 2, TF_CK_FROST_CONFIRM, TF_MSG_FROST_COMMIT);
	kit_end();
	begin_change(TF_CHANGE_REFRESH, TF_ALG_SCHNORR_ED25519);
	stage_run(&s);
	stage_check_done(&s);
	check_framed(TF_STAGE_RESHARE, 3, TF_CK_SCH_EQUATION, TF_MSG_RESHARE_R2);
	check_framed(TF_STAGE_RESHARE, 4, TF_CK_RESHARE_RESULT, TF_MSG_RESHARE_R2);
	check_framed(TF_STAGE_RESHARE, 4, TF_CK_RESHARE_RESULT, TF_MSG_RESHARE_R3);
	kit_end();
	begin_keygen(TF_ALG_SCHNORR_BIP340);
	stage_run(&s);
	stage_check_done(&s);
	check_framed(TF_STAGE_KEYGEN, 3, TF_CK_SCH_EQUATION, TF_MSG_KEYGEN_R2);
	check_parties(TF_STAGE_KEYGEN, 3, TF_CK_SCH_EQUATION);
	kit_end();
	begin_sign(&suites[1]);
	stage_run(&s);
	stage_check_done(&s);
	check_framed(TF_STAGE_FROST_SIGN, 1, TF_CK_FROST_SHARE, TF_MSG_FROST_SHARE);
	kit_end();
}

/* ---- the interface ---- */

TEST(evidence_is_not_written_of_nothing)
{
	uint8_t byte;
	size_t len;

	CHECK(tf_blame_size(NULL) == 0);
	kit_lie(&tf_msg_keygen_r3_wire, wrong_proof, ALL);
	begin_keygen(TF_ALG_SCHNORR_ED25519);
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

TEST(evidence_of_version_1_still_convicts)
{
	static const struct {
		const char *path, *protocol, *check;
	} all[] = {
		{ "ed25519-share", "keygen", "KEYGEN_SHARE" },
		{ "reshare-share", "reshare", "RESHARE_SHARE" },
		{ "refresh-share", "reshare", "RESHARE_SHARE" },
		{ "refresh-false-complaint", "reshare", "COMPLAINT_FALSE" },
		{ "frost-confirm", "frost-prepare", "FROST_CONFIRM" },
		{ "frost-share-ed25519", "frost-sign", "FROST_SHARE" },
		{ "frost-share-bip340", "frost-sign", "FROST_SHARE" },
		{ "settle-two-words", "settle", "ABORT_HONEST" },
	};

	stage_init(&s, 3, TF_ALG_SCHNORR_ED25519); /* its identities are always the kit_same */
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		char path[128], *bytes;
		tf_blame b;
		size_t len;

		snprintf(path, sizeof(path), "tests/vectors/evidence/%s.v1", all[k].path);
		bytes = tf_test_read_file(tf_test_path(path), &len);
		CHECK_OK(kit_judge(&b, (const uint8_t *)bytes, len));
		CHECK(b.convicts && kit_is_cheat(&b) && strcmp(b.protocol, all[k].protocol) == 0);
		CHECK(strcmp(tf_verdict_check(&b.verdict), all[k].check) == 0);
		free(bytes);
	}
	stage_free(&s);
}
