/* Requests for raw signatures: taken into the books, and shown with what has been signed. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/api.h"
#include "policy/raw.h"

/* What listings show of it that is not in columns. */
static char *make_summary(const tf_request *q)
{
	json_t *j = json_pack("{s:s, s:s}", "note", q->note, "customerRefId", q->customer_ref_id);
	char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;

	json_decref(j);
	return text;
}

static void fill(tf_api_req *r, tf_txn *t, const tf_raw_request *q, const tf_key_row *key)
{
	t->status = TF_TXN_SUBMITTED;
	t->operation = TF_TXN_RAW;
	t->algorithm = q->algorithm;
	t->messages = q->n;
	t->account = q->message[0].path.index[2];
	t->created = r->now;
	tf_raw_digest(t->digest, q);
	snprintf(t->external_id, sizeof(t->external_id), "%s", q->common.external_tx_id);
	snprintf(t->user, sizeof(t->user), "%s", r->user->id);
	snprintf(t->asset, sizeof(t->asset), "%s", q->common.asset_id);
	snprintf(t->key_id, sizeof(t->key_id), "%s", key->id);
}

/* Everything but the reply. TF_E_STATE: there is no such key yet; TF_E_POLICY: not for this
 * user. */
static tf_err create(tf_api_req *r, tf_txn *t, const tf_raw_request *q)
{
	tf_curve_id curve = q->algorithm == TF_RAW_EDDSA_ED25519 ? TF_CURVE_ED25519
	                                                         : TF_CURVE_SECP256K1;
	tf_key_row key;
	tf_err e = tf_book_key_find(r->c->book, (uint32_t)curve, &key);

	if (e == TF_E_NOT_FOUND || (e == TF_OK && key.state != TF_KEY_READY))
		return TF_E_STATE;
	TRY(e);
	if (!tf_api_may_sign(r->user, &key))
		return TF_E_POLICY;
	fill(r, t, q, &key);
	TRY(tf_uuid_make(t->id, &r->c->rng));
	TRY(tf_api_tx_keep(r, t));
	t->summary = make_summary(&q->common);
	if (!t->summary)
		return TF_E_RESOURCE;
	return tf_txn_add(r->c->book, t);
}

void tf_api_raw_create(tf_api_req *r)
{
	TF_AUTO(tf_txn) t = { 0 };
	const tf_workspace *w = r->c->workspace;
	tf_request_why why = { .expected = "" };
	tf_fault fault = { 0 };
	tf_raw_request q;
	tf_err e = tf_raw_parse(&q, &why, w->chains, w->n_chains, (const char *)r->http->body,
	                        r->http->body_len);

	if (e != TF_OK) {
		tf_api_tx_invalid(r, e, &why);
		return;
	}
	e = tf_raw_check(&fault, &q, w->dev_profile);
	if (e != TF_OK) {
		tf_api_error(r, 400, TF_API_CODE_TX_INVALID, "It would be refused: it does not hold that "
		             "%s", tf_check_text(fault.check));
		return;
	}
	if (!r->user->raw_signing) {
		tf_api_error(r, 403, TF_API_CODE_NONE,
		             "This API user may not ask for raw signatures");
		return;
	}
	e = create(r, &t, &q);
	if (e == TF_E_CONFLICT)
		tf_api_error(r, 400, TF_API_CODE_TX_INVALID, "The external tx id exists already");
	else if (e == TF_E_POLICY)
		tf_api_error(r, 403, TF_API_CODE_NONE, TF_API_NO_PRIMARY);
	else if (e == TF_E_STATE)
		tf_api_error(r, 503, TF_API_CODE_NONE,
		             "The workspace has no key of this algorithm yet");
	else if (e != TF_OK)
		tf_api_failed(r, e);
	else
		tf_api_tx_added(r, &t);
}

/* ---- what is signed ---- */

static json_t *hex_json(const uint8_t *p, size_t len)
{
	char *text = malloc(2 * len + 1);
	json_t *j = text ? json_string(sodium_bin2hex(text, 2 * len + 1, p, len)) : NULL;

	free(text);
	return j;
}

/* Key and signature out of a record; EdDSA has neither r, s, v nor a byte in front of its key. */
static json_t *signature_json(json_t **public_key, tf_raw_algorithm a, const uint8_t *record)
{
	json_t *j = json_pack("{s:o}", "fullSig", hex_json(record + 1, 64));

	if (a == TF_RAW_EDDSA_ED25519) {
		*public_key = hex_json(record + 67, 32);
		return j;
	}
	*public_key = hex_json(record + 66, 33);
	if (j) {
		json_object_set_new(j, "r", hex_json(record + 1, 32));
		json_object_set_new(j, "s", hex_json(record + 33, 32));
		json_object_set_new(j, "v", json_integer(record[65]));
	}
	return j;
}

static json_t *message_json(const tf_raw_request *q, uint32_t i, const uint8_t *record)
{
	const tf_path *path = &q->message[i].path;
	json_t *steps = json_array(), *key = NULL, *signature;
	const uint8_t *content;
	size_t len;

	for (uint32_t k = 0; k < path->len; k++)
		json_array_append_new(steps, json_integer(path->index[k]));
	content = tf_raw_content(q, i, &len);
	signature = signature_json(&key, q->algorithm, record);
	return json_pack("{s:o, s:s, s:o, s:o, s:o}", "content", hex_json(content, len), "algorithm",
	                 tf_raw_algorithm_name(q->algorithm), "derivationPath", steps, "publicKey", key,
	                 "signature", signature);
}

void tf_api_raw_add(const tf_api_req *r, json_t *j, const tf_txn *t)
{
	const tf_workspace *w = r->c->workspace;
	json_t *list = json_array();
	tf_raw_request q;

	json_object_set_new(j, "signedMessages", list);
	if (t->status != TF_TXN_COMPLETED || t->raw.len != t->messages * TF_TXN_RAW_SIGNATURE ||
	    tf_raw_parse(&q, NULL, w->chains, w->n_chains, (const char *)t->body.p, t->body.len) !=
	            TF_OK || q.n != t->messages)
		return;
	for (uint32_t i = 0; i < q.n; i++)
		json_array_append_new(list, message_json(&q, i, t->raw.p + i * TF_TXN_RAW_SIGNATURE));
}
