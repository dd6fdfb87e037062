/* Transactions: create, read, list, cancel. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain/evm.h"
#include "coordinator/api.h"
#include "policy/raw.h"
#include "policy/transfer.h"

#define PAYLOAD_MAX 1024u
#define DAYS_90_MS (90LL * 24 * 3600 * 1000)

void tf_api_tx_invalid(tf_api_req *r, tf_err e, const tf_request_why *why)
{
	if (e == TF_E_NOT_FOUND)
		tf_api_error(r, 404, TF_API_CODE_ASSET_UNKNOWN, "The Provided Asset ID is invalid");
	else if (tf_err_get_kind(e) == TF_KIND_RESOURCE || tf_err_get_kind(e) == TF_KIND_USAGE)
		tf_api_failed(r, e);
	else if (why->field[0])
		tf_api_error(r, 400, TF_API_CODE_TX_INVALID, "%s: %s%s", why->field,
		             e == TF_E_UNSUPPORTED ? "" : "expected ", why->expected);
	else
		tf_api_error(r, 400, TF_API_CODE_TX_INVALID, "The body must be one JSON object");
}

/* What listings show of a transaction that is not in columns. */
static char *make_summary(const tf_request *q, const tf_evm_tx *tx, const tf_chain_rule *chain)
{
	char to[TF_EVM_ADDRESS_TEXT], amount[TF_U256_TEXT], fee[TF_U256_TEXT], tip[TF_U256_TEXT];
	json_t *j;
	char *text;

	tf_evm_address_format(to, tx->to);
	if (tf_u256_to_decimal(amount, &tx->value, chain->decimals) != TF_OK ||
	    tf_u256_to_decimal(fee, &tx->max_fee, TF_DECIMALS_GWEI) != TF_OK ||
	    tf_u256_to_decimal(tip, &tx->priority_fee, TF_DECIMALS_GWEI) != TF_OK)
		return NULL;
	j = json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s}", "to", to, "amount", amount, "maxFee", fee,
	              "priorityFee", tip, "gasLimit", (json_int_t)tx->gas_limit, "note", q->note,
	              "customerRefId", q->customer_ref_id);
	text = json_dumps(j, JSON_COMPACT);
	json_decref(j);
	return text;
}

static tf_err copy_blob(tf_bytes *out, const void *p, size_t len)
{
	out->p = malloc(len ? len : 1);
	if (!out->p)
		return TF_E_RESOURCE;
	memcpy(out->p, p, len);
	out->len = len;
	return TF_OK;
}

tf_err tf_api_tx_keep(tf_api_req *r, tf_txn *t)
{
	TRY(copy_blob(&t->body, r->http->body, r->http->body_len));
	t->token = strndup(r->token, r->token_len);
	t->target = strndup(r->http->target.p, r->http->target.len);
	return t->token && t->target ? TF_OK : TF_E_RESOURCE;
}

static tf_err build(tf_api_req *r, tf_txn *t, const tf_request *q, const tf_chain_rule *chain,
                    tf_request_why *why)
{
	uint8_t payload[PAYLOAD_MAX];
	uint64_t next = 0;
	tf_evm_tx tx;
	tf_path path;
	size_t len;

	TRY(tf_txn_next_nonce(r->c->book, t->sender, chain->chain_id, &next));
	TRY(tf_transfer_build(&tx, &path, why, q, chain, next));
	TRY(tf_evm_encode(payload, sizeof(payload), &len, &tx));
	TRY(copy_blob(&t->payload, payload, len));
	tf_evm_digest(t->digest, payload, len);
	t->chain_id = tx.chain_id;
	t->nonce = tx.nonce;
	t->nonce_given = q->has_nonce;
	t->summary = make_summary(q, &tx, chain);
	return t->summary ? TF_OK : TF_E_RESOURCE;
}

/* Co-signers ask the same: a request that none would sign is not taken. */
bool tf_api_may_sign(const tf_api_user *u, const tf_key_row *key)
{
	size_t len = strcspn(key->clique, " "); /* the primary's is the first seat */

	for (size_t i = 0; i < u->n_primaries; i++)
		if (strlen(u->primaries[i]) == len && memcmp(u->primaries[i], key->clique, len) == 0)
			return true;
	return false;
}

/* Everything but the reply. TF_E_DUPLICATE: external id used; TF_E_REPLAY: nonce held;
 * TF_E_POLICY: not for this user. */
static tf_err create(tf_api_req *r, tf_txn *t, const tf_request *q, tf_request_why *why)
{
	const tf_chain_rule *chain = tf_chain_find(r->c->workspace, q->asset_id);
	tf_wallet_row wallet;
	tf_key_row key;
	tf_err e;

	if (!chain)
		return TF_E_NOT_FOUND;
	e = tf_book_wallet_get(r->c->book, q->account, chain->asset_id, &wallet);
	if (e == TF_E_NOT_FOUND)
		return tf_request_blame(why, TF_E_ENCODING, "source.id",
		                        "a vault account with a wallet of this asset");
	TRY(e);
	TRY(tf_book_key_find(r->c->book, TF_CURVE_SECP256K1, &key));
	if (!tf_api_may_sign(r->user, &key))
		return TF_E_POLICY;
	TRY(tf_uuid_make(t->id, &r->c->rng));
	t->status = TF_TXN_SUBMITTED;
	t->operation = TF_TXN_TRANSFER;
	t->algorithm = TF_RAW_ECDSA_SECP256K1;
	t->messages = 1;
	t->account = q->account;
	t->created = r->now;
	snprintf(t->external_id, sizeof(t->external_id), "%s", q->external_tx_id);
	snprintf(t->user, sizeof(t->user), "%s", r->user->id);
	snprintf(t->asset, sizeof(t->asset), "%s", chain->asset_id);
	snprintf(t->key_id, sizeof(t->key_id), "%s", key.id);
	snprintf(t->sender, sizeof(t->sender), "%s", wallet.address);
	TRY(build(r, t, q, chain, why));
	TRY(tf_api_tx_keep(r, t));
	e = tf_txn_add(r->c->book, t);
	return e == TF_E_CONFLICT ? TF_E_DUPLICATE : e;
}

void tf_api_tx_added(tf_api_req *r, const tf_txn *t)
{
	tf_err e = tf_coordinator_audit(r->c, "transaction_submitted",
	                                json_pack("{s:s, s:s, s:s, s:I}", "id", t->id, "user",
	                                          t->user, "asset", t->asset, "nonce",
	                                          (json_int_t)t->nonce));

	if (e != TF_OK) {
		tf_api_failed(r, e); /* and nothing of it will be there */
		return;
	}
	if (r->c->engine)
		tf_engine_wake(r->c->engine);
	tf_api_json(r, 200,
	            json_pack("{s:s, s:s}", "id", t->id, "status", tf_txn_status_name(t->status)));
}

static void create_transfer(tf_api_req *r)
{
	TF_AUTO(tf_txn) t = { 0 };
	tf_request_why why = { .expected = "" };
	tf_request q;
	tf_err e = tf_request_parse(&q, &why, (const char *)r->http->body, r->http->body_len);

	if (e == TF_OK)
		e = create(r, &t, &q, &why);
	if (e == TF_E_DUPLICATE)
		tf_api_error(r, 400, TF_API_CODE_TX_INVALID, "The external tx id exists already");
	else if (e == TF_E_REPLAY)
		tf_api_error(r, 400, TF_API_CODE_TX_INVALID,
		             "Nonce %" PRIu64 " of %s is held by another transaction", t.nonce,
		             t.sender);
	else if (e == TF_E_POLICY)
		tf_api_error(r, 403, TF_API_CODE_NONE, TF_API_NO_PRIMARY);
	else if (e != TF_OK)
		tf_api_tx_invalid(r, e, &why);
	else
		tf_api_tx_added(r, &t);
}

void tf_api_tx_create(tf_api_req *r)
{
	if (tf_raw_is((const char *)r->http->body, r->http->body_len))
		tf_api_raw_create(r);
	else
		create_transfer(r);
}

static void add_amounts(json_t *j, const json_t *summary)
{
	const char *amount = json_string_value(json_object_get(summary, "amount"));

	json_object_set_new(j, "amountInfo",
	                    json_pack("{s:s?, s:s?, s:s?}", "amount", amount, "requestedAmount",
	                              amount, "netAmount", amount));
	if (amount)
		json_object_set_new(j, "amount", json_real(strtod(amount, NULL)));
	json_object_set_new(j, "feeInfo", json_object());
}

static json_t *tx_json(const tf_api_req *r, const tf_txn *t)
{
	json_t *summary = json_loads(t->summary, 0, NULL), *j;
	const char *to = json_string_value(json_object_get(summary, "to"));
	const char *note = json_string_value(json_object_get(summary, "note"));
	char account[24];

	snprintf(account, sizeof(account), "%lld", (long long)t->account);
	if (t->operation == TF_TXN_RAW)
		to = NULL;
	j = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:s,"
	              " s:{s:s, s:s, s:s}, s:s?, s:s?, s:I, s:I, s:s, s:[], s:i, s:[]}",
	              "id", t->id, "status", tf_txn_status_name(t->status), "subStatus",
	              t->sub_status, "txHash", t->tx_hash, "operation",
	              t->operation == TF_TXN_RAW ? "RAW" : "TRANSFER", "assetId", t->asset,
	              "assetType", "BASE_ASSET", "feeCurrency", t->asset, "source", "type",
	              "VAULT_ACCOUNT", "id", account, "name", "", "sourceAddress", t->sender,
	              "destination", "type", "ONE_TIME_ADDRESS", "id", "", "name", "N/A",
	              "destinationAddress", to, "note", note, "createdAt", (json_int_t)t->created,
	              "lastUpdated", (json_int_t)t->updated, "createdBy", t->user, "signedBy",
	              "numOfConfirmations", 0, "networkRecords");
	if (j && t->external_id[0])
		json_object_set_new(j, "externalTxId", json_string(t->external_id));
	if (j && t->trouble[0])
		json_object_set_new(j, "systemMessages",
		                    json_pack("{s:s, s:s}", "type", "WARN", "message", t->trouble));
	if (j && t->operation == TF_TXN_RAW)
		tf_api_raw_add(r, j, t);
	else if (j)
		add_amounts(j, summary);
	json_decref(summary);
	return j;
}

/* Segment 2 or 3 holds the id. Answers 404 and returns false. */
static bool load(tf_api_req *r, size_t index,
                 tf_err (*get)(tf_book *b, const char *id, tf_txn *t), tf_txn *t)
{
	char id[TF_NAME_TEXT];
	tf_err e = tf_http_segment_get(r->http, index, id, sizeof(id));

	if (e == TF_OK)
		e = get(r->c->book, id, t);
	if (tf_err_get_kind(e) == TF_KIND_RESOURCE)
		tf_api_failed(r, e);
	else if (e != TF_OK)
		tf_api_error(r, 404, TF_API_CODE_NONE, "No such transaction");
	return e == TF_OK;
}

void tf_api_tx_get(tf_api_req *r)
{
	TF_AUTO(tf_txn) t = { 0 };

	if (load(r, 2, tf_txn_get, &t))
		tf_api_json(r, 200, tx_json(r, &t));
}

void tf_api_tx_get_external(tf_api_req *r)
{
	TF_AUTO(tf_txn) t = { 0 };

	if (load(r, 3, tf_txn_get_external, &t))
		tf_api_json(r, 200, tx_json(r, &t));
}

struct listing {
	const tf_api_req *r;
	json_t *list;
	int64_t limit, first, last;
	bool more;
};

static tf_err add_tx(void *ctx, const tf_txn *t)
{
	struct listing *l = ctx;
	json_t *j;

	if ((int64_t)json_array_size(l->list) == l->limit) {
		l->more = true;
		return TF_OK;
	}
	if (json_array_size(l->list) == 0)
		l->first = t->seq;
	l->last = t->seq;
	j = tx_json(l->r, t);
	return j && json_array_append_new(l->list, j) == 0 ? TF_OK : TF_E_RESOURCE;
}

static const char *filter_text(tf_api_req *r, const char *name, char *buf, size_t cap)
{
	return tf_http_query_get(r->http, name, 0, buf, cap) == TF_OK && buf[0] ? buf : NULL;
}

/* Unknown words filter everything out, as an empty answer, not an error. */
static bool read_filter(tf_api_req *r, tf_txn_filter *f, char asset[static TF_ASSET_TEXT],
                        char hash[static 80], bool *nothing)
{
	char text[64];
	tf_txn_status status;

	*nothing = false;
	if (filter_text(r, "status", text, sizeof(text))) {
		*nothing = tf_txn_status_find(&status, text) != TF_OK;
		f->status = *nothing ? 0 : (int)status;
	}
	f->asset = filter_text(r, "assets", asset, TF_ASSET_TEXT);
	f->tx_hash = filter_text(r, "txHash", hash, 80);
	f->ascending = filter_text(r, "sort", text, sizeof(text)) && strcmp(text, "ASC") == 0;
	f->account = -1;
	if (filter_text(r, "sourceId", text, sizeof(text)) &&
	    !tf_api_query_int(r, "sourceId", 0, INT32_MAX, -1, &f->account))
		return false;
	return tf_api_query_int(r, "limit", 1, 500, 200, &f->limit) &&
	       tf_api_query_int(r, "after", 0, INT64_MAX / 16, r->now - DAYS_90_MS, &f->after_ms) &&
	       tf_api_query_int(r, "before", 0, INT64_MAX / 16, -1, &f->before_ms) &&
	       tf_api_query_int(r, "next", 0, INT64_MAX / 16, -1, &f->after_seq);
}

void tf_api_tx_list(tf_api_req *r)
{
	char asset[TF_ASSET_TEXT], hash[80], url[128];
	tf_txn_filter f = { 0 };
	struct listing l = { .r = r };
	bool nothing;
	tf_err e = TF_OK;

	if (!read_filter(r, &f, asset, hash, &nothing))
		return;
	l.list = json_array();
	l.limit = f.limit++;
	if (!nothing)
		e = tf_txn_list(r->c->book, &f, add_tx, &l);
	if (e != TF_OK) {
		json_decref(l.list);
		tf_api_failed(r, e);
		return;
	}
	if (l.more) {
		snprintf(url, sizeof(url), "/v1/transactions?next=%lld&limit=%lld&sort=%s",
		         (long long)l.last, (long long)l.limit, f.ascending ? "ASC" : "DESC");
		if (tf_http_call_header(r->call, "next-page", url) != TF_OK) {
			json_decref(l.list);
			tf_api_failed(r, TF_E_RESOURCE);
			return;
		}
	}
	tf_api_json(r, 200, l.list);
}

/* Only before co-signers are told to start: afterwards a signature may exist. */
void tf_api_tx_cancel(tf_api_req *r)
{
	TF_AUTO(tf_txn) t = { 0 };
	tf_err e;

	if (!load(r, 2, tf_txn_get, &t))
		return;
	if (!tf_txn_is_open(t.status) || t.asked) {
		tf_api_error(r, 400, TF_API_CODE_TX_INVALID,
		             "The transaction can no longer be cancelled");
		return;
	}
	e = tf_txn_set_status(r->c->book, t.id, TF_TXN_CANCELLED, "CANCELLED_BY_USER_REQUEST",
	                      r->now);
	if (e == TF_OK)
		e = tf_coordinator_audit(r->c, "transaction_cancelled",
		                         json_pack("{s:s, s:s}", "id", t.id, "user", r->user->id));
	if (e != TF_OK)
		tf_api_failed(r, e);
	else
		tf_api_json(r, 200, json_pack("{s:b}", "success", 1));
}
