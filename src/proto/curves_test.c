/* One curve's material is nothing on another (row 37 of docs/protocol.md 11). The protocols on
 * P-256 and STARK themselves are in presign_test.c. */
#include <string.h>

#include "proto/alert_kit_test.h"
#include "proto/keygen.h"

static cast c;
static tf_keygen kg[3];

/* What party 3 has sent in a run on another group. */
static struct {
	tf_msg_keygen_r1 r1;
	tf_msg_keygen_r3 r3;
	uint8_t Y[TF_PT_BYTES];
	uint8_t record[4096];
	size_t record_len;
} other;

static void run_keygen(tf_curve_id curve, bool (*rewrite)(cast *k, cast_mail *mail))
{
	cast_init(&c, 3, &tf_profile_small, curve);
	c.rewrite = rewrite;
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
	for (unsigned i = 0; i < 3; i++) {
		tf_keygen_args args = { .env = &c.env[i], .t = 2, .workspace = "w" };

		CHECK_OK(tf_keygen_start(&kg[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &kg[i].r;
	}
	cast_run(&c);
}

static void keep_r1(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	other.r1 = *(tf_msg_keygen_r1 *)m;
}

static void keep_r3(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	other.r3 = *(tf_msg_keygen_r3 *)m;
}

static bool keep(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && cast_is(mail, TF_MSG_KEYGEN_R1, NULL))
		cast_rewrite(k, mail, &tf_msg_keygen_r1_wire, keep_r1, NULL);
	if (mail->from == 3 && cast_is(mail, TF_MSG_KEYGEN_R3, NULL))
		cast_rewrite(k, mail, &tf_msg_keygen_r3_wire, keep_r3, NULL);
	return true;
}

static void put_r1(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	*(tf_msg_keygen_r1 *)m = other.r1;
}

static void put_r3(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	*(tf_msg_keygen_r3 *)m = other.r3;
}

static bool put_commitment(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && cast_is(mail, TF_MSG_KEYGEN_R1, NULL))
		cast_rewrite(k, mail, &tf_msg_keygen_r1_wire, put_r1, NULL);
	return true;
}

static bool put_proof(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && cast_is(mail, TF_MSG_KEYGEN_R3, NULL))
		cast_rewrite(k, mail, &tf_msg_keygen_r3_wire, put_r3, NULL);
	return true;
}

/* The same parties, the same session id, the same randomness; another group. */
static void run_elsewhere(tf_curve_id curve)
{
	size_t last;

	run_keygen(curve, keep);
	cast_check_done(&c);
	tf_pt_encode(c.g, other.Y, &tf_keygen_key(&kg[0])->sharing.Y);
	last = c.records - 1;
	CHECK(c.record[last].len <= sizeof(other.record));
	memcpy(other.record, c.record[last].bytes, c.record[last].len);
	other.record_len = c.record[last].len;
	cast_free(&c);
}

static void refused_on(tf_curve_id curve)
{
	run_keygen(curve, put_proof);
	cast_check_blame(&c, 3, TF_CK_SCH_EQUATION);
	cast_free(&c);
	run_keygen(curve, put_commitment);
	cast_check_blame(&c, 3, TF_CK_KEYGEN_COMMITMENT);
	cast_free(&c);
}

TEST(a_proof_for_p256_is_refused_on_secp256k1)
{
	run_elsewhere(TF_CURVE_P256);
	refused_on(TF_CURVE_SECP256K1);
}

TEST(a_proof_for_secp256k1_is_refused_on_p256)
{
	run_elsewhere(TF_CURVE_SECP256K1);
	refused_on(TF_CURVE_P256);
}

/* secp256k1 and BIP-340 are one curve, and these two runs have the same key to the last bit. What
 * keeps their proofs apart is the name alone. */
TEST(a_proof_for_bip340_is_refused_on_secp256k1)
{
	uint8_t Y[TF_PT_BYTES];

	run_elsewhere(TF_CURVE_BIP340);
	run_keygen(TF_CURVE_SECP256K1, NULL);
	cast_check_done(&c);
	tf_pt_encode(c.g, Y, &tf_keygen_key(&kg[0])->sharing.Y);
	CHECK(memcmp(Y, other.Y, sizeof(Y)) == 0);
	cast_free(&c);
	refused_on(TF_CURVE_SECP256K1);
}

TEST(a_key_of_one_curve_is_not_loaded_for_another)
{
	static const tf_curve_id groups[] = { TF_CURVE_SECP256K1, TF_CURVE_P256, TF_CURVE_STARK,
	                                      TF_CURVE_BIP340, TF_CURVE_ED25519 };
	static uint8_t room[1 << 17];
	static tf_key key;

	for (unsigned i = 0; i < TF_ARRAY_LEN(groups); i++) {
		run_elsewhere(groups[i]);
		for (unsigned j = 0; j < TF_ARRAY_LEN(groups); j++) {
			const tf_group *g;
			tf_arena mem;
			tf_err err;

			tf_arena_init(&mem, room, sizeof(room));
			CHECK_OK(tf_group_init(&g, groups[j], NULL, &mem));
			err = tf_key_decode(&key, NULL, g, other.record, other.record_len, &mem);
			if (i == j)
				CHECK_OK(err);
			else
				CHECK(err != TF_OK);
			tf_key_wipe(&key);
		}
	}
}

static stage s;

static tf_err start_one(unsigned i, const uint8_t digest[static 32])
{
	tf_signing_args args = { .env = &s.c.env[i], .weights = &s.weights[i],
	                         .presig = &s.presig[i][0] };

	memcpy(args.cc, s.cc, sizeof(args.cc));
	memcpy(args.digest, digest, sizeof(args.digest));
	return tf_signing_start(&s.signing[i], &args, &s.c.mem[i], &s.c.out[i]);
}

static void prepare(tf_curve_id curve)
{
	stage_init_on(&s, 2, &tf_profile_small, curve);
	stage_presign(&s, 1, true);
	cast_rooms(&s.c, tf_signing_sizes(&tf_profile_small, 2));
}

TEST(a_presignature_of_one_curve_does_not_sign_on_another)
{
	static uint8_t room[TF_GROUP_ROOM];
	uint8_t zero[sizeof(tf_presig)] = { 0 }, digest[32] = { 1 };
	tf_arena mem;

	prepare(TF_CURVE_P256);
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_group_init(&s.c.env[0].g, TF_CURVE_SECP256K1, NULL, &mem));
	CHECK_ERR(start_one(0, digest), TF_E_USAGE);
	CHECK(memcmp(&s.presig[0][0], zero, sizeof(zero)) == 0 && s.c.out[0].count == 0);
	stage_free(&s);
}

/* STARK signs numbers below 2^251; another digest would have to be cut off. */
TEST(a_digest_too_long_for_stark_is_not_signed)
{
	uint8_t zero[sizeof(tf_presig)] = { 0 }, digest[32] = { 8 };

	prepare(TF_CURVE_STARK);
	CHECK_ERR(start_one(0, digest), TF_E_ENCODING);
	CHECK(memcmp(&s.presig[0][0], zero, sizeof(zero)) == 0 && s.c.out[0].count == 0);
	stage_free(&s);
}

static void sign_all(tf_curve_id curve)
{
	static const tf_path path = { .index = { 44, 9004, 0, 0, 3 }, .len = 5 };
	uint8_t digest[32];

	stage_init_on(&s, 2, &tf_profile_small, curve);
	stage_presign(&s, 4, false);
	for (uint32_t b = 0; b < 4; b++) {
		memset(digest, b == 3 ? 0xff : (int)(0x11 * b), sizeof(digest));
		if (curve == TF_CURVE_STARK)
			digest[0] &= 7;
		stage_start_sign(&s, b, &path, digest);
		cast_run(&s.c);
		stage_check_signature(&s, &path, digest);
	}
	stage_free(&s);
}

TEST_SLOW(signing_on_p256_and_stark_whatever_the_digest, 120)
{
	sign_all(TF_CURVE_P256);
	sign_all(TF_CURVE_STARK);
}

static void alert_on(tf_curve_id curve, alert_spoiler how)
{
	stage_init_on(&s, 2, &tf_profile_small, curve);
	alert_lie(&s, 1u, how);
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	alert_check_verdicts(&s, TF_CK_DEC_EQ_S);
	stage_free(&s);
}

TEST_SLOW(alerts_on_p256_and_stark_name_who_sent_a_false_delta_or_S, 300)
{
	static const tf_curve_id curves[2] = { TF_CURVE_P256, TF_CURVE_STARK };

	for (unsigned k = 0; k < 2; k++) {
		alert_on(curves[k], alert_false_delta);
		alert_on(curves[k], alert_false_S);
	}
}
