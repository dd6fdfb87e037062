/* The start of a member program (co-signer, coordinator): everything before its own work.
 *
 *     drop privileges → log → pid file → randomness → sealed store → membership (enrol with the
 *     ticket, or what the store has) → audit log → TLS
 *
 * and the keys of the configuration that both have. A step that fails prints or logs one line that
 * says what to do, and gives the exit code.
 */
#ifndef TF_DAEMON_BOOT_H
#define TF_DAEMON_BOOT_H

#include "daemon/audit.h"
#include "daemon/conf.h"
#include "daemon/enrol.h"
#include "daemon/harden.h"
#include "daemon/proc.h"
#include "daemon/status.h"

/* The first member of a program's configuration struct. */
typedef struct tf_boot_conf {
	char *workspace;
	int log_level;
	char *log_file;
	char *pid_file;
	char *ready_file;
	char *store;   /* sealed: identity keys, certificate, and what the program keeps */
	char *db_key;
	char *audit;
	char *ca_root;
	tf_conf_list admin_keys;
	int64_t admin_threshold;
	int profile;   /* index into "dev|production" */
	tf_conf_addr ra;
	char *ticket;
	tf_conf_addr health;
	tf_conf_addr metrics;
} tf_boot_conf;

/* Rows for a program's table; S is its struct, whose member `boot` is a tf_boot_conf. */
#define TF_BOOT_KEYS(S) \
	{ .path = "workspace", .type = TF_CONF_STRING, .need = TF_CONF_REQUIRED, .min = 1, \
	  .max = TF_NAME_MAX, .at = offsetof(S, boot.workspace), .help = "name of the workspace" }, \
	{ .path = "log.level", .type = TF_CONF_ENUM, .words = TF_LOG_WORDS, .fallback = "info", \
	  .at = offsetof(S, boot.log_level), .help = "least level that is logged" }, \
	{ .path = "log.file", .type = TF_CONF_PATH, .at = offsetof(S, boot.log_file), \
	  .help = "log file; standard error if absent" }, \
	{ .path = "pidFile", .type = TF_CONF_PATH, .at = offsetof(S, boot.pid_file), \
	  .help = "locked while the program runs" }, \
	{ .path = "readyFile", .type = TF_CONF_PATH, .at = offsetof(S, boot.ready_file), \
	  .help = "there while the program is ready" }, \
	{ .path = "store", .type = TF_CONF_PATH, .need = TF_CONF_REQUIRED, \
	  .at = offsetof(S, boot.store), .help = "sealed store" }, \
	{ .path = "dbKey", .type = TF_CONF_SECRET, .need = TF_CONF_REQUIRED, \
	  .at = offsetof(S, boot.db_key), .help = "key file of the sealed store, 64 hex digits" }, \
	{ .path = "audit", .type = TF_CONF_PATH, .need = TF_CONF_REQUIRED, \
	  .at = offsetof(S, boot.audit), .help = "hash-chained audit log" }, \
	{ .path = "caRoot", .type = TF_CONF_PATH, .need = TF_CONF_REQUIRED, \
	  .at = offsetof(S, boot.ca_root), .help = "root certificate of the workspace, PEM" }, \
	{ .path = "adminKeys", .type = TF_CONF_STRINGS, .need = TF_CONF_REQUIRED, .min = 1, \
	  .max = TF_ADMINS_MAX, .at = offsetof(S, boot.admin_keys), \
	  .help = "Ed25519 keys of the admins, hex" }, \
	{ .path = "adminThreshold", .type = TF_CONF_INT, .min = 1, .max = TF_ADMINS_MAX, \
	  .fallback = "1", .at = offsetof(S, boot.admin_threshold), \
	  .help = "how many of them must have signed" }, \
	{ .path = "profile", .type = TF_CONF_ENUM, .words = "dev|production", \
	  .need = TF_CONF_REQUIRED, .at = offsetof(S, boot.profile), \
	  .help = "dev: members without evidence, testnets only" }, \
	{ .path = "ra", .type = TF_CONF_ADDR, .need = TF_CONF_REQUIRED, .at = offsetof(S, boot.ra), \
	  .help = "RA server" }, \
	{ .path = "ticket", .type = TF_CONF_SECRET, .at = offsetof(S, boot.ticket), \
	  .help = "file with the enrolment ticket, for the first start" }, \
	{ .path = "health", .type = TF_CONF_ADDR, .at = offsetof(S, boot.health), \
	  .help = "listener of /health, a loopback address" }, \
	{ .path = "metrics", .type = TF_CONF_ADDR, .at = offsetof(S, boot.metrics), \
	  .help = "listener of /metrics, a loopback address" }

/* What a booted program has. */
typedef struct tf_boot {
	tf_loop *loop;
	tf_proc *proc;
	tf_rng rng;
	tf_store *store;
	tf_member *member;
	tf_audit *audit;
	tf_tls *tls;
	tf_status *status;
	tf_harden_report hardening;
} tf_boot;

/* Who the program is, and its hooks. */
typedef struct tf_boot_options {
	tf_holder holder;     /* workspace is filled in */
	const tf_sans *sans;  /* NULL: none */
	uint32_t store_schema;
	tf_proc_options proc; /* files are filled in */
	tf_health_fn health;
	void *ctx;
} tf_boot_options;

/* All of it. TF_EXIT_FINE, or the code with which to exit; then everything is freed. */
TF_MUST_USE tf_exit tf_boot_start(tf_boot *b, const tf_boot_conf *conf,
                                  const tf_boot_options *options);

/* After everything is open and bound: watch membership, confine the process, say ready. changed is
 * called on the loop after TLS has been reloaded. */
TF_MUST_USE tf_exit tf_boot_ready(tf_boot *b, tf_harden_role role,
                                  void (*changed)(void *ctx, unsigned what), void *ctx);
void tf_boot_end(tf_boot *b);

#endif
