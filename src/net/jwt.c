#include "net/jwt.h"

#include <cjose/cjose.h>
#include <openssl/err.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/http_chars.h"
#include "net/jwt_key.h"

/* Seconds since 1970 that still leave room for sums: the year 36812. */
#define TIME_MAX (INT64_C(1) << 40)

const char *tf_jwt_text(tf_jwt_why why)
{
	switch (why) {
	case TF_JWT_FINE: return "Token is fine";
	case TF_JWT_BAD_SIGNATURE: return "Unauthorized: JWT signature is not valid";
	case TF_JWT_NO_API_KEY: return "Unauthorized: JWT names no API key";
	case TF_JWT_MISSING: return "Unauthorized: JWT is missing";
	case TF_JWT_WRONG_URI: return "Unauthorized: JWT speaks of another URI";
	case TF_JWT_BAD_FORMAT: return "Unauthorized: JWT is malformed or a claim is missing";
	case TF_JWT_WRONG_USER: return "Unauthorized: JWT belongs to another API key";
	case TF_JWT_REFUSED: return "Unauthorized: JWT is not accepted";
	case TF_JWT_FORBIDDEN: return "Unauthorized: the API user may not do this";
	case TF_JWT_EXPIRED: return "Unauthorized: JWT has expired";
	case TF_JWT_FUTURE: return "Unauthorized: JWT was issued in the future";
	}
	return "Unauthorized";
}

static tf_err refuse(tf_jwt_why *why, tf_jwt_why reason)
{
	*why = reason;
	return TF_E_AUTH;
}

tf_err tf_jwt_bearer(const char **token, size_t *len, tf_jwt_why *why, const char *header)
{
	if (!header || strncasecmp(header, "Bearer ", 7) != 0)
		return refuse(why, TF_JWT_MISSING);
	header += 7;
	header += strspn(header, " ");
	if (!*header)
		return refuse(why, TF_JWT_MISSING);
	if (strlen(header) > TF_JWT_MAX)
		return refuse(why, TF_JWT_BAD_FORMAT);
	*token = header;
	*len = strlen(header);
	*why = TF_JWT_FINE;
	return TF_OK;
}

/* ---- form ------------------------------------------------------------------------------------ */

static int base64url_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* The one encoding of some bytes: no padding, no other alphabet, unused bits zero (RFC 7515 2). */
static bool is_base64url(const char *p, size_t len)
{
	if (len == 0 || len % 4 == 1)
		return false;
	for (size_t i = 0; i < len; i++)
		if (base64url_value(p[i]) < 0)
			return false;
	if (len % 4 == 2)
		return (base64url_value(p[len - 1]) & 15) == 0;
	return len % 4 == 0 || (base64url_value(p[len - 1]) & 3) == 0;
}

typedef struct parts {
	const char *p[3];
	size_t len[3];
} parts;

static bool split(parts *out, const char *token, size_t len)
{
	const char *one, *two, *end = token + len;

	if (len > TF_JWT_MAX)
		return false;
	one = memchr(token, '.', len);
	two = one ? memchr(one + 1, '.', (size_t)(end - one - 1)) : NULL;
	if (!two)
		return false;
	*out = (parts){ { token, one + 1, two + 1 },
	                { (size_t)(one - token), (size_t)(two - one - 1), (size_t)(end - two - 1) } };
	for (size_t i = 0; i < 3; i++)
		if (!is_base64url(out->p[i], out->len[i]))
			return false;
	return true;
}

/* True if text[0..len) is an integer that a uint64_t holds and an int64_t does not. */
static bool is_large(const char *text, size_t len)
{
	if (len < 19 || len > 20 || text[0] == '0')
		return false;
	for (size_t i = 0; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	if (len == 19)
		return strncmp(text, "9223372036854775807", 19) > 0;
	return strncmp(text, "18446744073709551615", 20) <= 0;
}

/* Copies JSON, with quotes around integers that jansson cannot hold. out: 2 * len + 1 bytes. */
static size_t quote_large(char *out, const char *p, size_t len)
{
	bool in_string = false;
	size_t n = 0, i = 0, token;

	while (i < len) {
		if (in_string || p[i] == '"') {
			if (in_string && p[i] == '\\' && i + 1 < len)
				out[n++] = p[i++];
			else if (p[i] == '"')
				in_string = !in_string;
			out[n++] = p[i++];
			continue;
		}
		for (token = 0; i + token < len && (tf_http_is_alnum((uint8_t)p[i + token]) ||
		                                    tf_http_is_one_of((uint8_t)p[i + token], "+-.")); )
			token++;
		if (token == 0) {
			out[n++] = p[i++];
			continue;
		}
		if (is_large(p + i, token))
			out[n++] = '"';
		memcpy(out + n, p + i, token);
		n += token;
		if (is_large(p + i, token))
			out[n++] = '"';
		i += token;
	}
	return n;
}

/* One JSON object and nothing else, no name twice; NULL otherwise. */
static json_t *read_object(const char *text, size_t len)
{
	char *quoted = malloc(2 * len + 1);
	json_t *o = NULL;

	if (quoted)
		o = json_loadb(quoted, quote_large(quoted, text, len), JSON_REJECT_DUPLICATES, NULL);
	free(quoted);
	if (json_is_object(o))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *read_part(const parts *t, size_t index)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	json_t *o = NULL;

	if (cjose_base64url_decode(t->p[index], t->len[index], &bytes, &len, NULL))
		o = read_object((const char *)bytes, len);
	cjose_get_dealloc()(bytes);
	return o;
}

/* Only what we understand completely: RS256, no critical extension (RFC 7515 4.1.11). */
static bool header_fits(const parts *t)
{
	json_t *header = read_part(t, 0);
	const char *alg = json_string_value(json_object_get(header, "alg"));
	bool fits = alg && strcmp(alg, "RS256") == 0 && !json_object_get(header, "crit") &&
	            !json_object_get(header, "b64") && !json_object_get(header, "zip");

	json_decref(header);
	return fits;
}

tf_err tf_jwt_peek_subject(char *out, size_t cap, tf_jwt_why *why, const char *token, size_t len)
{
	json_t *payload;
	const char *sub;
	parts t;

	if (!split(&t, token, len) || !(payload = read_part(&t, 1)))
		return refuse(why, TF_JWT_BAD_FORMAT);
	sub = json_string_value(json_object_get(payload, "sub"));
	if (!sub || !*sub || strlen(sub) >= cap) {
		json_decref(payload);
		return refuse(why, TF_JWT_NO_API_KEY);
	}
	memcpy(out, sub, strlen(sub) + 1);
	json_decref(payload);
	*why = TF_JWT_FINE;
	return TF_OK;
}

/* ---- signature ------------------------------------------------------------------------------- */

static bool signature_holds(const tf_jwt_key *key, const char *token, size_t len)
{
	cjose_err trouble;
	cjose_jws_t *jws = cjose_jws_import(token, len, &trouble);
	bool holds = jws && cjose_jws_verify(jws, key->jwk, &trouble);

	cjose_jws_release(jws);
	ERR_clear_error();
	return holds;
}

tf_err tf_jwt_verify(json_t **payload, tf_jwt_why *why, tf_fault *fault, const tf_jwt_key *key,
                     const char *token, size_t len)
{
	parts t = { 0 };
	bool formed = split(&t, token, len);
	bool fits = formed && header_fits(&t);

	if (!tf_holds(fault, TF_CK_JWT_FORM, fits) || !formed)
		return refuse(why, TF_JWT_BAD_FORMAT);
	if (!tf_holds(fault, TF_CK_JWT_SIGNATURE, signature_holds(key, token, len)))
		return refuse(why, TF_JWT_BAD_SIGNATURE);
	*payload = read_part(&t, 1);
	if (!*payload)
		return refuse(why, TF_JWT_BAD_FORMAT);
	*why = TF_JWT_FINE;
	return TF_OK;
}

/* ---- claims ---------------------------------------------------------------------------------- */

/* One unit of a target: a byte, or 256 + byte for an escape that must stay one because undoing it
 * would move a boundary of the target's parts. -1 at the end. */
static int next_unit(const char **p, bool *in_query)
{
	const char *s = *p;
	int c = (uint8_t)*s;

	if (c == 0)
		return -1;
	*p = s + 1;
	if (c == '%' && tf_http_hex(s[1]) >= 0 && tf_http_hex(s[2]) >= 0) {
		*p = s + 3;
		c = tf_http_hex(s[1]) << 4 | tf_http_hex(s[2]);
		return tf_http_is_one_of((uint8_t)c, "%&=+#?/;") || c == 0 ? 256 + c : c;
	}
	if (c == '+' && *in_query)
		return ' ';
	if (c == '?')
		*in_query = true;
	return c;
}

static bool same_target(const char *a, const char *b)
{
	bool a_query = false, b_query = false;
	int x, y;

	if (strcmp(a, b) == 0)
		return true;
	do {
		x = next_unit(&a, &a_query);
		y = next_unit(&b, &b_query);
	} while (x == y && x >= 0);
	return x == y;
}

static void hex_of(char out[static 65], const void *p, size_t len)
{
	uint8_t h[SHA256_DIGEST_LENGTH];

	SHA256(p, len, h);
	for (size_t i = 0; i < sizeof(h); i++)
		snprintf(out + 2 * i, 3, "%02x", h[i]);
}

/* Three dialects of "no body" (docs/api.md 1.2): hashes of nothing, of "" in quotes, of null. */
static bool body_fits(const char *claim, const tf_jwt_request *request)
{
	static const char *const nothing[] = { "", "\"\"", "null" };
	char hex[65];

	if (request->body_len > 0) {
		hex_of(hex, request->body, request->body_len);
		return strcmp(claim, hex) == 0;
	}
	for (size_t i = 0; i < TF_ARRAY_LEN(nothing); i++) {
		hex_of(hex, nothing[i], strlen(nothing[i]));
		if (strcmp(claim, hex) == 0)
			return true;
	}
	return false;
}

static bool read_nonce(char out[static TF_JWT_NONCE_MAX + 1], const json_t *nonce)
{
	const char *text = json_string_value(nonce);

	if (json_is_integer(nonce)) {
		snprintf(out, TF_JWT_NONCE_MAX + 1, "%lld", (long long)json_integer_value(nonce));
		return true;
	}
	if (!text || !*text || strlen(text) > TF_JWT_NONCE_MAX)
		return false;
	for (const char *p = text; *p; p++)
		if (*p < 0x20 || *p > 0x7e)
			return false;
	memcpy(out, text, strlen(text) + 1);
	return true;
}

static bool read_time(int64_t *out, const json_t *t)
{
	if (!json_is_integer(t) || json_integer_value(t) < 0 || json_integer_value(t) > TIME_MAX)
		return false;
	*out = json_integer_value(t);
	return true;
}

tf_err tf_jwt_match(tf_jwt_claims *claims, tf_jwt_why *why, tf_fault *fault, const json_t *payload,
                    const tf_jwt_request *request)
{
	const char *sub = json_string_value(json_object_get(payload, "sub"));
	const char *uri = json_string_value(json_object_get(payload, "uri"));
	const char *hash = json_string_value(json_object_get(payload, "bodyHash"));
	tf_jwt_claims c = { 0 };
	bool typed = read_nonce(c.nonce, json_object_get(payload, "nonce")) &&
	             read_time(&c.iat, json_object_get(payload, "iat")) &&
	             read_time(&c.exp, json_object_get(payload, "exp")) && hash;
	bool same_uri = uri && same_target(uri, request->target);
	bool same_body = hash && body_fits(hash, request);

	if (!sub || !*sub)
		return refuse(why, TF_JWT_NO_API_KEY);
	if (!tf_holds(fault, TF_CK_JWT_URI, same_uri))
		return refuse(why, TF_JWT_WRONG_URI);
	if (!tf_holds(fault, TF_CK_JWT_CLAIMS, typed))
		return refuse(why, TF_JWT_BAD_FORMAT);
	if (!tf_holds(fault, TF_CK_JWT_SUBJECT, strcmp(sub, request->api_key) == 0))
		return refuse(why, TF_JWT_WRONG_USER);
	if (!tf_holds(fault, TF_CK_JWT_BODY, same_body))
		return refuse(why, TF_JWT_REFUSED);
	*claims = c;
	*why = TF_JWT_FINE;
	return TF_OK;
}

/* ---- freshness ------------------------------------------------------------------------------- */

static bool window_fits(const tf_jwt_claims *c, const tf_jwt_window *w)
{
	int64_t life = c->exp - c->iat;

	return life > 0 && life <= (w->life_max > 0 ? w->life_max : 60);
}

/* alive: the caller's idea of "not too late". */
static tf_err judge(tf_jwt_why *why, tf_fault *fault, const tf_jwt_claims *claims, bool alive,
                    int64_t now_s, const tf_jwt_window *window)
{
	if (!tf_holds(fault, TF_CK_JWT_WINDOW, window_fits(claims, window)))
		return refuse(why, TF_JWT_REFUSED);
	if (!tf_holds(fault, TF_CK_JWT_EXPIRED, alive))
		return refuse(why, TF_JWT_EXPIRED);
	if (!tf_holds(fault, TF_CK_JWT_FUTURE, claims->iat <= now_s + window->skew))
		return refuse(why, TF_JWT_FUTURE);
	*why = TF_JWT_FINE;
	return TF_OK;
}

tf_err tf_jwt_fresh(tf_jwt_why *why, tf_fault *fault, const tf_jwt_claims *claims, int64_t now_s,
                    const tf_jwt_window *window)
{
	bool alive = now_s <= claims->exp + window->skew;

	return judge(why, fault, claims, alive, now_s, window);
}

tf_err tf_jwt_aged(tf_jwt_why *why, tf_fault *fault, const tf_jwt_claims *claims, int64_t now_s,
                   int64_t max_age, const tf_jwt_window *window)
{
	bool alive = now_s - window->skew - max_age <= claims->iat;

	return judge(why, fault, claims, alive, now_s, window);
}

tf_err tf_jwt_check(tf_jwt_claims *claims, tf_jwt_why *why, tf_fault *fault, const tf_jwt_key *key,
                    const char *token, size_t len, const tf_jwt_request *request, int64_t now_s,
                    const tf_jwt_window *window)
{
	json_t *payload;
	tf_err err;

	TRY(tf_jwt_verify(&payload, why, fault, key, token, len));
	err = tf_jwt_match(claims, why, fault, payload, request);
	json_decref(payload);
	TRY(err);
	return tf_jwt_fresh(why, fault, claims, now_s, window);
}
