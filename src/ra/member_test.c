/* Membership against a real RA server: the client's half of enrolment. */
#include "daemon/enrol.h"

#include <openssl/x509.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "daemon/osrng.h"
#include "harness/harness.h"
#include "ra/server_test.h"

static tf_key_part part = { .source = TF_SOURCE_FILE, .key = { { 9 } } };

typedef struct home {
	tf_store *store;
	tf_member *m;
	char path[128];
	char device[32];
} home;

static tf_err open_home(home *h, site *s, const char *device_name, const char *file, tf_role role,
                        unsigned set, char *why)
{
	tf_store_config sc = { .path = h->path, .cosigner = device_name, .schema = 1,
	                       .parts = &part, .n_parts = 1 };
	tf_member_config c = {
		.holder = { .workspace = "acme", .role = role, .set = (uint16_t)set },
		.ra_url = s->url, .root_pem = s->f.cert_pem, .admin_threshold = 2,
		.admin_keys = s->f.admin_keys, .n_admin_keys = FIX_ADMINS, .dev_profile = true,
	};

	if (!h->store) {
		snprintf(h->path, sizeof(h->path), "%s/%s", s->f.dir, file);
		CHECK_OK(tf_osrng_init(&sc.rng));
		CHECK_OK(tf_store_open(&h->store, &sc, NULL));
	}
	snprintf(c.holder.device, sizeof(c.holder.device), "%s", device_name);
	CHECK_OK(tf_osrng_init(&c.rng));
	c.store = h->store;
	return tf_member_open(&h->m, &c, why, 256);
}

static void open_guard(home *h, site *s)
{
	char why[256];
	tf_err e;

	memset(h, 0, sizeof(*h));
	e = open_home(h, s, "guard-1", "member.db", TF_ROLE_GUARD, 1, why);
	if (e != TF_OK)
		tf_test_fail(__FILE__, __LINE__, "%s: %s", tf_err_name(e), why);
}

static void close_home(home *h)
{
	tf_member_free(h->m);
	tf_store_close(h->store);
	memset(h, 0, sizeof(*h));
}

static void ticket_for(site *s, const char *name, tf_role role, unsigned set, char *text)
{
	device d = { .holder = { .workspace = "acme", .role = role, .set = (uint16_t)set } };

	snprintf(d.holder.device, sizeof(d.holder.device), "%s", name);
	site_ticket(s, &d, text);
}

static int64_t now(void)
{
	return (int64_t)time(NULL);
}

static void must_enrol(home *h, site *s)
{
	char ticket[TF_TICKET_TEXT + 1], why[256];
	tf_err e;

	ticket_for(s, "guard-1", TF_ROLE_GUARD, 1, ticket);
	e = tf_member_enrol(h->m, ticket, now(), why, sizeof(why));
	if (e != TF_OK)
		tf_test_fail(__FILE__, __LINE__, "%s: %s", tf_err_name(e), why);
}

TEST(member_enrols_and_needs_no_server_after_a_restart)
{
	static site s;
	uint8_t key[32], serial[16];
	tf_tls_config tls = { 0 };
	tf_tls *context;
	char why[256];
	home h;

	site_start(&s);
	fix_usual(&s.f);
	site_publish(&s);
	open_guard(&h, &s);
	CHECK(!tf_member_has_certificate(h.m, now()));
	CHECK_ERR(tf_member_tls(h.m, &tls), TF_E_STATE);
	memcpy(key, tf_member_keys(h.m)->ed25519, 32);
	must_enrol(&h, &s);
	CHECK(tf_member_has_certificate(h.m, now()));
	CHECK(tf_member_workspace(h.m) && tf_member_workspace(h.m)->version == 1);
	CHECK(tf_trust_crl_number(tf_member_trust(h.m), NULL) > 0);
	memcpy(serial, tf_member_cert(h.m, NULL, NULL)->serial, 16);
	site_kill(&s);
	close_home(&h);
	open_guard(&h, &s);
	CHECK(tf_member_has_certificate(h.m, now()));
	CHECK(memcmp(tf_member_keys(h.m)->ed25519, key, 32) == 0);
	CHECK(memcmp(tf_member_cert(h.m, NULL, NULL)->serial, serial, 16) == 0);
	CHECK(tf_member_workspace(h.m) && tf_member_workspace(h.m)->version == 1);
	CHECK_OK(tf_member_tls(h.m, &tls));
	CHECK_OK(tf_tls_new(&context, &tls, why, sizeof(why)));
	CHECK(tf_tls_not_after(context) == tf_member_cert(h.m, NULL, NULL)->not_after);
	tf_tls_free(context);
	close_home(&h);
	site_end(&s);
}

TEST(member_hears_why_it_cannot_enrol)
{
	static site s;
	char ticket[TF_TICKET_TEXT + 1], why[256];
	home h;

	site_start(&s);
	fix_usual(&s.f);
	site_publish(&s);
	open_guard(&h, &s);
	memset(ticket, '0', 64);
	ticket[64] = '\0';
	CHECK_ERR(tf_member_enrol(h.m, ticket, now(), why, sizeof(why)), TF_E_AUTH);
	CHECK(strstr(why, "no such ticket"));
	CHECK_ERR(tf_member_enrol(h.m, "nonsense", now(), why, sizeof(why)), TF_E_AUTH);
	ticket_for(&s, "guard-4", TF_ROLE_GUARD, 2, ticket);
	CHECK_ERR(tf_member_enrol(h.m, ticket, now(), why, sizeof(why)), TF_E_POLICY);
	CHECK(strstr(why, "place that was granted"));
	must_enrol(&h, &s);
	site_kill(&s);
	CHECK_ERR(tf_member_enrol(h.m, ticket, now(), why, sizeof(why)), TF_E_IO);
	CHECK(tf_member_has_certificate(h.m, now()));
	close_home(&h);
	site_end(&s);
}

TEST(member_renews_when_two_thirds_are_over)
{
	static site s;
	unsigned changed = 0;
	uint8_t serial[16], spki[32];
	char why[256];
	home h;
	tf_err e;

	memset(&s, 0, sizeof(s));
	fix_prepare(&s.f);
	s.f.config.cert_seconds = 900; /* from 300 s before now: two thirds end in 300 s */
	site_restart(&s);
	fix_usual(&s.f);
	site_publish(&s);
	open_guard(&h, &s);
	must_enrol(&h, &s);
	memcpy(serial, tf_member_cert(h.m, NULL, NULL)->serial, 16);
	memcpy(spki, tf_member_cert(h.m, NULL, NULL)->spki, 32);
	CHECK_OK(tf_member_refresh(h.m, now(), &changed, why, sizeof(why)));
	CHECK(changed == 0);
	CHECK(memcmp(tf_member_cert(h.m, NULL, NULL)->serial, serial, 16) == 0);
	e = tf_member_refresh(h.m, now() + 310, &changed, why, sizeof(why));
	if (e != TF_OK)
		tf_test_fail(__FILE__, __LINE__, "%s: %s", tf_err_name(e), why);
	CHECK(changed == TF_MEMBER_CERT);
	CHECK(memcmp(tf_member_cert(h.m, NULL, NULL)->serial, serial, 16) != 0);
	CHECK(memcmp(tf_member_cert(h.m, NULL, NULL)->spki, spki, 32) != 0);
	close_home(&h);
	open_guard(&h, &s);
	CHECK(memcmp(tf_member_cert(h.m, NULL, NULL)->serial, serial, 16) != 0);
	close_home(&h);
	site_end(&s);
}

/* A workspace file that goes back, or that fewer admins signed, is not taken from a server that
 * would hand it out. */
TEST(member_believes_no_older_and_no_foreign_server)
{
	static site s, old;
	unsigned changed;
	char why[256];
	home h;

	site_start(&s);
	fix_usual(&s.f);
	site_publish(&s);
	open_guard(&h, &s);
	must_enrol(&h, &s);
	site_publish(&s);
	CHECK_OK(tf_member_refresh(h.m, now(), &changed, why, sizeof(why)));
	CHECK(changed == TF_MEMBER_WORKSPACE);
	CHECK(tf_member_workspace(h.m)->version == 2);
	/* the same root and admins, but from a time when version 1 was current */
	site_kill(&s);
	old = s;
	CHECK(snprintf(old.f.db, sizeof(old.f.db), "%s/other.db", s.f.dir) > 0);
	CHECK(snprintf(old.f.audit, sizeof(old.f.audit), "%s/pass", s.f.dir) > 0);
	old.f.config.db_path = old.f.db;
	old.f.config.audit_path = old.f.audit;
	site_restart(&old);
	old.f.version = 0;
	site_publish(&old);
	{
		home again = { .store = h.store };

		tf_member_free(h.m);
		CHECK_OK(open_home(&again, &old, "guard-1", "", TF_ROLE_GUARD, 1, why));
		h = again;
	}
	CHECK(tf_member_refresh(h.m, now(), &changed, why, sizeof(why)) != TF_OK);
	CHECK(!(changed & TF_MEMBER_WORKSPACE) && tf_member_workspace(h.m)->version == 2);
	site_kill(&old);
	close_home(&h);
	site_end(&s);
}

TEST(member_does_not_talk_to_somebody_else_with_a_good_certificate)
{
	static site s, other;
	char ticket[TF_TICKET_TEXT + 1], why[256];
	home h;

	/* the same root, but admins (and so a trust root) of its own */
	site_start(&s);
	other = s;
	CHECK_OK(tf_identity_keys_make(&other.f.admin[0], &other.f.rng));
	memcpy(other.f.admin_keys[0], other.f.admin[0].ed25519, 32);
	other.f.config.admin_keys = other.f.admin_keys;
	snprintf(other.f.db, sizeof(other.f.db), "%s/other.db", s.f.dir);
	snprintf(other.f.audit, sizeof(other.f.audit), "%s/pass", s.f.dir);
	other.f.config.db_path = other.f.db;
	other.f.config.audit_path = other.f.audit;
	site_restart(&other);
	memset(&h, 0, sizeof(h));
	snprintf(s.url, sizeof(s.url), "%s", other.url);
	CHECK_OK(open_home(&h, &s, "guard-1", "member.db", TF_ROLE_GUARD, 1, why));
	memset(ticket, '1', 64);
	ticket[64] = '\0';
	CHECK_ERR(tf_member_enrol(h.m, ticket, now(), why, sizeof(why)), TF_E_TRUST);
	CHECK(strstr(why, "not the RA"));
	close_home(&h);
	site_kill(&other);
	site_end(&s);
}

TEST(stored_membership_is_of_one_place_and_one_trust_root)
{
	static site s;
	char why[256];
	home h, wrong;

	site_start(&s);
	fix_usual(&s.f);
	site_publish(&s);
	open_guard(&h, &s);
	must_enrol(&h, &s);
	tf_member_free(h.m);
	wrong = h;
	CHECK_ERR(open_home(&wrong, &s, "guard-4", "", TF_ROLE_GUARD, 2, why), TF_E_TRUST);
	s.f.admin_keys[0][0] ^= 1;
	CHECK_ERR(open_home(&wrong, &s, "guard-1", "", TF_ROLE_GUARD, 1, why), TF_E_TRUST);
	s.f.admin_keys[0][0] ^= 1;
	CHECK_OK(open_home(&h, &s, "guard-1", "", TF_ROLE_GUARD, 1, why));
	CHECK(tf_member_has_certificate(h.m, now()));
	close_home(&h);
	site_end(&s);
}

static X509 *x509_of(const uint8_t *der, size_t len)
{
	X509 *x = d2i_X509(NULL, &der, (long)len);

	CHECK(x);
	return x;
}

TEST(member_judges_peers_by_certificate_list_and_roster)
{
	static const tf_cert_want guards = { 1u << TF_ROLE_GUARD, 2, "guard-4" };
	static site s;
	char ticket[TF_TICKET_TEXT + 1], why[256], body[] = "{\"device\":\"guard-4\"}";
	tf_fault fault;
	const uint8_t *der;
	unsigned changed;
	size_t len;
	home h, peer = { 0 };
	tf_cert c;
	answer a;
	X509 *x;

	site_start(&s);
	fix_usual(&s.f);
	site_publish(&s);
	open_guard(&h, &s);
	must_enrol(&h, &s);
	CHECK_OK(open_home(&peer, &s, "guard-4", "other.db", TF_ROLE_GUARD, 2, why));
	ticket_for(&s, "guard-4", TF_ROLE_GUARD, 2, ticket);
	CHECK_OK(tf_member_enrol(peer.m, ticket, now(), why, sizeof(why)));
	CHECK(tf_member_cert(peer.m, &der, &len));
	x = x509_of(der, len);
	CHECK_OK(tf_member_judge(&c, h.m, x, now(), &guards, &fault, why, sizeof(why)));
	CHECK(strcmp(c.id.holder.device, "guard-4") == 0);
	CHECK_ERR(tf_member_judge(NULL, h.m, NULL, now(), &guards, NULL, why, sizeof(why)),
	          TF_E_TRUST);
	CHECK_ERR(tf_member_judge(NULL, h.m, x, now() + 90000, &guards, &fault, why, sizeof(why)),
	          TF_E_TRUST);
	/* the roster drops it: the certificate alone is not enough */
	s.f.roster[0] = '\0';
	fix_roster(&s.f, "guard-1", TF_ROLE_GUARD, 1, tf_member_keys(h.m)->ed25519);
	site_publish(&s);
	CHECK_OK(tf_member_refresh(h.m, now(), &changed, why, sizeof(why)));
	CHECK(changed == TF_MEMBER_WORKSPACE);
	CHECK_ERR(tf_member_judge(NULL, h.m, x, now(), &guards, &fault, why, sizeof(why)),
	          TF_E_TRUST);
	CHECK(fault.check == TF_CK_ROSTER_DEVICE && strstr(why, "roster"));
	a = site_admin(&s, 0, "POST", "/v1/admin/revoke", body);
	CHECK(a.status == 200);
	answer_wipe(&a);
	CHECK_OK(tf_member_refresh(h.m, now(), &changed, why, sizeof(why)));
	CHECK(changed == TF_MEMBER_CRL);
	CHECK_ERR(tf_member_judge(NULL, h.m, x, now(), &guards, &fault, why, sizeof(why)),
	          TF_E_TRUST);
	CHECK(fault.check == TF_CK_HOLDER_REVOKED);
	X509_free(x);
	close_home(&h);
	close_home(&peer);
	site_end(&s);
}

struct watch {
	tf_loop *loop;
	unsigned changed, failed;
};

static void on_changed(void *ctx, unsigned what)
{
	struct watch *w = ctx;

	w->changed |= what;
	tf_loop_stop(w->loop);
}

static void on_failed(void *ctx, tf_err err, const char *why)
{
	struct watch *w = ctx;

	/* no server, or one that went away in the middle of a handshake */
	CHECK((err == TF_E_IO || err == TF_E_TRUST) && *why);
	w->failed++;
	tf_loop_stop(w->loop);
}

TEST(watching_brings_news_and_complains_without_a_server)
{
	static site s;
	struct watch w = { 0 };
	tf_member_watcher watcher = { .every_ms = 50, .changed = on_changed, .failed = on_failed,
	                              .ctx = &w };
	home h;

	site_start(&s);
	fix_usual(&s.f);
	site_publish(&s);
	open_guard(&h, &s);
	must_enrol(&h, &s);
	CHECK_OK(tf_loop_new(&w.loop));
	tf_member_hurry(h.m); /* nobody watches: nothing */
	CHECK_OK(tf_member_watch(h.m, w.loop, &watcher));
	CHECK_ERR(tf_member_watch(h.m, w.loop, &watcher), TF_E_STATE);
	site_publish(&s);
	tf_member_hurry(h.m);
	tf_loop_run(w.loop);
	CHECK(w.changed == TF_MEMBER_WORKSPACE && w.failed == 0);
	CHECK(tf_member_workspace(h.m)->version == 2);
	site_kill(&s);
	tf_loop_run(w.loop);
	CHECK(w.failed == 1);
	tf_member_hurry(h.m);
	close_home(&h); /* with a job on its way */
	tf_loop_free(w.loop);
	site_end(&s);
}

/* A member that has a neighbour, guard-4, which the admins revoke. */
static void revoke_neighbour(site *s)
{
	char ticket[TF_TICKET_TEXT + 1], why[256], body[] = "{\"device\":\"guard-4\"}";
	home peer = { 0 };
	answer a;

	CHECK_OK(open_home(&peer, s, "guard-4", "other.db", TF_ROLE_GUARD, 2, why));
	ticket_for(s, "guard-4", TF_ROLE_GUARD, 2, ticket);
	CHECK_OK(tf_member_enrol(peer.m, ticket, now(), why, sizeof(why)));
	close_home(&peer);
	a = site_admin(s, 0, "POST", "/v1/admin/revoke", body);
	CHECK(a.status == 200);
	answer_wipe(&a);
}

/* No file grows any more, or all may. */
static void disk_is_full(bool full)
{
	struct rlimit r;

	CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR && getrlimit(RLIMIT_FSIZE, &r) == 0);
	r.rlim_cur = full ? 0 : r.rlim_max;
	CHECK(setrlimit(RLIMIT_FSIZE, &r) == 0);
}

TEST(a_list_that_could_not_be_stored_is_stored_later)
{
	static site s;
	unsigned changed;
	char why[256];
	uint64_t number;
	tf_err e;
	home h;

	site_start(&s);
	fix_usual(&s.f);
	site_publish(&s);
	open_guard(&h, &s);
	must_enrol(&h, &s);
	number = tf_trust_crl_number(tf_member_trust(h.m), NULL);
	revoke_neighbour(&s);
	disk_is_full(true);
	e = tf_member_refresh(h.m, now(), &changed, why, sizeof(why));
	disk_is_full(false);
	CHECK(e != TF_OK && changed == 0);
	CHECK_OK(tf_member_refresh(h.m, now(), &changed, why, sizeof(why)));
	CHECK(changed == TF_MEMBER_CRL);
	CHECK_OK(tf_member_refresh(h.m, now(), &changed, why, sizeof(why)));
	CHECK(changed == 0);
	CHECK(tf_trust_crl_number(tf_member_trust(h.m), NULL) > number);
	number = tf_trust_crl_number(tf_member_trust(h.m), NULL);
	close_home(&h);
	open_guard(&h, &s);
	CHECK(tf_trust_crl_number(tf_member_trust(h.m), NULL) == number);
	close_home(&h);
	site_end(&s);
}

/* The list that the member had is outdated, and has this number: what then of the server's? */
static tf_err refresh_after(home *h, site *s, uint64_t number)
{
	static const uint8_t passphrase[] = "a passphrase for tests only";
	home again = { .store = h->store };
	unsigned changed;
	char why[256];
	uint8_t *der;
	size_t len;
	tf_ca *ca;

	CHECK_OK(tf_ca_load(&ca, "acme", s->f.cert_pem, strlen(s->f.cert_pem), s->f.key_pem,
	                    strlen(s->f.key_pem), passphrase, sizeof(passphrase)));
	CHECK_OK(tf_ca_crl(&der, &len, ca, number, NULL, 0, now() - 1000, now() - 10));
	CHECK_OK(tf_store_put(h->store, &(tf_place){ "member", "self", "crl" }, der, len));
	free(der);
	tf_ca_free(ca);
	tf_member_free(h->m);
	CHECK_OK(open_home(&again, s, "guard-1", "", TF_ROLE_GUARD, 1, why));
	*h = again;
	CHECK(tf_trust_crl_number(tf_member_trust(h->m), NULL) == 0);
	return tf_member_refresh(h->m, now(), &changed, why, sizeof(why));
}

TEST(an_outdated_list_still_says_which_are_older)
{
	static site s;
	home h;

	site_start(&s);
	fix_usual(&s.f);
	site_publish(&s);
	open_guard(&h, &s);
	must_enrol(&h, &s);
	CHECK_ERR(refresh_after(&h, &s, UINT64_C(1) << 40), TF_E_REPLAY);
	CHECK_OK(refresh_after(&h, &s, 7));
	close_home(&h);
	site_end(&s);
}

TEST(a_revoked_server_is_not_believed_any_more)
{
	static site s;
	char why[256], body[] = "{\"device\":\"ra\"}";
	unsigned changed;
	answer a;
	home h;

	site_start(&s);
	fix_usual(&s.f);
	site_publish(&s);
	open_guard(&h, &s);
	must_enrol(&h, &s);
	a = site_admin(&s, 0, "POST", "/v1/admin/revoke", body);
	CHECK(a.status == 200);
	answer_wipe(&a);
	CHECK_OK(tf_member_refresh(h.m, now(), &changed, why, sizeof(why)));
	CHECK(changed == TF_MEMBER_CRL); /* which says so */
	CHECK_ERR(tf_member_refresh(h.m, now(), &changed, why, sizeof(why)), TF_E_TRUST);
	CHECK(strstr(why, "revoked"));
	site_kill(&s);
	site_restart(&s); /* with a certificate of today */
	{
		home again = { .store = h.store };

		tf_member_free(h.m);
		CHECK_OK(open_home(&again, &s, "guard-1", "", TF_ROLE_GUARD, 1, why));
		h = again;
	}
	CHECK_OK(tf_member_refresh(h.m, now(), &changed, why, sizeof(why)));
	close_home(&h);
	site_end(&s);
}
