/* trefoil-cosigner: a guard or a primary. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cosigner/node.h"
#include "daemon/boot.h"
#include "daemon/log.h"
#include "seal/guard.h"

#define STORE_SCHEMA 1u
#define INBOX (16u << 20)
#define STANDINGS 256u
#define KEPT_MEMORY (4u << 20) /* of runs and messages that have ended, for the next ones */

typedef struct config {
	tf_boot_conf boot;
	char *device;
	int role; /* index into "guard|primary" */
	int64_t set;
	tf_conf_addr coordinator;
	tf_conf_addr channel;
	int64_t request_max_age;
	int64_t presignatures;
	int64_t nonces;
	bool allow_p112;
	int kernel; /* index into "auto|portable|ifma" */
	int64_t workers;
	int64_t run_memory;
	int64_t tables_memory;
	int64_t moduli_max_age;
	int64_t spare_primes_after;
	int64_t remembered_peers;
	int64_t remembered_paths;
	char *test_primes;
	int64_t test_primes_at;
	bool test_stop, test_stop_again;
} config;

static const tf_conf_key keys[] = {
	TF_BOOT_KEYS(config),
	{ .path = "device", .type = TF_CONF_STRING, .need = TF_CONF_REQUIRED, .min = 1,
	  .max = TF_NAME_MAX, .at = offsetof(config, device), .help = "device id in the roster" },
	{ .path = "role", .type = TF_CONF_ENUM, .words = "guard|primary", .need = TF_CONF_REQUIRED,
	  .at = offsetof(config, role), .help = "role in the roster" },
	{ .path = "set", .type = TF_CONF_INT, .min = 0, .max = TF_SET_MAX, .fallback = "0",
	  .at = offsetof(config, set), .help = "set of a guard; 0 for a primary" },
	{ .path = "coordinator", .type = TF_CONF_ADDR, .need = TF_CONF_REQUIRED,
	  .at = offsetof(config, coordinator), .help = "control listener of the coordinator" },
	{ .path = "channel", .type = TF_CONF_ADDR, .need = TF_CONF_REQUIRED,
	  .at = offsetof(config, channel), .help = "own listener for other co-signers" },
	{ .path = "requestMaxAge", .type = TF_CONF_INT, .min = 60, .max = 30 * 86400,
	  .fallback = "86400", .at = offsetof(config, request_max_age),
	  .help = "seconds after which a client's request is too old to be signed" },
	{ .path = "presignatures", .type = TF_CONF_INT, .min = 0, .max = TF_NODE_POOL,
	  .fallback = "128", .at = offsetof(config, presignatures),
	  .help = "most presignatures kept for one clique" },
	{ .path = "nonces", .type = TF_CONF_INT, .min = 0, .max = TF_NODE_NONCES,
	  .fallback = "256", .at = offsetof(config, nonces),
	  .help = "most pairs of nonces of FROST kept for one clique" },
	{ .path = "allowP112", .type = TF_CONF_BOOL, .fallback = "false",
	  .at = offsetof(config, allow_p112), .help = "take part in the 2048-bit profile" },
	{ .path = "kernel", .type = TF_CONF_ENUM, .words = "auto|portable|ifma", .fallback = "auto",
	  .at = offsetof(config, kernel), .help = "what computes exponentiations" },
	{ .path = "workers", .type = TF_CONF_INT, .min = 0, .max = 64, .fallback = "0",
	  .at = offsetof(config, workers),
	  .help = "threads that compute; 0: as many as there are CPUs" },
	{ .path = "runMemory", .type = TF_CONF_INT, .min = 64, .max = 65536, .fallback = "256",
	  .at = offsetof(config, run_memory), .help = "MiB that runs under way may take together" },
	{ .path = "tablesMemory", .type = TF_CONF_INT, .min = 0, .max = 65536, .fallback = "64",
	  .at = offsetof(config, tables_memory),
	  .help = "MiB for tables that make presigning faster; 0: none" },
	{ .path = "moduliMaxAge", .type = TF_CONF_INT, .min = 0, .max = 3650, .fallback = "90",
	  .at = offsetof(config, moduli_max_age),
	  .help = "days after which the moduli are renewed; 0: never" },
	{ .path = "sparePrimesAfter", .type = TF_CONF_INT, .min = 0, .max = 86400, .fallback = "60",
	  .at = offsetof(config, spare_primes_after),
	  .help = "seconds without a run, after which primes for the next moduli are searched; "
	          "0: only when they are needed" },
	{ .path = "rememberedPeers", .type = TF_CONF_INT, .min = 0, .max = 1024, .fallback = "16",
	  .at = offsetof(config, remembered_peers),
	  .help = "peers whose signatures are verified by a table, 20 KiB each" },
	{ .path = "rememberedPaths", .type = TF_CONF_INT, .min = 0, .max = 65536, .fallback = "256",
	  .at = offsetof(config, remembered_paths),
	  .help = "derived keys that are not derived again, 1 KiB each" },
#ifdef TF_TESTING
	{ .path = "testPrimes", .type = TF_CONF_PATH, .at = offsetof(config, test_primes),
	  .help = "file of fixed primes, one in hex per line" },
	{ .path = "testPrimesAt", .type = TF_CONF_INT, .min = 0, .max = 1000, .fallback = "0",
	  .at = offsetof(config, test_primes_at), .help = "first line to use" },
	{ .path = "testStopBeforeCommit", .type = TF_CONF_BOOL, .fallback = "false",
	  .at = offsetof(config, test_stop), .help = "SIGSTOP before a key share is committed" },
	{ .path = "testStopBeforeIntroduction", .type = TF_CONF_BOOL, .fallback = "false",
	  .at = offsetof(config, test_stop_again),
	  .help = "SIGSTOP before a device that is known is introduced again" },
#endif
};

static tf_err check(const void *values, const char *file, FILE *err)
{
	const config *c = values;

	if ((c->role == 1) == (c->set == 0))
		return TF_OK;
	fprintf(err, "%s: set: expected 0 for a primary and 1 or more for a guard\n", file);
	return TF_E_ENCODING;
}

static const tf_conf_program program = {
	.name = "trefoil-cosigner",
	.summary = "co-signer: holds key shares and takes part in signing",
	.keys = keys,
	.n = TF_ARRAY_LEN(keys),
	.size = sizeof(config),
	.options = "kernel|workers",
	.check = check,
};

/* ---- the profile ---- */

static const tf_profile *profile_of(const tf_workspace *w, const config *c)
{
	if (strcmp(w->security->name, "p112") == 0 && !c->allow_p112) {
		fprintf(stderr, "the workspace uses profile p112: set allowP112 to take part\n");
		return NULL;
	}
	return w->security;
}

/* ---- the session engine's memory and roster ---- */

static bool find_member(void *ctx, const char *device, tf_roster_seat *out)
{
	tf_node *n = ctx;
	const tf_workspace *w = tf_member_workspace(n->member);
	const tf_roster_entry *r = w ? tf_roster_find(w, device) : NULL;

	if (!r || !r->pinned || (r->role != TF_ROLE_GUARD && r->role != TF_ROLE_PRIMARY))
		return false;
	memcpy(out->identity, r->identity, sizeof(out->identity));
	out->slot = r->role == TF_ROLE_PRIMARY ? 1 : (uint16_t)(r->set + 1);
	out->instance = r->instance;
	return true;
}

static uint32_t count_slots(void *ctx)
{
	const tf_node *n = ctx;
	const tf_workspace *w = tf_member_workspace(n->member);

	return w ? (uint32_t)w->n_sets + 1 : 0;
}

static tf_err load_used(void *ctx, const tf_place *place, const uint8_t *value, size_t len)
{
	tf_node *n = ctx;
	uint8_t id[32];

	(void)value;
	(void)len;
	if (strlen(place->row) != 64 || sodium_hex2bin(id, 32, place->row, 64, NULL, NULL, NULL) != 0)
		return TF_OK;
	tf_sessions_mark_used(&n->sessions, id);
	return TF_OK;
}

static tf_err load_standing(void *ctx, const tf_place *place, const uint8_t *value, size_t len)
{
	tf_node *n = ctx;

	(void)place;
	return tf_sessions_load_standing(&n->sessions, value, len);
}

static tf_err start_sessions(tf_node *n, const config *c)
{
	tf_sessions_config s = {
		.self = &n->self,
		.slots_n = TF_NODE_SESSIONS,
		.standings_n = STANDINGS,
		.quarantine = 5,
		.pool_n = TF_NODE_POOL,
		.pool_depth = (size_t)c->presignatures,
		.nonces_n = TF_NODE_NONCES,
		.nonces_depth = (size_t)c->nonces,
		.pool_age_ms = 24ull * 3600 * 1000,
		.used_n = TF_NODE_USED,
		.inbox_len = INBOX,
		.inbox_ms = 10000,
		.opening_ms = 15000,
		.run_ms = 600000,
		.message_max = TF_NODE_FRAME_MAX - 1, /* beside the kind of frame */
	};

	tf_guard_keep(KEPT_MEMORY);
	/* The pool first: what may be locked is little. */
	s.pool = tf_guard_alloc(s.pool_n * sizeof(*s.pool));
	s.nonces = tf_guard_alloc(s.nonces_n * sizeof(*s.nonces));
	s.slots = tf_guard_alloc(s.slots_n * sizeof(*s.slots));
	s.scratch = tf_guard_alloc(TF_SESSIONS_SCRATCH);
	s.inbox = tf_guard_alloc(INBOX);
	s.standings = calloc(s.standings_n, sizeof(*s.standings));
	s.used = calloc(s.used_n, sizeof(*s.used));
	if (!s.slots || !s.standings || !s.pool || !s.nonces || !s.used || !s.inbox || !s.scratch)
		return TF_E_RESOURCE;
	tf_sessions_init(&n->sessions, &s);
	TRY(tf_store_list(n->store, "sid", NULL, load_used, n));
	return tf_store_list(n->store, "standing", NULL, load_standing, n);
}

static void end_sessions(tf_node *n)
{
	tf_sessions_config s = n->sessions.c;

	if (!s.slots)
		return;
	tf_sessions_wipe(&n->sessions);
	tf_guard_release(s.pool);
	tf_guard_release(s.nonces);
	tf_guard_release(s.slots);
	tf_guard_release(s.scratch);
	tf_guard_release(s.inbox);
	free(s.standings);
	free(s.used);
}

static const tf_place instance_place = { "node", "self", "instance" };

/* The next instance is at least this, and at least what the roster asks for. */
static tf_err raise_instance(tf_node *n, uint32_t least)
{
	const tf_workspace *w = tf_member_workspace(n->member);
	const tf_roster_entry *r = w ? tf_roster_find(w, n->device) : NULL;
	uint32_t v = r && r->instance > least ? r->instance : least;
	uint8_t b[4];

	if (v <= n->self.instance)
		return TF_OK;
	for (unsigned i = 0; i < 4; i++)
		b[i] = (uint8_t)(v >> (24 - 8 * i));
	TRY(tf_store_put(n->store, &instance_place, b, sizeof(b)));
	n->self.instance = v;
	return TF_OK;
}

/* Counts starts, durably: peers accept only the highest instance of a device. */
static tf_err count_start(tf_node *n)
{
	uint8_t b[4] = { 0 };
	size_t len;
	tf_err e = tf_store_get(n->store, &instance_place, b, sizeof(b), &len);

	if (e != TF_OK && e != TF_E_NOT_FOUND)
		return e;
	TRY(raise_instance(n, ((uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	                       (uint32_t)b[2] << 8 | b[3]) + 1));
	return tf_rng_bytes(&n->rng, n->self.boot, sizeof(n->self.boot));
}

static tf_err start_self(tf_node *n)
{
	const tf_identity_keys *keys_of = tf_member_keys(n->member);

	tf_signer_init(&n->signer, &keys_of->seed);
	tf_signer_on(&n->signer, n->self.kernel);
	n->self.device = n->device;
	n->self.signer = &n->signer;
	n->self.pr = n->pr;
	n->self.g = n->g;
	n->self.frost = n->frost;
	n->self.rng = &n->rng;
	n->self.find = find_member;
	n->self.slots = count_slots;
	n->self.find_ctx = n;
	memcpy(n->self.trust, tf_trust_hash(tf_member_trust(n->member)), 32);
	return count_start(n);
}

/* ---- life ---- */

static bool health(void *ctx, json_t *o)
{
	tf_node *n = ctx;
	const tf_moduli *m = n->keeper ? tf_keeper_moduli(n->keeper) : NULL;

	json_object_set_new(o, "device", json_string(n->device));
	json_object_set_new(o, "kernel", json_string(tf_kernel_name(n->self.kernel)));
	json_object_set_new(o, "moduli", json_integer(m ? m->generation : 0));
	json_object_set_new(o, "sparePrimes",
	                    json_integer(m && n->primes ? tf_primes_found(n->primes) : 0));
	json_object_set_new(o, "keys",
	                    json_integer(n->keeper ? (json_int_t)tf_keeper_keys(n->keeper) : 0));
	return n->keeper != NULL && !n->draining;
}

static void check_drained(void *ctx)
{
	tf_node *n = ctx;

	if (tf_loop_jobs(n->loop) == 0)
		tf_proc_drained(n->proc);
}

static void drain(void *ctx)
{
	tf_node *n = ctx;
	tf_timer *t = NULL;

	n->draining = true;
	if (n->primes)
		tf_primes_stop(n->primes);
	if (n->peers)
		tf_work_abandon_all(n);
	/* Steps that are computing end by themselves; nothing of them is sent any more. */
	if (tf_timer_new(&t, n->loop, check_drained, n) == TF_OK)
		tf_timer_start(t, 10, 50);
	else
		tf_proc_drained(n->proc);
}

static void on_member(void *ctx, unsigned what)
{
	tf_node *n = ctx;
	tf_err e = what & TF_MEMBER_WORKSPACE ? raise_instance(n, 0) : TF_OK;

	if (e != TF_OK) {
		tf_node_fatal(n, "the instance", e);
		return;
	}
	if (what & TF_MEMBER_WORKSPACE) {
		tf_link_rejudge(n->link);
		tf_peers_rejudge(n->peers);
	}
	tf_link_beat(n->link);
}

/* Chosen once, for the life of the process. */
static tf_exit choose_kernel(tf_node *n, const config *c)
{
	static const char *const words[] = { "auto", "portable", "ifma" };
	tf_err e = tf_kernel_find(&n->self.kernel, words[c->kernel]);

	if (e == TF_OK)
		return TF_EXIT_FINE;
	fprintf(stderr, "kernel: this machine has no %s; auto takes the fastest that it has\n",
	        words[c->kernel]);
	return TF_EXIT_UNAVAILABLE;
}

/* ---- what a turn writes ---- */

static tf_turn_waits store_waits(void *ctx)
{
	return tf_store_deferred(((tf_node *)ctx)->store) ? TF_TURN_NOW : TF_TURN_NOTHING;
}

static tf_err settle_store(void *ctx)
{
	return tf_store_settle(((tf_node *)ctx)->store);
}

static void settled(void *ctx, tf_err e)
{
	if (e != TF_OK)
		tf_node_fatal(ctx, "the store", e);
}

static tf_err start_turn(tf_node *n)
{
	const tf_turn_options o = {
		.loop = n->loop, .audit = n->audit, .waits = store_waits,
		.settle = settle_store, .settled = settled, .ctx = n,
	};

	return tf_turn_new(&n->turn, &o);
}

static void log_computing(const tf_node *n, unsigned workers)
{
	tf_log_line l;

	tf_log_begin(&l, TF_LOG_INFO, "computing");
	tf_log_str(&l, "kernel", tf_kernel_name(n->self.kernel));
	tf_log_u64(&l, "workers", workers);
	tf_log_end(&l);
}

static bool is_idle(void *ctx)
{
	const tf_node *n = ctx;

	return !n->draining && tf_work_running(n) == 0 && tf_loop_jobs(n->loop) == 0;
}

static tf_err start_shelf(tf_node *n, const config *c)
{
	const tf_shelf_options o = {
		.loop = n->loop, .pr = n->pr, .kernel = n->self.kernel, .rng = &n->rng,
		.bytes_max = (size_t)c->tables_memory << 20, .idle = is_idle, .ctx = n,
	};

	return tf_shelf_new(&n->shelf, &o);
}

static tf_err open_parts(tf_node *n, const config *c, tf_arena *mem, char *why, size_t cap)
{
	const tf_workspace *w = tf_member_workspace(n->member);
	const tf_primes_plan plan = { .age_max_s = c->moduli_max_age * 86400,
	                              .rest_s = c->spare_primes_after };

	if (!w) {
		snprintf(why, cap, "there is no workspace file yet");
		return TF_E_NOT_FOUND;
	}
	n->pr = profile_of(w, c);
	if (!n->pr)
		return TF_E_POLICY;
	TRY(tf_group_init(&n->g, TF_CURVE_SECP256K1, &n->rng, mem));
	TRY(tf_group_init(&n->frost, TF_CURVE_ED25519, &n->rng, mem));
	TRY(tf_group_on(&n->frost, n->frost, n->self.kernel, mem));
	TRY(start_self(n));
	TRY(tf_keeper_new(&n->keeper, n->store, n->pr, n->g, n->frost));
	TRY(start_sessions(n, c));
	n->signatures = tf_counter(n->status, "trefoil_signatures_total", "signatures made", NULL,
	                           NULL);
	n->refusals = tf_counter(n->status, "trefoil_refusals_total", "intents refused", NULL, NULL);
	n->runs_done = tf_counter(n->status, "trefoil_runs_total", "runs ended", "outcome", "done");
	n->runs_failed = tf_counter(n->status, "trefoil_runs_total", "runs ended", "outcome",
	                            "failed");
	TRY(start_turn(n));
	TRY(tf_jwt_keys_new(&n->user_keys));
	TRY(start_shelf(n, c));
	TRY(tf_recall_new(&n->recall, n->self.kernel, (size_t)c->remembered_peers,
	                  (size_t)c->remembered_paths));
	TRY(tf_peers_new(&n->peers, n, why, cap));
	TRY(tf_link_new(&n->link, n));
	return tf_primes_new(&n->primes, n, &plan);
}

/* A process that ends itself has not drained: nothing may go while a worker uses it. */
static void await_jobs(tf_node *n)
{
	n->draining = true;
	if (n->primes)
		tf_primes_stop(n->primes);
	while (tf_loop_jobs(n->loop) > 0)
		tf_loop_once(n->loop);
}

static void close_parts(tf_node *n)
{
	tf_link_free(n->link);
	tf_peers_free(n->peers);
	tf_primes_free(n->primes);
	tf_turn_free(n->turn);
	tf_jwt_keys_free(n->user_keys);
	end_sessions(n);
	tf_shelf_free(n->shelf);
	tf_recall_free(n->recall);
	tf_keeper_free(n->keeper);
	tf_signer_wipe(&n->signer);
}

static int run(tf_node *n, tf_boot *b, const config *c)
{
	static uint8_t group_mem[16384];
	tf_arena mem;
	char why[256] = "";
	tf_exit x = TF_EXIT_FINE;
	tf_err e;

	tf_arena_init(&mem, group_mem, sizeof(group_mem));
	e = open_parts(n, c, &mem, why, sizeof(why));
	if (e != TF_OK) {
		tf_log(TF_LOG_ERROR, "cannot_start", "error", tf_err_name(e), "reason", why, NULL);
		fprintf(stderr, "cannot start: %s (%s)\n", why, tf_err_name(e));
		x = tf_exit_of(e);
	}
	if (x == TF_EXIT_FINE && tf_member_workspace(n->member)->dev_profile)
		tf_log(TF_LOG_WARN, "dev_profile", "note",
		       "members have no evidence; only configured testnets are signed for", NULL);
	if (x == TF_EXIT_FINE)
		x = tf_boot_ready(b, TF_HARDEN_COSIGNER, on_member, n);
	if (x == TF_EXIT_FINE)
		x = (tf_exit)tf_proc_run(b->proc);
	await_jobs(n);
	close_parts(n);
	return (int)x;
}

int main(int argc, char **argv)
{
	static tf_node node;
	config c = { 0 };
	tf_boot b;
	tf_boot_options o = { .store_schema = STORE_SCHEMA };
	int code = 0;

	if (tf_harden_bind(argv) != TF_OK)
		fputs("libraries are bound while running: cannot start anew\n", stderr);
	if (!tf_conf_start(&c, &code, &program, argc, argv))
		return code;
	node = (tf_node){
		.device = c.device,
		.role = c.role == 1 ? TF_ROLE_PRIMARY : TF_ROLE_GUARD,
		.set = (uint16_t)c.set,
		.channel_host = c.channel.host,
		.channel_port = c.channel.port,
		.coordinator_host = c.coordinator.host,
		.coordinator_port = c.coordinator.port,
		.store_path = c.boot.store,
		.request_max_age_s = c.request_max_age,
		.run_bytes_max = (size_t)c.run_memory << 20,
		.test_primes = c.test_primes,
		.test_primes_at = c.test_primes_at,
		.test_stop = c.test_stop,
		.test_stop_again = c.test_stop_again,
	};
	o.holder.role = node.role;
	o.holder.set = node.set;
	snprintf(o.holder.device, sizeof(o.holder.device), "%s", c.device);
	o.proc = (tf_proc_options){ .drain = drain, .ctx = &node };
	o.health = health;
	o.ctx = &node;
	code = (int)choose_kernel(&node, &c);
	if (code == TF_EXIT_FINE)
		code = (int)tf_boot_start(&b, &c.boot, &o);
	if (code == TF_EXIT_FINE) {
		log_computing(&node, tf_loop_workers((unsigned)c.workers));
		node.loop = b.loop;
		node.proc = b.proc;
		node.status = b.status;
		node.rng = b.rng;
		node.store = b.store;
		node.member = b.member;
		node.tls = b.tls;
		node.audit = b.audit;
		code = run(&node, &b, &c);
		tf_boot_end(&b);
	}
	tf_conf_free(&c, &program);
	return code;
}
