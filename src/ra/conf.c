#include "ra/conf.h"

#include <stddef.h>
#include <string.h>

#include "attest/cert.h"
#include "attest/csr.h"
#include "attest/identity.h"
#include "daemon/log.h"

static const tf_conf_key keys[] = {
	{ .path = "workspace", .type = TF_CONF_STRING, .need = TF_CONF_REQUIRED, .min = 1,
	  .max = TF_NAME_MAX, .at = offsetof(tf_ra_conf, workspace),
	  .help = "name of the workspace: a-z, 0-9, '-'" },
	{ .path = "profile", .type = TF_CONF_ENUM, .need = TF_CONF_REQUIRED,
	  .words = "dev|production", .at = offsetof(tf_ra_conf, profile),
	  .help = "dev admits devices without evidence, for testnets only" },
	{ .path = "listen", .type = TF_CONF_ADDR, .fallback = "127.0.0.1:8444",
	  .at = offsetof(tf_ra_conf, listen), .help = "address for HTTPS" },
	{ .path = "names", .type = TF_CONF_STRINGS, .need = TF_CONF_REQUIRED, .min = 1,
	  .max = TF_SAN_MAX, .at = offsetof(tf_ra_conf, names),
	  .help = "names in the server's certificate: dns:ra.example, ip:127.0.0.1" },
	{ .path = "data", .type = TF_CONF_PATH, .need = TF_CONF_REQUIRED,
	  .at = offsetof(tf_ra_conf, data),
	  .help = "folder of the database, the audit log and the server's identity key" },
	{ .path = "caRoot", .type = TF_CONF_PATH, .need = TF_CONF_REQUIRED,
	  .at = offsetof(tf_ra_conf, ca_certificate), .help = "the workspace's root, PEM" },
	{ .path = "caKey", .type = TF_CONF_PATH, .need = TF_CONF_REQUIRED,
	  .at = offsetof(tf_ra_conf, ca_key), .help = "its key, encrypted PKCS#8 PEM" },
	{ .path = "caPassphrase", .type = TF_CONF_STRING, .need = TF_CONF_REQUIRED, .min = 6,
	  .at = offsetof(tf_ra_conf, unlock),
	  .help = "where the key's passphrase is: file:/path (mode 0600) or credential:name" },
	{ .path = "adminKeys", .type = TF_CONF_STRINGS, .need = TF_CONF_REQUIRED, .min = 1,
	  .max = TF_ADMINS_MAX, .at = offsetof(tf_ra_conf, admin_keys),
	  .help = "Ed25519 public keys of the admins, hex" },
	{ .path = "adminThreshold", .type = TF_CONF_INT, .min = 1, .max = TF_ADMINS_MAX,
	  .fallback = "1", .at = offsetof(tf_ra_conf, admin_threshold),
	  .help = "how many of them sign a workspace file" },
	{ .path = "certificateSeconds", .type = TF_CONF_INT, .min = 600, .max = TF_CERT_SECONDS,
	  .fallback = "86400", .at = offsetof(tf_ra_conf, certificate_seconds),
	  .help = "validity of a certificate" },
	{ .path = "crlPeriod", .type = TF_CONF_INT, .min = 60, .max = 86400, .fallback = "3600",
	  .at = offsetof(tf_ra_conf, crl_period), .help = "seconds between revocation lists" },
	{ .path = "crlSeconds", .type = TF_CONF_INT, .min = 600, .max = 7 * 86400,
	  .fallback = "86400", .at = offsetof(tf_ra_conf, crl_seconds),
	  .help = "validity of a list; without a valid one nobody is believed" },
	{ .path = "health", .type = TF_CONF_ADDR, .at = offsetof(tf_ra_conf, health),
	  .help = "address for /health and /metrics over HTTP, loopback" },
	{ .path = "metrics", .type = TF_CONF_ADDR, .at = offsetof(tf_ra_conf, metrics),
	  .help = "a second one" },
	{ .path = "log.file", .type = TF_CONF_PATH, .at = offsetof(tf_ra_conf, log),
	  .help = "file of the log; standard error without it" },
	{ .path = "log.level", .type = TF_CONF_ENUM, .words = TF_LOG_WORDS, .fallback = "info",
	  .at = offsetof(tf_ra_conf, log_level), .help = "least level that is logged" },
	{ .path = "pidFile", .type = TF_CONF_PATH, .at = offsetof(tf_ra_conf, pid_file),
	  .help = "file with our process id, locked while we live" },
	{ .path = "readyFile", .type = TF_CONF_PATH, .at = offsetof(tf_ra_conf, ready_file),
	  .help = "file that is there while we serve" },
};

static tf_err complain(FILE *err, const char *file, const char *key, const char *expected)
{
	fprintf(err, "%s: %s: expected %s\n", file, key, expected);
	return TF_E_ENCODING;
}

static bool is_key(const char *hex)
{
	return strlen(hex) == 64 && hex[strspn(hex, "0123456789abcdef")] == '\0';
}

/* All complaints at once, as the table's own. */
static tf_err check(const void *values, const char *file, FILE *err)
{
	const tf_ra_conf *c = values;
	tf_sans sans = { 0 };
	tf_err e = TF_OK;

	if (!tf_name_valid(c->workspace))
		e = complain(err, file, "workspace", "a-z, 0-9 and '-', not at the ends");
	for (size_t i = 0; i < c->names.n; i++)
		if (tf_sans_add(&sans, c->names.item[i]) != TF_OK)
			e = complain(err, file, "names", "dns:host.example or ip:192.0.2.1, each once");
	for (size_t i = 0; i < c->admin_keys.n; i++)
		if (!is_key(c->admin_keys.item[i]))
			e = complain(err, file, "adminKeys", "64 hex digits, lower case");
	if (c->admin_threshold > (int64_t)c->admin_keys.n)
		e = complain(err, file, "adminThreshold", "at most as many as there are adminKeys");
	if (strncmp(c->unlock, "file:/", 6) != 0 &&
	    strncmp(c->unlock, "credential:", 11) != 0)
		e = complain(err, file, "caPassphrase", "file:/path or credential:name");
	if (c->crl_seconds < 2 * c->crl_period)
		e = complain(err, file, "crlSeconds", "at least twice crlPeriod");
	return e;
}

const tf_conf_program tf_ra_program = {
	.name = "trefoil-ra",
	.summary = "certificate authority and enrolment of a Trefoil workspace",
	.default_file = "/etc/trefoil/ra.json",
	.keys = keys,
	.n = TF_ARRAY_LEN(keys),
	.size = sizeof(tf_ra_conf),
	.check = check,
};
