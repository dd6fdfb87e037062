/* trefoil-coordinator: vault, transactions, REST API, and the engine that drives the co-signers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/api.h"
#include "coordinator/engine.h"
#include "daemon/boot.h"
#include "daemon/log.h"

#define REMEMBERED_PATHS 1024u /* derived keys, 400 bytes each */
#define STORE_SCHEMA 1u
#define CONTROL_QUEUE (8u << 20)
#define CONTROL_IDLE_MS 15000u

typedef struct config {
	tf_boot_conf boot;
	char *database;
	tf_conf_addr api;
	tf_conf_addr control;
	tf_conf_list names;
	int64_t presignatures;
	int64_t nonces;
	int64_t signing_timeout;
	int64_t run_deadline;
	int64_t setup_deadline;
} config;

static const tf_conf_key keys[] = {
	TF_BOOT_KEYS(config),
	{ .path = "database", .type = TF_CONF_PATH, .need = TF_CONF_REQUIRED,
	  .at = offsetof(config, database), .help = "accounts, keys and transactions" },
	{ .path = "api", .type = TF_CONF_ADDR, .need = TF_CONF_REQUIRED, .at = offsetof(config, api),
	  .help = "listener of the REST API" },
	{ .path = "control", .type = TF_CONF_ADDR, .need = TF_CONF_REQUIRED,
	  .at = offsetof(config, control), .help = "listener for co-signers" },
	{ .path = "names", .type = TF_CONF_STRINGS, .max = 8, .at = offsetof(config, names),
	  .help = "names in the certificate for REST clients: \"IP:127.0.0.1\", \"DNS:host\"" },
	{ .path = "presignatures", .type = TF_CONF_INT, .min = 0, .max = 64, .fallback = "2",
	  .at = offsetof(config, presignatures),
	  .help = "presignatures to keep ready; 0: each signature makes its own" },
	{ .path = "nonces", .type = TF_CONF_INT, .min = 1, .max = 256, .fallback = "32",
	  .at = offsetof(config, nonces), .help = "pairs of nonces of FROST to keep ready" },
	{ .path = "signingTimeout", .type = TF_CONF_INT, .min = 10, .max = 7 * 86400,
	  .fallback = "600", .at = offsetof(config, signing_timeout),
	  .help = "seconds after which an open transaction fails" },
	{ .path = "runDeadline", .type = TF_CONF_INT, .min = 1, .max = 600, .fallback = "120",
	  .at = offsetof(config, run_deadline),
	  .help = "seconds that presigning or signing may take" },
	{ .path = "setupDeadline", .type = TF_CONF_INT, .min = 1, .max = 600, .fallback = "300",
	  .at = offsetof(config, setup_deadline),
	  .help = "seconds that an introduction or key generation may take" },
};

static const tf_conf_program program = {
	.name = "trefoil-coordinator",
	.summary = "coordinator: vault, transactions, REST API; holds no key material",
	.keys = keys,
	.n = TF_ARRAY_LEN(keys),
	.size = sizeof(config),
};

typedef struct program_state {
	tf_coordinator c;
	tf_boot *boot;
	tf_hub *control;
} program_state;

/* ---- co-signers' connections ---- */

static tf_err judge(void *ctx, tf_cert *out, X509 *x, const tf_cert_want *want, char *why,
                    size_t cap)
{
	program_state *p = ctx;
	tf_fault fault = { 0 };

	return tf_member_judge(out, p->boot->member, x, tf_coordinator_now() / 1000, want, &fault,
	                       why, cap);
}

static void on_up(void *ctx, tf_chan *c)
{
	tf_engine_up(((program_state *)ctx)->c.engine, c);
}

static void on_frame(void *ctx, tf_chan *c, const uint8_t *m, size_t len)
{
	tf_engine_frame(((program_state *)ctx)->c.engine, c, m, len);
}

static void on_down(void *ctx, tf_chan *c, const char *reason)
{
	(void)reason;
	tf_engine_down(((program_state *)ctx)->c.engine, c);
}

static tf_err open_control(program_state *p, const config *c, char *why, size_t cap)
{
	const tf_hub_options o = {
		.name = "control",
		.loop = p->c.loop,
		.tls = p->boot->tls,
		.judge = judge,
		.judge_ctx = p,
		.frame_max = TF_CTL_FRAME_MAX,
		.queue_max = CONTROL_QUEUE,
		.accept = { (1u << TF_ROLE_GUARD) | (1u << TF_ROLE_PRIMARY), TF_ANY_SET, NULL },
		.idle_ms = CONTROL_IDLE_MS,
		.up = on_up,
		.frame = on_frame,
		.down = on_down,
		.ctx = p,
	};

	TRY(tf_hub_new(&p->control, &o));
	return tf_hub_listen(p->control, c->control.host, c->control.port, NULL, why, cap);
}

/* ---- life ---- */

static bool health(void *ctx, json_t *o)
{
	program_state *p = ctx;

	json_object_set_new(o, "workspace",
	                    json_string(p->c.workspace ? p->c.workspace->name : ""));
	return p->c.engine != NULL;
}

static void drained(void *ctx)
{
	program_state *p = ctx;

	tf_proc_drained(p->boot->proc);
}

static void drain(void *ctx)
{
	program_state *p = ctx;

	if (p->c.engine)
		tf_engine_stop(p->c.engine);
	if (p->c.api)
		tf_api_drain(p->c.api, drained, p);
	else
		drained(p);
}

static void end(void *ctx, tf_err e)
{
	program_state *p = ctx;

	tf_proc_exit(p->boot->proc, (int)tf_exit_of(e));
}

static void on_member(void *ctx, unsigned what)
{
	program_state *p = ctx;

	if (what & TF_MEMBER_WORKSPACE) {
		p->c.workspace = tf_member_workspace(p->boot->member);
		tf_engine_roster(p->c.engine);
		tf_hub_rejudge(p->control);
	}
}

static tf_err open_parts(program_state *p, const config *c, tf_arena *mem, char *why, size_t cap)
{
	tf_coordinator *k = &p->c;
	tf_db_reason reason = { "" };
	tf_engine_options o = {
		.pool_depth = (uint32_t)c->presignatures,
		.nonce_depth = (uint32_t)c->nonces,
		.signing_timeout_ms = c->signing_timeout * 1000,
		.run_deadline_ms = (uint32_t)c->run_deadline * 1000,
		.setup_deadline_ms = (uint32_t)c->setup_deadline * 1000,
	};
	const tf_listen_options api = {
		.host = c->api.host, .port = c->api.port, .tls = p->boot->tls,
		.client_auth = TF_CLIENT_NONE,
	};
	tf_err e;

	k->workspace = tf_member_workspace(p->boot->member);
	if (!k->workspace) {
		snprintf(why, cap, "there is no workspace file yet");
		return TF_E_NOT_FOUND;
	}
	o.profile = k->workspace->security->name;
	TRY(tf_group_init(&k->secp256k1, TF_CURVE_SECP256K1, NULL, mem));
	TRY(tf_group_init(&k->ed25519, TF_CURVE_ED25519, NULL, mem));
	e = tf_book_open(&k->book, c->database, &reason);
	if (e != TF_OK) {
		snprintf(why, cap, "database: %.200s", reason.text);
		return e;
	}
	tf_book_defer(k->book);
	TRY(tf_coordinator_start_turn(k));
	TRY(tf_engine_new(&k->engine, k, &o));
	TRY(open_control(p, c, why, cap));
	return tf_api_start(&k->api, k, &api, why, cap);
}

static void close_parts(program_state *p)
{
	tf_turn_free(p->c.turn);
	tf_api_free(p->c.api);
	tf_hub_free(p->control);
	tf_engine_free(p->c.engine);
	tf_book_close(p->c.book);
}

static int run(program_state *p, const config *c)
{
	static uint8_t group_mem[16384];
	static tf_bip32_node nodes[REMEMBERED_PATHS];
	tf_arena mem;
	char why[256] = "";
	tf_exit x = TF_EXIT_FINE;
	tf_err e;

	tf_arena_init(&mem, group_mem, sizeof(group_mem));
	tf_bip32_nodes_init(&p->c.nodes, nodes, REMEMBERED_PATHS);
	e = open_parts(p, c, &mem, why, sizeof(why));
	if (e != TF_OK) {
		tf_log(TF_LOG_ERROR, "cannot_start", "error", tf_err_name(e), "reason", why, NULL);
		fprintf(stderr, "cannot start: %s (%s)\n", why, tf_err_name(e));
		x = tf_exit_of(e);
	}
	if (x == TF_EXIT_FINE)
		x = tf_boot_ready(p->boot, TF_HARDEN_COORDINATOR, on_member, p);
	if (x == TF_EXIT_FINE)
		x = (tf_exit)tf_proc_run(p->boot->proc);
	close_parts(p);
	return (int)x;
}

static bool read_names(tf_sans *out, const config *c)
{
	for (size_t i = 0; i < c->names.n; i++) {
		if (tf_sans_add(out, c->names.item[i]) != TF_OK) {
			fprintf(stderr, "names: \"%s\" is not IP:address or DNS:name\n",
			        c->names.item[i]);
			return false;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	static program_state p;
	config c = { 0 };
	tf_boot b;
	tf_sans sans = { 0 };
	tf_boot_options o = {
		.holder = { .role = TF_ROLE_COORDINATOR, .device = "coordinator" },
		.sans = &sans,
		.store_schema = STORE_SCHEMA,
		.proc = { .drain = drain, .ctx = &p },
		.health = health,
		.ctx = &p,
	};
	int code = 0;

	if (tf_harden_bind(argv) != TF_OK)
		fputs("libraries are bound while running: cannot start anew\n", stderr);
	if (!tf_conf_start(&c, &code, &program, argc, argv))
		return code;
	code = read_names(&sans, &c) ? (int)tf_boot_start(&b, &c.boot, &o) : TF_EXIT_CONFIG;
	if (code == TF_EXIT_FINE) {
		p.boot = &b;
		p.c.loop = b.loop;
		p.c.rng = b.rng;
		p.c.audit = b.audit;
		p.c.status = b.status;
		p.c.end = end;
		p.c.end_ctx = &p;
		p.c.started = tf_coordinator_now();
		code = run(&p, &c);
		tf_boot_end(&b);
		p.boot = NULL;
	}
	tf_conf_free(&c, &program);
	return code;
}
