/* trefoil-ra over real HTTPS on loopback. */
#include "ra/ra.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "harness/harness.h"
#include "ra/server_test.h"

static int status_of(answer a)
{
	int status = a.status;

	/* Whatever is refused is refused in JSON, with a message and a code. */
	if (status >= 400) {
		CHECK(json_is_string(json_object_get(a.json, "message")));
		CHECK(json_is_integer(json_object_get(a.json, "code")));
	}
	answer_wipe(&a);
	return status;
}

/* Status of an enrolment with this body, and the code of its refusal. */
static int post(site *s, const char *path, char *body, int *code)
{
	answer a = site_ask(s, "POST", path, body);
	int status = a.status;

	*code = (int)json_integer_value(json_object_get(a.json, "code"));
	answer_wipe(&a);
	free(body);
	return status;
}

static void take_certificate(device *d, const answer *a)
{
	const char *pem = json_string_value(json_object_get(a->json, "certificate"));

	CHECK(pem);
	CHECK_OK(tf_cert_from_pem(d->issued.der, sizeof(d->issued.der), &d->issued.len, pem,
	                          strlen(pem)));
	CHECK_OK(tf_cert_parse(&d->issued.cert, d->issued.der, d->issued.len));
}

static void enrol(site *s, device *d)
{
	char ticket[TF_TICKET_TEXT + 1], *body;
	uint8_t nonce[TF_NONCE_LEN];
	answer a;

	site_ticket(s, d, ticket);
	site_nonce(s, ticket, nonce);
	fix_request(d, nonce);
	body = site_body(d, ticket);
	a = site_ask(s, "POST", "/v1/enrol", body);
	if (a.status != 200)
		tf_test_fail(__FILE__, __LINE__, "%d %s", a.status, a.text);
	take_certificate(d, &a);
	answer_wipe(&a);
	free(body);
}

static void publish_usual(site *s)
{
	fix_usual(&s->f);
	site_publish(s);
}

TEST(devices_enrol_and_renew_over_https)
{
	static site s;
	static device d;
	uint8_t nonce[TF_NONCE_LEN];
	const char *hex;
	char *body;
	tf_cert first;
	answer a;

	site_start(&s);
	publish_usual(&s);
	fix_device(&s.f, &d, "guard-1", TF_ROLE_GUARD, 1);
	enrol(&s, &d);
	first = d.issued.cert;
	CHECK(tf_holder_eq(&first.id.holder, &d.holder));
	CHECK(status_of(site_ask(&s, "POST", "/v1/renew/nonce", "{}")) == 401);
	a = site_ask_as(&s, &d, "/v1/renew/nonce", "{}");
	CHECK(a.status == 200);
	hex = json_string_value(json_object_get(a.json, "nonce"));
	CHECK(hex && sodium_hex2bin(nonce, 32, hex, 64, NULL, NULL, NULL) == 0);
	answer_wipe(&a);
	{
		device old = d; /* speaks with the old TLS key, asks with a new one */

		d.tls = NULL;
		fix_request(&d, nonce);
		body = site_body(&d, NULL);
		a = site_ask_as(&s, &old, "/v1/renew", body);
		CHECK(a.status == 200);
		take_certificate(&d, &a);
		answer_wipe(&a);
		a = site_ask_as(&s, &old, "/v1/renew", body);
		CHECK(status_of(a) == 401);
		fix_device_free(&old);
	}
	CHECK(memcmp(first.serial, d.issued.cert.serial, 16) != 0);
	CHECK(memcmp(first.id.ed25519, d.issued.cert.id.ed25519, 32) == 0);
	CHECK(status_of(site_ask(&s, "POST", "/v1/renew", body)) == 401);
	free(body);
	fix_device_free(&d);
	site_end(&s);
}

TEST(every_refusal_of_an_enrolment)
{
	static site s;
	static device d, other;
	char ticket[TF_TICKET_TEXT + 1], wrong[TF_TICKET_TEXT + 1], body[256];
	uint8_t nonce[TF_NONCE_LEN];
	int code;

	site_start(&s);
	publish_usual(&s);
	fix_device(&s.f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_device(&s.f, &other, "guard-4", TF_ROLE_GUARD, 2);
	site_ticket(&s, &d, ticket);
	memset(wrong, '0', 64);
	wrong[64] = '\0';
	snprintf(body, sizeof(body), "{\"ticket\":\"%s\"}", wrong);
	CHECK(status_of(site_ask(&s, "POST", "/v1/enrol/nonce", body)) == 401);
	site_nonce(&s, ticket, nonce);
	fix_request(&d, nonce);
	CHECK(post(&s, "/v1/enrol", site_body(&d, wrong), &code) == 401);
	/* another device's request with this ticket */
	fix_request(&other, nonce);
	CHECK(post(&s, "/v1/enrol", site_body(&other, ticket), &code) == 403);
	CHECK(code == TF_CK_CSR_SUBJECT);
	/* the nonce went with the attempt */
	CHECK(post(&s, "/v1/enrol", site_body(&d, ticket), &code) == 401);
	site_nonce(&s, ticket, nonce);
	fix_request(&d, nonce);
	d.req.signature[3] ^= 1;
	CHECK(post(&s, "/v1/enrol", site_body(&d, ticket), &code) == 403);
	CHECK(code == TF_CK_CSR_IDENTITY);
	site_nonce(&s, ticket, nonce);
	fix_request(&d, nonce);
	d.csr[d.req.csr_len - 1] ^= 1;
	CHECK_OK(tf_csr_sign(d.req.signature, &d.keys, d.csr, d.req.csr_len, nonce));
	CHECK(post(&s, "/v1/enrol", site_body(&d, ticket), &code) == 403);
	CHECK(code == TF_CK_CSR_SIGNATURE);
	site_nonce(&s, ticket, nonce);
	fix_request(&d, nonce);
	CHECK(post(&s, "/v1/enrol", site_body(&d, ticket), &code) == 200);
	CHECK(post(&s, "/v1/enrol", site_body(&d, ticket), &code) == 409);
	/* its identity key under another device */
	other.keys = d.keys;
	site_ticket(&s, &other, ticket);
	site_nonce(&s, ticket, nonce);
	fix_request(&other, nonce);
	CHECK(post(&s, "/v1/enrol", site_body(&other, ticket), &code) == 409);
	/* evidence that this version cannot verify */
	site_nonce(&s, ticket, nonce);
	fix_request(&other, nonce);
	other.req.evidence.kind = TF_EVIDENCE_SNP;
	CHECK(post(&s, "/v1/enrol", site_body(&other, ticket), &code) != 200);
	fix_device_free(&d);
	fix_device_free(&other);
	site_end(&s);
}

TEST(malformed_bodies_are_answered_in_json_and_cost_no_ticket)
{
	static const char *const bodies[] = {
		"", "null", "[]", "{", "{}", "{\"ticket\":1}", "{\"ticket\":\"x\",\"more\":1}",
		"{\"ticket\":\"x\",\"ticket\":\"y\"}", "\"ticket\"", "{\"ticket\":\"\\u0000\"}",
		"{\"ticket\":\"\xff\"}",
	};
	static site s;
	static device d;
	char ticket[TF_TICKET_TEXT + 1], *big;
	uint8_t nonce[TF_NONCE_LEN];
	answer a;
	int code;

	site_start(&s);
	publish_usual(&s);
	for (size_t i = 0; i < TF_ARRAY_LEN(bodies); i++) {
		CHECK(status_of(site_ask(&s, "POST", "/v1/enrol/nonce", bodies[i])) == 400);
		CHECK(status_of(site_ask(&s, "POST", "/v1/enrol", bodies[i])) == 400);
	}
	big = malloc(40000);
	CHECK(big);
	memset(big, ' ', 39999);
	big[39999] = '\0';
	CHECK(status_of(site_ask(&s, "POST", "/v1/enrol", big)) == 413);
	free(big);
	big = malloc(TF_WORKSPACE_FILE_MAX + 2);
	CHECK(big);
	memset(big, ' ', TF_WORKSPACE_FILE_MAX + 1);
	big[TF_WORKSPACE_FILE_MAX + 1] = '\0';
	CHECK(status_of(site_ask(&s, "POST", "/v1/admin/workspace", big)) == 413);
	free(big);
	CHECK(status_of(site_ask(&s, "GET", "/v1/enrol", NULL)) == 405);
	CHECK(status_of(site_ask(&s, "GET", "/v1/nothing", NULL)) == 404);
	CHECK(status_of(site_ask(&s, "GET", "/", NULL)) == 404);
	fix_device(&s.f, &d, "guard-1", TF_ROLE_GUARD, 1);
	site_ticket(&s, &d, ticket);
	for (unsigned i = 0; i < 6; i++) {
		char *body;

		site_nonce(&s, ticket, nonce);
		fix_request(&d, nonce);
		body = site_body(&d, ticket);
		*strchr(body, ',') = ';';
		CHECK(post(&s, "/v1/enrol", body, &code) == 400);
	}
	site_nonce(&s, ticket, nonce);
	fix_request(&d, nonce);
	CHECK(post(&s, "/v1/enrol", site_body(&d, ticket), &code) == 200);
	a = site_ask(&s, "GET", "/v1/crl", NULL);
	CHECK(a.status == 200);
	answer_wipe(&a);
	fix_device_free(&d);
	site_end(&s);
}

TEST(admin_requests_are_signed_fresh_and_single)
{
	static const char path[] = "/v1/admin/devices";
	static site s;
	static const tf_admin_request req = { "acme", "GET", path, (const uint8_t *)"", 0 };
	TF_AUTO(tf_identity_keys) stranger = { 0 };
	char lines[4][256];
	const char *const headers[] = { lines[0], lines[1], lines[2], lines[3], NULL };
	tf_fetch f = { .method = "GET", .headers = headers };
	char url[128];
	int64_t now = (int64_t)time(NULL);
	const struct {
		int64_t when;
		bool stranger, again;
		int status;
	} tries[] = {
		{ now, false, false, 200 }, { now, false, true, 401 },
		{ now - TF_ADMIN_SKEW - 30, false, false, 401 },
		{ now + TF_ADMIN_SKEW + 30, false, false, 401 }, { now, true, false, 401 },
		{ now, false, false, 200 },
	};
	tf_admin_headers h = { 0 };

	site_start(&s);
	CHECK_OK(tf_identity_keys_make(&stranger, &s.f.rng));
	snprintf(url, sizeof(url), "%s%s", s.url, path);
	f.url = url;
	f.ca_pem = s.f.cert_pem;
	f.ca_len = strlen(s.f.cert_pem);
	for (size_t i = 0; i < TF_ARRAY_LEN(tries); i++) {
		TF_AUTO(tf_fetch_result) r = { 0 };

		if (!tries[i].again)
			CHECK_OK(tf_admin_sign(&h, &req,
			                       tries[i].stranger ? &stranger : &s.f.admin[2],
			                       tries[i].when, &s.f.rng));
		snprintf(lines[0], 256, TF_ADMIN_HEADER_KEY ": %s", h.key);
		snprintf(lines[1], 256, TF_ADMIN_HEADER_TIME ": %s", h.time);
		snprintf(lines[2], 256, TF_ADMIN_HEADER_NONCE ": %s", h.nonce);
		snprintf(lines[3], 256, TF_ADMIN_HEADER_SIGNATURE ": %s", h.signature);
		CHECK_OK(tf_fetch_run(&r, &f));
		CHECK(r.status == tries[i].status);
	}
	site_kill(&s);
	site_restart(&s); /* a replay is remembered across a restart */
	snprintf(url, sizeof(url), "%s%s", s.url, path);
	{
		TF_AUTO(tf_fetch_result) r = { 0 };

		CHECK_OK(tf_fetch_run(&r, &f));
		CHECK(r.status == 401);
	}
	CHECK(status_of(site_ask(&s, "GET", path, NULL)) == 401);
	CHECK(status_of(site_ask(&s, "POST", "/v1/admin/tickets", "{}")) == 401);
	CHECK(status_of(site_ask(&s, "POST", "/v1/admin/workspace", "{}")) == 401);
	CHECK(status_of(site_ask(&s, "POST", "/v1/admin/revoke", "{}")) == 401);
	site_end(&s);
}

TEST(admin_bodies_are_read_strictly)
{
	static const char *const tickets[] = {
		"{}", "[]", "{\"device\":\"guard-1\",\"role\":\"guard\",\"set\":1,\"names\":[]}",
		"{\"device\":\"guard-1\",\"role\":\"guard\",\"set\":1,\"names\":[],\"seconds\":60,\"x\":1}",
		"{\"device\":\"guard-1\",\"role\":\"king\",\"set\":1,\"names\":[],\"seconds\":60}",
		"{\"device\":\"Guard\",\"role\":\"guard\",\"set\":1,\"names\":[],\"seconds\":60}",
		"{\"device\":\"guard-1\",\"role\":\"guard\",\"set\":-1,\"names\":[],\"seconds\":60}",
		"{\"device\":\"guard-1\",\"role\":\"guard\",\"set\":1,\"names\":[1],\"seconds\":60}",
		"{\"device\":\"guard-1\",\"role\":\"guard\",\"set\":1,\"names\":{},\"seconds\":60}",
		"{\"device\":\"guard-1\",\"role\":\"guard\",\"set\":1,\"names\":[],\"seconds\":0}",
		"{\"device\":\"guard-1\",\"role\":\"guard\",\"set\":1,\"names\":[],"
		"\"seconds\":9223372036854775807}",
		"{\"device\":\"guard-1\",\"role\":\"guard\",\"set\":1,\"names\":[\"ip:127.0.0.1\"],"
		"\"seconds\":60}",
	};
	static const char *const revocations[] = {
		"{}", "{\"device\":1}", "{\"serial\":\"00\"}", "{\"device\":\"a\",\"serial\":\"00\"}",
		"{\"serial\":\"0000000000000000000000000000000G\"}",
	};
	static site s;

	site_start(&s);
	publish_usual(&s);
	for (size_t i = 0; i < TF_ARRAY_LEN(tickets); i++)
		CHECK(status_of(site_admin(&s, 0, "POST", "/v1/admin/tickets", tickets[i])) == 400);
	for (size_t i = 0; i < TF_ARRAY_LEN(revocations); i++)
		CHECK(status_of(site_admin(&s, 0, "POST", "/v1/admin/revoke", revocations[i])) ==
		      400);
	CHECK(status_of(site_admin(&s, 0, "POST", "/v1/admin/revoke", "{\"device\":\"a\"}")) == 404);
	CHECK(status_of(site_admin(&s, 0, "POST", "/v1/admin/workspace", "{}")) == 400);
	CHECK(status_of(site_admin(&s, 0, "POST", "/v1/admin/tickets",
	                           "{\"device\":\"guard-9\",\"role\":\"guard\",\"set\":1,"
	                           "\"names\":[],\"seconds\":60}")) == 403);
	site_end(&s);
}

TEST(workspace_file_and_list_are_served_as_they_are)
{
	static site s;
	answer a;
	char *file;

	site_start(&s);
	CHECK(status_of(site_ask(&s, "GET", "/v1/workspace", NULL)) == 404);
	fix_usual(&s.f);
	file = fix_file(&s.f, 1);
	CHECK(status_of(site_admin(&s, 0, "POST", "/v1/admin/workspace", file)) == 403);
	free(file);
	s.f.version--;
	file = fix_file(&s.f, 5);
	CHECK(status_of(site_admin(&s, 0, "POST", "/v1/admin/workspace", file)) == 200);
	CHECK(status_of(site_admin(&s, 0, "POST", "/v1/admin/workspace", file)) == 200);
	a = site_ask(&s, "GET", "/v1/workspace", NULL);
	CHECK(a.status == 200 && strcmp(a.text, file) == 0);
	answer_wipe(&a);
	site_publish(&s);
	CHECK(status_of(site_admin(&s, 0, "POST", "/v1/admin/workspace", file)) == 409);
	free(file);
	a = site_ask(&s, "GET", "/v1/crl.pem", NULL);
	CHECK(a.status == 200 && strncmp(a.text, "-----BEGIN X509 CRL-----", 24) == 0);
	answer_wipe(&a);
	site_end(&s);
}

TEST(revocation_reaches_list_and_handshake)
{
	static site s;
	static device d, other;
	const json_t *list;
	char body[64];
	answer a;

	site_start(&s);
	publish_usual(&s);
	fix_device(&s.f, &d, "guard-1", TF_ROLE_GUARD, 1);
	fix_device(&s.f, &other, "guard-4", TF_ROLE_GUARD, 2);
	enrol(&s, &d);
	enrol(&s, &other);
	a = site_ask_as(&s, &d, "/v1/renew/nonce", "{}");
	CHECK(a.status == 200);
	answer_wipe(&a);
	snprintf(body, sizeof(body), "{\"device\":\"guard-1\"}");
	a = site_admin(&s, 1, "POST", "/v1/admin/revoke", body);
	CHECK(a.status == 200);
	CHECK(json_integer_value(json_object_get(a.json, "certificates")) == 1);
	answer_wipe(&a);
	a = site_ask_as(&s, &d, "/v1/renew/nonce", "{}");
	CHECK(a.status == -1); /* the handshake refuses it already */
	answer_wipe(&a);
	a = site_ask_as(&s, &other, "/v1/renew/nonce", "{}");
	CHECK(a.status == 200);
	answer_wipe(&a);
	a = site_admin(&s, 0, "GET", "/v1/admin/devices", NULL);
	CHECK(a.status == 200);
	list = json_object_get(a.json, "devices");
	CHECK(json_array_size(list) == 3); /* guard-1, guard-4, ra */
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *o = json_array_get(list, i);
		bool revoked = strcmp(json_string_value(json_object_get(o, "device")),
		                      "guard-1") == 0;

		CHECK(json_is_true(json_object_get(o, "revoked")) == revoked);
		CHECK(json_array_size(json_object_get(o, "certificates")) == 1);
		CHECK(strlen(json_string_value(json_object_get(o, "ed25519"))) == 64);
	}
	CHECK(json_integer_value(json_object_get(a.json, "workspaceVersion")) == 1);
	answer_wipe(&a);
	fix_device_free(&d);
	fix_device_free(&other);
	site_end(&s);
}

/* The server's certificate names its role, and a plain client verifies its address. */
TEST(a_certificate_of_another_root_is_refused_in_the_handshake)
{
	static site s, foreign;
	static device d;
	answer a;

	site_start(&s);
	site_start(&foreign);
	publish_usual(&s);
	publish_usual(&foreign);
	fix_device(&foreign.f, &d, "guard-1", TF_ROLE_GUARD, 1);
	enrol(&foreign, &d);
	a = site_ask_as(&s, &d, "/v1/renew/nonce", "{}");
	CHECK(a.status == -1);
	answer_wipe(&a);
	CHECK(status_of(site_ask(&s, "POST", "/v1/renew/nonce", "{}")) == 401);
	memcpy(s.f.cert_pem, foreign.f.cert_pem, sizeof(s.f.cert_pem));
	a = site_ask(&s, "GET", "/v1/crl", NULL);
	CHECK(a.status == -1);
	answer_wipe(&a);
	fix_device_free(&d);
	site_end(&s);
	site_end(&foreign);
}
