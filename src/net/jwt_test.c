/* Tokens: form, signature, claims, freshness; each refusal with its code. */
#include <cjose/cjose.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"
#include "net/jwt.h"
#include "net/test_pki.h"

#define NOW INT64_C(1790000000)
#define EMPTY_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define QUOTES_HASH "12ae32cb1ec02d01eda3581b127c1fee3b0dc53572ed6baf239721a03d82e126"
#define NULL_HASH "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"
#define ABC_UPPER "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"
#define ABC_HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

typedef struct desk {
	char *private_pem, *public_pem;
	EVP_PKEY *key;
	tf_jwt_key *public_key;
	char token[TF_JWT_MAX * 2];
	size_t len;
	tf_jwt_why why;
	tf_jwt_claims claims;
	tf_fault fault;
} desk;

static void desk_init(desk *d)
{
	BIO *bio;

	memset(d, 0, sizeof(*d));
	pki_rsa(&d->private_pem, &d->public_pem, 2048);
	bio = BIO_new_mem_buf(d->private_pem, -1);
	d->key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	BIO_free(bio);
	CHECK(d->key);
	CHECK_OK(tf_jwt_key_new(&d->public_key, d->public_pem, strlen(d->public_pem)));
}

static void desk_wipe(desk *d)
{
	EVP_PKEY_free(d->key);
	tf_jwt_key_free(d->public_key);
	free(d->private_pem);
	free(d->public_pem);
}

static void append(desk *d, const void *bytes, size_t len)
{
	char *text;
	size_t n;

	CHECK(cjose_base64url_encode(bytes, len, &text, &n, NULL));
	memcpy(d->token + d->len, text, n);
	d->len += n;
	d->token[d->len] = 0;
	cjose_get_dealloc()(text);
}

/* header and payload as given, signed with the digest. */
static void issue(desk *d, const char *header, const char *payload, const EVP_MD *md)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t sig[512];
	size_t n = sizeof(sig);

	d->len = 0;
	append(d, header, strlen(header));
	d->token[d->len++] = '.';
	append(d, payload, strlen(payload));
	CHECK(EVP_DigestSignInit(ctx, NULL, md, NULL, d->key) == 1);
	CHECK(EVP_DigestSign(ctx, sig, &n, (const uint8_t *)d->token, d->len) == 1);
	EVP_MD_CTX_free(ctx);
	d->token[d->len++] = '.';
	append(d, sig, n);
}

#define RS256 "{\"alg\":\"RS256\",\"typ\":\"JWT\"}"

static void issue_claims(desk *d, const char *payload)
{
	issue(d, RS256, payload, EVP_sha256());
}

static tf_err verify(desk *d)
{
	json_t *payload = NULL;
	tf_err err;

	tf_fault_at(&d->fault, TF_PARTY_NONE, 0);
	err = tf_jwt_verify(&payload, &d->why, &d->fault, d->public_key, d->token, d->len);
	json_decref(payload);
	return err;
}

static void expect_form(desk *d, const char *header, tf_jwt_why why, tf_check check)
{
	issue(d, header, "{}", EVP_sha256());
	if (why == TF_JWT_FINE) {
		CHECK_OK(verify(d));
		CHECK(d->why == TF_JWT_FINE);
		return;
	}
	CHECK_ERR(verify(d), TF_E_AUTH);
	CHECK(d->why == why && d->fault.check == check);
}

TEST(only_rs256_is_a_token)
{
	desk d;

	desk_init(&d);
	expect_form(&d, RS256, TF_JWT_FINE, 0);
	expect_form(&d, "{\"alg\":\"RS256\"}", TF_JWT_FINE, 0);
	expect_form(&d, "{\"alg\":\"RS256\",\"kid\":\"x\"}", TF_JWT_FINE, 0);
	expect_form(&d, "{\"alg\":\"none\"}", TF_JWT_BAD_FORMAT, TF_CK_JWT_FORM);
	expect_form(&d, "{\"alg\":\"HS256\"}", TF_JWT_BAD_FORMAT, TF_CK_JWT_FORM);
	expect_form(&d, "{\"alg\":\"rs256\"}", TF_JWT_BAD_FORMAT, TF_CK_JWT_FORM);
	expect_form(&d, "{\"alg\":\"PS256\"}", TF_JWT_BAD_FORMAT, TF_CK_JWT_FORM);
	expect_form(&d, "{\"alg\":null}", TF_JWT_BAD_FORMAT, TF_CK_JWT_FORM);
	expect_form(&d, "{\"typ\":\"JWT\"}", TF_JWT_BAD_FORMAT, TF_CK_JWT_FORM);
	expect_form(&d, "{\"alg\":\"none\",\"alg\":\"RS256\"}", TF_JWT_BAD_FORMAT, TF_CK_JWT_FORM);
	expect_form(&d, "{\"alg\":\"RS256\",\"crit\":[\"x\"],\"x\":1}", TF_JWT_BAD_FORMAT,
	            TF_CK_JWT_FORM);
	expect_form(&d, "{\"alg\":\"RS256\",\"b64\":false}", TF_JWT_BAD_FORMAT, TF_CK_JWT_FORM);
	expect_form(&d, "[]", TF_JWT_BAD_FORMAT, TF_CK_JWT_FORM);
	expect_form(&d, "{\"alg\":\"RS256\"} x", TF_JWT_BAD_FORMAT, TF_CK_JWT_FORM);
	issue(&d, "{\"alg\":\"RS512\"}", "{}", EVP_sha512());
	CHECK_ERR(verify(&d), TF_E_AUTH);
	CHECK(d.why == TF_JWT_BAD_FORMAT && tf_check_refusals(TF_CK_JWT_FORM) == 12);
	desk_wipe(&d);
}

TEST(a_token_has_one_spelling)
{
	static const char *const bad[] = { "", ".", "..", "a.b", "a.b.c.d", "e30.e30", "e30.e30.",
		"e30=.e30.e30", "e3 0.e30.e30", "e30.e30.e31", "e30+.e30.e30", "e30/.e30.e30",
		"\ne30.e30.e30" };
	desk d;

	desk_init(&d);
	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++) {
		d.len = strlen(bad[i]);
		memcpy(d.token, bad[i], d.len + 1);
		CHECK_ERR(verify(&d), TF_E_AUTH);
		CHECK(d.why == TF_JWT_BAD_FORMAT && d.fault.check == TF_CK_JWT_FORM);
	}
	issue_claims(&d, "{}");
	memset(d.token + d.len, 'A', TF_JWT_MAX);
	d.len += TF_JWT_MAX;
	CHECK_ERR(verify(&d), TF_E_AUTH);
	CHECK(d.why == TF_JWT_BAD_FORMAT);
	desk_wipe(&d);
}

TEST(every_changed_byte_breaks_the_token)
{
	desk d;
	char kept;

	desk_init(&d);
	issue_claims(&d, "{\"sub\":\"me\"}");
	CHECK_OK(verify(&d));
	for (size_t i = 0; i < d.len; i++) {
		kept = d.token[i];
		d.token[i] = kept == 'A' ? 'B' : 'A';
		CHECK_ERR(verify(&d), TF_E_AUTH);
		CHECK(d.why == TF_JWT_BAD_FORMAT || d.why == TF_JWT_BAD_SIGNATURE);
		d.token[i] = kept;
	}
	CHECK_OK(verify(&d));
	desk_wipe(&d);
}

TEST(another_users_signature_does_not_do)
{
	desk a, b;

	desk_init(&a);
	desk_init(&b);
	issue_claims(&a, "{}");
	memcpy(b.token, a.token, a.len + 1);
	b.len = a.len;
	CHECK_ERR(verify(&b), TF_E_AUTH);
	CHECK(b.why == TF_JWT_BAD_SIGNATURE && b.fault.check == TF_CK_JWT_SIGNATURE);
	desk_wipe(&a);
	desk_wipe(&b);
}

TEST(a_payload_is_one_object_without_repetition)
{
	static const char *const bad[] = { "[]", "\"x\"", "{", "{} {}", "{\"a\":1,\"a\":2}",
		"{\"nonce\":18446744073709551616}", "{\"a\":1e999}", "{\"a\":\"\xff\"}" };
	desk d;

	desk_init(&d);
	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++) {
		issue_claims(&d, bad[i]);
		CHECK_ERR(verify(&d), TF_E_AUTH);
		CHECK(d.why == TF_JWT_BAD_FORMAT);
	}
	desk_wipe(&d);
}

TEST(keys_that_are_no_proper_rsa_keys_are_refused)
{
	char *weak_private, *weak_public, twice[8192];
	tf_jwt_key *key;
	pki_ca ca;
	desk d;

	desk_init(&d);
	pki_rsa(&weak_private, &weak_public, 1024);
	CHECK_ERR(tf_jwt_key_new(&key, weak_public, strlen(weak_public)), TF_E_UNSUPPORTED);
	CHECK_ERR(tf_jwt_key_new(&key, d.private_pem, strlen(d.private_pem)), TF_E_ENCODING);
	CHECK_ERR(tf_jwt_key_new(&key, "", 0), TF_E_ENCODING);
	CHECK_ERR(tf_jwt_key_new(&key, "secret", 6), TF_E_ENCODING);
	snprintf(twice, sizeof(twice), "%s%s", d.public_pem, d.public_pem);
	CHECK_ERR(tf_jwt_key_new(&key, twice, strlen(twice)), TF_E_ENCODING);
	pki_ca_init(&ca, "a P-256 certificate");
	CHECK_ERR(tf_jwt_key_new(&key, ca.pem, strlen(ca.pem)), TF_E_UNSUPPORTED);
	pki_ca_wipe(&ca);
	free(weak_private);
	free(weak_public);
	desk_wipe(&d);
}

/* PEM of a certificate request of key, signed by signer. */
static char *make_request(EVP_PKEY *key, EVP_PKEY *signer)
{
	X509_REQ *req = X509_REQ_new();
	BIO *bio = BIO_new(BIO_s_mem());
	char *view, *text;
	long len;

	CHECK(X509_REQ_set_pubkey(req, key) == 1);
	CHECK(X509_REQ_sign(req, signer, EVP_sha256()) > 0);
	CHECK(PEM_write_bio_X509_REQ(bio, req) == 1);
	len = BIO_get_mem_data(bio, &view);
	text = calloc(1, (size_t)len + 1);
	memcpy(text, view, (size_t)len);
	BIO_free(bio);
	X509_REQ_free(req);
	return text;
}

TEST(keys_are_remembered_by_their_exact_text)
{
	const tf_jwt_key *first, *again, *other;
	char text[8192], bent[8192];
	json_t *payload = NULL;
	tf_jwt_keys *keys;
	size_t len;
	desk d;

	desk_init(&d);
	len = strlen(d.public_pem);
	CHECK(len + TF_JWT_KEYS_MAX + 2 < sizeof(text));
	CHECK_OK(tf_jwt_keys_new(&keys));
	CHECK_OK(tf_jwt_keys_get(&first, keys, d.public_pem, len));
	CHECK_OK(tf_jwt_keys_get(&again, keys, d.public_pem, len));
	CHECK(first == again);
	issue_claims(&d, "{}");
	CHECK_OK(tf_jwt_verify(&payload, &d.why, NULL, first, d.token, d.len));
	json_decref(payload);
	CHECK_ERR(tf_jwt_keys_get(&other, keys, "secret", 6), TF_E_ENCODING);
	CHECK_ERR(tf_jwt_keys_get(&other, keys, d.public_pem, len / 2), TF_E_ENCODING);
	/* others, by blanks behind it, until the first must go */
	memcpy(text, d.public_pem, len);
	memset(text + len, '\n', TF_JWT_KEYS_MAX + 1);
	for (size_t i = 1; i < TF_JWT_KEYS_MAX; i++) {
		CHECK_OK(tf_jwt_keys_get(&other, keys, text, len + i));
		CHECK(other != first);
	}
	CHECK_OK(tf_jwt_keys_get(&again, keys, d.public_pem, len));
	CHECK(again == first);
	CHECK_OK(tf_jwt_keys_get(&other, keys, text, len + TF_JWT_KEYS_MAX));
	CHECK_OK(tf_jwt_keys_get(&again, keys, d.public_pem, len)); /* read anew */
	memcpy(bent, d.public_pem, len + 1);
	bent[len / 2] = bent[len / 2] == 'A' ? 'B' : 'A';
	if (tf_jwt_keys_get(&other, keys, bent, len) == TF_OK)
		CHECK(other != again);
	tf_jwt_keys_free(keys);
	tf_jwt_keys_free(NULL);
	desk_wipe(&d);
}

TEST(a_key_may_come_as_a_request_signed_by_itself)
{
	tf_jwt_key *key;
	char *good, *forged;
	desk a, b;

	desk_init(&a);
	desk_init(&b);
	good = make_request(a.key, a.key);
	forged = make_request(a.key, b.key);
	CHECK_OK(tf_jwt_key_new(&key, good, strlen(good)));
	tf_jwt_key_free(a.public_key);
	a.public_key = key;
	issue_claims(&a, "{}");
	CHECK_OK(verify(&a));
	CHECK_ERR(tf_jwt_key_new(&key, forged, strlen(forged)), TF_E_TRUST);
	free(good);
	free(forged);
	desk_wipe(&a);
	desk_wipe(&b);
}

/* ---- claims ---------------------------------------------------------------------------------- */

static tf_err match(desk *d, const char *payload, const char *target, const char *body)
{
	tf_jwt_request r = { "key-1", target, body, strlen(body) };
	json_t *o = NULL;
	tf_err err;

	issue_claims(d, payload);
	tf_fault_at(&d->fault, TF_PARTY_NONE, 0);
	CHECK_OK(tf_jwt_verify(&o, &d->why, NULL, d->public_key, d->token, d->len));
	err = tf_jwt_match(&d->claims, &d->why, &d->fault, o, &r);
	json_decref(o);
	return err;
}

#define REST "\"iat\":1790000000,\"exp\":1790000055,\"sub\":\"key-1\""
#define CLAIMS(uri, nonce, hash) \
	"{\"uri\":\"" uri "\",\"nonce\":" nonce "," REST ",\"bodyHash\":\"" hash "\"}"

TEST(nonces_keep_every_digit)
{
	static const struct {
		const char *json, *text;
	} nonces[] = {
		{ "\"6f1c9a52-7e7d-4f6e-9d28-2d8d2b7e1c11\"", "6f1c9a52-7e7d-4f6e-9d28-2d8d2b7e1c11" },
		{ "5", "5" }, { "\"5\"", "5" }, { "0", "0" },
		{ "9007199254740993", "9007199254740993" },
		{ "9223372036854775807", "9223372036854775807" },
		{ "9223372036854775808", "9223372036854775808" },
		{ "18446744073709551615", "18446744073709551615" },
		{ "-7", "-7" },
		{ "\"9223372036854775808\"", "9223372036854775808" },
		{ "\"with \\\"quotes\\\" 9223372036854775808\"", "with \"quotes\" 9223372036854775808" },
	};
	char payload[512];
	desk d;

	desk_init(&d);
	for (size_t i = 0; i < TF_ARRAY_LEN(nonces); i++) {
		snprintf(payload, sizeof(payload), "{\"uri\":\"/\",\"nonce\":%s,%s,\"bodyHash\":\"%s\"}",
		         nonces[i].json, REST, EMPTY_HASH);
		CHECK_OK(match(&d, payload, "/", ""));
		CHECK(strcmp(d.claims.nonce, nonces[i].text) == 0);
		CHECK(d.claims.iat == NOW && d.claims.exp == NOW + 55);
	}
	desk_wipe(&d);
}

static void expect_match(desk *d, const char *payload, const char *target, const char *body,
                         tf_jwt_why why, tf_check check)
{
	tf_err err = match(d, payload, target, body);

	if ((err == TF_OK) != (why == TF_JWT_FINE) || d->why != why || d->fault.check != check)
		tf_test_fail(__FILE__, __LINE__, "got %d (%s), expected %d for %s at %s", (int)d->why,
		             tf_check_name(d->fault.check), (int)why, payload, target);
}

TEST(a_claim_that_is_absent_or_of_another_type_is_refused)
{
	desk d;

	desk_init(&d);
	expect_match(&d, "{\"uri\":\"/\",\"nonce\":\"a\",\"iat\":1,\"exp\":2,\"bodyHash\":\"\"}", "/",
	             "", TF_JWT_NO_API_KEY, 0);
	expect_match(&d, "{\"sub\":5,\"uri\":\"/\"}", "/", "", TF_JWT_NO_API_KEY, 0);
	expect_match(&d, "{\"nonce\":\"a\"," REST "}", "/", "", TF_JWT_WRONG_URI, TF_CK_JWT_URI);
	expect_match(&d, "{\"uri\":7,\"nonce\":\"a\"," REST "}", "/", "", TF_JWT_WRONG_URI,
	             TF_CK_JWT_URI);
	expect_match(&d, "{\"uri\":\"/\"," REST ",\"bodyHash\":\"" EMPTY_HASH "\"}", "/", "",
	             TF_JWT_BAD_FORMAT, TF_CK_JWT_CLAIMS);
	expect_match(&d, CLAIMS("/", "1.5", EMPTY_HASH), "/", "", TF_JWT_BAD_FORMAT,
	             TF_CK_JWT_CLAIMS);
	expect_match(&d, CLAIMS("/", "\"\"", EMPTY_HASH), "/", "", TF_JWT_BAD_FORMAT,
	             TF_CK_JWT_CLAIMS);
	expect_match(&d, CLAIMS("/", "\"a\\nb\"", EMPTY_HASH), "/", "", TF_JWT_BAD_FORMAT,
	             TF_CK_JWT_CLAIMS);
	expect_match(&d, CLAIMS("/", "null", EMPTY_HASH), "/", "", TF_JWT_BAD_FORMAT,
	             TF_CK_JWT_CLAIMS);
	expect_match(&d, "{\"uri\":\"/\",\"nonce\":\"a\"," REST "}", "/", "", TF_JWT_BAD_FORMAT,
	             TF_CK_JWT_CLAIMS);
	expect_match(&d, "{\"uri\":\"/\",\"nonce\":1,\"iat\":1.0,\"exp\":2,\"sub\":\"key-1\","
	             "\"bodyHash\":\"" EMPTY_HASH "\"}", "/", "", TF_JWT_BAD_FORMAT, TF_CK_JWT_CLAIMS);
	expect_match(&d, "{\"uri\":\"/\",\"nonce\":1,\"iat\":1,\"exp\":9223372036854775807,"
	             "\"sub\":\"key-1\",\"bodyHash\":\"" EMPTY_HASH "\"}", "/", "", TF_JWT_BAD_FORMAT,
	             TF_CK_JWT_CLAIMS);
	expect_match(&d, "{\"uri\":\"/\",\"nonce\":1,\"iat\":1,\"exp\":2,\"sub\":\"key-2\","
	             "\"bodyHash\":\"" EMPTY_HASH "\"}", "/", "", TF_JWT_WRONG_USER,
	             TF_CK_JWT_SUBJECT);
	desk_wipe(&d);
}

TEST(the_uri_is_the_target_on_the_wire_or_its_twin)
{
	static const struct {
		const char *claim, *target;
		bool same;
	} uris[] = {
		{ "/v1/x?a=1", "/v1/x?a=1", true },
		{ "/v1/x?p=%5B1%5D", "/v1/x?p=[1]", true },
		{ "/v1/x?p=[1]", "/v1/x?p=%5b1%5D", true },
		{ "/v1/x?p=a+b", "/v1/x?p=a%20b", true },
		{ "/v1/x", "/v1/x?a=1", false },
		{ "/v1/x?a=1", "/v1/x", false },
		{ "/v1/x?a=1", "/v1/x?a=1&b=2", false },
		{ "/v1/x?a=1%26b=2", "/v1/x?a=1&b=2", false },
		{ "/v1/x?a%3D1", "/v1/x?a=1", false },
		{ "/v1/x?a=%2B", "/v1/x?a=+", false },
		{ "/v1/x?a=%2520", "/v1/x?a=%20", false },
		{ "/v1/x%3Fa=1", "/v1/x?a=1", false },
		{ "/v1%2Fx", "/v1/x", false },
		{ "/v1/a+b", "/v1/a%20b", false },
		{ "/v1/X", "/v1/x", false },
		{ "https://a/v1/x", "/v1/x", false },
		{ "", "/", false },
	};
	char payload[512];
	desk d;

	desk_init(&d);
	for (size_t i = 0; i < TF_ARRAY_LEN(uris); i++) {
		snprintf(payload, sizeof(payload), "{\"uri\":\"%s\",\"nonce\":1,%s,\"bodyHash\":\"%s\"}",
		         uris[i].claim, REST, EMPTY_HASH);
		if (uris[i].same)
			expect_match(&d, payload, uris[i].target, "", TF_JWT_FINE, 0);
		else
			expect_match(&d, payload, uris[i].target, "", TF_JWT_WRONG_URI, TF_CK_JWT_URI);
	}
	desk_wipe(&d);
}

TEST(the_body_hash_is_of_the_raw_body_and_only_an_empty_one_has_dialects)
{
	desk d;

	desk_init(&d);
	expect_match(&d, CLAIMS("/", "1", EMPTY_HASH), "/", "", TF_JWT_FINE, 0);
	expect_match(&d, CLAIMS("/", "1", QUOTES_HASH), "/", "", TF_JWT_FINE, 0);
	expect_match(&d, CLAIMS("/", "1", NULL_HASH), "/", "", TF_JWT_FINE, 0);
	expect_match(&d, CLAIMS("/", "1", ABC_HASH), "/", "abc", TF_JWT_FINE, 0);
	expect_match(&d, CLAIMS("/", "1", NULL_HASH), "/", "null", TF_JWT_FINE, 0);
	expect_match(&d, CLAIMS("/", "1", EMPTY_HASH), "/", "abc", TF_JWT_REFUSED, TF_CK_JWT_BODY);
	expect_match(&d, CLAIMS("/", "1", QUOTES_HASH), "/", "abc", TF_JWT_REFUSED, TF_CK_JWT_BODY);
	expect_match(&d, CLAIMS("/", "1", NULL_HASH), "/", "abc", TF_JWT_REFUSED, TF_CK_JWT_BODY);
	expect_match(&d, CLAIMS("/", "1", ABC_HASH), "/", "", TF_JWT_REFUSED, TF_CK_JWT_BODY);
	expect_match(&d, CLAIMS("/", "1", ABC_HASH), "/", "abd", TF_JWT_REFUSED, TF_CK_JWT_BODY);
	expect_match(&d, CLAIMS("/", "1", ""), "/", "", TF_JWT_REFUSED, TF_CK_JWT_BODY);
	expect_match(&d, CLAIMS("/", "1", ABC_UPPER), "/", "abc", TF_JWT_REFUSED, TF_CK_JWT_BODY);
	desk_wipe(&d);
}

/* ---- freshness ------------------------------------------------------------------------------- */

typedef struct moment {
	int64_t iat, exp, now;
	tf_jwt_why fresh; /* skew 10, life 60 */
	tf_jwt_why aged;  /* the same, and at most 600 old */
} moment;

/* Does the fault name the check that belongs to this answer? */
static bool blames(const tf_fault *f, tf_jwt_why why)
{
	return f->check == (why == TF_JWT_REFUSED ? TF_CK_JWT_WINDOW :
	                    why == TF_JWT_EXPIRED ? TF_CK_JWT_EXPIRED :
	                    why == TF_JWT_FUTURE  ? TF_CK_JWT_FUTURE :
	                                            TF_CK_NONE);
}

TEST(freshness_has_sharp_edges)
{
	static const moment moments[] = {
		{ NOW, NOW + 55, NOW, TF_JWT_FINE, TF_JWT_FINE },
		{ NOW, NOW + 60, NOW, TF_JWT_FINE, TF_JWT_FINE },
		{ NOW, NOW + 61, NOW, TF_JWT_REFUSED, TF_JWT_REFUSED },
		{ NOW, NOW, NOW, TF_JWT_REFUSED, TF_JWT_REFUSED },
		{ NOW, NOW - 5, NOW, TF_JWT_REFUSED, TF_JWT_REFUSED },
		{ NOW, NOW + 30, NOW + 40, TF_JWT_FINE, TF_JWT_FINE },
		{ NOW, NOW + 30, NOW + 41, TF_JWT_EXPIRED, TF_JWT_FINE },
		{ NOW, NOW + 30, NOW + 610, TF_JWT_EXPIRED, TF_JWT_FINE },
		{ NOW, NOW + 30, NOW + 611, TF_JWT_EXPIRED, TF_JWT_EXPIRED },
		{ NOW + 10, NOW + 30, NOW, TF_JWT_FINE, TF_JWT_FINE },
		{ NOW + 11, NOW + 30, NOW, TF_JWT_FUTURE, TF_JWT_FUTURE },
		{ 0, 55, NOW, TF_JWT_EXPIRED, TF_JWT_EXPIRED },
	};
	const tf_jwt_window window = { .skew = 10 };

	for (size_t i = 0; i < TF_ARRAY_LEN(moments); i++) {
		tf_jwt_claims c = { .iat = moments[i].iat, .exp = moments[i].exp };
		tf_fault fault = { 0 }, later = { 0 };
		tf_jwt_why why;
		tf_err err = tf_jwt_fresh(&why, &fault, &c, moments[i].now, &window);

		CHECK(why == moments[i].fresh && (err == TF_OK) == (why == TF_JWT_FINE));
		CHECK(blames(&fault, why));
		err = tf_jwt_aged(&why, &later, &c, moments[i].now, 600, &window);
		CHECK(why == moments[i].aged && (err == TF_OK) == (why == TF_JWT_FINE));
		CHECK(blames(&later, why));
	}
}

TEST(one_call_asks_everything_in_order)
{
	const tf_jwt_window window = { .life_max = 60, .skew = 5 };
	tf_jwt_request r = { "key-1", "/v1/x", "abc", 3 };
	desk d;

	desk_init(&d);
	issue_claims(&d, CLAIMS("/v1/x", "\"n\"", ABC_HASH));
	CHECK_OK(tf_jwt_check(&d.claims, &d.why, &d.fault, d.public_key, d.token, d.len, &r, NOW + 1,
	                      &window));
	CHECK(strcmp(d.claims.nonce, "n") == 0);
	CHECK_ERR(tf_jwt_check(&d.claims, &d.why, &d.fault, d.public_key, d.token, d.len, &r, NOW + 99,
	                       &window), TF_E_AUTH);
	CHECK(d.why == TF_JWT_EXPIRED && d.fault.check == TF_CK_JWT_EXPIRED);
	r.api_key = "key-2";
	CHECK_ERR(tf_jwt_check(&d.claims, &d.why, &d.fault, d.public_key, d.token, d.len, &r, NOW + 99,
	                       &window), TF_E_AUTH);
	CHECK(d.why == TF_JWT_WRONG_USER);
	r.target = "/v1/y";
	CHECK_ERR(tf_jwt_check(&d.claims, &d.why, &d.fault, d.public_key, d.token, d.len, &r, NOW + 99,
	                       &window), TF_E_AUTH);
	CHECK(d.why == TF_JWT_WRONG_URI);
	d.token[d.len - 5] = d.token[d.len - 5] == 'A' ? 'B' : 'A';
	CHECK_ERR(tf_jwt_check(&d.claims, &d.why, &d.fault, d.public_key, d.token, d.len, &r, NOW + 99,
	                       &window), TF_E_AUTH);
	CHECK(d.why == TF_JWT_BAD_SIGNATURE);
	desk_wipe(&d);
}

TEST(the_bearer_header_and_the_subject_of_a_stranger)
{
	char sub[32], small[4];
	tf_jwt_why why;
	const char *token;
	size_t len;
	desk d;

	CHECK_ERR(tf_jwt_bearer(&token, &len, &why, NULL), TF_E_AUTH);
	CHECK(why == TF_JWT_MISSING);
	CHECK_ERR(tf_jwt_bearer(&token, &len, &why, "Basic abc"), TF_E_AUTH);
	CHECK_ERR(tf_jwt_bearer(&token, &len, &why, "Bearer "), TF_E_AUTH);
	CHECK(why == TF_JWT_MISSING);
	CHECK_OK(tf_jwt_bearer(&token, &len, &why, "bearer a.b.c"));
	CHECK(len == 5 && strcmp(token, "a.b.c") == 0);
	desk_init(&d);
	issue_claims(&d, "{\"sub\":\"key-1\"}");
	CHECK_OK(tf_jwt_peek_subject(sub, sizeof(sub), &why, d.token, d.len));
	CHECK(strcmp(sub, "key-1") == 0);
	CHECK_ERR(tf_jwt_peek_subject(small, sizeof(small), &why, d.token, d.len), TF_E_AUTH);
	CHECK(why == TF_JWT_NO_API_KEY);
	CHECK_ERR(tf_jwt_peek_subject(sub, sizeof(sub), &why, "x", 1), TF_E_AUTH);
	CHECK(why == TF_JWT_BAD_FORMAT);
	desk_wipe(&d);
}

TEST(every_refusal_has_a_text)
{
	for (int why = 0; why >= -12; why--)
		CHECK(*tf_jwt_text((tf_jwt_why)why));
}
