/* What one member may ask for: as much as it needs, and never so much that others are harmed. */
#include "ra/registry.h"

#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"
#include "ra/fixture_test.h"

static const tf_cert_want anybody = { ~0u, TF_ANY_SET, NULL };

static tf_check verdict(const fixture *f, const tf_issued *c)
{
	tf_fault fault = { 0 };
	tf_cert out;

	(void)!tf_cert_verify(&out, f->r.trust, c->der, c->len, f->now, &anybody, &fault);
	return fault.check;
}

static void start(fixture *f, device *d)
{
	fix_open(f);
	fix_usual(f);
	fix_publish(f);
	fix_device(f, d, "guard-1", TF_ROLE_GUARD, 1);
	fix_enrol(f, d);
}

static tf_err renew(fixture *f, device *d, const tf_cert *old, tf_refusal *why)
{
	uint8_t nonce[TF_NONCE_LEN];

	TRY(tf_registry_renew_nonce(&f->r, nonce, old, f->now, why));
	fix_request(d, nonce);
	return tf_registry_renew(&f->r, &d->issued, old, &d->req, f->now, why);
}

static int64_t count(fixture *f, const char *sql)
{
	int64_t n;

	CHECK_OK(tf_db_int(f->r.db, &n, sql, NULL, 0));
	return n;
}

static uint64_t rows(const fixture *f)
{
	tf_audit_head head;

	tf_audit_get_head(f->r.audit, &head);
	return head.seq;
}

TEST(the_seventeenth_certificate_waits_and_all_of_them_can_be_revoked)
{
	static fixture f;
	static device d;
	static tf_issued all[TF_CERTS_MAX + 1];
	uint8_t early[TF_NONCE_LEN], nonce[TF_NONCE_LEN];
	char ticket[TF_TICKET_TEXT + 1];
	tf_refusal why;
	uint64_t told;
	int64_t n = 0;

	start(&f, &d);
	all[0] = d.issued;
	CHECK_OK(tf_registry_renew_nonce(&f.r, early, &all[0].cert, f.now, &why));
	for (unsigned i = 1; i < TF_CERTS_MAX; i++) {
		CHECK_OK(renew(&f, &d, &all[i - 1].cert, &why));
		all[i] = d.issued;
	}
	fix_ticket(&f, &d, ticket);
	told = rows(&f);
	CHECK_ERR(tf_registry_renew_nonce(&f.r, nonce, &all[0].cert, f.now, &why), TF_E_BUSY);
	CHECK(strstr(why.reason.text, "too many certificates"));
	fix_request(&d, early);
	CHECK_ERR(tf_registry_renew(&f.r, &d.issued, &all[0].cert, &d.req, f.now, &why), TF_E_BUSY);
	/* nor by a ticket, which is as good as before then */
	CHECK_OK(tf_registry_nonce(&f.r, nonce, ticket, f.now, &why));
	fix_request(&d, nonce);
	CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now, &why), TF_E_BUSY);
	CHECK(count(&f, "select count(*) from cert") == TF_CERTS_MAX);
	CHECK(count(&f, "select count(*) from ticket where used is null and attempts = 0") == 1);
	CHECK(rows(&f) == told);

	f.now += f.config.cert_seconds / TF_CERTS_MAX;
	CHECK_OK(renew(&f, &d, &all[0].cert, &why));
	all[TF_CERTS_MAX] = d.issued;
	CHECK_ERR(renew(&f, &d, &all[0].cert, &why), TF_E_BUSY);
	CHECK_OK(tf_registry_revoke(&f.r, f.admin_keys[0], "guard-1", NULL, f.now, &n, &why));
	CHECK(n == TF_CERTS_MAX + 1);
	for (size_t i = 0; i <= TF_CERTS_MAX; i++)
		CHECK(verdict(&f, &all[i]) == TF_CK_HOLDER_REVOKED);
	fix_device_free(&d);
	fix_close(&f);
}

/* A member asks each minute from two thirds of its certificate's life on; all answers are lost. */
TEST(who_loses_every_answer_still_gets_one_more_now_and_then)
{
	static fixture f;
	static device d;
	tf_refusal why;
	tf_cert first;
	unsigned good = 0;

	start(&f, &d);
	first = d.issued.cert;
	f.now = first.not_before + (first.not_after - first.not_before) / 3 * 2;
	for (; f.now < first.not_after; f.now += 60) {
		tf_err e = renew(&f, &d, &first, &why);

		CHECK(e == TF_OK || e == TF_E_BUSY);
		good += e == TF_OK;
	}
	CHECK(good >= TF_CERTS_MAX + 3 && good <= 2 * TF_CERTS_MAX);
	CHECK(verdict(&f, &d.issued) == TF_CK_NONE);
	CHECK(count(&f, "select count(*) from refused") == 0);
	fix_device_free(&d);
	fix_close(&f);
}

TEST(who_renews_as_it_should_never_waits)
{
	static fixture f;
	static device d;
	tf_refusal why;

	start(&f, &d);
	for (unsigned i = 0; i < 3 * TF_CERTS_MAX; i++) {
		const tf_cert old = d.issued.cert;

		f.now += f.config.cert_seconds / 3;
		CHECK_OK(renew(&f, &d, &old, &why));
	}
	fix_device_free(&d);
	fix_close(&f);
}

/* At each start, and it starts as often as it is started. */
TEST(the_server_always_has_a_certificate)
{
	static fixture f;
	static device d;
	EVP_PKEY *key;
	tf_issued own;
	tf_refusal why;

	start(&f, &d);
	for (unsigned i = 0; i < TF_CERTS_MAX + 2; i++) {
		CHECK_OK(tf_registry_own(&f.r, &key, &own, f.now, &why));
		EVP_PKEY_free(key);
	}
	fix_device_free(&d);
	fix_close(&f);
}

TEST(a_success_does_not_make_refusals_forgotten)
{
	static fixture f;
	static device d;
	uint8_t nonce[TF_NONCE_LEN];
	tf_refusal why;
	tf_cert now;

	start(&f, &d);
	now = d.issued.cert;
	for (unsigned i = 0; i < TF_REFUSED_MAX; i++) {
		if (i == TF_REFUSED_MAX / 2) {
			const tf_cert old = now;

			CHECK_OK(renew(&f, &d, &old, &why));
			now = d.issued.cert;
		}
		CHECK_OK(tf_registry_renew_nonce(&f.r, nonce, &now, f.now, &why));
		fix_request(&d, nonce);
		d.req.signature[0] ^= 1;
		CHECK_ERR(tf_registry_renew(&f.r, &d.issued, &now, &d.req, f.now, &why), TF_E_TRUST);
	}
	CHECK_ERR(renew(&f, &d, &now, &why), TF_E_BUSY);
	CHECK(strstr(why.reason.text, "too often"));
	fix_device_free(&d);
	fix_close(&f);
}

/* More of them than a list can hold, as no member can have: put into the roll directly. */
TEST(what_no_list_can_say_is_not_revoked)
{
	static fixture f;
	static device d;
	tf_refusal why;
	uint64_t number;
	int64_t n = 0;

	start(&f, &d);
	CHECK_OK(tf_db_run(f.r.db, "with recursive k (i) as (values (1) union all select i + 1 from k"
	                   " where i < 120000) insert into cert (serial, device, evidence,"
	                   " not_before, not_after, sha256, spki) select randomblob(16), device,"
	                   " evidence, not_before, not_after, sha256, randomblob(32)"
	                   " from cert, k", NULL, 0));
	number = f.r.crl_number;
	CHECK_ERR(tf_registry_revoke(&f.r, f.admin_keys[0], "guard-1", NULL, f.now, &n, &why),
	          TF_E_TOO_LARGE);
	CHECK(strstr(why.reason.text, "nothing was revoked"));
	CHECK(count(&f, "select count(*) from cert where revoked is not null") == 0);
	CHECK(count(&f, "select count(*) from device where revoked is not null") == 0);
	CHECK(f.r.crl_number == number && verdict(&f, &d.issued) == TF_CK_NONE);
	CHECK_OK(tf_registry_list(&f.r, f.now)); /* others get their list */
	CHECK_OK(tf_registry_revoke(&f.r, f.admin_keys[0], NULL, d.issued.cert.serial, f.now, &n,
	                            &why));
	CHECK(n == 1 && verdict(&f, &d.issued) == TF_CK_HOLDER_REVOKED);
	tf_registry_close(&f.r);
	fix_reopen(&f);
	fix_device_free(&d);
	fix_close(&f);
}
