#include "attest/workspace.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "attest/ossl.h"
#include "attest/workspace_impl.h"

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192

static void read_name(tf_reading *r, char out[static TF_NAME_MAX + 1], const tf_json_node *obj,
                      const char *key)
{
	tf_reading_text(r, out, TF_NAME_MAX + 1, obj, key, 1);
	if (r->err == TF_OK && !tf_name_valid(out))
		tf_reading_fail(r, TF_E_ENCODING, key, "expected a name of [a-z0-9-]");
}

/* One of two words; true for the first. */
static bool read_word(tf_reading *r, const tf_json_node *obj, const char *key, const char *first,
                      const char *second)
{
	char text[32];

	tf_reading_text(r, text, sizeof(text), obj, key, 1);
	if (r->err == TF_OK && strcmp(text, first) != 0 && strcmp(text, second) != 0)
		tf_reading_fail(r, TF_E_ENCODING, key, "unknown word");
	return strcmp(text, first) == 0;
}

static bool only_bytes(const char *text, const char *allowed)
{
	return text[strspn(text, allowed)] == '\0';
}

static void read_allowed(tf_reading *r, char *out, size_t cap, const tf_json_node *obj,
                         const char *key, const char *allowed)
{
	tf_reading_text(r, out, cap, obj, key, 1);
	if (r->err == TF_OK && !only_bytes(out, allowed))
		tf_reading_fail(r, TF_E_ENCODING, key, "a character that may not be there");
}

static void read_admins(tf_reading *r, tf_workspace *w, const tf_json_node *root)
{
	const tf_json_node *admins = tf_reading_object(r, root, "admins", 2);
	const tf_json_node *keys = tf_reading_array(r, admins, "keys", 1, TF_ADMINS_MAX);
	char hex[65];

	for (const tf_json_node *k = tf_reading_first(r, keys); k; k = tf_reading_next(r, k)) {
		uint8_t *key = w->admin_keys[w->n_admin_keys];

		if (k->type != TF_JSON_STRING ||
		    tf_json_text(hex, sizeof(hex), NULL, &r->doc, k) != TF_OK ||
		    !tf_hex_read(key, 32, hex)) {
			tf_reading_fail(r, TF_E_ENCODING, "admins.keys", "expected 64 hex digits");
			return;
		}
		for (size_t i = 0; i < w->n_admin_keys; i++)
			if (tf_same(w->admin_keys[i], key, 32))
				tf_reading_fail(r, TF_E_ENCODING, "admins.keys", "a key twice");
		w->n_admin_keys++;
	}
	w->admin_threshold = (unsigned)tf_reading_uint(r, admins, "threshold", 1,
	                                               w->n_admin_keys ? w->n_admin_keys : 1);
}

static void read_sets(tf_reading *r, tf_workspace *w, const tf_json_node *root)
{
	const tf_json_node *schema = tf_reading_object(r, root, "schema", 1);
	const tf_json_node *sets = tf_reading_array(r, schema, "sets", 1, TF_SETS_MAX);
	char text[8];

	for (const tf_json_node *s = tf_reading_first(r, sets); s; s = tf_reading_next(r, s)) {
		unsigned long v = 0;

		if (s->type == TF_JSON_NUMBER && s->len <= 3 &&
		    tf_json_scalar(text, sizeof(text), NULL, &r->doc, s) == TF_OK &&
		    only_bytes(text, "0123456789"))
			v = strtoul(text, NULL, 10);
		if (v < 1 || v > TF_SET_MAX || (w->n_sets && v <= w->sets[w->n_sets - 1])) {
			tf_reading_fail(r, TF_E_ENCODING, "schema.sets",
			                "expected ascending numbers from 1 to 999");
			return;
		}
		w->sets[w->n_sets++] = (uint16_t)v;
	}
}

static void read_chain(tf_reading *r, tf_chain_rule *c, const tf_json_node *obj)
{
	char type[8];
	tf_chain_limits limits;
	const char *what = "";

	tf_reading_is_object(r, obj, 11);
	tf_reading_text(r, type, sizeof(type), obj, "type", 1);
	if (r->err == TF_OK && strcmp(type, "evm") != 0)
		tf_reading_fail(r, TF_E_UNSUPPORTED, "type", "expected evm");
	c->type = TF_CHAIN_EVM;
	tf_reading_text(r, c->asset_id, sizeof(c->asset_id), obj, "assetId", 1);
	c->chain_id = tf_reading_uint(r, obj, "chainId", 1, INT64_MAX);
	c->coin_type = (uint32_t)tf_reading_uint(r, obj, "coinType", 0, INT32_MAX);
	c->testnet = tf_reading_bool(r, obj, "testnet");
	c->decimals = (uint8_t)tf_reading_uint(r, obj, "decimals", 0, 77);
	read_allowed(r, c->symbol, sizeof(c->symbol), obj, "symbol",
	             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
	tf_reading_text(r, c->gas_limit_default, sizeof(c->gas_limit_default), obj,
	                "gasLimitDefault", 1);
	tf_reading_text(r, c->max_fee_per_gas_default, sizeof(c->max_fee_per_gas_default), obj,
	                "maxFeePerGasDefault", 1);
	tf_reading_text(r, c->max_priority_fee_per_gas_default,
	                sizeof(c->max_priority_fee_per_gas_default), obj,
	                "maxPriorityFeePerGasDefault", 1);
	tf_reading_text(r, c->max_fee_per_gas_cap, sizeof(c->max_fee_per_gas_cap), obj,
	                "maxFeePerGasCap", 1);
	if (r->err == TF_OK && tf_chain_rule_limits(&limits, &what, c) != TF_OK)
		tf_reading_fail(r, TF_E_ENCODING, what, "not a value that this chain can have");
}

/* Room for the entries of an array; entry i is read with `where` set. */
static void *take_array(tf_reading *r, const tf_json_node *array, size_t size)
{
	void *p = array ? calloc(array->count ? array->count : 1, size) : NULL;

	if (array && !p)
		tf_reading_fail(r, TF_E_RESOURCE, "file", "no memory");
	return p;
}

static void at_entry(tf_reading *r, const char *array, size_t i)
{
	if (r->err == TF_OK)
		snprintf(r->where, sizeof(r->where), "%s[%zu].", array, i);
}

static void at_top(tf_reading *r)
{
	r->where[0] = '\0';
}

static void read_chains(tf_reading *r, tf_workspace *w, const tf_json_node *root)
{
	const tf_json_node *array = tf_reading_array(r, root, "chains", 0, TF_CHAINS_MAX);

	w->chains = take_array(r, array, sizeof(*w->chains));
	for (const tf_json_node *n = tf_reading_first(r, array); n; n = tf_reading_next(r, n)) {
		tf_chain_rule *c = &w->chains[w->n_chains];

		at_entry(r, "chains", w->n_chains);
		read_chain(r, c, n);
		if (tf_chain_rule_find(w->chains, w->n_chains, c->asset_id))
			tf_reading_fail(r, TF_E_ENCODING, "assetId", "an asset twice");
		if (w->dev_profile && !c->testnet)
			tf_reading_fail(r, TF_E_POLICY, "testnet",
			                "the dev profile allows testnets only");
		w->n_chains++;
	}
	at_top(r);
}

static bool is_uuid(const char *s)
{
	for (unsigned i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s[i] != '-' : !s[i] || !strchr("0123456789abcdef", s[i]))
			return false;
	}
	return s[36] == '\0';
}

/* Read a PEM public key and write it back in the one usual way. */
static bool canonical_rsa(char out[static TF_PEM_KEY_MAX + 1], const char *pem)
{
	static const char begin[] = "-----BEGIN PUBLIC KEY-----\n";
	TF_AUTO(bio_ref) in = { BIO_new_mem_buf(pem, -1) };
	TF_AUTO(bio_ref) back = { BIO_new(BIO_s_mem()) };
	TF_AUTO(pkey_ref) key = { NULL };
	char *text;
	long n = 0;

	if (in.p && strncmp(pem, begin, sizeof(begin) - 1) == 0)
		key.p = PEM_read_bio_PUBKEY(in.p, NULL, NULL, NULL);
	if (key.p && back.p && EVP_PKEY_is_a(key.p, "RSA") &&
	    EVP_PKEY_get_bits(key.p) >= RSA_BITS_MIN && EVP_PKEY_get_bits(key.p) <= RSA_BITS_MAX &&
	    PEM_write_bio_PUBKEY(back.p, key.p) == 1)
		n = BIO_get_mem_data(back.p, &text);
	ERR_clear_error();
	if (n <= 0 || (size_t)n > TF_PEM_KEY_MAX)
		return false;
	memcpy(out, text, (size_t)n);
	out[n] = '\0';
	return true;
}

static void read_primaries(tf_reading *r, tf_api_user *u, const tf_json_node *obj)
{
	const tf_json_node *array = tf_reading_array(r, obj, "primaries", 0,
	                                             TF_USER_PRIMARIES_MAX);

	for (const tf_json_node *n = tf_reading_first(r, array); n; n = tf_reading_next(r, n)) {
		char *name = u->primaries[u->n_primaries];

		if (n->type != TF_JSON_STRING ||
		    tf_json_text(name, sizeof(u->primaries[0]), NULL, &r->doc, n) != TF_OK ||
		    !tf_name_valid(name)) {
			tf_reading_fail(r, TF_E_ENCODING, "primaries", "expected device ids");
			return;
		}
		for (size_t i = 0; i < u->n_primaries; i++)
			if (strcmp(u->primaries[i], name) == 0)
				tf_reading_fail(r, TF_E_ENCODING, "primaries", "a device twice");
		u->n_primaries++;
	}
}

static void read_user(tf_reading *r, tf_api_user *u, const tf_json_node *obj)
{
	char pem[TF_PEM_KEY_MAX + 1];
	bool raw = r->err == TF_OK && tf_json_member(&r->doc, obj, "rawSigning") != NULL;

	tf_reading_is_object(r, obj, raw ? 6 : 5);
	tf_reading_text(r, u->id, sizeof(u->id), obj, "id", 1);
	if (r->err == TF_OK && !is_uuid(u->id))
		tf_reading_fail(r, TF_E_ENCODING, "id", "expected a lower-case UUID");
	tf_reading_text(r, u->name, sizeof(u->name), obj, "name", 1);
	read_allowed(r, u->role, sizeof(u->role), obj, "role", "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
	tf_reading_text(r, pem, sizeof(pem), obj, "publicKey", 1);
	if (r->err == TF_OK && !canonical_rsa(u->public_key, pem))
		tf_reading_fail(r, TF_E_ENCODING, "publicKey",
		                "expected PEM of an RSA key of 2048 to 8192 bits");
	u->raw_signing = raw && tf_reading_bool(r, obj, "rawSigning");
	read_primaries(r, u, obj);
}

static void read_users(tf_reading *r, tf_workspace *w, const tf_json_node *root)
{
	const tf_json_node *array = tf_reading_array(r, root, "apiUsers", 0, TF_API_USERS_MAX);

	w->api_users = take_array(r, array, sizeof(*w->api_users));
	if (!w->api_users)
		return; /* take_array has said why */
	for (const tf_json_node *n = tf_reading_first(r, array); n; n = tf_reading_next(r, n)) {
		tf_api_user *u = &w->api_users[w->n_api_users];

		at_entry(r, "apiUsers", w->n_api_users);
		read_user(r, u, n);
		if (tf_api_user_find(w, u->id))
			tf_reading_fail(r, TF_E_ENCODING, "id", "a user twice");
		w->n_api_users++;
	}
	at_top(r);
}

static bool has_set(const tf_workspace *w, uint64_t set)
{
	for (size_t i = 0; i < w->n_sets; i++)
		if (w->sets[i] == set)
			return true;
	return false;
}

static void read_slot(tf_reading *r, tf_roster_entry *e, const tf_workspace *w,
                      const tf_json_node *obj)
{
	char role[12];

	tf_reading_text(r, role, sizeof(role), obj, "role", 1);
	if (r->err == TF_OK && (tf_role_parse(&e->role, role) != TF_OK ||
	                        e->role > TF_ROLE_COORDINATOR))
		tf_reading_fail(r, TF_E_ENCODING, "role",
		                "expected guard, primary or coordinator");
	e->set = (uint16_t)tf_reading_uint(r, obj, "set", 0, TF_SET_MAX);
	if (r->err == TF_OK && e->role == TF_ROLE_GUARD && !has_set(w, e->set))
		tf_reading_fail(r, TF_E_ENCODING, "set", "expected a set of the schema");
	if (r->err == TF_OK && e->role != TF_ROLE_GUARD && e->set != 0)
		tf_reading_fail(r, TF_E_ENCODING, "set", "expected 0");
}

static void read_entry(tf_reading *r, tf_roster_entry *e, const tf_workspace *w,
                       const tf_json_node *obj)
{
	bool dated = r->err == TF_OK && tf_json_member(&r->doc, obj, "moduliNotBefore") != NULL;
	char hex[65];

	tf_reading_is_object(r, obj, dated ? 7 : 6);
	read_name(r, e->device, obj, "device");
	read_slot(r, e, w, obj);
	tf_reading_text(r, e->owner, sizeof(e->owner), obj, "owner", 0);
	e->instance = (uint32_t)tf_reading_uint(r, obj, "instance", 0, UINT32_MAX);
	if (dated)
		e->moduli_not_before = tf_reading_uint(r, obj, "moduliNotBefore", 0, INT64_MAX);
	tf_reading_text(r, hex, sizeof(hex), obj, "identity", 0);
	e->pinned = hex[0] != '\0';
	if (r->err == TF_OK && e->pinned && !tf_hex_read(e->identity, 32, hex))
		tf_reading_fail(r, TF_E_ENCODING, "identity", "expected 64 hex digits or nothing");
}

static void read_roster(tf_reading *r, tf_workspace *w, const tf_json_node *root)
{
	const tf_json_node *array = tf_reading_array(r, root, "roster", 0, TF_ROSTER_MAX);

	w->roster = take_array(r, array, sizeof(*w->roster));
	for (const tf_json_node *n = tf_reading_first(r, array); n; n = tf_reading_next(r, n)) {
		tf_roster_entry *e = &w->roster[w->n_roster];

		at_entry(r, "roster", w->n_roster);
		read_entry(r, e, w, n);
		if (tf_roster_find(w, e->device))
			tf_reading_fail(r, TF_E_ENCODING, "device", "a device twice");
		for (size_t i = 0; e->pinned && i < w->n_roster; i++)
			if (w->roster[i].pinned && tf_same(w->roster[i].identity, e->identity, 32))
				tf_reading_fail(r, TF_E_ENCODING, "identity",
				                "the key of another device");
		w->n_roster++;
	}
	at_top(r);
}

/* Every primary that a user names is one. */
static void check_users(tf_reading *r, const tf_workspace *w)
{
	for (size_t i = 0; i < w->n_api_users && r->err == TF_OK; i++) {
		const tf_api_user *u = &w->api_users[i];

		at_entry(r, "apiUsers", i);
		for (size_t k = 0; k < u->n_primaries; k++) {
			const tf_roster_entry *e = tf_roster_find(w, u->primaries[k]);

			if (!e || e->role != TF_ROLE_PRIMARY)
				tf_reading_fail(r, TF_E_ENCODING, "primaries",
				                "a device that is no primary of the roster");
		}
	}
	at_top(r);
}

static void read_workspace(tf_reading *r, tf_workspace *w)
{
	const tf_json_node *root = tf_json_root(&r->doc);
	char profile[16];

	tf_reading_is_object(r, root, 10);
	read_name(r, w->name, root, "workspace");
	w->version = tf_reading_uint(r, root, "version", 1, INT64_MAX);
	w->dev_profile = read_word(r, root, "profile", "dev", "production");
	tf_reading_text(r, profile, sizeof(profile), root, "security", 1);
	w->security = tf_profile_find(profile);
	if (r->err == TF_OK && !w->security)
		tf_reading_fail(r, TF_E_POLICY, "security", "a profile that this build lacks");
	read_admins(r, w, root);
	tf_reading_hex(r, w->ca_root_sha256, sizeof(w->ca_root_sha256), root, "caRootSha256");
	read_sets(r, w, root);
	read_chains(r, w, root);
	read_users(r, w, root);
	read_roster(r, w, root);
	check_users(r, w);
}

tf_err tf_workspace_parse(tf_workspace **out, const char *payload, size_t len, tf_reason *reason)
{
	TF_AUTO(tf_reading) r = { 0 };
	tf_workspace *w = calloc(1, sizeof(*w));

	if (reason)
		reason->text[0] = '\0';
	if (!w)
		return TF_E_RESOURCE;
	tf_reading_start(&r, payload, len, reason);
	if (r.err == TF_OK)
		read_workspace(&r, w);
	if (r.err != TF_OK) {
		tf_workspace_free(w);
		return r.err;
	}
	crypto_hash_sha256(w->digest, (const uint8_t *)payload, len);
	*out = w;
	return TF_OK;
}

void tf_workspace_free(tf_workspace *w)
{
	if (!w)
		return;
	free(w->chains);
	free(w->api_users);
	free(w->roster);
	free(w);
}

const tf_roster_entry *tf_roster_find(const tf_workspace *w, const char *device)
{
	for (size_t i = 0; i < w->n_roster; i++)
		if (strcmp(w->roster[i].device, device) == 0)
			return &w->roster[i];
	return NULL;
}

const tf_api_user *tf_api_user_find(const tf_workspace *w, const char *id)
{
	for (size_t i = 0; i < w->n_api_users; i++)
		if (strcmp(w->api_users[i].id, id) == 0)
			return &w->api_users[i];
	return NULL;
}

const tf_chain_rule *tf_chain_find(const tf_workspace *w, const char *asset_id)
{
	return tf_chain_rule_find(w->chains, w->n_chains, asset_id);
}

tf_err tf_roster_check(const tf_workspace *w, const tf_cert *cert, tf_fault *fault)
{
	const tf_holder *h = &cert->id.holder;
	const tf_roster_entry *e = tf_roster_find(w, h->device);
	bool slot = e && e->role == h->role && e->set == h->set;
	bool key = e && (!e->pinned || tf_same(e->identity, cert->id.ed25519, 32));

	if (!tf_holds(fault, TF_CK_ROSTER_DEVICE, e != NULL))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_ROSTER_SLOT, slot))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_ROSTER_IDENTITY, key))
		return TF_E_TRUST;
	return TF_OK;
}
