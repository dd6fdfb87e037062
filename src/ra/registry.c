#include "ra/registry.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "ra/registry_impl.h"
#include "seal/keyfile.h"

#define OWN_DEVICE "ra"

tf_err tf_refuse(tf_refusal *why, tf_err e, const char *text)
{
	snprintf(why->reason.text, sizeof(why->reason.text), "%.191s", text);
	return e;
}

json_t *tf_json_hex(const uint8_t *p, size_t len)
{
	char hex[129];

	if (len > 64)
		return NULL;
	sodium_bin2hex(hex, sizeof(hex), p, len);
	return json_string(hex);
}

/* ---- opening */

static tf_err audit_sign(void *ctx, uint8_t sig[static 64], const uint8_t hash[static 32])
{
	return tf_identity_sign(sig, ctx, TF_AUDIT_DOMAIN, hash, 32);
}

/* Nobody seals anything to this server; its X25519 key exists because every holder has one. */
static tf_err load_keys(tf_registry *r, const tf_registry_config *c)
{
	TF_AUTO(tf_secret) seed = { 0 };
	TF_AUTO(tf_secret) x = { 0 };
	tf_err e = tf_keyfile_read_key(&seed, c->identity_source);

	if (e == TF_E_IO && strncmp(c->identity_source, "file:", 5) == 0) {
		TRY(tf_keyfile_create(c->identity_source + 5, &c->rng));
		e = tf_keyfile_read_key(&seed, c->identity_source);
	}
	TRY(e);
	crypto_auth_hmacsha256(x.b, (const uint8_t *)"trefoil/ra/x25519/v1", 20, seed.b);
	return tf_identity_keys_load(&r->keys, &seed, &x);
}

static tf_err open_trust(tf_registry *r, const tf_registry_config *c)
{
	tf_trust_config t = { .workspace = c->workspace, .admin_threshold = c->admin_threshold,
	                      .admin_keys = c->admin_keys, .n_admin_keys = c->n_admin_keys,
	                      .dev_profile = c->dev_profile };

	TRY(tf_ca_load(&r->ca, c->workspace, c->ca_cert_pem, strlen(c->ca_cert_pem), c->ca_key_pem,
	               strlen(c->ca_key_pem), c->passphrase, c->passphrase_len));
	t.root_der = tf_ca_root(r->ca, &t.root_len);
	return tf_trust_new(&r->trust, &t);
}

static tf_err load_workspace(tf_registry *r, tf_refusal *why)
{
	tf_err e = tf_roll_workspace(r->db, &r->workspace_file, &r->workspace_len);

	if (e == TF_E_NOT_FOUND)
		return TF_OK;
	TRY(e);
	return tf_workspace_open(&r->workspace, r->trust, r->workspace_file, r->workspace_len,
	                         &why->fault, &why->reason);
}

static tf_err open_all(tf_registry *r, const tf_registry_config *c, int64_t now, tf_refusal *why)
{
	const tf_audit_signer signer = { audit_sign, &r->keys };
	tf_db_reason db_reason;
	tf_err e;

	if (!c->dev_profile)
		return tf_refuse(why, TF_E_POLICY, "the production profile needs evidence, which "
		                 "this version cannot verify; profile must be dev");
	TRY(load_keys(r, c));
	TRY(open_trust(r, c));
	e = tf_roll_open(&r->db, c->db_path, &db_reason);
	if (e != TF_OK)
		return tf_refuse(why, e, db_reason.text);
	TRY(tf_db_check(r->db));
	TRY(tf_audit_open(&r->audit, c->audit_path, c->workspace, &signer, r->keys.ed25519, NULL,
	                  why->reason.text, sizeof(why->reason.text)));
	TRY(tf_registry_recover(r, c->audit_path, why));
	TRY(load_workspace(r, why));
	TRY(tf_roll_last_crl(r->db, &r->crl_number, &r->crl, &r->crl_len));
	return tf_registry_list(r, now);
}

tf_err tf_registry_open(tf_registry *r, const tf_registry_config *config, int64_t now,
                        tf_refusal *why)
{
	tf_err e;

	*r = (tf_registry){ .dev_profile = config->dev_profile, .rng = config->rng,
	                    .sans = config->sans, .cert_seconds = config->cert_seconds,
	                    .crl_seconds = config->crl_seconds };
	*why = (tf_refusal){ 0 };
	if (!tf_name_valid(config->workspace))
		return tf_refuse(why, TF_E_USAGE, "not a name of a workspace");
	snprintf(r->name, sizeof(r->name), "%s", config->workspace);
	e = open_all(r, config, now, why);
	if (e != TF_OK)
		tf_registry_close(r);
	return e;
}

void tf_registry_close(tf_registry *r)
{
	tf_workspace_free(r->workspace);
	tf_audit_close(r->audit);
	tf_db_close(r->db);
	tf_trust_free(r->trust);
	tf_ca_free(r->ca);
	tf_identity_keys_wipe(&r->keys);
	free(r->workspace_file);
	free(r->crl);
	memset(r, 0, sizeof(*r));
}

/* ---- the list */

void tf_next_list_wipe(tf_next_list *list)
{
	free(list->der);
	list->der = NULL;
}

tf_err tf_registry_make_list(tf_registry *r, tf_next_list *out, int64_t now)
{
	tf_revoked *revoked;
	size_t n;
	tf_err e;

	/* Higher than any list of before, also where the database is that of a backup. */
	out->number = r->crl_number + 1;
	if (now > 0 && out->number < (uint64_t)now)
		out->number = (uint64_t)now;
	TRY(tf_roll_revoked(r->db, &revoked, &n, now));
	e = tf_ca_crl(&out->der, &out->len, r->ca, out->number, revoked, n, now,
	              now + r->crl_seconds);
	free(revoked);
	TRY(e);
	return tf_roll_add_crl(r->db, out->number, out->der, out->len, now);
}

tf_err tf_registry_take_list(tf_registry *r, tf_next_list *list, int64_t now)
{
	free(r->crl);
	r->crl = list->der;
	r->crl_len = list->len;
	r->crl_number = list->number;
	list->der = NULL;
	return tf_trust_set_crl(r->trust, r->crl, r->crl_len, now);
}

tf_err tf_registry_list(tf_registry *r, int64_t now)
{
	TF_AUTO(tf_next_list) list = { 0 };
	TF_AUTO(tf_tx) tx = { 0 };

	TRY(tf_tx_begin(&tx, r->db));
	TRY(tf_registry_make_list(r, &list, now));
	TRY(tf_tx_commit(&tx));
	return tf_registry_take_list(r, &list, now);
}

/* ---- issuing */

static tf_err verify_evidence(tf_registry *r, tf_verified **out, const tf_csr *csr,
                              const tf_evidence *evidence, int64_t now, tf_refusal *why)
{
	tf_evidence_policy policy = { .dev_profile = r->dev_profile };
	tf_err e;

	TRY(tf_report_data(policy.report_data, csr, tf_trust_hash(r->trust)));
	e = tf_evidence_verify(out, evidence, NULL, &policy, now, &why->fault);
	if (e == TF_E_TRUST)
		return tf_refuse(why, TF_E_POLICY, "evidence is not good enough for this profile");
	if (e == TF_E_UNSUPPORTED)
		return tf_refuse(why, e, "evidence of a kind that this version cannot verify");
	return e;
}

static json_t *row_of(const tf_cert *c, const tf_csr *csr)
{
	return json_pack("{s:s,s:s,s:i,s:o,s:o,s:o,s:s,s:I}", "device", c->id.holder.device, "role",
	                 tf_role_name(c->id.holder.role), "set", (int)c->id.holder.set, "serial",
	                 tf_json_hex(c->serial, 16), "ed25519", tf_json_hex(csr->ed25519, 32),
	                 "x25519", tf_json_hex(csr->x25519, 32), "evidence",
	                 tf_evidence_name(c->id.evidence), "notAfter", (json_int_t)c->not_after);
}

tf_err tf_registry_room(tf_registry *r, const tf_holder *holder, int64_t now, tf_refusal *why)
{
	tf_err e = holder->role == TF_ROLE_RA
	           ? TF_OK : tf_roll_may_have_cert(r->db, holder->device, r->cert_seconds, now);

	return e == TF_E_BUSY ? tf_refuse(why, e, "this device has too many certificates; wait until "
	                                  "some have expired") : e;
}

tf_err tf_registry_issue(tf_registry *r, tf_issued *out, const tf_csr *csr,
                         const tf_evidence *evidence, int64_t now, const char *event,
                         tf_refusal *why)
{
	tf_device device = { .holder = csr->holder, .sans = csr->sans };
	tf_verified *verified;
	tf_err e;

	TRY(tf_registry_room(r, &csr->holder, now, why));
	memcpy(device.ed25519, csr->ed25519, 32);
	memcpy(device.x25519, csr->x25519, 32);
	e = tf_roll_put_device(r->db, &device, now);
	if (e == TF_E_CONFLICT)
		return tf_refuse(why, e, "this device has another slot or other identity keys, or "
		                 "the keys are another device's");
	TRY(e);
	TRY(verify_evidence(r, &verified, csr, evidence, now, why));
	e = tf_ca_issue(out->der, sizeof(out->der), &out->len, r->ca, csr, verified,
	                tf_trust_hash(r->trust), now, r->cert_seconds);
	tf_verified_free(verified);
	TRY(e);
	TRY(tf_cert_parse(&out->cert, out->der, out->len));
	e = tf_roll_add_cert(r->db, &out->cert);
	if (e == TF_E_CONFLICT)
		return tf_refuse(why, e, "this TLS key has had a certificate before");
	TRY(e);
	return tf_registry_audit(r, now, event, row_of(&out->cert, csr));
}

static tf_err own_request(tf_registry *r, tf_csr *csr, EVP_PKEY *key, tf_refusal *why)
{
	uint8_t der[TF_CSR_MAX], sig[64], nonce[TF_NONCE_LEN];
	tf_holder h = { .role = TF_ROLE_RA, .device = OWN_DEVICE };
	size_t len;

	snprintf(h.workspace, sizeof(h.workspace), "%s", r->name);
	TRY(tf_rng_bytes(&r->rng, nonce, sizeof(nonce)));
	TRY(tf_csr_make(der, sizeof(der), &len, &h, &r->keys, &r->sans, key));
	TRY(tf_csr_sign(sig, &r->keys, der, len, nonce));
	return tf_csr_check(csr, der, len, &h, &r->sans, nonce, sig, &why->fault);
}

tf_err tf_registry_own(tf_registry *r, EVP_PKEY **key, tf_issued *out, int64_t now,
                       tf_refusal *why)
{
	const tf_evidence none = { .kind = TF_EVIDENCE_NONE };
	TF_AUTO(tf_tx) tx = { 0 };
	EVP_PKEY *fresh;
	tf_csr csr;
	tf_err e;

	*why = (tf_refusal){ 0 };
	TRY(tf_tls_key_make(&fresh));
	e = own_request(r, &csr, fresh, why);
	if (e == TF_OK)
		e = tf_registry_begin(r, &tx);
	if (e == TF_OK)
		e = tf_registry_issue(r, out, &csr, &none, now, "own-certificate", why);
	if (e == TF_OK)
		e = tf_registry_commit(r, &tx);
	if (e != TF_OK) {
		EVP_PKEY_free(fresh);
		return e;
	}
	*key = fresh;
	return TF_OK;
}
