/* trefoil-ra: reads its secrets, binds, becomes nobody in particular, and serves. */
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/harden.h"
#include "daemon/log.h"
#include "daemon/osrng.h"
#include "daemon/proc.h"
#include "ra/conf.h"
#include "ra/ra.h"
#include "seal/keyfile.h"

#define PEM_MAX 16384u
#define PATH_CAP 4096u
#define WHY 256u

typedef struct server {
	tf_ra_conf conf;
	tf_loop *loop;
	tf_proc *proc;
	tf_status *status;
	tf_ra *ra;
	char cert_pem[PEM_MAX];
	char key_pem[PEM_MAX];
	uint8_t passphrase[1024];
	size_t passphrase_len;
	uint8_t admins[TF_ADMINS_MAX][32];
	char why[WHY];
} server;

static void server_wipe(server *s)
{
	tf_ra_free(s->ra);
	tf_status_free(s->status);
	tf_loop_free(s->loop);
	tf_proc_free(s->proc);
	tf_conf_free(&s->conf, &tf_ra_program);
	tf_wipe(s->passphrase, sizeof(s->passphrase));
}

static tf_err fail(server *s, tf_err e, const char *what)
{
	char rest[WHY];

	snprintf(rest, sizeof(rest), "%s", s->why[0] ? s->why : tf_err_name(e));
	snprintf(s->why, sizeof(s->why), "%.80s: %.160s", what, rest);
	return e;
}

static tf_err read_text(char *out, size_t cap, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;

	if (fd < 0)
		return TF_E_IO;
	n = read(fd, out, cap);
	(void)close(fd);
	if (n < 0)
		return TF_E_IO;
	if ((size_t)n == cap)
		return TF_E_TOO_LARGE;
	out[n] = '\0';
	return TF_OK;
}

static tf_err read_secrets(server *s)
{
	tf_err e = read_text(s->cert_pem, sizeof(s->cert_pem), s->conf.ca_certificate);

	if (e != TF_OK)
		return fail(s, e, s->conf.ca_certificate);
	e = read_text(s->key_pem, sizeof(s->key_pem), s->conf.ca_key);
	if (e != TF_OK)
		return fail(s, e, s->conf.ca_key);
	e = tf_keyfile_read(s->passphrase, sizeof(s->passphrase), &s->passphrase_len,
	                    s->conf.unlock);
	return e == TF_OK ? e : fail(s, e, s->conf.unlock);
}

/* ---- status */

static bool health(void *ctx, json_t *object)
{
	const server *s = ctx;
	const tf_registry *r = s->ra ? tf_ra_registry(s->ra) : NULL;
	const bool up = r && r->db;

	return up &&
	       json_object_set_new(object, "crlNumber",
	                           json_integer((json_int_t)r->crl_number)) == 0 &&
	       json_object_set_new(object, "workspaceVersion",
	                           json_integer(r->workspace ? (json_int_t)r->workspace->version
	                                                     : 0)) == 0;
}

static tf_err open_status(server *s)
{
	const tf_conf_addr *at[] = { &s->conf.health, &s->conf.metrics };

	TRY(tf_status_new(&s->status, s->loop, health, s));
	for (size_t i = 0; i < TF_ARRAY_LEN(at); i++)
		if (at[i]->host)
			TRY(tf_status_listen(s->status, at[i]->host, at[i]->port,
			                     TF_STATUS_LOOPBACK, NULL, s->why, sizeof(s->why)));
	return TF_OK;
}

/* ---- life */

static void drained(void *ctx)
{
	const server *s = ctx;

	tf_proc_drained(s->proc);
}

static void drain(void *ctx)
{
	server *s = ctx;

	tf_log(TF_LOG_INFO, "draining", NULL);
	tf_ra_drain(s->ra, drained, s);
}

static void reload(void *ctx)
{
	const server *s = ctx;

	if (tf_log_reopen() != TF_OK)
		tf_log(TF_LOG_ERROR, "log_reopen_failed", NULL);
	tf_ra_maintain(s->ra);
}

static tf_err bind_all(server *s)
{
	const tf_ra_options options = {
		.host = s->conf.listen.host, .port = s->conf.listen.port, .root_pem = s->cert_pem,
		.crl_period = s->conf.crl_period, .status = s->status,
	};
	const tf_proc_options life = {
		.pid_file = s->conf.pid_file, .ready_file = s->conf.ready_file, .drain = drain,
		.reload = reload, .ctx = s,
	};

	TRY(tf_proc_new(&s->proc, s->loop, &life, s->why, sizeof(s->why)));
	return tf_ra_listen(&s->ra, s->loop, &options, s->why, sizeof(s->why));
}

static tf_err open_registry(server *s, const tf_rng *rng)
{
	char db[PATH_CAP], audit[PATH_CAP], identity[PATH_CAP];
	tf_registry_config c = {
		.workspace = s->conf.workspace, .dev_profile = s->conf.profile == 0,
		.db_path = db, .audit_path = audit, .identity_source = identity,
		.ca_cert_pem = s->cert_pem, .ca_key_pem = s->key_pem,
		.passphrase = s->passphrase, .passphrase_len = s->passphrase_len,
		.admin_threshold = (unsigned)s->conf.admin_threshold, .admin_keys = s->admins,
		.n_admin_keys = s->conf.admin_keys.n, .cert_seconds = s->conf.certificate_seconds,
		.crl_seconds = s->conf.crl_seconds, .rng = *rng,
	};

	if (strlen(s->conf.data) > PATH_CAP - 32)
		return TF_E_TOO_LARGE;
	snprintf(db, sizeof(db), "%.4000s/ra.db", s->conf.data);
	snprintf(audit, sizeof(audit), "%.4000s/audit.log", s->conf.data);
	snprintf(identity, sizeof(identity), "file:%.4000s/identity.key", s->conf.data);
	for (size_t i = 0; i < s->conf.admin_keys.n; i++)
		if (sodium_hex2bin(s->admins[i], 32, s->conf.admin_keys.item[i], 64, NULL, NULL,
		                   NULL) != 0)
			return TF_E_ENCODING;
	for (size_t i = 0; i < s->conf.names.n; i++)
		TRY(tf_sans_add(&c.sans, s->conf.names.item[i]));
	return tf_ra_start(s->ra, &c, s->why, sizeof(s->why));
}

/* Secrets and sockets as whoever started us; everything else as the daemons' own user. */
static tf_err start(server *s)
{
	tf_harden_report report = { 0 };
	tf_rng rng;
	tf_err e;

	TRY(tf_harden_early(&report, TF_WHERE_HOST, NULL, 0));
	e = tf_log_open(s->conf.log, (tf_log_level)s->conf.log_level);
	if (e != TF_OK)
		return fail(s, e, s->conf.log);
	if (sodium_init() < 0)
		return TF_E_RESOURCE;
	TRY(tf_osrng_init(&rng));
	TRY(tf_loop_new(&s->loop));
	TRY(read_secrets(s));
	TRY(open_status(s));
	TRY(bind_all(s));
	e = tf_harden_chown(s->conf.data);
	if (e == TF_OK && s->conf.log)
		e = tf_harden_chown(s->conf.log);
	if (e != TF_OK)
		return fail(s, e, s->conf.data);
	TRY(tf_harden_drop(&report, TF_WHERE_HOST));
	TRY(open_registry(s, &rng));
	tf_wipe(s->passphrase, sizeof(s->passphrase));
	TRY(tf_harden_sandbox(&report, TF_WHERE_HOST, TF_HARDEN_RA));
	return tf_proc_ready(s->proc);
}

int main(int argc, char **argv)
{
	static server s;
	int code = TF_EXIT_FINE;
	tf_err e;

	if (tf_harden_bind(argv) != TF_OK)
		fputs("libraries are bound while running: cannot start anew\n", stderr);
	if (!tf_conf_start(&s.conf, &code, &tf_ra_program, argc, argv))
		return code;
	e = start(&s);
	if (e == TF_OK) {
		tf_log(TF_LOG_INFO, "serving", "workspace", s.conf.workspace, "profile",
		       s.conf.profile == 0 ? "dev" : "production", "listen", s.conf.listen.host,
		       NULL);
		if (s.conf.profile == 0)
			tf_log(TF_LOG_WARN, "dev_profile", "meaning",
			       "devices need no evidence; testnets only", NULL);
		code = tf_proc_run(s.proc);
	} else {
		if (s.conf.log)
			fprintf(stderr, "trefoil-ra: %s\n", s.why[0] ? s.why : tf_err_name(e));
		tf_log(TF_LOG_ERROR, "cannot_start", "error", tf_err_name(e), "reason", s.why,
		       NULL);
		code = (int)tf_exit_of(e);
	}
	server_wipe(&s);
	return code;
}
