/* How a device, an admin and the RA server speak to each other, and files of secrets. First byte:
 *
 *     h  headers of an admin's request: key, time, nonce, signature and body, a line each, the body
 *        the rest; an empty line: the honest one
 *     r  a request to the RA server: which route (u8), then the body, in which the bytes 1 to 4
 *        are the ticket, nonce, CSR and signature of an honest device
 *     n, c, e  an answer of the RA server to a device: nonce, certificate, refusal (with status,
 *        two bytes)
 *     k  a file of secrets; s  the name of a credential
 *
 * Always: an admin's request that is accepted is the one that was signed; the RA server answers
 * once, and never that it is at fault; what a device has read is what was written, and what it says
 * of an answer can be printed; a secret is what its file holds, but for one newline. */
#include <ctype.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/enrol_exchange.h"
#include "daemon/log.h"
#include "fuzz.h"
#include "harness/harness.h"
#include "net/http_server_state.h"
#include "ra/api.h"
#include "ra/fixture_test.h"
#include "seal/keyfile.h"

#define BODY_MAX 32768u
#define SITE_INPUTS 4000u /* then another one: its tables grow */

/* ---- admins ---- */

static const char admin_body[] = "{\"device\":\"guard-1\"}";

/* The next line, NUL-terminated in out; the honest text if it is empty. */
static void next_line(char *out, size_t cap, const char *honest, const uint8_t **p, size_t *len)
{
	const uint8_t *end = memchr(*p, '\n', *len);
	size_t n = end ? (size_t)(end - *p) : *len;
	size_t used = n < cap ? n : cap - 1;

	memcpy(out, *p, used);
	out[used] = '\0';
	if (n == 0)
		snprintf(out, cap, "%s", honest);
	*p += n + (end != NULL);
	*len -= n + (end != NULL);
}

static void try_headers(const uint8_t *p, size_t len)
{
	static const tf_secret seed = { { 1 } }, x = { { 2 } };
	const int64_t now = 1700000000;
	uint8_t key[32] = { 0xee }, nonce[16] = { 0xee };
	TF_AUTO(tf_identity_keys) admin = { 0 };
	tf_admin_request req = { "acme", "POST", "/v1/admin/revoke", (const uint8_t *)admin_body,
	                         sizeof(admin_body) - 1 };
	tf_admin_headers good, h;
	tf_fault fault = { 0 };
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, 1, 2);
	bool same_body;

	ALWAYS(tf_identity_keys_load(&admin, &seed, &x) == TF_OK);
	ALWAYS(tf_admin_sign(&good, &req, &admin, now, &rng) == TF_OK);
	next_line(h.key, sizeof(h.key), good.key, &p, &len);
	next_line(h.time, sizeof(h.time), good.time, &p, &len);
	next_line(h.nonce, sizeof(h.nonce), good.nonce, &p, &len);
	next_line(h.signature, sizeof(h.signature), good.signature, &p, &len);
	same_body = len == 0 || (len == req.body_len && memcmp(p, admin_body, len) == 0);
	if (len > 0) {
		req.body = p;
		req.body_len = len;
	}
	if (tf_admin_verify(key, nonce, &h, &req, (const uint8_t (*)[32])admin.ed25519, 1, now + 1,
	                    &fault) != TF_OK) {
		ALWAYS(key[0] == 0xee && nonce[0] == 0xee);
		return;
	}
	ALWAYS(same_body && strcasecmp(h.key, good.key) == 0 && strcmp(h.time, good.time) == 0);
	ALWAYS(strcasecmp(h.nonce, good.nonce) == 0);
	ALWAYS(strcasecmp(h.signature, good.signature) == 0);
	ALWAYS(memcmp(key, admin.ed25519, 32) == 0);
}

/* ---- the RA server ---- */

static struct {
	fixture f;
	tf_loop *loop;
	tf_ra *ra;
	device enrolled, newcomer;
	unsigned inputs;
	int status; /* of the last answer */
	unsigned answers;
} site;

static void note(void *ctx, const tf_http_call *call, int status, size_t len)
{
	(void)ctx;
	(void)call;
	(void)len;
	site.status = status;
	site.answers++;
}

static tf_http_server nobodys_server;

/* What a server would hand to its handler, without a connection. NULL: it would not. */
static tf_http_call *make_call(const char *head, const uint8_t *body, size_t len, const device *by)
{
	static const tf_http_limits limits = { .body_max = BODY_MAX };
	tf_http_call *c = calloc(1, sizeof(*c));
	const uint8_t *p = (const uint8_t *)head, *der = by ? by->issued.der : NULL;
	size_t left = strlen(head);

	ALWAYS(c && tf_http_reader_new(&c->reader, &limits) == TF_OK);
	nobodys_server.options.answered = note;
	nobodys_server.calls.next = nobodys_server.calls.prev = c;
	c->prev = c->next = &nobodys_server.calls;
	c->server = &nobodys_server;
	ALWAYS(tf_http_reader_feed(c->reader, &p, &left) == TF_OK);
	ALWAYS(tf_http_reader_feed(c->reader, &body, &len) == TF_OK);
	ALWAYS(tf_http_reader_state(c->reader) == TF_HTTP_DONE);
	if (by)
		ALWAYS((c->peer = d2i_X509(NULL, &der, (long)by->issued.len)) != NULL);
	return c;
}

typedef enum signer { NOBODY, DEVICE, ADMIN } signer;

static int ask(const char *path, const uint8_t *body, size_t len, signer by)
{
	const tf_admin_request req = { "acme", "POST", path, body, len };
	tf_admin_headers h = { .key = "" };
	char head[1024];

	ALWAYS(tf_admin_sign(&h, &req, &site.f.admin[0], (int64_t)time(NULL), &site.f.rng) == TF_OK);
	snprintf(head, sizeof(head), "POST %s HTTP/1.1\r\nHost: ra\r\n%s: %s\r\n%s: %s\r\n%s: %s\r\n"
	         "%s: %s\r\nContent-Length: %zu\r\n\r\n", path, TF_ADMIN_HEADER_KEY,
	         by == ADMIN ? h.key : "", TF_ADMIN_HEADER_TIME, h.time, TF_ADMIN_HEADER_NONCE,
	         h.nonce, TF_ADMIN_HEADER_SIGNATURE, h.signature, len);
	site.answers = 0;
	tf_ra_handle(site.ra, make_call(head, body, len, by == DEVICE ? &site.enrolled : NULL));
	ALWAYS(site.answers == 1);
	return site.status;
}

static void ticket_for(char text[static TF_TICKET_TEXT + 1], const device *d)
{
	tf_refusal why;

	if (tf_registry_ticket(tf_ra_registry(site.ra), text, site.f.admin_keys[0], &d->holder,
	                       &d->sans, 600, (int64_t)time(NULL), &why) != TF_OK)
		snprintf(text, TF_TICKET_TEXT + 1, "none");
}

static void enrol(device *d)
{
	tf_registry *r = tf_ra_registry(site.ra);
	char ticket[TF_TICKET_TEXT + 1];
	uint8_t nonce[TF_NONCE_LEN];
	tf_refusal why;

	ticket_for(ticket, d);
	ALWAYS(tf_registry_nonce(r, nonce, ticket, (int64_t)time(NULL), &why) == TF_OK);
	fix_request(d, nonce);
	ALWAYS(tf_registry_enrol(r, &d->issued, ticket, &d->req, (int64_t)time(NULL), &why) == TF_OK);
}

static void close_site(void)
{
	if (!site.ra)
		return;
	tf_ra_free(site.ra);
	tf_loop_free(site.loop);
	fix_device_free(&site.enrolled);
	fix_device_free(&site.newcomer);
	fix_close(&site.f);
	memset(&site, 0, sizeof(site));
}

static void open_site(void)
{
	static bool known;
	tf_ra_options options = { .host = "127.0.0.1", .crl_period = 3600 };
	char why[256], *file;

	if (!known)
		ALWAYS(atexit(close_site) == 0 && tf_log_open("/dev/null", TF_LOG_ERROR) == TF_OK);
	known = true;
	fix_prepare(&site.f);
	options.root_pem = site.f.cert_pem;
	ALWAYS(tf_loop_new(&site.loop) == TF_OK);
	ALWAYS(tf_ra_listen(&site.ra, site.loop, &options, why, sizeof(why)) == TF_OK);
	ALWAYS(tf_ra_start(site.ra, &site.f.config, why, sizeof(why)) == TF_OK);
	fix_usual(&site.f);
	file = fix_file(&site.f, 3);
	ALWAYS(ask("/v1/admin/workspace", (uint8_t *)file, strlen(file), ADMIN) == 200);
	free(file);
	fix_device(&site.f, &site.enrolled, "guard-4", TF_ROLE_GUARD, 2);
	fix_device(&site.f, &site.newcomer, "guard-1", TF_ROLE_GUARD, 1);
	enrol(&site.enrolled);
}

/* What an honest device would have in its body: for byte 1 to 4. */
typedef struct honest {
	char text[4][2 * TF_CSR_MAX];
} honest;

static void make_honest(honest *out, signer by)
{
	device *d = by == DEVICE ? &site.enrolled : &site.newcomer;
	tf_registry *r = tf_ra_registry(site.ra);
	uint8_t nonce[TF_NONCE_LEN] = { 0 };
	char ticket[TF_TICKET_TEXT + 1];
	tf_refusal why;

	ticket_for(ticket, d);
	snprintf(out->text[0], sizeof(out->text[0]), "%s", ticket);
	if (by == DEVICE)
		(void)!tf_registry_renew_nonce(r, nonce, &d->issued.cert, (int64_t)time(NULL), &why);
	else
		(void)!tf_registry_nonce(r, nonce, ticket, (int64_t)time(NULL), &why);
	fix_request(d, nonce);
	sodium_bin2hex(out->text[1], sizeof(out->text[1]), nonce, sizeof(nonce));
	sodium_bin2base64(out->text[2], sizeof(out->text[2]), d->csr, d->req.csr_len,
	                  sodium_base64_VARIANT_ORIGINAL);
	sodium_bin2hex(out->text[3], sizeof(out->text[3]), d->req.signature, 64);
}

static size_t expand(uint8_t *out, const uint8_t *p, size_t len, signer by)
{
	static honest h;
	bool made = false;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		bool named = p[i] >= 1 && p[i] <= 4;
		size_t more = 1;

		if (named && !made)
			make_honest(&h, by);
		made |= named;
		if (named)
			more = strlen(h.text[p[i] - 1]);
		if (n + more > BODY_MAX)
			break;
		memcpy(out + n, named ? (const uint8_t *)h.text[p[i] - 1] : p + i, more);
		n += more;
	}
	return n;
}

static void try_server(const uint8_t *p, size_t len)
{
	static const struct {
		const char *path;
		signer by;
	} routes[] = {
		{ "/v1/enrol/nonce", NOBODY }, { "/v1/enrol", NOBODY }, { "/v1/renew/nonce", DEVICE },
		{ "/v1/renew", DEVICE }, { "/v1/admin/tickets", ADMIN },
		{ "/v1/admin/workspace", ADMIN }, { "/v1/admin/revoke", ADMIN },
		{ "/v1/renew", NOBODY }, { "/v1/admin/revoke", NOBODY },
	};
	static uint8_t body[BODY_MAX];
	unsigned which = len > 0 ? p[0] % TF_ARRAY_LEN(routes) : 0;
	int status;
	size_t n;

	if (len == 0)
		return;
	if (!site.ra)
		open_site();
	n = expand(body, p + 1, len - 1, routes[which].by);
	status = ask(routes[which].path, body, n, routes[which].by);
	ALWAYS(status == 200 || (status >= 400 && status < 500));
	ALWAYS(which < 7 || status == 401);
	if (++site.inputs >= SITE_INPUTS || (status == 200 && routes[which].by == ADMIN && which != 4))
		close_site(); /* who is revoked is revoked for good */
}

/* ---- a device ---- */

static void check_words(const tf_exchange *x)
{
	ALWAYS(memchr(x->why, 0, sizeof(x->why)) && x->why[0]);
	for (const char *c = x->why; *c; c++)
		ALWAYS(*c >= 0x20 && *c < 0x7f);
}

static void try_answer(char kind, const uint8_t *data, size_t len)
{
	static tf_exchange x;
	char pem[TF_CERT_PEM_MAX];
	uint8_t nonce[TF_NONCE_LEN], again[TF_CERT_MAX];
	const char *p = (const char *)data;
	size_t n;

	memset(&x, 0, sizeof(x));
	if (kind == 'n' && tf_exchange_read_nonce(&x, nonce, p, len) != TF_OK)
		check_words(&x);
	if (kind == 'e' && len >= 2) {
		ALWAYS(tf_exchange_read_refusal(&x, data[0] << 8 | data[1], p + 2, len - 2) != TF_OK);
		check_words(&x);
	}
	if (kind != 'c')
		return;
	if (tf_exchange_read_cert(&x, p, len) != TF_OK) {
		check_words(&x);
		return;
	}
	ALWAYS(x.cert_len > 0 && x.cert_len <= sizeof(x.cert));
	ALWAYS(tf_cert_to_pem(pem, sizeof(pem), x.cert, x.cert_len) == TF_OK);
	ALWAYS(tf_cert_from_pem(again, sizeof(again), &n, pem, strlen(pem)) == TF_OK);
	ALWAYS(n == x.cert_len && memcmp(again, x.cert, n) == 0);
}

/* ---- files of secrets ---- */

static char secrets[64];

static void remove_secrets(void)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/key", secrets);
	(void)unlink(path);
	(void)rmdir(secrets);
}

static void make_secrets(void)
{
	if (secrets[0])
		return;
	snprintf(secrets, sizeof(secrets), "/tmp/trefoil-fuzz-XXXXXX");
	ALWAYS(mkdtemp(secrets) && atexit(remove_secrets) == 0);
	ALWAYS(setenv("CREDENTIALS_DIRECTORY", secrets, 1) == 0);
}

static bool is_hex(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isxdigit(p[i]))
			return false;
	return len == 64;
}

static void try_file(const uint8_t *p, size_t len)
{
	uint8_t out[128], bin[32];
	char source[96];
	size_t got = 0, most = len > 0 && p[len - 1] == '\n' ? len - 1 : len;
	tf_secret key;
	tf_err e;
	int fd;

	make_secrets();
	snprintf(source, sizeof(source), "file:%s/key", secrets);
	fd = open(source + 5, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ALWAYS(fd >= 0 && write(fd, p, len) == (ssize_t)len && close(fd) == 0);
	e = tf_keyfile_read(out, sizeof(out), &got, source);
	ALWAYS(e == (len > sizeof(out) ? TF_E_TOO_LARGE : most == 0 ? TF_E_TRUNCATED : TF_OK));
	ALWAYS(e != TF_OK || (got == most && memcmp(out, p, most) == 0));
	e = tf_keyfile_read_key(&key, source);
	ALWAYS(e == (is_hex(p, most) ? TF_OK : TF_E_ENCODING));
	if (e == TF_OK)
		ALWAYS(sodium_hex2bin(bin, 32, (const char *)p, 64, NULL, NULL, NULL) == 0 &&
		       memcmp(bin, key.b, 32) == 0);
}

static void try_credential(const uint8_t *p, size_t len)
{
	char source[5000];
	uint8_t out[16];
	size_t got;
	tf_err e;

	make_secrets();
	if (len > sizeof(source) - 12)
		return;
	memcpy(source, "credential:", 11);
	memcpy(source + 11, p, len);
	source[11 + len] = '\0';
	e = tf_keyfile_read(out, sizeof(out), &got, source);
	ALWAYS(e == TF_E_ENCODING || e == TF_E_IO || strcmp(source + 11, "key") == 0 ||
	       (e == TF_E_TRUST && strcmp(source + 11, ".") == 0));
	ALWAYS(e == TF_E_ENCODING || !strchr(source + 11, '/'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len == 0)
		return 0;
	switch (data[0]) {
	case 'h': try_headers(data + 1, len - 1); break;
	case 'r': try_server(data + 1, len - 1); break;
	case 'n':
	case 'c':
	case 'e': try_answer((char)data[0], data + 1, len - 1); break;
	case 'k': try_file(data + 1, len - 1); break;
	case 's': try_credential(data + 1, len - 1); break;
	}
	ERR_clear_error();
	return 0;
}
