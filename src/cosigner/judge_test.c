/* A coordinator that lies: every change of what the client signed is refused, with its check. */
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cosigner/bound_test.h"
#include "cosigner/judge.h"
#include "harness/harness.h"
#include "harness/tape.h"
#include "policy/raw.h"
#include "policy/transfer.h"

#define NOW 1800000000
#define USER "11111111-2222-4333-8444-555555555555"
#define OTHER "99999999-2222-4333-8444-555555555555"

#define BODY(amount_and_more) \
	"{\"operation\":\"TRANSFER\",\"assetId\":\"ETH_TEST5\",\"source\":{\"type\":" \
	"\"VAULT_ACCOUNT\",\"id\":\"3\"},\"destination\":{\"type\":\"ONE_TIME_ADDRESS\"," \
	"\"oneTimeAddress\":{\"address\":\"0x1111111111111111111111111111111111111111\"}}," \
	amount_and_more "}"

static const char body[] = BODY(
	"\"amount\":\"0.5\",\"gasLimit\":\"21000\",\"maxFee\":\"20\",\"priorityFee\":\"1\","
	"\"extraParameters\":{\"nodeControls\":{\"nonce\":\"7\"}}");
static const char open_body[] = BODY("\"amount\":\"0.5\"");

typedef struct scene {
	EVP_PKEY *key[2]; /* of the user, of the other one */
	tf_workspace w;
	tf_chain_rule rule;
	tf_api_user users[2];
	tf_arena mem;
	uint8_t mem_p[32768];
	tf_tape tape;
	const tf_group *g;
	tf_sharing sharing;
	tf_judge judge;
	char token[4096];
	uint8_t payload[512];
	tf_ctl_intent intent;
	char reason[TF_JUDGE_REASON];
	tf_fault fault;
	tf_judgement v;
} scene;

/* Appends; the encoder fills all the room it is told of. */
static void base64url(char *out, const void *p, size_t len)
{
	sodium_bin2base64(out,
	                  sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_URLSAFE_NO_PADDING), p,
	                  len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* A compact RS256 token as a client makes it. */
static void sign_token(char *out, EVP_PKEY *key, const char *sub, const char *uri,
                       const char *nonce, int64_t iat, const char *text)
{
	static const char header[] = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
	uint8_t hash[32], sig[512];
	char hex[65], claims[1024];
	size_t len = sizeof(sig);
	EVP_MD_CTX *md = EVP_MD_CTX_new();

	crypto_hash_sha256(hash, (const uint8_t *)text, strlen(text));
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	snprintf(claims, sizeof(claims),
	         "{\"uri\":\"%s\",\"nonce\":\"%s\",\"iat\":%lld,\"exp\":%lld,\"sub\":\"%s\","
	         "\"bodyHash\":\"%s\"}",
	         uri, nonce, (long long)iat, (long long)iat + 55, sub, hex);
	base64url(out, header, strlen(header));
	strcat(out, ".");
	base64url(out + strlen(out), claims, strlen(claims));
	CHECK(md && EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key) == 1);
	CHECK(EVP_DigestSign(md, sig, &len, (const uint8_t *)out, strlen(out)) == 1);
	EVP_MD_CTX_free(md);
	strcat(out, ".");
	base64url(out + strlen(out), sig, len);
}

static void make_user(scene *s, size_t i, const char *id)
{
	tf_api_user *u = &s->users[i];
	BIO *bio = BIO_new(BIO_s_mem());
	int n;

	s->key[i] = EVP_RSA_gen(2048);
	CHECK(s->key[i] && bio && PEM_write_bio_PUBKEY(bio, s->key[i]) == 1);
	n = BIO_read(bio, u->public_key, TF_PEM_KEY_MAX);
	CHECK(n > 0);
	BIO_free(bio);
	snprintf(u->id, sizeof(u->id), "%s", id);
	snprintf(u->primaries[0], sizeof(u->primaries[0]), "primary-1");
	u->n_primaries = 1;
	snprintf(u->role, sizeof(u->role), "SIGNER");
}

static void show(scene *s)
{
	s->intent.token = (tf_blob){ (const uint8_t *)s->token, strlen(s->token) };
}

static void scene_of(scene *s, const char *text)
{
	tf_rng rng = tf_tape_init(&s->tape, 1, 0);
	tf_request request;
	tf_evm_tx tx;
	tf_path path;
	tf_sc_sec x;
	size_t len;

	memset(s, 0, sizeof(*s));
	rng = tf_tape_init(&s->tape, 1, 0);
	tf_arena_init(&s->mem, s->mem_p, sizeof(s->mem_p));
	CHECK_OK(tf_group_init(&s->g, TF_CURVE_SECP256K1, NULL, &s->mem));
	s->sharing.curve = TF_CURVE_SECP256K1;
	CHECK_OK(tf_sc_random(s->g, &x, &rng));
	CHECK_OK(tf_pt_mul_base(s->g, &s->sharing.Y, &x));
	make_user(s, 0, USER);
	make_user(s, 1, OTHER);
	s->rule = (tf_chain_rule){
		.asset_id = "ETH_TEST5", .type = TF_CHAIN_EVM, .chain_id = 11155111, .coin_type = 1,
		.testnet = true, .symbol = "ETH", .decimals = 18, .gas_limit_default = "21000",
		.max_fee_per_gas_default = "30000000000",
		.max_priority_fee_per_gas_default = "2000000000",
		.max_fee_per_gas_cap = "100000000000",
	};
	s->w = (tf_workspace){ .dev_profile = true, .chains = &s->rule, .n_chains = 1,
	                       .api_users = s->users, .n_api_users = 2 };
	s->judge = (tf_judge){ .workspace = &s->w, .g = s->g, .sharing = &s->sharing,
	                       .primary = "primary-1", .now_s = NOW, .max_age_s = 86400 };
	CHECK_OK(tf_request_parse(&request, NULL, text, strlen(text)));
	CHECK_OK(tf_transfer_build(&tx, &path, NULL, &request, &s->rule, 0));
	CHECK_OK(tf_evm_encode(s->payload, sizeof(s->payload), &len, &tx));
	sign_token(s->token, s->key[0], USER, "/v1/transactions", "n-1", NOW - 5, text);
	s->intent = (tf_ctl_intent){
		.tx = "tx-1", .asset = "ETH_TEST5",
		.target = { (const uint8_t *)"/v1/transactions", 16 },
		.body = { (const uint8_t *)text, strlen(text) },
		.payload = { s->payload, len },
		.path = "m/44/1/3/0/0",
	};
	show(s);
}

static void scene_init(scene *s)
{
	scene_of(s, body);
}

static tf_err judge(scene *s)
{
	return tf_judge_intent(&s->v, s->reason, &s->fault, &s->judge, &s->intent);
}

static void refused(scene *s, tf_err e, tf_check check)
{
	tf_err got = judge(s);

	if (got != e || s->fault.check != check)
		tf_test_fail(__FILE__, __LINE__, "%s, %s: %s", tf_err_name(got),
		             tf_check_name(s->fault.check), s->reason);
	CHECK(s->reason[0] != '\0');
	for (size_t i = 0; i < sizeof(s->v); i++)
		CHECK(((const uint8_t *)&s->v)[i] == 0);
}

TEST(what_the_client_signed_is_approved_and_described)
{
	static scene s; /* reachable until the end, with its keys */
	uint8_t digest[32];

	scene_init(&s);
	CHECK_OK(judge(&s));
	tf_evm_digest(digest, s.intent.payload.p, s.intent.payload.len);
	CHECK(memcmp(digest, s.v.digest, 32) == 0);
	CHECK(s.v.nonce == 7 && s.v.chain_id == 11155111 && strcmp(s.v.user, USER) == 0);
	CHECK(strstr(s.v.words, "0x1111111111111111111111111111111111111111") != NULL);
	CHECK(strncmp(s.v.sender, "0x", 2) == 0);
}

/* Rebuild the payload as a coordinator would that changes one thing. */
static void change_payload(scene *s, void (*change)(tf_evm_tx *tx))
{
	static uint8_t out[512];
	tf_evm_tx tx;
	size_t len;

	CHECK_OK(tf_evm_parse(&tx, s->payload, s->intent.payload.len));
	change(&tx);
	CHECK_OK(tf_evm_encode(out, sizeof(out), &len, &tx));
	s->intent.payload = (tf_blob){ out, len };
}

static void other_recipient(tf_evm_tx *tx) { tx->to[19] ^= 1; }
static void other_value(tf_evm_tx *tx) { tx->value.w[0]++; }
static void other_fee(tf_evm_tx *tx) { tx->max_fee.w[0]++; }
static void other_tip(tf_evm_tx *tx) { tx->priority_fee.w[0]++; }
static void other_nonce(tf_evm_tx *tx) { tx->nonce++; }
static void other_chain(tf_evm_tx *tx) { tx->chain_id = 1; }
static void other_gas(tf_evm_tx *tx) { tx->gas_limit++; }

TEST(a_changed_payload_is_refused_by_its_check)
{
	static const struct {
		void (*change)(tf_evm_tx *tx);
		tf_check check;
	} cases[] = {
		{ other_recipient, TF_CK_TX_TO }, { other_value, TF_CK_TX_VALUE },
		{ other_fee, TF_CK_TX_MAX_FEE_NAMED }, { other_tip, TF_CK_TX_PRIORITY_NAMED },
		{ other_nonce, TF_CK_TX_NONCE_NAMED }, { other_chain, TF_CK_TX_CHAIN },
		{ other_gas, TF_CK_TX_GAS_NAMED },
	};
	static scene s; /* reachable until the end, with its keys */

	scene_init(&s);
	for (size_t i = 0; i < TF_ARRAY_LEN(cases); i++) {
		tf_blob honest = s.intent.payload;

		change_payload(&s, cases[i].change);
		refused(&s, TF_E_MISMATCH, cases[i].check);
		s.intent.payload = honest;
	}
	CHECK_OK(judge(&s));
}

TEST(a_changed_path_is_refused)
{
	static scene s; /* reachable until the end, with its keys */

	scene_init(&s);
	s.intent.path = "m/44/1/4/0/0";
	refused(&s, TF_E_MISMATCH, TF_CK_TX_ACCOUNT);
	s.intent.path = "m/44/1/3/0/1";
	refused(&s, TF_E_MISMATCH, TF_CK_TX_PATH);
	s.intent.path = "m/44'/1/3/0/0";
	CHECK(judge(&s) != TF_OK);
}

TEST(a_changed_body_is_refused)
{
	char text[sizeof(body)];
	static scene s; /* reachable until the end, with its keys */

	scene_init(&s);
	memcpy(text, body, sizeof(body));
	text[strstr(text, "0.5") - text + 2] = '9';
	s.intent.body = (tf_blob){ (const uint8_t *)text, strlen(text) };
	refused(&s, TF_E_AUTH, TF_CK_JWT_BODY);
}

TEST(a_token_of_somebody_else_or_for_something_else_is_refused)
{
	static scene s; /* reachable until the end, with its keys */

	scene_init(&s);
	/* another user's key under this user's name */
	sign_token(s.token, s.key[1], USER, "/v1/transactions", "n-1", NOW - 5, body);
	show(&s);
	refused(&s, TF_E_AUTH, TF_CK_JWT_SIGNATURE);
	/* nobody's */
	sign_token(s.token, s.key[0], "00000000-0000-4000-8000-000000000000", "/v1/transactions",
	           "n-1", NOW - 5, body);
	show(&s);
	refused(&s, TF_E_AUTH, TF_CK_JUDGE_USER);
	/* for another operation */
	sign_token(s.token, s.key[0], USER, "/v1/vault/accounts", "n-1", NOW - 5, body);
	show(&s);
	refused(&s, TF_E_AUTH, TF_CK_JWT_URI);
	/* too old, and from the future */
	sign_token(s.token, s.key[0], USER, "/v1/transactions", "n-1", NOW - 90000, body);
	show(&s);
	refused(&s, TF_E_AUTH, TF_CK_JWT_EXPIRED);
	sign_token(s.token, s.key[0], USER, "/v1/transactions", "n-1", NOW + 3600, body);
	show(&s);
	refused(&s, TF_E_AUTH, TF_CK_JWT_FUTURE);
}

TEST(another_target_or_primary_is_refused)
{
	static scene s; /* reachable until the end, with its keys */

	scene_init(&s);
	s.intent.target = (tf_blob){ (const uint8_t *)"/v1/transactionz", 16 };
	refused(&s, TF_E_AUTH, TF_CK_JUDGE_TARGET);
	s.intent.target = (tf_blob){ (const uint8_t *)"/v1/transactions", 16 };
	s.judge.primary = "primary-2";
	refused(&s, TF_E_POLICY, TF_CK_JUDGE_PRIMARY);
}

/* The workspace file of an earlier version may have primaries for anybody. */
static const char *const lookers[] = {
	"VIEWER", "AUDITOR", "SECURITY_ADMIN", "SECURITY_AUDITOR", "NCW_ADMIN", "NCW_SIGNER",
	"COLLATERALS_SIGNER", "SIGNERS", "SIGNE", "ROOT", "",
};

static void take_role(scene *s, const char *role)
{
	snprintf(s->users[0].role, sizeof(s->users[0].role), "%s", role);
}

TEST(who_only_looks_gets_no_signature_whatever_the_coordinator_says)
{
	static const char *const askers[] = { "OWNER", "ADMIN", "NON_SIGNING_ADMIN", "SIGNER",
	                                      "APPROVER", "EDITOR" };
	static scene s; /* reachable until the end, with its keys */

	scene_init(&s);
	for (size_t i = 0; i < TF_ARRAY_LEN(lookers); i++) {
		take_role(&s, lookers[i]);
		refused(&s, TF_E_POLICY, TF_CK_JUDGE_ROLE);
	}
	for (size_t i = 0; i < TF_ARRAY_LEN(askers); i++) {
		take_role(&s, askers[i]);
		CHECK_OK(judge(&s));
	}
}

TEST(the_dev_profile_signs_for_testnets_only)
{
	static scene s; /* reachable until the end, with its keys */

	scene_init(&s);
	s.rule.testnet = false;
	refused(&s, TF_E_POLICY, TF_CK_JUDGE_TESTNET);
	s.w.dev_profile = false;
	CHECK_OK(judge(&s));
}

TEST(a_transfer_is_signed_by_a_key_of_its_chain)
{
	static scene s; /* reachable until the end, with its keys */

	scene_init(&s);
	s.sharing.curve = TF_CURVE_ED25519;
	refused(&s, TF_E_MISMATCH, TF_CK_JUDGE_CURVE);
}

/* ---- raw signatures ---- */

#define RAW(messages, algorithm) \
	"{\"operation\":\"RAW\",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"3\"}," \
	"\"extraParameters\":{\"rawMessageData\":{\"algorithm\":\"" algorithm "\"," \
	"\"messages\":[" messages "]}}}"
#define MESSAGE(content, path) "{\"content\":\"" content "\",\"derivationPath\":" path "}"
#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const char raw_body[] = RAW(MESSAGE("cafe", "[44,1,3,0,0]") ","
                                   MESSAGE("beef01", "[44,1,3,1,2]"), "MPC_EDDSA_ED25519");

/* The second message of the body above, by a key of ed25519; the user may. */
static void raw_init(scene *s, tf_ctl_raw *m)
{
	scene_init(s);
	s->users[0].raw_signing = true;
	s->sharing.curve = TF_CURVE_ED25519;
	*m = (tf_ctl_raw){ .tx = "tx-1", .item = 1, .target = s->intent.target };
}

static tf_err judge_raw(scene *s, tf_ctl_raw *m, const char *text, tf_blob *content)
{
	static uint8_t room[1 << 17];
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	sign_token(s->token, s->key[0], USER, "/v1/transactions", "n-1", NOW - 5, text);
	m->token = (tf_blob){ (const uint8_t *)s->token, strlen(s->token) };
	m->body = (tf_blob){ (const uint8_t *)text, strlen(text) };
	return tf_judge_raw(&s->v, content, s->reason, &s->fault, &s->judge, m, &mem);
}

static void raw_refused(scene *s, tf_ctl_raw *m, const char *text, tf_err e, tf_check check)
{
	tf_blob content = { (const uint8_t *)"", 7 };
	tf_err got = judge_raw(s, m, text, &content);

	if (got != e || s->fault.check != check)
		tf_test_fail(__FILE__, __LINE__, "%s, %s: %s", tf_err_name(got),
		             tf_check_name(s->fault.check), s->reason);
	CHECK(s->reason[0] != '\0' && content.p == NULL && content.len == 0);
	for (size_t i = 0; i < sizeof(s->v); i++)
		CHECK(((const uint8_t *)&s->v)[i] == 0);
}

TEST(what_the_client_wants_signed_raw_is_found_and_described)
{
	static const uint8_t want[] = { 0xbe, 0xef, 0x01 };
	static const tf_path path = { .index = { 44, 1, 3, 1, 2 }, .len = 5 };
	static scene s; /* reachable until the end, with its keys */
	static tf_raw_request r;
	uint8_t digest[32];
	tf_blob content;
	tf_ctl_raw m;

	raw_init(&s, &m);
	CHECK_OK(judge_raw(&s, &m, raw_body, &content));
	CHECK(content.len == 3 && memcmp(content.p, want, 3) == 0);
	CHECK(tf_path_eq(&s.v.path, &path) && s.v.raw && strcmp(s.v.user, USER) == 0);
	CHECK_OK(tf_raw_parse(&r, NULL, NULL, 0, raw_body, strlen(raw_body)));
	tf_raw_digest(digest, &r);
	CHECK(memcmp(digest, s.v.digest, 32) == 0);
	CHECK(strstr(s.v.words, "raw MPC_EDDSA_ED25519 m/44/1/3/1/2, message 2 of 2, 3 bytes, "
	             "SHA-256 ") == s.v.words);
	m.item = 0;
	CHECK_OK(judge_raw(&s, &m, raw_body, &content));
	CHECK(content.len == 2 && memcmp(digest, s.v.digest, 32) == 0);
}

TEST(raw_signatures_are_for_whom_the_admins_let_have_them)
{
	static scene s; /* reachable until the end, with its keys */
	tf_ctl_raw m;

	raw_init(&s, &m);
	s.users[0].raw_signing = false;
	s.users[1].raw_signing = true;
	raw_refused(&s, &m, raw_body, TF_E_POLICY, TF_CK_RAW_ALLOWED);
	s.users[0].raw_signing = true;
	s.judge.primary = "primary-2";
	raw_refused(&s, &m, raw_body, TF_E_POLICY, TF_CK_JUDGE_PRIMARY);
	s.judge.primary = "primary-1";
	m.target = (tf_blob){ (const uint8_t *)"/v1/transactionz", 16 };
	raw_refused(&s, &m, raw_body, TF_E_AUTH, TF_CK_JUDGE_TARGET);
}

TEST(who_only_looks_gets_no_raw_signature_either)
{
	static scene s; /* reachable until the end, with its keys */
	tf_ctl_raw m;

	raw_init(&s, &m);
	for (size_t i = 0; i < TF_ARRAY_LEN(lookers); i++) {
		take_role(&s, lookers[i]);
		raw_refused(&s, &m, raw_body, TF_E_POLICY, TF_CK_JUDGE_ROLE);
	}
}

TEST(raw_requests_that_must_not_be_signed_are_refused_by_their_checks)
{
	static scene s; /* reachable until the end, with its keys */
	tf_ctl_raw m;

	raw_init(&s, &m);
	m.item = 2;
	raw_refused(&s, &m, raw_body, TF_E_MISMATCH, TF_CK_RAW_ITEM);
	m.item = 0;
	s.sharing.curve = TF_CURVE_SECP256K1;
	raw_refused(&s, &m, raw_body, TF_E_MISMATCH, TF_CK_JUDGE_CURVE);
	s.sharing.curve = TF_CURVE_ED25519;
	raw_refused(&s, &m, RAW(MESSAGE(HASH, "[44,1,3,0,0]"), "MPC_ECDSA_SECP256K1"),
	            TF_E_MISMATCH, TF_CK_JUDGE_CURVE);
	raw_refused(&s, &m, RAW(MESSAGE("00", "[44,1,3,0,0]"), "MPC_ECDSA_SECP256K1"),
	            TF_E_MISMATCH, TF_CK_RAW_HASH);
	raw_refused(&s, &m, RAW(MESSAGE("00", "[44,1,4,0,0]"), "MPC_EDDSA_ED25519"),
	            TF_E_MISMATCH, TF_CK_RAW_ACCOUNT);
	raw_refused(&s, &m, RAW(MESSAGE("00", "[44,1,3,0]"), "MPC_EDDSA_ED25519"),
	            TF_E_MISMATCH, TF_CK_RAW_PATH);
	/* one bad message spoils the request, whichever of it is asked for */
	raw_refused(&s, &m, RAW(MESSAGE("00", "[44,1,3,0,0]") "," MESSAGE("00", "[44,501,3,0,0]"),
	                        "MPC_EDDSA_ED25519"), TF_E_POLICY, TF_CK_RAW_TESTNET);
	raw_refused(&s, &m, RAW("", "MPC_EDDSA_ED25519"), TF_E_ENCODING, TF_CK_NONE);
	raw_refused(&s, &m, body, TF_E_UNSUPPORTED, TF_CK_NONE); /* a transfer */
}

TEST(a_raw_request_is_no_transfer_and_its_body_is_the_clients)
{
	static scene s; /* reachable until the end, with its keys */
	static uint8_t room[1 << 17];
	char text[sizeof(raw_body)];
	tf_blob content;
	tf_ctl_raw m;
	tf_arena mem;

	raw_init(&s, &m);
	CHECK_OK(judge_raw(&s, &m, raw_body, &content));
	memcpy(text, raw_body, sizeof(text));
	*strstr(text, "cafe") = 'd';
	m.body.p = (const uint8_t *)text;
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_ERR(tf_judge_raw(&s.v, &content, s.reason, &s.fault, &s.judge, &m, &mem), TF_E_AUTH);
	CHECK(s.fault.check == TF_CK_JWT_BODY && content.p == NULL);
	tf_arena_init(&mem, room, 64);
	CHECK_ERR(tf_judge_raw(&s.v, &content, s.reason, &s.fault, &s.judge, &m, &mem),
	          TF_E_CAPACITY);
	raw_refused(&s, &m, "[]", TF_E_ENCODING, TF_CK_NONE);
	sign_token(s.token, s.key[0], USER, "/v1/transactions", "n-1", NOW - 5, raw_body);
	show(&s);
	s.sharing.curve = TF_CURVE_SECP256K1;
	s.intent.body = (tf_blob){ (const uint8_t *)raw_body, strlen(raw_body) };
	refused(&s, TF_E_UNSUPPORTED, TF_CK_NONE);
	s.intent.body = (tf_blob){ (const uint8_t *)text, strlen(text) };
	refused(&s, TF_E_AUTH, TF_CK_JWT_BODY);
}

/* ---- what is bound to a nonce ---- */

static void no_gas_no_fee(tf_evm_tx *tx)
{
	tx->gas_limit = 0;
	tx->max_fee = tx->priority_fee = tf_u256_from_u64(0);
}
static void less_gas(tf_evm_tx *tx) { tx->gas_limit--; }
static void less_fee(tf_evm_tx *tx) { tx->max_fee.w[0]--; }
static void less_tip(tf_evm_tx *tx) { tx->priority_fee.w[0]--; }

/* A payload that no chain takes would close the account, if its nonce were bound to it for ever.
 * What is refused binds nothing: the honest one signs by the same nonce. One of a nonce that is far
 * off is bound to that, and the next one stays free. */
TEST(a_payload_that_no_chain_takes_binds_no_nonce)
{
	static const struct {
		void (*change)(tf_evm_tx *tx);
		tf_check check;
	} cases[] = {
		{ no_gas_no_fee, TF_CK_TX_GAS_DEFAULT }, { less_gas, TF_CK_TX_GAS_DEFAULT },
		{ less_fee, TF_CK_TX_MAX_FEE_DEFAULT }, { less_tip, TF_CK_TX_PRIORITY_DEFAULT },
	};
	static const uint8_t key[32] = { 1 };
	static scene s; /* reachable until the end, with its keys */
	tf_blob honest;
	tf_fault fault;
	tf_tape tape;
	tf_store *store = bound_store(&tape);

	scene_of(&s, open_body);
	honest = s.intent.payload;
	for (size_t i = 0; i < TF_ARRAY_LEN(cases); i++) {
		change_payload(&s, cases[i].change);
		refused(&s, TF_E_POLICY, cases[i].check);
		s.intent.payload = honest;
	}
	change_payload(&s, other_nonce);
	CHECK_OK(judge(&s));
	CHECK(s.v.nonce == 1);
	CHECK_OK(tf_judge_bind(store, &s.v, key, &fault));
	sign_token(s.token, s.key[0], USER, "/v1/transactions", "n-2", NOW - 5, open_body);
	show(&s);
	s.intent.payload = honest;
	CHECK_OK(judge(&s));
	CHECK(s.v.nonce == 0);
	CHECK_OK(tf_judge_bind(store, &s.v, key, &fault));
	/* what the other nonce is bound to can be asked for again, and is signed */
	sign_token(s.token, s.key[0], USER, "/v1/transactions", "n-3", NOW - 5, open_body);
	show(&s);
	change_payload(&s, other_nonce);
	CHECK_OK(judge(&s));
	CHECK_OK(tf_judge_bind(store, &s.v, key, &fault));
	tf_store_close(store);
}
