#include "cli/calls.h"

#include <cjose/cjose.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attest/admin.h"
#include "attest/cert.h"
#include "base/secret.h"
#include "daemon/osrng.h"

#define TOKEN_SECONDS 55
#define PARTS 8
#define PART_MAX 2048
#define TIMEOUT_MS 30000L

struct tf_calls {
	const tf_deploy *d;
	tf_rng rng;
	tf_text root;
	tf_identity_keys admin;
	uint8_t trust_root[32];
	char user[64];
	cjose_jwk_t *key;
	tf_role expected; /* of the server that is being called */
};

/* ---- the API user */

/* cjose wants the numbers of an RSA key one by one: n e d p q dp dq qi. */
static tf_err import(cjose_jwk_t **out, const EVP_PKEY *key)
{
	static const char *const names[PARTS] = {
		OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
		OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
		OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
		OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
	};
	static uint8_t part[PARTS][PART_MAX];
	size_t len[PARTS] = { 0 };
	bool good = true;

	for (size_t i = 0; good && i < PARTS; i++) {
		BIGNUM *v = NULL;

		good = EVP_PKEY_get_bn_param(key, names[i], &v) == 1 && BN_num_bytes(v) <= PART_MAX;
		len[i] = good ? (size_t)BN_bn2bin(v, part[i]) : 0;
		BN_clear_free(v);
	}
	if (good) {
		const cjose_jwk_rsa_keyspec spec = {
			.n = part[0], .nlen = len[0], .e = part[1], .elen = len[1], .d = part[2],
			.dlen = len[2], .p = part[3], .plen = len[3], .q = part[4], .qlen = len[4],
			.dp = part[5], .dplen = len[5], .dq = part[6], .dqlen = len[6],
			.qi = part[7], .qilen = len[7],
		};

		*out = cjose_jwk_create_RSA_spec(&spec, NULL);
	}
	tf_wipe(part, sizeof(part));
	return good && *out ? TF_OK : TF_E_ENCODING;
}

static tf_err load_user(tf_calls *w)
{
	TF_AUTO(tf_text) pem = { 0 }, id = { 0 };
	char path[TF_CLI_PATH];
	EVP_PKEY *key;
	BIO *in;
	tf_err e;

	TRY(tf_deploy_path(path, sizeof(path), w->d, "api-user/id"));
	TRY(tf_file_read(&id, path));
	TRY(tf_path_print(w->user, sizeof(w->user), "%.*s", (int)strcspn(id.p, "\n"), id.p));
	TRY(tf_deploy_path(path, sizeof(path), w->d, "api-user/key.pem"));
	TRY(tf_file_read(&pem, path));
	in = BIO_new_mem_buf(pem.p, (int)pem.len);
	key = in ? PEM_read_bio_PrivateKey(in, NULL, NULL, NULL) : NULL;
	e = key && EVP_PKEY_is_a(key, "RSA") ? import(&w->key, key) : TF_E_ENCODING;
	EVP_PKEY_free(key);
	BIO_free(in);
	return e;
}

static tf_err sign_token(char **token, const tf_calls *w, const char *claims)
{
	cjose_header_t *header = cjose_header_new(NULL);
	cjose_jws_t *jws = NULL;
	const char *text = NULL;

	*token = NULL;
	if (header && cjose_header_set(header, CJOSE_HDR_ALG, CJOSE_HDR_ALG_RS256, NULL) &&
	    cjose_header_set(header, "typ", "JWT", NULL))
		jws = cjose_jws_sign(w->key, header, (const uint8_t *)claims, strlen(claims), NULL);
	if (jws && cjose_jws_export(jws, &text, NULL))
		*token = strdup(text);
	cjose_jws_release(jws);
	cjose_header_release(header);
	return *token ? TF_OK : TF_E_RESOURCE;
}

/* api.md 1.2: what the token says about the request that it goes with. */
static tf_err make_token(char **token, const tf_calls *w, const char *target, const char *body)
{
	char hash[65], nonce[33];
	uint8_t digest[32], random[16];
	json_int_t now = (json_int_t)time(NULL);
	json_t *j;
	char *claims;
	tf_err e;

	crypto_hash_sha256(digest, (const uint8_t *)(body ? body : ""), body ? strlen(body) : 0);
	sodium_bin2hex(hash, sizeof(hash), digest, sizeof(digest));
	TRY(tf_rng_bytes(&w->rng, random, sizeof(random)));
	sodium_bin2hex(nonce, sizeof(nonce), random, sizeof(random));
	j = json_pack("{s:s, s:s, s:I, s:I, s:s, s:s}", "uri", target, "nonce", nonce, "iat", now,
	              "exp", now + TOKEN_SECONDS, "sub", w->user, "bodyHash", hash);
	claims = j ? json_dumps(j, JSON_COMPACT) : NULL;
	json_decref(j);
	e = claims ? sign_token(token, w, claims) : TF_E_RESOURCE;
	free(claims);
	return e;
}

/* ---- whom we talk to */

static tf_err judge(void *ctx, X509 *peer, char *why, size_t cap)
{
	const tf_calls *w = ctx;
	uint8_t *der = NULL;
	tf_cert cert;
	int len = i2d_X509(peer, &der);
	tf_err e = len > 0 ? tf_cert_parse(&cert, der, (size_t)len) : TF_E_RESOURCE;

	OPENSSL_free(der);
	if (e != TF_OK) {
		snprintf(why, cap, "not a certificate of a Trefoil server");
		return TF_E_TRUST;
	}
	if (cert.id.holder.role != w->expected ||
	    strcmp(cert.id.holder.workspace, w->d->workspace) != 0 ||
	    sodium_memcmp(cert.id.trust_root, w->trust_root, 32) != 0) {
		snprintf(why, cap, "the server is %s of workspace %s, not this deployment's %s",
		         tf_role_name(cert.id.holder.role), cert.id.holder.workspace,
		         tf_role_name(w->expected));
		return TF_E_TRUST;
	}
	return TF_OK;
}

static tf_err load_trust(tf_calls *w)
{
	uint8_t der[TF_CERT_MAX];
	size_t len;

	TRY(tf_deploy_root(&w->root, w->d));
	TRY(tf_cert_from_pem(der, sizeof(der), &len, w->root.p, w->root.len));
	TRY(tf_deploy_admin(&w->admin, w->d));
	return tf_trust_root_hash(w->trust_root, w->d->workspace, der, len, 1,
	                          (const uint8_t (*)[32])&w->admin.ed25519, 1);
}

tf_err tf_calls_new(tf_calls **out, const tf_deploy *d)
{
	tf_calls *w = calloc(1, sizeof(*w));
	tf_err e;

	*out = NULL;
	if (!w)
		return TF_E_RESOURCE;
	w->d = d;
	e = tf_osrng_init(&w->rng);
	if (e == TF_OK)
		e = load_trust(w);
	if (e == TF_OK)
		e = load_user(w);
	if (e != TF_OK) {
		tf_calls_free(w);
		return e;
	}
	*out = w;
	return TF_OK;
}

void tf_calls_free(tf_calls *w)
{
	if (!w)
		return;
	cjose_jwk_release(w->key);
	tf_identity_keys_wipe(&w->admin);
	tf_text_wipe(&w->root);
	free(w);
}

/* ---- calls */

void tf_reply_wipe(tf_reply *r)
{
	json_decref(r->body);
	r->body = NULL;
}

static tf_err call(tf_reply *r, tf_calls *w, const char *method, const char *server,
                   const char *target, const char *const *headers, const char *body)
{
	char url[TF_CLI_PATH];
	const char *message;
	tf_fetch_result result = { 0 };
	const tf_fetch fetch = {
		.method = method, .url = url, .ca_pem = w->root.p, .ca_len = w->root.len,
		.check = judge, .check_ctx = w, .headers = headers,
		.content_type = body ? "application/json" : NULL, .body = body,
		.body_len = body ? strlen(body) : 0, .response_max = TF_CLI_FILE_MAX,
		.timeout_ms = TIMEOUT_MS,
	};
	tf_err e;

	tf_reply_wipe(r);
	*r = (tf_reply){ 0 };
	TRY(tf_path_print(url, sizeof(url), "https://%s%s", server, target));
	e = tf_fetch_run(&result, &fetch);
	if (e == TF_OK) {
		r->status = result.status;
		r->body = json_loadb(result.body, result.body_len, JSON_REJECT_DUPLICATES, NULL);
		message = json_string_value(json_object_get(r->body, "message"));
		if (result.status < 200 || result.status > 299 || !r->body) {
			e = TF_E_POLICY;
			snprintf(r->why, sizeof(r->why), "%.180s (HTTP %d)",
			         message ? message : "no JSON answer", result.status);
		}
	} else {
		snprintf(r->why, sizeof(r->why), "%s: %.200s", server, result.reason);
	}
	tf_fetch_result_wipe(&result);
	return e;
}

tf_err tf_calls_rest(tf_reply *r, tf_calls *w, const char *method, const char *target,
                    const char *body)
{
	char key[96], *token = NULL, *bearer = NULL;
	const char *headers[3] = { key, NULL, NULL };
	tf_err e = make_token(&token, w, target, body);

	if (e == TF_OK && asprintf(&bearer, "Authorization: Bearer %s", token) < 0)
		e = TF_E_RESOURCE;
	if (e == TF_OK)
		e = tf_path_print(key, sizeof(key), "X-API-Key: %s", w->user);
	if (e == TF_OK) {
		headers[1] = bearer;
		w->expected = TF_ROLE_COORDINATOR;
		e = call(r, w, method, w->d->rest, target, headers, body);
	}
	free(token);
	free(bearer);
	return e;
}

tf_err tf_calls_admin(tf_reply *r, tf_calls *w, const char *method, const char *target,
                     const char *body)
{
	const tf_admin_request request = {
		.workspace = w->d->workspace, .method = method, .path = target,
		.body = (const uint8_t *)(body ? body : ""), .body_len = body ? strlen(body) : 0,
	};
	char line[4][192];
	const char *headers[5] = { line[0], line[1], line[2], line[3], NULL };
	tf_admin_headers h;

	TRY(tf_admin_sign(&h, &request, &w->admin, (int64_t)time(NULL), &w->rng));
	TRY(tf_path_print(line[0], sizeof(line[0]), "%s: %s", TF_ADMIN_HEADER_KEY, h.key));
	TRY(tf_path_print(line[1], sizeof(line[1]), "%s: %s", TF_ADMIN_HEADER_TIME, h.time));
	TRY(tf_path_print(line[2], sizeof(line[2]), "%s: %s", TF_ADMIN_HEADER_NONCE, h.nonce));
	TRY(tf_path_print(line[3], sizeof(line[3]), "%s: %s", TF_ADMIN_HEADER_SIGNATURE,
	                  h.signature));
	w->expected = TF_ROLE_RA;
	return call(r, w, method, w->d->ra, target, headers, body);
}

int tf_calls_open(tf_calls **out, const tf_deploy *d)
{
	tf_err e = tf_calls_new(out, d);

	if (e != TF_OK)
		return tf_cli_fail(TF_EXIT_CONFIG, "keys of %s cannot be read: %s", d->dir,
		                   tf_err_name(e));
	return TF_EXIT_FINE;
}

tf_exit tf_calls_exit(tf_err e)
{
	switch (tf_err_get_kind(e)) {
	case TF_KIND_NONE: return TF_EXIT_FINE;
	case TF_KIND_POLICY:
	case TF_KIND_ENCODING: return TF_EXIT_INPUT;
	case TF_KIND_TRUST: return TF_EXIT_PERMISSION;
	case TF_KIND_RESOURCE:
	case TF_KIND_STATE: return TF_EXIT_UNAVAILABLE;
	case TF_KIND_USAGE:
	case TF_KIND_PROOF: return TF_EXIT_BUG;
	}
	return TF_EXIT_BUG;
}
