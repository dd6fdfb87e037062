/* Trefoil's own part of the API: status, whole transactions, the audit chain. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/api.h"

static json_t *hex_json(const char *prefix, const uint8_t *p, size_t len)
{
	size_t at = strlen(prefix);
	char *text = malloc(at + 2 * len + 1);
	json_t *j;

	if (!text)
		return json_null();
	memcpy(text, prefix, at + 1);
	for (size_t i = 0; i < len; i++)
		snprintf(text + at + 2 * i, 3, "%02x", p[i]);
	j = json_string(text);
	free(text);
	return j;
}

void tf_api_trefoil_status(tf_api_req *r)
{
	json_t *j = r->c->engine ? tf_engine_status(r->c->engine) : json_object();
	int64_t open = 0, completed = 0, failed = 0;
	tf_err e = tf_txn_count(r->c->book, &open, &completed, &failed);

	if (e != TF_OK || !j) {
		json_decref(j);
		tf_api_failed(r, e != TF_OK ? e : TF_E_RESOURCE);
		return;
	}
	json_object_set_new(j, "workspace",
	                    json_pack("{s:s, s:I, s:s}", "name", r->c->workspace->name, "version",
	                              (json_int_t)r->c->workspace->version, "profile",
	                              r->c->workspace->dev_profile ? "dev" : "production"));
	json_object_set_new(j, "transactions",
	                    json_pack("{s:I, s:I, s:I}", "open", (json_int_t)open, "completed",
	                              (json_int_t)completed, "failed", (json_int_t)failed));
	json_object_set_new(j, "started", json_integer(r->c->started));
	tf_api_json(r, 200, j);
}

static tf_err add_refusal(void *ctx, const tf_refusal *f)
{
	json_t *j = json_pack("{s:s, s:I, s:I, s:s, s:s, s:I, s:o}", "device", f->device, "attempt",
	                      (json_int_t)f->attempt, "check", (json_int_t)f->check_number,
	                      "checkName", tf_check_name((tf_check)f->check_number), "reason",
	                      f->reason, "at", (json_int_t)f->created, "statement",
	                      hex_json("", f->statement.p, f->statement.len));

	return j && json_array_append_new(ctx, j) == 0 ? TF_OK : TF_E_RESOURCE;
}

static json_t *clique_json(const char *clique)
{
	json_t *list = json_array();
	char copy[512], *save = NULL;

	snprintf(copy, sizeof(copy), "%s", clique);
	for (char *s = strtok_r(copy, " ", &save); s; s = strtok_r(NULL, " ", &save))
		json_array_append_new(list, json_string(s));
	return list;
}

void tf_api_trefoil_tx(tf_api_req *r)
{
	TF_AUTO(tf_txn) t = { 0 };
	char id[TF_NAME_TEXT];
	json_t *refusals = json_array(), *j;
	tf_err e = tf_http_segment_get(r->http, 3, id, sizeof(id));

	if (e == TF_OK)
		e = tf_txn_get(r->c->book, id, &t);
	if (e == TF_OK)
		e = tf_txn_refusal_list(r->c->book, t.id, add_refusal, refusals);
	if (e != TF_OK) {
		json_decref(refusals);
		if (tf_err_get_kind(e) == TF_KIND_RESOURCE)
			tf_api_failed(r, e);
		else
			tf_api_error(r, 404, TF_API_CODE_NONE, "No such transaction");
		return;
	}
	j = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:I, s:o, s:o, s:o, s:o, s:s, s:I, "
	              "s:I}",
	              "id", t.id, "status", tf_txn_status_name(t.status), "subStatus", t.sub_status,
	              "asset", t.asset, "sender", t.sender, "chainId", (json_int_t)t.chain_id, "nonce",
	              (json_int_t)t.nonce, "txHash", t.tx_hash, "attempts", (json_int_t)t.attempts,
	              "payload", hex_json("0x", t.payload.p, t.payload.len), "digest",
	              hex_json("0x", t.digest, sizeof(t.digest)), "clique", clique_json(t.clique),
	              "refusals", refusals, "trouble", t.trouble, "createdAt", (json_int_t)t.created,
	              "lastUpdated", (json_int_t)t.updated);
	if (j && t.raw.len)
		json_object_set_new(j, "signedTransaction", hex_json("0x", t.raw.p, t.raw.len));
	tf_api_json(r, 200, j);
}

/* The head of the chain, for comparison elsewhere; the rows are in the log on disk. */
void tf_api_trefoil_audit(tf_api_req *r)
{
	tf_audit_head head;

	tf_audit_get_head(r->c->audit, &head);
	tf_api_json(r, 200, json_pack("{s:I, s:I, s:o}", "rows", (json_int_t)head.seq, "at",
	                              (json_int_t)head.time_ms, "hash",
	                              hex_json("", head.hash, sizeof(head.hash))));
}
