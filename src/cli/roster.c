#include "cli/roster.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/workspace.h"
#include "base/secret.h"

static json_t *chains(void)
{
	return json_pack("[{s:s, s:s, s:i, s:i, s:b, s:i, s:s, s:s, s:s, s:s, s:s}]", "assetId",
	                 "ETH_TEST5", "type", "evm", "chainId", 11155111, "coinType", 1, "testnet", 1,
	                 "decimals", 18, "symbol", "ETH", "gasLimitDefault", "21000",
	                 "maxFeePerGasDefault", "30000000000", "maxPriorityFeePerGasDefault",
	                 "2000000000", "maxFeePerGasCap", "500000000000");
}

static tf_err root_digest(char out[static 65], const tf_deploy *d)
{
	TF_AUTO(tf_text) pem = { 0 };
	uint8_t der[TF_CERT_MAX], digest[32];
	size_t len;

	TRY(tf_deploy_root(&pem, d));
	TRY(tf_cert_from_pem(der, sizeof(der), &len, pem.p, pem.len));
	crypto_hash_sha256(digest, der, len);
	sodium_bin2hex(out, 65, digest, sizeof(digest));
	return TF_OK;
}

/* Everybody but the RA server, which is not a member: it is its certificate that says who it is. */
static json_t *members(const tf_deploy *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n; i++) {
		const tf_program *p = &d->program[i];

		if (p->kind != TF_PROGRAM_RA)
			json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:s, s:s, s:i}", "device",
			                                      p->name, "role", tf_role_name(p->role),
			                                      "set", (int)p->set, "owner", "operator",
			                                      "identity", "", "instance", 0));
	}
	return list;
}

static json_t *primaries(const tf_deploy *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n; i++)
		if (d->program[i].role == TF_ROLE_PRIMARY)
			json_array_append_new(list, json_string(d->program[i].name));
	return list;
}

static json_t *sets(const tf_deploy *d)
{
	json_t *list = json_array();

	for (unsigned set = 1; set <= TF_SETS_MAX; set++)
		for (size_t i = 0; i < d->n; i++)
			if (d->program[i].role == TF_ROLE_GUARD && d->program[i].set == set) {
				json_array_append_new(list, json_integer(set));
				break;
			}
	return list;
}

tf_err tf_roster_first(const tf_deploy *d, const char *security, const char *user_id,
                       const char *user_pem, char *why, size_t cap)
{
	TF_AUTO(tf_identity_keys) admin = { 0 };
	char root[65], key[65];
	json_t *payload;
	tf_err e;

	TRY(root_digest(root, d));
	TRY(tf_deploy_admin(&admin, d));
	sodium_bin2hex(key, sizeof(key), admin.ed25519, 32);
	payload = json_pack("{s:s, s:i, s:s, s:s, s:{s:i, s:[s]}, s:s, s:{s:o}, s:o,"
	                    " s:[{s:s, s:s, s:s, s:s, s:o, s:b}], s:o}",
	                    "workspace", d->workspace, "version", 1, "profile", "dev", "security",
	                    security, "admins", "threshold", 1, "keys", key, "caRootSha256", root,
	                    "schema", "sets", sets(d), "chains", chains(), "apiUsers", "id", user_id,
	                    "name", "operator", "role", "SIGNER", "publicKey", user_pem, "primaries",
	                    primaries(d), "rawSigning", 1, "roster", members(d));
	if (!payload)
		return TF_E_RESOURCE;
	e = tf_roster_store(d, payload, why, cap);
	json_decref(payload);
	return e;
}

tf_err tf_roster_store(const tf_deploy *d, const json_t *payload, char *why, size_t cap)
{
	TF_AUTO(tf_identity_keys) admin = { 0 };
	char path[TF_CLI_PATH], *text, *file = NULL;
	tf_workspace *w = NULL;
	tf_reason reason = { "" };
	tf_err e;

	TRY(tf_deploy_admin(&admin, d));
	TRY(tf_deploy_path(path, sizeof(path), d, "workspace.json"));
	text = json_dumps(payload, JSON_COMPACT);
	if (!text)
		return TF_E_RESOURCE;
	/* Nothing is signed that its readers would refuse. */
	e = tf_workspace_parse(&w, text, strlen(text), &reason);
	if (e == TF_OK) {
		e = tf_workspace_fit(w, &reason);
		tf_workspace_free(w);
	}
	if (e == TF_OK) {
		e = tf_workspace_sign(&file, NULL, 0, text, strlen(text), &admin);
	} else {
		snprintf(why, cap, "workspace file: %s", reason.text);
	}
	free(text);
	if (e == TF_OK)
		e = tf_file_write(path, file, strlen(file), TF_OWNER_OPERATOR);
	free(file);
	return e;
}

/* The signed bytes of our own file. */
static tf_err open_file(char **payload, size_t *len, const json_t *file, const tf_deploy *d)
{
	const json_t *first = json_array_get(json_object_get(file, "signatures"), 0);
	const char *text = json_string_value(json_object_get(file, "payload"));
	const char *hex = json_string_value(json_object_get(first, "signature"));
	TF_AUTO(tf_identity_keys) admin = { 0 };
	uint8_t sig[64];
	size_t room;

	if (!text || !hex || strlen(hex) != 128 ||
	    sodium_hex2bin(sig, sizeof(sig), hex, 128, NULL, NULL, NULL) != 0)
		return TF_E_ENCODING;
	TRY(tf_deploy_admin(&admin, d));
	room = strlen(text);
	*payload = malloc(room + 1);
	if (!*payload)
		return TF_E_RESOURCE;
	if (sodium_base642bin((uint8_t *)*payload, room, text, room, NULL, len, NULL,
	                      sodium_base64_VARIANT_ORIGINAL) != 0)
		return TF_E_ENCODING;
	return tf_identity_verify(admin.ed25519, "trefoil/workspace/v1", (const uint8_t *)*payload,
	                          *len, sig) ? TF_OK : TF_E_TRUST;
}

tf_err tf_roster_load(json_t **payload, const tf_deploy *d)
{
	char path[TF_CLI_PATH], *text = NULL;
	json_t *file;
	size_t len;
	tf_err e;

	*payload = NULL;
	TRY(tf_deploy_path(path, sizeof(path), d, "workspace.json"));
	TRY(tf_file_read_json(&file, path));
	e = open_file(&text, &len, file, d);
	json_decref(file);
	if (e == TF_OK) {
		*payload = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
		e = json_is_object(*payload) ? TF_OK : TF_E_ENCODING;
	}
	free(text);
	return e;
}

static const json_t *find_device(const json_t *devices, const char *name)
{
	size_t i;
	const json_t *d;

	json_array_foreach(devices, i, d) {
		const char *is = json_string_value(json_object_get(d, "device"));

		if (is && strcmp(is, name) == 0)
			return d;
	}
	return NULL;
}

/* Same place in both lists? The RA server is not asked who somebody is, only for the key. */
static bool same_place(const json_t *entry, const json_t *device)
{
	const char *role = json_string_value(json_object_get(entry, "role"));
	const char *has = json_string_value(json_object_get(device, "role"));

	return role && has && strcmp(role, has) == 0 &&
	       json_equal(json_object_get(entry, "set"), json_object_get(device, "set")) &&
	       !json_is_true(json_object_get(device, "revoked"));
}

static tf_err pin_one(json_t *entry, const json_t *devices, size_t *changed, char *why, size_t cap)
{
	const char *name = json_string_value(json_object_get(entry, "device"));
	const char *pinned = json_string_value(json_object_get(entry, "identity"));
	const json_t *device = name ? find_device(devices, name) : NULL;
	const char *key = json_string_value(json_object_get(device, "ed25519"));

	if (!device || !key || strlen(key) != 64) {
		snprintf(why, cap, "%s has not enrolled", name ? name : "?");
		return TF_E_NOT_FOUND;
	}
	if (!same_place(entry, device) || !pinned || (*pinned && strcmp(pinned, key) != 0)) {
		snprintf(why, cap, "%s enrolled with another place or key than the roster has", name);
		return TF_E_CONFLICT;
	}
	if (*pinned)
		return TF_OK;
	printf("pinned  %-12s %-11s Ed25519 %s\n", name,
	       json_string_value(json_object_get(entry, "role")), key);
	(*changed)++;
	return json_object_set_new(entry, "identity", json_string(key)) == 0 ? TF_OK
	                                                                     : TF_E_RESOURCE;
}

tf_err tf_roster_pin(json_t *payload, const json_t *devices, size_t *changed, char *why, size_t cap)
{
	json_int_t version = json_integer_value(json_object_get(payload, "version"));
	size_t i;
	json_t *entry;

	*changed = 0;
	json_array_foreach(json_object_get(payload, "roster"), i, entry)
		TRY(pin_one(entry, devices, changed, why, cap));
	if (*changed == 0)
		return TF_OK;
	return json_object_set_new(payload, "version", json_integer(version + 1)) == 0
	               ? TF_OK : TF_E_RESOURCE;
}
