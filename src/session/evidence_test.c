/* Evidence: what a session writes of who it convicted convinces who was not there, and nothing else
 * does. Device 2 (party 3) cheats; the others write. */
#include "session/evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/scene_test.h"

/* ---- key generation ---- */

static void other_rid(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_keygen_r2 *)m)->rid[0] ^= 1;
}

static void other_share(void *m, tf_session *s)
{
	tf_msg_keygen_share *share = m;
	tf_sc one;

	tf_sc_set_u64(s->env.g, &one, 1);
	tf_sc_add(s->env.g, &share->f.s, &share->f.s, &one);
}

static void other_proof(void *m, tf_session *s)
{
	tf_msg_keygen_r3 *r3 = m;
	tf_sc one;

	tf_sc_set_u64(s->env.g, &one, 1);
	tf_sc_add(s->env.g, &r3->psi.z, &r3->psi.z, &one);
}

static void keygen(uint16_t type, void (*fn)(void *m, tf_session *s))
{
	scene_target = type;
	scene_alter = fn;
	scene_run(&house_keygen);
}

TEST_SLOW(evidence_of_key_generation, 300)
{
	scene = house_new(1);
	keygen(TF_MSG_KEYGEN_R2, other_rid);
	scene_check_files(TF_CK_KEYGEN_COMMITMENT, 2, 2);
	scene_forget();
	keygen(TF_MSG_KEYGEN_R3, other_proof);
	scene_check_files(TF_CK_SCH_EQUATION, 3, 2);
	scene_forget();
	scene_only_to = 0; /* a share in private: one shows it to all, and both write */
	keygen(TF_MSG_KEYGEN_SHARE, other_share);
	scene_check_files(TF_CK_KEYGEN_SHARE, 2, 2);
	scene_forget();
	house_free(scene);
}

/* Any byte changed: it is no evidence, or convicts nobody, but where the byte says nothing of the
 * crime (none does). */
TEST_SLOW(evidence_altered_convicts_nobody, 300)
{
	uint64_t dice = 1;

	scene = house_new(1);
	keygen(TF_MSG_KEYGEN_R2, other_rid);
	CHECK(scene_convicts(scene_file[0].bytes, scene_file[0].len));
	for (unsigned k = 0; k < 400; k++) {
		size_t at;

		dice = dice * 6364136223846793005u + 1442695040888963407u;
		at = (dice >> 33) % scene_file[0].len;
		scene_file[0].bytes[at] ^= (uint8_t)(1u << (dice >> 60 & 7));
		if (scene_convicts(scene_file[0].bytes, scene_file[0].len)) {
			tf_evidence_verdict v;

			/* a seat of nobody's business: another's words, still true */
			CHECK_OK(scene_judge(&v, scene_file[0].bytes, scene_file[0].len));
			CHECK(v.fault.party == 3 && v.fault.check == TF_CK_KEYGEN_COMMITMENT);
			CHECK(memcmp(v.identity, scene->d[2].signer.pk, 32) == 0);
		}
		scene_file[0].bytes[at] ^= (uint8_t)(1u << (dice >> 60 & 7));
	}
	for (size_t len = 0; len < scene_file[0].len; len += scene_file[0].len / 50 + 1)
		CHECK(!scene_convicts(scene_file[0].bytes, len));
	CHECK(scene_convicts(scene_file[0].bytes, scene_file[0].len));
	scene_forget();
	house_free(scene);
}

/* The record decoded, changed by fn, and encoded again. */
static bool convicts_changed(void (*fn)(tf_rec_evidence *m))
{
	size_t cap = scene_file[0].len + 4096, len = 0, room_len = 1u << 16;
	uint8_t *bytes = malloc(cap), *room = aligned_alloc(64, room_len);
	tf_rec_evidence m;
	tf_arena mem;
	bool verdict;

	CHECK(bytes && room);
	tf_arena_init(&mem, room, room_len);
	CHECK_OK(tf_wire_decode_framed(&tf_rec_evidence_wire, &m, NULL, &mem, scene_file[0].bytes,
	                               scene_file[0].len));
	fn(&m);
	CHECK_OK(tf_wire_encode_framed(&tf_rec_evidence_wire, bytes, cap, &len, NULL, &m));
	verdict = scene_convicts(bytes, len);
	free(room);
	free(bytes);
	return verdict;
}

static void same(tf_rec_evidence *m) { (void)m; }
static void other_party(tf_rec_evidence *m) { m->party = 2; }
static void other_round(tf_rec_evidence *m) { m->round++; }
static void other_check(tf_rec_evidence *m) { m->check = TF_CK_KEYGEN_DEGREE; }
static void no_check(tf_rec_evidence *m) { m->check = 0; }
static void no_messages(tf_rec_evidence *m) { m->messages_n = 0; }
static void last_missing(tf_rec_evidence *m) { m->messages_n--; }
static void other_trust(tf_rec_evidence *m) { m->trust[0] ^= 1; }
static void other_request(tf_rec_evidence *m) { m->request[0] ^= 1; }
static void other_open(tf_rec_evidence *m) { m->open[0] ^= 1; }
static void other_t(tf_rec_evidence *m) { m->t = 2; }
static void other_device(tf_rec_evidence *m) { m->parties[2].device = "somebody-else"; }
static void other_slot(tf_rec_evidence *m) { m->parties[2].slot = 9; }
static void other_stage(tf_rec_evidence *m) { m->stage = TF_PRESIGN; }
static void other_self(tf_rec_evidence *m) { m->self = 2; }

static void foreign_identity(tf_rec_evidence *m)
{
	memcpy(m->parties[2].identity, scene->d[1].signer.pk, 32);
}

static void foreign_ready(tf_rec_evidence *m)
{
	m->parties[2].ready = m->parties[1].ready;
}

static void parties_exchanged(tf_rec_evidence *m)
{
	tf_evidence_party p = m->parties[2];

	m->parties[2] = m->parties[1];
	m->parties[1] = p;
}

TEST_SLOW(evidence_of_another_roster_or_session_convicts_nobody, 300)
{
	static void (*const all[])(tf_rec_evidence *m) = {
		other_party, other_round, other_check, no_check, no_messages, last_missing,
		other_trust, other_request, other_open, other_t, other_device, other_slot,
		other_stage, foreign_identity, foreign_ready, parties_exchanged,
	};

	scene = house_new(1);
	keygen(TF_MSG_KEYGEN_R2, other_rid);
	CHECK(convicts_changed(same));
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++)
		if (convicts_changed(all[k]))
			tf_test_fail(__FILE__, __LINE__, "change %u convicts", k);
	/* what everybody has seen convicts whoever's name is below; what was private does not */
	(void)convicts_changed(other_self);
	scene_forget();
	house_free(scene);
}

/* ---- words that no session id is the hash of ---- */

static void other_certificate(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_keygen_ack *)m)->certificate[0] ^= 1;
}

/* The certificate would be another, had the key another name: party 2's honest acknowledgement is
 * the first that says something else. */
static void frame_by_names(tf_rec_evidence *m, size_t at)
{
	static uint8_t context[256];

	CHECK(m->context.len <= sizeof(context));
	memcpy(context, m->context.p, m->context.len);
	context[at] ^= 1;
	m->context.p = context;
	m->party = 2;
}

static void frame_by_key_id(tf_rec_evidence *m) { frame_by_names(m, m->context.len - 1); }
static void frame_by_workspace(tf_rec_evidence *m) { frame_by_names(m, 4); }

TEST_SLOW(evidence_of_another_key_convicts_nobody, 300)
{
	scene = house_new(1);
	keygen(TF_MSG_KEYGEN_ACK, other_certificate);
	scene_check_files(TF_CK_KEYGEN_RESULT, 4, 2);
	CHECK(convicts_changed(same));
	CHECK(!convicts_changed(frame_by_key_id) && !convicts_changed(frame_by_workspace));
	scene_forget();
	house_free(scene);
}

/* ---- two faces ---- */

static void other_V(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_keygen_r1 *)m)->V[0] ^= 1;
}

TEST_SLOW(evidence_of_two_faces, 300)
{
	scene = house_new(1);
	scene_only_to = 1;
	keygen(TF_MSG_KEYGEN_R1, other_V);
	scene_check_files(TF_CK_EQUIVOCATION, 1, 2);
	CHECK(!convicts_changed(no_messages) && !convicts_changed(last_missing));
	CHECK(!convicts_changed(other_party) && !convicts_changed(foreign_identity));
	scene_forget();
	house_free(scene);
}

static void false_echo(tf_envelope *e)
{
	e->echo[0] ^= 1;
}

TEST_SLOW(evidence_of_a_false_echo, 300)
{
	scene = house_new(1);
	scene_target = TF_MSG_KEYGEN_R2;
	scene_alter_envelope = false_echo;
	scene_run(&house_keygen);
	scene_check_files(TF_CK_DISPUTE_ECHO, 2, 2);
	scene_forget();
	house_free(scene);
}

static void other_round_number(tf_envelope *e)
{
	e->type = TF_MSG_SIGN_SHARE;
}

TEST_SLOW(evidence_of_a_message_out_of_place, 300)
{
	scene = house_new(1);
	scene_target = TF_MSG_KEYGEN_R1;
	scene_alter_envelope = other_round_number;
	scene_run(&house_keygen);
	scene_check_files(TF_CK_ENVELOPE_TYPE, 1, 2);
	scene_forget();
	house_free(scene);
}

/* ---- presigning and signing ---- */

static const house_spec presign_one = { .protocol = TF_PRESIGN, .n = 3, .seat = { 0, 1, 2 },
	                                .batch = 1 };

static void z1_too_large(void *m, tf_session *s)
{
	tf_zk_encelg_proof *psi = &((tf_msg_presign_psi *)m)->items[0].psi0;

	(void)s;
	tf_bn_set_u64(&psi->z1.mag, 1);
	CHECK_OK(tf_bn_shl(&psi->z1.mag, &psi->z1.mag, 256 + 288));
	psi->z1.mag.d[0] |= 1;
}

static void elog_u(void *m, tf_session *s)
{
	tf_sc *u = &((tf_msg_presign_r3 *)m)->items[0].psi.u, one;

	tf_sc_set_u64(s->env.g, &one, 1);
	tf_sc_add(s->env.g, u, u, &one);
}

static void cheat(uint16_t type, void (*fn)(void *m, tf_session *s), const house_spec *spec)
{
	scene_target = type;
	scene_alter = fn;
	scene_run(spec);
}

/* The accuser shows another broadcast of its own than it sent: the echo of the accused tells. */
static void frame(tf_rec_evidence *m)
{
	static uint8_t bytes[1 << 16];
	uint8_t none[64];
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->messages_n; i++) {
		tf_envelope e;
		tf_arena mem;

		tf_arena_init(&mem, none, sizeof(none));
		CHECK_OK(tf_envelope_decode(&e, NULL, &mem, m->messages[i].p, m->messages[i].len));
		if (e.round > 2)
			continue;
		m->messages[n] = m->messages[i];
		if (e.from == 1 && e.type == TF_MSG_PRESIGN_R1) {
			size_t len = 0;

			/* one bit of K_1 */
			((uint8_t *)(uintptr_t)e.payload.p)[50] ^= 1;
			CHECK_OK(tf_envelope_sign(&e, &scene->d[0].signer));
			CHECK_OK(tf_envelope_encode(bytes, sizeof(bytes), &len, NULL, &e));
			m->messages[n] = (tf_blob){ bytes, len };
		}
		n++;
	}
	m->messages_n = n;
	m->round = 2;
	m->check = TF_CK_AFFG_EQ_ENC0;
}

/* There is one way to say that the run had a round of confirmation. */
static void otherwise_confirmed(tf_rec_evidence *m)
{
	static uint8_t context[1 << 18];

	CHECK(m->context.len <= sizeof(context));
	memcpy(context, m->context.p, m->context.len);
	CHECK(context[TF_PT_BYTES] == 1); /* after Y */
	context[TF_PT_BYTES] = 2;
	m->context.p = context;
}

TEST_SLOW(evidence_of_presigning, 600)
{
	scene = house_new(1);
	house_introduce(scene);
	house_make_key(scene);
	cheat(TF_MSG_PRESIGN_PSI, z1_too_large, &presign_one);
	scene_check_files(TF_CK_ENCELG_Z1_RANGE, 1, 2);
	scene_forget();
	cheat(TF_MSG_PRESIGN_R3, scene_false_delta, &presign_one);
	scene_check_files(TF_CK_DEC_EQ_S, 4, 2);
	CHECK(!convicts_changed(other_party) && !convicts_changed(last_missing));
	scene_forget();
	cheat(TF_MSG_PRESIGN_R3, elog_u, &presign_one);
	scene_check_files(TF_CK_ELOG_EQ_M, 3, 2);
	CHECK(convicts_changed(same) && !convicts_changed(otherwise_confirmed));
	CHECK(!convicts_changed(frame)); /* which changes the file itself */
	scene_forget();
	house_free(scene);
}

static void other_sigma(void *m, tf_session *s)
{
	tf_sc *sigma = &((tf_msg_sign_share *)m)->sigma, one;

	tf_sc_set_u64(s->env.g, &one, 1);
	tf_sc_add(s->env.g, sigma, sigma, &one);
}

TEST_SLOW(evidence_of_a_bad_signature_share, 600)
{
	static const uint8_t none[32];
	const house_run *pool;
	house_spec spec;

	scene = house_new(1);
	house_introduce(scene);
	house_make_key(scene);
	pool = house_presign(scene, 1);
	spec = house_sign_spec(pool->ids[0], 0x11);
	cheat(TF_MSG_SIGN_SHARE, other_sigma, &spec);
	scene_check_files(TF_CK_SIGN_SHARE, 1, 2);
	CHECK(!convicts_changed(other_party));
	scene_forget();
	spec = house_sign_spec(none, 0x12); /* with a presignature of its own */
	cheat(TF_MSG_SIGN_SHARE, other_sigma, &spec);
	scene_check_files(TF_CK_SIGN_SHARE, 1, 2);
	scene_forget();
	house_free(scene);
}

/* ---- none ---- */

static unsigned asked;

static void no_evidence(house *of, house_run *r, unsigned i, const tf_session *s)
{
	uint8_t out[64];
	size_t len;
	tf_arena mem;

	(void)of;
	(void)r;
	tf_arena_init(&mem, NULL, 0);
	CHECK(tf_evidence_size(s) == 0);
	CHECK_ERR(tf_evidence_write(out, sizeof(out), &len, s, scene->d[i].self.trust, &mem),
	          TF_E_STATE);
	asked++;
}

/* ---- introductions ---- */

static const house_spec introduce_all = { .protocol = TF_AUXINFO, .n = 3, .seat = { 0, 1, 2 } };

static void other_z(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_aux_r3 *)m)->mod.z[0].d[0] ^= 1;
}

static void other_fac(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_aux_fac *)m)->fac.z1.mag.d[0] ^= 1;
}

static void other_u(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_aux_r2 *)m)->u[0] ^= 1;
}

/* The accuser shows another opening of its own than it sent. */
static void frame_opening(tf_rec_evidence *m)
{
	static uint8_t bytes[1 << 18];

	for (uint32_t i = 0; i < m->messages_n; i++) {
		uint8_t none[64];
		size_t len = 0;
		tf_envelope e;
		tf_arena mem;

		tf_arena_init(&mem, none, sizeof(none));
		CHECK_OK(tf_envelope_decode(&e, NULL, &mem, m->messages[i].p, m->messages[i].len));
		if (e.from != 1 || e.type != TF_MSG_AUX_R2)
			continue;
		((uint8_t *)(uintptr_t)e.payload.p)[e.payload.len - 1] ^= 1;
		CHECK_OK(tf_envelope_sign(&e, &scene->d[0].signer));
		CHECK_OK(tf_envelope_encode(bytes, sizeof(bytes), &len, NULL, &e));
		m->messages[i] = (tf_blob){ bytes, len };
	}
}

static void some_context(tf_rec_evidence *m)
{
	static const uint8_t byte;

	m->context = (tf_blob){ &byte, 1 };
}

TEST_SLOW(evidence_of_introductions, 600)
{
	scene = house_new(1);
	cheat(TF_MSG_AUX_R2, other_u, &introduce_all);
	scene_check_files(TF_CK_AUX_COMMITMENT, 2, 2);
	scene_forget();
	cheat(TF_MSG_AUX_R3, other_z, &introduce_all);
	scene_check_files(TF_CK_MOD_EQ_Z, 3, 2);
	CHECK(convicts_changed(same) && !convicts_changed(frame_opening));
	CHECK(!convicts_changed(some_context) && !convicts_changed(last_missing));
	CHECK(!convicts_changed(other_party) && !convicts_changed(other_check));
	scene_forget();
	scene_only_to = 0; /* what was sent to one alone, everybody can read in its file */
	cheat(TF_MSG_AUX_FAC, other_fac, &introduce_all);
	scene_check_files(TF_CK_FAC_EQ_P, 3, 1);
	scene_forget();
	house_free(scene);
}

/* s that is no power of t: its own prover believes that it is. */
TEST_SLOW(evidence_of_bad_commitments, 600)
{
	scene = house_new(1);
	tf_bn_set_u64(&scene->d[2].own.rp.pub.s, 4);
	tf_bn_resize(&scene->d[2].own.rp.pub.s, scene->d[2].own.rp.pub.t.n);
	scene_run(&introduce_all);
	scene_check_files(TF_CK_PRM_EQUATION, 2, 2);
	scene_forget();
	house_free(scene);
}

/* Two with one modulus: each says it of the other, and neither has evidence. */
TEST_SLOW(evidence_of_a_stolen_modulus_there_is_none, 600)
{
	house_spec pair = { .protocol = TF_AUXINFO, .n = 2, .seat = { 0, 2 } };
	house_run *r;

	scene = house_new(1);
	scene->d[2].own.sk.pk = scene->d[0].own.sk.pk;
	r = house_open(scene, &pair);
	asked = 0;
	scene->failed = no_evidence;
	house_start(scene, r);
	house_deliver(scene);
	CHECK(r->failed[0] && r->report[0].fault.check == TF_CK_AUX_APART_N_N);
	CHECK(strcmp(r->report[0].culprit, "guard-4") == 0 && asked == 2);
	scene->failed = NULL;
	house_free(scene);
}

/* ---- kept samples ---- */

#define SAMPLE "tests/vectors/evidence/keygen-commitment.v2"

/* TREFOIL_WRITE_SAMPLES=1 test_session evidence_kept: writes it, of a new version. */
TEST_SLOW(evidence_kept_samples_still_convict, 300)
{
	char *bytes;
	size_t len;

	if (getenv("TREFOIL_WRITE_SAMPLES")) {
		FILE *f = fopen(tf_test_path(SAMPLE), "wb");

		scene = house_new(1);
		keygen(TF_MSG_KEYGEN_R2, other_rid);
		CHECK(f && fwrite(scene_file[0].bytes, 1, scene_file[0].len, f) == scene_file[0].len);
		CHECK(fclose(f) == 0);
		scene_forget();
		house_free(scene);
	}
	bytes = tf_test_read_file(tf_test_path(SAMPLE), &len);
	CHECK(scene_convicts((const uint8_t *)bytes, len));
	free(bytes);
}

/* It is read, but a context of version 1 does not bind what a file says (docs/adr/0019). */
TEST(evidence_of_version_1_convicts_nobody)
{
	tf_evidence_verdict v;
	char *bytes;
	size_t len;

	bytes = tf_test_read_file(tf_test_path("tests/vectors/evidence/keygen-commitment.v1"), &len);
	CHECK_OK(scene_judge(&v, (const uint8_t *)bytes, len));
	CHECK(!v.convicts && v.err == TF_E_UNSUPPORTED && v.culprits == 0);
	CHECK(v.fault.party == 3 && v.fault.check == TF_CK_KEYGEN_COMMITMENT); /* the claim */
	free(bytes);
}

TEST(evidence_of_nothing)
{
	house_run *r;
	tf_evidence_verdict v;
	uint8_t mem_bytes[256];
	tf_arena mem;

	scene = house_new(1);
	r = house_open(scene, &house_keygen);
	scene->d[2].down = true;
	scene->failed = no_evidence;
	house_start(scene, r);
	house_deliver(scene);
	house_tick(scene, 600000); /* silence convicts nobody */
	CHECK(asked >= 2);
	CHECK(tf_evidence_judge_mem((const uint8_t *)"x", 1) == 0);
	tf_arena_init(&mem, mem_bytes, sizeof(mem_bytes));
	CHECK_ERR(tf_evidence_judge(&v, (const uint8_t *)"x", 1, &mem), TF_E_CAPACITY);
	house_free(scene);
}
