/* Requests for raw signatures: what is read, what is refused, what is judged. */
#include "policy/raw.h"

#include <stdio.h>
#include <string.h>

#include "harness/harness.h"

static const tf_chain_rule rules[] = {
	{ .asset_id = "ETH_TEST5", .type = TF_CHAIN_EVM, .chain_id = 11155111, .coin_type = 1,
	  .testnet = true },
	{ .asset_id = "ETH", .type = TF_CHAIN_EVM, .chain_id = 1, .coin_type = 60 },
};

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define PATH "\"derivationPath\":[44,1,7,0,3]"

static tf_raw_request r;
static tf_request_why why;
static char text[TF_REQUEST_BODY_MAX + 64];

/* A body of these parts; head begins with a comma or is empty. */
static tf_err read(const char *head, const char *algorithm, const char *messages)
{
	int n = snprintf(text, sizeof(text),
	                 "{\"operation\":\"RAW\"%s,\"extraParameters\":{\"rawMessageData\":{%s"
	                 "\"messages\":%s}}}", head, algorithm, messages);

	CHECK(n > 0 && (size_t)n < sizeof(text));
	return tf_raw_parse(&r, &why, rules, TF_ARRAY_LEN(rules), text, (size_t)n);
}

static void refused(tf_err err, const char *field)
{
	if (strcmp(why.field, field) != 0)
		tf_test_fail(__FILE__, __LINE__, "%s, not %s", why.field, field);
	CHECK(err == TF_E_NOT_FOUND || err == TF_E_UNSUPPORTED ||
	      tf_err_get_kind(err) == TF_KIND_ENCODING);
	CHECK(r.n == 0 && r.used == 0 && r.algorithm == 0);
}

#define REFUSED(head, algorithm, messages, err, field) \
	do { \
		CHECK_ERR(read(head, algorithm, messages), err); \
		refused(err, field); \
	} while (0)

#define ED "\"algorithm\":\"MPC_EDDSA_ED25519\","
#define EC "\"algorithm\":\"MPC_ECDSA_SECP256K1\","
#define OF "extraParameters.rawMessageData."
#define MS OF "messages."
#define SOURCE ",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"7\"}"
#define ASSET ",\"assetId\":\"ETH_TEST5\"" SOURCE

TEST(raw_messages_by_path)
{
	static const tf_path path = { .index = { 44, 1, 7, 0, 3 }, .len = 5 };
	const uint8_t *p;
	size_t len;

	CHECK_OK(read(",\"note\":\"n\",\"externalTxId\":\"x-1\",\"source\":null", ED,
	              "[{\"content\":\"00fF\"," PATH "},{" PATH ",\"content\":\"7b\"}]"));
	CHECK(r.algorithm == TF_RAW_EDDSA_ED25519 && r.n == 2 && !r.has_source);
	CHECK(strcmp(r.common.note, "n") == 0 && strcmp(r.common.external_tx_id, "x-1") == 0);
	p = tf_raw_content(&r, 0, &len);
	CHECK(len == 2 && p[0] == 0 && p[1] == 0xff);
	p = tf_raw_content(&r, 1, &len);
	CHECK(len == 1 && p[0] == 0x7b);
	CHECK(tf_path_eq(&r.message[0].path, &path) && tf_path_eq(&r.message[1].path, &path));
	CHECK(why.field[0] == '\0' && why.expected[0] == '\0');
	CHECK_OK(tf_raw_check(NULL, &r, true));
}

TEST(raw_messages_by_asset)
{
	static const tf_path path = { .index = { 44, 1, 7, 2, 9 }, .len = 5 };

	CHECK_OK(read(ASSET, "", "[{\"content\":\"" HASH "\",\"bip44change\":2,"
	              "\"bip44AddressIndex\":9},{\"content\":\"" HASH "\",\"bip44addressIndex\":9,"
	              "\"bip44change\":2,\"type\":null}]"));
	CHECK(r.algorithm == TF_RAW_ECDSA_SECP256K1 && r.n == 2 && r.has_source);
	CHECK(tf_path_eq(&r.message[0].path, &path) && tf_path_eq(&r.message[1].path, &path));
	CHECK_OK(tf_raw_check(NULL, &r, true));
	CHECK_OK(read(ASSET, EC, "[{\"content\":\"" HASH "\"}]"));
	CHECK(r.message[0].path.index[3] == 0 && r.message[0].path.index[4] == 0);
	REFUSED(ASSET, ED, "[{\"content\":\"" HASH "\"}]", TF_E_UNSUPPORTED, OF "algorithm");
	REFUSED(ASSET, "", "[{\"content\":\"" HASH "\"," PATH "}]", TF_E_UNSUPPORTED,
	        MS "derivationPath");
	REFUSED(",\"assetId\":\"SOL\"" SOURCE, "", "[{\"content\":\"00\"}]", TF_E_NOT_FOUND,
	        "assetId");
	REFUSED(",\"assetId\":\"ETH\"", "", "[{\"content\":\"00\"}]", TF_E_ENCODING, "source");
}

TEST(raw_requests_that_lack_something_or_have_too_much)
{
	REFUSED("", "", "[{\"content\":\"00\"," PATH "}]", TF_E_ENCODING, OF "algorithm");
	REFUSED("", "\"algorithm\":\"MPC_ECDSA_SECP256R1\",", "[]", TF_E_UNSUPPORTED, OF "algorithm");
	REFUSED("", ED, "[]", TF_E_ENCODING, OF "messages");
	REFUSED("", ED, "null", TF_E_ENCODING, OF "messages");
	REFUSED("", ED, "{}", TF_E_ENCODING, OF "messages");
	REFUSED("", ED, "[{" PATH "}]", TF_E_ENCODING, MS "content");
	REFUSED("", ED, "[{\"content\":\"00\"}]", TF_E_ENCODING, MS "derivationPath");
	REFUSED("", ED, "[{\"content\":\"\"," PATH "}]", TF_E_ENCODING, MS "content");
	REFUSED("", ED, "[{\"content\":\"0\"," PATH "}]", TF_E_ENCODING, MS "content");
	REFUSED("", ED, "[{\"content\":\"0x00\"," PATH "}]", TF_E_ENCODING, MS "content");
	REFUSED("", ED, "[{\"content\":7," PATH "}]", TF_E_ENCODING, MS "content");
	REFUSED("", ED, "[{\"content\":\"00\",\"bip44change\":0," PATH "}]", TF_E_UNSUPPORTED,
	        MS "bip44addressIndex");
	REFUSED(ASSET, EC, "[{\"content\":\"00\",\"bip44addressIndex\":0,\"bip44AddressIndex\":0}]",
	        TF_E_ENCODING, MS "bip44AddressIndex");
	REFUSED("", ED, "[{\"content\":\"00\",\"type\":\"EIP191\"," PATH "}]", TF_E_UNSUPPORTED,
	        MS "type");
	REFUSED("", ED, "[{\"content\":\"00\",\"preHash\":{}," PATH "}]", TF_E_UNSUPPORTED,
	        MS "preHash");
	REFUSED("", ED, "[{\"content\":\"00\",\"other\":1," PATH "}]", TF_E_UNSUPPORTED, MS "other");
	REFUSED("", ED, "[{\"content\":\"00\",\"derivationPath\":[44,1,2147483648,0,0]}]",
	        TF_E_TOO_LARGE, MS "derivationPath");
	REFUSED("", ED, "[{\"content\":\"00\",\"derivationPath\":[44,1,-1,0,0]}]", TF_E_ENCODING,
	        MS "derivationPath");
	REFUSED("", ED, "[{\"content\":\"00\",\"derivationPath\":\"m/44\"}]", TF_E_ENCODING,
	        MS "derivationPath");
	REFUSED("", ED, "[{\"content\":\"00\",\"derivationPath\":[1,2,3,4,5,6,7,8,9,10,11]}]",
	        TF_E_TOO_LARGE, MS "derivationPath");
	REFUSED(",\"amount\":\"1\"", ED, "[]", TF_E_UNSUPPORTED, "amount");
	REFUSED(",\"destination\":{}", ED, "[]", TF_E_UNSUPPORTED, "destination");
	REFUSED("", ED "\"other\":1,", "[]", TF_E_UNSUPPORTED, OF "other");
	CHECK_ERR(tf_raw_parse(&r, &why, rules, 1, "{\"operation\":\"RAW\"}", 19), TF_E_ENCODING);
	CHECK(strcmp(why.field, "extraParameters") == 0);
	CHECK_ERR(tf_raw_parse(&r, &why, rules, 1,
	                       "{\"operation\":\"RAW\",\"extraParameters\":{}}", 40),
	          TF_E_ENCODING);
	CHECK(strcmp(why.field, "extraParameters.rawMessageData") == 0);
	CHECK_ERR(tf_raw_parse(&r, &why, rules, 1, "{\"operation\":\"TRANSFER\"}", 24),
	          TF_E_UNSUPPORTED);
	CHECK_ERR(tf_raw_parse(&r, NULL, rules, 1, "[", 1), TF_E_TRUNCATED);
}

static void repeat(char *out, size_t cap, unsigned n)
{
	size_t at = 0;

	for (unsigned i = 0; i < n; i++)
		at += (size_t)snprintf(out + at, cap - at, "%s{\"content\":\"%02x\"," PATH "}",
		                       i ? "," : "[", i & 255);
	snprintf(out + at, cap - at, "]");
}

TEST(raw_as_many_messages_and_bytes_as_can_be)
{
	static char many[TF_REQUEST_BODY_MAX];
	size_t len, most = 15000;

	repeat(many, sizeof(many), TF_RAW_MESSAGES_MAX);
	CHECK_OK(read("", ED, many));
	CHECK(r.n == TF_RAW_MESSAGES_MAX && *tf_raw_content(&r, 126, &len) == 126 && len == 1);
	repeat(many, sizeof(many), TF_RAW_MESSAGES_MAX + 1);
	REFUSED("", ED, many, TF_E_TOO_LARGE, OF "messages");
	snprintf(many, sizeof(many), "[{" PATH ",\"content\":\"%0*d\"}]", (int)(2 * most), 0);
	CHECK_OK(read("", ED, many));
	CHECK(r.message[0].len == most);
	snprintf(many, sizeof(many), "[{" PATH ",\"content\":\"%0*d\"}]",
	         (int)TF_REQUEST_BODY_MAX - 100, 0);
	CHECK_ERR(read("", ED, many), TF_E_TOO_LARGE);
}

static void judged(tf_check check, tf_err err, bool dev)
{
	tf_fault f;

	CHECK_ERR(tf_raw_check(&f, &r, dev), err);
	CHECK(f.check == check && f.party == TF_PARTY_NONE);
}

TEST(raw_requests_are_judged)
{
	CHECK_OK(read("", ED, "[{\"content\":\"00\",\"derivationPath\":[44,1,7,0]}]"));
	judged(TF_CK_RAW_PATH, TF_E_MISMATCH, false);
	CHECK_OK(read("", ED, "[{\"content\":\"00\",\"derivationPath\":[45,1,7,0,0]}]"));
	judged(TF_CK_RAW_PATH, TF_E_MISMATCH, false);
	CHECK_OK(read("", ED, "[{\"content\":\"00\"," PATH "},{\"content\":\"00\",\"derivationPath\":"
	              "[44,1,7,0,0,0]}]"));
	judged(TF_CK_RAW_PATH, TF_E_MISMATCH, false);
	CHECK_OK(read(SOURCE, ED, "[{\"content\":\"00\"," PATH "}]"));
	CHECK_OK(tf_raw_check(NULL, &r, true));
	CHECK_OK(read(SOURCE, ED, "[{\"content\":\"00\",\"derivationPath\":[44,1,8,0,0]}]"));
	judged(TF_CK_RAW_ACCOUNT, TF_E_MISMATCH, false);
	CHECK_OK(read("", EC, "[{\"content\":\"00\"," PATH "}]"));
	judged(TF_CK_RAW_HASH, TF_E_MISMATCH, false);
	CHECK_OK(read("", EC, "[{\"content\":\"" HASH "\"," PATH "}]"));
	CHECK_OK(tf_raw_check(NULL, &r, true));
	CHECK_OK(read("", ED, "[{\"content\":\"00\",\"derivationPath\":[44,60,7,0,0]}]"));
	CHECK_OK(tf_raw_check(NULL, &r, false));
	judged(TF_CK_RAW_TESTNET, TF_E_POLICY, true);
}

TEST(raw_requests_have_different_digests)
{
	static const char *const messages[] = {
		"[{\"content\":\"0011\"," PATH "}]",
		"[{\"content\":\"0012\"," PATH "}]",
		"[{\"content\":\"00\"," PATH "},{\"content\":\"11\"," PATH "}]",
		"[{\"content\":\"0011\",\"derivationPath\":[44,1,7,0,4]}]",
	};
	uint8_t d[5][32], again[32];

	for (unsigned i = 0; i < 4; i++) {
		CHECK_OK(read("", ED, messages[i]));
		tf_raw_digest(d[i], &r);
	}
	CHECK_OK(read("", EC, messages[0]));
	tf_raw_digest(d[4], &r);
	CHECK_OK(read(",\"note\":\"another\"", ED, messages[0]));
	tf_raw_digest(again, &r);
	CHECK(memcmp(again, d[0], 32) == 0);
	for (unsigned i = 0; i < 5; i++)
		for (unsigned k = 0; k < i; k++)
			CHECK(memcmp(d[i], d[k], 32) != 0);
}

TEST(raw_is_said_by_the_operation)
{
	static const char *const not[] = { "", "[]", "{}", "{\"operation\":\"TRANSFER\"}",
	                                   "{\"operation\":1}", "{\"operation\":\"RAW\"",
	                                   "{\"operation\":\"RAW\",\"operation\":\"RAW\"}" };

	CHECK(tf_raw_is("{\"operation\":\"RAW\"}", 19));
	CHECK(tf_raw_is("{\"operation\":\"\\u0052AW\"}", 24));
	for (unsigned i = 0; i < TF_ARRAY_LEN(not); i++)
		CHECK(!tf_raw_is(not[i], strlen(not[i])));
	CHECK(strcmp(tf_raw_algorithm_name(TF_RAW_EDDSA_ED25519), "MPC_EDDSA_ED25519") == 0);
	CHECK(tf_raw_algorithm_name((tf_raw_algorithm)9)[0] == '\0');
}
