#include "ra/fixture_test.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "harness/harness.h"

static const uint8_t passphrase[] = "a passphrase for tests only";

void fix_prepare(fixture *f)
{
	static const char *const names[] = { "ip:127.0.0.1" };

	memset(f, 0, sizeof(*f));
	snprintf(f->dir, sizeof(f->dir), "/tmp/trefoil-ra-XXXXXX");
	CHECK(mkdtemp(f->dir));
	snprintf(f->db, sizeof(f->db), "%s/ra.db", f->dir);
	snprintf(f->audit, sizeof(f->audit), "%s/audit.log", f->dir);
	snprintf(f->identity, sizeof(f->identity), "file:%s/identity.key", f->dir);
	f->now = (int64_t)time(NULL);
	f->rng = tf_tape_init(&f->tape, tf_test_seed() << 32 | (uint64_t)getpid(), 0);
	CHECK_OK(tf_ca_create(f->cert_pem, sizeof(f->cert_pem), f->key_pem, sizeof(f->key_pem),
	                      "acme", passphrase, sizeof(passphrase), f->now));
	for (unsigned i = 0; i < FIX_ADMINS; i++) {
		CHECK_OK(tf_identity_keys_make(&f->admin[i], &f->rng));
		memcpy(f->admin_keys[i], f->admin[i].ed25519, 32);
	}
	f->config = (tf_registry_config){
		.workspace = "acme", .dev_profile = true, .db_path = f->db, .audit_path = f->audit,
		.identity_source = f->identity, .ca_cert_pem = f->cert_pem,
		.ca_key_pem = f->key_pem, .passphrase = passphrase,
		.passphrase_len = sizeof(passphrase), .admin_threshold = 2,
		.admin_keys = f->admin_keys, .n_admin_keys = FIX_ADMINS, .cert_seconds = 86400,
		.crl_seconds = 86400, .rng = f->rng,
	};
	CHECK_OK(tf_sans_add(&f->config.sans, names[0]));
	{
		uint8_t der[TF_CERT_MAX];
		size_t len;

		CHECK_OK(tf_cert_from_pem(der, sizeof(der), &len, f->cert_pem,
		                          strlen(f->cert_pem)));
		crypto_hash_sha256(f->root_sha256, der, len);
	}
}

void fix_reopen(fixture *f)
{
	tf_refusal why;
	tf_err e = tf_registry_open(&f->r, &f->config, f->now, &why);

	if (e != TF_OK)
		tf_test_fail(__FILE__, __LINE__, "%s: %s", tf_err_name(e), why.reason.text);
}

void fix_open(fixture *f)
{
	fix_prepare(f);
	fix_reopen(f);
}

void fix_close(fixture *f)
{
	static const char *const files[] = { "ra.db", "ra.db-wal", "ra.db.lock", "audit.log",
	                                     "identity.key", "member.db", "member.db-wal",
	                                     "member.db.lock", "other.db", "other.db-wal",
	                                     "other.db.lock", "config.json", "ca.pem", "ca.key",
	                                     "pass", "ready", "pid", "log" };
	char path[128];

	tf_registry_close(&f->r);
	for (size_t i = 0; i < TF_ARRAY_LEN(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, files[i]);
		(void)unlink(path);
	}
	CHECK(rmdir(f->dir) == 0);
}

void fix_roster(fixture *f, const char *name, tf_role role, unsigned set, const uint8_t *identity)
{
	size_t used = strlen(f->roster);
	char hex[65] = "";

	if (identity)
		sodium_bin2hex(hex, sizeof(hex), identity, 32);
	snprintf(f->roster + used, sizeof(f->roster) - used, "%s{\"device\":\"%s\",\"role\":\"%s\","
	         "\"set\":%u,\"owner\":\"ops\",\"identity\":\"%s\",\"instance\":0}",
	         used ? "," : "", name, tf_role_name(role), set, hex);
}

char *fix_file(fixture *f, unsigned admins)
{
	char keys[3][65], hash[65], payload[8192], *file = NULL, *more;

	for (unsigned i = 0; i < 3; i++)
		sodium_bin2hex(keys[i], 65, f->admin_keys[i], 32);
	sodium_bin2hex(hash, 65, f->root_sha256, 32);
	f->version++;
	snprintf(payload, sizeof(payload), "{\"workspace\":\"acme\",\"version\":%u,\"profile\":"
	         "\"dev\",\"security\":\"p128\",\"admins\":{\"threshold\":2,\"keys\":[\"%s\",\"%s\","
	         "\"%s\"]},\"caRootSha256\":\"%s\",\"schema\":{\"sets\":[1,2]},\"chains\":[],"
	         "\"apiUsers\":[%s],\"roster\":[%s]}", f->version, keys[0], keys[1], keys[2],
	         hash, f->users, f->roster);
	for (unsigned i = 0; i < FIX_ADMINS; i++) {
		if (!(admins & 1u << i))
			continue;
		CHECK_OK(tf_workspace_sign(&more, file, file ? strlen(file) : 0,
		                           file ? NULL : payload, file ? 0 : strlen(payload),
		                           &f->admin[i]));
		free(file);
		file = more;
	}
	return file;
}

void fix_publish(fixture *f)
{
	char *file = fix_file(f, 3);
	tf_refusal why;
	tf_err e = tf_registry_publish(&f->r, f->admin_keys[0], file, strlen(file), f->now, &why);

	if (e != TF_OK)
		tf_test_fail(__FILE__, __LINE__, "%s: %s", tf_err_name(e), why.reason.text);
	free(file);
}

void fix_usual(fixture *f)
{
	f->roster[0] = '\0';
	fix_roster(f, "primary-1", TF_ROLE_PRIMARY, 0, NULL);
	fix_roster(f, "guard-1", TF_ROLE_GUARD, 1, NULL);
	fix_roster(f, "guard-4", TF_ROLE_GUARD, 2, NULL);
	fix_roster(f, "coordinator", TF_ROLE_COORDINATOR, 0, NULL);
}

void fix_device(fixture *f, device *d, const char *name, tf_role role, unsigned set)
{
	memset(d, 0, sizeof(*d));
	d->holder = (tf_holder){ .workspace = "acme", .role = role, .set = (uint16_t)set };
	snprintf(d->holder.device, sizeof(d->holder.device), "%s", name);
	CHECK_OK(tf_identity_keys_make(&d->keys, &f->rng));
}

void fix_ticket(fixture *f, const device *d, char text[static TF_TICKET_TEXT + 1])
{
	tf_refusal why;
	tf_err e = tf_registry_ticket(&f->r, text, f->admin_keys[0], &d->holder, &d->sans, 600,
	                              f->now, &why);

	if (e != TF_OK)
		tf_test_fail(__FILE__, __LINE__, "%s: %s", tf_err_name(e), why.reason.text);
}

void fix_request(device *d, const uint8_t nonce[static TF_NONCE_LEN])
{
	EVP_PKEY_free(d->tls);
	CHECK_OK(tf_tls_key_make(&d->tls));
	d->req = (tf_enrol_request){ .csr = d->csr, .evidence = { .kind = TF_EVIDENCE_NONE } };
	memcpy(d->req.nonce, nonce, TF_NONCE_LEN);
	CHECK_OK(tf_csr_make(d->csr, sizeof(d->csr), &d->req.csr_len, &d->holder, &d->keys, &d->sans,
	                     d->tls));
	CHECK_OK(tf_csr_sign(d->req.signature, &d->keys, d->csr, d->req.csr_len, nonce));
}

void fix_enrol(fixture *f, device *d)
{
	char ticket[TF_TICKET_TEXT + 1];
	uint8_t nonce[TF_NONCE_LEN];
	tf_refusal why;
	tf_err e;

	fix_ticket(f, d, ticket);
	CHECK_OK(tf_registry_nonce(&f->r, nonce, ticket, f->now, &why));
	fix_request(d, nonce);
	e = tf_registry_enrol(&f->r, &d->issued, ticket, &d->req, f->now, &why);
	if (e != TF_OK)
		tf_test_fail(__FILE__, __LINE__, "%s: %s", tf_err_name(e), why.reason.text);
}

void fix_device_free(device *d)
{
	EVP_PKEY_free(d->tls);
	d->tls = NULL;
}
