/* Real TLS over loopback: who gets in, who does not, and with which reason. */
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "harness/harness.h"
#include "net/test_stage.h"

TEST(mutual_tls_carries_bytes_both_ways_and_closes_cleanly)
{
	int checks = 0;
	uint8_t a[32], b[32];
	stage s;
	cast c;

	cast_init(&c);
	stage_init(&s);
	stage_listen(&s, (tf_listen_options){ .tls = c.server_tls, .client_auth = TF_CLIENT_REQUIRED,
	                                      .check = take_anybody, .check_ctx = &checks });
	stage_dial(&s, (tf_dial_options){ .tls = c.client_tls, .check = take_anybody,
	                                  .check_ctx = &checks });
	UNTIL(&s, s.ready && s.accepted);
	CHECK(checks == 2);
	CHECK(tf_conn_peer(s.server) && tf_conn_peer(s.client));
	CHECK_OK(tf_conn_export(s.server, "EXPORTER-test", a));
	CHECK_OK(tf_conn_export(s.client, "EXPORTER-test", b));
	CHECK(memcmp(a, b, 32) == 0);
	CHECK_OK(tf_conn_write(s.client, "hello", 5));
	UNTIL(&s, s.got_len == 5);
	CHECK(memcmp(s.got, "hello", 5) == 0);
	CHECK_OK(tf_conn_write(s.server, "world", 5));
	UNTIL(&s, s.got_len == 10);
	CHECK(memcmp(s.got + 5, "world", 5) == 0);
	UNTIL(&s, s.drained > 0);
	tf_conn_close(s.client);
	CHECK_ERR(tf_conn_write(s.client, "x", 1), TF_E_STATE);
	UNTIL(&s, s.server_closed && s.client_closed);
	CHECK(s.server_err == TF_OK && strcmp(s.server_why, "closed by peer") == 0);
	CHECK(s.client_err == TF_OK && strcmp(s.client_why, "closed") == 0);
	CHECK(s.failed == 0);
	stage_end(&s);
	cast_wipe(&c);
}

/* A listener that demands certificates, one dial, and the reason that must come out. */
static void expect_refusal(cast *c, tf_tls *server, tf_tls *client, tf_peer_fn check, tf_err err,
                           const char *reason)
{
	stage s;

	stage_init(&s);
	stage_listen(&s, (tf_listen_options){ .tls = server ? server : c->server_tls, .check = check,
	                                      .client_auth = TF_CLIENT_REQUIRED });
	stage_dial(&s, (tf_dial_options){ .tls = client, .check = take_anybody });
	UNTIL(&s, s.failed || s.accepted);
	if (s.accepted || s.failed_err != err || strcmp(s.failed_why, reason) != 0)
		tf_test_fail(__FILE__, __LINE__, "expected \"%s\", got \"%s\" (%s), accepted %d", reason,
		             s.failed_why, tf_err_name(s.failed_err), s.accepted);
	UNTIL(&s, s.client_closed);
	CHECK(s.failed == 1);
	stage_end(&s);
}

TEST(a_peer_without_certificate_is_refused)
{
	tf_tls *none;
	cast c;

	cast_init(&c);
	none = pki_tls(&c.ca, NULL, NULL, NULL);
	expect_refusal(&c, NULL, none, take_anybody, TF_E_TRUST, "peer presented no certificate");
	CHECK(tf_tls_not_after(none) == 0 && !tf_tls_own_cert(none));
	tf_tls_free(none);
	cast_wipe(&c);
}

TEST(a_peer_of_another_ca_is_refused)
{
	pki_ca other;
	pki_id stranger;
	tf_tls_config config;
	tf_tls *tls;
	char why[160];
	cast c;

	cast_init(&c);
	pki_ca_init(&other, "another CA");
	pki_issue(&stranger, &other, "client", NULL, NULL, PKI_DAY);
	config = pki_config(&c.ca, &stranger, NULL, NULL);
	CHECK_OK(tf_tls_new(&tls, &config, why, sizeof(why)));
	expect_refusal(&c, NULL, tls, take_anybody, TF_E_TRUST, "certificate of an unknown CA");
	tf_tls_free(tls);
	pki_id_wipe(&stranger);
	pki_ca_wipe(&other);
	cast_wipe(&c);
	CHECK(tf_check_refusals(TF_CK_CERT_CHAIN) >= 1);
}

static void expect_refused_span(pki_span span, const char *eku, const char *reason)
{
	pki_id id;
	tf_tls *tls;
	cast c;

	cast_init(&c);
	pki_issue(&id, &c.ca, "client", NULL, eku, span);
	tls = pki_tls(&c.ca, &id, NULL, NULL);
	expect_refusal(&c, NULL, tls, take_anybody, TF_E_TRUST, reason);
	tf_tls_free(tls);
	pki_id_wipe(&id);
	cast_wipe(&c);
}

TEST(an_expired_certificate_is_refused)
{
	expect_refused_span((pki_span){ -7200, -3600 }, NULL, "certificate expired");
	CHECK(tf_check_refusals(TF_CK_CERT_TIME) >= 1);
}

TEST(a_certificate_of_the_future_is_refused)
{
	expect_refused_span((pki_span){ 3600, 7200 }, NULL, "certificate not valid yet");
}

TEST(a_server_certificate_is_no_client_certificate)
{
	expect_refused_span(PKI_DAY, "serverAuth", "certificate not made for this purpose");
}

TEST(the_owner_of_the_connection_has_the_last_word)
{
	cast c;

	cast_init(&c);
	expect_refusal(&c, NULL, c.client_tls, take_nobody, TF_E_TRUST, "wrong workspace");
	cast_wipe(&c);
}

static void expect_crl(long revoke_client, long next_s, const char *reason)
{
	char *crl;
	tf_tls *server;
	cast c;

	cast_init(&c);
	if (revoke_client)
		pki_revoke(&c.ca, c.client.serial);
	crl = pki_crl(&c.ca, next_s);
	server = pki_tls(&c.ca, &c.server, crl, NULL);
	expect_refusal(&c, server, c.client_tls, take_anybody, TF_E_TRUST, reason);
	tf_tls_free(server);
	free(crl);
	cast_wipe(&c);
}

TEST(a_revoked_certificate_is_refused)
{
	expect_crl(1, 3600, "certificate revoked");
	CHECK(tf_check_refusals(TF_CK_CERT_REVOKED) >= 1);
}

TEST(an_outdated_list_refuses_everybody)
{
	expect_crl(0, -60, "revocation list is outdated");
}

TEST(a_list_of_another_ca_refuses_everybody)
{
	pki_ca other;
	char *crl;
	tf_tls *server;
	cast c;

	cast_init(&c);
	pki_ca_init(&other, "another CA");
	crl = pki_crl(&other, 3600);
	server = pki_tls(&c.ca, &c.server, crl, NULL);
	expect_refusal(&c, server, c.client_tls, take_anybody, TF_E_TRUST,
	               "no revocation list of the certificate's CA");
	tf_tls_free(server);
	free(crl);
	pki_ca_wipe(&other);
	cast_wipe(&c);
}

TEST(reload_closes_connections_that_no_longer_hold_and_keeps_the_others)
{
	tf_tls_config config;
	char *crl, why[160];
	stage s;
	cast c;

	cast_init(&c);
	crl = pki_crl(&c.ca, 3600);
	config = pki_config(&c.ca, &c.server, crl, NULL);
	stage_init(&s);
	stage_listen(&s, (tf_listen_options){ .tls = c.server_tls, .client_auth = TF_CLIENT_REQUIRED });
	stage_dial(&s, (tf_dial_options){ .tls = c.client_tls, .check_host = "localhost" });
	UNTIL(&s, s.ready && s.accepted);
	CHECK_OK(tf_tls_reload(c.server_tls, &config, why, sizeof(why)));
	CHECK_OK(tf_conn_write(s.client, "still here", 10));
	UNTIL(&s, s.got_len == 10);
	free(crl);
	pki_revoke(&c.ca, c.client.serial);
	crl = pki_crl(&c.ca, 3600);
	config = pki_config(&c.ca, &c.server, crl, NULL);
	CHECK_OK(tf_tls_reload(c.server_tls, &config, why, sizeof(why)));
	CHECK_OK(tf_conn_write(s.client, "not any more", 12));
	UNTIL(&s, s.server_closed || s.got_len > 10);
	CHECK(s.server_err == TF_E_TRUST && strcmp(s.server_why, "certificate revoked") == 0);
	UNTIL(&s, s.client_closed);
	free(crl);
	stage_end(&s);
	cast_wipe(&c);
}

TEST(a_handshake_that_spans_a_reload_is_judged_by_the_new_list)
{
	tf_tls_config config;
	char *crl, why[160];
	stage s;
	cast c;

	cast_init(&c);
	pki_revoke(&c.ca, c.client.serial);
	crl = pki_crl(&c.ca, 3600);
	config = pki_config(&c.ca, &c.server, crl, NULL);
	stage_init(&s);
	stage_listen(&s, (tf_listen_options){ .tls = c.server_tls, .client_auth = TF_CLIENT_REQUIRED });
	stage_dial(&s, (tf_dial_options){ .tls = c.client_tls, .check_host = "localhost" });
	UNTIL(&s, tf_listener_count(s.listener) == 1);
	CHECK(s.accepted == 0);
	CHECK_OK(tf_tls_reload(c.server_tls, &config, why, sizeof(why)));
	UNTIL(&s, s.failed || s.accepted);
	CHECK(s.failed_err == TF_E_TRUST && strcmp(s.failed_why, "certificate revoked") == 0);
	UNTIL(&s, s.client_closed);
	free(crl);
	stage_end(&s);
	cast_wipe(&c);
}

TEST(a_bad_reload_changes_nothing)
{
	tf_tls_config config;
	char why[160] = "";
	int64_t before;
	cast c;

	cast_init(&c);
	before = tf_tls_not_after(c.server_tls);
	CHECK(before > 0);
	config = pki_config(&c.ca, &c.server, NULL, NULL);
	config.key = (tf_tls_source){ .data = c.client.key_pem, .len = strlen(c.client.key_pem) };
	CHECK_ERR(tf_tls_reload(c.server_tls, &config, why, sizeof(why)), TF_E_TRUST);
	CHECK(strstr(why, "does not belong"));
	config = pki_config(&c.ca, &c.server, NULL, "other/1");
	CHECK_ERR(tf_tls_reload(c.server_tls, &config, why, sizeof(why)), TF_E_USAGE);
	CHECK(tf_tls_not_after(c.server_tls) == before);
	cast_wipe(&c);
}

TEST(a_connection_ends_with_the_certificate_of_its_peer)
{
	pki_id brief;
	tf_tls *tls;
	stage s;
	cast c;

	cast_init(&c);
	pki_issue(&brief, &c.ca, "client", NULL, NULL, (pki_span){ -60, 3 });
	tls = pki_tls(&c.ca, &brief, NULL, NULL);
	stage_init(&s);
	stage_listen(&s, (tf_listen_options){ .tls = c.server_tls, .client_auth = TF_CLIENT_REQUIRED });
	stage_dial(&s, (tf_dial_options){ .tls = tls, .check = take_anybody });
	UNTIL(&s, s.server_closed);
	CHECK(s.accepted == 1);
	CHECK(s.server_err == TF_E_TRUST && strcmp(s.server_why, "certificate expired") == 0);
	UNTIL(&s, s.client_closed);
	stage_end(&s);
	tf_tls_free(tls);
	pki_id_wipe(&brief);
	cast_wipe(&c);
}

static void expect_dial_fails(cast *c, tf_dial_options o, tf_err err, const char *reason)
{
	stage s;

	stage_init(&s);
	stage_listen(&s, (tf_listen_options){ .tls = c->server_tls });
	stage_dial(&s, o);
	UNTIL(&s, s.client_closed || s.ready);
	if (s.ready || s.client_err != err || strcmp(s.client_why, reason) != 0)
		tf_test_fail(__FILE__, __LINE__, "expected \"%s\", got \"%s\" (%s)", reason, s.client_why,
		             tf_err_name(s.client_err));
	stage_end(&s);
}

TEST(a_dialler_checks_the_name_or_the_certificate)
{
	tf_dial_options o = { .host = "127.0.0.1", .port = 1 };
	tf_conn *conn;
	pki_ca other;
	tf_tls *tls;
	stage s;
	cast c;

	cast_init(&c);
	o.tls = c.client_tls;
	stage_init(&s);
	CHECK_ERR(tf_dial(&conn, s.loop, &o), TF_E_USAGE);
	stage_end(&s);
	expect_dial_fails(&c, (tf_dial_options){ .tls = c.client_tls, .check_host = "example.org" },
	                  TF_E_TRUST, "certificate of another host");
	expect_dial_fails(&c, (tf_dial_options){ .tls = c.client_tls, .check_host = "127.0.0.2" },
	                  TF_E_TRUST, "certificate of another host");
	expect_dial_fails(&c, (tf_dial_options){ .tls = c.client_tls, .check = take_nobody },
	                  TF_E_TRUST, "wrong workspace");
	pki_ca_init(&other, "another CA");
	tls = pki_tls(&other, NULL, NULL, NULL);
	expect_dial_fails(&c, (tf_dial_options){ .tls = tls, .check_host = "localhost" }, TF_E_TRUST,
	                  "certificate of an unknown CA");
	tf_tls_free(tls);
	pki_ca_wipe(&other);
	cast_wipe(&c);
}

TEST(both_ends_must_speak_the_same_protocol)
{
	tf_tls *a, *b;
	stage s;
	cast c;

	cast_init(&c);
	a = pki_tls(&c.ca, &c.server, NULL, "trefoil/1");
	b = pki_tls(&c.ca, &c.client, NULL, "trefoil/1");
	expect_refusal(&c, a, c.client_tls, take_anybody, TF_E_ENCODING,
	               "peer speaks another protocol");
	expect_refusal(&c, NULL, b, take_anybody, TF_E_ENCODING, "peer speaks another protocol");
	stage_init(&s);
	stage_listen(&s, (tf_listen_options){ .tls = a, .client_auth = TF_CLIENT_REQUIRED });
	stage_dial(&s, (tf_dial_options){ .tls = b, .check = take_anybody });
	UNTIL(&s, s.ready && s.accepted);
	stage_end(&s);
	tf_tls_free(a);
	tf_tls_free(b);
	cast_wipe(&c);
}

/* A raw client that is not ours: says some bytes on a plain connection. */
static void expect_garbage_refused(cast *c, const void *bytes, size_t len, const char *reason)
{
	stage s;

	stage_init(&s);
	stage_listen(&s, (tf_listen_options){ .tls = c->server_tls });
	stage_dial(&s, (tf_dial_options){ 0 });
	UNTIL(&s, s.ready);
	CHECK_OK(tf_conn_write(s.client, bytes, len));
	UNTIL(&s, s.client_closed && s.failed);
	CHECK(s.accepted == 0);
	if (strcmp(s.failed_why, reason) != 0)
		tf_test_fail(__FILE__, __LINE__, "expected \"%s\", got \"%s\"", reason, s.failed_why);
	stage_end(&s);
}

TEST(whoever_does_not_speak_tls_1_3_is_refused)
{
	/* a ClientHello of TLS 1.2: no supported_versions */
	static const uint8_t old[] = {
		0x16, 0x03, 0x01, 0x00, 0x2f, 0x01, 0x00, 0x00, 0x2b, 0x03, 0x03,
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
		0x00, 0x00, 0x04, 0xc0, 0x2b, 0xc0, 0x2f, 0x01, 0x00,
	};
	cast c;

	cast_init(&c);
	expect_garbage_refused(&c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27, "peer does not speak TLS");
	expect_garbage_refused(&c, old, sizeof(old), "peer does not speak TLS 1.3");
	cast_wipe(&c);
}

TEST(a_peer_that_never_finishes_the_handshake_is_cut_off)
{
	stage s;
	cast c;

	cast_init(&c);
	stage_init(&s);
	stage_listen(&s, (tf_listen_options){ .tls = c.server_tls, .limits = { .handshake_ms = 50 } });
	stage_dial(&s, (tf_dial_options){ 0 });
	UNTIL(&s, s.client_closed && s.failed);
	CHECK(s.failed_err == TF_E_IO && strcmp(s.failed_why, "handshake timed out") == 0);
	stage_end(&s);
	cast_wipe(&c);
}

TEST(tls_sources_that_cannot_be_used_are_named)
{
	tf_tls_config config;
	char why[160];
	tf_tls *tls;
	cast c;

	cast_init(&c);
	config = pki_config(&c.ca, &c.server, NULL, NULL);
	config.roots = (tf_tls_source){ 0 };
	CHECK_ERR(tf_tls_new(&tls, &config, why, sizeof(why)), TF_E_TRUST);
	config = pki_config(&c.ca, &c.server, NULL, NULL);
	config.key = (tf_tls_source){ 0 };
	CHECK_ERR(tf_tls_new(&tls, &config, why, sizeof(why)), TF_E_TRUST);
	config = pki_config(&c.ca, &c.server, NULL, NULL);
	config.chain = (tf_tls_source){ .data = "rubbish", .len = 7 };
	CHECK_ERR(tf_tls_new(&tls, &config, why, sizeof(why)), TF_E_ENCODING);
	config = pki_config(&c.ca, &c.server, NULL, NULL);
	config.roots = (tf_tls_source){ .data = c.server.cert_pem, .len = strlen(c.server.cert_pem) };
	CHECK_ERR(tf_tls_new(&tls, &config, why, sizeof(why)), TF_E_TRUST);
	config = pki_config(&c.ca, &c.server, "-----BEGIN X509 CRL-----\nAAAA\n", NULL);
	CHECK_ERR(tf_tls_new(&tls, &config, why, sizeof(why)), TF_E_ENCODING);
	config = pki_config(&c.ca, &c.server, NULL, NULL);
	config.key = (tf_tls_source){ .file = "/nonexistent/key.pem" };
	CHECK_ERR(tf_tls_new(&tls, &config, why, sizeof(why)), TF_E_IO);
	CHECK(strstr(why, "/nonexistent/key.pem"));
	cast_wipe(&c);
}

TEST(each_channel_check_can_be_seen_to_work)
{
	cast c;
	tf_tls *none;

	cast_init(&c);
	none = pki_tls(&c.ca, NULL, NULL, NULL);
	expect_refusal(&c, NULL, none, take_anybody, TF_E_TRUST, "peer presented no certificate");
	CHECK(tf_check_refusals(TF_CK_CERT_PRESENT) == 1);
	expect_refusal(&c, NULL, c.client_tls, take_nobody, TF_E_TRUST, "wrong workspace");
	CHECK(tf_check_refusals(TF_CK_CERT_PEER) == 1);
	tf_tls_free(none);
	cast_wipe(&c);
}
