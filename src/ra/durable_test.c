#include "ra/registry.h"

#include <fcntl.h>
#include <stdio.h>
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
	CHECK(number >= (uint64_t)f.now && f.r.crl_number == number + 1);
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

/* ---- the row and what it tells of */

static tf_err note_text(void *ctx, const tf_audit_row *row)
{
	char (*list)[600] = ctx;
	unsigned i = 0;

	while (list[i][0])
		i++;
	CHECK(i < 31 && row->text_len < sizeof(list[0]));
	memcpy(list[i], row->text, row->text_len);
	list[i][row->text_len] = '\0';
	return TF_OK;
}

static unsigned rows_with(const fixture *f, const char *what)
{
	static char list[32][600];
	unsigned found = 0;
	char reason[256];

	memset(list, 0, sizeof(list));
	CHECK_OK(tf_audit_verify(f->audit, "acme", NULL, note_text, list, NULL, reason,
	                         sizeof(reason)));
	for (unsigned i = 0; list[i][0]; i++)
		found += strstr(list[i], what) != NULL;
	return found;
}

static int64_t queued(fixture *f)
{
	int64_t n;

	CHECK_OK(tf_db_int(f->r.db, &n, "select count(*) from audit", NULL, 0));
	return n;
}

TEST(a_decision_that_is_not_committed_leaves_no_row)
{
	static fixture f;
	static device d;
	char text[TF_TICKET_TEXT + 1];
	tf_refusal why;
	int64_t n;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_ticket(&f, &d, text);
	CHECK(rows_with(&f, "\"ticket\"") == 1 && queued(&f) == 0);
	CHECK_OK(tf_db_run(f.r.db, "create trigger full before insert on audit begin"
	                           " select raise(abort, 'no'); end", NULL, 0));
	CHECK(tf_registry_ticket(&f.r, text, f.admin_keys[0], &d.holder, &d.sans, 600, f.now,
	                         &why) != TF_OK);
	CHECK_OK(tf_db_int(f.r.db, &n, "select count(*) from ticket", NULL, 0));
	CHECK(n == 1); /* what cannot be audited does not happen */
	CHECK(rows_with(&f, "\"ticket\"") == 1 && queued(&f) == 0);
	fix_device_free(&d);
	fix_close(&f);
}

/* A crash after the commit and before the row, and one after the row and before it is off the
 * queue. */
TEST(a_row_that_a_crash_left_queued_is_written_once)
{
	static fixture f;
	char row[256] = "";
	int64_t n;

	start(&f);
	CHECK_OK(tf_db_run(f.r.db, "insert into audit (time, text) values (?, ?)",
	                   (tf_arg[]){ tf_arg_int(f.now), tf_arg_text("{\"event\":\"one\"}") },
	                   2));
	CHECK_OK(tf_db_run(f.r.db, "insert into audit (time, text) values (?, ?)",
	                   (tf_arg[]){ tf_arg_int(f.now), tf_arg_text("{\"event\":\"two\"}") },
	                   2));
	CHECK_OK(tf_db_int(f.r.db, &n, "select min(n) from audit", NULL, 0));
	snprintf(row, sizeof(row), "{\"n\":%lld,\"event\":\"one\"}", (long long)n);
	CHECK_OK(tf_audit_append(f.r.audit, (uint64_t)f.now * 1000, row, strlen(row)));
	tf_registry_close(&f.r);
	CHECK(rows_with(&f, "\"one\"") == 1 && rows_with(&f, "\"two\"") == 0);
	fix_reopen(&f);
	CHECK(queued(&f) == 0);
	CHECK(rows_with(&f, "\"one\"") == 1 && rows_with(&f, "\"two\"") == 1);
	fix_close(&f);
}

TEST(nothing_is_decided_while_a_row_cannot_be_written)
{
	static fixture f;
	static device d;
	char text[TF_TICKET_TEXT + 1];
	tf_refusal why;
	int64_t n;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	CHECK_OK(tf_db_run(f.r.db, "insert into audit (time, text) values (1, 'no object')", NULL, 0));
	CHECK_ERR(tf_registry_ticket(&f.r, text, f.admin_keys[0], &d.holder, &d.sans, 600, f.now,
	                             &why), TF_E_IO);
	CHECK_OK(tf_db_int(f.r.db, &n, "select count(*) from ticket", NULL, 0));
	CHECK(n == 0);
	CHECK_OK(tf_db_run(f.r.db, "delete from audit", NULL, 0));
	fix_ticket(&f, &d, text);
	fix_device_free(&d);
	fix_close(&f);
}

TEST(a_renewal_that_is_refused_again_and_again_is_not_listened_to)
{
	static fixture f;
	static device d, other;
	uint8_t nonce[TF_NONCE_LEN];
	tf_refusal why;
	tf_cert first, second;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_device(&f, &other, "guard-4", TF_ROLE_GUARD, 2);
	fix_enrol(&f, &d);
	fix_enrol(&f, &other);
	first = d.issued.cert;
	for (unsigned i = 0; i < TF_REFUSED_MAX; i++) {
		CHECK_OK(tf_registry_renew_nonce(&f.r, nonce, &first, f.now + i, &why));
		fix_request(&d, nonce);
		d.req.signature[5] ^= 1;
		CHECK_ERR(tf_registry_renew(&f.r, &d.issued, &first, &d.req, f.now + i, &why),
		          TF_E_TRUST);
	}
	CHECK(rows_with(&f, "renewal-refused") == TF_REFUSED_MAX);
	CHECK_ERR(tf_registry_renew_nonce(&f.r, nonce, &first, f.now + 30, &why), TF_E_BUSY);
	CHECK(strstr(why.reason.text, "too often") != NULL);
	CHECK_ERR(tf_registry_renew(&f.r, &d.issued, &first, &d.req, f.now + 30, &why), TF_E_BUSY);
	CHECK(rows_with(&f, "renewal-refused") == TF_REFUSED_MAX); /* and does not fill the log */
	tf_registry_close(&f.r);
	fix_reopen(&f); /* a restart does not help */
	CHECK_ERR(tf_registry_renew_nonce(&f.r, nonce, &first, f.now + 60, &why), TF_E_BUSY);
	second = other.issued.cert;
	CHECK_OK(try_renew(&f, &other, &second, &why)); /* others may */
	f.now += TF_REFUSED_SECONDS + 1;
	CHECK_OK(try_renew(&f, &d, &first, &why));
	fix_device_free(&d);
	fix_device_free(&other);
	fix_close(&f);
}
