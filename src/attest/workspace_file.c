#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "attest/ossl.h"
#include "attest/workspace.h"
#include "attest/workspace_impl.h"

static const char domain[] = "trefoil/workspace/v1";
static const char format[] = "trefoil-workspace-v1";

typedef struct signature {
	uint8_t key[32];
	uint8_t sig[64];
} signature;

/* A file taken apart; nothing in it is believed yet. */
typedef struct container {
	char *payload; /* malloc'ed, with NUL */
	size_t len;
	signature sigs[TF_ADMINS_MAX];
	size_t n;
} container;

static void container_wipe(container *c)
{
	free(c->payload);
	c->payload = NULL;
}

static void read_payload(tf_reading *r, container *c, const tf_json_node *root)
{
	const size_t cap = TF_JSON_TEXT_MAX;
	char *text = malloc(cap);

	c->payload = malloc(cap);
	if (!text || !c->payload) {
		tf_reading_fail(r, TF_E_RESOURCE, "payload", "no memory");
		free(text);
		return;
	}
	tf_reading_text(r, text, cap, root, "payload", 1);
	if (r->err == TF_OK &&
	    sodium_base642bin((uint8_t *)c->payload, cap - 1, text, strlen(text), NULL, &c->len,
	                      NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		tf_reading_fail(r, TF_E_ENCODING, "payload", "expected base64");
	c->payload[r->err == TF_OK ? c->len : 0] = '\0';
	free(text);
}

static void read_signatures(tf_reading *r, container *c, const tf_json_node *root)
{
	const tf_json_node *array = tf_reading_array(r, root, "signatures", 1, TF_ADMINS_MAX);

	for (const tf_json_node *n = tf_reading_first(r, array); n; n = tf_reading_next(r, n)) {
		signature *s = &c->sigs[c->n++];

		snprintf(r->where, sizeof(r->where), "signatures[%zu].", c->n - 1);
		tf_reading_is_object(r, n, 2);
		tf_reading_hex(r, s->key, sizeof(s->key), n, "key");
		tf_reading_hex(r, s->sig, sizeof(s->sig), n, "signature");
	}
	r->where[0] = '\0';
}

static tf_err open_container(container *c, const char *file, size_t len, tf_reason *reason)
{
	TF_AUTO(tf_reading) r = { 0 };
	const tf_json_node *root;
	char text[32];

	if (reason)
		reason->text[0] = '\0';
	tf_reading_start(&r, file, len, reason);
	root = r.err == TF_OK ? tf_json_root(&r.doc) : NULL;
	tf_reading_is_object(&r, root, 3);
	tf_reading_text(&r, text, sizeof(text), root, "format", 1);
	if (r.err == TF_OK && strcmp(text, format) != 0)
		tf_reading_fail(&r, TF_E_UNSUPPORTED, "format", "unknown");
	read_payload(&r, c, root);
	read_signatures(&r, c, root);
	return r.err;
}

/* How many of the pinned keys have signed the payload; each counts once. */
static unsigned count_signers(const container *c, const uint8_t (*keys)[32], size_t n_keys)
{
	unsigned signers = 0;

	for (size_t k = 0; k < n_keys; k++) {
		bool good = false;

		for (size_t i = 0; i < c->n && !good; i++)
			good = tf_same(c->sigs[i].key, keys[k], 32) &&
			       tf_identity_verify(keys[k], domain, (const uint8_t *)c->payload,
			                          c->len, c->sigs[i].sig);
		signers += good;
	}
	return signers;
}

static bool same_admins(const tf_workspace *w, const uint8_t (*keys)[32], size_t n,
                        unsigned threshold)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < w->n_admin_keys; k++)
			found += tf_same(keys[i], w->admin_keys[k], 32);
	return w->n_admin_keys == n && found == n && w->admin_threshold == threshold;
}

static tf_err check_pins(const tf_workspace *w, const tf_trust *trust, tf_fault *fault)
{
	uint8_t root_hash[32];
	size_t n, root_len;
	unsigned threshold;
	const uint8_t (*keys)[32] = tf_trust_admins(trust, &n, &threshold);
	const uint8_t *root = tf_trust_root(trust, &root_len);

	crypto_hash_sha256(root_hash, root, root_len);
	if (!tf_holds(fault, TF_CK_WORKSPACE_NAME,
	              strcmp(w->name, tf_trust_workspace(trust)) == 0))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_WORKSPACE_ADMINS, same_admins(w, keys, n, threshold)))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_WORKSPACE_ROOT, tf_same(root_hash, w->ca_root_sha256, 32)))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_WORKSPACE_PROFILE, w->dev_profile == tf_trust_is_dev(trust)))
		return TF_E_TRUST;
	return TF_OK;
}

tf_err tf_workspace_open(tf_workspace **out, const tf_trust *trust, const char *file, size_t len,
                         tf_fault *fault, tf_reason *reason)
{
	TF_AUTO(container) c = { 0 };
	size_t n;
	unsigned threshold, signers;
	const uint8_t (*keys)[32] = tf_trust_admins(trust, &n, &threshold);
	tf_workspace *w;
	tf_err e;

	TRY(open_container(&c, file, len, reason));
	signers = count_signers(&c, keys, n);
	if (!tf_holds(fault, TF_CK_WORKSPACE_SIGNATURES, signers >= threshold))
		return TF_E_TRUST;
	TRY(tf_workspace_parse(&w, c.payload, c.len, reason));
	e = check_pins(w, trust, fault);
	if (e != TF_OK) {
		tf_workspace_free(w);
		return e;
	}
	*out = w;
	return TF_OK;
}

static tf_err explain(tf_reason *reason, tf_err e, const char *what, const char *device)
{
	if (reason)
		snprintf(reason->text, sizeof(reason->text), "%s%s%s", what, *device ? " of " : "",
		         device);
	return e;
}

static tf_err entry_succeeds(const tf_roster_entry *before, const tf_roster_entry *after,
                             tf_reason *reason)
{
	if (before->role != after->role || before->set != after->set)
		return explain(reason, TF_E_CONFLICT, "the slot", before->device);
	if (before->pinned &&
	    (!after->pinned || !tf_same(before->identity, after->identity, 32)))
		return explain(reason, TF_E_CONFLICT, "the identity key", before->device);
	if (after->instance < before->instance)
		return explain(reason, TF_E_CONFLICT, "the instance", before->device);
	return TF_OK;
}

tf_err tf_workspace_succeeds(const tf_workspace *old, const tf_workspace *new, tf_reason *reason)
{
	if (new->version == old->version && tf_same(new->digest, old->digest, 32))
		return explain(reason, TF_E_DUPLICATE, "the same file", "");
	if (new->version <= old->version)
		return explain(reason, TF_E_REPLAY, "the version does not rise", "");
	if (strcmp(new->name, old->name) != 0)
		return explain(reason, TF_E_CONFLICT, "the workspace", "");
	if (new->dev_profile != old->dev_profile || new->security != old->security)
		return explain(reason, TF_E_CONFLICT, "the profile", "");
	if (!tf_same(new->ca_root_sha256, old->ca_root_sha256, 32))
		return explain(reason, TF_E_CONFLICT, "the root", "");
	for (size_t i = 0; i < old->n_roster; i++) {
		const tf_roster_entry *after = tf_roster_find(new, old->roster[i].device);

		if (after)
			TRY(entry_succeeds(&old->roster[i], after, reason));
	}
	return TF_OK;
}

/* A growing text with room reserved from the start. */
typedef struct text {
	char *p;
	size_t len, cap;
} text;

__attribute__((format(printf, 2, 3))) static void append(text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->p + t->len, t->cap - t->len, fmt, ap);
	va_end(ap);
	t->len += n > 0 ? (size_t)n : 0;
	if (t->len >= t->cap)
		t->len = t->cap - 1;
}

static tf_err write_file(char **out, const container *c)
{
	const size_t b64 = sodium_base64_ENCODED_LEN(c->len, sodium_base64_VARIANT_ORIGINAL);
	text t = { .cap = b64 + 256 + 300 * c->n };
	char *payload = malloc(b64);

	t.p = malloc(t.cap);
	if (!payload || !t.p) {
		free(payload);
		free(t.p);
		return TF_E_RESOURCE;
	}
	sodium_bin2base64(payload, b64, (const uint8_t *)c->payload, c->len,
	                  sodium_base64_VARIANT_ORIGINAL);
	append(&t, "{\"format\":\"%s\",\"payload\":\"%s\",\"signatures\":[", format, payload);
	for (size_t i = 0; i < c->n; i++) {
		char key[65], sig[129];

		sodium_bin2hex(key, sizeof(key), c->sigs[i].key, 32);
		sodium_bin2hex(sig, sizeof(sig), c->sigs[i].sig, 64);
		append(&t, "%s{\"key\":\"%s\",\"signature\":\"%s\"}", i ? "," : "", key, sig);
	}
	append(&t, "]}\n");
	free(payload);
	if (t.len > TF_WORKSPACE_FILE_MAX) {
		free(t.p);
		return TF_E_TOO_LARGE;
	}
	*out = t.p;
	return TF_OK;
}

/* The payload to be signed: the file's, which the caller's must equal if there is one, or the
 * caller's. */
static tf_err gather(container *c, const char *file, size_t file_len, const char *payload,
                     size_t payload_len)
{
	if (file) {
		TRY(open_container(c, file, file_len, NULL));
		if (payload && (payload_len != c->len || !tf_same(payload, c->payload, c->len)))
			return TF_E_CONFLICT;
		return TF_OK;
	}
	if (!payload || payload_len > TF_JSON_TEXT_MAX)
		return payload ? TF_E_TOO_LARGE : TF_E_USAGE;
	c->payload = malloc(payload_len + 1);
	if (!c->payload)
		return TF_E_RESOURCE;
	memcpy(c->payload, payload, payload_len);
	c->payload[payload_len] = '\0';
	c->len = payload_len;
	return TF_OK;
}

tf_err tf_workspace_sign(char **out, const char *file, size_t file_len, const char *payload,
                         size_t payload_len, const tf_identity_keys *admin)
{
	TF_AUTO(container) c = { 0 };
	signature *s;

	TRY(gather(&c, file, file_len, payload, payload_len));
	for (size_t i = 0; i < c.n; i++)
		if (tf_same(c.sigs[i].key, admin->ed25519, 32))
			return TF_E_DUPLICATE;
	if (c.n == TF_ADMINS_MAX)
		return TF_E_TOO_LARGE;
	s = &c.sigs[c.n++];
	memcpy(s->key, admin->ed25519, 32);
	TRY(tf_identity_sign(s->sig, admin, domain, (const uint8_t *)c.payload, c.len));
	return write_file(out, &c);
}
