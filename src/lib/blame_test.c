/* Who broke a protocol, as a program learns it that knows the public headers only: alerts, and
 * evidence. The cheat, device 2, is not so restricted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/impl.h"
#include "lib/stage_test.h"
#include "proto/presign_impl.h"

static stage s;

/* ---- alerts ---- */

/* delta + 1, signed, and believed by the cheat's own machine. */
static void tell_false_delta(stage_mail *mail, tf_envelope *e)
{
	static uint8_t payload[1 << 16];
	tf_machine *m = s.m[2];
	const tf_rounds *r = m->r;
	tf_sc *own = &m->as.presign.st->item[0].delta, one;
	uint8_t text[TF_ENVELOPE_SIGNED], room[4096] __attribute__((aligned(64)));
	tf_msg_presign_r3 r3;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_wire_decode(&tf_msg_presign_r3_wire, &r3, &r->wire, &mem, e->payload.p,
	                        e->payload.len));
	tf_sc_set_u64(m->g, &one, 1);
	if (tf_sc_eq(own, &r3.items[0].delta))
		tf_sc_add(m->g, own, own, &one);
	r3.items[0].delta = *own;
	CHECK_OK(tf_wire_encode(&tf_msg_presign_r3_wire, payload, sizeof(payload), &e->payload.len,
	                        &r->wire, &r3));
	e->payload.p = payload;
	CHECK_OK(tf_envelope_sign(e, &m->signer));
	CHECK_OK(tf_envelope_encode(mail->bytes, mail->len, &mail->len, NULL, e));
	tf_envelope_signed(text, e);
	tf_shake256_hash(r->slots[((e->round - 1u) * r->env->n + 2) * 2].digest, text, sizeof(text));
}

static bool silent;

static void cheat(stage *of, stage_mail *mail)
{
	uint8_t none[64];
	tf_envelope e;
	tf_arena mem;

	(void)of;
	tf_arena_init(&mem, none, sizeof(none));
	CHECK_OK(tf_envelope_decode(&e, NULL, &mem, mail->bytes, mail->len));
	if (mail->from != 2)
		return;
	if (e.type == TF_MSG_PRESIGN_R3)
		tell_false_delta(mail, &e);
	else if (silent && e.round == 4)
		mail->len = 0;
}

static void presign_with_a_cheat(void)
{
	stage_init(&s, 3, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&s, 3);
	stage_introduce(&s);
	s.meddle = cheat;
	stage_begin_presign(&s, 1, true);
	stage_run(&s);
}

/* TREFOIL_WRITE_SAMPLES=1 test_lib blame_alerts: writes the kept file of an alert. */
static void keep_alert(const uint8_t *bytes, size_t len)
{
	FILE *f;

	if (!getenv("TREFOIL_WRITE_SAMPLES"))
		return;
	f = fopen(tf_test_path("tests/vectors/evidence/presign-alert.v2"), "wb");
	CHECK(f && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

/* What it says is judged, too, and by somebody else. */
static void check_file(unsigned i)
{
	size_t size = tf_blame_size(s.m[i]), len = 0;
	tf_memory scratch = { malloc(size), size }, mem = { NULL, 0 };
	uint8_t *bytes = malloc(size);
	tf_blame b;

	CHECK(size > 0 && scratch.p && bytes);
	CHECK_OK(tf_blame_write(bytes, size, &len, s.m[i], scratch));
	mem.len = tf_blame_room((tf_bytes){ bytes, len });
	mem.p = malloc(mem.len);
	CHECK(mem.p != NULL);
	CHECK_OK(tf_blame_verify(&b, (tf_bytes){ bytes, len }, mem));
	CHECK(b.convicts && b.parties == 1u << 2 && strcmp(b.protocol, "presign") == 0);
	CHECK(b.verdict.check == s.verdict[i].check && b.verdict.round == 4);
	CHECK(memcmp(b.identity, s.identity[2], 32) == 0);
	keep_alert(bytes, len);
	free(mem.p);
	free(scratch.p);
	free(bytes);
}

TEST_SLOW(blame_alerts_name_the_cheat, 600)
{
	silent = false;
	presign_with_a_cheat();
	for (unsigned i = 0; i < 2; i++) {
		tf_presignature p;
		tf_bytes shown[2];

		CHECK_ERR(s.err[i], TF_E_PROOF);
		CHECK(tf_presign_alerted(s.m[i]) && tf_presign_convicts(s.m[i]) == 1u << 2);
		CHECK(s.judged[i] == 6); /* four factors and two shares, of the two others */
		CHECK(s.verdict[i].party == 3 && s.verdict[i].round == 4);
		CHECK(strcmp(tf_verdict_check(&s.verdict[i]), "DEC_EQ_S") == 0);
		CHECK(tf_machine_get_state(s.m[i]) == TF_MACHINE_FAILED);
		CHECK(tf_machine_evidence(shown, s.m[i]) == 2 && shown[0].len && shown[1].len);
		CHECK_ERR(tf_presign_move(&p, s.m[i], 0), TF_E_STATE);
		CHECK_ERR(tf_presign_expire(s.m[i], NULL), TF_E_STATE); /* it has ended */
		check_file(i);
	}
	stage_free(&s);
}

TEST_SLOW(blame_alerts_at_the_deadline_tell_who_is_silent, 600)
{
	silent = true;
	presign_with_a_cheat();
	for (unsigned i = 0; i < 2; i++) {
		tf_verdict v;

		CHECK(tf_machine_get_state(s.m[i]) == TF_MACHINE_RUNNING);
		CHECK(tf_presign_alerted(s.m[i]) && tf_machine_awaits(s.m[i], 3));
		/* the other honest one has proved two factors: a call for each */
		CHECK_ERR(tf_presign_expire(s.m[i], &v), TF_E_BUSY);
		CHECK(tf_machine_get_state(s.m[i]) == TF_MACHINE_RUNNING && v.party == TF_PARTY_NONE);
		CHECK(tf_blame_size(s.m[i]) == 0);
		CHECK_ERR(tf_presign_expire(s.m[i], &v), TF_E_EXPIRED);
		CHECK(v.party == TF_PARTY_NONE && tf_presign_convicts(s.m[i]) == 0);
		CHECK(tf_machine_awaits(s.m[i], 3) && !tf_machine_awaits(s.m[i], 2 - i));
		CHECK(tf_machine_get_state(s.m[i]) == TF_MACHINE_FAILED);
	}
	stage_free(&s);
}

/* ---- evidence ---- */

static tf_bytes read_sample(void)
{
	size_t len;
	char *p = tf_test_read_file(tf_test_path("tests/vectors/evidence/keygen-commitment.v2"), &len);

	return (tf_bytes){ (const uint8_t *)p, len };
}

/* What the writer was told in private does not stay. */
static void check_wiped(tf_memory mem)
{
	const uint8_t *p = mem.p;

	for (size_t i = 0; i < mem.len; i++)
		CHECK(p[i] == 0);
}

TEST(blame_evidence_convicts)
{
	tf_bytes file = read_sample();
	tf_memory mem = { NULL, tf_blame_room(file) };
	tf_blame b;

	CHECK(mem.len > 0);
	mem.p = calloc(mem.len, 1);
	CHECK(mem.p != NULL);
	CHECK_OK(tf_blame_verify(&b, file, mem));
	CHECK(b.convicts && b.parties == 1u << 2);
	CHECK(b.verdict.party == 3 && b.verdict.round == 2);
	CHECK(strcmp(tf_verdict_check(&b.verdict), "KEYGEN_COMMITMENT") == 0);
	CHECK(strcmp(b.protocol, "keygen") == 0 && strcmp(b.device, "guard-4") == 0);
	CHECK(strcmp(b.accuser, "primary-1") == 0 && b.trust[0] == 0x77);
	check_wiped(mem);
	CHECK_ERR(tf_blame_verify(&b, file, (tf_memory){ mem.p, 4096 }), TF_E_CAPACITY);
	check_wiped(mem);
	CHECK_ERR(tf_blame_verify(&b, (tf_bytes){ file.p, file.len - 1 }, mem), TF_E_TRUNCATED);
	check_wiped(mem);
	CHECK_ERR(tf_blame_verify(NULL, file, mem), TF_E_USAGE);
	CHECK_ERR(tf_blame_verify(&b, (tf_bytes){ NULL, 0 }, mem), TF_E_USAGE);
	CHECK_ERR(tf_blame_verify(&b, file, (tf_memory){ NULL, 0 }), TF_E_USAGE);
	free(mem.p);
	free((void *)(uintptr_t)file.p);
}

/* Of another party, or with a byte of a message changed: it is refused, and stays a claim. */
TEST(blame_evidence_that_was_doctored_does_not)
{
	tf_bytes file = read_sample();
	size_t room = tf_blame_room(file);
	tf_memory mem = { malloc(room), room };
	uint8_t *bytes = (uint8_t *)(uintptr_t)file.p;
	unsigned refused = 0, none = 0;
	tf_blame b;

	CHECK(mem.p != NULL);
	for (size_t at = 0; at < file.len; at += 37) {
		tf_err err;

		bytes[at] ^= 0x10;
		err = tf_blame_room(file) <= room ? tf_blame_verify(&b, file, mem) : TF_E_ENCODING;
		refused += err == TF_OK && !b.convicts;
		none += err != TF_OK;
		if (err == TF_OK && b.convicts) /* of what no part of the verdict is */
			CHECK(b.verdict.party == 3 && strcmp(b.device, "guard-4") == 0);
		bytes[at] ^= 0x10;
	}
	CHECK(refused > 10 && none > 1);
	CHECK(tf_blame_room((tf_bytes){ bytes, file.len - 1 }) == 0);
	CHECK(tf_blame_room((tf_bytes){ NULL, 0 }) == 0);
	CHECK_ERR(tf_blame_verify(&b, (tf_bytes){ bytes, file.len - 1 }, mem), TF_E_TRUNCATED);
	CHECK_OK(tf_blame_verify(&b, file, mem));
	CHECK(b.convicts);
	free(mem.p);
	free(bytes);
}
