#include "policy/raw.h"

#include <sodium.h>
#include <string.h>

#include "policy/request_impl.h"

#define NODES 1152u
#define LEVELS 5u
#define COIN 1u
#define ACCOUNT 2u

static const struct {
	tf_raw_algorithm algorithm;
	const char *name;
} names[] = {
	{ TF_RAW_ECDSA_SECP256K1, "MPC_ECDSA_SECP256K1" },
	{ TF_RAW_EDDSA_ED25519, "MPC_EDDSA_ED25519" },
};

const char *tf_raw_algorithm_name(tf_raw_algorithm a)
{
	for (size_t i = 0; i < TF_ARRAY_LEN(names); i++)
		if (names[i].algorithm == a)
			return names[i].name;
	return "";
}

tf_err tf_raw_algorithm_find(tf_raw_algorithm *out, const char *name)
{
	for (size_t i = 0; i < TF_ARRAY_LEN(names); i++)
		if (strcmp(names[i].name, name) == 0) {
			*out = names[i].algorithm;
			return TF_OK;
		}
	return TF_E_NOT_FOUND;
}

/* ---- reading ---- */

static tf_err read_operation(tf_asking *rd, const tf_json_node *value)
{
	return tf_ask_word(rd, value, "RAW");
}

static tf_err read_raw_source(tf_asking *rd, const tf_json_node *value)
{
	rd->raw->has_source = true;
	return tf_ask_source(rd, value);
}

static tf_err read_algorithm(tf_asking *rd, const tf_json_node *value)
{
	char text[32];

	rd->why->expected = "MPC_ECDSA_SECP256K1 or MPC_EDDSA_ED25519";
	TRY(tf_json_text(text, sizeof(text), NULL, &rd->doc, value));
	rd->raw->has_algorithm = true;
	return tf_raw_algorithm_find(&rd->raw->algorithm, text) == TF_OK ? TF_OK
	                                                                 : TF_E_UNSUPPORTED;
}

static tf_raw_message *current(tf_asking *rd)
{
	return &rd->raw->message[rd->raw->n];
}

/* Hex of either case, two digits a byte, behind what is there already. */
static tf_err read_content(tf_asking *rd, const tf_json_node *value)
{
	tf_raw_request *r = rd->raw;
	char text[2 * TF_RAW_BYTES_MAX + 1];
	size_t len = 0, bytes = 0;

	rd->why->expected = "hex, at least one byte, without 0x";
	TRY(tf_json_text(text, sizeof(text), &len, &rd->doc, value));
	if (len == 0 || len % 2 != 0)
		return TF_E_ENCODING;
	if (len / 2 > TF_RAW_BYTES_MAX - r->used)
		return TF_E_TOO_LARGE;
	if (sodium_hex2bin(r->bytes + r->used, len / 2, text, len, NULL, &bytes, NULL) != 0 ||
	    bytes != len / 2)
		return TF_E_ENCODING;
	current(rd)->at = r->used;
	current(rd)->len = (uint32_t)bytes;
	r->used += (uint32_t)bytes;
	return TF_OK;
}

static tf_err read_step(tf_asking *rd, uint32_t *out, const tf_json_node *value)
{
	char text[16];
	size_t len = 0;
	uint64_t wide;

	rd->why->expected = "an index below 2^31";
	if (value->type != TF_JSON_NUMBER)
		return TF_E_ENCODING;
	TRY(tf_json_scalar(text, sizeof(text), &len, &rd->doc, value));
	TRY(tf_u64_from_decimal(&wide, text, len));
	if (wide >= TF_PATH_INDEX_LIMIT)
		return TF_E_TOO_LARGE;
	*out = (uint32_t)wide;
	return TF_OK;
}

static tf_err read_change(tf_asking *rd, const tf_json_node *value)
{
	rd->raw->key.has_change = true;
	return read_step(rd, &rd->raw->key.change, value);
}

/* The dialect has two spellings; both at once are one too many. */
static tf_err read_index(tf_asking *rd, const tf_json_node *value)
{
	rd->why->expected = "one of its two spellings";
	if (rd->raw->key.has_index)
		return TF_E_ENCODING;
	rd->raw->key.has_index = true;
	return read_step(rd, &rd->raw->key.index, value);
}

static tf_err read_path(tf_asking *rd, const tf_json_node *value)
{
	tf_path *path = &current(rd)->path;

	rd->why->expected = "an array of indices below 2^31";
	if (value->type != TF_JSON_ARRAY)
		return TF_E_ENCODING;
	if (value->count > TF_PATH_MAX)
		return TF_E_TOO_LARGE;
	for (const tf_json_node *v = tf_json_first(&rd->doc, value); v;
	     v = tf_json_next(&rd->doc, v))
		TRY(read_step(rd, &path->index[path->len++], v));
	rd->raw->key.has_path = true;
	return TF_OK;
}

static const char message_prefix[] = "extraParameters.rawMessageData.messages.";

/* The path of a message whose asset says what it begins with. */
static tf_err complete_path(tf_asking *rd, const tf_chain_rule *rule)
{
	tf_raw_request *r = rd->raw;
	tf_path *path = &current(rd)->path;

	rd->prefix = message_prefix;
	if (rule && r->key.has_path)
		return tf_ask_blame(rd, TF_E_UNSUPPORTED, "derivationPath",
		                    "assetId and source instead, or no assetId");
	if (!rule && !r->key.has_path)
		return tf_ask_blame(rd, TF_E_ENCODING, "derivationPath", "this field is required");
	if (!rule && (r->key.has_change || r->key.has_index))
		return tf_ask_blame(rd, TF_E_UNSUPPORTED, "bip44addressIndex",
		                    "neither it nor bip44change beside derivationPath");
	if (!rule)
		return TF_OK;
	TRY(tf_path_bip44(path, rule->coin_type, r->common.account));
	path->index[3] = r->key.change;
	path->index[4] = r->key.index;
	return TF_OK;
}

static tf_err read_message(tf_asking *rd, const tf_json_node *value, const tf_chain_rule *rule)
{
	static const tf_asked fields[] = {
		{ "content", read_content },
		{ "bip44change", read_change },
		{ "bip44addressIndex", read_index },
		{ "bip44AddressIndex", read_index },
		{ "derivationPath", read_path },
		{ "type", tf_ask_unsupported },
		{ "preHash", tf_ask_unsupported },
	};

	memset(&rd->raw->key, 0, sizeof(rd->raw->key));
	TRY(tf_ask_object(rd, value, message_prefix, fields, TF_ARRAY_LEN(fields)));
	TRY(tf_ask_require(rd, value, message_prefix, "content"));
	TRY(complete_path(rd, rule));
	rd->raw->n++;
	return TF_OK;
}

/* Read when everything else has been: the asset says what the paths begin with. */
static tf_err skip(tf_asking *rd, const tf_json_node *value)
{
	(void)rd;
	(void)value;
	return TF_OK;
}

static tf_err read_raw_data(tf_asking *rd, const tf_json_node *value)
{
	static const char prefix[] = "extraParameters.rawMessageData.";
	static const tf_asked fields[] = {
		{ "algorithm", read_algorithm },
		{ "messages", skip },
	};

	TRY(tf_ask_object(rd, value, prefix, fields, TF_ARRAY_LEN(fields)));
	return tf_ask_require(rd, value, prefix, "messages");
}

static tf_err read_raw_extra(tf_asking *rd, const tf_json_node *value)
{
	static const tf_asked fields[] = { { "rawMessageData", read_raw_data } };

	TRY(tf_ask_object(rd, value, "extraParameters.", fields, TF_ARRAY_LEN(fields)));
	return tf_ask_require(rd, value, "extraParameters.", "rawMessageData");
}

static const tf_asked request_fields[] = {
	{ "operation", read_operation },
	{ "note", tf_ask_note },
	{ "externalTxId", tf_ask_external_tx_id },
	{ "customerRefId", tf_ask_customer_ref_id },
	{ "assetId", tf_ask_asset },
	{ "source", read_raw_source },
	{ "extraParameters", read_raw_extra },
	{ "treatAsGrossAmount", tf_ask_false },
	{ "forceSweep", tf_ask_false },
	{ "failOnLowFee", tf_ask_false },
};

static tf_err read_messages(tf_asking *rd, const tf_json_node *root, const tf_chain_rule *rule)
{
	const tf_json *doc = &rd->doc;
	const tf_json_node *extra = tf_json_member(doc, root, "extraParameters");
	const tf_json_node *data = tf_json_member(doc, extra, "rawMessageData");
	const tf_json_node *list = tf_json_member(doc, data, "messages");

	rd->prefix = "extraParameters.rawMessageData.";
	if (list->type != TF_JSON_ARRAY || list->count < 1 || list->count > TF_RAW_MESSAGES_MAX)
		return tf_ask_blame(rd, list->type == TF_JSON_ARRAY && list->count ? TF_E_TOO_LARGE
		                                                                   : TF_E_ENCODING,
		                    "messages", "an array of 1 to 127 messages");
	for (const tf_json_node *m = tf_json_first(doc, list); m; m = tf_json_next(doc, m))
		TRY(read_message(rd, m, rule));
	return TF_OK;
}

/* An asset goes with a source, and with the algorithm of its chain. */
static tf_err find_rule(tf_asking *rd, const tf_chain_rule **out, const tf_chain_rule *rules,
                        size_t n)
{
	tf_raw_request *r = rd->raw;

	rd->prefix = "";
	*out = NULL;
	if (!r->common.asset_id[0] && !r->has_algorithm)
		return tf_ask_blame(rd, TF_E_ENCODING, "extraParameters.rawMessageData.algorithm",
		                    "this field is required without assetId");
	if (!r->common.asset_id[0])
		return TF_OK;
	*out = tf_chain_rule_find(rules, n, r->common.asset_id);
	if (!*out)
		return tf_ask_blame(rd, TF_E_NOT_FOUND, "assetId", "an asset of the workspace");
	if (!r->has_source)
		return tf_ask_blame(rd, TF_E_ENCODING, "source", "this field is required");
	if (r->has_algorithm && r->algorithm != TF_RAW_ECDSA_SECP256K1)
		return tf_ask_blame(rd, TF_E_UNSUPPORTED, "extraParameters.rawMessageData.algorithm",
		                    "that of the asset");
	r->algorithm = TF_RAW_ECDSA_SECP256K1; /* every chain is an EVM one */
	return TF_OK;
}

static tf_err read_request(tf_asking *rd, const tf_chain_rule *rules, size_t n, const char *body,
                           size_t len)
{
	static const char *const required[] = { "operation", "extraParameters" };
	tf_json_node nodes[NODES];
	const tf_chain_rule *rule;
	const tf_json_node *root;

	TRY(tf_ask_parse(rd, nodes, NODES, body, len));
	root = tf_json_root(&rd->doc);
	TRY(tf_ask_object(rd, root, "", request_fields, TF_ARRAY_LEN(request_fields)));
	for (size_t i = 0; i < TF_ARRAY_LEN(required); i++)
		TRY(tf_ask_require(rd, root, "", required[i]));
	TRY(find_rule(rd, &rule, rules, n));
	return read_messages(rd, root, rule);
}

tf_err tf_raw_parse(tf_raw_request *request, tf_request_why *why, const tf_chain_rule *rules,
                    size_t n, const char *body, size_t len)
{
	tf_request_why unheard;
	tf_asking rd = { .out = &request->common, .raw = request, .why = why ? why : &unheard,
	                 .prefix = "" };
	tf_err err;

	*rd.why = (tf_request_why){ .expected = "" };
	memset(request, 0, sizeof(*request));
	err = read_request(&rd, rules, n, body, len);
	memset(&request->key, 0, sizeof(request->key));
	if (err != TF_OK)
		memset(request, 0, sizeof(*request));
	else
		rd.why->expected = "";
	return err;
}

bool tf_raw_is(const char *body, size_t len)
{
	tf_json_node nodes[NODES];
	const tf_json_node *operation;
	tf_json doc;

	if (len > TF_REQUEST_BODY_MAX || tf_json_parse(&doc, nodes, NODES, body, len) != TF_OK)
		return false;
	operation = tf_json_member(&doc, tf_json_root(&doc), "operation");
	return operation && tf_json_string_is(&doc, operation, "RAW");
}

/* ---- judging ---- */

/* m / 44 / coin / account / change / index, and no more */
static bool is_bip44(const tf_path *p)
{
	return p->len == LEVELS && p->index[0] == TF_PATH_PURPOSE;
}

static tf_err check_message(tf_fault *fault, const tf_raw_request *r, const tf_raw_message *m,
                            bool dev)
{
	const tf_path *p = &m->path;

	if (!tf_holds(fault, TF_CK_RAW_PATH, is_bip44(p)))
		return TF_E_MISMATCH;
	if (r->has_source &&
	    !tf_holds(fault, TF_CK_RAW_ACCOUNT, p->index[ACCOUNT] == r->common.account))
		return TF_E_MISMATCH;
	if (r->algorithm == TF_RAW_ECDSA_SECP256K1 && !tf_holds(fault, TF_CK_RAW_HASH, m->len == 32))
		return TF_E_MISMATCH;
	if (dev && !tf_holds(fault, TF_CK_RAW_TESTNET, p->index[COIN] == TF_PATH_COIN_TESTNET))
		return TF_E_POLICY;
	return TF_OK;
}

tf_err tf_raw_check(tf_fault *fault, const tf_raw_request *r, bool dev)
{
	tf_fault_at(fault, TF_PARTY_NONE, 0);
	for (uint32_t i = 0; i < r->n; i++)
		TRY(check_message(fault, r, &r->message[i], dev));
	return TF_OK;
}

static void absorb_number(crypto_hash_sha256_state *h, uint32_t v)
{
	const uint8_t b[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };

	crypto_hash_sha256_update(h, b, sizeof(b));
}

void tf_raw_digest(uint8_t out[static 32], const tf_raw_request *r)
{
	static const char domain[] = "trefoil/raw/v1"; /* with its NUL */
	crypto_hash_sha256_state h;

	crypto_hash_sha256_init(&h);
	crypto_hash_sha256_update(&h, (const uint8_t *)domain, sizeof(domain));
	absorb_number(&h, r->algorithm);
	absorb_number(&h, r->n);
	for (uint32_t i = 0; i < r->n; i++) {
		size_t len;
		const uint8_t *p = tf_raw_content(r, i, &len);

		absorb_number(&h, r->message[i].path.len);
		for (uint32_t k = 0; k < r->message[i].path.len; k++)
			absorb_number(&h, r->message[i].path.index[k]);
		absorb_number(&h, (uint32_t)len);
		crypto_hash_sha256_update(&h, p, len);
	}
	crypto_hash_sha256_final(&h, out);
}
