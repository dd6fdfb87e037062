/* Open transactions: whatever of them is not signed yet is asked for, oldest first, with the
 * presignatures that there are. A raw request has several messages, of which each is a run. */
#include <stdio.h>
#include <string.h>

#include "coordinator/engine_impl.h"
#include "coordinator/signer.h"
#include "daemon/log.h"

#define OPEN_AT_ONCE 64
#define SIGN_AT_ONCE 48u   /* runs; co-signers have room for a few more */
#define FRESH_AT_ONCE 2u

struct looking {
	tf_engine *e;
	tf_engine_signing *s;
};

/* A presignature for the next one; NULL: there is none. */
static const uint8_t *take_presig(const tf_engine *e, tf_engine_signing *s)
{
	if (!s->counted)
		s->n_free = tf_engine_common(e, s->key, s->clique, s->n, s->free);
	s->counted = true;
	return s->next < s->n_free ? s->free[s->next] : NULL;
}

static void set_trouble(tf_engine *e, const tf_txn_brief *t, const char *words)
{
	if (strcmp(t->trouble, words) != 0 &&
	    tf_txn_set_trouble(e->c->book, t->id, words) != TF_OK)
		tf_log(TF_LOG_ERROR, "book_failed", "transaction", t->id, NULL);
}

static bool timed_out(tf_engine *e, const tf_txn_brief *t)
{
	int64_t now = tf_coordinator_now();

	if (now - t->created < e->o.signing_timeout_ms)
		return false;
	if (tf_txn_set_status(e->c->book, t->id, TF_TXN_FAILED, "TIMEOUT", now) != TF_OK ||
	    tf_coordinator_audit(e->c, "transaction_failed",
	                         json_pack("{s:s, s:s}", "id", t->id, "why", "TIMEOUT")) != TF_OK)
		tf_log(TF_LOG_ERROR, "book_failed", "transaction", t->id, NULL);
	return true;
}

/* presig NULL: the run makes its own. */
static void ask(tf_engine *e, const tf_engine_signing *s, const char *id, uint32_t item,
                const uint8_t *presig)
{
	TF_AUTO(tf_txn) t = { 0 };
	tf_run_spec spec = tf_engine_key_spec(e, s->key, s->key->sign, s->clique, s->n);
	char path[TF_PATH_TEXT], names[512];
	tf_ctl_intent intent;
	tf_ctl_raw raw;

	if (tf_txn_get(e->c->book, id, &t) != TF_OK)
		return;
	if (t.operation == TF_TXN_RAW) {
		tf_signer_raw(&raw, &t, item);
		spec.raw = &raw;
	} else if (tf_signer_intent(&intent, path, e->c, &t) != TF_OK) {
		return;
	} else {
		spec.intent = &intent;
	}
	tf_engine_names(names, sizeof(names), s->clique, s->n);
	if (tf_txn_begin_attempt(e->c->book, id, names, tf_coordinator_now()) != TF_OK)
		return;
	if (presig)
		memcpy(spec.presig, presig, 32);
	snprintf(spec.tx, sizeof(spec.tx), "%s", id);
	spec.item = item;
	tf_engine_start(e, &spec);
}

tf_err tf_engine_settle_run(void *ctx, tf_run *run)
{
	tf_engine *e = ctx;
	bool news = false;

	if (tf_run_signs(run->spec.kind))
		TRY(tf_txn_set_asked(e->c->book, run->spec.tx, &news, tf_coordinator_now()));
	if (news)
		run->spec.group = tf_turn_number(e->c->turn);
	return tf_turn_settle_group(e->c->turn, run->spec.group);
}

static void queue(tf_engine *e, const tf_txn_brief *t, const char *why)
{
	if (t->status == TF_TXN_SUBMITTED &&
	    tf_txn_set_status(e->c->book, t->id, TF_TXN_QUEUED, "", tf_coordinator_now()) != TF_OK)
		tf_log(TF_LOG_ERROR, "book_failed", "transaction", t->id, NULL);
	else
		set_trouble(e, t, why);
}

/* Nonces of FROST come in moments: that somebody waits for them is worth no note. */
static void wait_for_presig(tf_engine *e, tf_engine_signing *s, const tf_txn_brief *t,
                            uint32_t item)
{
	if (s->waiting++ == 0) {
		s->first = *t;
		s->first_item = item;
	} else if (s->key->fill == TF_RUN_PRESIGN) {
		queue(e, t, "waiting for a presignature");
	}
}

static void look_at_message(tf_engine *e, tf_engine_signing *s, const tf_txn_brief *t,
                            uint32_t item)
{
	const uint8_t *presig = s->clique ? take_presig(e, s) : NULL;

	if (!s->clique || (!presig && !s->makes)) {
		queue(e, t, s->missing);
	} else if (!presig) {
		wait_for_presig(e, s, t, item);
	} else if (tf_engine_may_try(e, s->key->sign) &&
	           tf_runs_count(e->runs, s->key->sign) < SIGN_AT_ONCE) {
		set_trouble(e, t, "");
		s->next++;
		ask(e, s, t->id, item, presig);
	}
}

static tf_err look_at_txn(void *ctx, const tf_txn_brief *t)
{
	struct looking *l = ctx;
	tf_engine_signing *s = &l->s[t->algorithm == TF_RAW_EDDSA_ED25519 ? 1 : 0];

	if (!tf_runs_has_tx(l->e->runs, t->id, TF_RUN_ANY_ITEM) && timed_out(l->e, t))
		return TF_OK;
	for (uint32_t item = 0; item < t->messages; item++)
		if (!tf_txn_has(t->have, item) && !tf_runs_has_tx(l->e->runs, t->id, item))
			look_at_message(l->e, s, t, item);
	return TF_OK;
}

/* The pool is empty. One transaction that waits alone makes its own presignature, which takes less
 * time than a batch; so do all of them, a few at once, if there is no pool. */
static void look_at_first(tf_engine *e, tf_engine_signing *s)
{
	size_t running = tf_runs_count(e->runs, s->key->sign);

	if (s->waiting == 0 || !s->clique || s->key->sign != TF_RUN_SIGN)
		return;
	if (tf_engine_may_try(e, TF_RUN_SIGN) &&
	    (s->key->depth == 0 ? running < FRESH_AT_ONCE : s->waiting == 1 && running == 0)) {
		set_trouble(e, &s->first, "");
		ask(e, s, s->first.id, s->first_item, NULL);
		s->waiting--;
	} else {
		queue(e, &s->first, "waiting for a presignature");
	}
}

void tf_engine_look_at_txns(tf_engine *e, tf_engine_signing s[static TF_ENGINE_KEYS])
{
	struct looking l = { e, s };

	if (tf_txn_list_open(e->c->book, OPEN_AT_ONCE, look_at_txn, &l) != TF_OK)
		tf_log(TF_LOG_ERROR, "book_failed", NULL);
	for (size_t i = 0; i < TF_ENGINE_KEYS; i++)
		look_at_first(e, &s[i]);
}
