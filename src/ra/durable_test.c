#include "ra/registry.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "harness/harness.h"
#include "ra/fixture_test.h"

static void start(fixture *f)
{
	fix_open(f);
	fix_usual(f);
	fix_publish(f);
}

static tf_err try_renew(fixture *f, device *d, const tf_cert *old, tf_refusal *why)
{
	uint8_t nonce[TF_NONCE_LEN];

	CHECK_OK(tf_registry_renew_nonce(&f->r, nonce, old, f->now, why));
	fix_request(d, nonce);
	return tf_registry_renew(&f->r, &d->issued, old, &d->req, f->now, why);
}

TEST(everything_survives_a_restart)
{
	static fixture f;
	static device d;
	uint8_t ours[32];
	EVP_PKEY *key;
	tf_issued own;
	tf_refusal why;
	uint64_t number;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_enrol(&f, &d);
	memcpy(ours, f.r.keys.ed25519, 32);
	number = f.r.crl_number;
	CHECK_OK(tf_registry_own(&f.r, &key, &own, f.now, &why));
	EVP_PKEY_free(key);
	CHECK(own.cert.id.holder.role == TF_ROLE_RA);
	tf_registry_close(&f.r);
	fix_reopen(&f);
	CHECK(f.r.workspace && f.r.workspace->version == 1);
	CHECK(f.r.crl_number == number + 1);
	CHECK(memcmp(ours, f.r.keys.ed25519, 32) == 0);
	CHECK_OK(tf_registry_own(&f.r, &key, &own, f.now, &why));
	EVP_PKEY_free(key);
	fix_device_free(&d);
	fix_close(&f);
}

TEST(second_server_wrong_passphrase_and_other_admins_are_refused)
{
	static fixture f;
	uint8_t wrong[] = "another passphrase here";
	tf_registry r;
	tf_refusal why;

	start(&f);
	CHECK_ERR(tf_registry_open(&r, &f.config, f.now, &why), TF_E_BUSY);
	tf_registry_close(&f.r);
	f.config.passphrase = wrong;
	f.config.passphrase_len = sizeof(wrong);
	CHECK_ERR(tf_registry_open(&r, &f.config, f.now, &why), TF_E_SEAL);
	f.config.passphrase = (const uint8_t *)"a passphrase for tests only";
	f.config.passphrase_len = 28;
	f.config.admin_threshold = 3;
	CHECK_ERR(tf_registry_open(&r, &f.config, f.now, &why), TF_E_TRUST);
	f.config.admin_threshold = 2;
	fix_reopen(&f);
	fix_close(&f);
}

static tf_err count_events(void *ctx, const tf_audit_row *row)
{
	static const char *const events[] = { "\"issue\"", "\"ticket\"", "\"workspace\"",
	                                      "\"revoke\"", "\"renew\"", "refused\"" };
	unsigned *counts = ctx;

	CHECK(row->is_signed);
	for (size_t i = 0; i < TF_ARRAY_LEN(events); i++)
		counts[i] += strstr(row->text, events[i]) != NULL;
	return TF_OK;
}

TEST(every_decision_is_in_the_audit_log)
{
	static fixture f;
	static device d;
	unsigned counts[6] = { 0 };
	uint8_t ours[32];
	tf_refusal why;
	char reason[256];
	tf_cert first;
	int64_t n;
	int fd;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_enrol(&f, &d);
	first = d.issued.cert;
	CHECK_OK(try_renew(&f, &d, &first, &why));
	CHECK_OK(tf_registry_revoke(&f.r, f.admin_keys[1], "guard-1", NULL, f.now, &n, &why));
	CHECK(n == 2);
	CHECK_ERR(try_renew(&f, &d, &first, &why), TF_E_POLICY);
	memcpy(ours, f.r.keys.ed25519, 32);
	tf_registry_close(&f.r);
	CHECK_OK(tf_audit_verify(f.audit, "acme", ours, count_events, counts, NULL, reason,
	                         sizeof(reason)));
	CHECK(counts[0] == 1 && counts[1] == 1 && counts[2] == 1 && counts[3] == 1);
	CHECK(counts[4] == 1 && counts[5] == 1);
	fd = open(f.audit, O_RDWR);
	CHECK(fd >= 0 && pwrite(fd, "X", 1, 40) == 1 && close(fd) == 0);
	{
		tf_registry r;

		CHECK_ERR(tf_registry_open(&r, &f.config, f.now, &why), TF_E_TRUST);
	}
	fix_device_free(&d);
	fix_close(&f);
}
