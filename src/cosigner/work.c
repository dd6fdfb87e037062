/* Sessions at work: steps in worker threads, one at a time per session, effects in order. Steps of
 * signing with a presignature have a thread of their own, since presigning takes seconds.
 *
 * The effects of a step are carried out on the loop: all that must be durable in one transaction of
 * the store, and only when that is on disk, what is to be sent. A presignature lives in memory, so
 * BURN has nothing to make durable. What a start writes (the session's id, the binding of request
 * and nonce, which outlives everything, and the words for the log) is durable with the group of its
 * turn, which is settled before the session sends anything; its first step computes meanwhile.
 *
 * Sessions' memory is bounded: a run for which none is left is rejected.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cosigner/node.h"
#include "cosigner/queue.h"
#include "daemon/log.h"
#include "seal/guard.h"

struct tf_lane {
	tf_node *node;
	tf_session *session;
	tf_aux *aux;       /* copies, one per party */
	uint8_t *msg;      /* a copy of what is to be signed */
	char workspace[TF_WORKSPACE_MAX + 1]; /* keygen: a copy, too */
	uint8_t *mem;      /* the session's arena */
	size_t mem_len;
	uint8_t *out_mem;  /* the outbox's */
	size_t out_len;
	bool moduli;       /* ours are lent to it */
	uint64_t group;    /* of the turn that started it */
	tf_pledge pledge;
	const tf_party_tables *tables[TF_PARTIES_MAX]; /* lent by the shelf */
	const tf_ed_key *keys[TF_PARTIES_MAX];         /* lent by the recall */
	const tf_key *key;                             /* lent by the keeper */
	tf_arena out_arena;
	tf_outbox out;
	tf_queue waiting;
	tf_queued *current; /* being stepped; NULL: begin */
	tf_err err;
	tf_fault fault;
};

void tf_lane_free(tf_lane *lane)
{
	if (!lane)
		return;
	tf_queue_wipe(&lane->waiting);
	tf_queued_free(lane->current);
	lane->node->run_bytes -= lane->mem_len + lane->out_len;
	lane->node->moduli_lent -= lane->moduli;
	tf_shelf_return(lane->node->shelf, lane->tables);
	for (size_t i = 0; i < TF_PARTIES_MAX; i++)
		tf_recall_return(lane->node->recall, lane->keys[i]);
	tf_keeper_return(lane->node->keeper, lane->key);
	tf_guard_release(lane->mem);
	tf_guard_release(lane->out_mem);
	free(lane->aux);
	free(lane->msg);
	free(lane);
}

/* Our own moduli stay while they are lent (cosigner/primes.h). TF_E_BUSY: a renewal is waiting. */
static tf_err lend_moduli(tf_lane *lane, tf_session_args *args)
{
	tf_node *n = lane->node;

	if (tf_primes_renewing(n->primes))
		return TF_E_BUSY;
	args->own = tf_keeper_moduli(n->keeper);
	if (!args->own)
		return TF_E_NOT_FOUND;
	lane->moduli = true;
	n->moduli_lent++;
	return TF_OK;
}

/* Copies of the peers' moduli: an introduction that ends meanwhile must not change them. */
static tf_err copy_aux(tf_lane *lane, const tf_open *open, tf_session_args *args)
{
	lane->aux = calloc(open->n, sizeof(*lane->aux));
	if (!lane->aux)
		return TF_E_RESOURCE;
	for (uint16_t i = 0; i < open->n; i++) {
		const tf_aux *aux = tf_keeper_aux(lane->node->keeper, open->seat[i].device);

		if (i + 1 == open->self)
			continue;
		if (!aux)
			return TF_E_NOT_FOUND;
		lane->aux[i] = *aux;
		args->aux[i] = &lane->aux[i];
	}
	tf_shelf_lend(lane->node->shelf, open, args);
	memcpy(lane->tables, args->tables, sizeof(lane->tables));
	return TF_OK;
}

/* Fractions of a millisecond, for which a client waits. */
static bool is_short(const tf_open *open)
{
	return tf_open_signs(open) && !tf_open_is_fresh(open);
}

static void remember(tf_lane *lane, const tf_open *open, tf_session_args *args)
{
	for (uint16_t i = 0; i < open->n; i++)
		if (i + 1 != open->self)
			lane->keys[i] = tf_recall_lend(lane->node->recall, open->seat[i].identity);
	memcpy(args->keys, lane->keys, sizeof(args->keys));
	args->memo = is_short(open) ? tf_keeper_memo(lane->node->keeper, args->key) : NULL;
	args->nodes = is_short(open) ? tf_recall_urgent(lane->node->recall) : NULL;
}

/* What is signed raw lies in the desk's scratch. */
static tf_err copy_message(tf_lane *lane, tf_session_args *args)
{
	lane->msg = malloc(args->msg_len ? args->msg_len : 1);
	if (!lane->msg)
		return TF_E_RESOURCE;
	memcpy(lane->msg, args->msg, args->msg_len);
	args->msg = lane->msg;
	return TF_OK;
}

tf_err tf_lane_new(tf_lane **out, tf_node *n, const tf_open *open, tf_session_args *args)
{
	tf_run_sizes sizes = tf_session_sizes(open, n->pr, args->msg_len);
	tf_lane *lane = calloc(1, sizeof(*lane));
	tf_err e = TF_OK;

	if (!lane)
		return TF_E_RESOURCE;
	if (sizes.mem + sizes.out > n->run_bytes_max - n->run_bytes) {
		free(lane);
		return TF_E_BUSY;
	}
	lane->node = n;
	tf_queue_init(&lane->waiting, sizes.message);
	lane->mem_len = sizes.mem;
	lane->out_len = sizes.out;
	n->run_bytes += sizes.mem + sizes.out;
	lane->mem = tf_guard_alloc(sizes.mem);
	lane->out_mem = tf_guard_alloc(sizes.out);
	if (!lane->mem || !lane->out_mem)
		e = TF_E_RESOURCE;
	else if (args->key)
		e = tf_keeper_lend(n->keeper, &lane->key, open->key_id);
	if (e != TF_OK) {
		tf_lane_free(lane);
		return e;
	}
	if (open->protocol == TF_AUXINFO || tf_open_needs_aux(open))
		e = lend_moduli(lane, args);
	if (e == TF_OK && tf_open_needs_aux(open))
		e = copy_aux(lane, open, args);
	if (e == TF_OK && args->msg)
		e = copy_message(lane, args);
	if (e == TF_OK && open->protocol == TF_KEYGEN)
		e = tf_name_copy(lane->workspace, sizeof(lane->workspace), args->workspace);
	if (e != TF_OK) {
		tf_lane_free(lane);
		return e;
	}
	args->workspace = lane->workspace; /* the file that it was read of may be replaced */
	remember(lane, open, args);
	tf_arena_init(&lane->out_arena, lane->out_mem, lane->out_len);
	tf_outbox_init(&lane->out, &lane->out_arena);
	args->mem = lane->mem;
	args->mem_len = lane->mem_len;
	*out = lane;
	return TF_OK;
}

tf_pledge *tf_lane_pledge(tf_lane *lane)
{
	return &lane->pledge;
}

/* ---- effects ---- */

static tf_err keep(tf_node *n, const tf_effect *x)
{
	char row[2 * 64 + 1];
	tf_place place = { x->type == TF_REC_USED_SID ? "sid" : "standing", row, "record" };

	if (x->type != TF_REC_USED_SID && x->type != TF_REC_STANDING)
		return tf_keeper_persist(n->keeper, x->type, x->key, x->key_len, x->data, x->len);
	if (x->key_len > 64)
		return TF_E_USAGE;
	for (size_t i = 0; i < x->key_len; i++)
		snprintf(row + 2 * i, 3, "%02x", x->key[i]);
	return tf_store_put(n->store, &place, x->data, x->len);
}

#ifdef TF_TESTING
/* Before the second record of a key generation, whose first is on disk; before other moduli of a
 * device that is known. */
static void stop_if_told(const tf_node *n, const tf_outbox *out)
{
	for (size_t i = 0; i < out->count; i++) {
		const tf_effect *x = &out->effect[i];
		char device[TF_DEVICE_MAX + 1];

		if (n->test_stop && x->type == TF_REC_KEY_SHARE &&
		    tf_keeper_is_pending(n->keeper, x->key))
			(void)raise(SIGSTOP);
		if (!n->test_stop_again || x->type != TF_REC_PEER_AUX)
			continue;
		snprintf(device, sizeof(device), "%.*s", (int)x->key_len, (const char *)x->key);
		if (tf_keeper_aux(n->keeper, device))
			(void)raise(SIGSTOP);
	}
}
#endif

static tf_err keep_all(tf_node *n, const tf_outbox *out)
{
	bool any = false;
	tf_err e = TF_OK;

	for (size_t i = 0; i < out->count; i++) {
		any = any || out->effect[i].kind == TF_EFFECT_PERSIST;
		if (out->effect[i].kind == TF_EFFECT_ERASE ||
		    out->effect[i].kind == TF_EFFECT_RETIRE) /* of resharing; no session runs it */
			return TF_E_UNSUPPORTED;
	}
	if (!any)
		return TF_OK;
#ifdef TF_TESTING
	stop_if_told(n, out);
#endif
	TRY(tf_store_begin(n->store));
	for (size_t i = 0; e == TF_OK && i < out->count; i++)
		if (out->effect[i].kind == TF_EFFECT_PERSIST)
			e = keep(n, &out->effect[i]);
	if (e == TF_OK)
		return tf_store_commit(n->store);
	tf_store_abort(n->store);
	return e;
}

static void send_one(tf_node *n, const tf_session *s, uint16_t party, const tf_effect *x)
{
	const tf_open_seat *seat = &s->opening.open.seat[party - 1];

	tf_peers_send(n->peers, seat->device, seat->address, x->data, x->len);
}

static void send_all(tf_node *n, const tf_session *s, const tf_outbox *out)
{
	for (size_t i = 0; i < out->count; i++) {
		const tf_effect *x = &out->effect[i];

		if (x->kind != TF_EFFECT_SEND)
			continue;
		for (uint16_t party = 1; party <= s->opening.open.n; party++)
			if (x->to == party || (x->to == 0 && party != s->opening.open.self))
				send_one(n, s, party, x);
	}
}

void tf_work_note_group(tf_node *n, tf_session *s)
{
	tf_lane *lane = s->user;

	lane->group = tf_turn_number(n->turn);
}

static bool sends(const tf_outbox *out)
{
	for (size_t i = 0; i < out->count; i++)
		if (out->effect[i].kind == TF_EFFECT_SEND)
			return true;
	return false;
}

bool tf_work_effects(tf_node *n, tf_session *s, tf_outbox *out)
{
	const tf_lane *lane = s ? s->user : NULL;
	tf_err e = keep_all(n, out);

	if (e == TF_OK && lane && sends(out))
		e = tf_turn_settle_group(n->turn, lane->group);
	if (e != TF_OK) {
		tf_node_fatal(n, "the store", e);
		return false;
	}
	if (s)
		send_all(n, s, out);
	tf_outbox_reset(out);
	return true;
}

/* ---- steps ---- */

static void next_step(tf_node *n, tf_session *s);
static void run_step(tf_node *n, tf_session *s);

static void step_elsewhere(void *ctx)
{
	tf_lane *lane = ctx;

	if (lane->session->phase == TF_SESSION_JUDGING)
		lane->err = tf_session_judge(lane->session, &lane->fault);
	else if (lane->current)
		lane->err = tf_session_step(lane->session, lane->current->p, lane->current->len,
		                            &lane->out, &lane->fault);
	else
		lane->err = tf_session_begin(lane->session, &lane->out, &lane->fault);
}

static void step_done(void *ctx, bool ran)
{
	tf_lane *lane = ctx;
	tf_node *n = lane->node;
	tf_session *s = lane->session;

	tf_sessions_give(s);
	if (ran && lane->err != TF_OK && lane->err != TF_E_DUPLICATE)
		tf_log(TF_LOG_WARN, "step", "protocol", tf_protocol_name(s->opening.open.protocol),
		       "error", tf_err_name(lane->err), "check", tf_check_name(lane->fault.check),
		       NULL);
	tf_queued_free(lane->current);
	lane->current = NULL;
	if (!ran || n->draining)
		tf_sessions_abandon(s, TF_E_CANCELLED);
	/* What a step that has just failed has left counts; of one that was cancelled nothing does.
	 * If it has convicted somebody and was cancelled meanwhile, the verdict was first: its
	 * evidence has our acknowledgement. */
	if (!ran || (s->phase == TF_SESSION_FAILED && s->err != lane->err))
		tf_outbox_reset(&lane->out);
	else if (!tf_work_effects(n, s, &lane->out))
		return;
	if (s->phase == TF_SESSION_DONE || s->phase == TF_SESSION_FAILED)
		tf_work_end(n, s);
	else if (s->phase == TF_SESSION_JUDGING)
		run_step(n, s); /* the next proof; others have had their turn */
	else
		next_step(n, s);
}

static void run_step(tf_node *n, tf_session *s)
{
	bool urgent = is_short(&s->opening.open);
	tf_lane *lane = s->user;
	tf_err e;

	lane->session = s;
	tf_sessions_take(s);
	e = (urgent ? tf_loop_urgent_job : tf_loop_job)(n->loop, step_elsewhere, step_done, lane);
	if (e != TF_OK) {
		tf_sessions_give(s);
		tf_sessions_abandon(s, e);
		tf_work_end(n, s);
	}
}

static tf_queued *take_pending(tf_node *n, const tf_session *s)
{
	static uint8_t buf[TF_NODE_FRAME_MAX];
	tf_queued *m;
	size_t len;

	if (!tf_sessions_pending(&n->sessions, s, buf, sizeof(buf), &len))
		return NULL;
	m = tf_queued_new(buf, len);
	tf_wipe(buf, len);
	return m;
}

static void next_step(tf_node *n, tf_session *s)
{
	tf_lane *lane = s->user;

	if (s->busy || s->phase != TF_SESSION_RUNNING)
		return;
	lane->current = tf_queue_take(&lane->waiting);
	if (!lane->current)
		lane->current = take_pending(n, s);
	if (lane->current)
		run_step(n, s);
}

static void log_run(const tf_session *s, const char *event)
{
	tf_log_line l;

	tf_log_begin(&l, TF_LOG_INFO, event);
	tf_log_str(&l, "protocol", tf_protocol_name(s->opening.open.protocol));
	tf_log_hex(&l, "request", s->opening.open.request, 8);
	tf_log_end(&l);
}

void tf_work_begin(tf_node *n, tf_session *s)
{
	log_run(s, "run_begun");
	tf_primes_yield(n->primes);
	run_step(n, s);
	if (!is_short(&s->opening.open))
		tf_link_beat(n->link);
}

void tf_work_envelope(tf_node *n, const char *device, const uint8_t *msg, size_t len)
{
	tf_session *s = NULL;
	tf_fault fault = { 0 };
	tf_lane *lane;
	tf_err e = tf_sessions_route(&n->sessions, (uint64_t)tf_loop_now_ms(n->loop), device, msg,
	                             len, &s, &fault);

	if (e == TF_OK && s) {
		lane = s->user;
		e = tf_queue_put(&lane->waiting, tf_session_party(s, device), msg, len);
	}
	if (e != TF_OK && e != TF_E_SESSION)
		tf_log(TF_LOG_WARN, "envelope_dropped", "peer", device, "error", tf_err_name(e),
		       "check", tf_check_name(fault.check), NULL);
	if (e == TF_OK && s)
		next_step(n, s);
}

/* ---- the end of a session ---- */

static void report_result(tf_node *n, tf_session *s)
{
	uint8_t *buf = malloc(TF_SESSION_RESULT_MAX);
	size_t len;
	tf_err e = buf ? tf_session_result(buf, TF_SESSION_RESULT_MAX, &len, s) : TF_E_RESOURCE;

	if (e == TF_OK)
		tf_link_send(n->link, buf, len);
	else
		tf_log(TF_LOG_ERROR, "result_not_made", "error", tf_err_name(e), NULL);
	log_run(s, "run_done");
	free(buf);
	tf_metric_add(n->runs_done, 1);
	if (tf_open_signs(&s->opening.open))
		tf_metric_add(n->signatures, 1);
}

static void report_failure(tf_node *n, const tf_session *s)
{
	uint8_t *buf = malloc(TF_SESSION_RESULT_MAX);
	tf_session_report r;
	size_t len;

	tf_session_report_make(&r, s);
	tf_log(r.culprit[0] ? TF_LOG_ALERT : TF_LOG_WARN, "run_failed", "protocol",
	       tf_protocol_name(s->opening.open.protocol), "error", tf_err_name(r.err), "culprit",
	       r.culprit, "check", tf_check_name(r.fault.check), "reason", r.words, NULL);
	tf_testify(n, s);
	if (buf && tf_session_failed(buf, TF_SESSION_RESULT_MAX, &len, &r) == TF_OK)
		tf_link_send(n->link, buf, len);
	free(buf);
	tf_metric_add(n->runs_failed, 1);
}

void tf_work_end(tf_node *n, tf_session *s)
{
	tf_lane *lane = s->user;
	tf_outbox *out = &lane->out;
	/* The coordinator knows what a signature that is made has used up. */
	bool news = s->phase != TF_SESSION_DONE || !is_short(&s->opening.open);
	tf_err e;

	if (s->phase == TF_SESSION_DONE) {
		tf_sessions_harvest(&n->sessions, (uint64_t)tf_loop_now_ms(n->loop), s);
		report_result(n, s);
	} else {
		report_failure(n, s);
	}
	tf_outbox_reset(out);
	e = tf_sessions_close(&n->sessions, s, out);
	if (e == TF_OK && !tf_work_effects(n, NULL, out))
		return;
	if (e != TF_OK)
		tf_log(TF_LOG_ERROR, "session_not_closed", "error", tf_err_name(e), NULL);
	if (e != TF_E_STATE) /* a slot that is still taken needs it */
		tf_lane_free(lane);
	if (news)
		tf_link_beat(n->link);
}

void tf_work_tick(tf_node *n)
{
	tf_session *s;

	tf_primes_tick(n->primes);
	tf_shelf_tick(n->shelf);
	while ((s = tf_sessions_tick(&n->sessions, (uint64_t)tf_loop_now_ms(n->loop)))) {
		if (s->phase == TF_SESSION_JUDGING)
			run_step(n, s);
		else
			tf_work_end(n, s);
	}
}

static bool has_seat(const tf_session *s, const char *device)
{
	for (uint16_t i = 0; i < s->opening.open.n; i++)
		if (strcmp(s->opening.open.seat[i].device, device) == 0)
			return true;
	return false;
}

static bool is_live(const tf_session *s)
{
	return s->phase == TF_SESSION_OPENED || s->phase == TF_SESSION_STARTED ||
	       s->phase == TF_SESSION_RUNNING || s->phase == TF_SESSION_JUDGING;
}

void tf_work_cancel_all(tf_node *n, const char *device, tf_err e)
{
	for (size_t i = 0; i < n->sessions.c.slots_n; i++) {
		tf_session *s = &n->sessions.c.slots[i];

		if (!is_live(s) || (device && !has_seat(s, device)))
			continue;
		if (tf_sessions_cancel(&n->sessions, s->opening.open.request, e) == s && !s->busy &&
		    s->phase == TF_SESSION_FAILED)
			tf_work_end(n, s);
	}
}

void tf_work_abandon_all(tf_node *n)
{
	tf_work_cancel_all(n, NULL, TF_E_CANCELLED);
	for (size_t i = 0; i < n->sessions.c.slots_n; i++) {
		tf_session *s = &n->sessions.c.slots[i];

		if (!is_live(s) || s->busy) /* those that are busy: step_done */
			continue;
		tf_sessions_abandon(s, TF_E_CANCELLED);
		tf_work_end(n, s);
	}
}

unsigned tf_work_running(const tf_node *n)
{
	unsigned k = 0;

	for (size_t i = 0; i < n->sessions.c.slots_n; i++)
		k += is_live(&n->sessions.c.slots[i]);
	return k;
}
