#include "cosigner/judge.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "curve/bip32.h"
#include "net/jwt.h"
#include "policy/match.h"
#include "policy/raw.h"
#include "policy/request.h"

#define TARGET "/v1/transactions"

static tf_err refuse(char reason[static TF_JUDGE_REASON], tf_err e, const char *text)
{
	snprintf(reason, TF_JUDGE_REASON, "%s", text);
	return e;
}

static void name_request(uint8_t out[static 32], const char *user, const char *nonce)
{
	static const char domain[] = "trefoil/request/v1";
	crypto_hash_sha256_state h;

	/* Each part ends in its NUL, which none of them contains. */
	crypto_hash_sha256_init(&h);
	crypto_hash_sha256_update(&h, (const uint8_t *)domain, sizeof(domain));
	crypto_hash_sha256_update(&h, (const uint8_t *)user, strlen(user) + 1);
	crypto_hash_sha256_update(&h, (const uint8_t *)nonce, strlen(nonce) + 1);
	crypto_hash_sha256_final(&h, out);
}

static bool may_sign_for(const tf_api_user *u, const char *primary)
{
	for (size_t i = 0; i < u->n_primaries; i++)
		if (strcmp(u->primaries[i], primary) == 0)
			return true;
	return false;
}

static bool is_target(tf_blob target)
{
	return target.len == strlen(TARGET) && memcmp(target.p, TARGET, target.len) == 0;
}

/* Does the dev profile keep its hands off this chain? An unknown one is refused elsewhere. */
static bool forbidden_mainnet(const tf_workspace *w, const tf_chain_rule *rule)
{
	return w->dev_profile && rule && !rule->testnet;
}

/* The client's signature, over this body, for this operation, not too long ago. */
static tf_err verify_token(tf_jwt_claims *claims, tf_jwt_why *why, tf_fault *fault,
                           const tf_judge *j, const tf_api_user *u, const tf_ctl_intent *intent)
{
	static const tf_jwt_window window = { .life_max = 60, .skew = 60 };
	const tf_jwt_request request = {
		.api_key = u->id,
		.target = TARGET,
		.body = intent->body.p,
		.body_len = intent->body.len,
	};
	tf_jwt_key *own = NULL;
	const tf_jwt_key *key;
	json_t *payload = NULL;
	tf_err e;

	if (j->keys) {
		TRY(tf_jwt_keys_get(&key, j->keys, u->public_key, strlen(u->public_key)));
	} else {
		TRY(tf_jwt_key_new(&own, u->public_key, strlen(u->public_key)));
		key = own;
	}
	e = tf_jwt_verify(&payload, why, fault, key, (const char *)intent->token.p,
	                  intent->token.len);
	if (e == TF_OK)
		e = tf_jwt_match(claims, why, fault, payload, &request);
	if (e == TF_OK)
		e = tf_jwt_aged(why, fault, claims, j->now_s, j->max_age_s, &window);
	json_decref(payload);
	tf_jwt_key_free(own);
	return e;
}

/* Who asks, and did they? */
static tf_err judge_client(tf_judgement *out, char reason[static TF_JUDGE_REASON], tf_fault *fault,
                           const tf_judge *j, const tf_ctl_intent *intent, const tf_api_user **who)
{
	const char *token = (const char *)intent->token.p;
	tf_jwt_why why = TF_JWT_REFUSED;
	const tf_api_user *u;
	tf_jwt_claims claims;
	char subject[64];
	tf_err e;

	if (!tf_holds(fault, TF_CK_JUDGE_TARGET, is_target(intent->target)))
		return refuse(reason, TF_E_AUTH, "the request is not for " TARGET);
	e = tf_jwt_peek_subject(subject, sizeof(subject), &why, token, intent->token.len);
	if (e != TF_OK)
		return refuse(reason, e, tf_jwt_text(why));
	u = tf_api_user_find(j->workspace, subject);
	if (!tf_holds(fault, TF_CK_JUDGE_USER, u != NULL) || !u)
		return refuse(reason, TF_E_AUTH, "no such API user in the workspace file");
	e = verify_token(&claims, &why, fault, j, u, intent);
	if (e != TF_OK)
		return refuse(reason, e, tf_jwt_text(why));
	if (!tf_holds(fault, TF_CK_JUDGE_ROLE, tf_api_user_asks(u)))
		return refuse(reason, TF_E_POLICY, "the role of this API user only looks");
	if (!tf_holds(fault, TF_CK_JUDGE_PRIMARY, may_sign_for(u, j->primary)))
		return refuse(reason, TF_E_POLICY, "this primary may not sign for this API user");
	snprintf(out->user, sizeof(out->user), "%s", u->id);
	name_request(out->request, u->id, claims.nonce);
	*who = u;
	return TF_OK;
}

/* Is the key that is to sign one of the curve that the client's request is about? */
static tf_err judge_curve(char reason[static TF_JUDGE_REASON], tf_fault *fault, const tf_judge *j,
                          tf_curve_id curve)
{
	if (!tf_holds(fault, TF_CK_JUDGE_CURVE, j->sharing->curve == (uint32_t)curve))
		return refuse(reason, TF_E_MISMATCH, "the key is of another algorithm");
	return TF_OK;
}

/* What is asked for, and is the payload that? */
static tf_err judge_payload(tf_judgement *out, char reason[static TF_JUDGE_REASON],
                            tf_fault *fault, const tf_judge *j, const tf_ctl_intent *intent)
{
	const tf_workspace *w = j->workspace;
	const tf_chain_rule *rule;
	tf_request_why why = { .expected = "" };
	tf_request request;
	tf_evm_tx tx;
	tf_err e;

	e = tf_path_parse(&out->path, intent->path, strlen(intent->path));
	if (e != TF_OK)
		return refuse(reason, e, "the derivation path is not one");
	e = tf_request_parse(&request, &why, (const char *)intent->body.p, intent->body.len);
	if (e != TF_OK) {
		snprintf(reason, TF_JUDGE_REASON, "request: %.80s: %.90s", why.field, why.expected);
		return e;
	}
	rule = tf_chain_rule_find(w->chains, w->n_chains, request.asset_id);
	if (!tf_holds(fault, TF_CK_JUDGE_TESTNET, !forbidden_mainnet(w, rule)))
		return refuse(reason, TF_E_POLICY, "the dev profile signs for testnets only");
	e = tf_match_payload(out->digest, &tx, fault, &request, w->chains, w->n_chains,
	                     intent->payload.p, intent->payload.len, &out->path);
	if (e != TF_OK) {
		snprintf(reason, TF_JUDGE_REASON, "payload: %.170s",
		         fault && fault->check != TF_CK_NONE ? tf_check_text(fault->check)
		                                             : tf_err_name(e));
		return e;
	}
	out->chain_id = tx.chain_id;
	out->nonce = tx.nonce;
	return tf_evm_describe(out->words, sizeof(out->words), &tx, rule ? rule->symbol : "");
}

static tf_err name_sender(tf_judgement *out, const tf_judge *j)
{
	uint8_t xy[64], address[TF_EVM_ADDRESS];
	tf_sc tweak;
	tf_pt child;

	TRY(tf_bip32_derive_from(j->nodes, j->g, &tweak, &child, NULL, &j->sharing->Y,
	                         j->sharing->cc, &out->path));
	TRY(tf_pt_affine(j->g, xy, xy + 32, &child));
	tf_evm_address_from_public(address, xy);
	tf_evm_address_format(out->sender, address);
	return TF_OK;
}

static void begin(tf_judgement *out, char reason[static TF_JUDGE_REASON], tf_fault *fault)
{
	memset(out, 0, sizeof(*out));
	reason[0] = '\0';
	tf_fault_at(fault, TF_PARTY_NONE, 0);
}

static tf_err end(tf_judgement *out, char reason[static TF_JUDGE_REASON], tf_err e)
{
	if (e == TF_OK)
		return TF_OK;
	memset(out, 0, sizeof(*out));
	if (!reason[0])
		snprintf(reason, TF_JUDGE_REASON, "%s", tf_err_name(e));
	return e;
}

tf_err tf_judge_intent(tf_judgement *out, char reason[static TF_JUDGE_REASON], tf_fault *fault,
                       const tf_judge *j, const tf_ctl_intent *intent)
{
	const tf_api_user *u;
	tf_err e;

	begin(out, reason, fault);
	e = judge_client(out, reason, fault, j, intent, &u);
	if (e == TF_OK)
		e = judge_curve(reason, fault, j, TF_CURVE_SECP256K1);
	if (e == TF_OK)
		e = judge_payload(out, reason, fault, j, intent);
	if (e == TF_OK)
		e = name_sender(out, j);
	return end(out, reason, e);
}

/* ---- raw signatures ---- */

static tf_curve_id curve_of(tf_raw_algorithm a)
{
	switch (a) {
	case TF_RAW_ECDSA_SECP256K1: return TF_CURVE_SECP256K1;
	case TF_RAW_EDDSA_ED25519: return TF_CURVE_ED25519;
	}
	return TF_CURVE_SECP256K1;
}

/* For the log: which key signs how much of what. */
static tf_err describe_raw(tf_judgement *out, const tf_raw_request *r, uint32_t item,
                           const tf_blob *content)
{
	char path[TF_PATH_TEXT], sum[65];
	uint8_t hash[32];

	TRY(tf_path_format(path, &out->path));
	crypto_hash_sha256(hash, content->p, content->len);
	sodium_bin2hex(sum, sizeof(sum), hash, sizeof(hash));
	snprintf(out->words, sizeof(out->words),
	         "raw %s %s, message %" PRIu32 " of %" PRIu32 ", %zu bytes, SHA-256 %s",
	         tf_raw_algorithm_name(r->algorithm), path, item + 1, r->n, content->len, sum);
	return TF_OK;
}

/* The message that is meant, if the request may be signed as a whole. */
static tf_err judge_message(tf_judgement *out, tf_blob *content,
                            char reason[static TF_JUDGE_REASON], tf_fault *fault,
                            const tf_judge *j, const tf_ctl_raw *shown, tf_raw_request *r)
{
	const tf_workspace *w = j->workspace;
	tf_request_why why = { .expected = "" };
	tf_err e = tf_raw_parse(r, &why, w->chains, w->n_chains, (const char *)shown->body.p,
	                        shown->body.len);

	if (e != TF_OK) {
		snprintf(reason, TF_JUDGE_REASON, "request: %.80s: %.90s", why.field, why.expected);
		return e;
	}
	e = tf_raw_check(fault, r, w->dev_profile);
	if (e != TF_OK) {
		snprintf(reason, TF_JUDGE_REASON, "request: %.170s",
		         fault ? tf_check_text(fault->check) : tf_err_name(e));
		return e;
	}
	if (!tf_holds(fault, TF_CK_RAW_ITEM, shown->item < r->n) || shown->item >= r->n)
		return refuse(reason, TF_E_MISMATCH, "the request has no such message");
	TRY(judge_curve(reason, fault, j, curve_of(r->algorithm)));
	content->p = tf_raw_content(r, shown->item, &content->len);
	out->path = r->message[shown->item].path;
	tf_raw_digest(out->digest, r);
	return describe_raw(out, r, shown->item, content);
}

tf_err tf_judge_raw(tf_judgement *out, tf_blob *content, char reason[static TF_JUDGE_REASON],
                    tf_fault *fault, const tf_judge *j, const tf_ctl_raw *shown, tf_arena *mem)
{
	const tf_ctl_intent like = { .token = shown->token, .target = shown->target,
	                             .body = shown->body };
	tf_raw_request *r = tf_arena_alloc(mem, sizeof(*r));
	const tf_api_user *u;
	tf_err e = r ? TF_OK : TF_E_CAPACITY;

	begin(out, reason, fault);
	*content = (tf_blob){ 0 };
	if (e == TF_OK)
		e = judge_client(out, reason, fault, j, &like, &u);
	if (e == TF_OK && !tf_holds(fault, TF_CK_RAW_ALLOWED, u->raw_signing))
		e = refuse(reason, TF_E_POLICY, "this API user may not ask for raw signatures");
	if (e == TF_OK)
		e = judge_message(out, content, reason, fault, j, shown, r);
	out->raw = e == TF_OK;
	if (e != TF_OK)
		*content = (tf_blob){ 0 };
	return end(out, reason, e);
}

static void hex(char *out, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		snprintf(out + 2 * i, 3, "%02x", p[i]);
}

/* What a request names: a digest, and the key that signs it. */
static void name_purpose(uint8_t out[static 32], const uint8_t key_id[static 32],
                         const uint8_t digest[static 32])
{
	static const char domain[] = "trefoil/binding/v2";
	crypto_hash_sha256_state h;

	crypto_hash_sha256_init(&h);
	crypto_hash_sha256_update(&h, (const uint8_t *)domain, sizeof(domain));
	crypto_hash_sha256_update(&h, key_id, 32);
	crypto_hash_sha256_update(&h, digest, 32);
	crypto_hash_sha256_final(&h, out);
}

/* Version 1 wrote the digest alone into a column of its own. Which key it was for it did not say,
 * so that such a request is at its end: asked for once more, it is refused. */
static tf_err bind_once(tf_store *s, const char *request, const uint8_t purpose[static 32])
{
	const tf_place first = { "request", request, "digest" };
	const tf_place place = { "request", request, "key and digest" };
	uint8_t digest[32];
	size_t len;
	tf_err e = tf_store_get(s, &first, digest, sizeof(digest), &len);

	if (e == TF_OK || e == TF_E_CAPACITY)
		return TF_E_CONFLICT;
	return e == TF_E_NOT_FOUND ? tf_store_bind(s, &place, purpose, 32) : e;
}

static tf_err bind_both(tf_store *s, const tf_judgement *v, const uint8_t key_id[static 32],
                        tf_fault *fault)
{
	char request[65], key[65], nonce[192];
	uint8_t purpose[32];
	tf_place place;
	tf_err e;

	hex(request, v->request, sizeof(v->request));
	name_purpose(purpose, key_id, v->digest);
	e = bind_once(s, request, purpose);
	if (!tf_holds(fault, TF_CK_JUDGE_REQUEST_ONCE, e != TF_E_CONFLICT))
		return TF_E_CONFLICT;
	if (v->raw || (e != TF_OK && e != TF_E_CONFLICT))
		return e == TF_E_CONFLICT ? TF_OK : e;
	hex(key, key_id, 32);
	snprintf(nonce, sizeof(nonce), "%s/%" PRIu64 "/%s/%" PRIu64, key, v->chain_id, v->sender,
	         v->nonce);
	place = (tf_place){ "nonce", nonce, "digest" };
	e = tf_store_bind(s, &place, v->digest, sizeof(v->digest));
	if (!tf_holds(fault, TF_CK_JUDGE_NONCE_ONCE, e != TF_E_CONFLICT))
		return TF_E_CONFLICT;
	return e == TF_E_CONFLICT ? TF_OK : e;
}

tf_err tf_judge_may_bind(tf_store *s, const tf_judgement *v, const uint8_t key_id[static 32],
                         tf_fault *fault)
{
	tf_err e;

	tf_fault_at(fault, TF_PARTY_NONE, 0);
	TRY(tf_store_begin(s));
	e = bind_both(s, v, key_id, fault);
	tf_store_abort(s);
	return e;
}

tf_err tf_judge_bind(tf_store *s, const tf_judgement *v, const uint8_t key_id[static 32],
                     tf_fault *fault)
{
	tf_err e;

	tf_fault_at(fault, TF_PARTY_NONE, 0);
	TRY(tf_store_begin(s));
	e = bind_both(s, v, key_id, fault);
	if (e == TF_OK)
		return tf_store_commit(s);
	tf_store_abort(s);
	return e;
}
