#include "ra/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"
#include "ra/fixture_test.h"

/* That of workspace_test.c. */
#define RSA_PEM \
	"-----BEGIN PUBLIC KEY-----\\n" \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAiy8kGFXz1fjGXEVfZThm\\n" \
	"h6+C1LMKPzN+0/Hn625G6GTxCGJSgiv/r0ZjM+hMKS1NQu+IiLYUJM5MB+vYM85V\\n" \
	"JWWEXDm0/IGdBbQYnVebPq74x82JqLf1oCDQxY6hUCEYR0n/U+XPuMpKWqdar6Rw\\n" \
	"tbG1yKJd4C+Tto6NSCZ8AKGqNpunkyDQNsyDjZoJu5NOIRd48NxcKetxpx0gxOl+\\n" \
	"qYkTWNv0QOZ/jHuiuAM3kHB2ld7j8gMz2aIXVGIvDBibjieHkyRUJ73R/a1ZIgpw\\n" \
	"sXO8VLIWDDb1kObLxaaTfObVzuH+24UJyIpB9vNm3vAPLPMKWYsi15RlBwUdvg9Y\\n" \
	"aQIDAQAB\\n" \
	"-----END PUBLIC KEY-----\\n"
#define UUID "11111111-2222-4333-8444-555555555555"
#define LOOKER "{\"id\":\"" UUID "\",\"name\":\"eye\",\"role\":\"VIEWER\",\"publicKey\":\"" \
	RSA_PEM "\",\"primaries\":[%s]}"

static const tf_cert_want anybody = { ~0u, TF_ANY_SET, NULL };

static tf_check verdict(const fixture *f, const device *d)
{
	tf_fault fault = { 0 };
	tf_cert c;

	(void)!tf_cert_verify(&c, f->r.trust, d->issued.der, d->issued.len, f->now, &anybody,
	                      &fault);
	return fault.check;
}

static void start(fixture *f)
{
	fix_open(f);
	fix_usual(f);
	fix_publish(f);
}

TEST(a_ticket_gives_one_certificate)
{
	static fixture f;
	static device d;
	char ticket[TF_TICKET_TEXT + 1];
	uint8_t nonce[TF_NONCE_LEN];
	tf_refusal why;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_ticket(&f, &d, ticket);
	CHECK_OK(tf_registry_nonce(&f.r, nonce, ticket, f.now, &why));
	fix_request(&d, nonce);
	CHECK_OK(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now, &why));
	CHECK(verdict(&f, &d) == TF_CK_NONE);
	CHECK(tf_holder_eq(&d.issued.cert.id.holder, &d.holder));
	CHECK(d.issued.cert.not_after <= f.now + 86400);
	CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now, &why), TF_E_REPLAY);
	CHECK_ERR(tf_registry_nonce(&f.r, nonce, ticket, f.now, &why), TF_E_REPLAY);
	fix_device_free(&d);
	fix_close(&f);
}

TEST(tickets_expire_and_strangers_have_none)
{
	static fixture f;
	static device d;
	char ticket[TF_TICKET_TEXT + 1];
	uint8_t nonce[TF_NONCE_LEN];
	tf_refusal why;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_ticket(&f, &d, ticket);
	CHECK_ERR(tf_registry_nonce(&f.r, nonce, ticket, f.now + 600, &why), TF_E_EXPIRED);
	CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now + 600, &why),
	          TF_E_EXPIRED);
	ticket[0] = ticket[0] == '0' ? '1' : '0';
	CHECK_ERR(tf_registry_nonce(&f.r, nonce, ticket, f.now, &why), TF_E_AUTH);
	CHECK_ERR(tf_registry_nonce(&f.r, nonce, "short", f.now, &why), TF_E_AUTH);
	CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, "", &d.req, f.now, &why), TF_E_AUTH);
	fix_close(&f);
}

TEST(five_failures_kill_a_ticket)
{
	static fixture f;
	static device d;
	char ticket[TF_TICKET_TEXT + 1];
	uint8_t nonce[TF_NONCE_LEN];
	tf_refusal why;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_ticket(&f, &d, ticket);
	for (unsigned i = 0; i < TF_TICKET_ATTEMPTS; i++) {
		CHECK_OK(tf_registry_nonce(&f.r, nonce, ticket, f.now, &why));
		fix_request(&d, nonce);
		d.req.signature[0] ^= 1;
		CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now, &why),
		          TF_E_TRUST);
		CHECK(why.fault.check == TF_CK_CSR_IDENTITY);
	}
	CHECK_ERR(tf_registry_nonce(&f.r, nonce, ticket, f.now, &why), TF_E_STATE);
	CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now, &why), TF_E_STATE);
	fix_device_free(&d);
	fix_close(&f);
}

TEST(nonces_are_fresh_single_and_of_one_ticket)
{
	static fixture f;
	static device d, other;
	char ticket[TF_TICKET_TEXT + 1], theirs[TF_TICKET_TEXT + 1];
	uint8_t nonce[TF_NONCE_LEN];
	tf_refusal why;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_device(&f, &other, "guard-4", TF_ROLE_GUARD, 2);
	fix_ticket(&f, &d, ticket);
	fix_ticket(&f, &other, theirs);
	memset(nonce, 7, sizeof(nonce));
	fix_request(&d, nonce);
	CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now, &why), TF_E_AUTH);
	CHECK_OK(tf_registry_nonce(&f.r, nonce, theirs, f.now, &why));
	fix_request(&d, nonce);
	CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now, &why), TF_E_AUTH);
	CHECK_OK(tf_registry_nonce(&f.r, nonce, ticket, f.now, &why));
	fix_request(&d, nonce);
	CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now + TF_NONCE_SECONDS,
	                            &why), TF_E_AUTH);
	CHECK_OK(tf_registry_nonce(&f.r, nonce, ticket, f.now, &why));
	fix_request(&d, nonce);
	d.req.signature[0] ^= 1;
	CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now, &why), TF_E_TRUST);
	d.req.signature[0] ^= 1; /* good now, but its nonce was used by the failure */
	CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now, &why), TF_E_AUTH);
	for (unsigned i = 0; i < TF_NONCES_PER_OWNER; i++)
		CHECK_OK(tf_registry_nonce(&f.r, nonce, theirs, f.now + 400, &why));
	CHECK_ERR(tf_registry_nonce(&f.r, nonce, theirs, f.now + 400, &why), TF_E_BUSY);
	fix_device_free(&d);
	fix_close(&f);
}

/* Enrol `d` with a ticket made for `granted`. */
static tf_err try_enrol(fixture *f, device *d, const device *granted, tf_refusal *why)
{
	char ticket[TF_TICKET_TEXT + 1];
	uint8_t nonce[TF_NONCE_LEN];

	fix_ticket(f, granted, ticket);
	CHECK_OK(tf_registry_nonce(&f->r, nonce, ticket, f->now, why));
	fix_request(d, nonce);
	return tf_registry_enrol(&f->r, &d->issued, ticket, &d->req, f->now, why);
}

TEST(request_for_another_place_or_other_names_is_refused)
{
	static fixture f;
	static device d, other, c;
	tf_refusal why;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_device(&f, &other, "guard-4", TF_ROLE_GUARD, 2);
	CHECK_ERR(try_enrol(&f, &d, &other, &why), TF_E_TRUST);
	CHECK(why.fault.check == TF_CK_CSR_SUBJECT);
	d.holder.set = 2;
	other.holder.set = 2;
	CHECK_ERR(try_enrol(&f, &d, &other, &why), TF_E_TRUST);
	CHECK(why.fault.check == TF_CK_CSR_SUBJECT);
	fix_device(&f, &c, "coordinator", TF_ROLE_COORDINATOR, 0);
	fix_device(&f, &other, "coordinator", TF_ROLE_COORDINATOR, 0);
	CHECK_OK(tf_sans_add(&c.sans, "ip:127.0.0.1"));
	CHECK_ERR(try_enrol(&f, &c, &other, &why), TF_E_TRUST);
	CHECK(why.fault.check == TF_CK_CSR_NAMES);
	CHECK_OK(try_enrol(&f, &c, &c, &why));
	fix_device_free(&d);
	fix_device_free(&c);
	fix_close(&f);
}

TEST(roster_decides_who_may_enrol)
{
	static fixture f;
	static device d, wrong;
	char ticket[TF_TICKET_TEXT + 1];
	tf_refusal why;

	fix_open(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	CHECK_ERR(tf_registry_ticket(&f.r, ticket, f.admin_keys[0], &d.holder, &d.sans, 600, f.now,
	                             &why), TF_E_POLICY);
	fix_usual(&f);
	fix_publish(&f);
	fix_device(&f, &wrong, "guard-9", TF_ROLE_GUARD, 1);
	CHECK_ERR(tf_registry_ticket(&f.r, ticket, f.admin_keys[0], &wrong.holder, &wrong.sans, 600,
	                             f.now, &why), TF_E_POLICY);
	fix_device(&f, &wrong, "guard-1", TF_ROLE_GUARD, 2);
	CHECK_ERR(tf_registry_ticket(&f.r, ticket, f.admin_keys[0], &wrong.holder, &wrong.sans, 600,
	                             f.now, &why), TF_E_POLICY);
	/* A ticket is out when the roster drops the device. */
	fix_ticket(&f, &d, ticket);
	f.roster[0] = '\0';
	fix_roster(&f, "primary-1", TF_ROLE_PRIMARY, 0, NULL);
	fix_publish(&f);
	{
		uint8_t nonce[TF_NONCE_LEN];

		CHECK_OK(tf_registry_nonce(&f.r, nonce, ticket, f.now, &why));
		fix_request(&d, nonce);
	}
	CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now, &why), TF_E_POLICY);
	CHECK(why.fault.check == TF_CK_ROSTER_DEVICE);
	fix_device_free(&d);
	fix_close(&f);
}

TEST(identity_keys_belong_to_one_device_for_ever)
{
	static fixture f;
	static device d, thief, again;
	tf_refusal why;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_enrol(&f, &d);
	fix_device(&f, &thief, "guard-4", TF_ROLE_GUARD, 2);
	thief.keys = d.keys;
	CHECK_ERR(try_enrol(&f, &thief, &thief, &why), TF_E_CONFLICT);
	fix_device(&f, &again, "guard-1", TF_ROLE_GUARD, 1);
	CHECK_ERR(try_enrol(&f, &again, &again, &why), TF_E_CONFLICT);
	again.keys = d.keys;
	CHECK_OK(try_enrol(&f, &again, &again, &why));
	CHECK(memcmp(again.issued.cert.serial, d.issued.cert.serial, 16) != 0);
	fix_device_free(&d);
	fix_device_free(&thief);
	fix_device_free(&again);
	fix_close(&f);
}

TEST(pinned_identity_is_the_only_one)
{
	static fixture f;
	static device d, thief;
	tf_refusal why;

	fix_open(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_roster(&f, "guard-1", TF_ROLE_GUARD, 1, d.keys.ed25519);
	fix_roster(&f, "guard-4", TF_ROLE_GUARD, 2, NULL);
	fix_publish(&f);
	fix_device(&f, &thief, "guard-1", TF_ROLE_GUARD, 1);
	CHECK_ERR(try_enrol(&f, &thief, &thief, &why), TF_E_POLICY);
	CHECK(why.fault.check == TF_CK_ROSTER_IDENTITY);
	fix_device_free(&thief);
	fix_device(&f, &thief, "guard-4", TF_ROLE_GUARD, 2);
	thief.keys = d.keys; /* before guard-1 has enrolled: only the roster knows the key */
	CHECK_ERR(try_enrol(&f, &thief, &thief, &why), TF_E_CONFLICT);
	CHECK_OK(try_enrol(&f, &d, &d, &why));
	fix_device_free(&d);
	fix_device_free(&thief);
	fix_close(&f);
}

TEST(evidence_of_other_kinds_and_the_production_profile_wait)
{
	static fixture f;
	static device d;
	char ticket[TF_TICKET_TEXT + 1];
	uint8_t nonce[TF_NONCE_LEN];
	tf_refusal why;
	tf_registry r;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_ticket(&f, &d, ticket);
	CHECK_OK(tf_registry_nonce(&f.r, nonce, ticket, f.now, &why));
	fix_request(&d, nonce);
	d.req.evidence.kind = TF_EVIDENCE_SGX;
	CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now, &why),
	          TF_E_UNSUPPORTED);
	f.config.dev_profile = false;
	CHECK_ERR(tf_registry_open(&r, &f.config, f.now, &why), TF_E_POLICY);
	CHECK(strstr(why.reason.text, "production"));
	fix_device_free(&d);
	fix_close(&f);
}

static tf_err try_renew(fixture *f, device *d, const tf_cert *old, bool fresh_key, tf_refusal *why)
{
	uint8_t nonce[TF_NONCE_LEN];
	tf_sans sans = d->sans;

	CHECK_OK(tf_registry_renew_nonce(&f->r, nonce, old, f->now, why));
	if (fresh_key) {
		fix_request(d, nonce);
	} else {
		memcpy(d->req.nonce, nonce, sizeof(nonce));
		CHECK_OK(tf_csr_make(d->csr, sizeof(d->csr), &d->req.csr_len, &d->holder, &d->keys,
		                     &sans, d->tls));
		CHECK_OK(tf_csr_sign(d->req.signature, &d->keys, d->csr, d->req.csr_len, nonce));
	}
	return tf_registry_renew(&f->r, &d->issued, old, &d->req, f->now, why);
}

TEST(renewal_keeps_the_identity_and_changes_the_tls_key)
{
	static fixture f;
	static device d, other;
	tf_refusal why;
	tf_cert first;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_enrol(&f, &d);
	first = d.issued.cert;
	f.now += 3600;
	CHECK_ERR(try_renew(&f, &d, &first, false, &why), TF_E_CONFLICT);
	CHECK_OK(try_renew(&f, &d, &first, true, &why));
	CHECK(memcmp(first.serial, d.issued.cert.serial, 16) != 0);
	CHECK(memcmp(first.spki, d.issued.cert.spki, 32) != 0);
	CHECK(memcmp(first.id.ed25519, d.issued.cert.id.ed25519, 32) == 0);
	CHECK(d.issued.cert.not_after > first.not_after);
	CHECK(verdict(&f, &d) == TF_CK_NONE);
	other = d;
	other.tls = NULL;
	CHECK_OK(tf_identity_keys_make(&other.keys, &f.rng));
	CHECK_ERR(try_renew(&f, &other, &first, true, &why), TF_E_CONFLICT);
	fix_device_free(&other);
	other = d;
	other.tls = NULL;
	memcpy(other.keys.x25519, f.admin_keys[0], 32);
	CHECK_ERR(try_renew(&f, &other, &first, true, &why), TF_E_CONFLICT);
	fix_device_free(&other);
	other = d;
	other.tls = NULL;
	other.holder.role = TF_ROLE_PRIMARY;
	other.holder.set = 0;
	CHECK_ERR(try_renew(&f, &other, &first, true, &why), TF_E_TRUST);
	CHECK(why.fault.check == TF_CK_CSR_SUBJECT);
	fix_device_free(&other);
	fix_device_free(&d);
	fix_close(&f);
}

TEST(renewal_nonces_belong_to_one_certificate)
{
	static fixture f;
	static device a, b;
	uint8_t nonce[TF_NONCE_LEN];
	tf_refusal why;

	start(&f);
	fix_device(&f, &a, "guard-1", TF_ROLE_GUARD, 1);
	fix_device(&f, &b, "guard-4", TF_ROLE_GUARD, 2);
	fix_enrol(&f, &a);
	fix_enrol(&f, &b);
	CHECK_OK(tf_registry_renew_nonce(&f.r, nonce, &a.issued.cert, f.now, &why));
	fix_request(&b, nonce);
	CHECK_ERR(tf_registry_renew(&f.r, &b.issued, &b.issued.cert, &b.req, f.now, &why),
	          TF_E_AUTH);
	fix_request(&a, nonce);
	{
		const tf_cert old = a.issued.cert;

		CHECK_OK(tf_registry_renew(&f.r, &a.issued, &old, &a.req, f.now, &why));
		fix_request(&a, nonce);
		CHECK_ERR(tf_registry_renew(&f.r, &a.issued, &old, &a.req, f.now, &why), TF_E_AUTH);
	}
	fix_device_free(&a);
	fix_device_free(&b);
	fix_close(&f);
}

TEST(a_revoked_device_is_out_for_good)
{
	static fixture f;
	static device d, other;
	char ticket[TF_TICKET_TEXT + 1];
	tf_refusal why;
	uint64_t number;
	int64_t n;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_device(&f, &other, "guard-4", TF_ROLE_GUARD, 2);
	fix_enrol(&f, &d);
	fix_enrol(&f, &other);
	number = f.r.crl_number;
	CHECK_ERR(tf_registry_revoke(&f.r, f.admin_keys[0], "guard-7", NULL, f.now, &n, &why),
	          TF_E_NOT_FOUND);
	fix_ticket(&f, &d, ticket);
	CHECK_OK(tf_registry_revoke(&f.r, f.admin_keys[0], "guard-1", NULL, f.now, &n, &why));
	CHECK(n == 1 && f.r.crl_number > number);
	CHECK(verdict(&f, &d) == TF_CK_HOLDER_REVOKED);
	CHECK(verdict(&f, &other) == TF_CK_NONE);
	CHECK_ERR(try_renew(&f, &d, &d.issued.cert, true, &why), TF_E_POLICY);
	{
		uint8_t nonce[TF_NONCE_LEN];

		CHECK_OK(tf_registry_nonce(&f.r, nonce, ticket, f.now, &why));
		fix_request(&d, nonce);
		CHECK_ERR(tf_registry_enrol(&f.r, &d.issued, ticket, &d.req, f.now, &why),
		          TF_E_POLICY);
	}
	CHECK_ERR(tf_registry_ticket(&f.r, ticket, f.admin_keys[0], &d.holder, &d.sans, 600, f.now,
	                             &why), TF_E_CONFLICT);
	tf_registry_close(&f.r);
	fix_reopen(&f);
	CHECK(verdict(&f, &d) == TF_CK_HOLDER_REVOKED);
	CHECK(verdict(&f, &other) == TF_CK_NONE);
	fix_device_free(&d);
	fix_device_free(&other);
	fix_close(&f);
}

TEST(one_certificate_can_be_revoked_alone)
{
	static fixture f;
	static device d;
	const uint8_t unknown[16] = { 1 };
	tf_refusal why;
	tf_cert first;
	int64_t n;

	start(&f);
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_enrol(&f, &d);
	first = d.issued.cert;
	CHECK_ERR(tf_registry_revoke(&f.r, f.admin_keys[0], NULL, unknown, f.now, &n, &why),
	          TF_E_NOT_FOUND);
	CHECK_OK(tf_registry_revoke(&f.r, f.admin_keys[0], NULL, first.serial, f.now, &n, &why));
	CHECK(n == 1 && verdict(&f, &d) == TF_CK_HOLDER_REVOKED);
	CHECK_OK(tf_registry_revoke(&f.r, f.admin_keys[0], NULL, first.serial, f.now, &n, &why));
	CHECK(n == 0);
	fix_device_free(&d);
	fix_enrol(&f, &d);
	CHECK(verdict(&f, &d) == TF_CK_NONE);
	/* A day after its end a certificate leaves the list. */
	f.now = first.not_after + 86401;
	CHECK_OK(tf_registry_list(&f.r, f.now));
	{
		tf_revoked *list;
		size_t count;

		CHECK_OK(tf_roll_revoked(f.r.db, &list, &count, f.now));
		CHECK(count == 0);
		free(list);
		CHECK_OK(tf_roll_revoked(f.r.db, &list, &count, f.now - 10));
		CHECK(count == 1 && memcmp(list[0].serial, first.serial, 16) == 0);
		free(list);
	}
	fix_device_free(&d);
	fix_close(&f);
}

static tf_err publish(fixture *f, const char *file, tf_refusal *why)
{
	return tf_registry_publish(&f->r, f->admin_keys[0], file, strlen(file), f->now, why);
}

TEST(workspace_files_rise_are_signed_and_keep_history)
{
	static fixture f;
	static device d;
	tf_refusal why;
	char *file, *old;

	start(&f);
	fix_usual(&f);
	file = fix_file(&f, 1);
	CHECK_ERR(publish(&f, file, &why), TF_E_TRUST);
	CHECK(why.fault.check == TF_CK_WORKSPACE_SIGNATURES);
	free(file);
	f.version--;
	file = fix_file(&f, 6);
	file[100] ^= 1;
	CHECK(publish(&f, file, &why) != TF_OK);
	file[100] ^= 1;
	CHECK_OK(publish(&f, file, &why));
	CHECK_ERR(publish(&f, file, &why), TF_E_DUPLICATE);
	old = file;
	fix_publish(&f);
	CHECK_ERR(publish(&f, old, &why), TF_E_REPLAY);
	free(old);
	/* guard-1 goes, and comes back somewhere else */
	f.roster[0] = '\0';
	fix_roster(&f, "guard-4", TF_ROLE_GUARD, 2, NULL);
	fix_publish(&f);
	f.roster[0] = '\0';
	fix_roster(&f, "guard-1", TF_ROLE_GUARD, 2, NULL);
	file = fix_file(&f, 3);
	CHECK_ERR(publish(&f, file, &why), TF_E_CONFLICT);
	CHECK(strstr(why.reason.text, "slot"));
	free(file);
	f.version--;
	f.roster[0] = '\0';
	fix_usual(&f);
	fix_publish(&f);
	/* a pinned key that is not the one that enrolled */
	fix_device(&f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_enrol(&f, &d);
	f.roster[0] = '\0';
	fix_roster(&f, "guard-1", TF_ROLE_GUARD, 1, f.admin_keys[2]);
	file = fix_file(&f, 3);
	CHECK_ERR(publish(&f, file, &why), TF_E_CONFLICT);
	free(file);
	f.version--;
	f.roster[0] = '\0';
	fix_roster(&f, "guard-1", TF_ROLE_GUARD, 1, d.keys.ed25519);
	fix_publish(&f);
	CHECK(f.r.workspace->version == f.version);
	fix_device_free(&d);
	fix_close(&f);
}

/* One was published before there was the rule: the server starts, and takes the next. */
TEST(a_user_who_only_looks_and_may_sign_is_published_no_more)
{
	static fixture f;
	tf_refusal why;
	char *file;

	start(&f);
	snprintf(f.users, sizeof(f.users), LOOKER, "\"primary-1\"");
	file = fix_file(&f, 3);
	CHECK_ERR(publish(&f, file, &why), TF_E_POLICY);
	CHECK(strstr(why.reason.text, "apiUsers[0].primaries"));
	CHECK_OK(tf_roll_add_workspace(f.r.db, f.version, file, strlen(file), f.now));
	tf_registry_close(&f.r);
	fix_reopen(&f);
	CHECK(f.r.workspace->version == f.version && f.r.workspace->n_api_users == 1);
	CHECK_ERR(publish(&f, file, &why), TF_E_DUPLICATE);
	free(file);
	snprintf(f.users, sizeof(f.users), LOOKER, "");
	fix_publish(&f);
	fix_close(&f);
}
