/* A database that is put back has forgotten what was decided since. */
#include "ra/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"
#include "ra/fixture_test.h"

static const tf_cert_want anybody = { ~0u, TF_ANY_SET, NULL };

static void copy(const char *from, const char *to)
{
	size_t len;
	char *all = tf_test_read_file(from, &len);
	FILE *f = fopen(to, "w");

	CHECK(f && fwrite(all, 1, len, f) == len && fclose(f) == 0);
	free(all);
}

typedef struct saved {
	char db[128], log[128];
} saved;

/* A backup of both files, as of now; the registry is closed for it. */
static void save(fixture *f, saved *s)
{
	snprintf(s->db, sizeof(s->db), "%s/other.db", f->dir);
	snprintf(s->log, sizeof(s->log), "%s/log", f->dir);
	tf_registry_close(&f->r);
	copy(f->db, s->db);
	copy(f->audit, s->log);
	fix_reopen(f);
}

static void start(fixture *f, device *d)
{
	fix_open(f);
	fix_usual(f);
	fix_publish(f);
	fix_device(f, d, "guard-1", TF_ROLE_GUARD, 1);
	fix_enrol(f, d);
}

TEST(a_database_older_than_its_log_is_refused)
{
	static fixture f;
	static device d;
	char ticket[TF_TICKET_TEXT + 1];
	tf_refusal why;
	saved s;

	start(&f, &d);
	save(&f, &s);
	tf_registry_close(&f.r);
	copy(s.db, f.db);
	fix_reopen(&f); /* nothing was decided since */
	fix_ticket(&f, &d, ticket);
	tf_registry_close(&f.r);
	copy(s.db, f.db);
	CHECK_ERR(tf_registry_open(&f.r, &f.config, f.now, &why), TF_E_STATE);
	CHECK(strstr(why.reason.text, "older than the audit log"));
	CHECK_ERR(tf_registry_open(&f.r, &f.config, f.now, &why), TF_E_STATE);
	copy(s.log, f.audit); /* both of one backup: the operator's own decision */
	fix_reopen(&f);
	fix_device_free(&d);
	fix_close(&f);
}

/* What a member believes of a device, by the lists that it was given. */
static tf_check seen(tf_trust *member, const fixture *f, const device *d)
{
	tf_fault fault = { 0 };
	tf_cert c;

	(void)!tf_cert_verify(&c, member, d->issued.der, d->issued.len, f->now, &anybody, &fault);
	return fault.check;
}

static tf_trust *member_of(const fixture *f)
{
	tf_trust_config t = { .workspace = "acme", .admin_threshold = 2,
	                      .admin_keys = f->admin_keys, .n_admin_keys = FIX_ADMINS,
	                      .dev_profile = true };
	uint8_t root[TF_CERT_MAX];
	tf_trust *member;

	t.root_der = root;
	CHECK_OK(tf_cert_from_pem(root, sizeof(root), &t.root_len, f->cert_pem,
	                          strlen(f->cert_pem)));
	CHECK_OK(tf_trust_new(&member, &t));
	return member;
}

/* Whoever has had newer lists takes the lists after a restore, too, or nobody would hear of the
 * revocations that are made again. */
TEST(lists_after_a_restore_are_newer_than_all_before)
{
	static fixture f;
	static device d;
	tf_trust *member;
	tf_refusal why;
	int64_t n = 0;
	saved s;

	start(&f, &d);
	member = member_of(&f);
	save(&f, &s);
	for (unsigned i = 0; i < 5; i++)
		CHECK_OK(tf_registry_list(&f.r, f.now));
	CHECK_OK(tf_registry_revoke(&f.r, f.admin_keys[0], "guard-1", NULL, f.now, &n, &why));
	CHECK_OK(tf_trust_set_crl(member, f.r.crl, f.r.crl_len, f.now));
	CHECK(seen(member, &f, &d) == TF_CK_HOLDER_REVOKED);
	tf_registry_close(&f.r);
	copy(s.db, f.db);
	copy(s.log, f.audit);
	f.now += 60;
	fix_reopen(&f);
	CHECK_OK(tf_trust_set_crl(member, f.r.crl, f.r.crl_len, f.now));
	CHECK(seen(member, &f, &d) == TF_CK_NONE); /* forgotten, as the backup is */
	CHECK_OK(tf_registry_revoke(&f.r, f.admin_keys[0], "guard-1", NULL, f.now, &n, &why));
	CHECK(n == 1);
	CHECK_OK(tf_trust_set_crl(member, f.r.crl, f.r.crl_len, f.now));
	CHECK(seen(member, &f, &d) == TF_CK_HOLDER_REVOKED);
	tf_trust_free(member);
	fix_device_free(&d);
	fix_close(&f);
}
