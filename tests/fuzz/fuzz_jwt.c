/* Tokens: the input is once a token as it stands, once the payload of a token that nobody signed.
 * No input may be believed, and what is read from one must have the promised form. */
#include <cjose/base64.h>
#include <cjose/util.h>
#include <string.h>

#include "fuzz.h"
#include "net/jwt.h"

#define INPUT_MAX 8000u

/* A key whose private half nobody kept (RSA, 2048 bits). */
static const char public_pem[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0GFwq/Iw5+EnSpHdFrjp\n"
	"Yj2eL1VxvkylAOlYuzsqhCzFj1RzmZInyD5C2Dp77npfkXl//lS4Ad7sWya9FrCX\n"
	"ZAZvZoZ2XB5iEZNlxRRwPZMZJ3CBp8QBKMxKjgtCEAqcQOsLQRyjiEGevis7Uval\n"
	"8LzSS+Xw164GTiI6dHkMS0xaF6UB7e1DrtFmLKwyDJXHCj4ttzLCXhRq4AuFGoyE\n"
	"TX2tP5/rNOeBpkG8VOZvwuKyQb+YvLHOMd6qyyfsm2h8DA06yxnW/jyNGfeRu5WU\n"
	"w0iH66dxEW3zOUu3evwoVfRqZFulYqTRSWM6wuclgEx3l+DwiW36UHQyIIBtaG8y\n"
	"dwIDAQAB\n"
	"-----END PUBLIC KEY-----\n";

static const tf_jwt_key *the_key(void)
{
	static tf_jwt_key *key;

	if (!key)
		ALWAYS(tf_jwt_key_new(&key, public_pem, sizeof(public_pem) - 1) == TF_OK);
	return key;
}

static void check_claims(const json_t *payload)
{
	const tf_jwt_request request = { "key-1", "/v1/x?a=[1]", "", 0 };
	const tf_jwt_window window = { .skew = 10 };
	tf_jwt_claims claims;
	tf_jwt_why why;

	if (tf_jwt_match(&claims, &why, NULL, payload, &request) != TF_OK) {
		ALWAYS(why < 0);
		return;
	}
	ALWAYS(why == TF_JWT_FINE && claims.nonce[0] && strlen(claims.nonce) <= TF_JWT_NONCE_MAX);
	ALWAYS(claims.iat >= 0 && claims.exp >= 0);
	if (tf_jwt_fresh(&why, NULL, &claims, 1790000000, &window) == TF_OK)
		ALWAYS(claims.exp > claims.iat && claims.exp - claims.iat <= 60);
}

static void try_token(const char *token, size_t len)
{
	char sub[64];
	json_t *payload;
	tf_jwt_why why;

	if (tf_jwt_peek_subject(sub, sizeof(sub), &why, token, len) == TF_OK)
		ALWAYS(why == TF_JWT_FINE && sub[0] && strlen(sub) < sizeof(sub));
	else
		ALWAYS(why == TF_JWT_BAD_FORMAT || why == TF_JWT_NO_API_KEY);
	ALWAYS(tf_jwt_verify(&payload, &why, NULL, the_key(), token, len) == TF_E_AUTH && why < 0);
}

static void try_payload(const uint8_t *data, size_t len)
{
	static const char head[] = "eyJhbGciOiJSUzI1NiJ9.";
	static char token[2 * INPUT_MAX];
	json_t *payload = json_loadb((const char *)data, len, JSON_REJECT_DUPLICATES, NULL);
	char *text = NULL;
	size_t n = 0;

	check_claims(payload);
	json_decref(payload);
	if (len == 0 || !cjose_base64url_encode(data, len, &text, &n, NULL))
		return;
	memcpy(token, head, sizeof(head) - 1);
	memcpy(token + sizeof(head) - 1, text, n);
	memcpy(token + sizeof(head) - 1 + n, ".AAAA", 6);
	cjose_get_dealloc()(text);
	try_token(token, sizeof(head) - 1 + n + 5);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len > INPUT_MAX)
		return 0;
	try_token((const char *)data, len);
	try_payload(data, len);
	return 0;
}
