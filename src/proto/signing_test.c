#include "proto/signing.h"

#include <secp256k1_recovery.h>
#include <string.h>

#include "base/secret.h"
#include "proto/judged_test.h"
#include "proto/stage_test.h"

static stage s;
static const tf_path account = { .index = { 44, 1, 0, 0, 0 }, .len = 5 };
static const tf_path root = { .len = 0 };
static const uint8_t digest[32] = { 0xd1, 0x9e, 0x57 };
static const uint8_t stark_digest[32] = { 0x01, 0x9e, 0x57 }; /* below 2^251 */

static tf_err start_one(unsigned i, tf_presig *p, const tf_path *path)
{
	tf_signing_args args = { .env = &s.c.env[i], .weights = &s.weights[i], .presig = p,
	                         .path = *path };

	memcpy(args.cc, s.cc, sizeof(args.cc));
	memcpy(args.digest, digest, sizeof(args.digest));
	return tf_signing_start(&s.signing[i], &args, &s.c.mem[i], &s.c.out[i]);
}

/* The recovery id of party i (0-based) leads others to the child key, too: libsecp256k1's own
 * recovery. */
static void check_recovery(unsigned i, const uint8_t hash[static 32])
{
	secp256k1_context *ctx = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
	secp256k1_ecdsa_recoverable_signature rs;
	secp256k1_pubkey key;
	uint8_t compact[64], got[33], want[33];
	size_t len = sizeof(got);
	tf_ecdsa_sig sig;
	tf_pt child;

	CHECK_OK(tf_signing_result(&sig, &child, &s.signing[i]));
	tf_sc_encode(compact, &sig.r);
	tf_sc_encode(compact + 32, &sig.s);
	CHECK(secp256k1_ecdsa_recoverable_signature_parse_compact(ctx, &rs, compact, sig.recid));
	CHECK(secp256k1_ecdsa_recover(ctx, &key, &rs, hash));
	CHECK(secp256k1_ec_pubkey_serialize(ctx, got, &len, &key, SECP256K1_EC_COMPRESSED));
	tf_pt_encode(s.c.g, want, &child);
	CHECK(memcmp(got, want, 33) == 0);
	secp256k1_context_destroy(ctx);
}

static void sign(uint32_t b, const tf_path *path, const uint8_t hash[static 32])
{
	uint8_t id[32];

	memcpy(id, s.presig[0][b].id, 32);
	s.c.burns = 0;
	stage_start_sign(&s, b, path, hash);
	for (unsigned i = 0; i < s.c.n; i++) { /* gone, and burnt before anything is sent */
		CHECK(s.presig[i][b].ready == 0);
		CHECK(s.c.out[i].count == 2 && s.c.out[i].effect[0].kind == TF_EFFECT_BURN);
		CHECK(memcmp(s.c.out[i].effect[0].key, id, 32) == 0);
	}
	cast_run(&s.c);
	stage_check_signature(&s, path, hash);
	check_recovery(0, hash);
	CHECK(s.c.burns == s.c.n);
}

TEST_SLOW(signing_makes_signatures_that_others_accept, 120)
{
	static const tf_path paths[4] = {
		{ .len = 0 }, { .index = { 0 }, .len = 1 },
		{ .index = { 44, 60, 0x7fffffff, 1, 12 }, .len = 5 },
		{ .index = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, .len = 10 },
	};
	uint8_t hash[32];

	for (unsigned n = 2; n <= 3; n++) {
		stage_init(&s, n, &tf_profile_small);
		stage_presign(&s, 4, n == 3);
		for (uint32_t b = 0; b < 4; b++) {
			memset(hash, b == 3 ? 0xff : (int)(17 * b), sizeof(hash));
			sign(b, &paths[b], hash);
		}
		stage_free(&s);
	}
}

static void prepare(bool confirm)
{
	stage_init(&s, 3, &tf_profile_small);
	stage_presign(&s, 2, confirm);
}

/* ---- once ---- */

TEST(a_presignature_is_used_once)
{
	prepare(true);
	stage_start_sign(&s, 0, &root, digest);
	for (unsigned i = 0; i < 3; i++) {
		uint8_t zero[sizeof(tf_presig)] = { 0 };

		CHECK(memcmp(&s.presig[i][0], zero, sizeof(zero)) == 0);
	}
	cast_run(&s.c);
	stage_check_signature(&s, &root, digest);
	cast_rooms(&s.c, tf_signing_sizes(&tf_profile_small, 3));
	CHECK_ERR(start_one(0, &s.presig[0][0], &root), TF_E_STATE);
	CHECK(s.c.out[0].count == 0);
	stage_free(&s);
}

TEST(a_presignature_is_gone_even_if_signing_cannot_start)
{
	static const tf_path hardened = { .index = { 0x80000000 }, .len = 1 };
	uint8_t zero[sizeof(tf_presig)] = { 0 };
	tf_party swap;

	prepare(true);
	cast_rooms(&s.c, tf_signing_sizes(&tf_profile_small, 3));
	CHECK_ERR(start_one(0, &s.presig[0][0], &hardened), TF_E_ENCODING);
	CHECK(memcmp(&s.presig[0][0], zero, sizeof(zero)) == 0 && s.c.out[0].count == 0);
	/* another clique: the same people in another order */
	swap = s.c.env[1].party[0];
	s.c.env[1].party[0] = s.c.env[1].party[2];
	s.c.env[1].party[2] = swap;
	CHECK_ERR(start_one(1, &s.presig[1][0], &root), TF_E_USAGE);
	CHECK(memcmp(&s.presig[1][0], zero, sizeof(zero)) == 0);
	/* no memory */
	tf_arena_init(&s.c.mem[2], s.c.mem[2].base, 64);
	CHECK_ERR(start_one(2, &s.presig[2][0], &root), TF_E_CAPACITY);
	CHECK(memcmp(&s.presig[2][0], zero, sizeof(zero)) == 0 && s.c.out[2].count == 0);
	/* a share that memory has spoilt never leaves */
	s.presig[0][1].chi.s.d[1] ^= 1;
	CHECK_ERR(start_one(0, &s.presig[0][1], &root), TF_E_FAULT);
	CHECK(s.c.out[0].count == 0);
	stage_free(&s);
}

/* ---- for one key, one sharing, one epoch ---- */

/* What a refresh leaves: other shares of the same key. */
static void refresh_weights(void)
{
	const tf_pt *G = tf_group_base(s.c.g);
	tf_sc one;

	tf_sc_set_u64(s.c.g, &one, 1);
	tf_sc_add(s.c.g, &s.weights[0].w.s, &s.weights[0].w.s, &one);
	tf_sc_sub(s.c.g, &s.weights[1].w.s, &s.weights[1].w.s, &one);
	for (unsigned i = 0; i < s.c.n; i++) {
		CHECK_OK(tf_pt_add(s.c.g, &s.weights[i].W[0], &s.weights[i].W[0], G));
		CHECK_OK(tf_pt_sub(s.c.g, &s.weights[i].W[1], &s.weights[i].W[1], G));
	}
}

/* It is gone, and nothing was said. */
static void is_refused(unsigned i, uint32_t b)
{
	uint8_t zero[sizeof(tf_presig)] = { 0 };

	CHECK_ERR(start_one(i, &s.presig[i][b], &root), TF_E_USAGE);
	CHECK(memcmp(&s.presig[i][b], zero, sizeof(zero)) == 0 && s.c.out[i].count == 0);
}

TEST(a_presignature_serves_one_sharing_and_epoch)
{
	tf_presig older;

	prepare(true);
	cast_rooms(&s.c, tf_signing_sizes(&tf_profile_small, 3));
	older = s.presig[2][1];
	refresh_weights();
	for (unsigned i = 0; i < 3; i++)
		is_refused(i, 0);
	stage_presign(&s, 2, true);
	stage_start_sign(&s, 0, &account, digest);
	cast_run(&s.c);
	stage_check_signature(&s, &account, digest);
	/* the other way round: an older share, which somebody has put back */
	CHECK_OK(tf_pt_sub(s.c.g, &s.weights[2].W[0], &s.weights[2].W[0], tf_group_base(s.c.g)));
	CHECK_OK(tf_pt_add(s.c.g, &s.weights[2].W[1], &s.weights[2].W[1], tf_group_base(s.c.g)));
	is_refused(2, 1);
	CHECK_OK(start_one(2, &older, &root)); /* that is its own */
	stage_free(&s);
}

TEST(a_presignature_serves_one_key)
{
	prepare(true);
	cast_rooms(&s.c, tf_signing_sizes(&tf_profile_small, 3));
	CHECK_OK(tf_pt_add(s.c.g, &s.weights[0].Y, &s.weights[0].Y, tf_group_base(s.c.g)));
	is_refused(0, 0);
	CHECK_OK(tf_pt_add(s.c.g, &s.weights[1].W[2], &s.weights[1].W[2], tf_group_base(s.c.g)));
	is_refused(1, 0);
	s.weights[2].W[0] = s.weights[2].W[1];
	is_refused(2, 0);
	stage_free(&s);
}

/* ---- conflict is not guilt ---- */

TEST(who_was_told_something_else_is_in_another_session)
{
	prepare(true);
	stage_start_sign(&s, 0, &root, digest);
	tf_outbox_reset(&s.c.out[2]);
	tf_signing_wipe(&s.signing[2]);
	CHECK_OK(start_one(2, &s.presig[2][1], &root)); /* another presignature */
	for (unsigned i = 0; i < 2; i++)
		cast_collect(&s.c, i);
	cast_collect(&s.c, 2);
	cast_run(&s.c);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(s.c.err[i] == TF_E_SESSION && s.c.fault[i].party == TF_PARTY_NONE);
		CHECK(tf_rounds_state(s.c.run[i]) == TF_RUN_RUNNING);
	}
	CHECK(tf_rounds_awaits(s.c.run[0], 3) && !tf_rounds_awaits(s.c.run[0], 2));
	stage_free(&s);
}

/* ---- cheating ---- */

static void other_sigma(const cast *k, void *m, void *ctx)
{
	tf_sc one;

	(void)ctx;
	tf_sc_set_u64(k->g, &one, 1);
	tf_sc_add(k->g, &((tf_msg_sign_share *)m)->sigma, &((tf_msg_sign_share *)m)->sigma, &one);
}

static void zero_sigma(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	memset(&((tf_msg_sign_share *)m)->sigma, 0, sizeof(tf_sc));
}

static unsigned liar;
static void (*lie)(const cast *k, void *m, void *ctx);

static bool rewrite(cast *k, cast_mail *mail)
{
	if (mail->from == liar)
		cast_rewrite(k, mail, &tf_msg_sign_share_wire, lie, NULL);
	return true;
}

TEST(a_wrong_share_names_its_sender)
{
	for (liar = 1; liar <= 3; liar++) {
		prepare(true);
		lie = liar == 2 ? zero_sigma : other_sigma;
		s.c.rewrite = rewrite;
		stage_start_sign(&s, 0, &account, digest);
		cast_run(&s.c);
		cast_check_blame(&s.c, liar, TF_CK_SIGN_SHARE);
		CHECK_ERR(tf_signing_result(&(tf_ecdsa_sig){ 0 }, NULL, &s.signing[liar % 3]),
		          TF_E_STATE);
		stage_free(&s);
	}
}

static void less_sigma(const cast *k, void *m, void *ctx)
{
	tf_sc one;

	(void)ctx;
	tf_sc_set_u64(k->g, &one, 1);
	tf_sc_sub(k->g, &((tf_msg_sign_share *)m)->sigma, &((tf_msg_sign_share *)m)->sigma, &one);
}

static bool rewrite_two(cast *k, cast_mail *mail)
{
	if (mail->from <= 2)
		cast_rewrite(k, mail, &tf_msg_sign_share_wire, mail->from == 1 ? other_sigma : less_sigma,
		             NULL);
	return true;
}

/* ---- a sum that is not s, but -s ---- */

static tf_sc said[3]; /* every share as its sender made it */

static void note_sigma(const cast *k, void *m, void *ctx)
{
	(void)k;
	*(tf_sc *)ctx = ((tf_msg_sign_share *)m)->sigma;
}

static bool note(cast *k, cast_mail *mail)
{
	cast_rewrite(k, mail, &tf_msg_sign_share_wire, note_sigma, &said[mail->from - 1]);
	return true;
}

/* sigma_3 := -s - sigma_1 - sigma_2, which whoever speaks last can tell */
static void turn_sigma(const cast *k, void *m, void *ctx)
{
	tf_sc *sigma = &((tf_msg_sign_share *)m)->sigma;

	(void)ctx;
	tf_sc_add(k->g, sigma, &said[0], &said[1]);
	tf_sc_add(k->g, sigma, sigma, sigma);
	tf_sc_add(k->g, sigma, sigma, &said[2]);
	tf_sc_neg(k->g, sigma, sigma);
}

/* Whom party i's (0-based) file of this claim convicts by its own check; 0: nobody. */
static unsigned convicted(unsigned i, const tf_fault *claim)
{
	tf_evidence_verdict v;

	CHECK_OK(judged(&v, judged_write(&s.signing[i].r, TF_STAGE_SIGN, claim, s.cc)));
	CHECK(!v.convicts || v.fault.check == TF_CK_SIGN_SHARE);
	return v.convicts ? v.fault.party : 0;
}

/* Both signs of s are signatures by the same r, and low s makes them the same; but only one is by
 * R. So the cheat is named, and a file convicts it and nobody else. */
static void turn(tf_curve_id curve)
{
	tf_presig keep[3];

	stage_init_on(&s, 3, &tf_profile_small, curve);
	stage_presign(&s, 1, true);
	for (unsigned i = 0; i < 3; i++)
		keep[i] = s.presig[i][0];
	s.c.rewrite = note;
	stage_start_sign(&s, 0, &account, stark_digest);
	cast_run(&s.c);
	stage_check_signature(&s, &account, stark_digest);
	for (unsigned i = 0; i < 3; i++)
		s.presig[i][0] = keep[i]; /* the same nonce again, so that the shares are known */
	liar = 3;
	lie = turn_sigma;
	s.c.rewrite = rewrite;
	stage_start_sign(&s, 0, &account, stark_digest);
	cast_run(&s.c);
	cast_check_blame(&s.c, 3, TF_CK_SIGN_SHARE);
	for (unsigned i = 0; i < 2; i++) {
		tf_fault other = { .party = (uint16_t)(2 - i), .round = 1, .check = TF_CK_SIGN_SHARE };

		CHECK(s.c.fault[i].round == 1 && s.c.done[i] == 0);
		CHECK(convicted(i, &s.c.fault[i]) == 3);
		CHECK(convicted(i, &other) != 2 - i);
	}
	stage_free(&s);
}

TEST(who_turns_the_sign_of_s_is_named)
{
	turn(TF_CURVE_SECP256K1);
	turn(TF_CURVE_P256);
	turn(TF_CURVE_STARK);
}

/* Two lies that add up to nothing: who hears both has the signature that was asked for, and judges
 * no share (docs/adr/0012); who has told one of them hears the other. */
TEST(shares_are_not_judged_if_their_sum_is_the_signature)
{
	prepare(true);
	s.c.rewrite = rewrite_two;
	stage_start_sign(&s, 0, &account, digest);
	cast_run(&s.c);
	CHECK(s.c.err[2] == TF_OK && s.c.done[2] == 1);
	check_recovery(2, digest);
	for (unsigned i = 0; i < 2; i++)
		CHECK(s.c.err[i] == TF_E_PROOF && s.c.fault[i].party == 2 - i &&
		      s.c.fault[i].check == TF_CK_SIGN_SHARE);
	stage_free(&s);
}

/* Shares that hold and a signature that does not: only if all of them have been told another key
 * than the one that the presignatures are for. */
TEST(the_signature_itself_is_verified)
{
	prepare(true);
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(tf_pt_add(s.c.g, &s.presig[i][0].Y, &s.presig[i][0].Y,
		                   tf_group_base(s.c.g)));
	stage_start_sign(&s, 0, &account, digest);
	cast_run(&s.c);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(s.c.err[i] == TF_E_PROOF && s.c.fault[i].party == TF_PARTY_NONE);
		CHECK(s.c.fault[i].check == TF_CK_SIGN_FINAL && s.c.done[i] == 0);
	}
	stage_free(&s);
}

/* ---- the echo of the last presigning round ---- */

TEST(an_unconfirmed_presignature_carries_its_echo_into_the_share)
{
	prepare(false);
	stage_start_sign(&s, 0, &account, digest);
	cast_run(&s.c);
	stage_check_signature(&s, &account, digest);
	/* one party has seen other broadcasts in round 3: nobody is to blame, nothing is signed */
	s.presig[2][1].echo[4] ^= 1;
	stage_start_sign(&s, 1, &account, digest);
	cast_run(&s.c);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(s.c.err[i] == TF_E_CONFLICT && s.c.fault[i].party == TF_PARTY_NONE);
		CHECK(s.c.fault[i].check == TF_CK_ECHO_AGREES && s.c.done[i] == 0);
	}
	stage_free(&s);
}

static bool with_an_echo(cast *k, cast_mail *mail)
{
	tf_envelope e;

	if (mail->from == 3 && cast_is(mail, TF_MSG_SIGN_SHARE, &e)) {
		e.echo[0] = 1;
		cast_forge(k, mail, &e, 3);
	}
	return true;
}

TEST(a_confirmed_presignature_carries_none)
{
	prepare(true);
	s.c.rewrite = with_an_echo;
	stage_start_sign(&s, 0, &account, digest);
	cast_run(&s.c);
	for (unsigned i = 0; i < 2; i++)
		CHECK(s.c.err[i] == TF_E_PROOF && s.c.fault[i].party == 3 &&
		      s.c.fault[i].check == TF_CK_ENVELOPE_ECHO);
	stage_free(&s);
}

/* A share with an echo, and one without, are of two runs: neither's sender has done wrong. */
TEST(a_presignature_that_one_alone_has_not_confirmed_is_of_another_run)
{
	prepare(true);
	s.presig[2][0].confirmed = 0;
	s.presig[2][0].echo[0] = 1;
	stage_start_sign(&s, 0, &account, digest);
	cast_run(&s.c);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(s.c.err[i] == TF_E_SESSION && s.c.fault[i].party == TF_PARTY_NONE);
		CHECK(s.c.done[i] == 0 && tf_rounds_awaits(&s.signing[i].r, i == 2 ? 1 : 3));
	}
	stage_free(&s);
}

/* Row 22 of docs/protocol.md 11: the nonce of the signature depends on all of (path, m). */
TEST(another_path_or_message_has_another_nonce)
{
	static const tf_path other = { .index = { 44, 1, 0, 0, 1 }, .len = 5 };
	const tf_path *path[3] = { &account, &other, &account };
	tf_ecdsa_sig sig[3];

	stage_init(&s, 2, &tf_profile_small);
	stage_presign(&s, 1, true);
	for (unsigned k = 0; k < 3; k++) {
		tf_presig keep[2] = { s.presig[0][0], s.presig[1][0] };
		uint8_t hash[32] = { k == 2 };

		stage_start_sign(&s, 0, path[k], hash);
		cast_run(&s.c);
		CHECK_OK(tf_signing_result(&sig[k], NULL, &s.signing[0]));
		for (unsigned j = 0; j < k; j++)
			CHECK(!tf_sc_eq(&sig[j].r, &sig[k].r));
		s.presig[0][0] = keep[0]; /* what no caller may do */
		s.presig[1][0] = keep[1];
	}
	stage_free(&s);
}
