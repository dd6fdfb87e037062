#include "attest/workspace.h"

#include <openssl/pem.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/pki_test.h"
#include "harness/harness.h"

/* RSA-2048 made for this test; its private half was thrown away. */
#define RSA_PEM \
	"-----BEGIN PUBLIC KEY-----\\n" \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAiy8kGFXz1fjGXEVfZThm\\n" \
	"h6+C1LMKPzN+0/Hn625G6GTxCGJSgiv/r0ZjM+hMKS1NQu+IiLYUJM5MB+vYM85V\\n" \
	"JWWEXDm0/IGdBbQYnVebPq74x82JqLf1oCDQxY6hUCEYR0n/U+XPuMpKWqdar6Rw\\n" \
	"tbG1yKJd4C+Tto6NSCZ8AKGqNpunkyDQNsyDjZoJu5NOIRd48NxcKetxpx0gxOl+\\n" \
	"qYkTWNv0QOZ/jHuiuAM3kHB2ld7j8gMz2aIXVGIvDBibjieHkyRUJ73R/a1ZIgpw\\n" \
	"sXO8VLIWDDb1kObLxaaTfObVzuH+24UJyIpB9vNm3vAPLPMKWYsi15RlBwUdvg9Y\\n" \
	"aQIDAQAB\\n" \
	"-----END PUBLIC KEY-----\\n"
#define UUID "11111111-2222-4333-8444-555555555555"
#define KEY_A "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define KEY_B "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"

#define CHAIN "{\"assetId\":\"ETH_TEST5\",\"type\":\"evm\",\"chainId\":11155111,\"coinType\":1," \
	"\"testnet\":true,\"decimals\":18,\"symbol\":\"ETH\",\"gasLimitDefault\":\"21000\"," \
	"\"maxFeePerGasDefault\":\"30000000000\",\"maxPriorityFeePerGasDefault\":\"2000000000\"," \
	"\"maxFeePerGasCap\":\"500000000000\"}"
#define USER "{\"id\":\"" UUID "\",\"name\":\"bot\",\"role\":\"SIGNER\",\"publicKey\":\"" RSA_PEM \
	"\",\"primaries\":[\"primary-1\"]}"
#define PRIMARY "{\"device\":\"primary-1\",\"role\":\"primary\",\"set\":0,\"owner\":\"alice\"," \
	"\"identity\":\"" KEY_A "\",\"instance\":0}"
#define GUARD "{\"device\":\"guard-1\",\"role\":\"guard\",\"set\":1,\"owner\":\"\"," \
	"\"identity\":\"\",\"instance\":3}"
#define GUARD4 "{\"device\":\"guard-4\",\"role\":\"guard\",\"set\":2,\"owner\":\"ops\"," \
	"\"identity\":\"" KEY_B "\",\"instance\":0}"

/* A payload with everything in it; admins and root are the pki's. malloc'ed. */
static char *payload(const pki *p, unsigned version)
{
	char keys[3][65], hash[65], *text = malloc(8192);
	uint8_t digest[32];

	for (unsigned i = 0; i < 3; i++)
		sodium_bin2hex(keys[i], 65, p->admin_keys[i], 32);
	crypto_hash_sha256(digest, p->root, p->root_len);
	sodium_bin2hex(hash, 65, digest, 32);
	snprintf(text, 8192, "{\"workspace\":\"%s\",\"version\":%u,\"profile\":\"dev\","
	         "\"security\":\"p128\",\"admins\":{\"threshold\":2,\"keys\":[\"%s\",\"%s\",\"%s\"]},"
	         "\"caRootSha256\":\"%s\",\"schema\":{\"sets\":[1,2]},\"chains\":[%s],"
	         "\"apiUsers\":[%s],\"roster\":[%s,%s,%s]}", p->workspace, version, keys[0],
	         keys[1], keys[2], hash, CHAIN, USER, PRIMARY, GUARD, GUARD4);
	return text;
}

/* text with the first `from` made `to`; malloc'ed. */
static char *edit(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	size_t cap = strlen(text) + strlen(to) + 1;
	char *out = malloc(cap);

	if (!at)
		tf_test_fail(__FILE__, __LINE__, "nothing to edit: %s", from);
	snprintf(out, cap, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	return out;
}

static char *sign(const char *text, const pki *p, unsigned admins)
{
	char *file = NULL, *more;

	for (unsigned i = 0; i < PKI_ADMINS; i++) {
		if (!(admins & 1u << i))
			continue;
		CHECK_OK(tf_workspace_sign(&more, file, file ? strlen(file) : 0,
		                           file ? NULL : text, file ? 0 : strlen(text),
		                           &p->admin[i]));
		free(file);
		file = more;
	}
	return file;
}

static tf_workspace *parse(const char *text)
{
	tf_reason why;
	tf_workspace *w;
	tf_err e = tf_workspace_parse(&w, text, strlen(text), &why);

	if (e != TF_OK)
		tf_test_fail(__FILE__, __LINE__, "%s: %s", tf_err_name(e), why.text);
	return w;
}

static tf_check opened(const tf_trust *t, const char *file)
{
	tf_fault fault = { 0 };
	tf_workspace *w;
	tf_err e = tf_workspace_open(&w, t, file, strlen(file), &fault, NULL);

	if (e == TF_OK)
		tf_workspace_free(w);
	CHECK((e == TF_OK) == (fault.check == TF_CK_NONE));
	return fault.check;
}

TEST(file_that_a_quorum_signed_is_read_whole)
{
	static pki p;
	tf_fault fault = { 0 };
	const tf_api_user *user;
	const tf_chain_rule *chain;
	const tf_roster_entry *e;
	tf_workspace *w;
	char *text, *file;

	pki_make(&p, "acme");
	text = payload(&p, 7);
	file = sign(text, &p, 5);
	CHECK_OK(tf_workspace_open(&w, p.trust, file, strlen(file), &fault, NULL));
	CHECK(strcmp(w->name, "acme") == 0 && w->version == 7 && w->dev_profile);
	CHECK(w->security == &tf_profile_p128);
	CHECK(w->admin_threshold == 2 && w->n_admin_keys == 3);
	CHECK(w->n_sets == 2 && w->sets[0] == 1 && w->sets[1] == 2);
	chain = tf_chain_find(w, "ETH_TEST5");
	CHECK(w->n_chains == 1 && chain && chain->chain_id == 11155111 && chain->testnet);
	CHECK(chain->coin_type == 1 && chain->decimals == 18);
	CHECK(strcmp(chain->max_fee_per_gas_cap, "500000000000") == 0);
	CHECK(!tf_chain_find(w, "ETH"));
	user = tf_api_user_find(w, UUID);
	CHECK(w->n_api_users == 1 && user && strcmp(user->role, "SIGNER") == 0);
	CHECK(strncmp(user->public_key, "-----BEGIN PUBLIC KEY-----\n", 27) == 0);
	CHECK(user->n_primaries == 1 && strcmp(user->primaries[0], "primary-1") == 0);
	CHECK(!user->raw_signing);
	CHECK(!tf_api_user_find(w, "nobody"));
	e = tf_roster_find(w, "guard-1");
	CHECK(w->n_roster == 3 && e && e->role == TF_ROLE_GUARD && e->set == 1 && !e->pinned);
	CHECK(e->instance == 3);
	e = tf_roster_find(w, "primary-1");
	CHECK(e && e->pinned && e->set == 0 && strcmp(e->owner, "alice") == 0);
	CHECK_HEX(e->identity, 32, KEY_A);
	CHECK(!tf_roster_find(w, "guard-2"));
	tf_workspace_free(w);
	free(text);
	free(file);
	pki_free(&p);
}

TEST(a_quorum_of_the_pinned_admins_must_have_signed)
{
	static pki p, other;
	tf_trust *production, *all;
	char *text, *file, *bad;

	pki_make(&p, "acme");
	pki_make(&other, "acme");
	CHECK_OK(tf_identity_keys_make(&other.admin[0], &other.rng));
	CHECK_OK(tf_identity_keys_make(&other.admin[1], &other.rng));
	text = payload(&p, 1);
	for (unsigned admins = 1; admins < 8; admins++) {
		bool enough = (admins & (admins - 1)) != 0;

		file = sign(text, &p, admins);
		CHECK(opened(p.trust, file) == (enough ? TF_CK_NONE : TF_CK_WORKSPACE_SIGNATURES));
		free(file);
	}
	file = sign(text, &other, 3);
	CHECK(opened(p.trust, file) == TF_CK_WORKSPACE_SIGNATURES);
	free(file);
	/* One admin twice is one admin: the library will not write that, an attacker would. */
	file = sign(text, &p, 1);
	CHECK_ERR(tf_workspace_sign(&bad, file, strlen(file), NULL, 0, &p.admin[0]),
	          TF_E_DUPLICATE);
	{
		const char *entry = strstr(file, "{\"key\"");
		char twice[1024];

		snprintf(twice, sizeof(twice), "%.*s,{\"key\"", (int)strcspn(entry, "}") + 1, entry);
		bad = edit(file, "{\"key\"", twice);
	}
	CHECK(opened(p.trust, bad) == TF_CK_WORKSPACE_SIGNATURES);
	free(bad);
	free(file);
	file = sign(text, &p, 7);
	production = pki_new_trust(&p, false, 2);
	CHECK(opened(production, file) == TF_CK_WORKSPACE_PROFILE);
	all = pki_new_trust(&p, true, 3);
	CHECK(opened(all, file) == TF_CK_WORKSPACE_ADMINS);
	tf_trust_free(production);
	tf_trust_free(all);
	free(file);
	free(text);
	pki_free(&p);
	pki_free(&other);
}

TEST(signed_file_of_another_workspace_root_or_admins_is_refused)
{
	static pki p;
	char *text, *odd, *file, *hash;
	char key[65];

	pki_make(&p, "acme");
	text = payload(&p, 1);
	odd = edit(text, "\"acme\"", "\"acmf\"");
	file = sign(odd, &p, 3);
	CHECK(opened(p.trust, file) == TF_CK_WORKSPACE_NAME);
	free(file);
	free(odd);
	hash = strstr(text, "caRootSha256\":\"") + 15;
	*hash = *hash == '0' ? '1' : '0';
	file = sign(text, &p, 3);
	CHECK(opened(p.trust, file) == TF_CK_WORKSPACE_ROOT);
	free(file);
	free(text);
	text = payload(&p, 1);
	sodium_bin2hex(key, sizeof(key), p.admin_keys[2], 32);
	odd = edit(text, key, KEY_A);
	file = sign(odd, &p, 3);
	CHECK(opened(p.trust, file) == TF_CK_WORKSPACE_ADMINS);
	free(file);
	free(odd);
	free(text);
	pki_free(&p);
}

TEST(no_character_of_a_signed_file_can_be_changed)
{
	static pki p;
	tf_workspace *w;
	char *text, *file;
	size_t len;

	pki_make(&p, "acme");
	text = payload(&p, 1);
	file = sign(text, &p, 3);
	len = strlen(file);
	for (size_t i = 0; i + 2 < len; i += 1 + i % 3) {
		file[i] ^= 1;
		CHECK(tf_workspace_open(&w, p.trust, file, len, NULL, NULL) != TF_OK);
		file[i] ^= 1;
	}
	CHECK(tf_workspace_open(&w, p.trust, file, len - 2, NULL, NULL) != TF_OK);
	CHECK_OK(tf_workspace_open(&w, p.trust, file, len, NULL, NULL));
	tf_workspace_free(w);
	free(file);
	free(text);
	pki_free(&p);
}

struct deviation {
	const char *from, *to;
	tf_err want;
	const char *where; /* the reason begins so */
};

static const struct deviation deviations[] = {
	{ "\"version\":1", "\"version\":0", TF_E_ENCODING, "version" },
	{ "\"version\":1", "\"version\":-1", TF_E_ENCODING, "version" },
	{ "\"version\":1", "\"version\":1.0", TF_E_ENCODING, "version" },
	{ "\"version\":1", "\"version\":1e3", TF_E_ENCODING, "version" },
	{ "\"version\":1", "\"version\":\"1\"", TF_E_ENCODING, "version" },
	{ "\"version\":1", "\"version\":18446744073709551617", TF_E_ENCODING, "version" },
	{ "\"version\":1", "\"version\":1,\"extra\":1", TF_E_ENCODING, "" },
	{ "\"version\":1", "\"version\":1,\"version\":1", TF_E_ENCODING, "at byte" },
	{ "\"version\":1", "\"versiom\":1", TF_E_ENCODING, "version" },
	{ "\"acme\"", "\"Acme\"", TF_E_ENCODING, "workspace" },
	{ "\"acme\"", "\"\"", TF_E_ENCODING, "workspace" },
	{ "\"dev\"", "\"demo\"", TF_E_ENCODING, "profile" },
	{ "\"p128\"", "\"p64\"", TF_E_POLICY, "security" },
	{ "\"threshold\":2", "\"threshold\":0", TF_E_ENCODING, "threshold" },
	{ "\"threshold\":2", "\"threshold\":4", TF_E_ENCODING, "threshold" },
	{ "\"caRootSha256\":\"", "\"caRootSha256\":\"A", TF_E_ENCODING, "caRootSha256" },
	{ "[1,2]", "[2,1]", TF_E_ENCODING, "schema.sets" },
	{ "[1,2]", "[1,1]", TF_E_ENCODING, "schema.sets" },
	{ "[1,2]", "[]", TF_E_ENCODING, "sets" },
	{ "[1,2]", "[0,1]", TF_E_ENCODING, "schema.sets" },
	{ "[1,2]", "[1,2,1e2]", TF_E_ENCODING, "schema.sets" },
	{ "[1,2]", "[1]", TF_E_ENCODING, "roster[2].set" },
	{ "\"testnet\":true", "\"testnet\":false", TF_E_POLICY, "chains[0].testnet" },
	{ "\"testnet\":true", "\"testnet\":1", TF_E_ENCODING, "chains[0].testnet" },
	{ "\"evm\"", "\"btc\"", TF_E_UNSUPPORTED, "chains[0].type" },
	{ "ETH_TEST5", "eth", TF_E_ENCODING, "chains[0]." },
	{ "11155111", "0", TF_E_ENCODING, "chains[0].chainId" },
	{ "\"coinType\":1", "\"coinType\":2147483648", TF_E_ENCODING, "chains[0].coinType" },
	{ "\"30000000000\"", "\"030000000000\"", TF_E_ENCODING, "chains[0]." },
	{ "\"30000000000\"", "\"600000000000\"", TF_E_ENCODING, "chains[0]." },
	{ "\"30000000000\"", "30000000000", TF_E_ENCODING, "chains[0].maxFeePerGasDefault" },
	{ "\"30000000000\"", "\"0x1\"", TF_E_ENCODING, "chains[0]." },
	{ "\"symbol\":\"ETH\"", "\"symbol\":\"E<H\"", TF_E_ENCODING, "chains[0].symbol" },
	{ "\"decimals\":18", "\"decimals\":78", TF_E_ENCODING, "chains[0].decimals" },
	{ CHAIN, CHAIN "," CHAIN, TF_E_ENCODING, "chains[1].assetId" },
	{ CHAIN, "7", TF_E_ENCODING, "chains[0]." },
	{ UUID, "11111111-2222-4333-8444-55555555555", TF_E_ENCODING, "apiUsers[0].id" },
	{ UUID, "11111111-2222-4333-8444-55555555555A", TF_E_ENCODING, "apiUsers[0].id" },
	{ UUID, "111111112222-4333-8444-555555555555-", TF_E_ENCODING, "apiUsers[0].id" },
	{ "SIGNER", "signer", TF_E_ENCODING, "apiUsers[0].role" },
	{ "BEGIN PUBLIC KEY", "BEGIN RSA PUBLIC KEY", TF_E_ENCODING, "apiUsers[0].publicKey" },
	{ "-----BEGIN", "x-----BEGIN", TF_E_ENCODING, "apiUsers[0].publicKey" },
	{ "[\"primary-1\"]", "[\"primary-2\"]", TF_E_ENCODING, "apiUsers[0].primaries" },
	{ "[\"primary-1\"]", "[\"guard-1\"]", TF_E_ENCODING, "apiUsers[0].primaries" },
	{ "[\"primary-1\"]", "[\"primary-1\",\"primary-1\"]", TF_E_ENCODING,
	  "apiUsers[0].primaries" },
	{ "[\"primary-1\"]", "[1]", TF_E_ENCODING, "apiUsers[0].primaries" },
	{ USER, USER "," USER, TF_E_ENCODING, "apiUsers[1].id" },
	{ "\"name\":\"bot\"", "\"name\":\"bot\",\"rawSigning\":1", TF_E_ENCODING,
	  "apiUsers[0].rawSigning" },
	{ "\"name\":\"bot\"", "\"name\":\"bot\",\"rawSignings\":true", TF_E_ENCODING,
	  "apiUsers[0]." },
	{ "\"name\":\"bot\"", "\"rawSigning\":true", TF_E_ENCODING, "apiUsers[0]." },
	{ GUARD, GUARD "," GUARD, TF_E_ENCODING, "roster[2].device" },
	{ "\"device\":\"guard-1\"", "\"device\":\"guard_1\"", TF_E_ENCODING, "roster[1].device" },
	{ "\"role\":\"guard\",\"set\":1", "\"role\":\"guard\",\"set\":3", TF_E_ENCODING,
	  "roster[1].set" },
	{ "\"role\":\"guard\",\"set\":1", "\"role\":\"guard\",\"set\":0", TF_E_ENCODING,
	  "roster[1].set" },
	{ "\"role\":\"primary\",\"set\":0", "\"role\":\"primary\",\"set\":1", TF_E_ENCODING,
	  "roster[0].set" },
	{ "\"role\":\"guard\",\"set\":1", "\"role\":\"ra\",\"set\":0", TF_E_ENCODING,
	  "roster[1].role" },
	{ KEY_B, KEY_A, TF_E_ENCODING, "roster[2].identity" },
	{ KEY_B, "00", TF_E_ENCODING, "roster[2].identity" },
	{ "\"instance\":3", "\"instance\":4294967296", TF_E_ENCODING, "roster[1].instance" },
	{ "\"instance\":3", "\"instance\":3,\"moduliNotBefore\":-1", TF_E_ENCODING,
	  "roster[1].moduliNotBefore" },
	{ "\"instance\":3", "\"instance\":3,\"moduliNotBefore\":true", TF_E_ENCODING,
	  "roster[1].moduliNotBefore" },
	{ "\"instance\":3", "\"instance\":3,\"moduliNotAfter\":1", TF_E_ENCODING, "roster[1]." },
	{ "\"instance\":3", "\"moduliNotBefore\":3", TF_E_ENCODING, "roster[1]." },
	{ "\"owner\":\"alice\"", "\"owner\":\"al\\u0000ice\"", TF_E_ENCODING, "roster[0].owner" },
};

TEST(every_deviation_of_the_payload_is_refused_and_named)
{
	static pki p;
	tf_workspace *w;
	tf_reason why;
	char *text, *odd;

	pki_make(&p, "acme");
	text = payload(&p, 1);
	tf_workspace_free(parse(text));
	for (size_t i = 0; i < TF_ARRAY_LEN(deviations); i++) {
		const struct deviation *d = &deviations[i];
		tf_err e;

		odd = edit(text, d->from, d->to);
		e = tf_workspace_parse(&w, odd, strlen(odd), &why);
		if (e != d->want || strncmp(why.text, d->where, strlen(d->where)) != 0)
			tf_test_fail(__FILE__, __LINE__, "%s -> %s: %s, %s", d->from, d->to,
			             tf_err_name(e), why.text);
		free(odd);
	}
	free(text);
	pki_free(&p);
}

TEST(raw_signing_is_off_unless_the_admins_say_so)
{
	static const char *const said[] = { ",\"rawSigning\":false", ",\"rawSigning\":true" };
	static pki p;
	char *text, *odd;

	pki_make(&p, "acme");
	text = payload(&p, 1);
	for (unsigned on = 0; on < 2; on++) {
		char name[64];
		tf_workspace *w;

		snprintf(name, sizeof(name), "\"name\":\"bot\"%s", said[on]);
		odd = edit(text, "\"name\":\"bot\"", name);
		w = parse(odd);
		CHECK(tf_api_user_find(w, UUID)->raw_signing == (on == 1));
		tf_workspace_free(w);
		free(odd);
	}
	free(text);
	pki_free(&p);
}

TEST(moduli_of_any_age_will_do_unless_the_admins_say_otherwise)
{
	static pki p;
	char *text, *odd;
	tf_workspace *w;

	pki_make(&p, "acme");
	text = payload(&p, 1);
	odd = edit(text, "\"instance\":3", "\"instance\":3,\"moduliNotBefore\":1795432100");
	w = parse(odd);
	CHECK(tf_roster_find(w, "guard-1")->moduli_not_before == 1795432100);
	CHECK(tf_roster_find(w, "guard-1")->instance == 3);
	CHECK(tf_roster_find(w, "primary-1")->moduli_not_before == 0);
	tf_workspace_free(w);
	free(odd);
	free(text);
	pki_free(&p);
}

TEST(truncated_payloads_and_junk_are_refused)
{
	static pki p;
	tf_workspace *w;
	char *text, *big;
	size_t len;

	pki_make(&p, "acme");
	text = payload(&p, 1);
	len = strlen(text);
	for (size_t n = 0; n < len; n++)
		CHECK(tf_workspace_parse(&w, text, n, NULL) != TF_OK);
	big = calloc(1, TF_WORKSPACE_FILE_MAX + 1);
	CHECK(big);
	memset(big, ' ', TF_WORKSPACE_FILE_MAX + 1);
	CHECK_ERR(tf_workspace_parse(&w, big, TF_WORKSPACE_FILE_MAX + 1, NULL), TF_E_TOO_LARGE);
	CHECK(tf_workspace_parse(&w, "[]", 2, NULL) == TF_E_ENCODING);
	CHECK(tf_workspace_open(&w, p.trust, "{}", 2, NULL, NULL) == TF_E_ENCODING);
	free(big);
	free(text);
	pki_free(&p);
}

TEST(container_deviations_are_refused)
{
	static const struct deviation odd[] = {
		{ "trefoil-workspace-v1", "trefoil-workspace-v2", TF_E_UNSUPPORTED, "format" },
		{ "\"payload\":\"", "\"payload\":\"=", TF_E_ENCODING, "payload" },
		{ "\"payload\":\"", "\"payload\":\"A", TF_E_ENCODING, "payload" },
		{ "\"payload\":\"", "\"payload\":\" ", TF_E_ENCODING, "payload" },
		{ "\"signatures\":[", "\"more\":1,\"signatures\":[", TF_E_ENCODING, "" },
		{ "\"key\":\"", "\"key\":\"00", TF_E_ENCODING, "signatures[0].key" },
		{ "\"signature\":\"", "\"signature\":\"A", TF_E_TOO_LARGE, "signatures[0]" },
		{ "{\"key\"", "{\"a\":1,\"key\"", TF_E_ENCODING, "signatures[0]." },
	};
	static pki p;
	tf_workspace *w;
	tf_reason why;
	char *text, *file, *bad;

	pki_make(&p, "acme");
	text = payload(&p, 1);
	file = sign(text, &p, 3);
	for (size_t i = 0; i < TF_ARRAY_LEN(odd); i++) {
		bad = edit(file, odd[i].from, odd[i].to);
		CHECK_ERR(tf_workspace_open(&w, p.trust, bad, strlen(bad), NULL, &why),
		          odd[i].want);
		CHECK(strncmp(why.text, odd[i].where, strlen(odd[i].where)) == 0);
		free(bad);
	}
	bad = edit(text, "\"version\":1", "\"version\":2");
	{
		char *out;

		CHECK_ERR(tf_workspace_sign(&out, file, strlen(file), bad, strlen(bad),
		                            &p.admin[2]), TF_E_CONFLICT);
		CHECK_ERR(tf_workspace_sign(&out, NULL, 0, NULL, 0, &p.admin[2]), TF_E_USAGE);
	}
	free(bad);
	free(file);
	free(text);
	pki_free(&p);
}

static tf_err succeeds(const char *before, const char *after)
{
	tf_workspace *a = parse(before), *b = parse(after);
	tf_reason why;
	tf_err e = tf_workspace_succeeds(a, b, &why);

	tf_workspace_free(a);
	tf_workspace_free(b);
	return e;
}

TEST(versions_rise_and_devices_keep_their_place)
{
	static const struct deviation changes[] = {
		{ "\"version\":2", "\"version\":2", TF_OK, NULL },
		{ "\"version\":2", "\"version\":1", TF_E_DUPLICATE, NULL },
		{ "\"acme\"", "\"acmf\"", TF_E_CONFLICT, NULL },
		{ "\"dev\"", "\"production\"", TF_E_CONFLICT, NULL },
		{ "\"p128\"", "\"p112\"", TF_E_CONFLICT, NULL },
		{ "\"role\":\"guard\",\"set\":1", "\"role\":\"guard\",\"set\":2", TF_E_CONFLICT,
		  NULL },
		{ "\"role\":\"guard\",\"set\":1", "\"role\":\"primary\",\"set\":0", TF_E_CONFLICT,
		  NULL },
		{ "\"" KEY_B "\"", "\"\"", TF_E_CONFLICT, NULL },
		{ KEY_B, "5d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
		  TF_E_CONFLICT, NULL },
		{ "\"instance\":3", "\"instance\":4", TF_OK, NULL },
		{ "\"instance\":3", "\"instance\":2", TF_E_CONFLICT, NULL },
		{ "," GUARD4, "", TF_OK, NULL },
		{ "\"identity\":\"\"", "\"identity\":\""
		  "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025\"", TF_OK,
		  NULL },
	};
	static pki p;
	char *before, *after, *odd;

	pki_make(&p, "acme");
	before = payload(&p, 1);
	after = payload(&p, 2);
	CHECK_ERR(succeeds(before, before), TF_E_DUPLICATE);
	CHECK_ERR(succeeds(after, before), TF_E_REPLAY);
	for (size_t i = 0; i < TF_ARRAY_LEN(changes); i++) {
		odd = edit(after, changes[i].from, changes[i].to);
		CHECK_ERR(succeeds(before, odd), changes[i].want);
		free(odd);
	}
	odd = edit(after, "\"caRootSha256\":\"", "\"caRootSha256\":\"00");
	{
		char *end = strchr(strstr(odd, "caRootSha256\":\"") + 15, '"');

		memmove(end - 2, end, strlen(end) + 1);
	}
	CHECK_ERR(succeeds(before, odd), TF_E_CONFLICT);
	free(odd);
	free(before);
	free(after);
	pki_free(&p);
}

TEST(roster_decides_beside_the_certificate)
{
	static pki p;
	tf_fault fault = { 0 };
	char *text, *pinned;
	char key[65];
	tf_workspace *w;
	member m, g;
	tf_cert c;

	pki_make(&p, "acme");
	text = payload(&p, 1);
	w = parse(text);
	pki_enrol(&p, &m, TF_ROLE_GUARD, 1, "guard-1", NULL);
	CHECK_OK(tf_cert_parse(&c, m.cert, m.cert_len));
	CHECK_OK(tf_roster_check(w, &c, &fault));
	c.id.holder.set = 2;
	CHECK_ERR(tf_roster_check(w, &c, &fault), TF_E_TRUST);
	CHECK(fault.check == TF_CK_ROSTER_SLOT);
	c.id.holder.set = 1;
	c.id.holder.role = TF_ROLE_PRIMARY;
	CHECK_ERR(tf_roster_check(w, &c, &fault), TF_E_TRUST);
	CHECK(fault.check == TF_CK_ROSTER_SLOT);
	strcpy(c.id.holder.device, "guard-9");
	CHECK_ERR(tf_roster_check(w, &c, &fault), TF_E_TRUST);
	CHECK(fault.check == TF_CK_ROSTER_DEVICE);
	pki_enrol(&p, &g, TF_ROLE_GUARD, 2, "guard-4", NULL);
	CHECK_OK(tf_cert_parse(&c, g.cert, g.cert_len));
	CHECK_ERR(tf_roster_check(w, &c, &fault), TF_E_TRUST);
	CHECK(fault.check == TF_CK_ROSTER_IDENTITY);
	tf_workspace_free(w);
	sodium_bin2hex(key, sizeof(key), g.keys.ed25519, 32);
	pinned = edit(text, KEY_B, key);
	w = parse(pinned);
	CHECK_OK(tf_roster_check(w, &c, NULL));
	tf_workspace_free(w);
	free(pinned);
	free(text);
	pki_member_free(&m);
	pki_member_free(&g);
	pki_free(&p);
}
