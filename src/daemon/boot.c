#include "daemon/boot.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/log.h"
#include "daemon/osrng.h"
#include "seal/keyfile.h"

#define ENROL_TRIES 60
#define PEM_MAX 16384u

/* One program per process: what the watcher needs of it. */
struct watch {
	tf_boot *b;
	void (*changed)(void *ctx, unsigned what);
	void *ctx;
};

static tf_exit complain(const char *what, tf_err e, const char *why)
{
	tf_log(TF_LOG_ERROR, "cannot_start", "what", what, "error", tf_err_name(e), "reason", why,
	       NULL);
	fprintf(stderr, "cannot start: %s: %s (%s)\n", what, why && *why ? why : "failed",
	        tf_err_name(e));
	return tf_exit_of(e);
}

static tf_err hex_key(uint8_t out[static 32], const char *text)
{
	if (strlen(text) != 64 || strspn(text, "0123456789abcdef") != 64)
		return TF_E_ENCODING;
	return sodium_hex2bin(out, 32, text, 64, NULL, NULL, NULL) == 0 ? TF_OK : TF_E_ENCODING;
}

static tf_err read_file(char *out, size_t cap, const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return TF_E_IO;
	n = fread(out, 1, cap - 1, f);
	out[n] = '\0';
	fclose(f);
	return n < cap - 1 ? TF_OK : TF_E_TOO_LARGE;
}

/* A configuration names secrets by path or "fd:N"; key files have a scheme in front. */
static tf_err read_db_key(tf_secret *out, const char *path)
{
	char source[4200];

	snprintf(source, sizeof(source), "file:%s", path);
	return tf_keyfile_read_key(out, source);
}

static tf_exit open_store(tf_boot *b, const tf_boot_conf *conf, const tf_boot_options *options)
{
	tf_db_reason reason = { "" };
	tf_key_part part = { .source = TF_SOURCE_FILE };
	tf_store_config c = {
		.path = conf->store,
		.cosigner = options->holder.device,
		.schema = options->store_schema,
		.parts = &part,
		.n_parts = 1,
		.rng = b->rng,
	};
	tf_err e = read_db_key(&part.key, conf->db_key);

	if (e != TF_OK)
		return complain("the key file of the store", e, conf->db_key);
	e = tf_store_open(&b->store, &c, &reason);
	tf_secret_wipe(&part.key);
	if (e != TF_OK)
		return complain("the sealed store", e, reason.text);
	return TF_EXIT_FINE;
}

static tf_exit open_member(tf_boot *b, const tf_boot_conf *conf, const tf_boot_options *options)
{
	uint8_t admins[TF_ADMINS_MAX][32];
	char pem[PEM_MAX], url[300], why[256] = "";
	tf_member_config c = {
		.holder = options->holder,
		.ra_url = url,
		.root_pem = pem,
		.admin_threshold = (unsigned)conf->admin_threshold,
		.admin_keys = (const uint8_t (*)[32])admins,
		.n_admin_keys = conf->admin_keys.n,
		.dev_profile = conf->profile == 0,
		.store = b->store,
		.rng = b->rng,
	};
	tf_err e = read_file(pem, sizeof(pem), conf->ca_root);

	if (e != TF_OK)
		return complain("the root certificate", e, conf->ca_root);
	for (size_t i = 0; i < conf->admin_keys.n; i++)
		if (hex_key(admins[i], conf->admin_keys.item[i]) != TF_OK)
			return complain("adminKeys", TF_E_ENCODING, "expected 64 hex digits each");
	snprintf(c.holder.workspace, sizeof(c.holder.workspace), "%s", conf->workspace);
	snprintf(url, sizeof(url), "https://%s:%u", conf->ra.host, conf->ra.port);
	if (options->sans)
		c.sans = *options->sans;
	e = tf_member_open(&b->member, &c, why, sizeof(why));
	return e == TF_OK ? TF_EXIT_FINE : complain("membership", e, why);
}

/* The RA server may still be starting: give it a minute. */
static tf_exit enrol(tf_boot *b, const tf_boot_conf *conf)
{
	char ticket[256], why[256] = "";
	unsigned changed;
	size_t len;
	tf_err e;

	if (tf_member_has_certificate(b->member, time(NULL))) {
		e = tf_member_refresh(b->member, time(NULL), &changed, why, sizeof(why));
		if (e != TF_OK)
			tf_log(TF_LOG_WARN, "refresh_failed", "reason", why, NULL);
		return TF_EXIT_FINE;
	}
	if (!conf->ticket)
		return complain("enrolment", TF_E_USAGE, "no certificate, and no ticket is configured");
	e = tf_conf_secret(ticket, sizeof(ticket), &len, conf->ticket, why, sizeof(why));
	if (e != TF_OK)
		return complain("the enrolment ticket", e, why);
	for (int i = 0; i < ENROL_TRIES; i++) {
		e = tf_member_enrol(b->member, ticket, time(NULL), why, sizeof(why));
		if (e != TF_E_IO)
			break;
		nanosleep(&(struct timespec){ .tv_nsec = 500 * 1000 * 1000 }, NULL);
	}
	tf_wipe(ticket, sizeof(ticket));
	if (e != TF_OK)
		return complain("enrolment", e, why);
	tf_log(TF_LOG_INFO, "enrolled", NULL);
	return TF_EXIT_FINE;
}

static tf_err sign_row(void *ctx, uint8_t sig[static 64], const uint8_t hash[static 32])
{
	return tf_identity_sign(sig, ctx, TF_AUDIT_DOMAIN, hash, 32);
}

static tf_exit open_audit(tf_boot *b, const tf_boot_conf *conf, const char *device)
{
	const tf_identity_keys *keys = tf_member_keys(b->member);
	const tf_audit_signer signer = { sign_row, (void *)(uintptr_t)keys };
	char why[256] = "";
	size_t torn = 0;
	tf_err e = tf_audit_open(&b->audit, conf->audit, device, &signer, keys->ed25519, &torn, why,
	                         sizeof(why));

	if (torn > 0)
		tf_log(TF_LOG_WARN, "audit_torn_row_cut_off", NULL);
	return e == TF_OK ? TF_EXIT_FINE : complain("the audit log", e, why);
}

static tf_exit open_tls(tf_boot *b)
{
	tf_tls_config c = { 0 };
	char why[256] = "";
	tf_err e = tf_member_tls(b->member, &c);

	if (e == TF_OK)
		e = tf_tls_new(&b->tls, &c, why, sizeof(why));
	return e == TF_OK ? TF_EXIT_FINE : complain("TLS", e, why);
}

static tf_exit open_status(tf_boot *b, const tf_boot_conf *conf, const tf_boot_options *options)
{
	const tf_conf_addr *at[2] = { &conf->health, &conf->metrics };
	char why[256] = "";
	tf_err e = tf_status_new(&b->status, b->loop, options->health, options->ctx);

	for (size_t i = 0; e == TF_OK && i < 2; i++)
		if (at[i]->host)
			e = tf_status_listen(b->status, at[i]->host, at[i]->port, TF_STATUS_LOOPBACK,
			                     NULL, why, sizeof(why));
	return e == TF_OK ? TF_EXIT_FINE : complain("health and metrics", e, why);
}

static struct watch watch;

/* SIGHUP: the log's file may have moved, and somebody may know of news before we ask for them. */
static void on_hangup(void *ctx)
{
	(void)ctx;
	if (tf_log_reopen() != TF_OK)
		tf_log(TF_LOG_WARN, "log_not_reopened", NULL);
	if (watch.b)
		tf_member_hurry(watch.b->member);
}

static tf_exit open_process(tf_boot *b, const tf_boot_conf *conf, const tf_boot_options *options)
{
	tf_proc_options p = options->proc;
	char why[256] = "";
	const int keep[] = { tf_conf_secret_fd(conf->ticket) };
	tf_err e = tf_harden_early(&b->hardening, TF_WHERE_HOST, keep, TF_ARRAY_LEN(keep));

	if (e == TF_OK)
		e = tf_harden_drop(&b->hardening, TF_WHERE_HOST);
	if (e != TF_OK)
		return complain("giving up privileges", e, "");
	e = tf_log_open(conf->log_file, (tf_log_level)conf->log_level);
	if (e != TF_OK)
		return complain("the log file", e, conf->log_file);
	e = tf_osrng_init(&b->rng);
	if (e != TF_OK)
		return complain("randomness", e, "");
	e = tf_loop_new(&b->loop);
	p.pid_file = conf->pid_file;
	p.ready_file = conf->ready_file;
	p.reload = on_hangup;
	if (e == TF_OK)
		e = tf_proc_new(&b->proc, b->loop, &p, why, sizeof(why));
	return e == TF_OK ? TF_EXIT_FINE : complain("the process", e, why);
}

tf_exit tf_boot_start(tf_boot *b, const tf_boot_conf *conf, const tf_boot_options *options)
{
	tf_exit x;

	memset(b, 0, sizeof(*b));
	x = open_process(b, conf, options);
	if (x == TF_EXIT_FINE)
		x = open_store(b, conf, options);
	if (x == TF_EXIT_FINE)
		x = open_member(b, conf, options);
	if (x == TF_EXIT_FINE)
		x = enrol(b, conf);
	if (x == TF_EXIT_FINE)
		x = open_audit(b, conf, options->holder.device);
	if (x == TF_EXIT_FINE)
		x = open_tls(b);
	if (x == TF_EXIT_FINE)
		x = open_status(b, conf, options);
	if (x != TF_EXIT_FINE)
		tf_boot_end(b);
	return x;
}

static void on_changed(void *ctx, unsigned what)
{
	struct watch *w = ctx;
	tf_tls_config c = { 0 };
	char why[256] = "";
	tf_err e = TF_OK;

	if (what & (TF_MEMBER_CERT | TF_MEMBER_CRL)) {
		e = tf_member_tls(w->b->member, &c);
		if (e == TF_OK)
			e = tf_tls_reload(w->b->tls, &c, why, sizeof(why));
	}
	tf_log(e == TF_OK ? TF_LOG_INFO : TF_LOG_ERROR, "membership_changed", "certificate",
	       what & TF_MEMBER_CERT ? "new" : NULL, "revocations", what & TF_MEMBER_CRL ? "new" : NULL,
	       "workspace", what & TF_MEMBER_WORKSPACE ? "new" : NULL, "reason", *why ? why : NULL,
	       NULL);
	w->changed(w->ctx, what);
}

static void on_failed(void *ctx, tf_err err, const char *why)
{
	(void)ctx;
	tf_log(TF_LOG_WARN, "refresh_failed", "error", tf_err_name(err), "reason", why, NULL);
}

tf_exit tf_boot_ready(tf_boot *b, tf_harden_role role, void (*changed)(void *ctx, unsigned what),
                      void *ctx)
{
	const tf_member_watcher w = {
		.every_ms = 0, .changed = on_changed, .failed = on_failed, .ctx = &watch,
	};
	tf_err e;

	watch = (struct watch){ b, changed, ctx };
	e = tf_member_watch(b->member, b->loop, &w);
	if (e != TF_OK)
		return complain("watching membership", e, "");
	e = tf_harden_sandbox(&b->hardening, TF_WHERE_HOST, role);
	if (e != TF_OK)
		return complain("the sandbox", e, "");
	for (size_t i = 0; i < b->hardening.n; i++)
		if (b->hardening.step[i].state != TF_STEP_DONE)
			tf_log(TF_LOG_WARN, "not_hardened", "step", b->hardening.step[i].name, "note",
			       b->hardening.step[i].note, NULL);
	e = tf_proc_ready(b->proc);
	return e == TF_OK ? TF_EXIT_FINE : complain("the ready file", e, "");
}

void tf_boot_end(tf_boot *b)
{
	tf_status_free(b->status);
	tf_member_free(b->member);
	if (b->loop)
		tf_loop_free(b->loop);
	tf_tls_free(b->tls);
	tf_audit_close(b->audit);
	tf_store_close(b->store);
	tf_proc_free(b->proc);
	memset(b, 0, sizeof(*b));
}
