#include <sodium.h>
#include <string.h>

#include "lib/stage_test.h"

static stage s;
static tf_frost_nonces nonces[STAGE_DEVICES][2];

static const uint8_t text[] = "transfer 5 from savings to checking";
static const tf_bytes message = { text, sizeof(text) - 1 };

static void prepare(tf_frost_variant variant, bool confirm)
{
	size_t room = tf_frost_prepare_room(s.alg, (uint16_t)s.n, 2);

	for (unsigned k = 0; k < s.n; k++) {
		unsigned i = s.now[k];
		tf_frost_prepare_params p = { .key = stage_key(&s, i), .variant = variant,
		                              .batch = 2, .confirm = confirm };

		CHECK_OK(tf_frost_prepare_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i],
		                                &p));
	}
	stage_run(&s);
	stage_check_done(&s);
	for (unsigned k = 0; k < s.n; k++)
		for (uint32_t b = 0; b < 2; b++)
			CHECK_OK(tf_frost_prepare_move(&nonces[s.now[k]][b], s.m[s.now[k]], b));
}

/* Sign by nonces b; the signature of all, and the key it is by. */
static void sign(unsigned b, const char *path, tf_frost_spend spend, uint8_t sig[static 64],
                 uint8_t key[static 33])
{
	size_t room = tf_frost_sign_room(s.alg, (uint16_t)s.n, message.len);
	uint8_t id[STAGE_DEVICES][32];
	bool valid;

	for (unsigned k = 0; k < s.n; k++) {
		unsigned i = s.now[k];
		tf_frost_sign_params p = { .key = stage_key(&s, i), .nonces = &nonces[i][b],
		                           .spend = spend, .root = { 0x77 },
		                           .message = message };

		tf_frost_nonces_id(id[k], &nonces[i][b]);
		CHECK(memcmp(id[k], id[0], 32) == 0);
		CHECK_OK(tf_derivation_parse(&p.path, path));
		CHECK_OK(tf_frost_sign_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
		CHECK(sodium_is_zero((const uint8_t *)&nonces[i][b], sizeof(nonces[i][b])));
	}
	stage_run(&s);
	stage_check_done(&s);
	CHECK(memcmp(s.burnt[s.now[0]], id[0], 32) == 0);
	for (unsigned k = 0; k < s.n; k++) {
		uint8_t again[64];

		CHECK_OK(tf_frost_sign_signature(k ? again : sig, key, s.m[s.now[k]]));
		CHECK(k == 0 || memcmp(sig, again, sizeof(again)) == 0);
	}
	CHECK_OK(tf_schnorr_verify(&valid, s.alg, sig, message, key, stage_scratch()));
	CHECK(valid);
	CHECK_OK(tf_schnorr_verify(&valid, s.alg, sig, (tf_bytes){ text, 3 }, key,
	                           stage_scratch()));
	CHECK(!valid);
}

TEST(two_of_three_sign_with_ed25519)
{
	uint8_t sig[64], key[33], child[33];
	tf_key_facts facts;
	tf_derivation d;

	stage_init(&s, 3, TF_ALG_SCHNORR_ED25519);
	stage_keygen(&s, 2);
	stage_meet(&s, 2, (const unsigned[]){ 2, 0 });
	facts = stage_facts(&s, 0);
	prepare(TF_FROST_RFC9591, true);
	sign(0, "m", TF_SPEND_KEY, sig, key);
	CHECK(memcmp(key, facts.public_key, 33) == 0 && key[0] == 0xed);
	CHECK(crypto_sign_verify_detached(sig, text, message.len, key + 1) == 0);
	sign(1, "m/44/501/0/0", TF_SPEND_KEY, sig, key);
	CHECK_OK(tf_derivation_parse(&d, "m/44/501/0/0"));
	CHECK_OK(tf_child_derive(child, NULL, s.alg, facts.public_key, facts.chain_code, &d,
	                         stage_scratch()));
	CHECK(memcmp(key, child, 33) == 0);
	CHECK(crypto_sign_verify_detached(sig, text, message.len, child + 1) == 0);
	stage_free(&s);
}

TEST(taproot_outputs_by_both_variants)
{
	uint8_t sig[64], key[33], other[33];

	stage_init(&s, 2, TF_ALG_SCHNORR_BIP340);
	stage_keygen(&s, 2);
	prepare(TF_FROST_RFC9591, false);
	sign(0, "m/86/0/0", TF_SPEND_KEY_PATH, sig, key);
	CHECK(key[0] == 2);
	sign(1, "m/86/0/0", TF_SPEND_SCRIPT_TREE, sig, other);
	CHECK(memcmp(key, other, 33) != 0);
	prepare(TF_FROST_BIP445_DRAFT, true);
	sign(0, "m/86/0/0", TF_SPEND_KEY_PATH, sig, other);
	CHECK(memcmp(key, other, 33) == 0);
	stage_free(&s);
}

TEST(nonces_are_gone_once_signing_began)
{
	tf_frost_sign_params p = { .message = message };
	size_t room = tf_frost_sign_room(TF_ALG_SCHNORR_ED25519, 2, message.len);

	stage_init(&s, 2, TF_ALG_SCHNORR_ED25519);
	stage_keygen(&s, 2);
	prepare(TF_FROST_RFC9591, true);
	CHECK_ERR(tf_frost_prepare_move(&nonces[0][0], s.m[0], 0), TF_E_STATE);
	p.key = stage_key(&s, 0);
	p.nonces = &nonces[1][0];
	p.message.p = NULL;
	CHECK_ERR(tf_frost_sign_begin(&s.m[0], stage_lend(&s, 0, room), &s.clique[0], &p),
	          TF_E_USAGE);
	CHECK(sodium_is_zero((const uint8_t *)&nonces[1][0], sizeof(nonces[1][0])));
	p.message = message;
	p.nonces = &nonces[0][0];
	CHECK_OK(tf_frost_sign_begin(&s.m[0], stage_lend(&s, 0, room), &s.clique[0], &p));
	CHECK_ERR(tf_frost_sign_begin(&s.m[0], stage_lend(&s, 0, room), &s.clique[0], &p),
	          TF_E_STATE);
	p.nonces = &nonces[0][1];
	CHECK_ERR(tf_frost_sign_begin(&s.m[0], stage_lend(&s, 0, room / 2), &s.clique[0], &p),
	          TF_E_CAPACITY);
	CHECK(sodium_is_zero((const uint8_t *)&nonces[0][1], sizeof(nonces[0][1])));
	stage_free(&s);
}

/* A share is its device's alone: with another device in its seat nothing is made by it. */
TEST(only_the_devices_of_a_key_may_use_it)
{
	tf_frost_prepare_params p = { .batch = 1 };
	size_t room;

	stage_init(&s, 3, TF_ALG_SCHNORR_ED25519);
	stage_keygen(&s, 2);
	p.key = stage_key(&s, 0);
	room = tf_frost_prepare_room(s.alg, 3, 1);
	CHECK_OK(tf_frost_prepare_begin(&s.m[0], stage_lend(&s, 0, room), &s.clique[0], &p));
	tf_machine_wipe(s.m[0]);
	s.party[2].device = "somebody else";
	CHECK_ERR(tf_frost_prepare_begin(&s.m[0], stage_lend(&s, 0, room), &s.clique[0], &p),
	          TF_E_USAGE);
	CHECK(s.m[0] == NULL);
	s.party[2].device = s.name[2];
	CHECK_OK(tf_frost_prepare_begin(&s.m[0], stage_lend(&s, 0, room), &s.clique[0], &p));
	stage_free(&s);
}

TEST(algorithms_are_not_mixed)
{
	tf_frost_prepare_params p = { .batch = 1 };
	uint8_t sig[64] = { 0 }, key[33] = { 2 };
	bool valid = true;

	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&s, 2);
	p.key = stage_key(&s, 0);

	size_t room = tf_frost_prepare_room(s.alg, 2, 1);

	CHECK_ERR(tf_frost_prepare_begin(&s.m[0], stage_lend(&s, 0, room), &s.clique[0], &p),
	          TF_E_USAGE);
	s.clique[0].algorithm = TF_ALG_SCHNORR_BIP340; /* the key is for ECDSA */
	CHECK(tf_frost_prepare_begin(&s.m[0], stage_lend(&s, 0, room), &s.clique[0], &p) != TF_OK);
	s.clique[0].algorithm = TF_ALG_SCHNORR_ED25519;
	p.variant = TF_FROST_BIP445_DRAFT;
	CHECK_ERR(tf_frost_prepare_begin(&s.m[0], stage_lend(&s, 0, room), &s.clique[0], &p),
	          TF_E_USAGE);
	CHECK_ERR(tf_schnorr_verify(&valid, TF_ALG_ECDSA_P256, sig, message, key,
	                            stage_scratch()), TF_E_UNSUPPORTED);
	CHECK(!valid);
	stage_free(&s);
}

/* The whole way through the public face: what the machines compute in constant time
 * is not undone by what lies between them and the caller. */
TEST_SLOW(constant_time_from_key_generation_to_a_schnorr_signature, 600)
{
	uint8_t sig[64], key[33];

	stage_init(&s, 2, TF_ALG_SCHNORR_ED25519);
	stage_keygen(&s, 2);
	prepare(TF_FROST_RFC9591, true);
	sign(0, "m/1", TF_SPEND_KEY, sig, key);
	CHECK(key[0] == 0xed);
	stage_free(&s);
}

/* And to outputs of Taproot, whose keys and nonces change their signs on the way. */
TEST_SLOW(constant_time_from_key_generation_to_a_taproot_signature, 600)
{
	static const tf_frost_variant variant[2] = { TF_FROST_RFC9591, TF_FROST_BIP445_DRAFT };
	uint8_t sig[64], key[33];

	stage_init(&s, 2, TF_ALG_SCHNORR_BIP340);
	stage_keygen(&s, 2);
	for (unsigned k = 0; k < TF_ARRAY_LEN(variant); k++) {
		prepare(variant[k], true);
		sign(0, "m/86/0/0", TF_SPEND_KEY_PATH, sig, key);
		sign(1, "m/86/0/1", TF_SPEND_SCRIPT_TREE, sig, key);
		CHECK(key[0] == 2);
	}
	stage_free(&s);
}
