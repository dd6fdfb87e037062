/* Files that somebody writes to have an innocent convicted: of runs in which nobody has done wrong,
 * or another has; with other words than the truth wherever a file has words. */
#include "lib/evidence_kit_test.h"

#include <stdlib.h>
#include <string.h>

#include "proto/blame.h"
#include "wire_evidence.h"

/* What device 0 would write of an honest run if it accused this party of this. */
static void write_false(tf_stage kind, uint16_t round, tf_check check, uint16_t party)
{
	tf_fault fault = { .party = party, .round = round, .check = check };
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

/* ---- messages of the accuser's own that it has not sent ---- */

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
	write_false(kind, round, check, 3);
	CHECK(!kit_convicts_changed(&kit_written[0], kit_same));
	framed_by = type;
	CHECK(!kit_convicts_changed(&kit_written[0], frame));
	kit_forget();
}

/* ---- what the run was about ---- */

/* A copy of the context: that of the file stays as it is. */
static uint8_t *own_context(tf_rec_testimony *m)
{
	static uint8_t bytes[1 << 17];

	CHECK(m->context.len <= sizeof(bytes));
	if (m->context.len)
		memcpy(bytes, m->context.p, m->context.len);
	m->context.p = bytes;
	return bytes;
}

static void other_key_id(tf_rec_testimony *m) { own_context(m)[m->context.len - 1] ^= 1; }
static void other_workspace(tf_rec_testimony *m) { own_context(m)[4] ^= 1; }
static void rename_self(tf_rec_testimony *m) { m->parties[0].device = "nobody"; }
static void rename_accused(tf_rec_testimony *m) { m->parties[1].device = "nobody"; }
static void rename_third(tf_rec_testimony *m) { m->parties[2].device = "nobody"; }
static void on_p256(tf_rec_testimony *m) { m->curve = TF_CURVE_P256; }

/* Party 2 is accused of a check that it would fail if the file were true. */
static void check_retold(tf_stage kind, uint16_t round, tf_check check,
                         void (*fn)(tf_rec_testimony *m))
{
	write_false(kind, round, check, 2);
	CHECK(!kit_convicts_changed(&kit_written[0], kit_same));
	CHECK(!kit_convicts_changed(&kit_written[0], fn));
	kit_forget();
}

/* "The shares carry no echo": whoever has signed one that does is guilty, if so. The accuser's own
 * comes first in the file, and is left away. */
static void say_no_echo(tf_rec_testimony *m, const tf_wire_type *type, void *value, uint8_t *echoed)
{
	static uint8_t bytes[1 << 17], room[1 << 17] __attribute__((aligned(64)));
	const tf_wire_env *env = &s.m[0]->r->wire;
	size_t len = 0;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_wire_decode(type, value, env, &mem, m->context.p, m->context.len));
	CHECK(*echoed == 1);
	*echoed = 0;
	CHECK_OK(tf_wire_encode(type, bytes, sizeof(bytes), &len, env, value));
	m->context = (tf_blob){ bytes, len };
	m->check = TF_CK_ENVELOPE_ECHO;
	m->messages++;
	m->messages_n--;
}

static void no_echo_of_frost(tf_rec_testimony *m)
{
	tf_testimony_frost_sign f;

	say_no_echo(m, &tf_testimony_frost_sign_wire, &f, &f.echoed);
}

static void no_echo_of_ecdsa(tf_rec_testimony *m)
{
	tf_evidence_sign e;

	say_no_echo(m, &tf_evidence_sign_wire, &e, &e.echoed);
}

/* Keys, introductions and signatures of ECDSA; nobody cheats. */
static void sign_ecdsa(bool confirm)
{
	static const uint8_t digest[32] = { 0xd1 };

	stage_init(&s, 3, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&s, 3);
	stage_introduce(&s);
	stage_presign(&s, 1, confirm);
	stage_begin_sign(&s, 0, "m/1/7", digest);
	stage_run(&s);
	stage_check_done(&s);
}

TEST_SLOW(evidence_with_other_words_of_the_accuser_convicts_nobody, 600)
{
	kit_begin_prepare(&kit_suites[0]);
	stage_run(&s);
	stage_check_done(&s);
	check_framed(TF_STAGE_FROST_PREPARE, 2, TF_CK_FROST_CONFIRM, TF_MSG_FROST_COMMIT);
	kit_end();
	kit_begin_change(TF_CHANGE_REFRESH, TF_ALG_SCHNORR_ED25519);
	stage_run(&s);
	stage_check_done(&s);
	check_framed(TF_STAGE_RESHARE, 3, TF_CK_SCH_EQUATION, TF_MSG_RESHARE_R2);
	check_framed(TF_STAGE_RESHARE, 4, TF_CK_RESHARE_RESULT, TF_MSG_RESHARE_R2);
	check_framed(TF_STAGE_RESHARE, 4, TF_CK_RESHARE_RESULT, TF_MSG_RESHARE_R3);
	check_retold(TF_STAGE_RESHARE, 4, TF_CK_RESHARE_RESULT, rename_self);
	check_retold(TF_STAGE_RESHARE, 4, TF_CK_RESHARE_RESULT, rename_accused);
	check_retold(TF_STAGE_RESHARE, 4, TF_CK_RESHARE_RESULT, rename_third);
	kit_end();
	kit_begin_keygen(TF_ALG_SCHNORR_BIP340);
	stage_run(&s);
	stage_check_done(&s);
	check_framed(TF_STAGE_KEYGEN, 3, TF_CK_SCH_EQUATION, TF_MSG_KEYGEN_R2);
	check_parties(TF_STAGE_KEYGEN, 3, TF_CK_SCH_EQUATION);
	check_retold(TF_STAGE_KEYGEN, 4, TF_CK_KEYGEN_RESULT, other_key_id);
	check_retold(TF_STAGE_KEYGEN, 4, TF_CK_KEYGEN_RESULT, other_workspace);
	check_retold(TF_STAGE_KEYGEN, 4, TF_CK_KEYGEN_RESULT, rename_self);
	check_retold(TF_STAGE_KEYGEN, 4, TF_CK_KEYGEN_RESULT, rename_accused);
	check_retold(TF_STAGE_KEYGEN, 4, TF_CK_KEYGEN_RESULT, rename_third);
	kit_end();
	kit_begin_sign(&kit_suites[1]);
	stage_run(&s);
	stage_check_done(&s);
	check_framed(TF_STAGE_FROST_SIGN, 1, TF_CK_FROST_SHARE, TF_MSG_FROST_SHARE);
	check_retold(TF_STAGE_FROST_SIGN, 1, TF_CK_FROST_SHARE, no_echo_of_frost);
	kit_end();
	sign_ecdsa(false);
	check_retold(TF_STAGE_SIGN, 1, TF_CK_SIGN_SHARE, no_echo_of_ecdsa);
	kit_end();
}

/* ---- whom others are ---- */

static void wrong_share(void *m, const tf_group *g)
{
	kit_add_one(g, &((tf_msg_keygen_share *)m)->f.s);
}

static void other_V(void *m, const tf_group *g)
{
	(void)g;
	((tf_msg_keygen_r1 *)m)->V[0] ^= 1;
}

/* The dealer has another key, says the dealer: what was complained of is not signed by it. */
static void dealer_swapped(tf_rec_testimony *m)
{
	m->parties[2].identity[5] ^= 1;
	m->party = 1;
	m->check = TF_CK_COMPLAINT_FORM;
	m->round = 2;
}

static tf_blob dispute; /* what party 2 has shown */

static void third_swapped(tf_rec_testimony *m)
{
	m->parties[2].identity[5] ^= 1;
	m->messages[0] = dispute;
	m->messages_n = 1;
	m->party = 2;
	m->check = TF_CK_DISPUTE_FORM;
	m->round = 1;
}

TEST_SLOW(evidence_with_another_key_of_a_third_convicts_nobody, 300)
{
	kit_begin_keygen(TF_ALG_SCHNORR_ED25519);
	kit_lie(&tf_msg_keygen_share_wire, wrong_share, 0);
	stage_run(&s);
	kit_check_files("keygen", TF_CK_KEYGEN_SHARE, 2, 3);
	CHECK(!kit_convicts_changed(&kit_written[1], dealer_swapped));
	kit_end();
	kit_begin_keygen(TF_ALG_SCHNORR_ED25519);
	kit_lie(&tf_msg_keygen_r1_wire, other_V, 0);
	stage_run(&s);
	kit_check_files("keygen", TF_CK_EQUIVOCATION, 1, 3);
	dispute = s.m[0]->r->shown[1].raw;
	CHECK(dispute.p != NULL);
	CHECK(!kit_convicts_changed(&kit_written[0], third_swapped));
	kit_end();
}

/* ---- every field ---- */

/* The judge's answer to the record as it is now. */
static tf_err answer(const tf_rec_testimony *m)
{
	static uint8_t bytes[1 << 20];
	size_t len = 0, need;
	tf_evidence_verdict v;
	uint8_t *room;
	tf_arena mem;
	tf_err err;

	CHECK_OK(tf_wire_encode_framed(&tf_rec_testimony_wire, bytes, sizeof(bytes), &len, NULL, m));
	need = tf_evidence_judge_mem(bytes, len);
	if (need == 0)
		return TF_E_ENCODING;
	room = aligned_alloc(64, (need + 63) & ~(size_t)63);
	CHECK(room != NULL);
	tf_arena_init(&mem, room, need);
	err = tf_evidence_judge(&v, bytes, len, &mem);
	free(room);
	CHECK(err != TF_OK || !v.convicts);
	return err == TF_OK ? v.err : err;
}

static tf_rec_testimony truth; /* the file, decoded */
static tf_testimony_party seats[3];

static tf_rec_testimony *again(void)
{
	static tf_rec_testimony m;

	m = truth;
	memcpy(seats, truth.parties, sizeof(seats));
	m.parties = seats;
	return &m;
}

static void is_innocent(const tf_rec_testimony *m, const char *what, size_t at)
{
	tf_err err = answer(m);

	if (err == TF_E_PROOF || err == TF_E_CONFLICT)
		tf_test_fail(__FILE__, __LINE__, "%s, %u: %s", what, (unsigned)at, tf_err_name(err));
}

static void alter_numbers(void)
{
	static const tf_curve_id curves[] = { TF_CURVE_SECP256K1, TF_CURVE_ED25519, TF_CURVE_P256,
	                                      TF_CURVE_STARK, TF_CURVE_BIP340 };
	static const char *const profiles[] = { "p112", "p128" };
	tf_rec_testimony *m;

	for (unsigned k = 0; k < TF_ARRAY_LEN(curves); k++) {
		m = again();
		m->curve = (uint8_t)curves[k];
		if (m->curve != truth.curve)
			is_innocent(m, "curve", k);
	}
	for (unsigned k = 0; k < TF_ARRAY_LEN(profiles); k++) {
		m = again();
		m->profile = profiles[k];
		is_innocent(m, "profile", k);
	}
	for (unsigned k = 1; k <= TF_TESTIMONY_FROST_SIGN; k++) {
		m = again();
		m->stage = (uint8_t)k;
		if (m->stage != truth.stage)
			is_innocent(m, "stage", k);
	}
	for (unsigned k = 0; k < 5; k++) {
		m = again();
		m->t = (uint16_t)(m->t + (k == 0));
		m->batch += k == 1;
		m->session[31] ^= k == 2;
		m->self = k > 2 ? (uint16_t)(k - 1) : m->self;
		is_innocent(m, "number", k);
	}
}

static void alter_parties(void)
{
	for (unsigned i = 0; i < 3; i++) {
		tf_rec_testimony *m = again();

		seats[i].device = "nobody"; /* of a resharing, the source knows who deals */
		CHECK_ERR(answer(m), truth.stage == TF_STAGE_RESHARE ? TF_E_USAGE : TF_E_SESSION);
		m = again();
		seats[i].identity[7] ^= 0x20;
		CHECK_ERR(answer(m), TF_E_SESSION);
		m = again();
		seats[i].slot = (uint16_t)(seats[i].slot + 11);
		is_innocent(m, "slot", i);
		m = again();
		seats[i] = seats[(i + 1) % 3];
		seats[(i + 1) % 3] = truth.parties[i];
		CHECK(answer(m) != TF_OK);
		is_innocent(m, "exchanged", i);
	}
}

/* A bit of each byte; of long contexts, of some hundred. The value of an echo is in no hash, since
 * it is what honest parties may differ in: a conflict, and nobody is named. */
static void alter_context(void)
{
	size_t step = truth.context.len / 400 + 1;

	for (size_t at = 0; at < truth.context.len; at += step) {
		tf_rec_testimony *m = again();
		tf_err err;

		own_context(m)[at] ^= (uint8_t)(1u << (at / step % 8));
		err = answer(m);
		if (err == TF_E_PROOF ||
		    (err == TF_E_CONFLICT && truth.stage != TF_SIGN && truth.stage != TF_FROST_SIGN))
			tf_test_fail(__FILE__, __LINE__, "context, %u: %s", (unsigned)at,
			             tf_err_name(err));
	}
}

/* Nobody has done wrong, and the file is whole: what can be altered of it for somebody to have? */
static void check_fields(tf_stage kind, uint16_t round)
{
	size_t room_len = 1u << 16;
	uint8_t *room = aligned_alloc(64, room_len);
	tf_arena mem;

	write_false(kind, round, TF_CK_PAYLOAD_FORM, 2);
	CHECK(room != NULL);
	tf_arena_init(&mem, room, room_len);
	CHECK_OK(tf_wire_decode_framed(&tf_rec_testimony_wire, &truth, NULL, &mem,
	                               kit_written[0].bytes, kit_written[0].len));
	CHECK(truth.parties_n == 3 && truth.stage == kind);
	CHECK_OK(answer(&truth));
	alter_numbers();
	alter_parties();
	alter_context();
	free(room);
	kit_forget();
}

TEST_SLOW(evidence_of_innocents_convicts_nobody_whatever_field_is_altered, 600)
{
	kit_begin_keygen(TF_ALG_ECDSA_SECP256K1);
	stage_run(&s);
	stage_check_done(&s);
	check_fields(TF_STAGE_KEYGEN, 4);
	kit_end();
	for (tf_change what = TF_CHANGE_RESHARE; what <= TF_CHANGE_REFRESH; what++) {
		kit_begin_change(what, TF_ALG_SCHNORR_BIP340);
		stage_run(&s);
		stage_check_done(&s);
		check_fields(TF_STAGE_RESHARE, 4);
		kit_end();
	}
}

TEST_SLOW(evidence_of_innocents_of_frost_convicts_nobody_whatever_field_is_altered, 600)
{
	for (unsigned k = 0; k < KIT_SUITES; k++) {
		kit_begin_prepare(&kit_suites[k]);
		stage_run(&s);
		stage_check_done(&s);
		check_fields(TF_STAGE_FROST_PREPARE, kit_suites[k].confirm ? 2 : 1);
		kit_end();
		kit_begin_sign(&kit_suites[k]);
		stage_run(&s);
		stage_check_done(&s);
		check_fields(TF_STAGE_FROST_SIGN, 1);
		kit_end();
	}
}

TEST_SLOW(evidence_of_innocents_of_ecdsa_convicts_nobody_whatever_field_is_altered, 600)
{
	for (unsigned confirm = 0; confirm < 2; confirm++) {
		sign_ecdsa(confirm);
		check_fields(TF_STAGE_SIGN, 1);
		kit_end();
	}
	stage_init(&s, 3, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&s, 3);
	stage_introduce(&s);
	check_retold(TF_STAGE_AUXINFO, 3, TF_CK_FAC_EQ_P, on_p256);
	check_fields(TF_STAGE_AUXINFO, 3);
	s.deaf_after[0] = 9; /* two rounds, and one message of the third: what it knows is there */
	stage_begin_presign(&s, 1, true);
	stage_run(&s);
	check_fields(TF_STAGE_PRESIGN, 3);
	kit_end();
}

/* ---- while they run ---- */

/* Device 2 was told something else: nobody hears the other, and nobody is named. */
static void check_apart(void)
{
	stage_run(&s);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(s.err[i] == TF_E_SESSION && s.verdict[i].party == TF_PARTY_NONE && s.done[i] == 0);
		CHECK(tf_machine_get_state(s.m[i]) == TF_MACHINE_RUNNING);
		CHECK(tf_blame_size(s.m[i]) == 0);
	}
	stage_free(&s);
}

TEST(who_was_told_another_key_or_workspace_is_in_another_run)
{
	for (unsigned k = 0; k < 2; k++) {
		size_t room = tf_keygen_room(STAGE_SMALL, TF_ALG_SCHNORR_ED25519, 3);

		stage_init(&s, 3, TF_ALG_SCHNORR_ED25519);
		for (unsigned i = 0; i < 3; i++) {
			bool other = i == 2;
			tf_keygen_params p = { .t = 2, .workspace = other && k ? "acne" : "acme",
			                       .key_id = { 0x4b, other && !k } };

			CHECK_OK(tf_keygen_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
		}
		check_apart();
	}
}

TEST(who_was_told_another_name_of_somebody_is_in_another_run)
{
	tf_participant others[3];
	tf_keygen_params p = { .t = 2, .workspace = "acme", .key_id = { 0x4b } };
	size_t room = tf_keygen_room(STAGE_SMALL, TF_ALG_SCHNORR_ED25519, 3);

	stage_init(&s, 3, TF_ALG_SCHNORR_ED25519);
	memcpy(others, s.party, sizeof(others));
	others[0].device = "somebody";
	for (unsigned i = 0; i < 3; i++) {
		tf_memory mem = stage_lend(&s, i, room);
		tf_clique c = s.clique[i];

		if (i == 2)
			c.party = others;
		CHECK_OK(tf_keygen_begin(&s.m[i], mem, &c, &p));
	}
	check_apart();
}
