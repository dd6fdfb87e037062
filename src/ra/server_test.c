#include "ra/server_test.h"

#include <openssl/pem.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/osrng.h"
#include "harness/harness.h"
#include "ra/ra.h"

__attribute__((noreturn)) static void serve(site *s, int out)
{
	const tf_ra_options options = { .host = "127.0.0.1", .root_pem = s->f.cert_pem,
	                                .crl_period = 3600 };
	char why[256], path[128];
	tf_loop *loop;
	tf_ra *ra;
	uint16_t port;

	snprintf(path, sizeof(path), "%s/log", s->f.dir);
	if (tf_log_open(path, TF_LOG_DEBUG) != TF_OK)
		_exit(5);
	if (tf_osrng_init(&s->f.config.rng) != TF_OK || tf_loop_new(&loop) != TF_OK)
		_exit(4);
	if (tf_ra_listen(&ra, loop, &options, why, sizeof(why)) != TF_OK ||
	    tf_ra_start(ra, &s->f.config, why, sizeof(why)) != TF_OK) {
		fprintf(stderr, "server: %s\n", why);
		_exit(3);
	}
	port = tf_ra_port(ra);
	if (write(out, &port, sizeof(port)) != (ssize_t)sizeof(port))
		_exit(2);
	tf_loop_run(loop);
	_exit(0);
}

void site_restart(site *s)
{
	int fd[2];

	CHECK(pipe(fd) == 0);
	fflush(NULL);
	s->pid = fork();
	CHECK(s->pid >= 0);
	if (s->pid == 0) {
		close(fd[0]);
		alarm(120);
		serve(s, fd[1]);
	}
	close(fd[1]);
	CHECK(read(fd[0], &s->port, sizeof(s->port)) == (ssize_t)sizeof(s->port));
	close(fd[0]);
	snprintf(s->url, sizeof(s->url), "https://127.0.0.1:%u", s->port);
}

void site_start(site *s)
{
	memset(s, 0, sizeof(*s));
	fix_prepare(&s->f);
	site_restart(s);
}

void site_kill(site *s)
{
	int status;

	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		CHECK(waitpid(s->pid, &status, 0) == s->pid);
	}
	s->pid = 0;
}

void site_end(site *s)
{
	site_kill(s);
	fix_close(&s->f);
}

void answer_wipe(answer *a)
{
	json_decref(a->json);
	free(a->text);
	memset(a, 0, sizeof(*a));
}

static answer run(site *s, tf_fetch *f, const char *path, const char *body)
{
	TF_AUTO(tf_fetch_result) r = { 0 };
	char url[512];
	answer a = { 0 };
	tf_err e;

	snprintf(url, sizeof(url), "%s%s", s->url, path);
	f->url = url;
	f->ca_pem = s->f.cert_pem;
	f->ca_len = strlen(s->f.cert_pem);
	if (body) {
		f->content_type = "application/json";
		f->body = body;
		f->body_len = strlen(body);
	}
	e = tf_fetch_run(&r, f);
	if (e != TF_OK) {
		a.status = -1;
		a.text = strdup(r.reason);
		return a;
	}
	a.status = r.status;
	a.text = strndup(r.body, r.body_len);
	a.json = json_loadb(r.body, r.body_len, JSON_REJECT_DUPLICATES, NULL);
	return a;
}

answer site_ask(site *s, const char *method, const char *path, const char *body)
{
	tf_fetch f = { .method = method };

	return run(s, &f, path, body);
}

answer site_admin(site *s, unsigned admin, const char *method, const char *path, const char *body)
{
	const tf_admin_request req = { "acme", method, path, (const uint8_t *)(body ? body : ""),
	                               body ? strlen(body) : 0 };
	tf_admin_headers h;
	char lines[4][256];
	const char *const headers[] = { lines[0], lines[1], lines[2], lines[3], NULL };
	tf_fetch f = { .method = method, .headers = headers };

	CHECK_OK(tf_admin_sign(&h, &req, &s->f.admin[admin], (int64_t)time(NULL), &s->f.rng));
	snprintf(lines[0], 256, TF_ADMIN_HEADER_KEY ": %s", h.key);
	snprintf(lines[1], 256, TF_ADMIN_HEADER_TIME ": %s", h.time);
	snprintf(lines[2], 256, TF_ADMIN_HEADER_NONCE ": %s", h.nonce);
	snprintf(lines[3], 256, TF_ADMIN_HEADER_SIGNATURE ": %s", h.signature);
	return run(s, &f, path, body);
}

answer site_ask_as(site *s, const device *d, const char *path, const char *body)
{
	char cert[TF_CERT_PEM_MAX], *key;
	BIO *bio = BIO_new(BIO_s_mem());
	tf_fetch f = { .method = "POST", .cert_pem = cert };
	answer a;

	CHECK_OK(tf_cert_to_pem(cert, sizeof(cert), d->issued.der, d->issued.len));
	CHECK(PEM_write_bio_PKCS8PrivateKey(bio, d->tls, NULL, NULL, 0, NULL, NULL) == 1);
	f.cert_len = strlen(cert);
	f.key_len = (size_t)BIO_get_mem_data(bio, &key);
	f.key_pem = key;
	a = run(s, &f, path, body);
	BIO_free(bio);
	return a;
}

void site_publish(site *s)
{
	char *file = fix_file(&s->f, 3);
	answer a = site_admin(s, 0, "POST", "/v1/admin/workspace", file);

	if (a.status != 200)
		tf_test_fail(__FILE__, __LINE__, "%d %s", a.status, a.text);
	CHECK(json_integer_value(json_object_get(a.json, "version")) == s->f.version);
	answer_wipe(&a);
	free(file);
}

void site_ticket(site *s, const device *d, char text[static TF_TICKET_TEXT + 1])
{
	char body[512];
	answer a;

	snprintf(body, sizeof(body), "{\"device\":\"%s\",\"role\":\"%s\",\"set\":%u,\"names\":[%s%s%s]"
	         ",\"seconds\":600}", d->holder.device, tf_role_name(d->holder.role), d->holder.set,
	         d->sans.n ? "\"" : "", d->sans.n ? d->sans.text[0] : "", d->sans.n ? "\"" : "");
	a = site_admin(s, 1, "POST", "/v1/admin/tickets", body);
	if (a.status != 200)
		tf_test_fail(__FILE__, __LINE__, "%d %s", a.status, a.text);
	snprintf(text, TF_TICKET_TEXT + 1, "%s",
	         json_string_value(json_object_get(a.json, "ticket")));
	answer_wipe(&a);
}

char *site_body(const device *d, const char *ticket)
{
	char nonce[65], sig[129], csr[2 * TF_CSR_MAX], *out = malloc(4 * TF_CSR_MAX);
	char head[128] = "";

	CHECK(out);
	sodium_bin2hex(nonce, sizeof(nonce), d->req.nonce, 32);
	sodium_bin2hex(sig, sizeof(sig), d->req.signature, 64);
	sodium_bin2base64(csr, sizeof(csr), d->csr, d->req.csr_len, sodium_base64_VARIANT_ORIGINAL);
	if (ticket)
		snprintf(head, sizeof(head), "\"ticket\":\"%s\",", ticket);
	snprintf(out, 4 * TF_CSR_MAX, "{%s\"nonce\":\"%s\",\"csr\":\"%s\",\"identitySignature\":\"%s\","
	         "\"evidence\":{\"kind\":\"%s\"}}", head, nonce, csr, sig,
	         tf_evidence_name(d->req.evidence.kind));
	return out;
}

void site_nonce(site *s, const char *ticket, uint8_t nonce[static TF_NONCE_LEN])
{
	char body[128];
	const char *hex;
	answer a;

	snprintf(body, sizeof(body), "{\"ticket\":\"%s\"}", ticket);
	a = site_ask(s, "POST", "/v1/enrol/nonce", body);
	if (a.status != 200)
		tf_test_fail(__FILE__, __LINE__, "%d %s", a.status, a.text);
	hex = json_string_value(json_object_get(a.json, "nonce"));
	CHECK(hex && sodium_hex2bin(nonce, TF_NONCE_LEN, hex, strlen(hex), NULL, NULL, NULL) == 0);
	answer_wipe(&a);
}
