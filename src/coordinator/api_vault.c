/* Vault accounts, asset wallets, addresses and public keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "chain/evm_address.h"
#include "coordinator/api.h"

/* Amounts of a wallet without a chain node: nothing is known, and the dialect says it with "0". */
static json_t *asset_json(const char *asset)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", asset, "total", "0", "balance",
	                 "0", "available", "0", "pending", "0", "frozen", "0", "lockedAmount", "0");
}

static tf_err add_asset(void *ctx, const tf_wallet_row *row)
{
	return json_array_append_new(ctx, asset_json(row->asset)) == 0 ? TF_OK : TF_E_RESOURCE;
}

static tf_err account_json(tf_api_req *r, const tf_account_row *row, json_t **out)
{
	json_t *assets = json_array();
	char id[24];
	tf_err e = tf_book_wallet_list(r->c->book, row->id, add_asset, assets);

	if (e != TF_OK) {
		json_decref(assets);
		return e;
	}
	snprintf(id, sizeof(id), "%lld", (long long)row->id);
	*out = json_pack("{s:s, s:s, s:o, s:b, s:b}", "id", id, "name", row->name, "assets", assets,
	                 "hiddenOnUI", row->hidden, "autoFuel", row->auto_fuel);
	if (*out && row->customer_ref[0])
		json_object_set_new(*out, "customerRefId", json_string(row->customer_ref));
	return *out ? TF_OK : TF_E_RESOURCE;
}

static void reply_account(tf_api_req *r, const tf_account_row *row)
{
	json_t *j = NULL;
	tf_err e = account_json(r, row, &j);

	if (e != TF_OK)
		tf_api_failed(r, e);
	else
		tf_api_json(r, 200, j);
}

/* Collects accounts; one more than the page is asked for, to know whether there is another. */
struct page {
	tf_api_req *r;
	json_t *list;
	int64_t limit;
	int64_t first, last;
	bool more;
};

static tf_err add_account(void *ctx, const tf_account_row *row)
{
	struct page *p = ctx;
	json_t *j = NULL;

	if ((int64_t)json_array_size(p->list) == p->limit) {
		p->more = true;
		return TF_OK;
	}
	TRY(account_json(p->r, row, &j));
	if (json_array_size(p->list) == 0)
		p->first = row->id;
	p->last = row->id;
	return json_array_append_new(p->list, j) == 0 ? TF_OK : TF_E_RESOURCE;
}

static const char *query_text(const tf_api_req *r, const char *name, char *buf, size_t cap)
{
	return tf_http_query_get(r->http, name, 0, buf, cap) == TF_OK && buf[0] ? buf : NULL;
}

static void set_cursor(json_t *paging, json_t *body, const char *cursor, const char *url,
                       int64_t id)
{
	char text[96];

	snprintf(text, sizeof(text), "%lld", (long long)id);
	json_object_set_new(paging, cursor, json_string(text));
	snprintf(text, sizeof(text), "/v1/vault/accounts_paged?%s=%lld", cursor, (long long)id);
	json_object_set_new(body, url, json_string(text));
}

/* Cursors are account ids: `after` goes on behind it in the order asked for, `before` ends
 * there. */
static bool read_filter(tf_api_req *r, tf_account_filter *f, char text[static 3 * TF_NAME_TEXT])
{
	char order[8];
	int64_t after, before;

	f->prefix = query_text(r, "namePrefix", text, TF_NAME_TEXT);
	f->suffix = query_text(r, "nameSuffix", text + TF_NAME_TEXT, TF_NAME_TEXT);
	f->asset = query_text(r, "assetId", text + 2 * TF_NAME_TEXT, TF_NAME_TEXT);
	f->ascending = query_text(r, "orderBy", order, sizeof(order)) && strcmp(order, "ASC") == 0;
	if (!tf_api_query_int(r, "limit", 1, 500, 200, &f->limit) ||
	    !tf_api_query_int(r, "after", 0, INT32_MAX, -1, &after) ||
	    !tf_api_query_int(r, "before", 0, INT32_MAX, -1, &before))
		return false;
	f->after = f->ascending ? after : before;
	f->before = f->ascending ? before : after;
	return true;
}

void tf_api_accounts_paged(tf_api_req *r)
{
	char text[3 * TF_NAME_TEXT];
	tf_account_filter f;
	struct page p = { .r = r, .first = -1, .last = -1 };
	json_t *paging, *body;
	tf_err e;

	if (!read_filter(r, &f, text))
		return;
	p.limit = f.limit++;
	p.list = json_array();
	e = tf_book_account_list(r->c->book, &f, add_account, &p);
	if (e != TF_OK) {
		json_decref(p.list);
		tf_api_failed(r, e);
		return;
	}
	paging = json_object();
	body = json_pack("{s:o, s:o}", "accounts", p.list, "paging", paging);
	if (p.more)
		set_cursor(paging, body, "after", "nextUrl", p.last);
	if ((f.ascending ? f.after : f.before) >= 0 && p.first >= 0)
		set_cursor(paging, body, "before", "previousUrl", p.first);
	tf_api_json(r, 200, body);
}

void tf_api_accounts_list(tf_api_req *r)
{
	char text[3 * TF_NAME_TEXT];
	tf_account_filter f;
	struct page p = { .r = r, .limit = INT32_MAX };
	tf_err e;

	if (!read_filter(r, &f, text))
		return;
	f.limit = -1;
	f.after = f.before = -1;
	p.list = json_array();
	e = tf_book_account_list(r->c->book, &f, add_account, &p);
	if (e != TF_OK) {
		json_decref(p.list);
		tf_api_failed(r, e);
		return;
	}
	tf_api_json(r, 200, p.list);
}

void tf_api_account_create(tf_api_req *r)
{
	json_t *body = tf_api_body(r);
	const char *name = NULL, *ref = "", *type = "MPC";
	tf_account_row row = { .created = r->now };
	tf_err e;

	if (!body)
		return;
	if (tf_api_string(r, body, "name", TF_NAME_TEXT - 1, &name) &&
	    tf_api_string(r, body, "customerRefId", TF_NAME_TEXT - 1, &ref) &&
	    tf_api_string(r, body, "vaultType", 16, &type) &&
	    tf_api_flag(r, body, "hiddenOnUI", &row.hidden) &&
	    tf_api_flag(r, body, "autoFuel", &row.auto_fuel)) {
		snprintf(row.name, sizeof(row.name), "%s", name ? name : "");
		snprintf(row.customer_ref, sizeof(row.customer_ref), "%s", ref);
		if (strcmp(type, "MPC") != 0) {
			tf_api_error(r, 400, TF_API_CODE_ACCOUNT_CREATE, "vaultType must be MPC");
		} else {
			e = tf_book_account_add(r->c->book, &row);
			if (e == TF_OK)
				e = tf_coordinator_audit(r->c, "account_created",
				                         json_pack("{s:I, s:s, s:s}", "account",
				                                   (json_int_t)row.id, "name", row.name,
				                                   "user", r->user->id));
			if (e != TF_OK)
				tf_api_failed(r, e);
			else
				reply_account(r, &row);
		}
	}
	json_decref(body);
}

void tf_api_account_get(tf_api_req *r)
{
	tf_account_row row;

	if (tf_api_account(r, 3, &row))
		reply_account(r, &row);
}

void tf_api_account_rename(tf_api_req *r)
{
	tf_account_row row;
	json_t *body;
	const char *name = NULL;
	char id[24];
	tf_err e;

	if (!tf_api_account(r, 3, &row) || !(body = tf_api_body(r)))
		return;
	if (tf_api_string(r, body, "name", TF_NAME_TEXT - 1, &name)) {
		if (!name || !*name) {
			tf_api_error(r, 400, TF_API_CODE_ACCOUNT_RENAME, "name is missing");
		} else {
			e = tf_book_account_rename(r->c->book, row.id, name);
			snprintf(id, sizeof(id), "%lld", (long long)row.id);
			if (e != TF_OK)
				tf_api_failed(r, e);
			else
				tf_api_json(r, 201, json_pack("{s:s, s:s}", "id", id, "name", name));
		}
	}
	json_decref(body);
}

static void reply_success(tf_api_req *r, tf_err e)
{
	if (e != TF_OK)
		tf_api_failed(r, e);
	else
		tf_api_json(r, 201, json_pack("{s:b}", "success", 1));
}

void tf_api_account_hide(tf_api_req *r)
{
	tf_account_row row;

	if (tf_api_account(r, 3, &row))
		reply_success(r, tf_book_account_set_hidden(r->c->book, row.id, true));
}

void tf_api_account_unhide(tf_api_req *r)
{
	tf_account_row row;

	if (tf_api_account(r, 3, &row))
		reply_success(r, tf_book_account_set_hidden(r->c->book, row.id, false));
}

void tf_api_account_set_ref(tf_api_req *r)
{
	tf_account_row row;
	const char *ref = "";
	json_t *body;

	if (!tf_api_account(r, 3, &row) || !(body = tf_api_body(r)))
		return;
	if (tf_api_string(r, body, "customerRefId", TF_NAME_TEXT - 1, &ref))
		reply_success(r, tf_book_account_set_ref(r->c->book, row.id, ref));
	json_decref(body);
}

void tf_api_account_set_fuel(tf_api_req *r)
{
	tf_account_row row;
	bool fuel = false;
	json_t *body;

	if (!tf_api_account(r, 3, &row) || !(body = tf_api_body(r)))
		return;
	if (tf_api_flag(r, body, "autoFuel", &fuel))
		reply_success(r, tf_book_account_set_fuel(r->c->book, row.id, fuel));
	json_decref(body);
}

/* The account's address on the chain, from the workspace key. */
static tf_err make_wallet(tf_api_req *r, int64_t account, const tf_chain_rule *chain,
                          tf_wallet_row *row)
{
	uint8_t xy[64], address[TF_EVM_ADDRESS];
	tf_key_row key;
	tf_path path;
	tf_pt child;

	TRY(tf_path_bip44(&path, chain->coin_type, (uint32_t)account));
	TRY(tf_coordinator_derive(r->c, TF_CURVE_SECP256K1, &path, &child, &key));
	TRY(tf_pt_affine(r->c->secp256k1, xy, xy + 32, &child));
	*row = (tf_wallet_row){ .account = account, .created = r->now };
	tf_pt_encode(r->c->secp256k1, row->public_key, &child);
	snprintf(row->asset, sizeof(row->asset), "%s", chain->asset_id);
	tf_evm_address_from_public(address, xy);
	tf_evm_address_format(row->address, address);
	TRY(tf_book_wallet_add(r->c->book, row));
	return tf_coordinator_audit(r->c, "wallet_created",
	                            json_pack("{s:I, s:s, s:s, s:s}", "account",
	                                      (json_int_t)account, "asset", row->asset, "address",
	                                      row->address, "user", r->user->id));
}

static json_t *wallet_json(const tf_wallet_row *row)
{
	char id[24];

	snprintf(id, sizeof(id), "%lld", (long long)row->account);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "id", id, "address", row->address,
	                 "legacyAddress", "", "enterpriseAddress", "", "tag", "", "status", "READY");
}

void tf_api_wallet_create(tf_api_req *r)
{
	const tf_chain_rule *chain;
	tf_account_row account;
	tf_wallet_row row;
	tf_err e;

	if (!tf_api_account(r, 3, &account) || !(chain = tf_api_asset(r, 4)))
		return;
	e = tf_book_wallet_get(r->c->book, account.id, chain->asset_id, &row);
	if (e == TF_E_NOT_FOUND)
		e = make_wallet(r, account.id, chain, &row);
	else if (e == TF_OK)
		e = TF_E_DUPLICATE;
	if (e == TF_E_DUPLICATE)
		tf_api_error(r, 409, TF_API_CODE_NONE, "The asset wallet exists already");
	else if (e == TF_E_STATE)
		tf_api_error(r, 503, TF_API_CODE_NONE,
		             "The workspace has no key yet: its co-signers are still preparing it");
	else if (e != TF_OK)
		tf_api_failed(r, e);
	else
		tf_api_json(r, 200, wallet_json(&row));
}

/* The wallet that the path names; answers 404 and returns false if there is none. */
static bool find_wallet(tf_api_req *r, tf_wallet_row *row)
{
	const tf_chain_rule *chain;
	tf_account_row account;
	tf_err e;

	if (!tf_api_account(r, 3, &account) || !(chain = tf_api_asset(r, 4)))
		return false;
	e = tf_book_wallet_get(r->c->book, account.id, chain->asset_id, row);
	if (e == TF_E_NOT_FOUND)
		tf_api_error(r, 404, TF_API_CODE_ASSET_UNKNOWN,
		             "The vault account has no wallet of this asset");
	else if (e != TF_OK)
		tf_api_failed(r, e);
	return e == TF_OK;
}

void tf_api_wallet_get(tf_api_req *r)
{
	tf_wallet_row row;

	if (find_wallet(r, &row))
		tf_api_json(r, 200, asset_json(row.asset));
}

static json_t *address_json(const tf_wallet_row *row)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:b}", "assetId", row->asset,
	                 "address", row->address, "description", "", "tag", "", "type", "Permanent",
	                 "addressFormat", "BASE", "legacyAddress", "", "enterpriseAddress", "",
	                 "bip44AddressIndex", 0, "userDefined", 0);
}

void tf_api_addresses(tf_api_req *r)
{
	tf_wallet_row row;

	if (find_wallet(r, &row))
		tf_api_json(r, 200, json_pack("[o]", address_json(&row)));
}

void tf_api_addresses_paged(tf_api_req *r)
{
	tf_wallet_row row;

	if (find_wallet(r, &row))
		tf_api_json(r, 200,
		            json_pack("{s:[o], s:{}}", "addresses", address_json(&row), "paging"));
}

static void hex(char *out, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		snprintf(out + 2 * i, 3, "%02x", p[i]);
}

/* As the dialect has it: ECDSA compressed, or uncompressed; EdDSA 32 bytes. */
static tf_err public_key_text(char text[static 131], tf_api_req *r, tf_raw_algorithm algorithm,
                              const tf_pt *child, bool full)
{
	uint8_t encoded[65] = { 4 };

	if (algorithm == TF_RAW_EDDSA_ED25519) {
		tf_pt_encode(r->c->ed25519, encoded, child);
		hex(text, encoded + 1, 32);
		return TF_OK;
	}
	TRY(tf_pt_affine(r->c->secp256k1, encoded + 1, encoded + 33, child));
	if (!full)
		tf_pt_encode(r->c->secp256k1, encoded, child);
	hex(text, encoded, full ? 65 : 33);
	return TF_OK;
}

static void reply_public_key(tf_api_req *r, tf_raw_algorithm algorithm, const tf_path *path)
{
	char text[131], compressed[8];
	tf_key_row key;
	tf_pt child;
	json_t *steps;
	tf_err e = tf_coordinator_derive(r->c, algorithm == TF_RAW_EDDSA_ED25519
	                                               ? TF_CURVE_ED25519 : TF_CURVE_SECP256K1,
	                                 path, &child, &key);
	bool full = query_text(r, "compressed", compressed, sizeof(compressed)) &&
	            strcmp(compressed, "false") == 0;

	if (e == TF_E_STATE) {
		tf_api_error(r, 503, TF_API_CODE_NONE, "The workspace has no key yet");
		return;
	}
	if (e == TF_OK)
		e = public_key_text(text, r, algorithm, &child, full);
	if (e != TF_OK) {
		tf_api_failed(r, e);
		return;
	}
	steps = json_array();
	for (uint32_t i = 0; i < path->len; i++)
		json_array_append_new(steps, json_integer(path->index[i]));
	tf_api_json(r, 200, json_pack("{s:s, s:o, s:s}", "algorithm",
	                              tf_raw_algorithm_name(algorithm), "derivationPath", steps,
	                              "publicKey", text));
}

/* derivationPath=[44,1,0,0,0]: JSON inside the query. */
void tf_api_public_key(tf_api_req *r)
{
	char text[256], name[64];
	tf_raw_algorithm algorithm;
	tf_path path = { 0 };
	json_t *steps;
	bool good;

	if (!query_text(r, "algorithm", name, sizeof(name)) ||
	    tf_raw_algorithm_find(&algorithm, name) != TF_OK) {
		tf_api_error(r, 400, TF_API_CODE_NONE,
		             "algorithm must be MPC_ECDSA_SECP256K1 or MPC_EDDSA_ED25519");
		return;
	}
	steps = query_text(r, "derivationPath", text, sizeof(text)) ? json_loads(text, 0, NULL)
	                                                            : NULL;
	good = json_is_array(steps) && json_array_size(steps) <= TF_PATH_MAX;
	for (size_t i = 0; good && i < json_array_size(steps); i++) {
		json_int_t v = json_integer_value(json_array_get(steps, i));

		good = json_is_integer(json_array_get(steps, i)) && v >= 0 && v < TF_PATH_INDEX_LIMIT;
		path.index[path.len++] = (uint32_t)v;
	}
	json_decref(steps);
	if (!good)
		tf_api_error(r, 400, TF_API_CODE_NONE,
		             "derivationPath must be an array of at most %u indices below 2^31",
		             TF_PATH_MAX);
	else
		reply_public_key(r, algorithm, &path);
}

static bool segment_number(tf_api_req *r, size_t index, uint32_t *out)
{
	char text[16];
	tf_path path;
	char words[20];

	/* One step of a derivation path has exactly the form that is wanted. */
	if (tf_http_segment_get(r->http, index, text, sizeof(text)) != TF_OK)
		return false;
	snprintf(words, sizeof(words), "m/%s", text);
	if (tf_path_parse(&path, words, strlen(words)) != TF_OK || path.len != 1)
		return false;
	*out = path.index[0];
	return true;
}

void tf_api_public_key_of(tf_api_req *r)
{
	const tf_chain_rule *chain;
	tf_account_row account;
	tf_path path;

	if (!tf_api_account(r, 3, &account) || !(chain = tf_api_asset(r, 4)))
		return;
	if (tf_path_bip44(&path, chain->coin_type, (uint32_t)account.id) != TF_OK ||
	    !segment_number(r, 5, &path.index[3]) || !segment_number(r, 6, &path.index[4]))
		tf_api_error(r, 400, TF_API_CODE_NONE, "change and address index must be numbers");
	else
		reply_public_key(r, TF_RAW_ECDSA_SECP256K1, &path);
}

void tf_api_supported_assets(tf_api_req *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->c->workspace->n_chains; i++) {
		const tf_chain_rule *chain = &r->c->workspace->chains[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "id",
		                                      chain->asset_id, "name", chain->symbol, "type",
		                                      "BASE_ASSET", "contractAddress", "",
		                                      "nativeAsset", chain->asset_id, "decimals",
		                                      (int)chain->decimals));
	}
	tf_api_json(r, 200, list);
}

void tf_api_users(tf_api_req *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->c->workspace->n_api_users; i++) {
		const tf_api_user *u = &r->c->workspace->api_users[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "id", u->id,
		                                      "firstName", u->name, "lastName", "", "role",
		                                      u->role, "email", "", "enabled", 1));
	}
	tf_api_json(r, 200, list);
}

void tf_api_workspace(tf_api_req *r)
{
	tf_api_json(r, 200, json_pack("{s:s, s:s}", "id", r->c->workspace->name, "name",
	                              r->c->workspace->name));
}
