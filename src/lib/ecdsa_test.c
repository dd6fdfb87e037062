#include <secp256k1.h>
#include <string.h>

#include "harness/primes.h"
#include "lib/stage_test.h"

static stage s;

/* By libsecp256k1's own verification. */
static bool holds(const tf_signature *sig, const uint8_t digest[static 32],
                  const uint8_t key[static 33])
{
	secp256k1_ecdsa_signature parsed;
	secp256k1_pubkey pub;
	uint8_t compact[64];

	memcpy(compact, sig->r, 32);
	memcpy(compact + 32, sig->s, 32);
	return secp256k1_ec_pubkey_parse(secp256k1_context_static, &pub, key, 33) == 1 &&
	       secp256k1_ecdsa_signature_parse_compact(secp256k1_context_static, &parsed,
	                                               compact) == 1 &&
	       secp256k1_ecdsa_verify(secp256k1_context_static, &parsed, digest, &pub) == 1;
}

/* The signatures of all are one, under the child that anybody can derive. */
static tf_signature check_signature(const char *path, const uint8_t digest[static 32])
{
	tf_key_facts facts = stage_facts(&s, 0);
	uint8_t child[33], key[33];
	tf_signature first = { .recid = 0 };
	tf_derivation d;
	bool valid;

	stage_check_done(&s);
	CHECK_OK(tf_derivation_parse(&d, path));
	CHECK_OK(tf_child_derive(child, NULL, s.alg, facts.public_key, facts.chain_code, &d,
	                         stage_scratch()));
	for (unsigned k = 0; k < s.n; k++) {
		const tf_machine *m = s.m[s.now[k]];
		tf_signature sig = { .recid = 9 };

		CHECK_OK(tf_signing_signature(&sig, key, m));
		CHECK_OK(tf_signing_signature(&sig, NULL, m));
		CHECK(memcmp(key, child, sizeof(key)) == 0);
		if (k == 0)
			first = sig;
		CHECK(memcmp(&sig, &first, sizeof(sig)) == 0);
	}
	CHECK_OK(tf_signature_verify(&valid, s.alg, &first, digest, child, stage_scratch()));
	CHECK(valid);
	first.s[31] ^= 1;
	CHECK_OK(tf_signature_verify(&valid, s.alg, &first, digest, child, stage_scratch()));
	CHECK(!valid);
	first.s[31] ^= 1;
	for (unsigned flip = 1; flip < 8; flip++) { /* it is part of the signature */
		first.recid ^= (uint8_t)flip;
		CHECK_OK(tf_signature_verify(&valid, s.alg, &first, digest, child,
		                             stage_scratch()));
		CHECK(!valid);
		first.recid ^= (uint8_t)flip;
	}
	return first;
}

static const uint8_t digest[32] = { 0x03, 'd', 'i', 'g', 'e', 's', 't' };

static void whole_life(tf_algorithm alg, bool confirm)
{
	uint8_t id[STAGE_DEVICES][32];

	stage_init(&s, 2, alg);
	stage_keygen(&s, 2);
	stage_introduce(&s);
	stage_presign(&s, 1, confirm);
	for (unsigned i = 0; i < 2; i++)
		tf_presignature_id(id[i], &s.presig[i][0]);
	CHECK(memcmp(id[0], id[1], 32) == 0);
	stage_begin_sign(&s, 0, "m/44/60/1/0/2", digest);
	stage_run(&s);
	(void)check_signature("m/44/60/1/0/2", digest);
	CHECK(memcmp(s.burnt[0], id[0], 32) == 0 && memcmp(s.burnt[1], id[0], 32) == 0);
	stage_free(&s);
}

TEST_SLOW(from_key_generation_to_a_signature_on_p256_and_stark, 120)
{
	whole_life(TF_ALG_ECDSA_P256, true);
	whole_life(TF_ALG_ECDSA_STARK, false);
}

TEST_SLOW(two_of_three_sign_with_secp256k1, 120)
{
	tf_signature sig;
	uint8_t child[33];
	tf_key_facts facts;
	tf_derivation d;

	stage_init(&s, 3, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&s, 2);
	stage_introduce(&s);
	facts = stage_facts(&s, 1);
	CHECK(facts.t == 2 && facts.n == 3 && facts.own == 2 && facts.committed);
	CHECK(facts.form == TF_FORM_THRESHOLD && facts.epoch == 1 && facts.key_id[0] == 7);
	CHECK(strcmp(facts.workspace, "stage") == 0);
	CHECK(strcmp(facts.seat[2].device, "device-3") == 0 && facts.seat[2].seat == 3);
	stage_meet(&s, 2, (const unsigned[]){ 2, 0 });
	stage_presign(&s, 2, true);
	for (unsigned b = 0; b < 2; b++) {
		stage_begin_sign(&s, b, "m/0/7", digest);
		stage_run(&s);
		sig = check_signature("m/0/7", digest);
		CHECK_OK(tf_derivation_parse(&d, "m/0/7"));
		CHECK_OK(tf_child_derive(child, NULL, s.alg, facts.public_key, facts.chain_code,
		                         &d, stage_scratch()));
		CHECK(holds(&sig, digest, child));
		CHECK(!holds(&sig, facts.chain_code, child));
	}
	stage_free(&s);
}

TEST_SLOW(a_presignature_is_gone_once_signing_began, 120)
{
	static const tf_presignature none;
	tf_signing_params p = { .digest = { 1 } };

	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&s, 2);
	stage_introduce(&s);
	stage_presign(&s, 2, true);
	CHECK_ERR(tf_presign_move(&s.presig[0][3], s.m[0], 0), TF_E_STATE);

	size_t room = tf_signing_room(STAGE_SMALL, s.alg, 2);

	p.key = stage_key(&s, 0);
	p.presignature = &s.presig[0][0];
	CHECK_OK(tf_signing_begin(&s.m[0], stage_lend(&s, 0, room), &s.clique[0], &p));
	CHECK(memcmp(&s.presig[0][0], &none, sizeof(none)) == 0);
	CHECK_ERR(tf_signing_begin(&s.m[0], stage_lend(&s, 0, room), &s.clique[0], &p),
	          TF_E_STATE);
	/* even if it could not begin */
	p.presignature = &s.presig[0][1];
	CHECK_ERR(tf_signing_begin(&s.m[0], stage_lend(&s, 0, room - 64), &s.clique[0], &p),
	          TF_E_CAPACITY);
	CHECK(memcmp(&s.presig[0][1], &none, sizeof(none)) == 0);
	stage_free(&s);
}

TEST_SLOW(constant_time_moduli_from_primes, 600)
{
	uint8_t primes[4 * 80], record[0x2000];
	size_t len = 0;

	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	for (unsigned k = 0; k < 4; k++) {
		tf_bn p;

		tf_test_primes(640, k, &p);
		tf_bn_to_bytes(primes + k * 80, 80, &p);
	}
	tf_ct_classify(primes, sizeof(primes));
	CHECK_OK(tf_moduli_create(record, sizeof(record), &len, STAGE_SMALL, primes, 0,
	                          &s.clique[0].random, stage_scratch()));
	CHECK(len == tf_moduli_bytes(STAGE_SMALL));
	stage_free(&s);
}
