#include "policy/request.h"

#include <string.h>

#include "policy/request_impl.h"

#define NODES 128u

/* Names may be hostile: only what is harmless in a log line or a JSON text is kept. */
static void append(char field[static TF_REQUEST_FIELD], const char *text)
{
	size_t n = strlen(field);

	for (; *text && n + 1 < TF_REQUEST_FIELD; text++) {
		bool plain = *text > ' ' && *text <= '~' && *text != '"' && *text != '\\';

		field[n++] = plain ? *text : '?';
	}
	field[n] = '\0';
}

tf_err tf_request_blame(tf_request_why *why, tf_err err, const char *field, const char *expected)
{
	if (why) {
		*why = (tf_request_why){ .expected = expected };
		append(why->field, field);
	}
	return err;
}

tf_err tf_ask_blame(tf_asking *rd, tf_err err, const char *name, const char *expected)
{
	if (rd->why->field[0])
		return err;
	append(rd->why->field, rd->prefix);
	append(rd->why->field, name);
	rd->why->expected = expected;
	return err;
}

tf_err tf_ask_parse(tf_asking *rd, tf_json_node *nodes, size_t cap, const char *body, size_t len)
{
	tf_err err;

	rd->why->expected = "a shorter body";
	if (len > TF_REQUEST_BODY_MAX)
		return TF_E_TOO_LARGE;
	err = tf_json_parse(&rd->doc, nodes, cap, body, len);
	if (err == TF_OK)
		return TF_OK;
	rd->why->expected = "strict JSON (RFC 8259), every name once";
	rd->why->at = rd->doc.at;
	return err;
}

static tf_err blame_stranger(tf_asking *rd, const tf_json_node *member)
{
	char name[TF_REQUEST_FIELD];

	if (tf_json_key(name, sizeof(name), NULL, &rd->doc, member) != TF_OK)
		name[0] = '\0';
	return tf_ask_blame(rd, TF_E_UNSUPPORTED, name[0] ? name : "?", "no field of that name");
}

tf_err tf_ask_object(tf_asking *rd, const tf_json_node *object, const char *prefix,
                     const tf_asked *fields, size_t n)
{
	const tf_json *doc = &rd->doc;
	const char *outer = rd->prefix;

	if (object->type != TF_JSON_OBJECT) {
		rd->why->expected = "an object";
		return TF_E_ENCODING;
	}
	rd->prefix = prefix;
	for (const tf_json_node *m = tf_json_first(doc, object); m; m = tf_json_next(doc, m)) {
		const tf_asked *f = fields;
		tf_err err;

		while (f < fields + n && !tf_json_key_is(&rd->doc, m, f->name))
			f++;
		if (f == fields + n)
			return blame_stranger(rd, m);
		if (m->type == TF_JSON_NULL)
			continue;
		err = f->read(rd, m);
		if (err != TF_OK)
			return tf_ask_blame(rd, err, f->name, rd->why->expected);
	}
	rd->prefix = outer;
	return TF_OK;
}

tf_err tf_ask_require(tf_asking *rd, const tf_json_node *object, const char *prefix,
                      const char *name)
{
	const tf_json_node *m = tf_json_member(&rd->doc, object, name);

	if (m && m->type != TF_JSON_NULL)
		return TF_OK;
	rd->prefix = prefix;
	return tf_ask_blame(rd, TF_E_ENCODING, name, "this field is required");
}

static tf_err read_text(tf_asking *rd, char *out, size_t cap, const tf_json_node *value)
{
	rd->why->expected = "a string not longer than its limit";
	return tf_json_text(out, cap, NULL, &rd->doc, value);
}

tf_err tf_ask_unsupported(tf_asking *rd, const tf_json_node *value)
{
	(void)value;
	rd->why->expected = "this field is not supported";
	return TF_E_UNSUPPORTED;
}

tf_err tf_ask_false(tf_asking *rd, const tf_json_node *value)
{
	if (value->type == TF_JSON_FALSE)
		return TF_OK;
	rd->why->expected = "false";
	return value->type == TF_JSON_TRUE ? TF_E_UNSUPPORTED : TF_E_ENCODING;
}

tf_err tf_ask_word(tf_asking *rd, const tf_json_node *value, const char *word)
{
	rd->why->expected = *word ? word : "nothing, or an empty string";
	if (value->type != TF_JSON_STRING)
		return TF_E_ENCODING;
	return tf_json_string_is(&rd->doc, value, word) ? TF_OK : TF_E_UNSUPPORTED;
}

static tf_err only_empty(tf_asking *rd, const tf_json_node *value)
{
	return tf_ask_word(rd, value, "");
}

static tf_err ignored_text(tf_asking *rd, const tf_json_node *value)
{
	char text[TF_REQUEST_ID];

	return read_text(rd, text, sizeof(text), value);
}

/* Decimal text, written as number or string, in units of 10^decimals. */
static tf_err read_amount(tf_asking *rd, tf_u256 *out, const tf_json_node *value,
                          unsigned decimals)
{
	char text[TF_REQUEST_NUMBER];
	size_t len = 0;

	TRY(tf_json_scalar(text, sizeof(text), &len, &rd->doc, value));
	return tf_u256_from_decimal(out, text, len, decimals);
}

static tf_err read_gwei(tf_asking *rd, bool *has, tf_u256 *out, const tf_json_node *value)
{
	rd->why->expected = "gwei in decimal digits, at most 9 of them after the point";
	*has = true;
	return read_amount(rd, out, value, TF_DECIMALS_GWEI);
}

static tf_err read_integer(tf_asking *rd, bool *has, uint64_t *out, const tf_json_node *value)
{
	tf_u256 wide;

	rd->why->expected = "an integer below 2^64 in decimal digits";
	*has = true;
	TRY(read_amount(rd, &wide, value, 0));
	return tf_u256_to_u64(out, &wide);
}

tf_err tf_ask_asset(tf_asking *rd, const tf_json_node *value)
{
	return read_text(rd, rd->out->asset_id, sizeof(rd->out->asset_id), value);
}

static tf_err read_operation(tf_asking *rd, const tf_json_node *value)
{
	return tf_ask_word(rd, value, "TRANSFER");
}

static tf_err read_source_type(tf_asking *rd, const tf_json_node *value)
{
	return tf_ask_word(rd, value, "VAULT_ACCOUNT");
}

static tf_err read_source_id(tf_asking *rd, const tf_json_node *value)
{
	char text[16];
	uint64_t id;

	TRY(read_text(rd, text, sizeof(text), value));
	rd->why->expected = "a vault account's number, as a string";
	TRY(tf_u64_from_decimal(&id, text, strlen(text)));
	if (id >= TF_PATH_INDEX_LIMIT)
		return TF_E_TOO_LARGE;
	rd->out->account = (uint32_t)id;
	return TF_OK;
}

tf_err tf_ask_source(tf_asking *rd, const tf_json_node *value)
{
	static const tf_asked fields[] = {
		{ "type", read_source_type },
		{ "id", read_source_id },
		{ "name", ignored_text },
		{ "subType", tf_ask_unsupported },
		{ "walletId", tf_ask_unsupported },
		{ "isCollateral", tf_ask_false },
	};

	TRY(tf_ask_object(rd, value, "source.", fields, TF_ARRAY_LEN(fields)));
	TRY(tf_ask_require(rd, value, "source.", "type"));
	return tf_ask_require(rd, value, "source.", "id");
}

static tf_err read_address(tf_asking *rd, const tf_json_node *value)
{
	return read_text(rd, rd->out->address, sizeof(rd->out->address), value);
}

static tf_err read_one_time(tf_asking *rd, const tf_json_node *value)
{
	static const char prefix[] = "destination.oneTimeAddress.";
	static const tf_asked fields[] = {
		{ "address", read_address },
		{ "tag", only_empty },
	};

	TRY(tf_ask_object(rd, value, prefix, fields, TF_ARRAY_LEN(fields)));
	return tf_ask_require(rd, value, prefix, "address");
}

static tf_err read_destination_type(tf_asking *rd, const tf_json_node *value)
{
	return tf_ask_word(rd, value, "ONE_TIME_ADDRESS");
}

static tf_err read_destination(tf_asking *rd, const tf_json_node *value)
{
	static const tf_asked fields[] = {
		{ "type", read_destination_type },
		{ "oneTimeAddress", read_one_time },
		{ "name", ignored_text },
		{ "id", only_empty },
		{ "subType", tf_ask_unsupported },
		{ "walletId", tf_ask_unsupported },
		{ "isCollateral", tf_ask_false },
	};

	TRY(tf_ask_object(rd, value, "destination.", fields, TF_ARRAY_LEN(fields)));
	TRY(tf_ask_require(rd, value, "destination.", "type"));
	return tf_ask_require(rd, value, "destination.", "oneTimeAddress");
}

static tf_err read_requested_amount(tf_asking *rd, const tf_json_node *value)
{
	rd->why->expected = "a decimal number, as a string";
	return tf_json_scalar(rd->out->amount, sizeof(rd->out->amount), NULL, &rd->doc, value);
}

static tf_err read_gas_limit(tf_asking *rd, const tf_json_node *value)
{
	return read_integer(rd, &rd->out->has_gas_limit, &rd->out->gas_limit, value);
}

static tf_err read_max_fee(tf_asking *rd, const tf_json_node *value)
{
	return read_gwei(rd, &rd->out->has_max_fee, &rd->out->max_fee, value);
}

static tf_err read_priority_fee(tf_asking *rd, const tf_json_node *value)
{
	return read_gwei(rd, &rd->out->has_priority_fee, &rd->out->priority_fee, value);
}

static tf_err read_fee_level(tf_asking *rd, const tf_json_node *value)
{
	static const struct {
		const char *word;
		tf_fee_level level;
	} levels[] = {
		{ "LOW", TF_FEE_LEVEL_LOW },
		{ "MEDIUM", TF_FEE_LEVEL_MEDIUM },
		{ "HIGH", TF_FEE_LEVEL_HIGH },
	};

	rd->why->expected = "LOW, MEDIUM or HIGH";
	for (size_t i = 0; i < TF_ARRAY_LEN(levels); i++)
		if (tf_json_string_is(&rd->doc, value, levels[i].word))
			rd->out->fee_level = levels[i].level;
	return rd->out->fee_level == TF_FEE_LEVEL_NONE ? TF_E_ENCODING : TF_OK;
}

static tf_err read_nonce(tf_asking *rd, const tf_json_node *value)
{
	return read_integer(rd, &rd->out->has_nonce, &rd->out->nonce, value);
}

static tf_err read_node_controls(tf_asking *rd, const tf_json_node *value)
{
	static const tf_asked fields[] = { { "nonce", read_nonce } };

	return tf_ask_object(rd, value, "extraParameters.nodeControls.", fields,
	                   TF_ARRAY_LEN(fields));
}

static tf_err read_extra(tf_asking *rd, const tf_json_node *value)
{
	static const tf_asked fields[] = {
		{ "nodeControls", read_node_controls },
		{ "rawMessageData", tf_ask_unsupported },
		{ "contractCallData", tf_ask_unsupported },
		{ "programCallData", tf_ask_unsupported },
		{ "inputsSelection", tf_ask_unsupported },
		{ "allowBaseAssetAddress", tf_ask_false },
		{ "piiData", tf_ask_unsupported },
	};

	return tf_ask_object(rd, value, "extraParameters.", fields, TF_ARRAY_LEN(fields));
}

tf_err tf_ask_note(tf_asking *rd, const tf_json_node *value)
{
	return read_text(rd, rd->out->note, sizeof(rd->out->note), value);
}

tf_err tf_ask_external_tx_id(tf_asking *rd, const tf_json_node *value)
{
	return read_text(rd, rd->out->external_tx_id, sizeof(rd->out->external_tx_id), value);
}

tf_err tf_ask_customer_ref_id(tf_asking *rd, const tf_json_node *value)
{
	return read_text(rd, rd->out->customer_ref_id, sizeof(rd->out->customer_ref_id), value);
}

/* Every field of TransactionRequest. */
static const tf_asked request_fields[] = {
	{ "operation", read_operation },
	{ "note", tf_ask_note },
	{ "externalTxId", tf_ask_external_tx_id },
	{ "assetId", tf_ask_asset },
	{ "source", tf_ask_source },
	{ "destination", read_destination },
	{ "destinations", tf_ask_unsupported },
	{ "amount", read_requested_amount },
	{ "treatAsGrossAmount", tf_ask_false },
	{ "forceSweep", tf_ask_false },
	{ "feeLevel", read_fee_level },
	{ "fee", tf_ask_unsupported },
	{ "priorityFee", read_priority_fee },
	{ "failOnLowFee", tf_ask_false },
	{ "maxFee", read_max_fee },
	{ "maxTotalFee", tf_ask_unsupported },
	{ "gasLimit", read_gas_limit },
	{ "gasPrice", tf_ask_unsupported },
	{ "networkFee", tf_ask_unsupported },
	{ "replaceTxByHash", tf_ask_unsupported },
	{ "extraParameters", read_extra },
	{ "utxoSelectionParams", tf_ask_unsupported },
	{ "customerRefId", tf_ask_customer_ref_id },
	{ "travelRuleMessage", tf_ask_unsupported },
	{ "travelRuleMessageId", tf_ask_unsupported },
	{ "autoStaking", tf_ask_false },
	{ "networkStaking", tf_ask_unsupported },
	{ "cpuStaking", tf_ask_unsupported },
	{ "useGasless", tf_ask_false },
	{ "configurations", tf_ask_unsupported },
};

static tf_err read_request(tf_asking *rd, const char *body, size_t len)
{
	static const char *const required[] = { "assetId", "source", "destination", "amount" };
	tf_json_node nodes[NODES];
	const tf_json_node *root;

	TRY(tf_ask_parse(rd, nodes, NODES, body, len));
	root = tf_json_root(&rd->doc);
	TRY(tf_ask_object(rd, root, "", request_fields, TF_ARRAY_LEN(request_fields)));
	for (size_t i = 0; i < TF_ARRAY_LEN(required); i++)
		TRY(tf_ask_require(rd, root, "", required[i]));
	return TF_OK;
}

tf_err tf_request_parse(tf_request *request, tf_request_why *why, const char *body, size_t len)
{
	tf_request_why unheard;
	tf_asking rd = { .out = request, .why = why ? why : &unheard, .prefix = "" };
	tf_err err;

	*rd.why = (tf_request_why){ .expected = "" };
	memset(request, 0, sizeof(*request));
	err = read_request(&rd, body, len);
	if (err != TF_OK)
		memset(request, 0, sizeof(*request));
	else
		rd.why->expected = "";
	return err;
}
