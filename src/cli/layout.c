#include "cli/layout.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "attest/ca.h"
#include "base/secret.h"
#include "cli/roster.h"
#include "daemon/osrng.h"
#include "seal/keyfile.h"

#define PORT_REST 8443
#define PORT_RA 8444
#define PORT_CONTROL 8445
#define PORT_CHANNEL 51971
#define PORT_HEALTH 8080
#define PORT_METRICS 9090
#define API_KEY_BITS 3072
#define NETWORK_TRIES 200

/* ---- where everything stands */

static tf_err add(tf_deploy *d, tf_program_kind kind, tf_role role, unsigned set, const char *name,
                  unsigned host)
{
	tf_program *p = &d->program[d->n++];

	p->kind = kind;
	p->role = role;
	p->set = (uint16_t)set;
	TRY(tf_path_print(p->name, sizeof(p->name), "%s", name));
	return tf_path_print(p->host, sizeof(p->host), "%s.%u", d->network, host);
}

tf_err tf_layout_topology(tf_deploy *d)
{
	d->n = 0;
	TRY(add(d, TF_PROGRAM_RA, TF_ROLE_RA, 0, "ra", 2));
	TRY(add(d, TF_PROGRAM_COSIGNER, TF_ROLE_PRIMARY, 0, "primary-1", 11));
	TRY(add(d, TF_PROGRAM_COSIGNER, TF_ROLE_GUARD, 1, "guard-1", 21));
	TRY(add(d, TF_PROGRAM_COSIGNER, TF_ROLE_GUARD, 2, "guard-4", 24));
	TRY(add(d, TF_PROGRAM_COORDINATOR, TF_ROLE_COORDINATOR, 0, "coordinator", 1));
	TRY(tf_path_print(d->rest, sizeof(d->rest), "%s.1:%d", d->network, PORT_REST));
	return tf_path_print(d->ra, sizeof(d->ra), "%s.2:%d", d->network, PORT_RA);
}

static bool is_free(const char *host, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool good = fd >= 0 && inet_pton(AF_INET, host, &a.sin_addr) == 1 &&
	            setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
	            bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0 && listen(fd, 1) == 0;

	if (fd >= 0)
		(void)close(fd);
	return good;
}

static bool network_is_free(const tf_deploy *d)
{
	static const uint16_t ports[] = { PORT_REST, PORT_RA, PORT_CONTROL, PORT_CHANNEL, PORT_HEALTH,
		                          PORT_METRICS };

	for (size_t i = 0; i < d->n; i++)
		for (size_t k = 0; k < TF_ARRAY_LEN(ports); k++)
			if (!is_free(d->program[i].host, ports[k]))
				return false;
	return true;
}

tf_err tf_layout_network(char *out, size_t cap, const tf_deploy *d)
{
	tf_deploy trial = *d;

	for (int i = 0; i < NETWORK_TRIES; i++) {
		/* 127.0.x.y is where everybody else is */
		TRY(tf_path_print(trial.network, sizeof(trial.network), "127.%u.%u",
		                  1 + randombytes_uniform(254), randombytes_uniform(256)));
		TRY(tf_layout_topology(&trial));
		if (network_is_free(&trial))
			return tf_path_print(out, cap, "%s", trial.network);
	}
	return TF_E_BUSY;
}

/* ---- keys */

typedef struct keys {
	char admin_hex[65];
	char user_id[37];
	char root_pem[TF_CERT_PEM_MAX];
	char *user_pem; /* public key */
} keys;

static void keys_wipe(keys *k)
{
	free(k->user_pem);
}

static tf_err make_admin(keys *k, const tf_deploy *d, const tf_rng *rng)
{
	TF_AUTO(tf_identity_keys) admin = { 0 };
	char path[TF_CLI_PATH];

	TRY(tf_deploy_path(path, sizeof(path), d, "admin/admin.key"));
	TRY(tf_keyfile_create(path, rng));
	TRY(tf_deploy_admin(&admin, d));
	sodium_bin2hex(k->admin_hex, sizeof(k->admin_hex), admin.ed25519, 32);
	TRY(tf_deploy_path(path, sizeof(path), d, "admin/admin.pub"));
	return tf_file_write(path, k->admin_hex, 64, TF_OWNER_OPERATOR);
}

static tf_err write_pem(const tf_deploy *d, const char *name, BIO *mem, char **copy)
{
	char path[TF_CLI_PATH], *text;
	long n = BIO_get_mem_data(mem, &text);

	if (n <= 0)
		return TF_E_RESOURCE;
	TRY(tf_deploy_path(path, sizeof(path), d, "api-user/%s", name));
	TRY(tf_file_write(path, text, (size_t)n, TF_OWNER_OPERATOR));
	if (!copy)
		return TF_OK;
	*copy = strndup(text, (size_t)n);
	return *copy ? TF_OK : TF_E_RESOURCE;
}

static tf_err make_user_key(keys *k, const tf_deploy *d)
{
	EVP_PKEY *key = EVP_RSA_gen(API_KEY_BITS);
	BIO *secret = BIO_new(BIO_s_secmem()), *open = BIO_new(BIO_s_mem());
	tf_err e = TF_E_RESOURCE;

	if (key && secret && open &&
	    PEM_write_bio_PrivateKey(secret, key, NULL, NULL, 0, NULL, NULL) == 1 &&
	    PEM_write_bio_PUBKEY(open, key) == 1) {
		e = write_pem(d, "key.pem", secret, NULL);
		if (e == TF_OK)
			e = write_pem(d, "pub.pem", open, &k->user_pem);
	}
	BIO_free(secret);
	BIO_free(open);
	EVP_PKEY_free(key);
	return e;
}

static tf_err make_user(keys *k, const tf_deploy *d)
{
	char path[TF_CLI_PATH], hex[33];
	uint8_t b[16];

	randombytes_buf(b, sizeof(b));
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40); /* RFC 9562: version 4, variant 10 */
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	sodium_bin2hex(hex, sizeof(hex), b, sizeof(b));
	TRY(tf_path_print(k->user_id, sizeof(k->user_id), "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8,
	                  hex + 12, hex + 16, hex + 20));
	TRY(tf_deploy_path(path, sizeof(path), d, "api-user/id"));
	TRY(tf_file_write(path, k->user_id, strlen(k->user_id), TF_OWNER_OPERATOR));
	return make_user_key(k, d);
}

static tf_err make_root(keys *k, const tf_deploy *d, const tf_rng *rng)
{
	char path[TF_CLI_PATH], source[TF_CLI_PATH + 8], key_pem[TF_CERT_PEM_MAX];
	uint8_t pass[128];
	size_t len;
	tf_err e;

	TRY(tf_deploy_path(path, sizeof(path), d, "ra/ca.pass"));
	TRY(tf_keyfile_create(path, rng));
	TRY(tf_path_print(source, sizeof(source), "file:%s", path));
	TRY(tf_keyfile_read(pass, sizeof(pass), &len, source));
	TRY(tf_owner_set(path, TF_OWNER_DAEMON));
	e = tf_ca_create(k->root_pem, sizeof(k->root_pem), key_pem, sizeof(key_pem), d->workspace,
	                 pass, len, (int64_t)time(NULL));
	tf_wipe(pass, sizeof(pass));
	TRY(e);
	TRY(tf_deploy_path(path, sizeof(path), d, "ra/ca.key.pem"));
	TRY(tf_file_write(path, key_pem, strlen(key_pem), TF_OWNER_DAEMON));
	TRY(tf_deploy_path(path, sizeof(path), d, "ca.crt"));
	return tf_file_write(path, k->root_pem, strlen(k->root_pem), TF_OWNER_OPERATOR);
}

/* ---- configurations */

/* "host:port" of a program. */
static json_t *at(const char *host, int port)
{
	return json_sprintf("%s:%d", host, port);
}

static json_t *ra_config(const tf_deploy *d, const tf_program *p, const keys *k)
{
	json_t *j = json_pack("{s:s, s:s, s:o, s:[o], s:o, s:o, s:o, s:o, s:[s], s:i}", "workspace",
	                      d->workspace, "profile", "dev", "listen", at(p->host, PORT_RA), "names",
	                      json_sprintf("ip:%s", p->host), "data",
	                      json_sprintf("%s/ra/db", d->dir), "caRoot",
	                      json_sprintf("%s/ra/ca.crt", d->dir), "caKey",
	                      json_sprintf("%s/ra/ca.key.pem", d->dir), "caPassphrase",
	                      json_sprintf("file:%s/ra/ca.pass", d->dir), "adminKeys", k->admin_hex,
	                      "adminThreshold", 1);

	if (j) {
		json_object_set_new(j, "health", at(p->host, PORT_HEALTH));
		json_object_set_new(j, "metrics", at(p->host, PORT_METRICS));
		json_object_set_new(j, "log", json_pack("{s:o}", "file",
		                                        json_sprintf("%s/ra/log/ra.log", d->dir)));
		json_object_set_new(j, "pidFile", json_sprintf("%s/run/ra.pid", d->dir));
		json_object_set_new(j, "readyFile", json_sprintf("%s/run/ra.ready", d->dir));
	}
	return j;
}

/* What co-signers and coordinator have in common. */
static json_t *member_config(const tf_deploy *d, const tf_program *p, const keys *k)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:[s], s:i}", "workspace", d->workspace, "profile",
	                      "dev", "ra", d->ra, "adminKeys", k->admin_hex, "adminThreshold", 1);

	if (!j)
		return NULL;
	json_object_set_new(j, "log", json_pack("{s:s, s:o}", "level", "info", "file",
	                                        json_sprintf("%s/%s/log/%s.log", d->dir, p->name,
	                                                     p->name)));
	json_object_set_new(j, "pidFile", json_sprintf("%s/run/%s.pid", d->dir, p->name));
	json_object_set_new(j, "readyFile", json_sprintf("%s/run/%s.ready", d->dir, p->name));
	json_object_set_new(j, "store", json_sprintf("%s/%s/db/store.db", d->dir, p->name));
	json_object_set_new(j, "audit", json_sprintf("%s/%s/db/audit.log", d->dir, p->name));
	json_object_set_new(j, "dbKey", json_sprintf("%s/%s/dbkey", d->dir, p->name));
	json_object_set_new(j, "caRoot", json_sprintf("%s/%s/ca.crt", d->dir, p->name));
	json_object_set_new(j, "ticket", json_sprintf("%s/%s/ticket", d->dir, p->name));
	json_object_set_new(j, "health", at(p->host, PORT_HEALTH));
	json_object_set_new(j, "metrics", at(p->host, PORT_METRICS));
	return j;
}

static json_t *coordinator_config(const tf_deploy *d, const tf_program *p, const keys *k)
{
	json_t *j = member_config(d, p, k);

	if (j) {
		json_object_set_new(j, "database",
		                    json_sprintf("%s/%s/db/coordinator.db", d->dir, p->name));
		json_object_set_new(j, "names", json_pack("[o]", json_sprintf("ip:%s", p->host)));
		json_object_set_new(j, "api", at(p->host, PORT_REST));
		json_object_set_new(j, "control", at(p->host, PORT_CONTROL));
		json_object_set_new(j, "presignatures", json_integer(d->presignatures));
	}
	return j;
}

static json_t *cosigner_config(const tf_deploy *d, const tf_program *p, const keys *k,
                               const tf_layout *layout)
{
	json_t *j = member_config(d, p, k);

	if (!j)
		return NULL;
	json_object_set_new(j, "device", json_string(p->name));
	json_object_set_new(j, "role", json_string(tf_role_name(p->role)));
	json_object_set_new(j, "set", json_integer(p->set));
	json_object_set_new(j, "coordinator", json_sprintf("%s.1:%d", d->network, PORT_CONTROL));
	json_object_set_new(j, "channel", at(p->host, PORT_CHANNEL));
	json_object_set_new(j, "kernel", json_string(layout->kernel));
	if (layout->test_primes) {
		/* four lines for each device */
		json_object_set_new(j, "testPrimes",
		                    json_sprintf("%s/%s/test-primes", d->dir, p->name));
		json_object_set_new(j, "testPrimesAt", json_integer(4 * (p - d->program - 1)));
	}
	return j;
}

/* Where its reader can get at them. */
static tf_err copy_primes(const tf_deploy *d, const tf_program *p, const char *from)
{
	TF_AUTO(tf_text) text = { 0 };
	char path[TF_CLI_PATH];

	TRY(tf_file_read(&text, from));
	TRY(tf_deploy_path(path, sizeof(path), d, "%s/test-primes", p->name));
	return tf_file_write(path, text.p, text.len, TF_OWNER_DAEMON);
}

static tf_err make_program(const tf_deploy *d, const tf_program *p, const keys *k,
                           const tf_layout *layout, const tf_rng *rng)
{
	static const char *const inside[] = { "db", "log" };
	char path[TF_CLI_PATH];
	json_t *config = NULL;
	tf_err e;

	for (size_t i = 0; i < TF_ARRAY_LEN(inside); i++) {
		TRY(tf_deploy_path(path, sizeof(path), d, "%s/%s", p->name, inside[i]));
		TRY(tf_folder_make(path, 0700, TF_OWNER_DAEMON));
	}
	TRY(tf_deploy_path(path, sizeof(path), d, "%s/ca.crt", p->name));
	TRY(tf_file_write(path, k->root_pem, strlen(k->root_pem), TF_OWNER_DAEMON));
	switch (p->kind) {
	case TF_PROGRAM_RA: config = ra_config(d, p, k); break;
	case TF_PROGRAM_COSIGNER: config = cosigner_config(d, p, k, layout); break;
	case TF_PROGRAM_COORDINATOR: config = coordinator_config(d, p, k); break;
	}
	e = tf_deploy_path(path, sizeof(path), d, "%s/config.json", p->name);
	if (e == TF_OK)
		e = tf_file_write_json(path, config, TF_OWNER_DAEMON);
	json_decref(config);
	if (e != TF_OK || p->kind == TF_PROGRAM_RA)
		return e;
	if (layout->test_primes && p->kind == TF_PROGRAM_COSIGNER)
		TRY(copy_primes(d, p, layout->test_primes));
	TRY(tf_deploy_path(path, sizeof(path), d, "%s/dbkey", p->name));
	TRY(tf_keyfile_create(path, rng));
	return tf_owner_set(path, TF_OWNER_DAEMON);
}

/* ---- all of it */

static tf_err make_folders(const tf_deploy *d)
{
	char path[TF_CLI_PATH];

	/* Others may pass through to what is theirs, and see nothing on the way. */
	TRY(tf_folder_make(d->dir, geteuid() == 0 ? 0711 : 0700, TF_OWNER_OPERATOR));
	TRY(tf_deploy_path(path, sizeof(path), d, "admin"));
	TRY(tf_folder_make(path, 0700, TF_OWNER_OPERATOR));
	TRY(tf_deploy_path(path, sizeof(path), d, "api-user"));
	TRY(tf_folder_make(path, 0700, TF_OWNER_OPERATOR));
	TRY(tf_deploy_path(path, sizeof(path), d, "run"));
	TRY(tf_folder_make(path, 0700, TF_OWNER_DAEMON));
	for (size_t i = 0; i < d->n; i++) {
		TRY(tf_deploy_path(path, sizeof(path), d, "%s", d->program[i].name));
		TRY(tf_folder_make(path, 0700, TF_OWNER_DAEMON));
	}
	return TF_OK;
}

static tf_err named(tf_err e, const char *what, char *why, size_t cap)
{
	if (e != TF_OK && !why[0])
		(void)snprintf(why, cap, "%s: %s", what, tf_err_name(e));
	return e;
}

tf_err tf_layout_make(const tf_deploy *d, const tf_layout *layout, char *why, size_t cap)
{
	TF_AUTO(keys) k = { 0 };
	tf_rng rng;

	why[0] = '\0';
	TRY(named(tf_osrng_init(&rng), "randomness", why, cap));
	TRY(named(make_folders(d), "folders", why, cap));
	TRY(named(make_admin(&k, d, &rng), "admin key", why, cap));
	TRY(named(make_user(&k, d), "API user", why, cap));
	TRY(named(make_root(&k, d, &rng), "certificate authority", why, cap));
	for (size_t i = 0; i < d->n; i++)
		TRY(named(make_program(d, &d->program[i], &k, layout, &rng), d->program[i].name, why,
		          cap));
	TRY(named(tf_roster_first(d, layout->security, k.user_id, k.user_pem, why, cap),
	          "workspace file", why, cap));
	return named(tf_deploy_save(d), "trefoil.json", why, cap);
}
