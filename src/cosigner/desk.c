/* The desk: what the coordinator asks for is read, judged, bound and answered. */
#include <stdlib.h>
#include <string.h>

#include "base/keccak.h"
#include "cosigner/node.h"
#include "daemon/log.h"
#include "wire/statement.h"

#define SCRATCH (256u * 1024u)
#define INTENTS_MAX 16u

static const tf_wire_env control_env = { .n = TF_PARTIES_MAX };

/* Intents wait for the open that names them: a few, the oldest makes room. */
typedef struct intent {
	uint8_t request[32];
	uint8_t *frame;
	size_t len;
} intent;

static intent intents[INTENTS_MAX];
static size_t intents_at;

static void drop_intent(intent *i)
{
	free(i->frame);
	memset(i, 0, sizeof(*i));
}

void tf_desk_forget(void)
{
	for (size_t i = 0; i < INTENTS_MAX; i++)
		drop_intent(&intents[i]);
}

static intent *find_intent(const uint8_t request[static 32])
{
	for (size_t i = 0; i < INTENTS_MAX; i++)
		if (intents[i].frame && memcmp(intents[i].request, request, 32) == 0)
			return &intents[i];
	return NULL;
}

/* Scratch memory for one message. */
typedef struct desk {
	tf_arena mem;
	void *p;
} desk;

static void desk_wipe(desk *d)
{
	free(d->p);
	d->p = NULL;
}

static tf_err desk_init(desk *d)
{
	d->p = malloc(SCRATCH);
	if (!d->p)
		return TF_E_RESOURCE;
	tf_arena_init(&d->mem, d->p, SCRATCH);
	return TF_OK;
}

static void reject(tf_node *n, const uint8_t request[static 32], tf_err e, const tf_fault *fault,
                   const char *reason)
{
	tf_ctl_failed m = {
		.error = (uint16_t)e,
		.check = fault ? (uint16_t)fault->check : 0,
		.culprit = "",
		.reason = reason,
	};

	memcpy(m.request, request, sizeof(m.request));
	tf_log(TF_LOG_WARN, "run_rejected", "error", tf_err_name(e), "reason", reason, NULL);
	tf_link_send_message(n->link, &tf_ctl_failed_wire, &m);
}

/* ---- refusals ---- */

static void refuse(tf_node *n, const tf_pledge *p, tf_err e, const tf_fault *fault,
                   const char *reason)
{
	tf_ctl_refusal r = {
		.tx = p->tx,
		.device = n->device,
		.error = (uint16_t)e,
		.check = (uint16_t)fault->check,
		.reason = reason,
		.time = (uint64_t)tf_node_now_ms(),
	};
	tf_err row;

	memcpy(r.request, p->run, sizeof(r.request));
	memcpy(r.payload, p->payload, sizeof(r.payload));
	tf_log(TF_LOG_ALERT, "refused", "transaction", p->tx, "check", tf_check_name(fault->check),
	       "reason", reason, NULL);
	tf_metric_add(n->refusals, 1);
	row = tf_node_audit(n, "refused",
	                    json_pack("{s:s, s:s, s:i}", "tx", p->tx, "reason", reason, "check",
	                              (int)fault->check));
	if (row != TF_OK) {
		tf_node_fatal(n, "the audit log", row);
		return;
	}
	if (tf_refusal_sign(&r, &n->signer) == TF_OK)
		tf_link_send_message(n->link, &tf_ctl_refusal_wire, &r);
}

/* ---- a signing: judge, bind, log ---- */

/* Who has the first seat of the key: not whom the open names there. */
static const char *primary_of(const tf_key *key)
{
	const tf_seat *seat = tf_sharing_seat(&key->sharing, 1);

	return seat ? seat->device : "";
}

static void hex(char *out, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		snprintf(out + 2 * i, 3, "%02x", p[i]);
}

static tf_err log_words(tf_node *n, const tf_pledge *p)
{
	const tf_judgement *v = &p->v;
	char digest[65], request[65];

	hex(digest, v->digest, 32);
	hex(request, v->request, 32);
	return tf_node_audit_deferred(n, "signing",
	                              json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "tx", p->tx, "user",
	                                        v->user, "sender", v->sender, "what", v->words,
	                                        "digest", digest, "request", request));
}

static const char bound[] = "bound to another transaction already";

static const char other_intent[] = "the intent is not the one that the open names";

static void pledge_from(tf_pledge *p, const uint8_t run[static 32], const char *tx,
                        const tf_blob *payload)
{
	p->given = true;
	snprintf(p->tx, sizeof(p->tx), "%s", tx);
	memcpy(p->run, run, sizeof(p->run));
	tf_shake256_hash(p->payload, payload->p, payload->len);
}

/* The intent that the open names, as it came; NULL: answered. */
static const intent *shown_for(tf_node *n, const tf_open *open)
{
	const intent *shown = find_intent(open->request);
	uint8_t hash[32];

	if (!shown) {
		reject(n, open->request, TF_E_NOT_FOUND, NULL, "no intent was shown");
		return NULL;
	}
	tf_shake256_hash(hash, shown->frame, shown->len);
	if (memcmp(hash, open->intent, 32) != 0) {
		reject(n, open->request, TF_E_SESSION, NULL, other_intent);
		return NULL;
	}
	return shown;
}

/* What is to be signed and by which key, out of what was shown: into args and pledge. */
static tf_err judge_shown(const tf_judge *j, const intent *shown, tf_session_args *args,
                          tf_pledge *pledge, char reason[static TF_JUDGE_REASON], tf_fault *fault,
                          tf_arena *mem)
{
	bool raw = tf_wire_peek(shown->frame, shown->len) == TF_CTL_RAW;
	tf_ctl_intent m = { .tx = "" };
	tf_ctl_raw r = { .tx = "" };
	tf_blob content = { 0 };
	tf_err e;

	TRY(tf_wire_decode_framed(raw ? &tf_ctl_raw_wire : &tf_ctl_intent_wire,
	                          raw ? (void *)&r : (void *)&m, &control_env, mem, shown->frame,
	                          shown->len));
	pledge_from(pledge, raw ? r.request : m.request, raw ? r.tx : m.tx,
	            raw ? &r.body : &m.payload);
	e = raw ? tf_judge_raw(&pledge->v, &content, reason, fault, j, &r, mem)
	        : tf_judge_intent(&pledge->v, reason, fault, j, &m);
	if (e != TF_OK)
		return e;
	args->path = pledge->v.path;
	args->msg = content.p;
	args->msg_len = content.len;
	/* what ECDSA signs raw has 32 bytes: RAW_HASH */
	memcpy(args->digest, raw && content.len == 32 ? content.p : pledge->v.digest, 32);
	return TF_OK;
}

/* TF_OK: args has path, digest and message, the latter in mem, and the pledge what is to be bound.
 * Anything else has been answered. */
static tf_err approve(tf_node *n, const tf_open *open, const tf_key *key, tf_session_args *args,
                      tf_pledge *pledge, tf_arena *mem)
{
	const intent *shown = shown_for(n, open);
	tf_judge j = {
		.workspace = tf_member_workspace(n->member),
		.g = n->g,
		.sharing = &key->sharing,
		.primary = primary_of(key),
		.now_s = tf_node_now_s(),
		.max_age_s = n->request_max_age_s,
		.keys = n->user_keys,
		.nodes = tf_recall_desk(n->recall),
	};
	char reason[TF_JUDGE_REASON] = "";
	tf_fault fault = { 0 };
	tf_err e;

	if (!shown)
		return TF_E_NOT_FOUND;
	e = judge_shown(&j, shown, args, pledge, reason, &fault, mem);
	if (e != TF_OK && !pledge->given) {
		reject(n, open->request, e, NULL, other_intent);
		return e;
	}
	if (e == TF_OK) {
		e = tf_judge_may_bind(n->store, &pledge->v, open->key_id, &fault);
		if (e == TF_E_CONFLICT)
			snprintf(reason, sizeof(reason), "%s", bound);
		else if (e != TF_OK)
			tf_node_fatal(n, "the store", e);
	}
	if (e != TF_OK)
		refuse(n, pledge, e, &fault, reason);
	return e;
}

/* The start of a signing: both bindings and the words, in the group of this turn. TF_E_CONFLICT:
 * another session was quicker, and the client's request or its nonce is bound; refused. */
static tf_err bind_signing(tf_node *n, tf_session *s)
{
	const tf_pledge *p = tf_lane_pledge(s->user);
	tf_fault fault = { 0 };
	tf_err e;

	if (!p->given)
		return TF_OK;
	e = tf_judge_bind(n->store, &p->v, s->opening.open.key_id, &fault);
	if (e == TF_E_CONFLICT) {
		refuse(n, p, e, &fault, bound);
		return e;
	}
	if (e == TF_OK)
		e = log_words(n, p);
	if (e != TF_OK)
		tf_node_fatal(n, "the bindings", e);
	return e;
}

/* ---- opening ---- */

static tf_err find_key(tf_node *n, const tf_open *open, tf_session_args *args)
{
	tf_err e;

	if (open->protocol == TF_AUXINFO)
		return TF_OK;
	e = tf_keeper_lend(n->keeper, &args->key, open->key_id);
	if (open->protocol == TF_KEYGEN && e == TF_E_NOT_FOUND)
		return TF_OK;
	TRY(e);
	if (open->protocol == TF_KEYGEN)
		return TF_OK;
	if (memcmp(args->key->sharing.sharing, open->sharing, 32) != 0)
		return TF_E_NOT_FOUND;
	args->round0.epoch = args->key->sharing.epoch;
	return TF_OK;
}

static void fill_round0(tf_node *n, tf_session_args *args)
{
	const tf_workspace *w = tf_member_workspace(n->member);

	args->round0.roster = w ? w->version : 0;
	args->round0.policy = w ? w->version : 0;
	args->round0.crl = tf_trust_crl_number(tf_member_trust(n->member), NULL);
	args->workspace = w ? w->name : "";
	args->unix_now = (uint64_t)tf_node_now_s();
}

/* With the key at hand, which the lane lends for itself. */
static void open_with(tf_node *n, const tf_open *open, tf_session_args *args, tf_arena *mem)
{
	tf_fault fault = { 0 };
	tf_pledge pledge = { 0 };
	tf_session *s = NULL;
	tf_lane *lane = NULL;
	tf_err e;

	if (tf_open_signs(open) && approve(n, open, args->key, args, &pledge, mem) != TF_OK)
		return;
	e = tf_lane_new(&lane, n, open, args);
	if (e != TF_OK) {
		reject(n, open->request, e, NULL, "no moduli, or they are being renewed, or no memory");
		return;
	}
	e = tf_sessions_open(&n->sessions, (uint64_t)tf_loop_now_ms(n->loop), open, args, &s,
	                     &fault);
	if (e != TF_OK) {
		tf_lane_free(lane);
		reject(n, open->request, e, &fault, "the session cannot be opened here");
		return;
	}
	s->user = lane;
	*tf_lane_pledge(lane) = pledge;
	tf_link_send(n->link, s->opening.ready, s->opening.ready_len);
}

static void open_session(tf_node *n, const tf_open *open, tf_arena *mem)
{
	const char *lack = tf_room_lacks(n, open);
	tf_session_args args = { 0 };
	tf_err e;

	if (lack) {
		reject(n, open->request, TF_E_CAPACITY, NULL, lack);
		return;
	}
	fill_round0(n, &args);
	e = find_key(n, open, &args);
	if (e == TF_OK)
		open_with(n, open, &args, mem);
	else
		reject(n, open->request, e, NULL, "no such sharing of a key here");
	tf_keeper_return(n->keeper, args.key);
}

void tf_desk_open(tf_node *n, const uint8_t *p, size_t len)
{
	__attribute__((cleanup(desk_wipe))) desk d = { 0 };
	tf_fault fault = { 0 };
	tf_open *open;
	tf_err e = desk_init(&d);

	if (e != TF_OK || n->draining)
		return;
	open = tf_arena_alloc(&d.mem, sizeof(*open));
	if (!open)
		return;
	e = tf_open_read(open, &n->self, p, len, &d.mem, &fault);
	if (e != TF_OK) {
		/* Who it is for cannot be known if it does not parse; the request stands first. */
		if (len >= 36)
			reject(n, p + 4, e, &fault,
			       fault.check ? tf_check_text(fault.check) : "malformed open");
		return;
	}
	open_session(n, open, &d.mem);
	/* A presignature that was named is used or destroyed, by everybody alike. */
	if (tf_open_signs(open) && !tf_sessions_find(&n->sessions, open->request))
		(void)tf_sessions_forsake(&n->sessions, open->presig);
}

void tf_desk_intent(tf_node *n, const uint8_t *p, size_t len)
{
	__attribute__((cleanup(desk_wipe))) desk d = { 0 };
	bool raw = tf_wire_peek(p, len) == TF_CTL_RAW;
	union {
		tf_ctl_intent intent;
		tf_ctl_raw raw;
	} m;
	const uint8_t *request = raw ? m.raw.request : m.intent.request;
	intent *slot;
	tf_err e = desk_init(&d);

	if (e == TF_OK)
		e = tf_wire_decode_framed(raw ? &tf_ctl_raw_wire : &tf_ctl_intent_wire, &m,
		                          &control_env, &d.mem, p, len);
	if (e != TF_OK) {
		tf_log(TF_LOG_WARN, "bad_intent", "error", tf_err_name(e), NULL);
		return;
	}
	(void)n;
	slot = find_intent(request);
	if (!slot)
		slot = &intents[intents_at++ % INTENTS_MAX];
	drop_intent(slot);
	slot->frame = malloc(len);
	if (!slot->frame)
		return;
	memcpy(slot->frame, p, len);
	memcpy(slot->request, request, 32);
	slot->len = len;
}

/* ---- start and abort ---- */

/* All that a start writes is one group. False: fatal. */
static bool write_start(tf_node *n, tf_session *s, tf_outbox *out)
{
	tf_err e = TF_OK;
	bool fine;

	tf_work_note_group(n, s);
	tf_store_defer(n->store, true);
	if (s->phase == TF_SESSION_STARTED)
		e = bind_signing(n, s);
	fine = (e == TF_OK || e == TF_E_CONFLICT) && tf_work_effects(n, s, out);
	tf_store_defer(n->store, false);
	if (e == TF_E_CONFLICT)
		tf_sessions_abandon(s, e);
	return fine;
}

void tf_desk_start(tf_node *n, const uint8_t *p, size_t len)
{
	__attribute__((cleanup(desk_wipe))) desk d = { 0 };
	tf_fault fault = { 0 };
	tf_session *s = NULL;
	bool behind = false;
	tf_outbox out;
	tf_err e = desk_init(&d);

	if (e != TF_OK || n->draining)
		return;
	tf_outbox_init(&out, &d.mem);
	e = tf_sessions_start(&n->sessions, (uint64_t)tf_loop_now_ms(n->loop), p, len, &s, &behind,
	                      &out, &fault);
	if (behind)
		tf_member_hurry(n->member);
	if (!s) {
		tf_log(TF_LOG_WARN, "start_ignored", "error", tf_err_name(e), NULL);
		return;
	}
	if (!write_start(n, s, &out))
		return;
	if (e != TF_OK || s->phase == TF_SESSION_FAILED)
		tf_work_end(n, s);
	else
		tf_work_begin(n, s);
}

void tf_desk_abort(tf_node *n, const uint8_t *p, size_t len)
{
	__attribute__((cleanup(desk_wipe))) desk d = { 0 };
	tf_ctl_abort m;
	tf_session *s;
	tf_err e = desk_init(&d);

	if (e == TF_OK)
		e = tf_wire_decode_framed(&tf_ctl_abort_wire, &m, &control_env, &d.mem, p, len);
	if (e != TF_OK)
		return;
	tf_log(TF_LOG_INFO, "aborted", "reason", m.reason, NULL);
	s = tf_sessions_cancel(&n->sessions, m.request, TF_E_CANCELLED);
	if (s && !s->busy && s->phase == TF_SESSION_FAILED)
		tf_work_end(n, s);
}
